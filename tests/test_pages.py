"""What pages say, worked out by hand from the reading of the table in `data/responsibilities.csv`."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from sengraph.serve.dataset import Dataset
from tests.site_helpers import Site, resolved

CODE = "Special Educational Needs Code of Practice (2001)"
SOURCE = "SEN Code of Practice (DfES/581/2001), p. 15, table column "
SILENCE = "silence is not absence of a duty or a power"
LABELS = {
    "must": "must",
    "should": "should",
    "may": "may",
    "has-responsibility": "has responsibility",
    "will": "will",
}
SETTINGS = {
    "maintained-mainstream": "maintained mainstream schools",
    "maintained-special": "maintained special schools",
    "early-education": "early education settings",
}
with (Path(__file__).parent / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}
FORCES = {name: row["modality"] for name, row in ROWS.items()}

EQUAL = {
    "mainstream-1.3": {"special-1.3": ""},
    "mainstream-1.4": {"special-1.4": ""},
    "mainstream-3.1": {"special-3.1": ""},
    "mainstream-1.2": {"early-1.1": "collaborator, qualifier"},
    "mainstream-4.1": {"early-4.1": "modal phrase"},
    "mainstream-4.2": {"early-4.2": ""},
    "mainstream-4.3": {"early-4.3": "collaborator"},
    "mainstream-5.1": {"early-5.1": ""},
    "mainstream-5.2": {"early-5.2": "population"},
    "mainstream-6.2": {"early-6.1": "collaborator, manner"},
    "mainstream-6.3": {"early-6.2": "collaborator, population, manner"},
}
"""The clauses that are equal, and what differs without counting: 11 pairs."""

VARIANT = {
    "mainstream-1.1": {"special-1.1": ("scope", "population")},
    "mainstream-1.2": {"special-1.2": ("scope", "population")},
    "mainstream-4.1": {"special-4.1": ("scope", "modal phrase, population")},
    "mainstream-4.2": {"special-4.2": ("modality", "manner")},
    "mainstream-5.1": {"special-5.1": ("scope", "")},
    "mainstream-5.2": {"special-5.2": ("coverage", "population, in line with")},
    "special-1.2": {"early-1.1": ("scope", "collaborator, population, qualifier")},
    "special-4.1": {"early-4.1": ("scope", "population")},
    "special-4.2": {"early-4.2": ("modality", "manner")},
    "special-5.1": {"early-5.1": ("scope", "")},
    "special-5.2": {"early-5.2": ("coverage", "population, in line with")},
}
"""The clauses that differ in what counts, with that and what differs beside it: 11 pairs."""

GAPS = {
    ("maintained-special", "appoint-committee"): "empty",
    ("maintained-special", "work-with-senco"): "lacks",
    ("maintained-special", "take-part-in-strategic-development"): "empty",
    ("maintained-special", "operate-policy-day-to-day"): "empty",
    ("maintained-special", "coordinate-provision"): "empty",
    ("early-education", "determine-general-policy"): "lacks",
    ("early-education", "establish-staffing-and-funding"): "lacks",
    ("early-education", "maintain-oversight"): "lacks",
    ("early-education", "appoint-committee"): "empty",
    ("early-education", "report-on-policy"): "empty",
    ("early-education", "take-part-in-strategic-development"): "lacks",
}
"""What the table gives to nobody, and whether the cell is empty or lacks the clause."""

KINDS = {"empty": "the cell is empty", "lacks": "the cell lacks this clause"}


@pytest.fixture(scope="module")
def site():
    """The site of the packaged graph."""
    return Site(Dataset.open())


@pytest.fixture(scope="module")
def schools_site(schools_store):
    """The site of the invented schools."""
    return Site(Dataset.open(schools_store))


# ----------------------------------------------------------------------------- how pages are read


def under(main, heading):
    """Return the element below a heading."""
    (found,) = [each for each in main.all("h2") if each.words == heading]
    return found.next()


def headings(main):
    """Return the headings of a page."""
    return [each.words for each in main.all("h2")]


def facets(listed):
    """Return the values of each facet of a list: what each says, and the name of the thing that it links."""
    found = {}
    for term in listed.all("dt"):
        value = term.next()
        found[term.words] = [(each.words, name_of(each)) for each in value.all("li") or [value]]
    return found


def name_of(element):
    """Return the local name of the first thing that an element links; empty if there is none."""
    links = element.all("a")
    return local(links[0].attributes["href"]) if links else ""


def local(reference):
    """Return the local name of the thing whose document is linked."""
    return unquote(reference).rpartition("/")[2]


def slug(element):
    """Return the force that an element shows: one that its word, its class and its link agree on."""
    (name,) = {*element.attributes["class"].split()} - {"force"}
    assert element.words == LABELS[name]
    assert name_of(element) == f"modality-{name}"
    return name


def clauses(table):
    """Return the force and the name of each responsibility in a table, in order."""
    return [(slug(row.one("span", "force")), name_of(row.all("td")[1])) for row in table.one("tbody").all("tr")]


def of(**wanted):
    """Return the force and the name of the responsibilities with these values, in the order of the table."""
    order = [*ROWS]
    found = [name for name, row in ROWS.items() if all(value in row[key].split("|") for key, value in wanted.items())]
    return [(FORCES[name], name) for name in sorted(found, key=order.index)]


# ------------------------------------------------------------------------------- responsibilities


@pytest.mark.parametrize("name", ROWS)
def test_a_responsibility_is_told_facet_by_facet(site, name):
    """Each facet that the reading has is on the page, and no other; its force stands beside its kind."""
    row = ROWS[name]
    main = site.get(f"/doc/code-2001/{name}").main
    kind = main.one("p", "kind")
    assert kind.all("a")[0].words == "Responsibility"
    assert slug(kind.one("span", "force")) == row["modality"]
    assert re.search(rf"\b{row['modal_phrase']}\b", main.one("h1").words)
    told = facets(main.all("dl", "facets")[0])
    said = {name: sorted(text for text, _ in values) for name, values in told.items()}
    linked = {name: sorted(link for _, link in values) for name, values in told.items()}

    def words(*columns):
        return sorted(word for column in columns for word in row[column].split("|") if word)

    column = [*SETTINGS].index(row["setting_type"]) + 1
    passage = f"passage-{name.partition('-')[0]}-{row['table_row']}"
    expected = {
        "bearer": words("bearer", "bearer_alternative"),
        "quantifier": words("quantifier"),
        "modality": [LABELS[row["modality"]]],
        "modal phrase": words("modal_phrase"),
        "population": words("population"),
        "collaborator": words("collaborators", "collaborator_alternative"),
        "recipient": words("recipient"),
        "frequency": words("frequency"),
        "manner": words("manner"),
        "qualifier": words("qualifier"),
        "stage": words("stage"),
        "establishes": words("establishes"),
        "in line with": [CODE] * bool(row["in_line_with"]),
        "applies in": [SETTINGS[row["setting_type"]]],
        "clause": words("clause"),
        "citation": [
            f"{SOURCE}{column} ({SETTINGS[row['setting_type']]}), row {row['table_row']}, clause {row['clause']}"
        ],
        "is a": ["Responsibility"],
    }
    by_link = {
        "activity": [f"activity-{row['kind']}"],
        "scope": [f"scope-{row['scope']}"],
        "coverage": [f"coverage-{row['coverage']}"],
        "stated in": [passage],
    }
    expected = {facet: values for facet, values in expected.items() if values}
    assert {facet: values for facet, values in said.items() if facet in expected} == expected
    assert {facet: linked[facet] for facet in by_link} == by_link
    assert len(said.get("covers", [])) == len(words("covers"))
    assert said.keys() - expected.keys() - by_link.keys() <= {"covers"}
    assert {slug(force) for force in main.all("span", "force")} == {row["modality"]}


@pytest.mark.parametrize("name", ROWS)
def test_a_responsibility_is_compared_with_each_other_kind_of_setting(site, name):
    """Every other kind has the equal clause, the variant with what differs, or a gap of its kind that says it is silence."""
    row = ROWS[name]
    main = site.get(f"/doc/code-2001/{name}").main
    found = {}
    for each in under(main, "The same activity in other kinds of setting").one("tbody").all("tr"):
        where, compared, said = each.all("td")
        mark = compared.one("span", "mark")
        also = compared.all("span", "faint")
        rest = compared.words.removeprefix(mark.words).removesuffix(also[0].words if also else "").strip()
        beside = also[0].words.removeprefix("also differs in ") if also else ""
        why = [parse_qs(urlsplit(link.attributes["href"]).query)["p"][0] for link in said.all("a", "why")]
        found[name_of(where)] = (mark.words, rest.replace("force", "modality"), beside, name_of(said), why)
        if mark.words == "gap":
            assert SILENCE in said.words
    expected = {}
    for setting in SETTINGS.keys() - {row["setting_type"]}:
        short = setting.split("-")[-1] if setting.startswith("maintained") else "early"
        told = ("gap", KINDS[GAPS[setting, row["kind"]]], "", "", []) if (setting, row["kind"]) in GAPS else None
        for one, others in EQUAL.items():
            for other, also in others.items():
                pair = {one: other, other: one}.get(name, "")
                if pair.startswith(short):
                    told = ("equal", "", also, pair, ["sen:equivalentTo"])
        for one, others in VARIANT.items():
            for other, (facet, also) in others.items():
                pair = {one: other, other: one}.get(name, "")
                if pair.startswith(short):
                    told = ("variant", f"in {facet}", also, pair, ["sen:correspondsTo"])
        expected[f"setting-{setting}"] = told
    assert found == expected


@pytest.mark.parametrize("name", ["mainstream-1.3", "mainstream-5.1", "special-5.2", "early-1.1"])
def test_how_the_source_was_read_stands_with_a_responsibility(site, name):
    """Each note on the reading of the clause and of its cell is there, word for word, as are the dates of the code."""
    graph = site.data.graph
    main = site.get(f"/doc/code-2001/{name}").main
    own = graph.query(f"SELECT ?note {{ code:{name} sen:readingNote ?note }}").rows
    cell = graph.query(f"SELECT ?note {{ code:{name} sen:statedIn/sen:readingNote ?note }}").rows
    assert own
    assert {each.text for each in under(main, "How the source was read").all("li")} == {note.value for (note,) in own}
    if cell:
        told = under(main, "How the source was read: the passage")
        assert {each.text for each in told.all("li")} == {note.value for (note,) in cell}
    (status,) = main.all("p", "status")
    assert status.words.startswith(
        f"{CODE} : in force from 1 January 2002, no longer from 1 September 2014;".replace(" :", ":")
    )
    assert "already in the system" in status.words
    assert "Statutory guidance for England under the Education Act 1996" in status.words


def test_every_conclusion_about_a_responsibility_says_why(site):
    """What was inferred stands apart from what is stated, and each of it links the page that tells why it holds."""
    followed = Counter()
    for name in ROWS:
        answer = site.get(f"/doc/code-2001/{name}")
        found = [each for each in answer.main.all("h2") if each.words == "What follows"]
        listed = found[0].next().next()
        values = [each for value in listed.all("dd") for each in value.all("li") or [value]]
        assert len(values) >= 5  # function, class by force, kind, content and the two markers
        for value in values:
            target = site.target(resolved(answer.address, value.one("a", "why").attributes["href"]))
            predicate = parse_qs(urlsplit(target).query)["p"][0]
            if followed[predicate] < 3:
                followed[predicate] += 1
                page = site.get(target)
                assert page.status == 200
                assert page.main.one("p", "kind").words == "Why this holds", target
                assert "[1]" in page.main.words
    assert followed.keys() == {"sen:bearerFunction", "rdf:type", "sen:ofKind", "sen:ofContent"}


def test_conclusions_say_why_on_the_page_of_either_end(schools_site):
    """A class that a responsibility was inferred to be in, and a responsibility that a school was inferred to have."""
    for place, property_, subject, object_ in (
        ("/doc/ontology/Obligation", "rdf:type", "code:mainstream-3.1", "sen:Obligation"),
        ("/doc/code-2001/special-3.1", "sen:subjectTo", "establishment:900005", "code:special-3.1"),
    ):
        answer = schools_site.get(place)
        listed = under(answer.main, "What refers to it")
        queries = [parse_qs(urlsplit(each.attributes["href"]).query) for each in listed.all("a", "why")]
        assert {"s": [subject], "p": [property_], "o": [object_]} in queries
        values = [each for value in listed.all("dd") for each in value.all("li") or [value]]
        for value in values:
            named = name_of(value)
            if named in ROWS or named.startswith("9000"):
                assert len(value.all("a", "why")) == 1


# ------------------------------------------------------------------------ forces, wherever they are shown


def shown(main):
    """Yield the forces and the responsibilities of each least part of a page that has both: a clause, an item or a row."""
    parts = [each for tag in ("p", "li", "tr") for each in main.all(tag)]
    for part in parts:
        inner = [each for each in part.all() if each.tag in ("p", "li", "tr")]
        forces = part.all("span", "force")
        linked = {local(a.attributes["href"]) for a in part.all("a") if "/doc/code-2001/" in f"/{a.attributes['href']}"}
        if not inner and forces and linked & ROWS.keys():
            yield [slug(force) for force in forces], linked & ROWS.keys()


def pages_with_forces(graph):
    """Return places of pages that show responsibilities with their force."""
    kinds = (
        "Party Activity SettingType Modality Scope Coverage Population Stage Function Passage Responsibility".split()
    )
    values = " ".join(f"sen:{kind}" for kind in kinds)
    rows = graph.query(f"SELECT DISTINCT ?x {{ VALUES ?c {{ {values} }} ?x a ?c }}").rows
    yield from (f"/doc/{x.value.removeprefix('https://w3id.org/sengraph/').replace('#', '/')}" for (x,) in rows)
    yield from ("/people", *(f"/people?setting={setting}" for setting in SETTINGS))
    yield from ("/table", *(f"/table?setting={setting}" for setting in SETTINGS))
    yield from (f"/table?modality={force}" for force in LABELS)
    names = "responsibilities-of by-modality statutory-duties discretionary-powers who-is-served who-is-responsible"
    yield from (f"/questions/{name}" for name in names.split())


def test_no_force_is_ever_shown_as_another(site):
    """Wherever one of the 31 responsibilities stands with a force, in whatever page, it is its own."""
    seen = Counter()
    for place in pages_with_forces(site.data.graph):
        answer = site.get(place)
        assert answer.status == 200
        for forces, names in shown(answer.main):
            (name,) = names
            assert {*forces} == {FORCES[name]}, (place, name)
            seen[name] += 1
    assert seen.keys() == ROWS.keys()
    assert min(seen.values()) > 10


def test_no_force_is_shown_as_another_where_two_are_compared(site):
    """Rows of pairs show the force of the one and the force of the other, in the order of their columns."""
    for question in ("different-force", "correspondences", "equivalents", "differences"):
        main = site.get(f"/questions/{question}").main
        table = main.one("table", "answer")
        heads = [each.words for each in table.one("thead").all("th")]
        rows = table.one("tbody").all("tr")
        assert len(rows) >= 2
        for row in rows:
            cells = dict(zip(heads, row.all("td"), strict=True))
            one, other = name_of(cells["responsibility"]), name_of(cells["counterpart"])
            assert {one, other} <= ROWS.keys()
            forces = [slug(force) for force in row.all("span", "force")]
            assert {*forces} <= {FORCES[one], FORCES[other]}, (question, one, other)
            if question == "different-force":
                assert forces == [FORCES[one], FORCES[other]]


# ----------------------------------------------------------------- parties, activities, passages, settings, forces


@pytest.mark.parametrize(
    ("party", "kind", "function"),
    [
        ("governing-body", "Body", "governance"),
        ("management-group", "Body", "governance"),
        ("headteacher", "Role", "leadership"),
        ("senco", "Role", "SEN co-ordination"),
        ("practitioners", "Group", "support teaching"),
        ("parents", "Group", ""),
    ],
)
def test_a_party_is_told_by_what_it_is_to_do_and_where_it_is_named(site, party, kind, function):
    """Its page lists what it bears, who is to work with it, and who is to inform it, each in the order of the table."""
    label = "SENCO" if party == "senco" else party.replace("-", " ")
    main = site.get(f"/doc/ontology/party-{party}").main
    assert main.one("h1").words == label
    assert main.one("p", "kind").words == kind
    performs = facets(main.all("dl", "facets")[0]).get("performs", [])
    assert " ".join(sorted(text for text, _ in performs)) == function
    for heading, columns in {
        "What it is to do": ["bearer", "bearer_alternative"],
        "Where it is to be worked with": ["collaborators", "collaborator_alternative"],
        "Where it is to be kept informed": ["recipient"],
    }.items():
        expected = [each for column in columns for each in of(**{column: label})]
        if expected:
            assert clauses(under(main, heading)) == expected
        else:
            assert heading not in headings(main)
    citations = [each.words for each in main.all("span", "source")]
    assert all(citation.startswith(SOURCE) for citation in citations)


def test_counterparts_of_a_party_follow_and_say_why(site):
    """SENCO and SEN team perform one function, and the page of each names the other as what follows, never as stated."""
    main = site.get("/doc/ontology/party-senco").main
    stated, follows = (facets(each) for each in main.all("dl", "facets")[:2])
    assert "counterpart of" not in stated
    assert [link for _, link in follows["counterpart of"]] == ["party-sen-team"]


@pytest.mark.parametrize("activity", sorted({row["kind"] for row in ROWS.values()}))
def test_an_activity_tells_who_is_to_do_it_and_where_nobody_is(site, activity):
    """Gaps are told apart: the cell is empty, or it is filled and lacks the clause; and silence is not absence."""
    main = site.get(f"/doc/ontology/activity-{activity}").main
    assert clauses(under(main, "Who is to do it")) == of(kind=activity)
    gaps = {setting: KINDS[kind] for (setting, each), kind in GAPS.items() if each == activity}
    if not gaps:
        assert "Where the table gives it to nobody" not in headings(main)
        return
    listed = under(main, "Where the table gives it to nobody")
    assert {name_of(each): each.words.partition("gap ")[2] for each in listed.all("li")} == {
        f"setting-{setting}": words for setting, words in gaps.items()
    }
    assert SILENCE in listed.next().words


@pytest.mark.parametrize("passage", sorted({f"{name.rpartition('.')[0]}" for name in ROWS}))
def test_a_passage_tells_what_it_states(site, passage):
    """A cell of the table has its page, column and row, the digest of its text but not its text, and its clauses."""
    setting, row = passage.split("-")
    main = site.get(f"/doc/code-2001/passage-{passage}").main
    column = ["mainstream", "special", "early"].index(setting) + 1
    told = {name: [text for text, _ in values] for name, values in facets(main.all("dl", "facets")[0]).items()}
    assert (told["page"], told["column"], told["row"]) == (["15"], [str(column)], [row])
    assert re.fullmatch("[0-9a-f]{64}", told["digest"][0])
    assert told["part of"] == [CODE]
    assert told["citation"][0].startswith(f"{SOURCE}{column} (")
    expected = [(FORCES[name], name) for name in ROWS if name.startswith(f"{passage}.")]
    assert clauses(under(main, "What this passage states")) == expected


def test_the_passages_are_the_fourteen_cells_that_are_filled():
    """Eighteen cells, of which four are empty: special 2 and 6, early 2 and 3."""
    assert len({name.rpartition(".")[0] for name in ROWS}) == 14


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_kind_of_setting_tells_its_clauses_and_its_gaps(site, setting):
    """Its page has the whole column of the table, and the activities that the table gives to nobody there."""
    main = site.get(f"/doc/ontology/setting-{setting}").main
    assert main.one("h1").words == SETTINGS[setting]
    assert clauses(under(main, "What is said of these settings")) == of(setting_type=setting)
    gaps = {activity: KINDS[kind] for (each, activity), kind in GAPS.items() if each == setting}
    if not gaps:
        assert "What the table gives to nobody here" not in headings(main)
        return
    listed = under(main, "What the table gives to nobody here")
    assert {name_of(each): each.words.partition("gap ")[2] for each in listed.all("li")} == {
        f"activity-{activity}": words for activity, words in gaps.items()
    }
    assert SILENCE in listed.next().words


@pytest.mark.parametrize(
    ("force", "number"), [("must", 2), ("should", 20), ("may", 1), ("has-responsibility", 7), ("will", 1)]
)
def test_a_force_has_what_is_said_with_it_and_nothing_else(site, force, number):
    """Five forces are kept apart: 2, 20, 1, 7 and 1 of the 31 responsibilities."""
    main = site.get(f"/doc/ontology/modality-{force}").main
    assert main.one("h1").words == LABELS[force]
    found = clauses(under(main, "What is said with this force"))
    assert len(found) == number
    assert found == of(modality=force)


def test_the_code_tells_when_it_was_in_force_and_what_it_was(site):
    """Its dates are days, its end is not a clean cut, and its place in law is told."""
    main = site.get("/doc/code-2001/code").main
    assert main.one("h1").words == CODE
    told = {name: " ".join(text for text, _ in values) for name, values in facets(main.all("dl", "facets")[0]).items()}
    assert told["in force from"] == "1 January 2002"
    assert told["in force until"] == "1 September 2014"
    assert "already in the system" in told["saving provision"]


# ------------------------------------------------------------------------------------- establishments

ALDER = "/doc/establishment/900001"
"""A community school for ages from 3, with nursery classes: maintained mainstream; by analogy, early education too."""


def test_a_school_has_what_the_terms_give_and_apart_from_it_what_an_analogy_would(schools_site):
    """The mainstream column by the terms of the Code, the early one by analogy under a heading that says so, never mixed."""
    main = schools_site.get(ALDER).main
    assert main.one("h1").words == "Alder Primary School"
    assert headings(main)[:2] == ["What the Code's terms give to its people", "What they would give by analogy"]
    by_terms, by_analogy = (under(main, heading) for heading in headings(main)[:2])
    assert clauses(by_terms) == of(setting_type="maintained-mainstream")
    assert clauses(by_analogy) == of(setting_type="early-education")
    for table, property_ in ((by_terms, "sen:subjectTo"), (by_analogy, "sen:subjectToByAnalogy")):
        for row in table.one("tbody").all("tr"):
            given = parse_qs(urlsplit(row.one("a", "why").attributes["href"]).query)
            name = name_of(row.all("td")[1])
            assert given == {"s": ["establishment:900001"], "p": [property_], "o": [f"code:{name}"]}
    follows = facets(under(main, "What follows").next())
    assert [link for _, link in follows["setting type"]] == ["setting-maintained-mainstream"]
    assert [link for _, link in follows["setting type by analogy"]] == ["setting-early-education"]


def test_what_a_school_has_is_shown_with_when_the_code_was_in_force(schools_site):
    """Being subject to a code is timeless, so its dates, its saving and its place in law stand with it."""
    words = schools_site.get(ALDER).main.one("p", "status").words
    for said in (CODE, "in force from 1 January 2002", "no longer from 1 September 2014", "already in the system"):
        assert said in words
    assert "Statutory guidance" in words


@pytest.mark.parametrize(
    ("urn", "by_terms", "by_analogy"),
    [
        ("900003", ["maintained-mainstream"], ["early-education"]),
        ("900005", ["maintained-special"], []),
        ("900007", ["early-education"], []),
        ("900009", [], ["maintained-mainstream"]),
        ("900013", [], ["maintained-special"]),
        ("900016", [], ["early-education"]),
        ("900018", [], []),
    ],
)
def test_a_school_has_the_columns_of_its_settings(schools_site, urn, by_terms, by_analogy):
    """A closed primary with a nursery, special and nursery schools, academies, a private one with a nursery, a college."""
    main = schools_site.get(f"/doc/establishment/{urn}").main
    for heading, settings in {
        "What the Code's terms give to its people": by_terms,
        "What they would give by analogy": by_analogy,
    }.items():
        found = clauses(under(main, heading)) if heading in headings(main) else []
        assert sorted(found) == sorted(each for setting in settings for each in of(setting_type=setting))
    assert len(main.all("p", "status")) == bool(by_terms or by_analogy)


def test_why_a_school_is_subject_to_a_duty_leads_down_to_the_register(schools_site):
    """The page of a school's conclusion names the terms, the register, and when the code was in force."""
    main = schools_site.get("/why?s=establishment:900001&p=sen:subjectTo&o=code:mainstream-3.1").main
    assert main.one("p", "kind").words == "Why this holds"
    for said in (
        "Alder Primary School",
        "Community school",
        "graph register",
        "sen.ttl",
        "in force from 1 January 2002",
    ):
        assert said in main.words


