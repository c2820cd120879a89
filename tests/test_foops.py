"""The tests of FOOPS!, the Ontology Pitfall Scanner for the FAIR principles, on what our own server gives.

As FOOPS! does, each ontology is fetched from its IRI, with content negotiation and redirects; the IRIs under
https://w3id.org/sengraph/ are asked of a server on loopback, and no others. A test of FOOPS! is a function that
returns faults, and each has a test of its name. What would need an invented DOI, or an entry in a registry that only
the publisher can ask for, fails by name. A small invented ontology with all of it passes everything, and fails each
test when what that test looks for is taken away.

Source: the tests' descriptions at https://w3id.org/foops/catalogue, and the checks of oeg-upm/fair_ontologies, whose
lists of properties these are. Where the two differ the stricter is taken: CN1 there is content with HTML or RDF alone.
"""

from __future__ import annotations

import functools
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from sengraph import ingest, load
from sengraph.terms import BASE, OWL, RDF, RDFS, SKOS
from tests.test_serve import running

ROOT = Path(__file__).parents[1]
CHECKLIST = ROOT.parent / "shared" / "data" / "checklists" / "foops_tests.md"

DEFINING = {"sen": f"{BASE}ontology", "gias": f"{BASE}gias", "service": f"{BASE}service", "odrl-profile": f"{BASE}odrl"}
"""The ontologies that define classes and properties, by name."""

WITH_NAMESPACE = DEFINING | {"code-2001": f"{BASE}code-2001"}
ALIGNMENTS = {f"alignments/{name}": f"{BASE}alignments/{name}" for name in load.alignments()}
IRIS = WITH_NAMESPACE | ALIGNMENTS

