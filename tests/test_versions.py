"""A store with versions: readers see one whole version, a write that fails leaves the old one and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from sengraph import versions
from sengraph.errors import InputError, LimitError
from sengraph.versions import next_version, open_current

pytestmark = pytest.mark.skipif(versions.fcntl is None, reason="writing needs the locks of Linux and macOS")

P = ox.NamedNode("http://example.org/generation")


def quads(generation: int, count: int = 100) -> Iterator[ox.Quad]:
    """Make quads that all say the same generation."""
    for number in range(count):
        yield ox.Quad(ox.NamedNode(f"http://example.org/{number}"), P, ox.Literal(generation))


def write(folder: Path, generation: int, count: int = 100) -> None:
    with next_version(folder) as writing:
        writing.new.bulk_extend(quads(generation, count))


def fail(folder: Path, error: BaseException) -> None:
    """Raise an error in the middle of a write."""
    with next_version(folder) as writing:
        writing.new.bulk_extend(quads(2))
        raise error


def generations(store: Iterable[ox.Quad]) -> dict[int, int]:
    """Return how many quads there are of each generation."""
    return dict(Counter(int(quad.object.value) for quad in store))


def read(folder: Path) -> dict[int, int]:
    with open_current(folder) as version:
        return generations(version.store)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(number: int, *held: int) -> list[str]:
    """Return what a folder holds whose current version has this number, and in which others are read."""
    kept = [name for n in sorted((*held, number)) for name in (f"v{n:06}", f"v{n:06}.lock")]
    return ["current", "format", "lock", *kept]


def process(program: str, *arguments: object, before: Iterable[str] = ()) -> subprocess.Popen[str]:
    """Start a Python process that has the names of this file."""
    code = f"import sys\nfrom tests.test_versions import *\n{program}"
    root = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [*before, sys.executable, "-c", code, *map(str, arguments)],
        cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


HALF_WAY = """
with next_version(Path(sys.argv[1])) as writing:
    writing.new.bulk_extend(quads(9))
    print("half way", flush=True)
    sys.stdin.read()
