"""Stored questions: `.rq` files with a header, read, checked and kept as a library.

A file `NAME.rq` opens with comment lines `#+ `: YAML, as grlc decorators are. `summary`,
`description` and `tags` are grlc's; `parameters` and `columns` are ours. Below stands SPARQL 1.1 in
which `$name` is a parameter and a line ending in `#? name` hangs on the optional parameter `name`
(`sengraph.binding`). A malformed file is refused with its line, never half understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sengraph.binding import TYPES, Template, template, term
from sengraph.errors import InputError, UsageError, did_you_mean, shown
from sengraph.sparql import nests_too_deeply, syntax_fault
from sengraph.terms import expand, is_iri

GRLC_KEYS = [
    "defaults",
    "endpoint",
    "endpoint-method",
    "endpoint_in_url",
    "enumerate",
    "id",
    "license",
    "method",
    "pagination",
    "transform",
    "version",
]
"""Keys of other tools that read the same header; they are let through and mean nothing here."""

LARGEST_HEADER = 65536
"""The most characters of a header; a hundredth of it is the most brackets."""

KEYS = ("summary", "description", "tags", "parameters", "columns")
PARAMETER_KEYS = ("name", "type", "required", "default", "choices", "description")
UNLIKE = "unlike"
"""A key of a parameter that is no part of what is shown of it: the parameter whose value it may not have."""

RESERVED = frozenset(
    [
        "format",
        "store",
        "endpoint",
        "graph",
        "queries",
        "align",
        "inference",
        "library",
        "no-inference",
        "no_inference",
        "show-sparql",
        "show_sparql",
        "cite",
        "help",
        "question",
        "timeout",
    ]
)
"""Names of common options, which no parameter may have."""

FORBIDDEN = ("GRAPH", "FROM", "SERVICE", "LOAD")
"""A question reads the one default graph it is given: these would tie it to a layout, or fetch."""

SAMPLES = {
    "string": '"a"',
    "boolean": "true",
    "integer": "1",
    "decimal": "1.5",
    "date": '"2001-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    "dateTime": '"2001-01-01T00:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
    "limit": "1",
    "offset": "1",
}
"""A term of each type, to try a question with; any other type takes an IRI."""


class Parameter(NamedTuple):
    """One parameter of a question.

    Attributes:
        name: as the file writes it after `$`.
        type: one of `binding.TYPES`, or the compact name of a class whose instances can be given.
        required: a value must be given.
        default: the value taken when none is given, as a user would type it; None where there is none.
        choices: the values allowed, as a user would type them; empty where any value of the type is.
        description: one sentence.
        unlike: the name of the parameter whose value this one may not have; empty if it may have any.
    """

    name: str
    type: str
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    description: str = ""
    unlike: str = ""

    @property
    def is_class(self) -> bool:
        """Whether the values are the instances of a class."""
        return self.type not in TYPES

    def as_json(self) -> dict[str, Any]:
        """Return the parameter as `questions --format json` shows it."""
        return {
            name: list(value) if isinstance(value := getattr(self, name), tuple) else value for name in PARAMETER_KEYS
        }


class Question(NamedTuple):
    """One stored question.

    Attributes:
        name: the file's name without its extension.
        summary: the question in plain English, one line.
        description: what comes back.
        tags: words to group questions by.
        parameters: in the order of the header.
        columns: the names of the columns that come back, in order; empty for ASK and CONSTRUCT.
        template: the SPARQL text.
        path: the file.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    template: Template
    path: Path

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name; `-` and `_` are the same.

        Errors:
            UsageError: the question has no such parameter.
        """
        for parameter in self.parameters:
            if parameter.name == name.replace("-", "_"):
                return parameter
        known = [parameter.name for parameter in self.parameters]
        hint = did_you_mean(name, known) or "It takes none."
        raise UsageError(f"the question {self.name} has no parameter {shown(name)}. {hint}")

    def sparql(self, terms: Mapping[str, str]) -> str:
        """Return the SPARQL text with serialised terms bound, without the header.

        Args:
            terms: SPARQL text of a term by parameter name (see `binding.term`).

        Errors:
            UsageError: a required parameter has no value, or one has that of the parameter it has to be unlike.
        """
        missing = [
            parameter.name for parameter in self.parameters if parameter.required and parameter.name not in terms
        ]
        if missing:
            names = ", ".join(missing)
            raise UsageError(
                f"the question {self.name} needs a value for {names}: see 'sengraph questions {self.name}'"
            )
        for parameter in self.parameters:
            if parameter.name in terms and terms[parameter.name] == terms.get(parameter.unlike):
                one, other = (name.replace("_", "-") for name in (parameter.name, parameter.unlike))
                raise UsageError(f"--{one} of the question {self.name}: this is the --{other} too; name another one")
        lines = self.template.fill(terms).split("\n")
        return "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the question as `questions --format json` shows it."""
        return {
            "name": self.name,
            "summary": self.summary,
            "description": self.description,
            "tags": list(self.tags),
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "columns": list(self.columns),
        }


