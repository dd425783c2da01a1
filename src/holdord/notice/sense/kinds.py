"""Says of each segment which of the 21 kinds it is.

A heading is ``definition_or_filler``. For the rest two opinions are added up: the rules' and that of a linear model
over the same signals, which include the topic of the heading above and the kinds of the lead-in, and over pieces of
words. Who asks gets a third: that of a sentence encoder (see :mod:`holdord.notice.sense.encoder`). Then the members of
a list pull at each other, since a lead-in has the kinds of its list and an item those of its lead-in, and a sentence
pulls at the next one of its paragraph.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from holdord.notice.model import Kind, Segment
from holdord.notice.sense.encoder import Opinion
from holdord.notice.sense.rules import read_alone
from holdord.notice.sense.signals import own_signals
from holdord.notice.sense.weights import weights, words
from holdord.policy.terms import Language

_RULE = 0.8
"""What a rule adds to the model's score of its kind."""
_FILLER_RULE = -2.0
_OFFSET: dict[Kind, float] = {"retention": 0.3, "consent": 0.3, "security": 0.3}
"""Kinds that are said too rarely, on text that was not learnt from."""
_LIST = 0.3
_NEXT = 0.15
_CLIP = 3.0
_ALMOST = -0.5
_FILLER_PULL = 0.5
"""A sentence with no kind above nought gets its best one, if that is above ``_ALMOST`` plus this much of filler's."""
_ADDRESS = frozenset({"url", "postcode", "street", "phone", "house_number", "email"})
_SECOND = 0.7
_THIRD = 0.5
"""What the model's score and the encoder's count where both are asked: told by folds over own text."""
_HELPED: frozenset[Language] = frozenset({"nn", "sv", "en"})
"""Where the encoder is asked: in Danish and bokmål it gains nothing on notices not of our making (decision 0019)."""
_BARE = frozenset({"starts_this", "ends_colon", "words:1-3"})
"""A lead-in such as "This applies:" says nothing by itself."""
_FILLER: frozenset[Kind] = frozenset({"definition_or_filler"})


def kinds(segments: Sequence[Segment], language: Language, third: Opinion | None = None) -> tuple[frozenset[Kind], ...]:
    """Return the kinds of each segment, at least one each; ``third`` is the encoder's opinion, where it is asked."""
    read = read_in_place(segments, language)
    names = weights().kinds[:-1]
    third = third if language in _HELPED else None
    further = iter(third([segment.text for segment in segments if segment.role != "heading"]) if third else ())
    alone = [
        [0.0] * (len(names) + 1) if segment.role == "heading" else _score(signals, segment.text, next(further, None))
        for segment, signals in zip(segments, read, strict=True)
    ]
    result: list[frozenset[Kind]] = []
    promises = [scores[:-1] for scores in alone]
    for segment, signals, scores, before in zip(segments, read, _in_context(segments, promises), alone, strict=True):
        found = {kind for kind, score in zip(names, scores, strict=True) if score > 0}
        if not found and max(scores) > _ALMOST + _FILLER_PULL * before[-1]:
            found = {names[scores.index(max(scores))]}
        if result and "authority" in result[-1] and _is_address(signals):
            found = {"authority"}
        result.append(frozenset(found) if found and segment.role != "heading" else _FILLER)
    bare = {
        number: list[frozenset[Kind]]()
        for number, signals in enumerate(read)
        if signals >= _BARE and segments[number].role == "lead_in"
    }
    for segment, found_in_item in zip(segments, result, strict=True):
        if segment.lead_in in bare:
            bare[segment.lead_in].append(found_in_item)
    for number, items in bare.items():
        result[number] = _of_list(items)
    return tuple(result)


def _of_list(items: Sequence[frozenset[Kind]]) -> frozenset[Kind]:
    """Return the kinds that most items of a list have."""
    often = Counter(kind for item in items for kind in item)
    return frozenset(kind for kind, times in often.items() if 2 * times > len(items)) or _FILLER


def read_in_place(segments: Sequence[Segment], language: Language) -> list[frozenset[str]]:
    """Return the signals of each segment, those of its place among them, and ``r:`` with what the rules find."""
    topics: list[frozenset[Kind]] = []
    found: list[frozenset[Kind]] = []
    result: list[frozenset[str]] = []
    for number, segment in enumerate(segments):
        own = own_signals(segment, language)
        topics.append(heading_topic(own) if segment.role == "heading" else frozenset())
        above = (topics[heading] for heading in reversed(segment.headings) if heading < number)
        place = {f"t:{kind}" for kind in next((topic for topic in above if topic), ())}
        if segment.lead_in is not None and segment.lead_in < number:
            place.update(f"lt:{kind}" for kind in found[segment.lead_in])
        if number and segments[number - 1].headings == segment.headings:
            if "authority" in found[number - 1] and "right" not in found[number - 1]:
                place.add("after_authority")
            elif "contact" in found[number - 1]:
                place.add("after_contact")
            if "right" in found[number - 1]:
                place.add("after_right")
            if "data_category" in found[number - 1]:
                place.add("after_data")
        everything = own | place
        found.append(frozenset() if segment.role == "heading" else read_alone(everything))
        result.append(everything | {f"r:{kind}" for kind in found[number]})
    return result


