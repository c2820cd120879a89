"""The stored questions: expected rows, worked out by hand from the table, against what comes back.

`questions/NAME.yaml` holds the cases of one question: parameters as a person types them, and the
rows, in order, with a null for an empty cell. IRIs are compact names. Long texts stand by name:
`cite:mainstream-3.1` is the citation of a responsibility, `cite:passage-mainstream-3` that of a cell,
`cite:empty-special-2` that of a cell without text, `cite:code` that of the Code, `cite:ontology`
that of the vocabulary; `label:` and `definition:` stand for the text of the thing they name.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import yaml

import sengraph
from sengraph.load import packaged_files, parse, queries_dir
from sengraph.questions import Library
from sengraph.terms import RDFS, SEN, SKOS, compact, expand

HERE = Path(__file__).parent
LIBRARY = Library(queries_dir())
COLUMNS = {
    "mainstream": "column 1 (maintained mainstream schools)",
    "special": "column 2 (maintained special schools)",
    "early": "column 3 (early education settings)",
}
CODE = "SEN Code of Practice (DfES/581/2001)"
ONTOLOGY = (
    "The sengraph authors: Responsibilities for special educational needs, version 0.1.0, 2026. "
    "https://w3id.org/sengraph/ontology"
)


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of one question."""
    loaded: list[dict[str, Any]] = yaml.safe_load((HERE / "questions" / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


EVERY = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name in sorted(path.stem for path in (HERE / "questions").glob("*.yaml"))
    for number, case in enumerate(cases(name), 1)
]


@cache
def texts() -> dict[tuple[str, str], str]:
    """The labels and definitions that were asserted, by kind of text and compact name."""
    kinds = {f"{RDFS}label": "label", f"{SKOS}definition": "definition"}
    return {
        (kinds[quad.predicate.value], compact(quad.subject.value)): quad.object.value
        for path in packaged_files()
        for quad in parse(path)
        if quad.predicate.value in kinds and isinstance(quad.subject, ox.NamedNode)
    }


def citation(name: str) -> str:
    """Write the citation that the rule gives: document, page, column, row, and clause or that the cell is empty."""
    if name in ("code", "ontology"):
        return CODE if name == "code" else ONTOLOGY
    kind, column, row, clause = re.fullmatch(r"(passage-|empty-)?([a-z]+)-(\d)(?:\.(\d))?", name).groups()  # type: ignore[union-attr]
    end = {"passage-": "", "empty-": " (empty cell)"}.get(kind, f", clause {clause}")
    return f"{CODE}, p. 15, table {COLUMNS[column]}, row {row}{end}"


def written_out(cell: str | None) -> str | None:
    """Put the text in the place of each name of a text."""
    if cell is None:
        return None
    if found := re.fullmatch(r"(label|definition):(\S+)", cell):
        name = found[2] if ":" in found[2] else f"code:{found[2]}"
        return texts()[found[1], name]
    return re.sub(r"\bcite:([a-z0-9.-]*[a-z0-9])", lambda name: citation(name[1]), cell)


def shown(term: ox.NamedNode | ox.Literal | None) -> str | None:
    """Write a term as the expected rows do."""
    return compact(term.value) if isinstance(term, ox.NamedNode) else term and term.value


def rows(answer: sengraph.Table) -> list[list[str | None]]:
    """Write an answer as the expected rows do."""
    return [[shown(term) for term in row] for row in answer.rows]


@pytest.mark.parametrize(("name", "case"), EVERY)
def test_expected_rows_come_back(graph, name, case):
    """Every row, in order, is the one that the table gives."""
    answer = graph.ask(name, **case["parameters"])
    assert rows(answer) == [[written_out(cell) for cell in row] for row in case["rows"]]
    assert answer.columns == LIBRARY[name].columns


@pytest.mark.parametrize("name", LIBRARY.names)
def test_every_question_and_parameter_is_tried(name):
    """A question has cases; each parameter is in one; and without parameters, where none is required, all rows come."""
    tried = [case["parameters"] for case in cases(name)]
    parameters = LIBRARY[name].parameters
    assert {parameter.name for parameter in parameters} == {key for case in tried for key in case}
    assert any(not case["rows"] for case in cases(name)) or not parameters


@pytest.fixture(scope="module")
def in_rdflib(graph):
    """The packaged graph and what follows, as an rdflib graph."""
    return graph.to_rdflib()


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARY.names)
def test_rows_are_the_same_on_another_engine(graph, in_rdflib, name):
    """rdflib's own engine returns the same rows in the same order, for each case of a question."""
    for case in cases(name):
        answer = graph.ask(name, **case["parameters"])
        found = [[_as_shown(term) for term in row] for row in in_rdflib.query(answer.sparql)]
        assert found == rows(answer), case["parameters"]


