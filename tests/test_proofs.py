"""Proofs: each step is an instance of its rule, each leaf is asserted, and none rests on what it proves.

The checker here reads the rules from the table and lists from the graph, and shares nothing with the search.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pyoxigraph as ox
import pytest
from hypothesis import given, reject

from sengraph import load
from sengraph.errors import InputError
from sengraph.reasoning import datatypes
from sengraph.reasoning.native import Materialisation
from sengraph.reasoning.proofs import Prover, parts
from sengraph.reasoning.rules import ANNOTATION_PROPERTIES, RULES
from sengraph.terms import RDF

from .test_engine import ANYTHING, ORDINARY, graphs, lines, some_of, term, turtle

TYPE, SAME_AS = term("rdf:type"), term("owl:sameAs")


# ------------------------------------------------------------------------------- the checker


class Wrong(Exception):
    """A proof is none."""


def is_per_member(text):
    """Tell whether a term of an atom is a variable that has a value for every member of a list."""
    return text.startswith("?") and len(text) > 2 and text.endswith("i")


def value(literal):
    """Return the data value of a literal; None for anything else, and where it has none or it is not known."""
    if not isinstance(literal, ox.Literal) or not (literal.language or literal.datatype.value in datatypes.DATATYPES):
        return None
    return datatypes.value(literal.value, literal.datatype.value, literal.language)


def is_of(literal, iri):
    """Tell whether the data value of a literal lies in a datatype, if it is one."""
    return iri in datatypes.DATATYPES and value(literal) is not None and datatypes.contains(iri, value(literal))


AXIOMS = {
    "cls-thing": lambda subject, cls: (subject, cls) == (term("owl:Thing"), term("owl:Class")),
    "cls-nothing1": lambda subject, cls: (subject, cls) == (term("owl:Nothing"), term("owl:Class")),
    "prp-ap": lambda subject, cls: subject.value in ANNOTATION_PROPERTIES and cls == term("owl:AnnotationProperty"),
    "dt-type1": lambda subject, cls: (
        subject.value in {*datatypes.DATATYPES} - {f"{RDF}langString"} and cls == term("rdfs:Datatype")
    ),
    "dt-type2": lambda subject, cls: is_of(subject, cls.value),
}
"""The rules that conclude a type from nothing: whether they conclude a certain one."""


class Checker:
    """Checks proofs from a graph.

    Args:
        graph: the graph, closed.
    """

    def __init__(self, graph):
        self.stand_ins = {}
        for each, number in graph.engine.terms.numbers.items():
            self.stand_ins[ox.NamedNode(f"urn:x-sengraph:term{number}")] = each
            self.stand_ins[ox.BlankNode(f"literal{number}")] = each
        self.asserted = {(*triple,) for triple in graph.asserted()}
        self.cells = {}
        for subject, predicate, object_ in (*self.asserted, *graph.inferred(axioms=True)):
            if predicate in (term("rdf:first"), term("rdf:rest")):
                self.cells.setdefault((subject, predicate), set()).add(object_)
        self.lists = cache(self.lists)
        self.below = {}

    def check(self, proof):
        """Return what a proof says, itself and below; raise Wrong if it is no proof of that."""
        if id(proof) not in self.below:
            fact, premises = self.fact(proof.triple), [self.fact(each.triple) for each in proof.premises]
            below = set().union(*map(self.check, proof.premises))
            if fact in below:
                raise Wrong(f"{fact} rests on itself")
            if not proof.rule and (premises or fact not in self.asserted):
                raise Wrong(f"{fact} is not asserted")
            if proof.rule and not self.is_step(proof.rule, premises, fact):
                raise Wrong(f"{fact} does not follow by {proof.rule} from {premises}")
            self.below[id(proof)] = proof, {fact, *below}
        return self.below[id(proof)][1]

    def check_step(self, rule, proofs):
        """Check proofs of the premises of a contradiction."""
        for proof in proofs:
            self.check(proof)
        if not self.is_step(rule, [self.fact(proof.triple) for proof in proofs], None):
            raise Wrong(f"no contradiction by {rule}: {[str(proof.triple) for proof in proofs]}")

    def fact(self, triple):
        """Return a triple as terms, with those that others stand for."""
        return tuple(self.stand_ins.get(each, each) for each in triple)

    def is_step(self, name, premises, fact):
        """Tell whether a fact follows from premises, in their order, by a rule; or a contradiction, where it is None."""
        rule = RULES[name]
        if name in AXIOMS:
            return not premises and fact[1] == TYPE and AXIOMS[name](fact[0], fact[2])
        if name == "dt-eq":
            return (
                not premises and fact[1] == SAME_AS and value(fact[0]) is not None and value(fact[0]) == value(fact[2])
            )
        if rule.members is None:
            return self.is_instance(rule.premises, rule.conclusions, premises, fact, {})
        lists = [(*atom,).index("?list") for atom in rule.premises if "?list" in atom]
        at = next(at for at, atom in enumerate(rule.premises) if "?list" in atom)
        if lists != [2] or len(premises) <= at:
            return False
        return any(
            self.is_instance(atoms, rule.conclusions, premises, fact, bound)
            for members in self.lists(premises[at][2])
            for atoms, bound in self.written_out(rule, members)
        )

    def written_out(self, rule, members):
        """Yield the premises of a rule for the members of a list, and what the variables of these are."""
        _, reading, variables = rule.members
        if reading in ("some", "two"):
            for chosen in combinations(members, len(variables)):
                yield rule.premises, dict(zip(variables, chosen, strict=True))
        elif reading == "path" and members:
            *first, path = rule.premises
            stops = [path.subject, *(f"?stop{at}" for at in range(1, len(members))), path.object]
            names = [f"?p{at}" for at in range(len(members))]
            yield [*first, *zip(stops, names, stops[1:], strict=False)], dict(zip(names, members, strict=True))
        elif members:
            atoms = []
            for atom in rule.premises:
                count = len(members) if any(map(is_per_member, atom)) else 1
                atoms += [tuple(f"{each}{at}" if is_per_member(each) else each for each in atom) for at in range(count)]
            yield atoms, {f"{variables[0]}{at}": member for at, member in enumerate(members)}

    def is_instance(self, atoms, conclusions, premises, fact, bound):
        """Tell whether premises are those of a rule, and a fact one of its conclusions."""
        if len(atoms) != len(premises):
            return False
        for atom, premise in zip(atoms, premises, strict=True):
            bound = self.matched(atom, premise, bound)
            if bound is None:
                return False
        if fact is None:
            return not conclusions
        return any(self.matched(atom, fact, bound) == bound for atom in conclusions)

    @staticmethod
    def matched(atom, fact, bound):
        """Return what is bound once an atom is a fact; None if it cannot be."""
        bound = dict(bound)
        for word, found in zip(atom, fact, strict=True):
            if word.startswith("?"):
                if bound.setdefault(word, found) != found:
                    return None
            elif (
                ox.Literal(word, datatype=term("xsd:nonNegativeInteger")) if word.isdigit() else ox.NamedNode(word)
            ) != found:
                return None
        return bound

    def lists(self, head):
        """Return the members of a list, once for each way to read it without coming to a cell twice."""
        found, paths = [], [(head, (), ())]
        while paths:
            cell, members, before = paths.pop()
            if cell == term("rdf:nil"):
                found.append(members)
            elif cell not in before:
                for first in self.cells.get((cell, term("rdf:first")), ()):
                    for rest in self.cells.get((cell, term("rdf:rest")), ()):
                        paths.append((rest, (*members, first), (*before, cell)))
        return found


def prover(graph):
    """Return a graph, closed, with a prover and a checker of it."""
    closed = Materialisation(graph)
    return closed, Prover(closed.engine), Checker(closed)


def proved(graph, triple, most=1):
    """Return proofs of a triple from a graph, both in Turtle, all checked."""
    _, search, checker = prover(turtle(graph))
    (goal,) = turtle(triple)
    proofs = search.prove(goal, most)
    for proof in proofs:
        checker.check(proof)
        assert proof.triple == goal
    return proofs


def shape(proof):
    """Return a proof as nested rules, a leaf as an empty text."""
    return (proof.rule, *map(shape, proof.premises)) if proof.rule else ""


# ------------------------------------------------------------------------------ all of a graph


@pytest.fixture(scope="module")
def packaged():
    """The packaged graph, with a prover and a checker of it."""
    return prover(load.read(load.packaged_files()))


def check_all(packaged, step, axioms=False):
    """Prove what follows from the packaged graph, each so many-th triple, and check the proofs."""
    graph, search, checker = packaged
    inferred = sorted(graph.inferred(axioms=axioms), key=str)[::step]
    assert len(inferred) > 500
    for triple in inferred:
        (proof,) = search.prove(triple)
        assert proof.triple == triple
        assert proof.rule
        checker.check(proof)


def test_the_packaged_graph(packaged):
    """Every ninth triple that follows from the packaged graph has a proof, which is one."""
    check_all(packaged, 9)


@pytest.mark.slow
def test_all_of_the_packaged_graph(packaged):
    """Every triple that follows from the packaged graph has a proof, which is one, reflexive and axiomatic ones too."""
    check_all(packaged, 1, axioms=True)


def test_all_that_is_asserted(packaged):
    """A triple of the packaged graph that is asserted is its own proof, whether or not it follows."""
    graph, search, _ = packaged
    for triple in graph.asserted():
        assert search.prove(triple) == [(triple, "", ())]


def is_proved(graph):
    """Assert that all that follows from a graph has proofs, and that the contradictions have."""
    try:
        closed, search, checker = prover(graph)
    except InputError:  # lists that can be read in more ways than the engine reads
        reject()
    for triple in [*closed.inferred(axioms=True)][:150]:
        proofs = search.prove(triple, 2)
        assert proofs, triple
        for proof in proofs:
            checker.check(proof)
    for rule, proofs in search.contradictions():
        if len(proofs) == len(
            RULES[rule].premises
        ):  # a fact that is two of them is given once, that a thing is itself never
            checker.check_step(rule, proofs)
        assert [*map(checker.check, proofs)]


@some_of(60)
@given(graphs(ORDINARY, 7))
def test_random_graphs(graph):
    """From any small ontology what follows has proofs, which are some, and so have the contradictions."""
    is_proved(graph)


@pytest.mark.slow
@some_of(600)
@given(graphs(ANYTHING, 7))
def test_many_random_graphs(graph):
    """From any graph, whatever it says of the vocabulary, what follows has proofs, which are some."""
    is_proved(graph)


@some_of(60)
@given(graphs(ORDINARY, 8))
def test_nothing_else_is_proved(graph):
    """A triple that neither follows nor is asserted has no proof."""
    try:
        closed, search, _ = prover(graph)
    except InputError:
        reject()
    there = {*closed.asserted(), *closed.inferred(axioms=True)}
    names = [term(f":{letter}") for letter in "abcde"]
    for subject in names:
        for predicate in (*names, TYPE, SAME_AS):
            for object_ in names:
                triple = ox.Triple(subject, predicate, object_)
                assert bool(search.prove(triple)) == (triple in there), triple


# --------------------------------------------------------------------------- the checker itself


WRONG = [
    # (rule, premises, conclusion)
    ("cax-sco", ":c rdfs:subClassOf :d . :a a :c .", ":a a :e ."),
    ("cax-sco", ":a a :c . :c rdfs:subClassOf :d .", ":a a :d ."),  # the other order
    ("cax-sco", ":c rdfs:subClassOf :d . :b a :c .", ":a a :d ."),
    ("cax-sco", ":c rdfs:subClassOf :d .", ":a a :d ."),
    ("cls-thing", "", "owl:Nothing a owl:Class ."),
    ("dt-type1", "", ":a a rdfs:Datatype ."),
    ("cls-uni", ":c owl:unionOf :list . :a a :f .", ":a a :c ."),
    ("cls-int1", ":c owl:intersectionOf :list . :a a :d .", ":a a :c ."),
    ("prp-spo2", ":p owl:propertyChainAxiom :list . :a :e :b . :b :d :c .", ":a :p :c ."),
]


@pytest.mark.parametrize(("rule", "premises", "conclusion"), WRONG)
def test_the_checker_tells_what_is_no_step(rule, premises, conclusion):
    """The checker here refuses steps that are nearly instances of a rule."""
    _, _, checker = prover(turtle(":list rdf:first :d ; rdf:rest ( :e ) ."))
    (goal,) = turtle(conclusion)
    assert not checker.is_step(rule, [(*triple,) for triple in turtle(premises)], (*goal,))


def test_the_checker_tells_what_is_no_proof():
    """The checker refuses a leaf that is not asserted, and a proof that rests on what it proves."""
    _, search, checker = prover(turtle(":p a owl:SymmetricProperty . :a :p :b ."))
    (proof,) = search.prove(*turtle(":b :p :a ."))
    with pytest.raises(Wrong, match="not asserted"):
        checker.check(proof._replace(rule="", premises=()))
    back = proof._replace(triple=proof.premises[1].triple, premises=(proof.premises[0], proof))
    with pytest.raises(Wrong, match="rests on itself"):
        checker.check(proof._replace(premises=(proof.premises[0], back)))


# ----------------------------------------------------------------------------------- by hand


HAND = {
    "by a class above": (":c rdfs:subClassOf :d . :a a :c .", ":a a :d .", ("cax-sco", "", "")),
    "by two": (
        ":p a owl:TransitiveProperty, owl:SymmetricProperty . :a :p :b . :c :p :b .",
        ":a :p :c .",
        ("prp-trp", "", "", ("prp-symp", "", "")),
    ),
    "by a list": (":c owl:unionOf ( :d :e ) . :a a :e .", ":a a :c .", ("cls-uni", "", "")),
    "by a whole list": (":c owl:intersectionOf ( :d :e ) . :a a :d, :e .", ":a a :c .", ("cls-int1", "", "", "")),
    "by a chain": (
        ":p owl:propertyChainAxiom ( :q :r :s ) . :a :q :b . :b :r :c . :c :s :d .",
        ":a :p :d .",
        ("prp-spo2", "", "", "", ""),
    ),
    "by an equivalent class": (":c owl:equivalentClass :d . :a a :d .", ":a a :c .", ("cax-eqc2", "", "")),
    "by an equivalent property": (":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b .", ("prp-eqp1", "", "")),
    "by a functional property": (
        ":p a owl:FunctionalProperty . :a :p :b, :c .",
        ":b owl:sameAs :c .",
        ("prp-fp", "", "", ""),
    ),
    "by what is the same": (
        ":p a owl:FunctionalProperty . :a :p :b, :c . :b :q :d .",
        ":c :q :d .",
        ("eq-rep-s", ("prp-fp", "", "", ""), ""),
    ),
    "by what is the same, of a predicate": (":p owl:sameAs :q . :a :p :b .", ":a :q :b .", ("eq-rep-p", "", "")),
    "by what is the same, of an object": (":b owl:sameAs :c . :a :p :b .", ":a :p :c .", ("eq-rep-o", "", "")),
    "by what is the same, the other way": (":b owl:sameAs :c .", ":c owl:sameAs :b .", ("eq-sym", "")),
    "by a key": (
        ":c owl:hasKey ( :p :q ) . :a a :c ; :p 1 ; :q 2 . :b a :c ; :p 1 ; :q 2 .",
        ":a owl:sameAs :b .",
        ("prp-key", "", "", "", "", "", "", ""),
    ),
    "by a count": (
        ":c owl:maxCardinality 1 ; owl:onProperty :p . :a a :c ; :p :b, :d .",
        ":b owl:sameAs :d .",
        # the rule has the number as an xsd:nonNegativeInteger
        ("cls-maxc2", ("eq-rep-o", ("dt-eq",), ""), "", "", "", ""),
    ),
    "by a data value": (
        ':a :p "1"^^xsd:integer . :b :q "01"^^xsd:integer .',
        ':a :p "01"^^xsd:integer .',
        ("eq-rep-o", ("dt-eq",), ""),
    ),
    "by the type of a literal": (
        ':c owl:someValuesFrom xsd:integer ; owl:onProperty :p . :a :p "7"^^xsd:byte .',
        ":a a :c .",
        ("cls-svf1", "", "", "", ("dt-type2",)),
    ),
    "by nothing": ("", "owl:Thing a owl:Class .", ("cls-thing",)),
    "by nothing, of the empty class": ("", "owl:Nothing a owl:Class .", ("cls-nothing1",)),
    "by nothing, of an annotation": ("", "rdfs:seeAlso a owl:AnnotationProperty .", ("prp-ap",)),
    "by nothing, of a datatype": ("", "xsd:byte a rdfs:Datatype .", ("dt-type1",)),
    "by nothing, in two steps": ("", "owl:Nothing rdfs:subClassOf owl:Thing .", ("scm-cls", ("cls-nothing1",))),
    "of a thing and itself": (":a :p :b .", ":a owl:sameAs :a .", ("eq-ref", "")),
    "of a predicate and itself": (":a :p :b .", ":p owl:sameAs :p .", ("eq-ref", "")),
    "of an object and itself": (":a :p :b .", ":b owl:sameAs :b .", ("eq-ref", "")),
    "of a class and itself": (":c a owl:Class .", ":c rdfs:subClassOf :c .", ("scm-cls", "")),
    "of owl:Thing and itself": (":a :p :b .", "owl:Thing owl:sameAs owl:Thing .", ("eq-ref", ("cls-thing",))),
    "of a datatype and itself": ("", "xsd:byte owl:sameAs xsd:byte .", ("eq-ref", ("dt-type1",))),
    "by an inverse that has no name": (
        "_:of owl:inverseOf :p ; rdfs:subPropertyOf :q . :a :p :b .",
        ":b :q :a .",
        ("prp-spo1", "", ("prp-inv2", "", "")),
    ),
}


@pytest.mark.parametrize(("graph", "triple", "expected"), HAND.values(), ids=HAND)
def test_by_hand(graph, triple, expected):
    """A proof has the steps that one would write down."""
    _, search, _ = prover(turtle(graph))
    (proof,) = search.prove(*turtle(triple))
    assert shape(proof) == expected


@pytest.mark.parametrize(("graph", "triple"), [row[:2] for row in HAND.values() if "_:" not in row[0]])
def test_by_hand_is_checked(graph, triple):
    """What is proved by hand passes the checker too."""
    assert proved(graph, triple)


def test_an_asserted_triple_is_a_leaf():
    """A triple that is asserted has one proof, itself, though it follows as well and more are asked for."""
    (goal,) = turtle(":a a :d .")
    assert proved(":c rdfs:subClassOf :d . :a a :c, :d .", ":a a :d .", most=5) == [(goal, "", ())]


def test_the_shortest_proof_comes_first():
    """Of a way of four steps and one of one the shorter is given, and the other after it."""
    graph = """
        :c rdfs:subClassOf :d . :d rdfs:subClassOf :e . :e rdfs:subClassOf :f . :a a :c .
        :p rdfs:domain :f . :a :p :b .
    """
    assert [shape(proof) for proof in proved(graph, ":a a :f .")] == [("prp-dom", "", "")]
    sizes = [proof.size for proof in proved(graph, ":a a :f .", most=9)]
    assert sizes[0] == 1
    assert sizes == sorted(sizes)


def test_alternatives():
    """Proofs that differ in their last step are given, as many as asked for."""
    graph = ":c rdfs:subClassOf :d . :p rdfs:domain :d . :q rdfs:range :d . :a a :c ; :p :b . :b :q :a ."
    assert [len(proved(graph, ":a a :d .", most=most)) for most in (1, 2, 3, 9)] == [1, 2, 3, 3]
    assert {shape(proof) for proof in proved(graph, ":a a :d .", most=9)} == {
        ("cax-sco", "", ""),
        ("prp-dom", "", ""),
        ("prp-rng", "", ""),
    }


def test_alternatives_do_not_rest_on_the_goal():
    """A way that needs what it is to prove is none."""
    graph = ":c owl:equivalentClass :d . :d owl:equivalentClass :e . :a a :c ."
    for proof in proved(graph, ":a a :d .", most=9):  # through :e one comes from :d only
        assert lines(part.triple for part in parts(proof)).count(str(*turtle(":a a :d ."))) == 1
    assert proved(":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a .", most=9)[1:] == []


def test_a_shared_step_counts_once():
    """The size of a proof is how many different steps it has; its parts are these and the leaves, each before what it rests on."""
    graph = ":p rdfs:subPropertyOf :q . :g owl:propertyChainAxiom ( :q :r ) . :r owl:inverseOf :q . :a :p :b ."
    (proof,) = proved(graph, ":a :g :a .")
    # (a q b) is a premise of the last step, and of (b r a)
    assert shape(proof) == ("prp-spo2", "", ("prp-spo1", "", ""), ("prp-inv2", "", ("prp-spo1", "", "")))
    assert (proof.size, len(parts(proof))) == (3, 7)
    triples = [part.triple for part in parts(proof)]
    assert triples[0] == proof.triple
    assert len(triples) == len({*triples})


def test_what_does_not_follow():
    """A triple that does not follow has no proof, be its terms in the graph or not."""
    graph = ":c rdfs:subClassOf :d . :a a :d ."
    assert [proved(graph, triple) for triple in (":a a :c .", ":b a :d .", ":a :p :b .")] == [[], [], []]


@pytest.mark.parametrize("name", ["owl:onClass", "owl:AsymmetricProperty", ":elsewhere"])
def test_what_does_not_occur(name):
    """A term of the vocabulary that is in no fact is not said to be itself."""
    assert proved(":a :p :b .", f"{name} owl:sameAs {name} .") == []


def test_a_long_chain():
    """What follows through a chain of forty steps is proved."""
    graph = ":p a owl:TransitiveProperty . " + " ".join(f":n{at} :p :n{at + 1} ." for at in range(40))
    (proof,) = proved(graph, ":n0 :p :n40 .")
    assert proof.size == 39


# -------------------------------------------------------------------------- what is not proved


WHY_NOT = {
    "a fact": (
        ":c rdfs:subClassOf :d . :a :p :b .",
        ":a a :d .",
        [("cax-sco", ":c rdfs:subClassOf :d .", ":a a :c ."), ("prp-dom", ":a :p :b .", ":p rdfs:domain :c .")],
    ),
    "a member of an intersection": (
        ":c owl:intersectionOf ( :d :e ) . :a a :d . :b a :e .",
        ":a a :c .",
        [("cls-int1", ":c owl:intersectionOf _:l . :a a :d .", ":a a :e .")],
    ),
    "a fact two steps back": (
        ":c rdfs:subClassOf :d . :p rdfs:domain :c . :b :p :b . :a :q :b .",
        ":a a :d .",
        [
            ("cax-sco", ":c rdfs:subClassOf :d .", ":a a :c ."),
            ("prp-dom", ":p rdfs:domain :c .", ":a :p _:any ."),
        ],
    ),
}


def as_pattern(terms):
    """Return a triple or a pattern as text, with an underscore for a blank node and for what can be anything."""
    return [("_" if each is None or isinstance(each, ox.BlankNode) else str(each)) for each in terms]


@pytest.mark.parametrize(("graph", "triple", "expected"), WHY_NOT.values(), ids=WHY_NOT)
def test_why_not(graph, triple, expected):
    """Of a triple that does not follow it is told which premise of which rule is missing, and why that is."""
    _, search, _ = prover(turtle(graph))
    found = search.why_not(*turtle(triple))
    wanted = [(rule, [*map(as_pattern, turtle(holds))], as_pattern(*turtle(lacks))) for rule, holds, lacks in expected]
    assert [(lack.rule, [*map(as_pattern, lack.holds)], as_pattern(lack.lacks)) for lack in found] == wanted


def test_why_not_of_what_is_nowhere():
    """Of a triple with a term that is not in the graph nothing is told."""
    _, search, _ = prover(turtle(":c rdfs:subClassOf :d . :a :p :b ."))
    assert search.why_not(*turtle(":elsewhere a :d .")) == []


# ------------------------------------------------------------------------------- contradictions


CONTRADICTIONS = {
    "of facts": (
        ":c owl:disjointWith :d . :a a :c, :d .",
        ("cax-dw", ["", "", ""]),
    ),
    "of what follows": (
        ":p rdfs:domain :c . :q rdfs:domain :d . :a :p :b ; :q :b . :e owl:disjointWith :f . :c rdfs:subClassOf :e . :d rdfs:subClassOf :f .",
        ("cax-dw", ["", ("cax-sco", "", ("prp-dom", "", "")), ("cax-sco", "", ("prp-dom", "", ""))]),
    ),
    "of a list": (
        "[] a owl:AllDisjointClasses ; owl:members ( :c :d :e ) . :a a :c, :e .",
        ("cax-adc", ["", "", "", ""]),
    ),
    "of nothing": (":c rdfs:subClassOf owl:Nothing . :a a :c .", ("cls-nothing2", [("cax-sco", "", "")])),
}


@pytest.mark.parametrize(("graph", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions(graph, expected):
    """A contradiction is given as the rule that finds it and a proof of each of its premises, in their order."""
    _, search, checker = prover(turtle(graph))
    found = search.contradictions()
    assert [(rule, [*map(shape, proofs)]) for rule, proofs in found][:1] == [expected]
    for rule, proofs in found:
        checker.check_step(rule, proofs)


def test_a_contradiction_of_what_is_the_same():
    """Where different things turn out to be one, it is proved that this one differs from itself; that it is itself is left out."""
    _, search, checker = prover(turtle(":p a owl:FunctionalProperty . :a :p :b, :c . :b owl:differentFrom :c ."))
    ((rule, (proof,)),) = search.contradictions()
    checker.check(proof)
    assert (rule, shape(proof)) == ("eq-diff1", ("eq-rep-o", ("prp-fp", "", "", ""), ""))
    assert proof.triple.subject == proof.triple.object


def test_a_contradiction_of_the_vocabulary():
    """That no thing is itself is contradicted by any fact: it is told in the terms of the graph, and proved."""
    closed, search, checker = prover(turtle("owl:sameAs a owl:IrreflexiveProperty . :a :p :b ."))
    assert closed.clashes
    assert not any("everything" in clash for clash in closed.clashes)
    for rule, proofs in search.contradictions():
        checker.check_step(rule, proofs)
