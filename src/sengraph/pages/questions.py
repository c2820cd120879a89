"""The stored questions as pages: the list of them, and for each a form, the answer, and the query that was run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from sengraph.pages.answer import shown
from sengraph.pages.html import TITLES, Link, render
from sengraph.terms import expand

if TYPE_CHECKING:
    from sengraph.graph import Answer, Graph
    from sengraph.questions import Parameter, Question
    from sengraph.results import Raw

INPUTS = {
    "integer": "number",
    "limit": "number",
    "offset": "number",
    "date": "date",
}
"""The kind of a form's field for values of a type, where it is not text."""

OFFERED = ("csv", "tsv", "json", "xml", "markdown")
"""The formats that a page offers besides."""

TAGS = {
    "responsibility": "Who is to do what",
    "comparison": "Across kinds of setting",
    "gap": "Where the table is silent",
    "source": "The source, and how it was read",
    "vocabulary": "Terms",
    "register": "Schools",
}
"""Headings of the list, in their order, by the first tag that a question has."""

OTHER = "More"


class Field(NamedTuple):
    """A field of a form.

    Attributes:
        name: of the parameter.
        label: what people read.
        description: what it is for.
        required: whether a value is needed.
        value: what is filled in.
        options: the values with their labels, if they are counted; else any can be typed.
        kind: the kind of field for what is typed.
    """

    name: str
    label: str
    description: str
    required: bool
    value: str
    options: list[tuple[str, str]]
    kind: str


def questions_page(graph: Graph, link: Link) -> bytes:
    """Return the page that lists the stored questions."""
    groups: dict[str, list[Question]] = {heading: [] for heading in (*TAGS.values(), OTHER)}
    for question in graph.questions:
        heading = TAGS.get(question.tags[0], OTHER) if question.tags else OTHER
        groups[heading].append(question)
    listed = [(heading, questions) for heading, questions in groups.items() if questions]
    return render("questions.html", link, groups=listed)


def question_page(
    graph: Graph,
    link: Link,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    sparql: str = "",
    answer: Answer | Raw | None = None,
    error: str = "",
) -> bytes:
    """Return the page of a stored question.

    Args:
        graph: the graph that is asked.
        link: turns places into what links say.
        name: of the question.
        values: what was filled in, by parameter.
        sparql: the query with these values bound, if it was run.
        answer: what it returned; None if it was not run.
        error: why not, if it was meant to be.

    Errors:
        UsageError: there is no such question.
        InputError: the store turns out to be damaged.
    """
    question = graph.questions[name]
    given = values or {}
    place = f"questions/{quote(name)}"
    asked = f"{place}?{urlencode({**given, 'format': ''})}"
    return render(
        "question.html",
        link,
        question=question,
        fields=[_field(graph, parameter, given) for parameter in question.parameters],
        sparql=sparql,
        answer=None if answer is None else shown(graph, answer),
        error=error,
        given=[*given.values()],
        place=place,
        downloads=[(TITLES[form], link(asked + form)) for form in OFFERED],
        edit=f"sparql?query={quote(sparql, safe='')}" if sparql else "",
    )


def _field(graph: Graph, parameter: Parameter, given: Mapping[str, str]) -> Field:
    options = _options(graph, parameter)
    value = given.get(parameter.name, "" if given else parameter.default or "")
    if value and options and value not in dict(options):
        value = _option(graph, parameter, value)
        if value not in dict(options):
            options.append((value, value))
    return Field(
        parameter.name,
        parameter.name.replace("_", " "),
        parameter.description,
        parameter.required,
        value,
        options,
        INPUTS.get(parameter.type, "text"),
    )


def _options(graph: Graph, parameter: Parameter) -> list[tuple[str, str]]:
    """Return the values that a parameter can have with their labels; none if they are not counted."""
    if parameter.choices:
        return [(choice, choice) for choice in parameter.choices]
    if not parameter.is_class:
        return []
    label = graph.names.label
    named = graph.names.named(expand(parameter.type) or "")
    options = [(short, label(iri) if ":" not in label(iri) else short) for short, iri in named.items()]
    return sorted(options, key=lambda option: option[1].casefold()) if not _is_numbered(options) else options


def _is_numbered(options: list[tuple[str, str]]) -> bool:
    return any(short == label and any(map(str.isdigit, label)) for short, label in options)


def _option(graph: Graph, parameter: Parameter, value: str) -> str:
    """Return the short name of a value that is given in another way, such as by its IRI or label."""
    from sengraph.errors import UsageError

    cls = expand(parameter.type) or ""
    try:
        iri = graph.names.resolve(value, cls)
    except UsageError:
        return value
    return next((short for short, known in graph.names.named(cls).items() if known == iri), value)
