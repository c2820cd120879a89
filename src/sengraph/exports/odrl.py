"""Responsibilities as rules of ODRL 2.2, by a profile that keeps the five forces apart.

One policy for each code of practice; one rule for each responsibility. Must makes an odrl:Duty, may an
odrl:Permission, and should, has responsibility and will make rules of three classes of the profile
(`ontology/odrl-profile.ttl`), which ODRL has not. Whatever is said in ODRL is said of things that are made here:

    a code             the policy, an odrl:Set            a party      those of its kind, an odrl:PartyCollection
    a responsibility   the rule                           a coverage   the target, an odrl:Asset
    an activity        the action                         a scope, a setting type, a frequency   a constraint

All of them are fragments of the one document, which is where their IRIs lead, and nothing in it is a blank node: values
of the data that are blank nodes are not said. The profile's own terms are in it too: whoever has the document has all
that it uses beside ODRL.

Source: ODRL Information Model 2.2 (W3C Recommendation, 15 February 2018), sections 2 and 3; its errata, issue 303 of
w3c/poe, which leaves open how a policy leads to rules of a new class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from sengraph import load
from sengraph.exports.facts import (
    EXPORT,
    LABEL,
    NOTE,
    TITLE,
    Facts,
    Term,
    among,
    english,
    facts,
    fragment,
    in_order,
    say,
    stated_by_all,
)
from sengraph.terms import BASE, DCTERMS, KNOWN, RDF, SEN, SKOS

if TYPE_CHECKING:
    from sengraph.graph import Graph

ODRL = "http://www.w3.org/ns/odrl/2/"
PROFILE = f"{BASE}odrl"
OURS = f"{PROFILE}#"
DOCUMENT = f"{EXPORT}odrl"
FOAF_DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
PREFIXES = {name: KNOWN[name] for name in ("code", "dcterms", "odrl", "owl", "rdf", "rdfs", "sen", "skos", "xsd")}
PREFIXES |= {"foaf": "http://xmlns.com/foaf/0.1/", "profile": OURS, "export": f"{DOCUMENT}#"}
"""What is declared in formats that have prefixes."""

TYPE = f"{RDF}type"
UID = f"{ODRL}uid"
SOURCE = f"{DCTERMS}source"
DEFINITION = f"{SKOS}definition"
SKOS_NOTE = f"{SKOS}note"
CITATION = f"{DCTERMS}bibliographicCitation"
PART_OF = f"{DCTERMS}isPartOf"
COMPRISES = f"{SEN}comprises"
STATED_IN = f"{SEN}statedIn"


class Force(NamedTuple):
    """How a modality is said: the class of a rule, and the property that leads to it from its policy."""

    cls: str
    property: str


FORCES = {
    f"{SEN}modality-must": Force(f"{ODRL}Duty", f"{ODRL}obligation"),
    f"{SEN}modality-should": Force(f"{OURS}Recommendation", f"{OURS}recommends"),
    f"{SEN}modality-may": Force(f"{ODRL}Permission", f"{ODRL}permission"),
    f"{SEN}modality-has-responsibility": Force(f"{OURS}AssignedResponsibility", f"{OURS}assigns"),
    f"{SEN}modality-will": Force(f"{OURS}Expectation", f"{OURS}expects"),
}
"""The five forces. A responsibility with any other is left out, and named as such."""

BEARER = f"{SEN}bearer"
FUNCTIONS = {
    BEARER: (f"{ODRL}assignee", f"{OURS}alternativeAssignee"),
    f"{SEN}collaborator": (f"{OURS}collaborator", f"{OURS}alternativeCollaborator"),
    f"{SEN}recipient": (f"{OURS}recipient", f"{OURS}alternativeRecipient"),
    f"{SEN}establishes": (f"{OURS}establishedParty", f"{OURS}establishedParty"),
}
"""The functions of parties in a rule: of one that is named, and of one that may take another's place."""

REMARKS = {
    f"{SEN}{name}": f"{OURS}{name}"
    for name in ("modalPhrase", "quantifier", "manner", "qualifier", "population", "stage", "inLineWith", "statedIn")
}
"""What is said of a rule without being a condition of it."""

STATUS = {f"{SEN}{name}": f"{OURS}{name}" for name in ("inForceFrom", "inForceUntil", "savingProvision", "legalStatus")}
"""What is said of a policy."""

