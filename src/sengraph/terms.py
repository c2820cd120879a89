"""Namespaces, and the compact names that people type instead of IRIs.

A compact name is a known prefix, a colon and a plain local name: `sen:party-senco`,
`code:mainstream-3.1`. Source: Turtle 1.1, section 2.4 (prefixed names), restricted to the local
names that need no escaping there.
"""

from __future__ import annotations

import re

BASE = "https://w3id.org/sengraph/"
ONTOLOGY = f"{BASE}ontology"
SEN = f"{ONTOLOGY}#"
CODE = f"{BASE}code-2001/"
GIAS = f"{BASE}gias/"
ESTABLISHMENT = f"{BASE}establishment/"
GRAPH = f"{BASE}graph/"
ASSERTED = f"{GRAPH}asserted"
INFERRED = f"{GRAPH}inferred"
METADATA = f"{GRAPH}metadata"
REGISTER = f"{GRAPH}register"
REGISTER_INFERRED = f"{INFERRED}/register"
SNAPSHOTS = (f"{REGISTER}/", f"{REGISTER_INFERRED}/")

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"

PREFIXES: dict[str, str] = {
    "code": CODE,
    "dcterms": DCTERMS,
    "establishment": ESTABLISHMENT,
    "gias": GIAS,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "sen": SEN,
    "skos": SKOS,
    "xsd": XSD,
}

ALIGNED: dict[str, str] = {
    "audRole": "http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/",
    "cpov": "http://data.europa.eu/m8g/",
    "curric": "https://w3id.org/uk/curriculum/core/",
    "dct": DCTERMS,
    "dpv": "https://w3id.org/dpv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "lkif": "http://www.estrellaproject.org/lkif-core/norm.owl#",
    "lrmi": "http://purl.org/dcx/lrmi-terms/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "school": "http://education.data.gov.uk/def/school/",
    "vivo": "http://vivoweb.org/ontology/core#",
}
"""The prefixes of the vocabularies that ours are aligned with; `dct` is another name that Dublin Core goes by."""

KNOWN: dict[str, str] = PREFIXES | ALIGNED
"""What a person may write without declaring it. What is written for others declares `PREFIXES` only."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ABSOLUTE = re.compile(r"(?:https?://|urn:)\S+", re.IGNORECASE)


def compact(iri: str) -> str:
    """Write an IRI as a compact name where a known prefix allows it, else between angle brackets.

    Args:
        iri: an absolute IRI, without angle brackets.

    Returns:
        text that Turtle and SPARQL read as the same IRI, given `KNOWN`.

    >>> compact("https://w3id.org/sengraph/code-2001/mainstream-3.1")
    'code:mainstream-3.1'
    >>> compact("https://example.org/a b")
    '<https://example.org/a b>'
    """
    for prefix, namespace in KNOWN.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def is_iri(text: str) -> bool:
    """Tell whether text is an absolute IRI, without angle brackets (RFC 3987).

    >>> is_iri("https://example.org/"), is_iri("a b")
    (True, False)
    """
    import pyoxigraph

    try:
        return bool(pyoxigraph.NamedNode(text))
    except ValueError:
        return False


def expand(name: str) -> str | None:
    """Read an IRI, with or without angle brackets, or a compact name.

    Args:
        name: what a person typed.

    Returns:
        the absolute IRI, not yet validated; None where the text is neither of the two.

    >>> expand("sen:party-senco")
    'https://w3id.org/sengraph/ontology#party-senco'
    >>> expand("SENCO") is None
    True
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, colon, local = name.partition(":")
    if colon and prefix in KNOWN and _LOCAL.fullmatch(local):
        return KNOWN[prefix] + local
    return name if _ABSOLUTE.fullmatch(name) else None
