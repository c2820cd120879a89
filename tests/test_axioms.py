"""Axioms in words and changes: each kind of axiom as a sentence, none lost or told twice, and none that only follows.

The sentences are written down by hand here, beside the axiom that each one says.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, BNode, URIRef

import sengraph
from sengraph import load
from sengraph.linked import place_of
from sengraph.pages.axioms import DEEPEST, LARGEST, axioms_of, read
from sengraph.pages.changes import history
from sengraph.pages.html import Ref
from sengraph.pages.vocabulary import anchors
from sengraph.pages.words import manner, sentence, sentences
from sengraph.serve.dataset import Dataset
from sengraph.terms import KNOWN, SEN, compact
from tests.site_helpers import Site
from tests.test_hostile_pages import HOSTILE, check
from tests.test_rdfxml_parsers import read_by_owl_api, without_java

PREFIXES = """
@prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

SENTENCES = {
    # classes
    ":Role rdfs:subClassOf :Party .": ("Every role is a party.", "Class: :Role SubClassOf: :Party"),
    ":Office rdfs:subClassOf owl:Nothing .": ("Nothing is an office.", "Class: :Office SubClassOf: owl:Nothing"),
    "owl:Thing rdfs:subClassOf :Party .": ("Everything is a party.", "Class: owl:Thing SubClassOf: :Party"),
    ":Role owl:equivalentClass :Office .": (
        "Something is a role exactly if it is an office.",
        "Class: :Role EquivalentTo: :Office",
    ),
    ":Role owl:disjointWith :Office .": (
        "Nothing is both a role and an office.",
        "Class: :Role DisjointWith: :Office",
    ),
    ":Role owl:disjointWith [ owl:onProperty :bearer ; owl:someValuesFrom owl:Thing ] .": (
        "It is never so that something is a role and also has a bearer.",
        "Class: :Role DisjointWith: :bearer some owl:Thing",
    ),
    "[] a owl:AllDisjointClasses ; owl:members ( :Role :Office :Party ) .": (
        "Nothing is more than one of these: role, office, party.",
        "DisjointClasses: :Role, :Office, :Party",
    ),
    ":Party owl:disjointUnionOf ( :Role :Office ) .": (
        "Something is a party exactly if it is one of these, and nothing is two of them: a role or an office.",
        "Class: :Party DisjointUnionOf: :Role, :Office",
    ),
    ":Party owl:hasKey ( :bearer :clause ) .": (
        "If each of X and Y has a name and is a party, and they have in common a value of bearer and a value of clause, "
        "then X and Y are one and the same.",
        "Class: :Party HasKey: :bearer, :clause",
    ),
    # expressions
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:hasValue :must ] .": (
        "Every role has the bearer must.",
        "Class: :Role SubClassOf: :bearer value :must",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:someValuesFrom :Party ] .": (
        "Every role has a party as bearer.",
        "Class: :Role SubClassOf: :bearer some :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :performs ; owl:someValuesFrom :Party ] .": (
        "Every role performs a party.",
        "Class: :Role SubClassOf: :performs some :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:someValuesFrom owl:Thing ] .": (
        "Every role has a bearer.",
        "Class: :Role SubClassOf: :bearer some owl:Thing",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:allValuesFrom :Party ] .": (
        "Every role has nothing other than a party as bearer.",
        "Class: :Role SubClassOf: :bearer only :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :statedIn ; owl:allValuesFrom :Party ] .": (
        "Every role is stated in nothing other than a party.",
        "Class: :Role SubClassOf: :statedIn only :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:allValuesFrom [ owl:complementOf :Office ] ] .": (
        "Every role has as bearer nothing other than something that is not an office.",
        "Class: :Role SubClassOf: :bearer only (not :Office)",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:someValuesFrom owl:Nothing ] .": (
        "Every role has as bearer something that there cannot be.",
        "Class: :Role SubClassOf: :bearer some owl:Nothing",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:allValuesFrom owl:Nothing ] .": (
        "Every role has no bearer.",
        "Class: :Role SubClassOf: :bearer only owl:Nothing",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :statedIn ; owl:allValuesFrom owl:Nothing ] .": (
        "Every role is stated in nothing.",
        "Class: :Role SubClassOf: :statedIn only owl:Nothing",
    ),
    ":performs rdfs:range owl:Nothing .": (
        "Whatever something performs is something that there cannot be.",
        "ObjectProperty: :performs Range: owl:Nothing",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :performs ; owl:hasSelf true ] .": (
        "Every role performs itself.",
        "Class: :Role SubClassOf: :performs Self",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :performs ; owl:minCardinality 2 ] .": (
        "Every role performs at least 2 things.",
        "Class: :Role SubClassOf: :performs min 2",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :performs ; owl:maxQualifiedCardinality 1 ; owl:onClass :Party ] .": (
        "Every role performs at most 1 thing (a party).",
        "Class: :Role SubClassOf: :performs max 1 :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:qualifiedCardinality 3 ; owl:onClass :Party ] .": (
        "Every role has exactly 3 things (each a party) as bearer.",
        "Class: :Role SubClassOf: :bearer exactly 3 :Party",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty :clause ; owl:cardinality 1 ] .": (
        "Every role has exactly 1 value as clause.",
        "Class: :Role SubClassOf: :clause exactly 1",
    ),
    ":Role owl:equivalentClass [ owl:intersectionOf ( :Party [ owl:onProperty :bearer ; owl:hasValue :must ] ) ] .": (
        "Something is a role exactly if it is a party and has the bearer must.",
        "Class: :Role EquivalentTo: :Party and (:bearer value :must)",
    ),
    ":Role owl:equivalentClass [ owl:unionOf ( :Party :Office ) ] .": (
        "Something is a role exactly if it is a party or an office (or both).",
        "Class: :Role EquivalentTo: :Party or :Office",
    ),
    ":Role owl:equivalentClass [ owl:intersectionOf ( :Party [ owl:unionOf ( :Office :Role :Body ) ] ) ] .": (
        "Something is a role exactly if it is a party and (is an office, a role or a body (or more than one of these)).",
        "Class: :Role EquivalentTo: :Party and (:Office or :Role or :Body)",
    ),
    ":Role owl:equivalentClass [ owl:complementOf [ owl:onProperty :performs ; owl:someValuesFrom :Party ] ] .": (
        "Something is a role exactly if it is not something that performs a party.",
        "Class: :Role EquivalentTo: not (:performs some :Party)",
    ),
    ":Role owl:equivalentClass [ owl:oneOf ( :must :may :senco ) ] .": (
        "Something is a role exactly if it is must, may or senco.",
        "Class: :Role EquivalentTo: {:must, :may, :senco}",
    ),
    ":Role owl:unionOf ( :Party :Office ) .": (  # OWL 1's way to define a class
        "Something is a role exactly if it is a party or an office (or both).",
        "Class: :Role EquivalentTo: :Party or :Office",
    ),
    "[ owl:onProperty :performs ; owl:someValuesFrom :Party ] rdfs:subClassOf :Role .": (
        "If something performs a party, then it is a role.",
        "(:performs some :Party) SubClassOf: :Role",
    ),
    ":Role rdfs:subClassOf [ owl:onProperty [ owl:inverseOf :bearer ] ; owl:someValuesFrom :Party ] .": (
        "Every role is related by the inverse of bearer to a party.",
        "Class: :Role SubClassOf: inverse :bearer some :Party",
    ),
    ":Year a rdfs:Datatype ; owl:equivalentClass [ owl:onDatatype xsd:integer ; owl:withRestrictions "
    "( [ xsd:minInclusive 1900 ] [ xsd:maxExclusive 2100 ] ) ] .": (
        "Something is a year exactly if it is a whole number (at least 1900 and less than 2100).",
        "Datatype: :Year EquivalentTo: xsd:integer[>= 1900, < 2100]",
    ),
    ':clause rdfs:range [ owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern "[a-z]+" ] ) ] .': (
        "Every value of clause is a text (matching the pattern “[a-z]+”).",
        'DataProperty: :clause Range: xsd:string[pattern "[a-z]+"]',
    ),
    # properties
    ":bearer rdfs:domain :Role .": ("Whatever has a bearer is a role.", "ObjectProperty: :bearer Domain: :Role"),
    ":performs rdfs:domain [ owl:unionOf ( :Role :Office ) ] .": (
        "Whatever performs something is a role or an office (or both).",
        "ObjectProperty: :performs Domain: :Role or :Office",
    ),
    ":bearer rdfs:range :Party .": (
        "Whatever something has as bearer is a party.",
        "ObjectProperty: :bearer Range: :Party",
    ),
    ":statedIn rdfs:range :Party .": (
        "Whatever something is stated in is a party.",
        "ObjectProperty: :statedIn Range: :Party",
    ),
    ":clause rdfs:range xsd:integer .": (
        "Every value of clause is a whole number.",
        "DataProperty: :clause Range: xsd:integer",
    ),
    ":performs rdfs:subPropertyOf :bearer .": (
        "If X performs Y, then X has the bearer Y.",
        "ObjectProperty: :performs SubPropertyOf: :bearer",
    ),
    ":performs owl:equivalentProperty :bearer .": (
        "X performs Y exactly if X has the bearer Y.",
        "ObjectProperty: :performs EquivalentTo: :bearer",
    ),
    ":performs owl:propertyDisjointWith :bearer .": (
        "It is never so that X performs Y and X has the bearer Y.",
        "ObjectProperty: :performs DisjointWith: :bearer",
    ),
    "[] a owl:AllDisjointProperties ; owl:members ( :performs :bearer :partOf ) .": (
        "Nothing is related to the same thing by more than one of these: performs, bearer, part of.",
        "DisjointProperties: :performs, :bearer, :partOf",
    ),
    ":performs owl:inverseOf :bearer .": (
        "X performs Y exactly if Y has the bearer X.",
        "ObjectProperty: :performs InverseOf: :bearer",
    ),
    ":partOf owl:propertyChainAxiom ( :performs :statedIn ) .": (
        "If X performs Y and Y is stated in Z, then X is part of Z.",
        "ObjectProperty: :partOf SubPropertyChain: :performs o :statedIn",
    ),
    ":partOf owl:propertyChainAxiom ( :performs [ owl:inverseOf :performs ] :bearer ) .": (
        "If X0 performs X1, X2 performs X1 and X2 has the bearer X3, then X0 is part of X3.",
        "ObjectProperty: :partOf SubPropertyChain: :performs o inverse :performs o :bearer",
    ),
    ":bearer a owl:FunctionalProperty .": (
        "Nothing has more than one thing as bearer.",
        "ObjectProperty: :bearer Characteristics: Functional",
    ),
    ":clause a owl:FunctionalProperty .": (
        "Nothing has more than one value as clause.",
        "DataProperty: :clause Characteristics: Functional",
    ),
    ":bearer a owl:InverseFunctionalProperty .": (
        "If X has the bearer Z and Y has the bearer Z, then X and Y are one and the same.",
        "ObjectProperty: :bearer Characteristics: InverseFunctional",
    ),
    ":partOf a owl:SymmetricProperty .": (
        "If X is part of Y, then Y is part of X.",
        "ObjectProperty: :partOf Characteristics: Symmetric",
    ),
    ":partOf a owl:AsymmetricProperty .": (
        "It is never so that X is part of Y and Y is part of X.",
        "ObjectProperty: :partOf Characteristics: Asymmetric",
    ),
    ":partOf a owl:TransitiveProperty .": (
        "If X is part of Y and Y is part of Z, then X is part of Z.",
        "ObjectProperty: :partOf Characteristics: Transitive",
    ),
    ":partOf a owl:ReflexiveProperty .": (
        "Everything is part of itself.",
        "ObjectProperty: :partOf Characteristics: Reflexive",
    ),
    ":bearer a owl:IrreflexiveProperty .": (
        "Nothing has itself as bearer.",
        "ObjectProperty: :bearer Characteristics: Irreflexive",
    ),
    # individuals
    ":senco owl:sameAs :must .": ("senco and must are one and the same.", "Individual: :senco SameAs: :must"),
    ":senco owl:differentFrom :must .": ("senco and must are not the same.", "Individual: :senco DifferentFrom: :must"),
    "[] a owl:AllDifferent ; owl:distinctMembers ( :senco :must :may ) .": (
        "No two of these are one and the same: senco, must, may.",
        "DifferentIndividuals: :senco, :must, :may",
    ),
    ":senco a [ owl:onProperty :performs ; owl:hasValue :must ] .": (
        "senco performs must.",
        "Individual: :senco Types: :performs value :must",
    ),
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :senco ; owl:assertionProperty :clause ; "
    'owl:targetValue "a" .': (
        "It is not so that senco has the clause “a”.",
        'Individual: :senco Facts: not :clause "a"',
    ),
}
"""Axioms with the sentences and the Manchester syntax that they are to have."""

