"""The OWL 2 RL/RDF rules, each once, as data.

Source: OWL 2 Web Ontology Language Profiles (second edition, W3C Recommendation, 11 December 2012),
section 4.3, tables 4 to 9. Materialisation, explanation, the reports of contradictions and the
documentation all read this one table.

A rule is written `premises => conclusions`, atoms divided by commas; `a` is rdf:type, `?x` a variable.
`inconsistent` in the place of the conclusions is a contradiction. An object between brackets is a list
(`rdf:first`, `rdf:rest`), and the word before its members tells how the rule reads it:

    [every ?ci]     each atom with ?ci, or with another variable ending in i, holds for every member
    [some ?ci]      for one member
    [two ?ci ?cj]   for two members at different places
    [path ?pi]      the atom with ?pi is a path through all members, in their order

Where a rule has a condition that is no triple, such as one on data values, `condition` says it.
"""

from __future__ import annotations

from typing import NamedTuple

from sengraph.terms import OWL, RDF, RDFS, XSD

_NAMESPACES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}

TABLES = {
    4: "The semantics of equality",
    5: "The semantics of axioms about properties",
    6: "The semantics of classes",
    7: "The semantics of class axioms",
    8: "The semantics of datatypes",
    9: "The semantics of schema vocabulary",
}
"""The tables of section 4.3, by number."""

