"""What happens, generated from a seed: the same seed is the same story, in whichever order scenarios are played."""

import random
from dataclasses import dataclass, field, replace

from tests.two_worlds.house import PLANS, Plan

AUTHOR = "?"
"""Who wrote the one note: one of the pair, the other in the other world."""
WORDS = (
    "A dated meeting helps more than a formula.",
    "Small tranches were easier to verify.",
    "The order of steps matters less than their dates.",
    "Observers could be invited without a new body.",
    "한 단계씩 확인하는 편이 낫다.",
    "Сначала даты, затем формулы.",
)
LOOKS = (
    "",
    "/meetings",
    "/registers",
    "/log",
    "/people",
    "/summaries",
    "/releases",
    "/roadmap",
    "/parties",
    "/matrix.csv",
)


@dataclass(frozen=True)
class Act:
    """One person does one thing; `verb` is a method of `world.World`. `meeting`, `item` and `note` count from 0 in order of making.

    `door`: "program" with a token or "browser" with forms.
    """

    who: str
    verb: str
    meeting: int = 0
    item: int = 0
    note: int = -1
    words: str = ""
    more: tuple[str, ...] = ()
    door: str = "program"
    late: bool = False
    """Of a meeting that is made: whether who joins late sees what was shown before."""


@dataclass(frozen=True)
class Scenario:
    """`pair`: the two possible authors of the one note. `watchers`: who looks at what at the end, besides the holders of files."""

    seed: int
    plan: Plan
    pair: tuple[str, str]
    acts: tuple[Act, ...]
    watchers: tuple[tuple[str, str], ...]
    looks: tuple[str, ...] = ()
    everything: bool = False
    """Everybody follows every link."""

    def verbs(self) -> set[str]:
        """What happens in it; and what comes to it only in an order of its own: the one note is edited twice, somebody joins between
        it and the first batch, somebody searches after a batch."""
        names = [act.verb for act in self.acts]
        batch = next((place for place, verb in enumerate(names) if verb in ("batch", "tick")), len(names))
        written = next(place for place, act in enumerate(self.acts) if act.who == AUTHOR)
        special = {
            "edit twice": sum(act.verb == "edit" and act.who == AUTHOR for act in self.acts) > 1,
            "admit before a batch": "admit" in names[written:batch],
            "search after a batch": "search" in names[batch:],
        }
        return {*names, *(name for name, is_so in special.items() if is_so)}


