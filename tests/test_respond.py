"""Requests to responses, on real small graphs."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sengraph
from sengraph import UsageError
from sengraph.binding import template
from sengraph.errors import InputError
from sengraph.graph import Embedded
from sengraph.questions import Library
from sengraph.render import FORMATS
from sengraph.serve.messages import LOGGED, Request
from sengraph.serve.protocol import FORM, QUERY, UPDATE
from sengraph.serve.respond import GRAPHS, respond
from sengraph.terms import ASSERTED, CODE, REGISTER, SEN

BASE = "http://127.0.0.1:7878/"
DATA = "http://kasei.us/2009/09/sparql/data/data"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
STATUSES = {200, 303, 304, 400, 403, 404, 405, 406, 415}


class Data(NamedTuple):
    """A data set."""

    graph: sengraph.Graph
    version: str = "1"


@pytest.fixture(scope="module")
def packaged(graph):
    """The packaged graph."""
    return Data(graph)


@pytest.fixture(scope="module")
def three(graph):
    """The three graphs of the W3C's protocol tests, an empty default graph beside them."""
    return Data(sengraph.Graph(Embedded(_store(3)), graph.questions))


def _store(size):
    store = ox.Store()
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for number in range(1, size + 1):
        name = ox.NamedNode(f"{DATA}{number}.rdf")
        store.add(ox.Quad(name, type_, ox.NamedNode(DOCUMENT), name))
    return store


