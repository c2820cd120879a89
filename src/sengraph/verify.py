"""The graph held against the text: every cell, every modal phrase, and the reverse.

A passage and a cell belong together where their digests are equal. What is left on either side is a fault,
and the fault names the cell and says as much as can be known about it: the graph has no text, so the words
shown are always those of the user's own copy.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sengraph.report import Fault
from sengraph.source import Cell, Source, Span, find, modal_phrases, one_change
from sengraph.terms import PREFIXES, compact

if TYPE_CHECKING:
    from pyoxigraph import QuerySolution, Triple

MOST_GUESSES = 200
"""The most pairs of a missing passage and a leftover piece of text that are tried for a changed word."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A responsibility in its passage, with the modal phrase it rests on."""

    number: int
    phrase: str
    responsibility: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A cell as the graph knows it; its clauses are in the order of their numbers."""

    iri: str
    code: str
    page: str
    column: int
    row: int
    digest: str
    setting: str
    clauses: tuple[Clause, ...]

    @property
    def place(self) -> str:
        """Where the cell is, for people."""
        return f"p. {self.page}, column {self.column}, row {self.row}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: faults and notes in the order of the text, and how much was accounted for."""

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    cells: int
    phrases: int


def passages(triples: Iterable[Triple]) -> list[Passage]:
    """Return the passages of a graph that have a place and a digest, by code, page, row and column.

    A passage that lacks one of them is left out: its shape reports it.
    """
    rows = _select(
        triples,
        """
        SELECT ?iri ?code ?page ?column ?row ?digest ?setting ?number ?phrase ?responsibility WHERE {
            ?iri sen:page ?page ; sen:column ?column ; sen:row ?row ; sen:digest ?digest .
            OPTIONAL { ?iri dcterms:isPartOf ?code }
            OPTIONAL { ?iri sen:addresses ?setting }
            OPTIONAL { ?responsibility sen:statedIn ?iri ; sen:clause ?number ; sen:modalPhrase ?phrase }
        }
        """,
    )
    found: dict[str, tuple[tuple[str, str, str, int, int, str, str], set[tuple[int, str, str]]]] = {}
    for row in rows:
        iri, code, page, column, line, digest, setting, number, phrase, responsibility = row
        if not (column.isdecimal() and line.isdecimal()):
            continue
        _, clauses = found.setdefault(iri, ((iri, code, page, int(column), int(line), digest, setting), set()))
        if number.isdecimal():
            clauses.add((int(number), phrase, responsibility))
    made = [Passage(*known, tuple(Clause(*one) for one in sorted(clauses))) for known, clauses in found.values()]
    return sorted(made, key=lambda passage: (passage.code, passage.page, passage.row, passage.column))


def phrases(triples: Iterable[Triple]) -> frozenset[str]:
    """Return the modal phrases of a graph: the labels and alternative labels of its modalities."""
    query = "SELECT DISTINCT ?phrase WHERE { ?m a sen:Modality ; rdfs:label|skos:altLabel ?phrase }"
    return frozenset(phrase for (phrase,) in _select(triples, query))


def verify(known: Sequence[Passage], text: Source, modals: Collection[str]) -> Verification:
    """Hold passages against a copy of the text.

    Args:
        known: the passages of the graph.
        text: the copy.
        modals: the modal phrases to look for.

    Returns:
        the faults: cells that changed, moved, are missing or are in no passage, and modal phrases that no
        responsibility accounts for, or that only the graph has. Where the grid does not hold, a note says so.
    """
    digests = {passage.digest for passage in known}
    found, left = find(text, digests)
    on_page = _table(known, text)
    if text.cells and sum(cell.digest in digests for cell in text.cells) >= len(found):
        elsewhere = [passage for passage in known if passage not in on_page]
        faults, here = _verify_grid(on_page, text.cells, modals)
        faults += [_missing(passage) for passage in elsewhere]
        notes: tuple[str, ...] = ()
    else:
        faults, here = _verify_flow(known, found, left, modals)
        notes = (
            "the text is not in the grid of the table (one line a cell, a blank line after each row), so its"
            " cells are known by their digests alone and the column of what is left is undecided",
        )
    faults = [*faults, *(fault for passage, words in here for fault in _modal_faults(passage, words, modals))]
    return Verification(tuple(faults), notes, len(here), sum(len(modal_phrases(words, modals)) for _, words in here))


Found = list[tuple[Passage, str]]


