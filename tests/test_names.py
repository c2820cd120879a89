"""People's names for things, to IRIs and back."""

from unittest.mock import patch

import pytest

from sengraph import names
from sengraph.errors import UsageError
from sengraph.names import Names
from sengraph.terms import CODE, ESTABLISHMENT, GIAS, SEN

PARTY, SETTING = f"{SEN}Party", f"{SEN}SettingType"


@pytest.mark.parametrize(
    "name",
    [
        "senco",
        "SENCO",
        "sen:party-senco",
        "party-senco",
        f"{SEN}party-senco",
        f"<{SEN}party-senco>",
        " senco ",
        "the SENCO",
        "SEN co-ordinator",
    ],
)
def test_a_party_has_many_names(graph, name):
    """Short name, label, alternative label, compact name and IRI, in any case, with an article, mean one party."""
    assert graph.names.resolve(name, PARTY) == f"{SEN}party-senco"


@pytest.mark.parametrize(
    "name",
    [
        "maintained-special",
        "Maintained special  schools",
        "setting-maintained-special",
        "In Maintained Special Schools",
        "special school",
        "in the special schools",
    ],
)
def test_a_setting_by_short_name_and_label(graph, name):
    """The kind that opens a local name may be left out, so may "in" and "the"; white space is folded."""
    assert graph.names.resolve(name, SETTING) == f"{SEN}setting-maintained-special"


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("special school", "setting-maintained-special"),
        ("mainstream school", "setting-maintained-mainstream"),
        ("early years setting", "setting-early-education"),
        ("colleague", "party-colleagues"),
        ("fellow teacher", "party-fellow-teachers"),
        ("parent", "party-parents"),
        ("practitioner", "party-practitioners"),
        ("early years practitioner", "party-practitioners"),
        ("teacher", "party-teaching-staff"),
    ],
)
def test_a_plural_is_found_by_its_singular(graph, name, term):
    """A kind of setting, and people named together, are found by what one of them is called."""
    assert graph.names.resolve(name, SETTING if term.startswith("setting") else PARTY) == f"{SEN}{term}"


def test_an_article_is_left_off_only_where_it_is_none_of_the_name(graph):
    """The governing body is a governing body; what is called "in line with" is found by that, not by the half of it."""
    assert graph.names.resolve("the governing body", PARTY) == f"{SEN}party-governing-body"
    assert graph.names.resolve("in line with", "") == f"{SEN}inLineWith"
    with pytest.raises(UsageError, match="no thing is called 'line with'"):
        graph.names.resolve("line with", "")


def test_a_hidden_label_is_understood_where_a_class_is_wanted(graph):
    """A discretionary power is the modality may; among all things it stays the class that is called so."""
    assert graph.names.resolve("discretionary power", f"{SEN}Modality") == f"{SEN}modality-may"
    assert graph.names.resolve("discretionary power", "") == f"{SEN}Permission"


@pytest.mark.parametrize("name", ["mainstream-3.1", "code:mainstream-3.1", f"{CODE}mainstream-3.1"])
def test_a_responsibility_by_its_id(graph, name):
    """The id of the table is enough."""
    assert graph.names.resolve(name, f"{SEN}Responsibility") == f"{CODE}mainstream-3.1"


@pytest.mark.parametrize(
    ("name", "cls", "said"),
    [
        ("sencoo", PARTY, "no sen:Party is called 'sencoo'. Did you mean 'senco'"),
        ("sen:party-nobody", PARTY, "no sen:Party is called"),
        ("https://example.org/x", PARTY, "no sen:Party is called"),
        ("senco", SETTING, "no sen:SettingType is called 'senco'. Known: early-education, maintained-mainstream"),
        ("governing", PARTY, "Did you mean 'governing"),
        ("", PARTY, "no sen:Party"),
    ],
)
def test_a_wrong_name_gets_the_nearest(graph, name, cls, said):
    """The message offers what would have been right."""
    with pytest.raises(UsageError, match=said):
        graph.names.resolve(name, cls)


def test_every_party_is_found_by_what_is_offered(graph):
    """Each name that a completion offers leads to one thing."""
    for cls in (PARTY, SETTING, f"{SEN}Modality", f"{SEN}Activity", f"{SEN}Responsibility", f"{SEN}Coverage"):
        names = graph.names.instances(cls)
        assert len({graph.names.resolve(name, cls) for name in names}) == len(names) > 0


def test_subclasses_count(graph):
    """A role and a body are parties: 14 of them in the Code."""
    assert len(graph.names.instances(PARTY)) == 14


def test_labels_are_for_the_vocabulary_and_compact_names_for_data(graph):
    """A term is shown by its label, a responsibility by its id, anything else as it is."""
    assert graph.names.label(f"{SEN}party-senco") == "SENCO"
    assert graph.names.label(f"{CODE}mainstream-3.1") == "code:mainstream-3.1"
    assert graph.names.label("https://example.org/x") == "<https://example.org/x>"


# ----------------------------------------------------------------- of very many instances


@pytest.fixture
def many(schools, monkeypatch):
    """Names of a graph whose establishments are too many to fetch their names."""
    monkeypatch.setattr(names, "LARGE", 5)
    return Names(schools.select)


ESTABLISHMENTS = f"{SEN}Establishment"


@pytest.mark.parametrize(
    "name",
    [
        "900001",
        "Alder Primary School",
        "alder primary  SCHOOL",
        " 900001 ",
        f"{ESTABLISHMENT}900001",
        "establishment:900001",
    ],
)
def test_one_of_very_many_is_found(many, name):
    """By its number, its name in any case, or its IRI; without asking for all names."""
    with patch.object(Names, "_names", side_effect=AssertionError):
        assert many.resolve(name, ESTABLISHMENTS) == f"{ESTABLISHMENT}900001"


def test_several_of_very_many_are_told_apart(many):
    """Two schools of one name are told by number and authority."""
    with pytest.raises(
        UsageError,
        match=r"2 things \(sen:Establishment\) are called 'Damson School': say which, 900004 \(\w+.*\), 900021 \(",
    ):
        many.resolve("Damson School", ESTABLISHMENTS)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alder", r"Near it: 900001 \(Alder Primary School\)"),
        ("999999", "Give the whole name"),
        (f"{SEN}party-senco", "Give the whole name"),
        ('a"> } #', "Give the whole name"),
        ("", "Near it"),
    ],
)
def test_none_of_very_many(many, name, hint):
    """What is near is told, or what to do; a name is a term and never part of the query."""
    with pytest.raises(UsageError, match=f"no sen:Establishment is called .*{hint}"):
        many.resolve(name, ESTABLISHMENTS)


def test_very_many_are_not_listed(many):
    """There is no end of choices; the class has instances all the same."""
    assert many.instances(ESTABLISHMENTS) == []
    assert many.exist(ESTABLISHMENTS)
    assert many.instances(f"{SEN}SettingType") == ["early-education", "maintained-mainstream", "maintained-special"]


def test_terms_of_the_register_have_labels(schools):
    """A local authority is shown by its name, a school by its number."""
    assert schools.names.label(f"{GIAS}authority-202") == "Camden"
    assert schools.names.label(f"{ESTABLISHMENT}900001") == "establishment:900001"
