"""The two ontology files are well kept, say what the table says, and stay within OWL 2 DL and OWL 2 RL.

Nothing is inferred here: these are checks of what is written. What follows from it is asked elsewhere.
"""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

ONTOLOGY = Path(__file__).parents[1] / "ontology"
FILES = {name: ONTOLOGY / name for name in ("sen.ttl", "code-2001.ttl")}
SEN = Namespace("https://w3id.org/sengraph/ontology#")
CODE = Namespace("https://w3id.org/sengraph/code-2001/")
HEADERS = {"sen.ttl": URIRef(SEN.rstrip("#")), "code-2001.ttl": URIRef(CODE.rstrip("/"))}

GRAPHS = {name: Graph().parse(path) for name, path in FILES.items()}
VOCABULARY, TABLE = GRAPHS["sen.ttl"], GRAPHS["code-2001.ttl"]
BOTH = VOCABULARY + TABLE

PROPERTY_KINDS = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
AXIOM_KINDS = {OWL.AllDifferent, OWL.AllDisjointClasses, OWL.Ontology}


def within(nodes, *namespaces):
    """The IRIs among some nodes that are in one of some namespaces."""
    # Not node.startswith(namespaces): rdflib's takes no tuple, and answers False.
    bases = tuple(map(str, namespaces))
    return {node for node in nodes if isinstance(node, URIRef) and str(node).startswith(bases)}


def own(graph):
    """The terms that a file defines: the subjects in our two namespaces."""
    return within(graph.subjects(), SEN, CODE)


def name(term):
    """The local name of a term, for messages."""
    return term.rsplit("#")[-1].rsplit("/")[-1] if isinstance(term, URIRef) else str(term)


# --- the shape of the Turtle


@pytest.fixture(params=FILES)
def turtle(request):
    """The text of each file in turn."""
    return FILES[request.param].read_text(encoding="utf-8")


def blocks(text):
    """The first name of each block of statements, in order, without prefixes and axioms that have no name."""
    return re.findall(r"(?m)^([a-z]+:[\w.-]+)\s", text)


def test_no_tabs_and_no_blanks_at_line_ends(turtle):
    """Indentation is four blanks a level, and no line has blanks at its end."""
    wrong = [line for line in turtle.splitlines() if "\t" in line or line != line.rstrip()]
    indents = {len(line) - len(line.lstrip()) for line in turtle.splitlines()}
    assert (wrong, {n for n in indents if n % 4}) == ([], set())


def test_the_file_ends_with_one_line_end_and_has_no_double_gaps(turtle):
    """One empty line parts blocks, never two."""
    assert turtle.endswith("\n")
    assert not turtle.endswith("\n\n")
    assert "\n\n\n" not in turtle


def test_prefixes_are_sorted_and_used(turtle):
    """Each declared prefix is used, and they stand in alphabetical order."""
    prefixes = re.findall(r"(?m)^@prefix\s+([\w-]*):", turtle)
    body = re.sub(r'(?m)^@prefix.*$|^#.*$|"(?:[^"\\]|\\.)*"', "", turtle)
    unused = [prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){prefix}:", body)]
    assert (prefixes, unused) == (sorted(prefixes), [])


def test_each_term_has_one_block(turtle):
    """All that is said of a term stands in one place."""
    assert [term for term, times in Counter(blocks(turtle)).items() if times > 1] == []


def test_sections_stand_in_order():
    """The vocabulary goes from classes to properties to what follows to individuals to the generated part."""
    text = FILES["sen.ttl"].read_text(encoding="utf-8")
    order = ["terms", "annotation", "classes", "properties", "following", "individuals", "generated", "end"]
    headings = re.findall(r"(?m)^# --- ([a-z]+)", text.replace("# --- properties that follow", "# --- following"))
    assert headings == sorted(headings, key=order.index)
    assert set(headings) == set(order)


def test_columns_and_rows_stand_in_order():
    """Passages, and then responsibilities, stand in the order of the table: by column, row and clause."""
    places = {
        term: tuple(int(TABLE.value(passage, p)) for p in (SEN.column, SEN.row)) + ((int(clause),) if clause else ())
        for term in own(TABLE) - {CODE.code}
        for passage in [TABLE.value(term, SEN.statedIn) or term]
        for clause in [TABLE.value(term, SEN.clause)]
    }
    listed = [
        places[CODE[n[5:]]]
        for n in blocks(FILES["code-2001.ttl"].read_text(encoding="utf-8"))
        if n.startswith("code:") and n != "code:code"
    ]
    assert listed == sorted(listed, key=lambda place: (len(place), place))


