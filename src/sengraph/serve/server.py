"""Listens, and runs the edge and the workers until a signal ends it."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sengraph import load
from sengraph.errors import UsageError
from sengraph.versions import refuse_foreign

if TYPE_CHECKING:
    from sengraph.serve.app import Writing

PORT = 7878

TOKEN_NAME = "SENGRAPH_TOKEN"  # noqa: S105 - the name of a variable of the environment
TOKEN = re.compile(r"(?=.{16})[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""What a token is: RFC 6750, section 2.1, and too long to be guessed."""

LARGEST_BODY = 250 << 20
"""How many bytes a request for a change can have at most, however it is set."""

WRITE = "sengraph.serve.write:respond"

SAID_ELSEWHERE = ("ASGI callable returned without completing response", "Application startup failed")
"""What the server beneath says of an answer that was broken off, which the access log has, and of a failed start."""


class Settings(NamedTuple):
    """How a server is run.

    Attributes:
        store: the folder of a store; None for the packaged graph.
        align: alignments to have in the packaged graph, as `sengraph.graph.open_graph`.
        queries: a folder of stored questions of one's own.
        host, port: where to listen.
        base: the IRI under which the server is known; empty for where it listens.
        workers: how many requests are answered at a time.
        timeout: seconds that an answer may take.
        rows, size: how many rows and bytes an answer may have.
        sparql: whether free queries are answered, and not only stored questions.
        services: endpoints that a query may ask by SERVICE, by their IRIs; none if it is empty.
        per_client: how many requests of one address are answered at a time; 0 for any number.
        write_timeout: seconds that a change may take.
        body: bytes that a request for a change may have.
    """

    store: Path | None = None
    align: tuple[str, ...] = ()
    queries: Path | None = None
    host: str = "127.0.0.1"
    port: int = PORT
    base: str = ""
    workers: int = 2
    timeout: float = 30.0
    rows: int = 1_000_000
    size: int = 1 << 30
    sparql: bool = True
    services: tuple[str, ...] = ()
    per_client: int = 0
    write_timeout: float = 300.0
    body: int = 100 << 20


def run(
    settings: Settings, notify: Callable[[str], None] = lambda line: None, *, token: str | None = None
) -> None:  # fmt: skip
    """Serve until a signal ends it: SIGTERM and SIGINT let what is being answered end first.

    Args:
        settings: how.
        notify: takes a line when the server listens.
        token: what a request has to bring to change the store; None if nothing can be changed.

    Errors:
        UsageError: it cannot listen there, a setting is none, or there is no such alignment.
        InputError: the store cannot be read.
    """
    import uvicorn

    from sengraph.graph import refuse_alignment
    from sengraph.serve.app import Edge, Limits, application, to_standard_error
    from sengraph.serve.connection import Connection
    from sengraph.serve.pool import Pool

    if (aligned := load.aligned(settings.align)) and settings.store is not None:
        refuse_alignment(aligned, settings.store)
    if token is not None:
        _check_writing(settings.store, token)
    listening = _listen(settings.host, settings.port)
    place = f"http://{_shown(settings.host)}:{listening.getsockname()[1]}/"
    base = settings.base or place
    pool = Pool(workers=settings.workers, timeout=settings.timeout, config=configuration(settings, writes=bool(token)))
    limits = Limits(timeout=settings.timeout, per_client=settings.per_client)
    edge = Edge(pool, base, limits, to_standard_error, _writing(settings, token))
    config = uvicorn.Config(
        application(edge),
        http=Connection,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(max(settings.timeout, settings.write_timeout if token else 0)) + 1,
    )
    known = f", known as {base}" if base != place else ""
    notify(f"listening at {place}{known}{', and takes changes from who has the token' if token else ''}")
    logging.getLogger("uvicorn.error").addFilter(lambda record: not record.getMessage().startswith(SAID_ELSEWHERE))
    with contextlib.closing(listening), contextlib.suppress(SystemExit):  # with which it tells that it did not start
        uvicorn.Server(config).run(sockets=[listening])
    if edge.failure:
        raise edge.failure


def _check_writing(store: Path | None, token: str) -> None:
    """Refuse a token that protects nothing, or a store that cannot be changed.

    Errors:
        UsageError: the token is short or cannot be sent, or there is no store.
        InputError: the store has no versions.
    """
    if not TOKEN.fullmatch(token):
        raise UsageError(
            f"{TOKEN_NAME} is set, but to nothing that keeps strangers out: give it 16 characters or more of A-Z a-z "
            "0-9 - . _ ~ + / (try: openssl rand -hex 32); unset it if nothing is to be changed"
        )
    if store is None:
        raise UsageError(
            f"{TOKEN_NAME} is set, but the packaged graph cannot be changed: give a store with --store, or unset it"
        )
    refuse_foreign(store)


def _writing(settings: Settings, token: str | None) -> Writing | None:
    """Return how changes are made; None if there are none."""
    from sengraph.serve.app import Limits, Writing
    from sengraph.serve.pool import Pool

    if token is None:
        return None
    config = {"store": str(settings.store), "respond": WRITE, "options": {"store": str(settings.store)}}
    seconds = settings.write_timeout
    pool = Pool(workers=1, timeout=seconds, slow=0, waiting=32, patience=seconds, config=config)
    return Writing(pool, token.encode(), Limits(body=settings.body, slow=60.0, timeout=seconds))


def configuration(settings: Settings, *, writes: bool = False) -> dict[str, Any]:
    """Return what a worker that reads has to know, as JSON has it.

    Args:
        settings: how the server is run.
        writes: whether changes are made by another worker.
    """
    from sengraph.serve.pool import SLOW

    return {
        "store": None if settings.store is None else str(settings.store),
        "align": [*settings.align],
        "queries": None if settings.queries is None else str(settings.queries),
        "rows": settings.rows,
        "size": settings.size,
        "memory": share_of_memory(settings.workers + SLOW),
        "options": {"sparql": settings.sparql, "services": [*settings.services], "writes": writes},
    }


def share_of_memory(processes: int) -> int:
    """Return how many bytes of data each of some processes may have, so that all of them fit: 3/4 of what there is.

    What there is: the machine's memory, or that of the container (cgroup v2) if it is less. Half a gigabyte at least.
    """
    there_is = [64 << 30]
    with contextlib.suppress(AttributeError, ValueError, OSError):  # a system that does not tell
        there_is.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        there_is.append(int(Path("/sys/fs/cgroup/memory.max").read_text()))  # `max` where there is no limit
    return max(min(there_is) * 3 // 4 // processes, 1 << 29)


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, or tell why there can be none.

    Its protocol is named, because asyncio sends small answers at once (TCP_NODELAY) only where it is.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":  # elsewhere it would share a port that another listens at
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(1024)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        fault = getattr(error, "strerror", None) or error
        raise UsageError(
            f"cannot listen at {host}, port {port}: {fault}. Choose another with --host and --port"
        ) from None
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
