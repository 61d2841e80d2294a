"""Mathematics of grades 4 and 5."""

from fractions import Fraction
from math import lcm
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    dollars,
    frac,
    mixed,
    num,
    someone,
    wrong,
)

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
         f"{a} × {tens} = {a * tens}. Now {a} × {ones}; then add the two."),
        f"{a * tens} + {a * ones} = {a * b}.",
        misses={a * (tens // 10) + a * ones: f"The first digit of {b} stands for tens: {tens}.",
                a * tens + ones: f"Multiply {a} by the ones too.",
                (a // 10) * tens * 10 + (a % 10) * ones: "Multiply every part by every part: there "
                "are four products."},
    )  # fmt: skip


def _remainder_story(rng: Random) -> Draw:
    seats = rng.randint(6, 9)
    full, rest = rng.randint(8, 19), rng.randint(1, 5)
    people = seats * full + rest
    what, ride = rng.choice((("students", "van"), ("campers", "boat"), ("guests", "table")))
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
    first, second = rng.choice((("red bus", "blue bus"), ("tall bell", "small bell"),
                                ("first ferry", "second ferry")))  # fmt: skip
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


def _decimal_digit(rng: Random) -> Draw:
    digits = rng.sample(range(1, 10), 4)
    number = f"{digits[0]}.{digits[1]}{digits[2]}{digits[3]}"
    at = rng.randint(1, 3)
    places = ("ones", "tenths", "hundredths", "thousandths")
    right = f"{digits[at]} {places[at]}"
    return Draw(
        f"In {number}, what does the digit {digits[at]} stand for?",
        right,
        ("Name the places one after the other, from the decimal point to the right.",
         "To the right of the point come tenths, then hundredths, then thousandths."),
        f"The {digits[at]} is in place {at} after the point: {right}.",
        choices=wrong(right, [
            (f"{digits[at]} {place}", "Count the places after the point again.")
            for place in ("tens", *places[1:])
        ]),
    )  # fmt: skip


def _greatest_decimal(rng: Random) -> Draw:
    whole, tenth = rng.randint(0, 9), rng.randint(4, 9)
    right = f"{whole}.{tenth}"
    lower = tenth - 1
    long = f"{whole}.{lower}{rng.randint(1, 9)}{rng.randint(1, 9)}"
    middle = f"{whole}.{lower}{rng.randint(1, 9)}"
    small = f"{whole}.0{rng.randint(1, 9)}"
    shown = [right, long, middle, small]
    rng.shuffle(shown)
    return Draw(
        f"Which number is the greatest: {', '.join(shown)}?",
        right,
        ("More digits do not make a decimal greater. Compare place by place.",
         "The ones are the same everywhere, so compare the tenths."),
        f"{right} has {tenth} tenths, more than any of the others.",
        choices=(
            Choice(long, "It has the most digits, but look at the tenths."),
            Choice(middle, "Compare the tenths: one of the numbers has more."),
            Choice(small, "There is a zero in the tenths place."),
        ),
    )  # fmt: skip


def _round_decimal(rng: Random) -> Draw:
    thousandths = rng.choice([n for n in range(1001, 9999) if n % 10 and n % 100 and n % 10 != 5])
    value = Fraction(thousandths, 1000)
    name, unit = rng.choice((("tenth", 10), ("hundredth", 100)))
    answer = Fraction(int(value * unit + Fraction(1, 2)), unit)
    cut = Fraction(int(value * unit), unit)
    shown = f"{thousandths / 1000:.3f}"
    return Draw(
        f"Round {shown} to the nearest {name}.",
        answer,
        (f"Look at the digit just to the right of the {name}s. Is it 5 or more?",
         f"Is {shown} nearer to {num(cut)} or to {num(cut + Fraction(1, unit))}?"),
        f"{shown} is nearest to {num(answer)}.",
        misses={cut: "The next digit is 5 or more, so round up.",
                cut + Fraction(1, unit): "The next digit is less than 5, so it stays.",
                Fraction(int(value + Fraction(1, 2))): f"That is the nearest whole, not {name}."},
    )  # fmt: skip


def _add_decimals(rng: Random) -> Draw:
    a, b = Fraction(rng.randint(11, 89), 10), Fraction(rng.randint(101, 899), 100)
    if a.denominator == 1 or b.denominator != 100:
        a, b = a + Fraction(1, 2) if a.denominator == 1 else a, Fraction(327, 100)
    tens, hundreds = int(a * 10), int(b * 100)
    sign, answer = rng.choice((("+", a + b), ("−", a - b)))
    if answer < 0:
        sign, answer = "+", a + b
    return Draw(
        f"{num(a)} {sign} {num(b)} = ?",
        answer,
        ("Line up the decimal points, so that tenths meet tenths.",
         f"Write {num(a)} with two digits after the point: {num(a)}0."),
        f"{num(a)}0 {sign} {num(b)} = {num(answer)}.",
        misses={Fraction(hundreds + tens if sign == "+" else hundreds - tens, 100): "You lined up "
                "the last digits. Line up the decimal points.",
                -answer: "Take the second number from the first."},
    )  # fmt: skip


def _multiply_decimals(rng: Random) -> Draw:
    price, tenths = rng.randint(2, 9), rng.choice([n for n in range(11, 60) if n % 10])
    answer = Fraction(price * tenths, 10)
    what = rng.choice(("cheese", "nuts", "fish", "berries", "coffee"))
    weight = num(Fraction(tenths, 10))
    return Draw(
        f"One pound of {what} costs {dollars(100 * price)}. "
        f"How many dollars do {weight} pounds cost?",
        answer,
        ("Estimate first: round the weight to a whole pound.",
         f"Think of {weight} as {tenths} tenths, and multiply {tenths} by {price}."),
        f"{tenths} tenths × {price} = {tenths * price} tenths = {num(answer)}.",
        misses={answer * 10: "Estimate: should it be that much? Check the decimal point.",
                answer / 10: "Estimate: should it be so little? Check the decimal point.",
                price + Fraction(tenths, 10): "You added. Each pound costs the same."},
        unit="dollars",
    )  # fmt: skip


def _unlike(rng: Random) -> tuple[Fraction, Fraction]:
    """Return two fractions between 0 and 1 whose denominators differ, the greater one first."""
    while True:
        b, d = rng.sample((2, 3, 4, 5, 6, 8), 2)
        one, two = Fraction(rng.randint(1, b - 1), b), Fraction(rng.randint(1, d - 1), d)
        if one.denominator != two.denominator and one > two:
            return one, two


def _add_unlike(rng: Random) -> Draw:
    a, b = _unlike(rng)
    common = lcm(a.denominator, b.denominator)
    x, y = int(a * common), int(b * common)
    return Draw(
        f"{frac(a)} + {frac(b)} = ?",
        a + b,
        ("First give both fractions the same denominator.",
         f"{frac(a)} = {x}/{common} and {frac(b)} = {y}/{common}"),
        f"{x}/{common} + {y}/{common} = {x + y}/{common}.",
        misses={Fraction(a.numerator + b.numerator, a.denominator + b.denominator): "Do not add "
                "top to top and bottom to bottom. Make the parts the same size first."},
    )  # fmt: skip


def _subtract_unlike(rng: Random) -> Draw:
    a, b = _unlike(rng)
    common = lcm(a.denominator, b.denominator)
    x, y = int(a * common), int(b * common)
    who, thing = someone(rng), rng.choice(("mile", "gallon", "pound", "hour"))
    doing = {"mile": "runs", "gallon": "pours", "pound": "picks", "hour": "reads"}[thing]
    return Draw(
        f"{who} {doing} {frac(a)} of one {thing} on Monday and {frac(b)} of one {thing} on "
        f"Tuesday. What fraction of one {thing} more is that on Monday?",
        a - b,
        ("The question asks for a difference. Give both the same denominator first.",
         f"{frac(a)} = {x}/{common} and {frac(b)} = {y}/{common}"),
        f"{x}/{common} − {y}/{common} = {x - y}/{common}.",
        misses={a + b: "That is both days together. How much more was Monday?"},
    )  # fmt: skip


def _fraction_of_fraction(rng: Random) -> Draw:
    bottom, parts = rng.choice((3, 4, 5, 8)), rng.choice((2, 3, 4))
    top = rng.choice([n for n in range(2, bottom + 1) if n < bottom])
    whole, taken = Fraction(top, bottom), Fraction(rng.randint(1, parts - 1), parts)
    place, use = rng.choice((("field", "corn"), ("garden", "beans"), ("wall", "a mural")))
    return Draw(
        f"{frac(whole)} of a {place} is free. {someone(rng)} uses {frac(taken)} of the free part "
        f"for {use}. What fraction of the whole {place} is that?",
        whole * taken,
        ("“Of” a part: find the fraction of the fraction. Will it be more or less?",
         f"Multiply {frac(taken)} × {frac(whole)}: top by top, bottom by bottom."),
        f"{frac(taken)} × {frac(whole)} = {frac(whole * taken)}.",
        misses={whole - taken: "You subtracted. Take a fraction of the free part.",
                whole + taken: "You added. A part of a part is smaller.",
                taken: f"That is the share of the free part, not of the whole {place}."},
    )  # fmt: skip


def _scaling(rng: Random) -> Draw:
    number = rng.randint(12, 90)
    bottom = rng.randint(3, 9)
    top = rng.choice([n for n in range(1, 2 * bottom) if n != bottom])
    bigger = top > bottom
    right, mistaken = ("Greater than", "Less than") if bigger else ("Less than", "Greater than")
    return Draw(
        f"Without calculating: how does {top}/{bottom} × {number} compare with {number}?",
        f"{right} {number}",
        ("Multiplying does not always make more. Compare the fraction with one.",
         f"Is {top}/{bottom} more or less than 1?"),
        f"{top}/{bottom} is {'more' if bigger else 'less'} than 1, so the product is "
        f"{right.lower()} {number}.",
        choices=(
            Choice(f"{mistaken} {number}", f"Is {top}/{bottom} more or less than 1?"),
            Choice(f"Equal to {number}", "Only multiplying by 1 leaves a number as it is."),
            Choice("We cannot tell", "Compare the fraction with 1; that is enough."),
        ),
    )  # fmt: skip


def _volume(rng: Random) -> Draw:
    a, b, c = rng.randint(3, 10), rng.randint(2, 8), rng.randint(2, 6)
    unit = rng.choice(("inches", "centimeters", "feet"))
    return Draw(
        f"A box is {a} {unit} long, {b} {unit} wide and {c} {unit} high. "
        f"How many cubic {unit} does it hold?",
        a * b * c,
        ("Fill the bottom with one layer of cubes. Then count the layers.",
         f"One layer has {a} × {b} = {a * b} cubes, and there are {c} layers."),
        f"{a} × {b} × {c} = {a * b * c} cubic {unit}.",
        misses={a + b + c: "You added the edges. Count layers of cubes.",
                a * b: "That is one layer. How many layers are there?",
                2 * (a * b + b * c + a * c): "That is the area of the outside."},
        unit=f"cubic {unit}",
    )  # fmt: skip


def _missing_height(rng: Random) -> Draw:
    a, b, c = rng.randint(3, 9), rng.randint(3, 9), rng.randint(2, 9)
    what = rng.choice(("fish tank", "planter", "toy chest", "crate"))
    return Draw(
        f"A {what} holds {a * b * c} cubic feet. Its floor is {a} feet by {b} feet. "
        "How many feet high is it?",
        c,
        ("The volume is the area of the floor times the height.",
         f"The floor is {a * b} square feet. {a * b} × ? = {a * b * c}"),
        f"{a * b * c} ÷ {a * b} = {c}.",
        misses={b * c: "Divide by the other edge of the floor too.",
                a * c: "Divide by the other edge of the floor too."},
        unit="feet",
    )  # fmt: skip


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
    ("M.5.1", "digit", _decimal_digit, -0.3),
    ("M.5.1", "greatest", _greatest_decimal, 0.1),
    ("M.5.1", "round", _round_decimal, 0.3),
    ("M.5.2", "add-and-subtract", _add_decimals, 0.0),
    ("M.5.2", "multiply", _multiply_decimals, 0.2),
    ("M.5.3", "add", _add_unlike, 0.0),
    ("M.5.3", "subtract", _subtract_unlike, 0.2),
    ("M.5.4", "fraction-of-fraction", _fraction_of_fraction, 0.3),
    ("M.5.4", "scaling", _scaling, 0.1),
    ("M.5.5", "volume", _volume, -0.3),
    ("M.5.5", "height", _missing_height, 0.4),
)


def add_to(bank: Bank) -> None:
    """Add the items of grades 4 and 5."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
