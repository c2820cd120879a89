"""Listens, and runs the edge and the workers until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sengraph.errors import UsageError

PORT = 7878

SAID_ELSEWHERE = ("ASGI callable returned without completing response", "Application startup failed")
"""What the server beneath says of an answer that was broken off, which the access log has, and of a failed start."""


class Settings(NamedTuple):
    """How a server is run.

    Attributes:
        store: the folder of a store; None for the packaged graph.
        queries: a folder of stored questions of one's own.
        host, port: where to listen.
        base: the IRI under which the server is known; empty for where it listens.
        workers: how many requests are answered at a time.
        timeout: seconds that an answer may take.
        rows, size: how many rows and bytes an answer may have.
        sparql: whether free queries are answered, and not only stored questions.
    """

    store: Path | None = None
    queries: Path | None = None
    host: str = "127.0.0.1"
    port: int = PORT
    base: str = ""
    workers: int = 2
    timeout: float = 30.0
    rows: int = 1_000_000
    size: int = 1 << 30
    sparql: bool = True


def run(settings: Settings, notify: Callable[[str], None] = lambda line: None) -> None:
    """Serve until a signal ends it: SIGTERM and SIGINT let what is being answered end first.

    Args:
        settings: how.
        notify: takes a line when the server listens.

    Errors:
        UsageError: it cannot listen there, or a setting is none.
        InputError: the store cannot be read.
    """
    import uvicorn

    from sengraph.serve.app import Edge, Limits, application, to_standard_error
    from sengraph.serve.pool import Pool

    listening = _listen(settings.host, settings.port)
    place = f"http://{_shown(settings.host)}:{listening.getsockname()[1]}/"
    base = settings.base or place
    pool = Pool(workers=settings.workers, timeout=settings.timeout, config=configuration(settings))
    edge = Edge(pool, base, Limits(timeout=settings.timeout), to_standard_error)
    config = uvicorn.Config(
        application(edge),
        http=_protocol(),
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=1000,
        timeout_graceful_shutdown=int(settings.timeout) + 1,
    )
    notify(f"listening at {place}" + (f", known as {base}" if base != place else ""))
    logging.getLogger("uvicorn.error").addFilter(lambda record: not record.getMessage().startswith(SAID_ELSEWHERE))
    with contextlib.closing(listening), contextlib.suppress(SystemExit):  # with which it tells that it did not start
        uvicorn.Server(config).run(sockets=[listening])
    if edge.failure:
        raise edge.failure


def configuration(settings: Settings) -> dict[str, Any]:
    """Return what a worker has to know, as JSON has it."""
    return {
        "store": None if settings.store is None else str(settings.store),
        "queries": None if settings.queries is None else str(settings.queries),
        "rows": settings.rows,
        "size": settings.size,
        "options": {"sparql": settings.sparql},
    }


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


def _protocol() -> type[asyncio.Protocol]:
    """Return the protocol of HTTP/1.1, with a time within which a request has to arrive."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Impatient(H11Protocol):
        """Closes a connection on which no request arrives in time."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._impatience = self.loop.call_later(10, self._close_if_silent)

        def connection_lost(self, exc: Exception | None) -> None:
            self._impatience.cancel()
            super().connection_lost(exc)

        def _close_if_silent(self) -> None:
            if self.cycle is None and not self.transport.is_closing():
                self.transport.close()

    return Impatient
