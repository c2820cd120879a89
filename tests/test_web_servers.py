"""nginx and Apache answer for a site of files by the rules that were written for them, and both alike.

Each is started on loopback as a child of the tests, with a configuration and folders of its own. A host is made in
which the rules have to hold: one that knows no media types, lists folders, and takes `.gz` for an encoding.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import pytest

from sengraph import linked
from sengraph.publish import rules
from sengraph.publish.places import Places, clashing
from tests.conftest import STATIC_BASE
from tests.test_publish import BROWSER, REQUESTS, Sent, ask

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
NGINX = shutil.which("nginx", path=PATH)
APACHE = shutil.which("apache2", path=PATH) or shutil.which("httpd", path=PATH)
MODULES = next(
    filter(Path.is_dir, map(Path, ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2"))),
    None,
)
SERVERS = ("nginx", "apache")

# ------------------------------------------------------------------------------ servers


class Answer(NamedTuple):
    """What came back: the location is a whole address; the media type has its parameters."""

    status: int
    location: str
    media_type: str
    sha256: str
    headers: http.client.HTTPMessage
    size: int


class Server(NamedTuple):
    """A server that is up."""

    port: int
    connection: http.client.HTTPConnection

    def ask(self, path: str, accept: str = "*/*", method: str = "GET") -> Answer:
        """Return the answer for a path of the host, as it is sent."""
        self.connection.request(method, path, headers={"Host": "data.example.org", "Accept": accept})
        response = self.connection.getresponse()
        body, headers = response.read(), response.headers
        location = headers["location"] and urljoin(f"http://data.example.org{path}", headers["location"])
        digest = hashlib.sha256(body).hexdigest()
        return Answer(response.status, location or "", headers["content-type"] or "", digest, headers, len(body))

    def follow(self, path: str, accept: str = "*/*") -> Answer:
        """Return the answer at the end of up to two redirects, all of which lead elsewhere on the host."""
        answer = self.ask(path, accept)
        for _ in range(2):
            if answer.location:
                assert answer.location.startswith("http://data.example.org/")
                answer = self.ask(urlsplit(answer.location).path, accept)
        return answer


@contextmanager
def serving(name: str, sites: dict[str, Path]) -> Iterator[Server]:
    """Start a server for sites, by the path of each, and stop it; the tests are skipped where there is none."""
    if (name == "nginx" and NGINX is None) or (name == "apache" and (APACHE is None or MODULES is None)):
        pytest.skip(f"the rules for {name} were NOT run: {name} is missing")
    host = Path(tempfile.mkdtemp())  # one that whoever Apache becomes, when it is started by root, can read
    try:
        host.chmod(0o755)
        for path, site in sites.items():
            shutil.copytree(site, host / "root" / path.strip("/"), copy_function=_linked, dirs_exist_ok=True)
        (host / "root").chmod(0o755)
        for folder in sites:
            (host / "root" / folder.strip("/")).chmod(0o755)
        for secret in ("secret", "secret.ttl"):
            (host / secret).write_text("secret")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = _nginx(host, port, *sites) if name == "nginx" else _apache(host, port)
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                _wait_for(port, process, host / "error.log")
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                yield Server(port, connection)
                connection.close()
            finally:
                process.terminate()
    finally:
        shutil.rmtree(host)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _nginx(host: Path, port: int, path: str, *others: str) -> list[str]:
    """Write a configuration, the two parts where the site's own says that they go; return the command."""
    written = (host / "root" / path.strip("/") / "nginx.conf").read_text()
    maps, rest = written.split(f"{rules.NGINX_SERVER}\n")
    (host / "maps").write_text(maps)
    (host / "rules").write_text(rest)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {kind};" for kind in kinds)
    (host / "conf").write_text(
        "daemon off; master_process off; pid pid; error_log error.log; events { }\n"
        f"http {{ access_log off; default_type application/octet-stream; keepalive_requests 100000; {temporary}\n"
        f"include maps;\nserver {{ listen 127.0.0.1:{port}; root {host}/root;\ninclude rules;\n}} }}\n"
    )
    return [NGINX or "", "-p", f"{host}/", "-c", "conf", "-e", "error.log"]