"""
"""A write that stops in the middle until its input ends."""


def test_what_is_written_is_read(tmp_path):
    """The folder is made, and the next version takes the place of the first."""
    folder = tmp_path / "deep" / "store"
    write(folder, 1)
    assert read(folder) == {1: 100}
    assert names(folder) == whole(1)
    assert (folder / "format").read_text() == "1\n"
    with next_version(folder) as writing:
        assert writing.old is not None
        assert generations(writing.old) == {1: 100}
        writing.new.extend(quads(2, 7))
    assert read(folder) == {2: 7}
    assert names(folder) == whole(2)


def test_a_published_version_is_never_written_to(tmp_path):
    """Whoever kept the database that was written changes nothing, and reading leaves no file."""
    with next_version(tmp_path) as writing:
        kept = writing.new
        kept.extend(quads(1))
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "v000001").iterdir()}
    kept.extend(quads(2))
    assert read(tmp_path) == {1: 100}
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "v000001").iterdir()} == before
    assert "LOCK" not in before
    assert names(tmp_path) == whole(1)


def test_a_reader_keeps_its_version(tmp_path):
    """It reads on while the store is replaced twice; its version goes with the first write after it is gone."""
    write(tmp_path, 1, 5000)
    reader = open_current(tmp_path)
    rows = iter(reader.store)
    first = [next(rows) for _ in range(2500)]
    write(tmp_path, 2)
    write(tmp_path, 3)
    assert names(tmp_path) == whole(3, 1)
    assert generations([*first, *rows]) == {1: 5000}
    assert generations(reader.store) == {1: 5000}
    del rows
    reader.close()
    reader.close()
    write(tmp_path, 4)
    assert names(tmp_path) == whole(4)


def test_a_forgotten_version_is_let_go(tmp_path):
    """Without `close`, too."""
    write(tmp_path, 1)
    reader = open_current(tmp_path)
    del reader
    write(tmp_path, 2)
    assert names(tmp_path) == whole(2)


@pytest.mark.parametrize("moment", ["_share", "Version"])
def test_a_version_that_goes_before_it_is_locked(tmp_path, monkeypatch, moment):
    """The store is replaced after the reader looked for the current version: it gets the next one, or its own stays."""
    write(tmp_path, 1)
    meant = getattr(versions, moment)

    def late(*arguments):
        if (tmp_path / "current").readlink() == Path("v000001"):
            write(tmp_path, 2)
        return meant(*arguments)

    monkeypatch.setattr(versions, moment, late)
    with open_current(tmp_path) as version:
        assert generations(version.store) == ({2: 100} if moment == "_share" else {1: 100})
    assert names(tmp_path) == (whole(2) if moment == "_share" else whole(2, 1))


def test_a_version_that_is_locked_for_good(tmp_path, monkeypatch):
    """A reader does not try for ever."""
    write(tmp_path, 1)
    monkeypatch.setattr(versions, "TRIES", 3)
    lock = versions._lock(tmp_path / "v000001.lock", 0, versions.fcntl.LOCK_EX)
    try:
        with pytest.raises(LimitError, match="try later"):
            open_current(tmp_path)
    finally:
        versions.os.close(lock)


def test_a_lock_that_goes_before_it_is_taken(tmp_path, monkeypatch):
    """A first write that failed removes its lock: whoever opened it just before holds nothing, and is refused."""
    flock = versions.fcntl.flock

    def late(descriptor, how):
        (tmp_path / "lock").unlink()
        flock(descriptor, how)

    monkeypatch.setattr(versions.fcntl, "flock", late)
    with pytest.raises(LimitError, match=r"another process \(pid unknown\)"):
        write(tmp_path, 1)
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), InputError("no"), RecursionError("no")])
def test_an_exception_leaves_the_store_as_it_was(tmp_path, error):
    """It passes through, and nothing new is in the folder."""
    write(tmp_path, 1)
    with pytest.raises(type(error)) as raised:
        fail(tmp_path, error)
    assert raised.value is error
    assert read(tmp_path) == {1: 100}
    assert names(tmp_path) == whole(1)
    write(tmp_path, 3)
    assert read(tmp_path) == {3: 100}


def test_a_first_write_that_fails_leaves_no_trace(tmp_path):
    """A folder that it made goes, with those above; one that was there stays empty."""
    for folder in (tmp_path / "deep" / "store", tmp_path):
        with pytest.raises(ValueError, match="no"):
            fail(folder, ValueError("no"))
        assert names(tmp_path) == []


def test_a_block_that_writes_nothing_changes_nothing(tmp_path):
    """An empty database does not take the place of a full one."""
    with next_version(tmp_path / "store"):
        pass
    assert names(tmp_path) == []
    write(tmp_path, 1)
    with next_version(tmp_path):
        pass
    assert read(tmp_path) == {1: 100}


def test_an_error_about_another_file_passes(tmp_path):
    """It is not taken for one of the store; one that is about the store is told."""
    with pytest.raises(FileNotFoundError), next_version(tmp_path / "store"):
        (tmp_path / "register.csv").open()
    with pytest.raises(InputError, match=r"cannot be written: no\. Nothing was written"), next_version(tmp_path):
        raise OSError("no")


def test_a_copy_does_not_change_the_old(tmp_path):
    """What is added and removed there is not in the version that a reader has."""
    write(tmp_path, 1)
    with open_current(tmp_path) as reader:
        with next_version(tmp_path) as writing:
            writing.from_copy()
            for quad in quads(1, 50):
                writing.new.remove(quad)
            writing.new.bulk_extend(quads(2, 30))
        assert generations(reader.store) == {1: 100}
        assert generations(ox.Store.read_only(str(reader.path))) == {1: 100}
    assert read(tmp_path) == {1: 50, 2: 30}
    with next_version(tmp_path) as writing:
        writing.from_copy()
    assert read(tmp_path) == {1: 50, 2: 30}


def test_a_copy_comes_first(tmp_path):
    """Copying over what was written is a mistake; with nothing to copy the new version is empty."""
    with next_version(tmp_path) as writing:
        writing.from_copy()
        assert writing.old is None
        assert len(writing.new) == 0
        with pytest.raises(ValueError, match="copy first"):
            writing.from_copy()


@pytest.mark.parametrize("first", [True, False])
def test_a_killed_write_leaves_the_store_as_it_was(tmp_path, first):
    """The old version is read, the next write is not refused, and what was left half made is removed."""
    folder = tmp_path / "store"
    if not first:
        write(folder, 1)
    with process(HALF_WAY, folder) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half way\n"
        writer.send_signal(signal.SIGKILL)
    assert any(name.startswith("new-") for name in names(folder))
    if first:
        with pytest.raises(InputError, match="holds no store yet"):
            open_current(folder)
    else:
        assert read(folder) == {1: 100}
    write(folder, 2)
    assert read(folder) == {2: 100}
    assert names(folder) == whole(1 if first else 2)


@pytest.mark.parametrize(
    "left", ["v000007/CURRENT", "v000007.tmp/CURRENT", "v000007.lock", "current.new", "format.new", "new-0123abcd/x"]
)
def test_whatever_a_killed_write_left_is_removed(tmp_path, left):
    """And what is not the store's own is let alone."""
    write(tmp_path, 1)
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / left).parent.mkdir(exist_ok=True)
    (tmp_path / left).write_text("half")
    write(tmp_path, 2)
    assert names(tmp_path) == sorted([*whole(2), "mine.txt"])


