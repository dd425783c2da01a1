"""The contract that every store must pass, as a class for pytest. ``docs/stores.md`` says how to use it.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make(self) -> Make:
            return MyTrial          # called with a schema, a data map and a controller; gives an ``OnTrial``

In the ``conftest.py`` above, ``pytest.register_assert_rewrite("holdord.testing.contract")`` makes pytest say which
values differ. pytest comes with the extra ``holdord[test]``; nothing of holdord needs it to run.
"""

from holdord.testing.contract.asks import Asks
from holdord.testing.contract.circles import Circles
from holdord.testing.contract.clocks import Clocks
from holdord.testing.contract.does import Does
from holdord.testing.contract.figures import Figures
from holdord.testing.contract.insides import Insides
from holdord.testing.contract.trial import Make, OnTrial
from holdord.testing.contract.wholes import Wholes

__all__ = ["Make", "OnTrial", "StoreContract"]


class StoreContract(Asks, Clocks, Does, Insides, Wholes, Circles, Figures):
    """Everything that planner and executor rely on. Override the fixture ``make``."""
