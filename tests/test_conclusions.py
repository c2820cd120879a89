"""What follows from the table by the axioms of `sen.ttl`, whole sets, both ways: nothing missing, nothing more.

The expected sets were worked out by hand from the table. The relations are reflexive and symmetric
in the graph, so a pair is compared without its order and the diagonal is dropped.
"""

from __future__ import annotations

from itertools import combinations

import pyoxigraph as ox
import pytest

from sengraph import load
from sengraph.reasoning import infer
from sengraph.terms import CODE, RDF, SEN

COUNTERPARTS = {
    "governing-body / management-group",
    "headteacher / head-of-setting",
    "teaching-staff / practitioners",
    "non-teaching-staff / practitioners",
    "senco / sen-team",
}

EQUIVALENT = {
    "mainstream-1.3 / special-1.3",
    "mainstream-1.4 / special-1.4",
    "mainstream-3.1 / special-3.1",
    "mainstream-1.2 / early-1.1",
    "mainstream-4.1 / early-4.1",
    "mainstream-4.2 / early-4.2",
    "mainstream-4.3 / early-4.3",
    "mainstream-5.1 / early-5.1",
    "mainstream-5.2 / early-5.2",
    "mainstream-6.2 / early-6.1",
    "mainstream-6.3 / early-6.2",
}

VARIANT = {
    "mainstream-1.1 / special-1.1",
    "mainstream-1.2 / special-1.2",
    "mainstream-4.1 / special-4.1",
    "mainstream-4.2 / special-4.2",
    "mainstream-5.1 / special-5.1",
    "mainstream-5.2 / special-5.2",
    "special-1.2 / early-1.1",
    "special-4.1 / early-4.1",
    "special-4.2 / early-4.2",
    "special-5.1 / early-5.1",
    "special-5.2 / early-5.2",
}

COOPERATION = {
    "governing-body / headteacher",
    "headteacher / senco",
    "headteacher / sen-team",
    "management-group / practitioners",
    "head-of-setting / senco",
    "senco / senior-management",
    "sen-team / senior-management",
    "senco / fellow-teachers",
    "sen-team / fellow-teachers",
    "senco / colleagues",
}

INFORMATION = {
    ("governing-body", "parents"),
    ("headteacher", "governing-body"),
    ("head-of-setting", "management-group"),
}

MODALITY_CLASSES = {
    "Obligation": {"mainstream-3.1", "special-3.1"},
    "Permission": {"mainstream-2.1"},
    "Expectation": {"special-4.2"},
    "AssignedResponsibility": {
        "mainstream-4.1", "mainstream-6.2", "mainstream-6.3", "special-4.1", "early-4.1", "early-6.1", "early-6.2",
    },
    "Recommendation": {
        "mainstream-1.1", "mainstream-1.2", "mainstream-1.3", "mainstream-1.4", "mainstream-4.2", "mainstream-4.3",
        "mainstream-5.1", "mainstream-5.2", "mainstream-6.1", "special-1.1", "special-1.2", "special-1.3",
        "special-1.4", "special-5.1", "special-5.2", "early-1.1", "early-4.2", "early-4.3", "early-5.1", "early-5.2",
    },
}  # fmt: skip

SIZES = {"maintained-mainstream": 14, "maintained-special": 9, "early-education": 8}

EXAMPLE = "https://example.org/"


def local(term) -> str:
    """Return the local name of an IRI, without the kind of an individual of the vocabulary."""
    return term.value.removeprefix(CODE).removeprefix(SEN).removeprefix("party-").removeprefix("stage-")


def pairs(texts: set[str]) -> set[frozenset[str]]:
    return {frozenset(text.split(" / ")) for text in texts}


def related(triples, name: str) -> set[frozenset[str]]:
    """Return the unordered pairs that a relation holds between, the diagonal dropped."""
    found = {(local(t.subject), local(t.object)) for t in triples if t.predicate.value == SEN + name}
    return {frozenset(pair) for pair in found if pair[0] != pair[1]}


