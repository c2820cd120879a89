"""What changed in an ontology: its versions, the newest first, the changes of its terms, and terms that went.

A change is told by `skos:changeNote` or `skos:historyNote`, of the ontology or of a term. The value is a text, or a
node that has the text and says besides in which version it was and when:

    <...> skos:changeNote [ owl:versionInfo "0.2.0" ; dcterms:date "2027-03-01" ; rdf:value "What changed."@en ]

For the text `rdfs:comment` and `dcterms:description` are read as well, since OWL 2 DL has no `rdf:value`, and for the
date `dcterms:issued`, `modified` and `created`. Of a text in several languages the English one is told.

Source: SKOS Reference, section 7, and SKOS Primer, section 4.2 (documentation as a related resource description).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.codes import day
from sengraph.pages.html import Ref
from sengraph.pages.keeping import kept
from sengraph.pages.words import cut
from sengraph.terms import DCTERMS, OWL, RDF, RDFS, SKOS, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

NOTES = (f"{SKOS}changeNote", f"{SKOS}historyNote")
TEXTS = (f"{RDF}value", f"{RDFS}comment", f"{DCTERMS}description")
DATES = tuple(f"{DCTERMS}{name}" for name in ("date", "issued", "modified", "created"))
VERSION = f"{OWL}versionInfo"

RELATED = {
    f"{OWL}priorVersion": "the version before",
    f"{OWL}backwardCompatibleWith": "compatible with",
    f"{OWL}incompatibleWith": "not compatible with",
}
"""What leads from an ontology to versions, its own earlier ones or those of others."""

MOST = 500
"""How many changes, terms that went and versions an ontology's page tells; of more, only their number."""

MOST_CHARACTERS = 400_000
"""How many characters these changes may have together."""