def _as_shown(term: rdflib.term.Node | None) -> str | None:
    return compact(str(term)) if isinstance(term, rdflib.URIRef) else term if term is None else str(term)


@pytest.mark.parametrize("name", LIBRARY.names)
def test_every_row_carries_its_source(graph, name):
    """`citation` is the last column, and never empty."""
    assert LIBRARY[name].columns[-1] == "citation"
    for case in cases(name):
        assert all(row[-1] is not None for row in graph.ask(name, **case["parameters"]).rows)


def test_every_reading_note_is_told(graph):
    """Without parameters, `how-read` returns each reading note once."""
    notes = {
        (compact(quad.subject.value), quad.object.value)
        for path in packaged_files()
        for quad in parse(path)
        if quad.predicate.value == f"{SEN}readingNote"
    }
    answer = [tuple(row[:2]) for row in rows(graph.ask("how-read"))]
    assert len(answer) == len(notes)
    assert set(answer) == notes


def test_compare_names_the_bearer_where_the_functions_differ(tmp_path):
    """The same activity by a party of another function is a variant in bearer, by what was asserted alone."""
    (table,) = (path for path in packaged_files() if path.name == "code-2001.ttl")
    head, clause, rest = re.split(
        r"(?=\ncode:special-4.2\n)|(?=\ncode:special-5.1\n)", table.read_text(encoding="utf-8")
    )
    changed = tmp_path / "code-2001.ttl"
    changed.write_text(head + clause.replace("bearer sen:party-headteacher", "bearer sen:party-senco") + rest, "utf-8")
    asked = {"activity": "keep-governance-informed", "setting": "maintained-mainstream", "other": "maintained-special"}
    (row,) = sengraph.open(changed, inference=False).ask("compare", **asked)
    assert (row.comparison, row.also_differs_in) == ("variant in bearer, modality", "manner")


FACETS = {
    "id": "responsibility",
    "setting_type": "setting",
    "table_row": "row",
    "clause": "clause",
    "bearer": "party",
    "bearer_alternative": "party",
    "quantifier": "quantifier",
    "modality": "modality",
    "modal_phrase": "phrase",
    "kind": "activity",
    "coverage": "coverage",
    "covers": "coverage",
    "scope": "scope",
    "population": "population",
    "collaborators": "collaborator",
    "collaborator_alternative": "collaborator",
    "recipient": "recipient",
    "frequency": "frequency",
    "manner": "manner",
    "qualifier": "qualifier",
    "stage": "stage",
    "establishes": "establishes",
    "in_line_with": "in_line_with",
}
"""The columns of the table of responsibilities, and the parameter of `responsibilities-of` that asks for each."""

AS_ASKED = {
    "taking an interest in the setting's work": "interest-in-work",
    "monitoring the setting's work": "monitoring-of-work",
    "the setting's work": "work-of-the-setting",
    "all aspects of the setting's work": "all-aspects",
}
"""Parts of a coverage that the vocabulary calls otherwise than the table of responsibilities does."""


