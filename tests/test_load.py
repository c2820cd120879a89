"""Files to triples, and a clear word for every file that is not what it says."""

import gzip

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sengraph import load
from sengraph.errors import InputError

TURTLE = "<http://e/s> <http://e/p> [ <http://e/q> 1 ] .\n"


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("extension", [*load.EXTENSIONS, *(f"{name}.gz" for name in load.EXTENSIONS)])
def test_every_format_is_read_by_its_extension(tmp_path, extension):
    """The same two triples come out of each format, packed or not."""
    triples = [quad.triple for quad in ox.parse(TURTLE, ox.RdfFormat.TURTLE)]
    form = getattr(ox.RdfFormat, load.EXTENSIONS[extension.removesuffix(".gz")])
    content = ox.serialize(triples, format=form)
    path = put(tmp_path, f"data{extension}", gzip.compress(content) if extension.endswith(".gz") else content)
    assert sorted(t.predicate.value for t in load.read([path])) == ["http://e/p", "http://e/q"]


def test_broken_turtle_names_file_and_line(tmp_path):
    """The message says which file, which line, and that it is not Turtle."""
    path = put(tmp_path, "bad.ttl", "<http://e/s> <http://e/p> 1 .\n<http://e/s> oops .\n")
    with pytest.raises(InputError, match=r"bad\.ttl, line 2: this is not Turtle"):
        load.read([path])


def test_an_iri_with_a_space_is_refused(tmp_path):
    """An IRI that is none is a fault of the file, with its line."""
    path = put(tmp_path, "bad.ttl", "\n<http://e/a b> a <http://e/C> .\n")
    with pytest.raises(InputError, match="line 2"):
        load.read([path])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data.txt", "", "does not name an RDF format"),
        ("data.ttl.gz", b"not gzip", "cannot be read|does not unpack"),
        ("data.ttl.gz", gzip.compress(TURTLE.encode() * 50)[:-12], "does not unpack"),
        ("data.ttl", b"\xff\xfe\x00", "this is not Turtle"),
        ("data.rdf", "<html><body>404", "this is not RDF/XML"),
        ("data.nt", "{}", "this is not N-Triples"),
        ("data.ttl", "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>> .", "triple term"),
    ],
)
def test_wrong_files_are_told_apart(tmp_path, name, content, said):
    """A wrong extension, a cut archive, bytes that are no text: each is said."""
    path = put(tmp_path, name, content)
    with pytest.raises(InputError, match=said):
        load.read([path])


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "rdf"])
def test_a_byte_order_mark_is_no_matter(tmp_path, extension):
    """Some editors put it before UTF-8."""
    form = getattr(ox.RdfFormat, load.EXTENSIONS[f".{extension}"])
    triples = [quad.triple for quad in ox.parse("<http://e/s> <http://e/p> 1 .", ox.RdfFormat.TURTLE)]
    content = ox.serialize(triples, format=form)
    assert load.read([put(tmp_path, f"data.{extension}", b"\xef\xbb\xbf" + content)]) == triples


def xml(entities, text):
    """An RDF/XML document that declares these entities and uses them in a text."""
    declared = "".join(f'<!ENTITY {name} "{value}">\n' for name, value in entities.items())
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE rdf:RDF [\n{declared}]>\n<rdf:RDF xmlns:rdf="&rdf;" xmlns:e="http://e/">\n'
        f'<rdf:Description rdf:about="&e;s"><e:p>{text}</e:p></rdf:Description></rdf:RDF>'
    )


SPACES = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "e": "http://e/"}
TENFOLD = {chr(98 + n): f"&{chr(97 + n)};" * 10 for n in range(9)}


def test_entities_for_namespaces_are_read(tmp_path):
    """As OWL files have them, with the characters that XML itself escapes."""
    path = put(tmp_path, "mine.owl", xml(SPACES | {"q": "a &amp; b&#33;"}, "&q; &e;" * 50))
    (triple,) = load.read([path])
    assert (triple.subject.value, triple.object.value) == ("http://e/s", "a & b! http://e/" * 50)


@pytest.mark.parametrize(
    ("entities", "text", "said"),
    [
        (SPACES | {"a": "ha"} | TENFOLD, "&k;", "made of others"),
        (SPACES | {"a": "x" * 10000}, "&a;" * 10000, "far more text"),
    ],
)
def test_entities_that_grow_are_refused(tmp_path, entities, text, said):
    """Before anything is written out: a few lines could fill the memory."""
    with pytest.raises(InputError, match=f"mine.rdf: .*{said}"):
        load.read([put(tmp_path, "mine.rdf", xml(entities, text))])


def test_a_directory_and_a_missing_file_are_named(tmp_path):
    """Neither is a traceback."""
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(InputError, match="is a directory"):
        load.read([tmp_path / "folder.ttl"])
    with pytest.raises(InputError, match="there is no such file"):
        load.read([tmp_path / "none.ttl"])


def test_blank_nodes_of_two_files_stay_apart(tmp_path):
    """`_:b` in one file is not `_:b` in another."""
    one = put(tmp_path, "one.nt", '_:b <http://e/p> "1" .\n')
    two = put(tmp_path, "two.nt", '_:b <http://e/p> "2" .\n')
    assert len({triple.subject for triple in load.read([one, two])}) == 2


def test_imports_of_the_packaged_ontology_are_answered_without_fetching(tmp_path):
    """A file that imports the vocabulary gets the packaged copy; any other import is left alone."""
    path = put(
        tmp_path,
        "mine.ttl",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<http://e/> owl:imports"
        " <https://w3id.org/sengraph/ontology> , <http://192.0.2.1/never> .\n",
    )
    assert len(load.read([path])) > 500
    assert len(load.read([path], imports=False)) == 2


@settings(max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(sorted(load.EXTENSIONS)))
def test_any_bytes_are_triples_or_a_clear_error(tmp_path_factory, content, extension):
    """Fuzz: no other exception leaves the parser."""
    path = put(tmp_path_factory.mktemp("fuzz"), f"f{extension}", content)
    try:
        load.read([path])
    except InputError as error:
        assert str(path) in str(error)
