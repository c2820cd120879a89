"""People's names for things, to IRIs and back."""

import pytest

from sengraph.errors import UsageError
from sengraph.terms import CODE, SEN

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