@pytest.mark.parametrize("left", ["lock", "format.new"])
def test_a_write_killed_at_its_very_start(tmp_path, left):
    """The folder is still taken for a store's."""
    (tmp_path / left).write_text("1")
    write(tmp_path, 1)
    assert names(tmp_path) == whole(1)


def test_two_writers(tmp_path):
    """The second is refused at once and told who writes; when the first has ended, it may."""
    write(tmp_path, 1)
    with process(HALF_WAY, tmp_path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half way\n"
        refused = rf"another process \(pid {writer.pid}\) is writing to"
        with pytest.raises(LimitError, match=refused), next_version(tmp_path):
            pass
        assert read(tmp_path) == {1: 100}
        writer.communicate("")
    assert read(tmp_path) == {9: 100}
    with next_version(tmp_path), pytest.raises(LimitError, match="wait until"), next_version(tmp_path):
        pass


LIMITED = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    write(Path(sys.argv[1]), 2, 20_000)
except LimitError as error:
    print(error)
"""


@pytest.mark.parametrize("most", [0, 1000, 100_000])
def test_a_file_may_not_grow(tmp_path, most):
    """The system's limit on the size of a file is met: the old version is read and nothing is left."""
    write(tmp_path, 1)
    with process(LIMITED, tmp_path, most) as writer:
        said, _ = writer.communicate()
    assert said.startswith(f"{tmp_path}: the disk is full (")
    assert said.endswith("Nothing was written and the store is as it was: make room and try again\n")
    assert read(tmp_path) == {1: 100}
    assert names(tmp_path) == whole(1)


ON_A_SMALL_DISK = """
from contextlib import suppress
folder = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], check=True)
write(folder, 1)

def attempt(fill):
    try:
        with next_version(folder) as writing:
            fill(writing.new)
    except LimitError as error:
        print(error)
    print(read(folder), [name for name in names(folder) if name != "filler"] == whole(1))

attempt(lambda new: new.bulk_extend(quads(2, 200_000)))
attempt(lambda new: [new.add(quad) for quad in quads(2, 200_000)])
with suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
    while True:
        file.write(bytes(4096))
attempt(lambda new: new.bulk_extend(quads(2)))
(folder / "filler").unlink()
write(folder, 3)
print(read(folder), names(folder) == whole(2))
"""


def test_a_full_disk(tmp_path):
    """Filled at once, bit by bit, or before: the old version is read; with room the next write is not refused."""
    try:
        subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", tmp_path], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system of one's own may be mounted here")
    with process(ON_A_SMALL_DISK, tmp_path, before=["unshare", "-rm"]) as writer:
        said, _ = writer.communicate()
    full = f"{tmp_path}: the disk is full ("
    assert [line.startswith(full) or line for line in said.splitlines()] == [
        *[True, "{1: 100} True"] * 3,
        "{3: 100} True",
    ]


def test_a_store_of_a_later_release(tmp_path):
    """It is neither read nor written, and stays as it is."""
    write(tmp_path, 1)
    (tmp_path / "format").write_text("2\n")
    newer = r"written by a newer sengraph \(format 2, this one knows 1\): update sengraph"
    with pytest.raises(InputError, match=newer):
        open_current(tmp_path)
    with pytest.raises(InputError, match=newer), next_version(tmp_path):
        pass
    assert names(tmp_path) == whole(1)


