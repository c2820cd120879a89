"""The command line: arguments to calls of the library, and answers to text and an exit code.

Exit codes: 0 answered; 1 the answer is no (ASK false, `check` found faults, inconsistent input, does
not follow); 2 the call was wrong; 3 the remote side or a limit failed; 130 interrupted. Results go to
standard output, notes and errors to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from sengraph import __version__
from sengraph.errors import InputError, SengraphError, UsageError, did_you_mean, shown

if TYPE_CHECKING:
    from sengraph.graph import Graph
    from sengraph.questions import Library, Parameter, Question
    from sengraph.results import Table

EPILOG = """examples:
  sengraph ask who-is-responsible --activity report-on-policy
  sengraph ask responsibilities-of --party SENCO --setting early-education --cite
  sengraph questions                        what can be asked
  sengraph questions who-is-responsible     one question in full
  sengraph compare maintained-mainstream early-education
  sengraph query "SELECT ?duty { ?duty a sen:Obligation }" --format csv

exit codes: 0 answered, 1 the answer is no, 2 the call was wrong, 3 the remote side or a limit failed
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse would import shutil for every option to find out how wide that is."""

    def __init__(self, prog: str) -> None:
        chosen = os.environ.get("COLUMNS", "")
        try:
            columns = int(chosen) if chosen.isdecimal() else os.get_terminal_size(1).columns
        except OSError:  # no terminal
            columns = 80
        super().__init__(prog, width=max(columns, 40) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one message, the nearest option, exit code 2."""

    def __init__(self, **options: object) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **options)  # type: ignore[arg-type]
        self.register("type", None, _not_empty)  # the type of an argument that names none
        self._words: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        """Raise the error as any other is raised, long values cut; say how to give one that looks like an option."""
        for value in (part for word in self._words for part in (word, word.partition("=")[2])):
            message = message.replace(repr(value), shown(value))
        for option, value in pairwise(self._words):
            if value.startswith("-") and message == f"argument {option}: expected one argument":
                message += f"; if {shown(value)} is its value, write {option}={value}"
        raise UsageError(f"{message}. See '{self.prog} --help'.")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse all arguments, or name the option that comes nearest to an unknown one."""
        self._words = arguments
        parsed, unknown = self.parse_known_args(arguments)
        if unknown:
            options = [
                option for action in self._actions for option in action.option_strings if option.startswith("--")
            ]
            wrong = unknown[0].partition("=")[0]
            hint = did_you_mean(wrong, options) if wrong.startswith("-") else "Quote a value that holds spaces."
            raise UsageError(f"{self.prog} does not take {shown(wrong)}. {hint}")
        return parsed


def _not_empty(value: str) -> str:
    """Return an argument's value, which is a name of something and so not empty."""
    if not value:
        raise argparse.ArgumentTypeError("an empty value was given")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; those of the process if None.

    Returns:
        the exit code.
    """
    try:
        if "_ARGCOMPLETE" in os.environ:
            return _complete(os.environ.get("COMP_LINE", ""))
        code = run(sys.argv[1:] if arguments is None else arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except SengraphError as error:
        _note(str(error))
        return error.exit_code
    except BrokenPipeError:  # the reader has seen enough; nothing more can be said to it
        _hush(1)
        return 0
    except KeyboardInterrupt:
        _note("interrupted")
        return 130
    except OSError as error:
        _note(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        _hush(1)
        return 2
    except (MemoryError, RecursionError) as error:
        _note(f"this is more than can be held at once ({type(error).__name__}): ask or give less")
        return 3


def _hush(stream: int) -> None:
    """Let what is still to be written to standard output (1) or error (2) go nowhere, so that the end is no fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def run(words: Sequence[str]) -> int:
    """Parse the words after the program's name and carry out the command they name."""
    for word in words:
        if any("\ud800" <= character <= "\udfff" for character in word):
            raise UsageError(f"{shown(word)} is not text in the encoding of this terminal")
    if not words or words[0].startswith("-"):
        top = Parser(
            prog="sengraph",
            usage="sengraph COMMAND [...]",
            description="Know, from a graph, who must, should, may or will do what.",
            epilog="commands:\n" + "".join(f"  {name:12}{command.summary}\n" for name, command in COMMANDS.items())
            + "\n" + EPILOG,
        )  # fmt: skip
        top.add_argument("--version", action="version", version=f"sengraph {__version__}")
        top.parse(words)
        top.print_help()
        return 0 if words else 2
    name, rest = words[0], list(words[1:])
    if name not in COMMANDS:
        raise UsageError(f"there is no command {shown(name)}. {did_you_mean(name, COMMANDS)} See 'sengraph --help'.")
    parser = Parser(prog=f"sengraph {name}", description=COMMANDS[name].summary)
    COMMANDS[name].arguments(parser, rest)
    return COMMANDS[name].run(parser.parse(rest))


# ------------------------------------------------------------------------------------ ask


