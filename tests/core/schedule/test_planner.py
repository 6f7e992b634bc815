"""The planner of adaptive polls: what it learns, when it polls, and what that costs."""

from __future__ import annotations

import datetime
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import model
from aggregator.core.schedule import beat, bounds, packed, plan, price, rate, rhythm

HOUR = 3_600.0
NOW = datetime.datetime(2026, 5, 4, tzinfo=datetime.UTC).timestamp()  # a Monday
YEAR_1 = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC).timestamp()
YEAR_9999 = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC).timestamp()
DATES = st.lists(st.floats(YEAR_1, YEAR_9999) | st.floats(NOW - 40 * bounds.DAY, NOW) | st.just(NOW - bounds.DAY), max_size=40)
PRICES = st.floats(1e-3, 1e9)


def learned(*dates: float, now: float = NOW) -> rhythm.Rhythm:
    """What a first poll teaches."""
    return rhythm.learn(rhythm.Rhythm(), rhythm.Poll(now, None, dates))


def daily(hour: float, days: int = 30, week: int = 1) -> list[float]:
    """The dates of a source that publishes at that hour of each day, or of each day of a week."""
    return [NOW - day * week * bounds.DAY + hour * HOUR for day in range(days, 0, -1)]


def random_dates(seed: int, per_day: float, days: float = 40) -> list[float]:
    """Dates by a Poisson process that ends at NOW."""
    chance, at, dates = random.Random(seed), NOW - days * bounds.DAY, list[float]()
    while (at := at + chance.expovariate(per_day / bounds.DAY)) < NOW:
        dates.append(at)
    return dates


@given(DATES, PRICES, st.floats(0, 1), st.integers(0, 1_000), st.floats(0, 400 * bounds.DAY))
@settings(max_examples=200)
def test_due_within_bounds(dates: list[float], paid: float, levelling: float, window: int, later: float) -> None:
    """Whatever dates a source claims: between five minutes and a day, with a delay that is no longer than the wait."""
    known = learned(*dates)
    waits = plan.wait(known, NOW + later, plan.Aim(paid, levelling), window)
    assert bounds.SHORTEST <= waits <= bounds.LONGEST
    assert 0 <= plan.delay(known, NOW + later, NOW + later + waits) <= waits * 1.001


@given(DATES, PRICES, st.floats(1, 1e4), st.floats(0, 40 * bounds.DAY))
@settings(max_examples=200)
def test_a_higher_price_means_no_earlier_poll(dates: list[float], paid: float, times: float, later: float) -> None:
    """So one price can lead all sources to a budget."""
    known = learned(*dates)
    cheap, dear = (plan.wait(known, NOW + later, plan.Aim(level, plan.PER_ENTRY)) for level in (paid, paid * times))
    assert dear >= cheap - 1


@pytest.mark.parametrize("per_day", [0.2, 2, 20])
def test_the_square_root_law(per_day: float) -> None:
    """A source without habits is polled about every sqrt(2 μ / λ) (Sia, Cho and Cho 2007)."""
    aim = plan.Aim(per_day / bounds.DAY * (2 * HOUR) ** 2 / 2, plan.PER_ENTRY)
    waits = [plan.wait(learned(*random_dates(seed, per_day, 60)), NOW, aim) for seed in range(30)]
    assert sum(waits) / len(waits) == pytest.approx(2 * HOUR, rel=0.4)


@pytest.mark.parametrize(("hour", "from_hour"), [(7, 1), (7, 5), (23.9, 20), (0.2, -3)])
def test_a_daily_hour_is_waited_for(hour: float, from_hour: float) -> None:
    """From the first document on: polled soon after the hour, not before it."""
    known, now = learned(*daily(hour, 20)), NOW + from_hour * HOUR
    due = now + plan.wait(known, now, plan.Aim(400, plan.PER_ENTRY))
    assert hour * HOUR <= due - NOW <= hour * HOUR + 20 * 60


