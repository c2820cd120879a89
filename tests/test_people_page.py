"""The page of who works with and who informs whom: the picture, the tables, and graphs of other kinds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree

import pytest

import sengraph
from sengraph import UsageError
from sengraph.pages import layout, picture
from sengraph.pages.html import STATIC
from sengraph.pages.people import people_page

SVG = "{http://www.w3.org/2000/svg}"

MAINSTREAM, SPECIAL, EARLY = "maintained mainstream schools", "maintained special schools", "early education settings"

LINES = {
    "": {
        f"governing body works with headteacher: should ({MAINSTREAM}, {SPECIAL})",
        f"headteacher works with SENCO: should ({MAINSTREAM})",
        f"headteacher works with SEN team: should ({MAINSTREAM})",
        f"SENCO works with fellow teachers: should ({MAINSTREAM})",
        f"SENCO works with senior management: should ({MAINSTREAM})",
        f"SEN team works with fellow teachers: should ({MAINSTREAM})",
        f"SEN team works with senior management: should ({MAINSTREAM})",
        "SENCO or SEN team: one of the two is enough",
        f"management group works with practitioners: should ({EARLY})",
        f"head of setting works with SENCO: should ({EARLY}); has responsibility ({EARLY})",
        f"SENCO works with colleagues: has responsibility ({EARLY})",
        f"governing body informs parents: must ({MAINSTREAM}, {SPECIAL})",
        f"headteacher informs governing body: should ({MAINSTREAM}); will ({SPECIAL})",
        f"head of setting informs management group: should ({EARLY})",
    },
    "maintained-mainstream": {
        f"governing body works with headteacher: should ({MAINSTREAM})",
        f"headteacher works with SENCO: should ({MAINSTREAM})",
        f"headteacher works with SEN team: should ({MAINSTREAM})",
        f"SENCO works with fellow teachers: should ({MAINSTREAM})",
        f"SENCO works with senior management: should ({MAINSTREAM})",
        f"SEN team works with fellow teachers: should ({MAINSTREAM})",
        f"SEN team works with senior management: should ({MAINSTREAM})",
        "SENCO or SEN team: one of the two is enough",
        f"governing body informs parents: must ({MAINSTREAM})",
        f"headteacher informs governing body: should ({MAINSTREAM})",
    },
    "maintained-special": {
        f"governing body works with headteacher: should ({SPECIAL})",
        f"governing body informs parents: must ({SPECIAL})",
        f"headteacher informs governing body: will ({SPECIAL})",
    },
    "early-education": {
        f"management group works with practitioners: should ({EARLY})",
        f"head of setting works with SENCO: should ({EARLY}); has responsibility ({EARLY})",
        f"SENCO works with colleagues: has responsibility ({EARLY})",
        f"head of setting informs management group: should ({EARLY})",
    },
}
"""The lines of the picture, read off the table by hand."""

PARTIES = {
    "": {
        "governing body", "headteacher", "SENCO", "SEN team", "fellow teachers", "senior management", "parents",
        "management group", "head of setting", "practitioners", "colleagues",
    },
    "maintained-mainstream": {
        "governing body", "headteacher", "SENCO", "SEN team", "fellow teachers", "senior management", "parents",
    },
    "maintained-special": {"governing body", "headteacher", "parents"},
    "early-education": {"management group", "head of setting", "SENCO", "practitioners", "colleagues"},
}  # fmt: skip
"""The parties in the picture, read off the table by hand."""

ROWS = {
    ("management group", "practitioners", "determine the approach to provision", "should", "row 1, clause 1"),
    ("head of setting", "SENCO", "work with the SENCO", "should", "row 4, clause 3"),
    ("SENCO", "colleagues, head of setting", "operate the policy day to day", "has responsibility", "row 6, clause 1"),
    ("SENCO", "colleagues, head of setting", "co-ordinate provision", "has responsibility", "row 6, clause 2"),
}
"""Who works with whom in early education settings, as rows, read off the table by hand."""


def link(place):
    """Return what a link to a place says, so that one can be told from any other."""
    return f"/at/{place}"


def page(graph, setting=""):
    """Return the page as text."""
    return people_page(graph, link, setting).decode()


def drawn(text):
    """Return the picture of a page, which is well-formed; None if there is none."""
    found = re.search(r'<svg class="people.*?</svg>', text, re.DOTALL)
    return ElementTree.fromstring(found[0]) if found else None


def titles(picture):
    """Return the lines of a picture in words."""
    return [line.findtext(f"{SVG}title") for line in picture.iter(f"{SVG}g") if line.find(f"{SVG}path") is not None]


def boxes(picture):
    """Return the left, top, right and bottom of each party in a picture, by label."""
    found = {}
    for party in picture.iter(f"{SVG}a"):
        x, y, width, height = (float(party.find(f"{SVG}rect").get(name)) for name in ("x", "y", "width", "height"))
        found[party.findtext(f"{SVG}title")] = (x, y, x + width, y + height)
    return found


def strokes(picture):
    """Return, for each line of a picture, its kind, its title, its points and those of its arrow head."""
    for line in picture.iter(f"{SVG}g"):
        if (path := line.find(f"{SVG}path")) is not None:
            numbers = [float(number) for number in re.findall(r"[-\d.]+", path.get("d"))]
            head = line.find(f"{SVG}polygon")
            corners = [] if head is None else [tuple(map(float, c.split(","))) for c in head.get("points").split()]
            yield (
                line.get("class"),
                line.findtext(f"{SVG}title"),
                [*zip(numbers[::2], numbers[1::2], strict=True)],
                corners,
            )


def apart(point, box):
    """Return how far a point is from a box."""
    across = max(box[0] - point[0], 0, point[0] - box[2])
    down = max(box[1] - point[1], 0, point[1] - box[3])
    return (across**2 + down**2) ** 0.5


def rows(text):
    """Return the rows of each table of a page, with the cells that span rows in each of them, by setting."""
    tables = []
    for table in re.findall(r'<table class="people">.*?</table>', text, re.DOTALL):
        found, spanning = {}, []
        for row in ElementTree.fromstring(table.replace("<br>", "<br/>")).iter("tr"):
            cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
            if row.get("class") == "setting":
                said = found[cells[0]] = []
            elif found:
                spanning = cells[:2] if len(cells) == 5 else spanning
                said.append((*spanning, *cells[-3:]))
        tables.append(found)
    return tables


def opened(tmp_path, turtle):
    """Return the graph of a file of one's own."""
    path = tmp_path / "mine.ttl"
    prefixes = {
        "": "http://example.org/",
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "sen": "https://w3id.org/sengraph/ontology#",
    }
    start = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    path.write_text(start + turtle, encoding="utf-8")
    return sengraph.open(path)


