"""The slot finder against an exhaustive search that looks at every minute of every invitee; and what its rule promises."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.hours import Hours
from app.engine.slots import Invitee, Obligation, Ranking, grid, rank

SEOUL, PYONGYANG, TOKYO = "Asia/Seoul", "Asia/Pyongyang", "Asia/Tokyo"
BEIJING, ULAANBAATAR, MOSCOW, WASHINGTON = "Asia/Shanghai", "Asia/Ulaanbaatar", "Europe/Moscow", "America/New_York"
CAPITALS = {
    "CN": BEIJING,
    "JP": TOKYO,
    "KP": PYONGYANG,
    "KR": SEOUL,
    "MN": ULAANBAATAR,
    "RU": MOSCOW,
    "US": WASHINGTON,
}
ZONES = [*CAPITALS.values(), "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Europe/London"]


# --- the exhaustive search --------------------------------------------------------------------------------------------


def weight(hours, moment):
    local = moment.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    works = local.weekday() in hours.weekdays and local.date() not in hours.holidays
    if works and hours.begins <= minute < hours.ends:
        return 0
    return 2 if minute >= 22 * 60 or minute < 7 * 60 else 1


def judged(invitees, start, minutes, obligations, balance):
    """What the rule looks at, worked out minute by minute."""
    end = start + timedelta(minutes=minutes)
    absent = {i.key for i in invitees if i.answers.get(start) == "no" or any(b < end and start < e for b, e in i.busy)}
    reluctant = {i.key for i in invitees if i.answers.get(start) == "if-need-be"} - absent
    unmet = [o.name for o in obligations if len((o.members & {i.key for i in invitees}) - absent) < o.least]
    burdens = {}
    for name in {i.delegation for i in invitees} - {None}:
        ours = [i for i in invitees if i.delegation == name]
        borne = sum(weight(i.hours, start + timedelta(minutes=m)) for i in ours for m in range(minutes))
        burdens[name] = -(-borne // len(ours))
    after = sorted((balance.get(n, 0) + b for n, b in burdens.items()), reverse=True)
    score = (len(unmet), len(absent), after, sum(burdens.values()), len(reluctant), start)
    return score, unmet, absent, reluctant, burdens


def exhaustive(invitees, starts, minutes, obligations, balance):
    return sorted((judged(invitees, s, minutes, obligations, balance) for s in set(starts)), key=lambda found: found[0])


# --- generated worlds -------------------------------------------------------------------------------------------------

# Round both changes of the clocks in Washington, London and on Lord Howe; Pyongyang's of 2015 and 2018; Apia's lost day.
TURNS = [
    datetime(2026, 3, 8, 3, tzinfo=UTC),
    datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 3, 29, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 12, tzinfo=UTC),
    datetime(2015, 8, 14, 12, tzinfo=UTC),
    datetime(2018, 5, 4, 12, tzinfo=UTC),
    datetime(2011, 12, 30, 5, tzinfo=UTC),
    datetime(2027, 6, 1, 0, tzinfo=UTC),
]


@st.composite
def searches(draw):
    base = draw(st.sampled_from(TURNS))
    starts = [base + timedelta(minutes=m) for m in draw(st.lists(st.integers(-600, 900), min_size=1, max_size=6))]
    days = [base.date() + timedelta(days=n) for n in (-1, 0, 1)]
    invitees = []
    for number in range(draw(st.integers(1, 6))):
        begins = draw(st.integers(0, 1439))
        hours = Hours(
            draw(st.sampled_from(ZONES)),
            begins,
            draw(st.integers(begins + 1, 1440)),
            frozenset(draw(st.sets(st.integers(0, 6)))),
            frozenset(draw(st.sets(st.sampled_from(days)))),
        )
        answers = {s: draw(st.sampled_from(["yes", "if-need-be", "no"])) for s in starts if draw(st.booleans())}
        away = draw(st.lists(st.tuples(st.integers(-600, 900), st.integers(1, 300)), max_size=2))
        busy = tuple((base + timedelta(minutes=a), base + timedelta(minutes=a + n)) for a, n in away)
        delegation = draw(st.sampled_from(["A", "B", "C", None]))
        invitees.append(Invitee(f"p{number}", delegation, hours, answers, busy))
    keys = st.sets(st.sampled_from([f"p{n}" for n in range(7)]), min_size=1)
    obligations = [
        Obligation(f"o{n}", frozenset(draw(keys)), draw(st.integers(1, 2))) for n in range(draw(st.integers(0, 2)))
    ]
    balance = {name: draw(st.integers(0, 300)) for name in "ABC"}
    return invitees, starts, draw(st.sampled_from([15, 50, 120])), obligations, balance


@settings(max_examples=250, deadline=None)
@given(searches())
def test_it_agrees_with_the_exhaustive_search(search):
    invitees, starts, minutes, obligations, balance = search
    found = rank(invitees, starts, minutes=minutes, obligations=obligations, balance=balance)
    expected = exhaustive(*search)
    assert [one.starts for one in found] == [score[-1] for score, *_rest in expected]
    for one, (_score, unmet, absent, reluctant, burdens) in zip(found, expected, strict=True):
        assert one.unmet == tuple(unmet)
        assert {a.key for a in one.absent} == absent
        assert set(one.reluctant) == reluctant
        assert one.burdens == burdens
        assert one.balance == {name: balance.get(name, 0) + borne for name, borne in burdens.items()}


@settings(max_examples=100, deadline=None)
@given(searches(), st.randoms(use_true_random=False))
def test_neither_names_nor_the_order_of_invitees_matter(search, dice):
    invitees, starts, minutes, obligations, balance = search
    names = {name: name for name in ("A", "B", "C")}
    fresh = list(names)
    dice.shuffle(fresh)
    names = dict(zip(names, fresh, strict=True)) | {None: None}
    keys = [f"p{n}" for n in range(7)]
    others = dict(zip(keys, dice.sample(keys, 7), strict=True))
    again = [Invitee(others[i.key], names[i.delegation], i.hours, i.answers, i.busy) for i in invitees]
    dice.shuffle(again)
    bound = [Obligation(o.name, frozenset(others[m] for m in o.members), o.least) for o in obligations]
    owed = {names[n]: b for n, b in balance.items()}
    plain = rank(invitees, starts, minutes=minutes, obligations=obligations, balance=balance)
    renamed = rank(again, reversed(starts), minutes=minutes, obligations=bound, balance=owed)
    assert [one.starts for one in plain] == [one.starts for one in renamed]
    for one, other in zip(plain, renamed, strict=True):
        assert {names[n]: b for n, b in one.burdens.items()} == other.burdens
        assert {others[a.key] for a in one.absent} == {a.key for a in other.absent}


# --- the capitals -----------------------------------------------------------------------------------------------------


def six(**more):
    return [Invitee(name, name, Hours(zone, **more)) for name, zone in CAPITALS.items()]


def burdens(zone, starts, minutes=120, **more):
    (one,) = rank([Invitee("one", "X", Hours(zone, **more))], [starts], minutes=minutes)
    return one.burdens["X"]


def at(zone, *when, fold=0):
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def test_no_hour_suits_all_capitals_and_the_best_is_nobodys_night():
    day = grid(at("UTC", 2027, 1, 12), at("UTC", 2027, 1, 13), step=60, minutes=120)
    best = rank(six(), day, minutes=120)
    assert all(sum(one.burdens.values()) > 0 for one in best)
    # Six in Washington, an hour of it before seven; eight in the evening in Seoul. After midnight for one alone would be 240.
    assert (best[0].starts.hour, best[0].bearers, best[0].burdens["US"], best[0].burdens["KR"]) == (
        11,
        ("US",),
        180,
        120,
    )
    six_in_the_morning = next(one for one in best if one.starts.hour == 6)
    assert {name for name, borne in six_in_the_morning.burdens.items() if borne} == {"US"}


def test_who_has_borne_the_bad_hour_is_spared_the_next():
    day = grid(at("UTC", 2027, 1, 12), at("UTC", 2027, 1, 13), step=60, minutes=120)
    best = rank(six(), day, minutes=120, balance={"US": 400})[0]
    assert (best.burdens["US"], best.starts.hour) == (0, 21)  # four in the afternoon there, six in the morning in Seoul
    asia = rank(six(), day, minutes=120, balance=dict.fromkeys(("CN", "JP", "KP", "KR", "MN"), 400))[0]
    assert asia.bearers == ("US",)
    assert not any(asia.burdens[name] for name in ("JP", "KR", "KP"))


def test_the_same_hour_in_seoul_is_another_in_washington_after_the_clocks_change():
    before, after = at(SEOUL, 2026, 3, 6, 22), at(SEOUL, 2026, 3, 13, 22)  # 8 March 2026 lies between
    assert before.hour == after.hour == 13
    assert burdens(WASHINGTON, before) == 60  # begins at eight
    assert burdens(WASHINGTON, after) == 0  # begins at nine
    assert burdens(SEOUL, before) == burdens(SEOUL, after) == 240


def test_a_sitting_over_the_hour_that_is_skipped_or_comes_twice_lasts_as_long_as_it_lasts():
    nights = {"begins": 60, "ends": 240, "weekdays": frozenset(range(7))}  # from one to four on the wall
    spring, autumn = at(WASHINGTON, 2026, 3, 8, 0, 30), at(WASHINGTON, 2026, 11, 1, 0, 30)
    # 0:30–1:00 and 4:00–4:30 lie outside, at night: twice 30 minutes, twice counted; in between are two hours or four.
    assert burdens(WASHINGTON, spring, 180, **nights) == 120
    assert burdens(WASHINGTON, autumn, 300, **nights) == 120
    assert burdens(WASHINGTON, autumn, 180, **nights) == 60


def test_pyongyang_kept_a_time_of_its_own_for_three_years():
    nine_in_seoul = [at(SEOUL, year, 6, 5, 9) for year in (2015, 2017, 2018)]
    assert [burdens(PYONGYANG, start) for start in nine_in_seoul] == [0, 30, 0]


def test_a_holiday_is_a_local_day():
    eve = at(TOKYO, 2027, 1, 11, 10)  # still Sunday evening in Washington
    holiday = frozenset({date(2027, 1, 11)})
    assert burdens(TOKYO, eve) == 0
    assert burdens(TOKYO, eve, holidays=holiday) == 120
    (one,) = rank(
        [Invitee("a", "JP", Hours(TOKYO, holidays=holiday)), Invitee("b", "US", Hours(WASHINGTON, holidays=holiday))],
        [eve],
        minutes=120,
    )
    assert one.holidays == ("JP",)


# --- what the rule promises -------------------------------------------------------------------------------------------


def test_an_unmet_obligation_outweighs_every_comfort():
    night, noon = at(SEOUL, 2027, 1, 12, 2), at(SEOUL, 2027, 1, 12, 12)
    away = {noon: "no"}
    people = [Invitee("chair", "KR", Hours(SEOUL), away), *(Invitee(f"k{n}", "KR", Hours(SEOUL)) for n in range(4))]
    both = Obligation("chairs", frozenset({"chair"}))
    assert rank(people, [night, noon], minutes=60, obligations=[both])[0].starts == night
    assert rank(people, [night, noon], minutes=60, obligations=[both])[1].unmet == ("chairs",)


def test_only_if_need_be_decides_between_equal_burdens_and_never_over_a_burden():
    ten, eleven, evening = (at(SEOUL, 2027, 1, 12, hour) for hour in (10, 11, 19))
    people = [Invitee("a", "KR", Hours(SEOUL), {ten: "if-need-be", eleven: "yes", evening: "yes"})]
    assert [one.starts for one in rank(people, [ten, eleven, evening], minutes=60)] == [eleven, ten, evening]


def test_another_meeting_counts_as_an_absence_to_the_minute():
    ten = at(SEOUL, 2027, 1, 12, 10)
    people = [Invitee("a", "KR", Hours(SEOUL), busy=((ten + timedelta(minutes=60), ten + timedelta(minutes=90)),))]
    free, taken = rank(people, [ten, ten + timedelta(minutes=1)], minutes=60)
    assert (free.starts, free.absent) == (ten, ())
    assert taken.absent[0] == ("a", "other-meeting")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_over_a_series_nobody_bears_more_than_the_average_and_one_bad_sitting(data):
    """For each there is a slot that is bad for it alone, on a holiday of its own; beside those, whatever chance puts on offer."""
    some = st.lists(st.sampled_from([SEOUL, MOSCOW, WASHINGTON, "Europe/London"]), min_size=2, max_size=4, unique=True)
    zones = data.draw(some)
    balance = dict.fromkeys(zones, 0)
    for number in range(12):
        begin = date(2026, 1, 5) + timedelta(days=28 * number)
        feasts = {zone: begin + timedelta(days=3 * place) for place, zone in enumerate(zones)}
        starts = [at(zone, feast.year, feast.month, feast.day, 9) for zone, feast in feasts.items()]
        starts += [starts[0] + timedelta(minutes=m) for m in data.draw(st.lists(st.integers(0, 9 * 1440), max_size=4))]
        always = {"begins": 0, "ends": 1440, "weekdays": frozenset(range(7))}
        people = [Invitee(z, z, Hours(z, holidays=frozenset({feast}), **always)) for z, feast in feasts.items()]
        best = rank(people, starts, minutes=60, balance=balance)[0]
        balance = dict(best.balance)
        assert max(balance.values()) - min(balance.values()) <= 120  # an hour, all of it at night
        assert max(balance.values()) <= sum(balance.values()) / len(balance) + 120


def test_over_twelve_real_meetings_no_capital_bears_more_than_its_share_and_one_bad_sitting():
    balance = dict.fromkeys(CAPITALS, 0)
    for month in range(1, 13):
        days = grid(at("UTC", 2026, month, 13), at("UTC", 2026, month, 17, 12), step=60, minutes=120)
        balance = dict(rank(six(), days, minutes=120, balance=balance)[0].balance)
        assert max(balance.values()) - min(balance.values()) <= 240  # a sitting of two hours, all of it at night
        assert max(balance.values()) <= sum(balance.values()) / len(balance) + 240
    assert min(balance.values()) >= 0.75 * max(balance.values())


def test_of_slots_that_overlap_the_best_alone_is_offered():
    day = grid(at("UTC", 2027, 1, 12), at("UTC", 2027, 1, 15), step=15, minutes=120)
    best = Ranking(six(), day, minutes=120).ranked(most=5, apart=True)
    assert len(best) == 5
    assert best[0] == rank(six(), day, minutes=120)[0]
    for one, other in permutations(best, 2):
        assert one.ends <= other.starts or other.ends <= one.starts


def test_a_grid_keeps_to_the_clock_and_to_its_ends():
    starts = grid(at("UTC", 2027, 1, 12, 9, 7), at("UTC", 2027, 1, 12, 11), step=15, minutes=60)
    assert [f"{s:%H:%M}" for s in starts] == ["09:15", "09:30", "09:45", "10:00"]
    assert grid(at("UTC", 2027, 1, 12), at("UTC", 2027, 1, 12), step=15, minutes=60) == []


@pytest.mark.parametrize("invitees", [[], six()])
def test_nothing_on_offer_is_an_empty_list(invitees):
    assert rank(invitees, [], minutes=60) == []
    assert len(rank(invitees, [at("UTC", 2027, 1, 12)], minutes=60)) == 1
