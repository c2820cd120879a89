"""The JSON-LD in pages says in schema.org's terms what is true of the data, and is data to every browser.

Each block is expanded to triples by rdflib, with schema.org's vocabulary for a context, and what is said is looked up in
the published file of schema.org. That browsers run nothing of it, and have nothing to complain of, is seen in
test_browser.py and test_static_site.py, which watch the pages of all kinds.
"""

from __future__ import annotations

import hashlib
import json
import re

import html5lib
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import sengraph
from sengraph import ingest, linked
from sengraph.graph import Embedded
from sengraph.pages import structured
from sengraph.pages.html import render
from sengraph.serve.dataset import Dataset
from sengraph.terms import ASSERTED, CODE, ESTABLISHMENT, RDF, RDFS, SEN
from tests.browser import PAGES, PROBLEMS, SCHOOLS
from tests.conftest import ROOT, STATIC_BASE
from tests.site_helpers import BASE, Site

SCHEMA = "https://schema.org/"
PUBLISHED = ROOT.parent / "shared" / "data" / "ontologies" / "schemaorg-current-https-30.0.ttl"

ADDRESSES = ("url", "contentUrl", "license", "mainEntityOfPage", "additionalType")
"""Properties whose texts are addresses or IRIs: in schema.org's context they are read as such."""

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use

BLOCK = re.compile(r'<script type="application/ld\+json">(.*)</script>')


def block(document):
    """Return what the block of a page says; None if it has none."""
    found = BLOCK.findall(document.decode())
    assert len(found) < 2
    return json.loads(found[0]) if found else None


def expanded(node, address):
    """Return the triples of a block that stands in a page with an address."""
    assert node["@context"] == "https://schema.org"
    context = {"@vocab": SCHEMA} | {name: {"@id": SCHEMA + name, "@type": "@id"} for name in ADDRESSES}
    text = json.dumps({**node, "@context": context})
    return rdflib.Graph().parse(data=text, format="json-ld", publicID=address)


@pytest.fixture(scope="module")
def site(graph):
    """The site of the packaged graph."""
    return Site(Served(graph, "packaged"))


@pytest.fixture(scope="module")
def schools_site(schools):
    """The site of the invented schools."""
    return Site(Served(schools, "invented schools"))


class Served:
    """A data set."""

    def __init__(self, graph, version):
        self.graph, self.version = graph, f"{version}, with blocks"


@pytest.fixture(scope="module")
def told(site, schools_site, static_files):
    """What the blocks of all kinds of page say, by the address of the page: on a server, and on a site of files."""
    found = {}
    for each, places in ((site, PAGES), (schools_site, PAGES | SCHOOLS)):
        for place in places.values():
            found[f"{BASE}{place}"] = block(each.get(f"/{place}").body)
    for name, text in static_files.items():
        if name.endswith(".html"):
            found[f"{STATIC_BASE}{name}"] = block(text)
    return {address: node for address, node in found.items() if node}


# ------------------------------------------------------------------------------------ which page says what


def test_pages_of_these_kinds_have_a_block_and_no_others(site, schools_site):
    """Neither tables, answers and forms have one, nor pages about what is wrong, nor things that schema.org has no word for."""
    kinds = {name: block(site.get(f"/{place}").body) for name, place in PAGES.items()}
    kinds |= {name: block(schools_site.get(f"/{place}").body) for name, place in SCHOOLS.items()}
    kinds |= {name: block(site.get(f"/{place}").body) for name, (_, place) in PROBLEMS.items()}
    assert {name: node["@type"] for name, node in kinds.items() if node} == {
        "home": "WebSite",
        "responsibility": "Thing",
        "passage": "CreativeWork",
        "code": "CreativeWork",
        "party": "DefinedTerm",
        "activity": "DefinedTerm",
        "force": "DefinedTerm",
        "setting": "DefinedTerm",
        "class": "DefinedTerm",
        "property": "DefinedTerm",
        "vocabulary": "DefinedTermSet",
        "vocabulary of the table": "CreativeWork",
        "vocabulary of the register": "DefinedTermSet",
        "data": "Dataset",
        "school": ["EducationalOrganization", "School"],
        "closed school": ["EducationalOrganization", "School"],
        "school that nothing addresses": "EducationalOrganization",
    }


def test_the_first_page_is_a_web_site_that_is_searched(site):
    """The search is offered as a template, which the server answers."""
    node = block(site.get("/").body)
    assert node == {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "sengraph",
        "url": BASE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{BASE}search?words={{words}}"},
            "query-input": "required name=words",
        },
    }
    target = node["potentialAction"]["target"]["urlTemplate"].replace("{words}", "SENCO")
    assert "SENCO Role, sen:party-senco" in site.get(site.target(target)).main.words


