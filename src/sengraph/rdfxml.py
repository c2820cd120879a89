"""What RDF/XML can state: not every triple, since predicates and types are element names there.

The engine's serialiser writes documents that no parser reads when it is given a triple of the other kind.
"""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox

from sengraph.errors import UsageError
from sengraph.terms import RDF

_START = (  # Namespaces in XML 1.0, production 4: XML's own names (XML 1.0, production 4) without the colon
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][{_START}0-9.\\-\xb7\u0300-\u036f\u203f\u2040]*")
_NO_NAME = re.compile(f"[^{_START}0-9.\\-\xb7\u0300-\u036f\u203f\u2040]")
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_SYNTAX = re.compile(  # RDF 1.1 XML Syntax, section 6.2.2; Namespaces in XML 1.0, section 3
    re.escape(RDF) + "(RDF|ID|about|parseType|resource|nodeID|datatype|Description|li|aboutEach|aboutEachPrefix|bagID)"
    "|http://www\\.w3\\.org/2000/xmlns/.*"
)


def as_xml(triple: Any) -> Any:
    """Return a triple or quad that RDF/XML can state, or refuse it.

    Errors:
        UsageError: its predicate or type is no XML name, or its text has characters that XML has not.
    """
    predicate, object_ = triple.predicate.value, triple.object
    elements = [predicate, *([object_.value] if predicate == f"{RDF}type" else [])]
    nodes = [node.value for node in (triple.subject, object_) if isinstance(node, ox.BlankNode)]
    fault = ""
    if not all(map(_is_element, elements)):
        fault = "its predicate or type is an IRI that ends in no XML name"
    elif isinstance(object_, ox.Literal) and _NO_CHARACTER.search(object_.value):
        fault = "its literal has a character that XML has not"
    elif not all(map(_NAME.fullmatch, nodes)):
        fault = "its blank node has a name that is no XML name"
    if fault:
        raise UsageError(f"RDF/XML cannot state {triple}: {fault}; choose another format, such as ttl")
    return triple


def _is_element(iri: str) -> bool:
    """Tell whether an IRI can be an element: a namespace and a local name of XML, and no syntax."""
    return bool(_NAME.search(_NO_NAME.split(iri)[-1])) and not _SYNTAX.fullmatch(iri)
