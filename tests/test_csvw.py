"""The CSV of each answer comes with metadata that a processor of CSV on the Web accepts, and that is true of each cell."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from contextlib import contextmanager
from email.message import Message
from functools import reduce
from pathlib import Path
from urllib.parse import quote, urljoin

import pyoxigraph as ox
import pytest
from csvw import CSVW
from uritemplate import URITemplate

import sengraph
from sengraph import csvw
from sengraph.questions import Library
from sengraph.serve.dataset import Dataset
from tests.site_helpers import BASE, Site

XSD = "http://www.w3.org/2001/XMLSchema#"
VARIABLE = re.compile(r"(?!_)([A-Za-z0-9_]|%[0-9A-F]{2})+")
"""The name of a variable in RFC 6570 (section 2.3), as far as names here go, less those that the vocabulary keeps."""

LONG = "x" * 10_000
HOSTILE = [
    "two\nlines",
    "\r\nbegins with an end",
    "\r",
    'a "quoted" word',
    '"',
    "one, two",
    "# is no comment",
    "'",
    "שלום עולם",
    "\u202eback\u202c",
    " blanks around ",
    "\ttab\t",
    "null",
    "a\0b",
    "{+x}",
    "http://example.org/not-an-iri",
    "007",
    LONG,
]
"""Texts that CSV, its readers or templates could take for something else."""


def literal(text: str) -> str:
    """Return a text as SPARQL writes it."""
    return str(ox.Literal(text))


STRANGE = f"""#+ summary: What is strange?
#+ description: Texts, and names of columns.
#+ columns: [_x, é, "1", thing, number, 学校]
SELECT ?_x ?é ?1 ?thing ?number ?学校 {{
  VALUES (?_x ?thing ?number) {{
    {" ".join(f"({literal(text)} <http://example.org/{n}> {n})" for n, text in enumerate(HOSTILE))}
    (UNDEF UNDEF UNDEF)
  }}
  BIND(STRLANG(?_x, "he") AS ?é) BIND(IF(?number > 3, ?_x, ?number) AS ?1)
  BIND(IRI(CONCAT(STR(?thing), "/é")) AS ?学校)
}} ORDER BY ?number
"""

OWN = {
    "strange": STRANGE,
    "is-it-so": "#+ summary: Is it so?\nASK { ?s ?p ?o }\n",
    "all-of-it": "#+ summary: What is there?\nCONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(false) }\n",
    "nothing": "#+ summary: What is nothing?\n#+ columns: [x, y]\nSELECT ?x ?y { ?x ?y ?z FILTER(false) } ORDER BY ?x\n",
    "one of": """#+ summary: Which one?
#+ parameters:
#+   - {name: value, type: string, default: a}
#+ columns: [value]
SELECT ?value { VALUES ?value { $value } } ORDER BY ?value
""",
    "now": "#+ summary: When?\n#+ columns: [x]\nSELECT ?x { BIND(NOW() AS ?x) } ORDER BY ?x\n",
}
"""Questions of one's own."""


@pytest.fixture(scope="module")
def own(graph, tmp_path_factory):
    """A site with questions of one's own, over the packaged data."""
    folder = tmp_path_factory.mktemp("own")
    for name, text in OWN.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8", newline="")
    data = type("Data", (), {"graph": sengraph.Graph(graph._engine, Library(folder)), "version": "own"})
    return Site(data)


@pytest.fixture(scope="module")
def site():
    """The site of the packaged graph."""
    return Site(Dataset.open())


# ----------------------------------------------------------------------------- the check


def read(path: Path) -> tuple[list, list[dict]]:
    """Read a CSV file by the metadata beside it, as a processor does that is told of the file alone.

    Returns:
        the descriptions of its columns, and its rows by name of the column.
    """
    table = CSVW(str(path), validate=True)
    assert table.is_valid, [str(warning.message) for warning in table.warnings]
    columns = table.t.tableSchema.columns
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [column.titles.getfirst() for column in columns]
    return columns, [*table.t.iterdicts(strict=True)]


