"""Exports say what the graph says and no more, are valid in their own terms, and are the same however they are written.

Integrity is tried by queries that find nothing in an export. Each is tried on a small wrong document too, where it
finds just what is wrong. What follows with the vocabularies as published is tried where their files lie beside the
checkout.
"""

from __future__ import annotations

import csv
import doctest
import functools
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import sengraph
from sengraph import load
from sengraph.exports import EXPORTS, odrl, thesaurus
from sengraph.exports.facts import fragment
from sengraph.exports.odrl import DOCUMENT, OURS
from sengraph.pages.export import export_page
from sengraph.reasoning import infer
from sengraph.render import graph_bytes
from sengraph.terms import CODE, KNOWN, SEN, SKOS

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "ontologies"
ANOTHER = ROOT / "tests" / "data" / "another-code.ttl"
OTHER = "https://example.org/another-code/"
ODRL = KNOWN["odrl"]
PREFIXES = KNOWN | {"profile": OURS, "x": "https://example.org/", "odrl": ODRL}

ROWS = list(csv.DictReader((ROOT / "tests/data/responsibilities.csv").read_text("utf-8").splitlines()))
each_row = pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
each_export = pytest.mark.parametrize("name", EXPORTS)

CLASSES = {
    "must": "odrl:Duty",
    "should": "profile:Recommendation",
    "may": "odrl:Permission",
    "has-responsibility": "profile:AssignedResponsibility",
    "will": "profile:Expectation",
}
LEADS = {
    "must": "odrl:obligation",
    "should": "profile:recommends",
    "may": "odrl:permission",
    "has-responsibility": "profile:assigns",
    "will": "profile:expects",
}


def iri(name):
    """The IRI of a compact name."""
    prefix, _, local = name.partition(":")
    return f"{PREFIXES[prefix]}{local}"


def held(triples):
    """A store with some triples."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return store


def asked(store, query):
    """The rows of a query, each IRI by what it ends in, sorted."""
    found = store.query(query, prefixes=PREFIXES)
    return sorted(tuple("" if t is None else re.split("[#/]", t.value)[-1] for t in row) for row in found)


def values(store, subject, p):
    """What a property of a thing leads to, each IRI by what it ends in, sorted."""
    return [value for (value,) in asked(store, f"SELECT ?v {{ <{subject}> {p} ?v }}")]


@functools.cache
def published(file):
    """The triples of a vocabulary as published; the test is skipped where the file is not there."""
    if not SHARED.is_dir():
        pytest.skip(f"{file} was NOT read: the published vocabularies are not beside the checkout")
    path = SHARED / file
    return [quad.triple for quad in ox.parse(path.read_bytes(), load.rdf_format(path), lenient=True)]


@pytest.fixture(scope="module")
def rules(graph):
    """The export of the packaged graph to ODRL."""
    return held(EXPORTS["odrl"].make(graph))


@pytest.fixture(scope="module")
def concepts(graph):
    """The thesaurus of the packaged graph."""
    return held(EXPORTS["thesaurus"].make(graph))


@pytest.fixture(scope="module")
def two_codes():
    """The packaged graph with another code."""
    return sengraph.open(*load.packaged_files(), ANOTHER)


def opened(tmp_path, turtle, *, inference=True):
    """The vocabulary and some Turtle about codes."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    (tmp_path / "more.ttl").write_text(prefixes + turtle, encoding="utf-8")
    return sengraph.open(load.ontology_dir() / "sen.ttl", tmp_path / "more.ttl", inference=inference)


# --- every export


def test_names():
    """An export is found by its name, and says what it is."""
    assert [*EXPORTS] == ["odrl", "thesaurus"]
    assert {name: export.name for name, export in EXPORTS.items()} == {name: name for name in EXPORTS}
    assert all(export.title and export.summary.endswith(".") for export in EXPORTS.values())


@each_export
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, in its JSON-LD
@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
def test_each_form_reads_back_the_same(graph, form, name):
    """Written in any form and read by two parsers, an export is the triples that it was; none has a blank node."""
    triples = EXPORTS[name].make(graph)
    document = graph_bytes(triples, form)
    read = ox.parse(document, load.rdf_format(Path(f"x.{form}")), base_iri="https://example.org/")
    assert {quad.triple for quad in read} == {*triples}
    other = rdflib.Graph().parse(document, format={"rdf": "xml", "jsonld": "json-ld"}.get(form, form))
    assert len(other) == len(triples)
    assert not [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]


@each_export
def test_the_same_data_gives_the_same_triples_in_the_same_order(graph, schools, endpoint, name):
    """From memory, a store with schools, an endpoint, and the data opened again; each triple is there once."""
    triples = EXPORTS[name].make(graph)
    assert len(set(triples)) == len(triples)
    for other in (sengraph.open(*load.packaged_files()), schools, sengraph.open(endpoint=endpoint)):
        assert EXPORTS[name].make(other) == triples


@each_export
def test_a_graph_of_something_else_has_nothing_to_export(tmp_path, name):
    """It is described as empty: no policy, no rule, no concept."""
    (tmp_path / "none.ttl").write_text("<https://example.org/x> <https://example.org/p> 1 .")
    store = held(EXPORTS[name].make(sengraph.open(tmp_path / "none.ttl")))
    query = "SELECT ?x { VALUES ?c { odrl:Set odrl:Duty odrl:PartyCollection } ?x a ?c }"
    assert asked(store, query) == []
    assert asked(store, "SELECT ?x { ?x skos:inScheme ?y }") == []


def test_no_two_things_have_one_fragment():
    """Whatever the IRIs, what is made of two things has two IRIs."""
    things = [
        f"{SEN}a", f"{CODE}a", f"{SEN}code-2001/a", f"{SEN}code-2001%2Fa", "https://w3id.org/sengraph/code-2001%2Fa",
        "https://w3id.org/sengraph/a", "https://w3id.org/sengraph/ontology", f"{SEN}iri=a", "https://example.org/a",
        "https://example.org/a#", f"{SEN}https://example.org/a", "https://example.org/é", "https://example.org/%C3%A9",
    ]  # fmt: skip
    assert len({fragment(thing) for thing in things}) == len(things)
    assert all(re.fullmatch(r"[\w.~%=/-]*", fragment(thing)) for thing in things)


@each_export
def test_a_page_links_the_forms_that_there_are(tmp_path, name):
    """An export that RDF/XML cannot state, for a character that XML has not, has a page that does not link it."""
    for text, forms in (("a", ["jsonld", "nt", "rdf", "ttl"]), ("a\\u0001", ["jsonld", "nt", "ttl"])):
        label = f'sen:activity-report-on-policy rdfs:label "{text}"@en .'
        graph = opened(tmp_path, CLAUSE + label, inference=False)
        page = export_page(graph, str, EXPORTS[name], EXPORTS[name].make(graph)).decode()
        assert sorted(set(re.findall(rf'href="exports/{name}\.(\w+)"', page))) == forms


# --- ODRL: forces


