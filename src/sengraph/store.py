"""The graph as it is asked: asserted and inferred triples in separate named graphs, and the cache of them.

Inferring takes seconds and reading what was inferred takes milliseconds, so the result is kept as one
N-Quads file whose name is the digest of what it was made from: the files, the code that reads and
infers, this version. A wheel carries the file of the packaged graph; any other lies in the user's
cache folder, is written beside its name and renamed, and opens with a digest of its own content, so
that a stale or damaged one is never read but made anew.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sengraph import __version__, load
from sengraph.errors import InconsistentError, reading
from sengraph.terms import ASSERTED, DCTERMS, INFERRED, METADATA, REGISTER, SNAPSHOTS

Notify = Callable[[str], None]
"""Takes one line for the person who waits."""

KEPT = 16
"""How many closures the user's cache folder keeps: the ones used last."""


def packaged(*, notify: Notify = lambda line: None) -> ox.Store:
    """Open the packaged ontology and table with what follows from them, in memory.

    Args:
        notify: takes a line when the closure has to be computed, or cannot be kept.

    Returns:
        a store with the named graphs `ASSERTED` and `INFERRED`, which share no triple.

    Errors:
        InconsistentError: the files contradict themselves.
    """
    return from_files(load.packaged_files(), notify=notify)


def from_files(files: Sequence[Path | str], *, inference: bool = True, notify: Notify = lambda line: None) -> ox.Store:
    """Open RDF files as one graph, with the packaged ontologies that they import and what follows.

    Args:
        files: RDF files.
        inference: also infer; without it the graph `INFERRED` stays empty.
        notify: as `packaged`.

    Returns:
        a store with the named graphs `ASSERTED` and `INFERRED`, which share no triple.

    Errors:
        InputError: a file cannot be read or understood.
        InconsistentError: the files contradict themselves or each other.
    """
    store = ox.Store()
    if inference:
        store.load(_closure(files, notify), ox.RdfFormat.N_QUADS, lenient=True)
    else:
        store.extend(in_graph(load.read(files), ASSERTED))
    return store


def default_graphs(store: ox.Store) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
    """Return the graphs that a query sees together: all but the dated snapshots of the register."""
    named = [graph for graph in store.named_graphs() if not graph.value.startswith(SNAPSHOTS)]
    return [ox.DefaultGraph(), *sorted(named, key=str)]


def asserted(store: ox.Store) -> dict[ox.Triple, str]:
    """Return what the graphs that a query sees assert, and which graph each triple is in; what was inferred is not.

    A graph is told by its IRI, and by the files that it is from where the store's metadata names them.
    """
    return Asserted(store).whole()