class Answer(NamedTuple):
    """A response, whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self):
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self):
        """Return the JSON that it is."""
        return json.loads(self.body)


def ask(data, target, accept="*/*", method="GET", body=b"", type_="", **options):
    """Send a request, and check what holds of every response."""
    path, _, query = target.partition("?")
    headers = {"accept": accept, "content-type": type_, **options.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value}
    response = respond(Request(method, path, query, headers, body, BASE), data, **options)
    content = response.body
    if callable(content):
        document = io.BytesIO()
        content(document)
        content = document.getvalue()
    answer = Answer(response.status, dict(response.headers), content)
    assert answer.headers["vary"] == "Accept"
    assert all(value.isascii() and value.isprintable() for value in answer.headers.values())
    if answer.status >= 400 and method != "HEAD":
        if answer.media_type == "application/problem+json":
            problem = answer.json()
            assert problem["status"] == answer.status
            assert problem["title"]
            assert problem["detail"]
        else:
            assert answer.media_type in ("text/plain", "text/html")
            assert answer.body
    return answer


def query(text, **parameters):
    """Return the target of a query by GET."""
    return f"/sparql?{urlencode({'query': text, **parameters}, doseq=True)}"


# ------------------------------------------------------------ the W3C's protocol tests, by hand


def typed(*numbers):
    """Return patterns that hold where the documents of these numbers are."""
    return " . ".join(f"<{DATA}{number}.rdf> a ?type{number}" for number in numbers)


NAMED = f"GRAPH ?g1 {{ {typed(1)} }} GRAPH ?g2 {{ {typed(2)} }}"
D1, D2, D3, D0 = (f"{DATA}{number}.rdf" for number in (1, 2, 3, 0))


def uris(default=(), named=()):
    """Return a query string that names graphs."""
    return urlencode({"default-graph-uri": default, "named-graph-uri": named}, doseq=True)


@pytest.mark.parametrize(
    ("target", "method", "body", "type_"),
    [
        (f"/sparql/?{uris([D0])}", "POST", "query=ASK%20%7B%7D", FORM),
        (f"/sparql/?{urlencode({'query': f'ASK {{ {typed(1, 2)} }}'})}&{uris([D1, D2])}", "GET", "", ""),
        (f"/sparql/?{uris([D1, D2])}", "POST", f"ASK {{ {typed(1, 2)} }}", QUERY),
        (f"/sparql/?{uris((), [D1, D2])}", "POST", f"ASK {{ {NAMED} }}", QUERY),
        (f"/sparql/?{urlencode({'query': f'ASK {{ {NAMED} }}'})}&{uris((), [D1, D2])}", "GET", "", ""),
        (f"/sparql/?{uris([D3], [D1, D2])}", "POST", f"ASK {{ {typed(3)} {NAMED} }}", QUERY),
        (f"/sparql/?{uris((), [D1, D2])}", "POST", f"ASK FROM <{D3}> {{ {NAMED} }}", QUERY),
        (f"/sparql/?query=ASK%20%7B%7D&{uris([D0])}", "GET", "", ""),
        ("/sparql/", "POST", "ASK {}", QUERY),
    ],
)
def test_w3c_queries_are_answered_yes(three, target, method, body, type_):
    """query_post_form, query_dataset_*, query_multiple_dataset, query_get, query_post_direct."""
    answer = ask(
        three, target, f"{FORMATS['json'].media_type}, {FORMATS['xml'].media_type};q=0.8", method, body.encode(), type_
    )
    assert (answer.status, answer.json()["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("text", "accept", "media_type"),
    [
        ("SELECT (1 AS ?value) {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("DESCRIBE <http://example.org/>", "text/turtle, application/rdf+xml;q=0.9", "text/turtle"),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "text/turtle, application/rdf+xml;q=0.9", "text/turtle"),
    ],
)
def test_w3c_content_types(three, text, accept, media_type):
    """query_content_type_*."""
    answer = ask(three, f"/sparql/?{uris([D0])}", accept, "POST", text.encode(), QUERY)
    assert (answer.status, answer.media_type) == (200, media_type)


@pytest.mark.parametrize(
    ("method", "target", "body", "type_", "status"),
    [
        ("PUT", f"/sparql/?query=ASK%20%7B%7D&{uris([D0])}", b"", FORM, 405),
        ("GET", "/sparql/?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", b"", "", 400),
        ("POST", "/sparql/", b"ASK {}", "text/plain", 415),
        ("POST", "/sparql/", b"query=ASK%20%7B%7D", "", 415),
        ("POST", "/sparql/", b"ASK {}", "", 415),
        ("POST", "/sparql/", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16", 415),
        ("GET", "/sparql/?query=ASK%20%7B", b"", "", 400),
        ("GET", "/sparql/?update=CLEAR%20ALL", b"", "", 400),
        ("POST", "/sparql/", b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM, 400),
        ("POST", "/sparql/", b"CLEAR NAMED", "text/plain", 415),
        ("POST", "/sparql/", b"update=CLEAR%20NAMED", "", 415),
        ("POST", "/sparql/", "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16", 403),
        ("POST", "/sparql/", b"update=CLEAR%20XYZ", FORM, 403),
        ("POST", "/sparql/?using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople", b"WITH <http://example/addresses> DELETE {} INSERT {} WHERE {}", UPDATE, 403),
    ],
)  # fmt: skip
def test_w3c_bad_requests_are_refused(three, method, target, body, type_, status):
    """bad_*."""
    assert ask(three, target, "*/*", method, body, type_).status == status


@pytest.mark.parametrize("accept", ["text/turtle, application/rdf+xml;q=0.9", "application/rdf+xml", "*/*"])
def test_w3c_service_description(three, accept):
    """returns-rdf, has-endpoint-triple, conforms-to-schema."""
    answer = ask(three, "/sparql", accept)
    kind = "xml" if answer.media_type == "application/rdf+xml" else "turtle"
    described = rdflib.Graph().parse(data=answer.body, format=kind)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = described.subjects(rdflib.RDF.type, sd.Service)
    assert (service, sd.endpoint, rdflib.URIRef(f"{BASE}sparql")) in described
    assert (service, sd.supportedLanguage, sd.SPARQL11Query) in described
    assert (service, sd.resultFormat, None) in described


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("number", "status"), [(1, 200), (4, 404)])
def test_w3c_graphs_that_are_there_and_that_are_not(three, method, number, status):
    """head_existing_indirect, head_non_existing_indirect, put_delete_get_delete_indirect."""
    answer = ask(three, f"/store?graph={quote(DATA, safe='')}{number}.rdf", "text/turtle; charset=utf-8", method)
    assert answer.status == status
    assert bool(answer.body) == (method == "GET")


# -------------------------------------------------------------------------- queries


SELECT = "SELECT ?duty { ?duty a sen:Obligation } ORDER BY ?duty"
DUTIES = [f"{CODE}mainstream-3.1", f"{CODE}special-3.1"]


def test_a_query_is_answered_in_json_by_default(packaged):
    """The project's prefixes need no declaration."""
    answer = ask(packaged, query(SELECT), "")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/sparql-results+json")
    assert [row["duty"]["value"] for row in answer.json()["results"]["bindings"]] == DUTIES


