"""What changed in an ontology: its versions, the newest first, the changes of its terms, and terms that went.

A change is told by `skos:changeNote` or `skos:historyNote`, of the ontology or of a term. The value is a text, or a
node that has the text and says besides in which version it was and when:

    <...> skos:changeNote [ owl:versionInfo "0.2.0" ; dcterms:date "2027-03-01" ; rdf:value "What changed."@en ]

For the text `rdfs:comment` and `dcterms:description` are read as well, since OWL 2 DL has no `rdf:value`, and for the
date `dcterms:issued`, `modified` and `created`.

Source: SKOS Reference, section 7, and SKOS Primer, section 4.2 (documentation as a related resource description).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.codes import day
from sengraph.pages.html import Ref
from sengraph.pages.keeping import kept
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

Term = ox.NamedNode | ox.BlankNode | ox.Literal


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
    """

    versions: list[Version]
    gone: list[tuple[Ref, list[Ref]]]
    related: list[tuple[str, list[Ref]]]


def changes(rows: Iterable[tuple[str, Term, str, Term | None]]) -> list[Change]:
    """Return the changes that rows state, the newest first.

    Args:
        rows: the IRI of what changed, the value of the note and, of a note that is a node, a property of it with its
            value; empty text and None if it has none.
    """
    found: dict[tuple[str, Term], dict[str, list[str]]] = {}
    for term, note, name, value in rows:
        about = found.setdefault((term, note), {})
        if isinstance(value, ox.Literal):
            about.setdefault(name, []).append(value.value)
    told = {_change(term, note, about) for (term, note), about in found.items()}
    return sorted(sorted(told), key=_age, reverse=True)


def _change(term: str, note: Term, about: dict[str, list[str]]) -> Change:
    def text(*names: str) -> str:
        return next((min(about[name]) for name in names if name in about), "")

    if isinstance(note, ox.Literal):
        return Change(term, "", "", note.value)
    address = note.value if isinstance(note, ox.NamedNode) else ""
    return Change(term, text(VERSION), text(*DATES), text(*TEXTS) or address)


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
    notes: list[tuple[str, Term, str, Term | None]] = []
    gone: dict[str, list[str]] = {}
    related: dict[str, set[str]] = {}
    labels: dict[str, str] = {}
    for term, name, value, inner, said, label in graph.select(_QUERY.replace("$ontology", str(ox.NamedNode(iri)))):
        if label is not None and (term.value not in labels or label.language == "en"):
            labels[term.value] = label.value
        if name.value in NOTES:
            notes.append((term.value, value, inner.value if inner is not None else "", said))
        elif name.value in RELATED:
            related.setdefault(name.value, set()).add(value.value)
        elif isinstance(value, ox.Literal) and value.value in ("true", "1"):
            successors = gone.setdefault(term.value, [])
            if isinstance(said, ox.NamedNode) and said.value not in successors:
                successors.append(said.value)
    labels = graph.names.labels({each for successors in gone.values() for each in successors}) | labels

    def ref(term: str) -> Ref:
        return Ref(term, labels.get(term) or compact(term).strip("<>"))

    versions: dict[str, Version] = {}
    for change in changes(notes):
        version = versions.setdefault(change.version, Version(change.version, day(change.date), []))
        version.changes.append((Ref("", "") if change.term == iri else ref(change.term), change.text))
    return History(
        [each._replace(changes=sorted(each.changes, key=lambda told: told[0].label)) for each in versions.values()],
        [(ref(term), [ref(each) for each in sorted(gone[term])]) for term in sorted(gone)],
        [(RELATED[name], [ref(each) for each in sorted(related[name])]) for name in RELATED if name in related],
    )


_QUERY = f"""SELECT ?term ?property ?value ?inner ?said ?label {{
  {{ BIND($ontology AS ?term) }} UNION {{ ?term <{RDFS}isDefinedBy> $ontology FILTER(ISIRI(?term)) }}
  {{
    VALUES ?property {{ {" ".join(f"<{name}>" for name in NOTES)} }}
    ?term ?property ?value OPTIONAL {{ ?value ?inner ?said }}
  }} UNION {{
    VALUES ?property {{ {" ".join(f"<{name}>" for name in RELATED)} }}
    ?term ?property ?value FILTER(ISIRI(?value) && ?term = $ontology)
  }} UNION {{
    VALUES ?property {{ <{OWL}deprecated> }}
    ?term ?property ?value OPTIONAL {{ ?term <{DCTERMS}isReplacedBy> ?said }}
  }}
  OPTIONAL {{ ?term <{RDFS}label> ?label }}
}}"""
