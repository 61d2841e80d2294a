"""School years as days: 180 each, without weekends and what nearly all schools keep as holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 180
"""School days in a year, what most states ask for."""


@dataclass(frozen=True)
class Calendar:
    """All school days of the simulation, in order; year ``y`` has days y·180 up to (y+1)·180."""

    days: tuple[date, ...]
    time_zone: str

    @property
    def years(self) -> int:
        """How many school years there are."""
        return len(self.days) // DAYS

    def first(self, year: int) -> date:
        """Return the first day of a year (0 is the first year)."""
        return self.days[year * DAYS]

    def last(self, year: int) -> date:
        """Return the last day of a year."""
        return self.days[(year + 1) * DAYS - 1]

    def named(self, year: int) -> int:
        """Return the year in which a school year ends, which is how the field names it."""
        return self.last(year).year

    def offsets(self) -> list[str]:
        """Return each day's offset from UTC at noon, as in -05:00."""
        zone = ZoneInfo(self.time_zone)
        noon = [datetime.combine(day, time(12), zone).strftime("%z") for day in self.days]
        return [f"{one[:3]}:{one[3:5]}" for one in noon]


def calendar_of(begins: date, years: int, time_zone: str) -> Calendar:
    """Return ``years`` school years; each begins about the same day of the calendar."""
    days: list[date] = []
    for year in range(years):
        # The 29th of February is in one year of four.
        leap = (begins.month, begins.day) == (2, 29)
        day = begins.replace(year=begins.year + year, day=28 if leap else begins.day)
        count = 0
        while count < DAYS:
            if day.weekday() < 5 and not is_holiday(day):
                days.append(day)
                count += 1
            day += timedelta(days=1)
    return Calendar(tuple(days), time_zone)


def is_holiday(day: date) -> bool:
    """Return whether schools are closed: winter and spring break, Thanksgiving, five Mondays."""
    month, of_month = day.month, day.day
    winter = (month, of_month) >= (12, 21) or (month, of_month) <= (1, 2)
    spring = month == 3 and 8 <= _monday(day).day <= 14 and _monday(day).month == 3
    thursday = of_month - (day.weekday() - 3)  # fourth of November: the 22nd to the 28th
    thanksgiving = month == 11 and day.weekday() in (3, 4) and 22 <= thursday <= 28
    monday = day.weekday() == 0 and (
        (month in (1, 2) and 15 <= of_month <= 21)  # King, Washington
        or (month == 9 and of_month <= 7)  # Labor Day
        or (month == 10 and 8 <= of_month <= 14)
        or (month == 5 and of_month >= 25)  # Memorial Day
    )
    return winter or spring or thanksgiving or monday


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
