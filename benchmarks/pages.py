"""Pages: how long each kind takes to make, how much of that is the engine's, and what it weighs.

    python benchmarks/pages.py [--store DIR] [--rounds N]

Pages are made in this process, as a worker of the server makes them, from a warm store: each was made once before. The engine's
share is the time within its queries, which no page can go below. Without a store of the user's own, one with the 26,078
invented rows of `schools.py` is made for it. Prints Markdown; docs/benchmarks.md keeps a dated run.
"""

from __future__ import annotations

import argparse
import gzip
import io
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from machine import conditions
from schools import invented

from sengraph.ingest import ingest
from sengraph.serve.dataset import Dataset
from sengraph.serve.messages import Request
from sengraph.serve.respond import respond

PAGES = {
    "home": "/",
    "the table": "/table",
    "the table, filtered": "/table?modality=sen:modality-must",
    "who works with whom": "/people",
    "a responsibility": "/doc/code-2001/mainstream-3.1",
    "a party": "/doc/ontology/party-senco",
    "an activity": "/doc/ontology/activity-report-on-policy",
    "a passage": "/doc/code-2001/passage-mainstream-6",
    "a setting type": "/doc/ontology/setting-maintained-mainstream",
    "a modality": "/doc/ontology/modality-must",
    "a class of 26,078": "/doc/ontology/Establishment",
    "an establishment": "/doc/establishment/100000",
    "a local authority": "/doc/gias/authority-201",
    "the vocabulary": "/doc/ontology",
    "the register's types": "/doc/gias",
    "the data": "/doc/dataset",
    "why an equivalence": "/why?s=code:mainstream-1.3&p=sen:equivalentTo&o=code:special-1.3",
    "why a school is addressed": "/why?s=establishment:100000&p=sen:subjectTo&o=code:mainstream-3.1",
    "search": "/search?words=policy",
    "search among schools": "/search?words=school",
    "all questions": "/questions",
    "a question, its form": "/questions/search",
    "a question, answered": "/questions/responsibilities-of?party=senco",
    "a school's question": "/questions/responsibilities-of-school?school=100000",
    "SPARQL": "/sparql",
    "nothing there": "/nothing",
}


def made(dataset: Dataset, target: str) -> bytes:
    """Return a page."""
    path, _, query = target.partition("?")
    response = respond(
        Request("GET", path, query, {"accept": "text/html"}, b"", "http://127.0.0.1:7878/", path), dataset
    )
    if callable(response.body):
        document = io.BytesIO()
        response.body(document)
        return document.getvalue()
    return response.body


class Recorded:
    """The queries that a graph is asked while a page is made."""

    def __init__(self, dataset: Dataset) -> None:
        self._engine: Any = dataset.graph._engine
        self.queries: list[tuple[Any, ...]] = []

    def __enter__(self) -> Recorded:
        self._run = self._engine.run
        self._engine.run = lambda *arguments: self.queries.append(arguments) or self._run(*arguments)
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.run = self._run

    def seconds(self) -> float:
        """Run the queries again by themselves, and return how long they take until all they find is read."""
        start = time.perf_counter()
        for arguments in self.queries:
            answer = self._run(*arguments)
            if not isinstance(answer, ox.QueryBoolean):
                for _ in answer:
                    pass
        return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store
        if store is None:
            store, register = Path(folder, "store"), Path(folder, "register.csv")
            invented(register, 26078)
            ingest([register], store)
        dataset = Dataset.open(store)
        print(f"{conditions('pyoxigraph', 'Jinja2')}; {len(dataset.store):,} triples\n")
        print("| page | first ms | ms | in queries | queries | kB | gzip kB |\n|---|---:|---:|---:|---:|---:|---:|")
        for name, target in PAGES.items():
            print(measured(dataset, name, target, options.rounds))


def measured(dataset: Dataset, name: str, target: str, rounds: int) -> str:
    """Return a line of the table: the first making, the median of the others, and the engine's median share."""
    start = time.perf_counter()
    page = made(dataset, target)
    first = time.perf_counter() - start
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        made(dataset, target)
        times.append(time.perf_counter() - start)
    with Recorded(dataset) as recorded:
        made(dataset, target)
    share = statistics.median(recorded.seconds() for _ in range(rounds))
    median, queries = statistics.median(times), len(recorded.queries)
    size, packed = len(page) / 1000, len(gzip.compress(page, 4)) / 1000
    return f"| {name} | {first * 1e3:.1f} | {median * 1e3:.1f} | {share * 1e3:.1f} | {queries} | {size:.0f} | {packed:.0f} |"


if __name__ == "__main__":
    main()
