"""The register's types lead each establishment to its setting types, and the file is as well kept as the vocabulary.

The expected sets were worked out by hand from the table's headings and the law on categories of school. An
establishment here is named by the code of its type and what is said of its nursery classes: `1+` has some, `1-` has
none, and of `1` nothing is said.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from sengraph import load
from sengraph.check import check
from sengraph.reasoning import infer

ONTOLOGY = Path(__file__).parents[1] / "ontology"
SHARED = Path(__file__).parents[2] / "shared" / "data" / "gias"
SEN, GIAS, CODE = (f"https://w3id.org/sengraph/{name}" for name in ("ontology#", "gias/", "code-2001/"))
PLACE = "https://w3id.org/sengraph/establishment/"

BASE = [ONTOLOGY / name for name in ("sen.ttl", "code-2001.ttl", "gias.ttl")]
ANALOGIES = ("academies", "city-technology-colleges", "nursery-classes", "pupil-referral-units")
FILES = {"gias": ONTOLOGY / "gias.ttl", **{name: ONTOLOGY / "by-analogy" / f"{name}.ttl" for name in ANALOGIES}}

TYPES = [
    1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 14, 15, 18, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 49, 56, 57,
]  # fmt: skip
NURSERIES = {"": None, "+": "has-classes", "-": "no-classes"}
ALL = [f"{code}{nursery}" for code in TYPES for nursery in NURSERIES]

IN_TERMS = {"maintained-mainstream": {1, 2, 3, 5}, "maintained-special": {7, 12}, "early-education": {15}}
"""By setting type, the types that the Code's own terms include."""

BY_ANALOGY = {
    "academies": {"maintained-mainstream": {28, 34, 35, 40, 41}, "maintained-special": {33, 36, 44}},
    "city-technology-colleges": {"maintained-mainstream": {6}},
    "nursery-classes": {"early-education": {1, 2, 3, 5, 7, 8, 10, 11, 12}},
    "pupil-referral-units": {"maintained-mainstream": {14}},
}
"""By file and setting type, the types that count by analogy; of nursery classes, those that count if they have some."""

CLASSES = {
    "maintained-mainstream": "MaintainedMainstreamSchool",
    "maintained-special": "MaintainedSpecialSchool",
    "early-education": "EarlyEducationSetting",
}
COLUMNS = {"maintained-mainstream": "mainstream", "maintained-special": "special", "early-education": "early"}

CHOICES = [(), *((name,) for name in ANALOGIES), ANALOGIES]
"""The files of analogies that are added: none, each, all."""


def node(namespace, name):
    """An IRI."""
    return ox.NamedNode(f"{namespace}{name}")


def establishment(name):
    """The triples of one establishment, as the register's loader makes them."""
    this = node(PLACE, name.replace("+", "001").replace("-", "002"))
    yield ox.Triple(this, node(RDF, "type"), node(SEN, "Establishment"))
    yield ox.Triple(this, node(SEN, "establishmentType"), node(GIAS, f"type-{name.rstrip('+-')}"))
    yield ox.Triple(this, node(GIAS, "status"), node(GIAS, "status-1"))
    yield ox.Triple(this, node(GIAS, "phase"), node(GIAS, "phase-2"))
    yield ox.Triple(this, node(GIAS, "authority"), node(GIAS, "authority-202"))
    yield ox.Triple(this, node(GIAS, "succeededBy"), node(PLACE, "999999"))
    yield ox.Triple(this, node(GIAS, "urn"), ox.Literal(this.value.rpartition("/")[2]))
    if nursery := NURSERIES[name.lstrip("0123456789")]:
        yield ox.Triple(this, node(GIAS, "nursery"), node(GIAS, f"nursery-{nursery}"))


NAMES = {next(establishment(name)).subject.value: name for name in ALL}


@functools.cache
def ontology(analogies):
    """The vocabulary, the table, the register's lists and some files of analogies."""
    return load.read([*BASE, *(FILES[name] for name in analogies)], imports=False)


