"""Why a triple holds, for people and for programs: a tree of steps, the rules they use, and what they rest on.

Anonymous classes and lists are written out as what they are, in the manner of the Manchester syntax:
`(sen:modality value sen:modality-must)`, `(A and B)`, `( A B )`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from sengraph.reasoning import close
from sengraph.reasoning.native import Materialisation, shown
from sengraph.reasoning.proofs import Lack, Proof, Prover, parts
from sengraph.reasoning.rules import RULES
from sengraph.tables import markdown_text, printable
from sengraph.terms import DCTERMS, OWL, RDF

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


class Explainer:
    """Explains the triples of one graph.

    Args:
        origins: what is asserted, and where each triple is from: a file or a graph.
    """

    def __init__(self, origins: Mapping[ox.Triple, str]) -> None:
        self._origins = origins
        closed = close(origins)
        assert isinstance(closed, Materialisation)
        self._prover = Prover(closed.engine)
        self._about: dict[object, dict[str, list[Term]]] = {}
        self._citations: dict[object, str] = {}
        for triple in origins:
            if isinstance(triple.subject, ox.BlankNode):
                values = self._about.setdefault(triple.subject, {})
                values.setdefault(triple.predicate.value, []).append(triple.object)  # type: ignore[arg-type]
            elif triple.predicate == _CITATION and isinstance(triple.object, ox.Literal):
                self._citations[triple.subject] = triple.object.value

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

    def source(self, triple: ox.Triple) -> str:
        """Return where an asserted triple is from: its file or graph and, if its subject has one, the citation."""
        place = self._origins.get(triple, "")
        citation = self._citations.get(triple.subject, "")
        return "; ".join(part for part in (place, citation) if part)

    def name(self, term: object) -> str:
        """Write a term for people."""
        if term is None:
            return "something"
        if isinstance(term, ox.BlankNode) and term in self._about:
            return self._anonymous(term, frozenset())
        return shown(term)  # type: ignore[arg-type]

    def _anonymous(self, node: ox.BlankNode, outer: frozenset[object]) -> str:
        """Write out a restriction, a class made of others or a list; any other blank node by its name."""
        about = self._about.get(node, {})
        if node in outer:
            return str(node)

        def inner(term: Term) -> str:
            return self._anonymous(term, outer | {node}) if isinstance(term, ox.BlankNode) else shown(term)

        if f"{RDF}first" in about:
            return f"( {' '.join(inner(member) for member in self._members(node))} )"
        on = about.get(f"{OWL}onProperty", [])
        for name, word in _RESTRICTIONS.items():
            for value in about.get(OWL + name, []) if on else []:
                number = value.value if word in ("max", "min", "exactly") and isinstance(value, ox.Literal) else None
                return f"({inner(on[0])} {word} {number or inner(value)})"
        for name, word in _BOOLEAN.items():
            for head in about.get(OWL + name, []):
                return "(" + f" {word} ".join(inner(member) for member in self._members(head)) + ")"
        for denied in about.get(f"{OWL}complementOf", []):
            return f"(not {inner(denied)})"
        return str(node)

    def _members(self, cell: object) -> Iterator[Term]:
        seen: set[object] = set()
        while cell in self._about and cell not in seen:
            seen.add(cell)
            yield from self._about[cell].get(f"{RDF}first", [])[:1]
            cell = next(iter(self._about[cell].get(f"{RDF}rest", [])), None)


class _Told:
    """What explanations of all kinds share: trees of proofs, with the rules and the sources below them."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer

    def _line(self, terms: Sequence[object] | ox.Triple) -> str:
        return " ".join(map(self._explainer.name, terms))

    def _notes(self, proofs: Sequence[Proof]) -> dict[str, int]:
        """Number the sources, in the order in which they come."""
        stated = [part.triple for proof in proofs for part in parts(proof) if not part.rule]
        sources = map(self._explainer.source, stated)
        return {source: number for number, source in enumerate(dict.fromkeys(filter(None, sources)), 1)}

    def _rows(self, proofs: Sequence[Proof], notes: Mapping[str, int], title: str = "") -> list[Row]:
        """Return the lines of a tree: how deep each is, whether it is the last of its branch, and what it says."""
        rows: list[Row] = [(0, True, title)] if title else []
        told: set[ox.Triple] = set()

        def tell(part: Proof, depth: int, last: bool) -> None:
            line = self._line(part.triple)
            if not part.rule:
                note = notes.get(self._explainer.source(part.triple))
                rows.append((depth, last, f"{line}   [{note}]" if note else line))
            elif part.triple in told and part.premises:
                rows.append((depth, last, f"{line}   {part.rule}, as above"))
            else:
                told.add(part.triple)
                rows.append((depth, last, f"{line}   {part.rule}"))
                for at, premise in enumerate(part.premises, 1):
                    tell(premise, depth + 1, at == len(part.premises))

        for at, proof in enumerate(proofs, 1):
            tell(proof, 1 if title else 0, at == len(proofs))
        return rows

    def _text(self, proofs: Sequence[Proof], rule: str = "", title: str = "") -> list[str]:
        notes = self._notes(proofs)
        return [*_tree(self._rows(proofs, notes, title)), "", *_legend(proofs, rule), *_numbered(notes)]

    def _markdown(self, proofs: Sequence[Proof], rule: str = "", title: str = "") -> list[str]:
        notes = self._notes(proofs)
        rows = self._rows(proofs, notes, title)
        below = [f"- {markdown_text(line)}" for line in (*_legend(proofs, rule), *_numbered(notes))]
        return [*("  " * depth + "- " + markdown_text(text) for depth, _, text in rows), "", *below]

    def _steps_as_json(self, proofs: Sequence[Proof]) -> list[dict[str, Any]]:
        every = {part.triple: part for proof in proofs for part in parts(proof)}
        numbers = {triple: number for number, triple in enumerate(every, 1)}
        steps = []
        for triple, part in every.items():
            step: dict[str, Any] = {"id": numbers[triple], "triple": _terms(triple), "rule": part.rule or None}
            step["premises"] = [numbers[premise.triple] for premise in part.premises]
            if not part.rule:
                step["source"] = self._explainer.source(triple)
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

    def __repr__(self) -> str:
        return f"<explanation of {self._line(self.triple)}: {len(self.proofs)} proofs>"

    def __str__(self) -> str:
        """Return the explanation as a tree, with the rules and the sources below it."""
        if not self.follows:
            return "\n".join(printable(line) for line in self._why_not()) + "\n"
        texts = []
        for number, proof in enumerate(self.proofs, 1):
            title = [f"Proof {number} of {len(self.proofs)}, {_steps(proof)}", ""] if len(self.proofs) > 1 else []
            texts.append("\n".join([*title, *self._text([proof])]))
        return "\n\n".join(texts) + "\n"

    def markdown(self) -> str:
        """Return the explanation as Markdown: nested lists, the rules and the sources."""
        if not self.follows:
            lines = [(line.removeprefix("- "), "- " * line.startswith("- ")) for line in self._why_not()]
            return "\n".join(mark + markdown_text(line) for line, mark in lines) + "\n"
        return "\n\n".join("\n".join(self._markdown([proof])) for proof in self.proofs) + "\n"

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

    def __str__(self) -> str:
        """Return the contradiction as a tree, with the rules and the sources below it."""
        return "\n".join(self._text(self.proofs, self.rule, f"a contradiction   {self.rule}")) + "\n"

    def markdown(self) -> str:
        """Return the contradiction as Markdown."""
        return "\n".join(self._markdown(self.proofs, self.rule, f"a contradiction   {self.rule}")) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return `rule`, `facts` (triples that contradict each other) and `steps`, as in a proof of `Explanation`."""
        facts = [_terms(proof.triple) for proof in self.proofs]
        return {"rule": self.rule, "facts": facts, "steps": self._steps_as_json(self.proofs)}


Row = tuple[int, bool, str]
"""A line of a tree: how deep it is, whether it is the last of its branch, and what it says."""


def _legend(proofs: Sequence[Proof], rule: str) -> list[str]:
    """Return the rules that proofs use, and one more, in the order of the table."""
    used = {rule, *(part.rule for proof in proofs for part in parts(proof))}
    names = [name for name in RULES if name in used]
    width = max(map(len, names), default=0)
    return [f"{name.ljust(width)}  {RULES[name].condition or RULES[name].text}" for name in names]


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


def _numbered(notes: Mapping[str, int]) -> list[str]:
    return [f"[{number}] {printable(source)}" for source, number in notes.items()]


def _terms(triple: ox.Triple) -> list[str]:
    return [str(term) for term in triple]