MOST_SUCCESSORS = 10
"""How many terms are told that take the place of one."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal

About = dict[str, list[ox.Literal]]
"""What is said of a note: texts by property."""


class Change(NamedTuple):
    """A note on a change.

    Attributes:
        term: the IRI of what changed.
        version, date: in which version, and when, as it is stated; empty if it is not.
        text: what changed; of a note that is a document elsewhere, its address.
    """

    term: str
    version: str
    date: str
    text: str


class Version(NamedTuple):
    """What changed in a version.

    Attributes:
        name: its number; empty for changes without one.
        date: when it was, as people write it; empty if that is not stated.
        changes: what changed, the ontology first: the term, which has no IRI if it is the ontology, and the text.
    """

    name: str
    date: str
    changes: list[tuple[Ref, str]]


class History(NamedTuple):
    """The changes of an ontology.

    Attributes:
        versions: what changed, the newest first.
        gone: terms that are not to be used any more, and those that take their place.
        related: versions that it is related to, by how.
        more: how many changes, terms that went and versions there are besides.
    """

    versions: list[Version]
    gone: list[tuple[Ref, list[Ref]]]
    related: list[tuple[str, list[Ref]]]
    more: int = 0


def changes(rows: Iterable[tuple[str, Term, str, Term | None]]) -> list[Change]:
    """Return the changes that rows state, the newest first.

    Args:
        rows: the IRI of what changed, the value of the note and, of a note that is a node, a property of it with its
            value; empty text and None if it has none.
    """
    noted: dict[tuple[str, Term], None] = {}
    said: dict[Term, About] = {}
    for term, note, name, value in rows:
        noted[term, note] = None
        if isinstance(value, ox.Literal):
            said.setdefault(note, {}).setdefault(name, []).append(value)
    return _changes(noted, said)


def _changes(noted: Iterable[tuple[str, Term]], said: dict[Term, About]) -> list[Change]:
    """Return the changes of terms, the newest first, from their notes and what is said of each note."""
    told: dict[Term, tuple[str, str, str]] = {}
    found = set()
    for term, note in noted:
        if note not in told:  # a note that many terms have is read once
            told[note] = _told(note, said.get(note, {}))
        found.add(Change(term, *told[note]))
    return sorted(sorted(found), key=_age, reverse=True)


def _told(note: Term, about: About) -> tuple[str, str, str]:
    """Return the version, the date and the text of a note."""

    def text(*names: str) -> str:
        texts = [
            (_foreignness(value), rank, value.value) for rank, name in enumerate(names) for value in about.get(name, ())
        ]
        return min(texts)[2] if texts else ""

    if isinstance(note, ox.Literal):
        return "", "", note.value
    address = note.value if isinstance(note, ox.NamedNode) else ""
    return text(VERSION), text(*DATES), text(*TEXTS) or address


def _foreignness(text: ox.Literal) -> int:
    """Return what sorts English before what is in no language, and that before what is in others."""
    language = text.language or ""
    return 0 if language.partition("-")[0] == "en" else 2 if language else 1


def _age(change: Change) -> tuple[str, list[int], str]:
    """Return what sorts changes by their date, and of one day by the number of the version."""
    numbers = [int(part) for part in re.findall(r"[0-9]{1,9}", change.version)]
    return change.date[:10], numbers, change.version


@kept
def history(graph: Graph, iri: str) -> History:
    """Return the changes of an ontology.

    Args:
        graph: the graph.
        iri: the IRI of the ontology.
    """
    noted: dict[tuple[str, Term], None] = {}
    said: dict[Term, About] = {}
    gone: set[str] = set()
    successors: dict[str, set[str]] = {}
    related: dict[str, set[str]] = {}
    for term, name, value in graph.select(_QUERY.replace("$ontology", str(ox.NamedNode(iri)))):
        if name.value in NOTES:
            noted[term.value, value] = None
        elif name.value in RELATED:
            related.setdefault(name.value, set()).add(value.value)
        elif name.value == f"{DCTERMS}isReplacedBy":
            successors.setdefault(term.value, set()).add(value.value)
        elif name.value == f"{OWL}deprecated":
            gone |= {term.value} if value.value in ("true", "1") else set()
        elif isinstance(value, ox.Literal):
            said.setdefault(term, {}).setdefault(name.value, []).append(value)
    return _history(graph, iri, _changes(noted, said), {term: successors.get(term, set()) for term in gone}, related)


def _history(
    graph: Graph, iri: str, told: list[Change], gone: dict[str, set[str]], related: dict[str, set[str]]
) -> History:
    """Return the first of the changes, the terms that went and the related versions, with how they are called."""
    size = accumulate(len(change.text) + len(change.version) for change in told[:MOST])
    room = sum(1 for length in size if length <= MOST_CHARACTERS)
    replaced = {term: sorted(gone[term])[:MOST_SUCCESSORS] for term in sorted(gone)[:MOST]}
    versions = {RELATED[name]: sorted(related[name]) for name in RELATED if name in related}
    changed = {change.term for change in told[:room]}
    labels = graph.names.labels({*changed, *replaced, *(each for found in replaced.values() for each in found)})

    def ref(term: str) -> Ref:
        return Ref(term, cut(labels.get(term) or compact(term).strip("<>")))

    of_version: dict[str, Version] = {}
    for change in told[:room]:
        version = of_version.setdefault(change.version, Version(change.version, day(change.date), []))
        version.changes.append((Ref("", "") if change.term == iri else ref(change.term), change.text))
    return History(
        [each._replace(changes=sorted(each.changes, key=lambda said: said[0].label)) for each in of_version.values()],
        [(ref(term), [ref(each) for each in found]) for term, found in replaced.items()],
        [(how, [ref(each) for each in found[:MOST]]) for how, found in versions.items()],
        len(told) - room + sum(max(0, len(found) - MOST) for found in (gone, *versions.values())),
    )


_QUERY = f"""SELECT ?term ?property ?value {{
  {{
    {{
      SELECT DISTINCT ?term {{
        {{ BIND($ontology AS ?changed) }} UNION {{ ?changed <{RDFS}isDefinedBy> $ontology FILTER(ISIRI(?changed)) }}
        VALUES ?noted {{ {" ".join(f"<{name}>" for name in NOTES)} }}
        ?changed ?noted ?term FILTER(!ISLITERAL(?term))
      }}
    }}
    VALUES ?property {{ {" ".join(f"<{name}>" for name in (VERSION, *DATES, *TEXTS))} }}
    ?term ?property ?value
  }} UNION {{
    {{ BIND($ontology AS ?term) }} UNION {{ ?term <{RDFS}isDefinedBy> $ontology FILTER(ISIRI(?term)) }}
    VALUES ?property {{ {" ".join(f"<{name}>" for name in (*NOTES, f"{OWL}deprecated", f"{DCTERMS}isReplacedBy"))} }}
    ?term ?property ?value FILTER(?property != <{DCTERMS}isReplacedBy> || ISIRI(?value))
  }} UNION {{
    BIND($ontology AS ?term)
    VALUES ?property {{ {" ".join(f"<{name}>" for name in RELATED)} }}
    ?term ?property ?value FILTER(ISIRI(?value))
  }}
}}"""
"""Each statement once, and nothing times another: what a note says, what is said of terms, and of the ontology."""
