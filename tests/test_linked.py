"""Every IRI of the data leads to a document, the document says what the data says of it, and no address is lost."""

import json
import re
import tracemalloc
import warnings
from collections import Counter
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from sengraph import linked, load
from sengraph.errors import UsageError
from sengraph.graph import Embedded, Graph
from sengraph.questions import Library
from sengraph.render import FORMATS
from sengraph.terms import BASE, CODE, DCTERMS, ESTABLISHMENT, GIAS, GRAPH, ONTOLOGY, OWL, RDF, RDFS, SEN, SKOS, is_iri

E = "https://example.org/"
THING = f"{E}a"

PREFIXES = f"""
@prefix : <{E}> .
@prefix dcterms: <{DCTERMS}> .
@prefix owl: <{OWL}> .
@prefix rdfs: <{RDFS}> .
@prefix g: <{GRAPH}> .
@prefix base: <{BASE}> .
"""


def opened(trig):
    """A graph over TriG, without stored questions."""
    store = ox.Store()
    store.load((PREFIXES + trig).encode(), ox.RdfFormat.TRIG)
    return Graph(Embedded(store), Library())


def lines(triples):
    """Triples as lines, the namespace of the examples being `:`, and those of the W3C's terms their prefixes."""
    text = "\n".join(map(str, triples))
    for prefix, namespace in (("", E), ("rdf", RDF), ("rdfs", RDFS), ("owl", OWL), ("dcterms", DCTERMS)):
        text = re.sub(f"<{re.escape(namespace)}([^>]*)>", rf"{prefix}:\1", text)
    return text.splitlines()


