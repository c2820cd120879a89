"""The endpoint beside others: how long answers take, what happens beside queries without end, and over many requests.

    python benchmarks/serving.py [--rounds N] [--store DIR] [--soak N]

Servers of the same data, each in processes of its own, on this machine: `sengraph serve`, `oxigraph serve-read-only`
(native), and rdflib-endpoint where it is installed. One client in Python asks all of them in turn, over connections that stay
open, so its own time is in every figure. Prints Markdown; docs/benchmarks.md keeps a dated run.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from machine import conditions

import sengraph
from sengraph import store
from sengraph.sparql import with_prefixes

DEATH = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = {"accept": "application/sparql-results+json"}


def questions() -> dict[str, str]:
    """Return what is asked, by a name for it."""
    graph = sengraph.open()
    return {
        "ASK {}": "ASK {}",
        "statutory-duties": graph.sparql("statutory-duties"),
        "gaps": graph.sparql("gaps"),
        "compare": graph.sparql("compare"),
        "1,000 rows": "SELECT * { ?s ?p ?o } LIMIT 1000",
        "CONSTRUCT of 500": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 500",
    }


class Client:
    """A connection that stays open, and is opened again if the server has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._connect()

    def ask(self, query: str) -> int:
        """Ask, read the answer whole, and return its status."""
        try:
            return self._ask(query)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self._connection.close()
            self._connect()
            return self._ask(query)

    def _connect(self) -> None:
        self._connection.connect()
        assert self._connection.sock
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _ask(self, query: str) -> int:
        headers = {"accept": "text/turtle"} if query.startswith("CONSTRUCT") else JSON
        headers = headers | {"content-type": "application/sparql-query"}
        self._connection.request("POST", self._path, with_prefixes(query).encode(), headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(words: list[str], url: str) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """Run a server; give its URL, its process, and the seconds from its start to its first answer."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 60:
            with suppress(OSError, http.client.HTTPException):
                if Client(url).ask("ASK {}") == 200:
                    break
            time.sleep(0.01)
        yield url, process, time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def servers(folder: Path) -> dict[str, tuple[list[str], str]]:
    """Return the command and the URL of each server, by name."""
    quads = folder / "closed.nq"
    quads.write_bytes(b"".join(f"{quad.triple} .\n".encode() for quad in store.packaged()))
    here = Path(sys.executable)
    oxigraph = str(here.with_name("oxigraph"))
    subprocess.run([oxigraph, "load", "--location", folder / "db", "--file", quads], check=True, capture_output=True)
    ports = [free_port() for _ in range(3)]
    known = {
        "sengraph": (
            [str(here.with_name("sengraph")), "serve", "--port", str(ports[0]), "--timeout", "2"],
            f"http://127.0.0.1:{ports[0]}/sparql",
        ),
        "oxigraph (native)": (
            [oxigraph, "serve-read-only", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{ports[1]}"],
            f"http://127.0.0.1:{ports[1]}/query",
        ),
    }
    if importlib.util.find_spec("rdflib_endpoint"):
        text = folder / "closed.nt"
        text.write_bytes(quads.read_bytes())
        command = str(here.with_name("rdflib-endpoint"))
        known["rdflib-endpoint"] = (
            [command, "serve", "--host", "127.0.0.1", "--port", str(ports[2]), str(text)],
            f"http://127.0.0.1:{ports[2]}/",
        )
    return known


def answering(urls: dict[str, str], rounds: int) -> None:
    """Print the median time of answers, the servers asked in turn."""
    names = [*urls]
    print(f"| query | {' | '.join(f'{name}, p50 ms' for name in names)} | sengraph / oxigraph | more, ms |")
    print(f"|---|{'---|' * (len(names) + 2)}")
    clients = {name: Client(url) for name, url in urls.items()}
    for label, query in questions().items():
        times: dict[str, list[float]] = {name: [] for name in names}
        for number in range(rounds):
            for name, client in clients.items():
                if name.startswith("rdflib") and number >= max(3, rounds // 20):
                    continue
                started = time.perf_counter()
                status = client.ask(query)
                times[name].append((time.perf_counter() - started) * 1000)
                assert status == 200, (name, label, status)
        p50 = {name: statistics.median(taken) for name, taken in times.items()}
        ours, native = p50["sengraph"], p50["oxigraph (native)"]
        cells = " | ".join(f"{p50[name]:.2f}" for name in names)
        print(f"| {label} | {cells} | {ours / native:.2f} | {ours - native:+.2f} |", flush=True)
    print()


def at_once(url: str, query: str, seconds: float, connections: int) -> tuple[float, list[float]]:
    """Ask over several connections for some seconds; return answers a second, and how long each took."""
    times, end = list[float](), time.perf_counter() + seconds

    def ask() -> None:
        client = Client(url)
        while (started := time.perf_counter()) < end:
            client.ask(query)
            times.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, times


def throughput(urls: dict[str, str], seconds: float) -> None:
    """Print answers a second at eight connections."""
    query = questions()["statutory-duties"]
    print("| server | answers a second, 8 connections | p95, ms |\n|---|---|---|")
    for name, url in urls.items():
        rate, times = at_once(url, query, seconds, 8)
        print(f"| {name} | {rate:.0f} | {p95(times):.1f} |", flush=True)
    print()


def p95(times: list[float]) -> float:
    """Return the time within which 95 of a hundred answers came."""
    return sorted(times)[int(0.95 * (len(times) - 1))]


def beside_death(words: list[str], url: str, seconds: float) -> None:
    """Print what a query without end does to the others, with two and with four workers."""
    query = questions()["statutory-duties"]
    print("| workers | p95 of an ordinary answer, ms | beside queries without end | ratio |\n|---|---|---|---|")
    for workers in (2, 4):
        with served([*words, "--workers", str(workers)], url):
            _, alone = at_once(url, query, seconds, 1)
            stop = threading.Event()

            def die(stop: threading.Event = stop) -> None:
                while not stop.is_set():
                    with suppress(OSError, http.client.HTTPException):
                        Client(url).ask(DEATH)

            killer = threading.Thread(target=die)
            killer.start()
            time.sleep(0.5)
            _, beside = at_once(url, query, seconds, 1)
            stop.set()
            killer.join()
        print(f"| {workers} | {p95(alone):.1f} | {p95(beside):.1f} | {p95(beside) / p95(alone):.1f} |", flush=True)
    print()


def resident(pid: int) -> int:
    """Return the kilobytes of memory of a process and its children."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = [line for each in pids for line in Path(f"/proc/{each}/status").read_text().split("\n")]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def soak(words: list[str], url: str, requests: int) -> None:
    """Print the memory of the server over many mixed requests, some of them without end."""
    asked = [*questions().values()]
    print("| requests | MB of all processes | workers |\n|---|---|---|")
    with served([*words, "--timeout", "0.5"], url) as (_, process, _):
        client = Client(url)
        for number in range(requests + 1):
            if number % (requests // 10) == 0:
                workers = len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
                print(f"| {number:,} | {resident(process.pid) / 1024:.0f} | {workers} |", flush=True)
            if number % 500 == 499:
                with suppress(OSError, http.client.HTTPException):
                    Client(url).ask(DEATH)
            assert client.ask(asked[number % len(asked)]) == 200
    print()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300, help="of each query (300)")
    parser.add_argument("--seconds", type=float, default=5, help="of each run with several connections (5)")
    parser.add_argument("--soak", type=int, default=20000, help="requests of the long run (20,000)")
    parser.add_argument("--store", help="also start a server of this store")
    options = parser.parse_args()
    print(conditions("pyoxigraph", "sengraph"), end="\n\n")
    with tempfile.TemporaryDirectory() as name:
        known = servers(Path(name))
        words, url = known["sengraph"]
        starts = {"the packaged graph": words} | (
            {options.store: [*words, "--store", options.store]} if options.store else {}
        )
        for what, command in starts.items():
            with served(command, url) as (_, _, seconds):
                print(f"From start to first answer, {what}: {seconds:.2f} s\n")
        with all_of_them(known) as urls:
            answering(urls, options.rounds)
            throughput(urls, options.seconds)
        beside_death(words, url, options.seconds)
        soak(words, url, options.soak)


@contextmanager
def all_of_them(known: dict[str, tuple[list[str], str]]) -> Iterator[dict[str, str]]:
    """Run all servers at once; give their URLs by name."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(served(words, url))[0] for name, (words, url) in known.items()}


if __name__ == "__main__":
    main()