def _apache(host: Path, port: int) -> list[str]:
    modules = "mpm_event unixd authz_core mime dir alias autoindex negotiation headers rewrite".split()
    loaded = "".join(
        f"<IfModule !{name}_module>\nLoadModule {name}_module {MODULES}/mod_{name}.so\n</IfModule>\n"
        for name in modules
    )
    (host / "conf").write_text(
        f"ServerRoot {host}\nServerName data.example.org\nListen 127.0.0.1:{port}\nPidFile pid\n"
        f"ErrorLog error.log\nDefaultRuntimeDir {host}\nMaxKeepAliveRequests 0\n{loaded}"
        "User #65534\nGroup #65534\nTypesConfig /dev/null\nAddEncoding x-gzip .gz\nAddLanguage en .en\n"
        f"DocumentRoot {host}/root\n<Directory {host}/root>\nAllowOverride All\nRequire all granted\n"
        "Options Indexes MultiViews\n</Directory>\n"
    )
    return [APACHE or "", "-X", "-d", str(host), "-f", "conf"]


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    process.kill()
    said = (process.stderr.read() if process.stderr else b"").decode() + (log.read_text() if log.exists() else "")
    raise AssertionError(f"the server did not start: {said}")


@pytest.fixture(scope="module", params=SERVERS)
def server(request, static_site) -> Iterator[Server]:
    """Each server in turn, with the site."""
    with serving(request.param, {"/sen/": static_site}) as found:
        yield found


@pytest.fixture(scope="module")
def both(static_site) -> Iterator[tuple[Server, Server]]:
    """Both servers with the site."""
    with serving("nginx", {"/sen/": static_site}) as one, serving("apache", {"/sen/": static_site}) as other:
        yield one, other


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


# ------------------------------------------------------------------------------ what is asked for


MORE = [
    ("", BROWSER, Sent(200, "index.html")),
    ("", "text/turtle", Sent(200, "index.html")),
    ("table", "*/*", Sent(200, "table.html")),
    ("people", BROWSER, Sent(200, "people.html")),
    ("search", BROWSER, Sent(200, "search.html")),
    ("search?words=policy", BROWSER, Sent(200, "search.html")),
    ("table/", BROWSER, Sent(303, "table")),
    ("questions/?a=b", BROWSER, Sent(303, "questions?a=b")),
    ("questions", BROWSER, Sent(200, "questions.html")),
    ("questions", "text/turtle", Sent(200, "questions.ttl")),
    ("questions", "*/*", Sent(200, "questions.ttl")),
    ("questions/gaps", "text/tab-separated-values", Sent(200, "questions/gaps.tsv")),
    ("questions/gaps", "application/sparql-results+json", Sent(200, "questions/gaps.srj")),
    ("questions/gaps", "application/json", Sent(200, "questions/gaps.srj")),
    ("questions/gaps", "application/sparql-results+xml", Sent(200, "questions/gaps.srx")),
    ("questions/gaps", "text/csv;q=0.1, text/html", Sent(200, "questions/gaps.csv")),
    ("questions/gaps", "*/*", Sent(200, "questions/gaps.html")),
    ("questions/gaps", "", Sent(200, "questions/gaps.html")),
    ("questions/gaps", "image/png", Sent(200, "questions/gaps.html")),
    ("questions/gaps?party=senco", "text/csv", Sent(200, "questions/gaps.html")),
    ("questions/gaps.rq", BROWSER, Sent(200, "questions/gaps.rq")),
    ("exports/thesaurus", "application/rdf+xml", Sent(200, "exports/thesaurus.rdf")),
    ("doc/code-2001/mainstream-3.1", "image/png", Sent(200, "doc/code-2001/mainstream-3.1.ttl")),
    ("doc/code-2001/mainstream-3.1", "application/x-turtle", Sent(200, "doc/code-2001/mainstream-3.1.ttl")),
    ("doc/code-2001/mainstream%2D3.1?a=b", BROWSER, Sent(200, "doc/code-2001/mainstream-3.1.html")),
    ("code-2001/mainstream-3.1?a=b", BROWSER, Sent(303, "doc/code-2001/mainstream-3.1?a=b")),
    ("ontology/0.1.0.ttl", "*/*", Sent(303, "doc/ontology.ttl")),
    ("doc/ontology/0.1.0", BROWSER, Sent(303, "doc/ontology")),
    ("doc/graph/asserted", BROWSER, Sent(303, "doc/dataset")),
    ("nothing-of-ours", BROWSER, Sent(303, "doc/nothing-of-ours")),
]
"""Further requests; what is asked for before a question mark is the path."""

MISSING = [
    *(
        "nothing.html",
        "doc/nothing-of-ours",
        "doc/nothing.ttl",
        "questions/nothing",
        "exports/nothing",
        ".well-known/x",
    ),
    *("doc", "doc/", "doc/ontology/", "static", "static/", "static/nothing.css", "dumps/", "resource", "why/0.html"),
    *("questions/responsibilities-of/", "questions/responsibilities-of/nobody", "table/nothing", "a%3Fb", "doc/a%3Fb"),
    *("names/x", "context", "context/9.9.9.jsonld", "doc/ontology.xyz", "doc/.ttl", ".git/config"),
]
"""What is not there."""


