"""An ontology as a page: what it is, and each term that it defines at the place to which its IRI leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.names import local_name
from sengraph.pages.codes import day
from sengraph.pages.html import Link, Ref, alternates, render
from sengraph.pages.keeping import kept
from sengraph.pages.things import NAMES, in_order
from sengraph.terms import DCTERMS, OWL, RDF, RDFS, SEN, SKOS, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

KINDS = {
    f"{OWL}Class": "Classes",
    f"{OWL}ObjectProperty": "Properties that lead to things",
    f"{OWL}DatatypeProperty": "Properties with values",
    f"{OWL}AnnotationProperty": "Properties for notes",
    f"{SKOS}ConceptScheme": "Lists",
}
"""Headings by class, before those of individuals, which stand under the label of their class."""

LESS = frozenset(
    [f"{OWL}NamedIndividual", f"{OWL}Thing", f"{SKOS}Concept", f"{RDF}Property", f"{OWL}FunctionalProperty"]
)
"""Classes that say less of a term than another does."""

TYPE, LABEL, DEFINITION, DEPRECATED = f"{RDF}type", f"{RDFS}label", f"{SKOS}definition", f"{OWL}deprecated"

GENERATED = (f"{SEN}Kind", f"{SEN}Content")

HEADER = (
    *("title", "description", "abstract", "created", "issued", "modified", "creator", "publisher", "license", "source"),
    "bibliographicCitation",
)


class Entry(NamedTuple):
    """A term: its anchor in the page, its name, and what it means."""

    anchor: str
    term: Ref
    name: str
    definition: str
    is_deprecated: bool


def vocabulary_page(graph: Graph, link: Link, iri: str) -> bytes:
    """Return the page of an ontology.

    Args:
        graph: the graph.
        link: turns places into what links say.
        iri: the IRI of the ontology.
    """
    header = {NAMES.get(f"{DCTERMS}{name}", name): values for name, values in _header(graph, iri).items()}
    return render(
        "vocabulary.html",
        link,
        iri=iri,
        title=next(iter(header.pop("title", [])), Ref("", compact(iri))).label,
        header=header,
        groups=_groups(graph, iri),
        alternates=alternates(iri),
    )


def _header(graph: Graph, iri: str) -> dict[str, list[Ref]]:
    """Return what the ontology says of itself."""
    rows = [*graph.select(f"SELECT ?property ?value {{ {ox.NamedNode(iri)} ?property ?value }} ORDER BY ?value")]
    found: dict[str, list[Ref]] = {}
    labels = graph.names.labels(value.value for _, value in rows if isinstance(value, ox.NamedNode))
    for name, value in rows:
        found.setdefault(name.value, []).append(
            Ref(value.value, labels.get(value.value) or compact(value.value).strip("<>"), value.value in labels)
            if isinstance(value, ox.NamedNode)
            else Ref("", day(getattr(value, "value", "")))
        )
    told = {name: found[f"{DCTERMS}{name}"] for name in HEADER if f"{DCTERMS}{name}" in found}
    versions = found.get(f"{OWL}versionInfo", [])
    return {**told, **({"version": versions} if versions else {})}


@kept
def _groups(graph: Graph, iri: str) -> list[tuple[str, bool, list[Entry]]]:
    """Return the terms by kind: the heading, whether they were generated from others, and the terms."""
    told = ", ".join(f"<{name}>" for name in (TYPE, LABEL, DEFINITION, DEPRECATED))
    rows = graph.select(
        f"SELECT ?term ?property ?value {{ ?term <{RDFS}isDefinedBy> {ox.NamedNode(iri)} ; ?property ?value "
        f"FILTER(?property IN ({told}) && ISIRI(?term) && !ISBLANK(?value)) }}"
    )
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for term, name, value in rows:
        said.setdefault(term.value, {}).setdefault(name.value, []).append(value)
    classes = graph.names.labels({cls.value for about in said.values() for cls in about.get(TYPE, ())})
    groups: dict[tuple[int, str], list[Entry]] = {}
    for term, about in said.items():
        kinds = {cls.value: classes.get(cls.value) or compact(cls.value).strip("<>") for cls in about.get(TYPE, ())}
        groups.setdefault(_kind(kinds), []).append(_entry(term, about))
    return [
        (heading, rank == len(KINDS) + 1, sorted(groups[rank, heading], key=lambda entry: in_order(entry.term.iri)))
        for rank, heading in sorted(groups)
    ]


def _entry(term: str, about: dict[str, list[ox.NamedNode | ox.Literal]]) -> Entry:
    def text(name: str) -> str:
        values = [value for value in about.get(name, ()) if isinstance(value, ox.Literal)]
        return min(values, key=lambda value: (value.language != "en", value.value)).value if values else ""

    ref = Ref(term, text(LABEL) or compact(term))
    return Entry(local_name(term), ref, compact(term), text(DEFINITION), text(DEPRECATED) in ("true", "1"))


def _kind(classes: dict[str, str]) -> tuple[int, str]:
    """Return the rank and the heading of the group that a term stands in."""
    if any(cls in classes for cls in GENERATED):
        return len(KINDS) + 1, "Kinds and contents, made from the responsibilities"
    for rank, (cls, heading) in enumerate(KINDS.items()):
        if cls in classes:
            return rank, heading
    # of an individual, the narrowest class: one that is not the class of nearly everything
    own = {cls: label for cls, label in classes.items() if cls not in LESS}
    label = min(own.values(), key=lambda text: (text.startswith("skos:"), text)) if own else "Other terms"
    return len(KINDS), label
