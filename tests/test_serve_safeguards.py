"""What is known to break servers of this kind, tried on this one: over sockets, with a server in a process of its own."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import quote, urlencode

import pytest
import uvicorn

from sengraph.serve import server as serving
from sengraph.serve.app import _line, _Told
from sengraph.serve.connection import Connection
from tests.conftest import ROOT
from tests.test_serve import DEATH, MANY, Server, running, until

CLOSE = b"Host: a\r\nConnection: close\r\n"
ASKED = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of the packaged graph, with a time limit of a second."""
    with running("--timeout", "1") as started:
        yield started


def exchange(server: Server, sent: bytes, seconds: float = 8.0) -> bytes:
    """Send bytes, and return what comes until the connection ends."""
    with socket.create_connection((server.host, server.port), timeout=seconds) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def status(answer: bytes) -> int:
    return int(answer.split()[1])


# ------------------------------------------------------------------------- what is asked


@pytest.mark.parametrize(
    "path",
    [
        "/%0d%0aX-Evil:%201",
        "/questions/gaps%0d%0aX-Evil:1",
        "/questions/gaps?format=csv%0d%0aX-Evil:1",
        "/questions/search?words=a%0d%0aX-Evil:1",
        "/sparql?query=ASK%7B%7D%0d%0aX-Evil:1",
        "/sparql?query=ASK%7B%7D&default-graph-uri=http://e/%0d%0aX-Evil:1",
        "/store?graph=http://e/%0d%0aX-Evil:1",
    ],
)
def test_nothing_in_a_target_becomes_a_header(server, path):
    """The ends of lines in it are those of a text."""
    head = exchange(server, f"GET {path} HTTP/1.1\r\n".encode() + CLOSE + b"\r\n").partition(b"\r\n\r\n")[0]
    assert b"\nx-evil" not in head.lower()
    assert status(head) in (200, 400, 404)


@pytest.mark.parametrize("name", [b"Origin", b"Accept", b"If-None-Match", b"Access-Control-Request-Headers"])
@pytest.mark.parametrize("value", [b"a\rX-Evil: 1", b"a\nX-Evil: 1", b"a\x00b", b"a\r\n X-Evil: 1", b"\xff\xfe"])
@pytest.mark.parametrize("start", [b"GET /questions/gaps", b"OPTIONS /sparql"])
def test_no_value_of_a_header_becomes_a_header(server, start, name, value):
    """Neither does one that an answer repeats."""
    asked = start + b" HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n" + name + b": " + value + b"\r\n"
    head = exchange(server, asked + CLOSE + b"\r\n").partition(b"\r\n\r\n")[0]
    assert not any(line.startswith(b"x-evil") for line in head.lower().splitlines())
    assert status(head) in (200, 204, 304, 400, 406)


def test_the_address_is_that_of_the_server_whoever_is_said_to_be_asked(server):
    """No Host and no X-Forwarded header is repeated, which a cache could give to others."""
    evil = dict.fromkeys(("host", "x_forwarded_host", "x_forwarded_for", "x_forwarded_proto", "forwarded"), "evil.test")
    for path in ("/", "/sparql", "/openapi.json", "/.well-known/void", "/questions"):
        found, headers, body = server.get(path, **evil)
        assert (found, b"evil.test" in body, "evil.test" in str(headers)) == (200, False, False)


def test_a_target_may_be_a_whole_address(server):
    """As a client writes it to what it takes for a proxy (RFC 9112, section 3.2.2)."""
    asked = b"GET http://example.org/sparql?query=ASK%7B%7D HTTP/1.1\r\n" + CLOSE + b"\r\n"
    assert status(exchange(server, asked)) == 200
    assert status(exchange(server, b"GET HTTP://example.org HTTP/1.1\r\n" + CLOSE + b"\r\n")) == 200
    assert status(exchange(server, b"GET http://example.org/nothing HTTP/1.1\r\n" + CLOSE + b"\r\n")) == 404


