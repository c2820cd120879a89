"""What can be told of SPARQL text before it runs, and of the errors a parser makes of it."""

from __future__ import annotations

import re
from functools import lru_cache

from sengraph.binding import template
from sengraph.terms import PREFIXES

QUERIES = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
"""The words that a query and an update begin with, after the prologue (SPARQL 1.1, section 19.8)."""

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NOISE = re.compile(r"\[[^\]]*\]\s*(?:\|\s*)?")


def is_update(text: str) -> bool:
    """Tell whether text that is not a query is an update.

    >>> is_update("PREFIX a: <http://e/> INSERT DATA { a:x a:y 1 }")
    True
    """
    begins = [word for word in template(text).words if word in QUERIES or word in UPDATES]
    return bool(begins) and begins[0] in UPDATES


@lru_cache(maxsize=256)
def has_dataset_clause(text: str) -> bool:
    """Tell whether a query says itself, by FROM, which graphs it reads."""
    return "from" in text.casefold() and "FROM" in template(text).words


def with_prefixes(text: str) -> str:
    """Put the known prefixes that a query uses and does not declare before it, on its first line.

    >>> with_prefixes("ASK { ?x a sen:Party }")
    'PREFIX sen: <https://w3id.org/sengraph/ontology#> ASK { ?x a sen:Party }'
    """
    words = template(text).words
    used = {word.partition(":")[0].lower() for word in words if ":" in word}
    declared = {name.lower() for name in re.findall(r"\bprefix\s+([\w-]*):", text, re.IGNORECASE)}
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in PREFIXES if p in used - declared) + text


def syntax_fault(error: SyntaxError, text: str) -> tuple[int | None, str]:
    """Say in words what a SPARQL parser found wrong.

    Args:
        error: what pyoxigraph raised.
        text: the query it was given.

    Returns:
        the line, counted from 1, or None where it is not known; and a message of one or two lines.
    """
    if not (found := _PLACE.match(str(error))):
        return None, " ".join(str(error).split())
    line, column, wanted = int(found[1]), int(found[2]), found[3]
    lines = text.split("\n")
    shown = lines[line - 1].strip()[:100] if line <= len(lines) else ""
    return line, f"column {column}: {_reason(wanted)}" + (f"\n  {shown}" if shown else "; the text ends there")


def _reason(wanted: str) -> str:
    """Say what a list of expected tokens comes to; whole sentences in it are the parser's own findings."""
    if "Prefix not found" in wanted:
        return "a prefix is used that is not declared"
    items = [item.strip(' "') for item in _NOISE.sub("", re.sub(r"expected (one of )?", "", wanted)).split(", ")]
    findings = [item for item in items if item.count(" ") > 1 and "\\u{" not in item]
    if findings:
        return "; ".join(findings)
    words = [item for item in items if re.fullmatch(r"[A-Z]{2,}|[(){}.,;:?<]", item)]
    return (
        f"expected {' or '.join(words[:6])}{' ...' if len(words) > 6 else ''}" if words else "this is not expected here"
    )