# --- every term is documented


def test_headers_say_what_publishers_ask_for():
    """Each ontology has a version, title, description, abstract, licence, dates, makers, source and citation."""
    wanted = {
        OWL.versionIRI, OWL.versionInfo, RDFS.label, DCTERMS.title, DCTERMS.description, DCTERMS.abstract,
        DCTERMS.license, DCTERMS.creator, DCTERMS.publisher, DCTERMS.created, DCTERMS.issued, DCTERMS.modified,
        DCTERMS.source, DCTERMS.bibliographicCitation, URIRef("http://purl.org/ontology/bibo/status"),
        URIRef("http://purl.org/vocab/vann/preferredNamespacePrefix"),
        URIRef("http://purl.org/vocab/vann/preferredNamespaceUri"),
    }  # fmt: skip
    missing = {file: wanted - set(GRAPHS[file].predicates(iri)) for file, iri in HEADERS.items()}
    assert missing == {"sen.ttl": set(), "code-2001.ttl": set()}


@pytest.mark.parametrize("file", FILES)
def test_the_version_iri_is_the_iri_and_the_version(file):
    """A version IRI tells the version that owl:versionInfo tells."""
    iri, graph = HEADERS[file], GRAPHS[file]
    assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{graph.value(iri, OWL.versionInfo)}")


def test_the_table_imports_the_vocabulary():
    """Whoever opens the table in an editor gets the vocabulary with it."""
    assert set(TABLE.objects(HEADERS["code-2001.ttl"], OWL.imports)) == {HEADERS["sen.ttl"]}


@pytest.mark.parametrize("term", sorted(own(VOCABULARY)), ids=name)
def test_each_term_of_the_vocabulary_is_documented(term):
    """One English label, one English definition that is a sentence, a source, and where it is defined."""
    labels, definitions = list(VOCABULARY.objects(term, RDFS.label)), list(VOCABULARY.objects(term, SKOS.definition))
    assert [text.language for text in labels + definitions] == ["en", "en"]
    assert re.fullmatch(r"[A-Z].*[^.]\.", definitions[0])
    assert list(VOCABULARY.objects(term, DCTERMS.source))
    assert list(VOCABULARY.objects(term, RDFS.isDefinedBy)) == [HEADERS["sen.ttl"]]


@pytest.mark.parametrize("term", sorted(own(TABLE)), ids=name)
def test_each_term_of_the_table_is_documented(term):
    """One English label, one citation without a language, a reading note, and where it is defined."""
    (label,) = TABLE.objects(term, RDFS.label)
    (citation,) = TABLE.objects(term, DCTERMS.bibliographicCitation)
    notes = list(TABLE.objects(term, SEN.readingNote))
    assert (label.language, citation.language, citation.datatype) == ("en", None, None)
    assert {note.language for note in notes} == {"en"}
    assert list(TABLE.objects(term, RDFS.isDefinedBy)) == [HEADERS["code-2001.ttl"]]


def test_no_two_terms_have_the_same_label():
    """Whoever names a term by its label names one class, one property or one individual; responsibilities are cited."""
    labelled = Counter()
    for term in own(VOCABULARY):
        kind = "class" if (term, RDF.type, OWL.Class) in VOCABULARY else "property"
        kind = "individual" if (term, RDF.type, OWL.NamedIndividual) in VOCABULARY else kind
        labelled.update({(kind, str(VOCABULARY.value(term, RDFS.label)))})
        labelled.update({(kind, str(text)) for text in VOCABULARY.objects(term, SKOS.altLabel)})
    assert [label for label, times in labelled.items() if times > 1] == []


# --- the graph is the table


READING = Path(__file__).parent / "data" / "responsibilities.csv"
ROWS = list(csv.DictReader(READING.read_text(encoding="utf-8").splitlines()))
COLUMNS = {"maintained-mainstream": 1, "maintained-special": 2, "early-education": 3}
COVERED = {
    "policy": "policy",
    "approach to provision": "approach-to-provision",
    "staffing arrangements": "staffing-arrangements",
    "funding arrangements": "funding-arrangements",
    "the setting's work": "work-of-the-setting",
    "taking an interest in the setting's work": "interest-in-work",
    "monitoring the setting's work": "monitoring-of-work",
    "all aspects of the setting's work": "all-aspects",
    "identifying": "identifying",
    "assessing": "assessing",
    "making provision": "making-provision",
    "provision": "provision",
    "monitoring": "monitoring",
    "reviewing": "reviewing",
}
"""What the table of responsibilities calls a matter, and what its coverage is called."""


