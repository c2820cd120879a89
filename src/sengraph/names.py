"""What people call things: compact names, short names and labels, to IRIs and back.

`senco`, `SENCO`, `sen:party-senco` and the full IRI name the same party. A short name is the local
name, with or without the kind it opens with (`party-`); labels and alternative labels count in any
case, with a leading "in" or "the" or without, and so do hidden labels where a class is wanted. One
query fetches the names of a class, when the first of them is wanted; a class with very many instances, such
as the establishments of a register, is asked for the one name instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

import pyoxigraph as ox

from sengraph.errors import UsageError, did_you_mean, shown
from sengraph.terms import GIAS, ONTOLOGY, RDFS, SEN, SKOS, compact, expand, is_iri

LARGE = 2000
"""How many instances make a class one whose names are not fetched."""

SEVERAL = 5
"""How many things of one name are told."""

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
        self._samples: dict[str, str] = {}
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
            if not is_iri(iri):
                raise UsageError(f"{shown(name)} is no IRI")
            return iri
        if self._sample(cls):
            return self._resolve_among_many(name, iri, cls)
        names = self._names(cls)
        found = names.get(iri if iri is not None else _fold(name), [])
        if not found and iri is None:
            found = names.get(re.sub(r"^((in|the) )+", "", _fold(name)), [])
        if len(found) == 1:
            return found[0]
        kind = f"{compact(cls)} is" if cls else "thing is"
        if found:
            candidates = " or ".join(compact(candidate) for candidate in found)
            raise UsageError(f"more than one {kind} called {shown(name)}: say {candidates}")
        known = {text: _short(iris[0], cls) for text, iris in names.items() if "://" not in text}
        hint = did_you_mean(_short(iri, cls) if iri else name, known, known)
        raise UsageError(f"no {kind} called {shown(name)}. {hint}")

    def instances(self, cls: str) -> list[str]:
        """Return the instances of a class by the shortest name that finds each, sorted; none if there are too many."""
        return [*self.named(cls)]

    def named(self, cls: str) -> dict[str, str]:
        """Return the IRIs of the instances of a class by the same names, in the same order."""
        if self._sample(cls):
            return {}
        return dict(sorted((_short(iris[0], cls), iris[0]) for iris in self._names(cls).values()))

    def exist(self, cls: str) -> bool:
        """Tell whether a class has instances."""
        return bool(self._sample(cls) or self._names(cls))

    def label(self, iri: str) -> str:
        """Return what to show people for an IRI: the label of a term of ours, else a compact name."""
        if not iri.startswith((SEN, GIAS)):
            return compact(iri)
        if self._labels is None:
            query = (  # the English label last, so that it stays
                f"SELECT ?thing ?label {{ VALUES ?ours {{ <{ONTOLOGY}> <{GIAS[:-1]}> }} "
                f"?thing <{RDFS}isDefinedBy> ?ours ; <{RDFS}label> ?label }}"
                ' ORDER BY ?thing LANGMATCHES(LANG(?label), "en") ?label'
            )
            self._labels = {row[0].value: row[1].value for row in self._select(query)}
        return self._labels.get(iri) or compact(iri)

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the labels of things, the English one where there are several; one query is run."""
        values = " ".join(sorted(f"<{iri}>" for iri in iris if is_iri(iri)))
        rows = self._select(
            f"SELECT ?thing ?label {{ VALUES ?thing {{ {values} }} ?thing <{RDFS}label> ?label }}"
            ' ORDER BY ?thing LANGMATCHES(LANG(?label), "en") ?label'
        )
        return {thing.value: label.value for thing, label in rows}

    def _resolve_among_many(self, name: str, iri: str | None, cls: str) -> str:
        """Return the IRI of the instance that a person means, of a class with too many to fetch their names."""
        candidates = [iri] if iri is not None else self._by_local_name(name.strip(), cls)
        found = [*islice((candidate for candidate in candidates if self._is_instance(candidate, cls)), 1)]
        if not found and iri is None:
            found = self._labelled(name.strip(), cls)
        if len(found) == 1:
            return found[0]
        said = ", ".join(f"{_short(each, cls)} ({label})" for each, label in self._told(found[:SEVERAL]))
        if found:
            more = " ..." if len(found) > SEVERAL else ""
            raise UsageError(f"{len(found)} things ({compact(cls)}) are called {shown(name)}: say which, {said}{more}")
        near = ", ".join(f"{_short(each, cls)} ({label})" for each, label in self._near(name, cls))
        hint = f"Near it: {near}." if near else "Give the whole name, or a part of it to see which there are."
        raise UsageError(f"no {compact(cls)} is called {shown(name)}. {hint}")

    def _by_local_name(self, name: str, cls: str) -> list[str]:
        """Return the IRIs that a short name stands for, beside another instance of the class."""
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
            return []
        namespace = re.sub(r"[^/#]*$", "", self._sample(cls))
        return [f"{namespace}{name}", f"{namespace}{_kind(cls)}{name}"]

    def _labelled(self, name: str, cls: str) -> list[str]:
        """Return the instances of a class that have a label, as it is written or else in any case."""
        patterns = [
            f"{{ ?thing <{predicate}> {ox.Literal(name, language=language) if language else ox.Literal(name)} }}"
            for predicate in (f"{RDFS}label", f"{SKOS}altLabel")
            for language in ("en", "")
        ]
        folded = f"?thing <{RDFS}label> ?label FILTER(LCASE(STR(?label)) = {ox.Literal(_fold(name))})"
        for pattern in (" UNION ".join(patterns), folded):
            rows = self._select(f"SELECT DISTINCT ?thing {{ {pattern} }} ORDER BY ?thing")
            if found := [row[0].value for row in rows if self._is_instance(row[0].value, cls)]:
                return found
        return []

    def _near(self, name: str, cls: str) -> list[tuple[str, str]]:
        """Return a few instances of a class with a label that a name is a part of."""
        rows = self._select(
            f"SELECT ?thing ?label {{ ?thing <{RDFS}label> ?label "
            f"FILTER(CONTAINS(LCASE(STR(?label)), {ox.Literal(_fold(name))})) }} LIMIT {10 * SEVERAL}"
        )
        found = [(row[0].value, row[1].value) for row in rows if self._is_instance(row[0].value, cls)]
        return sorted(found)[:SEVERAL]

    def _told(self, iris: list[str]) -> list[tuple[str, str]]:
        """Return IRIs with what tells them from others of their name: the labels of what they are related to."""
        told = []
        for iri in iris:
            rows = self._select(f"SELECT ?label {{ <{iri}> <{GIAS}authority> ?of . ?of <{RDFS}label> ?label }}")
            told.append((iri, next((row[0].value for row in rows), "-")))
        return told

    def _is_instance(self, iri: str, cls: str) -> bool:
        thing = str(ox.NamedNode(iri)) if is_iri(iri) else ""
        return bool(thing) and any(True for _ in self._select(f"SELECT ?class {{ {_typed(cls, thing)} }} LIMIT 1"))

    def _sample(self, cls: str) -> str:
        """Return an instance of a class that has very many, or empty text for another class."""
        if cls not in self._samples:
            rows = self._select(f"SELECT ?thing {{ {_typed(cls, '?thing')} }} LIMIT 1 OFFSET {LARGE}") if cls else ()
            self._samples[cls] = next((row[0].value for row in rows if isinstance(row[0], ox.NamedNode)), "")
        return self._samples[cls]

    def _names(self, cls: str) -> dict[str, list[str]]:
        """Return the IRIs of a class's instances by each of their folded names."""
        if cls not in self._by_class:
            typed = _typed(cls, "?thing") if cls else ""
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


def _typed(cls: str, thing: str) -> str:
    """Return the pattern for an instance of a class; the class comes from a question's header and must be an IRI."""
    return f"?class <{RDFS}subClassOf>* {ox.NamedNode(cls)} . {thing} a ?class ."


def local_name(iri: str) -> str:
    """Return what stands behind the last slash or hash of an IRI.

    >>> local_name("https://w3id.org/sengraph/ontology#party-senco")
    'party-senco'
    """
    return re.split(r"[/#]", iri)[-1]


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _kind(cls: str) -> str:
    """Return what the local names of a class's instances open with: `setting-` for sen:SettingType."""
    word = re.match(r"[A-Z][a-z]*", cls.rpartition("#")[2].rpartition("/")[2])
    return f"{word[0].lower()}-" if word else ""


def _short_names(iri: str, cls: str) -> set[str]:
    """Return the local name, and the local name without its kind, folded."""
    local = _fold(local_name(iri))
    return {local, _short(iri, cls).casefold()} - {""}


def _short(iri: str, cls: str) -> str:
    local = local_name(iri)
    return local.removeprefix(_kind(cls)) if cls else local
