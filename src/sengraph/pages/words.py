"""Axioms in words: one plain English sentence for each, with links to its terms, and the same in Manchester syntax.

A sentence says what the axiom says, and no more: a domain is what follows for whatever has the property, and no
demand on it; `only` is met by what has nothing; `or` is not exclusive. X, Y and Z stand for anything, two of them for
the same thing too.

How a property is spoken of depends on its name: things have a *bearer*, they *perform* something, they are *stated in*
something. That is guessed from the English of the label, by its last word and its first, and a wrong guess makes a
sentence clumsy but not wrong, since the name stands in it whole. Where a wrong guess would turn the sentence round
(whoever has *parents* does not parent them), nothing is guessed: of such a property, and of one that has no label, it
is said that things are related by it.

Sources: OWL 2 Web Ontology Language, Structural Specification (what each axiom says); Manchester Syntax (second
edition), sections 2.4 and 2.5. Its frames are about named terms; what is said of an expression stands in front of the
keyword here as it would in a frame's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.axioms import CHARACTERISTICS, Axiom, Expression, Part, axioms_of
from sengraph.pages.html import Ref
from sengraph.pages.keeping import kept
from sengraph.terms import OWL, RDF, RDFS, SEN, XSD, compact, is_iri

if TYPE_CHECKING:
    from sengraph.graph import Graph

Piece = str | Ref
"""A part of a sentence: text, or a term that is linked."""

PREPOSITIONS = frozenset(
    [
        *("about", "after", "as", "at", "before", "between", "by", "during", "for", "from", "in", "into", "of", "on"),
        *("over", "per", "than", "through", "to", "under", "until", "with"),
    ]
)

VERBS = frozenset(
    [
        *("appoints", "assigns", "belongs", "comprises", "contains", "creates", "defines", "denotes", "describes"),
        *("employs", "enables", "ensures", "establishes", "expects", "governs", "has", "identifies", "implies"),
        *("includes", "informs", "involves", "knows", "maintains", "oversees", "owns", "performs", "precedes"),
        *("prevents", "prohibits", "provides", "publishes", "receives", "recommends", "replaces", "represents"),
        *("requires", "specifies", "supervises", "teaches"),
    ]
)
"""Words that are verbs and not the plural of a noun as well, as `parents`, `works` and `supports` are."""

OURS = {f"{SEN}{verb}": verb for verb in ("addresses", "bears", "covers")}
"""Our own properties whose names could be nouns as well, and are verbs."""

DATATYPES = {
    f"{RDFS}Literal": "value",
    f"{RDF}langString": "text in a language",
    f"{XSD}string": "text",
    f"{XSD}boolean": "truth value",
    f"{XSD}integer": "whole number",
    f"{XSD}decimal": "decimal number",
    f"{XSD}dateTime": "date with a time",
    f"{XSD}date": "date",
    f"{XSD}anyURI": "web address",
    f"{XSD}gYear": "year",
    f"{XSD}nonNegativeInteger": "whole number from 0 up",
    f"{XSD}positiveInteger": "whole number from 1 up",
}
"""What datatypes are called; any other goes by its compact name."""

MOST_WORDS = 6
"""A name of more words stands between quotation marks."""

MOST_CHARACTERS = 500
"""A name or a value of more characters is cut: it may be a part of every sentence of a page."""

EVERYTHING = (f"{OWL}Thing", f"{RDFS}Resource")

IMPOSSIBLE = "something that there cannot be"
"""What is in owl:Nothing. As the value of a property that is had, "nothing" would say that the property is not had."""

BOUNDS = {
    "minInclusive": ("at least ", ">= "),
    "maxInclusive": ("at most ", "<= "),
    "minExclusive": ("more than ", "> "),
    "maxExclusive": ("less than ", "< "),
    "length": ("of exactly this many characters: ", "length "),
    "minLength": ("of at least this many characters: ", "minLength "),
    "maxLength": ("of at most this many characters: ", "maxLength "),
    "pattern": ("matching the pattern ", "pattern "),
    "langRange": ("in the language ", "langRange "),
}
"""Bounds of datatypes in words and in Manchester syntax."""

COUNTS = {"min": "at least", "max": "at most", "exactly": "exactly"}

KEYWORDS = {
    "someValuesFrom": "some",
    "allValuesFrom": "only",
    "hasValue": "value",
    "intersectionOf": "and",
    "unionOf": "or",
}

FRAMES = {
    "subClassOf": ("Class", "SubClassOf"),
    **dict.fromkeys(
        ("equivalentClass", "intersectionOf", "unionOf", "oneOf", "complementOf"), ("Class", "EquivalentTo")
    ),
    "disjointWith": ("Class", "DisjointWith"),
    "disjointUnionOf": ("Class", "DisjointUnionOf"),
    "hasKey": ("Class", "HasKey"),
    "domain": ("ObjectProperty", "Domain"),
    "range": ("ObjectProperty", "Range"),
    "subPropertyOf": ("ObjectProperty", "SubPropertyOf"),
    "equivalentProperty": ("ObjectProperty", "EquivalentTo"),
    "propertyDisjointWith": ("ObjectProperty", "DisjointWith"),
    "inverseOf": ("ObjectProperty", "InverseOf"),
    "propertyChainAxiom": ("ObjectProperty", "SubPropertyChain"),
    "sameAs": ("Individual", "SameAs"),
    "differentFrom": ("Individual", "DifferentFrom"),
    "type": ("Individual", "Types"),
    "NegativePropertyAssertion": ("Individual", "Facts"),
    "AllDisjointClasses": ("DisjointClasses", ""),
    "AllDisjointProperties": ("DisjointProperties", ""),
    "AllDifferent": ("DifferentIndividuals", ""),
    **{name.removeprefix(OWL): ("ObjectProperty", "Characteristics") for name in CHARACTERISTICS},
}
"""The frame and the section in Manchester syntax that each kind of axiom has."""


class Sentence(NamedTuple):
    """An axiom in words.

    Attributes:
        pieces: what it says.
        members: the terms that it says it of, where they are many of a kind; they follow the words.
        frame: what it is about, in Manchester syntax: `Class: sen:Obligation`.
        code: what it says of that, in Manchester syntax: `SubClassOf: sen:Responsibility`.
    """

    pieces: tuple[Piece, ...]
    members: tuple[Ref, ...]
    frame: str
    code: str

    @property
    def text(self) -> str:
        """The words without links."""
        lead = "".join(piece if isinstance(piece, str) else piece.label for piece in self.pieces)
        return f"{lead} {', '.join(ref.label for ref in self.members)}." if self.members else lead


def sentence(axiom: Axiom, names: Callable[[str], Ref], sorts: dict[str, str]) -> Sentence:
    """Return an axiom in words.

    Args:
        axiom: the axiom.
        names: returns how a term is called and linked, by its IRI. Its label is its compact name if it has no other.
        sorts: what terms are, as `Axioms.sorts`.

    >>> parts = tuple(map(ox.NamedNode, ("https://example.org/Role", "https://example.org/Party")))
    >>> names = lambda iri: Ref(iri, iri.rpartition("/")[2])
    >>> told = sentence(Axiom("subClassOf", parts, (parts[0].value,)), names, {})
    >>> told.text, told.frame, told.code
    ('Every role is a party.', 'Class: <https://example.org/Role>', 'SubClassOf: <https://example.org/Party>')
    """
    return _Words(names, sorts).sentence(axiom)


class _Words:
    """Puts axioms and expressions into words.

    Args:
        names, sorts: as of `sentence`.
    """

    def __init__(self, names: Callable[[str], Ref], sorts: dict[str, str]) -> None:
        self._names, self._sorts = names, sorts

    def sentence(self, axiom: Axiom) -> Sentence:
        """Return an axiom in words."""
        frame, code = self._manchester(axiom)
        if axiom.fault:
            return Sentence(
                (
                    f"This is {axiom.fault}."
                    if axiom.fault.startswith("too ")
                    else f"This cannot be told: {axiom.fault}.",
                ),
                (),
                frame,
                code,
            )
        if axiom.kind in ("AllDifferent", "AllDisjointClasses", "AllDisjointProperties"):
            pieces, members = self._group(axiom)
            return Sentence(pieces, members, frame, code)
        return Sentence(_joined([*TOLD[axiom.kind](self, *axiom.parts), "."]), (), frame, code)

    # ------------------------------------------------------------------------ classes

    def _sub_class_of(self, part: Part, whole: Part) -> list[Piece]:
        if _is_empty(whole):
            return ["Nothing ", *self._does(part)]
        if _is(part, *EVERYTHING):
            return ["Everything ", *self._does(whole)]
        if isinstance(part, ox.NamedNode):
            return ["Every ", *self._noun(part), " ", *self._does(whole)]
        return ["If something ", *self._does(part), ", then it ", *self._does(whole)]

    def _equivalent_class(self, one: Part, other: Part) -> list[Piece]:
        return ["Something ", *self._does(one), " exactly if it ", *self._does(other)]

    def _disjoint_with(self, one: Part, other: Part) -> list[Piece]:
        if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode):
            return ["Nothing is both ", *self._a(one), " and ", *self._a(other)]
        return ["It is never so that something ", *self._does(one, True), " and also ", *self._does(other, True)]

    def _disjoint_union_of(self, whole: Part, *parts: Part) -> list[Piece]:
        listed = _listed([self._a(part) for part in parts], " or ")
        return [
            "Something ",
            *self._does(whole),
            " exactly if it is one of these, and nothing is two of them: ",
            *listed,
        ]

    def _has_key(self, cls: Part, *properties: Part) -> list[Piece]:
        shared: list[list[Piece]] = [["a value of ", *self._property(each)] for each in properties]
        both: list[Piece] = ["If each of X and Y has a name and ", *self._does(cls, True)]
        return [*both, ", and they have in common ", *_listed(shared, " and "), ", then X and Y are one and the same"]

    # --------------------------------------------------------------------- properties

    def _domain(self, name: Part, cls: Part) -> list[Piece]:
        return ["Whatever ", *self._any(name), " ", *self._does(cls)]

    def _range(self, name: Part, cls: Part) -> list[Piece]:
        if self._is_data(name):
            return ["Every value of ", *self._property(name), " ", *self._does(cls)]
        manner, term = self._manner(name)
        asked: dict[str, list[Piece]] = {
            "noun": ["has as ", *term],
            "verb": [*term],
            "be": ["is ", *term],
            "related": ["is related to by ", *term],
        }
        return ["Whatever something ", *asked[manner], " ", *self._does(cls)]

    def _sub_property_of(self, one: Part, other: Part) -> list[Piece]:
        if isinstance(one, ox.NamedNode) and self._sorts.get(one.value) == "AnnotationProperty":
            name = self._property(other)  # of notes nothing follows, so that there is no "if" (OWL 2, 10.2.1)
            return ["Every ", *self._property(one), " is ", article(_label(name)), *name]
        return ["If ", *self._clause("X", one, "Y"), ", then ", *self._clause("X", other, "Y")]

    def _equivalent_property(self, one: Part, other: Part) -> list[Piece]:
        return [*self._clause("X", one, "Y"), " exactly if ", *self._clause("X", other, "Y")]

    def _property_disjoint_with(self, one: Part, other: Part) -> list[Piece]:
        return ["It is never so that ", *self._clause("X", one, "Y"), " and ", *self._clause("X", other, "Y")]

    def _inverse_of(self, one: Part, other: Part) -> list[Piece]:
        return [*self._clause("X", one, "Y"), " exactly if ", *self._clause("Y", other, "X")]

    def _property_chain_axiom(self, name: Part, *chain: Part) -> list[Piece]:
        places = ["X", "Y", "Z"] if len(chain) == 2 else [f"X{number}" for number in range(len(chain) + 1)]
        steps = [self._clause(*step) for step in zip(places, chain, places[1:], strict=False)]
        return ["If ", *_listed(steps, " and "), ", then ", *self._clause(places[0], name, places[-1])]

    def _functional_property(self, name: Part) -> list[Piece]:
        return ["Nothing ", *self._says(name, [f"more than one {'value' if self._is_data(name) else 'thing'}"])]

    def _inverse_functional_property(self, name: Part) -> list[Piece]:
        both = [*self._clause("X", name, "Z"), " and ", *self._clause("Y", name, "Z")]
        return ["If ", *both, ", then X and Y are one and the same"]

    def _symmetric_property(self, name: Part) -> list[Piece]:
        return ["If ", *self._clause("X", name, "Y"), ", then ", *self._clause("Y", name, "X")]

    def _asymmetric_property(self, name: Part) -> list[Piece]:
        return ["It is never so that ", *self._clause("X", name, "Y"), " and ", *self._clause("Y", name, "X")]

    def _transitive_property(self, name: Part) -> list[Piece]:
        return self._property_chain_axiom(name, name, name)

    def _reflexive_property(self, name: Part) -> list[Piece]:
        return ["Everything ", *self._says(name, ["itself"])]

    def _irreflexive_property(self, name: Part) -> list[Piece]:
        return ["Nothing ", *self._says(name, ["itself"])]

    # -------------------------------------------------------------------- individuals

    def _same_as(self, one: Part, other: Part) -> list[Piece]:
        return [*self._one(one), " and ", *self._one(other), " are one and the same"]

    def _different_from(self, one: Part, other: Part) -> list[Piece]:
        return [*self._one(one), " and ", *self._one(other), " are not the same"]

    def _type(self, one: Part, cls: Part) -> list[Piece]:
        return [*self._one(one), " ", *self._does(cls)]

    def _negative_property_assertion(self, one: Part, name: Part, other: Part) -> list[Piece]:
        return ["It is not so that ", *self._one(one), " ", *self._says(name, self._one(other), is_value=True)]

    def _group(self, axiom: Axiom) -> tuple[tuple[Piece, ...], tuple[Ref, ...]]:
        """Return what is said of several terms alike, and the terms, if each of them has a name."""
        lead = {
            "AllDifferent": "No two of these are one and the same:",
            "AllDisjointClasses": "Nothing is more than one of these:",
            "AllDisjointProperties": "Nothing is related to the same thing by more than one of these:",
        }[axiom.kind]
        if all(isinstance(part, ox.NamedNode) for part in axiom.parts):
            refs = [self._names(part.value) for part in axiom.parts if isinstance(part, ox.NamedNode)]
            is_class = axiom.kind == "AllDisjointClasses"
            return (lead,), tuple(_lowered(ref) if is_class else ref for ref in refs)
        tell = {"AllDifferent": self._one, "AllDisjointClasses": self._a}.get(axiom.kind, self._property)
        return _joined([lead, " ", *_listed([tell(part) for part in axiom.parts], ", "), "."]), ()

    # -------------------------------------------------------------------- expressions

    def _does(self, part: Part, is_inner: bool = False) -> list[Piece]:
        """Return what is true of whatever is in a class, behind its subject: `is a party`, `has a bearer`."""
        if not isinstance(part, Expression):
            return ["is ", *self._a(part)]
        kind, parts = part
        if kind in ("intersectionOf", "unionOf") and len(parts) != 1:
            return self._composed(kind, parts, is_inner)
        if kind in ("intersectionOf", "unionOf"):
            return self._does(parts[0], is_inner)
        if kind in ("complementOf", "datatypeComplementOf"):
            return ["is not ", *self._a(parts[0], is_inner)]
        if kind == "oneOf":
            return ["is ", *(_listed([self._one(each) for each in parts], " or ") if parts else [IMPOSSIBLE])]
        if kind == "onDatatype":
            return ["is ", *self._a(part)]
        return self._restricted(kind, parts, is_inner)

    def _composed(self, kind: str, parts: Sequence[Part], is_inner: bool) -> list[Piece]:
        """Return what is true of what is in all of several classes, or in any of them."""
        if not parts:
            return ["is ", "a thing" if kind == "intersectionOf" else IMPOSSIBLE]
        is_all = kind == "intersectionOf"
        if all(isinstance(each, ox.NamedNode) for each in parts):
            told = ["is ", *_listed([self._a(each) for each in parts], " and " if is_all else " or ")]
        else:
            told = _listed([self._does(each, True) for each in parts], " and " if is_all else " or ")
        if not is_all:
            told += [" (or both)" if len(parts) == 2 else " (or more than one of these)"]
        return ["(", *told, ")"] if is_inner else told

    def _restricted(self, kind: str, parts: Sequence[Part], is_inner: bool) -> list[Piece]:
        """Return what is true of what meets a restriction."""
        name = parts[0]
        if kind == "hasSelf":
            return self._says(name, ["itself"])
        if kind == "hasValue":
            return self._says(name, self._one(parts[1]), is_value=True)
        if kind == "someValuesFrom":
            return (
                self._any(name) if _is(parts[1], *EVERYTHING) else self._says(name, *self._filler(parts[1], is_inner))
            )
        if kind == "allValuesFrom" and _is_empty(parts[1]):
            manner, term = self._manner(name)
            return ["has no ", *term] if manner == "noun" else self._says(name, ["nothing"])
        if kind == "allValuesFrom":
            filler, is_long = self._filler(parts[1], is_inner)
            return self._says(name, ["nothing other than ", *filler], is_long)
        number = parts[1].value if isinstance(parts[1], ox.Literal) else ""
        thing = ("value" if self._is_data(name) else "thing") + ("" if number == "1" else "s")
        told: list[Piece] = [f"{COUNTS[_count(kind)]} {number} {thing}"]
        if len(parts) == 3 and not _is(parts[2], *EVERYTHING):
            each = "" if number == "1" else "each "
            told += [" (", each, *self._a(parts[2], True), ")"]
        return self._says(name, told)

    def _filler(self, part: Part, is_inner: bool) -> tuple[list[Piece], bool]:
        """Return the class that values are in, and whether that takes a clause of its own."""
        told = self._a(part)
        is_long = told[:1] in (["something that "], [IMPOSSIBLE])
        return (["(", *told, ")"] if is_long and is_inner else told), is_long

    def _a(self, part: Part, is_inner: bool = False) -> list[Piece]:
        """Return something of a class: `a party`, `something that has a bearer`, `a whole number (at least 1)`."""
        if _is_empty(part):
            return [IMPOSSIBLE]
        if isinstance(part, Expression):
            if part.kind == "onDatatype":
                bounds = [self._bound(each) for each in part.parts[1:]]
                return [*self._a(part.parts[0]), *([" (", *_listed(bounds, " and "), ")"] if bounds else [])]
            if part.kind == "oneOf" and part.parts:
                several = _listed([self._one(each) for each in part.parts], " and ")
                return [*(["one of "] if len(part.parts) > 1 else []), *several]
            return ["something that ", *self._does(part, is_inner)]
        told = self._noun(part)
        return [article(_label(told)), *told]

    def _noun(self, part: Part) -> list[Piece]:
        """Return what a class is called behind `every` or `a`."""
        if not isinstance(part, ox.NamedNode):
            return ["thing"]
        if part.value in DATATYPES:
            return [Ref(part.value, DATATYPES[part.value], False)]
        if part.value in EVERYTHING:
            return [Ref(part.value, "thing", False)]
        ref = self._names(part.value)
        return ["member of “", ref, "”"] if self._is_phrase(ref) else [_lowered(ref)]

    def _is_phrase(self, ref: Ref) -> bool:
        """Tell whether a name would not be seen to end where it ends."""
        is_long = len(ref.label.split()) > MOST_WORDS or not {*ref.label}.isdisjoint(",;:.()")
        return is_long and ref.label != cut(compact(ref.iri))

    def _bound(self, part: Part) -> list[Piece]:
        assert isinstance(part, Expression)
        return [BOUNDS[part.kind][0], *self._one(part.parts[0])]

    def _one(self, part: Part) -> list[Piece]:
        """Return an individual or a value."""
        if isinstance(part, ox.NamedNode):
            ref = self._names(part.value)
            return ["“", ref, "”"] if self._is_phrase(ref) else [ref]
        if isinstance(part, ox.Literal):
            is_bare = part.datatype.value in (f"{XSD}integer", f"{XSD}decimal", f"{XSD}boolean")
            return [cut(part.value) if is_bare else f"“{cut(part.value)}”"]
        return ["something without a name"]

    # ------------------------------------------------------------- how properties are spoken of

    def _says(self, name: Part, what: Iterable[Piece], is_long: bool = False, *, is_value: bool = False) -> list[Piece]:
        """Return that something has a property with what is given: `has must as modality`, `performs governance`."""
        manner, term = self._manner(name)
        if manner == "noun":
            if is_value:
                return ["has the ", *term, " ", *what]
            return ["has as ", *term, " ", *what] if is_long else ["has ", *what, " as ", *term]
        if manner == "verb":
            return [*term, " ", *what]
        if manner == "related":
            return ["has for ", *term, " ", *what] if self._is_data(name) else ["is related by ", *term, " to ", *what]
        return ["is ", *term, " ", *what]

    def _any(self, name: Part) -> list[Piece]:
        """Return that something has a property at all: `has a bearer`, `performs something`."""
        manner, term = self._manner(name)
        return ["has ", article(_label(term)), *term] if manner == "noun" else self._says(name, ["something"])

    def _clause(self, one: str, name: Part, other: str) -> list[Piece]:
        """Return that one thing has a property with another; an inverse is told the other way round."""
        if isinstance(name, Expression) and name.kind == "inverseOf":
            return self._clause(other, name.parts[0], one)
        return [one, " ", *self._says(name, [other], is_value=True)]

    def _manner(self, name: Part) -> tuple[str, list[Piece]]:
        """Return how a property is spoken of, and its name."""
        if isinstance(name, Expression):
            return "related", ["the inverse of ", *self._property(name.parts[0])]
        if not isinstance(name, ox.NamedNode):
            return "related", self._property(name)
        ref = self._names(name.value)
        if ref.label == cut(compact(name.value)):
            return "related", [ref]
        how = "verb" if OURS.get(name.value) == ref.label else manner(ref.label, self._is_data(name))
        return how, ["“", ref, "”"] if how == "related" else [ref]

    def _property(self, name: Part) -> list[Piece]:
        if isinstance(name, Expression):
            return ["the inverse of ", *self._property(name.parts[0])]
        return self._one(name)

    def _is_data(self, name: Part) -> bool:
        return isinstance(name, ox.NamedNode) and self._sorts.get(name.value) in ("DataProperty", "AnnotationProperty")

    # ------------------------------------------------------------------ Manchester syntax

    def _manchester(self, axiom: Axiom) -> tuple[str, str]:
        """Return an axiom in Manchester syntax: what it is about, and what it says of that."""
        frame, section = FRAMES[axiom.kind]
        if not section:
            return "", f"{frame}: {', '.join(map(self._code, axiom.parts))}"
        subject, *others = axiom.parts
        if isinstance(subject, ox.NamedNode):
            sort = self._sorts.get(subject.value, "")
            can_be = {"ObjectProperty": ("DataProperty", "AnnotationProperty"), "Class": ("Datatype",)}.get(frame, ())
            frame = f"{sort if sort in can_be else frame}: {self._code(subject)}"
        else:
            frame = self._code(subject, True)
        if section == "Characteristics":
            return frame, f"{section}: {axiom.kind.removesuffix('Property')}"
        if axiom.kind == "NegativePropertyAssertion" and not axiom.fault:
            return frame, f"{section}: not {self._code(others[0])} {self._code(others[1])}"
        between = " o " if axiom.kind == "propertyChainAxiom" else ", "
        return frame, f"{section}: {between.join(map(self._code, others))}"

    def _code(self, part: Part, is_inner: bool = False) -> str:
        """Return a term or an expression in Manchester syntax."""
        if isinstance(part, ox.NamedNode):
            return cut(compact(part.value))
        if isinstance(part, ox.BlankNode):
            return "_:x"  # the name that it has is another one in every run
        if isinstance(part, ox.Literal):
            return cut(_literal(part))
        text = self._expressed(part.kind, part.parts)
        return f"({text})" if is_inner and part.kind not in ("oneOf", "onDatatype") else text

    def _expressed(self, kind: str, parts: Sequence[Part]) -> str:
        if kind in ("intersectionOf", "unionOf"):
            joined = f" {KEYWORDS[kind]} ".join(self._code(each, True) for each in parts)
            return joined or ("owl:Thing" if kind == "intersectionOf" else "owl:Nothing")
        if kind in ("complementOf", "datatypeComplementOf"):
            return f"not {self._code(parts[0], True)}"
        if kind == "oneOf":
            return f"{{{', '.join(map(self._code, parts))}}}"
        if kind == "inverseOf":
            return f"inverse {self._code(parts[0], True)}"
        if kind == "onDatatype":
            bounds = [
                BOUNDS[each.kind][1] + self._code(each.parts[0]) for each in parts[1:] if isinstance(each, Expression)
            ]
            return f"{self._code(parts[0])}[{', '.join(bounds)}]"
        name = self._code(parts[0])
        if kind == "hasSelf":
            return f"{name} Self"
        keyword = KEYWORDS.get(kind) or _count(kind)
        return " ".join([name, keyword, *(self._number_or_code(each, kind) for each in parts[1:])])

    def _number_or_code(self, part: Part, kind: str) -> str:
        is_number = kind not in KEYWORDS and isinstance(part, ox.Literal)
        return part.value if is_number and isinstance(part, ox.Literal) else self._code(part, True)


TOLD: dict[str, Callable[..., list[Piece]]] = {
    "subClassOf": _Words._sub_class_of,
    "equivalentClass": _Words._equivalent_class,
    "disjointWith": _Words._disjoint_with,
    "disjointUnionOf": _Words._disjoint_union_of,
    "hasKey": _Words._has_key,
    "domain": _Words._domain,
    "range": _Words._range,
    "subPropertyOf": _Words._sub_property_of,
    "equivalentProperty": _Words._equivalent_property,
    "propertyDisjointWith": _Words._property_disjoint_with,
    "inverseOf": _Words._inverse_of,
    "propertyChainAxiom": _Words._property_chain_axiom,
    "FunctionalProperty": _Words._functional_property,
    "InverseFunctionalProperty": _Words._inverse_functional_property,
    "SymmetricProperty": _Words._symmetric_property,
    "AsymmetricProperty": _Words._asymmetric_property,
    "TransitiveProperty": _Words._transitive_property,
    "ReflexiveProperty": _Words._reflexive_property,
    "IrreflexiveProperty": _Words._irreflexive_property,
    "sameAs": _Words._same_as,
    "differentFrom": _Words._different_from,
    "type": _Words._type,
    "NegativePropertyAssertion": _Words._negative_property_assertion,
    **dict.fromkeys(("intersectionOf", "unionOf", "oneOf", "complementOf"), _Words._equivalent_class),
}
"""How each kind of axiom is put into words; groups of terms are told in another way."""


def manner(label: str, is_data: bool) -> str:
    """Return how a property of an English label is spoken of.

    Args:
        label: what the property is called.
        is_data: whether its values are data, and it is named with a noun then if it is one word.

    Returns:
        `noun` (has a bearer), `verb` (performs something), `be` (is stated in something), or `related` (is related by
        “parents” to something) if it could be a verb or the plural of a noun.

    >>> [manner(label, False) for label in ("bearer", "applies in", "subject to", "counterpart of", "parents")]
    ['noun', 'verb', 'be', 'be', 'related']
    """
    words = label.casefold().split() or [""]
    if len(words) > 2 and words[-2] == "by":
        words = words[:-2]
    first, last = words[0], words[-1]
    is_verb = len(first) > 2 and first.endswith("s") and not first.endswith(("ss", "us", "is"))
    if first in ("is", "has", "was"):
        return "verb"
    if last in PREPOSITIONS and len(words) > 1:
        if is_verb:
            return "verb"
        return "be"  # "is counterpart of": with an article, "kind of" would be a class within another one
    if first in PREPOSITIONS:
        return "be"
    if is_verb and len(words) == 1 and not is_data:
        return "verb" if first in VERBS else "related"
    return "noun"


def cut(text: str) -> str:
    """Return a name or a value, or the beginning of a very long one.

    >>> cut("SENCO"), len(cut("a" * 100_000))
    ('SENCO', 501)
    """
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _is_empty(part: Part) -> bool:
    """Tell whether a class is said to have nothing in it: owl:Nothing, or one of none."""
    if isinstance(part, Expression):
        return part.kind in ("unionOf", "oneOf") and not part.parts
    return _is(part, f"{OWL}Nothing")


def _is(part: Part, *iris: str) -> bool:
    return isinstance(part, ox.NamedNode) and part.value in iris


def _count(kind: str) -> str:
    """Return Manchester syntax's word for a cardinality."""
    return next((word for word in ("min", "max") if kind.startswith(word)), "exactly")


