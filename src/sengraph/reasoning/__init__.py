"""What follows from a graph by the OWL 2 RL/RDF rules.

Source: OWL 2 Web Ontology Language Profiles (second edition), section 4.3. Two kinds of
conclusions say nothing and are left out unless asked for: *reflexive* ones (everything is the same
as itself, every class a subclass of itself) and *axiomatic* ones (what follows from no triple at
all). A conclusion whose subject is a literal is not RDF and is never given.

    rules       the rules, a table                       datatypes   literals by value
    columns     facts as integers, and joins of them     specialise  rules about these facts
    engine      rounds of rules until nothing is new     listing     facts back to triples
    native      the engine as a reasoner                 reference   owlrl as a reasoner
    proofs      why a triple follows, or does not        entailment  whether a graph follows from another
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, overload

from sengraph.errors import InconsistentError, UsageError, did_you_mean

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib
    from pyoxigraph import Triple

ENGINES = {"native": "sengraph.reasoning.native", "owlrl": "sengraph.reasoning.reference"}
"""The reasoners, by the name that `--engine` takes: modules with a function `close`."""

DEFAULT_ENGINE = "native"


Progress = Callable[[int, int], None]
"""Takes the number of a round that has ended and how many facts there are then."""


class Closure(Protocol):
    """A graph that a reasoner has closed."""

    @property
    def clashes(self) -> tuple[str, ...]:
        """Each contradiction found, in words, sorted; empty when the graph is consistent."""
        ...

    def inferred(self, *, axioms: bool = False) -> Iterable[Triple]:
        """Return the triples that follow and were not there, each once; with `axioms` the ones that say nothing too."""
        ...


class Inference(NamedTuple):
    """What follows from a graph.

    Attributes:
        inferred: the triples that follow and were not asserted.
        clashes: each contradiction found, in words, sorted; empty when the graph is consistent.
    """

    inferred: frozenset[Triple]
    clashes: tuple[str, ...]


def close(
    triples: Iterable[Triple], *, engine: str = DEFAULT_ENGINE, progress: Progress = lambda number, facts: None
) -> Closure:
    """Close a graph under the OWL 2 RL/RDF rules.

    Args:
        triples: the graph, in any order.
        engine: the name of a reasoner, one of `ENGINES`.
        progress: is told how far the work is, by reasoners that can say so.

    Returns:
        the closure, whose triples are made as they are read.

    Errors:
        UsageError: there is no engine of that name.
        InputError: the graph cannot be read as OWL, for a malformed list.
        LimitError: too much follows.
    """
    if engine not in ENGINES:
        raise UsageError(f"there is no reasoner called {engine!r}. {did_you_mean(engine, ENGINES)}")
    made: Callable[[Iterable[Triple], Progress], Closure] = import_module(ENGINES[engine]).close
    return made(triples, progress)


def infer(triples: Iterable[Triple], *, engine: str = DEFAULT_ENGINE, axioms: bool = False) -> Inference:
    """Infer what follows from a graph by the OWL 2 RL/RDF rules.

    Args:
        triples: the graph, in any order.
        engine: the name of a reasoner, one of `ENGINES`.
        axioms: also give the reflexive and the axiomatic conclusions.

    Returns:
        the triples that follow and were not there, and the contradictions found.

    Errors:
        as `close`.
    """
    closure = close(triples, engine=engine)
    return Inference(frozenset(closure.inferred(axioms=axioms)), closure.clashes)


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
        return frozenset(_consistent((quad.triple for quad in graph), engine))
    return interop.graph_to_rdflib(_consistent(interop.triples_from_rdflib(graph), engine))


def _consistent(triples: Iterable[Triple], engine: str) -> Iterator[Triple]:
    """Yield what follows from a graph, or refuse one that contradicts itself."""
    closure = close(triples, engine=engine)
    if closure.clashes:
        raise InconsistentError("the graph contradicts itself: " + "; ".join(closure.clashes))
    yield from closure.inferred()
