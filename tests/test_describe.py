"""What a server tells of itself is true of what it serves, and in the form that other tools read.

Figures are counted by hand on a small store, and once more, by another way, on the packaged graph.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef

from sengraph import describe, ingest, load, render
from sengraph.graph import Embedded
from sengraph.graph import Graph as Asked
from sengraph.questions import Library
from sengraph.terms import ASSERTED, INFERRED, METADATA, ONTOLOGY, REGISTER

BASE = "http://127.0.0.1:7878/"
SHAPES = Path(__file__).parents[2] / "shared" / "data" / "checklists" / "spex.shacl.ttl"
E = "https://example.org/"

SMALL = f"""
<{E}a> <{E}knows> <{E}b> <{E}one> .
<{E}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{E}Person> <{E}one> .
<{E}b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{E}Person> <{E}one> .
_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{E}Person> <{E}one> .
<{E}a> <{E}knows> <{E}b> <{E}two> .
<{E}b> <{E}name> "Bee" <{E}two> .
"""
"""Five triples in two graphs, one of them in both; two entities of one class, and a third that has no IRI."""


def opened(quads, *folders, **options):
    """A graph over N-Quads, with the questions of some folders."""
    store = ox.Store()
    store.load(quads.encode(), ox.RdfFormat.N_QUADS)
    return Asked(Embedded(store, **options), Library(*folders))


@pytest.fixture
def small():
    """The graph of the five triples."""
    return opened(SMALL)


def values(triples, subject, predicate):
    """The objects of a subject and a property, by compact name, in their order; IRIs and literals as text."""
    name = describe._name(predicate)
    node = ox.NamedNode(subject) if isinstance(subject, str) else subject
    return [o.value for s, p, o in triples if (s, p) == (node, name)]


def nodes(triples, subject, predicate):
    """The objects of a subject and a property, as terms."""
    name, node = describe._name(predicate), ox.NamedNode(subject) if isinstance(subject, str) else subject
    return [o for s, p, o in triples if (s, p) == (node, name)]


def partitions(triples, dataset, kind, figure):
    """The figures of a dataset's partitions, by the class or property."""
    return {
        values(triples, node, f"void:{kind}")[0]: int(values(triples, node, f"void:{figure}")[0])
        for node in nodes(triples, dataset, f"void:{kind}Partition")
    }


def as_rdflib(triples):
    """Triples as an rdflib graph, by way of N-Triples."""
    return Graph().parse(data=render.graph_bytes(triples, "nt"), format="nt")


# ------------------------------------------------------------------------------ the service


def test_the_endpoint_is_the_address_under_the_base(graph):
    """The service is described under the address at which it is asked."""
    triples = describe.service_description(graph, BASE)
    assert values(triples, f"{BASE}sparql", "rdf:type") == ["http://www.w3.org/ns/sparql-service-description#Service"]
    assert values(triples, f"{BASE}sparql", "sd:endpoint") == [f"{BASE}sparql"]


def test_the_service_answers_queries_and_takes_no_updates(graph):
    """SPARQL 1.1 Query is the one language, unless changes are taken."""
    languages = values(describe.service_description(graph, BASE), f"{BASE}sparql", "sd:supportedLanguage")
    assert languages == ["http://www.w3.org/ns/sparql-service-description#SPARQL11Query"]
    more = values(describe.service_description(graph, BASE, writes=True), f"{BASE}sparql", "sd:supportedLanguage")
    assert [*languages, "http://www.w3.org/ns/sparql-service-description#SPARQL11Update"] == more


def test_every_format_for_machines_is_told(graph):
    """A format that is added to the table of formats has to get its W3C name here."""
    assert sorted(describe.FORMAT_NAMES) == sorted(render.names_of("results", "graph"))
    told = values(describe.service_description(graph, BASE), f"{BASE}sparql", "sd:resultFormat")
    assert [name.removeprefix("http://www.w3.org/ns/formats/") for name in told] == [
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
        "Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD",
    ]  # fmt: skip


