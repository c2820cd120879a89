"""Why a triple holds, for people and for programs: a tree of steps, the rules they use, and what they rest on.

Anonymous classes and lists are written out as what they are, in the manner of the Manchester syntax:
`(sen:modality value sen:modality-must)`, `(A and B)`, `( A B )`.

A store with a register is not closed as a whole to explain what follows of one school. What is asserted outside the
register is closed once; to it comes what the register says of the things in the triple, and of those that it relates
them to. A proof from these is a proof from all. Where there is none, and the store itself does not tell that the
triple does not follow, all of it is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from sengraph.reasoning import close
from sengraph.reasoning.listing import REFLEXIVE
from sengraph.reasoning.native import Materialisation, shown
from sengraph.reasoning.proofs import Lack, Proof, Prover, parts
from sengraph.reasoning.rules import RULES, Rule
from sengraph.tables import markdown_text, printable
from sengraph.terms import DCTERMS, OWL, RDF

if TYPE_CHECKING:
    from sengraph.store import Asserted

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_CITATION = ox.NamedNode(f"{DCTERMS}bibliographicCitation")
_RESTRICTIONS = {
    "someValuesFrom": "some",
    "allValuesFrom": "only",
    "hasValue": "value",
    "maxCardinality": "max",
    "maxQualifiedCardinality": "max",
    "minCardinality": "min",
    "cardinality": "exactly",
}
_BOOLEAN = {"intersectionOf": "and", "unionOf": "or", "oneOf": ","}

PIECES = 2000
"""Of how many pieces a term is written out at the most."""


class Source(NamedTuple):
    """Where a triple is asserted.

    Attributes:
        place: the file or graph.
        citation: the citation that the subject of the triple has; empty if it has none.
    """

    place: str
    citation: str

    def __str__(self) -> str:
        return "; ".join(filter(None, self))


class Step(NamedTuple):
    """A step of a proof as it is told.

    Attributes:
        triple: what is concluded or, where there is no rule, asserted.
        rules: the names of the rules that conclude it, the last one first.
        source: where it is asserted; without place and citation if it is concluded.
        note: the number of its source among those of the proof; 0 if it has none.
        is_repeated: whether it was told before, with its premises, which are left out here.
        premises: what it rests on.
    """

    triple: ox.Triple
    rules: tuple[str, ...]
    source: Source
    note: int
    is_repeated: bool
    premises: tuple[Step, ...]


class Account(NamedTuple):
    """A proof, or proofs of what contradicts each other, as it is told.

    Attributes:
        steps: the conclusions, each with what it rests on.
        rules: the rules that are used, in the order of their table.
        sources: where the asserted triples are from, in the order of their numbers, which begin at 1.
    """

    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    sources: tuple[Source, ...]


class Explainer:
    """Explains the triples of one graph.

    Args:
        origins: what is asserted, and where each triple is from: a file or a graph.
    """

    def __init__(self, origins: Mapping[ox.Triple, str]) -> None:
        closed = close(origins)
        assert isinstance(closed, Materialisation)
        self._engine = closed.engine
        self._prover = Prover(self._engine)
        self._origins: tuple[Mapping[ox.Triple, str], ...] = ()
        self._about: dict[object, dict[str, list[Term]]] = {}
        self._citations: dict[object, str] = {}
        self._note(origins)

    def extended(self, more: Mapping[ox.Triple, str]) -> Explainer:
        """Return what explains this graph together with more that is asserted; this one stays as it is."""
        other = copy(self)
        other._engine = self._engine.fork()
        other._engine.add(more)
        other._prover = Prover(other._engine)
        other._about, other._citations = dict(self._about), dict(self._citations)
        other._note(more)
        return other

    def _note(self, origins: Mapping[ox.Triple, str]) -> None:
        """Take note of where triples are from, and of those that tell how a thing is to be written."""
        self._origins = (*self._origins, origins)
        for subject, predicate, object_ in origins:
            if isinstance(subject, ox.BlankNode):
                about = self._about.get(subject, {})
                values = [*about.get(predicate.value, []), object_]
                self._about[subject] = {**about, predicate.value: values}
            elif predicate == _CITATION and isinstance(object_, ox.Literal):
                self._citations[subject] = object_.value

    def explain(self, triple: ox.Triple, most: int = 1) -> Explanation:
        """Explain why a triple follows, or what it lacks.

        Args:
            triple: what may follow.
            most: how many proofs to give; they differ in their last step, the shortest comes first.

        Errors:
            LimitError: the search for a proof was given up.
        """
        proofs = self._prover.prove(triple, most)
        return Explanation(self, triple, proofs, [] if proofs else self._prover.why_not(triple))

    def contradictions(self) -> list[Contradiction]:
        """Explain the contradictions of the graph: the first few that each rule finds; none if it is consistent.

        Errors:
            LimitError: the search for a proof was given up.
        """
        return [Contradiction(self, rule, proofs) for rule, proofs in self._prover.contradictions()]

    def source(self, triple: ox.Triple) -> Source:
        """Return where an asserted triple is from."""
        place = next((origins[triple] for origins in self._origins if triple in origins), "")
        return Source(place, self._citations.get(triple.subject, ""))

    def name(self, term: object) -> str:
        """Write a term for people."""
        pieces = [*islice(self.written(term), PIECES + 1)]
        more = " ..." if len(pieces) > PIECES else ""
        return "".join(piece if isinstance(piece, str) else shown(piece) for piece in pieces[:PIECES]) + more

    def written(self, term: object, outer: frozenset[object] = frozenset()) -> Iterator[str | Term]:
        """Yield what a term is written as: the terms in a class or list without a name, and the text between them.

        Args:
            term: a term; None is written as "something".
            outer: the classes and lists that it stands in, which are not written out again.
        """
        pieces = self._pieces(term) if isinstance(term, ox.BlankNode) and term not in outer else []
        if term is None:
            yield "something"
        elif not pieces:
            yield term  # type: ignore[misc]
        for piece in pieces:
            if isinstance(piece, str):
                yield piece
            else:
                yield from self.written(piece, outer | {term})

    def is_written_out(self, term: object) -> bool:
        """Tell whether a term is a class or list without a name, which is written as what it is."""
        return isinstance(term, ox.BlankNode) and bool(self._pieces(term))

    def _pieces(self, node: ox.BlankNode) -> list[str | Term]:
        """Return what a restriction, a class made of others or a list consists of; nothing for another blank node."""
        about = self._about.get(node, {})
        if f"{RDF}first" in about:
            return ["( ", *_between(" ", self._members(node)), " )"]
        on = about.get(f"{OWL}onProperty", [])
        for name, word in _RESTRICTIONS.items():
            for value in about.get(OWL + name, []) if on else []:
                is_number = word in ("max", "min", "exactly") and isinstance(value, ox.Literal)
                return ["(", on[0], f" {word} ", value.value if is_number else value, ")"]
        for name, word in _BOOLEAN.items():
            for head in about.get(OWL + name, []):
                return ["(", *_between(f" {word} ", self._members(head)), ")"]
        for denied in about.get(f"{OWL}complementOf", []):
            return ["(not ", denied, ")"]
        return []

    def _members(self, cell: object) -> Iterator[Term]:
        seen: set[object] = set()
        while cell in self._about and cell not in seen:
            seen.add(cell)
            yield from self._about[cell].get(f"{RDF}first", [])[:1]
            cell = next(iter(self._about[cell].get(f"{RDF}rest", [])), None)


def _between(text: str, terms: Iterator[Term]) -> Iterator[str | Term]:
    """Yield terms with a text between any two."""
    for at, term in enumerate(terms):
        if at:
            yield text
        yield term


class StoreExplainer:
    """Explains the triples of a store, those of a register from as little of it as they need.

    Args:
        asserted: what the store asserts.
    """

    def __init__(self, asserted: Asserted) -> None:
        self._asserted = asserted
        self._base: Explainer | None = None
        self._whole: Explainer | None = None

    def explain(self, triple: ox.Triple, most: int = 1) -> Explanation:
        """Explain why a triple follows, or what it lacks; arguments and errors are those of `Explainer.explain`."""
        more = self._asserted.in_register((triple.subject, triple.object))
        apart = self._without_register().extended(more) if more else self._without_register()
        found = apart.explain(triple, most)
        return found if found or self._is_final(found) else self._with_all().explain(triple, most)

    def contradictions(self) -> list[Contradiction]:
        """Explain the contradictions of the store; as `Explainer.contradictions`."""
        return self._with_all().contradictions()

    def _is_final(self, found: Explanation) -> bool:
        """Tell whether what does not follow from a part of the store follows from all of it neither.

        The store has what was inferred from all of it, save that things are themselves.
        """
        if not self._asserted.has_register:
            return True
        subject, predicate, object_ = found.triple
        if not self._asserted.has_inferences or (subject == object_ and predicate.value in REFLEXIVE):
            return False
        return not self._asserted.holds(found.triple)

    def _without_register(self) -> Explainer:
        if self._base is None:
            self._base = Explainer(self._asserted.outside_register())
        return self._base

    def _with_all(self) -> Explainer:
        if self._whole is None:
            has_register = self._asserted.has_register
            self._whole = Explainer(self._asserted.whole()) if has_register else self._without_register()
        return self._whole


class _Told:
    """What explanations of all kinds share: trees of proofs, with the rules and the sources below them."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer
        self.written = explainer.written
        self.is_written_out = explainer.is_written_out

    def _line(self, terms: Sequence[object] | ox.Triple) -> str:
        return " ".join(map(self._explainer.name, terms))

    def _account(self, proofs: Sequence[Proof], rule: str = "", *, brief: bool = False) -> Account:
        """Return proofs as they are told, with the rules they use, and one more.

        Args:
            proofs: the proofs.
            rule: the name of that one more.
            brief: whether to leave out what only spells out a class that is written out.
        """
        every = [part for proof in proofs for part in parts(proof)]
        stated = (self._explainer.source(part.triple) for part in every if not part.rule)
        notes = {source: number for number, source in enumerate(dict.fromkeys(filter(any, stated)), 1)}
        told: set[ox.Triple] = set()

        def tell(proof: Proof) -> Step:
            source = Source("", "") if proof.rule else self._explainer.source(proof.triple)
            rules, premises = self._essence(proof) if brief else ([proof.rule] * bool(proof.rule), proof.premises)
            is_repeated = bool(premises) and proof.triple in told
            told.add(proof.triple)
            steps = () if is_repeated else tuple(map(tell, premises))
            return Step(proof.triple, tuple(rules), source, notes.get(source, 0), is_repeated, steps)

        used = {rule, *(part.rule for part in every)}
        return Account(tuple(map(tell, proofs)), tuple(RULES[name] for name in RULES if name in used), tuple(notes))

    def _essence(self, proof: Proof) -> tuple[list[str], list[Proof]]:
        """Return the rules and the premises of a step; a premise that only spells out a class is taken apart in turn.

        That something is in `(sen:modality value sen:modality-must)` says no more than that this is its modality, and
        what makes up such a class is in how it is written.
        """
        rules, premises, taken_apart = dict[str, None](), dict[ox.Triple, Proof](), set[ox.Triple]()

        def take_apart(part: Proof) -> None:
            taken_apart.add(part.triple)
            rules[part.rule] = None
            for premise in part.premises:
                subject, predicate, object_ = premise.triple
                if premise.rule and predicate.value == f"{RDF}type" and self.is_written_out(object_):
                    if premise.triple not in taken_apart:
                        take_apart(premise)
                elif premise.rule or not self.is_written_out(subject):
                    premises.setdefault(premise.triple, premise)

        take_apart(proof)
        return [*filter(None, rules)], [*premises.values()]

    def _rows(self, account: Account, title: str = "") -> list[Row]:
        """Return the lines of a tree: how deep each is, whether it is the last of its branch, and what it says."""
        rows: list[Row] = [(0, True, title)] if title else []

        def tell(step: Step, depth: int, last: bool) -> None:
            how = f"[{step.note}]" * bool(step.note) or ", ".join(step.rules) + ", as above" * step.is_repeated
            rows.append((depth, last, "   ".join(filter(None, (self._line(step.triple), how)))))
            for at, premise in enumerate(step.premises, 1):
                tell(premise, depth + 1, at == len(step.premises))

        for at, step in enumerate(account.steps, 1):
            tell(step, 1 if title else 0, at == len(account.steps))
        return rows

    def _text(self, account: Account, title: str = "") -> list[str]:
        return [*_tree(self._rows(account, title)), "", *_legend(account)]

    def _markdown(self, account: Account, title: str = "") -> list[str]:
        below = [f"- {markdown_text(line)}" for line in _legend(account)]
        lines = ("  " * depth + "- " + markdown_text(text) for depth, _, text in self._rows(account, title))
        return [*lines, "", *below]

    def _steps_as_json(self, proofs: Sequence[Proof]) -> list[dict[str, Any]]:
        every = {part.triple: part for proof in proofs for part in parts(proof)}
        numbers = {triple: number for number, triple in enumerate(every, 1)}
        steps = []
        for triple, part in every.items():
            step: dict[str, Any] = {"id": numbers[triple], "triple": _terms(triple), "rule": part.rule or None}
            step["premises"] = [numbers[premise.triple] for premise in part.premises]
            if not part.rule:
                step["source"] = str(self._explainer.source(triple))
            steps.append(step)
        return steps


