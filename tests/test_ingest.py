"""A load makes of the files and of what is there the graphs that the next version holds, and closes them whole."""

from __future__ import annotations

from unittest.mock import patch

import pyoxigraph as ox
import pytest

import sengraph
from sengraph import InconsistentError, UsageError, ingest, load
from sengraph.reasoning import infer
from sengraph.terms import (
    ASSERTED,
    ESTABLISHMENT,
    GIAS,
    INFERRED,
    METADATA,
    REGISTER,
    REGISTER_INFERRED,
    SEN,
)
from sengraph.versions import open_current
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
FILES = [DATA / "register.csv", DATA / "register_links.csv"]
FOLLOWS = f"<{GIAS}succeededBy> <http://www.w3.org/2002/07/owl#inverseOf> <http://example.org/follows> ."


@pytest.fixture
def store(tmp_path):
    """The folder of a store that is not there yet."""
    return tmp_path / "store"


def graphs(folder) -> dict[str, set[ox.Triple]]:
    """Return the triples of each graph of a store."""
    with open_current(folder) as version:
        found: dict[str, set[ox.Triple]] = {}
        for quad in version.store:
            found.setdefault(quad.graph_name.value, set()).add(quad.triple)
        return found


def written(path, text):
    """Write a file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path


def is_closed(found: dict[str, set[ox.Triple]]) -> None:
    """Hold that what was inferred is what follows from all that was asserted, once each."""
    everything = infer([*found[ASSERTED], *found[REGISTER]])
    assert everything.clashes == ()
    assert found[INFERRED] | found[REGISTER_INFERRED] == everything.inferred
    names = [ASSERTED, INFERRED, REGISTER, REGISTER_INFERRED, METADATA]
    assert sum(len(found[name]) for name in names) == len(set().union(*(found[name] for name in names)))


@pytest.mark.parametrize("rows", [1, 3, 5000])
def test_what_follows_is_what_follows_from_all(store, rows):
    """However few rows are closed at a time, the result is that of closing all at once, and graphs share no triple."""
    with patch.object(ingest, "ROWS", rows):
        done = ingest.ingest(FILES, store, by_analogy=[*load.analogies()])
    assert done.closed == "in batches"
    found = graphs(store)
    is_closed(found)
    assert done.graphs == {graph: len(triples) for graph, triples in found.items()}


@pytest.mark.parametrize(("rows", "closed"), [(4, "together"), (5000, "in batches")])
def test_axioms_that_join_establishments(store, tmp_path, rows, closed):
    """An inverse of a link speaks of another establishment: if that may be in another batch, all is closed together."""
    own = written(tmp_path / "own.ttl", FOLLOWS)
    with patch.object(ingest, "ROWS", rows):
        done = ingest.ingest([*FILES, own], store)
    assert done.closed == closed
    found = graphs(store)
    is_closed(found)
    follows = [t for t in found[REGISTER_INFERRED] if t.predicate.value == "http://example.org/follows"]
    assert len(follows) == len([t for t in found[REGISTER] if t.predicate.value == f"{GIAS}succeededBy"]) > 0


def test_axioms_that_come_after_the_register(store, tmp_path):
    """What follows of the register is concluded anew when axioms are loaded, and again when they change."""
    ingest.ingest(FILES, store)
    before = graphs(store)
    own = written(tmp_path / "own.ttl", f"{FOLLOWS} <{SEN}settingType> a <http://example.org/Own> .")
    ingest.ingest([own], store)
    is_closed(graphs(store))
    assert graphs(store)[REGISTER] == before[REGISTER]
    written(own, "<http://example.org/a> <http://example.org/b> <http://example.org/c> .")
    ingest.ingest([own], store)
    after = graphs(store)
    is_closed(after)
    assert after[REGISTER_INFERRED] == before[REGISTER_INFERRED]


def test_a_register_as_rdf(store, tmp_path):
    """A store that was written out as N-Quads and loaded gives the same graphs; what is made here is made anew."""
    ingest.ingest(FILES, store, by_analogy=["academies"])
    dump = tmp_path / "dump.nq"
    with open_current(store) as version:
        version.store.dump(output=str(dump), format=ox.RdfFormat.N_QUADS)
    done = ingest.ingest([dump], tmp_path / "other", bare=True)
    one, other = graphs(store), graphs(tmp_path / "other")
    is_closed(other)
    assert {graph: len(triples) for graph, triples in other.items() if graph != METADATA} == {
        graph: len(triples) for graph, triples in one.items() if graph != METADATA
    }
    assert one[REGISTER] == other[REGISTER]
    (source,) = done.sources
    left_out = len(one[INFERRED]) + len(one[REGISTER_INFERRED]) + len(one[METADATA])
    assert dict(source.tally.counts) == {"a triple in a graph that is made here: it was left out": left_out}


def test_a_code_that_the_lists_do_not_have(store):
    """A new type is taken over into the register, and known to the rows that come later."""
    text = (DATA / "register.csv").read_text("cp1252")
    rows = [line.replace(",01,Community school,", ",99,New kind of school,") for line in text.split("\n")]
    changed = store.parent / "changed.csv"
    changed.write_text("\n".join(rows), "cp1252")
    with patch.object(ingest, "ROWS", 2):
        done = ingest.ingest([changed], store)
    found = graphs(store)
    is_closed(found)
    assert done.closed == "in batches"
    label = [t.object for t in found[REGISTER] if t.subject.value == f"{GIAS}type-99" and "label" in t.predicate.value]
    assert label == [ox.Literal("New kind of school", language="en")]


def test_a_triple_that_was_asserted_already(store, tmp_path):
    """What RDF of one's own and the register both say is in one graph only, so that it counts once."""
    own = written(tmp_path / "own.ttl", f'<{ESTABLISHMENT}900001> <{GIAS}urn> "900001" .')
    ingest.ingest([*FILES, own], store)
    found = graphs(store)
    is_closed(found)
    for inference in (True, False):
        ingest.ingest(FILES, store, inference=inference)
        found = graphs(store)
        assert not found[REGISTER] & found[ASSERTED]


