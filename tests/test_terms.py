"""Compact names and IRIs are two ways to write the same thing."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.terms import CODE, PREFIXES, SEN, compact, expand


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (f"{SEN}party-senco", "sen:party-senco"),
        (f"{CODE}mainstream-3.1", "code:mainstream-3.1"),
        ("http://www.w3.org/2002/07/owl#Thing", "owl:Thing"),
    ],
)
def test_compact_and_expand_are_inverse(iri, name):
    """A compact name is read as the IRI it was written from."""
    assert (compact(iri), expand(name)) == (name, iri)


@pytest.mark.parametrize("name", ["SENCO", "foo:bar", "sen:a b", "sen:", "", "governing body", "ftp://x/"])
def test_what_is_neither_is_none(name):
    """Anything else is left for labels."""
    assert expand(name) is None


@pytest.mark.parametrize("local", ["a/b", "a.", ".a", "", "a b", "é"])
def test_a_local_name_that_needs_escaping_is_not_compacted(local):
    """Such an IRI is written between angle brackets."""
    assert compact(SEN + local) == f"<{SEN}{local}>"


@given(st.sampled_from(sorted(PREFIXES.values())), st.text(st.characters(codec="ascii", categories=["L", "N", "P"])))
def test_a_compact_name_is_valid_in_sparql(namespace, local):
    """SPARQL reads a compact name as the same IRI."""
    name = compact(namespace + local)
    if not name.startswith("<"):
        ((term,),) = ox.Store().query(f"SELECT ({name} AS ?x) {{}}", prefixes=PREFIXES)
        assert term.value == namespace + local
