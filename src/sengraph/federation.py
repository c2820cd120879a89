"""SERVICE: which queries would make the engine ask other servers, and how those are kept from it.

The engine gives out no parsed query, its parser asks for no white space between a keyword and what is beside it
(`trueSERVICE`, `SERVICEsilent<...>`, `SERVICEex:x`), and whether `<` opens an IRI is known only to a parser
(`FILTER(1<2)SERVICE#>`). So nothing here depends on how a text falls into tokens. Wherever a parser finds a call, the
letters `service` stand in the text, not behind a `?`, `$` or `:` with which they would be one name, and with an
IRI, a name or a variable and then a brace behind them. A text in which they never stand so holds no call, however it is
read. Where they do, comments are blanked and the letters in strings and IRIs are written as escapes, which changes
nothing for who reads it rightly; if they still stand so in the text that comes out, it is not run.

Sources: SPARQL 1.1 Query Language, section 19.8 (rules 8, 59, 136 to 173); SPARQL 1.1 Federated Query, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_NAMES = re.compile(r"[?$]\w++|:\w[\w.-]*+|(?P<word>[\w-]++)")
"""A variable or local name, whose letters are its own; or a run of letters that is neither."""

_PREFIX = re.compile(r":(?:\w[\w.-]*+)?+(?![:%\\.-])\s*+(?![{#])")
"""What follows the letters of a prefix, in a name that no brace comes after."""

_ENDPOINT = re.compile(r"\s*+(?:silent\s*+)?<([^>]*)>\s*+\{", re.IGNORECASE)

_OPAQUE = re.compile(
    r"""(?P<comment>\#[^\n\r]*+)"""
    r"""|<[^<>"{}|^`\x00-\x20]*+>"""
    r'''|"""(?:"{0,2}+(?:[^"\\]|\\.))*+"""|"(?:[^"\\\n\r]|\\.)*+"'''
    r"""|\'\'\'(?:'{0,2}+(?:[^'\\]|\\.))*+\'\'\'|'(?:[^'\\\n\r]|\\.)*+'""",
    re.DOTALL,
)

_LETTERS = re.compile("s(?=ervice)", re.IGNORECASE | re.ASCII)


def local(text: str, allowed: Collection[str] = ()) -> str | None:
    """Return a query that asks no other server.

    Args:
        text: SPARQL.
        allowed: the IRIs of endpoints that may be asked all the same; a query has to name them as they are here.

    Returns:
        the text, or one that means the same; None if it asks, or may ask, a server that is not allowed.

    >>> local("ASK { ?service ?p 'SERVICE' } # no call")
    "ASK { ?service ?p '\\\\u0053ERVICE' }          "
    >>> local("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }") is None
    True
    """
    if not _calls(text, ()):
        return text
    rewritten = _OPAQUE.sub(_hide, text)
    return None if _calls(rewritten, allowed) else rewritten


def _calls(text: str, allowed: Collection[str]) -> bool:
    """Tell whether the letters of the keyword stand where a call of a server that is not allowed can begin."""
    if "service" not in text.lower():
        return False
    for found in _NAMES.finditer(text):
        word = (found["word"] or "").lower()
        if "service" in word and not _PREFIX.match(text, found.end()):
            endpoint = _ENDPOINT.match(text, found.end()) if word == "service" else None
            if endpoint is None or _shown(endpoint[1]) not in allowed:
                return True
    return False


def _hide(found: re.Match[str]) -> str:
    """Return a string or IRI with the first letter of the keyword escaped, or a comment as blanks."""
    if found["comment"] is not None:
        return " " * len(found[0])
    return _LETTERS.sub(lambda letter: f"\\u{ord(letter[0]):04X}", found[0])


def _shown(iri: str) -> str:
    """Undo what `_hide` did to an IRI."""
    return re.sub(r"\\u00([57])3(?=ervice)", lambda code: "S" if code[1] == "5" else "s", iri, flags=re.IGNORECASE)
