"""Who works with and who informs whom: a picture, and the same as tables.

The lines are those of `sen:cooperatesWith` and `sen:informs`. Both follow from responsibilities, and the page goes by
these, since they tell the kind of setting, the force and the source too. Parties that a clause joins by "or" have a
dotted line between them: one of the two is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.codes import codes_of
from sengraph.pages.html import MODALITIES, Link, Ref, modality_class, render
from sengraph.pages.keeping import kept
from sengraph.pages.picture import INFORMS, MOST_PARTIES, OR, WORKS_WITH, Line, picture
from sengraph.results import to_python
from sengraph.terms import DCTERMS, RDF, RDFS, SEN, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph
    from sengraph.results import Term

SETTING_TYPE = f"{SEN}SettingType"

QUERY = f"""
PREFIX dcterms: <{DCTERMS}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX sen: <{SEN}>
SELECT DISTINCT ?thing ?property ?value
WHERE {{
  {{
    {{
      SELECT DISTINCT ?thing
      WHERE {{
        {{ ?thing sen:collaborator|sen:recipient ?anybody }}
        UNION
        {{
          ?clause sen:collaborator|sen:recipient ?anybody ;
            sen:bearer|sen:collaborator|sen:recipient|sen:activity|sen:modality|sen:appliesIn|sen:statedIn ?thing
        }}
      }}
    }}
    ?thing ?property ?value .
    FILTER(?property IN (
      rdfs:label, dcterms:bibliographicCitation, sen:activity, sen:alternativeTo, sen:appliesIn,
      sen:bearer, sen:clause, sen:collaborator, sen:column, sen:modality, sen:recipient, sen:row, sen:statedIn
    ))
  }}
  UNION
  {{ ?value rdfs:subClassOf* sen:SettingType . ?thing a ?value . BIND(rdf:type AS ?property) }}
  UNION
  {{ ?type rdfs:subClassOf* sen:SettingType . ?thing a ?type ; rdfs:label ?value . BIND(rdfs:label AS ?property) }}
  FILTER(ISIRI(?thing))
}}
"""
"""What is said of the clauses that name somebody, of what these name, and of the kinds of setting."""


def people_page(graph: Graph, link: Link, setting: str = "") -> bytes:
    """Return the page that tells who works with whom, and who informs whom.

    Args:
        graph: the graph.
        link: turns places into what links say.
        setting: the kind of setting to show, by any of its names; empty for all.

    Errors:
        UsageError: no kind of setting has that name.
    """
    chosen = graph.names.resolve(setting, SETTING_TYPE) if setting else ""
    facts = _facts(graph)
    every = _clauses(facts)
    clauses = _in_setting(every, facts.ref(chosen)) if chosen else every
    lines = _lines(clauses)
    parties = {party for line in lines for party in (line.one, line.other)}
    return render(
        "people.html",
        link,
        chosen=facts.ref(chosen) if chosen else None,
        settings=[(compact(ref.iri), ref) for ref in _settings(facts, every)],
        statuses=codes_of(graph).of(clause.statement.iri for clause in clauses),
        is_empty=not every,
        is_crowded=len(parties) > MOST_PARTIES,
        picture=picture(lines) if 0 < len(parties) <= MOST_PARTIES else None,
        groups={kind: _groups(clauses, kind) for kind in (WORKS_WITH, INFORMS)},
    )


@kept
def _facts(graph: Graph) -> Facts:
    return Facts(graph.select(QUERY))


# --------------------------------------------------------------------------------------------- what the data says


class Facts:
    """What the data says of things, by their IRIs.

    Args:
        rows: a thing, a property and a value each.
    """

    def __init__(self, rows: Iterable[Iterable[Term | None]]) -> None:
        self._values: dict[str, dict[str, list[Term]]] = {}
        for thing, property_, value in sorted(rows, key=lambda row: [*map(str, row)]):
            if isinstance(thing, ox.NamedNode) and isinstance(property_, ox.NamedNode) and value is not None:
                self._values.setdefault(thing.value, {}).setdefault(property_.value, []).append(value)

    def with_property(self, *properties: str) -> list[str]:
        """Return the things that have one of some properties, sorted."""
        return [thing for thing, said in self._values.items() if any(name in said for name in properties)]

    def things(self, iri: str, property_: str) -> list[str]:
        """Return the IRIs that a thing is related to by a property, sorted."""
        return [value.value for value in self._of(iri, property_) if isinstance(value, ox.NamedNode)]

    def text(self, iri: str, property_: str) -> str:
        """Return what a thing has in words: in English, else in no language, else in any; empty for nothing."""
        literals = [value for value in self._of(iri, property_) if isinstance(value, ox.Literal)]
        ranks = {"en": 0, "": 1}
        best = min(literals, key=lambda said: ranks.get((said.language or "")[:2], 2), default=None)
        return best.value if best is not None else ""

    def number(self, iri: str, property_: str) -> int:
        """Return the first whole number that a thing has; one that sorts behind all others for none."""
        numbers = (to_python(value) for value in self._of(iri, property_))
        return min((number for number in numbers if isinstance(number, int)), default=1 << 62)

    def ref(self, iri: str) -> Ref:
        """Return a thing with its label."""
        return Ref(iri, self.text(iri, f"{RDFS}label") or compact(iri), is_here=iri in self._values)

    def refs(self, iri: str, property_: str) -> tuple[Ref, ...]:
        """Return what a thing is related to by a property, by label."""
        return tuple(sorted(map(self.ref, self.things(iri, property_)), key=lambda ref: (ref.label, ref.iri)))

    def _of(self, iri: str, property_: str) -> Sequence[Term]:
        return self._values.get(iri, {}).get(property_, ())


Parties = tuple[tuple[Ref, ...], ...]
"""Parties; those that stand together are joined by "or"."""


class Clause(NamedTuple):
    """A responsibility that names somebody to work with or to inform.

    Attributes:
        statement: the responsibility.
        bearers, collaborators, recipients: the parties.
        activities, forces, settings: what, how strongly and in which kinds of setting.
        citation: where it is said.
    """

    statement: Ref
    bearers: Parties
    collaborators: Parties
    recipients: Parties
    activities: tuple[Ref, ...]
    forces: tuple[Ref, ...]
    settings: tuple[Ref, ...]
    citation: str

    def others(self, kind: str) -> Parties:
        """Return whom the bearers work with, or inform."""
        return self.collaborators if kind == WORKS_WITH else self.recipients


class Group(NamedTuple):
    """The rows of a table for one kind of setting.

    Attributes:
        setting: the kind of setting; None where none is named.
        blocks: the bearers, the others, and the clauses that name just these, one after the other.
    """

    setting: Ref | None
    blocks: list[tuple[Parties, Parties, list[Clause]]]


def _clauses(facts: Facts) -> list[Clause]:
    """Return the clauses in the order of the table: by column, row and number."""

    def place(iri: str) -> tuple[int, int, int, str]:
        cell = next(iter(facts.things(iri, f"{SEN}statedIn")), "")
        return (
            facts.number(cell, f"{SEN}column"),
            facts.number(cell, f"{SEN}row"),
            facts.number(iri, f"{SEN}clause"),
            iri,
        )

    found = facts.with_property(f"{SEN}collaborator", f"{SEN}recipient")
    clauses = (_clause(facts, iri) for iri in sorted(found, key=place))
    return [clause for clause in clauses if clause.bearers]


def _clause(facts: Facts, iri: str) -> Clause:
    return Clause(
        statement=facts.ref(iri),
        bearers=_joined(facts, facts.refs(iri, f"{SEN}bearer")),
        collaborators=_joined(facts, facts.refs(iri, f"{SEN}collaborator")),
        recipients=_joined(facts, facts.refs(iri, f"{SEN}recipient")),
        activities=facts.refs(iri, f"{SEN}activity"),
        forces=tuple(sorted(facts.refs(iri, f"{SEN}modality"), key=_by_force)),
        settings=facts.refs(iri, f"{SEN}appliesIn"),
        citation=facts.text(iri, f"{DCTERMS}bibliographicCitation"),
    )


def _joined(facts: Facts, parties: Sequence[Ref]) -> Parties:
    """Return parties, each with those that may take its place."""
    named = {ref.iri for ref in parties}
    replaced = {ref: named & {*facts.things(ref.iri, f"{SEN}alternativeTo")} - {ref.iri} for ref in parties}
    groups: list[tuple[Ref, ...]] = []
    left = sorted(parties, key=lambda ref: bool(replaced[ref]))  # those that take nobody's place come first
    while left:
        main = left[0]
        groups.append((main, *(ref for ref in left[1:] if main.iri in replaced[ref])))
        left = [ref for ref in left if ref not in groups[-1]]
    return tuple(groups)


def _by_force(ref: Ref) -> tuple[int, str]:
    name = modality_class(ref.iri)
    return (MODALITIES.index(name) if name in MODALITIES else len(MODALITIES)), ref.label


def _in_setting(clauses: Iterable[Clause], setting: Ref) -> list[Clause]:
    """Return the clauses for a kind of setting, as if they were for no other."""
    return [clause._replace(settings=(setting,)) for clause in clauses if setting in clause.settings]


def _settings(facts: Facts, clauses: Sequence[Clause]) -> list[Ref]:
    """Return the kinds of setting there are, in the order of the table."""
    there_are = sorted(map(facts.ref, facts.with_property(f"{RDF}type")), key=lambda ref: (ref.label, ref.iri))
    in_order = dict.fromkeys(setting for clause in clauses for setting in clause.settings if setting in there_are)
    return [*dict.fromkeys([*in_order, *there_are])]


def _groups(clauses: Sequence[Clause], kind: str) -> list[Group]:
    """Return the rows of a table."""
    having = [clause for clause in clauses if clause.others(kind)]
    settings = dict.fromkeys(setting for clause in having for setting in clause.settings or (None,))
    groups = []
    for setting in settings:
        rows = (clause for clause in having if setting in (clause.settings or (None,)))
        blocks = groupby(rows, lambda clause: (clause.bearers, clause.others(kind)))
        groups.append(Group(setting, [(who, whom, [*said]) for (who, whom), said in blocks]))
    return groups


# --------------------------------------------------------------------------------------------- lines


def _lines(clauses: Iterable[Clause]) -> tuple[Line, ...]:
    """Return the lines that follow from clauses, each once; nobody has a line to itself."""
    found: dict[tuple[str, Ref, Ref], dict[Ref, dict[Ref, None]]] = {}
    for clause in clauses:
        for kind, one, other in _ends(clause):
            back = (kind, other, one)
            said = found.setdefault(back if kind != INFORMS and back in found else (kind, one, other), {})
            for force in clause.forces if kind != OR else ():
                said.setdefault(force, {}).update(dict.fromkeys(clause.settings))
    return tuple(
        Line(*ends, tuple((force, tuple(said[force])) for force in sorted(said, key=_by_force)))
        for ends, said in found.items()
    )


def _ends(clause: Clause) -> Iterator[tuple[str, Ref, Ref]]:
    for kind in (WORKS_WITH, INFORMS):
        for others in clause.others(kind):
            for bearers in clause.bearers:
                yield from ((kind, one, other) for one in bearers for other in others if one != other)
    for names in (clause.bearers, clause.collaborators, clause.recipients):
        yield from ((OR, main, other) for main, *rest in names for other in rest)
