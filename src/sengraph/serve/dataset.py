"""What a worker has open: a store on disk or a graph in memory, and the stored questions over it."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sengraph.errors import SengraphError, UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from sengraph.graph import Graph
    from sengraph.store import Asserted
    from sengraph.versions import Version


class Dataset:
    """A data set open for reading; made by `Dataset.open`.

    Attributes:
        graph: answers queries and stored questions.
        store: the Oxigraph store that the graph reads.
        version: a short text that changes with whatever answers are made of: the data, the stored questions, the
            choice of graphs, this release. It is the same in every process that has the same data open.
        fault: why the version of the store that is current could not be taken up, and an older one is read; empty
            if all is well.
    """

    graph: Graph
    store: ox.Store
    version: str

    def __init__(self, folder: Path | None, questions: Sequence[Path], graphs: Sequence[str], inference: bool) -> None:
        from sengraph import __version__
        from sengraph.questions import Library

        self._folder = folder
        self._library = Library(*questions)
        self._graphs, self._inference = [*graphs], inference
        self._choices = _digest(repr((__version__, self._graphs, inference)).encode(), *_contents(questions))
        self._held: Version | None = None
        self._link: object = None
        self.fault = ""

    @classmethod
    def open(
        cls,
        store: Path | str | None = None,
        *files: Path | str,
        align: Sequence[Path | str] = (),
        graphs: Sequence[str] = (),
        inference: bool = True,
        queries: Path | str | None = None,
    ) -> Dataset:
        """Open a store on disk, or RDF files with what follows from them: the packaged ones if there are none.

        Args:
            store: the folder of a store.
            graphs: the IRIs of the graphs that queries see; none for all but dated snapshots.
            files, align, inference, queries: as `sengraph.graph.open_graph`.

        Errors:
            UsageError, InputError, InconsistentError: as `sengraph.graph.open_graph`.
        """
        from sengraph import load
        from sengraph.graph import refuse_alignment

        if store is not None and files:
            raise UsageError("files and a store were given: choose one")
        aligned = load.aligned(align)
        if aligned and store is not None:
            refuse_alignment(aligned, store)
        questions = [load.queries_dir(), *([Path(queries)] if queries is not None else [])]
        dataset = cls(None if store is None else Path(store), questions, graphs, inference)
        if store is None:
            dataset._open_files([*(files or load.packaged_files()), *aligned], aligned)
        else:
            dataset._open_current(Path(store))
        return dataset

    def refreshed(self) -> Dataset:
        """Take up the current version of the store, if another one is open; return this data set.

        What cannot be opened is not taken up: `fault` tells why, and the old version goes on answering.
        """
        if self._folder is not None and (link := _link(self._folder)) != self._link:
            try:
                self._open_current(self._folder)
            except SengraphError as error:
                self.fault = str(error)
                self._link = link  # not tried again before it changes again
        return self

    def _open_files(self, files: Sequence[Path | str], aligned: Sequence[Path]) -> None:
        from sengraph import load
        from sengraph.graph import in_memory
        from sengraph.store import key

        store = in_memory(files, aligned, inference=self._inference)
        self._take(store, lambda: {triple: path.name for triple, path in load.origins(files).items()}, key(files))

    def _open_current(self, folder: Path) -> None:
        from sengraph.store import Asserted
        from sengraph.versions import open_current

        link = _link(folder)  # before it is opened: if it changes meanwhile, the next request sees that
        version = open_current(folder)
        self._take(version.store, lambda: Asserted(version.store), _database(version.path))
        old, self._held, self._link, self.fault = self._held, version, link, ""
        if old is not None:
            old.close()
            gc.collect()  # a graph refers to itself, and has files open for as long as it is there

    def _take(self, store: ox.Store, origins: Callable[[], Mapping[ox.Triple, str] | Asserted], content: str) -> None:
        from sengraph.graph import Embedded, Graph

        self.graph = Graph(Embedded(store, self._graphs, inference=self._inference), self._library, origins)
        self.store = store
        self.version = _digest(self._choices.encode(), content.encode())


def _link(folder: Path) -> object:
    """Return what tells one state of a store's link from another; None where there is no link."""
    try:
        state = (folder / "current").lstat()
    except OSError:
        return None
    return state.st_dev, state.st_ino, state.st_mtime_ns


def _database(folder: Path) -> str:
    """Return the digest of a database's manifest: it lists the files, which carry numbers that are never used again."""
    return _digest(*(path.read_bytes() for path in sorted(folder.glob("MANIFEST-*"))))


def _contents(folders: Sequence[Path]) -> Iterable[bytes]:
    for folder in folders:
        for path in sorted(folder.glob("*.rq")):
            yield path.name.encode()
            yield path.read_bytes()


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]
