"""Where and with what a benchmark was run, in one line: what every table of figures begins with."""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import os
import platform


def conditions(*packages: str) -> str:
    """Return the day, the machine, and the versions of Python and of those packages that are installed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = [f"{name} {importlib.metadata.version(name)}" for name in packages if importlib.util.find_spec(name)]
    machine = f"{platform.system()} {platform.machine()}, {cores} cores"
    return ", ".join([str(datetime.date.today()), machine, f"Python {platform.python_version()}", *found])
