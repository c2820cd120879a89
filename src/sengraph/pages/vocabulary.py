"""An ontology as a page: what it is, each term that it defines at the place to which its IRI leads, and what changed.

Under a term stand its axioms in words; those about several terms together stand behind all terms. Terms that were
generated from others are only listed: what is said of them is on their own pages. Of very many or very long sentences
the page tells as many as it has room for, and how many it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph import linked
from sengraph.names import local_name
from sengraph.pages import structured
from sengraph.pages.axioms import Axiom, axioms_of
from sengraph.pages.changes import history
from sengraph.pages.codes import day
from sengraph.pages.html import Link, Ref, alternates, render
from sengraph.pages.keeping import kept
from sengraph.pages.things import NAMES, in_order
from sengraph.pages.words import Sentence, article, sentences
from sengraph.terms import DCTERMS, OWL, RDF, RDFS, SEN, SKOS, compact, is_iri

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
WITHIN = f"{RDFS}subClassOf"

MANY = 8
"""Of more individuals than these that are all different, their classes are told if that comes to the same."""

MOST = 400_000
"""How many characters the sentences under all terms may have, and those about several together."""

PLACES = ("main", "words", "-mappings", "-together", "-changes")
"""Anchors that the page has besides those of terms and, beginning with `-group`, those of kinds of term."""

GENERATED = (f"{SEN}Kind", f"{SEN}Content")

HEADER = (
    *("title", "description", "abstract", "created", "issued", "modified", "creator", "publisher", "license", "source"),
    "bibliographicCitation",
)


class Entry(NamedTuple):
    """A term: its anchor in the page, its name, what it means, and its axioms in words."""

    anchor: str
    term: Ref
    name: str
    definition: str
    is_deprecated: bool
    axioms: list[Sentence]


def vocabulary_page(graph: Graph, link: Link, iri: str) -> bytes:
    """Return the page of an ontology.

    Args:
        graph: the graph.
        link: turns places into what links say.
        iri: the IRI of the ontology.
    """
    header = {NAMES.get(f"{DCTERMS}{name}", name): values for name, values in _header(graph, iri).items()}
    groups, untold = _groups(graph, iri)
    together, more = _together(graph, iri)
    has_terms = any(entry.definition for _, _, entries in groups for entry in entries)
    return render(
        "vocabulary.html",
        link,
        iri=iri,
        title=next(iter(header.pop("title", [])), Ref("", compact(iri))).label,
        header=header,
        groups=groups,
        mappings=_mappings(graph, iri),
        together=together,
        untold=untold + more,
        is_whole=axioms_of(graph).is_whole,
        history=history(graph, iri),
        anchors={entry.term.iri: entry.anchor for _, _, entries in groups for entry in entries},
        alternates=alternates(iri),
        structured=structured.vocabulary(graph, link, iri, has_terms=has_terms),
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
    more = {NAMES[name]: found[name] for name in (f"{OWL}imports", f"{OWL}versionInfo") if name in found}
    return {**told, **more}


MAPPED = {
    f"{RDFS}subClassOf": "Each is one of these",
    f"{RDFS}subPropertyOf": "Where the one holds, so does the other",
    f"{SKOS}broadMatch": "Narrower; nothing follows",
    f"{SKOS}closeMatch": "Close; nothing follows",
    f"{SKOS}relatedMatch": "To do with one another; nothing follows",
}
"""What a mapping claims, by its property; others are told by their name."""


def _mappings(graph: Graph, iri: str) -> list[tuple[Ref, str, str, Ref]]:
    """Return what an alignment claims: our term, the claim in words and by name, the term of the others."""
    stated = [
        (subject.value, name.value, value.value)
        for subject, name, value in linked.mappings(iri)
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode) and name.value != TYPE
    ]
    labels = graph.names.labels(subject for subject, _, _ in stated) if stated else {}
    found = []
    for subject, name, value in stated:
        ours = Ref(subject, labels.get(subject) or compact(subject), subject in labels)
        theirs = Ref(value, compact(value).strip("<>"), is_here=False)
        found.append((ours, MAPPED.get(name, ""), compact(name), theirs))
    return found


Said = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]
"""What is said of terms: values by property by the IRI of the term."""


@kept
def _terms(graph: Graph, iri: str) -> Said:
    """Return what is said of the terms that an ontology defines."""
    told = ", ".join(f"<{name}>" for name in (TYPE, LABEL, DEFINITION, DEPRECATED))
    rows = graph.select(
        f"SELECT ?term ?property ?value {{ ?term <{RDFS}isDefinedBy> {ox.NamedNode(iri)} ; ?property ?value "
        f"FILTER(?property IN ({told}) && ISIRI(?term) && !ISBLANK(?value)) }}"
    )
    said: Said = {}
    for term, name, value in rows:
        said.setdefault(term.value, {}).setdefault(name.value, []).append(value)
    return said


@kept
def _groups(graph: Graph, iri: str) -> tuple[list[tuple[str, bool, list[Entry]]], int]:
    """Return the terms by kind: the heading, whether they were generated from others, and the terms.

    Besides, how many axioms about them are not told.
    """
    said = _terms(graph, iri)
    found = {cls.value for about in said.values() for cls in about.get(TYPE, ())}
    classes, narrower = graph.names.labels(found), _narrower(graph, found)
    grouped: dict[tuple[int, str], list[str]] = {}
    for term, about in said.items():
        kinds = {cls.value: classes.get(cls.value) or compact(cls.value).strip("<>") for cls in about.get(TYPE, ())}
        grouped.setdefault(_kind(kinds, narrower), []).append(term)
    is_told = {term for (rank, _), terms in grouped.items() if rank <= len(KINDS) for term in terms}
    axioms, untold = _in_words(graph, is_told)
    places = anchors(iri, said)
    groups = [
        (
            heading,
            rank > len(KINDS),
            [
                _entry(term, places[term], said[term], axioms.get(term, []))
                for term in sorted(grouped[rank, heading], key=in_order)
            ],
        )
        for rank, heading in sorted(grouped)
    ]
    return groups, untold


def _narrower(graph: Graph, classes: set[str]) -> dict[str, set[str]]:
    """Return, of some classes, the classes that each of them is narrower than, as it is stated or follows."""
    values = " ".join(str(ox.NamedNode(cls)) for cls in sorted(classes) if is_iri(cls))
    wider: dict[str, set[str]] = {}
    for cls, other in graph.select(f"SELECT ?class ?other {{ VALUES ?class {{ {values} }} ?class <{WITHIN}> ?other }}"):
        wider.setdefault(cls.value, set()).add(other.value)
    return {cls: {each for each in found if cls not in wider.get(each, ())} for cls, found in wider.items()}


def anchors(iri: str, terms: Iterable[str]) -> dict[str, str]:
    """Return the place of each term in the page of an ontology: no two have the same.

    Args:
        iri: the IRI of the ontology.
        terms: the IRIs of the terms.

    Returns:
        the fragment of an IRI that leads to the page; of any other the local name, with a digest if others have it.

    >>> own = "https://example.org/own"
    >>> [*anchors(own, (f"{own}#name", f"{own}/a/name", f"{own}/b/age")).values()]
    ['name', 'name-af6fbb92', 'age']
    """
    found: dict[str, str] = {}
    taken = set(PLACES)
    names = {term: term.removeprefix(f"{iri}#") if term.startswith(f"{iri}#") else local_name(term) for term in terms}
    count = Counter(names.values())
    for term in sorted(names, key=lambda term: (not term.startswith(f"{iri}#"), term)):
        name = names[term]
        is_own = term.startswith(f"{iri}#") or count[name] == 1
        place = name
        if not name or not is_own or name in taken or name.startswith("-group"):
            place = f"{name or local_name(term.rstrip('/#'))}-{sha256(term.encode()).hexdigest()[:8]}"
        while place in taken:
            place += "-"
        found[term] = place
        taken.add(place)
    return found


def _in_words(graph: Graph, terms: set[str]) -> tuple[dict[str, list[Sentence]], int]:
    """Return the axioms about each of some terms, other than those about several together, in words.

    Besides, how many there is no room for.
    """
    about = axioms_of(graph).about
    found = [
        (term, axiom) for term in sorted(terms, key=in_order) for axiom in about.get(term, ()) if not axiom.is_general
    ]
    told: dict[str, list[Sentence]] = {}
    words = sentences(graph, [axiom for _, axiom in found])
    kept, more = _within(((term, each) for (term, _), each in zip(found, words, strict=True)))
    for term, each in kept:
        told.setdefault(term, []).append(each)
    return told, more


def _within(found: Iterable[tuple[str, Sentence]]) -> tuple[list[tuple[str, Sentence]], int]:
    """Return the sentences that there is room for, in their order, and the number of the others."""
    kept: list[tuple[str, Sentence]] = []
    size = more = 0
    for about, words in found:
        parts = (*words.pieces, *words.members)
        length = len(words.frame) + len(words.code)
        length += sum(len(part if isinstance(part, str) else part.label) for part in parts)
        if size + length > MOST:
            more += 1
        else:
            kept.append((about, words))
            size += length
    return kept, more


@kept
def _together(graph: Graph, iri: str) -> tuple[list[Sentence], int]:
    """Return the axioms about several of the terms together, and those that name no term at all, in words.

    Besides, how many there is no room for. One about terms of several ontologies is told where most of them are
    defined: no triple tells which states it.
    """
    axioms, said, defined = axioms_of(graph), _terms(graph, iri), _defined(graph)
    found: dict[int, Axiom] = {}
    seen: set[int] = set()
    for term in sorted(said, key=in_order):
        for axiom in axioms.about.get(term, ()):
            if not axiom.is_general or id(axiom) in seen:
                continue
            seen.add(id(axiom))
            homes = Counter(defined[each] for each in axiom.about if each in defined)
            if min(homes, key=lambda home: (-homes[home], home)) == iri:
                found[id(axiom)] = axiom
    general = [*found.values(), *axioms.loose]
    told = sentences(graph, general)
    instances = _instances(said)
    short = [_shortened(graph, axiom, words, instances) for axiom, words in zip(general, told, strict=True)]
    kept, more = _within(("", words) for words in short)
    return [words for _, words in kept], more


@kept
def _defined(graph: Graph) -> dict[str, str]:
    """Return which ontology defines each of the terms that axioms about several are about."""
    about = axioms_of(graph).about
    terms = sorted(
        f"<{term}>" for term, found in about.items() if is_iri(term) and any(each.is_general for each in found)
    )
    rows = graph.select(
        f"SELECT ?term ?ontology {{ VALUES ?term {{ {' '.join(terms)} }} ?term <{RDFS}isDefinedBy> ?ontology }}"
    )
    found: dict[str, str] = {}
    for term, ontology in rows:
        found[term.value] = min(ontology.value, found.get(term.value, ontology.value))
    return found


def _instances(said: Said) -> dict[str, set[str]]:
    """Return the terms that are said to be in each class, those with the most first."""
    found: dict[str, set[str]] = {}
    for term, about in said.items():
        for value in about.get(TYPE, ()):
            found.setdefault(value.value, set()).add(term)
    return {cls: found[cls] for cls in sorted(found, key=lambda each: (-len(found[each]), each)) if cls not in LESS}


def _shortened(graph: Graph, axiom: Axiom, words: Sentence, instances: dict[str, set[str]]) -> Sentence:
    """Return a sentence about many individuals with their classes in place of them, if the two come to the same.

    They do if each term of the ontology that is said to be in one of the classes is among the individuals, and each of
    the individuals is such a term.
    """
    members = {ref.iri for ref in words.members}
    if axiom.kind != "AllDifferent" or len(members) <= MANY:
        return words
    chosen: list[str] = []
    left = set(members)
    for cls, terms in instances.items():
        if terms <= members and terms & left:
            chosen.append(cls)
            left -= terms
    return words if left else _by_class(graph, words, chosen)


def _by_class(graph: Graph, words: Sentence, chosen: list[str]) -> Sentence:
    """Return that the members of a sentence are all different, with the classes that they are in in place of them."""
    group = Axiom("AllDisjointClasses", tuple(map(ox.NamedNode, chosen)), (), frozenset(chosen))
    pieces: list[str | Ref] = [f"Of the {len(words.members)} terms of this ontology that are said to be "]
    for number, ref in enumerate(sentences(graph, [group])[0].members):
        pieces += [" or " if number else "", article(ref.label), ref]
    first = ", ".join(compact(ref.iri) for ref in words.members[:2])
    return Sentence((*pieces, ", no two are one and the same."), (), "", f"DifferentIndividuals: {first}, ...")


def _entry(term: str, anchor: str, about: dict[str, list[ox.NamedNode | ox.Literal]], axioms: list[Sentence]) -> Entry:
    def text(name: str) -> str:
        values = [value for value in about.get(name, ()) if isinstance(value, ox.Literal)]
        return min(values, key=lambda value: (value.language != "en", value.value)).value if values else ""

    ref = Ref(term, text(LABEL) or compact(term))
    return Entry(anchor, ref, compact(term), text(DEFINITION), text(DEPRECATED) in ("true", "1"), axioms)


def _kind(classes: dict[str, str], narrower: dict[str, set[str]]) -> tuple[int, str]:
    """Return the rank and the heading of the group that a term stands in.

    Args:
        classes: what the classes that it is in are called.
        narrower: the classes that each class is narrower than.
    """
    if any(cls in classes for cls in GENERATED):
        return len(KINDS) + 1, "Kinds and contents, made from the responsibilities"
    for rank, (cls, heading) in enumerate(KINDS.items()):
        if cls in classes:
            return rank, heading
    # of an individual, the narrowest class: not that of nearly everything, nor a class of one kind of responsibility
    told = {
        cls: label for cls, label in classes.items() if cls not in LESS and not cls.startswith(structured.GENERATED)
    }
    wider = {each for cls in told for each in narrower.get(cls, ())}
    own = {cls: label for cls, label in told.items() if cls not in wider}
    label = min(own.values(), key=lambda text: (text.startswith("skos:"), text)) if own else "Other terms"
    return len(KINDS), label
