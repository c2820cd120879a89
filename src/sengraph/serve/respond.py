"""A request and the data to a response: the routes, and what each answers.

    /sparql             a query, or without one what the endpoint is       SPARQL 1.1 Protocol, Service Description
    /questions          the stored questions                               /questions/NAME?parameter=value  one answered
                        /questions/NAME/csv-metadata.json?parameter=value  what the CSV of an answer holds
    /store              a graph, by ?graph=IRI or ?default                 /store/... /graph/...  by its address
    /.well-known/void   what the data is                                   /openapi.json          this interface
    anything else       pages, things and their documents                  sengraph.serve.site

`format=NAME` names a format, as on the command line, and wins over Accept; `html` is a page for people. Results that
have the same ETag have the same content, in whatever order. A failure is a page for whoever wants pages, a problem
document (RFC 9457) for whoever takes JSON, else a line of text, and never part of an answer.

Sources: RFC 9110, sections 8.8.3 (ETag), 13.1.2 (If-None-Match), 15 (status codes); RFC 9111, section 5.2.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from functools import partial
from typing import IO, Any
from urllib.parse import quote

import pyoxigraph as ox

from sengraph import __version__, csvw
from sengraph.errors import InputError, SengraphError, UsageError, did_you_mean, shown
from sengraph.federation import local
from sengraph.graph import View
from sengraph.render import FORMATS, names_of, people_bytes, write_answer
from sengraph.results import Raw, Table
from sengraph.serve import documents, site
from sengraph.serve.answering import (
    DEEPEST,
    GRAPHS,
    JSON,
    Asked,
    Dataset,
    as_graph,
    as_json,
    form_of,
    kept,
    only_read,
    page,
    problem,
)
from sengraph.serve.messages import Request, Response
from sengraph.serve.protocol import Problem, graph_of, of_query_string, query_of, single
from sengraph.sparql import has_keyword

RESULTS = [*names_of("results"), "html", "table", "markdown"]
TRUTHS = ["json", "xml", "html", "table"]
"""Formats for yes or no, which CSV and TSV have no way to say."""

NO_SPARQL = "free queries are not answered here: stored questions are, see {}questions"

VOLATILE = ("NOW", "RAND", "UUID", "STRUUID")
"""Functions whose value is another one each time."""


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
    is_known = opaque in known and not request.path.startswith((documents.PREFIX, "/resource"))  # theirs has a place
    try:
        response = Response(200, {}, b"") if is_known else _route(asked)(asked)
    except SengraphError as error:
        response = problem(asked, error)
    if response.status == 200 and request.method in ("GET", "HEAD") and "cache-control" not in response.headers:
        told["etag"] = tag
        if opaque in known or known.strip() == "*":
            told |= {name: value for name, value in response.headers.items() if name == "content-location"}
            response = Response(304, {}, b"")
    body = b"" if request.method == "HEAD" else response.body
    return Response(response.status, {**told, **response.headers}, body)


def _tag(request: Request, dataset: Dataset) -> str:
    """Return what is the same for the same request to the same data: weak, since rows may come in another order."""
    asked = (request.base, request.path, request.raw_path, request.query, request.headers.get("accept", ""))
    key = (__version__, dataset.version, *asked)
    return f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"'


def _route(asked: Asked) -> Callable[[Asked], Response]:
    """Return what answers at the path of a request."""
    if asked.depth > DEEPEST:
        raise Problem(404, f"nothing here has an address of {asked.depth:,} segments")
    path = asked.request.path
    place = path[:-1] if path.endswith("/") and len(path) > 2 else path
    area = place[: place.find("/", 1) + 1]
    for routes, key in ((ROUTES, place), (AREAS, area)):
        if key in routes:
            return routes[key]
    return documents.thing


# ---------------------------------------------------------------------------------- routes


def sparql(asked: Asked) -> Response:
    """Answer a query, or tell what the endpoint is."""
    query = query_of(asked.request)
    if query is None:
        return _service(asked)
    view = View(query.default_graphs, query.named_graphs, f"{asked.base}sparql", asked.services)
    try:
        raw = _run(asked, query.text, view)
    except SengraphError as error:
        if isinstance(error, InputError) or not _wants_page(asked, query.form):
            raise
        return _sparql_page(asked, problem(asked, error).status, query=query.text, error=str(error))
    answered = partial(_sparql_page, asked, query=query.text, answer=raw)
    return _answered(asked, query.text, raw, query.form, answered)


def _sparql_page(asked: Asked, status: int = 200, **told: Any) -> Response:
    from sengraph.pages import sparql

    return page(sparql.sparql_page(asked.graph, asked.link, **told), status, policy=sparql.CONTENT_SECURITY_POLICY)


def _run(asked: Asked, text: str, view: View) -> Raw:
    """Run a free query, if such are answered and it asks nobody else."""
    if not asked.sparql:
        raise Problem(403, NO_SPARQL.format(asked.base))
    if local(text, asked.services) is None:
        raise Problem(
            403,
            "SERVICE would make this server ask another one, and it may not: ask that server yourself. "
            "If the query has no SERVICE, rename the prefix that is called so, or put blanks around it",
        )
    return asked.graph.run(text, view)


def _service(asked: Asked) -> Response:
    """Tell what the endpoint is: to people by the page on which a query is written."""
    from sengraph import describe

    only_read(asked.request)
    name = form_of(asked.request, [*GRAPHS, "html"], "this description")
    if name != "html":
        return as_graph(kept(asked, "service", partial(describe.service_description, writes=asked.writes)), name)
    if not asked.sparql:
        raise Problem(403, NO_SPARQL.format(asked.base))
    return _sparql_page(asked)


def questions(asked: Asked) -> Response:
    """List the stored questions."""
    only_read(asked.request)
    name = form_of(asked.request, ["json", *GRAPHS, "html"], "the list of questions", json_type=JSON)
    if name == "html":
        from sengraph.pages.questions import questions_page

        return page(questions_page(asked.graph, asked.link))
    if name != "json":
        from sengraph import describe

        return as_graph(kept(asked, "questions", describe.questions), name)
    listed = [question.as_json() for question in asked.graph.questions]
    for entry, question in zip(listed, asked.graph.questions, strict=True):
        for described, parameter in zip(entry["parameters"], question.parameters, strict=True):
            described["choices"] = asked.graph.choices(parameter)
    return as_json(listed)


def question(asked: Asked) -> Response:
    """Answer a stored question, or show people the form for it."""
    only_read(asked.request)
    name = asked.request.path.removesuffix("/").removeprefix("/questions/")
    if name.endswith(METADATA):
        return _metadata(asked, name.removesuffix(METADATA))
    library = asked.graph.questions
    if name not in library:
        raise Problem(404, f"there is no question {shown(name)}. {did_you_mean(name[:100], library.names)}")
    given = of_query_string(asked.request)
    form = single(given, "format") or ""
    if not _wants_page(asked, form):
        return _asked(asked, name, _values(asked, name, given), form)
    from sengraph.pages.questions import question_page

    values: dict[str, str] = {}
    try:
        values = _values(asked, name, given)
        if not values and any(parameter.required for parameter in library[name].parameters):
            return page(question_page(asked.graph, asked.link, name))
        return _asked(asked, name, values, form)
    except SengraphError as error:
        if isinstance(error, InputError):
            raise
        told = question_page(asked.graph, asked.link, name, values, error=str(error))
        is_asked = bool(given.keys() - {"format"})  # else nothing that was asked is wrong
        return page(told, problem(asked, error).status if is_asked else 200)


def _asked(asked: Asked, name: str, values: dict[str, str], form: str) -> Response:
    """Return the answer of a stored question."""
    text = _bound(asked, name, values)
    raw = asked.graph.run(text)

    def as_page() -> Response:
        from sengraph.pages.questions import question_page

        return page(question_page(asked.graph, asked.link, name, values, sparql=text, answer=raw))

    response = _answered(asked, text, raw, form, as_page)
    is_csv = response.headers["content-type"] == FORMATS["csv"].media_type
    return response._replace(headers={**response.headers, **_told_by(asked, name)}) if is_csv else response


METADATA = f"/csv{csvw.ENDING}"
"""What stands behind the path of a question where it is told what its CSV holds; the query string is the same."""

NOT_IN_LINKS = re.compile("[^!#-;=?-~]")
"""What a client may send in a query string and a link cannot have."""


def _told_by(asked: Asked, name: str) -> dict[str, str]:
    """Return the header that leads from a CSV to what it holds (Model for Tabular Data, section 5.2)."""
    query = NOT_IN_LINKS.sub(lambda found: quote(found[0]), asked.request.query)
    place = f"questions/{quote(name, safe='')}{METADATA}" + "?" * bool(query) + query
    if len(place) > documents.LONGEST_PLACE or asked.request.path.endswith("/"):  # there the CSV has another address
        return {}
    return {"link": f'<{asked.link(place)}>; rel="describedby"; type="{csvw.MEDIA_TYPE}"'}


def _metadata(asked: Asked, name: str) -> Response:
    """Tell what the CSV of an answer holds: the question is asked, and all rows are looked at."""
    from sengraph import describe

    library, given = asked.graph.questions, of_query_string(asked.request)
    if name not in library or not library[name].columns:
        raise Problem(404, f"there is no question {shown(name)} that a table answers")
    if (form := single(given, "format") or "csv") != "csv":
        raise Problem(400, f"this is told of CSV, not of {shown(form)}: leave the format out")
    values = _values(asked, name, given)
    text = _bound(asked, name, values)
    raw = asked.graph.run(text)
    assert isinstance(raw, ox.QuerySolutions)
    query = asked.request.query
    url = asked.link(f"questions/{quote(name, safe='')}") + "?" * bool(query) + query
    about = kept(asked, "data", describe.void)
    response = as_json(csvw.metadata(library[name], url, csvw.kinds(raw), about, values), csvw.MEDIA_TYPE)
    return response._replace(headers={**response.headers, **_keeping(text)})


def _wants_page(asked: Asked, form: str) -> bool:
    """Tell whether a request wants a table as a page."""
    try:
        return form_of(asked.request, RESULTS, "a table", form=form) == "html"
    except Problem:  # a form that tables do not have, or none that is known
        return False


def _values(asked: Asked, name: str, given: dict[str, list[str]]) -> dict[str, str]:
    """Return the values that a request gives to the parameters of a question."""
    values: dict[str, str] = {}
    for key in given.keys() - {"format"}:
        parameter, value = asked.graph.questions[name].parameter(key).name, single(given, key)
        if parameter in values:
            raise Problem(400, f"the parameter {parameter} is there twice: give it once")
        if value:  # what is not filled in on a form comes empty
            values[parameter] = value
    return values


def _bound(asked: Asked, name: str, values: dict[str, str]) -> str:
    """Return the query of a question with values bound."""
    try:
        return asked.graph.sparql(name, **values)
    except UsageError as error:  # it speaks of the command line
        said = str(error).replace(f"'sengraph questions {name}'", f"{asked.base}questions")
        raise UsageError(said.removeprefix("--")) from None


def store(asked: Asked) -> Response:
    """Return a graph; people are told of it by the page about the data."""
    given = of_query_string(asked.request)
    iri = graph_of(asked.request, given)
    if iri and not asked.graph.has_graph(iri):
        raise Problem(404, f"there is no graph {shown(iri)} here")
    name = form_of(asked.request, [*GRAPHS, "html"], "a graph")
    if name == "html":
        return Response(303, {"location": asked.link("doc/dataset")}, b"")
    return as_graph(asked.graph.triples(iri), name)


def void(asked: Asked) -> Response:
    """Tell what the data is."""
    from sengraph import describe

    only_read(asked.request)
    name = form_of(asked.request, [*GRAPHS, "html"], "this description")
    if name == "html":
        return Response(303, {"location": asked.link("doc/dataset")}, b"")
    return as_graph(kept(asked, "data", describe.void), name)


def openapi(asked: Asked) -> Response:
    """Describe this interface."""
    from sengraph import describe

    only_read(asked.request)
    return as_json(kept(asked, "interface", partial(describe.openapi, writes=asked.writes)))


ROUTES: dict[str, Callable[[Asked], Response]] = {
    "/sparql": sparql,
    "/questions": questions,
    "/store": store,
    "/.well-known/void": void,
    "/openapi.json": openapi,
    **site.ROUTES,
}
AREAS: dict[str, Callable[[Asked], Response]] = {
    "/questions/": question,
    "/store/": store,
    "/graph/": store,
    **site.AREAS,
}
"""What answers below a path."""


# --------------------------------------------------------------------------------- answers


def _answered(asked: Asked, text: str, raw: Raw, form: str, as_page: Callable[[], Response]) -> Response:
    """Return the response with an answer, in the form that the request wants; `as_page` makes it if that is a page."""
    kind, names = _FORMS[type(raw)]
    name = form_of(asked.request, names, kind, form=form)
    headers = {"content-type": FORMATS[name].media_type, **_keeping(text)}
    if name == "html":
        response = as_page()
        return response._replace(headers={**headers, **response.headers})
    if FORMATS[name].writes != "people":
        return Response(200, headers, _Writer(raw, name))
    answer = asked.graph.whole(raw, text)
    if isinstance(answer, Table):
        return Response(200, headers, people_bytes(answer.columns, answer.shown(), name))
    return Response(200, headers, b"yes\n" if answer else b"no\n")


def _keeping(text: str) -> dict[str, str]:
    """Return the header that forbids to keep what is another answer each time."""
    return {"cache-control": "no-store"} if any(has_keyword(text, word) for word in VOLATILE) else {}


_FORMS: dict[type[Raw], tuple[str, list[str]]] = {
    ox.QuerySolutions: ("a table", RESULTS),
    ox.QueryBoolean: ("yes or no", TRUTHS),
    ox.QueryTriples: ("triples", [*GRAPHS, "html"]),
}
"""What each kind of answer is called, and the formats it has, the default first."""


class _Writer:
    """Writes an answer as the engine finds it."""

    def __init__(self, raw: Raw, name: str) -> None:
        self._raw, self._name = raw, name

    def __call__(self, output: IO[bytes]) -> None:
        write_answer(self._raw, self._name, output)
