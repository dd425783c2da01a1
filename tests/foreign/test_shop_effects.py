"""What a change of policy would do in a shop whose people are of several record classes."""

from holdord.policy.load import load
from holdord.run.effects import effects
from tests.foreign.shopping import address, customer, employee
from tests.foreign.story import Story, changed, day


def test_people_of_every_class_are_counted(shop: Story) -> None:
    address(shop, 2)
    for number in (2, 3, 4):
        customer(shop, number, "2023-06-01" if number < 4 else "2026-01-01", at=2)
    for number, left in ((1, "2025-09-01"), (2, "2026-02-01"), (3, "")):
        employee(shop, number, left)
    sooner = (
        ("keep: {from: last_contact, at_most: 3 years}", "keep: {from: last_contact, at_most: 2 years}"),
        (
            "      from: employment_ended\n      at_most: 12 months",
            "      from: employment_ended\n      at_most: 6 months",
        ),
        ("keep: {from: last_purchase, at_most: 24 months}", "keep: {from: last_purchase, at_most: 20 months}"),
    )
    after = load(changed((shop.folder / "policy.yaml").read_text("utf-8"), sooner))
    found = effects(shop.company, after, day("2026-03-10"))
    assert {one.table for one in found.sooner} == {"customers", "staff"}
    assert found.people == 2
