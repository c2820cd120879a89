"""From the rules of the table to rules without variables in the place of a predicate or a class.

Some premises of a rule speak about the schema: they have a predicate of the OWL vocabulary, or ask
for a type of it. The others have a variable for a predicate or a class. Joined with the facts, the
first kind binds these variables, and what remains is a rule on plain facts that numpy can join:

    ?c1 rdfs:subClassOf ?c2 , ?x a ?c1 => ?x a ?c2      becomes, for each pair,      ?x a E7 => ?x a G3

This is partial evaluation (Jones, Gomard and Sestoft, 1993). Facts that come later only add rules, so
the engine specialises until nothing new comes of it, and no conclusion is missed, whatever data says
about the schema.

Terms that are the same have one number, so `owl:sameAs` among premises only says that two terms are
one; the rules of equality then conclude what they began with, and vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from sengraph.errors import InputError
from sengraph.reasoning.columns import ONE, Bindings, Keys, Pattern, Relation, join
from sengraph.reasoning.rules import RULES, Atom, Rule, is_about_schema, is_indexed, is_variable
from sengraph.terms import OWL, RDF, RDFS

TYPE, SAME_AS, FIRST, REST, NIL = (
    f"{RDF}type",
    f"{OWL}sameAs",
    f"{RDF}first",
    f"{RDF}rest",
    f"{RDF}nil",
)

CLOSED = {"cax-sco": f"{RDFS}subClassOf", "prp-spo1": f"{RDFS}subPropertyOf"}
"""Rules that carry facts along a relation which scm-sco and scm-spo make transitive: its covering pairs are enough."""

SUBSUMED = ("cax-eqc1", "cax-eqc2", "prp-eqp1", "prp-eqp2")
"""Rules whose work is done by those of `CLOSED`, since scm-eqc1 and scm-eqp1 make equivalences inclusions both ways."""

READINGS = 64
"""The most ways in which one list may be read, if its cells have several members or rests."""


class Specialised(NamedTuple):
    """A rule on plain facts.

    Attributes:
        name: of the rule in the table.
        body: patterns that must all hold; empty if the schema alone was enough.
        head: patterns that then hold; empty if the body is a contradiction.
        schema: the facts that the other premises of the rule were found in; lists are named by their first cell.
        twins: where the rule says that all objects of a subject (or subjects of an object) are the same, the
            pattern of one of them, which is in `body`; the pattern of the other is not, since it is enough that
            each is the same as the next.
    """

    name: str
    body: tuple[Pattern, ...]
    head: tuple[Pattern, ...]
    schema: tuple[Pattern, ...] = ()
    twins: Pattern | None = None

    @property
    def is_transitive(self) -> bool:
        """Whether the rule says that a relation is transitive."""
        if len(self.body) != 2 or len(self.head) != 1 or self.twins:
            return False
        (p, x, y), (q, y2, z) = self.body
        return p == q and self.head[0] == (p, x, z) and y == y2 and len({x, y, z}) == 3 and max(x, y, z) < 0

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same rule as another."""
        return self.body, self.head, self.twins, self.name if not self.head else ""


class Memory(NamedTuple):
    """What was found before, and stays true until things turn out to be the same.

    Attributes:
        covering: covering pairs by the IRI of their relation, and how many pairs that had.
        rules: specialised rules by the name of the rule and by what the variables of its schema are.
    """

    covering: dict[str, tuple[int, list[tuple[int, int]]]]
    rules: dict[tuple[str, tuple[int, ...]], list[Specialised]]


