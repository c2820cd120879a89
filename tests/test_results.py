"""Answers as typed rows, dicts, frames and graphs."""

import datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib

from sengraph.results import to_python
from sengraph.terms import CODE, SEN, XSD


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [
        ("007", "integer", 7),
        ("1.50", "decimal", Decimal("1.50")),
        ("1e3", "double", 1000.0),
        ("true", "boolean", True),
        ("2002-01-01", "date", datetime.date(2002, 1, 1)),
        ("2002-01-01T00:00:00Z", "dateTime", datetime.datetime(2002, 1, 1, tzinfo=datetime.UTC)),
        ("seven", "integer", "seven"),
        ("--01", "gMonth", "--01"),
        ("text", "string", "text"),
    ],
)
def test_literals_become_python_values(lexical, datatype, value):
    """By datatype; what has no such value stays text."""
    python = to_python(ox.Literal(lexical, datatype=ox.NamedNode(XSD + datatype)))
    assert (python, type(python)) == (value, type(value))


def test_a_row_is_a_named_tuple(graph):
    """Columns are attributes; an unbound variable is None."""
    (row,) = graph.query("SELECT ?r ?row ?none { BIND(code:mainstream-3.1 AS ?r) ?r sen:statedIn/sen:row ?row }")
    assert row == (f"{CODE}mainstream-3.1", 3, None)
    assert row.row == 3


def test_a_table_is_a_sequence(graph):
    """Length, index, slice and iteration are those of a sequence."""
    table = graph.query("SELECT ?m { ?m a sen:Modality } ORDER BY ?m")
    assert len(table) == 5
    assert table[0].m == f"{SEN}modality-has-responsibility"
    assert [row.m for row in table[3:]] == [f"{SEN}modality-should", f"{SEN}modality-will"]
    assert repr(table) == "<Table of 5 rows: m>"


def test_frames_have_the_columns_and_the_values(graph):
    """pandas and polars get the same typed values, and keep the columns of an empty answer."""
    table = graph.query(
        "SELECT ?row (COUNT(*) AS ?cells) { ?c a sen:Passage ; sen:row ?row } GROUP BY ?row ORDER BY ?row"
    )
    expected = [(1, 3), (2, 1), (3, 2), (4, 3), (5, 3), (6, 2)]
    assert list(table.to_pandas().itertuples(index=False, name=None)) == expected
    assert table.to_polars().rows() == expected
    empty = graph.query("SELECT ?a ?b { ?a a sen:Nothing , ?b }")
    assert list(empty.to_pandas().columns) == empty.to_polars().columns == ["a", "b"]


def test_construct_is_an_rdflib_graph(graph):
    """Triples come as the Python user's graph, with the project's prefixes."""
    found = graph.query("CONSTRUCT { ?r sen:modality ?m } WHERE { ?r a sen:Obligation ; sen:modality ?m }")
    assert isinstance(found, rdflib.Graph)
    assert len(found) == 2
    assert "sen:modality-must" in found.serialize(format="turtle")


def test_a_notebook_shows_an_escaped_table(graph):
    """The rich display is HTML, with labels, and nothing in it runs."""
    table = graph.query('SELECT ?p ?evil { BIND(sen:party-senco AS ?p) BIND("<script>alert(1)</script>" AS ?evil) }')
    html = table._repr_html_()
    assert "<td>SENCO</td>" in html
    assert "<script" not in html


def test_print_shows_a_table(graph):
    """`print(table)` is for people."""
    assert str(graph.query("SELECT ?party { BIND(sen:party-senco AS ?party) }")) == "party\n-----\nSENCO\n"
