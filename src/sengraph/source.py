"""The text that a code of practice was read from: its cells, their digests and their modal phrases.

The graph paraphrases and keeps no sentence of its source. What ties the two together is a digest: each
passage carries the SHA-256 of its cell in the *canonical form*, so whoever has a copy of the text can see
that a passage was read from exactly these words, and nobody can read the words out of the graph.

The text is a grid, as a table comes out of a word processor: a title, a blank line, one line for each
column's heading, a blank line, and then for each row one line a column and a blank line. An empty cell is
an empty line. A copy that was reflowed keeps the words and loses the grid; its cells are found all the same,
as the runs of lines that have a known digest, but which column a leftover piece belongs to is then undecided.

Everything here is a function of its arguments except `read`.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sengraph.errors import InputError
from sengraph.load import read_bytes

MODAL_PHRASES = ("must", "should", "may", "will", "has responsibility", "has responsibilities")
"""The modal phrases of the Code of 2001. Another code's come from the modalities of its graph."""

LONGEST_CELL = 60
"""The most lines over which a cell of a reflowed copy is looked for."""

# Characters that take no room: zero-width space, word joiner, byte order mark, soft hyphen.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# The bullets of word processors: dots, squares and lozenges, a hyphen bullet and the two of the Symbol fonts.
# Hyphens, dashes, asterisks and plus signs are bullets only before a space.
_DOTS = "·•‣∙⋅●○◦■□▪▫◆◇\u2043\uf0a7\uf0b7"
_BULLET = re.compile(rf"^(?:\s|[{_DOTS}]|[-\u2013\u2014*+](?=\s|$))+")
# Curly for straight quotation marks and the reverse, plain hyphens for dashes.
_OTHER_MARKS = (
    str.maketrans("'\"", "\u2019\u201d"),
    str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""),
    str.maketrans("\u2010\u2011\u2013\u2014", "----"),
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_RULE = re.compile(r"[-:=_ ]{3,}")
_FIELD_END = re.compile(r"[\t|]")


