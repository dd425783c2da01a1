"""The four examples: their policies load, make or quote their notices word by word, and fit the built-in register."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Table
from sqlalchemy.types import Boolean, Date, DateTime, Integer, String, TypeDecorator, TypeEngine

from holdord.errors import PolicyError
from holdord.notice.compare.compare import compare
from holdord.notice.read import read as read_notice
from holdord.notice.write.page import write
from holdord.notice.write.policy import facts_of
from holdord.plan.bind import Bound
from holdord.policy.duration import Duration
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.policy.terms import LANGUAGES
from holdord.policy.told import Said
from holdord.schema import ColumnShape, Family, ForeignKey, Schema, TableShape
from holdord.stores.register.map import data_map
from holdord.stores.register.schema import metadata

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, kw_only=True)
class Company:
    """What is expected of one example.

    Attributes:
        promises: Prefix and number of its promises.
        storage: Promises that speak of how long data are held: some part is kept by purposes or holds.
        narrowest: Purpose → the promise that its statements name first.
        outlasted: What the law can hold longer: "purpose of the law, record class: promises of the notice".
        shut: Record classes that the company does not open.
        absent: Categories of open classes that its notice does not name: data of that kind stop the table.
    """

    prefix: str
    count: int
    storage: frozenset[str]
    narrowest: dict[str, str]
    outlasted: frozenset[str]
    shut: frozenset[str]
    absent: frozenset[str]

    @property
    def promises(self) -> list[str]:
        return [f"{self.prefix}-{number:02d}" for number in range(1, self.count + 1)]


def _ids(prefix: str, numbers: str) -> frozenset[str]:
    return frozenset(f"{prefix}-{number}" for number in numbers.split())


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


COMPANIES = {
    "clemco-norge": Company(
        prefix="CN",
        count=27,
        storage=_ids("CN", "02 04 06 07 08 09 10 11 12 18 19 20 21"),
        narrowest={
            "applicants": "CN-08",
            "interest_profile": "CN-06",
            "news_and_offers": "CN-10",
            "recommendations": "CN-11",
            "told_to_staff": "CN-12",
            "purchases": "CN-20",
            "bookkeeping": "CN-21",
        },
        outlasted=frozenset(
            {
                "bookkeeping invoice: CN-04",
                "bookkeeping agreement: CN-09",
                "bookkeeping_orders order: CN-04 CN-20",
                "bookkeeping_documents agreement: CN-09",
                "bookkeeping_documents correspondence: CN-04",
            }
        ),
        shut=_set("participation employment payslip"),
        absent=_set("person.identity.national_number person.financial.account"),
    ),
    "west-elektro": Company(
        prefix="WE",
        count=19,
        storage=_ids("WE", "02 03 04 08 10"),
        narrowest={
            "orders_and_delivery": "WE-02",
            "conversations": "WE-03",
            "web_log": "WE-04",
            "job_applications": "WE-08",
            "complaints": "WE-10",
        },
        outlasted=frozenset(
            {
                "bookkeeping invoice: WE-02",
                "bookkeeping agreement: WE-02",
                "bookkeeping_orders order: WE-02 WE-08",
                "bookkeeping_documents agreement: WE-02",
                "bookkeeping_documents correspondence: WE-08",
                "project_accounts invoice: WE-02",
                "project_accounts agreement: WE-02",
                "project_accounts correspondence: WE-08",
                "project_orders order: WE-02 WE-08 WE-10",
            }
        ),
        shut=_set("account participation upload profile"),
        absent=_set(
            "person.demographic.gender person.financial.card person.job.employer person.job.title "
            "person.job.interests person.social.profile"
        ),
    ),
    "se-gruppen": Company(
        prefix="SE",
        count=18,
        storage=_ids("SE", "02 03 04 05 06 07 08 11 16"),
        narrowest={
            "site_security": "SE-04",
            "blocked_addresses": "SE-04",
            "site_comparison": "SE-03",
            "contact_form": "SE-05",
            "register_rest": "SE-07",
            "customers_and_suppliers": "SE-07",
            "bookkeeping": "SE-08",
            "job_applications": "SE-11",
        },
        outlasted=frozenset(
            {
                "bookkeeping invoice: SE-08",
                "bookkeeping agreement: SE-07",
                "bookkeeping_orders order: SE-07",
                "bookkeeping_documents agreement: SE-07",
                "bookkeeping_documents correspondence: SE-05 SE-07",
                "project_accounts invoice: SE-08",
                "project_accounts agreement: SE-07",
                "project_accounts correspondence: SE-05 SE-07",
                "project_orders order: SE-07",
            }
        ),
        shut=_set("account subscription participation upload profile"),
        absent=_set(
            "person.demographic.birth_date person.demographic.gender person.identity.national_number "
            "person.financial.account person.financial.card person.social.profile "
        ),
    ),
    "clienti": Company(
        prefix="CI",
        count=26,
        storage=_ids("CI", "01 03 04 06 07 09 11 12 13 14 17 18 19 20 21"),
        narrowest={
            "contacts": "CI-17",
            "enquiries": "CI-03",
            "call_notes": "CI-04",
            "site_profile": "CI-07",
            "events": "CI-13",
            "event_pictures": "CI-14",
            "customer_relation": "CI-18",
            "newsletter": "CI-19",
            "bookkeeping": "CI-20",
            "legal_claims": "CI-20",
            "unpaid_invoices": "CI-21",
        },
        outlasted=frozenset(
            {
                "bookkeeping invoice: CI-21",
                "bookkeeping agreement: CI-12 CI-20",
                "bookkeeping correspondence: CI-03 CI-18 CI-20 CI-21",
            }
        ),
        shut=_set("account order application employment payslip web_log"),
        absent=_set(
            "person.demographic.birth_date person.demographic.gender person.identity.national_number "
            "person.financial.account person.financial.card person.job.interests "
        ),
    ),
}

each_company = pytest.mark.parametrize("name", sorted(COMPANIES))


def notices(name: str) -> dict[str, str]:
    return {file.name.split(".")[1]: file.read_text("utf-8") for file in (EXAMPLES / name).glob("notice.*.md")}


@cache
def policy(name: str) -> Policy:
    file = EXAMPLES / name / "policy.yaml"
    return load(file.read_bytes(), file=file.name, notices=notices(name))


def family(kind: TypeEngine[object]) -> Family:
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(plain, DateTime):
        return "timestamp_tz" if plain.timezone else "timestamp"
    families: list[tuple[type[TypeEngine[object]], Family]] = [
        (Date, "date"),
        (Boolean, "truth"),
        (Integer, "number"),
        (String, "text"),
    ]
    return next((name for known, name in families if isinstance(plain, known)), "other")


def shape(table: Table) -> TableShape:
    return TableShape(
        name=table.name,
        key=tuple(column.name for column in table.primary_key.columns),
        columns={
            column.name: ColumnShape(
                name=column.name, family=family(column.type), nullable=bool(column.nullable), unique=bool(column.unique)
            )
            for column in table.columns
        },
        foreign_keys=tuple(
            ForeignKey(
                columns=tuple(element.parent.name for element in key.elements),
                table=key.referred_table.name,
                target=tuple(element.column.name for element in key.elements),
                on_delete=key.ondelete or "",
            )
            for key in table.foreign_key_constraints
        ),
    )


@cache
def bound(name: str) -> Bound:
    schema: Schema = {table.name: shape(table) for table in metadata.sorted_tables if table.name[:8] != "holdord_"}
    return Bound(policy(name), data_map(), schema)


def uncovered(name: str) -> Iterator[str]:
    """Yield class.category of open tables that no purpose needs."""
    for table, columns in bound(name).columns.items():
        if not bound(name).is_shut(table):
            for column in columns:
                if not bound(name).needing(table, column.category):
                    yield f"{data_map().tables[table].record_class}.{column.category}"


@each_company
def test_policy_is_named_after_its_notices_and_has_every_promise_in_order(name: str) -> None:
    assert set(policy(name).notices) == set(notices(name))
    assert all((EXAMPLES / name / file).is_file() for file in policy(name).notices.values())
    assert list(policy(name).promises) == COMPANIES[name].promises


@each_company
def test_policy_fits_the_register(name: str) -> None:
    assert {work.purpose.id for work in bound(name).works} == set(policy(name).purposes)


@each_company
def test_every_language_of_the_notice_makes_every_promise(name: str) -> None:
    for promise in policy(name).promises.values():
        if not promise.notice:
            assert set(notices(name)) <= set(promise.says.by), promise.id
            continue
        assert {quote.language for quote in promise.notice} == set(notices(name)), promise.id
        for language in notices(name):
            assert 1 <= sum(quote.language == language for quote in promise.notice) <= 4, promise.id


@each_company
def test_each_notice_is_the_one_that_the_policy_makes(name: str) -> None:
    made = {
        language: write(facts_of(policy(name), data_map(), language), language)
        for language in LANGUAGES
        if language in notices(name)
    }
    assert made == notices(name)


@each_company
def test_a_changed_notice_is_not_quoted_any_more(name: str) -> None:
    file = EXAMPLES / name / "policy.yaml"
    said = {
        (quote.language, quote.text) for promise in policy(name).promises.values() for quote in promise.notice[:1]
    } or {
        (language, text)
        for promise in policy(name).promises.values()
        for language, text in promise.says.by.items()
        if promise.section and language in notices(name)
    }
    language, text = min(said)
    assert text in notices(name)[language]
    changed = notices(name) | {language: notices(name)[language].replace(text, "")}
    with pytest.raises(PolicyError, match="does not say this"):
        load(file.read_bytes(), file=file.name, notices=changed)


@each_company
def test_exactly_the_promises_about_storage_have_a_part_that_is_kept_now(name: str) -> None:
    kept = {
        promise.id
        for promise in policy(name).promises.values()
        if any(part.purposes or part.holds for part in promise.parts)
    }
    assert kept == COMPANIES[name].storage


@each_company
def test_what_is_not_kept_yet_says_what_will_keep_it(name: str) -> None:
    for promise in policy(name).promises.values():
        for part in promise.parts:
            keeper = part.purposes or part.holds or part.figures or part.requests or part.portal or part.task
            assert keeper or part.review or part.told or len(part.unwired) > 10, (promise.id, part.name)


@each_company
def test_every_purpose_keeps_a_promise_and_the_narrowest_speaks_first(name: str) -> None:
    assert all(policy(name).promises_of(purpose) for purpose in policy(name).purposes)
    first = {purpose: policy(name).promises_of(purpose)[0] for purpose in COMPANIES[name].narrowest}
    assert first == COMPANIES[name].narrowest


@each_company
def test_notice_is_for_the_notice_and_a_person_for_a_person(name: str) -> None:
    kept_by = {promise.id: promise.kept_by for promise in policy(name).promises.values()}
    person = {"CN": "05 17", "WE": "01 17", "SE": "14", "CI": "22"}[COMPANIES[name].prefix]
    notice = {"CN": "01 23", "WE": "05 18", "SE": "01 17", "CI": ""}[COMPANIES[name].prefix]
    assert {promise for promise, keeper in kept_by.items() if keeper == "person"} == _ids(
        COMPANIES[name].prefix, person
    )
    assert {promise for promise, keeper in kept_by.items() if keeper == "notice"} == _ids(
        COMPANIES[name].prefix, notice
    )


@each_company
def test_only_what_the_company_needs_is_open(name: str) -> None:
    shut = {table.record_class for table in data_map().tables.values() if bound(name).is_shut(table.name)}
    assert shut == COMPANIES[name].shut


@each_company
def test_every_kind_of_data_that_the_company_holds_is_needed(name: str) -> None:
    assert set(uncovered(name)) == COMPANIES[name].absent


@each_company
def test_law_outlasts_the_promises_about_the_same_records_and_nothing_else_is_found(name: str) -> None:
    found = set()
    for finding in policy(name).findings:
        assert finding.code == "law_outlasts_promise"
        record_class = finding.text.partition(":")[0]
        law = re.findall(r"\((\w+): at least", finding.text)
        found.add(f"{law[0]} {record_class}: {' '.join(sorted(finding.promises))}")
        assert all(f"{promise} (at most " in finding.text for promise in finding.promises)
    assert found == COMPANIES[name].outlasted
    assert len(policy(name).findings) == len(found)


@each_company
def test_register_numbers_are_those_of_the_notices(name: str) -> None:
    number = {"clienti": "33782799", "west-elektro": "956 889 057"}.get(name, "")
    assert policy(name).controller.register_number == number
    assert all(number in text for text in notices(name).values())


@each_company
def test_no_ground_is_open_for_ever_without_a_reason(name: str) -> None:
    for work in bound(name).works:
        if any(timer.may_be_open for timer in work.timers):
            assert work.purpose.open_ended, work.purpose.id


@each_company
def test_duties_of_the_law_name_it(name: str) -> None:
    duties = [purpose for purpose, limit in policy(name).limits() if limit.kind == "at_least"]
    assert duties
    act = {"NO": "bokføringsloven", "DK": "bogføringsloven"}[policy(name).controller.country]
    for duty in duties:
        assert duty.basis == "legal_obligation"
        assert isinstance(duty.law, Said)
        assert any(act in words for words in duty.law.by.values())
    assert all(limit.year is not None for _, limit in policy(name).limits() if limit.kind == "at_least")


@pytest.mark.parametrize(
    ("name", "purpose", "duration", "within"),
    [
        ("clemco-norge", "purchases", "3 years 6 months", "3 years 6 months 1 day"),
        ("clienti", "customer_relation", "24 months", "24 months 1 day"),
        ("clienti", "legal_claims", "5 years", "5 years 1 day"),
        ("clienti", "newsletter", "0 days", "5 days"),
        ("west-elektro", "project_orders", "10 years", "10 years 1 day"),
        ("se-gruppen", "project_accounts", "10 years", "10 years 1 day"),
    ],
)
def test_numbers_of_the_notices_and_the_law_are_the_policys(
    name: str, purpose: str, duration: str, within: str
) -> None:
    (limit,) = policy(name).purposes[purpose].limits
    assert (limit.duration, limit.within) == (Duration.parse(duration), Duration.parse(within))


@pytest.mark.parametrize("name", ["clienti", "west-elektro"])
def test_legal_hold_covers_a_person_and_has_a_review(name: str) -> None:
    (hold,) = policy(name).holds
    (held,) = hold.records
    assert (hold.id, held.record_class, held.key, hold.owner) == ("H-2026-1", "person", (2,), "general manager")
    assert hold.review is not None


def test_identity_numbers_and_bank_accounts_are_west_elektros_alone() -> None:
    for kind in ("identity.national_number", "financial.account"):
        needing = {name for name in COMPANIES if bound(name).needing("persons", kind)}
        assert needing == {"west-elektro"}


@pytest.mark.parametrize(("folder", "one", "other"), [("clemco-norge", "nb", "en"), ("clienti", "da", "en")])
def test_the_notices_of_one_company_differ_nowhere(folder: str, one: str, other: str) -> None:
    first, second = (
        read_notice((EXAMPLES / folder / f"notice.{language}.md").read_text("utf-8")) for language in (one, other)
    )
    found = compare(first, second)
    assert found.same_notice
    assert [(difference.kind, difference.why) for difference in found.differences] == []
