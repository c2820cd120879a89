"""Accept headers: which of some media types a client wants, and what a Content-Type says.

A media range names types (`text/csv`, `text/*`, `*/*`) and a weight. Of several ranges that a type falls under, the
most specific decides what it weighs; the type that weighs most is chosen, and of equals the one that was named more
closely, then the one that comes first in the offer. What is no media range is passed over.

Source: RFC 9110, sections 5.6 (lists, quoted strings), 8.3.1 (media types), 12.4.2 (weights), 12.5.1 (Accept).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_QUOTED = r'"(?:[^"\\]|\\.)*+"?+'
_ELEMENTS = re.compile(rf'(?:[^,"]|{_QUOTED})++', re.DOTALL)
_PARTS = re.compile(rf'(?:[^;"]|{_QUOTED})++', re.DOTALL)
_LETTERS = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE = re.compile(f"({_LETTERS})/({_LETTERS})")
_WEIGHT = re.compile(r"0|1|1?\.0{1,9}|0?\.[0-9]{1,9}|1\.|0\.")  # some clients leave out the 0, or have more digits

UTF_8 = ("utf-8", "utf8", "us-ascii")
"""The names of the one encoding that text is in here, and of the part of it that all text may be in."""


class MediaType(NamedTuple):
    """A media type or range, in lower case, with its parameters."""

    type: str
    subtype: str
    parameters: Mapping[str, str]

    @property
    def name(self) -> str:
        """The type without its parameters."""
        return f"{self.type}/{self.subtype}"


class Range(NamedTuple):
    """A media range and what it weighs, from 0 (not acceptable) to 1."""

    media: MediaType
    weight: float


def media_type(text: str) -> MediaType | None:
    """Read a media type, such as a Content-Type header has; None if it is none.

    >>> media_type('Text/Turtle; charset="UTF-8"')
    MediaType(type='text', subtype='turtle', parameters={'charset': 'utf-8'})
    """
    parts = [part.strip() for part in _PARTS.findall(text)]
    name = _MEDIA_TYPE.fullmatch(parts[0]) if parts else None
    if name is None:
        return None
    pairs = [part.partition("=") for part in parts[1:]]
    return MediaType(
        name[1].lower(), name[2].lower(), {key.strip().lower(): _value(value) for key, _, value in pairs if key.strip()}
    )


def _value(text: str) -> str:
    """Return a parameter's value, a token or a quoted string; those that matter here do not depend on case."""
    text = text.strip()
    if text.startswith('"'):
        text = re.sub(r"\\(.)", r"\1", text.removeprefix('"').removesuffix('"'))
    return text.lower()


def ranges(header: str) -> list[Range]:
    """Read an Accept header; several of them are one, joined by commas.

    >>> [(r.media.name, r.weight) for r in ranges("text/csv, */*;q=0.1, nonsense")]
    [('text/csv', 1.0), ('*/*', 0.1)]
    """
    found = []
    for element in _ELEMENTS.findall(header):
        media = media_type(re.sub(r"^\s*\*\s*(?=;|$)", "*/*", element))  # `*` is what some old clients write
        weight = "" if media is None else media.parameters.get("q", "1")
        if media is not None and _is_range(media) and _WEIGHT.fullmatch(weight):
            own = {key: value for key, value in media.parameters.items() if key != "q"}
            found.append(Range(media._replace(parameters=own), float(weight)))
    return found


def _is_range(media: MediaType) -> bool:
    """Tell whether an asterisk stands only for all types, or for all of one type."""
    return media.name == "*/*" or ("*" not in media.type and (media.subtype == "*" or "*" not in media.subtype))


def choose(header: str, offers: Sequence[str]) -> str | None:
    """Choose the media type that a client wants most.

    Args:
        header: the value of Accept; where it is empty or holds no media range, anything is acceptable.
        offers: what there is, the default first; with the parameters it will be sent with.

    Returns:
        one of the offers; None if none is acceptable.

    >>> offers = ["application/sparql-results+json", "text/csv; charset=utf-8"]
    >>> choose("text/*;q=0.5, application/json", offers)
    'text/csv; charset=utf-8'
    >>> choose("*/*", offers)
    'application/sparql-results+json'
    >>> choose("image/png", offers) is None
    True
    """
    wanted = ranges(header)
    if not wanted:
        return offers[0]
    weighed = [(*_weight(offer, wanted), -number, offer) for number, offer in enumerate(offers)]
    best = max(weighed)
    return best[-1] if best[0] > 0 else None


def _weight(offer: str, wanted: Sequence[Range]) -> tuple[float, int]:
    """Return what a type weighs by the most specific range it falls under, and how specific that is."""
    media = media_type(offer)
    assert media is not None
    fitting = [(_closeness(media, each.media), each.weight) for each in wanted]
    closeness, weight = max(fitting)
    return (weight, closeness) if closeness >= 0 else (0.0, -1)


def _closeness(offer: MediaType, wanted: MediaType) -> int:
    """Return how closely a range names a type: by both names and parameters most; -1 if the type is not in it.

    A parameter that the type does not have, such as a profile, is not held against it.
    """
    if wanted.type not in ("*", offer.type) or wanted.subtype not in ("*", offer.subtype):
        return -1
    parameters = {"charset": "utf-8", **offer.parameters}
    shared = 0
    for key, value in wanted.parameters.items():
        if key in parameters:
            if value != parameters[key] and not (key == "charset" and value in UTF_8):
                return -1
            shared += 1
    named = (wanted.type != "*") + (wanted.subtype != "*")
    return 1000 * named + min(shared, 999)