def ask_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `ask`: those of the question that the words name, and the common ones."""
    library, name = asked(words)
    parser.set_defaults(library=library)
    parser.usage = "sengraph ask QUESTION [--PARAMETER VALUE ...] [options]"
    parser.add_argument("question", metavar="QUESTION", nargs="?", help="the name of a stored question")
    if name:
        question = library[name]
        parser.description = f"{_folded(question.summary)}\n\n{_folded(question.description)}"
        parser.epilog = _examples(question)
        group = parser.add_argument_group("parameters of this question")
        for parameter in question.parameters:
            option = f"--{parameter.name.replace('_', '-')}"
            group.add_argument(option, metavar="VALUE", type=str, help=_about(parameter))
    else:
        parser.epilog = "'sengraph questions' lists the questions."
    _common(parser)
    parser.add_argument(
        "--show-sparql", action="store_true", help="print the SPARQL with the values bound, do not run it"
    )
    parser.add_argument("--cite", action="store_true", help="add the sources of the answer, to paste into a text")


def ask(options: argparse.Namespace) -> int:
    """Answer a stored question."""
    if not options.question:
        raise UsageError("name a question to ask: 'sengraph questions' lists them")
    graph = _open(options)
    parameters = graph.questions[options.question].parameters
    sparql = graph.sparql(options.question, **{p.name: getattr(options, p.name) for p in parameters})
    if options.show_sparql:
        _write(sparql.encode())
        return 0
    return _answer(graph, sparql, options, cite=options.question if options.cite else "")


def asked(words: Sequence[str]) -> tuple[Library, str]:
    """Find the question that the words after `ask` name, and the library it is in, before the words can be parsed."""
    from sengraph.load import queries_dir
    from sengraph.questions import Library

    name, folders, rest = "", [queries_dir()], iter(words)
    for word in rest:
        if word == "--":
            name = name or next(rest, "")
            break
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            name = name or word
        elif option not in FLAGS and not equals:
            value = next(rest, "")
        if option == "--queries" and value:
            folders.append(Path(value))
    return Library(*folders), name


# ------------------------------------------------------------------------------- questions


def questions_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `questions`."""
    parser.epilog = "examples:\n  sengraph questions\n  sengraph questions gaps\n  sengraph questions --format json"
    parser.add_argument("name", metavar="NAME", nargs="?", help="one question, in full")
    _common(parser, formats=("table", "markdown", "json"))


def questions(options: argparse.Namespace) -> int:
    """List the stored questions, or show one in full."""
    graph = _open(options)
    chosen = [graph.questions[options.name]] if options.name else list(graph.questions)
    if options.format == "json":
        import json

        listed = [question.as_json() for question in chosen]
        for entry, question in zip(listed, chosen, strict=True):
            for described, parameter in zip(entry["parameters"], question.parameters, strict=True):
                described["choices"] = graph.choices(parameter)
        _write(json.dumps(listed, ensure_ascii=False, indent=2).encode() + b"\n")
    elif options.name:
        _write(_in_full(graph, chosen[0]).encode())
    else:
        _write(_laid_out(["question", "what it answers"], [[q.name, q.summary] for q in chosen], options.format))
    return 0


# ----------------------------------------------------------------------------------- query


def query_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `query`."""
    from sengraph.terms import KNOWN

    parser.description = "Run a SPARQL query, given as text, as a file, or as - for standard input.\n" + _folded(
        f"The prefixes {' '.join(KNOWN)} need no declaration."
    )
    parser.epilog = (
        'examples:\n  sengraph query "SELECT ?duty { ?duty a sen:Obligation }"\n'
        '  sengraph query "DESCRIBE code:mainstream-3.1"\n  sengraph query mine.rq --format csv > mine.csv'
    )
    parser.add_argument(
        "sparql", metavar="SPARQL|FILE|-", type=str, help="the query, a file that holds it, or - for standard input"
    )
    _common(parser)


def query(options: argparse.Namespace) -> int:
    """Run a SPARQL query."""
    text, place = _query_text(options.sparql)
    if not text.strip():
        raise UsageError(f"{place}the query is empty")
    graph = _open(options)
    try:
        return _answer(graph, text, options)
    except UsageError as error:
        raise UsageError(f"{place}{error}") from None


def _query_text(given: str) -> tuple[str, str]:
    """Return the text of a query that was given as text, as a file or as standard input, and what to call the place."""
    from sengraph.load import read_bytes

    if given == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed: there is no query to read")
        data, place = sys.stdin.buffer.read(), "standard input: "
    elif _is_path(given):
        data, place = read_bytes(Path(given)), f"{given}: "
    else:
        return given, ""
    try:
        return data.decode("utf-8-sig"), place
    except UnicodeDecodeError as error:
        raise InputError(f"{place}this is not UTF-8 text (byte {error.start})") from None


def _is_path(given: str) -> bool:
    """Tell a file's name from SPARQL text, which always has a brace or the word DESCRIBE in it."""
    if given.endswith((".rq", ".sparql")) and not any(mark in given for mark in "{}<>\n\0"):
        return True
    try:
        return bool(given) and Path(given).exists()
    except (OSError, ValueError):  # too long for a name, or with a character that no name has
        return False


# --------------------------------------------------------------------------------- compare