def test_a_body_has_one_length(server):
    """Of two, a proxy may believe the other: the request is refused, and what follows is not read as a request."""
    smuggled = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    both = b"Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n"
    answer = exchange(server, ASKED + both + smuggled)
    assert (status(answer), answer.count(b"HTTP/1.1 ")) == (400, 1)


def test_a_body_is_taken_as_it_is_or_not_at_all(server):
    """What says that it is compressed is not unpacked, nor taken for a query."""
    bomb = gzip.compress(b"ASK {}" + b" " * 10_000_000)
    found, headers, _ = server.send(
        "POST", "/sparql", bomb, content_type="application/sparql-query", content_encoding="gzip"
    )
    assert (found, headers["accept-encoding"]) == (415, "identity")


def test_a_body_that_is_too_long_is_not_asked_for(server):
    """Its client holds it back, and is told before it sends any of it."""
    answer = exchange(server, ASKED + CLOSE + b"Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")
    assert status(answer) == 413


@pytest.mark.parametrize(("accepted", "coding"), [("gzip", "gzip"), ("gzip;q=0.1", "gzip"), ("gzip;q=0", None)])
def test_an_answer_is_not_compressed_for_who_refuses_that(server, accepted, coding):
    """A weight of 0 is a no."""
    headers = server.get("/questions/gaps", accept_encoding=accepted)[1]
    assert (headers["content-encoding"], "Accept-Encoding" in headers["vary"]) == (coding, True)
    assert server.get("/questions/gaps", accept_encoding=f"{accepted}, br")[1]["content-encoding"] == coding


