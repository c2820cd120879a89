"""SERVICE and LOAD: which texts would make the engine ask other servers, and how those are kept from it.

The engine gives out no parsed query, its parser asks for no white space between a keyword and what is beside it
(`trueSERVICE`, `SERVICEsilent<...>`, `SERVICEex:x`), and whether `<` opens an IRI is known only to a parser
(`FILTER(1<2)SERVICE#>`). So nothing here depends on how a text falls into tokens. Wherever a parser finds a call, the
letters `service` stand in the text, not behind a `?`, `$` or `:` with which they would be one name, and with an
IRI, a name or a variable and then a brace behind them. A text in which they never stand so holds no call, however it is
read. Where they do, comments are blanked and the letters in strings and IRIs are written as escapes, which changes
nothing for who reads it rightly; if they still stand so in the text that comes out, it is not run.

LOAD, which an update may have, is kept out in the same way; its letters could be nothing else but the prefix of a name,
and then it is refused too. So no reading of a text has to be right for it to ask nobody.

Sources: SPARQL 1.1 Query Language, section 19.8 (rules 8, 59, 136 to 173); SPARQL 1.1 Federated Query, section 2;
SPARQL 1.1 Update, section 3.1.4.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

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

_SERVICE, _LOAD = (re.compile(letters, re.IGNORECASE | re.ASCII) for letters in ("s(?=ervice)", "l(?=oad)"))


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
    rewritten = _OPAQUE.sub(partial(_hide, _SERVICE), text)
    return None if _calls(rewritten, allowed) else rewritten


def local_update(text: str) -> str | None:
    """Return an update that asks no other server, neither by SERVICE nor by LOAD.

    Args:
        text: SPARQL Update.

    Returns:
        the text, or one that means the same; None if it asks, or may ask, another server.

    >>> local_update("INSERT DATA { <a:overload> <a:p> ?load } # LOAD nothing")
    'INSERT DATA { <a:over\\\\u006Coad> <a:p> ?load }               '
    >>> local_update("INSERT DATA {};LOAD<http://example.org/>") is None
    True
    """
    quiet = local(text)
    if quiet is None or not _loads(quiet):
        return quiet
    rewritten = _OPAQUE.sub(partial(_hide, _LOAD), quiet)
    return None if _loads(rewritten) or _calls(rewritten, ()) else rewritten


def _loads(text: str) -> bool:
    """Tell whether the letters of the keyword stand outside the names of variables and the local part of names."""
    return "load" in text.lower() and any("load" in (name["word"] or "").lower() for name in _NAMES.finditer(text))


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


def _hide(letters: re.Pattern[str], found: re.Match[str]) -> str:
    """Return a string or IRI with the first letter of a keyword escaped, or a comment as blanks."""
    if found["comment"] is not None:
        return " " * len(found[0])
    return letters.sub(lambda letter: f"\\u{ord(letter[0]):04X}", found[0])


def _shown(iri: str) -> str:
    """Undo what `_hide` did to an IRI."""
    return re.sub(r"\\u00([57])3(?=ervice)", lambda code: "S" if code[1] == "5" else "s", iri, flags=re.IGNORECASE)
