"""The picture of who works with whom: parties in the cells of a grid, lines between them, and words on the lines.

No two parties overlap, and words stand where they hide nothing. The same lines make the same picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from sengraph.pages.html import Ref
from sengraph.pages.layout import (
    ACROSS,
    BROADEST,
    DOWN,
    FEW_COLUMNS,
    MOST_ROWS,
    Cell,
    Ends,
    Point,
    Rectangle,
    Segment,
    meets,
    placed,
)

WORKS_WITH, INFORMS, OR = "works-with", "informs", "or"
"""The kinds of line, by the names that the style sheet has for them."""


class Line(NamedTuple):
    """A line between two parties.

    Attributes:
        kind: `WORKS_WITH`, from the bearer named first; `INFORMS`, to the recipient; or `OR`.
        one, other: the parties.
        said: each force, with the kinds of setting in which a clause has it.
    """

    kind: str
    one: Ref
    other: Ref
    said: tuple[tuple[Ref, tuple[Ref, ...]], ...]

    @property
    def forces(self) -> str:
        """What stands on the line."""
        return ", ".join(force.label for force, _ in self.said) if self.kind != OR else "or"

    @property
    def title(self) -> str:
        """The line in words."""
        verb = {WORKS_WITH: "works with", INFORMS: "informs", OR: "or"}[self.kind]
        said = ["one of the two is enough"] if self.kind == OR else []
        for force, settings in self.said:
            where = ", ".join(setting.label for setting in settings)
            said.append(f"{force.label} ({where})" if where else force.label)
        return f"{self.one.label} {verb} {self.other.label}{': ' if said else ''}{'; '.join(said)}"


PARTY, WORDS = 15.0, 14.5
"""The size of the letters in parties and on lines: 11 pixels or more on a phone."""

LONGEST = 80
"""How many letters of a text are looked at: more than there is room for, whichever they are."""

MOST_PARTIES = 150
"""With more of them, there is no picture: nobody could find anything in it."""

APART = 22
"""How far lines between the same two parties are apart."""

MOST_WORDS, MOST_BENT = 60, 150
"""With more lines than that, none has words on it, though all have a title; or none is bent around a party."""


class Box(NamedTuple):
    """A party in the picture: the corner, the size, and rows of letters, each with the place of its middle."""

    party: Ref
    x: float
    y: float
    width: float
    height: float
    rows: list[tuple[float, float, str]]

    @property
    def middle(self) -> Point:
        """The place of its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def room(self) -> Rectangle:
        """The room that it takes."""
        return self.x, self.y, self.width, self.height


class Stroke(NamedTuple):
    """A line in the picture.

    Attributes:
        line: what it stands for.
        start, pull, end: its ends, and between them the point to which a bent line is pulled, or the middle of a
            straight one: those of a quadratic Bézier curve.
        head: the corners of its arrow head.
        words: what stands on it, in rows, each with the place of its middle.
    """

    line: Line
    start: Point
    pull: Point
    end: Point
    head: str
    words: list[tuple[float, float, str]]

    def at(self, part: float) -> Point:
        """Return a point of the line, 0 being its start and 1 its end."""
        weights = ((1 - part) ** 2, 2 * part * (1 - part), part**2)
        x, y = (sum(w * point[axis] for w, point in zip(weights, self[1:4], strict=True)) for axis in (0, 1))
        return x, y

    def segments(self, pieces: int = 8) -> list[Segment]:
        """Return the line in straight pieces."""
        points = [self.at(piece / pieces) for piece in range(pieces + 1)]
        return [(*one, *other) for one, other in pairwise(points)]


class Picture(NamedTuple):
    """What is drawn: the boxes from the top left to the bottom right, and the lines, which go behind them."""

    width: int
    height: int
    is_narrow: bool
    boxes: list[Box]
    strokes: list[Stroke]

    def count(self, kind: str) -> int:
        """Return how many lines of a kind there are."""
        return sum(stroke.line.kind == kind for stroke in self.strokes)


@lru_cache(maxsize=32)
def picture(lines: tuple[Line, ...]) -> Picture:
    """Return the picture of lines, the same for the same lines in the same order.

    Args:
        lines: one or more.
    """
    parties = sorted(
        {party for line in lines for party in (line.one, line.other)}, key=lambda ref: (ref.label, ref.iri)
    )
    number = {party: at for at, party in enumerate(parties)}
    ends = [(number[line.one], number[line.other]) for line in lines]
    arrows = [pair for pair, line in zip(ends, lines, strict=True) if line.kind == INFORMS]
    cells = _upright(placed(len(parties), tuple(ends), tuple(arrows)), arrows)
    used, rows = (1 + max(cell[axis] for cell in cells) for axis in (0, 1))
    columns = max(used, FEW_COLUMNS)
    boxes = {party: _box(party, x + (columns - used) / 2, y) for party, (x, y) in zip(parties, cells, strict=True)}
    width, height = columns * ACROSS, rows * DOWN
    return Picture(
        width,
        height,
        columns == FEW_COLUMNS,
        sorted(boxes.values(), key=lambda box: (box.middle[1], box.x)),
        _strokes(lines, boxes, width, height),
    )