def _is_address(signals: frozenset[str]) -> bool:
    return bool(signals & {"words:1-3", "words:4-8"}) and bool(signals & _ADDRESS) and "ends_stop" not in signals


def _score(signals: frozenset[str], text: str, third: Sequence[float] | None) -> list[float]:
    """Return the score of each kind by the models, moved by what the rules found; that of filler stands last."""
    *scores, filler = weights().scores(signals, words(text))
    if third is not None:
        *scores, filler = (_SECOND * one + _THIRD * other for one, other in zip([*scores, filler], third, strict=True))
    if "r:definition_or_filler" in signals:
        return [*(score + _FILLER_RULE for score in scores), filler]
    return [
        *(
            score + (plain if rule not in signals else ruled)
            for score, (rule, plain, ruled) in zip(scores, _moves(), strict=True)
        ),
        filler,
    ]


@cache
def _moves() -> tuple[tuple[str, float, float], ...]:
    """Return for each kind the signal of its rule, and what its score moves without and with it."""
    return tuple((f"r:{kind}", _OFFSET.get(kind, 0.0), _OFFSET.get(kind, 0.0) + _RULE) for kind in weights().kinds[:-1])


def _in_context(segments: Sequence[Segment], alone: Sequence[Sequence[float]]) -> list[list[float]]:
    """Let the scores of a list pull at each other, and those of a sentence at the next one."""
    clipped = [
        scores
        if min(scores) > -_CLIP and max(scores) < _CLIP
        else [score if -_CLIP < score < _CLIP else _CLIP if score > 0 else -_CLIP for score in scores]
        for scores in alone
    ]
    result = [list(scores) for scores in alone]
    lists: dict[int, list[int]] = {}
    for number, segment in enumerate(segments):
        if segment.lead_in is not None:
            lists.setdefault(segment.lead_in, [segment.lead_in]).append(number)
    for lead_in, members in lists.items():
        for kind in range(len(clipped[lead_in])):
            mean = sum(clipped[member][kind] for member in members) / len(members)
            pull = _LIST * (mean + clipped[lead_in][kind]) / 2
            for member in members:
                result[member][kind] += pull
    for number, segment in enumerate(segments[1:], 1):
        before = segments[number - 1]
        if "heading" in (segment.role, before.role):
            continue
        if before.block == segment.block or (segment.role != "lead_in" and before.lead_in == segment.lead_in):
            result[number] = [
                score + _NEXT * other for score, other in zip(result[number], clipped[number - 1], strict=True)
            ]
    return result


def heading_topic(signals: frozenset[str]) -> frozenset[Kind]:
    """Return the kinds that the sentences under a heading are likely to be; none where it does not say."""
    if (
        "keep" in signals
        and "data_noun" in signals
        and not signals & {"keep_noun", "as_long_as", "retention_noun", "erase"}
    ):
        return frozenset({"data_category"})
    found = [kind for kind, words in _TOPICS if signals & words]
    if found:
        return frozenset(found[:1]) | (_OFTEN_TOGETHER & frozenset(found))
    return frozenset(next(({kind} for kind, words in _VAGUE_TOPICS if signals & words), ()))


_OFTEN_TOGETHER: frozenset[Kind] = frozenset({"data_category", "purpose", "legal_basis"})
_Topics = tuple[tuple[Kind, frozenset[str]], ...]
_TOPICS: _Topics = (
    ("data_subject", frozenset({"subject_noun"})),
    ("cookie", frozenset({"cookie", "cookie_tool"})),
    ("change", frozenset({"change"})),
    ("source", frozenset({"how_collected", "source"})),
    ("transfer", frozenset({"third_country", "transfer_safeguard"})),
    ("right", frozenset({"exercise", "right_to", "withdraw", "object", "portability", "rectify", "access"})),
    ("retention", frozenset({"retention_noun", "as_long_as", "erase", "keep_noun"})),
    ("processor_role", frozenset({"processor", "processor_agreement"})),
    ("profiling", frozenset({"profiling"})),
    ("authority", frozenset({"complain", "authority"})),
    ("legal_basis", frozenset({"basis_noun", "legit_interest"})),
    ("recipient", frozenset({"share", "sharing_noun", "share_target", "sell", "merger"})),
    ("security", frozenset({"security_core", "encryption", "security"})),
    ("data_category", frozenset({"data_question", "category_noun"})),
    ("purpose", frozenset({"purpose_noun", "used_for"})),
)
_VAGUE_TOPICS: _Topics = (
    ("data_subject", frozenset({"subject_noun"})),
    ("recipient", frozenset({"third_party", "vendor"})),
    ("retention", frozenset({"keep"})),
    ("purpose", frozenset({"use"})),
    ("transfer", frozenset({"transfer"})),
    ("controller", frozenset({"controller", "who_we_are"})),
    ("contact", frozenset({"contact", "contact_noun", "dpo", "question"})),
    ("data_category", frozenset({"collect"})),
    ("sensitive", frozenset({"sensitive"})),
)
