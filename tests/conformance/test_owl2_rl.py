"""The suites of others: the W3C's OWL 2 RL cases in RDF, and those for the RDF-Based Semantics of OWL 2 in RL.

A case is a premise and a conclusion, in N-Triples, and its type: the conclusion follows (PE) or does not (NE);
the premise contradicts itself (IC) or does not (CO).
"""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from sengraph.reasoning import close
from sengraph.reasoning.entailment import lacking

FOLDER = Path(__file__).parents[3] / "shared" / "tests" / "owl2-rl"
if not FOLDER.is_dir():
    pytest.skip("no copy of the suites here", allow_module_level=True)

SIZES = {"w3c": 61, "rdf-based": 132}

NOT_PASSED = {
    # No rule has a conclusion of the form that is asked for.
    "New-Feature-ReflexiveProperty-001": "no rule reads owl:ReflexiveProperty, which is not in OWL 2 RL",
    "chain2trans1": "no rule concludes that a property is an owl:TransitiveProperty; prp-spo2 concludes each pair only",
    "WebOnt-I5.26-010": "no rule makes a restriction (comprehension), and none reads owl:minCardinality",
    "WebOnt-I5.5-005": "no rule makes a union (comprehension), or a list",
    # The only rules to widen a range, scm-rng1 and scm-rng2, need an inclusion, and no rule says that of datatypes.
    "WebOnt-I5.8-006": "no rule says that xsd:byte is a subclass of xsd:short",
    "WebOnt-I5.8-008": "no rule says that what is xsd:short and xsd:unsignedInt is xsd:unsignedShort",
    "WebOnt-I5.8-009": "no rule says that what is not negative and not positive is zero",
    # Under the Direct Semantics annotations are not looked at; a graph has no triples that are not.
    "WebOnt-I4.6-005-Direct": "no rule carries rdfs:comment from a class to an equivalent one",
    "WebOnt-equivalentClass-008-Direct": "no rule carries an annotation from a class to an equivalent one",
    # A graph is what it is given as.
    "WebOnt-imports-011": "what the premise imports, at an address that is not asked, is not in it",
    # XML Schema 1.1 has these forms in the lexical space, which the cases, written for XML Schema 1.0, do not.
    "rdfbased-dat-dtype-anyuri-illtyped": "any text is an xsd:anyURI (XML Schema 1.1 part 2, section 3.3.17)",
    "rdfbased-dat-dtype-double-illtyped-hi": "1.0E+310 denotes infinity (section 3.3.5, floatingPointRound)",
    "rdfbased-dat-dtype-float-illtyped-lo": "1.0E-50 denotes zero (section 3.3.4, floatingPointRound)",
}
"""The cases that are not passed, by id, and why that is right by the rules of section 4.3 of OWL 2 Profiles."""


def read(suite):
    """Return the cases of a suite."""
    return [json.loads(line) for line in (FOLDER / f"{suite}.jsonl").read_text("utf-8").splitlines()]


def param(case):
    """Return a case as a parameter; one that is not passed must not be."""
    reason = NOT_PASSED.get(case["id"])
    marks = [pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)] if reason else []
    return pytest.param(case, id=case["id"], marks=marks)


CASES = {suite: read(suite) for suite in SIZES}


def triples(text):
    """Return the triples of a graph in N-Triples."""
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


@pytest.mark.parametrize("case", [param(case) for suite in CASES.values() for case in suite])
def test_case(case):
    """What follows follows, what does not does not, and what contradicts itself is found to."""
    premise = triples(case["premise"])
    if case["type"] in ("IC", "CO"):
        assert bool(close(premise).clashes) == (case["type"] == "IC"), case["description"]
    else:
        assert (lacking(premise, triples(case["conclusion"])) == "") == (case["type"] == "PE"), case["description"]


def test_all_cases_are_there():
    """The suites are whole, of types that are known, without an id twice, and have all that is not passed."""
    assert {suite: len(cases) for suite, cases in CASES.items()} == SIZES
    cases = [case for suite in CASES.values() for case in suite]
    ids = [case["id"] for case in cases]
    assert (len(ids), NOT_PASSED.keys() - ids) == (len({*ids}), set())
    assert {case["type"] for case in cases} == {"PE", "NE", "IC", "CO"}


def test_what_follows_from_what_contradicts_itself_is_not_looked_at():
    """No case whose conclusion follows or does not has a premise that contradicts itself, from which all would follow."""
    cases = [case for suite in CASES.values() for case in suite if case["type"] in ("PE", "NE")]
    assert [case["id"] for case in cases if close(triples(case["premise"])).clashes] == []