def named(prefix, text):
    """The term of a kind for a phrase of the table."""
    return SEN[f"{prefix}-" + re.sub(r"[^a-z]+", "-", text.lower())]


def stated(row):
    """The triples that a row of the table of responsibilities stands for."""
    this = CODE[row["id"]]
    column = row["id"].split("-")[0]

    def parts(key):
        return [part for part in row[key].split("|") if part]

    yield this, RDF.type, SEN.Responsibility
    for party in parts("bearer") + parts("bearer_alternative"):
        yield this, SEN.bearer, named("party", party)
    for party in parts("collaborators") + parts("collaborator_alternative"):
        yield this, SEN.collaborator, named("party", party)
    for key in ("recipient", "establishes", "population", "stage"):
        for part in parts(key):
            yield this, SEN[key], named(key if key in {"population", "stage"} else "party", part)
    for key in ("quantifier", "frequency", "manner", "qualifier"):
        for part in parts(key):
            yield this, SEN[key], Literal(part)
    for part in parts("covers"):
        yield this, SEN.covers, SEN[f"coverage-{COVERED[part]}"]
    if row["in_line_with"]:
        yield this, SEN.inLineWith, CODE.code
    yield this, SEN.modality, SEN[f"modality-{row['modality']}"]
    yield this, SEN.modalPhrase, Literal(row["modal_phrase"])
    yield this, SEN.activity, SEN[f"activity-{row['kind']}"]
    yield this, SEN.scope, SEN[f"scope-{row['scope']}"]
    yield this, SEN.coverage, SEN[f"coverage-{row['coverage']}"]
    yield this, SEN.appliesIn, SEN[f"setting-{row['setting_type']}"]
    yield this, SEN.statedIn, CODE[f"passage-{column}-{row['table_row']}"]
    yield this, SEN.clause, Literal(int(row["clause"]))


def test_the_graph_is_the_table():
    """Every facet of the table is a triple, and no responsibility has a facet that is not in the table."""
    expected = {triple for row in ROWS for triple in stated(row)}
    words = {RDFS.label, RDFS.isDefinedBy, SEN.readingNote, DCTERMS.bibliographicCitation}
    actual = {
        (s, p, o)
        for s in TABLE.subjects(RDF.type, SEN.Responsibility)
        for p, o in TABLE.predicate_objects(s)
        if p not in words and o != OWL.NamedIndividual
    }
    assert (expected - actual, actual - expected) == (set(), set())


def test_the_passages_are_the_filled_cells():
    """Each cell that has a clause is a passage with its page, column, row and setting type; no other is."""
    expected = {
        (CODE[f"passage-{row['id'].split('-')[0]}-{row['table_row']}"], "15", COLUMNS[row["setting_type"]],
         int(row["table_row"]), SEN[f"setting-{row['setting_type']}"])
        for row in ROWS
    }  # fmt: skip
    actual = {
        (s, *(TABLE.value(s, p).toPython() for p in (SEN.page, SEN.column, SEN.row)), TABLE.value(s, SEN.addresses))
        for s in TABLE.subjects(RDF.type, SEN.Passage)
    }
    assert actual == expected
    assert len(actual) == 14
    assert {TABLE.value(passage[0], DCTERMS.isPartOf) for passage in actual} == {CODE.code}


def test_passages_have_digests_of_their_own():
    """No two cells have the same text, so no two passages have the same digest."""
    digests = [str(digest) for digest in TABLE.objects(None, SEN.digest)]
    assert (len(digests), len(set(digests))) == (14, 14)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_citations_are_made_of_the_locators():
    """A citation names the code, the page, the column and its setting type, the row, and the clause."""
    cite = {s: str(o) for s, o in TABLE.subject_objects(DCTERMS.bibliographicCitation)}
    for passage in TABLE.subjects(RDF.type, SEN.Passage):
        column, row = TABLE.value(passage, SEN.column), TABLE.value(passage, SEN.row)
        setting = VOCABULARY.value(TABLE.value(passage, SEN.addresses), RDFS.label)
        assert cite[passage] == f"{cite[CODE.code]}, p. 15, table column {column} ({setting}), row {row}"
        for responsibility in TABLE.subjects(SEN.statedIn, passage):
            assert cite[responsibility] == f"{cite[passage]}, clause {TABLE.value(responsibility, SEN.clause)}"