_TEXT = {
    4: """
eq-ref       ?s ?p ?o
             => ?s owl:sameAs ?s , ?p owl:sameAs ?p , ?o owl:sameAs ?o
eq-sym       ?x owl:sameAs ?y                                      => ?y owl:sameAs ?x
eq-trans     ?x owl:sameAs ?y , ?y owl:sameAs ?z                   => ?x owl:sameAs ?z
eq-rep-s     ?s owl:sameAs ?t , ?s ?p ?o                           => ?t ?p ?o
eq-rep-p     ?p owl:sameAs ?q , ?s ?p ?o                           => ?s ?q ?o
eq-rep-o     ?o owl:sameAs ?r , ?s ?p ?o                           => ?s ?p ?r
eq-diff1     ?x owl:sameAs ?y , ?x owl:differentFrom ?y            => inconsistent
eq-diff2     ?x a owl:AllDifferent , ?x owl:members [two ?zi ?zj] , ?zi owl:sameAs ?zj         => inconsistent
eq-diff3     ?x a owl:AllDifferent , ?x owl:distinctMembers [two ?zi ?zj] , ?zi owl:sameAs ?zj => inconsistent
""",
    5: """
prp-ap                                                             => ?ap a owl:AnnotationProperty
prp-dom      ?p rdfs:domain ?c , ?x ?p ?y                          => ?x a ?c
prp-rng      ?p rdfs:range ?c , ?x ?p ?y                           => ?y a ?c
prp-fp       ?p a owl:FunctionalProperty , ?x ?p ?y1 , ?x ?p ?y2   => ?y1 owl:sameAs ?y2
prp-ifp      ?p a owl:InverseFunctionalProperty , ?x1 ?p ?y , ?x2 ?p ?y => ?x1 owl:sameAs ?x2
prp-irp      ?p a owl:IrreflexiveProperty , ?x ?p ?x               => inconsistent
prp-symp     ?p a owl:SymmetricProperty , ?x ?p ?y                 => ?y ?p ?x
prp-asyp     ?p a owl:AsymmetricProperty , ?x ?p ?y , ?y ?p ?x     => inconsistent
prp-trp      ?p a owl:TransitiveProperty , ?x ?p ?y , ?y ?p ?z     => ?x ?p ?z
prp-spo1     ?p1 rdfs:subPropertyOf ?p2 , ?x ?p1 ?y                => ?x ?p2 ?y
prp-spo2     ?p owl:propertyChainAxiom [path ?pi] , ?u ?pi ?v      => ?u ?p ?v
prp-eqp1     ?p1 owl:equivalentProperty ?p2 , ?x ?p1 ?y            => ?x ?p2 ?y
prp-eqp2     ?p1 owl:equivalentProperty ?p2 , ?x ?p2 ?y            => ?x ?p1 ?y
prp-pdw      ?p1 owl:propertyDisjointWith ?p2 , ?x ?p1 ?y , ?x ?p2 ?y => inconsistent
prp-adp      ?x a owl:AllDisjointProperties , ?x owl:members [two ?pi ?pj] , ?u ?pi ?v , ?u ?pj ?v => inconsistent
prp-inv1     ?p1 owl:inverseOf ?p2 , ?x ?p1 ?y                     => ?y ?p2 ?x
prp-inv2     ?p1 owl:inverseOf ?p2 , ?x ?p2 ?y                     => ?y ?p1 ?x
prp-key      ?c owl:hasKey [every ?pi] , ?x a ?c , ?x ?pi ?zi , ?y a ?c , ?y ?pi ?zi => ?x owl:sameAs ?y
prp-npa1     ?x owl:sourceIndividual ?i1 , ?x owl:assertionProperty ?p ,
             ?x owl:targetIndividual ?i2 , ?i1 ?p ?i2
             => inconsistent
prp-npa2     ?x owl:sourceIndividual ?i , ?x owl:assertionProperty ?p , ?x owl:targetValue ?lt ,
             ?i ?p ?lt
             => inconsistent
""",
    6: """
cls-thing                                                          => owl:Thing a owl:Class
cls-nothing1                                                       => owl:Nothing a owl:Class
cls-nothing2 ?x a owl:Nothing                                      => inconsistent
cls-int1     ?c owl:intersectionOf [every ?ci] , ?y a ?ci          => ?y a ?c
cls-int2     ?c owl:intersectionOf [some ?ci] , ?y a ?c            => ?y a ?ci
cls-uni      ?c owl:unionOf [some ?ci] , ?y a ?ci                  => ?y a ?c
cls-com      ?c1 owl:complementOf ?c2 , ?x a ?c1 , ?x a ?c2        => inconsistent
cls-svf1     ?x owl:someValuesFrom ?y , ?x owl:onProperty ?p , ?u ?p ?v , ?v a ?y => ?u a ?x
cls-svf2     ?x owl:someValuesFrom owl:Thing , ?x owl:onProperty ?p , ?u ?p ?v    => ?u a ?x
cls-avf      ?x owl:allValuesFrom ?y , ?x owl:onProperty ?p , ?u a ?x , ?u ?p ?v  => ?v a ?y
cls-hv1      ?x owl:hasValue ?y , ?x owl:onProperty ?p , ?u a ?x   => ?u ?p ?y
cls-hv2      ?x owl:hasValue ?y , ?x owl:onProperty ?p , ?u ?p ?y  => ?u a ?x
cls-maxc1    ?x owl:maxCardinality 0 , ?x owl:onProperty ?p , ?u a ?x , ?u ?p ?y => inconsistent
cls-maxc2    ?x owl:maxCardinality 1 , ?x owl:onProperty ?p , ?u a ?x , ?u ?p ?y1 , ?u ?p ?y2 => ?y1 owl:sameAs ?y2
cls-maxqc1   ?x owl:maxQualifiedCardinality 0 , ?x owl:onProperty ?p , ?x owl:onClass ?c ,
             ?u a ?x , ?u ?p ?y , ?y a ?c
             => inconsistent
cls-maxqc2   ?x owl:maxQualifiedCardinality 0 , ?x owl:onProperty ?p , ?x owl:onClass owl:Thing ,
             ?u a ?x , ?u ?p ?y
             => inconsistent
cls-maxqc3   ?x owl:maxQualifiedCardinality 1 , ?x owl:onProperty ?p , ?x owl:onClass ?c ,
             ?u a ?x , ?u ?p ?y1 , ?y1 a ?c , ?u ?p ?y2 , ?y2 a ?c
             => ?y1 owl:sameAs ?y2
cls-maxqc4   ?x owl:maxQualifiedCardinality 1 , ?x owl:onProperty ?p , ?x owl:onClass owl:Thing ,
             ?u a ?x , ?u ?p ?y1 , ?u ?p ?y2
             => ?y1 owl:sameAs ?y2
cls-oo       ?c owl:oneOf [some ?yi]                               => ?yi a ?c
""",
    7: """
cax-sco      ?c1 rdfs:subClassOf ?c2 , ?x a ?c1                    => ?x a ?c2
cax-eqc1     ?c1 owl:equivalentClass ?c2 , ?x a ?c1                => ?x a ?c2
cax-eqc2     ?c1 owl:equivalentClass ?c2 , ?x a ?c2                => ?x a ?c1
cax-dw       ?c1 owl:disjointWith ?c2 , ?x a ?c1 , ?x a ?c2        => inconsistent
cax-adc      ?x a owl:AllDisjointClasses , ?x owl:members [two ?ci ?cj] , ?z a ?ci , ?z a ?cj => inconsistent
""",
    8: """
dt-type1                                                           => ?dt a rdfs:Datatype
dt-type2                                                           => ?lt a ?dt
dt-eq                                                              => ?lt1 owl:sameAs ?lt2
dt-diff                                                            => ?lt1 owl:differentFrom ?lt2
dt-not-type  ?lt a ?dt                                             => inconsistent
""",
    9: """
scm-cls      ?c a owl:Class
             => ?c rdfs:subClassOf ?c , ?c owl:equivalentClass ?c , ?c rdfs:subClassOf owl:Thing ,
             owl:Nothing rdfs:subClassOf ?c
scm-sco      ?c1 rdfs:subClassOf ?c2 , ?c2 rdfs:subClassOf ?c3     => ?c1 rdfs:subClassOf ?c3
scm-eqc1     ?c1 owl:equivalentClass ?c2
             => ?c1 rdfs:subClassOf ?c2 , ?c2 rdfs:subClassOf ?c1
scm-eqc2     ?c1 rdfs:subClassOf ?c2 , ?c2 rdfs:subClassOf ?c1     => ?c1 owl:equivalentClass ?c2
scm-op       ?p a owl:ObjectProperty
             => ?p rdfs:subPropertyOf ?p , ?p owl:equivalentProperty ?p
scm-dp       ?p a owl:DatatypeProperty
             => ?p rdfs:subPropertyOf ?p , ?p owl:equivalentProperty ?p
scm-spo      ?p1 rdfs:subPropertyOf ?p2 , ?p2 rdfs:subPropertyOf ?p3 => ?p1 rdfs:subPropertyOf ?p3
scm-eqp1     ?p1 owl:equivalentProperty ?p2
             => ?p1 rdfs:subPropertyOf ?p2 , ?p2 rdfs:subPropertyOf ?p1
scm-eqp2     ?p1 rdfs:subPropertyOf ?p2 , ?p2 rdfs:subPropertyOf ?p1 => ?p1 owl:equivalentProperty ?p2
scm-dom1     ?p rdfs:domain ?c1 , ?c1 rdfs:subClassOf ?c2          => ?p rdfs:domain ?c2
scm-dom2     ?p2 rdfs:domain ?c , ?p1 rdfs:subPropertyOf ?p2       => ?p1 rdfs:domain ?c
scm-rng1     ?p rdfs:range ?c1 , ?c1 rdfs:subClassOf ?c2           => ?p rdfs:range ?c2
scm-rng2     ?p2 rdfs:range ?c , ?p1 rdfs:subPropertyOf ?p2        => ?p1 rdfs:range ?c
scm-hv       ?c1 owl:hasValue ?i , ?c1 owl:onProperty ?p1 , ?c2 owl:hasValue ?i ,
             ?c2 owl:onProperty ?p2 , ?p1 rdfs:subPropertyOf ?p2
             => ?c1 rdfs:subClassOf ?c2
scm-svf1     ?c1 owl:someValuesFrom ?y1 , ?c1 owl:onProperty ?p , ?c2 owl:someValuesFrom ?y2 ,
             ?c2 owl:onProperty ?p , ?y1 rdfs:subClassOf ?y2
             => ?c1 rdfs:subClassOf ?c2
scm-svf2     ?c1 owl:someValuesFrom ?y , ?c1 owl:onProperty ?p1 , ?c2 owl:someValuesFrom ?y ,
             ?c2 owl:onProperty ?p2 , ?p1 rdfs:subPropertyOf ?p2
             => ?c1 rdfs:subClassOf ?c2
scm-avf1     ?c1 owl:allValuesFrom ?y1 , ?c1 owl:onProperty ?p , ?c2 owl:allValuesFrom ?y2 ,
             ?c2 owl:onProperty ?p , ?y1 rdfs:subClassOf ?y2
             => ?c1 rdfs:subClassOf ?c2
scm-avf2     ?c1 owl:allValuesFrom ?y , ?c1 owl:onProperty ?p1 , ?c2 owl:allValuesFrom ?y ,
             ?c2 owl:onProperty ?p2 , ?p1 rdfs:subPropertyOf ?p2
             => ?c2 rdfs:subClassOf ?c1
scm-int      ?c owl:intersectionOf [some ?ci]                      => ?c rdfs:subClassOf ?ci
scm-uni      ?c owl:unionOf [some ?ci]                             => ?ci rdfs:subClassOf ?c
""",
}