def _literal(value: ox.Literal) -> str:
    """Return a literal as Manchester syntax has it."""
    datatype = value.datatype.value
    if datatype in (f"{XSD}integer", f"{XSD}decimal") and value.value.lstrip("+-").replace(".", "", 1).isdecimal():
        return value.value
    quoted = '"' + value.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value.language:
        return f"{quoted}@{value.language}"
    return quoted if datatype == f"{XSD}string" else f"{quoted}^^{compact(datatype)}"


def _label(pieces: Sequence[Piece]) -> str:
    return pieces[0].label if isinstance(pieces[0], Ref) else pieces[0]


def article(label: str) -> str:
    """Return `a ` or `an `: of initials, as their letters are spoken.

    >>> [article(label) + label for label in ("party", "obligation", "SEN team", "unit", "UK law")]
    ['a party', 'an obligation', 'an SEN team', 'a unit', 'a UK law']
    """
    word = (label.split() or [""])[0]
    if len(word) > 1 and word.isalpha() and word.isupper():
        return "an " if word[0] in "AEFHILMNORSX" else "a "
    is_you = word.casefold().startswith(("uni", "use", "usu", "eu", "one", "once", "uk"))
    return "an " if word[:1].casefold() in tuple("aeiou") and not is_you else "a "


def _lowered(ref: Ref) -> Ref:
    """Return a name within a sentence: `Code of practice` is a code of practice, while `SEN team` stays."""
    word = ref.label.split(" ")[0]
    is_plain = word[:1].isupper() and (word[1:].islower() or len(word) == 1)
    return ref._replace(label=ref.label[:1].lower() + ref.label[1:]) if is_plain else ref


