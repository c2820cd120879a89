"""The page for SPARQL: its form, the answer below, and what its editor is told and made of."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import re
import tarfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

import sengraph
from sengraph import load
from sengraph.errors import UsageError
from sengraph.pages import editor, sparql
from sengraph.pages.answer import shown
from sengraph.pages.sparql import sparql_page
from sengraph.terms import KNOWN, PREFIXES

ROOT = Path(__file__).parents[1]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & 'more\u2028'"


def link(place: str) -> str:
    """Return an address on an invented site."""
    return f"/site/{place}"


class Page(HTMLParser):
    """The elements of a page: each with its attributes and, for those of one text, the text in it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "img", "br"):
            self._open.append(len(self.found) - 1)

    def handle_endtag(self, tag):
        self._open.pop()

    def handle_data(self, data):
        for number in self._open:
            self.texts[number] = self.texts.get(number, "") + data

    def all(self, tag: str, **attributes: str) -> list[tuple[dict[str, str | None], str]]:
        """Return the attributes and the text of the elements that have these attributes."""
        return [
            (having, self.texts.get(number, ""))
            for number, (name, having) in enumerate(self.found)
            if name == tag and attributes.items() <= having.items()
        ]

    def cells(self) -> list[list[str]]:
        """Return the texts of the table's rows, the headings first."""
        rows: list[list[str]] = []
        for number, (name, _) in enumerate(self.found):
            if name == "tr":
                rows.append([])
            if name in ("td", "th"):
                rows[-1].append(self.texts.get(number, "").strip())
        return rows


@pytest.fixture
def _without_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "files", dict)


@pytest.fixture
def _with_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "files", lambda: {name: Path(name) for name in editor.FILES})


def opened(tmp_path: Path, turtle: str) -> sengraph.Graph:
    """Return a graph of a few triples."""
    file = tmp_path / "few.ttl"
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    file.write_text(prefixes + turtle, "utf-8")
    return sengraph.open(file)


def asked(graph: sengraph.Graph, query: str) -> Page:
    """Return the page with the answer to a query."""
    return Page(sparql_page(graph, link, query=query, answer=graph.run(query)))


# -------------------------------------------------------------------------------- the form


@pytest.mark.usefixtures("_without_editor")
def test_without_the_editors_files_the_page_is_a_form_that_needs_no_script(graph):
    """The form sends `query` and `format` by GET, and the page has no script and names no file of the editor."""
    page = Page(sparql_page(graph, link))
    [(form, _)] = page.all("form", id="query")
    assert (form["action"], form.get("method", "get"), "data-asked" in form) == ("/site/sparql", "get", False)
    assert len(page.all("textarea", name="query")) == len(page.all("select", name="format")) == 1
    assert page.all("script") == []
    assert page.all("link", rel="stylesheet", href="/site/static/editor/yasgui.min.css") == []


@pytest.mark.usefixtures("_without_editor")
def test_the_first_query_in_the_form_is_answered(graph):
    """Who presses the button without having typed anything gets an answer."""
    [(_, text)] = Page(sparql_page(graph, link)).all("textarea")
    assert len(graph.query(text)) == 17


@pytest.mark.usefixtures("_without_editor")
def test_the_prefixes_are_told(graph):
    """Every prefix that needs no declaration is listed with its namespace."""
    codes = [text for _, text in Page(sparql_page(graph, link)).all("code")]
    assert codes == [text for prefix, namespace in KNOWN.items() for text in (f"{prefix}:", namespace)]


@pytest.mark.usefixtures("_without_editor")
def test_a_query_stands_in_the_form_again(graph):
    """It has the ends of lines that it was typed with, and nothing in it is taken for markup."""
    query = f"ASK {{}}\r\n# </textarea>{HOSTILE}"
    page = Page(sparql_page(graph, link, query=query))
    assert page.all("textarea")[0][1].strip("\n") == query.replace("\r\n", "\n")
    assert page.all("script") == page.all("img") == []


@pytest.mark.usefixtures("_without_editor")
def test_an_error_stands_beside_the_form(graph):
    """What is wrong with a query is told with its line, and the form refers to it."""
    query = "SELECT *\n{ ?s ?p"
    with pytest.raises(UsageError) as error:
        graph.run(query)
    page = Page(sparql_page(graph, link, query=query, error=str(error.value)))
    [(fault, text)] = page.all("p", role="alert")
    assert "line 2" in text
    assert page.all("textarea")[0][0]["aria-describedby"] == fault["id"]
    assert page.all("section", id="answer") == []


# ------------------------------------------------------------------------------ the answer


