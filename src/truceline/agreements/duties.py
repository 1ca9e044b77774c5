"""Obligations, permissions and powers: what the register, and what was seen after the deadline, make of them.

That nothing is recorded never shows that a duty was not done. It is breached when somebody established that it was not
done, when it was verifiably done too late, or when what was to be gone is seen there after the deadline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements import reasons
from truceline.agreements.binding import Binding
from truceline.agreements.conclusion import Conclusion, number, percent, still_open
from truceline.agreements.inside_windows import awake
from truceline.agreements.performed import Performance
from truceline.agreements.register import surely_by, surely_from
from truceline.agreements.weighing import Weighed
from truceline.model import Because, Interval, Mode, Norm, RegisterEntry, Result, TimeSense, midnight


@dataclass(frozen=True)
class DutyQuestion:
    """One obligation of one party under one reading, with what the register says of it."""

    norm: Norm
    binding: Binding
    window: Interval
    performance: Performance
    as_of: datetime
    zone: ZoneInfo

    @property
    def needed(self) -> int:
        """How many are owed; one where the text sets no number."""
        count = self.norm.count
        return count.at_least if count is not None and count.at_least is not None else 1

    @property
    def number_open(self) -> bool:
        """Whether the text speaks of a number and names none: then nobody can say how many would be enough."""
        count = self.norm.count
        return count is not None and count.at_least is None and count.at_most is None

    @property
    def deadline(self) -> datetime | None:
        """By when; ``None`` where the text names no deadline."""
        return self.binding.deadline

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline <= self.as_of


def conclude_duty(duty: DutyQuestion, contrary: tuple[Weighed, Conclusion] | None) -> Conclusion:
    """What an obligation comes to. ``contrary`` is what was seen after the deadline of what was to be gone."""
    if duty.window.start > duty.as_of:
        return still_open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if duty.norm.count is not None and duty.norm.count.per == "day":
        return _by_days(duty)
    if duty.norm.mode is Mode.MAINTENANCE:
        return _kept_up(duty, contrary)
    return _achieved(duty, contrary)


def _achieved(duty: DutyQuestion, contrary: tuple[Weighed, Conclusion] | None) -> Conclusion:
    """A duty to do something by a deadline, once or to last."""
    amount = duty.performance.amount(duty.deadline)
    done = amount >= duty.needed and not duty.number_open
    figures = (("amount", amount), ("needed", duty.needed))
    if done and duty.norm.mode is not Mode.ACHIEVEMENT_THEN_MAINTENANCE:
        return _done_once(duty, figures)
    broken = _broken(duty, *(contrary or (None, None)))
    if broken is not None:
        return broken
    running = _running(duty, figures)
    if running is not None:
        return running
    return _since_then(duty, contrary, done=done) or _unknown(duty, figures)


def _since_then(duty: DutyQuestion, contrary: tuple[Weighed, Conclusion] | None, *, done: bool) -> Conclusion | None:
    """What can be said after the deadline by what was seen since, or was not; ``None`` where that says nothing."""
    if contrary is not None and (lasted := _lasted(*contrary, done=done)) is not None:
        return (_contradicted(duty) if lasted.result is Result.COMPLIED else None) or lasted
    if not done:
        return None
    changes = contrary[1].would_change if contrary is not None else (Because(reasons.CHANGE_VERIFIED),)
    return Conclusion(Result.UNDETERMINED, Because(reasons.DUTY_GONE_UNSURE), changes)


def _running(duty: DutyQuestion, figures: tuple[tuple[str, int], ...]) -> Conclusion | None:
    """What can be said before the deadline, or where the text leaves number or deadline open; ``None`` after it."""
    if duty.number_open:
        return still_open(Because(reasons.LIMIT_UNKNOWN), reasons.CHANGE_LIMIT)
    if duty.deadline is None:
        return still_open(Because(reasons.DUTY_NO_DEADLINE, figures), reasons.CHANGE_VERIFIED)
    if not duty.over:
        because = Because(reasons.DUTY_RUNNING, figures)
        return still_open(because, reasons.CHANGE_VERIFIED, reasons.CHANGE_END, result=Result.NOT_YET)
    return None


def _lasted(seen: Weighed, of_sight: Conclusion, *, done: bool) -> Conclusion | None:
    """What was seen after the deadline, where it says more than the register: nothing, or something unclear.

    That nothing of it is seen any more shows no deed: what stood hidden, or never stood there, is not seen either.
    """
    if of_sight.result is Result.COMPLIED:
        share = ("share_percent", percent(seen.question.visibility.weakest))
        if not done:
            return still_open(Because(reasons.DUTY_GONE, (share,)), reasons.CHANGE_VERIFIED, reasons.CHANGE_FOUND)
        return still_open(Because(reasons.DUTY_LASTED, (share,)), reasons.CHANGE_FOUND, result=Result.COMPLIED)
    return of_sight if seen.told_by.any() or of_sight.result is Result.NOT_BREACHED else None


def _done_once(duty: DutyQuestion, figures: tuple[tuple[str, int], ...]) -> Conclusion:
    """A duty to do something once, verifiably done in time: what came later cannot undo it, a contradiction can."""
    if (contradicted := _contradicted(duty)) is not None:
        return contradicted
    template = reasons.DUTY_DONE if duty.deadline is not None else reasons.DUTY_DONE_NO_DEADLINE
    return still_open(Because(template, figures), reasons.CHANGE_ENTRY, result=Result.COMPLIED)


def _contradicted(duty: DutyQuestion, within: Interval | None = None) -> Conclusion | None:
    """Open where somebody established that it was not done after the moment by which somebody else says it was."""
    reached = duty.performance.reached(duty.needed, within)
    spoken_of = [entry for entry in duty.performance.not_done if within is None or _inside(entry, within)]
    refuted = [entry for entry in spoken_of if reached is not None and reached <= (entry.covers or entry.time).end]
    if not refuted:
        return None
    both = (("done", len(duty.performance.done)), ("not_done", len(refuted)))
    return still_open(Because(reasons.DUTY_CONTRADICTED, both), reasons.CHANGE_ENTRY)


def surely_done(duty: DutyQuestion) -> datetime | None:
    """The moment by which an achievement was surely reached, early or late; ``None`` where that is contradicted.

    What was to last and was undone after the deadline had been reached all the same.
    """
    if duty.number_open:
        return None
    left = duty
    if duty.norm.mode is Mode.ACHIEVEMENT_THEN_MAINTENANCE:
        refuting = tuple(entry for entry in duty.performance.not_done if not _after_deadline(duty, entry))
        left = replace(duty, performance=replace(duty.performance, not_done=refuting))
    return duty.performance.reached(duty.needed) if _contradicted(left) is None else None


def _broken(duty: DutyQuestion, seen: Weighed | None, of_sight: Conclusion | None) -> Conclusion | None:
    """The breach of an achievement: established not done, done too late, or seen to be undone; open if none was due."""
    never_due = duty.binding.deadline_open
    if never_due is not None and (duty.over or duty.window.end <= duty.as_of):
        return still_open(never_due, reasons.CHANGE_TEXT)
    refuted = [entry for entry in duty.performance.not_done if _after_deadline(duty, entry)]
    if refuted:
        reason = Because(reasons.DUTY_NOT_DONE, (("not_done", len(refuted)),))
        return still_open(reason, reasons.CHANGE_ENTRY, result=Result.BREACHED)
    if of_sight is not None and seen is not None and of_sight.result is Result.BREACHED:
        reason = Because(reasons.DUTY_CONTRARY, (("decisive", number(seen.decisive)),))
        return Conclusion(Result.BREACHED, reason, of_sight.would_change, of_sight.probability)
    late = _late(duty)
    if late:
        reason = Because(reasons.DUTY_LATE, (("late", len(late)),))
        return still_open(reason, reasons.CHANGE_ENTRY, result=Result.BREACHED)
    return None


def _after_deadline(duty: DutyQuestion, entry: RegisterEntry) -> bool:
    """Whether an entry speaks of the time after the deadline: before it nobody has failed yet."""
    said_of = entry.covers.end if entry.covers is not None else surely_from(entry)
    return duty.deadline is not None and said_of >= duty.deadline and duty.over


def _late(duty: DutyQuestion) -> tuple[RegisterEntry, ...]:
    """Entries by which the duty was completed only after the deadline; none if it may have been done in time."""
    most = None if duty.deadline is None else duty.performance.most(duty.deadline)
    if duty.deadline is None or most is None or most >= duty.needed:
        return ()
    late = tuple(entry for entry in duty.performance.deeds if surely_from(entry) > duty.deadline)
    straddling = [entry for entry in duty.performance.deeds if surely_from(entry) <= duty.deadline < surely_by(entry)]
    return late if late and not straddling and duty.performance.amount() >= duty.needed else ()


def _kept_up(duty: DutyQuestion, contrary: tuple[Weighed, Conclusion] | None) -> Conclusion:
    """A duty to keep something up: broken once somebody established that it was not kept, or the contrary was seen."""
    spans = awake(duty.window, duty.binding.suspended)
    surely = awake(duty.window, duty.binding.asleep)
    broken = [entry for entry in duty.performance.not_done if any(_inside(entry, span) for span in surely)]
    refuted = [entry for entry in broken if _kept_then(entry, duty)]
    if len(refuted) < len(broken):
        reason = Because(reasons.DUTY_NOT_DONE, (("not_done", len(broken) - len(refuted)),))
        return still_open(reason, reasons.CHANGE_ENTRY, result=Result.BREACHED)
    if contrary is not None and contrary[1].result is Result.BREACHED:
        return contrary[1]
    if refuted:
        both = (("done", len(duty.performance.done)), ("not_done", len(refuted)))
        return still_open(Because(reasons.DUTY_CONTRADICTED, both), reasons.CHANGE_ENTRY)
    if contrary is not None and (contrary[0].told_by.any() or contrary[1].result is not Result.UNDETERMINED):
        return contrary[1]
    return _kept_so_far(duty, spans)


def _kept_so_far(duty: DutyQuestion, spans: Sequence[Interval]) -> Conclusion:
    """The same where nothing speaks against it: kept if somebody established it for the whole window, now over."""
    if duty.window.end > duty.as_of:
        return still_open(Because(reasons.STILL_RUNNING), reasons.CHANGE_END, reasons.CHANGE_VERIFIED)
    if all(_covered(span, duty.performance.done) for span in spans):
        return still_open(Because(reasons.DUTY_KEPT), reasons.CHANGE_ENTRY, result=Result.COMPLIED)
    return _unknown(duty, (("amount", duty.performance.amount()), ("needed", duty.needed)))


def _inside(entry: RegisterEntry, window: Interval) -> bool:
    """Whether what an entry tells of surely was so inside the window: at some moment of it, if it lasted."""
    span = entry.covers or entry.time
    if span.sense is TimeSense.SOMETIME:
        return window.start <= span.start and span.end <= window.end
    return span.overlaps(window)


def _kept_then(entry: RegisterEntry, duty: DutyQuestion) -> bool:
    """Whether somebody established that the duty was kept for the whole of what another says it was failed in."""
    span = entry.covers or entry.time
    failed = Interval(max(span.start, duty.window.start), min(span.end, duty.window.end))
    if failed.start == failed.end:
        kept = (one.covers for one in duty.performance.done if one.covers is not None)
        return any(one.start <= failed.start < one.end for one in kept)
    return _covered(failed, duty.performance.done)


def _covered(window: Interval, entries: Sequence[RegisterEntry]) -> bool:
    """Whether the spans that entries speak of cover the window without a gap."""
    reached = window.start
    for span in sorted((entry.covers for entry in entries if entry.covers), key=lambda span: span.start):
        if span.start <= reached:
            reached = max(reached, span.end)
    return reached >= window.end


@dataclass(frozen=True)
class JudgedDays:
    """The local days that are over and count, each judged by itself: those kept, those surely not, the others open.

    A day of which a part was suspended counts only where somebody established a failure in the rest of it.
    """

    days: tuple[Interval, ...]
    kept: tuple[Interval, ...]
    broken: tuple[Interval, ...]


def judged_days(duty: DutyQuestion) -> JudgedDays:
    """What became of each local day of a duty of every day, as far as the register tells."""
    every = local_days(duty.window, duty.as_of, duty.zone)
    whole = [day for day in every if awake(day, duty.binding.suspended) == (day,)]
    enough = [day for day in every if duty.performance.amount(within=day) >= duty.needed]
    kept = [day for day in whole if day in enough and (duty.number_open or _contradicted(duty, day) is None)]
    broken = [day for day in every if (day not in enough or duty.number_open) and _failed_on(duty, day)]
    return JudgedDays(tuple(day for day in every if day in whole or day in broken), tuple(kept), tuple(broken))


def _failed_on(duty: DutyQuestion, day: Interval) -> bool:
    """Whether somebody established a failure in what was left of a day beside every suspension, sure or perhaps."""
    surely = awake(day, duty.binding.asleep)
    return any(_inside(entry, span) for entry in duty.performance.not_done for span in surely)


def _by_days(duty: DutyQuestion) -> Conclusion:
    """So many on every local day: each day is judged by itself."""
    judged = judged_days(duty)
    days, kept, broken = judged.days, judged.kept, judged.broken
    if broken:
        reason = Because(reasons.DUTY_DAYS_BROKEN, (("days", len(broken)),))
        return still_open(reason, reasons.CHANGE_ENTRY, result=Result.BREACHED)
    if duty.number_open:
        return still_open(Because(reasons.LIMIT_UNKNOWN), reasons.CHANGE_LIMIT)
    if duty.window.end > duty.as_of:
        return still_open(Because(reasons.STILL_RUNNING), reasons.CHANGE_END, reasons.CHANGE_VERIFIED)
    if days and len(kept) == len(days):
        reason = Because(reasons.DUTY_DAYS_KEPT, (("days", len(days)),))
        return still_open(reason, reasons.CHANGE_ENTRY, result=Result.COMPLIED)
    reason = Because(reasons.DUTY_DAYS_OPEN, (("kept", len(kept)), ("days", len(days))))
    return still_open(reason, reasons.CHANGE_VERIFIED)


def local_days(window: Interval, as_of: datetime, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The local days of a window that are over, cut to the window at both ends."""
    days = []
    day, last = window.start.astimezone(zone).date(), min(window.end, as_of)
    while (begin := midnight(day, zone)) < last:
        day += timedelta(days=1)
        end = min(midnight(day, zone), window.end)
        if end <= as_of:
            days.append(Interval(max(begin, window.start), end))
    return tuple(days)


def _unknown(duty: DutyQuestion, figures: tuple[tuple[str, int], ...]) -> Conclusion:
    claimed = len(duty.performance.claimed)
    if claimed:
        return still_open(Because(reasons.DUTY_CLAIMED, (("claimed", claimed),)), reasons.CHANGE_VERIFIED)
    return still_open(Because(reasons.DUTY_UNKNOWN, figures), reasons.CHANGE_VERIFIED)


def conclude_choice(*, power: bool, uses: int, window: Interval, as_of: datetime) -> Conclusion:
    """What a permission or power comes to: used, or left unused, which is nobody's breach."""
    if window.start > as_of:
        return still_open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if uses:
        used = reasons.POWER_USED if power else reasons.PERMISSION_USED
        return still_open(Because(used, (("uses", uses),)), reasons.CHANGE_ENTRY, result=Result.NOT_BREACHED)
    unused = reasons.POWER_UNUSED if power else reasons.PERMISSION_UNUSED
    return still_open(Because(unused), reasons.CHANGE_USED, result=Result.DISCRETION_UNUSED)
