"""The text of a code: canonical form, digests, modal phrases, the grid, and copies without one."""

import hashlib
import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph import source
from sengraph.errors import InputError
from sengraph.source import canonical, digest, find, modal_phrases, one_change, parse

GRID = """Duties at the harbour (an invented table)

In Sea Ports
In River Ports

\u00b7 the harbour master must ring the bell each morning
\u00b7 the lock keeper should ring the bell

\u00b7 the pilot may climb the mast. The pilot has responsibilities for the flags and will fold them


"""

SPACES = " \t\u00a0\u2003\u2009\u202f\u3000"
bullets = st.sampled_from(["", "\u00b7 ", "\u2022", "- ", "* ", "\u25aa\u00a0", "\uf0b7\t", "\u2013 "])
words = st.lists(st.text(st.characters(categories=["L", "N", "Po"]), min_size=1), min_size=1)


@pytest.fixture(scope="module")
def source_text() -> str:
    """The document's own text, where there is a copy of it beside the project."""
    folder = Path(__file__).parents[2] / "shared" / "source"
    for file in sorted(folder.glob("*.txt")):
        return file.read_text(encoding="utf-8")
    pytest.skip("no copy of the document's text here")


# ------------------------------------------------------------------------------ canonical form


@given(st.text())
def test_canonical_form_of_a_form_is_itself(text: str) -> None:
    """The canonical form is idempotent for any text."""
    assert canonical(canonical(text)) == canonical(text)


@given(st.text())
def test_canonical_form_is_nfc_with_single_spaces(text: str) -> None:
    """A canonical form is NFC, has no white space but single spaces inside, and nothing of no width."""
    form = canonical(text)
    assert unicodedata.is_normalized("NFC", form)
    assert form == " ".join(form.split())
    assert not set(form) & set("\u200b\u2060\ufeff\u00ad")


@given(words, st.data())
def test_canonical_form_does_not_see_white_space_or_bullets(text: list[str], data: st.DataObject) -> None:
    """However the words are spaced, and whichever bullet stands before them, the form is the same."""
    spaced = data.draw(bullets)
    for word in text:
        spaced += word + data.draw(st.text(SPACES, min_size=1, max_size=3))
    assert canonical(spaced) == canonical(" ".join(text))


@given(st.text())
def test_canonical_form_does_not_see_normalisation(text: str) -> None:
    """Composed and decomposed letters are the same."""
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(text)


def test_canonical_form_keeps_case_punctuation_and_inner_dashes() -> None:
    """Only spacing, the bullet and normalisation go."""
    assert (
        canonical("\u2022  The SENCO* (or team) - \u2018co-ordinates\u2019.")
        == "The SENCO* (or team) - \u2018co-ordinates\u2019."
    )


def test_digest_is_sha256_of_the_canonical_form() -> None:
    """The digest is the one that anybody can compute from the words."""
    assert digest("\u00b7\u00a0the head  must") == hashlib.sha256(b"the head must").hexdigest()


# ------------------------------------------------------------------------------ modal phrases


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("it must and should, and may; it will", ("must", "should", "may", "will")),
        ("has responsibility for this, has responsibilities for that", ("has responsibility", "has responsibilities")),
        ("has\u00a0responsibility", ("has responsibility",)),
        ("MUST not", ("must",)),
        ("May it please. May it? (May it.)", ("may", "may", "may")),
        ("by the end of May, as Will said", ()),
        ("mustard, dismay, willing, shouldn't, the mayor", ()),
        ("", ()),
    ],
)
def test_modal_phrases(text: str, phrases: tuple[str, ...]) -> None:
    """Whole words in order, the longer phrase first, names of months and people left alone."""
    assert modal_phrases(text) == phrases


def test_modal_phrases_of_another_code() -> None:
    """The phrases to look for are the graph's."""
    assert modal_phrases("they are to ring, he is to row and must", {"is to", "are to"}) == ("are to", "is to")


# ------------------------------------------------------------------------------ the grid


def test_grid() -> None:
    """Cells have their column, row and line; an empty line is an empty cell."""
    grid = parse(GRID)
    assert grid.headings == ("In Sea Ports", "In River Ports")
    assert [(cell.column, cell.row, cell.line, cell.text[:15]) for cell in grid.cells] == [
        (1, 1, 6, "the harbour mas"),
        (2, 1, 7, "the lock keeper"),
        (1, 2, 9, "the pilot may c"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n\n",
        lambda text: "\ufeff\n\n" + text,
        lambda text: text.replace("\u00b7 ", "\u2022\u00a0\u00a0"),
        lambda text: text.replace("\u00b7 ", "\uf0b7\t"),
        lambda text: text.replace("\u00b7 ", ""),
        lambda text: text.replace(" ", "\u2003 "),
        lambda text: text.replace("\n\n", "\n \u00a0\t\n"),
    ],
    ids=["crlf", "cr", "no-end", "long-end", "bom", "bullet", "symbol", "bare", "wide", "blank-lines"],
)
def test_grid_survives(change) -> None:
    """Line ends, a byte order mark, other bullets and other white space leave every cell where it is."""
    cells = [(cell.column, cell.row, cell.digest) for cell in parse(change(GRID)).cells]
    assert cells == [(cell.column, cell.row, cell.digest) for cell in parse(GRID).cells]


