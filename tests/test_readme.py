"""Everything that the README says to type works as it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sengraph import ingest
from tests.conftest import ROOT
from tests.test_serve import running

README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def indented(heading: str) -> list[str]:
    """Return the indented lines below a heading of the README."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^    (.+)$", section, re.MULTILINE)


@pytest.mark.parametrize("line", indented("On the command line"))
def test_every_command_of_the_readme_answers(line, tmp_path):
    """Exit code 0, something said, nothing wrong said."""
    words = shlex.split(line, comments=True)
    assert words[0] == "sengraph"
    done = subprocess.run(
        [sys.executable, "-m", "sengraph.cli", *words[1:]],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout or [path for path in tmp_path.iterdir() if path.stat().st_size]
    assert "Error" not in done.stderr


REGISTER = (ROOT / "docs" / "register.md").read_text("utf-8")


@pytest.mark.parametrize(
    "lines",
    [indented("Real schools"), re.findall(r"^    (sengraph .+)$", REGISTER, re.MULTILINE)],
    ids=["README", "docs"],
)
def test_every_command_over_real_schools_answers(lines, tmp_path):
    """One after the other, on a small register under the names that the page uses; 100000 is a school in it."""
    data = ROOT / "tests" / "data"
    for line in lines:
        for name in re.findall(r"\S+\.csv", line):
            source = data / ("register_links.csv" if name.startswith("links") else "register.csv")
            (tmp_path / name).write_bytes(source.read_bytes().replace(b"900001", b"100000"))
    assert len(lines) == 3
    for line in lines:
        test_every_command_of_the_readme_answers(line, tmp_path)


SERVING = (ROOT / "docs" / "serving.md").read_text("utf-8")


@pytest.mark.parametrize("line", [*indented("As a server"), *re.findall(r"^    (sengraph .+)$", SERVING, re.MULTILINE)])
def test_every_command_that_serves_is_one(line, tmp_path):
    """The server starts with these words, at a port that is free, and answers."""
    words = shlex.split(line, comments=True)
    if "--store" in words:
        ingest.ingest([ROOT / "tests" / "data" / "register.csv"], tmp_path / "schools")
        words[words.index("--store") + 1] = str(tmp_path / "schools")
    assert words[:2] == ["sengraph", "serve"]
    with running(*words[2:], "--port", "0") as server:
        assert server.get("/questions/gaps")[0] == 200


def test_the_python_of_the_readme_runs(capsys):
    """It prints a row for each kind of setting, the silent one too, and an explanation with its source."""
    code = README.split("```python\n")[1].split("```")[0]
    names: dict[str, object] = {}
    exec(code, names)
    assert capsys.readouterr().out.count("SEN Code of Practice") == 4
    assert len(names["frame"]) == 11


def test_the_two_commands_set_everything_up():
    """One line each: an environment, the installation, and what it is for. CI runs both on a clean clone."""
    (first,) = indented("Ask a first question")
    (tests,) = indented("Run the tests")
    for line in (first, tests):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert first.endswith("sengraph ask statutory-duties")
    assert "-r constraints.txt" in tests
    assert tests.endswith(".venv/bin/pytest -q")


def test_the_constraints_are_exact_and_name_no_registry():
    """Exact versions with digests, no address; everything that is declared is pinned."""
    import tomllib

    text = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE))
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [item for group in project["dependency-groups"].values() for item in group if isinstance(item, str)]
    wanted = {re.split(r"[<>=]", item)[0].lower() for item in [*project["project"]["dependencies"], *groups]}
    assert wanted <= pinned


def test_every_file_that_the_readme_names_is_there():
    """No dead links within the project."""
    for name in re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE):
        assert (ROOT / name).exists(), name


def test_the_version_is_the_same_everywhere():
    """In the package, the citation and the ontology."""
    import sengraph

    assert f"version: {sengraph.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'owl:versionInfo "{sengraph.__version__}"' in (ROOT / "ontology" / "sen.ttl").read_text("utf-8")
    assert f"## {sengraph.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_page_of_rules_is_the_table():
    """`docs/rules.md` is printed from the rules; after a change, it is to be printed anew."""
    from sengraph.reasoning.rules import as_markdown

    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == as_markdown()
