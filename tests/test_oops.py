"""The pitfalls of OOPS!, the OntOlogy Pitfall Scanner, as queries that return nothing of our ontologies.

A pitfall is a file of `oops/`: a query that returns what has fallen into it, and beside it a small ontology that has,
of which it returns exactly that. Where OOPS! decides by a hint (the domains of two properties that are called
inverse), so does the query, and its first lines say so. What no query decides is listed here with the reason.

Sources: the catalogue of OOPS!, https://oops.linkeddata.es/catalogue.jsp; M. Poveda-Villalón, A. Gómez-Pérez,
M. C. Suárez-Figueroa, International Journal on Semantic Web and Information Systems 10(2), 2014.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from sengraph import load
from sengraph.terms import GIAS, SEN
from tests import test_alignments as alignments

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "oops"
ONTOLOGY = ROOT / "ontology"
CATALOGUE = ROOT.parent / "shared" / "data" / "checklists" / "oops_pitfalls.txt"
WRONG = "https://example.org/wrong#"

QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("P*.rq"))}

NO_QUERY = {
    "P30": "whether two classes that are not declared equivalent mean the same thing is a matter of their meaning: "
    "OOPS! asks a dictionary of synonyms; here each alignment tells why it claims no more (test_alignments)",
    "P31": "whether two classes that are declared equivalent mean the same thing is a matter of their meaning; here only "
    "classes and their definitions are equivalent, never two named classes (P02)",
    "P37": "whether an ontology is on the web is asked of a server: CN1, DOC1 and URI1 in test_foops",
}
"""Pitfalls that no query over the ontology decides, and why."""

PLANTED = {
    "P02": {("Car", "Motorcar"), ("Motorcar", "Car")},
    "P03": {("isA",)},
    "P04": {("Island",)},
    "P05": {("sells", "buys"), ("buys", "sells")},
    "P06": {("Egg", "Bird"), ("Bird", "Animal"), ("Animal", "Egg")},
    "P07": {("StyleAndPeriod",)},
    "P08A": {("Thing",)},
    "P08C": {("Thing",)},
    "P08L": {("Thing",)},
    "P10": {("https://example.org/wrong", "2")},
    "P11": {("knows",)},
    "P12": {("partOf", "part-of"), ("part-of", "partOf")},
    "P13N": {("owns",)},
    "P13S": {("neighbourOf",)},
    "P13Y": {("ownedBy", "owns")},
    "P19": {("address", "Firm", "Person")},
    "P20": {("Fish",)},
    "P21": {("OtherFish",)},
    "P22": {("salt-water-fish",)},
    "P24": {("Parent",)},
    "P25": {("meets",)},
    "P26": {("meets", "isMetBy")},
    "P27": {("name", "title"), ("title", "name")},
    "P28": {("owns",)},
    "P29": {("owns",)},
    "P32": {("Bank", "Shore")},
    "P33": {("siblingOf",)},
    "P34": {("Animal",)},
    "P35": {("swimsIn",), ("http://purl.org/vocab/vann/preferredNamespaceUri",)},
    "P36": {("https://example.org/wrong.owl",)},
    "P38": {("http://www.w3.org/2002/07/owl#Ontology",)},
    "P39": {("_:",)},
    "P40": {("http://purl.org/dc/terms/Fish",)},
    "P41": {("https://example.org/wrong",)},
}
"""What each query returns of the ontology beside it, worked out by hand."""

OF_THE_FILE = {"P36", "P38", "P39", "P41"}
"""Pitfalls of a file by itself: what it imports cannot make up for them."""

NO_INVERSES = (
    "no inverse without a need: SPARQL goes against a property with ^, and each inverse would say every triple twice"
)
"""Why most of our properties are in P13N, now and in future."""

MEANT = {
    ("P04", "gias"): {
        f"{GIAS}succeededBy": "a link to a successor, which must say nothing more of it (its scope note)"
    },
    ("P11", "gias"): {
        f"{GIAS}succeededBy": "a link to a successor, which must say nothing more of it (its scope note)"
    },
    ("P13Y", "sen"): {f"{SEN}alternativeTo {SEN}informs": "to tell somebody is not to be there in somebody's place"},
    ("P13S", "sen"): {
        f"{SEN}alternativeTo": "the SEN team is the alternative to the SENCO, as the table prints them; not the reverse",
        f"{SEN}comprises": "parts of a compound have no parts, and a part does not comprise the whole",
        f"{SEN}informs": "who is told does not tell",
    },
}
"""What has fallen into a pitfall and is meant to: the rows of its query, terms side by side, and the reason."""


def found(query: str, triples) -> set[tuple[str, ...]]:
    """Return the rows of a query over some triples, with terms of the wrong ontologies by their names."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return {tuple(map(_name, row)) for row in solutions}


