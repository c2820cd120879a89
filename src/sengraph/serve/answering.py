"""What every answer is made of: the data that is asked, the format that is wanted, triples, JSON, a page, a problem."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from sengraph.errors import (
    InconsistentError,
    InputError,
    LimitError,
    RemoteError,
    SengraphError,
    UsageError,
    did_you_mean,
    shown,
)
from sengraph.negotiate import choose
from sengraph.render import FORMATS, write_graph
from sengraph.serve import messages
from sengraph.serve.messages import Request, Response
from sengraph.serve.protocol import Problem, of_query_string, single
from sengraph.terms import PREFIXES

if TYPE_CHECKING:
    from sengraph.graph import Graph

T = TypeVar("T")

STATUSES: dict[type[SengraphError], int] = {
    UsageError: 400,
    InputError: 500,
    InconsistentError: 409,
    LimitError: 503,
    RemoteError: 502,
}
"""The status of each kind of error; that of any other is 500."""

GRAPHS = ["ttl", "jsonld", "rdf", "nt", "nq", "trig"]
"""Formats for triples, the default first."""

JSON = "application/json"
PROBLEMS = ["application/problem+json", JSON, *(FORMATS[name].media_type for name in ("json", "jsonld"))]
"""Whoever takes one of these takes a problem document."""

DEEPEST = 30
"""How many segments the path of a page can have: each link on it has as many steps up."""

UNREADABLE = "the data, or a stored question, cannot be read here: the server's log has the reason"

LONGEST_DETAIL = 2000
"""How many characters of what was wrong are told."""

POLICY = "default-src 'self'"
RESTRICTED = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""What a browser may do with a page: load what is the site's own, and run nothing that is written into the page."""


class Dataset(Protocol):
    """What is asked of a data set: a graph, and a text that changes with it."""

    @property
    def graph(self) -> Graph:
        """The graph that answers."""

    @property
    def version(self) -> str:
        """A text that changes with what the graph holds."""


@dataclass(frozen=True)
class Links:
    """Links to places of the site, relative to the address that was asked for.

    So a link holds whatever is in front of the server, and under whichever name.

    Attributes:
        up: what leads from that address to the root of the site.
        base: the address under which the server is known; things under it have places too.
        sparql: whether free queries are answered.
    """

    up: str
    base: str
    sparql: bool = True

    def __call__(self, place: str) -> str:
        """Return what a link to a place says; empty if nothing is answered there."""
        if not self.sparql and place.partition("?")[0] == "sparql":
            return ""
        return self.up + place or "./"


class Asked(NamedTuple):
    """A request, the data, and what may be asked.

    Attributes:
        request: the request.
        dataset: the data.
        sparql: whether free queries are answered.
        services: the endpoints that a query may ask by SERVICE.
        writes: whether the server takes changes, elsewhere.
    """

    request: Request
    dataset: Dataset
    sparql: bool = True
    services: frozenset[str] = frozenset()
    writes: bool = False

    @property
    def graph(self) -> Graph:
        """The graph that answers."""
        return self.dataset.graph

    @property
    def base(self) -> str:
        """The address under which the server is known."""
        return self.request.base

    @property
    def raw_path(self) -> str:
        """The path as it came, not decoded."""
        return self.request.raw_path or quote(self.request.path, errors="replace")

    @property
    def link(self) -> Links:
        """What links to places of the site say."""
        return Links("../" * (self.depth - 1), self.base, self.sparql)

    @property
    def depth(self) -> int:
        """How many segments the path has."""
        return self.raw_path.count("/")


def only_read(request: Request) -> None:
    """Refuse what is neither GET nor HEAD."""
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, f"{request.method} is not answered here: use GET", {"allow": "GET, HEAD, OPTIONS"})


def as_graph(triples: Iterable[ox.Triple], name: str, prefixes: Mapping[str, str] = PREFIXES) -> Response:
    """Return the response with triples."""
    headers = {"content-type": FORMATS[name].media_type}
    return Response(200, headers, lambda output: write_graph(triples, name, output, prefixes))