# ----------------------------------------------------------------------------------------- the table


def cells(main):
    """Return the table: by activity and setting, the clauses with their force, the mark and what stands behind it."""
    table = main.one("table", "settings")
    columns = [name_of(each) for each in table.one("thead").all("th")[1:]]
    found = {}
    for row in table.one("tbody").all("tr"):
        activity = name_of(row.one("th")).removeprefix("activity-")
        for setting, cell in zip(columns, row.all("td"), strict=True):
            said = [each for each in cell.all("p") if each.all("span", "force")]
            names = [(slug(each.one("span", "force")), local(each.all("a")[-1].attributes["href"])) for each in said]
            faint = ["faint" in each.attributes.get("class", "").split() for each in said]
            marks = [
                (mark.words, mark.parent.words.partition(mark.words)[2].strip()) for mark in cell.all("span", "mark")
            ]
            found[activity, setting.removeprefix("setting-")] = (names, marks, faint)
    return found


def compared(one, other):
    """Return how two clauses compare, as the table says it."""
    also = EQUAL.get(one, {}).get(other)
    if also is not None:
        return ("equal", f"also differs in {also}" if also else "")
    facet, also = VARIANT[one][other]
    return ("variant", f"in {facet}" + (f"; also differs in {also}" if also else ""))


@pytest.mark.parametrize(
    "chosen",
    [
        [],
        ["maintained-mainstream", "maintained-special"],
        ["maintained-mainstream", "early-education"],
        ["maintained-special", "early-education"],
        ["maintained-special"],
        ["early-education"],
    ],
)
def test_each_cell_is_compared_with_the_first_filled_one_that_is_shown(site, chosen):
    """Whichever columns are shown, a mark speaks of a cell to the left that is there, and gaps tell of which kind they are."""
    main = site.get("/table?" + "&".join(f"setting={setting}" for setting in chosen)).main
    columns = chosen or [*SETTINGS]
    found = cells(main)
    assert len({activity for activity, _ in found}) == len(
        {row["kind"] for row in ROWS.values() if row["setting_type"] in columns}
    )
    for activity in {activity for activity, _ in found}:
        first = ""
        for setting in columns:
            names, marks, _ = found[activity, setting]
            assert names == of(kind=activity, setting_type=setting)
            words = [(mark, said.replace("force", "modality")) for mark, said in marks]
            if not names:
                assert words == [("gap", KINDS[GAPS[setting, activity]])]
            elif not first:
                assert words == []
                first = names[0][1]
            else:
                assert words == [compared(first, names[0][1])]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("modality=must", {"modality": "must"}),
        ("modality=sen:modality-has-responsibility", {"modality": "has-responsibility"}),
        ("modality=https%3A%2F%2Fw3id.org%2Fsengraph%2Fontology%23modality-will", {"modality": "will"}),
        ("modality=has+responsibility", {"modality": "has-responsibility"}),
        ("party=senco", {"party": "SENCO"}),
        ("party=SENCO", {"party": "SENCO"}),
        ("party=fellow+teachers", {"party": "fellow teachers"}),
        ("modality=should&party=sen:party-governing-body", {"modality": "should", "party": "governing body"}),
    ],
)
def test_the_table_is_filtered_by_force_and_party(site, query, wanted):
    """By any name of a thing: a row stays if one of its clauses has what is wanted; its other clauses are faint."""
    party, force = wanted.get("party"), wanted.get("modality")
    columns = ("bearer", "bearer_alternative", "collaborators", "collaborator_alternative", "recipient")

    def is_wanted(name):
        row = ROWS[name]
        named = {each for column in columns for each in row[column].split("|")}
        return (not party or party in named) and (not force or row["modality"] == force)

    found = cells(site.get(f"/table?{query}").main)
    rows = {row["kind"] for name, row in ROWS.items() if is_wanted(name)}
    assert {activity for activity, _ in found} == rows
    assert rows
    for names, _, faint in found.values():
        assert faint == [not is_wanted(name) for _, name in names]


