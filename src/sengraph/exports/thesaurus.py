"""A thesaurus in SKOS: what is done, by whom, and about what.

The concepts are the activities, the parties (roles, bodies, groups) and the matters that responsibilities are about,
under their own IRIs, for they are concepts as they are. A whole matter is broader than its parts; an activity is
related to the parties that have to do with it and to what it is about; counterparts are related to each other. Being
related says nothing of force: whether a party must, should or may is in the responsibilities, and no thesaurus can
tell it. Matters that comprise each other in a circle have no order, so none of them is broader for it; and what is
above another is not related to it as well.

Relations are stated in both directions, top concepts and membership too, since readers of thesauri seldom infer.

Source: SKOS Reference (W3C Recommendation, 18 August 2009); for its integrity conditions, sections 3.5, 5.4, 8.4, 9.4
and 10.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from sengraph.exports.facts import EXPORT, LABEL, NOTE, TITLE, Facts, Term, english, facts, in_order, say, stated_by_all
from sengraph.terms import DCTERMS, KNOWN, OWL, RDF, RDFS, SEN, SKOS

if TYPE_CHECKING:
    from sengraph.graph import Graph

SCHEME = ox.NamedNode(f"{EXPORT}thesaurus")
PREFIXES = {name: KNOWN[name] for name in ("dcterms", "owl", "rdf", "rdfs", "sen", "skos", "xsd")}
PREFIXES |= {"thesaurus": f"{SCHEME.value}#"}
"""What is declared in formats that have prefixes."""
TYPE = f"{RDF}type"
PREFERRED, ALTERNATIVE, HIDDEN = (f"{SKOS}{name}Label" for name in ("pref", "alt", "hidden"))
COMPRISES = f"{SEN}comprises"
DEFINED_BY = f"{RDFS}isDefinedBy"

COLLECTIONS = {
    "Activity": ("activities", "What a responsibility gives somebody to do."),
    "Role": ("roles", "Parties that are one person in an office or a post."),
    "Body": ("bodies", "Parties that are constituted bodies and decide as one."),
    "Group": ("groups", "Parties that are several people named together, without being a constituted body."),
    "Coverage": ("matters", "What responsibilities are about."),
}
"""By class, the collection of its concepts: its name and what it holds. Every party is a concept, in one or none."""

NO_MATTER = ox.NamedNode(f"{SEN}coverage-none")
"""Says of a responsibility that it names nothing that it is about, so it is no matter."""

DOCUMENTED = {
    **{f"{SKOS}{name}": f"{SKOS}{name}" for name in ("definition", "scopeNote", "example", "note")},
    NOTE: f"{SKOS}note",
    f"{OWL}deprecated": f"{OWL}deprecated",
    f"{DCTERMS}isReplacedBy": f"{DCTERMS}isReplacedBy",
    f"{DCTERMS}source": f"{DCTERMS}source",
    DEFINED_BY: DEFINED_BY,
}
"""What is said of a concept as it stands in the data, by the property there; a reading note is a note."""

MATCHES = [f"{SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")]
LIKE = [f"{SEN}counterpartOf", f"{SEN}alternativeTo"]
INVOLVED = [f"{SEN}{name}" for name in ("bearer", "collaborator", "recipient", "establishes", "coverage")]
"""What an activity is related to, by the property of a responsibility."""

DESCRIPTION = (
    "What codes of practice for special educational needs give people to do, the roles, bodies and groups that have to "
    "do with it, and the matters that it is about. An activity and a party are related if some responsibility names "
    "them together, whether the party bears it, takes part, is told or comes about by it: in which setting, and with "
    "which force, only the responsibilities say."
)

Concepts = Mapping[ox.NamedNode, Facts]
Pairs = set[tuple[ox.NamedNode, ox.NamedNode]]
Wholes = Mapping[ox.NamedNode, set[ox.NamedNode]]


def concept_scheme(graph: Graph) -> list[ox.Triple]:
    """Return the activities, parties and matters of a graph as a thesaurus.

    Args:
        graph: the data.

    Returns:
        the concept scheme, its collections and its concepts, these in the order of their IRIs; each triple once.

    Errors:
        InputError: the store is damaged.
        RemoteError: the remote endpoint failed.

    >>> import sengraph
    >>> senco = ox.NamedNode(f"{SEN}party-senco"), ox.NamedNode(f"{SKOS}related")
    >>> for triple in concept_scheme(sengraph.open()):
    ...     if (triple.subject, triple.predicate) == senco:
    ...         print(triple.object.value)
    https://w3id.org/sengraph/ontology#activity-coordinate-provision
    https://w3id.org/sengraph/ontology#activity-operate-policy-day-to-day
    https://w3id.org/sengraph/ontology#activity-take-part-in-strategic-development
    https://w3id.org/sengraph/ontology#activity-work-with-senco
    https://w3id.org/sengraph/ontology#party-sen-team
    """
    members = {name: [*_members(graph, name)] for name in COLLECTIONS}
    concepts = _concepts(graph)
    narrower = _hierarchy({pair for pair in _stated(concepts.items(), [COMPRISES]) if set(pair) <= concepts.keys()})
    related = _beside(narrower, {pair for pair in _related(graph, concepts) if set(pair) <= concepts.keys()})
    parts = (
        _scheme(graph, concepts, narrower),
        _collections(members),
        _entries(concepts, narrower, related),
    )
    return [*dict.fromkeys(triple for part in parts for triple in part)]


# ------------------------------------------------------------------------- what there is


def _concepts(graph: Graph) -> Concepts:
    """Return the concepts, and what is said of each."""
    classes = " ".join(str(ox.NamedNode(f"{SEN}{name}")) for name in (*COLLECTIONS, "Party"))
    wanted = [LABEL, ALTERNATIVE, HIDDEN, COMPRISES, *DOCUMENTED, *MATCHES, *LIKE]
    found = facts(graph, f"VALUES ?class {{ {classes} }} ?thing a ?class", wanted)
    return {concept: told for concept, told in found.items() if concept != NO_MATTER}


def _members(graph: Graph, name: str) -> Iterator[ox.NamedNode]:
    """Yield the concepts of a class, sorted."""
    return (each for each in facts(graph, f"?thing a {ox.NamedNode(SEN + name)}", [LABEL]) if each != NO_MATTER)


def _stated(things: Iterable[tuple[Term, Facts]], properties: Iterable[str]) -> Pairs:
    """Return the pairs of different things that some properties relate."""
    return {
        (thing, other)
        for thing, told in things
        for p in properties
        for other in told.get(p, ())
        if isinstance(thing, ox.NamedNode) and isinstance(other, ox.NamedNode) and other != thing
    }


def _related(graph: Graph, concepts: Concepts) -> Pairs:
    """Return what is related, in both directions: counterparts and alternatives, and what clauses name together."""
    doing = f"{SEN}activity"
    clauses = facts(graph, f"?thing a {ox.NamedNode(SEN + 'Responsibility')}", [doing, *INVOLVED])
    together = ((activity, told) for told in clauses.values() for activity in told.get(doing, ()))
    pairs = _stated(concepts.items(), LIKE) | _stated(together, INVOLVED)
    return pairs | {(other, one) for one, other in pairs}


def _hierarchy(narrower: Pairs) -> Pairs:
    """Return the wholes and parts that are in no circle: of those in one, none can be said to be the broader.

    Without circles there is an end above every concept, which is a top concept.
    """
    wholes = _wholes(narrower)
    return {(whole, part) for whole, part in narrower if part not in _above(whole, wholes)}


def _beside(narrower: Pairs, related: Pairs) -> Pairs:
    """Return what is related without being above or below: SKOS has nothing be both (S27), and broader says more."""
    wholes = _wholes(narrower)
    return {
        (one, other) for one, other in related if other not in _above(one, wholes) and one not in _above(other, wholes)
    }


def _wholes(narrower: Pairs) -> Wholes:
    """Return the wholes by part."""
    wholes: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for whole, part in narrower:
        wholes.setdefault(part, set()).add(whole)
    return wholes


def _above(concept: ox.NamedNode, wholes: Wholes) -> set[ox.NamedNode]:
    """Return what a concept is a part of, in one step or more."""
    above, pending = set[ox.NamedNode](), [concept]
    while pending:
        found = wholes.get(pending.pop(), set()) - above
        above |= found
        pending += found
    return above


# --------------------------------------------------------------------------- what is said


def _scheme(graph: Graph, concepts: Concepts, narrower: Pairs) -> list[ox.Triple]:
    """Say what the scheme is, who made what it holds, and at which concepts to begin."""
    title = english("Activities, parties and matters in codes of practice for special educational needs")
    return say(
        SCHEME,
        (TYPE, ox.NamedNode(f"{SKOS}ConceptScheme")),
        (PREFERRED, title),
        (TITLE, title),
        (f"{DCTERMS}description", english(DESCRIPTION)),
        *stated_by_all(graph, concepts).items(),
        (f"{DCTERMS}source", in_order({by for told in concepts.values() for by in told.get(DEFINED_BY, ())})),
        (f"{SKOS}hasTopConcept", _tops(concepts, narrower)),
    )


def _tops(concepts: Concepts, narrower: Pairs) -> list[ox.NamedNode]:
    """Return the concepts that none is broader than."""
    parts = {part for _, part in narrower}
    return [concept for concept in concepts if concept not in parts]


def _collections(members: Mapping[str, list[ox.NamedNode]]) -> Iterator[ox.Triple]:
    """Say which concepts are of which kind; a kind of which there are none has no collection."""
    for cls, (name, definition) in COLLECTIONS.items():
        if members[cls]:
            yield from say(
                ox.NamedNode(f"{SCHEME.value}#{name}"),
                (TYPE, ox.NamedNode(f"{SKOS}Collection")),
                (PREFERRED, english(name)),
                (f"{SKOS}definition", english(definition)),
                (f"{SKOS}inScheme", SCHEME),
                (f"{SKOS}member", members[cls]),
            )


def _entries(concepts: Concepts, narrower: Pairs, related: Pairs) -> Iterator[ox.Triple]:
    """Say of each concept its names, what it means, where it stands and what it is called elsewhere."""
    tops = set(_tops(concepts, narrower))
    for concept, told in concepts.items():
        yield from say(
            concept,
            (TYPE, ox.NamedNode(f"{SKOS}Concept")),
            (f"{SKOS}inScheme", SCHEME),
            (f"{SKOS}topConceptOf", [SCHEME] if concept in tops else []),
            *_names(told),
            *((said, told.get(p, ())) for p, said in DOCUMENTED.items()),
            (f"{SKOS}broader", in_order(whole for whole, part in narrower if part == concept)),
            (f"{SKOS}narrower", in_order(part for whole, part in narrower if whole == concept)),
            (f"{SKOS}related", in_order(other for one, other in related if one == concept)),
            *((p, [term for term in told.get(p, ()) if isinstance(term, ox.NamedNode)]) for p in MATCHES),
        )


def _names(told: Facts) -> Iterator[tuple[str, list[Term]]]:
    """Yield the names of a concept: one preferred one for each language, and each name once (S13, S14)."""
    labels = [label for label in told.get(LABEL, ()) if isinstance(label, ox.Literal)]
    preferred = {label.language: label for label in reversed(labels)}
    known = set[Term]()
    for p, names in (
        (PREFERRED, preferred.values()),
        (ALTERNATIVE, [*labels, *told.get(ALTERNATIVE, ())]),
        (HIDDEN, told.get(HIDDEN, ())),
    ):
        yield p, in_order({*names} - known)
        known |= {*names}