def test_the_named_graphs_are_told_with_their_sizes(small):
    """Each graph has its name and the number of its triples, in the order of names."""
    triples = describe.service_description(small, BASE)
    (dataset,) = nodes(triples, f"{BASE}sparql", "sd:defaultDataset")
    found = [
        (values(triples, named, "sd:name")[0], values(triples, content, "void:triples"))
        for named in nodes(triples, dataset, "sd:namedGraph")
        for content in nodes(triples, named, "sd:graph")
    ]
    assert found == [(f"{E}one", ["4"]), (f"{E}two", ["2"])]


def test_a_triple_in_two_graphs_counts_once_in_the_default_graph(small):
    """The engine's union of graphs would count it twice."""
    triples = describe.service_description(small, BASE)
    (dataset,) = nodes(triples, f"{BASE}sparql", "sd:defaultDataset")
    (default,) = nodes(triples, dataset, "sd:defaultGraph")
    assert values(triples, default, "void:triples") == ["5"]


@pytest.mark.parametrize(
    ("quads", "options", "is_union"),
    [
        (f"<{E}a> <{E}p> 'o' <{ASSERTED}> .\n<{E}b> <{E}p> 'o' <{INFERRED}> .", {}, True),
        (f"<{E}a> <{E}p> 'o' <{ASSERTED}> .\n<{E}b> <{E}p> 'o' <{INFERRED}> .", {"inference": False}, False),
        (f"<{E}a> <{E}p> 'o' <{ASSERTED}> .\n<{E}b> <{E}p> 'o' <{REGISTER}/2018-03-31> .", {}, False),
        (f"<{E}a> <{E}p> 'o' <{ASSERTED}> .\n<{E}b> <{E}p> 'o' .", {}, False),
    ],
    ids=["all graphs", "without what was inferred", "a graph of a day", "a default graph of its own"],
)
def test_the_union_of_all_graphs_is_claimed_only_where_queries_see_just_that(quads, options, is_union):
    """sd:UnionDefaultGraph is told of a store whose queries see all of its named graphs and nothing else."""
    triples = describe.service_description(opened(quads.replace("'", '"'), **options), BASE)
    features = ["http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph"]
    assert values(triples, f"{BASE}sparql", "sd:feature") == (features if is_union else [])


def test_no_entailment_regime_is_claimed_and_the_inferred_graph_says_what_it_is(graph):
    """What follows is in a graph; queries infer nothing."""
    triples = describe.service_description(graph, BASE)
    assert not [p.value for _, p, _ in triples if "ntailment" in p.value]
    (text,) = {
        o.value for _, p, o in triples if p == describe._name("dcterms:description") and "all that is" in o.value
    }
    assert "Nothing is inferred when a query runs." in text


def test_what_the_inferred_graph_is_told_to_leave_out_is_not_in_it(graph):
    """It has no reflexive triples, as its description says."""
    for relation in ("rdfs:subClassOf", "owl:sameAs", "owl:equivalentClass", "rdfs:subPropertyOf"):
        assert graph.query(f"ASK {{ GRAPH <{INFERRED}> {{ ?x {relation} ?x }} }}") is False


def test_a_graph_of_a_day_is_told_with_its_day():
    """The graphs of a snapshot say which day they are of, and that queries see them only by name."""
    title, text = (told.value for _, told in describe._told(f"{REGISTER}/2018-03-31"))
    assert title == "Register, 2018-03-31"
    assert text == "The register as it was on 2018-03-31. Only a query that names it sees it."


@pytest.mark.parametrize("tell", [describe.service_description, describe.void, describe.questions])
def test_the_same_graph_is_told_in_the_same_order(graph, tell):
    """Descriptions are lists of distinct triples, the same each time."""
    triples = tell(graph, BASE)
    assert triples == tell(graph, BASE)
    assert len(set(triples)) == len(triples)


# --------------------------------------------------------------------------------- the data


