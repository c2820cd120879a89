"""The pages in a real browser: what people do on them, with and without scripts, by keyboard, on a phone, on paper.

A server answers about the invented schools. Whatever a test opens is watched: nothing may be asked of anybody else,
and the browser may have nothing to complain of. What the pages are made of is in test_html.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sengraph.pages import editor
from tests.browser import ALIKE, BROWSER, DESKTOP, PAGES, PHONE, PROBLEMS, SCHOOLS, SELECT
from tests.test_serve import running

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the pages were NOT seen in a browser: playwright is missing"
)
axe = pytest.importorskip("axe_playwright_python", reason="the pages were NOT seen in a browser: axe is missing")
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="the pages were NOT seen in a browser: there is no chromium here"
)

Window = Callable[..., AbstractContextManager[Any]]
"""Opens a window, which is watched until it closes; see `window`."""

WAIT = 30_000
"""Milliseconds for what a page has to do."""


@pytest.fixture(scope="module")
def site(schools_store) -> Iterator[str]:
    """The address of a server with the invented schools."""
    with running("--store", str(schools_store)) as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser; one for this module, since an event loop runs in this thread for as long as it is open."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def window(browser, site) -> Window:
    """Opens windows of the site."""

    @contextmanager
    def opened(refused: int = 0, **options: Any) -> Iterator[Any]:
        """Open a window with a page, and find at the end that nothing was wrong.

        Args:
            refused: how many requests the server is meant to refuse, beside pages that say so themselves.
            options: those of Playwright's `new_context`.
        """
        context = browser.new_context(**{"viewport": DESKTOP, "base_url": site, **options})
        context.set_default_timeout(WAIT)
        try:
            seen = Seen(context, site)
            yield context.new_page()
            assert seen.elsewhere == []
            assert seen.complaints() == ["refused"] * refused
        finally:
            context.close()

    return opened


@pytest.fixture(scope="module")
def gallery(browser, site) -> Iterator[tuple[Any, Seen]]:
    """A window in which pages are looked at one after the other, and what it does."""
    context = browser.new_context(viewport=DESKTOP, base_url=site)
    context.set_default_timeout(WAIT)
    context.add_init_script(path=AXE)
    seen = Seen(context, site)
    yield context.new_page(), seen
    context.close()


class Seen:
    """What a window does.

    Attributes:
        elsewhere: the addresses of others that it asked.
    """

    def __init__(self, context: Any, site: str) -> None:
        self.elsewhere: list[str] = []
        self._said: list[tuple[str, str]] = []
        self._problems: set[str] = set()
        self._site = site
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        context.on("request", self._requested)
        context.on("response", self._answered)
        context.on("console", self._told)
        context.on("weberror", lambda error: self._said.append((str(error.error), "")))

    def forget(self) -> None:
        """Forget what was seen so far."""
        self.elsewhere.clear()
        self._said.clear()

    def _requested(self, request: Any) -> None:
        if not request.url.startswith(self._site):
            self.elsewhere.append(request.url)

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._problems.add(response.url)

    def _told(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._said.append((message.text, message.location.get("url", "")))

    def complaints(self) -> list[str]:
        """Return what the browser said, but for pages that are about a problem, and `refused` for a refused request."""
        others = [(text, url) for text, url in self._said if url not in self._problems or "status of" not in text]
        return ["refused" if "status of 400" in text else text for text, _ in others]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, window) -> Iterator[Any]:
    """A page, with scripts and without."""
    with window(java_script_enabled=request.param) as opened:
        yield opened


def texts(cells: Any) -> list[str]:
    """Return the texts of elements, with single blanks."""
    cells.page.wait_for_load_state()  # nothing that is counted or listed waits for what is still to come
    return [" ".join(text.split()) for text in cells.all_inner_texts()]


def rows(page: Any, table: str = "main table") -> list[list[str]]:
    """Return the texts in the rows of the body of a table."""
    page.wait_for_load_state()
    return [texts(row.locator("th, td")) for row in page.locator(f"{table} tbody tr").all()]


def heading(page: Any) -> str:
    """Return the main heading of a page."""
    return texts(page.locator("main h1"))[0]


# ------------------------------------------------------------------------ what people do


def test_the_form_on_the_first_page_answers(page):
    """The SENCO in early education has two responsibilities, and is named elsewhere for one that is nobody's there."""
    page.goto("")
    page.get_by_label("What are the responsibilities of").select_option(label="SENCO")
    page.get_by_label("in", exact=True).select_option(label="early education settings")
    page.locator("form").filter(has_text="What are the responsibilities of").get_by_role("button").click()
    assert heading(page).startswith("What are the responsibilities of a party")
    names = texts(page.locator("table.answer thead th"))
    wanted = [names.index(name) for name in ("activity", "setting", "who", "modality")]
    assert [[row[number] for number in wanted] for row in rows(page, "table.answer")] == [
        ["operate the policy day to day", "early education settings", "SENCO", "has responsibility"],
        ["co-ordinate provision", "early education settings", "SENCO", "has responsibility"],
        ["take part in strategic development", "early education settings", "nobody is named", ""],
    ]
    chosen = [page.get_by_label(name, exact=False).first.input_value() for name in ("party", "setting")]
    assert chosen == ["senco", "early-education"]


