"""Linked data: the address of a thing's document, the thing that an address means, and what the document says.

A thing is at its IRI, and its document is elsewhere, for a thing is not a document (a party cannot be downloaded): a
server sends whoever asks for `code-2001/mainstream-3.1` on to `doc/code-2001/mainstream-3.1`, and there gives RDF or a
page. The terms of a vocabulary have a fragment (`ontology#party-senco`), which no server gets to see; in the place
of their document it is a segment like any other.

    place_of     from an IRI to the place of its document     iris_at, known      from an address to the IRI it means
    description  what the document of a thing says            vocabulary          what that of an ontology says
    context      JSON-LD's names for the terms                subjects, sitemap   all there is

All are functions of a graph and of an IRI or a path.

Sources: Cool URIs for the Semantic Web (W3C, 2008), sections 4.2 and 4.4; Concise Bounded Description (W3C member
submission, 2005); RFC 3986, section 3.3; RFC 3987, section 3.2; JSON-LD 1.1; sitemaps.org, protocol 0.9; RFC 9309.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import pyoxigraph as ox

from sengraph import load
from sengraph.errors import UsageError, reading
from sengraph.results import Table
from sengraph.terms import (
    BASE,
    DCTERMS,
    GRAPH,
    INFERRED,
    ONTOLOGY,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SEN,
    SKOS,
    XSD,
    compact,
    is_iri,
)

if TYPE_CHECKING:
    from sengraph.graph import Graph

# ------------------------------------------------------------------------------ addresses

HASHED = ("ontology", "service", "odrl")
"""The vocabularies under `BASE` whose terms have a fragment."""

OURS = (
    *HASHED,
    *("alignments", "authors", "by-analogy", "code-2001", "dataset", "establishment", "exports", "gias", "graph"),
)
"""The first segments of the project's own IRIs. What begins so under another base has no place under `doc/`."""

EXTENSIONS = ("ttl", "jsonld", "rdf", "nt", "html")
"""The names of formats (`render.FORMATS`) that a document's address may end in, behind a full stop."""

_KEPT = "/:@!$&'()*+,;=~"
"""What stands in the path of a URI as it is, beside letters, digits and `-._` (RFC 3986, section 3.3)."""

_LOST = re.compile(r"(?:^|/)(?:\.|%2e){0,2}(?=/|$)|[?#]", re.IGNORECASE)
"""What a path does not keep everywhere: segments that are empty or of dots, a query, a fragment."""

_LIKE_A_TERM = re.compile(rf"(?:{'|'.join(HASHED)})/[^0-9]")
"""A path that has the place of a term of ours, and is not that of a version: whatever is called so is elsewhere."""

_NOT_ASCII = re.compile(r"(?:%[89a-f][0-9a-f])+", re.IGNORECASE)


def place_of(iri: str, base: str = BASE) -> str:
    """Return the place of a thing's document: its address relative to the root of the site.

    Args:
        iri: an absolute IRI.
        base: the address under which a server is known, with a slash at its end. Things under it have places of
            their own, as those under `BASE` always have.

    Returns:
        `doc/` and the path of the thing, percent-encoded so that decoding it once gives the characters of the IRI; or
        `resource?iri=` and the IRI, for things elsewhere, and those whose path would not come through whole or is that
        of something of ours.

    >>> place_of("https://w3id.org/sengraph/ontology#party-senco")
    'doc/ontology/party-senco'
    >>> place_of("https://example.org/x")
    'resource?iri=https%3A%2F%2Fexample.org%2Fx'
    """
    for root in (BASE, base):
        if iri.startswith(root):
            path = iri[len(root) :]
            vocabulary, hash_, name = path.partition("#")
            if hash_ and name and root == BASE and vocabulary in HASHED:
                path = f"{vocabulary}/{name}"
            elif _LIKE_A_TERM.match(path) if root == BASE else re.split("[/#]", path)[0] in OURS:
                break
            if not _LOST.search(path):
                return f"doc/{quote(path, safe=_KEPT, errors='replace')}"
    return f"resource?iri={quote(iri, safe='', errors='replace')}"


def in_form(place: str, name: str) -> str:
    """Return the place of a document in one form.

    Args:
        place: of the document, as `place_of` returns it.
        name: one of `EXTENSIONS`.

    >>> in_form("doc/code-2001/mainstream-3.1", "ttl"), in_form("resource?iri=urn%3Ax", "ttl")
    ('doc/code-2001/mainstream-3.1.ttl', 'resource?iri=urn%3Ax&format=ttl')
    """
    return f"{place}&format={name}" if "?" in place else f"{place}.{name}"


