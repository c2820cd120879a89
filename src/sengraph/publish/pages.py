"""The pages of a site that are about no single thing, and their files: which there are, and what is in them.

What a server answers for any value is here answered for those values that pages link: each force, party and kind of
setting in the table, each kind of setting among the people, and the questions that pages of things lead to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import IO, TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from sengraph import csvw, describe, linked
from sengraph.errors import SengraphError, UsageError
from sengraph.exports import EXPORTS
from sengraph.pages.export import export_page, place_of_export
from sengraph.pages.html import STATIC, render
from sengraph.pages.people import SETTING_TYPE, people_page
from sengraph.pages.questions import question_page, questions_page
from sengraph.pages.table import facets_of, kept_grid, table_page, value_of
from sengraph.pages.things import QUESTIONS
from sengraph.publish.dumps import WHOLE_DUMP, Dump
from sengraph.publish.files import Draft, Written
from sengraph.publish.places import Links, Places, key, told_apart, value_name
from sengraph.render import graph_bytes, people_bytes, write_answer
from sengraph.results import Table
from sengraph.terms import expand

if TYPE_CHECKING:
    from sengraph.graph import Graph
    from sengraph.questions import Parameter, Question

MOST = 100
"""For how many values of a parameter a question is answered."""

FILES = {"csv": "csv", "tsv": "tsv", "json": "srj", "xml": "srx", "markdown": "md"}
"""The extension of the file of an answer in each format."""

ROWS_IN_MARKDOWN = 5000
"""How many rows are laid out for people at most: that takes all of them in memory."""

RDF_FORMS = ("ttl", "jsonld", "rdf", "nt")


class Asked(NamedTuple):
    """A stored question that is answered on the site.

    Attributes:
        name: of the question.
        values: what it is given.
        file: where the answer is, without the extension.
        places: where the server has it, without the query for a format.
        sparql: the query with the values bound; empty if it cannot be asked of this data.
    """

    name: str
    values: dict[str, str]
    file: str
    places: tuple[str, ...]
    sparql: str


class Chosen(NamedTuple):
    """A page with a choice: its file, its place, and what was chosen, by name."""

    file: str
    place: str
    values: dict[str, str]


# -------------------------------------------------------------------------- what there is


def choices(graph: Graph) -> list[Chosen]:
    """Return the pages of the table and of the people with something chosen."""
    table, facets = kept_grid(graph), facets_of(graph)
    settings = [*map(value_of, table.settings)]
    forces, parties = (
        sorted({value_of(thing) for said in facets.values() for thing in said.get(name, ())})
        for name in ("modality", "party")
    )
    chosen = [{"modality": force} for force in forces] + [{"party": party} for party in parties]
    chosen += [{"setting": setting} for setting in settings]
    chosen += [{"modality": force, "setting": setting} for force in forces for setting in settings]
    pages = [Chosen(f"table/{value_name(*values.values())}.html", _place("table", values), values) for values in chosen]
    kinds = sorted({value_of(iri) for iri in graph.names.named(SETTING_TYPE).values()})
    pages += [Chosen(f"people/{value_name(kind)}.html", f"people?setting={kind}", {"setting": kind}) for kind in kinds]
    names = told_apart({page.place: page.file.removesuffix(".html") for page in pages})
    return [page._replace(file=f"{names[page.place]}.html") for page in pages]


def _place(name: str, values: Mapping[str, str]) -> str:
    return f"{name}?" + "&".join(f"{key}={value}" for key, value in values.items())


def answered(graph: Graph) -> list[Asked]:
    """Return the stored questions, each as it is answered without a choice, and then with one."""
    linked_to = {tuple(place.partition("=")[0].split("?")) for _, _, place, _ in QUESTIONS}
    found: list[Asked] = []
    for question in graph.questions:
        place, file = f"questions/{quote(question.name)}", f"questions/{slug_of(question)}"
        needed = {p.name: _example(graph, p) for p in question.parameters if p.required and p.default is None}
        values = {name: value for name, value in needed.items() if value}
        found.append(_asked(graph, question, values, file, (place, *([_place(place, values)] if values else []))))
        for parameter in question.parameters:
            is_alone = not needed.keys() - {parameter.name}
            if is_alone and ((place, parameter.name) in linked_to or parameter.name in needed):
                found += _for_each(graph, question, parameter, place, file)
    names = told_apart({each.places[0]: each.file for each in found})
    return [each._replace(file=names[each.places[0]]) for each in found]


def _for_each(
    graph: Graph, question: Question, parameter: Parameter, place: str, file: str
) -> Iterator[Asked]:  # fmt: skip
    """Yield a question for each value of a parameter, if these are few."""
    if parameter.choices:
        options: dict[str, tuple[str, ...]] = {choice: (choice,) for choice in parameter.choices}
    elif parameter.is_class:
        named = graph.names.named(expand(parameter.type) or "")
        options = {short: (short, value_of(iri)) for short, iri in named.items()}
    else:
        options = {}
    for option, spellings in options.items() if len(options) <= MOST else ():
        places = tuple(_place(place, {parameter.name: spelling}) for spelling in spellings)
        yield _asked(graph, question, {parameter.name: option}, f"{file}/{value_name(option)}", places)


def slug_of(question: Question) -> str:
    """Return what the files of a question are called: its name, unless that is no safe name of a file."""
    return value_name(question.name)


def _asked(graph: Graph, question: Question, values: dict[str, str], file: str, places: tuple[str, ...]) -> Asked:
    try:
        sparql = graph.sparql(question.name, **values)
    except SengraphError:  # a value that cannot be, such as a school where there is none
        sparql, values = "", {}
    return Asked(question.name, values, file, places, sparql)


def _example(graph: Graph, parameter: Parameter) -> str:
    """Return a value for a parameter that needs one; empty text if there is none to think of."""
    if options := graph.choices(parameter):
        return options[0]
    if parameter.is_class and (cls := expand(parameter.type)):
        rows = graph.select(f"SELECT (MIN(?s) AS ?least) {{ ?s a {ox.NamedNode(cls)} FILTER(ISIRI(?s)) }}")
        return next((row["least"].value for row in rows if isinstance(row["least"], ox.NamedNode)), "")
    return describe.SAMPLES.get(parameter.type, ("",))[0]


def fixed(graph: Graph, asked: list[Asked], chosen: list[Chosen], dumps: list[Dump]) -> dict[str, str]:
    """Return the files of the places that are about no thing, by `places.key`."""
    found = {"": "index.html", **{name: f"{name}.html" for name in ("table", "people", "questions", "search")}}
    found |= {name: name for name in ("context.jsonld", "sitemap.xml", "robots.txt", ".well-known/void")}
    found |= {key(page.place): page.file for page in chosen}
    for name in EXPORTS:
        place = place_of_export(name)
        found |= {place: f"{place}.html", **{f"{place}.{form}": f"{place}.{form}" for form in RDF_FORMS}}
    for each in asked:
        for place in each.places:
            found[key(place)] = f"{each.file}.html"
            if each.sparql:
                mark = "&" if "?" in place else "?"
                found |= {key(f"{place}{mark}format={form}"): f"{each.file}.{end}" for form, end in FILES.items()}
    for dump in dumps:
        graph_ = "default" if dump.graph is None else f"graph={quote(dump.graph, safe='')}"
        found[key(f"store?{graph_}&format={dump.form}")] = dump.file.name
    return found


# ------------------------------------------------------------------------------- writing


class Writer:
    """Writes the pages that are about no single thing.

    Args:
        graph: the data.
        places: the places of the site.
        draft: where files are written.
        reasons: takes the pages that tell why and are linked.
    """

    def __init__(self, graph: Graph, places: Places, draft: Draft, reasons: set[str]) -> None:
        self._graph, self._places, self._draft, self._reasons = graph, places, draft, reasons
        self.files: list[Written] = []

    def link(self, file: str) -> Links:
        """Return what makes the links of a file."""
        return Links(self._places, file, self._reasons)

    def write(self, name: str, content: bytes) -> None:
        """Write a file."""
        self.files.append(self._draft.write(name, content))

    def json(self, name: str, value: object) -> None:
        """Write a value as JSON."""
        self.write(name, json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")

    def pages(self, chosen: list[Chosen]) -> None:
        """Write the home page, the table, the people, and what pages load."""
        from sengraph.pages.home import home_page

        graph = self._graph
        self.write("index.html", home_page(graph, self.link("index.html")))
        self.write("table.html", table_page(graph, self.link("table.html")))
        self.write("people.html", people_page(graph, self.link("people.html")))
        for page in chosen:
            link = self.link(page.file)
            if page.file.startswith("people/"):
                self.write(page.file, people_page(graph, link, page.values["setting"]))
            else:
                values = page.values
                settings = [values["setting"]] if "setting" in values else []
                facets = {name: values.get(name, "") for name in ("modality", "party")}
                self.write(page.file, table_page(graph, link, **facets, settings=settings))
        for path in sorted(STATIC.iterdir()):
            if path.is_file() and not path.name.startswith("editor"):
                self.write(f"static/{path.name}", path.read_bytes())

    def missing_page(self) -> None:
        """Write the page for whatever is not there: whoever sees it is anywhere, so its links have the base."""
        link = self.link("404.html")
        told = "There is nothing at this address. Search for what you looked for, or begin with the table."

        def absolute(place: str) -> str:
            return self._places.base + link(place) if link(place) else ""

        self.write("404.html", render("problem.html", absolute, title="Not found", status=404, detail=told))

    def data(self, triples: list[ox.Triple], graphs: list[ox.Triple]) -> None:
        """Write what the data is, the context and the questions as RDF."""
        from sengraph.pages.dataset import dataset_page

        stem = self._places.stem(linked.place_of(linked.DATASET))
        for name in RDF_FORMS:
            self.write(f"{stem}.{name}", graph_bytes(triples, name))
        page = dataset_page(self._graph, self.link(f"{stem}.html"), [*triples, *graphs])
        self.write(f"{stem}.html", page)
        self.write(".well-known/void", graph_bytes(triples, "ttl"))
        self.json("context.jsonld", linked.context(self._graph))
        version, context = linked.versioned_context(self._graph)
        if version:
            self.json(f"context/{value_name(version)}.jsonld", context)

    def exports(self) -> None:
        """Write the data in the forms that other tools take."""
        for export in EXPORTS.values():
            place, lacking = place_of_export(export.name), []
            triples = export.make(self._graph)
            for name in RDF_FORMS:
                try:
                    self.write(f"{place}.{name}", graph_bytes(triples, name, export.prefixes))
                except UsageError:  # RDF/XML cannot state every triple
                    lacking.append(f"{place}.{name}")
            link = Links(self._places, f"{place}.html", self._reasons, lacking)
            self.write(f"{place}.html", export_page(self._graph, link, export, triples))

    def questions(self, asked: list[Asked]) -> None:
        """Write the stored questions and their answers."""
        graph = self._graph
        self.write("questions.html", questions_page(graph, self.link("questions.html")))
        examples = describe.questions(graph, self._places.base, f"{self._places.base}{WHOLE_DUMP}")
        for name in RDF_FORMS:
            self.write(f"questions.{name}", graph_bytes(examples, name))
        listed = [question.as_json() for question in graph.questions]
        for entry, question in zip(listed, graph.questions, strict=True):
            for described, parameter in zip(entry["parameters"], question.parameters, strict=True):
                described["choices"] = graph.choices(parameter)
        self.json("questions.json", listed)
        about = describe.void(graph, self._places.base)
        for name, same in groupby(asked, lambda each: each.name):
            answers = [*same]
            for each in answers:
                self._answer(each)
            self._tables(graph.questions[name], [each for each in answers if each.sparql], about)

    def _tables(self, question: Question, asked: Sequence[Asked], about: Sequence[ox.Triple]) -> None:
        """Write what the CSV files of a question's answers hold: the same columns for all of them."""
        if not question.columns or not asked:
            return
        found = reduce(csvw.merged, (csvw.kinds(self._solutions(each)) for each in asked))
        for each in asked:
            url = f"{each.file.rpartition('/')[2]}.csv"
            document = csvw.metadata(question, url, found, about, each.values)
            self.json(f"{each.file}.csv{csvw.ENDING}", document)

    def _solutions(self, asked: Asked) -> ox.QuerySolutions:
        raw = self._graph.run(asked.sparql)
        assert isinstance(raw, ox.QuerySolutions)
        return raw

    def _answer(self, asked: Asked) -> None:
        """Write a question's page, its query and its answer in all forms that it has."""
        graph, file = self._graph, f"{asked.file}.html"
        link = self.link(file)
        if not asked.sparql:
            self.write(file, question_page(graph, link, asked.name))
            return
        self.write(f"{asked.file}.rq", asked.sparql.encode())
        lacking = [f"{asked.file}.{end}" for form, end in FILES.items() if not self._in_form(asked, form)]
        link = Links(self._places, file, self._reasons, lacking)
        raw = graph.run(asked.sparql)
        self.write(file, question_page(graph, link, asked.name, asked.values, sparql=asked.sparql, answer=raw))

    def _in_form(self, asked: Asked, form: str) -> bool:
        """Write an answer in a format; tell whether it has that."""
        name = f"{asked.file}.{FILES[form]}"
        raw = self._graph.run(asked.sparql)
        is_rows = isinstance(raw, ox.QuerySolutions)
        if form == "markdown":
            answer = self._graph.whole(raw, asked.sparql)
            if not isinstance(answer, Table) or len(answer) > ROWS_IN_MARKDOWN:
                return False
            self.write(name, people_bytes(answer.columns, answer.shown(), "markdown"))
            return True
        if isinstance(raw, ox.QueryTriples) or not (is_rows or form in ("json", "xml")):
            return False
        with self._opened(name) as output:
            write_answer(raw, form, output)
        return True

    def _opened(self, name: str) -> _Opened:
        return _Opened(self._draft, name, self.files)

    def rest(self, pages: list[tuple[str, str]]) -> None:
        """Write what crawlers look for.

        Args:
            pages: the file of each page, and the IRI of the thing that it is about.
        """
        base = self._places.base
        self.write("robots.txt", f"User-agent: *\nDisallow:\n\nSitemap: {base}sitemap.xml\n".encode())
        changed = linked.changed(self._graph, {iri for _, iri in pages})
        parts = [pages[at : at + linked.MOST] for at in range(0, len(pages), linked.MOST)]
        for number, part in enumerate(parts, 1):
            found = ((base + file, changed.get(iri, "")) for file, iri in part)
            name = "sitemap.xml" if len(parts) == 1 else f"sitemap/{number}.xml"
            self.write(name, _xml("urlset", "url", found))
        if len(parts) > 1:
            found = ((f"{base}sitemap/{number}.xml", "") for number in range(1, len(parts) + 1))
            self.write("sitemap.xml", _xml("sitemapindex", "sitemap", found))


class _Opened:
    """Opens a file of a draft."""

    def __init__(self, draft: Draft, name: str, files: list[Written]) -> None:
        self._opened = draft.opened(name, files)

    def __enter__(self) -> IO[bytes]:
        return self._opened.__enter__()

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)  # type: ignore[arg-type]


def _xml(document: str, entry: str, addresses: Iterator[tuple[str, str]]) -> bytes:
    """Return a document of the sitemap protocol."""
    from xml.sax.saxutils import escape

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{document} xmlns="{linked.SITEMAPS}">']
    for address, day in addresses:
        changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
        lines.append(f"<{entry}><loc>{escape(address)}</loc>{changed}</{entry}>")
    return "".join(f"{line}\n" for line in [*lines, f"</{document}>"]).encode()
