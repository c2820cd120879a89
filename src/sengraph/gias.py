"""The national register of schools: rows of its public extract to triples.

The register is Get Information About Schools (until 2018 EduBase); its extract `edubasealldata*.csv` has a
row for each establishment in England, open or closed, and its links file says which followed which. Columns
are found by name, so that extracts of any year and files derived from them are read; codes are
whole numbers, padded or not. What people are called and how they are reached is never read: only the
columns of `COLUMNS` are.

A value that cannot be right is left out and counted, and the rest of its row kept.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from sengraph.csvfile import CsvFile, Tally
from sengraph.errors import InputError
from sengraph.terms import ESTABLISHMENT, GIAS, RDF, RDFS, SEN, SKOS, XSD, expand

KEY = "URN"
LINK = "LinkURN"

CONCEPTS = {
    "sen:establishmentType": ("TypeOfEstablishment", "Type", "type", "types"),
    "gias:authority": ("LA", "Authority", "authority", "authorities"),
    "gias:status": ("EstablishmentStatus", "Status", "status", "statuses"),
    "gias:phase": ("PhaseOfEducation", "Phase", "phase", "phases"),
    "gias:nursery": ("NurseryProvision", "Nursery", "nursery", "nurseries"),
}
"""Properties whose values the register takes from a list: its columns, the class, what IRIs open with, the scheme."""

TEXTS = {
    "rdfs:label": "EstablishmentName",
    "gias:number": "EstablishmentNumber",
    "gias:postcode": "Postcode",
}
FORMS = {
    "EstablishmentNumber": re.compile(r"[0-9]{1,5}"),
    "Postcode": re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}", re.IGNORECASE),
}
"""What texts look like that are codes: in a row with a field too many or too few, what stands there is another's."""

DATES = {"gias:opened": "OpenDate", "gias:closed": "CloseDate"}
AGES = {"gias:lowestAge": "StatutoryLowAge", "gias:highestAge": "StatutoryHighAge"}

_LIST_COLUMNS = [(f"{column} (code)", f"{column} (name)") for column, *_ in CONCEPTS.values()]

COLUMNS = (
    KEY,
    *TEXTS.values(),
    *DATES.values(),
    *AGES.values(),
    *(column for columns in _LIST_COLUMNS for column in columns),
)
"""The columns that are read, and no others."""

NOTHING = {"", "not recorded"}
"""What stands where the register has no value of a list."""

PLACEHOLDER = datetime.date(1900, 1, 1)
"""Stands in the register for an opening date that nobody knows."""


def _iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or "")


_PROPERTIES = {name: _iri(name) for name in (*CONCEPTS, *TEXTS, *DATES, *AGES, "gias:urn", "gias:succeededBy")}
_TYPE = ox.NamedNode(f"{RDF}type")
_IS_ESTABLISHMENT = ox.NamedNode(f"{SEN}Establishment")
_DATE_TIME = ox.NamedNode(f"{XSD}dateTime")
_INTEGER = ox.NamedNode(f"{XSD}integer")


def is_table(path: Path) -> bool:
    """Tell whether a file's name says that it is CSV."""
    return path.name.lower().removesuffix(".gz").endswith(".csv")


def is_links(path: Path) -> bool:
    """Tell whether a CSV file is a links file of the register.

    Errors:
        InputError: the file cannot be read, or is no CSV.
    """
    return LINK in CsvFile(path, KEY, Tally()).columns


def establishment(urn: int | str) -> ox.NamedNode:
    """Return the IRI of the establishment with a unique reference number."""
    return ox.NamedNode(f"{ESTABLISHMENT}{urn}")


