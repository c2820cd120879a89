"""Which cell of a grid each party of a picture is in, such that lines are short and few of them cross.

Parties are put one by one where their lines are shortest; then they are moved and exchanged for as long as that makes
lines shorter, or lets fewer of them cross or run behind another party. Nothing is left to chance, and the work has a
limit: the same lines make the same picture, and many lines make one in bounded time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import combinations
from math import ceil, comb, hypot, sqrt

ACROSS, DOWN = 160, 124
"""The width and the height of a cell, in units of the picture; a unit is a pixel, or on a phone 3/4 of one."""

BROADEST, MOST_ROWS = 108.0, 3
"""The longest row of letters, and how many rows there are at most."""

FEW_COLUMNS = 3
"""As many columns as fit on a phone. A picture with more of them keeps its size, and is scrolled."""

Segment = tuple[float, float, float, float]
"""The two ends of a straight line."""

Rectangle = tuple[float, float, float, float]
"""A corner, a width and a height."""

Point = tuple[float, float]

Cell = tuple[int, int]
"""A column and a row."""

Ends = tuple[int, int]
"""The numbers of two parties."""

CROSSING, BEHIND, FALLING, LEVEL = 5.0, 9.0, 1.0, 3.0
"""What it costs that two lines cross, that a line runs behind a party, that an arrow points down where others point up,
and that a line is level, which leaves little room for words; the way from a row to the next costs one."""

FEW_LINES = 24
"""With more lines than that, only their length counts: the others take too long to find out."""

WORK = 1_000_000
"""How many lines and pairs of lines are looked at, at most."""

STARTS = 12
"""How many parties are tried, at most, as the first that gets a cell."""


def placed(count: int, lines: tuple[Ends, ...], arrows: tuple[Ends, ...] = ()) -> tuple[Cell, ...]:
    """Return a cell for each of some parties, such that lines are short, few of them cross, and arrows agree.

    Args:
        count: how many parties there are.
        lines: the numbers, from 0, of the two parties of each line.
        arrows: the lines that are arrows, from the first to the second.

    >>> placed(3, ((0, 1), (1, 2)))
    ((1, 0), (1, 1), (1, 2))
    """
    firsts = range(min(count, STARTS) if len(lines) <= FEW_LINES else 1)
    found = [_Grid(count, lines, arrows).settled(first, WORK // len(firsts)) for first in firsts]
    return min(found, key=lambda each: each[0])[1]


class _Grid:
    """A grid in which parties are put and moved.

    Args:
        count, lines, arrows: as of `placed`.
    """

    def __init__(self, count: int, lines: tuple[Ends, ...], arrows: tuple[Ends, ...]) -> None:
        columns = max(FEW_COLUMNS, round(sqrt(0.6 * count)))
        rows = ceil(count / columns) + 2
        self.cells = [(column, row) for row in range(rows) for column in range(columns)]
        self.middle = (columns // 2, rows // 2)
        self.lines = lines
        self.arrows = arrows
        self.is_careful = len(lines) <= FEW_LINES
        self.near: list[list[int]] = [[] for _ in range(count)]
        for one, other in lines:
            self.near[one].append(other)
            self.near[other].append(one)
        self.cell_of: dict[int, Cell] = {}
        self.party_in: dict[Cell, int] = {}

    def settled(self, first: int, work: int) -> tuple[float, tuple[Cell, ...]]:
        """Put every party, one of them first, and move them to better cells; return what is left to be wished for."""
        waiting = {*range(len(self.near))}
        party = first
        while waiting:
            self._put(party, min((cell for cell in self.cells if cell not in self.party_in), key=self._way(party)))
            waiting.discard(party)
            ties = {each: sum(other in self.cell_of for other in self.near[each]) for each in waiting}
            party = min(waiting, key=lambda each: (-ties[each], -len(self.near[each]), each), default=first)
        cost = self._improve(work)
        return cost, tuple(self.cell_of[party] for party in range(len(self.near)))

    def _put(self, party: int, cell: Cell) -> None:
        self.cell_of[party], self.party_in[cell] = cell, party

    def _way(self, party: int) -> Callable[[Cell], tuple[float, float, Cell]]:
        """Return what tells how far a cell is from those that a party has lines to, and from the middle."""
        ends = [self.cell_of[other] for other in self.near[party] if other in self.cell_of]

        def way(cell: Cell) -> tuple[float, float, Cell]:
            return sum(_length(_to(cell, end)) for end in ends), _length(_to(cell, self.middle)), cell

        return way

    def _improve(self, work: int) -> float:
        """Move and exchange parties for as long as that is for the better, or the work is worth it."""
        best, moved = self._cost(), True
        left = work // (comb(len(self.lines) + 1, 2) if self.is_careful else len(self.lines))
        while moved:
            moved = False
            for party in range(len(self.near)):
                for cell in self.cells:
                    old = self.cell_of[party]
                    if cell == old:
                        continue
                    if not left:
                        return best
                    left -= 1
                    self._exchange(old, cell)
                    if (cost := self._cost()) < best - 1e-9:
                        best, moved = cost, True
                    else:
                        self._exchange(old, cell)
        return best

    def _exchange(self, one: Cell, other: Cell) -> None:
        """Let what is in two cells change places."""
        moving = [(self.party_in.pop(one, None), other), (self.party_in.pop(other, None), one)]
        for party, cell in moving:
            if party is not None:
                self._put(party, cell)

    def _cost(self) -> float:
        cell_of = self.cell_of
        ends = [(cell_of[one], cell_of[other]) for one, other in self.lines]
        rises = [cell_of[one][1] - cell_of[other][1] for one, other in self.arrows]
        cost = FALLING * min(sum(rise <= 0 for rise in rises), sum(rise >= 0 for rise in rises))
        cost += sum(_length(_to(one, other)) for one, other in ends)
        if self.is_careful:
            for one, other in ends:
                behind = _behind(_to(one, other))
                cost += BEHIND * sum((one[0] + x, one[1] + y) in self.party_in for x, y in behind)
            cost += CROSSING * sum(_cross(*one, *other) for one, other in combinations(ends, 2))
        return cost


def _to(one: Cell, other: Cell) -> Cell:
    return other[0] - one[0], other[1] - one[1]


@cache
def _length(way: Cell) -> float:
    """Return what the length of a line costs: a long one more than as much in short ones."""
    across, down = abs(way[0]) * ACROSS / DOWN, abs(way[1])
    return float(hypot(across, down) ** 1.5) + (LEVEL if across and not down else 0.0)


@cache
def _behind(way: Cell) -> tuple[Cell, ...]:
    """Return the cells, from that where a line starts, in which it would run behind a party or very near to one."""
    columns, rows = (range(min(0, end), max(0, end) + 1) for end in way)
    width, height = BROADEST + 24, 60.0
    return tuple(
        (x, y)
        for x in columns
        for y in rows
        if (x, y) not in ((0, 0), way)
        and meets(
            (0, 0, way[0] * ACROSS, way[1] * DOWN),
            (x * ACROSS - width / 2, y * DOWN - height / 2, width, height),
        )
    )


@lru_cache(maxsize=1 << 14)
def _cross(a: Cell, b: Cell, c: Cell, d: Cell) -> bool:
    """Tell whether the line from a to b crosses that from c to d, elsewhere than at an end."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Cell, b: Cell, c: Cell) -> int:
    """Return a number above zero if c is on one side of the line from a to b, below zero if it is on the other."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def meets(segment: Segment, room: Rectangle) -> bool:
    """Tell whether a line goes through a rectangle (Liang and Barsky's way to clip a line)."""
    enters, leaves = 0.0, 1.0
    for axis in (0, 1):
        start, way = segment[axis], segment[axis + 2] - segment[axis]
        low, high = room[axis] - start, room[axis] + room[axis + 2] - start
        if way:
            enters, leaves = max(enters, min(low / way, high / way)), min(leaves, max(low / way, high / way))
        elif low > 0 or high < 0:
            return False
    return enters < leaves
