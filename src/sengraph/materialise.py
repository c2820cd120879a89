"""Files in, the closure of their triples out; and whether one graph follows from another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sengraph import load
from sengraph.errors import InconsistentError, UsageError
from sengraph.load import EXTENSIONS
from sengraph.reasoning import Progress, close
from sengraph.render import FORMATS, write_graph
from sengraph.store import Notify
from sengraph.terms import ASSERTED, INFERRED


def format_of(path: str | None) -> str:
    """Return the name of the graph format that a file's extension stands for; Turtle for none.

    Errors:
        UsageError: the extension is not an RDF format's.
    """
    if path is None:
        return "ttl"
    suffix = Path(path.removesuffix(".gz")).suffix.lower()
    if suffix not in EXTENSIONS:
        known = " ".join(EXTENSIONS)
        raise UsageError(f"{path}: the extension names no RDF format; use one of {known}, with .gz or not, or --format")
    return next(name for name, form in FORMATS.items() if form.engine_name == EXTENSIONS[suffix])


def write_closure(
    files: Sequence[str | Path],
    output: IO[bytes],
    *,
    form: str,
    engine: str,
    only_inferred: bool,
    axioms: bool,
    keep_going: bool,
    notify: Notify,
    progress: Progress,
) -> None:
    """Write the asserted and inferred triples of some files, one after the other as they are made.

    Args:
        files: RDF files, taken as one graph, just these; the packaged graph if there are none.
        output: where the document is written.
        form: a graph format; the ones with graph names keep asserted and inferred triples apart.
        engine: the reasoner.
        only_inferred: leave out the asserted triples.
        axioms: also give reflexive and axiomatic conclusions.
        keep_going: give the result of a graph that contradicts itself, too.
        notify: takes a line for each contradiction passed over.
        progress: is told how far the reasoner is.

    Errors:
        InputError: a file cannot be read or understood.
        InconsistentError: the triples contradict each other and `keep_going` is not set; nothing was written.
        LimitError: too much follows.
    """
    asserted = load.read(files or load.packaged_files(), imports=False)
    closure = close(asserted, engine=engine, progress=progress)
    if closure.clashes and not keep_going:
        raise InconsistentError("the graph contradicts itself, nothing was written: " + "; ".join(closure.clashes))
    for clash in closure.clashes:
        notify(f"contradiction: {clash}")

    def triples() -> Iterator[tuple[str, ox.Triple]]:
        for triple in () if only_inferred else asserted:
            yield ASSERTED, triple
        for triple in closure.inferred(axioms=axioms):
            yield INFERRED, triple

    if form in ("nq", "trig"):
        names = {graph: ox.NamedNode(graph) for graph in (ASSERTED, INFERRED)}
        write_graph((ox.Quad(t.subject, t.predicate, t.object, names[graph]) for graph, t in triples()), form, output)
    else:
        write_graph((triple for _, triple in triples()), form, output)


def not_entailed(premise: Sequence[str | Path], conclusion: str | Path, *, engine: str, notify: Notify) -> str:
    """Tell what of a graph does not follow from another.

    Args:
        premise: RDF files, just these; the packaged graph if there are none.
        conclusion: an RDF file.
        engine: the reasoner.
        notify: takes a line for each contradiction of the premise, from which everything follows.

    Returns:
        empty text if everything follows; else the first triple, or pattern, that does not.

    Errors:
        as `write_closure`.
    """
    from sengraph.reasoning.entailment import lacking

    given = load.read(premise or load.packaged_files(), imports=False)
    wanted = load.read([conclusion], imports=False)
    for clash in close(given, engine=engine).clashes:
        notify(f"the premise contradicts itself, so everything follows: {clash}")
    return lacking(given, wanted, engine=engine)
