"""What a request asks of the endpoint: a query and what it sees, or a graph; or why it asks nothing that is answered.

A query comes in the query string of a GET, in the form that a POST carries, or as the body of a POST, with the
graphs it sees named beside it. Names and values are percent-decoded once, as UTF-8. A change is asked for in the
same ways; who only reads refuses it.

Sources: SPARQL 1.1 Protocol, sections 2.1 (queries) and 2.2 (updates); SPARQL 1.1 Graph Store HTTP Protocol,
section 4 (how a graph is named); URL Standard, section 5.1 (application/x-www-form-urlencoded).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox

from sengraph.errors import SengraphError, shown
from sengraph.negotiate import UTF_8, media_type
from sengraph.serve.messages import Request
from sengraph.terms import GRAPH

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

READ_ONLY = (
    "this server only reads, and nothing was changed: load files with 'sengraph load', or have whoever runs the "
    "server allow changes"
)

Parameters = Mapping[str, Sequence[str]]


class Problem(SengraphError):  # noqa: N818 - what RFC 9457 calls it
    """A request that is not answered.

    Attributes:
        status: the status code.
        headers: what the response has besides.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})


class Update(NamedTuple):
    """An update.

    Attributes:
        text: SPARQL Update, not yet parsed.
        using, using_named: the IRIs of the graphs that the request says it sees, in order.
    """

    text: str
    using: tuple[str, ...]
    using_named: tuple[str, ...]


