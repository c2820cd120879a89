"""What the tests of the site share: requests as the edge hands them on, and pages read as a browser reads them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from sengraph.serve.messages import LOGGED, Request
from sengraph.serve.respond import respond

BASE = "http://127.0.0.1:7878/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
"""What browsers accept."""

VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "wbr")
"""Elements that have no end tag."""

POLICY = {"default-src": "'self'", "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'"}
"""What a browser may do with a page: nothing that is written into it is run, and nothing is loaded from elsewhere."""


class Element:
    """An element of a page."""

    def __init__(self, tag: str, attributes: Mapping[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children: list[Element | str] = []

    def all(self, tag: str = "", class_: str = "", **attributes: str) -> list[Element]:
        """Return the elements within it of a tag, a class and attributes, in order."""
        return [
            each
            for each in self._within()
            if (not tag or each.tag == tag)
            and (not class_ or class_ in each.attributes.get("class", "").split())
            and all(each.attributes.get(name.rstrip("_")) == value for name, value in attributes.items())
        ]

    def one(self, tag: str = "", class_: str = "", **attributes: str) -> Element:
        """Return the one such element."""
        found = self.all(tag, class_, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {class_} {attributes}"
        return found[0]

    def _within(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._within()

    @property
    def text(self) -> str:
        """The text in it, as it is."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text in it as a person reads it: on one line, words of neighbouring cells and blocks apart."""
        return " ".join(self._spaced().split())

    def _spaced(self) -> str:
        inner = "".join(child if isinstance(child, str) else child._spaced() for child in self.children)
        return inner if self.tag in ("a", "bdi", "span", "code", "strong", "time", "tspan") else f" {inner} "

    def next(self) -> Element:
        """Return the element that follows it."""
        assert self.parent
        siblings = [child for child in self.parent.children if isinstance(child, Element)]
        return siblings[siblings.index(self) + 1]


class _Reader(HTMLParser):
    """Reads a page, of which every element must be closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]], is_empty: bool = False) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {self.get_starttag_text()}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID and not is_empty:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs, is_empty=True)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.at.tag, f"</{tag}> in {self.at.tag}"
        assert self.at.parent
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)

    def handle_decl(self, decl: str) -> None:
        assert (decl, self.at.children) == ("DOCTYPE html", [])

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:100]}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data[:100]}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data[:100]}")


def read(document: bytes) -> Element:
    """Return what is in a page."""
    reader = _Reader()
    reader.feed(document.decode())
    reader.close()
    assert reader.at is reader.root, f"{reader.at.tag} is not closed"
    return reader.root


class Answer(NamedTuple):
    """A response, whole, with the address it came from."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def page(self) -> Element:
        """The page that it is."""
        assert self.headers["content-type"] == "text/html; charset=utf-8"
        return read(self.body)

    @property
    def main(self) -> Element:
        """What is between the header and the footer of the page."""
        return self.page.one("main")

    @property
    def links(self) -> list[tuple[str, dict[str, str]]]:
        """The targets and parameters of its Link header, all of which is read."""
        link = r'<([^<>"\s]*)>((?:; [a-z]+="[^"]*")*)'
        header = self.headers.get("link", "")
        assert re.fullmatch(f"({link}(, (?=<)|$))*", header)
        return [(target, dict(re.findall(r'; ([a-z]+)="([^"]*)"', told))) for target, told in re.findall(link, header)]


class Site:
    """A site over some data, asked without a server.

    Args:
        data: a graph and a version.
        base: the address under which it is known.
    """

    def __init__(self, data: Any, base: str = BASE) -> None:
        self.data, self.base = data, base

    def get(self, target: str, accept: str | None = BROWSER, method: str = "GET", **options: Any) -> Answer:
        """Send a request, and check what holds of every response.

        Args:
            target: the path and the query as a client sends them, behind the base, with a slash at the beginning.
            accept: the Accept header; None for none.
            options: `headers`, and what `respond` takes besides.
        """
        raw, _, query = target.partition("?")
        assert target.isascii()
        headers = {"accept": accept, **options.pop("headers", {})} if accept is not None else options.pop("headers", {})
        request = Request(method, unquote(raw, errors="strict"), query, headers, b"", self.base, raw)
        response = respond(request, self.data, **options)
        content = response.body
        if callable(content):
            document = io.BytesIO()
            content(document)
            content = document.getvalue()
        headers = {name: value for name, value in response.headers.items() if name != LOGGED}  # the edge keeps it
        answer = Answer(f"{self.base.removesuffix('/')}{target}", response.status, headers, content)
        _check(answer, method)
        return answer

    def target(self, address: str) -> str | None:
        """Return the target of an address of this site; None if it is elsewhere."""
        here = address.partition("#")[0]
        return f"/{here.removeprefix(self.base)}" if here.startswith(self.base) else None

    def follow(self, target: str, accept: str | None = BROWSER) -> tuple[list[str], Answer]:
        """Ask, and go where one is sent; return the targets that were asked, and the last answer."""
        asked = [target]
        while True:
            answer = self.get(asked[-1], accept)
            if answer.status != 303:
                return asked, answer
            location = answer.headers["location"]
            assert not urlsplit(location).scheme
            assert not urlsplit(location).netloc
            next_ = self.target(resolved(answer.address, location))
            assert next_ is not None, f"{asked} leads to {location}"
            assert next_ not in asked, f"{asked} leads back to {location}"
            asked.append(next_)


def resolved(address: str, reference: str) -> str:
    """Resolve a reference, as RFC 3986 has it in section 5.2: `urljoin` loses segments that are empty."""
    parts = urlsplit(reference)
    base = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return urljoin(address, reference)
    kept: list[str] = []
    segments = [*base.path.split("/")[1:-1], *parts.path.split("/")]
    for at, segment in enumerate(segments):
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if segment in (".", "..") and at == len(segments) - 1:
            kept.append("")
    return parts._replace(scheme=base.scheme, netloc=base.netloc, path="/" + "/".join(kept)).geturl()


def _check(answer: Answer, method: str) -> None:
    """Check what holds of every response."""
    headers = answer.headers
    assert headers["vary"] == "Accept"
    assert all(name == name.lower() for name in headers)
    assert all(value.isascii() and value.isprintable() for value in headers.values()), headers
    assert all({"rel", "type"} >= parameters.keys() for _, parameters in answer.links)
    assert (answer.status == 303) == ("location" in headers)
    if answer.status in (303, 304) or method == "HEAD":
        assert answer.body == b""
        return
    assert answer.body
    if answer.media_type == "text/html":
        assert headers["content-type"] == "text/html; charset=utf-8"
        told = (part.split(maxsplit=1) for part in headers["content-security-policy"].split(";"))
        policy = {name: value for name, value in told if name not in ("style-src", "script-src")}
        assert policy == POLICY
        assert "unsafe" not in headers["content-security-policy"]
        assert b'<meta charset="utf-8">' in answer.body[:200]
    elif answer.status >= 400:
        assert answer.media_type in ("text/plain", "application/problem+json")
