"""What people are told beside the purposes: who gets data and where, rights, cookies; mistakes have their place."""

import pytest

from holdord.errors import PolicyError
from holdord.policy.duration import Duration
from holdord.policy.load import load
from holdord.policy.told import Officer, Told

POLICY = """\
holdord: 1
controller: {name: Shop AS, country: "NO"}
notices: {nb: notice.nb.md}
recipients: {carrier: who delivers}
clocks: {seen: {latest_of: [ordered, written]}}
purposes:
  sales:
    for: Selling
    basis: consent
    works_on: order
    needs: [order.*]
    keep: {from: ordered, at_most: 24 months}
promises:
  P-1: {says: We keep it, kept_by: software, parts: {storage: {keep: [sales]}}}
"""
CARRIER = "{carrier: who delivers}"
SEEN = "{seen: {latest_of: [ordered, written]}}"
NO_OFFICER = 'country: "NO"}'


def said(old: str = "", new: str = "", more: str = "") -> str:
    assert not old or POLICY.count(old) == 1
    return POLICY.replace(old, new) + more if old else POLICY + more


def refused(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load(text, file="policy.yaml")
    assert all(one.line > 0 and one.column > 0 for one in caught.value.problems)
    return [f"{one.where}: {one.what}" for one in caught.value.problems]


def told(more: str) -> Told:
    return load(said(more=more)).told


def carrier(words: str) -> str:
    return said(CARRIER, f"{{carrier: {{says: who delivers, {words}}}}}")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (
            "country: SE, safeguard: standard_clauses",
            "recipients.carrier.country: SE is in the EEA, so nothing is transferred.",
        ),
        ("country: XX, safeguard: standard_clauses", "recipients.carrier.country: The country 'XX' is not known."),
        (
            "country: CN, safeguard: adequacy",
            "recipients.carrier.safeguard: No adequacy decision for CN is known (GDPR art. 45).",
        ),
        ("country: US", "recipients.carrier: Country and safeguard go together (GDPR art. 13(1)(f))."),
        ("safeguard: standard_clauses", "recipients.carrier: Country and safeguard go together (GDPR art. 13(1)(f))."),
    ],
)
def test_what_a_transfer_rests_on_is_held_against_the_country(words: str, what: str) -> None:
    assert refused(carrier(words)) == [what]


@pytest.mark.parametrize(
    ("country", "safeguard"), [("CN", "standard_clauses"), ("US", "adequacy"), ("US", "standard_clauses")]
)
def test_a_transfer_is_told_with_its_country_and_safeguard(country: str, safeguard: str) -> None:
    made = load(carrier(f"country: {country}, safeguard: {safeguard}")).recipients["carrier"]
    assert (made.country, made.safeguard) == (country, safeguard)


def test_a_recipient_in_the_eea_needs_neither() -> None:
    made = load(POLICY).recipients["carrier"]
    assert (made.country, made.safeguard) == ("", None)


@pytest.mark.parametrize(
    ("clocks", "what"),
    [
        ("{seen: {}}", "clocks.seen: Nothing stands here."),
        (
            "{seen: {latest_of: [ordered, met]}, met: {latest_of: [written, called]}}",
            "clocks.seen.latest_of.1: 'met' stands for several clocks itself.",
        ),
    ],
)
def test_a_name_for_several_clocks_lists_clocks(clocks: str, what: str) -> None:
    assert refused(said(SEEN, clocks)) == [what]


def test_a_clock_may_stand_for_several_or_be_told_or_both() -> None:
    clocks = "{seen: {latest_of: [ordered, met]}, met: {says: the day we met}, both: {latest_of: [met], says: then}}"
    assert load(said(SEEN, clocks)).clocks == {"met": "the day we met", "both": "then"}


def test_a_data_protection_officer_can_be_reached() -> None:
    def officer(words: str) -> str:
        return said(NO_OFFICER, f'country: "NO", officer: {words}}}')

    assert refused(officer("{name: Ida}")) == [
        "controller.officer: How to reach the data protection officer is missing."
    ]
    assert load(officer("{email: ida@shop.example}")).told.officer == Officer(
        name="", email="ida@shop.example", phone=""
    )
    assert load(officer("{phone: '1'}")).told.officer == Officer(name="", email="", phone="1")
    assert load(officer("none")).told.officer is None


@pytest.mark.parametrize("within", ["2 months", "32 days", "1 month 1 day", "5 weeks"])
def test_no_later_answer_than_the_laws_month_is_promised(within: str) -> None:
    (what,) = refused(said(more=f"requests: {{to: us@shop.example, within: {within}}}\n"))
    assert what == f"requests.within: Requests are answered within one month (GDPR art. 12(3)), not {within}."


@pytest.mark.parametrize(
    ("within", "found"),
    [
        ("31 days", Duration(months=0, days=31)),
        ("30 days", Duration(months=0, days=30)),
        ("2 weeks", Duration(months=0, days=14)),
        ("1 month", None),
    ],
)
def test_a_sooner_answer_may_be_promised_and_the_month_is_the_laws_own(within: str, found: Duration | None) -> None:
    requests = told(f"requests: {{to: us@shop.example, within: {within}}}\n").requests
    assert requests is not None
    assert (requests.to, requests.within) == ("us@shop.example", found)
    assert requests.to.by == {"any": "us@shop.example"}  # an address reads the same in every language


