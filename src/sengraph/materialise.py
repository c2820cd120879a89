"""Files in, the closure of their triples out; and whether one graph follows from another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from sengraph import load
from sengraph.errors import InconsistentError, UsageError
from sengraph.load import EXTENSIONS
from sengraph.reasoning import infer
from sengraph.render import FORMATS, graph_bytes
from sengraph.store import Notify
from sengraph.terms import ASSERTED, INFERRED, OWL


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


def document(
    files: Sequence[str | Path],
    *,
    form: str,
    engine: str,
    only_inferred: bool,
    axioms: bool,
    keep_going: bool,
    notify: Notify,
) -> bytes:
    """Return the asserted and inferred triples of some files as a document.

    Args:
        files: RDF files, taken as one graph, just these; the packaged graph if there are none.
        form: a graph format; the ones with graph names keep asserted and inferred triples apart.
        engine: the reasoner.
        only_inferred: leave out the asserted triples.
        axioms: also give reflexive and axiomatic conclusions.
        keep_going: give the result of a graph that contradicts itself, too.
        notify: takes a line for each contradiction passed over.

    Returns:
        the document: asserted triples in the order of the files, then inferred ones, sorted.

    Errors:
        InputError: a file cannot be read or understood.
        InconsistentError: the triples contradict each other and `keep_going` is not set.
    """
    asserted = load.read(files or load.packaged_files(), imports=False)
    inference = infer(asserted, engine=engine, axioms=axioms)
    if inference.clashes and not keep_going:
        raise InconsistentError("the graph contradicts itself, nothing was written: " + "; ".join(inference.clashes))
    for clash in inference.clashes:
        notify(f"contradiction: {clash}")
    parts = [] if only_inferred else [(ASSERTED, asserted)]
    parts.append((INFERRED, sorted(inference.inferred, key=str)))
    if form in ("nq", "trig"):
        named = ((ox.NamedNode(graph), triples) for graph, triples in parts)
        return graph_bytes((ox.Quad(t.subject, t.predicate, t.object, graph) for graph, ts in named for t in ts), form)
    return graph_bytes((triple for _, triples in parts for triple in triples), form)


def not_entailed(premise: Sequence[str | Path], conclusion: str | Path, *, engine: str, notify: Notify) -> str:
    """Tell what of a graph does not follow from another.

    Blank nodes of the conclusion stand for anything (RDF 1.1 Semantics, section 5.2). That two things
    differ also follows when taking them for one contradicts the premise. From a premise that contradicts
    itself everything follows. Literals are compared as the store holds them: `01` and `1` are one integer.

    Args:
        premise: RDF files, just these; the packaged graph if there are none.
        conclusion: an RDF file.
        engine: the reasoner.
        notify: takes a line for each contradiction of the premise.

    Returns:
        empty text if everything follows; else a triple that does not, or all of those with blank nodes.
    """
    asserted = load.read(premise or load.packaged_files(), imports=False)
    wanted = load.read([conclusion], imports=False)
    inference = infer(asserted, engine=engine, axioms=True)
    for clash in inference.clashes:
        notify(f"the premise contradicts itself, so everything follows: {clash}")
    if inference.clashes:
        return ""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in {*asserted, *inference.inferred})
    for triple in wanted:
        there = ox.Quad(triple.subject, triple.predicate, triple.object) in store
        if not (there or _has_blank_node(triple) or _is_reflexive(triple) or _refuted(triple, asserted, engine)):
            return f"{triple} ."
    rest = [triple for triple in wanted if _has_blank_node(triple)]
    pattern = " . ".join(" ".join(map(_as_pattern, (t.subject, t.predicate, t.object))) for t in rest)
    if rest and not store.query(f"ASK {{ {pattern} }}"):
        return f"{pattern} ."
    return ""


def _has_blank_node(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _is_reflexive(triple: ox.Triple) -> bool:
    return triple.predicate.value == f"{OWL}sameAs" and triple.subject == triple.object


def _refuted(triple: ox.Triple, asserted: Sequence[ox.Triple], engine: str) -> bool:
    """Tell whether two things said to differ cannot be one."""
    if triple.predicate.value != f"{OWL}differentFrom":
        return False
    same = ox.Triple(triple.subject, ox.NamedNode(f"{OWL}sameAs"), triple.object)
    return bool(infer([*asserted, same], engine=engine).clashes)


def _as_pattern(term: object) -> str:
    """Return a term in SPARQL syntax, a blank node as a variable."""
    return f"?b{term.value}" if isinstance(term, ox.BlankNode) else str(term)
