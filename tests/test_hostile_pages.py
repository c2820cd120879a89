"""Pages of hostile data, questions and requests: nothing of them is ever markup, a script, a header or an address.

A page of data in which every text is hostile has the same elements as that of data in which letters stand in the place
of whatever is no letter; and it shows the hostile text as it is.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import sengraph
from sengraph import explanation, ingest, linked, load
from sengraph.graph import Embedded
from sengraph.pages import html
from sengraph.serve.dataset import Dataset
from sengraph.terms import ASSERTED
from tests.site_helpers import BASE, Site, resolved

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
MARKUP = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title></textarea></pre></script><svg onload=alert(1)>",
    "<!-- --><![CDATA[ ]]><?php ?>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &notin",
    "{{7*7}} {% raw %} {# x #} {{ ''.__class__ }} {%- endblock %}",
    "${7*7} #{7*7} <%= 7*7 %> `alert(1)`",
    'x" onmouseover="alert(1)" style="color:red" x=\'',
    "javascript:alert(1)",
    '\\"; alert(1); // \\u003cscript\\u003e',
)
CONTROLS = "\x00\x08\x0b\x1b\x7f\x85\u202e\u2066\u2069\u200f\u061c\ufffe\ufdd0"
TURNED = "\u05d0\u05d1\u05d2 \u0627\u0628\u062a"
HOSTILE = " ".join([*MARKUP, CONTROLS, TURNED, "\U0001f600"])
"""What every text of the hostile data holds."""


def shown(text):
    """Return a text as a page has to show it: whole, but for what turns or hides what stands around it."""
    return re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]",
        "\ufffd",
        text,
    )


def harmless(text):
    """Return a text of the same length with letters in the place of all that is neither a letter nor a blank."""
    return re.sub(r"[^\w ]|_", "x", text)


# ----------------------------------------------------------------------------- what pages may have


def _templates():
    """Return the attributes that the templates have, by element."""
    found = {}
    for path in (Path(html.__file__).parent / "templates").glob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for tag, rest in re.findall(r"<([a-zA-Z0-9]+)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", text):
            names = re.findall(r"([a-zA-Z0-9-]+)(?:\s*=|(?=\s|/|$))", re.sub(r"\"[^\"]*\"|'[^']*'", "=", rest))
            found.setdefault(tag.lower(), set()).update(name.lower() for name in names)
    return found


ALLOWED = _templates()
FORBIDDEN = re.compile(r"on.*|style|srcdoc|srcset|formaction|http-equiv|ping|background|xlink:.*|nonce|integrity")
ADDRESSES = ("href", "src", "action")


def test_the_templates_have_nothing_that_runs():
    """What they may have is what pages are compared with, and it is nothing that runs or loads from elsewhere."""
    assert {"a", "table", "form", "svg", "textarea", "bdi"} <= ALLOWED.keys()
    assert ALLOWED["a"] >= {"href", "class"}
    assert not ALLOWED.keys() & {
        "iframe",
        "object",
        "embed",
        "base",
        "applet",
        "frame",
        "style",
        "audio",
        "video",
        "img",
    }
    assert not [name for names in ALLOWED.values() for name in names if FORBIDDEN.fullmatch(name)]


def check(answer):
    """Check that a page has nothing that came from data, and return it."""
    text = answer.body.decode()
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]",
        text,
    )
    page = answer.page
    for element in page.all():
        names = element.attributes.keys()
        assert names <= ALLOWED.get(element.tag, set()), (element.tag, element.attributes)
        assert not any(map(FORBIDDEN.fullmatch, names)), (element.tag, element.attributes)
        if element.tag == "script":
            target = urlsplit(resolved(answer.address, element.attributes.get("src", "")))
            is_data = element.attributes.get("type") in ("application/json", "application/ld+json")
            assert "/static/" in target.path or is_data
            assert is_data or element.text == ""
            assert not is_data or isinstance(json.loads(element.text), dict)
        for name in ADDRESSES:
            if name in names:
                address = element.attributes[name]
                assert urlsplit(resolved(answer.address, address)).scheme in ("http", "https", "mailto"), address
                assert not re.match(r"[\s\x00-\x20]*(javascript|data|vbscript|file):", address, re.IGNORECASE)
                if element.tag != "a":
                    assert resolved(answer.address, address).startswith(BASE), address
        assert re.fullmatch(r"[a-z -]*", element.attributes.get("class", ""))
        assert re.fullmatch(r"\S*", element.attributes.get("id", ""))
    return page


def structure(answer):
    """Return how often a page has each element with its attributes, whatever these say."""
    return Counter((each.tag, *sorted(each.attributes)) for each in check(answer).all())


# ------------------------------------------------------------------------------------ hostile texts

TURTLE = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sen: <https://w3id.org/sengraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://w3id.org/sengraph/hostile/> .

<https://w3id.org/sengraph/hostile> a owl:Ontology ; rdfs:label $0 ; dcterms:title $1 ; dcterms:description $2 ;
    dcterms:creator $3 ; dcterms:license <https://example.org/licence> ; owl:versionInfo $4 ; dcterms:source $5 .
:Class a owl:Class ; rdfs:label $6 ; skos:definition $7 ; rdfs:isDefinedBy <https://w3id.org/sengraph/hostile> .
:property a owl:ObjectProperty ; rdfs:label $8 ; skos:definition $9 ; rdfs:isDefinedBy <https://w3id.org/sengraph/hostile> .
:text a owl:DatatypeProperty ; rdfs:label $10 ; rdfs:isDefinedBy <https://w3id.org/sengraph/hostile> .
:code a sen:CodeOfPractice ; rdfs:label $11 ; sen:inForceFrom $12 ; sen:inForceUntil $13 ; sen:savingProvision $14 ;
    sen:legalStatus $15 ; dcterms:bibliographicCitation $16 .
sen:SettingType rdfs:subClassOf skos:Concept . sen:Activity rdfs:subClassOf skos:Concept .
:setting-one a sen:SettingType ; rdfs:label $17 ; skos:altLabel $18 .
:setting-two a sen:SettingType ; rdfs:label $19 .
:activity-one a sen:Activity ; rdfs:label $20 ; skos:definition $21 ; skos:scopeNote $22 ; skos:example $23 .
:activity-two a sen:Activity ; rdfs:label $24 .
:modality-one a sen:Modality ; rdfs:label $25 . :modality-two a sen:Modality ; rdfs:label $26 .
:scope-one a sen:Scope ; rdfs:label $27 . :coverage-one a sen:Coverage ; rdfs:label $28 .
:party-one a sen:Party ; rdfs:label $29 ; skos:altLabel $30 ; skos:definition $31 ; sen:performs :function .
:party-two a sen:Party ; rdfs:label $32 ; sen:alternativeTo :party-one . :party-three a sen:Party ; rdfs:label $33 .
:function rdfs:label $34 .
:passage-one a sen:Passage ; rdfs:label $35 ; dcterms:isPartOf :code ; sen:addresses :setting-one ; sen:page $36 ;
    sen:column 1 ; sen:row 1 ; sen:digest $37 ; dcterms:bibliographicCitation $38 ; sen:readingNote $39 .
:passage-two a sen:Passage ; rdfs:label $40 ; dcterms:isPartOf :code ; sen:addresses :setting-two ; sen:page $41 ;
    sen:column 2 ; sen:row 1 ; dcterms:bibliographicCitation $42 .
:one a sen:Responsibility ; rdfs:label $43 ; sen:bearer :party-one , :party-two ; sen:modality :modality-one ;
    sen:modalPhrase $44 ; sen:activity :activity-one ; sen:scope :scope-one ; sen:coverage :coverage-one ;
    sen:collaborator :party-three ; sen:recipient :party-three ; sen:appliesIn :setting-one ; sen:statedIn :passage-one ;
    sen:clause 1 ; dcterms:bibliographicCitation $45 ; sen:readingNote $46 ; skos:note $47 ; skos:editorialNote $48 ;
    sen:manner $49 ; sen:frequency $50 ; sen:qualifier $51 ; rdfs:comment $52 ; skos:changeNote $53 ;
    :property :three ; :text $54 .
:two a sen:Responsibility ; rdfs:label $55 ; sen:bearer :party-one ; sen:modality :modality-two ; sen:modalPhrase $56 ;
    sen:activity :activity-one ; sen:scope :scope-one ; sen:coverage :coverage-one ; sen:appliesIn :setting-two ;
    sen:statedIn :passage-two ; sen:clause 1 ; dcterms:bibliographicCitation $57 .
:only a sen:Responsibility ; rdfs:label $58 ; sen:bearer :party-one ; sen:modality :modality-two ; sen:modalPhrase $59 ;
    sen:activity :activity-two ; sen:scope :scope-one ; sen:coverage :coverage-one ; sen:appliesIn :setting-two ;
    sen:statedIn :passage-two ; sen:clause 2 ; dcterms:bibliographicCitation $60 .
:three a :Class ; rdfs:label $61 ; rdfs:seeAlso :one ; :text $62 , $63 , $64 ; dcterms:identifier $65 .
"""
KINDS = ("{}@en",) * 4 + (
    "{}",
    "{}^^rdf:HTML",
    "{}^^rdf:XMLLiteral",
    "{}^^xsd:anyURI",
    "{}^^<https://example.org/datatype>",
    "{}@en-x-onclick",
)
"""How literals are written in turn; labels are in English, since the table is asked for in it."""