RDF_TYPES = {
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""The serialisations that FOOPS! asks for; it asks for N-Triples as text/n3, which is Notation3."""


class Answer(NamedTuple):
    """What came back from an address, redirects followed."""

    status: int
    media_type: str
    body: bytes


class Ontology(NamedTuple):
    """An ontology as it was fetched from its IRI in Turtle, and a way to fetch more."""

    iri: str
    triples: list[ox.Triple]
    fetch: Callable[[str, str | None], Answer]

    def values(self, *properties: str) -> list[ox.NamedNode | ox.Literal | ox.BlankNode]:
        """Return the values that the ontology itself has of some properties."""
        header = ox.NamedNode(self.iri)
        return [o for s, p, o in self.triples if s == header and p.value in properties]

    def terms(self) -> set[str]:
        """Return the classes and properties that are declared; annotation properties are not looked at."""
        kinds = {f"{OWL}Class", f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty"}
        declared = (t for t in self.triples if t.predicate.value == f"{RDF}type" and t.object.value in kinds)
        return {t.subject.value for t in declared if isinstance(t.subject, ox.NamedNode)}

    def own_terms(self) -> set[str]:
        """Return those of them in the namespace of the ontology."""
        namespaces = [self.iri, *(value.value for value in self.values(f"{VANN}preferredNamespaceUri"))]
        return {term for term in self.terms() if any(term.startswith(namespace) for namespace in namespaces)}


def fetched(iri: str, fetch: Callable[[str, str | None], Answer]) -> Ontology:
    """Fetch an ontology in Turtle."""
    answer = fetch(iri, "text/turtle")
    triples = [quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.TURTLE, base_iri=iri)]
    return Ontology(iri, triples, fetch)


# --------------------------------------------------------------------------------- the metadata

BIBO = "http://purl.org/ontology/bibo/"
CC = "http://creativecommons.org/ns#"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
DOAP = "http://usefulinc.com/ns/doap#"
FOAF = "http://xmlns.com/foaf/0.1/"
MOD = "https://w3id.org/mod#"
OBO_DEFINITION = "http://purl.obolibrary.org/obo/IAO_0000118"
PAV = "http://purl.org/pav/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
VANN = "http://purl.org/vocab/vann/"


def _each(names: str, *namespaces: str) -> set[str]:
    return {namespace + name for namespace in namespaces for name in names.split()}


METADATA = {
    "title": _each("title", DC, DCTERMS) | {f"{SCHEMA}name"},
    "description": _each("abstract description", DC, DCTERMS)
    | _each("description shortdesc", DOAP)
    | {f"{SCHEMA}description", f"{RDFS}comment", f"{SKOS}note"},
    "license": _each("license", DCTERMS, SCHEMA, DOAP, CC),
    "rights": _each("rights", DC, DCTERMS) | {f"{DCTERMS}accessRights"},
    "version IRI": {f"{OWL}versionIRI"},
    "creator": _each("creator", DC, DCTERMS, SCHEMA) | _each("createdBy authoredBy", PAV) | {f"{DOAP}developer"},
    "namespace": {f"{VANN}preferredNamespaceUri"},
    "prefix": {f"{VANN}preferredNamespacePrefix"},
    "version": {f"{OWL}versionInfo", f"{SCHEMA}schemaVersion"},
    "created": _each("created", DCTERMS, DOAP) | {f"{SCHEMA}dateCreated", f"{PROV}generatedAtTime", f"{PAV}createdOn"},
    "citation": {f"{DCTERMS}bibliographicCitation", f"{SCHEMA}citation"},
    "doi": {f"{BIBO}doi"},
    "identifier": {f"{SCHEMA}identifier", f"{DCTERMS}identifier"},
    "publisher": _each("publisher", DC, DCTERMS, SCHEMA),
    "logo": _each("logo", FOAF, SCHEMA),
    "status": _each("status", BIBO, MOD),
    "source": {f"{DCTERMS}source", f"{PROV}hadOriginalSource"},
    "issued": {f"{DCTERMS}issued"},
    "published": _each("issued submitted", DCTERMS) | {f"{SCHEMA}datePublished"},
}
"""By which properties each piece of metadata may be told."""

TEXTS = {"title", "description", "version", "created"}
"""What must be a literal."""

REUSED = (DC, DCTERMS, SCHEMA, VANN, PROV, BIBO, PAV, FOAF, DOAP, MOD, OWL, RDFS)
"""Vocabularies for metadata that FOOPS! knows."""


def missing(ontology: Ontology, *wanted: str) -> list[str]:
    """Return which pieces of metadata an ontology does not tell."""
    return [f"no {name}" for name in wanted if not told(ontology, name)]


def told(ontology: Ontology, name: str) -> bool:
    """Tell whether an ontology tells a piece of metadata."""
    values = ontology.values(*METADATA[name])
    if name == "doi":
        identifiers = ontology.values(*METADATA["identifier"])
        return bool(values or [value for value in identifiers if "doi." in value.value])
    return any(isinstance(value, ox.Literal) or name not in TEXTS for value in values)


# ------------------------------------------------------------------------------ the tests of FOOPS!

PERSISTENT = re.compile(
    r"https?://([^/]+\.)?(w3id\.org|doi\.org|purl\.[^/]+|linked\.data\.gov\.au|dbpedia\.org|www\.w3\.org"
    r"|perma\.cc|data\.europa\.eu)/"
)
"""IRIs whose addresses are meant to last."""

REGISTERED: Mapping[str, str] = {}
"""What prefix.cc and LOV have of us, as prefixes and namespaces: nothing, until somebody proposes them there."""


def in_rdf(ontology: Ontology, iri: str) -> list[str]:
    """Return the serialisations in which an IRI is answered; the media type is the one that was asked for."""
    answers = {media_type: ontology.fetch(iri, media_type) for media_type in RDF_TYPES}
    return [name for name, answer in answers.items() if (answer.status, answer.media_type) == (200, name)]


def cn1(ontology: Ontology) -> list[str]:
    """[A1] The ontology comes as HTML and as RDF, by content negotiation."""
    return doc1(ontology) + ([] if in_rdf(ontology, ontology.iri) else ["no RDF"])


def doc1(ontology: Ontology) -> list[str]:
    """[R1] The ontology has documentation in HTML."""
    page = ontology.fetch(ontology.iri, "text/html")
    is_page = (page.status, page.media_type) == (200, "text/html") and b"<html" in page.body
    return [] if is_page else ["no HTML"]


def find1(ontology: Ontology) -> list[str]:
    """[F3] A prefix is declared."""
    return missing(ontology, "prefix")


def find2(ontology: Ontology, registered: Mapping[str, str] = REGISTERED) -> list[str]:
    """[F4] prefix.cc or LOV have the prefix, for the namespace or the ontology."""
    names = {ontology.iri, *(value.value for value in ontology.values(*METADATA["namespace"]))}
    prefixes = [value.value for value in ontology.values(*METADATA["prefix"])]
    return [] if any(registered.get(prefix) in names for prefix in prefixes) else ["the prefix is not registered"]


def find3(ontology: Ontology, registered: Mapping[str, str] = REGISTERED) -> list[str]:
    """[F4] LOV has the ontology, or the ontology names a catalogue that has it."""
    if ontology.values(f"{SCHEMA}includedInDataCatalog") or ontology.iri in registered.values():
        return []
    return ["in no registry"]


def find_3_bis(ontology: Ontology, registered: Mapping[str, str] = REGISTERED) -> list[str]:
    """[A2] The metadata can be had elsewhere, even if the ontology is gone; decided as FIND3."""
    return find3(ontology, registered)


def http1(ontology: Ontology) -> list[str]:
    """[A1.1] The protocol is an open one."""
    return [] if ontology.iri.startswith(("http://", "https://")) else ["neither http nor https"]


def om1(ontology: Ontology) -> list[str]:
    """[F2] The least metadata are declared."""
    return missing(ontology, "title", "description", "license", "version IRI", "creator", "namespace")


def om2(ontology: Ontology) -> list[str]:
    """[R1] Recommended metadata are declared; a contributor is optional."""
    return missing(ontology, "prefix", "version", "created", "citation")


def om3(ontology: Ontology) -> list[str]:
    """[R1] Detailed metadata are declared; the version before, compatibility and a date of change are optional."""
    return missing(ontology, "doi", "publisher", "logo", "status", "source", "issued")


def om4_1(ontology: Ontology) -> list[str]:
    """[R1.1] There is a licence, or a statement of rights."""
    return missing(ontology, "license") and missing(ontology, "rights")


def om4_2(ontology: Ontology) -> list[str]:
    """[R1.1] The licence can be looked up.

    It stands at an address of others, which is not asked: it has to be one where a licence is known to be.
    """
    licences = {value.value for value in ontology.values(*METADATA["license"])}
    return [f"not known: {licence}" for licence in licences - LICENCES] if licences else ["no license"]


LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
"""Addresses of licences."""


def om5_1(ontology: Ontology) -> list[str]:
    """[R1.2] It is told who made the ontology, and when."""
    return missing(ontology, "creator", "created")


def om5_2(ontology: Ontology) -> list[str]:
    """[R1.2] It is told who published the ontology, and when."""
    return missing(ontology, "published", "publisher")


def purl1(ontology: Ontology) -> list[str]:
    """[F1] The IRI is a persistent one."""
    return [] if PERSISTENT.match(ontology.iri) else ["not persistent"]


def rdf1(ontology: Ontology) -> list[str]:
    """[I1] The ontology can be read in each serialisation, and says the same in all of them.

    FOOPS! has the OWL API read one; what that makes of ours is tested in test_rdfxml_parsers.
    """
    faults, read = [], set()
    for media_type, form in RDF_TYPES.items():
        try:
            body = ontology.fetch(ontology.iri, media_type).body
            triples = ox.Dataset(ox.parse(body, form, base_iri=ontology.iri))
        except SyntaxError:
            faults.append(f"not {media_type}")
        else:
            triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
            read.add(frozenset(map(str, triples)))
    return faults + (["not the same in all"] if len(read) > 1 else [])


def uri1(ontology: Ontology) -> list[str]:
    """[F1] The IRI that the document says is the ontology's leads to RDF."""
    return [f"{iri} leads to no RDF" for iri in identifiers(ontology) if not in_rdf(ontology, iri)]


def uri2(ontology: Ontology) -> list[str]:
    """[F1] The document is about the ontology that was asked for, and no other."""
    return [] if identifiers(ontology) == [ontology.iri] else ["another ontology"]


def identifiers(ontology: Ontology) -> list[str]:
    """Return the IRIs of the ontologies in a document."""
    kinds = (t for t in ontology.triples if (t.predicate.value, t.object.value) == (f"{RDF}type", f"{OWL}Ontology"))
    return [t.subject.value for t in kinds if isinstance(t.subject, ox.NamedNode)]


def ver1(ontology: Ontology) -> list[str]:
    """[F1] The version has an IRI, and another one than the ontology."""
    return [] if set(versions(ontology)) - {ontology.iri} else ["no IRI of the version"]


def ver2(ontology: Ontology) -> list[str]:
    """[F1] The IRI of the version leads to something, whatever is accepted."""
    found = versions(ontology)
    return (
        [f"nothing at {iri}" for iri in found if ontology.fetch(iri, None).status != 200] if found else ["no version"]
    )


def versions(ontology: Ontology) -> list[str]:
    """Return the IRIs of the version."""
    return [value.value for value in ontology.values(*METADATA["version IRI"])]


def voc1(ontology: Ontology) -> list[str]:
    """[I2] The metadata are told in vocabularies that others have made for that."""
    header = ox.NamedNode(ontology.iri)
    used = {t.predicate.value for t in ontology.triples if t.subject == header}
    wanted = [name for name in used if name.startswith(REUSED) and name not in ({f"{OWL}versionIRI", f"{OWL}imports"})]
    return [] if wanted else ["no vocabulary for metadata"]


def voc2(ontology: Ontology) -> list[str]:
    """[I2] Other vocabularies are imported, or their classes and properties used."""
    others = [term for term in ontology.terms() - ontology.own_terms() if not term.startswith(OWL)]
    return [] if ontology.values(f"{OWL}imports") or others else ["no other vocabulary"]


def voc3(ontology: Ontology) -> list[str]:
    """[R1] Each class and each property has a label."""
    return undocumented(ontology, f"{RDFS}label", f"{SKOS}prefLabel")


def voc4(ontology: Ontology) -> list[str]:
    """[R1] Each class and each property has a definition."""
    return undocumented(ontology, f"{RDFS}comment", f"{SKOS}definition", OBO_DEFINITION)


def undocumented(ontology: Ontology, *properties: str) -> list[str]:
    """Return the terms of an ontology without a text; that there are no terms is a fault, as it is to FOOPS!."""
    texts = (t for t in ontology.triples if t.predicate.value in properties and isinstance(t.object, ox.Literal))
    own = ontology.own_terms()
    return (
        sorted(own - {t.subject.value for t in texts if isinstance(t.subject, ox.NamedNode)}) if own else ["no terms"]
    )


# -------------------------------------------------------------------------------- our ontologies


@pytest.fixture(scope="module")
def fetch(tmp_path_factory) -> Iterator[Callable[[str, str | None], Answer]]:
    """Ask servers on loopback for IRIs of ours: one has the packaged graph and all alignments, one the register's."""
    store = tmp_path_factory.mktemp("foops") / "store"
    ingest.ingest([ROOT / "ontology" / "gias.ttl"], store)
    with ExitStack() as stack:
        packaged = stack.enter_context(running("--align", "all"))
        register = stack.enter_context(running("--store", str(store)))

        @functools.cache
        def ask(iri: str, accept: str | None) -> Answer:
            assert iri.startswith(BASE)
            server = register if iri.startswith(f"{BASE}gias") else packaged
            headers = {} if accept is None else {"Accept": accept}
            request = urllib.request.Request(f"{server.url.rstrip('/')}/{iri.removeprefix(BASE)}", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return Answer(answer.status, answer.headers.get_content_type(), answer.read())
            except urllib.error.HTTPError as error:
                return Answer(error.code, "", b"")

        yield ask


@pytest.fixture(scope="module")
def ontologies(fetch) -> dict[str, Ontology]:
    """Our ontologies, each fetched from its IRI."""
    return {name: fetched(iri, fetch) for name, iri in IRIS.items()}


@pytest.fixture
def ontology(ontologies, name) -> Ontology:
    """The ontology that a test is about."""
    return ontologies[name]


def each(names: Mapping[str, str], failing: tuple[str, ...] = (), reason: str = ""):
    """Have a test for each of some ontologies, failing by name where it cannot be passed, for a reason."""
    cannot = pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=[cannot] if name in failing else []) for name in names]
    )


