"""The page for SPARQL: a form that works anywhere with the answer below it, or an editor where a browser runs scripts.

Without scripts, or where the build could not get the editor's files, the form sends the query and the page comes back
with it and its answer. With them the editor takes the place of the form's text, and shows answers itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sengraph.pages import editor
from sengraph.pages.answer import Shown, shown
from sengraph.pages.html import TITLES, Link, render
from sengraph.terms import KNOWN

if TYPE_CHECKING:
    from sengraph.graph import Answer, Graph
    from sengraph.results import Raw

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=' "
    "'sha256-c0O6TmFAkgpNbHxKAa1BrveWHHopjEtC47i0PzMudxg='"
)
"""What a browser may do on this page: as anywhere, and two styles, known by their digests, with which the editor lets
the columns of its results be drawn wider."""

FIRST = """\
PREFIX sen: <https://w3id.org/sengraph/ontology#>
SELECT ?who ?modality ?activity
WHERE {
  ?responsibility sen:bearer ?who ;
    sen:modality ?modality ;
    sen:activity ?activity ;
    sen:appliesIn sen:setting-maintained-mainstream .
}
ORDER BY ?who ?activity
"""
"""What stands in the form of whoever has asked nothing yet."""

OFFERED = {"rows": ("csv", "tsv", "json", "xml"), "truth": ("json", "xml"), "triples": ("ttl", "jsonld", "nt", "rdf")}
"""The formats of each kind of answer; what is yes or no has no other than tables have."""

LONGEST_LINK = 16384
"""How many characters an address may have that a page links: browsers and servers take that much."""


def sparql_page(
    graph: Graph, link: Link, *, query: str = "", answer: Answer | Raw | None = None, error: str = ""
) -> bytes:
    """Return the page for SPARQL.

    Args:
        graph: the graph that is asked.
        link: turns places into what links say.
        query: what was asked; it stands in the form again.
        answer: what `graph.run` or `graph.answer` returned to it; None if it was not answered.
        error: why not, if it was asked; it stands beside the form.

    Errors:
        InputError: the store turns out to be damaged.
    """
    answered = None if answer is None else shown(graph, answer)
    scripts = editor.files()
    return render(
        "sparql.html",
        link,
        query=query.replace("\r\n", "\n") or FIRST,  # forms send other ends of lines
        asked=bool(query),
        error=error,
        answer=answered,
        downloads=_downloads(link, query, answered),
        offered=OFFERED,
        titles=TITLES,
        prefixes=KNOWN,
        scripts=scripts,
    )


def _downloads(link: Link, query: str, answer: Shown | None) -> list[tuple[str, str]]:
    """Return where the whole answer is to be had: what a format is called, and a link."""
    place = f"sparql?query={quote(query, safe='', errors='replace')}"
    if answer is None or len(place) > LONGEST_LINK:
        return []
    return [(TITLES[name], link(f"{place}&format={name}")) for name in OFFERED[answer.kind]]
