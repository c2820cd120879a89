"""What is made of a graph once: the table, the codes, the texts to search."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from sengraph.graph import Graph

T = TypeVar("T")


def kept(make: Callable[..., T]) -> Callable[..., T]:
    """Have what a function makes of a graph kept with the graph: another version of the data is another graph.

    Args:
        make: takes a graph and whatever else can be the key of a dict. There must be few such other values.

    >>> import sengraph
    >>> graph, names = sengraph.open(), kept(lambda graph: [*graph.questions.names])
    >>> names(graph) is names(graph)
    True
    """
    made: WeakKeyDictionary[Graph, dict[tuple[Hashable, ...], T]] = WeakKeyDictionary()

    @wraps(make)
    def found(graph: Graph, *others: Hashable) -> T:
        own = made.setdefault(graph, {})
        if others not in own:
            own[others] = make(graph, *others)
        return own[others]

    return found
