"""How long an answer takes: stored questions against the bare engine and rdflib, and a cold command.

    python benchmarks/answers.py [--rounds N] [--quick]

Every figure is a median; what is compared is measured in turn, in one run, so that a machine whose
speed drifts slows both. Prints Markdown; `docs/benchmarks.md` keeps a dated run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from machine import conditions

import sengraph
from sengraph import store
from sengraph.terms import PREFIXES

RDFLIB = "python -c 'import rdflib'"

REQUIRED = {"search": {"words": "policy"}}
"""Values for the questions that cannot be asked without."""


def interleaved(rounds: int, *calls: Callable[[], object]) -> list[float]:
    """Return the median time of each call in milliseconds, the calls made in turn."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            started = time.perf_counter()
            call()
            taken.append((time.perf_counter() - started) * 1000)
    return [statistics.median(taken) for taken in times]


def questions(rounds: int, rdflib_rounds: int) -> None:
    """Print each stored question: bare engine, through the API, rdflib's engine."""
    graph, quads = sengraph.open(), store.packaged()
    exported = graph.to_rdflib()
    print(
        "| question | rows | bare pyoxigraph, ms | API, ms | ratio | difference, ms | within | rdflib, ms | rdflib / API |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name in graph.questions.names:
        parameters = REQUIRED.get(name, {})
        text = graph.sparql(name, **parameters)

        def bare(text: str = text) -> list[tuple[object, ...]]:
            answer = quads.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
            return list(answer)  # type: ignore[arg-type]

        def api(name: str = name, parameters: dict[str, str] = parameters) -> object:
            return graph.ask(name, **parameters)

        rows = len(bare())
        one, other = interleaved(rounds, bare, api)
        (slow,) = interleaved(rdflib_rounds, lambda text=text: list(exported.query(text)))  # type: ignore[misc]
        within = other <= max(1.3 * one, one + 0.1)
        print(
            f"| {name} | {rows} | {one:.3f} | {other:.3f} | {other / one:.2f} | {other - one:+.3f} | "
            f"{'yes' if within else 'NO'} | {slow:.1f} | {slow / other:.0f} |",
            flush=True,
        )


def cold(rounds: int) -> None:
    """Print what a cold command takes, beside the imports it might have made."""

    # Python keeps what it compiled, unless it is told not to; an installed package always is compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)

    command = str(Path(sys.executable).with_name("sengraph"))
    calls = {
        "python -c pass": run(sys.executable, "-c", "pass"),
        "python -c 'import pyoxigraph'": run(sys.executable, "-c", "import pyoxigraph"),
        RDFLIB: run(sys.executable, "-c", "import rdflib"),
        "sengraph ask statutory-duties": run(command, "ask", "statutory-duties"),
        "sengraph ask who-is-responsible --activity report-on-policy": run(
            command, "ask", "who-is-responsible", "--activity", "report-on-policy"
        ),
        "sengraph compare": run(command, "compare"),
    }
    for call in calls.values():
        call()
    medians = dict(zip(calls, interleaved(rounds, *calls.values()), strict=True))
    print("\n| command | ms | of `import rdflib` |\n|---|---|---|")
    for name, taken in medians.items():
        print(f"| `{name}` | {taken:.0f} | {taken / medians[RDFLIB]:.2f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=201, help="of each question (201)")
    parser.add_argument("--rdflib-rounds", type=int, default=3, help="of each question with rdflib's engine (3)")
    parser.add_argument("--cold-rounds", type=int, default=21, help="of each cold command (21)")
    options = parser.parse_args()
    print(conditions("pyoxigraph", "sengraph"), end="\n\n")
    questions(options.rounds, options.rdflib_rounds)
    cold(options.cold_rounds)


if __name__ == "__main__":
    main()
