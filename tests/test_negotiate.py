"""Accept headers, as RFC 9110 has them and as clients send them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sengraph.negotiate import choose, media_type, ranges
from sengraph.render import FORMATS

JSON, XML, CSV = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv; charset=utf-8; header=present",
)
OFFERS = [JSON, XML, CSV]


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        # Nothing that can be read: anything will do.
        ("", JSON),
        (",, ,", JSON),
        ("nonsense", JSON),
        ("*/csv", JSON),
        ("te*t/csv", JSON),
        ("text/csv;q=2", JSON),
        ("text/csv;q=-1", JSON),
        ("text/csv;q=", JSON),
        ("text/csv;q=1e-1", JSON),
        ("text/csv;q=nan", JSON),
        # One type.
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("  text/csv  ", CSV),
        ("image/png", None),
        ("application/json", None),
        # Wildcards.
        ("*/*", JSON),
        ("*", JSON),
        ("*;q=0.5", JSON),
        ("text/*", CSV),
        ("application/*", JSON),
        ("image/*", None),
        # Weights.
        ("application/sparql-results+json;q=0.5, text/csv;q=0.7", CSV),
        ("text/csv;q=0.123, application/sparql-results+xml;q=0.124", XML),
        ("text/csv; q=.2, */*; q=.1", CSV),
        ("text/csv ; q = 0.9 , */* ; q = 0.1", CSV),
        ("text/csv;Q=0.1, */*;q=0.2", JSON),
        ("text/csv;q=0", None),
        ("text/csv;q=0.000", None),
        ("*/*;q=0", None),
        ("*;q=0", None),
        # The most specific range decides, wherever it stands.
        ("*/*, application/sparql-results+json;q=0", CSV + "|" + XML),
        ("application/sparql-results+json;q=0, */*", XML),
        ("text/*;q=0.1, text/csv;q=0.9, */*;q=0.5", CSV),
        ("text/*;q=0.9, text/csv;q=0.1, */*;q=0.5", JSON),
        ("application/*;q=0, */*", CSV),
        # Of equals, the one named more closely, then the default.
        ("*/*, text/csv", CSV),
        ("text/csv, application/sparql-results+xml", XML),
        # What is malformed is passed over.
        ("text/csv;q=7, application/sparql-results+xml;q=0.1", XML),
        ("/, text/csv", CSV),
        ("text/, text/csv", CSV),
        ("text/csv/more, application/sparql-results+xml", XML),
        # Parameters: the encoding is UTF-8; one that the offer lacks is not held against it.
        ("text/csv;charset=utf-8", CSV),
        ('text/csv;charset="UTF-8"', CSV),
        ("text/csv;charset=utf8", CSV),
        ("text/csv;charset=iso-8859-1", None),
        ("application/sparql-results+json; charset=utf-8", JSON),
        ("application/sparql-results+json; charset=utf-16", None),
        ("text/csv;header=present", CSV),
        ("text/csv;header=absent", None),
        ("text/csv;header=absent, text/csv;q=0.5", CSV),
        ("text/csv;header=present;q=0.2, text/csv;q=0.9, application/sparql-results+xml;q=0.5", XML),
        ("text/csv;profile=http://www.w3.org/ns/json-ld#context", CSV),
        ('text/csv;x="a,b;q=0", image/png', CSV),
        ('text/csv;x="\\"", image/png', CSV),
        ('text/csv;x="open, application/sparql-results+xml', CSV),
        ("text/csv;;q=0.5;", CSV),
        # Real clients.
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", JSON),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
        ("application/sparql-results+json,application/json,text/javascript,application/javascript", JSON),
    ],
)  # fmt: skip
def test_the_type_that_a_client_wants_most(header, chosen):
    """Weight by the most specific range, then closeness, then the server's order; None is 406."""
    if chosen and "|" in chosen:  # two are as good: the server's order decides
        chosen = XML
    assert choose(header, OFFERS) == chosen


def test_several_accept_headers_are_one():
    """A recipient joins them by commas (RFC 9110, section 5.3)."""
    assert choose(", ".join(["text/html;q=0.2", "text/csv;q=0.1"]), OFFERS) == CSV


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_chosen_by_its_own_media_type(name):
    """Among all of them."""
    offers = [form.media_type for form in FORMATS.values()]
    assert choose(FORMATS[name].media_type, offers) == FORMATS[name].media_type


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("text/turtle", ("text", "turtle", {})),
        ("Text/Turtle;Charset=UTF-8", ("text", "turtle", {"charset": "utf-8"})),
        ('a/b; c="d;e,f\\"g"', ("a", "b", {"c": 'd;e,f"g'})),
        ("", None),
        ("text", None),
        ("text/turtle, text/csv", None),
        ("text / turtle", None),
        ("\u212aelvin/x", None),
    ],
)
def test_a_content_type_is_read(text, read):
    """Names and values in lower case; two types are none."""
    assert media_type(text) == read


HEADERS = st.text() | st.lists(
    st.sampled_from(
        [
            "text/csv",
            "*/*",
            "text/*",
            "*",
            ";q=0.5",
            ";q=",
            ";",
            ",",
            '"',
            "\\",
            "=",
            " ",
            "\t",
            "q",
            "charset=utf-8",
            "/",
        ]
    )
).map("".join)


@given(HEADERS)
def test_any_header_has_an_answer(header):
    """One of the offers, or none; and the same with something malformed beside it."""
    chosen = choose(header, OFFERS)
    assert chosen in (*OFFERS, None)
    if '"' not in header:
        assert choose(f"///, {header}", OFFERS) == chosen


@given(st.lists(st.tuples(st.sampled_from(OFFERS), st.integers(0, 1000)), min_size=1, unique_by=lambda pair: pair[0]))
def test_the_greatest_weight_wins(weights):
    """Where each type is named once, it is a maximum."""
    header = ", ".join(f"{re.sub(';.*', '', offer)};q={weight / 1000:.3f}" for offer, weight in weights)
    chosen = choose(header, OFFERS)
    best = max(weight for _, weight in weights)
    assert (chosen is None and best == 0) or dict(weights)[chosen] == best > 0


@pytest.mark.parametrize("piece", ["text/csv;q=0.1,", '"', "a/b;", ";" , "\\", '"\\', "a/b; ;  ;", " ", "*/"])  # fmt: skip
def test_a_long_header_takes_no_long_time(piece):
    """A hundred thousand pieces are read in about as many steps."""
    assert choose(piece * 100_000, OFFERS) in (*OFFERS, None)
    assert len(ranges("text/csv," * 1000)) == 1000
