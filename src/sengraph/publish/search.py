"""The search of a site of files: an index in parts that a browser reads as it needs them, and names by their letter.

The index has a part for each beginning of a word, of two characters at first. A part with more than `FULL` texts is
split by the next character, until that is a whole word; then the shortest texts are kept, names before definitions. A
browser looks which of the words has the fewest texts and reads their parts (`static/search.js`). Without scripts there
are plain pages of names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.pages.html import Ref, render
from sengraph.pages.search import KINDS
from sengraph.publish.pages import Writer
from sengraph.publish.places import Places
from sengraph.terms import SEN, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

FULL = 1000
"""How many texts a part has at most."""

PAGE = 400
"""How many names a page has."""

CLIPPED = 300
"""How many characters of a text are in the index."""

SHORTEST = 2
"""How many characters of a word choose a part at first."""


class Text(NamedTuple):
    """A text about a thing: which kind it is (an index of `KINDS`), how it is sorted and compared, and the file."""

    kind: int
    length: int
    folded: str
    text: str
    iri: str
    file: str


def texts_of(graph: Graph, places: Places) -> list[Text]:
    """Return the texts about things that have a page; names first, short ones before long ones."""
    patterns = " UNION ".join(f"{{ ?thing <{name}> ?text BIND({n} AS ?kind) }}" for n, name in enumerate(KINDS))
    made = {
        thing.value
        for (thing,) in graph.select(f"SELECT ?thing {{ VALUES ?c {{ <{SEN}Kind> <{SEN}Content> }} ?thing a ?c }}")
    }
    found: set[Text] = set()
    for thing, kind, text in graph.select(f"SELECT ?thing ?kind ?text {{ {patterns} }}"):
        if isinstance(text, ox.Literal) and isinstance(thing, ox.NamedNode) and thing.value not in made:
            file = places.file_of(places.place_of(thing.value))
            if file:
                said = text.value[:CLIPPED]
                found.add(Text(int(kind.value), len(text.value), folded(said), said, thing.value, file))
    return sorted(found)


def folded(text: str) -> str:
    """Return a text as it is compared: without accents, in small letters.

    >>> folded("Élan")
    'elan'
    """
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.category(c).startswith("M")).lower()


def words(text: str) -> set[str]:
    """Return the words of a folded text: letters and digits, as the script in the browser splits them."""
    return {word for word in re.split(r"[\W_]+", text) if word}


def write_search(writer: Writer, graph: Graph, places: Places) -> list[str]:
    """Write the index and the pages of names.

    Returns:
        the files of the pages.
    """
    texts = texts_of(graph, places)
    labels: dict[str, str] = {}
    for text in texts:
        if text.kind == 0:
            labels.setdefault(text.iri, text.text)
    _write_index(writer, texts, labels)
    return _write_names(writer, places, labels)


def _write_index(writer: Writer, texts: list[Text], labels: dict[str, str]) -> None:
    """Write the parts of the index, and the list of them."""
    by_word: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        own = words(folded(re.split(r"[/#]", text.iri)[-1])) if text.kind == 0 else set()
        for word in words(text.folded) | own:
            by_word.setdefault(word, []).append(at)
    parts: dict[str, tuple[int, int, int]] = {}
    for number, (name, found, is_cut) in enumerate(_parts(by_word, SHORTEST)):
        entries = []
        for at in found:
            text = texts[at]
            label = labels.get(text.iri) or compact(text.iri).strip("<>")
            entries.append([label, text.file, text.kind, text.text] if text.kind else [label, text.file, 0])
        parts[name] = (number, len(found), int(is_cut))
        writer.write(f"search/{number}.json", json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode())
    kinds = [kind or "name" for kind in KINDS.values()]
    content = json.dumps({"kinds": kinds, "parts": parts}, ensure_ascii=False, separators=(",", ":"))
    writer.write("search/index.json", content.encode())


def _parts(by_word: dict[str, list[int]], length: int) -> Iterator[tuple[str, list[int], bool]]:
    """Yield parts of an index: the beginning of words, the texts, and whether some were left out."""
    groups: dict[str, dict[str, list[int]]] = {}
    for word, found in by_word.items():
        groups.setdefault(word[:length], {})[word] = found
    for name in sorted(groups):
        group = groups[name]
        every = sorted(set().union(*group.values()))
        if len(every) <= FULL:
            yield name, every, False
            continue
        whole = group.pop(name, None)
        if whole is not None or len(name) < length:
            kept = whole or every
            yield name, kept[:FULL], len(kept) > FULL
        if group and len(name) == length:
            yield from _parts(group, length + 1)


def _write_names(writer: Writer, places: Places, labels: dict[str, str]) -> list[str]:
    """Write the pages of names by letter, and the page of the search."""
    by_letter: dict[str, list[tuple[str, str, str]]] = {}
    for iri, label in labels.items():
        first = folded(label)[:1]
        letter = first if re.fullmatch("[a-z]", first) else "0" if first.isdigit() else "other"
        by_letter.setdefault(letter, []).append((folded(label), label, iri))
    order = sorted(by_letter, key=lambda letter: (letter == "other", letter))
    shown = {"0": "0 to 9", "other": "Other"}
    letters = [(shown.get(name, name.upper()), f"names/{name}.html", len(by_letter[name])) for name in order]
    files = []
    for name in order:
        names = sorted(by_letter[name])
        parts = [names[at : at + PAGE] for at in range(0, len(names), PAGE)]
        pages = [(part[0][1][:20], f"names/{name}{f'-{n}' * (n > 1)}.html") for n, part in enumerate(parts, 1)]
        for (first, file), part in zip(pages, parts, strict=True):
            listed = [(Ref(iri, label), compact(iri).strip("<>")) for _, label, iri in part]
            title = f"Names: {shown.get(name, name.upper())}" + f", from {first}" * (len(parts) > 1)
            told = {"title": title, "index": "", "letters": letters, "current": f"names/{name}.html"}
            link = writer.link(file)
            writer.write(file, render("names.html", link, **told, pages=pages, part=file, listed=listed))
            files.append(file)
    link = writer.link("search.html")
    told = {"title": "Search", "index": "search/index.json", "letters": letters, "current": "", "pages": [], "part": ""}
    writer.write("search.html", render("names.html", link, **told, listed=[]))
    return files
