"""Answers to bytes: for machines as the W3C has it, for people so that it can be read."""

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.errors import UsageError
from sengraph.render import FORMATS, html_table, markdown_table, names_of, serialise, text_table

STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal('a "b", c', language="en")))
SELECT = "SELECT ?s ?o { ?s ?p ?o }"

EXPECTED = {
    "csv": b's,o\r\nhttp://e/s,"a ""b"", c"\r\n',
    "tsv": b'?s\t?o\n<http://e/s>\t"a \\"b\\", c"@en\n',
}


@pytest.mark.parametrize("name", EXPECTED)
def test_select_in_csv_and_tsv(name):
    """SPARQL 1.1 Query Results CSV and TSV Formats, sections 3 and 4."""
    assert serialise(STORE.query(SELECT), name) == EXPECTED[name]


def test_select_in_json():
    """SPARQL 1.1 Query Results JSON Format, section 3."""
    assert json.loads(serialise(STORE.query(SELECT), "json")) == {
        "head": {"vars": ["s", "o"]},
        "results": {
            "bindings": [
                {
                    "s": {"type": "uri", "value": "http://e/s"},
                    "o": {"type": "literal", "value": 'a "b", c', "xml:lang": "en"},
                }
            ]
        },
    }


@pytest.mark.parametrize("name", names_of("results"))
def test_every_results_format_is_read_back(name):
    """What is written is an answer to a reader of that format; CSV, which has no types, is text."""
    written = serialise(STORE.query(SELECT), name)
    if name == "csv":
        return
    form = getattr(ox.QueryResultsFormat, FORMATS[name].engine_name)
    ((subject, object_),) = ox.parse_query_results(written, form)
    assert (subject.value, object_.language) == ("http://e/s", "en")


@pytest.mark.parametrize("name", names_of("graph"))
def test_every_graph_format_is_read_back(name):
    """The triple comes back from each RDF format."""
    written = serialise(STORE.query("CONSTRUCT WHERE { ?s ?p ?o }"), name)
    form = getattr(ox.RdfFormat, FORMATS[name].engine_name)
    assert [quad.triple for quad in ox.parse(written, form)] == [quad.triple for quad in STORE]


@pytest.mark.parametrize(("query", "name"), [(SELECT, "ttl"), ("ASK {}", "nt"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")])
def test_a_format_that_cannot_hold_the_answer_is_refused(query, name):
    """With those that can."""
    with pytest.raises(UsageError, match="choose one of"):
        serialise(STORE.query(query), name)


ROWS = [["governing body", "must", "code:mainstream-3.1"], ["SENCO or SEN team", "should", "code:mainstream-6.1"]]
COLUMNS = ["who", "modality", "responsibility"]


def test_a_table_in_a_pipe_is_never_broken():
    """Without a width each row is one line."""
    assert text_table(COLUMNS, ROWS, width=None) == (
        "who                modality  responsibility\n"
        "-----------------  --------  -------------------\n"
        "governing body     must      code:mainstream-3.1\n"
        "SENCO or SEN team  should    code:mainstream-6.1\n"
    )


def test_a_table_is_broken_between_words_to_fit():
    """Every line fits the width, and no word is cut."""
    assert text_table(COLUMNS, ROWS, width=45) == (
        "who             modality  responsibility\n"
        "--------------  --------  -------------------\n"
        "governing body  must      code:mainstream-3.1\n"
        "SENCO or SEN    should    code:mainstream-6.1\n"
        "team\n"
    )


def test_what_does_not_fit_becomes_records():
    """Where no table fits, each row is lines of a column and its value."""
    assert text_table(COLUMNS, ROWS[:1], width=30) == (
        "who             governing body\n"
        "modality        must\n"
        "responsibility  code:mainstream-3.1\n"
    )  # fmt: skip


def test_no_rows_are_said():
    """An empty answer is a sentence, not a heading over nothing."""
    assert text_table(COLUMNS, [], width=80) == "No rows (who, modality, responsibility).\n"


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=5), st.integers(30, 120))
def test_a_terminal_is_never_commanded(rows, width):
    """Whatever the data, no control character but line ends reaches the terminal."""
    text = text_table(COLUMNS, rows, width=width)
    assert not [c for c in text if (ord(c) < 32 or 127 <= ord(c) < 160) and c != "\n"]


def test_markdown_shows_markup_as_text():
    """A pipe, a star or a tag in a value is not Markdown's."""
    assert markdown_table(["a"], [["x|y *z* <b>"]]) == "| a |\n| --- |\n| x\\|y \\*z\\* \\<b\\> |\n"


def test_html_is_escaped():
    """Neither a heading nor a value can be markup."""
    html = html_table(["<i>"], [["<script>&\"'"]])
    assert "<i>" not in html
    assert "<td>&lt;script&gt;&amp;&quot;&#x27;</td>" in html