@pytest.mark.parametrize(
    ("query", "wrong", "near"),
    [
        ("modality=shall", "'shall'", "should|has-responsibility"),
        ("modality=shoud", "'shoud'", "Did you mean '(sen:modality-)?should'"),
        ("party=sencoo", "'sencoo'", "Did you mean '(sen:party-)?senco'"),
        ("setting=speciall", "'speciall'", "(sen:setting-)?maintained-special"),
        ("setting=maintained-special&setting=nowhere", "'nowhere'", "maintained-mainstream"),
        ("party=committee", "'?committee'?", "."),
        ("modality=must&modality=may", "Modality= is there 2 times", "."),
    ],
)
def test_a_filter_that_is_not_there_is_told_with_the_nearest(site, query, wrong, near):
    """An unknown value, or a party that no clause names, is no empty table: 400 with what may have been meant."""
    answer = site.get(f"/table?{query}")
    assert answer.status == 400
    (problem,) = answer.main.all("p", "problem")
    assert re.search(wrong, problem.words)
    assert re.search(near, problem.words)


def test_a_filter_stays_chosen(site):
    """What was asked for is chosen in the form again."""
    main = site.get("/table?modality=must&party=parents&setting=early-education&setting=maintained-mainstream").main
    chosen = {
        each.parent.attributes["name"]: each.words for each in main.all("option") if "selected" in each.attributes
    }
    assert chosen == {"modality": "must", "party": "parents"}
    checked = {each.attributes["value"] for each in main.all("input") if "checked" in each.attributes}
    assert checked == {"sen:setting-early-education", "sen:setting-maintained-mainstream"}


