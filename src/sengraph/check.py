"""Everything that a graph of a code of practice is held to before anybody builds on it.

    shapes        what a responsibility, a passage, a code must state         ontology/shapes.ttl
    consistency   nothing that follows contradicts anything else              sengraph.reasoning
    terms         every term of the graph's own namespaces is declared, and
                  RDF, RDFS, OWL, SKOS, XSD and DCMI terms exist              here
    locators      columns and rows of the passages fit together               here
    generated     the kinds and contents are those of the responsibilities    sengraph.classify
    source        the graph and a copy of the text agree                      sengraph.verify

Each is a function from triples to faults; `check` reads files and calls them in this order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from sengraph import classify, load
from sengraph.classify import background, is_ontology, value
from sengraph.errors import InconsistentError, did_you_mean
from sengraph.report import Fault, Report
from sengraph.terms import ONTOLOGY, OWL, RDF, SEN, compact

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from sengraph.verify import Passage

# What these say of an ontology is another version of it, which is not a term.
_VERSIONS = {f"{OWL}{name}" for name in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")}
_TYPE = f"{RDF}type"


def check(files: Iterable[str | Path] = (), *, source: str | Path | None = None) -> Report:
    """Check RDF files, or without any the packaged ontology and table.

    Args:
        files: RDF files that together describe a code of practice. The packaged vocabulary is read with them,
            the packaged table only where they import it; a packaged file that is itself among them, or a copy
            of it, told by the ontology it declares, is read once.
        source: a text file to verify the passages against.

    Returns:
        the report. Faults come by kind, each kind in the order of what it is about, the same in every run.

    Errors:
        InputError: a file cannot be read or parsed.
    """
    from sengraph.source import read
    from sengraph.verify import passages, phrases, verify

    files = list(files)
    named = [Path(file) for file in files] or load.packaged_files()
    text = None if source is None else read(source)
    triples = load.read([*named, *background(load.read(named, imports=False))], imports=False)
    known = passages(triples)
    faults = [
        *shape_faults(triples),
        *(consistency_faults(triples) if files else packaged_consistency_faults()),
        *term_faults(triples),
        *locator_faults(known),
        *generated_faults(named, triples),
    ]
    counts = list(_counts(triples))
    notes: tuple[str, ...] = ()
    if text is not None:
        outcome = verify(known, text, phrases(triples))
        faults, notes = [*faults, *outcome.faults], outcome.notes
        counts += [("cells found in the text", outcome.cells), ("modal phrases in them", outcome.phrases)]
    shown = None if source is None else str(source)
    return Report(tuple(map(str, named)), shown, tuple(counts), tuple(faults), notes)


def fix(files: Iterable[str | Path] = ()) -> list[str]:
    """Write the generated kinds and contents of files anew.

    Args:
        files: Turtle files that state responsibilities, or the vocabulary; the packaged vocabulary if none.

    Returns:
        a line for each file, telling whether it changed.

    Errors:
        InputError: a file cannot be read, or is not Turtle, and none was written; or a file cannot be written.
    """
    named = [Path(file) for file in files] or [load.ontology_dir() / load.PACKAGED[ONTOLOGY]]
    for file in named:
        classify.renewed(file)  # refuses what `fix` would, before anything is written
    return [f"{file}: {'written anew' if classify.fix(file) else 'nothing to change'}" for file in named]


def shape_faults(triples: Iterable[Triple]) -> list[Fault]:
    """Hold asserted triples against the packaged shapes, and say which values are at fault."""
    from sengraph.shapes import validate

    return [
        Fault("shapes", violation.focus, _shown(violation.path, violation.value, violation.message))
        for violation in validate(triples)
    ]


def consistency_faults(triples: Iterable[Triple]) -> list[Fault]:
    """Report each contradiction that the OWL 2 RL rules find."""
    from sengraph.reasoning import infer

    return [Fault("consistency", "", clash) for clash in sorted(infer(triples).clashes)]


def packaged_consistency_faults() -> list[Fault]:
    """Report each contradiction in the packaged graph: none if there is a closure of it, which the store keeps."""
    from sengraph import store

    try:
        store.packaged()
    except InconsistentError as error:
        return [Fault("consistency", "", str(error))]
    return []


def term_faults(triples: Sequence[Triple]) -> list[Fault]:
    """Report terms that nobody declares.

    A term is an IRI in the namespace of an ontology among the triples (its IRI with `#` or `/` behind it), or of
    this project's vocabulary; it is declared if it has a type. Of the closed vocabularies RDF, RDFS, OWL, SKOS,
    XSD and DCMI Terms, a term is declared if its publisher defines it.
    """
    declared = {value(triple.subject) for triple in triples if triple.predicate.value == _TYPE}
    own = tuple(sorted({SEN, *_namespaces(triples)}))
    faults = []
    for term, users in sorted(_used(triples).items()):
        first = compact(min(users))
        more = f" and {len(users) - 1} more" if len(users) > 1 else ""
        if term.startswith(own) and term not in own and term not in declared:
            known = [compact(other) for other in declared if other.startswith(own)]
            message = f"nobody declares it, and {first}{more} uses it. {did_you_mean(compact(term), known)}"
            faults.append(Fault("terms", compact(term), message.rstrip()))
        elif (wrong := _misspelt(term)) is not None:
            message = f"the vocabulary has no such term, and {first}{more} uses it. {wrong}"
            faults.append(Fault("terms", compact(term), message.rstrip()))
    return faults


def locator_faults(passages: Sequence[Passage]) -> list[Fault]:
    """Report columns that address two setting types, and rows and columns that no passage is in.

    Each passage's own locators are the shapes' work; this is what only the table as a whole shows.
    """
    faults = []
    for (_, page), group in groupby(passages, key=lambda passage: (passage.code, passage.page)):
        table = list(group)
        settings = defaultdict(set)
        for passage in table:
            settings[passage.column].add(compact(passage.setting))
        for column, found in sorted(settings.items()):
            if len(found) > 1:
                what = f"the passages of one column address different settings: {', '.join(sorted(found))}"
                faults.append(
                    Fault("locators", f"p. {page}, column {column}", f"{what}; correct sen:column or sen:addresses")
                )
        for axis, numbers in (("row", {p.row for p in table}), ("column", {p.column for p in table})):
            for number in sorted(set(range(1, max(numbers) + 1)) - numbers):
                what = f"no passage is in this {axis}, though there are later ones; correct sen:{axis} of those"
                faults.append(Fault("locators", f"p. {page}, {axis} {number}", what))
    return faults


def generated_faults(files: Sequence[Path], triples: Sequence[Triple]) -> list[Fault]:
    """Report generated parts that are not what `sengraph check --fix` would write, and classes that are missing."""
    faults = []
    for file in files:
        if file.suffix == ".ttl" and classify.START in (text := classify.text_of(file)):
            others = [other for other in files if other != file]
            others += background(load.read(files, imports=False))
            if classify.fixed(text, load.read(others, imports=False), str(file)) != text:
                message = f"the generated part is not up to date; run: sengraph check --fix {file}"
                faults.append(Fault("generated", str(file), message))
    lacking = classify.missing(triples)
    if lacking and not faults:
        more = f", nor for {len(lacking) - 1} others" if len(lacking) > 1 else ""
        message = (
            f"there is no kind or content for it{more}, so nothing will correspond to it;"
            " run: sengraph check --fix FILE, with the file that states it"
        )
        faults.append(Fault("generated", compact(lacking[0]), message))
    return faults


def _shown(path: str, value: str, message: str) -> str:
    shown = f"{path}: {message}" if path and path not in message else message
    return f"{shown} Found: {value}." if value and value not in message else shown


def _namespaces(triples: Iterable[Triple]) -> Iterator[str]:
    for triple in triples:
        if is_ontology(triple):
            yield f"{value(triple.subject)}#"
            yield f"{value(triple.subject)}/"


def _used(triples: Iterable[Triple]) -> dict[str, set[str]]:
    """Every IRI in the triples, with the subjects of the triples it is in."""
    from pyoxigraph import Literal, NamedNode

    used: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            named = term.datatype if isinstance(term, Literal) else term
            if isinstance(named, NamedNode) and triple.predicate.value not in _VERSIONS:
                used[named.value].add(value(triple.subject))
    return used


def _misspelt(term: str) -> str | None:
    """What a term of a closed vocabulary may have been meant to be; None if it is right or of another vocabulary."""
    from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, URIRef

    for vocabulary in (RDF, RDFS, OWL, SKOS, XSD, DCTERMS):
        if term.startswith(str(vocabulary)) and term != str(vocabulary):
            if URIRef(term) in vocabulary:
                return None
            return did_you_mean(compact(term), (compact(str(known)) for known in dir(vocabulary)))
    return None


def _counts(triples: Sequence[Triple]) -> Iterator[tuple[str, int]]:
    types = Counter(value(triple.object) for triple in triples if triple.predicate.value == _TYPE)
    yield "triples", len(triples)
    yield "terms", len(_used(triples))
    for name, what in (
        ("CodeOfPractice", "codes of practice"),
        ("Passage", "passages"),
        ("Responsibility", "responsibilities"),
    ):
        yield what, types[f"{SEN}{name}"]
