"""A site of files has all that the server shows without a query engine, is the same each time, and is whole or not there."""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import json
import os
import posixpath
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from sengraph import cli, ingest, linked
from sengraph.errors import InputError, LimitError, UsageError
from sengraph.publish import Published, files, publish, rules
from sengraph.publish.files import Draft, replaced, stem_of
from sengraph.publish.places import Links, Places, clashing
from tests.conftest import ROOT, STATIC_BASE, content_of

BASE = STATIC_BASE
SHAPES = ROOT.parent / "shared" / "data" / "checklists" / "dcat-ap-SHACL-3.0.1.ttl"
LARGEST = 100_000
"""Bytes of a page."""


class Page(HTMLParser):
    """What a page links, loads and names.

    Attributes:
        links: the value of each href, src and action.
        ids: the anchors.
        tags: the elements.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("type", "application/ld+json") not in attrs:  # data, and no script
            self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.ids |= {value or "" for name, value in attrs if name == "id"}


def dead(content: dict[str, bytes]) -> list[str]:
    """Return the links of pages that lead to no file or anchor, and those that ask for something."""
    pages = {name: Page(text.decode()) for name, text in content.items() if name.endswith(".html")}
    found = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                if not link.startswith(BASE) or name != "404.html":
                    continue
                target = link.removeprefix(BASE)
            else:
                target = posixpath.normpath(f"{name}/../{parts.path}") if parts.path else name
            is_there = target in content and not parts.query
            if is_there and parts.fragment:
                is_there = parts.fragment in pages[target].ids
            if not is_there:
                found.append(f"{link!r} on {name}")
    return found


# ------------------------------------------------------------------------------ what is there


def test_every_thing_of_the_data_has_a_page_and_all_forms_of_rdf(static_files, graph):
    """What the server has a document of, the site has as five files, which the manifest names."""
    things = json.loads(static_files["manifest.json"])["things"]
    versions = {iri for iri, ontology in linked.vocabularies(graph).items() if iri != ontology}
    every = {*linked.subjects(graph, "")} - {""} - versions
    assert every <= things.keys()
    assert things["https://w3id.org/sengraph/code-2001/mainstream-3.1"] == "doc/code-2001/mainstream-3.1"
    assert things["https://w3id.org/sengraph/ontology#party-senco"] == "doc/ontology/party-senco"
    forms = ("html", "ttl", "jsonld", "rdf", "nt")
    assert [
        f"{stem}.{form}" for stem in things.values() for form in forms if f"{stem}.{form}" not in static_files
    ] == []


def test_what_is_about_no_thing_is_there_too(static_files, graph):
    """The table, the people, each question with its answer, dumps, descriptions, and what crawlers and servers read."""
    names = """index.html table.html people.html questions.html search.html 404.html doc/dataset.html doc/dataset.ttl
        .well-known/void context.jsonld context/0.1.0.jsonld questions.ttl questions.json sitemap.xml robots.txt
        exports/odrl.html exports/odrl.ttl exports/odrl.rdf exports/thesaurus.jsonld doc/odrl.html doc/alignments/org.ttl
        .htaccess nginx.conf w3id/.htaccess w3id/README.md dumps/all.nq.gz dumps/asserted.nt.gz dumps/inferred.ttl.gz
        search/index.json table/modality-must.html table/party-senco.html people/setting-early-education.html
        table/modality-must_setting-maintained-special.html static/sengraph.css static/search.js""".split()
    names += [f"questions/{name}.html" for name in graph.questions.names]
    names += [f"questions/gaps.{end}" for end in ("rq", "csv", "tsv", "srj", "srx", "md")]
    names += [f"questions/responsibilities-of/{party}.html" for party in ("senco", "parents")]
    assert [name for name in names if name not in static_files] == []


def test_no_link_is_dead(static_files):
    """Each link, image, script and form leads to a file of the site and its anchor, and none asks for an answer."""
    found = dead(static_files)
    assert found == []
    assert len(static_files) > 2000


def test_pages_are_small(static_files):
    """A page has less than 100 kB, and so has each part of the search."""
    is_read = re.compile(r".*\.html|search/.*")
    assert {
        name: len(text) for name, text in static_files.items() if is_read.fullmatch(name) and len(text) >= LARGEST
    } == {}


def test_only_the_search_has_a_script_and_no_page_asks_for_what_no_file_answers(static_files):
    """There are no forms but the search's, and nothing that was left empty."""
    pages = {name: Page(text.decode()) for name, text in static_files.items() if name.endswith(".html")}
    assert [name for name, page in pages.items() if "script" in page.tags] == ["search.html"]
    assert {page.tags.count("form") for page in pages.values()} == {1}
    assert [name for name, page in pages.items() if "" in page.links] == []