@pytest.mark.parametrize(("path", "accept", "sent"), [*REQUESTS, *MORE])
def test_a_server_gives_what_is_asked_for(server, static_files, path, accept, sent):
    """A thing is sent on to its document with 303; of a document the form comes that is accepted, as it was written."""
    answer = server.ask(f"/sen/{path}", accept)
    if sent.status == 303:
        assert (answer.status, answer.location) == (303, f"http://data.example.org/sen/{sent.place}")
    else:
        assert (answer.status, answer.location, answer.sha256) == (200, "", digest_of(static_files[sent.place]))


@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "application/rdf+xml"])
@pytest.mark.parametrize("path", MISSING)
def test_what_is_missing_is_told_by_the_sites_own_page(server, static_files, path, accept):
    """The status is 404, also of folders, whatever is accepted, and the page is under its policy."""
    answer = server.ask(f"/sen/{path}", accept)
    assert (answer.status, answer.media_type) == (404, "text/html; charset=utf-8")
    assert answer.sha256 == digest_of(static_files["404.html"])
    assert answer.headers["content-security-policy"] == rules.POLICY


def test_the_site_is_found_without_its_last_slash(server):
    """The address is put right."""
    answer = server.ask("/sen", BROWSER)
    assert (answer.status, answer.location) == (301, "http://data.example.org/sen/")


# ------------------------------------------------------------------------------ what files are

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "rq": "application/sparql-query",
    "md": "text/markdown; charset=utf-8",
    "gz": "application/gzip",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "csv-metadata.json": "application/csvm+json",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "void": "text/turtle; charset=utf-8",
}
"""By what the name of a file ends in."""

UNLINKED = re.compile(r"\.htaccess|\.nojekyll|nginx\.conf|w3id/.*")
"""Files for whoever sets up a server, which no page links."""


def media_type_of(name: str) -> str:
    """Return what a file is to be sent as."""
    last = name.rpartition("/")[2]
    return MEDIA_TYPES["csv-metadata.json" if last.endswith(".csv-metadata.json") else last.rpartition(".")[2]]


def test_every_file_is_sent_whole_as_what_it_is(server, static_files):
    """Each of its kind has its media type and charset, is not decoded on the way, may be read by scripts elsewhere, is
    taken for nothing else, and varies with what is accepted; pages, and nothing else, have a policy."""
    seen, wrong = set(), []
    for name, content in static_files.items():
        if not UNLINKED.fullmatch(name):
            answer = server.ask(f"/sen/{name}", BROWSER)
            seen.add(media_type := media_type_of(name))
            names = ("access-control-allow-origin", "x-content-type-options", "vary", "content-encoding")
            told = tuple(answer.headers.get_all(each) for each in (*names, "content-security-policy"))
            policy = [rules.POLICY] if name.endswith(".html") else None
            if answer[:4] != (200, "", media_type, digest_of(content)) or told != (
                *(["*"], ["nosniff"], ["Accept"], None),
                policy,
            ):
                wrong.append((name, answer[:3], told))
    assert wrong == []
    assert seen == {*MEDIA_TYPES.values()}


@pytest.mark.parametrize("path", ["ontology", "doc/ontology/0.1.0", "table/", "graph/asserted", "doc/nothing"])
def test_scripts_elsewhere_may_follow_redirects(server, path):
    """A redirect that does not allow it would end a request of another site's script; what is missing is told it too."""
    answer = server.ask(f"/sen/{path}", "text/turtle")
    assert answer.status in (303, 404)
    assert answer.headers.get_all("access-control-allow-origin") == ["*"]
    assert answer.headers.get_all("x-content-type-options") == ["nosniff"]


@pytest.mark.parametrize("path", ["", "doc/ontology", "ontology", "doc/nothing", "dumps/all.nq.gz"])
def test_head_tells_what_get_does(server, path):
    """The status and all headers are the same, but for the date, and no content comes."""
    head, got = (server.ask(f"/sen/{path}", BROWSER, method) for method in ("HEAD", "GET"))
    assert (head.size, head.status) == (0, got.status)
    left_out = ("date",) if got.status == 200 else ("date", "content-length")  # Apache does not count what it made up
    told = [[item for item in each.headers.items() if item[0].lower() not in left_out] for each in (head, got)]
    assert told[0] == told[1]


