"""The codes of practice that responsibilities are from: when each was in force, and what it was in law.

That a responsibility addresses a kind of setting is timeless, so whatever page shows responsibilities shows this too.
The codes and their passages are few, and are read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sengraph.pages.html import Ref
from sengraph.pages.keeping import kept
from sengraph.terms import DCTERMS, RDFS, SEN, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

TOLD = tuple(SEN + name for name in ("inForceFrom", "inForceUntil", "savingProvision", "legalStatus"))
LABEL, TITLE, NOTE = f"{RDFS}label", f"{DCTERMS}title", f"{SEN}readingNote"


_QUERY = f"""SELECT ?duty ?cell ?code ?thing ?property ?value WHERE {{
  {{ ?duty <{SEN}statedIn> ?cell OPTIONAL {{ ?cell <{DCTERMS}isPartOf> ?code }} }} UNION {{
    {{ ?thing a <{SEN}CodeOfPractice> }} UNION {{ ?thing a <{SEN}Passage> }}
    ?thing ?property ?value FILTER(?property IN ({", ".join(f"<{name}>" for name in (LABEL, TITLE, NOTE, *TOLD))}))
  }}
}} ORDER BY ?thing ?property ?value"""


class Status(NamedTuple):
    """A code of practice: when it was in force, for whom it went on, and what it was in law."""

    code: Ref
    since: str
    until: str
    saving: str
    in_law: str


class Codes:
    """The codes of a graph; made by `codes_of`.

    Attributes:
        every: the status of each code, those that are stated in no passage too, by label.
    """

    def __init__(self, graph: Graph) -> None:
        self._place: dict[str, tuple[set[str], set[str]]] = {}
        self._said: dict[str, dict[str, list[str]]] = {}
        cells = set[str]()
        for duty, cell, code, thing, name, value in graph.select(_QUERY):
            if thing is not None:
                self._said.setdefault(thing.value, {}).setdefault(name.value, []).append(value.value)
                continue
            passages, codes = self._place.setdefault(duty.value, (set(), set()))
            passages.add(cell.value)
            cells.add(cell.value)
            codes |= {code.value} if code is not None else set()
        found = [self._status(thing, about) for thing, about in self._said.items() if thing not in cells]
        self.every = sorted(found, key=lambda status: status.code.label)

    def _status(self, thing: str, about: dict[str, list[str]]) -> Status:
        since, until, saving, in_law = ("; ".join(dict.fromkeys(about.get(name, ()))) for name in TOLD)
        label = next(iter([*about.get(LABEL, ()), *about.get(TITLE, ())]), compact(thing))
        return Status(Ref(thing, label), day(since), day(until), saving, in_law)

    def of(self, duties: Iterable[str]) -> list[Status]:
        """Return the codes that responsibilities are from, by label."""
        wanted = {code for duty in duties for code in self._place.get(duty, ((), ()))[1]}
        return [status for status in self.every if status.code.iri in wanted]

    def notes_on_passage(self, duty: str) -> list[str]:
        """Return what is noted of the passages that state a responsibility."""
        cells, _ = self._place.get(duty, ((), ()))
        return [*dict.fromkeys(note for cell in sorted(cells) for note in self._said.get(cell, {}).get(NOTE, ()))]


@kept
def codes_of(graph: Graph) -> Codes:
    """Return the codes of a graph, which are read when they are first wanted."""
    return Codes(graph)


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(text: str) -> str:
    """Write the day of an xsd:date or xsd:dateTime in words; any other text as it is.

    >>> day("2002-01-01T00:00:00Z")
    '1 January 2002'
    """
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T00:00:00(\.0+)?)?(Z|[+-]\d\d:\d\d)?", text, re.ASCII)
    if not found or not 1 <= int(found[2]) <= len(MONTHS):
        return text
    return f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}"
