"""The alignments claim what is true in other vocabularies, no more; and with them our graph answers in those terms.

What follows with the published file of a target is tried where these files lie beside the checkout, and is reported
as not tried where they do not. Questions are in `alignments/`: a query in the terms of one vocabulary, named after it,
and beside it the rows that are expected, worked out by hand from the table.
"""

from __future__ import annotations

import csv
import doctest
import functools
import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

import sengraph
from sengraph import load
from sengraph.cli import main
from sengraph.errors import InconsistentError, UsageError
from sengraph.publish import publish
from sengraph.reasoning import infer
from sengraph.serve.dataset import Dataset
from sengraph.terms import ALIGNED, GIAS, KNOWN, OWL, PREFIXES, RDF, RDFS, SEN, SKOS, compact, expand
from tests import test_hermit as hermit

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology" / "alignments"
SHARED = ROOT.parent / "shared" / "data" / "ontologies"
QUESTIONS = sorted((ROOT / "tests" / "alignments").glob("*.rq"))
SCHOOLS = ROOT / "tests" / "alignments" / "schools.ttl"
OURS = [ROOT / "ontology" / name for name in ("sen.ttl", "code-2001.ttl", "gias.ttl")]
OWN = "https://w3id.org/sengraph/"

PUBLISHED = {
    "cpov": ["cpov_2.1.2_ap.ttl"],
    "dcterms": ["dcterms.ttl"],
    "dfe-curriculum": ["dfe-curriculum-ontology.ttl"],
    "dpv": ["dpv.ttl"],
    "eli": ["prefixcc_eli.ttl"],
    "legacy-school": ["legacy_edubase_TypeOfEstablishment_terms.txt"],
    "lkif": ["lkif_norm.owl"],
    "lrmi": ["lrmi-terms.ttl", "lrmi_educationalAudienceRole.ttl"],
    "odrl": ["ODRL22.ttl"],
    "org": ["org.ttl"],
    "prov": ["prov.ttl"],
    "schema": ["schemaorg-current-https-30.0.ttl"],
    "skos": ["skos.ttl"],
    "vivo": ["vivo.owl"],
}
"""By alignment, the published files of its target."""

TARGETS = sorted(PUBLISHED)
ENTAILING = {"cpov", "dcterms", "dpv", "eli", "org", "prov", "schema", "skos"}
"""Those from which something follows; the others hold matches only."""

LIKE = {"legacy-school": "school", "dfe-curriculum": "curric"}
"""The prefix of a target's namespace where it is not the name of the alignment; LRMI has two."""

