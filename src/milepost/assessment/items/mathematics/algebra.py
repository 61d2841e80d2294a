"""Mathematics of grade 9."""

from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    dollars,
    num,
    power,
    signed,
    terms,
    wrong,
)

GROWING = (
    ("A savings plan adds ${} every month", True),
    ("A swimmer swims {} meters more each week than the week before", True),
    ("A snow pile loses {} cm of height every day", True),
    ("The number of cells doubles every {} hours", False),
    ("A car loses {}% of its value every year", False),
    ("A town of 20,000 people grows by {}% a year", False),
)
"""What happens, and whether it goes by equal steps (linear) or by equal factors."""
FUNCTIONS = (
    ("h(t) is the height of a ball in meters after t seconds", "h", "seconds", "meters high"),
    ("C(n) is the cost in dollars of printing n shirts", "C", "shirts", "dollars"),
    ("T(m) is the temperature in degrees m minutes after the oven starts", "T", "minutes",
     "degrees"),
    ("P(y) is the number of people in a town y years from now", "P", "years", "people"),
)  # fmt: skip
"""What a function says, its name, and the units that go in and come out."""
DOMAINS = (
    ("the cost of n movie tickets", "Whole numbers from 0 up"),
    ("the number of pages left after reading n of the 12 chapters", "Whole numbers from 0 to 12"),
    ("the height of a candle after burning t hours, when it burns down in 8 hours",
     "All numbers from 0 to 8"),
    ("the area of a square whose side is s cm", "All numbers above 0"),
)  # fmt: skip
WHY_DOMAINS = {
    "Whole numbers from 0 up": "That fits things that we count, without an end.",
    "Whole numbers from 0 to 12": "That fits things that we count, up to a limit of 12.",
    "All numbers from 0 to 8": "That fits something measured, which ends at 8.",
    "All numbers above 0": "That fits a measure that can be any positive number.",
}


def _system(rng: Random) -> Draw:
    x, y = (rng.choice([n for n in range(-7, 10) if n]) for _ in range(2))
    m = rng.choice((-3, -2, 2, 3))
    b = y - m * x
    p, q = rng.choice([(p, q) for p in range(1, 5) for q in (-3, -2, 1, 2, 3) if p + q * m])
    first = f"y = {terms((m, 'x'), (b, ''))}"
    second = f"{terms((p, 'x'), (q, 'y'))} = {num(p * x + q * y)}"
    return Draw(
        f"Solve the system {first} and {second}. What is x?",
        x,
        ("The first equation says what y is. Put that in place of y in the second.",
         f"{terms((p, 'x'))}{' + ' if q > 0 else ' − '}{num(abs(q))}"
         f"({terms((m, 'x'), (b, ''))}) = {num(p * x + q * y)}"),
        f"{terms((p + q * m, 'x'))} = {num(p * x + q * y - q * b)}, so x = {num(x)} "
        f"and y = {num(y)}.",
        misses={y: "That is y. We ask for x.", -x: "The size is right. Check the sign."},
        label="x =",
    )  # fmt: skip


def _tickets(rng: Random) -> Draw:
    adult, child = rng.choice(((9, 5), (12, 7), (8, 5), (10, 6), (15, 9)))
    a, c = rng.randint(6, 40), rng.randint(6, 40)
    money = adult * a + child * c
    return Draw(
        f"{a + c} people saw the school play. Adults paid {dollars(100 * adult)} and children "
        f"{dollars(100 * child)}; together that made {dollars(100 * money)}. "
        "How many adults came?",
        a,
        ("Write one equation for the people and one for the money.",
         f"a + c = {a + c} and {adult}a + {child}c = {money}. Put c = {a + c} − a in the second."),
        f"{adult}a + {child}({a + c} − a) = {money}, so {adult - child}a = "
        f"{money - child * (a + c)} and a = {a}.",
        misses={c: "That is the number of children."},
        unit="adults",
    )  # fmt: skip


