"""What parsers of OWL read in our RDF/XML: the axioms that are meant, each of its kind, and none lost.

RDF/XML is a way to write triples, and OWL a way to read them: whether a triple is an axiom or an annotation depends on
what its terms are declared to be (OWL 2 Mapping to RDF Graphs, section 3). Two readers that share no code are asked
about the documents that server and site give: py-horned-owl, and the OWL API, which comes in HermiT's archive with
owlready2 and is called as a program (`owlapi/Axioms.java`). How many axioms of each kind there are is counted in the
Turtle files, by a query for each kind that follows the mapping.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

import sengraph
from sengraph import linked, load, render
from sengraph.terms import BASE, OWL, RDF, RDFS

horned = pytest.importorskip("pyhornedowl", reason="RDF/XML was NOT read by horned-owl: py-horned-owl is missing")

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
PROGRAM = ROOT / "tests" / "owlapi" / "Axioms.java"
JAVA = shutil.which("java") if shutil.which("javac") else None
without_java = pytest.mark.skipif(JAVA is None, reason="the OWL API was NOT asked: there is no JDK on the PATH")

IRIS = {
    "sen": f"{BASE}ontology",
    "gias": f"{BASE}gias",
    "service": f"{BASE}service",
    "code-2001": f"{BASE}code-2001",
    "odrl-profile": f"{BASE}odrl",
}
IMPORTS = {"sen": [], "gias": ["sen"], "service": [], "code-2001": ["sen"], "odrl-profile": []}
ALIGNMENTS = sorted(load.alignments())

each_ontology = pytest.mark.parametrize("name", IRIS)
each_alignment = pytest.mark.parametrize("name", ALIGNMENTS)

# ------------------------------------------------------------------------------- what is meant

PROPERTIES = (("Object", "Object"), ("Data", "Datatype"), ("Annotation", "Annotation"))
"""The kinds of property, as the readers and as OWL's terms call them."""

COUNTED = {
    "DeclareClass": ("?a a owl:Class FILTER(ISIRI(?a))", ""),
    "DeclareNamedIndividual": ("?a a owl:NamedIndividual", ""),
    "SubClassOf": ("?a rdfs:subClassOf ?b", ""),
    "EquivalentClasses": ("?a owl:equivalentClass ?b", ""),
    "DisjointClasses": ("{ ?a a owl:AllDisjointClasses } UNION { ?a owl:disjointWith ?b }", ""),
    "DifferentIndividuals": ("?a a owl:AllDifferent", ""),
    "SubPropertyChainOf": ("?a owl:propertyChainAxiom ?b", ""),
    "InverseObjectProperties": ("?a owl:inverseOf ?b", ""),
    "SymmetricObjectProperty": ("?a a owl:SymmetricProperty", ""),
    "TransitiveObjectProperty": ("?a a owl:TransitiveProperty", ""),
    "ClassAssertion": ("?a a ?b", "?b a owl:Class"),
    "ObjectPropertyAssertion": ("?a ?p ?b", "?p a owl:ObjectProperty"),
    "DataPropertyAssertion": ("?a ?p ?b", "?p a owl:DatatypeProperty"),
    "AnnotationAssertion": ("?a ?p ?b FILTER NOT EXISTS { ?a a owl:Ontology }", "?p a owl:AnnotationProperty"),
    "OntologyAnnotation": ("?a a owl:Ontology ; ?p ?b", "?p a owl:AnnotationProperty"),
    **{f"Declare{kind}Property": (f"?a a owl:{type_}Property", "") for kind, type_ in PROPERTIES},
    **{f"Sub{kind}PropertyOf": ("?a rdfs:subPropertyOf ?b", f"?a a owl:{type_}Property") for kind, type_ in PROPERTIES},
    **{f"{kind}PropertyDomain": ("?a rdfs:domain ?b", f"?a a owl:{type_}Property") for kind, type_ in PROPERTIES},
    **{f"{kind}PropertyRange": ("?a rdfs:range ?b", f"?a a owl:{type_}Property") for kind, type_ in PROPERTIES},
}
"""Kinds of axiom, as the readers call them: a pattern of the triples, and one of the declaration that makes them so."""

