"""The server as its clients meet it: a process of its own, asked over HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from sengraph import ingest, versions
from tests.conftest import ROOT

DEATH = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
W3C = ROOT.parent / "shared" / "tests" / "sparql-protocol"


class Server:
    """A server in a process of its own."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url, self.process = url, process
        self.host, self.port = urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port

    def get(self, path: str, **headers: str) -> tuple[int, Any, bytes]:
        """Ask for a path; return status, headers and body."""
        return self.send("GET", path, None, **headers)

    def send(self, method: str, path: str, body: bytes | None, **headers: str) -> tuple[int, Any, bytes]:
        """Send a request on a connection of its own."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def sparql(self, query: str, **headers: str) -> tuple[int, Any, bytes]:
        """Send a query by GET."""
        return self.get(f"/sparql?query={urllib.parse.quote(query)}", **headers)

    def metric(self, line: str) -> float:
        """Return a number that the server tells of itself; 0 if it does not."""
        text = self.get("/metrics")[2].decode()
        return next((float(each.split()[-1]) for each in text.split("\n") if each.startswith(line)), 0.0)

    def children(self) -> list[int]:
        """Return the processes of the workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in found.read_text().split()]


@contextmanager
def running(*options: str) -> Iterator[Server]:
    """Run a server, and end it."""
    words = [sys.executable, "-m", "sengraph.cli", "serve", "--port", "0", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    assert process.stderr
    drain = None
    try:
        for line in process.stderr:
            if "listening at " in line:
                url = line.split("listening at ")[1].split()[0].rstrip(",")
                break
        else:
            raise AssertionError(f"the server ended with {process.wait()}")
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        server = Server(url, process)
        until(lambda: server.get("/health")[0] == 200)
        yield server
    finally:
        process.kill()
        process.wait()
        if drain:
            drain.join()
        process.stderr.close()


def until(condition, seconds: float = 20.0) -> None:
    """Wait for something to hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if condition():
                return
        time.sleep(0.02)
    raise AssertionError(f"it does not hold after {seconds} seconds")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of the packaged graph, with a time limit of two seconds."""
    with running("--timeout", "2") as started:
        yield started


# ------------------------------------------------------------------------------ answers


def test_a_question_is_answered(server):
    """A stored question over HTTP has the rows that it has on the command line."""
    status, headers, body = server.get("/questions/statutory-duties", accept="text/csv")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/csv")
    assert body.decode().count("SEN Code of Practice") == 2
    assert int(headers["content-length"]) == len(body)


def test_sparql_is_answered_in_each_way_to_ask(server):
    """GET, a form and the query itself give the same answer."""
    query = "ASK { code:mainstream-3.1 a sen:Obligation }"
    form = urllib.parse.urlencode({"query": query}).encode()
    answers = [
        server.sparql(query),
        server.send("POST", "/sparql", form, content_type="application/x-www-form-urlencoded"),
        server.send("POST", "/sparql", query.encode(), content_type="application/sparql-query"),
    ]
    assert [json.loads(body)["boolean"] for _, _, body in answers] == [True] * 3


def test_a_head_request_has_no_body(server):
    """It has the headers of a GET."""
    status, headers, body = server.send("HEAD", "/questions/gaps", None)
    assert (status, body) == (200, b"")
    assert headers["content-type"] == server.get("/questions/gaps")[1]["content-type"]


def test_what_is_known_is_not_sent_again(server):
    """A client that has the answer is told so."""
    _, headers, _ = server.get("/questions/gaps")
    status, _, body = server.get("/questions/gaps", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")


def test_answers_are_compressed_where_that_is_wanted(server):
    """The same bytes, unpacked."""
    plain = server.get("/questions/how-read", accept="text/csv")[2]
    _, headers, packed = server.get("/questions/how-read", accept="text/csv", accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


def test_pages_of_other_origins_may_ask(server):
    """CORS, a preflight too."""
    assert server.get("/questions/gaps", origin="https://example.org")[1]["access-control-allow-origin"] == "*"
    asked = {"origin": "https://example.org", "access_control_request_method": "POST"}
    status, headers, _ = server.send("OPTIONS", "/sparql", None, **asked, access_control_request_headers="content-type")
    assert status in (200, 204)
    assert "POST" in headers["access-control-allow-methods"]


def test_the_server_tells_of_itself(server):
    """Health as JSON, metrics as Prometheus reads them."""
    status, _, body = server.get("/health")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    before = server.metric('sengraph_requests_total{method="GET",outcome="answered",status="200"}')
    server.get("/questions/gaps")
    assert server.metric('sengraph_requests_total{method="GET",outcome="answered",status="200"}') >= before + 1
    assert server.metric("sengraph_workers_ready") == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/nothing", None, {}, 404),
        ("GET", "/../../etc/passwd", None, {}, 404),
        ("GET", "/questions/..%2f..%2fetc%2fpasswd", None, {}, 404),
        ("GET", "/%ff", None, {}, 400),
        ("DELETE", "/sparql", None, {}, 405),
        ("BREW", "/sparql", None, {}, 405),
        ("POST", "/store?default", b"", {"content_type": "text/turtle"}, 405),
        ("POST", "/metrics", b"", {}, 405),
        ("POST", "/sparql", b"x" * (2 << 20), {"content_type": "application/sparql-query"}, 413),
        ("GET", "/sparql?query=" + "x" * 60_000, None, {}, 400),
        ("POST", "/sparql", b"INSERT DATA { <a:a> <a:a> <a:a> }", {"content_type": "application/sparql-update"}, 403),
        ("GET", "/sparql?query=SELECT", None, {}, 400),
    ],
)
def test_what_is_not_answered(server, method, path, body, headers, status):
    """Each with its status and a problem document."""
    found, said, answer = server.send(method, path, body, **headers)
    assert (found, said["content-type"].partition(";")[0]) == (status, "application/problem+json")
    assert json.loads(answer)["detail"]


def test_nothing_is_fetched(server):
    """A query that would have this machine ask another is refused, and nobody is asked."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.3)
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
            f"SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
        ):
            assert server.sparql(query)[0] in (400, 403)
        assert json.loads(server.sparql(f"SELECT * FROM <{url}> {{ ?s ?p ?o }}")[2])["results"]["bindings"] == []
        with pytest.raises(TimeoutError):
            other.accept()


# ------------------------------------------------------------------------------- limits


def test_a_query_without_end_is_stopped(server):
    """At most a second after its time, with a status that says so; others are answered meanwhile."""
    found: list[tuple[int, float]] = []

    def ask() -> None:
        started = time.monotonic()
        found.append((server.sparql(DEATH)[0], time.monotonic() - started))

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(20):
        assert server.get("/questions/statutory-duties")[0] == 200
    asking.join()
    ((status, seconds),) = found
    assert status == 503
    assert 1.9 < seconds < 3.5
    until(lambda: server.metric("sengraph_workers_ready") == 2)


def test_an_answer_without_end_is_broken_off(server):
    """What had begun is not ended, so that no client takes it for whole."""
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.sparql(MANY, accept="text/csv")
    until(lambda: server.metric("sengraph_workers_ready") == 2)


def test_a_client_that_leaves_takes_its_query_along(server):
    """The worker is free again within a second."""
    killed = 'sengraph_workers_killed_total{reason="client"}'
    before = server.metric(killed)
    connection = http.client.HTTPConnection(server.host, server.port)
    connection.request("GET", f"/sparql?query={urllib.parse.quote(DEATH)}")
    until(lambda: server.metric("sengraph_workers_busy") >= 1, 1)
    left = time.monotonic()
    connection.close()
    until(lambda: server.metric("sengraph_workers_busy") == 0 and server.metric("sengraph_workers_ready") == 2, 1.5)
    assert time.monotonic() - left < 1.5
    assert server.metric(killed) == before + 1


@pytest.mark.slow
def test_a_body_that_does_not_arrive_is_not_waited_for():
    """Neither a request that never comes: the connection is closed."""
    with running() as server, socket.create_connection((server.host, server.port)) as slow:
        slow.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nquery=")
        slow.settimeout(15)
        with socket.create_connection((server.host, server.port), timeout=15) as silent:
            silent.sendall(b"GET / HTTP/1.1\r\nHost:")
            assert slow.recv(100).startswith(b"HTTP/1.1 408")
            assert silent.recv(100) == b""


def test_limits_of_an_answer():
    """Over the rows or the bytes an answer is refused, if that is known before it began."""
    with running("--max-rows", "10", "--max-bytes", "20000") as server:
        assert server.sparql("SELECT * { ?s ?p ?o } LIMIT 10")[0] == 200
        assert server.sparql("SELECT * { ?s ?p ?o } LIMIT 11")[0] == 413
        assert server.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s rdfs:label ?o ; ?p ?o }")[0] == 413
        assert server.get("/questions/statutory-duties")[0] == 200


def test_one_address_may_have_so_many_requests():
    """One more than that is told to come again, and nobody else waits for it."""
    with running("--per-client", "2", "--timeout", "5") as server:
        asked = f"/sparql?query={urllib.parse.quote(DEATH)}"
        place = (server.host, server.port)
        with socket.create_connection(place) as one, socket.create_connection(place) as other:
            for each in (one, other):
                each.sendall(f"GET {asked} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            until(lambda: server.get("/questions/gaps")[0] == 429, 3)
            status, headers, body = server.get("/questions/gaps")
            assert (status, headers["retry-after"]) == (429, "5")
            assert json.loads(body)["status"] == 429
        until(lambda: server.get("/questions/gaps")[0] == 200, 3)


def test_an_endpoint_that_may_be_asked(endpoint):
    """SERVICE asks the one that is allowed, as it stands in the query, and no other."""
    with running("--allow-service", endpoint) as server:
        query = "SELECT ?label {{ SERVICE <{}> {{ sen:party-senco rdfs:label ?label }} }}"
        query = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {query}"
        status, _, body = server.sparql(query.format(endpoint))
        assert (status, json.loads(body)["results"]["bindings"][0]["label"]["value"]) == (200, "SENCO")
        assert server.sparql(query.format(f"{endpoint}/"))[0] == 403


def test_stored_questions_only():
    """Free queries are refused where the server is told so."""
    with running("--no-sparql") as server:
        status, _, body = server.sparql("ASK {}")
        assert (status, "questions" in json.loads(body)["detail"]) == (403, True)
        assert server.get("/questions/gaps")[0] == 200


# ---------------------------------------------------------------------------- operation


def test_no_worker_survives_the_server():
    """Not even if it is killed while they are busy."""
    with running("--timeout", "60") as server:
        workers = server.children()
        assert len(workers) >= 2
        with socket.create_connection((server.host, server.port)) as asking:
            asking.sendall(f"GET /sparql?query={urllib.parse.quote(DEATH)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            until(lambda: server.metric("sengraph_workers_busy") >= 1, 5)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            until(lambda: not any(is_alive(worker) for worker in workers), 2)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_signal_lets_what_is_being_answered_end():
    """The answer comes whole, then the server ends."""
    with running("--timeout", "20") as server:
        got: list[int] = []
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?e . FILTER(?a != ?d) }"
        asking = threading.Thread(target=lambda: got.append(server.sparql(query)[0]))
        asking.start()
        until(lambda: server.metric("sengraph_workers_busy") >= 1 or got, 5)
        server.process.send_signal(signal.SIGTERM)
        asking.join()
        assert got == [200]
        assert server.process.wait(timeout=10) in (0, -signal.SIGTERM)


def test_a_new_version_is_taken_up_without_a_lost_request(tmp_path):
    """Whoever asks meanwhile is answered, from the older version or the newer one."""
    store = tmp_path / "store"
    ingest.ingest([ROOT / "tests" / "data" / "register.csv"], store)
    with running("--store", str(store)) as server:
        statuses, stop = list[int](), threading.Event()

        def ask() -> None:
            while not stop.is_set():
                statuses.append(server.get("/questions/coverage")[0])

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for thread in asking:
            thread.start()
        mine = tmp_path / "mine.ttl"
        mine.write_text("<http://example.org/new> a <http://example.org/Thing> .")
        ingest.ingest([mine], store)
        new = "ASK { <http://example.org/new> a <http://example.org/Thing> }"
        until(lambda: json.loads(server.sparql(new)[2])["boolean"], 5)
        stop.set()
        for thread in asking:
            thread.join()
        assert set(statuses) == {200}
        with versions.next_version(store) as writing:
            writing.new.add(ox.Quad(*[ox.NamedNode("http://example.org/last")] * 3))
        until(lambda: json.loads(server.sparql("ASK { ?s ?p <http://example.org/last> }")[2])["boolean"], 5)


def test_a_port_that_is_taken_is_told(server):
    """In one line, with what to do."""
    words = [sys.executable, "-m", "sengraph.cli", "serve", "--port", str(server.port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 2
    assert "Choose another with --host and --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_is_none_is_told(tmp_path):
    """The server does not start, and says why."""
    words = [sys.executable, "-m", "sengraph.cli", "serve", "--port", "0", "--store", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 2
    assert "holds no store" in done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------- others' test suites


@pytest.mark.skipif(not W3C.is_dir(), reason="the W3C's tests of the protocol are not here")
def test_the_protocol_tests_of_the_w3c_pass(tmp_path):
    """All that are for an endpoint that is only read."""
    pytest.importorskip("httpx")
    store = tmp_path / "store"
    ingest.ingest([W3C / "w3c" / "protocol" / "testdata.trig"], store, bare=True, inference=False)
    with running("--store", str(store)) as server:
        report = tmp_path / "report.json"
        words = [sys.executable, W3C / "run_protocol_tests.py", "--query", f"{server.url}sparql"]
        subprocess.run([*words, "--read-only", "--no-setup", "--json", report], capture_output=True, timeout=120)
        found = json.loads(report.read_text())
    assert {name: why for name, (ok, why) in found.items() if ok is False} == {}
    assert sum(ok is True for ok, _ in found.values()) == 30
