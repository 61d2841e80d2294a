"""Mathematics of grade 7."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    dollars,
    frac,
    num,
    signed,
    someone,
    terms,
    wrong,
)

COLORS = ("red", "blue", "green", "yellow")


def _constant(rng: Random) -> Draw:
    k = Fraction(rng.choice([n for n in range(3, 30) if n != 4]), rng.choice((1, 2, 4)))
    xs = sorted(rng.sample((2, 4, 6, 8, 10, 12), 3))
    table = "; ".join(f"x = {x}, y = {num(k * x)}" for x in xs)
    return Draw(
        f"In this table y is proportional to x: {table}. "
        "Find the constant of proportionality k in y = kx.",
        k,
        ("What do you multiply x by to get y? It is the same in every pair.",
         f"Divide y by x in one pair: {num(k * xs[0])} ÷ {xs[0]}."),
        f"{num(k * xs[0])} ÷ {xs[0]} = {num(k)}, and so for the other pairs.",
        misses={1 / k: "That is x divided by y. Turn it around.",
                k * xs[0] - xs[0]: "You subtracted. A proportion goes by multiplying."},
        label="k =",
    )  # fmt: skip


def _which_is_proportional(rng: Random) -> Draw:
    k, plus, xs = rng.randint(3, 9), rng.randint(2, 6), (1, 2, 4)

    def table(ys: tuple[int, ...]) -> str:
        return ", ".join(f"{x} → {y}" for x, y in zip(xs, ys, strict=True))

    right = table(tuple(k * x for x in xs))
    return Draw(
        "Which table shows a proportional relationship? Each arrow goes from x to y.",
        right,
        ("Divide y by x in each pair. Is it the same every time?",
         f"In the table you look for, y is always {k} times x."),
        f"In {right}, y ÷ x is always {k}.",
        choices=(
            Choice(table(tuple(k * x + plus for x in xs)),
                   f"It grows evenly, but begins with {plus} extra, so y ÷ x changes."),
            Choice(table(tuple(k * x * x for x in xs)), "y grows faster and faster."),
            Choice(table(tuple(k + x for x in xs)), "Here y is x plus a number, not x times one."),
        ),
    )  # fmt: skip


def _scale_up(rng: Random) -> Draw:
    hours, rate = rng.choice((2, 3, 4, 5)), rng.randint(6, 24)
    asked = rng.choice([h for h in range(6, 13) if h % hours])
    what, verb = rng.choice((("miles", "A cyclist rides"), ("chairs", "A shop builds"),
                             ("gallons", "A pump moves")))  # fmt: skip
    return Draw(
        f"{verb} {hours * rate} {what} in {hours} hours. At the same pace, "
        f"how many {what} are that in {asked} hours?",
        asked * rate,
        ("Find the amount for one hour first.",
         f"In one hour: {hours * rate} ÷ {hours} = {rate} {what}."),
        f"{rate} × {asked} = {asked * rate}.",
        misses={hours * rate + asked - hours: "More hours means more of the rate, not plus one "
                "for each hour.",
                rate: "That is one hour."},
        unit=what,
    )  # fmt: skip


def _sale_then_tax(rng: Random) -> Draw:
    price, off, tax = rng.choice((20, 40, 50, 60, 80)), rng.choice((10, 20, 25, 30)), 10
    sale = Fraction(price * (100 - off), 100)
    total = sale * (100 + tax) / 100
    what = rng.choice(("A jacket", "A backpack", "A game", "A pair of shoes"))
    return Draw(
        f"{what} costs {dollars(100 * price)}. It is {off}% off, and then {tax}% sales tax is "
        "added to the lower price. How many dollars do you pay?",
        total,
        ("Take one step at a time. Of which amount is each percent?",
         f"After the discount the price is {dollars(int(sale * 100))}. The tax is on that."),
        f"{dollars(int(sale * 100))} + {tax}% of it = {dollars(int(total * 100))}.",
        misses={Fraction(price * (100 - off + tax), 100): "The two percents are of different "
                "amounts, so you cannot combine them.",
                sale: "That is before tax.",
                price * Fraction(off, 100): "That is the discount, not what you pay."},
        unit="dollars",
    )  # fmt: skip


def _percent_change(rng: Random) -> Draw:
    old = rng.choice((20, 40, 50, 80, 120, 200, 250))
    percent = rng.choice([p for p in (5, 10, 15, 20, 30, 40, 50, 60) if old * p % 100 == 0])
    up = rng.random() < 0.5
    change = old * percent // 100
    new = old + change if up else old - change
    word = "increase" if up else "decrease"
    what = rng.choice(("The members of a club", "The visitors of a museum", "The trees in a park"))
    return Draw(
        f"{what} change from {old} to {new} in number. What is the percent {word}?",
        percent,
        ("Compare the change with where it started.", f"The change is {change}. Divide by {old}."),
        f"{change} ÷ {old} = {num(Fraction(percent, 100))} = {percent}%.",
        misses={Fraction(100 * change, new): "Compare with the old number, not with the new one.",
                change: "That is the change itself. What percent of the old number is it?"},
        unit="percent",
    )  # fmt: skip


def _add_integers(rng: Random) -> Draw:
    a = rng.choice((-1, 1)) * rng.randint(2, 15)
    b = rng.choice((-1, 1)) * rng.randint(2, 15) if a < 0 else -rng.randint(2, 15)
    minus = rng.random() < 0.5
    answer = a - b if minus else a + b
    sign, turn = ("−", " Taking away a number is adding its opposite.") if minus else ("+", "")
    return Draw(
        f"{num(a)} {sign} {signed(b)} = ?",
        answer,
        (f"Picture a number line. Which way do you go?{turn}",
         f"Start at {num(a)} and go {abs(b)} to the {'right' if (b > 0) != minus else 'left'}."),
        f"From {num(a)}, {abs(b)} to the {'right' if (b > 0) != minus else 'left'}: {num(answer)}.",
        misses={-answer: "The size is right. Check the sign.",
                (a + b if minus else a - b): "You went the other way on the number line."},
    )  # fmt: skip


def _multiply_integers(rng: Random) -> Draw:
    a, b = -rng.randint(2, 12), rng.choice((-1, 1)) * rng.randint(2, 12)
    if rng.random() < 0.5:
        a, b = b, a
    divide = rng.random() < 0.5
    prompt = f"{num(a * b)} ÷ {signed(b)} = ?" if divide else f"{num(a)} × {signed(b)} = ?"
    answer = a if divide else a * b
    first, second = (a * b, b) if divide else (a, b)
    same = (first < 0) == (second < 0)
    rule = "the same sign" if same else "different signs"
    return Draw(
        prompt,
        answer,
        ("First find the size as if both were positive. Then decide the sign.",
         f"The numbers have {rule}, so the result is {'positive' if same else 'negative'}."),
        f"The numbers have {rule}, so the result is {num(answer)}.",
        misses={-answer: f"With {rule} the result is {'positive' if same else 'negative'}.",
                (first + second): "You added."},
    )  # fmt: skip


def _two_step(rng: Random) -> Draw:
    x = rng.choice([n for n in range(-9, 13) if n not in (0, 1)])
    a = rng.choice([n for n in range(-6, 10) if abs(n) > 1])
    b = rng.choice([n for n in range(-15, 16) if n])
    c = a * x + b
    undo = f"{'subtract' if b > 0 else 'add'} {abs(b)}"
    return Draw(
        f"Solve: {terms((a, 'x'), (b, ''))} = {num(c)}",
        x,
        ("Undo the last step first: what stands alone beside the x term?",
         f"On both sides, {undo}: {terms((a, 'x'))} = {num(c - b)}."),
        f"{terms((a, 'x'))} = {num(c - b)}, so x = {num(x)}.",
        misses={Fraction(c + b, a): f"To move the {abs(b)} away, {undo} on both sides.",
                -x: "The size is right. Check the sign.",
                c - b: f"Now divide by {num(a)}."},
        label="x =",
    )  # fmt: skip


def _two_step_story(rng: Random) -> Draw:
    fee, rate, times = rng.randint(5, 30), rng.randint(3, 15), rng.randint(4, 15)
    total = fee + rate * times
    place, each = rng.choice(
        (("A climbing gym", "visit"), ("A bike rental", "hour"), ("A music school", "lesson"))
    )
    return Draw(
        f"{place} takes {dollars(100 * fee)} once and {dollars(100 * rate)} for each {each}. "
        f"{someone(rng)} paid {dollars(100 * total)} in all. How many {each}s was that?",
        times,
        (f"Which part of the money was for the {each}s?",
         f"Solve {rate}x + {fee} = {total}; first take away {fee}."),
        f"{total} − {fee} = {total - fee}, and {total - fee} ÷ {rate} = {times}.",
        misses={Fraction(total, rate): f"Take the {dollars(100 * fee)} away first.",
                total - fee: f"That is the money for the {each}s. How many were there?"},
    )  # fmt: skip


def _write_equation(rng: Random) -> Draw:
    a, b = rng.sample(range(3, 25), 2)
    total = b + a * rng.randint(4, 12)
    right = f"{a}x + {b} = {total}"
    who = someone(rng)
    return Draw(
        f"{who} has saved ${b} and adds ${a} every week. After x weeks there are ${total}. "
        "Which equation fits?",
        right,
        ("What stays the same, and what comes again every week?",
         f"The ${a} come x times; the ${b} are there once."),
        f"x weeks bring {a}x dollars, and {b} were there before: {right}.",
        choices=(
            Choice(f"{b}x + {a} = {total}", f"That adds ${b} every week and starts with ${a}."),
            Choice(f"{a}x − {b} = {total}", "The savings at the start add to the total."),
            Choice(f"{a + b}x = {total}", f"The ${b} come once only, not every week."),
        ),
    )  # fmt: skip


def _draw_a_marble(rng: Random) -> Draw:
    colors = rng.sample(COLORS, 3)
    numbers = [rng.randint(1, 8) for _ in colors]
    total = sum(numbers)
    bag = ", ".join(f"{n} {c}" for n, c in zip(numbers, colors, strict=True))
    no = rng.random() < 0.4
    wanted = total - numbers[0] if no else numbers[0]
    return Draw(
        f"A bag holds these marbles: {bag}. You draw one without looking. "
        f"What is the probability that it is {'not ' if no else ''}{colors[0]}?",
        Fraction(wanted, total),
        ("Probability compares what you want with all that can happen.",
         f"There are {total} marbles, and {wanted} of them fit."),
        f"{wanted} of {total} fit: {frac(Fraction(wanted, total))}.",
        misses={Fraction(wanted, total - wanted): "Compare with all marbles, not with the others.",
                Fraction(total - wanted, total): "That is the chance of the opposite.",
                wanted: "A probability lies between 0 and 1."},
    )  # fmt: skip


def _expected_number(rng: Random) -> Draw:
    parts = rng.choice((4, 5, 6, 8, 10))
    wins = rng.randint(2, parts - 1)
    spins = parts * rng.choice((10, 15, 20, 25, 30))
    answer = spins * wins // parts
    return Draw(
        f"A spinner has {parts} equal parts, and {count(wins, 'part')} of them win. "
        f"You spin it {spins} times. About how many wins do you expect?",
        answer,
        (
            "Which fraction of the spins should win?",
            f"The chance is {wins}/{parts}. Take that part of {spins}.",
        ),
        f"{wins}/{parts} × {spins} = {answer}.",
        misses={
            spins // parts: f"That would be one winning part. There are {wins}.",
            spins - answer: "Those are the spins that do not win.",
        },
    )


def _likelihood(rng: Random) -> Draw:
    right, chance = rng.choice((
        ("Impossible", (0,)), ("Unlikely", (5, 8, 10, 12, 15)),
        ("Likely", (85, 88, 90, 92, 95)), ("Certain", (100,)),
    ))  # fmt: skip
    percent = rng.choice(chance)
    event = rng.choice(("rain tomorrow", "that the bus is late", "that the home team wins",
                        "of snow this week", "that a seed sprouts"))  # fmt: skip
    says = {
        "Impossible": "That would be 0.",
        "Unlikely": "That is a number near 0.",
        "Likely": "That is a number near 1.",
        "Certain": "That would be exactly 1.",
    }
    return Draw(
        f"The chance {event if event[0] in 'to' else 'of ' + event} is given as "
        f"{num(Fraction(percent, 100))}. Which word fits best?",
        right,
        ("A chance of zero never happens; a chance of one always does.",
         f"{num(Fraction(percent, 100))} is {percent}%."),
        f"{percent}% is {right.lower()}.",
        choices=wrong(right, list(says.items())),
    )  # fmt: skip


ITEMS = (
    ("M.7.1", "constant", _constant, 0.2),
    ("M.7.1", "which-table", _which_is_proportional, 0.0),
    ("M.7.1", "same-pace", _scale_up, -0.2),
    ("M.7.2", "sale-then-tax", _sale_then_tax, 0.5),
    ("M.7.2", "percent-change", _percent_change, 0.1),
    ("M.7.3", "add-and-subtract", _add_integers, -0.1),
    ("M.7.3", "multiply-and-divide", _multiply_integers, 0.0),
    ("M.7.4", "solve", _two_step, 0.1),
    ("M.7.4", "story", _two_step_story, 0.2),
    ("M.7.4", "write", _write_equation, 0.0),
    ("M.7.5", "one-marble", _draw_a_marble, 0.0),
    ("M.7.5", "expect", _expected_number, 0.3),
    ("M.7.5", "in-words", _likelihood, -0.6),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 7."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
