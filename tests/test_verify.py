"""The graph against the text: an invented table, and the document itself where there is a copy of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from sengraph import load
from sengraph.source import MODAL_PHRASES, canonical, modal_phrases, parse
from sengraph.terms import CODE
from sengraph.verify import Clause, Passage, Verification, passages, phrases, verify

GRID = """Duties at the harbour (an invented table)

In Sea Ports
In River Ports

\u00b7 the harbour master must ring the bell each morning and oil the chain
\u00b7 the lock keeper should ring the bell each morning

\u00b7 the pilot may climb the mast. The pilot has responsibilities for the flags


\u00b7 the crew should sing
\u00b7 the crew will sing

"""
LINES = GRID.split("\n")


def passage(text: str, column: int, row: int, *said: str) -> Passage:
    cell = next(cell for cell in parse(text).cells if (cell.column, cell.row) == (column, row))
    iri = f"{CODE}passage-{'sea' if column == 1 else 'river'}-{row}"
    clauses = tuple(Clause(number, phrase, f"{iri}.{number}") for number, phrase in enumerate(said, 1))
    return Passage(iri, f"{CODE}code", "7", column, row, cell.digest, "", clauses)


KNOWN = [
    passage(GRID, 1, 1, "must", "must"),
    passage(GRID, 2, 1, "should"),
    passage(GRID, 1, 2, "may", "has responsibilities"),
    passage(GRID, 1, 3, "should"),
    passage(GRID, 2, 3, "will"),
]


def outcome(text: str, known: list[Passage] = KNOWN) -> Verification:
    return verify(known, parse(text), MODAL_PHRASES)


def told(verification: Verification) -> list[tuple[str, str]]:
    return [(fault.where, fault.message) for fault in verification.faults]


def lines(**changes: str) -> str:
    """The grid with some of its lines exchanged, numbered from 1 as in `line_6`."""
    changed = dict(enumerate(LINES, 1)) | {int(key.removeprefix("line_")): text for key, text in changes.items()}
    return "\n".join(changed.values())


def test_agreement() -> None:
    """Every cell and every modal phrase of the right text is accounted for; two clauses share one phrase."""
    assert outcome(GRID) == Verification((), (), cells=5, phrases=6)


def test_modal_phrase_exchanged() -> None:
    """A should for a must is reported with its cell, and as that word."""
    assert told(outcome(GRID.replace("must", "should"))) == [
        (
            "p. 7, column 1, row 1 (line 6 of the text)",
            'the words of this cell are not those that code:passage-sea-1 was read from: word 4, "should", was "must"',
        )
    ]


def test_two_words_changed() -> None:
    """Where no single edit explains the change, the nearest cell and the words that differ from it are named."""
    changed = lines(line_7="the lock keeper shall ring the gong each morning and oil the chain")
    (where, message), *others = told(outcome(changed))
    assert (where, others) == ("p. 7, column 2, row 1 (line 7 of the text)", [])
    assert "its modal phrases are none, the graph's are should" in message
    assert (
        'it is nearest to column 1, row 1, but has "lock keeper shall" where that has "harbour master must"' in message
    )


def test_empty_cell() -> None:
    """A cell that was emptied is reported with the passage that has no words now."""
    assert told(outcome(lines(line_9=""))) == [
        ("p. 7, column 1, row 2", "code:passage-sea-2 is not found: the cell is empty")
    ]


def test_new_cell() -> None:
    """A filled cell where the graph has none is not modelled."""
    assert told(outcome(lines(line_10="the eel must swim"))) == [
        ("p. 7, column 2, row 2 (line 10 of the text)", 'the graph has no passage for this cell: "the eel must swim"')
    ]


def test_new_row() -> None:
    """A row below the last is not modelled either."""
    assert told(outcome(GRID + "the gull may\n\n\n")) == [
        ("p. 7, column 1, row 4 (line 15 of the text)", 'the graph has no passage for this cell: "the gull may"')
    ]


def test_cells_exchanged() -> None:
    """Two cells in each other's place are both reported, and their words still count as found."""
    swapped = outcome(lines(line_6=LINES[6], line_7=LINES[5]))
    assert told(swapped) == [
        (
            "p. 7, column 1, row 1 (line 6 of the text)",
            "this cell has the words of code:passage-river-1, which belong in column 2, row 1",
        ),
        (
            "p. 7, column 2, row 1 (line 7 of the text)",
            "this cell has the words of code:passage-sea-1, which belong in column 1, row 1",
        ),
    ]
    assert (swapped.cells, swapped.phrases) == (5, 6)


def test_cell_moved() -> None:
    """A cell moved to an empty place is reported there, and missing at its own."""
    assert [where for where, _ in told(outcome(lines(line_9="", line_10=LINES[8])))] == [
        "p. 7, column 2, row 2 (line 10 of the text)"
    ]


