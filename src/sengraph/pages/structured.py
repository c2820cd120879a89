"""What a page is about in schema.org's terms: the JSON-LD in its head, for whoever gathers data from pages.

The block says no more than the data does, and no more than is true in schema.org's terms:

    the first page              WebSite; with a SearchAction where a server answers searches
    the data                    Dataset, with what can be downloaded
    an ontology                 DefinedTermSet; CreativeWork if it defines no terms
    a term with a definition    DefinedTerm, about the thing that it means
    codes, passages, schools    the classes that `ontology/alignments/schema.ttl` lets follow, and no others
    a responsibility            Thing: schema.org has neither duties nor forces

A DefinedTerm is a word with its definition, and a term here is what the word means: `skos:closeMatch`, of which
nothing follows. So the word has no IRI in a block, and is `about` the one that has. Of a responsibility,
`additionalType` has the classes of the vocabulary, one for each force, so that none is told as another. A page about a
thing is its `mainEntityOfPage`, since the `url` of a school or of a code of practice is somebody else's; a set of terms
and a data set have their `url` here.

Left out: answers of questions, which are neither what people ask and answer (Question) nor data sets to be listed;
breadcrumbs, since a thing is reached in many ways; things of other kinds, of which Thing would say nothing new; the
days from which and until which a code was in force, and on which a school opened, since no property means just that.

`@context` is a text: nothing is fetched for it. Addresses are whole where the link knows the address of the
site, else relative to the page, which is what JSON-LD resolves them against.

Sources: schema.org 30.0; JSON-LD 1.1 (W3C, 2020), section 7; HTML, "The script element" (a data block is not run, so no
policy has to allow it); Google Search Central, "Dataset (Dataset, DataCatalog, DataDownload) structured data".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from sengraph.linked import place_of
from sengraph.names import local_name
from sengraph.pages.html import Link, followed
from sengraph.pages.keeping import kept
from sengraph.terms import BASE, DCTERMS, GIAS, OWL, RDF, RDFS, SEN, SKOS

if TYPE_CHECKING:
    from sengraph.graph import Graph
    from sengraph.pages.things import Thing

Node = dict[str, Any]
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Said = Callable[[str], Sequence[Term]]
"""Returns the values of a property."""

CONTEXT = "https://schema.org"

AUTHORS = f"{BASE}authors"
"""Who makes the project: several people under one name, who are an Organization where only that and Person create."""

CLASSES = {
    f"{SEN}Establishment": "EducationalOrganization",
    f"{SEN}MaintainedMainstreamSchool": "School",
    f"{SEN}MaintainedSpecialSchool": "School",
    f"{SEN}CodeOfPractice": "CreativeWork",
    f"{SEN}Passage": "CreativeWork",
}
"""What follows of members of a class by the alignment, which tests hold this to."""

GENERATED = (f"{SEN}kind-", f"{SEN}content-")
"""How the names of classes begin that are made from the responsibilities, and tell nothing new."""

DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
"""A schema.org Date or DateTime: a year, a month or a day of ISO 8601, or a time."""


class Download(NamedTuple):
    """A file with data.

    Attributes:
        name: what people call it; may be empty.
        address: where it is.
        media_types: of the data and, if it is compressed, of how.
        size: in bytes; 0 if it is not known.
        sha256: its digest; empty if it is not known.
    """

    name: str
    address: str
    media_types: Sequence[str]
    size: int = 0
    sha256: str = ""


def address(link: Link, place: str) -> str:
    """Return the address of a place, whole if the link knows that of the site; empty if the site has no such place.

    >>> address(lambda place: f"../{place}", "doc/dataset")
    '../doc/dataset'
    """
    if whole := getattr(link, "whole", None):
        return str(whole(place))
    told, base = link(place), getattr(link, "base", "")
    return f"{base}{place}" if told and base else told


def website(link: Link) -> Node:
    """Return what the first page is about.

    Args:
        link: turns places into what links say.

    >>> website(lambda place: place or "index.html")
    {'@context': 'https://schema.org', '@type': 'WebSite', 'name': 'sengraph', 'url': 'index.html'}
    """
    node = {"@context": CONTEXT, "@type": "WebSite", "name": "sengraph", "url": address(link, "")}
    searched = address(link, "search?")
    if not searched.startswith(("http://", "https://")):  # nobody answers, or a template of which the base is not known
        return node
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{searched}words={{words}}"},
        "query-input": "required name=words",
    }
    return {**node, "potentialAction": action}


def dataset(link: Link, place: str, iri: str, said: Said, name_of: Callable[[str], str], files: list[Download]) -> Node:
    """Return what the page of the data is about.

    Data without a licence is not told to be free.

    Args:
        link: turns places into what links say.
        place: of the page.
        iri: the IRI of the data.
        said: what is told of the data in Dublin Core and DCAT.
        name_of: returns what the one with an IRI is called; empty text if nobody knows.
        files: what can be downloaded.
    """
    node = {"@context": CONTEXT, "@type": "Dataset", "@id": iri, **_name(said), "url": address(link, place)}
    node |= _work(said, name_of)
    free = {"isAccessibleForFree": True} if "license" in node else {}
    return _filled({**node, **free, "distribution": [*map(_download, files)]})


def _download(file: Download) -> Node:
    size = f"{file.size} B" if file.size else ""
    return _filled(
        {
            "@type": "DataDownload",
            "name": file.name,
            "contentUrl": file.address,
            "encodingFormat": _one(file.media_types),
            "contentSize": size,
            "sha256": file.sha256,
        }
    )


def vocabulary(graph: Graph, link: Link, iri: str, *, has_terms: bool) -> Node:
    """Return what the page of an ontology is about.

    Args:
        graph: the graph.
        link: turns places into what links say.
        iri: the IRI of the ontology.
        has_terms: whether it defines terms, in words.

    Errors:
        InputError: the store is damaged.
    """
    found, names = _header(graph, iri)

    def said(name: str) -> list[Term]:
        return [*found.get(name, ())]

    kind = "DefinedTermSet" if has_terms else "CreativeWork"
    node = {"@context": CONTEXT, "@type": kind, "@id": iri, **_name(said), "url": _page(link, iri)}
    return _filled({**node, **_work(said, lambda iri: names.get(iri, ""))})


@kept
def _header(graph: Graph, iri: str) -> tuple[dict[str, dict[Term, None]], dict[str, str]]:
    """Return what an ontology says of itself, by property, and what the things in that are called."""
    rows = graph.select(
        f"SELECT ?property ?value ?name {{ {ox.NamedNode(iri)} ?property ?value "
        f"OPTIONAL {{ ?value <{RDFS}label> ?name }} }} ORDER BY ?value ?name"
    )
    found: dict[str, dict[Term, None]] = {}
    names: dict[str, str] = {}
    for name, value, label in rows:
        found.setdefault(name.value, {})[value] = None
        if label is not None:
            names.setdefault(value.value, label.value)
    return found, names


def thing(link: Link, about: Thing, title: str) -> Node | None:
    """Return what the page of a thing is about; None if schema.org has no word for it.

    Args:
        link: turns places into what links say.
        about: what the data says of the thing.
        title: what it is called.
    """
    classes = {value.value: None for value in about.values(f"{RDF}type") if isinstance(value, ox.NamedNode)}
    kinds = sorted({CLASSES[cls] for cls in classes if cls in CLASSES})
    if not kinds and f"{SEN}Responsibility" not in classes:
        return _term(link, about, title)
    node = {
        "@context": CONTEXT,
        "@type": _one(kinds) or "Thing",
        "@id": about.iri,
        "name": title,
        "additionalType": _one([cls for cls in classes if cls.startswith(BASE) and not cls.startswith(GENERATED)]),
        "mainEntityOfPage": _page(link, about.iri),
        "subjectOf": _one([_passage(about, value) for value in about.values(f"{SEN}statedIn")]),
    }
    if "CreativeWork" in kinds:
        node |= _work(about.values, lambda iri: _label(about, iri))
    if "EducationalOrganization" in kinds:
        node |= _establishment(about)
    return _filled(node)


def _passage(about: Thing, value: Term) -> Node | None:
    """Return the passage that states a responsibility: a work, as it is by the alignment."""
    if not isinstance(value, ox.NamedNode):
        return None
    return _filled({"@type": "CreativeWork", "@id": value.value, "name": _label(about, value.value)})


def _establishment(about: Thing) -> Node:
    """Return what the register says of an establishment for which schema.org has a word."""
    number = _texts(about.values(f"{GIAS}urn"))
    postcode = _texts(about.values(f"{GIAS}postcode"))
    return {
        "identifier": _one([{"@type": "PropertyValue", "propertyID": "URN", "value": each} for each in number]),
        "address": _one([{"@type": "PostalAddress", "postalCode": each} for each in postcode]),
    }


def _term(link: Link, about: Thing, title: str) -> Node | None:
    """Return the word for a thing that an ontology defines in words."""
    definition = _texts(about.values(f"{SKOS}definition"))
    sets = [value.value for value in about.values(f"{RDFS}isDefinedBy") if isinstance(value, ox.NamedNode)]
    if not definition or not sets:
        return None
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "DefinedTerm",
            "name": title,
            "alternateName": _one(_texts(about.values(f"{SKOS}altLabel"))),
            "description": _one(definition),
            "termCode": local_name(about.iri),
            "inDefinedTermSet": _one([{"@type": "DefinedTermSet", "@id": each} for each in sets]),
            "url": _page(link, about.iri),
            "about": {"@id": about.iri},
        }
    )


# ---------------------------------------------------------------------------- what is said of works


def _name(said: Said) -> Node:
    """Return the name of a work that states its title."""
    return {"name": _one(_texts([*said(f"{DCTERMS}title")]) or _texts(said(f"{RDFS}label")))}


def _work(said: Said, name_of: Callable[[str], str]) -> Node:
    """Return what is said of a work, by schema.org's properties."""
    found: Node = {name: _one(_texts(said(of))) for name, of in TEXTS.items()}
    found |= {name: _one([each for each in _texts(said(of)) if DATE.fullmatch(each)]) for name, of in DAYS.items()}
    found |= {name: _one([_agent(value, name_of) for value in said(of)]) for name, of in AGENTS.items()}
    found |= {name: _one([{"@id": iri} for iri in _iris(said(of))]) for name, of in WORKS.items()}
    licences = [to for iri in _iris(said(f"{DCTERMS}license")) if (to := followed(iri))]
    return _filled({**found, "version": found["version"] or _one(_texts(said(VERSION))), "license": _one(licences)})


