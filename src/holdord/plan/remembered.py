"""Answers that do not change while whoever gives them is there: each question is worked out once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

_Asked = TypeVar("_Asked", bound=Any)
_About = ParamSpec("_About")
_Answer = TypeVar("_Answer")


def remembered(
    question: Callable[Concatenate[_Asked, _About], _Answer],
) -> Callable[Concatenate[_Asked, _About], _Answer]:
    """Make a method answer each question once, by the identity of what it is asked about.

    Policies and data maps are trees whose comparison costs more than most answers. What the method is asked about must
    live as long as its object, texts apart.
    """
    name = question.__qualname__

    @wraps(question)
    def answer(self: _Asked, /, *about: _About.args, **named: _About.kwargs) -> _Answer:
        all_known: dict[str, dict[object, _Answer]] = self.__dict__.setdefault("_remembered", {})
        known = all_known.get(name)
        if known is None:
            known = all_known.setdefault(name, {})
        key: object
        if len(about) == 1 and not named:
            key = about[0] if isinstance(about[0], str) else id(about[0])
        else:
            key = tuple([one if isinstance(one, str) else id(one) for one in about])
        if named:
            key = (key, *named, *[one if isinstance(one, str) else id(one) for one in named.values()])
        try:
            return known[key]
        except KeyError:
            return known.setdefault(key, question(self, *about, **named))

    return answer