@each_row
def test_a_rule_has_the_class_of_its_force_and_no_other(rules, row):
    """Must is a duty, may a permission, the others rules of their own class; just one property leads to each."""
    rule = odrl.made_of(ox.NamedNode(f"{CODE}{row['id']}"))
    types = rules.query(f"SELECT ?class {{ {rule} a ?class }}")
    assert [each["class"].value for each in types] == [iri(CLASSES[row["modality"]])]
    leads = rules.query(f"SELECT ?policy ?p {{ ?policy ?p {rule} FILTER(?policy != {rule}) }}")
    assert [(each["policy"].value, each["p"].value) for each in leads] == [
        (f"{DOCUMENT}#code-2001/code", iri(LEADS[row["modality"]]))
    ]
    assert values(rules, rule.value, "profile:modalPhrase") == [row["modal_phrase"]]


def test_nothing_is_folded_into_obligation(rules):
    """Of the 31 rules two are duties and one is a permission, as many as the source has must and may."""
    query = "SELECT ?c ?r { VALUES ?c { odrl:Duty odrl:Permission odrl:Prohibition } ?r a ?c }"
    assert asked(rules, query) == [
        ("Duty", "mainstream-3.1"), ("Duty", "special-3.1"), ("Permission", "mainstream-2.1"),
    ]  # fmt: skip
    by_class = Counter(cls for (cls,) in asked(rules, "SELECT ?c { ?r a ?c ; dcterms:source ?of ; odrl:action ?a }"))
    assert by_class == {
        "Recommendation": 20, "AssignedResponsibility": 7, "Duty": 2, "Permission": 1, "Expectation": 1,
    }  # fmt: skip


def test_what_is_ours_is_nothing_of_odrl(rules):
    """No term or thing of ours has a type or property of ODRL: a responsibility is no rule, a party no odrl:Party."""
    ours = f"STRSTARTS(STR(?x), '{SEN}') || STRSTARTS(STR(?x), '{CODE}')"
    told = {p for (p,) in asked(rules, f"SELECT DISTINCT ?p {{ ?x ?p ?o FILTER({ours}) }}")}
    assert told == {"label", "type"}
    types = f"SELECT DISTINCT ?o {{ ?x a ?o FILTER({ours}) }}"
    assert asked(rules, types) == [("Class",)]


# --- ODRL: what else a rule says


def listed(text, prefix):
    """The terms that the table of responsibilities names in a cell, by the ends of their IRIs."""
    return sorted(f"{prefix}-{re.sub('[^a-z]+', '-', each.lower())}" for each in text.split("|") if each)


@each_row
def test_a_rule_says_who_has_which_function_in_it(rules, row):
    """Whoever may take another's place is no second assignee."""
    rule = f"{DOCUMENT}#code-2001/{row['id']}"
    assert values(rules, rule, "odrl:assignee") == listed(row["bearer"], "party")
    assert values(rules, rule, "profile:alternativeAssignee") == listed(row["bearer_alternative"], "party")
    assert values(rules, rule, "profile:collaborator") == listed(row["collaborators"], "party")
    assert values(rules, rule, "profile:alternativeCollaborator") == listed(row["collaborator_alternative"], "party")
    assert values(rules, rule, "profile:recipient") == listed(row["recipient"], "party")
    assert values(rules, rule, "profile:establishedParty") == listed(row["establishes"], "party")


@each_row
def test_a_rule_says_what_is_done_about_what_and_when_it_holds(rules, row):
    """Setting, scope, coverage and frequency are there in ODRL's own terms; a scope that is not stated is none."""
    rule = f"{DOCUMENT}#code-2001/{row['id']}"
    matter = "unstatedMatter" if row["coverage"] == "none" else f"coverage-{row['coverage']}"
    assert values(rules, rule, "odrl:action") == [f"activity-{row['kind']}"]
    assert values(rules, rule, "odrl:target") == [matter]
    query = f"""SELECT ?left ?operator ?right {{ <{rule}> odrl:constraint ?c .
        ?c odrl:leftOperand ?left ; odrl:operator ?operator ; odrl:rightOperand ?right }}"""
    assert asked(rules, query) == sorted(
        [
            ("codeInForce", "hasPart", "code"),
            ("settingType", "hasPart", f"setting-{row['setting_type']}"),
            *([("scope", "eq", f"scope-{row['scope']}")] if row["scope"] != "not-stated" else []),
            *([("frequency", "eq", row["frequency"])] if row["frequency"] else []),
        ]
    )


@each_row
def test_a_rule_says_what_is_no_condition_of_it(rules, row):
    """Words and learners, stages and sources are told beside the constraints."""
    rule = f"{DOCUMENT}#code-2001/{row['id']}"
    for name in ("quantifier", "manner", "qualifier"):
        assert values(rules, rule, f"profile:{name}") == sorted(filter(None, row[name].split("|")))
    assert values(rules, rule, "profile:population") == listed(row["population"], "population")
    assert values(rules, rule, "profile:stage") == listed(row["stage"], "stage")
    assert values(rules, rule, "profile:inLineWith") == (["code"] if row["in_line_with"] else [])
    passage = f"passage-{row['id'].rpartition('.')[0]}"
    assert values(rules, rule, "profile:statedIn") == [passage]
    assert values(rules, rule, "dcterms:source") == [row["id"]]
    (citation,) = values(rules, rule, "dcterms:bibliographicCitation")
    assert citation.endswith(f"row {row['table_row']}, clause {row['clause']}")
    (label,) = values(rules, rule, "rdfs:label")
    assert row["modal_phrase"] in label
    assert values(rules, rule, "skos:note") == values(
        held(load.read(load.packaged_files())), f"{CODE}{row['id']}", "sen:readingNote"
    )


def test_a_policy_says_when_its_code_was_in_force(rules):
    """With the saving provision and the legal status; not by dcterms:isReplacedBy, which would make it void."""
    policy = f"{DOCUMENT}#code-2001/code"
    assert values(rules, policy, "profile:inForceFrom") == ["2002-01-01T00:00:00Z"]
    assert values(rules, policy, "profile:inForceUntil") == ["2014-09-01T00:00:00Z"]
    assert values(rules, policy, "profile:savingProvision")[0].startswith("it went on being used for children")
    assert values(rules, policy, "profile:legalStatus")[0].startswith("Statutory guidance for England")
    assert asked(rules, f"SELECT ?l {{ <{policy}> dcterms:license ?v BIND(REPLACE(STR(?v), '/', ' ') AS ?l) }}") == [
        ("https:  creativecommons.org licenses by 4.0 ",)
    ]
    assert len(values(rules, policy, "skos:note")) == 4
    assert values(rules, policy, "odrl:profile") == ["odrl"]
    assert asked(rules, "SELECT ?x { ?x dcterms:isReplacedBy ?y }") == []


def test_a_whole_target_has_its_parts(rules):
    """A coverage of several matters is a collection of assets; a simple one is a single asset."""
    assert asked(rules, f"SELECT ?a {{ ?a odrl:partOf <{DOCUMENT}#coverage-policy-and-provision> }}") == [
        ("coverage-policy",), ("coverage-provision",),
    ]  # fmt: skip
    assert len(asked(rules, "SELECT ?a ?w { ?a odrl:partOf ?w }")) == 12
    assert len(asked(rules, "SELECT ?a { ?a a odrl:AssetCollection }")) == 5


