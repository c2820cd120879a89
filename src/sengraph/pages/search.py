"""Search: the things whose names, definitions or notes hold some words.

The texts are read once and kept with the graph, since a scan of a national register by the engine takes half a second
each time. Things come by how they hold the words: a name that is the words, then a name that begins with them, then
names, definitions and notes that hold them all, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sengraph.names import local_name
from sengraph.pages.html import Link, Ref, render
from sengraph.pages.keeping import kept
from sengraph.terms import INFERRED, RDFS, SEN, SKOS, compact

if TYPE_CHECKING:
    from sengraph.graph import Graph

MOST = 100
"""How many things are listed."""

LONGEST = 200
"""How many characters of what is looked for count."""

KINDS = {
    f"{RDFS}label": "",
    f"{SKOS}altLabel": "also called",
    f"{SKOS}definition": "definition",
    f"{SEN}modalPhrase": "modal phrase",
    f"{SEN}readingNote": "note",
    f"{SKOS}scopeNote": "note",
}
"""The properties that are searched, and what each is called; in the order in which things are listed."""


class Text(NamedTuple):
    """A text about a thing, and which kind it is: an index of `KINDS`."""

    thing: str
    kind: int
    text: str


class Found(NamedTuple):
    """A thing that was found.

    Attributes:
        thing: its label and link.
        name: its compact name.
        kind: what it is, in a word; empty if that has no name.
        said: what the text is that holds the words; empty if it is the name of the thing.
        text: that text.
    """

    thing: Ref
    name: str
    kind: str
    said: str
    text: str


def search_page(graph: Graph, link: Link, words: str = "") -> bytes:
    """Return the page with what was found.

    Args:
        graph: the graph.
        link: turns places into what links say.
        words: what to look for; the first `LONGEST` characters count.
    """
    words = " ".join(words[:LONGEST].split())
    found, number = find(graph, words) if words else ([], 0)
    return render("search.html", link, words=words, found=found, number=number)


def find(graph: Graph, words: str) -> tuple[list[Found], int]:
    """Return the things that hold words, the likeliest first, and how many there are in all.

    >>> import sengraph
    >>> [found.name for found in find(sengraph.open(), "senco")[0][:2]]
    ['sen:party-senco', 'sen:activity-work-with-senco']
    """
    index = _index(graph)
    ranked = index.ranked(words.casefold())
    things: dict[str, Text] = {}
    for text in ranked:
        things.setdefault(text.thing, text)
        if len(things) >= MOST:
            break
    number = len({text.thing for text in ranked})
    kinds = _kinds(graph, things)
    found = []
    for thing, text in things.items():
        label = index.labels.get(thing) or compact(thing)
        said = [*KINDS.values()][text.kind]
        found.append(Found(Ref(thing, label), compact(thing), kinds.get(thing, ""), said, text.text * bool(text.kind)))
    return found, number


def _kinds(graph: Graph, things: Iterable[str]) -> dict[str, str]:
    """Return what each of some things is, in a word: the label of a class that it was said to be in."""
    values = " ".join(f"<{thing}>" for thing in things)
    rows = graph.select(
        f"SELECT ?thing ?class {{ VALUES ?thing {{ {values} }} ?thing a ?class FILTER(ISIRI(?class)) FILTER NOT EXISTS "
        f'{{ GRAPH ?graph {{ ?thing a ?class }} FILTER(STRSTARTS(STR(?graph), "{INFERRED}")) }} }} ORDER BY ?class'
    )
    label = graph.names.label
    return {thing.value: label(cls.value) for thing, cls in rows if ":" not in label(cls.value)}


class _Index:
    """The texts of a graph.

    Attributes:
        texts: all of them: names first, short ones before long ones.
        labels: the name of each thing.
        named: the names of things by the end of their IRIs, such as the number of a school.
    """

    def __init__(self, graph: Graph) -> None:
        patterns = " UNION ".join(
            f"{{ ?thing <{name}> ?text BIND({kind} AS ?kind) }}" for kind, name in enumerate(KINDS)
        )
        rows = graph.select(f"SELECT ?thing ?kind ?text {{ {patterns} }}")
        made = graph.select(f"SELECT ?thing {{ {{ ?thing a <{SEN}Kind> }} UNION {{ ?thing a <{SEN}Content> }} }}")
        generated = {thing for (thing,) in made}
        texts = {
            (thing.value, int(kind.value), text.language != "en", text.value)
            for thing, kind, text in rows
            if isinstance(text, ox.Literal) and isinstance(thing, ox.NamedNode) and thing not in generated
        }
        order = sorted(texts, key=lambda each: (each[1], each[2], len(each[3]), each[0], each[3]))
        self.texts = [Text(thing, kind, text) for thing, kind, _, text in order]
        self.labels: dict[str, str] = {}
        self.named: dict[str, list[Text]] = {}
        for text in self.texts:
            if text.kind == 0 and text.thing not in self.labels:
                self.labels[text.thing] = text.text
                self.named.setdefault(local_name(text.thing).casefold(), []).append(text)
        self._folded = [text.text.casefold() for text in self.texts]

    def ranked(self, folded: str) -> list[Text]:
        """Return the texts that hold all words of a text, the likeliest first; a thing may have several."""
        held: Iterable[int] = range(len(self.texts))
        for word in sorted({*folded.split()}, key=len, reverse=True):
            held = [at for at in held if word in self._folded[at]]
        groups: tuple[list[Text], ...] = (self.named.get(folded, [])[:], [], [], [])
        for at in held:
            text, said = self.texts[at], self._folded[at]
            if text.kind > 1:
                groups[3].append(text)
            else:
                groups[0 if said == folded else 1 if said.startswith(folded) else 2].append(text)
        return [text for group in groups for text in group]


@kept
def _index(graph: Graph) -> _Index:
    """Return the texts of a graph, read when they are first wanted."""
    return _Index(graph)