VERSION = "http://www.w3.org/ns/dcat#version"

TEXTS = {
    "description": f"{DCTERMS}description",
    "identifier": f"{DCTERMS}identifier",
    "version": f"{OWL}versionInfo",
    "pagination": f"{SEN}page",
    "copyrightNotice": f"{DCTERMS}rights",
}
DAYS = {
    "dateCreated": f"{DCTERMS}created",
    "datePublished": f"{DCTERMS}issued",
    "dateModified": f"{DCTERMS}modified",
}
AGENTS = {"creator": f"{DCTERMS}creator", "publisher": f"{DCTERMS}publisher"}
WORKS = {"isBasedOn": f"{DCTERMS}source", "isPartOf": f"{DCTERMS}isPartOf"}
"""What is said of works, by the kind of value, and by which property it is said here."""


def _agent(value: Term, name_of: Callable[[str], str]) -> Node | None:
    """Return somebody; whether they are one person or many is told of the project's authors alone."""
    if isinstance(value, ox.Literal):
        return {"name": value.value}
    if isinstance(value, ox.BlankNode):
        return None
    kind = "Organization" if value.value == AUTHORS else ""
    return _filled({"@type": kind, "@id": value.value, "name": name_of(value.value)})


# ------------------------------------------------------------------------------------------ values


def _page(link: Link, iri: str) -> str:
    return address(link, place_of(iri, getattr(link, "base", "") or BASE))


def _label(about: Thing, iri: str) -> str:
    return about.neighbours[iri].label if iri in about.neighbours else ""


def _iris(values: Iterable[Term]) -> list[str]:
    return [value.value for value in values if isinstance(value, ox.NamedNode)]


def _texts(values: Iterable[Term]) -> list[str]:
    """Return the texts among some values: those in English or no language, if there are any."""
    literals = [value for value in values if isinstance(value, ox.Literal)]
    english = [value for value in literals if (value.language or "en").partition("-")[0] == "en"]
    return [*dict.fromkeys(value.value for value in english or literals)]


def _one(values: Iterable[Any]) -> Any:
    """Return the only one of some values, and of several their list; empty text if there is none."""
    found = [value for value in values if value]
    return found[0] if len(found) == 1 else found or ""


def _filled(node: Node) -> Node:
    """Leave out what has no value."""
    return {name: value for name, value in node.items() if value not in ("", [], None)}