def test_labels_have_the_force_of_the_clause():
    """The paraphrase of a responsibility has its modal phrase, and no other."""
    phrases = sorted({row["modal_phrase"] for row in ROWS}, key=len, reverse=True)
    for row in ROWS:
        label = str(TABLE.value(CODE[row["id"]], RDFS.label))
        assert re.findall(rf"\b(?:{'|'.join(phrases)})\b", label) == [row["modal_phrase"]], row["id"]


def test_doubtful_readings_have_their_notes():
    """The choices that an analyst will question are told where they were made."""
    doubtful = {
        CODE["mainstream-1.3"]: "No scope is stated",
        CODE["special-1.3"]: "No scope is stated",
        CODE["mainstream-1.4"]: "the work of the school",
        CODE["mainstream-4.1"]: "not read as must",
        CODE["mainstream-6.1"]: "alternative bearer",
        CODE["mainstream-6.3"]: "Particularly",
        CODE["special-4.2"]: "has will where",
        CODE["special-5.2"]: "in line with",
        CODE["early-1.1"]: "Should governs working with",
        CODE["early-5.1"]: "asterisk",
        CODE["early-6.2"]: "Particularly",
        CODE["code"]: "not a clean cut",
        SEN["party-practitioners"]: "both functions",
        SEN["party-teaching-staff"]: "counterpart of practitioners",
        SEN["party-sen-team"]: "alternative",
        SEN["modality-will"]: "neither must nor should",
    }
    notes = {term: " ".join(map(str, BOTH.objects(term, SEN.readingNote))) for term in doubtful}
    assert [name(term) for term, words in doubtful.items() if words.lower() not in notes[term].lower()] == []


def test_compound_coverages_comprise_what_is_covered():
    """A responsibility covers the parts of its coverage, or the coverage itself if it has none."""
    for this, coverage in TABLE.subject_objects(SEN.coverage):
        whole = {coverage} - {SEN["coverage-none"]}
        assert set(TABLE.objects(this, SEN.covers)) == (set(VOCABULARY.objects(coverage, SEN.comprises)) or whole)


# --- OWL 2 DL: each name has a declared use


def members(graph, kind, predicate):
    """The lists of the axioms of a kind, as sets."""
    return [set(Collection(graph, graph.value(axiom, predicate))) for axiom in graph.subjects(RDF.type, kind)]


def test_individuals_of_a_kind_are_all_different():
    """Each kind of individual has one owl:AllDifferent with all its individuals, so that two are never one."""
    kinds = {}
    for individual in own(BOTH):
        if (individual, RDF.type, OWL.NamedIndividual) in BOTH:
            (kind,) = set(BOTH.objects(individual, RDF.type)) - {OWL.NamedIndividual, OWL.Class}
            kind = SEN.Party if kind in {SEN.Role, SEN.Body, SEN.Group} else kind
            kinds.setdefault(kind, set()).add(individual)
    expected = sorted(sorted(group) for group in kinds.values() if len(group) > 1)
    assert sorted(sorted(group) for group in members(BOTH, OWL.AllDifferent, OWL.distinctMembers)) == expected
    assert len(expected) == 14


def test_modalities_are_disjoint_and_setting_types_are_not():
    """The five classes by modality exclude one another; a school may well be an early education setting."""
    disjoint = members(VOCABULARY, OWL.AllDisjointClasses, OWL.members)
    by_modality = {s for s, o in VOCABULARY.subject_objects(RDFS.subClassOf) if o == SEN.Responsibility}
    establishments = {s for s, o in VOCABULARY.subject_objects(RDFS.subClassOf) if o == SEN.Establishment}
    assert (len(by_modality), len(establishments)) == (5, 3)
    assert by_modality in disjoint
    assert not any(group & establishments for group in disjoint)
    assert not list(VOCABULARY.subject_objects(OWL.disjointWith))


