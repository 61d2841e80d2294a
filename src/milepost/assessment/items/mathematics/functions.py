"""Mathematics of grade 11."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    num,
    power,
    signed,
    someone,
    terms,
    wrong,
)

MOVES = {
    "up": ("f(x) + {n}", "f(x) − {n}", "f(x + {n})", "f(x − {n})"),
    "down": ("f(x) − {n}", "f(x) + {n}", "f(x − {n})", "f(x + {n})"),
    "left": ("f(x + {n})", "f(x − {n})", "f(x) + {n}", "f(x) − {n}"),
    "right": ("f(x − {n})", "f(x + {n})", "f(x) − {n}", "f(x) + {n}"),
}
"""Direction → the right formula, the opposite direction, and two that move the other way round."""
STRETCHES = (
    ("{n} f(x)", "Every height is multiplied by {n}"),
    ("f({n}x)", "Every distance from the y-axis is divided by {n}"),
    ("−f(x)", "The graph is mirrored across the x-axis"),
    ("f(−x)", "The graph is mirrored across the y-axis"),
)
WHY_STRETCHES = (
    "That is a number before f(x): the output is multiplied.",
    "That is a number before x, inside the brackets.",
    "That is a minus sign before f(x): the output changes its sign.",
    "That is a minus sign before x: the input changes its sign.",
)


def _quadratic(p: int, q: int) -> str:
    """Return (x − p)(x − q) multiplied out."""
    return terms((1, power("x", 2)), (-p - q, "x"), (p * q, ""))


def _positive_solution(rng: Random) -> Draw:
    p, q = rng.randint(1, 9), -rng.randint(1, 9)
    if p + q == 0:
        p += 1
    return Draw(
        f"Solve {_quadratic(p, q)} = 0. What is the positive solution?",
        p,
        ("Factor the left side. A product is zero when one of its factors is.",
         f"It is ({terms((1, 'x'), (-p, ''))})({terms((1, 'x'), (-q, ''))}) = 0."),
        f"The solutions are {num(p)} and {num(q)}; the positive one is {p}.",
        misses={-q: f"That comes from the factor {terms((1, 'x'), (-q, ''))}. Check its sign.",
                q: "That solves it, but it is negative."},
        label="x =",
    )  # fmt: skip


def _square_root_method(rng: Random) -> Draw:
    h = rng.choice([n for n in range(-8, 9) if n])
    k = rng.randint(2, 9)
    greater = rng.random() < 0.5
    answer = k + h if greater else h - k
    return Draw(
        f"Solve ({terms((1, 'x'), (-h, ''))})² = {k * k}. "
        f"What is the {'greater' if greater else 'smaller'} solution?",
        answer,
        ("Take the square root on both sides. There are two of them.",
         f"{terms((1, 'x'), (-h, ''))} is {k} or {num(-k)}."),
        f"x is {num(h + k)} or {num(h - k)}; we ask for {num(answer)}.",
        misses={2 * h - answer: "That is the other solution.",
                (k if greater else -k) - h: f"Undo {terms((1, 'x'), (-h, ''))} the other way.",
                k if greater else -k: "One step is missing: what is x itself?"},
        label="x =",
    )  # fmt: skip


def _number_of_solutions(rng: Random) -> Draw:
    kind = rng.choice((-1, 0, 1))
    b = 2 * rng.choice([n for n in range(-6, 7) if n])
    c = b * b // 4 - kind * rng.choice((1, 3, 4, 5, 8))
    inside = b * b - 4 * c
    labels = {1: "Two real solutions", 0: "One real solution", -1: "No real solution"}
    return Draw(
        f"How many real solutions has {terms((1, power('x', 2)), (b, 'x'), (c, ''))} = 0?",
        labels[kind],
        ("Look at what stands under the root in the quadratic formula.",
         f"b² − 4ac = {num(inside)}. Is it positive, zero or negative?"),
        f"b² − 4ac = {num(inside)}: {labels[kind].lower()}.",
        choices=wrong(labels[kind], [
            (labels[1], "That needs a positive number under the root."),
            (labels[0], "That needs zero under the root."),
            (labels[-1], "That needs a negative number under the root."),
            ("Every real number solves it", "An equation with x² is true for two numbers at most."),
        ]),
    )  # fmt: skip


def _fractional_exponent(rng: Random) -> Draw:
    base, root = rng.choice(((2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (10, 2), (2, 3), (3, 3),
                             (4, 3), (5, 3), (2, 4), (3, 4), (2, 5)))  # fmt: skip
    top = rng.choice([t for t in (1, 2, 3) if t % root])
    number, answer = base**root, base**top
    name = {2: "square root", 3: "cube root", 4: "fourth root", 5: "fifth root"}[root]
    return Draw(
        f"{number} to the power {top}/{root} = ?",
        answer,
        (f"The bottom of the exponent asks for a {name}; the top for a power.",
         f"The {name} of {number} is {base}. Then raise it to the power {top}."),
        f"{power(base, top)} = {answer}.",
        misses={Fraction(number * top, root): "An exponent does not multiply the base.",
                base: f"That is the {name}. The top of the exponent is missing.",
                Fraction(1, answer): "There is no minus sign in the exponent."},
    )  # fmt: skip


def _logarithm(rng: Random) -> Draw:
    base, exponent = rng.choice([(2, e) for e in range(2, 9)] + [(3, e) for e in range(2, 6)]
                                + [(5, 2), (5, 3), (10, 2), (10, 3), (10, 4), (10, 6)])  # fmt: skip
    number = base**exponent
    return Draw(
        f"Find the logarithm of {num(number)} to base {base}.",
        exponent,
        (
            "A logarithm is an exponent: the base to which power makes the number?",
            f"{base} to which power is {num(number)}?",
        ),
        f"{power(base, exponent)} = {num(number)}, so the logarithm is {exponent}.",
        misses={
            Fraction(number, base): "You divided. Ask for the exponent.",
            exponent - 1: "Count the factors again.",
            exponent + 1: "Count the factors again.",
        },
    )


def _doubling_time(rng: Random) -> Draw:
    times, hours = rng.randint(3, 7), rng.choice((2, 3, 4, 5, 6))
    start = rng.choice((10, 25, 50, 100, 300))
    what = rng.choice(("yeast cells", "bacteria", "algae"))
    return Draw(
        f"The number of {what} doubles every {hours} hours. There are {start} now. "
        f"After how many hours will there be {num(start * 2**times)}?",
        times * hours,
        ("By which factor must the number grow? How many doublings make that?",
         f"The factor is {2**times} = {power(2, times)}, so it doubles {times} times."),
        f"{times} doublings of {hours} hours: {times * hours} hours.",
        misses={times: "That is the number of doublings. How long does each take?",
                2**times: "That is the factor of growth.",
                2**times * hours: "You multiplied the factor by the time. Count doublings."},
        unit="hours",
    )  # fmt: skip


def _shift(rng: Random) -> Draw:
    way = rng.choice(list(MOVES))
    n = rng.randint(2, 9)
    right, opposite, *turned = (text.format(n=n) for text in MOVES[way])
    inside = way in ("left", "right")
    return Draw(
        f"The graph of y = f(x) moves {n} units {way}. Which formula gives the new graph?",
        f"y = {right}",
        ("Does the input change, or the output? Try a point of the graph.",
         "A number inside the brackets moves it sideways, against its sign." if inside
         else "A number outside the brackets moves it up or down, with its sign."),
        f"Moving {way} by {n}: y = {right}.",
        choices=(
            Choice(f"y = {opposite}", "That moves it the opposite way. Try one point."),
            *(Choice(f"y = {text}", "That moves it up or down." if inside else
                     "That moves it sideways.") for text in turned),
        ),
    )  # fmt: skip


def _stretch(rng: Random) -> Draw:
    n, at = rng.randint(2, 6), rng.randrange(4)
    formula, _ = STRETCHES[at]
    effects = [(text.format(n=n), why)
               for (_, text), why in zip(STRETCHES, WHY_STRETCHES, strict=True)]  # fmt: skip
    right = effects[at][0]
    return Draw(
        f"How does the graph of y = {formula.format(n=n)} differ from the graph of y = f(x)?",
        right,
        (
            "What stands before f changes the output; what stands inside changes the input.",
            "Outputs are heights; inputs are distances from the y-axis.",
        ),
        f"{right}.",
        choices=wrong(right, effects),
    )


def _vertex(rng: Random) -> Draw:
    h, k = rng.choice([n for n in range(-9, 10) if n]), rng.randint(-9, 9)
    a = rng.choice((-3, -2, 2, 3))
    constant = f" {'+' if k > 0 else '−'} {abs(k)}" if k else ""
    return Draw(
        f"y = {num(a)}({terms((1, 'x'), (-h, ''))})²{constant} is the graph of y = x², moved and "
        "stretched. What is the x-coordinate of its vertex?",
        h,
        ("The vertex of y = x² lies where the squared part is zero.",
         f"For which x is {terms((1, 'x'), (-h, ''))} zero?"),
        f"{terms((1, 'x'), (-h, ''))} is zero for x = {num(h)}.",
        misses={-h: "It moves against the sign in the brackets.",
                k: "That is the y-coordinate."},
        label="x =",
    )  # fmt: skip


def _nth_term(rng: Random) -> Draw:
    place = rng.randint(6, 12)
    if rng.random() < 0.5:
        first, step = rng.randint(2, 20), rng.choice([n for n in range(-6, 12) if abs(n) > 1])
        shown = [first + step * i for i in range(4)]
        answer = first + step * (place - 1)
        rule = f"{num(first)} + {place - 1} × {signed(step)}"
        slip = first + step * place
    else:
        place = rng.randint(5, 7)
        first, factor = rng.randint(1, 5), rng.choice((2, 3, -2))
        shown = [first * factor**i for i in range(4)]
        answer = first * factor ** (place - 1)
        rule = f"{first} × {signed(factor)}{power('', place - 1)}"
        slip = first * factor**place
    return Draw(
        f"A sequence begins {', '.join(map(num, shown))}, … What is term number {place}?",
        answer,
        ("Is there a common difference or a common factor?",
         f"From the first term to term {place} there are {place - 1} steps: {rule}."),
        f"{rule} = {num(answer)}.",
        misses={slip: f"There are only {place - 1} steps from the first term."},
    )  # fmt: skip


def _sum_of_terms(rng: Random) -> Draw:
    first, step, rows = rng.randint(4, 20), rng.randint(2, 6), rng.randint(8, 20)
    last = first + step * (rows - 1)
    total = rows * (first + last) // 2
    return Draw(
        f"{someone(rng)} plans a theater: {first} seats in the first row, and {step} more in each "
        f"row behind. There are {rows} rows. How many seats are there in all?",
        total,
        ("Pair the first row with the last one, the second with the last but one, and so on.",
         f"The last row has {last} seats. The mean row has {num(Fraction(first + last, 2))}."),
        f"{rows} × ({first} + {last}) ÷ 2 = {num(total)}.",
        misses={2 * total: "Each pair is two rows: take half.",
                last: "That is the last row alone.",
                rows * (2 * first + step * rows) // 2: "From the first row to the last there is "
                "one step fewer than there are rows."},
        unit="seats",
    )  # fmt: skip


ITEMS = (
    ("M.11.1", "factor", _positive_solution, -0.1),
    ("M.11.1", "square-root", _square_root_method, 0.2),
    ("M.11.1", "how-many", _number_of_solutions, 0.2),
    ("M.11.2", "fractional-exponent", _fractional_exponent, 0.1),
    ("M.11.2", "logarithm", _logarithm, 0.0),
    ("M.11.2", "doubling", _doubling_time, 0.3),
    ("M.11.3", "shift", _shift, 0.0),
    ("M.11.3", "stretch", _stretch, 0.2),
    ("M.11.3", "vertex", _vertex, 0.1),
    ("M.11.4", "term", _nth_term, 0.0),
    ("M.11.4", "sum", _sum_of_terms, 0.3),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 11."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
