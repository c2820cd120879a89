"""Answers to bytes: the one table of formats.

Machines get the W3C's formats, written by the engine: SPARQL 1.1 Query Results JSON, XML, CSV and
TSV, and the RDF formats. People get text, Markdown or HTML, with labels in the place of IRIs.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, cast

import pyoxigraph as ox

from sengraph.errors import UsageError, reading
from sengraph.results import Raw
from sengraph.tables import (
    TALLEST,
    html_notes,
    html_table,
    markdown_notes,
    markdown_table,
    text_notes,
    text_table,
)
from sengraph.terms import PREFIXES


class Format(NamedTuple):
    """A format.

    Attributes:
        writes: what it can write: `results`, `graph`, or either for `people`.
        media_type: its media type, with the parameters it is sent with.
        engine_name: pyoxigraph's name for it.
        also: other media types by which it is asked for.
    """

    writes: str
    media_type: str
    engine_name: str = ""
    also: tuple[str, ...] = ()


FORMATS = {
    "table": Format("people", "text/plain; charset=utf-8"),
    "markdown": Format("people", "text/markdown; charset=utf-8"),
    "html": Format("people", "text/html; charset=utf-8"),
    "json": Format("results", "application/sparql-results+json", "JSON", ("application/json",)),
    "xml": Format("results", "application/sparql-results+xml", "XML", ("application/xml", "text/xml")),
    "csv": Format("results", "text/csv; charset=utf-8; header=present", "CSV"),
    "tsv": Format("results", "text/tab-separated-values; charset=utf-8", "TSV"),
    "ttl": Format("graph", "text/turtle; charset=utf-8", "TURTLE", ("application/x-turtle", "text/n3")),
    "nt": Format("graph", "application/n-triples", "N_TRIPLES"),
    "nq": Format("graph", "application/n-quads", "N_QUADS"),
    "trig": Format("graph", "application/trig", "TRIG"),
    "rdf": Format("graph", "application/rdf+xml", "RDF_XML", ("application/xml", "text/xml")),
    "jsonld": Format("graph", "application/ld+json", "JSON_LD", ("application/json",)),
}
"""Every format, by the name that `--format` takes."""


def names_of(*writes: str) -> list[str]:
    """Return the names of the formats that can write one of these (`results`, `graph`, `people`)."""
    return [name for name, form in FORMATS.items() if form.writes in writes]


class _Held(io.RawIOBase):
    """Holds back the first part of a document, and keeps what goes wrong when it is written."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._first: bytearray | None = bytearray()
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        if self._first is None:
            self._pass_on(part)
        else:
            self._first += part
            if len(self._first) > HELD:
                self.release()
        return len(part)

    def release(self) -> None:
        """Write what is held back, and whatever comes from now on at once."""
        if self._first is not None:
            first, self._first = self._first, None
            self._pass_on(first)

    def _pass_on(self, part: Any) -> None:
        try:
            self._output.write(part)
        except OSError as error:
            self.failure = error
            raise


@contextmanager
def held(output: IO[bytes]) -> Iterator[IO[bytes]]:
    """Hold back the first megabyte of a document: one that fails before it is longer leaves nothing written.

    Args:
        output: where the document goes; it is not closed.

    Errors:
        OSError: the output cannot be written to, whatever the engine that wrote the document made of that.
    """
    holder = _Held(output)
    try:
        yield cast("IO[bytes]", holder)
        holder.release()
    except Exception:
        if holder.failure:
            raise holder.failure from None
        raise


HELD = 1 << 20
"""How many bytes of an answer are held back."""


def serialise(raw: Raw, name: str) -> bytes:
    """Write an answer in a machine's format, whole.

    Args:
        raw: what the engine returned; it is used up.
        name: a format that writes `results` for SELECT and ASK, or `graph` for CONSTRUCT and DESCRIBE.

    Returns:
        the bytes of the document.

    Errors:
        UsageError: the format cannot hold this kind of answer.
        InputError: the store that the answer is read from is damaged.
    """
    document = io.BytesIO()
    write_answer(raw, name, document)
    return document.getvalue()


def write_answer(raw: Raw, name: str, output: IO[bytes]) -> None:
    """Write an answer in a machine's format, row by row as the engine finds them.

    Args:
        raw, name: as `serialise`.
        output: where the document is written.

    Errors:
        as `serialise`; where the store turns out to be damaged, some of the document is written by then.
    """
    form = FORMATS[name]
    if isinstance(raw, ox.QueryTriples):
        if form.writes != "graph":
            raise UsageError(f"triples have no form {name!r}: choose one of {', '.join(names_of('graph'))}")
        with reading("the store"):
            write_graph(raw, name, output)
    elif form.writes == "results":
        with reading("the store"):
            raw.serialize(output, format=getattr(ox.QueryResultsFormat, form.engine_name))
    else:
        kind = "a table" if isinstance(raw, ox.QuerySolutions) else "yes or no"
        raise UsageError(f"{kind} has no form {name!r}: choose one of {', '.join(names_of('people', 'results'))}")


def graph_bytes(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad], name: str, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Write triples or quads in an RDF format.

    Args:
        triples: the triples.
        name: of the format, as in `FORMATS`.
        prefixes: what is declared where the format has prefixes.

    Errors:
        UsageError: RDF/XML, which cannot state every triple, cannot state one of them.
    """
    document = io.BytesIO()
    write_graph(triples, name, document, prefixes)
    return document.getvalue()


def write_graph(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad],
    name: str,
    output: IO[bytes],
    prefixes: Mapping[str, str] = PREFIXES,
) -> None:
    """Write triples or quads as they come, in an RDF format; as `graph_bytes` otherwise."""
    form = getattr(ox.RdfFormat, FORMATS[name].engine_name)
    stated: Iterable[Any] = triples
    if name == "rdf":
        from sengraph.rdfxml import as_xml

        stated = map(as_xml, triples)
    ox.serialize(stated, output, form, prefixes=dict(prefixes))


def people_bytes(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    name: str,
    *,
    width: int | None = None,
    bold: bool = False,
    hide_empty: bool = False,
    tallest: int = TALLEST,
    notes: Sequence[str] = (),
) -> bytes:
    """Write rows for people: `table`, `markdown` or `html`.

    Args:
        columns: the headings.
        rows: a text for each column.
        name: the format.
        width: characters that a line of text may have; None for any number.
        bold: mark the headings for a terminal.
        hide_empty: leave out the columns that are empty in every row.
        tallest: the most lines a row of a text table may take.
        notes: lines to stand below the table.
    """
    if hide_empty and rows:
        kept = [i for i in range(len(columns)) if any(row[i] for row in rows)] or [*range(len(columns))]
        columns, rows = [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]
    if name == "markdown":
        return (markdown_table(columns, rows) + markdown_notes(notes)).encode()
    if name == "html":
        return (html_table(columns, rows) + html_notes(notes)).encode()
    table = text_table(columns, rows, width=width, bold=bold, tallest=tallest)
    return (table + text_notes(notes, width=width)).encode()
