"""What a data map may say, as people write it in YAML (``holdord_datamap: 1``).

    holdord_datamap: 1
    store: shop
    zone: UTC
    tables:
      customer:
        class: person
        default: record.remark
        columns:
          name: contact.name
          born: {category: demographic.birth_date, generalise: year}
          profile: {category: record.remark, inside: {phone: contact.phone, address.city: contact.address}}
      invoice:
        class: invoice
        default: financial.invoice
        refers_to: {customer_id: customer}
        clocks: {voucher_date: issued_on, paid: {column: paid_at, encoding: epoch_seconds, not_started: [0]}}
        conditions: {reminded: reminded, state: {column: state, values: [open, paid]}}
      invoice_line:
        default: financial.invoice
        part_of: {invoice_id: invoice}
    not_personal: {product: "goods; no person can be told from them"}
    persons: [person]

A table with a class holds records of that class. A table that is only ``part_of`` another belongs to that one's record
and takes its class. A row tied to a person is personal as a whole: a column that is listed nowhere has the table's
default category. Keys, references, clocks and conditions stay until the row goes: a clock that were stripped would read
"not started" and hold for ever what was due. ``columns`` may not name one, but for a key.

``persons`` names the record classes that are people; without it, the class ``person`` is, where it exists. By them
people are counted: in the groups of a figure, and where the effects of a policy are told.

A column that holds JSON may say what lies inside: each path, keys with dots between them, is a piece of data with a
category of its own, and what no path names has the column's. Stripping a piece takes it out; stripping the rest leaves
an object with the pieces that are still held. A path leads through objects only, never through a list (a list is part
of what it lies in), and names no key with a dot in it.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from holdord.datamap.model import Encoding

Generaliser = Annotated[str, StringConstraints(pattern=r"^(year|prefix:[1-9][0-9]?)$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
_Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]
_Path = Annotated[
    str, StringConstraints(pattern=r'^[^."\\\[\]*\x00-\x1f]+(\.[^."\\\[\]*\x00-\x1f]+)*$', max_length=250)
]
_Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=120)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnText(_Strict):
    """A column with its category, how it is stripped where NULL or erasure do not fit, and what lies inside of JSON."""

    category: _Dotted
    erased_as: str | int | date | None = None
    generalise: Generaliser | None = None
    inside: dict[_Path, _Dotted] = Field(default_factory=dict)


class ClockText(_Strict):
    """A clock's column, encoding, zone and the values that mean "not started"."""

    column: _Identifier
    encoding: Encoding | None = None
    zone: str | None = None
    not_started: Annotated[list[str | int | date], BeforeValidator(_listed)] = Field(default_factory=list)


class ConditionText(_Strict):
    """A column that conditions read, with the values that it has where they are known and few."""

    column: _Identifier
    values: Annotated[list[str | int], Field(min_length=1)] | None = None


class ReferenceText(_Strict):
    """A reference of several columns, or several to one table: ``{columns: [tenant, customer], table: customer}``."""

    columns: Annotated[list[_Identifier], Field(min_length=1)]
    table: _Identifier


References = dict[_Identifier, _Identifier] | list[ReferenceText]


def _columned(value: Any) -> Any:
    return {"category": value} if isinstance(value, str) else value


def _in_column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


_ColumnSaid = Annotated[ColumnText, BeforeValidator(_columned, json_schema_input_type=_Dotted | ColumnText)]
_ClockSaid = Annotated[ClockText, BeforeValidator(_in_column, json_schema_input_type=_Identifier | ClockText)]
_ConditionSaid = Annotated[
    ConditionText, BeforeValidator(_in_column, json_schema_input_type=_Identifier | ConditionText)
]


class TableText(_Strict):
    """A table with personal data."""

    record_class: _Name | None = Field(default=None, alias="class")
    default: _Dotted
    columns: dict[_Identifier, _ColumnSaid] = Field(default_factory=dict)
    clocks: dict[_Name, _ClockSaid] = Field(default_factory=dict)
    conditions: dict[_Name, _ConditionSaid] = Field(default_factory=dict)
    part_of: References = Field(default_factory=dict)
    refers_to: References = Field(default_factory=dict)


class DataMapText(_Strict):
    """A data map of holdord."""

    holdord_datamap: Literal[1]
    store: _Name
    zone: str = "UTC"
    tables: Annotated[dict[_Identifier, TableText], Field(min_length=1)]
    not_personal: dict[_Identifier, str] = Field(default_factory=dict)
    persons: Annotated[list[_Name], Field(min_length=1)] | None = None