NAMES = {
    **{name: name for name in ("Role", "Party", "Office", "Body", "Year")},
    **{name: name for name in ("bearer", "performs", "clause", "must", "may", "senco")},
    "statedIn": "stated in",
    "partOf": "part of",
}


def parsed(text):
    """Return the axioms that Turtle states."""
    triples = {}
    for quad in ox.parse((PREFIXES + ":clause a owl:DatatypeProperty ." + text).encode(), format=ox.RdfFormat.TURTLE):
        about = triples.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
        about.append(quad.object)
    return read(triples)


def called(iri):
    """Return what a term of the examples is called."""
    return Ref(iri, NAMES.get(iri.removeprefix("https://example.org/"), compact(iri)))


def told(axioms):
    """Return the sentences of axioms, and their Manchester syntax with the examples' prefix."""
    every = {id(each): each for found in axioms.about.values() for each in found} | {
        id(each): each for each in axioms.loose
    }
    words = [sentence(each, called, axioms.sorts) for each in every.values()]
    code = [f"{each.frame} {each.code}".strip() for each in words]
    return [
        (each.text, re.sub(r"<https://example.org/(\w+)>", r":\1", line))
        for each, line in zip(words, code, strict=True)
    ]


@pytest.mark.parametrize("text", SENTENCES)
def test_each_kind_of_axiom_is_one_sentence(text):
    """An axiom is told in words, and in Manchester syntax beside them."""
    assert told(parsed(text)) == [SENTENCES[text]]