def test_the_numbers_on_the_first_page_lead_to_their_clauses(page):
    """Of the special school's responsibilities one is said with "will"; the table shows it."""
    page.goto("")
    assert [row[1:] for row in rows(page, "table.numbers")] == [
        ["1", "1", "none"],
        ["9", "6", "5"],
        ["1", "none", "none"],
        ["3", "1", "3"],
        ["none", "1", "none"],
    ]
    page.get_by_role("link", name="1 with will in maintained special schools").click()
    assert [row[0] for row in rows(page)] == ["keep governance informed"]
    assert "the governing body will be kept informed" in page.locator("main table").inner_text()


def test_the_table_shows_one_activity_that_must_be_done(page):
    """Reporting on the policy is a must in two kinds of setting, the same in both, and in the third a gap."""
    page.goto("table")
    page.get_by_label("Force").select_option(label="must")
    page.get_by_role("button", name="Filter").click()
    ((activity, mainstream, special, early),) = rows(page)
    assert activity == "report on the policy"
    for cell, kind in ((mainstream, "mainstream"), (special, "special")):
        assert f"must In maintained {kind} schools, the governing body must give parents a yearly report" in cell
    assert "equal" in special
    assert "equal" not in mainstream
    assert "gap the cell is empty" in early
    assert page.get_by_label("Force").locator("option:checked").inner_text() == "must"
    page.get_by_role("link", name="Show all").click()
    assert len(rows(page)) == 14


def test_the_table_shows_what_a_party_does(page):
    """The head of setting has three responsibilities and is to be worked with in two, all in early education."""
    page.goto("table")
    page.get_by_label("Party").select_option(label="head of setting")
    page.get_by_role("button", name="Filter").click()
    assert [row[0] for row in rows(page)] == [
        "manage day to day",
        "keep governance informed",
        "work with the SENCO",
        "operate the policy day to day",
        "co-ordinate provision",
    ]
    found = texts(page.locator("main table td p:not(.faint)").get_by_role("link", name="head of setting"))
    assert [text.partition(",")[0] for text in found] == ["In early education settings"] * 5


def test_the_table_shows_two_settings(page):
    """Of special schools and early education no two clauses are equal; five vary, and seven stand alone."""
    page.goto("table")
    page.get_by_label("maintained special schools").check()
    page.get_by_label("early education settings").check()
    page.get_by_role("button", name="Filter").click()
    assert texts(page.locator("main table thead th")) == [
        "Activity",
        "maintained special schools",
        "early education settings",
    ]
    assert marks(page) == {"variant": 5, "gap": 7}
    assert page.get_by_label("early education settings").is_checked()
    assert not page.get_by_label("maintained mainstream schools").is_checked()