@pytest.mark.parametrize(
    ("text", "accept", "name"),
    [
        *[(SELECT, FORMATS[name].media_type, name) for name in ("json", "xml", "csv", "tsv", "html", "markdown", "table")],
        *[("ASK {}", FORMATS[name].media_type, name) for name in ("json", "xml", "table")],
        *[("CONSTRUCT WHERE { ?s a sen:Obligation }", FORMATS[name].media_type, name) for name in GRAPHS],
        (SELECT, "application/json", "json"),
        (SELECT, "text/xml", "xml"),
        (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("ASK {}", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("DESCRIBE sen:party-senco", "application/json", "jsonld"),
        ("DESCRIBE sen:party-senco", "application/xml", "rdf"),
        ("DESCRIBE sen:party-senco", "text/n3", "ttl"),
        ("DESCRIBE sen:party-senco", "text/html, */*;q=0.1", "html"),
        ("DESCRIBE sen:party-senco", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', "jsonld"),
    ],
)  # fmt: skip
def test_the_format_is_the_one_accepted(packaged, text, accept, name):
    """With its own media type."""
    answer = ask(packaged, query(text), accept)
    assert (answer.status, answer.headers["content-type"]) == (200, FORMATS[name].media_type)
    assert answer.body == ask(packaged, query(text, format=name), "image/png").body or name in GRAPHS


@pytest.mark.parametrize(
    ("text", "accept", "told"),
    [
        ("ASK {}", "text/csv", "application/sparql-results\\+json, application/sparql-results\\+xml"),
        (SELECT, "text/turtle", "text/csv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", "text/turtle"),
        (SELECT, "text/csv;charset=iso-8859-1", "text/csv"),
        (SELECT, "*/*;q=0", "text/csv"),
    ],
)
def test_nothing_acceptable_is_told_with_what_there_is(packaged, text, accept, told):
    """406."""
    answer = ask(packaged, query(text), accept)
    assert answer.status == 406
    assert re.search(told, answer.body.decode())


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [(SELECT, "cvs", "Did you mean 'csv'"), (SELECT, "ttl", "json"), ("ASK {}", "csv", "xml"), (SELECT, "x" * 100_000, "xml")],
)  # fmt: skip
def test_a_wrong_name_of_a_format_is_told_with_the_nearest(packaged, text, name, told):
    """400, whatever is accepted."""
    answer = ask(packaged, query(text, format=name), "*/*")
    assert (answer.status, told in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("SELECT ?x\nWHERE {\n  ?x a\n}", 400, "line 4"),
        ("ASK { ex:x ?p ?o }", 400, "line 1, column 15"),
        ("INSERT DATA { <http://e/a> <http://e/b> 1 }", 400, "this is an update"),
        ("ASK {} ; DROP ALL", 400, "not a SPARQL query"),
        ("LOAD <http://e/>", 400, "this is an update"),
        ("PREFIX a: <http://e/> DELETE WHERE { ?s ?p ?o }", 400, "this is an update"),
        ("ASK { FILTER(<http://e/f>(1)) }", 400, "custom function <http://e/f> is not supported here"),
        (f"ASK {{ {'{' * 1000}{'}' * 1000} }}", 400, "nests too deeply"),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", 403, "SERVICE would make this server ask another"),
        ("ASK { ?s ?p trueSERVICE <http://127.0.0.1:9/> {} }", 403, "SERVICE"),
        ("ASK { BIND(<http://127.0.0.1:9/> AS ?x) SERVICE ?x {} }", 403, "SERVICE"),
        ("\x00", 400, "not a SPARQL query"),
        ("\u202eASK {}", 400, "not a SPARQL query"),
    ],
)
def test_what_is_no_query_is_told_why(packaged, text, status, told):
    """A problem document for whoever takes JSON, a line of text for others."""
    answer = ask(packaged, query(text))
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert re.search(told, answer.json()["detail"], re.DOTALL)
    plain = ask(packaged, query(text), "text/csv, text/plain;q=0.1")
    assert (plain.status, plain.media_type) == (status, "text/plain")
    assert re.search(told, plain.body.decode(), re.DOTALL)


def test_an_endpoint_that_is_allowed_is_asked(packaged):
    """The engine tries; that it cannot reach it is not the query's fault."""
    target = query("ASK { SERVICE <http://127.0.0.1:9/> {} }")
    assert ask(packaged, target, services=["http://127.0.0.1:9/"]).status == 500
    assert ask(packaged, target, services=["http://127.0.0.1:8/"]).status == 403


def test_free_queries_can_be_refused(packaged):
    """Stored questions and the description stay, and no page leads to where queries are refused."""
    assert ask(packaged, query("ASK {}"), sparql=False).status == 403
    assert ask(packaged, "/sparql", sparql=False).status == 200
    assert ask(packaged, "/questions/statutory-duties", sparql=False).status == 200
    for path in ("/", "/doc/dataset", "/questions", "/questions/gaps", "/doc/ontology"):
        page = ask(packaged, path, "text/html", sparql=False)
        assert page.status == 200
        assert not re.search(r'href="[./]*sparql[?"]', page.body.decode()), path


# --------------------------------------------------------------------------- data sets


COUNT = "SELECT (COUNT(*) AS ?n) {from_} {{ {pattern} }}"


@pytest.mark.parametrize(
    ("from_", "default", "named", "in_default", "in_named"),
    [
        ("", (), (), 3, 3),
        ("", [D1], (), 1, 0),
        ("", [D1, D2], (), 2, 0),
        ("", [D1, D1], (), 1, 0),
        ("", (), [D1, D3], 0, 2),
        ("", [D1], [D2], 1, 1),
        ("", ["http://example.org/nowhere"], (), 0, 0),
        ("", (), ["http://example.org/nowhere"], 0, 0),
        (f"FROM <{D1}>", (), (), 1, 0),
        (f"FROM NAMED <{D1}> FROM NAMED <{D2}>", (), (), 0, 2),
        ("FROM <http://example.org/nowhere>", (), (), 0, 0),
        # What the protocol says wins over what the query says.
        (f"FROM <{D1}> FROM <{D2}>", [D3], (), 1, 0),
        (f"FROM <{D1}>", (), [D2, D3], 0, 2),
        (f"FROM NAMED <{D1}>", [D2], (), 1, 0),
    ],
)
def test_the_data_set_of_a_query(three, from_, default, named, in_default, in_named):
    """Graphs of the store, once each; an unknown one is empty (SPARQL 1.1 Protocol, section 2.1.4)."""
    counts = []
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        text = COUNT.format(from_=from_, pattern=pattern)
        answer = ask(three, f"{query(text)}&{uris(default, named)}", "text/csv")
        counts.append(int(answer.body.split()[1]))
    assert counts == [in_default, in_named]


def test_dated_snapshots_are_seen_only_where_they_are_named(graph):
    """The graphs that a query sees together leave them out."""
    store = _store(2)
    snapshot = ox.NamedNode(f"{REGISTER}/2017-07-01")
    store.add(ox.Quad(snapshot, snapshot, snapshot, snapshot))
    data = Data(sengraph.Graph(Embedded(store), graph.questions))
    text = "SELECT ?s { ?s ?p ?o } ORDER BY ?s"
    assert ask(data, query(text), "text/csv").body.split()[1:] == [D1.encode(), D2.encode()]
    named = ask(data, f"{query(text)}&{uris([snapshot.value])}", "text/csv")
    assert named.body.split()[1:] == [snapshot.value.encode()]
    assert ask(data, f"/store?graph={quote(snapshot.value)}", "application/n-triples").body.count(b"\n") == 1
    assert ask(data, "/store?default", "application/n-triples").body.count(b"\n") == 2


def test_relative_iris_are_resolved_against_the_endpoint(packaged):
    """SPARQL 1.1 Query Language, section 4.1.1."""
    answer = ask(packaged, query("CONSTRUCT { <s> <p> </o> } WHERE {}"), "application/n-triples")
    assert answer.body.decode() == f"<{BASE}s> <{BASE}p> <{BASE}o> .\n"


@pytest.mark.parametrize("text", ["100%25", "a%20b", "a+b", "%", "&=?#", "\u00e9 \U0001f600", "'\"\\"])
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_literal_comes_back_as_it_was_sent(packaged, text, way):
    """Percent-decoded once, in each way to send it."""
    sparql = f"SELECT ({ox.Literal(text)} AS ?x) {{}}"
    if way == "get":
        answer = ask(packaged, query(sparql))
    elif way == "form":
        answer = ask(packaged, "/sparql", method="POST", body=urlencode({"query": sparql}).encode(), type_=FORM)
    else:
        answer = ask(packaged, "/sparql", method="POST", body=sparql.encode(), type_=QUERY)
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == text


# -------------------------------------------------------------------- stored questions


def test_a_question_is_answered_as_on_the_command_line(packaged):
    """The same rows, in every results format."""
    target = "/questions/who-is-responsible?activity=report-on-policy&setting=maintained%20special%20schools"
    rows = [*csv.DictReader(io.StringIO(ask(packaged, target, "text/csv").body.decode()))]
    assert [(row["who"], row["responsibility"]) for row in rows] == [("governing body", f"{CODE}special-3.1")]
    (row,) = ask(packaged, target).json()["results"]["bindings"]
    assert row["modality"]["value"] == f"{SEN}modality-must"
    assert b"<td><bdi>governing body</bdi></td>" in ask(packaged, f"{target}&format=html").body


def test_yes_or_no_is_a_page_under_its_policy_too(graph, tmp_path):
    """A question of one's own that has no rows, of whom takes tables more gladly than pages: what fits is a page."""
    (tmp_path / "is-it-so.rq").write_text("#+ summary: Is it so?\nASK { ?s ?p ?o }\n")
    data = Data(sengraph.Graph(graph._engine, Library(tmp_path)))
    answer = ask(data, "/questions/is-it-so", "text/csv, text/html;q=0.5")
    assert answer.media_type == "text/html"
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert b"Yes" in answer.body


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        ("statutory-dutys", 404, "Did you mean 'statutory-duties'"),
        ("", 200, ""),
        ("%2e%2e/etc", 404, "no question"),
        ("a/b", 404, "no question"),
        ("who-is-responsible?activty=x", 400, "Did you mean 'activity'"),
        ("who-is-responsible?activity=report", 400, "^activity of the question .*Did you mean 'report-on-policy'"),
        ("who-is-responsible?activity=a&activity=b", 400, "activity= is there 2 times"),
        ("in-force-on?on=2001-02-30", 400, "is not a value of type date"),
        ("search", 400, f"needs a value for words: see {BASE}questions$"),
        ("search?words=", 400, "needs a value for words"),
        ("search?words=%20", 400, "blank"),
        ("search?words=%ff", 400, "not percent-encoded UTF-8"),
        ("statutory-duties?format=ttl", 400, "has no form 'ttl'"),
        ("statutory-duties?format=cvs", 400, "Did you mean 'csv'"),
        ("statutory-duties?format=csv&format=csv", 400, "format= is there 2 times"),
        ("statutory-duties?party=", 200, ""),
    ],
)
def test_what_is_wrong_with_a_question_is_told(packaged, target, status, told):
    """With what would have been right."""
    answer = ask(packaged, f"/questions/{target}")
    assert answer.status == status
    assert status == 200 or re.search(told, answer.json()["detail"])