def test_cell_overwritten_by_another() -> None:
    """A cell with the words of another that is also in its own place has changed, and repeats them."""
    (where, message), *others = told(outcome(lines(line_7=LINES[5])))
    assert (where, others) == ("p. 7, column 2, row 1 (line 7 of the text)", [])
    assert message.endswith("it is nearest to column 1, row 1, whose words it repeats")


def test_line_deleted() -> None:
    """Without an empty cell's line the grid is lost: cells are found all the same, and the note says so."""
    lost = outcome("\n".join(LINES[:9] + LINES[10:]))
    assert (lost.faults, lost.cells) == ((), 5)
    assert "the column of what is left is undecided" in lost.notes[0]


def test_change_in_a_reflowed_copy() -> None:
    """Without a grid too, a changed word is traced to its cell by its digest."""
    flowed = "\n".join(line for line in LINES if line).replace("climb the", "climb a")
    assert told(outcome(flowed)) == [
        (
            "p. 7, column 1, row 2 (line 6 of the text)",
            'the words of this cell are not those that code:passage-sea-2 was read from: word 5, "a", was "the"',
        )
    ]


def test_rewritten_cell_in_a_reflowed_copy() -> None:
    """What cannot be traced is reported twice: the passage not found, the text in no passage, undecided."""
    flowed = "\n".join(line for line in LINES if line).replace("climb the mast. The", "paint every")
    assert told(outcome(flowed)) == [
        ("p. 7, column 1, row 2", "code:passage-sea-2 is not found: no cell of the text has its digest"),
        (
            "line 6 of the text",
            'no passage has this text, and its column is undecided: "the pilot may paint every pilot has'
            ' responsibilities for ..."',
        ),
    ]


def test_text_around_the_table() -> None:
    """Modal phrases before and after a table that stands in a longer text are one fault, with their lines."""
    flowed = "Readers should know.\n\n" + GRID + "Chapter 2\n\nA cook may salt.\n\nA cook must stir.\n"
    (where, message), *others = told(outcome(flowed))
    assert (where, others) == ("outside the cells that were found", [])
    assert message.startswith("3 paragraphs have modal phrases and no passage (line 1, 19, 21)")


def test_other_text() -> None:
    """Of a text that is something else, every passage is missing."""
    assert len(outcome("Nothing of the kind.").faults) == len(KNOWN)


def test_quotation_marks() -> None:
    """A copy that differs in its quotation marks only is said to have the same words."""
    curly = lines(line_7="the keeper\u2019s boy must row").replace("keeper\u2019s boy", "keeper\u2019s boy")
    known = [*KNOWN[:1], passage(curly, 2, 1, "must"), *KNOWN[2:]]
    (_, message), *others = told(outcome(curly.replace("\u2019", "'"), known))
    assert (message.rpartition(": ")[2], others) == (
        "the words are the same, the quotation marks or hyphens are not",
        [],
    )


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        (["may", "may", "has responsibilities"], []),
        (["may"], ['the text says "has responsibilities" where no responsibility of code:passage-sea-2 does']),
        (
            ["may", "must", "has responsibilities"],
            ['code:passage-sea-2.2 rests on "must", which the text does not say there'],
        ),
        (
            ["has responsibilities", "may"],
            [
                'code:passage-sea-2.1 rests on "has responsibilities", which the text does not say there',
                'the text says "has responsibilities" where no responsibility of code:passage-sea-2 does',
            ],
        ),
        (
            [],
            [
                'the text says "may" where no responsibility of code:passage-sea-2 does',
                'the text says "has responsibilities" where no responsibility of code:passage-sea-2 does',
            ],
        ),
    ],
    ids=["shared", "missing", "unsaid", "order", "none"],
)
def test_modal_phrases(said: list[str], messages: list[str]) -> None:
    """Every phrase of the text needs a clause, in order, and every clause a phrase; clauses in a row may share one."""
    known = [*KNOWN[:2], passage(GRID, 1, 2, *said), *KNOWN[3:]]
    assert told(outcome(GRID, known)) == [("p. 7, column 1, row 2", message) for message in messages]


def test_more_phrases_than_clauses() -> None:
    """A phrase that the text says twice needs two clauses."""
    text = lines(line_9="the pilot may sing and may dance")
    known = [*KNOWN[:2], passage(text, 1, 2, "may"), *KNOWN[3:]]
    assert told(outcome(text, known)) == [
        ("p. 7, column 1, row 2", 'the text says "may" where no responsibility of code:passage-sea-2 does')
    ]


def test_passages_of_another_page() -> None:
    """The grid is one page's: passages of another are looked for by digest, and missing here."""
    other = replace(KNOWN[0], iri=f"{CODE}passage-other", page="8", digest="0" * 64)
    assert told(outcome(GRID, [*KNOWN, other])) == [
        ("p. 8, column 1, row 1", "code:passage-other is not found: no cell of the text has its digest")
    ]


# ------------------------------------------------------------------------------ the document itself


@pytest.fixture(scope="module")
def source_text() -> str:
    """The document's own text, where there is a copy of it beside the project."""
    folder = Path(__file__).parents[2] / "shared" / "source"
    for file in sorted(folder.glob("*.txt")):
        return file.read_text(encoding="utf-8")
    pytest.skip("no copy of the document's text here")


