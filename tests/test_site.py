"""The site as clients meet it: things, their documents, pages, and whether one leads to the other."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from sengraph import load
from sengraph.exports import EXPORTS
from sengraph.serve.dataset import Dataset
from tests.site_helpers import BASE, BROWSER, Site, resolved
from tests.test_serve import running

OURS = "https://w3id.org/sengraph/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
TYPES = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
"""What a document comes as, by its extension."""

PARSED = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
}


@pytest.fixture(scope="module")
def site():
    """The site of the packaged graph."""
    return Site(Dataset.open())


@pytest.fixture(scope="module")
def schools_site(schools_store):
    """The site of the invented schools."""
    return Site(Dataset.open(schools_store))


def said_of(site):
    """Return the IRIs of ours that a data set speaks of, sorted."""
    terms = {term for quad in site.data.store for term in [*quad][:3] if isinstance(term, ox.NamedNode)}
    terms.discard(ox.NamedNode(f"{OURS}static/icon.svg"))  # the logo is a file, and comes as it is
    return sorted({term.value for term in terms if term.value.startswith(OURS)} | {f"{OURS}dataset"})


def place(iri):
    """Return where the document of a thing is, and whether it is that of a version, which leads on."""
    path = iri.removeprefix(OURS)
    if path.startswith("ontology#"):
        path = path.replace("#", "/")
    whole = re.sub(r"/\d+\.\d+\.\d+$", "", path)
    return f"/doc/{whole}", whole != path


def canonical(answer, name):
    """Return the triples of a document, with the same blank nodes in every form."""
    triples = ox.Dataset(ox.parse(answer.body, format=PARSED[name], base_iri=answer.address))
    triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return triples


def check_document(site, iri, answer, name, at):
    """Check what a document in a form says of itself."""
    assert (answer.status, answer.headers["content-type"]) == (200, TYPES[name]), (iri, name)
    here = resolved(answer.address, answer.headers.get("content-location", answer.address))
    assert site.target(here) == f"{at}.{name}"
    alternates = {link["type"]: target for target, link in answer.links if link["rel"] == "alternate"}
    assert {type_: site.target(resolved(answer.address, target)) for type_, target in alternates.items()} == {
        type_.partition(";")[0]: f"{at}.{form}" for form, type_ in TYPES.items()
    }
    (described,) = [target for target, link in answer.links if link["rel"] == "describedby"]
    assert site.target(resolved(answer.address, described)) == "/.well-known/void"


# ----------------------------------------------------------------------- things and their documents


def test_every_thing_leads_to_its_document_which_comes_in_every_form(site):
    """A thing is 303; its document comes by Accept and by extension, and says the same in every form of RDF."""
    things = said_of(site)
    assert len(things) > 200
    for iri in things:
        at, is_version = place(iri)
        path = f"/{iri.removeprefix(OURS).partition('#')[0]}"
        asked, answer = site.follow(path)
        assert asked[-1] == (at if "#" not in iri else "/doc/ontology")
        assert len(asked) == (3 if is_version else 2)
        assert answer.status == 200
        if is_version:
            continue
        same = []
        for name in TYPES:
            accepted = site.get(at, TYPES[name].partition(";")[0])
            named = site.get(f"{at}.{name}", "image/png")
            check_document(site, iri, accepted, name, at)
            check_document(site, iri, named, name, at)
            assert "content-location" not in named.headers
            if name != "html":
                same += [canonical(accepted, name), canonical(named, name)]
        assert all(triples == same[0] for triples in same), iri
        thing = ox.NamedNode(iri)
        assert any(thing in [*triple][:3] for triple in same[0]), iri
        document = ox.NamedNode(f"{BASE}{at[1:]}")
        topic = ox.NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")
        if iri != f"{OURS}dataset":
            assert [*same[0].quads_for_subject(document)]
            assert ox.Quad(document, topic, thing) in same[0], iri


def test_every_school_and_term_of_the_register_leads_to_its_document(site, schools_site):
    """So do the things of a register, as a page and as Turtle."""
    things = sorted({*said_of(schools_site)} - {*said_of(site)})
    things = [iri for iri in things if not iri.startswith(f"{OURS}graph/")]  # they answer as graphs, see below
    parts = Counter(iri.removeprefix(OURS).partition("/")[0] for iri in things)
    assert parts["establishment"] > 20
    assert parts["gias"] > 50
    for iri in things:
        at, _ = place(iri)
        for name in ("html", "ttl"):
            _, answer = schools_site.follow(f"/{iri.removeprefix(OURS)}", TYPES[name])
            check_document(schools_site, iri, answer, name, at)
        assert f"<{iri}>" in answer.body.decode() or re.search(r"^(gias|establishment):", answer.body.decode(), re.M)


def test_a_term_with_a_fragment_has_a_document_and_an_anchor_in_that_of_its_vocabulary(site):
    """Whoever asks for ontology#party-senco asks for the vocabulary, and finds the term where the fragment leads."""
    asked, answer = site.follow("/ontology")
    assert asked == ["/ontology", "/doc/ontology"]
    entry = answer.main.one(id="party-senco")
    assert "sen:party-senco" in entry.words
    (link,) = {each.attributes["href"] for each in entry.all("a")}
    assert site.target(resolved(answer.address, link)) == "/doc/ontology/party-senco"
    assert site.get("/doc/ontology/party-senco").main.one("h1").words == "SENCO"