# --- ODRL: validity

POLICIES = "VALUES ?class { odrl:Set odrl:Policy odrl:Offer odrl:Agreement } ?x a ?class"
RULES = (
    "VALUES ?class { odrl:Permission odrl:Prohibition odrl:Duty profile:Recommendation "
    "profile:AssignedResponsibility profile:Expectation } ?x a ?class"
)
CORE = "odrl:permission|odrl:prohibition|odrl:obligation"
HOLDS = f"{CORE}|profile:recommends|profile:assigns|profile:expects"


def not_one(things, path):
    """A query for the things that do not have one value of a property."""
    return f"SELECT ?x {{ {things} OPTIONAL {{ ?x {path} ?v }} }} GROUP BY ?x HAVING(COUNT(DISTINCT ?v) != 1)"


def many(things, path):
    """A query for the things that have more than one."""
    return f"SELECT ?x {{ {things} . ?x {path} ?v }} GROUP BY ?x HAVING(COUNT(DISTINCT ?v) > 1)"


INFORMATION_MODEL = {
    "2.1 a policy has one uid": (not_one(POLICIES, "odrl:uid"), "x:bad a odrl:Set ; odrl:uid x:bad, x:b ."),
    "2.1 a uid is the IRI itself": ("SELECT ?x { ?x odrl:uid ?v FILTER(?v != ?x) }", "x:bad odrl:uid x:b ."),
    "2.1 a policy has a permission, prohibition or obligation": (
        f"SELECT ?x {{ {POLICIES} FILTER NOT EXISTS {{ ?x {CORE} ?rule }} }}",
        "x:bad a odrl:Set ; profile:recommends x:r .",
    ),
    "2.1 a policy with terms of a profile names it": (
        f"SELECT ?x {{ {POLICIES} FILTER NOT EXISTS {{ ?x odrl:profile <https://w3id.org/sengraph/odrl> }} }}",
        "x:bad a odrl:Set .",
    ),
    "2.1 a rule is in one policy": (not_one(RULES, f"^({HOLDS})"), "x:bad a odrl:Duty ."),
    "2.1 a policy holds rules": (
        f"SELECT ?x {{ ?p {HOLDS} ?x FILTER NOT EXISTS {{ {RULES} }} }}", "x:p odrl:obligation x:bad .",
    ),
    "2.6 a property leads to rules of its class": (
        "SELECT ?x { VALUES (?p ?class) { (odrl:permission odrl:Permission) (odrl:obligation odrl:Duty) "
        "(profile:recommends profile:Recommendation) (profile:assigns profile:AssignedResponsibility) "
        "(profile:expects profile:Expectation) } ?policy ?p ?x FILTER NOT EXISTS { ?x a ?class } }",
        "x:p odrl:obligation x:bad . x:bad a profile:Recommendation .",
    ),
    "2.6 a rule is of one class": (many(RULES, "a"), "x:bad a odrl:Duty, profile:Recommendation ."),
    "2.6 a rule has one action": (not_one(RULES, "odrl:action"), "x:bad a odrl:Duty ; odrl:action x:a, x:b ."),
    "2.6 a rule has at most one target": (many(RULES, "odrl:target"), "x:bad a odrl:Duty ; odrl:target x:a, x:b ."),
    "2.6.1 a permission has one target": (not_one("?x a odrl:Permission", "odrl:target"), "x:bad a odrl:Permission ."),
    "2.6.1 and at most one assignee": (
        many("VALUES ?class { odrl:Permission odrl:Duty } ?x a ?class", "odrl:assignee"),
        "x:bad a odrl:Duty ; odrl:assignee x:a, x:b .",
    ),
    "2.4 an action is included in one": (
        not_one("?x a odrl:Action FILTER(?x NOT IN (odrl:use, odrl:transfer))", "odrl:includedIn"),
        "x:bad a odrl:Action ; odrl:includedIn odrl:use, odrl:transfer .",
    ),
    "2.4 and in use or transfer in the end": (
        "SELECT ?x { ?x a odrl:Action FILTER NOT EXISTS { ?x odrl:includedIn+ ?top "
        "FILTER(?top IN (odrl:use, odrl:transfer)) } }",
        "x:bad a odrl:Action ; odrl:includedIn x:b .",
    ),
    "2.5.1 a constraint has one left operand": (
        not_one("?x a odrl:Constraint", "odrl:leftOperand"), "x:bad a odrl:Constraint .",
    ),
    "2.5.1 one operator": (not_one("?x a odrl:Constraint", "odrl:operator"), "x:bad a odrl:Constraint ."),
    "2.5.1 one right operand": (
        not_one("?x a odrl:Constraint", "odrl:rightOperand|odrl:rightOperandReference"), "x:bad a odrl:Constraint .",
    ),
    "what a rule refers to is there": (
        f"""SELECT ?x {{ {RULES} VALUES (?p ?kind) {{ (odrl:action odrl:Action) (odrl:constraint odrl:Constraint)
            (odrl:assignee odrl:PartyCollection) (profile:collaborator odrl:PartyCollection) }} ?x ?p ?v
            FILTER NOT EXISTS {{ ?v a ?kind }} }}""",
        "x:bad a odrl:Duty ; odrl:action x:a .",
    ),
    "2.2 a target is an asset": (
        f"SELECT ?x {{ {RULES} . ?x odrl:target ?v FILTER NOT EXISTS {{ ?v a ?kind "
        "FILTER(?kind IN (odrl:Asset, odrl:AssetCollection)) } }",
        "x:bad a odrl:Duty ; odrl:target x:a .",
    ),
    "2.2.2 what an asset is part of is a collection": (
        "SELECT ?x { ?x odrl:partOf ?v FILTER NOT EXISTS { ?v a odrl:AssetCollection } }",
        "x:bad odrl:partOf x:a . x:a a odrl:Asset .",
    ),
    "2.5.1 a left operand is defined": (
        "SELECT ?x { ?x odrl:leftOperand ?v FILTER NOT EXISTS { ?v a odrl:LeftOperand } }",
        "x:bad odrl:leftOperand x:a .",
    ),
    "2.8 a policy is not void": (f"SELECT ?x {{ {POLICIES} . ?x dcterms:isReplacedBy ?v }}",
                                 "x:bad a odrl:Set ; dcterms:isReplacedBy x:b ."),
}  # fmt: skip
"""What the Information Model wants, by section: a query for what is wrong, and a document in which `x:bad` is."""

each_want = pytest.mark.parametrize("want", INFORMATION_MODEL)