MODALITY, ACTIVITY, COVERAGE = f"{SEN}modality", f"{SEN}activity", f"{SEN}coverage"
SCOPE, SETTING, FREQUENCY = f"{SEN}scope", f"{SEN}appliesIn", f"{SEN}frequency"
ONE_EACH = (MODALITY, ACTIVITY, COVERAGE, SCOPE, SETTING, STATED_IN)
"""The facets of which a responsibility has one each, as the shapes want, if it is to be a rule."""

NOT_STATED = f"{SEN}scope-not-stated"
NONE = f"{SEN}coverage-none"


class Condition(NamedTuple):
    """A constraint: what is compared, how, and with what."""

    operand: str
    operator: str
    value: Term

    @property
    def node(self) -> ox.NamedNode:
        """The constraint's own IRI: rules with the same condition share it."""
        value = fragment(self.value.value) if isinstance(self.value, ox.NamedNode) else quote(str(self.value), safe="")
        return ox.NamedNode(f"{DOCUMENT}#{self.operand}={value}")


class Rule(NamedTuple):
    """A responsibility that can be said in ODRL: its IRI, its code, the facets that it has one of, and all of them."""

    clause: ox.NamedNode
    code: ox.NamedNode
    one: Mapping[str, ox.NamedNode]
    told: Facts

    @property
    def conditions(self) -> list[Condition]:
        """What narrows the rule; a scope that is not stated does not."""
        scope = self.one[SCOPE]
        return [
            Condition("settingType", "hasPart", self.one[SETTING]),
            *([Condition("scope", "eq", scope)] if scope.value != NOT_STATED else []),
            *(Condition("frequency", "eq", words) for words in self.told.get(FREQUENCY, ())),
            Condition("codeInForce", "hasPart", self.code),
        ]

    @property
    def parties(self) -> set[Term]:
        """Everybody who has a function in the rule."""
        return {party for p in FUNCTIONS for party in self.told.get(p, ())}


def policies(graph: Graph) -> list[ox.Triple]:
    """Return the responsibilities of a graph as policies of ODRL 2.2.

    Args:
        graph: the data.

    Returns:
        the document's own description, the policies, their rules, what these refer to, the labels of the things that
        all was made of, and the profile; each in the order of the IRIs, each triple once.

    Errors:
        InputError: the store is damaged.
        RemoteError: the remote endpoint failed.

    >>> import sengraph
    >>> duty = ox.NamedNode(f"{ODRL}Duty")
    >>> print(*(triple.subject.value for triple in policies(sengraph.open()) if triple.object == duty), sep="\\n")
    https://w3id.org/sengraph/exports/odrl#code-2001/mainstream-3.1
    https://w3id.org/sengraph/exports/odrl#code-2001/special-3.1
    https://w3id.org/sengraph/odrl#AssignedResponsibility
    https://w3id.org/sengraph/odrl#Expectation
    https://w3id.org/sengraph/odrl#Recommendation
    """
    rules, left_out = _rules(graph)
    parts = (
        _document(graph, rules, left_out),
        _policies(graph, rules),
        _rule_triples(graph, rules),
        _actions(graph, rules),
        _parties(graph, rules),
        _assets(graph, rules),
        _constraints(rules),
        _labels(graph, rules),
        profile(),
    )
    return [*dict.fromkeys(triple for part in parts for triple in part)]


def profile() -> list[ox.Triple]:
    """Return what the profile says of itself and its terms, sorted, without the changes to it, which have no names."""
    triples = (quad.triple for quad in load.parse(load.ontology_dir() / "odrl-profile.ttl"))
    named = (t for t in triples if not any(isinstance(term, ox.BlankNode) for term in (t.subject, t.object)))
    return sorted(named, key=str)


def made_of(thing: Term) -> ox.NamedNode:
    """Return the IRI of what the document makes of a thing: the rule of a responsibility, the action of an activity.

    >>> print(made_of(ox.NamedNode(f"{SEN}activity-report-on-policy")))
    <https://w3id.org/sengraph/exports/odrl#activity-report-on-policy>
    """
    return ox.NamedNode(f"{DOCUMENT}#{fragment(thing.value)}")


# ------------------------------------------------------------------------- what there is