def test_a_snapshot_leaves_the_rest_as_it_is(store):
    """A snapshot has graphs of its own; the current register stays, and queries see only that."""
    ingest.ingest(FILES, store)
    before = graphs(store)
    done = ingest.ingest(FILES[:1], store, as_of="2017-07-01")
    after = graphs(store)
    dated = {f"{REGISTER}/2017-07-01", f"{REGISTER_INFERRED}/2017-07-01"}
    assert set(after) - set(before) == dated
    assert {graph for graph in before if after[graph] != before[graph]} == {METADATA}
    assert done.graphs[f"{REGISTER}/2017-07-01"] == len(after[f"{REGISTER}/2017-07-01"])
    graph = sengraph.open(store=store)
    assert len(list(graph.query("SELECT * { ?s ?p ?o }").rows)) == sum(
        len(triples) for name, triples in after.items() if name not in dated
    )
    asked = sengraph.open(store=store, graphs=[*dated, "asserted", "inferred"])
    assert asked.query("ASK { ?school sen:subjectTo ?responsibility }")


def test_loading_twice_is_loading_once(store):
    """The same files give the same graphs, in a version of their own."""
    ingest.ingest(FILES, store)
    before = graphs(store)
    ingest.ingest(FILES, store)
    assert graphs(store) == before


def test_the_choice_of_analogies_stays(store):
    """It is kept by a load that does not name it, and taken off by one that names none."""
    assert ingest.ingest(FILES, store, by_analogy=["academies"]).by_analogy == ["academies"]
    assert ingest.ingest(FILES, store).by_analogy == ["academies"]
    by_analogy = f"{SEN}subjectToByAnalogy"
    assert any(t.predicate.value == by_analogy for t in graphs(store)[REGISTER_INFERRED])
    assert ingest.ingest(FILES, store, by_analogy=[]).by_analogy == []
    assert not any(t.predicate.value == by_analogy for t in graphs(store)[REGISTER_INFERRED])


def test_analogies_beside_files_of_ones_own(store, tmp_path):
    """The graph that holds own files is made anew only with these files."""
    own = written(tmp_path / "own.ttl", "<http://example.org/a> <http://example.org/b> <http://example.org/c> .")
    ingest.ingest([own, *FILES], store)
    with pytest.raises(UsageError, match=r"own\.ttl"):
        ingest.ingest(FILES, store, by_analogy=["academies"])
    assert ingest.ingest([own, *FILES], store, by_analogy=["academies"]).by_analogy == ["academies"]
    assert ingest.ingest(FILES, store).by_analogy == ["academies"]


def test_a_bare_store(store, tmp_path):
    """Nothing of what is packaged is there, before or after."""
    ingest.ingest(FILES, store, bare=True)
    found = graphs(store)
    assert ASSERTED not in found
    assert not any(t.predicate.value == f"{SEN}settingType" for t in found.get(REGISTER_INFERRED, ()))


def test_without_inference_nothing_is_concluded(store):
    """The graphs of what follows are not there; and they are not left standing beside a new register."""
    ingest.ingest(FILES, store, inference=False)
    assert set(graphs(store)) == {ASSERTED, REGISTER, METADATA}
    ingest.ingest(FILES, store)
    is_closed(graphs(store))
    ingest.ingest(FILES, store, inference=False)
    assert REGISTER_INFERRED not in graphs(store)


def test_data_that_contradicts_the_ontology(store, tmp_path):
    """An establishment cannot be a party: nothing is written, and what was there stays."""
    ingest.ingest(FILES, store)
    before = graphs(store)
    own = written(tmp_path / "own.ttl", f"<{ESTABLISHMENT}900001> a <{SEN}Party> .")
    for files in ([own], [own, *FILES]):
        with pytest.raises(InconsistentError, match="cax-"):
            ingest.ingest(files, store)
    assert graphs(store) == before
    assert not [path for path in store.iterdir() if path.name.startswith("new-")]


def test_an_explanation_names_the_file(store):
    """A fact of the register is told with the file that it is from."""
    ingest.ingest(FILES, store)
    explained = str(sengraph.open(store=store).explain("establishment:900001", "sen:subjectTo", "mainstream-3.1"))
    assert f"{REGISTER} (register.csv, register_links.csv)" in explained


@pytest.mark.parametrize("name", ["sen.ttl", "academies.ttl"])
def test_a_file_of_ones_own_with_the_name_of_a_packaged_one(store, tmp_path, name):
    """It is not taken for that one: a later load of the register keeps what it says."""
    own = written(tmp_path / name, "<http://example.org/a> <http://example.org/b> <http://example.org/c> .")
    ingest.ingest([own], store)
    assert ingest.ingest(FILES, store).by_analogy == []
    assert any(triple.subject.value == "http://example.org/a" for triple in graphs(store)[ASSERTED])
