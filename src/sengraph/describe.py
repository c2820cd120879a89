"""What a server or a site tells of itself: the service, the data, the stored questions, the addresses.

Each is a pure function of a graph and the base under which the graph is served, and says what is true of that graph:
figures are counted, licences and dates are those that the ontologies in it state, and data that is not
the project's own is not told to be.

    service_description  SPARQL 1.1 Service Description        questions  SHACL's SPARQL executables, as query examples
    void                 VoID and DCAT                         openapi    OpenAPI 3.1

Triples come in the same order for the same graph. On a store of half a million triples `void` takes some
0.8 s and `service_description` 0.4 s, nearly all of it counting: whoever is asked often keeps them with the data.

Sources: SPARQL 1.1 Service Description; the VoID vocabulary (W3C, 2011); DCAT 3; OpenAPI 3.1; the vocabulary of
SHACL; the shapes of sib-swiss/sparql-examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from sengraph import __version__
from sengraph.binding import LEXICAL_FORMS, term
from sengraph.errors import UsageError
from sengraph.exports import EXPORTS
from sengraph.render import FORMATS, names_of
from sengraph.results import Table
from sengraph.sparql import asked_for
from sengraph.terms import (
    ASSERTED,
    BASE,
    CODE,
    DCTERMS,
    ESTABLISHMENT,
    INFERRED,
    METADATA,
    ONTOLOGY,
    OWL,
    PREFIXES,
    REGISTER,
    REGISTER_INFERRED,
    SEN,
    SNAPSHOTS,
    expand,
)

if TYPE_CHECKING:
    from sengraph.graph import Graph
    from sengraph.questions import Parameter, Question

    Object = ox.NamedNode | ox.BlankNode | ox.Literal | str

DATASET = f"{BASE}dataset"
SERVICE = f"{BASE}service#"

VOCABULARIES = PREFIXES | {
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "language": "http://publications.europa.eu/resource/authority/language/",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "service": SERVICE,
    "sh": "http://www.w3.org/ns/shacl#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "void": "http://rdfs.org/ns/void#",
}
"""The prefixes of what is told here."""

FORMAT_NAMES = {
    "json": "formats:SPARQL_Results_JSON",
    "xml": "formats:SPARQL_Results_XML",
    "csv": "formats:SPARQL_Results_CSV",
    "tsv": "formats:SPARQL_Results_TSV",
    "ttl": "formats:Turtle",
    "nt": "formats:N-Triples",
    "nq": "formats:N-Quads",
    "trig": "formats:TriG",
    "rdf": "formats:RDF_XML",
    "jsonld": "formats:JSON-LD",
}
"""The W3C's name of each format of `render.FORMATS` that is for machines."""

_CLOSED = (
    "It was worked out when the data was loaded, by the rules of OWL 2 RL and without reflexive and axiomatic triples, "
    "and holds nothing that is asserted. Nothing is inferred when a query runs."
)
GRAPHS = {
    ASSERTED: ("Asserted", "The ontologies, the table of the Code and other files as they were read."),
    INFERRED: ("Inferred", f"What follows from all that is asserted but the establishments. {_CLOSED}"),
    REGISTER: ("Register", "The establishments of the register of schools, as its newest extract has them."),
    REGISTER_INFERRED: ("Inferred of the register", f"What follows of the establishments. {_CLOSED}"),
    METADATA: ("Metadata", "Of each graph, the files that it is from and how many triples it has."),
    SNAPSHOTS[0]: ("Register, {day}", "The register as it was on {day}. Only a query that names it sees it."),
    SNAPSHOTS[1]: (
        "Inferred of the register, {day}",
        f"What follows of the establishments as they were on {{day}}. Only a query that names it sees it. {_CLOSED}",
    ),
}
"""What the graphs of a store hold, by name; those of a day by the name without the day."""

OWN_FILE = "sengraph/"
"""How the metadata of a store begins to tell of a file that came with the project (`ingest.PACKAGED`)."""

DISJOINT = frozenset([ASSERTED, INFERRED, REGISTER, REGISTER_INFERRED, METADATA])
"""The graphs that are made here: no triple is in two of them."""


# ---------------------------------------------------------------------------- the service


