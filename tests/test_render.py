"""Answers to bytes, for machines as the W3C has it."""

import json

import pyoxigraph as ox
import pytest

from sengraph.errors import UsageError
from sengraph.render import FORMATS, names_of, serialise

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


@pytest.mark.parametrize(
    ("query", "name"), [(SELECT, "ttl"), ("ASK {}", "nt"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")]
)
def test_a_format_that_cannot_hold_the_answer_is_refused(query, name):
    """With those that can."""
    with pytest.raises(UsageError, match="choose one of"):
        serialise(STORE.query(query), name)
