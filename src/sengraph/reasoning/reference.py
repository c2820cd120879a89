"""The reference engine: owlrl, which applies the rules one by one as the Recommendation lists them.

Known faults of owlrl 7.6.2: its `owl:hasKey` rule never compares the last key property, and it
reports a contradiction by adding triples that describe an error; those are taken out here and
handed over as clashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sengraph.errors import InputError
from sengraph.reasoning import Closure

if TYPE_CHECKING:
    from pyoxigraph import Triple

ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#"


def close(triples: Iterable[Triple]) -> Closure:
    """Close a graph under the OWL 2 RL/RDF rules with owlrl.

    Args:
        triples: the graph, in any order.

    Returns:
        everything that follows and was not there, with the contradictions owlrl found, sorted.
    """
    asserted = frozenset(triples)
    closed, clashes = _expand(asserted)
    axiomatic, _ = _expand(frozenset())
    return Closure(closed - asserted, axiomatic, clashes)


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
