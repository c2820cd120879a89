"""The shape of the code: foundations import nothing of ours, nobody imports upward, there are no cycles."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "sengraph"

LAYERS = [
    {"errors", "terms", "tables", "report", "negotiate"},
    {"binding", "csvfile", "interop", "load", "rdfxml", "versions"},
    {"federation", "gias", "sparql", "reasoning", "results", "source"},
    {"explanation", "questions", "names", "store", "render", "shapes", "verify", "remote"},
    {"graph", "classify", "exports", "materialise", "ingest"},
    {"comparison", "check", "completion", "csvw", "describe", "linked"},
    {"pages"},
    {"publish", "serve"},
    {"cli"},
    {"__main__"},
]
"""From the ground up. The package itself, which hands names on and holds the version, is below all of them."""


def modules() -> dict[str, list[Path]]:
    """Return the source files by module of the package, a subpackage being one."""
    found: dict[str, list[Path]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        found.setdefault(path.relative_to(SOURCE).parts[0].removesuffix(".py"), []).append(path)
    found.pop("__init__")
    return found


def imports(path: Path) -> set[str]:
    """Return the modules of ours that a file imports for use, wherever in it; imports for types alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    typing = {
        id(n)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for n in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing:
            parts = node.module.split(".")
            if parts[0] == "sengraph":
                found |= {parts[1]} if parts[1:] else {alias.name for alias in node.names}
    return found - {"__version__"}


def test_every_module_has_a_layer():
    """A new module is put where it belongs."""
    assert sorted(modules()) == sorted(name for layer in LAYERS for name in layer)


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_go_downward(name):
    """A module imports only from layers below its own."""
    level = {module: number for number, layer in enumerate(LAYERS) for module in layer}
    used = set().union(*map(imports, modules()[name])) - {name}
    assert not {other for other in used if level[other] >= level[name]}
