"""Changes over HTTP, as those meet them who make them and those who ask meanwhile: a server in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from sengraph import ingest, versions
from sengraph.reasoning import infer
from sengraph.terms import ASSERTED, ESTABLISHMENT, GIAS, GRAPH, INFERRED, METADATA, REGISTER, REGISTER_INFERRED, SEN
from tests.conftest import ROOT
from tests.test_serve import DEATH, W3C, Server, running, until

TOKEN = "kept-between-us-2026"
MAY = {"authorization": f"Bearer {TOKEN}"}
UPDATE = {"content_type": "application/sparql-update"}
FORM = {"content_type": "application/x-www-form-urlencoded"}
TURTLE = {"content_type": "text/turtle"}
NEW = f"{ESTABLISHMENT}999001"

OPENS = "<e:n> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <e:m> ."
"""A small store: whatever has an e:n has the same as its e:m."""


@pytest.fixture(autouse=True)
def token(monkeypatch) -> None:
    """Servers are started with a token."""
    monkeypatch.setenv("SENGRAPH_TOKEN", TOKEN)


@contextmanager
def writable(store: Path, *options: str) -> Iterator[Server]:
    """Run a server that takes changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENGRAPH_TOKEN", TOKEN)
        with running("--store", str(store), *options) as started:
            yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder of a small store with what follows."""
    place = tmp_path_factory.mktemp("small")
    (place / "opens.ttl").write_text(OPENS)
    ingest.ingest([place / "opens.ttl"], place / "store", bare=True)
    return place / "store"


@pytest.fixture(scope="module")
def server(folder) -> Iterator[Server]:
    """A server of it, which gives a change three seconds."""
    with writable(folder, "--write-timeout", "3", "--max-body", "3000000") as started:
        yield started


def update(server: Server, text: str, **headers: str) -> tuple[int, str]:
    """Send an update, with the token; return the status and what is told."""
    status, _, body = server.send("POST", "/sparql", text.encode(), **(MAY | UPDATE | headers))
    return status, json.loads(body)["detail"] if status >= 400 else body.decode()


def rows(server: Server, query: str) -> list[list[str]]:
    """Ask a query; return its rows."""
    status, _, body = server.sparql(query, accept="text/csv")
    assert status == 200
    return [line.split(",") for line in body.decode().split("\r\n")[1:-1]]


def holds(server: Server, pattern: str) -> bool:
    """Ask whether a pattern is there."""
    return bool(json.loads(server.sparql(f"ASK {{ {pattern} }}")[2])["boolean"])


def graph(iri: str) -> str:
    """Return the address of a graph."""
    return f"/store?graph={urllib.parse.quote(iri, safe='')}"


def quads(folder: Path) -> dict[str, set[ox.Triple]]:
    """Return the triples of each graph of a store."""
    with versions.open_current(folder) as version:
        return {
            graph.value: {quad.triple for quad in version.store.quads_for_pattern(None, None, None, graph)}
            for graph in version.store.named_graphs()
        }


def writer(server: Server) -> int:
    """Return the process that makes the changes."""
    return next(pid for pid in server.children() if b"serve.write" in Path(f"/proc/{pid}/cmdline").read_bytes())


# -------------------------------------------------------------------------------- updates


def test_an_update_is_made_and_what_follows_is_concluded(server, folder):
    """What names no graph is in `asserted`, what follows in `inferred`, and the metadata tells of both."""
    assert update(server, "INSERT DATA { <e:a> <e:n> 1 }") == (204, "")
    assert holds(server, f"GRAPH <{ASSERTED}> {{ <e:a> <e:n> 1 }} GRAPH <{INFERRED}> {{ <e:a> <e:m> 1 }}")
    assert update(server, "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 ; <e:m> 1 }")[0] == 204
    assert rows(server, "SELECT ?m { <e:a> <e:m> ?m }") == [["2"]]
    found = quads(folder)
    assert found[INFERRED] == infer([*found[ASSERTED]]).inferred
    size = "<http://rdfs.org/ns/void#triples>"
    assert rows(server, f"SELECT ?n {{ <{ASSERTED}> {size} ?n }}") == [[str(len(found[ASSERTED]))]]
    assert update(server, "DELETE WHERE { <e:a> ?p ?o }")[0] == 204
    assert not holds(server, "<e:a> ?p ?o")


def test_an_update_in_a_form(server):
    """A form, with the graphs that it sees."""
    update(server, "INSERT DATA { GRAPH <e:g1> { <e:s> <e:p> 1 } GRAPH <e:g2> { <e:s> <e:p> 2 } }")
    text = "INSERT { GRAPH <e:g3> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    form = urllib.parse.urlencode({"update": text, "using-graph-uri": "e:g2"}).encode()
    assert server.send("POST", "/sparql", form, **MAY, **FORM)[0] == 204
    assert rows(server, "SELECT ?o { GRAPH <e:g3> { ?s ?p ?o } }") == [["2"]]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("INSERT DATA { <e:s> <e:q> 1 }", {(ASSERTED, 1), ("e:k", 2)}),
        ("INSERT DATA { GRAPH <e:k> { <e:s> <e:q> 1 } }", {("e:k", 1), ("e:k", 2)}),
        ("DELETE DATA { GRAPH <e:k> { <e:s> <e:q> 2 } }", set()),
        ("WITH <e:k> DELETE { ?s ?p ?o } INSERT { ?s ?p 3 } WHERE { ?s ?p ?o }", {("e:k", 3)}),
        ("DELETE { GRAPH ?g { ?s <e:q> ?o } } WHERE { GRAPH ?g { ?s <e:q> ?o } }", set()),
        ("INSERT { ?s <e:q> 4 } USING <e:k> WHERE { ?s ?p 2 }", {(ASSERTED, 4), ("e:k", 2)}),
        ("PREFIX e: <e:> ADD e:k TO DEFAULT", {(ASSERTED, 2), ("e:k", 2)}),
        ("MOVE <e:k> TO <e:l>", {("e:l", 2)}),
        ("CLEAR SILENT GRAPH <e:nothing>; DROP GRAPH <e:k>", set()),
        ("BASE <e:> INSERT DATA { GRAPH <l> { <s> <q> 5 } };\n# ; DELETE\nDROP GRAPH <k> ;", {("e:l", 5)}),
        ("INSERT DATA { GRAPH <e:l> { <e:s> <e:q> 6 } }; DELETE { GRAPH ?g { ?s ?p ?o } } "
         "WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?o > 5) }", {("e:k", 2)}),
        ("INSERT DATA { GRAPH <e:k> { <e:s> <e:q> '} ; LOAD <e:x>' } }", {("e:k", 2), ("e:k", "} ; LOAD <e:x>")}),
        ("", {("e:k", 2)}),
    ],
)  # fmt: skip
def test_every_operation(server, text, left):
    """Of SPARQL Update, with the default graph being `asserted` and patterns seeing what queries see."""
    old = "DELETE { GRAPH ?g { ?s <e:q> ?o } } WHERE { GRAPH ?g { ?s <e:q> ?o } }; "
    assert update(server, f"{old} DROP SILENT GRAPH <e:l>; INSERT DATA {{ GRAPH <e:k> {{ <e:s> <e:q> 2 }} }}")[0] == 204
    assert update(server, text) == (204, "")
    found = rows(server, "SELECT ?g ?o { GRAPH ?g { <e:s> <e:q> ?o } }")
    assert {(name, int(value) if value.isdigit() else value) for name, value in found} == left


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("INSERT DATA { ?s <e:p> 1 }", 400, "Variables"),
        ("INSERT DATA {}\n;\nDELETE DATA { <e:a> <e:b> }", 400, "line 3"),
        ("INSERT DATA { <e:a> <e:b> 1", 400, "braces"),
        ("CLEAR XYZ", 400, "CLEAR XYZ"),
        ("SELECT * { ?s ?p ?o }", 400, "SELECT"),
        ("INSERT DATA { <e:a> <e:b> <<( <e:a> <e:b> <e:c> )>> }", 400, ""),
        ("INSERT { <e:a> <e:b> ?x } WHERE { BIND(<e:f>(1) AS ?x) }", 400, "function"),
        ("DROP GRAPH <e:nothing>", 409, "does not exist"),
        ("WITH <e:g> DELETE WHERE { ?s ?p ?o }", 400, "WITH"),
        ("INSERT DATA " + "{" * 5000, 400, "nests"),
    ],
)
def test_what_is_no_update(server, folder, text, status, told):
    """It is told what is wrong and where, and the store is as it was."""
    before = (folder / "current").readlink()
    found, detail = update(server, text)
    assert (found, told in detail) == (status, True)
    assert (folder / "current").readlink() == before


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/sparql", b"CLEAR ALL", {"content_type": "application/sparql-update; charset=utf-16"}, 415),
        ("/sparql", b"CLEAR ALL \xff", UPDATE, 400),
        ("/sparql", b"CLEAR ALL", UPDATE | {"content_encoding": "gzip"}, 415),
        ("/sparql?update=CLEAR+ALL", b"CLEAR ALL", UPDATE, 400),
        ("/sparql?update=CLEAR+ALL", b"", FORM, 400),
        ("/sparql?query=ASK+%7B%7D", b"CLEAR ALL", UPDATE, 400),
        ("/sparql", b"query=ASK+%7B%7D&update=CLEAR+ALL", FORM, 400),
        ("/sparql", b"update=CLEAR+ALL&update=CLEAR+ALL", FORM, 400),
        ("/sparql?using-graph-uri=e:g", b"WITH <e:g> INSERT {} WHERE {}", UPDATE, 400),
        ("/sparql?using-graph-uri=nothing", b"CLEAR ALL", UPDATE, 400),
        ("/sparql", b"update=%ff", FORM, 400),
        ("/sparql", b"query=CLEAR+ALL", FORM, 400),
        ("/sparql", b"CLEAR ALL", {"content_type": "application/sparql-query"}, 400),
        ("/sparql", b"#" * 3_000_001, UPDATE, 413),
        ("/sparql", b"#" * 2_000_000, {"content_type": "application/sparql-query"}, 413),
    ],
)
def test_requests_that_are_none(server, folder, path, body, headers, status):
    """Even with the token."""
    before = (folder / "current").readlink()
    assert server.send("POST", path, body, **MAY, **headers)[0] == status
    assert (folder / "current").readlink() == before


def test_an_update_by_get_is_refused(server):
    """With the token too."""
    assert server.send("GET", "/sparql?update=CLEAR+ALL", None, **MAY)[0] == 400


# ----------------------------------------------------------------------------- who may write


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": TOKEN},
        {"authorization": f"Bearer {TOKEN}, Bearer x"},
        {"x_authorization": f"Bearer {TOKEN}"},
        {"cookie": f"token={TOKEN}"},
        {"x_http_method_override": "GET"},
    ],
)
def test_without_the_token_nothing_is_changed(server, folder, headers):
    """By any method at any place: 401, and what is wanted."""
    before = (folder / "current").readlink()
    for method, path, body, more in (
        ("POST", "/sparql", b"CLEAR ALL", UPDATE),
        ("POST", "/sparql/", b"CLEAR ALL", UPDATE | {"content_type": "Application/SPARQL-update;a=b"}),
        ("POST", "/sparql", b"update=CLEAR+ALL", FORM),
        ("POST", "/sparql?update=CLEAR+ALL", b"", FORM),
        ("POST", "/sparql", b"update=" + b"x" * 500_000, FORM),
        ("POST", "/%73parql", b"CLEAR ALL", UPDATE),
        ("PUT", "/store?default", b"", TURTLE),
        ("PUT", "/graph/asserted", b"x" * 2000, TURTLE),
        ("DELETE", "/store?default", None, {}),
        ("DELETE", "/%73tore?default", None, {}),
        ("POST", "/store", b"", TURTLE),
    ):
        status, said, body = server.send(method, path, body, **headers, **more)
        assert (status, said["www-authenticate"]) == (401, 'Bearer realm="sengraph"')
        assert TOKEN not in body.decode()
    assert (folder / "current").readlink() == before


def test_the_token_twice_is_refused(server):
    """Two headers of one name are not one of them."""
    connection = http.client.HTTPConnection(server.host, server.port)
    connection.putrequest("DELETE", "/store?default")
    for _ in range(2):
        connection.putheader("Authorization", f"Bearer {TOKEN}")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_the_scheme_is_in_any_case(server):
    """As RFC 9110 has it."""
    assert update(server, "", authorization=f"bearer  {TOKEN}") == (204, "")


def test_a_query_needs_no_token(server):
    """And with one, right or wrong, it is answered the same."""
    for headers in ({}, MAY, {"authorization": "Bearer wrong"}):
        assert server.sparql("ASK {}", **headers)[0] == 200


@pytest.mark.parametrize("text", ["CLEAR ALL", "SELECT * { ?s ?p ?o } ; CLEAR ALL", "ASK {} DELETE WHERE { ?s ?p ?o }"])
def test_an_update_smuggled_into_a_query(server, folder, text):
    """It is no query, and who answers queries cannot write."""
    before = (folder / "current").readlink()
    form = urllib.parse.urlencode({"query": text}).encode()
    assert server.send("POST", "/sparql", form, **MAY, **FORM)[0] == 400
    assert server.sparql(text, **MAY)[0] == 400
    assert (folder / "current").readlink() == before


def test_workers_do_not_know_the_token(server):
    """It is in the environment of none of them, and on no command line."""
    for pid in server.children():
        for name in ("environ", "cmdline"):
            assert TOKEN.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()


def started(*options: str, **environment: str) -> tuple[int, str]:
    """Start a server that does not; return its exit code and what it says."""
    words = [sys.executable, "-m", "sengraph.cli", "serve", "--port", "0", *options]
    known = os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, cwd=ROOT, env=known)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "secret", ["", "short", "x" * 15, "with a blank in it, and long", "nicht-ganz-\u00fcblich-genug"]
)
def test_a_token_that_protects_nothing(folder, secret):
    """The server does not start, and does not show it."""
    code, said = started("--store", str(folder), SENGRAPH_TOKEN=secret)
    assert (code, "SENGRAPH_TOKEN" in said) == (2, True)
    assert not secret or secret not in said


def test_what_cannot_be_changed(folder, tmp_path):
    """The packaged graph, a database without versions, a body beyond what can be passed on."""
    assert "--store" in started()[1]
    ox.Store(str(tmp_path / "plain")).flush()
    assert "without versions" in started("--store", str(tmp_path / "plain"))[1]
    assert "sengraph load" in started("--store", str(folder), "--max-body", "999999999")[1]


def test_without_a_token_nothing_can_be_changed(folder, monkeypatch):
    """Not with any header."""
    monkeypatch.delenv("SENGRAPH_TOKEN")
    with running("--store", str(folder)) as server:
        assert update(server, "CLEAR ALL")[0] == 403
        assert server.send("PUT", "/store?default", b"", **MAY, **TURTLE)[0] == 405
        assert server.send("POST", "/store?default", b"", **MAY, **TURTLE)[0] == 405
        assert len(server.children()) == 2


# ---------------------------------------------------------------------------- graph store


def test_a_graph_is_put_added_to_and_removed(server):
    """With the statuses of the protocol, and its content each time."""
    place = graph("http://e/put")
    for method, value, status in (("PUT", 1, 201), ("PUT", 2, 204), ("POST", 3, 204)):
        body = f"<s> <e:v> {value} .".encode()
        assert server.send(method, place, body, **MAY, **TURTLE)[0] == status
    assert server.get(place, accept="application/n-triples")[2].decode().count("<http://e/s> <e:v>") == 2
    assert [server.send("DELETE", place, None, **MAY)[0] for _ in range(2)] == [204, 404]
    assert server.get(place)[0] == 404


def test_a_graph_gets_a_name(server):
    """Posted to the store itself, it is found where Location says, by address and by name."""
    status, headers, _ = server.send("POST", "/store", b"<> <e:v> 7 .", **MAY, **TURTLE)
    place = headers["location"]
    assert (status, place.startswith(f"{server.url}store/")) == (201, True)
    direct, named = place.removeprefix(server.url[:-1]), graph(place)
    for path in (direct, named):
        assert server.get(path, accept="application/n-triples")[2].startswith(f"<{place}> <e:v>".encode())
    assert server.send("DELETE", direct, None, **MAY)[0] == 204
    assert server.get(named)[0] == 404


def test_a_graph_by_its_address(server):
    """/graph/NAME is one of ours."""
    assert server.send("PUT", "/graph/notes", b"<e:s> <e:v> 8 .", **MAY, **TURTLE)[0] == 201
    assert holds(server, f"GRAPH <{GRAPH}notes> {{ <e:s> <e:v> 8 }}")
    assert server.send("POST", "/graph/notes?default", b"", **MAY, **TURTLE)[0] == 400
    assert server.send("DELETE", "/graph/notes", None, **MAY)[0] == 204


def test_the_default_graph_is_asserted(server):
    """What is posted to it is there, and followed by what follows."""
    assert server.send("POST", "/store?default", b"<e:d> <e:n> 9 .", **MAY, **TURTLE)[0] == 204
    assert holds(server, f"GRAPH <{ASSERTED}> {{ <e:d> <e:n> 9 }} <e:d> <e:m> 9")
    assert update(server, "DELETE DATA { <e:d> <e:n> 9 }")[0] == 204
    assert not holds(server, "<e:d> ?p ?o")


PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.ttl"\r\nContent-Type: text/turtle\r\n\r\n<e:a> <e:v> 1 .'
    b'\r\n--x\r\nContent-Disposition: form-data; name="b"\r\nContent-Type: application/n-triples\r\n\r\n<e:a> <e:v> <e:b> .'
    b"\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("text/turtle;charset=UTF-8", b"<e:a> <e:v> 1, <e:b> ."),
        ("application/n-triples", b'<e:a> <e:v> "1", <e:b> .'.replace(b'"1", ', b"")),
        ("application/ld+json", b'{"@id": "e:a", "e:v": {"@id": "e:b"}}'),
        ("application/trig", b"{ <e:a> <e:v> <e:b> }"),
        ("application/n-quads", b"<e:a> <e:v> <e:b> ."),
        ("application/rdf+xml", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="e:">'
         b'<rdf:Description rdf:about="e:a"><e:v rdf:resource="e:b"/></rdf:Description></rdf:RDF>'),
        ("multipart/form-data; boundary=x", PARTS),
    ],
)  # fmt: skip
def test_formats(server, type_, body):
    """All that a graph can be read in, by Content-Type."""
    server.send("DELETE", graph("http://e/formats"), None, **MAY)
    assert server.send("PUT", graph("http://e/formats"), body, **MAY, content_type=type_)[0] == 201
    assert holds(server, "GRAPH <http://e/formats> { <e:a> <e:v> <e:b> }")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "told"),
    [
        ("PUT", "/store?graph=e:x", b"a b c", TURTLE, 400, "line 1"),
        ("PUT", "/store?graph=e:x", b"<e:a> <e:b> 1 .\n\n<e:a> <e:b> .", TURTLE, 400, "line 3"),
        ("PUT", "/store?graph=e:x", b"<e:g> { <e:a> <e:b> 1 }", {"content_type": "application/trig"}, 400, "own"),
        ("PUT", "/store?graph=e:x", b"<a><b/></a>", {"content_type": "application/xml"}, 415, "no RDF"),
        ("PUT", "/store?graph=e:x", b"a", {"content_type": "text/html"}, 415, "no RDF"),
        ("PUT", "/store?graph=e:x", b"a", {}, 415, "of no type"),
        ("PUT", "/store?graph=e:x", b"a", {"content_type": "text/turtle; charset=latin-1"}, 415, "UTF-8"),
        ("PUT", "/store?graph=e:x", b"a", TURTLE | {"content_encoding": "gzip"}, 415, "compressed"),
        ("PUT", "/store?graph=e:x", b"a", {"content_type": "multipart/form-data; boundary=y"}, 400, "parts"),
        ("PUT", "/store?graph=e:x", b"", TURTLE | {"content_range": "bytes 0-1/3"}, 400, "part"),
        ("PUT", "/store?graph=e:x", b"", TURTLE | {"if_match": '"a"'}, 412, "condition"),
        ("PUT", "/store?default", b"", TURTLE | {"if_none_match": "*"}, 412, "condition"),
        ("PUT", "/store?graph=e:x", b"#" * 3_000_001, TURTLE, 413, "3,000,000"),
        ("PUT", "/store", b"", TURTLE, 400, "name one graph"),
        ("DELETE", "/store", None, {}, 400, "name one graph"),
        ("PUT", "/store?graph=none", b"", TURTLE, 400, "no absolute IRI"),
        ("PUT", "/store?default&graph=e:x", b"", TURTLE, 400, "several"),
        ("PATCH", "/store?default", b"", TURTLE, 405, "PATCH"),
        ("PUT", "/sparql", b"", TURTLE, 405, "PUT"),
        ("DELETE", "/questions", None, {}, 405, "DELETE"),
    ],
)
def test_what_is_not_taken(server, folder, method, path, body, headers, status, told):
    """Each with its status and what is wrong, and the store is as it was."""
    before = (folder / "current").readlink()
    found, _, answer = server.send(method, path, body, **MAY, **headers)
    assert (found, told in json.loads(answer)["detail"]) == (status, True)
    assert (folder / "current").readlink() == before


def test_an_empty_graph_is_one(server):
    """It stays when others are changed, and queries see that nothing is in it."""
    assert server.send("PUT", graph("http://e/empty"), b"", **MAY, **TURTLE)[0] == 201
    assert server.send("PUT", graph("http://e/other"), b"<e:s> <e:v> 1 .", **MAY, **TURTLE)[0] == 201
    assert server.get(graph("http://e/empty"))[0] == 200


# ----------------------------------------------------------------- what is made here, and nobody asked


@pytest.mark.parametrize("iri", [INFERRED, REGISTER_INFERRED, METADATA, f"{REGISTER}/2017-07-01", f"{INFERRED}/other"])
def test_what_is_made_here_is_not_written_to(server, folder, iri):
    """By no way to write."""
    before = quads(folder)
    for text in (
        f"INSERT DATA {{ GRAPH <{iri}> {{ <e:s> <e:p> 1 }} }}",
        f"INSERT {{ GRAPH ?g {{ <e:s> <e:p> 1 }} }} WHERE {{ BIND(IRI(CONCAT('{iri[:9]}', '{iri[9:]}')) AS ?g) }}",
        f"COPY DEFAULT TO <{iri}>",
        f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{METADATA}>) }}",
    ):
        assert update(server, text)[0] == 403
    for method, body in (("PUT", b""), ("POST", b""), ("DELETE", None)):
        assert server.send(method, graph(iri), body, **MAY, **TURTLE)[0] == 403
        assert server.send(method, f"/graph/{iri.removeprefix(GRAPH)}", body, **MAY, **TURTLE)[0] == 403
    assert quads(folder) == before


def test_nobody_is_asked(server):
    """LOAD and SERVICE are refused however they are written, and no connection is made."""
    with Listener() as other:
        url = f"http://127.0.0.1:{other.port}/"
        for text in (
            f"LOAD <{url}>",
            f"load silent<{url}>into graph<e:g>",
            f"PREFIX e: <{url}>LOAD e:x",
            f"PREFIX LOAD: <{url}> LOAD LOAD:x",
            f"INSERT DATA {{}};LOAD<{url}>",
            f"INSERT {{}} WHERE {{ FILTER(1<2)#>\n}};LOAD<{url}>",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ FILTER(true)SERVICESILENT<{url}>{{ ?s ?p ?o }} }}",
        ):
            assert update(server, text)[0] == 403
        assert update(server, f"\\u004COAD <{url}>")[0] == 400
        assert update(server, f"INSERT {{ ?s ?p ?o }} USING <{url}> WHERE {{ ?s ?p ?o }}")[0] == 204
        context = f'{{"@context": "{url}", "@id": "e:a", "e:v": 1}}'.encode()
        assert server.send("PUT", graph("e:c"), context, **MAY, content_type="application/ld+json")[0] == 400
        assert other.asked == 0


class Listener:
    """A server that counts who comes, and sends everybody away."""

    def __init__(self) -> None:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.asked = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        import socket

        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.asked += 1


def test_everything_can_be_cleared(tmp_path):
    """What is made here goes with what it is made from, and is made again from what comes next."""
    (tmp_path / "opens.ttl").write_text(OPENS)
    ingest.ingest([tmp_path / "opens.ttl"], tmp_path / "store", bare=True)
    with writable(tmp_path / "store") as server:
        assert update(server, "DROP ALL") == (204, "")
        assert rows(server, "SELECT * { ?s ?p ?o FILTER(?p != <http://rdfs.org/ns/void#triples>) }") == []
        assert server.send("PUT", "/store?default", f"{OPENS} <e:a> <e:n> 1 .".encode(), **MAY, **TURTLE)[0] == 201
        assert holds(server, f"GRAPH <{INFERRED}> {{ <e:a> <e:m> 1 }}")
    ingest.ingest([tmp_path / "opens.ttl"], tmp_path / "store", bare=True)
    assert len(quads(tmp_path / "store")[ASSERTED]) == 1


def test_a_store_with_nothing_in_it_is_written_to(tmp_path):
    """Where nothing is inferred either."""
    (tmp_path / "opens.ttl").write_text(OPENS)
    ingest.ingest([tmp_path / "opens.ttl"], tmp_path / "store", bare=True, inference=False)
    with writable(tmp_path / "store") as server:
        assert server.send("DELETE", "/store?default", None, **MAY)[0] == 204
        assert server.send("PUT", graph("http://e/g"), b"<e:a> <e:n> 1 .", **MAY, **TURTLE)[0] == 201
        assert server.send("DELETE", graph("http://e/g"), None, **MAY)[0] == 204
        assert server.send("PUT", graph("http://e/g"), f"{OPENS} <e:a> <e:n> 1 .".encode(), **MAY, **TURTLE)[0] == 201
    assert set(quads(tmp_path / "store")) == {"http://e/g", METADATA}


# --------------------------------------------------------------------------- the register


@pytest.fixture(scope="module")
def schools(tmp_path_factory) -> Iterator[tuple[Server, Path]]:
    """A server of a small register, and the folder of its store."""
    store = tmp_path_factory.mktemp("schools") / "store"
    ingest.ingest([ROOT / "tests" / "data" / "register.csv"], store)
    with writable(store) as started:
        yield started, store


def test_an_establishment_is_subject_to_its_responsibilities_at_once(schools):
    """A new community school has the 14 of its setting; without its type it has none."""
    server, store = schools
    school = f"GRAPH <{REGISTER}> {{ <{NEW}> sen:establishmentType gias:type-1 ; gias:urn '999001' }}"
    question = f"SELECT (COUNT(*) AS ?n) {{ <{NEW}> sen:subjectTo ?responsibility }}"
    assert update(server, f"INSERT DATA {{ {school} }}") == (204, "")
    assert rows(server, question) == [["14"]]
    found = quads(store)
    everything = infer([*found[ASSERTED], *found[REGISTER]])
    assert found[INFERRED] | found[REGISTER_INFERRED] == everything.inferred
    made = [found[name] for name in (ASSERTED, REGISTER, INFERRED, REGISTER_INFERRED, METADATA)]
    assert len(set().union(*made)) == sum(map(len, made))
    gone = f"GRAPH <{REGISTER}> {{ <{NEW}> sen:establishmentType gias:type-1 }}"
    assert update(server, f"DELETE DATA {{ {gone} }}") == (204, "")
    assert rows(server, question) == [["0"]]


def test_a_contradiction_is_refused(schools):
    """With a proof, and nothing is changed."""
    server, store = schools
    before = quads(store)
    status, told = update(server, f"INSERT DATA {{ <{ESTABLISHMENT}900001> a <{SEN}Party> }}")
    assert status == 409
    assert "nothing was changed" in told
    assert "establishment:900001 a sen:Party" in told
    assert "owl:AllDisjointClasses" in told
    assert quads(store) == before


def test_a_later_load_replaces_what_was_written(schools):
    """The register comes from its file again; what was asserted here stays until it is loaded anew."""
    server, store = schools
    name = f"GRAPH <{REGISTER}> {{ <{ESTABLISHMENT}900001> rdfs:label 'changed here' }}"
    assert update(server, f"INSERT DATA {{ {name} . <e:own> <e:p> 1 }}") == (204, "")
    ingest.ingest([ROOT / "tests" / "data" / "register.csv"], store)
    assert not holds(server, name)
    assert holds(server, "<e:own> <e:p> 1")
    assert f"{GIAS}type-1" in server.get("/graph/asserted", accept="application/n-triples")[2].decode()


# ---------------------------------------------------------------------- many at a time, and faults


def test_readers_lose_nothing_while_changes_come(server):
    """Every request is answered, from one version: what was put together, and what follows from it, is seen together."""
    place = graph("http://e/pair")
    query = "SELECT ?a ?b ?c { <e:one> <e:n> ?a . <e:two> <e:n> ?b . <e:two> <e:m> ?c }"

    def put(value: int) -> int:
        return server.send("PUT", place, f"<e:one> <e:n> {value} . <e:two> <e:n> {value} .".encode(), **MAY, **TURTLE)[
            0
        ]

    put(0)
    answers, stop = list[list[list[str]]](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(rows(server, query))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    statuses = [put(value) for value in range(1, 11)]
    stop.set()
    for thread in asking:
        thread.join()
    assert statuses == [204] * 10
    assert all(len(found) == 1 and len(set(found[0])) == 1 for found in answers)
    assert len({found[0][0] for found in answers}) > 3
    assert rows(server, query) == [["10"] * 3]


def test_who_writes_sees_it(server):
    """The answer to a change comes when it is there for everybody."""
    for value in range(5):
        assert server.send("PUT", graph("http://e/mine"), f"<e:x> <e:v> {value} .".encode(), **MAY, **TURTLE)[0] < 300
        assert rows(server, "SELECT ?v { GRAPH <http://e/mine> { ?x ?p ?v } }") == [[str(value)]]


def test_several_who_write(server):
    """One after the other, and all of them are there."""

    def write(who: int) -> None:
        for value in range(4):
            assert update(server, f"INSERT DATA {{ GRAPH <e:many> {{ <e:w{who}> <e:v> {value} }} }}")[0] == 204

    writing = [threading.Thread(target=write, args=[who]) for who in range(3)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    assert rows(server, "SELECT (COUNT(*) AS ?n) { GRAPH <e:many> { ?s ?p ?o } }") == [["12"]]


def test_another_process_writes(server, folder):
    """Who comes meanwhile is told to come again."""
    with versions.next_version(folder):
        status, headers, _ = server.send("POST", "/sparql", b"INSERT DATA { <e:z> <e:z> 1 }", **MAY, **UPDATE)
    assert (status, int(headers["retry-after"]) > 0) == (503, True)
    assert update(server, "INSERT DATA { <e:z> <e:z> 1 }")[0] == 204


LONG = "INSERT { ?a <e:never> ?b } WHERE { " + DEATH.split("{", 1)[1]
FILL = "INSERT DATA { GRAPH <e:fill> { " + " ".join(f"<e:{number}> <e:f> {number} ." for number in range(600)) + " } }"


def test_a_writer_that_is_killed(server, folder):
    """The request fails, the store is as it was, and the next change is made."""
    assert update(server, FILL)[0] == 204
    before = quads(folder)
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(update(server, LONG)[0]))
    asking.start()
    until(lambda: any(path.name.startswith("new-") for path in folder.iterdir()), 5)
    os.kill(writer(server), signal.SIGKILL)
    asking.join()
    assert found == [500]
    assert quads(folder) == before
    assert update(server, "INSERT DATA { <e:after> <e:p> 1 }")[0] == 204
    assert not any(path.name.startswith("new-") for path in folder.iterdir())


def test_a_change_without_end(server, folder):
    """It is stopped in its time; who asks does not notice, and nothing was changed."""
    update(server, FILL)
    before = quads(folder)
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(update(server, LONG)[0]))
    asking.start()
    while asking.is_alive():
        assert server.sparql("ASK {}")[0] == 200
    assert found == [503]
    assert quads(folder) == before
    assert update(server, "INSERT DATA { <e:after> <e:p> 2 }")[0] == 204


# ------------------------------------------------------------------- others' test suites

RUN = f"""
import httpx, runpy, sys
class Client(httpx.Client):
    def __init__(self, **options):
        super().__init__(headers={MAY!r}, **options)