def test_a_time_that_cannot_be_read_is_told_at_its_place() -> None:
    (requests,) = refused(said(more="requests: {to: us@shop.example, within: soon}\n"))
    assert requests.startswith("requests.within: ")
    (cookie,) = refused(said(more="cookies: {sid: {for: the basket, set_by: us, lasts: long}}\n"))
    assert cookie.startswith("cookies.sid.lasts: ")


def test_a_cookie_lasts_for_a_time_or_until_the_browser_is_closed() -> None:
    cookies = told(
        "cookies:\n  sid: {for: the basket, set_by: us, lasts: session}\n"
        "  seen: {for: counting, set_by: us, lasts: 2 weeks}\n"
    ).cookies
    assert [(name, one.lasts) for name, one in cookies.items()] == [
        ("sid", None),
        ("seen", Duration(months=0, days=14)),
    ]


def test_what_must_be_given_is_named_by_categories_or_their_groups() -> None:
    requirements = "requirements: [{demand: statutory, needs: [contact.name, financial], otherwise: no sale}]\n"
    (one,) = told(requirements).requirements
    assert one.needs == ("contact.name", "financial")
    assert refused(said(more=requirements.replace("financial", "zebra"))) == [
        "requirements.0.needs.1: The category 'zebra' is unknown."
    ]


def test_what_a_policy_is_silent_about_is_told_from_what_it_says_there_is_none_of() -> None:
    assert load(POLICY).told.unsaid == {"cookies", "sensitive", "decisions", "requirements", "officer"}
    none = "cookies: none\nsensitive: none\ndecisions: none\nrequirements: none\n"
    found = load(said(NO_OFFICER, 'country: "NO", officer: none}', none)).told
    assert found.unsaid == frozenset()
    assert (found.cookies, found.sensitive, found.decisions, found.requirements) == ({}, {}, None, ())


def test_where_the_notice_says_a_promise_is_said_once() -> None:
    promise = "kept_by: software,"
    assert refused(said(promise, f"{promise} section: storage, told_by: rights,")) == [
        "promises.P-1.told_by: The notice says this promise in one way: 'section' or 'told_by'."
    ]


def test_a_limit_counts_from_the_clocks_that_a_name_stands_for() -> None:
    def limit(clocks: str, start: str) -> tuple[list[str], bool]:
        text = said(SEEN, clocks).replace("from: ordered", f"from: {start}")
        (one,) = load(text).purposes["sales"].limits
        return [str(clock) for clock in one.clocks], one.latest

    assert limit(SEEN, "seen") == (["ordered", "written"], True)
    assert limit(SEEN, "{latest_of: [seen, met]}") == (["ordered", "written", "met"], True)
    assert limit(SEEN, "{latest_of: [ordered, note.taken]}") == (["ordered", "note.taken"], True)
    assert limit(SEEN, "ordered") == (["ordered"], False)
    assert limit("{ordered: {says: the day of the order}}", "ordered") == (["ordered"], False)


def test_a_notice_that_was_written_says_each_promise_that_has_a_section() -> None:
    text = said("kept_by: software,", "kept_by: software, section: storage,").replace("nb: notice.nb", "en: notice.en")
    load(text, notices={"en": "# Notice\n\nWe\nkeep it.\n"})
    with pytest.raises(PolicyError, match=r"promises\.P-1\.says: The notice \(en\) does not say this promise"):
        load(text, notices={"en": "# Notice\n\nWe keep nothing.\n"})
    other = text.replace("en: notice.en", "nb: notice.nb")
    load(other, notices={"nb": "# Erklæring\n\nIngenting.\n"})  # the promise is not worded in that language
    load(POLICY.replace("nb: notice.nb", "en: notice.en"), notices={"en": "Nothing.\n"})  # no section: told otherwise


def test_a_limit_has_its_place_also_where_it_is_the_only_one_of_a_list() -> None:
    def place(keep: str) -> list[str]:
        return [one.where for one in load(said("{from: ordered, at_most: 24 months}", keep)).purposes["sales"].limits]

    assert place("{from: ordered, at_most: 24 months}") == ["purposes.sales.keep"]
    assert place("[{from: ordered, at_most: 24 months}]") == ["purposes.sales.keep.0"]
    assert place("[{from: ordered, at_most: 24 months}, {from: paid, at_most: 1 year}]") == [
        "purposes.sales.keep.0",
        "purposes.sales.keep.1",
    ]


def test_a_part_says_what_keeps_it() -> None:
    parts = "parts: {storage: {keep: [sales]}, disputes: {holds: all}, rest: {unwired: by hand}}"
    (promise,) = load(said("parts: {storage: {keep: [sales]}}", parts)).promises.values()
    assert [(one.name, one.purposes, one.holds, one.unwired) for one in promise.parts] == [
        ("storage", ("sales",), False, ""),
        ("disputes", (), True, ""),
        ("rest", (), False, "by hand"),
    ]