def test_a_site_of_files_offers_no_search(static_files):
    """Nobody answers a form there."""
    assert block(static_files["index.html"]) == {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "sengraph",
        "url": f"{STATIC_BASE}index.html",
    }


def test_a_party_is_what_a_defined_term_is_about(site):
    """The word has the names and the definition, and the thing that it means keeps its IRI to itself."""
    assert block(site.get("/doc/ontology/party-senco").body) == {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "name": "SENCO",
        "alternateName": ["SEN co-ordinator", "SEN coordinator", "special educational needs co-ordinator"],
        "description": "The person who co-ordinates what a setting does for special educational needs.",
        "termCode": "party-senco",
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": "https://w3id.org/sengraph/ontology"},
        "url": f"{BASE}doc/ontology/party-senco",
        "about": {"@id": "https://w3id.org/sengraph/ontology#party-senco"},
    }


def test_an_ontology_has_its_version_its_licence_and_who_made_it(site):
    """It is a set of terms; the table of the Code, which defines none, is a work."""
    node = block(site.get("/doc/ontology").body)
    authors = {"@type": "Organization", "@id": "https://w3id.org/sengraph/authors", "name": "The sengraph authors"}
    assert {name: node[name] for name in ("@id", "version", "license", "creator", "datePublished")} == {
        "@id": "https://w3id.org/sengraph/ontology",
        "version": "0.1.0",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creator": authors,
        "datePublished": "2026-11-23T00:00:00Z",
    }
    table = block(site.get("/doc/code-2001").body)
    assert (table["@type"], table["version"], table["creator"]) == ("CreativeWork", "0.1.0", authors)


def test_what_the_register_licenses_otherwise_is_told(schools_site):
    """The rights in its codes and names stand beside the licence of the rest, of the ontology as of the data."""
    for place in ("/doc/gias", "/doc/dataset"):
        node = block(schools_site.get(place).body)
        assert node["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert "Open Government Licence" in node["copyrightNotice"]


def test_a_passage_is_a_work_that_is_part_of_the_code(site):
    """It has its page; the Code has its number, its publisher, of whom nothing more is said, and its year."""
    assert block(site.get("/doc/code-2001/passage-mainstream-3").body) == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": f"{CODE}passage-mainstream-3",
        "name": "maintained mainstream schools, row 3 of the table",
        "additionalType": f"{SEN}Passage",
        "mainEntityOfPage": f"{BASE}doc/code-2001/passage-mainstream-3",
        "pagination": "15",
        "isPartOf": {"@id": f"{CODE}code"},
    }
    assert block(site.get("/doc/code-2001/code").body) == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": f"{CODE}code",
        "name": "Special Educational Needs Code of Practice (2001)",
        "additionalType": f"{SEN}CodeOfPractice",
        "mainEntityOfPage": f"{BASE}doc/code-2001/code",
        "identifier": "DfES/581/2001",
        "datePublished": "2001",
        "publisher": {"name": "Department for Education and Skills"},
    }


@pytest.mark.parametrize(
    ("name", "force"),
    [
        ("mainstream-3.1", "Obligation"),
        ("mainstream-1.1", "Recommendation"),
        ("mainstream-2.1", "Permission"),
        ("mainstream-6.2", "AssignedResponsibility"),
        ("special-4.2", "Expectation"),
    ],
)
def test_each_force_has_a_class_of_its_own(site, graph, name, force):
    """A responsibility is a Thing to schema.org, told of by its passage; its force is the vocabulary's, and only that."""
    iri = f"{CODE}{name}"
    rows = graph.query(f"SELECT ?label ?passage {{ <{iri}> rdfs:label ?label ; sen:statedIn ?passage }}").rows
    ((label, passage),) = [(one.value, two.value) for one, two in rows]
    node = block(site.get(f"/doc/code-2001/{name}").body)
    assert (node["@type"], node["@id"], node["name"]) == ("Thing", iri, label)
    assert node["additionalType"] == sorted([SEN + force, f"{SEN}Responsibility"])
    assert (node["subjectOf"]["@type"], node["subjectOf"]["@id"]) == ("CreativeWork", passage)