@pytest.mark.usefixtures("_without_editor")
def test_rows_name_and_link_things(graph):
    """A term has its label and the address of its document, a force its colour, a literal its text."""
    page = asked(
        graph,
        "SELECT ?who ?modality ?n ?none { code:mainstream-3.1 sen:bearer ?who ; sen:modality ?modality BIND(3 AS ?n) }",
    )
    assert page.cells() == [["who", "modality", "n", "none"], ["governing body", "must", "3", ""]]
    hrefs = [having["href"] for having, text in page.all("a") if text in ("governing body", "must")]
    assert hrefs == ["/site/doc/ontology/party-governing-body", "/site/doc/ontology/modality-must"]
    assert len(page.all("span", **{"class": "force must"})) == 1
    assert "1 row" in [text for _, text in page.all("p")]


@pytest.mark.usefixtures("_without_editor")
def test_a_thing_elsewhere_is_linked_by_whether_the_data_describes_it(tmp_path):
    """What is described here has a page here; else it is linked where it is, unless a browser may not go there."""
    graph = opened(tmp_path, "<http://e/here> rdfs:seeAlso <http://e/there> , <javascript:alert(1)> .")
    page = asked(graph, "SELECT ?s ?o { ?s rdfs:seeAlso ?o } ORDER BY ?o")
    cells = [cell for row in page.cells()[1:] for cell in row]
    assert cells == ["<http://e/here>", "<http://e/there>", "<http://e/here>", "<javascript:alert(1)>"]
    hrefs = {text: having["href"] for having, text in page.all("a") if text in cells}
    assert hrefs == {
        "<http://e/here>": "/site/resource?iri=http%3A%2F%2Fe%2Fhere",
        "<http://e/there>": "http://e/there",
    }


@pytest.mark.usefixtures("_without_editor")
@pytest.mark.parametrize("datatype", ["", "^^rdf:HTML", "^^rdf:XMLLiteral", "@en"])
def test_nothing_in_an_answer_is_taken_for_markup(graph, datatype):
    """A literal is text, whatever it says it is."""
    page = asked(graph, f"SELECT ({ox.Literal(HOSTILE)!s}{datatype} AS ?text) {{}}")
    assert page.cells() == [["text"], [HOSTILE]]
    assert page.all("script") == page.all("img") == []


@pytest.mark.usefixtures("_without_editor")
def test_yes_and_no_are_words(graph):
    """An answer to ASK is a word."""
    words = [
        asked(graph, f"ASK {{ FILTER({said}) }}").all("p", **{"class": "truth"})[0][1] for said in ("true", "false")
    ]
    assert words == ["Yes", "No"]


@pytest.mark.usefixtures("_without_editor")
def test_triples_are_turtle(graph):
    """What a CONSTRUCT makes can be read as Turtle from the page."""
    query = "CONSTRUCT WHERE { sen:party-senco rdfs:label ?label ; a sen:Role }"
    [(_, text)] = asked(graph, query).all("pre")
    assert {quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)} == {*graph.answer(query)}


@pytest.mark.usefixtures("_without_editor")
@pytest.mark.parametrize(("what", "size"), [("SELECT ?o", "[2-5][0-9][0-9]"), ("CONSTRUCT { ?s ?p ?o }", "1,000")])
def test_a_page_shows_what_is_read_and_says_that_there_are_more(graph, what, size):
    """Of a long answer a page shows as many rows as it can bear, or a thousand triples, and links the whole of it."""
    query = f"{what} WHERE {{ ?s ?p ?o }}"
    page = asked(graph, query)
    assert [text for _, text in page.all("p") if re.fullmatch(f"The first {size} .*; there are more[.]", text)]
    form = "csv" if what.startswith("SELECT") else "ttl"
    assert page.all("a", href=f"/site/sparql?query={quote(query, safe='')}&format={form}")


def test_no_more_is_taken_of_an_answer_than_is_shown(graph):
    """What the engine has not yet found is not waited for: one row more tells that there are more."""
    raw = graph.run("SELECT ?n { VALUES ?n { 1 2 3 4 5 } }")
    answer = shown(graph, raw, most=2)
    assert ([[cell.ref.label for cell in row] for row in answer.rows], answer.is_cut) == ([["1"], ["2"]], True)
    assert [row["n"].value for row in raw] == ["4", "5"]


def test_an_answer_that_is_whole_is_shown_as_one_that_is_not(graph):
    """A table, a truth value and triples look as what the engine returned."""
    for query in ("SELECT ?s { ?s a sen:Body } ORDER BY ?s", "ASK {}", "CONSTRUCT WHERE { sen:party-senco a ?c }"):
        assert shown(graph, graph.answer(query)) == shown(graph, graph.run(query))