def wrong(turtle):
    """A store with a small document."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return held(quad.triple for quad in ox.parse((prefixes + turtle).encode(), ox.RdfFormat.TURTLE))


@each_want
def test_the_export_is_as_the_information_model_wants(rules, two_codes, want):
    """Of the packaged graph and of one with another code."""
    query, _ = INFORMATION_MODEL[want]
    assert asked(rules, query) == []
    assert asked(held(EXPORTS["odrl"].make(two_codes)), query) == []


@each_want
def test_the_query_finds_what_is_wrong(want):
    """In a document where one thing is wrong, it finds that."""
    query, turtle = INFORMATION_MODEL[want]
    assert asked(wrong(turtle), query) == [("bad",)]


def test_every_term_of_odrl_exists(rules):
    """Whatever is used of ODRL is defined in its vocabulary as published, and none of it is deprecated."""
    vocabulary = published("ODRL22.ttl")
    defined = {t.subject.value for t in vocabulary} - {
        t.subject.value for t in vocabulary if t.predicate.value.endswith("#deprecated")
    }
    used = {t.value for quad in rules for t in quad.triple if isinstance(t, ox.NamedNode) and t.value.startswith(ODRL)}
    assert {f"{ODRL}Set", f"{ODRL}hasPart", f"{ODRL}use"} <= used <= defined


def closure(triples):
    """What follows from ours, ODRL as published, and some triples."""
    return infer([*load.read(load.packaged_files()), *published("ODRL22.ttl"), *triples])


RULE_CLASSES = {iri(name) for name in (*CLASSES.values(), "odrl:Prohibition")}


def test_nothing_contradicts_odrl_and_no_rule_is_of_two_classes(graph):
    """Reasoned over with ODRL as published, each rule has one of the six classes, and nothing of ours got one."""
    triples = EXPORTS["odrl"].make(graph)
    inference = closure(triples)
    assert inference.clashes == ()
    types = {(t.subject, t.object) for t in {*inference.inferred, *triples} if t.predicate.value.endswith("#type")}
    of_rule = Counter(subject.value for subject, cls in types if getattr(cls, "value", "") in RULE_CLASSES)
    assert of_rule == dict.fromkeys((f"{DOCUMENT}#code-2001/{row['id']}" for row in ROWS), 1)
    ours = {s.value for s, cls in types if isinstance(cls, ox.NamedNode) and cls.value.startswith(ODRL)}
    assert not [each for each in ours if each.startswith((SEN, CODE))]


@pytest.mark.parametrize("row", [ROWS[0], ROWS[4], ROWS[6], ROWS[19]], ids=lambda row: row["modality"])
def test_a_rule_that_is_taken_for_a_duty_is_a_contradiction(graph, row):
    """Whoever leads to it by odrl:obligation, as if it were one, is told so by a reasoner."""
    policy, rule = (ox.NamedNode(f"{DOCUMENT}#code-2001/{name}") for name in ("code", row["id"]))
    added = ox.Triple(policy, ox.NamedNode(f"{ODRL}obligation"), rule)
    assert closure([*EXPORTS["odrl"].make(graph), added]).clashes


# --- ODRL: the profile


PROFILE = rdflib.Graph().parse(load.ontology_dir() / "odrl-profile.ttl")
LISTED = rdflib.URIRef(f"{OURS}terms")
TERMS = sorted(term for term in set(PROFILE.subjects()) - {LISTED} if str(term).startswith(OURS))
ABOUT = rdflib.URIRef(OURS[:-1])


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.rpartition("#")[2])
def test_each_term_of_the_profile_is_documented(term):
    """One English label, a definition that is a sentence, a source, where it is defined; a concept, as ODRL wants."""
    (label,), (definition,) = PROFILE.objects(term, rdflib.RDFS.label), PROFILE.objects(term, rdflib.SKOS.definition)
    assert (label.language, definition.language) == ("en", "en")
    assert re.fullmatch(r"[A-Z].*[^.]\.", definition)
    assert list(PROFILE.objects(term, rdflib.DCTERMS.source))
    assert list(PROFILE.objects(term, rdflib.RDFS.isDefinedBy)) == [ABOUT]
    assert (term, rdflib.RDF.type, rdflib.SKOS.Concept) in PROFILE


def test_the_profile_has_a_collection_of_its_terms(rules):
    """All of them and no other; an export uses no term that it has not."""
    assert (LISTED, rdflib.RDF.type, rdflib.SKOS.Collection) in PROFILE
    assert sorted(PROFILE.objects(LISTED, rdflib.SKOS.member)) == TERMS
    used = {t.value for quad in rules for t in quad.triple if isinstance(t, ox.NamedNode) and t.value.startswith(OURS)}
    assert used == set(map(str, [*TERMS, LISTED]))
    version = PROFILE.value(ABOUT, rdflib.OWL.versionInfo)
    assert PROFILE.value(ABOUT, rdflib.OWL.versionIRI) == ABOUT + "/" + version


def test_the_rule_classes_are_pairwise_disjoint():
    """Each of the three with the other two and with those of ODRL; functions are such by their super-property."""
    ours = {iri(name) for name in CLASSES.values() if name.startswith("profile:")}
    for cls in ours:
        stated = PROFILE.query(
            "SELECT ?other { ?cls owl:disjointWith|^owl:disjointWith ?other }", initBindings={"cls": rdflib.URIRef(cls)}
        )
        disjoint = {str(other) for (other,) in stated}
        assert disjoint == RULE_CLASSES - {cls}
        assert list(PROFILE.objects(rdflib.URIRef(cls), rdflib.RDFS.subClassOf)) == [rdflib.URIRef(f"{ODRL}Rule")]
    ranged = set(PROFILE.subjects(rdflib.RDFS.range, rdflib.URIRef(f"{ODRL}Party")))
    assert ranged == set(PROFILE.subjects(rdflib.RDFS.subPropertyOf, rdflib.URIRef(f"{ODRL}function")))


def test_the_turtle_of_the_profile_is_well_kept():
    """Prefixes are sorted and used, each term has one block, no line has blanks at its end."""
    text = (load.ontology_dir() / "odrl-profile.ttl").read_text("utf-8")
    prefixes = re.findall(r"(?m)^@prefix\s+(\w+):", text)
    body = re.sub(r'(?m)^@prefix.*$|^#.*$|"(?:[^"\\]|\\.)*"', "", text)
    assert prefixes == sorted(prefix for prefix in prefixes if re.search(rf"(?<!\w){prefix}:", body))
    blocks = re.findall(r"(?m)^(profile:\w+)$", text)
    assert len(blocks) == len(set(blocks)) == len([*TERMS, LISTED])
    assert [line for line in text.splitlines() if line != line.rstrip() or "\t" in line] == []


# --- ODRL: codes of one's own


def test_another_code_is_another_policy(two_codes):
    """Its rules are its own, with IRIs that tell whose they are, in the languages of its labels."""
    store = held(EXPORTS["odrl"].make(two_codes))
    query = f"SELECT ?policy (COUNT(?rule) AS ?n) {{ ?policy a odrl:Set ; {HOLDS} ?rule }} GROUP BY ?policy"
    assert asked(store, query) == [
        ("code", "31"),
        ("odrl#iri=https%3A%2F%2Fexample.org%2Fanother-code%2Fcode".partition("#")[2], "2"),
    ]
    rule = f"{DOCUMENT}#iri=https%3A%2F%2Fexample.org%2Fanother-code%2Fevening-2.1"
    assert values(store, rule, "a") == ["Permission"]
    assert values(store, rule, "odrl:target") == ["unstatedMatter"]
    assert values(store, rule, "dcterms:source") == ["evening-2.1"]
    duty = f"{DOCUMENT}#iri=https%3A%2F%2Fexample.org%2Fanother-code%2Fspecial-1.1"
    assert values(store, duty, "rdfs:label") == [
        "Rhaid i'r SENCO weithio gyda'r pennaeth.",
        "The SENCO must work with the headteacher.",
    ]
    assert values(store, f"{OTHER}setting-evening-school", "rdfs:label") == ["evening schools", "ysgolion nos"]


def test_nobody_is_named_as_maker_of_what_others_made(two_codes):
    """The other code states no licence, so none is claimed for its policy, nor for the document as a whole."""
    store = held(EXPORTS["odrl"].make(two_codes))
    licensed = asked(store, "SELECT ?x { ?x dcterms:license ?l }")
    assert licensed == [("code",), ("odrl",)]
    assert asked(store, "SELECT ?x { ?x dcterms:license ?l ; a odrl:Set }") == [("code",)]
    assert values(store, DOCUMENT, "dcterms:license") == []


CLAUSE = """
x:code a sen:CodeOfPractice ; rdfs:label "A code"@en .
x:passage a sen:Passage ; dcterms:isPartOf x:code .
x:sound a sen:Responsibility ; rdfs:label "Staff should report."@en ; sen:modality sen:modality-should ;
    sen:bearer sen:party-senco ; sen:activity sen:activity-report-on-policy ; sen:scope sen:scope-sen-specific ;
    sen:coverage sen:coverage-policy ; sen:appliesIn sen:setting-early-education ; sen:statedIn x:passage .
