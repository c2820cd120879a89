"""`sengraph load`, as a person at a terminal meets it."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from sengraph import load, versions
from sengraph.cli import main
from sengraph.terms import ESTABLISHMENT, GRAPH
from tests.conftest import ROOT
from tests.test_gias import WHOLE, write

pytestmark = pytest.mark.skipif(versions.fcntl is None, reason="writing needs the locks of Linux and macOS")

COMMAND = [sys.executable, "-m", "sengraph", "load"]
OTHER = {"URN": "900002", "EstablishmentName": "Birch School", "TypeOfEstablishment (code)": "07"}
ACADEMY = {"URN": "900003", "EstablishmentName": "Cedar Academy", "TypeOfEstablishment (code)": "34"}
PREFIXES = "@prefix sen: <https://w3id.org/sengraph/ontology#> .\n@prefix : <http://example.org/> .\n"
BASE = ("asserted", "inferred", "metadata")
WITH_REGISTER = (*BASE, "register", "inferred/register")


@pytest.fixture
def call(capsysbinary):
    """Run the command line in this process and return its exit code, output and messages."""

    def run(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words)])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with an extract of three establishments, and a place for a store."""
    write(tmp_path / "schools.csv", [WHOLE, WHOLE | OTHER, WHOLE | ACADEMY])
    return tmp_path


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """A store with that extract."""
    place = tmp_path_factory.mktemp("first")
    write(place / "schools.csv", [WHOLE, WHOLE | OTHER, WHOLE | ACADEMY])
    assert main(["load", str(place / "schools.csv"), "--store", str(place / "store"), "--format", "json"]) == 0
    return place / "store"


@pytest.fixture
def loaded(folder, first) -> Path:
    """The same folder, with the extract in the store `store`."""
    shutil.copytree(first, folder / "store", symlinks=True)
    return folder


def quads(store: Path) -> set[str]:
    with versions.open_current(store) as version:
        return {str(quad) for quad in version.store}


def graphs(store: Path) -> set[str]:
    """Return the names of the graphs of a store, without what they all begin with."""
    with versions.open_current(store) as version:
        return {graph.value.removeprefix(GRAPH) for graph in version.store.named_graphs()}


def urns(store: Path, graph: str = "register") -> list[str]:
    """Return the numbers of the establishments that a graph of a store has."""
    with versions.open_current(store) as version:
        found = version.store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + graph))
        return sorted({quad.subject.value.removeprefix(ESTABLISHMENT) for quad in found})


def by_analogy(call, store: Path) -> str:
    """Return which establishments a store looks at by analogy."""
    code, out, _ = call(
        "query", "SELECT DISTINCT ?name { ?x sen:settingTypeByAnalogy ?y ; rdfs:label ?name } ORDER BY ?name",
        "--store", store, "--format", "csv",
    )  # fmt: skip
    assert code == 0
    return " ".join(out.split("\r\n")[1:]).strip()


# -------------------------------------------------------------------------- what it tells


def test_a_load_tells_what_it_did(call, folder):
    """Each file with what could not be used and where, then the graphs; nothing on standard error in a pipe."""
    write(
        folder / "schools.csv",
        [
            WHOLE,
            WHOLE,
            WHOLE | OTHER | {"OpenDate": "31-02-2000"},
            WHOLE | ACADEMY | {"OpenDate": "2000"},
            WHOLE | {"URN": ""},
        ],
    )
    (folder / "links.csv").write_text("URN,LinkURN,LinkType\n900003,900001,Predecessor\n900003,900002,Merged\n")
    code, out, err = call("load", folder / "schools.csv", folder / "links.csv", "--store", folder / "store")
    lines = out.replace(f"{folder}/", "").splitlines()
    assert (code, err) == (0, "")
    assert lines[:7] == [
        "links.csv: 2 links read, 1 links used",
        "  1 x a link of another kind than predecessor and successor: it was left out (first: line 3, URN 900003)",
        "schools.csv: 5 rows read, 3 establishments",
        "  1 x a URN again with the same content: the first row counts (first: line 3, URN 900001)",
        "  2 x an impossible date in OpenDate: it was left out (first: line 4, URN 900002)",
        "  1 x a URN that is no number: the row was left out (first: line 6)",
        "store now holds",
    ]
    sizes = {
        words[0].removeprefix(GRAPH): (int(words[1].replace(",", "")), words[2]) for words in map(str.split, lines[7:])
    }
    counted = dict.fromkeys(WITH_REGISTER, 0)
    with versions.open_current(folder / "store") as version:
        for quad in version.store:
            counted[quad.graph_name.value.removeprefix(GRAPH)] += 1
    assert sizes == {name: (count, "triples") for name, count in counted.items()}
    assert counted["register"] == 14 + 13 + 13 + 1  # two dates are not there, one link is


