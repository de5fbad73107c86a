"""What tests of transactions have in common."""

import pytest


@pytest.fixture
def sent(monkeypatch):
    """The ids that would be sent after commits, instead of sending them."""
    ids = []
    for module in ("ledger", "caller"):
        monkeypatch.setattr(f"rhesis_tasks.transaction.{module}.kick", lambda _, found: ids.extend(found))
    return ids
