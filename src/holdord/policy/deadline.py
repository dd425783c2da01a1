"""Until when a person's request must be answered (GDPR art. 12(3)), in Norway, Denmark and Sweden.

One month from receipt. The controller may extend that period by two further months, which makes it one of
three months from receipt, and must tell the person so within the first.

Months are counted by Regulation (EEC, Euratom) 1182/71 art. 3, as the EDPB's guidelines 01/2022 on access
count them: the day of receipt is not part of the period (3(1)), it ends on the day of the same number or on
the month's last day (3(2)(c)), and an end on a Saturday, a Sunday or a public holiday moves to the next
working day (3(4)). Art. 3(5), at least two working days in any period, holds in every month by itself.

Two things can be read in two ways; the earlier date is right under both, and is taken:

- A notice's own promise ("within 30 days") is counted on the plain calendar and moves past no week-end. It
  holds where it ends before the law's deadline, also where that was extended: the law gives more time for
  the law's duty, and takes no promise back.
- Public holidays are those that the country's law calls so. The eves that are like holidays there, by custom
  or for the time limits of national law (Midsummer, Christmas and New Year in Sweden, Christmas in Denmark),
  are working days here.
"""

from datetime import date, timedelta

from holdord.policy.calendar import last_day
from holdord.policy.duration import Duration
from holdord.policy.terms import COUNTRIES

_ONE_MONTH = Duration(months=1, days=0)
_THREE_MONTHS = Duration(months=3, days=0)
_SATURDAY = 5


def answer_due(received: date, country: str, *, promised: Duration | None = None, extended: bool = False) -> date:
    """Return the last day on which a request can be answered in time.

    Args:
        received: The date of receipt, in the controller's zone.
        country: The controller's country, one of ``COUNTRIES``.
        promised: What the notice promises, where it does; longer than the law's time, it changes nothing.
        extended: Whether the time was extended by two further months (art. 12(3), second sentence).

    Raises:
        ValueError: Where the country is not known.
        TypeError: Where ``received`` is a datetime.
    """
    if country not in COUNTRIES:
        raise ValueError(f"The public holidays of {country!r} are not known. Write one of {', '.join(COUNTRIES)}.")
    law = _working_day(last_day(received, _THREE_MONTHS if extended else _ONE_MONTH), country)
    return law if promised is None else min(law, last_day(received, promised))


def _working_day(day: date, country: str) -> date:
    """Return ``day``, or the first working day after it (Regulation 1182/71 art. 2(2), 3(4))."""
    import holidays  # late: it would cost every command its start-up time

    public = holidays.country_holidays(country)
    while day.weekday() >= _SATURDAY or day in public:
        day += timedelta(days=1)
    return day
