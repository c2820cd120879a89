"""Values into SPARQL text, as typed terms and never as text.

A parameter is a token `$name`. The text is cut into tokens once, so that a `$name` inside a string,
an IRI or a comment is left alone; binding then puts validated terms between the pieces. Whatever
the value, the tokens around it stay what they were. A line that ends in the comment `#? name` is
left out when no value is given for the optional parameter `name`.

Sources: SPARQL 1.1 Query Language, section 19.8 (the tokens of the grammar); XML Schema 1.1 part 2,
section 3.3 (lexical forms).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from sengraph.errors import UsageError, shown
from sengraph.terms import KNOWN, XSD

_TOKEN = re.compile(
    r'''(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{0,2}(?:[^'\\]|\\.))*\'\'\''''
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')"""
    r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"""
    r"""|(?P<comment>\#[^\n\r]*)"""
    r"""|(?P<parameter>\$(?P<name>\w+))"""
    r"""|(?P<line>\n)"""
    r"""|(?P<word>[?]\w+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|(?:_|[^\W\d_][\w.-]*)?:(?:(?:[\w:%.-]|\\.)*(?:[\w:%-]|\\.))?"""
    r"""|\d+(?:\.\d+)?|\w+|\\.|.)""",
    re.DOTALL,
)
_OPTIONAL = re.compile(r"#\?\s*(\w+)\s*")

_DAY = r"-?(?:[1-9]\d{3,}|0\d{3})-\d\d-\d\d"
_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
LEXICAL_FORMS = {
    "boolean": "true|false|1|0",
    "date": _DAY + _ZONE,
    "dateTime": _DAY + r"T\d\d:\d\d:\d\d(?:\.\d+)?" + _ZONE,
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+",
}
"""The datatypes a parameter can have besides `string`, and what their values look like."""

ROW_COUNTS = ("limit", "offset")
"""Parameters that stand behind LIMIT and OFFSET: bare whole numbers below a thousand million."""

TYPES = ("string", "iri", *LEXICAL_FORMS, *ROW_COUNTS)
"""Every parameter type but the classes, whose instances a question takes."""


class Line(NamedTuple):
    """One line of a template: its pieces, text and parameter names in turn, and the parameter it hangs on."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    optional: str | None


class Template(NamedTuple):
    """SPARQL text cut into lines and parameters.

    Attributes:
        lines: the lines in order.
        words: the words outside strings, IRIs and comments, in order: the keywords are among them, in any case.
    """

    lines: tuple[Line, ...]
    words: tuple[str, ...]

    @property
    def parameters(self) -> set[str]:
        """The names of all `$name` tokens."""
        return {name for line in self.lines for name in line.names}

    def fill(self, terms: Mapping[str, str], *, keep_lines: bool = False) -> str:
        """Put serialised terms in the place of the parameters.

        Args:
            terms: SPARQL text of a term, by parameter name; made by `term`.
            keep_lines: leave an empty line where a line is left out, so that line numbers stay.

        Returns:
            SPARQL text, with only the optional lines whose parameter has a value.

        Errors:
            KeyError: a parameter outside optional lines has no value.
        """
        filled = []
        for line in self.lines:
            if line.optional is not None and line.optional not in terms:
                if keep_lines:
                    filled.append("")
                continue
            text = line.texts[0]
            for name, after in zip(line.names, line.texts[1:], strict=True):
                text += terms[name] + after
            filled.append(text)
        return "\n".join(filled)


def template(text: str) -> Template:
    """Cut SPARQL text into lines and parameters.

    Args:
        text: SPARQL with `$name` tokens and `#? name` comments.

    Returns:
        the template; `#? name` comments are not part of its lines.
    """
    lines, words = list[Line](), list[str]()
    texts, names, optional = [""], list[str](), None
    for token in _TOKEN.finditer(text.replace("\r\n", "\n")):
        kind = token.lastgroup if token.lastgroup != "name" else "parameter"
        if kind == "parameter":
            names.append(token["name"])
            texts.append("")
        elif kind == "line":
            lines.append(Line(tuple(texts), tuple(names), optional))
            texts, names, optional = [""], [], None
        elif kind == "comment" and (mark := _OPTIONAL.fullmatch(token[0])):
            optional = mark[1]
            texts[-1] = texts[-1].rstrip()
        else:
            texts[-1] += token[0]
            if kind == "word" and not token[0].isspace():
                words.append(token[0])
    lines.append(Line(tuple(texts), tuple(names), optional))
    return Template(tuple(lines), tuple(words))


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of SPARQL text and what looks like its IRIs, and which of the two each is."""
    for token in _TOKEN.finditer(text):
        if token.lastgroup in ("word", "iri") and not token[0].isspace():
            yield token[0], token.lastgroup == "iri"