"""


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("sen:modality sen:modality-should", "sen:modality x:modality-ought"),
        ("sen:modality sen:modality-should", "sen:modality sen:modality-should , sen:modality-must"),
        ("sen:modality sen:modality-should ;", ""),
        ("sen:activity sen:activity-report-on-policy ;", ""),
        ("sen:appliesIn sen:setting-early-education ;", ""),
        ("sen:scope sen:scope-sen-specific ;", 'sen:scope "wide" ;'),
        ("dcterms:isPartOf x:code", "rdfs:label 'nowhere'"),
        ("sen:bearer sen:party-senco ;", ""),
        ("sen:modality sen:modality-should ;\n    sen:bearer sen:party-senco ;", "sen:modality sen:modality-may ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer [] ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer 'the SENCO' ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer sen:party-senco , [] ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer sen:party-senco ; sen:collaborator [] ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer sen:party-senco ; sen:recipient 'the parents' ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer sen:party-senco ; sen:frequency [] ;"),
        ("sen:bearer sen:party-senco ;", "sen:bearer sen:party-senco ; sen:frequency 'yearly' , [] ;"),
    ],
    ids=[
        "a sixth force", "two forces", "no force", "no activity", "no setting", "a scope in words", "no code",
        "no bearer", "a permission to nobody", "a bearer without a name", "a bearer in words", "one bearer of two",
        "a collaborator without a name", "a recipient in words", "a frequency without a name", "one frequency of two",
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_left_out_and_named(tmp_path, said, instead):
    """A responsibility that would have to be bent is no rule, and the document says that it has none for it."""
    assert said in CLAUSE
    sound = held(EXPORTS["odrl"].make(opened(tmp_path, CLAUSE, inference=False)))
    assert asked(sound, "SELECT ?r { ?r dcterms:source x:sound }") == [("iri=https%3A%2F%2Fexample.org%2Fsound",)]
    assert asked(sound, "SELECT ?r { ?d profile:leftOut ?r }") == []
    store = held(EXPORTS["odrl"].make(opened(tmp_path, CLAUSE.replace(said, instead), inference=False)))
    assert asked(store, "SELECT ?r { ?r dcterms:source x:sound }") == []
    assert asked(store, "SELECT ?d ?r { ?d profile:leftOut ?r }") == [("odrl", "sound")]


def test_what_has_no_name_is_not_said(tmp_path):
    """A value that is a blank node is left out where it is no condition; what is said beside it stays."""
    unnamed = " , ".join(["[ rdfs:label 'x' ]"] * 2)
    remarks = f"x:sound sen:manner {unnamed} , 'with care' ; sen:population [] ; sen:readingNote [] . "
    beside = "sen:activity-report-on-policy skos:definition [] . x:code sen:legalStatus [] . x:passage rdfs:label [] . "
    triples = EXPORTS["odrl"].make(opened(tmp_path, CLAUSE + remarks + beside, inference=False))
    assert not [t for t in triples if isinstance(t.object, ox.BlankNode)]
    store, rule = held(triples), f"{DOCUMENT}#iri=https%3A%2F%2Fexample.org%2Fsound"
    assert values(store, rule, "profile:manner") == ["with care"]
    assert values(store, rule, "profile:population|skos:note") == []
    assert values(store, DOCUMENT, "profile:leftOut") == []


def test_of_parties_that_may_each_take_the_others_place_one_comes_first(tmp_path):
    """A rule always has an assignee if it has a bearer; the others are alternatives."""
    both = "x:a sen:alternativeTo x:b . x:b sen:alternativeTo x:a ."
    graph = opened(tmp_path, CLAUSE.replace("sen:bearer sen:party-senco", "sen:bearer x:a , x:b") + both)
    store, rule = held(EXPORTS["odrl"].make(graph)), f"{DOCUMENT}#iri=https%3A%2F%2Fexample.org%2Fsound"
    assert [each[-1] for each in values(store, rule, "odrl:assignee")] == ["a"]
    assert [each[-1] for each in values(store, rule, "profile:alternativeAssignee")] == ["b"]


def test_an_alternative_to_somebody_who_is_not_named_is_the_assignee(tmp_path):
    """The SEN team alone, in a clause of its own, stands in nobody's place."""
    graph = opened(tmp_path, CLAUSE.replace("sen:party-senco", "sen:party-sen-team"))
    store, rule = held(EXPORTS["odrl"].make(graph)), f"{DOCUMENT}#iri=https%3A%2F%2Fexample.org%2Fsound"
    assert values(store, rule, "odrl:assignee") == ["party-sen-team"]
    assert values(store, rule, "profile:alternativeAssignee") == []


# --- the thesaurus


def test_what_is_in_the_thesaurus(concepts):
    """All activities, parties and matters, under their own IRIs, each in the one scheme."""
    found = Counter(name.partition("-")[0] for (name,) in asked(concepts, "SELECT ?x { ?x a skos:Concept }"))
    assert found == {"activity": 14, "party": 14, "coverage": 19}
    assert asked(concepts, "SELECT ?x { ?x a skos:ConceptScheme ; dcterms:title ?t ; dcterms:license ?l }") == [
        ("thesaurus",)
    ]
    assert asked(concepts, "SELECT ?x { sen:coverage-none ?p ?x }") == []