def test_other_ways_to_send_a_body(server):
    """In pieces, or once the server says that it may come."""
    pieces = b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"
    assert b'"boolean":true' in exchange(server, ASKED + CLOSE + pieces)
    answer = exchange(server, ASKED + CLOSE + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\nASK {}")
    assert answer.startswith(b"HTTP/1.1 100 ")
    assert b'"boolean":true' in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: b\r\n" + CLOSE + b"\r\n",
        b"GET /health HTTP/1.1\r\nX : a\r\n" + CLOSE + b"\r\n",
        "GET /questions/é HTTP/1.1\r\n".encode() + CLOSE + b"\r\n",
        b"GET /health HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n" + CLOSE + b"\r\n",
        ASKED + CLOSE + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
        ASKED + CLOSE + b"Content-Length: -6\r\n\r\nASK {}",
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(100) + b"\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(server, sent):
    """400, and the connection ends."""
    with suppress(ConnectionResetError):  # of what was not read
        assert status(exchange(server, sent)) == 400
    assert server.get("/health")[0] == 200


def test_an_upgrade_is_not_made(server):
    """Neither to HTTP/2 nor to a web socket: the request is answered as it is."""
    for protocol in (b"h2c", b"websocket"):
        asked = b"GET /health HTTP/1.1\r\nHost: a\r\nUpgrade: " + protocol + b"\r\nConnection: close, Upgrade\r\n\r\n"
        assert status(exchange(server, asked)) == 200


BAD = "%ff%fe%c0%af%ed%a0%80"


@pytest.mark.parametrize(
    ("method", "path", "body", "type_"),
    [
        ("GET", f"/{BAD}", None, ""),
        ("GET", f"/questions/{BAD}", None, ""),
        ("GET", f"/questions/search?words={BAD}", None, ""),
        ("GET", f"/questions/search?{BAD}=x", None, ""),
        ("GET", f"/questions/gaps?format={BAD}", None, ""),
        ("GET", f"/sparql?query={BAD}", None, ""),
        ("GET", f"/store?graph=http://e/{BAD}", None, ""),
        ("POST", "/sparql", f"query={BAD}".encode(), "application/x-www-form-urlencoded"),
        ("POST", "/sparql", b"ASK { ?s ?p '\xff\xfe\xed\xa0\x80' }", "application/sparql-query"),
        ("POST", "/sparql", b"ASK {}", "application/sparql-query; charset=\xff"),
    ],
)
def test_what_is_no_utf_8_is_refused(server, method, path, body, type_):
    """Wherever it stands, with a problem document."""
    found, headers, _ = server.send(method, path, body, **({"content_type": type_} if type_ else {}))
    assert (found in (400, 415), headers["content-type"]) == (True, "application/problem+json")


SMUGGLED = [
    "ASK {} ; DROP ALL",
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "# ASK {}\nCLEAR ALL",
    "BASE <http://e/ASK> PREFIX select: <http://e/> DELETE WHERE { ?s ?p ?o }",
    "\\u0044ELETE WHERE { ?s ?p ?o }",
    "SELECT * { { DELETE WHERE { ?s ?p ?o } } }",
    "LOAD <file:///etc/passwd>",
]


@pytest.mark.parametrize("text", SMUGGLED)
def test_an_update_is_not_smuggled_into_a_query(server, text):
    """In no way to send one; the data stays as it is."""
    count = server.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[2]
    form = urlencode({"query": text}).encode()
    answers = [
        server.sparql(text),
        server.get(f"/sparql?query=ASK%7B%7D&update={quote(text)}"),
        server.send("POST", "/sparql", form, content_type="application/x-www-form-urlencoded"),
        server.send("POST", "/sparql", text.encode(), content_type="application/sparql-query"),
    ]
    assert {found for found, _, _ in answers} <= {400, 403}
    assert server.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[2] == count


def test_no_name_of_a_graph_is_fetched(server):
    """In the query or beside it, by HTTP or from a file: such a graph is empty or not there."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.3)
        for iri in (f"http://127.0.0.1:{other.getsockname()[1]}/", "file:///etc/passwd", "http://169.254.169.254/"):
            everything, name = quote("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"), quote(iri, safe="")
            for clause in (f"FROM <{iri}>", f"FROM NAMED <{iri}>", f"FROM <{iri}> FROM NAMED <{iri}>"):
                body = server.sparql(f"SELECT * {clause} {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")[2]
                assert json.loads(body)["results"]["bindings"] == []
            for parameter in ("default-graph-uri", "named-graph-uri"):
                body = server.get(f"/sparql?query={everything}&{parameter}={name}")[2]
                assert json.loads(body)["results"]["bindings"] == []
            assert server.get(f"/store?graph={name}")[0] == 404
        with pytest.raises(TimeoutError):
            other.accept()


def test_it_listens_at_this_machine_only():
    """Unless it is told otherwise."""
    assert serving.Settings().host == "127.0.0.1"


# --------------------------------------------------------------------- queries of death

BLOW_UP = {
    "nested groups": "SELECT * " + "{" * 200_000 + "}" * 200_000,
    "nested terms": "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "nested paths": "ASK { ?s " + "(" * 100_000 + "sen:a" + ")" * 100_000 + " ?o }",
    "a long union": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 20_000) + " }",
    "a long sum": "SELECT (" + "+".join(["1"] * 200_000) + " AS ?x) {}",
    "many joins": "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(3000)) + " } LIMIT 1",
    "many values": "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 500_000 + "} }",
    "values by values": "SELECT * { VALUES ?x { " + "1 " * 200_000 + "} VALUES ?y { " + "2 " * 200_000 + "} }",
    "a large regular expression": 'SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), "((a{1,100}){1,100}){1,100}b") }',
    "a regular expression with many ways": f'ASK {{ FILTER REGEX("{"a" * 50_000}", "(a*)*(a*)*(.*a){{20}}$b") }}',
    "a path through everything": "SELECT (COUNT(*) AS ?n) { ?s ((!sen:x)*|(^!sen:y)*)* ?o . ?o (!sen:z)* ?q }",
    "one text of all": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "an order of all": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "all made anew": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
    "all described": "DESCRIBE * { ?s ?p ?o }",
    "a text that doubles": 'SELECT ?x { BIND("xxxx" AS ?a0) '
    + " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(33))
    + " BIND(STRLEN(?a33) AS ?x) }",
    "numbers at their ends": "SELECT (-9223372036854775808 / -1 AS ?a) (SUBSTR('x', -9223372036854775808) AS ?b) {}",
}


@pytest.mark.parametrize("query", BLOW_UP.values(), ids=BLOW_UP)
@pytest.mark.parametrize("accept", ["*/*", "text/html, text/turtle, */*;q=0.1"])
def test_a_query_that_blows_up_is_answered_in_time_and_hurts_nobody(server, query, accept):
    """Whole, refused, or broken off at most a second after its limit; others are answered meanwhile."""
    found = list[int]()

    def ask() -> None:
        try:
            sent = {"content_type": "application/sparql-query", "accept": accept}
            found.append(server.send("POST", "/sparql", query.encode(), **sent)[0])
        except (http.client.IncompleteRead, ConnectionError):
            found.append(0)

    began = time.monotonic()
    asking = threading.Thread(target=ask)
    asking.start()
    assert server.get("/questions/statutory-duties")[0] == 200
    assert time.monotonic() - began < 1.5
    asking.join()
    assert time.monotonic() - began < 3
    assert found[0] in (0, 200, 400, 413, 500, 503)


def test_all_workers_fit_into_memory():
    """Each may have its share of it, the slow ones too; the share of many is not nothing."""
    most = serving.configuration(serving.Settings(workers=2))["memory"]
    assert most == serving.share_of_memory(6)
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 6 * most <= max(physical, 6 << 29)
    assert serving.share_of_memory(10**6) == 1 << 29


# ------------------------------------------------------------------------- whole or not


def test_an_answer_that_is_broken_off_is_noticed(server):
    """By Python and curl, compressed or not, and by a client of HTTP/1.0, which knows no end but the connection's."""
    for coding in ("identity", "gzip"):
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            server.sparql(MANY, accept="text/csv", accept_encoding=coding)
        if curl := shutil.which("curl"):
            words = [curl, "-s", "-o", os.devnull, "-H", f"Accept-Encoding: {coding}"]
            done = subprocess.run([*words, f"{server.url}sparql?format=csv&query={quote(MANY)}"], timeout=30)
            assert done.returncode == 18
    with pytest.raises(ConnectionResetError):
        exchange(server, f"GET /sparql?format=csv&query={quote(MANY)} HTTP/1.0\r\n\r\n".encode())


def test_a_client_of_http_1_0_is_answered(server):
    """Whole, and the connection ends as usual."""
    query = quote("SELECT ?a ?b ?c { ?a ?b ?c . ?d sen:statedIn ?f }")
    answer = exchange(server, f"GET /sparql?format=csv&query={query} HTTP/1.0\r\n\r\n".encode())
    body = answer.partition(b"\r\n\r\n")[2]
    assert len(body) > 1 << 20
    assert len(body.splitlines()) == len(server.get(f"/sparql?format=csv&query={query}")[2].splitlines())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (b"HEAD /questions/gaps HTTP/1.1\r\n", 200),
        (b"HEAD /health HTTP/1.1\r\n", 200),
        (b"HEAD /nothing HTTP/1.1\r\n", 404),
        (b"HEAD /%ff HTTP/1.1\r\n", 400),
        (b"GET /questions/gaps HTTP/1.1\r\nIf-None-Match: *\r\n", 304),
        (b"OPTIONS /questions/gaps HTTP/1.1\r\n", 204),
        (b"OPTIONS * HTTP/1.1\r\n", 204),
    ],
)
def test_what_has_no_body_has_none(server, asked, found):
    """Not a byte after the head."""
    answer = exchange(server, asked + b"Accept-Encoding: gzip\r\n" + CLOSE + b"\r\n")
    assert (status(answer), answer.partition(b"\r\n\r\n")[2]) == (found, b"")


