"""The edge: HTTP in, a request to a worker, its answer out; limits, who may ask from where, and what is told of it.

Nothing is answered here but what concerns the server itself: `/health`, `/metrics`, OPTIONS, and the
failures of a request that got no answer. A worker answers everything else, whole or not at all: where it
breaks off after the first byte, the connection is aborted, so that no client takes a part for the whole.

Sources: ASGI 3.0; RFC 9110 (HTTP); RFC 9457 (problem documents); the Fetch standard (CORS).
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from html import escape
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from sengraph.negotiate import choose
from sengraph.serve.messages import LOGGED, Request
from sengraph.serve.metrics import Metrics
from sengraph.serve.pool import BrokenOff, Busy, Pool, TimedOut
from sengraph.serve.protocol import Problem, asks_to_write

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
METHODS_TO_READ = ("GET", "HEAD", "OPTIONS")
METHODS_TO_WRITE = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
"""What is answered at /sparql, at any other place, and at a place of graphs where writing is allowed."""


PAGE = "text/html; charset=utf-8"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title} · sengraph</title></head>
<body><h1>{title}</h1><p>{detail}</p></body>
</html>
"""
"""A problem as a page, which is made where nothing but the server itself is at hand."""

CHALLENGE = 'Bearer realm="sengraph"'
LENGTH = "content-length"


class Limits(NamedTuple):
    """What a request may take.

    Attributes:
        body: bytes of a request's body.
        target: characters of its path and query.
        slow: seconds in which a body has to arrive.
        timeout: seconds for an answer to begin and to end.
        per_client: how many requests of one address are answered at a time; 0 for any number.
    """

    body: int = 1 << 20
    target: int = 64 * 1024
    slow: float = 10.0
    timeout: float = 30.0
    per_client: int = 0


class Writing(NamedTuple):
    """How changes are made.

    Attributes:
        pool: one worker, so that they are made one after the other.
        token: what a request has to bring to make one; kept here, and given to nobody.
        limits: what such a request may take.
    """

    pool: Pool
    token: bytes
    limits: Limits

    def is_allowed(self, scope: Scope) -> bool:
        """Tell whether a request brings the token, in a time that does not tell how much of it is right."""
        given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
        scheme, _, token = (given[0] if len(given) == 1 else b"").strip().partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self.token)


class ClientLeftError(Exception):
    """The client has gone."""