def test_graphs_answer_at_their_names(schools_site):
    """The name of a graph gives programs the graph, and people the page about the data."""
    names = {graph.value for graph in schools_site.data.store.named_graphs()}
    assert len(names) == 5
    for name in names:
        path = f"/{name.removeprefix(OURS)}"
        as_turtle = schools_site.get(path, "text/turtle")
        assert (as_turtle.status, as_turtle.media_type) == (200, "text/turtle")
        (_, *_, last), answer = schools_site.follow(path)
        assert (last, answer.status) == ("/doc/dataset", 200)
        assert schools_site.follow(f"/doc{path}")[1].status == 200  # where answers link to


def test_the_terms_that_describe_questions_answer(site):
    """What is said of the questions in RDF uses terms that can be looked up here."""
    answer = site.get("/questions", "text/turtle")
    found = [*ox.parse(answer.body, format=ox.RdfFormat.TURTLE, base_iri=answer.address)]
    terms = {term.value for quad in found for term in [*quad][:3] if isinstance(term, ox.NamedNode)}
    own = sorted(term for term in terms if term.startswith(f"{OURS}service#"))
    assert f"{OURS}service#Parameter" in own
    for term in own:
        for name in ("html", "ttl", "jsonld"):
            assert site.get(f"/doc/service/{term.partition('#')[2]}", TYPES[name]).status == 200, term
    assert site.follow("/service")[1].status == 200


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        (None, TYPES["ttl"]),
        ("", TYPES["ttl"]),
        ("*/*", TYPES["ttl"]),
        (BROWSER, TYPES["html"]),
        ("text/html", TYPES["html"]),
        ("TEXT/HTML", TYPES["html"]),
        ("text/*", TYPES["ttl"]),
        ("text/*, text/turtle;q=0", TYPES["html"]),
        ("text/html;q=0, */*", TYPES["ttl"]),
        ("text/turtle;q=0.5, application/ld+json", TYPES["jsonld"]),
        ("text/turtle;q=0.5, application/ld+json;q=0.4", TYPES["ttl"]),
        ("application/*;q=0.9, text/html;q=0.8", TYPES["jsonld"]),
        ("application/json", TYPES["jsonld"]),
        ("application/rdf+xml;q=0.9, */*;q=0.1", TYPES["rdf"]),
        ("application/xml", TYPES["rdf"]),
        ("application/n-triples, image/png;q=0.9", TYPES["nt"]),
        ("nonsense", TYPES["ttl"]),
    ],
)
def test_accept_chooses_the_form(site, accept, type_):
    """What weighs most is chosen, and Turtle for whoever takes anything."""
    assert site.get("/doc/code-2001/mainstream-3.1", accept).headers["content-type"] == type_


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "text/csv, application/trig", "*/*;q=0"])
def test_nothing_acceptable_is_refused_and_what_there_is_told(site, accept):
    """406 names the forms there are; an extension asks for one of them whatever is accepted."""
    answer = site.get("/doc/code-2001/mainstream-3.1", accept)
    assert answer.status == 406
    assert all(type_.partition(";")[0] in answer.body.decode() for type_ in TYPES.values())
    assert site.get("/doc/code-2001/mainstream-3.1.rdf", accept).headers["content-type"] == TYPES["rdf"]


