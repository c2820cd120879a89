"""Files into a store on disk: RDF and extracts of the register, with what follows, as one new version of the store.

A load says which graphs there are anew; the others stay. All is written in one pass, row by row, to the
next version of the store (`sengraph.versions`), which readers see when it is whole. What follows from the register
is concluded batch by batch (`sengraph.reasoning.batches`), or from all of it where rules look at two
establishments at once. What is changed by other means is concluded from anew by `conclude`, in the same way.

    asserted           the packaged ontology, table and register types, and RDF files without graph names
    inferred           what follows from all graphs but the register
    register           establishments, from a CSV file; register/DATE for a dated snapshot
    inferred/register  what follows of them; inferred/register/DATE likewise
    metadata           of each graph: the files it is from, and how many triples it has
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from sengraph import gias, load, versions
from sengraph.csvfile import Tally
from sengraph.errors import InconsistentError, UsageError, shown
from sengraph.reasoning.batches import Batches, TogetherError
from sengraph.reasoning.native import Materialisation
from sengraph.store import in_graph
from sengraph.terms import (
    ASSERTED,
    DCTERMS,
    ESTABLISHMENT,
    GRAPH,
    INFERRED,
    METADATA,
    REGISTER,
    REGISTER_INFERRED,
    SNAPSHOTS,
    XSD,
)

Triples = dict[ox.Triple, None]
"""Distinct triples in the order in which they were read."""

ROWS = 5000
"""How many establishments are closed at a time."""

SOURCE = ox.NamedNode(f"{DCTERMS}source")
SIZE = ox.NamedNode("http://rdfs.org/ns/void#triples")

DIGEST = ", sha256 "
PACKAGED = "sengraph/"
"""Stand behind the name of a file where a graph's files are told, and before it if the file is a packaged one."""

Progress = Callable[[str, int, int], None]
"""Takes the name of a file, how many rows of it were read, and how many hundredths of it."""


class Source(NamedTuple):
    """What a load did with one file.

    Attributes:
        file: the file as it was named.
        kind: `rdf`, `register` or `links`.
        read: how many rows, links or triples were read.
        used: how many of them are in the store as establishments, links or triples.
        tally: what could not be used as it stood.
    """

    file: str
    kind: str
    read: int
    used: int
    tally: Tally


@dataclass
class Loaded:
    """What a load did.

    Attributes:
        store: the folder.
        sources: what was done with each file.
        graphs: how many triples each graph of the store has now, by IRI.
        closed: how the register was closed: `in batches`, `together`, or `not` at all.
        by_analogy: which doubtful establishments are looked at by analogy.
    """

    store: str
    sources: list[Source] = field(default_factory=list)
    graphs: dict[str, int] = field(default_factory=dict)
    closed: str = "not"
    by_analogy: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what `sengraph load --format json` shows."""
        files = [
            {
                "file": source.file,
                "kind": source.kind,
                "read": source.read,
                "used": source.used,
                "reasons": dict(source.tally.counts),
            }
            for source in self.sources
        ]
        return {
            "store": self.store,
            "files": files,
            "graphs": self.graphs,
            "closed": self.closed,
            "by_analogy": self.by_analogy,
        }

    def __str__(self) -> str:
        """Return what was done for people: each file with what could not be used, then the graphs and their sizes."""
        lines = []
        for source in self.sources:
            made = {"register": "establishments", "links": "links used", "rdf": "triples used"}[source.kind]
            read = {"register": "rows", "links": "links", "rdf": "triples"}[source.kind]
            lines.append(f"{source.file}: {source.read:,} {read} read, {source.used:,} {made}")
            for reason, times in source.tally.counts.items():
                line, subject, _ = source.tally.first[reason][0]
                place = f"line {line}{f', URN {subject}' if subject else ''}"
                lines.append(f"  {times:,} x {reason}" + (f" (first: {place})" if line else ""))
        sizes = {graph.removeprefix(GRAPH): count for graph, count in self.graphs.items()}
        width = max(map(len, sizes))
        lines += [f"{self.store} now holds"]
        lines += [f"  {graph:{width}}  {count:>12,} triples" for graph, count in sizes.items()]
        if self.by_analogy:
            lines += [f"Looked at by analogy: {', '.join(self.by_analogy)} (until --by-analogy none)"]
        return "\n".join(lines)

    def report(self) -> bytes:
        """Return the first rows of each reason as CSV: file, reason, how often, line, what the row is about, detail."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(["file", "reason", "times", "line", "urn", "detail"])
        for source in self.sources:
            for reason, times in source.tally.counts.items():
                for line, subject, detail in source.tally.first[reason]:
                    rows.writerow([_no_formula(source.file), reason, times, line, subject, _no_formula(detail)])
        return text.getvalue().encode()