def compare_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `compare`."""
    parser.description = (
        "Show the table with settings across and activities down: cells that are equivalent, cells that\n"
        "vary and in what, and gaps. The table's silence is not absence of a duty or a power."
    )
    parser.epilog = (
        "examples:\n  sengraph compare\n  sengraph compare maintained-mainstream early-education\n"
        "  sengraph compare 'maintained special schools' early-education --format html > special-early.html"
    )
    parser.add_argument("settings", metavar="SETTING", nargs="*", help="the kinds of setting to compare; all if none")
    _common(parser, formats=("table", "markdown", "html", "json", "xml", "csv", "tsv"))


def compare(options: argparse.Namespace) -> int:
    """Show the table side by side."""
    from sengraph.comparison import resolve, side_by_side
    from sengraph.render import FORMATS

    graph = _open(options)
    if options.format and FORMATS[options.format].writes == "results":
        chosen = resolve(graph, options.settings) if options.settings else []
        if len(chosen) > 2 and set(chosen) != set(resolve(graph, ())):
            raise UsageError(f"{options.format} compares two settings, or all of them if none is named")
        named = dict(zip(("setting", "other"), chosen, strict=True)) if len(chosen) == 2 else {}
        return _answer(graph, graph.sparql("compare", **named), options)
    _refuse_other_columns(graph.questions["compare"])
    comparison = side_by_side(graph, options.settings)
    _write(_laid_out(comparison.columns, comparison.rows, options.format, tallest=99, notes=comparison.notes))
    return 0


def _refuse_other_columns(question: Question) -> None:
    """Refuse a question of one's own that stands for the packaged one and lacks columns of it."""
    from sengraph.load import queries_dir
    from sengraph.questions import read

    packaged = queries_dir() / question.path.name
    if question.path != packaged and (lacking := set(read(packaged).columns) - set(question.columns)):
        raise InputError(
            f"{question.path}: this replaces the packaged question {question.name} and lacks its columns "
            f"{', '.join(sorted(lacking))}: return them too, or give the file another name"
        )


# ----------------------------------------------------------------------------------- check


def check_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `check`."""
    parser.description = "Check the packaged graph, or the files given: shapes, consistency, declared terms, locators."
    parser.epilog = (
        "examples:\n  sengraph check\n  sengraph check mine.ttl\n  sengraph check --source code-of-practice.txt"
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="RDF files to check instead of the packaged graph")
    parser.add_argument("--source", metavar="TEXT", help="a copy of the source's text, to verify the graph against")
    parser.add_argument("--fix", action="store_true", help="write the generated kinds and contents anew first")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to write the report")


def check(options: argparse.Namespace) -> int:
    """Check shapes, consistency, terms, locators and the source."""
    from sengraph import check as checks

    files = [Path(file) for file in options.files]
    if options.fix:
        for line in checks.fix(files):
            _note(line)
    report = checks.check(files, source=Path(options.source) if options.source else None)
    _write(((report.as_json() if options.format == "json" else str(report)).rstrip("\n") + "\n").encode())
    return 1 if report.faults else 0


# ---------------------------------------------------------------------------------- reason


def reason_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `reason`."""
    from sengraph.reasoning import DEFAULT_ENGINE, ENGINES
    from sengraph.render import names_of

    parser.description = (
        "Write a graph with what follows from it by the OWL 2 RL rules.\n"
        "Reflexive conclusions (a thing is itself) and axiomatic ones are left out."
    )
    parser.epilog = (
        "examples:\n  sengraph reason -o closed.ttl\n  sengraph reason mine.ttl --only-inferred -o new.nt\n"
        "  sengraph reason premise.ttl --entails conclusion.ttl"
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="RDF files to close, just these; the packaged graph if none"
    )
    _aligning(parser)
    parser.add_argument("-o", "--output", metavar="OUT", help="a file to write; its extension names the format")
    parser.add_argument("--format", choices=names_of("graph"), help="the format to write (ttl)")
    parser.add_argument("--only-inferred", action="store_true", help="leave out the asserted triples")
    parser.add_argument("--axioms", action="store_true", help="also write reflexive and axiomatic conclusions")
    parser.add_argument(
        "--keep-going", action="store_true", help="write the result of a graph that contradicts itself, too"
    )
    parser.add_argument("--entails", metavar="FILE", help="only tell whether all of FILE follows: exit 0 if so, else 1")
    parser.add_argument("--engine", choices=sorted(ENGINES), default=DEFAULT_ENGINE, help="the reasoner")


def reason(options: argparse.Namespace) -> int:
    """Write what follows from a graph."""
    from sengraph import load, materialise

    aligned = load.aligned(options.align)
    files = [*(options.files or load.packaged_files()), *aligned]
    if options.entails:
        others = ("output", "format", "only_inferred", "axioms", "keep_going")
        if given := [f"--{name.replace('_', '-')}" for name in others if getattr(options, name)]:
            raise UsageError(f"--entails only tells whether all of a file follows: leave out {', '.join(given)}")
        missing = materialise.not_entailed(files, options.entails, engine=options.engine, notify=_note)
        _note(f"does not follow: {missing}" if missing else "all of it follows")
        return 1 if missing else 0
    form = options.format or materialise.format_of(options.output)
    with _output(options.output) as output:
        materialise.write_closure(
            files,
            output,
            form=form,
            engine=options.engine,
            only_inferred=options.only_inferred,
            axioms=options.axioms,
            keep_going=options.keep_going,
            notify=_note,
            progress=_progress(),
        )
    return 0


def _progress() -> Callable[[int, int], None]:
    """Return what tells a person at a terminal how far the reasoner is, each second that it takes."""
    seldom = _each_second()

    def tell(number: int, facts: int) -> None:
        if seldom():
            _note(f"round {number}, {facts:,} facts ...")

    return tell


