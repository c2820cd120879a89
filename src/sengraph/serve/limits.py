"""How much an answer may be: bytes and rows, counted in the document while it is written.

The engine writes documents from within a query, so that rows cannot be counted before they are bytes. Each of its
formats has a mark that stands there once for each row or triple, and nowhere else once what is quoted is
taken out: a `<` in XML text is always escaped, and so is the end of a line in N-Triples, Turtle and TSV. The marks
are those of the engine's own documents, not of all that a format allows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sengraph.errors import LimitError


class Mark(NamedTuple):
    """What is counted.

    Attributes:
        pattern: matches the mark.
        length: how many bytes that is.
        weight: what it counts for.
    """

    pattern: re.Pattern[bytes]
    length: int
    weight: int = 1


class Syntax(NamedTuple):
    """How rows are counted in a format.

    Attributes:
        marks: what is counted.
        quoted: texts stand between `"`, and are taken out first.
        escaped: in such a text a backslash makes the next character one of the text.
        heading: how many of the rows counted are none, such as a line of names.
    """

    marks: tuple[Mark, ...]
    quoted: bool = False
    escaped: bool = False
    heading: int = 0


LINES = (Mark(re.compile(rb"\n"), 1),)
TURTLE = Syntax((Mark(re.compile(rb" [.;,][ \n]"), 3), Mark(re.compile(rb"\n@prefix "), 9, -1)), True, True)

SYNTAXES = {
    "application/sparql-results+json": Syntax((Mark(re.compile(rb"[\[,]\{"), 2),), True, True),
    "application/sparql-results+xml": Syntax((Mark(re.compile(rb"<result>"), 8),)),
    "text/csv": Syntax(LINES, quoted=True, heading=1),
    "text/tab-separated-values": Syntax(LINES, heading=1),
    "application/n-triples": Syntax(LINES),
    "application/n-quads": Syntax(LINES),
    "text/turtle": TURTLE,
    "application/trig": TURTLE,
    "application/rdf+xml": Syntax((Mark(re.compile(rb"\n\t\t<[^/]"), 5),)),
    "application/ld+json": Syntax((Mark(re.compile(rb":\}"), 2),), True, True),
}
"""By media type. In JSON an object stands in a list only as a row, and in JSON-LD only a value ends with a text."""


class Rows:
    """Counts the rows of a document that comes in parts.

    Args:
        syntax: how they are counted.

    >>> rows = Rows(SYNTAXES["text/csv"])
    >>> rows.add(b'name,note\\r\\nheadteacher,"two\\nli')
    >>> rows.add(b'nes"\\r\\nSENCO,\\r\\n')
    >>> rows.count
    2
    """

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._found = -syntax.heading
        self._longest = max(mark.length for mark in syntax.marks)
        self._seen = b"\n"  # what a mark may have begun in; a document begins as a line does
        self._within = False  # a text in quotes
        self._backslash = b""

    @property
    def count(self) -> int:
        """How many rows there were."""
        return max(self._found, 0)

    def add(self, part: bytes) -> None:
        """Count on."""
        if self._syntax.escaped:
            part = self._without_escapes(part)
        if self._syntax.quoted:
            pieces = part.split(b'"')
            part = b"".join(pieces[self._within :: 2])
            self._within ^= len(pieces) % 2 == 0
        text = self._seen + part
        for pattern, length, weight in self._syntax.marks:
            new = max(len(self._seen) - length + 1, 0)  # a mark before this was counted
            self._found += weight * len(pattern.findall(text, new))
        self._seen = text[-self._longest + 1 :] if self._longest > 1 else b""

    def _without_escapes(self, part: bytes) -> bytes:
        part = self._backslash + part
        if b"\\" not in part:
            self._backslash = b""
            return part
        part = ESCAPE.sub(b"", part)
        self._backslash = part[-1:] if part.endswith(b"\\") else b""
        return part.removesuffix(b"\\")


ESCAPE = re.compile(rb"\\.", re.DOTALL)


class TooLargeError(LimitError):
    """An answer has more rows or bytes than it may."""


class Measure:
    """Holds an answer to its limits while it is written.

    Args:
        media_type: the value of its `content-type`; the rows of a document for people are not counted.
        rows, size: how many rows and bytes it may have; None for any number.
    """

    def __init__(self, media_type: str, rows: int | None, size: int | None) -> None:
        syntax = SYNTAXES.get(media_type.partition(";")[0].strip().lower())
        self._rows = Rows(syntax) if syntax and rows is not None else None
        self._most, self._size = rows or 0, size
        self._bytes = 0

    def add(self, part: bytes) -> None:
        """Take note of a part.

        Errors:
            TooLargeError: it is too much; what was wanted, and what to do.
        """
        self._bytes += len(part)
        if self._size is not None and self._bytes > self._size:
            raise TooLargeError(f"the answer has more than {self._size:,} bytes: ask for less, with LIMIT and OFFSET")
        if self._rows is not None:
            self._rows.add(part)
            if self._rows.count > self._most:
                raise TooLargeError(
                    f"the answer has more than {self._most:,} rows: ask for less, with LIMIT and OFFSET"
                )