def test_a_school_has_its_number_and_its_postcode_and_nothing_of_people(schools_site):
    """Of the row of the register no street, telephone number or name of a head is told."""
    assert block(schools_site.get("/doc/establishment/900001").body) == {
        "@context": "https://schema.org",
        "@type": ["EducationalOrganization", "School"],
        "@id": f"{ESTABLISHMENT}900001",
        "name": "Alder Primary School",
        "additionalType": [
            "https://w3id.org/sengraph/gias/SchoolWithNurseryClasses",
            f"{SEN}Establishment",
            f"{SEN}MaintainedMainstreamSchool",
        ],
        "mainEntityOfPage": f"{BASE}doc/establishment/900001",
        "identifier": {"@type": "PropertyValue", "propertyID": "URN", "value": "900001"},
        "address": {"@type": "PostalAddress", "postalCode": "ZZ2 1ZZ"},
    }


# ------------------------------------------------------------------------------------ the data


def test_the_data_on_a_server_has_what_search_engines_for_data_want(site):
    """A name, 50 to 5,000 characters that describe it, a licence, who made it, its version, and files that are there."""
    node = block(site.get("/doc/dataset").body)
    assert node["@id"] == "https://w3id.org/sengraph/dataset"
    assert node["name"] == "Responsibilities for special educational needs"
    assert 50 <= len(node["description"]) <= 5000
    assert (node["license"], node["version"]) == ("https://creativecommons.org/licenses/by/4.0/", "0.1.0")
    assert node["creator"]["name"] == "The sengraph authors"
    assert node["isAccessibleForFree"] is True
    assert not {"temporalCoverage", "spatialCoverage"} & node.keys()
    assert [file["encodingFormat"] for file in node["distribution"]] == [
        "text/turtle",
        "application/n-triples",
        "application/ld+json",
    ]
    for file in node["distribution"]:
        answer = site.get(site.target(file["contentUrl"]), None)
        assert (answer.status, answer.media_type) == (200, file["encodingFormat"])


def test_the_data_on_a_site_of_files_is_its_dumps(static_files, site):
    """Each has its address, formats, size and digest; all else is as on a server."""
    node = block(static_files["doc/dataset.html"])
    files = {file["contentUrl"].removeprefix(STATIC_BASE): file for file in node["distribution"]}
    assert {"dumps/asserted.nt.gz", "dumps/inferred.ttl.gz", "dumps/all.nq.gz"} <= files.keys()
    assert files["dumps/all.nq.gz"]["encodingFormat"] == ["application/n-quads", "application/gzip"]
    for name, file in files.items():
        content = static_files[name]
        assert file["contentSize"] == f"{len(content)} B"
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    served = block(site.get("/doc/dataset").body)
    of_places = {"distribution", "url"}
    assert {k: v for k, v in node.items() if k not in of_places} == {
        k: v for k, v in served.items() if k not in of_places
    }


def test_data_of_others_is_not_told_to_be_free_or_ours(tmp_path):
    """No licence, no maker and no version is claimed for it."""
    path = tmp_path / "own.ttl"
    path.write_text(f'<https://example.org/o> a <http://www.w3.org/2002/07/owl#Ontology> ; <{RDFS}label> "Mine" .')
    node = block(Site(Dataset.open(None, path)).get("/doc/dataset").body)
    assert node.keys() == {"@context", "@type", "@id", "name", "url", "description", "distribution"}
    assert node["@id"] != linked.DATASET
    assert 50 <= len(node["description"]) <= 5000


# ------------------------------------------------------------------------------------ places


def test_server_and_files_say_the_same(told):
    """But for addresses, the block of a page is one and the same on both."""
    addresses = ("url", "mainEntityOfPage", "potentialAction", "distribution")
    compared = 0
    for place in PAGES.values():
        if (served := told.get(f"{BASE}{place}")) and place:
            static = told[f"{STATIC_BASE}{place}.html"]
            if served["@type"] != "Dataset":
                assert {k: v for k, v in served.items() if k not in addresses} == {
                    k: v for k, v in static.items() if k not in addresses
                }
                compared += 1
    assert compared == 11


def test_addresses_are_those_of_the_page(told, static_files):
    """Read from where it stands, a block has the address of its page, which a site of files has."""
    for address, node in told.items():
        name = "mainEntityOfPage" if "mainEntityOfPage" in node else "url"
        triples = expanded(node, address)
        (found,) = {str(value) for value in triples.objects(None, rdflib.URIRef(SCHEMA + name))}
        if address.startswith(STATIC_BASE):
            assert found.removeprefix(STATIC_BASE) in static_files
        assert found == address


# ------------------------------------------------------------------------------------ schema.org


@pytest.fixture(scope="module")
def published():
    """The vocabulary of schema.org as it is published."""
    if not PUBLISHED.exists():
        pytest.skip("the blocks were NOT compared with schema.org: its file is missing")
    store = ox.Store()
    store.load(path=str(PUBLISHED), format=ox.RdfFormat.TURTLE)
    return store


