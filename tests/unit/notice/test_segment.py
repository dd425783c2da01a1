"""Segments: where they begin and end, what they are, and that no text whatever breaks that."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.notice.model import Segment
from holdord.notice.parts.segment import segment
from holdord.policy.terms import LANGUAGES, Language

PIECES = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(exclude_categories=[]), max_size=10),
    st.sampled_from(
        [
            "\n",
            "\n\n",
            "\r\n",
            "\x0c",
            "\u2028",
            " ",
            ". ",
            "? ",
            ": ",
            "**",
            "\u2800",
            "\u200b",
            "\x00",
            "\ud800",
            "🙂 ",
        ]
    ),
    st.sampled_from(["- ", "•\t", "* ", "# ", "## ", "| ", "|---|", "1. ", "2. ", "a) ", "> ", "===", "---", "```"]),
    st.sampled_from(
        ["Vi lagrer navn. ", "f.eks. ", "nr. 1 ", "نص ", "a@b.example ", "https://b.example/a?b=c ", "Dr. Å. "]
    ),
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
LANGUAGE = st.sampled_from(LANGUAGES)

BLANKS = "\u00ad\u200b\u200c\u200d\u2060\u2800\ufeff"
MARKERS = re.compile(
    r"(?:[-=*_~`|:+#>•·.●◦○▪■▫□‣⁃–—➢✓✔]|\(?(?:[a-zæøåäö]|[ivx]{1,4}|\d{1,3})\)|\d{1,2}\.)*", re.DOTALL
)  # fmt: skip


def words(text: str, language: Language = "en") -> list[str]:
    return [found.text for found in segment(text, language)]


def roles(text: str, language: Language = "en") -> list[tuple[str, str]]:
    return [(found.role, found.text) for found in segment(text, language)]


def outside(text: str, found: tuple[Segment, ...]) -> list[str]:
    """Return what stands in no segment, blanks left out, piece by piece."""
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
    gaps = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return [piece for gap in gaps for piece in gap.translate(dict.fromkeys(map(ord, BLANKS), " ")).split()]


@settings(max_examples=400)
@given(TEXTS, LANGUAGE)
def test_offsets_match_the_words_and_segments_follow_one_another(text: str, language: Language) -> None:
    found = segment(text, language)
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(text)
        assert one.text == " ".join(text[one.start : one.end].split()) != ""
        end = one.end


@settings(max_examples=400)
@given(TEXTS, LANGUAGE)
def test_only_blanks_and_markers_stand_outside_of_segments(text: str, language: Language) -> None:
    for piece in outside(text, segment(text, language)):
        assert MARKERS.fullmatch(piece), piece


@settings(max_examples=200)
@given(TEXTS, LANGUAGE)
def test_headings_and_lead_ins_stand_before_what_they_are_said_of(text: str, language: Language) -> None:
    found = segment(text, language)
    blocks = [one.block for one in found]
    assert blocks == sorted(blocks)
    for number, one in enumerate(found):
        assert all(found[at].role == "heading" and at < number for at in one.headings)
        assert list(one.headings) == sorted(one.headings)
        if one.lead_in is not None:
            assert found[one.lead_in].role == "lead_in"
            assert one.lead_in < number


@given(st.text(alphabet=" \t\n\r\u00a0\u2800\u200b\ufeff", max_size=50), LANGUAGE)
def test_blanks_alone_are_no_segment(text: str, language: Language) -> None:
    assert segment(text, language) == ()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "nb",
            "Vi følger loven, jf. Bokføringsloven § 13. | Grunnlaget er art. 6 nr. 1 bokstav f. | Du får svar i dag.",
        ),
        (
            "nb",
            "Vi spør f.eks. Skatteetaten, bl.a. om 1. ledd. | Det gjelder fra 1. Januar 2024. | Ring tlf. 12 34 56.",
        ),
        ("nb", "Vi sletter 01.02.2024. | Det tar ca. 2-3 dager, dvs. 3,5 på det meste. | Avdeling B. | Vi er der."),
        ("nn", "Vi lagrar namn, adresse m.m. i fem år. | Sjå nr. 4, t.d. Avtala. | Dei vert sletta kl. 12. | Ja!"),
        (
            "da",
            "Vi følger art. 6, stk. 1, litra f. | Det er f.eks. Facebook, pr. 1. maj og ca. 3 år. | Hr. Holm svarer.",
        ),
        ("da", "Firmaet Holm A/S passer på. | Skriv til Å. Holm v/ kontoret. | Se bl.a. Bogføringsloven."),
        ("sv", "Vi sparar t.ex. Namn och s k kakor. | Lagen (2018:218) gäller, dvs. Alltid. | Se 3 kap. 2 § nr. 4."),
        ("sv", "Det sker bl.a. Vid köp, ca. 2 gånger. | Från och med 1. Maj 2024. | Hör av dig! | Vi svarar."),
        ("en", "Ask e.g. Nordlys Ltd. about it, i.e. Us. | See Art. 6(1)(f) and No. 4. | Dr. J. K. Berg signs. | Why?"),
        ("en", 'It costs 3.5 euros. | You said "No." | We agreed (fully.) | Write to a.b@c.example. | See c.example.'),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: Language, sentences: str) -> None:
    assert words(sentences.replace("| ", ""), language) == sentences.split(" | ")


def test_a_sentence_over_several_lines_is_one_and_its_text_has_single_blanks() -> None:
    text = "We keep what the law\nasks us to keep, and\n  delete the rest.   It is so."
    first, second = segment(text, "en")
    assert first.text == "We keep what the law asks us to keep, and delete the rest."
    assert text[second.start : second.end] == "It is so."


def test_a_long_line_that_ends_with_of_goes_on_and_a_heading_that_ends_so_does_not() -> None:
    text = "Hvem vi deler dem med\nNavn går til fraktmannen, og ellers går alt til den som er leder for\nNordlys AS."
    assert words(text, "nb") == text.replace("for\n", "for ").split("\n")


def test_a_full_line_of_a_wrapped_text_goes_on_before_a_capital() -> None:
    text = (
        "Everything that you tell us when you order is kept in one place, which\n"
        "is the register of the shop, and we look after it as well as we can in\n"
        "all of the time that we have it there, and so does our accountant Mr\n"
        "Berg, who keeps the books and sees the invoices that we send, and when\n"
        "you order once more, the shop already knows you by your name. We do so\n"
        "because the law asks us to.\nThank you\nNordlys"
    )
    assert [one[:8] for one in words(text)] == ["Everythi", "We do so", "Thank yo", "Nordlys"]


def test_a_missing_blank_between_two_sentences_parts_them_and_a_web_address_is_whole() -> None:
    assert words("Vi sletter alt.Du får beskjed på Firma.No eller epost.Det er alt.", "nb") == [
        "Vi sletter alt.",
        "Du får beskjed på Firma.No eller epost.",
        "Det er alt.",
    ]


def test_markdown_headings_enclose_by_level() -> None:
    found = segment("# A\n\nOne.\n\n## B ##\n\nTwo.\n\n### C\n\nThree.\n\n## D\n\nFour.\n", "en")
    assert {one.text: [found[at].text for at in one.headings] for one in found if one.role == "sentence"} == {
        "One.": ["A"],
        "Two.": ["A", "B"],
        "Three.": ["A", "B", "C"],
        "Four.": ["A", "D"],
    }


def test_underlined_lines_are_headings_and_a_paragraph_above_a_rule_is_none() -> None:
    assert roles("Privacy\n=======\n\nWhat\n----\nWe keep names.\n---\nThe end.\n") == [
        ("heading", "Privacy"),
        ("heading", "What"),
        ("sentence", "We keep names."),
        ("sentence", "The end."),
    ]


def test_numbered_headings_enclose_by_their_numbers() -> None:
    text = "3. Data\n\n3.1 Names\n\nWe keep names.\n\n3.2 Mail\n\nWe keep mail.\n\n4. Rights\n\nYou have some."
    found = segment(text, "en")
    assert [[found[at].text for at in one.headings] for one in found if one.role == "sentence"] == [
        ["3. Data", "3.1 Names"],
        ["3. Data", "3.2 Mail"],
        ["4. Rights"],
    ]


def test_a_short_line_without_a_full_stop_is_a_heading_when_text_follows() -> None:
    assert roles("Cookies\nVi bruker ingen.\n\nHva lagrer vi?\n\nNavn og adresse.", "nb") == [
        ("heading", "Cookies"),
        ("sentence", "Vi bruker ingen."),
        ("heading", "Hva lagrer vi?"),
        ("sentence", "Navn og adresse."),
    ]


def test_a_bold_line_is_a_heading_without_its_asterisks() -> None:
    assert roles("# Notice\n\n**Who we are: Nordlys**\n\nWe are **Nordlys**.")[1:] == [
        ("heading", "Who we are: Nordlys"),
        ("sentence", "We are **Nordlys**."),
    ]


def test_an_address_is_a_segment_a_line_and_no_heading() -> None:
    lines = [
        "Nordlys Bakeri AS",
        "Storgata 1",
        "0155 OSLO",
        "Tlf.: 12 34 56 78",
        "E-post: a@b.example",
        "www.b.example",
    ]
    found = roles("Kontakt oss\n\n" + "\n".join(lines), "nb")
    assert found == [("heading", "Kontakt oss"), *(("sentence", line) for line in lines)]


def test_items_follow_their_lead_in_and_their_sentences_are_items() -> None:
    text = "We collect:\n\n- your name;\n- your address. We need it to\n  find you. It is\n  true\n\nThat is all."
    found = segment(text, "en")
    assert [(one.role, one.text, one.lead_in) for one in found] == [
        ("lead_in", "We collect:", None),
        ("item", "your name;", 0),
        ("item", "your address.", 0),
        ("item", "We need it to find you.", 0),
        ("item", "It is true", 0),
        ("sentence", "That is all.", None),
    ]
    assert [one.block for one in found] == [0, 1, 2, 2, 2, 3]


def test_nested_items_follow_the_item_that_leads_them_in() -> None:
    text = "Vi lagrer:\n1. kontakt:\n   - navn\n   - adresse\n2. kjøp\n\n   Også gamle kjøp.\n"
    assert [(one.role, one.text, one.lead_in) for one in segment(text, "nb")] == [
        ("lead_in", "Vi lagrer:", None),
        ("lead_in", "kontakt:", 0),
        ("item", "navn", 1),
        ("item", "adresse", 1),
        ("item", "kjøp", 0),
        ("item", "Også gamle kjøp.", 0),
    ]


@pytest.mark.parametrize("marker", ["-", "*", "+", "•", "–", "◦", "a)", "(b)", "iv)", "3)"])
def test_markers_of_items_are_no_part_of_them(marker: str) -> None:
    text = f"Liste:\n{marker} navn\n"
    item = segment(text, "nb")[1]
    assert (item.role, item.text, item.start) == ("item", "navn", 8 + len(marker))


def test_numbered_lines_one_after_the_other_are_items_and_headings_keep_their_numbers() -> None:
    assert roles("1. Navn\n2. Adresse\n\n1. Formål\n\nVi leverer varer.\n\n2. Grunnlag\n\nAvtale.", "nb") == [
        ("item", "Navn"),
        ("item", "Adresse"),
        ("heading", "1. Formål"),
        ("sentence", "Vi leverer varer."),
        ("heading", "2. Grunnlag"),
        ("sentence", "Avtale."),
    ]


def test_a_single_numbered_line_below_a_lead_in_is_its_item() -> None:
    assert roles("Vi lagrer:\n\n1. navn\n\nIkke mer.", "nb")[1:] == [("item", "navn"), ("sentence", "Ikke mer.")]


def test_lines_without_markers_below_a_lead_in_are_its_items() -> None:
    found = segment("Vi lagrer:\n\nnavn\nadresse\ntelefonnummer", "nb")
    assert [one.text for one in found] == ["Vi lagrer:", "navn", "adresse", "telefonnummer"]
    assert [(one.role, one.lead_in) for one in found] == [("lead_in", None)] + 3 * [("item", 0)]


def test_a_link_below_a_lead_in_is_its_item() -> None:
    found = segment("Les mer her:\nhttps://nordlys.example/personvern\n", "nb")
    assert [(one.role, one.lead_in) for one in found] == [("lead_in", None), ("item", 0)]


def test_a_table_row_is_one_item_below_its_header_and_rules_are_no_segment() -> None:
    text = "| Hva | Hvor lenge |\n| --- | --- |\n| Navn | 3 år. Så slettes det. |\n| E-post | 1 år |\n"
    assert [(one.role, one.text, one.lead_in) for one in segment(text, "nb")] == [
        ("lead_in", "| Hva | Hvor lenge |", None),
        ("item", "| Navn | 3 år. Så slettes det. |", 0),
        ("item", "| E-post | 1 år |", 0),
    ]


def test_quote_marks_and_front_matter_rules_are_no_segment() -> None:
    assert roles("---\nlayout: page\n---\n> Vi passer på.\n", "nb") == [
        ("sentence", "layout: page"),
        ("sentence", "Vi passer på."),
    ]


def test_windows_line_ends_change_nothing_but_offsets() -> None:
    text = "# A\n\nWe keep names\nand addresses.\n\n- one\n- two\n"
    assert roles(text.replace("\n", "\r\n")) == roles(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vi lagrer navnet ditt og sletter det etter 3 år når du ikke er kunde lenger, med mindre du skylder penger for"
        " varer som du har fått og brukt. " * 70_000,
        "." * 10_000_000,
        ".) x" * 500_000,
        "\n" * 2_000_000,
        "a" * 10_000_000,
        "| " * 5_000_000,
        "> " * 5_000_000,
        "1." * 5_000_000,
        "### " * 2_500_000,
    ],
    ids=["sentences", "stops", "closings", "lines", "letters", "bars", "quotes", "numbers", "hashes"],
)
def test_the_longest_texts_take_no_more_than_seconds(text: str) -> None:
    begun = time.process_time()
    segment(text, "nb")
    assert time.process_time() - begun < 5