# ------------------------------------------------------------------------------------------- home


def test_the_home_page_counts_by_force_and_setting(site):
    """Five forces by three settings: 31 in all, none folded into another; each number leads to the table with as many."""
    answer = site.get("/")
    table = answer.main.one("table", "numbers")
    heads = [name_of(each).removeprefix("setting-") for each in table.one("thead").all("th")[1:]]
    assert heads == [*SETTINGS]
    found = {
        slug(row.one("span", "force")): [each.words for each in row.all("td")] for row in table.one("tbody").all("tr")
    }
    assert found == {
        "must": ["1", "1", "none"],
        "should": ["9", "6", "5"],
        "may": ["1", "none", "none"],
        "has-responsibility": ["3", "1", "3"],
        "will": ["none", "1", "none"],
    }
    assert "31 responsibilities" in answer.main.words
    links = table.one("tbody").all("td")
    numbered = [each.one("a") for each in links if each.words != "none"]
    assert len(numbered) == 10
    for link in numbered:
        shown_there = cells(site.get(site.target(resolved(answer.address, link.attributes["href"]))).main)
        wanted = [faint for _, _, faints in shown_there.values() for faint in faints if not faint]
        assert len(wanted) == int(link.words)


def test_the_home_page_asks_what_can_be_asked(schools_site, site):
    """Its forms lead to questions that answer; of a school only where schools are."""
    answer = site.get("/")
    forms = answer.main.all("form")
    assert [local(each.attributes["action"]) for each in forms] == ["responsibilities-of", "who-is-responsible"]
    for form in forms:
        for select in form.all("select"):
            values = [each.attributes["value"] for each in select.all("option")]
            for value in values:
                target = site.target(resolved(answer.address, form.attributes["action"]))
                assert site.get(f"{target}?{select.attributes['name']}={quote(value)}").status == 200
    actions = [local(each.attributes["action"]) for each in schools_site.get("/").main.all("form")]
    assert actions[2:] == ["responsibilities-of-school"]


