"""Know, from a graph, who must, should, may or will do what.

    >>> import sengraph
    >>> graph = sengraph.open()
    >>> for row in graph.ask("statutory-duties"):
    ...     print(row.citation)
    SEN Code of Practice (DfES/581/2001), p. 15, table column 1 (maintained mainstream schools), row 3, clause 1
    SEN Code of Practice (DfES/581/2001), p. 15, table column 2 (maintained special schools), row 3, clause 1

`open` gives a graph that answers stored questions and SPARQL; `reason` gives what follows from a
graph. Importing the package is cheap: the libraries behind it load when they are first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Graph",
    "InconsistentError",
    "InputError",
    "LimitError",
    "RemoteError",
    "SengraphError",
    "Table",
    "UsageError",
    "open",
    "reason",
]

if TYPE_CHECKING:
    from sengraph.errors import InconsistentError, InputError, LimitError, RemoteError, SengraphError, UsageError
    from sengraph.graph import Graph
    from sengraph.graph import open_graph as open
    from sengraph.reasoning import reason
    from sengraph.results import Table

_HOMES = {
    "Graph": "sengraph.graph",
    "InconsistentError": "sengraph.errors",
    "InputError": "sengraph.errors",
    "LimitError": "sengraph.errors",
    "RemoteError": "sengraph.errors",
    "SengraphError": "sengraph.errors",
    "Table": "sengraph.results",
    "UsageError": "sengraph.errors",
    "open": "sengraph.graph",
    "reason": "sengraph.reasoning",
}


def __dir__() -> list[str]:
    """Return the public names too, whether they have been used or not."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sengraph' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), "open_graph" if name == "open" else name)
    globals()[name] = value
    return value