def service_description(graph: Graph, base: str, *, writes: bool = False) -> list[ox.Triple]:
    """Describe the endpoint at `base`: its language, formats and dataset.

    No entailment regime is claimed: what follows is in graphs of its own, and these are described.

    Args:
        graph: the graph that is asked.
        base: the IRI under which the server is known; it ends with a slash.
        writes: whether it takes updates too.

    Returns:
        triples about the service `base` + `sparql`, its dataset, and then its named graphs by name.

    Errors:
        InputError: the store is damaged.

    >>> import sengraph
    >>> triples = service_description(sengraph.open(), "https://example.org/")
    >>> print(triples[1])
    <https://example.org/sparql> <http://www.w3.org/ns/sparql-service-description#endpoint> <https://example.org/sparql>
    """
    counts = _count(graph)
    service, dataset, default = ox.NamedNode(f"{base}sparql"), ox.BlankNode("dataset"), ox.BlankNode("default")
    triples = _facts(
        service,
        ("rdf:type", "sd:Service"),
        ("sd:endpoint", service),
        ("sd:supportedLanguage", "sd:SPARQL11Query"),
        *([("sd:supportedLanguage", "sd:SPARQL11Update")] if writes else []),
        *(("sd:resultFormat", FORMAT_NAMES[name]) for name in names_of("results", "graph")),
        *([("sd:feature", "sd:UnionDefaultGraph")] if counts.is_union else []),
        ("sd:defaultDataset", dataset),
        ("sd:availableGraphs", dataset),
        *(("rdfs:seeAlso", ox.NamedNode(base + place)) for place in (".well-known/void", "questions", "openapi.json")),
    )
    triples += _facts(dataset, ("rdf:type", "sd:Dataset"), ("sd:defaultGraph", default))
    told = (
        "What a query sees that names no graph. Nothing is inferred when a query runs: what follows is here as far as "
        "it was worked out before, and the named graphs tell it from what is asserted."
    )
    triples += _facts(default, *_sized(counts.triples), ("dcterms:description", _english(told)))
    for number, (name, size) in enumerate(counts.named.items()):
        named, content = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        triples += _facts(dataset, ("sd:namedGraph", named))
        triples += _facts(named, ("rdf:type", "sd:NamedGraph"), ("sd:name", ox.NamedNode(name)), ("sd:graph", content))
        triples += _facts(content, *_sized(size), *_told(name))
    return triples


def _sized(triples: int) -> list[tuple[str, Object]]:
    return [("rdf:type", "sd:Graph"), ("rdf:type", "void:Dataset"), ("void:triples", ox.Literal(triples))]


def _told(name: str) -> list[tuple[str, Object]]:
    """Return the title and the description of a graph; nothing of one that the project does not make."""
    prefix, day = (name, "") if name in GRAPHS else (name[: name.rfind("/") + 1], name[name.rfind("/") + 1 :])
    if prefix not in GRAPHS:
        return []
    title, text = (text.format(day=day) for text in GRAPHS[prefix])
    return [("dcterms:title", _english(title)), ("dcterms:description", _english(text))]


# ------------------------------------------------------------------------------- the data

TITLE = "Responsibilities for special educational needs"
DESCRIPTION = (
    "Who must, should, may, will or has responsibility to do what for children with special educational needs, in "
    "which kind of setting: the table of roles and responsibilities of England's Special Educational Needs Code of "
    "Practice (2001), clause by clause, with what follows from it. Where the register of schools is loaded, its "
    "establishments and the responsibilities that the table gives to their kind of setting are in it too."
)
OTHER_TITLE = "The data served at {base}"
OTHER_DESCRIPTION = "Data that is not, or not all, the sengraph project's: ask whoever serves it for its licence."
EXAMPLES = (f"{CODE}code", f"{CODE}mainstream-3.1", f"{SEN}party-governing-body", f"{SEN}setting-maintained-special")
"""Things that show what the data is like, where they are in it."""

HEADER = {
    "dcterms:license": "dcterms:license",
    "dcterms:publisher": "dcterms:publisher",
    "dcterms:creator": "dcterms:creator",
    "dcterms:issued": "dcterms:issued",
    "dcterms:modified": "dcterms:modified",
    "dcterms:source": "dcterms:source",
    "owl:versionInfo": "dcat:version",
}
"""What the header of the vocabulary says that holds for the dataset, and how that is said of a dataset."""


def void(graph: Graph, base: str) -> list[ox.Triple]:
    """Describe the data in VoID and DCAT: what it is, how much of what is in it, and where it is asked.

    Entities are the things with an IRI and a class. A graph with files of others in it is not told to
    be the project's dataset, and no licence is claimed for it.

    Args:
        graph, base: as `service_description`.

    Returns:
        triples about the catalogue, the dataset, its parts, its distribution, and the services.

    Errors:
        InputError: the store is damaged.
    """
    counts = _count(graph)
    is_ours = _is_ours(graph, counts)
    dataset = ox.NamedNode(DATASET if is_ours else f"{base}.well-known/void#dataset")
    about = _of_project(graph) if is_ours else _of_others(base)
    classes = _classes(graph)
    return [
        *_catalogue(base, dataset, [name for name in counts.named if name.startswith(SNAPSHOTS)]),
        *_facts(dataset, ("rdf:type", "void:Dataset"), ("rdf:type", "dcat:Dataset"), *about),
        *_facts(dataset, *_figures(graph, counts, classes), ("dcat:distribution", ox.BlankNode("distribution"))),
        *_partitions(dataset, counts, classes),
        *_parts(base, dataset, counts.named),
        *_services(base, dataset),
    ]


def _of_project(graph: Graph) -> list[tuple[str, Object]]:
    """Say what the project's data is; licence, version and dates are those that it states itself."""
    header = _rows(graph, f"SELECT ?p ?o {{ <{ONTOLOGY}> ?p ?o }} ORDER BY ?p ?o")
    found = [(mine, value) for theirs, mine in HEADER.items() for name, value in header if name == _name(theirs)]
    rights = _rows(graph, f"SELECT DISTINCT ?o {{ ?s a <{OWL}Ontology> ; <{DCTERMS}rights> ?o }} ORDER BY ?o")
    found += [("dcterms:rights", value) for (value,) in rights]
    examples = [iri for iri in EXAMPLES if graph.answer(f"ASK {{ <{iri}> ?p ?o }}")]
    examples += filter(None, [_least(graph, f"{SEN}Establishment")])
    return [
        ("dcterms:title", _english(TITLE)),
        ("dcterms:description", _english(DESCRIPTION)),
        ("dcterms:language", "language:ENG"),
        *found,
        ("void:uriSpace", ox.Literal(BASE)),
        *(("void:exampleResource", ox.NamedNode(iri)) for iri in examples),
    ]


