"""The workers as the server sees them: who is free, who takes too long, who has to be started again.

    async with pool.answer(request) as answer:
        answer.status, answer.headers
        async for part in answer.parts():
            ...

A request waits in a queue until a worker is free, and has that worker for itself until its answer is whole. What takes
longer than it may, or is no longer wanted, is killed with its worker, and another one is started in its place. An
answer of up to a megabyte is taken from the worker at once, however slowly the client reads; a longer one is read from
the worker as it is passed on, so that the server holds little of it.

So that some slow answers do not keep all others waiting, a worker that has been busy for half a second goes on with a
low priority, and another one is started in its place; when the slow one has answered, it is ended.

    starting -> free -> busy -> free ...
                        busy -> slow -> dead      another one is started when it becomes slow
    any of these             -> dead              another one is started, after a pause if this one never answered
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sengraph import errors
from sengraph.errors import LimitError, SengraphError
from sengraph.serve import messages
from sengraph.serve.messages import Malformed, Request

SECRETS = ("SENGRAPH_TOKEN", "SENGRAPH_USER", "SENGRAPH_PASSWORD", "SENGRAPH_BEARER")
"""Variables of the environment that are not for workers, which answer strangers."""

PAUSES = (0.0, 0.1, 0.5, 2.0, 10.0)
"""Seconds before the next worker is started when so many in a row ended before they answered; then the last one."""

QUICK = 0.5
"""Seconds after which a worker that is busy counts as slow."""

SLOW = 4
"""How many workers there may be besides, with answers that take longer than that."""

LOW_PRIORITY = 10
"""The niceness of a slow worker."""

OURS = "the answer broke off: this is a fault of the server"
OUT_OF_MEMORY = (
    "the answer broke off: its process ended. Perhaps the query is too long, or needs more memory than it may have: "
    "ask for less"
)


class Busy(LimitError):  # noqa: N818 - the state of the server
    """No worker was free in time, too many requests wait already, or the server is about to end."""


class TimedOut(LimitError):  # noqa: N818
    """An answer took longer than it may; its worker was killed."""


class BrokenOff(SengraphError):  # noqa: N818
    """An answer broke off: its worker said so, or ended.

    Attributes:
        status: the HTTP status that tells this while no head was sent: 413 beyond a limit on rows or bytes, 500 for
            most others.
        detail: for the server's log, not for the client; may be empty.
    """

    def __init__(self, message: str, status: int = 500, detail: str = "") -> None:
        super().__init__(message)
        self.status, self.detail = status, detail


class Statistics(NamedTuple):
    """What a pool has done, and does at the moment.

    Attributes:
        workers: how many there are to be.
        ready: how many can take a request or have one.
        busy: how many have one.
        slow: how many of these are slow, and do not count as one of `workers` any more.
        waiting: how many requests wait for a worker.
        requests: how many were given to a worker.
        refused: how many were not, because no worker was free in time.
        killed: how many workers were killed or ended by themselves, by reason: `timeout`, `client` (it left), `died`,
            `memory`, `malformed` (what it sent), `start` (it never was ready).
        restarts: how many were started in the place of another.
        version: of the data, as the worker that answered last has it.
        fault: why the version on disk could not be taken up; empty if all is well.
    """

    workers: int
    ready: int
    busy: int
    slow: int
    waiting: int
    requests: int
    refused: int
    killed: Mapping[str, int]
    restarts: int
    version: str
    fault: str


class Answer:
    """An answer as it comes from a worker.

    Attributes:
        status: the status code.
        headers: by name in lower case.
        length: how many bytes the body has; None where that is not known before its end.
    """

    def __init__(self, head: Mapping[str, Any], parts: AsyncIterator[bytes]) -> None:
        self.status: int = head["status"]
        self.headers: Mapping[str, str] = head["headers"]
        self.length: int | None = head["length"]
        self._parts = parts

    def parts(self) -> AsyncIterator[bytes]:
        """Yield the body in parts, once.

        Errors:
            TimedOut: it took too long.
            BrokenOff: it is not whole.
        """
        return self._parts


class _Worker(asyncio.Protocol):
    """A worker process and the socket to it.

    Attributes:
        reason: why it is not to be used any more; empty while it is.
        dead: done when it is not to be used any more.
        replaceable: set when another one is to be started in its place.
        answered: how many requests it was given.
        state: what it told last about its data.
    """

    def __init__(self) -> None:
        self.reason = ""
        self.dead: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.replaceable = asyncio.Event()
        self.answered = 0
        self.state: Mapping[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.Transport | None = None
        self._answering = False
        self._buffer = bytearray()
        self._frames = deque[tuple[int, bytes]]()
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._fault = ""

    # ---------------------------------------------------------------------- its life

    async def start(self, configuration: Mapping[str, Any]) -> None:
        """Start the process, and wait until it is ready.

        Errors:
            SengraphError: what the worker says why it cannot open its data; that it ended, or sent something else.
            OSError: there can be no more processes or descriptors.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _spawn(configuration, theirs.fileno())
            await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        except BaseException:
            ours.close()
            raise
        try:
            kind, payload = await self._receive()
        except BrokenOff as error:
            raise BrokenOff(f"a worker ended before it had opened the data ({error.detail})") from None
        if kind == messages.BROKE:
            raise _not_started(self._read(payload))
        if kind != messages.READY:
            raise self._malformed(f"{chr(kind)} before it was ready")
        self.state = self._read(payload)

    def kill(self, reason: str) -> None:
        """Kill it; a second time does nothing."""
        if self.reason:
            return
        self.reason = reason
        if self._process is not None:
            self._process.kill()
        if self._transport is not None:
            self._transport.abort()
        self._wake()
        self.replaceable.set()
        if not self.dead.done():
            self.dead.set_result(None)

    def slow_down(self) -> None:
        """Have it go on with a low priority, and another one started in its place."""
        with suppress(OSError):  # it has just ended
            os.setpriority(os.PRIO_PROCESS, self.pid, LOW_PRIORITY)
        self.replaceable.set()

    async def reap(self) -> int:
        """Wait until the system has put the process away, and return its exit code."""
        return 0 if self._process is None else await asyncio.to_thread(self._process.wait)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return 0 if self._process is None else self._process.pid

    @property
    def is_free(self) -> bool:
        """Whether it can take a request: one that was killed cannot, nor one that sends without being asked."""
        if not (self.reason or self._answering) and (self._frames or self._buffer):
            self._malformed("something without being asked")
        return not (self.reason or self._answering)

    # ---------------------------------------------------------------------- one answer

    def ask(self, request: Request, seconds: float) -> None:
        """Send it a request, and how many seconds it may take.

        Errors:
            BrokenOff: the request is too long.
        """
        try:
            content = messages.pack_request(request, self.answered + 1, seconds)
        except Malformed as error:
            raise BrokenOff(str(error), 413) from None
        self._answering = True
        self.answered += 1
        assert self._transport is not None
        self._transport.write(content)

    async def head(self) -> Mapping[str, Any]:
        """Return the head of its answer.

        Errors:
            TimedOut, BrokenOff: there is no answer.
        """
        kind, payload = await self._receive()
        if kind == messages.BROKE:
            raise self._broken(payload)
        head = self._read(payload)
        if kind != messages.HEAD or not _is_head(head):
            raise self._malformed(f"{chr(kind)} {payload[:100]!r} for a head")
        return head

    async def parts(self, length: int | None) -> AsyncIterator[bytes]:
        """Yield the body of its answer, which has this length if that is known.

        Errors:
            TimedOut, BrokenOff: the answer is not whole.
        """
        found = 0
        while True:
            kind, payload = await self._receive()
            if kind == messages.BODY:
                found += len(payload)
                yield payload
            elif kind == messages.BROKE:
                raise self._broken(payload)
            elif kind == messages.END and length in (None, found):
                self.state = self._read(payload)
                self._answering = False
                return
            else:
                raise self._malformed(f"{chr(kind)} after {found} bytes of {length}")

    def _broken(self, payload: bytes) -> BrokenOff:
        """Return the error that a worker tells; it is free again, unless it ran out of memory."""
        told = self._read(payload)
        self._answering = False
        if told.get("error") == "MemoryError":
            self.kill("memory")
            return BrokenOff(OUT_OF_MEMORY)
        status = told.get("status")
        detail = str(told.get("detail") or "")
        return BrokenOff(str(told.get("message") or OURS), status if isinstance(status, int) else 500, detail)

    def _malformed(self, what: str) -> BrokenOff:
        """Kill it for what it sent, and return the error that tells that."""
        self._fault = self._fault or f"a worker sent {what}"
        self.kill("malformed")
        return BrokenOff(OURS, detail=self._fault)

    def _read(self, payload: bytes) -> dict[str, Any]:
        """Return the JSON of a frame that is about the request that it was given last."""
        try:
            told = messages.read_json(payload)
        except Malformed as error:
            raise self._malformed(str(error)) from None
        if told.get("number") != self.answered:
            raise self._malformed(f"what is about request {told.get('number')!r}, not {self.answered}")
        return told

    # ---------------------------------------------------------------------- its frames

    async def _receive(self) -> tuple[int, bytes]:
        """Return the kind and the payload of the next frame.

        Errors:
            TimedOut, BrokenOff: there is none.
        """
        while not self._frames:
            if self.reason:
                raise await self._ended()
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        kind, payload = self._frames.popleft()
        self._held -= len(payload)
        if self._held < messages.PART and self._transport is not None and not self.reason:
            self._transport.resume_reading()
        return kind, payload

    async def _ended(self) -> SengraphError:
        """Return the error that tells why nothing more comes."""
        if self.reason == "timeout":
            return TimedOut("the answer took longer than it may")
        if self.reason == "stop":
            return BrokenOff("the server ended before the answer was whole", 503)
        if self.reason != "died":
            return BrokenOff(OURS, detail=self._fault or self.reason)
        code = await self.reap()
        return BrokenOff(OUT_OF_MEMORY, detail=signal.Signals(-code).name if code < 0 else f"exit code {code}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take apart what came in; stop reading while enough of it is held."""
        buffer, place, size = self._buffer, 0, messages.HEADER.size
        buffer += data
        try:
            while len(buffer) - place >= size:
                length, kind = messages.lengths(buffer[place : place + size])
                if len(buffer) - place - size < length:
                    break
                self._frames.append((kind, bytes(buffer[place + size : place + size + length])))
                self._held += length
                place += size + length
        except Malformed as error:
            self._malformed(str(error))
        del buffer[:place]
        if self._held > 2 * messages.PART and self._transport is not None and not self.reason:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the process has ended."""
        self.kill("died")

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Pool:
    """Some worker processes, and the requests that wait for them. It lives in one event loop.

    Args:
        workers: how many requests are answered at a time.
        timeout: seconds that an answer may take, from when a worker has the request until the last of it was read.
        slow: how many workers there may be besides, with answers that have taken more than half a second.
        waiting: how many requests may wait for a worker.
        patience: seconds that a request waits for a worker.
        start: seconds that a worker may take to open its data.
        config: what the workers have to know: the fields of `worker.Configuration`, as JSON has them.
    """

    def __init__(
        self,
        workers: int = 2,
        timeout: float = 30.0,
        *,
        slow: int = SLOW,
        waiting: int = 128,
        patience: float = 10.0,
        start: float = 60.0,
        config: Mapping[str, Any],
    ) -> None:
        self._size, self._timeout, self._longest_start = workers, timeout, start
        self._most_slow, self._most_waiting, self._patience = slow, waiting, patience
        self._configuration = config
        self._keepers = list[asyncio.Task[None]]()
        self._reaping = set[asyncio.Task[int]]()
        self._ready = set[_Worker]()
        self._busy = dict[_Worker, float]()  # and since when, the longest first
        self._slow = set[_Worker]()
        self._free = deque[_Worker]()
        self._waiting = deque[asyncio.Future[_Worker]]()
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._killed = Counter[str]()
        self._requests = self._refused = self._restarts = 0
        self._state: Mapping[str, Any] = {}

    # ---------------------------------------------------------------------- for the server

    async def start(self) -> None:
        """Start the workers, and wait until one is ready.

        Errors:
            SengraphError: none can be; what the first of them says.
        """
        first = [asyncio.get_running_loop().create_future() for _ in range(self._size)]
        self._keepers = [asyncio.create_task(self._keep(outcome)) for outcome in first]
        failures = []
        for outcome in asyncio.as_completed(first):
            if (failure := await outcome) is None:
                return
            failures.append(failure)
        await self.stop(grace=0)
        raise failures[0]

    async def stop(self, grace: float = 5.0) -> None:
        """Take no more requests, let the answers that are under way end, and end the workers.

        Args:
            grace: seconds that the answers may take; then they are broken off.
        """
        self._stopping = True
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(Busy("the server is about to end"))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), grace)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for worker in self._ready:
            worker.kill("stop")
        await asyncio.sleep(0)  # they are buried
        await asyncio.gather(*self._reaping)

    @asynccontextmanager
    async def answer(self, request: Request, *, timeout: float | None = None) -> AsyncIterator[Answer]:
        """Have a worker answer a request. Who leaves the block before a long answer has ended, ends its worker too.

        Args:
            request: the request.
            timeout: seconds that the answer may take, if not those of the pool.

        Returns:
            a context manager that gives the answer.

        Errors:
            Busy: no worker was free in time.
            TimedOut: it did not begin in time; or, from `parts`, did not end in time.
            BrokenOff: there is none; or, from `parts`, no more of it.
        """
        seconds = self._timeout if timeout is None else timeout
        with ExitStack() as lent:
            worker = await self._next_free()
            lent.callback(self._give_back, worker)
            for after, do in ((seconds, partial(worker.kill, "timeout")), (QUICK, self._set_apart)):
                lent.callback(asyncio.get_running_loop().call_later(after, do).cancel)
            worker.ask(request, seconds)
            head = await worker.head()
            parts = worker.parts(head["length"])
            if head["length"] is not None:  # it is short: whoever reads it slowly does not keep the worker
                parts = _each([part async for part in parts])
                lent.close()
            yield Answer(head, parts)

    def statistics(self) -> Statistics:
        """Return what was done, and what is done now."""
        return Statistics(
            workers=self._size,
            ready=len(self.processes()),
            busy=len(self._busy),
            slow=len(self._slow),
            waiting=len(self._waiting),
            requests=self._requests,
            refused=self._refused,
            killed=dict(self._killed),
            restarts=self._restarts,
            version=str(self._state.get("version", "")),
            fault=str(self._state.get("fault", "")),
        )

    def processes(self) -> list[int]:
        """Return the numbers of the processes of the workers that are ready, sorted."""
        return sorted(worker.pid for worker in self._ready if not worker.reason)

    # ---------------------------------------------------------------------- who is next

    async def _next_free(self) -> _Worker:
        """Wait for a worker, behind those that wait already."""
        while True:
            worker = self._free.popleft() if self._free and not self._stopping else await self._turn()
            if worker.is_free:
                self._busy[worker] = asyncio.get_running_loop().time()
                self._idle.clear()
                self._requests += 1
                return worker

    async def _turn(self) -> _Worker:
        """Wait in the queue."""
        if self._stopping or len(self._waiting) >= self._most_waiting:
            self._refused += 1
            raise Busy("the server is about to end" if self._stopping else "too many requests wait already")
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._set_free(turn.result())  # it was called just as it left
            if not isinstance(error, TimeoutError | Busy):
                raise
            self._refused += 1
            raise Busy(str(error) or "no worker was free in time") from None
        finally:
            with suppress(ValueError):  # it was called
                self._waiting.remove(turn)

    def _set_free(self, worker: _Worker) -> None:
        """Give a worker to the request that has waited longest, or keep it for the next one."""
        while self._waiting and worker.is_free:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        if worker.is_free:
            self._free.append(worker)

    def _give_back(self, worker: _Worker) -> None:
        """Take back a worker; one that has not come to the end of its answer is killed."""
        del self._busy[worker]
        self._state = worker.state
        if not self._busy:
            self._idle.set()
        if worker.is_free and worker not in self._slow:
            self._set_free(worker)
        else:
            worker.kill("slow" if worker.is_free else "client")

    def _set_apart(self) -> None:
        """Have others started in the place of those that are busy for too long, the longest first."""
        due = asyncio.get_running_loop().time() - QUICK + 0.01  # a timer's time may be a little early
        for worker, since in self._busy.items():
            if since <= due and len(self._slow) < self._most_slow and worker not in self._slow and not worker.reason:
                self._slow.add(worker)
                worker.slow_down()

    # ---------------------------------------------------------------------- who is alive

    async def _keep(self, first: asyncio.Future[SengraphError | None]) -> None:
        """Have one worker, always: start it, and another one when it ends.

        Args:
            first: takes what went wrong with the first, or None.
        """
        failures = 0
        while True:
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            worker = _Worker()
            worker.dead.add_done_callback(partial(self._bury, worker))
            failure = await self._begin(worker)
            if not first.done():
                first.set_result(failure)
            await worker.replaceable.wait()
            failures = 0 if worker.answered else failures + 1
            self._restarts += 1

    async def _begin(self, worker: _Worker) -> SengraphError | None:
        """Start a worker; return why it could not start, or None."""
        try:
            async with asyncio.timeout(self._longest_start):
                await worker.start(self._configuration)
        except TimeoutError:
            failure: SengraphError = BrokenOff(f"a worker was not ready in {self._longest_start:g} seconds")
        except OSError as error:
            failure = BrokenOff(f"no worker can be started: {error}")
        except SengraphError as error:
            failure = error
        except BaseException:
            worker.kill("stop")
            raise
        else:
            self._ready.add(worker)
            self._state = worker.state
            self._set_free(worker)
            return None
        worker.kill("start")
        return failure

    def _bury(self, worker: _Worker, _: object) -> None:
        """Put away what is left of a worker."""
        reason = worker.reason if worker in self._ready else "start"
        if worker.reason not in ("stop", "slow"):
            self._killed[reason] += 1
        self._ready.discard(worker)
        self._slow.discard(worker)
        self._set_apart()
        with suppress(ValueError):
            self._free.remove(worker)
        reaping = asyncio.get_running_loop().create_task(worker.reap())
        self._reaping.add(reaping)
        reaping.add_done_callback(self._reaping.discard)


async def _each(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _not_started(told: Mapping[str, Any]) -> SengraphError:
    """Return the error that a worker tells which could not open its data."""
    cls = getattr(errors, str(told.get("error")), None)
    if isinstance(cls, type) and issubclass(cls, SengraphError):
        return cls(str(told.get("message")))
    detail = str(told.get("detail") or told.get("error"))
    return BrokenOff(f"a worker could not start: {detail.strip().splitlines()[-1]}", detail=detail)


def _is_head(head: Mapping[str, Any]) -> bool:
    """Tell whether this is the head of a response; a length is told only of a short body."""
    status, headers, length = (head.get(name, "missing") for name in ("status", "headers", "length"))
    return (
        isinstance(status, int)
        and 200 <= status < 600
        and isinstance(headers, dict)
        and all(isinstance(value, str) for value in headers.values())
        and (length is None or (isinstance(length, int) and 0 <= length <= messages.LARGEST_PART))
    )


def _spawn(configuration: Mapping[str, Any], descriptor: int) -> subprocess.Popen[bytes]:
    """Start the process of a worker; it imports from where this one does.

    The system ends it with the thread that starts it, so this has to be the one that the server lives in.
    """
    environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
    environment["PYTHONPATH"] = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    told = json.dumps({**configuration, "parent": os.getpid()})
    return subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-P", "-m", "sengraph.serve.worker", str(descriptor), told],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[descriptor],
        env=environment,
    )
