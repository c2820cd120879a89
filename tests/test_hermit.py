"""HermiT, a reasoner for all of OWL 2 DL, concludes from the ontology what it is meant to say, and nothing more.

HermiT shares neither code nor method with a rule engine: it looks for a model, under the direct semantics. It is a
Java program, and comes with owlready2; it is called as a program here, since owlready2 itself takes a class and an
individual of one name for one thing.
"""

import functools
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, BNode, Graph, Namespace, URIRef

owlready2 = pytest.importorskip("owlready2", reason="HermiT was NOT asked: owlready2, which brings it, is missing")
JAVA = shutil.which("java")
pytestmark = pytest.mark.skipif(JAVA is None, reason="HermiT was NOT asked: there is no java on the PATH")

ONTOLOGY = Path(__file__).parents[1] / "ontology"
SEN = Namespace("https://w3id.org/sengraph/ontology#")
CODE = Namespace("https://w3id.org/sengraph/code-2001/")
EX = Namespace("https://example.org/")

SETTINGS = {"setting-maintained-mainstream": 14, "setting-maintained-special": 9, "setting-early-education": 8}
"""How many responsibilities address each setting type."""

EQUIVALENT = {
    "special-1.3 mainstream-1.3", "special-1.4 mainstream-1.4", "special-3.1 mainstream-3.1",
    "early-1.1 mainstream-1.2", "early-4.1 mainstream-4.1", "early-4.2 mainstream-4.2", "early-4.3 mainstream-4.3",
    "early-5.1 mainstream-5.1", "early-5.2 mainstream-5.2", "early-6.1 mainstream-6.2", "early-6.2 mainstream-6.3",
}  # fmt: skip
VARIANTS = {
    "special-1.1 mainstream-1.1", "special-1.2 mainstream-1.2", "special-4.1 mainstream-4.1",
    "special-4.2 mainstream-4.2", "special-5.1 mainstream-5.1", "special-5.2 mainstream-5.2",
    "early-1.1 special-1.2", "early-4.1 special-4.1", "early-4.2 special-4.2", "early-5.1 special-5.1",
    "early-5.2 special-5.2",
}  # fmt: skip
COUNTERPARTS = {
    "governing-body management-group", "headteacher head-of-setting", "practitioners teaching-staff",
    "practitioners non-teaching-staff", "senco sen-team",
}  # fmt: skip
COOPERATION = {
    "governing-body headteacher", "headteacher senco", "headteacher sen-team", "senco senior-management",
    "senco fellow-teachers", "sen-team senior-management", "sen-team fellow-teachers",
    "management-group practitioners", "head-of-setting senco", "senco colleagues",
}  # fmt: skip
INFORMS = {
    "party-governing-body party-parents", "party-headteacher party-governing-body",
    "party-head-of-setting party-management-group",
}  # fmt: skip
STAGES = {"school-action early-years-action", "school-action-plus early-years-action-plus"}


@functools.cache
def written():
    """The vocabulary and the table as one ontology that imports nothing, in N-Triples."""
    graph = Graph().parse(ONTOLOGY / "sen.ttl").parse(ONTOLOGY / "code-2001.ttl")
    graph.remove((URIRef(CODE.rstrip("/")), None, None))
    return graph.serialize(format="nt")


def ontology(*additions):
    """Return the vocabulary and the table, with some triples added."""
    return written() + "".join(f"{' '.join(term.n3() for term in triple)} .\n" for triple in additions)