LABELLED = frozenset([17, 19, 43, 55, 58])
"""The texts that have to be in English, for the table to have them."""


def literal(text, number):
    """Return a text of the data, each one other than the others, as Turtle writes it."""
    quoted = "".join(f"\\U{ord(letter):08X}" if not letter.isalnum() else letter for letter in f"{text} {number}")
    form = KINDS[0] if number in LABELLED else KINDS[number % len(KINDS)]
    return form.format(f'"{quoted}"')


def opened(folder, text, **options):
    """Return the site of the data with a text everywhere."""
    path = folder / "data.ttl"
    turtle = re.sub(r"\$(\d+)", lambda found: literal(text, int(found[1])), TURTLE)
    path.write_text(turtle, encoding="utf-8")
    return Site(Dataset.open(None, path, **options))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The site of the hostile data."""
    return opened(tmp_path_factory.mktemp("hostile"), HOSTILE)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The site of the same data with nothing but letters."""
    return opened(tmp_path_factory.mktemp("plain"), harmless(HOSTILE))


OURS = "https://w3id.org/sengraph/hostile/"
THINGS = re.findall(r"^:(\S+) (?=a |rdfs)|\. :(\S+) (?=a )", TURTLE, re.MULTILINE)
NAMES = sorted({one or two for one, two in THINGS})


