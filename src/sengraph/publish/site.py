"""What a site is made of, in the order in which it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph import __version__, describe, linked, load
from sengraph.errors import UsageError, shown
from sengraph.exports import EXPORTS
from sengraph.pages.export import place_of_export
from sengraph.publish import rules
from sengraph.publish.dumps import Dump, described, write_dumps
from sengraph.publish.files import MANIFEST, OURS, Draft, Written, replaced
from sengraph.publish.pages import Writer, answered, choices, fixed
from sengraph.publish.places import Places, clashing, why_file
from sengraph.publish.search import write_search
from sengraph.publish.things import BESIDE, THING, WHY, Job, graph_beside, make_all
from sengraph.publish.unchanged import digest_of, published
from sengraph.terms import DCTERMS, GRAPH

if TYPE_CHECKING:
    from sengraph.graph import Graph

FEW = 5000
"""How many things a site has at most if each conclusion about an establishment has a page that tells why."""

BASE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9_~.-]+/)*")
"""The address of a site: it stands in rules of servers, where other characters would mean something else."""

SD = "http://www.w3.org/ns/sparql-service-description#"


class Published(NamedTuple):
    """What was published: how many things have documents, all files, and whether they are others than before."""

    things: int
    files: list[Written]
    is_new: bool = True

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return sum(file.size for file in self.files)


def publish(
    folder: Path | str,
    base: str,
    *,
    store: Path | str | None = None,
    align: Sequence[Path | str] = (),
    queries: Path | str | None = None,
    workers: int = 1,
    notify: Callable[[str], None] = lambda line: None,
    progress: Callable[[int, int], None] = lambda done, number: None,
) -> Published:
    """Write a site of files.

    Args:
        folder: an empty folder, one that is not there, or one that was published before: it is replaced whole, when
            all is written, or stays as it is if nothing has changed.
        base: the address where the site will be, with a slash at its end.
        store: a folder with a store on disk; None for the packaged graph.
        align: alignments to have in the packaged graph, as `sengraph.graph.open_graph`.
        queries: a folder of stored questions to have besides the packaged ones.
        workers: how many processes make pages. They are started anew, so a program that asks for more than one has to
            guard its own main part (`if __name__ == "__main__":`).
        notify: takes a line of text for the person who waits.
        progress: takes how many documents are made, and how many there will be.

    Errors:
        UsageError: the base is no address of a site, the folder has something else in it, or there is no such
            alignment.
        InputError: the store is damaged, or the folder cannot be written.
        InconsistentError: an alignment contradicts the graph (with the proof).
        LimitError: the disk is full, another process publishes there, or one that makes pages was ended.
    """
    _check_base(base)
    aligned = load.aligned(align)
    with _opened(store, aligned, queries, notify) as (graph, quads, database), replaced(Path(folder)) as draft:
        job = Job(database, aligned, _NOWHERE, draft.root, draft.old, False)
        site = _Site(graph, base, draft, job)
        return site.write(quads, Path(queries) if queries else None, workers, progress)


def _check_base(base: str) -> None:
    if not BASE.fullmatch(base) or any(part in (".", "..") for part in base.split("/")):
        hint = f": write {shown(base + '/')}" if BASE.fullmatch(f"{base}/") else ""
        raise UsageError(
            f"{shown(base)} is no address of a site{hint}. It begins with http:// or https:// and ends with a slash, "
            "and has letters, digits and . - _ ~ between"
        )


class _opened:  # noqa: N801 - it is used as a function is
    """The graph, its quads, and the folder of its database: None for the packaged graph."""

    def __init__(
        self,
        store: Path | str | None,
        aligned: Sequence[Path],
        queries: Path | str | None,
        notify: Callable[[str], None],
    ) -> None:
        self._store, self._aligned, self._queries, self._notify = store, aligned, queries, notify

    def __enter__(self) -> tuple[Graph, ox.Store, Path | None]:
        from sengraph.graph import in_memory, open_graph, refuse_alignment
        from sengraph.versions import open_current

        if self._store is None:
            graph = open_graph(align=self._aligned, queries=self._queries, notify=self._notify)
            quads = in_memory([*load.packaged_files(), *self._aligned], self._aligned, notify=self._notify)
            return graph, quads, None
        if self._aligned:
            refuse_alignment(self._aligned, self._store)
        # held until the end: processes open this version, whatever comes
        self._version = open_current(Path(self._store))
        database = self._version.path
        return open_graph(store=database, queries=self._queries), self._version.store, database

    def __exit__(self, *error: object) -> None:
        if self._store is not None:
            self._version.close()


def _defined(beside: Graph) -> list[str]:
    """Return the ontologies that are not in the data, and their terms."""
    ontologies = " ".join(str(ox.NamedNode(iri)) for iri in load.beside())
    rows = beside.select(
        f"SELECT ?s {{ {{ VALUES ?s {{ {ontologies} }} }} UNION "
        f"{{ VALUES ?ontology {{ {ontologies} }} ?s rdfs:isDefinedBy ?ontology }} }} ORDER BY ?s"
    )
    return [row["s"].value for row in rows if isinstance(row["s"], ox.NamedNode)]


_NOWHERE = Places("", {}, frozenset(), {}, frozenset())


class _Site:
    """Makes a site.

    Args:
        graph: the data.
        base: the address of the site.
        draft: where it is written.
        job: what processes are told, but for the places.
    """

    def __init__(self, graph: Graph, base: str, draft: Draft, job: Job) -> None:
        self._graph, self._base, self._draft, self._job = graph, base, draft, job
        self._files: list[Written] = []

    def write(
        self, quads: ox.Store, queries: Path | None, workers: int, progress: Callable[[int, int], None]
    ) -> Published:  # fmt: skip
        """Write all of it, and the manifest last; or only find that it is there."""
        graph = self._graph
        dumps = write_dumps(quads, self._draft)
        made_of = digest_of(dumps[-1].file.sha256, self._base, queries)
        if there := published(self._draft.old, made_of):
            self._draft.is_needed = False
            return Published(*there, is_new=False)
        self._files += [dump.file for dump in dumps]
        chosen, asked = choices(graph), answered(graph)
        places, things, others = self._places(fixed(graph, asked, chosen, dumps))
        job = self._job._replace(places=places, reasons=len(things) <= FEW)
        reasons: set[str] = set()
        writer = Writer(graph, places, self._draft, reasons)
        writer.pages(chosen)
        writer.missing_page()
        writer.questions(asked)
        writer.data(*self._described(dumps))
        writer.exports()
        names = write_search(writer, graph, places)
        tasks = [(THING, iri) for iri in things] + [(BESIDE, iri) for iri in others]
        self._make(job, tasks, reasons, workers, progress)
        self._rules(writer, places)
        pages = [(f"{name}.html", "") for name in ("index", "table", "people", "questions", "search")]
        pages += [(f"{place_of_export(name)}.html", "") for name in EXPORTS]
        pages += [(f"{each.file}.html", "") for each in asked] + [(page.file, "") for page in chosen]
        pages += [(name, "") for name in names]
        pages.append((places.file_of(places.place_of(linked.DATASET)), linked.DATASET))
        pages += [(f"{places.stem(places.place_of(iri))}.html", iri) for _, iri in tasks]
        writer.rest([*dict.fromkeys(pages)])
        self._files += writer.files
        self._manifest(places, [iri for _, iri in tasks], made_of)
        return Published(len(tasks), self._files)

    def _places(self, known: dict[str, str]) -> tuple[Places, list[str], list[str]]:
        """Return the places, and the IRIs of the things of the data and of the vocabularies beside it."""
        graph, base = self._graph, self._base
        beside = graph_beside()
        ontologies = linked.vocabularies(beside) | linked.vocabularies(graph)
        versions = {iri: ontology for iri, ontology in ontologies.items() if iri != ontology}
        things = [iri for iri in linked.subjects(graph, "") if iri and iri not in versions and iri != linked.DATASET]
        things = [iri for iri in things if not iri.startswith(GRAPH)]
        there = {*things}
        others = [iri for iri in _defined(beside) if iri not in there]
        by_place: dict[str, str] = {}
        for iri in (*things, *others, linked.DATASET):
            if (other := by_place.setdefault(linked.place_of(iri, base), iri)) != iri:
                raise UsageError(f"{shown(other)} and {shown(iri)} have one place at {base}: choose another base")
        aliases = {linked.place_of(iri, base): linked.place_of(versions[iri], base) for iri in versions}
        places = Places(base, known, frozenset(by_place), aliases, clashing(by_place))
        return places, things, others

    def _described(self, dumps: list[Dump]) -> tuple[list[ox.Triple], list[ox.Triple]]:
        """Return what is told of the data, and of its graphs."""
        void = describe.void(self._graph, self._base)
        triples = described(void, self._base, dumps, self._graph.names.label)
        service = describe.service_description(self._graph, self._base)
        named = {t.object for t in service if t.predicate.value == f"{SD}namedGraph"}
        contents = {t.object for t in service if t.predicate.value == f"{SD}graph"}
        is_graph = {*named, *contents}
        kept = [t for t in service if t.subject in is_graph]
        kept = [t for t in kept if t.object != ox.NamedNode("http://rdfs.org/ns/void#Dataset")]
        return triples, kept + [t for t in void if t.predicate.value == f"{DCTERMS}source"]

    def _make(
        self,
        job: Job,
        tasks: list[tuple[str, str]],
        reasons: set[str],
        workers: int,
        progress: Callable[[int, int], None],
    ) -> None:
        """Make the documents of things, and then the pages that tell why which were linked."""
        done = 0
        for is_last in (False, True):
            waiting = [*self._reasons(reasons)] if is_last else tasks
            every = done + len(waiting)
            for made in make_all(self._graph, job, iter(waiting), len(waiting), workers):
                self._files += made.files
                reasons |= made.reasons
                done += made.number
                progress(done, every)

    def _reasons(self, reasons: set[str]) -> Iterator[tuple[str, str]]:
        """Yield the pages that tell why, each once."""
        by_file = {why_file(place): place for place in sorted(reasons)}
        return ((WHY, place) for _, place in sorted(by_file.items()))

    def _rules(self, writer: Writer, places: Places) -> None:
        """Write the rules of servers."""
        renamed = places.renamed()
        aliases = {k: places.stem(v) for k, v in places.aliases.items() if k.startswith("doc/")}
        writer.write(".htaccess", rules.apache(self._base, renamed, aliases).encode())
        writer.write("nginx.conf", rules.nginx(self._base, renamed, aliases).encode())
        writer.write("w3id/.htaccess", rules.w3id(self._base, renamed, aliases).encode())
        writer.write("w3id/README.md", rules.w3id_readme(self._base).encode())
        writer.write(".nojekyll", b"")

    def _manifest(self, places: Places, iris: list[str], made_of: str) -> None:
        """Write what was written: a later run replaces just that."""
        lines = [
            "{" + ", ".join(map(_pair, ("generator", "version", "base"), (OURS, __version__, self._base))) + ",",
            _pair("input", made_of) + ",",
            '"things": {',
            ",\n".join(_pair(iri, places.stem(places.place_of(iri))) for iri in sorted(iris)),
            '},\n"files": {',
            ",\n".join(_pair(file.name, file.sha256) for file in sorted(self._files)),
            "}}\n",
        ]
        self._draft.write(MANIFEST, "\n".join(lines).encode())


def _pair(name: str, value: str) -> str:
    return f"{json.dumps(name)}: {json.dumps(value)}"
