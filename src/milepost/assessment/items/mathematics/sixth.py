"""Mathematics of grade 6."""

from fractions import Fraction
from math import gcd
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    dollars,
    num,
    two_people,
    wrong,
)

MIXES = (
    ("cups of oats", "cups of raisins", "granola"),
    ("parts blue paint", "parts white paint", "sky blue"),
    ("scoops of sand", "scoops of cement", "mortar"),
    ("cups of juice", "cups of sparkling water", "punch"),
)
PHRASES = (
    ("{n} less than a number x", "x − {n}", "{n} − x", "x + {n}", "{n}x"),
    ("{n} more than a number x", "x + {n}", "{n}x", "x − {n}", "x ÷ {n}"),
    ("{n} times a number x", "{n}x", "x + {n}", "x ÷ {n}", "{n} − x"),
    ("a number x shared equally by {n} people", "x ÷ {n}", "{n} ÷ x", "{n}x", "x − {n}"),
)
"""Phrase, the right expression, and three wrong ones. {n} is the number drawn."""


def _same_mix(rng: Random) -> Draw:
    while True:
        a, b = rng.sample(range(2, 9), 2)
        if gcd(a, b) == 1:
            break
    factor = rng.randint(3, 8)
    first, second, what = rng.choice(MIXES)
    return Draw(
        f"For {what} you need {a} {first} for every {b} {second}. "
        f"How many {second} go with {a * factor} {first}?",
        b * factor,
        ("How many times as large is the batch? Use the same factor for both.",
         f"From {a} to {a * factor} is times {factor}."),
        f"{a} × {factor} = {a * factor}, so {b} × {factor} = {b * factor}.",
        misses={b + a * (factor - 1): "You added the same to both. A ratio keeps by multiplying.",
                a * factor: "Both would be equal then. Look at the ratio again."},
    )  # fmt: skip


def _simplest_ratio(rng: Random) -> Draw:
    while True:
        a, b = rng.sample(range(2, 10), 2)
        if gcd(a, b) == 1:
            break
    k = rng.randint(2, 6)
    here, there = rng.choice((("girls", "boys"), ("cats", "dogs"), ("red tiles", "gray tiles"),
                              ("wins", "losses")))  # fmt: skip
    right = f"{a} : {b}"
    return Draw(
        f"There are {a * k} {here} and {b * k} {there}. "
        f"What is the ratio of {here} to {there} in simplest form?",
        right,
        ("Keep the order of the words. Then divide both numbers by the same factor.",
         f"Start from {a * k} : {b * k} and divide both by {k}."),
        f"{a * k} : {b * k} = {right}.",
        choices=wrong(right, [
            (f"{b} : {a}", f"Keep the order: {here} come first."),
            (f"{a} : {a + b}", f"That compares {here} with all of them."),
            (f"{a * k} : {(a + b) * k}", "That compares a part with the whole."),
        ]),
    )  # fmt: skip


def _unit_rate(rng: Random) -> Draw:
    pounds, cents = rng.randint(3, 9), rng.choice(range(40, 400, 5))
    what = rng.choice(("apples", "rice", "oranges", "potatoes", "carrots"))
    total = pounds * cents
    return Draw(
        f"{pounds} pounds of {what} cost {dollars(total)}. How many dollars does one pound cost?",
        Fraction(cents, 100),
        ("The price of one pound is the total price shared by the pounds.",
         f"Divide {dollars(total)} by {pounds}."),
        f"{dollars(total)} ÷ {pounds} = {dollars(cents)} a pound.",
        misses={cents: "That is the price in cents. We ask for dollars.",
                Fraction(pounds * 100, total): "Turn it around: dollars for one pound, not pounds "
                "for one dollar."},
        unit="dollars",
    )  # fmt: skip