@dataclass
class _Teller:
    """Makes up one story."""

    rng: random.Random
    plan: Plan
    pair: tuple[str, str]
    by_clock: bool
    """Whether batches come as they do in the product: asked for, in a later slot, of enough people. Else one is made to appear."""
    speakers: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    acts: list[Act] = field(default_factory=list)
    notes: int = 0
    written: list[tuple[str, int, int]] = field(default_factory=list)
    """(who, meeting, note) of what bystanders wrote."""

    def door(self) -> str:
        return "browser" if self.rng.random() < 0.3 else "program"

    def others(self) -> list[str]:
        return [name for name in self.plan.everybody if name not in self.pair]

    def meet(self, number: int) -> list[Act]:
        delegates = [name for name in self.plan.delegates_ if name not in self.pair]
        invited = [*self.pair, *(name for name in delegates if self.by_clock or self.rng.random() < 0.7)]
        self.speakers = ("facilitator", "rapporteur", *(n for n in invited if n not in self.pair))
        self.outside = tuple(name for name in delegates if name not in invited)
        rule = self.rng.choice(("chatham-house", "chatham-house", "off-record"))
        who = self.rng.choice(("organiser", "facilitator"))
        late = self.rng.random() < 0.3
        found = [Act(who, "meet", number, item=self.rng.randint(1, 2), words=rule, more=tuple(invited), late=late)]
        if self.rng.random() < 0.3:
            found.append(Act("facilitator", "add_item", number, words=self.rng.choice(("", "off-record"))))
        return found

    def post(self, who: str, meeting: int) -> Act:
        words = f"{self.rng.choice(WORDS)} ({self.notes})" + " More of it." * self.rng.choice((0, 0, 1, 40))
        act = Act(who, "post", meeting, item=self.rng.randint(0, 1), note=self.notes, words=words, door=self.door())
        if who not in (AUTHOR, *self.pair):
            self.written.append((who, meeting, self.notes))
        self.notes += 1
        return act

    def bystander(self, meeting: int) -> Act:
        """Somebody else does something that may happen at any time."""
        kind = self.rng.choice(
            (
                "post",
                "post",
                "edit",
                "batch",
                "look",
                "lodge",
                "empty",
                "steal",
                "tighten",
                "sign_in",
                "admit",
                "search",
            )
        )
        if kind == "post":
            return self.post(self.rng.choice(self.speakers), meeting)
        if kind == "edit" and any(m == meeting for _who, m, _n in self.written):
            who, _meeting, note = self.rng.choice([each for each in self.written if each[1] == meeting])
            return Act(
                who, "edit", meeting, note=note, words=f"Rather this ({self.rng.randint(0, 99)})", door=self.door()
            )
        if kind == "batch":
            return Act(self.chair(), "ask_for_batch" if self.by_clock else "batch", meeting)
        if kind == "search":
            return self.search()
        if kind == "admit" and self.outside:
            return self.admit(meeting)
        if kind == "lodge":
            who = self.rng.choice([n for n in self.others() if n in self.plan.delegates_] or [self.pair[0]])
            return Act(who, "lodge", words=self.rng.choice(("sealed", "confided", "shared")))
        if kind == "tighten":
            return Act("facilitator", "tighten", meeting)
        if kind in ("empty", "steal"):  # a form that is wrong; a note that is somebody else's
            return Act(self.rng.choice(self.speakers), kind, meeting, item=0, door=self.door())
        if kind == "sign_in":
            return Act(self.rng.choice(self.others()), "sign_in")
        return Act(self.rng.choice(self.others()), "look", words=self.rng.choice(LOOKS), door=self.door())

    def chair(self) -> str:
        return self.rng.choice(("facilitator", "rapporteur"))

    def search(self) -> Act:
        """For a word that several notes hold."""
        return Act(self.rng.choice(self.speakers), "search", words=self.rng.choice(("dates", "e", "e", "matters")))

    def admit(self, meeting: int) -> Act:
        """Somebody joins late, and may write from then on."""
        who, self.outside = self.outside[0], self.outside[1:]
        self.speakers += (who,)
        return Act(self.chair(), "admit", meeting, words=who)

    def loosen(self, meeting: int) -> list[Act]:
        """A proposal, and consents to it: of everybody, or all but one."""
        here = [*self.pair, *self.speakers]
        self.rng.shuffle(here)
        to = self.rng.choice(("late-see-earlier", "TLP:GREEN", "chatham-house"))
        consenting = here[self.rng.randint(0, 1) :]
        return [Act("facilitator", "propose", meeting, words=to), *(Act(n, "consent", meeting) for n in consenting)]

    def batches(self, meeting: int) -> list[Act]:
        """What is shown while the meeting is open. By the clock: first of a few people, then of as many as there are."""
        if not self.by_clock:
            written = [self.post(self.rng.choice(self.speakers), meeting) for _turn in range(2)]
            return [*written, Act("facilitator", "batch", meeting)]
        slot = Act("caretaker", "tick", meeting)
        few = self.rng.sample(self.speakers, self.rng.randint(0, 2))
        found = [Act(self.chair(), "ask_for_batch", meeting), *(self.post(name, meeting) for name in few), slot, slot]
        if self.outside and self.rng.random() < 0.5:
            found.append(self.admit(meeting))
        if self.rng.random() < 0.3:
            found.append(Act("facilitator", "tighten", meeting))
        if self.rng.random() < 0.7:
            found += [*(self.post(name, meeting) for name in self.speakers if name not in few), slot, slot, slot]
        return found

    def some(self, meeting: int, most: int) -> list[Act]:
        return [self.bystander(meeting) for _turn in range(self.rng.randint(0, most))]

    def the_note(self, meeting: int) -> list[Act]:
        """The one note. Its two possible authors have both something else in the same batch, or neither: how many people wrote
        in a batch is what the rule of k authors is about, and is no secret between the worlds."""
        found = [self.post(AUTHOR, meeting)]
        if self.rng.random() < 0.5:
            found += [self.post(name, meeting) for name in self.pair]
            self.rng.shuffle(found)
        return found

    def its_edits(self, meeting: int, note: int) -> list[Act]:
        count = self.rng.choice((0, 0, 1, 2))
        return [
            Act(AUTHOR, "edit", meeting, note=note, words=f"Put better ({n})", door=self.door()) for n in range(count)
        ]

    def ending(self, meeting: int) -> list[Act]:
        if self.rng.random() < 0.4:
            return []
        found = [Act(self.chair(), "close", meeting)]
        if self.rng.random() < 0.6:
            delegates = {self.plan.party_of[n]: n for n in self.plan.delegates_ if n in self.pair or n in self.speakers}
            found += [
                Act(name, "approve", meeting)
                for name in self.rng.sample(sorted(delegates.values()), min(2, len(delegates)))
            ]
        return found

    def record(self, meeting: int) -> list[Act]:
        """A summary out of the released notes, cut for a liaison who acknowledges it."""
        party = self.rng.choice(sorted(set(self.plan.party_of.values())))
        return [
            Act("rapporteur", "draft", meeting),
            Act("facilitator", "cut", words=party),
            Act(f"liaison-{party.lower()}", "acknowledge"),
        ]


