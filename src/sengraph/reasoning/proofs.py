"""Why a triple follows: proofs, each step one of the rules of the table; and why another one does not.

The search runs backwards. What a rule would need to conclude a triple is looked up among the facts of a
closed graph, and so on down to what was asserted. A fact came in some round of the engine, and what it
was concluded from came earlier; so only earlier facts are looked at, and no proof can go in a circle.
Where things turned out to be the same, rounds do not tell that much, and any fact is looked at; the
search below does not need them. (Literals of one value are the same from the first round on.)

The search goes where the cheapest proof may be. Facts that were not looked at yet count as one step, those
that were asserted as none; the cheapest way to the goal is put together from these (Knuth, A
generalization of Dijkstra's algorithm, 1977), the facts on it are looked at, and so on until all facts on
the cheapest way are proved (the AO* search of Nilsson, 1980). A fact is proved when all premises of one of
its steps are, so a proof is well-founded however steps run in circles.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyoxigraph as ox

from sengraph.errors import LimitError
from sengraph.reasoning import datatypes
from sengraph.reasoning.columns import LOW, NONE, Keys, Relation, contains, within
from sengraph.reasoning.engine import Engine
from sengraph.reasoning.listing import of_nothing
from sengraph.reasoning.rules import RULES, Atom, Rule, is_about_schema, is_variable
from sengraph.reasoning.specialise import EMPTY, SAME_AS, TYPE, Schema, readings
from sengraph.terms import OWL

Fact = tuple[int, int, int]
"""Subject, predicate and object, as numbers."""

STEPS = 400
"""The most steps of one rule to one fact that are looked at."""

FACTS = 200_000
"""The most facts that are looked at for one proof."""

TRANSITIVE = ("prp-trp", "scm-sco", "scm-spo", "prp-spo2")
"""Rules by which the engine may close a relation as a whole: their premises may have come in the same round."""

EQUALITY = 4
"""The table of the rules about what is the same."""

QUICK = 150
"""The most facts that are looked at in a search for the shortest proof; then any proof is good."""

ELSEWHERE = 300
"""The most facts that are looked at for each other way to prove the same."""


class Proof(NamedTuple):
    """Why a triple holds.

    Attributes:
        triple: what is proved.
        rule: the name of the rule of the last step; empty if the triple was asserted.
        premises: the proofs of the premises of that step, in the order of the rule; a list among them is one
            triple, whose cells are left out.
    """

    triple: ox.Triple
    rule: str
    premises: tuple[Proof, ...]

    @property
    def size(self) -> int:
        """How many different steps there are."""
        return sum(bool(part.rule) for part in parts(self))


class Lack(NamedTuple):
    """A step that would conclude a triple if one more premise held.

    Attributes:
        rule: its name.
        holds: the premises that do.
        lacks: the one that does not; a term of it that could be anything is None.
    """

    rule: str
    holds: tuple[ox.Triple, ...]
    lacks: tuple[object, object, object]


class Step(NamedTuple):
    """One way to conclude a fact."""

    rule: str
    premises: tuple[Fact, ...]


class Lookup:
    """The facts of a relation by either end, and their rounds; small relations as dicts, which are quicker to ask.

    Args:
        relation: which is not added to any more.
    """

    SMALL = 50_000

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        self._rounds: dict[int, int] | None = None
        self._forward: dict[int, list[int]] | None = None
        self._backward: dict[int, list[int]] | None = None

    def round_of(self, key: int) -> int | None:
        """Return the first round in which a key was there; None if it is not there."""
        if len(self.relation.keys) > self.SMALL:
            return self.relation.round_of(key)
        if self._rounds is None:
            self._rounds = {k: number for number, keys in reversed(self.relation.rounds) for k in keys.tolist()}
        return self._rounds.get(key)

    def objects(self, subject: int) -> list[int]:
        """Return the objects of a subject, in order."""
        if len(self.relation.keys) > self.SMALL:
            return [*map(int, within(self.relation.keys, subject) & LOW)]
        if self._forward is None:
            self._forward = _by_first(self.relation.keys)
        return self._forward.get(subject, [])

    def subjects(self, object_: int) -> list[int]:
        """Return the subjects of an object, in order."""
        if len(self.relation.keys) > self.SMALL:
            return [*map(int, within(self.relation.inverse, object_) & LOW)]
        if self._backward is None:
            self._backward = _by_first(self.relation.inverse)
        return self._backward.get(object_, [])


def _by_first(keys: Keys) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key in keys.tolist():
        found.setdefault(key >> 32, []).append(key & LOW)
    return found


class Prover:
    """Finds proofs in a closed graph.

    Args:
        engine: the graph; it must not be added to while this is used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._terms = [*engine.terms.numbers]
        self._words = engine.terms.words
        self._type, self._same_as = self._words[TYPE], self._words[SAME_AS]
        moved = np.flatnonzero(engine.names != np.arange(len(engine.names))).tolist()
        self._names = {number: int(engine.names[number]) for number in moved}
        self._members: dict[int, list[int]] = {name: [name] for name in self._names.values()}
        for number, name in self._names.items():
            self._members[name].append(number)
        values = [(_value(self._terms[number]), _value(self._terms[name])) for number, name in self._names.items()]
        self._in_rounds = all(one and one == other for one, other in values)  # nothing but literals of one value
        words = {word: int(engine.names[number]) for word, number in self._words.items()}
        self._known: dict[Fact, list[Step]] = {}
        self._proved: dict[Fact, tuple[int, Step]] = {}
        self._lookups: dict[int, Lookup] = {}
        self._given: dict[int, frozenset[int] | Keys] = {}
        self._orders: dict[tuple[tuple[Atom, ...], frozenset[str]], list[Atom]] = {}
        self._schema = Schema(engine.relations, words, engine.terms.everything)
        self._axioms = {self._numbers(triple) for triple in of_nothing()}
        self._heads: dict[int, list[tuple[Rule, Atom]]] = defaultdict(list)
        for rule in RULES.values():
            for atom in rule.conclusions:
                self._heads[-1 if is_variable(atom.predicate) else self._words[atom.predicate]].append((rule, atom))

    # --------------------------------------------------------------------------- asked

    def prove(self, triple: ox.Triple, most: int = 1) -> list[Proof]:
        """Prove a triple.

        Args:
            triple: what is to be proved.
            most: how many proofs to give at the most.

        Returns:
            proofs that differ in their last step, the shortest of those found first; none if the triple does not
            follow. It is the shortest of all unless the search for that is a long one.

        Errors:
            LimitError: the search was given up.
        """
        goal = self._numbers(triple)
        if -1 in goal or not self._holds(goal) or (self._is_reflexive(goal) and self._one_with(goal[0]) is None):
            return []
        best = self._search(goal)
        found = [self._proof(goal, best, {})]
        if most > 1 and best[goal].rule:
            others = [step for step in self._steps_to(goal, earlier=False) if step != best[goal]]
            proofs = islice(filter(None, (self._ending_with(step, goal) for step in others)), most - 1)
            found += sorted(proofs, key=lambda proof: proof.size)
        return found

    def contradictions(self) -> list[tuple[str, list[Proof]]]:
        """Return the contradictions of the graph, each the rule that finds it and proofs of what it finds.

        Errors:
            LimitError: the search for a proof was given up.
        """
        found = []
        for clash in self._engine.clashes:
            best = [self._search(fact) for fact in clash.facts]
            proofs = [self._proof(fact, steps, {}) for fact, steps in zip(clash.facts, best, strict=True)]
            found.append((clash.rule, proofs))
        return found

    def _ending_with(self, step: Step, goal: Fact) -> Proof | None:
        """Return a proof of a fact that ends with a given step; None if its premises can only be proved by the fact."""
        best: dict[Fact, Step] = {}
        for premise in step.premises:
            try:
                best |= self._search(premise, goal, ELSEWHERE)
            except LimitError:
                return None
        return self._proof(goal, best | {goal: step}, {})

    def why_not(self, triple: ox.Triple, deepest: int = 12) -> list[Lack]:
        """Tell what is nearest to a proof of a triple that does not follow.

        Args:
            triple: what does not follow.
            deepest: how many steps to go back.

        Returns:
            the step that lacks the least; then the step that lacks the least for what that one lacks, and so on
            down to a fact of a kind that is stated and not concluded; empty if no rule comes near to the triple.
        """
        goal, found = self._numbers(triple), list[Lack]()
        seen = {goal}
        while len(found) < deepest and -1 not in goal and (nearest := self._nearest(goal, seen)):
            rule, missing, holds, values = nearest
            terms = [self._bound(term, values) for term in missing]
            named = [None if number is None else self._terms[number] for number in terms]
            found.append(Lack(rule.name, tuple(map(self.triple, holds)), (named[0], named[1], named[2])))
            if None in terms:
                break
            goal = self._ground(missing, values)
            if (~goal[2] if goal[1] == self._type else goal[1]) in self._engine.asserted:
                break
            seen.add(goal)
        return found

    # --------------------------------------------------------------------- facts and terms

    def _numbers(self, triple: ox.Triple) -> Fact:
        subject, predicate, object_ = (self._engine.terms.numbers.get(term, -1) for term in triple)
        return subject, predicate, object_

    def triple(self, fact: Fact) -> ox.Triple:
        """Return a fact as a triple; what cannot be a subject or a predicate has a stand-in (generalised RDF)."""
        subject, predicate, object_ = (self._terms[number] for number in fact)
        if isinstance(subject, ox.Literal):
            subject = ox.BlankNode(f"literal{fact[0]}")
        if not isinstance(predicate, ox.NamedNode):
            predicate = ox.NamedNode(f"urn:x-sengraph:term{fact[1]}")
        return ox.Triple(subject, predicate, object_)

    def _name(self, number: int) -> int:
        return self._names.get(number, number)

    def _same(self, number: int) -> Sequence[int]:
        """Return all names of a thing."""
        return self._members.get(self._name(number)) or [number]

    def _round(self, fact: Fact) -> int | None:
        """Return the round in which a fact came; None if it does not hold."""
        subject, predicate, object_ = (self._names.get(number, number) for number in fact)
        if predicate == self._engine.same_as:
            return 0 if subject == object_ else None
        if predicate == self._engine.type:
            return self._lookup(~object_).round_of(subject)
        return self._lookup(predicate).round_of((subject << 32) | object_)

    def _lookup(self, key: int) -> Lookup:
        if key not in self._lookups:
            self._lookups[key] = Lookup(self._engine.relations.get(key, EMPTY))
        return self._lookups[key]

    def _holds(self, fact: Fact) -> bool:
        return self._round(fact) is not None

    def _is_asserted(self, fact: Fact) -> bool:
        subject, predicate, object_ = fact
        key, member = (~object_, subject) if predicate == self._type else (predicate, (subject << 32) | object_)
        if key not in self._given:
            keys = self._engine.asserted.get(key, NONE)
            self._given[key] = frozenset(keys.tolist()) if len(keys) <= Lookup.SMALL else keys
        given = self._given[key]
        return member in given if isinstance(given, frozenset) else contains(given, member)

    def _matches(self, subject: int | None, predicate: int, object_: int | None) -> Iterator[Fact]:
        """Yield the facts of a predicate that have the given subject and object; None is any."""
        for s, o in self._pairs(subject, predicate, object_):
            for left in self._same(s) if subject is None else [subject]:
                for right in self._same(o) if object_ is None else [object_]:
                    yield left, predicate, right

    def _pairs(self, subject: int | None, predicate: int, object_: int | None) -> Iterable[tuple[int, int]]:
        """Return the subjects and objects of a predicate by their names."""
        name = self._name(predicate)
        one, other = (None if number is None else self._name(number) for number in (subject, object_))
        if name == self._engine.same_as:
            return {(number, number) for number in (one, other) if number is not None}
        if name == self._engine.type:
            classes = [~key for key in self._engine.relations if key < 0] if other is None else [other]
            return [(member, cls) for cls in classes for member in self._members_of(cls, one)]
        if one is not None:
            return [(one, found) for found in self._lookup(name).objects(one) if other in (None, found)]
        if other is not None:
            return [(found, other) for found in self._lookup(name).subjects(other)]
        return [(key >> 32, key & LOW) for key in self._lookup(name).relation.keys.tolist()]

    def _members_of(self, cls: int, member: int | None) -> list[int]:
        lookup = self._lookup(~cls)
        if member is None:
            return [*map(int, lookup.relation.keys)]
        return [] if lookup.round_of(member) is None else [member]

    # -------------------------------------------------------------------------- the search

    def _search(self, goal: Fact, without: Fact | None = None, most: int = FACTS) -> dict[Fact, Step]:
        """Return the steps of a cheapest proof of a fact, by what each concludes.

        Args:
            goal: the fact.
            without: a fact that must not be used.
            most: how many facts to look at.

        Errors:
            LimitError: there is none, or it was not found among so many facts.
        """
        for facts, width in ((min(most, QUICK), STEPS), (most, 1), (most, STEPS)):
            best = self._searched(goal, without, facts, width)
            if best:
                return best
        raise LimitError(f"no proof was found among {most:,} facts: the search is given up")

    def _searched(self, goal: Fact, without: Fact | None, most: int, width: int) -> dict[Fact, Step]:
        """Return what `_search` does, or nothing; of the steps to each fact, only so many are looked at."""
        known = {} if without else self._proved
        looked_at: dict[Fact, Sequence[Step]] = {without: []} if without else {}
        waiting = [goal]
        while waiting:
            looked_at |= {fact: self._steps(fact)[:width] for fact in waiting}
            self._note_asserted(looked_at, waiting)
            cost, best = _cheapest(looked_at, goal, known)
            if goal not in best or len(looked_at) > most:
                return {}
            best = _used(goal, best, known)
            waiting = [fact for fact, step in best.items() if step is _UNKNOWN]
        if not without:
            known |= {fact: (cost[fact], step) for fact, step in best.items() if fact not in known}
        return best

    def _note_asserted(self, looked_at: dict[Fact, Sequence[Step]], fresh: Iterable[Fact]) -> None:
        """Look at once at the premises that were asserted: they cost nothing."""
        premises = {premise for fact in fresh for step in looked_at.get(fact, ()) for premise in step.premises}
        for premise in premises - looked_at.keys():
            if self._is_asserted(premise):
                looked_at[premise] = [_ASSERTED]

    def _steps(self, fact: Fact) -> list[Step]:
        """Return the ways to conclude a fact; nothing but one step without a rule if it was asserted."""
        if fact not in self._known:
            self._known[fact] = self._steps_to(fact)
        return self._known[fact]

    def _steps_to(self, fact: Fact, *, earlier: bool = True) -> list[Step]:
        """Return them; from facts that came earlier only, where that loses none that is needed."""
        if self._is_asserted(fact):
            return [_ASSERTED]
        if data := self._step_of_data(fact):
            return [data]
        before = self._round(fact) if self._in_rounds and earlier else None
        found: dict[Step, None] = {}
        for rule, bound in self._heads_of(fact):
            about_equality = rule.table == EQUALITY
            if rule.condition or (about_equality and not self._names):
                continue
            limit = None if about_equality or before is None else before + (rule.name in TRANSITIVE)
            for premises in islice(self._instances(rule, bound, limit), STEPS):
                if fact not in premises:
                    found[Step(rule.name, premises)] = None
        return sorted(found, key=self._lateness)

    def _lateness(self, step: Step) -> tuple[int, int]:
        """Return when the premises of a step had all come, and how late they came taken together."""
        rounds = [self._round(premise) or 0 for premise in step.premises]
        return max(rounds, default=0), sum(rounds)

    def _step_of_data(self, fact: Fact) -> Step | None:
        """Return the step of a rule that has no premises but a condition, or that nothing is asked of."""
        subject, predicate, object_ = fact
        literal, cls = self._terms[subject], self._terms[object_]
        value = _value(literal)
        if (
            predicate == self._type
            and value
            and cls.value in datatypes.DATATYPES
            and datatypes.contains(cls.value, value)
        ):
            return Step("dt-type2", ())
        if predicate == self._same_as and subject != object_ and value and value == _value(cls):
            return Step("dt-eq", ())
        if self._is_reflexive(fact):
            one = self._one_with(subject)
            return Step("eq-ref", (one,)) if one else None
        if predicate == self._type and fact in self._axioms:
            for name in ("prp-ap", "cls-thing", "cls-nothing1", "dt-type1"):
                (head,) = RULES[name].conclusions
                if head.object == cls.value and (is_variable(head.subject) or head.subject == literal.value):
                    return Step(name, ())
        return None

    def _is_reflexive(self, fact: Fact) -> bool:
        return self._name(fact[1]) == self._engine.same_as and fact[0] == fact[2]

    def _one_with(self, number: int) -> Fact | None:
        """Return a fact that a term is in: an asserted one, an axiomatic one, or else any; None if there is none."""
        if number == self._same_as:
            return self._type, self._same_as, self._type
        axioms = [fact for fact in self._axioms if number in fact and fact[1] != self._same_as]
        return (
            self._first_with(number, self._engine.asserted.items())
            or min(axioms, key=lambda fact: (self._round(fact) or 0, fact), default=None)
            or self._first_with(number, ((key, found.keys) for key, found in self._engine.relations.items()))
        )

    def _first_with(self, number: int, relations: Iterable[tuple[int, Keys]]) -> Fact | None:
        """Return the first fact that a term is in."""
        everything = ~self._engine.terms.everything
        for key, keys in relations:
            if not len(keys) or key == everything:
                continue
            if key < 0 and (number == ~key or contains(keys, number)):
                return (int(keys[0]) if number == ~key else number), self._type, ~key
            if key >= 0 and (number == key or len(within(keys, number))):
                first = int(keys[0] if number == key else within(keys, number)[0])
                return first >> 32, key, first & LOW
            if key >= 0 and len(at := np.flatnonzero(keys & LOW == number)):
                return int(keys[at[0]]) >> 32, key, number
        return None

    def _heads_of(self, fact: Fact) -> Iterator[tuple[Rule, dict[str, int]]]:
        """Yield the rules that may conclude a fact, with what that binds."""
        for rule, atom in [*self._heads[fact[1]], *self._heads[-1]]:
            bound: dict[str, int] = {}
            if all(self._agrees(term, number, bound) for term, number in zip(atom, fact, strict=True)):
                yield rule, bound

    def _agrees(self, term: str, number: int, bound: dict[str, int]) -> bool:
        """Tell whether a term of an atom can be a number, and bind it if it is a variable."""
        return (bound.setdefault(term, number) if is_variable(term) else self._words[term]) == number

    def _instances(self, rule: Rule, bound: Mapping[str, int], before: int | None) -> Iterator[tuple[Fact, ...]]:
        """Yield the premises of a rule that hold, in the order of the rule, given what is bound."""
        if rule.members is None:
            for values in self._joined(rule.premises, bound, before):
                yield tuple(self._ground(atom, values) for atom in rule.premises)
            return
        head, reading, variables = rule.members
        schema = [atom for atom in rule.premises if is_about_schema(atom)]
        rest = [atom for atom in rule.premises if atom not in schema]
        for values in self._joined(schema, bound, before):
            for members in self._schema.lists(self._name(values[head])):
                for atoms, more in readings(reading, variables, members, rest, values):
                    for full in self._joined(atoms, more, before):
                        yield tuple(self._ground(atom, full) for atom in (*schema, *atoms))

    def _joined(self, atoms: Sequence[Atom], bound: Mapping[str, int], before: int | None) -> Iterator[dict[str, int]]:
        """Yield what else atoms bind where all of them hold."""
        yield from self._in_order(self._order(tuple(atoms), frozenset(bound)), 0, dict(bound), before)

    def _order(self, atoms: tuple[Atom, ...], bound: frozenset[str]) -> list[Atom]:
        """Return atoms in an order in which each has as many known terms as can be, its predicate first of all."""
        if (atoms, bound) not in self._orders:
            rest, order, known = [*atoms], [], {*bound}
            while rest:
                fixed = [[not is_variable(term) or term in known for term in atom] for atom in rest]
                at = max(range(len(rest)), key=lambda i: (fixed[i][1], sum(fixed[i]), -i))
                order.append(rest.pop(at))
                known |= {*order[-1]}
            self._orders[atoms, bound] = order
        return self._orders[atoms, bound]

    def _in_order(
        self, atoms: Sequence[Atom], at: int, bound: dict[str, int], before: int | None
    ) -> Iterator[dict[str, int]]:
        if at == len(atoms):
            yield bound
            return
        atom = atoms[at]
        for fact in self._facts(*(self._bound(term, bound) for term in atom)):
            if before is None or self._earlier(fact, before):
                values = dict(bound)
                if all(self._agrees(term, number, values) for term, number in zip(atom, fact, strict=True)):
                    yield from self._in_order(atoms, at + 1, values, before)

    def _earlier(self, fact: Fact, before: int) -> bool:
        came = self._round(fact)
        return came is not None and came < before

    def _bound(self, term: str, bound: Mapping[str, int]) -> int | None:
        return bound.get(term) if is_variable(term) else self._words[term]

    def _facts(self, subject: int | None, predicate: int | None, object_: int | None) -> Iterator[Fact]:
        """Yield the facts that have the given terms; None is any."""
        if predicate is None:
            predicates = sorted({self._type, self._same_as, *(key for key in self._engine.relations if key >= 0)})
            for each in predicates:
                yield from self._facts(subject, each, object_)
        elif subject is not None and object_ is not None:
            if self._holds((subject, predicate, object_)):
                yield subject, predicate, object_
        else:
            yield from self._matches(subject, predicate, object_)

    def _ground(self, atom: Atom, values: Mapping[str, int]) -> Fact:
        subject, predicate, object_ = (values[term] if is_variable(term) else self._words[term] for term in atom)
        return subject, predicate, object_

    def _proof(self, fact: Fact, best: Mapping[Fact, Step], made: dict[Fact, Proof]) -> Proof:
        """Put a proof together from the chosen steps."""
        if fact not in made:
            step = best[fact]
            premises = tuple(self._proof(premise, best, made) for premise in step.premises)
            made[fact] = Proof(self.triple(fact), step.rule, premises)
        return made[fact]

    # -------------------------------------------------------------------------- why not

    def _nearest(self, goal: Fact, seen: set[Fact]) -> Near | None:
        """Return a step to a fact of which all premises hold but one; rather one that lacks a fact than an axiom.

        Args:
            goal: the fact.
            seen: facts that it must not lack.
        """
        nothing = self._words[f"{OWL}Nothing"]
        found = []
        for rule, bound in self._heads_of(goal):
            if not rule.condition and rule.table != EQUALITY:
                found += [*islice(self._nearly(rule, bound), 200)]
        lacks = [tuple(self._bound(term, near[3]) for term in near[1]) for near in found]
        found = [n for n, fact in zip(found, lacks, strict=True) if nothing not in fact and fact not in seen]
        return min(found, key=self._distance, default=None)

    def _distance(self, near: Near) -> tuple[bool, int, int, int]:
        _, missing, holds, values = near
        free = sum(self._bound(term, values) is None for term in missing)
        return is_about_schema(missing), free, -len(holds), sum(not self._is_asserted(fact) for fact in holds)

    def _nearly(self, rule: Rule, bound: Mapping[str, int]) -> Iterator[Near]:
        """Yield the ways in which all premises of a rule but one hold."""
        if rule.members is None:
            yield from self._all_but_one(rule, (), rule.premises, bound)
            return
        head, reading, variables = rule.members
        schema = [atom for atom in rule.premises if is_about_schema(atom)]
        rest = [atom for atom in rule.premises if atom not in schema]
        for values in self._joined(schema, bound, None):
            for members in self._schema.lists(self._name(values[head])):
                for atoms, more in readings(reading, variables, members, rest, values):
                    ground = tuple(self._ground(atom, values) for atom in schema)
                    yield from self._all_but_one(rule, ground, atoms, more)

    def _all_but_one(
        self, rule: Rule, ground: tuple[Fact, ...], atoms: Sequence[Atom], bound: Mapping[str, int]
    ) -> Iterator[Near]:
        for missing in atoms:
            rest = [atom for atom in atoms if atom != missing]
            for values in islice(self._joined(rest, bound, None), 50):
                terms = [self._bound(term, values) for term in missing]
                if terms[1] is not None and not any(True for _ in self._facts(*terms)):
                    yield rule, missing, (*ground, *(self._ground(atom, values) for atom in rest)), values


