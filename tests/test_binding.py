"""Values become typed terms: whatever the value, the tokens around it stay what they were."""

import datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.binding import LEXICAL_FORMS, template, term
from sengraph.errors import UsageError

QUERY = """SELECT ?s WHERE {  # $n in a comment
  ?s ?p $n .              # a pattern
  FILTER(STR($n) != "$n" && '''$n''' != "x\\"$n") #? n
  ?s <http://example.org/$n> ?o
}"""

ATTACKS = [
    'a" . ?x ?y ?z . FILTER("1"="1',
    "x'''; DROP ALL; #",
    "\\",
    '\\"',
    "a\nb } INSERT DATA { <a:a> <a:b> <a:c> } #",
    "http://a> ?p ?o } UNION { SERVICE <http://169.254.169.254/> { ?s ?p ?o } } #",
    "1 OFFSET 0 } DROP ALL",
    "$n",
    "?x",
    "1e999",
    "\x00",
    "\u202e",
]


def test_only_tokens_are_parameters():
    """A `$name` in a string, an IRI or a comment is text; elsewhere it is a parameter."""
    filled = template(QUERY).fill({"n": "7"})
    assert filled.count("7") == 2
    assert filled.count("$n") == 5


def test_a_line_goes_with_its_optional_parameter():
    """A line ending in `#? name` is left out when that parameter has no value."""
    text = template("SELECT * {\n?a ?b ?c\nFILTER(?a = $x) #? x\n}")
    assert text.fill({}) == "SELECT * {\n?a ?b ?c\n}"
    assert text.fill({"x": "<a:b>"}) == "SELECT * {\n?a ?b ?c\nFILTER(?a = <a:b>)\n}"


def test_lines_can_be_kept_for_their_numbers():
    """With `keep_lines` a line that is left out leaves an empty one, so that an error's line is the file's."""
    assert template("a\nb $x #? x\nc").fill({}, keep_lines=True) == "a\n\nc"


@pytest.mark.parametrize(
    "text", ["?y.SERVICE<a:b>", "1SERVICE ", "true.SERVICE ", '"x"@en.SERVICE ', "<a:b>.service ?x"]
)
def test_keywords_are_found_where_they_touch_other_tokens(text):
    """A keyword behind a dot, a number or a language tag is one all the same (SPARQL 1.1, section 19.8)."""
    assert "SERVICE" in map(str.upper, template(text).words)


@pytest.mark.parametrize(
    "text", ["ex:a.SERVICE ", "?SERVICE ", "$SERVICE ", "<SERVICE>", '"SERVICE"', "#SERVICE", "service:a"]
)
def test_keywords_are_not_found_inside_other_tokens(text):
    """A name, a variable, an IRI, a string or a comment may hold the word."""
    assert "SERVICE" not in map(str.upper, template(text).words)


def test_escaped_local_names_are_not_parameters():
    """`ex:a\\$b` is one prefixed name (SPARQL 1.1, PN_LOCAL_ESC)."""
    assert template(r"?s ex:a\$b ?o").parameters == set()


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("a", "string", '"a"'),
        ('a"\n\\', "string", r'"a\"\n\\"'),
        (7, "integer", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Decimal("1E+2"), "decimal", '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (True, "boolean", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (datetime.date(2002, 1, 1), "date", '"2002-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (
            datetime.datetime(2002, 1, 1, 9, 30),
            "dateTime",
            '"2002-01-01T09:30:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        (ox.NamedNode("http://example.org/é"), "iri", "<http://example.org/é>"),
        (5, "limit", "5"),
    ],
)
def test_values_become_terms(value, kind, expected):
    """A value of each type is written as the one term that it is."""
    assert term(value, kind) == expected


@pytest.mark.parametrize("kind", ["iri", "limit", "offset", *LEXICAL_FORMS])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_not_of_the_type_is_refused(attack, kind):
    """No text that would end its token early passes as an IRI, a number, a date or a row count."""
    with pytest.raises(UsageError, match="is not"):
        term(attack, kind)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2001-02-30", "date"),
        ("2001-02-28T25:00:00", "dateTime"),
        ("01-02-2001", "date"),
        ("-2001-13-01", "date"),
        ("12345-02-30", "date"),
        ("2001-01-01+99:99", "date"),
        ("2001-01-01T00:00:00+25:00", "dateTime"),
        ("yes", "boolean"),
        ("1.5", "integer"),
        ("٣", "integer"),
        ("-1", "limit"),
        ("1000000000", "limit"),
        ("relative", "iri"),
        ("\ud800", "string"),
        (None, "string"),
        ([1], "string"),
    ],
)
def test_impossible_values_are_refused(value, kind):
    """A day that never was, an unknown digit, a list: refused with the reason."""
    with pytest.raises(UsageError):
        term(value, kind)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_one_string(attack):
    """Injection through a string parameter finds the row whose text it is, and only that."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(attack)))
    store.add(ox.Quad(ox.NamedNode("a:t"), ox.NamedNode("a:p"), ox.Literal("other")))
    text = template("SELECT ?s { ?s ?p $v }").fill({"v": term(attack, "string")})
    assert [row["s"].value for row in store.query(text)] == ["a:s"]
    assert len(store) == 2


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_string_comes_back_as_it_went_in(text):
    """Whatever the characters, the bound string is one literal with exactly that value."""
    bound = template("SELECT ($v AS ?v) {}").fill({"v": term(text, "string")})
    ((value,),) = ox.Store().query(bound)
    assert value == ox.Literal(text)


@given(st.text(alphabet="$n#?\"'\\<>{}\n abc.:", max_size=60))
def test_a_template_without_values_is_the_text_itself(text):
    """Cutting into tokens loses nothing: only `#? name` marks and parameters differ from the text."""
    cut = template(text)
    if not cut.parameters and not any(line.optional for line in cut.lines):
        assert cut.fill({}) == text