@pytest.fixture(scope="module")
def closed(graph):
    """The asserted and inferred triples of the packaged graph."""
    return set(graph._engine.triples())


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("counterpartOf", COUNTERPARTS),
        ("stageCounterpartOf", {"school-action / early-years-action", "school-action-plus / early-years-action-plus"}),
        ("correspondsTo", EQUIVALENT | VARIANT),
        ("equivalentTo", EQUIVALENT),
        ("cooperatesWith", COOPERATION),
    ],
)
def test_symmetric_relations_are_exactly_these(closed, relation, expected):
    """Each pair of the expected set is related, and no other."""
    assert related(closed, relation) == pairs(expected)


def test_there_are_22_correspondences_and_11_equivalences():
    """The sets of this file are as large as they should be, and do not overlap."""
    assert (len(EQUIVALENT), len(VARIANT), len(EQUIVALENT & VARIANT)) == (11, 11, 0)


@pytest.mark.parametrize(
    "relation", ["counterpartOf", "correspondsTo", "equivalentTo", "stageCounterpartOf", "cooperatesWith"]
)
def test_relations_are_symmetric_in_the_graph(closed, relation):
    """Both directions are there, so that a query may ask either way."""
    found = {(t.subject, t.object) for t in closed if t.predicate.value == SEN + relation}
    assert found == {(b, a) for a, b in found}


def test_information_runs_one_way(closed):
    """Who informs whom, in that direction only."""
    found = {(local(t.subject), local(t.object)) for t in closed if t.predicate.value == f"{SEN}informs"}
    assert found == INFORMATION


def test_each_responsibility_is_in_the_class_of_its_force(closed):
    """Five classes, 31 members, none in two."""
    for name, members in MODALITY_CLASSES.items():
        cls = ox.NamedNode(SEN + name)
        typed = {local(t.subject) for t in closed if t.predicate.value == f"{RDF}type" and t.object == cls}
        assert typed == members
    assert sum(map(len, MODALITY_CLASSES.values())) == 31
    assert not any(a & b for a, b in combinations(MODALITY_CLASSES.values(), 2))


def turtle(text: str) -> list[ox.Triple]:
    """Return the triples of some Turtle in the project's and the example's namespaces."""
    prefixes = f"@prefix sen: <{SEN}> . @prefix code: <{CODE}> . @prefix : <{EXAMPLE}> .\n"
    return [quad.triple for quad in ox.parse(prefixes + text, ox.RdfFormat.TURTLE)]


OTHER_CODE = """
:twin a sen:Responsibility ; sen:bearer sen:party-governing-body ; sen:activity sen:activity-appoint-committee ;
    sen:modality sen:modality-may ; sen:scope sen:scope-sen-specific ;
    sen:coverage sen:coverage-interest-and-monitoring ; sen:appliesIn sen:setting-maintained-special .
:wider a sen:Responsibility ; sen:bearer sen:party-governing-body ; sen:activity sen:activity-appoint-committee ;
    sen:modality sen:modality-may ; sen:scope sen:scope-sen-specific ; sen:coverage :coverage-wider ;
    sen:covers sen:coverage-interest-in-work , sen:coverage-monitoring-of-work , sen:coverage-policy .
:leader a sen:Responsibility ; sen:bearer sen:party-headteacher ; sen:activity sen:activity-appoint-committee ;
    sen:modality sen:modality-may ; sen:scope sen:scope-sen-specific ;
    sen:coverage sen:coverage-interest-and-monitoring .
:support a sen:Responsibility ; sen:bearer :assistants ; sen:activity sen:activity-take-part-in-policy-development ;
    sen:modality sen:modality-must ; sen:scope sen:scope-sen-specific ; sen:coverage sen:coverage-policy .
:assistants a sen:Group ; sen:performs sen:function-support .
:mainstream sen:settingType sen:setting-maintained-mainstream .
:special a sen:MaintainedSpecialSchool .
:nursery sen:settingType sen:setting-early-education , sen:setting-maintained-mainstream .
:academy sen:settingTypeByAnalogy sen:setting-maintained-mainstream .
"""