def test_all_that_is_used_is_declared():
    """Every property, every class, every name of ours has a declaration, so that a misspelling cannot pass."""
    properties = set(BOTH.predicates()) - within(BOTH.predicates(), OWL, RDF, RDFS)
    classes = set(BOTH.objects(None, RDF.type)) - within(BOTH.objects(None, RDF.type), OWL)
    mentioned = within((node for triple in BOTH for node in triple), SEN, CODE) - set(
        BOTH.objects(None, OWL.versionIRI)
    )
    assert {p for p in properties if not PROPERTY_KINDS & set(BOTH.objects(p, RDF.type))} == set()
    assert {c for c in classes if (c, RDF.type, OWL.Class) not in BOTH} == set()
    assert {n for n in mentioned if (n, RDF.type, None) not in BOTH} == set()


def test_terms_of_the_standards_exist():
    """No term of RDF, RDFS, OWL, SKOS or DCMI that they do not have, and no literal that its datatype does not have."""
    known = {str(namespace): namespace for namespace in (RDF, RDFS, OWL, SKOS, DCTERMS, XSD)}
    for triple in BOTH:
        for node in triple:
            for base, namespace in known.items():
                if isinstance(node, URIRef) and node.startswith(base) and node != URIRef(base):
                    assert node in namespace
            assert not (isinstance(node, Literal) and node.ill_typed)


def test_a_property_is_of_one_kind():
    """An object, datatype or annotation property is only that, and no class or individual (OWL 2 DL, section 5.8.1)."""
    for term in BOTH.subjects(RDF.type, None):
        kinds = set(BOTH.objects(term, RDF.type))
        used = kinds & PROPERTY_KINDS
        assert len(used) <= 1, term
        assert not used or kinds <= PROPERTY_KINDS | {OWL.SymmetricProperty, OWL.TransitiveProperty}, term


def test_properties_have_values_of_their_kind():
    """Object properties relate things, datatype properties have literals of their range."""
    for term in BOTH.subjects(RDF.type, OWL.ObjectProperty):
        assert not any(isinstance(o, Literal) for o in BOTH.objects(None, term)), term
    for term in BOTH.subjects(RDF.type, OWL.DatatypeProperty):
        (datatype,) = BOTH.objects(term, RDFS.range)
        assert {o.datatype or XSD.string for o in BOTH.objects(None, term)} <= {datatype}, term


def test_classes_and_individuals_share_names_only_as_markers():
    """One name for a class and an individual is meant for kinds and contents, and for nothing else."""
    both = {s for s in BOTH.subjects(RDF.type, OWL.Class) if (s, RDF.type, OWL.NamedIndividual) in BOTH}
    assert both == set(BOTH.subjects(RDF.type, SEN.Kind)) | set(BOTH.subjects(RDF.type, SEN.Content))


def test_composite_properties_are_not_used_where_simple_ones_are_wanted():
    """A property with a chain or that is transitive has no functionality, asymmetry, irreflexivity or disjointness."""
    functional = {OWL.FunctionalProperty, OWL.InverseFunctionalProperty}
    wants_simple = functional | {OWL.AsymmetricProperty, OWL.IrreflexiveProperty}
    composite = set(BOTH.subjects(OWL.propertyChainAxiom)) | set(BOTH.subjects(RDF.type, OWL.TransitiveProperty))
    assert composite
    for term in composite:
        assert not wants_simple & set(BOTH.objects(term, RDF.type)), term
        assert (term, OWL.propertyDisjointWith, None) not in BOTH


def test_chains_are_regular():
    """No chain leads back to the property that it makes, directly or through others (OWL 2, section 11.2)."""
    inverses = dict(BOTH.subject_objects(OWL.inverseOf))
    below = {
        made: {inverses.get(link, link) for link in Collection(BOTH, chain)}
        for made, chain in BOTH.subject_objects(OWL.propertyChainAxiom)
    }

    def reach(term, seen=()):
        assert term not in seen, term
        for link in below.get(term, ()):
            reach(link, (*seen, term))

    for made in below:
        reach(made)


def test_a_blank_node_stands_in_one_place():
    """An anonymous class expression, and each cell of a list, is the object of one triple: expressions are trees."""
    uses = Counter(o for o in BOTH.objects() if isinstance(o, BNode))
    axioms = {s for kind in AXIOM_KINDS for s in BOTH.subjects(RDF.type, kind)}
    nodes = {s for s in BOTH.subjects() if isinstance(s, BNode)} - axioms
    assert {node: uses[node] for node in nodes if uses[node] != 1} == {}


# --- OWL 2 RL


RL_DATATYPES = {XSD.string, XSD.integer, XSD.dateTime}
"""The datatypes in use, all of the OWL 2 RL datatype map; xsd:date, for one, is not."""


