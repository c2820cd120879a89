"""The answers of stored questions as tables that describe themselves: metadata of CSV on the Web.

A CSV file says what its cells say, not what they are. The metadata document beside it does: the question that
was asked, where the data is from and its licence, how the file is to be read, and the name and the datatype of each
column.

A datatype is taken from the RDF terms of the answer, never from how their text looks, and is claimed only where every
term has it: a column that mixes datatypes holds strings, and so does one that is empty. Whoever publishes several
answers of one question merges what they hold (`merged`), so that all files of a question have the same columns and none
has a datatype that the others do not bear out. Nothing is claimed that rows can only suggest: that a column is always
filled (`required`), that some cells tell rows apart (`primaryKey`), that a text is a list (`separator`). A
row says that things stand in a relation that has no name, so there is no `aboutUrl` and no `propertyUrl`; but a cell
with an IRI stands for a thing, and `valueUrl` says so where a URI template can.

CSV of SPARQL results has one way to write an unbound variable and an empty text, so both are read as null.

Sources: Model for Tabular Data and Metadata on the Web (W3C, 2015), sections 5 (where metadata is found) and 6.4 (how
cells are read); Metadata Vocabulary for Tabular Data (W3C, 2015), sections 5.1.3 (templates), 5.6 (columns), 5.7
(inherited properties) and 5.9 (dialects); RFC 6570, sections 2.3 and 3.2.3; SPARQL 1.1 Query Results CSV and TSV.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from sengraph.errors import reading
from sengraph.results import INTEGERS, Term, to_python
from sengraph.terms import DCTERMS, XSD

if TYPE_CHECKING:
    from sengraph.questions import Question

MEDIA_TYPE = "application/csvm+json"
ENDING = "-metadata.json"
"""What the address of a table has behind it where its metadata is: the first place where processors look."""

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]

DIALECT = {
    "encoding": "utf-8",
    "lineTerminators": ["\r\n"],
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "skipBlankRows": False,
    "trim": False,
    "commentPrefix": "\r\n#",
}
"""How CSV is written here (RFC 4180), with all that processors could take otherwise.

