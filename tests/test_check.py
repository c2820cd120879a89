"""The whole check: which files it reads, what each part finds, and the two forms of the report."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple
from pyoxigraph import parse as parse_rdf

from sengraph import check as checks
from sengraph import load
from sengraph.check import check, consistency_faults, fix, locator_faults, term_faults
from sengraph.errors import InputError
from sengraph.report import KINDS, Fault, Report
from sengraph.verify import passages

EXAMPLES = load.ontology_dir() / "examples"

PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/harbour/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sen: <https://w3id.org/sengraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse_rdf(PREFIXES + text, RdfFormat.TURTLE)]


@pytest.fixture
def without_reasoning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The consistency of the packaged graph takes the reference reasoner long, and has its own tests."""
    monkeypatch.setattr(checks, "consistency_faults", lambda triples: [])


@pytest.fixture
def harbour(tmp_path: Path) -> Callable[..., Path]:
    """Writes a code of practice of its own, with some of its text exchanged."""

    def write(*changes: tuple[str, str]) -> Path:
        text = (EXAMPLES / "valid.minimal.ttl").read_text(encoding="utf-8")
        text = text.replace("\n@prefix rdfs:", "\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs:")
        text += "\n<https://example.org/harbour> a owl:Ontology .\n"
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "harbour.ttl"
        file.write_text(text, encoding="utf-8")
        return file

    return write


# ------------------------------------------------------------------------------ the packaged graph


def test_packaged_graph() -> None:
    """The packaged graph has no fault of any kind."""
    report = check()
    assert (report.faults, report.ok, dict(report.counts)["responsibilities"]) == ((), True, 31)


@pytest.mark.usefixtures("without_reasoning")
def test_packaged_graph_and_document() -> None:
    """Held against the document, where there is a copy of it, all cells and modal phrases are accounted for."""
    folder = Path(__file__).parents[2] / "shared" / "source"
    for text in sorted(folder.glob("*.txt")):
        report = check(source=text)
        counts = dict(report.counts)
        assert (report.faults, counts["cells found in the text"], counts["modal phrases in them"]) == ((), 14, 18)
        return
    pytest.skip("no copy of the document's text here")


@pytest.mark.usefixtures("without_reasoning")
def test_packaged_graph_and_another_text(tmp_path: Path) -> None:
    """Of a text that is something else, every passage is reported, and the note says that there is no grid."""
    text = tmp_path / "other.txt"
    text.write_text("Something else.\n", encoding="utf-8")
    report = check(source=text)
    assert ([fault.kind for fault in report.faults], len(report.notes)) == (["source"] * 14, 1)


# ------------------------------------------------------------------------------ files


@pytest.mark.usefixtures("without_reasoning")
def test_another_code(harbour: Callable[..., Path]) -> None:
    """Another code is checked with the packaged vocabulary and without the packaged table."""
    report = check([harbour()])
    assert report.faults == ()
    assert {what: number for what, number in report.counts if what != "triples" and what != "terms"} == {
        "codes of practice": 1,
        "passages": 1,
        "responsibilities": 1,
    }


@pytest.mark.usefixtures("without_reasoning")
def test_import_of_the_packaged_table(harbour: Callable[..., Path]) -> None:
    """A code that imports the packaged table is checked together with it."""
    importing = harbour(("a owl:Ontology", "a owl:Ontology ; owl:imports <https://w3id.org/sengraph/code-2001>"))
    assert dict(check([importing]).counts)["responsibilities"] == 32


@pytest.mark.usefixtures("without_reasoning")
def test_copies_of_the_packaged_files(tmp_path: Path) -> None:
    """A copy of a packaged file takes the packaged one's place."""
    copies = []
    for file in load.packaged_files():
        copies.append(tmp_path / file.name)
        copies[-1].write_bytes(file.read_bytes())
    assert (check(copies).faults, check(copies).counts) == ((), check().counts)