def test_a_parameter_has_one_value_however_it_is_spelt(packaged, tmp_path):
    """`-` and `_` are the same in its name."""
    (tmp_path / "q.rq").write_text(
        "#+ summary: Q?\n#+ columns: [x]\n#+ parameters:\n#+   - name: a_b\n#+     type: string\n#+     required: true\n"
        "SELECT ?x { BIND($a_b AS ?x) } ORDER BY ?x\n"
    )
    data = Data(sengraph.Graph(Embedded(_store(1)), Library(tmp_path)))
    assert ask(data, "/questions/q?a-b=1", "text/csv").body == b"x\r\n1\r\n"
    assert ask(data, "/questions/q?a_b=1", "text/csv").body == b"x\r\n1\r\n"
    assert ask(data, "/questions/q?a_b=1&a-b=2").status == 400


def test_the_questions_are_listed(packaged):
    """As JSON with the choices, or as RDF."""
    listed = ask(packaged, "/questions").json()
    assert [entry["name"] for entry in listed] == packaged.graph.questions.names
    (entry,) = [entry for entry in listed if entry["name"] == "who-is-responsible"]
    assert "report-on-policy" in entry["parameters"][0]["choices"]
    turtle = ask(packaged, "/questions", "text/turtle")
    assert len(rdflib.Graph().parse(data=turtle.body, format="turtle")) > len(listed)
    assert ask(packaged, "/questions?format=nt").media_type == "application/n-triples"
    assert ask(packaged, "/questions", "application/ld+json").media_type == "application/ld+json"
    assert ask(packaged, "/questions", "text/csv").status == 406


