"""Local times that do not exist, or come twice."""

from datetime import UTC, datetime

import pytest

from app.engine.localtime import HourTwice, NoSuchHour, moment


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ((2027, 3, 1, 14, 0), "Asia/Seoul", (2027, 3, 1, 5, 0)),
        ((2026, 3, 8, 1, 59), "America/New_York", (2026, 3, 8, 6, 59)),
        ((2026, 3, 8, 3, 0), "America/New_York", (2026, 3, 8, 7, 0)),
        ((2026, 11, 1, 2, 0), "America/New_York", (2026, 11, 1, 7, 0)),
        ((2017, 6, 5, 9, 0), "Asia/Pyongyang", (2017, 6, 5, 0, 30)),
    ],
)
def test_a_local_time_is_one_moment(local, zone, utc):
    assert moment(datetime(*local), zone) == datetime(*utc, tzinfo=UTC)  # noqa: DTZ001  # a clock on the wall


@pytest.mark.parametrize(
    ("local", "zone", "fault"),
    [
        ((2026, 3, 8, 2, 0), "America/New_York", NoSuchHour),
        ((2026, 3, 8, 2, 59), "America/New_York", NoSuchHour),
        ((2026, 11, 1, 1, 0), "America/New_York", HourTwice),
        ((2026, 11, 1, 1, 59), "America/New_York", HourTwice),
        ((2018, 5, 4, 23, 45), "Asia/Pyongyang", NoSuchHour),
        ((2011, 12, 30, 12, 0), "Pacific/Apia", NoSuchHour),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_none(local, zone, fault):
    with pytest.raises(fault):
        moment(datetime(*local), zone)  # noqa: DTZ001


def test_a_time_with_a_zone_is_not_taken_for_a_local_one():
    with pytest.raises(ValueError, match="no zone of its own"):
        moment(datetime(2027, 3, 1, tzinfo=UTC), "Asia/Seoul")