class Lists:
    """The register's lists: which concept a code or a name stands for.

    Args:
        vocabulary: the triples of `ontology/gias.ttl`.
    """

    def __init__(self, vocabulary: Iterable[ox.Triple]) -> None:
        labels, classes = dict[ox.NamedNode, str](), dict[ox.NamedNode, str]()
        self._counting, self._outside = set[object](), set[object]()
        for subject, predicate, value in vocabulary:
            if not isinstance(subject, ox.NamedNode):
                continue
            if predicate.value == f"{RDFS}label":
                labels[subject] = value.value
            elif predicate == _TYPE and isinstance(value, ox.NamedNode) and value.value.startswith(GIAS):
                classes[subject] = value.value.removeprefix(GIAS)
            elif predicate.value == f"{GIAS}countsAs":
                self._counting.add(subject)
            elif predicate.value == f"{GIAS}outsideEngland":
                self._outside.add(subject)
        self._known = set(classes)
        self._by_name = {
            (classes[subject], _folded(labels[subject])): subject for subject in classes if subject in labels
        }
        self._found: dict[tuple[str, str, str], tuple[ox.NamedNode | None, str]] = {}
        self._made: list[ox.Triple] = []

    def find(self, name: str, code: str, label: str) -> tuple[ox.NamedNode | None, str]:
        """Return the concept that a row names, and why there is none or it is a new one.

        Args:
            name: the property, one of `CONCEPTS`.
            code: its code in the row; empty if there is none.
            label: its name in the row, likewise.
        """
        key = name, code, label
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        return self._found[key]

    def take(self) -> list[ox.Triple]:
        """Return the triples about concepts that rows named and the vocabulary has not, each once."""
        made, self._made = self._made, []
        return made

    def is_out_of_place(self, type_: ox.NamedNode | None, authority: ox.NamedNode | None) -> bool:
        """Tell whether a type of school that the Code addresses stands under an authority outside England."""
        return type_ in self._counting and authority in self._outside

    def _look_up(self, name: str, code: str, label: str) -> tuple[ox.NamedNode | None, str]:
        column, cls, stem, scheme = CONCEPTS[name]
        if not code:
            if label.lower() in NOTHING:
                return None, ""
            found = self._by_name.get((cls, _folded(label)))
            return (
                found,
                "" if found else f"a name in {column} (name) that the register's list has not: it was left out",
            )
        if not re.fullmatch(r"[0-9]{1,5}", code, re.ASCII):
            return None, f"a code in {column} (code) that is no number: it was left out"
        number = f"{int(code):03}" if stem == "authority" else str(int(code))
        concept = ox.NamedNode(f"{GIAS}{stem}-{number}")
        if concept in self._known:
            return concept, ""
        text = ox.Literal(label or f"{stem} {number}", language="en")
        self._made += [
            ox.Triple(concept, _TYPE, _iri(f"gias:{cls}")),
            ox.Triple(concept, _TYPE, ox.NamedNode(f"{SKOS}Concept")),
            ox.Triple(concept, ox.NamedNode(f"{RDFS}label"), text),
            ox.Triple(concept, ox.NamedNode(f"{SKOS}prefLabel"), text),
            ox.Triple(concept, ox.NamedNode(f"{SKOS}notation"), ox.Literal(number)),
            ox.Triple(concept, ox.NamedNode(f"{SKOS}inScheme"), _iri(f"gias:{scheme}")),
        ]
        self._known.add(concept)
        return (
            concept,
            f"a code in {column} (code) that the register's list has not yet: it was taken over as it stands",
        )


def _folded(label: str) -> str:
    """Return a name in a list without what differs from year to year: case, hyphens, spaces."""
    return re.sub(r"[\W_]+", "", label.casefold())