# ------------------------------------------------------------------------------ data


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    "name", ["doc/code-2001/mainstream-3.1", "doc/ontology/party-senco", "doc/dataset", "questions"]
)
def test_the_forms_of_a_document_say_the_same(static_files, name):
    """Turtle, JSON-LD, RDF/XML and N-Triples are the same graph, and not an empty one."""
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
    graphs = [rdflib.Graph().parse(data=static_files[f"{name}.{end}"], format=form) for end, form in names.items()]
    assert len(graphs[0]) > 10
    assert [isomorphic(graphs[0], other) for other in graphs[1:]] == [True] * 3


def test_all_rdf_is_read(static_files):
    """No file with RDF has a fault."""
    forms = {
        "ttl": ox.RdfFormat.TURTLE,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdf": ox.RdfFormat.RDF_XML,
        "nt": ox.RdfFormat.N_TRIPLES,
    }
    sizes = dict.fromkeys(forms, 0)
    for name, text in static_files.items():
        end = name.rpartition(".")[2]
        if end in forms and not name.startswith("context"):
            sizes[end] += len({*ox.parse(text, forms[end], base_iri=BASE + name)})
    assert sizes["ttl"] > 10_000
    assert {*sizes.values()} == {sizes["ttl"]}


def test_dumps_are_the_graphs_and_their_checksums_and_sizes_are_true(static_files):
    """What DCAT says of a file holds of it; the dumps of the graphs and that of all hold the same."""
    said = rdflib.Graph().parse(data=static_files["doc/dataset.ttl"], format="turtle")
    rows = said.query(
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?file ?size ?digest { ?data dcat:distribution ?d . ?d dcat:downloadURL ?file ; dcat:byteSize ?size ;
        spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?digest ] }"""
    )
    told = {str(file).removeprefix(BASE): (int(size), str(digest)) for file, size, digest in rows}
    dumps = {name: text for name, text in static_files.items() if name.startswith("dumps/")}
    assert told == {name: (len(text), hashlib.sha256(text).hexdigest()) for name, text in dumps.items()}
    lines = gzip.decompress(dumps["dumps/all.nq.gz"]).decode().splitlines()
    parts = {
        name: gzip.decompress(dumps[f"dumps/{name}.nt.gz"]).decode().splitlines() for name in ("asserted", "inferred")
    }
    assert {name: len(part) for name, part in parts.items()} == {
        name: sum(f"/graph/{name}> ." in line for line in lines) for name in parts
    }
    for name, part in parts.items():
        turtle = {quad.triple for quad in ox.parse(gzip.decompress(dumps[f"dumps/{name}.ttl.gz"]), ox.RdfFormat.TURTLE)}
        assert len(turtle) == len(part)
        assert part == sorted(part)


def test_the_figures_of_void_are_those_of_the_dumps(static_files):
    """Triples, entities, classes and properties are recounted from the N-Quads."""
    quads = [*ox.parse(gzip.decompress(static_files["dumps/all.nq.gz"]), ox.RdfFormat.N_QUADS)]
    triples = {quad.triple for quad in quads}
    rdf_type = ox.NamedNode(linked.RDF + "type")
    typed = [t for t in triples if t.predicate == rdf_type and isinstance(t.object, ox.NamedNode)]
    void = rdflib.Namespace(linked.VOID)
    said = rdflib.Graph().parse(data=static_files[".well-known/void"], format="turtle")
    dataset = rdflib.URIRef(linked.DATASET)
    figures = {
        name: int(str(said.value(dataset, void[name]))) for name in ("triples", "entities", "classes", "properties")
    }
    assert figures == {
        "triples": len(triples),
        "entities": len(
            {t.subject for t in triples if t.predicate == rdf_type and isinstance(t.subject, ox.NamedNode)}
        ),
        "classes": len({t.object for t in typed if isinstance(t.subject, ox.NamedNode)}),
        "properties": len({t.predicate for t in triples}),
    }
    for part in said.objects(dataset, void.classPartition):
        cls = ox.NamedNode(str(said.value(part, void["class"])))
        entities = {t.subject for t in typed if t.object == cls and isinstance(t.subject, ox.NamedNode)}
        assert int(str(said.value(part, void.entities))) == len(entities)
    dumps = {str(dump) for dump in said.objects(dataset, void.dataDump)}
    assert dumps == {f"{BASE}dumps/all.nq.gz"}
    assert b"sparql" not in static_files[".well-known/void"]


@pytest.mark.skipif(not SHAPES.is_file(), reason="the description was NOT checked: the shapes of DCAT-AP are missing")
def test_the_description_conforms_to_dcat_ap(static_files):
    """The shapes of DCAT-AP 3.0.1 find no fault, and do find one where a title is missing."""
    import pyshacl

    shapes = rdflib.Graph().parse(SHAPES)
    said = rdflib.Graph().parse(data=static_files["doc/dataset.ttl"], format="turtle")
    conforms, _, report = pyshacl.validate(said, shacl_graph=shapes)
    assert conforms, report
    said.remove((rdflib.URIRef(linked.DATASET), rdflib.DCTERMS.title, None))
    assert not pyshacl.validate(said, shacl_graph=shapes)[0]


def test_the_sitemap_has_the_pages(static_files):
    """Each address in it is a file, and each page of a thing is in it."""
    found = re.findall(r"<loc>([^<]*)</loc>", static_files["sitemap.xml"].decode())
    assert len(found) == len({*found})
    assert [address for address in found if address.removeprefix(BASE) not in static_files] == []
    stems = json.loads(static_files["manifest.json"])["things"].values()
    assert {f"{BASE}{stem}.html" for stem in stems} <= {*found}


def test_answers_are_those_of_the_questions(static_files, graph):
    """The table of a question is what asking it returns, with a choice too."""
    assert static_files["questions/gaps.csv"].decode().count("\r\n") == 1 + len(graph.ask("gaps"))
    rows = static_files["questions/responsibilities-of/senco.csv"].decode().count("\r\n") - 1
    assert rows == len(graph.ask("responsibilities-of", party="senco"))


def test_the_index_of_the_search_finds_words(static_files):
    """The part for the beginning of a word has the things with it, by label and file."""
    parts = json.loads(static_files["search/index.json"])["parts"]
    number, size, is_cut = parts["se"]
    entries = json.loads(static_files[f"search/{number}.json"])
    assert (len(entries), is_cut) == (size, 0)
    assert ["SENCO", "doc/ontology/party-senco.html", 0] in entries


@pytest.mark.skipif(os.name != "posix", reason="there are no terminals to be had here")
@pytest.mark.parametrize(("is_terminal", "shown"), [(True, True), (False, False)])
def test_a_terminal_shows_how_far_it_is(tmp_path, monkeypatch, capsys, is_terminal, shown):
    """Of four documents two are made: that is a half. A file or pipe gets nothing of it, and the last word is the same."""

    def half(*arguments: object, progress: Callable[[int, int], None], **options: object) -> Published:
        progress(0, 4)
        time.sleep(0.2)
        progress(2, 4)
        return Published(4, [])

    monkeypatch.setattr("sengraph.publish.publish", half)
    ours, theirs = os.openpty() if is_terminal else os.pipe()
    if is_terminal:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with os.fdopen(theirs, "w") as told, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", told)
        assert cli.main(["publish", str(tmp_path / "site"), "--base", BASE]) == 0
        told.flush()
        os.set_blocking(ours, False)
        seen = b"" if not select.select([ours], [], [], 0)[0] else os.read(ours, 10_000)
    os.close(ours)
    assert (b"50%" in seen, b"2/4" in seen) == (shown, shown)
    assert capsys.readouterr().out == f"{tmp_path / 'site'}: 4 things, 0 files, 0 bytes\n"


# ------------------------------------------------------------------------------ the folder


def test_the_same_data_gives_the_same_bytes(static_site, static_files, tmp_path):
    """Another run, by one process and not by two, writes the same files."""
    other = tmp_path / "other"
    publish(other, BASE)
    again = content_of(other)
    assert again.keys() == static_files.keys()
    assert [name for name, text in again.items() if static_files[name] != text] == []


def test_a_site_that_is_there_is_left_as_it_is(tmp_path):
    """Of the same data for the same address nothing is made again; a file that somebody changed is put right, and
    another address or other data is another site."""
    data = tmp_path / "data.ttl"
    for text, store in (("<x:a> <x:b> 1 .", "one"), ("<x:a> <x:b> 2 .", "two")):
        data.write_text(text)
        ingest.ingest([data], tmp_path / store, bare=True, inference=False)
    folder = tmp_path / "site"

    def again(base: str = BASE, store: str = "one") -> bool:
        done = publish(folder, base, store=tmp_path / store)
        there = {name: text for name, text in content_of(folder).items() if name != files.MANIFEST}
        assert {file.name: file.sha256 for file in done.files if file.name != files.MANIFEST} == {
            name: hashlib.sha256(text).hexdigest() for name, text in there.items()
        }
        return done.is_new

    assert again()
    before = folder.stat().st_ino
    assert not again()
    assert folder.stat().st_ino == before
    assert not folder.with_name(".site.publishing").exists()
    (folder / "index.html").write_bytes(b"changed")
    assert again()
    assert not again()
    (folder / "index.html").unlink()
    assert again()
    assert again(f"{BASE}deeper/")
    assert again(f"{BASE}deeper/", "two")


def test_the_manifest_has_each_file_and_its_digest(static_files):
    """All files but the manifest itself are in it."""
    said = json.loads(static_files["manifest.json"])
    assert (said["generator"], said["base"]) == ("sengraph publish", BASE)
    files = {name: hashlib.sha256(text).hexdigest() for name, text in static_files.items() if name != "manifest.json"}
    assert said["files"] == files


def old_site(folder: Path) -> Path:
    """Publish a small site of an earlier day."""
    with replaced(folder) as draft:
        written = [draft.write("index.html", b"old"), draft.write("doc/a.html", b"a")]
        said = {"generator": files.OURS, "files": {file.name: file.sha256 for file in written}}
        draft.write(files.MANIFEST, json.dumps(said).encode())
    return folder


@pytest.mark.parametrize("where", ["/", "loop"])
def test_a_folder_that_cannot_be_replaced_is_refused_before_anything_is_made(tmp_path, monkeypatch, capsys, where):
    """The root of a file system has no folder above it, and a link in a circle leads to none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    assert cli.main(["publish", where, "--base", BASE]) == 2
    assert "name a folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


