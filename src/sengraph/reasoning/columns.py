"""Facts as columns of integers, and joins of them a whole set at a time.

Terms are numbered. The facts of a predicate are one sorted array of distinct 64-bit keys, `subject << 32 |
object`; those of rdf:type are divided by class, and a class's array holds its members. So a set of facts
takes eight bytes each, membership is a binary search, and a join is a search of one sorted array in
another: the sort-merge joins of column stores, on numpy. What was new in each round is kept apart, so
that rules look at new facts only (semi-naive evaluation: Abiteboul, Hull and Vianu, Foundations of
Databases, 1995, section 13.1) and so that the round of a fact can be told.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sengraph.errors import LimitError

Keys = NDArray[np.int64]
"""Sorted distinct keys, or a column of term numbers."""

LOW = 0xFFFFFFFF
NONE: Keys = np.zeros(0, np.int64)

BATCH = 1 << 22
"""The most rows that a join makes at once; more are made in parts."""

MOST = 1 << 36
"""The most rows that one join may come to before it is refused."""

PEAK = 32
"""The most bytes that a fact takes, while what is new is sorted and put among the rest."""


@cache
def memory() -> int:
    """Return how many bytes of memory there are for this process: the machine's, or what its group is given of them."""
    sizes = [sys.maxsize]
    with contextlib.suppress(AttributeError, ValueError, OSError):  # where the system does not say
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in ("memory.max", "memory/memory.limit_in_bytes"):  # Linux control groups, versions 2 and 1
        with contextlib.suppress(ValueError, OSError):
            sizes.append(int(Path("/sys/fs/cgroup", limit).read_text()))
    return min(sizes)


class Pattern(NamedTuple):
    """A fact with variables: term numbers from 0 up, variables below 0. The predicate is never a variable."""

    predicate: int
    subject: int
    object: int


class Bindings(NamedTuple):
    """Rows of a join: how many, and a column of term numbers for each variable bound so far."""

    size: int
    columns: dict[int, Keys]


ONE = Bindings(1, {})
"""The join of nothing: one row that binds nothing."""


class Relation:
    """The facts of one predicate, or the members of one class.

    Attributes:
        keys: all of them, sorted.
        new: those that the last round added.
        rounds: for each round that added some, its number and what it added; together they are `keys`.
    """

    __slots__ = ("_inverse", "_pending", "_waiting", "keys", "new", "rounds")

    def __init__(self) -> None:
        self.keys: Keys = NONE
        self.new: Keys = NONE
        self.rounds: list[tuple[int, Keys]] = []
        self._pending: list[Keys] = []
        self._waiting = 0
        self._inverse: Keys | None = None

    def copy(self) -> Relation:
        """Return a relation that can be added to while this one stays as it is."""
        other = Relation()
        other.keys, other.new, other.rounds = self.keys, self.new, [*self.rounds]
        other._pending, other._waiting, other._inverse = [*self._pending], self._waiting, self._inverse
        return other

    @property
    def inverse(self) -> Keys:
        """The keys of a predicate with subject and object exchanged, sorted."""
        if self._inverse is None:
            self._inverse = np.sort(exchanged(self.keys))
        return self._inverse

    @property
    def is_pending(self) -> bool:
        """Whether something waits to be added."""
        return bool(self._pending)

    def add(self, keys: Keys) -> None:
        """Let keys, in any order, be added when the round ends."""
        if len(keys):
            self._pending.append(keys)
            self._waiting += len(keys)
            if self._waiting > max(BATCH, len(self._pending[0])):  # what was concluded over and over is thrown out
                self._pending = [self._fresh()]
                self._waiting = 0

    def _fresh(self) -> Keys:
        """Return what waits and is not there, sorted."""
        facts = len(self.keys) + sum(map(len, self._pending))
        _refuse_too_many(facts)
        fresh = distinct(np.concatenate(self._pending))
        return fresh[~among(fresh, self.keys)]

    def commit(self, number: int) -> None:
        """End a round: what waited and was not there becomes what is new."""
        self.new = NONE
        if not self._pending:
            return
        fresh = self._fresh()
        self._pending, self._waiting = [], 0
        if len(fresh):
            self._put(fresh, number)

    def _put(self, fresh: Keys, number: int) -> None:
        self.keys = merged(self.keys, fresh)
        self.new = fresh
        self.rounds.append((number, fresh))
        self._inverse = None

    def rename(self, names: Keys, *, pairs: bool) -> None:
        """Put other term numbers in the place of those that turned out to be the same; what reads anew is new.

        Args:
            names: the new number of each term, by its number.
            pairs: whether the keys are pairs.
        """
        self._pending = [renamed(keys, names, pairs=pairs) for keys in self._pending]
        was = self.keys
        keys = renamed(was, names, pairs=pairs)
        if np.array_equal(keys, was):
            return
        self.keys = distinct(keys)
        changed = self.keys[~among(self.keys, was)]
        self.new = distinct(np.concatenate([renamed(self.new, names, pairs=pairs), changed]))
        self.rounds = [(n, distinct(renamed(keys, names, pairs=pairs))) for n, keys in self.rounds]
        self._inverse = None

    def absorb(self, other: Relation) -> None:
        """Take over the facts of another relation, with their rounds: it turned out to be the same."""
        self._pending += other._pending
        self.new = distinct(np.concatenate([self.new, other.new, other.keys[~among(other.keys, self.keys)]]))
        self.keys = distinct(np.concatenate([self.keys, other.keys]))
        self.rounds = sorted([*self.rounds, *other.rounds], key=lambda entry: entry[0])
        self._inverse = None

    def round_of(self, key: int) -> int | None:
        """Return the first round in which a key was there; None if it is not there."""
        return next((number for number, keys in self.rounds if contains(keys, key)), None)