@functools.cache
def closed(analogies, engine="native"):
    """What follows from the ontology alone."""
    return infer(ontology(analogies), engine=engine)


@functools.cache
def closed_with(analogies, names=tuple(ALL), engine="native"):
    """What follows when establishments are added, one of each type and nursery provision if no others are named."""
    added = [triple for name in names for triple in establishment(name)]
    return infer([*ontology(analogies), *added], engine=engine)


def related(inference, name):
    """For each establishment, the local names of what it has a relation to."""
    found = {establishment: set() for establishment in ALL}
    for subject, predicate, value in inference.inferred:
        if predicate.value == f"{SEN}{name}":
            found[NAMES[subject.value]].add(re.split("[#/]", value.value)[-1].removeprefix("setting-"))
    return found


def in_terms(name):
    """The setting types of an establishment in the Code's own terms."""
    return {setting for setting, codes in IN_TERMS.items() if int(name.rstrip("+-")) in codes}


def by_analogy(name, analogies):
    """The setting types of an establishment by analogy, with some files."""
    return {
        setting
        for file in analogies
        for setting, codes in BY_ANALOGY[file].items()
        if int(name.rstrip("+-")) in codes and (file != "nursery-classes" or name.endswith("+"))
    }


with_each_choice = pytest.mark.parametrize("analogies", CHOICES, ids=["none", *ANALOGIES, "all"])


# --- what follows


@with_each_choice
def test_nothing_contradicts_anything(analogies):
    """The files are consistent, and so are they with establishments of every type."""
    assert (closed(analogies).clashes, closed_with(analogies).clashes) == ((), ())


@with_each_choice
def test_setting_types_are_those_of_the_type(analogies):
    """Seven types count in the Code's own terms, and no file of analogies changes that."""
    assert related(closed_with(analogies), "settingType") == {name: in_terms(name) for name in ALL}


@with_each_choice
def test_each_analogy_is_only_its_own(analogies):
    """Nothing counts by analogy without a file, and with it just what the file is about."""
    expected = {name: by_analogy(name, analogies) for name in ALL}
    assert related(closed_with(analogies), "settingTypeByAnalogy") == expected


def test_some_analogies_by_name():
    """An academy is looked at as a school, a school with nursery classes as early education, a nursery school is it."""
    found = related(closed_with(ANALOGIES), "settingTypeByAnalogy")
    names = ("1+", "1", "1-", "15+", "34+", "44", "42", "45", "57", "14", "6", "8+", "8")
    assert [found[name] for name in names] == [
        {"early-education"}, set(), set(), set(), {"maintained-mainstream"}, {"maintained-special"}, set(), set(),
        set(), {"maintained-mainstream"}, {"maintained-mainstream"}, {"early-education"}, set(),
    ]  # fmt: skip


def test_no_setting_type_is_both():
    """With all analogies on, no establishment has a setting type by analogy that it has in the Code's own terms."""
    terms, analogy = (related(closed_with(ANALOGIES), name) for name in ("settingType", "settingTypeByAnalogy"))
    assert {name: both for name in ALL if (both := terms[name] & analogy[name])} == {}


@with_each_choice
def test_responsibilities_are_those_of_the_setting_types(analogies):
    """An establishment is subject to the column of each of its setting types, by analogy to those by analogy."""
    rows = csv.DictReader((Path(__file__).parent / "data" / "responsibilities.csv").read_text("utf-8").splitlines())
    clauses = [row["id"] for row in rows]

    def columns(settings):
        return {clause for clause in clauses for s in settings if clause.startswith(f"{COLUMNS[s]}-")}

    inference = closed_with(analogies)
    terms, analogy = related(inference, "subjectTo"), related(inference, "subjectToByAnalogy")
    assert terms == {name: columns(in_terms(name)) for name in ALL}
    assert analogy == {name: columns(by_analogy(name, analogies)) for name in ALL}
    assert [len(terms[name]) for name in ("1", "7", "15", "34")] == [14, 9, 8, 0]


