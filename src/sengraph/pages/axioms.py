"""The axioms that a graph asserts, read from its triples: which there are, of which terms, and what each one says.

An axiom is one triple, or the node of a group (`owl:AllDifferent`), with the anonymous expressions and lists behind
it. All of a graph are read at once and kept. What was inferred is left out: it follows, and is told elsewhere.

What can be stated is two tables, of relations and of expressions. Data may state it badly: an expression that contains
itself, a list without end, a restriction of two properties. Such an axiom is kept with its fault, so that a page can
tell that there is one; depth and size are bounded, so that none takes long. All together are bounded by the number of
triples, as each expression is a part of one axiom in OWL 2 DL; those that share expressions have a bound of their own.

Left out are declarations (pages tell them as what a term is), facts about individuals with properties of their own
(told as facets), and notes on axioms (`owl:Axiom`), from which nothing follows.

Source: OWL 2, Mapping to RDF Graphs, sections 2.1 (tables 1 and 2) and 3.2.4 (OWL 1's short forms of definitions).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.keeping import kept
from sengraph.terms import INFERRED, OWL, RDF, RDFS, REGISTER_INFERRED, XSD, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

DEEPEST = 12
"""How many expressions may be within one another."""

LARGEST = 5000
"""How many terms and expressions one axiom may have."""

SHARING = (LARGEST, 500, 50, 5)
"""How many those may have that share expressions with others: the first with which they stay within `SHARED`."""

SHARED = 100_000
"""How many terms and expressions all axioms may have that share some with others."""

NEAR = 100
"""How many nodes are looked at for the terms that an axiom is about which cannot be read."""

MOST = 100_000
"""With more triples than these, an ontology's axioms are not read at all: half of them would be a wrong account."""

TYPE, FIRST, REST, NIL = f"{RDF}type", f"{RDF}first", f"{RDF}rest", f"{RDF}nil"

RELATIONS = {
    f"{RDFS}subClassOf": ("class", "class"),
    f"{OWL}equivalentClass": ("class", "class"),
    f"{OWL}disjointWith": ("class", "class"),
    f"{OWL}disjointUnionOf": ("class", "classes"),
    f"{OWL}hasKey": ("class", "properties"),
    f"{RDFS}domain": ("property", "class"),
    f"{RDFS}range": ("property", "class"),
    f"{RDFS}subPropertyOf": ("property", "property"),
    f"{OWL}equivalentProperty": ("property", "property"),
    f"{OWL}propertyDisjointWith": ("property", "property"),
    f"{OWL}inverseOf": ("property", "property"),
    f"{OWL}propertyChainAxiom": ("property", "properties"),
    f"{OWL}sameAs": ("name", "name"),
    f"{OWL}differentFrom": ("name", "name"),
}
"""Properties whose triples are axioms, and what stands on either side: a class or datatype, a property, the name of an
individual, or a list of them."""

CHARACTERISTICS = tuple(
    f"{OWL}{name}Property"
    for name in (
        *("Functional", "InverseFunctional", "Symmetric", "Asymmetric"),
        *("Transitive", "Reflexive", "Irreflexive"),
    )
)
"""Classes that say something of the property that is in them."""

GROUPS = {
    f"{OWL}AllDisjointClasses": "classes",
    f"{OWL}AllDisjointProperties": "properties",
    f"{OWL}AllDifferent": "names",
}
"""Classes of the nodes that say something of several terms, and what these are."""

MEMBERS = (f"{OWL}members", f"{OWL}distinctMembers")

DENIAL = f"{OWL}NegativePropertyAssertion"

CONNECTIVES = {
    **dict.fromkeys((f"{OWL}intersectionOf", f"{OWL}unionOf"), "classes"),
    f"{OWL}oneOf": "names",
    **dict.fromkeys((f"{OWL}complementOf", f"{OWL}datatypeComplementOf"), "class"),
    f"{OWL}inverseOf": "property",
    f"{OWL}onDatatype": "facets",
    f"{OWL}onProperty": "restriction",
}
"""Properties that make a node an expression, and what stands behind them; of these, a node has one."""