def rl_faults(graph, expression, position):
    """Return what keeps a class expression out of OWL 2 RL.

    Args:
        graph: where it is written.
        expression: a class name or an anonymous class.
        position: "sub", "super" or "equiv" (OWL 2 Profiles, section 4.2.3). The profile allows more than is used
            here; what is not listed counts as a fault, so that whoever needs more looks it up there.
    """
    if isinstance(expression, URIRef):
        return ["owl:Thing"] if expression == OWL.Thing and position != "super" else []
    used = set(graph.predicates(expression)) - {RDF.type, RDFS.subClassOf, OWL.equivalentClass}
    if used == {OWL.intersectionOf}:
        parts = Collection(graph, graph.value(expression, OWL.intersectionOf))
        return [fault for part in parts for fault in rl_faults(graph, part, position)]
    if used == {OWL.onProperty, OWL.hasValue}:
        return []
    return [f"{position}: {sorted(map(name, used))}"]


def test_class_axioms_are_within_the_profile():
    """Class axioms, domains and ranges use only expressions that OWL 2 RL has in their place."""
    faults = []
    for sub, sup in BOTH.subject_objects(RDFS.subClassOf):
        faults += rl_faults(BOTH, sub, "sub") + rl_faults(BOTH, sup, "super")
    for one, other in BOTH.subject_objects(OWL.equivalentClass):
        faults += rl_faults(BOTH, one, "equiv") + rl_faults(BOTH, other, "equiv")
    for group in members(BOTH, OWL.AllDisjointClasses, OWL.members):
        faults += [fault for one in group for fault in rl_faults(BOTH, one, "sub")]
    for predicate in (RDFS.domain, RDFS.range):
        faults += [fault for o in BOTH.objects(None, predicate) for fault in rl_faults(BOTH, o, "super")]
    assert faults == []


@pytest.mark.parametrize(
    ("axiom", "verdict"),
    [
        ("[ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] rdfs:subClassOf :C .", []),
        (":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] .", ["super"]),
        (":C owl:equivalentClass [ a owl:Class ; owl:unionOf ( :D :E ) ] .", ["equiv"]),
        (":C owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :D [ owl:complementOf :E ] ) ] .", ["equiv"]),
        ("owl:Thing owl:equivalentClass :C .", ["owl"]),
    ],
)
def test_the_profile_check_can_fail(axiom, verdict):
    """What is outside the profile, or only not used here, is found."""
    graph = Graph().parse(
        data=f"@prefix : <urn:> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . {axiom}", format="turtle"
    )
    pairs = [(s, o, p) for p in (RDFS.subClassOf, OWL.equivalentClass) for s, o in graph.subject_objects(p)]
    faults = []
    for left, right, predicate in pairs:
        positions = ("sub", "super") if predicate == RDFS.subClassOf else ("equiv", "equiv")
        faults += rl_faults(graph, left, positions[0]) + rl_faults(graph, right, positions[1])
    assert [fault.split(":")[0] for fault in faults] == verdict


def test_only_axioms_that_were_thought_of_are_used():
    """Each OWL and RDFS term in use is one of those that the checks in this file know."""
    used = within((node for triple in BOTH for node in triple), OWL, RDFS, RDF)
    axioms = {
        RDF.type, RDF.first, RDF.rest, RDF.nil, RDFS.label, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.subPropertyOf,
        RDFS.domain, RDFS.range, OWL.Ontology, OWL.versionIRI, OWL.versionInfo, OWL.imports, OWL.Class,
        OWL.NamedIndividual, OWL.Restriction, OWL.onProperty, OWL.hasValue, OWL.intersectionOf, OWL.equivalentClass,
        OWL.AllDifferent, OWL.distinctMembers, OWL.AllDisjointClasses, OWL.members, OWL.inverseOf,
        OWL.propertyChainAxiom, OWL.SymmetricProperty, OWL.TransitiveProperty, *PROPERTY_KINDS,
    }  # fmt: skip
    assert used - axioms == set()


def test_datatypes_are_those_of_the_profile():
    """Every literal, in annotations too, has a datatype of the OWL 2 RL datatype map: HermiT stops on xsd:date."""
    assert {o.datatype for o in BOTH.objects() if isinstance(o, Literal)} - {None} <= RL_DATATYPES
    ranges = {o for s, o in BOTH.subject_objects(RDFS.range) if (s, RDF.type, OWL.DatatypeProperty) in BOTH}
    assert ranges == RL_DATATYPES
