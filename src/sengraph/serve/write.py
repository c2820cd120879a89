"""A request that asks for a change, to the next version of the store, and the response.

    POST    /sparql                          SPARQL 1.1 Update
    PUT     /store?graph=IRI, ?default       a graph is this from now on      Graph Store Protocol
    POST    /store?graph=IRI, ?default       a graph has this besides; without a graph, a new one has it
    DELETE  /store?graph=IRI, ?default       a graph goes                     /store/... /graph/... by its address

A change is made on a copy of the current version, what follows from all of it is concluded anew, and the result is
the next version if it does not contradict itself. Otherwise, and if this process is killed, the store is as it was.
The default graph is `asserted`. What is made here (metadata, what follows, dated snapshots) is not changed from
outside, unless all of it is cleared with everything else.

Whether the sender may write is looked at before a request comes here (`app`).

Sources: SPARQL 1.1 Protocol, section 2.2; SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 to 5.6; RFC 9110,
sections 13.1.1 and 13.1.2 (If-Match, If-None-Match), 14.5 (partial PUT), 15 (status codes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pyoxigraph as ox

from sengraph import ingest, versions
from sengraph.errors import InconsistentError, InputError, LimitError, SengraphError, shown
from sengraph.load import parse_bytes
from sengraph.negotiate import UTF_8, MediaType, media_type
from sengraph.serve import update
from sengraph.serve.answering import Asked, problem
from sengraph.serve.messages import Dataset, Request, Response
from sengraph.serve.protocol import Problem, graph_named, of_query_string, update_of
from sengraph.store import asserted, default_graphs
from sengraph.terms import ASSERTED, INFERRED, METADATA, SNAPSHOTS

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}
"""What a graph may come in, by media type. The last two only if they name no graph."""

MULTIPART = "multipart/form-data"
"""What several files may come in; each has its own media type."""

OVER_HTTP = f"what came over HTTP{ingest.DIGEST}"
"""How the metadata tells of a change, with the digest of the last one behind it."""

MADE_HERE = (
    "what follows, the metadata and dated snapshots are made here: change what they are made from, or load the "
    "snapshot with 'sengraph load --as-of'. Nothing was changed"
)
EXPLAINED = 100_000
"""How many triples may be asserted for a contradiction among them to be explained."""


class Change(NamedTuple):
    """What a request wants changed.

    Attributes:
        make: changes a store; returns the response if it is well.
        whole: whether a graph that is changed has nothing but what came with the request.
        clears: whether all graphs are cleared.
    """

    make: Callable[[ox.Store], Response]
    whole: bool = False
    clears: bool = False


class UnchangedError(Exception):
    """Nothing is changed by a request: no version is written."""

    def __init__(self, response: Response) -> None:
        self.response = response


def respond(request: Request, dataset: Dataset, *, store: str) -> Response:
    """Make the change that a request asks for.

    Args:
        request: the request, of somebody who may write.
        dataset: the store, open for reading.
        store: its folder.

    Returns:
        the response; whatever is wrong with the request is in it.
    """
    try:
        change = _wanted(request)
        response = _made(change, Path(store), hashlib.sha256(request.body).hexdigest())
    except UnchangedError as nothing:
        response = nothing.response
    except LimitError as error:
        response = problem(Asked(request, dataset), Problem(503, str(error), {"retry-after": "5"}))
    except SengraphError as error:
        response = problem(Asked(request, dataset), error)
    return response._replace(headers={"cache-control": "no-store", **response.headers})


def _wanted(request: Request) -> Change:
    """Return the change that a request asks for."""
    if request.path.rstrip("/") == "/sparql":
        return _update(request)
    if request.method not in GRAPH_CHANGES:
        allowed = {"allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS"}
        raise Problem(405, f"{request.method} is not answered here: use PUT, POST or DELETE", allowed)
    iri = graph_named(request, of_query_string(request))
    if iri is not None and _is_made_here(iri):
        raise Problem(403, MADE_HERE)
    return GRAPH_CHANGES[request.method](request, iri)


def _made(change: Change, folder: Path, digest: str) -> Response:
    """Make a change in a store.

    Errors:
        Problem: 403, what is made here would be changed.
        InconsistentError: what would be there contradicts itself.
        UnchangedError: nothing is changed.
        LimitError, InputError: as `versions.next_version`.
    """
    with versions.next_version(folder) as writing:
        writing.from_copy()
        return _change(writing, change, OVER_HTTP + digest)


def _change(writing: versions.Writing, change: Change, note: str) -> Response:
    """Make a change in what is to be the next version, with what follows; nothing refers to it afterwards."""
    response = change.make(writing.new)
    _name_default(writing.new)
    changed = _differing(writing.old, writing.new)
    if not changed:
        raise UnchangedError(response)
    if any(map(_is_made_here, changed)) and not (change.clears and _is_all_cleared(writing.new)):
        raise Problem(403, MADE_HERE)
    _refuse_triple_terms(writing.new, changed)
    try:
        ingest.conclude(writing, [iri for iri in changed if not _is_made_here(iri)], note, whole=change.whole)
    except InconsistentError as error:
        raise InconsistentError(f"nothing was changed, because {_explained(writing.old, error)}") from None
    return response


# -------------------------------------------------------------------------------- updates


def _update(request: Request) -> Change:
    """Return the change that an update makes."""
    asked = update_of(request)
    has_dataset = bool(asked.using or asked.using_named)
    operations = update.read(asked.text, has_dataset=has_dataset)
    base = f"{request.base}sparql"
    for operation in operations:
        operation.check(base)

    def make(store: ox.Store) -> Response:
        for operation in operations:
            using, named = (asked.using, asked.using_named) if has_dataset else _seen(store)
            operation.run(store, using, named, base)
        return Response(204, {}, b"")

    return Change(make, clears=any(operation.clears for operation in operations))


def _seen(store: ox.Store) -> tuple[list[str], list[str]]:
    """Return the graphs whose union an operation sees, which are those that queries see, and those it sees by name."""
    union = [graph.value for graph in default_graphs(store) if isinstance(graph, ox.NamedNode)]
    return [*dict.fromkeys([ASSERTED, *union])], sorted(graph.value for graph in store.named_graphs())


# --------------------------------------------------------------------------------- graphs


def _put(request: Request, iri: str | None) -> Change:
    """Have a graph be what a request brings."""
    if iri is None:
        raise Problem(400, "name one graph: ?graph=IRI, or ?default for the graph 'asserted'")
    if "content-range" in request.headers:
        raise Problem(400, "a part of a graph cannot be put: send all of it, or POST what is to be added")
    graph = ox.NamedNode(iri or ASSERTED)
    triples = _triples(request, graph.value)

    def make(store: ox.Store) -> Response:
        response = _conditional(request, store, graph)
        if response.status == 204:
            store.clear_graph(graph)
        _add(store, graph, triples)
        return response

    return Change(make, whole=True)


def _post(request: Request, iri: str | None) -> Change:
    """Add what a request brings to a graph, or to a new one that gets a name."""
    is_new = iri is None
    graph = ox.NamedNode(f"{request.base}store/{uuid4()}" if is_new else iri or ASSERTED)
    triples = _triples(request, graph.value)

    def make(store: ox.Store) -> Response:
        response = _conditional(request, store, graph)
        _add(store, graph, triples)
        return response._replace(headers={"location": graph.value}) if is_new else response

    return Change(make)


def _delete(request: Request, iri: str | None) -> Change:
    """Remove a graph."""
    if iri is None:
        raise Problem(400, "name one graph: ?graph=IRI, or ?default for the graph 'asserted'")
    graph = ox.NamedNode(iri or ASSERTED)

    def make(store: ox.Store) -> Response:
        response = _conditional(request, store, graph)
        if response.status == 201:
            raise Problem(404, f"there is no graph {shown(graph.value)} here")
        store.remove_graph(graph)
        return response

    return Change(make)


GRAPH_CHANGES: dict[str, Callable[[Request, str | None], Change]] = {"PUT": _put, "POST": _post, "DELETE": _delete}


def _conditional(request: Request, store: ox.Store, graph: ox.NamedNode) -> Response:
    """Return the response to a change of a graph: made if it was not there, else changed.

    Errors:
        Problem: 412, the request has a condition that does not hold. The tags of answers are weak, and a weak one is
            never the same as another for a change.
    """
    is_there = store.contains_named_graph(graph)
    wanted, unwanted = (request.headers.get(name, "").strip() for name in ("if-match", "if-none-match"))
    if (wanted and (wanted != "*" or not is_there)) or (unwanted == "*" and is_there):
        raise Problem(412, "the condition that the request has does not hold: nothing was changed")
    return Response(204 if is_there else 201, {}, b"")


def _add(store: ox.Store, graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
    store.add_graph(graph)
    store.bulk_extend(ox.Quad(s, p, o, graph) for s, p, o in triples)


def _triples(request: Request, base: str) -> list[ox.Triple]:
    """Read the triples that a request brings.

    Errors:
        Problem: 400 they are not well formed, or in a graph of another name; 415 they are in no format that is known.
    """
    found = list[ox.Triple]()
    for given, content in _files(request):
        media = media_type(given)
        form = _format(media, given)
        try:
            for quad in parse_bytes(content, form, base, "the body"):
                if quad.graph_name != ox.DefaultGraph():
                    raise Problem(400, "the body names graphs of its own: send each one to its own place")
                found.append(quad.triple)
        except InputError as error:
            raise Problem(400, str(error)) from None
    return found


def _format(media: MediaType | None, given: str) -> ox.RdfFormat:
    """Return the format that a Content-Type means."""
    known = ", ".join(FORMATS)
    if media is None or media.name not in FORMATS:
        type_ = shown(given) if given else "of no type"
        raise Problem(415, f"the body is {type_}, which is no RDF that is read here: send {known}", {"accept": known})
    if (charset := media.parameters.get("charset", "utf-8")) not in UTF_8:
        raise Problem(415, f"the body is in the encoding {shown(charset)}: send UTF-8", {"accept": known})
    return FORMATS[media.name]


def _files(request: Request) -> Iterator[tuple[str, bytes]]:
    """Yield the media type and the content of what a request brings, or of each file in it."""
    given = request.headers.get("content-type", "")
    media = media_type(given)
    if media is None or media.name != MULTIPART:
        yield given, request.body
        return
    from email.parser import BytesParser
    from email.policy import HTTP

    head = f"Content-Type: {given}\r\n\r\n".encode("latin-1", "replace")
    parts = [*BytesParser(policy=HTTP).parsebytes(head + request.body).iter_parts()]
    if not parts:
        raise Problem(400, "the body has no parts, or not between the boundaries that its type names")
    for part in parts:
        content = part.get_payload(decode=True)
        yield str(part.get("content-type", "")), content if isinstance(content, bytes) else b""


# ------------------------------------------------------------------------ what was changed


def _is_made_here(iri: str) -> bool:
    return iri == METADATA or iri.startswith((INFERRED, *SNAPSHOTS))


def _name_default(store: ox.Store) -> None:
    """Move what is in no named graph, which others may have written, to where it is looked for."""
    for quad in [*store.quads_for_pattern(None, None, None, ox.DefaultGraph())]:
        store.remove(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ASSERTED)))


def _is_all_cleared(store: ox.Store) -> bool:
    """Tell whether nothing is left of what is made here: it was cleared, and will be made anew."""
    made = [graph for graph in store.named_graphs() if _is_made_here(graph.value)]
    return not any(True for graph in made for _ in store.quads_for_pattern(None, None, None, graph))


def _differing(old: ox.Store | None, new: ox.Store) -> list[str]:
    """Return the IRIs of the graphs that are not the same in two stores, sorted; a store has its quads in order."""
    stores = [store for store in (old, new) if store is not None]  # an empty one is false
    names = {graph.value for store in stores for graph in store.named_graphs()}
    return sorted(name for name in names if old is None or not _is_same(old, new, ox.NamedNode(name)))


def _is_same(old: ox.Store, new: ox.Store, graph: ox.NamedNode) -> bool:
    if old.contains_named_graph(graph) != new.contains_named_graph(graph):
        return False
    both = (store.quads_for_pattern(None, None, None, graph) for store in (old, new))
    return all(one == other for one, other in zip_longest(*both))


def _refuse_triple_terms(store: ox.Store, graphs: Iterable[str]) -> None:
    """Refuse RDF 1.2, of which nothing is concluded."""
    for name in graphs:
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name)):
            if isinstance(quad.object, ox.Triple):
                raise Problem(400, "there would be a triple term, which is RDF 1.2: only RDF 1.1 is taken")


def _explained(store: ox.Store | None, error: InconsistentError) -> str:
    """Return why what was written contradicts itself: with a proof, if there is not too much to prove it from."""
    if store is None or len(store) > EXPLAINED:
        return str(error)
    from sengraph.explanation import Explainer

    found = Explainer(asserted(store)).contradictions()
    return f"{error}\n\n{found[0]}" if found else str(error)