@with_each_choice
def test_named_classes_are_those_of_the_setting_types(analogies):
    """An establishment is a member of the class of each of its setting types, and of no other class with a name."""
    found = {name: set() for name in ALL}
    for subject, predicate, value in closed_with(analogies).inferred:
        if predicate.value == str(RDF.type) and subject.value in NAMES and isinstance(value, ox.NamedNode):
            found[NAMES[subject.value]].add(re.split("[#/]", value.value)[-1])
    expected = {name: {"Thing"} | {CLASSES[setting] for setting in in_terms(name)} for name in ALL}
    for name in ALL:
        if "early-education" in by_analogy(name, analogies):
            expected[name].add("SchoolWithNurseryClasses")
    assert found == expected


@with_each_choice
def test_what_follows_is_about_the_establishments(analogies):
    """Establishments make nothing new follow about a list, a responsibility or an establishment that succeeds them."""
    new = closed_with(analogies).inferred - closed(analogies).inferred
    assert {triple.subject.value for triple in new} == set(NAMES)


def test_one_establishment_says_nothing_of_another():
    """What follows from two establishments is what follows from each."""
    one, other = "1+", "15+"
    together = closed_with(ANALOGIES, (one, other)).inferred
    assert together == closed_with(ANALOGIES, (one,)).inferred | closed_with(ANALOGIES, (other,)).inferred


@with_each_choice
def test_classes_without_a_name_are_only_those_of_definitions(analogies):
    """An establishment is in an anonymous class where a definition has one: of a setting type, or of nursery classes.

    By the rules whatever is in a class that is defined by a value is in the anonymous class of that value as well.
    """
    properties = {
        triple.subject: triple.object.value
        for triple in ontology(analogies)
        if triple.predicate.value == str(OWL.onProperty)
    }
    used = {
        properties.get(value, "an intersection or union")
        for subject, predicate, value in closed_with(analogies).inferred
        if predicate.value == str(RDF.type) and subject.value in NAMES and isinstance(value, ox.BlankNode)
    }
    of_nursery_classes = {
        "an intersection or union", f"{GIAS}nursery", f"{SEN}establishmentType", f"{SEN}settingTypeByAnalogy"
    }  # fmt: skip
    assert used == {f"{SEN}settingType"} | (of_nursery_classes if "nursery-classes" in analogies else set())


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("type-1", "countsAs", f"{GIAS}group-4"),
        ("type-1", "countsByAnalogyAs", f"{PLACE}1"),
        ("authority-202", "phase", f"{GIAS}phase-2"),
        ("authority-202", "nursery", f"{GIAS}phase-2"),
    ],
)
def test_ends_in_the_wrong_place_contradict_the_rest(subject, predicate, value):
    """A list's concept is not a setting type, an establishment, or a concept of another list."""
    wrong = ox.Triple(node(GIAS, subject), node(GIAS, predicate), ox.NamedNode(value))
    place = [*establishment("1")]
    assert infer([*ontology(()), *place, wrong]).clashes


@pytest.mark.slow
def test_owlrl_concludes_the_same():
    """The reference reasoner concludes the same of a school with nursery classes, all analogies on."""
    native, reference = (
        {
            (triple.predicate, triple.object)
            for triple in closed_with(ANALOGIES, ("1+",), engine).inferred
            if triple.subject.value == f"{PLACE}1001" and not isinstance(triple.object, ox.BlankNode)
        }
        for engine in ("native", "owlrl")
    )
    assert native == reference


ASKED = ("1+", "7", "15+", "34+", "8+", "42")
FOLLOWS = {
    "1+ settingType maintained-mainstream",
    "1+ settingTypeByAnalogy early-education",
    "7 settingType maintained-special",
    "8+ settingTypeByAnalogy early-education",
    "15+ settingType early-education",
    "34+ settingTypeByAnalogy maintained-mainstream",
}
"""All setting types of six establishments, all analogies on."""