def check(path: Path, results: bytes) -> int:
    """Hold that the cells of a CSV file are, read by its metadata, the terms of an answer; return how many there are."""
    columns, rows = read(path)
    answer = json.loads(results)
    variables, bindings = answer["head"]["vars"], answer["results"]["bindings"]
    assert [column.titles.getfirst() for column in columns] == variables
    assert len(rows) == len(bindings)
    for row, binding in zip(rows, bindings, strict=True):
        for column, variable in zip(columns, variables, strict=True):
            check_cell(row[column.name], column, binding.get(variable))
    return len(rows) * len(columns)


def check_cell(cell, column, term: dict[str, str] | None) -> None:
    """Hold that a cell is a term: its value, its datatype and its language, as far as the column has them."""
    if term is None or term["value"] == "":
        assert cell is None
        return
    datatype = column.datatype.base
    if datatype == "string":
        assert cell == term["value"]
        assert column.lang in ("und", term.get("xml:lang"))
    elif datatype == "anyURI":
        assert (term["type"], quote(term["value"], safe=":/?#[]@!$&'()*+,;=%~")) == ("uri", cell.unsplit())
        if column.valueUrl:  # expanded here: the processor gives a template the parts of a URI as a list
            expanded = URITemplate(str(column.valueUrl)).expand({column.name: cell.unsplit()})
            assert urljoin("https://example.com/a/b.csv?c=d", expanded) == term["value"]
    else:
        assert (term["type"], term["datatype"]) == ("literal", XSD + datatype)
        read_as = {"integer": int, "boolean": "true".__eq__, "decimal": type(cell), "double": float}.get(datatype)
        assert cell == (read_as(term["value"]) if read_as else type(cell).fromisoformat(term["value"]))


def laid(folder: Path, name: str, table: bytes, document: dict) -> Path:
    """Write a CSV file and its metadata, which names it."""
    path = folder / f"{name}.csv"
    path.write_bytes(table)
    beside = json.dumps(document | {"url": path.name})
    Path(f"{path}-metadata.json").write_text(beside, encoding="utf-8")
    return path


# ---------------------------------------------------------------------- a published site


def test_each_csv_of_a_site_has_metadata_that_is_true_of_each_cell(static_site):
    """The metadata is where processors look for it, they accept it, and all cells read by it are the answer's terms."""
    tables = sorted(static_site.rglob("*.csv"))
    metadata = sorted(static_site.rglob("*-metadata.json"))
    assert [f"{table}-metadata.json" for table in tables] == [*map(str, metadata)]
    assert {table.parent.name for table in tables} >= {"questions", "responsibilities-of"}
    cells = [check(table, table.with_suffix(".srj").read_bytes()) for table in tables]
    assert sum(cells) > 4000


@pytest.mark.parametrize(
    ("name", "datatypes"),
    [
        ("passages", {"passage": "anyURI", "page": "string", "column": "integer", "responsibilities": "integer"}),
        ("responsibilities-of", {"who": "string", "modality": "anyURI", "counterpart": "string", "citation": "string"}),
        ("responsibilities-of/parents", {"activity": "anyURI", "who": "string", "modality": "anyURI"}),
        ("equivalents", {"activity": "anyURI", "counterpart": "anyURI", "statement": "string"}),
        ("coverage", {"authority": "string", "establishments": "string", "open": "string"}),
    ],
)
def test_columns_have_the_datatypes_of_the_terms(static_site, name, datatypes):
    """Numbers are numbers and IRIs are IRIs, in all answers to a question; where there are no schools all is text."""
    columns, _ = read(static_site / "questions" / f"{name}.csv")
    found = {column.name: column.datatype.base for column in columns}
    assert {column: found[column] for column in datatypes} == datatypes


def test_all_answers_to_a_question_have_the_same_columns(static_files):
    """So they can be put together: nothing in the columns of an answer depends on its own rows alone."""
    schemas: dict[str, set[str]] = {}
    for name, content in static_files.items():
        if name.endswith("-metadata.json"):
            question = name.removeprefix("questions/").removesuffix(".csv-metadata.json").partition("/")[0]
            schemas.setdefault(question, set()).add(json.dumps(json.loads(content)["tableSchema"]))
    assert len(schemas) > 25
    assert {question: len(schema) for question, schema in schemas.items() if len(schema) > 1} == {}