def _of_others(base: str) -> list[tuple[str, Object]]:
    title, text = OTHER_TITLE.format(base=base), OTHER_DESCRIPTION
    return [("dcterms:title", _english(title)), ("dcterms:description", _english(text))]


def _figures(graph: Graph, counts: Counts, classes: Mapping[str, int]) -> list[tuple[str, Object]]:
    """Say how large the data is, and which vocabularies its classes and properties are from."""
    query = "SELECT (SUM(IF(ISIRI(?s), 1, 0)) AS ?n) { SELECT DISTINCT ?s { ?s a ?class } }"
    entities = next(iter(_rows(graph, query)))[0]
    vocabularies = {re.sub(r"[^/#]*$", "", iri) for iri in (*counts.properties, *classes)} - {""}
    return [
        ("void:triples", ox.Literal(counts.triples)),
        ("void:entities", ox.Literal(int(entities.value))),
        ("void:classes", ox.Literal(len(classes))),
        ("void:properties", ox.Literal(len(counts.properties))),
        *(("void:vocabulary", ox.NamedNode(iri)) for iri in sorted(vocabularies)),
        *(("void:feature", FORMAT_NAMES[name]) for name in names_of("graph")),
    ]


def _partitions(dataset: ox.NamedNode, counts: Counts, classes: Mapping[str, int]) -> list[ox.Triple]:
    """Say how many entities each class has, and in how many triples each property is."""
    links, figures = list[ox.Triple](), list[ox.Triple]()
    for kind, figure, sizes in (("class", "entities", classes), ("property", "triples", counts.properties)):
        for number, (iri, size) in enumerate(sorted(sizes.items())):
            node = ox.BlankNode(f"{kind}{number}")
            links += _facts(dataset, (f"void:{kind}Partition", node))
            figures += _facts(node, (f"void:{kind}", ox.NamedNode(iri)), (f"void:{figure}", ox.Literal(size)))
    return links + figures


def _parts(base: str, dataset: ox.NamedNode, named: Mapping[str, int]) -> list[ox.Triple]:
    """Say what the graphs are: those that queries see are subsets of the data."""
    triples = list[ox.Triple]()
    for name, size in named.items():
        part, dump = ox.NamedNode(name), ox.NamedNode(f"{base}store?graph={quote(name, safe='')}")
        if not name.startswith(SNAPSHOTS):
            triples += _facts(dataset, ("void:subset", part))
        triples += _facts(part, ("rdf:type", "void:Dataset"), *_told(name))
        triples += _facts(part, ("void:triples", ox.Literal(size)), ("void:dataDump", dump))
    return triples


def _catalogue(base: str, dataset: ox.NamedNode, snapshots: Iterable[str]) -> list[ox.Triple]:
    title, text = f"Catalogue of {base}", "The data that is served here, and the services that answer from it."
    return _facts(
        ox.NamedNode(f"{base}.well-known/void"),
        ("rdf:type", "void:DatasetDescription"),
        ("rdf:type", "dcat:Catalog"),
        ("dcterms:title", _english(title)),
        ("dcterms:description", _english(text)),
        ("foaf:primaryTopic", dataset),
        ("dcat:dataset", dataset),
        *(("dcat:dataset", ox.NamedNode(name)) for name in snapshots),
        ("dcat:service", ox.NamedNode(f"{base}sparql")),
        ("dcat:service", ox.NamedNode(f"{base}questions")),
    )