@pytest.mark.parametrize("is_exchanged", [True, False])
def test_a_site_is_replaced_whole(tmp_path, monkeypatch, is_exchanged):
    """What is not written anew goes, what has not changed is the same file, and nothing stays beside the folder."""
    if not is_exchanged:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    folder = old_site(tmp_path / "site")
    before = (folder / "index.html").stat().st_ino
    with replaced(folder) as draft:
        draft.write("index.html", b"old")
        draft.write("new.html", b"new")
        assert content_of(folder)["doc/a.html"] == b"a"
    assert content_of(folder) == {"index.html": b"old", "new.html": b"new"}
    assert (folder / "index.html").stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), LimitError),
        (OSError(errno.EACCES, "Permission denied"), InputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_run_that_breaks_leaves_the_old_site(tmp_path, fault, error):
    """A full disk, a folder that cannot be written, an interruption: the old site stands, and nothing else is left."""
    folder = old_site(tmp_path / "site")
    before = content_of(folder)
    with pytest.raises(error), replaced(folder) as draft:
        _break(draft, fault)
    assert content_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def _break(draft: Draft, fault: BaseException) -> None:
    draft.write("index.html", b"half")
    raise fault


def test_a_full_disk_ends_with_an_error_of_a_limit(tmp_path, monkeypatch, capsys):
    """Where the last file does not fit, the command exits with 3, and there is no folder."""

    def write(self: Draft, name: str, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", name)

    monkeypatch.setattr(Draft, "write", write)
    assert cli.main(["publish", str(tmp_path / "a" / "site"), "--base", BASE]) == 3
    assert "no room" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_a_run_that_was_killed_is_cleared_away(tmp_path):
    """What it left beside the folder is not taken for anything; a site that was moved aside comes back."""
    folder = old_site(tmp_path / "site")
    left = tmp_path / ".site.publishing"
    (left / "new").mkdir(parents=True)
    (left / "new" / "index.html").write_bytes(b"half")
    folder.rename(left / "old")
    with pytest.raises(ZeroDivisionError), replaced(folder):
        raise ZeroDivisionError
    assert content_of(folder)["index.html"] == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_two_do_not_publish_to_one_folder_at_once(tmp_path):
    """The second is refused."""
    with replaced(tmp_path / "site"), pytest.raises(LimitError, match="another process"), replaced(tmp_path / "site"):
        raise AssertionError


@pytest.mark.parametrize("name", ["notes.txt", "doc/notes.txt", ".git"])
def test_what_is_not_ours_is_never_lost(tmp_path, name):
    """A folder with files of others is refused, whether a site is in it or not; so is a file, or a link to a folder."""
    for folder in (tmp_path / "plain", old_site(tmp_path / "site")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
        before = content_of(folder)
        with pytest.raises(UsageError, match="did not"), replaced(folder):
            raise AssertionError
        assert content_of(folder) == before
    with pytest.raises(UsageError, match="is a file"), replaced(tmp_path / "plain" / name):
        raise AssertionError


def test_a_manifest_of_somebody_else_makes_no_folder_ours(tmp_path):
    """Only one that this command wrote does."""
    (tmp_path / "manifest.json").write_text('{"files": {"a": "b"}}')
    with pytest.raises(UsageError, match="not empty"), replaced(tmp_path):
        raise AssertionError


@pytest.mark.parametrize(
    "base",
    [
        *("https://data.example.org", "https://data.example.org/sen", "data.example.org/", "ftp://example.org/", ""),
        *("https://example.org/a b/", "https://example.org/?x=/", "https://example.org/#/", "https://e.org/../a/"),
        *('https://example.org/"/', "https://example.org/%2F/", "https://example.org/\n/", "https://a@example.org/"),
    ],
)
def test_a_base_that_is_no_address_of_a_site_is_refused(tmp_path, base, capsys):
    """It would stand in rules of servers; the folder is not made."""
    assert cli.main(["publish", str(tmp_path / "site"), f"--base={base}"]) == 2
    assert [*tmp_path.iterdir()] == []
    if base.endswith("sen"):
        assert "write 'https://data.example.org/sen/'" in capsys.readouterr().err


# ------------------------------------------------------------------------------ names

STRANGE = [
    *(
        "doc/../../etc/passwd",
        "doc/%2E%2E/x",
        "doc/a%252Fb",
        "doc/con",
        "doc/COM1.1",
        "doc/x.",
        "doc/x.php",
        "doc/x.html",
    ),
    *(
        "doc/.htaccess",
        "doc/a//b",
        "doc/",
        "doc/" + "a" * 300,
        "doc/caf%C3%A9",
        "doc/a:b",
        "doc/a*b",
        "doc/-rf",
        "doc/a~b",
    ),
    *(
        "resource?iri=http%3A%2F%2Fexample.org%2F..%2Fx",
        "resource?iri=urn%3A" + "x" * 3000,
        "doc/aux/x",
        "doc/x.html/y",
    ),
]
"""Places whose names are not safe on every system."""


@pytest.mark.parametrize("place", STRANGE)
def test_a_name_that_is_not_safe_everywhere_is_not_used(place):
    """It becomes a short one with a digest, of letters, digits and `-`, in a folder of the site."""
    stem = stem_of(place)
    assert re.fullmatch(r"(doc|resource)/[A-Za-z0-9-]{1,40}~[0-9a-f]{16}", stem)
    assert len({stem_of(other) for other in STRANGE}) == len(STRANGE)


@pytest.mark.parametrize("place", ["doc/code-2001/mainstream-3.1", "doc/establishment/100000", "doc/gias/type_1.2"])
def test_a_name_that_is_safe_stays(place):
    """It is the name of the file."""
    assert stem_of(place) == place


def test_names_that_differ_in_capitals_only_are_told_apart():
    """The one in small letters keeps its name, others have a digest: no two are one on Windows or macOS."""
    places = ["doc/ontology/stage", "doc/ontology/Stage", "doc/ontology/STAGE", "doc/ontology/Body"]
    stems = [stem_of(place, clashing(places)) for place in places]
    assert (stems[0], stems[3]) == ("doc/ontology/stage", "doc/ontology/Body")
    assert len({stem.lower() for stem in stems}) == 4


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "a\\..\\x", "a/"])
def test_nothing_is_written_outside_the_folder(tmp_path, name):
    """A name that leads out is refused, whoever made it."""
    draft = Draft(tmp_path / "site", tmp_path / "old")
    (tmp_path / "site").mkdir()
    with pytest.raises((ValueError, OSError)):
        draft.write(name, b"x")
    assert not (tmp_path / "x").exists()


def test_one_name_is_not_written_twice(tmp_path):
    """Two documents with one name would be a fault of the names."""
    draft = Draft(tmp_path, tmp_path / "old")
    draft.write("a.html", b"one")
    with pytest.raises(FileExistsError):
        draft.write("a.html", b"two")


# ------------------------------------------------------------------------------ other data

MARKUP = (
    "<script>alert(1)</script> \"quotes\" & 'more' \u202eright to left\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629"
)
PATHS = [
    *(
        "a%2Fb",
        "a/../b",
        "CON",
        "con",
        "nul.txt",
        "Case",
        "case",
        "café",
        ".",
        "..",
        "x.html",
        "x.html/y",
        "a'b",
        "a(b)",
    ),
    *("+a+", "100%25", "q%3Fx", "l" * 300),
]


@pytest.fixture(scope="module")
def strange(tmp_path_factory) -> tuple[Path, list[str]]:
    """The site of data that is meant to do harm, and the IRIs of its things."""
    folder = tmp_path_factory.mktemp("strange")
    iris = [f"{root}{path}" for root in (BASE, "http://example.org/") for path in PATHS]
    label, name = ox.NamedNode(f"{linked.RDFS}label"), ox.NamedNode("http://example.org/name/1st")
    triples = [ox.Triple(ox.NamedNode(iri), label, ox.Literal(f"{MARKUP} {n}")) for n, iri in enumerate(iris)]
    triples.append(ox.Triple(ox.NamedNode(iris[0]), label, ox.Literal("x" * 10_000)))
    triples.append(ox.Triple(ox.NamedNode(iris[1]), label, ox.Literal("a\x00b")))
    triples += [ox.Triple(ox.NamedNode(iris[2]), name, ox.NamedNode(iri)) for iri in iris]
    triples.append(ox.Triple(ox.NamedNode(iris[2]), label, ox.NamedNode("javascript:alert(1)")))
    (folder / "strange.nt").write_bytes(b"".join(f"{triple} .\n".encode() for triple in triples))
    ingest.ingest([folder / "strange.nt"], folder / "store", bare=True, inference=False)
    publish(folder / "site", BASE, store=folder / "store")
    return folder / "site", iris


def test_strange_things_have_documents_with_safe_names(strange):
    """Each has its own files, of names that no system takes for another or for a device, and no link to them is dead."""
    folder, iris = strange
    content = content_of(folder)
    things = json.loads(content["manifest.json"])["things"]
    assert {*iris} <= things.keys()
    assert len({name.lower() for name in content}) == len(content)
    safe = re.compile(r"(?:[A-Za-z0-9_.][A-Za-z0-9_.~-]*/)*[A-Za-z0-9_.][A-Za-z0-9_.~-]*")
    assert [name for name in content if not safe.fullmatch(name) or len(name) > 200] == []
    assert [stem for stem in things.values() if re.search(r"(^|/)(con|nul)(\.|/|$)", stem, re.IGNORECASE)] == []
    assert [f"{things[iri]}.ttl" for iri in iris if iri.encode() not in content[f"{things[iri]}.nt"]] == []
    assert dead(content) == []


def test_strange_texts_are_text(strange):
    """Markup is shown as it is written, the direction of writing is not turned, and nothing leads to a script."""
    content = content_of(strange[0])
    pages = [text.decode() for name, text in content.items() if name.endswith(".html")]
    assert [page for page in pages if "<script>" in page or "\u202e" in page or 'href="javascript:' in page] == []
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    assert [name for name, text in content.items() if name.startswith("search/") and b"\x00" in text] == []


def test_a_form_that_cannot_state_a_thing_is_left_out(strange):
    """RDF/XML has no name for some properties: that file is not there, and its page does not link it."""
    folder, iris = strange
    stem = json.loads((folder / "manifest.json").read_text())["things"][iris[2]]
    assert not (folder / f"{stem}.rdf").exists()
    assert (folder / f"{stem}.ttl").is_file()
    assert ".rdf" not in (folder / f"{stem}.html").read_text()


OWN = """
@prefix sen: <https://w3id.org/sengraph/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix code: <https://w3id.org/sengraph/code-2001/> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://w3id.org/sengraph/ontology/party-senco> rdfs:label "no SENCO" ; dcterms:modified "soon" .
<https://data.example.org/sen/ontology#party-senco> rdfs:label "no SENCO either" ; dcterms:modified "2020-02-30" .
<https://w3id.org/sengraph/My(Onto)> a owl:Ontology ; owl:versionIRI <https://w3id.org/sengraph/My(Onto)/1> .
code:early-1.1 sen:bearer code:party-headteacher , sen:setting-Evening .
code:party-headteacher a sen:Role ; rdfs:label "another headteacher"@en .
sen:Party-SENCO a sen:Role ; rdfs:label "capitals"@en .
code:early-1.2 a sen:Responsibility ; sen:bearer sen:Party-SENCO .
"""
"""Terms that are called nearly as ours are: by another prefix, in capitals, with a slash, under the base of the site."""


@pytest.fixture(scope="module")
def alike(tmp_path_factory) -> dict[str, bytes]:
    """The site of the packaged graph with such terms."""
    folder = tmp_path_factory.mktemp("alike")
    (folder / "own.ttl").write_text(OWN)
    ingest.ingest([folder / "own.ttl"], folder / "store")
    publish(folder / "site", BASE, store=folder / "store", workers=2)
    return content_of(folder / "site")


def test_terms_that_are_called_alike_have_files_of_their_own(alike):
    """No two files differ in capitals only, and each party has its page of the table and its answers."""
    assert len({name.lower() for name in alike}) == len(alike)
    tables = {name for name in alike if re.match(r"table/party-headteacher~\w+\.html", name)}
    assert len(tables) == 2
    answers = {name for name in alike if re.match(r"questions/responsibilities-of/party-headteacher~\w+\.csv", name)}
    assert len(answers) in (0, 2)  # or they are told apart by their short names
    assert dead(alike) == []


def test_nothing_takes_the_place_of_a_term(alike):
    """The document of a term of ours tells of that, and others that would be there are elsewhere."""
    things = json.loads(alike["manifest.json"])["things"]
    assert things["https://w3id.org/sengraph/ontology#party-senco"] == "doc/ontology/party-senco"
    assert b"no SENCO" not in alike["doc/ontology/party-senco.html"]
    for iri in ("https://w3id.org/sengraph/ontology/party-senco", f"{BASE}ontology#party-senco"):
        assert b"no SENCO" in alike[f"{things[iri]}.html"]
        assert things[iri].startswith("resource/")


def test_what_is_no_day_is_not_the_day_of_a_change(alike):
    """The sitemap has days that the data states as such, and no other text."""
    days = {*re.findall(r"<lastmod>([^<]*)</lastmod>", alike["sitemap.xml"].decode())}
    assert "2026-11-23" in days
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)


