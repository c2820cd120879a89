"""The native engine as one of the reasoners: a graph that is closed, grows, shrinks and gives its triples out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from sengraph.reasoning import Progress
from sengraph.reasoning.engine import Clash, Engine
from sengraph.reasoning.listing import Listing
from sengraph.reasoning.rules import RULES
from sengraph.terms import compact


class Materialisation:
    """A graph together with all that follows from it by the OWL 2 RL/RDF rules.

    Args:
        triples: what is asserted, in any order.
        progress: is told after each round its number, and how many facts there are.

    Errors:
        InputError: a list cannot be read.
        LimitError: a rule would join more rows than can be.

    >>> near = [ox.NamedNode(f"http://example.org/{name}") for name in ("a", "near", "b")]
    >>> symmetric = ox.NamedNode("http://www.w3.org/2002/07/owl#SymmetricProperty")
    >>> type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    >>> graph = Materialisation([ox.Triple(*near)])
    >>> len([*graph.inferred()])
    0
    >>> graph.add([ox.Triple(near[1], type_, symmetric)])
    >>> [triple.subject.value for triple in graph.inferred()]
    ['http://example.org/b']
    """

    def __init__(self, triples: Iterable[ox.Triple] = (), progress: Progress = lambda number, facts: None) -> None:
        self.engine = Engine(triples, progress)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Assert more, and go on from what followed before."""
        self.engine.add(triples)

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """Take back what was asserted, and close anew what is left; what was not asserted is passed over."""
        gone = set(triples)
        self.engine = Engine(triple for triple in self.asserted() if triple not in gone)

    def asserted(self) -> Iterator[ox.Triple]:
        """Yield what is asserted, relation by relation."""
        return Listing(self.engine).asserted()

    def inferred(self, *, axioms: bool = False) -> Iterator[ox.Triple]:
        """Yield what follows and is not asserted, relation by relation.

        Args:
            axioms: also the reflexive and the axiomatic conclusions.

        Errors:
            LimitError: there is too much of it.
        """
        return Listing(self.engine).inferred(axioms=axioms)

    @property
    def clashes(self) -> tuple[str, ...]:
        """The contradictions found, in words, sorted: the first few of each rule."""
        terms = [*self.engine.terms.numbers]
        return tuple(sorted(in_words(clash, terms) for clash in self.engine.clashes))


close = Materialisation
"""Closes a graph: what every reasoner has under this name."""


def in_words(clash: Clash, terms: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> str:
    """Say which facts contradict each other, and by which rule."""
    facts = "; ".join(" ".join(shown(terms[number]) for number in fact) for fact in clash.facts)
    condition = RULES[clash.rule].condition
    return f"{clash.rule}: {facts}" + (f" ({condition})" if condition else "")


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    """Write a term for people: a compact name where there is one, `a` for rdf:type."""
    if not isinstance(term, ox.NamedNode):
        return str(term)
    name = compact(term.value)
    return "a" if name == "rdf:type" else name
