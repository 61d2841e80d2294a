"""A plan worked through: an invented school in a city district that begins to personalize.

Harbor Street School has some 550 learners from kindergarten to grade 8. Every input is one that a
reader can check against a catalogue or a contract of their own: devices times price, days of
training times rate, stipends, people. All of it is made up; docs/funding/plan.md follows it from
start-up to the sustain test.
"""

from datetime import date
from decimal import Decimal

from milepost.funding.accounts import Account
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import (
    AttendanceRule,
    Benefit,
    Device,
    Driver,
    Headcount,
    Income,
    Index,
    Line,
    Portion,
    Position,
    Reserve,
    School,
)
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Restriction, Stream, Window

FIRST_YEAR = 2027
ON = date(2026, 8, 1)
"""The day on which the plan is made."""
SCHOOL = "harbor-street"
GRADES = ("KG", "01", "02", "03", "04", "05", "06", "07", "08")


def example() -> Plan:
    """Return the plan of Harbor Street School for 2026-27 to 2030-31."""
    return Plan(
        name="Harbor Street personalizes",
        first_year=FIRST_YEAR,
        schools=(_school(),),
        indexes=(
            Index("pay", ((2028, Decimal("0.02")),), _by("teachers' contract, article 12")),
            Index("prices", ((2028, Decimal("0.025")),), _by("budget office's price outlook")),
            Index("health", ((2028, Decimal("0.04")),), _by("letter of the health plan")),
            Index("state aid", ((2028, Decimal("0.03")),), _by("state budget, five-year outlook")),
        ),
        drivers=(
            Driver("classrooms", "learner", 1 / Decimal(22), _by("room plan"), rounding="up"),
            Driver(
                "learners with a device",
                "learner",
                Decimal("0.6"),
                _by("leadership team: grades 4 to 8 and half of grade 3 in the first year"),
                steps=((2028, Decimal(1)),),
                rounding="up",
            ),
        ),
        lines=(*_start_up(), *_recurring(), _everything_else()),
        devices=(_laptops(),),
        positions=(_resident(), _coach(), _assistants(), _teachers()),
        streams=_streams(),
        incomes=(
            Income("state aid", "general", 13_350_00, _by("aid notice"), index="state aid"),
            Income("title i", "title-i", 215_00, _by("Title I allocation"), driver="learner"),
        ),
        attendance=AttendanceRule(
            "this year or last, whichever is greater", _by("state code"), options=((0,), (1,))
        ),
        reserve=Reserve(420_000_00, Decimal("0.05"), _by("board policy 3100")),
    )


def _by(cite: str) -> Source:
    return Source(f"invented: {cite}", ON, "finance lead")


def _school() -> School:
    counts = {
        2024: (64, 63, 62, 62, 61, 60, 60, 59, 58),
        2025: (63, 64, 62, 62, 61, 61, 59, 59, 59),
        2026: (64, 62, 63, 61, 62, 60, 60, 59, 58),
    }
    return School(
        SCHOOL,
        "Harbor Street School",
        _by("counts of October"),
        GRADES,
        tuple(Headcount(year, heads) for year, heads in counts.items()),
        births=tuple(zip(range(2024, 2032), (710, 702, 708, 704, 699, 701, 696, 694), strict=True)),
    )


def _laptops() -> Device:
    return Device(
        "laptops",
        "Laptops",
        Account("1", "1000", "734", "100"),
        _by("catalogue of the district's supplier, with case and warranty"),
        price=268_00,
        driver="learners with a device",
        spare=Decimal("0.05"),
        life=4,
        loss=Decimal("0.04"),
        index="prices",
        paid_by=(Portion("gift", Decimal(1), "start-up"),),
    )


def _start_up() -> tuple[Line, ...]:
    gift = (Portion("gift", Decimal(1)),)
    return (
        Line(
            "wireless",
            "Wireless access points",
            "start-up",
            "technology",
            Account("1", "2230", "734", "100"),
            _by("offer of the installer: one a classroom, cable and work with it"),
            price=640_00,
            driver="classrooms",
            life=6,
            paid_by=gift,
        ),
        Line(
            "summer-training",
            "Training days in summer",
            "start-up",
            "professional development",
            Account("1", "2213", "113", "100"),
            _by("teachers' contract: 8 days for each teacher at the day rate"),
            price=255_00,
            driver="teachers",
            quantity=Decimal(8),
            paid_by=gift,
        ),
        Line(
            "coaching-visits",
            "Visits of an outside coach",
            "start-up",
            "professional development",
            Account("1", "2213", "320", "100"),
            _by("offer of the coach: 10 days in each of two years"),
            price=1_750_00,
            quantity=Decimal(10),
            last_year=2028,
            schools=(SCHOOL,),
            paid_by=gift,
        ),
        Line(
            "design-stipends",
            "Stipends of the design team",
            "start-up",
            "stipends and bonuses",
            Account("1", "1000", "151", "100"),
            _by("agreement with the teachers: 6 leaders in each of two years"),
            price=3_900_00,
            quantity=Decimal(6),
            last_year=2028,
            schools=(SCHOOL,),
            paid_by=(Portion("innovation", Decimal(1)),),
        ),
        Line(
            "furniture",
            "Tables, chairs and shelves that move",
            "start-up",
            "other",
            Account("1", "1000", "733", "100"),
            _by("catalogue: one set a classroom"),
            price=2_200_00,
            driver="classrooms",
        ),
        Line(
            "planning",
            "Planning, translation and evenings with families",
            "start-up",
            "other",
            Account("1", "2190", "340", "100"),
            _by("estimate of the principal"),
            price=15_000_00,
            schools=(SCHOOL,),
        ),
    )