@pytest.mark.parametrize(
    ("label", "is_data", "expected"),
    [
        ("modality", False, "noun"),
        ("setting type by analogy", False, "noun"),
        ("status", False, "noun"),
        ("address", False, "noun"),
        ("years", True, "noun"),
        ("performs", False, "verb"),
        ("parents", False, "related"),
        ("works", False, "related"),
        ("series", False, "related"),
        ("covers", False, "related"),
        ("parents by adoption", False, "related"),
        ("works for", False, "verb"),
        ("like", False, "noun"),
        ("cooperates with", False, "verb"),
        ("counts as", False, "verb"),
        ("has parameter", False, "verb"),
        ("stated in", False, "be"),
        ("subject to by analogy", False, "be"),
        ("in force from", True, "be"),
        ("in line with", False, "be"),
        ("kind of", False, "be"),
        ("", False, "noun"),
    ],
)
def test_how_a_property_is_spoken_of_goes_by_its_name(label, is_data, expected):
    """Nouns are had, verbs are done, what ends in a preposition is the case; what could be two of them relates things."""
    assert manner(label, is_data) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":parents rdfs:subPropertyOf :bearer .", "If X is related by “parents” to Y, then X has the bearer Y."),
        (":parents rdfs:domain :Role .", "Whatever is related by “parents” to something is a role."),
        (":parents rdfs:range :Role .", "Whatever something is related to by “parents” is a role."),
        (":parents a owl:FunctionalProperty .", "Nothing is related by “parents” to more than one thing."),
        (
            ":Role rdfs:subClassOf [ owl:onProperty :parents ; owl:allValuesFrom owl:Nothing ] .",
            "Every role is related by “parents” to nothing.",
        ),
        (
            ":note a owl:AnnotationProperty ; rdfs:subPropertyOf :remark .",
            "Every reading note is an editor's remark.",
        ),
    ],
)
def test_a_name_that_could_be_a_verb_does_not_turn_a_sentence_round(text, expected):
    """Whoever has parents is related to them; a note is told without what would follow if it were no note."""
    more = {"parents": "parents", "note": "reading note", "remark": "editor's remark"}
    axioms = parsed(text)
    (axiom,) = {id(each): each for found in axioms.about.values() for each in found}.values()

    def names(iri):
        return Ref(iri, more.get(iri.removeprefix("https://example.org/"), called(iri).label))

    assert sentence(axiom, names, axioms.sorts).text == expected


def test_our_own_verbs_are_told_as_verbs(graph):
    """The names of three of our properties could be nouns as well; none of ours is told as merely related."""
    axioms = axioms_of(graph)
    told = {name: sentences(graph, axioms.about[f"{SEN}{name}"])[0].text for name in ("addresses", "bears", "covers")}
    assert told == {
        "addresses": "Whatever addresses something is a passage.",
        "bears": "Whatever bears something is a party.",
        "covers": "Whatever covers something is a responsibility.",
    }
    every = sentences(graph, [each for found in axioms.about.values() for each in found])
    assert not [each.text for each in every if "related by “" in each.text]


# --------------------------------------------------------------------- a second reader of the syntax

JAVA = shutil.which("java")
DECLARED = {
    "ObjectProperty": ("bearer", "performs", "statedIn", "partOf"),
    "Class": ("Role", "Party", "Office", "Body"),
    "NamedIndividual": ("must", "may", "senco"),
}
TYPED = {
    "Restriction": ("onProperty",),
    "Class": ("complementOf", "unionOf", "intersectionOf", "oneOf"),
    "Datatype": ("onDatatype",),
}
"""The classes that OWL 2 DL wants the nodes of expressions to have, by what makes them expressions."""


def as_owl(axiom):
    """Return the Turtle of an axiom with the types that OWL 2 DL wants."""
    for kind, names in TYPED.items():
        space = "rdfs" if kind == "Datatype" else "owl"
        axiom = re.sub(rf"\[ (owl:({'|'.join(names)}))\b", rf"[ a {space}:{kind} ; \1", axiom)
    return re.sub(r"ardinality (\d)", r'ardinality "\1"^^xsd:nonNegativeInteger', axiom)


def as_manchester(code):
    """Return a line of Manchester syntax as a frame; OWL API 3 wants a class behind each number."""
    code = re.sub(r"clause exactly 1$", "clause exactly 1 rdfs:Literal", re.sub(r"min 2$", "min 2 owl:Thing", code))
    return re.sub(r"^(\w+: \S+) ", r"\1\n ", code) if not code.startswith(("Disjoint", "Different")) else code