# ------------------------------------------------------------------------------------------- search


def results(main):
    """Return the names of what a search found, in order."""
    return [each.one("code").words for each in main.one("ol", "found").all("li")]


def test_search_puts_names_before_what_merely_holds_the_words(site):
    """A name that is the words comes first, then names that hold them, the shortest first, then definitions and notes."""
    found = results(site.get("/search?words=senco").main)
    assert found[:2] == ["sen:party-senco", "sen:activity-work-with-senco"]
    assert found.index("code:early-4.3") < found.index("sen:party-sen-team")  # whose definition names it
    assert results(site.get("/search?words=SENCO").main) == found
    assert results(site.get("/search?words=governing+body").main)[0] == "sen:party-governing-body"
    assert "sen:party-governing-body" in results(site.get("/search?words=body+governing").main)


def test_search_finds_a_school_by_name_and_number(schools_site):
    """A URN, a name in any case and a part of one find the school, and nothing but it comes first."""
    assert results(schools_site.get("/search?words=900001").main) == ["establishment:900001"]
    assert results(schools_site.get("/search?words=alder+primary+school").main)[0] == "establishment:900001"
    assert results(schools_site.get("/search?words=ysgol+p%C3%AEn").main)[0] == "establishment:900019"
    both = results(schools_site.get("/search?words=damson").main)
    assert {"establishment:900004", "establishment:900021"} <= {*both}