def test_a_part_that_is_asked_for_is_the_whole(server):
    """Ranges are not answered, and nothing passes for one."""
    found, headers, body = server.get("/questions/gaps?format=csv", range="bytes=0-3", if_range='"x"')
    assert (found, headers.get("content-range")) == (200, None)
    assert body == server.get("/questions/gaps?format=csv")[2]


def test_requests_on_one_connection_are_answered_in_order(server):
    """Also where they are sent before the first answer."""
    asked = [f"GET /questions/{name}?format=csv HTTP/1.1\r\nHost: a\r\n" for name in ("gaps", "nothing", "gaps")]
    answer = exchange(server, "\r\n".join([*asked, "GET /health HTTP/1.1\r\n"]).encode() + CLOSE + b"\r\n")
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200, 200]


def test_markup_is_text(server):
    """In HTML what looks like markup is escaped, and no script would run."""
    values = '"</td><script>alert(1)</script>" "<img src=x>"'
    query = f"SELECT ?x (<javascript:alert(1)> AS ?y) {{ VALUES ?x {{ {values} }} }}"
    found, headers, body = server.sparql(query, accept="text/html")
    assert found == 200
    scripts = re.findall(rb"<script\b[^>]*>([^<]*)", body)
    assert [*filter(None, scripts)] == []  # what is loaded is the site's own, and none stands in the page
    assert b"&lt;script&gt;alert(1)" in body
    assert b"<img" not in body
    assert not re.search(rb"href=.?javascript", body)
    assert headers["content-security-policy"].startswith("default-src 'self'; style-src 'self' 'sha256-")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