def every_one(reason: str):
    """Have a failing test for each ontology with a namespace; alignments are no different, and would say the same."""
    return each(WITH_NAMESPACE, tuple(WITH_NAMESPACE), reason)


NO_TERMS = "it says things in the terms of other ontologies, and defines no class and no property"
NO_REGISTRY = "no registry has it: LOV and prefix.cc take proposals from whoever publishes it"
NO_DOI = "it has no DOI, and none is invented"


@each(IRIS)
def test_cn1_content_negotiation(ontology):
    """CN1: HTML and RDF can be had from the IRI."""
    assert cn1(ontology) == []
    assert in_rdf(ontology, ontology.iri) == [*RDF_TYPES]


@each(IRIS)
def test_doc1_documentation(ontology):
    """DOC1: there is documentation in HTML."""
    assert doc1(ontology) == []


@each(WITH_NAMESPACE)
def test_find1_prefix(ontology):
    """FIND1: a prefix is declared."""
    assert find1(ontology) == []


@every_one(NO_REGISTRY)
def test_find2_prefix_in_a_registry(ontology):
    """FIND2: prefix.cc or LOV have the prefix."""
    assert find2(ontology) == []


@every_one(NO_REGISTRY)
def test_find3_ontology_in_a_registry(ontology):
    """FIND3: a registry has the ontology."""
    assert find3(ontology) == []


