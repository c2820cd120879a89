"""Names of files that every system takes, and a folder that is replaced whole or not at all.

A place of the site becomes the name of a file as it is where that name is safe everywhere: letters, digits, `-` and
`_`, full stops before digits only (no server takes `x.php.html` for a program then, and no folder is called as a file
is), not too long, nothing that Windows reserves, and no second name that differs in capitals alone. Anything
else gets a readable stem and `~` with a digest: no safe name has a `~`, so the two never meet.

What is written goes to `.NAME.publishing/new` beside the folder, and takes its place when all of it is there:

    .NAME.publishing/lock   locked by who publishes
    .NAME.publishing/new    the site that is being made; then, for a moment, the one that was replaced
    .NAME.publishing/old    the one that was replaced, where the system cannot exchange two folders in one step

Files with the content that they had are hard links to the old ones, so that their dates stay, and little is written.

Source: Naming Files, Paths, and Namespaces (Microsoft), for what is reserved.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast
from urllib.parse import unquote

from sengraph.errors import InputError, LimitError, UsageError, shown

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# --------------------------------------------------------------------------------- names

SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[0-9][A-Za-z0-9_-]*)*")
"""A name that is safe between two slashes."""

RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))])
"""Names that Windows keeps for devices, with whatever stands behind a full stop."""

LONGEST_SEGMENT, LONGEST, DEEPEST = 100, 180, 8
"""The most characters between two slashes and in all, and the most segments: Windows takes 260 with the drive."""

SLUG = 40
"""How many characters of a name are kept that is not safe."""


def stem_of(place: str, clashing: Collection[str] = ()) -> str:
    """Return the name of a place's file, without its extension.

    Args:
        place: such as `doc/code-2001/mainstream-3.1`, percent-encoded, or `resource?iri=...`.
        clashing: the places, in small letters, that differ from others in capitals only.

    >>> stem_of("doc/code-2001/mainstream-3.1"), stem_of("doc/code-2001/con")
    ('doc/code-2001/mainstream-3.1', 'doc/con~19300fa7cd297bd9')
    """
    segments = place.split("/")
    if not (len(place) <= LONGEST and len(segments) <= DEEPEST and all(map(_is_safe, segments))):
        area = "resource" if place.startswith("resource?") else segments[0] if _is_safe(segments[0]) else "other"
        name = re.split(r"[/#?=]", unquote(unquote(place), errors="replace").rstrip("/#?"))[-1]
        return f"{area}/{slug(name)}~{digest(place)}"
    if place != place.lower() and place.lower() in clashing:
        return f"{place}~{digest(place)}"
    return place


def slug(text: str) -> str:
    """Return what is readable of a text in a name.

    >>> slug('a "quoted" name'), slug("学校")
    ('a-quoted-name', 'thing')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text)[:SLUG].strip("-") or "thing"


def digest(text: str) -> str:
    """Return a short digest of a text: of a million, the chance that two have the same one is below 1 in 10 million."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _is_safe(segment: str) -> bool:
    is_name = len(segment) <= LONGEST_SEGMENT and SEGMENT.fullmatch(segment)
    return bool(is_name) and segment.partition(".")[0].lower() not in RESERVED


# -------------------------------------------------------------------------------- writing

MANIFEST = "manifest.json"
"""The file that tells what was written; a folder with it is ours to replace."""

OURS = "sengraph publish"


class Written(NamedTuple):
    """A file: its name in the site, the SHA-256 of its content in hexadecimal digits, and its size in bytes."""

    name: str
    sha256: str
    size: int


class Draft:
    """The site that is being made.

    Args:
        root: the folder for it.
        old: the site that it replaces; there need not be one.

    Attributes:
        is_needed: whether it takes the place of the old one in the end.
    """

    def __init__(self, root: Path, old: Path) -> None:
        self.root, self.old = root, old
        self.is_needed = True
        self._top = os.path.realpath(root)
        self._made: set[str] = set()

    def write(self, name: str, content: bytes) -> Written:
        """Write a file.

        Args:
            name: relative to the root, with slashes.
            content: all of it.

        Errors:
            FileExistsError: a file of that name was written before.
            ValueError: the name leads out of the folder.
        """
        target = self._place(name)
        if not self._take_over(name, target, content):
            with open(target, "xb") as file:  # noqa: PTH123 - a text is quicker than a Path, for 100,000 of them
                file.write(content)
        return Written(name, hashlib.sha256(content).hexdigest(), len(content))

    @contextmanager
    def opened(self, name: str, written: list[Written]) -> Iterator[IO[bytes]]:
        """Open a file to be written piece by piece; it is added to a list when it is whole."""
        target = self._place(name)
        with open(target, "xb") as file:  # noqa: PTH123
            yield file
        with open(target, "rb") as file:  # noqa: PTH123
            sha256 = hashlib.file_digest(cast("Any", file), "sha256").hexdigest()
        old = self.old / name
        with suppress(OSError):
            if _is_file(old) and old.stat().st_size == os.path.getsize(target):  # noqa: PTH202
                with old.open("rb") as file:
                    is_same = hashlib.file_digest(cast("Any", file), "sha256").hexdigest() == sha256
                if is_same:
                    beside = f"{target}~"
                    os.link(old, beside)
                    os.replace(beside, target)  # noqa: PTH105
        written.append(Written(name, sha256, os.path.getsize(target)))  # noqa: PTH202

    def _place(self, name: str) -> str:
        """Return the path of a file, whose folder is there then."""
        if "\\" in name or not {"", ".", ".."}.isdisjoint(name.split("/")):
            raise ValueError(f"{name} is no name of a file in the folder that is published")
        target = f"{self._top}/{name}"
        folder = os.path.dirname(target)  # noqa: PTH120
        if folder not in self._made:
            if not f"{os.path.realpath(folder)}/".startswith(f"{self._top}/"):
                raise ValueError(f"{name} is outside the folder that is published")
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._made.add(folder)
        return target

    def _take_over(self, name: str, target: str, content: bytes) -> bool:
        """Link the old file if it has the content; tell whether that is so."""
        old = self.old / name
        try:
            if not _is_file(old) or os.path.getsize(old) != len(content) or old.read_bytes() != content:  # noqa: PTH202
                return False
            os.link(old, target)
        except FileExistsError:
            raise
        except OSError:  # there is none, or this system has no hard links
            return False
        return True


def _is_file(path: Path) -> bool:
    """Tell whether there is a file and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