def term(value: object, kind: str) -> str:
    """Write a value as the SPARQL text of one term of a given type.

    Args:
        value: text in the type's lexical form, a Python value of the type, or a term of pyoxigraph or rdflib.
        kind: one of `TYPES`; a class is not one of them, its instances come as `iri`.

    Returns:
        the term in SPARQL syntax, complete and escaped.

    Errors:
        UsageError: the value does not have that type.

    >>> term('say "hello"', "string")
    '"say \\\\"hello\\\\""'
    >>> term(12, "integer")
    '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    text = lexical(value)
    try:
        if kind == "iri":
            return str(ox.NamedNode(text))
        if kind == "string":
            return str(ox.Literal(_characters(text)))
        if kind in ROW_COUNTS:
            if not re.fullmatch(r"[0-9]{1,9}", text):
                raise ValueError("a whole number from 0 to 999999999 is wanted")
            return text
        return _typed(text, kind)
    except ValueError as error:
        wanted = "an IRI" if kind == "iri" else f"a value of type {kind}"
        raise UsageError(f"{shown(text)} is not {wanted}: {error}") from None


def literal(text: str) -> ox.Literal:
    """Read a literal as Turtle writes it: a string between quotes with a language or a datatype, a number, a boolean.

    Errors:
        UsageError: the text is no literal.

    >>> literal('"fully"@en')
    <Literal value=fully language=en>
    """
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in KNOWN.items())
    try:
        quads = [*ox.parse(f"{prefixes}<x:s> <x:p> {text} .".encode(), ox.RdfFormat.TURTLE)]
    except (SyntaxError, ValueError, UnicodeEncodeError):
        quads = []
    if len(quads) == 1 and isinstance(quads[0].object, ox.Literal):
        return quads[0].object
    raise UsageError(f'{shown(text)} is not a literal: write it as in Turtle, such as "fully"@en or 3')


def _typed(text: str, kind: str) -> str:
    """Return a literal of an XML Schema type once its lexical form is known to be right."""
    if not re.fullmatch(LEXICAL_FORMS[kind], text, re.ASCII):
        raise ValueError(f"it does not look like an xsd:{kind}")
    if kind in ("date", "dateTime"):
        _refuse_what_never_was(text)
    return str(ox.Literal(text, datatype=ox.NamedNode(XSD + kind)))


def _refuse_what_never_was(text: str) -> None:
    """Refuse a day or a time of day that the calendar and the clock do not have."""
    import datetime

    day, _, clock = text.partition("T")
    parts = re.match(r"(-?)(\d+)-(\d\d)-(\d\d)", day)
    assert parts
    year = int(parts[2][-4:]) % 400 + 2000  # the calendar repeats itself, and Python's has the years 1 to 9999
    datetime.date(year, int(parts[3]), int(parts[4]))
    if clock:
        datetime.time.fromisoformat(clock[:8])
    zone = re.search(r"[+-](\d\d):(\d\d)$", clock or day[len(parts[0]) :])
    if zone and (int(zone[2]) > 59 or int(zone[1]) * 60 + int(zone[2]) > 14 * 60):
        raise ValueError("there is no such time zone")


def lexical(value: object) -> str:
    """Return the lexical form of a Python value or a term.

    Errors:
        UsageError: the value has none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value.value
    import datetime
    from decimal import Decimal

    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise UsageError(
        f"a value of Python type {type(value).__name__} cannot be bound; give text, a number, a date or a term"
    )


def _characters(text: str) -> str:
    """Return text that RDF can hold, or refuse it."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("it holds half a character (a lone surrogate)")
    return text