@pytest.fixture(scope="module")
def with_other_code():
    """What follows when another code's responsibilities and some establishments are put beside the table."""
    triples = [*load.read(load.packaged_files()), *turtle(OTHER_CODE)]
    inference = infer(triples)
    assert inference.clashes == ()
    return {*triples, *inference.inferred}


def test_another_codes_responsibility_classifies_itself(with_other_code):
    """The same activity by the same function with the same force, scope and coverage is equivalent."""
    twins = {pair for pair in related(with_other_code, "equivalentTo") if f"{EXAMPLE}twin" in pair}
    assert twins == {frozenset({f"{EXAMPLE}twin", "mainstream-2.1"})}


def test_a_superset_of_what_is_covered_is_not_equivalent(with_other_code):
    """It corresponds, and is no more: covering more parts is another coverage."""
    wider = f"{EXAMPLE}wider"
    assert not [pair for pair in related(with_other_code, "equivalentTo") if wider in pair]
    assert frozenset({wider, "mainstream-2.1"}) in related(with_other_code, "correspondsTo")


def test_another_function_does_not_correspond(with_other_code):
    """The same activity in a head's hands is not the governing body's."""
    assert not [pair for pair in related(with_other_code, "correspondsTo") if f"{EXAMPLE}leader" in pair]


def test_a_function_shared_by_one_bearer_of_two_is_enough(with_other_code):
    """Supporting staff alone correspond to teaching and non-teaching staff together, and to practitioners."""
    found = {pair for pair in related(with_other_code, "correspondsTo") if f"{EXAMPLE}support" in pair}
    others = ("mainstream-5.1", "special-5.1", "early-5.1")
    assert found == {frozenset({f"{EXAMPLE}support", other}) for other in others}


@pytest.mark.parametrize(
    ("establishment", "settings", "cls"),
    [
        ("mainstream", ["maintained-mainstream"], "MaintainedMainstreamSchool"),
        ("special", ["maintained-special"], "MaintainedSpecialSchool"),
        ("nursery", ["early-education", "maintained-mainstream"], "EarlyEducationSetting"),
        ("academy", [], None),
    ],
)
def test_an_establishment_is_subject_to_its_settings(with_other_code, graph, establishment, settings, cls):
    """Every clause addressed to its kinds of setting, and no other; the class and the setting type say the same."""
    subject = ox.NamedNode(EXAMPLE + establishment)
    found = {t.object for t in with_other_code if t.subject == subject and t.predicate.value == f"{SEN}subjectTo"}
    mine = {t for t in found if t.value.startswith(CODE)}
    assert len(mine) == sum(SIZES[setting] for setting in settings)
    classes = {t.object.value for t in with_other_code if t.subject == subject and t.predicate.value == f"{RDF}type"}
    assert cls is None or SEN + cls in classes


def test_analogy_never_becomes_a_fact(with_other_code):
    """What is so by analogy has properties of its own, and leads to no setting type."""
    academy = ox.NamedNode(f"{EXAMPLE}academy")
    predicates = {t.predicate.value.removeprefix(SEN) for t in with_other_code if t.subject == academy}
    assert "subjectToByAnalogy" in predicates
    assert not {"settingType", "subjectTo"} & predicates


def test_two_modalities_are_a_contradiction():
    """A responsibility that must and should is inconsistent, not a proof that must is should."""
    triples = [*load.read(load.packaged_files()), *turtle("code:mainstream-3.1 sen:modality sen:modality-should .")]
    inference = infer(triples)
    assert any("Obligation" in clash and "Recommendation" in clash for clash in inference.clashes)


def test_inferred_and_asserted_share_nothing(graph):
    """The two named graphs are disjoint, so that no triple counts twice."""
    asserted, inferred = (
        set(graph.query(f"SELECT ?s ?p ?o FROM <https://w3id.org/sengraph/graph/{name}> {{ ?s ?p ?o }}").rows)
        for name in ("asserted", "inferred")
    )
    assert asserted
    assert inferred
    assert not asserted & inferred
