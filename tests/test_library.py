"""Stored question files: what a good one is, and why a malformed one is refused."""

import pytest

import sengraph
from sengraph.errors import InputError, UsageError
from sengraph.load import queries_dir
from sengraph.questions import Library, read

GOOD = """#+ summary: Which things are of a class?
#+ description: >-
#+   One row per thing,
#+   in order.
#+ tags: [things]
#+ parameters:
#+   - name: kind
#+     type: owl:Class
#+     required: true
#+   - name: label
#+     type: string
#+ columns: [thing]
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing WHERE {
  ?thing a $kind .
  ?thing rdfs:label $label . #? label
}
ORDER BY ?thing
"""


def put(folder, text, name="things.rq"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_question_is_its_header_and_its_text(tmp_path):
    """The name is the file's; the header gives summary, description, tags, parameters and columns."""
    question = read(put(tmp_path, GOOD))
    assert question.as_json() == {
        "name": "things",
        "summary": "Which things are of a class?",
        "description": "One row per thing, in order.",
        "tags": ["things"],
        "parameters": [
            {"name": "kind", "type": "owl:Class", "required": True, "default": None, "choices": [], "description": ""},
            {"name": "label", "type": "string", "required": False, "default": None, "choices": [], "description": ""},
        ],
        "columns": ["thing"],
    }


def test_windows_line_ends_and_a_missing_last_one_are_no_matter(tmp_path):
    """A file saved elsewhere reads the same."""
    assert read(put(tmp_path, GOOD.rstrip().replace("\n", "\r\n"))).columns == ("thing",)


def test_bound_text_has_no_header_and_no_optional_line(tmp_path):
    """What is shown to be pasted elsewhere is plain SPARQL."""
    text = read(put(tmp_path, GOOD)).sparql({"kind": "<http://e/C>"})
    assert text.startswith("PREFIX rdfs:")
    assert "#" not in text.replace("schema#", "")
    assert "?thing a <http://e/C> ." in text
    assert "$" not in text


def test_a_missing_required_value_is_named(tmp_path):
    """The message says which, and where to look."""
    with pytest.raises(UsageError, match="things needs a value for kind"):
        read(put(tmp_path, GOOD)).sparql({})


def test_what_has_to_be_unlike_may_not_be_the_same(tmp_path):
    """Two parameters that are compared with each other cannot have one value; either may be left out."""
    question = read(put(tmp_path, GOOD.replace("type: string", "type: owl:Class\n#+     unlike: kind")))
    with pytest.raises(UsageError, match="--label of the question things: this is the --kind too"):
        question.sparql({"kind": "<http://e/C>", "label": "<http://e/C>"})
    assert "<http://e/D>" in question.sparql({"kind": "<http://e/C>", "label": "<http://e/D>"})
    assert "label" not in question.sparql({"kind": "<http://e/C>"}).partition("WHERE")[2]
    assert "unlike" not in question.as_json()["parameters"][1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.replace("#+ summary: Which things are of a class?\n", ""), "needs a text for 'summary'"),
        (lambda t: t.split("columns: [thing]\n", 1)[1], "line 1: a question opens with a header"),
        (lambda t: t.replace("tags: [things]", "tags: [things"), "line 6: the header is not YAML"),
        (lambda t: t.replace("#+ tags", "#+ tgas"), "unknown key 'tgas' in the header. Did you mean 'tags'"),
        (lambda t: t.replace("required: true", "requird: true"), "unknown key 'requird'.*'kind'.*'required'"),
        (lambda t: t.replace("required: true", "required: maybe"), "neither true nor false"),
        (
            lambda t: t.replace("type: string", "type: string\n#+     unlike: kidn"),
            "unlike 'kidn'.*Did you mean 'kind'",
        ),
        (lambda t: t.replace("type: string", "type: sting"), "'sting' of the parameter 'label' is no type"),
        (lambda t: t.replace("name: label", "name: format"), "'format' cannot name a parameter"),
        (lambda t: t.replace("name: label", "name: Label"), "'Label' cannot name a parameter"),
        (lambda t: t.replace("name: label", "name: kind"), "'kind' is declared twice"),
        (lambda t: t.replace("a $kind", "a $knd"), r"line 15: \$knd is not declared.*Did you mean 'kind'"),
        (lambda t: t.replace("a $kind", "a ?kind"), "'kind' is declared and never used"),
        (lambda t: t.replace(" #? label", ""), r"line 16: \$label is optional.*end the line with '#\? label'"),
        (lambda t: t.replace("#? label", "#? lable"), "line 16"),
        (
            lambda t: t.replace("columns: [thing]", "columns: [things]"),
            r"columns are \['things'\].*returns \['thing'\]",
        ),
        (lambda t: t.replace("WHERE {", "WHERE { {"), "line 18: this is not SPARQL"),
        (lambda t: t.replace("SELECT ?thing WHERE {", "DELETE WHERE {"), "this is not SPARQL 1.1 query syntax"),
        (lambda t: t.replace("?thing a $kind .", "GRAPH ?g { ?thing a $kind }"), "GRAPH is not allowed"),
        (lambda t: t.replace("WHERE {", "FROM <http://e/g> WHERE {"), "FROM is not allowed"),
        (lambda t: t.replace("?thing a $kind .", "?thing a $kind . service <http://e/> {}"), "SERVICE is not allowed"),
        (lambda t: "#+ [1, 2]\n" + t.split("columns: [thing]\n", 1)[1], "not a list of 'key: value' lines"),
        (lambda t: "#+ summary: &a [*a]\n" + t.split("columns: [thing]\n", 1)[1], "line 1: the header is not YAML"),
        (lambda t: t.replace("#+ tags", "#+ summary: Again?\n#+ tags"), "line 5: .*the key 'summary' is there twice"),
        (lambda t: t.replace("required: true", "required: true\n#+     type: iri"), "line 10: .*'type' is there twice"),
        (lambda t: t.replace("#+ tags", "#+ [a]: b\n#+ tags"), r"line 5: .*the key \['a'\] is no text"),
        (lambda t: t.replace("required: true", "required: yes"), "line 9: 'required'.* is neither true nor false"),
        (
            lambda t: t.replace("type: string", "type: string\n#+     choices: [a, b]\n#+     default: c"),
            "line 13: 'default' of the parameter 'label' is none of its choices. Known: a, b",
        ),
        (
            lambda t: t.replace("type: string", "type: integer\n#+     choices: [1, two]"),
            "line 12: 'choices' of the parameter 'label': 'two' is not a value of type integer",
        ),
        (
            lambda t: t.replace("type: string", 'type: date\n#+     default: ""'),
            "line 12: 'default' of the parameter 'label': '' is not a value of type date",
        ),
        (lambda t: t.replace("ORDER BY ?thing", "LIMIT 9"), "line 18: the query has no ORDER BY"),
        (
            lambda t: t.replace("?thing a $kind .", "{ SELECT * { ?thing a $kind } ORDER BY ?thing }").rsplit(
                "ORDER", 1
            )[0],
            "line 17: the query has no ORDER BY",
        ),
        (lambda t: "#+ !!python/object/apply:os.getcwd []\n" + t, "the header is not YAML"),
        (lambda t: t.replace("a $kind .", "a ?y.SERVICE<http://e/> {} ?thing a $kind ."), "SERVICE is not allowed"),
        (lambda t: t.replace("a $kind .", "a $kind ; ?p 1.GRAPH ?g {} ?thing a $kind ."), "GRAPH is not allowed"),
        (lambda t: t.replace("owl:Class", "<http://e/ x>"), "is no type"),
        (
            lambda t: t.replace("required: true", "default: [1]"),
            "'default' of the parameter 'kind' is not a plain value",
        ),
        (lambda t: t.replace("type: string", "type: integer\n#+     default: x"), "'x' is not a value of type integer"),
        (lambda t: t.replace("tags: [things]", "tags: " + "[" * 70000), "too large"),
        (lambda t: t.replace("tags: [things]", "tags: !!bool x"), "not YAML"),
        (lambda t: t.replace("?thing a $kind .", "?thing a $kind ." + "{" * 500 + "}" * 500), "nests too deeply"),
        (lambda t: t.encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_malformed_question_is_refused(tmp_path, change, said):
    """File, line and reason; never half understood."""
    path = put(tmp_path, change(GOOD))
    with pytest.raises(InputError, match=f"(?s){said}") as caught:
        read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["n", "y", "no", "off", "on", "null"])
def test_plain_values_of_a_header_are_text_as_written(tmp_path, name):
    """What YAML 1.1 takes for a truth value, a number in another base, a time or nothing is what it says."""
    header = f"name: {name}\n#+     type: string\n#+     choices: [yes, no, 010, 12:30, 1_0, 2001-01-01, ~, true]"
    text = GOOD.replace("name: label\n#+     type: string", header + "\n#+     default: 010")
    parameter = read(put(tmp_path, text.replace("label $label . #? label", f"label ${name} . #? {name}"))).parameters[1]
    assert parameter.name == name
    assert parameter.choices == ("yes", "no", "010", "12:30", "1_0", "2001-01-01", "~", "true")
    assert parameter.default == "010"


@pytest.mark.parametrize("default", ["true", "false"])
def test_a_truth_value_may_be_a_default(tmp_path, default):
    """As it is written in SPARQL."""
    text = GOOD.replace("type: string", f"type: boolean\n#+     default: {default}\n#+     choices: [true, false]")
    parameter = read(put(tmp_path, text)).parameters[1]
    assert (parameter.default, parameter.choices) == (default, ("true", "false"))


def test_a_class_that_has_nothing_is_told_from_a_wrong_name(tmp_path, graph):
    """A slip in a parameter's type shows when the question is asked: the nearest class is named."""
    put(tmp_path, GOOD.replace("owl:Class", "sen:Praty"))
    own = sengraph.open(queries=tmp_path)
    with pytest.raises(UsageError, match="nothing here is a sen:Praty. Did you mean 'sen:Party'"):
        own.ask("things", kind="senco")


def test_the_word_service_may_stand_in_names_and_strings(tmp_path):
    """Only the keyword is refused, found as a token and not by a search of the text."""
    text = GOOD.replace("a $kind .", 'a $kind . FILTER("SERVICE" != "graph") # from a service').replace(
        "?thing", "?service"
    )
    assert read(put(tmp_path, text.replace("[thing]", "[service]"))).columns == ("service",)


def test_ask_and_construct_questions_have_no_columns(tmp_path):
    """The header of a question that is no SELECT lists none."""
    header = "#+ summary: Is there anything?\n"
    assert read(put(tmp_path, header + "ASK { ?s ?p ?o }")).columns == ()
    assert read(put(tmp_path, header + "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")).columns == ()


def test_a_library_is_its_folders(tmp_path):
    """A question of a later folder replaces one of the same name; an unknown name gets the nearest."""
    put(tmp_path, GOOD)
    put(tmp_path, GOOD.replace("Which things", "Which other things"), "gaps.rq")
    library = Library(queries_dir(), tmp_path)
    assert library["gaps"].summary == "Which other things are of a class?"
    assert "things" in library.names
    assert "things" in library
    assert "thigns" not in library
    with pytest.raises(UsageError, match="no question 'thigns'. Did you mean 'things'"):
        library["thigns"]
    with pytest.raises(InputError, match="is not a folder of questions"):
        Library(tmp_path / "things.rq")


@pytest.mark.parametrize("name", Library(queries_dir()).names)
def test_every_packaged_question_is_sound(name):
    """Each has a summary that asks, a description, tags, and a described parameter of a known type; each is ordered."""
    question = Library(queries_dir())[name]
    assert question.summary.endswith("?")
    assert question.description
    assert question.tags
    assert all(parameter.description for parameter in question.parameters)
    assert "citation" in question.columns
    assert "ORDER" in question.template.words