class Library:
    """The questions in some folders; a later folder's question replaces an earlier one of the same name.

    Args:
        folders: each holds `.rq` files.

    Errors:
        InputError: a folder is not one.
    """

    def __init__(self, *folders: Path) -> None:
        self._paths: dict[str, Path] = {}
        self._read: dict[str, Question] = {}
        for folder in folders:
            if not folder.is_dir():
                raise InputError(f"{folder} is not a folder of questions: give one that holds .rq files")
            self._paths |= {path.stem: path for path in sorted(folder.glob("*.rq"))}

    @property
    def names(self) -> list[str]:
        """The names of all questions, sorted."""
        return sorted(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[Question]:
        return (self[name] for name in self.names)

    def __getitem__(self, name: str) -> Question:
        """Return a question by name.

        Errors:
            UsageError: there is none of that name.
            InputError: its file is malformed.
        """
        if name not in self._paths:
            raise UsageError(f"there is no question {shown(name)}. {did_you_mean(name, self._paths)}")
        if name not in self._read:
            self._read[name] = read(self._paths[name])
        return self._read[name]


def read(path: Path) -> Question:
    """Read one question file and check it.

    Args:
        path: a `.rq` file.

    Returns:
        the question; its text parses with and without its optional parameters.

    Errors:
        InputError: the file cannot be read or is malformed (with the line and why).
    """
    from sengraph.load import read_bytes

    try:
        text = read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text (byte {error.start})") from None
    header = _header(path, text)
    question = Question(
        name=path.stem,
        summary=" ".join(_text(path, header, "summary").split()),
        description=" ".join(_text(path, header, "description", "").split()),
        tags=_names(path, header, "tags"),
        parameters=_parameters(path, header),
        columns=_names(path, header, "columns"),
        template=template(text),
        path=path,
    )
    _check_parameters(question)
    _check_sparql(question)
    return question


def _header(path: Path, text: str) -> Entries:
    """Return the header as a mapping with known keys."""
    import yaml

    lines = []
    for line in text.split("\n"):
        if not line.startswith("#+"):
            break
        lines.append(line[3:] if line.startswith("#+ ") else line[2:])
    if not lines:
        raise InputError(f"{path}, line 1: a question opens with a header, '#+ summary: ...'")
    text = "\n".join(lines)
    if len(text) > LARGEST_HEADER or text.count("[") + text.count("{") > LARGEST_HEADER // 100:
        raise InputError(f"{path}, line 1: the header is too large to be one")
    try:
        header = yaml.load(text, _loader())  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}, line {number}: the header is not YAML: {error.problem}") from None
    except Exception as error:  # PyYAML lets errors of the values' constructors through
        raise InputError(f"{path}, line 1: the header is not YAML: {error}") from None
    if not isinstance(header, Entries):
        raise InputError(f"{path}, line 1: the header is not a list of 'key: value' lines")
    _known_keys(path, header, (*KEYS, *GRLC_KEYS), "")
    return header


