"""The kinds of page that the site has, a real browser to look at them, and what it sees.

A page is named by its place (see `linked.place_of`), with its query. Those of schools need the invented schools.
"""

from __future__ import annotations

import shutil
from urllib.parse import quote, urlencode

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser that the system has; no other is fetched."""

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def asked(place: str, **values: str) -> str:
    """Return a place with a query."""
    return f"{place}?{urlencode(values, quote_via=quote)}"


def why(subject: str, predicate: str, object_: str) -> str:
    """Return the place of the page that tells why a statement follows."""
    return asked("why", s=subject, p=predicate, o=object_)


SELECT = "SELECT ?who WHERE { ?duty a sen:Obligation ; sen:bearer ?who ; rdfs:label ?words }"
"""A query whose answer is one party, twice."""

PAGES = {
    "home": "",
    "table": "table",
    "table, filtered by force": asked("table", modality="must"),
    "table, filtered by party": asked("table", party="head-of-setting"),
    "table, two settings": "table?setting=maintained-special&setting=early-education",
    "table, nothing found": asked("table", modality="must", party="senco"),
    "people": "people",
    "people of mainstream schools": asked("people", setting="maintained-mainstream"),
    "people of special schools": asked("people", setting="maintained-special"),
    "people of early education": asked("people", setting="early-education"),
    "questions": "questions",
    "question, not asked": "questions/in-force-on",
    "question, answered": asked("questions/responsibilities-of", party="senco", setting="early-education"),
    "question, answered with nothing": asked("questions/responsibilities-of", party="senco", modality="must"),
    "search": "search",
    "search, found": asked("search", words="policy"),
    "search, not found": asked("search", words="zebra"),
    "SPARQL": "sparql",
    "SPARQL, rows": asked("sparql", query=SELECT),
    "SPARQL, truth": asked("sparql", query="ASK { code:mainstream-3.1 a sen:Obligation }"),
    "SPARQL, triples": asked("sparql", query="DESCRIBE code:mainstream-3.1"),
    "why, of equivalents": why("code:early-6.1", "sen:equivalentTo", "code:mainstream-6.2"),
    "why, of counterparts": why("sen:party-governing-body", "sen:counterpartOf", "sen:party-management-group"),
    "why, of a class": why("code:mainstream-3.1", "rdf:type", "sen:Obligation"),
    "why, stated": why("code:mainstream-3.1", "sen:modality", "sen:modality-must"),
    "why, does not follow": why("code:special-1.1", "sen:equivalentTo", "code:mainstream-1.1"),
    "why, far from following": why("sen:party-senco", "sen:informs", "sen:party-parents"),
    "responsibility": "doc/code-2001/mainstream-3.1",
    "passage": "doc/code-2001/passage-mainstream-3",
    "code": "doc/code-2001/code",
    "party": "doc/ontology/party-senco",
    "activity": "doc/ontology/activity-report-on-policy",
    "force": "doc/ontology/modality-must",
    "setting": "doc/ontology/setting-early-education",
    "class": "doc/ontology/Obligation",
    "property": "doc/ontology/equivalentTo",
    "vocabulary": "doc/ontology",
    "vocabulary of the table": "doc/code-2001",
    "data": "doc/dataset",
    "thing elsewhere": asked("resource", iri="http://www.w3.org/2002/07/owl#Class"),
}
"""The pages of the packaged graph, of all kinds."""

SCHOOLS = {
    "school": "doc/establishment/900001",
    "closed school": "doc/establishment/900003",
    "school that nothing addresses": "doc/establishment/900019",
    "authority": "doc/gias/authority-202",
    "type of school": "doc/gias/type-1",
    "vocabulary of the register": "doc/gias",
    "question about a school": asked("questions/responsibilities-of-school", school="900001"),
    "search for a school": asked("search", words="900001"),
    "why, of a school": why("establishment:900001", "sen:subjectTo", "code:mainstream-3.1"),
}
"""What a register adds."""

PROBLEMS = {
    "no such place": (404, "nothing/here"),
    "no such question": (404, "questions/nothing"),
    "no such thing": (404, "doc/ontology/nothing"),
    "nothing said of a thing": (404, asked("resource", iri="https://example.org/nothing")),
    "no IRI": (400, asked("resource", iri="nothing")),
    "no such filter": (400, asked("table", modality="mustn't")),
    "no such setting": (400, asked("people", setting="nothing")),
    "nothing to explain": (400, "why"),
    "value that a question does not have": (400, asked("questions/who-is-responsible", activity="nothing")),
    "parameter that a question does not have": (400, asked("questions/gaps", nothing="1")),
    "query with a slip": (400, asked("sparql", query="SELECT * { ?s ?p }")),
    "form that a page does not have": (400, asked("doc/ontology", format="csv")),
}
"""Pages about what is wrong with a request, and their status."""

ALIKE = (
    *("table, filtered by party", "people of mainstream schools", "people of special schools", "SPARQL, truth"),
    *("why, of counterparts", "why, of a class", "vocabulary", "question about a school", "search for a school"),
    *("closed school", "school that nothing addresses", "vocabulary of the register"),
    *(
        "no such question",
        "no such thing",
        "nothing said of a thing",
        "no IRI",
        "no such setting",
        "nothing to explain",
    ),
    *("parameter that a question does not have", "form that a page does not have"),
)
"""Those that are like others in what they are made of."""
