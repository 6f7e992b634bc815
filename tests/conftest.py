"""What every test may use."""

import hypothesis
import pytest

# how long an example takes says more about what else the machine does than about us
hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def anyio_backend() -> str:
    """The daemon runs on asyncio, so do its tests."""
    return "asyncio"
