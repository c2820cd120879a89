"""The stored questions: expected rows, worked out by hand from the table, against what comes back.

`questions/NAME.yaml` holds the cases of one question: parameters as a person types them, and the
rows, in order, with a null for an empty cell. IRIs are compact names. Long texts stand by name:
`cite:mainstream-3.1` is the citation of a responsibility, `cite:passage-mainstream-3` that of a cell,
`cite:empty-special-2` that of a cell without text, `cite:code` that of the Code, `cite:ontology`
that of the vocabulary, `cite:gias` that of the register's types, `cite:register` that of the register
itself; `label:`, `definition:`, `reason:` and `legal:` (legal status) stand for the text of the thing they
name. Questions with the tag `register` are asked of the invented schools in `data/register.csv`.
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
from sengraph import UsageError
from sengraph.ingest import ingest
from sengraph.load import packaged_files, parse, queries_dir, register_types
from sengraph.questions import Library
from sengraph.terms import GIAS, RDFS, SEN, SKOS, compact, expand

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
TYPES = (
    "The sengraph authors: Types of establishment in the national register of schools, and the settings that they "
    "count as, version 0.1.0, 2026. https://w3id.org/sengraph/gias"
)
REGISTER = "Get Information About Schools (Department for Education)"
WHOLE = {"code": CODE, "ontology": ONTOLOGY, "gias": TYPES, "register": REGISTER}
"""The citations of what is cited as a whole."""


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
    """The labels and other texts that were asserted, by kind of text and compact name."""
    kinds = {
        f"{RDFS}label": "label",
        f"{SKOS}definition": "definition",
        f"{GIAS}reason": "reason",
        f"{SEN}legalStatus": "legal",
    }
    return {
        (kinds[quad.predicate.value], compact(quad.subject.value)): quad.object.value
        for path in [*packaged_files(), register_types()]
        for quad in parse(path)
        if quad.predicate.value in kinds and isinstance(quad.subject, ox.NamedNode)
    }


def citation(name: str) -> str:
    """Write the citation that the rule gives: document, page, column, row, and clause or that the cell is empty."""
    if name in WHOLE:
        return WHOLE[name]
    kind, column, row, clause = re.fullmatch(r"(passage-|empty-)?([a-z]+)-(\d)(?:\.(\d))?", name).groups()  # type: ignore[union-attr]
    end = {"passage-": "", "empty-": " (empty cell)"}.get(kind, f", clause {clause}")
    return f"{CODE}, p. 15, table {COLUMNS[column]}, row {row}{end}"


def written_out(cell: str | None) -> str | None:
    """Put the text in the place of each name of a text."""
    if cell is None:
        return None
    if found := re.fullmatch(r"(label|definition|reason|legal):(\S+)", cell):
        name = found[2] if ":" in found[2] else f"code:{found[2]}"
        return texts()[found[1], name]
    return re.sub(r"\bcite:([a-z0-9.-]*[a-z0-9])", lambda name: citation(name[1]), cell)


def shown(term: ox.NamedNode | ox.Literal | None) -> str | None:
    """Write a term as the expected rows do."""
    return compact(term.value) if isinstance(term, ox.NamedNode) else term and term.value


def rows(answer: sengraph.Table) -> list[list[str | None]]:
    """Write an answer as the expected rows do."""
    return [[shown(term) for term in row] for row in answer.rows]


@pytest.fixture(scope="module")
def asked(graph, schools):
    """Return the graph that a question is asked of: the packaged one, or the one with the invented schools."""
    return lambda name: schools if "register" in LIBRARY[name].tags else graph


@pytest.mark.parametrize(("name", "case"), EVERY)
def test_expected_rows_come_back(asked, name, case):
    """Every row, in order, is the one that the table and the register give."""
    answer = asked(name).ask(name, **case["parameters"])
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
def in_rdflib(asked):
    """Return what a question is asked of, and what follows, as an rdflib graph, made once for each graph."""
    made = cache(lambda graph: graph.to_rdflib())
    return lambda name: made(asked(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARY.names)
def test_rows_are_the_same_on_another_engine(asked, in_rdflib, name):
    """rdflib's own engine returns the same rows in the same order, for each case of a question."""
    for case in cases(name):
        answer = asked(name).ask(name, **case["parameters"])
        found = [[_as_shown(term) for term in row] for row in in_rdflib(name).query(answer.sparql)]
        assert found == rows(answer), case["parameters"]


def _as_shown(term: rdflib.term.Node | None) -> str | None:
    return compact(str(term)) if isinstance(term, rdflib.URIRef) else term if term is None else str(term)


@pytest.mark.parametrize("name", LIBRARY.names)
def test_every_row_carries_its_source(asked, name):
    """`citation` is the last column, and never empty."""
    assert LIBRARY[name].columns[-1] == "citation"
    for case in cases(name):
        assert all(row[-1] is not None for row in asked(name).ask(name, **case["parameters"]).rows)


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


