"""Templates to HTML: everything escaped, nothing of the data taken for markup, links only to where a browser may go.

Text from the data passes through Jinja's escaping, which is on for every template and turned off in none, and loses the
control characters that HTML does not have and those that turn the direction of the text around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from sengraph import __version__
from sengraph.linked import in_form, place_of
from sengraph.terms import BASE

if TYPE_CHECKING:
    from jinja2 import Environment

Link = Callable[[str], str]
"""Returns what a link to a place says: `doc/code-2001/mainstream-3.1`, with its query if it has one; empty for home.

If it has an attribute `base`, that is the address of the site, and things under it have places as well.
"""

STATIC = Path(__file__).parent / "static"
"""The files that pages load: a style sheet and scripts, which are the project's own."""

SAFE_SCHEMES = ("http", "https", "mailto")


TITLES = {
    "csv": "CSV",
    "tsv": "TSV",
    "json": "JSON",
    "xml": "XML",
    "markdown": "Markdown",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
}
"""What people call formats that pages offer."""


ALTERNATES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
"""The forms in which a document comes beside HTML, by their extension."""


class Ref(NamedTuple):
    """A thing to be named and linked.

    Attributes:
        iri: its IRI; empty for what is no thing, such as a number.
        label: what people call it.
        is_here: whether the data says something of it, so that it has a page here.
    """

    iri: str
    label: str
    is_here: bool = True


def render(template: str, link: Link, /, **values: Any) -> bytes:
    """Return a page.

    Args:
        template: the name of a file in `templates/`.
        link: turns places into what links say.
        values: what the template shows.

    Returns:
        the bytes of an HTML document, UTF-8.
    """
    page = _environment().get_template(template)
    href = _Hrefs(link)
    return page.render(link=link, href=href, version=__version__, **values).encode(errors="replace")


class _Hrefs:
    """What templates call to link a thing: empty where there is nowhere to go."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._base = getattr(link, "base", BASE)
        self._known: dict[Ref, str] = {}

    def __call__(self, ref: Ref) -> str:
        if not ref.iri:
            return ""
        if ref not in self._known:
            self._known[ref] = self._found(ref)
        return self._known[ref]

    def _found(self, ref: Ref) -> str:
        place = place_of(ref.iri, self._base)
        if ref.is_here or place.startswith("doc/"):
            return self._link(place)
        return followed(ref.iri)


def alternates(iri: str) -> list[tuple[str, str, str]]:
    """Return the other forms of a thing's document: the media type, the place, and what people call it.

    >>> alternates("https://w3id.org/sengraph/code-2001/code")[0]
    ('text/turtle', 'doc/code-2001/code.ttl', 'Turtle')
    """
    place = place_of(iri)
    return [(media_type, in_form(place, name), TITLES[name]) for name, media_type in ALTERNATES.items()]


def followed(iri: str) -> str:
    """Return what a link to an IRI says: the URI for it (RFC 3987, section 3.1); empty if no browser may be sent there.

    >>> followed("https://example.org/é"), followed("javascript:alert(1)")
    ('https://example.org/%C3%A9', '')
    """
    try:
        is_safe = urlsplit(iri).scheme.lower() in SAFE_SCHEMES
    except ValueError:
        return ""
    return quote(iri, safe="%/:?#[]@!$&'()*+,;=~", errors="replace") if is_safe else ""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalised,
    )
    environment.policies["json.dumps_function"] = _as_json
    environment.policies["json.dumps_kwargs"] = {}
    environment.globals |= {"modality_class": modality_class, "followed": followed}
    return environment


def _as_json(value: Any) -> str:
    """Return a value as JSON, in which all but letters, marks and blanks stands as an escape.

    Jinja's filter `tojson` writes escapes for the characters of markup on top of that. Not printable in Python's sense
    are those that turn or hide the text around them, U+2028 and U+2029, which end lines of JavaScript, and halves of
    surrogates, which UTF-8 cannot have.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _finalised(value: Any) -> Any:
    """Return a value as a template writes it: of what is not markup of ours, only what HTML can have."""
    return value if hasattr(value, "__html__") else _CONTROLS.sub("\ufffd", str(value).replace("\r\n", "\n"))


_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def modality_class(iri: str) -> str:
    """Return the style sheet's class for a modality: those of the Code have colours of their own.

    >>> modality_class("https://w3id.org/sengraph/ontology#modality-has-responsibility")
    'has-responsibility'
    """
    name = iri.rpartition("#modality-")[2]
    return name if name in MODALITIES else "other"


MODALITIES = ("must", "should", "may", "has-responsibility", "will")
"""The forces that have a colour, in the order in which pages list them; nothing is ranked by that."""
