"""Things and their documents: an address for every IRI of the data, for people and for programs.

    /code-2001/mainstream-3.1      a thing: 303 to its document, since a thing is not its document
    /doc/code-2001/mainstream-3.1  its document: a page or RDF, by Accept or by .html .ttl .jsonld .rdf .nt behind it
    /resource?iri=IRI              the document of a thing whose IRI is elsewhere

Links and redirections are relative, so that things answer under whatever name the server is reached.

Sources: Cool URIs for the Semantic Web (W3C, 2008), section 4.2; Best Practice Recipes for Publishing RDF Vocabularies
(W3C, 2008); RFC 8288 (Link); RFC 9110, sections 8.7 (Content-Location) and 15.4.4 (303).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph import linked, load
from sengraph.errors import did_you_mean, shown
from sengraph.render import FORMATS
from sengraph.serve.answering import Asked, as_graph, form_of, kept, only_read, page
from sengraph.serve.messages import Response
from sengraph.serve.protocol import Problem, of_query_string, single
from sengraph.terms import BASE, ONTOLOGY, is_iri

if TYPE_CHECKING:
    from sengraph.graph import Graph

DOCUMENTS = ["ttl", "html", "jsonld", "rdf", "nt"]
"""The forms in which a document comes; whoever takes anything gets Turtle."""

LONGEST_PLACE = 1000
"""The longest place that headers tell of, in characters: they have it several times, and few take long headers."""

PREFIX = "/doc/"


class Beside(NamedTuple):
    """What is spoken of here though the data does not hold it; as `answering.Dataset`."""

    graph: Graph
    version: str


@cache
def _own() -> Beside:
    """Return the project's ontologies, which answer here whatever the data is."""
    from sengraph.graph import open_graph

    return Beside(open_graph(*load.packaged_files(), *load.beside().values(), inference=False), "own")


def _is_theirs(iri: str) -> bool:
    """Tell whether it is for them to say what an IRI means: theirs, that of a version or a term, or one from elsewhere.

    What else is under `BASE` is for the data: a store without the table has none.
    """
    whole = iri.partition("#")[0]
    is_own = any(name in (ONTOLOGY, *load.beside()) for name in (whole, whole.rpartition("/")[0]))
    return is_own or not iri.startswith(BASE)


def thing(asked: Asked) -> Response:
    """Send whoever asks for a thing to its document."""
    only_read(asked.request)
    path = asked.request.path
    for name, sent, ending in _readings(path, asked.raw_path):
        if found := _spoken_of(asked, linked.iris_at(name, sent, asked.base)):
            return _see_other(asked, found[1], ending)
    raise Problem(404, f"there is nothing at {shown(path)}. {did_you_mean(path[:100], PLACES)}")


PLACES = ("/", "/table", "/people", "/search", "/questions", "/sparql")
"""What whoever asks for nothing may have meant."""


def document(asked: Asked) -> Response:
    """Return the document of a thing under the base."""
    only_read(asked.request)
    path = asked.request.path.removeprefix(PREFIX)
    for name, sent, ending in _readings(path, asked.raw_path.removeprefix(PREFIX)):
        if found := _spoken_of(asked, linked.iris_at(name, sent, asked.base)):
            return _document(*found, ending)
    raise Problem(404, f"nothing here is called {shown(path)}: search for it at {asked.base}search")


def resource(asked: Asked) -> Response:
    """Return the document of a thing anywhere."""
    only_read(asked.request)
    iri = single(of_query_string(asked.request), "iri") or ""
    if not is_iri(iri):
        raise Problem(400, f"{shown(iri)} is no IRI: give that of a thing in ?iri=")
    found = _spoken_of(asked, [iri])
    if found is None:
        raise Problem(404, f"nothing is said here of {shown(iri)}")
    return _document(*found, "")


def _readings(path: str, raw: str) -> Sequence[tuple[str, str, str]]:
    """Return how an address can be read: as the name of a thing, and as one with the name of a format behind it."""
    short, ending = linked.extension(path)
    return [(path, raw, ""), *([(short, raw.removesuffix(f".{ending}"), ending)] if ending else [])]


def _see_other(asked: Asked, iri: str, ending: str) -> Response:
    place = linked.place_of(iri, asked.base)
    return Response(303, {"location": asked.link(linked.in_form(place, ending) if ending else place)}, b"")


def _spoken_of(asked: Asked, iris: list[str]) -> tuple[Asked, str] | None:
    """Return which of some IRIs means something here, and the request to the data that speaks of it."""
    if linked.DATASET in iris:
        return asked, linked.DATASET
    if any(asked.graph.has_graph(iri) for iri in iris):
        return asked, linked.DATASET  # its document tells of its graphs
    if iri := linked.known(asked.graph, iris) if iris else None:
        return asked, iri
    own = [iri for iri in iris if _is_theirs(iri)]
    beside = asked._replace(dataset=_own()) if own else asked
    return (beside, known) if own and (known := linked.known(beside.graph, own)) else None


def _document(asked: Asked, iri: str, ending: str) -> Response:
    """Return a document in the form that its address or the request names."""
    ontology = kept(asked, "vocabularies", lambda graph, _: linked.vocabularies(graph)).get(iri, "")
    place = linked.place_of(iri, asked.base)
    if ontology not in ("", iri):
        return _see_other(asked, ontology, ending)  # the version of one has its document
    name = form_of(asked.request, DOCUMENTS, "this document", form=ending or None)
    headers = _links(asked, place, iri) if len(place) <= LONGEST_PLACE else {}
    if name != ending and headers:
        headers["content-location"] = asked.link(linked.in_form(place, name))
    if name == "html":
        response = page(_page(asked, iri, is_ontology=bool(ontology)))
    else:
        response = as_graph(_triples(asked, iri, is_ontology=bool(ontology)), name)
    return response._replace(headers={**response.headers, **headers})


def _links(asked: Asked, place: str, iri: str) -> dict[str, str]:
    """Return the Link header of a document: its other forms, and the description of the data."""
    links = [
        f"<{asked.link(linked.in_form(place, name))}>; "
        f'rel="alternate"; type="{FORMATS[name].media_type.partition(";")[0]}"'
        for name in DOCUMENTS
    ]
    links.append(f'<{asked.link(".well-known/void")}>; rel="describedby"; type="text/turtle"')
    if iri.isascii():
        links.append(f'<{iri}>; rel="{linked.FOAF}primaryTopic"')
    return {"link": ", ".join(links)}


def _page(asked: Asked, iri: str, *, is_ontology: bool) -> bytes:
    from sengraph.pages.dataset import dataset_page
    from sengraph.pages.things import thing_page
    from sengraph.pages.vocabulary import vocabulary_page

    if iri == linked.DATASET:
        return dataset_page(asked.graph, asked.link, _described(asked))
    return (vocabulary_page if is_ontology else thing_page)(asked.graph, asked.link, iri)


def _triples(asked: Asked, iri: str, *, is_ontology: bool) -> Iterable[ox.Triple]:
    if iri == linked.DATASET:
        return _described(asked)
    return (linked.vocabulary if is_ontology else linked.description)(asked.graph, iri, asked.base)


def _described(asked: Asked) -> list[ox.Triple]:
    """Return what is told of the data and of its graphs."""
    from sengraph import describe

    return [
        *kept(asked, "data", describe.void),
        *kept(asked, "service", partial(describe.service_description, writes=asked.writes)),
    ]