def test_the_figures_are_those_of_the_data(small):
    """Triples in two graphs count once; what has no IRI is no entity."""
    triples, dataset = describe.void(small, BASE), f"{BASE}.well-known/void#dataset"
    told = [values(triples, dataset, f"void:{figure}") for figure in ("triples", "entities", "classes", "properties")]
    assert told == [["5"], ["2"], ["1"], ["3"]]
    assert partitions(triples, dataset, "class", "entities") == {f"{E}Person": 2}
    assert partitions(triples, dataset, "property", "triples") == {f"{E}knows": 1, f"{E}name": 1, f"{RDF}type": 3}
    assert values(triples, dataset, "void:vocabulary") == [str(RDF), E]


def test_the_figures_of_the_packaged_graph_are_those_counted_otherwise(graph):
    """Counting in Python what queries see comes to the same as the aggregates."""
    seen = set(graph.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    kind = describe._name("rdf:type")
    typed = {(s, o) for s, p, o in seen if p == kind and isinstance(s, ox.NamedNode)}
    triples = describe.void(graph, BASE)
    assert values(triples, describe.DATASET, "void:triples") == [str(len(seen))]
    assert values(triples, describe.DATASET, "void:entities") == [str(len({s for s, _ in typed}))]
    properties = Counter(p.value for _, p, _ in seen)
    assert partitions(triples, describe.DATASET, "property", "triples") == properties
    classes = Counter(o.value for _, o in typed if isinstance(o, ox.NamedNode))
    assert partitions(triples, describe.DATASET, "class", "entities") == classes


def test_an_empty_store_is_told_as_empty():
    """Nothing is divided, and no figure is missing."""
    triples, dataset = describe.void(opened(""), BASE), f"{BASE}.well-known/void#dataset"
    assert values(triples, dataset, "void:triples") == ["0"]
    assert values(triples, dataset, "void:entities") == ["0"]


def test_a_store_without_named_graphs_is_told_whole():
    """A database of another program may have just a default graph."""
    triples = describe.void(opened(f'<{E}a> <{E}p> "o" .'), BASE)
    assert values(triples, f"{BASE}.well-known/void#dataset", "void:triples") == ["1"]


def test_the_packaged_graph_has_the_licence_and_the_version_that_its_header_states(graph):
    """They are read from the graph, not written down twice."""
    triples = describe.void(graph, BASE)
    header = Graph().parse(load.ontology_dir() / "sen.ttl")
    assert values(triples, describe.DATASET, "dcterms:license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert values(triples, describe.DATASET, "dcat:version") == [str(header.value(URIRef(ONTOLOGY), OWL.versionInfo))]


def test_a_register_is_acknowledged(schools):
    """Where the register is, its rights are told, and an establishment is among the examples."""
    triples = describe.void(schools, BASE)
    assert any("Open Government Licence" in text for text in values(triples, describe.DATASET, "dcterms:rights"))
    examples = values(triples, describe.DATASET, "void:exampleResource")
    assert examples[-1].startswith("https://w3id.org/sengraph/establishment/")


def test_every_example_resource_is_in_the_data(schools):
    """An example that is not there would be a dead end."""
    examples = values(describe.void(schools, BASE), describe.DATASET, "void:exampleResource")
    assert len(examples) == 5
    assert all(schools.query(f"ASK {{ <{iri}> ?p ?o }}") for iri in examples)


@pytest.mark.parametrize(
    "more",
    [
        f"<{E}own> <{RDF}type> <{OWL}Ontology> <{ASSERTED}> .",
        f'<{ASSERTED}> <{DCTERMS}source> "own.ttl, sha256 00" <{METADATA}> .',
        f"<{E}a> <{E}p> <{E}b> <{E}graph> .",
    ],
    ids=["an ontology", "a file", "a graph"],
)
def test_no_licence_is_claimed_for_what_others_made(more):
    """Data with anything of others in it is not told to be the project's."""
    ours = f"<{ONTOLOGY}> <{RDF}type> <{OWL}Ontology> <{ASSERTED}> .\n<{ONTOLOGY}> <{DCTERMS}license> <{E}l> <{ASSERTED}> ."
    assert values(describe.void(opened(ours), BASE), describe.DATASET, "dcterms:license") == [f"{E}l"]
    triples = describe.void(opened(f"{ours}\n{more}"), BASE)
    assert not [o for _, p, o in triples if p == describe._name("dcterms:license")]
    assert not [s for s, _, _ in triples if s == ox.NamedNode(describe.DATASET)]


def test_files_that_came_with_the_project_are_told_as_the_loader_marks_them():
    """The mark is written down in two modules, since one of them is slow to import."""
    assert describe.OWN_FILE == ingest.PACKAGED


def test_graphs_that_queries_see_are_parts_of_the_dataset_and_graphs_of_a_day_are_not():
    """A snapshot is a dataset of its own in the catalogue."""
    day = f"{REGISTER}/2018-03-31"
    triples = describe.void(opened(f'<{E}a> <{E}p> "o" <{REGISTER}> .\n<{E}b> <{E}p> "o" <{day}> .'), BASE)
    dataset = f"{BASE}.well-known/void#dataset"
    assert values(triples, dataset, "void:subset") == [REGISTER]
    assert values(triples, f"{BASE}.well-known/void", "dcat:dataset") == [dataset, day]
    dump = f"{BASE}store?graph=https%3A%2F%2Fw3id.org%2Fsengraph%2Fgraph%2Fregister%2F2018-03-31"
    assert (values(triples, day, "void:triples"), values(triples, day, "void:dataDump")) == (["1"], [dump])


def test_the_catalogue_leads_to_the_services(graph):
    """Whoever finds the catalogue finds where to ask, and how."""
    triples = describe.void(graph, BASE)
    services = values(triples, f"{BASE}.well-known/void", "dcat:service")
    assert services == [f"{BASE}sparql", f"{BASE}questions"]
    described = [values(triples, service, "dcat:endpointDescription")[0] for service in services]
    assert described == [f"{BASE}sparql", f"{BASE}openapi.json"]
    assert values(triples, describe.DATASET, "void:sparqlEndpoint") == [f"{BASE}sparql"]


@pytest.mark.parametrize("form", render.names_of("graph"))
def test_descriptions_can_be_written_in_every_format(graph, form):
    """Nothing in them is beyond RDF/XML or another format."""
    for tell in (describe.service_description, describe.void, describe.questions):
        assert render.graph_bytes(tell(graph, BASE), form)


# ---------------------------------------------------------------------------- the questions


def test_the_questions_satisfy_the_shapes_of_query_examples(schools):
    """They are what sib-swiss/sparql-examples asks for."""
    if not SHAPES.is_file():
        pytest.skip("the shapes are not here")
    import pyshacl

    shapes = SHAPES.read_text("utf-8").replace("\\s", "\\\\s")  # as it stands, the file is no Turtle
    told = as_rdflib(describe.questions(schools, BASE))
    conforms, _, text = pyshacl.validate(told, shacl_graph=Graph().parse(data=shapes, format="turtle"))
    assert conforms, text
    told.remove((None, URIRef("https://schema.org/target"), None))
    assert not pyshacl.validate(told, shacl_graph=Graph().parse(data=shapes, format="turtle"))[0]


def question(name):
    """The IRI of a question."""
    return f"{BASE}questions#{name}"


def test_every_question_is_an_example_with_one_text(graph):
    """Each has a summary in English, keywords without blanks around them, and the endpoint as its target."""
    triples = describe.questions(graph, BASE)
    assert len(graph.questions.names) > 20
    for stored in graph.questions:
        iri = question(stored.name)
        (comment,) = nodes(triples, iri, "rdfs:comment")
        assert (comment.value, comment.language) == (stored.summary, "en")
        assert values(triples, iri, "schema:keywords") == list(stored.tags)
        assert all(re.fullmatch(r"\S.*\S", keyword) for keyword in stored.tags)
        assert values(triples, iri, "schema:target") == [f"{BASE}sparql"]
        assert len(values(triples, iri, "sh:select")) == 1
        kinds = [kind.rpartition("#")[2] for kind in values(triples, iri, "rdf:type")]
        assert kinds == ["SPARQLExecutable", "SPARQLSelectExecutable"]


def test_every_example_runs_as_it_is_and_finds_something(schools):
    """The text needs no prefixes and no values; on invented schools each answer has the question's columns."""
    triples = describe.questions(schools, BASE)
    empty = set()
    for stored in schools.questions:
        (text,) = values(triples, question(stored.name), "sh:select")
        assert "$" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
        assert isinstance(ox.Store().query(text), ox.QuerySolutions)  # its own prefixes are enough
        table = schools.answer(text)
        assert table.columns == stored.columns
        empty |= set() if len(table) else {stored.name}
    assert empty <= {"predecessors"}  # the first of the schools has none


def test_an_example_has_the_default_of_a_parameter_and_leaves_out_what_is_optional(graph):
    """The text is that of the question asked with nothing but what it must be given."""
    triples = describe.questions(graph, BASE)
    (text,) = values(triples, question("statutory-duties-by-authority"), "sh:select")
    assert text == graph.sparql("statutory-duties-by-authority")
    (text,) = values(triples, question("search"), "sh:select")
    assert text == graph.sparql("search", words="policy")


def test_the_parameters_are_told_in_order_with_all_that_is_declared(graph):
    """Name, type, whether it is required, default, choices and description."""
    triples = describe.questions(graph, BASE)
    parameters = nodes(triples, question("coverage"), "service:parameter")
    declared = graph.questions["coverage"].parameters
    assert [values(triples, node, "service:name") for node in parameters] == [[each.name] for each in declared]
    assert [values(triples, node, "service:position") for node in parameters] == [
        [str(number)] for number in range(1, len(declared) + 1)
    ]
    level = f"{question('coverage')}/level"
    told = [values(triples, level, f"service:{p}") for p in ("valueType", "isRequired", "defaultValue", "choice")]
    assert told == [["http://www.w3.org/2001/XMLSchema#string"], ["false"], ["authority"], ["authority", "nation"]]
    assert values(triples, level, "dcterms:description") == ["Whether to count by local authority, or all as one."]


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        ("who-is-responsible/party", "https://w3id.org/sengraph/ontology#Party"),
        ("in-force-on/on", "http://www.w3.org/2001/XMLSchema#date"),
        ("in-force-on/limit", "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"),
        ("how-read/about", "http://www.w3.org/2001/XMLSchema#anyURI"),
    ],
)
def test_the_type_of_a_parameter_is_a_datatype_or_a_class(graph, parameter, kind):
    """Types of our own are told as the datatypes that they are."""
    assert values(describe.questions(graph, BASE), question(parameter), "service:valueType") == [kind]