def _each_second() -> Callable[[], bool]:
    """Return what tells, once each second, that a person at a terminal may be told something."""
    import time

    told = time.monotonic()

    def is_time() -> bool:
        nonlocal told
        if sys.stderr is None or not sys.stderr.isatty() or time.monotonic() - told < 1:
            return False
        told = time.monotonic()
        return True

    return is_time


@contextmanager
def _output(path: str | None) -> Iterator[IO[bytes]]:
    """Open what a document is written to: a file, compressed if its name ends in .gz, or standard output."""
    if path is None:
        if sys.stdout is None:
            raise UsageError("standard output is closed: there is nowhere to write the answer")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from sengraph.store import written_whole

    with written_whole(Path(path)) as file:
        if path.endswith(".gz"):
            import gzip

            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                yield cast("IO[bytes]", packed)
        else:
            yield file


# ---------------------------------------------------------------------------------- export


def export_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `export`."""
    from sengraph.exports import EXPORTS

    listed = "\n".join(_folded(f"{name}: {export.summary}", "  ") for name, export in EXPORTS.items())
    parser.description = "Write the graph in the form that other tools take, as it is:\n" + listed
    parser.epilog = (
        "examples:\n  sengraph export odrl -o odrl.ttl\n  sengraph export thesaurus --format jsonld\n"
        "  sengraph export thesaurus --store schools --align lrmi"
    )
    parser.add_argument("name", metavar="NAME", choices=sorted(EXPORTS), help=" or ".join(EXPORTS))
    parser.add_argument("-o", "--output", metavar="OUT", help="a file to write; its extension names the format")
    _common(parser, ("ttl", "nt", "rdf", "jsonld"), usual="ttl, or what the name of OUT says")


def export(options: argparse.Namespace) -> int:
    """Write the graph in the form that other tools take."""
    from sengraph.exports import EXPORTS
    from sengraph.materialise import format_of
    from sengraph.render import write_graph

    form = options.format or format_of(options.output)
    chosen = EXPORTS[options.name]
    triples = chosen.make(_open(options))
    with _output(options.output) as output:
        write_graph(triples, form, output, chosen.prefixes)
    return 0


# ------------------------------------------------------------------------------------ load


def load_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `load`."""
    from sengraph.load import analogies

    parser.description = (
        "Load files into a store on disk: RDF, and the public extract of the national register of schools\n"
        "(Get Information About Schools, edubasealldata*.csv) with its links file. The packaged ontology, table\n"
        "and register types are there too, and what follows. Readers see the new version when it is whole."
    )
    parser.epilog = (
        "examples:\n  sengraph load edubasealldata20240601.csv links_edubasealldata20240601.csv --store schools\n"
        "  sengraph load edubasealldata20240601.csv --store schools --by-analogy academies --report left-out.csv\n"
        "  sengraph load edubasealldata20170701.csv --store schools --as-of 2017-07-01\n"
        "  sengraph ask responsibilities-of-school --school 100000 --store schools"
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="RDF files, an extract of the register, its links file"
    )
    parser.add_argument(
        "--store", metavar="DIR", required=True, help="the folder of the store; made if it is not there"
    )
    parser.add_argument(
        "--by-analogy", metavar="NAME", action="append", default=[],
        help=f"look at doubtful establishments by analogy: {', '.join(analogies())} (repeatable); all; none",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="DATE", help="keep the register as a snapshot of that day, beside the current"
    )
    parser.add_argument("--report", metavar="FILE", help="write the first rows of what could not be used, as CSV")
    parser.add_argument("--bare", action="store_true", help="without the packaged ontology, table and register types")
    parser.add_argument("--no-inference", action="store_true", help="do not conclude what follows")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to write what was done")


def load(options: argparse.Namespace) -> int:
    """Load files into a store on disk."""
    from sengraph.ingest import ingest
    from sengraph.load import analogies
    from sengraph.store import write_whole
    from sengraph.tables import printable_line

    for file in options.files:
        if options.report and Path(file).exists() and os.path.realpath(file) == os.path.realpath(options.report):
            raise UsageError(f"the report would be written over {file}: name another file")
    chosen = {"all": [*analogies()], "none": []}.get(" ".join(options.by_analogy), options.by_analogy or None)
    loaded = ingest(
        options.files,
        options.store,
        bare=options.bare,
        inference=not options.no_inference,
        by_analogy=chosen,
        as_of=options.as_of,
        progress=_rows_progress(),
    )
    if options.report:
        try:
            write_whole(Path(options.report), loaded.report())
        except OSError as error:
            fault = error.strerror or error
            raise InputError(f"{options.report}: {fault}. The store was written, only the report was not") from None
    lines = [f"{printable_line(line)}\n" for line in str(loaded).split("\n")]
    _write(_json(loaded.as_json()) if options.format == "json" else "".join(lines).encode())
    return 0


def _rows_progress() -> Callable[[str, int, int], None]:
    """Return what tells a person at a terminal how far a file was read, each second."""
    seldom = _each_second()

    def tell(name: str, rows: int, hundredths: int) -> None:
        if seldom():
            _note(f"{name}: {rows:,} rows, {hundredths} % ...")

    return tell