def many(tmp_path, count, per_party=1):
    """Return a graph with a number of parties in a ring, each working with the next ones, and every third informing one."""
    text = ":colleges a sen:SettingType ; rdfs:label 'colleges' .\n"
    for at in range(count):
        text += f":p{at} a sen:Role ; rdfs:label 'assistant co-ordinator for provision {at}' .\n"
        for step in range(1, per_party + 1):
            said = "recipient" if (at + step) % 3 == 0 else "collaborator"
            text += f":r{at}-{step} sen:bearer :p{at} ; sen:{said} :p{(at + step) % count} ; sen:appliesIn :colleges ; "
            text += f"sen:modality sen:modality-must ; rdfs:label 'clause {at}' .\n"
    return opened(tmp_path, text)


# --------------------------------------------------------------------------- what is in the picture


@pytest.mark.parametrize("setting", LINES)
def test_picture(graph, setting):
    """The picture has the lines and the parties that the table tells, each once."""
    picture = drawn(page(graph, setting))
    assert sorted(titles(picture)) == sorted(LINES[setting])
    assert sorted(boxes(picture)) == sorted(PARTIES[setting])


def test_lines_follow(graph):
    """The lines are those that the ontology infers: nothing is drawn that does not follow, and nothing left out."""
    ends = {"works-with": set(), "informs": set()}
    for kind, title, *_ in strokes(drawn(page(graph))):
        if kind != "or":
            ends[kind].add(tuple(title.partition(":")[0].split(f" {kind.replace('-', ' ')} ")))
    inferred = {
        name: {
            (row.one, row.other)
            for row in graph.query(
                f"SELECT (STR(?a) AS ?one) (STR(?b) AS ?other) {{ ?x sen:{name} ?y . ?x rdfs:label ?a . ?y rdfs:label ?b }}"
            )
        }
        for name in ("cooperatesWith", "informs")
    }
    assert ends["informs"] == inferred["informs"]
    assert ends["works-with"] | {(other, one) for one, other in ends["works-with"]} == inferred["cooperatesWith"]


