"""An export as a page: what it is, the files it comes in, and an anchor for each thing that is made for it.

The things of an export have fragments of its address, so whoever follows the IRI of one lands here, at its name, and is
led on to what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.errors import UsageError
from sengraph.linked import in_form
from sengraph.names import local_name
from sengraph.pages.html import ALTERNATES, TITLES, Link, Ref, render
from sengraph.rdfxml import as_xml
from sengraph.terms import BASE, DCTERMS, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from sengraph.exports import Export
    from sengraph.graph import Graph

MOST = 500
"""How many things a page names."""

LABELS = (f"{RDFS}label", f"{SKOS}prefLabel")


class Entry(NamedTuple):
    """A thing of an export: its anchor, or none if its IRI leads elsewhere; what it is called, what it is made of."""

    anchor: str
    thing: Ref
    source: Ref | None


def place_of_export(name: str) -> str:
    """Return the place of an export.

    >>> place_of_export("odrl")
    'exports/odrl'
    """
    return f"exports/{name}"


def export_page(graph: Graph, link: Link, export: Export, triples: Iterable[ox.Triple]) -> bytes:
    """Return the page of an export.

    Args:
        graph: the graph.
        link: turns places into what links say.
        export: the export.
        triples: what it made of the graph.
    """
    told = [*triples]
    place = place_of_export(export.name)
    groups, number = _groups(graph, BASE + place, told)
    return render(
        "export.html",
        link,
        title=export.title,
        summary=export.summary,
        iri=BASE + place,
        size=len(told),
        groups=groups,
        left_out=max(0, number - MOST),
        alternates=[(ALTERNATES[name], in_form(place, name), TITLES[name]) for name in _forms(told)],
    )


def _forms(triples: list[ox.Triple]) -> list[str]:
    """Return the forms in which there are these triples, since RDF/XML cannot state every one."""
    try:
        for triple in triples:
            as_xml(triple)
    except UsageError:
        return [name for name in ALTERNATES if name != "rdf"]
    return [*ALTERNATES]


def _groups(graph: Graph, document: str, triples: list[ox.Triple]) -> tuple[list[tuple[Ref, list[Entry]]], int]:
    """Return the things by class, in the order of the triples, and how many there are."""
    kinds: dict[str, str] = {}
    labels: dict[str, str] = {}
    sources: dict[str, str] = {}
    for subject, name, value in triples:
        if isinstance(subject, ox.NamedNode) and subject.value != document:
            if name.value == f"{RDF}type" and isinstance(value, ox.NamedNode):
                kinds.setdefault(subject.value, value.value)
            elif name.value in LABELS and isinstance(value, ox.Literal) and value.language in ("en", None):
                labels.setdefault(subject.value, value.value)
            elif name.value == f"{DCTERMS}source" and isinstance(value, ox.NamedNode):
                sources.setdefault(subject.value, value.value)
    named = graph.names.labels([*kinds, *sources.values()])
    groups: dict[str, list[Entry]] = {}
    for iri, kind in [*kinds.items()][:MOST]:
        _, _, fragment = iri.partition("#")
        anchor = fragment if iri.startswith(f"{document}#") else ""
        made_of = sources.get(iri, "")
        source = Ref(made_of, named[made_of]) if made_of in named else None
        thing = Ref("" if anchor else iri, labels.get(iri) or fragment or iri, iri in named)
        groups.setdefault(kind, []).append(Entry(anchor, thing, source))
    return [(Ref(kind, local_name(kind), is_here=False), entries) for kind, entries in groups.items()], len(kinds)
