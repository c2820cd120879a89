"""Exports: what a graph says of responsibilities, in the form that other tools take.

An export is a document of its own, made of any graph: the packaged one, one's own codes of practice, a store with a
register. It is a translation and no alignment (`ontology/alignments/`): the terms of another vocabulary are said of
things that are made for the purpose, and not of ours, of which they would not be true.

    odrl       responsibilities as rules of ODRL 2.2          thesaurus  activities, parties and matters in SKOS
    facts      what both read, and how they say it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sengraph.exports import odrl, thesaurus

if TYPE_CHECKING:
    import pyoxigraph as ox

    from sengraph.graph import Graph


class Export(NamedTuple):
    """A form in which a graph can be taken.

    Attributes:
        name: what it is called on the command line and in addresses.
        title: what it is, in a few words.
        summary: what it holds, in a sentence.
        make: returns its triples, in the same order for the same graph.
        prefixes: what is declared where a format has prefixes.
    """

    name: str
    title: str
    summary: str
    make: Callable[[Graph], list[ox.Triple]]
    prefixes: Mapping[str, str]


EXPORTS = {
    export.name: export
    for export in (
        Export(
            "odrl",
            "Codes of practice as ODRL policies",
            "One policy for each code of practice and one rule for each responsibility, by a profile of ODRL 2.2 in "
            "which must, should, may, has responsibility and will are five disjoint classes of rule.",
            odrl.policies,
            odrl.PREFIXES,
        ),
        Export(
            "thesaurus",
            "A thesaurus of activities, parties and matters",
            "A concept scheme in SKOS: what is done, by which roles, bodies and groups, and about what, with labels, "
            "definitions and relations, and without forces.",
            thesaurus.concept_scheme,
            thesaurus.PREFIXES,
        ),
    )
}
"""Every export, by its name."""
