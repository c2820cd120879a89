"""Whether one graph follows from another: by closing it, and by refutation where what is to follow is a denial.

The rules conclude no denial, such as that two things differ. But a denial follows from a graph if its
opposite contradicts the graph, and contradictions are what the rules do find. Theorem PR1 (OWL 2
Profiles, section 4.3) says for which graphs the rules are complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import pyoxigraph as ox

from sengraph.reasoning import DEFAULT_ENGINE, close
from sengraph.terms import OWL, RDF

Term = ox.NamedNode | ox.BlankNode | ox.Literal
_TYPE, _FIRST, _REST, _NIL = (ox.NamedNode(f"{RDF}{name}") for name in ("type", "first", "rest", "nil"))
_SAME_AS, _DIFFERENT = ox.NamedNode(f"{OWL}sameAs"), ox.NamedNode(f"{OWL}differentFrom")


def lacking(premise: Iterable[ox.Triple], conclusion: Iterable[ox.Triple], *, engine: str = DEFAULT_ENGINE) -> str:
    """Tell what of a graph does not follow from another.

    Blank nodes of the conclusion stand for anything (RDF 1.1 Semantics, section 5.2). Literals are compared
    as the store holds them: `01` and `1` are one integer. From a premise that contradicts itself all follows.

    Args:
        premise: the graph that is given.
        conclusion: the graph that may follow.
        engine: the name of a reasoner.

    Returns:
        empty text if all of it follows; else the first triple, or pattern, that does not.

    Errors:
        as `sengraph.reasoning.close`.
    """
    premise = [*premise]
    closure = close(premise, engine=engine)
    if closure.clashes:
        return ""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in (*premise, *closure.inferred(axioms=True)))
    stated, denials = _divided([*conclusion])
    for triple in stated:
        there = ox.Quad(*triple) in store
        if not (there or _has_blank_node(triple) or (triple.predicate == _SAME_AS and triple.subject == triple.object)):
            return f"{triple} ."
    rest = [triple for triple in stated if _has_blank_node(triple)]
    pattern = " . ".join(" ".join(map(_as_pattern, triple)) for triple in rest)
    if rest and not store.query(f"ASK {{ {pattern} }}"):
        return f"{pattern} ."
    for opposite in denials:
        if ox.Quad(*opposite) in store or not close([*premise, opposite], engine=engine).clashes:
            return f"that this is not so: {opposite} ."
    return ""


def _divided(conclusion: Sequence[ox.Triple]) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """Divide a graph into what it states, and the opposites of what it denies."""
    graph = ox.Store()
    graph.extend(ox.Quad(*triple) for triple in conclusion)
    denials: list[ox.Triple] = []
    gone: set[ox.Triple] = set()
    for used, opposites in (*_differences(graph), *_complements(graph), *_negative_assertions(graph)):
        denials += opposites
        gone |= used
    return [triple for triple in conclusion if triple not in gone], denials


Denial = tuple[set[ox.Triple], list[ox.Triple]]
"""The triples that deny something, and the opposites: what is denied."""


def _differences(graph: ox.Store) -> Iterator[Denial]:
    """Find owl:differentFrom, and owl:AllDifferent among named things."""
    for quad in graph.quads_for_pattern(None, _DIFFERENT, None):
        if not _has_blank_node(quad.triple):
            yield {quad.triple}, [ox.Triple(quad.subject, _SAME_AS, quad.object)]
    for quad in graph.quads_for_pattern(None, _TYPE, ox.NamedNode(f"{OWL}AllDifferent")):
        for name in ("members", "distinctMembers"):
            for listed in graph.quads_for_pattern(quad.subject, ox.NamedNode(OWL + name), None):
                members, cells = _list(graph, listed.object)
                if len(members) > 1 and not any(isinstance(member, ox.BlankNode) for member in members):
                    opposites = [ox.Triple(one, _SAME_AS, other) for one, other in combinations(members, 2)]  # type: ignore[arg-type]
                    yield {quad.triple, listed.triple, *cells}, opposites


def _complements(graph: ox.Store) -> Iterator[Denial]:
    """Find members of a class that is only said to be the complement of a named one."""
    for quad in graph.quads_for_pattern(None, ox.NamedNode(f"{OWL}complementOf"), None):
        about = [other.triple for other in graph.quads_for_pattern(quad.subject, None, None)]
        members = [other.triple for other in graph.quads_for_pattern(None, None, quad.subject)]
        plain = all(t.predicate == _TYPE and t.object == ox.NamedNode(f"{OWL}Class") for t in about if t != quad.triple)
        named = all(t.predicate == _TYPE and isinstance(t.subject, ox.NamedNode) for t in members)
        if (
            isinstance(quad.subject, ox.BlankNode)
            and isinstance(quad.object, ox.NamedNode)
            and plain
            and named
            and members
        ):
            yield {*about, *members}, [ox.Triple(triple.subject, _TYPE, quad.object) for triple in members]


def _negative_assertions(graph: ox.Store) -> Iterator[Denial]:
    """Find negative property assertions about named things."""
    for quad in graph.quads_for_pattern(None, ox.NamedNode(f"{OWL}assertionProperty"), None):
        about = [other.triple for other in graph.quads_for_pattern(quad.subject, None, None)]
        said = {triple.predicate.value.removeprefix(OWL): triple.object for triple in about}
        subject, target = said.get("sourceIndividual"), said.get("targetIndividual", said.get("targetValue"))
        if (
            isinstance(subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
            and isinstance(target, ox.NamedNode | ox.Literal)
        ):
            yield {*about}, [ox.Triple(subject, quad.object, target)]


def _list(graph: ox.Store, head: object) -> tuple[list[Term], list[ox.Triple]]:
    """Return the members of a list and its triples; nothing if it is no list, or goes in a circle."""
    members, cells, seen = list[Term](), list[ox.Triple](), set[object]()
    while head != _NIL and head not in seen:
        seen.add(head)
        firsts = [*graph.quads_for_pattern(head, _FIRST, None)]  # type: ignore[arg-type]
        rests = [*graph.quads_for_pattern(head, _REST, None)]  # type: ignore[arg-type]
        if len(firsts) != 1 or len(rests) != 1:
            return [], []
        members.append(firsts[0].object)  # type: ignore[arg-type]
        cells += [firsts[0].triple, rests[0].triple]
        head = rests[0].object
    return (members, cells) if head == _NIL else ([], [])


def _has_blank_node(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _as_pattern(term: object) -> str:
    """Return a term in SPARQL syntax, a blank node as a variable."""
    return f"?b{term.value}" if isinstance(term, ox.BlankNode) else str(term)
