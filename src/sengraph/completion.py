"""Completion in the shell: commands, options, the questions, their parameters and the values these can have."""

from __future__ import annotations

from argparse import Action, ArgumentParser
from collections.abc import Callable

import argcomplete.shell_integration

from sengraph.graph import open_graph
from sengraph.questions import Library

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def shell_code(shell: str) -> str:
    """Return the code that a shell runs at its start to complete `sengraph`."""
    return str(argcomplete.shell_integration.shellcode(["sengraph"], shell=shell))


def complete(parser: ArgumentParser, actions: list[Action], library: Library, question: str) -> None:
    """Answer the shell's request for completions and end the process.

    Args:
        parser: of the whole command line.
        actions: those of its actions that take a question, or a value of one's parameter.
        library: the stored questions.
        question: the name of the one that is being asked; empty or unknown while it is being typed.
    """
    parameters = {p.name: p for p in library[question].parameters} if question in library.names else {}
    graph = open_graph(library=library) if parameters else None
    for action in actions:
        if action.dest in ("question", "name"):
            _offer(action, library.names)
        elif graph and action.dest in parameters:
            _offer(action, graph.choices(parameters[action.dest]))
    argcomplete.autocomplete(parser)


def _offer(action: Action, values: list[str]) -> None:
    """Let the values of an action be completed from these."""
    completer: Callable[..., list[str]] = lambda prefix, **_: [v for v in values if v.startswith(prefix)]  # noqa: E731
    action.completer = completer  # type: ignore[attr-defined]
