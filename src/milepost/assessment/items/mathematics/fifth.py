"""Mathematics of grade 5."""

from fractions import Fraction
from math import lcm
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import dollars, frac, num, someone, wrong


def _decimal_digit(rng: Random) -> Draw:
    digits = rng.sample(range(2, 10), 4)
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
    lengths = rng.sample((1, 2, 3), 3)
    tenths = (tenth, tenth - 1, tenth - 2)
    right, *lower = (
        f"{whole}.{first}" + "".join(str(rng.randint(1, 9)) for _ in range(length - 1))
        for first, length in zip(tenths, lengths, strict=True)
    )
    small = f"{whole}.0{rng.randint(1, 9)}"
    shown = [right, *lower, small]
    rng.shuffle(shown)
    why = "Compare the tenths first, however many digits there are."
    return Draw(
        f"Which number is the greatest: {', '.join(shown)}?",
        right,
        ("The number of digits does not matter. Compare place by place.",
         "The ones are the same everywhere, so compare the tenths."),
        f"{right} has {tenth} tenths, more than any of the others.",
        choices=(
            *(Choice(text, why) for text in lower),
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
        (f"Look at the digit just to the right of the {name}s. Is it at least five?",
         f"Is {shown} nearer to {num(cut)} or to {num(cut + Fraction(1, unit))}?"),
        f"{shown} is nearest to {num(answer)}.",
        misses={cut: "The next digit is 5 or more, so round up.",
                cut + Fraction(1, unit): "The next digit is less than 5, so it stays.",
                Fraction(int(value + Fraction(1, 2))): f"That is the nearest whole, not {name}."},
    )  # fmt: skip


def _add_decimals(rng: Random) -> Draw:
    tens = 10 * rng.randint(1, 8) + rng.randint(1, 9)
    hundreds = 10 * rng.randint(10, 89) + rng.randint(1, 9)
    a, b = Fraction(tens, 10), Fraction(hundreds, 100)
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
    top = rng.randint(2, bottom - 1)
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
    """Add the items of grade 5."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
