"""The reference reasoner: owlrl, which applies the rules one by one as the Recommendation lists them.

Known faults of owlrl 7.6.2: its `owl:hasKey` rule never compares the last key property; it knows
literals by their lexical form only in part; and it reports a contradiction by adding triples that
describe an error, which are taken out here and handed over as clashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sengraph.errors import InputError
from sengraph.terms import OWL, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from sengraph.reasoning import Progress

ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#"

REFLEXIVE = frozenset(
    [f"{OWL}{name}" for name in ("sameAs", "equivalentClass", "equivalentProperty")]
    + [f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf")]
)


class Expansion:
    """A graph that owlrl closed under the OWL 2 RL/RDF rules.

    Args:
        triples: the graph, in any order.
        progress: is told nothing; owlrl does not say how far it is.

    Errors:
        InputError: owlrl cannot read the graph.
    """

    def __init__(self, triples: Iterable[Triple], progress: Progress | None = None) -> None:
        asserted = frozenset(triples)
        closed, self.clashes = _expand(asserted)
        self._inferred = closed - asserted

    def inferred(self, *, axioms: bool = False) -> frozenset[Triple]:
        """Return what follows and was not there; the reflexive and the axiomatic conclusions only if asked for."""
        if axioms:
            return self._inferred
        axiomatic, _ = _expand(frozenset())
        return frozenset(triple for triple in self._inferred - axiomatic if not _is_reflexive(triple))


close = Expansion
"""Closes a graph: what every reasoner has under this name."""


def _is_reflexive(triple: Triple) -> bool:
    """Tell whether a triple says of something only that it equals or is contained in itself."""
    return triple.subject == triple.object and triple.predicate.value in REFLEXIVE


def _expand(triples: frozenset[Triple]) -> tuple[frozenset[Triple], tuple[str, ...]]:
    """Return the closure, the triples themselves included, and the clashes in words."""
    import logging

    import owlrl
    import rdflib

    from sengraph.interop import graph_to_rdflib, triples_from_rdflib

    graph = graph_to_rdflib(triples, store="SimpleMemory")  # a fifth faster than the default one, which keeps contexts
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # an ill-typed literal is no news while reasoning
    try:
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    except (ValueError, RecursionError) as fault:
        raise InputError(f"owlrl cannot read this graph, is one of its lists malformed? {fault}") from None
    error = rdflib.URIRef(f"{ERRORS}error")
    clashes = tuple(sorted({" ".join(str(text).split()) for text in graph.objects(None, error)}))
    for report in set(graph.subjects(error, None)):
        graph.remove((report, None, None))
    return frozenset(triples_from_rdflib(graph)), clashes
