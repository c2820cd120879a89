"""Queries that would ask other servers, and those that only look like it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sengraph
from sengraph.federation import local, local_update

HERE = "http://127.0.0.1:9/"
"""Oxigraph refuses to connect to this port, and says so: nothing leaves this machine."""

PROLOGUE = f"PREFIX e: <{HERE}> PREFIX : <{HERE}> PREFIX SERVICE: <{HERE}> PREFIX SERVICEe: <{HERE}> "

CALLS = [
    "SERVICE <H> {}",
    "service <H> {}",
    "SERVICE SILENT <H> {}",
    "SERVICE<H>{}",
    "SERVICESILENT<H>{}",
    "SERVICE e:x {}",
    "SERVICEe:x {}",
    "SERVICE:x {}",
    "SERVICE: {}",
    "SERVICE :{}",
    "SERVICESILENTe:x {}",
    "SERVICESILENT:x {}",
    "SERVICE ?x {}",
    "SERVICE$x{}",
    "SERVICE # a comment\n <H> {}",
    "SERVICE#\r<H>#\n{}",
    "SERVICE:x#\n{}",
    "#\rSERVICE <H> {}",
    "FILTER(true)SERVICE <H> {}",
    "FILTER(1<2)SERVICE#>\n<H>{}",
    "FILTER(1<2)SERVICE:x#>\n{}",
    "FILTER(1<'>'||true)SERVICE#'\n<H>{}",
    "FILTER('#'!=\"'\")SERVICE <H> {}",
    "FILTER('''a'#''' != '')SERVICE <H> {}",
    "FILTER('\\'#' != '')SERVICE <H> {}",
    "{ SERVICE <H> {} }",
    "OPTIONAL { SERVICE <H> {} }",
    "{} UNION { SERVICE <H> {} }",
    "{ SELECT * { SERVICE <H> {} } }",
    "FILTER EXISTS { SERVICE <H> {} }",
    "MINUS { SERVICE <H> {} }",
    "?s e:p ?o.SERVICE <H> {}",
    "?s e:p e:.SERVICE <H> {}",
    "?s e:p trueSERVICE <H> {}",
    "?s e:p 1SERVICE <H> {}",
    "?s e:p 1.SERVICE <H> {}",
    "?s e:p 1e5SERVICE <H> {}",
    "?s e:p .5SERVICE <H> {}",
    "?s e:p 'a'SERVICE <H> {}",
    "?s e:p 'a'@en.SERVICE <H> {}",
    "?s e:p <H>SERVICE <H> {}",
    "?s e:p []SERVICE <H> {}",
    "?s e:p ()SERVICE <H> {}",
    "?s :p?true SERVICE <H> {}",
    "?s e:p 'x', trueSERVICEe:x {}",
    "VALUES ?x { 1 }SERVICE ?x {}",
    "BIND(<H> AS ?x)SERVICE ?x {}",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_another_server_is_seen(call):
    """However it is written; what the engine reads as a call is refused, or is no query any more."""
    pattern = call.replace("<H>", f"<{HERE}>")
    ox.Store().query(f"{PROLOGUE} SELECT * {{ FILTER(false) {{ {pattern} }} }}")  # the engine reads it
    text = local(f"{PROLOGUE} ASK {{ {pattern} }}")
    if text is not None:  # `<` and `>` around it look like those of an IRI, in which the letters were escaped
        with pytest.raises(SyntaxError):
            ox.Store().query(text)


def test_the_command_line_refuses_what_is_seen(graph):
    """`query` asks no other server either."""
    with pytest.raises(sengraph.UsageError, match="SERVICE would make this machine ask"):
        graph.query(f"ASK {{ ?s rdfs:label trueSERVICE <{HERE}> {{}} }}")


INNOCENT = [
    "ASK {}",
    "SELECT ?service { ?service ?p ?o }",
    "SELECT ?service ?x { ?service ?p ?x }",
    "SELECT $service $x { $service ?p $x }",
    "SELECT ?webservice ?x { ?webservice ?p ?x }",
    "SELECT ?serviceLevel { ?s ?p ?serviceLevel }",
    "SELECT * { GRAPH ?service { ?s ?p ?o } }",
    "SELECT * { ?s a e:Service . ?s e:service ?x }",
    "SELECT * { ?s e:web.service ?x }",
    "SELECT * { ?s e:service-of/e:service ?x }",
    "PREFIX service: <http://e/> SELECT * { ?s service:x service:y . service:z ?p service: }",
    "SELECT * { ?s ?p <http://e/service> }",
    "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
    "SELECT * { ?s ?p 'customer service' } # of SERVICE <http://e/> { nothing }",
    "SELECT * { ?s ?p '''SERVICE <http://e/> { }''' }",
    'SELECT * { ?s ?p "SERVICE <http://e/> { }"@en }',
    "SELECT * {\n# SERVICE <https://query.wikidata.org/sparql> {\n?s ?p ?o\n#}\n}",
]


@pytest.mark.parametrize("query", INNOCENT)
def test_a_query_that_asks_nobody_else_is_run(query):
    """The word may stand in names, strings, IRIs and comments."""
    text = local(query)
    assert text is not None
    ox.Store().query(f"PREFIX e: <http://e/> {text}")


def test_what_is_run_means_the_same():
    """Strings and IRIs are what they were, and what goes wrong is where it was."""
    query = (
        "SELECT ?a ?b {\n# SERVICE <http://e/> {}\nBIND('Service \\' service' AS ?a) BIND(<http://e/service#S> AS ?b)}"
    )
    text = local(query)
    assert text != query
    assert [*map(len, text.split("\n")[:2])] == [*map(len, query.split("\n")[:2])]
    ((a, b),) = ox.Store().query(text)
    assert (a.value, b.value) == ("Service ' service", "http://e/service#S")


def test_a_name_before_a_brace_is_refused_where_it_may_be_a_call():
    """`service:g {` is one to a parser that asks for no white space."""
    assert local("PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }") is None


@pytest.mark.parametrize(
    ("call", "may"),
    [
        ("SERVICE <https://e/service> { ?s ?p ?o }", True),
        ("SERVICE SILENT<https://e/service>{ ?s ?p ?o }", True),
        ("service # that one\n <https://e/service> { ?s ?p ?o } # SERVICE <https://f/> {}", True),
        ("SERVICE <https://e/\\u0073ervice> { ?s ?p ?o }", True),
        ("SERVICE <https://e/service/> { ?s ?p ?o }", False),
        ("SERVICE <https://e/service> {} SERVICE <https://f/> {}", False),
        ("SERVICE <https://e/service> { SERVICE <https://f/> {} }", False),
        ("SERVICE ?x { } VALUES ?x { <https://e/service> }", False),
        ("SERVICE e:service {}", False),
        ("SERVICE <service> {}", False),
        ("?s ?p trueSERVICE <https://e/service> {}", False),
    ],
)
def test_an_endpoint_can_be_allowed(call, may):
    """One that a query names as it is on the list; any other stays refused."""
    assert (local(f"PREFIX e: <https://e/> SELECT * {{ {call} }}", ["https://e/service"]) is not None) is may


PIECES = [
    "SERVICE", "service", "SILENT", " ", "\n", "#", "<http://127.0.0.1:9/>", "<", ">", "e:x", "e:", ":", ":x", "?x", "$x",
    "{", "}", "{}", ".", "true", "1", "1.", "'", '"', "'''", "\\", "(", ")", "FILTER", "FILTER(1<2)", "FILTER(1<", "2)",
    "?s", "?p", "e:p", "[]", "@en", "_:b", "SERVICE:", "SERVICEe:", "OPTIONAL{", "BIND(1 AS ?y)", "'a'", "\u00b2", "-", "GRAPH",
]  # fmt: skip


@settings(max_examples=5000)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.lists(st.sampled_from(PIECES), max_size=5))
def test_no_text_that_is_let_through_asks_a_server(before, after):
    """Whatever is glued to what: the engine, which says so when it would ask, never does."""
    text = local(f"{PROLOGUE} ASK {{ {''.join(before)} SERVICE{''.join(after)} }}")
    if text is None:
        return
    store = ox.Store()
    node = ox.NamedNode(HERE)
    store.add(ox.Quad(node, ox.NamedNode(f"{HERE}p"), ox.Literal(True)))
    try:
        store.query(text)
    except (SyntaxError, ValueError):
        return
    except RuntimeError as error:
        assert "service" not in str(error).lower()


@settings(max_examples=300)
@given(st.text())
def test_any_text_has_an_answer(text):
    """And it is the text itself where the word is not in it."""
    found = local(text)
    assert "service" in text.lower() or found == text


@pytest.mark.parametrize("piece", ["service ", "service", "service:", "service#", "'service", "<service", "service:\\", "'''service\\", "service: "])  # fmt: skip
def test_a_long_text_takes_no_long_time(piece):
    """A megabyte is read in about as many steps."""
    assert local(piece * (1_000_000 // len(piece))) in (None, piece * (1_000_000 // len(piece)))


# ---------------------------------------------------------------------------------- LOAD

LOADS = [
    "LOAD <H>",
    "load<H>",
    "LOADSILENT<H>INTO GRAPH e:g",
    "LOAD e:x",
    "LOADe:x",
    "LOAD:x",
    "LOAD :x",
    "LOAD#\n<H>",
    "#\rLOAD <H>",
    "CLEAR ALL;LOAD <H>",
    "CLEAR ALL ;\tload silent<H>",
    "INSERT DATA { e:a e:b 'a' };LOAD <H>",
    "INSERT DATA { e:a e:b '\\'' };LOAD <H>#'",
    "INSERT DATA { e:a e:b '''a'#''' };LOAD <H>",
    "INSERT {} WHERE { FILTER(1<2)#>\n};LOAD<H>",
    "INSERT {} WHERE { FILTER(1<'}'||2>1) };LOAD<H>",
    "INSERT {} WHERE { ?load e:load ?o };LOAD<H>",
]


@pytest.mark.parametrize("text", LOADS)
def test_an_update_that_loads_is_seen(text):
    """However it is cut; the engine reads each of these as one that loads."""
    prologue = PROLOGUE.replace("SERVICE", "LOAD")
    update = f"{prologue}{text.replace('<H>', f'<{HERE}>')}"
    with pytest.raises((RuntimeError, OSError)):
        ox.Store().update(update.replace("SILENT", " ").replace("silent", " "))
    assert local_update(update) is None


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR ALL",
        "INSERT DATA { e:download e:of-load 'LOAD <http://e/>' } # LOAD <http://e/>",
        'INSERT { ?load e:p <http://e/load> } WHERE { ?load e:p """; LOAD <http://e/>""" }',
    ],
)
def test_an_update_that_loads_nothing_is_made(text):
    """The letters may stand in names, strings, IRIs and comments, and what is made is the same."""
    quiet = local_update(f"PREFIX e: <http://e/> {text}")
    assert quiet is not None
    one, other = ox.Store(), ox.Store()
    one.update(quiet)
    other.update(f"PREFIX e: <http://e/> {text}")
    assert set(one) == set(other)