# ------------------------------------------------------------------------------ keys


def pair(subjects: Keys | int, objects: Keys | int, count: int) -> Keys:
    """Return the keys of pairs; a number stands for a column of it."""
    keys = (np.asarray(subjects, np.int64) << 32) | objects
    return keys if keys.ndim else np.full(count, keys)


def exchanged(keys: Keys) -> Keys:
    """Return pairs with subject and object exchanged, in the order they had."""
    return ((keys & LOW) << 32) | (keys >> 32)


def renamed(keys: Keys, names: Keys, *, pairs: bool) -> Keys:
    """Return keys with other term numbers, in the order they had."""
    return (names[keys >> 32] << 32) | names[keys & LOW] if pairs else names[keys]


def distinct(keys: Keys) -> Keys:
    """Return keys sorted and once each."""
    if len(keys) < 2 or bool((keys[1:] > keys[:-1]).all()):
        return keys
    keys = np.sort(keys)
    keep = np.empty(len(keys), bool)
    keep[0] = True
    np.not_equal(keys[1:], keys[:-1], out=keep[1:])
    return keys[keep]


def merged(one: Keys, other: Keys) -> Keys:
    """Return two sorted arrays that share nothing as one."""
    if not len(one):
        return other
    return np.insert(one, np.searchsorted(one, other), other)


def among(keys: Keys, known: Keys) -> NDArray[np.bool_]:
    """Tell of each key whether it is in a sorted array."""
    if not len(known):
        return np.zeros(len(keys), bool)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    found: NDArray[np.bool_] = known[at] == keys
    return found


def contains(keys: Keys, key: int) -> bool:
    """Tell whether a key is in a sorted array."""
    at = int(np.searchsorted(keys, key))
    return at < len(keys) and int(keys[at]) == key


def within(keys: Keys, high: int) -> Keys:
    """Return the pairs of a sorted array that have a given subject."""
    return keys[np.searchsorted(keys, high << 32) : np.searchsorted(keys, (high + 1) << 32)]


# ----------------------------------------------------------------------------- joins


def scan(pattern: Pattern, keys: Keys, *, unary: bool) -> Bindings:
    """Return the rows that match a pattern among the keys of its relation.

    Args:
        pattern: the pattern.
        keys: of the relation, or those of it that are new.
        unary: whether the relation is a class.
    """
    if unary:
        if pattern.subject < 0:
            return Bindings(len(keys), {pattern.subject: keys})
        return Bindings(int(contains(keys, pattern.subject)), {})
    if pattern.subject >= 0:
        keys = within(keys, pattern.subject)
    objects = keys & LOW
    if pattern.object >= 0:
        keys = keys[objects == pattern.object]
        objects = keys & LOW
    elif pattern.object == pattern.subject:
        keys = keys[keys >> 32 == objects]
        objects = keys & LOW
    columns = {pattern.object: objects, pattern.subject: keys >> 32}
    return Bindings(len(keys), {variable: column for variable, column in columns.items() if variable < 0})