def test_roles_bodies_and_groups_are_collections(concepts):
    """Each party is in one of them, as the vocabulary has it."""
    query = (
        "SELECT ?c ?x { ?c a skos:Collection ; skos:member ?x FILTER(STRSTARTS(STR(?x), CONCAT(STR(sen:), 'party-'))) }"
    )
    members = {}
    for collection, party in asked(concepts, query):
        members.setdefault(collection, []).append(party.removeprefix("party-"))
    assert members == {
        "roles": ["head-of-setting", "headteacher", "senco"],
        "bodies": ["committee", "governing-body", "management-group"],
        "groups": [
            "colleagues", "fellow-teachers", "non-teaching-staff", "parents", "practitioners", "sen-team",
            "senior-management", "teaching-staff",
        ],
    }  # fmt: skip
    sizes = dict(asked(concepts, "SELECT ?c (COUNT(?x) AS ?n) { ?c skos:member ?x } GROUP BY ?c"))
    assert sizes == {"activities": "14", "roles": "3", "bodies": "3", "groups": "8", "matters": "19"}


def test_a_whole_matter_is_broader_than_its_parts(concepts):
    """There is no other hierarchy; what has nothing broader is a top concept."""
    pairs = asked(concepts, "SELECT ?part ?whole { ?part skos:broader ?whole }")
    assert len(pairs) == 12
    assert ("coverage-policy", "coverage-policy-and-provision") in pairs
    assert asked(concepts, "SELECT ?x { ?x skos:topConceptOf ?s FILTER EXISTS { ?x skos:broader ?y } }") == []
    assert (
        len(asked(concepts, "SELECT ?x { ?s skos:hasTopConcept ?x }")) == 47 - 11
    )  # making provision is a part of two


def test_what_is_related(concepts):
    """Whoever has to do with an activity is related to it, and counterparts to each other, nobody to themselves."""
    assert values(concepts, f"{SEN}activity-report-on-policy", "skos:related") == [
        "coverage-policy", "party-governing-body", "party-parents",
    ]  # fmt: skip
    parties = "FILTER(STRSTARTS(STR(?x), STR(sen:party-)) && STRSTARTS(STR(?y), STR(sen:party-)) && STR(?x) < STR(?y))"
    assert asked(concepts, f"SELECT ?x ?y {{ ?x skos:related ?y {parties} }}") == [
        ("party-governing-body", "party-management-group"),
        ("party-head-of-setting", "party-headteacher"),
        ("party-non-teaching-staff", "party-practitioners"),
        ("party-practitioners", "party-teaching-staff"),
        ("party-sen-team", "party-senco"),
    ]


def test_a_thesaurus_states_no_force(concepts):
    """Neither a modality nor a responsibility is named in it, as subject, property or object."""
    named = {t.value for quad in concepts for t in quad.triple if isinstance(t, ox.NamedNode)}
    assert not [each for each in named if "modality" in each or re.search(r"-\d\.\d$", each)]
    assert not [each for each in named if each.rpartition("#")[2] in ("bearer", "Obligation", "Recommendation")]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_an_activity_is_related_to_everybody_whom_a_clause_names_with_it(concepts, row):
    """Bearers, those who work with them, are told, or come about."""
    cells = ("bearer", "bearer_alternative", "collaborators", "collaborator_alternative", "recipient", "establishes")
    named = {party for cell in cells for party in listed(row[cell], "party")}
    assert named <= set(values(concepts, f"{SEN}activity-{row['kind']}", "skos:related"))


SCHEME = "x:s a skos:ConceptScheme ; dcterms:title 's'@en . "
C = "a skos:Concept ; skos:inScheme x:s ; skos:topConceptOf x:s ; skos:definition 'd'@en"
FINE = f"{SCHEME} x:s skos:hasTopConcept x:a . x:a {C} ; skos:prefLabel 'a'@en . "

