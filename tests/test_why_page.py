"""The page that tells why a statement holds: in words, with its sources, and never too large."""

from __future__ import annotations

import html
import re

import pytest

import sengraph
from sengraph import UsageError
from sengraph.pages.why import SIZE, why_page


def link(place):
    """Return what a link to a place says, so that one can be told from any other."""
    return f"/at/{place}"


def page(graph, *names):
    """Return the page as text."""
    return why_page(graph, link, *names).decode()


def words(text):
    """Return what a person reads between the header and the footer of a page, on one line."""
    main = text[text.index("<main") : text.index("</main>")]
    main = re.sub(r"<(?!/?(a|bdi|span|code)\b)[^>]*>", " ", main)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", main)).split())


def links(text):
    """Return where the links of the main part go to, by what they say."""
    main = text[text.index("<main") : text.index("</main>")]
    return {
        html.unescape(re.sub("<[^>]*>", "", said)): to for to, said in re.findall(r'<a href="([^"]*)">(.*?)</a>', main)
    }


def opened(tmp_path, turtle):
    """Return the graph of a file of one's own."""
    path = tmp_path / "mine.ttl"
    prefixes = "".join(
        f"@prefix {name}: <{iri}> .\n"
        for name, iri in {
            "": "http://example.org/",
            "owl": "http://www.w3.org/2002/07/owl#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "sen": "https://w3id.org/sengraph/ontology#",
        }.items()
    )
    path.write_text(prefixes + turtle, encoding="utf-8")
    return sengraph.open(path)


def test_counterparts(graph):
    """They perform one function: two statements of the ontology, and a chain that joins them."""
    text = page(graph, "sen:party-senco", "sen:counterpartOf", "sen:party-sen-team")
    assert "<title>Why: SENCO — counterpart of — SEN team · sengraph</title>" in text
    assert words(text).startswith(
        "Why this holds SENCO — counterpart of — SEN team "
        "This is not stated as such. It follows by a chain of properties (prp-spo2), because: "
        "counterpart of — follows along — (performs, performed by) stated in sen.ttl [1] "
        "SENCO — performs — SEN co-ordination stated [1] "
        "SEN co-ordination — performed by — SEN team follows by a property read the other way round (prp-inv2) because "
        "performed by is the other way round of performs stated [1] "
        "SEN team — performs — SEN co-ordination stated [1] "
        "Sources sen.ttl Rules "
    )
    assert (
        "prp-inv2 by a property read the other way round ?p1 owl:inverseOf ?p2 , ?x ?p2 ?y => ?y ?p1 ?x "
        "In the terms of the graph" in words(text)
    )
    assert "sengraph explain sen:party-senco sen:counterpartOf sen:party-sen-team" in words(text)
    assert links(text)["SENCO"] == "/at/doc/ontology/party-senco"


def test_equivalent_responsibilities(graph):
    """Both are of one content: the same function, activity, force, scope and coverage, each cited from its cell."""
    text = page(graph, "code:mainstream-1.3", "sen:equivalentTo", "code:special-1.3")
    said = words(text)
    assert said.startswith(
        "Why this holds mainstream-1.3 — equivalent to — special-1.3 "
        "mainstream-1.3 In maintained mainstream schools, the governing body, working with the headteacher, should put "
        "suitable staffing and funding arrangements in place. special-1.3 In maintained special schools, "
    )
    content = "establish staffing and funding, by governance: should, not stated, staffing and funding"
    for clause, number in (("mainstream-1.3", 2), ("special-1.3", 3)):
        assert (
            f"{clause} is an {content} follows by what the class means (cax-eqc2, cls-int1, cls-hv2) because "
            f"{content} — means the same as — (establish staffing and funding, by governance and "
            "(modality value should) and (scope value not stated) and (coverage value staffing and funding)) stated [1] "
            f"{clause} is an establish staffing and funding, by governance follows by what the class means" in said
        )
        assert (
            f"{clause} — modality — should stated [{number}] {clause} — scope — not stated stated [{number}] "
            f"{clause} — coverage — staffing and funding stated [{number}]" in said
        )
        assert f"{clause} — bearer — governing body stated [{number}]" in said
    assert "governing body — performs — governance stated [1]" in said
    before_the_proof_in_terms = said[: said.index("In the terms of the graph")]
    assert "owl:onProperty" not in before_the_proof_in_terms.partition("Rules Of OWL 2 RL")[0]
    assert "(sen:modality value sen:modality-should) owl:onProperty sen:modality [1]" in said
    cited = (
        "SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), row 1, clause 3"
    )
    assert links(text)[cited] == "/at/doc/code-2001/passage-mainstream-1"
    assert f"mainstream-1.3 — activity — establish staffing and funding stated in {cited} [2]" in said
    assert "Of the 26 steps of the reasoner's proof, those are not listed that only spell out" in said