@pytest.fixture(scope="module")
def held() -> Callable[[str], Verification]:
    """Holds a text against the packaged graph."""
    triples = load.read(load.packaged_files(), imports=False)
    known, modals = passages(triples), phrases(triples)
    assert modals == set(MODAL_PHRASES)
    return lambda text: verify(known, parse(text), modals)


Held = Callable[[str], Verification]


def test_document_agrees(source_text: str, held: Held) -> None:
    """Fourteen cells are found, eighteen modal phrases accounted for, and nothing is left."""
    assert held(source_text) == Verification((), (), cells=14, phrases=18)


def test_every_word_of_the_document(source_text: str, held: Held) -> None:
    """Each word that is changed is reported with its own cell, and with nothing else."""
    grid = parse(source_text)
    places = {
        cell.line: f"p. 15, column {cell.column}, row {cell.row} (line {cell.line} of the text)" for cell in grid.cells
    }
    tried = 0
    for word in re.finditer(r"[^\s\u00b7]+", source_text):
        line = source_text.count("\n", 0, word.start()) + 1
        if line in places:
            faults = held(f"{source_text[: word.start()]}zebra{source_text[word.end() :]}").faults
            assert [fault.where for fault in faults] == [places[line]], word
            tried += 1
    assert tried == sum(len(cell.text.split()) for cell in grid.cells) > 400


def test_every_modal_phrase_of_the_document(source_text: str, held: Held) -> None:
    """Each modal phrase that is exchanged for another is reported as that change, in its cell."""
    lines = {cell.line for cell in parse(source_text).cells}
    tried = 0
    for phrase in re.finditer(r"\b(must|should|may|will)\b", source_text):
        line = source_text.count("\n", 0, phrase.start()) + 1
        assert line in lines
        other = "should" if phrase.group() == "must" else "must"
        (fault,) = held(f"{source_text[: phrase.start()]}{other}{source_text[phrase.end() :]}").faults
        assert re.search(rf'"{other},?", was "{phrase.group()},?"$', fault.message)
        assert fault.where.endswith(f"(line {line} of the text)")
        tried += 1
    assert tried == 13


def test_every_cell_of_the_document_emptied(source_text: str, held: Held) -> None:
    """Each cell that is emptied is reported by its place."""
    written = source_text.split("\n")
    for cell in parse(source_text).cells:
        without = "\n".join("" if number == cell.line else line for number, line in enumerate(written, 1))
        (fault,) = held(without).faults
        assert fault.where == f"p. 15, column {cell.column}, row {cell.row}"


def test_every_two_neighbours_of_the_document_exchanged(source_text: str, held: Held) -> None:
    """Two cells in each other's place are two faults, at their places."""
    written = source_text.split("\n")
    for one, other in pairwise(parse(source_text).cells):
        swapped = written.copy()
        swapped[one.line - 1], swapped[other.line - 1] = written[other.line - 1], written[one.line - 1]
        faults = held("\n".join(swapped)).faults
        assert [fault.where for fault in faults] == [
            f"p. 15, column {cell.column}, row {cell.row} (line {cell.line} of the text)" for cell in (one, other)
        ]


def test_every_passage_of_the_graph_taken_out(source_text: str) -> None:
    """Each cell of the text that the graph lacks is reported as not modelled."""
    triples = load.read(load.packaged_files(), imports=False)
    known, modals, text = passages(triples), phrases(triples), parse(source_text)
    for passage in known:
        (fault,) = verify([other for other in known if other != passage], text, modals).faults
        assert fault.where.startswith(passage.place)
        assert "the graph has no passage for this cell" in fault.message


def test_every_responsibility_taken_out(source_text: str) -> None:
    """A responsibility that is alone on its modal phrase cannot be taken out unnoticed."""
    triples = load.read(load.packaged_files(), imports=False)
    known, modals, text = passages(triples), phrases(triples), parse(source_text)
    for at, passage in enumerate(known):
        for clause in passage.clauses:
            rest = tuple(other for other in passage.clauses if other != clause)
            faults = verify([*known[:at], replace(passage, clauses=rest), *known[at + 1 :]], text, modals).faults
            said = modal_phrases(next(c.text for c in text.cells if c.digest == passage.digest))
            alone = [one.phrase for one in rest].count(clause.phrase) < said.count(clause.phrase)
            assert bool(faults) == alone, clause


def test_no_sentence_of_the_document_is_in_the_graph(source_text: str) -> None:
    """The graph paraphrases: no run of eight words of the text is in any literal."""
    literals = [
        canonical(str(getattr(t.object, "value", ""))).casefold()
        for t in load.read(load.packaged_files(), imports=False)
    ]
    for cell in parse(source_text).cells:
        words = cell.text.casefold().split()
        for start in range(len(words) - 7):
            run = " ".join(words[start : start + 8])
            assert not [literal for literal in literals if run in literal], run