def _services(base: str, dataset: ox.NamedNode) -> list[ox.Triple]:
    """Say where the data is asked: by SPARQL, and by stored questions."""
    sparql, questions = ox.NamedNode(f"{base}sparql"), ox.NamedNode(f"{base}questions")
    whole = ox.NamedNode(f"{base}store?default")
    return [
        *_facts(dataset, ("void:sparqlEndpoint", sparql), ("void:dataDump", whole)),
        *_facts(
            ox.BlankNode("distribution"),
            ("rdf:type", "dcat:Distribution"),
            ("dcat:accessURL", sparql),
            ("dcat:accessService", sparql),
        ),
        *_facts(
            sparql,
            ("rdf:type", "dcat:DataService"),
            ("dcterms:title", _english("SPARQL endpoint")),
            ("dcterms:conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
            ("dcat:endpointURL", sparql),
            ("dcat:endpointDescription", sparql),
            ("dcat:servesDataset", dataset),
        ),
        *_facts(
            questions,
            ("rdf:type", "dcat:DataService"),
            ("dcterms:title", _english("Stored questions")),
            ("dcat:endpointURL", questions),
            ("dcat:endpointDescription", ox.NamedNode(f"{base}openapi.json")),
            ("dcat:servesDataset", dataset),
        ),
    ]


# ----------------------------------------------------------------------------- counting


class Counts(NamedTuple):
    """How much there is.

    Attributes:
        named: how many triples each named graph has, by its IRI; graphs of a day are among them.
        properties: in how many of the triples that queries see each property is, by its IRI.
        is_union: whether queries see just the triples of all named graphs.
    """

    named: dict[str, int]
    properties: dict[str, int]
    is_union: bool

    @property
    def triples(self) -> int:
        """How many triples queries see."""
        return sum(self.properties.values())

    @property
    def seen(self) -> set[str]:
        """The named graphs but for those of a day."""
        return {name for name in self.named if not name.startswith(SNAPSHOTS)}


def _count(graph: Graph) -> Counts:
    """Count triples by graph and by property.

    The engine's union of graphs counts a triple of two graphs twice. So where it is not certain that none is, only
    distinct ones are counted, which takes three times as long.
    """
    rows = _rows(graph, "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph")
    named = {name.value: int(size.value) for name, size in rows if isinstance(name, ox.NamedNode)}
    named = dict(sorted(named.items()))
    counts = Counts(named, _by_property(graph, "?s ?p ?o"), is_union=False)
    is_whole = counts.triples == sum(named[name] for name in counts.seen) and len(rows) == len(named)
    if is_whole and (len(named) == 1 or counts.seen <= DISJOINT):
        return counts._replace(is_union=len(counts.seen) == len(named))
    if not rows:  # there is just the default graph
        return counts
    return counts._replace(properties=_by_property(graph, "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"))


def _by_property(graph: Graph, pattern: str) -> dict[str, int]:
    rows = _rows(graph, f"SELECT ?p (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?p")
    return {name.value: int(size.value) for name, size in rows if isinstance(name, ox.NamedNode)}


def _classes(graph: Graph) -> dict[str, int]:
    """Return how many entities each class with an IRI has; classes without any are left out."""
    rows = _rows(graph, "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(ISIRI(?s)) } GROUP BY ?class")
    return {name.value: int(size.value) for name, size in rows if isinstance(name, ox.NamedNode)}


def _is_ours(graph: Graph, counts: Counts) -> bool:
    """Tell whether all there is is the project's: its ontologies, what follows, and the register."""
    query = f"""SELECT ?name {{
        {{ ?name a <{OWL}Ontology> }} UNION {{ GRAPH <{METADATA}> {{ <{ASSERTED}> <{DCTERMS}source> ?name }} }}
    }}"""
    found = [name for (name,) in _rows(graph, query)]
    files = {name.value for name in found if isinstance(name, ox.Literal)}
    ontologies = {str(name)[1:-1] for name in found if not isinstance(name, ox.Literal)}
    are_known = all(iri.startswith(BASE) for iri in ontologies) and all(file.startswith(OWN_FILE) for file in files)
    return ONTOLOGY in ontologies and are_known and counts.seen <= DISJOINT


def _least(graph: Graph, cls: str) -> str | None:
    """Return the instance of a class whose IRI is the least."""
    ((found,),) = _rows(graph, f"SELECT (MIN(?s) AS ?least) {{ ?s a <{cls}> FILTER(ISIRI(?s)) }}")
    return found.value if isinstance(found, ox.NamedNode) else None


def _rows(graph: Graph, query: str) -> list[tuple[Any, ...]]:
    """Return the terms of each row of an answer."""
    table = graph.answer(query)
    assert isinstance(table, Table)
    return table.rows


# --------------------------------------------------------------------------- the questions

EXECUTABLES = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "DESCRIBE": ("spex:SPARQLDescribeExecutable", "spex:describe"),
}
"""What a query of each form is, and which property has its text."""

VALUE_TYPES = {
    "iri": "xsd:anyURI",
    "limit": "xsd:nonNegativeInteger",
    "offset": "xsd:nonNegativeInteger",
}
"""The datatypes of parameter types that are not named as their datatype is."""

SAMPLES = {
    "boolean": ("true", "false"),
    "date": ("2010-09-01", "2014-09-01"),
    "dateTime": ("2010-09-01T09:00:00Z", "2014-09-01T09:00:00Z"),
    "decimal": ("1.5", "2.5"),
    "integer": ("1", "2"),
    "iri": (f"{CODE}mainstream-3.1", f"{CODE}special-3.1"),
    "limit": ("10", "20"),
    "offset": ("0", "10"),
    "string": ("policy", "committee"),
    "sen:Establishment": (f"{ESTABLISHMENT}100000", f"{ESTABLISHMENT}100001"),
}
"""Two values of each type, for an example of a question that needs one."""


def questions(graph: Graph, base: str, data: str = "") -> list[ox.Triple]:
    """Describe the stored questions as SPARQL examples that run as they are.

    What a question must be given has a value in the text: the default, else the first that the graph has to choose
    from. What it may be given is left out. Parameters are told in a vocabulary of ours, `ontology/service.ttl`.

    Args:
        graph, base: as `service_description`; the questions are those of the graph's library.
        data: the address of a file with the data, where nobody answers queries: it is what the examples are run on.

    Returns:
        triples about each question, by name, and then about the prefixes. They satisfy the shapes of
        sib-swiss/sparql-examples.

    Errors:
        InputError: a question's file is malformed, or the store is damaged.
    """
    prefixes = ox.BlankNode("sparql_examples_prefixes")
    triples = list[ox.Triple]()
    for question in graph.questions:
        node = ox.NamedNode(f"{base}questions#{quote(question.name, safe='')}")
        triples += _facts(node, *_example(graph, question, base, data), ("sh:prefixes", prefixes))
        for number, parameter in enumerate(question.parameters, 1):
            place = ox.NamedNode(f"{node.value}/{parameter.name}")
            triples += _facts(node, ("service:parameter", place))
            triples += _facts(place, *_parameter(parameter), ("service:position", ox.Literal(number)))
    triples += _facts(prefixes, ("rdf:type", "owl:Ontology"), ("owl:imports", ox.NamedNode(VOCABULARIES["sh"][:-1])))
    for prefix, namespace in PREFIXES.items():
        declared = ox.BlankNode(f"prefix_{prefix}")
        triples += _facts(prefixes, ("sh:declare", declared))
        iri = ox.Literal(namespace, datatype=_name("xsd:anyURI"))
        triples += _facts(declared, ("sh:prefix", ox.Literal(prefix)), ("sh:namespace", iri))
    return triples