@pytest.fixture(scope="module")
def is_consistent(tmp_path_factory):
    """Ask HermiT whether the files and six establishments have a model if some conclusions are denied."""
    from tests import test_hermit  # skips where HermiT is not there

    if test_hermit.JAVA is None:
        pytest.skip("HermiT was NOT asked: there is no java on the PATH")
    graph = Graph()
    for file in (*BASE, *(FILES[name] for name in ANALOGIES)):
        graph.parse(file)
    for header in [*graph.subjects(RDF.type, OWL.Ontology)]:
        graph.remove((header, None, None))
    individuals = {term for name in ASKED for triple in establishment(name) for term in (triple.subject, triple.object)}
    for individual in individuals:
        if isinstance(individual, ox.NamedNode) and individual.value.startswith(PLACE):
            graph.add((URIRef(individual.value), RDF.type, OWL.NamedIndividual))
    written = graph.serialize(format="nt") + "".join(f"{t} .\n" for name in ASKED for t in establishment(name))

    def denying(*facts):
        denials = Graph()
        for fact in facts:
            name, relation, setting = fact.split()
            one, other = URIRef(next(establishment(name)).subject.value), URIRef(f"{SEN}setting-{setting}")
            for triple in test_hermit.denial(one, URIRef(f"{SEN}{relation}"), other):
                denials.add(triple)
        return test_hermit.is_consistent(tmp_path_factory.mktemp("hermit"), written + denials.serialize(format="nt"))

    return denying


@pytest.mark.parametrize("fact", sorted(FOLLOWS))
def test_what_follows_cannot_be_denied(is_consistent, fact):
    """HermiT, a reasoner for all of OWL 2 DL, finds a contradiction where a setting type that follows is denied."""
    assert not is_consistent(fact)


def test_what_does_not_follow_can_be_denied(is_consistent):
    """That the establishments have no other setting type can all be said at once."""
    relations = ("settingType", "settingTypeByAnalogy")
    facts = {f"{name} {relation} {setting}" for name in ASKED for relation in relations for setting in IN_TERMS}
    assert (len(facts), FOLLOWS - facts) == (36, set())
    assert is_consistent(*sorted(facts - FOLLOWS))


# --- the lists are the register's


GRAPHS = {name: Graph().parse(path) for name, path in FILES.items()}
LISTS = GRAPHS["gias"]
TOGETHER = functools.reduce(Graph.__add__, GRAPHS.values())
VOCABULARY = Graph().parse(ONTOLOGY / "sen.ttl")


def g(name):
    """A term of the register."""
    return URIRef(f"{GIAS}{name}")


def local(term):
    """The local name of a term of the register."""
    return term.removeprefix(GIAS)


def own(graph):
    """The terms of the register that are subjects in a graph."""
    return {subject for subject in graph.subjects() if isinstance(subject, URIRef) and str(subject).startswith(GIAS)}


def listed(cls):
    """The codes and labels of a list."""
    return {
        str(LISTS.value(one, SKOS.notation)): str(LISTS.value(one, RDFS.label))
        for one in LISTS.subjects(RDF.type, g(cls))
    }


def test_every_type_says_how_certain_it_is_and_why():
    """Of 39 types one certainty and one reason in English; doubtful are city technology colleges and referral units."""
    types = {int(local(one).removeprefix("type-")): one for one in LISTS.subjects(RDF.type, g("Type"))}
    assert sorted(types) == TYPES
    certainty = {code: [str(o) for o in LISTS.objects(one, g("certainty"))] for code, one in types.items()}
    assert certainty == {code: ["doubtful" if code in {6, 14} else "certain"] for code in TYPES}
    for code, one in types.items():
        (reason,) = LISTS.objects(one, g("reason"))
        assert (reason.language, reason[0].isupper(), reason[-1]) == ("en", True, "."), code
        assert len(list(LISTS.objects(one, DCTERMS.source))) > 1, code


