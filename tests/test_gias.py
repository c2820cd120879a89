"""The register's rows to triples: what is sound is kept, what cannot be right is counted, and personal data is never read."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sengraph
from sengraph import gias, load
from sengraph.csvfile import CsvFile, Tally
from sengraph.errors import InputError
from sengraph.ingest import ingest
from sengraph.terms import ESTABLISHMENT, RDF, compact

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared" / "data" / "gias"

VOCABULARY = [quad.triple for quad in load.parse(load.register_types())]
HEADER_2024 = CsvFile(DATA / "register.csv", "URN", Tally()).columns

LEAVE_OUT = ("the row was left out", "the first row counts")
"""How reasons end that leave out a row."""

WHOLE = {
    "URN": "900001",
    "LA (code)": "202",
    "LA (name)": "Camden",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Alder School",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-2000",
    "CloseDate": "31-08-2010",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "NurseryProvision (name)": "Has Nursery Classes",
    "Postcode": "ZZ1 1ZZ",
}
"""A row in which everything is as it should be."""

ALL = {
    "a": "sen:Establishment",
    "gias:urn": '"900001"',
    "gias:authority": "gias:authority-202",
    "gias:number": '"2001"',
    "rdfs:label": '"Alder School"@en',
    "sen:establishmentType": "gias:type-1",
    "gias:status": "gias:status-1",
    "gias:opened": '"2000-09-01T00:00:00Z"',
    "gias:closed": '"2010-08-31T00:00:00Z"',
    "gias:phase": "gias:phase-2",
    "gias:lowestAge": "3",
    "gias:highestAge": "11",
    "gias:nursery": "gias:nursery-has-classes",
    "gias:postcode": '"ZZ1 1ZZ"',
}
"""What is said of the establishment of that row."""


def term(value: object) -> str:
    """Write a term as short as Turtle does."""
    if isinstance(value, ox.NamedNode):
        return "a" if value.value == f"{RDF}type" else compact(value.value)
    assert isinstance(value, ox.Literal)
    return value.value if value.datatype.value.endswith("#integer") else str(value).partition("^^")[0]


def told(triples: Iterable[ox.Triple], subject: str = "900001") -> dict[str, str]:
    """Return what is said of a subject, by property; each has one value."""
    iri = subject if ":" in subject else ESTABLISHMENT + subject
    pairs = [(term(p), term(o)) for s, p, o in triples if isinstance(s, ox.NamedNode) and s.value == iri]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def write(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write rows under the columns of the first."""
    rows = [*rows]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [*rows[0]])
        table.writeheader()
        table.writerows(rows)
    return path


class Read:
    """What a file gave: the triples, those about concepts that are new, and what was counted."""

    def __init__(self, path: Path, successors: dict[int, list[int]] | None = None) -> None:
        self.tally, lists = Tally(), gias.Lists(VOCABULARY)
        register = gias.Register(path, lists, self.tally, successors)
        self.triples = [triple for triples in register.establishments() for triple in triples]
        self.new = lists.take()
        assert lists.take() == []
        self.read, self.loaded = register.read, register.loaded
        self.counts = dict(self.tally.counts)
        left_out = sum(times for reason, times in self.counts.items() if reason.endswith(LEAVE_OUT))
        assert self.read == self.loaded + left_out


@pytest.fixture
def table(tmp_path):
    """Read a table with the whole row, changed in these ways, one row for each."""

    def run(*changes: dict[str, str]) -> Read:
        return Read(write(tmp_path / "register.csv", [WHOLE | change for change in changes]))

    return run


# ---------------------------------------------------------------------------- a whole row


def test_a_whole_row_is_read_whole(table):
    """Every column that is read says one thing, and nothing is counted."""
    found = table({})
    assert told(found.triples) == ALL
    assert (found.read, found.loaded, found.counts, found.new) == (1, 1, {}, [])
    assert {s.value for s, _, _ in found.triples} == {f"{ESTABLISHMENT}900001"}


def test_the_columns_may_stand_in_any_order(tmp_path):
    """They are found by their names."""
    turned = dict(reversed(WHOLE.items()))
    assert told(Read(write(tmp_path / "a.csv", [turned])).triples) == ALL