def _better_buy(rng: Random) -> Draw:
    small, large = rng.choice(((2, 5), (3, 5), (4, 10), (3, 8), (5, 12)))
    price = rng.choice(range(30, 90, 5))
    other = price + rng.choice((-10, -5, 5, 10))
    what = rng.choice(("juice boxes", "pencils", "granola bars", "batteries"))
    one = f"{small} for {dollars(small * price)}"
    two = f"{large} for {dollars(large * other)}"
    better, worse = (one, two) if price < other else (two, one)
    return Draw(
        f"A store sells {what}: {one}, or {two}. Which is the lower price for each?",
        better,
        ("Find the price of one in both offers.",
         f"{dollars(small * price)} ÷ {small} and {dollars(large * other)} ÷ {large}"),
        f"One costs {price} cents in the first offer and {other} cents in the second.",
        choices=(
            Choice(worse, "Compare the price of one, not the whole price or the number."),
            Choice("Both cost the same for each", f"They differ by {abs(price - other)} cents."),
            Choice("We cannot compare them", "Divide each price by its number; then we can."),
        ),
    )  # fmt: skip


def _percent_of(rng: Random) -> Draw:
    percent = rng.choice((5, 10, 15, 20, 25, 30, 40, 60, 75, 80))
    whole = rng.choice([n for n in range(40, 401, 20) if n * percent % 100 == 0])
    answer = whole * percent // 100
    return Draw(
        f"A school has {whole} students. {percent}% of them walk to school. How many walk?",
        answer,
        ("Percent means “of each hundred”. Start with ten percent, or with one.",
         f"10% of {whole} is {num(Fraction(whole, 10))}. How many times is that {percent}%?"),
        f"{percent}/100 × {whole} = {answer}.",
        misses={whole - answer: "Those are the students who do not walk.",
                percent: f"{percent}% would be {percent} only if there were 100 students."},
        unit="students",
    )  # fmt: skip


def _find_the_whole(rng: Random) -> Draw:
    percent = rng.choice((10, 20, 25, 40, 50, 75))
    whole = rng.choice([n for n in range(20, 301, 20) if n * percent % 100 == 0])
    part = whole * percent // 100
    what = rng.choice(("pages of a book", "seeds in a tray", "seats on a bus line"))
    verb = {"pages": "read", "seeds": "sprouted", "seats": "taken"}[what.split()[0]]
    return Draw(
        f"{part} {what} are {verb}. That is {percent}% of all of them. How many are there in all?",
        whole,
        ("You know a part. Find what one percent or ten percent would be, then go up.",
         f"{part} is {percent}%. The whole is {num(Fraction(100, percent))} times as much."),
        f"{part} ÷ {percent} × 100 = {whole}.",
        misses={Fraction(part * percent, 100): f"You took {percent}% of the part. The whole is "
                "more than the part.",
                part + percent: "Do not add a percent to a number of things."},
    )  # fmt: skip


def _coldest(rng: Random) -> Draw:
    temperatures = [*rng.sample(range(-19, 0), 2), rng.randint(0, 2), rng.randint(3, 9)]
    lowest, nearer = sorted(temperatures[:2])
    rng.shuffle(temperatures)
    shown = ", ".join(f"{num(t)} °C" for t in temperatures)
    return Draw(
        f"Four towns report these temperatures: {shown}. Which is the coldest?",
        f"{num(lowest)} °C",
        ("Think of a thermometer. Colder is farther down.",
         "Below zero, the number that is farther from zero is lower."),
        f"{num(lowest)} is farthest below zero, so {num(lowest)} °C is the coldest.",
        choices=tuple(
            Choice(f"{num(t)} °C", "Farther below zero is colder." if t == nearer else
                   "Some of the others are below zero.")
            for t in temperatures if t != lowest
        ),
    )  # fmt: skip


def _distance_across_zero(rng: Random) -> Draw:
    down, up = rng.randint(2, 25), rng.randint(2, 25)
    low, high, unit = rng.choice((
        ("A diver is at {} meters", "a bird above her is at {} meters", "meters"),
        ("In the morning it is {} degrees", "at noon it is {} degrees", "degrees"),
        ("One account stands at {} dollars", "another stands at {} dollars", "dollars"),
    ))  # fmt: skip
    return Draw(
        f"{low.format(num(-down))} and {high.format(up)}. How many {unit} lie between the two?",
        down + up,
        ("Go to zero first, then on from zero.",
         f"From {num(-down)} up to 0 is {down}; from 0 to {up} is {up}."),
        f"{down} + {up} = {down + up}.",
        misses={abs(up - down): "The two lie on different sides of zero. Go through zero.",
                -down - up: "A distance is never negative."},
        unit=unit,
    )  # fmt: skip