@every_one(NO_REGISTRY)
def test_find_3_bis_metadata_outlive_the_ontology(ontology):
    """FIND_3_BIS: a registry has the metadata."""
    assert find_3_bis(ontology) == []


@each(IRIS)
def test_http1_open_protocol(ontology):
    """HTTP1: the IRI begins with http or https."""
    assert http1(ontology) == []


@each(WITH_NAMESPACE)
def test_om1_least_metadata(ontology):
    """OM1: title, description, licence, version IRI, creator, namespace."""
    assert om1(ontology) == []


@each(WITH_NAMESPACE)
def test_om2_recommended_metadata(ontology):
    """OM2: prefix, version, date of creation, citation."""
    assert om2(ontology) == []


@every_one(NO_DOI)
def test_om3_detailed_metadata(ontology):
    """OM3: DOI, publisher, logo, status, source, date of issue."""
    assert om3(ontology) == []


@pytest.mark.parametrize("name", WITH_NAMESPACE)
def test_om3_lacks_nothing_but_the_doi(ontology):
    """All of OM3 that need not be invented is there."""
    assert om3(ontology) == ["no doi"]


def test_om1_and_om2_of_alignments_lack_nothing_but_a_namespace(ontologies):
    """An alignment defines no terms: what it lacks of OM1 and OM2 is the namespace and its prefix."""
    assert {(*om1(ontologies[name]), *om2(ontologies[name])) for name in ALIGNMENTS} == {("no namespace", "no prefix")}