def test_versions_of_ontologies_with_strange_names_lead_to_their_files(alike):
    """A version whose ontology has no safe name is sent on to the stem of its files."""
    stem = json.loads(alike["manifest.json"])["things"]["https://w3id.org/sengraph/My(Onto)"]
    for name in (".htaccess", "w3id/.htaccess"):
        got = ask(alike[name].decode(), "My(Onto)/1", "text/turtle", set())
        assert got.status == 303
        assert got.place.removeprefix(BASE).removesuffix(".ttl") == stem


def test_a_register_has_its_schools(schools_store, tmp_path, monkeypatch):
    """Each establishment has a page, the questions about schools an example, the register a dump; where there are very
    many, their pages do not tell why."""
    monkeypatch.setattr("sengraph.publish.site.FEW", 0)
    monkeypatch.setattr("sengraph.publish.things.ESTABLISHMENT", linked.BASE)  # nor do others here: that takes long
    publish(tmp_path / "site", BASE, store=schools_store)
    content = content_of(tmp_path / "site")
    schools = [name for name in content if re.fullmatch(r"doc/establishment/\d+\.html", name)]
    assert len(schools) > 5
    assert dead(content) == []
    assert b"The whole of it" in content["questions/responsibilities-of-school.html"]
    assert [name for name in schools if b"why?" in content[name]] == []
    assert "dumps/register.nt.gz" in content