def test_without_inference(graph):
    """The page needs no inference."""
    assert page(sengraph.open(inference=False)) == page(graph)


def test_at_an_endpoint(graph, endpoint):
    """A graph at an endpoint has the same page."""
    assert page(sengraph.open(endpoint=endpoint), "early-education") == page(graph, "early-education")


@pytest.mark.parametrize("setting", LINES)
def test_lines_join_the_parties_they_name(graph, setting):
    """A line starts at the first of its parties and ends at the other; an arrow has its head there."""
    picture = drawn(page(graph, setting))
    found = boxes(picture)
    for kind, title, points, corners in strokes(picture):
        one, other = re.match(r"(.*) (?:works with|informs|or) ([^:]*)", title).groups()
        assert (len(corners) == 3) is (kind == "informs")
        assert apart(points[0], found[one]) < 4
        assert apart(corners[0] if corners else points[-1], found[other]) < 4


def test_lines_differ_without_colour():
    """An arrow is dashed and a line between alternatives dotted, that of co-operation is neither."""
    style = (STATIC / "people.css").read_text("utf-8")
    dashes = dict(re.findall(r"svg \.([\w-]+) path \{ stroke-dasharray: ([\d ]+);", style))
    assert dashes == {"informs": "8 5", "or": "1 6"}


def test_arrows_point_up(graph):
    """Whoever is informed stands above whoever informs."""
    for setting in LINES:
        for kind, _, points, _ in strokes(drawn(page(graph, setting))):
            assert kind != "informs" or points[-1][1] < points[0][1]


def test_few_lines_cross(graph):
    """In the picture of all settings two lines cross: no more, and none of them runs behind a party."""
    picture = drawn(page(graph))
    found = boxes(picture)
    segments = [(points[0], points[-1], title) for _, title, points, _ in strokes(picture)]
    crossing = [(a, b) for a, b in combinations(segments, 2) if layout._cross(*a[:2], *b[:2])]
    assert len(crossing) == 1
    for start, end, title in segments:
        others = [box for party, box in found.items() if party not in title]
        assert not any(layout.meets((*start, *end), (x, y, to - x, down - y)) for x, y, to, down in others)


def test_words_on_lines(graph):
    """The force stands on every line for which there is room: in one setting on all, with all settings on all but one."""
    for setting, bare in {**dict.fromkeys(LINES, 0), "": 1}.items():
        words = [text for text in drawn(page(graph, setting)).iter(f"{SVG}text") if text.get("class") == "said"]
        assert len(words) == len(LINES[setting]) - bare
    assert {" ".join(row.text for row in text) for text in words} == {
        "should",
        "should, has responsibility",
        "has responsibility",
    }


def test_parties_are_linked(graph):
    """A party is a link to its document, with a name for those who do not see the picture."""
    links = {
        party.get("aria-label"): party.get("href") for party in drawn(page(graph, "maintained-special")).iter(f"{SVG}a")
    }
    assert links == {
        "governing body": "/at/doc/ontology/party-governing-body",
        "headteacher": "/at/doc/ontology/party-headteacher",
        "parents": "/at/doc/ontology/party-parents",
    }