BEYOND = {("pagination", "CreativeWork")}
"""What schema.org does not foresee: pages of a work that is none of the parts of a journal or a book, which it lists. The
alignment has it (sen:page), and domainIncludes makes nothing of it false."""


def used(told):
    """Return which properties blocks have on which classes, and with which values: classes, or kinds of literals."""
    subjects, values = set(), set()
    for address, node in told.items():
        triples = expanded(node, address)

        def classes(term, triples=triples):
            return sorted(str(cls).removeprefix(SCHEMA) for cls in triples.objects(term, rdflib.RDF.type))

        for subject, name, value in triples:
            if name != rdflib.RDF.type:
                local = str(name).removeprefix(SCHEMA).removesuffix("-input")  # an annotation of actions
                subjects.add((local, *(classes(subject) or ["Thing"])))
                values |= {(local, kind) for kind in classes(value) or [_kind(local, value)]}
    return subjects, values


def _kind(name, value):
    if isinstance(value, rdflib.URIRef):
        return "URL" if name in ADDRESSES else "Thing"
    if isinstance(value, rdflib.BNode):
        return "Thing"
    return {bool: "Boolean", str: "Text"}[type(value.toPython())]


def test_every_property_and_class_is_schema_orgs_and_used_as_it_wants(told, published):
    """Each property is said of a class that it is for, or of one below it, and has a value of a kind that it takes."""
    subjects, values = used(told)
    assert {"additionalType", "distribution", "inDefinedTermSet", "isPartOf"} <= {name for name, *_ in subjects}

    def holds(pattern, *names):
        told = " ".join(f"(schema:{name})" for name in names)
        return published.query(f"PREFIX schema: <{SCHEMA}> {pattern.replace('$names', told)}", prefixes={"rdfs": RDFS})

    classes = {cls for _, *all_ in subjects for cls in all_} | {cls for _, cls in values}
    assert {cls for cls in classes if not holds("ASK { VALUES (?c) { $names } ?c a rdfs:Class }", cls)} == set()
    domain = "ASK {{ VALUES (?c) {{ $names }} ?c rdfs:subClassOf* ?d . schema:{} schema:domainIncludes ?d }}"
    beyond = {(name, *all_) for name, *all_ in subjects if not holds(domain.format(name), *all_)}
    assert beyond == BEYOND

    def takes(name, kind):
        ranges = "SELECT ?c {{ schema:{} schema:rangeIncludes ?c }}"
        taken = {row["c"].value.removeprefix(SCHEMA) for row in holds(ranges.format(name))}
        if kind == "Text":
            return bool(taken & {"Text", "Date", "DateTime"})
        if kind == "Thing":  # something of which no class is told here
            return bool(taken - {"Text", "Date", "DateTime", "URL", "Boolean", "Number", "Integer"})
        path = "ASK {{ VALUES (?c) {{ $names }} ?c rdfs:subClassOf* ?d . schema:{} schema:rangeIncludes ?d }}"
        return bool(holds(path.format(name), kind))

    assert {(name, kind) for name, kind in values if not takes(name, kind)} == set()