@pytest.mark.parametrize("version", ["ontology/0.1.0", "code-2001/0.1.0"])
def test_a_version_leads_to_its_ontology_in_the_form_that_was_named(site, version):
    """The document of a version is that of its ontology, and an extension is kept on the way."""
    whole = f"/doc/{version.rpartition('/')[0]}"
    assert site.follow(f"/{version}")[0] == [f"/{version}", f"/doc/{version}", whole]
    asked, answer = site.follow(f"/doc/{version}.html", "*/*")
    assert (asked[-1], answer.headers["content-type"]) == (f"{whole}.html", TYPES["html"])


# -------------------------------------------------------------------------------------- methods

PLACES = (
    "/",
    "/table",
    "/people",
    "/search?words=senco",
    "/questions",
    "/questions/gaps",
    "/sparql",
    "/why?s=sen:party-senco&p=sen:counterpartOf&o=sen:party-sen-team",
    "/doc/ontology",
    "/doc/ontology/party-senco",
    "/doc/dataset",
    "/resource?iri=http%3A%2F%2Fwww.w3.org%2F2002%2F07%2Fowl%23Class",
    "/ontology/party-senco",
    "/.well-known/void",
    "/static/sengraph.css",
    "/context.jsonld",
    "/sitemap.xml",
    "/robots.txt",
    "/nothing",
)
"""A place of each kind."""


@pytest.mark.parametrize("target", PLACES)
def test_head_answers_as_get_does_without_a_body(site, target):
    """HEAD has the status and the headers of GET."""
    for accept in (BROWSER, "text/turtle, */*;q=0.1"):
        got = site.get(target, accept)
        assert site.get(target, accept, "HEAD")[1:3] == got[1:3]