def test_picture_has_a_name(graph):
    """The frame of the picture has its title and description for a name, and each line is an image with a title."""
    text = page(graph, "maintained-special")
    picture = drawn(text)
    named = {element.get("id"): element.text for element in picture.iter() if element.get("id")}
    (frame,) = re.findall(r'role="region" aria-labelledby="(picture-[^"]*)"', text)
    assert [named[name] for name in frame.split()] == [
        "Who works with whom, and who informs whom",
        "3 parties. Lines between those who work together: 1. Arrows to those who are informed: 2. The tables below say the same.",
    ]
    lines = [line for line in picture.iter(f"{SVG}g") if line.get("role") == "img"]
    assert [named[line.get("aria-labelledby")] for line in lines] == titles(picture)


# ------------------------------------------------------------------------------------------- the tables


def test_rows(graph):
    """The table has who works with whom, in what, with which force, and where that is said."""
    works_with, informs = rows(page(graph, "early-education"))
    assert {(*row[:4], row[4][-len("row 1, clause 1") :]) for row in works_with[EARLY]} == ROWS
    assert informs[EARLY] == [
        (
            "head of setting",
            "management group",
            "keep governance informed",
            "should",
            "In early education settings, the management group should be kept fully informed by the head of setting."
            "SEN Code of Practice (DfES/581/2001), p. 15, table column 3 (early education settings), row 4, clause 2",
        )
    ]


@pytest.mark.parametrize("question", ["collaborators", "information-lines"])
def test_tables_say_what_the_questions_say(graph, question):
    """The tables and the stored questions have the same clauses, in the same order, with the same parties and force."""
    at, other = {"collaborators": (0, "collaborator"), "information-lines": (1, "recipient")}[question]
    answer = graph.ask(question)
    label = graph.names.label
    expected = {}
    for row in answer:
        key = (label(row.setting), row.who, label(row.activity), label(row.modality), row.statement + row.citation)
        said = getattr(row, other)
        expected.setdefault(key, []).append(label(said) if said.startswith("https:") else said)
    shown = {
        (setting, who, *rest): whom.split(", ")
        for setting, found in rows(page(graph))[at].items()
        for who, whom, *rest in found
    }
    assert [*shown.items()] == [*expected.items()]


def test_alternatives_stand_together(graph):
    """Parties that the table joins by "or" are joined so in the tables too."""
    works_with = rows(page(graph, "maintained-mainstream"))[0][MAINSTREAM]
    assert [row[:2] for row in works_with[-2:]] == [
        ("headteacher", "SENCO or SEN team"),
        ("SENCO or SEN team", "fellow teachers, headteacher, senior management"),
    ]


def test_statements_are_linked(graph):
    """A statement is a link to the document of its responsibility."""
    assert re.search(
        r'<a href="/at/doc/code-2001/early-6\.1"><bdi>In early education settings, the SENCO,', page(graph)
    )


# ------------------------------------------------------------------------------------------- the page


def test_settings_to_choose_from(graph):
    """The form offers the kinds of setting in the order of the table, with the one that is shown chosen."""
    options = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)', page(graph, "maintained-special"))
    assert options == [
        ("", "", "all of them"),
        ("sen:setting-maintained-mainstream", "", MAINSTREAM),
        ("sen:setting-maintained-special", " selected", SPECIAL),
        ("sen:setting-early-education", "", EARLY),
    ]


@pytest.mark.parametrize(
    "name", ["sen:setting-early-education", "https://w3id.org/sengraph/ontology#setting-early-education", EARLY.upper()]
)
def test_names_of_a_setting(graph, name):
    """Any name of a kind of setting chooses it, and what the form sends is one of them."""
    assert page(graph, name) == page(graph, "early-education")


def test_unknown_setting(graph):
    """A kind of setting that is not there is refused, with the nearest one."""
    with pytest.raises(
        UsageError, match="no sen:SettingType is called 'erly-education'. Did you mean 'early-education'"
    ):
        page(graph, "erly-education")


def test_silence_and_dates(graph):
    """The page says what silence means, and when the code it goes by was in force, and for whom longer."""
    text = page(graph)
    assert "that says nothing against co-operation: its silence is not absence of a duty or a power" in text
    assert ": in force from 1 January 2002, no longer from 1 September 2014; it went on being used for children" in text