def test_exceptions_are_told():
    """The reason tells the exception of hospital schools, and where the doubt of an academy is."""
    reasons = {code: str(LISTS.value(g(f"type-{code}"), g("reason"))) for code in TYPES}
    assert {code for code in TYPES if "in a hospital" in reasons[code]} == {7, 12}
    academies = {code for codes in BY_ANALOGY["academies"].values() for code in codes}
    assert {code for code in TYPES if "about the analogy" in reasons[code]} == academies


def test_what_counts_is_stated_of_types_only():
    """In the lists nothing counts by analogy, and a type counts as one setting type or none."""
    assert not list(LISTS.triples((None, g("countsByAnalogyAs"), None)))
    counts = {local(s): o.removeprefix(f"{SEN}setting-") for s, o in LISTS.subject_objects(g("countsAs"))}
    assert counts == {f"type-{code}": setting for setting, codes in IN_TERMS.items() for code in codes}


@pytest.mark.parametrize("file", ANALOGIES)
def test_every_analogy_says_why(file):
    """Each type that a file is about has one reason in English there, and no other type has."""
    graph = GRAPHS[file]
    about = {g(f"type-{code}") for codes in BY_ANALOGY[file].values() for code in codes}
    assert {s: [o.language for o in graph.objects(s, g("analogyReason"))] for s in own(graph) & about} == {
        s: ["en"] for s in about
    }
    assert set(graph.subjects(g("analogyReason"))) == about


def test_concepts_are_in_their_lists():
    """Each concept has its label twice, its code, its list, and its place: at the top, or a type in its group."""
    schemes = {"Type": "types", "Group": "groups", "Status": "statuses", "Phase": "phases", "Authority": "authorities"}
    for cls, scheme in {**schemes, "Nursery": "nurseries"}.items():
        for one in LISTS.subjects(RDF.type, g(cls)):
            label, code = LISTS.value(one, RDFS.label), LISTS.value(one, SKOS.notation)
            assert list(LISTS.objects(one, SKOS.prefLabel)) == [label], one
            assert list(LISTS.objects(one, SKOS.inScheme)) == [g(scheme)], one
            assert list(LISTS.objects(one, SKOS.topConceptOf)) == ([] if cls == "Type" else [g(scheme)]), one
            assert (code is None) == (cls == "Nursery"), one
            assert code is None or local(one) == f"{cls.lower()}-{code}", one
            groups = [local(group) for group in LISTS.objects(one, SKOS.broader)]
            assert all(group.removeprefix("group-") in listed("Group") for group in groups), one
            assert len(groups) == (cls == "Type"), one
    assert [len(listed(cls)) for cls in schemes] == [39, 10, 4, 8, 214]


def test_authorities_outside_england():
    """The principal areas of Wales, codes for places offshore and overseas, and the code for none are not in England."""
    outside = {local(s).removeprefix("authority-") for s in LISTS.subjects(g("outsideEngland"), Literal(True))}
    wales = {str(code) for code in range(660, 682)}
    assert outside == {"000", "701", "702", "704", "705", "706", "707", "708"} | wales
    assert len(list(LISTS.triples((None, g("outsideEngland"), None)))) == len(outside)


def test_authorities_since_the_reorganisations():
    """The unitary authorities of 2019, 2021 and 2023 are there."""
    expected = {
        "838": "Dorset", "839": "Bournemouth, Christchurch and Poole", "940": "North Northamptonshire",
        "941": "West Northamptonshire", "942": "Cumberland", "943": "Westmorland and Furness",
    }  # fmt: skip
    assert {code: listed("Authority")[code] for code in expected} == expected


