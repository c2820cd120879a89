"""The table side by side, in the layout of the original: settings across, activities down.

A cell is compared with the first filled cell to its left: it is equivalent to it, a variant in some
facet, or, where nobody is named, empty; facets that also differ are named. The stored question
`compare` says which; this module only lays its rows out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from sengraph.errors import UsageError
from sengraph.results import Table
from sengraph.terms import DCTERMS, SEN, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

SETTING_TYPE = f"{SEN}SettingType"


NOTES = (
    "A mark compares a cell with the first filled one to its left: equivalent if force, scope and coverage agree. "
    "Equivalent is not identical: what also differs is named, and 'sengraph ask differences' tells what each says.",
    "An empty cell is a gap: the table names nobody there. Its silence is not absence of a duty or a power; "
    "'sengraph ask gaps' tells cells that are empty from cells that lack a clause.",
)


class Comparison(NamedTuple):
    """Rows for people.

    Attributes:
        columns: `activity`, then the label of each setting.
        rows: the activity's label, then for each setting what it says, or nothing.
        notes: how to read the marks and the empty cells, and where the statements are from.
    """

    columns: list[str]
    rows: list[list[str]]
    notes: list[str]


def side_by_side(graph: Graph, settings: Sequence[str] = ()) -> Comparison:
    """Compare kinds of setting, activity by activity.

    Args:
        graph: the graph to ask.
        settings: two or more kinds of setting as a person names them, in the order wanted; all if none.

    Returns:
        the comparison, activities in the order of the table.

    Errors:
        UsageError: a name is no kind of setting's, one is given twice, or only one is given.
    """
    chosen = resolve(graph, settings)
    cells: dict[tuple[str, str], list[str]] = {}
    relations: dict[tuple[str, str, str], str] = {}
    activities: list[str] = []
    for left, right in combinations(chosen, 2):
        rows = _dicts(graph, left, right)
        activities = _merged(activities, [row["activity"] for row in rows])
        for row in rows:
            activity = row["activity"]
            _put(cells, (activity, left), row["statement"], row["responsibility"])
            _put(cells, (activity, right), row["other_statement"], row["counterpart"])
            also = f"; also differs in {row['also_differs_in']}" if row["also_differs_in"] else ""
            relations[activity, left, right] = row["comparison"] + also
    laid_out = []
    for activity in activities:
        filled = [setting for setting in chosen if (activity, setting) in cells]
        line = [graph.names.label(activity)]
        for setting in chosen:
            text = "; ".join(cells.get((activity, setting), []))
            mark = relations.get((activity, filled[0], setting), "") if setting in filled else ""
            line.append(f"{text} [{mark}]" if mark else text)
        laid_out.append(line)
    return Comparison(["activity", *map(graph.names.label, chosen)], laid_out, [*NOTES, *_sources(graph)])


def resolve(graph: Graph, settings: Sequence[str]) -> list[str]:
    """Return the IRIs of the kinds of setting that a person names, all in the order of the table if none is named.

    Errors:
        UsageError: as `side_by_side`.
    """
    if not settings:
        order = graph.answer(
            f"SELECT ?setting (MIN(?c) AS ?column) {{ ?cell <{SEN}addresses> ?setting ; <{SEN}column> ?c }} "
            "GROUP BY ?setting ORDER BY ?column ?setting"
        )
        assert isinstance(order, Table)
        return [row["setting"] for row in order.to_dicts() if isinstance(row["setting"], str)]
    chosen = [graph.names.resolve(setting, SETTING_TYPE) for setting in settings]
    if len(set(chosen)) < max(2, len(chosen)):
        raise UsageError("name two or more different kinds of setting to compare, or none for all of them")
    return chosen


def _sources(graph: Graph) -> list[str]:
    """Return a line for each code that the table is from; `mainstream-3.1` is its row 3, clause 1."""
    codes = graph.answer(
        f"SELECT DISTINCT ?citation ?page {{ ?cell <{SEN}page> ?page ; <{DCTERMS}isPartOf> ?code . "
        f"?code <{DCTERMS}bibliographicCitation> ?citation }} ORDER BY ?citation ?page"
    )
    assert isinstance(codes, Table)
    return [
        f"Source: {row['citation']}, p. {row['page']}; a name such as mainstream-3.1 gives column, row and clause."
        for row in codes.to_dicts()
    ]


def _dicts(graph: Graph, left: str, right: str) -> list[dict[str, str]]:
    """Return the rows of the stored question for two settings, text in every column."""
    table = graph.ask("compare", setting=left, other=right)
    assert isinstance(table, Table)
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in table.to_dicts()]


def _put(cells: dict[tuple[str, str], list[str]], place: tuple[str, str], statement: str, iri: str) -> None:
    """Add a clause to a cell, once."""
    text = f"{statement} ({compact(iri).removeprefix('code:')})"
    if iri and text not in cells.setdefault(place, []):
        cells[place].append(text)


def _merged(known: list[str], order: list[str]) -> list[str]:
    """Return the known activities with the new ones of another ordering, each behind the one it follows there."""
    merged, last = list(known), -1
    for activity in order:
        if activity not in merged:
            merged.insert(last + 1, activity)
        last = merged.index(activity)
    return merged
