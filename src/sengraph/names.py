"""What people call things: compact names, short names and labels, to IRIs and back.

`senco`, `SENCO`, `sen:party-senco` and the full IRI name the same party. A short name is the local
name, with or without the kind it opens with (`party-`); labels and alternative labels count in any
case, with a leading "in" or "the" or without, and so do hidden labels where a class is wanted. One
query fetches the names of a class, when the first of them is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from sengraph.errors import UsageError, did_you_mean
from sengraph.terms import RDFS, SEN, SKOS, compact, expand

Select = Callable[[str], Iterable[ox.QuerySolution]]
"""Runs a SELECT query and returns its solutions."""


class Names:
    """The names of the things in a graph.

    Args:
        select: runs a SELECT query on the graph.
    """

    def __init__(self, select: Select) -> None:
        self._select = select
        self._by_class: dict[str, dict[str, list[str]]] = {}
        self._labels: dict[str, str] | None = None

    def resolve(self, name: str, cls: str) -> str:
        """Return the IRI of the instance of a class that a person means.

        Args:
            name: an IRI, compact name, short name or label.
            cls: the IRI of the class; empty for any labelled thing, and then any IRI is taken as it is.

        Returns:
            the IRI.

        Errors:
            UsageError: nothing, or more than one thing, has that name (with the nearest candidates).
        """
        iri = expand(name.strip())
        if iri is not None and not cls:
            return iri
        names = self._names(cls)
        found = names.get(iri if iri is not None else _fold(name), [])
        if not found and iri is None:
            found = names.get(re.sub(r"^((in|the) )+", "", _fold(name)), [])
        if len(found) == 1:
            return found[0]
        kind = f"{compact(cls)} is" if cls else "thing is"
        if found:
            candidates = " or ".join(compact(candidate) for candidate in found)
            raise UsageError(f"more than one {kind} called {name!r}: say {candidates}")
        known = {text: _short(iris[0], cls) for text, iris in names.items() if "://" not in text}
        raise UsageError(f"no {kind} called {name!r}. {did_you_mean(_short(iri, cls) if iri else name, known, known)}")

    def instances(self, cls: str) -> list[str]:
        """Return the instances of a class by the shortest name that finds each, sorted."""
        return sorted({_short(iris[0], cls) for iris in self._names(cls).values()})

    def label(self, iri: str) -> str:
        """Return what to show people for an IRI: the label of a term of the vocabulary, else a compact name."""
        if not iri.startswith(SEN):
            return compact(iri)
        if self._labels is None:
            query = (  # the English label last, so that it stays
                f'SELECT ?thing ?label {{ ?thing <{RDFS}label> ?label FILTER(STRSTARTS(STR(?thing), "{SEN}")) }}'
                ' ORDER BY ?thing LANGMATCHES(LANG(?label), "en") ?label'
            )
            self._labels = {row[0].value: row[1].value for row in self._select(query)}
        return self._labels.get(iri) or compact(iri)

    def _names(self, cls: str) -> dict[str, list[str]]:
        """Return the IRIs of a class's instances by each of their folded names."""
        if cls not in self._by_class:
            ox.NamedNode(
                cls or SEN
            )  # a class comes from a question's header: it must be an IRI before it is put in a query
            typed = f"?class <{RDFS}subClassOf>* <{cls}> . ?thing a ?class ." if cls else ""
            label = f"?thing <{RDFS}label>|<{SKOS}altLabel>{f'|<{SKOS}hiddenLabel>' if cls else ''} ?label"
            label = f"OPTIONAL {{ {label} }}" if cls else label
            names: dict[str, list[str]] = {}
            for thing, text in self._select(
                f"SELECT DISTINCT ?thing ?label {{ {typed} {label} }} ORDER BY ?thing ?label"
            ):
                if not isinstance(thing, ox.NamedNode):
                    continue
                iri = thing.value
                for name in (iri, *_short_names(iri, cls), *([_fold(text.value)] if text else [])):
                    if iri not in names.setdefault(name, []):
                        names[name].append(iri)
            self._by_class[cls] = names
        return self._by_class[cls]


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _kind(cls: str) -> str:
    """Return what the local names of a class's instances open with: `setting-` for sen:SettingType."""
    word = re.match(r"[A-Z][a-z]*", cls.rpartition("#")[2].rpartition("/")[2])
    return f"{word[0].lower()}-" if word else ""


def _short_names(iri: str, cls: str) -> set[str]:
    """Return the local name, and the local name without its kind, folded."""
    local = _fold(re.split(r"[/#]", iri)[-1])
    return {local, _short(iri, cls).casefold()} - {""}


def _short(iri: str, cls: str) -> str:
    local = re.split(r"[/#]", iri)[-1]
    return local.removeprefix(_kind(cls)) if cls else local