def shared(name, delimiter=","):
    """The rows of a file of codes; the test is skipped where it is absent."""
    if not (SHARED / name).is_file():
        pytest.skip(f"no copy of the register's codes here: {name}")
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.mark.parametrize(
    ("cls", "file"),
    [
        ("Type", "codes_TypeOfEstablishment.csv"),
        ("Group", "codes_EstablishmentTypeGroup.csv"),
        ("Status", "codes_EstablishmentStatus.csv"),
        ("Phase", "codes_PhaseOfEducation.csv"),
    ],
)
def test_codes_and_names_are_the_registers(cls, file):
    """Each list has the codes and names of the register, all of them and no others."""
    assert listed(cls) == {row["code"]: row["name"] for row in shared(file)}


def test_types_are_in_the_registers_groups():
    """Each type is in the group that the register puts it in."""
    expected = {f"type-{row['code']}": f"group-{row['group_code']}" for row in shared("codes_TypeOfEstablishment.csv")}
    assert {local(s): local(o) for s, o in LISTS.subject_objects(SKOS.broader)} == expected


def test_authorities_are_the_registers():
    """The authorities are those of the register's list and seven more; three names differ from it, for good reason."""
    rows = {row["code"]: row["name"] for row in shared("la_codes_edubase_openregister.tsv", "\t")}
    found = listed("Authority")
    assert set(found) - set(rows) == {"000", "838", "839", "940", "941", "942", "943"}
    assert set(rows) <= set(found)
    # Two names have their comma again; Dorset is now the name of another authority.
    assert {code: found[code] for code in rows if found[code] != rows[code]} == {
        "801": "Bristol, City of", "810": "Kingston upon Hull, City of", "835": "Pre LGR (2019) Dorset",
    }  # fmt: skip


def test_certainty_and_setting_types_are_those_of_the_reading():
    """What counts, and how certain that is, is what the reading of the law says."""
    for row in shared("type_to_setting_2001.csv"):
        one = g(f"type-{int(row['TypeOfEstablishment (code)'])}")
        counts = LISTS.value(one, g("countsAs"))
        cls = "none" if counts is None else CLASSES[counts.removeprefix(f"{SEN}setting-")]
        assert cls == row["setting_type_2001"], one
        assert row["certainty"].startswith(str(LISTS.value(one, g("certainty")))), one


# --- the files are well kept


@pytest.fixture(params=FILES)
def file(request):
    """Each file in turn, by name."""
    return request.param


def test_the_turtle_is_in_shape(file):
    """Indentation by fours, no blanks at line ends, one empty line between blocks, prefixes sorted and used."""
    text = FILES[file].read_text(encoding="utf-8")
    lines = text.splitlines()
    assert [line for line in lines if "\t" in line or line != line.rstrip()] == []
    assert {len(line) - len(line.lstrip()) for line in lines} <= {0, 4, 8, 12, 16}
    assert [line for line in lines if line.startswith("#") and len(line) > 120] == []
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not text.endswith("\n\n")
    prefixes = re.findall(r"(?m)^@prefix\s+([\w-]*):", text)
    body = re.sub(r'(?m)^@prefix.*$|^#.*$|"(?:[^"\\]|\\.)*"', "", text)
    unused = [prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){prefix}:", body)]
    assert (prefixes, unused) == (sorted(prefixes), [])


def test_each_term_has_one_block(file):
    """All that a file says of a term stands in one place."""
    names = re.findall(r"(?m)^([a-z]+:[\w.-]+)\s", FILES[file].read_text(encoding="utf-8"))
    assert [term for term, times in Counter(names).items() if times > 1] == []


def test_sections_stand_in_order():
    """The lists go from classes to properties to what follows to individuals."""
    headings = re.findall(r"(?m)^# --- ([a-z]+)", FILES["gias"].read_text(encoding="utf-8"))
    order = ["terms", "annotation", "the", "classes", "properties", "what", "individuals"]
    assert headings == sorted(headings, key=order.index)
    assert set(headings) == set(order)