HOSTILE = [
    '"',
    "'",
    "\\",
    '" . ?x ?y ?z . FILTER("1"="1',
    "http://a> ?p ?o } UNION { SERVICE <http://169.254.169.254/> { ?s ?p ?o } } #",
    "<http://a> ?p ?o } #",
    "sen:party-senco } #",
    "senco> <x",
    '"""',
    "\n} #",
    "\r\nSERVICE <http://e/> {}",
    "$activity",
    "?x",
    "{}{}{}",
    "\\u0022 . ?s ?p ?o",
    "\u0022\u201d\uff02",
    "\u202e\u2028\u0000",
    "\U0001f600",
    "http://e/\u00e9",
    "http://e/%3E%20%7D",
    "1; DROP ALL",
    "1 OFFSET 5 } #",
    "1e9",
    "-1",
    "99999999999999999999",
    "2001-01-01' ; DROP ALL",
    "true } #",
    "__class__",
    "../../etc/passwd",
    "%s%n{0}",
]


def test_no_value_of_any_parameter_changes_what_is_asked(packaged):
    """The answer is 200 or 400, and the tokens of the bound text are those of any other value."""
    for question in packaged.graph.questions:
        for parameter in question.parameters:
            for value in HOSTILE:
                _hold_together(packaged, question, parameter, value)


