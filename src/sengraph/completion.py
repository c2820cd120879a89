"""Completion in the shell: commands, options, the questions, their parameters and the values these can have."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable

import argcomplete.shell_integration

from sengraph import cli
from sengraph.errors import SengraphError

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def shell_code(shell: str) -> str:
    """Return the code that a shell runs at its start to complete `sengraph`."""
    return str(argcomplete.shell_integration.shellcode(["sengraph"], shell=shell))


def complete() -> None:
    """Answer the shell's request for completions and end the process."""
    line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0")) or None]
    try:
        words = shlex.split(line)
    except ValueError:  # an open quote
        words = line.split()
    top = cli.Parser(prog="sengraph")
    commands = top.add_subparsers()
    for name, command in cli.COMMANDS.items():
        parser = commands.add_parser(name, help=command.summary)
        rest = words[2:] if words[1:2] == [name] else []
        try:
            command.arguments(parser, rest)
        except SengraphError:  # a question half typed
            command.arguments(parser, [])
        if name in ("ask", "questions"):
            _complete_questions(parser, rest)
    argcomplete.autocomplete(top)


def _complete_questions(parser: cli.Parser, words: list[str]) -> None:
    """Let a parser complete question names, and the values of the named question's parameters."""
    library, name = cli.asked(words)
    for action in parser._actions:
        if action.dest in ("question", "name"):
            action.completer = _offer(library.names)  # type: ignore[attr-defined]
    if name not in library.names:
        return
    from sengraph.graph import Embedded, Graph
    from sengraph.store import packaged

    graph = Graph(Embedded(packaged()), library)
    for action in parser._actions:
        for parameter in library[name].parameters:
            if action.dest == parameter.name:
                action.completer = _offer(graph.choices(parameter))  # type: ignore[attr-defined]


def _offer(values: list[str]) -> Callable[..., list[str]]:
    """Return a completer that offers some values."""
    return lambda prefix, **_: [value for value in values if value.startswith(prefix)]
