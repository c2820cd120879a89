"""Rules by which a web server answers for things: Apache's for the site and for w3id.org, and nginx's.

One table says in which order the forms of a document are thought of. Servers that go by such rules do not weigh what a
client accepts (`q=`), so whatever is named first in the table is given: JSON-LD before HTML, for programs in browsers
take both; Turtle to whoever takes anything, as from `sengraph serve`.

    Apache, nginx   code-2001/x -> 303 doc/code-2001/x      doc/code-2001/x -> the file, by Accept
    w3id.org        code-2001/x -> 303 BASEdoc/code-2001/x.ttl, by Accept: the host of the files need not have rules

Sources: Apache 2.4, mod_rewrite (END), mod_mime (files with several extensions); nginx, try_files and
ngx_http_map_module; Best Practice Recipes for Publishing RDF Vocabularies (W3C, 2008); the instructions of
perma-id/w3id.org.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from sengraph import linked
from sengraph.publish.files import stem_of
from sengraph.render import FORMATS

ACCEPT = {
    "jsonld": r"application/ld\+json",
    "ttl": r"text/turtle|application/x-turtle|text/n3",
    "rdf": r"application/rdf\+xml",
    "nt": r"application/n-triples",
    "html": r"text/html|application/xhtml\+xml",
}
"""By the form, what of an Accept header asks for it; the first that is found is given, and `ttl` if none is."""

ANSWERS = {
    "csv": r"text/csv",
    "tsv": r"text/tab-separated-values",
    "srj": r"application/sparql-results\+json|application/json",
    "srx": r"application/sparql-results\+xml",
    "html": r"text/html|application/xhtml\+xml|\*/\*",
}
"""The same for the answers of stored questions."""

USUAL = "ttl"

TYPES = {name: FORMATS[name].media_type.partition(";")[0] for name in ("ttl", "jsonld", "rdf", "nt", "nq")} | {
    "srj": FORMATS["json"].media_type,
    "srx": FORMATS["xml"].media_type,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "rq": "application/sparql-query",
    "md": "text/markdown",
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain",
    "gz": "application/gzip",
}
"""The media types of files, by extension: those that servers come with differ."""

TEXTS = ("ttl", "csv", "tsv", "md", "html", "css", "js", "txt")
"""The extensions whose media types have a charset."""

METADATA = "application/csvm+json"
"""The media type of `*.csv-metadata.json` (CSV on the Web: Tabular Data, section 5.1), which ends as JSON does."""

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""What a browser may do with a page: nothing that is written into it is run."""

MOST = 2000
"""How many documents whose files are called otherwise have rules: each rule is tried for each request."""

PAGES = ("table", "people", "search")

FOLDERS = ("doc", "static", "dumps", "why", "names", "context", "resource", "exports", "w3id", "other")
"""Where nothing is a thing, beside the folders of pages."""

THING = rf"(?!(?:{'|'.join((*PAGES, 'questions', *FOLDERS))})(?:/|$))(?!.*\.html$)[^.?][^?]*"
"""Matches the path of what may be a thing, decoded."""

DOCUMENT = r"(?:exports/[A-Za-z0-9_-]+|questions)"
"""Matches the documents that are outside `doc/`."""

ANSWER = "questions/[A-Za-z0-9_-]+"
"""Matches the places of stored questions."""

NO_FORM = "".join(rf"(?<!\.{name})" for name in ACCEPT)
"""Matches where no form of a document stands before."""

FORM = rf"\.(?:{'|'.join(ACCEPT)})"
"""Matches the extension of a form of a document."""

NGINX_SERVER = "# This part goes into server { }."
"""The line between the two parts for nginx."""