httpx.Client = Client
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs the tests with a client that has the token."""

NOT_SO_HERE = {
    "gsp/put_get_default": "the default graph that is read is what queries see: all graphs, with the metadata",
}


@pytest.mark.skipif(not W3C.is_dir(), reason="the W3C's tests of the protocol are not here")
@pytest.mark.parametrize("inference", [True, False])
def test_the_protocol_tests_of_the_w3c_pass(tmp_path, inference):
    """All of the SPARQL Protocol, and of the Graph Store Protocol but what is otherwise here on purpose."""
    pytest.importorskip("httpx")
    store = tmp_path / "store"
    ingest.ingest([W3C / "w3c" / "protocol" / "testdata.trig"], store, bare=True, inference=inference)
    with writable(store) as server:
        report = tmp_path / "report.json"
        places = ["--query", f"{server.url}sparql", "--update", f"{server.url}sparql", "--gsp", f"{server.url}store"]
        words = [sys.executable, "-c", RUN, str(W3C / "run_protocol_tests.py"), *places, "--json", str(report)]
        subprocess.run(words, capture_output=True, timeout=300)
        found = json.loads(report.read_text())
    assert {name for name, (ok, _) in found.items() if ok is not True} == {*NOT_SO_HERE}
    assert len(found) == 46
