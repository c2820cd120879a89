"""What the server and its workers say to each other: a request, a response, and how both go over a socket.

A frame is four bytes of length (big-endian, of what follows the kind), one byte of kind, and the payload:

    server -> worker   R  a request: four bytes of length, that many of JSON, then the body
    worker -> server   A  the worker is ready: JSON about its data set
                       H  the head of a response: JSON, with the length of the body if that is known
                       B  a part of the body
                       E  the end: the whole response was sent, and the worker is free; JSON about its data set
                       X  the response broke off, or the worker could not start: JSON with the reason

A response is `H B* E`, or breaks off with an X anywhere before its E. A request has a number, which all JSON about its
response repeats, so that no response is ever taken for that of another request; what is not about one has the number 0.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import IO, Any, NamedTuple

from sengraph.serve.dataset import Dataset as Dataset  # what a function that answers is given beside the request

REQUEST, READY, HEAD, BODY, END, BROKE = KINDS = b"RAHBEX"
"""The kinds of frame, each as the number of its byte."""

HEADER = struct.Struct(">IB")
"""The length of the payload and the kind."""

PART = 1 << 16
"""How many bytes of a body go into one frame, more or less."""

LOGGED = "sengraph-logged"
"""The header of a response that is for the server's log, and is not sent to the client."""

LARGEST = 1 << 28
"""The longest payload of a request, in bytes."""

LARGEST_PART = 1 << 20
"""The longest payload of any other frame, in bytes."""


class Request(NamedTuple):
    """An HTTP request, whole.

    Attributes:
        method: `GET`, `HEAD`, `POST` and so on.
        path: percent-decoded once, such as `/sparql`.
        query: the query string as it came, not decoded, without the `?`.
        headers: by name in lower case; repeated ones joined by `, `.
        body: the content, not longer than the server allows.
        base: the address under which the server is known, with a slash at its end.
        raw_path: the path as it came, not decoded; empty if that is not known.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base: str
    raw_path: str = ""


class Response(NamedTuple):
    """An HTTP response.

    Attributes:
        status: the status code.
        headers: by name in lower case, without `content-length`.
        body: the content, or a function that writes it piece by piece as it is found.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Callable[[IO[bytes]], None]


class Malformed(ValueError):  # noqa: N818 - what it is, not that it is an error
    """What came over a socket is not a message."""


def frame(kind: int, payload: bytes | bytearray) -> bytes:
    """Return a frame as it goes over the socket.

    >>> frame(BODY, b"abc")
    b'\\x00\\x00\\x00\\x03Babc'
    """
    return HEADER.pack(len(payload), kind) + payload


def json_frame(kind: int, **content: Any) -> bytes:
    """Return a frame whose payload is a JSON object."""
    return frame(kind, json.dumps(content).encode())


def lengths(header: bytes | bytearray) -> tuple[int, int]:
    """Return the length of the payload and the kind that a frame's first five bytes tell.

    Errors:
        Malformed: there is no such kind, or no payload of that kind is so long.
    """
    length, kind = HEADER.unpack(header)
    if kind not in KINDS or length > (LARGEST if kind == REQUEST else LARGEST_PART):
        raise Malformed(f"{bytes(header)!r}, with which no frame begins")
    return length, kind


def read_json(payload: bytes) -> dict[str, Any]:
    """Return the JSON object that a frame holds.

    Errors:
        Malformed: it holds none.
    """
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Malformed(f"no JSON object: {payload[:100]!r}")
    return content


def pack_request(request: Request, number: int, seconds: float) -> bytes:
    """Return a request as a frame.

    Args:
        request: the request.
        number: which of the worker's requests it is.
        seconds: how long the worker may take; then it ends itself, if the server has not ended it before.

    Errors:
        Malformed: the request is too long for a frame.
    """
    method, path, query, headers, body, base, raw_path = request
    head = json.dumps([method, path, query, dict(headers), base, raw_path, number, seconds]).encode()
    if len(head) + len(body) + 4 > LARGEST:
        raise Malformed("the request is too long")
    return frame(REQUEST, struct.pack(">I", len(head)) + head + body)


def unpack_request(payload: bytes) -> tuple[Request, int, float]:
    """Return what `pack_request` was given.

    Errors:
        Malformed: the payload is no request.
    """
    try:
        (length,) = struct.unpack_from(">I", payload)
        method, path, query, headers, base, raw_path, number, seconds = json.loads(payload[4 : 4 + length])
        request = Request(method, path, query, headers, payload[4 + length :], base, raw_path)
        return request, int(number), float(seconds)
    except (ValueError, TypeError, struct.error):
        raise Malformed("this frame is no request") from None
