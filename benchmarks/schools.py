"""Real schools: how long a register takes to load, and how long questions over it take.

    python benchmarks/schools.py [--register edubasealldata.csv] [--sizes 62500 250000 1000000] [--rounds N]

Loading is set beside what Oxigraph alone needs to bulk-load the same quads from N-Quads, each in a process of
its own. Questions through the API are set beside the bare engine with the bound text. Without a
register of the user's own, one of 26,078 invented rows stands for it. The last table grows an invented register, to tell
whether time is linear and memory bounded. Prints Markdown; docs/benchmarks.md keeps a dated run.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from machine import conditions

import sengraph
from sengraph.terms import PREFIXES
from sengraph.versions import open_current

HEADER = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)", "EstablishmentStatus (code)", "EstablishmentStatus (name)", "OpenDate", "CloseDate",
    "PhaseOfEducation (code)", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "NurseryProvision (name)", "Postcode",
]  # fmt: skip
TYPES = {1: 35, 2: 14, 3: 9, 5: 5, 7: 3, 12: 1, 15: 2, 14: 1, 11: 10, 34: 15, 28: 4, 18: 1}
"""Types of establishment and how many of a hundred are of each, roughly as in England."""


def invented(path: Path, rows: int) -> None:
    """Write an invented register: equal numbers of rows give equal files."""
    chance = random.Random(2001)
    types, weights = [*TYPES], [*TYPES.values()]
    with path.open("w", encoding="cp1252", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(HEADER)
        for number in range(rows):
            kind, closed = chance.choices(types, weights)[0], chance.random() < 0.4
            name = f"{chance.choice(['Oak', 'St Mary', 'River', 'Hill', 'Park'])} School {number}"
            out.writerow([
                100000 + number, chance.choice([201, 202, 330, 380, 815, 873, 935]), "", 1000 + number % 9000, name,
                f"{kind:02}", "", 2 if closed else 1, "", f"01-09-{chance.randrange(1950, 2020)}",
                f"31-08-{chance.randrange(2020, 2025)}" if closed else "", chance.choice([1, 2, 2, 4]), "",
                chance.choice([2, 3, 4, 5, 11]), chance.choice([7, 11, 16, 18]),
                chance.choice(["Has Nursery Classes", "No Nursery Classes", ""]), f"AB{number % 90} {number % 9}CD",
            ])  # fmt: skip


# ------------------------------------------------------------------ one process for each run


def load(source: str, target: str) -> dict[str, Any]:
    """Load a register into a store."""
    from sengraph.ingest import ingest

    done = ingest([source], target)
    return {"triples": sum(done.graphs.values()), "rows": done.sources[-1].read, "closed": done.closed}


def bulk_load(source: str, target: str) -> dict[str, Any]:
    """Load N-Quads with Oxigraph alone."""
    store = ox.Store(target)
    store.bulk_load(path=source, format=ox.RdfFormat.N_QUADS)
    return {}


def read_and_close(source: str, target: str) -> dict[str, Any]:
    """Read a register and conclude what follows, without storing either."""
    from sengraph import gias, load
    from sengraph.csvfile import Tally
    from sengraph.ingest import ROWS
    from sengraph.reasoning.batches import Batches
    from sengraph.reasoning.native import Materialisation

    files = [*load.packaged_files(), load.register_types()]
    batches = Batches(Materialisation(quad.triple for file in files for quad in load.parse(file)))
    lists = gias.Lists(quad.triple for quad in load.parse(load.register_types()))
    rows, triples = gias.Register(Path(source), lists, Tally()).establishments(), 0
    while some := [triple for row in islice(rows, ROWS) for triple in row]:
        triples += len(some) + len(batches.close(some))
    return {"triples": triples}


RUNS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "load": load,
    "bulk_load": bulk_load,
    "read_and_close": read_and_close,
}


def measured(run: str, source: Path, target: Path) -> dict[str, Any]:
    """Run one of them in a process of its own."""
    words = [sys.executable, __file__, "--one", run, str(source), str(target)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def one(run: str, source: str, target: str) -> None:
    """Be that process: print what was measured as JSON."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = RUNS[run](source, target)
    found |= {"seconds": time.perf_counter() - started, "before": before * 1024}
    print(json.dumps(found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


# -------------------------------------------------------------------------------- tables


def loading(register: Path, folder: Path, rounds: int) -> Path:
    """Print what loading takes beside Oxigraph alone; return the store."""
    store = folder / "store"
    measured("load", register, store)
    quads = folder / "same.nq"
    with open_current(store) as version:
        version.store.dump(output=str(quads), format=ox.RdfFormat.N_QUADS)
    ours, alone = [], []
    for number in range(rounds):
        ours.append(measured("load", register, folder / f"again-{number}"))
        alone.append(measured("bulk_load", quads, folder / f"alone-{number}"))
    mine, theirs = (statistics.median(run["seconds"] for run in runs) for runs in (ours, alone))
    print("| register | rows | quads | load, infer, store, s | Oxigraph's bulk load alone, s | ratio | peak, MB |")
    print("|---|---|---|---|---|---|---|")
    first = ours[0]
    print(
        f"| {register.name} | {first['rows']:,} | {first['triples']:,} | {mine:.2f} | {theirs:.2f} | "
        f"{mine / theirs:.2f} | {first['peak'] / 2**20:.0f} |\n"
    )
    return store


def asked(graph: sengraph.Graph) -> list[tuple[str, dict[str, object]]]:
    """Return the questions to ask, of one school and of the nation."""
    (school,) = graph.query(
        "SELECT ?urn { ?school sen:settingType sen:setting-maintained-mainstream ; gias:urn ?urn } ORDER BY ?urn LIMIT 1"
    )  # type: ignore[misc, union-attr]
    urn = school.urn
    return [
        ("responsibilities-of-school", {"school": urn}),
        ("in-force-on", {"school": urn, "on": "2010-01-01"}),
        ("predecessors", {"school": urn}),
        ("coverage", {"level": "nation"}),
        ("coverage", {}),
        ("statutory-duties-by-authority", {}),
        ("schools-subject-to", {"limit": 100}),
        ("not-covered", {"limit": 100}),
        ("in-force-on", {"on": "2010-01-01", "limit": 100}),
        ("schools-subject-to", {}),
    ]


def questions(folder: Path, rounds: int) -> None:
    """Print what questions take, beside the bare engine."""
    graph, version = sengraph.open(store=folder), open_current(folder)
    print("| question | rows | bare pyoxigraph, ms | API, ms | ratio |\n|---|---|---|---|---|")
    for name, parameters in asked(graph):
        text = graph.sparql(name, **parameters)
        times: dict[str, list[float]] = {"bare": [], "api": []}
        for _ in range(rounds):
            started = time.perf_counter()
            rows = len(list(version.store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)))  # type: ignore[arg-type]
            times["bare"].append(time.perf_counter() - started)
            started = time.perf_counter()
            graph.ask(name, **parameters)
            times["api"].append(time.perf_counter() - started)
        bare, api = (statistics.median(taken) * 1000 for taken in times.values())
        given = " ".join(f"--{key} {value}" for key, value in parameters.items())
        print(f"| {name} {given} | {rows:,} | {bare:.2f} | {api:.2f} | {api / bare:.2f} |", flush=True)
    print()


def growing(sizes: list[int], folder: Path) -> None:
    """Print how time and memory grow with the rows."""
    print(
        "| rows | quads | load, s | exponent | of that read and close, s | exponent | quads a second | peak, MB | closed |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    before: dict[str, float] = {}
    for size in sizes:
        source = folder / f"invented-{size}.csv"
        invented(source, size)
        run = measured("load", source, folder / f"grown-{size}")
        taken = {"rows": size, "load": run["seconds"], "close": measured("read_and_close", source, folder)["seconds"]}
        exponents = {
            name: f"{math.log(taken[name] / before[name]) / math.log(size / before['rows']):.2f}" if before else ""
            for name in ("load", "close")
        }
        print(
            f"| {size:,} | {run['triples']:,} | {taken['load']:.1f} | {exponents['load']} | {taken['close']:.1f} | "
            f"{exponents['close']} | {run['triples'] / taken['load']:,.0f} | {run['peak'] / 2**20:.0f} | {run['closed']} |",
            flush=True,
        )
        before = taken
        shutil.rmtree(folder / f"grown-{size}")


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", type=Path, help="an extract of the register (26,078 invented rows)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[62500, 250000, 1000000])
    parser.add_argument("--rounds", type=int, default=3, help="of loading (3)")
    parser.add_argument("--question-rounds", type=int, default=21, help="of each question (21)")
    options = parser.parse_args()
    print(conditions("pyoxigraph", "sengraph"), end="\n\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register = options.register
        if register is None:
            register = folder / "invented.csv"
            invented(register, 26078)
        store = loading(register, folder, options.rounds)
        questions(store, options.question_rounds)
        growing(options.sizes, folder)


if __name__ == "__main__":
    main()