@pytest.mark.parametrize("target", [place for place in PLACES if not place.startswith("/sparql")])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_only_reads_says_so(site, target, method):
    """Any other method is 405, with those that there are."""
    answer = site.get(target, method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("target", [place for place in PLACES if not place.startswith(("/static", "/nothing"))])
def test_what_a_client_has_is_not_sent_again(site, target):
    """If-None-Match with the tag of the answer is 304, with the headers by which a cache keeps it."""
    for accept in (BROWSER, "text/turtle, */*;q=0.1"):
        got = site.get(target, accept)
        if got.status == 303:
            assert "etag" not in got.headers
            continue
        again = site.get(target, accept, headers={"if-none-match": f'"other", {got.headers["etag"]}'})
        kept = ("vary", "etag", "cache-control", "content-location")
        assert again.status == 304
        assert {name: value for name, value in again.headers.items() if name in kept} == {
            name: value for name, value in got.headers.items() if name in kept
        }


def test_no_cache_takes_one_form_for_another(site):
    """Each form, each place and each base has a tag of its own, and one form's does not save sending another."""
    at = "/doc/code-2001/mainstream-3.1"
    tags = [site.get(at, type_).headers["etag"] for type_ in TYPES.values()]
    tags += [site.get(f"{at}.{name}").headers["etag"] for name in TYPES]
    tags += [site.get(at.replace("3.1", "4.1"), type_).headers["etag"] for type_ in TYPES.values()]
    tags.append(Site(site.data, "https://data.example.org/sen/").get(at).headers["etag"])
    assert len(set(tags)) == len(tags) == 16
    for tag in tags[1:]:
        assert site.get(at, TYPES["html"], headers={"if-none-match": tag}).status == 200


# ------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        (BROWSER, "text/html"),
        ("application/json", "application/problem+json"),
        ("application/ld+json", "application/problem+json"),
        ("text/plain", "text/plain"),
        ("text/turtle", "text/plain"),
        ("image/png", "text/plain"),
    ],
)
@pytest.mark.parametrize("target", ["/code-2001/mainstream-9.9", "/doc/code-2001/mainstream-9.9", "/questions/nothing"])
def test_what_is_not_there_is_told_as_a_page_a_document_or_text(site, target, accept, type_):
    """404 comes in a form that the client takes, and names what was asked for."""
    answer = site.get(target, accept)
    assert (answer.status, answer.media_type) == (404, type_)
    text = answer.main.words if type_ == "text/html" else answer.body.decode()
    assert target.rpartition("/")[2] in text
    if type_ == "application/problem+json":
        assert json.loads(answer.body).keys() == {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    "target",
    [
        "/code-2001/mainstream-3.1.xyz",
        "/doc/code-2001/mainstream-3.1.xyz",
        "/doc/code-2001/mainstream-3.1.TTL",
        "/doc/code-2001/mainstream-3.1.ttl.ttl",
        "/doc/code-2001/mainstream-3.1.ttl/",
        "/doc/code-2001//mainstream-3.1",
        "//code-2001/mainstream-3.1",
        "/code-2001/../code-2001/mainstream-3.1",
        "/doc/%2e%2e/code-2001/mainstream-3.1",
        "/doc",
        "/doc/",
        "/doc/.ttl",
        "/.ttl",
        "//",
        "/static/",
        "/static/editor/",
        "/static/../../pyproject.toml",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/./sengraph.css",
        "/static//sengraph.css",
        "/static/sengraph.css/",
        "/static/sengraph.css%00",
        "/static/%2fetc%2fpasswd",
        "/static/../templates/base.html",
        "/context/0.0.9.jsonld",
        "/context/.jsonld",
        "/sitemap/2.xml",
        "/sitemap/0.xml",
        "/sitemap/-1.xml",
        "/sitemap/%D9%A3.xml",
        "/sitemap/1.xml.xml",
        "/questions/..%2fgaps",
        "/%00",
        "/%0d%0aset-cookie:a=b",
        "/doc/%0d%0aset-cookie:a=b",
        "/TABLE",
        "/index.html",
    ],
)
def test_other_addresses_lead_nowhere(site, target):
    """What looks like an address of the site and is none is 404, as a page whose links still hold."""
    answer = site.get(target)
    assert answer.status == 404
    home = answer.page.one("a", "name").attributes["href"]
    assert site.target(resolved(answer.address, home)) == "/"


def test_a_slash_at_the_end_does_not_matter(site):
    """Things, documents and pages answer with one too, and their links hold there."""
    for target in (
        "/code-2001/mainstream-3.1/",
        "/doc/code-2001/mainstream-3.1/",
        "/ontology/",
        "/table/",
        "/questions/",
    ):
        answer = site.follow(target)[1]
        assert answer.status == 200
        style = answer.page.all("link", rel="stylesheet")[0].attributes["href"]
        assert site.target(resolved(answer.address, style)) == "/static/sengraph.css"


def test_a_very_long_address_is_answered_in_few_words(site):
    """However long or deep an address is, what comes back is no longer than a page."""
    for target in (
        "/" + "a" * 60_000,
        "/" + "a/" * 30_000,
        "/" * 60_000,
        "/doc/" + "%C3%A9/" * 8_000,
        "/questions/" + "/" * 60_000,
    ):
        answer = site.get(target)
        assert answer.status in (404, 414)
        assert len(answer.body) < 10_000
        assert sum(map(len, answer.headers.values())) < 2_000


# ------------------------------------------------------------------------- data and a base of one's own

