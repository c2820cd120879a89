"""Explanations: why a triple holds, with its sources, and what it lacks if it does not."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

import sengraph
from sengraph import UsageError, ingest
from sengraph.explanation import Explainer
from sengraph.reasoning.native import Materialisation
from sengraph.store import Asserted, asserted
from sengraph.terms import REGISTER, REGISTER_INFERRED
from sengraph.versions import open_current

from .conftest import ROOT
from .test_proofs import Checker

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


# -------------------------------------------------------------------------------- told step by step


def test_an_account_is_told_in_steps(family):
    """Each step has its rule and what it rests on; sources are numbered in the order in which they come."""
    (account,) = family.explain("<http://example.org/Ada>", "a", "<http://example.org/Parent>").accounts()
    (root,) = account.steps
    assert (root.rules, root.note, [step.rules for step in root.premises]) == (("cax-eqc2",), 0, [(), ("cls-svf1",)])
    assert [step.note for step in root.premises] == [1, 0]
    assert [rule.name for rule in account.rules] == ["prp-spo1", "cls-svf1", "cax-eqc2"]
    assert [*map(str, account.sources)] == ["family.ttl"]


def test_a_brief_account_leaves_out_what_spells_out_a_class(family):
    """Who is in a class that is written out has what it asks for: that stands there, and not how the class is made."""
    explained = family.explain("<http://example.org/Ada>", "a", "<http://example.org/Parent>")
    (root,) = explained.accounts(brief=True)[0].steps
    assert root.rules == ("cax-eqc2", "cls-svf1")
    assert [
        " ".join(str(term).strip("<>").rpartition("/")[2] for term in step.triple) for step in root.premises[1:]
    ] == [
        "Ada child Ben",
        "Ben 22-rdf-syntax-ns#type Person",
    ]
    assert [step.rules for step in root.premises] == [(), ("prp-spo1",), ()]


def test_a_citation_is_apart_from_the_file(packaged):
    """A program need not take the text apart."""
    (account,) = packaged.explain("mainstream-3.1", "a", "sen:Obligation").accounts()
    place, citation = account.sources[1]
    assert place == "code-2001.ttl"
    assert citation.endswith("row 3, clause 1")


# ------------------------------------------------------------------------------------ of a register


@pytest.fixture
def never_whole(monkeypatch):
    """Let a store refuse to be read as a whole."""

    def refuse(_):
        raise AssertionError("all of the store was read")

    monkeypatch.setattr(Asserted, "whole", refuse)


@pytest.fixture(scope="module")
def whole(schools_store):
    """What explains the invented schools from all there is, and a checker of its proofs."""
    origins = asserted(open_current(schools_store).store)
    return Explainer(origins), Checker(Materialisation(origins))


def register_inferred(store):
    """Return what follows of a register."""
    held = open_current(store)
    return [quad.triple for quad in held.store.quads_for_pattern(None, None, None, ox.NamedNode(REGISTER_INFERRED))]


def test_all_that_follows_of_a_register_is_proved_from_a_part(schools_store, whole, never_whole):
    """Each proof is one, and the same as from the whole store, sources and all."""
    graph, (of_all, checker) = sengraph.open(store=schools_store), whole
    triples = register_inferred(schools_store)
    assert len(triples) > 400
    for triple in triples:
        found = graph.explain(*triple)
        checker.check(found.proofs[0])
        assert str(found) == str(of_all.explain(triple))


def test_other_proofs_too(schools_store, whole, never_whole):
    """As many of them, of the same sizes."""
    graph, (of_all, _) = sengraph.open(store=schools_store), whole
    for triple in register_inferred(schools_store)[::20]:
        sizes = [
            [proof.size for proof in found.proofs]
            for found in (graph.explain(*triple, most=4), of_all.explain(triple, 4))
        ]
        assert sizes[0] == sizes[1]


@pytest.mark.parametrize(
    "names",
    [
        ("establishment:900001", "a", "sen:MaintainedSpecialSchool"),
        ("establishment:900001", "sen:subjectTo", "code:special-3.1"),
        ("establishment:900001", "sen:bearer", "sen:party-senco"),
        ("sen:party-senco", "sen:counterpartOf", "sen:party-headteacher"),
    ],
)
def test_what_does_not_follow_of_a_register_is_told_from_a_part(schools_store, whole, never_whole, names):
    """The store has what follows, so that this does not is known; what it lacks is the same as by the whole."""
    graph, (of_all, _) = sengraph.open(store=schools_store), whole
    found = graph.explain(*names)
    assert not found
    assert str(found) == str(of_all.explain(found.triple))


def test_a_register_is_named_with_its_files(schools):
    """A leaf of the register says so, and its files."""
    text = str(schools.explain("establishment:900001", "sen:settingType", "sen:setting-maintained-mainstream"))
    assert f"[2] {REGISTER} (register.csv, register_links.csv)\n" in text


def school_store(folder, ontology, *, inference=True):
    """Return a graph of the invented schools, with an ontology of one's own."""
    (folder / "mine.ttl").write_text(
        "@prefix : <http://example.org/> . @prefix gias: <https://w3id.org/sengraph/gias/> . "
        f"@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . {ontology}",
        encoding="utf-8",
    )
    data = ROOT / "tests" / "data"
    files = [data / "register.csv", data / "register_links.csv", folder / "mine.ttl"]
    ingest.ingest(files, folder / "store", inference=inference)
    return sengraph.open(store=folder / "store")


def test_a_rule_that_joins_two_schools_is_found_in_the_whole(tmp_path):
    """That a school followed another is said of the other one: the part about the first does not have it."""
    graph = school_store(tmp_path, "gias:succeededBy rdfs:range :Successor .")
    found = graph.explain("establishment:900022", "a", "<http://example.org/Successor>")
    assert [proof.rule for proof in found.proofs] == ["prp-rng"]
    assert not graph.explain("establishment:900022", "a", "<http://example.org/Predecessor>")


def test_a_store_without_inferences_is_explained_from_the_whole(tmp_path):
    """It does not tell what does not follow."""
    graph = school_store(tmp_path, "gias:succeededBy rdfs:range :Successor .", inference=False)
    assert graph.explain("establishment:900022", "a", "<http://example.org/Successor>")
    assert graph.explain("establishment:900001", "sen:settingType", "sen:setting-maintained-mainstream")


def test_a_thing_that_only_the_register_names_is_itself(schools):
    """What says nothing is not in the store: it is proved all the same."""
    found = schools.explain("establishment:900001", "owl:sameAs", "establishment:900001")
    assert [proof.rule for proof in found.proofs] == ["eq-ref"]