class Asserted:
    """What a store asserts, with the graph that each triple is in: all of it, or the part that a question is about.

    The graph of the register may be large; what it says of a few things can be read without the rest.

    Args:
        store: the store.
    """

    MOST = 2000
    """How many triples of the register are read for a few things, at about the most."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        with reading("the store"):
            self._graphs = default_graphs(store)
        self._register = ox.NamedNode(REGISTER)

    def whole(self) -> dict[ox.Triple, str]:
        """Return all that the graphs assert which a query sees."""
        return self._of(graph for graph in self._graphs if not str(graph).startswith(f"<{INFERRED}"))

    def outside_register(self) -> dict[ox.Triple, str]:
        """Return what is asserted but by the register."""
        left_out = (f"<{INFERRED}", str(self._register))
        return self._of(graph for graph in self._graphs if not str(graph).startswith(left_out))

    def in_register(self, things: Iterable[object]) -> dict[ox.Triple, str]:
        """Return what the register says of some things, of the things that it relates them to, and so on."""
        found: dict[ox.Triple, None] = {}
        waiting, seen = [*things], set[object]()
        with reading("the store"):
            while waiting and len(found) < self.MOST:
                if (thing := waiting.pop(0)) not in seen and isinstance(thing, ox.NamedNode | ox.BlankNode):
                    seen.add(thing)
                    quads = self._store.quads_for_pattern(thing, None, None, self._register)
                    more = [quad.triple for quad in islice(quads, self.MOST)]
                    found |= dict.fromkeys(more)
                    waiting += [triple.object for triple in more]
            return dict.fromkeys(found, _told(self._store, self._register)) if found else {}

    @property
    def has_register(self) -> bool:
        """Whether the register says anything."""
        with reading("the store"):
            return any(True for _ in self._store.quads_for_pattern(None, None, None, self._register))

    @property
    def has_inferences(self) -> bool:
        """Whether what follows is in the store too."""
        with reading("the store"):
            return self._store.contains_named_graph(ox.NamedNode(INFERRED))

    def holds(self, triple: ox.Triple) -> bool:
        """Tell whether a query finds a triple, asserted or inferred."""
        subject, predicate, object_ = triple
        with reading("the store"):
            return any(ox.Quad(subject, predicate, object_, graph) in self._store for graph in self._graphs)

    def _of(self, graphs: Iterable[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]) -> dict[ox.Triple, str]:
        stated: dict[ox.Triple, str] = {}
        with reading("the store"):
            for graph in graphs:
                name = _told(self._store, graph)
                for quad in self._store.quads_for_pattern(None, None, None, graph):
                    stated.setdefault(quad.triple, name)
        return stated


def _told(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    if not isinstance(graph, ox.NamedNode):
        return "the default graph"
    source, metadata = ox.NamedNode(f"{DCTERMS}source"), ox.NamedNode(METADATA)
    files = sorted(
        quad.object.value.rpartition(", sha256 ")[0]
        for quad in store.quads_for_pattern(graph, source, None, metadata)
        if isinstance(quad.object, ox.Literal)
    )
    return f"{graph.value} ({', '.join(files)})" if files else graph.value


def close(files: Sequence[Path | str]) -> bytes:
    """Return the asserted and inferred triples of some files as N-Quads, sorted.

    Args:
        files: RDF files; the packaged ontologies that they import are read too.

    Returns:
        the same bytes for the same files, one quad a line, blank nodes named as by `load.read`.

    Errors:
        InputError: a file cannot be read or understood.
        InconsistentError: the triples contradict each other.
    """
    from sengraph.reasoning import infer

    asserted = load.read(files)
    inference = infer(asserted)
    if inference.clashes:
        raise InconsistentError("the graph contradicts itself: " + "; ".join(inference.clashes))
    quads = [*in_graph(asserted, ASSERTED), *in_graph(inference.inferred, INFERRED)]
    return "".join(sorted(f"{quad} .\n" for quad in quads)).encode()


def key(files: Iterable[Path | str]) -> str:
    """Return the digest that names the closure of some files.

    It covers all that the closure depends on: these files in their order, the packaged ones that they may
    import, and the code that reads and infers. Another release of the reasoner's library is not among them: a
    wheel's closure stays good for whoever installs it.
    """
    from sengraph.reasoning import DEFAULT_ENGINE

    code = Path(__file__).parent
    own = [load.ontology_dir() / name for name in load.IMPORTABLE.values()]
    digest = hashlib.sha256(f"{__version__} {DEFAULT_ENGINE}".encode())
    for role, paths in (
        ("given", [Path(file) for file in files]),
        ("imported", own),
        ("code", [code / "load.py", code / "interop.py", *sorted((code / "reasoning").glob("*.py"))]),
    ):
        for path in paths:
            content = load.read_bytes(path)
            place = path.absolute() if role == "given" and path not in own else path.name  # relative IRIs hang on it
            digest.update(f"\n{role} {place} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


def seal(quads: bytes) -> bytes:
    """Put the digest of the content before it, as a comment line of N-Quads."""
    return _first_line(quads) + b"\n" + quads


def _first_line(quads: bytes) -> bytes:
    return f"# sha256 {hashlib.sha256(quads).hexdigest()}".encode()


def unseal(sealed: bytes) -> bytes | None:
    """Return the content if it is what its first line says, else None."""
    said, _, quads = sealed.partition(b"\n")
    return quads if said == _first_line(quads) else None


def cache_dir() -> Path:
    """Return the user's cache folder: `SENGRAPH_CACHE_DIR` if that is set, else the system's place for it."""
    if chosen := os.environ.get("SENGRAPH_CACHE_DIR"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("sengraph", appauthor=False)


def write_closure(folder: Path) -> Path:
    """Write the closure of the packaged files into a folder, for a wheel to carry.

    Returns:
        the file written.
    """
    files = load.packaged_files()
    path = folder / _name(files)
    write_whole(path, seal(close(files)))
    return path


def _name(files: Sequence[Path | str]) -> str:
    return f"closure-{key(files)}.nq"


def _closure(files: Sequence[Path | str], notify: Notify) -> bytes:
    """Return the closure of files from where it is kept, or compute and keep it."""
    name = _name(files)
    carried = load.data_dir() / name
    if (quads := _read(carried)) is not None:
        return quads
    kept = cache_dir() / name
    if (quads := _read(kept)) is not None:
        with contextlib.suppress(OSError):
            os.utime(kept)  # those that are used are kept
        return quads
    notify("Inferring what follows from these files; this is done once and then kept ...")
    quads = close(files)
    try:
        if kept.is_symlink() or (kept.exists() and not kept.is_file()):
            kept.unlink()  # a closure is a file of this folder: a link or a pipe was put there by somebody else
        write_whole(kept, seal(quads))
        _forget(kept.parent)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        notify(
            f"The result cannot be kept in {kept.parent} ({reason}), so the next call infers again; "
            "set SENGRAPH_CACHE_DIR to a folder that can be written to."
        )
    return quads


def _read(path: Path) -> bytes | None:
    """Return the content of a kept closure, or None where there is none or it is damaged."""
    try:
        return unseal(path.read_bytes()) if path.is_file() else None
    except (OSError, RuntimeError):  # RuntimeError: a link to itself
        return None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it: a reader sees all of it or none.

    A link is followed, permissions stay as they are, and what is no file (a pipe, a terminal) is written to.

    Errors:
        OSError: the file cannot be written; the old one stands, and nothing else is left.
    """
    with written_whole(path) as file:
        file.write(content)


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to be written as `write_whole` writes: if what is done with it fails, nothing is left of it.

    Errors:
        OSError: the file cannot be written.
    """
    try:
        path.stat()  # a link that leads round in a circle is told here
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        place = next(parent for parent in path.parents if parent.exists())
        raise NotADirectoryError(errno.ENOTDIR, "this is not a folder", str(place)) from None
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            yield file
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _forget(folder: Path) -> None:
    """Remove all but the closures used last of a cache folder."""
    kept = sorted(folder.glob("closure-*.nq"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)


def in_graph(triples: Iterable[ox.Triple], graph: str) -> Iterator[ox.Quad]:
    """Yield triples as quads of a named graph, one by one as they come."""
    name = ox.NamedNode(graph)
    return (ox.Quad(s, p, o, name) for s, p, o in triples)
