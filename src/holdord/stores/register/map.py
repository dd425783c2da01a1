"""The data map of the built-in register, as shipped beside its tables."""

from functools import cache
from importlib.resources import files

from holdord.datamap.load import load
from holdord.datamap.model import DataMap

_NAME = "datamap.yaml"


@cache
def data_map() -> DataMap:
    """Return the register's data map; it is immutable and read once."""
    return load(files("holdord.stores.register").joinpath(_NAME).read_bytes(), file=f"register/{_NAME}")