def facet_values() -> list[tuple[str, str, str]]:
    """Every value of every facet: the parameter, the value as it can be asked for, and the responsibility."""
    with (HERE / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
        found = [
            (FACETS[column], value, row["id"])
            for row in csv.DictReader(file)
            for column, values in row.items()
            for value in values.split("|")
            if value
        ]
    named = {"coverage": AS_ASKED, "in_line_with": {value: "code:code" for _, value, _ in found}}
    return [(parameter, named.get(parameter, {}).get(value, value), name) for parameter, value, name in found]


def test_every_responsibility_is_found_from_each_of_its_facets(graph):
    """Whatever a responsibility states, `responsibilities-of` finds it by that."""
    answers = {
        (parameter, value): {shown(row[5]) for row in graph.ask("responsibilities-of", **{parameter: value}).rows}
        for parameter, value, _ in facet_values()
    }
    for parameter, value, name in facet_values():
        assert f"code:{name}" in answers[parameter, value], f"{name} by {parameter} {value}"


def test_every_facet_can_be_asked_for():
    """No column of the table of responsibilities is without a parameter."""
    assert set(FACETS.values()) < {parameter.name for parameter in LIBRARY["responsibilities-of"].parameters}


@pytest.mark.parametrize("name", ["collaborators", "responsibility-matrix", "who-is-served"])
def test_a_list_without_gaps_says_where_they_are_told(name):
    """A question that lists what the table states, and not where it is silent, points to the one that does."""
    assert 'the question "gaps" tells where it names nobody' in LIBRARY[name].description


def test_whoever_asks_for_one_wording_is_told_of_the_other():
    """The source says children and pupils: who asks who is served has to ask for both."""
    said = LIBRARY["who-is-served"].description
    assert '"Children with SEN" and "pupils with SEN" are kept apart, as the source words them: ask for both.' in said


def test_no_question_knows_the_code_by_name():
    """Whatever code of practice is loaded, the questions are the same: none names this one, its settings or page."""
    for name in LIBRARY.names:
        text = (queries_dir() / f"{name}.rq").read_text(encoding="utf-8").partition("PREFIX")[2]
        assert not re.search(r"code-2001|DfES|sen:setting-|sen:party-|sen:activity-", text), name
    assert expand("code:code") == "https://w3id.org/sengraph/code-2001/code"


@pytest.fixture(scope="module")
def two_codes():
    """The packaged graph and an invented code of practice beside it."""
    return sengraph.open(HERE / "data" / "another-code.ttl")


ASKED_OF_ONE = [name for name in LIBRARY.names if any(p.name == "code" for p in LIBRARY[name].parameters)]


@pytest.mark.parametrize("name", ASKED_OF_ONE)
def test_a_question_of_one_code_is_answered_from_it_alone(graph, two_codes, name):
    """With another code beside it, the answer about a code is what it was; so are silence and nearest clause."""
    for case in cases(name):
        parameters = case["parameters"] | {"code": "code:code"}
        assert rows(two_codes.ask(name, **parameters)) == rows(graph.ask(name, **parameters)), parameters


@pytest.mark.parametrize("name", ["correspondences", "differences", "different-force", "equivalents"])
def test_pairs_of_one_code_stay_when_another_comes(graph, two_codes, name):
    """Another code adds pairs; it takes none away, and keeps their order."""
    before, after = rows(graph.ask(name)), rows(two_codes.ask(name))
    assert [row for row in after if row in before] == before
    assert all("Another Code" in str(row[-1]) for row in after if row not in before)


def test_gaps_of_another_code_are_its_own(two_codes):
    """Its silent cells are told by its own columns and page, compared with its own clauses only."""
    answer = rows(two_codes.ask("gaps", code="<https://example.org/another-code/code>"))
    other = "https://example.org/another-code/"
    silence = "the table's silence is not absence of a duty or a power"
    assert answer == [
        [
            "sen:setting-maintained-special",
            "sen:activity-appoint-committee",
            "the cell is empty",
            silence,
            f"<{other}evening-2.1>",
            "The headteacher may appoint a committee.",
            "Another Code, p. iv, table column 1 (maintained special schools), row 2 (empty cell)",
        ],
        [
            f"<{other}setting-evening-school>",
            "sen:activity-take-part-in-strategic-development",
            "the cell is empty",
            silence,
            f"<{other}special-1.1>",
            "The SENCO must work with the headteacher.",
            "Another Code, p. iv, table column 2 (evening schools), row 1 (empty cell)",
        ],
    ]


def test_forces_are_ranked_where_they_can_be(two_codes):
    """must is stronger than should, whichever code says it; of two clauses in one column, the lower IRI is told first."""
    answer = rows(two_codes.ask("different-force", activity="take-part-in-strategic-development"))
    assert [row[1:6] for row in answer] == [
        [
            "<https://example.org/another-code/special-1.1>",
            "sen:modality-must",
            "stronger",
            "code:mainstream-6.1",
            "sen:modality-should",
        ]
    ]