OWN = "https://data.example.org/sen/"
NAMES = {
    "a/b": "/a/b",
    "a%2Fb": "/a%2Fb",
    "50%25": "/50%25",
    "caf%C3%A9": "/caf%C3%A9",
    "na\u00efve": "/na%C3%AFve",
    "e\u0301": "/e%CC%81",
    "\U0001f600": "/%F0%9F%98%80",
    "x:y": "/x:y",
    "o'clock": "/o'clock",
    "(x)": "/(x)",
    "a;b=c,d": "/a;b=c,d",
    "x&y": "/x&y",
    "x+y": "/x+y",
    "~t": "/~t",
    "@home": "/@home",
    "a//b": "/a//b",
    "folder/": "/folder/",
    "%2e%2e/x": "/%2e%2e/x",
    "x%0d%0ay": "/x%0d%0ay",
    "%2F%2Fevil.example": "/%2F%2Fevil.example",
    "%5C%5Cevil.example": "/%5C%5Cevil.example",
    "about": "/about",
    "report.html": "/report.html",
    "report.ttl.html": "/report.ttl.html",
    "-": "/-",
}
"""Names of things under the base, and what a client asks for that has the IRI (RFC 3987, section 3.1)."""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The site of a file of one's own, under a base that has a path."""
    lines = ["@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."]
    for number, name in enumerate(NAMES):
        lines.append(f'<{OWN}{name}> rdfs:label "thing {number}" ; rdfs:seeAlso <{OWN}unnamed> , <{OWN}mentioned> .')
    lines.append(f'<{OWN}unnamed> rdfs:comment "It has no label." .')
    lines += [f'<{OWN}{name}> rdfs:label "the thing {name}" .' for name in ("table", "sparql", "static/sengraph.css")]
    path = tmp_path_factory.mktemp("own") / "own.ttl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Site(Dataset.open(None, path), OWN)


@pytest.mark.parametrize(("number", "name", "target"), [(n, *pair) for n, pair in enumerate(NAMES.items())])
def test_things_under_a_base_of_ones_own_answer_at_their_iris(own, number, name, target):
    """However a name is written, whoever asks for the IRI gets to what is said of it, in every form."""
    for form, type_ in TYPES.items():
        asked, answer = own.follow(target, type_)
        assert (len(asked), answer.status, answer.headers["content-type"]) == (2, 200, type_)
        if form == "html":
            assert answer.main.one("h1").text == f"thing {number}"
        else:
            labels = [quad for quad in canonical(answer, form) if quad.predicate.value.endswith("#label")]
            assert ox.Literal(f"thing {number}") in [quad.object for quad in labels if quad.subject.value == OWN + name]
        for link, parameters in answer.links:
            if parameters["rel"] == "alternate":
                other = own.get(own.target(resolved(answer.address, link)), None)
                assert other.media_type == parameters["type"]
                assert f"thing {number}".encode() in other.body


def test_links_in_pages_stay_on_the_site_and_relative(own):
    """Whatever the base is, nothing in a page has it but the IRI of the thing itself."""
    todo, seen = [*NAMES.values(), "/doc/table", "/doc/dataset", "/search?words=thing", "/"], set()
    for target in todo:
        answer = own.follow(target)[1]
        assert answer.status == 200
        for element in answer.page.all():
            for reference in (element.attributes.get(name) for name in ("href", "src", "action")):
                if reference is not None and element.attributes.get("rel") != "bookmark":
                    assert not reference.startswith(("/", OWN)), (target, reference)
                    seen.add(own.target(resolved(answer.address, reference)))
    assert f"/resource?iri={quote(OWN + 'unnamed', safe='')}" in seen or "/doc/unnamed" in seen
    for target in seen - {None}:
        assert own.follow(target)[1].status == 200 or "/why" in target, target


def test_what_has_the_name_of_a_page_has_a_document_still(own):
    """A thing whose address is that of a page is found in the place of its document."""
    for name in ("table", "sparql", "static/sengraph.css"):
        assert own.get(f"/doc/{name}").main.one("h1").text == f"the thing {name}"
    assert own.get("/table").main.one("h1").text == "The table, side by side"