def test_the_setting_type_of_a_school(schools):
    """A community school: the register has its type, and the type counts as a kind of setting."""
    said = words(page(schools, "establishment:900001", "sen:settingType", "sen:setting-maintained-mainstream"))
    assert said.startswith(
        "Why this holds Alder Primary School — setting type — maintained mainstream schools "
        "This is not stated as such. It follows by a chain of properties (prp-spo2), because: "
        "setting type — follows along — (establishment type, counts as) stated in graph asserted ("
    )
    assert (
        "Alder Primary School — establishment type — Community school stated in graph register "
        "(register.csv, register_links.csv) [2] "
        "Community school — counts as — maintained mainstream schools stated [1] Sources" in said
    )
    assert "in force from" not in said


def test_what_a_school_is_subject_to_stands_with_the_days_of_the_code(schools):
    """It holds whatever the day is, so the page says when the code was in force and what it was in law."""
    said = words(page(schools, "establishment:900001", "sen:subjectTo", "code:mainstream-3.1"))
    assert "Special Educational Needs Code of Practice (2001): in force from 1 January 2002, no longer from " in said
    assert "no longer from 1 September 2014; it went on being used for children and young people" in said
    assert "Statutory guidance for England under the Education Act 1996" in said


def test_what_does_not_follow(graph):
    """The clauses on the general policy differ in scope, and that is what would have to hold."""
    said = words(page(graph, "code:mainstream-1.1", "sen:equivalentTo", "code:special-1.1"))
    content = "determine the general policy, by governance: should, all learners, policy"
    assert said.startswith("Does this hold? mainstream-1.1 — equivalent to — special-1.1 ")
    assert (
        "No: this is neither stated nor does it follow from what is stated. "
        "It would follow if this held: mainstream-1.1 — scope — all learners "
        "What is missing, step by step "
        "mainstream-1.1 — equivalent to — special-1.1 would follow by a chain of properties (prp-spo2) if the next held: "
        f"mainstream-1.1 — of content — {content} would follow by the value that all of the class have "
        "(cls-hv1, cax-sco) if the next held: "
        f"mainstream-1.1 is a {content} would follow by what the class means (cax-eqc2, cls-int1, cls-hv2) "
        "if the next held: mainstream-1.1 — scope — all learners is not there" in said
    )


def test_what_nothing_comes_near_to(graph):
    """No rule concludes a label."""
    said = words(page(graph, "sen:party-senco", "rdfs:label", '"nobody"'))
    assert "SENCO is called “nobody”" in said
    assert "No rule comes near to concluding it." in said


def test_what_is_stated(graph):
    """The page says where, with the citation, and that this is all."""
    text = page(graph, "code:mainstream-3.1", "sen:frequency", '"annually"')
    assert (
        "mainstream-3.1 — frequency — “annually” mainstream-3.1 In maintained mainstream schools, the governing body "
        "must give parents a yearly report on the school's SEN policy. "
        "This is stated in SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), "
        "row 3, clause 1 (code-2001.ttl)." in words(text)
    )
    assert """sengraph explain code:mainstream-3.1 sen:frequency '"annually"'""" in words(text)


def test_names_are_those_of_the_command_line(graph):
    """A short name or a label does, and what is not known is told with the nearest."""
    said = words(page(graph, "SENCO", "a", "sen:Role"))
    assert "SENCO is a Role This is stated in sen.ttl" in said
    with pytest.raises(UsageError, match="Did you mean"):
        page(graph, "sencoo", "a", "sen:Role")


MARKUP = """
:x a :Odd ; rdfs:label "<script>alert('x')</script>" . :Odd rdfs:subClassOf <javascript:alert(1)> .
:y rdfs:label "gelb"@de, "yellow & <b>bold</b>"@en ; :p :x . :p rdfs:subPropertyOf <http://example.org/q?a='1'&b=2> .
"""


