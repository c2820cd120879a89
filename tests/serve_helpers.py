"""Functions that answer in a worker, for the tests of the pool: each does one thing, by the path of the request."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from sengraph.errors import LimitError, UsageError
from sengraph.serve.messages import Dataset, Request, Response

OF_DEATH = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""A query that takes longer than anybody waits: the packaged graph has some 10,000 triples, so 10^12 rows."""

Routes = dict[str, Callable[[Request, Dataset], Response]]
TEXT = {"content-type": "text/plain"}


def echo(request: Request, dataset: Dataset) -> Response:
    """Answer with the body of the request."""
    return Response(200, TEXT | {"x-query": request.query}, request.body)


def death(request: Request, dataset: Dataset) -> Response:
    """Answer the query of death, which never ends."""
    return query(request._replace(body=OF_DEATH.encode()), dataset)


def query(request: Request, dataset: Dataset) -> Response:
    """Answer the SPARQL query that is the body, in CSV."""
    raw = dataset.graph.run(request.body.decode())
    from sengraph.render import write_answer

    return Response(200, {"content-type": "text/csv"}, lambda output: write_answer(raw, "csv", output))


def large(request: Request, dataset: Dataset) -> Response:
    """Answer with as many megabytes as the query string says, then do what stands behind a `+`."""
    count, _, then = request.query.partition("+")

    def write(output: IO[bytes]) -> None:
        for _ in range(int(count)):
            output.write(b"x" * (1 << 20))
        if then:
            ROUTES[f"/{then}"](request, dataset)

    return Response(200, TEXT, write)


def crash(request: Request, dataset: Dataset) -> Response:
    """End the process as a fault in the engine does."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def sleep(request: Request, dataset: Dataset) -> Response:
    """Take as many seconds as the query string says, without a word."""
    time.sleep(float(request.query))
    return Response(200, TEXT, str(os.getpid()).encode())


def fail(request: Request, dataset: Dataset) -> Response:
    """Raise what nobody foresaw."""
    raise ZeroDivisionError("nobody foresaw this")


def refuse(request: Request, dataset: Dataset) -> Response:
    """Raise errors of ours while the body is written, as a format does that cannot hold an answer."""

    def write(output: IO[bytes]) -> None:
        raise {"usage": UsageError, "limit": LimitError}[request.query]("told why")

    return Response(200, TEXT, write)


def devour(request: Request, dataset: Dataset) -> Response:
    """Want a gigabyte."""
    return Response(200, TEXT, str(len(bytearray(1 << 30))).encode())


def sockets() -> list[int]:
    """Return the descriptors of the sockets that this process has."""
    return [number for number, link in descriptors().items() if link.startswith("socket:")]


def descriptors() -> dict[int, str]:
    """Return what the descriptors of this process lead to; that of the listing itself is not among them."""
    found = {}
    for path in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found[int(path.name)] = str(path.readlink())
    return found


def raw(request: Request, dataset: Dataset) -> Response:
    """Send the body of the request past all frames, then do nothing for as long as the query string says."""
    os.write(sockets()[0], request.body)
    return sleep(request, dataset)


def hasten(request: Request, dataset: Dataset) -> Response:
    """Have the process end itself so many seconds after a limit."""
    vars(sys.modules["__main__"])["LATER"] = float(request.query)
    return Response(200, TEXT, b"")


def look(request: Request, dataset: Dataset) -> Response:
    """Tell of the process: its descriptors, signals, environment and data."""
    told = {
        "pid": os.getpid(),
        "descriptors": sorted(descriptors().values()),
        "interrupt": str(signal.getsignal(signal.SIGINT)),
        "terminate": str(signal.getsignal(signal.SIGTERM)),
        "environment": dict(os.environ),
        "version": dataset.version,
        "triples": len(dataset.store),
        "questions": len(dataset.graph.questions.names),
    }
    return Response(200, TEXT, json.dumps(told).encode())


ROUTES: Routes = {
    f"/{function.__name__}": function
    for function in (echo, death, query, large, crash, sleep, fail, refuse, devour, raw, hasten, look)
}


def respond(request: Request, dataset: Dataset) -> Response:
    """Answer by the path."""
    return ROUTES[request.path](request, dataset)