def test_every_column_that_is_read_is_in_the_extract():
    """Under the header of 2024 nothing that is read is missing, but the code of nursery provision, which it never had."""
    assert len(HEADER_2024) == 140
    assert {*gias.COLUMNS} - {*HEADER_2024} == {"NurseryProvision (code)"}


@pytest.mark.parametrize(("year", "columns"), [(2019, 133), (2024, 140)])
def test_the_headers_of_the_years_are_known(year, columns):
    """The extracts of 2019 and of 2024 have what is read; the project's own is that of 2024."""
    path = SHARED / f"header_{year}.csv"
    if not path.is_file():
        pytest.skip("the header is not here")
    found = CsvFile(path, "URN", Tally()).columns
    assert len(found) == columns
    assert {*gias.COLUMNS} - {*found} == {"NurseryProvision (code)"}
    assert year != 2024 or found == HEADER_2024


def test_what_a_file_lacks_is_told(tmp_path):
    """A derived file with fewer columns is read, and the report names what it says nothing of."""
    found = Read(write(tmp_path / "a.csv", [{"URN": "1", "PhaseOfEducation (name)": "Primary"}]))
    assert told(found.triples, "1") == {"a": "sen:Establishment", "gias:urn": '"1"', "gias:phase": "gias:phase-2"}
    lacking = [reason.removesuffix(": the file says nothing of it") for reason in found.counts if "no column" in reason]
    assert sorted(lacking) == [
        "no column CloseDate",
        "no column EstablishmentName",
        "no column EstablishmentNumber",
        "no column EstablishmentStatus (code) or EstablishmentStatus (name)",
        "no column LA (code) or LA (name)",
        "no column NurseryProvision (code) or NurseryProvision (name)",
        "no column OpenDate",
        "no column Postcode",
        "no column StatutoryHighAge",
        "no column StatutoryLowAge",
        "no column TypeOfEstablishment (code) or TypeOfEstablishment (name)",
    ]


def test_another_table_of_schools_is_no_register(tmp_path):
    """It has URNs, and nothing else that the register has."""
    with pytest.raises(InputError, match="beside URN it has no column of the register's: it is no extract of it"):
        Read(write(tmp_path / "a.csv", [{"URN": "1", "Amount": "5"}]))


# --------------------------------------------------------------- values, right and impossible

BAD_DATE = "an impossible date in OpenDate: it was left out"
NO_DATE = "01-01-1900, which stands for no date: it was left out"
TURNED = "closed before it was opened: both dates were left out"
NO_NUMBER = "a code in {} (code) that is no number: it was left out"
NO_NAME = "a name in {} (name) that the register's list has not: it was left out"
NEW = "a code in {} (code) that the register's list has not yet: it was taken over as it stands"
ABROAD = "a type of English school under an authority outside England: the type was left out"

PHASE, LA, TYPE = "PhaseOfEducation", "LA", "TypeOfEstablishment"

