"""How long closing a graph takes: the native engine, owlrl and reasonable side by side, each run in a process of its own.

    python benchmarks/reasoning.py [--sizes 100 1000 10000 50000 200000] [--limit SECONDS] [--markdown]

The register workload is an establishment register under a schema of 65 classes and 40 properties (hasValue,
someValuesFrom and allValuesFrom restrictions, intersections, a union, chains, transitive, symmetric, functional
and inverse properties), about 8 triples an establishment. The other workloads are what a column engine is worst
at: deep hierarchies, long transitive chains, cliques of owl:sameAs.

Two times are taken of each: of the engine alone, terms already in memory, and from an N-Triples file to an
N-Triples file. Beside them, what Oxigraph needs to bulk-load the result. Memory is the peak of the process.
`reasonable` is used where it is installed. Prints Markdown; docs/benchmarks.md keeps a dated run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from machine import conditions

EX, RDF, RDFS, OWL = (
    "http://example.org/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
)
Triple = tuple[str, str, str]


def iri(name: str) -> str:
    """Write a name as an IRI in N-Triples: `a`, a prefixed name of the vocabularies, or a name of the example."""
    if name == "a":
        return f"<{RDF}type>"
    prefix, _, local = name.partition(":")
    namespaces = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
    return f"<{namespaces[prefix]}{local}>" if local else f"<{EX}{name}>"


class Blank:
    """Makes blank nodes, restrictions and lists."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._count = 0

    def node(self) -> str:
        """Return a new blank node."""
        self._count += 1
        return f"_:n{self._count}"

    def say(self, subject: str, predicate: str, object_: str) -> None:
        """Add a triple; names become IRIs, blank nodes and literals stay."""
        self.triples.append(tuple(t if t[0] in '_"' else iri(t) for t in (subject, predicate, object_)))  # type: ignore[arg-type]

    def restriction(self, on: str, kind: str, value: str) -> str:
        """Return a restriction."""
        node = self.node()
        self.say(node, "a", "owl:Restriction")
        self.say(node, "owl:onProperty", on)
        self.say(node, f"owl:{kind}", value)
        return node

    def list(self, members: Iterable[str]) -> str:
        """Return a list."""
        head = "rdf:nil"
        for member in reversed([*members]):
            cell = self.node()
            self.say(cell, "rdf:first", member)
            self.say(cell, "rdf:rest", head)
            head = cell
        return head


def schema() -> Blank:
    """Return the schema of the register workload."""
    b = Blank()
    for j in range(8):
        b.say(f"Group{j}", "rdfs:subClassOf", "Establishment")
        b.say(f"Group{j}", "rdfs:subClassOf", b.restriction("setting", "hasValue", f"setting{j}"))
        b.say(f"Group{j}", "rdfs:subClassOf", b.restriction("inAuthority", "allValuesFrom", "Authority"))
        both = b.node()
        b.say(both, "owl:intersectionOf", b.list([f"Group{j}", "Open"]))
        b.say(f"OpenGroup{j}", "owl:equivalentClass", both)
        b.say(f"OpenGroup{j}", "rdfs:subClassOf", b.restriction("sector", "hasValue", f"sector{j % 3}"))
    for i in range(40):
        b.say(f"Type{i}", "owl:equivalentClass", b.restriction("type", "hasValue", f"type{i}"))
        b.say(f"Type{i}", "rdfs:subClassOf", f"Group{i % 8}")
    b.say("Open", "owl:equivalentClass", b.restriction("status", "hasValue", "open"))
    b.say("Closed", "owl:equivalentClass", b.restriction("status", "hasValue", "closed"))
    b.say("Open", "owl:disjointWith", "Closed")
    b.say("English", "owl:equivalentClass", b.restriction("inAuthority", "someValuesFrom", "EnglishAuthority"))
    b.say("EnglishAuthority", "owl:equivalentClass", b.restriction("authorityIn", "someValuesFrom", "Region"))
    b.say("EnglishAuthority", "rdfs:subClassOf", "Authority")
    either = b.node()
    b.say(either, "owl:unionOf", b.list(["Group0", "Group1", "Group2"]))
    b.say("StateFunded", "owl:equivalentClass", either)
    for part, whole in [(f"attribute{i}", f"attribute{i + 1}" if i % 4 else "name") for i in range(20)]:
        b.say(part, "rdfs:subPropertyOf", whole)
    for part, whole in [("inAuthority", "locatedIn"), ("inRegion", "locatedIn"), ("inCountry", "locatedIn"),
                        ("linkedTo", "relatedTo"), ("succeeds", "relatedTo"), ("authorityIn", "partOf"),
                        ("regionIn", "partOf")]:  # fmt: skip
        b.say(part, "rdfs:subPropertyOf", whole)
    b.say("inRegion", "owl:propertyChainAxiom", b.list(["inAuthority", "authorityIn"]))
    b.say("inCountry", "owl:propertyChainAxiom", b.list(["inRegion", "regionIn"]))
    b.say("hasEstablishment", "owl:inverseOf", "inAuthority")
    for name, kind in [("linkedTo", "Symmetric"), ("succeeds", "Transitive"), ("partOf", "Transitive"),
                       ("urn", "Functional"), ("inAuthority", "Functional")]:  # fmt: skip
        b.say(name, "a", f"owl:{kind}Property")
    for name, edge, cls in [("type", "domain", "Establishment"), ("inAuthority", "range", "Authority"),
                            ("authorityIn", "range", "Region"), ("regionIn", "range", "Country")]:  # fmt: skip
        b.say(name, f"rdfs:{edge}", cls)
    classes = {t[0] for t in b.triples if t[1] in (iri("rdfs:subClassOf"), iri("owl:equivalentClass"))}
    b.triples += [(cls, iri("a"), iri("owl:Class")) for cls in sorted(classes)]
    for i in range(150):
        b.say(f"authority{i}", "authorityIn", f"region{i % 9}")
    for i in range(9):
        b.say(f"region{i}", "regionIn", "england")
    return b