def as_json(document: object, media_type: str = JSON) -> Response:
    """Return the response with a JSON document."""
    body = json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(200, {"content-type": media_type}, body)


def kept(asked: Asked, what: str, make: Callable[[Graph, str], T]) -> T:
    """Return a description, which takes long to make and is kept until the data changes."""
    key = (asked.dataset.version, asked.base, what)
    if key not in _kept:
        while len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = make(asked.graph, asked.base)
    found: T = _kept[key]
    return found


KEPT = 16
"""How many descriptions are kept: more than there are of one version of the data."""

_kept: dict[tuple[str, str, str], Any] = {}


# ----------------------------------------------------------------------------- negotiation


def form_of(request: Request, names: Sequence[str], what: str, form: str | None = None, *, json_type: str = "") -> str:
    """Return the name of the format in which a request wants something.

    Args:
        request: the request.
        names: the formats there are, the default first.
        what: what it is, to say so.
        form: the name that the request gives; read from its query string if None.
        json_type: the media type of JSON where it is not that of results.

    Errors:
        Problem: 400 the named format is none of these; 406 none is acceptable.
    """
    form = single(of_query_string(request), "format") if form is None else form
    if form:
        if form not in names:
            hint = f"Known: {', '.join(names)}." if form in FORMATS else did_you_mean(form[:100], names)
            raise Problem(400, f"{what} has no form {shown(form)}. {hint}")
        return form
    accepted = _accepted(request.headers.get("accept", ""), tuple(names), json_type)
    if accepted is None:
        known = ", ".join(re.sub(";.*", "", FORMATS[name].media_type) for name in names)
        raise Problem(406, f"{what} comes as none of what is accepted. It comes as: {known}")
    return accepted


@lru_cache(maxsize=256)
def _accepted(header: str, names: tuple[str, ...], json_type: str) -> str | None:
    """Return the name of the format that an Accept header wants most; None if it wants none."""
    types = {name: FORMATS[name].media_type for name in names} | ({"json": json_type} if json_type else {})
    offers = {types[name]: name for name in names}
    for name in names:  # those by which it may be asked for too come behind
        for other in FORMATS[name].also:
            offers.setdefault(other, name)
    chosen = choose(header, [*offers])
    return None if chosen is None else offers[chosen]


HTML = FORMATS["html"].media_type


def page(
    document: bytes, status: int = 200, headers: Mapping[str, str] = MappingProxyType({}), policy: str = POLICY
) -> Response:
    """Return the response with a page."""
    told = {"content-security-policy": f"{policy}; {RESTRICTED}", "referrer-policy": "same-origin"}
    return Response(status, {"content-type": HTML, **told, **headers}, document)


def problem(asked: Asked, error: SengraphError) -> Response:
    """Return the response for an error: a page, a problem document or a line of text, whichever is wanted."""
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    headers: Mapping[str, str] = {}
    if isinstance(error, Problem):
        status, headers = error.status, error.headers
    detail = str(error) if len(str(error)) <= LONGEST_DETAIL else f"{str(error)[:LONGEST_DETAIL]} ..."
    if isinstance(error, InputError):  # it names files of this machine
        detail, headers = UNREADABLE, {messages.LOGGED: detail}
    title = HTTPStatus(status).phrase
    wanted = choose(asked.request.headers.get("accept", ""), [*PROBLEMS, "text/plain; charset=utf-8", HTML])
    if wanted == HTML and asked.depth <= DEEPEST:
        from sengraph.pages.html import render

        told = render("problem.html", asked.link, title=title, status=status, detail=detail)
        return page(told, status, headers)
    if wanted in PROBLEMS:
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body, media_type = json.dumps(document, ensure_ascii=False, indent=2), PROBLEMS[0]
    else:
        body, media_type = f"{title}: {detail}", "text/plain; charset=utf-8"
    return Response(status, {**headers, "content-type": media_type}, f"{body}\n".encode(errors="replace"))