VALUES = [
    # dates
    ({"OpenDate": ""}, {"gias:opened": None}, {}),
    ({"OpenDate": "2000-09-01"}, {}, {}),
    ({"OpenDate": "29-02-2000"}, {"gias:opened": '"2000-02-29T00:00:00Z"'}, {}),
    *(
        ({"OpenDate": text}, {"gias:opened": None}, {BAD_DATE: 1})
        for text in (
            "31-02-2000", "29-02-1900", "2000-13-01", "00-00-0000", "1-1-2000", "01/09/2000", "01-09-00", "01-09-0200",
            "01-09-9999", "01-09-2000 00:00:00", "\u0660\u0661-09-2000", "Sept 2000", "36770",
        )
    ),
    ({"OpenDate": "01-01-1900"}, {"gias:opened": None}, {NO_DATE: 1}),
    ({"OpenDate": "1900-01-01"}, {"gias:opened": None}, {NO_DATE: 1}),
    ({"CloseDate": "01-01-1900"}, {"gias:closed": None}, {NO_DATE: 1}),
    ({"CloseDate": "31-08-2000"}, {"gias:opened": None, "gias:closed": None}, {TURNED: 1}),
    ({"CloseDate": "01-09-2000"}, {"gias:closed": '"2000-09-01T00:00:00Z"'}, {}),
    ({"OpenDate": "01-01-1900", "CloseDate": "31-08-1899"}, {"gias:opened": None, "gias:closed": '"1899-08-31T00:00:00Z"'}, {NO_DATE: 1}),
    # codes
    ({"LA (code)": "0202", "PhaseOfEducation (code)": "02", "EstablishmentStatus (code)": "001"}, {}, {}),
    ({"TypeOfEstablishment (code)": " 1 "}, {}, {}),
    ({"TypeOfEstablishment (code)": "", "TypeOfEstablishment (name)": "community  School"}, {}, {}),
    ({"TypeOfEstablishment (name)": "Local authority community school"}, {}, {}),
    ({"PhaseOfEducation (code)": "", "PhaseOfEducation (name)": "All Through"}, {"gias:phase": "gias:phase-7"}, {}),
    ({"PhaseOfEducation (code)": "", "PhaseOfEducation (name)": "All-through"}, {"gias:phase": "gias:phase-7"}, {}),
    ({"PhaseOfEducation (code)": "", "PhaseOfEducation (name)": "Not recorded"}, {"gias:phase": None}, {}),
    ({"PhaseOfEducation (code)": "", "PhaseOfEducation (name)": ""}, {"gias:phase": None}, {}),
    ({"PhaseOfEducation (code)": "", "PhaseOfEducation (name)": "Kindergarten"}, {"gias:phase": None}, {NO_NAME.format(PHASE): 1}),
    ({"PhaseOfEducation (code)": "primary"}, {"gias:phase": None}, {NO_NUMBER.format(PHASE): 1}),
    ({"PhaseOfEducation (code)": "2.0"}, {"gias:phase": None}, {NO_NUMBER.format(PHASE): 1}),
    ({"PhaseOfEducation (code)": "-2"}, {"gias:phase": None}, {NO_NUMBER.format(PHASE): 1}),
    ({"PhaseOfEducation (code)": "²"}, {"gias:phase": None}, {NO_NUMBER.format(PHASE): 1}),
    ({"PhaseOfEducation (code)": "0"}, {"gias:phase": "gias:phase-0"}, {}),
    ({"LA (code)": "", "LA (name)": "CAMDEN"}, {}, {}),
    ({"NurseryProvision (name)": "No Nursery Classes"}, {"gias:nursery": "gias:nursery-no-classes"}, {}),
    ({"NurseryProvision (name)": "Not applicable"}, {"gias:nursery": "gias:nursery-not-applicable"}, {}),
    ({"NurseryProvision (name)": "Not recorded"}, {"gias:nursery": None}, {}),
    # outside England
    ({"LA (code)": "000"}, {"gias:authority": "gias:authority-000", "sen:establishmentType": None}, {ABROAD: 1}),
    ({"LA (code)": "673"}, {"gias:authority": "gias:authority-673", "sen:establishmentType": None}, {ABROAD: 1}),
    ({"LA (code)": "702", "TypeOfEstablishment (code)": "15"}, {"gias:authority": "gias:authority-702", "sen:establishmentType": None}, {ABROAD: 1}),
    ({"LA (code)": "673", "TypeOfEstablishment (code)": "30"}, {"gias:authority": "gias:authority-673", "sen:establishmentType": "gias:type-30"}, {}),
    # ages, texts
    ({"StatutoryLowAge": "", "StatutoryHighAge": "05"}, {"gias:lowestAge": None, "gias:highestAge": "5"}, {}),
    ({"StatutoryLowAge": "0"}, {"gias:lowestAge": "0"}, {}),
    ({"StatutoryHighAge": "110"}, {"gias:highestAge": None}, {"an impossible age in StatutoryHighAge: it was left out": 1}),
    ({"StatutoryLowAge": "three"}, {"gias:lowestAge": None}, {"an impossible age in StatutoryLowAge: it was left out": 1}),
    ({"EstablishmentName": ""}, {"rdfs:label": None}, {"no name: the row was kept": 1}),
    ({"EstablishmentName": "St  John's\n\t\"Nursery\""}, {"rdfs:label": '"St John\'s \\"Nursery\\""@en'}, {}),
    ({"EstablishmentNumber": "0012", "Postcode": ""}, {"gias:number": '"0012"', "gias:postcode": None}, {}),
    ({"EstablishmentNumber": "Alder"}, {"gias:number": None}, {"an impossible EstablishmentNumber: it was left out": 1}),
    ({"Postcode": "020 7946 0000"}, {"gias:postcode": None}, {"an impossible Postcode: it was left out": 1}),
    ({"Postcode": "ec3a  5de"}, {"gias:postcode": '"ec3a 5de"'}, {}),
    # numbers of establishments
    ({"URN": " 900001 "}, {}, {}),
    ({"URN": "0900001"}, {}, {}),
]  # fmt: skip
"""What differs from the whole row, what then differs in what is said (None: nothing is said), and what is counted."""