def test_a_load_tells_programs_too(call, folder):
    """The documented JSON: the store, files with their reasons, graphs, how it was closed, analogies."""
    write(folder / "schools.csv", [WHOLE, WHOLE | OTHER | {"StatutoryLowAge": "-"}])
    code, out, err = call("load", folder / "schools.csv", "--store", folder / "store", "--format", "json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert [*told] == ["store", "files", "graphs", "closed", "by_analogy"]
    assert told["files"] == [
        {
            "file": str(folder / "schools.csv"),
            "kind": "register",
            "read": 2,
            "used": 2,
            "reasons": {"an impossible age in StatutoryLowAge: it was left out": 1},
        }
    ]
    assert {name.removeprefix(GRAPH) for name in told["graphs"]} == {*WITH_REGISTER}
    assert (told["store"], told["closed"], told["by_analogy"]) == (str(folder / "store"), "in batches", [])


def test_a_report_has_the_first_rows_of_each_reason(call, folder):
    """Twenty of them as CSV, with all that were counted; no spreadsheet takes what stands in it for a formula."""
    bad = [WHOLE | {"URN": str(900100 + n), "OpenDate": f"=1+{n}"} for n in range(25)]
    write(folder / "schools.csv", [WHOLE, *bad, WHOLE | {"URN": "@x"}])
    words = ("load", folder / "schools.csv", "--store", folder / "store", "--report", folder / "report.csv")
    assert call(*words)[0] == 0
    rows = [*csv.DictReader(io.StringIO((folder / "report.csv").read_text("utf-8")))]
    name, reason = str(folder / "schools.csv"), "an impossible date in OpenDate: it was left out"
    expected = [(name, reason, "25", str(n + 3), str(900100 + n), f"'=1+{n}") for n in range(20)]
    expected += [(name, "a URN that is no number: the row was left out", "1", "28", "", "'@x")]
    assert [tuple(row.values()) for row in rows] == expected
    assert [*rows[0]] == ["file", "reason", "times", "line", "urn", "detail"]


def test_a_file_may_have_any_name(call, folder, monkeypatch):
    """Nothing in it commands a terminal, or a spreadsheet."""
    name = "=1+1,\x1b[31m.csv"
    write(folder / name, [WHOLE | {"URN": ""}])
    monkeypatch.chdir(folder)
    code, out, _ = call("load", name, "--store", "store", "--report", "r.csv")
    assert code == 0
    assert out.startswith("=1+1,\ufffd[31m.csv: 1 rows read, 0 establishments\n")
    assert (folder / "r.csv").read_text().split("\n")[1].startswith("\"'=1+1,")


def test_a_file_without_faults_has_an_empty_report(call, folder):
    """Its header stands there."""
    assert call("load", folder / "schools.csv", "--store", folder / "store", "--report", folder / "r.csv")[0] == 0
    assert (folder / "r.csv").read_text() == "file,reason,times,line,urn,detail\n"


def test_the_store_answers(call, loaded):
    """What follows is there: of the table's 31 responsibilities, 14 are for mainstream schools and 9 for special ones."""
    code, out, _ = call(
        "query",
        "SELECT ?name ?setting (COUNT(?duty) AS ?duties) { ?x rdfs:label ?name ; sen:settingType ?setting ; sen:subjectTo ?duty }"
        " GROUP BY ?name ?setting ORDER BY ?name",
        "--store", loaded / "store", "--format", "csv",
    )  # fmt: skip
    assert code == 0
    assert [line.replace("https://w3id.org/sengraph/ontology#", "") for line in out.split()[1:]] == [
        "Alder", "School,setting-maintained-mainstream,14", "Birch", "School,setting-maintained-special,9",
    ]  # fmt: skip


def test_help_says_what_it_is(capsys, monkeypatch):
    """In eighty columns."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["load", "--help"])
    out = capsys.readouterr().out
    assert "--as-of" in out
    assert all(name in out.replace("\n", "").replace(" ", "") for name in load.analogies())


# ------------------------------------------------------------------------- loading again


def test_loading_twice_changes_nothing(call, folder):
    """The same quads and the same report; so with RDF, links and another format of the same words."""
    (folder / "mine.ttl").write_text(PREFIXES + ":a :b [ :c :d ] .")
    (folder / "links.csv").write_text("URN,LinkURN,LinkType\n900003,900001,Predecessor\n")
    words = ("load", folder / "schools.csv", folder / "links.csv", folder / "mine.ttl", "--store", folder / "store")
    first, found = call(*words), quads(folder / "store")
    assert first[0] == 0
    assert call(*words) == first
    assert quads(folder / "store") == found
    assert sorted(path.name for path in (folder / "store").iterdir()) == [
        "current", "format", "lock", "v000002", "v000002.lock",
    ]  # fmt: skip


def test_a_newer_extract_takes_the_place_of_the_older(call, loaded):
    """Nothing of the older stays, neither asserted nor inferred."""
    write(loaded / "newer.csv", [WHOLE | {"EstablishmentName": "Renamed"}, WHOLE | {"URN": "900004"}])
    assert call("load", loaded / "newer.csv", "--store", loaded / "store")[0] == 0
    assert urns(loaded / "store") == urns(loaded / "store", "inferred/register") == ["900001", "900004"]
    assert not [quad for quad in quads(loaded / "store") if "Alder" in quad and "900001" in quad]


def test_a_packed_extract_is_the_same(call, loaded):
    """With .gz at its end; but for where the metadata says it is from."""
    (loaded / "schools.csv.gz").write_bytes(gzip.compress((loaded / "schools.csv").read_bytes()))
    assert call("load", loaded / "schools.csv.gz", "--store", loaded / "packed")[0] == 0
    one, other = ({quad for quad in quads(loaded / name) if "/metadata>" not in quad} for name in ("store", "packed"))
    assert one == other


def test_a_snapshot_is_kept_beside_the_current_register(call, loaded):
    """Questions see the current one only; the snapshot is replaced by one of the same day, and stays otherwise."""
    write(loaded / "older.csv", [WHOLE | {"EstablishmentName": "Of old"}])
    for _ in range(2):
        words = ("load", loaded / "older.csv", "--store", loaded / "store", "--as-of", "2017-07-01")
        assert call(*words)[0] == 0
        assert graphs(loaded / "store") == {*WITH_REGISTER, "register/2017-07-01", "inferred/register/2017-07-01"}
        assert urns(loaded / "store") == ["900001", "900002", "900003"]
        assert urns(loaded / "store", "register/2017-07-01") == ["900001"]
        assert urns(loaded / "store", "inferred/register/2017-07-01") == ["900001"]
    asked = (
        "query",
        "SELECT ?name { establishment:900001 rdfs:label ?name }",
        "--store",
        loaded / "store",
        "--format",
        "csv",
    )
    assert call(*asked)[1].split("\r\n")[1:] == ["Alder School", ""]
    dated = f"SELECT ?name {{ GRAPH <{GRAPH}register/2017-07-01> {{ ?x rdfs:label ?name }} }}"
    assert call("query", dated, "--store", loaded / "store", "--format", "csv")[1].split("\r\n")[1:] == ["Of old", ""]
    assert call("load", loaded / "schools.csv", "--store", loaded / "store")[0] == 0
    assert urns(loaded / "store", "register/2017-07-01") == ["900001"]


def test_analogies_stay_until_they_are_taken_off(call, loaded):
    """All, then a load that names none, then one, then none at all; the register that is there follows."""
    store = loaded / "store"
    assert by_analogy(call, store) == ""
    names = sorted(load.analogies())
    told = f"Looked at by analogy: {', '.join(names)} (until --by-analogy none)"
    write(loaded / "newer.csv", [WHOLE | ACADEMY])
    (loaded / "mine.ttl").write_text(PREFIXES + ":a :b :c .")
    for words, expected, said in (
        (("schools.csv", "--by-analogy", "all"), "Alder School Birch School Cedar Academy", told),
        (("schools.csv",), "Alder School Birch School Cedar Academy", told),
        (("mine.ttl",), "Alder School Birch School Cedar Academy", told),
        (("mine.ttl", "--by-analogy", "academies"), "Cedar Academy", "Looked at by analogy: academies (until --by-analogy none)"),
        (("newer.csv", "mine.ttl", "--by-analogy", "none"), "", ""),
        (("newer.csv",), "", ""),
    ):  # fmt: skip
        code, out, _ = call(
            "load", loaded / words[0], *(loaded / w if w == "mine.ttl" else w for w in words[1:]), "--store", store
        )
        assert code == 0
        assert (said in out.splitlines()) == bool(said)
        assert by_analogy(call, store) == expected


def test_analogies_are_named_together(call, loaded):
    """The option is repeated; what is in the Code's own terms is not by analogy."""
    words = ("--by-analogy", "academies", "--by-analogy", "nursery-classes")
    assert call("load", loaded / "schools.csv", "--store", loaded / "store", *words)[0] == 0
    code, out, _ = call(
        "query", "SELECT ?name ?setting { ?x sen:settingTypeByAnalogy ?setting ; rdfs:label ?name } ORDER BY ?name",
        "--store", loaded / "store", "--format", "csv",
    )  # fmt: skip
    assert code == 0
    assert [line.replace("https://w3id.org/sengraph/ontology#setting-", "") for line in out.split("\r\n")[1:-1]] == [
        "Alder School,early-education", "Birch School,early-education", "Cedar Academy,maintained-mainstream",
    ]  # fmt: skip


def test_analogies_and_files_of_ones_own_are_named_together(call, loaded):
    """They share a graph, which can only be made anew from all its files."""
    (loaded / "mine.ttl").write_text(PREFIXES + ":a :b :c .")
    store = loaded / "store"
    assert call("load", loaded / "mine.ttl", "--store", store)[0] == 0
    before = quads(store)
    code, _, err = call("load", loaded / "schools.csv", "--store", store, "--by-analogy", "all")
    assert code == 2
    assert "mine.ttl" in err
    assert quads(store) == before
    assert call("load", loaded / "schools.csv", loaded / "mine.ttl", "--store", store, "--by-analogy", "all")[0] == 0
    assert "Cedar Academy" in by_analogy(call, store)


def test_bare_is_only_what_was_given(call, folder):
    """Without the ontology nothing follows of a register, and a file of one's own is all there is."""
    assert call("load", folder / "schools.csv", "--store", folder / "store", "--bare")[0] == 0
    assert graphs(folder / "store") == {"inferred", "metadata", "register"}
    (folder / "mine.ttl").write_text(
        PREFIXES + "@prefix owl: <http://www.w3.org/2002/07/owl#> . :p a owl:SymmetricProperty . :a :p :b ."
    )
    assert call("load", folder / "mine.ttl", "--store", folder / "mine", "--bare")[0] == 0
    assert graphs(folder / "mine") == {*BASE}
    assert f"<http://example.org/b> <http://example.org/p> <http://example.org/a> <{GRAPH}inferred>" in quads(
        folder / "mine"
    )


def test_without_inference_nothing_is_concluded(call, folder):
    """And with it, later, all is that is there."""
    words = ("load", folder / "schools.csv", "--store", folder / "store")
    assert call(*words, "--no-inference")[0] == 0
    assert graphs(folder / "store") == {"asserted", "metadata", "register"}
    assert call(*words)[0] == 0
    assert graphs(folder / "store") == {*WITH_REGISTER}
    assert call("load", folder / "schools.csv", "--store", folder / "at-once")[0] == 0
    assert quads(folder / "store") == quads(folder / "at-once")


def test_rdf_keeps_the_names_of_its_graphs(call, loaded):
    """Its default graph is asserted; what is made here cannot be given; a graph stays until its name comes again."""
    store = loaded / "store"
    (loaded / "mine.trig").write_text(
        PREFIXES + f":a :b :c . :mine {{ :d :e :f }} <{GRAPH}inferred> {{ :g :h :i }} <{GRAPH}metadata> {{ :j :k :l }}"
    )
    register = {quad for quad in quads(store) if quad.endswith("register>")}
    code, out, _ = call("load", loaded / "mine.trig", "--store", store)
    assert code == 0
    assert out.splitlines()[:2] == [
        f"{loaded / 'mine.trig'}: 4 triples read, 2 triples used",
        "  2 x a triple in a graph that is made here: it was left out",
    ]
    found = {quad.replace("http://example.org/", ":") for quad in quads(store) if not quad.endswith("/metadata>")}
    mine = {quad for quad in found if quad.startswith("<:")}
    assert mine == {f"<:a> <:b> <:c> <{GRAPH}asserted>", "<:d> <:e> <:f> <:mine>"}
    assert {quad for quad in found if quad.endswith("register>")} == register
    (loaded / "more.nq").write_text("<http://e/x> <http://e/y> <http://e/z> <http://example.org/mine> .\n")
    assert call("load", loaded / "more.nq", "--store", store)[0] == 0
    assert {quad for quad in quads(store) if quad.endswith("/mine>")} == {
        "<http://e/x> <http://e/y> <http://e/z> <http://example.org/mine>"
    }
    assert [quad for quad in quads(store) if quad.startswith("<http://example.org/a>")]
    assert call("load", loaded / "schools.csv", "--store", store)[0] == 0
    assert {"http://example.org/mine", *WITH_REGISTER} == graphs(store)


@pytest.mark.parametrize("later", ["mine.ttl", "schools.csv"])
def test_no_triple_is_in_two_graphs(call, folder, later):
    """What one's own files, the register and inference say alike counts once, whichever comes first."""
    (folder / "mine.ttl").write_text(
        PREFIXES
        + """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix e: <https://w3id.org/sengraph/establishment/> .
        e:900001 rdfs:label "Alder School"@en ; sen:settingType sen:setting-maintained-mainstream .
        e:900002 a sen:MaintainedSpecialSchool ; rdfs:label "Birch School"@en .
        sen:party-senco sen:counterpartOf sen:party-sen-team ."""
    )
    first, then = sorted(["mine.ttl", "schools.csv"], key=lambda name: name == later)
    for words in ([first], [then], ["mine.ttl", "--by-analogy", "all"]):
        assert call("load", folder / words[0], "--store", folder / "store", *words[1:])[0] == 0
        with versions.open_current(folder / "store") as version:
            triples = [quad.triple for quad in version.store]
        assert len(triples) == len({*triples})


def test_a_dump_that_is_loaded_is_the_same_store(call, loaded):
    """The register of a dump is one, and what follows of it follows again."""
    lines = [f"{quad} .\n" for quad in quads(loaded / "store") if "/inferred" not in quad and "/metadata>" not in quad]
    (loaded / "dump.nq").write_text("".join(lines))
    assert call("load", loaded / "dump.nq", "--store", loaded / "copy")[0] == 0
    assert graphs(loaded / "copy") == {*WITH_REGISTER}
    for name in ("register", "inferred/register"):
        assert urns(loaded / "copy", name) == urns(loaded / "store", name)


def test_a_type_that_the_list_has_not_yet_is_in_the_graph(call, folder):
    """With its name, counting as nothing; so is an authority."""
    new = {
        "TypeOfEstablishment (code)": "99",
        "TypeOfEstablishment (name)": "Moon school",
        "LA (code)": "999",
        "LA (name)": "Moon",
    }
    write(folder / "schools.csv", [WHOLE | new, WHOLE | OTHER])
    code, out, _ = call("load", folder / "schools.csv", "--store", folder / "store", "--by-analogy", "all")
    assert code == 0
    reason = "that the register's list has not yet: it was taken over as it stands (first: line 2, URN 900001)"
    assert out.count(reason) == 2
    asked = (
        "SELECT ?type ?place ?setting { ?x a sen:Establishment ; sen:establishmentType/rdfs:label ?type ; gias:authority/rdfs:label ?place"
        " OPTIONAL { ?x sen:settingType|sen:settingTypeByAnalogy ?setting } FILTER(?place = 'Moon'@en) }"
    )
    _, out, _ = call("query", asked, "--store", folder / "store", "--format", "csv")
    assert out.split("\r\n")[1:] == ["Moon school,Moon,", ""]


# ------------------------------------------------------------------- what the call got wrong

FILES = {
    "schools.csv": "URN,EstablishmentName\n1,a\n",
    "other.csv": "URN,EstablishmentName\n2,b\n",
    "links.csv": "URN,LinkURN,LinkType\n1,2,Successor\n",
    "mine.ttl": "<http://e/a> <http://e/b> <http://e/c> .",
    "bad.ttl": "<http://e/a> <http://e/b> ",
    "notes.txt": "URN\n1\n",
    "page.csv": "<!DOCTYPE html><title>Sorry</title>",
    "book.csv": "PK\x03\x04",
    "empty.csv": "",
    "head.csv": "Name,Town\na,b\n",
    "spent.csv": "URN,Amount\n1,5\n",
}

WRONG = [
    ("", "the following arguments are required: FILE, --store"),
    ("schools.csv", "the following arguments are required: --store"),
    ("--store s", "the following arguments are required: FILE"),
    ("schools.csv other.csv --store s", "two extracts of the register were given: load the newest, and others with --as-of DATE"),
    ("links.csv --store s", "links and --as-of go with an extract of the register: name its file too"),
    ("links.csv mine.ttl --store s", "links and --as-of go with an extract of the register: name its file too"),
    ("mine.ttl --as-of 2020-01-01 --store s", "links and --as-of go with an extract of the register: name its file too"),
    ("schools.csv --as-of 01-01-2020 --store s", "'01-01-2020' is no day: write it as YYYY-MM-DD"),
    ("schools.csv --as-of 2020-02-30 --store s", "'2020-02-30' is no day: write it as YYYY-MM-DD"),
    ("schools.csv --as-of 2020 --store s", "'2020' is no day: write it as YYYY-MM-DD"),
    ("schools.csv --bare --by-analogy all --store s", "--bare leaves out the register types, on which --by-analogy rests: leave out one of the two"),
    ("schools.csv --by-analogy academy --store s", "nothing is looked at by analogy under the name 'academy'. Did you mean 'academies'?"),
    ("schools.csv --by-analogy none --by-analogy all --store s", "nothing is looked at by analogy under the name 'none'."),
    ("schools.csv --format csv --store s", "argument --format: invalid choice: 'csv'"),
    ("schools.csv --stor s", "the following arguments are required: --store"),
    ("none.csv --store s", "none.csv: there is no such file"),
    ("none.ttl --store s", "none.ttl: there is no such file"),
    ("bad.ttl --store s", "bad.ttl, line 1: this is not Turtle: "),
    ("notes.txt --store s", "notes.txt: the extension does not name an RDF format"),
    ("page.csv --store s", "page.csv is a web page, not CSV, perhaps a portal's message of an error: fetch the file again"),
    ("book.csv --store s", "book.csv is a zip archive or an Excel workbook: unpack it, or save it as CSV (UTF-8)"),
    ("empty.csv --store s", "empty.csv is empty: fetch it again"),
    ("head.csv --store s", "head.csv, line 1: there is no column URN; the header begins with 'Name, Town'"),
    ("spent.csv --store s", "spent.csv: beside URN it has no column of the register's: it is no extract of it"),
    ("schools.csv --store s --report schools.csv", "the report would be written over schools.csv: name another file"),
    ("schools.csv mine.ttl --store s --report ./mine.ttl", "the report would be written over mine.ttl: name another file"),
    ("schools.csv page.csv --store s", "page.csv is a web page"),
    ("schools.csv --store mine.ttl", "mine.ttl is not a folder: name another place for the store"),
    ("schools.csv --store .", ". is not empty and holds no store of sengraph: name another folder"),
]  # fmt: skip
"""Words, and what is said of them."""


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[words for words, _ in WRONG])
def test_a_wrong_call_is_told_and_leaves_no_trace(call, tmp_path, monkeypatch, words, said):
    """Exit 2, one message, no store."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    code, out, err = call("load", *words.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"sengraph: {said}")
    assert err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {*FILES}


def test_a_wrong_file_leaves_the_store_as_it_was(call, loaded):
    """Whatever is wrong with it, and wherever it stands among the files."""
    before = quads(loaded / "store"), sorted(path.name for path in (loaded / "store").iterdir())
    (loaded / "page.csv").write_text("<html>")
    (loaded / "cut.csv.gz").write_bytes(gzip.compress(b"URN\n" + os.urandom(9000))[:-9])
    (loaded / "bad.ttl").write_text("<http://e/a> .")
    for name in ("page.csv", "cut.csv.gz", "bad.ttl"):
        for words in (
            [loaded / name],
            [loaded / "schools.csv", loaded / name],
            [loaded / name, loaded / "schools.csv"],
        ):
            code, out, err = call("load", *words, "--store", loaded / "store")
            assert (code, out) == (2, "")
            assert name in err or "two extracts" in err
            assert (quads(loaded / "store"), sorted(path.name for path in (loaded / "store").iterdir())) == before


def test_a_store_of_a_newer_version_is_told(call, loaded):
    """Neither written nor read, and what to do about it is said."""
    (loaded / "store" / "format").write_text("2\n")
    said = (
        f"sengraph: {loaded / 'store'} was written by a newer sengraph (format 2, this one knows 1): update sengraph\n"
    )
    assert call("load", loaded / "schools.csv", "--store", loaded / "store") == (2, "", said)
    assert call("query", "ASK {}", "--store", loaded / "store") == (2, "", said)


def test_a_database_of_oxigraph_is_not_written_to(call, folder):
    """It is somebody's own."""
    ox.Store(str(folder / "theirs")).flush()
    code, _, err = call("load", folder / "schools.csv", "--store", folder / "theirs")
    assert code == 2
    assert "is a database of Oxigraph without versions: name another folder to write to" in err