@contextmanager
def replaced(folder: Path) -> Iterator[Draft]:
    """Make a site that takes the place of a folder when the block ends well; else that stays as it is.

    Args:
        folder: an empty one, one that is not there, or one that was published before and has nothing else in it.

    Errors:
        UsageError: there is something else in the folder.
        InputError: it cannot be written.
        LimitError: the disk is full, or another process publishes to the same folder.
    """
    try:
        site = folder.resolve()
    except (OSError, RuntimeError):  # a link that leads round in a circle
        raise UsageError(f"{folder} leads nowhere: name a folder to publish to") from None
    if not site.name or os.path.ismount(site):
        raise UsageError(f"{folder} is where a file system begins, and cannot be replaced: name a folder within it")
    beside = site.with_name(f".{site.name}.publishing")
    with _told(folder):
        made = [path for path in beside.parents if not path.exists()]
        try:
            beside.parent.mkdir(parents=True, exist_ok=True)
            with _alone(beside, folder):
                _recover(site, beside)
                refuse_foreign(site)
                draft = Draft(beside / "new", site)
                draft.root.mkdir()
                yield draft
                refuse_foreign(site)
                if draft.is_needed:
                    _swap(draft.root, site, beside)
        except BaseException:
            for path in made:
                with suppress(OSError):
                    path.rmdir()
            raise


def refuse_foreign(folder: Path) -> None:
    """Refuse to replace a folder that holds what was not published.

    Errors:
        UsageError: it does.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder to publish to")
    present = [*_present(folder)]
    if not present:
        return
    known = manifest(folder)
    if known is None:
        raise UsageError(
            f"{folder} is not empty, and 'sengraph publish' did not make what is in it ({_few(present)}): "
            "name another folder, or an empty one"
        )
    foreign = sorted({*present} - known["files"].keys() - {MANIFEST})
    if foreign:
        raise UsageError(
            f"{folder} has files that 'sengraph publish' did not put there, and they would be lost: {_few(foreign)}. "
            "Move them away, and add them to a copy of the site"
        )


def _few(names: list[str]) -> str:
    return ", ".join(map(shown, sorted(names)[:3])) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def manifest(folder: Path) -> dict[str, Any] | None:
    """Return what the manifest of a site says; None if the folder has none of ours."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(said, dict) and said.get("generator") == OURS and isinstance(said.get("files"), dict)
    return said if is_ours else None


def _present(folder: Path) -> Iterator[str]:
    """Yield the names of all files in a folder, and of links."""
    for place, folders, files in os.walk(folder):
        inner = os.path.relpath(place, folder)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            yield name if inner == "." else Path(inner, name).as_posix()


@contextmanager
def _alone(beside: Path, folder: Path) -> Iterator[None]:
    """Hold the folder for what is being made, which is empty but for its lock, and goes at the end."""
    beside.mkdir(exist_ok=True)
    lock = os.open(beside / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.fstat(lock), (beside / "lock").stat()):
                    raise BlockingIOError
            except OSError:
                raise LimitError(f"another process publishes to {folder}: wait until it has ended") from None
        try:
            shutil.rmtree(beside / "new", ignore_errors=True)  # of a run that was killed
            yield
        finally:
            for name in ("new", "old") if folder.exists() else ("new",):
                shutil.rmtree(beside / name, ignore_errors=True)
            with suppress(OSError):
                (beside / "lock").unlink()
                beside.rmdir()
    finally:
        os.close(lock)


def _recover(site: Path, beside: Path) -> None:
    """Put back the site of a run that was killed between its two steps."""
    if (beside / "old").is_dir() and not site.exists():
        (beside / "old").rename(site)


def _swap(draft: Path, site: Path, beside: Path) -> None:
    """Put a draft in the place of a site."""
    if not site.exists():
        draft.rename(site)
        return
    draft.chmod(stat.S_IMODE(site.stat().st_mode))
    if _exchange(draft, site):
        return
    site.rename(beside / "old")
    try:
        draft.rename(site)
    except BaseException:
        (beside / "old").rename(site)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can (Linux, renameat2); tell whether that was done."""
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system says of a folder that cannot be written into errors of ours."""
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise LimitError(
                f"{folder}: there is no room for the site ({error.strerror}); the old one stands"
            ) from None
        place = f" ({error.filename})" if error.filename else ""
        raise InputError(f"{folder} cannot be written: {error.strerror or error}{place}; the old one stands") from None
