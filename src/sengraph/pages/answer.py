"""An answer as pages show it: a table whose cells name and link things, yes or no, or triples as Turtle.

A page shows the first rows only. A table with more of them than a person reads is fetched whole in another format.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.errors import reading
from sengraph.pages.html import Ref
from sengraph.render import graph_bytes
from sengraph.results import Raw, Table, Term
from sengraph.terms import BASE, SEN

if TYPE_CHECKING:
    from sengraph.graph import Answer, Graph

MOST = 1000
"""How many rows or triples a page shows at most."""

WEIGHT = 60_000
"""How many characters of HTML the rows of a page have, more or less: a page is read, not downloaded."""

MARKUP = 90
"""How many characters a cell has beside its text, more or less."""

MODALITY = f"{SEN}modality-"


class Cell(NamedTuple):
    """What stands in a cell.

    Attributes:
        ref: the thing; of a literal, and of nothing, its text without an IRI.
        is_force: whether it is the force of a responsibility, which has a colour.
    """

    ref: Ref
    is_force: bool = False


class Shown(NamedTuple):
    """An answer as the template `answer.html` shows it; what another kind of answer has is left empty.

    Attributes:
        kind: `rows`, `truth` or `triples`.
        columns: the names of the columns, as the query has them.
        rows: a cell for each column.
        truth: what is answered to ASK.
        turtle: triples.
        size: how many rows or triples are shown.
        is_cut: whether there are more.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    truth: bool = False
    turtle: str = ""
    size: int = 0
    is_cut: bool = False


def shown(graph: Graph, answer: Answer | Raw, most: int = MOST) -> Shown:
    """Return an answer as pages show it.

    Args:
        graph: the graph that answered.
        answer: what `run`, `answer` or `ask` returned; of what `run` returned, no more is taken than is shown.
        most: the most rows or triples.

    Errors:
        InputError: the store turns out to be damaged.
    """
    if isinstance(answer, bool | ox.QueryBoolean):
        return Shown("truth", truth=bool(answer))
    if isinstance(answer, Table | ox.QuerySolutions):
        if isinstance(answer, Table):
            columns, rows = answer.columns, answer.rows[: most + 1]
        else:
            columns = tuple(variable.value for variable in answer.variables)
            with reading("the store"):
                rows = [tuple(solution) for solution in islice(answer, most + 1)]
        cells = _light(_cells(graph, rows[:most]))
        return Shown("rows", columns, cells, size=len(cells), is_cut=len(rows) > len(cells))
    with reading("the store"):
        triples: list[ox.Triple] = [*islice(answer, most + 1)]
    turtle = graph_bytes(triples[:most], "ttl").decode()
    return Shown("triples", turtle=turtle, size=min(len(triples), most), is_cut=len(triples) > most)


def _light(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """Return as many of some rows as a page can bear, one at least."""
    weight = 0
    for at, row in enumerate(rows):
        weight += sum(MARKUP + len(cell.ref.label) for cell in row)
        if weight > WEIGHT and at:
            return rows[:at]
    return rows


def _cells(graph: Graph, rows: list[tuple[Term | None, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Return what stands in the cells of rows."""
    iris = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    described = _described(graph, {iri for iri in iris if not iri.startswith(BASE)})
    cells = {
        iri: Cell(
            Ref(iri, graph.names.label(iri), iri.startswith(BASE) or iri in described),
            is_force=iri.startswith(MODALITY),
        )
        for iri in iris
    }
    return tuple(
        tuple(cells[t.value] if isinstance(t, ox.NamedNode) else Cell(Ref("", _text(t))) for t in row) for row in rows
    )


def _text(term: Term | None) -> str:
    return "" if term is None else term.value if isinstance(term, ox.Literal) else str(term)


def _described(graph: Graph, iris: Iterable[str]) -> set[str]:
    """Return those of some IRIs of which the data says something."""
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    if not values:
        return set()
    query = f"SELECT ?thing {{ VALUES ?thing {{ {values} }} FILTER EXISTS {{ ?thing ?property ?value }} }}"
    return {row["thing"].value for row in graph.select(query)}
