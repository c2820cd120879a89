"""CSV files as people have them: any width, any of the usual encodings, broken rows among whole ones.

A file is read line by line, its columns by name. What cannot be read as it stands is read as far as it is
sound and counted, by reason and with its line number, in a `Tally`: nothing is lost in silence. What is no
CSV file at all is refused with what it seems to be.

Source: RFC 4180, and the dialect of Excel, as Python's csv module reads them.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from sengraph.errors import InputError, shown

LONGEST_LINE = 1 << 20
"""The most bytes of a line; a longer one is no row of a register."""

LINES_OF_A_ROW = 20
"""The most lines that one row is taken to go on for, when a quote is open at the end of its first one."""

QUOTES_TRIED = 10
"""How many quotes of a row, from its end, are tried as the one that is not closed."""

FIRST = 20
"""How many rows of each reason a tally keeps."""

DELIMITERS = ",;\t"


class Trouble(NamedTuple):
    """A row of which something could not be used: its line, what the row is about, and what was wrong."""

    line: int
    subject: str
    detail: str


class Tally:
    """Counts what could not be used as it stood, by reason.

    Attributes:
        counts: how often, by reason.
        first: the first rows of each reason.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.first: dict[str, list[Trouble]] = defaultdict(list)

    def note(self, reason: str, line: int, detail: str = "", subject: str = "") -> None:
        """Count one case."""
        self.counts[reason] += 1
        if len(self.first[reason]) < FIRST:
            self.first[reason].append(Trouble(line, subject, detail[:200]))


class CsvFile:
    """A CSV file with a header.

    Args:
        path: the file, packed with gzip if its name ends in .gz.
        key: the name of a column that must be there; it tells by which character the columns are divided.
        tally: counts what could not be read as it stood.

    Attributes:
        columns: the names of the columns, in order.
        read: how many rows were read so far, those that were left out too.

    Errors:
        InputError: the file cannot be read, is not CSV, or has no such column.
    """

    def __init__(self, path: Path, key: str, tally: Tally) -> None:
        self.path, self.read = path, 0
        self._tally = tally
        with _opened(path) as (file, _):
            start = file.read(4096)
            _refuse_other_kinds(path, start)
        self._encoding = "utf-8-sig" if _is_utf8(path) else "cp1252"
        with _opened(path) as (file, _):
            header = file.readline(LONGEST_LINE)
        if len(header) == LONGEST_LINE:
            raise InputError(f"{path}, line 1: it is longer than a header can be: this is not a CSV file")
        if b"\r" in header.rstrip(b"\r\n"):
            raise InputError(f"{path}: its lines end as on an old Macintosh (CR): save it as CSV again")
        text = header.decode(self._encoding, "replace").replace("\0", "")
        self._delimiter, self.columns = self._header(text, key)
        self._size, self._done = max(path.stat().st_size, 1), 0

    @property
    def hundredths(self) -> int:
        """How much of the file was read so far, in hundredths."""
        return 100 * self._done // self._size

    def _header(self, text: str, key: str) -> tuple[str, list[str]]:
        for delimiter in DELIMITERS:
            names = [" ".join(name.split()) for name in _fields(text, delimiter, strict=False) or ()]
            if key in names:
                if _is_open(text, delimiter):
                    raise InputError(f"{self.path}, line 1: a quote is not closed in the header: write it on one line")
                return delimiter, names
        found = shown(", ".join(text.split(",")[:5]).strip()) if text.strip() else "nothing"
        raise InputError(f"{self.path}, line 1: there is no column {key}; the header begins with {found}")

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows, each with the number of its first line and the values of the wanted columns.

        Args:
            wanted: names of columns; one that the file lacks has empty values.

        Errors:
            InputError: the file cannot be read on.
        """
        places = [self.columns.index(name) if name in self.columns else -1 for name in wanted]
        for name in wanted:
            if self.columns.count(name) > 1:
                self._tally.note("a column that is there more than once: the first one counts", 1, name)
        width = len(self.columns)
        for line, fields in self._records():
            if len(fields) != width:
                more = len(fields) > width
                reason = (
                    "more fields than columns: the last ones were left out" if more else "fewer fields than columns"
                )
                self._tally.note(reason, line, f"{len(fields)} fields, {width} columns")
                fields += [""] * (width - len(fields))
            yield line, [fields[place].strip() if place >= 0 else "" for place in places]

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the fields of each row after the header."""
        lines = _Ahead(self._lines())
        next(lines, None)
        for number, text in lines:
            if not text.strip():
                continue
            self.read += 1
            fields = _fields(text, self._delimiter)
            if fields is None:
                fields = self._leniently(number, text, lines)
            if fields is not None:
                yield number, fields

    def _leniently(self, number: int, text: str, lines: _Ahead) -> list[str] | None:
        """Return the fields of a row whose first line is not CSV as it stands; None if it is none at all."""
        is_open = _is_open(text, self._delimiter)
        if is_open and (fields := self._over_lines(number, text, lines)) is not None:
            return fields
        reason = "a quote that is not closed: it was left out" if is_open else "a quote out of place: it was left out"
        fields = self._without_a_quote(text, text.replace('"', "") if is_open else text)
        if fields is None:
            reason = "a line that is not CSV: the row was left out"
        self._tally.note(reason, number, text.strip()[:80])
        return fields

    def _over_lines(self, number: int, text: str, lines: _Ahead) -> list[str] | None:
        """Return the fields of a row that goes on in the next lines; None if they do not close its quote."""
        width, is_row = len(self.columns), False
        for count, more in enumerate(lines.ahead(LINES_OF_A_ROW), 1):
            text += more
            is_row |= len(_fields(more, self._delimiter) or ()) == width
            if '"' not in more:
                continue
            fields = _fields(text, self._delimiter)
            if fields is None and _is_open(text, self._delimiter):
                continue
            if fields is None or not (len(fields) == width or (len(fields) < width and not is_row)):
                break
            if is_row:
                self._tally.note("a row over several lines, of which one could be a row: it was read as one", number)
            lines.skip(count)
            return fields
        return None

    def _without_a_quote(self, text: str, otherwise: str) -> list[str] | None:
        """Return the fields of a row without one of its quotes, the one that gives it the right width if one does."""
        width, last = len(self.columns), _fields(otherwise, self._delimiter, strict=False)
        places = [found.start() for found in re.finditer('"', text)][: -QUOTES_TRIED - 1 : -1]
        tried = [_fields(text[:place] + text[place + 1 :], self._delimiter) for place in places]
        return next((fields for fields in [last, *tried] if fields and len(fields) == width), last)

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines with their numbers; what no text has is taken out of them."""
        number = 0
        with _opened(self.path) as (file, place):
            while line := file.readline(LONGEST_LINE):
                number += 1
                self._done = place()
                if len(line) == LONGEST_LINE:
                    self._tally.note("a line of more than 1,048,576 bytes: the row was left out", number)
                    self.read += 1
                    while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                        line = file.readline(LONGEST_LINE)
                    continue
                text = line.decode(self._encoding, "replace")
                if "\0" in text:
                    self._tally.note("a NUL byte: it was left out", number)
                    text = text.replace("\0", "")
                if "\ufffd" in text:
                    self._tally.note("a character that was lost on the way: it stands as �", number, text.strip()[:80])
                yield number, text


class _Ahead:
    """An iterator of lines in which one can look ahead."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> _Ahead:
        return self

    def __next__(self) -> tuple[int, str]:
        return self._waiting.popleft() if self._waiting else next(self._lines)

    def ahead(self, most: int) -> Iterator[str]:
        """Yield the texts of the next lines, which stay to be read."""
        for place in range(most):
            if place == len(self._waiting):
                if (line := next(self._lines, None)) is None:
                    return
                self._waiting.append(line)
            yield self._waiting[place][1]

    def skip(self, count: int) -> None:
        """Pass over lines that were looked at."""
        for _ in range(count):
            self._waiting.popleft()


