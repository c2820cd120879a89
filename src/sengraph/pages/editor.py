"""The editor of SPARQL in a browser: where its files are, and what it is told of the graph.

The editor is Yasgui (https://github.com/rdfjs/Yasgui), two files that a build may have put beside the data; they are
served from here, and nothing is loaded from elsewhere. `static/editor.js` sets it up with what it is told in
`editor.json`: the prefixes, the terms that it completes, and the stored questions as examples.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sengraph import load
from sengraph.errors import UsageError
from sengraph.pages.html import Link
from sengraph.terms import BASE, CODE, DCTERMS, GIAS, KNOWN, ONTOLOGY, OWL, RDF, RDFS, SKOS, compact

if TYPE_CHECKING:
    import pyoxigraph as ox

    from sengraph.graph import Graph
    from sengraph.questions import Question

FILES = ("yasgui.min.js", "yasgui.min.css")
"""The names of the editor's files."""

CLASS, PROPERTY, THING = "class", "property", "thing"
"""The kinds of terms, which the editor offers at different places of a query."""

BORROWED = {
    CLASS: {OWL: ("Class", "DatatypeProperty", "ObjectProperty", "Ontology"), SKOS: ("Concept", "ConceptScheme")},
    PROPERTY: {
        DCTERMS: (
            *("bibliographicCitation", "created", "description", "identifier", "isPartOf", "isReplacedBy", "issued"),
            *("license", "modified", "publisher", "source", "title"),
        ),
        OWL: ("equivalentClass", "inverseOf", "propertyChainAxiom", "versionInfo"),
        RDF: ("type",),
        RDFS: ("domain", "isDefinedBy", "label", "range", "seeAlso", "subClassOf", "subPropertyOf"),
        SKOS: (
            *("altLabel", "broader", "definition", "example", "hiddenLabel", "inScheme", "notation", "note"),
            *("prefLabel", "scopeNote"),
        ),
    },
}
"""Terms of other vocabularies that the packaged data and a register use, by kind and namespace."""

GIVEN = {"date": "2005-09-01", "string": "policy"}
"""What an example gives a parameter that needs a value, by type, where there is nothing to choose from."""


def files() -> dict[str, Path]:
    """Return the paths of the editor's files by name; none of them if the build could not get them all."""
    found = {name: load.data_dir() / "editor" / name for name in FILES}
    return found if all(path.is_file() for path in found.values()) else {}


def settings(graph: Graph, link: Link) -> dict[str, Any]:
    """Return what the editor is told, as JSON has it: two queries are run.

    Args:
        graph: the graph that is asked.
        link: turns places into what links say.

    Returns:
        `base`: what the IRIs of things here begin with; `documents` and `resource`: what the addresses of their
        documents begin with, and those of documents that are told the IRI (see `linked.place_of`); `prefixes`, a
        namespace for each; `terms` and `examples`: as the functions of these names return them.
    """
    return {
        "base": BASE,
        "documents": link("doc/"),
        "resource": link("resource?iri="),
        "prefixes": KNOWN,
        "terms": terms(graph),
        "examples": examples(graph),
    }


def terms(graph: Graph) -> list[tuple[str, str, str]]:
    """Return the compact name, the label and the kind of the terms that a query may use, sorted.

    They are what the vocabularies here define, their individuals and the parts of the code included, and what the
    data uses of others. The establishments of a register are too many.
    """
    kinds = {
        row["term"].value: CLASS if row["kind"].value == f"{OWL}Class" else PROPERTY for row in graph.select(_KINDS)
    }
    labels: dict[str, str] = {}
    for row in sorted(graph.select(_LABELS), key=_in_english):  # the English label last, so that it stays
        labels[row["term"].value] = row["label"].value
    ours = [(compact(iri), label, kinds.get(iri, THING)) for iri, label in labels.items()]
    spaces = [(kind, space, names) for kind, by_space in BORROWED.items() for space, names in by_space.items()]
    borrowed = [(compact(space + name), "", kind) for kind, space, names in spaces for name in names]
    return sorted(term for term in ours + borrowed if not term[0].startswith("<"))


_KINDS = f"""SELECT ?term ?kind {{
  VALUES ?kind {{ <{OWL}AnnotationProperty> <{OWL}DatatypeProperty> <{OWL}ObjectProperty> <{OWL}Class> }}
  ?term a ?kind FILTER(isIRI(?term))
}}"""
_LABELS = f"""SELECT ?term ?label {{
  VALUES ?ours {{ <{ONTOLOGY}> <{CODE[:-1]}> <{GIAS[:-1]}> }} ?term <{RDFS}isDefinedBy> ?ours ; <{RDFS}label> ?label
  FILTER(isLITERAL(?label))
}}"""


def _in_english(row: ox.QuerySolution) -> tuple[bool, str]:
    label = row["label"]
    return (label.language or "").lower().split("-")[0] == "en", label.value


def examples(graph: Graph) -> list[dict[str, str]]:
    """Return the stored questions that can be asked as they are: the name, summary, first tag and SPARQL of each.

    A parameter that needs a value has the first that it can have; a question is left out where there is none, such as
    one about a school where no register is.
    """
    found = []
    for question in graph.questions:
        given = {p.name: _example(graph, question, p.name) for p in question.parameters if p.required}
        try:
            text = graph.sparql(question.name, **given)
        except UsageError:
            continue
        tag = next(iter(question.tags), "")
        found.append({"name": question.name, "summary": question.summary, "tag": tag, "sparql": text})
    return sorted(found, key=lambda example: (example["tag"], example["name"]))


def _example(graph: Graph, question: Question, name: str) -> str | None:
    """Return a value for a parameter that needs one; None if there is none."""
    parameter = question.parameter(name)
    choices = [parameter.default] if parameter.default is not None else graph.choices(parameter)
    return next(iter(choices), None) or GIVEN.get(parameter.type)