OF_UPDATES = [
    "LOAD", "load", "SILENT", " ", "\n", "#", "<", ">", "<http://127.0.0.1:9/>", "e:x", "e:", ":", "?x", "{", "}", "{}", ";", ".",
    "CLEAR ALL", "DROP", "INSERT DATA", "DELETE", "WHERE", "INTO GRAPH", "WITH", "'", '"', "\'\'\'", "\\", "1<2", "FILTER(1<2)",
    "INSERT{}WHERE", "\\u004COAD", "PREFIX e:", "BASE", "\u00b2", "\u017f", "'a'", "LOADe:", "LOAD:", "\u212a", "DEFAULT", "true",
]  # fmt: skip


@settings(max_examples=5000)
@given(st.lists(st.sampled_from(OF_UPDATES), max_size=8), st.lists(st.sampled_from(OF_UPDATES), max_size=5))
def test_no_update_that_is_let_through_asks_a_server(listener, before, after):
    """Whatever is glued to what: nobody comes to a server that listens there."""
    address, came = listener
    glued = f"{PROLOGUE} {''.join(before)};LOAD{''.join(after)} <{HERE}>".replace(HERE, address)
    for text in (glued, glued.replace(";LOAD", "LOAD"), glued.replace(f" <{address}>", "")):
        quiet = local_update(text)
        if quiet is not None:
            try:
                ox.Store().update(quiet)
            except (SyntaxError, ValueError):
                continue
            except (RuntimeError, OSError) as error:
                assert "exist" in str(error) or "custom" in str(error)
    assert came == []


def test_the_server_that_listens_is_asked_by_what_is_not_let_through(listener):
    """So that nobody came means something."""
    address, came = listener
    with pytest.raises((RuntimeError, OSError)):
        ox.Store().update(f"LOAD <{address}>")
    assert came
    came.clear()


@pytest.fixture(scope="module")
def listener():
    """A server that takes note of who comes, and sends them away: its address, and the note."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, client = server.accept()
                    came.append(client)
                    connection.close()

        listening = threading.Thread(target=listen)
        listening.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        server.shutdown(socket.SHUT_RDWR)
    listening.join()