def _listed(each: Sequence[Sequence[Piece]], last: str) -> list[Piece]:
    """Return several parts of a sentence one after another, with a word before the last."""
    found: list[Piece] = []
    for number, part in enumerate(each):
        if number:
            found.append(last if number == len(each) - 1 else ", ")
        found += part
    return found


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with neighbouring texts made one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return tuple(found)


# ------------------------------------------------------------------------------------- of a graph


def sentences(graph: Graph, axioms: Sequence[Axiom]) -> list[Sentence]:
    """Return axioms of a graph in words, in the same order.

    Args:
        graph: the graph.
        axioms: of `axioms.axioms_of`.

    >>> import sengraph
    >>> graph = sengraph.open()
    >>> told = sentences(graph, axioms_of(graph).about["https://w3id.org/sengraph/ontology#counterpartOf"])
    >>> told[2].text
    'If X performs Y and Y is performed by Z, then X is counterpart of Z.'
    """
    found, sorts = _refs(graph), axioms_of(graph).sorts
    return [
        sentence(axiom, lambda iri: found.get(iri) or Ref(iri, cut(compact(iri)), False), sorts) for axiom in axioms
    ]


@kept
def _refs(graph: Graph) -> dict[str, Ref]:
    """Return how the terms in axioms are called, in English if they are, and whether the data says more of them."""
    axioms = axioms_of(graph)
    values = " ".join(sorted(f"<{iri}>" for iri in {*axioms.about, *axioms.elsewhere} if is_iri(iri)))
    rows = graph.select(
        f"SELECT ?term ?label ?here {{ VALUES ?term {{ {values} }} OPTIONAL {{ ?term <{RDFS}label> ?label }} "
        'BIND(EXISTS { ?term ?any ?other } AS ?here) } ORDER BY ?term LANGMATCHES(LANG(?label), "en") ?label'
    )
    return {
        term.value: Ref(
            term.value, cut(label.value if label is not None else compact(term.value)), here.value == "true"
        )
        for term, label, here in rows
    }
