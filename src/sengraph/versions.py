"""A store on disk that is replaced whole: who reads goes on reading what it opened, who writes makes the next version.

    DIR/format        the number of this layout
    DIR/lock          locked by the process that writes; its content is the number of that process
    DIR/v000001/      a database of Oxigraph, never written again
    DIR/v000001.lock  locked, shared, by each process that reads that version
    DIR/current       a symbolic link to the version that is asked
    DIR/new-.../      what is being made

Oxigraph must not read a database that another process writes to, and replacing a large graph in place takes far
longer than writing it anew. So a version is made in a place of its own; its backup (hard links: milliseconds) is what
is published, so that whoever still has the database that was written cannot reach it; and the link is replaced by
`rename`, which is atomic. The locks are `flock`: they belong to an open file, and go when a process is killed.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox

from sengraph.errors import InputError, LimitError, reading, shown

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
"""The number of this layout; a store with a higher one is of a later release."""

VERSION = re.compile(r"v[0-9]{6,}")
LEFT_OVER = re.compile(r"new-[0-9a-f]{8}|v[0-9]{6,}\.tmp|(current|format)\.new")  # the .tmp is RocksDB's backup
FULL = [os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)]
TRIES = 1000
"""How often a reader takes the current version anew, because it was replaced before it could be locked."""


class Version:
    """One version of a store, open for reading; it stays on disk until it is closed or forgotten.

    Attributes:
        store: the database, read-only; keep the version for as long as it is read.
        path: its folder.
    """

    def __init__(self, path: Path, lock: int | None = None) -> None:
        """Open a database, and take over the descriptor of its lock, if there is one."""
        self.path = path
        self._release = weakref.finalize(self, os.close, lock) if lock is not None else lambda: None
        try:
            self.store = ox.Store.read_only(str(path))
        except BaseException:
            self._release()
            raise

    def close(self) -> None:
        """Let go of the version; a second time does nothing."""
        self.__dict__.pop("store", None)
        self._release()

    def __enter__(self) -> Version:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Writing:
    """The next version of a store while it is made.

    Attributes:
        old: the current version, read-only, or None if there is none; good until the block ends. After `go_on` it is
            what was written before that.
    """

    def __init__(self, folder: Path, old: ox.Store | None) -> None:
        self.old = old
        self._path = folder / f"new-{os.urandom(4).hex()}"
        self._new: ox.Store | None = None

    def from_copy(self) -> None:
        """Begin with all that the current version holds; it takes milliseconds, and the old one does not change.

        Errors:
            ValueError: `new` was used already.
        """
        if self._new is not None:
            raise ValueError("the new version was begun already: copy first")
        if self.old is not None:
            self.old.backup(str(self._path))
            self._new = ox.Store(str(self._path))

    def go_on(self) -> None:
        """Take what was written as the old version: `new` is another database from here on, and empty.

        So what was written can be looked at whole, and written anew with what follows from it.
        """
        self.old, self._new = self.new, None
        self._path = self._path.with_name(f"new-{os.urandom(4).hex()}")

    @property
    def new(self) -> ox.Store:
        """The database to write to: empty, or a copy. If it is never used, nothing is published."""
        if self._new is None:
            self._new = ox.Store(str(self._path))
        return self._new

    def _publish(self) -> None:
        """Make what was written the current version."""
        if self._new is None:
            return
        self._new.flush()
        folder = self._path.parent
        newest = _newest(folder)
        path = folder / f"v{int(newest.name[1:]) + 1 if newest else 1:06}"
        _lock_of(path).touch()
        self._new.backup(str(path))
        _point_to(path)

    def _close(self) -> None:
        """Close both databases: that is what Oxigraph does with those that nobody refers to."""
        self.old = self._new = None


def open_current(folder: Path) -> Version:
    """Open the current version of a store, or a plain database of Oxigraph, for reading.

    Args:
        folder: the folder of the store, or of the database; a folder whose `current` leads to a database is one too.

    Returns:
        the version. Others may write the next one meanwhile: it stays as it is.

    Errors:
        InputError: there is no store at that place, it is damaged, or a later release wrote it.

    >>> import tempfile
    >>> s = ox.NamedNode("http://example.org/s")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with next_version(Path(place)) as writing:
    ...         writing.new.add(ox.Quad(s, s, s))
    ...     with next_version(Path(place)) as writing:
    ...         writing.from_copy()
    ...         writing.new.add(ox.Quad(s, s, ox.Literal("more")))
    ...     with open_current(Path(place)) as version:
    ...         (version.path.name, len(version.store))
    ('v000002', 2)
    """
    with reading(f"{folder}: the store"):
        if not _is_ours(folder):
            database = folder / "current" if (folder / "current").is_dir() else folder
            if not (database / "CURRENT").is_file():
                raise InputError(f"{folder} holds no store: give a folder made by 'sengraph load' or by Oxigraph")
            return Version(database)
        for _ in range(TRIES):  # before its version is locked, the link may lead elsewhere and the version be gone
            path = _current(folder)
            if path is None:
                raise InputError(f"{folder} holds no store yet: nothing was written to it")
            with suppress(BlockingIOError):
                lock = _share(path)
                if path == _current(folder):
                    return Version(path, lock)
                if lock is not None:
                    os.close(lock)
    raise LimitError(f"{folder}: the store is locked or replaced again and again: try later")


@contextmanager
def next_version(folder: Path) -> Iterator[Writing]:
    """Write the next version of a store: published when the block ends well, else the store stays as it was.

    Versions that are not current and that nobody reads are removed, as is what a killed process left.

    Args:
        folder: the folder of the store; made if it is not there.

    Returns:
        a context manager that gives the old version and the new one.

    Errors:
        InputError: the folder is no store with versions, is damaged, of a later release, or cannot be written.
        LimitError: another process is writing to it, or the disk is full.
    """
    with _told(folder), _alone(folder):
        if _current(folder) is None and (newest := _newest(folder)):  # killed before, or copied without, its link
            _point_to(newest)
        current = _current(folder)
        with reading(f"{folder}: the store"):
            old = None if current is None else ox.Store.read_only(str(current))
        _clean(folder)
        writing = Writing(folder, old)
        del old
        try:
            yield writing
            writing._publish()
        finally:
            writing._close()
            _clean(folder)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the engine or the system raises while a version is written into an error of ours.

    What is about a file elsewhere, or a closed pipe, is not about the store and passes as it is.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        names = [Path(os.fsdecode(name)) for key in ("filename", "filename2") if (name := getattr(error, key, None))]
        elsewhere = names and not any(name.is_relative_to(folder) or folder.is_relative_to(name) for name in names)
        subclass = isinstance(error, RuntimeError) and type(error) is not RuntimeError  # a mistake in a program
        if elsewhere or subclass or isinstance(error, BrokenPipeError):
            raise
        as_it_was = "Nothing was written and the store is as it was"
        if any(text in str(error) for text in FULL):
            raise LimitError(f"{folder}: the disk is full ({error}). {as_it_was}: make room and try again") from None
        raise InputError(f"{folder} cannot be written: {error}. {as_it_was}") from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of who writes, in a folder that is or becomes a store's; if nothing is written, leave no trace."""
    if fcntl is None:
        raise InputError(f"{folder} cannot be written: this system has no file locks as Linux and macOS have")
    refuse_foreign(folder)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = _lock_to_write(folder)
        try:
            if not _is_ours(folder):
                (folder / "format.new").write_text(f"{FORMAT}\n")
                (folder / "format.new").replace(folder / "format")
            yield
        finally:
            if not os.path.lexists(folder / "current"):
                for name in ("format.new", "format", "lock"):
                    with suppress(OSError):
                        (folder / name).unlink()
            os.close(lock)
    finally:
        for path in made:
            with suppress(OSError):  # it is not empty: a store is in it
                path.rmdir()


