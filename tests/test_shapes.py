"""The shapes of `ontology/shapes.ttl`, held to examples that state their verdict in their name."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Triple
from rdflib import SH

import sengraph
from sengraph import load
from sengraph.interop import triples_from_rdflib
from sengraph.shapes import NAMESPACE, Violation, validate
from sengraph.terms import SEN

SHAPES = load.ontology_dir() / "shapes.ttl"
EXAMPLES = load.ontology_dir() / "examples"
VALID = sorted(EXAMPLES.glob("valid.*.ttl"))
INVALID = sorted(EXAMPLES.glob("invalid.*.ttl"))

CONSTRAINTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.disjoint: "Disjoint",
    SH.lessThan: "LessThan",
    SH.maxCount: "MaxCount",
    SH.minCount: "MinCount",
    SH.minInclusive: "MinInclusive",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.qualifiedMinCount: "QualifiedMinCount",
    SH.sparql: "SPARQL",
    SH.uniqueLang: "UniqueLang",
    SH.xone: "Xone",
}
"""The constraints that the shapes use, by the parameter that makes them."""


@pytest.fixture(scope="module")
def vocabulary() -> list[Triple]:
    return load.read([load.ontology_dir() / "sen.ttl"], imports=False)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES)


def report(file: Path, vocabulary: list[Triple]) -> list[Violation]:
    return validate([*load.read([file], imports=False), *vocabulary])


def expected(file: Path) -> list[dict[str, str]]:
    return json.loads(file.with_suffix(".report.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_valid_example(file: Path, vocabulary: list[Triple]) -> None:
    """An example that is called valid breaks no shape."""
    assert report(file, vocabulary) == []


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_example(file: Path, vocabulary: list[Triple]) -> None:
    """An example that is called invalid gives exactly the report beside it."""
    assert [asdict(violation) for violation in report(file, vocabulary)] == expected(file)


def test_every_report_has_its_example() -> None:
    """No report is left over from an example that went."""
    reports = {file.name.removesuffix(".report.json") for file in EXAMPLES.glob("*.report.json")}
    assert reports == {file.stem for file in INVALID}


def test_every_constraint_is_broken_by_an_example(shapes: rdflib.Graph) -> None:
    """Each constraint of each shape fails in at least one example, so none is there that cannot fail."""
    declared = {
        (str(shape).removeprefix(NAMESPACE), CONSTRAINTS[parameter])
        for shape, parameter in shapes.subject_predicates()
        if isinstance(shape, rdflib.URIRef) and parameter in CONSTRAINTS
    }
    broken = {(fault["shape"], fault["constraint"]) for file in INVALID for fault in expected(file)}
    assert broken == declared


def test_every_shape_says_what_to_do(shapes: rdflib.Graph) -> None:
    """Each shape with a constraint has a severity and exactly one message, its own or its query's."""
    constrained = {s for s, p in shapes.subject_predicates() if isinstance(s, rdflib.URIRef) and p in CONSTRAINTS}
    for shape in sorted(constrained):
        messages = [*shapes.objects(shape, SH.message), *shapes.objects(shape, SH.sparql / SH.message)]
        assert (shape, len(messages), len(list(shapes.objects(shape, SH.severity)))) == (shape, 1, 1)


def test_every_property_shape_is_used(shapes: rdflib.Graph) -> None:
    """Each property shape belongs to a node shape."""
    property_shapes = set(shapes.subjects(rdflib.RDF.type, SH.PropertyShape))
    assert property_shapes == set(shapes.objects(None, SH.property))


def test_every_term_of_the_shapes_is_declared(vocabulary: list[Triple]) -> None:
    """The shapes, their queries and messages name no term that the vocabulary does not have."""
    names = set(re.findall(r"\bsen:([\w-]+)", SHAPES.read_text(encoding="utf-8")))
    assert names <= {str(triple.subject.value).removeprefix(SEN) for triple in vocabulary}


def test_packaged_graph_with_its_inferences() -> None:
    """The packaged graph breaks no shape when what follows from it is there too."""
    everything = sengraph.open().to_rdflib()
    assert validate(triples_from_rdflib(everything)) == []


def test_shapes_see_asserted_triples_only(vocabulary: list[Triple]) -> None:
    """A bearer that is not declared as a party is found, though its property's range would make it one."""
    example = load.read([EXAMPLES / "invalid.unknownBearer.ttl"], imports=False)
    found = {violation.shape for violation in validate([*example, *vocabulary])}
    assert "bearer-known" in found
