"""What can be told of SPARQL text before it runs, and of the errors a parser makes of it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from sengraph.binding import template, tokens
from sengraph.terms import KNOWN

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
    begins = [word for word in map(str.upper, template(text).words) if word in QUERIES or word in UPDATES]
    return bool(begins) and begins[0] in UPDATES


@lru_cache(maxsize=256)
def has_keyword(text: str, keyword: str) -> bool:
    """Tell whether a keyword, in capitals, stands in SPARQL text, in any case, outside strings, IRIs and comments."""
    return keyword in text.upper() and keyword in map(str.upper, template(text).words)


def asked_for(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Tell what kind of answer a query asks for.

    Args:
        text: SPARQL.

    Returns:
        one of `QUERIES`, or empty text for what is no query; and the names of the columns that a SELECT names, in
        order, or None where it does not name them (`SELECT *`, another kind of query, an extension of SPARQL).

    >>> asked_for("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a")
    ('SELECT', ('a', 'n'))
    """
    words = template(text.replace("$", "?")).words  # a variable may be written either way
    begin, form = next(((i, w.upper()) for i, w in enumerate(words) if w.upper() in QUERIES), (0, ""))
    if form != "SELECT":
        return form, None
    columns, depth = list[str](), 0
    for previous, word in pairwise(words[begin:]):
        if depth == 0 and (word == "{" or word.upper() in ("WHERE", "FROM")):
            return "SELECT", tuple(columns)
        if word.startswith("?") and (depth == 0 or (depth == 1 and previous.upper() == "AS")):
            columns.append(word[1:])
        elif depth == 0 and word != "(" and word.upper() not in ("DISTINCT", "REDUCED"):
            break
        depth += (word == "(") - (word == ")")
    return "SELECT", None


def with_prefixes(text: str) -> str:
    """Put the known prefixes that a query uses and does not declare before it, on its first line.

    >>> with_prefixes("ASK { ?x a sen:Party }")
    'PREFIX sen: <https://w3id.org/sengraph/ontology#> ASK { ?x a sen:Party }'
    """
    words = template(text).words
    declared = {name for keyword, name in pairwise(words) if keyword.upper() == "PREFIX"}
    used = {f"{word.partition(':')[0]}:" for word in words if ":" in word and not word.startswith("?")} - declared
    return "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in KNOWN.items() if f"{prefix}:" in used) + text


_SIGNS = re.compile(r"[-+!^](?=[-+!^])")
"""A sign that stands before another sign."""

DEEPEST = 200
"""How deeply brackets may nest, and by tenfold how many steps a path may have: parsers recurse, and die of more."""


def nests_too_deeply(text: str) -> bool:
    """Tell whether a query would exhaust a parser that recurses.

    What looks like an IRI may be two comparisons with brackets between them, so brackets count in IRIs too.
    """
    if text.count("{") + text.count("(") + text.count("[") + text.count("/") + text.count("!") <= DEEPEST:
        return False
    depth = deepest = among_words = steps = 0
    for word, is_iri in tokens(text):
        for mark in word if is_iri else [word]:
            change = (mark in ("{", "(", "[")) - (mark in ("}", ")", "]"))
            depth += change
            among_words += 0 if is_iri else change
            deepest = max(deepest, depth, among_words)
        steps += len(_SIGNS.findall(word)) if is_iri else word in ("/", "|", "^", "!", "-", "+")
    return deepest > DEEPEST or steps > 10 * DEEPEST


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
