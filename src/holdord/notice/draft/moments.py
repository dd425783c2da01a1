"""The clocks that limits count from, in words: what they are, and why one may never start."""

from holdord.notice.draft.usual import LAST_CONTACT

REGISTERED = "person.collected"
"""The clock that every record reaches: the day the person was registered."""

OPEN = {
    "relation_ended": "relation", "delivered": "delivery", "paid": "payment", "agreement.voucher_date": "agreement",
    "consent_withdrawn": "consent", "objected": "objection", "decided": "decision",
    "employment_ended": "employment", "block_lifted": "block",
}  # fmt: skip
"""Clock → the name of the words that say why it may never start."""

_COUNTED = {
    "relation_ended": "the end of the relation",
    "correspondence.sent": "the message",
    "note.taken": "the day of the note",
    "delivered": "the delivery",
    "order.ordered": "the order",
    "web_log.requested": "the visit",
    "participation.event_held": "the event",
    "upload.uploaded": "the day the file came",
    "decided": "the decision",
    "employment_ended": "the end of the employment",
    "agreement.voucher_date": "the end of the agreement",
    "consent_withdrawn": "the day that the consent is withdrawn",
    "paid": "the payment",
    "block_lifted": "the end of the block",
    LAST_CONTACT: "the last contact",
    REGISTERED: "the day that the person was registered",
}
"""What the clocks of questions are in words."""


def counted_from(start: str | list[str]) -> str:
    """Return what a time counts from, in words; of several clocks the latest counts."""
    return _COUNTED.get(start, start) if isinstance(start, str) else "the last use"