def _name(term) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else term.value.removeprefix(WRONG)


@functools.cache
def ontology(name: str, alone: bool) -> tuple[ox.Triple, ...]:
    """Return what a file says, and unless it is read alone what it imports.

    An alignment says nothing of the terms of others, not even what kind they are: that stands in the published files.
    It names terms of the register, too.
    """
    if name in alignments.TARGETS:
        around = () if alone else (*alignments.ours(), *alignments.published(name), *alignments.published("skos"))
        return (*alignments.triples(name), *around)
    imported = [] if alone or name in ("sen", "service", "odrl-profile") else [ONTOLOGY / "sen.ttl"]
    return tuple(load.read([ONTOLOGY / f"{name}.ttl", *imported], imports=False))


def cases():
    """Each query with each ontology that has something to do with it."""
    for pitfall, query in QUERIES.items():
        about_terms = "?namespace" in query and pitfall != "P40"
        names = ["sen", "gias", "service", "odrl-profile"]  # those that define classes and properties
        names += [] if about_terms else ["code-2001"]
        names += [] if "?namespace" in query else alignments.TARGETS
        wanting = [pytest.mark.xfail(strict=True, reason=NO_INVERSES)] if pitfall == "P13N" else []
        for name in names:
            yield pytest.param(pitfall, name, marks=wanting, id=f"{pitfall}-{name}")


@pytest.mark.parametrize(("pitfall", "name"), [*cases()])
def test_nothing_of_ours_has_fallen_into_it(pitfall, name):
    """The query of a pitfall returns nothing but what is meant; what others say of their own terms is their affair."""
    rows = found(QUERIES[pitfall], ontology(name, pitfall in OF_THE_FILE))
    if name in alignments.TARGETS:
        named = {term.value for triple in alignments.triples(name) for term in triple if isinstance(term, ox.NamedNode)}
        rows = {row for row in rows if row[0] in named}
    assert {" ".join(row) for row in rows} == MEANT.get((pitfall, name), {}).keys()


@pytest.mark.parametrize("pitfall", sorted(PLANTED))
def test_the_query_finds_what_has(pitfall):
    """Of the wrong ontology beside it, the query returns what is wrong with it and no more."""
    triples = load.read([FOLDER / f"{pitfall}.ttl"], imports=False)
    assert found(QUERIES[pitfall], triples) == PLANTED[pitfall]


@pytest.mark.parametrize("pitfall", sorted(PLANTED))
def test_a_query_says_what_it_decides(pitfall):
    """A query opens with what the pitfall is and what it returns, as comments."""
    comment = re.match(r"(?:#.*\n)+", QUERIES[pitfall])
    assert comment
    assert "Returned" in comment[0] or "returned" in comment[0]


def test_each_query_has_its_wrong_ontology():
    """Queries, wrong ontologies and what is expected of them are of the same pitfalls, and no other is decided twice."""
    assert [*QUERIES] == sorted(PLANTED) == sorted(path.stem for path in FOLDER.glob("P*.ttl"))
    assert not NO_QUERY.keys() & PLANTED.keys()


@pytest.mark.skipif(
    not CATALOGUE.is_file(), reason="pitfalls were NOT counted: the catalogue is not beside the checkout"
)
def test_every_pitfall_of_the_catalogue_is_looked_at():
    """Each pitfall of the catalogue is a query, or is told why it is none."""
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    assert {line.partition(" | ")[0].replace("'", "") for line in lines} == QUERIES.keys() | NO_QUERY.keys()