def _select(triples: Iterable[Triple], query: str) -> list[tuple[str, ...]]:
    """The rows of a query as text, an unbound variable as an empty string."""
    import pyoxigraph as ox

    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)

    def texts(row: QuerySolution) -> tuple[str, ...]:
        return tuple("" if term is None else str(getattr(term, "value", term)) for term in row)

    return [texts(row) for row in store.query(query, prefixes=PREFIXES)]  # type: ignore[union-attr]


def _table(known: Sequence[Passage], text: Source) -> list[Passage]:
    """The passages of the one page whose cells the text has most of."""
    digests = {cell.digest for cell in text.cells}
    tables = [list(table) for _, table in groupby(known, key=lambda passage: (passage.code, passage.page))]
    return max(tables, key=lambda table: sum(passage.digest in digests for passage in table), default=[])


def _verify_grid(known: Sequence[Passage], cells: Sequence[Cell], modals: Collection[str]) -> tuple[list[Fault], Found]:
    expected = {(passage.row, passage.column): passage for passage in known}
    actual = {(cell.row, cell.column): cell for cell in cells}
    here = [
        (passage, actual[place].text)
        for place, passage in expected.items()
        if place in actual and actual[place].digest == passage.digest
    ]
    matched = {(passage.row, passage.column) for passage, _ in here}
    unchanged = [actual[place] for place in sorted(matched)]
    missing = {place: passage for place, passage in expected.items() if place not in matched}
    homeless = {passage.digest: passage for passage in missing.values()}
    moved = {place: homeless.pop(cell.digest) for place, cell in sorted(actual.items()) if cell.digest in homeless}
    faults = []
    for place in sorted({*expected, *actual} - matched):
        cell, passage = actual.get(place), expected.get(place)
        if cell and place in moved:
            faults.append(Fault("source", _at(cell, known), _moved(moved[place])))
            here.append((moved[place], cell.text))
        elif cell and passage and passage not in moved.values():
            faults.append(Fault("source", _at(cell, known), _changed(cell, passage, unchanged, modals)))
        elif cell:
            faults.append(Fault("source", _at(cell, known), _unmodelled(cell)))
        if passage and passage not in moved.values() and (cell is None or place in moved):
            faults.append(_missing(passage, empty=cell is None))
    return faults, here


def _verify_flow(
    known: Sequence[Passage], found: dict[str, list[Span]], left: Sequence[Span], modals: Collection[str]
) -> tuple[list[Fault], Found]:
    spans = [span for run in found.values() for span in run]
    waiting = {digest: list(run) for digest, run in found.items()}
    here = [(passage, waiting[passage.digest].pop(0).text) for passage in known if waiting.get(passage.digest)]
    missing = [passage for passage in known if passage not in [one for one, _ in here]]
    first = min((span.first_line for span in spans), default=0)
    last = max((span.last_line for span in spans), default=0)
    loose = [piece for piece in left if first < piece.first_line < last or modal_phrases(piece.text, modals)]
    faults, told, unmodelled = [], set(), []
    words = _words(piece.text for piece in [*spans, *left]) | set(modals)
    for piece in loose:
        change = _which_changed(piece, missing, words) if len(loose) * len(missing) <= MOST_GUESSES else None
        if change:
            passage, how = change
            told.add(passage.iri)
            where = f"{passage.place} (line {piece.first_line} of the text)"
            faults.append(Fault("source", where, f"{_not_found(passage)}: {how}"))
        else:
            unmodelled.append(piece)
    faults += [_missing(passage) for passage in missing if passage.iri not in told]
    return faults + _loose_faults(unmodelled, first, last), here


def _which_changed(piece: Span, missing: Sequence[Passage], words: Collection[str]) -> tuple[Passage, str] | None:
    for passage in missing:
        how = one_change(piece.text, passage.digest, words)
        if how:
            return passage, how
    return None


def _loose_faults(pieces: Sequence[Span], first: int, last: int) -> list[Fault]:
    """A fault for each piece of the table in no passage, one for all that stands before and after it."""
    inside = [piece for piece in pieces if first < piece.first_line < last]
    outside = [piece for piece in pieces if piece not in inside]
    faults = [
        Fault(
            "source",
            f"line {piece.first_line} of the text",
            f'no passage has this text, and its column is undecided: "{_short(piece.text)}"',
        )
        for piece in inside
    ]
    if outside:
        lines = ", ".join(str(piece.first_line) for piece in outside[:5]) + (", ..." if outside[5:] else "")
        what = f"{len(outside)} paragraph{'s have' if len(outside) > 1 else ' has'} modal phrases and no passage"
        message = f"{what} (line {lines}): if they are not of the table, check a copy of the table alone"
        faults.append(Fault("source", "outside the cells that were found", message))
    return faults