class Explanation(_Told):
    """Why a triple holds, or why it does not.

    Attributes:
        triple: what was asked about.
        proofs: why it holds, the shortest first; empty if it does not follow.
        lacks: where it does not, the steps that come nearest, each for what the one before lacks.
    """

    def __init__(self, explainer: Explainer, triple: ox.Triple, proofs: Sequence[Proof], lacks: Sequence[Lack]) -> None:
        super().__init__(explainer)
        self.triple = triple
        self.proofs = tuple(proofs)
        self.lacks = tuple(lacks)

    @property
    def follows(self) -> bool:
        """Whether the triple was asserted or follows."""
        return bool(self.proofs)

    def __bool__(self) -> bool:
        return self.follows

    def accounts(self, *, brief: bool = False) -> list[Account]:
        """Return the proofs as they are told, the shortest first.

        Args:
            brief: leave out the steps that only spell out a class that is written out: what makes it up, and that
                something is in it because all that it asks for holds.
        """
        return [self._account([proof], brief=brief) for proof in self.proofs]

    def __repr__(self) -> str:
        return f"<explanation of {self._line(self.triple)}: {len(self.proofs)} proofs>"

    def __str__(self) -> str:
        """Return the explanation as a tree, with the rules and the sources below it."""
        if not self.follows:
            return "\n".join(printable(line) for line in self._why_not()) + "\n"
        texts = []
        for number, proof in enumerate(self.proofs, 1):
            title = [f"Proof {number} of {len(self.proofs)}, {_steps(proof)}", ""] if len(self.proofs) > 1 else []
            texts.append("\n".join([*title, *self._text(self._account([proof]))]))
        return "\n\n".join(texts) + "\n"

    def markdown(self) -> str:
        """Return the explanation as Markdown: nested lists, the rules and the sources."""
        if not self.follows:
            lines = [(line.removeprefix("- "), "- " * line.startswith("- ")) for line in self._why_not()]
            return "\n".join(mark + markdown_text(line) for line, mark in lines) + "\n"
        return "\n\n".join("\n".join(self._markdown(account)) for account in self.accounts()) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as a JSON object.

        Returns:
            `triple` (subject, predicate and object in N-Triples syntax), `follows` (boolean), `proofs` and
            `lacks`. A proof is a list of steps, the conclusion first, each with `id`, `triple`, `rule` (null if it
            was asserted), `premises` (the ids of other steps of the list) and, if it was asserted, `source`. An
            entry of `lacks` has `rule`, `holds` (triples) and `lacks` (a triple, null for a term that may be any).
        """
        return {
            "triple": _terms(self.triple),
            "follows": self.follows,
            "proofs": [self._steps_as_json([proof]) for proof in self.proofs],
            "lacks": [
                {
                    "rule": lack.rule,
                    "holds": [_terms(triple) for triple in lack.holds],
                    "lacks": [None if term is None else str(term) for term in lack.lacks],
                }
                for lack in self.lacks
            ],
        }

    def _why_not(self) -> list[str]:
        line = f"{self._line(self.triple)} does not follow."
        if not self.lacks:
            return [f"{line} No rule comes near to concluding it."]
        last = self._line(self.lacks[-1].lacks)
        lines = [line, f"It would if this held: {last}", "", "What each step would conclude, and what it lacks:"]
        goal = self._line(self.triple)
        for lack in self.lacks:
            lines.append(f"- {goal}, by {lack.rule}, from {self._line(lack.lacks)}")
            goal = self._line(lack.lacks)
        return lines


class Contradiction(_Told):
    """What contradicts itself in a graph.

    Attributes:
        rule: the rule that finds it.
        proofs: of the facts that contradict each other, in the order of the rule.
    """

    def __init__(self, explainer: Explainer, rule: str, proofs: Sequence[Proof]) -> None:
        super().__init__(explainer)
        self.rule = rule
        self.proofs = tuple(proofs)
        self._title = f"a contradiction   {rule}"

    def __str__(self) -> str:
        """Return the contradiction as a tree, with the rules and the sources below it."""
        return "\n".join(self._text(self._account(self.proofs, self.rule), self._title)) + "\n"

    def markdown(self) -> str:
        """Return the contradiction as Markdown."""
        return "\n".join(self._markdown(self._account(self.proofs, self.rule), self._title)) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return `rule`, `facts` (triples that contradict each other) and `steps`, as in a proof of `Explanation`."""
        facts = [_terms(proof.triple) for proof in self.proofs]
        return {"rule": self.rule, "facts": facts, "steps": self._steps_as_json(self.proofs)}