def register(n: int) -> list[Triple]:
    """Return n establishments under the schema; equal n gives equal triples."""
    chance, b = random.Random(7), schema()
    for i in range(n):
        school = f"school{i}"
        b.say(school, "type", f"type{chance.randrange(40)}")
        b.say(school, "inAuthority", f"authority{chance.randrange(150)}")
        b.say(school, "status", "open" if chance.random() < 0.8 else "closed")
        b.say(school, "phase", f"phase{chance.randrange(6)}")
        b.say(school, "name", f'"School {i}"')
        b.say(school, "urn", f'"{100000 + i}"')
        b.say(school, "opened", f'"{1950 + chance.randrange(75)}-09-01"^^<http://www.w3.org/2001/XMLSchema#date>')
        b.say(school, "succeeds" if i % 4 else "linkedTo", f"school{i - 1 if i % 4 else (i + 2) % n}")
    return b.triples


def hierarchy(n: int) -> list[Triple]:
    """Return n classes in chains of a hundred, and a member of each lowest one."""
    b = Blank()
    for i in range(n):
        b.say(f"C{i}", "a", "owl:Class")
        if i % 100:
            b.say(f"C{i}", "rdfs:subClassOf", f"C{i - 1}")
    for i in range(99, n, 100):
        for j in range(100):
            b.say(f"thing{i}-{j}", "a", f"C{i}")
    return b.triples


def chains(n: int) -> list[Triple]:
    """Return transitive chains of a hundred links, n links in all."""
    b = Blank()
    b.say("before", "a", "owl:TransitiveProperty")
    for i in range(n):
        b.say(f"event{i + i // 100}", "before", f"event{i + i // 100 + 1}")
    return b.triples


def cliques(n: int) -> list[Triple]:
    """Return n things with ten names each, made one by a functional property, and what is said under each name."""
    b = Blank()
    b.say("identifies", "a", "owl:FunctionalProperty")
    b.say("knows", "a", "owl:SymmetricProperty")
    for i in range(n):
        for j in range(10):
            b.say(f"record{i}", "identifies", f"name{i}-{j}")
            b.say(f"name{i}-{j}", "knows", f"name{(i + 1) % n}-{j}")
    return b.triples


WORKLOADS = {"register": register, "hierarchy": hierarchy, "chains": chains, "cliques": cliques}


# -------------------------------------------------------------------------- one process each


def native(source: Path, target: Path) -> tuple[float, int]:
    """Close a file with the native engine; return the seconds of the engine alone and the triples written."""
    import pyoxigraph as ox

    from sengraph.reasoning.native import Materialisation

    triples = [quad.triple for quad in ox.parse(source.read_bytes(), ox.RdfFormat.N_TRIPLES)]
    started = time.perf_counter()
    closure = Materialisation(triples)
    alone = time.perf_counter() - started
    count = 0

    def counted() -> Iterator[ox.Triple]:
        nonlocal count
        for part in (triples, closure.inferred()):
            for triple in part:
                count += 1
                yield triple

    with target.open("wb") as file:
        ox.serialize(counted(), file, ox.RdfFormat.N_TRIPLES)
    return alone, count


def owlrl(source: Path, target: Path) -> tuple[float, int]:
    """Close a file with owlrl."""
    import owlrl as library
    import rdflib

    graph = rdflib.Graph().parse(source, format="nt")
    started = time.perf_counter()
    library.DeductiveClosure(library.OWLRL_Semantics).expand(graph)
    alone = time.perf_counter() - started
    graph.serialize(target, format="nt", encoding="utf-8")
    return alone, len(graph)