def test_a_weekly_day_is_waited_for() -> None:
    """A source of Mondays is polled more eagerly on Monday than on Thursday."""
    known = learned(*daily(9, 20, week=7), now=NOW - HOUR)
    monday, thursday = (plan.wait(known, NOW + day * bounds.DAY + 8.9 * HOUR, plan.Aim(1_000)) for day in (0, 3))
    assert monday < 40 * 60 < thursday


def test_runs_are_followed() -> None:
    """Right after an entry of a source that publishes in runs, the next is expected sooner than after a day of silence."""
    runs = [at + step * 600 for at in random_dates(1, 0.3, 120) for step in range(5)]
    known = learned(*runs, NOW - 60)
    aim = plan.Aim(10, plan.PER_ENTRY)
    assert plan.wait(known, NOW, aim) * 3 < plan.wait(known, NOW + bounds.DAY, aim)


def test_silence_makes_patient() -> None:
    """A source that fell silent is asked less and less often."""
    known = learned(*random_dates(3, 5))
    waits = [plan.wait(known, NOW + days * bounds.DAY, plan.Aim(5, plan.PER_ENTRY)) for days in (1, 10, 100, 1_000)]
    assert waits == sorted(waits)
    assert waits[-1] > 5 * waits[0]


def test_the_window_is_guarded() -> None:
    """However dear requests are, hardly more entries are let gather than the document shows."""
    busy = learned(*random_dates(4, 300))
    assert plan.wait(busy, NOW, plan.Aim(1e6), window=10) <= HOUR
    burst = learned(*random_dates(5, 0.5), *(NOW - 1_200 + 60 * step for step in range(20)))
    assert plan.wait(burst, NOW, plan.Aim(1e6), window=20) <= HOUR / 2
    assert plan.wait(burst, NOW, plan.Aim(1e6), window=1_000) > HOUR
    quiet = NOW + 10 * bounds.DAY
    assert plan.wait(burst, quiet, plan.Aim(1e6), window=10) <= 2.2 * HOUR
    assert plan.wait(burst, quiet, plan.Aim(1e6), window=50) > 4 * HOUR


MONDAYS, MORNINGS = model.Hints(skip_days=1), model.Hints(skip_hours=0b1111_1100_0000)  # 6 to 12 o'clock


@pytest.mark.parametrize(("hints", "hour"), [(MONDAYS, 2), (MORNINGS, 6)])
def test_what_a_source_says_it_skips(hints: model.Hints, hour: int) -> None:
    """Skipped hours and days are polled less eagerly than where nothing is said, and as eagerly once they bring entries."""
    few = tuple(NOW - day * bounds.DAY for day in (1, 3, 4, 5))  # without a time of day
    many = tuple(NOW - weeks * 7 * bounds.DAY + (hour + step / 4) * HOUR for weeks in range(1, 9) for step in range(12))
    aim, now = plan.Aim(300), NOW + hour * HOUR

    def waits(dates: tuple[float, ...], said: model.Hints) -> float:
        return plan.wait(rhythm.learn(rhythm.Rhythm(), rhythm.Poll(NOW, None, dates, said)), now, aim)

    assert waits(few, hints) > 1.2 * waits(few, model.Hints())
    assert waits(many, hints) < 1.1 * waits(many, model.Hints())


def test_a_period_that_is_named_is_believed_sooner() -> None:
    """One late entry is enough for a timer that the source itself names, by whatever name."""
    known = beat.learn(beat.Beat(), [NOW - 400], NOW - 300, NOW + 100)
    assert beat.ticks(known, [3_600]) is not None
    assert beat.ticks(known, [7_200]) is None


HINTS = st.builds(
    model.Hints,
    st.lists(st.floats(1, 1e6), max_size=3).map(tuple),
    st.integers(0, (1 << 24) - 1),
    st.integers(0, (1 << 7) - 1),
)


