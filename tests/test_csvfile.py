"""CSV files as they come: what is sound is read, what is not is counted, and what is no CSV is told apart."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sengraph.csvfile import FIRST, LINES_OF_A_ROW, LONGEST_LINE, CsvFile, Tally, Trouble
from sengraph.errors import InputError

MORE = "more fields than columns: the last ones were left out"
FEWER = "fewer fields than columns"
OPEN = "a quote that is not closed: it was left out"
ASTRAY = "a quote out of place: it was left out"
NOT_CSV = "a line that is not CSV: the row was left out"
LONG = "a line of more than 1,048,576 bytes: the row was left out"
LOST = "a character that was lost on the way: it stands as �"
NUL = "a NUL byte: it was left out"
TWICE = "a column that is there more than once: the first one counts"
DOUBTFUL = "a row over several lines, of which one could be a row: it was read as one"


def read(path: Path, *wanted: str) -> tuple[list[tuple[int, list[str]]], dict[str, int]]:
    """Return the rows of a file and what was counted."""
    tally = Tally()
    file = CsvFile(path, "URN", tally)
    rows = [*file.rows(wanted or file.columns)]
    assert file.read == len(rows) + tally.counts[NOT_CSV] + tally.counts[LONG]
    return rows, dict(tally.counts)


@pytest.fixture
def given_bytes(tmp_path):
    """Read a file that has this content."""

    def run(content: bytes, *wanted: str, name: str = "file.csv"):
        (tmp_path / name).write_bytes(content)
        return read(tmp_path / name, *wanted)

    return run


# --------------------------------------------------------------------------- what is no CSV


def zipped(name: str) -> bytes:
    """Return a zip archive with one member, as a workbook of Excel's (.xlsx) is one."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "URN,Name\n1,a\n")
    return content.getvalue()


TABLE = "URN,Name\r\n1,Café\r\n"