def sparql(query, **parameters):
    """Return the target of a query."""
    return f"/sparql?{urlencode({'query': query, **parameters})}"


PAGES = [
    "/",
    "/table",
    "/table?modality=sen:modality-one",
    "/people",
    "/questions",
    *(f"/questions/{name}" for name in sengraph.open().questions.names),
    "/doc/dataset",
    "/doc/hostile",
    *(f"/doc/hostile/{name}" for name in NAMES),
    "/resource?iri=http%3A%2F%2Fwww.w3.org%2F2004%2F02%2Fskos%2Fcore%23Concept",
    sparql("SELECT * { ?s ?p ?o } ORDER BY ?s ?p LIMIT 900"),
    sparql("CONSTRUCT WHERE { ?s ?p ?o }"),
    sparql("ASK {}"),
    f"/why?s={quote(OURS)}one&p=sen:bearer&o={quote(OURS)}party-one",
    f"/why?s={quote(OURS)}three&p=rdf:type&o={quote(OURS)}Class",
    f"/why?s={quote(OURS)}one&p=rdf:type&o={quote(OURS)}Class",
]


@pytest.mark.parametrize("target", PAGES)
def test_hostile_texts_add_nothing_to_a_page(hostile, plain, target):
    """It has the elements and attributes of the page with letters, as often; and none that a template has not."""
    answer = hostile.get(target)
    assert answer.status in (200, 400)
    assert (answer.status, structure(answer)) == (plain.get(target).status, structure(plain.get(target)))


def test_the_data_is_on_the_pages(hostile):
    """What is compared is worth it: each text of the data is on some page, as it is."""
    left = set(map(int, re.findall(r"\$(\d+)", TURTLE)))
    assert len(left) == 66
    for target in PAGES:
        answer = hostile.get(target)
        found = answer.page.text
        texts = " ".join([found, *(value for each in answer.page.all() for value in each.attributes.values())])
        left -= {number for number in left if re.search(re.escape(shown(f"{HOSTILE} {number}")) + r"(?!\d)", texts)}
    assert left == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_thing_is_called_is_shown_as_it_is(hostile, name):
    """The heading and the title of its page are its label, character by character."""
    page = hostile.get(f"/doc/hostile/{name}").page
    (label,) = [row[0].value for row in hostile.data.graph.query(f"SELECT ?l {{ <{OURS}{name}> rdfs:label ?l }}").rows]
    assert page.one("h1").text == shown(label)
    assert shown(label) in page.one("title").text


def test_a_table_of_hostile_data_has_its_cells(hostile):
    """The data is a table: a responsibility and its variant, and one with a gap beside it."""
    main = hostile.get("/table").main
    assert (
        len(
            main.all(
                "span",
                "force",
            )
        )
        == 3
    )
    assert [each.words for each in main.one("tbody").all("span", "mark")] == ["variant", "gap"]
    assert hostile.get("/people").main.all("svg", "people")


def test_every_form_of_a_hostile_document_is_the_same(hostile):
    """What is told to programs is whole: no character of a literal is lost or changed, in any form."""
    for name in NAMES:
        found = []
        for form, parsed in (
            ("ttl", ox.RdfFormat.TURTLE),
            ("nt", ox.RdfFormat.N_TRIPLES),
            ("jsonld", ox.RdfFormat.JSON_LD),
        ):
            answer = hostile.get(f"/doc/hostile/{name}.{form}")
            assert answer.status == 200
            found.append({*ox.parse(answer.body, format=parsed)})
        assert found[0] == found[1] == found[2]


# -------------------------------------------------------------------------------------- hostile IRIs

SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "about:blank",
    "urn:x:'onclick='",
    "tag:example.org,2026:x",
]
"""IRIs to which no browser is to be sent."""

IRIS = [
    *SCRIPTS,
    "mailto:a@example.org?subject=%0D%0ABcc:b@example.org",
    "http://example.org/'onmouseover='alert(1)'x='",
    "http://example.org/(x)&amp;&lt;b&gt;",
    "http://example.org/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "http://example.org/a,b;rel=stylesheet;type=x",
    "http://example.org/?a=1&b=2#f",
    "http://example.org/\u202egnp.exe",
    "http://example.org/caf\u00e9/\U0001f600",
    "http://user:secret@example.org/",
    "http://[::1]:8080/admin",
    "http://example.org/%0d%0aSet-Cookie:a=b",
    f"http://example.org/{'a' * 10_000}",
    f"http://example.org/{chr(0xE9) * 10_000}",
    "https://w3id.org/sengraph/code-2001/x%22onmouseover=%22alert(1)",
    "https://w3id.org/sengraph/ontology#party-'x'",
    "https://w3id.org/sengraph/ontology#modality-must'onclick='alert(1)",
    "https://w3id.org/sengraph/ontology#modality-must%22%20style=%22x",
    "https://w3id.org/sengraph/ontology#main",
    "https://w3id.org/sengraph//evil.example/",
    "https://w3id.org/sengraph///evil.example",
    "https://w3id.org/sengraph/%2F%2Fevil.example/",
    "https://w3id.org/sengraph/%5C%5Cevil.example",
    "https://w3id.org/sengraph/javascript:alert(1)",
    "https://w3id.org/sengraph/http://evil.example/",
    "https://w3id.org/sengraph/../../evil",
    "https://w3id.org/sengraph/@evil.example",
    "https://w3id.org/sengraph/x%0d%0aSet-Cookie:a=b",
    "https://w3id.org/sengraph/a,b;c=d",
    "https://w3id.org/sengraph/\u202ex",
]
"""IRIs that RDF allows."""