class Schema:
    """The facts as specialisation reads them.

    Args:
        relations: the facts, by predicate, and for rdf:type by class (`~class`).
        numbers: the number of each IRI and number that rules name.
        everything: the number of the class of all terms.
        memory: what was found before, which is added to.
        typings: the facts of rdf:type as pairs, if any rule reads them so.
    """

    def __init__(
        self,
        relations: Mapping[int, Relation],
        numbers: Mapping[str, int],
        everything: int,
        memory: Memory | None = None,
        typings: Relation | None = None,
    ) -> None:
        self._typings = typings
        self.memory = Memory({}, {}) if memory is None else memory
        self.relations = relations
        self.numbers = numbers
        self.everything = everything
        self.type = numbers[TYPE]
        self.same_as = numbers[SAME_AS]
        self._cells: tuple[dict[int, list[int]], dict[int, list[int]]] | None = None

    def relation(self, pattern: Pattern) -> tuple[Relation, bool]:
        """Return the relation that a pattern is matched with, and whether it is a class."""
        unary = pattern.predicate == self.type and pattern.object >= 0
        if pattern.predicate == self.type and not unary and self._typings is not None:
            return self._typings, False
        return self.relations.get(~pattern.object if unary else pattern.predicate, EMPTY), unary

    def covering(self, iri: str) -> list[tuple[int, int]]:
        """Return pairs from which a transitive relation follows."""
        keys = self.relations.get(self.numbers[iri], EMPTY).keys
        known = self.memory.covering
        if iri not in known or known[iri][0] != len(keys):
            known[iri] = len(keys), covering(keys)
        return known[iri][1]

    def rows(self, patterns: Sequence[Pattern], rule: str) -> Iterator[Bindings]:
        """Return the rows that match patterns, in parts."""
        ordered = in_order(patterns, set())
        yield from join(ONE, [(pattern, *self.relation(pattern)) for pattern in ordered], rule)

    def lists(self, head: int) -> list[tuple[int, ...]]:
        """Return the members of a list: once for each way to read it, and not at all if it has no end.

        Errors:
            InputError: there are too many ways to read it.
        """
        if self._cells is None:
            self._cells = self._by_cell(FIRST), self._by_cell(REST)
        firsts, rests = self._cells
        found: list[tuple[int, ...]] = []
        paths: list[tuple[int, tuple[Any, ...], int]] = [(head, (), 0)]  # a cell, the members before it, how many
        while paths:
            cell, before, length = paths.pop()
            if cell == self.numbers[NIL]:
                found.append(_in_a_row(before))
            elif length <= len(firsts):  # longer ones go in a circle
                further = [(f, r) for f in firsts.get(cell, ()) for r in rests.get(cell, ())]
                paths += [(rest, (before, first), length + 1) for first, rest in further]
            if len(found) + len(paths) > READINGS:
                raise InputError("an RDF list has cells with several members or rests: it can be read in too many ways")
        return found

    def _by_cell(self, iri: str) -> dict[int, list[int]]:
        relation = self.relations.get(self.numbers[iri])
        cells: dict[int, list[int]] = {}
        for key in relation.keys.tolist() if relation else ():
            cells.setdefault(key >> 32, []).append(key & 0xFFFFFFFF)
        return cells


EMPTY = Relation()


