"""Where the places of the site are in a folder of files, and which of them it has at all.

Pages are made for a server too, and link what only a server has: such a link says nothing here, and templates then
leave it out. A place that ends in `?` asks whether there is somebody to answer a form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from sengraph import linked
from sengraph.publish.files import digest, stem_of
from sengraph.terms import BASE, GRAPH

DATASET = linked.place_of(linked.DATASET)


class Places(NamedTuple):
    """The places of a site.

    Attributes:
        base: the address of the site.
        fixed: the file of each page that is about no thing, and of other files that pages link, by `key`.
        things: the places of the documents of things.
        aliases: the place of the document of each thing that another thing's tells of: versions, and graphs.
        clashing: those places, in small letters, that differ from others in capitals only.
    """

    base: str
    fixed: Mapping[str, str]
    things: frozenset[str]
    aliases: Mapping[str, str]
    clashing: frozenset[str]

    def place_of(self, iri: str) -> str:
        """Return the place of the document of a thing."""
        return linked.place_of(iri, self.base)

    def stem(self, place: str) -> str:
        """Return the name of a document's files, without the extension."""
        return stem_of(place, self.clashing)

    def file_of(self, place: str) -> str:
        """Return the file that a place leads to; empty if the site has no such place."""
        if found := self.fixed.get(key(place)):
            return found
        path, _, query = place.partition("?")
        form = "html"
        if path == "resource":
            given = dict(parse_qsl(query, errors="replace"))
            form, place = given.get("format", form), self.place_of(given.get("iri", ""))
        place = self._document(place)
        if not place and path != "resource":
            short, ending = linked.extension(path)
            form, place = ending or form, self._document(short) if ending else ""
        return f"{self.stem(place)}.{form}" if place else ""

    def _document(self, place: str) -> str:
        """Return the place of the document that tells of what a place means; empty if there is none."""
        if place.startswith(linked.place_of(GRAPH)):
            return DATASET
        place = self.aliases.get(place, place)
        return place if place in self.things else ""

    def renamed(self) -> dict[str, str]:
        """Return the stem of each document whose place under `doc/` is not the name of its files."""
        names = ((place, self.stem(place)) for place in self.things if place.startswith("doc/"))
        return {place: stem for place, stem in names if place != stem}


def key(place: str) -> str:
    """Return a place with its query written in one way.

    >>> key("table?setting=&modality=sen%3Amodality-must")
    'table?modality=sen:modality-must'
    """
    path, mark, query = place.partition("?")
    pairs = sorted(parse_qsl(query, errors="replace"))
    return path + "?" * (mark == "?") + "&".join(f"{name}={value}" for name, value in pairs)


def clashing(places: Iterable[str]) -> frozenset[str]:
    """Return the places, in small letters, that more than one place has; only those of some capitals are looked at."""
    folded = Counter(place.lower() for place in places)
    return frozenset(place for place, number in folded.items() if number > 1)


class Links:
    """Turns places into relative links from one file, for the functions that make pages.

    Args:
        places: the places of the site.
        here: the file that the links are in.
        reasons: takes the places of pages that tell why, which are made for whatever is linked; None where none are.
        lacking: files that the document has not, though others have.
    """

    def __init__(
        self, places: Places, here: str, reasons: set[str] | None = None, lacking: Collection[str] = ()
    ) -> None:
        self._places, self._reasons, self._lacking = places, reasons, lacking
        self._here = here.split("/")[:-1]

    def __call__(self, place: str) -> str:
        """Return what a link to a place says; empty if the site does not have it."""
        if place.startswith("why?"):
            if self._reasons is None:
                return ""
            self._reasons.add(place)
            return self.to(why_file(place))
        file = place if place.startswith(("static/", "dumps/", "search/", "names/")) else self._places.file_of(place)
        return self.to(file) if file and file not in self._lacking else ""

    def whole(self, place: str) -> str:
        """Return the whole address of a place; empty if the site does not have it."""
        file = self._places.file_of(place)
        return f"{self._places.base}{file}" if file and file not in self._lacking else ""

    def to(self, file: str) -> str:
        """Return the link to a file."""
        there = file.split("/")
        common = 0
        while common < min(len(self._here), len(there) - 1) and self._here[common] == there[common]:
            common += 1
        return "../" * (len(self._here) - common) + "/".join(there[common:])


def why_file(place: str) -> str:
    """Return the file of the page that tells why a statement follows."""
    return f"why/{digest(key(place))}.html"


def value_name(*values: str) -> str:
    """Return the name of the file for values that are chosen on a page: `modality-must_setting-early-education`."""
    names = [unquote(value).rpartition(":")[2] if not value.startswith(BASE) else value for value in values]
    stem = stem_of("_".join(names))
    return stem if "/" not in stem else f"{stem.rpartition('/')[2].partition('~')[0]}~{digest(repr(values))}"


def told_apart(files: Mapping[str, str]) -> dict[str, str]:
    """Return the names of files of pages, by place, those with a digest that another has too, capitals or not.

    Args:
        files: the name of each page's file without the extension, by place.

    >>> told_apart({"table?party=a:x": "table/x", "table?party=b:X": "table/X"})
    {'table?party=a:x': 'table/x~6ee4ac3523c4cf67', 'table?party=b:X': 'table/X~fbcbb8e4ece9fdcd'}
    """
    taken = Counter(file.lower() for file in files.values())
    return {place: f"{file}~{digest(place)}" if taken[file.lower()] > 1 else file for place, file in files.items()}


Link = Callable[[str], str]