UNSAID = ["javascript:alert(2)", "data:text/html,2", "http://example.org/'2'", "https://w3id.org/sengraph/'2'"]
"""IRIs of which nothing is said but that they are the value of something."""


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """The site of data with such IRIs as subject, value, class, property, party, force and code."""
    terms = [str(ox.NamedNode(iri)) for iri in IRIS]
    lines = [
        f"<http://example.org/hub> <http://www.w3.org/2000/01/rdf-schema#seeAlso> {', '.join(map(str, map(ox.NamedNode, UNSAID)))} ."
    ]
    sen, rdfs = "https://w3id.org/sengraph/ontology#", "http://www.w3.org/2000/01/rdf-schema#"
    for number, term in enumerate(terms):
        other = terms[number - 1]
        lines.append(
            f'{term} <{LABEL}> "name {number}"@en ; a {other}, <{sen}Party> ; {other} {term} ; <{rdfs}isDefinedBy> {terms[0]} .'
        )
        lines.append(f"<http://example.org/hub> <{rdfs}seeAlso> {term} ; {term} {number} .")
        lines.append(
            f'<http://example.org/r{number}> a <{sen}Responsibility> ; <{LABEL}> "does {number}"@en ; <{sen}bearer> {term} ; <{sen}modality> {term} ; <{sen}activity> {term} ; <{sen}collaborator> {other} ; <{sen}appliesIn> {terms[1]} ; <{sen}statedIn> {term} .'
        )
        lines.append(
            f'{term} <http://purl.org/dc/terms/isPartOf> {other} ; <{sen}addresses> {terms[1]} ; <{sen}inForceFrom> "2002-01-01" .'
        )
    lines.append(
        f"{terms[0]} a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#versionIRI> {terms[1]} ."
    )
    lines.append(f"{terms[1]} a <{sen}SettingType> .")
    path = tmp_path_factory.mktemp("named") / "named.ttl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Site(Dataset.open(None, path, inference=False))


@pytest.mark.parametrize("number", range(len(IRIS)), ids=lambda number: IRIS[number][:60])
def test_a_hostile_iri_is_a_thing_like_any_other(named, number):
    """Its document is found, is a page of nothing but ours, and tells its IRI; no browser is sent to a script."""
    iri = IRIS[number]
    asked, answer = named.follow(f"/{linked.place_of(iri)}")
    assert answer.status == 200
    page = check(answer)
    if number == 1:  # it is said to be the version of the first, whose document it has
        assert len(asked) == 2
        return
    if number:
        assert page.one("h1").text == f"name {number}"
        assert shown(iri) in page.one("p", "name").text
    encoded = quote(iri, safe="%/:?#[]@!$&'()*+,;=~")
    own = [each for each in page.all("a") if each.attributes["href"] in (iri, encoded)]
    assert bool(own) == iri.startswith(("http:", "https:", "mailto:"))
    assert all(each.attributes["href"] for each in page.all("a"))
    turtle = named.get(asked[-1], "text/turtle")
    assert ox.NamedNode(iri) in [quad.subject for quad in ox.parse(turtle.body, format=ox.RdfFormat.TURTLE)]
    for each in (answer, turtle):
        assert sum(map(len, each.headers.values())) < 8_000
        topics = [target for target, told in each.links if told["rel"].endswith("primaryTopic")]
        assert topics in ([], [iri])


@pytest.mark.parametrize("iri", [iri for iri in IRIS if iri.startswith("https://w3id.org/sengraph/")])
def test_a_redirection_never_leaves_the_site(named, iri):
    """Whoever asks for a thing is sent to its document here, whatever its IRI looks like."""
    raw = quote(iri.removeprefix("https://w3id.org/sengraph").partition("#")[0], safe="%/:@!$&'()*+,;=~")
    answer = named.get(raw)
    assert answer.status in (303, 404)
    if answer.status == 303:
        assert re.fullmatch(r"(\.\./)*(doc/|resource\?)[!-~]*", answer.headers["location"])
        assert resolved(answer.address, answer.headers["location"]).startswith((f"{BASE}doc/", f"{BASE}resource?"))


def test_links_lead_to_no_script(named):
    """On every page that lists such things, what cannot be followed is linked to its document here, or is text."""
    everything = sparql("SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?x ?o } UNION { ?s ?p ?x } }")
    for target in (
        "/",
        "/table",
        "/people",
        "/search?words=name",
        "/search?words=does",
        "/doc/dataset",
        everything,
        sparql("CONSTRUCT WHERE { ?s ?p ?o }"),
        "/resource?iri=http%3A%2F%2Fexample.org%2Fhub",
    ):
        answer = named.get(target)
        assert answer.status == 200
        check(answer)
    main = named.get("/resource?iri=http%3A%2F%2Fexample.org%2Fhub").main
    texts = [each.text for each in main.all("a")]
    assert "javascript:alert(2)" in main.text
    assert "javascript:alert(2)" not in texts
    assert {f"name {number}" for number in range(len(IRIS)) if number != 1} <= {*texts}


def test_why_of_hostile_iris_is_told(named):
    """Names in an address that are such IRIs are taken for what they are, and shown as they are."""
    for number, iri in enumerate(IRIS):
        given = {"s": f"<{iri}>", "p": f"<{IRIS[number - 1]}>", "o": f"<{iri}>"}
        answer = named.get(f"/why?{urlencode(given)}")
        assert answer.status == 200
        assert check(answer).one("p", "kind").words == "Why this holds"


