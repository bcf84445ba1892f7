"""All tests. What several of them share is in `support`, whose asserts say as much as those of the tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.support")
