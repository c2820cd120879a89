"""Dumps of the graphs, and what VoID and DCAT say of a site of files.

Each graph comes as N-Triples and Turtle, and all together as N-Quads; sorted, and compressed without a date, so that
the same data gives the same bytes. A graph is sorted in pieces: at most `RUN` lines are in memory.

Sources: VoID (W3C, 2011), section 3.2; DCAT 3, sections 6.8 and 8; DCAT-AP 3.0.1; SPDX 2.3 for checksums.
"""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from sengraph.errors import reading
from sengraph.linked import VOID
from sengraph.publish.files import Draft, Written, stem_of
from sengraph.render import FORMATS, write_graph
from sengraph.terms import DCTERMS, GRAPH, RDF, XSD

DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
IANA = "https://www.iana.org/assignments/media-types/"

RUN = 100_000
"""How many lines are sorted in memory at once."""

WHOLE = "all"
"""What the dump of everything is called."""

SERVED = ("sparqlEndpoint", "dataDump")
"""Of VoID's properties, those that a server's description has and that a site says otherwise or not at all."""


class Dump(NamedTuple):
    """A dump.

    Attributes:
        graph: the IRI of the graph; empty for the default graph; None for all graphs together.
        form: the name of its format.
        file: the compressed file.
    """

    graph: str | None
    form: str
    file: Written


