"""What the tests share: the packaged graph, opened once, and a real SPARQL server that holds it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

import sengraph
from sengraph import ingest, load, store
from sengraph.publish import publish
from sengraph.terms import ASSERTED

settings.register_profile("the same examples in every run", derandomize=True)
settings.load_profile("the same examples in every run")

ROOT = Path(__file__).parents[1]
STATIC_BASE = "https://data.example.org/sen/"


@pytest.fixture(scope="session")
def graph() -> sengraph.Graph:
    """The packaged graph with what follows from it."""
    return sengraph.open()


@pytest.fixture(scope="session")
def schools_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the invented schools of `data/register.csv`, and every analogy."""
    folder = tmp_path_factory.mktemp("schools") / "store"
    data = ROOT / "tests" / "data"
    ingest.ingest([data / "register.csv", data / "register_links.csv"], folder, by_analogy=[*load.analogies()])
    return folder


@pytest.fixture(scope="session")
def schools(schools_store: Path) -> sengraph.Graph:
    """The graph of the invented schools."""
    return sengraph.open(store=schools_store)


@pytest.fixture(scope="session")
def static_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged graph as a site of files, whose address is `STATIC_BASE`."""
    folder = tmp_path_factory.mktemp("static") / "site"
    publish(folder, STATIC_BASE, workers=2)
    return folder


@pytest.fixture(scope="session")
def static_files(static_site: Path) -> dict[str, bytes]:
    """The files of that site, by name."""
    return content_of(static_site)


def content_of(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an `oxigraph serve` on a free loopback port, with the packaged graph as its default graph."""
    with _serving(tmp_path_factory.mktemp("oxigraph"), store.packaged()) as url:
        yield url


@pytest.fixture(scope="session")
def schools_endpoint(schools: sengraph.Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of another one, with the graph of the invented schools."""
    name = ox.NamedNode(ASSERTED)
    quads = [ox.Quad(*triple, name) for triple in schools.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")]
    with _serving(tmp_path_factory.mktemp("oxigraph"), quads) as url:
        yield url


@contextmanager
def _serving(folder: Path, content: Iterable[ox.Quad]) -> Iterator[str]:
    """Serve quads as one graph, and yield the URL for queries."""
    quads = folder / "closed.nq"
    quads.write_bytes(b"".join(str(quad).encode() + b" .\n" for quad in content))
    program = Path(sys.executable).with_name("oxigraph")
    subprocess.run([program, "load", "--location", folder / "db", "--file", quads], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    arguments = [program, "serve-read-only", "--location", folder / "db", "--bind", url[7:], "--union-default-graph"]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"{url}/query?query=ASK%7B%7D", server)
            yield f"{url}/query"
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.05)
    raise AssertionError("the server did not answer")


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's own settings out of the tests."""
    for name in [name for name in os.environ if name.startswith("SENGRAPH_") and name != "SENGRAPH_CACHE_DIR"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    assert load.ontology_dir().is_dir()