@each(IRIS)
def test_om4_1_licence(ontology):
    """OM4.1: there is a licence."""
    assert om4_1(ontology) == []


@each(IRIS)
def test_om4_2_licence_at_a_known_address(ontology):
    """OM4.2: the licence is at an address where one is known to be."""
    assert om4_2(ontology) == []


@each(IRIS)
def test_om5_1_provenance(ontology):
    """OM5.1: creator and date of creation."""
    assert om5_1(ontology) == []


@each(IRIS)
def test_om5_2_detailed_provenance(ontology):
    """OM5.2: publisher and date of issue."""
    assert om5_2(ontology) == []


@each(IRIS)
def test_purl1_persistent(ontology):
    """PURL1: the IRI is under w3id.org."""
    assert purl1(ontology) == []


@each(IRIS)
def test_rdf1_valid(ontology):
    """RDF1: every serialisation is valid, and says the same."""
    assert rdf1(ontology) == []


@each(IRIS)
def test_uri1_resolvable(ontology):
    """URI1: the IRI in the document leads to RDF."""
    assert uri1(ontology) == []


@each(IRIS)
def test_uri2_the_same_everywhere(ontology):
    """URI2: the IRI in the document is the one that was asked for."""
    assert uri2(ontology) == []


@each(IRIS)
def test_ver1_version_iri(ontology):
    """VER1: the version has an IRI of its own."""
    assert ver1(ontology) == []