@pytest.mark.parametrize(
    "words", ["zzzzz", "(a+)+$", ".*", "[", "\\", "senco|parents", "^senco", "%", "_", "'; --", "%00"]
)
def test_search_takes_words_as_they_are(site, words):
    """Nothing found is told; what a pattern language would make of the words does not matter."""
    answer = site.get(f"/search?words={quote(words)}")
    assert answer.status == 200
    assert answer.main.one("p", role="status").words.startswith("Nothing here holds all of these words")
    assert answer.main.one("input").attributes["value"] == words


def test_search_for_nothing_and_for_very_much(site):
    """No words show the form; 60,000 are as good as the first of them, and do not come back."""
    for target in ("/search", "/search?words=", "/search?words=+++"):
        main = site.get(target).main
        assert main.all("p", role="status") == []
        assert main.all("li") == []
    answer = site.get("/search?words=" + "senco+" * 10_000)
    assert answer.status == 200
    assert results(answer.main)[0] == "sen:party-senco"
    assert len(answer.body) < 20_000


# ---------------------------------------------------------------------------------------- questions


def fields(main):
    """Return the fields of a question's form by name: the kind, the value, the choices and whether a value is needed."""
    found = {}
    for each in main.one("form", "fields").all():
        if "name" in each.attributes:
            options = [(option.attributes["value"], option.words) for option in each.all("option")]
            chosen = [option.attributes["value"] for option in each.all("option") if "selected" in option.attributes]
            value = chosen[0] if chosen else each.attributes.get("value", "")
            found[each.attributes["name"]] = (
                each.attributes.get("type", each.tag),
                value,
                options,
                "required" in each.attributes,
            )
    return found