def _rules(graph: Graph) -> tuple[list[Rule], list[ox.NamedNode]]:
    """Return the responsibilities that can be said in ODRL, and those that cannot."""
    wanted = {*ONE_EACH, *FUNCTIONS, *REMARKS, FREQUENCY, LABEL, NOTE, CITATION}
    clauses = facts(graph, f"?thing a {_sen('Responsibility')}", sorted(wanted))
    passages = facts(graph, f"?clause {ox.NamedNode(STATED_IN)} ?thing", [PART_OF])
    rules, left_out = [], []
    for clause, told in clauses.items():
        one = {p: value for p in ONE_EACH if isinstance(value := _only(told, p), ox.NamedNode)}
        code = _only(passages.get(one.get(STATED_IN, clause), {}), PART_OF)
        has_facets = len(one) == len(ONE_EACH) and one[MODALITY].value in FORCES
        if has_facets and isinstance(code, ox.NamedNode) and _can_say_whose_and_how_often(told):
            rules.append(Rule(clause, code, one, told))
        else:
            left_out.append(clause)
    return rules, left_out


def _can_say_whose_and_how_often(told: Facts) -> bool:
    """Tell whether a responsibility has a bearer, and all its parties and frequencies can be said in ODRL."""
    # A rule without an assignee is anybody's. One with some of its parties or conditions is another rule: of "A and B
    # must" it would say that A must, of "A or B" that only A may, of "A with B" that A may alone. So it is all or none.
    parties = [party for p in FUNCTIONS for party in told.get(p, ())]
    are_named = all(isinstance(party, ox.NamedNode) for party in parties)
    return (
        BEARER in told and are_named and not any(isinstance(often, ox.BlankNode) for often in told.get(FREQUENCY, ()))
    )


def _only(told: Facts, p: str) -> Term | None:
    """Return the value of a property that has one, None if it has none or several."""
    values = told.get(p, ())
    return values[0] if len(values) == 1 else None


def _sen(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SEN}{name}")