@each(IRIS)
def test_ver2_version_resolvable(ontology):
    """VER2: the IRI of the version leads to something."""
    assert ver2(ontology) == []


@each(IRIS)
def test_voc1_metadata_in_known_vocabularies(ontology):
    """VOC1: metadata are told with vocabularies of others."""
    assert voc1(ontology) == []


@each(IRIS)
def test_voc2_other_vocabularies(ontology):
    """VOC2: other vocabularies are imported or used."""
    assert voc2(ontology) == []


@each(WITH_NAMESPACE, ("code-2001",), NO_TERMS)
def test_voc3_labels(ontology):
    """VOC3: every class and property has a label."""
    assert voc3(ontology) == []


@each(WITH_NAMESPACE, ("code-2001",), NO_TERMS)
def test_voc4_definitions(ontology):
    """VOC4: every class and property has a definition."""
    assert voc4(ontology) == []


@pytest.mark.parametrize("name", ["code-2001", *ALIGNMENTS])
def test_what_has_no_terms_has_none_without_a_text(ontology):
    """VOC3 and VOC4 find no fault where there are no terms, but that there are none."""
    assert (voc3(ontology), voc4(ontology)) == (["no terms"], ["no terms"])


@pytest.mark.parametrize("name", WITH_NAMESPACE)
def test_the_logo_is_a_picture(ontology):
    """The logo that an ontology declares is there, as a picture."""
    (logo,) = ontology.values(*METADATA["logo"])
    answer = ontology.fetch(logo.value, None)
    assert (answer.status, answer.media_type) == (200, "image/svg+xml")


@pytest.mark.parametrize("name", IRIS)
def test_the_header_is_that_of_the_file(ontology, name):
    """What is served says of the ontology what its file says."""
    written = [quad.triple for quad in ox.parse(path=str(ROOT / "ontology" / f"{name}.ttl"))]
    served, filed = (
        {(predicate, None if isinstance(value, ox.BlankNode) else value) for subject, predicate, value in triples
         if subject == ox.NamedNode(ontology.iri)}
        for triples in (ontology.triples, written)
    )  # fmt: skip
    assert served == filed


# --------------------------------------------------------------------------- each test can fail

PAGE = "https://w3id.org/wrong"
COMPLETE = """
@prefix : <https://w3id.org/wrong#> .
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix vann: <http://purl.org/vocab/vann/> .
<https://w3id.org/wrong> a owl:Ontology .
<https://w3id.org/wrong> owl:versionIRI <https://w3id.org/wrong/1> .
<https://w3id.org/wrong> owl:versionInfo "1" .
<https://w3id.org/wrong> owl:imports <https://example.org/other> .
<https://w3id.org/wrong> dcterms:title "Wrong" .
<https://w3id.org/wrong> dcterms:description "An example." .
<https://w3id.org/wrong> dcterms:creator "Somebody" .
<https://w3id.org/wrong> dcterms:publisher "Somebody" .
<https://w3id.org/wrong> dcterms:created "2026" .
<https://w3id.org/wrong> dcterms:issued "2026" .
<https://w3id.org/wrong> dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
<https://w3id.org/wrong> dcterms:source <https://example.org/book> .
<https://w3id.org/wrong> dcterms:bibliographicCitation "Wrong." .
<https://w3id.org/wrong> bibo:status "draft" .
<https://w3id.org/wrong> bibo:doi "10.1234/wrong" .
<https://w3id.org/wrong> foaf:logo <https://example.org/logo> .
<https://w3id.org/wrong> vann:preferredNamespacePrefix "wrong" .
<https://w3id.org/wrong> vann:preferredNamespaceUri "https://w3id.org/wrong#" .
<https://w3id.org/wrong> schema:includedInDataCatalog <https://example.org/catalogue> .
:Thing a owl:Class .
:Thing rdfs:label "Thing" .
:Thing rdfs:comment "Something." .
"""
"""An ontology that passes, one statement a line."""