@pytest.mark.parametrize(
    ("change", "differs", "counted"), VALUES, ids=[" ".join(change.values()) for change, *_ in VALUES]
)
def test_values_are_taken_as_far_as_they_are_right(table, change, differs, counted):
    """What cannot be right is left out and counted, with its line and URN, and the rest of the row kept."""
    found = table(change)
    assert told(found.triples) == {name: value for name, value in (ALL | differs).items() if value is not None}
    assert found.counts == counted
    for reason in counted:
        assert found.tally.first[reason][0][:2] == (2, "900001")


@pytest.mark.parametrize(
    "urn", ["", "0", "abc", "-1", "1.0", "1e5", "123456789", "9" * 5000, "0" * 5000 + "1", "\uff19", "100 000", "=1"]
)
def test_a_row_without_a_urn_is_left_out(table, urn):
    """And counted, with its line."""
    found = table({"URN": urn}, {})
    reason = "a URN that is no number: the row was left out"
    assert told(found.triples) == ALL
    assert (found.read, found.loaded, found.counts) == (2, 1, {reason: 1})
    assert found.tally.first[reason][0][:2] == (2, "")


def test_of_a_urn_that_is_there_twice_the_first_row_counts(table):
    """Whether the rows agree in what is read, or not, is told apart."""
    found = table({}, {"URN": "0900001"}, {"EstablishmentName": "Another"}, {"URN": "900002"}, {})
    assert told(found.triples) == ALL
    assert (found.read, found.loaded) == (5, 2)
    assert found.counts == {
        "a URN again with the same content: the first row counts": 1,
        "a URN again with other content: the first row counts": 2,
    }
    other = found.tally.first["a URN again with other content: the first row counts"]
    assert [trouble[:2] for trouble in other] == [(3, "900001"), (4, "900001")]


def test_codes_that_the_lists_have_not_yet_are_taken_over(table):
    """A new type and a new authority are concepts with the names of the first row that has them, and count as nothing."""
    new = {"TypeOfEstablishment (code)": "99", "TypeOfEstablishment (name)": "Moon school", "LA (code)": "999"}
    found = table(
        new | {"LA (name)": ""}, new | {"URN": "900002", "LA (name)": "Late", "TypeOfEstablishment (name)": "x"}
    )
    assert told(found.triples)["sen:establishmentType"] == "gias:type-99"
    assert told(found.triples, "900002")["gias:authority"] == "gias:authority-999"
    new_reasons = {NEW.format(TYPE): 1, NEW.format(LA): 1}
    assert found.counts == new_reasons
    pairs = [(term(s), term(p), term(o)) for s, p, o in found.new]
    assert pairs == [
        (subject, property_, value)
        for subject, cls, text, number, scheme in (
            ("gias:type-99", "gias:Type", '"Moon school"@en', '"99"', "gias:types"),
            ("gias:authority-999", "gias:Authority", '"authority 999"@en', '"999"', "gias:authorities"),
        )
        for property_, value in (
            ("a", cls), ("a", "skos:Concept"), ("rdfs:label", text), ("skos:prefLabel", text),
            ("skos:notation", number), ("skos:inScheme", scheme),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01-02-2003", datetime.date(2003, 2, 1)),
        ("2003-02-01", datetime.date(2003, 2, 1)),
        ("31-12-2199", datetime.date(2199, 12, 31)),
        ("01-01-1000", datetime.date(1000, 1, 1)),
        ("31-12-0999", None),
        ("01-01-2200", None),
        ("31-04-2000", None),
        ("01-02-2003\n", None),
        ("2003-2-1", None),
        ("", None),
    ],
)
def test_days_are_read_in_two_forms(text, expected):
    """As the register writes them, and as ISO 8601 does; not before the year 1000 or after 2199."""
    assert gias.day(text) == expected


