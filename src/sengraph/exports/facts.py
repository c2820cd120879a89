"""What exports read from a graph, and how they say it.

A graph is read a class at a time: a query returns what is said of all its members, sorted, so that an export comes in
the same order whatever engine holds the graph and however its triples are spread over named graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from sengraph.terms import BASE, DCTERMS, OWL, RDFS, SEN

if TYPE_CHECKING:
    from sengraph.graph import Graph

Term = ox.NamedNode | ox.BlankNode | ox.Literal
AnyTerm = TypeVar("AnyTerm", bound=Term)
Facts = Mapping[str, Sequence[Term]]
"""What is said of one thing: its values, sorted, by the IRI of the property."""

EXPORT = f"{BASE}exports/"

LABEL = f"{RDFS}label"
NOTE = f"{SEN}readingNote"
TITLE = f"{DCTERMS}title"

COMMON = [
    *(f"{DCTERMS}{name}" for name in ("creator", "publisher", "license", "rights", "modified")),
    f"{OWL}versionInfo",
]
"""What the ontologies that data is from say that holds for what is made of it, if all of them say it."""


def facts(graph: Graph, pattern: str, properties: Iterable[str]) -> dict[ox.NamedNode, Facts]:
    """Return what a graph says of some things.

    Args:
        graph: the data.
        pattern: a SPARQL pattern in which the things are `?thing`; those without an IRI are left out.
        properties: the IRIs of the properties that are wanted.

    Returns:
        what is said of each thing, in the order of their IRIs; properties without a value are not there.

    >>> import sengraph
    >>> found = facts(sengraph.open(), f"?thing a {ox.NamedNode(SEN + 'Modality')}", [LABEL])
    >>> [told[LABEL][0].value for told in found.values()]
    ['has responsibility', 'may', 'must', 'should', 'will']
    """
    wanted = " ".join(str(ox.NamedNode(iri)) for iri in properties)
    found: dict[ox.NamedNode, dict[str, set[Term]]] = {}
    for thing, p, o in graph.select(
        f"SELECT ?thing ?p ?o {{ {{ SELECT DISTINCT ?thing {{ {pattern} FILTER(ISIRI(?thing)) }} }} "
        f"OPTIONAL {{ VALUES ?p {{ {wanted} }} ?thing ?p ?o }} }}"
    ):
        told = found.setdefault(thing, {})
        if p is not None:
            told.setdefault(p.value, set()).add(o)
    return {thing: {p: in_order(values) for p, values in sorted(found[thing].items())} for thing in in_order(found)}


def among(things: Iterable[Term]) -> str:
    """Return the pattern in which `?thing` is each of some things; those without an IRI are left out."""
    return f"VALUES ?thing {{ {' '.join(sorted({str(each) for each in things if isinstance(each, ox.NamedNode)}))} }}"


def stated_by_all(graph: Graph, things: Iterable[Term]) -> dict[str, list[Term]]:
    """Return who made things, under which licence and so on, as far as it is stated of each of them.

    Args:
        graph: the data.
        things: what the export is made of.

    Returns:
        by the properties of `COMMON`, the values that every ontology by which the things are defined states; nothing
        if one of the things does not say which ontology defines it, or names none by an IRI.
    """
    by, ontologies = f"{RDFS}isDefinedBy", set[Term]()
    for told in facts(graph, among(things), [by]).values():
        if by not in told:
            return {}
        ontologies |= {*told[by]}
    if not all(isinstance(each, ox.NamedNode) for each in ontologies):
        return {}
    headers = [*facts(graph, among(ontologies), COMMON).values()] or [{}]
    common = {p: set.intersection(*({*header.get(p, ())} for header in headers)) for p in COMMON}
    return {p: in_order(values) for p, values in common.items() if values}


def in_order(terms: Iterable[AnyTerm]) -> list[AnyTerm]:
    """Return terms sorted, by IRI and by text."""
    return sorted(terms, key=lambda term: (term.value, str(term)))


def say(subject: ox.NamedNode, *said: tuple[str, Term | Iterable[Term]]) -> list[ox.Triple]:
    """Return triples with one subject: a property's IRI and its value or values, in the order given.

    Values that are blank nodes are left out: what the data says of them is not exported, so they would be nothing.
    """
    triples = []
    for p, values in said:
        each = [values] if isinstance(values, ox.NamedNode | ox.BlankNode | ox.Literal) else values
        triples += [ox.Triple(subject, ox.NamedNode(p), value) for value in each if not isinstance(value, ox.BlankNode)]
    return triples


def english(text: str) -> ox.Literal:
    """Return a text in English."""
    return ox.Literal(text, language="en")


def fragment(iri: str) -> str:
    """Return the fragment by which an export names what it makes of a thing; no two things have the same.

    >>> fragment(f"{SEN}party-senco"), fragment(f"{BASE}code-2001/mainstream-3.1")
    ('party-senco', 'code-2001/mainstream-3.1')
    >>> fragment("https://example.org/x")
    'iri=https%3A%2F%2Fexample.org%2Fx'
    """
    if iri.startswith(SEN):
        return quote(iri[len(SEN) :], safe="")
    if iri.startswith(BASE):
        return quote(iri[len(BASE) :], safe="/") if "/" in iri[len(BASE) :] else f"iri={quote(iri, safe='')}"
    return f"iri={quote(iri, safe='')}"
