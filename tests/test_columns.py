"""Columns of integers: what sorted arrays and joins of them must do, held against plain sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.errors import LimitError
from sengraph.reasoning import columns
from sengraph.reasoning.columns import ONE, Pattern, Relation, join, pair, scan, transitive_closure, united
from sengraph.reasoning.specialise import covering

PAIRS = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


def keys(pairs):
    """Return pairs as sorted keys."""
    return np.array(sorted((s << 32) | o for s, o in pairs), np.int64)


def pairs(of):
    """Return keys as a set of pairs."""
    return {(key >> 32, key & columns.LOW) for key in of.tolist()}


def relation(of):
    """Return a relation that holds pairs."""
    made = Relation()
    made.add(keys(of))
    made.commit(1)
    return made


def closed(of):
    """Return the transitive closure of a set of pairs, by going on until nothing is new."""
    found = set(of)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


@given(PAIRS)
def test_transitive_closure_is_every_path(of):
    """All pairs with a path, those in a circle with themselves too, once each and sorted."""
    result = transitive_closure(keys(of))
    assert pairs(result) == closed(of)
    assert (np.diff(result) > 0).all()


@given(PAIRS)
def test_covering_pairs_say_the_same(of):
    """From the covering pairs of a transitive relation all of it follows, but that a thing is above itself."""
    whole = closed(of)
    found = set(covering(keys(whole)))
    strict = {(a, b) for a, b in whole if a != b}
    assert found <= strict
    assert {(a, b) for a, b in closed(found) if a != b} == strict


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_what_is_the_same_is_named_by_its_smallest_number(same):
    """The names are those of the sets that pairs connect."""
    ones, others = (np.array([pair[i] for pair in same], np.int64) for i in (0, 1))
    found = united(np.arange(10), ones, others)
    sets = closed({(a, b) for x, y in same for a, b in ((x, y), (y, x), (x, x))} | {(n, n) for n in range(10)})
    assert found.tolist() == [min(b for a, b in sets if a == n) for n in range(10)]


@given(PAIRS, PAIRS, st.sets(st.integers(0, 7)))
def test_a_join_is_what_sets_give(first, second, members):
    """`?x p ?y , ?y q ?z , ?z a C`, in one order or the other, on keys and on sets."""
    p, q, c = relation(first), relation(second), Relation()
    c.add(np.array(sorted(members), np.int64))
    c.commit(1)
    expected = {(x, y, z) for x, y in first for y2, z in second if y == y2 and z in members}
    atoms = [(Pattern(1, -1, -2), p, False), (Pattern(2, -2, -3), q, False), (Pattern(0, -3, 9), c, True)]
    for order in (atoms, atoms[::-1], [atoms[1], atoms[2], atoms[0]]):
        rows = [
            row
            for part in join(ONE, order, "test")
            for row in zip(*(part.columns[v].tolist() for v in (-1, -2, -3)), strict=True)
        ]
        assert sorted(rows) == sorted(expected)


@given(PAIRS, st.integers(0, 7))
def test_patterns_with_constants_and_repeated_variables(of, number):
    """A constant at either end, or one variable at both."""
    held = keys(of)
    assert scan(Pattern(1, number, -1), held, unary=False).columns[-1].tolist() == sorted(
        o for s, o in of if s == number
    )
    assert scan(Pattern(1, -1, number), held, unary=False).columns[-1].tolist() == sorted(
        s for s, o in of if o == number
    )
    assert scan(Pattern(1, -1, -1), held, unary=False).columns[-1].tolist() == sorted(s for s, o in of if s == o)


@given(st.lists(PAIRS, max_size=4))
def test_rounds_hold_what_each_added(batches):
    """What is new in a round was not there; the rounds together are all; the first round of a key is told."""
    held, seen = Relation(), dict[tuple[int, int], int]()
    for number, batch in enumerate(batches, 1):
        held.add(keys(batch))
        held.commit(number)
        assert pairs(held.new) == batch - seen.keys()
        seen |= dict.fromkeys(batch - seen.keys(), number)
    assert pairs(held.keys) == seen.keys()
    assert pairs(held.inverse) == {(o, s) for s, o in seen}
    for (s, o), number in seen.items():
        assert held.round_of((s << 32) | o) == number
    assert held.round_of((99 << 32) | 99) is None


@given(PAIRS, st.lists(st.integers(0, 7), min_size=8, max_size=8))
def test_renaming_keeps_what_is_said(of, to):
    """Facts read with their new numbers; those that read anew are new."""
    held = relation(of)
    held.commit(2)
    names = np.array([min(number, other) for number, other in enumerate(to)], np.int64)
    held.rename(names, pairs=True)
    renamed = {(int(names[s]), int(names[o])) for s, o in of}
    assert pairs(held.keys) == renamed
    assert pairs(held.new) == renamed - of


def test_many_conclusions_are_thrown_out_in_time(monkeypatch):
    """What waits for the end of a round never grows far past what is distinct."""
    monkeypatch.setattr(columns, "BATCH", 100)
    held = Relation()
    for _ in range(50):
        held.add(np.arange(30))
    assert sum(map(len, held._pending)) <= 160
    held.commit(1)
    assert held.keys.tolist() == list(range(30))


def test_a_join_in_parts_is_the_same(monkeypatch):
    """Rows are made a part at a time, and one row's own share is never divided."""
    few, many = relation({(n, 1) for n in range(40)}), relation({(1, n) for n in range(50)})
    monkeypatch.setattr(columns, "BATCH", 70)
    start = scan(Pattern(1, -1, -2), few.keys, unary=False)
    found = [part.size for part in join(start, [(Pattern(2, -2, -3), many, False)], "test")]
    assert sum(found) == 2000
    assert max(found) <= 70


def test_a_join_that_is_too_large_is_refused(monkeypatch):
    """With the name of the rule."""
    monkeypatch.setattr(columns, "MOST", 1000)
    few, many = relation({(n, 1) for n in range(40)}), relation({(1, n) for n in range(50)})
    start = scan(Pattern(1, -1, -2), few.keys, unary=False)
    with pytest.raises(LimitError, match=r"the rule prp-trp joins 2,000 rows"):
        list(join(start, [(Pattern(2, -2, -3), many, False)], "prp-trp"))


def test_pairs_of_a_column_and_a_number():
    """A number stands for a column of it."""
    assert pairs(pair(np.array([1, 2]), 7, 2)) == {(1, 7), (2, 7)}
    assert pair(3, 4, 2).tolist() == [(3 << 32) | 4] * 2