def test_the_document_says_what_was_asked_and_where_the_data_is_from(static_files, graph):
    """The question with its values, the dataset, its makers and its licence."""
    document = json.loads(static_files["questions/responsibilities-of/senco.csv-metadata.json"])
    question = graph.questions["responsibilities-of"]
    assert document["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert document["url"] == "senco.csv"
    assert document["dc:title"] == f"{question.summary} (party: senco)"
    assert document["dc:description"] == question.description
    assert document["dc:source"] == {"@id": "https://w3id.org/sengraph/dataset"}
    assert document["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert document["dc:creator"] == {"@id": "https://w3id.org/sengraph/authors"}
    whole = json.loads(static_files["questions/responsibilities-of.csv-metadata.json"])
    assert whole["dc:title"] == question.summary


def test_the_table_page_leads_to_the_whole_table(static_files):
    """The CSV of all rows, which the metadata beside it describes."""
    assert b'<a href="questions/compare.csv">' in static_files["table.html"]
    assert "questions/compare.csv-metadata.json" in static_files


def test_a_table_becomes_json_with_numbers_as_numbers(static_site):
    """A processor that converts gives numbers as numbers, leaves out what is empty, and tells of the table."""
    table = CSVW(str(static_site / "questions" / "passages.csv")).to_json()["tables"][0]
    (described,) = table["row"][0]["describes"]
    assert (described["page"], described["column"], described["row"]) == ("15", 1, 1)
    assert table["dc:license"] == "https://creativecommons.org/licenses/by/4.0/"
    table = CSVW(str(static_site / "questions" / "responsibilities-of.csv")).to_json()["tables"][0]
    assert "who" in table["row"][0]["describes"][0]
    assert "counterpart" not in table["row"][0]["describes"][0]


# ------------------------------------------------------------------- what the check finds


def _renamed(document):
    document["tableSchema"]["columns"][1] |= {"name": "other", "titles": "other"}


def _swapped(document):
    columns = document["tableSchema"]["columns"]
    columns[0], columns[1] = columns[1], columns[0]


def _one_less(document):
    del document["tableSchema"]["columns"][-1]


def _number(document):
    document["tableSchema"]["columns"][-1]["datatype"] = "integer"


def _text(document):
    document["tableSchema"]["columns"][3] = {**document["tableSchema"]["columns"][3], "datatype": "boolean"}


def _of_others(document):
    document["@context"] = "http://www.w3.org/ns/others"


def _in_french(document):
    document["tableSchema"]["columns"][-1]["lang"] = "fr"


def _semicolons(document):
    document["dialect"] = document["dialect"] | {"delimiter": ";"}


def _with_comments(document):
    document["dialect"] = document["dialect"] | {"commentPrefix": "http"}


@pytest.mark.parametrize(
    "spoil",
    [_renamed, _swapped, _one_less, _number, _text, _of_others, _in_french, _semicolons, _with_comments],
)
def test_wrong_metadata_is_found(static_files, tmp_path, spoil):
    """What the check above would say if the metadata of a file were not true of it."""
    name = "questions/passages"
    document = json.loads(static_files[f"{name}.csv-metadata.json"])
    path = laid(tmp_path, "passages", static_files[f"{name}.csv"], document)
    assert check(path, static_files[f"{name}.srj"]) == 14 * 7
    spoil(document)
    path = laid(tmp_path, "passages", static_files[f"{name}.csv"], document)
    with pytest.raises((AssertionError, ValueError, UserWarning)):
        check(path, static_files[f"{name}.srj"])


# ------------------------------------------------------------------------------ datatypes


def found(values: str) -> csvw.Kind | None:
    """Return what a column of these values is."""
    answer = ox.Store().query(f"PREFIX xsd: <{XSD}> SELECT ?x {{ VALUES ?x {{ {values} }} }}")
    (kind,) = csvw.kinds(answer)
    return kind


@pytest.mark.parametrize(
    ("values", "datatype", "language"),
    [
        ("1 2 3", "integer", ""),
        ("1 UNDEF", "integer", ""),
        ('1 "2"^^xsd:byte', "integer", ""),
        ('1 "2"', "string", ""),
        ("1 2.5", "string", ""),
        ("1.5 2.5", "decimal", ""),
        ("1e3", "double", ""),
        ('"-INF"^^xsd:double "NaN"^^xsd:double', "double", ""),
        ('"INF"^^xsd:float', "float", ""),
        ("true false", "boolean", ""),
        ('"2001-01-01"^^xsd:date', "date", ""),
        ('"2001-01-01T10:00:00Z"^^xsd:dateTime', "dateTime", ""),
        ('"2001-01-01"^^xsd:date "2001-01-01T10:00:00Z"^^xsd:dateTime', "string", ""),
        ('"2001-02-31"^^xsd:date', "string", ""),
        ('"abc"^^xsd:integer', "string", ""),
        ('""^^xsd:integer', "string", ""),
        ('"2001"^^xsd:gYear', "string", ""),
        ('"a"^^<http://example.org/type>', "string", ""),
        ('"a" "b"', "string", ""),
        ('"a"@en "b"@en', "string", "en"),
        ('"a"@en UNDEF', "string", "en"),
        ('"a"@en "b"@en-GB', "string", ""),
        ('"a"@en "b"', "string", ""),
        ("<http://example.org/a> <urn:b>", "anyURI", ""),
        ("<http://example.org/a> 1", "string", ""),
    ],
)
def test_a_datatype_is_claimed_where_all_terms_have_it(values, datatype, language):
    """In whatever order the terms come; anything else is text, which is all that the cells of a mixed column share."""
    assert found(values)[:2] == (datatype, language)
    assert found(" ".join(reversed(values.split()))) == found(values)


def test_nothing_is_claimed_of_a_column_without_values(graph):
    """Neither where all is unbound, nor where there are no rows: such a column is text."""
    assert found("UNDEF UNDEF") is None
    assert found("") is None
    question = graph.questions["gaps"]
    document = csvw.metadata(question, "gaps.csv", [None] * len(question.columns))
    assert {column["datatype"] for column in document["tableSchema"]["columns"]} == {"string"}


def test_blank_nodes_are_no_iris():
    """They have names in CSV that mean nothing elsewhere."""
    answer = ox.Store().query("SELECT ?x { { BIND(BNODE() AS ?x) } UNION { BIND(<http://example.org/> AS ?x) } }")
    assert csvw.kinds(answer) == [csvw.Kind("string")]


def test_what_answers_hold_is_merged():
    """A column is what it is in each of several answers; one without values says nothing."""
    integer, text, english = csvw.Kind("integer"), csvw.Kind("string"), csvw.Kind("string", "en")
    safe, other = csvw.Kind("anyURI", is_safe=True), csvw.Kind("anyURI")
    one = [integer, integer, None, None, english, safe]
    two = [integer, text, integer, None, text, other]
    assert csvw.merged(one, two) == csvw.merged(two, one) == [integer, text, integer, None, text, other]
    assert reduce(csvw.merged, [one, two, [None] * 6]) == csvw.merged(one, two)


@pytest.mark.parametrize(
    ("iri", "is_safe"),
    [
        ("https://w3id.org/sengraph/code-2001/mainstream-3.1", True),
        ("https://w3id.org/sengraph/ontology#party-senco", True),
        ("http://example.org/a%20b?c=d&e=(f)", True),
        ("http://example.org/é", False),
        ("http://example.org/a/../b", False),
        ("http://example.org/a/.", False),
        ("urn:isbn:1", False),
        ("dc:title", False),
    ],
)
def test_a_template_is_given_where_it_gives_the_iri_back(iri, is_safe):
    """RFC 6570 escapes letters beyond ASCII, resolving takes `..` away, and the vocabulary expands its own prefixes."""
    assert found(f"<{iri}>") == csvw.Kind("anyURI", is_safe=is_safe)
    if is_safe:
        assert urljoin("http://example.com/a.csv", URITemplate("{+x}").expand(x=iri)) == iri


@pytest.mark.parametrize(
    ("variable", "name"),
    [("who", "who"), ("in_force_from", "in_force_from"), ("_x", "%5Fx"), ("__", "%5F_"), ("1", "1"), ("é", "%C3%A9")],
)
def test_a_column_has_a_name_that_templates_can_have(variable, name):
    """Letters beyond ASCII are encoded, and no name begins with the underscore that the vocabulary keeps for itself."""
    assert csvw.name_of(variable) == name
    assert VARIABLE.fullmatch(name)


# -------------------------------------------------------------------------------- a server


def described(site: Site, target: str, accept: str = "text/csv") -> tuple:
    """Return the CSV at a target, and the answer and the document that its Link header leads to."""
    table = site.get(target, accept)
    assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    ((link, told),) = table.links
    assert told == {"rel": "describedby", "type": "application/csvm+json"}
    assert not link.startswith(("/", "http"))
    answer = site.get(site.target(urljoin(table.address, link)), "*/*")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/csvm+json")
    document = json.loads(answer.body)
    assert urljoin(answer.address, document["url"]) == table.address
    return table, answer, document


@pytest.mark.parametrize(
    "target",
    [
        "/questions/gaps",
        "/questions/gaps?format=csv",
        "/questions/responsibilities-of?setting=maintained%20special%20schools&party=senco",
        "/questions/responsibilities-of?party=sen:party-senco&format=csv&setting=",
        "/questions/responsibilities-of?party=https://w3id.org/sengraph/ontology%23party-senco",
        "/questions/search?words=committee+AND%2FOR%22",
        "/questions/schools-subject-to?limit=10",
    ],
)
def test_a_csv_leads_to_its_metadata_which_leads_back(site, target, tmp_path):
    """The address in the metadata is the very one that was asked, however that was written, and the cells are true."""
    table, _, document = described(site, target)
    path = laid(tmp_path, "table", table.body, document)
    given = target.replace("&format=csv", "").replace("?format=csv", "")
    check(path, site.get(given, "application/sparql-results+json").body)


def test_the_tables_of_a_register_are_described(schools_store, tmp_path):
    """Where there are schools, each question that needs no value: what was text for want of values is what it is."""
    site = Site(Dataset.open(schools_store))
    datatypes = {}
    for question in site.data.graph.questions:
        if not any(parameter.required for parameter in question.parameters):
            table, _, document = described(site, f"/questions/{question.name}")
            path = laid(tmp_path, question.name, table.body, document)
            check(path, site.get(f"/questions/{question.name}", "application/sparql-results+json").body)
            datatypes[question.name] = {c["name"]: c["datatype"] for c in document["tableSchema"]["columns"]}
    assert len(datatypes) > 20
    assert datatypes["coverage"]["authority"] == "anyURI"
    assert datatypes["coverage"]["establishments"] == datatypes["coverage"]["open"] == "integer"
    assert datatypes["schools-subject-to"]["school"] == "anyURI"
    assert datatypes["schools-subject-to"]["closing_date"] == "string"


def test_other_forms_have_no_such_link(site):
    """Neither another form of the answer, nor the CSV of a free query, of which nothing is told."""
    assert "link" not in site.get("/questions/gaps", "application/sparql-results+json").headers
    assert "link" not in site.get("/questions/gaps").headers
    assert "link" not in site.get(f"/sparql?query={quote('SELECT * { ?s ?p 1 }')}", "text/csv").headers


def test_a_processor_finds_the_metadata_by_itself(site, monkeypatch):
    """Told of the address of a CSV alone, a processor of CSV on the Web finds, accepts and uses the metadata."""
    asked = []

    @contextmanager
    def urlopen(url, method="GET", timeout=10):
        asked.append(url)
        answer = site.get(site.target(url), None)
        headers = Message()
        for name, value in answer.headers.items():
            headers[name] = value
        told = {"info": lambda self: headers, "read": lambda self: answer.body, "status": answer.status}
        yield type("Response", (), told | {"headers": headers, "getcode": lambda self: answer.status})()

    monkeypatch.setattr(sys.modules["csvw.utils"], "urlopen", urlopen)
    address = f"{BASE}questions/passages?format=csv"
    table = CSVW(address, validate=True)
    assert f"{BASE}questions/passages/csv-metadata.json?format=csv" in asked
    assert table.is_valid
    assert {type(row["row"]) for row in table.t.iterdicts()} == {int}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/questions/none/csv-metadata.json", 404),
        ("/questions/csv-metadata.json", 404),
        ("/questions//csv-metadata.json", 404),
        ("/questions/gaps/csv-metadata.json?format=json", 400),
        ("/questions/gaps/csv-metadata.json?format=csv&format=csv", 400),
        ("/questions/gaps/csv-metadata.json?colour=red", 400),
        ("/questions/gaps/csv-metadata.json?setting=nowhere", 400),
        ("/questions/search/csv-metadata.json", 400),
        ("/questions/gaps/csv-metadata.json?setting=%FF", 400),
    ],
)
def test_what_is_told_of_nothing_is_refused(site, target, status):
    """As the question itself is."""
    assert site.get(target, "*/*").status == status


