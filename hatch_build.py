"""Put the closure of the packaged graph into the wheel, so that its first question waits for nothing."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClosureHook(BuildHookInterface):  # type: ignore[type-arg]
    """Infers what follows from `ontology/` and adds it to the files of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compute the closure; an editable install keeps its own in the user's cache."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        from sengraph.store import write_closure

        folder = Path(tempfile.mkdtemp(prefix="sengraph-"))
        path = write_closure(folder)
        build_data["force_include"][str(path)] = f"sengraph/data/{path.name}"