def iris_at(path: str, raw: str, base: str = BASE) -> list[str]:
    """Return the IRIs that an address may mean.

    Args:
        path: percent-decoded once. It begins with a slash if a thing was asked for (`/code-2001/mainstream-3.1`), and
            with none if it is what stands behind `doc/` (`ontology/party-senco`).
        raw: the same as the client sent it. An IRI may hold percent-encoded characters, as its own: then that of a
            thing is what was sent, while the place of its document was encoded on top of that.
        base: as in `place_of`.

    Returns:
        the likeliest first: the IRI under the base that was asked for, then those under `BASE`, then those that
        have no slash at their end. Text that is no IRI is left out.

    >>> iris_at("/code-2001/code", "/code-2001/code")
    ['https://w3id.org/sengraph/code-2001/code']
    >>> iris_at("ontology/party-senco", "ontology/party-senco")
    ['https://w3id.org/sengraph/ontology#party-senco', 'https://w3id.org/sengraph/ontology/party-senco']
    """
    sent = [raw, _NOT_ASCII.sub(_decoded, raw)]
    spellings = [*sent, path] if path.startswith("/") else [path, *sent]
    found = []
    for spelling in spellings:
        text = spelling.removeprefix("/")
        for local in (text, text.removesuffix("/")):
            vocabulary, slash, name = local.partition("/")
            hashed = [f"{BASE}{vocabulary}#{name}"] if slash and name and vocabulary in HASHED else []
            is_place_of_ours = not path.startswith("/") and vocabulary in OURS
            found += [*([] if base == BASE or is_place_of_ours else [f"{base}{local}"]), *hashed, f"{BASE}{local}"]
    return [iri for iri in dict.fromkeys(found) if is_iri(iri)]


def _decoded(escapes: re.Match[str]) -> str:
    """Return what characters beyond ASCII an IRI has where a URI has these escapes (RFC 3987, section 3.2)."""
    try:
        return bytes.fromhex(escapes[0].replace("%", "")).decode()
    except ValueError:
        return escapes[0]


def extension(path: str) -> tuple[str, str]:
    """Split the format off a path that names one.

    A thing's own name may end like that (`doc/code-2001/about.html`). So whoever asks tries the whole path first, and
    what this returns only if that means nothing.

    Args:
        path: percent-decoded.

    Returns:
        the path without it, and the name of the format; the path as it is and empty text if it names none.

    >>> extension("code-2001/mainstream-3.1.ttl"), extension("code-2001/mainstream-3.1")
    (('code-2001/mainstream-3.1', 'ttl'), ('code-2001/mainstream-3.1', ''))
    """
    stem, _, name = path.rpartition(".")
    return (stem, name) if name in EXTENSIONS and stem and not stem.endswith("/") else (path, "")


def known(graph: Graph, iris: Sequence[str]) -> str | None:
    """Return the first of some IRIs that the data speaks of, be it as subject, object or property.

    Args:
        graph: the data.
        iris: valid IRIs, the likeliest first, as `iris_at` returns them.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> known(sengraph.open(), iris_at("ontology/party-senco", "ontology/party-senco"))
    'https://w3id.org/sengraph/ontology#party-senco'
    """
    if not iris:
        return None
    spoken_of = " || ".join(f"EXISTS {{ {triple} }}" for triple in ("?iri ?p ?o", "?s ?p ?iri", "?s ?iri ?o"))
    rows = _rows(graph, f"SELECT ?iri {{ VALUES ?iri {{ {_terms(iris)} }} FILTER({spoken_of}) }}")
    found = {iri.value for (iri,) in rows}
    return next((iri for iri in iris if iri in found), None)


# -------------------------------------------------------------------------- descriptions

DATASET = f"{BASE}dataset"
FOAF = "http://xmlns.com/foaf/0.1/"
VOID = "http://rdfs.org/ns/void#"

MOST_INCOMING = 200
"""How many triples with one property and the thing as object are told; of a property with more, none is."""

LOOKED_AT = 2000
"""How many triples with the thing as object are looked at to see which properties they have, beside the known ones."""

ROUNDS = 100
"""How often blank nodes are looked at to tell them apart: a long list of the same values would take as many rounds."""

PROPERTY_CLASSES = [f"{OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation")] + [f"{RDF}Property"]

DECLARED = [f"{OWL}Class", *PROPERTY_CLASSES]
"""What a term can be declared to be, so that axioms and annotations can be told from each other."""