def refuse_foreign(folder: Path) -> None:
    """Raise InputError where a folder holds anything but a store with versions."""
    if _is_ours(folder) or not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder: name another place for the store")
    if (folder / "CURRENT").is_file():
        raise InputError(f"{folder} is a database of Oxigraph without versions: name another folder to write to")
    for path in folder.iterdir():
        if path.name not in ("lock", "format.new") or path.stat().st_size > 10:  # those a killed process can leave
            raise InputError(f"{folder} is not empty and holds no store of sengraph: name another folder")


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is laid out as above; raise InputError if a later release did that."""
    try:
        with (folder / "format").open("rb") as file:
            text = file.read(10)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the name
        return False
    number = int(text) if re.fullmatch(rb"[0-9]{1,8}\n?", text) else 0
    if number > FORMAT:
        raise InputError(
            f"{folder} was written by a newer sengraph (format {number}, this one knows {FORMAT}): update sengraph"
        )
    return number > 0


def _current(folder: Path) -> Path | None:
    """Return the version that the link leads to, or None where there is no link."""
    try:
        name = str((folder / "current").readlink())
    except FileNotFoundError:
        return None
    except OSError:  # it is no link: some programs copy what a link leads to
        name = ""
    if not VERSION.fullmatch(name):
        raise InputError(f"{folder}: the store is damaged, its link 'current' leads to {shown(name)}: load it anew")
    return folder / name


def _newest(folder: Path) -> Path | None:
    """Return the version with the highest number, current or not; a backup appears whole or not at all."""
    found = [path for path in folder.iterdir() if VERSION.fullmatch(path.name)]
    return max(found, key=lambda path: int(path.name[1:]), default=None)


def _point_to(version: Path) -> None:
    """Make a version the current one."""
    folder = version.parent
    (folder / "current.new").unlink(missing_ok=True)
    (folder / "current.new").symlink_to(version.name)
    (folder / "current.new").replace(folder / "current")
    with suppress(OSError):  # the new names reach the disk before the old version goes; some file systems cannot
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _lock_of(version: Path) -> Path:
    return version.with_name(f"{version.name}.lock")


def _lock(path: Path, flags: int, how: int) -> int:
    """Open and lock a file; raise BlockingIOError if another has locked or just removed it."""
    descriptor = os.open(path, flags, 0o666)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        if not (path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())):
            raise BlockingIOError
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock_to_write(folder: Path) -> int:
    """Take the lock of who writes, and put the number of this process into it."""
    try:
        lock = _lock(folder / "lock", os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX)
    except BlockingIOError:
        number = (folder / "lock").read_text() if (folder / "lock").exists() else ""
        raise LimitError(
            f"another process (pid {number or 'unknown'}) is writing to {folder}: wait until it has ended"
        ) from None
    with suppress(OSError):  # a full disk: the number only helps whoever waits
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _share(version: Path) -> int | None:
    """Lock a version against removal; None where that cannot be done, and reading goes without."""
    try:
        return _lock(_lock_of(version), os.O_RDONLY, fcntl.LOCK_SH) if fcntl else None
    except BlockingIOError:
        raise
    except OSError:  # the file was not copied with the store, may not be opened, or its system knows no locks
        return None


def _clean(folder: Path) -> None:
    """Remove the versions that are not current and that nobody reads, and what was left half made.

    What cannot be removed now is removed another time.
    """
    current = _current(folder)
    for path in [*folder.iterdir()]:
        with suppress(OSError):
            if LEFT_OVER.fullmatch(path.name):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            elif VERSION.fullmatch(path.name) and path != current:
                lock = _lock(_lock_of(path), os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX)
                try:
                    shutil.rmtree(path)
                    _lock_of(path).unlink()
                finally:
                    os.close(lock)
            elif VERSION.fullmatch(path.stem) and path.suffix == ".lock" and not path.with_suffix("").exists():
                path.unlink()