RESTRICTIONS = {
    **dict.fromkeys((f"{OWL}someValuesFrom", f"{OWL}allValuesFrom"), "class"),
    **dict.fromkeys((f"{OWL}hasValue", f"{OWL}hasSelf"), "name"),
    **dict.fromkeys((f"{OWL}minCardinality", f"{OWL}maxCardinality", f"{OWL}cardinality"), "number"),
    **dict.fromkeys((f"{OWL}{name}QualifiedCardinality" for name in ("min", "max")), "qualified"),
    f"{OWL}qualifiedCardinality": "qualified",
}
"""Properties that say what a restriction restricts to; of these, a restriction has one."""

DEFINED = tuple(f"{OWL}{name}" for name in ("intersectionOf", "unionOf", "oneOf", "complementOf"))
"""What OWL 1 lets a class with a name have: it is then equivalent to the expression."""

SORTS = {
    f"{OWL}DatatypeProperty": "DataProperty",
    f"{OWL}AnnotationProperty": "AnnotationProperty",
    f"{RDFS}Datatype": "Datatype",
}
"""What a term is, where that makes a difference to how an axiom about it is told."""

TRUE = tuple(str(ox.Literal(text, datatype=ox.NamedNode(f"{XSD}boolean"))) for text in ("true", "1"))

Term = ox.NamedNode | ox.BlankNode | ox.Literal

About = dict[str, list[Term]]
"""What is said of a node: values by property."""


class Expression(NamedTuple):
    """What stands for a class, a datatype or a property without a name.

    Attributes:
        kind: the local name of the property of OWL that makes it (`someValuesFrom`, `unionOf`, `minCardinality`); for
            a bound of a datatype, that of the facet (`minInclusive`).
        parts: what it is made of. Of a restriction the property comes first; then the number; then the class.
    """

    kind: str
    parts: tuple[Part, ...]


Part = ox.NamedNode | ox.BlankNode | ox.Literal | Expression
"""A term or an expression; a blank node is an individual without a name."""


class Axiom(NamedTuple):
    """An axiom.

    Attributes:
        kind: the local name of the property or class of OWL or RDFS that states it.
        parts: what it relates; what it is about comes first, unless it is about several alike.
        about: the IRIs of the terms that it is about: one, or those of a group or an expression.
        mentions: the IRIs of all terms in it.
        fault: why it could not be read; empty if it was. Then `parts` holds what is known of it.
    """

    kind: str
    parts: tuple[Part, ...]
    about: tuple[str, ...]
    mentions: frozenset[str] = frozenset()
    fault: str = ""

    @property
    def is_general(self) -> bool:
        """Whether it has no subject with a name, so that it is about several terms together."""
        return self.kind in _GROUPS or not self.parts or not isinstance(self.parts[0], ox.NamedNode)


class Axioms(NamedTuple):
    """The axioms of a graph.

    Attributes:
        about: the axioms that are about a term, by its IRI; in order.
        elsewhere: those that only mention it.
        sorts: what terms are, by IRI: one of the values of `SORTS`.
        loose: those that name no term at all.
        is_whole: false if there are too many to be read, and none was.
    """

    about: dict[str, list[Axiom]]
    elsewhere: dict[str, list[Axiom]]
    sorts: dict[str, str]
    loose: list[Axiom]
    is_whole: bool = True


_GROUPS = frozenset(name.removeprefix(OWL) for name in GROUPS)


@kept
def axioms_of(graph: Graph) -> Axioms:
    """Return the axioms that a graph asserts.

    Args:
        graph: the graph.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> [axiom.kind for axiom in axioms_of(sengraph.open()).about["https://w3id.org/sengraph/ontology#Obligation"]]
    ['equivalentClass', 'subClassOf', 'AllDisjointClasses']
    """
    triples: dict[Term, About] = {}
    for number, (subject, name, value) in enumerate(graph.select(_QUERY)):
        if number >= MOST:
            return Axioms({}, {}, {}, [], False)
        values = triples.setdefault(subject, {}).setdefault(name.value, [])
        if value not in values:
            values.append(value)
    return read(triples)


