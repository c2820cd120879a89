"""Tables for people: text fitted to a terminal, Markdown and HTML, with nothing in a cell taken for markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

TALLEST = 7
"""The most lines a row of a text table may take before the rows are shown one below the other."""

GAP = "  "


def text_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None,
    bold: bool = False,
    tallest: int = TALLEST,
) -> str:
    """Lay out rows as text: as a table where that fits, else each row as lines of `column  value`.

    Args:
        columns: the headings.
        rows: a text for each column.
        width: characters that a line may have; None for any number.
        bold: mark the headings for a terminal.
        tallest: the most lines a row of the table may take.

    Returns:
        lines, the last one ended.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    if not rows or not columns:
        return f"No rows ({', '.join(columns)}).\n" if columns else f"{len(rows)} rows without columns.\n"
    widths = _widths(columns, cells, width)
    if widths is not None:
        wrapped = [[_wrap(cell, w) for cell, w in zip(row, widths, strict=True)] for row in cells]
        if max(len(lines) for row in wrapped for lines in row) <= tallest:
            return _as_table(columns, wrapped, widths, bold)
    return _as_records(columns, cells, width, bold)


def _widths(columns: Sequence[str], cells: list[list[str]], width: int | None) -> list[int] | None:
    """Return a width for each column: what it needs or, if that is too much, evenly less; None if nothing fits."""
    by_column = list(zip(columns, *cells, strict=True))
    natural = [max(map(len, texts)) for texts in by_column]
    room = width - len(GAP) * (len(columns) - 1) if width is not None else sum(natural)
    if sum(natural) <= room:
        return natural
    least = [max(len(word) for text in texts for word in (text.split() or [""])) for texts in by_column]
    if sum(least) > room:
        return None
    level = max(w for w in range(1, room + 1) if sum(map(min, natural, (max(x, w) for x in least))) <= room)
    return [min(n, max(x, level)) for n, x in zip(natural, least, strict=True)]


def _as_table(columns: Sequence[str], rows: list[list[list[str]]], widths: list[int], bold: bool) -> str:
    heading = _side_by_side([_wrap(name, w) for name, w in zip(columns, widths, strict=True)], widths)
    lines = [*(_bold(line, bold) for line in heading), GAP.join("-" * w for w in widths)]
    apart = any(len(cell) > 2 for row in rows for cell in row)
    for row in rows:
        lines += _side_by_side(row, widths) + ([""] if apart else [])
    return "\n".join(lines).rstrip("\n") + "\n"


def _side_by_side(cells: list[list[str]], widths: list[int]) -> list[str]:
    lines = zip_longest(*cells, fillvalue="")
    return [GAP.join(part.ljust(w) for part, w in zip(line, widths, strict=True)).rstrip() for line in lines]


def _as_records(columns: Sequence[str], cells: list[list[str]], width: int | None, bold: bool) -> str:
    margin = max(map(len, columns))
    room = max(20, (width or 10**6) - margin - len(GAP))
    records = []
    for row in cells:
        lines = []
        for name, cell in zip(columns, row, strict=True):
            if cell:
                first, *rest = _wrap(cell, room)
                lines.append(_bold(name.ljust(margin), bold) + GAP + first)
                lines += [" " * margin + GAP + line for line in rest]
        records.append("\n".join(lines))
    return "\n\n".join(records) + "\n"


def _wrap(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    import textwrap

    return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]


def _bold(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def printable(text: str) -> str:
    """Return text that a terminal only shows: white space folded, control characters replaced."""
    return printable_line(" ".join(text.split()))


def printable_line(text: str) -> str:
    """Return a line that a terminal only shows, its spaces as they are."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", text)


def text_notes(notes: Sequence[str], *, width: int | None) -> str:
    """Write lines to stand below a text table, behind an empty one; nothing for none."""
    return "".join(
        "\n" * (not i) + "\n".join(_wrap(printable(note), width or 10**6)) + "\n" for i, note in enumerate(notes)
    )


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows as a Markdown table (GitHub's), with what Markdown would read as markup escaped."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(map(markdown_text, cells)) + " |\n"

    return line(columns) + "|" + " --- |" * len(columns) + "\n" + "".join(map(line, rows))


def markdown_notes(notes: Sequence[str]) -> str:
    """Write lines to stand below a Markdown table, behind an empty one; nothing for none."""
    return "".join("\n" * (not i) + markdown_text(note) + "\n" for i, note in enumerate(notes))


def markdown_text(text: str) -> str:
    """Write text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", printable(text))


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows as an HTML table, everything escaped."""
    from html import escape

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(printable(cell))}</{tag[:2]}>" for cell in cells) + "</tr>\n"

    body = "".join(line(row, "td") for row in rows)
    head = line(columns, 'th scope="col"')
    return f"<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def html_notes(notes: Sequence[str]) -> str:
    """Write lines to stand below an HTML table as paragraphs, everything escaped; nothing for none."""
    from html import escape

    return "".join(f"<p>{escape(note)}</p>\n" for note in notes)