def _evaluate(rng: Random) -> Draw:
    a = rng.choice((-3, -2, -1, 1, 2, 3))
    b = rng.choice([n for n in range(-6, 7) if n])
    c = rng.choice([n for n in range(-9, 10) if n])
    x = rng.choice((-5, -4, -3, -2, 2, 3, 4))
    square = terms((a, power("x", 2)), (b, "x"), (c, ""))
    answer = a * x * x + b * x + c
    return Draw(
        f"f(x) = {square}. Find f({num(x)}).",
        answer,
        (f"Put {signed(x)} in place of every x. Squares come first."
         if x != answer else "Put the number in place of every x. Squares come first.",
         f"The square is {x * x}; times {num(a)} that is {num(a * x * x)}. Go on."),
        f"{num(a * x * x)} + {signed(b * x)} + {signed(c)} = {num(answer)}.",
        misses={-a * x * x + b * x + c: "A negative number squared is positive." if x < 0 else
                "Check the sign of the square.",
                (a * x) ** 2 + b * x + c: f"Only x is squared, not the {num(a)} before it.",
                2 * a * x + b * x + c: "x squared is x times x, not 2 times x."},
    )  # fmt: skip


def _what_it_says(rng: Random) -> Draw:
    says, name, goes_in, comes_out = rng.choice(FUNCTIONS)
    a, b = rng.sample(range(3, 60), 2)
    right = f"{a} {goes_in} go in, and {b} {comes_out} come out"
    return Draw(
        f"{says}. What does {name}({a}) = {b} say?",
        right,
        ("What stands in the brackets goes in; what stands after the equals sign comes out.",
         f"The {goes_in} stand in the brackets."),
        f"{name}({a}) = {b}: {right}.",
        choices=(
            Choice(f"{b} {goes_in} go in, and {a} {comes_out} come out",
                   "The number in the brackets is the one that goes in."),
            Choice(f"{name} times {a} is {b}",
                   f"{name}({a}) is not a product: it is the value of the function at {a}."),
            Choice(f"Every one of the {a} {goes_in} adds {b} {comes_out}",
                   "One value alone says nothing about each step."),
        ),
    )  # fmt: skip


def _domain(rng: Random) -> Draw:
    what, right = rng.choice(DOMAINS)
    return Draw(
        f"A function gives {what}. Which inputs make sense?",
        right,
        ("Is the input counted or measured?", "Is there a least and a greatest input?"),
        f"{right}. {WHY_DOMAINS[right]}",
        choices=wrong(right, list(WHY_DOMAINS.items())),
    )


def _multiply_binomials(rng: Random) -> Draw:
    p, q = rng.sample([n for n in range(-9, 10) if n], 2)
    if p + q == 0:
        p += 1 if p not in (-1, 0) else 3
    square = (1, power("x", 2))

    def text(middle: int, last: int) -> str:
        return terms(square, (middle, "x"), (last, ""))

    right = text(p + q, p * q)
    return Draw(
        f"Multiply: ({terms((1, 'x'), (p, ''))})({terms((1, 'x'), (q, ''))})",
        right,
        ("Every term of the first bracket meets every term of the second: four products.",
         f"The middle terms are {terms((p, 'x'))} and {terms((q, 'x'))}."),
        f"{terms(square, (p, 'x'), (q, 'x'), (p * q, ''))} = {right}.",
        choices=wrong(right, [
            (text(0, p * q), "The two middle products are missing."),
            (text(p * q, p + q), "The sum belongs to x, and the product stands alone."),
            (text(-(p + q), p * q), "Check the signs of the middle terms."),
            (text(p + q, -p * q), "Check the sign of the last term."),
        ]),
    )  # fmt: skip