def scenario(seed: int, *, plan: Plan | None = None, everything: bool = False) -> Scenario:
    """Of one or two meetings; in each of the five stretches between the acts that count, bystanders may do something."""
    rng = random.Random(seed)
    by_clock = rng.random() < 0.4  # which takes enough people of enough delegations: there are in the last plan
    plan = plan or (PLANS[-1] if by_clock and rng.random() < 0.7 else rng.choice(PLANS))
    one, other = rng.sample(plan.delegates_, 2)
    teller = _Teller(rng, plan, (one, other), by_clock=by_clock)
    acts: list[Act] = []
    if rng.random() < 0.2:
        acts += teller.meet(0) + teller.some(0, 2)
    meeting = len([act for act in acts if act.verb == "meet"])
    acts += teller.meet(meeting) + teller.some(meeting, 2)
    before = teller.the_note(meeting)
    note = next(act.note for act in before if act.who == AUTHOR)
    acts += before + teller.some(meeting, 2)
    if teller.outside and rng.random() < 0.3:
        acts.append(teller.admit(meeting))
    if rng.random() < 0.6:
        acts += teller.batches(meeting)
    acts += [teller.search() for _turn in range(rng.choice((0, 0, 2)))]
    if rng.random() < 0.15:
        acts += teller.loosen(meeting)
    acts += teller.its_edits(meeting, note) + teller.some(meeting, 2)
    if rng.random() < 0.3:
        acts += teller.batches(meeting)
    acts += teller.ending(meeting)
    if everything or rng.random() < 0.05:
        acts += teller.record(meeting)
    watchers = ((rng.choice(teller.others()), teller.door()), (rng.choice(teller.speakers), "program"))
    return Scenario(seed, plan, teller.pair, tuple(acts), watchers, tuple(rng.sample(LOOKS, 2)), everything)


def without(told: Scenario, place: int) -> Scenario:
    """The same story without one act: to find the shortest that still shows a difference."""
    return replace(told, acts=told.acts[:place] + told.acts[place + 1 :])