CHECKS: dict[str, Callable[[Ontology], list[str]]] = {
    check.__name__: check
    for check in (
        cn1, doc1, find1, find3, find_3_bis, http1, om1, om2, om3, om4_1, om4_2, om5_1, om5_2, purl1, rdf1, uri1, uri2,
        ver1, ver2, voc1, voc2, voc3, voc4,
    )
}  # fmt: skip
CHECKS["find2"] = lambda ontology: find2(ontology, {"wrong": "https://w3id.org/wrong#"})


def invented(turtle: str, iri: str = PAGE, answers: Mapping[tuple[str, str | None], Answer] | None = None) -> Ontology:
    """Return an ontology on an invented web, which answers as it should but for some answers."""
    triples = [quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)]

    def ask(address: str, accept: str | None) -> Answer:
        if (address, accept) in (answers or {}):
            return (answers or {})[address, accept]
        if accept in RDF_TYPES:
            return Answer(200, accept, ox.serialize(triples, format=RDF_TYPES[accept]) or b"")
        return Answer(200, "text/html", b"<!DOCTYPE html><html>")

    return Ontology(iri, triples, ask)


def without(*words: str) -> str:
    """Return the ontology that passes without the statements that have some words."""
    return "\n".join(line for line in COMPLETE.split("\n") if line[:1] in "@" or not any(w in line for w in words))


@pytest.mark.parametrize("identifier", sorted(CHECKS))
def test_each_test_can_be_passed(identifier):
    """The ontology that has everything passes every test, those too that ours fail by name."""
    assert CHECKS[identifier](invented(COMPLETE)) == []


@pytest.mark.parametrize(
    ("identifier", "words", "faults"),
    [
        ("find1", ["NamespacePrefix"], ["no prefix"]),
        ("find2", ["NamespacePrefix"], ["the prefix is not registered"]),
        ("find3", ["Catalog"], ["in no registry"]),
        ("find_3_bis", ["Catalog"], ["in no registry"]),
        ("om1", ["title", "description"], ["no title", "no description"]),
        ("om1", ["license", "versionIRI"], ["no license", "no version IRI"]),
        ("om1", ["creator", "NamespaceUri"], ["no creator", "no namespace"]),
        ("om2", ["NamespacePrefix", "versionInfo"], ["no prefix", "no version"]),
        ("om2", ["created", "Citation"], ["no created", "no citation"]),
        ("om3", ["doi", "publisher", "logo"], ["no doi", "no publisher", "no logo"]),
        ("om3", ["status", "source", "issued"], ["no status", "no source", "no issued"]),
        ("om4_1", ["license"], ["no rights"]),
        ("om4_2", ["license"], ["no license"]),
        ("om5_1", ["creator", "created"], ["no creator", "no created"]),
        ("om5_2", ["publisher", "issued"], ["no published", "no publisher"]),
        ("uri2", ["owl:Ontology"], ["another ontology"]),
        ("ver1", ["versionIRI"], ["no IRI of the version"]),
        ("ver2", ["versionIRI"], ["no version"]),
        ("voc1", ["versionInfo", "dcterms:", "bibo:", "foaf:", "vann:", "schema:"], ["no vocabulary for metadata"]),
        ("voc2", ["imports"], ["no other vocabulary"]),
        ("voc3", ["label"], ["https://w3id.org/wrong#Thing"]),
        ("voc4", ["comment"], ["https://w3id.org/wrong#Thing"]),
        ("voc3", ["Thing"], ["no terms"]),
        ("voc4", ["Thing"], ["no terms"]),
    ],
)
def test_each_test_of_metadata_can_fail(identifier, words, faults):
    """Without what a test looks for, the test finds the fault."""
    assert CHECKS[identifier](invented(without(*words))) == faults


GONE, OTHER = Answer(404, "", b""), Answer(200, "text/plain", b"<html")