def _fields(text: str, delimiter: str, *, strict: bool = True) -> list[str] | None:
    """Return the fields of one row; None if it is not CSV."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=strict), None)
    except csv.Error:
        return None


def _is_open(text: str, delimiter: str) -> bool:
    """Tell whether a quote is open at the end of a text, and all else is in order."""
    return _fields(text, delimiter) is None and _fields(text + '"', delimiter) is not None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """Open a file, unpacked, with a function that tells how far on the disk it was read."""
    try:
        with path.open("rb") as raw:
            if path.suffix.lower() == ".gz":
                with gzip.open(raw) as unpacked:
                    yield cast("IO[bytes]", unpacked), raw.tell
            else:
                yield raw, raw.tell
    except IsADirectoryError:
        raise InputError(f"{path} is a directory, not a file: name the files in it") from None
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{path} is cut or damaged: it does not unpack, fetch it again") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    """Refuse what is not CSV, by how it begins."""
    text = start.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if not text:
        raise InputError(f"{path} is empty: fetch it again")
    if text.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{path} is an Excel workbook, not CSV: save it as CSV (UTF-8)")
    if text.startswith(b"PK\x03\x04"):
        raise InputError(f"{path} is a zip archive or an Excel workbook: unpack it, or save it as CSV (UTF-8)")
    if text.startswith(b"\x1f\x8b"):
        raise InputError(f"{path} is packed with gzip: let its name end in .csv.gz")
    if text.startswith(b"<"):
        raise InputError(f"{path} is a web page, not CSV, perhaps a portal's message of an error: fetch the file again")
    if text.startswith((b"{", b"[")):
        raise InputError(f"{path} is JSON, not CSV: fetch the extract as CSV")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(b"\0") > len(start) // 4:
        raise InputError(f"{path} is UTF-16 text ('Unicode text' in Excel): save it as CSV (UTF-8)")


def _is_utf8(path: Path) -> bool:
    """Tell whether a file is UTF-8; what is not is Windows-1252, as the register is published.

    A file that was cut or damaged in some places is what most of its characters beyond ASCII say.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    beyond = lost = 0
    with _opened(path) as (file, _):
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            return True
        file.seek(0)
        while chunk := file.read(1 << 20):
            if not (text := decoder.decode(chunk)).isascii():
                sound = text.encode("utf-8", "ignore").decode()
                beyond += len(sound) - len(sound.encode("ascii", "ignore"))
                lost += len(text) - len(sound)
        lost += len(decoder.decode(b"", final=True))
    return not lost or beyond > lost
