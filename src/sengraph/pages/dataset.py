"""The data as a page: what it is, how much of what is in it, and where it is to be had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from sengraph import load
from sengraph.exports import EXPORTS
from sengraph.linked import DATASET, place_of
from sengraph.pages import structured
from sengraph.pages.codes import day
from sengraph.pages.export import place_of_export
from sengraph.pages.html import ALTERNATES, TITLES, Link, Ref, alternates, render
from sengraph.terms import BASE, DCTERMS, RDF, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

VOID, SD = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/sparql-service-description#"

DCAT, SPDX = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
DOWNLOAD = f"{DCAT}downloadURL"

IANA = "https://www.iana.org/assignments/media-types/"
WHOLE = ("ttl", "nt", "jsonld")
"""The formats in which the page of a server offers everything as one graph."""

TOLD = ("license", "publisher", "creator", "issued", "modified", "source")


class _Said:
    """What triples say, by subject and property."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._values: dict[tuple[object, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
        self.subjects: dict[str, list[object]] = {}
        for subject, name, value in triples:
            self._values.setdefault((subject, name.value), []).append(value)
            if name.value == f"{RDF}type":
                self.subjects.setdefault(getattr(value, "value", ""), []).append(subject)

    def all(self, subject: object, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self._values.get((subject, name), [])

    def of(self, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return [value for (_, found), values in self._values.items() if found == name for value in values]

    def text(self, subject: object, name: str) -> str:
        return next((getattr(value, "value", "") for value in self.all(subject, name)), "")


def dataset_page(graph: Graph, link: Link, triples: Iterable[ox.Triple]) -> bytes:
    """Return the page about the data.

    Args:
        graph: the graph.
        link: turns places into what links say.
        triples: what `describe.void` and `describe.service_description` tell of it.
    """
    said = _Said(triples)
    dataset = next(iter(said.subjects.get(f"{VOID}Dataset", [])), ox.NamedNode(DATASET))
    labels = graph.names.labels(
        value.value
        for name in (*(f"{DCTERMS}{name}" for name in TOLD), f"{VOID}class")
        for value in said.of(name)
        if isinstance(value, ox.NamedNode)
    )
    facts = [
        (name, [_ref(labels, value) for value in said.all(dataset, f"{DCTERMS}{name}")])
        for name in TOLD
        if said.all(dataset, f"{DCTERMS}{name}")
    ]
    classes = [
        (_ref(labels, cls), int(said.text(part, f"{VOID}entities") or 0))
        for part in said.all(dataset, f"{VOID}classPartition")
        for cls in said.all(part, f"{VOID}class")
        if not cls.value.startswith(structured.GENERATED)
    ]
    graphs = []
    for named in said.subjects.get(f"{SD}NamedGraph", []):
        content = next(iter(said.all(named, f"{SD}graph")), None)
        name = said.text(named, f"{SD}name")
        size = int(said.text(content, f"{VOID}triples") or 0)
        graphs.append((name, compact(name).strip("<>"), said.text(content, f"{DCTERMS}description"), size))
    return render(
        "dataset.html",
        link,
        title=said.text(dataset, f"{DCTERMS}title") or "The data",
        description=said.text(dataset, f"{DCTERMS}description"),
        triples=int(said.text(dataset, f"{VOID}triples") or 0),
        facts=facts,
        classes=sorted((pair for pair in classes if pair[0].is_here), key=lambda pair: (-pair[1], pair[0].label)),
        graphs=graphs,
        alignments=[(place_of(f"{BASE}{load.ALIGNMENTS}/{name}"), name) for name in load.alignments()],
        exports=[(place_of_export(export.name), export.title, export.summary) for export in EXPORTS.values()],
        dumps=[_dump(said, node) for node in said.subjects.get(f"{DCAT}Distribution", []) if said.all(node, DOWNLOAD)],
        alternates=alternates(DATASET),
        structured=structured.dataset(
            link,
            place_of(DATASET),
            getattr(dataset, "value", DATASET),
            lambda name: said.all(dataset, name),
            lambda iri: labels.get(iri, ""),
            _downloads(said, link),
        ),
    )


def _dump(said: _Said, node: object) -> tuple[str, str, int, str]:
    """Return what a file with data is called, its place, its size and its digest."""
    checksum = next(iter(said.all(node, f"{SPDX}checksum")), None)
    place = f"dumps/{said.text(node, DOWNLOAD).rpartition('/')[2]}"
    size = int(said.text(node, f"{DCAT}byteSize") or 0)
    return said.text(node, f"{DCTERMS}title"), place, size, said.text(checksum, f"{SPDX}checksumValue")


def _downloads(said: _Said, link: Link) -> list[structured.Download]:
    """Return the files that the data comes in: what a server writes for whoever asks, and the dumps of a site."""
    written = [
        structured.Download(TITLES[name], structured.address(link, f"store?default&format={name}"), [ALTERNATES[name]])
        for name in WHOLE
        if link(f"store?default&format={name}")
    ]
    dumps = [
        structured.Download(
            said.text(node, f"{DCTERMS}title"),
            said.text(node, DOWNLOAD),
            [said.text(node, DCAT + name).partition(IANA)[2] for name in ("mediaType", "compressFormat")],
            *_dump(said, node)[2:],
        )
        for node in said.subjects.get(f"{DCAT}Distribution", [])
        if said.all(node, DOWNLOAD)
    ]
    return written + dumps


def _ref(labels: dict[str, str], value: ox.NamedNode | ox.BlankNode | ox.Literal) -> Ref:
    if not isinstance(value, ox.NamedNode):
        return Ref("", day(getattr(value, "value", "")))
    label = labels.get(value.value) or compact(value.value).strip("<>")
    return Ref(value.value, label, is_here=value.value.startswith(BASE))