CONDITIONS = {
    "prp-ap": "?ap is one of the annotation properties that RDFS and OWL 2 define",
    "dt-type1": "?dt is a datatype of OWL 2 RL",
    "dt-type2": "the data value of the literal ?lt lies in the value space of the datatype ?dt",
    "dt-eq": "the literals ?lt1 and ?lt2 have the same data value",
    "dt-diff": "the literals ?lt1 and ?lt2 have different data values",
    "dt-not-type": "the data value of the literal ?lt does not lie in the value space of the datatype ?dt",
}
"""What the rules ask besides their premises, by the name of the rule; about data, not triples."""

ANNOTATION_PROPERTIES = tuple(
    [f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")]
    + [
        f"{OWL}{name}"
        for name in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
    ]
)
"""The annotation properties of prp-ap (OWL 2 Structural Specification, section 5.5)."""

COUNT = f"{XSD}nonNegativeInteger"
"""The datatype of the numbers 0 and 1 in the rules on cardinality."""


class Atom(NamedTuple):
    """A triple pattern: each term is a variable `?x`, an IRI, or a number as the lexical form of a literal."""

    subject: str
    predicate: str
    object: str


class Members(NamedTuple):
    """How a rule reads a list: `head` is the variable of the list itself, `reading` one of the four words."""

    head: str
    reading: str
    variables: tuple[str, ...]


class Rule(NamedTuple):
    """One rule.

    Attributes:
        name: as the Recommendation writes it.
        table: the number of its table there.
        premises: atoms that must all hold; an object that is a list is the variable `members.head`.
        members: how the list among the premises is read; None where there is none.
        conclusions: atoms that then hold; empty if the premises contradict each other.
        text: the rule as this module writes it, with single spaces.
    """

    name: str
    table: int
    premises: tuple[Atom, ...]
    members: Members | None
    conclusions: tuple[Atom, ...]
    text: str

    @property
    def condition(self) -> str:
        """What the rule asks besides its premises; empty for nothing."""
        return CONDITIONS.get(self.name, "")

    @property
    def is_contradiction(self) -> bool:
        """Whether the premises contradict each other."""
        return not self.conclusions


def is_variable(term: str) -> bool:
    """Tell whether a term of an atom is a variable."""
    return term.startswith("?")


def is_indexed(variable: str) -> bool:
    """Tell whether a variable stands for one value for each member of a list: its name ends in i."""
    return len(variable) > 2 and variable.endswith("i")


def is_about_schema(atom: Atom) -> bool:
    """Tell whether an atom has no variable for a predicate or a class, and so speaks of the schema, not of things."""
    if is_variable(atom.predicate) or atom.predicate == f"{OWL}sameAs":
        return False
    return atom.predicate != f"{RDF}type" or not is_variable(atom.object)


def _term(word: str) -> str:
    if is_variable(word) or word.isdigit():
        return word
    prefix, _, local = word.partition(":")
    return f"{RDF}type" if word == "a" else _NAMESPACES[prefix] + local


def _atoms(text: str) -> tuple[tuple[Atom, ...], Members | None]:
    """Read atoms divided by commas, and the list among them."""
    atoms, members = [], None
    for part in text.split(" , "):
        subject, predicate, *rest = part.split()
        if rest[0].startswith("["):
            reading, *variables = " ".join(rest)[1:-1].split()
            members = Members("?list", reading, tuple(variables))
            rest = ["?list"]
        atoms.append(Atom(_term(subject), _term(predicate), _term(rest[0])))
    return tuple(atoms), members


def _each(text: str) -> list[str]:
    """Return the rules of a table, each on one line: what is indented goes on with the rule before."""
    return text.strip().replace("\n ", " ").splitlines()


def _rule(table: int, line: str) -> Rule:
    """Read one rule."""
    name, text = line.split(maxsplit=1)
    text = " ".join(text.split())
    body, _, head = text.rpartition("=>")
    premises, members = _atoms(body.strip()) if body.strip() else ((), None)
    conclusions = () if head.strip() == "inconsistent" else _atoms(head.strip())[0]
    return Rule(name, table, premises, members, conclusions, text)


RULES: dict[str, Rule] = {
    rule.name: rule for table, text in _TEXT.items() for rule in (_rule(table, each) for each in _each(text))
}
"""The rules in the order of the Recommendation, by name."""


def as_markdown() -> str:
    """Return the rules as a page, table by table; `docs/rules.md` is this."""
    lines = [
        "# The rules",
        "",
        "The OWL 2 RL/RDF rules as `src/sengraph/reasoning/rules.py` has them: materialisation, explanation and the",
        "reports of contradictions read the same table. Source: OWL 2 Web Ontology Language Profiles (second edition),",
        "section 4.3. `a` is rdf:type; `[every ?ci]`, `[some ?ci]`, `[two ?ci ?cj]` and `[path ?pi]` say how the",
        "members of a list are read.",
    ]
    for number, title in TABLES.items():
        lines += ["", f"## Table {number}: {title}", "", "| rule | if | then |", "|---|---|---|"]
        for rule in RULES.values():
            if rule.table == number:
                body, _, head = rule.text.rpartition("=> ")
                premises = " and ".join(filter(None, [f"`{body.strip()}`" if body else "", rule.condition]))
                then = "the graph contradicts itself" if rule.is_contradiction else f"`{head}`"
                lines.append(f"| {rule.name} | {premises} | {then} |")
    return "\n".join(lines) + "\n"