# ------------------------------------------------------------------------------ rules


class Sent(NamedTuple):
    """What a server makes of a request: the status it sends on with, and the path or address."""

    status: int
    place: str


def ask(text: str, path: str, accept: str, present: set[str], query: str = "") -> Sent:
    """Do what mod_rewrite does with a request, as far as the rules go: conditions are of Accept, the query and files."""
    conditions: list[tuple[str, str]] = []
    for line in text.splitlines():
        words = line.split(" ")
        if words[0] == "RewriteCond":
            conditions.append((words[1], words[2]))
        elif words[0] == "RewriteRule":
            pattern, target, flags = words[1], words[2], words[3].strip("[]").split(",") if words[3:] else []
            values = {"%{HTTP_ACCEPT}": accept, "%{QUERY_STRING}": query}
            holds = all(
                path not in present if test == "!-f" else re.search(test, values[name]) for name, test in conditions
            )
            conditions = []
            found = re.search(pattern, path)
            if holds and found:
                path = re.sub(r"\$(\d)", lambda group, found=found: found[int(group[1])] or "", target)
                if "R=303" in flags or "END" in flags:
                    return Sent(303 if "R=303" in flags else 200, path)
    return Sent(200, path)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

REQUESTS = [
    ("code-2001/mainstream-3.1", "*/*", Sent(303, "doc/code-2001/mainstream-3.1")),
    ("code-2001/mainstream-3.1", BROWSER, Sent(303, "doc/code-2001/mainstream-3.1")),
    ("doc/code-2001/mainstream-3.1", BROWSER, Sent(200, "doc/code-2001/mainstream-3.1.html")),
    ("doc/code-2001/mainstream-3.1", "text/turtle", Sent(200, "doc/code-2001/mainstream-3.1.ttl")),
    ("doc/code-2001/mainstream-3.1", "application/ld+json", Sent(200, "doc/code-2001/mainstream-3.1.jsonld")),
    (
        "doc/code-2001/mainstream-3.1",
        "application/ld+json, text/html",
        Sent(200, "doc/code-2001/mainstream-3.1.jsonld"),
    ),
    ("doc/code-2001/mainstream-3.1", "application/rdf+xml", Sent(200, "doc/code-2001/mainstream-3.1.rdf")),
    ("doc/code-2001/mainstream-3.1", "application/n-triples", Sent(200, "doc/code-2001/mainstream-3.1.nt")),
    ("doc/code-2001/mainstream-3.1", "application/ldxjson", Sent(200, "doc/code-2001/mainstream-3.1.ttl")),
    ("doc/code-2001/mainstream-3.1", "", Sent(200, "doc/code-2001/mainstream-3.1.ttl")),
    ("doc/code-2001/mainstream-3.1.nt", BROWSER, Sent(200, "doc/code-2001/mainstream-3.1.nt")),
    ("ontology", BROWSER, Sent(303, "doc/ontology")),
    ("doc/ontology", BROWSER, Sent(200, "doc/ontology.html")),
    ("ontology/0.1.0", BROWSER, Sent(303, "doc/ontology")),
    ("doc/ontology/Stage", "text/turtle", Sent(200, f"{stem_of('doc/ontology/Stage', {'doc/ontology/stage'})}.ttl")),
    (
        "doc/ontology/Stage.rdf",
        "text/turtle",
        Sent(200, f"{stem_of('doc/ontology/Stage', {'doc/ontology/stage'})}.rdf"),
    ),
    ("doc/ontology/stage", "text/turtle", Sent(200, "doc/ontology/stage.ttl")),
    ("graph/asserted", BROWSER, Sent(303, "doc/dataset")),
    ("alignments/org", "text/turtle", Sent(303, "doc/alignments/org")),
    ("doc/alignments/org", "text/turtle", Sent(200, "doc/alignments/org.ttl")),
    ("doc/odrl/Recommendation", BROWSER, Sent(200, "doc/odrl/Recommendation.html")),
    ("exports/odrl", BROWSER, Sent(200, "exports/odrl.html")),
    ("exports/odrl", "*/*", Sent(200, "exports/odrl.ttl")),
    ("exports/thesaurus.jsonld", "*/*", Sent(200, "exports/thesaurus.jsonld")),
    ("table", BROWSER, Sent(200, "table.html")),
    ("table/modality-must.html", BROWSER, Sent(200, "table/modality-must.html")),
    ("questions/gaps", "text/csv", Sent(200, "questions/gaps.csv")),
    ("questions/gaps", BROWSER, Sent(200, "questions/gaps.html")),
    ("dumps/all.nq.gz", "*/*", Sent(200, "dumps/all.nq.gz")),
    (".well-known/void", "text/turtle", Sent(200, ".well-known/void")),
    ("context.jsonld", "*/*", Sent(200, "context.jsonld")),
]


