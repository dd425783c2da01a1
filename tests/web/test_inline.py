"""What a notice writes in Markdown within a sentence, as the board shows it."""

import pytest


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We keep **all** of it.", "We keep <strong>all</strong> of it."),
        ("We _never_ sell it, and *never* will.", "We <em>never</em> sell it, and <em>never</em> will."),
        ("**Both.", "Both."),
        ("snake_case_name, 2 * 3 * 4 and __init__", "snake_case_name, 2 * 3 * 4 and <strong>init</strong>"),
        (
            "Read [more](https://example.org/a?b=1&c=2).",
            'Read <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">more</a>.',
        ),
        (
            "Write to <post@firm.example>.",
            'Write to <a href="mailto:post@firm.example" rel="noopener noreferrer">post@firm.example</a>.',
        ),
        (
            "See <https://a.example/_x_/**y**> and **[all _of_ it](https://b.example/__z__?_q_=1)**",
            'See <a href="https://a.example/_x_/**y**" rel="noopener noreferrer">https://a.example/_x_/**y**</a> and '
            '<strong><a href="https://b.example/__z__?_q_=1" rel="noopener noreferrer">all <em>of</em> it</a></strong>',
        ),
        (
            "<https://a.example/?b=1&c=2>",
            '<a href="https://a.example/?b=1&amp;c=2" rel="noopener noreferrer">https://a.example/?b=1&amp;c=2</a>',
        ),
        ("A \ue000 mark \ue001 of \ue002 ours", "A  mark  of  ours"),
        ("A [trap](javascript:alert(1)) here", "A [trap](javascript:alert(1)) here"),
        ("A [trap](javascript:alert) here", "A trap here"),
        (
            'A [trap](https://x.example/"onclick="a) here',
            'A <a href="https://x.example/&quot;onclick=&quot;a" rel="noopener noreferrer">trap</a> here',
        ),
        (
            "<script>alert(1)</script> & **<b>**",
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <strong>&lt;b&gt;</strong>",
        ),
        ("[a](/nb/office/) [b](//evil.example)", "a b"),
    ],
)
def test_strong_emphasised_and_links_are_shown_and_nothing_else_is_markup(django: None, text: str, shown: str) -> None:
    from holdord.web.board.inline import marked

    assert str(marked(text)) == shown