def test_all_things_lead_to_their_documents_in_all_forms(both, static_files):
    """What the manifest says of an IRI of ours is what its address gives, in either server."""
    things = json.loads(static_files["manifest.json"])["things"]
    accepted = {"html": BROWSER, "ttl": "*/*", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
    wrong, tried = [], 0
    for iri, stem in things.items():
        place = linked.place_of(iri, STATIC_BASE)
        if place.startswith("doc/"):
            tried += 1
            for form, accept in accepted.items():
                path = f"/sen/{place}" if "#" in iri else f"/sen/{place.removeprefix('doc/')}"
                answers = [each.follow(path, accept) for each in both]
                expected = (200, "", media_type_of(f"x.{form}"), digest_of(static_files[f"{stem}.{form}"]))
                wrong += [(path, form) for answer in answers if answer[:4] != expected]
    assert wrong == []
    assert tried > 200


def test_links_lead_to_the_same_from_where_a_page_is_given(server, static_files):
    """A page whose file is in another folder than its name is given at its file: its links are relative."""
    stems = json.loads(static_files["manifest.json"])["things"]
    places = {linked.place_of(iri): stem for iri, stem in stems.items() if iri.startswith(linked.BASE)}
    moved = {place: stem for place, stem in places.items() if Path(place).parent != Path(stem).parent}
    assert moved
    for place, stem in moved.items():
        for form in ("", ".ttl"):
            assert server.ask(f"/sen/{place}{form}", BROWSER).location == f"http://data.example.org/sen/{stem}{form}"


# ------------------------------------------------------------------------------ strange names

ROOT_BASE = "https://data.example.org/"
NAMES = [
    *("café", "a'b", "a(b)", "+a+", "a;b", "x$y", "Case", "case", "con", "aux/x", "x.y", "a~b", "学校", "deep/a*b"),
    *("100%25", "q%3Fx", "q%22uote", "back%5Cslash", "a%20b", "a%7Bb%7D", "l" * 200, "safe/1.2"),
]
"""The paths of IRIs whose documents have files of another name, and of one whose documents have not."""

AS_IT_IS = "/%'()+;$*~"
"""What of these stands in a URI as in the IRI."""


@pytest.fixture(scope="module")
def strange(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A site at the root of its host with a file for each of these, and the stems by path."""
    places = {name: linked.place_of(ROOT_BASE + name, ROOT_BASE) for name in NAMES}
    site = Places(ROOT_BASE, {}, frozenset(places.values()), {}, clashing(places.values()))
    folder, stems = tmp_path_factory.mktemp("strange"), {name: site.stem(place) for name, place in places.items()}
    for form in ("ttl", "html"):
        for stem in stems.values():
            (folder / stem).parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{stem}.{form}").write_text(f"{stem}.{form}")
    (folder / "404.html").write_text("missing")
    (folder / "index.html").write_text("home")
    (folder / ".htaccess").write_text(rules.apache(ROOT_BASE, site.renamed(), {}))
    (folder / "nginx.conf").write_text(rules.nginx(ROOT_BASE, site.renamed(), {}))
    (folder / "w3id").mkdir()
    (folder / "w3id" / ".htaccess").write_text(rules.w3id(ROOT_BASE, site.renamed(), {}))
    return folder, stems


@pytest.fixture(scope="module", params=SERVERS)
def hostile(request, strange) -> Iterator[Server]:
    """Each server in turn, with that site at its root."""
    with serving(request.param, {"/": strange[0]}) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_things_with_strange_names_are_found(hostile, strange, name):
    """By their IRI, as clients write it, and by the place of their document, in the form that is asked for."""
    stem = strange[1][name]
    iri = quote(name, safe=AS_IT_IS)
    place = linked.place_of(ROOT_BASE + name, ROOT_BASE)
    for path, accept, file in (
        (f"/{iri}", BROWSER, f"{stem}.html"),
        (f"/{iri}", "*/*", f"{stem}.ttl"),
        (f"/{place}", BROWSER, f"{stem}.html"),
        (f"/{place}.ttl", BROWSER, f"{stem}.ttl"),
    ):
        answer = hostile.follow(path, accept)
        assert (answer.status, answer.sha256) == (200, digest_of(file.encode()))


def test_apache_refuses_some_paths_before_it_reads_any_rule(w3id):
    """Those with more than 255 bytes between two slashes, and those with a slash that is encoded."""
    assert w3id.ask("/sengraph/a%2Fb").status == 404
    assert w3id.ask(f"/sengraph/{'l' * 255}").status == 303
    assert w3id.ask(f"/sengraph/{'l' * 256}").status == 403


def test_a_site_at_the_root_of_its_host_is_found(hostile):
    """The rules have no path before theirs."""
    assert hostile.ask("/").sha256 == digest_of(b"home")
    assert hostile.ask("/nothing").location == "http://data.example.org/doc/nothing"
    assert hostile.ask("/doc/nothing").sha256 == digest_of(b"missing")


@pytest.mark.parametrize(
    "path",
    [
        *("/sen/../../secret", "/sen/%2e%2e/%2e%2e/secret", "/sen/..%2f..%2fsecret", "/sen/doc/..%2f..%2f..%2fsecret"),
        *("/sen/doc/../../../secret", "/sen/doc/%2e%2e/%2e%2e/%2e%2e/secret.ttl", "/sen/doc/..%5c..%5c..%5csecret"),
        *(
            "/sen/questions/..%2f..%2f..%2fsecret",
            "/sen/exports/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret",
        ),
        *("/sen/doc/secret%00.ttl", "/sen/%252e%252e/%252e%252e/secret", "/sen/doc/....//....//....//secret"),
    ],
)
def test_nothing_outside_the_folder_is_given(server, path):
    """Neither dots nor encoded slashes lead out of it, nor do the places that such paths are sent on to."""
    answer = server.follow(path, "text/turtle")
    assert answer.status in (303, 400, 403, 404)
    assert answer.sha256 != digest_of(b"secret")


@pytest.mark.parametrize("path", ["x%0d%0aSet-Cookie:%20a=b", "x%0dSet-Cookie:%20a=b", "x%0aSet-Cookie:%20a=b%0d%0a"])
@pytest.mark.parametrize("before", ["", "doc/", "graph/", "table/", "doc/ontology/0.1.0"])
def test_no_header_is_written_by_a_client(server, before, path):
    """The ends of lines in a path stay encoded where it is sent on."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(f"GET /sen/{before}{path} HTTP/1.1\r\nHost: data.example.org\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    head = answer.partition(b"\r\n\r\n")[0]
    assert re.match(rb"HTTP/1.1 (303|400|403|404) ", head)
    assert re.search(rb"[\r\n]Set-Cookie:", head) is None
    assert b"\r" not in head.replace(b"\r\n", b"")


# ------------------------------------------------------------------------------ w3id.org


@pytest.fixture(scope="module")
def w3id(static_site, strange) -> Iterator[Server]:
    """Apache with the folders for w3id.org of both sites."""
    with serving("apache", {"/sengraph/": static_site / "w3id", "/strange/": strange[0] / "w3id"}) as found:
        yield found


def test_w3id_sends_each_request_to_a_file(w3id, static_files):
    """Apache does with the rules what the tests of the rules themselves say: 303, to the file that is accepted."""
    text = static_files["w3id/.htaccess"].decode()
    for path, accept, _ in REQUESTS:
        answer = w3id.ask(f"/sengraph/{path}", accept)
        assert (answer.status, answer.location) == (303, ask(text, path, accept, set()).place)
        assert answer.headers["access-control-allow-origin"] == "*"
    places = [(path, answer) for path, accept, answer in REQUESTS if answer.status == 200 and path.startswith("doc/")]
    assert len(places) > 10


@pytest.mark.parametrize(
    ("path", "accept", "file"),
    [
        ("", BROWSER, ""),
        ("code-2001/mainstream-3.1", BROWSER, "doc/code-2001/mainstream-3.1.html"),
        ("code-2001/mainstream-3.1", "*/*", "doc/code-2001/mainstream-3.1.ttl"),
        ("code-2001/mainstream-3.1.nt", BROWSER, "doc/code-2001/mainstream-3.1.nt"),
        ("ontology", "application/rdf+xml", "doc/ontology.rdf"),
        ("ontology/0.1.0", BROWSER, "doc/ontology.html"),
        ("graph/asserted", "application/ld+json", "doc/dataset.jsonld"),
        ("exports/odrl", "application/n-triples", "exports/odrl.nt"),
        ("questions/", BROWSER, "questions.html"),
        ("context.jsonld", "*/*", "context.jsonld"),
    ],
)
def test_w3id_sends_to_the_file(w3id, static_files, path, accept, file):
    """Where things, versions, graphs and pages are sent."""
    answer = w3id.ask(f"/sengraph/{path}", accept)
    assert (answer.status, answer.location) == (303, STATIC_BASE + file)
    assert file in {"", *static_files}


@pytest.mark.parametrize("name", NAMES)
def test_w3id_finds_strange_names(w3id, strange, name):
    """The file is called as the manifest says."""
    answer = w3id.ask(f"/strange/{quote(name, safe=AS_IT_IS)}", "text/turtle")
    assert (answer.status, answer.location) == (303, f"{ROOT_BASE}{strange[1][name]}.ttl")