def _example(graph: Graph, question: Question, base: str, data: str) -> list[tuple[str, Object]]:
    """Say what a question asks, and how."""
    given = _given(graph, question)
    text = question.sparql({name: _bound(graph, question.parameter(name), value) for name, value in given.items()})
    kind, has_text = EXECUTABLES[asked_for(text)[0]]
    names = ",".join([*(parameter.name for parameter in question.parameters), "format"])
    description = [("dcterms:description", _english(question.description))] if question.description else []
    template = ox.Literal(f"{base}{_path(question)[1:]}{{?{names}}}")
    answered: list[tuple[str, Object]] = [
        ("schema:target", ox.NamedNode(f"{base}sparql")),
        ("service:urlTemplate", template),
    ]
    return [
        ("rdf:type", "sh:SPARQLExecutable"),
        ("rdf:type", kind),
        ("dcterms:identifier", ox.Literal(question.name)),
        ("rdfs:comment", _english(question.summary)),
        *description,
        *(("schema:keywords", ox.Literal(tag)) for tag in map(str.strip, question.tags) if len(tag) > 1),
        *([("schema:target", ox.NamedNode(data))] if data else answered),
        (has_text, ox.Literal(text)),
    ]


def _parameter(parameter: Parameter) -> list[tuple[str, Object]]:
    """Say what a parameter takes."""
    default = [] if parameter.default is None else [("service:defaultValue", ox.Literal(parameter.default))]
    description = [("dcterms:description", _english(parameter.description))] if parameter.description else []
    kind = parameter.type if parameter.is_class else VALUE_TYPES.get(parameter.type, f"xsd:{parameter.type}")
    return [
        ("rdf:type", "service:Parameter"),
        ("service:name", ox.Literal(parameter.name)),
        ("service:valueType", ox.NamedNode(expand(kind) or kind)),
        ("service:isRequired", ox.Literal(parameter.required)),
        *default,
        *(("service:choice", ox.Literal(choice)) for choice in parameter.choices),
        *description,
    ]


def _given(graph: Graph, question: Question) -> dict[str, str]:
    """Return what a question is given in an example, by parameter, as a user would type it."""
    given: dict[str, str] = {}
    for parameter in question.parameters:
        if parameter.default is not None:
            given[parameter.name] = parameter.default
    for parameter in question.parameters:
        if parameter.required and parameter.name not in given:
            other = given.get(parameter.unlike)
            given[parameter.name] = next(value for value in _candidates(graph, parameter) if value != other)
    return given


def _candidates(graph: Graph, parameter: Parameter) -> Iterable[str]:
    """Yield values for a parameter: what there is to choose from, or else what looks like it."""
    yield from (choices := graph.choices(parameter))
    if parameter.is_class and not choices and (least := _least(graph, expand(parameter.type) or "")):
        yield least
    yield from SAMPLES.get(parameter.type, ())
    yield f"https://example.org/{parameter.name}"


def _bound(graph: Graph, parameter: Parameter, value: str) -> str:
    """Return the SPARQL text of a value; of one that the graph does not have, an IRI that it could be."""
    if not parameter.is_class:
        return term(expand(value) or value if parameter.type == "iri" else value, parameter.type)
    try:
        return term(graph.names.resolve(value, expand(parameter.type) or ""), "iri")
    except UsageError:
        return term(expand(value) or f"https://example.org/{quote(value, safe='')}", "iri")


# --------------------------------------------------------------------------- the addresses

JSON_SCHEMAS: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "iri": {"type": "string", "format": "iri"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "dateTime": {"type": "string", "format": "date-time"},
    "decimal": {"type": "string", "pattern": f"^(?:{LEXICAL_FORMS['decimal']})$"},
    "integer": {"type": "integer"},
    "limit": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "offset": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
}
"""What a value of each parameter type is in JSON Schema; a class takes a text."""

READ_AS_JSON: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text in ("true", "1"),
    "integer": int,
    "limit": int,
    "offset": int,
}
"""What makes a JSON value of the text of one; any other stays a text."""

FAILURES = {
    "400": (
        "Malformed",
        "The request, the query or a value in it is wrong: the detail says what, and how.",
    ),
    "403": ("Refused", "Updates and queries that ask other servers (SERVICE) are refused."),
    "404": ("NotFound", "There is nothing of that name; the detail says what is near it."),
    "406": ("NotAcceptable", "There is no form that the Accept header allows; the detail lists what there is."),
    "408": ("TooSlow", "The body of the request did not arrive in time."),
    "413": ("TooLarge", "The request or the answer is larger than the server allows."),
    "414": ("TooLong", "The address is too long: send the query in a body, by POST."),
    "415": ("UnsupportedType", "The body of the request is of a type that is not understood."),
    "429": ("TooMany", "There were too many requests from there: try later."),
    "500": ("Failed", "The data cannot be read, or an answer broke off before its first byte."),
    "503": ("Unavailable", "The answer took too long, or the server is busy; Retry-After says when to try again."),
}
"""The failures: a name, and what each one means."""

