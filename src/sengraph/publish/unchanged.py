"""Whether a site is there already: made of the same data by the same code, and with every file as it was written.

What a site is made of has a digest, which the manifest keeps. It covers the dump of all graphs, which is sorted and has
no dates; the address; the stored questions; this release, its templates and ontologies; and the libraries that write
documents. If a run finds the same digest, and the files as the manifest has them, there is nothing to do.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from sengraph import load
from sengraph.publish.files import Written, manifest

CODE = (".py", ".html", ".css", ".js", ".svg")
"""The extensions of the files that the package is made of, as far as a site depends on them."""

LIBRARIES = ("pyoxigraph", "Jinja2", "numpy", "PyYAML")
"""What writes and orders the documents of a site."""


def digest_of(data: str, base: str, queries: Path | None) -> str:
    """Return the digest of what a site is made of.

    Args:
        data: the digest of the dump of all graphs.
        base: the address of the site.
        queries: the folder of stored questions of one's own; None if there is none.

    Errors:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256(f"{data} {base} {platform.python_version()}".encode())
    for library in LIBRARIES:
        digest.update(f"\n{library} {version(library)}".encode())
    for path in _files(queries):
        content = path.read_bytes()
        digest.update(f"\n{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files(queries: Path | None) -> Iterator[Path]:
    """Yield the files of the package, its ontologies and the stored questions, in one order everywhere."""
    package = Path(__file__).parents[1]
    yield from sorted(path for path in package.rglob("*") if path.suffix in CODE)
    yield from sorted(load.ontology_dir().rglob("*.ttl"))
    for folder in (load.queries_dir(), *([queries] if queries else [])):
        yield from sorted(folder.glob("*.rq"))


def published(folder: Path, digest: str) -> tuple[int, list[Written]] | None:
    """Return how many things a site has, and its files, if it was made of what has this digest and is whole.

    Args:
        folder: the site.
        digest: as `digest_of` returned it.

    Returns:
        None if it was made of something else, or a file of it is not as it was written.
    """
    said = manifest(folder)
    if said is None or said.get("input") != digest:
        return None
    files = []
    for name, sha256 in said["files"].items():
        try:
            content = (folder / name).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            return None
        files.append(Written(name, sha256, len(content)))
    return len(said["things"]), files