# ----------------------------------------------------------------------------------- serve


def serve_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `serve`."""
    from sengraph.serve.server import Settings

    usual = Settings()
    parser.description = (
        "Serve the packaged graph, or a store on disk, over HTTP: SPARQL at /sparql, stored questions at\n"
        "/questions, a description of the data at /.well-known/void. Nothing can be changed from outside, unless\n"
        "SENGRAPH_TOKEN is set: then a store is changed by requests that bring this token."
    )
    parser.epilog = (
        "examples:\n  sengraph serve\n  sengraph serve --store schools --port 8080\n"
        "  sengraph serve --store schools --host 0.0.0.0 --base https://data.example.org/ --no-sparql"
    )
    parser.add_argument("--store", metavar="DIR", help="serve a store on disk instead of the packaged graph")
    _aligning(parser)
    parser.add_argument("--queries", metavar="DIR", help="a folder of your own stored questions")
    parser.add_argument(
        "--host", default=usual.host, help=f"the address to listen at ({usual.host}: this machine only)"
    )
    parser.add_argument("--port", type=int, default=usual.port, help=f"the port ({usual.port}); 0 for any that is free")
    parser.add_argument("--base", metavar="IRI", help="the IRI under which the server is known")
    parser.add_argument(
        "--workers", type=int, default=usual.workers, help=f"requests answered at a time ({usual.workers})"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=usual.timeout, help=f"for an answer ({usual.timeout:g})"
    )
    parser.add_argument("--max-rows", metavar="N", type=int, default=usual.rows, help=f"of an answer ({usual.rows:,})")
    parser.add_argument("--max-bytes", metavar="N", type=int, default=usual.size, help=f"of an answer ({usual.size:,})")
    parser.add_argument(
        "--write-timeout", metavar="SECONDS", type=float, default=usual.write_timeout,
        help=f"for a change ({usual.write_timeout:g})",
    )  # fmt: skip
    parser.add_argument(
        "--max-body", metavar="N", type=int, default=usual.body, help=f"bytes of a change ({usual.body:,})"
    )
    parser.add_argument(
        "--per-client", metavar="N", type=int, default=0, help="of one address at a time; more are told 429 (no limit)"
    )
    parser.add_argument(
        "--allow-service", metavar="IRI", action="append", default=[],
        help="let queries ask this endpoint by SERVICE, and no other (repeatable)",
    )  # fmt: skip
    parser.add_argument("--no-sparql", action="store_true", help="answer stored questions only, no free queries")


def serve(options: argparse.Namespace) -> int:
    """Serve the graph over HTTP."""
    from sengraph.serve import server

    for name in ("workers", "timeout", "max_rows", "max_bytes", "write_timeout", "max_body"):
        if not 0 < getattr(options, name) < 1e15:
            raise UsageError(f"--{name.replace('_', '-')} is a number above 0")
    if options.base and not (options.base.startswith(("http://", "https://")) and options.base.endswith("/")):
        raise UsageError("--base is an http or https IRI that ends with a slash")
    if options.per_client < 0:
        raise UsageError("--per-client is a number from 0 up, and 0 is no limit")
    for iri in options.allow_service:
        if not iri.startswith(("http://", "https://")):
            raise UsageError(f"--allow-service takes the http or https IRI of an endpoint, not {shown(iri)}")
    if options.max_body > server.LARGEST_BODY:
        raise UsageError(f"--max-body is at most {server.LARGEST_BODY:,}: load more than that with 'sengraph load'")
    server.run(
        server.Settings(
            store=Path(options.store) if options.store else None,
            align=tuple(options.align),
            queries=Path(options.queries) if options.queries else None,
            host=options.host,
            port=options.port,
            base=options.base or "",
            workers=options.workers,
            timeout=options.timeout,
            rows=options.max_rows,
            size=options.max_bytes,
            sparql=not options.no_sparql,
            services=tuple(options.allow_service),
            per_client=options.per_client,
            write_timeout=options.write_timeout,
            body=options.max_body,
        ),
        notify=_note,
        token=os.environ.get(server.TOKEN_NAME),
    )
    return 0


# --------------------------------------------------------------------------------- publish


def publish_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `publish`."""
    parser.description = (
        "Write a site of files for any host: a page and RDF for each term and thing, the table, the stored\n"
        "questions with their answers, dumps with checksums, VoID and DCAT, a search, and rules for Apache, nginx\n"
        "and w3id.org. DIR is replaced whole, when all is written; nothing else may be in it."
    )
    parser.epilog = (
        "examples:\n  sengraph publish site --base https://data.example.org/sen/\n"
        "  sengraph publish site --base https://data.example.org/sen/ --store schools"
    )
    parser.add_argument("folder", metavar="DIR", help="an empty folder, a new one, or one that was published before")
    parser.add_argument("--base", metavar="IRI", required=True, help="the address where the site will be")
    parser.add_argument("--store", metavar="DIR", help="publish a store on disk instead of the packaged graph")
    _aligning(parser)
    parser.add_argument("--queries", metavar="DIR", help="a folder of your own stored questions")
    parser.add_argument(
        "--workers", metavar="N", type=int, default=os.cpu_count() or 1,
        help="processes that make pages (one for each processor)",
    )  # fmt: skip