def hermit(folder, triples, *options):
    """Run HermiT on an ontology and return how it ended; its options are told by ``--help``."""
    home = Path(owlready2.__file__).parent / "hermit"
    # owlready2's own command line comes first: it knows options that the one in the archive does not.
    program = [
        JAVA,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        os.pathsep.join([str(home), str(home / "HermiT.jar")]),
    ]
    file = folder / "ontology.ttl"
    file.write_text(triples, encoding="utf-8")
    command = [*program, "org.semanticweb.HermiT.cli.CommandLine", *options, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def is_consistent(folder, triples):
    """Tell whether the ontology has a model; anything but HermiT's yes or no is an error of the test."""
    done = hermit(folder, triples, "--consistency")
    refused = "InconsistentOntologyException" in done.stderr
    assert refused or "owl#Thing is satisfiable" in done.stdout, done.stdout + done.stderr
    return not refused


@pytest.fixture(scope="module")
def realised(tmp_path_factory):
    """All that HermiT says of classes, individuals and relations, with an establishment of each setting type."""
    establishments = [(EX[setting], SEN.settingType, SEN[setting]) for setting in SETTINGS]
    academy = (EX.academy, SEN.settingTypeByAnalogy, SEN["setting-maintained-mainstream"])
    individuals = [(EX[name], RDF.type, OWL.NamedIndividual) for name in (*SETTINGS, "academy")]
    triples = ontology(*establishments, academy, *individuals)
    return hermit(tmp_path_factory.mktemp("hermit"), triples, "-c", "-I", "-Y").stdout


def related(answer, relation):
    """The pairs of a relation, in both directions and with the diagonal, as HermiT knows them."""
    (line,) = re.findall(rf"(?m)^<{re.escape(SEN[relation])}> \(known instances: (.*)$", answer)
    known, possible = line.split(" | possible instances: ")
    assert possible.strip() == ")", "HermiT left something undecided"
    return set(re.findall(r"\(<([^>]+)>, <([^>]+)>\)", known))


def undirected(pairs):
    """Pairs off the diagonal, without their direction."""
    return {frozenset(pair) for pair in pairs if len(set(pair)) == 2}


def named(pairs, prefix):
    """Pairs of full names, from pairs of short ones."""
    return {frozenset(f"{prefix}{name}" for name in pair.split()) for pair in pairs}


def instances(answer, kind):
    """The individuals of a class and of the classes below it."""
    classes, before = {f"{SEN[kind]}"}, set()
    below = re.findall(r"(?m)^(?:SubClassOf|EquivalentClasses)\( <([^>]+)> <([^>]+)> \)", answer)
    while classes != before:
        before = set(classes)
        classes |= {sub for sub, sup in below if sup in classes}
    return {thing for thing, of in re.findall(r"(?m)^Type\( <([^>]+)> <([^>]+)> \)", answer) if of in classes}


def test_the_ontology_is_consistent(tmp_path):
    """The vocabulary and the table have a model."""
    assert is_consistent(tmp_path, ontology())


def test_every_class_can_have_members(tmp_path):
    """No class is equivalent to owl:Nothing."""
    answer = hermit(tmp_path, ontology(), "--unsatisfiable")
    assert answer.stdout.split() == ["Classes", "equivalent", "to", "'owl:Nothing':", "owl:Nothing"]


@pytest.mark.parametrize(
    ("relation", "pairs", "prefix"),
    [
        ("counterpartOf", COUNTERPARTS, f"{SEN}party-"),
        ("stageCounterpartOf", STAGES, f"{SEN}stage-"),
        ("correspondsTo", EQUIVALENT | VARIANTS, str(CODE)),
        ("equivalentTo", EQUIVALENT, str(CODE)),
        ("cooperatesWith", COOPERATION, f"{SEN}party-"),
    ],
)
def test_exactly_these_pairs_follow(realised, relation, pairs, prefix):
    """Off the diagonal a relation holds of the pairs that are meant, both ways, and of no others."""
    found = related(realised, relation)
    assert undirected(found) == named(pairs, prefix)
    assert found == {(other, one) for one, other in found}


def test_who_informs_whom(realised):
    """Informing has a direction: from the bearer to the recipient."""
    assert related(realised, "informs") == {tuple(f"{SEN}{name}" for name in pair.split()) for pair in INFORMS}


def test_responsibilities_fall_into_the_five_classes(realised):
    """Each responsibility is in the class of its modality: 2 obligations, 20 recommendations, and so on."""
    kinds = ("Obligation", "Recommendation", "Permission", "AssignedResponsibility", "Expectation")
    members = {kind: instances(realised, kind) for kind in kinds}
    assert Counter(map(len, members.values())) == Counter([2, 20, 1, 7, 1])
    assert members["Expectation"] == {f"{CODE}special-4.2"}
    assert members["Obligation"] == {f"{CODE}mainstream-3.1", f"{CODE}special-3.1"}


def test_an_establishment_is_subject_to_what_addresses_its_setting_type(realised):
    """Each establishment gets the responsibilities of its column; an academy gets them by analogy only."""
    subject, analogy = related(realised, "subjectTo"), related(realised, "subjectToByAnalogy")
    assert Counter(one for one, _ in subject) == {str(EX[setting]): count for setting, count in SETTINGS.items()}
    assert Counter(one for one, _ in analogy) == {str(EX.academy): 14}


@pytest.mark.parametrize(
    "triple",
    [
        (CODE["mainstream-3.1"], SEN.modality, SEN["modality-should"]),
        (CODE["special-4.2"], SEN.modality, SEN["modality-must"]),
        (SEN["party-senco"], RDF.type, SEN.Body),
        (SEN["party-senco"], OWL.sameAs, SEN["party-sen-team"]),
        (CODE["mainstream-3.1"], OWL.sameAs, CODE["special-3.1"]),
        (CODE["mainstream-3.1"], SEN.bearer, SEN["setting-early-education"]),
    ],
    ids=lambda triple: " ".join(re.split("[#/]", term)[-1] for term in triple),
)
def test_contradictions_are_found(tmp_path, triple):
    """Two modalities, two sorts of party, two things made one, or a thing in the wrong place contradict the rest."""
    assert not is_consistent(tmp_path, ontology(triple))


def denial(one, relation, other):
    """The triples that say that a relation does not hold."""
    axiom = BNode()
    yield axiom, RDF.type, OWL.NegativePropertyAssertion
    yield axiom, OWL.sourceIndividual, one
    yield axiom, OWL.assertionProperty, relation
    yield axiom, OWL.targetIndividual, other


def test_what_follows_cannot_be_denied(tmp_path):
    """A denial of one equivalence is a contradiction, asked without HermiT's listing of relations."""
    assert not is_consistent(tmp_path, ontology(*denial(CODE["mainstream-1.2"], SEN.equivalentTo, CODE["early-1.1"])))


def test_what_does_not_follow_can_be_denied(tmp_path):
    """That variants are not equivalent, and that groups of staff are not counterparts, can all be said at once."""
    variants = [tuple(CODE[name] for name in pair.split()) for pair in VARIANTS]
    denials = [triple for one, other in variants for triple in denial(one, SEN.equivalentTo, other)]
    denials += denial(SEN["party-teaching-staff"], SEN.counterpartOf, SEN["party-non-teaching-staff"])
    denials += denial(SEN["party-fellow-teachers"], SEN.counterpartOf, SEN["party-colleagues"])
    assert is_consistent(tmp_path, ontology(*denials))


def test_an_establishment_may_have_two_setting_types(tmp_path):
    """A maintained school that is funded to educate under-fives is an early education setting too."""
    school = [
        (EX.school, SEN.settingType, SEN[setting])
        for setting in ("setting-maintained-mainstream", "setting-early-education")
    ]
    assert is_consistent(tmp_path, ontology(*school))


def test_a_clause_of_another_code_classifies_itself(tmp_path):
    """A clause that gives a counterpart the same to do corresponds, and without the same force is not equivalent."""
    clause = [
        (EX.clause, RDF.type, OWL.NamedIndividual),
        (EX.clause, SEN.bearer, SEN["party-management-group"]),
        (EX.clause, SEN.activity, SEN["activity-report-on-policy"]),
        (EX.clause, SEN.modality, SEN["modality-should"]),
        (EX.clause, SEN.scope, SEN["scope-sen-specific"]),
        (EX.clause, SEN.coverage, SEN["coverage-policy"]),
    ]
    report = CODE["mainstream-3.1"]
    assert not is_consistent(tmp_path, ontology(*clause, *denial(EX.clause, SEN.correspondsTo, report)))
    assert is_consistent(tmp_path, ontology(*clause, *denial(EX.clause, SEN.equivalentTo, report)))