def test_the_prefixes_of_the_project_are_declared(graph):
    """An editor that reads the examples can offer the prefixes."""
    triples = describe.questions(graph, BASE)
    (prefixes,) = {o for _, p, o in triples if p == describe._name("sh:prefixes")}
    declared = {
        values(triples, node, "sh:prefix")[0]: values(triples, node, "sh:namespace")[0]
        for node in nodes(triples, prefixes, "sh:declare")
    }
    assert declared["sen"] == "https://w3id.org/sengraph/ontology#"
    assert "dcterms" in declared


def test_the_address_of_a_question_is_a_template(graph):
    """Its variables are the parameters and the format."""
    triples = describe.questions(graph, BASE)
    template = f"{BASE}questions/who-is-responsible{{?activity,setting,party,modality,code,format}}"
    assert values(triples, question("who-is-responsible"), "service:urlTemplate") == [template]


OWN = {
    "is it so": "#+ summary: Is it so?\nASK { ?s ?p ?o }\n",
    "all-of-it": "#+ summary: What is there?\n#+ tags: [x, ' two ']\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }\n",
    "about-one": f"#+ summary: What is a?\nDESCRIBE <{E}a>\n",
    "two-settings": """#+ summary: How do two differ?
#+ parameters:
#+   - {name: one, type: sen:SettingType, required: true}
#+   - {name: other, type: sen:SettingType, required: true, unlike: one}
#+   - {name: from, type: date, required: true}
#+   - {name: until, type: date, required: true, unlike: from}
#+ columns: [x]
SELECT ?x { VALUES ?x { $one $other $from $until } } ORDER BY ?x
""",
    "who-else": """#+ summary: Who else?
#+ parameters:
#+   - {name: party, type: sen:Party, default: SENCO}
#+   - {name: count, type: integer, default: 3, choices: [1, 3]}
#+ columns: [x]
SELECT ?x { VALUES ?x { $party $count } } ORDER BY ?x
""",
}
"""Questions that the packaged ones leave out."""