AXIOMS = {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf"}
MATCHES = {f"{SKOS}{name}" for name in ("closeMatch", "broadMatch", "relatedMatch")}

FORCES = ("Obligation", "Recommendation", "Permission", "AssignedResponsibility", "Expectation")

each_target = pytest.mark.parametrize("name", TARGETS)


def node(namespace, name=""):
    """An IRI."""
    return ox.NamedNode(f"{namespace}{name}")


@functools.cache
def triples(name):
    """What one alignment says, without what it imports."""
    return load.read([FOLDER / f"{name}.ttl"], imports=False)


def mappings(name):
    """The mappings of one alignment: a term of ours, a predicate, a term of the target."""
    return [triple for triple in triples(name) if triple.predicate.value in AXIOMS | MATCHES]


def namespaces(name):
    """The namespaces in which the terms of a target are."""
    return (ALIGNED["lrmi"], ALIGNED["audRole"]) if name == "lrmi" else (KNOWN[LIKE.get(name, name)],)


@functools.cache
def published(name):
    """The triples of the published files of a target; the test is skipped where they are not there."""
    if not SHARED.is_dir():
        pytest.skip(f"what is published of {name} was NOT compared: its files are not beside the checkout")
    found = []
    for file in (SHARED / each for each in PUBLISHED[name]):
        if file.suffix == ".txt":  # a list of the terms that are in use, whose file is lost
            terms = (expand(line.strip()) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
            found += [ox.Triple(node(term), node(RDF, "type"), node(SKOS, "Concept")) for term in terms]
        else:
            base = namespaces(name)[0].rstrip("#")
            quads = ox.parse(file.read_bytes(), load.rdf_format(file), base_iri=base, lenient=True)
            found += [quad.triple for quad in quads]
    return found


def without_keys(given):
    """Triples without owl:hasKey: one of ORG is at issue below, and no other target has one."""
    return [triple for triple in given if triple.predicate.value != f"{OWL}hasKey"]


@functools.cache
def ours():
    """The vocabulary, the table and the register's lists."""
    return load.read(OURS, imports=False)


@functools.cache
def probes():
    """A fresh individual of each class that we define, and an establishment of each setting type."""
    classes = {t.subject for t in ours() if t.object == node(OWL, "Class") and t.subject.value.startswith(OWN)}
    return [
        ox.Triple(node("https://example.org/a-", re.split("[#/]", cls.value)[-1]), node(RDF, "type"), cls)
        for cls in sorted(classes, key=str)
    ]


@functools.cache
def closed(name=""):
    """What follows from ours and the probes, with an alignment and the published files of its target."""
    added = [*triples(name), *without_keys(published(name))] if name else []
    return infer([*ours(), *probes(), *added])


# --- the files


def test_one_file_for_each_target():
    """Each target has its file, and no file is without a target."""
    assert [*load.alignments()] == TARGETS


@each_target
def test_only_our_terms_are_mapped(name):
    """But for its header, a file says axioms and matches only, of a term of ours, to a term of its target; and what a
    term of ours is that it does not import."""
    declared = {triple.subject for triple in ours()}
    header = node(OWN, f"alignments/{name}")
    declared_here = ox.Triple(node(GIAS, "urn"), node(RDF, "type"), node(OWL, "DatatypeProperty"))
    rest = [triple for triple in triples(name) if triple.subject != header and triple != declared_here]
    assert rest == mappings(name) != []
    for subject, _, term in rest:
        assert subject in declared, subject
        assert subject.value.startswith((SEN, GIAS)), subject
        assert term.value.startswith(namespaces(name)), term


@each_target
def test_header(name):
    """A file says what it is, which version, who made it, under which licence, and imports nothing that is not ours."""
    header = node(OWN, f"alignments/{name}")
    said = {}
    for subject, predicate, value in triples(name):
        if subject == header:
            said.setdefault(re.split("[#/]", predicate.value)[-1], value)
    assert {"title", "description", "creator", "license", "versionInfo", "versionIRI", "label"} <= {*said}
    assert said["imports"] == node(OWN, "ontology")
    assert said["versionIRI"].value == f"{header.value}/{said['versionInfo'].value}"
    assert said["type"] == node(OWL, "Ontology")


@each_target
def test_each_mapping_has_its_reason(name):
    """Above each mapping stands a comment that says why it is claimed, the same as in the mapping set."""
    text = (FOLDER / f"{name}.ttl").read_text(encoding="utf-8")
    blocks = [block.split("\n") for block in text.rstrip().split("\n\n")]
    found = {}
    for *comment, statement in blocks:
        if re.fullmatch(r"(sen|gias):\S+ (rdfs|skos):\S+ \S+ \.", statement.strip()):
            found[statement.strip(" .")] = " ".join(line.removeprefix("# ") for line in comment)
    said = {f"{r['subject_id']} {r['predicate_id']} {r['object_id']}": r["comment"] for r in rows()}
    assert len(found) == len(mappings(name))
    assert found == {key: said[key] for key in found}


@each_target
def test_only_where_it_is_true_does_something_follow(name):
    """Of ODRL, LKIF, VIVO, LRMI, the curriculum and the legacy vocabulary only close matches are true."""
    axioms = [triple for triple in mappings(name) if triple.predicate.value in AXIOMS]
    assert bool(axioms) == (name in ENTAILING)


@each_target
def test_the_target_has_every_term(name):
    """Every foreign term is the subject of something that the target's published file says."""
    there = {triple.subject for triple in published(name)}
    assert {triple.object for triple in mappings(name)} <= there


@each_target
def test_no_foreign_term_is_redefined(name):
    """Nothing is said of a foreign term, not in the alignment and not by what follows from ours and the alignment."""
    given = [*ours(), *triples(name)]
    of_target = {triple.object for triple in mappings(name)}
    stated = {triple for triple in triples(name) if triple.subject in of_target}
    assert stated == set()
    inferred = {triple for triple in infer(given).inferred if triple.subject in of_target}
    before = {triple for triple in infer(ours()).inferred if triple.subject in of_target}
    symmetric = {triple for triple in inferred - before if triple.predicate.value in MATCHES}
    assert inferred - before - symmetric <= {*reflexive(of_target)}


def reflexive(terms):
    """That each term is below itself, which says nothing."""
    for term in terms:
        for relation in ("subClassOf", "subPropertyOf"):
            yield ox.Triple(term, node(RDFS, relation), term)


# --- what follows with the published files


@each_target
def test_nothing_becomes_impossible(name):
    """With the alignment and the published file, a member of each class of ours contradicts nothing."""
    assert closed(name).clashes == ()


@each_target
def test_nothing_of_ours_collapses(name):
    """Between things of ours nothing new follows: no class below another, no two things one, no relation, no type."""
    said = {*ours(), *probes()} | closed().inferred
    new = [
        triple
        for triple in closed(name).inferred - said
        if is_ours(triple.subject) and is_ours(triple.object) and tells(triple.predicate.value)
    ]
    assert new == []


def is_ours(term):
    """Tell whether a term is one of ours, or an individual that was added."""
    return isinstance(term, ox.NamedNode) and term.value.startswith((OWN, "https://example.org/"))


def tells(relation):
    """Tell whether a relation is ours or the logic's own; topObjectProperty holds of any two things."""
    return relation.startswith((OWN, RDF, RDFS, OWL)) and relation != f"{OWL}topObjectProperty"


@each_target
def test_no_modality_is_taken_for_another(name):
    """No two of the five classes by modality have a class of the target in common that says how strong a rule is."""
    strong = {
        "dpv": {"Obligation": "Obligation", "Recommendation": "Recommendation", "Permission": "Permission"},
    }.get(name, {})
    found = {force: set() for force in FORCES}
    for subject, predicate, cls in closed(name).inferred:
        if predicate.value == f"{RDF}type" and subject.value.startswith("https://example.org/a-"):
            force = subject.value.removeprefix("https://example.org/a-")
            if force in found and cls.value.startswith(namespaces(name)) and cls.value != f"{KNOWN['prov']}Entity":
                found[force].add(cls.value)
    assert found == {force: {f"{KNOWN['dpv']}{strong[force]}"} if force in strong else set() for force in FORCES}


def test_all_alignments_together():
    """All alignments with all published files contradict nothing, and no force is concluded to be another."""
    everything = [t for name in TARGETS for t in (*triples(name), *without_keys(published(name)))]
    inference = infer([*ours(), *probes(), *everything])
    assert inference.clashes == ()
    types = {force: set() for force in FORCES}
    for subject, predicate, cls in inference.inferred:
        force = subject.value.removeprefix("https://example.org/a-")
        if predicate.value == f"{RDF}type" and force in types and isinstance(cls, ox.NamedNode):
            types[force] |= {other for other in ("Obligation", "Recommendation", "Permission", "Prohibition", "Duty")
                             if re.split("[#/]", cls.value)[-1] == other}  # fmt: skip
    assert types == {force: {force} & {"Obligation", "Recommendation", "Permission"} for force in FORCES}


def test_only_org_has_a_key():
    """The key that is left out above is the one of ORG; with it, organisations of different numbers stay different."""
    keys = {name: [t for t in published(name) if t.predicate.value == f"{OWL}hasKey"] for name in TARGETS}
    assert {name for name, found in keys.items() if found} == {"org"}
    schools = load.read([SCHOOLS], imports=False)
    inference = infer([*ours(), *schools, *triples("org"), *published("org")])
    assert inference.clashes == ()
    assert not [t for t in inference.inferred if t.predicate.value == f"{OWL}sameAs" and t.subject != t.object]


# --- questions in the terms of the targets


@functools.cache
def aligned(name):
    """The packaged graph with four invented establishments and one alignment."""
    return sengraph.open(*load.packaged_files(), SCHOOLS, align=[name])


def answered(graph, text):
    """The rows of a query, compact, in order."""
    return sorted(
        [compact(v.value) if isinstance(v, ox.NamedNode) else v.value for v in row] for row in graph.select(text)
    )


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: file.stem)
def test_questions_in_foreign_terms(file):
    """A question that names nothing of ours gets the expected rows with the alignment, and none without it."""
    name, text = file.name.partition(".")[0], file.read_text(encoding="utf-8")
    used = {*re.findall(r"\b([A-Za-z]+):[A-Za-z]", text)}
    assert used <= ({"dct"} if name == "dcterms" else {name})
    assert "sengraph" not in text
    _, *expected = csv.reader(file.with_suffix(".csv").read_text(encoding="utf-8").splitlines())
    assert answered(aligned(name), text) == expected != []
    assert answered(sengraph.open(*load.packaged_files(), SCHOOLS), text) == []


def test_enough_questions():
    """At least two questions are asked of each target from which much follows."""
    asked = [file.name.partition(".")[0] for file in QUESTIONS]
    assert {name for name in ENTAILING if asked.count(name) >= 2} == ENTAILING - {"cpov"}


@pytest.mark.parametrize("force", ["should", "may", "has-responsibility", "will"])
def test_only_must_is_an_obligation(force):
    """In the terms of DPV, nothing but what the source states with must is an obligation."""
    found = [row[0] for row in answered(aligned("dpv"), "SELECT ?rule { ?rule a dpv:Obligation }")]
    of_force = answered(aligned("dpv"), f"SELECT ?rule {{ ?rule sen:modality sen:modality-{force} }}")
    assert of_force
    assert not {row[0] for row in of_force} & {*found}


@pytest.mark.parametrize("force", ["has-responsibility", "will"])
def test_the_other_two_are_no_rules(force):
    """What is stated with has responsibility or will is of no class of DPV."""
    text = f"SELECT ?class {{ ?rule sen:modality sen:modality-{force} ; a ?class FILTER(STRSTARTS(STR(?class), STR(dpv:))) }}"
    assert answered(aligned("dpv"), text) == []


@pytest.mark.parametrize("name", sorted({*TARGETS} - ENTAILING))
def test_the_others_answer_through_the_mapping_set_alone(name):
    """A match entails nothing: no thing is in a class of the target; the mapping leads from its terms to ours."""
    graph = aligned(name)
    assert not graph.query(f"ASK {{ ?thing a ?c FILTER(STRSTARTS(STR(?c), '{namespaces(name)[0]}')) }}")
    for triple in mappings(name):
        assert triple.object in {
            row["there"] for row in graph.select(f"SELECT ?there {{ {triple.subject} ?m ?there }}")
        }


@pytest.mark.parametrize(
    ("name", "term", "expected"),
    [
        ("odrl", "odrl:Duty", 2), ("odrl", "odrl:Permission", 1), ("lkif", "lkif:Obligation", 2),
        ("lkif", "lkif:Permission", 1), ("vivo", "vivo:Committee", 1), ("lrmi", "audRole:parent", 1),
    ],
)  # fmt: skip
def test_from_a_foreign_term_through_the_mapping_to_rows(name, term, expected):
    """Who asks for what is close to a term gets it by following the mapping, and says so in the query."""
    text = f"SELECT DISTINCT ?thing {{ ?ours skos:closeMatch {term} . {{ ?thing a ?ours }} UNION {{ ?ours a skos:Concept . BIND(?ours AS ?thing) }} }}"
    found = answered(aligned(name), text)
    assert len(found) == expected


# --- the mapping set


@functools.cache
def mapping_set():
    """The metadata and the text of the mappings."""
    lines = (FOLDER / "sengraph.sssom.tsv").read_text(encoding="utf-8").split("\n")
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    return yaml.safe_load("\n".join(head)), lines[len(head) :]


@functools.cache
def rows():
    """The mappings of the set."""
    return [*csv.DictReader(mapping_set()[1], delimiter="\t")]


def test_the_set_and_the_files_say_the_same():
    """Every mapping of a file is in the set, and every mapping of the set is in a file."""
    prefixes = mapping_set()[0]["curie_map"] | {"rdfs": RDFS, "skos": SKOS}

    def whole(curie):
        prefix, _, local = curie.partition(":")
        return prefixes[prefix] + local

    of_set = [tuple(whole(row[f"{part}_id"]) for part in ("subject", "predicate", "object")) for row in rows()]
    of_files = [tuple(term.value for term in triple) for name in TARGETS for triple in mappings(name)]
    assert sorted(of_set) == sorted(of_files)
    assert len({*of_set}) == len(of_set)


def test_the_set_is_of_the_format():
    """The SSSOM/TSV form: metadata first, no empty line, known columns, CURIEs with declared prefixes, sorted."""
    metadata, lines = mapping_set()
    assert {"mapping_set_id", "mapping_set_version", "license", "curie_map"} <= {*metadata}
    assert lines[-1] == ""
    assert "" not in lines[:-1]
    columns = [
        "subject_id",
        "subject_label",
        "predicate_id",
        "object_id",
        "object_label",
        "mapping_justification",
        "comment",
    ]
    assert lines[0].split("\t") == columns
    assert all(line.count("\t") == len(columns) - 1 for line in lines[:-1])
    built_in = {"owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd", "linkml"}  # SSSOM, "built-in prefixes"
    curies = [
        row[column]
        for row in rows()
        for column in columns
        if column not in ("subject_label", "object_label", "comment")
    ]
    used = {curie.partition(":")[0] for curie in curies}
    assert all(re.fullmatch(r"[A-Za-z]+:[A-Za-z0-9_-]+", curie) for curie in curies)
    assert used - built_in == {*metadata["curie_map"]}
    assert [*metadata["curie_map"]] == sorted(metadata["curie_map"])
    assert {row["mapping_justification"] for row in rows()} == {"semapv:ManualMappingCuration"}
    assert all(row[column] for row in rows() for column in columns)
    assert [tuple(row.values()) for row in rows()] == sorted(tuple(row.values()) for row in rows())


def test_prefixes_are_those_of_the_set():
    """What the set calls a vocabulary is what a query may call it."""
    assert mapping_set()[0]["curie_map"].items() <= KNOWN.items()
    assert {*ALIGNED} - {*mapping_set()[0]["curie_map"]} == {"dct"}


def test_labels_of_the_set():
    """The labels of our terms in the set are those of the vocabulary."""
    labels = {t.subject.value: t.object.value for t in ours() if t.predicate.value == f"{RDFS}label"}
    assert {
        row["subject_label"] for row in rows() if row["subject_label"] != labels[expand(row["subject_id"])]
    } == set()


# --- bad input


PREFIXED = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in KNOWN.items())

