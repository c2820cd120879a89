"""The engine: rules on plain facts, evaluated round by round until nothing new follows.

A round looks at each relation that the last one added to, runs the rules that read it with what is
new, and ends by adding what was concluded and was not there. When no round adds anything, the schema
is specialised again (`sengraph.reasoning.specialise`), and the rules that are new run on all facts;
when there are none, the graph is closed under the table of rules.

Things that are the same share one number, the smallest (union-find): facts are renamed, not copied,
and multiplied out only when they are read (`sengraph.reasoning.listing`). A graph with n names for
one thing takes the room of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
import pyoxigraph as ox

from sengraph.errors import InputError
from sengraph.reasoning import Progress, datatypes
from sengraph.reasoning.columns import (
    BATCH,
    LOW,
    NONE,
    ONE,
    Bindings,
    Keys,
    Pattern,
    Relation,
    among,
    contains,
    distinct,
    join,
    neighbours,
    pair,
    scan,
    transitive_closure,
    united,
)
from sengraph.reasoning.rules import ANNOTATION_PROPERTIES, COUNT, RULES, is_about_schema, is_variable
from sengraph.reasoning.specialise import (
    FIRST,
    NIL,
    REST,
    SAME_AS,
    TYPE,
    Memory,
    Schema,
    Specialised,
    in_order,
    specialise,
)
from sengraph.terms import OWL, RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal

EVERYTHING = ox.NamedNode("urn:x-sengraph:everything")
"""Stands in the engine for the class of all terms, which only rules about owl:sameAs itself read; never given out."""

LANG_STRING = f"{RDF}langString"
"""The datatype of literals with a language, which OWL 2 has as values of rdf:PlainLiteral."""

CLASHES = 20
"""How many contradictions are kept of each rule."""


class Clash(NamedTuple):
    """A contradiction: the rule that found it, and facts that contradict each other, as numbers of terms."""

    rule: str
    facts: tuple[tuple[int, int, int], ...]


class Reader(NamedTuple):
    """A rule that reads a relation: with which of its patterns, and what is to be joined with that, in order."""

    rule: Specialised
    start: Pattern
    rest: tuple[Pattern, ...]


class Terms:
    """Terms by number and numbers by term; the first numbers are those of the words that rules use."""

    def __init__(self) -> None:
        self.numbers: dict[Term, int] = {}
        self.words = {word: self.number(_term(word)) for word in _words()}
        self.everything = self.number(EVERYTHING)
        self.datatypes = {iri: self.number(ox.NamedNode(iri)) for iri in datatypes.DATATYPES}

    def number(self, term: Term) -> int:
        """Return the number of a term, a new one if it has none."""
        return self.numbers.setdefault(term, len(self.numbers))

    def columns(self, triples: Iterable[ox.Triple]) -> tuple[Keys, Keys, Keys]:
        """Return the numbers of subjects, predicates and objects."""
        numbers = self.numbers
        flat = [numbers.setdefault(term, len(numbers)) for triple in triples for term in triple]
        columns = np.array(flat, np.int64).reshape(-1, 3)
        return columns[:, 0], columns[:, 1], columns[:, 2]


def _words() -> list[str]:
    """Return the IRIs and numbers that rules use, in a stable order."""
    atoms = [atom for rule in RULES.values() for atom in (*rule.premises, *rule.conclusions)]
    used = [term for atom in atoms for term in atom if not is_variable(term)]
    return [*dict.fromkeys([TYPE, SAME_AS, FIRST, REST, NIL, *used])]


@cache
def _of_schema() -> tuple[list[str], list[str]]:
    """Return the predicates and the classes that premises about the schema name."""
    atoms = [atom for rule in RULES.values() for atom in rule.premises if is_about_schema(atom)]
    predicates = [FIRST, REST, *(atom.predicate for atom in atoms)]
    classes = [atom.object for atom in atoms if atom.predicate == TYPE]
    return [*dict.fromkeys(predicates)], [*dict.fromkeys(classes)]


def _term(word: str) -> Term:
    return ox.Literal(word, datatype=ox.NamedNode(COUNT)) if word.isdigit() else ox.NamedNode(word)


class Engine:
    """A graph and what follows from it.

    Args:
        triples: what is asserted.
        progress: is told after each round its number, and how many facts there are.

    Errors:
        InputError: a list cannot be read, or owl:sameAs is said to be another word of the vocabulary.
        LimitError: a rule would join more rows than can be.

    Attributes:
        terms: the terms and their numbers.
        names: the number of each term's name, by its number; a thing's name is the smallest number it has.
        relations: the facts, in names: by predicate, and for rdf:type by class, which is the key `~class`.
        asserted: what was asserted, in numbers, likewise.
        clashes: the contradictions found, the first few of each rule.
        round: how many rounds there were.
    """

    def __init__(self, triples: Iterable[ox.Triple] = (), progress: Progress = lambda number, facts: None) -> None:
        self._progress = progress
        self.terms = Terms()
        self.names: Keys = NONE
        self.relations: dict[int, Relation] = defaultdict(Relation)
        self.asserted: dict[int, Keys] = {}
        self.clashes: list[Clash] = []
        self.round = 0
        self._rules: dict[tuple[object, ...], Specialised] = {}
        self._readers: dict[int, list[Reader]] = defaultdict(list)
        self._typings: Relation | None = None
        self._closed: dict[int, int] = {}
        self._memory = Memory({}, {})
        self._words = dict(self.terms.words)
        self._same: list[tuple[Keys, Keys]] = []
        self._literals: dict[int, datatypes.Value | None] = {}
        self._same_literals: dict[int, list[int]] = {}
        self._by_value: dict[datatypes.Value, int] = {}
        self._read = 0
        self._typed: dict[str, int] = defaultdict(int)
        self._state: tuple[int, ...] = ()
        self._unasserted = {number for word, number in self.terms.words.items() if word.isdigit()}
        axioms = self.terms.columns(axiomatic())
        self._grow()
        for key, keys in by_relation(*axioms, self.type):
            self.relations[key].add(keys)
        self.add(triples)

    def fork(self) -> Engine:
        """Return an engine that goes on from what followed here, while this one stays as it is."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | list | set):
                setattr(other, name, copy(value))
        other.terms = copy(self.terms)
        other.terms.numbers = dict(self.terms.numbers)
        other.relations = defaultdict(Relation, {key: relation.copy() for key, relation in self.relations.items()})
        other._readers = defaultdict(list, {key: [*readers] for key, readers in self._readers.items()})
        other._typings = self._typings and self._typings.copy()
        other._memory = Memory(dict(self._memory.covering), dict(self._memory.rules))
        return other

    @property
    def rules(self) -> Iterable[Specialised]:
        """The rules on plain facts that run."""
        return self._rules.values()

    @property
    def schema_size(self) -> int:
        """How many facts there are that rules are specialised by."""
        return sum(len(self.relations[key].keys) for key in self._schema_keys() if key in self.relations)

    @property
    def type(self) -> int:
        """The name of rdf:type."""
        return self._words[TYPE]

    @property
    def same_as(self) -> int:
        """The name of owl:sameAs."""
        return self._words[SAME_AS]

    def _name(self, number: int) -> int:
        return int(self.names[number])

    # ---------------------------------------------------------------------- facts in

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples and conclude what then follows; what followed before stays, and is not concluded again."""
        columns = self.terms.columns(triples)
        self._grow()
        self._unasserted -= {*np.unique(columns[2]).tolist()}
        for key, keys in by_relation(*columns, self.terms.words[TYPE]):
            self.asserted[key] = distinct(np.concatenate([self.asserted.get(key, NONE), keys]))
        subjects, predicates, objects = (self.names[column] for column in columns)
        for key, keys in by_relation(subjects, predicates, objects, self.type):
            if key == self.same_as:
                self._same.append((keys >> 32, keys & LOW))
            else:
                self.relations[key].add(keys)
        self._read_literals()
        self._close()

    def expect(self, literals: Iterable[ox.Literal]) -> None:
        """Know literals, and what has their value, before a triple has them; until then they are not given out."""
        self._unasserted |= {self.terms.number(literal) for literal in literals}
        self.add(())

    def _grow(self) -> None:
        """Let each new term be its own name."""
        self.names = np.concatenate([self.names, np.arange(len(self.names), len(self.terms.numbers))])

    def _read_literals(self) -> None:
        """Give literals their values, and make those of one value one (dt-eq)."""
        for term, number in islice(self.terms.numbers.items(), self._read, None):
            if isinstance(term, ox.Literal) and (term.language or term.datatype.value in datatypes.DATATYPES):
                found = datatypes.value(term.value, term.datatype.value, term.language)
                self._literals[number] = found
                first = self._by_value.setdefault(found, number) if found else number
                if first != number:
                    self._same.append((np.array([first]), np.array([number])))
        self._read = len(self.terms.numbers)

    # ------------------------------------------------------------------------ rounds

    def _close(self) -> None:
        """Conclude everything that follows."""
        self._finish_round()
        while True:
            self._run()
            self._type_literals()
            if self._is_waiting():
                continue
            if self._state == (state := self._state_of_schema()):
                return
            self._state = state
            fresh = [rule for rule in specialise(self._schema()) if rule.key not in self._rules]
            facts = [rule for rule in fresh if not rule.body]  # more of the schema, so the others may change
            for rule in facts or fresh:
                self._install(rule)
            if facts:
                self._state = ()
            self._finish_round()

    def _is_waiting(self) -> bool:
        """Tell whether facts are new, or wait to be added."""
        return any(len(relation.new) or relation.is_pending for relation in self.relations.values())

    def _state_of_schema(self) -> tuple[int, ...]:
        """Return what changes when the schema does: how many facts speak of it, and how many things have two names."""
        keys = [*self._schema_keys(), ~self.terms.everything]
        sizes = [len(self.relations[key].keys) for key in keys if key in self.relations]
        return len(sizes), sum(sizes), int((self.names != np.arange(len(self.names))).sum())

    def _schema_keys(self) -> Iterator[int]:
        """Yield the relations that rules are specialised by."""
        predicates, classes = _of_schema()
        for word in predicates:
            if (name := self._words[word]) not in (self.type, self.same_as):
                yield name
        for word in classes:
            yield ~self._words[word]

    def _schema(self) -> Schema:
        return Schema(self.relations, self._words, self.terms.everything, self._memory, self._typings)

    def _run(self) -> None:
        """Run the rules on what is new until nothing is."""
        while self._is_waiting():
            schema = self._schema()
            fresh = [(key, relation.new) for key, relation in self.relations.items() if len(relation.new)]
            if self._typings is not None and len(self._typings.new):
                fresh.append((self.type, self._typings.new))
            for key, keys in fresh:
                for reader in self._readers.get(key, ()):
                    self._apply(reader, keys, schema)
            self._finish_round()

    def _install(self, rule: Specialised, *, run: bool = True) -> None:
        """Let a rule read what is new from now on, and run it on all that is there."""
        self._rules[rule.key] = rule
        if self._typings is None and any(p.predicate == self.type and p.object < 0 for p in rule.body):
            self._typings = Relation()
            self._add_typings(all_of_them=True)
        schema = self._schema()
        for at, pattern in enumerate(rule.body):
            relation, unary = schema.relation(pattern)
            rest = in_order(rule.body[:at] + rule.body[at + 1 :], {term for term in pattern[1:] if term < 0})
            reader = Reader(rule, pattern, tuple(rest))
            self._readers[~pattern.object if unary else pattern.predicate].append(reader)
            if run and not at:
                self._apply(reader, relation.keys, schema)
        if run and not rule.body:
            self._found(rule, ONE, schema)

    def _apply(self, reader: Reader, keys: Keys, schema: Schema) -> None:
        """Run a rule with some facts for one of its premises and all facts for the others."""
        if reader.rule.is_transitive and reader.start.predicate != self.type and self._closes(reader, keys):
            return
        rows = scan(reader.start, keys, unary=schema.relation(reader.start)[1])
        patterns = [(pattern, *schema.relation(pattern)) for pattern in reader.rest]
        for part in join(rows, patterns, reader.rule.name):
            if part.size:
                self._found(reader.rule, part, schema)

    def _closes(self, reader: Reader, keys: Keys) -> bool:
        """Close a relation transitively as a whole, if a join would conclude each pair many times over.

        Returns:
            False if the join is to be done.
        """
        predicate = reader.start.predicate
        relation = self.relations[predicate]
        if self._closed.get(predicate) == len(relation.keys):
            return True
        objects = (keys & LOW) << 32
        paths = np.searchsorted(relation.keys, objects + LOW, "right") - np.searchsorted(relation.keys, objects)
        if int(paths.sum()) <= 4 * len(relation.keys) + BATCH // 64:
            return False
        whole = transitive_closure(relation.keys)
        self._closed[predicate] = len(whole)
        relation.add(whole)
        return True

    def _found(self, rule: Specialised, rows: Bindings, schema: Schema) -> None:
        """Take what a rule says of some rows."""
        if rule.twins:
            _, subject, object_ = rule.twins
            relation, _ = schema.relation(rule.twins)
            if rule.head[0].subject == subject:
                self._same.append(neighbours(rows, object_, subject, relation.inverse))
            else:
                self._same.append(neighbours(rows, subject, object_, relation.keys))
            return
        for pattern in rule.head:
            self._conclude(pattern, rows)
        if not rule.head:
            self._clash(rule, rows)

    def _conclude(self, pattern: Pattern, rows: Bindings) -> None:
        """Let facts be added when the round ends."""
        subject, object_ = (term if term >= 0 else rows.columns[term] for term in pattern[1:])
        if pattern.predicate == self.same_as:
            keys = pair(subject, object_, rows.size)
            self._same.append((keys >> 32, keys & LOW))
        elif pattern.predicate != self.type:
            self.relations[pattern.predicate].add(pair(subject, object_, rows.size))
        elif isinstance(object_, int):
            self.relations[~object_].add(np.atleast_1d(subject))
        else:
            everywhere = np.broadcast_to(subject, object_.shape)
            for cls in np.unique(object_).tolist():
                self.relations[~cls].add(everywhere[object_ == cls])

    def _finish_round(self) -> None:
        """Add what was concluded, and make one what turned out to be the same."""
        self.round += 1
        for relation in [*self.relations.values()]:
            relation.commit(self.round)
        self._add_typings()
        while self._same:
            self._unite()
        self._check_types()
        self._progress(self.round, sum(len(relation.keys) for relation in self.relations.values()))

    def _add_typings(self, *, all_of_them: bool = False) -> None:
        """Have what is new in classes as pairs too, if a rule reads rdf:type as a relation among others."""
        if self._typings is not None:
            for key, relation in self.relations.items():
                keys = relation.keys if all_of_them else relation.new
                if key < 0 and key != ~self.terms.everything and len(keys):
                    self._typings.add(pair(keys, ~key, len(keys)))
            self._typings.commit(self.round)

    # ------------------------------------------------------------- things that are the same

    def _unite(self) -> None:
        """Rename what is the same to one number, in facts and in rules."""
        ones, others = (np.concatenate(columns) for columns in zip(*self._same, strict=True))
        self._same = []
        names = united(self.names, ones, others)
        if np.array_equal(names, self.names):
            return
        self.names = names
        self._closed, self._memory = {}, Memory({}, {})
        self._words = {word: self._name(number) for word, number in self.terms.words.items()}
        self._value_what_is_the_same()
        relations, self.relations = self.relations, defaultdict(Relation)
        moved = []
        for key, relation in relations.items():
            relation.rename(names, pairs=key >= 0)
            name = int(names[key]) if key >= 0 else ~int(names[~key])
            if name == key:
                self.relations[name] = relation
            else:
                moved.append((name, relation))
        for name, relation in moved:  # into another, whose readers have not seen these facts
            self.relations[name].absorb(relation)
        self._mend()
        self._check_types_of_literals()
        words = [*self._words.values()]
        if words.count(self.same_as) > 1:
            raise InputError(
                "owl:sameAs is said to be the same as another word of the vocabulary: it has to stay itself"
            )
        if self._typings is not None or words.count(self.type) > 1:
            self._typings = Relation()
            self._add_typings(all_of_them=True)
        known, self._rules, self._readers = self._rules, {}, defaultdict(list)
        for rule in (_renamed(rule, names) for rule in known.values()):
            if rule.key not in self._rules:
                self._install(rule, run=rule.key not in known)

    def _mend(self) -> None:
        """Read as classes, and as what is the same, the facts of predicates that turned out to be these."""
        for predicate in (self.type, self.same_as):
            if predicate in self.relations:
                keys = self.relations.pop(predicate).keys
                self._conclude(Pattern(predicate, -1, -2), Bindings(len(keys), {-1: keys >> 32, -2: keys & LOW}))

    # ------------------------------------------------------------------------- data values

    def _type_literals(self) -> None:
        """Say of literals what datatypes they are of, as far as a rule asks for it (dt-type2)."""
        for iri, number in self.terms.datatypes.items():
            if ~self._name(number) in self._readers or self._typings is not None:
                literals = islice(self._literals.items(), self._typed[iri], None)
                of_it = [n for n, value in literals if value and datatypes.contains(iri, value)]
                self._typed[iri] = len(self._literals)
                self.relations[~self._name(number)].add(self.names[np.array(of_it, np.int64)])
        if ~self.terms.everything in self._readers:
            every = self.relations[~self.terms.everything]
            occurring = self.occurring()
            every.add(occurring[~among(occurring, every.keys)])

    def unasserted_words(self) -> Keys:
        """Return the numbers of the literals that rules use and that no triple had: they are not given out."""
        return np.array(sorted(self._unasserted), np.int64)

    def occurring(self) -> Keys:
        """Return the names of all terms that are in facts."""
        found = [np.array([self.type, self.same_as])]  # the second by eq-ref, which says that each is itself
        for key, relation in self.relations.items():
            if key != ~self.terms.everything and len(relation.keys):
                found += [relation.keys >> 32, relation.keys & LOW] if key >= 0 else [relation.keys]
                found.append(np.array([key if key >= 0 else ~key]))
        for same_as in np.flatnonzero(self.names == self.same_as).tolist():
            keys = self.asserted.get(same_as, NONE)
            found += [self.names[keys >> 32], self.names[keys & LOW]]
        return distinct(np.concatenate(found))

    def _value_what_is_the_same(self) -> None:
        """Say of things that are the same as a literal what datatypes they are of, and that they have one value."""
        several = np.unique(self.names[self.names != np.arange(len(self.names))])
        self._same_literals = defaultdict(list)
        for number in np.flatnonzero(np.isin(self.names, several)).tolist():
            if number in self._literals:
                self._same_literals[self._name(number)].append(number)
        for name, numbers in self._same_literals.items():
            valued = [(number, value) for number in numbers if (value := self._literals[number])]
            for number, value in valued:
                if value != valued[0][1]:
                    self._keep(Clash("dt-diff", ((valued[0][0], self.terms.words[SAME_AS], number),)))
                for iri, datatype in self.terms.datatypes.items():
                    if datatypes.contains(iri, value):
                        self.relations[~self._name(datatype)].add(np.array([name]))

    def _check_types(self) -> None:
        """Look for literals that are not of a type which they have now (dt-not-type)."""
        for iri, number in self.terms.datatypes.items():
            relation = self.relations.get(~self._name(number))
            for member in relation.new.tolist() if relation else ():
                self._check_type(member, iri, number)

    def _check_types_of_literals(self) -> None:
        """Look for literals that are not of a type, where things or datatypes turned out to be the same."""
        names = [self._name(number) for number in self.terms.datatypes.values()]
        for iri, number in self.terms.datatypes.items():
            relation = self.relations.get(~self._name(number))
            if relation and names.count(self._name(number)) > 1:
                for member in relation.keys.tolist():
                    self._check_type(member, iri, number)
            elif relation:
                for member in self._same_literals:
                    if contains(relation.keys, member):
                        self._check_type(member, iri, number)

    def _check_type(self, name: int, iri: str, datatype: int) -> None:
        for literal in self._same_literals.get(name) or [name] * (name in self._literals):
            value = self._literals[literal]
            if value is None or not datatypes.contains(iri, value):
                self._keep(Clash("dt-not-type", ((literal, self.terms.words[TYPE], datatype),)))

    # ---------------------------------------------------------------------- contradictions

    def _clash(self, rule: Specialised, rows: Bindings) -> None:
        """Keep the first contradictions that a rule finds."""
        for at in range(min(rows.size, CLASHES)):
            values = {variable: int(column[at]) for variable, column in rows.columns.items()}
            ground = [Pattern(p, values.get(s, s), values.get(o, o)) for p, s, o in rule.body]
            ground = [Pattern(self.same_as, p.subject, p.subject) if self._is_of_all(p) else p for p in ground]
            self._keep(Clash(rule.name, tuple((p.subject, p.predicate, p.object) for p in (*rule.schema, *ground))))

    def _is_of_all(self, pattern: Pattern) -> bool:
        """Tell whether a pattern only says that there is a term: that it is itself, by eq-ref."""
        return pattern.predicate == self.type and pattern.object == self.terms.everything

    def _keep(self, clash: Clash) -> None:
        if clash not in self.clashes and sum(known.rule == clash.rule for known in self.clashes) < CLASHES:
            self.clashes.append(clash)


def _renamed(rule: Specialised, names: Keys) -> Specialised:
    """Return a rule with the new numbers of its terms."""

    def mapped(patterns: Sequence[Pattern]) -> tuple[Pattern, ...]:
        return tuple(Pattern(*(term if term < 0 else int(names[term]) for term in pattern)) for pattern in patterns)

    twins = mapped([rule.twins])[0] if rule.twins else None
    return rule._replace(body=mapped(rule.body), head=mapped(rule.head), twins=twins)


@cache
def axiomatic() -> tuple[ox.Triple, ...]:
    """Return the triples of the rules without premises: cls-thing, cls-nothing1, prp-ap and dt-type1."""
    members = {
        f"{OWL}Class": (f"{OWL}Thing", f"{OWL}Nothing"),
        f"{OWL}AnnotationProperty": ANNOTATION_PROPERTIES,
        f"{RDFS}Datatype": tuple(iri for iri in datatypes.DATATYPES if iri != LANG_STRING),
    }
    return tuple(
        ox.Triple(ox.NamedNode(member), ox.NamedNode(TYPE), ox.NamedNode(cls))
        for cls, iris in members.items()
        for member in iris
    )


def by_relation(subjects: Keys, predicates: Keys, objects: Keys, type_: int) -> Iterator[tuple[int, Keys]]:
    """Divide triples by predicate, and those of rdf:type by class.

    Args:
        subjects, predicates, objects: columns of numbers.
        type_: the number of rdf:type.

    Yields:
        the predicate and sorted pairs, or `~class` and its sorted members.
    """
    typed = predicates == type_
    relation = np.where(typed, ~objects, predicates)
    keys = np.where(typed, subjects, (subjects << 32) | objects)
    order = np.lexsort((keys, relation))
    relation, keys = relation[order], keys[order]
    starts = [0, *(np.flatnonzero(relation[1:] != relation[:-1]) + 1).tolist(), len(relation)]
    for start, stop in pairwise(starts):
        if stop > start:
            yield int(relation[start]), distinct(keys[start:stop])
