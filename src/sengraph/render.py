"""Answers to bytes: the one table of formats.

Machines get the W3C's formats, written by the engine: SPARQL 1.1 Query Results JSON, XML, CSV and
TSV, and the RDF formats. People get text, Markdown or HTML, with labels in the place of IRIs.
"""

from __future__ import annotations

import io
import re
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
from sengraph.terms import PREFIXES, RDF


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
    stated: Iterable[Any] = map(_as_xml, triples) if name == "rdf" else triples
    ox.serialize(stated, output, form, prefixes=PREFIXES)


_START = (  # Namespaces in XML 1.0, production 4: XML's own names (XML 1.0, production 4) without the colon
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][{_START}0-9.\\-\xb7\u0300-\u036f\u203f\u2040]*")
_NO_NAME = re.compile(f"[^{_START}0-9.\\-\xb7\u0300-\u036f\u203f\u2040]")
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_SYNTAX = re.compile(  # RDF 1.1 XML Syntax, section 6.2.2; Namespaces in XML 1.0, section 3
    re.escape(RDF) + "(RDF|ID|about|parseType|resource|nodeID|datatype|Description|li|aboutEach|aboutEachPrefix|bagID)"
    "|http://www\\.w3\\.org/2000/xmlns/.*"
)


def _as_xml(triple: Any) -> Any:
    """Return a triple or quad that RDF/XML can state, or refuse it.

    Errors:
        UsageError: its predicate or type is no XML name, or its text has characters that XML has not.
    """
    predicate, object_ = triple.predicate.value, triple.object
    elements = [predicate, *([object_.value] if predicate == f"{RDF}type" else [])]
    nodes = [node.value for node in (triple.subject, object_) if isinstance(node, ox.BlankNode)]
    fault = ""
    if not all(map(_is_element, elements)):
        fault = "its predicate or type is an IRI that ends in no XML name"
    elif isinstance(object_, ox.Literal) and _NO_CHARACTER.search(object_.value):
        fault = "its literal has a character that XML has not"
    elif not all(map(_NAME.fullmatch, nodes)):
        fault = "its blank node has a name that is no XML name"
    if fault:
        raise UsageError(f"RDF/XML cannot state {triple}: {fault}; choose another format, such as ttl")
    return triple


def _is_element(iri: str) -> bool:
    """Tell whether an IRI can be an element: a namespace and a local name of XML, and no syntax."""
    return bool(_NAME.search(_NO_NAME.split(iri)[-1])) and not _SYNTAX.fullmatch(iri)


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