def _one_step(rng: Random) -> Draw:
    x, n = rng.randint(3, 20), rng.randint(3, 12)
    kind = rng.choice(("+", "−", "×", "÷"))
    equation, undo = {
        "+": (f"x + {n} = {x + n}", f"subtract {n}"),
        "−": (f"x − {n} = {x}", f"add {n}"),
        "×": (f"{n}x = {n * x}", f"divide by {n}"),
        "÷": (f"x ÷ {n} = {x}", f"multiply by {n}"),
    }[kind]
    answer = {"+": x, "−": x + n, "×": x, "÷": x * n}[kind]
    twice = {"+": x + 2 * n, "−": x - n, "×": n * n * x}.get(kind, Fraction(x, n))
    return Draw(
        f"Solve: {equation}",
        answer,
        ("What was done to x? Undo it on both sides.", f"On both sides, {undo}."),
        f"On both sides, {undo}: x = {num(answer)}.",
        misses={twice: f"You did the same again. To undo it, {undo}."},
        label="x =",
    )


def _expression(rng: Random) -> Draw:
    n = rng.choice((3, 4, 5, 6, 7, 8, 9, 12))
    phrase, right, *others = (text.format(n=n) for text in rng.choice(PHRASES))
    return Draw(
        f"Which expression says: {phrase}?",
        right,
        ("Try it with a number you know in place of x.",
         "With ten in place of x: what would you do to get the result?"),
        f"{phrase[0].upper()}{phrase[1:]} is written {right}.",
        choices=wrong(right, [(o, "Put ten in place of x and compare with the words.")
                              for o in others]),
    )  # fmt: skip


