"""What a build adds to the files of the checkout: the closure of the packaged graph, and the editor of SPARQL.

The closure goes into the wheel, so that its first question waits for nothing. The editor is two files of an npm
package (https://github.com/rdfjs/Yasgui), which are not kept in the checkout: npm fetches them, of one version and
with the digests below. Where npm or the network is missing, the page for SPARQL is a plain form.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EDITOR = "@zazuko/yasgui@4.6.2"
EDITOR_DIGEST = "sha512-Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
"""The digest of the package's archive, as npm writes it."""

EDITOR_FILES = {
    "yasgui.min.css": "085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55",
    "yasgui.min.js": "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75",
}
"""The files that are taken from the folder `build` of the package, with their SHA-256 digests."""

PATIENCE = 120
"""Seconds for npm to fetch the package."""


class SengraphHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the closure and the editor to the files of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is added; an editable install has its editor in the checkout, its closure in the user's cache."""
        editor = Path(self.root, "editor")
        if lack := get_editor(editor):
            self.app.display_warning(f"the page for SPARQL will be a plain form, without the editor: {lack}")
        if version == "editable":
            return
        for name in [] if lack else [*EDITOR_FILES, NOTICE_FILE]:
            build_data["force_include"][str(editor / name)] = f"sengraph/data/editor/{name}"
        sys.path.insert(0, str(Path(self.root, "src")))
        from sengraph.store import write_closure

        closure = write_closure(Path(tempfile.mkdtemp(prefix="sengraph-")))
        build_data["force_include"][str(closure)] = f"sengraph/data/{closure.name}"


def get_editor(folder: Path) -> str:
    """Put the editor's files into a folder of their own, unless they are there.

    Args:
        folder: it need not exist.

    Returns:
        why they cannot be had; empty if they are there.

    Errors:
        ValueError: what npm fetched is not what is expected.
    """
    files: dict[str, bytes] = {}
    if not all(_is_whole(folder / name, digest) for name, digest in EDITOR_FILES.items()):
        archive = fetch(EDITOR)
        if isinstance(archive, str):
            return archive
        files = unpack(archive)
        folder.mkdir(exist_ok=True)
    for name, content in (files | {NOTICE_FILE: NOTICE.encode()}).items():
        Path(folder, name).write_bytes(content)
    return ""


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def fetch(package: str) -> bytes | str:
    """Have npm fetch a package.

    Returns:
        the archive; or, as text, why there is none.
    """
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "pack", package, "--ignore-scripts", "--fetch-retries=1", "--loglevel=error"]
    with tempfile.TemporaryDirectory(prefix="sengraph-") as folder:
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603
            return next(Path(folder).glob("*.tgz")).read_bytes()
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            said = (getattr(error, "stderr", None) or b"").decode(errors="replace").split("\n")[0]
            return f"npm could not fetch {package} ({said or type(error).__name__})"


def unpack(archive: bytes) -> dict[str, bytes]:
    """Return the editor's files by name, from the archive of the package; no name in it is taken for a path.

    Errors:
        ValueError: it is another archive.
    """
    digest = f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"
    if digest != EDITOR_DIGEST:
        raise ValueError(f"{EDITOR} has the digest {digest} and not {EDITOR_DIGEST}: it is not taken into the build")
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as package:
        members = {name: package.extractfile(f"package/build/{name}") for name in EDITOR_FILES}
        return {name: member.read() for name, member in members.items() if member}


NOTICE_FILE = "NOTICE.txt"
NOTICE = f"""\
yasgui.min.js and yasgui.min.css are files of {EDITOR}, unchanged.
By Triply <info@triply.cc>, with contributions by Zazuko GmbH. Source: https://github.com/rdfjs/Yasgui

They hold other packages too, each under its own licence, whose text its own package has:
  MIT         @json2csv/formatters, @json2csv/plainjs, autosuggest-highlight, base64-js, buffer, codemirror,
              datatables.net, decode-uri-component, events, filter-obj, jquery, jsuri, lodash-es, n3, papaparse,
              query-string, sortablejs, split-on-first, store, strict-uri-encode
  BSD         column-resizer, ieee754 (three clauses)
  Apache 2.0  @tarekraafat/autocomplete.js, dompurify (which is under MPL 2.0 as well)
  CC BY 4.0   @fortawesome/free-solid-svg-icons (its icons; its code is under MIT)

The MIT licence, under which yasgui itself is:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
