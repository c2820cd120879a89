"""The one client of other people's endpoints: SPARQL 1.1 Protocol through SPARQLWrapper.

An answer is read whole, within a deadline, and parsed before anything of it is used: an error page,
a cut document, a wrong content type or the answer to another question is an error, never a short
answer. A redirect is told and not followed. Source: SPARQL 1.1 Protocol, section 2.1 (query operation).
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from sengraph.errors import LimitError, RemoteError, UsageError, shown
from sengraph.results import Raw
from sengraph.sparql import asked_for, with_prefixes

MEDIA_TYPES: dict[str, ox.QueryResultsFormat | ox.RdfFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
"""What an answer can be: the first two for SELECT and ASK, the others for CONSTRUCT and DESCRIBE."""

ACCEPT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, application/n-triples, text/turtle;q=0.9"
)

CHUNK = 65536
LARGEST = 512 * 2**20
"""The most bytes taken of one answer."""


class Endpoint:
    """A SPARQL 1.1 endpoint.

    Args:
        url: its address, http or https.
        graphs: the IRIs of the graphs that queries see; empty for what the endpoint has as its default.
        timeout: seconds that one answer may take from the request to its last byte.

    Errors:
        UsageError: the address is not an http or https URL.
    """

    def __init__(self, url: str, *, graphs: Sequence[str] = (), timeout: float = 60.0) -> None:
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good or not url.isascii() or any(c.isspace() for c in url):
            raise UsageError(f"{shown(url)} is not the address of an endpoint: give an http or https URL, in ASCII")
        if parts.username or parts.password:
            raise UsageError("an endpoint's address must hold no password")
        self._url, self._graphs, self._timeout = url, tuple(graphs), timeout

    def run(self, sparql: str) -> Raw:
        """Send a query and return its whole answer.

        Errors:
            UsageError: the endpoint says that the query is malformed (HTTP 400).
            RemoteError: it cannot be reached, refuses, or answers with something that is not an answer.
            LimitError: the answer takes too long or is too large.
        """
        content, media_type = self._fetch(with_prefixes(sparql))
        form = MEDIA_TYPES.get(media_type)
        if form is None:
            raise RemoteError(
                f"{self._url} answered with {media_type or 'no content type'}, which is no SPARQL answer; "
                f"is this the address of a SPARQL endpoint? It begins: {_beginning(content)}"
            )
        try:
            raw = _whole(content, form, self._url)
        except (SyntaxError, ValueError) as error:
            raise RemoteError(f"{self._url} sent a cut or damaged answer, nothing of it was used: {error}") from None
        if (other := _other_answer(sparql, raw)) is not None:
            raise RemoteError(f"{self._url} answered another question than the one it was asked: it sent {other}")
        return raw

    def triples(self) -> Iterable[ox.Triple]:
        """Return every triple of the endpoint's default graph."""
        return list(self.run("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))  # type: ignore[arg-type]

    def _fetch(self, sparql: str) -> tuple[bytes, str]:
        """Return the body and the media type of the answer to a query."""
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError

        deadline = time.monotonic() + self._timeout
        try:
            response = self._request(sparql)
            if response.status != 200:
                raise RemoteError(f"{self._url} answered with HTTP {response.status}, which is no whole answer")
            return self._read(response, deadline), response.headers.get_content_type()
        except TimeoutError:
            raise LimitError(self._late()) from None
        except HTTPError as error:
            raise self._refusal(error.code, error.headers.get("Location"), error.read(2000)) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise LimitError(self._late()) from None
            raise RemoteError(f"{self._url} cannot be reached: {error.reason}") from None
        except (HTTPException, OSError, UnicodeError) as error:
            raise RemoteError(f"{self._url} broke off its answer, nothing of it was used: {error!r}") from None

    def _request(self, sparql: str) -> Any:
        """Send the query by POST, as a form, and return the open response."""
        from urllib.request import HTTPRedirectHandler, build_opener

        from SPARQLWrapper import POST, SPARQLWrapper

        class Stay(HTTPRedirectHandler):
            """Leaves a redirect to be what any answer but 200 is: an HTTPError."""

            def redirect_request(self, *_: object) -> None: ...

        client = SPARQLWrapper(self._url)
        client.setMethod(POST)
        client.setQuery(sparql)
        client.setOnlyConneg(True)
        if client.isSparqlUpdateRequest():  # it would be sent as one
            raise UsageError("this is an update, and only queries are sent: nothing was changed")
        client.addCustomHttpHeader("Accept", ACCEPT)
        for graph in self._graphs:
            client.addParameter("default-graph-uri", graph)
        return build_opener(Stay).open(client._createRequest(), timeout=self._timeout)  # its query() follows redirects

    def _read(self, response: Any, deadline: float) -> bytes:
        """Read a response to its end, within the deadline and the size limit."""
        from http.client import IncompleteRead

        body = io.BytesIO()
        while chunk := response.read1(CHUNK):
            body.write(chunk)
            if time.monotonic() > deadline:
                raise TimeoutError
            if body.tell() > LARGEST:
                raise LimitError(f"{self._url} sent more than {LARGEST // 2**20} MiB: ask for less, with LIMIT")
        if response.length:  # bytes that were announced and never came
            raise IncompleteRead(body.getvalue()[:0], response.length)
        return body.getvalue()

    def _late(self) -> str:
        return f"{self._url} gave no whole answer within {self._timeout:g} s: ask for less, or give a longer --timeout"

    def _refusal(self, status: int, location: str | None, body: bytes) -> UsageError | RemoteError:
        """Return the error for an answer that is not 200."""
        said = _beginning(body)
        if status == 400:
            return UsageError(f"{self._url} says that the query is malformed: {said}")
        if status // 100 == 3 and location:
            there = urljoin(self._url, location)
            return RemoteError(f"{self._url} redirects to {there}: if you trust that, give its address")
        return RemoteError(f"{self._url} refused to answer (HTTP {status}): {said}")


def _whole(content: bytes, form: ox.QueryResultsFormat | ox.RdfFormat, base: str) -> Raw:
    """Parse a document to its end, so that a cut one is noticed, and return it from its beginning."""
    if isinstance(form, ox.RdfFormat):
        store = ox.Store()
        store.load(content, form, base_iri=base)
        return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    first = ox.parse_query_results(content, form)
    if isinstance(first, ox.QuerySolutions):
        for _ in first:
            pass
    return ox.parse_query_results(content, form)


def _other_answer(sparql: str, raw: Raw) -> str | None:
    """Say what an answer is if the query, as far as can be told, asks for something else; else None."""
    form, columns = asked_for(sparql)
    if isinstance(raw, ox.QuerySolutions):
        found = tuple(variable.value for variable in raw.variables)
        fits = form == "SELECT" and columns in (None, found)
        return None if fits or not form else f"a table of {', '.join(found) or 'no columns'}"
    if isinstance(raw, ox.QueryBoolean):
        return None if form in ("ASK", "") else "yes or no"
    return None if form in ("CONSTRUCT", "DESCRIBE", "") else "triples"


def _beginning(body: bytes) -> str:
    """Return how a body begins, on one line and fit to be shown."""
    text = " ".join(body[:600].decode("utf-8", "replace").split())
    return repr(text[:200]) if text else "nothing"