def test_each_parameter_of_each_question_has_a_field(schools_site):
    """Choices come with labels, defaults are filled in, what is needed is marked, and nothing is asked but what there is."""
    graph = schools_site.data.graph
    for question in graph.questions:
        main = schools_site.get(f"/questions/{question.name}").main
        assert main.one("h1").words == question.summary
        found = fields(main) if question.parameters else {}
        assert found.keys() == {parameter.name for parameter in question.parameters}
        for parameter in question.parameters:
            kind, value, options, is_needed = found[parameter.name]
            assert value == (parameter.default or "")
            assert is_needed == parameter.required
            assert (kind == "select") == bool(graph.choices(parameter))
            if kind == "select":
                assert options[0][0] == ""
                assert sorted(each for each, _ in options[1:]) == sorted(graph.choices(parameter))
    parties = dict(fields(schools_site.get("/questions/responsibilities-of").main)["party"][2])
    assert (parties["senco"], parties["governing-body"]) == ("SENCO", "governing body")
    assert fields(schools_site.get("/questions/in-force-on").main)["on"][0] == "date"


@pytest.mark.parametrize(
    ("name", "needed"),
    [("responsibilities-of-school", "school"), ("predecessors", "school"), ("in-force-on", "on"), ("search", "words")],
)
def test_a_question_that_needs_a_value_shows_its_form_and_no_error(schools_site, name, needed):
    """Whoever has filled in nothing yet, or sent the form empty, has done nothing wrong."""
    for target in (f"/questions/{name}", f"/questions/{name}?{needed}="):
        answer = schools_site.get(target)
        assert answer.status == 200
        assert fields(answer.main)[needed][3]
        assert answer.main.all("p", "problem") == []
        assert answer.main.all("table") == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/questions/responsibilities-of?party=sencoo", "no sen:Party is called 'sencoo'. Did you mean 'senco'"),
        ("/questions/in-force-on?on=yesterday", "'yesterday'"),
        ("/questions/responsibilities-of-school?school=999999", "'999999'"),
        ("/questions/responsibilities-of-school?basis=terms", "school"),
        ("/questions/differences?decides=perhaps", "'perhaps' is not one of the choices"),
        ("/questions/gaps?nonsense=1", "nonsense"),
        ("/questions/gaps?setting=a&setting=b", "Setting= is there 2 times"),
    ],
)
def test_a_wrong_value_is_told_beside_the_form(schools_site, target, said):
    """400, with the form as it was filled in and what is wrong with it; no answer and no query."""
    answer = schools_site.get(target)
    assert answer.status == 400
    (problem,) = answer.main.all("p", "problem")
    assert said in problem.words
    assert answer.main.all("pre") == []
    assert "--" not in problem.words  # nothing of the command line
    if answer.main.all("form"):
        for name, values in parse_qs(urlsplit(target).query).items():
            if name in fields(answer.main) and len(values) == 1:
                assert fields(answer.main)[name][1] == values[0]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("statutory-duties", {}),
        ("gaps", {"setting": "maintained-special"}),
        ("responsibilities-of", {"party": "senco", "setting": "early-education"}),
        ("in-force-on", {"on": "2005-09-01"}),
        ("search", {"words": 'the "policy"\\'}),
    ],
)
def test_the_query_that_was_run_is_shown(site, name, given):
    """It is the one that the library binds, and a link takes it to the page for SPARQL as it is."""
    answer = site.get(f"/questions/{name}?" + "&".join(f"{key}={quote(value)}" for key, value in given.items()))
    assert answer.status == 200
    text = site.data.graph.sparql(name, **given)
    (shown_,) = answer.main.all("pre")
    assert shown_.text == text
    (edit,) = [each for each in answer.main.all("a") if "sparql?query=" in each.attributes["href"]]
    editor = site.get(site.target(resolved(answer.address, edit.attributes["href"])))
    assert editor.main.one("textarea").text.removeprefix("\n") == text