def _upright(cells: Sequence[Cell], arrows: Sequence[Ends]) -> list[Cell]:
    """Return cells from the left and from the top, turned upside down if that has more arrows point up."""
    left, top, bottom = min(x for x, _ in cells), min(y for _, y in cells), max(y for _, y in cells)
    down = sum((cells[to][1] > cells[one][1]) - (cells[to][1] < cells[one][1]) for one, to in arrows)
    return [(x - left, bottom - y if down > 0 else y - top) for x, y in cells]


def _box(party: Ref, column: float, row: float) -> Box:
    """Return the box of a party in the middle of its cell."""
    texts = _wrapped(party.label, PARTY)
    width = round(max(56.0, *(_width(text, PARTY) for text in texts)) + 16, 1)
    height = 18.0 * len(texts) + 12
    x, y = (column + 0.5) * ACROSS, (row + 0.5) * DOWN
    return Box(party, round(x - width / 2, 1), y - height / 2, width, height, _rows(texts, x, y, 18))


def _rows(texts: Sequence[str], x: float, y: float, height: float) -> list[tuple[float, float, str]]:
    """Return rows of letters about a place, each with the place of its middle."""
    first = y - height * (len(texts) - 1) / 2
    return [(round(x, 1), round(first + height * at, 1), text) for at, text in enumerate(texts)]


def _width(text: str, size: float) -> float:
    """Return about how broad a text is in a broad font; in which one it will be shown, nobody knows here."""
    return size * sum(
        1.0 if letter > "\u2e80" else next((wide for letters, wide in _WIDTHS if letter in letters), 0.62)
        for letter in text
    )


_WIDTHS = (("ijlI.,:;'!|", 0.32), ("frt()[] ", 0.42), ("mwMW@%", 1.0), ("ABCDEFGHKNOPQRSUVXYZ", 0.72))
"""The widths of letters, in sizes, where they are not what most have."""


def _wrapped(text: str, size: float) -> list[str]:
    """Return a text in rows that are not too broad, cut short behind the last that there is room for."""
    rows = [""]
    for word in " ".join(text.split())[:LONGEST].split():
        if rows[-1] and _width(f"{rows[-1]} {word}", size) > BROADEST:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
        while _width(rows[-1], size) > BROADEST:  # a word that is too long itself
            fits = next(at for at in range(len(rows[-1]) - 1, 0, -1) if _width(rows[-1][:at], size) <= BROADEST)
            rows[-1:] = [rows[-1][:fits], rows[-1][fits:]]
    return rows if len(rows) <= MOST_ROWS else [*rows[: MOST_ROWS - 1], f"{rows[MOST_ROWS - 1][:-1].rstrip()}…"]


def _strokes(lines: Sequence[Line], boxes: dict[Ref, Box], width: float, height: float) -> list[Stroke]:
    """Return the lines from border to border, side by side where there are several between two parties."""
    between = [frozenset((line.one, line.other)) for line in lines]
    count, seen = Counter(between), Counter[frozenset[Ref]]()
    walls = [(-width, -height, 3 * width, height), (-width, height, 3 * width, height)]
    walls += [(-width, 0, width, height), (width, 0, width, height)]
    strokes = []
    for line, pair in zip(lines, between, strict=True):
        aside = APART * (seen[pair] - (count[pair] - 1) / 2) * (1 if line.one.iri < line.other.iri else -1)
        seen[pair] += 1
        ends = boxes[line.one], boxes[line.other]
        in_the_way = [*walls, *(_grown(box.room, 4) for box in boxes.values() if box not in ends)]
        bends = (0, 24, -24, 48, -48, 72, -72) if len(lines) <= MOST_BENT else ()
        tried = (_stroke(line, *ends, aside, bend) for bend in bends)
        free = (stroke for stroke in tried if not _is_hidden(stroke, in_the_way))
        strokes.append(next(free, None) or _stroke(line, *ends, aside, 0))
    return _worded(strokes, [*boxes.values()]) if len(strokes) <= MOST_WORDS else strokes


