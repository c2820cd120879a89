"""Answers to bytes, for machines as the W3C has it."""

import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sengraph.errors import UsageError
from sengraph.render import FORMATS, graph_bytes, names_of, serialise
from sengraph.terms import RDF

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


IRIS = st.sampled_from(
    ["http://e/p", "http://e/p/", "http://e/1", "http://e/a:b", "urn:x", "http://e/\u00e9", "http://e/x-",
     "http://www.w3.org/2000/xmlns/foo"]
    + [f"{RDF}{name}" for name in ("type", "li", "_1", "Description", "about", "bagID", "Bag")]
).map(ox.NamedNode)  # fmt: skip
NODES = IRIS | st.sampled_from(["a", "1a", "a.b"]).map(ox.BlankNode)


@settings(max_examples=300)
@given(NODES, IRIS, NODES | st.text(max_size=3).map(ox.Literal))
def test_rdf_xml_is_xml_that_says_the_same_or_is_refused(subject, predicate, object_):
    """A triple that RDF/XML cannot state is named; any other is read back by a parser of XML."""
    triple = ox.Triple(subject, predicate, object_)
    try:
        written = graph_bytes([triple], "rdf")
    except UsageError as error:
        assert str(triple) in str(error)
    else:
        ElementTree.fromstring(written)
        assert [quad.triple for quad in ox.parse(written, ox.RdfFormat.RDF_XML)] == [triple]


@pytest.mark.parametrize(
    ("predicate", "object_", "stated"),
    [
        ("http://e/p", ox.Literal("a\tb\r\n"), True),
        ("http://e/p", ox.Literal("\x01"), False),
        ("http://e/p/", ox.Literal(""), False),
        (f"{RDF}type", ox.NamedNode("http://e/C"), True),
        (f"{RDF}type", ox.NamedNode("http://e/C/"), False),
        (f"{RDF}type", ox.NamedNode(f"{RDF}Description"), False),
        (f"{RDF}li", ox.Literal(""), False),
        (f"{RDF}_1", ox.Literal(""), True),
        ("http://e/p", ox.BlankNode("1a"), False),
    ],
)
def test_rdf_xml_states_what_it_can(predicate, object_, stated):
    """And no more than that is refused."""
    triple = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode(predicate), object_)
    if stated:
        assert [quad.triple for quad in ox.parse(graph_bytes([triple], "rdf"), ox.RdfFormat.RDF_XML)] == [triple]
    else:
        with pytest.raises(UsageError, match="RDF/XML cannot state .*choose another format"):
            graph_bytes([triple], "rdf")


@pytest.mark.parametrize(
    ("query", "name"), [(SELECT, "ttl"), ("ASK {}", "nt"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")]
)
def test_a_format_that_cannot_hold_the_answer_is_refused(query, name):
    """With those that can."""
    with pytest.raises(UsageError, match="choose one of"):
        serialise(STORE.query(query), name)