def test_documents_under_a_base_of_ones_own_name_themselves_by_it(own):
    """The triples of a document are about an address under the base."""
    found = canonical(own.get("/doc/about", "text/turtle"), "ttl")
    topic = ox.NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")
    assert ox.Quad(ox.NamedNode(f"{OWN}doc/about"), topic, ox.NamedNode(f"{OWN}about")) in found


# -------------------------------------------------------------------------------- what lies beside


def test_the_context_is_there_twice(site):
    """The one with the version in its address may be kept for ever, and its terms are protected."""
    plain, versioned = site.get("/context.jsonld"), site.get("/context/0.1.0.jsonld")
    assert plain.media_type == versioned.media_type == "application/ld+json"
    assert plain.headers["cache-control"] == "no-cache"
    assert versioned.headers["cache-control"] == "public, max-age=31536000, immutable"
    terms = json.loads(plain.body)["@context"]
    assert json.loads(versioned.body)["@context"] == {"@protected": True, **terms}
    assert terms["bearer"] == {"@id": "sen:bearer", "@type": "@id"}


def test_the_sitemap_lists_pages_that_are_there(schools_site):
    """It is valid by the protocol, and each address in it is a page."""
    answer = schools_site.get("/sitemap.xml")
    assert answer.media_type == "application/xml"
    root = ET.fromstring(answer.body)
    assert root.tag == f"{SITEMAP}urlset"
    addresses = []
    for entry in root:
        assert entry.tag == f"{SITEMAP}url"
        assert [child.tag.removeprefix(SITEMAP) for child in entry] in (["loc"], ["loc", "lastmod"])
        assert entry[0].text is not None
        assert entry[1:] == [] or re.fullmatch(r"\d{4}-\d\d-\d\d", entry[1].text or "")
        addresses.append(entry[0].text)
    assert len(addresses) == len(set(addresses)) < 50_000
    assert max(map(len, addresses)) < 2_048
    for place in (
        "",
        "table",
        "people",
        "questions",
        "questions/gaps",
        "doc/establishment/900001",
        "doc/ontology/party-senco",
    ):
        assert BASE + place in addresses
    for address in addresses:
        target = schools_site.target(address)
        assert target is not None
        if "/doc/ontology/" not in target and "/doc/gias/" not in target:  # these are asked for above
            asked, answer = schools_site.follow(target)
            assert (answer.status, answer.media_type) == (200, "text/html"), target
            assert len(asked) <= 2


