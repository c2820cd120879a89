"""Why a statement holds, as a page for people: in words, down to what is stated and where; or what it would take.

The reasoner's proof is told step by step with the labels of things. Steps that only spell out a class without a name
are left out, since the class is written out wherever it is named; the whole proof stands below in the terms of the
graph, and the rules in the form in which the reasoner has them. A long name, such as the sentence that is the label of
a responsibility, is given once, and the short name elsewhere.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.errors import LimitError
from sengraph.pages.codes import Status, codes_of
from sengraph.pages.html import Link, Ref, render
from sengraph.terms import DCTERMS, GIAS, GRAPH, OWL, RDF, RDFS, SEN, compact

if TYPE_CHECKING:
    from sengraph.explanation import Explanation, Step
    from sengraph.graph import Graph
    from sengraph.reasoning.rules import Rule

SIZE = 100_000
"""How many bytes a page has at the most."""

STEPS = (150, 50, 10, 0)
"""How many statements of a proof are told; the first of these with which the page is not too large."""

TREE = 25_000
"""How many bytes of the proof in terms are shown at about the most."""

DEEPEST = 25
"""How deep the statements of a proof are told."""

LONG = 60
"""How many characters make a label one that is told once."""

CLIPPED, FOLLOWED, TYPED = 300, 1000, 2000
"""How many characters of a text are shown; how many an address has that is linked, and a command that is told."""

PIECES = 60
"""In how many pieces a class is written out."""

WORDS = {
    f"{RDF}type": "is a",
    f"{RDFS}subClassOf": "is a kind of",
    f"{RDFS}subPropertyOf": "is a case of",
    f"{RDFS}domain": "is said of",
    f"{RDFS}range": "has for its value a",
    f"{RDFS}label": "is called",
    f"{OWL}equivalentClass": "means the same as",
    f"{OWL}equivalentProperty": "means the same as",
    f"{OWL}inverseOf": "is the other way round of",
    f"{OWL}propertyChainAxiom": "follows along",
    f"{OWL}sameAs": "is the same as",
    f"{OWL}differentFrom": "is not",
    f"{OWL}onProperty": "is about",
    f"{OWL}hasValue": "asks for the value",
    f"{OWL}someValuesFrom": "asks for a value that is a",
    f"{OWL}intersectionOf": "asks for all of",
    f"{OWL}unionOf": "asks for one of",
    f"{OWL}Class": "class",
    f"{OWL}Thing": "thing",
    f"{OWL}NamedIndividual": "thing with a name",
    f"{OWL}Restriction": "class by a property",
    f"{OWL}SymmetricProperty": "property that holds both ways",
    f"{OWL}TransitiveProperty": "property that goes on",
    f"{OWL}FunctionalProperty": "property with one value",
    f"{OWL}ObjectProperty": "property between things",
    f"{OWL}DatatypeProperty": "property with values of data",
    f"{DCTERMS}isPartOf": "is part of",
}
"""What terms of other vocabularies are called here; any other has its compact name, unless the data has a label."""

BARE = frozenset(iri for iri, words in WORDS.items() if words.startswith(("is ", "has ")) or iri == f"{RDFS}label")
"""The properties whose words read as a sentence between subject and object."""

GLOSSES = {
    "eq-ref": "each thing being itself",
    **dict.fromkeys(("eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o"), "two being the same"),
    "prp-dom": "what the property is said of",
    "prp-rng": "what the values of the property are",
    "prp-fp": "a property that has one value",
    "prp-ifp": "a property whose value belongs to one thing",
    "prp-symp": "a property that holds both ways",
    "prp-trp": "a property that goes on from one to the next",
    "prp-spo1": "a property that is a case of another",
    "prp-spo2": "a chain of properties",
    **dict.fromkeys(("prp-eqp1", "prp-eqp2"), "two properties that mean the same"),
    **dict.fromkeys(("prp-inv1", "prp-inv2"), "a property read the other way round"),
    "prp-key": "a key",
    "cls-int1": "all that the class asks for",
    "cls-int2": "one of the things that the class asks for",
    "cls-uni": "one of the kinds that the class is made of",
    **dict.fromkeys(("cls-svf1", "cls-svf2"), "a value that the class asks for"),
    "cls-avf": "the only values that the class allows",
    "cls-hv1": "the value that all of the class have",
    "cls-hv2": "the value that the class asks for",
    "cls-oo": "the list of members",
    "cax-sco": "a kind that is within another",
    **dict.fromkeys(("cax-eqc1", "cax-eqc2"), "what the class means"),
}
"""What rules go by, in words, to stand behind `follows by`."""

DUTIES = (f"{SEN}subjectTo", f"{SEN}subjectToByAnalogy")
"""The properties that hold whatever the day is: with them stands when the code was in force."""

Piece = Ref | str
"""A thing that is named, or text between such."""


class Statement(NamedTuple):
    """A triple in words.

    Attributes:
        subject, how, object: what its three terms are written as.
        is_sentence: whether these read as a sentence one after the other.
    """

    subject: list[Piece]
    how: list[Piece]
    object: list[Piece]
    is_sentence: bool

    def __str__(self) -> str:
        subject, how, object_ = ("".join(p if isinstance(p, str) else p.label for p in pieces) for pieces in self[:3])
        return " ".join((subject, how if self.is_sentence else f"— {how} —", object_))


class Line(NamedTuple):
    """A statement of a proof on the page.

    Attributes:
        said: what it says.
        gloss: what it follows by, in words; empty if there are none, or if it is stated.
        rules: the names of the rules by which it follows.
        note: the number of its source, if it is stated.
        source: the source, where it is told for the first time.
        is_repeated: whether what it rests on was told above.
        lines: what it rests on.
        left_out: whether some of that is left out for its length.
    """

    said: Statement
    gloss: str
    rules: tuple[str, ...]
    note: int
    source: Cited | None
    is_repeated: bool
    lines: list[Line]
    left_out: bool


class Cited(NamedTuple):
    """A source: the file or graph, and the citation with the passage that it leads to."""

    place: str
    citation: str
    passage: Ref | None


class Missing(NamedTuple):
    """A statement that would follow, by some rules, if the next one held."""

    said: Statement
    gloss: str
    rules: tuple[str, ...]


def why_page(graph: Graph, link: Link, s: str, p: str, o: str) -> bytes:
    """Return the page that tells why a statement holds, or what it lacks.

    Args:
        graph: the graph.
        link: turns places into what links say.
        s, p, o: the names of its subject, property and object, as `sengraph.graph.Graph.explain` takes them.

    Errors:
        UsageError, InputError, LimitError: as `sengraph.graph.Graph.explain`; LimitError if the proof is too deep.
    """
    try:
        explained = graph.explain(s, p, o)
        page = b""
        for most in STEPS:
            page = _Page(graph, explained, most).render(link)
            if len(page) <= SIZE:
                break
        return page
    except RecursionError:
        raise LimitError("the proof has too many steps, one resting on the next, to be told") from None


# -------------------------------------------------------------------------------------- words


class Labels:
    """What the things of an explanation are called; asked for in one query.

    Args:
        graph: the graph.
        iris: the things.
    """

    def __init__(self, graph: Graph, iris: Iterable[str]) -> None:
        self._ours = graph.names.label
        self._labels: dict[str, str] = {}
        self._here: set[str] = set()
        self.passages: dict[str, str] = {}
        others = [iri for iri in dict.fromkeys(iris) if not iri.startswith((SEN, GIAS, RDF, RDFS, OWL))]
        values = " ".join(str(ox.NamedNode(iri)) for iri in others)
        rows = graph.select(_LABELS.replace("$things", values)) if values else ()
        best: dict[str, tuple[int, str]] = {}
        for thing, label, passage, here in rows:
            iri = thing.value
            if isinstance(label, ox.Literal):
                language = (label.language or "").partition("-")[0]
                best[iri] = min(best.get(iri, (3, "")), (["en", "", language].index(language), label.value))
            if passage is not None:
                self.passages[iri] = min(self.passages.get(iri, passage.value), passage.value)
            if here.value == "true":
                self._here.add(iri)
        self._labels = {iri: label for iri, (_, label) in best.items()}

    def full(self, iri: str) -> str:
        """Return what a thing is called."""
        return self._labels.get(iri) or WORDS.get(iri) or self._ours(iri).strip("<>")

    def ref(self, term: object) -> Ref:
        """Return a term as it is named in a sentence."""
        if isinstance(term, ox.Literal):
            is_number = term.datatype.value.partition("#")[2] in ("integer", "decimal", "double", "boolean")
            return Ref("", _clipped(term.value) if is_number else f"“{_clipped(term.value)}”")
        if not isinstance(term, ox.NamedNode):
            return Ref("", str(term))
        iri = term.value if len(term.value) <= FOLLOWED else ""
        return Ref(iri, _clipped(self.short(term.value) or self.full(term.value)), term.value in self._here)

    def short(self, iri: str) -> str:
        """Return the short name of a thing that has a long one; else nothing."""
        label, name = self.full(iri), compact(iri).removeprefix("code:").strip("<>")
        return name if len(label) > LONG and len(name) < len(label) else ""


_LABELS = f"""SELECT ?thing ?label ?passage ?here WHERE {{
  VALUES ?thing {{ $things }}
  OPTIONAL {{ ?thing <{RDFS}label> ?label }}
  OPTIONAL {{ ?thing <{SEN}statedIn> ?passage }}
  BIND(EXISTS {{ ?thing ?property ?value }} AS ?here)
}}"""


def _clipped(text: str) -> str:
    return text if len(text) <= CLIPPED else f"{text[:CLIPPED]} …"


def statement(labels: Labels, triple: Sequence[object] | ox.Triple, explained: Explanation) -> Statement:
    """Return a triple in words.

    Args:
        labels: what things are called.
        triple: subject, predicate and object; None for one that may be anything.
        explained: the explanation that it is in, which knows how classes are written out.
    """
    subject, predicate, object_ = triple

    def pieces(term: object) -> list[Piece]:
        written = [*islice(explained.written(term), PIECES + 1)]
        told: list[Piece] = [
            {" ": ", ", "( ": "(", " )": ")"}.get(piece, piece) if isinstance(piece, str) else labels.ref(piece)
            for piece in written[:PIECES]
        ]
        return told + [" …"] * (len(written) > PIECES)

    is_bare = isinstance(predicate, ox.NamedNode) and predicate.value in BARE
    how, what = pieces(predicate), pieces(object_)
    if how and what and isinstance(how[-1], Ref) and how[-1].label.endswith(" a"):
        first = what[0] if isinstance(what[0], str) else what[0].label
        how[-1] = how[-1]._replace(label=how[-1].label + "n" * first.startswith(VOWELS))
    return Statement(pieces(subject), how, what, is_bare)


VOWELS = tuple("AEIOUaeiou")


# ------------------------------------------------------------------------------------ the page


class _Page:
    """Makes the page of an explanation.

    Args:
        graph: the graph.
        explained: the explanation.
        most: how many statements of a proof to tell.
    """

    def __init__(self, graph: Graph, explained: Explanation, most: int) -> None:
        self._graph, self._explained = graph, explained
        account = explained.accounts(brief=True)[0] if explained else None
        self._root = account.steps[0] if account else None
        self._rules = account.rules if account else _rules(explained)
        self._sources = account.sources[: max(most, 1)] if account else ()
        self._told = [*islice(_steps(self._root, DEEPEST), max(most, 1))] if self._root else []
        self._iris = [*self._things()]
        self._labels = Labels(graph, self._iris)
        self._most, self._noted = most, set[int]()

    def render(self, link: Link) -> bytes:
        """Return the page."""
        explained, root = self._explained, self._root
        line = self._line(root, 0) if root else None
        last = explained.lacks[-1].lacks if explained.lacks else None
        return render(
            "why.html",
            link,
            said=self._said(explained.triple),
            line=line,
            names=[(self._labels.short(iri), self._full(iri)) for iri in self._long()],
            last=self._said(last) if last else None,
            missing=self._missing(),
            statuses=self._statuses(),
            rules=[(rule.name, GLOSSES.get(rule.name, ""), rule.condition or rule.text) for rule in self._rules],
            sources=[(number, self._cited(number)) for number in range(1, len(self._sources) + 1)],
            tree=_tree(explained),
            size=explained.proofs[0].size if explained else 0,
            spelt_out=bool(root) and any(len(step.rules) > 1 for step in self._told),
            command=_command(explained.triple),
        )

    def _things(self) -> Iterator[str]:
        """Yield the IRIs of what is to be named."""
        lines: list[Sequence[object]] = [[*self._explained.triple], *([*step.triple] for step in self._told)]
        lines += [lack.lacks for lack in self._explained.lacks]
        for line in lines:
            for term in line:
                for piece in islice(self._explained.written(term), PIECES):
                    if isinstance(piece, ox.NamedNode):
                        yield piece.value

    def _long(self) -> list[str]:
        return [iri for iri in dict.fromkeys(self._iris) if self._labels.short(iri)]

    def _full(self, iri: str) -> Ref:
        return Ref(iri, _clipped(self._labels.full(iri)), self._labels.ref(ox.NamedNode(iri)).is_here)

    def _said(self, triple: Sequence[object] | ox.Triple) -> Statement:
        return statement(self._labels, triple, self._explained)

    def _line(self, step: Step, depth: int) -> Line:
        """Return a step with what it rests on, as far as there is room; what is told is counted."""
        self._most -= 1
        source = self._cited(step.note) if step.note and step.note not in self._noted else None
        self._noted.add(step.note)
        lines = []
        for premise in step.premises:
            if self._most <= 0 or depth >= DEEPEST:
                break
            lines.append(self._line(premise, depth + 1))
        gloss = GLOSSES.get(step.rules[0], "") if step.rules else ""
        is_short = len(lines) < len(step.premises)
        note = step.note if step.note <= len(self._sources) else 0
        return Line(self._said(step.triple), gloss, step.rules, note, source, step.is_repeated, lines, is_short)

    def _cited(self, number: int) -> Cited | None:
        """Return a source by its number; None if it is left out."""
        if number > len(self._sources):
            return None
        place, citation = self._sources[number - 1]
        subjects = [step.triple.subject for step in self._told if step.note == number]
        passages = self._labels.passages
        passage = next((passages[s.value] for s in subjects if isinstance(s, ox.NamedNode) and s.value in passages), "")
        return Cited(_clipped(_place(place)), _clipped(citation), Ref(passage, _clipped(citation)) if passage else None)

    def _missing(self) -> list[Missing]:
        """Return what would follow if the next held, from what was asked about on; what only spells out is left out."""
        found = list[tuple[Sequence[object], list[str]]]()
        goal: Sequence[object] = [*self._explained.triple]
        for lack in self._explained.lacks:
            if not found or not self._is_spelt_out(goal):
                found.append((goal, []))
            found[-1][1].append(lack.rule)
            goal = lack.lacks
        return [Missing(self._said(goal), GLOSSES.get(rules[0], ""), tuple(rules)) for goal, rules in found]

    def _is_spelt_out(self, triple: Sequence[object]) -> bool:
        """Tell whether a triple says that something is in a class that is written out."""
        return triple[1] == ox.NamedNode(f"{RDF}type") and self._explained.is_written_out(triple[2])

    def _statuses(self) -> list[Status]:
        """Return the codes that a school is said to be subject to: what is said holds whatever the day is."""
        triples = [[*self._explained.triple], *([*step.triple] for step in self._told)]
        duties = {o.value for _, p, o in triples if p.value in DUTIES and isinstance(o, ox.NamedNode)}
        return codes_of(self._graph).of(duties) if duties else []


def _steps(step: Step, deepest: int) -> Iterator[Step]:
    """Yield a step and what it rests on, each before its premises, as deep as is told."""
    yield step
    for premise in step.premises if deepest else ():
        yield from _steps(premise, deepest - 1)


def _rules(explained: Explanation) -> tuple[Rule, ...]:
    """Return the rules by which something would follow, in the order of their table."""
    from sengraph.reasoning.rules import RULES

    used = {lack.rule for lack in explained.lacks}
    return tuple(rule for name, rule in RULES.items() if name in used)


def _place(place: str) -> str:
    """Return a file, or a graph without what all graphs of ours begin with."""
    return f"graph {place.removeprefix(GRAPH)}" if place.startswith(GRAPH) else place


def _tree(explained: Explanation) -> str:
    """Return the explanation in terms, as far as there is room."""
    text, room = list[str](), TREE
    for line in str(explained).splitlines():
        room -= len(escape(line).encode()) + 1
        if room < 0:
            return "\n".join([*text, "… the rest is left out here: 'sengraph explain' prints all of it"])
        text.append(line)
    return "\n".join(text)


def _command(triple: ox.Triple) -> str:
    """Return the command that explains a triple; nothing if it is too long to be typed."""
    names = ("a" if name == "rdf:type" else name for name in (_typed(term) for term in triple))
    command = "sengraph explain " + " ".join(map(shlex.quote, names))
    return command if len(command) <= TYPED else ""


def _typed(term: object) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term)