INTEGRITY = {
    "S9 a scheme is no concept": ("SELECT ?x { ?x a skos:Concept, skos:ConceptScheme }", "x:bad a skos:Concept, skos:ConceptScheme ."),
    "S13 labels are disjoint": (
        "SELECT DISTINCT ?x { VALUES (?p ?q) { (skos:prefLabel skos:altLabel) (skos:prefLabel skos:hiddenLabel) "
        "(skos:altLabel skos:hiddenLabel) } ?x ?p ?l ; ?q ?l }",
        "x:bad skos:altLabel 'a'@en ; skos:hiddenLabel 'a'@en .",
    ),
    "S14 one preferred label in a language": (
        "SELECT DISTINCT ?x { ?x skos:prefLabel ?a, ?b FILTER(?a != ?b && LANG(?a) = LANG(?b)) }",
        "x:bad skos:prefLabel 'a'@en, 'b'@en .",
    ),
    "S27 related is not broader": (
        "SELECT DISTINCT ?x { ?x skos:related ?y . ?x (skos:broader|^skos:narrower)+ ?y }",
        "x:bad skos:related x:c ; skos:broader x:b . x:c skos:narrower x:b .",
    ),
    "S37 a collection is neither": (
        "SELECT DISTINCT ?x { ?x a skos:Collection, ?c FILTER(?c IN (skos:Concept, skos:ConceptScheme)) }",
        "x:bad a skos:Collection, skos:Concept .",
    ),
    "S46 an exact match is no broad or related one": (
        "SELECT DISTINCT ?x { ?x skos:exactMatch ?y . ?x skos:broadMatch|^skos:narrowMatch|skos:relatedMatch|^skos:relatedMatch ?y }",
        "x:bad skos:exactMatch x:b . x:b skos:narrowMatch x:bad .",
    ),
    "omitted or invalid language tags": (
        "SELECT DISTINCT ?x { ?x skos:prefLabel|skos:altLabel|skos:definition|skos:scopeNote|skos:note ?l "
        "FILTER(!REGEX(LANG(?l), '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$')) }",
        "x:bad skos:prefLabel 'a' .",
    ),
    "incomplete language coverage": (
        "SELECT DISTINCT ?x { ?other a skos:Concept ; skos:prefLabel ?l . ?x a skos:Concept "
        "FILTER NOT EXISTS { ?x skos:prefLabel ?m FILTER(LANG(?m) = LANG(?l)) } }",
        "x:bad a skos:Concept ; skos:prefLabel 'a'@en . x:b a skos:Concept ; skos:prefLabel 'a'@en, 'b'@cy .",
    ),
    "missing labels": (
        "SELECT DISTINCT ?x { ?x a ?c FILTER(?c IN (skos:Concept, skos:ConceptScheme, skos:Collection)) "
        "FILTER NOT EXISTS { ?x skos:prefLabel|dcterms:title ?l FILTER(LANGMATCHES(LANG(?l), 'en')) } }",
        "x:bad a skos:Concept .",
    ),
    "empty labels": (
        "SELECT ?x { ?x skos:prefLabel|skos:altLabel ?l FILTER(!REGEX(?l, '[^ ]')) }", "x:bad skos:altLabel ' '@en .",
    ),
    "unprintable characters": (
        "SELECT ?x { ?x skos:prefLabel|skos:altLabel ?l FILTER(REGEX(?l, '[\\\\x00-\\\\x1f\\\\x7f]')) }",
        "x:bad skos:altLabel 'a\\tb'@en .",
    ),
    "undocumented concepts": (
        "SELECT ?x { ?x a skos:Concept FILTER NOT EXISTS { ?x skos:definition ?d } }", "x:bad a skos:Concept .",
    ),
    "overlapping labels": (
        "SELECT DISTINCT ?x { ?x a skos:Concept ; skos:prefLabel|skos:altLabel ?l . ?y a skos:Concept ; "
        "skos:prefLabel|skos:altLabel ?m FILTER(STR(?x) > STR(?y) && LCASE(STR(?l)) = LCASE(STR(?m)) && LANG(?l) = LANG(?m)) }",
        f"{FINE} x:bad {C} ; skos:prefLabel 'b'@en ; skos:altLabel 'A'@en .",
    ),
    "orphan concepts": (
        "SELECT ?x { ?x a skos:Concept FILTER NOT EXISTS { ?x skos:broader|^skos:broader|skos:narrower|^skos:narrower|skos:related|^skos:related ?y } }",
        "x:bad a skos:Concept . x:a a skos:Concept ; skos:related x:b .",
    ),
    "disconnected clusters": (
        "SELECT DISTINCT ?x { { SELECT (MIN(?c) AS ?first) { ?c a skos:Concept } } ?x a skos:Concept "
        "FILTER NOT EXISTS { ?first (skos:broader|skos:narrower|skos:related)* ?x } }",
        "x:a a skos:Concept ; skos:related x:b . x:b a skos:Concept . x:bad a skos:Concept ; skos:related x:bad .",
    ),
    "cyclic hierarchy": ("SELECT ?x { ?x skos:broader+ ?x }", "x:bad skos:broader x:bad ."),
    "valueless associations": (
        "SELECT DISTINCT ?x { ?x skos:related ?y ; skos:broader ?b . ?y skos:broader ?b }",
        "x:bad skos:related x:a ; skos:broader x:b . x:a skos:broader x:b .",
    ),
    "unidirectional relations": (
        "SELECT DISTINCT ?x { VALUES (?p ?q) { (skos:broader skos:narrower) (skos:narrower skos:broader) "
        "(skos:related skos:related) (skos:hasTopConcept skos:topConceptOf) (skos:topConceptOf skos:hasTopConcept) } "
        "?x ?p ?y FILTER NOT EXISTS { ?y ?q ?x } }",
        "x:bad skos:related x:b .",
    ),
    "only transitively related": (
        "SELECT ?x { ?x skos:broaderTransitive|skos:narrowerTransitive|skos:semanticRelation|skos:mappingRelation ?y }",
        "x:bad skos:broaderTransitive x:b .",
    ),
    "omitted top concepts": (
        "SELECT ?x { ?x a skos:ConceptScheme FILTER NOT EXISTS { ?x skos:hasTopConcept|^skos:topConceptOf ?c } }",
        "x:bad a skos:ConceptScheme .",
    ),
    "neither a top concept nor below one": (
        "SELECT ?x { ?x a skos:Concept FILTER NOT EXISTS { ?x skos:broader*/skos:topConceptOf ?s } }",
        f"{FINE} x:bad a skos:Concept ; skos:inScheme x:s .",
    ),
    "top concepts with broader ones": (
        "SELECT DISTINCT ?x { ?x skos:topConceptOf|^skos:hasTopConcept ?s . ?x skos:broader|^skos:narrower ?b }",
        "x:bad skos:topConceptOf x:s ; skos:broader x:b .",
    ),
    "hierarchical redundancy": (
        "SELECT DISTINCT ?x { ?x skos:broader ?b ; skos:broader ?c . ?c skos:broader+ ?b FILTER(?b != ?c) }",
        "x:bad skos:broader x:b, x:c . x:c skos:broader x:b .",
    ),
    "reflexive relations": (
        "SELECT DISTINCT ?x { ?x skos:related|skos:broader|skos:narrower|skos:exactMatch|skos:closeMatch|skos:relatedMatch ?x }",
        "x:bad skos:related x:bad .",
    ),
    "mapping relations within the scheme": (
        "SELECT ?x { ?x skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?y . "
        "?x skos:inScheme ?s . ?y skos:inScheme ?s }",
        "x:bad skos:closeMatch x:b ; skos:inScheme x:s . x:b skos:inScheme x:s .",
    ),
    "no scheme": (
        "SELECT ?x { ?x a skos:Concept FILTER NOT EXISTS { ?x skos:inScheme ?s . ?s a skos:ConceptScheme } }",
        "x:bad a skos:Concept ; skos:inScheme x:s .",
    ),
    "members that are no concepts": (
        "SELECT ?x { ?c skos:member ?x FILTER NOT EXISTS { ?x a ?k FILTER(?k IN (skos:Concept, skos:Collection)) } }",
        "x:c skos:member x:bad .",
    ),
    "relations of what is no concept": (
        "SELECT DISTINCT ?x { ?x skos:related|skos:broader|skos:narrower|^skos:related|^skos:broader|^skos:narrower ?y "
        "FILTER NOT EXISTS { ?x a skos:Concept } }",
        "x:bad skos:related x:b . x:b a skos:Concept .",
    ),
    "no http": ("SELECT ?x { ?x a skos:Concept FILTER(!REGEX(STR(?x), '^https?://')) }", "<urn:bad> a skos:Concept ."),
}  # fmt: skip
"""Conditions of the SKOS Reference (S) and issues of qSKOS: a query for what is wrong, and a document where `x:bad` is."""

each_condition = pytest.mark.parametrize("condition", INTEGRITY)


@each_condition
def test_the_thesaurus_is_sound(concepts, condition):
    """Of the packaged graph, with and without all alignments."""
    query, _ = INTEGRITY[condition]
    assert asked(concepts, query) == []
    assert asked(aligned(), query) == []


@each_condition
def test_the_query_finds_the_fault(condition):
    """In a small wrong thesaurus, it finds what is wrong."""
    query, turtle = INTEGRITY[condition]
    assert [re.split("[:/]", found)[-1] for (found,) in asked(wrong(turtle), query)] == ["bad"]


@functools.cache
def aligned():
    """The thesaurus of the packaged graph with all alignments."""
    return held(EXPORTS["thesaurus"].make(sengraph.open(align=["all"])))


def test_nothing_contradicts_skos(graph):
    """Reasoned over with SKOS as published nothing is a contradiction; each term of SKOS in it exists."""
    triples = EXPORTS["thesaurus"].make(graph)
    vocabulary = published("skos.ttl")
    assert infer([*load.read(load.packaged_files()), *vocabulary, *triples]).clashes == ()
    terms = {t.value for triple in triples for t in triple if isinstance(t, ox.NamedNode) and t.value.startswith(SKOS)}
    assert {f"{SKOS}related", f"{SKOS}topConceptOf"} <= terms <= {triple.subject.value for triple in vocabulary}