def test_a_value_of_a_megabyte_is_answered(packaged):
    """200 or 400, through each type of parameter; what is told does not repeat it."""
    kinds = {}
    for question in packaged.graph.questions:
        for parameter in question.parameters:
            kinds.setdefault(parameter.type, (question, parameter))
    for (question, parameter), value in itertools.product(
        kinds.values(), ['a"' * 500_000, "http://e/" + "a" * 1_000_000]
    ):
        answer = _hold_together(packaged, question, parameter, value)
        assert answer.status == 200 or len(answer.body) < 5000


def _hold_together(data, question, parameter, value):
    others = {"words": "policy"} if question.name == "search" and parameter.name != "words" else {}
    others |= {p.name: "1" for p in question.parameters if p.required and p is not parameter and p.name not in others}
    values = {**others, parameter.name: value}
    answer = ask(data, f"/questions/{question.name}?{urlencode(values)}")
    try:
        bound = data.graph.sparql(question.name, **values)
    except UsageError:
        assert answer.status == 400
        return answer
    assert answer.status == 200
    samples = {"boolean": "true", "date": "2001-01-01", "dateTime": "2001-01-01T00:00:00"}
    sample = samples.get(parameter.type) or (parameter.choices or ("1",))[0]
    if parameter.type == "iri" or parameter.is_class:
        sample = "http://e/1" if parameter.type == "iri" else value
    harmless = data.graph.sparql(question.name, **(values | {parameter.name: sample}))
    assert _structure(bound) == _structure(harmless)
    return answer


def _structure(text):
    return [re.sub(r"\d+", "0", word) for word in template(text).words]


# ----------------------------------------------------------------------- other routes