BUILT_IN = [
    f"{RDF}type",
    *(f"{RDFS}{name}" for name in ("domain", "isDefinedBy", "range", "seeAlso", "subClassOf", "subPropertyOf")),
    *(f"{OWL}{name}" for name in ("disjointWith", "equivalentClass", "imports", "inverseOf", "sameAs")),
    *(f"{SKOS}{name}" for name in ("broader", "inScheme", "member", "narrower", "related", "topConceptOf")),
    *(f"{DCTERMS}{name}" for name in ("isPartOf", "source", "subject")),
]
"""Properties that lead to very many a thing and need no declaration."""


def description(graph: Graph, iri: str, base: str = BASE) -> list[ox.Triple]:
    """Describe a thing as its document does.

    Said are the triples with the thing as subject, the blank nodes in them followed; those with the thing as object
    and an IRI as subject, at most `MOST_INCOMING` for one property and else none of it; the labels of all these
    neighbours; and of the document its topic, the dataset and the licence, if the ontology that defines the thing
    states one. Left out is what a reasoner says of everything: that it is an owl:Thing, and which classes without a
    name it is in.

    Args:
        graph: the data.
        iri: the IRI of the thing, a valid one.
        base: as in `place_of`.

    Returns:
        the document's triples, the thing's, and then the others, each group sorted, and with the same names for
        blank nodes whenever the data is the same.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> print(description(sengraph.open(), "https://w3id.org/sengraph/ontology#party-senco")[0].subject)
    <https://w3id.org/sengraph/doc/ontology/party-senco>
    """
    thing = ox.NamedNode(iri)
    said = [*_bounded(graph, f"VALUES ?thing {{ {thing} }}"), *_incoming(graph, thing)]
    named = {term for triple in said for term in (triple.subject, triple.object) if isinstance(term, ox.NamedNode)}
    label = ox.NamedNode(f"{RDFS}label")
    query = f"SELECT ?s ?label {{ VALUES ?s {{ {' '.join(sorted(map(str, named)))} }} ?s {label} ?label }}"
    said += [ox.Triple(neighbour, label, text) for neighbour, text in _rows(graph, query)]
    return [*_document(graph, thing, base), *_in_order(said, thing)]