class Edge:
    """The application that a server runs.

    Args:
        pool: the workers.
        base: the IRI under which the server is known; it ends with a slash.
        limits: what a request may take.
        log: takes a line for each request.
        writing: how changes are made; None if there are none.

    Attributes:
        failure: why the workers could not start; None if they did.
    """

    def __init__(
        self, pool: Pool, base: str, limits: Limits, log: Callable[[str], None], writing: Writing | None = None
    ) -> None:
        self._pool, self._base, self._limits, self._log = pool, base, limits, log
        self._writing = writing
        self.failure: Exception | None = None
        self._metrics = Metrics(pool)
        self._clients = Counter[str]()

    @property
    def takes_writes(self) -> bool:
        """Whether changes are made here."""
        return self._writing is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(_in_origin_form(scope), receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the workers with the server, and stop them with it."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._pool.start()
                    if self._writing:
                        await self._writing.pool.start()
                except Exception as error:
                    self.failure = error
                    await self._pool.stop(0)
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._writing:
                    await self._writing.pool.stop(self._writing.limits.timeout)
                await self._pool.stop(self._limits.timeout)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and tell of it."""
        told = _Told(send)
        started = time.perf_counter()
        outcome = "answered"
        client = (scope.get("client") or ("",))[0]
        self._clients[client] += 1
        try:
            if 0 < self._limits.per_client < self._clients[client]:
                raise Problem(429, "too many requests of yours are answered already", {"retry-after": "5"})
            await self._reply(scope, receive, told)
        except Problem as problem:
            outcome = "refused" if problem.status < 500 else "failed"
            await told.problem(problem, scope)
        except ClientLeftError:
            outcome = "left"
        except BrokenOff as error:
            outcome, told.detail = "broken off", error.detail
            if not told.status:  # else it ends without its end: the server closes the connection, and the client knows
                await told.problem(Problem(error.status, str(error)), scope)
        finally:
            self._clients[client] -= 1
            self._clients += Counter()  # forgets who has none
            self._metrics.count(scope["method"], told.status, outcome, time.perf_counter() - started, told.sent)
            self._log(_line(scope, told, outcome, time.perf_counter() - started))

    async def _reply(self, scope: Scope, receive: Receive, told: _Told) -> None:
        methods = self._methods(scope["path"])
        allowed = {"allow": ", ".join(methods)}
        if scope["method"] not in methods:
            raise Problem(405, f"{scope['method']} is not answered here", allowed)
        if scope["method"] == "OPTIONS":
            await told.whole(204, allowed, b"")
        elif scope["path"] not in ("/health", "/metrics"):
            await self._ask(scope, receive, told)
        elif scope["path"] == "/health":
            await told.whole(*self._health())
        else:
            await told.whole(200, {"content-type": self._metrics.media_type}, self._metrics.document())

    def _methods(self, path: str) -> tuple[str, ...]:
        if path.rstrip("/") == "/sparql":
            return METHODS
        is_of_graphs = f"{path.rstrip('/')}/".startswith(("/store/", "/graph/"))
        return METHODS_TO_WRITE if self._writing and is_of_graphs else METHODS_TO_READ

    def _health(self) -> tuple[int, dict[str, str], bytes]:
        statistics = self._pool.statistics()
        well = statistics.ready > 0
        document = {"status": "ok" if well else "no worker is ready", "workers": statistics.ready}
        return 200 if well else 503, {"content-type": "application/json"}, json.dumps(document).encode()

    async def _ask(self, scope: Scope, receive: Receive, told: _Told) -> None:
        """Read a request, and have a worker answer it: one that writes only if the request may do that."""
        writing = self._writing
        may_write = writing is not None and writing.is_allowed(scope)
        limits = writing.limits if writing and may_write else self._limits
        head = _head(scope, limits, self._base)
        if writing and not may_write:
            _refuse_to_write(head)
        try:
            async with asyncio.timeout(limits.slow):
                body = await _body(receive, limits.body)
        except TimeoutError:
            raise Problem(408, "the body of the request did not arrive in time", {"connection": "close"}) from None
        request = head._replace(body=body)
        if writing and may_write and asks_to_write(request):
            await self._while_there(request, receive, told, writing.pool, limits)
            return
        if writing and not may_write:
            _refuse_to_write(request)
        if len(body) > self._limits.body:
            raise _too_long(self._limits.body)
        await self._while_there(request, receive, told, self._pool, self._limits)

    async def _while_there(
        self, request: Request, receive: Receive, told: _Told, pool: Pool, limits: Limits
    ) -> None:  # fmt: skip
        """Have a worker answer, for as long as the client is there."""
        answering = asyncio.current_task()
        assert answering
        leaving = asyncio.ensure_future(_left(receive))
        leaving.add_done_callback(lambda task: task.cancelled() or answering.cancel())
        try:
            await _pass_on(request, told, pool, limits)
        except asyncio.CancelledError:
            if not leaving.done() or answering.uncancel():  # somebody else wants it to end
                raise
            raise ClientLeftError from None
        finally:
            leaving.cancel()


async def _pass_on(request: Request, told: _Told, pool: Pool, limits: Limits) -> None:
    try:
        async with pool.answer(request) as answer:
            headers = dict(answer.headers)
            told.detail = headers.pop(LOGGED, "")
            has_length = answer.length is not None and answer.status not in (204, 304)
            await told.begin(answer.status, {**headers, **({LENGTH: str(answer.length)} if has_length else {})})
            async for part in answer.parts():
                await told.part(part)
            await told.part(b"", is_last=True)
    except Busy:
        raise Problem(503, "the server is busy: try again", {"retry-after": "5"}) from None
    except TimedOut:
        if told.status:
            raise BrokenOff("the answer took longer than it may") from None
        detail = f"the answer took longer than {limits.timeout:g} seconds: ask for less, or narrow it down"
        raise Problem(503, detail, {"retry-after": "60"}) from None


def _head(scope: Scope, limits: Limits, base: str) -> Request:
    """Read a request without its body; what it may do is kept from whoever answers it."""
    target = len(scope["raw_path"] or b"") + len(scope["query_string"])
    if target > limits.target:
        raise Problem(414, "the address is too long: send the query in the body of a POST request")
    _check_body(dict(scope["headers"]), limits.body)
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        if key != "authorization":
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
    try:
        raw_path = (scope["raw_path"] or scope["path"].encode()).decode("ascii")
        path = unquote(raw_path, errors="strict")
        query = scope["query_string"].decode("ascii")
    except UnicodeDecodeError:
        raise Problem(400, "the address is not percent-encoded UTF-8") from None
    return Request(scope["method"], path, query, headers, b"", base, raw_path)


def _refuse_to_write(request: Request) -> None:
    """Refuse a request without the token that asks for a change, which may be seen before its body is there."""
    if asks_to_write(request):
        raise Problem(401, "a change needs the token of this server", {"www-authenticate": CHALLENGE})


async def _body(receive: Receive, most: int) -> bytes:
    """Read the body of a request, which may have so many bytes."""
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_long(most)
        if not message.get("more_body"):
            return b"".join(parts)


def _too_long(most: int) -> Problem:
    return Problem(413, f"the body is longer than {most:,} bytes", {"connection": "close"})


class _Told:
    """What a client is sent: the status, and how many bytes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = self.sent = 0
        self.detail = ""

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self.status = status
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        pairs.append((b"x-content-type-options", b"nosniff"))
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def part(self, body: bytes, *, is_last: bool = False) -> None:
        """Send a part of its body."""
        self.sent += len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": not is_last})

    async def whole(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send an answer at once."""
        await self.begin(status, {**headers, **({} if status == 204 else {"content-length": str(len(body))})})
        await self.part(body, is_last=True)

    async def problem(self, problem: Problem, scope: Scope) -> None:
        """Send a problem document."""
        title = HTTPStatus(problem.status).phrase
        accept = b", ".join(value for name, value in scope["headers"] if name.lower() == b"accept").decode("latin-1")
        media_type = choose(accept, ["application/problem+json", "application/json", PAGE]) or ""
        if media_type == PAGE:
            body = _PAGE.format(title=escape(title), detail=escape(str(problem))).encode()
            told = {"content-type": PAGE, "content-security-policy": "default-src 'none'"}
        else:
            document = {"type": "about:blank", "title": title, "status": problem.status, "detail": str(problem)}
            body, told = json.dumps(document).encode(), {"content-type": "application/problem+json"}
        await self.whole(problem.status, {**told, **problem.headers}, body)


def _in_origin_form(scope: Scope) -> Scope:
    """Return a request whose target is a path, where it came as a whole address (RFC 9112, section 3.2.2)."""
    target = scope.get("raw_path") or b""
    if not target.lower().startswith((b"http://", b"https://")):
        return scope
    path = b"/" + target.split(b"/", 3)[3] if target.count(b"/") > 2 else b"/"
    return {**scope, "raw_path": path, "path": unquote(path.decode("ascii"))}


def _check_body(headers: Mapping[bytes, bytes], most: int) -> None:
    """Refuse a body before any of it is read: of two lengths (RFC 9112, 6.1), encoded, or too long and held back.

    One that is too long and comes unasked is read first, as far as may be: few clients read an answer before they have
    sent all.
    """
    length, coding = headers.get(b"content-length", b"0"), headers.get(b"content-encoding", b"identity").lower()
    if b"transfer-encoding" in headers and b"content-length" in headers:
        raise Problem(400, "the body has a length and is chunked: send one of both", {"connection": "close"})
    if b"expect" in headers and int(length) > most:
        raise _too_long(most)
    if coding not in (b"", b"identity"):
        raise Problem(415, "the body is compressed: send it as it is", {"accept-encoding": "identity"})


async def _left(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _line(scope: Scope, told: _Told, outcome: str, seconds: float) -> str:
    """Return a line of the access log: JSON, without the query, which may be long or not for everybody."""
    client = scope.get("client") or ("", 0)
    return json.dumps(
        {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "client": client[0],
            "method": scope["method"],
            "path": scope["path"],
            "status": told.status,
            "bytes": told.sent,
            "milliseconds": round(seconds * 1000, 1),
            "outcome": outcome,
            **({"detail": told.detail} if told.detail else {}),
        }
    )


class _WhereWanted:
    """Has answers compressed for whoever accepts gzip, not for who names it to refuse it (RFC 9110, section 12.5.3)."""

    def __init__(self, compressed: Any) -> None:
        self._compressed = compressed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = scope.get("headers", ())
        if any(name == b"accept-encoding" and REFUSES_GZIP.search(value) for name, value in headers):
            scope = {**scope, "headers": [pair for pair in headers if pair[0] != b"accept-encoding"]}
        await self._compressed(scope, receive, send)


REFUSES_GZIP = re.compile(rb"gzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)", re.IGNORECASE)


def application(edge: Edge) -> Any:
    """Return the application that a server runs: the edge, with compression, and open to pages of other origins."""
    exposed = ["ETag", "Link", "Location", "Content-Location", "Retry-After", "WWW-Authenticate"]
    methods = [*METHODS, *(("PUT", "DELETE") if edge.takes_writes else ())]
    compressed = _WhereWanted(GZipMiddleware(edge, minimum_size=1024, compresslevel=4))
    return CORSMiddleware(
        compressed, allow_origins=["*"], allow_methods=methods, allow_headers=["*"], expose_headers=exposed
    )


def to_standard_error(line: str) -> None:
    """Write a line of the access log; nobody's request fails because nobody reads it any more."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)  # noqa: T201