@pytest.mark.parametrize(
    ("identifier", "answers", "faults"),
    [
        ("cn1", {(PAGE, "text/html"): GONE}, ["no HTML"]),
        ("cn1", {(PAGE, media_type): OTHER for media_type in RDF_TYPES}, ["no RDF"]),
        ("doc1", {(PAGE, "text/html"): OTHER}, ["no HTML"]),
        ("doc1", {(PAGE, "text/html"): Answer(200, "text/html", b"")}, ["no HTML"]),
        ("rdf1", {(PAGE, "text/turtle"): Answer(200, "text/turtle", b"<a> <b> .")}, ["not text/turtle"]),
        ("rdf1", {(PAGE, "text/turtle"): Answer(200, "text/turtle", b"")}, ["not the same in all"]),
        ("uri1", {(PAGE, media_type): GONE for media_type in RDF_TYPES}, [f"{PAGE} leads to no RDF"]),
        ("ver2", {(f"{PAGE}/1", None): GONE}, [f"nothing at {PAGE}/1"]),
    ],
)
def test_each_test_of_the_web_can_fail(identifier, answers, faults):
    """If the web answers otherwise, the test finds the fault."""
    assert CHECKS[identifier](invented(COMPLETE, answers=answers)) == faults


@pytest.mark.parametrize(
    ("identifier", "old", "new", "faults"),
    [
        ("http1", PAGE, "ftp://w3id.org/wrong", ["neither http nor https"]),
        ("purl1", PAGE, "https://example.org/wrong", ["not persistent"]),
        ("purl1", PAGE, "https://example.org/w3id.org/", ["not persistent"]),
        ("uri2", PAGE, "https://w3id.org/wrong/", ["another ontology"]),
        ("ver1", "<https://w3id.org/wrong/1>", f"<{PAGE}>", ["no IRI of the version"]),
        ("om1", 'title "Wrong"', f"title <{PAGE}>", ["no title"]),
        ("om4_2", "creativecommons.org", "example.org", ["not known: https://example.org/licenses/by/4.0/"]),
        ("find2", '"wrong"', '"right"', ["the prefix is not registered"]),
    ],
)
def test_each_test_of_names_can_fail(identifier, old, new, faults):
    """If the ontology is asked for by another IRI, or has another value, the test finds the fault."""
    asked = new if old == PAGE else PAGE
    turtle = COMPLETE if old == PAGE else COMPLETE.replace(old, new)
    assert CHECKS[identifier](invented(turtle, asked)) == faults


def test_an_identifier_is_a_doi_if_it_says_so():
    """A DOI may be told as dcterms:identifier too, and other identifiers are none."""
    header = f"<{PAGE}> <{DCTERMS}identifier> "
    assert om3(invented(without("doi") + f'{header}"https://doi.org/10.1234/wrong" .')) == []
    assert om3(invented(without("doi") + f'{header}"ISBN 1-84185-529-4" .')) == ["no doi"]


def test_rights_are_enough_for_om4_1():
    """A statement of rights does instead of a licence."""
    assert om4_1(invented(without("license") + f'<{PAGE}> <{DCTERMS}rights> "Mine." .')) == []


# ------------------------------------------------------------------------------- none is forgotten


def test_every_test_can_be_seen_to_fail():
    """Each check stands in one of the tables above."""
    tables = [test_each_test_of_metadata_can_fail, test_each_test_of_the_web_can_fail, test_each_test_of_names_can_fail]
    shown = {row[0] for test in tables for mark in test.pytestmark for row in mark.args[1]}
    assert shown == CHECKS.keys()


@pytest.mark.skipif(not CHECKLIST.is_file(), reason="tests were NOT counted: the check list is not beside the checkout")
def test_every_test_of_the_list_has_one_of_ours():
    """Each identifier in the list of FOOPS! has a check, and a test of its name."""
    listed = re.findall(r"(?m)^## (\S+) \[", CHECKLIST.read_text(encoding="utf-8"))
    names = {identifier.lower().replace(".", "_") for identifier in listed}
    assert names == CHECKS.keys()
    assert [name for name in names if not any(test.startswith(f"test_{name}_") for test in globals())] == []
