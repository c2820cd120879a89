"""Completion in the shell: commands, options, the questions, their parameters and the values these can have."""

from __future__ import annotations

from argparse import Action, ArgumentParser
from collections.abc import Callable
from functools import partial

import argcomplete.shell_integration

from sengraph.graph import open_graph
from sengraph.load import alignments
from sengraph.questions import Library, Parameter

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def shell_code(shell: str) -> str:
    """Return the code that a shell runs at its start to complete `sengraph`."""
    return str(argcomplete.shell_integration.shellcode(["sengraph"], shell=shell))


def complete(parser: ArgumentParser, actions: list[Action], library: Library, question: str) -> None:
    """Answer the shell's request for completions and end the process.

    What was asserted has the names of everything that can be named, and is read without inferring first.

    Args:
        parser: of the whole command line.
        actions: those of its actions that take a question, a kind of setting, an alignment, or a value of a
            parameter of the question.
        library: the stored questions.
        question: the name of the one that is being asked; empty or unknown while it is being typed.
    """
    parameters = {p.name: p for p in library[question].parameters} if question in library else {}
    parameters["settings"] = Parameter("settings", "sen:SettingType")
    for action in actions:
        if action.dest in ("question", "name"):
            _offer(action, lambda: library.names)
        elif action.dest == "align":
            _offer(action, lambda: [*alignments(), "all"])
        elif parameter := parameters.get(action.dest):
            _offer(action, partial(_choices, library, parameter))
    argcomplete.autocomplete(parser)


def _choices(library: Library, parameter: Parameter) -> list[str]:
    return open_graph(library=library, inference=False).choices(parameter)


def _offer(action: Action, values: Callable[[], list[str]]) -> None:
    """Let the values of an action be completed from these, which are worked out if it is the one to complete."""
    completer: Callable[..., list[str]] = lambda prefix, **_: [v for v in values() if v.startswith(prefix)]  # noqa: E731
    action.completer = completer  # type: ignore[attr-defined]
