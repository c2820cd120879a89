"""SPARQL 1.1 Update, made to fit how the graphs of a store are laid out.

An update that names no graph means the default graph. In a store, what has no graph name is in the graph `asserted`,
and queries see all graphs as one. So each operation is given the graphs it means before the engine runs it:

    INSERT DATA { T }          WITH <asserted> INSERT { T } WHERE {}
    DELETE WHERE { P }         WITH <asserted> DELETE { P } USING ... WHERE { P }
    DELETE { T } WHERE { P }   WITH <asserted> DELETE { T } USING ... WHERE { P }
    CLEAR DEFAULT              CLEAR GRAPH <asserted>

where USING names the graphs that the protocol's parameters name, or those that queries see. An operation with a WITH
or USING of its own keeps it. Only the frame of an operation is read here, which SPARQL writes with few words; what
is in braces is left to the engine, which reads each operation on its own first and tells what is wrong with it.

Source: SPARQL 1.1 Query Language, section 19.8 (rules 29 to 53); SPARQL 1.1 Protocol, section 2.2.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from sengraph.federation import local_update
from sengraph.serve.protocol import Problem
from sengraph.sparql import nests_too_deeply, syntax_fault
from sengraph.terms import ASSERTED, PREFIXES

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n\r]*)"""
    r'''|(?P<string>"""(?:"{0,2}+(?:[^"\\]|\\.))*+"""|\'\'\'(?:'{0,2}+(?:[^'\\]|\\.))*+\'\'\''''
    r"""|"(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+')"""
    r"""|(?P<iri><[^<>"{}|^`\x00-\x20]*+>|(?:[^\W\d_][\w.-]*)?:(?:(?:[\w:%.-]|\\.)*(?:[\w:%-]|\\.))?)"""
    r"""|(?P<word>[A-Za-z]++)"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)

_DEFAULT = f"GRAPH <{ASSERTED}>"
_WITH = f"WITH <{ASSERTED}>"

FETCHES = (
    "SERVICE and LOAD would make this server ask another one, and it may not: send the triples themselves. If the "
    "update has neither, rename the prefix that has these letters"
)


class Piece(NamedTuple):
    """A word, a name, a string or a sign of an update, or all from a brace to the one that closes it.

    Attributes:
        kind: `iri` for an IRI or a prefixed name, `string`, `group` for what is in braces; else the word, in capitals,
            or the sign.
        text: as it is written.
        line: where it begins, counted from 1.
    """

    kind: str
    text: str
    line: int


class Operation(NamedTuple):
    """One operation of an update.

    Attributes:
        prologue: the declarations that hold for it, on one line.
        pieces: what it is made of.
        rule: its frame, one of `FRAMES`.
    """

    prologue: str
    pieces: tuple[Piece, ...]
    rule: str

    @property
    def clears(self) -> bool:
        """Whether it clears all named graphs."""
        return self.rule == "graph" and self.pieces[-1].kind in ("ALL", "NAMED")

    def check(self, base: str) -> None:
        """Have the engine read the operation.

        Errors:
            Problem: 400, it is no SPARQL.
        """
        text = self.prologue + "".join(_as_written(self.pieces))
        try:
            _run(ox.Store(), text, base)
        except SyntaxError as error:
            line, fault = syntax_fault(error, text)
            place = self.pieces[0].line + (line or 1) - 1
            raise Problem(400, f"this is not a SPARQL update: line {place}, {fault}") from None
        except RuntimeError:  # it goes wrong in a store with nothing in it
            pass

    def run(self, store: ox.Store, using: Sequence[str], named: Sequence[str], base: str) -> None:
        """Run the operation.

        Args:
            store: what to change.
            using: the graphs whose union it sees, if it does not say so itself.
            named: the graphs that it sees by name.
            base: what relative IRIs are resolved against.

        Errors:
            Problem: 400 a function that there is not; 409 what is to be there is not, or the other way round.
        """
        seen = "".join([*(f"USING <{iri}> " for iri in using), *(f"USING NAMED <{iri}> " for iri in named)])
        pieces = [piece if piece.kind != "DEFAULT" else piece._replace(text=_DEFAULT) for piece in self.pieces]
        text = self.prologue + _REWRITTEN[self.rule](" ".join(piece.text for piece in pieces), pieces, seen)
        try:
            _run(store, text, base)
        except RuntimeError as error:
            raise Problem(409 if " exist" in str(error) else 400, f"the update cannot be done: {error}") from None


def read(text: str, *, has_dataset: bool = False) -> list[Operation]:
    """Take an update apart.

    Args:
        text: SPARQL Update.
        has_dataset: whether the request names graphs that it sees, beside it.

    Returns:
        its operations, in order.

    Errors:
        Problem: 400 it is none, or names graphs although the request does; 403 it would fetch something.

    >>> [operation.rule for operation in read("CLEAR ALL; INSERT DATA { <a:a> <a:b> 1 }")]
    ['graph', 'insert data']
    """
    if nests_too_deeply(text):
        raise Problem(400, "this update nests too deeply: simplify it")
    if local_update(text) is None:
        raise Problem(403, FETCHES)
    found = list[Operation]()
    prologue = ""
    for pieces in _divided(_pieces(text)):
        declared = _DECLARATIONS.match(_frame(pieces))
        assert declared
        count = len(declared[0].split())
        prologue += "".join(f"{piece.text} " for piece in pieces[:count])
        if own := pieces[count:]:
            operation = Operation(prologue, tuple(own), _rule(own))
            if has_dataset and {"WITH", "USING"} & {piece.kind for piece in own}:
                raise Problem(400, "using-graph-uri and using-named-graph-uri do not go with WITH and USING: choose")
            found.append(operation)
    return found


_DECLARATIONS = re.compile("(BASE iri |PREFIX iri iri |VERSION string )*")

_TARGET = "(DEFAULT|(GRAPH )?iri)"
FRAMES = {
    "graph": re.compile(
        "(CLEAR|DROP) (SILENT )?(GRAPH iri|DEFAULT|NAMED|ALL) "
        f"|CREATE (SILENT )?GRAPH iri |(ADD|MOVE|COPY) (SILENT )?{_TARGET} TO {_TARGET} "
    ),
    "insert data": re.compile("INSERT DATA group "),
    "delete data": re.compile("DELETE DATA group "),
    "delete where": re.compile("DELETE WHERE group "),
    "modify": re.compile(
        "(WITH iri )?(DELETE group |DELETE group INSERT group |INSERT group )(USING (NAMED )?iri )*WHERE group "
    ),
}
"""What an operation may be, in kinds of pieces."""


def _data(text: str, pieces: Sequence[Piece], seen: str) -> str:
    return f"{_WITH} {pieces[0].text} {pieces[2].text} WHERE {{}}"


def _delete_where(text: str, pieces: Sequence[Piece], seen: str) -> str:
    pattern = pieces[2].text
    return f"{_WITH} DELETE {pattern} {seen} WHERE {pattern}"


def _modify(text: str, pieces: Sequence[Piece], seen: str) -> str:
    kinds = [piece.kind for piece in pieces]
    if "WITH" in kinds:
        return text
    if "USING" in kinds:
        return f"{_WITH} {text}"
    frame = " ".join(piece.text for piece in pieces[:-2])
    return f"{_WITH} {frame} {seen} WHERE {pieces[-1].text}"


_REWRITTEN: dict[str, Callable[[str, Sequence[Piece], str], str]] = {
    "graph": lambda text, pieces, seen: text,
    "insert data": _data,
    "delete data": _data,
    "delete where": _delete_where,
    "modify": _modify,
}


def _run(store: ox.Store, text: str, base: str) -> None:
    """Run an update that asks no other server: the last that is done before the engine gets a text."""
    quiet = local_update(text)
    if quiet is None:
        raise Problem(403, FETCHES)
    store.update(quiet, base_iri=base, prefixes=PREFIXES)


def _rule(pieces: Sequence[Piece]) -> str:
    """Return the frame that an operation has."""
    frame = _frame(pieces)
    for name, pattern in FRAMES.items():
        if pattern.fullmatch(frame):
            return name
    said = " ".join("{...}" if piece.kind == "group" else piece.text for piece in pieces)[:100]
    raise Problem(
        400,
        f"this is not a SPARQL update: line {pieces[0].line}, {said!r}. It begins with INSERT, DELETE, WITH, CLEAR, "
        "DROP, CREATE, COPY, MOVE or ADD, has blanks between words, WHERE before a pattern, and ; between operations",
    )


def _frame(pieces: Sequence[Piece]) -> str:
    return "".join(f"{piece.kind} " for piece in pieces)


def _divided(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Divide an update where it has a semicolon."""
    part = list[Piece]()
    for piece in pieces:
        if piece.kind == ";":
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _pieces(text: str) -> Iterator[Piece]:
    """Cut an update into pieces; blanks and comments between them are left out."""
    line, depth, start, first = 1, 0, 0, 1
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token[0]
        if word == "{":
            if depth == 0:
                start, first = token.start(), line
            depth += 1
        elif word == "}":
            depth -= 1
            if depth == 0:
                yield Piece("group", text[start : token.end()], first)
        elif depth == 0 and kind != "blank":
            yield Piece(kind if kind in ("iri", "string") else word.upper(), word, line)
        if depth < 0:
            break
        line += word.count("\n")
    if depth:
        place = first if depth > 0 else line
        raise Problem(400, f"this is not a SPARQL update: line {place}, the braces do not match")


def _as_written(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield pieces with blanks between them, and as many lines as they had."""
    line = pieces[0].line
    for piece in pieces:
        yield "\n" * (piece.line - line) or " "
        yield piece.text
        line = piece.line + piece.text.count("\n")
