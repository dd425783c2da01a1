"""Stretches of time in words and figures, in five languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdord.notice.times.spans import spans
from holdord.policy.terms import LANGUAGES, Language


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("nb", "tre år", 3, "year"),
        ("nb", "halvannet år", 1.5, "year"),
        ("nb", "et halvt år", 0.5, "year"),
        ("nb", "ett og et halvt år", 1.5, "year"),
        ("nb", "to og et halvt år", 2.5, "year"),
        ("nb", "et år og et halvt", 1.5, "year"),
        ("nb", "3,5 år", 3.5, "year"),
        ("nb", "½ år", 0.5, "year"),
        ("nb", "1½ år", 1.5, "year"),
        ("nb", "1 1/2 år", 1.5, "year"),
        ("nb", "tjuefire (24) måneder", 24, "month"),
        ("nb", "24 (tjuefire) måneder", 24, "month"),
        ("nb", "5-årig", 5, "year"),
        ("nb", "femårsperioden", 5, "year"),
        ("nb", "fem års", 5, "year"),
        ("nb", "30-dagers", 30, "day"),
        ("nb", "to til tre uker", 3, "week"),
        ("nb", "mellom 30 og 60 dager", 60, "day"),
        ("nb", "én måned (30 dager)", 1, "month"),
        ("nb", "3 år og 6 måneder", 3.5, "year"),
        ("nb", "2 år og 1 måned", 25, "month"),
        ("nb", "hundre og åtti dager", 180, "day"),
        ("nb", "10 virkedager", 10, "day"),
        ("nb", "et kvartal", 3, "month"),
        ("nb", "12-18 mnd.", 18, "month"),
        ("nn", "halvtanna år", 1.5, "year"),
        ("nn", "tolv veker", 12, "week"),
        ("nn", "førtiåtte timar", 48, "hour"),
        ("nn", "eit halvt år", 0.5, "year"),
        ("nn", "tre månader", 3, "month"),
        ("da", "halvandet år", 1.5, "year"),
        ("da", "fireogtyve måneder", 24, "month"),
        ("da", "seksogtredive mdr.", 36, "month"),
        ("da", "tre uger", 3, "week"),
        ("da", "14 dages", 14, "day"),
        ("da", "toogtyve timer", 22, "hour"),
        ("sv", "ett och ett halvt år", 1.5, "year"),
        ("sv", "tjugofyra månader", 24, "month"),
        ("sv", "två veckor", 2, "week"),
        ("sv", "ett halvår", 6, "month"),
        ("sv", "sjuårig", 7, "year"),
        ("sv", "det sjunde året", 7, "year"),
        ("sv", "24 mån", 24, "month"),
        ("sv", "trettio dygn", 30, "day"),
        ("en", "a year and a half", 1.5, "year"),
        ("en", "one and a half years", 1.5, "year"),
        ("en", "half a year", 0.5, "year"),
        ("en", "twenty-four (24) months", 24, "month"),
        ("en", "30-day", 30, "day"),
        ("en", "two to three years", 3, "year"),
        ("en", "one hundred and eighty days", 180, "day"),
        ("en", "a fortnight", 2, "week"),
        ("en", "three (3) full years", 3, "year"),
        ("en", "45 minutes", 45, "minute"),
    ],
)
def test_a_stretch_of_time_is_read_whole(language: Language, text: str, value: float, unit: str) -> None:
    (span,) = spans(text, language)
    assert (span.value, span.unit, span.recurring) == (value, unit, False)


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("nb", "hver 12. måned", 12, "month"),
        ("nb", "hvert tredje år", 3, "year"),
        ("nb", "en gang i året", 1, "year"),
        ("nn", "kvart år", 1, "year"),
        ("da", "én gang om året", 1, "year"),
        ("da", "hvert halvår", 6, "month"),
        ("sv", "vart tredje år", 3, "year"),
        ("sv", "årsvis", 1, "year"),
        ("sv", "varje kvartal", 3, "month"),
        ("en", "every six months", 6, "month"),
        ("en", "annually", 1, "year"),
        ("en", "every other week", 2, "week"),
    ],
)
def test_what_recurs_is_marked(language: Language, text: str, value: float, unit: str) -> None:
    (span,) = spans(text, language)
    assert (span.value, span.unit, span.recurring) == (value, unit, True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "per måned"),
        ("nb", "i 2020 år"),
        ("nb", "vår tid"),
        ("nb", "bokføringsloven § 5 år"),
        ("nb", "to ganger i året"),
        ("nb", "i dag"),
        ("nn", "i år"),
        ("da", "om dagen"),
        ("sv", "under året"),
        ("en", "over the years"),
        ("en", "to this day"),
        ("en", "in May 2020"),
    ],
)
def test_what_counts_nothing_is_no_stretch_of_time(language: Language, text: str) -> None:
    assert spans(text, language) == []


PIECES = st.sampled_from(
    [
        "3",
        "24",
        "½",
        "(24)",
        "tre",
        "fem",
        "ett",
        "och",
        "og",
        "and",
        "a",
        "half",
        "en",
        "et",
        "halvt",
        "hver",
        "every",
        "år",
        "måneder",
        "månader",
        "years",
        "days",
        "dager",
        "-",
        "–",
        ",",
        ".",
        "til",
        "to",
        "§",
        "1/2",
        "|",
    ]
)


@given(st.sampled_from(LANGUAGES), st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read_without_overlap(language: Language, text: str) -> None:
    end = 0
    for span in spans(text, language):
        assert end <= span.start < span.end <= len(text)
        assert span.value > 0
        end = span.end
