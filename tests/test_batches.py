"""Data closed batch by batch gives what it gives as a whole, or is said to need that.

Random data over random schemas is closed both ways. Where batches are accepted, they conclude
neither less nor more; examples for each of the conditions that may fail hold that acceptance is not rare, and refusal
not lax.
"""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import assume, event, given, reject
from hypothesis import strategies as st

from sengraph.errors import InconsistentError, InputError
from sengraph.reasoning.batches import Batches, TogetherError
from sengraph.reasoning.native import Materialisation
from tests.test_engine import ANYTHING, KINDS_OF, LITERALS, TYPE, graphs, iris, lines, some_of, term, turtle

SUBJECTS = [term(f":s{number}") for number in range(4)]
PLAIN = [ox.Literal("one"), ox.Literal("two", language="en")]


def batches_of(triples):
    """Return data divided by its subjects."""
    return [[triple for triple in triples if triple.subject == subject] for subject in SUBJECTS]


def in_batches(base, triples):
    """Return what follows from data, closed batch by batch over a base."""
    batches = Batches(Materialisation(base))
    return [found for batch in batches_of(triples) if batch for found in batches.close(batch)]


def together(base, triples):
    """Return what follows from data, closed as a whole over a base."""
    return [*Batches(Materialisation(base)).close_together(triples)]


objects = st.one_of(iris, iris, st.sampled_from(SUBJECTS), st.sampled_from([*PLAIN, *LITERALS]))
facts = st.one_of(
    st.tuples(st.sampled_from(SUBJECTS), iris, objects), st.tuples(st.sampled_from(SUBJECTS), st.just(TYPE), iris)
)
data = st.lists(facts.map(lambda fact: ox.Triple(*fact)), min_size=2, max_size=12, unique=True)
schemas = graphs(st.one_of(ANYTHING, KINDS_OF), 6)


def agree(base, triples):
    """Assert that batches give what the whole gives, or are refused."""
    try:
        whole = together(base, triples)
        assume(not Materialisation(base).clashes)
    except (InputError, InconsistentError):
        reject()
    try:
        found = in_batches(base, triples)
    except TogetherError:
        event("together")
        return
    event("in batches" if found else "in batches, and nothing follows")
    assert lines(set(found)) == lines(whole)


@some_of(300)
@given(schemas, data)
def test_batches_give_what_the_whole_gives(base, triples):
    """Where batches are accepted, what follows from each is together what follows from all."""
    agree(base, triples)


@pytest.mark.slow
@some_of(2000)
@given(schemas, data)
def test_many_batches_give_what_the_whole_gives(base, triples):
    """So it is for any of many schemas and data."""
    agree(base, triples)


ACCEPTED = {
    "a class above": (":c rdfs:subClassOf :d .", ":s0 a :c . :s1 a :c .", ":s0 a :d . :s1 a :d ."),
    "a chain into the base": (
        ":q owl:propertyChainAxiom ( :p :r ) . :x :r :y .",
        ":s0 :p :x . :s1 :p :x .",
        ":s0 :q :y . :s1 :q :y .",
    ),
    "two facts about one subject": (
        ":c owl:intersectionOf ( :d :e ) .",
        ":s0 a :d, :e . :s1 a :d .",
        ":s0 a :c .",
    ),
    "a link to another subject that nothing reads": (
        ":p rdfs:domain :c .",
        ":s0 :p :s1 . :s1 :p :s0 .",
        ":s0 a :c . :s1 a :c .",
    ),
    "the range of data": (
        ":p rdfs:range xsd:string ; rdfs:domain :c .",
        ':s0 :p "one" . :s1 :p "one" .',
        ":s0 a :c . :s1 a :c .",
    ),
    "a functional property": (":p a owl:FunctionalProperty .", ":s0 :p :x . :s1 :p :x .", ""),
    "a number that rules have": (":p rdfs:domain :c .", ":s0 :p 0 . :s1 :p 1 .", ":s0 a :c . :s1 a :c ."),
}


@pytest.mark.parametrize(("base", "triples", "expected"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_can_be_closed_in_batches(base, triples, expected):
    """No rule looks at two subjects of the data here, and what follows is found batch by batch."""
    found = [t for t in in_batches(turtle(base), turtle(triples)) if t.object != term("owl:Thing")]
    assert lines(found) == lines(turtle(expected))


REFUSED = {
    "an inverse": (":q owl:inverseOf :p .", ":s0 :p :s1 . :s1 :p :x ."),
    "the range of a link": (":p rdfs:range :c .", ":s0 :p :s1 . :s1 :r :x ."),
    "a transitive property": (":p a owl:TransitiveProperty .", ":s0 :p :s1 . :s1 :p :s2 ."),
    "a chain through another subject": (":q owl:propertyChainAxiom ( :p :r ) .", ":s0 :p :s1 . :s1 :r :x ."),
    "a restriction on another subject": (":c owl:onProperty :p ; owl:someValuesFrom :d .", ":s0 :p :s1 . :s1 a :d ."),
    "an inverse functional property": (":p a owl:InverseFunctionalProperty .", ':s0 :p "one" . :s1 :p "one" .'),
    "a key": (":c owl:hasKey ( :p ) .", ':s0 a :c ; :p "one" . :s1 a :c ; :p "one" .'),
    "an axiom among the data": (":c rdfs:subClassOf :d .", ":s0 a :s1 . :s1 rdfs:subClassOf :c ."),
    "two things that are the same": (":p a owl:FunctionalProperty .", ":s0 :p :x, :y . :s1 :q :x ."),
    "one value in two ways": (":p rdfs:domain :c .", ":s0 :p 1 . :s1 :p 01 ."),
    "one value of two datatypes": (":p rdfs:domain :c .", ":s0 :p 1 . :s1 :p 1.0 ."),
    "a literal in a class": ("xsd:string rdfs:subClassOf :text .", ':s0 :p "one" . :s1 :p "two" .'),
    "a number of the base, written otherwise": (':x :p "5"^^xsd:byte .', ":s0 :p 5 . :s1 :p 6 ."),
}


@pytest.mark.parametrize(("base", "triples"), REFUSED.values(), ids=REFUSED)
def test_what_has_to_be_closed_together(base, triples):
    """More may follow from two of these batches than from each."""
    with pytest.raises(TogetherError):
        in_batches(turtle(base), turtle(triples))


def test_data_that_contradicts_the_base():
    """A batch that contradicts the base is refused with what clashes, and the base stays as it was."""
    base = Materialisation(turtle(":c owl:disjointWith :d ."))
    batches = Batches(base)
    with pytest.raises(InconsistentError, match="cax-dw"):
        batches.close(turtle(":s0 a :c, :d ."))
    assert base.clashes == ()
    assert lines(batches.close(turtle(":s1 a :c ."))) == []


def test_the_base_may_grow_between_batches():
    """What is added to the base is known to the batches after."""
    batches = Batches(Materialisation(turtle(":c rdfs:subClassOf :d .")))
    assert lines(batches.close(turtle(":s0 a :c ."))) == lines(turtle(":s0 a :d ."))
    batches.base.add(turtle(":c rdfs:subClassOf :e ."))
    assert lines(batches.close(turtle(":s1 a :c ."))) == lines(turtle(":s1 a :d, :e ."))
