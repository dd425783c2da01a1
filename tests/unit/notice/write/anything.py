"""Any facts whatever: words with quotes, lists within lists, Markdown's own characters, and labels of our own."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from holdord.notice.write.facts import NoticeFacts
from holdord.notice.write.parts import (
    Authority,
    Controller,
    Cookie,
    Extra,
    Limit,
    Officer,
    Purpose,
    Recipient,
    Requirement,
    Sensitive,
    one_line,
)
from holdord.notice.write.vocabulary import CLOCKS, DATA
from holdord.notice.write.words import words_of
from holdord.policy.duration import Duration
from holdord.policy.terms import (
    ADEQUATE,
    BASES,
    COUNTRIES,
    DEMANDS,
    EEA,
    ELSEWHERE,
    LANGUAGES,
    LETTERS,
    ROLES,
    SAFEGUARDS,
    SECTIONS,
    SPECIALS,
)

_ODD = (
    "and", "og", "och", "a, b and c", "salg og service", "x; y", "og så", "kjøp og", ",a", "a ,b", "; b", "1. mars",
    "12) to", "- minus", "+47 22 22 22 22", "=", "***", "---", "# nummer", "## to", "| celle", "a | b", "|", "\\",
    "a\\", "\\\\ |", "a_b@c.no", "<b>&amp;</b>", "[x](y)", "> sitat", "`kode`", "~~nei~~", "«sitat»", '"quote"',
    "O'Brien", "Inc.", "Hva?", "Æ Ø Å ß ﬁ", "İstanbul", "Ärende", "{words}", "{list}", "USA", "us", "\\g<0>", "Ⅳ",
    "٣ dager", "2 år", "24 months",
)  # fmt: skip


def _ours() -> list[str]:
    """Labels, titles and whole lines of every language: what the controller could happen to say as well."""
    texts: set[str] = set()

    def collect(table: Any) -> None:
        for value in table.values() if isinstance(table, dict) else table:
            if isinstance(value, str):
                texts.add(one_line(value))
            else:
                collect(value)

    for language in LANGUAGES:
        collect(words_of(language).table)
    return sorted(texts - {""})


_letters = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
_signs = st.text("aB1 ,;.:*_|#\\-+=>&<[]()'\"og", min_size=1, max_size=12)
_piece = st.one_of(st.sampled_from(_ODD), st.sampled_from(_ours()), _letters, _signs)
words = st.lists(_piece, min_size=1, max_size=3).map(lambda pieces: one_line(" ".join(pieces))).filter(bool)
maybe = st.just("") | words
_few = st.lists(words, max_size=3).map(tuple)
_data = st.lists(st.sampled_from(DATA), min_size=1, max_size=3).map(tuple)
countries = st.sampled_from((*EEA, *ELSEWHERE))

durations = st.builds(
    Duration,
    months=st.integers(0, 130),
    days=st.integers(0, 40),
    shown_in=st.frozensets(st.sampled_from(("year", "month", "week", "day"))),
)
_zero = st.just(Duration(months=0, days=0))


@st.composite
def _limits(draw: st.DrawFn) -> Limit:
    clocks = draw(st.lists(st.sampled_from(CLOCKS), max_size=3).map(tuple))
    duration = draw(st.one_of(durations, _zero))
    within = draw(st.none() | durations)
    return Limit(
        kind=draw(st.sampled_from(("at_most", "at_least"))),
        duration=duration,
        clocks=clocks,
        from_words=draw(_few if clocks else st.lists(words, min_size=1, max_size=3).map(tuple)),
        counted_from=draw(st.sampled_from(("", "year", "calendar"))),
        within=None if within is None or duration.longer_than(within) else within,
        open_ended=draw(maybe),
    )


@st.composite
def _purposes(draw: st.DrawFn, names: list[str]) -> Purpose:
    basis = draw(st.sampled_from(tuple(BASES)))
    data = draw(st.lists(st.sampled_from(DATA), max_size=4).map(tuple))
    sources = draw(_few)
    public = draw(_few)
    return Purpose(
        words=draw(words),
        basis=basis,  # type: ignore[arg-type]
        law=draw(maybe),
        interest=draw(words) if basis == "legitimate_interest" else "",
        data=data,
        other_data=draw(_few if data else st.lists(words, min_size=1, max_size=3).map(tuple)),
        groups=draw(_few),
        from_person=draw(st.booleans()) if sources or public else True,
        sources=sources,
        public_sources=public,
        recipients=draw(st.lists(st.sampled_from(names), max_size=3).map(tuple)) if names else (),
        limits=draw(st.lists(_limits(), min_size=1, max_size=3).map(tuple)),
        ends_on_request=draw(st.booleans()),
    )


@st.composite
def _recipients(draw: st.DrawFn) -> Recipient:
    country = draw(st.sampled_from(("", *ELSEWHERE)))
    return Recipient(
        name=draw(words),
        role=draw(st.sampled_from(ROLES)),
        country=country,
        safeguard=draw(st.sampled_from([one for one in SAFEGUARDS if one != "adequacy" or country in ADEQUATE]))
        if country
        else None,
    )


@st.composite
def _controllers(draw: st.DrawFn) -> Controller:
    ways = draw(st.fixed_dictionaries(dict.fromkeys(("address", "email", "phone", "web"), maybe)).filter(any_value))
    return Controller(name=draw(words), country=draw(countries), register_number=draw(maybe), **ways)


def any_value(ways: dict[str, str]) -> bool:
    """Tell whether a dictionary has a value that is not empty."""
    return any(ways.values())


@st.composite
def any_facts(draw: st.DrawFn) -> NoticeFacts:
    """Any facts."""
    controller = draw(_controllers())
    recipients = draw(st.lists(_recipients(), max_size=3, unique_by=lambda one: one.name).map(tuple))
    names = [one.name for one in recipients]
    days = draw(st.integers(0, 31))
    return NoticeFacts(
        controller=controller,
        officer=draw(st.none() | st.builds(Officer, name=maybe, email=words, phone=maybe)),
        version=draw(st.dates(min_value=date(1, 1, 1))),
        purposes=draw(st.lists(_purposes(names), min_size=1, max_size=3).map(tuple)),
        recipients=recipients,
        sensitive=draw(
            st.lists(
                st.builds(Sensitive, category=st.sampled_from(SPECIALS), letter=st.sampled_from(LETTERS)), max_size=2
            ).map(tuple)
        ),
        security=draw(_few),
        cookies=draw(
            st.lists(
                st.builds(Cookie, name=words, purpose=words, provider=words, lifetime=st.none() | durations), max_size=2
            ).map(tuple)
        ),
        requests_to=draw(words),
        answer_days=days,
        authority=None if controller.country in COUNTRIES else draw(st.builds(Authority, name=words, web=words)),
        decisions=draw(maybe),
        requirements=draw(
            st.lists(
                st.builds(Requirement, demand=st.sampled_from(DEMANDS), data=_data, consequences=words), max_size=2
            ).map(tuple)
        ),
        changes=draw(maybe),
        extras=draw(st.lists(st.builds(Extra, section=st.sampled_from(SECTIONS), text=words), max_size=3).map(tuple)),
    )
