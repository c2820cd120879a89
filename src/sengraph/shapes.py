"""What a code of practice must state: asserted triples held against `ontology/shapes.ttl`.

The shapes are SHACL, core and SPARQL-based constraints (W3C Recommendation, 20 July 2017, parts 1 and 2), and
pySHACL runs them. They see asserted triples only: an inferred type would excuse what they are there to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sengraph.load import ontology_dir
from sengraph.terms import compact

if TYPE_CHECKING:
    from pyoxigraph import Triple
    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Node

NAMESPACE = "https://w3id.org/sengraph/shapes#"
_IRI = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:)]")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of a SHACL validation, IRIs as compact names.

    Attributes:
        focus: the node that breaks the shape.
        path: the property at fault, `^` before it if read backwards, `/` between two; empty for a node shape.
        value: the value at fault, IRI or text; empty if there is none.
        shape: the local name of the shape.
        constraint: the kind of constraint, such as `MinCount`.
        severity: `Violation`, `Warning` or `Info`.
        message: what to do about it.
    """

    focus: str
    path: str
    value: str
    shape: str
    constraint: str
    severity: str
    message: str


def validate(triples: Iterable[Triple], shapes: str | Path | None = None) -> list[Violation]:
    """Hold triples against shapes.

    Args:
        triples: what is asserted, the vocabulary included.
        shapes: a Turtle file of shapes; the packaged one if None.

    Returns:
        the violations, sorted; none if all is well.

    >>> validate([])
    []
    """
    import pyshacl
    import rdflib

    from sengraph.interop import graph_to_rdflib

    file = Path(shapes) if shapes is not None else ontology_dir() / "shapes.ttl"
    data = _prepared(graph_to_rdflib(triples))
    conforms, results, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(file))
    assert isinstance(results, rdflib.Graph)
    return [] if conforms else sorted(_violations(results))


def _prepared(graph: Graph) -> Graph:
    """The graph, made to parse each query once: pySHACL puts every SPARQL constraint to every focus node.

    On the packaged table this is most of the work: rdflib takes 40 ms to parse such a query, 1 ms to answer it.
    """
    answer = graph.query

    def query(text: Any, *arguments: Any, **options: Any) -> Any:
        return answer(_parsed(text) if isinstance(text, str) else text, *arguments, **options)

    graph.query = query  # type: ignore[assignment, method-assign]
    return graph


@cache
def _parsed(text: str) -> Query:
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text)


def _violations(results: Graph) -> Iterable[Violation]:
    from rdflib import RDF, SH

    for result in results.subjects(RDF.type, SH.ValidationResult):

        def said(predicate: Node, result: Node = result) -> Node | None:
            return results.value(result, predicate, any=True)

        yield Violation(
            focus=_name(said(SH.focusNode)),
            path=_path(results, said(SH.resultPath)),
            value=_name(said(SH.value)),
            shape=str(said(SH.sourceShape)).removeprefix(NAMESPACE),
            constraint=_local(said(SH.sourceConstraintComponent)).removesuffix("ConstraintComponent"),
            severity=_local(said(SH.resultSeverity)),
            message=_IRI.sub(lambda iri: compact(iri.group()), str(said(SH.resultMessage) or "")),
        )


def _local(iri: Node | None) -> str:
    return str(iri).rpartition("#")[2]


def _name(node: Node | None) -> str:
    from rdflib import BNode, URIRef

    if isinstance(node, URIRef):
        return compact(str(node))
    return "" if node is None else "a blank node" if isinstance(node, BNode) else str(node)


def _path(results: Graph, path: Node | None) -> str:
    """SPARQL's notation for the two kinds of path that the shapes use beside plain properties."""
    from rdflib import RDF, SH, BNode

    if not isinstance(path, BNode):
        return _name(path)
    inverse = results.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{_path(results, inverse)}"
    return "/".join(_path(results, step) for step in results.items(path)) if (path, RDF.first, None) in results else ""