BUILT_IN = [f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")] + [f"{OWL}versionInfo"]
"""Annotation properties that need no declaration (OWL 2, section 5.5)."""


def counted(triples: Iterable[ox.Triple], around: Iterable[ox.Triple] = ()) -> Counter[str]:
    """Count the axioms of each kind in some triples, with declarations in others."""
    is_annotation = (ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{OWL}AnnotationProperty"))
    declared = [*around, *(ox.Triple(ox.NamedNode(iri), *is_annotation) for iri in BUILT_IN)]
    store = ox.Store()
    store.extend(ox.Quad(*triple, ox.NamedNode("urn:file")) for triple in triples)
    store.extend(ox.Quad(*triple, ox.NamedNode("urn:around")) for triple in declared)
    counts = Counter[str]()
    for kind, (pattern, declaration) in COUNTED.items():
        elsewhere = f"FILTER EXISTS {{ GRAPH ?any {{ {declaration} }} }}" if declaration else ""
        query = f"SELECT * {{ GRAPH <urn:file> {{ {pattern} }} {elsewhere} }}"
        counts[kind] = sum(1 for _ in store.query(query, prefixes={"rdf": RDF, "rdfs": RDFS, "owl": OWL}))
    return +counts


@functools.cache
def file_of(name: str) -> tuple[ox.Triple, ...]:
    """Return what the file of an ontology or an alignment says."""
    folder = ONTOLOGY if name in IRIS else ONTOLOGY / "alignments"
    return tuple(load.read([folder / f"{name}.ttl"], imports=False))


def meant(name: str) -> Counter[str]:
    """Count the axioms of an ontology or an alignment, declared by what it imports where it does not declare."""
    return counted(file_of(name), around(name))


def around(name: str) -> list[ox.Triple]:
    """Return what declares the terms in a file: the file, what it imports, and for alignments the register's lists."""
    return [triple for other in (name, *IMPORTS.get(name, ["sen", "gias"])) for triple in file_of(other)]


# ------------------------------------------------------------------------------- what is read


class Read(dict[str, set[str]]):
    """The axioms that a reader found, by kind."""

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter({kind: len(axioms) for kind, axioms in self.items() if kind not in ("OntologyID", "Import")})


ANONYMOUS = re.compile(r"_:[\w:/.-]+")
"""The name of a blank node, which each reader makes up."""


def add(read: Read, kind: str, axiom: str) -> None:
    """Add an axiom to those that a reader found, if it is not about the document itself."""
    if f"{BASE}doc/" not in axiom:
        read.setdefault(kind, set()).add(axiom)


def read_by_horned_owl(document: bytes) -> Read:
    """Return the axioms that horned-owl reads in RDF/XML."""
    read = Read()
    for annotated in horned.open_ontology_from_string(document.decode(), "rdf").get_components():
        component = annotated.component
        kind = type(component).__name__
        if kind == "SubObjectPropertyOf" and isinstance(component.sub, list):
            kind = "SubPropertyChainOf"
        add(read, kind, str(component))
    return read


def read_by_owl_api(groups: Iterable[dict[str, Path]]) -> list[dict[str, Read]]:
    """Return the axioms that the OWL API reads in groups of files, those of each group one after the other."""
    owlready2 = pytest.importorskip(
        "owlready2", reason="the OWL API was NOT asked: owlready2, which brings it, is missing"
    )
    archive = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    groups = list(groups)
    files = [word for group in groups for word in ("--", *map(str, group.values()))]
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", str(archive)]
    done = subprocess.run([JAVA, *options, str(PROGRAM), *files], capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    found = [{name: Read() for name in group} for group in groups]
    of_file = {str(path): (at, name) for at, group in enumerate(groups) for name, path in group.items()}
    for line in done.stdout.splitlines():
        file, kind, axiom = line.split("\t")
        at, name = of_file[file]
        add(found[at][name], kind, axiom)
    return found


# ------------------------------------------------------------------------------ our documents


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    """The documents of the ontologies as server and site write them, where nothing is inferred."""
    files = [ONTOLOGY / f"{name}.ttl" for name in IRIS]
    told = sengraph.open(*files, inference=False)
    return {name: render.graph_bytes(linked.vocabulary(told, iri), "rdf") for name, iri in IRIS.items()}


@pytest.fixture(scope="module")
def inferred(graph) -> dict[str, bytes]:
    """Those of the packaged graph with all that follows."""
    return {name: render.graph_bytes(linked.vocabulary(graph, IRIS[name]), "rdf") for name in ("sen", "code-2001")}


@pytest.fixture(scope="module")
def written(graph) -> dict[str, bytes]:
    """The files of ontologies and alignments as RDF/XML, and the packaged graph without and with what follows."""
    packaged = load.read(load.packaged_files(), imports=False)
    files = {name: render.graph_bytes(file_of(name), "rdf") for name in (*IRIS, *ALIGNMENTS)}
    whole = {"packaged": packaged, "closed": graph.triples()}
    return files | {name: render.graph_bytes(triples, "rdf") for name, triples in whole.items()}


@pytest.fixture(scope="module")
def owl_api(documents, inferred, written, tmp_path_factory) -> dict[str, dict[str, Read]]:
    """All that the OWL API reads: it is started once."""
    folder = tmp_path_factory.mktemp("owlapi")

    def placed(kind: str, texts: dict[str, bytes]) -> dict[str, Path]:
        paths = {name: folder / f"{kind}.{name}.rdf" for name in texts}
        for name, path in paths.items():
            path.write_bytes(texts[name])
        return paths

    files = placed("written", written)
    groups = {
        "documents": placed("documents", documents),
        "alone": placed("alone", {"code-2001": documents["code-2001"]}),
        "inferred": placed("inferred", inferred),
        "written": {name: files[name] for name in (*IRIS, *ALIGNMENTS)},
        "packaged": {"packaged": files["packaged"]},
        "closed": {"closed": files["closed"]},
        "turtle": {name: ONTOLOGY / f"{name}.ttl" for name in IRIS},
    }
    return dict(zip(groups, read_by_owl_api(groups.values()), strict=True))


# --------------------------------------------------------------------------------- the tests

AUTHORS = f"{BASE}authors"
"""Who are told of in a document of their own."""

DECLARATIONS = {
    f"{OWL}Class": "Class", f"{OWL}NamedIndividual": "NamedIndividual",
    **{f"{OWL}{type_}Property": f"{kind}Property" for kind, type_ in PROPERTIES},
}  # fmt: skip
"""What a declaration is of, by the type that makes it."""

STATED = [kind for kind in COUNTED if not kind.startswith("Declare")]
"""The kinds of axiom that are no declarations: a document declares more than its file, for it stands by itself."""

LOGICAL = [kind for kind in STATED if not kind.endswith(("Annotation", "AnnotationAssertion"))]
"""Those from which something follows."""


def of(counts: Counter[str], kinds: Iterable[str] = STATED) -> dict[str, int]:
    """Return the counts of some kinds."""
    return {kind: counts[kind] for kind in kinds}


def declared(name: str) -> set[str]:
    """Return the declarations of the terms that an ontology defines, as both readers write them."""
    defined = {s for s, p, o in file_of(name) if p.value == f"{RDFS}isDefinedBy" and o.value == IRIS[name]}
    return {
        f"Declaration({DECLARATIONS[kind.value]}({term}))"
        for term, predicate, kind in file_of(name)
        if predicate.value == f"{RDF}type" and term in defined and kind.value in DECLARATIONS
    }


def declarations(read: Read) -> set[str]:
    """Return the declarations that a reader found."""
    return {axiom for kind, axioms in read.items() if kind.startswith("Declare") for axiom in axioms}


def unread(name: str) -> Counter[str]:
    """Count what horned-owl 2.0 does not read: lists of disjoint classes, and annotations of blank nodes."""
    blank = [triple for triple in file_of(name) if isinstance(triple.subject, ox.BlankNode)]
    counts = counted(blank, around(name))
    return Counter({kind: counts[kind] for kind in ("DisjointClasses", "AnnotationAssertion")})


def chains(name: str) -> Counter[str]:
    """Count the chains of an ontology for properties of another, in whose document they are."""
    defined = {s for s, p, o in file_of(name) if p.value == f"{RDFS}isDefinedBy"}
    made = [t for t in file_of(name) if t.predicate.value == f"{OWL}propertyChainAxiom" and t.subject not in defined]
    return Counter(SubPropertyChainOf=len(made))


def in_document(name: str) -> Counter[str]:
    """Count the axioms that the document of an ontology is to have, where all four ontologies are there.

    What is said of the authors is in a document of theirs, and the register's two chains are in that of the vocabulary.
    """
    authors = Counter(AnnotationAssertion=sum(t.subject.value == AUTHORS for t in file_of(name)))
    moved = chains("gias")
    return meant(name) - authors - (moved if name == "gias" else Counter()) + (moved if name == "sen" else Counter())


def test_the_counts_are_those_of_a_small_ontology():
    """Counted by hand: a class below another, a label, a property with a domain, and a fact."""
    text = """
        @prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        : a owl:Ontology ; rdfs:label "X" .
        :A a owl:Class ; rdfs:subClassOf :B ; rdfs:label "A" .
        :B a owl:Class .
        :p a owl:ObjectProperty ; rdfs:domain :A .
        :a a owl:NamedIndividual , :A ; :p :b .
        :b a owl:NamedIndividual .
    """
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    by_hand = {
        "DeclareClass": 2, "DeclareNamedIndividual": 2, "DeclareObjectProperty": 1, "SubClassOf": 1, "ClassAssertion": 1,
        "ObjectPropertyAssertion": 1, "ObjectPropertyDomain": 1, "AnnotationAssertion": 1, "OntologyAnnotation": 1,
    }  # fmt: skip
    assert counted(triples) == by_hand
    assert read_by_horned_owl(render.graph_bytes(triples, "rdf")).counts == by_hand


@each_ontology
def test_horned_owl_reads_what_is_meant(documents, name):
    """In each document horned-owl finds as many axioms of each kind as the files mean, and the terms declared."""
    read = read_by_horned_owl(documents[name])
    assert of(read.counts) == of(in_document(name) - unread(name))
    assert declared(name) <= declarations(read)
    assert read["OntologyID"] == {f"<{IRIS[name]}> <{IRIS[name]}/0.1.0>"}


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="horned-owl 2.0 does not read owl:AllDisjointClasses")
def test_horned_owl_reads_disjoint_classes(documents):
    """Three lists of classes that exclude each other are in the document of the vocabulary."""
    assert read_by_horned_owl(documents["sen"]).counts["DisjointClasses"] == 3


def test_without_declarations_annotations_would_be_facts(documents):
    """The document of the table declares the terms of others that it uses: without that, annotations are lost."""
    triples = [quad.triple for quad in ox.parse(documents["code-2001"], ox.RdfFormat.RDF_XML)]
    bare = [t for t in triples if t.object.value not in DECLARATIONS or t.subject.value.startswith(IRIS["code-2001"])]
    counts = read_by_horned_owl(render.graph_bytes(bare, "rdf")).counts
    wanted = in_document("code-2001")
    assert counts["AnnotationAssertion"] < wanted["AnnotationAssertion"]
    assert counts["DataPropertyAssertion"] > wanted["DataPropertyAssertion"]


def test_a_part_of_a_document_is_not_the_document(documents):
    """If one triple were lost, the counts would tell."""
    triples = [quad.triple for quad in ox.parse(documents["service"], ox.RdfFormat.RDF_XML)]
    stated = [at for at, triple in enumerate(triples) if triple.predicate.value == f"{RDFS}domain"]
    lost = render.graph_bytes(triples[: stated[-1]] + triples[stated[-1] + 1 :], "rdf")
    assert of(read_by_horned_owl(lost).counts) != of(in_document("service") - unread("service"))


@each_alignment
def test_horned_owl_reads_alignments(written, name):
    """Every axiom of an alignment is read, though its file alone does not tell of which kind its properties are."""
    read, wanted = read_by_horned_owl(written[name]).counts, meant(name)
    kinds = [f"Sub{kind}PropertyOf" for kind, _ in PROPERTIES]
    assert read["SubClassOf"] == wanted["SubClassOf"]
    assert sum(read[kind] for kind in kinds) == sum(wanted[kind] for kind in kinds)


@without_java
@each_ontology
def test_the_owl_api_reads_what_is_meant(owl_api, name):
    """In each document the OWL API finds as many axioms of each kind as the files mean, and the terms declared."""
    read = owl_api["documents"][name]
    assert of(read.counts) == of(in_document(name))
    assert declared(name) <= declarations(read)
    assert read["OntologyID"] == {f"OntologyID(OntologyIRI(<{IRIS[name]}>) VersionIRI(<{IRIS[name]}/0.1.0>))"}


@without_java
@each_ontology
def test_no_triple_is_left_over(owl_api, name):
    """Every triple became an axiom or an annotation; those that the OWL API 3.4 reads and still lists are known."""
    for read in (owl_api["documents"][name], owl_api["written"][name]):
        assert {triple for triple in read.get("Unparsed", ()) if not is_read(triple, IRIS[name])} == set()


def is_read(triple: str, iri: str) -> bool:
    """Tell whether a triple was read: annotations of the ontology are counted, and so are lists of individuals."""
    return triple.startswith(f"<{iri}> ") or triple.endswith(f" <{OWL}AllDifferent>.")


@without_java
@each_ontology
def test_rdfxml_and_turtle_mean_the_same(owl_api, name):
    """From a file as RDF/XML the OWL API reads the very axioms that it reads from the file."""
    rdfxml, turtle = owl_api["written"][name], owl_api["turtle"][name]
    told = [{kind: {ANONYMOUS.sub("_:", axiom) for axiom in read[kind]} for kind in read} for read in (rdfxml, turtle)]
    assert told[0] == told[1]
    assert rdfxml.counts["Unparsed"] == turtle.counts["Unparsed"]
    assert of(rdfxml.counts, COUNTED) == of(meant(name), COUNTED)


@without_java
def test_a_document_can_be_read_by_itself(owl_api):
    """The OWL API reads the same in the document of the table when it cannot get what that imports."""
    assert of(owl_api["alone"]["code-2001"].counts) == of(owl_api["documents"]["code-2001"].counts)


@without_java
@pytest.mark.parametrize("name", ["sen", "code-2001"])
def test_what_was_inferred_hides_nothing(owl_api, name):
    """In the document of the packaged graph, with all that follows, are the axioms that were stated, of each kind."""
    stated, inferred = owl_api["written"][name], owl_api["inferred"][name]
    assert {kind: stated[kind] - inferred.get(kind, set()) for kind in LOGICAL if kind in stated} == {
        kind: set() for kind in LOGICAL if kind in stated
    }
    assert len(inferred["ObjectPropertyAssertion"]) > len(stated["ObjectPropertyAssertion"])


@without_java
@pytest.mark.parametrize("name", ALIGNMENTS)
def test_the_owl_api_reads_alignments(owl_api, name):
    """With what it imports, an alignment is its axioms, each of its kind, and matches, from which nothing follows."""
    read = owl_api["written"][name].counts
    matches = sum(triple.predicate.value.endswith("Match") for triple in file_of(name))
    assert of(read) == of(meant(name) + Counter(AnnotationAssertion=matches))


@without_java
@pytest.mark.parametrize("name", ["packaged", "closed"])
def test_the_packaged_graph_is_read_as_one(owl_api, name):
    """The whole graph as RDF/XML has the axioms of vocabulary and table, and more when all that follows is there."""
    read = owl_api[name][name].counts
    wanted = meant("sen") + meant("code-2001")
    if name == "packaged":
        assert of(read, LOGICAL) == of(wanted, LOGICAL)
    else:
        assert not Counter(of(wanted, LOGICAL)) - read


@pytest.mark.parametrize("name", ["packaged", "closed"])
def test_horned_owl_reads_the_packaged_graph(written, name):
    """So it is to horned-owl."""
    read = read_by_horned_owl(written[name]).counts
    wanted = Counter(of(meant("sen") + meant("code-2001") - unread("sen"), LOGICAL))
    assert +wanted == +Counter(of(read, LOGICAL)) if name == "packaged" else not wanted - read