# ------------------------------------------------------------------- many, and the slow


def test_two_hundred_at_once_are_answered(server):
    """Or told when to come again."""
    found = list[tuple[int, str | None]]()

    def ask() -> None:
        answered, headers, _ = server.get("/questions/statutory-duties")
        found.append((answered, headers["retry-after"]))

    asking = [threading.Thread(target=ask) for _ in range(200)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 200
    assert set(found) <= {(200, None), (503, "5")}
    assert found.count((200, None)) > 100


def test_who_does_not_read_holds_no_worker(server):
    """A short answer is taken from its worker at once; a long one ends with its time."""
    for limit in (" LIMIT 50", ""):
        with closing(socket.socket()) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            slow.connect((server.host, server.port))
            slow.sendall(f"GET /sparql?query={quote(MANY + limit)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            time.sleep(0.2)
            until(lambda: server.metric("sengraph_workers_ready") == 2, 4)
            assert server.get("/questions/statutory-duties")[0] == 200


def test_workers_that_are_killed_cost_their_own_requests_only():
    """Every other one is answered, whole."""
    with running() as server:
        whole = server.get("/questions/gaps?format=csv")[2]
        found, stop = list[tuple[int, bool]](), threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answered, _, body = server.get("/questions/gaps?format=csv")
                found.append((answered, body == whole))

        asking = [threading.Thread(target=ask) for _ in range(4)]
        for thread in asking:
            thread.start()
        for _ in range(8):
            time.sleep(0.5)
            with suppress(ProcessLookupError, IndexError):
                os.kill(random.choice(server.children()), signal.SIGKILL)
        stop.set()
        for thread in asking:
            thread.join()
        assert set(found) <= {(200, True), (500, False)}
        assert found.count((500, False)) <= 8
        assert found.count((200, True)) > 100


def test_metrics_do_not_grow_with_what_is_asked(server):
    """Neither paths nor methods of a client's own become names of series."""
    for number in range(30):
        server.send(f"M{number}", f"/p{number}", None)
        server.get(f"/questions/q{number}?format={number}")
    series = server.get("/metrics")[2].decode().count("sengraph_requests_total{")
    assert series < 40


# -------------------------------------------------------------------------------- the log


def test_a_request_is_one_line_of_the_log():
    """Whatever is in its path."""
    scope = {"method": "GET", "path": '/a\n{"time":1}\r\x1b[31m\u2028\u0085\x7f\udcff"', "client": ("::1", 1)}
    line = _line(scope, _Told(lambda message: None), "answered", 0.1)
    assert line.isprintable()
    assert line.isascii()
    assert json.loads(line)["path"] == scope["path"]


def test_a_log_that_nobody_reads_any_more_costs_no_request():
    """Its reader has gone: connections stay open, and requests are answered."""
    words = [sys.executable, "-m", "sengraph.cli", "serve", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        assert process.stderr
        url = process.stderr.readline().split("listening at ")[1].strip()
        process.stderr.close()
        server = Server(url, process)
        until(lambda: server.get("/health")[0] == 200)
        with closing(http.client.HTTPConnection(server.host, server.port, timeout=10)) as connection:
            for _ in range(5):
                connection.request("GET", "/health")
                answer = connection.getresponse()
                assert (answer.status, json.loads(answer.read())["status"]) == (200, "ok")
    finally:
        process.kill()
        process.wait()


# --------------------------------------------------------------------- time on a connection


async def large(scope, receive, send) -> None:
    """Answer with as many megabytes as the path says; break off where it ends with `-`."""
    if scope["type"] != "http":
        return
    count = int(scope["path"].strip("/-") or 0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(16 * count):
        await send({"type": "http.response.body", "body": b"x" * (1 << 16), "more_body": True})
    if not scope["path"].endswith("-"):
        await send({"type": "http.response.body", "body": b"end"})


class Hasty(Connection):
    """A connection whose limits are short."""

    arriving = 0.4
    unread = 0.8
    interval = 0.1
    most = 20


@contextmanager
def hasty() -> Iterator[Callable[..., socket.socket]]:
    """Serve with it; give a function that connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(large, http=Hasty, ws="none", lifespan="off", log_config=None, access_log=False)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        opened = list[socket.socket]()

        def connect(sent: bytes = b"", buffer: int = 0) -> socket.socket:
            connection = socket.socket()
            connection.settimeout(5)
            if buffer:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            connection.connect(listening.getsockname())
            connection.sendall(sent)
            opened.append(connection)
            return connection

        try:
            yield connect
        finally:
            for connection in opened:
                connection.close()
            running.should_exit = running.force_exit = True
            thread.join()


def is_ended(connection: socket.socket) -> bool:
    """Read to the end; tell whether there is one."""
    try:
        while connection.recv(1 << 20):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        pass
    return True


FIRST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost:", FIRST + b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"],
    ids=["nothing", "half a head", "half of a second head", "half a body"],
)  # fmt: skip
def test_a_request_that_does_not_come_is_not_waited_for(sent):
    """Neither the first on a connection nor a later one, nor the rest of a body that nobody wants."""
    with hasty() as connect:
        connection, began = connect(sent), time.monotonic()
        assert is_ended(connection)
        assert time.monotonic() - began < 2


def test_a_head_that_drips_is_not_waited_for():
    """A byte now and then does not keep a connection."""
    with hasty() as connect:
        connection = connect(FIRST + b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with suppress(ConnectionResetError, BrokenPipeError):
            while time.monotonic() - began < 5:
                connection.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() - began < 2


def test_an_answer_that_is_not_read_is_not_held():
    """Its connection is reset, with what was to be sent; who reads slowly, but reads, has it whole."""
    with hasty() as connect:
        asleep, slow = (connect(b"GET /16 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1 << 16) for _ in range(2))
        found, began = 0, time.monotonic()
        while part := slow.recv(1 << 18):
            found += len(part)
            time.sleep(0.02)
        assert found > 16 << 20
        assert time.monotonic() - began > 1
        with pytest.raises(ConnectionResetError):
            asleep.makefile("rb").read()


def test_an_answer_without_a_length_that_breaks_off_is_reset():
    """HTTP/1.0 tells the end of a body by that of the connection only."""
    with hasty() as connect:
        assert connect(b"GET /1 HTTP/1.0\r\n\r\n").makefile("rb").read().endswith(b"end")
        with pytest.raises(ConnectionResetError):
            connect(b"GET /1- HTTP/1.0\r\n\r\n").makefile("rb").read()


def test_idle_connections_keep_nobody_out():
    """For one more than there may be, the one is reset that has waited longest."""
    with hasty() as connect:
        idle = [connect() for _ in range(60)]
        assert b"200 OK" in connect(FIRST).recv(1 << 16)
        assert is_ended(idle[0])


def test_death_is_over_when_its_client_has_left(server):
    """Also when it said so by ending its side of the connection."""
    with socket.create_connection((server.host, server.port), timeout=5) as leaving:
        leaving.sendall(f"GET /sparql?query={quote(DEATH)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        leaving.shutdown(socket.SHUT_WR)
        assert leaving.recv(100) == b""
    until(lambda: server.metric("sengraph_workers_busy") == 0, 1)