def test_an_address_that_headers_cannot_have_has_no_link(site):
    """A very long one; one that ends with a slash, at which metadata would not name it; quotes are escaped in others."""
    assert "link" not in site.get(f"/questions/search?words={'x' * 1000}", "text/csv").headers
    assert "link" not in site.get("/questions/gaps/", "text/csv").headers
    ((link, _),) = site.get('/questions/search?words="<b>"', "text/csv").links
    assert link == "../questions/search/csv-metadata.json?words=%22%3Cb%3E%22"


def test_metadata_is_asked_for_again_like_any_answer(site):
    """It has an ETag, comes to HEAD without a body, and cannot be posted to."""
    target = "/questions/gaps/csv-metadata.json"
    answer = site.get(target, "*/*")
    again = site.get(target, "*/*", headers={"if-none-match": answer.headers["etag"]})
    assert again.status == 304
    assert site.get(target, "*/*", "HEAD").headers["content-type"] == csvw.MEDIA_TYPE
    assert site.get(target, "*/*", "POST").status == 405


# ------------------------------------------------------------------ questions of one's own


def test_strange_texts_and_names_are_read_as_they_are(own, tmp_path):
    """Ends of lines, quotes, commas, `#`, NUL, blanks, right-to-left and long texts; `_x` and letters beyond ASCII."""
    table, _, document = described(own, "/questions/strange")
    path = laid(tmp_path, "strange", table.body, document)
    assert check(path, own.get("/questions/strange", "application/json").body) == (len(HOSTILE) + 1) * 6
    columns, rows = read(path)
    told = [(column.name, column.datatype.base, column.lang, str(column.valueUrl or "")) for column in columns]
    assert told == [
        ("%5Fx", "string", "und", ""),
        ("%C3%A9", "string", "he", ""),
        ("1", "string", "und", ""),
        ("thing", "anyURI", "und", "{+thing}"),
        ("number", "integer", "und", ""),
        ("%E5%AD%A6%E6%A0%A1", "anyURI", "und", ""),
    ]
    assert [row["%5Fx"] for row in rows] == [None, *HOSTILE]