@pytest.fixture
def own(tmp_path):
    """A folder with questions of one's own."""
    for name, text in OWN.items():
        (tmp_path / f"{name}.rq").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_question_of_any_form_is_told(own):
    """ASK, CONSTRUCT and DESCRIBE have classes and properties of their own; a name is escaped."""
    triples = describe.questions(opened(SMALL, own), BASE)
    assert values(triples, question("is%20it%20so"), "sh:ask") == ["ASK { ?s ?p ?o }\n"]
    assert values(triples, question("all-of-it"), "sh:construct") == ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }\n"]
    assert values(triples, question("about-one"), "spex:describe") == [f"DESCRIBE <{E}a>\n"]
    kinds = [values(triples, question(name), "rdf:type")[1] for name in ("is%20it%20so", "all-of-it", "about-one")]
    assert [kind.rpartition("#")[2] for kind in kinds] == [
        "SPARQLAskExecutable", "SPARQLConstructExecutable", "SPARQLDescribeExecutable",
    ]  # fmt: skip
    assert values(triples, question("all-of-it"), "schema:keywords") == ["two"]  # one letter is no keyword


def test_an_example_gives_two_values_to_parameters_that_must_differ(own, graph):
    """Else it would be refused."""
    asked = Asked(graph._engine, Library(own))
    (text,) = values(describe.questions(asked, BASE), question("two-settings"), "sh:select")
    rows = [row.x for row in asked.query(text)]
    settings = ["early-education", "maintained-mainstream"]
    assert rows[:2] == [f"https://w3id.org/sengraph/ontology#setting-{name}" for name in settings]
    assert [str(row) for row in rows[2:]] == ["2010-09-01", "2014-09-01"]