def _at(cell: Cell, known: Sequence[Passage]) -> str:
    page = f"p. {known[0].page}, " if known else ""
    return f"{page}column {cell.column}, row {cell.row} (line {cell.line} of the text)"


def _not_found(passage: Passage) -> str:
    return f"the words of this cell are not those that {compact(passage.iri)} was read from"


def _missing(passage: Passage, *, empty: bool = False) -> Fault:
    what = "the cell is empty" if empty else "no cell of the text has its digest"
    return Fault("source", passage.place, f"{compact(passage.iri)} is not found: {what}")


def _moved(home: Passage) -> str:
    belongs = f"column {home.column}, row {home.row}"
    return f"this cell has the words of {compact(home.iri)}, which belong in {belongs}"


def _unmodelled(cell: Cell) -> str:
    return f'the graph has no passage for this cell: "{_short(cell.text)}"'


def _changed(cell: Cell, passage: Passage, unchanged: Sequence[Cell], modals: Collection[str]) -> str:
    """Say that the cell of a passage changed, and as well as can be found out, how."""
    words = _words(other.text for other in [*unchanged, cell]) | set(modals)
    how = one_change(cell.text, passage.digest, words)
    if how:
        return f"{_not_found(passage)}: {how}"
    told = [_not_found(passage)]
    has, wants = modal_phrases(cell.text, modals), _runs(clause.phrase for clause in passage.clauses)
    if [phrase for phrase, _ in _runs(has)] != [phrase for phrase, _ in wants]:
        in_graph = ", ".join(phrase for phrase, _ in wants) or "none"
        told.append(f"its modal phrases are {', '.join(has) or 'none'}, the graph's are {in_graph}")
    nearest = max(unchanged, key=lambda other: _likeness(cell.text, other.text), default=None)
    if nearest and _likeness(cell.text, nearest.text) > 0.6:
        difference = _difference(cell.text, nearest.text)
        but = f", but has {difference}" if difference else ", whose words it repeats"
        told.append(f"it is nearest to column {nearest.column}, row {nearest.row}{but}")
    return "; ".join(told)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _difference(one: str, other: str) -> str:
    """The words that only the first text has, each with what the second has in their place."""
    a, b = one.split(), other.split()
    edits = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    pairs = [(" ".join(a[i:j]), " ".join(b[k:m])) for operation, i, j, k, m in edits if operation != "equal"]
    return ", ".join(
        f'"{mine}" where that has {_quoted(theirs)}' if mine else f'no "{theirs}"' for mine, theirs in pairs
    )


def _quoted(words: str) -> str:
    return f'"{words}"' if words else "nothing"


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


def _runs(sequence: Iterable[str]) -> list[tuple[str, int]]:
    return [(phrase, len(list(run))) for phrase, run in groupby(sequence)]


def _modal_faults(passage: Passage, text: str, modals: Collection[str]) -> list[Fault]:
    """Align the phrases of a cell with its clauses: in order, and clauses in a row may share one phrase.

    So each run of equal phrases in the text must meet a run of clauses with that phrase, at least as long.
    """
    has = _runs(modal_phrases(text, modals))
    wants = _runs(clause.phrase for clause in passage.clauses)
    matcher = difflib.SequenceMatcher(None, [phrase for phrase, _ in has], [phrase for phrase, _ in wants])
    faults = []
    for operation, i, j, k, m in matcher.get_opcodes():
        spare = has[i:j] if operation != "equal" else []
        if operation == "equal":
            pairs = zip(has[i:j], wants[k:m], strict=True)
            spare = [(phrase, count - clauses) for (phrase, count), (_, clauses) in pairs if count > clauses]
        for phrase, count in spare:
            times = f"{count} times " if count > 1 else ""
            message = f'the text says "{phrase}" {times}where no responsibility of {compact(passage.iri)} does'
            faults.append(Fault("source", passage.place, message))
        if operation != "equal":
            start = sum(count for _, count in wants[:k])
            end = start + sum(count for _, count in wants[k:m])
            faults += [_unsaid(passage, clause) for clause in passage.clauses[start:end]]
    return faults


def _unsaid(passage: Passage, clause: Clause) -> Fault:
    message = f'{compact(clause.responsibility)} rests on "{clause.phrase}", which the text does not say there'
    return Fault("source", passage.place, message)