def test_the_sitemap_and_the_context_stay_well_formed(named):
    """Addresses in the sitemap are escaped for XML; names that are no plain words are none in the context."""
    addresses = [each.text for each in ET.fromstring(named.get("/sitemap.xml").body).iter() if each.tag.endswith("loc")]
    assert all(address and address.isascii() and address.startswith(BASE) for address in addresses)
    assert [address for address in addresses if named.follow(named.target(address))[1].status != 200] == []
    terms = json.loads(named.get("/context.jsonld").body)["@context"]
    assert all(re.fullmatch(r"@?[A-Za-z][A-Za-z0-9_-]*", name) for name in terms)


# ------------------------------------------------------------------------- hostile questions and registers


def question(text):
    """Return a stored question whose header has a text wherever it may have one."""
    text = re.sub("[\x00-\x1f\x7f-\x9f\ufffe\ufdd0]", "", text)  # which YAML has not
    header = {
        "summary": f"{text} 0",
        "description": f"{text} 1",
        "tags": [f"{text} 2"],
        "parameters": [
            {"name": "main", "type": "string", "description": f"{text} 3", "default": f"{text} 4"},
            {"name": "words", "type": "string", "description": f"{text} 5", "choices": [f"{text} 6", f"{text} 7"]},
            {"name": "answer", "type": "sen:Party", "description": f"{text} 8"},
        ],
        "columns": ["x", "y"],
    }
    lines = "".join(f"#+ {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in header.items())
    return f"""{lines}PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?x ?y WHERE {{
  VALUES ?x {{ $main }}
  BIND("</pre></textarea><script>alert(1)</script>" AS ?y)
  FILTER(STR(?x) != $words) #? words
  FILTER EXISTS {{ $answer ?p ?o }} #? answer
}}
ORDER BY ?x ?y
"""


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """The sites of the packaged graph with a hostile question, and with one of letters."""
    sites = []
    for text in (HOSTILE, harmless(HOSTILE)):
        folder = tmp_path_factory.mktemp("questions")
        (folder / "hostile.rq").write_text(question(text), encoding="utf-8")
        sites.append(Site(Dataset.open(queries=folder)))
    return sites


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?main=a",
        f"?main={quote(HOSTILE)}",
        f"?words={quote(MARKUP[0])}",
        "?answer=senco",
        f"?answer={quote(MARKUP[1])}",
    ],
)
def test_a_hostile_question_is_a_form_like_any_other(asking, query):
    """Summary, description, defaults, choices and the query are text; fields named like parts of the page do no harm."""
    one, other = (site.get(f"/questions/hostile{query}") for site in asking)
    assert (one.status, structure(one)) == (other.status, structure(other))
    page = check(one)
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    text = re.sub("[\x00-\x1f\x7f-\x9f\ufffe\ufdd0]", "", HOSTILE)
    assert page.one("main").one("h1").text == shown(f"{text} 0")
    assert shown(f"{text} 1") in page.text
    values = [value for each in page.all("option") for value in [each.attributes["value"]]]
    assert {shown(f"{text} 6"), shown(f"{text} 7")} <= {*values}
    if one.status == 200:
        assert page.one("td", "") if False else "<script>alert(1)</script>" in page.one("main").all("table")[-1].text