def publish(options: argparse.Namespace) -> int:
    """Write a site of files, for any host."""
    from sengraph.publish import publish as publish_site

    if options.workers < 1:
        raise UsageError("--workers is a number above 0")
    with _bar(" documents") as progress:
        done = publish_site(
            options.folder,
            options.base,
            store=options.store,
            align=options.align,
            queries=options.queries,
            workers=options.workers,
            notify=_note,
            progress=progress,
        )
    said = f"{done.things:,} things, {len(done.files):,} files, {done.size:,} bytes"
    _write(f"{options.folder}: {said}{'' if done.is_new else '; nothing had changed'}\n".encode())
    return 0


@contextmanager
def _bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show a person at a terminal how much is done of how much, and how long it will still take."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread beside: whoever tells is often enough here
    with tqdm(unit=unit, file=sys.stderr, disable=None if sys.stderr else True, leave=False, dynamic_ncols=True) as bar:

        def tell(done: int, number: int) -> None:
            bar.total = number
            bar.update(done - bar.n)

        yield tell


# --------------------------------------------------------------------------------- explain


def explain_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `explain`."""
    parser.description = (
        "Explain why a triple holds: the rules of OWL 2 RL that conclude it, down to what was asserted and\n"
        "where that stands. Of a triple that does not follow, tell what it lacks; the exit code is then 1.\n"
        "Without a triple, explain what contradicts itself in the graph; the exit code is 1 if anything does."
    )
    parser.epilog = (
        "examples:\n  sengraph explain code:mainstream-1.3 sen:equivalentTo code:special-1.3\n"
        "  sengraph explain code:mainstream-3.1 a sen:Obligation --all\n"
        "  sengraph explain code:mainstream-1.1 sen:equivalentTo code:special-1.1   # why not\n"
        "  sengraph explain --file mine.ttl                                         # what contradicts itself"
    )
    for name, what in (("subject", "S"), ("predicate", "P"), ("object", "O")):
        said = f"the {name}: a name, an IRI" + ", a literal" * (what == "O")
        parser.add_argument(name, metavar=what, nargs="?", help=said)
    parser.add_argument(
        "--all", action="store_true", help=f"also give proofs that end with another step (up to {ALTERNATIVES})"
    )
    parser.add_argument(
        "--file", metavar="FILE", action="append", default=[], help="explain this RDF file (repeatable)"
    )
    _common(parser, formats=("table", "markdown", "json"))


def explain(options: argparse.Namespace) -> int:
    """Explain why a triple holds."""
    terms = [term for term in (options.subject, options.predicate, options.object) if term is not None]
    if len(terms) not in (0, 3):
        raise UsageError("a triple has a subject, a predicate and an object: give all three, or none")
    if not options.endpoint:
        options.no_inference = True  # what follows is proved here, and a graph may contradict itself
    graph = _open(options, options.file)
    if not terms:
        return _explain_contradictions(graph, options.format)
    explained = graph.explain(*terms, most=ALTERNATIVES if options.all else 1)
    if options.format == "json":
        _write(_json(explained.as_json()))
    else:
        _write((explained.markdown() if options.format == "markdown" else str(explained)).encode())
    return 0 if explained else 1


def _explain_contradictions(graph: Graph, form: str | None) -> int:
    """Write what contradicts itself in a graph; 1 if anything does."""
    found = graph.contradictions()
    if form == "json":
        _write(_json([contradiction.as_json() for contradiction in found]))
    elif not found:
        _write(b"Nothing contradicts itself.\n")
    else:
        texts = [each.markdown() if form == "markdown" else str(each) for each in found]
        _write("\n".join(texts).encode())
    return 1 if found else 0


def _json(value: object) -> bytes:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


# ------------------------------------------------------------------------------ completion


def completion_arguments(parser: Parser, words: Sequence[str]) -> None:
    """Add the options of `completion`."""
    from sengraph.completion import SHELLS

    parser.epilog = 'examples:\n  eval "$(sengraph completion bash)"\n  sengraph completion fish | source'
    parser.add_argument("shell", choices=SHELLS, help="the shell to print code for")


def completion(options: argparse.Namespace) -> int:
    """Print the code that lets a shell complete questions, parameters and values."""
    from sengraph.completion import shell_code

    _write(shell_code(options.shell).encode())
    return 0


def _complete(line: str) -> int:
    """Answer the shell's request to complete a line, with the parsers of all commands; in silence if that fails."""
    import shlex

    from sengraph.completion import complete

    try:
        words = shlex.split(line)
    except ValueError:  # an open quote
        words = line.split()
    try:
        top = Parser(prog="sengraph")
        commands = top.add_subparsers()
        parsers = {name: commands.add_parser(name, help=command.summary) for name, command in COMMANDS.items()}
        for name, parser in parsers.items():
            rest = words[2:] if words[1:2] == [name] else []
            try:
                COMMANDS[name].arguments(parser, rest)
            except SengraphError:  # a question half typed
                COMMANDS[name].arguments(parser, [])
        actions = [action for name in ("ask", "questions", "compare") for action in parsers[name]._actions]
        actions += [
            each
            for name in ("query", "explain", "reason", "export", "serve", "publish")
            for each in parsers[name]._actions
            if each.dest == "align"
        ]
        complete(top, actions, *asked(words[2:]))
    except Exception:  # what is printed here would land in the line that is being typed
        return 1
    return 0


