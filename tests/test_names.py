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
        "SEN co-ordinator",
    ],
)
def test_a_party_has_many_names(graph, name):
    """Short name, label, alternative label, compact name and IRI, in any case, mean one party."""
    assert graph.names.resolve(name, PARTY) == f"{SEN}party-senco"


@pytest.mark.parametrize("name", ["maintained-special", "Maintained special  schools", "setting-maintained-special"])
def test_a_setting_by_short_name_and_label(graph, name):
    """The kind that opens a local name may be left out; white space is folded."""
    assert graph.names.resolve(name, SETTING) == f"{SEN}setting-maintained-special"


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