@pytest.mark.usefixtures("_without_editor")
def test_a_query_that_fits_no_address_is_not_linked(graph):
    """The whole of an answer is then to be had by the form."""
    page = asked(graph, f"ASK {{}} # {'x' * sparql.LONGEST_LINK}")
    assert [having for having, _ in page.all("a") if "format=" in (having["href"] or "")] == []


@pytest.mark.usefixtures("_without_editor")
def test_an_empty_answer_says_so(graph):
    """No rows are called no rows."""
    page = asked(graph, "SELECT ?s { ?s a <http://e/none> }")
    assert "No rows" in [text for _, text in page.all("p")]
    assert page.all("table") == []


# ------------------------------------------------------------------------------ the editor


@pytest.mark.usefixtures("_with_editor")
def test_with_the_editors_files_the_page_loads_them_from_its_own_site(graph):
    """Nothing is loaded from elsewhere, and no script or style stands in the page."""
    page = Page(sparql_page(graph, link, query="ASK {}", answer=graph.run("ASK {}")))
    loaded = [having["src"] for having, _ in page.all("script")]
    assert loaded == ["/site/static/editor/yasgui.min.js", "/site/static/editor.js"]
    assert all(having["href"].startswith("/site/static/") for having, _ in page.all("link"))
    assert not [having for _, having in page.found if any(name.startswith("on") or name == "style" for name in having)]
    ((form, _),) = page.all("form", id="query")
    assert "data-asked" in form
    assert form["data-settings"] == "/site/editor.json"


def test_what_the_editor_is_told_is_data(tmp_path):
    """A label with markup comes through as it is."""
    ours = "sen:evil rdfs:isDefinedBy <https://w3id.org/sengraph/ontology> ; rdfs:label"
    told = editor.settings(opened(tmp_path, f"{ours} {ox.Literal(HOSTILE)} ."), link)
    assert ("sen:evil", HOSTILE, "thing") in told["terms"]


def test_the_editor_is_told_of_this_site(graph):
    """It is told the prefixes, and where things have their documents."""
    found = editor.settings(graph, link)
    assert found["prefixes"] == KNOWN
    assert (found["base"], found["documents"], found["resource"]) == (
        "https://w3id.org/sengraph/",
        "/site/doc/",
        "/site/resource?iri=",
    )


def test_terms_have_their_label_and_kind(graph):
    """Classes, properties and individuals are told apart, and terms of other vocabularies are among them."""
    terms = editor.terms(graph)
    assert {
        ("sen:Obligation", "Obligation", "class"),
        ("sen:bearer", "bearer", "property"),
        ("sen:clause", "clause", "property"),
        ("sen:party-senco", "SENCO", "thing"),
        ("rdfs:label", "", "property"),
        ("skos:Concept", "", "class"),
    } <= {*terms}
    assert terms == sorted(terms)


def test_the_english_label_of_a_term_is_told(tmp_path):
    """Of labels in several languages, and of what is no literal, the English one is taken."""
    labels = '"Rolle"@de , "role"@en-GB , "rôle"@fr , <http://e/label>'
    graph = opened(tmp_path, f"sen:r rdfs:isDefinedBy <https://w3id.org/sengraph/ontology> ; rdfs:label {labels} .")
    assert [term for term in editor.terms(graph) if term[0] == "sen:r"] == [("sen:r", "role", "thing")]


def test_terms_of_other_vocabularies_are_used_by_the_data(graph, schools):
    """The editor offers none that would find nothing, with a register and without."""
    spaces = [(kind, space, names) for kind, found in editor.BORROWED.items() for space, names in found.items()]
    for kind, term in [(kind, f"<{space}{name}>") for kind, space, names in spaces for name in names]:
        asks = f"ASK {{ {f'?s a {term}' if kind == editor.CLASS else f'?s {term} ?o'} }}"
        assert graph.query(asks) or schools.query(asks), term


def test_every_example_runs(graph):
    """The examples are the stored questions by tag, and each is answered as it stands."""
    examples = editor.examples(graph)
    names = [example["name"] for example in examples]
    assert {*graph.questions.names} - {*names} == {"predecessors", "responsibilities-of-school"}  # of schools
    assert [example["tag"] for example in examples] == sorted(example["tag"] for example in examples)
    for example in examples:
        assert tuple(graph.query(example["sparql"]).columns) == graph.questions[example["name"]].columns


def test_examples_about_schools_need_some(schools):
    """With a register, what needs a school is asked of one."""
    assert {"predecessors", "responsibilities-of-school"} <= {example["name"] for example in editor.examples(schools)}