def _query() -> str:
    names = {*RELATIONS, *CONNECTIVES, *RESTRICTIONS, FIRST, REST}
    names |= {f"{OWL}{name}" for name in ("onClass", "onDataRange", "withRestrictions", "members", "distinctMembers")}
    names |= {f"{OWL}{name}" for name in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")}
    facets = " ".join(f"<{name}>" for name in (*FACETS, f"{RDF}langRange"))
    classes = " ".join(f"<{name}>" for name in (*CHARACTERISTICS, *GROUPS, *SORTS, DENIAL))
    structure = " ".join(f"<{name}>" for name in CONNECTIVES)
    told = " ".join(
        f"FILTER NOT EXISTS {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}" for graph in (INFERRED, REGISTER_INFERRED)
    )
    return f"""SELECT ?s ?p ?o {{
  {{ VALUES ?p {{ {" ".join(f"<{name}>" for name in sorted(names))} {facets} }} ?s ?p ?o }}
  UNION {{ VALUES ?o {{ {classes} }} ?s ?p ?o FILTER(?p = <{TYPE}>) }}
  UNION {{ {{ SELECT DISTINCT ?o {{ VALUES ?structure {{ {structure} }} ?o ?structure ?any FILTER(ISBLANK(?o)) }} }}
    ?s <{TYPE}> ?o BIND(<{TYPE}> AS ?p) }}
  {told}
}}"""


XSD_FACETS = ("length", "minLength", "maxLength", "pattern")
BOUNDS = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
FACETS = tuple(f"http://www.w3.org/2001/XMLSchema#{name}" for name in (*BOUNDS, *XSD_FACETS))
_QUERY = _query()


def read(triples: dict[Term, About]) -> Axioms:
    """Return the axioms that triples state.

    Args:
        triples: values by property by subject.
    """
    reader, found = next(_readings(triples))
    about: dict[str, list[Axiom]] = {}
    elsewhere: dict[str, list[Axiom]] = {}
    loose: list[Axiom] = []
    for axiom in sorted(found, key=_order):
        if not axiom.about:
            loose.append(axiom)
        for iri in axiom.about:
            about.setdefault(iri, []).append(axiom)
        for iri in sorted(axiom.mentions.difference(axiom.about)):
            elsewhere.setdefault(iri, []).append(axiom)
    return Axioms(about, elsewhere, reader.sorts(), loose)


def _readings(triples: dict[Term, About]) -> Iterator[tuple[_Reader, list[Axiom]]]:
    """Yield the axioms as they are read with each bound on those that share expressions, if they are not too many."""
    uses = Counter(
        value
        for about in triples.values()
        for values in about.values()
        for value in values
        if isinstance(value, ox.BlankNode)
    )
    shared = {node for node, count in uses.items() if count > 1}
    for most in SHARING:
        reader = _Reader(triples, shared, most)
        found: list[Axiom] = []
        for axiom in reader.axioms():
            found.append(axiom)
            if reader.total > SHARED and most != SHARING[-1]:
                break
        else:
            yield reader, found


_ORDER = [
    *("intersectionOf", "unionOf", "oneOf", "complementOf", "equivalentClass", "disjointUnionOf", "subClassOf"),
    *("disjointWith", "hasKey", "domain", "range", "equivalentProperty", "subPropertyOf", "inverseOf"),
    *("propertyChainAxiom", *(name.removeprefix(OWL) for name in CHARACTERISTICS), "propertyDisjointWith"),
]
"""The order in which axioms about a term are told; others follow by name, and those about several terms at last."""


def _order(axiom: Axiom) -> tuple[bool, int, str, str, str]:
    rank = _ORDER.index(axiom.kind) if axiom.kind in _ORDER else len(_ORDER)
    return axiom.is_general, rank, axiom.kind, "".join(_spelt(axiom.parts)), axiom.fault


def _spelt(parts: Iterable[Part]) -> Iterator[str]:
    """Yield text that sorts axioms; it does not have the names of blank nodes, which are others in every run."""
    for part in parts:
        if isinstance(part, Expression):
            yield f"({part.kind} "
            yield from _spelt(part.parts)
            yield ")"
        else:
            yield "[]" if isinstance(part, ox.BlankNode) else f"{part} "


class UnreadableError(Exception):
    """An axiom is not stated as OWL 2 wants it, or is too large; the text tells what is wrong."""


class _Reader:
    """Reads axioms from triples.

    Args:
        triples: values by property by subject.
        shared: the nodes that are the value of more than one triple.
        most: how many terms and expressions an axiom may have that one of these is in.

    Attributes:
        total: how many the axioms had so far that one of these is in.
    """

    def __init__(self, triples: dict[Term, About], shared: set[ox.BlankNode], most: int) -> None:
        self._triples, self._shared, self._most = triples, shared, most
        self._size = 0
        self._is_sharing = False
        self.total = 0

    def sorts(self) -> dict[str, str]:
        """Return what terms are, by IRI."""
        return {
            term.value: SORTS[cls.value]
            for term, about in self._triples.items()
            for cls in sorted(about.get(TYPE, ()), key=str)
            if isinstance(cls, ox.NamedNode) and cls.value in SORTS
        }

    def axioms(self) -> Iterator[Axiom]:
        """Yield each axiom."""
        for subject, about in self._triples.items():
            for name, values in about.items():
                for value in values:
                    found = self._axiom(subject, name, value)
                    if found is not None:
                        yield found

    def _axiom(self, subject: Term, name: str, value: Term) -> Axiom | None:
        """Return the axiom that a triple states, if it is not a part of another one."""
        is_named = isinstance(subject, ox.NamedNode)
        if name == TYPE:
            return self._by_class(subject, value)
        kind = name.rpartition("#")[2]
        if name in DEFINED and is_named:
            return self._made(kind, subject, lambda: (subject, self._connected(name, value, 0)), value)
        if name not in RELATIONS or (name == f"{OWL}inverseOf" and not is_named):
            return None
        left, right = RELATIONS[name]
        return self._made(kind, subject, lambda: (*self._side(left, subject), *self._side(right, value)), value)

    def _side(self, sort: str, node: Term, depth: int = 0) -> tuple[Part, ...]:
        """Return what stands on a side of an axiom or within an expression."""
        if sort in ("classes", "properties", "names"):
            one = {"classes": "class", "properties": "property", "names": "name"}[sort]
            return tuple(part for each in self._nodes(node) for part in self._side(one, each, depth))
        return (node,) if sort == "name" else (self._part(node, depth, is_property=sort == "property"),)

    def _by_class(self, subject: Term, cls: Term) -> Axiom | None:
        """Return the axiom that something is in a class, if what follows from that is not told as what it is."""
        if isinstance(cls, ox.BlankNode):
            return self._made("type", subject, lambda: (subject, self._part(cls, 0)), cls)
        kind = cls.value.removeprefix(OWL)
        if cls.value in GROUPS:
            return self._made(kind, subject, lambda: self._members(subject, GROUPS[cls.value]), cls)
        if cls.value == DENIAL:
            return self._made(kind, subject, lambda: self._denied(subject), cls)
        if cls.value in CHARACTERISTICS:
            return self._made(kind, subject, lambda: self._side("property", subject), cls)
        return None

    def _made(self, kind: str, subject: Term, parts: Callable[[], tuple[Part, ...]], value: Term) -> Axiom:
        """Return an axiom, or what is known of it if its parts cannot be read."""
        self._size, self._is_sharing = 0, False
        fault = ""
        try:
            found = parts()
        except UnreadableError as error:
            found, fault = (subject, value), str(error)
        self.total += self._size if self._is_sharing else 0
        mentions = {*(self._reached((subject, *found)) if fault else _named(found))} - {
            DENIAL,
            *GROUPS,
            *CHARACTERISTICS,
        }
        first = found[0] if found and kind not in _GROUPS else None
        about = (first.value,) if isinstance(first, ox.NamedNode) else tuple(sorted(mentions))
        return Axiom(kind, found, about, frozenset(mentions), fault)

    def _reached(self, parts: Iterable[Part]) -> set[str]:
        """Return the first few terms that can be reached from what cannot be read: it is theirs, as far as it goes."""
        waiting, seen, names = deque(parts), set[Part](), set[str]()
        while waiting and len(seen) < NEAR:
            node = waiting.popleft()
            if isinstance(node, ox.NamedNode):
                names.add(node.value)
            elif isinstance(node, ox.BlankNode) and node not in seen:
                about = self._triples.get(node, {})
                waiting += [each for name in sorted(about) if name != TYPE for each in about[name]]
            seen.add(node)
        return names - {NIL}

    # ---------------------------------------------------------------------- groups

    def _members(self, node: Term, sort: str) -> tuple[Part, ...]:
        lists = [value for name in MEMBERS for value in self._triples[node].get(name, ())]
        if len(lists) != 1:
            raise UnreadableError("not one list of members")
        return self._side(sort, lists[0])

    def _denied(self, node: Term) -> tuple[Part, ...]:
        about = self._triples[node]
        subject, name = (self._only(about, f"{OWL}{each}") for each in ("sourceIndividual", "assertionProperty"))
        targets = [*about.get(f"{OWL}targetIndividual", ()), *about.get(f"{OWL}targetValue", ())]
        if len(targets) != 1:
            raise UnreadableError("not one target")
        return subject, *self._side("property", name), targets[0]

    # ----------------------------------------------------------------- expressions

    def _part(self, node: Term, depth: int, *, is_property: bool = False) -> Part:
        """Return the class or the property that a node is: a term or an expression."""
        self._count(depth, node)
        if isinstance(node, ox.Literal):
            raise UnreadableError(f"a value in the place of a {'property' if is_property else 'class'}")
        if isinstance(node, ox.NamedNode):
            return node
        about = self._triples.get(node, {})
        found = [name for name in CONNECTIVES if name in about]
        if len(found) != 1:
            raise UnreadableError("an expression of two kinds" if found else "an expression that is none of OWL 2")
        (name,) = found
        if is_property != (name == f"{OWL}inverseOf"):
            raise UnreadableError("a class in the place of a property" if is_property else "a property as a class")
        value = self._only(about, name)
        if CONNECTIVES[name] == "restriction":
            return self._restriction(about, value, depth)
        if CONNECTIVES[name] == "facets":
            return self._facets(about, value, depth)
        return self._connected(name, value, depth)

    def _connected(self, name: str, value: Term, depth: int) -> Expression:
        return Expression(name.removeprefix(OWL), self._side(CONNECTIVES[name], value, depth + 1))

    def _restriction(self, about: About, on: Term, depth: int) -> Expression:
        names = [name for name in RESTRICTIONS if name in about]
        if len(names) != 1:
            raise UnreadableError("a restriction that does not say one thing")
        (name,) = names
        value, how = self._only(about, name), RESTRICTIONS[name]
        counted = [key for key in ("onClass", "onDataRange") if f"{OWL}{key}" in about]
        if counted and how != "qualified":  # without it, another axiom would be told: one that says more
            raise UnreadableError(f"not well formed: owl:{counted[0]} in a restriction that is not qualified")
        if name == f"{OWL}hasSelf" and str(value) not in TRUE:
            raise UnreadableError("not well formed: owl:hasSelf with another value than true")
        parts = self._side("property", on, depth + 1)
        if how in ("class", "name"):
            parts += self._side(how, value, depth + 1)
        else:
            if not (isinstance(value, ox.Literal) and value.value.isascii() and value.value.isdigit()):
                raise UnreadableError("a cardinality that is no number")
            parts += (value,)
        if how == "qualified":
            fillers = [each for key in ("onClass", "onDataRange") for each in about.get(f"{OWL}{key}", ())]
            if len(fillers) != 1:
                raise UnreadableError("a cardinality of not one class")
            parts += (self._part(fillers[0], depth + 1),)
        return Expression(name.removeprefix(OWL), parts)

    def _facets(self, about: About, datatype: Term, depth: int) -> Expression:
        bounds: list[Part] = []
        for node in self._nodes(self._only(about, f"{OWL}withRestrictions")):
            said = self._triples.get(node, {})
            names = [name for name in (*FACETS, f"{RDF}langRange") if name in said]
            if not names:
                raise UnreadableError("a bound of a datatype that is none of OWL 2")
            for name in names:
                self._count(depth, node)
                bounds.append(Expression(name.rpartition("#")[2], (self._only(said, name),)))
        return Expression("onDatatype", (self._part(datatype, depth + 1), *bounds))

    def _nodes(self, head: Term) -> list[Term]:
        """Return the members of a list; it has an end, and one member in each place."""
        found: list[Term] = []
        while not (isinstance(head, ox.NamedNode) and head.value == NIL):
            self._count(0, head)
            about = self._triples.get(head, {})
            found.append(self._only(about, FIRST))
            head = self._only(about, REST)
        return found

    def _only(self, about: About, name: str) -> Term:
        values = about.get(name, [])
        if len(values) != 1:
            what = "a list" if name in (FIRST, REST) else compact(name)
            raise UnreadableError(f"not well formed: {what} with {'more than one value' if values else 'no value'}")
        return values[0]

    def _count(self, depth: int, node: Term) -> None:
        self._size += 1
        self._is_sharing = self._is_sharing or node in self._shared
        if depth > DEEPEST:
            raise UnreadableError("too deep to be told")
        if self._size > (self._most if self._is_sharing else LARGEST):
            raise UnreadableError("too long to be told")


def _named(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the IRIs of the terms in parts."""
    for part in parts:
        if isinstance(part, Expression):
            yield from _named(part.parts)
        elif isinstance(part, ox.NamedNode):
            yield part.value
