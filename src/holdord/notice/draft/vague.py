"""What a notice says of how long data stay without giving a time: "as long as necessary", "some time after"."""

from holdord.notice.draft.seen import Seen
from holdord.notice.draft.told import Purposes


def vague_sentence(seen: Seen, purposes: Purposes, name: str) -> int | None:
    """Return a sentence on how long a purpose's data stay that gives no time; its own before a general one."""
    direct = purposes.direct
    found = [number for number in seen.sentences() if _is_vague(seen, number)]
    own = [number for number in found if name in direct(number)]
    free = [number for number in found if not direct(number)]
    last = [number for number in free if "last_contact" in seen.tells[number].get("starts", [])]
    headed = {above for n in seen.sentences() if direct(n) and (above := seen.section(n)) is not None}
    general = [number for number in free if seen.section(number) not in headed]
    return next(iter([*own, *last, *general, *free]), None)


def _is_vague(seen: Seen, number: int) -> bool:
    if seen.durations.get(number) or seen.kinds(number) & {"right", "security"}:
        return False
    after = "last_contact" in seen.tells[number].get("starts", []) and bool(seen.values(number, "vague"))
    return after or (bool(seen.values(number, "open_ended")) and "retention" in seen.kinds(number))
