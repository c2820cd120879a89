"""The process that answers: it has the data open, takes one request at a time from a socket, and writes the answer.

    python -m sengraph.serve.worker DESCRIPTOR CONFIGURATION

It is killed with what it does when that takes too long, so it keeps nothing: it writes to its socket and to nothing
else. It ends when its server does: by the system's signal where there is one (Linux), by the end of its socket when
it reads or writes, and by an alarm while it does neither.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from sengraph.errors import InputError, LimitError, SengraphError, UsageError
from sengraph.serve import messages
from sengraph.serve.limits import Measure, TooLargeError
from sengraph.serve.messages import Dataset, Malformed, Request, Response

if TYPE_CHECKING:
    from typing import NoReturn

Respond = Callable[[Request, Dataset], Response]

HELD = 1 << 20
"""How many bytes of a body are held back: a shorter one is sent whole, with its length, or fails before its head."""

LATER = 5.0
"""How many seconds after its limit a worker ends itself, if the server has not ended it by then."""

STATUS: dict[type[Exception], int] = {TooLargeError: 413, UsageError: 400, LimitError: 503}
"""The status that an error means while no head was sent; 500 for any other."""


class Configuration(NamedTuple):
    """What a worker has to know.

    Attributes:
        store, files, align, graphs, inference, queries: what to open, as `Dataset.open`.
        rows, size: how many rows and bytes an answer may have; None for any number.
        memory: how many bytes of data the process may have; None for any number. Only Linux holds it to that.
        respond: the function that answers, as `module:name`.
        options: named arguments for that function.
    """

    store: str | None = None
    files: tuple[str, ...] = ()
    align: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    inference: bool = True
    queries: str | None = None
    rows: int | None = None
    size: int | None = None
    memory: int | None = None
    respond: str = "sengraph.serve.respond:respond"
    options: dict[str, Any] = {}  # noqa: RUF012 - a named tuple's default, never changed


class Output:
    """What an answer is written to: frames on a socket, the first of them not before there is a megabyte.

    Args:
        send: sends bytes, and waits until they are on their way.
        head: the status and the headers.
        measure: the limits.

    Attributes:
        failure: what went wrong in here while the engine wrote, which may tell it as something else.
    """

    def __init__(self, send: Callable[[bytes], None], head: dict[str, Any], measure: Measure) -> None:
        self._send, self._head, self._measure = send, head, measure
        self._parts = bytearray()
        self._begun = False
        self.failure: Exception | None = None

    def write(self, part: Any) -> int:
        """Take a part of the body."""
        try:
            self._measure.add(part)
            self._parts += part
            if len(self._parts) > (messages.PART if self._begun else HELD):
                self._begin(None)
                self._send(self._body())
        except Exception as error:
            self.failure = error
            raise
        return len(part)

    def flush(self) -> None:
        """Do nothing: what is held back is sent when there is enough of it."""

    def end(self, state: dict[str, Any]) -> None:
        """Send what is left, and that it is the end."""
        begun = b"" if self._begun else messages.json_frame(messages.HEAD, **self._head, length=len(self._parts))
        self._send(begun + self._body() + messages.json_frame(messages.END, **state))

    def _begin(self, length: int | None) -> None:
        if not self._begun:
            self._begun = True
            self._send(messages.json_frame(messages.HEAD, **self._head, length=length))

    def _body(self) -> bytes:
        whole, self._parts = self._parts, bytearray()
        starts = range(0, len(whole), messages.PART)
        return b"".join(messages.frame(messages.BODY, whole[start : start + messages.PART]) for start in starts)


class Worker:
    """Answers requests, one after the other.

    Args:
        connection: where they come from, and the answers go.
        configured: what to open, and how to answer: the fields of `Configuration`.
    """

    def __init__(self, connection: socket.socket, configured: dict[str, Any]) -> None:
        self._connection = connection
        self._input = connection.makefile("rb")
        self._configured = configured
        self._number = 0

    def run(self) -> None:
        """Open the data, say so, and answer until the socket ends.

        Errors:
            OSError: the server has gone.
            Malformed: it sent what is no request.
        """
        try:
            use = Configuration(**self._configured)
            limit_memory(use.memory)
            dataset, respond = _opened(use)
        except Exception as error:
            self._broke(error)
            return
        self._send(messages.json_frame(messages.READY, **self._state(dataset)))
        while header := self._input.read(messages.HEADER.size):
            self._answer(*self._request(header), dataset, respond, partial(Measure, rows=use.rows, size=use.size))

    def _request(self, header: bytes) -> tuple[Request, int, float]:
        if len(header) < messages.HEADER.size:
            raise Malformed("the socket ended within a frame")
        length, kind = messages.lengths(header)
        payload = self._input.read(length)
        if kind != messages.REQUEST or len(payload) < length:
            raise Malformed(f"a frame of the kind {chr(kind)}, {len(payload)} bytes of {length}, is no request")
        return messages.unpack_request(payload)

    def _answer(
        self,
        request: Request,
        number: int,
        seconds: float,
        dataset: Dataset,
        respond: Respond,
        measure: Callable[[str], Measure],
    ) -> None:
        """Answer one request, whole or not."""
        self._number = number
        signal.setitimer(signal.ITIMER_REAL, seconds + LATER)  # its signal ends the process, whatever that does
        output = None
        try:
            status, headers, body = respond(request, dataset.refreshed())
            head = {"number": number, "status": status, "headers": dict(headers)}
            output = Output(self._send, head, measure(headers.get("content-type", "")))
            if callable(body):
                body(cast("IO[bytes]", output))
            else:
                output.write(body)
            output.end(self._state(dataset))
        except Exception as error:
            self._broke(output.failure if output and output.failure else error)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _broke(self, error: Exception) -> None:
        """Say why there is no answer, or no more of it; what nobody foresaw is told with its place."""
        import traceback

        detail = ""
        message = str(error) if isinstance(error, SengraphError) else ""
        if self._number and isinstance(error, InputError):  # it names files of this machine
            message, detail = "", message
        elif not isinstance(error, SengraphError | MemoryError):
            detail = "".join(traceback.format_exception(error))[-10_000:]
        self._send(
            messages.json_frame(
                messages.BROKE,
                number=self._number,
                status=next((STATUS[cls] for cls in STATUS if isinstance(error, cls)), 500),
                error=type(error).__name__,
                message=message,
                detail=detail,
            )
        )

    def _state(self, dataset: Dataset) -> dict[str, Any]:
        return {"number": self._number, "version": dataset.version, "fault": dataset.fault}

    def _send(self, content: bytes) -> None:
        self._connection.sendall(content)


def _opened(use: Configuration) -> tuple[Dataset, Respond]:
    module, _, name = use.respond.partition(":")
    respond: Respond = partial(getattr(importlib.import_module(module), name), **use.options)
    dataset = Dataset.open(
        use.store, *use.files, align=use.align, graphs=use.graphs, inference=use.inference, queries=use.queries
    )
    return dataset, respond


def end_with_parent(parent: int) -> None:
    """Have the system end this process when the one that started it ends, where the system can do that."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before that
        os._exit(1)


def limit_memory(most: int | None) -> None:
    """Let the process have so many bytes of data; more of them are refused, which ends it (Linux)."""
    if most is not None and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def main(arguments: list[str]) -> NoReturn:
    """Run a worker: the first argument is the descriptor of its socket, the second its configuration as JSON."""
    descriptor, configuration = int(arguments[0]), json.loads(arguments[1])
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the server ends what it began
    for name in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(name, signal.SIG_DFL)
    end_with_parent(configuration.pop("parent"))
    try:
        Worker(socket.socket(fileno=descriptor), configuration).run()
    except (OSError, Malformed):  # the server has gone, or is not one
        os._exit(1)
    os._exit(0)  # nothing is to be put away


if __name__ == "__main__":
    main(sys.argv[1:])