def test_pages_that_list_questions_take_theirs_for_text(asking):
    """So do the list of questions, the page for SPARQL, and what its editor is told."""
    for target in ("/questions", "/", "/sparql", "/sparql?query=ASK%7B%7D"):
        one, other = (site.get(target) for site in asking)
        assert structure(one) == structure(other)
    told = asking[0].get("/editor.json", None)
    assert told.media_type == "application/json"
    assert json.loads(told.body)


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    """The sites of a register with hostile names, and of one with letters."""
    with (Path(__file__).parent / "data" / "register.csv").open(encoding="cp1252", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row, _ in zip(reader, range(8), strict=False)]
        columns = reader.fieldnames
    names = (
        "EstablishmentName",
        "LA (name)",
        "Postcode",
        "Street",
        "HeadLastName",
        "PhaseOfEducation (name)",
        "EstablishmentStatus (name)",
    )
    sites = []
    for change in (str, harmless):
        folder = tmp_path_factory.mktemp("register")
        with (folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for number, row in enumerate(rows):
                hostile = {name: change(f"{MARKUP[number % len(MARKUP)]}{TURNED}") for name in names if name in row}
                hostile["EstablishmentName"] += f" {number}"
                writer.writerow({**row, **hostile})
        ingest.ingest([folder / "register.csv"], folder / "store", by_analogy=[*load.analogies()])
        sites.append(Site(Dataset.open(folder / "store")))
    return sites


def test_a_hostile_register_is_a_register_like_any_other(registers):
    """Names of schools, authorities and kinds stand on all pages that tell of them, as text."""
    one, other = registers
    schools = [f"/doc/establishment/90000{number}" for number in range(1, 9)]
    rows = one.data.graph.query(
        "SELECT DISTINCT ?x { ?school a sen:Establishment ; ?p ?x FILTER(STRSTARTS(STR(?x), STR(gias:))) }"
    ).rows
    terms = [f"/{linked.place_of(x.value)}" for (x,) in rows]
    assert len(terms) > 5
    others = [
        "/doc/gias",
        "/questions/responsibilities-of-school?school=900001",
        "/questions/coverage",
        "/questions/responsibilities-of-school",
        "/questions/statutory-duties-by-authority",
        "/",
        "/table",
        "/people",
        "/doc/dataset",
        "/doc/code-2001/mainstream-3.1",
        "/search?words=script",
        "/why?s=establishment:900001&p=sen:subjectTo&o=code:mainstream-3.1",
    ]
    for target in (*schools, *terms, *others):
        answer = one.get(target)
        assert answer.status == 200, target
        if "search" not in target:
            assert structure(answer) == structure(other.get(target)), target
        check(answer)
    for number, target in enumerate(schools):
        assert one.get(target).main.one("h1").text == f"{MARKUP[number % len(MARKUP)]}{TURNED} {number}".strip()


# ------------------------------------------------------------------------------------ hostile requests


def test_what_is_asked_for_never_becomes_markup():
    """Every parameter of every page and of every question takes hostile text for text, right or wrong."""
    site = Site(Dataset.open())
    places = {
        "/": ["format", "x"],
        "/table": ["modality", "party", "setting", "format"],
        "/people": ["setting", "format"],
        "/search": ["words", "format"],
        "/why": ["s", "p", "o", "format"],
        "/resource": ["iri", "format"],
        "/sparql": ["query", "format", "default-graph-uri", "named-graph-uri"],
        "/store": ["graph", "default", "format"],
        "/questions": ["format"],
        "/doc/ontology/party-senco": ["format"],
        "/sitemap.xml": ["x"],
    }
    for question in site.data.graph.questions:
        places[f"/questions/{question.name}"] = [*(p.name for p in question.parameters), "format", MARKUP[0]]
    statement = {"s": "sen:party-senco", "p": "sen:counterpartOf", "o": "sen:party-sen-team"}
    for place, names in places.items():
        for name, value in itertools.product(
            names, (MARKUP[0], MARKUP[1], MARKUP[5], HOSTILE, '"<b>"@en', f"<{IRIS[0]}>", "/%2F%2F\\evil")
        ):
            given = {**(statement if place == "/why" else {}), name: value}
            answer = site.get(f"{place}?{urlencode(given)}")
            assert answer.status in (200, 303, 400, 404), (place, name, value)
            if answer.media_type == "text/html":
                check(answer)
            else:
                assert answer.status in (200, 303)


@pytest.mark.parametrize("text", [MARKUP[0], MARKUP[2], MARKUP[5], HOSTILE])
@pytest.mark.parametrize(
    "before", ["/", "/doc/", "/questions/", "/static/", "/context/", "/sitemap/", "/graph/", "/code-2001/"]
)
def test_a_hostile_address_is_told_as_text(hostile, before, text):
    """A page that says that there is nothing at an address shows the address, and links home from there."""
    answer = hostile.get(before + quote(text, safe=""))
    assert answer.status in (400, 404)
    page = check(answer)
    assert resolved(answer.address, page.one("a", "name").attributes["href"]) == BASE


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT <script>alert(1)</script>", 400),
        ("</textarea><script>alert(1)</script>", 400),
        ("SELECT * { ?s ?p <http://example.org/<b>> }", 400),
        ('SELECT (<http://example.org/"onclick="x>() AS ?x) {}', 400),
        ("SELECT (<http://example.org/'onclick='x>(1) AS ?x) {}", 400),
        ("SELECT * { SERVICE <http://example.org/'x'> { ?s ?p ?o } }", 403),
        ("INSERT DATA { <http://e/'> <http://e/p> '<b>' }", 400),
        (f"SELECT ?x {{ BIND({ox.Literal(HOSTILE)} AS ?x) }}", 200),
        (
            f"CONSTRUCT {{ ?s <http://example.org/'p'> {ox.Literal(HOSTILE)} }} WHERE {{ BIND(<javascript:alert(1)> AS ?s) }}",
            200,
        ),
        ("SELECT ?x { BIND(IRI('javascript:alert(1)') AS ?x) }", 200),
        ("SELECT ?x { BIND(IRI(CONCAT('data:text/html,', ENCODE_FOR_URI('<script>'))) AS ?x) }", 200),
        ("SELECT ?x { BIND(STRDT('<b>x</b>', IRI('http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML')) AS ?x) }", 200),
        ("SELECT ?x { BIND(STRLANG('<b>x</b>', 'en-onclick') AS ?x) }", 200),
        ("SELECT ?x { BIND(BNODE('<b>') AS ?x) }", 200),
        ("SELECT ?x { BIND(<<( <javascript:alert(1)> <http://example.org/p> '<script>' )>> AS ?x) }", 200),
        ("SELECT (1 AS ?\u00e9\u05d0) (2 AS ?__proto__) (3 AS ?constructor) {}", 200),
        ("ASK { FILTER('<b>' = '<b>') }", 200),
    ],
)
def test_a_hostile_query_is_told_as_text(hostile, query, status):
    """What is wrong with it, what it computes and what its columns are called is text, and stands in the form again."""
    answer = hostile.get(sparql(query))
    assert answer.status == status
    page = check(answer)
    assert page.one("textarea").text.removeprefix("\n") == shown(query)
    assert not [each for each in page.all("a") if re.match("(javascript|data):", each.attributes["href"])]


# ------------------------------------------------------------------------------------- any text at all

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Data(NamedTuple):
    """A data set that differs from all others."""

    graph: sengraph.Graph
    version: str