@pytest.mark.usefixtures("_with_editor")
def test_the_page_asks_the_graph_once(graph, monkeypatch):
    """Once the names are known, the page asks which things elsewhere are described."""
    query = "SELECT * { ?s rdfs:label ?label ; rdfs:isDefinedBy ?o BIND(<http://e/x> AS ?x) }"
    answer = graph.answer(query)
    sparql_page(graph, link, query=query, answer=answer)
    run, queries = graph._engine.run, []
    monkeypatch.setattr(graph._engine, "run", lambda text, *rest: queries.append(text) or run(text, *rest))
    sparql_page(graph, link, query=query, answer=answer)
    assert len(queries) == 1


def test_the_policy_allows_no_inline_script():
    """Whatever is allowed besides the site's own files is a style that is known by its digest."""
    allowed = {name: values for name, *values in map(str.split, sparql.CONTENT_SECURITY_POLICY.split(";"))}
    assert allowed["default-src"] == ["'self'"]
    assert {*allowed} == {"default-src", "style-src"}
    assert all(value == "'self'" or value.startswith("'sha256-") for value in allowed["style-src"])


def test_the_styles_that_the_policy_allows_are_those_of_the_editor():
    """The digests in the policy are those of the two styles that the editor writes."""
    if not (files := editor.files()):
        pytest.skip("the build could not get the editor's files")
    script = files["yasgui.min.js"].read_text("utf-8")
    grips = re.search(r"` (\.grip-resizable\{table-layout:fixed;\}[^`]*)`", script)
    assert grips is not None
    assert "`*{cursor:`+n.opt.dragCursor+`!important}`" in script
    styles = [" " + grips[1].replace(r"\t", "\t"), "*{cursor:col-resize!important}"]
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    assert re.findall("sha256-([^']+)", sparql.CONTENT_SECURITY_POLICY) == digests


def test_the_editors_files_lie_beside_the_data(monkeypatch, tmp_path):
    """They are found where the build puts them, all or none."""
    monkeypatch.setattr(load, "data_dir", lambda: tmp_path)
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "yasgui.min.js").touch()
    assert editor.files() == {}
    (tmp_path / "editor" / "yasgui.min.css").touch()
    assert editor.files() == {name: tmp_path / "editor" / name for name in ("yasgui.min.js", "yasgui.min.css")}


def test_what_the_scripts_say_is_not_asked_of_other_sites():
    """Neither the site's script nor what it sets up names an address elsewhere."""
    script = (ROOT / "src" / "sengraph" / "pages" / "static" / "editor.js").read_text("utf-8")
    assert re.findall(r"https?://", script) == []


# ------------------------------------------------------------------- getting the editor


@pytest.fixture
def hook():
    """The module that makes what a build adds."""
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def build(hook, monkeypatch):
    """The module with two small files in the place of the editor's."""
    contents = {"yasgui.min.css": b"p {}", "yasgui.min.js": b"'x'"}
    archive = packed({f"package/build/{name}": content for name, content in contents.items()} | {"../evil": b"evil"})
    files = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    monkeypatch.setattr(hook, "EDITOR_FILES", files)
    monkeypatch.setattr(hook, "EDITOR_DIGEST", f"sha512-{digest}")
    monkeypatch.setattr(hook, "fetch", lambda package: archive)
    return hook


def packed(contents: dict[str, bytes]) -> bytes:
    """Return an archive as npm has them."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def test_the_build_takes_the_editors_files_and_says_whose_they_are(build, tmp_path):
    """Of the package two files are taken, and a notice stands beside them."""
    folder = tmp_path / "editor"
    assert build.get_editor(folder) == ""
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "NOTICE.txt"} == {
        "yasgui.min.css": b"p {}",
        "yasgui.min.js": b"'x'",
    }
    assert "MIT licence" in (folder / "NOTICE.txt").read_text("utf-8")
    assert [*tmp_path.iterdir()] == [folder]


def test_the_build_fetches_nothing_that_is_there(build, tmp_path, monkeypatch):
    """Files with the right digest stay; one that has been changed is fetched again."""
    folder = tmp_path / "editor"
    build.get_editor(folder)
    monkeypatch.setattr(build, "fetch", lambda package: "there is no network")
    assert build.get_editor(folder) == ""
    (folder / "yasgui.min.js").write_text("'y'")
    assert build.get_editor(folder) == "there is no network"


def test_the_build_refuses_another_archive(build, tmp_path, monkeypatch):
    """A package with another digest stops the build, and nothing of it is written."""
    monkeypatch.setattr(build, "fetch", lambda package: packed({"package/build/yasgui.min.js": b"'evil'"}))
    with pytest.raises(ValueError, match="it is not taken into the build"):
        build.get_editor(tmp_path / "editor")
    assert [*tmp_path.iterdir()] == []


def test_the_build_goes_on_without_npm(hook, monkeypatch):
    """Where npm is not installed, that is told and nothing is raised."""
    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    assert hook.fetch(hook.EDITOR) == "npm is not installed"