def test_an_example_runs_where_the_graph_has_no_such_things(own):
    """A graph without settings and parties is no reason not to list the questions; the values are made up."""
    asked = opened(SMALL, own)
    triples = describe.questions(asked, BASE)
    for name, size in (("two-settings", 4), ("who-else", 2)):
        (text,) = values(triples, question(name), "sh:select")
        assert len(asked.query(text)) == size


# --------------------------------------------------------------------------- the vocabulary

VOCABULARY = Graph().parse(load.ontology_dir() / "service.ttl")
TERMS = sorted({s for s in VOCABULARY.subjects() if str(s).startswith(describe.SERVICE)})


def test_the_terms_that_are_used_are_those_that_are_defined(graph):
    """No term is undefined, and none is there for nothing."""
    terms = {t.value for triple in describe.questions(graph, BASE) for t in triple if isinstance(t, ox.NamedNode)}
    used = {iri for iri in terms if iri.startswith(describe.SERVICE)}
    assert used == set(map(str, TERMS))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.rpartition("#")[2])
def test_each_term_is_documented(term):
    """One English label, a definition that is a sentence, a source, and where it is defined."""
    (label,), (definition,) = VOCABULARY.objects(term, RDFS.label), VOCABULARY.objects(term, SKOS.definition)
    assert (label.language, definition.language) == ("en", "en")
    assert re.fullmatch(r"[A-Z].*[^.]\.", definition)
    assert list(VOCABULARY.objects(term, DCTERMS.source))
    assert list(VOCABULARY.objects(term, RDFS.isDefinedBy)) == [URIRef(describe.SERVICE[:-1])]