def test_the_whole_table_has_its_marks_in_words(page):
    """Eleven clauses are equal to one on their left, six vary, and there are eleven gaps."""
    page.goto("table")
    assert marks(page) == {"equal": 11, "variant": 6, "gap": 11}
    (special,) = (row[2] for row in rows(page) if row[0] == "keep governance informed")
    assert "variant in force" in special


def marks(page: Any) -> dict[str, int]:
    """Return how often the cells of the table have each mark, by the word that it is."""
    return dict(Counter(texts(page.locator("main table td .mark"))))


def test_links_lead_from_a_cell_to_the_passage_and_back(page):
    """A clause in the table has a page, which leads to the passage of the source, and that to the clause."""
    page.goto("table")
    clause = "In maintained mainstream schools, the governing body must give parents a yearly report"
    page.get_by_role("link", name=clause).click()
    assert heading(page).startswith(clause)
    page.locator("dl.facets").get_by_role("link", name="row 3 of the table").click()
    assert heading(page) == "maintained mainstream schools, row 3 of the table"
    citation = "SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), row 3"
    assert citation in texts(page.locator("dl.facets dd"))
    page.get_by_role("link", name=clause).click()
    assert heading(page).startswith(clause)
    for _ in range(3):
        page.go_back()
    assert heading(page) == "The table, side by side"


def test_pages_tell_when_the_code_was_in_force(page):
    """They do so in the same words."""
    for name in ("home", "people", "responsibility", "school"):
        page.goto((PAGES | SCHOOLS)[name])
        page.wait_for_load_state()
        assert page.locator(".status", has_text="from 1 January 2002, no longer from 1 September 2014").count() == 1


def test_two_schools_of_one_name_are_told_apart(page):
    """Among those that a responsibility addresses are two Damson Schools; each link says which."""
    page.goto(PAGES["responsibility"])
    names = texts(page.get_by_role("link", name="Damson School"))
    assert len(names) == len({*names}) == 2
    titles = set()
    for name in names:
        page.get_by_role("link", name=name).click()
        titles.add(page.title())
        page.go_back()
    assert len(titles) == 2


def test_an_equivalence_tells_why(page):
    """Beside what is equal elsewhere stands a link to the proof, down to what the source states of both."""
    page.goto("doc/code-2001/mainstream-3.1")
    equal = page.get_by_role("row").filter(has_text="maintained special schools")
    assert "equal" in equal.inner_text()
    equal.locator("a.why").click()
    assert "equivalent to" in heading(page)
    proof = page.locator("main").inner_text()
    assert "It follows" in proof
    for side, column in (("special-3.1", 2), ("mainstream-3.1", 1)):
        assert f"{side} — scope — SEN-specific" in " ".join(proof.split())
        cited = f"p. 15, table column {column} "
        assert any(cited in text for text in texts(page.locator("main ol.sources li")))


def test_what_does_not_follow_is_not_proved(page):
    """The scope of a variant differs, and the page says that the equivalence does not follow."""
    page.goto(PAGES["why, does not follow"])
    assert page.locator(".verdict").inner_text().startswith("No: this is neither stated nor does it follow")


def test_search_finds_a_word(page):
    """The field that every page has finds parties by their names."""
    page.goto("people")
    page.get_by_role("search").get_by_role("searchbox").fill("headteacher")
    page.get_by_role("search").get_by_role("button").click()
    page.locator("ol.found").get_by_role("link", name="headteacher", exact=True).click()
    assert heading(page) == "headteacher"


def test_search_finds_a_school_by_its_number(page):
    """A school's page shows what its code gives to it in terms and by analogy, when, and why."""
    page.goto("search")
    page.get_by_label("Words").fill("900001")
    page.locator("main").get_by_role("button").click()
    page.locator("ol.found").get_by_role("link").click()
    assert heading(page) == "Alder Primary School"
    page.wait_for_load_state()
    terms, analogy = page.locator("main table").all()
    assert [terms.locator("tbody tr").count(), analogy.locator("tbody tr").count()] == [14, 8]
    assert "by analogy" in page.locator("h2", has=page.locator("xpath=following-sibling::table[1]")).nth(1).inner_text()
    status = page.locator(".status", has_text="Special Educational Needs Code of Practice").inner_text()
    assert "from 1 January 2002, no longer from 1 September 2014" in status
    terms.locator("a.why").first.click()
    assert "Alder Primary School" in heading(page)
    assert "It follows" in page.locator(".verdict").inner_text()


