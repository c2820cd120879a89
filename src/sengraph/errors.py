"""The errors a user can meet, and the exit code each one means on the command line.

    SengraphError                  anything this project raises on purpose
     ├── UsageError          2     the call was wrong: an unknown question, parameter, name or value
     ├── InputError          2     a file could not be read or understood
     ├── InconsistentError   1     the triples contradict each other
     ├── RemoteError         3     another party's endpoint failed
     └── LimitError          3     a limit was reached before the answer was whole

A message says what was wrong, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager


class SengraphError(Exception):
    """Anything this project raises on purpose; `exit_code` is what the command line ends with."""

    exit_code = 2


class UsageError(SengraphError):
    """The call was wrong: an unknown question, parameter, name or value."""


class InputError(SengraphError):
    """A file could not be read or understood."""


class InconsistentError(SengraphError):
    """The triples contradict each other."""

    exit_code = 1


class RemoteError(SengraphError):
    """Another party's endpoint failed, or answered with something that is not an answer."""

    exit_code = 3


class LimitError(SengraphError):
    """A limit was reached before the answer was whole."""

    exit_code = 3


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what an engine raises when it finds a store damaged, as late as it reads on, into an error of ours.

    Args:
        what: what is read, to open the message with.

    Errors:
        InputError: an OSError or RuntimeError was raised within.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise InputError(f"{what} cannot be read, it may be damaged: {error}") from None


def shown(text: str) -> str:
    """Return what a person gave as a message shows it: quoted, on one line, not longer than a line."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def did_you_mean(wrong: str, known: Iterable[str], shown: Mapping[str, str] | None = None) -> str:
    """Say which known names come closest to a wrong one, or where none does, what there is.

    Args:
        wrong: the name as the user gave it.
        known: the names that would have been right, in any order.
        shown: what to show for each of them; itself if None.

    Returns:
        a clause to end a message with; empty if nothing is known.

    >>> did_you_mean("sencoo", ["senco", "headteacher"])
    "Did you mean 'senco'?"
    >>> did_you_mean("early years", ["early years settings"], {"early years settings": "early-education"})
    "Did you mean 'early-education'?"
    """
    import difflib

    folded = {name.casefold(): shown[name] if shown else name for name in sorted(known)}
    near = wrong.casefold()
    close = [folded[name] for name in difflib.get_close_matches(near, folded, n=5, cutoff=0.55)]
    close += [folded[name] for name in folded if near and near in name]
    if close:
        return f"Did you mean {' or '.join(repr(name) for name in [*dict.fromkeys(close)][:3])}?"
    names = sorted(set(folded.values()))
    return f"Known: {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}." if names else ""