@pytest.mark.parametrize(("path", "accept", "sent"), REQUESTS)
def test_apache_is_told_what_to_answer(static_files, path, accept, sent):
    """The rules of the site send things on to documents, and give of a document the form that is accepted."""
    got = ask(static_files[".htaccess"].decode(), path, accept, {*static_files})
    assert got == sent
    assert got.status == 303 or got.place in static_files


@pytest.mark.parametrize(
    ("path", "accept", "sent"), [each for each in REQUESTS if each[0].startswith(("code", "doc", "exp", "ont"))]
)
def test_w3id_sends_on_to_files(static_files, path, accept, sent):
    """Things and documents are sent to the file that is accepted, of the right name, with 303."""
    got = ask(static_files["w3id/.htaccess"].decode(), path, accept, set())
    assert got.status == 303
    assert got.place.removeprefix(BASE) in static_files
    if sent.status == 200:
        assert got.place == BASE + sent.place


def test_patterns_of_strange_names_match_these_and_nothing_else(strange):
    """A name is escaped in rules: the server's decoded path is matched, whatever is in it."""
    text = (strange[0] / ".htaccess").read_text()
    things = json.loads((strange[0] / "manifest.json").read_text())["things"]
    for path in ("a'b", "a(b)", "+a+", "café", "con", "Case"):
        got = ask(text, f"doc/{path}", "text/turtle", set())
        assert got == Sent(200, f"{things[BASE + path]}.ttl")
    assert ask(text, "doc/aaa", "text/turtle", set()) == Sent(200, "doc/aaa.ttl")
    assert rules._pattern("doc/a%20b%5C") == r"doc/a\ b\\"


def test_links_are_relative_and_say_nothing_of_what_is_not_there():
    """From a page in a folder to one elsewhere; to a form that nobody answers there is none."""
    places = Places(BASE, {"": "index.html", "table": "table.html"}, frozenset(["doc/a/b", "doc/a/c"]), {}, frozenset())
    link = Links(places, "doc/a/b.html")
    assert [link(place) for place in ("", "doc/a/c", "doc/a/c.ttl", "static/x.css")] == [
        *("../../index.html", "c.html", "c.ttl", "../../static/x.css")
    ]
    assert [link(place) for place in ("sparql", "table?", "doc/a/d", "why?s=a&p=b&o=c", "openapi.json")] == [""] * 5