@given(DATES, HINTS, st.floats(0, 90 * bounds.DAY), PRICES)
def test_a_restart_changes_nothing(dates: list[float], hints: model.Hints, later: float, paid: float) -> None:
    """A packed rhythm comes back the same, is small, and goes on the same."""
    known = rhythm.learn(rhythm.Rhythm(), rhythm.Poll(NOW, None, tuple(dates), hints))
    data = packed.pack(known)
    back = packed.unpack(data)
    assert back == known
    assert len(data) <= 1_024
    assert plan.wait(back, NOW + later, plan.Aim(paid)) == plan.wait(known, NOW + later, plan.Aim(paid))
    more = rhythm.Poll(NOW + HOUR + later, NOW, (NOW + later / 2,))
    assert rhythm.learn(back, more) == rhythm.learn(known, more)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: b"\x03" + data))
def test_damage_is_no_rhythm(data: bytes) -> None:
    """What was not packed here is told, so that the rhythm is learned anew."""
    assert packed.unpack(data) is None


@pytest.mark.parametrize(("seed", "per_day"), [(6, 0.5), (7, 4), (8, 20)])
def test_rebuilt_from_dates(seed: int, per_day: float) -> None:
    """Stored dates give the rhythm that was learned poll by poll."""
    dates = random_dates(seed, per_day)
    grown, since = learned(*dates[:5], now=dates[4] + 1), dates[4] + 1
    at = since
    while at < NOW:
        at += 2 * HOUR
        grown = rhythm.learn(grown, rhythm.Poll(at, since, tuple(date for date in dates if since < date <= at)))
        since = at
    rebuilt = learned(*dates)
    assert rebuilt.pace == grown.pace
    assert rebuilt.weights == pytest.approx(grown.weights, rel=1e-3)
    for hours in (0, 5, 50):
        one, other = (plan.wait(known, NOW + hours * HOUR, plan.Aim(5)) for known in (rebuilt, grown))
        assert one == pytest.approx(other, rel=0.02)


@pytest.mark.parametrize(
    "dates",
    [
        [],
        [math.nan, math.inf],
        [YEAR_9999] * 50,
        [YEAR_1, NOW],
        [NOW - 5] * 5_000,
        [NOW - second for second in range(20_000)],
        [NOW - day * bounds.DAY for day in range(400)],
    ],
    ids=["none", "nonsense", "future", "year 1", "all equal", "thousands", "midnights"],
)
def test_hostile_dates(dates: list[float]) -> None:
    """They cost no more than others, and what is planned stays sane."""
    known = rhythm.learn(learned(*dates), rhythm.Poll(NOW + HOUR, NOW, tuple(dates)))
    assert all(map(math.isfinite, (*known.weights, *known.pace.counts, known.size)))
    assert bounds.SHORTEST <= plan.wait(known, NOW + HOUR, plan.Aim(5), 20) <= bounds.LONGEST
    assert packed.unpack(packed.pack(known)) == known


def test_midnight_is_no_time_of_day() -> None:
    """Dates without a time do not make a source look as if it published at midnight."""
    known = learned(*daily(0))
    assert known.bands.starts == (0.0,)


def test_a_silent_poll_teaches_nothing_to_keep() -> None:
    """So that most polls have nothing to store."""
    known = learned(*random_dates(9, 1))
    assert rhythm.learn(known, rhythm.Poll(NOW + HOUR, NOW, ())) is known


def test_a_timer_is_found_and_kept() -> None:
    """A server that makes its document anew every quarter is polled right after it did."""
    phase, known, since = 200.0, beat.Beat(), NOW
    chance = random.Random(10)
    for _ in range(60):
        now = since + chance.uniform(300, 4_000)
        date = now - chance.uniform(0, 4_000)
        tick = math.ceil((date - phase) / 900) * 900 + phase
        if since < tick <= now:
            known = beat.learn(known, [date], since, now)
        since = now
    ticks = beat.ticks(known, [900])
    assert ticks is not None
    assert ticks.period == 900
    assert 0 <= (ticks.phase - (NOW + phase) % 900 + 450) % 900 - 450 <= 150
    soonest = since + 300
    assert soonest <= ticks.nearest(since, soonest) <= soonest + 900


def test_prompt_servers_have_no_timer() -> None:
    """Where entries never come late, none is believed."""
    known = beat.Beat()
    for poll in range(50):
        known = beat.learn(known, [NOW + poll * 1_000 + 700], NOW + poll * 1_000, NOW + (poll + 1) * 1_000)
    assert beat.ticks(known, [900]) is None