CHANGE_FAILURES = {
    "401": ("Unauthorised", "The change does not bring the token of the server."),
    "409": ("Conflict", "What would be there contradicts itself, or what is to be changed is not as it has to be."),
    "412": ("ConditionFailed", "The condition that the request has does not hold."),
}
"""The failures of changes besides."""

ALWAYS = ("406", "414", "429", "500", "503")

ANSWERS = {
    "SELECT": [*names_of("results"), *names_of("people")],
    "ASK": ["json", "xml", "table"],
    "CONSTRUCT": names_of("graph"),
    "DESCRIBE": names_of("graph"),
}
"""The formats of the answer to a query of each form; CSV and TSV have no way to say yes or no."""


def openapi(graph: Graph, base: str, *, writes: bool = False) -> dict[str, Any]:
    """Describe the addresses of the server as an OpenAPI 3.1 document, each stored question with its parameters.

    A parameter that takes things of a class lists their short names, where the graph has few enough of them.

    Args:
        graph, base: as `service_description`; the questions are those of the graph's library.
        writes: whether the server takes changes.

    Returns:
        the document as JSON has it.

    Errors:
        InputError: a question's file is malformed, or the store is damaged.
    """
    changes = "Changes need the token of the server." if writes else "Nothing can be changed here."
    sparql, store = _sparql_path(), _store_path()
    if writes:
        _describe_changes(sparql, store)
    secured = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}} if writes else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sengraph",
            "version": __version__,
            "summary": "A knowledge graph that is asked by SPARQL and by stored questions.",
            "description": f"{changes} HEAD is answered wherever GET is, OPTIONS everywhere.",
        },
        "servers": [{"url": base.rstrip("/")}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {
            "/sparql": sparql,
            "/questions": _questions_path(),
            **{_path(question): _question_path(graph, question) for question in graph.questions},
            "/questions/{question}/csv-metadata.json": _metadata_path(),
            "/exports/{export}": _exports_path(),
            "/resource": _resource_path(),
            "/store": store,
            "/.well-known/void": _void_path(),
            "/context.jsonld": {"get": _get("context", "data", "The JSON-LD context", _content(["jsonld"]))},
            "/health": _health_path(),
            "/metrics": {"get": _get("metrics", "operation", "Figures for Prometheus", {"text/plain": {}}, [], ())},
        },
        "components": {
            "schemas": SCHEMAS,
            "headers": HEADERS,
            "responses": _failures(FAILURES | (CHANGE_FAILURES if writes else {})),
            **secured,
        },
    }


TAGS = {
    "sparql": "SPARQL 1.1 Protocol.",
    "questions": "Questions that are asked by name.",
    "data": "The data itself and what it is.",
    "operation": "How the server does.",
}

SCHEMAS: dict[str, Any] = {
    "Problem": {
        "description": "What went wrong (RFC 9457).",
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
        "required": ["status", "detail"],
    },
    "Results": {
        "description": "SPARQL 1.1 Query Results JSON.",
        "type": "object",
        "properties": {
            "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
            "results": {
                "type": "object",
                "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
                "required": ["bindings"],
            },
            "boolean": {"type": "boolean"},
        },
        "required": ["head"],
    },
    "Question": {
        "description": "A stored question.",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "summary": {"type": "string"},
            "description": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "parameters": {"type": "array", "items": {"$ref": "#/components/schemas/Parameter"}},
            "columns": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["name", "summary", "description", "tags", "parameters", "columns"],
    },
    "Parameter": {
        "description": "What a question takes; the type is one of a few names, or a class whose instances are taken.",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "type": {"type": "string"},
            "required": {"type": "boolean"},
            "default": {"type": ["string", "null"]},
            "choices": {"type": "array", "items": {"type": "string"}},
            "description": {"type": "string"},
        },
        "required": ["name", "type", "required", "default", "choices", "description"],
    },
    "Health": {
        "type": "object",
        "properties": {"status": {"type": "string"}, "workers": {"type": "integer"}},
        "required": ["status", "workers"],
    },
}

HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Changes with the data; given back in If-None-Match, the answer is 304 while it has not.",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "In how many seconds to try again.", "schema": {"type": "integer"}},
}


def _path(question: Question) -> str:
    return f"/questions/{quote(question.name, safe='')}"


def _sparql_path() -> dict[str, Any]:
    """Describe the SPARQL 1.1 Protocol: a query by GET, as a form, and as a body of its own (section 2.1)."""
    query = {"type": "string", "examples": ["SELECT ?party { ?party a sen:Party } ORDER BY ?party"]}
    names = [*ANSWERS["SELECT"], *ANSWERS["CONSTRUCT"]]
    failures = ("400", "403", "413")
    beside = [
        *(_in_query(name, DATASET_SCHEMA, text) for name, text in DATASET_PARAMETERS.items()),
        _format(names),
    ]
    form = {
        "type": "object",
        "properties": {"query": query} | {each["name"]: each["schema"] for each in beside},
        "required": ["query"],
    }
    bodies = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": {"schema": query}}
    asked = _in_query("query", query, "The query. Without it, the answer describes the service.")
    answers = _content(names)
    return {
        "get": _get("query", "sparql", "Ask a query, or what the service is", answers, [asked, *beside], failures),
        "post": _get("query-by-post", "sparql", "Ask a query", answers, beside, (*failures, "408", "415"))
        | {"requestBody": {"required": True, "content": bodies}},
    }