def test_the_vocabulary_can_be_imported():
    """An owl:imports of it is answered from the packaged file, whose header has its IRI and version."""
    iri = URIRef(describe.SERVICE[:-1])
    assert load.IMPORTABLE[str(iri)] == "service.ttl"
    assert (iri, RDF.type, OWL.Ontology) in VOCABULARY
    assert VOCABULARY.value(iri, OWL.versionIRI) == iri + "/" + VOCABULARY.value(iri, OWL.versionInfo)


def test_the_turtle_of_the_vocabulary_is_well_kept():
    """Prefixes are sorted and used, each term has one block, and no line has blanks at its end."""
    text = (load.ontology_dir() / "service.ttl").read_text("utf-8")
    prefixes = re.findall(r"(?m)^@prefix\s+(\w+):", text)
    body = re.sub(r'(?m)^@prefix.*$|^#.*$|"(?:[^"\\]|\\.)*"', "", text)
    assert prefixes == sorted(prefix for prefix in prefixes if re.search(rf"(?<!\w){prefix}:", body))
    blocks = re.findall(r"(?m)^(service:\w+)$", text)
    assert len(blocks) == len(set(blocks)) == len(TERMS)
    assert [line for line in text.splitlines() if line != line.rstrip() or "\t" in line] == []


# ---------------------------------------------------------------------------- the addresses


@pytest.fixture(params=["graph", "schools"])
def document(request):
    """The OpenAPI document of the packaged graph, and of one with schools."""
    return describe.openapi(request.getfixturevalue(request.param), BASE)


def test_the_document_is_openapi(document):
    """The specification's schema holds, every reference leads somewhere, and defaults fit their types."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_a_document_with_questions_of_every_form_is_openapi(own):
    """Whatever a library holds, the document is valid; a name is escaped in its address."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = describe.openapi(opened(SMALL, own), BASE)
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    content = document["paths"]["/questions/is%20it%20so"]["get"]["responses"]["200"]["content"]
    assert [*content] == ["application/sparql-results+json", "application/sparql-results+xml", "text/plain"]
    assert "text/turtle" in document["paths"]["/questions/all-of-it"]["get"]["responses"]["200"]["content"]


def test_the_document_is_json_and_the_same_each_time(graph):
    """It can be written, and its ETag means something."""
    assert json.dumps(describe.openapi(graph, BASE)) == json.dumps(describe.openapi(graph, BASE))


def test_every_question_has_an_address_of_its_own(graph):
    """And the server's other addresses are there too."""
    paths = describe.openapi(graph, "https://example.org/data/")
    asked = [f"/questions/{name}" for name in graph.questions.names]
    others = ["/resource", "/store", "/.well-known/void", "/context.jsonld", "/health", "/metrics"]
    others[:0] = ["/questions/{question}/csv-metadata.json", "/exports/{export}"]
    assert [*paths["paths"]] == ["/sparql", "/questions", *asked, *others]
    assert paths["servers"] == [{"url": "https://example.org/data"}]


def parameters(document, path):
    """The parameters of GET at a path, by name."""
    return {each["name"]: each for each in document["paths"][path]["get"]["parameters"]}


def test_a_parameter_that_takes_things_of_a_class_lists_them(graph):
    """The values are the short names that the command line takes too."""
    taken = parameters(describe.openapi(graph, BASE), "/questions/who-is-responsible")
    assert taken["setting"]["schema"] == {
        "type": "string",
        "enum": ["early-education", "maintained-mainstream", "maintained-special"],
    }
    assert "required" not in taken["setting"]