def vocabulary(graph: Graph, iri: str, base: str = BASE) -> list[ox.Triple]:
    """Describe an ontology as its document does: its header, and all that it defines.

    Args:
        graph: the data.
        iri: the IRI of the ontology.
        base: as in `place_of`.

    Returns:
        the document's triples, the header, and then those whose subject says that the ontology defines it
        (rdfs:isDefinedBy), with blank nodes, and the axioms that list such things (owl:AllDifferent and the like); and
        of the terms that are used in these and defined elsewhere, what kind of class or property they are; of a
        packaged alignment, which defines nothing, all mappings of its file. In the order of `description`, and
        without what that leaves out.

    Errors:
        InputError: the store is damaged.
    """
    ontology = ox.NamedNode(iri)
    defined = f"rdfs:isDefinedBy {ontology}"
    patterns = (
        f"VALUES ?thing {{ {ontology} }}",
        f"?thing {defined}",
        f"?member {defined} . ?list rdf:first ?member . ?thing owl:members|owl:distinctMembers ?list",
    )
    said = [*_bounded(graph, " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)), *mappings(iri)]
    return [*_document(graph, ontology, base), *_in_order([*said, *_declarations(graph, said)], ontology)]


def mappings(iri: str) -> list[ox.Triple]:
    """Return what a packaged alignment says of our terms; nothing for other ontologies.

    Args:
        iri: the IRI of the ontology.

    >>> [str(triple) for triple in mappings("https://w3id.org/sengraph/alignments/cpov")][0].split()[0]
    '<https://w3id.org/sengraph/ontology#CodeOfPractice>'
    """
    if not iri.startswith(f"{BASE}{load.ALIGNMENTS}/") or (file := load.beside().get(iri)) is None:
        return []
    stated = load.read([file], imports=False)
    return [triple for triple in stated if isinstance(triple.subject, ox.NamedNode) and triple.subject.value != iri]


def _declarations(graph: Graph, said: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return which kind of class or property the terms are that triples use.

    Without that, who reads the triples as OWL takes what is annotated for what is asserted, or the other way round
    (OWL 2 Mapping to RDF, section 3.1.2; OWL 2, section 5.8.2).
    """
    used = {term for triple in said for term in (triple.predicate, triple.object) if isinstance(term, ox.NamedNode)}
    values = f"VALUES ?term {{ {' '.join(sorted(map(str, used)))} }} VALUES ?kind {{ {_terms(DECLARED)} }}"
    rows = _rows(graph, f"SELECT ?term ?kind {{ {values} ?term a ?kind }}")
    return [ox.Triple(term, ox.NamedNode(f"{RDF}type"), kind) for term, kind in rows]


def vocabularies(graph: Graph) -> dict[str, str]:
    """Return the ontologies that are here: from the IRI of each, and from that of its version, to the former.

    >>> import sengraph
    >>> vocabularies(sengraph.open())["https://w3id.org/sengraph/ontology/0.1.0"]
    'https://w3id.org/sengraph/ontology'
    """
    query = "SELECT ?ontology ?version { ?ontology a owl:Ontology OPTIONAL { ?ontology owl:versionIRI ?version } }"
    rows = [(ontology, version) for ontology, version in _rows(graph, query) if isinstance(ontology, ox.NamedNode)]
    versions = {version.value: ontology.value for ontology, version in rows if isinstance(version, ox.NamedNode)}
    return dict(sorted((versions | {ontology.value: ontology.value for ontology, _ in rows}).items()))


def _bounded(graph: Graph, pattern: str) -> list[ox.Triple]:
    """Return the concise bounded descriptions of what `?thing` is in a pattern, without what a reasoner says of all.

    Of a thing with a name, that is what was inferred and has a blank node or owl:Thing as object. What was inferred of
    blank nodes is not looked up: see `_says_nothing`.
    """
    answer = graph.answer(f"DESCRIBE ?thing {{ {pattern} }}")
    assert not isinstance(answer, bool | Table)
    noise = _inferred(graph, [t for t in answer if isinstance(t.subject, ox.NamedNode) and _is_vague(t.object)])
    said: dict[Any, list[ox.Triple]] = {}
    for triple in answer:
        if triple not in noise and not _says_nothing(triple):
            said.setdefault(triple.subject, []).append(triple)
    inner = {triple.object for triple in answer}
    pending = [node for node in said if isinstance(node, ox.NamedNode) or node not in inner]
    told = list[ox.Triple]()
    while pending:
        triples = said.pop(pending.pop(), [])
        told += triples
        pending += [triple.object for triple in triples if isinstance(triple.object, ox.BlankNode)]
    return told


def _is_vague(term: Any) -> bool:
    return isinstance(term, ox.BlankNode) or (isinstance(term, ox.NamedNode) and term.value == f"{OWL}Thing")


def _inferred(graph: Graph, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return those triples that are in a graph of what was inferred; their subjects are IRIs."""
    pairs = " ".join(f"({s} {p})" for s, p in sorted({(str(t.subject), str(t.predicate)) for t in triples}))
    if not pairs:
        return set()
    is_inferred = f"STRSTARTS(STR(?graph), {ox.Literal(INFERRED)})"
    query = f"SELECT ?s ?p ?o {{ VALUES (?s ?p) {{ {pairs} }} GRAPH ?graph {{ ?s ?p ?o }} FILTER({is_inferred}) }}"
    return {ox.Triple(*row) for row in _rows(graph, query)}.intersection(triples)


def _says_nothing(triple: ox.Triple) -> bool:
    """Tell whether a triple is what a reasoner says of all blank nodes, or relates a class without a name to others."""
    if not isinstance(triple.subject, ox.BlankNode):
        return False
    if triple.predicate.value == f"{RDF}type":
        return _is_vague(triple.object)
    return triple.predicate.value in (f"{RDFS}subClassOf", f"{OWL}equivalentClass")


def _incoming(graph: Graph, thing: ox.NamedNode) -> list[ox.Triple]:
    """Return the triples with a thing as object, of the properties that have only few.

    Nothing counts all of them: as many as are wanted are read of each property that is declared, is built in, or is
    among the first triples.
    """
    leads_here = f"FILTER EXISTS {{ ?s ?p {thing} }}"
    properties = _rows(
        graph,
        f"SELECT DISTINCT ?p {{ {{ SELECT ?p {{ ?s ?p {thing} }} LIMIT {LOOKED_AT} }} "
        f"UNION {{ VALUES ?class {{ {_terms(PROPERTY_CLASSES)} }} ?p a ?class {leads_here} }} "
        f"UNION {{ VALUES ?p {{ {_terms(BUILT_IN)} }} {leads_here} }} }}",
    )
    found = dict[ox.NamedNode, list[ox.Triple]]()
    has_name = "FILTER(ISIRI(?s) && ?s != owl:Nothing)"
    few = f"LIMIT {MOST_INCOMING + 1}"
    parts = [
        f"{{ SELECT DISTINCT ?s ?p {{ VALUES ?p {{ {p} }} ?s ?p {thing} {has_name} }} {few} }}" for (p,) in properties
    ]
    for s, p in _rows(graph, f"SELECT ?s ?p {{ {' UNION '.join(parts)} }}") if parts else ():
        found.setdefault(p, []).append(ox.Triple(s, p, thing))
    return [triple for triples in found.values() if len(triples) <= MOST_INCOMING for triple in triples]


def _document(graph: Graph, thing: ox.NamedNode, base: str) -> list[ox.Triple]:
    """Say what the document of a thing is, beside its content."""
    place = ox.NamedNode(base + place_of(thing.value, base))
    triples = [ox.Triple(place, ox.NamedNode(f"{FOAF}primaryTopic"), thing)]
    if thing.value.startswith(BASE):
        triples.append(ox.Triple(place, ox.NamedNode(f"{VOID}inDataset"), ox.NamedNode(DATASET)))
    licence = ox.NamedNode(f"{DCTERMS}license")
    by = f"{{ {thing} rdfs:isDefinedBy ?by }} UNION {{ VALUES ?by {{ {thing} }} }}"
    rows = _rows(graph, f"SELECT DISTINCT ?licence {{ {by} ?by a owl:Ontology ; {licence} ?licence }}")
    return triples + sorted((ox.Triple(place, licence, stated) for (stated,) in rows), key=str)


def _in_order(triples: Iterable[ox.Triple], thing: ox.NamedNode) -> list[ox.Triple]:
    """Return triples once each, with blank nodes renamed, those of the thing first and the others sorted."""
    renamed = _renamed(list(dict.fromkeys(triples)))
    return sorted(renamed, key=lambda triple: (triple.subject != thing, str(triple)))


def _renamed(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Give blank nodes names that come from what is said of them, and not from how the data was loaded.

    In each round a node is known by what is said of it, the nodes in that by how the round before knew them, until a
    round tells no more of them apart. Those that are never told apart get their names by chance.
    """
    nodes = {term for triple in triples for term in (triple.subject, triple.object) if isinstance(term, ox.BlankNode)}
    about: dict[Any, list[tuple[bool, ox.Triple]]] = {node: [] for node in nodes}
    for triple in triples:
        for is_subject, term in ((True, triple.subject), (False, triple.object)):
            if term in about:
                about[term].append((is_subject, triple))
    digests: dict[Any, str] = dict.fromkeys(nodes, "")
    told_apart = 0
    for _ in range(ROUNDS):
        before, told_apart = told_apart, len(set(digests.values()))
        if told_apart in (before, len(nodes)):
            break
        digests = {node: _digest(about[node], digests) for node in nodes}
    names = {node: ox.BlankNode(f"b{number}") for number, node in enumerate(sorted(nodes, key=digests.__getitem__))}
    named: dict[Any, Any] = dict(names)
    return [
        ox.Triple(named.get(triple.subject, triple.subject), triple.predicate, named.get(triple.object, triple.object))
        for triple in triples
    ]


def _digest(about: Iterable[tuple[bool, ox.Triple]], digests: Mapping[Any, str]) -> str:
    """Return a digest of what is said of a blank node."""
    said = []
    for is_subject, triple in about:
        other = triple.object if is_subject else triple.subject
        said.append(f"{is_subject} {triple.predicate} {digests.get(other, other)}")
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


# ------------------------------------------------------------------------------- context

_PREFIXES = PREFIXES | {"foaf": FOAF, "void": VOID}

_LINK = {"@type": "@id"}
_ENGLISH = {"@language": "en"}
_ENGLISH_SET = {"@language": "en", "@container": "@set"}
_MOMENT = {"@type": "xsd:dateTime"}

TERMS: dict[str, tuple[str, dict[str, str]]] = {
    "label": ("rdfs:label", _ENGLISH),
    "comment": ("rdfs:comment", _ENGLISH),
    "prefLabel": ("skos:prefLabel", _ENGLISH),
    "altLabel": ("skos:altLabel", _ENGLISH_SET),
    "hiddenLabel": ("skos:hiddenLabel", _ENGLISH_SET),
    "definition": ("skos:definition", _ENGLISH),
    "scopeNote": ("skos:scopeNote", _ENGLISH_SET),
    "note": ("skos:note", _ENGLISH_SET),
    "example": ("skos:example", _ENGLISH_SET),
    "notation": ("skos:notation", {}),
    "broader": ("skos:broader", _LINK),
    "narrower": ("skos:narrower", _LINK),
    "inScheme": ("skos:inScheme", _LINK),
    "topConceptOf": ("skos:topConceptOf", _LINK),
    "exactMatch": ("skos:exactMatch", _LINK),
    "closeMatch": ("skos:closeMatch", _LINK),
    "relatedMatch": ("skos:relatedMatch", _LINK),
    "title": ("dcterms:title", _ENGLISH),
    "description": ("dcterms:description", _ENGLISH),
    "abstract": ("dcterms:abstract", _ENGLISH),
    "citation": ("dcterms:bibliographicCitation", {}),
    "identifier": ("dcterms:identifier", {}),
    "source": ("dcterms:source", _LINK),
    "isPartOf": ("dcterms:isPartOf", _LINK),
    "isReplacedBy": ("dcterms:isReplacedBy", _LINK),
    "creator": ("dcterms:creator", _LINK),
    "publisher": ("dcterms:publisher", _LINK),
    "license": ("dcterms:license", _LINK),
    "rights": ("dcterms:rights", _ENGLISH),
    "created": ("dcterms:created", _MOMENT),
    "issued": ("dcterms:issued", _MOMENT),
    "modified": ("dcterms:modified", _MOMENT),
    "isDefinedBy": ("rdfs:isDefinedBy", _LINK),
    "seeAlso": ("rdfs:seeAlso", _LINK),
    "subPropertyOf": ("rdfs:subPropertyOf", _LINK),
    "domain": ("rdfs:domain", _LINK),
    "range": ("rdfs:range", _LINK),
    "disjointWith": ("owl:disjointWith", _LINK),
    "inverseOf": ("owl:inverseOf", _LINK),
    "sameAs": ("owl:sameAs", _LINK),
    "imports": ("owl:imports", _LINK),
    "versionIRI": ("owl:versionIRI", _LINK),
    "versionInfo": ("owl:versionInfo", {}),
    "deprecated": ("owl:deprecated", {"@type": "xsd:boolean"}),
    "Class": ("owl:Class", {}),
    "Ontology": ("owl:Ontology", {}),
    "ObjectProperty": ("owl:ObjectProperty", {}),
    "DatatypeProperty": ("owl:DatatypeProperty", {}),
    "AnnotationProperty": ("owl:AnnotationProperty", {}),
    "NamedIndividual": ("owl:NamedIndividual", {}),
    "Restriction": ("owl:Restriction", {}),
    "Concept": ("skos:Concept", {}),
    "ConceptScheme": ("skos:ConceptScheme", {}),
    "primaryTopic": ("foaf:primaryTopic", _LINK),
    "inDataset": ("void:inDataset", _LINK),
}
"""The terms of other vocabularies that documents use: what each stands for, and what its values are.

A text without a language is English where the project's own texts are; others are written out
(`{"@value": ...}`). So are values of another kind than a term says: no triple is lost or changed. Properties whose
values have no name, such as the restrictions that a class is below, keep their prefix: rdflib (7.6) loses what is said
of a blank node where a context says that values are IRIs.
"""

TEXTS = (f"{XSD}string", f"{RDF}langString")
"""Ranges that need no mention: a JSON string is one, or says its language."""


def context(graph: Graph) -> dict[str, Any]:
    """Return the JSON-LD context for documents about the data: `{"@context": ...}`.

    Args:
        graph: the data.

    Returns:
        the prefixes, `id` and `type`, `TERMS`, and the local names of the properties and classes that the ontologies
        under `BASE` define. A name that the vocabulary (`sen:`) or `TERMS` has already needs its prefix in another
        ontology (`gias:Group`); so do classes that are concepts as well, for these come and go with the data.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> terms = context(sengraph.open())["@context"]
    >>> terms["bearer"], terms["clause"]
    ({'@id': 'sen:bearer', '@type': '@id'}, {'@id': 'sen:clause', '@type': 'xsd:integer'})
    """
    terms: dict[str, Any] = {"@version": 1.1, **dict(sorted(_PREFIXES.items())), "id": "@id", "type": "@type"}
    terms |= {name: _term(meaning, values) for name, (meaning, values) in TERMS.items()}
    own = dict[str, Any]()
    defined = _defined(graph)
    for iri in sorted(defined, key=lambda iri: (not iri.startswith(SEN), iri)):
        name = re.split("[#/]", iri)[-1]
        if re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", name) and name not in terms:
            own.setdefault(name, _term(compact(iri).strip("<>"), _values(*defined[iri])))
    return {"@context": terms | dict(sorted(own.items()))}


def versioned_context(graph: Graph) -> tuple[str, dict[str, Any]]:
    """Return the version of the vocabulary, and the context that an address with that version gives.

    It is `context`, with terms that another context cannot change; the version is empty if the vocabulary is
    not in the graph or has none.
    """
    rows = _rows(graph, f"SELECT ?info {{ <{ONTOLOGY}> owl:versionInfo ?info }} ORDER BY DESC(?info)")
    version = next((info.value for (info,) in rows), "")
    return version, {"@context": {"@protected": True, **context(graph)["@context"]}}


def _defined(graph: Graph) -> dict[str, tuple[str, set[str], set[str]]]:
    """Return what each property and class of the project's ontologies is, its ranges, and what it is under; by IRI."""
    classes = _terms([*PROPERTY_CLASSES, f"{OWL}Class"])
    rows = _rows(
        graph,
        f"SELECT ?term ?class ?range ?super {{ VALUES ?class {{ {classes} }} "
        f"?ontology a owl:Ontology FILTER(STRSTARTS(STR(?ontology), {ox.Literal(BASE)})) "
        "?term rdfs:isDefinedBy ?ontology ; a ?class FILTER NOT EXISTS { ?term a skos:Concept } "
        "OPTIONAL { ?term rdfs:range ?range } OPTIONAL { ?term rdfs:subPropertyOf ?super } }",
    )
    found = dict[str, tuple[str, set[str], set[str]]]()
    for term, cls, *others in rows:
        kept = found.setdefault(term.value, (cls.value, set(), set()))
        for values, other in zip(kept[1:], others, strict=True):
            values |= {other.value} if isinstance(other, ox.NamedNode) else set()
    return found


def _values(cls: str, ranges: set[str], above: set[str]) -> dict[str, str]:
    """Return what a context says of the values of a term."""
    if cls == f"{OWL}ObjectProperty":
        return _LINK
    if cls == f"{OWL}DatatypeProperty" and len(ranges) == 1 and not ranges & {*TEXTS}:
        return {"@type": compact(*ranges).strip("<>")}
    if cls == f"{OWL}AnnotationProperty":  # a note in English is one under whatever name
        return next((values for meaning, values in TERMS.values() if _expanded(meaning) in above), {})
    return {}


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return _PREFIXES[prefix] + local


def _term(meaning: str, values: Mapping[str, str]) -> str | dict[str, str]:
    return {"@id": meaning, **values} if values else meaning


# ------------------------------------------------------------------------ what there is

MOST = 50_000
"""How many addresses one sitemap may have (sitemaps.org)."""

MOST_PARTS = 50_000
"""How many sitemaps a list of them may have (sitemaps.org)."""

RUN = 100_000
"""How many IRIs are sorted in memory at once."""

PLACES = ("", "table", "people", "questions")
"""The places of a site whatever its data, beside the stored questions."""

QUERYING = ("sparql", "search", "why", "store", "questions/*?")
"""Places that run a query for whatever is asked of them, which crawlers would do without end."""


def subjects(graph: Graph, base: str = BASE) -> Iterator[str]:
    """Yield every IRI under `BASE`, and under the base, that the data says something of, but for names of graphs.

    They come sorted. At most `RUN` of them are in memory as text, the others in files that go away; the engine keeps
    some 110 bytes of each. A million take 8 s.

    Args:
        graph: the data.
        base: as in `place_of`.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> next(subjects(sengraph.open()))
    'https://w3id.org/sengraph/authors'
    """
    found = _found(graph, (base, BASE))
    with ExitStack() as files:
        runs = list[Iterable[str]]()
        while run := sorted(islice(found, RUN)):
            runs.append(run if len(run) < RUN else files.enter_context(_written(run)))
        for line, _ in groupby(heapq.merge(*runs)):
            yield line[:-1]


def _written(lines: Iterable[str]) -> IO[str]:
    """Return a file with these lines, to be read; it has no name, and goes away when it is closed."""
    file = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - whoever asked for it closes it
    file.writelines(lines)
    file.seek(0)
    return file


def sitemap(graph: Graph, base: str, part: int | None = None) -> Iterator[bytes]:
    """Return a sitemap: the addresses of the pages and of the documents, with the day of change that the data states.

    Args:
        graph: the data.
        base: the address of the site, with a slash at its end.
        part: which part of a sitemap that has more than one, from 1.

    Returns:
        the pieces of an XML document: the sitemap, or where there are more than `MOST` addresses and no part is
        asked for, the list of its parts, which are at `sitemap/1.xml` and so on.

    Errors:
        UsageError: there is no such part.
        InputError: the store is damaged.
    """
    found = _addresses(graph, base)
    start = 0 if part is None else (part - 1) * MOST
    listed = [*islice(found, start, start + MOST)] if 0 <= start < MOST_PARTS * MOST else []
    others = sum(1 for _ in found) if part is None else 0
    if others:
        numbers = range(1, 2 + -(-others // MOST))
        return _xml("sitemapindex", "sitemap", ((f"{base}sitemap/{number}.xml", "") for number in numbers))
    if not listed:
        raise UsageError(f"the sitemap has no part {part}")
    days = changed(graph, {iri for _, iri in listed})
    return _xml("urlset", "url", ((address, days.get(iri, "")) for address, iri in listed))


def robots(base: str) -> bytes:
    """Return what crawlers are told: where the sitemap is, and to leave alone what runs queries.

    Args:
        base: the address of the site, with a slash at its end. Crawlers read this at the root of its host only.

    >>> print(robots("https://example.org/sen/").decode().splitlines()[1])
    Disallow: /sen/sparql
    """
    path = urlsplit(base).path
    lines = ["User-agent: *", *(f"Disallow: {path}{place}" for place in QUERYING), "", f"Sitemap: {base}sitemap.xml"]
    return "".join(f"{line}\n" for line in lines).encode()


def _found(graph: Graph, roots: tuple[str, ...]) -> Iterator[str]:
    """Yield the subjects under some IRIs, each as a line, in no order and some more than once."""
    # the engine's ORDER BY sorts all triples: on half a million it takes 25 s, where all of this takes a third of one
    for (subject,) in _streamed(graph, "SELECT REDUCED ?s { ?s ?p ?o }"):
        iri = subject.value if isinstance(subject, ox.NamedNode) else ""
        if iri.startswith(roots) and not iri.startswith(GRAPH):
            yield f"{iri}\n"


def _addresses(graph: Graph, base: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a site, each with the IRI of the thing that it is about, or empty text."""
    fixed = [*PLACES, *(f"questions/{quote(name)}" for name in graph.questions.names)]
    yield from ((base + place, "") for place in fixed)
    yield from ((base + place_of(iri, base), iri) for iri in subjects(graph, base))


def changed(graph: Graph, iris: Collection[str]) -> dict[str, str]:
    """Return the last day on which each of some things changed, of those of which the data states one.

    Args:
        graph: the data.
        iris: the IRIs of the things.

    Returns:
        the days as `2002-01-01`, by IRI.

    Errors:
        InputError: the store is damaged.
    """
    days = dict[str, str]()
    for thing, moment in _streamed(graph, "SELECT ?thing ?moment { ?thing dcterms:modified ?moment }"):
        if getattr(thing, "value", "") in iris and (day := _day(getattr(moment, "value", ""))):
            days[thing.value] = max(day, days.get(thing.value, ""))
    return days


def _day(text: str) -> str:
    """Return the day that a date or a time begins with; empty text if there is none."""
    try:
        return date.fromisoformat(text[:10]).isoformat() if text[:10].isascii() else ""
    except ValueError:
        return ""


def _xml(document: str, entry: str, addresses: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """Yield a document of the sitemap protocol, in pieces."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{document} xmlns="{SITEMAPS}">\n'.encode()
    for address, day in addresses:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        yield f"<{entry}><loc>{escape(address)}</loc>{changed}</{entry}>\n".encode()
    yield f"</{document}>\n".encode()


SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
"""The namespace of sitemaps."""


# -------------------------------------------------------------------------------- terms


def _terms(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL writes them."""
    return " ".join(str(ox.NamedNode(iri)) for iri in iris)


def _rows(graph: Graph, query: str) -> list[tuple[Any, ...]]:
    """Return the terms of each row of an answer."""
    table = graph.answer(query)
    assert isinstance(table, Table)
    return table.rows


def _streamed(graph: Graph, query: str) -> Iterator[Iterable[Any]]:
    """Yield the terms of each row of an answer, as the engine finds them."""
    with reading("the store"):
        solutions = graph.run(query)
        assert isinstance(solutions, ox.QuerySolutions)
        yield from solutions