class Query(NamedTuple):
    """A query.

    Attributes:
        text: SPARQL, not yet parsed.
        default_graphs, named_graphs: the IRIs that the request names beside it, in order.
        form: the name of the format it asks for by `format`; empty if it has none.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str


def parameters(octets: bytes, what: str = "the query string") -> dict[str, list[str]]:
    """Read names and values, percent-decoded once; a plus is a blank.

    Args:
        octets: a query string or a form.
        what: what to call it.

    Returns:
        the values of each name, in order.

    Errors:
        Problem: 400, it is not UTF-8.

    >>> parameters(b"query=ASK+%7B%7D&graph=%2525&default")
    {'query': ['ASK {}'], 'graph': ['%25'], 'default': ['']}
    """
    found: dict[str, list[str]] = {}
    try:
        for pair in filter(None, octets.split(b"&")):
            name, _, value = (unquote_to_bytes(part).decode() for part in pair.replace(b"+", b" ").partition(b"="))
            found.setdefault(name, []).append(value)
    except UnicodeDecodeError:
        raise Problem(400, f"{what} is not percent-encoded UTF-8") from None
    return found


def of_query_string(request: Request) -> dict[str, list[str]]:
    """Read the parameters in the query string of a request.

    Errors:
        Problem: as `parameters`.
    """
    return parameters(request.query.encode("utf-8", "surrogatepass"))


def single(given: Parameters, name: str) -> str | None:
    """Return the value of a parameter that a request may have once; None if it has none.

    Errors:
        Problem: 400, it is there several times.
    """
    values = given.get(name, ())
    if len(values) > 1:
        raise Problem(400, f"{name}= is there {len(values)} times: give it once")
    return values[0] if values else None


def query_of(request: Request) -> Query | None:
    """Read the query that a request to the endpoint asks.

    Returns:
        the query; None where a GET asks none, and wants to know what the endpoint is.

    Errors:
        Problem: 400 a query that is missing, empty, repeated or no text, or a name of a graph that is no IRI; 403 an
            update; 405 another method; 415 a body of another type.
    """
    given, text = of_query_string(request), None
    if request.method == "POST":
        body, text = _posted(request)
        given = {name: [*given.get(name, ()), *body.get(name, ())] for name in [*given, *body]}
    elif request.method not in ("GET", "HEAD"):
        raise Problem(405, f"{request.method} asks no query: use GET or POST", {"allow": "GET, HEAD, POST, OPTIONS"})
    _refuse_update(request, given)
    if text is not None and "query" in given:
        raise Problem(400, "there is a query in the query string and another in the body: give one")
    text = single(given, "query") if text is None else text
    form = single(given, "format") or ""
    if text is None:
        if request.method != "POST" and not given.keys() - {"format"}:
            return None
        raise Problem(400, "there is no query: give one as query=")
    if not text.strip():
        raise Problem(400, "the query is empty")
    graphs = [tuple(_iri(name, value) for value in given.get(name, ())) for name in _DATASET]
    return Query(text, graphs[0], graphs[1], form)


_DATASET = ("default-graph-uri", "named-graph-uri")


def _posted(request: Request) -> tuple[Parameters, str | None]:
    """Return the form or the query that a POST carries."""
    given = request.headers.get("content-type", "")
    media = media_type(given)
    name = media.name if media else ""
    if name == UPDATE:
        raise Problem(403, READ_ONLY)
    if media is None or name not in (FORM, QUERY):
        type_ = shown(given) if given else "of no type"
        raise Problem(415, f"the body is {type_}: send {QUERY} or {FORM}", {"accept": f"{QUERY}, {FORM}"})
    if (charset := media.parameters.get("charset", "utf-8")) not in UTF_8:
        raise Problem(415, f"the body is in the encoding {shown(charset)}: send UTF-8", {"accept": f"{QUERY}, {FORM}"})
    if name == FORM:
        return parameters(request.body, "the form"), None
    try:
        return {}, request.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(400, f"the query is not UTF-8 text (byte {error.start})") from None


def asks_to_write(request: Request) -> bool:
    """Tell whether a request asks for a change: whether it may is not looked at, nor whether it is well formed."""
    place = request.path.rstrip("/")
    if place == "/sparql":
        try:
            given = {UPDATE} & {_body_type(request)} or {*of_query_string(request), *_form_of(request)}
        except Problem:  # it is no text, which is told wherever it is answered
            return False
        return request.method == "POST" and not given.isdisjoint({UPDATE, "update"})
    return request.method in WRITES and f"{place}/".startswith(("/store/", "/graph/"))


def _body_type(request: Request) -> str:
    media = media_type(request.headers.get("content-type", ""))
    return media.name if media else ""


def _form_of(request: Request) -> Parameters:
    return parameters(request.body, "the form") if _body_type(request) == FORM else {}


def update_of(request: Request) -> Update:
    """Read the update that a request to the endpoint asks for.

    Errors:
        Problem: 400 an update that is missing, repeated, beside a query or no text, or a name of a graph that is no
            IRI; 415 a body of another type.
    """
    given = of_query_string(request)
    media = media_type(request.headers.get("content-type", ""))
    name = media.name if media else ""
    if media is None or name not in (FORM, UPDATE) or media.parameters.get("charset", "utf-8") not in UTF_8:
        raise Problem(415, f"send the update as {UPDATE} or {FORM}, in UTF-8", {"accept": f"{UPDATE}, {FORM}"})
    body = _form_of(request)
    given = {key: [*given.get(key, ()), *body.get(key, ())] for key in [*given, *body]}
    if "query" in given:
        raise Problem(400, "there is a query beside the update: send them one after the other")
    if name == UPDATE and "update" in given:
        raise Problem(400, "there is an update in the query string and another in the body: give one")
    if name == FORM and "update" in of_query_string(request):
        raise Problem(400, "an update is given in the body, not in the address")
    try:
        text = request.body.decode("utf-8-sig") if name == UPDATE else single(given, "update")
    except UnicodeDecodeError as error:
        raise Problem(400, f"the update is not UTF-8 text (byte {error.start})") from None
    graphs = [tuple(_iri(key, value) for value in given.get(key, ())) for key in _USING]
    return Update(text or "", graphs[0], graphs[1])


_USING = ("using-graph-uri", "using-named-graph-uri")


def _refuse_update(request: Request, given: Parameters) -> None:
    """Refuse an update, which only a POST may ask for, once."""
    if "update" not in given:
        return
    if request.method != "POST":
        raise Problem(400, "an update cannot be asked for by GET, and a query is given as query=")
    single(given, "update")
    raise Problem(403, READ_ONLY)


def _iri(name: str, value: str) -> str:
    """Return the IRI that a parameter gives."""
    try:
        return ox.NamedNode(value).value
    except ValueError:
        raise Problem(400, f"{name}={shown(value)} is no absolute IRI") from None


WRITES = ("PUT", "POST", "DELETE", "PATCH")


def graph_of(request: Request, given: Parameters) -> str:
    """Read which graph a request to the graph store asks for.

    Args:
        request: its path is that of the store, or below it or below `/graph/`: then the address names the graph.
        given: the parameters of its query string.

    Returns:
        the IRI of a named graph; empty for the default graph.

    Errors:
        Problem: 400 no graph, several, or no IRI; 403 a change; 405 another method.
    """
    if request.method in WRITES:
        raise Problem(403, READ_ONLY)
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, f"{request.method} reads no graph: use GET", {"allow": "GET, HEAD, OPTIONS"})
    named = graph_named(request, given)
    if named is None:
        raise Problem(400, "name one graph: ?graph=IRI, or ?default for what queries see")
    return named


def graph_named(request: Request, given: Parameters) -> str | None:
    """Read which graph a request to the graph store names.

    Args:
        request, given: as `graph_of`.

    Returns:
        the IRI of a named graph; empty for the default graph; None if it names none.

    Errors:
        Problem: 400 several, or no IRI.
    """
    named = single(given, "graph")
    if (named is not None) + ("default" in given) + ((below := request.path.strip("/")).count("/") > 0) > 1:
        raise Problem(400, "several graphs are named, by the address, ?graph= or ?default: give one")
    if "/" in below:
        area, _, name = request.path.removeprefix("/").partition("/")
        return _iri("graph", f"{GRAPH}{name}" if area == "graph" else f"{request.base}{area}/{name}")
    if "default" in given:
        return ""
    return None if named is None else _iri("graph", named)
