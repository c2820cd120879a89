"""What follows from a graph by the OWL 2 RL/RDF rules.

Source: OWL 2 Web Ontology Language Profiles (second edition), section 4.3. Two kinds of
conclusions say nothing and are left out unless asked for: *reflexive* ones (everything is the same
as itself, every class a subclass of itself) and *axiomatic* ones (what follows from no triple at
all). A conclusion whose subject is a literal is not RDF and is never given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, overload

from sengraph.errors import InconsistentError, UsageError, did_you_mean
from sengraph.terms import OWL, RDFS

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib
    from pyoxigraph import Triple

ENGINES = {"owlrl": "sengraph.reasoning.reference"}
"""The reasoners, by the name that `--engine` takes: modules with a function `close`."""

DEFAULT_ENGINE = "owlrl"

REFLEXIVE = frozenset(
    (
        f"{OWL}sameAs",
        f"{OWL}equivalentClass",
        f"{OWL}equivalentProperty",
        f"{RDFS}subClassOf",
        f"{RDFS}subPropertyOf",
    )
)


class Closure(NamedTuple):
    """What an engine found.

    Attributes:
        inferred: the triples that follow and were not there, reflexive ones included.
        axiomatic: those of `inferred` that would follow from no triple at all.
        clashes: each contradiction found, in words; empty when the graph is consistent.
    """

    inferred: frozenset[Triple]
    axiomatic: frozenset[Triple]
    clashes: tuple[str, ...]


class Inference(NamedTuple):
    """What follows from a graph.

    Attributes:
        inferred: the triples that follow and were not asserted.
        clashes: each contradiction found, in words, sorted; empty when the graph is consistent.
    """

    inferred: frozenset[Triple]
    clashes: tuple[str, ...]


def infer(triples: Iterable[Triple], *, engine: str = DEFAULT_ENGINE, axioms: bool = False) -> Inference:
    """Infer what follows from a graph by the OWL 2 RL/RDF rules.

    Args:
        triples: the graph, in any order.
        engine: the name of a reasoner, one of `ENGINES`.
        axioms: also give the reflexive and the axiomatic conclusions.

    Returns:
        the triples that follow and were not there, and the contradictions found.

    Errors:
        UsageError: there is no engine of that name.
    """
    if engine not in ENGINES:
        raise UsageError(f"there is no reasoner called {engine!r}. {did_you_mean(engine, ENGINES)}")
    close: Callable[[Iterable[Triple]], Closure] = import_module(ENGINES[engine]).close
    closure = close(triples)
    if axioms:
        return Inference(closure.inferred, closure.clashes)
    telling = {triple for triple in closure.inferred if not is_reflexive(triple)}
    return Inference(frozenset(telling - closure.axiomatic), closure.clashes)


def is_reflexive(triple: Triple) -> bool:
    """Tell whether a triple says of something only that it equals or is contained in itself."""
    return triple.subject == triple.object and triple.predicate.value in REFLEXIVE


@overload
def reason(graph: rdflib.Graph, *, engine: str = DEFAULT_ENGINE) -> rdflib.Graph: ...
@overload
def reason(graph: pyoxigraph.Store, *, engine: str = DEFAULT_ENGINE) -> frozenset[Triple]: ...
def reason(graph: rdflib.Graph | pyoxigraph.Store, *, engine: str = DEFAULT_ENGINE) -> rdflib.Graph | frozenset[Triple]:
    """Return what follows from a graph by the OWL 2 RL/RDF rules, without what it asserts.

    Args:
        graph: an rdflib graph, or a pyoxigraph store, whose graphs are taken as one.
        engine: the name of a reasoner, one of `ENGINES`.

    Returns:
        an rdflib graph for an rdflib graph, with the same blank nodes; a set of triples for a store.

    Errors:
        InconsistentError: the graph contradicts itself (with what clashes).

    >>> import rdflib, sengraph
    >>> family = rdflib.Graph().parse(format="turtle", data='''
    ...     @prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    ...     :near a owl:SymmetricProperty . :a :near :b .''')
    >>> sengraph.reason(family).value(rdflib.URIRef("http://example.org/b"), rdflib.URIRef("http://example.org/near"))
    rdflib.term.URIRef('http://example.org/a')
    """
    import pyoxigraph

    from sengraph import interop

    if isinstance(graph, pyoxigraph.Store):
        return _consistent({quad.triple for quad in graph}, engine)
    return interop.graph_to_rdflib(_consistent(interop.triples_from_rdflib(graph), engine))


def _consistent(triples: Iterable[Triple], engine: str) -> frozenset[Triple]:
    """Return what follows from a graph, or refuse one that contradicts itself."""
    inference = infer(triples, engine=engine)
    if inference.clashes:
        raise InconsistentError("the graph contradicts itself: " + "; ".join(inference.clashes))
    return inference.inferred
