"""Mathematics of grade 8."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    num,
    power,
    someone,
    terms,
    wrong,
)

TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (6, 8, 10), (9, 12, 15), (20, 21, 29))
MEASURES = (
    ("The distance from the Earth to the Sun is about {} km", 150_000_000),
    ("Light travels about {} km in a second", 300_000),
    ("There are about {} seconds in a year", 32_000_000),
    ("The Pacific Ocean covers about {} square km", 165_000_000),
    ("The Moon is about {} km away", 384_000),
    ("A large library holds about {} pages", 640_000_000),
)
CLIMBS = (
    ("A plant is {b} cm tall and grows {a} cm a week", "cm a week", "cm at the start"),
    ("A tank holds {b} liters and {a} liters flow in each minute", "liters a minute",
     "liters at the start"),
    ("A plumber asks {b} dollars to come and {a} dollars an hour", "dollars an hour",
     "dollars to come"),
    ("A balloon is {b} m high and rises {a} m a second", "m a second", "m at the start"),
)  # fmt: skip
"""A linear story, then the units of its slope and of its starting value."""


def _exponent_rule(rng: Random) -> Draw:
    letter = rng.choice("xyab")
    n = rng.randint(2, 6)
    m = n + rng.randint(2, 5)
    kind = rng.choice(("times", "over", "of"))
    base, exponent, why = {
        "times": (f"{power(letter, m)} · {power(letter, n)}", m + n, "add the exponents"),
        "over": (f"{power(letter, m)} ÷ {power(letter, n)}", m - n, "subtract the exponents"),
        "of": (f"({power(letter, m)}){power('', n)}", m * n, "multiply the exponents"),
    }[kind]
    expanded = "Write out what the powers mean, and count how often the letter is multiplied."
    others = [(m + n, "Adding exponents is for a product of powers."),
              (m * n, "Multiplying exponents is for a power of a power."),
              (m - n, "Subtracting exponents is for a quotient of powers."),
              (m + n + 1, expanded), (m * n + 2, expanded)]  # fmt: skip
    return Draw(
        f"Write as a single power: {base}",
        power(letter, exponent),
        (expanded, f"Here you {why}."),
        f"Here you {why}: {power(letter, exponent)}.",
        choices=wrong(power(letter, exponent), [(power(letter, e), w) for e, w in others]),
    )


def _negative_exponent(rng: Random) -> Draw:
    base, exponent = rng.choice(((2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (3, 1), (3, 2), (3, 3),
                                 (4, 2), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)))  # fmt: skip
    return Draw(
        f"{power(base, -exponent)} = ? Write a fraction or a decimal.",
        Fraction(1, base**exponent),
        ("A negative exponent does not make a number negative: it turns it into one over.",
         f"It is 1 divided by {power(base, exponent)}."),
        f"{power(base, -exponent)} = 1/{power(base, exponent)} = 1/{num(base**exponent)}.",
        misses={-(base**exponent): "The number stays positive. Take one over the power.",
                base**exponent: "The minus sign means one over the power.",
                -base * exponent: "An exponent counts factors; it does not multiply."},
    )  # fmt: skip


def _scientific(rng: Random) -> Draw:
    sentence, number = rng.choice(MEASURES)
    places = len(str(number)) - 1
    lead = num(Fraction(number, 10**places))
    whole = num(Fraction(number, 10 ** (places - 1)))
    right = f"{lead} × {power(10, places)}"
    return Draw(
        f"{sentence.format(num(number))}. Write {num(number)} in scientific notation.",
        right,
        ("The first factor is at least one and less than ten.",
         "How many places does the decimal point move? That is the exponent."),
        f"The point moves {places} places: {right}.",
        choices=wrong(right, [
            (f"{whole} × {power(10, places - 1)}", "Equal, but the first factor must be below 10."),
            (f"{lead} × {power(10, places + 1)}", "Count the places the point moves."),
            (f"{lead} × {power(10, -places)}", "A negative exponent is for numbers below 1."),
        ]),
    )  # fmt: skip


def _both_sides(rng: Random) -> Draw:
    x = rng.choice([n for n in range(-9, 10) if n])
    a, c = rng.sample([n for n in range(-6, 10) if n not in (0, 1)], 2)
    b = rng.choice([n for n in range(-12, 13) if n])
    d = a * x + b - c * x
    move = f"{'subtract' if c > 0 else 'add'} {terms((abs(c), 'x'))}"
    return Draw(
        f"Solve: {terms((a, 'x'), (b, ''))} = {terms((c, 'x'), (d, ''))}",
        x,
        ("First bring all terms with x to one side.",
         f"On both sides, {move}: {terms((a - c, 'x'), (b, ''))} = {num(d)}"),
        f"{terms((a - c, 'x'))} = {num(d - b)}, so x = {num(x)}.",
        misses={-x: "The size is right. Check the sign.",
                **({Fraction(d - b, a + c): f"To move the x term, {move} on both sides."}
                   if a + c else {})},
        label="x =",
    )  # fmt: skip


def _how_many_solutions(rng: Random) -> Draw:
    a = rng.randint(2, 8)
    b, d = rng.sample([n for n in range(-9, 10) if n], 2)
    kind = rng.choice(("none", "all", "one"))
    left = f"{a}({terms((1, 'x'), (b, ''))})"
    right_side, answer, worked = {
        "none": (terms((a, "x"), (a * b + d, "")), "No solution", "the x terms are equal and the "
                 "numbers differ, so it is never true"),
        "all": (terms((a, "x"), (a * b, "")), "Every number is a solution", "both sides are the "
                "same, so it is always true"),
        "one": (terms((a + 1, "x"), (d, "")), "Exactly one solution", "the x terms differ, so just "
                "one number makes it true"),
    }[kind]  # fmt: skip
    return Draw(
        f"How many solutions has this equation? {left} = {right_side}",
        answer,
        ("Multiply out, and compare the two sides.",
         f"The left side is {terms((a, 'x'), (a * b, ''))}."),
        f"{terms((a, 'x'), (a * b, ''))} = {right_side}: {worked}.",
        choices=wrong(answer, [
            ("No solution", "Is it never true? Compare the x terms and the numbers."),
            ("Exactly one solution", "Compare the x terms: are they the same on both sides?"),
            ("Every number is a solution", "Are both sides really the same?"),
            ("Exactly two solutions", "A linear equation has one solution, none, or all numbers."),
        ]),
    )  # fmt: skip


def _slope(rng: Random) -> Draw:
    x1, x2 = sorted(rng.sample(range(-6, 8), 2))
    slope = Fraction(rng.choice([n for n in range(-8, 9) if n]), rng.choice((1, 1, 2)))
    run = 2 * (x2 - x1)
    x2, y1 = x1 + run, rng.randint(-8, 8)
    y2 = y1 + int(slope * run)
    return Draw(
        f"A line passes through ({num(x1)}, {num(y1)}) and ({num(x2)}, {num(y2)}). "
        "What is its slope?",
        slope,
        ("Slope is the change in y over the change in x.",
         f"y changes by {num(y2 - y1)} while x changes by {run}."),
        f"{num(y2 - y1)} ÷ {run} = {num(slope)}.",
        misses={1 / slope: "You divided the change in x by the change in y. Turn it around.",
                -slope: "Take the points in the same order above and below."},
    )  # fmt: skip


def _line_story(rng: Random) -> Draw:
    a, b = rng.sample(range(2, 40), 2)
    story, per, start = rng.choice(CLIMBS)
    about_slope = rng.random() < 0.5
    asked = a if about_slope else b
    right = f"{a} {per}" if about_slope else f"{b} {start}"
    return Draw(
        f"{story.format(a=a, b=b)}. This is the line y = {a}x + {b}. "
        f"What does the {asked} in the equation say?",
        right,
        ("One of the numbers is there from the beginning. The other comes again and again.",
         "The number that multiplies x is the slope; the other is the value for x = 0."),
        f"{asked} is the {'slope' if about_slope else 'value for x = 0'}: {right}.",
        choices=(
            Choice(f"{asked} {start}" if about_slope else f"{asked} {per}",
                   "Does this number multiply x?"),
            Choice(f"{a + b} {start}", "That is the value for x = 1."),
            Choice("The value of x when y is 0", "For that you would solve the equation."),
        ),
    )  # fmt: skip


def _equation_of_line(rng: Random) -> Draw:
    m = rng.choice([n for n in range(-6, 7) if abs(n) > 1])
    b = rng.choice([n for n in range(-9, 10) if n and abs(n) != abs(m)])
    x = rng.randint(2, 5)
    right = f"y = {terms((m, 'x'), (b, ''))}"
    return Draw(
        f"A line crosses the y-axis at (0, {num(b)}) and passes through "
        f"({x}, {num(m * x + b)}). Which is its equation?",
        right,
        ("Where it crosses the y-axis you read the number that stands alone.",
         f"From x = 0 to x = {x}, y changes by {num(m * x)}."),
        f"The slope is {num(m * x)} ÷ {x} = {num(m)}, so {right}.",
        choices=wrong(right, [
            (f"y = {terms((b, 'x'), (m, ''))}", "Slope and starting value have changed places."),
            (f"y = {terms((-m, 'x'), (b, ''))}", "Does the line rise or fall?"),
            (f"y = {terms((m, 'x'), (-b, ''))}", "Check the value for x = 0."),
        ]),
    )  # fmt: skip


def _right_triangle(rng: Random) -> Draw:
    a, b, c = rng.choice(TRIPLES)
    scale = rng.choice((1, 1, 2)) if c < 20 else 1
    a, b, c = scale * a, scale * b, scale * c
    if rng.random() < 0.5:
        return Draw(
            f"The two legs of a right triangle measure {a} cm and {b} cm. "
            "How many centimeters long is the hypotenuse?",
            c,
            ("The squares on the legs together are as large as the square on the longest side.",
             f"{power(a, 2)} + {power(b, 2)} = {num(a * a + b * b)}. Now take the root."),
            f"√{num(a * a + b * b)} = {c}.",
            misses={a + b: "Add the squares of the legs, not the legs.",
                    a * a + b * b: "That is the square of it. Take the square root."},
            unit="cm",
        )  # fmt: skip
    who = someone(rng)
    return Draw(
        f"{who}'s ladder is {c} feet long. Its foot stands {a} feet from a straight wall. "
        "How many feet up the wall does it reach?",
        b,
        ("The ladder is the longest side, opposite the right angle.",
         f"{power(c, 2)} − {power(a, 2)} = {num(c * c - a * a)}. Which number squared is that?"),
        f"√{num(c * c - a * a)} = {b}.",
        misses={c - a: "Subtract the squares, then take the root.",
                c * c - a * a: "That is the square of it. Take the square root."},
        unit="feet",
    )  # fmt: skip


def _is_it_right(rng: Random) -> Draw:
    good = rng.choice(TRIPLES)
    bad = [(n, n + 2, n + 3) for n in rng.sample((4, 5, 6, 7, 8, 9, 10), 3)]

    def sides(triple: tuple[int, int, int]) -> str:
        return "{} cm, {} cm, {} cm".format(*triple)

    return Draw(
        "Which of these side lengths make a right triangle?",
        sides(good),
        ("Test each: are the squares of the two shorter sides together the square of the longest?",
         f"Not {sides(bad[0])}: there the squares of the shorter sides make "
         f"{bad[0][0] ** 2 + bad[0][1] ** 2}, which is not {power(bad[0][2], 2)}."),
        "{}² + {}² = {}²".format(*good),
        choices=tuple(
            Choice(sides(t), f"{t[0] ** 2} + {t[1] ** 2} is {t[0] ** 2 + t[1] ** 2}, "
                             f"but {power(t[2], 2)} is {t[2] ** 2}.")
            for t in bad
        ),
    )  # fmt: skip


ITEMS = (
    ("M.8.1", "exponent-rule", _exponent_rule, 0.1),
    ("M.8.1", "negative-exponent", _negative_exponent, 0.4),
    ("M.8.1", "scientific", _scientific, -0.1),
    ("M.8.2", "both-sides", _both_sides, 0.0),
    ("M.8.2", "how-many", _how_many_solutions, 0.4),
    ("M.8.3", "slope", _slope, 0.1),
    ("M.8.3", "story", _line_story, -0.3),
    ("M.8.3", "equation", _equation_of_line, 0.2),
    ("M.8.4", "missing-side", _right_triangle, 0.0),
    ("M.8.4", "is-it-right", _is_it_right, 0.2),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 8."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