@given(st.text(st.sampled_from("a\u00b7-|\t\r\n \u00a0.must"), max_size=200) | st.text())
def test_any_text_is_parsed(text: str) -> None:
    """No text breaks the parser; cells are in canonical form, at places of their own, in reading order."""
    parsed = parse(text)
    places = [(cell.row, cell.column) for cell in parsed.cells]
    assert places == sorted(set(places))
    assert all(cell.text == canonical(cell.text) and cell.column <= len(parsed.headings) for cell in parsed.cells)
    found, left = find(parsed, {cell.digest for cell in parsed.cells})
    assert {cell.digest for cell in parsed.cells} >= set(found)
    assert all(span.text for span in left)


@given(st.lists(st.lists(st.text("abc \u00e9", max_size=8), min_size=3, max_size=3), min_size=1, max_size=5))
def test_grid_comes_back(rows: list[list[str]]) -> None:
    """What is written as a grid is read as that grid."""
    text = "Title\n\nA\nB\nC\n\n" + "".join("\n".join([*row, "", ""]) for row in rows)
    filled = {(c, r): canonical(cell) for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1) if cell.strip()}
    assert {(cell.column, cell.row): cell.text for cell in parse(text).cells} == filled


# ------------------------------------------------------------------------------ reflowed copies


@pytest.mark.parametrize("width", [20, 33, 60, 200])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_reflowed_copy(width: int, gap: str) -> None:
    """Cells broken over lines, at hyphens too, are found by digest; what is left is the title and the headings."""
    digests = [cell.digest for cell in parse(GRID).cells]
    reflowed = gap.join(textwrap.fill(line, width) for line in GRID.splitlines() if line)
    found, left = find(parse(reflowed), digests)
    assert list(found) == digests
    assert not any(modal_phrases(span.text) for span in left)


def test_table_with_bars_and_tabs() -> None:
    """A row on one line is divided at bars and tabs."""
    cells = parse(GRID).cells
    table = f"| {cells[0].text} | {cells[1].text} |\n| --- | --- |\n{cells[2].text}\t\n"
    found, left = find(parse(table), {cell.digest for cell in cells})
    assert (len(found), left) == (3, [])


def test_copy_with_two_of_a_cell() -> None:
    """A cell that stands in the text twice is found twice."""
    cell = parse(GRID).cells[0]
    found, _ = find(parse(f"{cell.text}\n\n{cell.text}\n"), {cell.digest})
    assert [(span.first_line, span.last_line) for span in found[cell.digest]] == [(1, 1), (3, 3)]


# ------------------------------------------------------------------------------ one change


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ("the keeper may light the lamp", 'word 3, "may", was "must"'),
        ("the keeper must the lamp", '"light" is left out before word 4, "the"'),
        ("the keeper must not light the lamp", 'word 4, "not", was not there'),
        ("the keeper light must the lamp", 'words 3 and 4, "light must", were the other way round'),
        ("the keeper must light the", '"lamp" is left out at the end'),
        ("the keeper must light the lamp.", "the words are the same, the full stop at the end is not"),
    ],
)
def test_one_change(changed: str, description: str) -> None:
    """One word exchanged, left out, added or moved is named."""
    assert one_change(changed, digest("the keeper must light the lamp"), {"must", "light", "lamp"}) == description


def test_one_change_of_quotation_marks() -> None:
    """A copy with straight quotation marks is told from one with other words."""
    described = one_change("the port's bell", digest("the port\u2019s bell"), ())
    assert described == "the words are the same, the quotation marks or hyphens are not"


def test_two_changes_are_not_one() -> None:
    """Nothing is said where no single edit explains the difference."""
    assert one_change("a b c d", digest("w x y z"), {"w", "x", "y", "z"}) is None


# ------------------------------------------------------------------------------ files


def test_read(tmp_path: Path) -> None:
    """A file with a byte order mark and CRLF is the same text."""
    file = tmp_path / "code.txt"
    file.write_bytes(b"\xef\xbb\xbf" + GRID.replace("\n", "\r\n").encode())
    assert source.read(file).cells == parse(GRID).cells


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"the head\nmust\xa0act", "line 2: this is not UTF-8 text (byte 0xa0): save it as plain text in UTF-8"),
        (GRID.encode("utf-16"), "this is not UTF-8 text"),
        (GRID.encode("utf-16-le")[:40], "holds no text"),
        (b"", "holds no text"),
        (b" \n\n", "holds no text"),
    ],
)
def test_wrong_content(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that is no text says what to do."""
    file = tmp_path / "code.txt"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        source.read(file)
    assert message in str(caught.value)


def test_directory_and_missing_file(tmp_path: Path) -> None:
    """A directory and a missing file are input errors that name them."""
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(InputError, match=path.name):
            source.read(path)


# ------------------------------------------------------------------------------ the document itself


def test_document(source_text: str) -> None:
    """The document has three columns, six rows and fourteen filled cells with eighteen modal phrases."""
    text = parse(source_text)
    assert (len(text.headings), max(cell.row for cell in text.cells), len(text.cells)) == (3, 6, 14)
    assert sum(len(modal_phrases(cell.text)) for cell in text.cells) == 18


@pytest.mark.parametrize("width", [30, 72, 100])
def test_document_reflowed(source_text: str, width: int) -> None:
    """Every cell of the document is found in a copy whose lines are broken anew."""
    digests = {cell.digest for cell in parse(source_text).cells}
    reflowed = "\n\n".join(textwrap.fill(line, width) for line in source_text.splitlines() if line.strip())
    found, _ = find(parse(reflowed), digests)
    assert set(found) == digests
