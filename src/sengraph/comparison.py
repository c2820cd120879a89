"""The table side by side, in the layout of the original: settings across, activities down.

A cell is compared with the first filled cell to its left: it is equivalent to it, a variant in some
facet, or, where nobody is named, empty; facets that also differ are named. The stored question
`compare` says which; this module only lays its rows out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, groupby
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


class Clause(NamedTuple):
    """A responsibility in a cell: its IRI and its statement."""

    iri: str
    statement: str


class Cell(NamedTuple):
    """What the table says of one activity in one kind of setting.

    Attributes:
        clauses: the responsibilities, in the order of the table; none in a gap.
        comparison: with the first filled cell to the left: `equivalent` or `variant in ...`; empty for that cell
            itself. Of a gap, `gap: the cell is empty` or `gap: the cell lacks this clause`.
        also: what also differs without deciding; empty if nothing does.
    """

    clauses: tuple[Clause, ...]
    comparison: str
    also: str


class Grid(NamedTuple):
    """The table: settings across, activities down.

    Attributes:
        settings: the IRIs of the kinds of setting.
        rows: the IRI of each activity with a cell for each setting, activities in the order of the table.
        relations: the comparison and what also differs, by activity and two settings, the one it starts from first.
    """

    settings: list[str]
    rows: list[tuple[str, list[Cell]]]
    relations: dict[tuple[str, str, str], tuple[str, str]]

    def among(self, settings: Sequence[str]) -> Grid:
        """Return the table of some of the settings, its cells compared with each other only."""
        clauses = {
            (activity, setting): cell.clauses
            for activity, cells in self.rows
            for setting, cell in zip(self.settings, cells, strict=True)
        }
        return _laid_out([*settings], [activity for activity, _ in self.rows], clauses, self.relations)


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
    table = grid(graph, settings)
    label = graph.names.label
    rows = [[label(activity), *map(_text, line)] for activity, line in table.rows]
    return Comparison(["activity", *map(label, table.settings)], rows, [*NOTES, *sources(graph)])


def grid(graph: Graph, settings: Sequence[str] = ()) -> Grid:
    """Return the table, activity by activity; arguments and errors are those of `side_by_side`."""
    if settings:
        chosen = resolve(graph, settings)
        asked = [row for left, right in combinations(chosen, 2) for row in _dicts(graph, setting=left, other=right)]
    else:  # in one question: its pairs come in the order of the columns
        asked = _dicts(graph)
        chosen = [*dict.fromkeys(row[name] for name in ("setting", "other") for row in asked)]
    clauses: dict[tuple[str, str], dict[Clause, None]] = {}
    relations: dict[tuple[str, str, str], tuple[str, str]] = {}
    activities: list[str] = []
    for _, rows in groupby(asked, lambda row: (row["setting"], row["other"])):
        pair = [*rows]
        activities = _merged(activities, [row["activity"] for row in pair])
        for row in pair:
            activity, left, right = row["activity"], row["setting"], row["other"]
            for setting, clause, said in (
                (left, "responsibility", "statement"),
                (right, "counterpart", "other_statement"),
            ):
                if row[clause]:
                    clauses.setdefault((activity, setting), {})[Clause(row[clause], row[said])] = None
            relations[activity, left, right] = relations[activity, right, left] = (
                row["comparison"],
                row["also_differs_in"],
            )
    return _laid_out(chosen, activities, {place: tuple(said) for place, said in clauses.items()}, relations)


def _laid_out(
    settings: list[str],
    activities: Sequence[str],
    clauses: Mapping[tuple[str, str], tuple[Clause, ...]],
    relations: dict[tuple[str, str, str], tuple[str, str]],
) -> Grid:
    """Return the rows of some settings: each cell compared with the first filled one to its left."""
    lines = []
    for activity in activities:
        stated = [clauses.get((activity, setting), ()) for setting in settings]
        filled = next((setting for setting, said in zip(settings, stated, strict=True) if said), "")
        compared = [relations.get((activity, filled, setting), ("", "")) for setting in settings]
        if filled:
            lines.append((activity, [Cell(said, *how) for said, how in zip(stated, compared, strict=True)]))
    return Grid(settings, lines, relations)


def _text(cell: Cell) -> str:
    """Return a cell as a line of text."""
    if not cell.clauses:
        return ""
    text = "; ".join(f"{clause.statement} ({compact(clause.iri).removeprefix('code:')})" for clause in cell.clauses)
    mark = cell.comparison + (f"; also differs in {cell.also}" if cell.also else "")
    return f"{text} [{mark}]" if mark else text


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


def sources(graph: Graph) -> list[str]:
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


def _dicts(graph: Graph, **parameters: str) -> list[dict[str, str]]:
    """Return the rows of the stored question, text in every column."""
    table = graph.ask("compare", **parameters)
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in table.to_dicts()]


def _merged(known: list[str], order: list[str]) -> list[str]:
    """Return the known activities with the new ones of another ordering, each behind the one it follows there."""
    merged, last = list(known), -1
    for activity in order:
        if activity not in merged:
            merged.insert(last + 1, activity)
        last = merged.index(activity)
    return merged
