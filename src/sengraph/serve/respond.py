"""A request and the data to a response: the routes, and what each answers.

    /sparql             a query, or without one what the endpoint is       SPARQL 1.1 Protocol, Service Description
    /questions          the stored questions                               /questions/NAME?parameter=value  one answered
    /store              a graph, by ?graph=IRI or ?default                 /store/... /graph/...  by its address
    /.well-known/void   what the data is                                   /openapi.json          this interface
    /                   where these are

`format=NAME` names a format, as on the command line, and wins over Accept. Results that have the same ETag have
the same content, in whatever order. A failure is a problem document (RFC 9457) for whoever takes JSON, else a line of
text, and never part of an answer.

Sources: RFC 9110, sections 8.8.3 (ETag), 13.1.2 (If-None-Match), 15 (status codes); RFC 9111, section 5.2.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache, partial
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import pyoxigraph as ox

from sengraph import __version__
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
from sengraph.federation import local
from sengraph.graph import View
from sengraph.negotiate import choose
from sengraph.render import FORMATS, names_of, people_bytes, write_answer, write_graph
from sengraph.results import Raw, Table
from sengraph.serve.messages import Request, Response
from sengraph.serve.protocol import Problem, graph_of, of_query_string, query_of, single
from sengraph.sparql import has_keyword

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

RESULTS = [*names_of("results"), "html", "table", "markdown"]
TRUTHS = ["json", "xml", "table"]
"""Formats for yes or no, which CSV and TSV have no way to say."""
GRAPHS = ["ttl", "jsonld", "rdf", "nt", "nq", "trig"]

JSON = "application/json"
PROBLEMS = ["application/problem+json", JSON, *(FORMATS[name].media_type for name in ("json", "jsonld"))]
"""Whoever takes one of these takes a problem document."""

LONGEST_DETAIL = 2000
"""How many characters of what was wrong are told."""

VOLATILE = ("NOW", "RAND", "UUID", "STRUUID")
"""Functions whose value is another one each time."""

SERVED_HTML = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}


class Dataset(Protocol):
    """What is asked of a data set: a graph, and a text that changes with it."""

    @property
    def graph(self) -> Graph:
        """The graph that answers."""

    @property
    def version(self) -> str:
        """A text that changes with what the graph holds."""


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


def respond(
    request: Request, dataset: Dataset, *, sparql: bool = True, services: Collection[str] = (), writes: bool = False
) -> Response:
    """Answer a request.

    Args:
        request: the request, whole.
        dataset: the data, open for reading.
        sparql: whether free queries are answered, and not only stored questions.
        services: the IRIs of endpoints that a query may ask by SERVICE; none if it is empty.
        writes: whether the server takes changes, which is told where this interface is described.

    Returns:
        the response; whatever is wrong with the request or the data is in it. What goes wrong with the data while a
        body is written is raised by that.
    """
    asked = Asked(request, dataset, sparql, frozenset(services), writes)
    tag = _tag(request, dataset)
    opaque = tag.removeprefix("W/")
    known = request.headers.get("if-none-match", "") if request.method in ("GET", "HEAD") else ""
    told = {"vary": "Accept", "cache-control": "no-cache"}
    try:
        response = Response(200, {}, b"") if opaque in known else _route(request.path)(asked)
    except SengraphError as error:
        response = problem(request, error)
    if response.status == 200 and request.method in ("GET", "HEAD") and "cache-control" not in response.headers:
        told["etag"] = tag
        if opaque in known or known.strip() == "*":
            response = Response(304, {}, b"")
    body = b"" if request.method == "HEAD" else response.body
    return Response(response.status, {**told, **response.headers}, body)


def _tag(request: Request, dataset: Dataset) -> str:
    """Return what is the same for the same request to the same data: weak, since rows may come in another order."""
    key = (__version__, dataset.version, request.base, request.path, request.query, request.headers.get("accept", ""))
    return f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"'


def _route(path: str) -> Callable[[Asked], Response]:
    """Return what answers at a path."""
    place = path[:-1] if path.endswith("/") and len(path) > 2 else path
    if place in ROUTES:
        return ROUTES[place]
    area = place[: place.find("/", 1) + 1]
    if area in AREAS:
        return AREAS[area]
    raise Problem(404, f"there is nothing at {shown(path)}. {did_you_mean(path[:100], ROUTES)}")


# ---------------------------------------------------------------------------------- routes


def sparql(asked: Asked) -> Response:
    """Answer a query, or tell what the endpoint is."""
    from sengraph import describe

    query = query_of(asked.request)
    if query is None:
        return _described(asked, "service", partial(describe.service_description, writes=asked.writes))
    if not asked.sparql:
        raise Problem(403, f"free queries are not answered here: stored questions are, see {asked.base}questions")
    if local(query.text, asked.services) is None:
        raise Problem(
            403,
            "SERVICE would make this server ask another one, and it may not: ask that server yourself. "
            "If the query has no SERVICE, rename the prefix that is called so, or put blanks around it",
        )
    view = View(query.default_graphs, query.named_graphs, f"{asked.base}sparql", asked.services)
    return _answered(asked, query.text, asked.graph.run(query.text, view), query.form)


def questions(asked: Asked) -> Response:
    """List the stored questions."""
    _only_read(asked.request)
    name = _form(asked.request, ["json", *GRAPHS], "the list of questions", json_type=JSON)
    if name != "json":
        from sengraph import describe

        return _graph(_made(asked, "questions", describe.questions), name)
    listed = [question.as_json() for question in asked.graph.questions]
    for entry, question in zip(listed, asked.graph.questions, strict=True):
        for described, parameter in zip(entry["parameters"], question.parameters, strict=True):
            described["choices"] = asked.graph.choices(parameter)
    return _json(listed)


def question(asked: Asked) -> Response:
    """Answer a stored question."""
    _only_read(asked.request)
    name = asked.request.path.removesuffix("/").removeprefix("/questions/")
    library = asked.graph.questions
    if name not in library:
        raise Problem(404, f"there is no question {shown(name)}. {did_you_mean(name[:100], library.names)}")
    given = of_query_string(asked.request)
    form = single(given, "format") or ""
    values: dict[str, str] = {}
    for key in given.keys() - {"format"}:
        parameter, value = library[name].parameter(key).name, single(given, key)
        if parameter in values:
            raise Problem(400, f"the parameter {parameter} is there twice: give it once")
        if value:  # what is not filled in on a form comes empty
            values[parameter] = value
    try:
        text = asked.graph.sparql(name, **values)
    except UsageError as error:  # it speaks of the command line
        said = str(error).replace(f"'sengraph questions {name}'", f"{asked.base}questions")
        raise UsageError(said.removeprefix("--")) from None
    return _answered(asked, text, asked.graph.run(text), form)


def store(asked: Asked) -> Response:
    """Return a graph."""
    given = of_query_string(asked.request)
    iri = graph_of(asked.request, given)
    name = _form(asked.request, GRAPHS, "a graph")
    if iri and not asked.graph.has_graph(iri):
        raise Problem(404, f"there is no graph {shown(iri)} here")
    return _graph(asked.graph.triples(iri), name)


def void(asked: Asked) -> Response:
    """Tell what the data is."""
    from sengraph import describe

    return _described(asked, "data", describe.void)


def openapi(asked: Asked) -> Response:
    """Describe this interface."""
    from sengraph import describe

    _only_read(asked.request)
    return _json(_made(asked, "interface", partial(describe.openapi, writes=asked.writes)))


def index(asked: Asked) -> Response:
    """Tell where everything is."""
    _only_read(asked.request)
    places = {
        "sparql": "sparql",
        "questions": "questions",
        "graphs": "store?default",
        "description": ".well-known/void",
        "interface": "openapi.json",
        "health": "health",
        "metrics": "metrics",
    }
    links = {name: asked.base + place for name, place in places.items()}
    name = _form(asked.request, ["json", "table"], "this list", json_type=JSON)
    if name == "table":
        text = "".join(f"{name}  {link}\n" for name, link in links.items())
        return Response(200, {"content-type": FORMATS["table"].media_type}, text.encode())
    return _json({"name": "sengraph", "version": __version__, "links": links})


ROUTES: dict[str, Callable[[Asked], Response]] = {
    "/sparql": sparql,
    "/questions": questions,
    "/store": store,
    "/.well-known/void": void,
    "/openapi.json": openapi,
    "/": index,
}
AREAS: dict[str, Callable[[Asked], Response]] = {"/questions/": question, "/store/": store, "/graph/": store}
"""What answers below a path."""


def _only_read(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, f"{request.method} is not answered here: use GET", {"allow": "GET, HEAD, OPTIONS"})


# --------------------------------------------------------------------------------- answers


def _answered(asked: Asked, text: str, raw: Raw, form: str) -> Response:
    """Return the response with an answer, in the form that the request wants."""
    kind, names = _FORMS[type(raw)]
    name = _form(asked.request, names, kind, form=form)
    headers = {"content-type": FORMATS[name].media_type}
    if any(has_keyword(text, word) for word in VOLATILE):
        headers["cache-control"] = "no-store"
    if FORMATS[name].writes != "people":
        return Response(200, headers, _Writer(raw, name))
    answer = asked.graph.whole(raw, text)
    if isinstance(answer, Table):
        return Response(200, headers | SERVED_HTML, people_bytes(answer.columns, answer.shown(), name))
    return Response(200, headers, b"yes\n" if answer else b"no\n")


_FORMS: dict[type[Raw], tuple[str, list[str]]] = {
    ox.QuerySolutions: ("a table", RESULTS),
    ox.QueryBoolean: ("yes or no", TRUTHS),
    ox.QueryTriples: ("triples", GRAPHS),
}
"""What each kind of answer is called, and the formats it has, the default first."""


class _Writer:
    """Writes an answer as the engine finds it."""

    def __init__(self, raw: Raw, name: str) -> None:
        self._raw, self._name = raw, name

    def __call__(self, output: IO[bytes]) -> None:
        write_answer(self._raw, self._name, output)


def _graph(triples: Iterable[ox.Triple], name: str) -> Response:
    """Return the response with triples."""
    headers = {"content-type": FORMATS[name].media_type}
    return Response(200, headers, lambda output: write_graph(triples, name, output))


def _json(document: object) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(200, {"content-type": JSON}, body)


def _described(asked: Asked, what: str, describe: Callable[[Graph, str], Sequence[ox.Triple]]) -> Response:
    """Return the response with a description of the data."""
    _only_read(asked.request)
    name = _form(asked.request, GRAPHS, "this description")
    return _graph(_made(asked, what, describe), name)


def _made(asked: Asked, what: str, make: Callable[[Graph, str], T]) -> T:
    """Return a description, which takes long to make and is kept until the data changes."""
    key = (asked.dataset.version, asked.base)
    if _kept.get("of") != key:
        _kept.clear()
        _kept["of"] = key
    if what not in _kept:
        _kept[what] = make(asked.graph, asked.base)
    made: T = _kept[what]
    return made


_kept: dict[str, Any] = {}
"""The descriptions of the data that was asked last."""


# ----------------------------------------------------------------------------- negotiation


def _form(request: Request, names: Sequence[str], what: str, form: str | None = None, *, json_type: str = "") -> str:
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


def problem(request: Request, error: SengraphError) -> Response:
    """Return the response for an error."""
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    headers = {}
    if isinstance(error, Problem):
        status, headers = error.status, error.headers
    detail = str(error) if len(str(error)) <= LONGEST_DETAIL else f"{str(error)[:LONGEST_DETAIL]} ..."
    title = HTTPStatus(status).phrase
    if choose(request.headers.get("accept", ""), [*PROBLEMS, "text/plain; charset=utf-8"]) in PROBLEMS:
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body, media_type = json.dumps(document, ensure_ascii=False, indent=2), PROBLEMS[0]
    else:
        body, media_type = f"{title}: {detail}", "text/plain; charset=utf-8"
    return Response(status, {**headers, "content-type": media_type}, f"{body}\n".encode(errors="replace"))