def read(text):
    """JSON-LD as a graph of rdflib, which warns of itself when it reads that."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph", DeprecationWarning)
        return rdflib.Graph().parse(data=text, format="json-ld")


def in_rdflib(triples):
    """Triples as a graph of rdflib."""
    return rdflib.Graph().parse(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


# ------------------------------------------------------------------------------ addresses

PLACES = {
    # what the data has
    f"{CODE}mainstream-3.1": "doc/code-2001/mainstream-3.1",
    f"{SEN}party-senco": "doc/ontology/party-senco",
    ONTOLOGY: "doc/ontology",
    f"{BASE}service#parameter": "doc/service/parameter",
    f"{ESTABLISHMENT}100000": "doc/establishment/100000",
    # characters that a path has in some other way, or that mean something there
    f"{BASE}a%2Fb": "doc/a%252Fb",
    f"{BASE}caf\u00e9/\u5b66": "doc/caf%C3%A9/%E5%AD%A6",
    f"{BASE}a:b@c;d=e,f": "doc/a:b@c;d=e,f",
    f"{BASE}[a]": "doc/%5Ba%5D",
    f"{BASE}.a/b./...": "doc/.a/b./...",
    f"{SEN}a/b": "doc/ontology/a/b",
    # what a path does not keep
    f"{BASE}a?b": f"resource?iri={quote(BASE, safe='')}a%3Fb",
    f"{BASE}a#b": f"resource?iri={quote(BASE, safe='')}a%23b",
    f"{SEN}a?b": f"resource?iri={quote(SEN, safe='')}a%3Fb",
    f"{SEN}a#b": f"resource?iri={quote(SEN, safe='')}a%23b",
    SEN: f"resource?iri={quote(SEN, safe='')}",
    f"{BASE}a/../b": f"resource?iri={quote(BASE, safe='')}a%2F..%2Fb",
    f"{BASE}a/%2E%2e": f"resource?iri={quote(BASE, safe='')}a%2F%252E%252e",
    f"{BASE}./b": f"resource?iri={quote(BASE, safe='')}.%2Fb",
    f"{BASE}a//b": f"resource?iri={quote(BASE, safe='')}a%2F%2Fb",
    f"{BASE}a/": f"resource?iri={quote(BASE, safe='')}a%2F",
    BASE: f"resource?iri={quote(BASE, safe='')}",
    # what is elsewhere
    "https://example.org/x": "resource?iri=https%3A%2F%2Fexample.org%2Fx",
    "urn:x:\u00e9": "resource?iri=urn%3Ax%3A%C3%A9",
}


@pytest.mark.parametrize("iri", PLACES)
def test_the_place_of_a_document_is_the_path_of_its_thing_or_names_it(iri):
    """What is under the base and comes through has a path, the fragment of a term as a segment; all else is named."""
    assert linked.place_of(iri) == PLACES[iri]


def test_things_under_the_servers_own_base_have_places_too():
    """They do beside those of the project, whose terms alone have their fragment made a segment."""
    assert linked.place_of(f"{E}a/b", E) == "doc/a/b"
    assert linked.place_of(f"{SEN}party-senco", E) == "doc/ontology/party-senco"
    assert linked.place_of(f"{E}ontology#b", E) == "resource?iri=https%3A%2F%2Fexample.org%2Fontology%23b"


characters = st.sampled_from([*"ab.:@!$&'()*+,;=~-_[]", "\u00e9", "\u5b66", "%2F", "%2e", "%C3%A9", "%FF", "%25"])
segments = st.lists(characters, max_size=4).map("".join)
tails = st.sampled_from(["", "", "#a", "?a", "#a/b", "#", "#a?b", "/", "/.."])
iris = st.builds(
    lambda root, parts, tail: root + "/".join(parts) + tail,
    st.sampled_from([BASE, E, f"{BASE}ontology/", f"{BASE}service#", SEN, "https://w3id.org/"]),
    st.lists(segments, max_size=3),
    tails,
).filter(is_iri)
bases = st.sampled_from([BASE, E, "https://w3id.org/", f"{BASE}a/"])


@given(iris, bases)
def test_the_place_of_a_document_leads_back_to_its_thing(iri, base):
    """Decoded once, a place below `doc/` gives the IRI again; the query of any other gives it too."""
    place = linked.place_of(iri, base)
    assert re.fullmatch(r"[!-~]+", place)
    if place.startswith("doc/"):
        raw = place.removeprefix("doc/")
        assert iri in linked.iris_at(unquote(raw), raw, base)
    else:
        assert unquote(place.removeprefix("resource?iri=")) == iri


@given(iris, bases)
def test_the_address_of_a_thing_leads_to_it(iri, base):
    """Whoever asks for an IRI, which is sent with its characters beyond ASCII encoded, may mean that IRI."""
    raw = "".join(c if c.isascii() else quote(c) for c in iri.removeprefix(base.rstrip("/")))
    if iri.startswith(base) and "#" not in iri and "?" not in iri:
        assert iri in linked.iris_at(unquote(raw), raw, base)


def test_an_address_may_mean_a_term_or_a_path():
    """Below a vocabulary, the term is likelier; elsewhere there is no choice."""
    assert linked.iris_at("ontology/0.1.0", "ontology/0.1.0") == [f"{SEN}0.1.0", f"{ONTOLOGY}/0.1.0"]
    assert linked.iris_at("code-2001/code", "code-2001/code") == [f"{CODE}code"]
    assert linked.iris_at("ontology", "ontology") == [ONTOLOGY]


def test_an_escape_belongs_to_the_iri_of_a_thing_and_to_the_address_of_a_document():
    """So what was sent comes first for a thing, and what it decodes to first for a document."""
    assert linked.iris_at("/a/b", "/a%2Fb") == [f"{BASE}a%2Fb", f"{BASE}a/b"]
    assert linked.iris_at("a%2Fb", "a%252Fb") == [f"{BASE}a%2Fb", f"{BASE}a%252Fb"]
    assert f"{BASE}\u00e9%2Fb" in linked.iris_at("/\u00e9/b", "/%C3%A9%2Fb")
    assert linked.iris_at("/\ufffd", "/%FF") == [f"{BASE}%FF", f"{BASE}\ufffd"][: 1 + is_iri(f"{BASE}\ufffd")]


def test_an_address_means_the_iri_that_was_asked_for_before_that_of_the_project():
    """A server under another base has things of its own there; but the documents of our terms are in their place."""
    assert linked.iris_at("/a", "/a", E) == [f"{E}a", f"{BASE}a"]
    assert linked.iris_at("/ontology/a", "/ontology/a", E) == [f"{E}ontology/a", f"{SEN}a", f"{ONTOLOGY}/a"]
    assert linked.iris_at("ontology/a", "ontology/a", E) == [f"{SEN}a", f"{ONTOLOGY}/a"]


def test_nothing_takes_the_place_of_a_term():
    """What is called as the document of a term is, in our name or under another base, has its document elsewhere."""
    assert linked.place_of(f"{SEN}party-senco", E) == "doc/ontology/party-senco"
    for iri in (f"{ONTOLOGY}/party-senco", f"{E}ontology/party-senco", f"{E}ontology#party-senco", f"{E}ontology"):
        assert linked.place_of(iri, E) == f"resource?iri={quote(iri, safe='')}"
    assert linked.place_of(f"{ONTOLOGY}/0.1.0") == "doc/ontology/0.1.0"
    assert linked.place_of(f"{E}own/party-senco", E) == "doc/own/party-senco"


def test_a_slash_at_the_end_may_be_too_much():
    """The thing with it is likelier than the one without."""
    assert linked.iris_at("/code-2001/", "/code-2001/") == [CODE, CODE[:-1]]


@pytest.mark.parametrize("path", ["/a b", "/a> <b", '/a"b', "/a\nb", "/{a}", "/a\\b", "/a|b", "/a%zz", "/\udcff"])
def test_what_is_no_iri_is_not_asked_for(path):
    """No text that SPARQL would read in another way becomes a candidate."""
    assert linked.iris_at(path, path) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("code-2001/mainstream-3.1.ttl", ("code-2001/mainstream-3.1", "ttl")),
        ("ontology.jsonld", ("ontology", "jsonld")),
        ("ontology/party-senco.rdf", ("ontology/party-senco", "rdf")),
        ("a.nt", ("a", "nt")),
        ("a.b.html", ("a.b", "html")),
        ("code-2001/mainstream-3.1", ("code-2001/mainstream-3.1", "")),
        ("a.TTL", ("a.TTL", "")),
        ("a.csv", ("a.csv", "")),
        ("ttl", ("ttl", "")),
        (".ttl", (".ttl", "")),
        ("a/.ttl", ("a/.ttl", "")),
        ("a.ttl/b", ("a.ttl/b", "")),
        ("", ("", "")),
    ],
)
def test_an_extension_names_a_format(path, expected):
    """It does where a name stands before it."""
    assert linked.extension(path) == expected


def test_extensions_are_names_of_formats():
    """Each is the name of a format that writes triples or pages."""
    assert {FORMATS[name].writes for name in linked.EXTENSIONS} == {"graph", "people"}


def test_known_is_the_first_iri_that_the_data_speaks_of():
    """It may be a subject, an object or a property, and the order is that of the candidates."""
    data = opened(":s :p :o .")
    assert linked.known(data, [f"{E}x", f"{E}o", f"{E}s"]) == f"{E}o"
    assert linked.known(data, [f"{E}p"]) == f"{E}p"
    assert linked.known(data, [f"{E}s"]) == f"{E}s"
    assert linked.known(data, [f"{E}x"]) is None
    assert linked.known(data, []) is None


@pytest.mark.parametrize("which", ["graph", "schools"])
def test_every_iri_of_the_data_is_found_from_its_address(which, request):
    """So it is with each under the base, be it subject, property or object."""
    data = request.getfixturevalue(which)
    rows = data.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    ours = {t.value for row in rows for t in row if isinstance(t, ox.NamedNode) and t.value.startswith(BASE)}
    assert len(ours) > 200
    for iri in ours:
        place = linked.place_of(iri)
        assert place.startswith("doc/"), iri
        raw = place.removeprefix("doc/")
        assert linked.known(data, linked.iris_at(unquote(raw), raw)) == iri


# -------------------------------------------------------------------------- descriptions

SMALL = """
g:asserted {
    :a a :Person ; rdfs:label "Aye" ; :knows :b , :a ; rdfs:isDefinedBy :o ;
        :lives [ :town "X" ; :near [ :town "Y" ] ] .
    :b rdfs:label "Bee" ; :knows :a ; :age 7 .
    :c :likes :a .
    [] :knows :a .
    :o a owl:Ontology ; dcterms:license :l .
    :Person rdfs:label "person" .
}
g:inferred {
    :a a owl:Thing , [ a owl:Restriction ] .
    _:class rdfs:subClassOf [ a owl:Class ] .
    owl:Nothing rdfs:subClassOf :a .
}
"""


def test_a_document_describes_its_thing():
    """Said are its triples with blank nodes, those that lead to it, the labels beside it, and what the document is."""
    assert lines(linked.description(opened(SMALL), THING)) == [
        f"<{BASE}resource?iri=https%3A%2F%2Fexample.org%2Fa> <http://xmlns.com/foaf/0.1/primaryTopic> :a",
        f"<{BASE}resource?iri=https%3A%2F%2Fexample.org%2Fa> dcterms:license :l",
        ":a rdf:type :Person",
        ":a rdfs:isDefinedBy :o",
        ':a rdfs:label "Aye"',
        ":a :knows :a",
        ":a :knows :b",
        ":a :lives _:b0",
        ':Person rdfs:label "person"',
        ':b rdfs:label "Bee"',
        ":b :knows :a",
        ":c :likes :a",
        "_:b0 :near _:b1",
        '_:b0 :town "X"',
        '_:b1 :town "Y"',
    ]


def test_a_document_has_its_address_under_the_base_of_the_server():
    """It is the address at which the document is read."""
    first = linked.description(opened(SMALL), THING, E)[0]
    assert str(first.subject) == f"<{E}doc/a>"


def test_what_is_asserted_stays_even_if_a_reasoner_says_it_too_often():
    """Only what was inferred is left out: an asserted class without a name, and an asserted owl:Thing, are told."""
    told = lines(
        linked.description(opened("g:asserted { :a a owl:Thing , [ a owl:Restriction ; owl:hasSelf true ] }"), THING)
    )
    assert ":a rdf:type owl:Thing" in told
    assert ":a rdf:type _:b0" in told
    assert "_:b0 rdf:type owl:Restriction" in told


def test_what_was_inferred_of_classes_without_a_name_is_not_told():
    """The restriction that a class is below is told, and not what else is below or the same as it."""
    data = opened(
        """
        g:asserted { :a rdfs:subClassOf _:x . _:x a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v }
        g:inferred { _:x rdfs:subClassOf _:y , owl:Thing ; owl:equivalentClass _:y ; a owl:Thing . :a rdfs:subClassOf _:y }
        g:other { _:y a owl:Class }
        """
    )
    assert lines(linked.description(data, THING))[1:] == [
        ":a rdfs:subClassOf _:b0",
        "_:b0 rdf:type owl:Restriction",
        "_:b0 owl:hasValue :v",
        "_:b0 owl:onProperty :p",
    ]


def test_a_property_that_leads_to_a_thing_very_often_is_not_told():
    """Two hundred triples of one property are told, of one with more none; the other properties do not suffer."""
    often = " ".join(f":s{n} :often :a ." for n in range(201))
    just = " ".join(f":s{n} :just :a ." for n in range(200))
    told = Counter(t.predicate.value for t in linked.description(opened(f"{often} {just} :b :once :a ."), THING)[1:])
    assert told == {f"{E}just": 200, f"{E}once": 1}


def test_a_triple_in_several_graphs_counts_once():
    """A property with two hundred triples is told, whatever the graphs that they are in."""
    just = " ".join(f":s{n} :just :a ." for n in range(200))
    assert len(linked.description(opened(f"g:one {{ {just} }} g:two {{ {just} }}"), THING)) == 201


def test_a_property_that_is_declared_is_found_behind_any_number_of_triples(monkeypatch):
    """Where only some triples are looked at, the properties that are declared or known are told all the same."""
    monkeypatch.setattr(linked, "LOOKED_AT", 0)
    data = opened(":b :declared :a ; :other :a ; rdfs:seeAlso :a . :declared a owl:ObjectProperty .")
    assert lines(linked.description(data, THING))[1:] == [":b rdfs:seeAlso :a", ":b :declared :a"]


def test_the_same_data_is_described_in_the_same_way():
    """Neither the order of the triples nor the names of blank nodes in a file can be told from the description."""
    statements = [
        *(":a :p _:{x1} .", "_:{x1} :q _:{x2} .", "_:{x2} :q _:{x3} .", "_:{x3} :q 1 ."),
        *(":a :p _:{y1} .", "_:{y1} :q _:{y2} .", "_:{y2} :q _:{y3} .", "_:{y3} :q 2 ."),
    ]
    described = set()
    for turn in range(8):
        turned = statements[turn:] + statements[:turn]
        names = {f"{c}{n}": f"n{(5 * n + turn + 3 * (c == 'x')) % 16}" for c in "xy" for n in (1, 2, 3)}
        assert len(set(names.values())) == 6
        described.add(tuple(linked.description(opened("\n".join(turned).format(**names)), THING)))
    assert len(described) == 1
    assert len(*described) == 1 + 8


def test_blank_nodes_in_a_ring_are_all_described():
    """Nodes that nothing tells apart are followed once each."""
    data = opened(":a :p _:x . _:x :next _:y . _:y :next _:z . _:z :next _:x .")
    assert len(linked.description(data, THING)) == 1 + 4


def test_what_is_only_a_property_has_a_document_too():
    """It says at least which thing it is about."""
    assert lines(linked.description(opened(":s :a :o ."), THING)) == [
        f"<{BASE}resource?iri=https%3A%2F%2Fexample.org%2Fa> <http://xmlns.com/foaf/0.1/primaryTopic> :a"
    ]


def test_a_description_of_the_projects_data_names_dataset_and_licence(graph):
    """A responsibility is described with the labels of its bearer and activity, and without owl:Thing."""
    thing = f"{CODE}mainstream-3.1"
    told = {tuple(map(str, (t.subject, t.predicate, t.object))) for t in linked.description(graph, thing)}
    document = f"<{BASE}doc/code-2001/mainstream-3.1>"
    assert {
        (document, "<http://rdfs.org/ns/void#inDataset>", f"<{BASE}dataset>"),
        (document, f"<{DCTERMS}license>", "<https://creativecommons.org/licenses/by/4.0/>"),
        (f"<{thing}>", f"<{SEN}bearer>", f"<{SEN}party-governing-body>"),
        (f"<{SEN}party-governing-body>", f"<{RDFS}label>", '"governing body"@en'),
        (f"<{SEN}party-governing-body>", f"<{SEN}bears>", f"<{thing}>"),
    } <= told
    types = {o for s, p, o in told if (s, p) == (f"<{thing}>", f"<{RDF}type>")}
    assert {f"<{SEN}Obligation>", f"<{OWL}NamedIndividual>"} <= types
    assert not {o for o in types if o.startswith("_:") or o == f"<{OWL}Thing>"}


def test_a_graph_without_inference_is_described_without_it():
    """What a query does not see is not told."""
    store = ox.Store()
    store.load((PREFIXES + "g:asserted { :a :p :o } g:inferred { :a :q :o . :s :q :a }").encode(), ox.RdfFormat.TRIG)
    data = Graph(Embedded(store, inference=False), Library())
    assert lines(linked.description(data, THING))[1:] == [":a :p :o"]


# -------------------------------------------------------------------------- vocabularies


def test_the_ontologies_are_known_by_their_versions(graph):
    """An ontology stands for itself, and the IRI of its version for it; one without a name or a version is no trouble."""
    assert linked.vocabularies(graph) == {
        CODE[:-1]: CODE[:-1],
        f"{CODE}0.1.0": CODE[:-1],
        ONTOLOGY: ONTOLOGY,
        f"{ONTOLOGY}/0.1.0": ONTOLOGY,
    }
    assert linked.vocabularies(opened(":a a owl:Ontology . [] a owl:Ontology ; owl:versionIRI :b .")) == {THING: THING}


def test_the_document_of_an_ontology_has_what_it_defines():
    """Told are the header, the terms with blank nodes and what was inferred, and the axioms that list terms."""
    data = opened(
        """
        g:asserted {
            :a a owl:Ontology ; dcterms:title "A" .
            :x rdfs:isDefinedBy :a ; rdfs:subClassOf [ owl:onProperty :p ] .
            :y rdfs:isDefinedBy :b .
            [] a owl:AllDifferent ; owl:distinctMembers ( :x ) .
            [] a owl:AllDifferent ; owl:distinctMembers ( :y ) .
        }
        g:inferred { :x rdfs:subClassOf :z , owl:Thing , [ owl:onProperty :q ] }
        """
    )
    assert lines(linked.vocabulary(data, THING))[1:] == [
        ':a dcterms:title "A"',
        ":a rdf:type owl:Ontology",
        ":x rdfs:isDefinedBy :a",
        ":x rdfs:subClassOf :z",
        ":x rdfs:subClassOf _:b0",
        "_:b0 owl:onProperty :p",
        "_:b1 rdf:first :x",
        "_:b1 rdf:rest rdf:nil",
        "_:b2 rdf:type owl:AllDifferent",
        "_:b2 owl:distinctMembers _:b1",
    ]


def test_the_document_of_an_ontology_tells_of_which_kind_the_terms_are_that_it_uses():
    """Declared are properties and classes that it uses and others define, and none besides."""
    data = opened(
        """
        g:asserted {
            :a a owl:Ontology .
            :x rdfs:isDefinedBy :a ; a :C ; :p :y .
            :p a owl:ObjectProperty ; rdfs:label "p" . :C a owl:Class . :q a owl:ObjectProperty . :y a :C .
        }
        """
    )
    about_others = {line for line in lines(linked.vocabulary(data, THING)) if line.startswith((":p", ":C", ":q", ":y"))}
    assert about_others == {":p rdf:type owl:ObjectProperty", ":C rdf:type owl:Class"}


def test_the_documents_of_the_ontologies_have_all_of_their_files(schools):
    """Every triple about a term is there, and every blank node."""
    texts = [(load.ontology_dir() / f"{name}.ttl").read_bytes() for name in ("sen", "code-2001", "gias")]
    files = [quad.triple for text in texts for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    told = [t for iri in (ONTOLOGY, CODE[:-1], GIAS[:-1]) for t in linked.vocabulary(schools, iri)]
    about = [t for t in files if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(BASE)]
    assert {t for t in about if not isinstance(t.object, ox.BlankNode)} - set(told) == about_authors(about)
    of_blank = [Counter(t.predicate.value for t in ts if isinstance(t.subject, ox.BlankNode)) for ts in (files, told)]
    assert of_blank[0] == of_blank[1]


def about_authors(triples):
    """The triples about the authors, whom no ontology defines: they have a document of their own."""
    return {t for t in triples if t.subject.value == f"{BASE}authors"}


# ------------------------------------------------------------------------------- context

WRITTEN = {
    "id": "code:mainstream-9.1",
    "type": ["Obligation", "NamedIndividual"],
    "label": "The SENCO must knit.",
    "altLabel": ["knitting"],
    "citation": "p. 1",
    "bearer": "sen:party-senco",
    "clause": 1,
    "modalPhrase": "must",
    "inForceFrom": "2002-01-01T00:00:00Z",
    "isDefinedBy": "https://w3id.org/sengraph/code-2001",
    "readingNote": ["A joke."],
    "gias:reason": {"@value": "Wolle", "@language": "de"},
}
MEANT = f"""
@prefix code: <{CODE}> . @prefix sen: <{SEN}> . @prefix rdfs: <{RDFS}> . @prefix dcterms: <{DCTERMS}> .
@prefix owl: <{OWL}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix skos: <{SKOS}> .
code:mainstream-9.1 a sen:Obligation , owl:NamedIndividual ; rdfs:label "The SENCO must knit."@en ;
    skos:altLabel "knitting"@en ; dcterms:bibliographicCitation "p. 1" ; sen:bearer sen:party-senco ; sen:clause 1 ;
    sen:modalPhrase "must" ; sen:inForceFrom "2002-01-01T00:00:00Z"^^xsd:dateTime ;
    rdfs:isDefinedBy <https://w3id.org/sengraph/code-2001> ; sen:readingNote "A joke."@en ;
    <{GIAS}reason> "Wolle"@de .
