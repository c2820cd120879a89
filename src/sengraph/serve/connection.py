"""A connection that does not wait for ever: neither for a request to arrive, nor for an answer to be read.

A connection on which no request arrives in time is closed; one whose client does not read is reset, with what is held
for it. What a client of HTTP/1.0 is sent has no end but that of the connection, so an answer that breaks off is reset
too; else it would pass for the whole.

Sources: RFC 9112, sections 6.3 (how long a message is) and 9.5 (time limits); RFC 9293, section 3.10.7.4 (a reset).
"""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol

RESET_WHEN_CLOSED = struct.pack("ii" if hasattr(socket, "AF_UNIX") else "hh", 1, 0)
"""What SO_LINGER is set to, so that closing discards what was not sent and tells the other side."""


class Connection(H11Protocol):
    """HTTP/1.1 with time limits.

    Attributes:
        arriving: seconds in which the head of a request has to arrive.
        unread: seconds in which a client has to read some of what it is sent: what is held for it has to fall below
            the low-water mark, or all of it has to be on its way once the answer has ended.
        interval: seconds from one look to the next.
        most: how many connections there may be; for one more, the one is reset that has waited for a request longest.
    """

    arriving = 10.0
    unread = 30.0
    interval = 1.0
    most = 1000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look after it."""
        super().connection_made(transport)
        self._drained = 0
        self._state: object = None
        self._since = self.loop.time()
        self._next_look = self.loop.call_later(self.interval, self._look)
        if len(self.connections) > self.most:
            idle = [each for each in self.connections if isinstance(each, Connection) and each.is_idle]
            min(idle, key=lambda each: each._since).reset()

    def connection_lost(self, exc: Exception | None) -> None:
        """End with a reset where nothing else tells that an answer is not whole."""
        self._next_look.cancel()
        cycle = self.cycle
        if cycle and cycle.response_started and not cycle.response_complete and self._ends_with_connection():
            self._reset_when_closed()
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """Take note that the client reads."""
        self._drained += 1
        super().resume_writing()

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def reset(self) -> None:
        """End it, whatever has not been sent."""
        self.connections.discard(self)  # it counts no longer
        self._reset_when_closed()
        self.transport.abort()

    def _look(self) -> None:
        """End it, if nothing has changed for too long."""
        is_unread = self.transport.get_write_buffer_size() > 0
        state = (self.cycle, self._drained, self.is_idle, is_unread)
        if state != self._state:
            self._state, self._since = state, self.loop.time()
        patience = self.unread if is_unread else self.arriving if self.is_idle else float("inf")
        if self.loop.time() - self._since < patience:
            self._next_look = self.loop.call_later(self.interval, self._look)
        elif is_unread:
            self.reset()
        else:
            self.transport.close()

    def _ends_with_connection(self) -> bool:
        return bool(self.scope["http_version"] < "1.1")

    def _reset_when_closed(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_WHEN_CLOSED)
