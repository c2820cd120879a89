"""Explanations: why a triple holds, with its sources, and what it lacks if it does not."""

from __future__ import annotations

import json

import pytest

import sengraph
from sengraph import UsageError

FAMILY = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Parent owl:equivalentClass [ a owl:Restriction ; owl:onProperty :child ; owl:someValuesFrom :Person ] .
:mother rdfs:subPropertyOf :child .
:Ada :mother :Ben . :Ben a :Person .
"""


@pytest.fixture(scope="module")
def packaged():
    return sengraph.open()


@pytest.fixture
def family(tmp_path):
    path = tmp_path / "family.ttl"
    path.write_text(FAMILY, encoding="utf-8")
    return sengraph.open(path)


def test_a_proof_is_a_tree_with_rules_and_sources(family):
    """Each step names its rule, each leaf the file it is in; anonymous classes are written out."""
    assert (
        str(family.explain("<http://example.org/Ada>", "a", "<http://example.org/Parent>"))
        == """\
<http://example.org/Ada> a <http://example.org/Parent>   cax-eqc2
├─ <http://example.org/Parent> owl:equivalentClass (<http://example.org/child> some <http://example.org/Person>)   [1]
└─ <http://example.org/Ada> a (<http://example.org/child> some <http://example.org/Person>)   cls-svf1
   ├─ (<http://example.org/child> some <http://example.org/Person>) owl:someValuesFrom <http://example.org/Person>   [1]
   ├─ (<http://example.org/child> some <http://example.org/Person>) owl:onProperty <http://example.org/child>   [1]
   ├─ <http://example.org/Ada> <http://example.org/child> <http://example.org/Ben>   prp-spo1
   │  ├─ <http://example.org/mother> rdfs:subPropertyOf <http://example.org/child>   [1]
   │  └─ <http://example.org/Ada> <http://example.org/mother> <http://example.org/Ben>   [1]
   └─ <http://example.org/Ben> a <http://example.org/Person>   [1]

prp-spo1  ?p1 rdfs:subPropertyOf ?p2 , ?x ?p1 ?y => ?x ?p2 ?y
cls-svf1  ?x owl:someValuesFrom ?y , ?x owl:onProperty ?p , ?u ?p ?v , ?v a ?y => ?u a ?x
cax-eqc2  ?c1 owl:equivalentClass ?c2 , ?x a ?c2 => ?x a ?c1
[1] family.ttl
"""
    )


def test_a_leaf_of_the_table_is_cited(packaged):
    """Document, page, cell and clause stand with what the proof rests on."""
    explained = packaged.explain("mainstream-3.1", "a", "sen:Obligation")
    assert explained
    assert (
        "[2] code-2001.ttl; SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), "
        "row 3, clause 1" in str(explained)
    )


def test_what_was_asserted_is_its_own_proof(packaged):
    """One line, and where it stands; a literal is written as in Turtle."""
    explained = packaged.explain("mainstream-3.1", "sen:frequency", '"annually"')
    assert [proof.rule for proof in explained.proofs] == [""]
    assert str(explained).startswith('code:mainstream-3.1 sen:frequency "annually"   [1]\n')


def test_what_does_not_follow_lacks_something(packaged):
    """The clauses on general policy differ in scope, and that is what the explanation comes down to."""
    explained = packaged.explain("mainstream-1.1", "sen:equivalentTo", "special-1.1")
    assert not explained
    assert explained.lacks[0].rule == "prp-spo2"
    assert explained.lacks[-1].rule == "cls-hv2"
    assert "It would if this held: code:mainstream-1.1 sen:scope sen:scope-all-learners\n" in str(explained)


def test_a_should_is_no_must_and_the_explanation_says_so(packaged):
    """The modality is what is lacking."""
    explained = packaged.explain("mainstream-1.1", "a", "sen:Obligation")
    assert "It would if this held: code:mainstream-1.1 sen:modality sen:modality-must\n" in str(explained)


def test_nothing_comes_near_to_nonsense(family):
    """No rule concludes a property that nobody relates to anything."""
    explained = family.explain("<http://example.org/Ada>", "<http://example.org/likes>", "<http://example.org/Ben>")
    assert str(explained).endswith("No rule comes near to concluding it.\n")


def test_json_lists_steps_with_their_premises(family):
    """Programs get a flat list: each step's premises are ids of the list, each leaf has its source."""
    found = json.loads(
        json.dumps(family.explain("<http://example.org/Ada>", "a", "<http://example.org/Parent>").as_json())
    )
    assert found["follows"]
    assert found["lacks"] == []
    (steps,) = found["proofs"]
    by_id = {step["id"]: step for step in steps}
    assert steps[0]["rule"] == "cax-eqc2"
    assert steps[0]["triple"][0] == "<http://example.org/Ada>"
    assert all(premise in by_id for step in steps for premise in step["premises"])
    assert all((step["rule"] is None) == ("source" in step) for step in steps)
    assert {step["source"] for step in steps if not step["rule"]} == {"family.ttl"}


def test_json_of_what_does_not_follow(packaged):
    """What holds and what lacks, as terms in N-Triples syntax."""
    found = packaged.explain("senco", "sen:counterpartOf", "headteacher").as_json()
    assert not found["follows"]
    assert found["proofs"] == []
    assert found["lacks"][-1]["rule"] == "prp-inv2"
    assert found["lacks"][-1]["lacks"][0].endswith("party-headteacher>")


def test_other_ways_to_prove_the_same(packaged):
    """Alternatives end with another step; the shortest stands first."""
    explained = packaged.explain("mainstream-3.1", "sen:equivalentTo", "special-3.1", most=10)
    assert [proof.rule for proof in explained.proofs] == ["prp-spo2", "prp-symp"]
    assert explained.proofs[0].size <= explained.proofs[1].size
    assert "Proof 2 of 2" in str(explained)


def test_markdown_is_a_nested_list(packaged):
    """Two spaces a level, nothing in it taken for markup."""
    text = packaged.explain("mainstream-3.1", "a", "sen:Obligation").markdown()
    assert text.startswith("- code:mainstream-3.1 a sen:Obligation cax-eqc2\n  - sen:Obligation owl:equivalentClass")
    assert "\\[1\\]" in text


def test_terms_of_pyoxigraph_are_taken_as_they_are(family):
    """A program need not write names."""
    import pyoxigraph as ox

    ada, child, ben = (ox.NamedNode(f"http://example.org/{name}") for name in ("Ada", "child", "Ben"))
    assert family.explain(ada, child, ben).proofs[0].rule == "prp-spo1"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (("nobody", "a", "sen:Party"), "no thing is called 'nobody'"),
        (('"x"', "a", "sen:Party"), "no literal"),
        (("senco", '"x"', "sen:Party"), "no literal"),
        (("senco", "rdfs:label", '"unclosed'), "is not a literal"),
        (("senco", "rdfs:label", '"a" . <x:a> <x:b> "c"'), "is not a literal"),
    ],
)
def test_wrong_names_are_told(packaged, terms, said):
    """The same messages as anywhere."""
    with pytest.raises(UsageError, match=said):
        packaged.explain(*terms)


