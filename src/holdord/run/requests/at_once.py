"""Answering a request in the moment in which it comes, where nothing of it is for somebody to decide."""

from collections.abc import Callable
from datetime import datetime

from holdord.errors import HoldordError
from holdord.run.company import Company
from holdord.run.requests import handle
from holdord.run.requests.booked import Request


def at_once(company: Company, now: Callable[[], datetime], made: Request) -> Request:
    """Do what was asked for and close the request; where that needs somebody, return it open, as it was written down.

    Whatever was done has its evidence, and staff who answer it later do the rest: a repeat changes nothing more.
    """
    try:
        handled = handle.handle(company, now, made.number)
        return handle.finish(company, now(), made.number, handled) if handled.complete else made
    except HoldordError:
        return made