def _recurring() -> tuple[Line, ...]:
    return (
        Line(
            "software",
            "Learning software",
            "recurring",
            "technology",
            Account("1", "1000", "652", "100"),
            _by("offer of the publishers: two licences a learner"),
            price=38_00,
            driver="learner",
            index="prices",
        ),
        Line(
            "base-technology",
            "Network, repair and computers of the office",
            "recurring",
            "technology",
            Account("1", "2230", "432", "100"),
            _by("last year's books"),
            price=68_00,
            driver="learner",
            index="prices",
            base=True,
        ),
        Line(
            "training",
            "Training days every year",
            "recurring",
            "professional development",
            Account("1", "2213", "113", "100"),
            _by("teachers' contract: 2 days for each teacher at the day rate"),
            price=255_00,
            driver="teachers",
            quantity=Decimal(2),
            index="pay",
        ),
        Line(
            "leader-stipends",
            "Stipends of teacher leaders",
            "recurring",
            "stipends and bonuses",
            Account("1", "1000", "151", "100"),
            _by("agreement with the teachers: 4 leaders"),
            price=3_900_00,
            quantity=Decimal(4),
            first_year=2029,
            index="pay",
            schools=(SCHOOL,),
        ),
    )


def _everything_else() -> Line:
    return Line(
        "everything-else",
        "All else that the school spends",
        "recurring",
        "other",
        Account("1", "1000", "600", "100"),
        _by("last year's books: leadership, specialists, building, meals, buses"),
        price=7_700_00,
        driver="learner",
        index="prices",
        base=True,
    )


def _benefits(rate: str) -> tuple[Benefit, ...]:
    return (
        Benefit(
            "pension",
            Account("1", "1000", "230", "100"),
            _by("retirement system's rates"),
            rates=((2027, Decimal(rate)), (2029, Decimal(rate) + Decimal("0.005"))),
        ),
        Benefit(
            "medicare",
            Account("1", "1000", "220", "100"),
            _by("26 U.S.C. 3111(b): 1.45 % of wages"),
            rates=((2027, Decimal("0.0145")),),
        ),
        Benefit(
            "health",
            Account("1", "1000", "210", "100"),
            _by("letter of the health plan"),
            amount=11_400_00,
            index="health",
        ),
    )


def _resident() -> Position:
    return Position(
        "resident",
        "Resident who supports the first teams",
        "instructional support staff",
        Account("1", "1000", "112", "100"),
        _by("agreement with the university: one for the first year"),
        salary=31_000_00,
        benefits=_benefits("0.09"),
        timing="start-up",
        schools=(SCHOOL,),
        paid_by=(Portion("innovation", Decimal(1)),),
    )


def _coach() -> Position:
    return Position(
        "coach",
        "Coach of teaching",
        "instructional support staff",
        Account("1", "2213", "113", "100"),
        _by("teachers' contract, coach"),
        salary=84_000_00,
        index="pay",
        benefits=_benefits("0.11"),
        schools=(SCHOOL,),
        paid_by=(Portion("title-i", Decimal(1)),),
    )


def _assistants() -> Position:
    return Position(
        "assistants",
        "Assistants in the team rooms",
        "instructional support staff",
        Account("1", "1000", "112", "100"),
        _by("assistants' contract"),
        salary=32_500_00,
        quantity=Decimal("1.5"),
        index="pay",
        vacancy=Decimal("0.04"),
        benefits=_benefits("0.09"),
        schools=(SCHOOL,),
        paid_by=(Portion("innovation", Decimal("0.8")),),
    )


def _teachers() -> Position:
    return Position(
        "teachers",
        "Teachers",
        "other",
        Account("1", "1000", "111", "100"),
        _by("teachers' contract and last year's placement"),
        salary=76_500_00,
        driver="classrooms",
        quantity=Decimal("1.15"),
        rounding="nearest",
        step=Decimal("0.006"),
        column=Decimal("0.003"),
        index="pay",
        benefits=_benefits("0.11"),
        educator=True,
        base=True,
    )


def _streams() -> tuple[Stream, ...]:
    always = Window(date(2026, 7, 1), date(2026, 7, 1), None, None, _by("aid notice"))
    announced, moved = date(2026, 7, 1), date(2027, 3, 28)
    return (
        Stream("general", "State and local aid", "state", (), (always,)),
        Stream(
            "title-i",
            "Title I",
            "federal",
            (),
            (always,),
            allows=(Restriction("20 U.S.C. 6315", functions=frozenset({"1000", "2200"})),),
            carry_over=Decimal("0.15"),
            indirect_rate=Decimal("0.03"),
            supplements=True,
        ),
        Stream(
            "gift",
            "Gift of a foundation for the start",
            "philanthropy",
            (Award(2027, 190_000_00, _by("letter")), Award(2028, 90_000_00, _by("letter"))),
            (Window(announced, date(2026, 7, 1), date(2028, 6, 30), None, _by("letter")),),
            ends=True,
        ),
        Stream(
            "innovation",
            "Federal innovation grant",
            "federal",
            tuple(
                Award(year, cents, _by("grant notice"))
                for year, cents in ((2027, 130_000_00), (2028, 90_000_00), (2029, 60_000_00))
            ),
            (
                Window(
                    announced,
                    date(2026, 7, 1),
                    date(2029, 9, 30),
                    date(2030, 1, 28),
                    _by("grant notice"),
                ),
                Window(
                    moved,
                    date(2026, 7, 1),
                    date(2028, 9, 30),
                    date(2029, 1, 28),
                    _by("letter that ends the grant a year early"),
                ),
            ),
            indirect_rate=Decimal("0.05"),
            ends=True,
        ),
    )