def _no_formula(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(tuple("=+-@\t\r")) else text


def ingest(
    files: Sequence[Path | str],
    folder: Path | str,
    *,
    bare: bool = False,
    inference: bool = True,
    by_analogy: Sequence[str] | None = None,
    as_of: str | None = None,
    progress: Progress = lambda name, rows, hundredths: None,
) -> Loaded:
    """Load files into a store on disk: the next version of it, seen by readers when it is whole.

    Args:
        files: RDF files, at most one extract of the register (CSV), and links files to it.
        folder: the store, made if it is not there.
        bare: without the packaged ontology, table and register types.
        inference: also conclude what follows.
        by_analogy: which doubtful establishments to look at by analogy, names of `load.analogies()`; None for those
            that the store has looked at so far, and none at first.
        as_of: a day, YYYY-MM-DD: keep the register as a snapshot of that day, beside the current one.
        progress: is told how far a file was read.

    Returns:
        what was done.

    Errors:
        UsageError: these files and options do not go together.
        InputError: a file or the store cannot be read or understood.
        InconsistentError: what would be in the store contradicts itself.
        LimitError: another process is writing to the store, the disk is full, or too much follows.
    """
    plan = _planned([Path(file) for file in files], by_analogy, bare=bare, as_of=as_of)
    loaded = Loaded(str(folder))
    with versions.next_version(Path(folder)) as writing:
        _Load(plan, writing, loaded, progress).run(inference=inference)
    return loaded


def conclude(writing: versions.Writing, changed: Iterable[str], note: str, *, whole: bool = False) -> dict[str, int]:
    """Conclude anew what follows from a store that was changed, if anything was concluded in it; renew its metadata.

    Args:
        writing: the next version of the store, with the changes in `new`; what is made here is written anew.
        changed: the IRIs of the graphs that were changed.
        note: what the change is from, with a digest behind `DIGEST`, for the metadata. It takes the place of an
            earlier one that is the same up to there.
        whole: whether the graphs are from this alone now.

    Returns:
        how many triples each graph has, by IRI.

    Errors:
        InconsistentError: what was written contradicts itself.
        LimitError: too much follows.
    """
    inferred = ox.NamedNode(INFERRED)
    both = [store for store in (writing.old, writing.new) if store is not None]
    inference = any(store.contains_named_graph(inferred) for store in both)
    if inference:
        writing.go_on()
    nothing = _Plan([], None, [], REGISTER, REGISTER_INFERRED, bare=True, by_analogy=None)
    loaded = Loaded("")
    load = _Load(nothing, writing, loaded, lambda name, rows, hundredths: None)
    kind = note.partition(DIGEST)[0] + DIGEST
    for graph in changed:
        kept = set() if whole else {text for text in load._files[graph] if not text.startswith(kind)}
        load._files[graph] = kept | {note}
    if not inference:
        load._write_metadata()
        return loaded.graphs
    load.run(inference=True, anew=True)
    assert writing.old is not None
    for name in [graph.value for graph in writing.old.named_graphs()]:
        if not name.startswith((INFERRED, METADATA)):
            writing.new.add_graph(ox.NamedNode(name))  # one that is empty is there all the same
    return loaded.graphs


# ------------------------------------------------------------------------------ what to do


class _Plan(NamedTuple):
    """Which of the files are what, and in which graphs the register is to be."""

    rdf: list[Path]
    register: Path | None
    links: list[Path]
    graph: str
    inferred: str
    bare: bool
    by_analogy: Sequence[str] | None


def _planned(files: list[Path], by_analogy: Sequence[str] | None, *, bare: bool, as_of: str | None) -> _Plan:
    tables = [file for file in files if gias.is_table(file)]
    links = [file for file in tables if gias.is_links(file)]
    registers = [file for file in tables if file not in links]
    if not files:
        raise UsageError("name a file to load: RDF, or an extract of the register (CSV)")
    if len(registers) > 1:
        raise UsageError("two extracts of the register were given: load the newest, and others with --as-of DATE")
    if not registers and (links or as_of):
        raise UsageError("links and --as-of go with an extract of the register: name its file too")
    if as_of and not (re.match(r"\d{4}-", as_of) and gias.day(as_of)):
        raise UsageError(f"{shown(as_of)} is no day: write it as YYYY-MM-DD")
    if bare and by_analogy:
        raise UsageError("--bare leaves out the register types, on which --by-analogy rests: leave out one of the two")
    for name in by_analogy or ():
        load.analogy(name)
    dated = f"/{as_of}" if as_of else ""
    return _Plan(
        rdf=[file for file in files if file not in tables],
        register=registers[0] if registers else None,
        links=links,
        graph=REGISTER + dated,
        inferred=REGISTER_INFERRED + dated,
        bare=bare,
        by_analogy=by_analogy,
    )


# ------------------------------------------------------------------------------- doing it


class _Load:
    """One load, on its way into the next version of a store."""

    def __init__(self, plan: _Plan, writing: versions.Writing, loaded: Loaded, progress: Progress) -> None:
        self._plan, self._loaded, self._progress = plan, loaded, progress
        self._writing, self._old = writing, writing.old
        self._there = {graph.value for graph in self._old.named_graphs()} if self._old else set[str]()
        self._files = _files_of_graphs(self._old)
        self._read = self._rdf()
        self._known: Triples = {}
        self._base: Materialisation | None = None
        self._together = list[tuple[str, str]]()

    def run(self, *, inference: bool, anew: bool = False) -> None:
        """Write all graphs.

        Args:
            inference: also conclude what follows.
            anew: conclude it anew from what is there, although no file changes that.
        """
        plan = self._plan
        written = {METADATA, *self._read, *([plan.graph] if plan.register else [])}
        self._known = dict.fromkeys(self._all_but_establishments(self._there - written))
        new_base = (
            anew or bool(self._read) or INFERRED not in self._there or any(map(_is_of_establishment, self._known))
        )
        replaced = written | ({INFERRED, REGISTER_INFERRED} if new_base else set())
        replaced |= {plan.inferred} if plan.register else set()
        kept = self._there - replaced
        if inference:
            self._base = Materialisation(self._known)
            if self._base.clashes:
                raise InconsistentError("the graph contradicts itself: " + "; ".join(self._base.clashes[:3]))
        if is_copy := self._there & replaced <= {METADATA}:
            self._writing.from_copy()
        new = self._writing.new
        new.bulk_extend(self._quads([] if is_copy else sorted(kept), self._to_close_again(kept, new_base=new_base)))
        for graph, inferred in self._together:
            assert self._base
            new.bulk_extend(in_graph(Batches(self._base).close_together(_triples(new, graph)), inferred))
        if inference:
            new.add_graph(ox.NamedNode(INFERRED))  # which tells, even if it is empty, that what follows is to be there
        self._loaded.closed = "together" if self._together else "in batches" if self._base else "not"
        self._write_metadata()

    def _quads(self, kept: Sequence[str], again: Iterable[ox.Triple] | None) -> Iterator[ox.Quad]:
        """Yield what is to be written, but for metadata and what has to be concluded from all of the register.

        Args:
            kept: graphs to take over.
            again: a register that is there, of which is to be concluded anew what follows; it has to be in order.
        """
        for graph in kept:
            yield from in_graph((t for t in _triples(self._old, graph) if not self._is_said_elsewhere(t, graph)), graph)
        for graph, triples in self._read.items():
            yield from in_graph(triples, graph)
        inferred = dict.fromkeys(self._base.inferred()) if self._base and again is not None else {}
        if self._plan.register:
            for quad in self._register(self._plan.register):
                if quad.triple in inferred:  # of an establishment that own files speak of, and now asserted
                    del inferred[quad.triple]
                yield quad
        if again is not None and self._base:
            subjects = ([*triples] for _, triples in groupby(again, _subject))
            for asserted, quads in self._closed(subjects, REGISTER, REGISTER_INFERRED):
                for triple in asserted:
                    inferred.pop(triple, None)
                yield from quads
        yield from in_graph(inferred, INFERRED)

    def _is_said_elsewhere(self, triple: ox.Triple, graph: str) -> bool:
        """Tell whether a triple of the register is in a file of the user's own too: no triple is in two graphs."""
        return graph == REGISTER and triple in self._known and _is_of_establishment(triple)

    def _to_close_again(self, kept: set[str], *, new_base: bool) -> Iterable[ox.Triple] | None:
        """Return the establishments that are there besides an extract, in order; None if nothing is to be concluded."""
        if not new_base:
            return None
        if REGISTER in self._read:
            return filter(_is_of_establishment, sorted(self._read[REGISTER], key=_subject_text))
        return filter(_is_of_establishment, _triples(self._old if REGISTER in kept else None, REGISTER))

    def _all_but_establishments(self, kept: set[str]) -> Iterator[ox.Triple]:
        """Yield all that rules see besides establishments of the register."""
        for graph in sorted(kept):
            if graph == REGISTER:
                yield from (t for t in _triples(self._old, graph) if not _is_of_establishment(t))
            elif not graph.startswith((INFERRED, *SNAPSHOTS)):
                yield from _triples(self._old, graph)
        for graph, triples in self._read.items():
            if graph == REGISTER:
                yield from (t for t in triples if not _is_of_establishment(t))
            elif not graph.startswith(SNAPSHOTS):
                yield from triples

    # ---------------------------------------------------------------------- RDF files

    def _rdf(self) -> dict[str, Triples]:
        """Read the RDF files, and return the triples of each graph that is not as it was; its files are noted."""
        found, files = defaultdict[str, Triples](dict), defaultdict[str, set[str]](set)
        for path in self._plan.rdf:
            read, tally, graphs = 0, Tally(), set[str]()
            for quad in _parsed(path):
                read += 1
                graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ASSERTED
                if graph == METADATA or graph.startswith(INFERRED):
                    tally.note("a triple in a graph that is made here: it was left out", 0, str(quad))
                else:
                    found[graph][quad.triple] = None
                    graphs.add(graph)
            for graph in graphs:
                files[graph].add(_described(path))
            used = read - tally.counts.total()
            self._loaded.sources.append(Source(str(path), "rdf", read, used, tally))
        if REGISTER in found and self._plan.graph == REGISTER and self._plan.register:
            raise UsageError(f"both RDF and {self._plan.register} have the register: leave out one of the two")
        packaged = self._packaged(is_new=ASSERTED in found)
        if packaged:
            triples = (quad.triple for path in packaged for quad in _parsed(path))
            found[ASSERTED] = dict.fromkeys(triples) | found[ASSERTED]
            files[ASSERTED] |= {PACKAGED + _described(path) for path in packaged}
        changed = {graph for graph in found if graph not in self._there or files[graph] != self._files[graph]}
        self._files.update(files)
        return {graph: triples for graph, triples in found.items() if graph in changed}

    def _packaged(self, *, is_new: bool) -> list[Path]:
        """Return the packaged files that the asserted graph is to have; none if it stays as it is.

        Args:
            is_new: whether files of the user's own are to be in it, from this load.
        """
        if self._plan.bare:
            return []
        known, before = load.analogies(), {text.rpartition(DIGEST)[0] for text in self._files[ASSERTED]}
        kept = [name for name, path in known.items() if f"{PACKAGED}{path.name}" in before]
        chosen = kept if self._plan.by_analogy is None else [*dict.fromkeys(self._plan.by_analogy)]
        self._loaded.by_analogy = chosen
        if not is_new and (own := sorted(name for name in before if not name.startswith(PACKAGED))):
            if chosen != kept:
                raise UsageError(
                    f"the graph {ASSERTED} holds files of your own ({', '.join(own)}): name them too, so that it "
                    "can be made anew with other analogies"
                )
            return []
        return [*load.packaged_files(), load.register_types(), *(known[name] for name in chosen)]

    # ------------------------------------------------------------------- the register

    def _register(self, path: Path) -> Iterator[ox.Quad]:
        """Yield the quads of an extract of the register, and of what follows of it."""
        plan, followed = self._plan, dict[int, list[int]]()
        for file in plan.links:
            tally = Tally()
            found = gias.links(file, tally)
            self._loaded.sources.append(Source(str(file), "links", found.read, found.used, tally))
            for urn, others in found.successors.items():
                followed[urn] = sorted({*followed.get(urn, ()), *others})
        tally = Tally()
        lists = gias.Lists(quad.triple for quad in load.parse(load.register_types()))
        register = gias.Register(path, lists, tally, followed)
        for triples, quads in self._closed(self._told(register), plan.graph, plan.inferred, lists.take):
            yield from in_graph((triple for triple in triples if triple not in self._known), plan.graph)
            yield from quads
        self._files[plan.graph] = {_described(file) for file in (path, *plan.links)}
        self._loaded.sources.append(Source(str(path), "register", register.read, register.loaded, tally))

    def _told(self, register: gias.Register) -> Iterator[list[ox.Triple]]:
        """Pass establishments on, and tell how far it is."""
        for triples in register.establishments():
            if register.read % 1000 == 0:
                self._progress(register.file.path.name, register.read, register.file.hundredths)
            yield triples

    def _closed(
        self,
        subjects: Iterable[list[ox.Triple]],
        graph: str,
        inferred: str,
        more: Callable[[], list[ox.Triple]] = list,
    ) -> Iterator[tuple[list[ox.Triple], Iterable[ox.Quad]]]:
        """Divide data into batches and close them.

        Args:
            subjects: lists of triples, each with all that is about one subject.
            graph, inferred: where the data is, and where what follows is to be.
            more: returns what is to be known from the next batch on, about other subjects.

        Yields:
            the triples of each batch, and the quads of what follows.
        """
        batches = Batches(self._base) if self._base else None
        while rows := [*islice(subjects := iter(subjects), ROWS)]:
            extra = more()
            triples = [triple for row in rows for triple in row]
            quads: Iterable[ox.Quad] = ()
            if batches:
                try:
                    found = batches.close(extra) if extra else []
                    if extra:
                        batches.base.add(extra)
                    quads = in_graph([*found, *batches.close(triples)], inferred)
                except TogetherError:
                    batches = None
                    self._together.append((graph, inferred))
            yield [*extra, *triples], quads

    # ---------------------------------------------------------------------- metadata

    def _write_metadata(self) -> None:
        """Say of each graph which files it is from and how many triples it has."""
        new = self._writing.new
        for quad in [*new.quads_for_pattern(None, None, None, ox.NamedNode(METADATA))]:
            new.remove(quad)
        facts = list[ox.Triple]()
        for graph in sorted(graph.value for graph in new.named_graphs() if graph.value != METADATA):
            count = _count(new, graph)
            self._loaded.graphs[graph] = count
            name = ox.NamedNode(graph)
            facts += [ox.Triple(name, SOURCE, ox.Literal(text)) for text in sorted(self._files[graph])]
            facts += [ox.Triple(name, SIZE, ox.Literal(str(count), datatype=ox.NamedNode(f"{XSD}integer")))]
        new.bulk_extend(in_graph(facts, METADATA))
        self._loaded.graphs[METADATA] = len(facts)


def _parsed(path: Path) -> Iterator[ox.Quad]:
    """Parse an RDF file; its blank nodes are named by its content, so that two files never share one."""
    opening = hashlib.sha256(load.read_bytes(path)).hexdigest()[:12]
    nodes: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        return (
            nodes.setdefault(term, ox.BlankNode(f"b{opening}x{len(nodes)}")) if isinstance(term, ox.BlankNode) else term
        )

    for s, p, o, graph in load.parse(path):
        yield ox.Quad(named(s), p, named(o), graph)


def _described(path: Path) -> str:
    """Return the name of a file and the digest of its content."""
    with path.open("rb") as file:
        return f"{path.name}{DIGEST}{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _files_of_graphs(store: ox.Store | None) -> defaultdict[str, set[str]]:
    """Return the files that each graph of a store is from, as its metadata has them."""
    files = defaultdict[str, set[str]](set)
    for subject, predicate, value in _triples(store, METADATA):
        if predicate == SOURCE:
            files[subject.value].add(value.value)
    return files


def _triples(store: ox.Store | None, graph: str) -> Iterator[ox.Triple]:
    if store:
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            yield quad.triple


def _subject(triple: ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Triple:
    return triple.subject


def _subject_text(triple: ox.Triple) -> str:
    return str(triple.subject)


def _is_of_establishment(triple: ox.Triple) -> bool:
    subject = triple.subject
    return isinstance(subject, ox.NamedNode) and subject.value.startswith(ESTABLISHMENT)


def _count(store: ox.Store, graph: str) -> int:
    solutions = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    return int(next(iter(solutions))["n"].value)