class Command(NamedTuple):
    """A command: what adds its options to a parser, given the words of the call, and what carries it out."""

    arguments: Callable[[Parser, Sequence[str]], None]
    run: Callable[[argparse.Namespace], int]

    @property
    def summary(self) -> str:
        """The first line of what it says of itself."""
        return (self.run.__doc__ or "").partition("\n")[0]


COMMANDS = {
    "ask": Command(ask_arguments, ask),
    "questions": Command(questions_arguments, questions),
    "query": Command(query_arguments, query),
    "compare": Command(compare_arguments, compare),
    "check": Command(check_arguments, check),
    "explain": Command(explain_arguments, explain),
    "reason": Command(reason_arguments, reason),
    "export": Command(export_arguments, export),
    "load": Command(load_arguments, load),
    "serve": Command(serve_arguments, serve),
    "publish": Command(publish_arguments, publish),
    "completion": Command(completion_arguments, completion),
}

ALTERNATIVES = 10
"""The most proofs that `explain --all` gives."""

SILENCE = "No row matches. Where the table is silent, that is not absence of a duty or a power."
"""Stands below an answer that could have been responsibilities and is empty."""

UNINFERRED = "Nothing was inferred here, and this asks for what is inferred: "
"""Stands below an empty answer about relations that only inference makes, and that nothing has."""

STANDING = """
SELECT ?citation (SUBSTR(STR(?from), 1, 10) AS ?since) (SUBSTR(STR(?to), 1, 10) AS ?until) ?saving ?status WHERE {
  ?code a sen:CodeOfPractice ; dcterms:bibliographicCitation ?citation ; sen:inForceFrom ?from .
  OPTIONAL { ?code sen:inForceUntil ?to }
  OPTIONAL { ?code sen:savingProvision ?saving }
  OPTIONAL { ?code sen:legalStatus ?status }
} ORDER BY ?citation
"""
"""Asks when each code of practice was in force, and what it is in law: what a citation has to say of it."""

FLAGS = ("-h", "--help", "--no-inference", "--show-sparql", "--cite")
"""The options of `ask` that take no value."""


# ---------------------------------------------------------------------- what they share


def _common(parser: Parser, formats: Sequence[str] = (), usual: str = "table") -> None:
    """Add the common options."""
    from sengraph.render import FORMATS

    group = parser.add_argument_group("common options")
    known = [*(formats or FORMATS)]
    written = f"how to write the answer: {', '.join(known)} ({usual}{'' if formats else '; ttl for triples'})"
    group.add_argument("--format", metavar="FORMAT", choices=known, help=written)
    group.add_argument("--store", metavar="DIR", help="ask a store on disk instead of the packaged graph")
    group.add_argument("--endpoint", metavar="URL", help="ask a SPARQL 1.1 endpoint instead of the packaged graph")
    group.add_argument(
        "--graph", metavar="NAME", action="append", default=[],
        help="see only this graph: asserted, inferred, or an IRI (repeatable)",
    )  # fmt: skip
    _aligning(group)
    group.add_argument("--queries", metavar="DIR", help="a folder of your own stored questions")
    group.add_argument("--timeout", metavar="SECONDS", type=float, default=60.0, help="for an endpoint's answer (60)")
    group.add_argument("--no-inference", action="store_true", help="see only what was asserted")


def _aligning(parser: argparse._ActionsContainer) -> None:
    """Add the option of having alignments in the graph."""
    parser.add_argument(
        "--align", metavar="NAME", action="append", default=[],
        help="have this alignment in the graph, to ask in the terms of another vocabulary: org, dpv, ..., all, or a "
        "file of your own (repeatable)",
    )  # fmt: skip


def _open(options: argparse.Namespace, files: Sequence[str] = ()) -> Graph:
    """Open the graph that the common options name, or files."""
    from sengraph.graph import open_graph

    return open_graph(
        *files,
        store=options.store,
        endpoint=options.endpoint,
        align=options.align,
        graphs=options.graph,
        queries=options.queries,
        library=getattr(options, "library", None),
        inference=not options.no_inference,
        timeout=options.timeout,
        notify=_note,
    )


def _answer(graph: Graph, sparql: str, options: argparse.Namespace, cite: str = "") -> int:
    """Run a query and write its answer; 1 if it is no."""
    from sengraph.render import FORMATS, held, write_answer
    from sengraph.results import Table

    form = options.format or ""
    if form and FORMATS[form].writes != "people":
        if cite:
            raise UsageError(
                f"--cite goes with a format for people, and {form!r} is for machines: it has the citations as data"
            )
        if sys.stdout is None:
            raise UsageError("standard output is closed: there is nowhere to write the answer")
        sys.stdout.flush()
        with _interruptible():
            raw = graph.run(sparql)
            is_no = _is_no(raw)
            with held(sys.stdout.buffer) as output:
                write_answer(raw, form, output)
            sys.stdout.buffer.flush()
        return 1 if is_no else 0
    with _interruptible():
        answer = graph.answer(sparql)
    if isinstance(answer, Table):
        notes = _citations(graph, answer, cite) if cite else []
        if not len(answer):
            notes = [*_on_emptiness(graph, answer), *notes]
        _write(_laid_out(answer.columns, answer.shown(), form, hide_empty=True, notes=notes))
    elif isinstance(answer, bool):
        _write(b"yes\n" if answer else b"no\n")
        return 0 if answer else 1
    else:
        from sengraph.render import graph_bytes, names_of

        if form not in ("", "table"):
            raise UsageError(f"triples have no form {form!r}: choose one of {', '.join(names_of('graph'))}")
        _write(graph_bytes(answer, "ttl"))
    return 0