def test_dates_are_dates(told):
    """What is a text of a date is one of ISO 8601."""
    days = {
        str(value)
        for node in told.values()
        for name, value in node.items()
        if name in ("dateCreated", "datePublished", "dateModified")
    }
    assert days == {"2001", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"}


def test_only_digits_of_iso_8601_make_a_date():
    """Digits of other scripts are no date for those who read the page's data, though people read them as one."""
    assert structured.DATE.fullmatch("2026-11-23T00:00:00Z")
    assert not structured.DATE.fullmatch("\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0663")


# ------------------------------------------------------------------------------------ the alignment


def test_classes_are_those_of_the_alignment():
    """No class of ours is told to be one of schema.org's but by an axiom, and every such axiom is heeded."""
    axioms = {
        triple.subject.value: triple.object.value.removeprefix(SCHEMA)
        for triple in ox.parse(path=str(ROOT / "ontology" / "alignments" / "schema.ttl"))
        if triple.predicate.value == f"{RDFS}subClassOf"
    }
    assert axioms == structured.CLASSES


@pytest.fixture(scope="module")
def aligned(tmp_path_factory):
    """The graph of the invented schools with what the alignment lets follow."""
    folder, data = tmp_path_factory.mktemp("aligned") / "store", ROOT / "tests" / "data"
    alignment = ROOT / "ontology" / "alignments" / "schema.ttl"
    ingest.ingest([data / "register.csv", data / "register_links.csv", alignment], folder)
    return sengraph.open(store=folder)


def test_schools_codes_and_passages_are_what_follows_by_the_alignment(aligned, schools_site):
    """Each has the classes that follow and no others, and so its page and its number."""
    every = "{ ?s a sen:Establishment } UNION { ?s a sen:CodeOfPractice } UNION { ?s a sen:Passage }"
    rows = aligned.query(
        f"SELECT DISTINCT ?s ?p ?o {{ {every} ?s ?p ?o FILTER(CONTAINS(CONCAT(STR(?p), STR(?o)), '{SCHEMA}')) }}"
    ).rows
    follows = {}
    for subject, name, value in rows:
        follows.setdefault(subject.value, set()).add((name.value, value.value))
    assert len(follows) > 30
    names = {f"{RDF}type", f"{SCHEMA}pagination", f"{SCHEMA}identifier"}
    for iri, expected in follows.items():
        place = linked.place_of(iri)
        triples = expanded(block(schools_site.get(f"/{place}").body), BASE + place)
        found = set()
        for name, value in triples.predicate_objects(rdflib.URIRef(iri)):
            number = triples.value(value, rdflib.URIRef(f"{SCHEMA}value")) or value
            if str(name) in names:
                found.add((str(name), str(number)))
        if iri == f"{CODE}code":  # its number is stated, by Dublin Core
            found -= {(f"{SCHEMA}identifier", "DfES/581/2001")}
        assert found == expected, iri


# ------------------------------------------------------------------------------------ hostile texts

PARTS = ("</script>", "</SCRIPT\n>", "<!--", "<script>", "-->", "]]>", "\u2028", "\u2029", "{", "}}", '"', "\\u003c")
PARTS += ("\\", "&lt;", "&#60;", "\x00", "\x85", "\u202e", "\ufffe", "\U0001fffe", "\ud800", "\U0001f600", "\u05d0")
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(st.characters(codec=None), max_size=8), max_size=12).map("".join)


def page(text):
    """Return a page with a block in which a text is a name and a value."""
    node = {"@context": "https://schema.org", "name": text, text: [text]}
    return render("problem.html", lambda place: place, title="t", status="", detail="d", structured=node), node


def parsed(document):
    """Return the text of the block of a page as a browser reads it, and all the rest."""
    tree = html5lib.parse(document, namespaceHTMLElements=False, transport_encoding="utf-8")
    (script,) = tree.iter("script")
    text, script.text = script.text, ""
    assert not [*script]
    return text, html5lib.serialize(tree, omit_optional_tags=False)


REST = parsed(page("x")[0])[1]


def as_utf16(value):
    """Return JSON as what it is, UTF-16: halves of surrogates that stand together are one character."""
    return json.loads(json.dumps(value))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_whatever_a_text_is_the_block_holds_it_and_nothing_else_changes(text):
    """A parser of HTML finds the same JSON, and a page that is the same but for it."""
    document, node = page(text)
    told, rest = parsed(document)
    assert json.loads(told) == as_utf16(node)
    assert rest == REST
    assert not re.search("[<>&'\u2028\u2029\x7f-\x9f\u202e]", told)
    assert told.isprintable()


def test_a_long_name_from_right_to_left_is_whole_in_a_page_that_is_not_large(graph):
    """Ten thousand letters, a mark that turns the text around it among them, stand in the block as they are."""
    name = "\u05d0\u202e" + "\u05d1" * 9_998
    store, thing = ox.Store(), ox.NamedNode(f"{CODE}x")
    for property_, value in (
        (f"{RDF}type", ox.NamedNode(f"{SEN}Passage")),
        (f"{RDFS}label", ox.Literal(name, language="he")),
        (f"{SEN}page", ox.Literal("</script><script>alert(1)</script>")),
    ):
        store.add(ox.Quad(thing, ox.NamedNode(property_), value, ox.NamedNode(ASSERTED)))
    answer = Site(Served(sengraph.Graph(Embedded(store), graph.questions), "long")).get("/doc/code-2001/x")
    node = block(answer.body)
    assert (node["name"], node["pagination"]) == (name, "</script><script>alert(1)</script>")
    assert len(answer.body) < 100_000


def test_a_licence_that_is_a_script_is_left_out():
    """Whoever gathers data may make a link of it."""
    values = {"http://purl.org/dc/terms/license": [ox.NamedNode("javascript:alert(1)")]}
    node = structured.dataset(str, "doc/dataset", "urn:x", lambda name: values.get(name, []), str, [])
    assert node == {"@context": "https://schema.org", "@type": "Dataset", "@id": "urn:x", "url": "doc/dataset"}