def _factor(rng: Random) -> Draw:
    p, q = rng.sample([n for n in range(-9, 10) if n], 2)
    if p + q == 0:
        p += 1 if p not in (-1, 0) else 3
    p, q = max(p, q), min(p, q)

    def text(a: int, b: int) -> str:
        a, b = max(a, b), min(a, b)
        return f"({terms((1, 'x'), (a, ''))})({terms((1, 'x'), (b, ''))})"

    right = text(p, q)
    return Draw(
        f"Factor: {terms((1, power('x', 2)), (p + q, 'x'), (p * q, ''))}",
        right,
        ("Look for two numbers: their product stands alone, their sum stands before x.",
         f"Which two numbers have the product {num(p * q)} and the sum {num(p + q)}?"),
        f"{num(p)} and {num(q)} fit, so it is {right}.",
        choices=wrong(right, [
            (text(-p, -q), f"Then the middle term would be {terms((-p - q, 'x'))}."),
            (text(p, -q), f"Then the last term would be {num(-p * q)}."),
            (text(-p, q), f"Then the last term would be {num(-p * q)}."),
            (text(p * q, 1), "The product fits. Does the sum fit too?"),
            (text(p + 1, q), "Multiply it out again to check."),
        ]),
    )  # fmt: skip


def _kind_of_growth(rng: Random) -> Draw:
    sentence, linear = rng.choice(GROWING)
    number = rng.choice((2, 3, 4, 5, 6, 8, 10, 12))
    right = (
        "Linear: equal steps in equal times"
        if linear
        else ("Exponential: equal factors in equal times")
    )
    other = (
        (
            "Exponential: equal factors in equal times",
            "Here the same amount is added or taken away each time.",
        )
        if linear
        else (
            "Linear: equal steps in equal times",
            "The amount of the change is not the same each time; the factor is.",
        )
    )
    return Draw(
        f"{sentence.format(number)}. Which kind of change is that?",
        right,
        ("Is the same amount added each time, or is it multiplied by the same number?",
         "Work out the first three values. Compare their differences and their quotients."),
        f"{right}.",
        choices=(
            Choice(*other),
            Choice("Quadratic: the steps grow by equal amounts",
                   "The steps do not grow by an equal amount each time."),
            Choice("No change", "Something is added, taken away or multiplied each time."),
        ),
    )  # fmt: skip


def _exponential_value(rng: Random) -> Draw:
    start, factor, times = rng.choice((3, 5, 20, 50, 100)), rng.choice((2, 3)), rng.randint(3, 5)
    answer = start * factor**times
    word = {2: "doubles", 3: "triples"}[factor]
    what = rng.choice(("views of a video", "bacteria in a dish", "members of a club"))
    unit = {"views": "day", "bacteria": "hour", "members": "month"}[what.split()[0]]
    return Draw(
        f"There are {start} {what} at first, and the number {word} every {unit}. "
        f"How many are there after {times} {unit}s?",
        answer,
        ("Multiply again and again; do not add.",
         f"Multiply {start} by {power(factor, times)} = {factor**times}."),
        f"{start} × {power(factor, times)} = {num(answer)}.",
        misses={start * factor * times: f"That multiplies by {factor} just once, and by the time. "
                f"The number {word} every {unit}.",
                answer // factor: f"One {unit} is missing.",
                start + factor * times: "Adding makes linear growth."},
    )  # fmt: skip


ITEMS = (
    ("M.9.1", "system", _system, 0.2),
    ("M.9.1", "tickets", _tickets, 0.3),
    ("M.9.2", "evaluate", _evaluate, 0.2),
    ("M.9.2", "what-it-says", _what_it_says, -0.3),
    ("M.9.2", "domain", _domain, 0.1),
    ("M.9.3", "multiply", _multiply_binomials, -0.1),
    ("M.9.3", "factor", _factor, 0.3),
    ("M.9.4", "which-kind", _kind_of_growth, -0.2),
    ("M.9.4", "value", _exponential_value, 0.2),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 9."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