def test_nothing_of_the_data_is_markup(tmp_path):
    """Labels are text, the English one if there is one, and an address that a browser would run is no link."""
    mine = opened(tmp_path, MARKUP)
    text = page(mine, "http://example.org/x", "a", "<javascript:alert(1)>")
    assert "<script" not in text
    assert "<script>alert('x')</script> is a javascript:alert(1)" in words(text)
    assert 'href="javascript' not in text
    text = page(mine, "http://example.org/y", "http://example.org/q?a='1'&b=2", "http://example.org/x")
    assert "<b>" not in text
    assert "yellow & <b>bold</b> — http://example.org/q?a='1'&b=2 — <script>" in words(text)
    assert "sengraph explain '<http://example.org/y>' '<http://example.org/q?a='\"'\"'1'\"'\"'&b=2>'" in words(text)
    assert not re.search(r"<[^>]*\s(on\w+|style)=", text)


def test_things_are_linked_where_they_have_a_page(tmp_path):
    """What the file speaks of to its page here, what it only names to where it is."""
    text = page(opened(tmp_path, ":x :p <https://other.example/z> . :p rdfs:subPropertyOf :q ."), *(
        "http://example.org/x", "http://example.org/q", "https://other.example/z"
    ))  # fmt: skip
    assert links(text)["http://example.org/p"] == "/at/resource?iri=http%3A%2F%2Fexample.org%2Fp"
    assert links(text)["https://other.example/z"] == "https://other.example/z"


CASES = [
    ("code:mainstream-1.3", "sen:equivalentTo", "code:special-1.3"),
    ("code:mainstream-1.1", "sen:equivalentTo", "code:special-1.1"),
    ("establishment:900001", "sen:subjectTo", "code:mainstream-3.1"),
]


@pytest.mark.parametrize("names", CASES)
def test_at_most_three_queries(schools_store, monkeypatch, names):
    """However many things a proof names, their labels come together."""
    fresh = sengraph.open(store=schools_store)
    asked, run = [], fresh._engine.run
    monkeypatch.setattr(fresh._engine, "run", lambda *arguments: asked.append(arguments) or run(*arguments))
    page(fresh, *names)
    assert 1 <= len(asked) <= 3


def test_a_step_is_told_once(tmp_path):
    """Where the same is needed again it says `as above`."""
    mine = opened(
        tmp_path,
        """:p rdfs:subPropertyOf :q . :g owl:propertyChainAxiom ( :q :r ) . :r owl:inverseOf :q . :a :p :b .""",
    )
    said = words(page(mine, "http://example.org/a", "http://example.org/g", "http://example.org/a"))
    step = "http://example.org/a — http://example.org/q — http://example.org/b follows by a property that is a case of another"
    assert f"{step} (prp-spo1) because" in said
    assert f"{step} (prp-spo1), as above" in said


def chain(length):
    """Return things that a property goes on through, with long labels."""
    label = "a name that is long " * 20
    steps = " ".join(f':n{at} :p :n{at + 1} ; rdfs:label "{label}{at}" .' for at in range(length))
    return f":p a owl:TransitiveProperty . {steps}", "n0", "p", f"n{length}"


def wide(width):
    """Return a class that asks for very many things, and a member of it."""
    classes = " ".join(f":class-with-a-name-that-is-long-enough-to-fill-a-page-{at}" for at in range(width))
    return f":c owl:intersectionOf ( {classes} ) . :a a {', '.join(classes.split())} .", "a", "a", "c"


@pytest.mark.parametrize(("turtle", "s", "p", "o"), [chain(200), wide(160)], ids=["deep", "wide"])
def test_a_large_proof_is_cut(tmp_path, turtle, s, p, o):
    """The page stays below its size, says that something is left out, and names the command that prints it all."""
    names = [name if name == "a" and at == 1 else f"http://example.org/{name}" for at, name in enumerate((s, p, o))]
    text = page(opened(tmp_path, turtle), *names)
    assert len(text.encode()) <= SIZE
    said = words(text)
    assert "and more that is left out here: sengraph explain prints all of it" in said
    assert "… the rest is left out here: 'sengraph explain' prints all of it" in said
    assert "sengraph explain '<http://example.org/" in said


def test_a_huge_literal_is_clipped(tmp_path):
    """Nor does one value make a page large."""
    mine = opened(tmp_path, f':a :p """{"<" * 90_000}""" . :p rdfs:subPropertyOf :q .')
    text = page(mine, "http://example.org/a", "http://example.org/q", f'"{"<" * 90_000}"')
    assert len(text.encode()) <= SIZE
    assert "“" + "<" * 300 + " …”" in words(text)
