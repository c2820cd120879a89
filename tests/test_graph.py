"""The Python API: open, ask, query, reason."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib

import sengraph
from sengraph import InconsistentError, InputError, UsageError
from sengraph.terms import CODE, SEN

ASK = {"activity": "report-on-policy", "setting": "maintained-special"}


def test_ask_gives_typed_rows(graph):
    """One row: the governing body of a special school must report."""
    (row,) = graph.ask("who-is-responsible", **ASK)
    assert (row.who, row.modality, row.responsibility) == (
        "governing body",
        f"{SEN}modality-must",
        f"{CODE}special-3.1",
    )


@pytest.mark.parametrize(
    "value",
    [
        f"{SEN}setting-maintained-special",
        "maintained special schools",
        rdflib.URIRef(f"{SEN}setting-maintained-special"),
        ox.NamedNode(f"{SEN}setting-maintained-special"),
    ],
)
def test_a_value_may_be_a_name_or_a_term(graph, value):
    """IRI, label, rdflib's term and pyoxigraph's mean the same."""
    answer = graph.ask("who-is-responsible", **ASK | {"setting": value})
    assert [row.responsibility for row in answer] == [f"{CODE}special-3.1"]


def test_none_is_as_if_not_given(graph):
    """An optional parameter may be passed on as it is."""
    answers = (graph.ask("gaps", setting=None), graph.ask("gaps"))
    assert answers[0].rows == answers[1].rows


@pytest.mark.parametrize("value", [7, b"x", ["x"], rdflib.BNode("b")])
def test_a_value_that_is_no_name_is_refused(graph, value):
    """A number is not a setting."""
    with pytest.raises(UsageError, match="--setting of the question gaps"):
        graph.ask("gaps", setting=value)


def test_ones_own_files_are_a_graph(tmp_path):
    """Just these files, with what they import of the packaged ontologies and what follows."""
    (tmp_path / "mine.ttl").write_text("@prefix : <http://e/> .\n:s :p 1 .\n")
    assert len(sengraph.open(tmp_path / "mine.ttl").query("SELECT * { ?s <http://e/p> ?o }")) == 1
    assert sengraph.open(tmp_path / "mine.ttl").query("ASK { sen:party-senco ?p ?o }") is False


def test_one_source_at_a_time(tmp_path):
    """Files, a store and an endpoint exclude each other."""
    with pytest.raises(UsageError, match="choose one"):
        sengraph.open("mine.ttl", endpoint="http://127.0.0.1/")


def test_a_graph_is_an_rdflib_graph_too(graph):
    """All triples, terms as they were."""
    exported = graph.to_rdflib()
    must = rdflib.URIRef(f"{SEN}Obligation")
    assert {str(s) for s in exported.subjects(rdflib.RDF.type, must)} == {f"{CODE}mainstream-3.1", f"{CODE}special-3.1"}


def test_reason_over_rdflib_and_pyoxigraph():
    """What follows, without what was there, in the kind that was given."""
    data = """@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        :p a owl:SymmetricProperty . :a :p [] ."""
    given = rdflib.Graph().parse(data=data, format="turtle")
    (new,) = sengraph.reason(given)
    (node,) = given.objects(rdflib.URIRef("http://e/a"), rdflib.URIRef("http://e/p"))
    assert new == (node, rdflib.URIRef("http://e/p"), rdflib.URIRef("http://e/a"))
    quads = ox.Store()
    quads.load(data, ox.RdfFormat.TURTLE)
    (triple,) = sengraph.reason(quads)
    assert triple.object == ox.NamedNode("http://e/a")


def test_reason_takes_the_graphs_of_a_dataset_as_one():
    """As it does those of a store."""
    given = rdflib.Dataset()
    a, b, p = (rdflib.URIRef(f"http://e/{name}") for name in "abp")
    given.graph(rdflib.URIRef("http://e/schema")).add((p, rdflib.RDF.type, rdflib.OWL.SymmetricProperty))
    given.graph(rdflib.URIRef("http://e/data")).add((a, p, b))
    assert list(sengraph.reason(given)) == [(b, p, a)]


def test_reason_says_what_it_takes(graph):
    """A graph of ours holds what follows already: the message says what to give instead."""
    with pytest.raises(UsageError, match=r"this is a Graph: .*to_rdflib\(\)"):
        sengraph.reason(graph)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("subject", "object_"),
    [
        (rdflib.URIRef("http://e/a b"), rdflib.URIRef("http://e/o")),
        (rdflib.URIRef("relative"), rdflib.URIRef("http://e/o")),
        (rdflib.URIRef("http://e/s"), rdflib.Literal("x", lang="abcdefghij")),
    ],
)
def test_a_triple_that_is_no_rdf_is_named(subject, object_):
    """An IRI with a space or without a scheme, a language tag that is none."""
    given = rdflib.Graph()
    given.add((subject, rdflib.URIRef("http://e/p"), object_))
    with pytest.raises(InputError, match="a triple of the graph is not RDF: .*http://e/p") as caught:
        sengraph.reason(given)
    assert repr(subject) in str(caught.value)


def test_reason_refuses_a_contradiction():
    """With what clashes."""
    given = rdflib.Graph().add((rdflib.URIRef("http://e/x"), rdflib.RDF.type, rdflib.OWL.Nothing))
    with pytest.raises(InconsistentError, match="http://e/x"):
        sengraph.reason(given)


def test_reason_knows_its_engines():
    """A wrong one gets the nearest."""
    with pytest.raises(UsageError, match="Did you mean 'owlrl'"):
        sengraph.reason(rdflib.Graph(), engine="owlrI")


def test_importing_is_cheap():
    """`import sengraph` loads none of the libraries behind it, and asking the embedded store not rdflib."""
    heavy = "{'rdflib', 'owlrl', 'pyshacl', 'SPARQLWrapper', 'pandas', 'polars'}"
    program = (
        "import sys, sengraph; assert not {'pyoxigraph', 'yaml'} & set(sys.modules)\n"
        f"sengraph.open().ask('gaps'); print(sorted({heavy} & set(sys.modules)))"
    )
    sengraph.open()  # so that the closure is kept
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "[]\n"


def test_public_names_are_there():
    """Each name of `__all__` can be got; another is an AttributeError."""
    for name in sengraph.__all__:
        assert getattr(sengraph, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sengraph.nothing
    program = "import sengraph; assert set(sengraph.__all__) < set(dir(sengraph))"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_nothing_is_fetched_on_behalf_of_a_query(graph):
    """SERVICE is refused where the graph is here, and the message says where it can be asked."""
    for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "ASK { service silent ?g { ?s ?p ?o } }"):
        with pytest.raises(UsageError, match="send the query to an endpoint"):
            graph.query(query)
    assert graph.query('ASK { FILTER("SERVICE" != "service") }') is True


def test_free_queries_may_use_the_words_of_updates(graph):
    """A query that mentions `insert` in a string is a query; text that is neither is told as such."""
    assert graph.query('ASK { FILTER("insert data" = "insert data") }') is True
    with pytest.raises(UsageError, match="not a SPARQL query"):
        graph.query("SELECT")
    with pytest.raises(UsageError, match="an update"):
        graph.query("PREFIX a: <http://e/> WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }")