# --------------------------------------------------------------------------------- links

LINKS = [
    ("900002", "900001", "Predecessor"),  # the same twice, from both sides
    ("900001", "900002", "Successor"),
    ("900002", "0900001", "predecessor - merged"),
    ("900001", "900003", "Successor - Split School"),
    ("900001", "900004", "Sixth Form Centre Link"),
    ("900001", "900001", "Successor"),
    ("", "900001", "Predecessor"),
    ("900001", "none", "Predecessor"),
    ("900009", "900001", "Successor"),  # 900009 has no row
]


def test_links_say_who_followed_whom(tmp_path):
    """Each once, from whichever side it was said; links of other kinds and those that are none are counted."""
    columns = ("URN", "LinkURN", "LinkType")
    path = write(tmp_path / "links.csv", [dict(zip(columns, link, strict=True)) for link in LINKS])
    tally = Tally()
    found = gias.links(path, tally)
    assert gias.is_links(path)
    assert found == ({900001: [900002, 900003], 900009: [900001]}, 9, 5)
    assert tally.counts == {
        "a link of another kind than predecessor and successor: it was left out": 1,
        "a link that is not between two URNs: it was left out": 3,
    }
    read = Read(write(tmp_path / "register.csv", [WHOLE]), dict(found.successors))
    links = [f"{s} {o}".replace(ESTABLISHMENT, "") for s, p, o in read.triples if term(p) == "gias:succeededBy"]
    assert links == ["<900001> <900002>", "<900001> <900003>", "<900009> <900001>"]
    assert (read.read, read.loaded) == (1, 1)


def test_a_register_is_no_links_file(tmp_path):
    """It has no column LinkURN."""
    assert not gias.is_links(DATA / "register.csv")
    assert gias.is_links(DATA / "register_links.csv")
    with pytest.raises(InputError, match="line 1: there is no column LinkURN"):
        gias.links(DATA / "register.csv", Tally())


@pytest.mark.parametrize(
    ("name", "expected"), [("a.csv", True), ("A.CSV.GZ", True), ("a.csv.gz", True), ("a.ttl", False), ("csv", False)]
)
def test_tables_are_told_by_their_names(name, expected):
    """In letters of any case, packed or not."""
    assert gias.is_table(Path(name)) == expected