def test_a_class_with_very_many_things_is_not_listed(graph, monkeypatch):
    """A text is taken then; what it can be is said in words."""
    monkeypatch.setattr("sengraph.names.LARGE", 2)
    asked = Asked(graph._engine, graph.questions)
    party = parameters(describe.openapi(asked, BASE), "/questions/who-is-responsible")["party"]
    assert party["schema"] == {"type": "string"}
    assert party["description"].endswith("A short name, compact name, IRI or label of a sen:Party.")


def test_a_required_parameter_is_told_as_required_with_an_example(graph):
    """A text that is blank is refused, and the schema says so."""
    words = parameters(describe.openapi(graph, BASE), "/questions/search")["words"]
    assert (words["required"], words["example"]) == (True, "policy")
    assert words["schema"] == {"type": "string", "pattern": r"\S"}


def test_types_and_defaults_are_those_of_json_schema(graph, own):
    """A whole number is one, and so is its default; a default by another name is among the values."""
    taken = parameters(describe.openapi(graph, BASE), "/questions/in-force-on")
    assert taken["on"]["schema"] == {"type": "string", "format": "date"}
    assert taken["limit"]["schema"] == {"type": "integer", "minimum": 0, "maximum": 999999999}
    taken = parameters(describe.openapi(Asked(graph._engine, Library(own)), BASE), "/questions/who-else")
    assert taken["count"]["schema"] == {"type": "integer", "enum": [1, 3], "default": 3}
    assert taken["party"]["schema"]["default"] == "SENCO"
    assert taken["party"]["schema"]["enum"][-1] == "SENCO"


def test_all_formats_are_told_by_name_and_by_media_type(graph):
    """What `format` takes and what the answer can be are one list."""
    document = describe.openapi(graph, BASE)
    for path in ("/questions/gaps", "/sparql", "/store", "/.well-known/void"):
        names = parameters(document, path)["format"]["schema"]["enum"]
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        assert [*content] == [render.FORMATS[name].media_type.partition(";")[0] for name in names]
    assert set(parameters(document, "/sparql")["format"]["schema"]["enum"]) == set(render.FORMATS)


def test_sparql_is_asked_by_get_by_a_form_and_by_a_body(graph):
    """The three ways of the SPARQL 1.1 Protocol; without a query, GET describes the service."""
    path = describe.openapi(graph, BASE)["paths"]["/sparql"]
    assert [*path["post"]["requestBody"]["content"]] == [
        "application/x-www-form-urlencoded",
        "application/sparql-query",
    ]
    form = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert [*form["properties"]] == ["query", "default-graph-uri", "named-graph-uri", "format"]
    assert form["required"] == ["query"]
    assert [each["name"] for each in path["get"]["parameters"] if each.get("required")] == []
    assert "415" in path["post"]["responses"]


def test_changes_are_told_of_where_there_are_any(graph):
    """They need the token, which queries do not; without changes nothing of them is in the document."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = describe.openapi(graph, BASE, writes=True)
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert [*document["paths"]["/store"]] == ["get", "put", "post", "delete"]
    assert document["paths"]["/store"]["put"]["security"] == [{"token": []}]
    assert document["paths"]["/sparql"]["post"]["security"] == [{}, {"token": []}]
    assert "application/sparql-update" in document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    plain = describe.openapi(graph, BASE)
    assert [*plain["paths"]["/store"]] == ["get"]
    assert "update" not in json.dumps([plain["paths"]["/sparql"], plain["paths"]["/store"]]).lower()
    assert "securitySchemes" not in plain["components"]


def test_failures_are_problem_documents(document):
    """Every status of a failure leads to a response with a problem document, or a text; health is its own."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            statuses = {status: said for status, said in operation["responses"].items() if status >= "400"}
            if path == "/health":
                assert [*statuses] == ["503"]
                continue
            for said in statuses.values():
                name = said["$ref"].removeprefix("#/components/responses/")
                content = document["components"]["responses"][name]["content"]
                assert [*content] == ["application/problem+json", "text/plain"]