def _in_a_row(members: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the members of a list that was read as pairs of the ones before and the last."""
    row = []
    while members:
        members, last = members
        row.append(last)
    return tuple(reversed(row))


def in_order(patterns: Sequence[Pattern], bound: set[int]) -> list[Pattern]:
    """Return patterns in an order in which each shares as many bound terms as can be with those before it."""
    rest, ordered, bound = list(patterns), list[Pattern](), set(bound)
    while rest:
        best = max(rest, key=lambda p: sum(term >= 0 or term in bound for term in p[1:]))
        rest.remove(best)
        ordered.append(best)
        bound |= {term for term in best[1:] if term < 0}
    return ordered


def specialise(schema: Schema) -> Iterator[Specialised]:
    """Return all rules on plain facts that the facts there are give rise to.

    Args:
        schema: the facts.

    Yields:
        the rules, those without a body too: their heads are facts, or they are contradictions.

    Errors:
        InputError: a list cannot be read.
    """
    for rule in RULES.values():
        if rule.condition or not rule.premises or rule.name in SUBSUMED:
            continue
        if rule.name in CLOSED:
            yield from _copying(rule, schema)
        else:
            yield from _of_rule(rule, schema)


def _of_rule(rule: Rule, schema: Schema) -> Iterator[Specialised]:
    """Specialise one rule."""
    about_schema = [atom for atom in rule.premises if is_about_schema(atom)]
    rest = [atom for atom in rule.premises if not is_about_schema(atom)]
    if not rest and rule.members is None:
        yield from _finished(rule, schema, rule.premises, {}, ())
        return
    if not about_schema:  # the rules of equality, which vanish
        return
    variables = sorted({term for atom in about_schema for term in atom if is_variable(term)})
    numbers = {variable: -1 - at for at, variable in enumerate(variables)}
    patterns = [_pattern(atom, schema, numbers) for atom in about_schema]
    for rows in schema.rows(patterns, rule.name):
        columns = [rows.columns[numbers[variable]].tolist() for variable in variables]
        for values in zip(*columns, strict=True):
            known = schema.memory.rules.get((rule.name, values))
            if known is None:
                bound = dict(zip(variables, values, strict=True))
                ground = tuple(_pattern(atom, schema, bound) for atom in about_schema)
                written_out = _written_out(rule, rest, bound, schema)
                known = [made for atoms, more in written_out for made in _finished(rule, schema, atoms, more, ground)]
                if rule.members is None:  # a list may grow
                    schema.memory.rules[rule.name, values] = known
            yield from known


def _pattern(atom: Atom, schema: Schema, bound: Mapping[str, int]) -> Pattern:
    subject, predicate, object_ = (bound[term] if is_variable(term) else schema.numbers[term] for term in atom)
    return Pattern(predicate, subject, object_)


def _written_out(
    rule: Rule, atoms: Sequence[Atom], bound: Mapping[str, int], schema: Schema
) -> Iterator[tuple[Sequence[Atom], Mapping[str, int]]]:
    """Write out what a rule says of the members of its list, in each way in which that can be read."""
    if rule.members is None:
        yield atoms, bound
        return
    _, reading, variables = rule.members
    for members in schema.lists(bound[rule.members.head]):
        yield from readings(reading, variables, members, atoms, bound)


def readings(
    reading: str, variables: Sequence[str], members: Sequence[int], atoms: Sequence[Atom], bound: Mapping[str, int]
) -> Iterator[tuple[Sequence[Atom], dict[str, int]]]:
    """Write out what a rule says of the members of a list.

    Args:
        reading: how the rule reads the list: `every`, `some`, `two` or `path`.
        variables: those that stand for members.
        members: the list.
        atoms: the premises that may speak of members.
        bound: what variables are; if one that stands for a member is among them, only that member is read.

    Yields:
        the atoms, each with all variables for members numbered, and what these are besides what was bound.
    """
    if reading in ("some", "two"):
        for chosen in combinations(members, len(variables)):
            more = dict(zip(variables, chosen, strict=True))
            if all(bound.get(variable, number) == number for variable, number in more.items()):
                yield atoms, {**bound, **more}
    elif members:
        more = {f"{variables[0]}{at}": member for at, member in enumerate(members)}
        yield (_path if reading == "path" else _for_every)(atoms, len(members)), {**bound, **more}


def _for_every(atoms: Sequence[Atom], count: int) -> list[Atom]:
    """Repeat the atoms that speak of a member, once for each."""
    repeated = []
    for atom in atoms:
        if any(is_variable(term) and is_indexed(term) for term in atom):
            for at in range(count):
                repeated.append(Atom(*(f"{t}{at}" if is_variable(t) and is_indexed(t) else t for t in atom)))
        else:
            repeated.append(atom)
    return repeated


def _path(atoms: Sequence[Atom], count: int) -> list[Atom]:
    """Write out a path of properties."""
    (atom,) = atoms
    stops = [atom.subject, *(f"?stop{at}" for at in range(1, count)), atom.object]
    return [Atom(here, f"{atom.predicate}{at}", there) for at, (here, there) in enumerate(pairwise(stops))]


def _finished(
    rule: Rule, schema: Schema, atoms: Sequence[Atom], bound: Mapping[str, int], ground: tuple[Pattern, ...]
) -> Iterator[Specialised]:
    """Put numbers for all terms, make the terms of owl:sameAs one, and leave out what says nothing."""
    bound = dict(bound)
    for term in {term for atom in (*atoms, *rule.conclusions) for term in atom if is_variable(term)}:
        bound.setdefault(term, -1 - len(bound))
    body = [_pattern(atom, schema, bound) for atom in atoms]
    head = [_pattern(atom, schema, bound) for atom in rule.conclusions]
    same: dict[int, int] = {}
    for pattern in [pattern for pattern in body if pattern.predicate == schema.same_as]:
        one, other = _followed(same, pattern.subject), _followed(same, pattern.object)
        if one >= 0 and other >= 0 and one != other:
            return
        same[min(one, other)] = max(one, other)
    if same:
        left = [_replaced(pattern, same) for pattern in body if pattern.predicate != schema.same_as]
        free = {_followed(same, term) for term in same} - {term for pattern in left for term in pattern[1:]}
        body = left + [Pattern(schema.type, term, schema.everything) for term in sorted(free) if term < 0]
        head = [_replaced(pattern, same) for pattern in head]
    given = {*body}
    head = [p for p in head if p not in given and not (p.predicate == schema.same_as and p.subject == p.object)]
    if head or rule.is_contradiction:
        made = _canonical(Specialised(rule.name, tuple(dict.fromkeys(body)), tuple(head), ground))
        yield _with_twins(made, schema.same_as)


def _followed(same: Mapping[int, int], term: int) -> int:
    while term in same and same[term] != term:
        term = same[term]
    return term


def _replaced(pattern: Pattern, same: Mapping[int, int]) -> Pattern:
    return Pattern(pattern.predicate, _followed(same, pattern.subject), _followed(same, pattern.object))


def _canonical(rule: Specialised) -> Specialised:
    """Number the variables in the order in which they come, so that equal rules are equal."""
    order: dict[int, int] = {}

    def renumbered(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
        return tuple(
            Pattern(p, *(term if term >= 0 else order.setdefault(term, -1 - len(order)) for term in (s, o)))
            for p, s, o in patterns
        )

    return rule._replace(body=renumbered(rule.body), head=renumbered(rule.head))


def _with_twins(rule: Specialised, same_as: int) -> Specialised:
    """Leave out the second of two patterns that differ only in what a rule finds to be the same."""
    if len(rule.head) != 1 or rule.head[0].predicate != same_as:
        return rule
    _, one, other = rule.head[0]
    for pattern in rule.body:
        if one in pattern[1:] and pattern.subject != pattern.object:
            twin = Pattern(pattern.predicate, *(other if term == one else term for term in pattern[1:]))
            rest = [p for p in rule.body if p != twin]
            if (
                twin in rule.body
                and pattern.subject < 0
                and pattern.object < 0
                and not any(other in p[1:] for p in rest)
            ):
                return rule._replace(body=tuple(rest), twins=pattern)
    return rule


def _copying(rule: Rule, schema: Schema) -> Iterator[Specialised]:
    """Specialise a rule that carries facts along a transitive relation, by its covering pairs."""
    lower, upper = (atom for atom in rule.premises[0] if is_variable(atom))
    for below, above in schema.covering(CLOSED[rule.name]):
        bound = {lower: below, upper: above}
        ground = (_pattern(rule.premises[0], schema, bound),)
        yield from _finished(rule, schema, rule.premises[1:], bound, ground)


def covering(keys: Keys) -> list[tuple[int, int]]:
    """Return pairs from which a transitive relation follows.

    Args:
        keys: all its pairs, sorted.

    Returns:
        its transitive reduction: of terms that are above each other, the lowest number stands for all, and each
        term is paired with those above it that nothing lies between (Aho, Garey and Ullman, 1972).
    """
    above: dict[int, set[int]] = {}
    for key in keys.tolist():
        above.setdefault(key >> 32, set()).add(key & 0xFFFFFFFF)
    for term, others in above.items():
        others.discard(term)
    chief = {t: min(t, *equal) for t, up in above.items() if (equal := [o for o in up if t in above.get(o, ())])}
    pairs = [pair for term, first in chief.items() if term != first for pair in ((term, first), (first, term))]
    chiefs = {
        term: {chief.get(other, other) for other in up} - {term}
        for term, up in above.items()
        if chief.get(term, term) == term
    }
    for term, up in chiefs.items():
        covered: set[int] = set()
        for other in sorted(up, key=lambda o: (-len(chiefs.get(o, ())), o)):
            if other not in covered:
                pairs.append((term, other))
                covered |= chiefs.get(other, set())
    return pairs
