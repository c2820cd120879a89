"""What is told of SPARQL text before it runs."""

import pyoxigraph as ox
import pytest

from sengraph.sparql import asked_for, has_keyword, nests_too_deeply

FETCHES = "SERVICE <http://192.0.2.1/> { ?a ?b ?c }"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ {FETCHES} }}",
        f"select * {{ {FETCHES.replace('SERVICE', 'sErViCe SILENT')} }}",
        "ASK{?s ?p 1.SERVICE?g{}}",
        f"ASK {{ {{ SELECT * {{ FILTER(?a<1) {FETCHES} }} }} }}",
        f"ASK {{ ?s <http://e/\\u0041'> ?o . {FETCHES} ?s <http://e/'> ?o }}",
        f"ASK {{ ?s <http://e/\\U00000041#> ?o . {FETCHES} }}",
        f"ASK {{ FILTER(?a<1)#>\n{FETCHES} }}",
    ],
)
def test_the_keyword_is_found_wherever_a_parser_finds_it(text):
    """Touching other tokens, in any case, behind an escape in an IRI, behind what looks like one."""
    assert has_keyword(text, "SERVICE")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?service <http://e/SERVICE> 'SERVICE' }",
        "ASK { ?s e:service ?o } # SERVICE",
        'ASK { ?s ?p """\'SERVICE""" }',
    ],
)
def test_a_word_in_a_name_a_string_or_a_comment_is_no_keyword(text):
    """Only the token counts."""
    assert not has_keyword(text, "SERVICE")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("SELECT ?a $b { ?a ?p $b }", ("SELECT", ("a", "b"))),
        ("PREFIX ask: <http://e/> select distinct ?a WHERE { ?a a ask:x }", ("SELECT", ("a",))),
        ("SELECT (IF(EXISTS { SELECT (1 AS ?z) {} }, (2), 3) AS ?n) ?b FROM <http://e/> { }", ("SELECT", ("n", "b"))),
        ("SELECT * { ?a ?b ?c }", ("SELECT", None)),
        ("SELECT COUNT(*) { ?a ?b ?c }", ("SELECT", None)),
        ("ASK { { SELECT ?a { ?a ?b ?c } } }", ("ASK", None)),
        ("CONSTRUCT WHERE { ?a ?b ?c }", ("CONSTRUCT", None)),
        ("describe <http://e/>", ("DESCRIBE", None)),
        ("nonsense", ("", None)),
        ("", ("", None)),
    ],
)
def test_the_kind_of_answer_is_told_from_the_query(text, asked):
    """The form, and the columns of a SELECT that names them."""
    assert asked_for(text) == asked


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { FILTER(" + "(" * 250 + "2" + ")" * 250 + " > 1) }", True),
        ("ASK { FILTER(1<" + "(" * 20_000 + "2" + ")" * 20_000 + "&&3>2) }", True),  # not the IRI that it looks like
        ("ASK { FILTER(1<" + "(" * 150 + "2>1 && 3<" + "(" * 150 + "4>5" + ")" * 300 + ") }", True),
        ("ASK { FILTER(1<" + "!" * 20_000 + "2>3) }", True),
        ("SELECT * { VALUES ?x { " + "<http://e/)> " * 300 + "} " + "{" * 250 + "}" * 250 + " }", True),
        ("SELECT * { VALUES ?x { " + "<http://e/a_(b)> " * 2000 + "} }", False),
        ("SELECT * { VALUES ?x { " + "<http://e/a-b-c/d--e> " * 1000 + "} }", False),
        ("# " + "-" * 5000 + "\nASK { ?x ?p '" + "(" * 5000 + "' }", False),
    ],
)
def test_what_nests_too_deeply_is_told_before_it_is_parsed(query, expected):
    """Brackets count wherever a parser may find them; those of comments, strings and IRIs that are whole do not."""
    assert nests_too_deeply(query) is expected
    if not expected:
        ox.Store().query(query)