def apache(base: str, renamed: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return the `.htaccess` of the site.

    Args:
        base: the address of the site.
        renamed: the stem of the file of each document whose place is no safe name, by place.
        aliases: the stem of the document that tells of what another place means, such as the version of an ontology.
    """
    path = urlsplit(base).path
    lines = [
        *_apache_files(path),
        "RewriteEngine On",
        f"RewriteBase {path}",
        "# pages",
        f"RewriteRule ^({'|'.join((*PAGES, 'questions'))})/$ $1 [R=303,END]",
        f"RewriteRule ^({'|'.join(PAGES)})$ $1.html [END]",
        *_by_accept(f"^({ANSWER})$", "$1", ANSWERS, "RewriteCond %{QUERY_STRING} ^$"),
        f"RewriteRule ^({ANSWER})$ $1.html [END]",
        "# exports, and the questions as data",
        *_by_accept(f"^({DOCUMENT})$", "$1", ACCEPT),
        f"RewriteRule ^({DOCUMENT})$ $1.{USUAL} [END]",
        "# other names of documents",
    ]
    for place, document in sorted(aliases.items()):
        lines.append(f"RewriteRule ^(?:doc/)?{_pattern(place.removeprefix('doc/'))}({FORM})?$ {document}$1 [R=303,END]")
    lines.append("RewriteRule ^(?:doc/)?graph/. doc/dataset [R=303,END]")
    lines += ["# things: to their documents"]
    for thing, stem in _escaped(base, renamed):
        lines.append(f"RewriteRule ^{_escape(thing)}$ {stem} [R=303,END]")
    lines += ["RewriteCond %{REQUEST_FILENAME} !-f", f"RewriteRule ^({THING})$ doc/$1 [R=303,END]"]
    lines += ["# folders", f"RewriteRule ^(?:.+/|{'|'.join(FOLDERS)})$ - [R=404,END]"]
    lines += ["# documents whose files are called otherwise; in another folder, links from there would lead elsewhere"]
    for place, stem in _listed(renamed):
        flags = "" if _is_beside(place, stem) else " [R=303,END]"
        lines.append(f"RewriteRule ^{_pattern(place)}({FORM})?$ {stem}$1{flags}")
    lines += ["# documents: the form that is accepted"]
    lines += _by_accept(rf"^(doc/[^?]+){NO_FORM}$", "$1", ACCEPT)
    lines.append(rf"RewriteRule ^(doc/[^?]+){NO_FORM}$ $1.{USUAL} [END]")
    return "".join(f"{line}\n" for line in lines)


def _apache_files(path: str) -> list[str]:
    """Return the part of an `.htaccess` that tells what files are, and what browsers may do with them."""
    return [
        "# Made by 'sengraph publish' for Apache 2.4; it needs mod_rewrite and AllowOverride All.",
        "Options +FollowSymLinks -MultiViews -Indexes",
        "DirectorySlash Off",
        "DirectoryIndex index.html",
        *_if("alias", *([] if path == "/" else [f"RedirectMatch 301 ^{re.escape(path[:-1])}$ {path}"])),
        f"ErrorDocument 404 {path}404.html",
        "AddDefaultCharset utf-8",
        *(f"AddType {media_type} .{name}" for name, media_type in TYPES.items()),
        f"AddCharset utf-8 {' '.join(f'.{name}' for name in TEXTS)}",
        *_if("mime", "RemoveEncoding .gz"),
        # What stands before .gz tells nothing of the file as it is sent.
        *_files(r"\.gz$", f"ForceType {TYPES['gz']}"),
        *_files("^void$", f'ForceType "{TYPES["ttl"]}; charset=utf-8"'),
        *_files(r"\.csv-metadata\.json$", f"ForceType {METADATA}"),
        *_if(
            "headers",
            # Also of redirects: a script elsewhere may follow those only that allow it.
            'Header always set Access-Control-Allow-Origin "*"',
            'Header always set X-Content-Type-Options "nosniff"',
            'Header merge Vary "Accept"',
            *_files(r"\.html$", f'Header always set Content-Security-Policy "{POLICY}"'),
        ),
    ]


def _if(module: str, *lines: str) -> list[str]:
    return [f"<IfModule mod_{module}.c>", *lines, "</IfModule>"] if lines else []


def _files(pattern: str, line: str) -> list[str]:
    return [f'<FilesMatch "{pattern}">', line, "</FilesMatch>"]


def _by_accept(pattern: str, target: str, accept: Mapping[str, str], *conditions: str) -> list[str]:
    """Return rules that add the form that is accepted to a target."""
    lines = []
    for name, accepted in accept.items():
        lines += [
            *conditions,
            f"RewriteCond %{{HTTP_ACCEPT}} {accepted}",
            f"RewriteRule {pattern} {target}.{name} [END]",
        ]
    return lines


def _pattern(place: str) -> str:
    """Return a regular expression for the path of a place as a server has it, decoded, in a configuration's line."""
    return _escape(unquote(place))


def _escape(path: str) -> str:
    return re.sub(r"([^A-Za-z0-9_/~\x80-\U0010ffff-])", r"\\\1", path)


def _listed(renamed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return as many documents as have rules: their places and stems."""
    return sorted(renamed.items())[:MOST]


def _is_beside(place: str, stem: str) -> bool:
    """Tell whether the links of a file lead from a place to where they lead from the file."""
    return place.rpartition("/")[0] == stem.rpartition("/")[0]


def _escaped(base: str, renamed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a server makes of the IRIs of things that have escapes themselves, and the stems of their documents.

    It decodes them, as it does those that clients escape. Where that gives what may be another thing, it is that.
    """
    things: dict[str, str] = {}
    for place, stem in _listed(renamed):
        thing = unquote(unquote(place.removeprefix("doc/")))
        other = linked.place_of(base + thing, base)
        is_other = other in renamed or other == stem_of(other)
        if "%25" in place and thing.isprintable() and "\ufffd" not in thing and not is_other:
            things.setdefault(thing, stem)
    return sorted(things.items())


def w3id(base: str, renamed: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return the `.htaccess` for the folder of the project at w3id.org; as `apache` otherwise.

    Each document is found at its file, whatever the site's host makes of names without an extension.
    """
    lines = [
        "# Made by 'sengraph publish' for the folder sengraph/ of https://github.com/perma-id/w3id.org",
        "Options +FollowSymLinks",
        "RewriteEngine on",
        f"RewriteRule ^$ {base} [R=303,L]",
    ]
    lines[2:2] = _if("headers", 'Header always set Access-Control-Allow-Origin "*"')
    for place in (*PAGES, "questions"):
        lines.append(f"RewriteRule ^({place})/?$ {base}$1.html [R=303,L]")
    kept = r"(?:\.well-known|context|static|dumps|names|why|questions)/.*|context\.jsonld|sitemap\.xml"
    lines.append(f"RewriteRule ^({kept})$ {base}$1 [R=303,L]")
    stems = {_escape(thing): stem for thing, stem in _escaped(base, renamed)}
    stems |= {_pattern(place.removeprefix("doc/")): stem for place, stem in _listed(renamed)}
    stems |= {_pattern(place.removeprefix("doc/")): document for place, document in sorted(aliases.items())}
    for pattern, stem in stems.items():
        lines.append(f"RewriteRule ^(?:doc/)?{pattern}({FORM})$ {base}{stem}$1 [R=303,L]")
    lines.append(f"RewriteRule ^(exports/.+{FORM})$ {base}$1 [R=303,L]")
    lines.append(f"RewriteRule ^(?:doc/)?([^?]+{FORM})$ {base}doc/$1 [R=303,L]")
    lines += _seen_by_accept("^(exports/[A-Za-z0-9_-]+)$", f"{base}$1")
    for pattern, stem in [*stems.items(), ("graph/[^/]+", "doc/dataset")]:
        lines += _seen_by_accept(f"^(?:doc/)?{pattern}$", base + stem)
    lines += _seen_by_accept("^(?:doc/)?([^?]+)$", f"{base}doc/$1")
    return "".join(f"{line}\n" for line in lines)


def _seen_by_accept(pattern: str, target: str) -> list[str]:
    """Return rules that send on to the form that is accepted."""
    lines = []
    for name, accepted in ACCEPT.items():
        lines += [f"RewriteCond %{{HTTP_ACCEPT}} {accepted}", f"RewriteRule {pattern} {target}.{name} [R=303,L]"]
    return [*lines, f"RewriteRule {pattern} {target}.{USUAL} [R=303,L]"]


def w3id_readme(base: str) -> str:
    """Return the README that w3id.org asks for beside the rules."""
    return (
        "# sengraph\n\nResponsibilities for special educational needs: an ontology and data.\n\n"
        f"- The site: <{base}>\n- What redirects: every IRI under <https://w3id.org/sengraph/>, by Accept, to the file "
        "of its document there.\n- Contact: NAME, @GITHUB-ACCOUNT (fill this in: w3id.org asks for one)\n"
    )


def nginx(base: str, renamed: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return the two parts of an nginx configuration that does what `apache` does.

    Files are looked for by `try_files`: the numbered groups of a location are lost once a map tries its patterns.
    """
    path = urlsplit(base).path
    at = re.escape(path)
    pages = "|".join(PAGES)
    lines = [
        *_nginx_maps(path),
        *_nginx_files(path),
        f"location = {path} {{ try_files {path}index.html =404; }}",
        f'location ~ "^{at}({pages}|questions)/$" {{ return 303 {path}$1$is_args$args; }}',
        f'location ~ "^{at}(?:{pages})$" {{ try_files $uri.html =404; }}',
        f'location ~ "^{at}{ANSWER}$" {{ try_files $uri.$sengraph_answer =404; }}',
        f'location ~ "^{at}{DOCUMENT}$" {{ try_files $uri.$sengraph_form =404; }}',
    ]
    for place, document in sorted(aliases.items()):
        pattern = _quoted(f"^{at}(?:doc/)?{_pattern(place.removeprefix('doc/'))}({FORM})?$")
        lines.append(f"location ~ {pattern} {{ return 303 {path}{document}$1$is_args$args; }}")
    lines.append(f'location ~ "^{at}(?:doc/)?graph/." {{ return 303 {path}doc/dataset$is_args$args; }}')
    for thing, stem in _escaped(base, renamed):
        lines.append(f"location ~ {_quoted(f'^{at}{_escape(thing)}$')} {{ return 303 {path}{stem}$is_args$args; }}")
    for place, stem in _listed(renamed):
        pattern = _quoted(f"^{at}{_pattern(place)}({FORM})?$")
        if _is_beside(place, stem):
            lines.append(f"rewrite {pattern} {path}{stem}$1;")
        else:
            lines.append(f"location ~ {pattern} {{ return 303 {path}{stem}$1$is_args$args; }}")
    return "".join(
        f"{line}\n"
        for line in (
            *lines,
            f'location ~ "^{at}doc/.+{NO_FORM}$" {{ try_files $uri.$sengraph_form =404; }}',
            f"location {path} {{ try_files $uri @sengraph_thing; }}",
            "location @sengraph_thing {",
            f'    if ($uri !~ "^{at}{THING}$") {{ return 404; }}',
            # As it was asked for: what is decoded may hold the end of a line, and a header after it.
            f'    if ($request_uri ~ "^{at}([^?]+)") {{ return 303 {path}doc/$1$is_args$args; }}',
            "    return 404;",
            "}",
        )
    )


def _nginx_maps(path: str) -> list[str]:
    """Return the part for `http { }`: what is accepted, and what browsers may do with a page."""
    forms = [f'    "~{accepted}" {name};' for name, accepted in ACCEPT.items()]
    answers = [rf'    "~^\|.*(?:{accepted})" {name};' for name, accepted in ANSWERS.items()]
    return [
        "# Made by 'sengraph publish'. This part goes into http { }, the other one into the server { } of the host, of",
        f"# which the root is the folder that has the site at {path}",
        *("map $http_accept $sengraph_form {", f"    default {USUAL};", *forms, "}"),
        *('map "$args|$http_accept" $sengraph_answer {', "    default html;", *answers, "}"),
        *("map $sent_http_content_type $sengraph_policy {", f'    "~^text/html" "{POLICY}";', "}"),
        NGINX_SERVER,
    ]


def _nginx_files(path: str) -> list[str]:
    """Return the part that tells what files are."""
    charsets = [TYPES[name] for name in TEXTS if name != "html"]  # nginx has that one in mind itself
    return [
        *("types {", *(f"    {media_type} {name};" for name, media_type in TYPES.items()), "}"),
        "charset utf-8;",
        f"charset_types {' '.join(charsets)};",
        "absolute_redirect off;",
        f"error_page 404 {path}404.html;",
        'add_header Access-Control-Allow-Origin "*" always;',
        'add_header X-Content-Type-Options "nosniff" always;',
        'add_header Vary "Accept" always;',
        "add_header Content-Security-Policy $sengraph_policy always;",
        f"location = {path}.well-known/void {{ types {{ }} default_type {TYPES['ttl']}; }}",
        rf'location ~ "^{re.escape(path)}.*\.csv-metadata\.json$" {{ types {{ }} default_type {METADATA}; }}',
    ]


def _quoted(pattern: str) -> str:
    """Return a regular expression as nginx reads it: two reverse solidi between quotation marks are one."""
    return '"' + pattern.replace("\\\\", "\\\\\\\\") + '"'
