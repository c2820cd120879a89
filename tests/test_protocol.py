"""What a request asks, by SPARQL 1.1 Protocol and Graph Store Protocol."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.serve.messages import Request
from sengraph.serve.protocol import FORM, QUERY, UPDATE, Problem, Query, graph_of, of_query_string, parameters, query_of
from sengraph.terms import GRAPH

BASE = "http://127.0.0.1:7878/"
G = "http://example.org/g"


def request(method="GET", query="", body=b"", type_=None, path="/sparql"):
    """Return a request to the endpoint."""
    headers = {} if type_ is None else {"content-type": type_}
    return Request(method, path, query, headers, body, BASE)


def asked(text, default=(), named=(), form=""):
    """Return a query as it is read."""
    return Query(text, tuple(default), tuple(named), form)


@pytest.mark.parametrize(
    ("received", "read"),
    [
        # By GET (section 2.1.1).
        (request(query="query=ASK%20%7B%7D"), asked("ASK {}")),
        (request(query="query=ASK+{}"), asked("ASK {}")),
        (request(query="query=ASK {}"), asked("ASK {}")),
        (request(query="query=ASK%2B"), asked("ASK+")),
        (request(query="query=%2561"), asked("%61")),
        (request(query="query=100%25"), asked("100%")),
        (request(query="query=100%"), asked("100%")),
        (request(query="query=%zz"), asked("%zz")),
        (request(query="query=a=b"), asked("a=b")),
        (request(query="query=%C3%A9"), asked("\u00e9")),
        (request(query="quer%79=x"), asked("x")),
        (request(query="&&query=x&"), asked("x")),
        (request(query="timeout=3&query=x&using-graph-uri=y"), asked("x")),
        (request(query="query=x&format=csv"), asked("x", form="csv")),
        (request("HEAD", "query=x"), asked("x")),
        # By POST with a form (2.1.2): the graphs may be named in the query string too.
        (request("POST", "", b"query=ASK+%7B%7D", FORM), asked("ASK {}")),
        (request("POST", "", b"query=x", "Application/X-WWW-Form-URLEncoded; charset=UTF-8"), asked("x")),
        (request("POST", "", b"query=x", f'{FORM};charset="utf-8"'), asked("x")),
        (request("POST", f"default-graph-uri={G}", b"query=x", FORM), asked("x", [G])),
        (request("POST", f"named-graph-uri={G}1", f"query=x&named-graph-uri={G}2".encode(), FORM), asked("x", (), [f"{G}1", f"{G}2"])),
        (request("POST", "", b"query=%2561&format=xml", FORM), asked("%61", form="xml")),
        # By POST directly (2.1.3): the body is taken as it is.
        (request("POST", "", b"ASK {} # 100%25 + \xc3\xa9", QUERY), asked("ASK {} # 100%25 + \u00e9")),
        (request("POST", "", b"\xef\xbb\xbfASK {}", QUERY), asked("ASK {}")),
        (request("POST", f"default-graph-uri={quote(G, safe='')}", b"x", f"{QUERY};charset=utf-8"), asked("x", [G])),
        # The data set (2.1.4), in order, decoded once.
        (request(query=f"query=x&default-graph-uri={G}%2531&named-graph-uri={G}"), asked("x", [f"{G}%31"], [G])),
        # No query: what is this?
        (request(), None),
        (request("HEAD"), None),
        (request(query="format=ttl"), None),
        (request(query="&"), None),
    ],
)  # fmt: skip
def test_a_query_is_read(received, read):
    """From the query string, a form or the body; percent-decoded once."""
    assert query_of(received) == read


@pytest.mark.parametrize(
    ("received", "status", "told"),
    [
        (request("PUT", "query=x"), 405, "PUT asks no query"),
        (request("DELETE"), 405, "use GET or POST"),
        (request("OPTIONS"), 405, "use GET or POST"),
        (request(query="query=x&query=x"), 400, "query= is there 2 times"),
        (request(query="query=x&format=csv&format=xml"), 400, "format= is there 2 times"),
        (request("POST", "", b"query=x&query=y", FORM), 400, "query= is there 2 times"),
        (request("POST", "query=x", b"query=y", FORM), 400, "query= is there 2 times"),
        (request("POST", "query=x", b"y", QUERY), 400, "one in the query string|query in the query string"),
        (request("POST", "", b"", FORM), 400, "there is no query"),
        (request("POST", "", b"", QUERY), 400, "the query is empty"),
        (request(query="query="), 400, "the query is empty"),
        (request(query="query"), 400, "the query is empty"),
        (request(query="query=%20%0A"), 400, "the query is empty"),
        (request(query="qurey=x"), 400, "there is no query"),
        (request(query=f"default-graph-uri={G}"), 400, "there is no query"),
        (request(query="query=x&default-graph-uri=g"), 400, "default-graph-uri='g' is no absolute IRI"),
        (request(query="query=x&named-graph-uri="), 400, "is no absolute IRI"),
        (request(query="query=x&named-graph-uri=http://e/%3E%20%7B"), 400, "is no absolute IRI"),
        # Not UTF-8.
        (request(query="query=%ff"), 400, "the query string is not percent-encoded UTF-8"),
        (request(query="%ff=&query=x"), 400, "the query string is not percent-encoded UTF-8"),
        (request(query="query=%ED%A0%80"), 400, "not percent-encoded UTF-8"),
        (request(query="query=%C0%BC"), 400, "not percent-encoded UTF-8"),
        (request(query="query=\ud800"), 400, "not percent-encoded UTF-8"),
        (request("POST", "", b"query=%ff", FORM), 400, "the form is not percent-encoded UTF-8"),
        (request("POST", "", b"query=\xff", FORM), 400, "the form is not percent-encoded UTF-8"),
        (request("POST", "", b"ASK \xff{}", QUERY), 400, r"not UTF-8 text \(byte 4\)"),
        (request("POST", "", "ASK {}".encode("utf-16"), QUERY), 400, "not UTF-8 text"),
        # Another type of body.
        (request("POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"), 415, "'utf-16': send UTF-8"),
        (request("POST", "", b"query=x", f"{FORM}; charset=iso-8859-1"), 415, "'iso-8859-1': send UTF-8"),
        (request("POST", "", b"ASK {}", "text/plain"), 415, "'text/plain'"),
        (request("POST", "", b"ASK {}", "multipart/form-data; boundary=x"), 415, "multipart"),
        (request("POST", "", b"ASK {}"), 415, "of no type"),
        (request("POST", "", b"ASK {}", ""), 415, "of no type"),
        (request("POST", "", b"ASK {}", f"{QUERY}, {FORM}"), 415, "send"),
        (request("POST", "query=x", b"", None), 415, "of no type"),
        # Updates (section 2.2).
        (request(query="update=CLEAR+ALL"), 400, "cannot be asked for by GET"),
        (request(query="query=x&update=y"), 400, "cannot be asked for by GET"),
        (request("POST", "", b"update=CLEAR+ALL", FORM), 403, "only reads"),
        (request("POST", "update=CLEAR+ALL", b"ASK {}", QUERY), 403, "only reads"),
        (request("POST", "", b"query=x&update=CLEAR+ALL", FORM), 403, "only reads"),
        (request("POST", "", b"update=x&update=y", FORM), 400, "update= is there 2 times"),
        (request("POST", "", b"CLEAR ALL", UPDATE), 403, "only reads"),
        (request("POST", "", "CLEAR ALL".encode("utf-16"), f"{UPDATE}; charset=UTF-16"), 403, "only reads"),
        (request("POST", "using-graph-uri=http://e/", b"WITH <http://e/> DELETE {} WHERE {}", UPDATE), 403, "only reads"),
    ],
)  # fmt: skip
def test_what_asks_nothing_is_told_why(received, status, told):
    """With the status of it."""
    with pytest.raises(Problem, match=told) as raised:
        query_of(received)
    assert raised.value.status == status
    assert ("allow" in raised.value.headers) == (status == 405)
    assert ("accept" in raised.value.headers) == (status == 415)


def graph(query="", path="/store", method="GET"):
    """Return the graph that a request names."""
    received = request(method, query, path=path)
    return graph_of(received, of_query_string(received))


@pytest.mark.parametrize(
    ("query", "path", "name"),
    [
        ("default", "/store", ""),
        ("default=", "/store", ""),
        ("graph=http://www.example/gsp/person/1.ttl", "/store", "http://www.example/gsp/person/1.ttl"),
        ("graph=http%3A%2F%2Fwww.example%2Fgsp%2Fperson%2F1.ttl", "/store", "http://www.example/gsp/person/1.ttl"),
        ("graph=http://www.example/gsp/person/%31.ttl", "/store", "http://www.example/gsp/person/1.ttl"),
        ("graph=http://www.example/gsp/person/%2531.ttl", "/store", "http://www.example/gsp/person/%31.ttl"),
        ("", "/store/a/b.ttl", f"{BASE}store/a/b.ttl"),
        ("format=nt", "/store/a", f"{BASE}store/a"),
        ("", "/graph/inferred/register", f"{GRAPH}inferred/register"),
    ],
)
def test_a_graph_is_named(query, path, name):
    """By ?graph=, ?default or the address (Graph Store Protocol, sections 4.1 and 4.2), percent-decoded once."""
    assert graph(query, path) == name


@pytest.mark.parametrize(
    ("query", "path", "method", "status"),
    [
        ("", "/store", "GET", 400),
        ("default&graph=http://e/g", "/store", "GET", 400),
        ("graph=http://e/g&graph=http://e/g", "/store", "GET", 400),
        ("graph=", "/store", "GET", 400),
        ("graph=g", "/store", "GET", 400),
        ("graph=http://e/%3E", "/store", "GET", 400),
        ("graph=%ff", "/store", "GET", 400),
        ("default", "/store/a", "GET", 400),
        ("", "/graph/a b", "GET", 400),
        *[("default", "/store", method, 403) for method in ("PUT", "POST", "DELETE", "PATCH")],
        ("default", "/store", "TRACE", 405),
    ],
)
def test_what_names_no_graph_or_would_change_one_is_told_why(query, path, method, status):
    """This server only reads."""
    with pytest.raises(Problem) as raised:
        graph(query, path, method)
    assert raised.value.status == status


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_is_encoded_once_is_decoded_once(pairs):
    """Names and values come back, and in order."""
    octets = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()
    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert parameters(octets) == expected


@given(st.binary())
def test_any_form_is_read_or_refused(octets):
    """And never anything else."""
    try:
        assert all(parameters(octets).values())
    except Problem as problem:
        assert problem.status == 400