def test_a_graph_is_read(packaged):
    """By its IRI, by its address, or as what queries see."""
    asserted = ask(packaged, f"/store?graph={quote(ASSERTED, safe='')}", "application/n-triples").body
    assert sorted(asserted.splitlines()) == sorted(
        ask(packaged, "/graph/asserted", "application/n-triples").body.splitlines()
    )
    everything = ask(packaged, "/store?default", "application/n-triples").body
    assert set(asserted.splitlines()) < set(everything.splitlines())
    assert ask(packaged, "/graph/asserted").headers["content-type"] == "text/turtle; charset=utf-8"
    assert ask(packaged, "/graph/asserted?format=rdf").media_type == "application/rdf+xml"
    assert ask(packaged, "/graph/asserted", "text/csv").status == 406


def test_a_graph_below_the_store_is_named_by_its_address():
    """Graph Store Protocol, section 4.1."""
    store = ox.Store()
    node = ox.NamedNode("http://e/x")
    store.add(ox.Quad(node, node, node, ox.NamedNode(f"{BASE}store/a/b")))
    data = Data(sengraph.Graph(Embedded(store), Library()))
    assert ask(data, "/store/a/b", "application/n-triples").body == b"<http://e/x> <http://e/x> <http://e/x> .\n"
    assert ask(data, "/store/a/c").status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graphs_are_not_changed(packaged, method):
    """403, and what to do."""
    answer = ask(packaged, f"/store?graph={ASSERTED}", "*/*", method, b"<a> <b> <c> .", "text/turtle")
    assert (answer.status, "only reads" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("path", ["/questions", "/questions/gaps", "/.well-known/void", "/openapi.json", "/"])
def test_other_methods_are_refused(packaged, path):
    """405 with those that are not."""
    answer = ask(packaged, path, "*/*", "POST", b"x", "text/plain")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_descriptions(packaged):
    """VoID, OpenAPI and the list of what there is."""
    void = ask(packaged, "/.well-known/void")
    assert len(rdflib.Graph().parse(data=void.body, format="turtle")) > 50
    assert ask(packaged, "/openapi.json").json()["openapi"].startswith("3.1")
    links = ask(packaged, "/").json()["links"]
    assert links["sparql"] == f"{BASE}sparql"
    assert ask(packaged, "/", "text/plain").body.startswith(b"sparql  ")
    for link in links.values():
        path = link.removeprefix(BASE)
        assert path in ("health", "metrics") or ask(packaged, f"/{path}").status == 200


def test_a_description_is_made_anew_when_the_data_changes(graph):
    """And not before."""
    void = rdflib.Namespace("http://rdfs.org/ns/void#")

    def counted(size, version):
        data = Data(sengraph.Graph(Embedded(_store(size)), graph.questions), version)
        described = rdflib.Graph().parse(data=ask(data, "/.well-known/void").body, format="turtle")
        return max(int(number) for number in described.objects(None, void.triples))

    assert [counted(1, "a"), counted(2, "a"), counted(2, "b")] == [1, 1, 2]


@pytest.mark.parametrize(
    "path", ["/nope", "/sparq", "/sparql/x", "/../etc/passwd", "//", "", "/\u202e\ud800", "/questionsx"]
)
def test_nothing_is_found_elsewhere(packaged, path):
    """404."""
    assert ask(packaged, path).status == 404


# ------------------------------------------------------------------------------- caches


@pytest.mark.parametrize(
    "target", [query(SELECT), "/questions/gaps", "/store?default", "/sparql", "/.well-known/void", "/"]
)
def test_what_has_not_changed_is_not_sent_again(packaged, target):
    """304 for a known ETag, however it is quoted; another one where the data, the form or the query is another."""
    first = ask(packaged, target)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = ask(packaged, target, headers={"if-none-match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in again.headers
    assert ask(packaged, target, headers={"if-none-match": 'W/"x"'}).status == 200
    assert ask(packaged._replace(version="2"), target, headers={"if-none-match": tag}).status == 200
    others = {ask(packaged._replace(version="2"), target).headers["etag"], ask(packaged, target, "").headers["etag"]}
    assert tag not in others


def test_what_is_another_each_time_has_no_etag(packaged):
    """NOW, RAND and their like; no cache keeps it."""
    for call in ("NOW()", "rand()", "UUID()", "StrUUID()"):
        answer = ask(packaged, query(f"SELECT ({call} AS ?x) {{}}"), headers={"if-none-match": "*"})
        assert (answer.status, "etag" in answer.headers, answer.headers["cache-control"]) == (200, False, "no-store")
    assert "etag" in ask(packaged, query("SELECT ('NOW()' AS ?now) {}")).headers


def test_failures_and_posts_have_no_etag(packaged):
    """Only what a GET can have again."""
    assert "etag" not in ask(packaged, query("ASK {"), headers={"if-none-match": "*"}).headers
    assert "etag" not in ask(packaged, "/sparql", method="POST", body=b"ASK {}", type_=QUERY).headers


@pytest.mark.parametrize(
    "target",
    [
        query(SELECT),
        query("ASK {}"),
        query("ASK {"),
        "/sparql",
        "/questions",
        "/questions/gaps",
        "/store?default",
        "/nope",
        "/",
    ],
)
def test_head_is_get_without_a_body(packaged, target):
    """The same status and headers."""
    get, head = ask(packaged, target), ask(packaged, target, method="HEAD")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")


# ------------------------------------------------------------------------------ failures


class Damaged:
    """An engine whose store is damaged."""

    def run(self, sparql):
        """Fail as the store does."""
        raise InputError("the store cannot be read, it may be damaged: corruption")


def test_a_damaged_store_is_no_fault_of_the_request(graph):
    """500, as a problem document or a page, and what is wrong, which names files of the machine, for the log only."""
    data = Data(sengraph.Graph(Damaged(), graph.questions))
    for accept in ("*/*", "text/html"):
        answer = ask(data, "/questions/statutory-duties", accept)
        assert answer.status == 500
        assert b"corruption" not in answer.body
        assert "corruption" in answer.headers[LOGGED]


TEXTS = st.text() | st.sampled_from(
    ["ASK {}", SELECT, "DESCRIBE sen:party-senco", "CLEAR ALL", D1, "csv", "ttl", "senco"]
)
NAMES = st.sampled_from(
    ["query", "update", "default-graph-uri", "named-graph-uri", "format", "graph", "default", "words", "party"]
)
STRINGS = (
    st.text() | st.lists(st.tuples(NAMES | st.text(), TEXTS)).map(urlencode) | st.sampled_from(["%", "%ff", "&=&"])
)
PATHS = (
    st.sampled_from(
        [
            *("/", "/sparql", "/questions", "/questions/search", "/questions/gaps", "/store", "/store/x"),
            *("/graph/asserted", "/table", "/people", "/search", "/why", "/resource", "/doc/dataset", "/ontology"),
            *("/doc/code-2001/mainstream-3.1", "/static/x", "/sitemap/1.xml", "/context/1.jsonld"),
        ]
    )
    | st.text()
)
TYPES = st.sampled_from([FORM, QUERY, UPDATE, f"{QUERY};charset=utf-16", "text/plain", ""]) | st.text()
ACCEPTS = st.text() | st.sampled_from(
    ["*/*", "text/csv", "text/turtle", "text/html", "*/*;q=0", "application/json", "text/*"]
)
BODIES = (
    st.binary()
    | STRINGS.map(lambda text: text.encode(errors="replace"))
    | TEXTS.map(lambda text: text.encode(errors="replace"))
)


@settings(
    max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "X"]), PATHS, STRINGS, TYPES, ACCEPTS, BODIES
)
def test_any_request_has_a_response(packaged, method, path, string, type_, accept, body):
    """A status of the list, never an exception, and a problem document, a page or a line of text for what is refused."""
    headers = {"accept": accept, "content-type": type_, "if-none-match": accept}
    response = respond(Request(method, path, string, headers, body, BASE), packaged)
    content = response.body
    if callable(content):
        document = io.BytesIO()
        content(document)
        content = document.getvalue()
    assert response.status in STATUSES
    if response.status >= 400 and method != "HEAD":
        kind = response.headers["content-type"]
        assert kind == "application/problem+json" or kind.startswith(("text/plain", "text/html"))
        assert kind.startswith("text") or json.loads(content)["status"] == response.status
