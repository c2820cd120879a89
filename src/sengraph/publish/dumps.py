"""Dumps of the graphs, and what VoID and DCAT say of a site of files.

Each graph comes as N-Triples and Turtle, and all together as N-Quads; sorted, and compressed without a date, so that
the same data gives the same bytes. A graph is sorted in pieces: at most `RUN` lines are in memory.

Sources: VoID (W3C, 2011), section 3.2; DCAT 3, sections 6.8 and 8; DCAT-AP 3.0.1; SPDX 2.3 for checksums.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from sengraph.errors import reading
from sengraph.linked import FOAF, VOID
from sengraph.publish.files import Draft, Written, stem_of
from sengraph.render import FORMATS, write_graph
from sengraph.terms import DCTERMS, GRAPH, RDF, XSD

DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
SPDX = "http://spdx.org/rdf/terms#"
IANA = "https://www.iana.org/assignments/media-types/"

RUN = 100_000
"""How many lines are sorted in memory at once."""

ROUNDS = 100
"""How often blank nodes are looked at to tell them apart."""

WHOLE_DUMP = "dumps/all.nq.gz"
"""The file with everything."""

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
    nodes = _blank_names(store)
    dumps: list[Dump] = []
    files: list[Written] = []
    with _packed(draft, WHOLE_DUMP, files) as whole:
        for name in [*([""] if has_default else []), *named]:
            graph = ox.NamedNode(name) if name else ox.DefaultGraph()
            behind = f" {graph} .\n" if name else " .\n"
            place = f"dumps/{_called(name)}"
            with ExitStack() as opened:
                lines = opened.enter_context(_sorted(_lines(store, graph, nodes)))
                with _packed(draft, f"{place}.nt.gz", files) as output:
                    for line in lines():
                        output.write(f"{line} .\n".encode())
                dumps.append(Dump(name, "nt", files[-1]))
                with _packed(draft, f"{place}.ttl.gz", files) as output:
                    write_graph(_parsed(lines()), "ttl", output)
                dumps.append(Dump(name, "ttl", files[-1]))
                for line in lines():
                    whole.write(f"{line}{behind}".encode())
        for graph_ in sorted(others, key=lambda node: str(nodes[node])):  # they have no dump of their own
            with _sorted(_lines(store, graph_, nodes)) as lines:
                for line in lines():
                    whole.write(f"{line} {nodes[graph_]} .\n".encode())
    return [*dumps, Dump(None, "nq", files[-1])]


def _called(graph: str) -> str:
    """Return what the dump of a graph is called: `asserted`, `inferred-register`, or what is safe of another name."""
    if not graph:
        return "default"
    name = graph.removeprefix(GRAPH).replace("/", "-") if graph.startswith(GRAPH) else f"resource?iri={graph}"
    return stem_of(f"dumps/{name}" if graph.startswith(GRAPH) else name).rpartition("/")[2]


def _blank_names(store: ox.Store) -> dict[object, ox.BlankNode]:
    """Return names for blank nodes that come from what is said of them, and not from how the data was loaded.

    In each round a node is known by what is said of it, other nodes in that by how the round before knew them, until a
    round tells no more of them apart. Those that are never told apart get their names by chance. (RDFC-1.0 gives names
    without chance, and takes for ever over what a reasoner concludes of classes without a name.)
    """
    about: dict[object, list[tuple[str, ox.Quad]]] = {}
    with reading("the store"):
        for quad in store:
            for role, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph_name)):
                if isinstance(term, ox.BlankNode):
                    about.setdefault(term, []).append((role, quad))
    digests: dict[object, str] = dict.fromkeys(about, "")
    told_apart = 0
    for _ in range(ROUNDS):
        before, told_apart = told_apart, len(set(digests.values()))
        if told_apart in (before, len(about)):
            break
        digests = {node: _said_of(node, said, digests) for node, said in about.items()}
    order = sorted(about, key=lambda node: (digests[node], str(node)))
    return {node: ox.BlankNode(f"b{number}") for number, node in enumerate(order)}


def _said_of(node: object, said: Iterable[tuple[str, ox.Quad]], digests: Mapping[object, str]) -> str:
    """Return a digest of what is said of a blank node."""
    lines = []
    for role, quad in said:
        terms = ("=" if term == node else digests.get(term, term) for term in quad)
        lines.append(f"{role} {' '.join(map(str, terms))}")
    return hashlib.sha256("\n".join([digests[node], *sorted(lines)]).encode()).hexdigest()


def _lines(
    store: ox.Store,
    graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph,
    nodes: Mapping[object, ox.BlankNode],
) -> Iterator[str]:
    with reading("the store"):
        for quad in store.quads_for_pattern(None, None, None, graph):
            yield f"{nodes.get(quad.subject, quad.subject)} {quad.predicate} {nodes.get(quad.object, quad.object)}"


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


CLASSES = {
    f"{DCTERMS}creator": f"{FOAF}Agent",
    f"{DCTERMS}language": f"{DCTERMS}LinguisticSystem",
    f"{DCTERMS}license": f"{DCTERMS}LicenseDocument",
    f"{DCTERMS}publisher": f"{FOAF}Agent",
    f"{DCAT}compressFormat": f"{DCTERMS}MediaType",
    f"{DCAT}mediaType": f"{DCTERMS}MediaType",
    f"{SPDX}algorithm": f"{SPDX}ChecksumAlgorithm",
}
"""By property, the class of its values, which DCAT-AP wants to be told."""


def described(
    triples: Iterable[ox.Triple], base: str, dumps: Iterable[Dump], name_of: Callable[[str], str]
) -> list[ox.Triple]:  # fmt: skip
    """Turn what a server says of its data into what a site says: there are files, and nobody answers queries.

    Args:
        triples: what `describe.void` returned.
        base: the address of the site.
        dumps: the dumps.
        name_of: returns what people call the one with an IRI.

    Returns:
        the triples but for the services, with the dumps (`void:dataDump`, and a `dcat:Distribution` with its size and
        SHA-256 for each), and what DCAT-AP asks for. What the data was derived from is said by `prov:wasDerivedFrom`,
        as in DCAT-AP only data sets are a `dcterms:source`.
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
    source, derived = ox.NamedNode(f"{DCTERMS}source"), ox.NamedNode(f"{PROV}wasDerivedFrom")
    kept = [ox.Triple(t.subject, derived, t.object) if t.predicate == source else t for t in kept]
    sets = [t for t in kept if t.predicate.value == f"{DCAT}dataset"]
    dataset = cast("ox.NamedNode", sets[0].object)
    catalogue = sets[0].subject
    for t in [*kept]:
        if t.subject == dataset and t.predicate.value == f"{DCTERMS}publisher":
            kept.append(ox.Triple(catalogue, t.predicate, t.object))
    licences = [t.object for t in kept if t.subject == dataset and t.predicate.value == f"{DCTERMS}license"]
    snapshots = {t.object for t in sets[1:]}
    for dump in dumps:
        graph = ox.NamedNode(dump.graph) if dump.graph else dataset
        kept += _distribution(graph if graph in snapshots else dataset, graph, base, dump, licences)
    return [*kept, *_classes(kept, name_of)]


def _classes(triples: Iterable[ox.Triple], name_of: Callable[[str], str]) -> Iterator[ox.Triple]:
    """Yield the classes of values, and the names of agents."""
    found = {(t.object.value, CLASSES[t.predicate.value]) for t in triples if t.predicate.value in CLASSES
             and isinstance(t.object, ox.NamedNode)}  # fmt: skip
    for iri, cls in sorted(found):
        thing = ox.NamedNode(iri)
        yield ox.Triple(thing, ox.NamedNode(f"{RDF}type"), ox.NamedNode(cls))
        if cls == f"{FOAF}Agent":
            yield ox.Triple(thing, ox.NamedNode(f"{FOAF}name"), ox.Literal(name_of(iri), language="en"))


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
