"""What must be left of a world of strangers: told person by person, for this world alone, without planner or rule.

Young rows are held whole, and whoever has a part in them is known by name. Who is still here is held whole, with home,
household and employer. What nobody holds is empty, and gone unless something that is still there points at it.
"""

from collections import Counter
from collections.abc import Iterator

from tests.torment.strangers_world import KEYS, OLD, Row, World

Key = tuple[int, ...]
Kept = dict[str, dict[Key, Row]]


class Bookkeeper:
    """Goes through the rows of a world as somebody with a pencil would."""

    def __init__(self, world: World) -> None:
        self.rows = {table: by_key(table, rows) for table, rows in world.rows.items()}
        self.leavers = world.leavers

    def expected(self) -> Kept:
        """Return what must be left."""
        posts = self._posts()
        parcels = {key: row for key, row in self.rows["parcel"].items() if row["sent"] != OLD}
        tickets = {key: row for key, row in self.rows["ticket"].items() if row["closed"] != OLD}
        young = {key for key, row in posts.items() if row["posted"] != OLD}
        likings = {key: row for key, row in self.rows["liking"].items() if key[:2] in young}
        people = self._people(parcels, tickets, posts, likings, young)
        mailed = {(row["tenant"], row[end]) for row in parcels.values() for end in ("sender", "receiver")}
        homes = {who for who in people if who not in self.leavers}
        staff: dict[Key, Row] = {}
        answered = {(row["tenant"], row["staff_id"]) for row in tickets.values()}
        for key, row in self.rows["staff"].items():
            if row["left_on"] is None:
                staff[key] = row
            elif key in answered:
                staff[key] = row | {"phone": None}
        households = self._of_people("household", people, homes, ("label", "phone"))
        return {
            "address": self._addresses(people, households, homes | mailed),
            "household": households,
            "employer": self._of_people("employer", people, homes, ("title",)),
            "person": people,
            "staff": staff,
            "parcel": parcels,
            "ticket": tickets,
            "post": posts,
            "liking": likings,
        }

    def _posts(self) -> dict[Key, Row]:
        """Young posts are there; old ones are empty, and there only while something that is there replies to them."""
        left: dict[Key, Row] = {}
        for key, row in sorted(self.rows["post"].items(), reverse=True):  # a reply has a higher number
            replied = any((other["tenant"], other["reply_to"]) == key for other in left.values())
            if row["posted"] != OLD:
                left[key] = row
            elif replied:
                left[key] = row | {"body": None}
        return left

    def _people(
        self,
        parcels: dict[Key, Row],
        tickets: dict[Key, Row],
        posts: dict[Key, Row],
        likings: dict[Key, Row],
        young: set[Key],
    ) -> dict[Key, Row]:
        left: dict[Key, Row] = {}
        for key, row in self.rows["person"].items():
            if key not in self.leavers:
                left[key] = row
                continue
            tenant, number = key
            mailed = any(
                tenant == one["tenant"] and number in (one["sender"], one["receiver"]) for one in parcels.values()
            )
            asked = any(key == (one["tenant"], one["asker"]) for one in tickets.values())
            wrote = [place for place, one in posts.items() if key == (one["tenant"], one["author"])]
            liked = any(key == (one["tenant"], one["liker"]) for one in likings.values())
            named = mailed or asked or any(place in young for place in wrote)
            if named or wrote or liked:
                left[key] = row | {
                    "name": row["name"] if named else "-",
                    "email": row["email"] if asked else f"gone-{tenant}-{number}@home.example",
                    "phone": None,
                    "remark": None,
                }
        return left

    def _of_people(
        self, table: str, people: dict[Key, Row], homes: set[Key], personal: tuple[str, ...]
    ) -> dict[Key, Row]:
        """Households and employers: whole for one who is here, empty for those of whom something else is left."""
        left: dict[Key, Row] = {}
        for key, row in self.rows[table].items():
            members = {who for who, person in people.items() if (who[0], person[f"{table}_id"]) == key}
            if members:
                left[key] = row if members & homes else row | dict.fromkeys(personal)
        return left

    def _addresses(self, people: dict[Key, Row], households: dict[Key, Row], known: set[Key]) -> dict[Key, Row]:
        left: dict[Key, Row] = {}
        for key, row in self.rows["address"].items():
            shared = {home for home, one in households.items() if (home[0], one["address_id"]) == key}
            living = {
                who
                for who, one in people.items()
                if (who[0], one["address_id"]) == key or (who[0], one["household_id"]) in shared
            }
            if living or shared:
                left[key] = row if living & known else row | {"street": None, "city": None}
        return left

    def parties(self, table: str, row: Row) -> set[Key]:
        """Return the people whom a row is about."""
        tenant = row["tenant"]
        match table:
            case "person":
                return {(tenant, row["id"])}
            case "parcel":
                return {(tenant, row["sender"]), (tenant, row["receiver"])}
            case "ticket":
                return {(tenant, row["asker"])}
            case "post":
                return {(tenant, row["author"])}
            case "liking":
                post = self.rows["post"][tenant, row["post_id"]]
                return {(tenant, row["liker"]), (tenant, post["author"])}
            case "address":
                shared = {home for home, one in self.rows["household"].items() if one["address_id"] == row["id"]}
                return {
                    who
                    for who, one in self.rows["person"].items()
                    if who[0] == tenant and (one["address_id"] == row["id"] or (tenant, one["household_id"]) in shared)
                }
            case "household" | "employer":
                people = self.rows["person"].items()
                return {who for who, one in people if (who[0], one[f"{table}_id"]) == (tenant, row["id"])}
            case _:
                return set()

    def judged(self, found: Kept) -> Iterator[str]:
        """Yield what was done to strangers, and what else is not as it must be."""
        expected = self.expected()
        for table, there in self.rows.items():
            for key, row in there.items():
                parties, now, right = self.parties(table, row), found[table].get(key), expected[table].get(key)
                if parties and not parties & self.leavers and now != row:
                    yield f"A row of {table} was touched that is about strangers alone."
                elif now != right:
                    said = "is gone that is held" if now is None else "is left, or left otherwise than it must be"
                    yield f"A row of {table} {said}."
            if found[table].keys() - there.keys():
                yield f"Rows of {table} appeared."

    def tally(self) -> Counter[str]:
        """Count what the world has of people together, and what becomes of it."""
        counts: Counter[str] = Counter()
        expected = self.expected()
        for table, there in self.rows.items():
            for key, row in there.items():
                parties, right = self.parties(table, row), expected[table].get(key)
                whose = "of both" if parties & self.leavers else "of strangers alone"
                whose = whose if not parties or parties - self.leavers else "of leavers alone"
                what = "gone" if right is None else "kept" if right == row else "stripped"
                counts[f"{table}: {what}, {whose if parties else 'of nobody'}"] += 1
        return counts


def by_key(table: str, rows: list[Row]) -> dict[Key, Row]:
    """Return rows by their keys."""
    return {tuple(row[name] for name in KEYS[table]): row for row in rows}
