"""Waiting for a condition, never for a time."""
import time

import pytest


def until(probe, seconds=30, every=0.05):
    """Returns the probe's first true value; fails when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            pytest.fail(f"nothing within {seconds} s")
        time.sleep(every)