def test_a_change_of_pace_is_followed() -> None:
    """A source that wakes up is believed within days, not months."""
    known = learned(*random_dates(11, 0.05, 400), *(NOW - hours * HOUR for hours in range(0, 48, 2)))
    assert rate.estimate(known.pace, 0).present * bounds.DAY > 1
    assert rate.estimate(known.pace, 0).lasting * bounds.DAY < 0.5


class Town:
    """Made-up sources that publish by chance, more by day than by night, polled by the planner alone."""

    def __init__(self, sources: int, budget: float, seed: int) -> None:
        self.chance = random.Random(seed)
        self.budget, self.price = budget, price.opening(sources * bounds.DAY / budget, NOW)
        self.queue: list[tuple[float, int]] = []
        self.rates: list[float] = []
        self.known: list[rhythm.Rhythm] = []
        self.polled: list[float | None] = []
        self.join(sources, NOW)

    def join(self, sources: int, now: float) -> None:
        """Let so many sources come."""
        for _ in range(sources):
            self.queue.append((now + self.chance.random() * HOUR, len(self.rates)))
            self.rates.append(10 ** self.chance.uniform(-1.5, 1.5))
            self.known.append(rhythm.Rhythm())
            self.polled.append(None)

    def published(self, source: int, since: float, now: float) -> tuple[float, ...]:
        """What a source published between two moments."""
        dates, at = [], since
        while (at := at + self.chance.expovariate(self.rates[source] / bounds.DAY)) < now:
            if self.chance.random() < (0.9 if 7 <= at % bounds.DAY / HOUR < 20 else 0.1):
                dates.append(at)
        return tuple(dates)

    def day(self, start: float) -> int:
        """Poll for a day; the number of polls."""
        polls = 0
        end = start + bounds.DAY
        self.queue.sort()
        while self.queue[0][0] < end:
            now, source = self.queue.pop(0)
            polls += 1
            since = self.polled[source]
            dates = self.published(source, since or now - 20 * bounds.DAY, now)
            self.known[source] = rhythm.learn(self.known[source], rhythm.Poll(now, since, dates[-20:]))
            self.price = price.charged(self.price, now, self.budget)
            self.polled[source] = now
            self.queue.append((now + plan.wait(self.known[source], now, plan.Aim(self.price.level), 20), source))
            self.queue.sort()
        return polls


def test_the_budget_is_kept() -> None:
    """Day by day after the first, on the whole closely, also when sources come in between; of 800 polls chance alone moves 28."""
    town = Town(40, budget=800, seed=12)
    days = [town.day(NOW + day * bounds.DAY) for day in range(8)]
    town.join(10, NOW + 8 * bounds.DAY)
    days += [town.day(NOW + day * bounds.DAY) for day in range(8, 16)]
    assert max(days[2:]) <= 800 * 1.1
    assert sum(days[2:]) / len(days[2:]) == pytest.approx(800, rel=0.01)


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.integers(1, 10**6))
def test_the_price_stays_sane(steps: list[float], budget: int) -> None:
    """Whatever the clock does: positive, finite, and the account never deeper than a tenth of a day."""
    held, now = price.opening(HOUR, NOW), NOW
    for step in steps:
        now += step
        held = price.charged(held, now, budget)
        assert 0 < held.level < math.inf
        assert -0.1 <= held.debt <= 0.5


def test_the_price_is_stored() -> None:
    """As text that comes back the same; what was damaged is sought anew."""
    held = price.charged(price.opening(HOUR, NOW), NOW + HOUR, 100)
    assert price.load(price.dump(held)) == held
    assert [price.load(text) for text in ("", "[]", "{}", '{"level": 1}')] == [None] * 4


def test_another_budget_is_met_at_once() -> None:
    """Half the polls are four times as dear, and back."""
    held = price.opening(HOUR, NOW)
    assert price.retuned(held, 2 * HOUR).level == pytest.approx(4 * held.level)
    assert price.retuned(price.retuned(held, 2 * HOUR), HOUR) == held