NUMBERS = itertools.count()
LIBRARY = sengraph.open().questions
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TAGGED = st.sampled_from(MARKUP).flatmap(lambda text: st.tuples(ANY, ANY).map(lambda ends: f"{ends[0]}{text}{ends[1]}"))


def about(iri, text):
    """Return the site of a thing with an IRI, and with a text for its label, definition and source."""
    store, thing = ox.Store(), ox.NamedNode(iri)
    names = (LABEL, "http://www.w3.org/2004/02/skos/core#definition", "http://purl.org/dc/terms/source")
    for name in (*names, "https://w3id.org/sengraph/ontology#readingNote"):
        store.add(ox.Quad(thing, ox.NamedNode(name), ox.Literal(text), ox.NamedNode(ASSERTED)))
    return Site(Data(sengraph.Graph(Embedded(store), LIBRARY), f"{next(NUMBERS)}"))


def place(iri):
    """Return where the document of a thing is."""
    return f"/{linked.place_of(iri)}"


@QUICK
@given(ANY | TAGGED)
@example("\r\n\r")
@example("\r\nx")
def test_no_text_is_ever_markup(text):
    """Whatever a text is, the pages that have it are those that have a letter in its place, and show it."""
    iri = f"{OURS}x"
    site, other = about(iri, text), about(iri, harmless(text))
    for target in (
        place(iri),
        sparql("SELECT * { ?s ?p ?o } ORDER BY ?p"),
        sparql("CONSTRUCT WHERE { ?s ?p ?o }"),
        "/",
    ):
        assert structure(site.get(target)) == structure(other.get(target))
    expected = re.sub("\r", "\ufffd", re.sub("\r\n", "\n", shown(text)))
    found = check(site.get(place(iri)))
    assert found.one("h1").text == expected
    assert expected in [each.text for each in found.all("li")]


@QUICK
@given(ANY | TAGGED)
def test_nothing_that_is_searched_for_is_ever_markup(text):
    """Whatever is looked for, it stands in the form again, in so far as it counts, and nowhere as markup."""
    site = Site(SEARCHED)
    answer = site.get(f"/search?words={quote(text)}")
    assert answer.status == 200
    main = check(answer).one("main")
    assert main.one("input").attributes["value"] == shown(" ".join(text[:200].split()))


SEARCHED = Data(sengraph.open(), "searched")

ROOTS = [
    "http://example.org/",
    "https://w3id.org/sengraph/",
    "https://w3id.org/sengraph/ontology#",
    "javascript:",
    "data:",
    "urn:x:",
    "mailto:",
    "https://w3id.org/sengraph//",
]
CHARACTERS = st.sampled_from("abc019-._~:/?#[]@!$&'()*+,;=%\u00e9\u05d0\u202e\U0001f600") | st.characters(
    min_codepoint=0xA0, exclude_categories=["Cs"]
)


def iris():
    """Return IRIs of all kinds."""
    local = st.lists(CHARACTERS | st.sampled_from(["%22", "%3C", "%0D%0A", "%2F", "..", "//"]), max_size=12).map(
        "".join
    )
    return st.tuples(st.sampled_from(ROOTS), local).map("".join).filter(_is_iri)


def _is_iri(text):
    try:
        return bool(ox.NamedNode(text))
    except ValueError:
        return False


@QUICK
@given(iris())
def test_no_iri_is_ever_markup_a_header_or_a_script(iri):
    """Whatever IRI a thing has, its document is found by the address that links say, and is about that thing."""
    site = about(iri, "a thing")
    asked, answer = site.follow(place(iri))
    assert (asked, answer.status) == ([place(iri)], 200)
    page = check(answer)
    assert page.one("h1").text == "a thing"
    assert shown(iri) in page.one("p", "name").text
    for form in ("ttl", "nt", "jsonld"):
        told = site.get(site.target(resolved(answer.address, alternate(answer, form))), "image/png")
        triples = [
            *ox.parse(
                told.body, format=getattr(ox.RdfFormat, {"ttl": "TURTLE", "nt": "N_TRIPLES", "jsonld": "JSON_LD"}[form])
            )
        ]
        assert ox.NamedNode(iri) in [triple.subject for triple in triples]
    if iri.startswith("https://w3id.org/sengraph/") and not {*iri} & {*"#?"}:
        raw = quote(iri.removeprefix("https://w3id.org/sengraph"), safe="%/:@!$&'()*+,;=~")
        thing = site.get(raw)
        if thing.status == 303:
            assert re.fullmatch(r"(\.\./)*(doc/|resource\?)[!-~]*", thing.headers["location"])