def _is_hidden(stroke: Stroke, rooms: Sequence[Rectangle]) -> bool:
    return any(meets(segment, room) for segment in stroke.segments() for room in rooms)


def _stroke(line: Line, one: Box, other: Box, aside: float, bend: float) -> Stroke:
    """Return a line between two boxes, some units to the left of the straight one, and bent by some at its middle."""
    (x1, y1), (x2, y2) = (box.middle for box in (one, other))
    across, down = _direction((x1, y1), (x2, y2))
    x1, x2, y1, y2 = x1 + aside * down, x2 + aside * down, y1 - aside * across, y2 - aside * across
    pull = (x1 + x2) / 2 + 2 * bend * down, (y1 + y2) / 2 - 2 * bend * across
    start, end = _border(one, (x1, y1), pull), _border(other, (x2, y2), pull)
    head = ""
    if line.kind == INFORMS:
        across, down = _direction(pull, end)
        tip, end = end, (end[0] - 12 * across, end[1] - 12 * down)
        corners = [tip, *((end[0] + half * down, end[1] - half * across) for half in (5.5, -5.5))]
        head = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    if not bend:
        pull = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return Stroke(line, _rounded(start), _rounded(pull), _rounded(end), head, [])


def _direction(one: Point, other: Point) -> Point:
    """Return how far a way goes across and down in one unit."""
    length = hypot(other[0] - one[0], other[1] - one[1]) or 1.0
    return (other[0] - one[0]) / length, (other[1] - one[1]) / length


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _grown(room: Rectangle, spare: float) -> Rectangle:
    """Return a rectangle with some units more on each side."""
    return room[0] - spare, room[1] - spare, room[2] + 2 * spare, room[3] + 2 * spare


def _border(box: Box, inside: Point, towards: Point) -> Point:
    """Return where a way from a point in a box leaves it, and a little more."""
    ways, far = _direction(inside, towards), []
    for way, place, middle, half in zip(ways, inside, box.middle, (box.width / 2, box.height / 2), strict=True):
        if way:
            far.append((half - (place - middle) * (1 if way > 0 else -1)) / abs(way))
    distance = max(min(far), 0.0) + 3
    return inside[0] + distance * ways[0], inside[1] + distance * ways[1]


def _worded(strokes: Sequence[Stroke], boxes: Sequence[Box]) -> list[Stroke]:
    """Return lines with their words, the longest put first, as far as there is room that nothing else takes."""
    taken = [_grown(box.room, 2) for box in boxes]
    drawn = [stroke.segments() for stroke in strokes]
    worded = list(strokes)
    for at in sorted(range(len(strokes)), key=lambda at: -len(strokes[at].line.forces)):
        others = [segment for other, segments in enumerate(drawn) if other != at for segment in segments]
        for texts, (x, y), room in _offers(strokes[at]):
            if not any(_overlap(room, each) for each in taken) and not any(meets(each, room) for each in others):
                taken.append(room)
                worded[at] = strokes[at]._replace(words=_rows(texts, x, y, 17))
                break
    return worded


def _offers(stroke: Stroke) -> Iterator[tuple[list[str], Point, Rectangle]]:
    """Yield ways to put words on a line, the best first: their rows, the middle, and the room they are to have."""
    forces = stroke.line.forces
    if not forces:
        return
    apart = [text for force in forces.replace(", ", ",\n").split("\n") for text in _wrapped(force, WORDS)]
    for texts in (_wrapped(forces, WORDS), apart):
        width, height = max(_width(text, WORDS) for text in texts) + 4, 17.0 * len(texts)
        for (x, y), spare in _places(stroke, width, height):
            yield texts, (x, y), _grown((x - width / 2, y - height / 2, width, height), spare)


def _places(stroke: Stroke, width: float, height: float) -> Iterator[tuple[Point, float]]:
    """Yield where words of a size can be, the best first, and how far from all else.

    They are best on the line, if enough of it is left then, or else beside it.
    """
    across, down = _direction(stroke.start, stroke.end)
    length = hypot(stroke.end[0] - stroke.start[0], stroke.end[1] - stroke.start[1])
    away = (abs(down) * width + abs(across) * height) / 2 + 4
    hidden = min(width / abs(across) if across else length, height / abs(down) if down else length)
    for spare, asides in ((8.0, (0.0,)), (1.0, (0.0,)), (5.0, (away, -away)), (0.0, (away, -away))):
        for aside in asides if length - hidden > 24 or any(asides) else ():
            for part in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
                x, y = stroke.at(part)
                yield (x + aside * down, y - aside * across), spare


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))