DATASET_SCHEMA = {"type": "array", "items": {"type": "string", "format": "iri"}}
DATASET_PARAMETERS = {
    "default-graph-uri": "A graph of the store that the query sees; several are seen as one. Wins over FROM.",
    "named-graph-uri": "A graph of the store that GRAPH finds. Wins over FROM NAMED.",
}


def _questions_path() -> dict[str, Any]:
    every = {"type": "array", "items": {"$ref": "#/components/schemas/Question"}}
    names = names_of("graph")
    content = {"application/json": {"schema": every}} | _content(names)
    return {"get": _get("questions", "questions", "What can be asked", content, [_format(["json", *names])], ("400",))}


def _question_path(graph: Graph, question: Question) -> dict[str, Any]:
    """Describe the address of one question."""
    names = ANSWERS[asked_for(" ".join(question.template.words))[0]]
    given = _given(graph, question)
    parameters = [_question_parameter(graph, each, given.get(each.name)) for each in question.parameters]
    parameters.append(_format(names))
    asked = _get(f"ask-{question.name}", "questions", question.summary, _content(names), parameters, ("400", "413"))
    return {"get": asked | {"description": question.description}}


def _metadata_path() -> dict[str, Any]:
    """Describe where it is told what the CSV of an answer holds."""
    text = {"type": "string"}
    name = {"name": "question", "in": "path", "required": True, "description": "Its name.", "schema": text}
    given = {"type": "object", "additionalProperties": text}
    told = "The parameters of the question, as they are in the address of the CSV."
    asked: dict[str, Any] = {"name": "parameters", "in": "query", "description": told, "schema": given}
    asked |= {"style": "form", "explode": True}
    content = {"application/csvm+json": {"schema": {"type": "object"}}}
    summary = "What the CSV of an answer holds: CSV on the Web"
    return {"get": _get("csv-metadata", "questions", summary, content, [name, asked], ("400", "404"))}


def _question_parameter(graph: Graph, parameter: Parameter, sample: str | None) -> dict[str, Any]:
    """Describe a parameter of a question: its type, the values to choose from, and the default."""
    read = READ_AS_JSON.get(parameter.type, str)
    schema: dict[str, Any] = dict(JSON_SCHEMAS.get(parameter.type, {"type": "string"}))
    if choices := graph.choices(parameter):
        default = [parameter.default] if parameter.default is not None else []
        schema["enum"] = [read(choice) for choice in dict.fromkeys([*choices, *default])]
    if parameter.default is not None:
        schema["default"] = read(parameter.default)
    if parameter.required and parameter.type == "string":
        schema["pattern"] = r"\S"
    text = parameter.description
    if parameter.is_class:
        text += f" A short name, compact name, IRI or label of a {parameter.type}."
    described = _in_query(parameter.name, schema, text.strip())
    if parameter.required and sample is not None:
        described |= {"required": True, "example": read(sample)}
        del described["allowEmptyValue"]
    return described


def _store_path() -> dict[str, Any]:
    """Describe reading by the SPARQL 1.1 Graph Store HTTP Protocol (sections 4.2 and 5.2)."""
    default = _in_query("default", {"type": "string"}, "The default graph: give this parameter or the other.")
    graph = _in_query("graph", {"type": "string", "format": "iri"}, "The IRI of a graph of the store.")
    names = names_of("graph")
    parameters = [default, graph, _format(names)]
    return {"get": _get("graph", "data", "One graph", _content(names), parameters, ("400", "404", "413"))}


def _describe_changes(sparql: dict[str, Any], store: dict[str, Any]) -> None:
    """Add the changes to what is told of two addresses: SPARQL 1.1 Protocol (2.2), Graph Store Protocol (5.3-5.5)."""
    asked = sparql["post"]
    update = {"type": "string", "examples": ["INSERT DATA { <https://example.org/a> rdfs:label 'a' }"]}
    bodies = asked["requestBody"]["content"]
    form = bodies["application/x-www-form-urlencoded"]["schema"]
    using = dict.fromkeys(("using-graph-uri", "using-named-graph-uri"), DATASET_SCHEMA)
    form["properties"] |= {"update": update, **using}
    form["oneOf"] = [{"required": [form.pop("required")[0]]}, {"required": ["update"]}]
    bodies["application/sparql-update"] = {"schema": update}
    asked["parameters"] += [
        _in_query(name, schema, "A graph that the patterns of an update see.") for name, schema in using.items()
    ]
    asked["summary"] = "Ask a query, or make an update, which needs the token"
    asked["security"] = [{}, {"token": []}]
    asked["responses"] |= {"204": {"description": "The update was made."}, **_refused("401", "409")}
    where = [each for each in store["get"]["parameters"] if each["name"] in ("default", "graph")]
    triples = {"required": True, "content": {name: {"schema": {"type": "string"}} for name in [*_content(GRAPHS_IN)]}}
    for method, name, summary in (
        ("put", "put-graph", "Have a graph be what is sent"),
        ("post", "add-to-graph", "Add what is sent to a graph, or to a new one if none is named"),
        ("delete", "delete-graph", "Remove a graph"),
    ):
        failures = ["400", "401", "403", "409", "412", "500", "503"]
        failures += ["404"] if method == "delete" else ["408", "413", "415"]
        answers = {"204": {"description": "It was done."}, **_refused(*sorted(failures))}
        if method != "delete":
            answers["201"] = {"description": "A graph was made; Location says where, if it got a name."}
        store[method] = {"operationId": name, "tags": ["data"], "summary": summary, "parameters": where}
        store[method] |= {"responses": answers, "security": [{"token": []}]}
        store[method] |= {} if method == "delete" else {"requestBody": triples}