def alternate(answer, form):
    """Return the link to a form of a document."""
    types = {"ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}
    return next(
        target for target, told in answer.links if told.get("type") == types[form] and told["rel"] == "alternate"
    )


@QUICK
@given(
    st.lists(
        ANY
        | st.sampled_from(
            ["", ".", "..", "%2e%2e", "doc", "code-2001", "code", "ontology", "evil.example", "\\", "http:"]
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_no_address_is_ever_a_redirection_elsewhere(segments, is_encoded):
    """Whatever an address is, it is answered; where it leads on, that is within the site; and nothing of it is a header."""
    path = "/".join(["", *segments])
    raw = quote(path, safe="/" if is_encoded else "/%:\\@") or "/"
    raw = re.sub("%(?![0-9A-Fa-f]{2})", "%25", raw)
    try:
        answer = Site(SEARCHED).get(raw)
    except UnicodeDecodeError:  # which the edge refuses
        return
    assert answer.status in (200, 303, 400, 404)
    for name in ("location", "content-location"):
        assert re.fullmatch(r"((\.\./)*(doc/|resource\?)[!-~]*)?", answer.headers.get(name, ""))
    if answer.media_type == "text/html":
        check(answer)


# ---------------------------------------------------------------------------- what costs much, what leaks


def test_schools_are_explained_without_closing_the_register_again(schools_store, monkeypatch):
    """However many conclusions about schools are asked for, what is outside the register is closed once, and no more."""
    closed = []
    monkeypatch.setattr(
        explanation, "close", lambda triples, _close=explanation.close: closed.append(len(triples)) or _close(triples)
    )
    site = Site(Dataset.open(schools_store))
    for urn in range(900001, 900006):
        for name in ("mainstream-3.1", "special-3.1", "early-1.1"):
            answer = site.get(f"/why?s=establishment:{urn}&p=sen:subjectTo&o=code:{name}")
            assert answer.status == 200
    assert len(closed) == 1


def test_a_proof_too_deep_to_be_told_is_told_to_be(hostile, monkeypatch):
    """Steps that rest on each other without end are a limit that was reached, not a fault of the server."""

    def explain(*names):
        return explain(*names)

    monkeypatch.setattr(hostile.data.graph, "explain", explain)
    answer = hostile.get("/why?s=senco&p=a&o=sen:Role")
    assert answer.status == 503
    assert "too many steps" in check(answer).text


@pytest.mark.parametrize(
    "target",
    [
        f"/search?words={'a+' * 30_000}",
        f"/search?words={'a' * 60_000}",
        f"/table?{'setting=maintained-special&' * 2_000}",
        f"/table?{'&'.join(f'setting=x{number}' for number in range(4_000))}",
        f"/people?setting={'x' * 60_000}",
        f"/resource?iri=http://example.org/{'x' * 60_000}",
        f"/resource?iri={'x' * 60_000}",
        f"/why?s={'x' * 60_000}&p=a&o=sen:Role",
        f"/why?s=senco&p=a&o=%22{'x' * 60_000}%22",
        f"/questions/gaps?setting={'x' * 60_000}",
        f"/questions/gaps?{'x' * 60_000}=1",
        f"/questions/gaps?format={'x' * 60_000}",
        f"/questions/{'x' * 60_000}",
        f"/doc/{'x' * 60_000}",
        f"/static/{'x' * 60_000}",
        f"/{'x' * 60_000}.ttl",
        "/" + "%25" * 20_000,
    ],
    ids=lambda target: target[:40],
)
def test_what_is_very_long_is_answered_in_little_time_and_few_words(schools_site, target):
    """Requests as long as the server takes cost no more than others: nothing in them is told many times."""
    schools_site.get(target[:100])
    started = time.process_time()
    answer = schools_site.get(target)
    assert time.process_time() - started < 1
    assert answer.status in (200, 400, 404)
    assert len(answer.body) < 3 * len(target) + 20_000
    check(answer)


@pytest.fixture(scope="module")
def schools_site(schools_store):
    """The site of the invented schools."""
    return Site(Dataset.open(schools_store))


@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain"])
@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/table",
        "/doc/ontology/party-senco",
        "/search?words=senco",
        "/questions/gaps",
        "/sparql?query=ASK%7B%7D",
        "/questions",
    ],
)
def test_what_cannot_be_read_is_not_told_by_where_it_is(tmp_path, monkeypatch, target, accept):
    """The engine's words name files of the machine, and so do those about a stored question: clients do not get them."""
    (tmp_path / "broken.rq").write_text("#+ summary: ?\n#+ nonsense: ?\nASK {}\n", encoding="utf-8")
    site = Site(Dataset.open(queries=tmp_path if target == "/questions" else None))

    class Broken:
        def query(self, *arguments, **options):
            """Fail as the engine does."""
            raise RuntimeError(f"Corruption: block checksum mismatch in {tmp_path}/000018.sst")

        contains_named_graph = query

    if target != "/questions":
        monkeypatch.setattr(site.data.graph._engine, "_store", Broken())
    answer = site.get(target, accept)
    if answer.status == 406:  # a page, for programs
        return
    assert answer.status == 500 or target == "/"
    assert str(tmp_path).encode() not in answer.body
    assert b"000018" not in answer.body
    assert not any(str(tmp_path) in value for value in answer.headers.values())


def test_pages_do_not_tell_where_files_are(tmp_path):
    """What is asserted is cited by the name of its file, without the folders of the machine."""
    (tmp_path / "own.ttl").write_text(f'<http://example.org/a> <{LABEL}> "a"@en .\n', encoding="utf-8")
    site = Site(Dataset.open(None, tmp_path / "own.ttl"))
    why = site.get(f"/why?s=http://example.org/a&p=rdfs:label&o={quote(chr(34) + 'a' + chr(34) + '@en')}")
    assert "own.ttl" in check(why).one("main").words
    for target in (
        "/",
        "/doc/dataset",
        "/resource?iri=http://example.org/a",
        "/resource?iri=/etc",
        "/nothing",
        "/openapi.json",
        "/editor.json",
    ):
        assert str(tmp_path).encode() not in site.get(target).body
    assert str(tmp_path).encode() not in why.body