def test_an_endpoint_is_not_explained():
    """Its triples are not here."""
    with pytest.raises(UsageError, match="cannot be explained"):
        sengraph.open(endpoint="http://127.0.0.1:9/").explain("<http://e/a>", "a", "<http://e/B>")


def test_a_store_is_explained_by_its_graphs(tmp_path):
    """What a graph of inferences holds is proved and not believed; a leaf names its graph."""
    import pyoxigraph as ox

    from sengraph.terms import ASSERTED, INFERRED

    s, t, u = (ox.NamedNode(f"http://example.org/{name}") for name in "stu")
    near, type_ = (
        ox.NamedNode("http://example.org/near"),
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    )
    symmetric = ox.NamedNode("http://www.w3.org/2002/07/owl#SymmetricProperty")
    store = ox.Store(str(tmp_path))
    for triple in (
        ox.Quad(near, type_, symmetric, ox.NamedNode(ASSERTED)),
        ox.Quad(s, near, t, ox.NamedNode(ASSERTED)),
    ):
        store.add(triple)
    store.add(ox.Quad(s, near, u, ox.NamedNode(INFERRED)))
    store.flush()
    del store
    graph = sengraph.open(store=tmp_path)
    assert f"[1] {ASSERTED}" in str(graph.explain(t, near, s))
    assert not graph.explain(s, near, u)


CLASH = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Cat rdfs:subClassOf :Animal . :Animal owl:disjointWith :Plant . :Tom a :Cat , :Plant .
"""


def test_a_contradiction_is_explained(tmp_path):
    """The rule, and a proof of each fact that it finds against the others."""
    path = tmp_path / "clash.ttl"
    path.write_text(CLASH, encoding="utf-8")
    (found,) = sengraph.open(path, inference=False).contradictions()
    assert (
        str(found)
        == """\
a contradiction   cax-dw
├─ <http://example.org/Animal> owl:disjointWith <http://example.org/Plant>   [1]
├─ <http://example.org/Tom> a <http://example.org/Animal>   cax-sco
│  ├─ <http://example.org/Cat> rdfs:subClassOf <http://example.org/Animal>   [1]
│  └─ <http://example.org/Tom> a <http://example.org/Cat>   [1]
└─ <http://example.org/Tom> a <http://example.org/Plant>   [1]

cax-sco  ?c1 rdfs:subClassOf ?c2 , ?x a ?c1 => ?x a ?c2
cax-dw   ?c1 owl:disjointWith ?c2 , ?x a ?c1 , ?x a ?c2 => inconsistent
[1] clash.ttl
"""
    )
    assert found.as_json()["rule"] == "cax-dw"
    assert len(found.as_json()["facts"]) == 3
    assert found.markdown().startswith("- a contradiction cax-dw\n  - ")


def test_what_contradicts_itself_by_values_is_explained_too(tmp_path):
    """Two values of a functional property, and a literal that is not of its range."""
    path = tmp_path / "values.ttl"
    path.write_text(
        """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :age a owl:FunctionalProperty ; rdfs:range xsd:integer . :Ada :age 36 , 37 . :Ben :age "old" .""",
        encoding="utf-8",
    )
    found = sengraph.open(path, inference=False).contradictions()
    assert sorted(each.rule for each in found) == ["dt-diff", "dt-not-type"]
    assert all("[1] values.ttl" in str(each) for each in found)


def test_the_packaged_graph_does_not_contradict_itself(packaged):
    """No rule finds anything."""
    assert packaged.contradictions() == []
