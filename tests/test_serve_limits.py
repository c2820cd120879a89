"""Limits on rows and bytes: rows are counted in the bytes of each format, whatever the texts hold and where it is cut."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph import render
from sengraph.serve.limits import SYNTAXES, Measure, Rows, TooLargeError

TRICKY = [
    '"', '""', '"\n"', "\\", '\\"', '\\\\"', "}},{", "[{", ",{", ":}", "<result>", "<result></result>", "a\r\nb", "\n",
    "\t", " .\n", " ;\n", " , ", "\n@prefix e: <http://e/> .\n", "\n\t\t<e:p>", "\n\t\t", ",", '",\n', "é", "", "]]>", "&lt;result>",
]  # fmt: skip
"""Texts that look like the marks of a row, or that quotes and escapes make look like them."""

RESULTS = [name for name, form in render.FORMATS.items() if form.writes == "results"]
GRAPHS = [name for name, form in render.FORMATS.items() if form.writes == "graph"]

texts = st.one_of(st.sampled_from(TRICKY), st.text(alphabet=st.sampled_from('"\\\n\r\t,;.<>{}[]:ab @'), max_size=12))
names = st.sampled_from(["http://e/a", "http://e/b,c", "http://e/x;y", "http://e/_.", "http://f/1"]).map(ox.NamedNode)
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(lambda text: ox.Literal(text, language="prefix"), texts),
    st.integers(0, 9).map(ox.Literal),
)
predicates = st.sampled_from(["http://e/a", "http://e/b,c", "http://e/x;y", "http://f/p.q"]).map(ox.NamedNode)
triples = st.builds(ox.Triple, names, predicates, st.one_of(names, literals))


def rows_of(name: str) -> Rows:
    return Rows(SYNTAXES[render.FORMATS[name].media_type.partition(";")[0]])


def counted(name: str, document: bytes, cut: int) -> int:
    """Count the rows of a document that comes in parts of so many bytes."""
    rows = rows_of(name)
    for begin in range(0, len(document), cut):
        rows.add(document[begin : begin + cut])
    return rows.count


def bound(values: list[ox.Literal | ox.NamedNode | None], name: str) -> bytes:
    """Return a document with a row for each value, beside a second column."""
    store = ox.Store()
    rows = " ".join(f"({'UNDEF' if value is None else value} 1)" for value in values)
    output = io.BytesIO()
    render.write_answer(store.query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {rows} }} }}"), name, output)
    return output.getvalue()


def test_every_format_for_machines_is_counted():
    """There is no format for machines whose rows are not limited."""
    types = [form.media_type.partition(";")[0] for form in render.FORMATS.values() if form.writes != "people"]
    assert sorted(types) == sorted(SYNTAXES)


@pytest.mark.parametrize("name", RESULTS)
@given(values=st.lists(st.one_of(st.none(), names, literals), max_size=8), cut=st.integers(1, 40))
def test_rows_of_results_are_counted(name, values, cut):
    """As many rows are counted as the engine was given, wherever the document is cut."""
    assert counted(name, bound(values, name), cut) == len(values)


@pytest.mark.parametrize("name", GRAPHS)
@given(stated=st.lists(triples, max_size=8), cut=st.integers(1, 40))
def test_triples_of_graphs_are_counted(name, stated, cut):
    """As many triples are counted as the engine was given, wherever the document is cut."""
    output = io.BytesIO()
    render.write_graph(stated, name, output)
    assert counted(name, output.getvalue(), cut) == len(stated)


@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
@given(stated=st.lists(st.tuples(triples, st.one_of(st.none(), names)), max_size=8), cut=st.integers(1, 40))
def test_quads_are_counted(name, stated, cut):
    """As many quads of several graphs are counted as the engine was given."""
    quads = [ox.Quad(*triple, graph) if graph else ox.Quad(*triple) for triple, graph in stated]
    output = io.BytesIO()
    render.write_graph(quads, name, output)
    assert counted(name, output.getvalue(), cut) == len(quads)


@pytest.mark.parametrize(
    ("name", "query"),
    [(name, query) for name in RESULTS for query in ("SELECT * {}", "SELECT ?x { OPTIONAL { ?x ?x 1 } }")],
)
def test_rows_without_a_value_are_counted(name, query):
    """A row that binds nothing is a row."""
    output = io.BytesIO()
    render.write_answer(ox.Store().query(query), name, output)
    assert counted(name, output.getvalue(), 1000) == 1


@pytest.mark.parametrize("name", ["json", "xml"])
def test_yes_has_no_rows(name):
    """A truth value is no row."""
    output = io.BytesIO()
    render.write_answer(ox.Store().query("ASK {}"), name, output)
    assert counted(name, output.getvalue(), 1000) == 0


@pytest.mark.parametrize("name", RESULTS)
def test_triples_as_values_do_not_count(name):
    """A row whose value is a triple is one row."""
    output = io.BytesIO()
    query = "SELECT ?t ?u { VALUES (?t ?u) { (<<( <http://e/a> <http://e/b> '},{' )>> 1) (2 3) } }"
    render.write_answer(ox.Store().query(query), name, output)
    assert counted(name, output.getvalue(), 7) == 2


def test_as_many_rows_as_allowed_pass():
    """The limit itself is no excess; one row more is, and the message says what to do."""
    document = bound([ox.Literal(1)] * 5, "csv")
    Measure("text/csv; charset=utf-8", 5, None).add(document)
    with pytest.raises(TooLargeError, match="more than 4 rows: ask for less, with LIMIT and OFFSET"):
        Measure("text/csv; charset=utf-8", 4, None).add(document)


def test_as_many_bytes_as_allowed_pass():
    """Bytes are counted in any format, over all parts."""
    measure = Measure("text/html", 1, 10)
    measure.add(b"12345")
    measure.add(b"67890")
    with pytest.raises(TooLargeError, match="more than 10 bytes"):
        measure.add(b"1")


def test_no_limit_is_no_limit():
    """Without limits nothing is counted."""
    Measure("text/csv", None, None).add(b"\n" * 1000)