def test_an_answer_on_a_page_has_the_rows_that_programs_get(site):
    """Rows and columns are those of the question, and links give the whole in other formats with the same values."""
    answer = site.get("/questions/gaps?setting=maintained-special")
    table = site.data.graph.ask("gaps", setting="maintained-special")
    rows = answer.main.one("table", "answer").one("tbody").all("tr")
    assert len(rows) == len(table.rows) == 5
    assert [each.words for each in answer.main.one("thead").all("th")] == [*table.columns]
    downloads = [each.attributes["href"] for each in answer.main.all("a") if "format=csv" in each.attributes["href"]]
    assert len(downloads) == 1
    as_csv = site.get(site.target(resolved(answer.address, downloads[0])))
    assert as_csv.media_type == "text/csv"
    assert len(as_csv.body.decode().splitlines()) == 6


def test_the_list_of_questions_has_all_of_them(site):
    """Each stands once, under its summary, and leads to its page."""
    answer = site.get("/questions")
    linked = [
        a
        for a in answer.main.all("a")
        if "/questions/" in (site.target(resolved(answer.address, a.attributes["href"])) or "")
    ]
    assert sorted(local(a.attributes["href"]) for a in linked) == sorted(site.data.graph.questions.names)
    summaries = {question.name: question.summary for question in site.data.graph.questions}
    assert all(a.words == summaries[local(a.attributes["href"])] for a in linked)


# ------------------------------------------------------------------------------------- why, people


def test_why_tells_what_does_not_follow_without_calling_it_false(site):
    """Of a variant the page says that it is not equivalent, what that would take, and that this is not the only way."""
    answer = site.get("/why?s=code:mainstream-4.2&p=sen:equivalentTo&o=code:special-4.2")
    assert answer.status == 200
    assert answer.main.one("p", "kind").words == "Does this hold?"
    assert "No: this is neither stated nor does it follow" in answer.main.words
    assert "does not make it false" in answer.main.words


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("s=senco", 400),
        ("s=&p=&o=", 400),
        ("s=senco&s=senco&p=a&o=sen:Role", 400),
        ("s=nobody+at+all&p=a&o=sen:Role", 400),
        ("s=%3Chttp%3A%2F%2Fx%2F%20%3E&p=a&o=sen:Role", 400),
        ("s=http%3A%2F%2F%5B&p=a&o=sen:Role", 400),
        ("s=%22text%22&p=a&o=sen:Role", 400),
        ("s=senco&p=%22text%22&o=sen:Role", 400),
        ("s=senco&p=a&o=%22unclosed", 400),
        ("s=senco&p=a&o=sen:Role", 200),
        ("s=SENCO&p=rdf:type&o=Role", 200),
    ],
)
def test_why_tells_what_is_wrong_with_a_statement(site, query, status):
    """Names that mean nothing, several, no IRI or no place in a triple are the client's fault, not the server's."""
    answer = site.get(f"/why?{query}")
    assert answer.status == status


def test_people_are_those_whom_the_clauses_name(site):
    """The tables of the page have every responsibility with somebody to work with or to inform, once a kind of line."""
    main = site.get("/people").main
    for kind, columns in {"works-with": ("collaborators",), "informs": ("recipient",)}.items():
        (heading,) = [each for each in main.all("h2") if each.attributes.get("id") == kind]
        table = heading.next().one("table")
        found = [name for forces, names in shown(table) for name in names]
        assert sorted(found) == sorted(name for name, row in ROWS.items() if any(row[column] for column in columns))
    assert SILENCE in main.words


def test_an_alignment_tells_what_it_claims(site):
    """Each mapping of the file is a row: our term, what is claimed and whether something follows, and their term."""
    rows = [
        [cell.words for cell in row.all("th") + row.all("td")]
        for row in site.get("/doc/alignments/cpov").main.all("tr")
    ]
    assert rows == [
        ["Our term", "What is claimed", "Their term"],
        ["Code of practice", "Each is one of these rdfs:subClassOf", "cpov:ReferenceFramework"],
        ["Maintained mainstream school", "Close; nothing follows skos:closeMatch", "cpov:PublicOrganisation"],
        ["Maintained special school", "Close; nothing follows skos:closeMatch", "cpov:PublicOrganisation"],
        ["Establishment", "To do with one another; nothing follows skos:relatedMatch", "cpov:PublicOrganisation"],
        ["Local authority", "Close; nothing follows skos:closeMatch", "cpov:PublicOrganisation"],
    ]


def test_what_is_kept_for_one_data_set_is_not_told_of_another(site, schools_site):
    """The page about the data, the table and the search are those of the data that is asked, whichever was before."""
    for target in ("/doc/dataset", "/search?words=alder", "/questions/responsibilities-of-school", "/"):
        pages = [each.get(target).body for each in (site, schools_site, site, schools_site)]
        assert pages[:2] == pages[2:]
        assert pages[0] != pages[1]
