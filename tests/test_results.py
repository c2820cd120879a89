"""Answers as typed rows, dicts, frames and graphs."""

import datetime
import pickle
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib

from sengraph.results import Table, to_python
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
        ("1", "boolean", True),
        ("-INF", "double", float("-inf")),
        ("seven", "integer", "seven"),
        ("1_000", "integer", "1_000"),
        ("\u0663", "integer", "\u0663"),
        ("yes", "boolean", "yes"),
        ("TRUE", "boolean", "TRUE"),
        ("infinity", "double", "infinity"),
        ("NaN", "decimal", "NaN"),
        ("1e3", "decimal", "1e3"),
        ("20020101", "date", "20020101"),
        ("2002-02-31", "date", "2002-02-31"),
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


def test_a_column_that_names_no_attribute_has_its_place(graph):
    """`class` is a word of Python's: the row has it by number, everything else by its name."""
    table = graph.query("SELECT ?a ?class { VALUES (?a ?class) { (1 2) } }")
    assert (table[0]._1, table.columns, table.to_dicts()) == (2, ("a", "class"), [{"a": 1, "class": 2}])
    assert list(table.to_pandas().columns) == table.to_polars().columns == ["a", "class"]


def typed(*literals):
    """A table of one column that holds these literals."""
    return Table(["x"], [(ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),) for text, kind in literals])


@pytest.mark.parametrize(
    ("literals", "values"),
    [
        ([("2002-01-01", "date"), ("2002-01-01T00:00:00", "dateTime")], ["2002-01-01", "2002-01-01T00:00:00"]),
        ([("2002-01-01T00:00:00", "dateTime"), ("2002-01-01T00:00:00Z", "dateTime")], None),
        ([("a", "string"), ("1", "integer")], ["a", "1"]),
        ([("true", "boolean"), ("1", "integer")], ["true", "1"]),
        ([("yes", "boolean"), ("true", "boolean")], ["yes", "true"]),
        ([("1", "integer"), ("2.5", "double")], [1.0, 2.5]),
        ([("1", "integer"), ("2.5", "decimal")], [Decimal("1"), Decimal("2.5")]),
        ([("1", "integer"), ("1" + "0" * 50, "integer")], ["1", "1" + "0" * 50]),
        ([("1" * 50 + ".5", "decimal")], None),
    ],
)
def test_a_polars_column_of_mixed_values_is_text(literals, values):
    """Numbers go together; what has no type in common keeps its lexical forms, and nothing is lost."""
    column = typed(*literals).to_polars()["x"]
    assert column.null_count() == 0
    assert column.to_list() == (values or [text for text, _ in literals])


def test_a_table_and_its_rows_can_be_pickled(graph):
    """They are what they were, without the graph: for another process, or a cache."""
    table = graph.query("SELECT ?party ?class ?none { BIND(sen:party-senco AS ?party) BIND(1 AS ?class) }")
    copy = pickle.loads(pickle.dumps(table))
    assert (copy.rows, copy.columns, copy.sparql, str(copy)) == (table.rows, table.columns, table.sparql, str(table))
    row = pickle.loads(pickle.dumps(table[0]))
    assert (row, row.party, type(row)) == (table[0], table[0].party, type(table[0]))


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