"""


def test_a_document_written_with_the_context_means_what_it_says(graph):
    """JSON as a person writes it gives the triples that the terms stand for."""
    for terms in (linked.context(graph), linked.versioned_context(graph)[1]):
        text = json.dumps(terms | WRITTEN)
        assert isomorphic(read(text), rdflib.Graph().parse(data=MEANT, format="turtle"))
        by_another = ox.parse(text, format=ox.RdfFormat.JSON_LD)
        assert set(by_another) == set(ox.parse(MEANT, format=ox.RdfFormat.TURTLE))


def test_the_context_has_a_term_for_each_property_and_class(schools):
    """The local name of each that is no concept stands for it, but for a name that the vocabulary has already."""
    terms = linked.context(schools)["@context"]
    kinds = " ".join(f"<{OWL}{name}>" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
    query = f"SELECT DISTINCT ?t {{ VALUES ?c {{ {kinds} }} ?t a ?c FILTER NOT EXISTS {{ ?t a skos:Concept }} }}"
    ours = {term.value for (term,) in schools.answer(query).rows if term.value.startswith((SEN, GIAS))}
    assert {f"{SEN}bearer", f"{SEN}clause", f"{SEN}readingNote", f"{SEN}Party", f"{GIAS}opened", f"{GIAS}Phase"} < ours
    assert {iri for iri in ours if meaning(terms, re.split("[#/]", iri)[-1]) != iri} == {f"{GIAS}Group"}
    assert meaning(terms, "Group") == f"{SEN}Group"
    assert not [name for name in terms if name.startswith("kind-")]


def meaning(terms, name):
    """The IRI that a term of a context stands for."""
    value = terms.get(name, "")
    prefix, _, local = (value if isinstance(value, str) else value["@id"]).partition(":")
    return terms.get(prefix, "?") + local


def test_the_terms_of_others_stand_for_what_they_say(graph):
    """Each has a prefix that the context declares, and is not taken by a term of the project."""
    terms = linked.context(graph)["@context"]
    for name, (compact, _) in linked.TERMS.items():
        prefix, _, local = compact.partition(":")
        assert meaning(terms, name) == terms[prefix] + local


def test_values_have_the_datatype_of_the_one_range_of_their_property(schools):
    """Numbers and dates do; strings need none, and no property that may have values of several kinds has one."""
    terms = linked.context(schools)["@context"]
    assert terms["clause"] == {"@id": "sen:clause", "@type": "xsd:integer"}
    assert terms["opened"] == {"@id": "gias:opened", "@type": "xsd:dateTime"}
    assert terms["modalPhrase"] == "sen:modalPhrase"
    assert terms["bearer"] == {"@id": "sen:bearer", "@type": "@id"}
    ontology = f"<{ONTOLOGY}> a owl:Ontology . "
    two = "base:p a owl:DatatypeProperty ; rdfs:range <urn:a> , <urn:b> ; rdfs:isDefinedBy base:ontology ."
    assert linked.context(opened(ontology + two))["@context"]["p"] == f"{BASE}p"


def test_the_versioned_context_is_protected(graph):
    """It is the context under the version of the vocabulary, with terms that stay as they are."""
    version, versioned = linked.versioned_context(graph)
    assert version == "0.1.0"
    assert versioned["@context"] == {"@protected": True, **linked.context(graph)["@context"]}
    assert linked.versioned_context(opened(":a :b :c ."))[0] == ""


@pytest.mark.parametrize(
    "iri",
    [
        f"{CODE}mainstream-3.1",
        f"{CODE}code",
        f"{SEN}party-senco",
        f"{SEN}kind-report-on-policy-by-governance",
        f"{SEN}equivalentTo",
        f"{GIAS}type-2",
        f"{ESTABLISHMENT}900001",
    ],
)
def test_a_description_survives_the_context(schools, iri):
    """Written with the context by rdflib and read again, it is the same graph, blank nodes and literals included."""
    described = in_rdflib(linked.description(schools, iri))
    assert len(described) > 15
    for terms in (linked.context(schools), linked.versioned_context(schools)[1]):
        text = described.serialize(format="json-ld", context=terms["@context"])
        assert isomorphic(described, read(text))


# ------------------------------------------------------------------------ what there is


def test_subjects_are_the_things_under_the_base_sorted():
    """Each comes once; names of graphs, blank nodes, objects and what is elsewhere do not come."""
    data = opened(
        """
        g:one { base:b :p base:o . base:a-b :p 1 . :x :p 1 . [] :p 1 }
        g:two { base:b :p 2 . base:a :p 2 . g:one :p 1 }
        """
    )
    assert list(linked.subjects(data)) == [f"{BASE}a", f"{BASE}a-b", f"{BASE}b"]
    assert list(linked.subjects(data, E)) == [f"{E}x", f"{BASE}a", f"{BASE}a-b", f"{BASE}b"]


def test_subjects_are_all_that_the_data_says_something_of(graph):
    """They are those that a query finds, each once, and sorted."""
    rows = graph.answer("SELECT DISTINCT ?s { ?s ?p ?o FILTER(ISIRI(?s)) }").rows
    expected = sorted(s.value for (s,) in rows if s.value.startswith(BASE))
    assert list(linked.subjects(graph)) == expected


@pytest.mark.parametrize("run", [1, 2, 3, 4, 5, 6, 7])
def test_subjects_are_sorted_in_parts_as_they_are_at_once(monkeypatch, run):
    """However few are sorted in memory, all come in order; six are in the data, one of them in two graphs."""
    monkeypatch.setattr(linked, "RUN", run)
    data = opened("g:one { base:f :p 1 . base:b :p 1 . base:d :p 1 . base:e :p 1 } g:two { base:f :p 1 . base:a :p 1 }")
    assert list(linked.subjects(data)) == [f"{BASE}{name}" for name in "abdef"]


def test_many_subjects_need_little_memory(monkeypatch):
    """Of twenty thousand, which take two megabytes as texts, few are in memory at once."""
    monkeypatch.setattr(linked, "RUN", 1000)
    data = opened("".join(f"base:thing-{n} :p {n} .\n" for n in range(20_000)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in linked.subjects(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000


NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
FIXED = [E, f"{E}table", f"{E}people", f"{E}questions"]


def addresses(pieces, path="s:url/s:loc"):
    """The addresses in a sitemap or in a list of its parts."""
    return [node.text for node in ElementTree.fromstring(b"".join(pieces)).findall(path, NAMESPACE)]


def test_a_sitemap_has_the_pages_and_the_documents():
    """Addresses are absolute, under the base that is asked for, and encoded for URI and XML."""
    data = opened("base:caf\u00e9 :p 1 . :x&y :p 1 . <https://example.org/z?q=1&r> :p 1 .".replace(":x&y", f"<{E}x&y>"))
    pieces = list(linked.sitemap(data, E))
    assert addresses(pieces) == [
        *FIXED,
        f"{E}doc/x&y",
        f"{E}resource?iri=https%3A%2F%2Fexample.org%2Fz%3Fq%3D1%26r",
        f"{E}doc/caf%C3%A9",
    ]
    assert b"<loc>https://example.org/doc/x&amp;y</loc>" in b"".join(pieces)
    assert ElementTree.fromstring(b"".join(pieces)).tag == f"{{{NAMESPACE['s']}}}urlset"


def test_a_sitemap_has_the_questions(graph):
    """Each stored question has its page, and each subject its document."""
    found = addresses(linked.sitemap(graph, BASE))
    assert f"{BASE}questions/who-is-responsible" in found
    assert f"{BASE}doc/ontology/party-senco" in found
    assert len(found) == len(set(found)) == 4 + len(graph.questions.names) + len(list(linked.subjects(graph)))


def test_a_sitemap_says_when_a_document_changed_if_the_data_does():
    """The last day that is stated counts; what states none, or no day, has none."""
    data = opened(
        """
        base:a dcterms:modified "2026-11-23T00:00:00Z" , "2026-11-24" . base:b :p 1 .
        base:c dcterms:modified "yesterday" . base:d dcterms:modified "2020-02-03" .
        """
    )
    root = ElementTree.fromstring(b"".join(linked.sitemap(data, E)))
    days = {n.findtext("s:loc", "", NAMESPACE): n.findtext("s:lastmod", None, NAMESPACE) for n in root}
    stated = {f"{E}doc/a": "2026-11-24", f"{E}doc/b": None, f"{E}doc/c": None, f"{E}doc/d": "2020-02-03"}
    assert days == dict.fromkeys(FIXED) | stated


@pytest.mark.parametrize(("most", "parts"), [(7, 1), (6, 2), (4, 2), (3, 3), (1, 7)])
def test_a_sitemap_that_is_too_long_has_parts(monkeypatch, most, parts):
    """Up to the limit it is one; above it, a list of parts, which have the seven addresses in order."""
    data = opened("base:a :p 1 . base:b :p 1 . base:c :p 1 .")
    whole = addresses(linked.sitemap(data, E))
    assert len(whole) == 7
    monkeypatch.setattr(linked, "MOST", most)
    listed = addresses(linked.sitemap(data, E), "s:sitemap/s:loc")
    assert listed == ([f"{E}sitemap/{n}.xml" for n in range(1, parts + 1)] if parts > 1 else [])
    pieces = [addresses(linked.sitemap(data, E, n)) for n in range(1, parts + 1)]
    assert [address for piece in pieces for address in piece] == whole
    assert max(map(len, pieces)) == min(most, 7)
    for number in (0, -1, parts + 1, 10**30):
        with pytest.raises(UsageError, match=f"^the sitemap has no part {number}$"):
            linked.sitemap(data, E, number)


def test_crawlers_are_kept_from_what_runs_queries():
    """They are told where the sitemap is; paths are those under the address of the site."""
    assert linked.robots("https://example.org/sen/") == (
        b"User-agent: *\n"
        b"Disallow: /sen/sparql\n"
        b"Disallow: /sen/search\n"
        b"Disallow: /sen/why\n"
        b"Disallow: /sen/store\n"
        b"Disallow: /sen/questions/*?\n"
        b"\n"
        b"Sitemap: https://example.org/sen/sitemap.xml\n"
    )