def _mean(rng: Random) -> Draw:
    size = rng.choice((4, 5))
    mean = rng.randint(6, 20)
    moves = [rng.randint(-5, 5) for _ in range(size - 1)]
    while abs(sum(moves)) > 5:
        moves = [rng.randint(-5, 5) for _ in range(size - 1)]
    values = [mean + move for move in (*moves, -sum(moves))]
    what = rng.choice(("minutes of reading", "goals in a season", "pages a day", "laps a week"))
    middle = Fraction(sorted(values)[(size - 1) // 2] + sorted(values)[size // 2], 2)
    return Draw(
        f"{count(size, 'friend')} compare their {what}: {', '.join(map(str, values))}. "
        "What is the mean?",
        mean,
        ("The mean is what everyone would have if all shared equally.",
         f"The sum is {sum(values)}. Share it among {size}."),
        f"{sum(values)} ÷ {size} = {mean}.",
        misses={middle: "That is the median, the one in the middle.",
                sum(values): "That is the sum. Share it equally."},
    )  # fmt: skip


def _median(rng: Random) -> Draw:
    size = rng.choice((5, 6, 7))
    values = rng.sample(range(3, 40), size)
    ordered = sorted(values)
    median = Fraction(ordered[(size - 1) // 2] + ordered[size // 2], 2)
    unsorted = Fraction(values[(size - 1) // 2] + values[size // 2], 2)
    inner = "the number in the middle" if size % 2 else "halfway between the middle two"
    return Draw(
        f"Find the median of these test scores: {', '.join(map(str, values))}.",
        median,
        ("Put the numbers in order first.", f"In order: {', '.join(map(str, ordered))}."),
        f"In order: {', '.join(map(str, ordered))}. The median is {inner}: {num(median)}.",
        misses={unsorted: "Sort the numbers before you look for the middle.",
                Fraction(sum(values), size): "That is the mean. The median is the middle."},
    )  # fmt: skip


def _mean_or_median(rng: Random) -> Draw:
    return _typical(rng) if rng.random() < 0.5 else _same_total(rng)


def _typical(rng: Random) -> Draw:
    usual = rng.randint(8, 15)
    values = [usual + rng.randint(-3, 3) for _ in range(5)]
    values.append(usual * 10 + rng.randint(0, 9))
    first, second = two_people(rng)
    return Draw(
        f"Six families tell how many miles they drove on Sunday: {', '.join(map(str, values))}. "
        f"{first} wants to give the mean as the typical distance, {second} the median. "
        "Which describes a typical family better?",
        "The median, because one value is far from the rest",
        ("Is there a value that is very different from the others?",
         f"One family drove {values[-1]} miles. Which of the two does that pull far up?"),
        f"{values[-1]} pulls the mean far above most values; the median stays among them.",
        choices=(
            Choice("The mean, because it uses every value",
                   "It does, and so the one very long drive pulls it far up."),
            Choice("The mean, because it is always in the middle",
                   "The median is the middle; a mean can lie above almost all values."),
            Choice("Neither, because the values differ",
                   "Values nearly always differ. Ask which number is near to most of them."),
        ),
    )  # fmt: skip


def _same_total(rng: Random) -> Draw:
    meals = [10 * rng.randint(5, 30) for _ in range(5)]
    return Draw(
        f"A kitchen cooked {', '.join(map(str, meals))} meals on five days. Next week it will cook "
        "the same number of meals every day, and as many in the week as before. "
        "Which number tells how many to cook a day?",
        "The mean, because it shares the total equally",
        ("The total of the week must stay the same.",
         f"The total is {num(sum(meals))}, to be spread evenly over the days."),
        f"{num(sum(meals))} ÷ 5 = {num(Fraction(sum(meals), 5))} is the mean.",
        choices=(
            Choice("The median, because it is in the middle",
                   "Five times the median is mostly not the total of the week."),
            Choice("The greatest value, to be safe",
                   "Then they would cook more in the week than before."),
            Choice("The least value, because it is always reached",
                   "Then they would cook less in the week than before."),
        ),
    )  # fmt: skip


def _coordinates(rng: Random) -> Draw:
    x, y = rng.sample([n for n in range(-8, 9) if n], 2)
    across = rng.random() < 0.5
    axis = "x-axis" if across else "y-axis"
    answer = (x, -y) if across else (-x, y)
    right = f"({num(answer[0])}, {num(answer[1])})"
    return Draw(
        f"The point ({num(x)}, {num(y)}) is mirrored across the {axis}. Where does it land?",
        right,
        (f"Mirroring across the {axis} moves a point straight "
         f"{'up or down' if across else 'left or right'}.",
         f"The {'x' if across else 'y'}-coordinate stays; the other changes its sign."),
        f"It lands at {right}.",
        choices=wrong(right, [
            (f"({num(-answer[0])}, {num(-answer[1])})", f"Which coordinate stays at the {axis}?"),
            (f"({num(-x)}, {num(-y)})", "Only one of the coordinates changes its sign."),
            (f"({num(y)}, {num(x)})", "Mirroring does not swap the coordinates."),
            (f"({num(-y)}, {num(-x)})", "Mirroring does not swap the coordinates."),
        ]),
    )  # fmt: skip


ITEMS = (
    ("M.6.1", "same-mix", _same_mix, 0.0),
    ("M.6.1", "simplest-ratio", _simplest_ratio, -0.2),
    ("M.6.2", "unit-rate", _unit_rate, 0.0),
    ("M.6.2", "better-buy", _better_buy, 0.2),
    ("M.6.3", "percent-of", _percent_of, -0.2),
    ("M.6.3", "whole", _find_the_whole, 0.5),
    ("M.6.4", "coldest", _coldest, -0.5),
    ("M.6.4", "across-zero", _distance_across_zero, 0.1),
    ("M.6.4", "mirror", _coordinates, 0.5),
    ("M.6.5", "one-step", _one_step, -0.1),
    ("M.6.5", "expression", _expression, 0.1),
    ("M.6.6", "mean", _mean, 0.0),
    ("M.6.6", "median", _median, -0.1),
    ("M.6.6", "which-one", _mean_or_median, 0.4),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 6."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