def test_an_answer_without_rows_is_a_table_of_text(own, tmp_path):
    """It has its columns all the same."""
    table, _, document = described(own, "/questions/nothing")
    assert table.body == b"x,y\r\n"
    columns, rows = read(laid(tmp_path, "nothing", table.body, document))
    assert [(column.name, column.datatype.base) for column in columns] == [("x", "string"), ("y", "string")]
    assert rows == []


def test_a_question_of_any_name_and_value_has_metadata(own, tmp_path):
    """A blank in the name; a value with quotes, a letter beyond ASCII and what is special in an address."""
    value = 'é "&?#/%'
    table, _, document = described(own, f"/questions/one%20of?value={quote(value, safe='')}")
    _, rows = read(laid(tmp_path, "one", table.body, document))
    assert rows == [{"value": value}]
    assert document["dc:title"] == f"Which one? (value: {value})"


def test_what_is_no_table_has_no_metadata(own):
    """Yes or no and triples have no CSV."""
    for name in ("is-it-so", "all-of-it"):
        assert own.get(f"/questions/{name}", "text/csv").status == 406
        assert own.get(f"/questions/{name}/csv-metadata.json", "*/*").status == 404


def test_what_is_told_of_an_answer_that_changes_each_time_is_not_kept(own):
    """Neither is the answer."""
    for target in ("/questions/now?format=csv", "/questions/now/csv-metadata.json?format=csv"):
        answer = own.get(target, "*/*")
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_csv_is_as_the_dialect_says(own):
    """UTF-8 without a mark, CRLF between rows, quotes doubled, in quotes only where they are needed."""
    body = own.get("/questions/strange", "text/csv").body
    assert body.startswith("_x,é,1,thing,number,学校\r\n".encode())
    text = body.decode("utf-8")
    rows = [*csv.reader(io.StringIO(text, newline=""), strict=True)]
    assert len(rows) == len(HOSTILE) + 2
    assert '\r\n"a ""quoted"" word",' in text
    assert "\r\n# is no comment,# is no comment,# is no comment," in text
    assert csvw.DIALECT["lineTerminators"] == ["\r\n"]
