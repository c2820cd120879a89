"""The same questions on a remote endpoint: the same rows, or a clear error and no row at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
import yaml

import sengraph
from sengraph import LimitError, RemoteError, UsageError
from sengraph.cli import main
from tests.conftest import ROOT

CASES = [
    pytest.param(path.stem, case["parameters"] or {}, id=f"{path.stem}-{number}")
    for path in sorted((ROOT / "tests" / "questions").glob("*.yaml"))
    for number, case in enumerate(yaml.safe_load(path.read_text("utf-8")), 1)
]

JSON = "application/sparql-results+json"


@pytest.mark.parametrize(("question", "parameters"), CASES)
def test_a_remote_endpoint_gives_the_embedded_rows(graph, endpoint, schools, schools_endpoint, question, parameters):
    """Every stored question gives the same rows in the same order on a SPARQL server."""
    of_schools = "register" in graph.questions[question].tags
    here = schools if of_schools else graph
    remote = sengraph.open(endpoint=schools_endpoint if of_schools else endpoint)
    assert remote.ask(question, **parameters).rows == here.ask(question, **parameters).rows


def test_ask_construct_and_describe_work_remotely(graph, endpoint):
    """A truth value and triples come back as they do from the embedded store."""
    remote = sengraph.open(endpoint=endpoint)
    assert remote.query("ASK { code:mainstream-3.1 a sen:Obligation }") is True
    assert remote.query("ASK { code:mainstream-4.1 a sen:Obligation }") is False
    query = "CONSTRUCT { ?s sen:modality ?o } WHERE { ?s sen:modality ?o }"
    assert set(remote.query(query)) == set(graph.query(query))
    assert len(remote.query("DESCRIBE code:mainstream-3.1")) > 10


def test_a_malformed_query_is_the_callers_fault(endpoint):
    """HTTP 400 is told as such, with what the server said."""
    with pytest.raises(UsageError, match="malformed"):
        sengraph.open(endpoint=endpoint).query("SELECT nonsense")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "nonsense",
        "http://",
        "http://a b/",
        "",
        "http://[",
        "http://\u2100/",
        "http://h:x/",
    ],
)
def test_only_http_addresses_are_endpoints(url):
    """Nothing but http and https is ever opened."""
    with pytest.raises(UsageError, match="not the address"):
        sengraph.open(endpoint=url)


def test_a_password_in_the_address_is_refused():
    """Credentials have no place where they are logged and shown."""
    with pytest.raises(UsageError, match="no password"):
        sengraph.open(endpoint="http://me:secret@127.0.0.1/")


def test_a_refused_connection_is_told():
    """Nobody listens there: the message names the address."""
    with pytest.raises(RemoteError, match=r"http://127\.0\.0\.1:9/ cannot be reached"):
        sengraph.open(endpoint="http://127.0.0.1:9/").query("ASK {}")


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def lying_server() -> Iterator[Callable[[Answer], str]]:
    """Starts a loopback server that answers every request as a function of the test's says."""
    servers: list[HTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.body = self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def reply(status: int, media_type: str, body: bytes, length: int | None = None) -> Answer:
    """Return an answer with this status, type and body; `length` is what it claims."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", media_type)
        request.send_header("Content-Length", str(len(body) if length is None else length))
        request.end_headers()
        request.wfile.write(body)

    return answer


WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"1"}}]}}'


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (reply(200, "text/html", b"<h1>Please log in</h1>"), RemoteError, "no SPARQL answer.*Please log in"),
        (reply(200, JSON, b"<h1>Error</h1>"), RemoteError, "cut or damaged"),
        (reply(200, JSON, WHOLE[:-20]), RemoteError, "cut or damaged"),
        (reply(200, JSON, WHOLE[:60], len(WHOLE)), RemoteError, "broke off|cut or damaged"),
        (reply(200, JSON, b""), RemoteError, "cut or damaged"),
        (reply(200, "application/n-triples", b"<a:s> <a:p> <a:o> .\n", 5000), RemoteError, "broke off"),
        (reply(200, JSON, WHOLE[:-2] + b"Operation cancelled"), RemoteError, "cut or damaged"),
        (reply(200, "application/sparql-results+xml", b"<sparql><head/>"), RemoteError, "cut or damaged"),
        (reply(200, "application/rdf+xml", b"<a/>"), RemoteError, "no SPARQL answer"),
        (reply(206, JSON, WHOLE), RemoteError, "HTTP 206"),
        (reply(401, "text/plain", b"who are you?"), RemoteError, "HTTP 401.*who are you"),
        (reply(404, "text/plain", b"gone"), RemoteError, "HTTP 404"),
        (reply(429, "text/plain", b"slow down"), RemoteError, "HTTP 429.*slow down"),
        (reply(500, "text/html", b"<b>stack</b> trace"), RemoteError, "HTTP 500.*stack"),
        (reply(503, "text/plain", b"busy"), RemoteError, "HTTP 503.*busy"),
    ],
)
def test_what_is_not_a_whole_answer_is_an_error(lying_server, answer, error, said):
    """Error pages, cut documents, wrong types, refusals: never a short table."""
    with pytest.raises(error, match=f"(?s){said}"):
        sengraph.open(endpoint=lying_server(answer)).query("SELECT ?s { ?s ?p ?o }")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(lying_server, status):
    """The message names where it leads; nothing is asked there, whatever the method."""
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        request.send_response(status)
        request.send_header("Location", "/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()

    url = lying_server(answer)
    with pytest.raises(RemoteError, match=f"redirects to {url}elsewhere: if you trust that"):
        sengraph.open(endpoint=url).query("SELECT ?s { ?s ?p ?o }")
    assert asked == ["/"]


YES = reply(200, JSON, b'{"head":{},"boolean":true}')
ROWS = reply(200, JSON, WHOLE)
TRIPLES = reply(200, "application/n-triples", b"<a:s> <a:p> <a:o> .\n")


@pytest.mark.parametrize(
    ("answer", "query"),
    [
        (YES, "SELECT ?s { ?s ?p ?o }"),
        (YES, "CONSTRUCT WHERE { ?s ?p ?o }"),
        (YES, "SELECT * { ?s ?p ?o }"),
        (ROWS, "SELECT ?o { ?s ?p ?o }"),
        (ROWS, "SELECT ?s ?o { ?s ?p ?o }"),
        (ROWS, "ASK {}"),
        (ROWS, "DESCRIBE <a:s>"),
        (TRIPLES, "SELECT ?s { ?s ?p ?o }"),
        (TRIPLES, "ASK {}"),
    ],
)
def test_another_answer_than_asked_for_is_refused(lying_server, answer, query):
    """Yes is no table, a table is not yes, other columns are not the query's."""
    remote = sengraph.open(endpoint=lying_server(answer))
    with pytest.raises(RemoteError, match="another question than the one it was asked: it sent"):
        remote.query(query)


@pytest.mark.parametrize("answer", [YES, ROWS, TRIPLES])
def test_no_command_takes_an_answer_to_another_question(lying_server, capsys, answer):
    """Whichever way a stored question or the whole graph is asked for."""
    url = lying_server(answer)
    remote = sengraph.open(endpoint=url)
    calls = [["ask", "gaps"], ["ask", "gaps", "--setting", "early-education"], ["ask", "gaps", "--format", "csv"],
             ["compare"], ["compare", "--format", "csv"]]  # fmt: skip
    for words in calls:
        assert main([*words, "--endpoint", url]) == 3, words
        assert capsys.readouterr().out == ""
    with pytest.raises(RemoteError, match="another question"):
        remote.ask("gaps")
    if answer is not TRIPLES:
        with pytest.raises(RemoteError, match="another question"):
            remote.to_rdflib()


def test_a_silent_server_runs_into_the_timeout(lying_server):
    """A server that says nothing is left after the time given."""
    remote = sengraph.open(endpoint=lying_server(lambda request: time.sleep(3)), timeout=1)
    with pytest.raises(LimitError, match="no whole answer within 1 s"):
        remote.query("ASK {}")


def test_a_dripping_server_runs_into_the_timeout(lying_server):
    """The time is for the whole answer, not for each byte of it."""

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", JSON)
        request.end_headers()
        for _ in range(40):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)

    remote = sengraph.open(endpoint=lying_server(drip), timeout=1)
    started = time.monotonic()
    with pytest.raises(LimitError):
        remote.query("ASK {}")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "update", ["INSERT DATA { <a:s> <a:p> 1 }", "PREFIX a: <http://e/>\nDROP ALL", "delete where {?s ?p ?o}"]
)
def test_an_update_is_never_sent(lying_server, update):
    """It is refused here: not a byte of it leaves."""
    seen: list[bytes] = []
    with pytest.raises(UsageError, match="update"):
        sengraph.open(endpoint=lying_server(lambda request: seen.append(request.body))).query(update)
    assert seen == []


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_timeout_is_a_number_of_seconds(timeout):
    """Neither nothing nor for ever."""
    with pytest.raises(UsageError, match="number of seconds"):
        sengraph.open(endpoint="http://127.0.0.1/", timeout=timeout)


def test_graphs_are_named_to_the_server(lying_server):
    """`--graph` is sent as default-graph-uri (SPARQL 1.1 Protocol, section 2.1.4), and nothing otherwise."""
    seen: list[dict[str, list[str]]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        seen.append(parse_qs(request.body.decode()))
        reply(200, JSON, b'{"head":{},"boolean":true}')(request)

    url = lying_server(answer)
    assert sengraph.open(endpoint=url, graphs=["http://example.org/g"]).query("ASK {}") is True
    assert sengraph.open(endpoint=url).query("ASK {}") is True
    assert seen == [{"query": ["ASK {}"], "default-graph-uri": ["http://example.org/g"]}, {"query": ["ASK {}"]}]