def test_headers_say_what_publishers_ask_for(file):
    """Each file has the statements of the vocabulary's header, its own version, and what it builds on."""
    base = "https://w3id.org/sengraph/"
    iri = URIRef(f"{base}gias" if file == "gias" else f"{base}by-analogy/{file}")
    graph = GRAPHS[file]
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    wanted = set(VOCABULARY.predicates(URIRef(SEN.rstrip("#"))))
    assert wanted - set(graph.predicates(iri)) == set()
    assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{graph.value(iri, OWL.versionInfo)}")
    imported = URIRef(SEN.rstrip("#") if file == "gias" else GIAS.rstrip("/"))
    assert list(graph.objects(iri, OWL.imports)) == [imported]
    cited = str(graph.value(iri, DCTERMS.bibliographicCitation))
    assert cited.endswith(str(iri))
    assert str(graph.value(iri, DCTERMS.title)) in cited


def test_each_term_is_documented():
    """One English label, where it is defined, and a source; classes, properties and lists have a definition too."""
    for name, graph in GRAPHS.items():
        header = next(graph.subjects(RDF.type, OWL.Ontology))
        for term in own(graph):
            kinds = set(graph.objects(term, RDF.type))
            if not kinds:
                continue  # what a file of analogies adds to a type
            assert [text.language for text in graph.objects(term, RDFS.label)] == ["en"], term
            assert list(graph.objects(term, RDFS.isDefinedBy)) == [header], term
            assert term == g("register") or list(graph.objects(term, DCTERMS.source)), (name, term)
            if OWL.NamedIndividual not in kinds or SKOS.ConceptScheme in kinds:
                (definition,) = graph.objects(term, SKOS.definition)
                assert definition.language == "en"
                assert re.fullmatch(r"[A-Z].*[^.]\.", definition), term


def test_labels_are_distinct_within_a_class():
    """No two things of one class have a name in common, nor two classes or two properties, the vocabulary's included."""
    names = Counter()
    kinds = {OWL.ObjectProperty: RDF.Property, OWL.DatatypeProperty: RDF.Property, OWL.AnnotationProperty: RDF.Property}
    for graph in (TOGETHER, VOCABULARY):
        for term, kind in graph.subject_objects(RDF.type):
            if kind != OWL.NamedIndividual and isinstance(term, URIRef):
                texts = {*graph.objects(term, RDFS.label), *graph.objects(term, SKOS.altLabel)}
                names.update((kinds.get(kind, kind), text.casefold()) for text in texts)
    assert [name for name, times in names.items() if times > 1] == []


def test_all_that_is_used_is_declared():
    """Every name of the register, every property and every class that the files use has a declaration."""
    both = TOGETHER + VOCABULARY
    built_in = (str(OWL), str(RDF), str(RDFS))
    versions = set(both.objects(None, OWL.versionIRI))
    mentioned = {node for triple in TOGETHER for node in triple if isinstance(node, URIRef)} - versions
    ours = {node for node in mentioned if str(node).startswith((GIAS, SEN))}
    assert {node for node in ours if (node, RDF.type, None) not in both} == set()
    used = {p for p in TOGETHER.predicates() if not str(p).startswith(built_in)}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    assert {p: sum((p, RDF.type, kind) in both for kind in kinds) for p in used} == dict.fromkeys(used, 1)
    classes = {o for o in TOGETHER.objects(None, RDF.type) if not str(o).startswith(built_in)}
    assert {c for c in classes if (c, RDF.type, OWL.Class) not in both} == set()


def test_individuals_of_a_kind_are_all_different():
    """Each list, and the list of lists, is declared all different, whole."""
    kinds = ("Type", "Group", "Status", "Phase", "Authority", "Nursery")
    expected = [set(LISTS.subjects(RDF.type, g(kind))) for kind in kinds]
    expected.append(set(LISTS.subjects(RDF.type, SKOS.ConceptScheme)))
    found = [
        set(Collection(LISTS, LISTS.value(axiom, OWL.distinctMembers)))
        for axiom in LISTS.subjects(RDF.type, OWL.AllDifferent)
    ]
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