@without_java
def test_the_owl_api_reads_the_same_axioms(tmp_path):
    """Read from Turtle and from the Manchester syntax of the sentences, the axioms of every kind are the same.

    Left out is what no frame can state: that an expression is a subclass.
    """
    framed = {text: code for text, (_, code) in SENTENCES.items() if not code.startswith("(")}
    assert len(framed) == len(SENTENCES) - 1
    declared = [(kind, name) for kind, names in DECLARED.items() for name in names]
    turtle = [PREFIXES, ":clause a owl:DatatypeProperty .", *(f":{name} a owl:{kind} ." for kind, name in declared)]
    frames = [f"{kind.removeprefix('Named')}: :{name}" for kind, name in declared]
    header = [f"Prefix: {prefix}: <{iri}>" for prefix, iri in {**KNOWN, "": "https://example.org/"}.items()]
    manchester = [*header, "Ontology: <https://example.org/>", "Datatype: :Year", "DataProperty: :clause", *frames]
    (tmp_path / "a.ttl").write_text("\n".join([*turtle, *map(as_owl, framed)]), encoding="utf-8")
    (tmp_path / "a.omn").write_text("\n".join([*manchester, *map(as_manchester, framed.values())]), encoding="utf-8")
    (read,), (framed_read,) = (
        each.values() for each in read_by_owl_api([{"a": tmp_path / f"a.{end}"} for end in ("ttl", "omn")])
    )
    assert logical(read) == logical(framed_read)
    assert len(logical(read)) == len(framed) - 1  # a definition by owl:unionOf is one by owl:equivalentClass


def logical(read):
    """Return the axioms from which something follows."""
    others = ("Declare", "Annotation", "Ontology", "Import", "Unparsed")
    return {axiom for kind, axioms in read.items() if not kind.startswith(others) for axiom in axioms}


# ------------------------------------------------------------------------------- our own axioms


def test_the_vocabulary_in_words(graph):
    """What the vocabulary says of forces, bearers and counterparts, and how its conclusions come about."""
    expected = {
        "Obligation": {
            "Something is an obligation exactly if it has the modality must.",
            "Every obligation is a responsibility.",
            "Nothing is more than one of these: obligation, recommendation, permission, assigned responsibility, "
            "expectation.",
        },
        "bearer": {"Whatever has a bearer is a responsibility.", "Whatever something has as bearer is a party."},
        "Role": {"Every role is a party.", "Nothing is more than one of these: role, body, group."},
        "counterpartOf": {
            "Whatever is counterpart of something is a party.",
            "Whatever something is counterpart of is a party.",
            "If X performs Y and Y is performed by Z, then X is counterpart of Z.",
            "If X is counterpart of Y, then Y is counterpart of X.",
        },
        "kind-report-on-policy-by-governance": {
            "Something is a member of “report on the policy, by governance” exactly if it has the activity report on "
            "the policy and has the bearer function governance.",
            "Every member of “report on the policy, by governance” is of kind “report on the policy, by governance”.",
        },
    }
    for name, words in expected.items():
        found = axioms_of(graph).about[f"{SEN}{name}"]
        assert {each.text for each in sentences(graph, found)} >= words
        assert len(found) - len(words) == (1 if name.startswith("kind-") else 0)  # all kinds are different


CHAINS = {
    "bearerFunction": "If X has the bearer Y and Y performs Z, then X has the bearer function Z.",
    "cooperatesWith": "If X bears Y and Y has the collaborator Z, then X cooperates with Z.",
    "correspondsTo": "If X is of kind Y and Y is kind of Z, then X corresponds to Z.",
    "counterpartOf": "If X performs Y and Y is performed by Z, then X is counterpart of Z.",
    "equivalentTo": "If X is of content Y and Y is content of Z, then X is equivalent to Z.",
    "informs": "If X bears Y and Y has the recipient Z, then X informs Z.",
    "stageCounterpartOf": "If X has the level Y and Y is level of Z, then X is stage counterpart of Z.",
    "subjectTo": "If X has the setting type Y and Y calls for Z, then X is subject to Z.",
    "subjectToByAnalogy": "If X has the setting type by analogy Y and Y calls for Z, then X is subject to by analogy Z.",
}


def test_the_chains_in_words(graph):
    """Each of the nine chains is told as what follows from two steps."""
    found = [(iri, axiom) for iri, all_ in axioms_of(graph).about.items() for axiom in all_]
    chains = [(iri, axiom) for iri, axiom in found if axiom.kind == "propertyChainAxiom"]
    words = sentences(graph, [axiom for _, axiom in chains])
    assert {iri.removeprefix(SEN): each.text for (iri, _), each in zip(chains, words, strict=True)} == CHAINS


