"""Answers: a table of RDF terms for SELECT, a truth value for ASK, triples for CONSTRUCT and DESCRIBE.

An answer holds what the engine returned, whole; it turns into typed Python rows, dicts, a data
frame or an rdflib graph when it is asked to.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from sengraph.binding import LEXICAL_FORMS
from sengraph.tables import html_table, text_table
from sengraph.terms import XSD

if TYPE_CHECKING:
    import datetime
    from decimal import Decimal

    import pandas
    import polars
    import rdflib

    Value = str | int | float | bool | Decimal | datetime.date | datetime.datetime | None

Raw = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
"""What an engine returns: solutions, a truth value or triples, each of which can be serialised."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

INTEGERS = frozenset(
    [
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    ]
)


FLOATING = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"
"""What xsd:double and xsd:float look like (XML Schema 1.1 part 2, section 3.3.5)."""


@cache
def readers() -> dict[str, tuple[str, Callable[[str], Value]]]:
    """Return, by datatype, what a lexical form looks like and what makes a Python value of it; no other has one."""
    import datetime
    from decimal import Decimal

    by_name: dict[str, tuple[str, Callable[[str], Value]]] = {
        **dict.fromkeys(INTEGERS, (LEXICAL_FORMS["integer"], int)),
        **dict.fromkeys(["double", "float"], (FLOATING, float)),
        "decimal": (LEXICAL_FORMS["decimal"], Decimal),
        "boolean": (LEXICAL_FORMS["boolean"], lambda text: text in ("true", "1")),
        "date": (LEXICAL_FORMS["date"], datetime.date.fromisoformat),
        "dateTime": (LEXICAL_FORMS["dateTime"], datetime.datetime.fromisoformat),
    }
    return {XSD + name: reader for name, reader in by_name.items()}


def to_python(term: Term | None) -> Value:
    """Return the Python value of a term.

    Args:
        term: any RDF term, or None for an unbound variable.

    Returns:
        None for None, the IRI as text, `_:name` for a blank node, the typed value of a literal, or
        its text where its datatype has no Python type or its text no such value.

    >>> to_python(ox.Literal("7", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    7
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    if not isinstance(term, ox.Literal):
        return str(term)
    form, read = readers().get(term.datatype.value, ("", str))
    if re.fullmatch(form, term.value, re.ASCII):
        try:
            return read(term.value)
        except (ArithmeticError, ValueError):  # a 31st of February, a year 10000
            return term.value
    return term.value


class Table(Sequence[Any]):
    """The rows of a SELECT query, in the order of the query.

    A table is a sequence of named tuples of Python values (`for row in table: row.citation`);
    `rows` has the same as RDF terms. A column that cannot name an attribute (`class`, `_x`) is one by its
    place from 0 (`row._2`), and has its own name in `columns`, dicts and frames.

    Args:
        columns: the names of the columns.
        solutions: the terms of each row, None where a variable is unbound.
        sparql: the query that was run.
        label: shows an IRI to people.
    """

    def __init__(
        self,
        columns: Sequence[str],
        solutions: Sequence[Iterable[Term | None]],
        sparql: str = "",
        label: Callable[[str], str] = str,
    ) -> None:
        self.columns = tuple(columns)
        self.sparql = sparql
        self._solutions = solutions
        self._label = label

    @property
    def rows(self) -> list[tuple[Term | None, ...]]:
        """The rows as tuples of pyoxigraph terms, None where a variable is unbound."""
        return [tuple(solution) for solution in self._solutions]

    def __len__(self) -> int:
        return len(self._solutions)

    def __iter__(self) -> Iterator[Any]:
        return (self._row(*map(to_python, solution)) for solution in self._solutions)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Table(self.columns, self._solutions[index], self.sparql, self._label)
        return self._row(*map(to_python, self._solutions[index]))

    @cached_property
    def _row(self) -> Callable[..., Any]:
        """The named tuple that a row of this table is."""
        return row_type(self.columns)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the terms and the labels of this table, without the graph that it is from."""
        labels = {t.value: self._label(t.value) for row in self.rows for t in row if isinstance(t, ox.NamedNode)}
        return Table, (self.columns, self.rows, self.sparql, labels.__getitem__)

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return a dict of Python values for each row, by column."""
        return [dict(zip(self.columns, map(to_python, solution), strict=True)) for solution in self._solutions]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame of Python values; needs pandas (`pip install sengraph[pandas]`)."""
        import pandas

        return pandas.DataFrame(self.to_dicts(), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """Return a polars frame of Python values; needs polars (`pip install sengraph[polars]`).

        A column has one type there: one that mixes kinds of value, other than numbers, is text.
        """
        import polars

        terms = dict(zip(self.columns, zip(*self.rows, strict=True), strict=False)) or dict.fromkeys(self.columns, ())
        return polars.DataFrame([_series(name, column) for name, column in terms.items()])

    def shown(self) -> list[list[str]]:
        """Return the rows as people read them: labels or compact names for IRIs, nothing where nothing is bound."""
        return [[self._show(term) for term in solution] for solution in self._solutions]

    def _show(self, term: Term | None) -> str:
        if isinstance(term, ox.NamedNode):
            return self._label(term.value)
        return "" if term is None else term.value if isinstance(term, ox.Literal) else str(term)

    def __str__(self) -> str:
        return text_table(self.columns, self.shown(), width=None)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return html_table(self.columns, self.shown())


@cache
def row_type(columns: tuple[str, ...]) -> Callable[..., Any]:
    """Return the named tuple of these columns, whose rows can be pickled."""
    reduced: Callable[[Any], Any] = lambda row: (_row_of, (columns, *row))  # noqa: E731
    return type("Row", (namedtuple("Row", columns, rename=True),), {"__slots__": (), "__reduce__": reduced})


def _row_of(columns: tuple[str, ...], *values: Value) -> Any:
    return row_type(columns)(*values)


def _series(name: str, terms: Sequence[Term | None]) -> polars.Series:
    """Return a column of Python values, or of texts where polars has no one type for them."""
    import polars

    values = [to_python(term) for term in terms]
    kinds = {(type(value), getattr(value, "tzinfo", None) is None) for value in values if value is not None}
    if len(kinds) < 2 or all(kind.__name__ in ("int", "float", "Decimal") for kind, _ in kinds):
        series = polars.Series(name, values, strict=False)
        if series.null_count() == values.count(None) and series.dtype != polars.Object:  # else it cannot hold a number
            return series
    texts = [term.value if isinstance(term, ox.Literal) else to_python(term) for term in terms]
    return polars.Series(name, texts, polars.String)


class Triples(Sequence[ox.Triple]):
    """The triples of a CONSTRUCT or DESCRIBE query.

    Args:
        triples: in the order of the engine.
        sparql: the query that was run.
    """

    def __init__(self, triples: Sequence[ox.Triple], sparql: str = "") -> None:
        self._triples = triples
        self.sparql = sparql

    def __len__(self) -> int:
        return len(self._triples)

    def __getitem__(self, index: Any) -> Any:
        return Triples(self._triples[index], self.sparql) if isinstance(index, slice) else self._triples[index]

    def to_rdflib(self) -> rdflib.Graph:
        """Return an rdflib graph of the triples."""
        from sengraph.interop import graph_to_rdflib

        return graph_to_rdflib(self)