REFUSED = {
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "is an Excel workbook, not CSV: save it as CSV (UTF-8)"),
    "a new Excel workbook": (zipped("xl/workbook.xml"), "is a zip archive or an Excel workbook: unpack it, or save it as CSV (UTF-8)"),
    "a zip archive": (zipped("edubasealldata.csv"), "is a zip archive or an Excel workbook: unpack it, or save it as CSV (UTF-8)"),
    "a page of a portal": (b"\r\n <!DOCTYPE html>\n<html><body>URN, try later</body></html>", "is a web page, not CSV, perhaps a portal's message of an error: fetch the file again"),
    "a page with a BOM": (b"\xef\xbb\xbf<html>", "is a web page, not CSV, perhaps a portal's message of an error: fetch the file again"),
    "JSON": (b'{"URN": 1}', "is JSON, not CSV: fetch the extract as CSV"),
    "JSON of many": (b' [{"URN": 1}]', "is JSON, not CSV: fetch the extract as CSV"),
    "UTF-16 of Excel": (TABLE.encode("utf-16"), "is UTF-16 text ('Unicode text' in Excel): save it as CSV (UTF-8)"),
    "UTF-16 big-endian": (b"\xfe\xff" + TABLE.encode("utf-16-be"), "is UTF-16 text ('Unicode text' in Excel): save it as CSV (UTF-8)"),
    "UTF-16 without BOM": (TABLE.encode("utf-16-le"), "is UTF-16 text ('Unicode text' in Excel): save it as CSV (UTF-8)"),
    "gzip by another name": (gzip.compress(TABLE.encode()), "is packed with gzip: let its name end in .csv.gz"),
    "nothing": (b"", "is empty: fetch it again"),
    "blanks": (b"\xef\xbb\xbf\r\n\r\n", "is empty: fetch it again"),
    "no such column": (b"Name,LAEstab\r\na,1\r\n", ", line 1: there is no column URN; the header begins with 'Name, LAEstab'"),
    "another delimiter": (b"URN|Name\n1|a\n", ", line 1: there is no column URN; the header begins with 'URN|Name'"),
    "a blank line first": (b"\nURN,Name\n1,a\n", ", line 1: there is no column URN; the header begins with nothing"),
    "a key in part": (b"URNs,MyURN\n1,a\n", ", line 1: there is no column URN; the header begins with 'URNs, MyURN'"),
    "an old Macintosh": (b"URN,Name\r1,a\r2,b\r", ": its lines end as on an old Macintosh (CR): save it as CSV again"),
    "a quote in the header": (b'URN,"Name\n1,a\n', ", line 1: a quote is not closed in the header: write it on one line"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ", line 1: there is no column URN; the header begins with '‰PNG'"),
    "a header of one large name": (b"x" * 200_000 + b"\n1\n", f", line 1: there is no column URN; the header begins with '{'x' * 57}...'"),
    "a header without an end": (b"URN," * (LONGEST_LINE // 4), ", line 1: it is longer than a header can be: this is not a CSV file"),
}  # fmt: skip
"""Content, and what its refusal says behind the name of the file."""


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_csv_is_refused(given_bytes, tmp_path, what):
    """The message says what it seems to be and what to do."""
    content, said = REFUSED[what]
    with pytest.raises(InputError) as refused:
        given_bytes(content)
    assert str(refused.value) in (f"{tmp_path}/file.csv{said}", f"{tmp_path}/file.csv {said}")


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    """A folder, nothing, or what may not be read."""
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for name, said in (
        ("folder.csv", " is a directory, not a file: name the files in it"),
        ("none.csv", ": there is no such file"),
        ("loop.csv", " cannot be read: Too many levels of symbolic links"),
    ):
        with pytest.raises(InputError) as refused:
            read(tmp_path / name)
        assert str(refused.value) == f"{tmp_path / name}{said}"


def test_a_packed_file_is_read(given_bytes):
    """Its name ends in .gz, in letters of any case."""
    packed = gzip.compress(TABLE.encode())
    for name in ("file.csv.gz", "FILE.CSV.GZ"):
        assert given_bytes(packed, name=name) == ([(2, ["1", "Café"])], {})


def test_a_packed_file_that_was_cut_is_told(given_bytes):
    """Cut at any place, or changed, or never packed."""
    packed = gzip.compress("".join(f"URN,{n}\n" for n in range(3000)).encode())
    changed = packed[:500] + bytes([packed[500] ^ 255]) + packed[501:]
    for content in (packed[:-1], packed[: len(packed) // 2], packed[:12], packed[:3], changed, b"URN\n1\n"):
        with pytest.raises(InputError, match="is cut or damaged: it does not unpack, fetch it again"):
            given_bytes(content, name="file.csv.gz")


# ------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("content", "name", "counted"),
    [
        ("1,Café St John\u2019s".encode("cp1252"), "Café St John\u2019s", {}),
        ("1,Café St John\u2019s".encode(), "Café St John\u2019s", {}),
        (b"1,\xc9cole", "École", {}),
        (b"1,Caf\xe9", "Café", {}),  # the last byte could be the first of a longer character
        (b"1,Caf\x81\xe9", "Caf�é", {LOST: 1}),  # 0x81 is nothing in Windows-1252
        ("1,Café �".encode(), "Café �", {LOST: 1}),  # lost by another program
        ("1,�".encode(), "�", {LOST: 1}),
        ("1,é\u2019ñ".encode()[:-1], "é\u2019�", {LOST: 1}),  # cut within a character
        ("1,é\u2019".encode() + b"\xff", "é\u2019�", {LOST: 1}),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""])
def test_the_encoding_is_found_out(given_bytes, content, name, counted, end):
    """UTF-8, or else Windows-1252; a damaged file is what most of its characters say."""
    assert given_bytes(b"URN,Name\r\n" + content + end) == ([(2, ["1", name])], counted)


def test_a_byte_order_mark_says_utf8(given_bytes):
    """Even where one byte is not."""
    assert given_bytes(b'\xef\xbb\xbf"URN",Name\r\n1,Caf\xe9\r\n') == ([(2, ["1", "Caf�"])], {LOST: 1})
    assert given_bytes(b"\xef\xbb\xbf" + TABLE.encode()) == ([(2, ["1", "Café"])], {})


def test_one_late_byte_decides(given_bytes):
    """The encoding is that of the whole file, not of its beginning."""
    rows = b"".join(b"%d,a\n" % n for n in range(150_000))
    found, counted = given_bytes(b"URN,Name\n" + rows + b"150000,\x92\n")
    assert (found[-1], counted) == ((150_002, ["150000", "\u2019"]), {})
    found, counted = given_bytes(b"URN,Name\n" + rows + "150000,\u2019\n".encode())
    assert (found[-1], counted) == ((150_002, ["150000", "\u2019"]), {})


# ------------------------------------------------------------------- rows, broken and whole

ROWS = {
    "the last line has no end": ("1,a,b", [["1", "a", "b"]], {}),
    "header only": ("", [], {}),
    "blank lines": ("\n1,a,b\n\r\n  \n2,c,d\n\n", [["1", "a", "b"], ["2", "c", "d"]], {}),
    "blanks around": (" 1 ,\ta, b \n", [["1", "a", "b"]], {}),
    "empty fields": (",,\n1,,\n", [["", "", ""], ["1", "", ""]], {}),
    "quotes": ('"1","a, b","say ""x"""\n', [["1", "a, b", 'say "x"']], {}),
    "more fields": ("1,a,b,c,d\n2,a,b\n", [["1", "a", "b"], ["2", "a", "b"]], {MORE: 1}),
    "fewer fields": ("1,a\n2\n", [["1", "a", ""], ["2", "", ""]], {FEWER: 2}),
    "a NUL": ("1,a\0a,b\0\n", [["1", "aa", "b"]], {NUL: 1}),
    "only NULs": ("\0\0\0\n1,a,b\n", [["1", "a", "b"]], {NUL: 1}),
    "a field over two lines": ('1,"a\nb",c\n2,x,y\n', [["1", "a\nb", "c"], ["2", "x", "y"]], {}),
    "a field over four lines": ('1,"a\r\n\r\nb\n",c\n2,x,y\n', [["1", "a\r\n\r\nb", "c"], ["2", "x", "y"]], {}),
    "two fields over lines": ('1,"a\nb","c\nd"\n2,x,y\n', [["1", "a\nb", "c\nd"], ["2", "x", "y"]], {}),
    "a short row over two lines": ('1,"a\nb"\n2,x,y\n', [["1", "a\nb", ""], ["2", "x", "y"]], {FEWER: 1}),
    "never closed before a long row": ('1,"a,b\n2,c",d,e\n', [["1", "a", "b"], ["2", 'c"', "d"]], {OPEN: 1, MORE: 1}),
    "never closed behind many": ('1,"' + '""x""' * 8 + ', q","b\n', [["1", '"x"' * 8 + ", q", "b"]], {OPEN: 1}),
    "a quoted line in a field": ('1,"a\n""b""\n",c\n', [["1", 'a\n"b"', "c"]], {}),
    "an old line end in a field": ('1,"a\rb",c\n', [["1", "a\rb", "c"]], {}),
    "inches": ('1,12" long,b\n2,x,y\n', [["1", '12" long', "b"], ["2", "x", "y"]], {}),
    "inches twice": ('1,12" by 9",b\n', [["1", '12" by 9"', "b"]], {}),
    "inches and a field over lines": ('1,12" long,"a\nb"\n2,x,y\n', [["1", '12" long', "a\nb"], ["2", "x", "y"]], {}),
    "never closed": ('1,"a,b\n2,c,d\n', [["1", "a", "b"], ["2", "c", "d"]], {OPEN: 1}),
    "never closed at the end": ('1,a,"b', [["1", "a", "b"]], {OPEN: 1}),
    "never closed behind one that is": ('1,"x, y","b\n2,c,d\n', [["1", "x, y", "b"], ["2", "c", "d"]], {OPEN: 1}),
    "never closed before one that is": ('1,"b,"x"\n2,c,d\n', [["1", "b", "x"], ["2", "c", "d"]], {ASTRAY: 1}),
    "never closed before a quoted row": ('1,"a,b\n2,"c",d\n', [["1", "a", "b"], ["2", "c", "d"]], {OPEN: 1}),
    "never closed twice": ('1,"a,b\n2,"c,d\n3,e,f\n', [["1", "a", "b"], ["2", "c", "d"], ["3", "e", "f"]], {OPEN: 2}),
    "never closed before inches": ('1,"a,b\n2,c,12"\n', [["1", "a", "b"], ["2", "c", '12"']], {OPEN: 1}),
    "a field that could hold a row": ('1,a,"b\n2,c,d\n"\n', [["1", "a", "b\n2,c,d"]], {DOUBTFUL: 1}),
    "a word behind a quote": ('1,"a" b,c\n', [["1", "a b", "c"]], {ASTRAY: 1}),
    "quotes within quotes": ('1,"say "x" y",c\n', [["1", 'say x" y"', "c"]], {ASTRAY: 1}),
    "an old line end": ("1,a\rb,c\n2,x,y\n", [["2", "x", "y"]], {NOT_CSV: 1}),
    "a huge field": (f"1,{'x' * 200_000},b\n2,x,y\n", [["2", "x", "y"]], {NOT_CSV: 1}),
    "other line ends are characters": ("1,a\x0bb\x85c\u2028d,\x1c\n", [["1", "a\x0bb\x85c\u2028d", ""]], {}),
    "a formula": ("1,=1+1,b\n", [["1", "=1+1", "b"]], {}),
}  # fmt: skip
"""What stands behind the header URN,Name,Town; the rows that are read; what is counted."""


@pytest.mark.parametrize("what", ROWS)
def test_rows_are_read_as_far_as_they_are_sound(given_bytes, what):
    """Each is there, or counted, and what was not as it should be is counted too."""
    text, rows, counted = ROWS[what]
    found, counts = given_bytes(f"URN,Name,Town\n{text}".encode())
    assert ([fields for _, fields in found], counts) == (rows, counted)


def test_a_quote_is_looked_for_in_some_lines_only(given_bytes):
    """A field may go on for twenty more lines; behind them the quote counts as not closed."""
    for lines, rows in ((LINES_OF_A_ROW, 1), (LINES_OF_A_ROW + 1, LINES_OF_A_ROW + 2)):
        found, counted = given_bytes(('URN,Name,Town\n1,a,"' + "\n".join("b" * (lines + 1)) + '"\n').encode())
        assert len(found) == rows
        assert (OPEN in counted) == (rows > 1)


def test_lines_are_numbered_as_an_editor_does(given_bytes):
    """A row has the number of its first line, whatever came before it."""
    rows, _ = given_bytes(b'URN,Name\n\n1,"a\nb"\n2,"c\n\n3,d\r\n4,e\rf\n5,g\n')
    assert rows == [(3, ["1", "a\nb"]), (5, ["2", "c"]), (7, ["3", "d"]), (9, ["5", "g"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_divided_by_other_characters(given_bytes, delimiter):
    """The header tells which: the character that sets URN apart."""
    text = 'Name,"URN",A "B"\n"a,b",1,;c\t\n'.translate(str.maketrans({",": delimiter, delimiter: ","}))
    assert given_bytes(text.encode(), "URN", "Name") == ([(2, ["1", f"a{delimiter}b"])], {})


def test_columns_are_found_by_name(given_bytes):
    """In any order; one that is not there is empty; spaces in a name do not matter, nor does a NUL."""
    text = b'Town,"  LA   (code) ",U\0RN\r\nLeeds,383,1\r\n'
    assert given_bytes(text, "URN", "Name", "LA (code)") == ([(2, ["1", "", "383"])], {NUL: 1})


def test_of_columns_of_one_name_the_first_counts(given_bytes):
    """And that is counted, if it is a column that was wanted."""
    text = b"URN,Name,Name,Town,Town\n1,a,b,c,d\n"
    assert given_bytes(text, "URN", "Name") == ([(2, ["1", "a"])], {TWICE: 1})
    assert given_bytes(text, "URN") == ([(2, ["1"])], {})


def test_the_first_of_each_reason_are_kept(tmp_path):
    """With line, subject and detail; all are counted, and a long detail is cut."""
    tally = Tally()
    for number in range(FIRST + 5):
        tally.note("a reason", number, "x" * 500, subject=str(number))
    tally.note("another", 7)
    assert tally.counts == {"a reason": FIRST + 5, "another": 1}
    assert tally.first["a reason"] == [Trouble(n, str(n), "x" * 200) for n in range(FIRST)]
    assert tally.first["another"] == [Trouble(7, "", "")]


def test_how_far_it_was_read(tmp_path):
    """In hundredths of what is on the disk, packed or not."""
    content = b"URN,Name\n" + b"".join(b"%d,a\n" % n for n in range(100_000))
    (tmp_path / "a.csv").write_bytes(content)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    for name in ("a.csv", "a.csv.gz"):
        file = CsvFile(tmp_path / name, "URN", Tally())
        told = [file.hundredths for _ in file.rows(["URN"])]
        assert told == sorted(told)
        assert told[0] <= 60
        assert told[-1] == 100


# --------------------------------------------------------------------------- lines too long


def test_a_line_that_is_too_long_is_left_out(given_bytes):
    """One of exactly that length is not whole either; a byte less is read, the row behind it too."""
    for length, rows in ((LONGEST_LINE - 1, 2), (LONGEST_LINE, 1), (LONGEST_LINE + 1, 1), (3 * LONGEST_LINE, 1)):
        row = b"1,a"
        row += b"," * (length - len(row) - 1) + b"\n"
        found, counted = given_bytes(b"URN,Name\n" + row + b"2,b\n")
        assert [fields for _, fields in found] == [["1", "a"], ["2", "b"]][-rows:]
        assert counted == ({MORE: 1} if rows == 2 else {LONG: 1})
        assert found[-1][0] == 3


def test_a_long_last_line_ends_the_file(given_bytes):
    """With or without a line end, at any length."""
    for length in (LONGEST_LINE, 2 * LONGEST_LINE, 2 * LONGEST_LINE + 5):
        for end in (b"", b"\n"):
            assert given_bytes(b"URN,Name\n2,b\n" + b"x" * (length - len(end)) + end) == ([(2, ["2", "b"])], {LONG: 1})


MEASURED = """
import resource, sys
from pathlib import Path
from sengraph.csvfile import CsvFile, Tally
from sengraph.errors import InputError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tally = Tally()
try:
    print([*CsvFile(Path(sys.argv[1]), "URN", tally).rows(["URN"])], dict(tally.counts))
except InputError as error:
    print(str(error).partition(": ")[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"", b"", "it is longer than a header can be: this is not a CSV file"),
        (b"URN,Name\n1,a\n2,", b"\n3,b\n", f"[(2, ['1']), (4, ['3'])] {{{LONG!r}: 1}}"),
        (b'URN,Name\n1,a\n2,"', b'"\n3,b\n', f"[(2, ['1']), (4, ['3'])] {{{LONG!r}: 1}}"),
        (b'URN,Name\n1,a\n2,"x\n', b'"\n3,b\n', f"[(2, ['1']), (3, ['2']), (5, ['3'])] {{{LONG!r}: 1, {OPEN!r}: 1}}"),
    ],
    ids=["header", "row", "quoted", "second line of a row"],
)
def test_a_line_of_200_megabytes_does_not_fill_the_memory(tmp_path, before, after, said):
    """As the header it is refused, as a row left out; 50 MB are more than enough to find that out."""
    with (tmp_path / "long.csv").open("wb") as file:
        file.write(before)
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(after)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, tmp_path / "long.csv"], capture_output=True, text=True, timeout=60, check=True
    )
    answer, more = done.stdout.splitlines()
    assert answer == said
    assert int(more) < 50_000  # kilobytes


# ------------------------------------------------------------------------------- any table

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=8) | st.text(
    "\"',;\t\r\n 1aé\u2019", max_size=8
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: list[list[str]], delimiter: str, end: str) -> str:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if any("\r" in field for row in rows for field in row) else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


@SETTINGS
@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)  # fmt: skip
@example([("1", "a", "b\n2,c,d\n")], ",", "\n", "utf-8")
def test_a_well_formed_table_comes_back_as_it_was(tmp_path, rows, delimiter, end, encoding):
    """But for space around a field; nothing but a row that could be two is counted."""
    rows = [[f"u{number}", *row] for number, row in enumerate(rows)]
    if sum(field.count("\n") for row in rows for field in row) > LINES_OF_A_ROW:
        return
    table = [["URN", "A", "B", "C"], *rows]
    (tmp_path / "a.csv").write_bytes(written(table, delimiter, end).encode(encoding))
    found, counted = read(tmp_path / "a.csv")
    assert [fields for _, fields in found] == [[field.strip() for field in row] for row in rows]
    assert counted.keys() <= {DOUBTFUL}


DAMAGE = st.tuples(
    st.integers(0, 10**6),
    st.integers(0, 6),
    st.binary(max_size=4) | st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b'","', b'"\n', b"\xe9", b"\xff"]),
)


@SETTINGS
@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), max_size=8), st.lists(DAMAGE, min_size=1, max_size=5))
@example([["1", "a"]], [(11, 0, b"\n\n")])
def test_no_row_is_lost_in_silence(tmp_path, rows, damages):
    """Whatever was done to a table: nothing but InputError is raised, and each line is in a row or counted."""
    content = written([["URN", "A", "B"], *rows], ",", "\n").encode()
    for place, length, instead in damages:
        place %= len(content) + 1
        content = content[:place] + instead + content[place + length :]
    (tmp_path / "a.csv").write_bytes(content)
    try:
        found, counted = read(tmp_path / "a.csv")
    except InputError as error:
        assert str(error).startswith(f"{tmp_path / 'a.csv'}")
        return
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    assert all(len(fields) == len(CsvFile(tmp_path / "a.csv", "URN", Tally()).columns) for _, fields in found)
    if not counted:  # then all that was there came back
        try:
            text = io.StringIO(content.decode("utf-8-sig"), newline="")
            expected = [*csv.reader(text, strict=True)]
        except (UnicodeDecodeError, csv.Error):
            return
        assert [fields for _, fields in found] == [
            [field.strip() for field in row] for row in expected[1:] if "".join(row).strip() or len(row) > 1
        ]
