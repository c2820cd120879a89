"""The site beside things and questions: pages for people, what they load, and what crawlers and programs look for.

/ /table /people /search /why             pages
/static/...                               what pages load
/exports/NAME                             the data in the form that other tools take
/context.jsonld /context/VERSION.jsonld   the JSON-LD context
/sitemap.xml /sitemap/N.xml /robots.txt
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import IO

from sengraph import linked
from sengraph.errors import UsageError, did_you_mean, shown
from sengraph.render import FORMATS
from sengraph.serve import documents
from sengraph.serve.answering import (
    Asked,
    as_graph,
    as_json,
    form_of,
    kept,
    only_read,
    page,
)
from sengraph.serve.messages import Response
from sengraph.serve.protocol import Problem, of_query_string, single

VERSIONED = {"cache-control": "public, max-age=31536000, immutable"}
LASTING = {"cache-control": "public, max-age=3600"}
"""How long what does not depend on the data may be kept: what has its version in its name, and files of pages."""


# --------------------------------------------------------------------------------- pages


def home(asked: Asked) -> Response:
    """Say what this is; to programs, where everything is."""
    only_read(asked.request)
    name = form_of(asked.request, ["json", "table", "html"], "this list", json_type="application/json")
    if name == "html":
        from sengraph.pages.home import home_page

        return page(home_page(asked.graph, asked.link))
    links = {name: asked.base + place for name, place in PLACES.items()}
    if name == "table":
        text = "".join(f"{name}  {link}\n" for name, link in links.items())
        return Response(200, {"content-type": FORMATS["table"].media_type}, text.encode())
    from sengraph import __version__

    return as_json({"name": "sengraph", "version": __version__, "links": links})


PLACES = {
    "sparql": "sparql",
    "questions": "questions",
    "graphs": "store?default",
    "description": ".well-known/void",
    "interface": "openapi.json",
    "context": "context.jsonld",
    "sitemap": "sitemap.xml",
    "health": "health",
    "metrics": "metrics",
}


def table(asked: Asked) -> Response:
    """Show the settings side by side."""
    from sengraph.pages.table import table_page

    given = _given(asked)
    chosen = {name: single(given, name) or "" for name in ("modality", "party")}
    return page(table_page(asked.graph, asked.link, **chosen, settings=given.get("setting", [])))


def people(asked: Asked) -> Response:
    """Show who works with whom."""
    from sengraph.pages.people import people_page

    return page(people_page(asked.graph, asked.link, single(_given(asked), "setting") or ""))


def search(asked: Asked) -> Response:
    """Show what holds some words."""
    from sengraph.pages.search import search_page

    return page(search_page(asked.graph, asked.link, single(_given(asked), "words") or ""))


def why(asked: Asked) -> Response:
    """Show why a statement follows."""
    from sengraph.pages.why import why_page

    given = _given(asked)
    terms = [single(given, name) or "" for name in "spo"]
    if not all(terms):
        raise Problem(400, "this page tells why a statement follows: give its subject, predicate and object, ?s=&p=&o=")
    return page(why_page(asked.graph, asked.link, *terms))


def _given(asked: Asked) -> dict[str, list[str]]:
    """Return the parameters of a page, which comes as HTML or not at all."""
    only_read(asked.request)
    given = of_query_string(asked.request)
    form_of(asked.request, ["html"], "this page")
    return given


# ------------------------------------------------------------------------ what lies beside


def export(asked: Asked) -> Response:
    """Return the data in the form that other tools take, or the page about it."""
    from sengraph.exports import EXPORTS

    only_read(asked.request)
    path = asked.request.path.removeprefix("/exports/")
    name, ending = linked.extension(path)
    if name not in EXPORTS:
        raise Problem(404, f"there is no export {shown(path)}. {did_you_mean(path[:100], EXPORTS)}")
    form = form_of(asked.request, documents.DOCUMENTS, "this export", form=ending or None)
    triples = kept(asked, f"export {name}", lambda graph, _: EXPORTS[name].make(graph))
    if form != "html":
        return as_graph(triples, form, EXPORTS[name].prefixes)
    from sengraph.pages.export import export_page

    return page(export_page(asked.graph, asked.link, EXPORTS[name], triples))


def static(asked: Asked) -> Response:
    """Return a file that pages load."""
    only_read(asked.request)
    name = asked.request.path.removeprefix("/static/")
    path = _files().get(name)
    if path is None:
        raise Problem(404, f"there is no file {shown(name)} that pages load")
    media_type, _ = mimetypes.guess_type(name, strict=True)
    charset = "; charset=utf-8" if path.suffix in (".css", ".js") else ""
    return Response(200, {"content-type": f"{media_type}{charset}", **LASTING}, path.read_bytes())


@cache
def _files() -> Mapping[str, Path]:
    """Return the files that pages load, by what stands behind `static/`: nothing else is read."""
    from sengraph.pages import editor
    from sengraph.pages.html import STATIC

    own = {path.name: path for path in STATIC.iterdir() if path.is_file()}
    return own | {f"editor/{name}": path for name, path in editor.files().items()}


def editor_settings(asked: Asked) -> Response:
    """Return what the editor of SPARQL is told of the graph."""
    from sengraph.pages import editor

    only_read(asked.request)
    return as_json(kept(asked, "editor", lambda graph, _: editor.settings(graph, lambda place: place)))


def context(asked: Asked) -> Response:
    """Return the JSON-LD context."""
    only_read(asked.request)
    whole = kept(asked, "context", lambda graph, _: linked.context(graph))
    return as_json(whole, "application/ld+json")


def versioned_context(asked: Asked) -> Response:
    """Return the JSON-LD context of a version."""
    only_read(asked.request)
    version, whole = kept(asked, "versioned context", lambda graph, _: linked.versioned_context(graph))
    if asked.request.path != f"/context/{version}.jsonld":
        raise Problem(404, f"the context has the version {version} here: /context/{version}.jsonld")
    response = as_json(whole, "application/ld+json")
    return response._replace(headers={**response.headers, **VERSIONED})


def sitemap(asked: Asked) -> Response:
    """Return the addresses of all documents, or of a part of them."""
    only_read(asked.request)
    name = asked.request.path.removeprefix("/sitemap/").removesuffix(".xml")
    part = int(name) if name.isdecimal() and name.isascii() and len(name) < 7 else None
    if part is None and asked.request.path != "/sitemap.xml":
        raise Problem(404, "there is no such part of the sitemap")
    try:
        pieces = linked.sitemap(asked.graph, asked.base, part)
    except UsageError as error:
        raise Problem(404, str(error)) from None

    def write(output: IO[bytes]) -> None:
        for piece in pieces:
            output.write(piece)

    return Response(200, {"content-type": "application/xml"}, write)


def robots(asked: Asked) -> Response:
    """Return what crawlers are to leave alone."""
    only_read(asked.request)
    return Response(200, {"content-type": "text/plain; charset=utf-8"}, linked.robots(asked.base))


ROUTES: dict[str, Callable[[Asked], Response]] = {
    "/": home,
    "/table": table,
    "/people": people,
    "/search": search,
    "/why": why,
    "/resource": documents.resource,
    "/editor.json": editor_settings,
    "/context.jsonld": context,
    "/sitemap.xml": sitemap,
    "/robots.txt": robots,
}
AREAS: dict[str, Callable[[Asked], Response]] = {
    documents.PREFIX: documents.document,
    "/exports/": export,
    "/static/": static,
    "/context/": versioned_context,
    "/sitemap/": sitemap,
}