OF_SCHOOLS = [name for name in LIBRARY.names if "register" in LIBRARY[name].tags]


@pytest.fixture(scope="module")
def without_analogies(tmp_path_factory):
    """The invented schools in the Code's own terms alone."""
    folder = tmp_path_factory.mktemp("terms") / "store"
    ingest([HERE / "data" / "register.csv"], folder)
    return sengraph.open(store=folder)


def test_every_school_counts_once_in_the_codes_own_terms(without_analogies):
    """Without analogies, the 28 schools are covered or not: 8, 4 and 1 of a kind of setting, and 15 of none."""
    counted = [(row[1], row[2], int(row[4])) for row in rows(without_analogies.ask("coverage", level="nation"))]
    assert counted[:3] == [
        ("in the Code's terms", "sen:setting-maintained-mainstream", 8),
        ("in the Code's terms", "sen:setting-maintained-special", 4),
        ("in the Code's terms", "sen:setting-early-education", 1),
    ]
    assert {basis for basis, _, _ in counted[3:]} == {"not covered"}
    assert sum(count for _, _, count in counted[3:]) == 15
    assert len(without_analogies.ask("not-covered").rows) == 15


def test_an_academy_is_told_why_unless_it_is_looked_at_by_analogy(without_analogies, schools):
    """The reason where nothing is loaded by analogy, responsibilities where it is."""
    (row,) = rows(without_analogies.ask("responsibilities-of-school", school="Ivy Academy"))
    assert (row[5], row[9], row[10]) == ("not in the Code's terms", written_out("reason:gias:type-34"), None)
    assert {row[5] for row in rows(schools.ask("responsibilities-of-school", school="Ivy Academy"))} == {"by analogy"}


def test_nothing_is_called_not_covered_because_nothing_was_inferred(schools_store):
    """Without what follows no school is subject to anything; those of a type that counts are not called uncovered."""
    asserted = sengraph.open(store=schools_store, inference=False)
    assert rows(asserted.ask("responsibilities-of-school", school="Birch Primary School")) == []
    told = {row[0] for row in rows(asserted.ask("not-covered"))}
    assert not told & {f"establishment:{urn}" for urn in (900001, 900002, 900005, 900007)}
    assert "establishment:900018" in told
    assert {row[3] for row in rows(asserted.ask("coverage", level="nation")) if row[3]} == {
        f"gias:type-{code}" for code in (8, 10, 11, 18, 30, 38)
    }


def test_ones_own_schools_need_no_register(tmp_path):
    """A school that states its setting type is answered for, cited from the table alone."""
    own = tmp_path / "own.ttl"
    own.write_text(
        """@prefix sen: <https://w3id.org/sengraph/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://example.org/> a owl:Ontology ; owl:imports <https://w3id.org/sengraph/code-2001> .
        <https://example.org/school> sen:settingType sen:setting-maintained-special .""",
        "utf-8",
    )
    graph = sengraph.open(own)
    (row,) = rows(graph.ask("responsibilities-of-school", school="https://example.org/school", modality="must"))
    assert row == [
        "<https://example.org/school>",
        *[None] * 3,
        "sen:setting-maintained-special",
        "in the Code's terms",
        "sen:activity-report-on-policy",
        "governing body",
        "sen:modality-must",
        written_out("label:special-3.1"),
        "code:special-3.1",
        "2002-01-01",
        "2014-09-01",
        written_out("legal:code:code"),
        citation("special-3.1"),
    ]
    (row,) = rows(graph.ask("schools-subject-to"))
    assert (row[0], row[8], row[-1]) == ("<https://example.org/school>", "9", CODE)


@pytest.mark.parametrize("name", OF_SCHOOLS)
def test_without_a_register_there_are_no_schools(graph, name):
    """The packaged graph has no school: a list of them is empty, and a school that is named is not known."""
    required = [parameter for parameter in LIBRARY[name].parameters if parameter.required]
    if "school" in {parameter.name for parameter in required}:
        with pytest.raises(UsageError, match="--school .*: no register of schools is here"):
            graph.ask(name, school="900001")
    else:
        assert graph.ask(name, **{parameter.name: "2010-01-01" for parameter in required}).rows == []


@pytest.mark.parametrize("name", OF_SCHOOLS)
def test_an_answer_about_schools_says_when_the_code_was_in_force(name):
    """The code's days and its standing in law are in it, and what is told of one school has its status."""
    columns = LIBRARY[name].columns
    assert columns[-4:] == ("in_force_from", "in_force_until", "legal_status", "citation")
    assert {"status", "closing_date"} <= {*columns} or {"establishments", "open"} <= {*columns}