def test_a_report_that_cannot_be_written_is_told(call, folder):
    """The message names the place."""
    code, _, err = call("load", folder / "schools.csv", "--store", folder / "store", "--report", folder)
    assert code == 2
    assert str(folder) in err


# ------------------------------------------------------------------------- contradictions

PARTY = "<https://w3id.org/sengraph/establishment/900001> a sen:Party ."


@pytest.mark.parametrize("text", [PARTY, f":mine {{ {PARTY} }}"])
@pytest.mark.parametrize("first", ["register", "rdf", "together"])
def test_what_contradicts_itself_is_refused(call, folder, text, first):
    """An establishment that is a party: exit 1 and the reason, whichever came first, and the store is as it was."""
    (folder / "mine.trig").write_text(PREFIXES + text)
    store, files = folder / "store", [folder / "schools.csv", folder / "mine.trig"]
    before = set[str]()
    if first != "together":
        files = files if first == "register" else files[::-1]
        assert call("load", files.pop(0), "--store", store)[0] == 0
        before = quads(store)
    code, out, err = call("load", *files, "--store", store)
    assert (code, out) == (1, "")
    assert "contradicts itself" in err
    assert "900001 a sen:Party" in err
    assert (quads(store) if store.exists() else set()) == before
    assert not [*folder.glob("store/new-*")]