Near = tuple[Rule, Atom, tuple[Fact, ...], dict[str, int]]
"""A rule, the premise that does not hold, those that do, and what its variables are."""


def _value(literal: object) -> datatypes.Value | None:
    """Return the data value of a literal; None for any other term, and where it has none or it is not known."""
    if not isinstance(literal, ox.Literal):
        return None
    if not literal.language and literal.datatype.value not in datatypes.DATATYPES:
        return None
    return datatypes.value(literal.value, literal.datatype.value, literal.language)


_ASSERTED = Step("", ())
"""How a fact that was asserted is concluded."""

_UNKNOWN = Step("?", ())
"""Stands for how a fact was concluded that was not looked at yet."""

Proved = Mapping[Fact, tuple[int, Step]]
"""The cost of the cheapest proof of a fact, and the step that it ends with."""


def _cheapest(
    steps: Mapping[Fact, Sequence[Step]], goal: Fact, known: Proved
) -> tuple[dict[Fact, int], dict[Fact, Step]]:
    """Return what proofs cost at the least, and the steps they end with, cheapest facts first, up to a goal.

    Args:
        steps: the steps to the facts that were looked at; to any other fact there is `_UNKNOWN`.
        goal: the fact to stop at.
        known: the facts that were proved before.
    """
    users: dict[Fact, list[tuple[Fact, Step]]] = defaultdict(list)
    missing: dict[tuple[Fact, Step], int] = {}
    ready: list[tuple[int, int, Fact, Step]] = []
    for fact, ways in steps.items():
        for step in ways:
            premises = {*step.premises}
            missing[fact, step] = len(premises)
            for premise in premises:
                users[premise].append((fact, step))
            if not premises:
                ready.append((1 if step.rule else 0, len(ready), fact, step))
    for fact in users.keys() - steps.keys():
        cost_so_far, last = known.get(fact, (1, _UNKNOWN))
        ready.append((cost_so_far, len(ready), fact, last))
    heapq.heapify(ready)
    count, cost, best = len(ready), dict[Fact, int](), dict[Fact, Step]()
    while ready and goal not in cost:
        so_far, _, fact, step = heapq.heappop(ready)
        if fact in cost:
            continue
        cost[fact], best[fact] = so_far, step
        for user, way in users[fact]:
            missing[user, way] -= 1
            if not missing[user, way] and user not in cost:
                count += 1
                heapq.heappush(ready, (1 + sum(cost[premise] for premise in way.premises), count, user, way))
    return cost, best


def _used(goal: Fact, best: Mapping[Fact, Step], known: Proved) -> dict[Fact, Step]:
    """Return the steps that a proof consists of."""
    used, waiting = dict[Fact, Step](), [goal]
    while waiting:
        fact = waiting.pop()
        if fact not in used:
            used[fact] = best[fact] if fact in best else known[fact][1]
            waiting += used[fact].premises
    return used


def parts(proof: Proof) -> list[Proof]:
    """Return the different steps of a proof and what they rest on: the conclusion first, each before its premises."""
    found: dict[ox.Triple, Proof] = {}

    def collect(part: Proof) -> None:
        if part.triple not in found:
            found[part.triple] = part
            for premise in part.premises:
                collect(premise)

    collect(proof)
    return [*found.values()]