def _on_emptiness(graph: Graph, answer: Table) -> list[str]:
    """Return what to say below an answer without rows: what silence does not mean, and what was not inferred."""
    import re

    from sengraph.results import Table
    from sengraph.terms import compact

    notes = [SILENCE] if "responsibility" in answer.columns else []
    chains = graph.answer("SELECT DISTINCT ?relation { ?relation owl:propertyChainAxiom ?chain } ORDER BY ?relation")
    assert isinstance(chains, Table)
    relations = [str(row["relation"]) for row in chains.to_dicts()]
    asked = [iri for iri in relations if re.search(rf"{re.escape(compact(iri))}(?![\w-])|<{iri}>", answer.sparql)]
    if asked and not any(graph.answer(f"ASK {{ ?a <{iri}> ?b }}") for iri in asked):
        notes.append(f"{UNINFERRED}{', '.join(map(compact, asked))}.")
    return notes


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process while the engine runs, which does not come back to Python to hear of it."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _is_no(raw: object) -> bool:
    import pyoxigraph

    return isinstance(raw, pyoxigraph.QueryBoolean) and not raw


def _laid_out(columns: Sequence[str], rows: Sequence[Sequence[str]], form: str | None, **layout: Any) -> bytes:
    """Write rows for people: fitted to a terminal, unbroken lines in a pipe."""
    from sengraph.render import people_bytes

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = None
    if terminal:
        import shutil

        width = shutil.get_terminal_size().columns
    bold = terminal and "NO_COLOR" not in os.environ
    return people_bytes(columns, rows, form or "table", width=width, bold=bold, **layout)


def _citations(graph: Graph, table: Table, question: str) -> list[str]:
    """Return the distinct citations of an answer, the standing of the codes they are from, and how it was got."""
    from sengraph.results import Table

    cited = [*dict.fromkeys(str(row["citation"]) for row in table.to_dicts() if row.get("citation"))]
    codes = graph.answer(STANDING)
    assert isinstance(codes, Table)
    standing = [
        f"{code['citation']}: in force from {code['since']} until {code['until'] or 'now'}"
        f"{'; ' + str(code['saving']) if code['saving'] else ''}. {code['status'] or ''}"
        for code in codes.to_dicts()
        if any(str(code["citation"]) in citation for citation in cited)
    ]
    answered = f"Answered by sengraph {__version__}, question {question}."
    return ["Sources:", *(f"- {citation}" for citation in cited), *standing, answered]


def _in_full(graph: Graph, question: Question) -> str:
    """Return one question with its parameters, choices, columns and text."""
    from sengraph.tables import printable_line

    lines = [question.name, f"  {question.summary}", "", *(_folded(question.description, "  ").split("\n")), ""]
    for parameter in question.parameters:
        lines.append(f"  --{parameter.name.replace('_', '-')}  {_about(parameter).replace('%%', '%')}")
        if choices := graph.choices(parameter):
            lines.append(_folded(", ".join(choices), "      "))
    lines += ["", f"  columns: {', '.join(question.columns)}", f"  tags: {', '.join(question.tags)}", ""]
    text = "\n".join(line for line in question.path.read_text("utf-8-sig").split("\n") if not line.startswith("#+"))
    return "\n".join(map(printable_line, "\n".join([*lines, text.strip()]).split("\n"))) + "\n"


def _about(parameter: Parameter) -> str:
    """Return what to say of a parameter in one line; argparse reads `%` as its own."""
    details = [parameter.description.rstrip(".")]
    details += [f"one of {', '.join(parameter.choices)}"] if parameter.choices else [f"type {parameter.type}"]
    details += ["required"] if parameter.required else []
    details += [f"default {parameter.default}"] if parameter.default is not None else []
    return "; ".join(detail for detail in details if detail).replace("%", "%%")


def _examples(question: Question) -> str:
    """Return how to see a question's choices and text."""
    return _folded(f"'sengraph questions {question.name}' shows the choices and the SPARQL.")


def _folded(text: str, indent: str = "") -> str:
    import textwrap

    return textwrap.fill(text, 80, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _write(content: bytes) -> None:
    """Write to standard output, whole."""
    if sys.stdout is None:
        raise UsageError("standard output is closed: there is nowhere to write the answer")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _note(line: str) -> None:
    """Tell the person who waits, on standard error; nothing in it commands a terminal, and a tree stays one."""
    from sengraph.tables import printable, printable_line

    if sys.stderr is not None:
        first, *others = line.split("\n")
        text = "\n".join([printable(first), *map(printable_line, others)])
        try:
            print("sengraph: " + text.encode(errors="replace").decode(), file=sys.stderr, flush=True)  # noqa: T201
        except OSError:  # nobody hears it; the answer and the exit code stay what they are
            _hush(2)


if __name__ == "__main__":
    sys.exit(main())