def test_a_school_is_asked_about_on_the_first_page(page):
    """Its name will do."""
    page.goto("")
    page.get_by_label("this school").fill("Elder School")
    page.locator("form").filter(has_text="this school").get_by_role("button").click()
    assert len(rows(page, "table.answer")) == 11


def test_a_question_says_what_is_wrong_with_a_value(page):
    """The form stays, with what was given, and says it."""
    page.goto(PROBLEMS["value that a question does not have"][1])
    assert "nothing" in page.get_by_role("alert").inner_text()
    page.get_by_label("activity", exact=False).first.select_option(label="report on the policy")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_load_state()
    assert page.get_by_role("alert").count() == 0
    assert len(rows(page, "table.answer")) == 3


# ---------------------------------------------------------------------------------- SPARQL


def test_a_query_is_run_without_scripts(window):
    """The form sends it, and the page comes back with it and its answer."""
    with window(java_script_enabled=False) as page:
        page.goto("sparql")
        page.get_by_label("Query").fill(SELECT)
        page.get_by_role("button", name="Run").click()
        assert rows(page, "table.answer") == [["governing body"], ["governing body"]]
        assert page.get_by_label("Query").input_value().strip() == SELECT


def test_a_slip_in_a_query_is_told_beside_the_form_without_scripts(window):
    """It says where the slip is, and the query can be mended."""
    with window(java_script_enabled=False) as page:
        page.goto("sparql")
        page.get_by_label("Query").fill("SELECT * { ?s ?p }")
        page.get_by_role("button", name="Run").click()
        assert "line 1, column" in page.locator("form.query").get_by_role("alert").inner_text()
        page.get_by_label("Query").fill("ASK { code:mainstream-3.1 a sen:Obligation }")
        page.get_by_role("button", name="Run").click()
        assert page.locator("#answer .truth").inner_text() == "Yes"


with_editor = pytest.mark.skipif(
    not editor.files(), reason="the editor was NOT seen: the build could not get its files"
)


@with_editor
def test_the_editor_runs_what_is_typed(window):
    """The rows are shown below, with links to the pages of things, and are the server's own."""
    with window() as page:
        write(page, SELECT)
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_selector("#results table tbody tr")
        assert [row[1] for row in rows(page, "#results table")] == ["sen:party-governing-body governing body"] * 2
        assert faults(page, []) == []
        page.locator("#results").get_by_role("link", name="sen:party-governing-body").first.click()
        assert heading(page) == "governing body"


@with_editor
def test_the_editor_completes_our_terms(window):
    """It offers them with their labels, and takes the one that is chosen."""
    with window() as page:
        write(page, "")
        page.keyboard.type("SELECT * WHERE { ?duty sen:bea")
        page.wait_for_selector(".CodeMirror-hints")
        assert texts(page.locator(".CodeMirror-hint"))[0] == "sen:bearer bearer"
        page.keyboard.press("Enter")
        assert written(page).endswith("?duty sen:bearer")


@with_editor
def test_the_editor_finds_its_examples_right(window):
    """They are the stored questions; one that is chosen stands in the editor, which finds no slip in it, and runs."""
    with window() as page:
        page.goto("sparql")
        examples = page.get_by_label("Examples")
        examples.locator("option").nth(1).wait_for(state="attached")
        names = examples.locator("option").evaluate_all("all => all.map((each) => each.value)")[1:]
        assert {"statutory-duties", "responsibilities-of-school"} <= {*names}
        wrong = []
        for name in names:
            examples.select_option(name)
            page.wait_for_timeout(50)
            wrong += [name] * page.locator(".yasqe_queryButton.query_error").count()
        assert wrong == []
        examples.select_option("statutory-duties")
        assert "sen:modality-must" in written(page)
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_selector("#results table tbody tr")
        assert [row[1] for row in rows(page, "#results table")] == [
            "sen:activity-report-on-policy report on the policy"
        ] * 2