@pytest.mark.usefixtures("without_reasoning")
def test_broken_responsibility(harbour: Callable[..., Path]) -> None:
    """A shape's fault names the resource, the property, what to do and the value at fault."""
    report = check([harbour(('sen:modalPhrase "must"', 'sen:modalPhrase "should"'))])
    assert report.faults == (
        Fault(
            "shapes",
            "<https://example.org/harbour/duty-1>",
            'rdfs:label: Put the modal phrase "should" into the English label, as it stands: people read the force there.'
            " Found: The governing body must give the parents a yearly report on its policy..",
        ),
        Fault(
            "shapes",
            "<https://example.org/harbour/duty-1>",
            'sen:modalPhrase: Correct the modality or its phrase: "should" is neither the label nor an alternative'
            " label of sen:modality-must.",
        ),
    )


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is an input error."""
    with pytest.raises(InputError, match="nowhere"):
        check([tmp_path / "nowhere.ttl"])


def test_unreadable_text_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong text file is reported before any work is done."""
    monkeypatch.setattr(load, "read", lambda *files, **options: pytest.fail("the graph was read first"))
    with pytest.raises(InputError, match="is a directory"):
        check(source=tmp_path)


# ------------------------------------------------------------------------------ consistency


def test_contradiction() -> None:
    """What contradicts itself is reported."""
    said = triples("ex:a owl:disjointWith ex:b . ex:x a ex:a , ex:b .")
    assert [fault.kind for fault in consistency_faults(said)] == ["consistency"]
    assert consistency_faults(said[:-1]) == []


# ------------------------------------------------------------------------------ terms


def test_undeclared_term() -> None:
    """A term of our namespaces that nobody declares is reported, with who uses it and the nearest candidate."""
    said = triples("sen:bearer a owl:ObjectProperty . ex:duty sen:beaerr ex:crew .")
    assert term_faults(said) == [
        Fault(
            "terms",
            "sen:beaerr",
            "nobody declares it, and <https://example.org/harbour/duty> uses it. Did you mean 'sen:bearer'?",
        )
    ]


def test_undeclared_term_of_a_file() -> None:
    """The namespace of an ontology among the files is held to the same, other namespaces are not."""
    said = triples(
        "<https://example.org/harbour> a owl:Ontology . ex:duty a ex:Duty ; ex:to <https://example.org/other/x> ."
    )
    assert [fault.where for fault in term_faults(said)] == [
        "<https://example.org/harbour/Duty>",
        "<https://example.org/harbour/to>",
    ]


@pytest.mark.parametrize(
    ("said", "wrong", "meant"),
    [
        ("ex:a rdfs:lable 'a' .", "rdfs:lable", "rdfs:label"),
        ("ex:a rdf:typ ex:b .", "rdf:typ", "rdf:type"),
        ("ex:a owl:equivalentclass ex:b .", "owl:equivalentclass", "owl:equivalentClass"),
        ("ex:a skos:preflabel 'a' .", "skos:preflabel", "skos:prefLabel"),
        ("ex:a ex:p '1'^^xsd:interger .", "xsd:interger", "xsd:integer"),
        ("ex:a dcterms:lisence ex:b .", "dcterms:lisence", "dcterms:license"),
    ],
)
def test_misspelt_term(said: str, wrong: str, meant: str) -> None:
    """A term that a closed vocabulary does not have is reported with the one that was meant."""
    (fault,) = term_faults(triples(said))
    assert fault.where == wrong
    assert f"'{meant}'" in fault.message


def test_terms_that_are_right() -> None:
    """List members, versions and terms of open vocabularies are no faults."""
    assert (
        term_faults(
            triples(
                """
                <https://example.org/harbour> a owl:Ontology ; owl:versionIRI <https://example.org/harbour/1.0> .
                ex:a a rdf:Seq ; rdf:_1 "x"^^xsd:string ; <https://schema.org/nmae> "y" .
                """
            )
        )
        == []
    )


# ------------------------------------------------------------------------------ locators