def test_matches_are_those_of_the_alignments_that_are_there(concepts):
    """Without an alignment there is none; with all there are those that they state of parties."""
    matches = "SELECT ?x ?p ?y { ?x ?p ?y FILTER(STRENDS(STR(?p), 'Match')) }"
    assert asked(concepts, matches) == []
    assert asked(aligned(), matches) == [
        ("party-committee", "closeMatch", "Committee"),
        ("party-committee", "closeMatch", "OrganizationalUnit"),
        ("party-fellow-teachers", "relatedMatch", "teacher"),
        ("party-governing-body", "closeMatch", "FormalOrganization"),
        ("party-head-of-setting", "closeMatch", "administrator"),
        ("party-headteacher", "closeMatch", "administrator"),
        ("party-headteacher", "relatedMatch", "LeaderRole"),
        ("party-parents", "closeMatch", "parent"),
        ("party-practitioners", "relatedMatch", "professional"),
        ("party-teaching-staff", "closeMatch", "teacher"),
        ("party-teaching-staff", "relatedMatch", "TeacherRole"),
    ]


OWN_TERMS = """
x:activity-listen a sen:Activity ; rdfs:label "listen"@en , "attend"@en , "gwrando"@cy , "hear" ;
    skos:altLabel "attend"@en , "hark"@en ; skos:hiddenLabel "hark"@en , "lissen"@en .
"""


def test_each_name_is_one_kind_of_name(tmp_path):
    """Of two labels in a language one is preferred, the other is an alternative; no name is there twice."""
    store = held(EXPORTS["thesaurus"].make(opened(tmp_path, OWN_TERMS)))
    listen = "https://example.org/activity-listen"
    assert values(store, listen, "skos:prefLabel") == ["attend", "gwrando", "hear"]
    assert values(store, listen, "skos:altLabel") == ["hark", "listen"]
    assert values(store, listen, "skos:hiddenLabel") == ["lissen"]


def matters(text):
    """Turtle of some matters, each called as in the text, and what is said of them."""
    names = sorted(set(re.findall(r"x:(\w+)", text)))
    named = (f"x:{name} a sen:Coverage ; rdfs:label '{name}'@en ; skos:definition 'A matter.'@en ." for name in names)
    return "\n".join([*named, text])


CIRCLES = {
    "two that comprise each other": ("x:a sen:comprises x:b . x:b sen:comprises x:a .", [], "ab"),
    "three in a circle": ("x:a sen:comprises x:b . x:b sen:comprises x:c . x:c sen:comprises x:a .", [], "abc"),
    "a circle within a whole, and a part of it": (
        "x:a sen:comprises x:b . x:b sen:comprises x:c . x:c sen:comprises x:b , x:d .", ["ba", "dc"], "ac",
    ),
    "one that comprises itself": ("x:a sen:comprises x:a , x:b .", ["ba"], "a"),
}  # fmt: skip
"""What the data says, what is broader than what of that, and the top concepts."""


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_goes_round_in_a_circle_is_no_hierarchy(tmp_path, circle):
    """Nothing of a circle is broader or narrower; the rest of the hierarchy stays, and begins at a top concept."""
    turtle, broader, tops = CIRCLES[circle]
    store = held(EXPORTS["thesaurus"].make(opened(tmp_path, matters(turtle), inference=False)))
    own = "FILTER(STRSTARTS(STR(?x), STR(x:)))"
    assert ["".join(pair) for pair in asked(store, f"SELECT ?x ?y {{ ?x skos:broader ?y {own} }}")] == broader
    assert "".join(x for (x,) in asked(store, f"SELECT ?x {{ ?x skos:topConceptOf ?s {own} }}")) == tops
    for condition in ("cyclic hierarchy", "neither a top concept nor below one", "unidirectional relations"):
        assert asked(store, INTEGRITY[condition][0]) == []


def test_what_is_above_another_is_not_related_to_it(tmp_path):
    """A counterpart that is a whole of the other, in one step or two, is broader and no more (S27); others are both."""
    turtle = (
        "x:a sen:comprises x:b . x:b sen:comprises x:c . x:a sen:counterpartOf x:b , x:d . x:c sen:counterpartOf x:a ."
    )
    store = held(EXPORTS["thesaurus"].make(opened(tmp_path, matters(turtle), inference=False)))
    own = "FILTER(STRSTARTS(STR(?x), STR(x:)))"
    assert asked(store, f"SELECT ?x ?y {{ ?x skos:related ?y {own} }}") == [("a", "d"), ("d", "a")]
    assert asked(store, f"SELECT ?x ?y {{ ?x skos:broader ?y {own} }}") == [("b", "a"), ("c", "b")]
    assert asked(store, INTEGRITY["S27 related is not broader"][0]) == []


def test_a_concept_is_said_to_be_nothing_without_a_name(tmp_path):
    """Notes, sources and matches that are blank nodes are left out."""
    turtle = matters("x:a skos:note [] , 'a note'@en ; dcterms:source [] ; skos:altLabel [] ; skos:closeMatch [] .")
    triples = EXPORTS["thesaurus"].make(opened(tmp_path, turtle))
    assert not [t for t in triples if isinstance(t.object, ox.BlankNode)]
    assert values(held(triples), "https://example.org/a", "skos:note") == ["a note"]


def test_no_licence_is_claimed_for_what_somebody_without_a_name_made(tmp_path):
    """An ontology that is a blank node states no licence, so not all of them do."""
    turtle = OWN_TERMS + "x:activity-listen rdfs:isDefinedBy [ dcterms:license x:l ] ."
    store = held(EXPORTS["thesaurus"].make(opened(tmp_path, turtle)))
    assert values(store, thesaurus.SCHEME.value, "dcterms:creator|dcterms:license|owl:versionInfo") == []


def test_no_licence_is_claimed_for_what_others_made(tmp_path, concepts):
    """One concept that does not say who defined it is enough."""
    scheme = thesaurus.SCHEME.value
    assert values(concepts, scheme, "dcterms:creator") == ["authors"]
    store = held(EXPORTS["thesaurus"].make(opened(tmp_path, OWN_TERMS)))
    assert values(store, scheme, "dcterms:creator|dcterms:license|owl:versionInfo") == []
    assert values(store, scheme, "dcterms:source") == ["ontology"]


# --- the documentation


def test_the_python_of_the_documentation_runs():
    """What docs/exports.md shows is what comes out."""
    assert doctest.testfile(str(ROOT / "docs" / "exports.md"), module_relative=False).failed == 0


def test_the_query_of_the_documentation_answers(rules):
    """It finds the two duties, and nothing that is only recommended."""
    text = (ROOT / "docs" / "exports.md").read_text("utf-8")
    (query,) = re.findall(r"(?m)^    PREFIX .*\n    SELECT .*$", text)
    assert asked(rules, query) == [
        ("mainstream-3.1", "party-governing-body"),
        ("special-3.1", "party-governing-body"),
    ]