class Entries(dict[str, Any]):
    """A mapping of the header; `lines` has the line of each key."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}

    def line(self, key: str) -> int:
        """Return the line of a key, or that of the mapping where the key is missing."""
        return self.lines.get(key) or min(self.lines.values(), default=1)


@cache
def _loader() -> Any:
    """Return a safe loader that takes a plain value as it is written: no number, date or `yes` among them.

    Only `true`, `false` and nothing at all are not text. A key that is there twice is an error (YAML 1.2, 3.2.1.3).
    """
    import yaml

    def entries(loader: Any, node: Any) -> Entries:
        made = Entries()
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in made:
                problem = f"the key {key!r} is {'there twice' if isinstance(key, str) else 'no text'}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            made.lines[key] = key_node.start_mark.line + 1
            made[key] = loader.construct_object(value_node, deep=True)
        return made

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("Loader", (base,), {"yaml_implicit_resolvers": {}})
    loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])
    loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
    loader.add_constructor("tag:yaml.org,2002:map", entries)
    return loader


def _known_keys(path: Path, mapping: Entries, known: Sequence[str], where: str) -> None:
    """Refuse a key that nobody reads: it is a slip of the pen."""
    for key in mapping:
        if key not in known:
            hint = did_you_mean(key, known)
            raise InputError(f"{path}, line {mapping.line(key)}: unknown key {key!r} in the header{where}. {hint}")


def _text(path: Path, mapping: Entries, key: str, default: str | None = None) -> str:
    """Return a text value of the header."""
    value = mapping.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise InputError(f"{path}, line {mapping.line(key)}: the header needs a text for {key!r}")
    return value


def _names(path: Path, mapping: Entries, key: str) -> tuple[str, ...]:
    """Return a list of words of the header; absent is empty."""
    value = mapping.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str | bool) for item in value):
        line = mapping.line(key)
        raise InputError(f"{path}, line {line}: {key!r} in the header is not a list of words, such as [a, b]")
    return tuple(map(_as_written, value))


def _as_written(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _parameters(path: Path, header: Entries) -> tuple[Parameter, ...]:
    """Return the declared parameters."""
    declared = header.get("parameters") or []
    if not isinstance(declared, list) or not all(isinstance(item, Entries) for item in declared):
        line = header.line("parameters")
        raise InputError(f"{path}, line {line}: 'parameters' in the header is not a list of '- name: ...' entries")
    parameters = tuple(_parameter(path, item) for item in declared)
    names = [parameter.name for parameter in parameters]
    for name, item in zip(names, declared, strict=True):
        if names.count(name) > 1:
            raise InputError(f"{path}, line {item.line('name')}: the parameter {name!r} is declared twice")
    return parameters


def _parameter(path: Path, item: Entries) -> Parameter:
    """Return one declared parameter."""
    name = _text(path, item, "name")
    where = f" of the parameter {name!r}"
    _known_keys(path, item, (*PARAMETER_KEYS, UNLIKE), where)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
        raise InputError(
            f"{path}, line {item.line('name')}: {name!r} cannot name a parameter: use small letters, digits and _, "
            "and none of the common options' names"
        )
    kind = _text(path, item, "type")
    if kind not in TYPES and not is_iri(expand(kind) or ""):
        known = f"use a class such as sen:Party, or {', '.join(TYPES)}"
        raise InputError(f"{path}, line {item.line('type')}: {kind!r}{where} is no type: {known}")
    required, default = item.get("required", False), item.get("default")
    if not isinstance(required, bool):
        raise InputError(f"{path}, line {item.line('required')}: 'required'{where} is neither true nor false")
    if default is not None and not isinstance(default, str | bool):
        raise InputError(f"{path}, line {item.line('default')}: 'default'{where} is not a plain value")
    default = None if default is None else _as_written(default)
    choices = _names(path, item, "choices")
    given = [("choices", choice) for choice in choices] + [("default", default)] * (default is not None)
    for key, value in given if kind in TYPES and kind != "iri" else []:
        try:
            term(value, kind)
        except UsageError as error:
            raise InputError(f"{path}, line {item.line(key)}: {key!r}{where}: {error}") from None
    if choices and default is not None and default not in choices:
        hint = did_you_mean(default, choices)
        raise InputError(f"{path}, line {item.line('default')}: 'default'{where} is none of its choices. {hint}")
    return Parameter(
        name=name,
        type=kind,
        required=required,
        default=default,
        choices=choices,
        description=" ".join(_text(path, item, "description", "").split()),
        unlike=_text(path, item, UNLIKE, ""),
    )


def _check_parameters(question: Question) -> None:
    """Hold declared, used and optional parameters together."""
    declared = {parameter.name: parameter for parameter in question.parameters}
    path, used = question.path, question.template.parameters
    for number, line in enumerate(question.template.lines, 1):
        mentioned = {*line.names, *([line.optional] if line.optional else [])}
        for name in sorted(mentioned - set(declared)):
            raise InputError(
                f"{path}, line {number}: ${name} is not declared in the header. "
                f"{did_you_mean(name, declared)} An ordinary variable is written ?{name}."
            )
        for name in line.names:
            parameter = declared[name]
            if not parameter.required and parameter.default is None and line.optional != name:
                raise InputError(
                    f"{path}, line {number}: ${name} is optional and has no default: "
                    f"end the line with '#? {name}', so that it is left out when no value is given"
                )
    for name, parameter in declared.items():
        if name not in used:
            raise InputError(f"{path}: the parameter {name!r} is declared and never used")
        if parameter.unlike and parameter.unlike not in declared:
            raise InputError(
                f"{path}: the parameter {name!r} is to be unlike {parameter.unlike!r}, which is not declared. "
                f"{did_you_mean(parameter.unlike, declared)}"
            )


def _check_sparql(question: Question) -> None:
    """Hold that the text is a query that reads one graph, parses either way, and has the declared columns."""
    import pyoxigraph as ox

    path = question.path
    words = {word.upper() for word in question.template.words}
    for word in FORBIDDEN:
        if word in words:
            raise InputError(
                f"{path}: a stored question reads one graph and fetches nothing: {word} is not allowed in it"
            )
    every = {parameter.name: SAMPLES.get(parameter.type, "<https://example.org/>") for parameter in question.parameters}
    always = {p.name: every[p.name] for p in question.parameters if p.required or p.default is not None}
    for terms in (every, always):
        text = question.template.fill(terms, keep_lines=True)
        if nests_too_deeply(text):
            raise InputError(f"{path}: the query nests too deeply: simplify it")
        try:
            answer = ox.Store().query(text)
        except SyntaxError as error:
            line, fault = syntax_fault(error, text)
            where = f"{path}, line {line}" if line else str(path)
            raise InputError(f"{where}: this is not SPARQL 1.1 query syntax: {fault}") from None
        found = tuple(v.value for v in answer.variables) if isinstance(answer, ox.QuerySolutions) else ()
        if found != question.columns:
            raise InputError(
                f"{path}: the header's columns are {list(question.columns)}, the query returns {list(found)}"
            )
    if question.columns and not _is_ordered(question.template.words):
        last = text.rstrip().count("\n") + 1
        raise InputError(
            f"{path}, line {last}: the query has no ORDER BY at its end, so its rows would come in any order: add one"
        )


def _is_ordered(words: Sequence[str]) -> bool:
    """Tell whether a query, and not only one within it, orders its rows."""
    depth = 0
    for word in words:
        depth += (word == "{") - (word == "}")
        if depth == 0 and word.upper() == "ORDER":
            return True
    return False
