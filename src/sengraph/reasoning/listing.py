"""Numbers back to triples: what an engine concluded, relation by relation, each thing under all its names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from sengraph.errors import LimitError
from sengraph.reasoning.columns import LOW, NONE, Keys, among, distinct, pair
from sengraph.reasoning.engine import Engine, by_relation
from sengraph.reasoning.specialise import TYPE
from sengraph.terms import OWL, RDFS

MOST = 1 << 27
"""The most facts of one relation that are written out under all names of the things in them."""

REFLEXIVE = tuple(
    [f"{OWL}{name}" for name in ("sameAs", "equivalentClass", "equivalentProperty")]
    + [f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf")]
)
"""Relations in which everything, or every class or property, stands to itself."""


class Listing:
    """The triples of an engine.

    Args:
        engine: which is not added to while triples are read.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._terms = [*engine.terms.numbers]
        self._is_literal = np.fromiter((isinstance(term, ox.Literal) for term in self._terms), bool, len(self._terms))
        self._hidden = engine.unasserted_words().tolist()
        visible = np.setdiff1d(np.argsort(engine.names, kind="stable"), self._hidden, assume_unique=True)
        self._numbers = visible[np.argsort(engine.names[visible], kind="stable")]
        self._first = np.searchsorted(engine.names[self._numbers], np.arange(len(engine.names) + 1))
        self._plain = bool((engine.names == np.arange(len(engine.names))).all())
        self._reflexive = {engine.terms.number(ox.NamedNode(iri)) for iri in REFLEXIVE} if self._terms else set()

    def _refuse_too_many(self) -> None:
        """Refuse to write out what would not fit into memory, before anything is given out."""
        sizes = self._first[1:] - self._first[:-1]
        most = int((sizes[sizes > 1] ** 2).sum())
        for key, relation in self._engine.relations.items():
            keys = relation.keys
            written_out = sizes[keys >> 32] * sizes[keys & LOW] if key >= 0 else sizes[keys]
            most = max(most, int(written_out.sum()))
        if most > MOST and not self._plain:
            raise LimitError(
                f"{most:,} triples of one property follow, more than can be given out: too many things are the same"
            )

    def inferred(self, *, axioms: bool = False, beyond: Engine | None = None) -> Iterator[ox.Triple]:
        """Yield the triples that follow and were not asserted.

        Args:
            axioms: also those that say of a thing that it is itself, and those that follow from no triple at all.
            beyond: leave out what this engine has, which the other one was made from by `Engine.fork`.

        Yields:
            triples, relation by relation; none has a literal for a subject.

        Errors:
            LimitError: there are too many.
        """
        self._refuse_too_many()
        without = self._engine.asserted if axioms else self._with_axioms()
        for key, keys in self._relations(axioms=axioms):
            keys = keys[~among(keys, without.get(key, NONE))]
            if beyond and key in beyond.relations:
                keys = keys[~among(keys, beyond.relations[key].keys)]
            if not axioms and key in self._reflexive:
                keys = keys[keys >> 32 != keys & LOW]
            yield from self._triples(key, keys)

    def asserted(self) -> Iterator[ox.Triple]:
        """Yield what was asserted, relation by relation."""
        for key, keys in self._engine.asserted.items():
            yield from self._triples(key, keys)

    def _with_axioms(self) -> dict[int, Keys]:
        """Return what was asserted together with what follows from nothing."""
        engine, known = self._engine, dict(self._engine.asserted)
        numbers = engine.terms.numbers
        columns = np.array([[numbers.get(term, -1) for term in triple] for triple in of_nothing()], np.int64).T
        for key, keys in by_relation(columns[0], columns[1], columns[2], engine.terms.words[TYPE]):
            known[key] = distinct(np.concatenate([known.get(key, NONE), keys]))
        return known

    def _relations(self, *, axioms: bool) -> Iterator[tuple[int, Keys]]:
        """Yield the facts by predicate and class, written out under all names."""
        engine = self._engine
        types = self._names_of(engine.type)
        for key, relation in engine.relations.items():
            if key != ~engine.terms.everything and len(relation.keys):
                written_out = self._written_out(relation.keys, pairs=key >= 0)
                for name in self._names_of(key if key >= 0 else ~key):
                    yield (name if key >= 0 else ~name), written_out
                if key < 0 and len(types) > 1:
                    pairs = self._written_out(pair(relation.keys, ~key, len(relation.keys)), pairs=True)
                    yield from ((name, pairs) for name in types if name != engine.terms.words[TYPE])
        same = self._equal(axioms=axioms)
        for name in self._names_of(engine.same_as):
            yield name, same

    def _names_of(self, name: int) -> list[int]:
        return [int(n) for n in self._numbers[self._first[name] : self._first[name + 1]]]

    def _written_out(self, keys: Keys, *, pairs: bool) -> Keys:
        """Return keys with every number of a thing in the place of its name."""
        if self._plain:
            for number in self._hidden:
                keys = keys[(keys >> 32 != number) & (keys & LOW != number)] if pairs else keys[keys != number]
            return keys
        if not pairs:
            return distinct(self._every(keys)[0])
        subjects, rows = self._every(keys >> 32)
        objects, again = self._every((keys & LOW)[rows])
        return distinct(pair(subjects[again], objects, len(objects)))

    def _every(self, names: Keys) -> tuple[Keys, NDArray[np.int64]]:
        """Return every number of each thing of a column, and the row that it came from."""
        counts = self._first[names + 1] - self._first[names]
        rows = np.repeat(np.arange(len(names)), counts)
        starts = np.repeat(self._first[names] - (np.cumsum(counts) - counts), counts)
        return self._numbers[starts + np.arange(len(rows))], rows

    def _equal(self, *, axioms: bool) -> Keys:
        """Return the pairs of what is the same; with each term that is in a fact and itself, if that is wanted."""
        counts = self._first[1:] - self._first[:-1]
        several = np.flatnonzero(counts > 1)
        found = pair(several, several, len(several))
        if axioms:
            occurring = self._engine.occurring()
            found = distinct(np.concatenate([found, pair(occurring, occurring, len(occurring))]))
        written_out = self._written_out(found, pairs=True)
        return written_out if axioms else written_out[written_out >> 32 != written_out & LOW]

    def _triples(self, key: int, keys: Keys) -> Iterator[ox.Triple]:
        """Yield the triples of some keys of a relation."""
        terms = self._terms
        predicate = terms[key] if key >= 0 else terms[self._engine.terms.words[TYPE]]
        if not isinstance(predicate, ox.NamedNode):
            return
        subjects = keys >> 32 if key >= 0 else keys
        keep = ~self._is_literal[subjects]
        if key < 0:
            cls = terms[~key]
            for subject in subjects[keep].tolist():
                yield ox.Triple(terms[subject], predicate, cls)
        else:
            for subject, object_ in zip(subjects[keep].tolist(), (keys & LOW)[keep].tolist(), strict=True):
                yield ox.Triple(terms[subject], predicate, terms[object_])


@cache
def of_nothing() -> tuple[ox.Triple, ...]:
    """Return what follows from no triple at all."""
    return tuple(Listing(Engine()).inferred(axioms=True))