def located(*places: tuple[int, int, str]) -> list[Fault]:
    said = "".join(
        f"ex:p{number} sen:page '4' ; sen:column {column} ; sen:row {row} ; sen:digest '{number:064}' ;"
        f" sen:addresses sen:setting-{setting} ; dcterms:isPartOf ex:code .\n"
        for number, (column, row, setting) in enumerate(places)
    )
    return locator_faults(passages(triples(said)))


def test_whole_table() -> None:
    """A table in which every row and column has a passage is in order, empty cells or not."""
    assert located((1, 1, "a"), (2, 2, "b"), (1, 3, "a")) == []


def test_column_of_two_settings() -> None:
    """A column for two settings is reported."""
    (fault,) = located((1, 1, "a"), (1, 2, "b"))
    assert (fault.where, "sen:setting-a, sen:setting-b" in fault.message) == ("p. 4, column 1", True)


def test_row_and_column_left_out() -> None:
    """A row or a column before the last in which there is nothing is reported."""
    assert [fault.where for fault in located((1, 1, "a"), (3, 3, "b"))] == ["p. 4, row 2", "p. 4, column 2"]


# ------------------------------------------------------------------------------ generated classes


def test_fix_writes_all_files_or_none(harbour: Callable[..., Path], tmp_path: Path) -> None:
    """A file that is refused is found before another is written."""
    good = harbour(("sen:activity-report-on-policy", "sen:activity-keep-governance-informed"))
    bad = tmp_path / "bad.ttl"
    text = good.read_text(encoding="utf-8")
    bad.write_text("no Turtle", encoding="utf-8")
    with pytest.raises(InputError, match="bad.ttl"):
        fix([good, bad])
    assert good.read_text(encoding="utf-8") == text
    assert fix([good]) == [f"{good}: written anew"]


@pytest.mark.usefixtures("without_reasoning")
def test_generated_part(harbour: Callable[..., Path]) -> None:
    """A code whose kinds are not known is reported, `fix` adds them, and a change of the part is reported too."""
    file = harbour(("sen:activity-report-on-policy", "sen:activity-keep-governance-informed"))
    (lacking,) = check([file]).faults
    assert (lacking.kind, lacking.where) == ("generated", "<https://example.org/harbour/duty-1>")
    assert fix([file]) == [f"{file}: written anew"]
    assert check([file]).faults == ()
    assert fix([file]) == [f"{file}: nothing to change"]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(', by governance"', ', by whomever"'), encoding="utf-8")
    (edited,) = check([file]).faults
    assert edited.message == f"the generated part is not up to date; run: sengraph check --fix {file}"


# ------------------------------------------------------------------------------ the report


REPORT = Report(
    files=("mine.ttl",),
    source="text.txt",
    counts=(("triples", 1200), ("cells", 14)),
    faults=(Fault("shapes", "ex:a", "add a bearer"), Fault("source", "p. 15", "changed"), Fault("source", "", "lost")),
    notes=("no grid",),
)


def test_text_form() -> None:
    """For people: faults under a heading for each kind, notes, and what was checked."""
    assert str(REPORT).split("\n") == [
        f"shapes: {KINDS['shapes']}",
        "  ex:a: add a bearer",
        "",
        f"source: {KINDS['source']}",
        "  p. 15: changed",
        "  lost",
        "",
        "note: no grid",
        "3 faults. Checked: triples 1,200, cells 14.",
    ]


def test_json_form() -> None:
    """For programs: an object with the documented members."""
    assert json.loads(REPORT.as_json()) == {
        "ok": False,
        "files": ["mine.ttl"],
        "source": "text.txt",
        "counts": {"triples": 1200, "cells": 14},
        "faults": [
            {"kind": "shapes", "where": "ex:a", "message": "add a bearer"},
            {"kind": "source", "where": "p. 15", "message": "changed"},
            {"kind": "source", "where": "", "message": "lost"},
        ],
        "notes": ["no grid"],
    }


def test_import_is_cheap() -> None:
    """Importing the check imports neither rdflib nor pySHACL."""
    code = "import sys, sengraph.check; print({'rdflib', 'pyshacl', 'owlrl', 'pyoxigraph'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "set()\n"
