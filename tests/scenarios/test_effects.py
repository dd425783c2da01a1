"""What a change of policy would do to the data at hand, and what really goes once it is made."""

from holdord.policy.load import load
from holdord.run.effects import Effect, effects
from tests.scenarios.story import Story, day

ON = "2026-06-01"
CUSTOMERS = (
    "at_most: 24 months\n      open_ended: {da: så længe du eller din virksomhed er kunde",
    "at_most: 12 months\n      open_ended: {da: så længe du eller din virksomhed er kunde",
)
DISPUTE = (
    "\nholds:",
    "\nholds:\n  H-9: {reason: a claim, owner: the general manager, scope: {person: 77}, since: 2025-01-01, "
    "review: 2027-01-01}",
)


def customers(story: Story) -> None:
    """A customer who left 18 months ago, one of last month, and one who left 18 months ago and disputes a bill."""
    for number, left in ((75, "2024-12-01"), (76, "2026-05-01"), (77, "2024-12-01")):
        person = story.person("2020-01-01", id=number, name="Somebody", phone="+45 00 00 00 00")
        relation = person.has("relations", kind="customer", started_on="2020-01-01", ended_on=left, title="Boss")
        relation.has("notes", channel="phone", taken_on="2024-11-30", body="words")


def changed(story: Story, *changes: tuple[str, str]) -> str:
    text = (story.folder / "policy.yaml").read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def rows(found: tuple[Effect, ...]) -> dict[str, int]:
    return {f"{one.action} {one.table}": one.rows for one in found if "phone" in (*one.columns, "phone")}


def test_a_shorter_promise_says_beforehand_what_goes_and_whom_it_touches(clienti: Story) -> None:
    customers(clienti)
    assert not clienti.plan(ON).statements
    found = effects(clienti.company, load(changed(clienti, CUSTOMERS)), day(ON))
    assert {one.table for one in found.sooner} == {"notes", "relations", "persons"}
    assert (found.people, found.longer, found.stopped) == (2, (), ())
    clienti.changes_its_policy(CUSTOMERS)
    planned = {(one.table, one.action): one.rows for one in clienti.plan(ON).statements}
    assert {(one.table, one.action): one.rows for one in found.sooner} == planned


def test_what_a_hold_keeps_is_told_apart_from_what_goes(clienti: Story) -> None:
    customers(clienti)
    found = effects(clienti.company, load(changed(clienti, CUSTOMERS, DISPUTE)), day(ON))
    assert found.people == 1
    assert {one.rows for one in found.sooner} == {1}
    assert {one.table: one.rows for one in found.kept_by_law if one.table == "notes"} == {"notes": 1}


def test_a_longer_promise_says_what_would_stay(clienti: Story) -> None:
    clienti.changes_its_policy(CUSTOMERS)
    customers(clienti)
    found = effects(clienti.company, load(changed(clienti, CUSTOMERS[::-1])), day(ON))
    assert found.sooner == ()
    assert {one.table for one in found.longer} == {"notes", "relations", "persons"}
    assert found.people == 0


def test_asking_changes_nothing_and_the_same_policy_does_nothing(clienti: Story) -> None:
    customers(clienti)
    before = clienti.count()
    found = effects(clienti.company, load(changed(clienti)), day(ON))
    assert (found.sooner, found.longer, found.kept_by_law, found.people) == ((), (), (), 0)
    assert clienti.count() == before
    assert not clienti.entries()
