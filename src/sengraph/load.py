"""Files to triples: the packaged ontology and questions, and the RDF files that a user brings.

The data lies in `ontology/` and `queries/` at the top of a checkout, and inside the package in an
installed wheel; everything else asks this module where. Nothing is fetched: an `owl:imports` of
the packaged ontologies is answered from the packaged files, any other is left alone.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sengraph.errors import InputError, UsageError, did_you_mean, shown
from sengraph.terms import BASE, ONTOLOGY, OWL

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Quad, RdfFormat, Triple

PACKAGED = {ONTOLOGY: "sen.ttl", f"{BASE}code-2001": "code-2001.ttl"}
"""The files of the packaged graph, by the IRI of the ontology that each one holds, in the order they are read."""

REGISTER_TYPES = "gias.ttl"
IMPORTABLE = PACKAGED | {
    f"{BASE}service": "service.ttl",
    f"{BASE}odrl": "odrl-profile.ttl",
    f"{BASE}gias": REGISTER_TYPES,
}
"""The files that an owl:imports is answered from."""

ANALOGIES = "by-analogy"
ALIGNMENTS = "alignments"

EXTENSIONS = {
    ".ttl": "TURTLE",
    ".nt": "N_TRIPLES",
    ".nq": "N_QUADS",
    ".trig": "TRIG",
    ".rdf": "RDF_XML",
    ".owl": "RDF_XML",
    ".jsonld": "JSON_LD",
}
"""RDF formats by file extension, each also with `.gz` behind it."""

LARGEST_EXPANSION = 20
"""How many times as long as it is an XML file may become by what its entities stand for."""


@cache
def data_dir() -> Path:
    """Return the folder that holds `ontology/` and `queries/`."""
    package = Path(__file__).parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parents[1]


def ontology_dir() -> Path:
    """Return the folder of the packaged ontology files."""
    return data_dir() / "ontology"


def queries_dir() -> Path:
    """Return the folder of the packaged questions."""
    return data_dir() / "queries"


def packaged_files() -> list[Path]:
    """Return the packaged ontology and table, in the order they are read."""
    return [ontology_dir() / name for name in PACKAGED.values()]


def beside() -> dict[str, Path]:
    """Return the files of the packaged ontologies that are not in the graph, or not always, by IRI.

    They are the vocabularies in which questions and exports are written, the register's, and the alignments.

    >>> [path.name for path in beside().values()][:4]
    ['service.ttl', 'odrl-profile.ttl', 'gias.ttl', 'cpov.ttl']
    """
    files = {iri: ontology_dir() / name for iri, name in IMPORTABLE.items() if iri not in PACKAGED}
    return files | {f"{BASE}{ALIGNMENTS}/{name}": path for name, path in alignments().items()}


def register_types() -> Path:
    """Return the packaged ontology of the national register: its lists, and which type is which setting type."""
    return ontology_dir() / REGISTER_TYPES


def analogies() -> dict[str, Path]:
    """Return the packaged files that let doubtful establishments be looked at by analogy, by name."""
    return {path.stem: path for path in sorted((ontology_dir() / ANALOGIES).glob("*.ttl"))}


def analogy(name: str) -> Path:
    """Return one of them.

    Errors:
        UsageError: there is none of that name.
    """
    if name not in (known := analogies()):
        raise UsageError(f"nothing is looked at by analogy under the name {shown(name)}. {did_you_mean(name, known)}")
    return known[name]


def alignments() -> dict[str, Path]:
    """Return the packaged files that tell what our terms are in other vocabularies, by name."""
    return {path.stem: path for path in sorted((ontology_dir() / ALIGNMENTS).glob("*.ttl"))}


def aligned(wanted: Iterable[Path | str]) -> list[Path]:
    """Return the files of alignments that a person means.

    Args:
        wanted: names of packaged alignments, `all` for every one of them, and RDF files of one's own.

    Returns:
        the files, each once, in the order in which they were asked for.

    Errors:
        UsageError: there is no alignment of that name (with the nearest), and no file.

    >>> [path.name for path in aligned(["org", "dpv", "org"])]
    ['org.ttl', 'dpv.ttl']
    """
    known = alignments()
    chosen: dict[Path, None] = {}
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if name == "all":
            chosen |= dict.fromkeys(known.values())
        elif str(name) in known:
            chosen[known[str(name)]] = None
        elif Path(name).suffix:  # no packaged one has a dot in its name
            chosen[Path(name)] = None
        else:
            nearest = did_you_mean(str(name), [*known, "all"])
            raise UsageError(
                f"there is no alignment {shown(str(name))}. {nearest} A file of your own has an extension."
            )
    return [*chosen]


def read_bytes(path: Path) -> bytes:
    """Read a file whole, unpacking `.gz`.

    Errors:
        InputError: the file is missing, is a directory, may not be read, or its compression is damaged.
    """
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except IsADirectoryError:
        raise InputError(f"{path} is a directory, not a file: name the files in it") from None
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (EOFError, zlib.error):
        raise InputError(f"{path} is cut or damaged: it does not unpack, fetch it again") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def rdf_format(path: Path) -> RdfFormat:
    """Tell the RDF format of a file from its extension.

    Errors:
        InputError: the extension is not one of `EXTENSIONS`.
    """
    from pyoxigraph import RdfFormat

    extension = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if extension.lower() not in EXTENSIONS:
        known = " ".join(EXTENSIONS)
        raise InputError(f"{path}: the extension does not name an RDF format; known: {known}, each also with .gz")
    return getattr(RdfFormat, EXTENSIONS[extension.lower()])  # type: ignore[no-any-return]


def parse(path: Path | str) -> Iterator[Quad]:
    """Parse one RDF file, its format told by its extension.

    Args:
        path: a file in one of the formats of `EXTENSIONS`; relative IRIs are resolved against its place.

    Returns:
        the quads in the order of the file; blank nodes get names of their own, so that two files never share one.

    Errors:
        InputError: the file cannot be read, or is not what its extension says (with the line).
    """
    path = Path(path)
    form = rdf_format(path)
    yield from parse_bytes(read_bytes(path), form, path.absolute().as_uri(), str(path))


def parse_bytes(data: bytes, form: RdfFormat, base: str, name: str) -> Iterator[Quad]:
    """Parse RDF.

    Args:
        data: the RDF, not packed.
        form: its format.
        base: the IRI that relative ones are resolved against.
        name: what to call it.

    Returns:
        the quads, as `parse`.

    Errors:
        InputError: it is not in that format (with the line).
    """
    import pyoxigraph

    data = data.removeprefix(codecs.BOM_UTF8)
    if form == pyoxigraph.RdfFormat.RDF_XML:
        _refuse_expansion(name, data)
    try:
        for quad in pyoxigraph.parse(data, form, base_iri=base, rename_blank_nodes=True):
            if isinstance(quad.object, pyoxigraph.Triple):
                raise InputError(f"{name}: it holds a triple term, which is RDF 1.2; only RDF 1.1 is read")
            yield quad
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise InputError(f"{name}{line}: this is not {form.name}: {error.msg}") from None
    except ValueError as error:
        raise InputError(f"{name}: this is not {form.name}: {error}") from None


def _refuse_expansion(path: str, data: bytes) -> None:
    """Refuse RDF/XML whose entities grow when they are written out: a few lines could fill the memory.

    An entity that stands for a namespace, as OWL files have them, is short and refers to no other.
    """
    if b"<!ENTITY" not in data:
        return
    text = data.decode(errors="replace")
    entities = re.findall(r'<!ENTITY[\s%]*(\S+)\s+"([^"]*)', text)
    if any(re.search("&(?!#|(?:lt|gt|amp|quot|apos);)", value) for _, value in entities):
        raise InputError(f"{path}: an XML entity is made of others, which could grow without end: write it out")
    if sum(len(value) * text.count(f"&{name};") for name, value in entities) > LARGEST_EXPANSION * len(text):
        raise InputError(f"{path}: its XML entities stand for far more text than there is: write them out")


def read(files: Iterable[Path | str], *, imports: bool = True) -> list[Triple]:
    """Read RDF files as one graph, graph names left out.

    Args:
        files: RDF files, read in this order.
        imports: also read the packaged ontologies that the files import, directly or through one another.

    Returns:
        the distinct triples, in reading order; blank nodes are named `b0`, `b1`, ... as they come, so that the
        same files always give the same triples.

    Errors:
        InputError: as `parse`.
    """
    return [*origins(files, imports=imports)]


def origins(files: Iterable[Path | str], *, imports: bool = True) -> dict[Triple, Path]:
    """Read RDF files as `read` does, and tell of each triple the file that has it first."""
    wanted = [Path(file) for file in files]
    seen = {path.absolute() for path in wanted}
    triples: dict[Triple, Path] = {}
    nodes: dict[BlankNode, BlankNode] = {}
    for path in wanted:  # grows while it is read: imports are put at its end
        for quad in parse(path):
            triples.setdefault(_renamed(quad.triple, nodes), path)
            if imports and quad.predicate.value == f"{OWL}imports":
                name = IMPORTABLE.get(getattr(quad.object, "value", ""))
                if name and (ontology_dir() / name).absolute() not in seen:
                    wanted.append(ontology_dir() / name)
                    seen.add(wanted[-1].absolute())
    return triples


def _renamed(triple: Triple, nodes: dict[BlankNode, BlankNode]) -> Triple:
    """Return a triple with its blank nodes numbered in the order in which they were first seen."""
    import pyoxigraph as ox

    def rename(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return nodes.setdefault(term, ox.BlankNode(f"b{len(nodes)}"))
        return term

    return ox.Triple(rename(triple.subject), triple.predicate, rename(triple.object))