GRAPHS_IN = ("ttl", "nt", "rdf", "jsonld")


def _refused(*statuses: str) -> dict[str, Any]:
    known = FAILURES | CHANGE_FAILURES
    return {status: {"$ref": f"#/components/responses/{known[status][0]}"} for status in statuses}


def _resource_path() -> dict[str, Any]:
    """Describe how the document of a thing is asked for, whatever its IRI."""
    iri = _in_query("iri", {"type": "string", "format": "iri"}, "The IRI of the thing.") | {"required": True}
    names = ["ttl", "html", "jsonld", "rdf", "nt"]
    content, parameters = _content(names), [iri, _format(names)]
    described = _get("resource", "data", "What is said of a thing", content, parameters, ("400", "404"))
    told = "Things whose IRIs begin with this address, and those of the project, answer at their own address as well."
    return {"get": described | {"description": told}}


def _exports_path() -> dict[str, Any]:
    """Describe how the data is had in the forms that other tools take."""
    told = "Its name. " + " ".join(f"{name}: {export.summary}" for name, export in EXPORTS.items())
    schema = {"type": "string", "enum": [*EXPORTS]}
    name = {"name": "export", "in": "path", "required": True, "description": told, "schema": schema}
    names = ["ttl", "html", "jsonld", "rdf", "nt"]
    summary = "The data in the form that other tools take"
    return {"get": _get("export", "data", summary, _content(names), [name, _format(names)], ("400", "404"))}


def _void_path() -> dict[str, Any]:
    names = names_of("graph")
    return {"get": _get("void", "data", "What the data is: VoID and DCAT", _content(names), [_format(names)], ("400",))}


def _health_path() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}
    described = _get("health", "operation", "Whether a worker is ready", content, [], ())
    described["responses"] = {
        "200": {"description": "At least one worker is ready.", "content": content},
        "503": {"description": "No worker is ready.", "content": content},
    }
    return {"get": described}


def _get(
    name: str,
    tag: str,
    summary: str,
    content: dict[str, Any],
    parameters: Iterable[dict[str, Any]] = (),
    failures: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Describe an operation.

    Args:
        name: the operation's, unique in the document.
        tag, summary: what it belongs to, and what it is.
        content: the media types of the answer.
        parameters: what it takes.
        failures: the statuses it can fail with besides those that all have; empty for what no worker answers, which
            has none.
    """
    chosen = () if failures is not None and not failures else sorted({*(failures or ()), *ALWAYS})
    answers: dict[str, Any] = {"200": {"description": "The answer.", "content": content}}
    if chosen:
        answers["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        answers["304"] = {"description": "Nothing has changed since the answer that If-None-Match tells of."}
    answers |= {status: {"$ref": f"#/components/responses/{FAILURES[status][0]}"} for status in chosen}
    described = {"operationId": name, "tags": [tag], "summary": summary, "responses": answers}
    return described | ({"parameters": [*parameters]} if parameters else {})


def _in_query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """Return a parameter; one that comes empty, as from a form that is not filled in, is as if it were not there."""
    return {"name": name, "in": "query", "description": description, "allowEmptyValue": True, "schema": schema}


def _format(names: list[str]) -> dict[str, Any]:
    return _in_query(
        "format", {"type": "string", "enum": names}, "The format, by name; it wins over the Accept header."
    )


def _content(names: Iterable[str]) -> dict[str, Any]:
    """Return the media types of some formats, the results of SPARQL in JSON with their schema."""
    content: dict[str, Any] = {}
    for name in names:
        schema = {"schema": {"$ref": "#/components/schemas/Results"}} if name == "json" else {}
        content[FORMATS[name].media_type.partition(";")[0]] = schema
    return content


def _failures(known: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return failures as responses: a problem document, or a text for whoever takes no JSON."""
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/problem+json": problem, "text/plain": {"schema": {"type": "string"}}}
    responses: dict[str, Any] = {name: {"description": text, "content": content} for name, text in known.values()}
    responses["Unavailable"]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return responses


# ------------------------------------------------------------------------------- triples


def _facts(subject: ox.NamedNode | ox.BlankNode, *said: tuple[str, Object]) -> list[ox.Triple]:
    """Return what is said of a subject as triples; properties, and values that are texts, are compact names."""
    return [ox.Triple(subject, _name(p), _name(o) if isinstance(o, str) else o) for p, o in said]


@cache
def _name(compact: str) -> ox.NamedNode:
    prefix, _, local = compact.partition(":")
    return ox.NamedNode(VOCABULARIES[prefix] + local)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