def write_dumps(store: ox.Store, draft: Draft) -> list[Dump]:
    """Write the dumps of a store.

    Returns:
        those of each graph, by its IRI, and then that of all.

    Errors:
        InputError: the store is damaged.
        OSError: the files cannot be written.
    """
    with reading("the store"):
        named = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
        others = [graph for graph in store.named_graphs() if not isinstance(graph, ox.NamedNode)]
        has_default = any(True for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    dumps: list[Dump] = []
    files: list[Written] = []
    with _packed(draft, f"dumps/{WHOLE}.nq.gz", files) as whole:
        for name in [*([""] if has_default else []), *named]:
            graph = ox.NamedNode(name) if name else ox.DefaultGraph()
            behind = f" {graph} .\n" if name else " .\n"
            place = f"dumps/{_called(name)}"
            with ExitStack() as opened:
                lines = opened.enter_context(_sorted(_lines(store, graph)))
                with _packed(draft, f"{place}.nt.gz", files) as output:
                    for line in lines():
                        output.write(f"{line} .\n".encode())
                dumps.append(Dump(name, "nt", files[-1]))
                with _packed(draft, f"{place}.ttl.gz", files) as output:
                    write_graph(_parsed(lines()), "ttl", output)
                dumps.append(Dump(name, "ttl", files[-1]))
                for line in lines():
                    whole.write(f"{line}{behind}".encode())
        for graph_ in sorted(others, key=str):  # a graph without a name has no dump of its own
            with _sorted(_lines(store, graph_)) as lines:
                for line in lines():
                    whole.write(f"{line} {graph_} .\n".encode())
    return [*dumps, Dump(None, "nq", files[-1])]


def _called(graph: str) -> str:
    """Return what the dump of a graph is called: `asserted`, `inferred-register`, or what is safe of another name."""
    if not graph:
        return "default"
    name = graph.removeprefix(GRAPH).replace("/", "-") if graph.startswith(GRAPH) else f"resource?iri={graph}"
    return stem_of(f"dumps/{name}" if graph.startswith(GRAPH) else name).rpartition("/")[2]


def _lines(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Iterator[str]:
    with reading("the store"):
        for quad in store.quads_for_pattern(None, None, None, graph):
            yield str(quad.triple)


def _parsed(lines: Iterator[str]) -> Iterator[ox.Triple]:
    """Yield the triples of lines of N-Triples, without holding them."""
    while part := "".join(f"{line} .\n" for line in islice(lines, 1000)):
        for quad in ox.parse(part.encode(), ox.RdfFormat.N_TRIPLES, lenient=True):
            yield quad.triple


class _Lines:
    """Sorted lines that can be read again and again."""

    def __init__(self, runs: list[list[str] | IO[str]]) -> None:
        self._runs = runs

    def __call__(self) -> Iterator[str]:
        for run in self._runs:
            if not isinstance(run, list):
                run.seek(0)
        merged = heapq.merge(*self._runs)
        return (line[:-1] for line, _ in groupby(merged))


@contextmanager
def _sorted(lines: Iterator[str]) -> Iterator[_Lines]:
    """Sort lines, all but the last run of them in files that go away."""
    with ExitStack() as files:
        runs: list[list[str] | IO[str]] = []
        while run := sorted(f"{line}\n" for line in islice(lines, RUN)):
            if len(run) < RUN:
                runs.append(run)
                break
            file = files.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n"))
            file.writelines(run)
            runs.append(file)
        yield _Lines(runs)


@contextmanager
def _packed(draft: Draft, name: str, files: list[Written]) -> Iterator[IO[bytes]]:
    """Open a compressed file, without a date or a name in it."""
    with draft.opened(name, files) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        yield cast("IO[bytes]", packed)


# ---------------------------------------------------------------------------- descriptions


def described(triples: Iterable[ox.Triple], base: str, dumps: Iterable[Dump]) -> list[ox.Triple]:
    """Turn what a server says of its data into what a site says: there are files, and nobody answers queries.

    Args:
        triples: what `describe.void` returned.
        base: the address of the site.
        dumps: the dumps.

    Returns:
        the triples but for the services, with the dumps: `void:dataDump`, and a `dcat:Distribution` with its size
        and SHA-256 for each.
    """
    told = [*triples]
    services = {f"{base}sparql", f"{base}questions"}
    distributions = {t.object for t in told if t.predicate.value == f"{DCAT}distribution"}
    kept = [
        t
        for t in told
        if getattr(t.subject, "value", "") not in services
        and getattr(t.object, "value", "") not in services
        and t.subject not in distributions
        and t.object not in distributions
        and t.predicate.value not in {VOID + name for name in SERVED}
    ]
    dataset = next(t.object for t in kept if t.predicate.value == f"{DCAT}dataset")
    licences = [t.object for t in kept if t.subject == dataset and t.predicate.value == f"{DCTERMS}license"]
    snapshots = {t.object for t in kept if t.predicate.value == f"{DCAT}dataset"} - {dataset}
    for dump in dumps:
        of = ox.NamedNode(dump.graph) if dump.graph else dataset
        assert isinstance(of, ox.NamedNode)
        about = of if of in snapshots else dataset
        assert isinstance(about, ox.NamedNode)
        kept += _distribution(about, of, base, dump, licences)
    return kept


def _distribution(
    dataset: ox.NamedNode, graph: ox.NamedNode, base: str, dump: Dump, licences: Iterable[object]
) -> list[ox.Triple]:
    file = ox.NamedNode(base + dump.file.name)
    node = ox.NamedNode(f"{base}.well-known/void#{dump.file.name.rpartition('/')[2]}")
    checksum = ox.BlankNode("checksum-" + dump.file.sha256)
    name = ox.NamedNode
    what = "All graphs" if dump.graph is None else f"The graph {dump.graph}" if dump.graph else "The default graph"
    titles = {"nt": "N-Triples", "ttl": "Turtle", "nq": "N-Quads"}
    said: list[tuple[ox.NamedNode | ox.BlankNode, str, object]] = [
        (graph, f"{VOID}dataDump", file),
        (dataset, f"{DCAT}distribution", node),
        (node, f"{RDF}type", name(f"{DCAT}Distribution")),
        (node, f"{DCTERMS}title", ox.Literal(f"{what}, {titles[dump.form]}, compressed", language="en")),
        (node, f"{DCAT}accessURL", file),
        (node, f"{DCAT}downloadURL", file),
        (node, f"{DCAT}mediaType", name(IANA + FORMATS[dump.form].media_type.partition(";")[0])),
        (node, f"{DCAT}compressFormat", name(f"{IANA}application/gzip")),
        (node, f"{DCAT}byteSize", ox.Literal(str(dump.file.size), datatype=name(f"{XSD}nonNegativeInteger"))),
        *((node, f"{DCTERMS}license", licence) for licence in licences),
        (node, f"{SPDX}checksum", checksum),
        (checksum, f"{RDF}type", name(f"{SPDX}Checksum")),
        (checksum, f"{SPDX}algorithm", name(f"{SPDX}checksumAlgorithm_sha256")),
        (checksum, f"{SPDX}checksumValue", ox.Literal(dump.file.sha256, datatype=name(f"{XSD}hexBinary"))),
    ]
    return [ox.Triple(s, name(p), cast("ox.NamedNode | ox.BlankNode | ox.Literal", o)) for s, p, o in said]