def join(rows: Bindings, patterns: Sequence[tuple[Pattern, Relation, bool]], rule: str) -> Iterator[Bindings]:
    """Join rows with patterns, one after the other.

    Args:
        rows: what is bound so far.
        patterns: each with its relation and whether that is a class.
        rule: the name of the rule, for the error.

    Yields:
        the rows that match all patterns, in parts.

    Errors:
        LimitError: there would be too many.
    """
    if not rows.size:
        return
    if not patterns:
        yield rows
        return
    (pattern, relation, unary), *rest = patterns
    for part in _joined(rows, pattern, relation, unary, rule):
        yield from join(part, rest, rule)


def _joined(rows: Bindings, pattern: Pattern, relation: Relation, unary: bool, rule: str) -> Iterator[Bindings]:
    """Join rows with one pattern."""
    subject, object_ = _known(rows, pattern.subject), _known(rows, pattern.object)
    if unary:
        if subject is None:
            yield from _times(rows, scan(pattern, relation.keys, unary=True), rule)
        else:
            yield _filtered(rows, among(np.atleast_1d(subject), relation.keys))
    elif subject is not None and object_ is not None:
        yield _filtered(rows, among(pair(subject, object_, rows.size), relation.keys))
    elif isinstance(subject, np.ndarray):
        yield from _looked_up(rows, subject, relation.keys, pattern.object, rule)
    elif isinstance(object_, np.ndarray):
        yield from _looked_up(rows, object_, relation.inverse, pattern.subject, rule)
    elif object_ is not None:
        backwards = Pattern(pattern.predicate, pattern.object, pattern.subject)
        yield from _times(rows, scan(backwards, within(relation.inverse, object_), unary=False), rule)
    else:
        yield from _times(rows, scan(pattern, relation.keys, unary=False), rule)


def _known(rows: Bindings, term: int) -> Keys | int | None:
    """Return what a term of a pattern is: a number, a column, or None for a variable that is not bound."""
    return term if term >= 0 else rows.columns.get(term)


def _filtered(rows: Bindings, keep: NDArray[np.bool_]) -> Bindings:
    if len(keep) != rows.size:  # one answer for every row
        return rows if keep[0] else Bindings(0, {})
    return Bindings(int(keep.sum()), {variable: column[keep] for variable, column in rows.columns.items()})


def _looked_up(rows: Bindings, column: Keys, keys: Keys, variable: int, rule: str) -> Iterator[Bindings]:
    """Join a column with the pairs that have its terms first, and bind what comes second."""
    first = np.searchsorted(keys, column << 32)
    counts = np.searchsorted(keys, (column + 1) << 32) - first
    for part in _parts(counts, rule):
        repeat = counts[part]
        total = int(repeat.sum())
        starts = np.repeat(first[part] - (np.cumsum(repeat) - repeat), repeat)
        columns = {v: np.repeat(c[part], repeat) for v, c in rows.columns.items()}
        columns[variable] = keys[starts + np.arange(total)] & LOW
        yield Bindings(total, columns)


def _times(rows: Bindings, other: Bindings, rule: str) -> Iterator[Bindings]:
    """Join every row with every other."""
    for part in _parts(np.full(rows.size, other.size), rule):
        count = part.stop - part.start
        columns = {v: np.repeat(c[part], other.size) for v, c in rows.columns.items()}
        columns |= {v: np.tile(c, count) for v, c in other.columns.items()}
        yield Bindings(count * other.size, columns)


def _parts(counts: Keys, rule: str) -> Iterator[slice]:
    """Divide rows so that each part comes to about `BATCH` rows, one row's own share never divided."""
    total = int(counts.sum())
    if total > MOST:
        raise LimitError(f"the rule {rule} joins {total:,} rows, which is more than can be done: give it less data")
    if total <= BATCH:
        if total:
            yield slice(0, len(counts))
        return
    ends = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + BATCH, "right")))
        yield slice(start, stop)
        start = stop