# ---------------------------------------------------------------------- nothing is dropped

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LIKELY = {
    "URN": st.integers(1, 6).map(str) | ANY,
    "OpenDate": st.dates(datetime.date(1890, 1, 1)).map(lambda day: f"{day:%d-%m-%Y}") | ANY,
    "CloseDate": st.dates(datetime.date(1890, 1, 1)).map(lambda day: f"{day:%d-%m-%Y}") | ANY,
    **{f"{column} (code)": st.integers(0, 9999).map(str) | ANY for column, *_ in gias.CONCEPTS.values()},
    "PhaseOfEducation (name)": st.sampled_from(["Primary", "all through", "Not recorded"]) | ANY,
}
ROWS = st.lists(st.tuples(*(LIKELY.get(column, ANY) for column in gias.COLUMNS)), max_size=6)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(
    ROWS,
    st.lists(st.tuples(st.integers(400, 2000), st.integers(0, 5), st.binary(max_size=3)), max_size=3),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_every_row_is_loaded_or_counted(tmp_path, rows, damages, encoding):
    """Whatever stands in the fields, whole or damaged: rows read are rows loaded and rows left out for a reason."""
    with (tmp_path / "a.csv").open("w", newline="", encoding=encoding, errors="replace") as file:
        csv.writer(file).writerows([gias.COLUMNS, *rows])
    content = (tmp_path / "a.csv").read_bytes()
    for place, length, instead in damages:
        content = content[:place] + instead + content[place + length :]
    (tmp_path / "a.csv").write_bytes(content)
    try:
        found = Read(tmp_path / "a.csv")  # which holds that the sum is right
    except InputError:
        return
    told_of = {s.value for s, p, _ in found.triples if term(p) == "gias:urn"}
    assert len(told_of) == found.loaded
    assert {s.value for s, _, _ in found.triples} == told_of
    values = [
        o
        for _, _, o in found.triples
        if isinstance(o, ox.NamedNode) and o.value.startswith("https://w3id.org/sengraph/gias/")
    ]
    known = {s for s, _, _ in [*VOCABULARY, *found.new]}
    assert {*values} <= known


# -------------------------------------------------------------------------- personal data

MARK = "PERSONAL"


@pytest.mark.parametrize("year", [2019, 2024])
def test_personal_data_is_never_in_the_graph(tmp_path, year):
    """All columns but those that are read hold a mark, rows are whole or lack or repeat any field: no quad has the mark."""
    header = HEADER_2024
    if year != 2024:
        path = SHARED / f"header_{year}.csv"
        if not path.is_file():
            pytest.skip("the header is not here")
        header = CsvFile(path, "URN", Tally()).columns
    row = [WHOLE.get(name, "" if name in gias.COLUMNS else f"{MARK} {name}") for name in header]
    assert sum(MARK in field for field in row) == len(header) - 17
    places = range(1, len(row))
    rows = [
        row,
        *(row[:place] + row[place + 1 :] for place in places),
        *(row[:place] + row[place + 2 :] for place in places),
        *(row[:place] + row[place - 1 :] for place in places),
        *([*row[:place], f'"{row[place]}', *row[place + 1 :]] for place in places),  # a quote that is not closed
    ]
    lines = [",".join([str(900_001 + number), *fields[1:]]) for number, fields in enumerate(rows)]
    (tmp_path / "register.csv").write_text("\n".join([",".join(header), *lines]))
    loaded = ingest([tmp_path / "register.csv"], tmp_path / "store")
    assert loaded.sources[0].used > len(rows) - 3  # two lines with open quotes can be one row
    with sengraph.versions.open_current(tmp_path / "store") as version:
        quads = [str(quad) for quad in version.store]
    assert sum("900001" in quad for quad in quads) > 20
    assert not [quad for quad in quads if MARK in quad]


# ------------------------------------------------------------------------------ real files


def settings_of(path: Path, folder: Path) -> tuple[dict[str, object], dict[str, int]]:
    """Load a file, and return what was done with it and how many establishments have each setting type."""
    loaded = ingest([path], folder)
    counted = sengraph.open(store=folder).query(
        "SELECT ?setting (COUNT(?x) AS ?n) { ?x a sen:Establishment ; sen:settingType ?setting } GROUP BY ?setting"
    )
    kinds = {str(row["setting"]).rpartition("setting-")[2]: int(str(row["n"])) for row in counted.to_dicts()}
    return loaded.as_json()["files"][0], kinds


@pytest.mark.parametrize(
    ("name", "rows", "kinds"),
    [
        pytest.param(
            "england_2017-18_spine.csv", 26_078, {"maintained-mainstream": 13_421, "maintained-special": 694},
            marks=pytest.mark.slow,
        ),
        (
            "england_2017-07_edubase_6022.csv", 6_022,
            {"maintained-mainstream": 2_794, "maintained-special": 194, "early-education": 88},
        ),
    ],
)  # fmt: skip
def test_real_establishments_have_the_settings_that_were_counted(tmp_path, name, rows, kinds):
    """No row is lost, nothing is left out, and the types give as many schools of each kind as the law does."""
    if not (SHARED / name).is_file():
        pytest.skip("the file is not here")
    done, found = settings_of(SHARED / name, tmp_path / "store")
    assert done == {"file": str(SHARED / name), "kind": "register", "read": rows, "used": rows, "reasons": {}}
    assert found == kinds
