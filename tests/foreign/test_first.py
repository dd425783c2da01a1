from tests.foreign.shopping import address, customer
from tests.foreign.story import Story


def test_x(shop: Story) -> None:
    customer(shop, 1, "2023-03-10", at=address(shop, 1))
    print(shop.keeps("2026-03-10"))
    print(shop.keeps("2026-03-11"))
    print(shop.count())