def _refuse_too_many(facts: int) -> None:
    """Refuse a relation for whose facts memory has no room."""
    if facts * PEAK > memory():
        raise LimitError(f"{facts:,} facts of one property follow, more than memory has room for: give it less data")


def neighbours(rows: Bindings, shared: int, variable: int, keys: Keys) -> tuple[Keys, Keys]:
    """Pair terms with the ones before and after them among those that stand in the same relation to something.

    To make all objects of a subject one, it is enough that each is the same as the next.

    Args:
        rows: with the columns of the two variables.
        shared: the variable of the subject.
        variable: the variable of an object of it.
        keys: the relation, sorted by subject.

    Returns:
        two columns: terms that are the same.
    """
    own = pair(rows.columns[shared], rows.columns[variable], rows.size)
    at = np.searchsorted(keys, own)
    ones, others = [], []
    for step in (-1, 1):
        other = keys[np.clip(at + step, 0, len(keys) - 1)]
        same = other >> 32 == own >> 32
        ones.append(own[same] & LOW)
        others.append(other[same] & LOW)
    return np.concatenate(ones), np.concatenate(others)


def transitive_closure(keys: Keys) -> Keys:
    """Return the transitive closure of pairs.

    Args:
        keys: pairs, sorted.

    Returns:
        the pairs of all terms with a path between them, sorted. Each set of terms that reach one another is
        looked at once, after those that it leads to (Purdom, A transitive closure algorithm, 1970).

    Errors:
        LimitError: there would be too many.
    """
    after: dict[int, list[int]] = {}
    for key in keys.tolist():
        after.setdefault(key >> 32, []).append(key & LOW)
    reached: dict[int, Keys] = {}
    found, total = [], 0
    for terms in strongly_connected(after):
        inside = set(terms)
        further = [n for term in terms for n in after.get(term, ())]
        every = [NONE, np.array(sorted(inside), np.int64) if not inside.isdisjoint(further) else NONE]
        every += [column for n in dict.fromkeys(further) if n not in inside for column in (np.array([n]), reached[n])]
        reach = distinct(np.concatenate(every))
        total += len(reach) * len(terms)
        _refuse_too_many(total)
        for term in terms:
            reached[term] = reach
            found.append(pair(term, reach, len(reach)))
    return distinct(np.concatenate([NONE, *found]))


def strongly_connected(after: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Yield the sets of terms that reach one another, each after those that it leads to (Tarjan, 1972).

    Args:
        after: the terms that follow each term.
    """
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_terms: list[int] = []
    is_open: set[int] = set()
    for root in after:
        calls = [] if root in numbers else [(root, iter(after[root]))]
        while calls:
            term, rest = calls[-1]
            if term not in numbers:
                numbers[term] = lowest[term] = len(numbers)
                open_terms.append(term)
                is_open.add(term)
            for other in rest:
                if other not in numbers:
                    calls.append((other, iter(after.get(other, ()))))
                    break
                if other in is_open:
                    lowest[term] = min(lowest[term], numbers[other])
            else:
                calls.pop()
                if calls:
                    lowest[calls[-1][0]] = min(lowest[calls[-1][0]], lowest[term])
                if lowest[term] == numbers[term]:
                    found = [open_terms.pop()]
                    while found[-1] != term:
                        found.append(open_terms.pop())
                    is_open.difference_update(found)
                    yield found


def united(names: Keys, ones: Keys, others: Keys) -> Keys:
    """Return the names of terms once pairs of them are the same: the smallest number of each set.

    Args:
        names: the name of each term, by its number; a name's own name is itself.
        ones, others: pairs of terms that are the same.

    Returns:
        the new names (connected components by hooking and pointer jumping: Shiloach and Vishkin, 1982).
    """
    names = names.copy()
    ones, others = names[ones], names[others]
    while len(ones):
        low, high = np.minimum(ones, others), np.maximum(ones, others)
        np.minimum.at(names, high, low)
        while not np.array_equal(names, further := names[names]):
            names = further
        ones, others = names[low], names[high]
        apart = ones != others
        ones, others = ones[apart], others[apart]
    return names