@with_editor
def test_the_editor_tells_a_slip(window):
    """What the server says of it is shown where the answer would be."""
    with window(refused=1) as page:
        write(page, "SELECT * { ?s ?p }")
        page.get_by_role("button", name="Run", exact=True).click()
        assert "line 1, column" in page.locator("#results").get_by_role("alert").inner_text()
        assert faults(page, []) == []


@with_editor
def test_the_keyboard_leaves_the_editor(window):
    """Tab goes on to the next field, so that nobody is caught in it; Ctrl+Enter runs the query."""
    with window() as page:
        write(page, SELECT)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#results table tbody tr")
        assert tab(page, ["Run"], 5) == "Run"


def write(page: Any, text: str) -> None:
    """Write something into the editor, in the place of what stands there."""
    page.goto("sparql")
    page.locator(".yasqe .CodeMirror textarea").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def written(page: Any) -> str:
    """Return what stands in the editor."""
    return page.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()").strip()


# -------------------------------------------------------------------------------- keyboard


def tab(page: Any, names: list[str], most: int = 40) -> str:
    """Press Tab until something with one of some names has the focus, and return which."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const at = document.activeElement;"
            " return (at.labels?.[0] ?? at).innerText.split('\\n')[0].trim() || at.getAttribute('aria-label') || ''; }"
        )
        if name in names:
            return name
    raise AssertionError(f"none of {names} was reached")


def test_the_keyboard_alone_is_enough(page):
    """The first key leads past the navigation, then the form is filled in and sent."""
    page.goto("")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    tab(page, ["What are the responsibilities of"])
    page.keyboard.type("SENCO")
    tab(page, ["in"], 1)
    page.keyboard.type("early")
    tab(page, ["Ask"], 1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/responsibilities-of?*")
    assert len(rows(page, "table.answer")) == 3
    assert tab(page, ["sengraph"], 2) == "sengraph"


def test_what_has_the_focus_can_be_seen(window):
    """Whatever Tab leads to on the table's page has an outline."""
    with window() as page:
        page.goto("table")
        for _ in range(25):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML")


# ------------------------------------------------------------------------------- everybody

SEEN = {**PAGES, **SCHOOLS, **{name: place for name, (_, place) in PROBLEMS.items()}}
for _alike in ALIKE:
    del SEEN[_alike]
"""The pages that are looked at: one of every kind."""

NARROWEST = {"width": 320, "height": 640}
"""What a page of 1,280 pixels has left when it is enlarged four times (WCAG 2.2, 1.4.10)."""


@pytest.mark.parametrize("name", SEEN)
def test_a_page_suits_everybody(name, gallery):
    """It fits a phone and paper, has no fault of accessibility in light or dark, and asks nobody else for anything."""
    page, seen = gallery
    seen.forget()
    assert page.goto(SEEN[name]).status == PROBLEMS.get(name, (200, ""))[0]
    if page.locator("script[src]").count():
        page.wait_for_selector(".yasqe")
    assert faults(page, ["fits", "prints"]) == []
    assert seen.elsewhere == []
    assert seen.complaints() == []


def faults(page: Any, more: list[str]) -> list[str]:
    """Return what is wrong with a page as it is, in each of its looks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = []
    for size, colours, options in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        for fault in page.evaluate("async (options) => (await axe.run(document, options)).violations", options):
            where = fault["nodes"][0]
            found.append(f"{size['width']} {colours}: {fault['id']}: {where['html']} {where['failureSummary']}")
    if "fits" in more:
        for size in (PHONE, NARROWEST):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{width} wide on {size['width']}"] * (width > size["width"])
        page.set_viewport_size(PHONE)
        found += [f"broken on 390: {word}" for word in page.evaluate(BROKEN)]
    page.set_viewport_size(DESKTOP)
    if "prints" in more:
        shown = page.evaluate(SHOWN)
        page.emulate_media(media="print")
        found += [f"not on paper: {text}" for text in shown if text not in page.evaluate(SHOWN)]
        found += [f"cut on paper: {text}" for text in page.evaluate(CUT)]
        page.emulate_media(media="screen")
    return found


AXE = Path(axe.__file__).with_name("axe.min.js")
"""The rules of accessibility, https://github.com/dequelabs/axe-core."""