def test_a_link_to_a_successor_says_nothing_more():
    """Of who succeeds whom there is no domain, no range and no further axiom, so that batches can be closed apart."""
    used = {p for p in LISTS.predicates(g("succeededBy")) if str(p).startswith((str(RDFS), str(OWL)))}
    assert used == {RDFS.label, RDFS.isDefinedBy}
    assert set(LISTS.objects(g("succeededBy"), RDF.type)) == {OWL.ObjectProperty}


def test_datatypes_are_those_of_the_profile():
    """Literals are of datatypes of the OWL 2 RL datatype map, well formed, and values of a property are of its range."""
    literals = [o for o in TOGETHER.objects() if isinstance(o, Literal)]
    assert {o.datatype for o in literals} - {None} == {XSD.dateTime, XSD.boolean}
    assert not [o for o in literals if o.ill_typed]
    ranges = {LISTS.value(p, RDFS.range) for p in LISTS.subjects(RDF.type, OWL.DatatypeProperty)} - {None}
    assert ranges == {XSD.string, XSD.integer, XSD.dateTime, XSD.boolean}


def test_axioms_are_few_and_within_the_profile():
    """Each OWL and RDFS term in use was thought of, and an anonymous class stands where OWL 2 RL has its kind.

    A value restriction may stand anywhere, an intersection too; a union only on the side of the subclass (OWL 2
    Profiles, section 4.2.3).
    """
    used = {node for triple in TOGETHER for node in triple if str(node).startswith((str(OWL), str(RDFS), str(RDF)))}
    assert used == {
        RDF.type, RDF.first, RDF.rest, RDF.nil, RDFS.label, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.domain,
        RDFS.range, RDFS.seeAlso, OWL.Ontology, OWL.versionIRI, OWL.versionInfo, OWL.imports, OWL.Class,
        OWL.NamedIndividual, OWL.Restriction, OWL.onProperty, OWL.hasValue, OWL.intersectionOf, OWL.unionOf,
        OWL.AllDifferent, OWL.distinctMembers, OWL.AllDisjointClasses, OWL.members, OWL.propertyChainAxiom,
        OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty,
    }  # fmt: skip
    supers = {o for o in TOGETHER.objects(None, RDFS.subClassOf) if isinstance(o, BNode)}
    assert {p for one in supers for p in TOGETHER.predicates(one)} == {RDF.type, OWL.onProperty, OWL.hasValue}


def test_chains_lead_from_the_type():
    """The two chains go from an establishment to its type and on to what that counts as."""
    chains = {
        made: [re.split("[#/]", link)[-1] for link in Collection(LISTS, chain)]
        for made, chain in LISTS.subject_objects(OWL.propertyChainAxiom)
    }
    assert chains == {
        URIRef(f"{SEN}settingType"): ["establishmentType", "countsAs"],
        URIRef(f"{SEN}settingTypeByAnalogy"): ["establishmentType", "countsByAnalogyAs"],
    }


def test_the_register_is_cited():
    """The register has a title, a publisher, a citation and a licence, which the files' sources lead to."""
    register = g("register")
    assert str(LISTS.value(register, DCTERMS.publisher)) == "Department for Education"
    assert (
        str(LISTS.value(register, DCTERMS.bibliographicCitation))
        == "Get Information About Schools (Department for Education)"
    )
    assert "open-government-licence/version/3" in LISTS.value(register, DCTERMS.license)
    assert all(
        (next(graph.subjects(RDF.type, OWL.Ontology)), DCTERMS.source, register) in graph for graph in GRAPHS.values()
    )


def test_check_finds_nothing():
    """`sengraph check` has no fault to find, in the lists alone or with the table and all analogies."""
    assert check([FILES["gias"]]).faults == ()
    assert check([ONTOLOGY / "code-2001.ttl", *FILES.values()]).faults == ()