def test_crawlers_are_told_where_to_look(site):
    """robots.txt names the sitemap, and leaves out what runs queries."""
    answer = site.get("/robots.txt")
    lines = answer.body.decode().splitlines()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert f"Sitemap: {BASE}sitemap.xml" in lines
    assert {"Disallow: /sparql", "Disallow: /search", "Disallow: /why"} <= set(lines)
    assert not any(f"{line.partition(': ')[2]}" in ("/", "/doc") for line in lines)


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("sengraph.css", "text/css; charset=utf-8"),
        ("people.css", "text/css; charset=utf-8"),
        ("editor.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_files_that_pages_load_may_be_kept(site, name, type_):
    """They come with their type, whatever is accepted, and for a while need not be asked for again."""
    answer = site.get(f"/static/{name}", "image/png")
    assert (answer.status, answer.headers["content-type"]) == (200, type_)
    assert answer.headers["cache-control"].startswith("public, max-age=")


def test_the_description_of_the_data_is_found_at_the_well_known_place(site):
    """People are sent to the page about the data; programs get VoID that tells where everything is."""
    asked, answer = site.follow("/.well-known/void")
    assert asked == ["/.well-known/void", "/doc/dataset"]
    assert answer.status == 200
    found = site.get("/.well-known/void", "text/turtle")
    triples = canonical(found, "ttl")
    dataset = ox.NamedNode(f"{OURS}dataset")
    ends = {
        quad.object for quad in triples.quads_for_subject(dataset) if quad.predicate.value.endswith("sparqlEndpoint")
    }
    assert ends == {ox.NamedNode(f"{BASE}sparql")}


# -------------------------------------------------------------------------------------- all links


def test_every_link_of_every_page_leads_somewhere(site):
    """From the home page on, all that pages link to, load and send forms to is there; what is elsewhere is http(s)."""
    found, outside, reasons = {"/": ""}, set(), 0
    for target in (todo := ["/"]):
        answer = site.get(target)
        assert answer.status in (200, 303), f"{target}, linked from {found[target]}: {answer.status}"
        if answer.status == 303:
            references = [answer.headers["location"]]
        elif answer.media_type == "text/html":
            elements = answer.page.all()
            ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
            assert len(ids) == len(set(ids)), f"{target}: {Counter(ids).most_common(2)}"
            references = [
                e.attributes[name] for e in elements for name in ("href", "src", "action") if name in e.attributes
            ]
            assert "" not in references, target
            assert {reference[1:] for reference in references if reference.startswith("#")} <= set(ids), target
        else:
            continue
        for reference in references:
            address = resolved(answer.address, reference)
            next_ = site.target(address)
            if next_ is None:
                outside.add(address)
            elif next_ not in found:
                reasons += next_.startswith("/why")
                is_costly = next_.startswith(("/why", "/sparql?", "/questions/")) and "?" in next_
                if not is_costly or len(found) % 10 == 0:
                    found[next_] = target
                    todo.append(next_)
    kinds = Counter(target.partition("?")[0].split("/")[1] for target in found)
    assert kinds.keys() >= {"doc", "questions", "why", "table", "people", "static", "resource", "sparql", "store"}
    assert kinds["doc"] > 1000
    assert reasons > 300
    assert {urlsplit(address).scheme for address in outside} == {"http", "https"}
    assert not any(address.startswith(BASE) for address in outside)


# ---------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/table",
        "/table?modality=must&setting=maintained-special",
        "/people",
        "/people?setting=early-education",
        "/search?words=school",
        "/questions",
        "/questions/responsibilities-of?party=senco",
        "/questions/responsibilities-of-school?school=900001",
        "/questions/gaps",
        "/questions/gaps?setting=nonsense",
        "/sparql",
        "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
        "/doc/dataset",
        "/doc/ontology",
        "/doc/gias",
        "/doc/code-2001",
        "/doc/code-2001/code",
        "/doc/code-2001/mainstream-3.1",
        "/doc/code-2001/passage-mainstream-6",
        "/doc/ontology/party-senco",
        "/doc/ontology/activity-work-with-senco",
        "/doc/ontology/modality-must",
        "/doc/ontology/setting-early-education",
        "/doc/ontology/stage-school-action",
        "/doc/ontology/bearer",
        "/doc/ontology/Responsibility",
        "/doc/gias/type-01",
        "/doc/establishment/900001",
        "/resource?iri=http%3A%2F%2Fwww.w3.org%2F2002%2F07%2Fowl%23Class",
        "/why?s=establishment:900001&p=sen:subjectTo&o=code:mainstream-3.1",
        "/nothing",
    ],
)
def test_a_page_is_made_with_three_queries_at_most(schools_site, monkeypatch, target):
    """Once names and the table are there, a page asks the store three times, however much it shows."""
    engine = schools_site.data.graph._engine
    asked = []

    def run(sparql, *arguments, _run=engine.run, **options):
        asked.append(sparql)
        return _run(sparql, *arguments, **options)

    first = schools_site.get(target)
    monkeypatch.setattr(engine, "run", run)
    assert schools_site.get(target)[1:] == first[1:]
    assert len(asked) <= 3, "\n\n".join(asked)


# ------------------------------------------------------------------------------------------ over HTTP