Row = tuple[int, bool, str]
"""A line of a tree: how deep it is, whether it is the last of its branch, and what it says."""


def _legend(account: Account) -> list[str]:
    """Return the rules and the sources of an account, each in a line."""
    width = max((len(rule.name) for rule in account.rules), default=0)
    rules = [f"{rule.name.ljust(width)}  {rule.condition or rule.text}" for rule in account.rules]
    return [*rules, *(f"[{number}] {printable(str(source))}" for number, source in enumerate(account.sources, 1))]


def _steps(proof: Proof) -> str:
    return f"{proof.size} step{'' if proof.size == 1 else 's'}"


def _tree(rows: Sequence[Row]) -> Iterator[str]:
    """Draw lines as a tree."""
    open_branches: list[bool] = []
    for depth, last, text in rows:
        del open_branches[max(depth - 1, 0) :]
        margin = "".join("│  " if branch else "   " for branch in open_branches)
        yield printable_tree(margin, "" if not depth else "└─ " if last else "├─ ", text)
        if depth:
            open_branches.append(not last)


def printable_tree(margin: str, branch: str, text: str) -> str:
    """Return one line of a tree, nothing in it taken for a command by a terminal."""
    return margin + branch + "   ".join(map(printable, text.split("   ")))


def _terms(triple: ox.Triple) -> list[str]:
    return [str(term) for term in triple]
