"""What follows from much data, a batch at a time, where that is all that follows.

A register of a million rows need not be in memory to be closed, if no rule looks at two rows at once.
That is so as long as these hold, each of which is looked at for each batch:

1. Every fact that the batch adds, asserted or concluded, is about a subject of the batch, and no other batch
   has facts about that subject. That a literal is of a datatype is no such fact: every batch that has the literal
   knows it.
2. Where a rule reads two facts that batches add, it reads two about one subject.
3. A batch does not add to the schema, and makes no two things the same. Its literals are written in the one
   canonical way, so that no two batches write one value in two ways.

Then every premise that a rule finds in the whole data it finds in one batch together with what was there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pyoxigraph as ox

from sengraph.errors import InconsistentError
from sengraph.reasoning.columns import NONE, Keys, Pattern, among, distinct
from sengraph.reasoning.datatypes import DATATYPES
from sengraph.reasoning.engine import Engine, Term
from sengraph.reasoning.listing import Listing
from sengraph.reasoning.native import Materialisation, in_words
from sengraph.reasoning.specialise import Specialised
from sengraph.terms import RDF, XSD

CANONICAL = {
    f"{XSD}string": re.compile(r".*", re.DOTALL),
    f"{RDF}langString": re.compile(r".*", re.DOTALL),
    f"{XSD}boolean": re.compile("true|false"),
    f"{XSD}integer": re.compile("0|-?[1-9][0-9]*"),
    f"{XSD}dateTime": re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\dZ", re.ASCII),
}
"""Of the datatypes that have values here, one for each kind of value, and its canonical form."""


class TogetherError(Exception):
    """A rule may look at two batches at once: they have to be closed together."""


class Batches:
    """Closes data batch by batch over a graph that is closed already.

    Args:
        base: the graph; what was inferred of it is not given again. It may grow between two batches.

    Attributes:
        base: that graph.
    """

    def __init__(self, base: Materialisation) -> None:
        self.base = base
        self._touched: set[int] = set()
        self._looked_at = (0, 0)
        self._expect_numbers()

    def close(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return what follows from a batch and the base together, and neither from the base alone nor asserted.

        Args:
            triples: all there is about some subjects.

        Errors:
            TogetherError: more may follow from this batch together with others.
            InconsistentError: the batch contradicts itself or the base.
        """
        base, batch = self.base.engine, [*triples]
        engine = _grown(base, batch)
        if not all(map(_is_canonical, {triple.object for triple in batch})):
            raise TogetherError
        self._refuse_entangled(base, engine)
        return [*Listing(engine).inferred(beyond=base)]

    def _expect_numbers(self) -> None:
        """Let the integers that rules name be known, so that not each batch finds anew what has their value."""
        engine = self.base.engine
        terms = [*engine.terms.numbers]
        words = [terms[number] for number in engine.unasserted_words().tolist()]
        integer = ox.NamedNode(f"{XSD}integer")
        same = [ox.Literal(word.value, datatype=integer) for word in words if isinstance(word, ox.Literal)]
        engine.expect(literal for literal in same if literal not in engine.terms.numbers)

    def close_together(self, triples: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
        """Return what follows from all data and the base together, and neither from the base alone nor asserted.

        Errors:
            InconsistentError: the data contradicts itself or the base.
        """
        base = self.base.engine
        return Listing(_grown(base, triples)).inferred(beyond=base)

    def _refuse_entangled(self, base: Engine, engine: Engine) -> None:
        """Refuse a batch for which one of the three conditions does not hold."""
        terms = [*engine.terms.numbers]
        if engine.schema_size != base.schema_size:
            raise TogetherError
        names = np.concatenate([base.names, np.arange(len(base.names), len(engine.names))])
        merged = np.flatnonzero(engine.names != names)
        if not among(engine.names[merged], base.unasserted_words()).all():  # those are numbers that only rules have
            raise TogetherError
        own = distinct(np.concatenate([NONE, *(subjects for _, subjects in _added(base.asserted, engine.asserted))]))
        facts = {key: relation.keys for key, relation in engine.relations.items()}
        before = {key: relation.keys for key, relation in base.relations.items()}
        of_all = {~engine.terms.everything}
        of_datatype = {~int(engine.names[number]) for number in engine.terms.datatypes.values()}
        touched = set[int]()
        for key, subjects in _added(before, facts):
            touched.add(key)
            others = subjects[~among(subjects, own)] if key not in of_all else NONE
            if any(key not in of_datatype or not isinstance(terms[number], ox.Literal) for number in others.tolist()):
                raise TogetherError
        self._touched |= touched
        rules = [*engine.rules]
        if self._looked_at != (len(self._touched), len(rules)):
            self._looked_at = len(self._touched), len(rules)
            if any(_joins_subjects(rule, self._touched, engine.type) for rule in rules):
                raise TogetherError


def _grown(base: Engine, triples: Iterable[ox.Triple]) -> Engine:
    """Return an engine with more data, or refuse data that contradicts itself or what was there."""
    engine = base.fork()
    engine.add(triples)
    if found := [clash for clash in engine.clashes if clash not in base.clashes]:
        terms = [*engine.terms.numbers]
        raise InconsistentError(
            "the data contradicts itself or the ontology: " + "; ".join(in_words(clash, terms) for clash in found[:3])
        )
    return engine


def _added(before: dict[int, Keys], after: dict[int, Keys]) -> Iterable[tuple[int, Keys]]:
    """Yield the relations that have more facts, and the subjects of what is more."""
    for key, keys in after.items():
        known = before.get(key, NONE)
        if len(keys) > len(known):
            more = keys[~among(keys, known)]
            yield key, more >> 32 if key >= 0 else more


def _is_canonical(term: Term | ox.Triple) -> bool:
    """Tell whether no other term has the value of a term, among all that are canonical."""
    if not isinstance(term, ox.Literal) or term.datatype.value not in DATATYPES:
        return True
    form = CANONICAL.get(term.datatype.value)
    return form is not None and bool(form.fullmatch(term.value)) and (not term.language or term.language.islower())


def _joins_subjects(rule: Specialised, touched: set[int], type_: int) -> bool:
    """Tell whether a rule reads facts about two subjects in relations that data adds to."""
    patterns = [*rule.body]
    if rule.twins:  # the second of two patterns, which is not written out
        _, one, other = rule.head[0]
        twin = (other if term == one else term for term in rule.twins[1:])
        patterns.append(Pattern(rule.twins.predicate, *twin))
    typed = any(key < 0 for key in touched)

    def is_touched(predicate: int, object_: int) -> bool:
        if predicate != type_:
            return predicate in touched
        return typed if object_ < 0 else ~object_ in touched

    return len({p.subject for p in patterns if is_touched(p.predicate, p.object)}) > 1