def test_a_server_sends_what_is_answered_here(site):
    """Over a connection, things, documents and pages come as they are answered, and no browser guesses their type."""
    with running() as server:
        for target, accept in (
            ("/code-2001/mainstream-3.1", BROWSER),
            ("/doc/code-2001/mainstream-3.1", BROWSER),
            ("/doc/code-2001/mainstream-3.1", "application/ld+json"),
            ("/ontology/party-senco", "*/*"),
            ("/table?modality=nonsense", BROWSER),
            ("/nothing%0d%0aset-cookie:a=b", BROWSER),
            ("//evil.example/%2e%2e", BROWSER),
            ("/static/sengraph.css", "*/*"),
        ):
            here = Site(site.data, server.url.rstrip("/") + "/").get(target, accept)
            status, headers, body = server.get(target, accept=accept)
            assert (status, body) == (here.status, here.body)
            assert headers["x-content-type-options"] == "nosniff"
            kept = ("content-type", "content-security-policy", "location", "content-location", "link", "cache-control")
            assert {name: headers[name] for name in kept} == {name: here.headers.get(name) for name in kept}
            assert "set-cookie" not in headers
        whole = f"{server.url.rstrip('/')}/ontology/party-senco"
        status, headers, _ = server.get(whole, accept="*/*")  # the target is a whole address (RFC 9112, section 3.2.2)
        assert (status, headers["location"]) == (303, "../doc/ontology/party-senco")
        status, headers, _ = server.get("http://evil.example//evil.example/ontology/party-senco", accept="*/*")
        assert (status, headers["location"]) == (404, None)
        assert server.get("/doc/%E9")[0] == 400


@pytest.mark.parametrize("name", ["odrl", "thesaurus"])
def test_exports_answer_in_every_form(site, name):
    """An export comes as a page and as RDF, by Accept and by its extension; whoever takes anything gets Turtle."""
    made = {*EXPORTS[name].make(site.data.graph)}
    assert len(made) > 500
    for form, syntax in PARSED.items():
        document = site.get(f"/exports/{name}.{form}", "*/*")
        assert {quad.triple for quad in ox.parse(document.body, syntax)} == made
        accepted = site.get(f"/exports/{name}", TYPES[form].partition(";")[0])
        assert (accepted.media_type, accepted.body) == (document.media_type, document.body)
    assert site.get(f"/exports/{name}", "*/*").media_type == "text/turtle"
    assert site.get(f"/exports/{name}").media_type == "text/html"


def test_the_page_of_an_export_has_the_things_that_it_made(site):
    """Each rule has its anchor and stands under its class; of an export that is not there the nearest is named."""
    page = site.get("/exports/odrl").body.decode()
    assert '<li id="code-2001/mainstream-3.1">' in page
    duties = re.search(r"<h2>[^\n]*Duty</bdi>.*?</ul>", page, re.DOTALL)
    assert duties is not None
    assert re.findall(r'id="([^"]*)"', duties[0]) == ["code-2001/mainstream-3.1", "code-2001/special-3.1"]
    missing = site.get("/exports/odlr", "text/plain")
    assert missing.status == 404
    assert b"Did you mean 'odrl'" in missing.body


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/odrl", "doc/odrl"),
        ("/odrl/Recommendation", "doc/odrl/Recommendation"),
        ("/odrl/0.1.0", "doc/odrl/0.1.0"),
        ("/service/0.1.0", "doc/service/0.1.0"),
        ("/alignments/org", "doc/alignments/org"),
    ],
)
def test_ontologies_beside_the_data_answer(site, path, place):
    """The profile, the vocabulary of questions and the alignments are not in the data, and have documents all the same."""
    asked, answer = site.follow(path, "text/turtle")
    assert place in asked[1]
    assert answer.status == 200
    about = {
        quad.subject.value for quad in ox.parse(answer.body, PARSED["ttl"]) if isinstance(quad.subject, ox.NamedNode)
    }
    assert f"{OURS}{path[1:].removesuffix('/0.1.0')}".replace("odrl/", "odrl#") in about


def test_the_document_of_an_alignment_has_its_mappings(site):
    """Whoever imports it gets the axioms and matches of its file, and no others."""
    document = {quad.triple for quad in ox.parse(site.get("/doc/alignments/dpv.ttl").body, PARSED["ttl"])}
    stated = {quad.triple for quad in ox.parse(path=load.alignments()["dpv"]) if isinstance(quad.subject, ox.NamedNode)}
    assert stated <= document
    dpv = {triple for triple in document if "w3id.org/dpv" in str(triple.object)}
    assert dpv <= stated