# ------------------------------------------------------------------- what happens meanwhile


@contextmanager
def in_the_middle(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a process that is in the middle of loading 40,000 rows into a store."""
    write(folder / "many.csv", [WHOLE | {"URN": str(100_000 + n)} for n in range(40_000)])
    with subprocess.Popen(
        [*COMMAND, folder / "many.csv", "--store", folder / "store"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which what runs in the background ignores
    ) as process:  # fmt: skip
        try:
            for _ in range(1000):
                if [*folder.glob("store/new-*/CURRENT")]:
                    break
                assert process.poll() is None, "it ended before it began to write"
                time.sleep(0.01)
            yield process
        finally:
            process.kill()


def test_a_load_that_is_killed_changes_nothing(call, loaded):
    """The older store answers, the next load works, and what was half made is gone then."""
    before = quads(loaded / "store")
    with in_the_middle(loaded) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert [*loaded.glob("store/new-*")]
    assert quads(loaded / "store") == before
    assert call("query", "ASK { ?x sen:settingType ?y }", "--store", loaded / "store")[0] == 0
    assert call("load", loaded / "schools.csv", "--store", loaded / "store")[0] == 0
    assert quads(loaded / "store") == before
    assert not [*loaded.glob("store/new-*")]


def test_a_load_that_is_interrupted_changes_nothing(loaded):
    """Ctrl-C: exit 130, one word, and nothing half made is left."""
    before = quads(loaded / "store")
    with in_the_middle(loaded) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "sengraph: interrupted\n")
    assert quads(loaded / "store") == before
    assert sorted(path.name for path in (loaded / "store").iterdir()) == [
        "current", "format", "lock", "v000001", "v000001.lock",
    ]  # fmt: skip


def test_of_two_loads_at_once_the_second_is_refused(call, loaded):
    """At once, with exit 3 and the number of the process that writes; the store answers meanwhile."""
    before = quads(loaded / "store")
    with in_the_middle(loaded) as process:
        code, out, err = call("load", loaded / "schools.csv", "--store", loaded / "store")
        assert (code, out) == (3, "")
        assert err == (
            f"sengraph: another process (pid {process.pid}) is writing to {loaded / 'store'}: wait until it has ended\n"
        )
        assert process.poll() is None
        assert quads(loaded / "store") == before


def test_a_terminal_is_told_how_far_it_is(call, folder, monkeypatch):
    """The file, how many rows of it, and how many hundredths; here two seconds go by whenever a clock is looked at."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    write(folder / "many.csv", [WHOLE | {"URN": str(100_000 + n)} for n in range(3000)])
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(time, "monotonic", itertools.count(0.0, 2.0).__next__)
    code, out, _ = call("load", folder / "many.csv", "--store", folder / "store")
    told = [
        re.fullmatch(r"sengraph: many\.csv: (.+) rows, (\d+) % \.\.\.", line)
        for line in terminal.getvalue().splitlines()
    ]
    assert [line[1] for line in told if line] == ["1,000", "2,000", "3,000"]
    assert [round(int(line[2]), -1) for line in told if line] == [30, 70, 100]
    assert (code, out.split(":")[1].partition("\n")[0]) == (0, " 3,000 rows read, 3,000 establishments")


@pytest.mark.parametrize("megabytes", [0.1, 1])
def test_a_full_disk_changes_nothing(loaded, megabytes):
    """Exit 3, what happened, and the store as it was; files cannot grow beyond a size here."""
    import resource

    before = quads(loaded / "store"), sorted(path.name for path in (loaded / "store").iterdir())
    write(loaded / "many.csv", [WHOLE | {"URN": str(100_000 + n)} for n in range(3000)])
    limit = int(megabytes * 1_000_000)
    done = subprocess.run(
        [*COMMAND, loaded / "many.csv", "--store", loaded / "store"],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "the disk is full" in done.stderr
    assert "the store is as it was" in done.stderr
    assert "Traceback" not in done.stderr
    assert (quads(loaded / "store"), sorted(path.name for path in (loaded / "store").iterdir())) == before
