"""Tables for people: they fit, nothing is cut, and no value commands a terminal, Markdown or HTML."""

from hypothesis import given
from hypothesis import strategies as st

from sengraph.tables import html_notes, html_table, markdown_notes, markdown_table, text_notes, text_table

ROWS = [["governing body", "must", "code:mainstream-3.1"], ["SENCO or SEN team", "should", "code:mainstream-6.1"]]
COLUMNS = ["who", "modality", "responsibility"]


def test_a_table_in_a_pipe_is_never_broken():
    """Without a width each row is one line."""
    assert text_table(COLUMNS, ROWS, width=None) == (
        "who                modality  responsibility\n"
        "-----------------  --------  -------------------\n"
        "governing body     must      code:mainstream-3.1\n"
        "SENCO or SEN team  should    code:mainstream-6.1\n"
    )


def test_a_table_is_broken_between_words_to_fit():
    """Every line fits the width, and no word is cut."""
    assert text_table(COLUMNS, ROWS, width=45) == (
        "who             modality  responsibility\n"
        "--------------  --------  -------------------\n"
        "governing body  must      code:mainstream-3.1\n"
        "SENCO or SEN    should    code:mainstream-6.1\n"
        "team\n"
    )


def test_what_does_not_fit_becomes_records():
    """Where no table fits, each row is lines of a column and its value."""
    assert text_table(COLUMNS, ROWS[:1], width=30) == (
        "who             governing body\n"
        "modality        must\n"
        "responsibility  code:mainstream-3.1\n"
    )  # fmt: skip


def test_no_rows_are_said():
    """An empty answer is a sentence, not a heading over nothing."""
    assert text_table(COLUMNS, [], width=80) == "No rows (who, modality, responsibility).\n"


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=5), st.integers(30, 120))
def test_a_terminal_is_never_commanded(rows, width):
    """Whatever the data, no control character but line ends reaches the terminal."""
    text = text_table(COLUMNS, rows, width=width)
    assert not [c for c in text if (ord(c) < 32 or 127 <= ord(c) < 160) and c != "\n"]


def test_markdown_shows_markup_as_text():
    """A pipe, a star or a tag in a value is not Markdown's."""
    assert markdown_table(["a"], [["x|y *z* <b>"]]) == "| a |\n| --- |\n| x\\|y \\*z\\* \\<b\\> |\n"


def test_notes_stand_below_in_every_form():
    """Wrapped as text, escaped as Markdown, paragraphs in HTML; nothing at all for none."""
    notes = ["No <b> here.", "And no *star*."]
    assert text_notes(notes, width=10) == "\nNo <b>\nhere.\nAnd no\n*star*.\n"
    assert markdown_notes(notes) == "\nNo \\<b\\> here.\nAnd no \\*star\\*.\n"
    assert html_notes(notes) == "<p>No &lt;b&gt; here.</p>\n<p>And no *star*.</p>\n"
    assert text_notes([], width=10) == markdown_notes([]) == html_notes([]) == ""


def test_html_is_escaped():
    """Neither a heading nor a value can be markup."""
    html = html_table(["<i>"], [["<script>&\"'"]])
    assert "<i>" not in html
    assert "<td>&lt;script&gt;&amp;&quot;&#x27;</td>" in html