HOSTILE = {
    "a recommendation is an obligation": (
        "sen:Recommendation rdfs:subClassOf dpv:Obligation . dpv:Obligation owl:disjointWith dpv:Recommendation .",
        "sen:Recommendation rdfs:subClassOf dpv:Obligation",
    ),
    "two modalities are one": (
        "sen:Recommendation owl:equivalentClass sen:Obligation .",
        "sen:Recommendation owl:equivalentClass sen:Obligation",
    ),
    "a role is an organisation": (
        "sen:Role rdfs:subClassOf org:Organization . org:Organization owl:disjointWith org:Role .",
        "sen:Role rdfs:subClassOf org:Organization",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_an_alignment_that_contradicts_the_graph(case, tmp_path):
    """It is refused by name, with the proof, in which what it says wrongly stands."""
    text, culprit = HOSTILE[case]
    bad = tmp_path / "hostile.ttl"
    bad.write_text(PREFIXED + text)
    with pytest.raises(InconsistentError) as raised:
        sengraph.open(align=["org", "dpv", bad])
    message = str(raised.value)
    assert message.startswith(f"{bad} contradicts the rest of the graph:")
    assert culprit in message
    assert "hostile.ttl" in message.split("\n\n", 1)[1]


def test_a_graph_that_contradicts_itself_is_not_blamed_on_an_alignment(tmp_path):
    """Where the alignment has no part in it, it is not named."""
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        PREFIXED
        + "<https://w3id.org/sengraph/x> a sen:Role , sen:Body . <> owl:imports <https://w3id.org/sengraph/ontology> ."
    )
    with pytest.raises(InconsistentError, match="^the graph contradicts itself"):
        sengraph.open(bad, align=["org"])


def test_refused_on_the_command_line(tmp_path, capsys):
    """The exit code is 1, and the tree of the proof can be read."""
    bad = tmp_path / "hostile.ttl"
    bad.write_text(PREFIXED + HOSTILE["two modalities are one"][0])
    assert main(["query", "ASK {}", "--align", str(bad)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{bad} contradicts the rest of the graph" in said.err
    assert "\n├─ " in said.err
    assert "\n│  " in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--align", "dvp"], "Did you mean 'dpv'?"),
        (["--align", "nothing.ttl"], "nothing.ttl: there is no such file"),
        (["--align", "org", "--store", "here"], "ontology/alignments/org.ttl --store here"),
        (["--align", "org", "--endpoint", "http://127.0.0.1:1/"], "leave out --align"),
    ],
)
def test_wrong_calls(words, message, capsys):
    """A wrong name gets the nearest; a store and an endpoint are asked as they are, and it is said how to change that."""
    assert main(["query", "ASK {}", *words]) == 2
    assert message in capsys.readouterr().err


# --- how they are had


def test_on_the_command_line(capsys):
    """Several alignments are had at once; ask, explain and reason take them too."""
    both = "ASK { code:mainstream-3.1 a dpv:Obligation . sen:party-senco a org:Role }"
    assert main(["query", both, "--align", "dpv", "--align", "org"]) == 0
    assert main(["query", both, "--align", "all"]) == 0
    assert main(["query", both, "--align", "dpv"]) == 1
    assert main(["explain", "code:mainstream-3.1", "a", "dpv:Obligation", "--align", "dpv"]) == 0
    assert "] dpv.ttl" in capsys.readouterr().out
    assert main(["ask", "statutory-duties", "--align", "dpv"]) == 0
    assert main(["reason", "--align", "dpv", "--only-inferred", "--format", "nt"]) == 0
    assert f"<{KNOWN['code']}mainstream-3.1> <{RDF}type> <{KNOWN['dpv']}Obligation> ." in capsys.readouterr().out


def test_in_python():
    """One name, several, files of one's own; stored questions answer as before."""
    assert sengraph.open(align="dpv").query("ASK { code:mainstream-3.1 a dpv:Obligation }")
    assert sengraph.open(align=[FOLDER / "dpv.ttl"]).query("ASK { code:mainstream-3.1 a dpv:Obligation }")
    with_all, plain = sengraph.open(align=["all"]), sengraph.open()
    assert [*with_all.ask("equivalents")] == [*plain.ask("equivalents")]
    assert not plain.query("ASK { ?rule a dpv:Obligation }")
    with pytest.raises(UsageError, match="there is no alignment"):
        sengraph.open(align=["odlr"])


def test_in_a_store(tmp_path, capsys):
    """An alignment that is loaded into a store with a register classifies its schools."""
    data = ROOT / "tests" / "data" / "register.csv"
    store = str(tmp_path / "store")
    assert main(["load", str(data), str(FOLDER / "org.ttl"), "--store", store]) == 0
    text = "ASK { establishment:900001 a org:Organization ; org:classification gias:type-1 ; org:identifier '900001' }"
    assert main(["query", text, "--store", store]) == 0


def test_in_a_server():
    """What a worker has open is another version of the data, and is asked in foreign terms."""
    with_dpv = Dataset.open(align=["dpv"])
    assert with_dpv.graph.query("ASK { code:mainstream-3.1 a dpv:Obligation }")
    assert with_dpv.version != Dataset.open().version


def test_in_a_site(tmp_path):
    """Pages and files of RDF have what follows from an alignment, which has a document too; processes have it as well."""
    published = publish(tmp_path / "site", "https://data.example.org/sen/", align=["dpv"], workers=2)
    files = {file.name for file in published.files}
    assert {f"doc/alignments/{name}.html" for name in TARGETS} <= files
    document = ox.parse(path=tmp_path / "site/doc/code-2001/mainstream-3.1.ttl")
    assert f"{KNOWN['dpv']}Obligation" in {
        quad.object.value for quad in document if quad.predicate.value == f"{RDF}type"
    }
    page = (tmp_path / "site/doc/code-2001/mainstream-3.1.html").read_text()
    why = re.search(r'dpv:Obligation</bdi></a> <a class="why" href="../../([^"]*)"', page)
    assert why is not None
    assert "dpv.ttl" in (tmp_path / "site" / why[1]).read_text()


@pytest.mark.parametrize("words", ["publish site --base https://data.example.org/", "serve --port 0"])
def test_no_site_and_no_server_has_one_in_a_store(words, tmp_path, monkeypatch, capsys):
    """A store is published and served as it is; whoever wants an alignment there is told how."""
    monkeypatch.chdir(tmp_path)
    assert main([*words.split(), "--store", "there", "--align", "dpv"]) == 2
    assert "load it (sengraph load" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_what_is_written_declares_the_usual_prefixes():
    """Foreign prefixes are understood, and stay out of documents, where they would be lines that nothing uses."""
    assert not {*PREFIXES} & {*ALIGNED}
    assert expand("dpv:Obligation") == "https://w3id.org/dpv#Obligation"
    assert compact("http://purl.org/dc/terms/title") == "dcterms:title"


# --- another reasoner


@pytest.mark.skipif(hermit.JAVA is None, reason="HermiT was NOT asked: there is no java on the PATH")
@pytest.mark.parametrize("name", sorted(ENTAILING))
def test_hermit_agrees(name, tmp_path):
    """HermiT finds a model of the vocabulary, the table and the alignment, and no class of ours without members."""
    lines = [f"{s} {p} {o} .\n" for s, p, o in mappings(name) if p.value in AXIOMS and s.value.startswith(SEN)]
    answer = hermit.hermit(tmp_path, hermit.ontology() + "".join(lines), "--unsatisfiable")
    assert answer.stdout.split() == ["Classes", "equivalent", "to", "'owl:Nothing':", "owl:Nothing"], answer.stderr


# --- what is written about them

DOCUMENT = (ROOT / "docs" / "alignments.md").read_text(encoding="utf-8")


def test_the_commands_of_the_document(tmp_path, monkeypatch):
    """Each command that the document shows does what it is shown for, one after the other."""
    (tmp_path / "ontology").symlink_to(ROOT / "ontology")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^    sengraph (.*)$", DOCUMENT)
    assert len(commands) == 8
    for command in commands:
        assert main(shlex.split(command)) == 0, command


def test_the_python_of_the_document():
    """The example runs."""
    results = doctest.testfile(str(ROOT / "docs" / "alignments.md"), module_relative=False)
    assert results.attempted == 3
    assert results.failed == 0


def test_the_document_has_every_prefix_and_every_target():
    """What a query need not declare, and what can be asked for, is all named."""
    listed = re.search(r"prefixes \(`([^`]*)`\)", DOCUMENT)
    assert listed is not None
    assert listed[1].split() == sorted(ALIGNED, key=str.lower)
    assert {*TARGETS} <= {*re.findall(r"`([a-z-]+)`", DOCUMENT)}
