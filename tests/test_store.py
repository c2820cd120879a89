"""The closure is computed once, kept whole, and never read when it is stale or damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import sengraph
from sengraph import InconsistentError, InputError, load, store
from sengraph.terms import ASSERTED, INFERRED

FAMILY = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
:near a owl:SymmetricProperty . :a :near :b .
"""


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("SENGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def family(tmp_path) -> Path:
    """A small file from which something follows."""
    path = tmp_path / "family.ttl"
    path.write_text(FAMILY)
    return path


def graphs(quads: ox.Store) -> dict[str, int]:
    return {graph.value: len(list(quads.quads_for_pattern(None, None, None, graph))) for graph in quads.named_graphs()}


def test_asserted_and_inferred_have_graphs_of_their_own(cache, family):
    """Two triples were asserted, one follows."""
    assert graphs(store.from_files([family])) == {ASSERTED: 2, INFERRED: 1}
    assert graphs(store.from_files([family], inference=False)) == {ASSERTED: 2}


def test_the_second_call_reads_what_the_first_kept(cache, family):
    """One line is said, once; the same graph comes back."""
    said: list[str] = []
    first = set(store.from_files([family], notify=said.append))
    second = set(store.from_files([family], notify=said.append))
    assert first == second
    assert len(said) == 1
    assert [path.suffix for path in cache.iterdir()] == [".nq"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"near", b"fear"),
        lambda content: b"",
        lambda content: content + b"<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n",
    ],
)
def test_a_damaged_closure_is_made_anew(cache, family, damage):
    """Cut, changed, emptied or added to: it is not read, and the next call finds a sound one."""
    whole = set(store.from_files([family]))
    (kept,) = cache.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(damage(content))
    assert set(store.from_files([family])) == whole
    assert kept.read_bytes() == content


def test_a_changed_file_has_a_closure_of_its_own(cache, family):
    """A stale one is never taken for it."""
    store.from_files([family])
    family.write_text(FAMILY.replace(":b", ":c"))
    assert ":c>" in str(list(store.from_files([family]))).replace("http://example.org/", ":")
    assert len(list(cache.iterdir())) == 2


def test_the_cache_keeps_only_the_last_ones(cache, family, monkeypatch):
    """It does not grow for ever."""
    monkeypatch.setattr(store, "KEPT", 2)
    for name in "cdef":
        family.write_text(FAMILY.replace(":b", f":{name}"))
        store.from_files([family])
    assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, family, monkeypatch):
    """The answer comes all the same, with a word on what to do."""
    (tmp_path / "occupied").write_text("a file where the folder should be")
    monkeypatch.setenv("SENGRAPH_CACHE_DIR", str(tmp_path / "occupied"))
    said: list[str] = []
    assert graphs(store.from_files([family], notify=said.append)) == {ASSERTED: 2, INFERRED: 1}
    assert "cannot be kept" in said[1]
    assert "SENGRAPH_CACHE_DIR" in said[1]


def test_a_pipe_in_the_cache_is_not_written_to(cache, family):
    """Nobody reads it, so that would never end; a file takes its place."""
    cache.mkdir()
    pipe = cache / store._name([family])
    os.mkfifo(pipe)
    assert graphs(store.from_files([family])) == {ASSERTED: 2, INFERRED: 1}
    assert pipe.is_file()


def test_a_broken_write_leaves_nothing(tmp_path, monkeypatch):
    """Written beside, then renamed: on a full disk the old file stands and no other is left."""
    path = tmp_path / "out.nq"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        store.write_whole(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["out.nq"]
    assert path.read_bytes() == b"old"


def test_the_same_files_give_the_same_bytes(tmp_path):
    """Two processes, whose sets have other orders, close a file with blank nodes to the same bytes."""
    path = tmp_path / "nodes.ttl"
    path.write_text(FAMILY + ":a :near [ :near [ :near :c ] ] , [ :near :d ] .\n")
    program = f"from sengraph import store; print(hashlib.sha256(store.close([{str(path)!r}])).hexdigest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", f"import hashlib; {program}"],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(digests) == 1


def test_every_choice_of_files_has_a_name_of_its_own(family):
    """The closure of the vocabulary alone is not taken for that of vocabulary and table, nor a file's for theirs."""
    sen, code = load.packaged_files()
    choices = [[sen], [code], [sen, code], [code, sen], [family], [family, sen], [family, code], []]
    assert len({store.key(files) for files in choices}) == len(choices)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_a_file_keeps_its_permissions_and_a_link_its_place(tmp_path, mode):
    """What is replaced is the file that a link leads to, with the permissions it had."""
    path, link = tmp_path / "real.ttl", tmp_path / "link.ttl"
    path.write_bytes(b"old")
    path.chmod(mode)
    link.symlink_to(path)
    store.write_whole(link, b"new")
    assert link.is_symlink()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", mode)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    """`-o` may name what is no file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        store.write_whole(pipe, b"new")
        assert reader.communicate(timeout=10)[0] == b"new"
    assert pipe.is_fifo()


def test_a_contradiction_is_refused(cache, family):
    """A graph that contradicts itself is not opened, and not kept."""
    family.write_text("@prefix : <http://e/> .\n:x a <http://www.w3.org/2002/07/owl#Nothing> .\n")
    with pytest.raises(InconsistentError, match="contradicts itself"):
        sengraph.open(family)
    assert not cache.exists()


def test_a_store_on_disk_is_opened_for_reading(tmp_path):
    """A database of Oxigraph answers; dated snapshots are not seen; another folder is refused."""
    place = tmp_path / "db"
    quads = ox.Store(str(place))
    s, p = ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p")
    quads.add(ox.Quad(s, p, ox.Literal("default")))
    quads.add(ox.Quad(s, p, ox.Literal("named"), ox.NamedNode("http://e/g")))
    quads.add(ox.Quad(s, p, ox.Literal("old"), ox.NamedNode("https://w3id.org/sengraph/graph/register/2017-07-01")))
    quads.flush()
    del quads
    graph = sengraph.open(store=place)
    assert [row.o for row in graph.query("SELECT ?o { ?s ?p ?o } ORDER BY ?o")] == ["default", "named"]
    assert [row.o for row in graph.query("SELECT ?o FROM <http://e/g> { ?s ?p ?o }")] == ["named"]
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "current").symlink_to(place)
    assert len(sengraph.open(store=tmp_path / "versions").query("SELECT * { ?s ?p ?o }")) == 2
    with pytest.raises(InputError, match="holds no store"):
        sengraph.open(store=tmp_path)


def test_a_damaged_store_is_told(tmp_path):
    """Where it is opened, and where only reading on finds the damage."""
    place = tmp_path / "db"
    quads = ox.Store(str(place))
    s, p = ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p")
    quads.bulk_extend(ox.Quad(s, p, ox.Literal(f"{number * 7919:050}")) for number in range(20000))
    quads.flush()
    del quads
    for path in place.glob("*.sst"):
        if path.stat().st_size > 100_000:
            content = path.read_bytes()
            path.write_bytes(content[:20_000] + bytes(10_000) + content[30_000:])
    graph = sengraph.open(store=place)
    with pytest.raises(InputError, match="the store cannot be read"):
        graph.query("SELECT * { ?s ?p ?o }")
    with pytest.raises(InputError, match="the store cannot be read"):
        graph.explain("<http://e/s>", "<http://e/p>", '"x"')
    (place / "CURRENT").write_bytes(b"")
    with pytest.raises(InputError, match="db: the store cannot be read"):
        sengraph.open(store=place)
