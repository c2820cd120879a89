"""A site of files: all that a server shows without a query engine, for any host of static files.

    site      publish: what is made, in which order        places   from a place of the site to a file, or to none
    pages     the pages that are about no single thing     things   documents of things, by several processes
    search    an index for browsers, names by letter       dumps    dumps of the graphs, with VoID and DCAT
    rules     Apache, nginx, w3id.org                      files    safe names, and a folder that is replaced whole
    unchanged whether there is nothing to do
    unchanged whether there is nothing to do

The pages are those of `sengraph.pages`, with links to files. The same data gives the same bytes: nothing has the
time or the machine in it.
"""

from sengraph.publish.site import Published, publish

__all__ = ["Published", "publish"]
