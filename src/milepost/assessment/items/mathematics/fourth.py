"""Mathematics of grade 4."""

from fractions import Fraction
from math import lcm
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import count, mixed, num, someone, wrong

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
TRAPS = {9: "3 × 3", 15: "3 × 5", 21: "3 × 7", 27: "3 × 9", 33: "3 × 11", 35: "5 × 7",
         39: "3 × 13", 49: "7 × 7", 51: "3 × 17", 57: "3 × 19"}  # fmt: skip
"""Odd numbers that look prime and are not, and the product that shows it."""
ANGLES = {
    "acute": "An acute angle is smaller than a square corner, less than 90°.",
    "right": "A right angle is a square corner, exactly 90°.",
    "obtuse": "An obtuse angle is more than 90° and less than 180°.",
    "straight": "A straight angle lies flat, exactly 180°.",
}


def _multiply_two_digits(rng: Random) -> Draw:
    a, b = rng.randint(12, 48), rng.randint(12, 39)
    tens, ones = b // 10 * 10, b % 10
    return Draw(
        f"{a} × {b} = ?",
        a * b,
        ("Break the second number into tens and ones, and multiply by each.",
         f"{a} × {tens} = {num(a * tens)}. Now {a} × {ones}; then add the two."),
        f"{num(a * tens)} + {num(a * ones)} = {num(a * b)}.",
        misses={a * (tens // 10) + a * ones: f"The first digit of {b} stands for tens: {tens}.",
                a * tens + ones: f"Multiply {a} by the ones too.",
                (a // 10) * tens * 10 + (a % 10) * ones: "Multiply every part by every part: there "
                "are four products."},
    )  # fmt: skip


def _remainder_story(rng: Random) -> Draw:
    seats = rng.randint(6, 9)
    full, rest = rng.randint(8, 19), rng.randint(1, 5)
    people = seats * full + rest
    what, ride = rng.choice((("students", "van"), ("campers", "boat"), ("hikers", "cable car")))
    return Draw(
        f"{people} {what} go on a trip. Each {ride} has {seats} seats. "
        f"How many {ride}s are needed so that everyone has a seat?",
        full + 1,
        (f"Divide to see how many {ride}s fill up. Then look at who is left.",
         f"{people} ÷ {seats} is {full} with {rest} left over. Do they need a seat too?"),
        f"{full} full {ride}s seat {full * seats}. The {rest} left need one more: {full + 1}.",
        misses={full: f"{count(rest, 'person', 'people')} would be left without a seat."},
    )  # fmt: skip


def _which_is_prime(rng: Random) -> Draw:
    prime = rng.choice(PRIMES[2:])
    traps = rng.sample(list(TRAPS), 3)
    return Draw(
        f"Which of these numbers is prime: {', '.join(map(str, sorted([prime, *traps])))}?",
        prime,
        ("A prime number has just two factors: one and itself.",
         "Try to divide each by 3, by 5 and by 7."),
        f"{prime} can only be written as 1 × {prime}.",
        choices=tuple(Choice(str(t), f"It is {TRAPS[t]}, so it is not prime.") for t in traps),
    )  # fmt: skip


def _meet_again(rng: Random) -> Draw:
    a, b = rng.choice([(4, 6), (6, 8), (6, 9), (8, 12), (10, 15), (9, 12), (6, 10), (8, 10),
                       (4, 10), (12, 15), (5, 8), (3, 7)])  # fmt: skip
    both = lcm(a, b)
    first, second = rng.choice((("red bus", "blue bus"), ("city train", "coast train"),
                                ("white ferry", "green ferry")))  # fmt: skip
    return Draw(
        f"A {first} comes every {a} minutes and a {second} every {b} minutes. Both come now. "
        "In how many minutes will both come together next?",
        both,
        ("List the multiples of both numbers. Which is the first that is in both lists?",
         f"Multiples of {b}: {b}, {2 * b}, … Which is the first you can divide by {a}?"),
        f"{both} is the least number that is a multiple of {a} and of {b}.",
        misses={a * b: "Then they meet, but is it the first time?",
                a + b: "Adding does not help here. List the multiples."},
        unit="minutes",
    )  # fmt: skip


def _equal_fraction(rng: Random) -> Draw:
    bottom = rng.choice((2, 3, 4, 5, 6, 8))
    top, factor = rng.randint(1, bottom - 1), rng.randint(2, 9)
    return Draw(
        f"Find the missing number: {top}/{bottom} = ?/{bottom * factor}",
        top * factor,
        ("How was the bottom number changed? Do the same to the top.",
         f"{bottom} was multiplied by {factor}. Multiply {top} by the same."),
        f"{top} × {factor} = {top * factor}, so {top}/{bottom} = "
        f"{top * factor}/{bottom * factor}.",
        misses={top + bottom * (factor - 1): "You added the same to both. Multiply instead.",
                top: "The parts became smaller, so you need more of them."},
    )  # fmt: skip


def _compare_fractions(rng: Random) -> Draw:
    while True:
        b, d = rng.sample((2, 3, 4, 5, 6, 8, 10), 2)
        a, c = rng.randint(1, b - 1), rng.randint(1, d - 1)
        if Fraction(a, b) != Fraction(c, d):
            break
    common = lcm(b, d)
    one, other = f"{a}/{b}", f"{c}/{d}"
    greater, less = (one, other) if a * d > c * b else (other, one)
    first, second = a * common // b, c * common // d
    return Draw(
        f"Which is greater: {one} or {other} of the same cake?",
        greater,
        ("Give both the same denominator, or compare each with one half.",
         f"With {common} below they are {first}/{common} and {second}/{common}."),
        f"{one} = {first}/{common} and {other} = {second}/{common}, so {greater} is greater.",
        choices=(
            Choice(less, f"Write both with {common} below and compare again."),
            Choice("They are equal", f"They are {abs(first - second)}/{common} apart."),
            Choice("It depends on the cake", "Both are parts of the same cake, so we can tell."),
        ),
    )  # fmt: skip


def _add_like(rng: Random) -> Draw:
    bottom = rng.choice((5, 6, 8, 10, 12))
    a, b = rng.randint(1, bottom - 1), rng.randint(1, bottom - 1)
    return Draw(
        f"{a}/{bottom} + {b}/{bottom} = ?",
        Fraction(a + b, bottom),
        ("The parts have the same size. Count how many there are together.",
         "Add the top numbers. The bottom number, the size of the parts, stays."),
        f"{a}/{bottom} + {b}/{bottom} = {a + b}/{bottom}.",
        misses={Fraction(a + b, 2 * bottom): "Do not add the bottom numbers: the parts stay the "
                "same size."},
    )  # fmt: skip


def _subtract_mixed(rng: Random) -> Draw:
    bottom = rng.choice((3, 4, 5, 6, 8))
    whole, less = rng.randint(3, 6), rng.randint(1, 2)
    top = rng.randint(1, bottom - 2)
    more = rng.randint(top + 1, bottom - 1)
    have, use = whole + Fraction(top, bottom), less + Fraction(more, bottom)
    thing = rng.choice(("yards of ribbon", "cups of flour", "pounds of clay", "feet of rope"))
    return Draw(
        f"{someone(rng)} has {whole} {top}/{bottom} {thing} and uses {less} {more}/{bottom}. "
        f"How many {thing} are left? You may write a mixed number such as 1 1/2.",
        have - use,
        ("There are not enough parts to take away. Open up one of the wholes.",
         f"{whole} {top}/{bottom} = {whole - 1} {top + bottom}/{bottom}"),
        f"{whole - 1} {top + bottom}/{bottom} − {less} {more}/{bottom} = {mixed(have - use)}.",
        misses={whole - less + Fraction(more - top, bottom): "Do not turn the fractions around: "
                "open up a whole instead.",
                have - use + 1: "One whole was opened up, so one whole fewer is left."},
    )  # fmt: skip


def _missing_angle(rng: Random) -> Draw:
    total, figure = rng.choice(((180, "a straight line"), (90, "a right angle")))
    part = rng.choice([d for d in range(15, total - 14, 5) if 2 * d != total])
    other = 270 - total
    return Draw(
        f"A ray splits {figure} into two angles. One of them measures {part}°. "
        "How many degrees is the other?",
        total - part,
        (f"How many degrees does {figure} have in all?", f"{part}° and the other make {total}°."),
        f"{total} − {part} = {total - part} degrees.",
        misses={other - part: f"Check how many degrees {figure} has.",
                total + part: "The parts make the whole. Subtract."},
        unit="degrees",
    )  # fmt: skip


def _kind_of_angle(rng: Random) -> Draw:
    size = rng.choice((90, 180, *range(10, 90, 3), *range(92, 178, 3)))
    known = {90: "right", 180: "straight"}
    answer = known.get(size, "acute" if size < 90 else "obtuse")
    return Draw(
        f"An angle measures {size}°. What kind of angle is it?",
        answer,
        ("Compare it with a square corner.", "A square corner has 90°, and a flat line 180°."),
        ANGLES[answer],
        choices=wrong(answer, list(ANGLES.items())),
    )


ITEMS = (
    ("M.4.1", "multiply", _multiply_two_digits, 0.3),
    ("M.4.1", "remainder-story", _remainder_story, 0.4),
    ("M.4.2", "prime", _which_is_prime, 0.2),
    ("M.4.2", "meet-again", _meet_again, 0.3),
    ("M.4.3", "equal-fraction", _equal_fraction, -0.3),
    ("M.4.3", "compare", _compare_fractions, 0.2),
    ("M.4.4", "add", _add_like, -0.4),
    ("M.4.4", "subtract-mixed", _subtract_mixed, 0.6),
    ("M.4.5", "missing-angle", _missing_angle, 0.2),
    ("M.4.5", "kind", _kind_of_angle, -0.5),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 4."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
