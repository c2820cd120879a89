"""Rules by which a web server answers for things: Apache's for the site and for w3id.org, and nginx's.

One table says in which order the forms of a document are thought of. Servers that go by such rules do not weigh what a
client accepts (`q=`), so whatever is named first in the table is given: JSON-LD before HTML, for programs in browsers
take both; Turtle to whoever takes anything, as from `sengraph serve`.

    Apache, nginx   code-2001/x -> 303 doc/code-2001/x      doc/code-2001/x -> the file, by Accept
    w3id.org        code-2001/x -> 303 BASEdoc/code-2001/x.ttl, by Accept: the host of the files need not have rules

Sources: Apache 2.4, mod_rewrite (END), mod_mime (files with several extensions); nginx, ngx_http_map_module; Best
Practice Recipes for Publishing RDF Vocabularies (W3C, 2008); the instructions of perma-id/w3id.org.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

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
}
"""The media types of files, by extension, which servers do not all know."""

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""What a browser may do with a page: nothing that is written into it is run."""

MOST = 2000
"""How many documents whose files are called otherwise have rules: each rule is tried for each request."""

PAGES = ("table", "people", "questions", "search")

NO_FORM = "".join(rf"(?<!\.{name})" for name in ACCEPT)
"""Matches where no form of a document stands before."""