def test_nothing_but_markup(graph):
    """No script and no style stands in the page."""
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page(graph))


def test_same_bytes():
    """Processes that order their sets otherwise make the same bytes of the same graph."""
    program = "import sys, sengraph; from sengraph.pages.people import people_page as page; "
    program += "sys.stdout.buffer.write(page(sengraph.open(), str))"
    made = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
    assert b"</svg>" in made.pop()


def test_queries(monkeypatch):
    """The first page takes four queries, those of the name of a setting among them, and the others none."""
    graph = sengraph.open()
    asked = []
    run = graph._engine.run
    monkeypatch.setattr(graph._engine, "run", lambda text: asked.append(text) or run(text))
    for most in (4, 0, 0):
        page(graph, "maintained-special")
        assert len(asked) == most
        asked.clear()


# ---------------------------------------------------------------------------------- graphs of one's own


def test_markup_in_labels(tmp_path):
    """What looks like markup in the data is text in the page, and the picture stays well-formed."""
    label = "<script>alert(1)</script> & 'them'"
    mine = opened(
        tmp_path,
        f""":a rdfs:label "{label}" . :b rdfs:label "<b>\u202e]]>" .
        :r sen:bearer :a ; sen:recipient :b ; rdfs:label "{label}" ; dcterms:bibliographicCitation "{label}" ;
        sen:modality :force ; sen:appliesIn :s . :force rdfs:label "{label}" . :s a sen:SettingType ; rdfs:label "{label}" .""",
    )
    text = page(mine)
    assert not re.search(r"<script|<b>", text)
    assert titles(drawn(text)) == [f"{label} informs <b>\ufffd]]>: {label} ({label})"]
    assert set(boxes(drawn(text))) == {label, "<b>\ufffd]]>"}


def test_nothing_to_draw(tmp_path):
    """A graph in which nobody is named has a page that says so, without picture, form and tables."""
    text = page(opened(tmp_path, ":r sen:bearer :a ; rdfs:label 'alone' ."))
    assert "The data here names nobody who is to work with somebody or to keep somebody informed" in text
    assert not re.search(r"<svg|<table|<select", text)


def test_a_setting_without_lines(tmp_path):
    """For a kind of setting for which nobody is named the page says so, and what that means."""
    mine = opened(
        tmp_path,
        """:r sen:bearer :a ; sen:collaborator :b ; sen:appliesIn :s . :s a sen:SettingType ; rdfs:label "colleges" .
        :t a sen:SettingType ; rdfs:label "nurseries" .""",
    )
    text = page(mine, "nurseries")
    assert drawn(text) is None
    assert "in this kind of setting: there is nothing to draw" in text
    assert "says nothing against co-operation" in text
    assert titles(drawn(page(mine, "colleges"))) == ["<http://example.org/a> works with <http://example.org/b>"]


def test_what_is_not_said(tmp_path):
    """A clause without setting, force, activity, label and citation is shown all the same."""
    mine = opened(tmp_path, ":r sen:bearer :a ; sen:collaborator :b . :a rdfs:label 'A' . :b rdfs:label 'B' .")
    assert titles(drawn(page(mine))) == ["A works with B"]
    assert rows(page(mine))[0] == {"no kind of setting named": [("A", "B", "", "", "<http://example.org/r>")]}


def test_nobody_works_with_oneself(tmp_path):
    """A clause whose bearer is its own collaborator is in the table, and has no line."""
    text = page(opened(tmp_path, ":r sen:bearer :a ; sen:collaborator :a . :a rdfs:label 'A' ."))
    assert drawn(text) is None
    assert [row[:2] for row in rows(text)[0]["no kind of setting named"]] == [("A", "A")]


def test_alternatives_to_each_other(tmp_path):
    """Two parties that may each take the place of the other are both there."""
    mine = opened(
        tmp_path,
        """:r sen:bearer :a , :b ; sen:recipient :c . :a rdfs:label "A" ; sen:alternativeTo :b .
        :b rdfs:label "B" ; sen:alternativeTo :a . :c rdfs:label "C" .""",
    )
    assert titles(drawn(page(mine))) == ["A informs C", "B informs C", "A or B: one of the two is enough"]


