"""The table has the rules of the Recommendation, and from each follows what it says and not what it nearly says."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from sengraph.reasoning import infer
from sengraph.reasoning.rules import CONDITIONS, RULES, TABLES, Atom, Members, is_about_schema, is_indexed
from sengraph.terms import OWL, PREFIXES, RDF, RDFS

EXAMPLE = "http://example.org/"
TURTLE = f"@prefix : <{EXAMPLE}> .\n" + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

# OWL 2 Profiles (second edition), section 4.3, copied by hand.
NAMES = {
    4: "eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3",
    5: """
        prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2 prp-eqp1 prp-eqp2
        prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2
    """,
    6: """
        cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2 cls-avf cls-hv1 cls-hv2
        cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo
    """,
    7: "cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc",
    8: "dt-type1 dt-type2 dt-eq dt-diff dt-not-type",
    9: """
        scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 scm-rng2
        scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni
    """,
}

FALSE = "inconsistent"

# The rule, a graph, what follows from it by the rule, and a graph from which that does not follow. Where nothing is
# needed for a conclusion, what does not follow is the fourth text instead, and it does not follow from nothing.
ROWS = [
    # Table 4
    ("eq-ref", ":a :p :b .", ":a owl:sameAs :a . :p owl:sameAs :p . :b owl:sameAs :b .", ":a :p :c ."),
    ("eq-sym", ":a owl:sameAs :b .", ":b owl:sameAs :a .", ":a owl:differentFrom :b ."),
    (
        "eq-trans",
        ":a owl:sameAs :b . :b owl:sameAs :c .",
        ":a owl:sameAs :c .",
        ":a owl:sameAs :b . :c owl:sameAs :d .",
    ),
    ("eq-rep-s", ":a owl:sameAs :b . :a :p :c .", ":b :p :c .", ":a owl:sameAs :b . :c :p :a ."),
    ("eq-rep-p", ":p owl:sameAs :q . :a :p :b .", ":a :q :b .", ":p owl:sameAs :q . :p :a :b ."),
    ("eq-rep-o", ":b owl:sameAs :c . :a :p :b .", ":a :p :c .", ":b owl:sameAs :c . :b :p :a ."),
    (
        "eq-diff1",
        ":a owl:sameAs :b ; owl:differentFrom :b .",
        FALSE,
        ":a owl:sameAs :b ; owl:differentFrom :c .",
    ),
    (
        "eq-diff2",
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :c .",
        FALSE,
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :d .",
    ),
    (
        "eq-diff3",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) . :b owl:sameAs :c .",
        FALSE,
        "[] a owl:AllDisjointClasses ; owl:distinctMembers ( :a :b :c ) . :b owl:sameAs :c .",
    ),
    # Table 5
    ("prp-ap", "", "rdfs:comment a owl:AnnotationProperty .", "skos:note a owl:AnnotationProperty ."),
    ("prp-dom", ":p rdfs:domain :c . :a :p :b .", ":a a :c .", ":p rdfs:domain :c . :b :p :a ."),
    ("prp-rng", ":p rdfs:range :c . :a :p :b .", ":b a :c .", ":p rdfs:range :c . :b :p :a ."),
    (
        "prp-fp",
        ":p a owl:FunctionalProperty . :a :p :b, :c .",
        ":b owl:sameAs :c .",
        ":p a owl:FunctionalProperty . :b :p :a . :c :p :a .",
    ),
    (
        "prp-ifp",
        ":p a owl:InverseFunctionalProperty . :b :p :a . :c :p :a .",
        ":b owl:sameAs :c .",
        ":p a owl:InverseFunctionalProperty . :a :p :b, :c .",
    ),
    (
        "prp-irp",
        ":p a owl:IrreflexiveProperty . :a :p :a .",
        FALSE,
        ":p a owl:IrreflexiveProperty . :a :p :b . :b :p :a .",
    ),
    ("prp-symp", ":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a .", ":p a owl:SymmetricProperty . :a :q :b ."),
    (
        "prp-asyp",
        ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a .",
        FALSE,
        ":p a owl:AsymmetricProperty . :a :p :b . :b :p :c . :c :p :a .",
    ),
    (
        "prp-trp",
        ":p a owl:TransitiveProperty . :a :p :b . :b :p :c .",
        ":a :p :c .",
        ":p a owl:TransitiveProperty . :a :p :b . :c :p :b .",
    ),
    ("prp-spo1", ":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b .", ":q rdfs:subPropertyOf :p . :a :p :b ."),
    (
        "prp-spo2",
        ":p owl:propertyChainAxiom ( :q :r :s ) . :a :q :b . :b :r :c . :c :s :d .",
        ":a :p :d .",
        ":p owl:propertyChainAxiom ( :q :r :s ) . :a :q :b . :b :s :c . :c :r :d .",
    ),
    (
        "prp-eqp1",
        ":p owl:equivalentProperty :q . :a :p :b .",
        ":a :q :b .",
        ":p owl:equivalentProperty :r . :a :p :b .",
    ),
    (
        "prp-eqp2",
        ":p owl:equivalentProperty :q . :a :q :b .",
        ":a :p :b .",
        ":r owl:equivalentProperty :q . :a :q :b .",
    ),
    (
        "prp-pdw",
        ":p owl:propertyDisjointWith :q . :a :p :b ; :q :b .",
        FALSE,
        ":p owl:propertyDisjointWith :q . :a :p :b . :b :q :a .",
    ),
    (
        "prp-adp",
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :a :p :b ; :r :b .",
        FALSE,
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :a :p :b ; :s :b ; :r :c .",
    ),
    ("prp-inv1", ":p owl:inverseOf :q . :a :p :b .", ":b :q :a .", ":p owl:inverseOf :r . :a :p :b ."),
    ("prp-inv2", ":p owl:inverseOf :q . :a :q :b .", ":b :p :a .", ":p owl:inverseOf :q . :a :p :b ."),
    (
        "prp-key",
        ":c owl:hasKey ( :p :q ) . :a a :c ; :p :x ; :q :y, :z . :b a :c ; :p :x ; :q :z .",
        ":a owl:sameAs :b .",
        ":c owl:hasKey ( :p :q ) . :a a :c ; :p :x ; :q :y . :b a :c ; :p :x ; :q :z .",
    ),
    (
        "prp-npa1",
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b .",
        FALSE,
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :b :p :a .",
    ),
    (
        "prp-npa2",
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 7 . :a :p 07 .",
        FALSE,
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 7 . :a :p 8 ; :q 7 .",
    ),
    # Table 6
    ("cls-thing", "", "owl:Thing a owl:Class .", "rdfs:Resource a owl:Class ."),
    ("cls-nothing1", "", "owl:Nothing a owl:Class .", "rdfs:Literal a owl:Class ."),
    ("cls-nothing2", ":a a owl:Nothing .", FALSE, "owl:Nothing a :a ."),
    (
        "cls-int1",
        ":c owl:intersectionOf ( :d :e ) . :a a :d, :e .",
        ":a a :c .",
        ":c owl:intersectionOf ( :d :e ) . :a a :d . :b a :e .",
    ),
    (
        "cls-int2",
        ":c owl:intersectionOf ( :d :e ) . :a a :c .",
        ":a a :d, :e .",
        ":c owl:intersectionOf ( :d :f ) . :a a :c .",
    ),
    ("cls-uni", ":c owl:unionOf ( :d :e ) . :a a :e .", ":a a :c .", ":c owl:unionOf ( :d :f ) . :a a :e ."),
    ("cls-com", ":c owl:complementOf :d . :a a :c, :d .", FALSE, ":c owl:complementOf :d . :a a :c . :b a :d ."),
    (
        "cls-svf1",
        ":c owl:someValuesFrom :d ; owl:onProperty :p . :a :p :b . :b a :d .",
        ":a a :c .",
        ":c owl:someValuesFrom :d ; owl:onProperty :p . :a :p :b . :a a :d .",
    ),
    (
        "cls-svf2",
        ":c owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .",
        ":a a :c .",
        ":c owl:someValuesFrom rdfs:Resource ; owl:onProperty :p . :a :p :b .",
    ),
    (
        "cls-avf",
        ":c owl:allValuesFrom :d ; owl:onProperty :p . :a a :c ; :p :b .",
        ":b a :d .",
        ":c owl:allValuesFrom :d ; owl:onProperty :p . :a :p :b .",
    ),
    (
        "cls-hv1",
        ":c owl:hasValue :b ; owl:onProperty :p . :a a :c .",
        ":a :p :b .",
        ":c owl:someValuesFrom :b ; owl:onProperty :p . :a a :c .",
    ),
    (
        "cls-hv2",
        ":c owl:hasValue :b ; owl:onProperty :p . :a :p :b .",
        ":a a :c .",
        ":c owl:hasValue :b ; owl:onProperty :p . :a :p :d .",
    ),
    (
        "cls-maxc1",
        ":c owl:maxCardinality 0 ; owl:onProperty :p . :a a :c ; :p :b .",
        FALSE,
        ":c owl:maxCardinality 0 ; owl:onProperty :p . :a a :c . :b :p :a .",
    ),
    (
        "cls-maxc2",
        ":c owl:maxCardinality 1 ; owl:onProperty :p . :a a :c ; :p :b, :d .",
        ":b owl:sameAs :d .",
        ":c owl:maxCardinality 2 ; owl:onProperty :p . :a a :c ; :p :b, :d .",
    ),
    (
        "cls-maxqc1",
        ":c owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :d . :a a :c ; :p :b . :b a :d .",
        FALSE,
        ":c owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :d . :a a :c ; :p :b . :b a :e .",
    ),
    (
        "cls-maxqc2",
        ":c owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :c ; :p :b .",
        FALSE,
        ":c owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass rdfs:Resource . :a a :c ; :p :b .",
    ),
    (
        "cls-maxqc3",
        ":c owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass :d . :a a :c ; :p :b, :e . :b a :d . :e a :d .",
        ":b owl:sameAs :e .",
        ":c owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass :d . :a a :c ; :p :b, :e . :b a :d .",
    ),
    (
        "cls-maxqc4",
        ":c owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :c ; :p :b, :d .",
        ":b owl:sameAs :d .",
        ":c owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :c ; :p :b . :d :p :b .",
    ),
    ("cls-oo", ":c owl:oneOf ( :a :b ) .", ":a a :c . :b a :c .", ":c owl:oneOf ( :a :d ) ."),
    # Table 7
    ("cax-sco", ":c rdfs:subClassOf :d . :a a :c .", ":a a :d .", ":d rdfs:subClassOf :c . :a a :c ."),
    ("cax-eqc1", ":c owl:equivalentClass :d . :a a :c .", ":a a :d .", ":c owl:equivalentClass :e . :a a :c ."),
    ("cax-eqc2", ":c owl:equivalentClass :d . :a a :d .", ":a a :c .", ":e owl:equivalentClass :d . :a a :d ."),
    ("cax-dw", ":c owl:disjointWith :d . :a a :c, :d .", FALSE, ":c owl:disjointWith :d . :a a :c . :b a :d ."),
    (
        "cax-adc",
        "[] a owl:AllDisjointClasses ; owl:members ( :c :d :e ) . :a a :d, :e .",
        FALSE,
        "[] a owl:AllDisjointClasses ; owl:members ( :c :d :e ) . :a a :d, :f .",
    ),
    # Table 8, by what can be seen of it: a literal is not the subject of a triple
    ("dt-type1", "", "xsd:dateTimeStamp a rdfs:Datatype .", "xsd:duration a rdfs:Datatype ."),
    (
        "dt-type2",
        ':a owl:sameAs "42"^^xsd:integer .',
        ":a a xsd:decimal, xsd:byte, rdfs:Literal .",
        ':a owl:sameAs "42"^^xsd:double .',
    ),
    (
        "dt-eq",
        ':a :p "1"^^xsd:integer . :b :q "01.0"^^xsd:decimal .',
        ":a :p 01.0 .",
        ':a :p "1"^^xsd:double . :b :q 01.0 .',
    ),
    (
        "dt-diff",
        ":p a owl:FunctionalProperty . :a :p 1, 2 .",
        FALSE,
        ":p a owl:FunctionalProperty . :a :p 1, 01, 1.0 .",
    ),
    (
        "dt-not-type",
        ':p rdfs:range xsd:nonNegativeInteger . :a :p "-1"^^xsd:int .',
        FALSE,
        ':p rdfs:range xsd:nonNegativeInteger . :a :p "1"^^xsd:int ; :q "-1"^^xsd:int .',
    ),
    # Table 9
    (
        "scm-cls",
        ":c a owl:Class .",
        """:c rdfs:subClassOf :c, owl:Thing ; owl:equivalentClass :c . owl:Nothing rdfs:subClassOf :c .""",
        ":c a rdfs:Class .",
    ),
    (
        "scm-sco",
        ":c rdfs:subClassOf :d . :d rdfs:subClassOf :e .",
        ":c rdfs:subClassOf :e .",
        ":c rdfs:subClassOf :d . :e rdfs:subClassOf :d .",
    ),
    (
        "scm-eqc1",
        ":c owl:equivalentClass :d .",
        ":c rdfs:subClassOf :d . :d rdfs:subClassOf :c .",
        ":c rdfs:subClassOf :d .",
    ),
    (
        "scm-eqc2",
        ":c rdfs:subClassOf :d . :d rdfs:subClassOf :c .",
        ":c owl:equivalentClass :d .",
        ":c rdfs:subClassOf :d . :d rdfs:subPropertyOf :c .",
    ),
    (
        "scm-op",
        ":p a owl:ObjectProperty .",
        ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p .",
        ":p a owl:AnnotationProperty .",
    ),
    (
        "scm-dp",
        ":p a owl:DatatypeProperty .",
        ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p .",
        ":p a rdf:Property .",
    ),
    (
        "scm-spo",
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .",
        ":p rdfs:subPropertyOf :r .",
        ":p rdfs:subPropertyOf :q . :r rdfs:subPropertyOf :q .",
    ),
    (
        "scm-eqp1",
        ":p owl:equivalentProperty :q .",
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
        ":p rdfs:subPropertyOf :q .",
    ),
    (
        "scm-eqp2",
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
        ":p owl:equivalentProperty :q .",
        ":p rdfs:subPropertyOf :q . :q rdfs:subClassOf :p .",
    ),
    (
        "scm-dom1",
        ":p rdfs:domain :c . :c rdfs:subClassOf :d .",
        ":p rdfs:domain :d .",
        ":p rdfs:domain :c . :d rdfs:subClassOf :c .",
    ),
    (
        "scm-dom2",
        ":q rdfs:domain :c . :p rdfs:subPropertyOf :q .",
        ":p rdfs:domain :c .",
        ":q rdfs:domain :c . :q rdfs:subPropertyOf :p .",
    ),
    (
        "scm-rng1",
        ":p rdfs:range :c . :c rdfs:subClassOf :d .",
        ":p rdfs:range :d .",
        ":p rdfs:range :c . :d rdfs:subClassOf :c .",
    ),
    (
        "scm-rng2",
        ":q rdfs:range :c . :p rdfs:subPropertyOf :q .",
        ":p rdfs:range :c .",
        ":q rdfs:range :c . :q rdfs:subPropertyOf :p .",
    ),
    (
        "scm-hv",
        ":c owl:hasValue :v ; owl:onProperty :p . :d owl:hasValue :v ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":c rdfs:subClassOf :d .",
        ":c owl:hasValue :v ; owl:onProperty :p . :d owl:hasValue :w ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
    ),
    (
        "scm-svf1",
        ":c owl:someValuesFrom :x ; owl:onProperty :p . :d owl:someValuesFrom :y ; owl:onProperty :p . :x rdfs:subClassOf :y .",
        ":c rdfs:subClassOf :d .",
        ":c owl:someValuesFrom :x ; owl:onProperty :p . :d owl:someValuesFrom :y ; owl:onProperty :p . :y rdfs:subClassOf :x .",
    ),
    (
        "scm-svf2",
        ":c owl:someValuesFrom :x ; owl:onProperty :p . :d owl:someValuesFrom :x ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":c rdfs:subClassOf :d .",
        ":c owl:someValuesFrom :x ; owl:onProperty :p . :d owl:someValuesFrom :x ; owl:onProperty :q . :q rdfs:subPropertyOf :p .",
    ),
    (
        "scm-avf1",
        ":c owl:allValuesFrom :x ; owl:onProperty :p . :d owl:allValuesFrom :y ; owl:onProperty :p . :x rdfs:subClassOf :y .",
        ":c rdfs:subClassOf :d .",
        ":c owl:allValuesFrom :x ; owl:onProperty :p . :d owl:allValuesFrom :y ; owl:onProperty :p . :y rdfs:subClassOf :x .",
    ),
    (
        "scm-avf2",
        ":c owl:allValuesFrom :x ; owl:onProperty :p . :d owl:allValuesFrom :x ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":d rdfs:subClassOf :c .",
        ":c owl:allValuesFrom :x ; owl:onProperty :p . :d owl:allValuesFrom :x ; owl:onProperty :q . :q rdfs:subPropertyOf :p .",
    ),
    (
        "scm-int",
        ":c owl:intersectionOf ( :d :e ) .",
        ":c rdfs:subClassOf :d, :e .",
        ":c owl:unionOf ( :d :e ) .",
    ),
    (
        "scm-uni",
        ":c owl:unionOf ( :d :e ) .",
        ":d rdfs:subClassOf :c . :e rdfs:subClassOf :c .",
        ":c owl:intersectionOf ( :d :e ) .",
    ),
]


def turtle(text):
    """Return the triples of a graph in Turtle."""
    return [quad.triple for quad in ox.parse(TURTLE + text, format=ox.RdfFormat.TURTLE)]


def lacks(graph, conclusion):
    """Return what of a conclusion does not follow from a graph, as lines."""
    found = infer(turtle(graph), axioms=True)
    if conclusion == FALSE:
        return [] if found.clashes else [FALSE]
    return sorted(str(triple) for triple in {*turtle(conclusion)} - found.inferred - {*turtle(graph)})


# --------------------------------------------------------------------------------- the table


@pytest.mark.parametrize("table", NAMES)
def test_names(table):
    """Each table of section 4.3 is there, with its rules in their order; together they are 78."""
    assert [rule.name for rule in RULES.values() if rule.table == table] == NAMES[table].split()
    assert (len(RULES), [*TABLES]) == (78, [4, 5, 6, 7, 8, 9])


def test_contradictions():
    """Seventeen rules conclude that the graph contradicts itself."""
    assert [rule.name for rule in RULES.values() if rule.is_contradiction] == (
        "eq-diff1 eq-diff2 eq-diff3 prp-irp prp-asyp prp-pdw prp-adp prp-npa1 prp-npa2 cls-nothing2 cls-com cls-maxc1"
        " cls-maxqc1 cls-maxqc2 cax-dw cax-adc dt-not-type"
    ).split()


def test_lists():
    """Twelve rules read a list: for every member, for some, for two, or as a path."""
    assert {rule.name: rule.members.reading for rule in RULES.values() if rule.members} == {
        "eq-diff2": "two",
        "eq-diff3": "two",
        "prp-spo2": "path",
        "prp-adp": "two",
        "prp-key": "every",
        "cls-int1": "every",
        "cls-int2": "some",
        "cls-uni": "some",
        "cls-oo": "some",
        "cax-adc": "two",
        "scm-int": "some",
        "scm-uni": "some",
    }


def test_conditions():
    """The rules that say what follows from data, or from nothing, and have variables, have a condition in words."""
    assert [*CONDITIONS] == "prp-ap dt-type1 dt-type2 dt-eq dt-diff dt-not-type".split()
    assert [name for name, rule in RULES.items() if rule.condition] == [*CONDITIONS]


def test_a_rule_as_data():
    """A rule is read into atoms whose terms are IRIs, variables and numbers, with its list apart."""
    rule = RULES["prp-key"]
    assert rule.premises == (
        Atom("?c", f"{OWL}hasKey", "?list"),
        Atom("?x", f"{RDF}type", "?c"),
        Atom("?x", "?pi", "?zi"),
        Atom("?y", f"{RDF}type", "?c"),
        Atom("?y", "?pi", "?zi"),
    )
    assert rule.members == Members("?list", "every", ("?pi",))
    assert rule.conclusions == (Atom("?x", f"{OWL}sameAs", "?y"),)
    assert RULES["cls-maxc1"].premises[0] == Atom("?x", f"{OWL}maxCardinality", "0")


def test_variables_of_conclusions():
    """Whatever a rule speaks of in its conclusion, its premises or its condition bind."""
    for rule in RULES.values():
        said = {term for atom in rule.conclusions for term in atom if term.startswith("?")}
        bound = {term for atom in rule.premises for term in atom} | {*(rule.members.variables if rule.members else ())}
        assert said <= bound or (rule.condition and not rule.premises), rule.name


def test_what_is_about_the_schema():
    """An atom is about the schema if it has no variable for a predicate or a class, and says not what is the same."""
    assert is_about_schema(Atom("?p", f"{RDFS}domain", "?c"))
    assert is_about_schema(Atom("?p", f"{RDF}type", f"{OWL}FunctionalProperty"))
    assert not is_about_schema(Atom("?x", f"{RDF}type", "?c"))
    assert not is_about_schema(Atom("?x", "?p", "?y"))
    assert not is_about_schema(Atom("?x", f"{OWL}sameAs", "?y"))
    assert [is_indexed(variable) for variable in ("?pi", "?ci", "?i", "?p")] == [True, True, False, False]


# ---------------------------------------------------------------------------- what they conclude


def test_every_rule_has_a_row():
    """Each rule is tried below, in the order of the table."""
    assert [row[0] for row in ROWS] == [*RULES]


@pytest.mark.parametrize(("name", "graph", "conclusion", "near"), ROWS, ids=[row[0] for row in ROWS])
def test_what_follows(name, graph, conclusion, near):
    """From a graph to which the rule applies its conclusion follows."""
    assert lacks(graph, conclusion) == []


@pytest.mark.parametrize(("name", "graph", "conclusion", "near"), ROWS, ids=[row[0] for row in ROWS])
def test_what_does_not_follow(name, graph, conclusion, near):
    """From a graph to which the rule nearly applies its conclusion does not follow, nor what is nearly its conclusion."""
    graph, conclusion = (near, conclusion) if graph else ("", near)
    assert lacks(graph, conclusion) != []


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.is_contradiction])
def test_contradictions_are_told(name):
    """A contradiction is told in words, with the rule that found it."""
    row = next(row for row in ROWS if row[0] == name)
    (clash, *_) = infer(turtle(row[1])).clashes
    assert clash.startswith(f"{name}: ")


def test_what_a_contradiction_says():
    """The words name the rule and the facts that contradict each other, in the order of its premises, in Turtle."""
    assert infer(turtle(":c owl:disjointWith :d . :a a :c, :d .")).clashes == (
        f"cax-dw: <{EXAMPLE}c> owl:disjointWith <{EXAMPLE}d>; <{EXAMPLE}a> a <{EXAMPLE}c>; <{EXAMPLE}a> a <{EXAMPLE}d>",
    )


def test_text_with_a_language():
    """A literal with a language is a plain literal, in whatever case its tag is written, and no string."""
    graph = ':a owl:sameAs "x"@en-GB ; :p "y"@EN . :b :q "y"@en .'
    assert lacks(graph, ':a a rdf:PlainLiteral, rdfs:Literal . :a :p "y"@en .') == []
    assert lacks(graph, ":a a xsd:string .") != []
