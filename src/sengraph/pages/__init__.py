"""Pages for people: a thing, a question or the table to HTML that needs no script, used by the server and by a site.

A page is made from a graph and a function that turns the place of another page (`doc/code-2001/mainstream-3.1`,
`questions/gaps`, `static/sengraph.css`) into what a link to it says. So the same pages work under any address: a
server and a folder of files pass functions of their own. At most three queries are run for one page.
"""
