"""The command line, as a person at a terminal meets it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import sengraph
from sengraph.cli import COMMANDS, main
from tests.conftest import ROOT

COMMAND = [sys.executable, "-m", "sengraph.cli"]


@pytest.fixture
def call(capsysbinary):
    """Run the command line in this process and return its exit code, output and messages."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def test_a_first_question_is_answered(call):
    """Who must report to parents? Both governing bodies, each with its citation."""
    code, out, err = call("ask", "statutory-duties", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert [row["citation"] for row in rows] == [
        "SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), row 3, clause 1",
        "SEN Code of Practice (DfES/581/2001), p. 15, table column 2 (maintained special schools), row 3, clause 1",
    ]


def test_people_see_labels_and_machines_see_iris(call):
    """The same answer as a table and as CSV."""
    _, table, _ = call("ask", "statutory-duties")
    _, machine, _ = call("ask", "statutory-duties", "--format", "csv")
    assert "maintained mainstream schools" in table.split("\n")[2]
    assert "https://" not in table
    assert "https://w3id.org/sengraph/ontology#setting-maintained-mainstream" in machine


def test_options_may_stand_before_the_question(call):
    """The order of words is the person's."""
    one = call("ask", "--activity", "report-on-policy", "who-is-responsible", "--format", "csv")
    assert one == call("ask", "who-is-responsible", "--format=csv", "--activity=report-on-policy")
    assert one[0] == 0


def test_a_gap_is_an_answer(call):
    """Where nobody is named the answer says so, which kind of gap it is, and what that does not mean."""
    code, out, _ = call("ask", "who-is-responsible", "--activity", "report-on-policy", "--setting", "early-education")
    assert code == 0
    assert "nobody is named" in out
    assert "The cell is empty" in out
    assert "silence is not absence of a duty or a power" in out
    assert "row 3 (empty cell)" in out


def test_cite_adds_the_sources(call):
    """Distinct citations, to paste, and how the answer was got."""
    code, out, _ = call("ask", "statutory-duties", "--cite")
    sources = out.split("Sources:\n")[1]
    assert code == 0
    assert sources.count("- SEN Code of Practice (DfES/581/2001), p. 15") == 2
    assert "in force from 2002-01-01 until 2014-09-01; it went on being used for children and young" in sources
    assert "question statutory-duties" in sources
    assert call("ask", "statutory-duties", "--cite", "--format", "csv")[0] == 2


def test_the_shown_sparql_is_the_answered_one(call):
    """What `--show-sparql` prints gives the same rows when it is run as a free query."""
    words = ("who-is-responsible", "--activity", "report-on-policy")
    _, sparql, _ = call("ask", *words, "--show-sparql")
    assert "$" not in sparql
    assert call("query", sparql, "--format", "csv") == call("ask", *words, "--format", "csv")


def test_questions_as_json_are_as_documented(call):
    """An array of name, summary, description, tags, parameters with their choices, and columns."""
    code, out, _ = call("questions", "--format", "json")
    questions = {question["name"]: question for question in json.loads(out)}
    question = questions["who-is-responsible"]
    assert code == 0
    assert len(questions) >= 23
    assert list(question) == ["name", "summary", "description", "tags", "parameters", "columns"]
    parameters = {parameter["name"]: parameter for parameter in question["parameters"]}
    assert list(parameters["setting"]) == ["name", "type", "required", "default", "choices", "description"]
    assert parameters["setting"]["choices"] == ["early-education", "maintained-mainstream", "maintained-special"]


def test_one_question_in_full(call):
    """Its summary, parameters with choices, columns and text; in lines that a terminal can show."""
    code, out, _ = call("questions", "gaps")
    assert code == 0
    for part in ("gaps", "--setting", "early-education", "columns:", "SELECT"):
        assert part in out
    assert "\ufffd" not in out
    assert "\n      appoint-committee, " in out
    assert max(map(len, out.split("SELECT")[0].split("\n"))) <= 120


def test_compare_has_the_layout_of_the_original(call):
    """Settings across, activities down; equivalent, variant with its facet, or empty; and what also differs."""
    code, out, _ = call("compare", "maintained-special", "early-education", "--format", "markdown")
    lines = [line.replace("\\", "").strip("|\n").split("|") for line in out.split("\n") if line]
    cells = {line[0].strip(): [cell.strip() for cell in line[1:]] for line in lines}
    assert code == 0
    assert cells["activity"] == ["maintained special schools", "early education settings"]
    assert cells["keep governance informed"][1].endswith("(early-4.2) [variant in modality; also differs in manner]")
    assert cells["report on the policy"][1] == ""
    assert cells["work with the SENCO"][0] == ""
    assert "silence is not absence of a duty or a power" in out
    assert "Source: SEN Code of Practice (DfES/581/2001), p. 15" in out
    assert (
        len([line for line in lines if len(line) == 3]) == 2 + 12
    )  # heading, rule, and the activities that either of the two columns names


def test_compare_all_marks_equal_cells(call):
    """Without settings, all three, each cell compared with the first to its left; equivalent is not identical."""
    code, out, _ = call("compare", "--format", "markdown")
    rows = {line.split("|")[1].strip(): line.replace("\\", "") for line in out.split("\n") if line.startswith("|")}
    assert code == 0
    assert "(early-4.3) [equivalent; also differs in collaborator]" in rows["work with the SENCO"]
    assert "(special-3.1) [equivalent]" in rows["report on the policy"]
    assert "Equivalent is not identical" in out


def test_compare_is_the_same_without_inference(call):
    """What differs is asked of what was asserted: the bearers of counterparts do not, whether that was inferred or not."""
    for form in ("csv", "markdown"):
        assert call("compare", "--no-inference", "--format", form)[:2] == call("compare", "--format", form)[:2]


@pytest.mark.parametrize("settings", [["early-education"], ["early-education", "early-education"]])
def test_compare_wants_two_settings(call, settings):
    """One alone, or one twice, is no comparison."""
    code, _, err = call("compare", *settings)
    assert code == 2
    assert "two or more different" in err


def test_ask_and_construct_by_query(call, tmp_path):
    """yes is 0, no is 1; triples are Turtle unless another format is named; a file and - are read."""
    assert call("query", "ASK { code:mainstream-3.1 a sen:Obligation }") == (0, "yes\n", "")
    assert call("query", "ASK { code:mainstream-4.1 a sen:Obligation }") == (1, "no\n", "")
    assert call("query", "ASK { code:mainstream-4.1 a sen:Obligation }", "--format", "json")[0] == 1
    (tmp_path / "q.rq").write_text("CONSTRUCT { ?s sen:modality ?m } WHERE { ?s a sen:Obligation ; sen:modality ?m }")
    code, out, _ = call("query", str(tmp_path / "q.rq"))
    assert code == 0
    assert "code:special-3.1 sen:modality sen:modality-must" in out
    assert len(call("query", str(tmp_path / "q.rq"), "--format", "nt")[1].splitlines()) == 2


def test_a_long_query_is_not_taken_for_a_file(call):
    """Longer than any file's name, on one line."""
    assert call("query", f"ASK {{ BIND('{'long ' * 1000}' AS ?text) }}") == (0, "yes\n", "")


def test_triples_have_no_form_of_a_table(call):
    """Turtle unless another graph format is named; a table of triples is refused."""
    code, _, err = call("query", "DESCRIBE sen:party-senco", "--format", "markdown")
    assert code == 2
    assert "choose one of ttl" in err


def test_an_empty_answer_is_an_answer(call):
    """No rows: exit 0, and said in words."""
    code, out, _ = call("query", "SELECT ?x { ?x a sen:Nothing }")
    assert (code, out) == (0, "No rows (x).\n")


def test_silence_is_told_from_absence_of_a_duty(call):
    """Parents bear nothing in the table: no rows, and a sentence on what that does not mean, in each form for people."""
    for form in ("table", "markdown", "html"):
        code, out, _ = call("ask", "responsibilities-of", "--party", "parents", "--format", form)
        assert code == 0
        assert "No row matches. Where the table is silent, that is not absence of a duty or a power." in out
        assert "inferred" not in out


@pytest.mark.parametrize("name", ["correspondences", "counterparts", "differences", "equivalents"])
def test_an_answer_that_is_empty_for_want_of_inference_says_so(call, name):
    """Without inference, or in a graph without what follows, the answer names the relations that nothing has."""
    for words in (["--no-inference"], ["--graph", "https://w3id.org/sengraph/graph/asserted"]):
        code, out, _ = call("ask", name, *words)
        assert code == 0
        assert "Nothing was inferred here, and this asks for what is inferred: sen:" in out
    assert "inferred" not in call("ask", name, "--setting", "special")[1]
    assert "inferred" not in call("ask", name, "--party", "parents")[1]


def test_all_settings_named_are_none_named(call):
    """A machine's format compares two settings or all, however all are named."""
    everything = call("compare", "--format", "csv")
    assert call("compare", "early", "mainstream", "special", "--format", "csv")[:2] == everything[:2]
    assert everything[0] == 0


@pytest.mark.parametrize("name", ["compare", "correspondences", "different-force", "differences", "equivalents"])
def test_a_setting_is_not_compared_with_itself(call, name):
    """What wants two kinds of setting refuses one twice, by whichever names."""
    code, out, err = call("ask", name, "--setting", "special", "--other", "Maintained special schools")
    assert (code, out) == (2, "")
    assert f"--other of the question {name}: this is the --setting too" in err


def test_without_inference_only_what_was_asserted_is_seen(call):
    """Modality classes are inferred, modalities asserted."""
    assert call("query", "ASK { code:mainstream-3.1 a sen:Obligation }", "--no-inference")[0] == 1
    assert call("query", "ASK { code:mainstream-3.1 sen:modality sen:modality-must }", "--no-inference")[0] == 0


def test_one_graph_can_be_chosen(call):
    """`--graph` sees just that graph; an unknown one is named with the nearest."""
    graph = "https://w3id.org/sengraph/graph/inferred"
    assert call("query", "ASK { code:mainstream-3.1 a sen:Obligation }", "--graph", graph)[0] == 0
    assert call("query", "ASK { code:mainstream-3.1 sen:modality ?m }", "--graph", graph)[0] == 1
    for name in ("inferred", f"<{graph}>"):
        assert call("query", "ASK { code:mainstream-3.1 a sen:Obligation }", "--graph", name)[0] == 0
    code, _, err = call("query", "ASK {}", "--graph", graph + "x")
    assert code == 2
    assert f"Did you mean '{graph}'" in err


def test_a_graph_named_twice_is_seen_once(call):
    """Rows are not multiplied, whichever way the graph is named."""
    query = ("query", "SELECT ?m { code:mainstream-3.1 sen:modality ?m }", "--format", "csv")
    once = call(*query, "--graph", "asserted")
    assert once == call(*query, *["--graph", "asserted", "--graph", "https://w3id.org/sengraph/graph/asserted"] * 2)
    assert len(once[1].splitlines()) == 2


@pytest.mark.parametrize("endpoint", [(), ("--endpoint", "http://127.0.0.1:9/")])
@pytest.mark.parametrize("words", [("--graph", "a b"), ("--graph", "<a b>"), ("--timeout", "nan"), ("--timeout", "0")])
def test_a_wrong_common_option_is_refused_wherever_the_graph_is(call, words, endpoint):
    """Before anything is sent or answered."""
    code, out, err = call("query", "ASK {}", *words, *endpoint)
    assert (code, out) == (2, "")
    assert ("names no graph" if "--graph" in words else "number of seconds") in err


def test_ones_own_questions_work_the_same(call, tmp_path):
    """A folder given by --queries is listed, asked, and its parameters are options."""
    (tmp_path / "mine.rq").write_text(
        "#+ summary: Who performs a function?\n#+ parameters: [{name: function, type: 'sen:Function', required: true}]\n"
        "#+ columns: [who]\nPREFIX sen: <https://w3id.org/sengraph/ontology#>\n"
        "SELECT ?who { ?who sen:performs $function } ORDER BY ?who\n"
    )
    code, out, _ = call("ask", "mine", "--queries", str(tmp_path), "--function", "Support")
    assert code == 0
    assert out == "who\n------------------\nnon-teaching staff\npractitioners\n"
    assert "mine" in call("questions", "--queries", str(tmp_path))[1]
    (tmp_path / "mine.rq").write_text("#+ summary: x\nSELECT nonsense")
    code, _, err = call("ask", "mine", "--queries", str(tmp_path))
    assert code == 2
    assert "mine.rq, line 2" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", "who-is-responsibel"], "Did you mean 'who-is-responsible'"),
        (["ask"], "name a question"),
        (["ask", "gaps", "--seting", "x"], "does not take '--seting'. Did you mean '--setting'"),
        (["ask", "gaps", "--setting", "early-educaton"], "Did you mean .*early-education"),
        (["ask", "gaps", "--setting"], "expected one argument"),
        (["ask", "gaps", "--setting", "maintained", "special"], "does not take 'special'. Quote a value"),
        (["ask", "search", "--words", ""], "--words of the question search: a text is wanted, and this one is blank"),
        (["ask", "search", "--words", " \t"], "a text is wanted, and this one is blank"),
        (["ask", "gaps", "--format", "yaml"], "invalid choice: 'yaml'"),
        (["ask", "gaps", "--format", "ttl"], "has no form 'ttl': choose one of"),
        (["ask", "source-of", "--responsibility", "http://a b/"], "no sen:Responsibility is called"),
        (["asks"], "no command 'asks'. Did you mean 'ask'"),
        (["--nonsense"], "does not take '--nonsense'"),
        (["query", "SELECT ?x { ?x }"], "not a SPARQL query: line 1, column"),
        (["query", "INSERT DATA { <a:b> <a:c> 1 }"], "this is an update"),
        (["query", "DROP ALL"], "this is an update"),
        (["query", "ASK {" + "{" * 20000 + "}" * 20000 + "}"], "nests too deeply"),
        (["query", "ASK { ?s " + "/".join(["<a:p>"] * 20000) + " ?o }"], "nests too deeply"),
        (["query", 'ASK { ?s ?p "\udcff" }'], "is not text in the encoding"),
        (["ask", "--", "gapz"], "no question 'gapz'"),
        (["query", "none.rq"], "there is no such file"),
        (["query", "."], "is a directory"),
        (["query", "SELECT ?x { ?x a foo:Bar }"], "a prefix is used that is not declared"),
        (["query", "ASK {}", "--store", "/nonexistent"], "holds no store"),
        (["query", "ASK {}", "--queries", "/nonexistent"], "is not a folder of questions"),
        (["query", "ASK {}", "--timeout", "soon"], "invalid float value"),
        (["query", ""], "the query is empty"),
        (["query", " \n"], "the query is empty"),
        (["query", "ASK {}", "--store", ""], "argument --store: an empty value"),
        (["query", "ASK {}", "--endpoint="], "argument --endpoint: an empty value"),
        (["query", "ASK {}", "--queries", ""], "argument --queries: an empty value"),
        (["query", "ASK {}", "--graph", ""], "argument --graph: an empty value"),
        (["ask", ""], "argument QUESTION: an empty value"),
        (["check", "--source", ""], "argument --source: an empty value"),
        (["check", ""], "argument FILE: an empty value"),
        (["reason", "none.ttl", "--entails", ""], "argument --entails: an empty value"),
        (["reason", "none.ttl", "-o", ""], "argument -o/--output: an empty value"),
        (["reason", "none.ttl", "--entails", "x.ttl", "-o", "y.ttl", "--axioms"], "leave out --output, --axioms"),
        (["ask", "search", "--words", "-x"], "if '-x' is its value, write --words=-x"),
        (["ask", "x" * 500], r"no question 'x{57}\.\.\.'"),
        (["x" * 500], r"no command 'x{57}\.\.\.'"),
        (["ask", "gaps", "--" + "x" * 500], r"does not take '--x{55}\.\.\.'"),
        (["ask", "gaps", "--format", "x" * 500], r"invalid choice: 'x{57}\.\.\.'"),
        (["ask", "gaps", "--timeout=" + "x" * 500], r"invalid float value: 'x{57}\.\.\.'"),
        (["query", "ASK {}", "--graph", "x" * 500], r"no graph '\S{57}\.\.\.'"),
        (["query", "ASK {}", "--endpoint", "x" * 500], r"'x{57}\.\.\.' is not the address"),
        (["check", "none.ttl"], "there is no such file"),
        (["reason", "none.ttl"], "there is no such file"),
        (["reason", "-o", "out.txt"], "names no RDF format"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(call, words, said):
    """One message on standard error, exit code 2, nothing on standard output."""
    import re

    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert err.startswith("sengraph: ")
    assert re.search(said, err), err


ATTACKS = [
    'x" } INSERT DATA { <a:a> <a:b> <a:c> } #',
    "> ?p ?o } #",
    "$setting",
    "'; DROP ALL",
    "\u202e",
    "../../etc/passwd",
    "%s",
    "",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_parameter_of_any_question_can_be_broken_out_of(schools, attack):
    """Every parameter of every question: the value is refused by name or matched as one term."""
    from sengraph.errors import UsageError

    for question in schools.questions:
        required = [parameter for parameter in question.parameters if parameter.required]
        sample = {p.name: schools.choices(p)[0] for p in required if schools.choices(p)}
        sample |= {p.name: "2010-01-01" for p in required if p.type == "date"}
        for parameter in question.parameters:
            try:
                answer = schools.ask(question.name, **sample | {parameter.name: attack})
            except UsageError as error:
                assert question.name in str(error)
            else:
                assert parameter.type == "string"
                assert answer.columns == question.columns


def test_help_is_there_for_every_command(capsys):
    """`--help` of each command ends with an example or where to look."""
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert f"sengraph {name}" in capsys.readouterr().out
    assert main([]) == 2
    assert "examples:" in capsys.readouterr().out


def test_reason_writes_what_follows(call, tmp_path):
    """A small graph closed into a file, whole or just what is new; the named graphs apart where the format has them."""
    source = tmp_path / "in.ttl"
    source.write_text(
        "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n:p a owl:SymmetricProperty . :a :p :b .\n"
    )
    assert call("reason", str(source), "-o", str(tmp_path / "out.nt")) == (0, "", "")
    assert "<http://e/b> <http://e/p> <http://e/a> .\n" in (tmp_path / "out.nt").read_text()
    assert "<http://e/a> <http://e/p> <http://e/b> .\n" in (tmp_path / "out.nt").read_text()
    _, out, _ = call("reason", str(source), "--only-inferred", "--format", "nt")
    assert out == "<http://e/b> <http://e/p> <http://e/a> .\n"
    _, out, _ = call("reason", str(source), "--format", "nq")
    assert "<http://e/b> <http://e/p> <http://e/a> <https://w3id.org/sengraph/graph/inferred> .\n" in out
    assert call("reason", str(source), "-o", str(tmp_path / "out.nt.gz"))[0] == 0
    assert gzip.decompress((tmp_path / "out.nt.gz").read_bytes()) == (tmp_path / "out.nt").read_bytes()
    _, more, _ = call("reason", str(source), "--axioms", "--format", "nt")
    assert "<http://e/a> <http://www.w3.org/2002/07/owl#sameAs> <http://e/a> .\n" in more


def test_reason_refuses_a_contradiction(call, tmp_path):
    """Nothing is written, exit 1; with --keep-going it is, and the contradiction told."""
    source = tmp_path / "in.ttl"
    source.write_text(
        "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n:A owl:disjointWith :B . :x a :A , :B .\n"
    )
    out = tmp_path / "out.ttl"
    code, _, err = call("reason", str(source), "-o", str(out))
    assert (code, out.exists()) == (1, False)
    assert "contradicts itself" in err
    code, _, err = call("reason", str(source), "-o", str(out), "--keep-going")
    assert (code, out.exists()) == (0, True)
    assert "contradiction: " in err


@pytest.mark.parametrize(
    ("conclusion", "code"),
    [
        (":b :p :a .", 0),
        ("[] :p :a .", 0),
        (":a owl:sameAs :a .", 0),
        (":a owl:differentFrom :c .", 0),
        (":a :p :a .", 1),
        ("[] :p :c .", 1),
        (":a owl:differentFrom :b .", 1),
        ("", 0),
    ],
)
def test_reason_tells_what_is_entailed(call, tmp_path, conclusion, code):
    """Exit 0 if all of the file follows, blank nodes standing for anything, else 1."""
    prefixes = "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    (tmp_path / "p.ttl").write_text(
        prefixes + ":p a owl:SymmetricProperty . :a :p :b ; a :A . :c a :C . :A owl:disjointWith :C .\n"
    )
    (tmp_path / "c.ttl").write_text(prefixes + conclusion)
    assert call("reason", str(tmp_path / "p.ttl"), "--entails", str(tmp_path / "c.ttl"))[0] == code


def run(*words: str, **options) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=120, cwd=ROOT, **options)


def test_a_closed_pipe_ends_in_silence():
    """`| head` is no fault."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{sys.executable}' -m sengraph.cli questions --format json | head -c 10"],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 10, "")


def test_ctrl_c_ends_with_a_word(tmp_path):
    """Interrupted while it infers: exit 130, no traceback, nothing half-written."""
    with subprocess.Popen(
        [*COMMAND, "reason", "--engine", "owlrl", "-o", str(tmp_path / "closed.ttl")],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
    ) as process:  # fmt: skip
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1:] == ["sengraph: interrupted"]
    assert list(tmp_path.iterdir()) == []


def test_no_message_commands_a_terminal(call):
    """What a person or a server wrote is shown with its control characters replaced."""
    code, _, err = call("query", "\x1b[31mno\x1b.rq")
    assert code == 2
    assert "\x1b" not in err


def test_rows_without_columns_are_rows(call):
    """`SELECT * {}` has one solution that binds nothing."""
    assert call("query", "SELECT * {}") == (0, "1 rows without columns.\n", "")
    assert call("query", "SELECT (1/0 AS ?x) {}")[0] == 0


@pytest.mark.parametrize("words", [["--help"], ["ask", "gaps"], ["questions"], ["check", "--help"]])
def test_a_full_or_closed_output_is_told(words):
    """No traceback, whatever became of standard output."""
    for redirection in ("> /dev/full", ">&-"):
        done = subprocess.run(
            ["bash", "-c", f"'{sys.executable}' -m sengraph {' '.join(words)} {redirection}"],
            capture_output=True, text=True, timeout=120, cwd=ROOT,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert done.returncode == (0 if "--help" in words else 2)


def test_ctrl_c_ends_a_query_of_death():
    """The engine does not listen to Python: the signal ends the process."""
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with subprocess.Popen(
        [*COMMAND, "query", query], stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in err


def test_a_fault_in_a_file_is_told_with_its_name(call, tmp_path):
    """Syntax, an empty file, a form that its answer does not have."""
    file = tmp_path / "mine.rq"
    for text, said, words in (
        ("\nSELECT ?x { ?x }", "this is not a SPARQL query: line 2", ()),
        (" ", "the query is empty", ()),
        ("ASK {}", "yes or no has no form 'ttl'", ("--format", "ttl")),
    ):
        file.write_text(text)
        code, out, err = call("query", str(file), *words)
        assert (code, out) == (2, "")
        assert err.startswith(f"sengraph: {file}: {said}")


def test_a_link_to_itself_is_told(call, tmp_path):
    """Neither read nor written, no traceback; so is a folder that is a file."""
    (tmp_path / "in.ttl").write_text("<http://e/s> <http://e/p> 1 .\n")
    (tmp_path / "loop.ttl").symlink_to("loop.ttl")
    loop = str(tmp_path / "loop.ttl")
    for words in (["reason", str(tmp_path / "in.ttl"), "-o", loop], ["reason", loop], ["check", "--fix", loop]):
        code, _, err = call(*words)
        assert code == 2
        assert "symbolic links" in err
        assert loop in err
    assert (tmp_path / "loop.ttl").is_symlink()
    code, _, err = call("reason", str(tmp_path / "in.ttl"), "-o", str(tmp_path / "in.ttl" / "x" / "y.ttl"))
    assert (code, err) == (2, f"sengraph: this is not a folder: {tmp_path / 'in.ttl'}\n")


@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-"])
def test_what_nobody_hears_changes_no_answer(tmp_path, redirection):
    """Standard error full or closed: the answer and the exit code are what they are."""
    for words, code, out in (
        ("query 'ASK {}'", 0, "yes\n"),
        (f"reason {tmp_path}/none.ttl", 2, ""),
        ("query 'ASK { ?s ?p }'", 2, ""),
    ):
        done = subprocess.run(
            ["bash", "-c", f"'{sys.executable}' -m sengraph {words} {redirection}"],
            capture_output=True, text=True, timeout=120, cwd=ROOT, env=os.environ | {"SENGRAPH_CACHE_DIR": str(tmp_path)},
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (code, out)


def test_a_question_of_ones_own_in_place_of_compare_has_its_columns(call, tmp_path):
    """Else the table cannot be laid out, and the message says why."""
    (tmp_path / "compare.rq").write_text(
        "#+ summary: x?\n#+ parameters: [{name: setting, type: iri}, {name: other, type: iri}]\n"
        "#+ columns: [activity]\nSELECT ?activity {\nFILTER($setting != 1) #? setting\nFILTER($other != 1) #? other\n"
        "} ORDER BY ?activity\n"
    )
    code, out, err = call("compare", "--queries", str(tmp_path))
    assert (code, out) == (2, "")
    assert f"{tmp_path / 'compare.rq'}: this replaces the packaged question compare and lacks its columns" in err


def test_help_of_a_question_fits_a_terminal(capsys, monkeypatch, graph):
    """Eighty columns."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in graph.questions.names:
        with pytest.raises(SystemExit):
            main(["ask", name, "--help"])
        assert max(map(len, capsys.readouterr().out.split("\n"))) <= 80


def test_closed_standard_input_is_told():
    """There is no query to read."""
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m sengraph query - <&-"],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sengraph: standard input is closed: there is no query to read\n"


def test_standard_input_is_a_query():
    """`-` reads it; bytes that are no text are refused."""
    assert run("query", "-", input="ASK { code:code a sen:CodeOfPractice }").stdout == "yes\n"
    done = subprocess.run([*COMMAND, "query", "-"], input=b"\xff\xfe", capture_output=True, timeout=60, cwd=ROOT)
    assert done.returncode == 2
    assert b"standard input: this is not UTF-8" in done.stderr


def test_a_terminal_without_utf8_still_gets_an_answer():
    """In the C locale nothing fails on a curly quote."""
    assert run("ask", "how-read", env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"}).returncode == 0


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("sengraph a", {"ask"}),
        ("sengraph ask statut", {"statutory-duties", "statutory-duties-by-authority"}),
        ("sengraph ask gaps --se", {"--setting"}),
        ("sengraph ask gaps --setting maintained-", {"maintained-mainstream", "maintained-special"}),
        ("sengraph questions gap", {"gaps"}),
        ("sengraph compare maintained-", {"maintained-mainstream", "maintained-special"}),
        ("sengraph compare maintained-special ea", {"early-education"}),
        ("sengraph query --align lk", {"lkif"}),
    ],
)
def test_the_shell_completes(tmp_path, line, offered):
    """Commands, questions, parameters and values, as bash asks for them: in silence, without inferring first."""
    answer = tmp_path / "answer"
    environment = os.environ | {
        "SENGRAPH_CACHE_DIR": str(tmp_path / "cache"),
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    done = subprocess.run(COMMAND, env=environment, timeout=60, cwd=ROOT, check=False, capture_output=True)
    assert {word.strip() for word in answer.read_text().split("\n")} == offered
    assert (done.stdout, done.stderr, (tmp_path / "cache").exists()) == (b"", b"", False)


def test_what_is_completed_is_all_there_is(graph):
    """What was asserted has every value that a parameter can have."""
    asserted = sengraph.open(inference=False)
    for question in graph.questions:
        for parameter in question.parameters:
            assert asserted.choices(parameter) == graph.choices(parameter)


def test_completion_code_is_printed(call):
    """Each shell has its own."""
    assert "complete" in call("completion", "bash")[1]
    assert "sengraph" in call("completion", "fish")[1]


def test_progress_is_for_terminals(call, tmp_path):
    """No progress in a pipe or a file; at a terminal only when the work takes longer than a second."""
    assert call("reason", "-o", str(tmp_path / "closed.nt"))[2] == ""
