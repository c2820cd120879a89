"""The page that says in one look what this is, and lets one ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sengraph.pages import structured
from sengraph.pages.codes import codes_of
from sengraph.pages.html import MODALITIES, Link, Ref, modality_class, render
from sengraph.pages.table import facets_of, kept_grid, value_of
from sengraph.terms import SEN

if TYPE_CHECKING:
    from sengraph.graph import Graph

OFFERED = (
    "who-is-responsible",
    "statutory-duties",
    "discretionary-powers",
    "information-lines",
    "differences",
    "gaps",
)
"""The questions that are named on this page, where there are such."""


def home_page(graph: Graph, link: Link) -> bytes:
    """Return the home page.

    Args:
        graph: the graph.
        link: turns places into what links say.
    """
    table = kept_grid(graph)
    facets = facets_of(graph)
    label = graph.names.label
    forces: dict[str, list[int]] = {}
    for _, cells in table.rows:
        for at, cell in enumerate(cells):
            for clause in cell.clauses:
                for force in facets.get(clause.iri, {}).get("modality", []):
                    forces.setdefault(force, [0] * len(cells))[at] += 1
    order = sorted(forces, key=lambda force: (_rank(force), label(force)))
    bearers = {party for said in facets.values() for party in said.get("bearer", ())}
    return render(
        "home.html",
        link,
        settings=[(Ref(setting, label(setting)), value_of(setting)) for setting in table.settings],
        forces=[(Ref(force, label(force)), value_of(force), forces[force]) for force in order],
        parties=sorted(((label(party), value_of(party)) for party in bearers), key=lambda pair: pair[0].casefold()),
        activities=[(label(activity), value_of(activity)) for activity, _ in table.rows],
        total=sum(map(sum, forces.values())),
        statuses=codes_of(graph).every,
        has_schools=_has_schools(graph),
        questions=[graph.questions[name] for name in OFFERED if name in graph.questions],
        number=len(graph.questions.names),
        structured=structured.website(link),
    )


def _rank(force: str) -> int:
    name = modality_class(force)
    return MODALITIES.index(name) if name in MODALITIES else len(MODALITIES)


def _has_schools(graph: Graph) -> bool:
    rows = graph.select(f"SELECT ?school {{ ?school a <{SEN}Establishment> }} LIMIT 1")
    return any(True for _ in rows)