There are no comments. If nothing is said, a row that begins with `#` is one, and the vocabulary has no way to
say that none is but a prefix that no row has: the ends of lines divide rows, so none begins with one.
"""

DATATYPES = {
    **{XSD + name: "integer" for name in INTEGERS},
    **{XSD + name: name for name in ("decimal", "double", "float", "boolean", "date", "dateTime")},
}
"""The datatypes that are told, by that of the literal. Any other is a string, which is all that a cell has of it."""

TEMPLATE_SAFE = re.compile(r"https?://(?!.*/\.{1,2}(?:[/?#]|$))[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*")
"""An IRI that a URI template gives back as it is: no letter is escaped, no prefix taken for one, no segment lost."""

DATASET_SAYS = ("license", "rights", "creator", "publisher")
"""What is told of the dataset that holds for a table from it."""

PRIMARY_TOPIC = "http://xmlns.com/foaf/0.1/primaryTopic"


class Kind(NamedTuple):
    """What all values of a column are.

    Attributes:
        datatype: one of the vocabulary's.
        language: of each value; empty if it has none, or if they differ.
        is_safe: whether each is an IRI that a template gives back.
    """

    datatype: str
    language: str = ""
    is_safe: bool = False


TEXT = Kind("string")
"""What can be said of whatever a cell holds."""

Kinds = Sequence[Kind | None]
"""By column; None where there are no values."""


def kinds(solutions: ox.QuerySolutions) -> Kinds:
    """Return what the values of each column are; the solutions are used up, one at a time.

    Errors:
        InputError: the store turns out to be damaged.

    >>> rows = ox.Store().query("SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (1 'x' UNDEF) (2 3 UNDEF) } }")
    >>> kinds(rows)
    [Kind(datatype='integer', language='', is_safe=False), Kind(datatype='string', language='', is_safe=False), None]
    """
    found: list[Kind | None] = [None] * len(solutions.variables)
    with reading("the store"):
        for solution in solutions:
            for at, term in enumerate(solution):
                if term is not None and found[at] != TEXT:
                    found[at] = _merged(found[at], _kind(term))
    return found


def merged(one: Kinds, other: Kinds) -> Kinds:
    """Return what is true of the columns of two answers to the same question."""
    return [_merged(mine, theirs) for mine, theirs in zip(one, other, strict=True)]


def _merged(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or one == other:
        return other
    if other is None:
        return one
    return Kind(one.datatype) if one.datatype == other.datatype else TEXT


def _kind(term: Term) -> Kind:
    if isinstance(term, ox.NamedNode):
        return Kind("anyURI", is_safe=bool(TEMPLATE_SAFE.fullmatch(term.value)))
    if not isinstance(term, ox.Literal):
        return TEXT
    if term.language:
        return Kind("string", term.language)
    datatype = DATATYPES.get(term.datatype.value)
    is_one = datatype and not isinstance(to_python(term), str)  # "abc"^^xsd:integer is a literal, and no integer
    return Kind(datatype) if datatype and is_one else TEXT


def metadata(
    question: Question,
    url: str,
    found: Kinds,
    about: Iterable[ox.Triple] = (),
    values: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the metadata document of the CSV of an answer.

    Args:
        question: the question, which has columns.
        url: the address of the CSV, absolute or relative to that of the document.
        found: what the columns hold.
        about: what is told of the data (`describe.void`): the licence and the makers of the dataset hold for the table.
        values: what the question was asked with, by parameter.

    Returns:
        the document as JSON has it.
    """
    given = ", ".join(f"{name}: {value}" for name, value in (values or {}).items())
    columns = [_column(column, kind) for column, kind in zip(question.columns, found, strict=True)]
    return {
        "@context": CONTEXT,
        "url": url,
        "dc:title": f"{question.summary} ({given})" if given else question.summary,
        **({"dc:description": question.description} if question.description else {}),
        **_of_dataset([*about]),
        "dialect": DIALECT,
        "tableSchema": {"columns": columns},
    }


def _column(title: str, kind: Kind | None) -> dict[str, Any]:
    name, kind = name_of(title), kind or TEXT
    return {
        "name": name,
        "titles": title,
        "datatype": kind.datatype,
        **({"lang": kind.language} if kind.language else {}),
        "null": "",
        **({"valueUrl": f"{{+{name}}}"} if kind.is_safe else {}),
    }


@cache
def name_of(variable: str) -> str:
    """Return the name of the column of a variable: that of a variable of URI templates, not beginning with `_`.

    Another letter is percent-encoded, as it is where a processor makes a name of a title; so no two names are the same.

    >>> name_of("in_force_from"), name_of("_x"), name_of("é")
    ('in_force_from', '%5Fx', '%C3%A9')
    """
    name = quote(variable, safe="")
    return f"%5F{name[1:]}" if name.startswith("_") else name


def _of_dataset(about: Sequence[ox.Triple]) -> dict[str, Any]:
    """Return which dataset a table is from, and what is told of that."""
    dataset = next((t.object for t in about if t.predicate.value == PRIMARY_TOPIC), None)
    if not isinstance(dataset, ox.NamedNode):
        return {}
    said: dict[str, list[Any]] = {}
    for name in DATASET_SAYS:
        for triple in about:
            is_told = triple.subject == dataset and triple.predicate.value == DCTERMS + name
            if is_told and not isinstance(triple.object, ox.BlankNode):
                said.setdefault(f"dc:{name}", []).append(_value(triple.object))
    one_or_more = {name: found if len(found) > 1 else found[0] for name, found in said.items()}
    return {"dc:source": {"@id": dataset.value}, **one_or_more}


def _value(term: Any) -> dict[str, str]:
    """Return a value of a common property."""
    if isinstance(term, ox.NamedNode):
        return {"@id": term.value}
    return {"@value": term.value, **({"@language": term.language} if term.language else {})}
