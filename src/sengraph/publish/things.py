"""The documents of things and the pages that tell why: one after the other, or by several processes at once.

A process opens the data for itself and writes files, and hands back only what they are called and their digests.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from sengraph import linked
from sengraph.errors import LimitError, UsageError
from sengraph.pages.html import ALTERNATES
from sengraph.pages.things import thing_page
from sengraph.pages.vocabulary import vocabulary_page
from sengraph.pages.why import why_page
from sengraph.publish.files import Draft, Written
from sengraph.publish.places import Links, Places, why_file
from sengraph.render import graph_bytes
from sengraph.terms import ESTABLISHMENT

if TYPE_CHECKING:
    from sengraph.graph import Graph

BATCH = 50
"""How many documents are made before what was made is told."""

REASONS = 100
"""How many pages that tell why are made from one opening of the data. Which of several equally short proofs is found
depends on what was proved before; so the pages of a batch are always the same ones, in the same order."""

ALONE = 200
"""How many documents one process makes sooner than others are started."""

THING, WHY, BESIDE = "thing", "why", "beside"
"""What is made: the document of a thing, a page that tells why, the document of an ontology that tells of the
graph and is not in it, or of one of its terms."""


class Job(NamedTuple):
    """What a process is told.

    Attributes:
        store: the folder of the database; None for the packaged graph.
        aligned: the files of alignments that the packaged graph has.
        places: the places of the site.
        root, old: as `files.Draft`.
        reasons: whether things of the register have pages that tell why, too.
    """

    store: Path | None
    aligned: list[Path]
    places: Places
    root: Path
    old: Path
    reasons: bool


class Made(NamedTuple):
    """What was made: files, pages that tell why and are linked there, forms that some things lack, how many things."""

    files: list[Written]
    reasons: set[str]
    lacking: list[str]
    number: int


def graph_of(job: Job) -> Graph:
    """Open the data that is published."""
    from sengraph.graph import open_graph

    return open_graph(store=job.store, align=job.aligned)


def graph_beside() -> Graph:
    """Open the ontologies that tell of the graph and are not in it."""
    from sengraph import load
    from sengraph.graph import open_graph

    return open_graph(*load.beside().values(), inference=False)


class Maker:
    """Makes documents.

    Args:
        graph: the data.
        job: what to make of it.
    """

    def __init__(self, graph: Graph, job: Job) -> None:
        self._graphs = {THING: graph}
        self._job, self._places = job, job.places
        self._draft = Draft(job.root, job.old)
        self._ontologies: dict[str, dict[str, str]] = {}

    def make(self, tasks: Iterable[tuple[str, str]]) -> Made:
        """Make some documents.

        Args:
            tasks: of each, what it is (`THING`, `WHY`, `BESIDE`), and an IRI or a place.
        """
        made = Made([], set(), [], 0)
        number, reasoned = 0, None
        for kind, name in tasks:
            number += 1
            if kind == WHY:
                reasoned = reasoned or graph_of(self._job)
                made.files.append(self._why(reasoned, name))
            else:
                self._thing(kind, name, made)
        return made._replace(number=number)

    def _thing(self, kind: str, iri: str, made: Made) -> None:
        """Write a thing's document in all forms."""
        if kind == BESIDE and BESIDE not in self._graphs:
            self._graphs[BESIDE] = graph_beside()
        graph, base = self._graphs[kind], self._places.base
        if kind not in self._ontologies:
            self._ontologies[kind] = linked.vocabularies(graph)
        is_ontology = iri in self._ontologies[kind]
        stem = self._places.stem(self._places.place_of(iri))
        triples = (linked.vocabulary if is_ontology else linked.description)(graph, iri, base)
        lacking = []
        for name in ALTERNATES:
            try:
                content = graph_bytes(triples, name)
            except UsageError:  # RDF/XML cannot state every triple
                lacking.append(f"{stem}.{name}")
            else:
                made.files.append(self._draft.write(f"{stem}.{name}", content))
        has_reasons = kind == THING and (self._job.reasons or not iri.startswith(ESTABLISHMENT))
        link = Links(self._places, f"{stem}.html", made.reasons if has_reasons else None, lacking)
        page = (vocabulary_page if is_ontology else thing_page)(graph, link, iri)
        made.files.append(self._draft.write(f"{stem}.html", page))
        made.lacking.extend(lacking)

    def _why(self, graph: Graph, place: str) -> Written:
        """Write a page that tells why a statement follows."""
        file = why_file(place)
        given = parse_qs(place.partition("?")[2], errors="replace")
        terms = [given.get(name, [""])[0] for name in "spo"]
        link = Links(self._places, file)
        try:
            page = why_page(graph, link, *terms)
        except LimitError as error:
            from sengraph.pages.html import render

            page = render("problem.html", link, title="Too long to be told", status="", detail=str(error))
        return self._draft.write(file, page)


# ----------------------------------------------------------------------------- processes

_maker: Maker | None = None


def _begin(job: Job) -> None:
    """Open the data in a process of its own, which ends with the one that started it."""
    import signal
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it is interrupted too, and ends it
    parent = parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()
    _maker = Maker(graph_of(job), job)


def _make(tasks: list[tuple[str, str]]) -> Made:
    assert _maker is not None
    return _maker.make(tasks)


def in_batches(tasks: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield lists of tasks: the pages that tell why come by themselves, behind all others."""
    for is_why, group in groupby(tasks, lambda task: task[0] == WHY):
        while batch := [*islice(group, REASONS if is_why else BATCH)]:
            yield batch


def make_all(
    graph: Graph, job: Job, tasks: Iterator[tuple[str, str]], number: int, workers: int
) -> Iterator[Made]:  # fmt: skip
    """Make documents, and yield what was made, batch by batch in the order of the tasks.

    Args:
        graph: the data, for what is made here.
        job: what to make.
        tasks: as `Maker.make`.
        number: how many there are.
        workers: how many processes to use; few documents are made in this one.

    Errors:
        LimitError: a process was ended from outside, as the system does where there is no memory left.
    """
    if workers < 2 or number < ALONE:
        maker = Maker(graph, job)
        yield from map(maker.make, in_batches(tasks))
        return
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (job,))
    running: deque[Future[Made]] = deque()
    try:
        for batch in in_batches(tasks):
            running.append(pool.submit(_make, batch))
            if len(running) > 4 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    except BrokenProcessPool:
        raise LimitError(
            "a process that made pages was ended from outside: the memory may be full. Try --workers 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


Progress = Callable[[int, int], None]
"""Takes how many documents there are by now, and how many there will be."""
