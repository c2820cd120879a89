"""Answers to bytes: the one table of formats.

Machines get the W3C's formats, written by the engine: SPARQL 1.1 Query Results JSON, XML, CSV and
TSV, and the RDF formats. People get text, Markdown or HTML, with labels in the place of IRIs.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import IO, Any, NamedTuple

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
    """A format: what it can write (`results`, `graph`, `people`), its media type and pyoxigraph's name for it."""

    writes: str
    media_type: str
    engine_name: str = ""


FORMATS = {
    "table": Format("people", "text/plain; charset=utf-8"),
    "markdown": Format("people", "text/markdown; charset=utf-8"),
    "html": Format("people", "text/html; charset=utf-8"),
    "json": Format("results", "application/sparql-results+json", "JSON"),
    "xml": Format("results", "application/sparql-results+xml", "XML"),
    "csv": Format("results", "text/csv; charset=utf-8; header=present", "CSV"),
    "tsv": Format("results", "text/tab-separated-values; charset=utf-8", "TSV"),
    "ttl": Format("graph", "text/turtle; charset=utf-8", "TURTLE"),
    "nt": Format("graph", "application/n-triples", "N_TRIPLES"),
    "nq": Format("graph", "application/n-quads", "N_QUADS"),
    "trig": Format("graph", "application/trig", "TRIG"),
    "rdf": Format("graph", "application/rdf+xml", "RDF_XML"),
    "jsonld": Format("graph", "application/ld+json", "JSON_LD"),
}
"""Every format, by the name that `--format` takes."""


def names_of(*writes: str) -> list[str]:
    """Return the names of the formats that can write one of these (`results`, `graph`, `people`)."""
    return [name for name, form in FORMATS.items() if form.writes in writes]


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
    form = FORMATS[name]
    if isinstance(raw, ox.QueryTriples):
        if form.writes == "graph":
            with reading("the store"):
                return graph_bytes(raw, name)
        raise UsageError(f"triples have no form {name!r}: choose one of {', '.join(names_of('graph'))}")
    if form.writes == "results":
        with reading("the store"):
            return raw.serialize(format=getattr(ox.QueryResultsFormat, form.engine_name)) or b""
    kind = "a table" if isinstance(raw, ox.QuerySolutions) else "yes or no"
    raise UsageError(f"{kind} has no form {name!r}: choose one of {', '.join(names_of('people', 'results'))}")


def graph_bytes(triples: Iterable[ox.Triple] | Iterable[ox.Quad], name: str) -> bytes:
    """Write triples or quads in an RDF format, with the known prefixes where the format has prefixes.

    Errors:
        UsageError: RDF/XML, which cannot state every triple, cannot state one of them.
    """
    document = io.BytesIO()
    write_graph(triples, name, document)
    return document.getvalue()


def write_graph(triples: Iterable[ox.Triple] | Iterable[ox.Quad], name: str, output: IO[bytes]) -> None:
    """Write triples or quads as they come, in an RDF format; as `graph_bytes` otherwise."""
    form = getattr(ox.RdfFormat, FORMATS[name].engine_name)
    stated: Iterable[Any] = triples
    if name == "rdf":
        from sengraph.rdfxml import as_xml

        stated = map(as_xml, triples)
    ox.serialize(stated, output, form, prefixes=PREFIXES)


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
