"""A thing as a page: what is said of it, what follows and why, what it is to do with, and where that is stated.

One builder makes the page of any thing. Tables say in which order its facets stand, what the properties that come from
other vocabularies are called, and under which heading the responsibilities stand that refer to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from sengraph.comparison import Cell
from sengraph.pages import structured
from sengraph.pages.axioms import RELATIONS, axioms_of
from sengraph.pages.changes import NOTES as CHANGES
from sengraph.pages.changes import Change, changes
from sengraph.pages.codes import Status, codes_of, day
from sengraph.pages.html import Link, Ref, alternates, render
from sengraph.pages.table import in_words, kept_grid, value_of
from sengraph.pages.words import Sentence, sentences
from sengraph.terms import BASE, CODE, DCTERMS, ESTABLISHMENT, GIAS, INFERRED, OWL, RDF, RDFS, SEN, SKOS, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

Term = ox.NamedNode | ox.BlankNode | ox.Literal

MOST = 200
"""How many things are listed that refer to the thing by one property; of more, only their number is told."""

MOST_USES = 30
"""How many axioms are told that use a term; each is told on the page of the term that it is about."""

TYPE, LABEL = f"{RDF}type", f"{RDFS}label"
MODALITY = f"{SEN}modality"

NAMES = {
    TYPE: "is a",
    f"{RDFS}comment": "comment",
    f"{RDFS}domain": "is said of",
    f"{RDFS}range": "its value is a",
    f"{RDFS}seeAlso": "see also",
    f"{RDFS}subClassOf": "is a kind of",
    f"{RDFS}subPropertyOf": "is a case of",
    f"{SKOS}altLabel": "also called",
    f"{SKOS}definition": "definition",
    f"{SKOS}example": "example",
    f"{SKOS}notation": "notation",
    f"{SKOS}inScheme": "list",
    f"{SKOS}broader": "broader",
    f"{DCTERMS}bibliographicCitation": "citation",
    f"{DCTERMS}identifier": "identifier",
    f"{DCTERMS}isPartOf": "part of",
    f"{DCTERMS}isReplacedBy": "replaced by",
    f"{DCTERMS}issued": "issued",
    f"{DCTERMS}publisher": "publisher",
    f"{DCTERMS}source": "source",
    f"{DCTERMS}title": "title",
    f"{OWL}deprecated": "no longer to be used",
    f"{OWL}disjointWith": "nothing is this and",
    f"{OWL}equivalentClass": "the same class as",
    f"{OWL}inverseOf": "the other way round",
    f"{OWL}propertyChainAxiom": "follows from a chain",
    f"{OWL}versionIRI": "version",
    f"{OWL}versionInfo": "version",
    f"{OWL}differentFrom": "is not",
    f"{OWL}imports": "builds on",
}
"""What properties of other vocabularies are called here; any other by its compact name."""

ORDER = [
    f"{SKOS}definition",
    f"{SKOS}altLabel",
    *(
        SEN + name
        for name in (
            *("bearer", "quantifier", "modality", "modalPhrase", "activity", "scope", "coverage", "covers"),
            *("population", "collaborator", "manner", "recipient", "frequency", "qualifier", "stage", "establishes"),
            *("inLineWith", "appliesIn", "statedIn", "clause", "performs", "alternativeTo", "addresses", "page"),
            *("column", "row", "inForceFrom", "inForceUntil", "savingProvision", "legalStatus"),
            *("establishmentType", "settingType", "settingTypeByAnalogy"),
        )
    ),
    *(GIAS + name for name in ("urn", "status", "phase", "authority", "opened", "closed", "lowestAge", "highestAge")),
]
"""The facets in the order in which they are told; others follow by name."""

NOTES = {
    f"{SEN}readingNote": "How the source was read",
    f"{SKOS}scopeNote": "Scope",
    f"{SKOS}note": "Notes",
    f"{SKOS}editorialNote": "Notes",
    f"{RDFS}comment": "Notes",
}
"""Properties whose values are sentences, by the heading they stand under."""

INVOLVED = {
    f"{SEN}bearer": "What it is to do",
    f"{SEN}collaborator": "Where it is to be worked with",
    f"{SEN}recipient": "Where it is to be kept informed",
    f"{SEN}establishes": "Where it is brought into being",
    f"{SEN}activity": "Who is to do it",
    f"{SEN}modality": "What is said with this force",
    f"{SEN}statedIn": "What this passage states",
    f"{SEN}appliesIn": "What is said of these settings",
    f"{SEN}population": "Where they are named",
    f"{SEN}stage": "Where it is named",
    f"{SEN}subjectTo": "What the Code's terms give to its people",
    f"{SEN}subjectToByAnalogy": "What they would give by analogy",
}
"""Headings of responsibilities that are related to the thing, whichever way the property points."""

LEFT_OUT = frozenset(
    [
        LABEL,
        f"{RDFS}isDefinedBy",
        f"{SKOS}hiddenLabel",
        f"{SEN}correspondsTo",
        f"{SEN}equivalentTo",
        *(OWL + name for name in ("members", "distinctMembers", "annotatedSource", "sameAs", "topObjectProperty")),
    ]
)
"""Properties that the page tells in another way, or that tell a person nothing."""

PLAIN_TYPES = frozenset(OWL + name for name in ("Thing", "NamedIndividual"))


class Value(NamedTuple):
    """A value of a facet: what it is called and its link, whether it is a force, and the place that tells why."""

    ref: Ref
    is_force: bool = False
    why: str = ""


class Facet(NamedTuple):
    """A property and its values."""

    name: Ref
    values: list[Value]


class Duty(NamedTuple):
    """A responsibility that is related to the thing."""

    statement: Ref
    force: Ref
    settings: tuple[Ref, ...]
    citation: str
    why: str


class Elsewhere(NamedTuple):
    """What another kind of setting has for the activity of a responsibility: a clause, or a gap."""

    setting: Ref
    statement: Ref | None
    mark: str
    words: str
    also: str
    why: str


class Neighbour(NamedTuple):
    """A thing that is related to the thing: its name, what a responsibility has besides, whether it is told of here."""

    label: str = ""
    force: str = ""
    settings: tuple[str, ...] = ()
    citation: str = ""
    is_here: bool = False


class Thing(NamedTuple):
    """What the data says of a thing.

    Attributes:
        iri: its IRI.
        outgoing: property, value and whether it was inferred, of each statement about it.
        counts: how many statements have it as their value, by property.
        incoming: property, subject and whether it was inferred, of those that are not too many.
        neighbours: the things that it is related to.
        statuses: the codes of practice that the responsibilities among all these are from.
        changes: what changed in it, the newest first.
    """

    iri: str
    outgoing: list[tuple[str, Term, bool]]
    counts: dict[str, int]
    incoming: list[tuple[str, str, bool]]
    neighbours: dict[str, Neighbour]
    statuses: list[Status]
    changes: list[Change]

    def values(self, *properties: str) -> list[Term]:
        """Return the values of properties, in the order of the properties."""
        return [value for name in properties for found, value, _ in self.outgoing if found == name]


def thing_page(graph: Graph, link: Link, iri: str) -> bytes:
    """Return the page of a thing that the data speaks of.

    Args:
        graph: the graph.
        link: turns places into what links say.
        iri: the IRI of the thing.
    """
    thing = look_up(graph, iri)
    builder = _Builder(graph, thing)
    return render(
        "thing.html",
        link,
        iri=iri,
        compact=compact(iri),
        title=builder.title(),
        kinds=builder.kinds(),
        force=builder.force(),
        facets=builder.facets(inferred=False),
        follows=builder.facets(inferred=True),
        notes=builder.notes(),
        changes=[(change, day(change.date)) for change in thing.changes],
        axioms=builder.axioms(),
        duties=builder.duties(),
        elsewhere=builder.elsewhere(),
        row=builder.row(),
        gaps=builder.gaps(),
        statuses=thing.statuses,
        incoming=builder.incoming(),
        defined=[builder.ref(term) for term in thing.values(f"{RDFS}isDefinedBy")],
        question=_question(iri, thing),
        alternates=alternates(iri),
        structured=structured.thing(link, thing, builder.title()),
    )


# ------------------------------------------------------------------------------------ what the data says


def look_up(graph: Graph, iri: str) -> Thing:
    """Return what the data says of a thing, in two queries."""
    node = str(ox.NamedNode(iri))
    outgoing: dict[tuple[str, Term], bool] = {}
    counts: dict[str, int] = {}
    notes: list[tuple[str, Term, str, Term | None]] = []
    for name, value, inferred, count, note in graph.select(_STATEMENTS.replace("$thing", node)):
        if count is not None:
            counts[name.value] = int(count.value)
        elif note is not None:
            notes.append((iri, note, name.value, value))
        elif name.value in CHANGES:
            notes.append((iri, value, "", None))
        elif not (isinstance(value, ox.NamedNode) and value.value in (iri, f"{OWL}Thing")):
            outgoing[name.value, value] = inferred is not None
    kept: list[tuple[str, Term, bool]] = [
        (name, value, inferred)
        for (name, value), inferred in sorted(outgoing.items(), key=lambda item: (item[0][0], str(item[0][1])))
        if not isinstance(value, ox.BlankNode)
    ]
    stated = {value for _, value, inferred in kept if not inferred and isinstance(value, ox.Literal)}
    kept = [each for each in kept if not (each[2] and each[1] in stated)]  # by a more general property, the same words
    few = [name for name, count in counts.items() if count <= MOST and name not in LEFT_OUT]
    incoming, neighbours = _neighbours(graph, node, kept, few)
    incoming = [each for each in incoming if each[1] != iri]
    duties = [name for name, about in neighbours.items() if about.force]
    if any(name == MODALITY for name, _, _ in kept):
        duties = [iri]
    return Thing(iri, kept, counts, incoming, neighbours, codes_of(graph).of(duties) if duties else [], changes(notes))


_STATEMENTS = f"""SELECT ?property ?value ?inferred ?count ?note WHERE {{
  {{
    $thing ?property ?value
    OPTIONAL {{ GRAPH ?inferred {{ $thing ?property ?value }} FILTER(STRSTARTS(STR(?inferred), "{INFERRED}")) }}
  }} UNION {{
    SELECT ?property (COUNT(*) AS ?count) {{ ?subject ?property $thing }} GROUP BY ?property
  }} UNION {{
    VALUES ?noted {{ {" ".join(f"<{name}>" for name in CHANGES)} }} $thing ?noted ?note . ?note ?property ?value
  }}
}}"""

_NEIGHBOURS = f"""SELECT ?thing ?property ?inferred ?label ?force ?setting ?citation ?here WHERE {{
  {{ VALUES ?thing {{ $values }} }} UNION {{
    VALUES ?property {{ $properties }} ?thing ?property $thing
    FILTER(ISIRI(?thing))
    OPTIONAL {{ GRAPH ?inferred {{ ?thing ?property $thing }} FILTER(STRSTARTS(STR(?inferred), "{INFERRED}")) }}
  }}
  OPTIONAL {{ ?thing <{LABEL}> ?label }}
  OPTIONAL {{
    ?thing <{MODALITY}> ?force ; <{SEN}appliesIn> ?setting ; <{DCTERMS}bibliographicCitation> ?citation
  }}
  BIND(EXISTS {{ ?thing ?any ?other }} AS ?here)
}}"""


def _neighbours(
    graph: Graph, node: str, outgoing: Iterable[tuple[str, Term, bool]], properties: Iterable[str]
) -> tuple[list[tuple[str, str, bool]], dict[str, Neighbour]]:
    """Return what refers to a thing by some properties, and what the things around it are."""
    values = {str(value) for _, value, _ in outgoing if isinstance(value, ox.NamedNode)}
    text = _NEIGHBOURS.replace("$values", " ".join(sorted(values)))
    text = text.replace("$properties", " ".join(f"<{name}>" for name in properties)).replace("$thing", node)
    incoming: dict[tuple[str, str], bool] = {}
    neighbours: dict[str, Neighbour] = {}
    for thing, name, inferred, label, force, setting, citation, here in graph.select(text):
        if name is not None:
            incoming[name.value, thing.value] = inferred is not None
        known = neighbours.get(thing.value, Neighbour())
        settings = dict.fromkeys((*known.settings, *([setting.value] if setting is not None else ())))
        told = Neighbour(
            label.value if label is not None and (not known.label or label.language == "en") else known.label,
            force.value if force is not None else "",
            tuple(settings),
            citation.value if citation is not None else "",
            here.value == "true",
        )
        neighbours[thing.value] = told
    return [(name, thing, inferred) for (name, thing), inferred in sorted(incoming.items())], neighbours


# ------------------------------------------------------------------------------------ what the page tells


class _Builder:
    """Makes the parts of a page from what the data says of a thing."""

    def __init__(self, graph: Graph, thing: Thing) -> None:
        self._graph, self._thing = graph, thing

    def title(self) -> str:
        """Return what the thing is called: its English label if it has one."""
        labels = [term for term in self._thing.values(LABEL, f"{DCTERMS}title") if isinstance(term, ox.Literal)]
        labels.sort(key=lambda label: label.language != "en")
        return labels[0].value if labels else compact(self._thing.iri)

    def kinds(self) -> list[Ref]:
        """Return the classes it was said to be in."""
        return [
            self.ref(value)
            for name, value, inferred in self._thing.outgoing
            if name == TYPE and not inferred and _value(value) not in PLAIN_TYPES
        ]

    def force(self) -> Value | None:
        """Return the force of a responsibility."""
        return next((self._told(MODALITY, value, False) for value in self._thing.values(MODALITY)), None)

    def facets(self, *, inferred: bool) -> list[Facet]:
        """Return what is said of it, or what follows, by property."""
        found: dict[str, list[Value]] = {}
        in_words = RELATIONS if not inferred and axioms_of(self._graph).is_whole else ()
        for name, value, is_inferred in self._thing.outgoing:
            if is_inferred != inferred or name in in_words or self._is_told_elsewhere(name, value):
                continue
            found.setdefault(name, []).append(self._told(name, value, inferred))
        ordered = sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), self._name(name)))
        return [Facet(self._property(name), found[name]) for name in ordered]

    def _is_told_elsewhere(self, name: str, value: Term) -> bool:
        if name in LEFT_OUT or name in NOTES:
            return True
        if name == TYPE and _value(value) in PLAIN_TYPES:
            return True
        return name in INVOLVED and bool(self._about(value).force)

    def notes(self) -> list[tuple[str, list[str]]]:
        """Return the sentences about it, by heading; those on the passage of a responsibility are among them."""
        found: dict[str, list[str]] = {}
        for name, heading in NOTES.items():
            for value in self._thing.values(name):
                if isinstance(value, ox.Literal) and value.value not in found.setdefault(heading, []):
                    found[heading].append(value.value)
        if passage := codes_of(self._graph).notes_on_passage(self._thing.iri):
            found[f"{NOTES[f'{SEN}readingNote']}: the passage"] = passage
        return [(heading, notes) for heading, notes in found.items() if notes]

    def axioms(self) -> tuple[list[Sentence], list[Sentence], int]:
        """Return the axioms about it in words, those that use it in an expression, and how many more of these.

        A term about which there are none is another vocabulary's: then all that mention it are told.
        """
        axioms, iri = axioms_of(self._graph), self._thing.iri
        about, others = axioms.about.get(iri, []), axioms.elsewhere.get(iri, [])
        used = [each for each in others if not about or ox.NamedNode(iri) not in each.parts]
        told = sentences(self._graph, [*about, *used[:MOST_USES]])
        return told[: len(about)], told[len(about) :], len(used[MOST_USES:])

    def duties(self) -> list[tuple[str, list[Duty]]]:
        """Return the responsibilities that are related to it, by heading, each in the order of the table."""
        found: dict[str, list[Duty]] = {}
        for name, thing, _ in self._thing.incoming:
            if name in INVOLVED and self._thing.neighbours[thing].force:
                found.setdefault(name, []).append(self._duty(thing, ""))
        for name, value, inferred in self._thing.outgoing:
            if name in INVOLVED and isinstance(value, ox.NamedNode) and self._about(value).force:
                found.setdefault(name, []).append(self._duty(value.value, self._why(name, value) if inferred else ""))
        order = [*INVOLVED]
        return [
            (INVOLVED[name], sorted(duties, key=lambda duty: in_order(duty.citation or duty.statement.iri)))
            for name, duties in sorted(found.items(), key=lambda item: order.index(item[0]))
        ]

    def _duty(self, iri: str, why: str) -> Duty:
        about = self._thing.neighbours[iri]
        statement = Ref(iri, about.label or compact(iri))
        return Duty(statement, self.ref_of(about.force), tuple(map(self.ref_of, about.settings)), about.citation, why)

    def elsewhere(self) -> list[Elsewhere]:
        """Return, for a responsibility, what each other kind of setting has for its activity."""
        own = {_value(value) for value in self._thing.values(f"{SEN}appliesIn")}
        found: list[Elsewhere] = []
        for activity, cells in self._rows(f"{SEN}activity"):
            for setting, cell in zip(kept_grid(self._graph).settings, cells, strict=True):
                if setting not in own:
                    found += self._compared(activity, setting, cell, own)
        return found

    def _compared(self, activity: str, setting: str, cell: Cell, own: set[str]) -> Iterator[Elsewhere]:
        place = self.ref_of(setting)
        pair = next((found for found in self._pairs(activity, setting) if found[0] in own), None)
        words, also = (pair[1], pair[2]) if pair else (cell.comparison, cell.also)
        mark, _, words = in_words(words).partition(" ")
        if not cell.clauses:
            yield Elsewhere(place, None, "gap", words, "", "")
        for clause in cell.clauses:
            name = f"{SEN}equivalentTo" if mark == "equivalent" else f"{SEN}correspondsTo"
            other = ox.NamedNode(clause.iri)
            follows = (name, other, True) in self._thing.outgoing
            why = self._why(name, other) if follows else ""
            yield Elsewhere(place, Ref(clause.iri, clause.statement), mark, words, also, why)

    def _pairs(self, activity: str, setting: str) -> Iterator[tuple[str, str, str]]:
        relations = kept_grid(self._graph).relations
        for (found, left, right), (comparison, also) in relations.items():
            if (found, right) == (activity, setting):
                yield left, comparison, also

    def _rows(self, name: str) -> list[tuple[str, list[Cell]]]:
        activities = {_value(value) for value in self._thing.values(name)}
        return [row for row in kept_grid(self._graph).rows if row[0] in activities]

    def row(self) -> list[tuple[Ref, Cell]]:
        """Return, for an activity, the cells of the table in which it is not found: the gaps."""
        table = kept_grid(self._graph)
        for activity, cells in table.rows:
            if activity == self._thing.iri:
                pairs = zip(table.settings, cells, strict=True)
                return [(self.ref_of(setting), cell) for setting, cell in pairs if not cell.clauses]
        return []

    def gaps(self) -> list[tuple[Ref, str]]:
        """Return, for a kind of setting, the activities that the table gives to nobody there."""
        table = kept_grid(self._graph)
        if self._thing.iri not in table.settings:
            return []
        at = table.settings.index(self._thing.iri)
        return [
            (self.ref_of(activity), cells[at].comparison.partition(" ")[2])
            for activity, cells in table.rows
            if not cells[at].clauses
        ]

    def incoming(self) -> list[tuple[Ref, list[Value], int]]:
        """Return what else refers to it, by property: the things or, of too many, how many there are.

        What is concluded of a thing that the page names already is the same the other way round.
        """
        own = {(name, _value(value)) for name, value, _ in self._thing.outgoing}
        named = {value for _, value in own}
        found: dict[str, list[Value]] = {}
        for name, thing, inferred in self._thing.incoming:
            is_duty = name in INVOLVED and bool(self._thing.neighbours[thing].force)
            is_told = (name, thing) in own or (inferred and thing in named)
            if not is_duty and not is_told and name not in LEFT_OUT:
                why = _reason(thing, name, self._thing.iri) if inferred else ""
                found.setdefault(name, []).append(Value(self.ref_of(thing), why=why))
        many = {name: count for name, count in self._thing.counts.items() if count > MOST and name not in LEFT_OUT}
        names = sorted({*found, *many}, key=self._name)
        return [(self._property(name), _told_apart(found.get(name, [])), many.get(name, 0)) for name in names]

    # -------------------------------------------------------------------------- names

    def ref(self, term: Term) -> Ref:
        """Return how a term is named and linked."""
        return self.ref_of(term.value) if isinstance(term, ox.NamedNode) else Ref("", day(_value(term)))

    def ref_of(self, iri: str) -> Ref:
        """Return how a thing is named and linked."""
        about = self._thing.neighbours.get(iri, Neighbour())
        return Ref(iri, (about.label or self._graph.names.label(iri)).strip("<>"), about.is_here)

    def _property(self, iri: str) -> Ref:
        return Ref(iri, self._name(iri), iri.startswith(BASE))

    def _name(self, iri: str) -> str:
        return NAMES.get(iri) or self._graph.names.label(iri)

    def _about(self, term: Term) -> Neighbour:
        return self._thing.neighbours.get(_value(term), Neighbour())

    def _told(self, name: str, value: Term, inferred: bool) -> Value:
        why = self._why(name, value) if inferred else ""
        return Value(self.ref(value), name == MODALITY, why)

    def _why(self, name: str, value: Term) -> str:
        """Return the place that tells why a statement follows; nothing for a literal."""
        return _reason(self._thing.iri, name, value.value) if isinstance(value, ox.NamedNode) else ""


def _reason(*triple: str) -> str:
    """Return the place that tells why a triple of IRIs follows."""
    return "why?" + "&".join(f"{key}={quote(value_of(iri), safe=':')}" for key, iri in zip("spo", triple, strict=True))


def _told_apart(values: list[Value]) -> list[Value]:
    """Add the compact names of things to labels that more than one of them has."""
    labels = Counter(value.ref.label for value in values)
    return [
        value._replace(ref=value.ref._replace(label=f"{value.ref.label} ({compact(value.ref.iri).strip('<>')})"))
        if labels[value.ref.label] > 1
        else value
        for value in values
    ]


def _value(term: Term) -> str:
    return term.value


def in_order(text: str) -> list[tuple[int, str]]:
    """Return what sorts text with numbers by their value: `row 2` before `row 10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _question(iri: str, thing: Thing) -> tuple[str, str] | None:
    """Return the place of the question that says more, and what it tells."""
    for prefix, kind, place, text in QUESTIONS:
        kinds = {_value(value) for value in thing.values(TYPE)}
        if iri.startswith(prefix) and (not kind or kind in kinds):
            return place + quote(value_of(iri), safe=":"), text
    return None


QUESTIONS = [
    (
        ESTABLISHMENT,
        "",
        "questions/responsibilities-of-school?school=",
        "Its responsibilities as rows, with sources",
    ),
    (
        SEN,
        f"{SEN}SettingType",
        "questions/schools-subject-to?setting=",
        "Schools of this kind, if a register is here",
    ),
    (
        SEN,
        f"{SEN}Activity",
        "questions/who-is-responsible?activity=",
        "Who is responsible for it, with sources",
    ),
    (f"{SEN}party-", "", "questions/responsibilities-of?party=", "Its responsibilities as rows, with sources"),
    (CODE, f"{SEN}Responsibility", "questions/source-of?responsibility=", "Its place in the source, as a row"),
]
"""Of which things a stored question says more."""