RULES = {"resultTypes": ["violations"]}
COLOURS = {**RULES, "runOnly": ["color-contrast"]}
LOOKS = [(DESKTOP, "light", RULES), (DESKTOP, "dark", COLOURS), (PHONE, "light", COLOURS), (PHONE, "dark", RULES)]
"""How a page is looked at. Only contrasts depend on colours; all else is checked once for each size."""

SHOWN = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, th, td, dt, dd, pre)")]
  .filter((each) => !each.closest("form, .yasgui, .examples, .keys, #results") && each.checkVisibility())
  .map((each) => each.innerText)"""
"""The texts of the main part that can be seen, but for what is to be filled in."""

BROKEN = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (!parent.checkVisibility() || parent.closest("pre, code, svg, .yasgui, .stacked thead, .unseen")) continue;
    for (const word of text.data.matchAll(/(?<![^\\s(])\\p{L}{2,18}(?![^\\s.,;:?)])/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""The words of letters that do not stand on one line."""

CUT = """() => [...document.querySelectorAll("main *")]
  .filter((each) => !each.closest("form, .yasgui, #results") && each.scrollWidth > each.clientWidth + 1)
  .filter((each) => !["visible", "clip"].includes(getComputedStyle(each).overflowX))
  .map((each) => each.outerHTML.slice(0, 100))"""
"""What hides a part of its content, which cannot be scrolled on paper."""


def test_an_answer_of_eight_columns_fits_a_desktop(window):
    """Its last column is the citation, of which nothing is hidden."""
    with window() as page:
        page.goto(PAGES["question, answered"])
        frame = page.locator(".wide:has(table.answer)")
        assert frame.locator("thead th").count() == 8
        assert frame.evaluate("(each) => each.scrollWidth - each.clientWidth") <= 0


def test_every_cell_of_the_table_tells_its_setting_on_a_phone(window):
    """There the heads of the columns are out of sight, and a gap has no words of its own."""
    with window(viewport=PHONE) as page:
        page.goto("table")
        (row,) = (row for row in rows(page) if row[0] == "appoint a committee")
        starts = [
            "maintained mainstream schools may ",
            "maintained special schools gap",
            "early education settings gap",
        ]
        assert [cell[: len(start)] for cell, start in zip(row[1:], starts, strict=True)] == starts
        roles = page.get_by_role("table", name="activities").get_by_role("cell")
        assert roles.count() == 3 * 14


def test_the_watch_sees_what_is_wrong(browser, site):
    """A script in the page, a picture from elsewhere and a text that cannot be read are noticed."""
    context = browser.new_context(base_url=site)
    seen = Seen(context, site)
    page = context.new_page()
    page.goto("")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: '1' }))")
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.2:9/' }))")
    page.evaluate("document.querySelector('main h1').style.color = '#bbb'")
    page.evaluate("document.querySelector('main h1').style.minWidth = '1000px'")
    page.evaluate("document.querySelector('main p').style.overflow = 'hidden'")
    page.evaluate("document.querySelector('main p').style.width = '1px'")
    page.evaluate("document.querySelector('main h2').style.cssText = 'width: 1em; overflow-wrap: anywhere'")
    told = " ".join(seen.complaints())
    found = " ".join(faults(page, ["fits", "prints"]))
    context.close()
    assert "against the policy: script-src-elem inline" in told
    assert "against the policy: img-src http://127.0.0.2:9/" in told
    assert "1280 light: color-contrast: " in found
    assert "390 light: color-contrast: " in found
    assert "wide on 390" in found
    assert "broken on 390: Ask" in found
    assert "cut on paper: <p" in found