def test_labels_in_several_languages(tmp_path):
    """A label is in English, or else in no language, or else in any."""
    mine = opened(
        tmp_path,
        """:r sen:bearer :a , :b ; sen:collaborator :c . :a rdfs:label "pennaeth"@cy , "head" , "headteacher"@en-GB .
        :b rdfs:label "corff"@cy , "body" . :c rdfs:label "rhieni"@cy .""",
    )
    assert set(boxes(drawn(page(mine)))) == {"headteacher", "body", "rhieni"}


@pytest.mark.parametrize(("count", "per_party"), [(2, 1), (15, 1), (60, 1), (60, 6)])
def test_no_two_parties_overlap(tmp_path, count, per_party):
    """Each party has a place of its own in the picture, however many there are, and all is within its edges."""
    picture = drawn(page(many(tmp_path, count, per_party)))
    found = boxes(picture)
    assert len(found) == count
    for one, other in combinations(found.values(), 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    width, height = map(float, picture.get("viewBox").split()[2:])
    points = [point for _, _, points, corners in strokes(picture) for point in (points[0], points[-1], *corners)]
    for x, y in [*points, *(box[:2] for box in found.values()), *(box[2:] for box in found.values())]:
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_packaged_parties_do_not_overlap(graph):
    """So it is in the pictures of the packaged graph."""
    for setting in LINES:
        for one, other in combinations(boxes(drawn(page(graph, setting))).values(), 2):
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@pytest.mark.parametrize(("count", "per_party"), [(11, 2), (60, 1), (60, 6)])
def test_work_is_bounded(tmp_path, monkeypatch, count, per_party):
    """No more than so many lines and pairs of lines are looked at to find a place for everybody."""
    looked = []
    cost = layout._Grid._cost

    def counted(grid):
        lines = len(grid.lines)
        looked.append(lines * (lines + 1) // 2 if grid.is_careful else lines)
        return cost(grid)

    monkeypatch.setattr(layout._Grid, "_cost", counted)
    picture.picture.cache_clear()
    page(many(tmp_path, count, per_party))
    assert 0 < sum(looked) <= layout.WORK + layout.STARTS * max(looked)


def test_many_parties_are_wider_than_a_phone(tmp_path):
    """A picture of a few parties shrinks to the width of a phone; one of many keeps its size, in a region that scrolls."""
    few, lots = page(many(tmp_path, 15)), page(many(tmp_path, 60))
    assert drawn(few).get("class") == "people narrow"
    assert drawn(lots).get("class") == "people"
    assert '<div class="wide" role="region" aria-labelledby="picture-title picture-words" tabindex="0">' in lots


def test_too_many_parties(tmp_path):
    """With more parties than anybody could make out there are tables and no picture."""
    text = page(many(tmp_path, picture.MOST_PARTIES + 1))
    assert drawn(text) is None
    assert "There are too many parties for one picture: choose a kind of setting" in text
    assert sum(len(found["colleges"]) for found in rows(text)) == picture.MOST_PARTIES + 1


@pytest.mark.parametrize("length", [30, 100_000])
def test_long_labels(tmp_path, length):
    """A label that is too long for its box is cut there, and whole in its title."""
    label = "i" * length
    mine = opened(tmp_path, f":r sen:bearer :a ; sen:collaborator :b . :a rdfs:label '{label}' . :b rdfs:label 'B' .")
    picture = drawn(page(mine))
    found = boxes(picture)
    shown = ["".join(party.find(f"{SVG}text").itertext()) for party in picture.iter(f"{SVG}a")]
    assert set(found) == {label, "B"}
    assert {len(text) for text in shown} == {1, min(length, 66)}
    assert (max(shown)[-1] == "…") is (length > 66)
    assert max(right - left for left, _, right, _ in found.values()) <= layout.ACROSS
