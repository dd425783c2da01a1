"""Ten years of one company's contacts: who they are, what they bought, wrote, signed up for, and left behind.

A *mix* (``people.py`` of a company, plain data) says how many of the people are customers, applicants and so on, and
how much each of them leaves. Nothing was ever swept: whoever left nine years ago is all there. A person's rows are
told together, so that the memory in use does not grow with the population. The same company, seed and date give the
same people, and a larger population begins with the smaller one.
"""

from collections.abc import Callable
from itertools import accumulate

from examples import fictions
from examples.book import Book
from examples.chance import AHEAD, TODAY, Chance
from examples.fictions import Fictions
from examples.trade import Mix, Trade

_EVENTS = 60


class Histories(Trade):
    """Tells people one after the other into a book."""

    def __init__(self, book: Book, mix: Mix, pools: Fictions, chance: Chance) -> None:
        """Prepare the roles and the company's events.

        Args:
            book: Where the rows go.
            mix: The company's mix.
            pools: Values to draw from.
            chance: Draws them.
        """
        super().__init__(book, mix, pools, chance)
        self.fields: dict[str, float] = mix["fields"]
        self.born = [(book.day(birth), number) for birth, number in pools.born]
        tellers: dict[str, tuple[str, Callable[[int], int]]] = {
            "customer": ("relations", lambda person: self._trade(person, "customer")),
            "supplier": ("relations", lambda person: self._trade(person, "supplier")),
            "partner": ("relations", lambda person: self._trade(person, "partner")),
            "prospect": ("relations", self._prospect),
            "enquirer": ("correspondence", self._enquirer),
            "subscriber": ("subscriptions", self._subscriber),
            "participant": ("participations", self._participant),
            "applicant": ("applications", self._applicant),
            "employee": ("employees", self._employee),
            "visitor": ("web_log", self._visitor),
            "guest": ("uploads", self._guest),
        }
        open_roles = {role: teller for role, (table, teller) in tellers.items() if table in book.wanted}
        self.roles = [open_roles[role] for role in mix["roles"] if role in open_roles]
        self.weights = list(accumulate(weight for role, weight in mix["roles"].items() if role in open_roles))
        self.also = [(open_roles[role], share) for role, share in mix["also"].items() if role in open_roles]
        self.events = [self._event(number) for number in range(_EVENTS)] if "events" in chance.phrases else []
        self.shared = ("", "")

    def person(self) -> int:
        """Tell the next person and all that the person left; return the person's number."""
        person, chance = self.book.reserve("persons"), self.chance
        lot = chance.draw() * self.weights[-1]
        role = next(role for role, weight in zip(self.roles, self.weights, strict=True) if lot < weight)
        begun = role(person)
        for teller, share in self.also:
            if chance.happens(share):
                begun = min(begun, teller(person))
        for _ in range(chance.some(self.mix["log_lines"])):
            self._log_line(None, TODAY - int(chance.draw() ** 2 * 1100))
        self._describe(person, begun)
        return person

    def _describe(self, person: int, begun: int) -> None:
        chance, pick, country, fields = self.chance, self.chance.pick, self.mix["country"], self.fields
        first, plain_first = pick(self.pools.first)
        last, plain_last = pick(self.pools.last)
        if chance.happens(0.99):  # the others share with the one before: families, offices
            mail = f"{plain_first}.{plain_last}{person}@post.example"
            self.shared = mail, fictions.phone(country, chance.below(1_000_000))
        mail, phone = self.shared
        birth, number = pick(self.born)
        postcode, city = pick(self.pools.places)
        reviewed = chance.later(begun, TODAY - begun + 1) if chance.happens(self.mix["reviewed"]) else None
        gone = reviewed if reviewed is not None and chance.happens(self.mix["not_relevant"]) else None
        has = {name for name, share in fields.items() if chance.draw() < share}
        located = "address" in has
        self.book.fill(
            "persons",
            person,
            f"{first} {last}",
            mail if "email" in has else None,
            phone if "phone" in has else None,
            self._place() if located else None,
            postcode if located else None,
            city if located else None,
            country if located else None,
            self.mix["language"] if "language" in has else None,
            birth if "birth_date" in has else None,
            pick(("f", "m")) if "gender" in has else None,
            number if "national_number" in has else None,
            fictions.account(country, person) if "bank_account" in has else None,
            fictions.CARD if "card" in has else None,
            pick(self.pools.companies) if "employer" in has else None,
            chance.say("titles") if "title" in has else None,
            chance.say("interests") if "interests" in has else None,
            f"https://social.example/{plain_first}-{person}" if "social_profile" in has else None,
            chance.say("sources") if "source" in has else None,
            None,
            chance.say("remarks") if "remark" in has else None,
            chance.day(begun),
            chance.day(reviewed),
            chance.day(gone),
        )
        if "login" in has:
            opened = chance.later(begun, TODAY - begun + 1)
            used = chance.later(opened, TODAY - opened + 1) if chance.happens(0.8) else None
            login = f"{plain_first}{person}"
            self.book.add("identities", person, "password", login, "made-up", chance.day(opened), chance.day(used))

    def _prospect(self, person: int) -> int:
        chance, start = self.chance, self.chance.below(TODAY - 20)
        ended = start + 60 + chance.below(900) if chance.happens(0.5) else None
        days = chance.day(start), chance.past(ended)
        relation = self.book.add(
            "relations", person, "prospect", self._organisation(), chance.say("titles"), None, *days
        )
        if chance.happens(0.5):
            self._note(person, chance.later(start, 60), relation)
        if chance.happens(self.mix["profiled"]):
            self._profile(person, start)
        return start

    def _profile(self, person: int, start: int) -> None:
        chance, add = self.chance, self.book.add
        withdrawn = start + chance.below(1500) if chance.happens(0.35) else None
        last = min(TODAY, start + 700 if withdrawn is None else withdrawn)
        days = chance.day(start), chance.day(last), chance.past(withdrawn)
        profile = add("interest_profiles", person, chance.say("interests"), *days)
        for _ in range(1 + chance.some(3)):
            when, agent = chance.moment(chance.later(start, last - start + 1)), chance.pick(fictions.AGENTS)
            add("web_events", profile, chance.say("pages"), "click", None, agent, when)
        for _ in range(chance.some(2)):
            when, device = chance.moment(chance.later(start, last - start + 1)), chance.pick(fictions.DEVICES)
            add("mail_events", profile, chance.say("messages"), "opened", device, when)

    def _enquirer(self, person: int) -> int:
        chance, start = self.chance, self.chance.below(TODAY + 1)
        for _ in range(1 + chance.some(0.4)):
            self._letter(person, chance.later(start, 30))
        if chance.happens(0.35):
            self._note(person, start)
        return start

    def _subscriber(self, person: int) -> int:
        chance, start = self.chance, self.chance.below(TODAY + 1)
        ended = start + chance.below(2500) if chance.happens(0.5) else None
        for _ in range(1 + chance.happens(0.15)):
            words = chance.say("channels"), chance.say("topics"), chance.say("sources")
            self.book.add("subscriptions", person, *words, None, chance.day(start), chance.past(ended))
        return start

    def _participant(self, person: int) -> int:
        chance, start = self.chance, TODAY
        for _ in range(1 + chance.some(0.5)):
            event, held = chance.pick(self.events)
            registered = max(0, min(TODAY, held - chance.below(40)))
            words = chance.pick(self.pools.companies), chance.say("titles"), chance.happens(0.08)
            days = chance.day(registered), chance.day(held)
            self.book.add("participations", person, event, *words, *days)
            start = min(start, registered)
        return start

    def _applicant(self, person: int) -> int:
        chance, received = self.chance, self.chance.below(TODAY + 1)
        decided = chance.past(received + 7 + chance.below(70) if chance.happens(0.92) else None)
        withdrawn = chance.past(received + chance.below(60) if chance.happens(0.08) else None)
        words = chance.say("positions"), chance.say("letters"), chance.say("cvs")
        assessment = chance.say("assessments") if decided else None
        self.book.add("applications", person, *words, assessment, chance.day(received), decided, withdrawn)
        return received

    def _employee(self, person: int) -> int:
        chance, add, start = self.chance, self.book.add, self.chance.below(TODAY - 40)
        end = start + 90 + chance.below(2500) if chance.happens(0.6) else None
        end = end if end is not None and end < TODAY else None
        words = chance.say("positions"), chance.say("terms"), fictions.account(self.mix["country"], person), None
        number = add("employees", person, *words, chance.day(start), chance.day(end))
        gross = 3_500_000 + chance.below(3_000_000)
        for paid in range(start + 30, (TODAY if end is None else end) + 1, 30):
            add("payslips", number, gross, gross // 3, gross - gross // 3, chance.day(paid))
        return start

    def _visitor(self, person: int) -> int:
        """Tell of somebody who gave a name on the site, so that the log's lines have a person."""
        start = TODAY - self.chance.below(1100)
        for _ in range(1 + self.chance.some(2)):
            self._log_line(person, self.chance.later(start, 3))
        self._letter(person, start)
        return start

    def _guest(self, person: int) -> int:
        """Tell of a visit to the premises, or of what somebody put up."""
        chance, start, kind = self.chance, self.chance.below(TODAY + 1), self.chance.say("uploads")
        objected = start + chance.below(400) if chance.happens(0.1) else None
        content = (b"made up", None) if kind == "file" else (None, fictions.PICTURE)
        days = chance.day(start), chance.past(objected)
        self.book.add("uploads", person, kind, f"{kind}-{person}.gif", *content, *days)
        return start

    def _log_line(self, person: int | None, day: int) -> None:
        chance, blocked = self.chance, self.chance.happens(self.mix["blocked"])
        lifted = day + 1 + chance.below(400) if blocked and chance.happens(0.6) else TODAY + 1
        words = fictions.address(chance.below(762)), "GET", chance.say("pages"), chance.pick(fictions.AGENTS), None
        moments = chance.moment(day), chance.moment(lifted) if lifted <= TODAY else None
        self.book.add("web_log", person, *words, blocked, *moments)

    def _event(self, number: int) -> tuple[int, int]:
        held = (number + 1) * (TODAY + AHEAD) // _EVENTS
        city = self.chance.pick(self.pools.places)[1]
        return self.book.add("events", self.chance.say("events"), city, self.chance.day(held)), held