@pytest.mark.parametrize("content", ["", "one\n", "0\n", "1" * 20])
def test_a_foreign_folder(tmp_path, content):
    """It is no store to read, and not written to: neither with files nor with something called format."""
    (tmp_path / "format").write_text(content)
    with pytest.raises(InputError, match="holds no store"):
        open_current(tmp_path)
    with pytest.raises(InputError, match="name another folder"), next_version(tmp_path):
        pass
    assert names(tmp_path) == ["format"]
    file = tmp_path / "format"
    with pytest.raises(InputError, match="holds no store"):
        open_current(file)
    with pytest.raises(InputError, match="is not a folder"), next_version(file):
        pass
    with pytest.raises(InputError, match="holds no store"):
        open_current(tmp_path / "nowhere")


@pytest.mark.parametrize("target", ["v000009", "current", "..", "/nowhere"])
def test_a_link_that_leads_nowhere(tmp_path, target):
    """The store is damaged: nothing is read, and nothing removed that could be rescued."""
    write(tmp_path, 1)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(target)
    with pytest.raises(InputError, match="damaged"):
        open_current(tmp_path)
    with pytest.raises(InputError, match="damaged"), next_version(tmp_path):
        pass
    assert names(tmp_path) == whole(1)


def test_a_link_that_became_a_folder(tmp_path):
    """Some programs copy what a link leads to."""
    write(tmp_path, 1)
    (tmp_path / "current").unlink()
    (tmp_path / "v000001").rename(tmp_path / "current")
    with pytest.raises(InputError, match="damaged"):
        open_current(tmp_path)


def test_a_link_that_was_lost(tmp_path):
    """A kill just before the first one was made, or a copy without links: the next write finds the version."""
    write(tmp_path, 1)
    (tmp_path / "current").unlink()
    with pytest.raises(InputError, match="holds no store yet"):
        open_current(tmp_path)
    with next_version(tmp_path) as writing:
        writing.from_copy()
        writing.new.extend(quads(2, 7))
    assert read(tmp_path) == {1: 100, 2: 7}
    assert names(tmp_path) == whole(2)


def test_a_store_copied_without_its_locks(tmp_path):
    """It is read all the same."""
    write(tmp_path, 1)
    (tmp_path / "v000001.lock").unlink()
    assert read(tmp_path) == {1: 100}
    write(tmp_path, 2)
    assert names(tmp_path) == whole(2)


def test_a_plain_database(tmp_path):
    """It is read, by itself or where a link `current` leads to it, and never written to."""
    store = ox.Store(str(tmp_path / "db"))
    store.extend(quads(1))
    store.flush()
    del store
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "current").symlink_to(tmp_path / "db")
    assert read(tmp_path / "db") == read(tmp_path / "other") == {1: 100}
    before = names(tmp_path / "db")
    with pytest.raises(InputError, match="without versions: name another folder"), next_version(tmp_path / "db"):
        pass
    with pytest.raises(InputError, match="name another folder"), next_version(tmp_path / "other"):
        pass
    assert names(tmp_path / "db") == before


def test_a_system_without_locks(tmp_path, monkeypatch):
    """Reading goes on, writing says why it does not."""
    write(tmp_path, 1)
    monkeypatch.setattr(versions, "fcntl", None)
    assert read(tmp_path) == {1: 100}
    with pytest.raises(InputError, match="no file locks"), next_version(tmp_path):
        pass


READER = """
folder = Path(sys.argv[1])
seen = []
while not seen or seen[-1] < 21:
    (found,) = read(folder).items()
    assert found[1] == 100 + found[0], found
    assert not seen or found[0] >= seen[-1], seen
    if not seen:
        print("reading", flush=True)
    seen.append(found[0])
print(len(seen))
"""


def test_many_readers_and_a_writer(tmp_path):
    """While the store is replaced 20 times, every read finds one whole version, none older than the last."""
    write(tmp_path, 1, 101)
    readers = [process(READER, tmp_path) for _ in range(3)]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
    for generation in range(2, 22):
        write(tmp_path, generation, 100 + generation)
    for reader in readers:
        said, _ = reader.communicate(timeout=30)
        assert reader.returncode == 0
        assert int(said) > 2
    write(tmp_path, 22)
    assert names(tmp_path) == whole(22)