STATING = {
    *(RDFS[name] for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL[name] for name in ("equivalentClass", "disjointWith", "disjointUnionOf", "hasKey", "equivalentProperty")),
    *(OWL[name] for name in ("propertyDisjointWith", "inverseOf", "propertyChainAxiom", "sameAs", "differentFrom")),
}
STATING_TYPES = {
    *(OWL[f"{name}Property"] for name in ("Functional", "InverseFunctional", "Symmetric", "Asymmetric")),
    *(OWL[f"{name}Property"] for name in ("Transitive", "Reflexive", "Irreflexive")),
    *(OWL[name] for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")),
}
"""What states axioms, written down here again."""

TOLD_OTHERWISE = {
    *(OWL[name] for name in ("Class", "Restriction", "NamedIndividual", "ObjectProperty", "DatatypeProperty")),
    *(OWL[name] for name in ("AnnotationProperty", "Ontology")),  # what a term is, which its page and its heading tell
    *(RDF[name] for name in ("type", "first", "rest")),
    *(OWL[name] for name in ("onProperty", "hasValue", "intersectionOf", "unionOf", "members", "distinctMembers")),
    *(RDFS[name] for name in ("label", "isDefinedBy", "seeAlso")),  # about terms, and nothing follows
    *(OWL[name] for name in ("versionInfo", "versionIRI", "imports")),  # of the ontology itself
}
"""What else our files have of OWL, RDFS and RDF: parts of axioms, declarations, notes."""

FILES = [load.ontology_dir() / f"{name}.ttl" for name in ("sen", "gias", "service", "code-2001")]
FOLDERS = [*(load.ontology_dir() / "alignments").glob("*.ttl"), *(load.ontology_dir() / "by-analogy").glob("*.ttl")]


def stated(path):
    """Return the triples of a file that state axioms, with None for subjects without a name."""
    found = set()
    for subject, predicate, value in rdflib.Graph().parse(path):
        if predicate in STATING or (predicate == RDF.type and value in STATING_TYPES):
            found.add((str(subject) if isinstance(subject, URIRef) else None, predicate, value, subject))
        else:
            used = {predicate, value} if predicate == RDF.type else {predicate}
            ours = {each for each in used if str(each).startswith((str(OWL), str(RDFS), str(RDF)))}
            assert ours <= TOLD_OTHERWISE, f"{path.name}: {ours - TOLD_OTHERWISE}"
    return found


def by_subject(triples):
    """Return how many axioms there are by the IRI of what they are about; about several are those under None."""
    return Counter(subject for subject, *_ in triples)


def laid_down(site, iri):
    """Return the sentences about a term on its page, without those about several terms together."""
    first = site.get(f"/{place_of(iri)}").main.all("ul", "axioms")[0]
    together = ("No two of these", "Nothing is more than one of these", "If something")
    return [each.words for each in first.all("li") if not each.words.startswith(together)]


@pytest.fixture(scope="module")
def everything():
    """A site of all ontologies and all alignments."""
    return Site(Dataset.open(None, *FILES, *FOLDERS))


ELSEWHERE = {"gias": [f"{SEN}settingType", f"{SEN}settingTypeByAnalogy"]}
"""Of which terms of another ontology a file states an axiom: it is told on their pages, and on that of their ontology."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_axiom_of_an_ontology_is_told_once_on_its_page(path):
    """Under each term stand as many sentences as it has axioms; those of several terms stand at the end."""
    site = Site(Dataset.open(None, path))
    iri = str(rdflib.Graph().parse(path).value(predicate=RDF.type, object=OWL.Ontology))
    main = site.get(f"/{place_of(iri)}").main
    count = by_subject(stated(path))
    found = Counter()
    for entry in main.all("dt"):
        if "id" in entry.attributes:
            lists = entry.next().all("ul", "axioms")
            found[site.data.graph.names.resolve(entry.one("code").words, "")] += len(lists and lists[0].all("li"))
    generated = {f"{SEN}{each.attributes['id']}" for listed in main.all("ul", "terms") for each in listed.all("li")}
    assert len(generated) == (40 if path.stem == "sen" else 0)
    for term in generated:
        found[term] = len(laid_down(site, term))
    together = [each for each in main.all("h2") if each.attributes["id"] == "-together"]
    found[None] = len(together[0].next().all("li")) if together else 0
    assert +found == count - Counter(ELSEWHERE.get(path.stem))
    assert count.total() == {"sen": 256, "gias": 44, "service": 15, "code-2001": 2}[path.stem]


def test_each_axiom_of_an_alignment_is_told_once_where_its_subject_is(everything):
    """With all files together, the page of each term that is said something of has as many sentences as it has axioms."""
    triples = {
        each[:3] if each[0] and not isinstance(each[2], BNode) else each
        for path in (*FILES, *FOLDERS)
        for each in stated(path)
    }
    count = by_subject(triples)
    subjects = {subject for path in FOLDERS for subject, *_ in stated(path) if subject}
    assert len(subjects) > 20
    assert {subject: len(laid_down(everything, subject)) for subject in subjects} == {
        subject: count[subject] for subject in subjects
    }
    pages = [everything.get(f"/doc/{name}").main for name in ("ontology", "gias", "service", "code-2001")]
    together = [each.next() for main in pages for each in main.all("h2") if each.attributes["id"] == "-together"]
    assert sum(len(each.all("li")) for each in together) == count[None]
    axioms = axioms_of(everything.data.graph)
    assert len({id(each) for found in axioms.about.values() for each in found}) == len(triples)
    assert axioms.loose == []


def test_what_only_follows_is_not_laid_down(graph):
    """That each role is a concept follows; stated is that each role is a party."""
    assert graph.query("ASK { sen:Role rdfs:subClassOf skos:Concept }")
    about = axioms_of(graph).about[f"{SEN}Role"]
    assert [each.text for each in sentences(graph, about) if each.frame] == ["Every role is a party."]


def test_a_term_of_another_vocabulary_tells_what_ours_are_in_it(everything):
    """The page of a term that is aligned with has the sentences that mention it."""
    main = everything.get("/resource?iri=http%3A%2F%2Fwww.w3.org%2Fns%2Forg%23Organization").main
    assert main.one("ul", "axioms").words == (
        "Every establishment is an org:Organization. Class: sen:Establishment SubClassOf: org:Organization"
    )


def test_a_term_tells_where_definitions_use_it():
    """The page of a force has the class that is defined by it, beside what is said of the force itself."""
    main = Site(Dataset.open()).get("/doc/ontology/modality-must").main
    own, used = main.all("ul", "axioms")
    assert [each.words.partition(":")[0] for each in own.all("li")] == ["No two of these are one and the same"]
    assert "Something is an obligation exactly if it has the modality must." in used.words
    assert len(used.all("li")) == 2  # and one content, of the yearly report


def test_terms_are_linked_within_the_page():
    """A sentence on the page of an ontology leads to the places of its terms there, and every such place is there."""
    main = Site(Dataset.open()).get("/doc/ontology").main
    ids = {each.attributes["id"] for each in main.all() if "id" in each.attributes}
    targets = {each.attributes["href"][1:] for each in main.all("a") if each.attributes["href"].startswith("#")}
    assert targets <= ids
    assert {"Obligation", "modality", "modality-must", "-together", "-changes"} <= targets


# ---------------------------------------------------------------------------------- hostile data

DEEP = "[ owl:complementOf " * (DEEPEST + 5) + ":Party" + " ]" * (DEEPEST + 5)
BAD = {
    "a class that contains itself": (
        ":Role rdfs:subClassOf _:a . _:a owl:complementOf _:a .",
        "This is too deep to be told.",
    ),
    "a deep class": (f":Role rdfs:subClassOf {DEEP} .", "This is too deep to be told."),
    "a list without end": (
        ":Role owl:equivalentClass [ owl:unionOf _:l ] . _:l rdf:first :Party ; rdf:rest _:l .",
        "This is too long to be told.",
    ),
    "a list with two ends": (
        ":Role owl:equivalentClass [ owl:unionOf _:l ] . _:l rdf:first :Party ; rdf:rest rdf:nil , _:m .",
        "This cannot be told: not well formed: a list with more than one value.",
    ),
    "a list that stops": (
        ":partOf owl:propertyChainAxiom _:l . _:l rdf:first :performs .",
        "This cannot be told: not well formed: a list with no value.",
    ),
    "a restriction of nothing": (
        ":Role rdfs:subClassOf [ owl:onProperty :bearer ] .",
        "This cannot be told: a restriction that does not say one thing.",
    ),
    "a restriction of two properties": (
        ":Role rdfs:subClassOf [ owl:onProperty :bearer , :performs ; owl:someValuesFrom :Party ] .",
        "This cannot be told: not well formed: owl:onProperty with more than one value.",
    ),
    "two kinds at once": (
        ":Role rdfs:subClassOf [ owl:complementOf :Party ; owl:oneOf ( :must ) ] .",
        "This cannot be told: an expression of two kinds.",
    ),
    "an empty node": (
        ":Role rdfs:subClassOf [] .",
        "This cannot be told: an expression that is none of OWL 2.",
    ),
    "a text as a class": (
        ':Role rdfs:subClassOf "Party" .',
        "This cannot be told: a value in the place of a class.",
    ),
    "a property as a class": (
        ":Role rdfs:subClassOf [ owl:inverseOf :bearer ] .",
        "This cannot be told: a property as a class.",
    ),
    "a class as a property": (
        ":Role rdfs:subClassOf [ owl:onProperty [ owl:complementOf :Party ] ; owl:someValuesFrom :Party ] .",
        "This cannot be told: a class in the place of a property.",
    ),
    "a cardinality in words": (
        ':Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:minCardinality "two" ] .',
        "This cannot be told: a cardinality that is no number.",
    ),
    "a class for a number that does not count it": (
        ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:cardinality 1 ; owl:onClass :Party ] .",
        "This cannot be told: not well formed: owl:onClass in a restriction that is not qualified.",
    ),
    "a datatype for a number that does not count it": (
        ":Role rdfs:subClassOf [ owl:onProperty :clause ; owl:minCardinality 1 ; owl:onDataRange xsd:string ] .",
        "This cannot be told: not well formed: owl:onDataRange in a restriction that is not qualified.",
    ),
    "not itself": (
        ":Role rdfs:subClassOf [ owl:onProperty :bearer ; owl:hasSelf false ] .",
        "This cannot be told: not well formed: owl:hasSelf with another value than true.",
    ),
    "a group without members": (
        "[] a owl:AllDifferent .",
        "This cannot be told: not one list of members.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_told_is_said_to_be_there(name):
    """Data that states an axiom badly gets one sentence that says so."""
    text, expected = BAD[name]
    assert [words for words, _ in told(parsed(text))] == [expected]


def test_expressions_that_share_their_parts_take_no_longer_than_the_limit():
    """Thirty nodes, each twice in the one before it, would be a thousand million expressions."""
    text = (
        " ".join(f"_:n{i} owl:intersectionOf ( _:n{i + 1} _:n{i + 1} ) ." for i in range(11))
        + "_:n11 owl:oneOf ( :must ) ."
    )
    began = time.perf_counter()
    assert [words for words, _ in told(parsed(f":Role rdfs:subClassOf _:n0 . {text}"))] in (
        ["This is too long to be told."],
        ["This is too deep to be told."],
    )
    assert time.perf_counter() - began < 2
    assert LARGEST < 1_000_000


ODD = """
<https://w3id.org/sengraph/odd> a owl:Ontology ; rdfs:label "odd"@en .
:Role rdfs:isDefinedBy <https://w3id.org/sengraph/odd> ; a owl:Class ; rdfs:label $label@en .
:bearer rdfs:isDefinedBy <https://w3id.org/sengraph/odd> ; a owl:ObjectProperty ; rdfs:label $label@en ; rdfs:domain :Role ;
    rdfs:range [ owl:onProperty :bearer ; owl:hasValue $label ] ; owl:propertyChainAxiom ( :bearer :bearer ) .
[] a owl:AllDifferent ; owl:distinctMembers ( :Role :bearer ) .
"""


def odd_site(tmp_path, label, *more):
    """Return the site of a small ontology with a label and more axioms."""
    path = tmp_path / "odd.ttl"
    path.write_text(PREFIXES + ODD.replace("$label", str(ox.Literal(label))) + "\n".join(more), encoding="utf-8")
    return Site(Dataset.open(None, path, inference=False))


def test_hostile_names_stay_text(tmp_path):
    """Markup in names stands in sentences and in Manchester syntax as text."""
    site = odd_site(tmp_path, HOSTILE, "[] a owl:AllDifferent ; owl:members ( :Role <javascript:alert(1)> ) .")
    for place in ("/doc/odd", "/resource?iri=https%3A%2F%2Fexample.org%2Fbearer"):
        page = check(site.get(place))
        assert "alert(1)" in page.one("main").all("ul", "axioms")[0].text


def test_pages_of_badly_stated_axioms_are_there_and_the_same_in_every_run(tmp_path):
    """Each is on the page of its ontology and of its term, and no name of a blank node is on any of them."""
    bad = [text.replace("_:", f"_:x{n}") for n, (text, _) in enumerate(BAD.values())]
    pages = []
    for run in ("one", "two"):
        site = odd_site(tmp_path, "x", *(text.replace("_:x", f"_:{run}") for text in bad))
        pages.append([site.get(place).body for place in ("/doc/odd", "/resource?iri=https%3A%2F%2Fexample.org%2FRole")])
    assert pages[0] == pages[1]
    for page in pages[0]:
        assert page.count(b"This is too ") == 3
    assert pages[0][0].count(b"This cannot be told") == 13  # the chain that stops is of a term elsewhere


def site_of(tmp_path, *lines):
    """Return the site of data in which :x is https://w3id.org/sengraph/odd/x, and its ontology's header is there."""
    path = tmp_path / "odd.ttl"
    header = (
        "@prefix o: <https://w3id.org/sengraph/odd/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
        "@prefix dcterms: <http://purl.org/dc/terms/> . <https://w3id.org/sengraph/odd> a owl:Ontology ."
    )
    path.write_text("\n".join([PREFIXES, header, *lines]), encoding="utf-8")
    return Site(Dataset.open(None, path, inference=False))


def defined(*names):
    """Return the Turtle of classes that the ontology defines."""
    return [f"o:{name} a owl:Class ; rdfs:isDefinedBy <https://w3id.org/sengraph/odd> ." for name in names]


def timed(site, seconds=5):
    """Return the page of the ontology, which must not take long."""
    began = time.perf_counter()
    page = site.get("/doc/odd")
    assert time.perf_counter() - began < seconds
    return page


def test_axioms_that_share_one_large_expression_are_bounded_together(tmp_path):
    """Of 1,500 classes under one of 2,400 the axioms are told to be too long, and those that share nothing are told."""
    names = [f"c{number}" for number in range(1500)]
    shared = f"_:u owl:unionOf ( {' '.join(f'o:w{number}' for number in range(2400))} ) ."
    under = [f"o:{name} rdfs:subClassOf _:u ." for name in names]
    own = f"o:c7 rdfs:subClassOf [ owl:unionOf ( {'o:c1 ' * 600} ) ] ."
    page = timed(site_of(tmp_path, shared, own, *defined(*names), *under))
    assert page.body.count(b"This is too long to be told.") == 1500
    assert page.body.count(b"(or more than one of these)") == 1
    assert len(page.body) < 2_000_000


def test_sentences_that_have_no_room_on_a_page_are_counted(tmp_path):
    """A page has 400,000 characters of axioms at most and tells how many it leaves out; long names are cut."""
    names = [f"c{number}" for number in range(200)]
    label = f'o:long rdfs:label "{"L" * 20_000}"@en .'
    under = [f"o:{name} rdfs:subClassOf [ owl:unionOf ( {'o:long ' * 60} ) ] ." for name in names]
    page = timed(site_of(tmp_path, label, *defined(*names), *under))
    told = len(page.main.all("ul", "axioms"))
    assert 5 < told < 20  # each has 60 names of 500 characters
    left = [each.words for each in page.main.all("p", "status")]
    assert left == [f"{200 - told} more axioms are too much to be told here in words: they are in the data."]
    assert len(page.body) < 2_000_000


def test_a_group_of_very_many_terms_is_looked_at_once(tmp_path):
    """Twelve groups of 3,000 terms each come in time, and each is told."""
    names = [f"c{number}" for number in range(3000)]
    group = f"[] a owl:AllDifferent ; owl:members ( {' '.join(f'o:{name}' for name in names)} ) ."
    page = timed(site_of(tmp_path, *defined(*names), *[group] * 12))
    together = page.main.all("h2", id="-together")[0].next().all("li")
    left = [int(each.words.split()[0]) for each in page.main.all("p", "status")]
    assert len(together) + sum(left) == 12
    assert len(together) > 2


def test_places_of_terms_are_unique(tmp_path):
    """Two terms with one local name, one without any and one with the name of a heading each have a place of their own."""
    terms = {
        "https://w3id.org/sengraph/odd#name": "name",
        "https://w3id.org/sengraph/odd#a/b": "a/b",
        "https://w3id.org/sengraph/odd/a/name": "name-",
        "https://w3id.org/sengraph/odd/b/name": "name-",
        "https://w3id.org/sengraph/odd/": "odd-",
        "https://w3id.org/sengraph/odd/b/main": "main-",
        "https://w3id.org/sengraph/odd/b/-changes": "-changes-",
        "https://w3id.org/sengraph/odd/b/other": "other",
    }
    lines = [
        f"<{term}> a owl:Class ; rdfs:isDefinedBy <https://w3id.org/sengraph/odd> ; rdfs:subClassOf "
        "<https://w3id.org/sengraph/odd/b/name> ."
        for term in terms
    ]
    page = check(site_of(tmp_path, *lines).get("/doc/odd"))
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert "" not in ids
    places = {
        each.all("a")[0].attributes["href"]: each.attributes["id"] for each in page.all("dt") if "id" in each.attributes
    }
    assert len(places) == len(terms)
    assert anchors("https://w3id.org/sengraph/odd", reversed(terms)) == anchors("https://w3id.org/sengraph/odd", terms)
    for term, place in anchors("https://w3id.org/sengraph/odd", terms).items():
        assert place in ids
        assert place == terms[term] or (terms[term][-1] == "-" and re.fullmatch(terms[term] + "[0-9a-f]{8}", place))


def test_places_of_our_own_terms_are_their_fragments(graph):
    """Whoever follows the IRI of a term of the vocabulary comes to the term on the page."""
    page = Site(Dataset.open()).get("/doc/ontology").main
    places = {each.attributes["id"] for tag in ("dt", "li") for each in page.all(tag) if "id" in each.attributes}
    terms = {row["t"].value for row in graph.select(f"SELECT ?t {{ ?t <{RDFS}isDefinedBy> <{SEN[:-1]}> }}")}
    assert places == {term.removeprefix(SEN) for term in terms}
    assert len(places) > 150


def test_individuals_stand_under_their_narrowest_class():
    """The headteacher is a role and a party: the page of the vocabulary has it among roles, and no list of parties."""
    main = Site(Dataset.open()).get("/doc/ontology").main
    found = {each.words: each.next() for each in main.all("h2")}
    assert "Party" not in found
    ids = {kind: [each.attributes["id"] for each in found[kind].all("dt")] for kind in ("Role", "Body")}
    assert ids["Role"] == ["party-head-of-setting", "party-headteacher", "party-senco"]
    assert ids["Body"] == ["party-committee", "party-governing-body", "party-management-group"]
    assert len(found["Group"].all("dt")) == 8


# --------------------------------------------------------------------------------------- changes

VERSIONS = """
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/sengraph/made-up> a owl:Ontology ; rdfs:label "made up"@en ; owl:versionInfo "1.10.0" ;
    owl:priorVersion <https://w3id.org/sengraph/made-up/1.9.0> ;
    owl:incompatibleWith <https://w3id.org/sengraph/made-up/1.0.0> ;
    skos:changeNote [ owl:versionInfo "1.9.0" ; dcterms:date "2027-03-01"^^xsd:date ; rdf:value "Stages are back."@en ] ,
        [ owl:versionInfo "1.10.0" ; dcterms:issued "2027-03-01T00:00:00Z"^^xsd:dateTime ; rdfs:comment "Stages went."@en ] ,
        "Spelling, at some time."@en ;
    skos:historyNote <https://w3id.org/sengraph/made-up/first> .
<https://w3id.org/sengraph/made-up/first> owl:versionInfo "1.0.0" ; dcterms:date "2026-12-24" ; rdf:value "First version." .
:Stage a owl:Class ; rdfs:label "Stage"@en ; owl:deprecated true ; dcterms:isReplacedBy :Level , :Phase ;
    rdfs:isDefinedBy <https://w3id.org/sengraph/made-up> ;
    skos:changeNote [ owl:versionInfo "1.10.0" ; dcterms:date "2027-03-01" ; rdf:value "Use levels."@en ] ,
        "Was a grade once."@en .
:Grade a owl:Class ; owl:deprecated true ; rdfs:isDefinedBy <https://w3id.org/sengraph/made-up> .
:Level a owl:Class ; rdfs:label "Level"@en ; owl:deprecated false ; rdfs:isDefinedBy <https://w3id.org/sengraph/made-up> .
:Phase a owl:Class ; rdfs:label "Phase"@en ; rdfs:isDefinedBy <https://w3id.org/sengraph/made-up> .
"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """The site of an invented ontology with three versions and two terms that went."""
    path = tmp_path_factory.mktemp("made-up") / "made-up.ttl"
    path.write_text(PREFIXES + VERSIONS, encoding="utf-8")
    return Site(Dataset.open(None, path))


def test_versions_stand_newest_first_with_what_changed(made_up):
    """Of one day, the higher number is the newer; the ontology's own changes come before those of terms."""
    main = made_up.get("/doc/made-up").main
    (heading,) = [each for each in main.all("h2") if each.words == "Changes"]
    assert [(each.words, each.next().words) for each in main.all("h3")] == [
        ("Version 1.10.0 1 March 2027", "Stages went. Stage: Use levels."),
        ("Version 1.9.0 1 March 2027", "Stages are back."),
        ("Version 1.0.0 24 December 2026", "First version."),
        ("In no version in particular", "Spelling, at some time. Stage: Was a grade once."),
        ("Terms that are no longer to be used", "https://example.org/Grade Stage: use Level or Phase instead"),
    ]
    related = heading.next()
    assert [each.words for each in related.all("dt")] == ["the version before", "not compatible with"]
    assert [each.words for each in related.all("dd")] == [
        "https://w3id.org/sengraph/made-up/1.9.0",
        "https://w3id.org/sengraph/made-up/1.0.0",
    ]


def test_a_term_tells_its_own_changes(made_up):
    """The page of a term has its changes, the newest first, and what takes its place."""
    main = made_up.get("/resource?iri=https%3A%2F%2Fexample.org%2FStage").main
    (heading,) = [each for each in main.all("h2") if each.words == "Changes"]
    assert [each.words for each in heading.next().all("li")] == [
        "Version 1.10.0 1 March 2027: Use levels.",
        "Was a grade once.",
    ]
    facets = dict(zip((e.words for e in main.all("dt")), (e.words for e in main.all("dd")), strict=True))
    assert facets["replaced by"].split() == ["Level", "Phase"]
    assert facets["no longer to be used"] == "true"


def test_of_a_change_in_several_languages_the_english_text_is_told(tmp_path):
    """Neither the order of the alphabet nor that of the properties goes before the language."""
    note = """<https://w3id.org/sengraph/odd> skos:changeNote [ owl:versionInfo "2" ; rdf:value "Ein Wechsel"@de ;
        rdfs:comment "Newid"@cy , "A change"@en-GB , "Zmiana"@pl , "Anything" ] ,
        [ owl:versionInfo "1" ; rdfs:comment "Anfang"@de , "Beginning" ] ."""
    main = site_of(tmp_path, note).get("/doc/odd").main
    assert [(each.words, each.next().words) for each in main.all("h3")] == [
        ("Version 2", "A change"),
        ("Version 1", "Beginning"),
    ]


def several(count, text):
    """Return a number of values."""
    return ", ".join(text.format(number) for number in range(count))


def test_what_is_said_of_a_change_is_not_multiplied(tmp_path):
    """Thousands of names, of texts of a note, of terms with the note and of successors are added up, not multiplied."""
    names = [f"c{number}" for number in range(2000)]
    labels = several(2000, '"l{0}"@x-{0}')
    texts = several(2000, '"l{0}"')
    gone = several(2000, '"true"@x-{0}')
    lines = [
        f"<https://w3id.org/sengraph/odd> rdfs:label {labels} ; skos:changeNote [ rdfs:comment {texts} ] .",
        f"o:hub rdfs:comment {texts} ; dcterms:date {texts} .",
        *(f"o:{name} skos:changeNote o:hub ." for name in names),
        f"o:c1 owl:deprecated true, {gone} ; dcterms:isReplacedBy {several(2000, 'o:c{0}')} .",
    ]
    site = site_of(tmp_path, *lines, *defined(*names))
    page = timed(site)
    (heading,) = page.main.all("h2", id="-changes")
    listed = heading.next().next().all("li")
    assert len(listed) == 500
    assert {each.words.rpartition("/")[0] for each in listed} == {"https://w3id.org/sengraph/odd"}
    assert all(each.words.endswith(": l0") for each in listed)
    assert "1,501 more entries are not told here: they are in the data." in [each.words for each in page.main.all("p")]
    assert len(history(site.data.graph, "https://w3id.org/sengraph/odd").gone[0][1]) == 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_ontology_tells_the_changes_of_the_version_that_it_is(path):
    """The newest change is of the version and the day that the header says."""
    graph, data = rdflib.Graph().parse(path), sengraph.open(path)
    iri = graph.value(predicate=RDF.type, object=OWL.Ontology)
    newest = history(data, str(iri)).versions[0]
    assert newest.name == str(graph.value(iri, OWL.versionInfo))
    (note,) = graph.objects(iri, URIRef("http://www.w3.org/2004/02/skos/core#changeNote"))
    assert isinstance(note, BNode)
    issued = URIRef("http://purl.org/dc/terms/issued")
    assert graph.value(note, issued) == graph.value(iri, issued)
    assert newest.changes[0][1].startswith("First version")
