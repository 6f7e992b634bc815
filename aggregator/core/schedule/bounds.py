"""Between which intervals adaptive polls are planned. Times in this room are seconds since 1970 (UTC), lengths are seconds."""

from __future__ import annotations

MINUTE = 60.0
DAY = 86_400.0
SHORTEST = 5 * MINUTE  # between adaptive polls
LONGEST = DAY  # between adaptive polls, and between tries after failures