def _odrl(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{ODRL}{name}")


# --------------------------------------------------------------------------- what is said


def _document(graph: Graph, rules: list[Rule], left_out: list[ox.NamedNode]) -> list[ox.Triple]:
    """Say what the document is, of what it was made, and what is not in it."""
    codes = in_order({rule.code for rule in rules})
    sources = [*codes, *(rule.clause for rule in rules)]
    return say(
        ox.NamedNode(DOCUMENT),
        (TYPE, ox.NamedNode(FOAF_DOCUMENT)),
        (TITLE, english("Codes of practice as ODRL policies")),
        (f"{DCTERMS}description", english(DESCRIPTION)),
        *stated_by_all(graph, sources).items(),
        (f"{DCTERMS}conformsTo", ox.NamedNode(PROFILE)),
        (SOURCE, codes),
        (f"{OURS}leftOut", left_out),
    )


DESCRIPTION = (
    "One policy for each code of practice and one rule for each of its responsibilities. Only what a code states with "
    "must is a duty, and only what it states with may is a permission: the other rules are of classes of the profile. "
    "The policies translate what the words of a code say, and grant nothing."
)


def _policies(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each code what it is, whether it binds and when, and which rules are in it."""
    codes = facts(graph, among(rule.code for rule in rules), [LABEL, TITLE, NOTE, CITATION, *STATUS])
    for code, told in codes.items():
        own = [rule for rule in rules if rule.code == code]
        yield from say(
            policy := made_of(code),
            (TYPE, _odrl("Set")),
            (UID, policy),
            (f"{ODRL}profile", ox.NamedNode(PROFILE)),
            (LABEL, told.get(LABEL, ())),
            (TITLE, told.get(LABEL, ())),
            *stated_by_all(graph, [code, *(rule.clause for rule in own)]).items(),
            *((said, told.get(p, ())) for p, said in STATUS.items()),
            (SKOS_NOTE, told.get(NOTE, ())),
            (SOURCE, code),
            (CITATION, told.get(CITATION, ())),
        )
        for modality, force in FORCES.items():
            held = [made_of(rule.clause) for rule in own if rule.one[MODALITY].value == modality]
            yield from say(policy, (force.property, held))


def _rule_triples(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each rule its class, who has which function in it, what is done, about what, and when it holds."""
    named = facts(graph, among({party for rule in rules for party in rule.parties}), [f"{SEN}alternativeTo"])
    for rule in rules:
        coverage = rule.one[COVERAGE]
        target = made_of(coverage) if coverage.value != NONE else ox.NamedNode(f"{OURS}unstatedMatter")
        yield from say(
            node := made_of(rule.clause),
            (TYPE, ox.NamedNode(FORCES[rule.one[MODALITY].value].cls)),
            (UID, node),
            (LABEL, rule.told.get(LABEL, ())),
            *_functions(rule, named),
            (f"{ODRL}action", made_of(rule.one[ACTIVITY])),
            (f"{ODRL}target", target),
            (f"{ODRL}constraint", [condition.node for condition in rule.conditions]),
            *((said, rule.told.get(p, ())) for p, said in REMARKS.items()),
            (SKOS_NOTE, rule.told.get(NOTE, ())),
            (SOURCE, rule.clause),
            (CITATION, rule.told.get(CITATION, ())),
        )


def _functions(rule: Rule, named: Mapping[ox.NamedNode, Facts]) -> Iterator[tuple[str, list[Term]]]:
    """Yield the functions of parties in a rule: one that the source joins to another by or is no second assignee.

    Where each of several is an alternative to another, the first of them is the one whose place the others may take.
    """
    for p, (function, alternative) in FUNCTIONS.items():
        parties = [party for party in rule.told.get(p, ()) if isinstance(party, ox.NamedNode)]
        named_first = [
            party for party in parties if not {*named[party].get(f"{SEN}alternativeTo", ())} & ({*parties} - {party})
        ] or parties[:1]
        yield function, [made_of(party) for party in named_first]
        yield alternative, [made_of(party) for party in parties if party not in named_first]


def _actions(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each activity what the action is: one of the profile, by what it is included in."""
    for activity, told in facts(graph, among(rule.one[ACTIVITY] for rule in rules), [LABEL, DEFINITION]).items():
        yield from say(
            made_of(activity),
            (TYPE, [_odrl("Action"), ox.NamedNode(f"{SKOS}Concept")]),
            *told.items(),
            (f"{ODRL}includedIn", ox.NamedNode(f"{OURS}carryOut")),
            (SOURCE, activity),
        )


def _parties(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each party who is meant: all those of its kind, since a party of ours is a kind and acts nowhere."""
    parties = {party for rule in rules for party in rule.parties}
    for party, told in facts(graph, among(parties), [LABEL, DEFINITION]).items():
        node = made_of(party)
        yield from say(node, (TYPE, _odrl("PartyCollection")), (UID, node), *told.items(), (SOURCE, party))


def _assets(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each coverage what the asset is: a matter of the assignee's own setting, or a collection of such."""
    pending: set[Term] = {rule.one[COVERAGE] for rule in rules if rule.one[COVERAGE].value != NONE}
    done: dict[ox.NamedNode, Facts] = {}
    while pending:
        done |= facts(graph, among(pending), [LABEL, DEFINITION, COMPRISES])
        pending = {part for told in done.values() for part in told.get(COMPRISES, ())} - done.keys()
        pending = {part for part in pending if isinstance(part, ox.NamedNode)}
    for coverage in in_order(done):
        told = done[coverage]
        kind = "AssetCollection" if COMPRISES in told else "Asset"
        wholes = [made_of(whole) for whole in in_order(done) if coverage in done[whole].get(COMPRISES, ())]
        yield from say(
            node := made_of(coverage),
            (TYPE, _odrl(kind)),
            (UID, node),
            *((p, values) for p, values in told.items() if p != COMPRISES),
            (f"{ODRL}partOf", wholes),
            (SOURCE, coverage),
        )


def _constraints(rules: list[Rule]) -> Iterator[ox.Triple]:
    """Say of each constraint what is compared with what."""
    for condition in sorted({each for rule in rules for each in rule.conditions}, key=lambda each: each.node.value):
        yield from say(
            condition.node,
            (TYPE, _odrl("Constraint")),
            (UID, condition.node),
            (f"{ODRL}leftOperand", ox.NamedNode(f"{OURS}{condition.operand}")),
            (f"{ODRL}operator", _odrl(condition.operator)),
            (f"{ODRL}rightOperand", condition.value),
        )


def _labels(graph: Graph, rules: list[Rule]) -> Iterator[ox.Triple]:
    """Give the labels of the things that a rule refers to as they are, so that a reader need not fetch them."""
    referred: Iterable[Term] = {
        value
        for rule in rules
        for value in (
            rule.code,
            *(condition.value for condition in rule.conditions),
            *(value for p in REMARKS for value in rule.told.get(p, ())),
        )
    }
    for thing, told in facts(graph, among(referred), [LABEL]).items():
        yield from say(thing, *told.items())