def apache(base: str, renamed: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return the `.htaccess` of the site.

    Args:
        base: the address of the site.
        renamed: the stem of the file of each document whose place is no safe name, by place.
        aliases: the place of the document that tells of what another place means, such as the version of an ontology.
    """
    path = urlsplit(base).path
    lines = [
        "# Made by 'sengraph publish' for Apache 2.4; it needs mod_rewrite and AllowOverride All.",
        "Options +FollowSymLinks -MultiViews -Indexes",
        "DirectorySlash Off",
        "DirectoryIndex index.html",
        f"ErrorDocument 404 {path}404.html",
        "AddDefaultCharset utf-8",
        *(f"AddType {media_type} .{name}" for name, media_type in TYPES.items()),
        "AddCharset utf-8 .ttl .csv .tsv .md .html .js .css",
        "<IfModule mod_mime.c>",
        "RemoveEncoding .gz",
        "AddType application/gzip .gz",
        "</IfModule>",
        '<FilesMatch "^void$">',
        "ForceType text/turtle",
        "</FilesMatch>",
        "<IfModule mod_headers.c>",
        'Header set Access-Control-Allow-Origin "*"',
        'Header set X-Content-Type-Options "nosniff"',
        'Header merge Vary "Accept"',
        '<FilesMatch "\\.html$">',
        f'Header set Content-Security-Policy "{POLICY}"',
        "</FilesMatch>",
        "</IfModule>",
        "RewriteEngine On",
        f"RewriteBase {path}",
        "# pages",
        f"RewriteRule ^({'|'.join(PAGES)})/?$ $1.html [END]",
        *_by_accept(r"^questions/([A-Za-z0-9_-]+)$", "questions/$1", ANSWERS, "RewriteCond %{QUERY_STRING} ^$"),
        r"RewriteRule ^questions/([A-Za-z0-9_-]+)$ questions/$1.html [END]",
        "# exports",
        *_by_accept(r"^exports/([A-Za-z0-9_-]+)$", "exports/$1", ACCEPT),
        rf"RewriteRule ^exports/([A-Za-z0-9_-]+)$ exports/$1.{USUAL} [END]",
    ]
    lines += ["# other names of documents"] if aliases else []
    for place, document in sorted(aliases.items()):
        pattern = _pattern(place.removeprefix("doc/"))
        lines.append(f"RewriteRule ^(?:doc/)?{pattern}$ {document} [R=303,END]")
    lines.append("RewriteRule ^graph/ doc/dataset [R=303,END]")
    lines += ["# things: to their documents", *_only_if_no_file()]
    folders = ("doc", "static", "dumps", "why", "names", "context", "resource", "exports", "w3id", "other")
    known = "|".join((*PAGES, *folders))
    lines.append(rf"RewriteRule ^(?!(?:{known})(?:/|$))(?!.*\.html$)([^.].*)$ doc/$1 [R=303,END]")
    listed = sorted(renamed.items())[:MOST]
    lines += ["# documents whose files are called otherwise"] if listed else []
    forms = "|".join(ACCEPT)
    for place, stem in listed:
        lines.append(rf"RewriteRule ^{_pattern(place)}(\.(?:{forms}))?$ {stem}$1")
    lines += ["# documents: the form that is accepted"]
    lines += _by_accept(rf"^(doc/.+){NO_FORM}$", "$1", ACCEPT)
    lines.append(rf"RewriteRule ^(doc/.+){NO_FORM}$ $1.{USUAL} [END]")
    return "".join(f"{line}\n" for line in lines)


def _only_if_no_file() -> list[str]:
    return ["RewriteCond %{REQUEST_FILENAME} !-f"]


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
    return re.sub(r"([^A-Za-z0-9_/~\x80-\U0010ffff-])", r"\\\1", unquote(place))


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
    for place in PAGES:
        lines.append(f"RewriteRule ^({place})/?$ {base}$1.html [R=303,L]")
    kept = r"(?:\.well-known|context|static|dumps|names|why|questions)/.*|context\.jsonld|sitemap\.xml"
    lines.append(f"RewriteRule ^({kept})$ {base}$1 [R=303,L]")
    forms = "|".join(ACCEPT)
    places = {place.removeprefix("doc/"): stem for place, stem in sorted(renamed.items())[:MOST]}
    places |= {place.removeprefix("doc/"): document for place, document in sorted(aliases.items())}
    for place, stem in places.items():
        lines.append(rf"RewriteRule ^(?:doc/)?{_pattern(place)}(\.(?:{forms}))$ {base}{stem}$1 [R=303,L]")
    lines.append(rf"RewriteRule ^(exports/.+\.(?:{forms}))$ {base}$1 [R=303,L]")
    lines.append(rf"RewriteRule ^(?:doc/)?(.+\.(?:{forms}))$ {base}doc/$1 [R=303,L]")
    lines += _seen_by_accept("^(exports/[A-Za-z0-9_-]+)$", f"{base}$1")
    for place, stem in [*places.items(), ("graph/[^/]+", "doc/dataset")]:
        pattern = place if place == "graph/[^/]+" else _pattern(place)
        lines += _seen_by_accept(f"^(?:doc/)?{pattern}$", base + stem)
    lines += _seen_by_accept("^(?:doc/)?(.+)$", f"{base}doc/$1")
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
    """Return the part of an nginx configuration that does what `apache` does."""
    path = urlsplit(base).path
    escaped = re.escape(path)
    accepted = [f'    "~{accepted}" {name};' for name, accepted in ACCEPT.items()]
    forms = "|".join(ACCEPT)
    listed = sorted(renamed.items())[:MOST]
    lines = [
        "# Made by 'sengraph publish'. The map goes into http { }; the rest into server { } whose root has the site at",
        f"# {path}",
        "map $http_accept $sengraph_form {",
        f"    default {USUAL};",
        *accepted,
        "}",
        "types {",
        "    text/html html; text/css css; text/javascript js; image/svg+xml svg; application/json json;",
        "    application/xml xml; application/gzip gz; text/plain txt;",
        *(f"    {media_type} {name};" for name, media_type in TYPES.items()),
        "}",
        "charset utf-8;",
        "charset_types text/html text/turtle text/csv text/tab-separated-values text/markdown text/javascript;",
        "absolute_redirect off;",
        f"error_page 404 {path}404.html;",
        'add_header Access-Control-Allow-Origin "*" always;',
        'add_header X-Content-Type-Options "nosniff" always;',
        'add_header Vary "Accept" always;',
        f'add_header Content-Security-Policy "{POLICY}" always;',
        f"location = {path}.well-known/void {{ default_type text/turtle; types {{ }} }}",
        f'location ~ "^{escaped}({"|".join(PAGES)})/?$" {{ rewrite "^" {path}$1.html break; }}',
        f'location ~ "^{escaped}questions/([A-Za-z0-9_-]+)$" {{ rewrite "^" {path}questions/$1.html break; }}',
        f'location ~ "^{escaped}exports/[A-Za-z0-9_-]+$" {{ rewrite "^(.+)$" $1.$sengraph_form break; }}',
        *(
            f'location ~ "^{escaped}(?:doc/)?{_pattern(place[4:])}$" {{ return 303 {path}{document}; }}'
            for place, document in sorted(aliases.items())
        ),
        f'location ~ "^{escaped}graph/" {{ return 303 {path}doc/dataset; }}',
        *(f'rewrite "^{escaped}{_pattern(place)}(\\.(?:{forms}))?$" {path}{stem}$1;' for place, stem in listed),
        f'location ~ "^{escaped}doc/.+{NO_FORM}$" {{ rewrite "^{escaped}(.+)$" {path}$1.$sengraph_form break; }}',
        f"location {path} {{ index index.html; try_files $uri $uri/index.html @sengraph_thing; }}",
        "location @sengraph_thing {",
        f'    if ($uri ~ "^{escaped}doc/") {{ return 404; }}',
        f'    if ($uri ~ "^{escaped}(.+)$") {{ return 303 {path}doc/$1; }}',
        "    return 404;",
        "}",
    ]
    return "".join(f"{line}\n" for line in lines)
