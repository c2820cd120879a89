"""Terms and graphs between pyoxigraph, the embedded store, and rdflib, the Python user's graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox
import rdflib

from sengraph.errors import InputError, UsageError

if TYPE_CHECKING:
    from rdflib.term import Identifier

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Identifier:
    """Return the rdflib term for a pyoxigraph term; lexical forms and blank node names are kept."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise UsageError("rdflib has no triple terms, which are RDF 1.2: ask for them as terms of pyoxigraph")


def from_rdflib(term: object) -> Term:
    """Return the pyoxigraph term for an rdflib term.

    Errors:
        ValueError: the term is an IRI that is not one, or no RDF term.
    """
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
    raise ValueError(f"not an RDF term: {term!r}")


def graph_to_rdflib(triples: Iterable[ox.Triple], store: str = "default") -> rdflib.Graph:
    """Return an rdflib graph of the triples, in a store of rdflib's, with the project's prefixes bound."""
    from sengraph.terms import PREFIXES

    graph = rdflib.Graph(store=store)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph


def triples_from_rdflib(graph: Iterable[Sequence[object]]) -> Iterator[ox.Triple]:
    """Yield the pyoxigraph triples of an rdflib graph, or of a dataset, whose graphs are taken as one.

    Those that are not RDF (a literal as subject) are left out.

    Errors:
        UsageError: what was given is neither.
        InputError: a term is not what it says, such as an IRI with a space (with the triple).
    """
    if not isinstance(graph, Iterable):
        raise UsageError(
            f"a graph of rdflib or a store of pyoxigraph is wanted, and this is a {type(graph).__name__}: of a graph "
            "that sengraph.open returned give to_rdflib(), best opened with inference=False"
        )
    for subject, predicate, object_, *_ in graph:
        if isinstance(subject, rdflib.Literal) or not isinstance(predicate, rdflib.URIRef):
            continue
        try:
            s, p, o = from_rdflib(subject), from_rdflib(predicate), from_rdflib(object_)
        except ValueError as error:
            raise InputError(
                f"a triple of the graph is not RDF: {subject!r} {predicate!r} {object_!r}: {error}"
            ) from None
        assert not isinstance(s, ox.Literal)
        assert isinstance(p, ox.NamedNode)
        yield ox.Triple(s, p, o)
