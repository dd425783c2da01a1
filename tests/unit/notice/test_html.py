"""HTML becomes lines: what a visitor reads stays, with its structure; no page takes long or deep."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.errors import NoticeError
from holdord.notice.formats.html import html_text
from holdord.notice.formats.tags import MOST_TAGS, Tag, tags


def test_blocks_become_lines_and_headings_keep_their_level() -> None:
    page = "<h1>Our <em>word</em></h1><div><p>We keep\n  it &amp; more.</p><h3>How</h3>Like this.<br>And so.</div>"
    assert html_text(page) == "# Our word\n\nWe keep it & more.\n\n### How\n\nLike this.\nAnd so.\n"


def test_nested_lists_are_set_in_and_their_paragraphs_with_them() -> None:
    page = (
        "<p>We keep:</p><ul><li>names<ul><li>first<li><p>last</p><p>Also a nickname.</p></ul><li>mail</ul>"
        "<ol><li>a<li>b</ol>"
    )
    assert html_text(page) == (
        "We keep:\n\n- names\n    - first\n    - last\n\n        Also a nickname.\n\n- mail\n\n1. a\n2. b\n"
    )


def test_a_table_row_is_a_line_and_its_cells_are_whole() -> None:
    page = (
        "<table><thead><tr><th>What<th>How long</thead>"
        "<tr><td>Name<td>3 <b>years</b></tr>"
        "<tr><td><p>Mail</p><p>Phone.</p>Fax</td><td><ul><li>1 year</ul></td></table>"
    )
    assert html_text(page) == "| What | How long |\n| --- | --- |\n| Name | 3 years |\n| Mail; Phone. Fax | 1 year |\n"


def test_a_table_that_only_lays_out_is_no_table() -> None:
    page = "<table><tr><td><h2>Left</h2><p>One.</p></td><td><p>Two.</p></td></tr><tr><td>Three.</td></tr></table>"
    assert html_text(page) == "## Left\n\nOne.\n\nTwo.\n\nThree.\n"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>if (a<b) document.write('<p>no</p>')</script>",
        "<style>p { color: red }</style>",
        "<nav><ul><li>Home</li></ul></nav>",
        "<div role=navigation>Menu</div>",
        "<div hidden><div>a</div>b</div>",
        "<p style='color: red; DISPLAY : none'>no</p>",
        "<span aria-hidden=true>×</span>",
        "<span class='x sr-only'>opens anew</span>",
        "<template><p>no</p></template>",
        "<dialog>We use cookies</dialog>",
        "<button>Accept</button>",
        "<!-- <p>no</p> -->",
        "<textarea><p>no</p></textarea>",
        "<svg><text>no</text></svg>",
    ],
)
def test_what_no_visitor_reads_is_left_out(hidden: str) -> None:
    assert html_text(f"<body><p>Before.</p>{hidden}<p>After.</p></body>") == "Before.\n\nAfter.\n"


def test_a_panel_that_a_click_opens_is_kept_with_its_button() -> None:
    page = "<h2><button>What</button></h2><div role=region hidden><p>Names.</p></div>"
    assert html_text(page + "<button aria-expanded=false>Why</button>") == "## What\n\nNames.\n\nWhy\n"


def test_only_the_main_part_is_kept_unless_it_is_nearly_empty() -> None:
    text = "We keep what we must. " * 12
    assert html_text(f"<p>Shop</p><main><p>{text}</p></main><footer>Nordlys</footer>") == f"{text.strip()}\n"
    assert html_text(f"<main id=app></main><p>{text}</p>") == f"{text.strip()}\n"
    assert html_text(f"<p>Shop</p><article><p>{text}</p></article><article>More</article>").startswith("Shop\n")


def test_a_bold_paragraph_is_marked_as_the_heading_that_it_looks_like() -> None:
    assert html_text("<p><b>Who</b> we <b>are</b></p><p><strong>Contact</strong></p>") == "Who we are\n\n**Contact**\n"


def test_attributes_may_hold_what_looks_like_a_tag() -> None:
    assert list(tags("<a title='a > b' href=\"<p>\">x</a>")) == [
        Tag("a", False, " title='a > b' href=\"<p>\""),
        "x",
        Tag("a", True, ""),
    ]
    assert Tag("p", False, " A=1 b='&lt;' c d = e A=2").attributes() == {"a": "1", "b": "<", "c": "", "d": "e"}


def test_what_is_no_tag_is_text_and_what_never_closes_is_nothing() -> None:
    assert html_text("<p>1 < 2 <3 a<b>c</b> &lt;p&gt; &nbsp; &unknown;") == "1 < 2 <3 ac <p> &unknown;\n"
    assert html_text("<p>Seen.<p title='never") == "Seen.\n"
    assert html_text("<p>Seen.<!-- never") == "Seen.\n"
    assert html_text("<p>Seen.<script>never") == "Seen.\n"


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "<p>We keep our word.",
        "<table><tr><td>word" * 60_000 + "<p>We keep our word.",
        "<ul><li>" * 90_000 + "<p>We keep our word.",
        "<b>" * 150_000 + "We keep our word.",
        "<p " + " ".join(f"a{number}=1" for number in range(800_000)) + ">We keep our word.",
        "<p style='" + "; " * 2_000_000 + "' hidden=until-found>We keep our word.",
        "<p>We keep our word." + "<a b='" * 1_000_000,
        "<p>We keep our word." + "<!--" * 1_000_000,
        "<p>We keep our word." + "<script>" * 1_000_000,
    ],
    ids=["divs", "tables", "lists", "bold", "attributes", "style", "quotes", "comments", "scripts"],
)
def test_a_hostile_page_is_read_in_seconds(page: str) -> None:
    begun = time.process_time()
    assert "We keep our word." in html_text(page)
    assert time.process_time() - begun < 5


def test_a_page_of_too_many_tags_or_too_much_text_is_refused() -> None:
    with pytest.raises(NoticeError, match="more than 200,000 tags"):
        html_text("<p>" * (MOST_TAGS + 1))
    with pytest.raises(NoticeError, match="longer than 2,000,000 characters"):
        html_text("<p>" + "word " * 500_000)


SOUP = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["<p>", "</p>", "<ul>", "<ol>", "<li>", "</ul>", "<dd>", "<table>", "<tr>", "<td>", "</table>"]
        ),
        st.sampled_from(
            ["<h2>", "</h2>", "<main>", "</main>", "<br>", "<b>", "</b>", "<div hidden>", "</div>", "<div>"]
        ),
        st.sampled_from(["<script>", "</script>", "<!--", "-->", "<", ">", "&", "='", '"', "<a b='", "</", "<!", "<?"]),
        st.sampled_from(["&#0;", "&#xd800;", "&#x110000;", "&amp"]),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(SOUP)
def test_any_page_becomes_a_text(pieces: list[str]) -> None:
    text = html_text("".join(pieces))
    assert text == "" or (text.strip("\n") + "\n" == text)
    assert "\0" not in text
