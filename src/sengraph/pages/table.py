"""The comparison of settings as a page: settings across, activities down, filtered by force, party and setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sengraph.comparison import Cell, Clause, Grid, grid, sources
from sengraph.errors import UsageError, did_you_mean, shown
from sengraph.pages.html import Link, Ref, render
from sengraph.pages.keeping import kept
from sengraph.terms import SEN, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

FACETS = {"modality": ("modality",), "party": ("bearer", "collaborator", "recipient")}
"""What a clause can be filtered by, and the properties in which it is said."""

CLASSES = {"modality": f"{SEN}Modality", "party": f"{SEN}Party", "setting": f"{SEN}SettingType"}
"""The class of what is chosen, by the name of the parameter."""

Facets = dict[str, dict[str, list[str]]]
"""By clause and by the name of a facet or of its property, the things that are said."""


class Filter(NamedTuple):
    """A choice on the page.

    Attributes:
        name: the name of the parameter.
        options: the value, the label and whether it is chosen, of each thing that can be.
    """

    name: str
    options: list[tuple[str, str, bool]]


class Said(NamedTuple):
    """A clause on the page: the statement, its force, its name, and whether it is among those that are wanted."""

    statement: Ref
    force: Ref
    name: str
    is_wanted: bool


class Shown(NamedTuple):
    """A cell on the page.

    Attributes:
        clauses: what it says.
        mark: `equivalent`, `variant` or `gap`; empty where it is compared with nothing.
        words: the mark in words: what differs, which kind of gap.
        also: what also differs.
    """

    clauses: list[Said]
    mark: str
    words: str
    also: str


def table_page(
    graph: Graph, link: Link, *, modality: str = "", party: str = "", settings: Sequence[str] = ()
) -> bytes:  # fmt: skip
    """Return the page of the table.

    Args:
        graph: the graph.
        link: turns places into what links say.
        modality, party: the force or the party that rows must have, by any of its names; empty for any.
        settings: the columns to show, by any of their names; all if none.

    Errors:
        UsageError: a value is none of the choices, with the nearest ones.
    """
    whole = kept_grid(graph)
    facets = facets_of(graph)
    filters = {
        "modality": _filter(graph, "modality", [modality] * bool(modality), facets),
        "party": _filter(graph, "party", [party] * bool(party), facets),
        "setting": _choices(graph, "setting", [each for each in settings if each], whole.settings),
    }
    options = zip(whole.settings, filters["setting"].options, strict=True)
    shown = whole.among([setting for setting, (_, _, is_chosen) in options if is_chosen] or whole.settings)
    wanted = {name: next((value for value, _, is_chosen in filters[name].options if is_chosen), "") for name in FACETS}

    def is_wanted(clause: Clause) -> bool:
        said = facets.get(clause.iri, {})
        return all(not value or value in map(value_of, said.get(name, ())) for name, value in wanted.items())

    rows = []
    for activity, cells in shown.rows:
        line = [_shown(graph, cell, facets, is_wanted) for cell in cells]
        if any(clause.is_wanted for cell in line for clause in cell.clauses):
            rows.append((Ref(activity, graph.names.label(activity)), line))
    columns = [Ref(setting, graph.names.label(setting)) for setting in shown.settings]
    return render(
        "table.html",
        link,
        columns=columns,
        rows=rows,
        filters=filters,
        is_filtered=any(wanted.values()),
        whole=len(whole.rows),
        chosen=[label for each in filters.values() for _, label, is_chosen in each.options if is_chosen],
        sources=sources(graph),
    )


def value_of(iri: str) -> str:
    """Return what stands for a thing in an address: its compact name, or its IRI."""
    return compact(iri).strip("<>")


def in_words(comparison: str) -> str:
    """Return a comparison in the words of the pages, on which the modality is called the force."""
    return re.sub(r"\bmodality\b", "force", comparison)


@kept
def kept_grid(graph: Graph) -> Grid:
    """Return the table of a graph, which is asked for once."""
    return grid(graph)


def facets_of(graph: Graph) -> Facets:
    """Return, by clause, what it can be filtered by."""
    names = {SEN + name: (name, facet) for facet, names in FACETS.items() for name in names}
    properties = ", ".join(f"<{iri}>" for iri in names)
    rows = graph.select(
        f"SELECT ?clause ?property ?value {{ ?clause <{SEN}statedIn> ?cell ; ?property ?value "
        f"FILTER(?property IN ({properties})) }} ORDER BY ?clause ?property ?value"
    )
    facets: Facets = {}
    for clause, name, value in rows:
        for facet in dict.fromkeys(names[name.value]):
            facets.setdefault(clause.value, {}).setdefault(facet, []).append(value.value)
    return facets


def _filter(graph: Graph, name: str, given: Sequence[str], facets: Facets) -> Filter:
    things = {thing for said in facets.values() for thing in said.get(name, ())}
    return _choices(graph, name, given, sorted(things, key=graph.names.label))


def _choices(graph: Graph, name: str, given: Sequence[str], things: Sequence[str]) -> Filter:
    values = {value_of(thing): graph.names.label(thing) for thing in things}
    chosen = {value if value in values else value_of(graph.names.resolve(value, CLASSES[name])) for value in given}
    for value in chosen - values.keys():
        raise UsageError(f"nothing in the table has the {name} {shown(value)}. {did_you_mean(value[:100], [*values])}")
    return Filter(name, [(value, label, value in chosen) for value, label in values.items()])


def _shown(
    graph: Graph, cell: Cell, facets: Facets, is_wanted: Callable[[Clause], bool]
) -> Shown:  # fmt: skip
    clauses = []
    for clause in cell.clauses:
        forces = facets.get(clause.iri, {}).get("modality", [""])
        clauses.append(
            Said(
                Ref(clause.iri, clause.statement),
                Ref(forces[0], graph.names.label(forces[0]) if forces[0] else ""),
                value_of(clause.iri).removeprefix("code:"),
                is_wanted(clause),
            )
        )
    mark, _, words = in_words(cell.comparison).partition(" ")
    return Shown(clauses, mark.rstrip(":"), words, cell.also)