class Register:
    """An extract of the register.

    Args:
        path: the CSV file.
        lists: the register's lists.
        tally: counts what could not be used.
        successors: by URN, the URNs of the establishments that followed; from `links`.

    Attributes:
        file: the CSV file, which knows how far it was read.
        loaded: how many rows became an establishment.

    Errors:
        InputError: the file cannot be read, or is no such extract.
    """

    def __init__(self, path: Path, lists: Lists, tally: Tally, successors: dict[int, list[int]] | None = None) -> None:
        self.file = CsvFile(path, KEY, tally)
        self._lists, self._tally = lists, tally
        self._successors = successors or {}
        self._seen: dict[int, int] = {}
        self.loaded = 0
        if not {*self.file.columns} & {*COLUMNS[1:]}:
            raise InputError(f"{path}: beside {KEY} it has no column of the register's: it is no extract of it")
        for columns in [*_LIST_COLUMNS, *((column,) for column in (*TEXTS.values(), *DATES.values(), *AGES.values()))]:
            if not {*columns} & {*self.file.columns}:
                tally.note(f"no column {' or '.join(columns)}: the file says nothing of it", 1)

    @property
    def read(self) -> int:
        """How many rows were read so far, those that were left out too."""
        return self.file.read

    def establishments(self) -> Iterator[list[ox.Triple]]:
        """Yield the triples of each establishment, in the order of the rows, each with all that is about it."""
        for line, values in self.file.rows(COLUMNS):
            urn = values[0]
            if not _is_urn(urn):
                self._tally.note("a URN that is no number: the row was left out", line, urn)
                continue
            number = int(urn)
            content = hash(tuple(values))
            if number in self._seen:
                same = self._seen[number] == content
                how = "the same content" if same else "other content"
                self._tally.note(f"a URN again with {how}: the first row counts", line, subject=str(number))
                continue
            self._seen[number] = content
            self.loaded += 1
            yield self._triples(number, line, dict(zip(COLUMNS, values, strict=True)))
        for number in sorted(self._successors):  # of establishments that have no row
            yield self._links(number)

    def _triples(self, number: int, line: int, row: dict[str, str]) -> list[ox.Triple]:
        subject = establishment(number)
        objects: list[tuple[str, ox.NamedNode | ox.Literal | None]] = [("gias:urn", ox.Literal(str(number)))]
        objects += [(name, self._text(row[column], column, number, line)) for name, column in TEXTS.items()]
        objects += self._in_lists(number, line, row)
        objects += self._dates(number, line, row)
        objects += [(name, self._age(row[column], column, number, line)) for name, column in AGES.items()]
        found = [ox.Triple(subject, _PROPERTIES[name], value) for name, value in objects if value is not None]
        return [ox.Triple(subject, _TYPE, _IS_ESTABLISHMENT), *found, *self._links(number)]

    def _links(self, number: int) -> list[ox.Triple]:
        followed = self._successors.pop(number, ())
        return [ox.Triple(establishment(number), _PROPERTIES["gias:succeededBy"], establishment(n)) for n in followed]

    def _in_lists(self, number: int, line: int, row: dict[str, str]) -> list[tuple[str, ox.NamedNode | None]]:
        found = dict[str, ox.NamedNode | None]()
        for name, (column, *_) in CONCEPTS.items():
            code, label = row[f"{column} (code)"], row[f"{column} (name)"]
            found[name], reason = self._lists.find(name, code, label)
            if reason:
                self._tally.note(reason, line, f"{code} {label}".strip(), str(number))
        if self._lists.is_out_of_place(found["sen:establishmentType"], found["gias:authority"]):
            reason = "a type of English school under an authority outside England: the type was left out"
            self._tally.note(reason, line, row["TypeOfEstablishment (name)"], str(number))
            found["sen:establishmentType"] = None
        return [*found.items()]

    def _dates(self, number: int, line: int, row: dict[str, str]) -> list[tuple[str, ox.Literal]]:
        days = dict[str, datetime.date]()
        for name, column in DATES.items():
            if not (text := row[column]):
                continue
            if (found := day(text)) is None:
                self._tally.note(f"an impossible date in {column}: it was left out", line, text, str(number))
            elif found == PLACEHOLDER:
                reason = f"{PLACEHOLDER:%d-%m-%Y}, which stands for no date: it was left out"
                self._tally.note(reason, line, column, str(number))
            else:
                days[name] = found
        if len(days) == 2 and days["gias:closed"] < days["gias:opened"]:
            detail = f"{row['OpenDate']} to {row['CloseDate']}"
            self._tally.note("closed before it was opened: both dates were left out", line, detail, str(number))
            return []
        return [(name, ox.Literal(f"{when}T00:00:00Z", datatype=_DATE_TIME)) for name, when in days.items()]

    def _text(self, text: str, column: str, number: int, line: int) -> ox.Literal | None:
        text = " ".join(text.split())
        if column in FORMS:
            if text and not FORMS[column].fullmatch(text):
                self._tally.note(f"an impossible {column}: it was left out", line, subject=str(number))
                return None
            return ox.Literal(text) if text else None
        if not text:
            self._tally.note("no name: the row was kept", line, subject=str(number))
            return None
        return ox.Literal(text, language="en")

    def _age(self, text: str, column: str, number: int, line: int) -> ox.Literal | None:
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,2}", text, re.ASCII):
            self._tally.note(f"an impossible age in {column}: it was left out", line, text, str(number))
            return None
        return ox.Literal(str(int(text)), datatype=_INTEGER)


def day(text: str) -> datetime.date | None:
    """Read a date as the register writes it, dd-mm-yyyy, or as yyyy-mm-dd; None if there is no such day."""
    if found := re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})|(\d{4})-(\d\d)-(\d\d)", text, re.ASCII):
        day, month, year = map(int, found.groups()[:3] if found[1] else found.groups()[:2:-1])
        try:
            return datetime.date(year, month, day) if 1000 <= year <= 2199 else None
        except ValueError:
            return None
    return None


class Links(NamedTuple):
    """What a links file says.

    Attributes:
        successors: by URN, the URNs of the establishments that followed, sorted.
        read, used: how many links were read, and how many of them say who followed whom.
    """

    successors: dict[int, list[int]]
    read: int
    used: int


def links(path: Path, tally: Tally) -> Links:
    """Read a links file of the register.

    Args:
        path: a CSV file with the columns URN, LinkURN and LinkType.
        tally: counts the links that are of another kind than predecessor and successor, and what could not be used.

    Errors:
        InputError: the file cannot be read, or is no such file.
    """
    found: dict[int, set[int]] = defaultdict(set)
    used, file = 0, CsvFile(path, LINK, tally)
    for line, (urn, other, kind) in file.rows((KEY, LINK, "LinkType")):
        after, before = kind.lower().startswith("successor"), kind.lower().startswith("predecessor")
        if not (_is_urn(urn) and _is_urn(other) and int(urn) != int(other)):
            tally.note("a link that is not between two URNs: it was left out", line, f"{urn} {other}")
        elif not (after or before):
            tally.note("a link of another kind than predecessor and successor: it was left out", line, kind, urn)
        else:
            used += 1
            one, next_one = (int(urn), int(other)) if after else (int(other), int(urn))
            found[one].add(next_one)
    return Links({urn: sorted(others) for urn, others in found.items()}, file.read, used)


def _is_urn(text: str) -> bool:
    return bool(re.fullmatch(r"0{0,9}[1-9][0-9]{0,7}", text, re.ASCII))