def reasonable(source: Path, target: Path) -> tuple[float, int]:
    """Close a file with reasonable."""
    import reasonable as library

    turtle = target.with_suffix(".ttl")  # it reads no other extension; N-Triples is Turtle
    turtle.write_bytes(source.read_bytes())
    engine = library.PyReasoner()
    engine.load_file(str(turtle))
    started = time.perf_counter()
    triples = engine.reason()
    alone = time.perf_counter() - started
    with target.open("w", encoding="utf-8") as file:
        file.writelines(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in triples)
    return alone, len(triples)


def bulk_load(source: Path, target: Path) -> tuple[float, int]:
    """Load a file into a store of Oxigraph's on disk."""
    import pyoxigraph as ox

    store = ox.Store(str(target.with_suffix(".store")))
    started = time.perf_counter()
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return time.perf_counter() - started, len(store)


ENGINES = {"native": native, "owlrl": owlrl, "reasonable": reasonable, "bulk_load": bulk_load}


MEMORY = 12 * 2**30
"""Bytes of address space that a run may take: past that it is out of memory."""


def measured(engine: str, source: Path, target: Path, limit: float) -> dict[str, float] | None:
    """Run an engine in a process of its own; None if it does not end well within the limit, in seconds."""
    words = [sys.executable, __file__, "--one", engine, str(source), str(target)]

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=limit, check=False, preexec_fn=bound)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode > 0 and "MemoryError" not in done.stderr and "alloc" not in done.stderr:
        raise SystemExit(f"{engine} failed on {source}: {done.stderr}")
    return json.loads(done.stdout) if done.returncode == 0 else None  # type: ignore[no-any-return]


def one(engine: str, source: str, target: str) -> None:
    """Be that process: print what was measured as JSON."""
    started = time.perf_counter()
    alone, triples = ENGINES[engine](Path(source), Path(target))
    whole = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"alone": alone, "whole": whole, "triples": triples, "peak": peak}))


def compare(name: str, n: int, folder: Path, limit: float, rounds: int, late: set[str]) -> dict[str, float] | None:
    """Print the rows of one workload; return what the native engine took."""
    source = folder / f"{name}-{n}.nt"
    source.write_text("".join(f"{' '.join(triple)} .\n" for triple in WORKLOADS[name](n)), encoding="utf-8")
    empty = folder / "empty.nt"
    empty.write_text("", encoding="utf-8")
    result = None
    for engine in ("native", "reasonable", "owlrl"):
        if engine == "reasonable" and not importlib.util.find_spec("reasonable"):
            continue
        target = folder / f"{name}-{n}-{engine}.nt"
        runs = []
        for _ in range(rounds if engine == "native" else 1 if (name, engine) not in late else 0):
            runs += [run] if (run := measured(engine, source, target, limit)) else []
        if not runs:
            late.add((name, engine))  # type: ignore[arg-type]
            print(f"| {name} | {n:,} | {engine} | over {limit:.0f} s or over {MEMORY >> 30} GiB | | | | |", flush=True)
            continue
        row = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        base = measured(engine, empty, folder / "none.nt", limit)
        each = (row["peak"] - (base["peak"] if base else 0)) / row["triples"]
        load = measured("bulk_load", target, folder / f"{name}-{n}-{engine}", limit) if engine == "native" else None
        shown = f"{load['alone']:.2f}" if load else ""
        print(
            f"| {name} | {n:,} | {engine} | {row['alone']:.3f} | {row['whole']:.2f} | {int(row['triples']):,} | "
            f"{each:.0f} | {shown} |",
            flush=True,
        )
        result = row if engine == "native" else result
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000, 50_000, 200_000])
    parser.add_argument("--others", type=int, nargs="+", default=[1000, 10_000], help="sizes of the other workloads")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that one run may take (300)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of the native engine, of which the median counts")
    parser.add_argument("--one", nargs=3, metavar=("ENGINE", "SOURCE", "TARGET"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(*options.one)
        return
    print(conditions("numpy", "pyoxigraph", "owlrl", "reasonable"), end="\n\n")
    print(
        "| workload | n | engine | engine, s | file to file, s | triples out | bytes each | bulk load of the result, s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    late: set[str] = set()
    with tempfile.TemporaryDirectory() as name:
        rows = {n: compare("register", n, Path(name), options.limit, options.rounds, late) for n in options.sizes}
        for workload in ("hierarchy", "chains", "cliques"):
            for n in options.others:
                compare(workload, n, Path(name), options.limit, 1, late)
    ends = [n for n in options.sizes if rows[n] and n >= 10_000]
    if len(ends) > 1:
        (first, few), (last, many) = ((n, rows[n]) for n in (ends[0], ends[-1]))
        assert few
        assert many
        growth = math.log(many["alone"] / few["alone"]) / math.log(last / first)
        print(f"\nGrowth exponent of the native engine from {first:,} to {last:,}: {growth:.2f}")


if __name__ == "__main__":
    main()