@dataclass(frozen=True)
class Cell:
    """One filled cell of the grid, in canonical form. Columns, rows and lines count from 1."""

    column: int
    row: int
    text: str
    line: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, 64 hexadecimal digits."""
        return _sha256(self.text)


@dataclass(frozen=True)
class Fragment:
    """A line of the text, or a field of it where tabs or bars divide it; never blank.

    `text` has its white space normalised and keeps its bullet; `starts` tells that a new cell could begin
    here, after a blank line or at a bullet.
    """

    text: str
    line: int
    starts: bool


@dataclass(frozen=True)
class Span:
    """A run of fragments, read as one text in canonical form."""

    text: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Source:
    """A copy of the text. `headings` and `cells` are empty where no grid holds; `fragments` never are."""

    headings: tuple[str, ...]
    cells: tuple[Cell, ...]
    fragments: tuple[Fragment, ...]


def canonical(text: str) -> str:
    """Return the canonical form of a cell's text.

    Unicode NFC, the leading bullet stripped, every run of white space (no-break and other spaces too) one
    space, none at either end, characters of no width left out; the case and all else are kept. The form of
    a form is itself.

    >>> canonical("\\u2022\\u00a0 The  head\\r\\nmust\\tdecide ")
    'The head must decide'
    """
    return _BULLET.sub("", _spaced(text)).strip()


def digest(text: str) -> str:
    """Return the SHA-256 of the canonical form of `text` in UTF-8, as 64 lower-case hexadecimal digits.

    >>> digest("a  b") == digest("\\u00b7 a b")
    True
    """
    return _sha256(canonical(text))


def modal_phrases(text: str, phrases: Collection[str] = MODAL_PHRASES) -> tuple[str, ...]:
    """Return the modal phrases of `text` in the order in which they stand there, in lower case.

    Args:
        text: a cell, in any form.
        phrases: the phrases to look for. Of two that begin alike the longer is taken, whole words only. A
            single word with a capital counts only where a sentence begins: *May* may be the month.

    >>> modal_phrases("The head has responsibilities for it and should say so in May.")
    ('has responsibilities', 'should')
    """
    found = []
    plain = canonical(text)
    for match in _modal_pattern(tuple(sorted(phrases))).finditer(plain):
        phrase = match.group()
        opens_sentence = re.search(r"(?:^|[.!?:;])\W*$", plain[: match.start()])
        if " " in phrase or not phrase.istitle() or opens_sentence:
            found.append(phrase.lower())
    return tuple(found)


def parse(text: str) -> Source:
    """Return the cells and the fragments of a copy of the text; any string is accepted.

    The grid holds where a block of two or more heading lines is followed by a blank line and then by rows
    of as many lines, each row closed by a blank line, up to the end. The first such block counts.

    >>> grid = parse("Roles\\n\\nIn schools\\nIn nurseries\\n\\nThe head must act\\n\\n")
    >>> grid.headings, [(cell.column, cell.row, cell.text) for cell in grid.cells]
    (('In schools', 'In nurseries'), [(1, 1, 'The head must act')])
    """
    lines = [_spaced(line) for line in _LINE_END.split(text)]
    headings, cells = _grid([canonical(line) for line in lines])
    return Source(headings, cells, tuple(_fragments(_LINE_END.split(text))))


def find(source: Source, digests: Collection[str]) -> tuple[dict[str, list[Span]], list[Span]]:
    """Look for cells by digest alone, wherever their lines break.

    Args:
        source: the copy.
        digests: the digests that are known.

    Returns:
        The spans found, by digest, and what is left: a span for each run of lines that no found span has,
        divided where a cell could begin. Both in the order of the text.
    """
    known = frozenset(digests)
    found: dict[str, list[Span]] = {}
    left: list[Span] = []
    at = waiting = 0
    fragments = source.fragments
    while at < len(fragments):
        end, key = _longest_match(fragments, at, known)
        if end == at:
            at += 1
            continue
        left += _leftovers(fragments[waiting:at])
        found.setdefault(key, []).append(_span(fragments[at:end]))
        at = waiting = end
    return found, left + _leftovers(fragments[waiting:])


def one_change(text: str, wanted: str, words: Collection[str]) -> str | None:
    """Return the one edit by which `text` differs from the text whose digest is `wanted`, if there is one.

    A digest cannot be read backwards, but it can be tried: straight for curly quotation marks, two
    neighbouring words exchanged, one word left out, added or replaced.

    Args:
        text: a text in canonical form.
        wanted: a digest.
        words: the words to try in place of each word and between any two.

    >>> one_change("The head may act", digest("The head must act"), {"must"})
    'word 3, "may", was "must"'
    """
    for marks in _OTHER_MARKS:
        if _sha256(text.translate(marks)) == wanted:
            return "the words are the same, the quotation marks or hyphens are not"
    if _sha256(text.removesuffix(".")) == wanted or _sha256(text + ".") == wanted:
        return "the words are the same, the full stop at the end is not"
    tried = sorted({form for word in words for form in (word, word.strip(".,;:()*"))} - {""})
    for description, candidate in _edits(text.split(" "), tried):
        if candidate == wanted:
            return description
    return None


def read(path: str | Path) -> Source:
    """Read the file at `path` and `parse` it.

    Errors:
        InputError: the file cannot be read, holds no text, or is not UTF-8.
    """
    data = read_bytes(Path(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}, line {line}: this is not UTF-8 text (byte 0x{data[error.start]:02x}): save it as plain text"
            " in UTF-8 and try again; a PDF or a word processor's file has to be exported as text first"
        ) from None
    if "\0" in text or not text.strip():
        raise InputError(f"{path} holds no text: name a plain text file with the table of the code")
    return parse(text)


def _spaced(text: str) -> str:
    visible = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _sha256(text: str) -> str:
    return hashlib.sha256(_encoded(text)).hexdigest()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@functools.lru_cache(maxsize=8)
def _modal_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    words = "|".join(re.escape(phrase) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{words or '(?!)'})(?!\w)", re.IGNORECASE)


def _grid(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[Cell, ...]]:
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and lines[end]:
            end += 1
        cells = _rows(lines, end + 1, end - start) if end - start > 1 else ()
        if cells:
            return tuple(lines[start:end]), cells
        start = end + 1
    return (), ()


def _rows(lines: Sequence[str], start: int, width: int) -> tuple[Cell, ...]:
    """The filled cells of the rows from `start` on; none if a row is not closed by a blank line."""
    cells = []
    for offset, text in enumerate(lines[start:]):
        row, column = divmod(offset, width + 1)
        if text and column == width:
            return ()
        if text:
            cells.append(Cell(column + 1, row + 1, text, start + offset + 1))
    return tuple(cells)


def _fragments(raw: Sequence[str]) -> Iterator[Fragment]:
    after_blank = True
    for number, line in enumerate(raw, 1):
        for field in _FIELD_END.split(line):
            text = _spaced(field)
            if canonical(text) and not _RULE.fullmatch(text):
                yield Fragment(text, number, after_blank or _BULLET.match(text) is not None)
            after_blank = not canonical(text)


def _joined(fragments: Sequence[Fragment]) -> str:
    """One text of several lines; a line that breaks after a hyphen goes on without a space."""
    text = ""
    for fragment in fragments:
        text += _joint(text) + fragment.text
    return canonical(text)


def _joint(before: str) -> str:
    return "" if re.search(r"\w-$", before) else " "


def _longest_match(fragments: Sequence[Fragment], at: int, known: frozenset[str]) -> tuple[int, str]:
    """Where the longest run of fragments from `at` with a known digest ends, and the digest."""
    text = canonical(fragments[at].text)
    hashed = hashlib.sha256(_encoded(text))
    best = (at, "")
    for end in range(at + 1, min(at + LONGEST_CELL, len(fragments)) + 1):
        if hashed.hexdigest() in known:
            best = (end, hashed.hexdigest())
        if end < len(fragments):
            more = _joint(fragments[end - 1].text) + fragments[end].text
            hashed.update(_encoded(more))
    return best


def _leftovers(fragments: Sequence[Fragment]) -> list[Span]:
    runs: list[list[Fragment]] = []
    for fragment in fragments:
        if fragment.starts or not runs:
            runs.append([])
        runs[-1].append(fragment)
    return [_span(run) for run in runs]


def _span(fragments: Sequence[Fragment]) -> Span:
    return Span(_joined(fragments), fragments[0].line, fragments[-1].line)


def _edits(words: Sequence[str], tried: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every text one edit away, as what the edit is and the digest of the text."""
    for at, word in enumerate(words):
        head, tail = list(words[:at]), list(words[at + 1 :])
        yield f'word {at + 1}, "{word}", was not there', _sha256(" ".join([*head, *tail]))
        if tail:
            swapped = [*head, tail[0], word, *tail[1:]]
            yield (
                f'words {at + 1} and {at + 2}, "{word} {tail[0]}", were the other way round',
                _sha256(" ".join(swapped)),
            )
        before = hashlib.sha256(_encoded("".join(f"{earlier} " for earlier in head)))
        core = word.strip(".,;:()*")
        lead, close = word[: word.find(core)], word[word.find(core) + len(core) :]
        for other in tried:
            for form in dict.fromkeys((other, f"{lead}{other}{close}")):
                yield f'word {at + 1}, "{word}", was "{form}"', _after(before, [form, *tail])
            yield (
                f'"{other}" is left out before word {at + 1}, "{word}"',
                _after(before, [other, word, *tail]),
            )
    for other in tried:
        yield f'"{other}" is left out at the end', _sha256(" ".join([*words, other]))


def _after(before: hashlib._Hash, words: Sequence[str]) -> str:
    hashed = before.copy()
    hashed.update(_encoded(" ".join(words)))
    return hashed.hexdigest()
