"""``holdord schema``: the JSON Schema of what people write, for editors."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from holdord.cli.say import put


class Kind(StrEnum):
    """What a schema describes."""

    POLICY = "policy"
    DATAMAP = "datamap"


def schema(kind: Annotated[Kind, typer.Argument(help="Which file.")]) -> int:
    """Print the JSON Schema of a policy or a data map."""
    put(document(kind))
    return 0


def document(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema (2020-12)."""
    from holdord.datamap.grammar import DataMapText
    from holdord.policy.grammar import PolicyText

    model = PolicyText if kind is Kind.POLICY else DataMapText
    made = model.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
