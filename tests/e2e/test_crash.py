"""The crash suite, bounded: see crash_suite.py; `make crash ARGS='--kills 1000'` is the long run."""
import os

import crash_suite

KILLS = int(os.environ.get("TAXIWAY_KILLS", "50"))


def test_killed_at_random_moments_under_load(own_server):
    counts = crash_suite.run(own_server(), KILLS)
    assert counts["flow"] > KILLS and counts["job runs"] > 0, counts
