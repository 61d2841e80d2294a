"""Mathematics of grade 12: chance, data and money."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    dollars,
    frac,
    num,
    power,
    someone,
    wrong,
)

GROUPS = (
    ("juniors", "seniors", "have a job", "have no job"),
    ("bus riders", "walkers", "eat breakfast", "skip breakfast"),
    ("club members", "non-members", "play an instrument", "play none"),
    ("morning workers", "evening workers", "come by car", "come without a car"),
)
"""Two groups, and two things that their members do."""
SAMPLES = (
    ("how students of a school like the lunch", "draw 60 names at random from the school's list",
     "ask the first 60 who come to lunch", "ask the 60 members of the cooking club",
     "put a form online for whoever cares to answer"),
    ("how people of a town travel to work", "call 200 addresses drawn at random",
     "ask 200 people at the train station", "ask 200 drivers at a gas station",
     "ask readers of a cycling magazine to write in"),
    ("how long phones of a brand last", "test 50 phones drawn at random from all that were made",
     "test the 50 phones made last", "count complaints that customers send in",
     "ask 50 fans of the brand in a forum"),
    ("how much homework grade 9 gets", "ask 40 students drawn at random from grade 9",
     "ask 40 students who stay for homework help", "ask 40 friends of the class president",
     "ask one honors class of 40"),
)  # fmt: skip
"""What we want to know, one fair way to find out, and three unfair ones."""
STUDIES = (
    ("students who eat breakfast have better grades", "sleep, income or habits at home"),
    ("towns with more libraries have less crime", "the wealth of the towns"),
    ("people who own a dog walk more steps", "how much they liked to walk before"),
    ("children with larger feet read better", "their age"),
    ("players who use a new shoe score more", "which players were given the shoe"),
)
"""What was seen to go together, and what else could explain it."""
EXPERIMENTS = (
    ("classes that read aloud every day learn more words", "which classes read aloud"),
    ("plants under blue light grow taller", "which plants stood under blue light"),
    ("patients who take a new medicine sleep longer", "who takes it and who takes a dummy pill"),
    ("visitors who see the short form finish it more often", "who sees which form"),
)
"""What was found in an experiment, and what was decided by chance."""
NORMAL = {1: 68, 2: 95}
"""Percent of a normal distribution within so many standard deviations of its mean."""


def _conditional(rng: Random) -> Draw:
    first, second, yes, no = rng.choice(GROUPS)
    a, b, c, d = (rng.randint(2, 12) * 5 for _ in range(4))
    return Draw(
        f"Of {a + b} {first}, {a} {yes} and {b} {no}. Of {c + d} {second}, {c} {yes} and {d} {no}. "
        f"One person is drawn at random from the {first}. "
        f"What is the probability that the person is among those who {yes}?",
        Fraction(a, a + b),
        (f"You know that the person is one of the {first}. Leave the {second} out.",
         f"Among {a + b} {first}, {a} {yes}."),
        f"{a}/{a + b} = {frac(Fraction(a, a + b))}.",
        misses={Fraction(a, a + b + c + d): f"Divide by the {first} only: the person is one of "
                "them.",
                Fraction(a, a + c): f"That goes the other way: of those who {yes}, how many are "
                f"{first}.",
                Fraction(a + c, a + b + c + d): "That leaves out what we know about the person."},
    )  # fmt: skip


def _independent(rng: Random) -> Draw:
    first, second, yes, _ = rng.choice(GROUPS)
    percent = rng.choice((20, 30, 40, 60, 70))
    same = rng.random() < 0.5
    other = percent if same else percent + rng.choice((-15, -10, 10, 20))
    yes_same, no_differs = (
        "Yes: the group does not change the chance",
        "No: the chance depends on the group",
    )
    right = yes_same if same else no_differs
    return Draw(
        f"Of the {first}, {percent}% {yes}. Of the {second}, {other}% {yes}. Going by these data, "
        f"is it independent of the group whether people {yes}?",
        right,
        ("Events are independent when knowing one does not change the chance of the other.",
         f"Compare {percent}% with {other}%."),
        f"{percent}% and {other}% {'are equal' if same else 'differ'}. {right}.",
        choices=wrong(right, [
            (yes_same, "Compare the two percents again."),
            (no_differs, "Compare the two percents again."),
            ("Yes: nobody is in both groups", "That means they exclude each other: not the same."),
            ("No: the groups may differ in size", "Percents take the sizes into account."),
        ]),
    )  # fmt: skip


def _two_in_a_row(rng: Random) -> Draw:
    red, blue = rng.randint(3, 7), rng.randint(2, 7)
    total = red + blue
    answer = Fraction(red * (red - 1), total * (total - 1))
    return Draw(
        f"A box holds {red} red and {blue} blue pens. You take two without looking and put none "
        "back. What is the probability that both are red?",
        answer,
        ("After the first pen the box has changed. What is in it then?",
         f"First {red}/{total}, then {red - 1}/{total - 1}. Multiply."),
        f"{red}/{total} × {red - 1}/{total - 1} = {frac(answer)}.",
        misses={Fraction(red * red, total * total): "That would be with the first pen put back.",
                Fraction(red, total) + Fraction(red - 1, total - 1): "For “and then”, multiply.",
                Fraction(red, total): "That is the first pen alone."},
    )  # fmt: skip


def _z_score(rng: Random) -> Draw:
    mean, spread = rng.randint(50, 90), rng.choice((4, 5, 8, 10, 12))
    z = Fraction(rng.choice((-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)), 2)
    score = mean + z * spread
    return Draw(
        f"Test scores have a mean of {mean} and a standard deviation of {spread}. "
        f"How many standard deviations above the mean is a score of {num(score)}? "
        "Use a negative number for below.",
        z,
        ("How far is the score from the mean, measured in standard deviations?",
         f"The distance is {num(score)} − {mean} = {num(score - mean)}. Divide by {spread}."),
        f"{num(score - mean)} ÷ {spread} = {num(z)}.",
        misses={-z: "Check whether the score is above or below the mean.",
                score - mean: "That is the distance in points. Divide by the standard deviation."},
    )  # fmt: skip


def _normal_share(rng: Random) -> Draw:
    mean, spread = rng.choice(((100, 15), (70, 3), (500, 100), (64, 4), (200, 20), (30, 5)))
    k = rng.choice((1, 2))
    what = rng.choice(("Scores", "Heights", "Weights", "Waiting times"))
    tail = rng.random() < 0.5
    inside = NORMAL[k]
    answer = Fraction(100 - inside, 2) if tail else Fraction(inside)
    low, high = mean - k * spread, mean + k * spread
    question = f"are above {high}" if tail else f"lie between {low} and {high}"
    return Draw(
        f"{what} follow a normal distribution with mean {mean} and standard deviation {spread}. "
        f"About what percent of them {question}? "
        "(About 68% lie within one standard deviation and 95% within two.)",
        answer,
        ("How many standard deviations is it from the mean? Sketch the bell.",
         f"{high} is {count(k, 'standard deviation')} above the mean." + (
             " What lies outside is split evenly on both sides." if tail else "")),
        f"Within {count(k, 'standard deviation')} lie {inside}%"
        + (f", so {100 - inside}% ÷ 2 = {num(answer)}% are above." if tail else "."),
        misses={Fraction(100 - inside): "That is both tails." if tail else "That is what lies "
                "outside.",
                Fraction(NORMAL[3 - k]): "Count the standard deviations again.",
                Fraction(inside): "That is the share within. We ask for those above.",
                Fraction(inside, 2): "That is one side within."},
        unit="percent",
    )  # fmt: skip


def _greater_spread(rng: Random) -> Draw:
    mean = rng.randint(20, 60)
    near, far = rng.randint(1, 3), rng.randint(8, 15)
    close = [mean - near, mean - 1, mean, mean + 1, mean + near]
    wide = [mean - far, mean - 5, mean, mean + 5, mean + far]
    flip = rng.random() < 0.5
    one, two = (wide, close) if flip else (close, wide)
    right = "Set A" if flip else "Set B"
    return Draw(
        f"Set A: {', '.join(map(str, one))}. Set B: {', '.join(map(str, two))}. "
        "Which set has the greater standard deviation?",
        right,
        (
            "Standard deviation tells how far values typically lie from the mean.",
            f"Both means are {mean}. In which set do the values lie farther from it?",
        ),
        f"Both means are {mean}; in {right} the values lie farther from it.",
        choices=(
            Choice("Set B" if flip else "Set A", "There the values lie close to the mean."),
            Choice("Both the same, since the means are equal", "Equal means may hide spread."),
            Choice("Both the same, since the sizes are equal", "Size does not decide spread."),
        ),
    )


def _fair_sample(rng: Random) -> Draw:
    question, right, *biased = rng.choice(SAMPLES)
    why = "Some people or things are then more likely to be chosen than others. Who is left out?"
    return Draw(
        f"We want to find out {question}. Which plan gives a fair sample?",
        f"{right[0].upper()}{right[1:]}",
        (
            "In a fair sample everyone has the same chance to be chosen.",
            "Which plan leaves it to chance alone?",
        ),
        "Drawing at random gives everyone the same chance.",
        choices=tuple(Choice(f"{text[0].upper()}{text[1:]}", why) for text in biased),
    )


def _what_it_proves(rng: Random) -> Draw:
    finding, other = rng.choice(STUDIES)
    people = rng.choice((80, 120, 200, 350, 500))
    chance = rng.random() < 0.5
    together = "The two go together, but one need not cause the other"
    causes = "What was assigned is a likely cause of the difference"
    if chance:
        finding, other = rng.choice(EXPERIMENTS)
    assigned = f"It was decided by chance {other}." if chance else "Nothing was assigned at random."
    right, mistaken = (causes, together) if chance else (together, causes)
    return Draw(
        f"Researchers follow {people} cases and find that {finding}. {assigned} "
        "What may they conclude?",
        right,
        ("Did the researchers decide by chance who gets what, or did they only watch?",
         "Chance makes the groups alike in all else." if chance
         else f"Could something else explain it, such as {other}?"),
        f"{right}. " + ("Chance made the groups alike in all else." if chance
                        else f"Something else could explain it: {other}."),
        choices=(
            Choice(mistaken, "The groups were made by chance, so they are alike in all else."
                   if chance else f"Only a random assignment shows that. Think of {other}."),
            Choice("It must be so for every single case",
                   "A study of many tells what happens on the whole, not in each case."),
            Choice("The two have nothing to do with each other",
                   "They were seen to go together."),
        ),
    )  # fmt: skip


def _estimate(rng: Random) -> Draw:
    sample, marked = rng.choice((50, 80, 100, 200)), rng.choice((10, 20, 30, 40))
    factor = rng.choice((10, 15, 20, 30))
    what, trait = rng.choice((("students", "ride a bike"), ("voters", "want a new park"),
                              ("trees", "carry a nest"), ("lamps", "fail the test")))  # fmt: skip
    whole = sample * factor
    return Draw(
        f"In a random sample of {sample} {what}, {marked} {trait}. There are {num(whole)} {what} "
        f"in all. About how many of all {what} {trait}?",
        marked * factor,
        ("The share in the whole should be about the share in the sample.",
         f"The share is {marked}/{sample}. Take it of {num(whole)}."),
        f"{marked}/{sample} × {num(whole)} = {num(marked * factor)}.",
        misses={marked: "That is the sample alone.",
                whole - marked * factor: "Those are the others."},
    )  # fmt: skip


def _compound(rng: Random) -> Draw:
    start, percent, years = 100 * rng.randint(2, 50), rng.randint(2, 9), rng.randint(3, 12)
    factor = num(1 + Fraction(percent, 100))
    right = f"{num(start)} · {power(factor, years)}"
    return Draw(
        f"{someone(rng)} saves {dollars(100 * start)} at {percent}% interest a year, added to the "
        f"savings each year. Which expression gives the dollars after {years} years?",
        right,
        ("Each year the whole amount is multiplied by the same factor.",
         f"The amount and {percent}% more of it: a factor of {factor} each year."),
        f"Times {factor}, {years} times: {right}.",
        choices=(
            Choice(f"{num(start)} · {power(num(Fraction(percent, 100)), years)}",
                   "That keeps the interest alone. The savings stay, too."),
            Choice(f"{num(start)} · (1 + {num(Fraction(percent, 100))} · {years})",
                   "That is simple interest: it earns nothing on earlier interest."),
            Choice(f"{num(start)} · {factor} · {years}",
                   "Multiplying again and again is a power, not a product with the years."),
        ),
    )  # fmt: skip


def _loan_cost(rng: Random) -> Draw:
    months = rng.choice((12, 24, 36, 48))
    payment = 10 * rng.randint(8, 30)
    cost = 50 * rng.randint(2, payment * months // 400)
    price = payment * months - cost
    what = rng.choice(("a used car", "a laptop and a desk", "a course", "a drum kit"))
    return Draw(
        f"{someone(rng)} borrows {dollars(100 * price)} for {what} and pays "
        f"{dollars(100 * payment)} a month for {months} months. "
        "How many dollars does the loan cost beyond what was borrowed?",
        cost,
        ("Find all that is paid in the end, then compare it with what was borrowed.",
         f"{months} × {dollars(100 * payment)} = {dollars(100 * payment * months)} are paid."),
        f"{dollars(100 * payment * months)} − {dollars(100 * price)} = {dollars(100 * cost)}.",
        misses={payment * months: "That is all that is paid. Take off what was borrowed.",
                price - payment: "Multiply the payment by the months first."},
        unit="dollars",
    )  # fmt: skip


def _second_year(rng: Random) -> Draw:
    start, percent = 1000 * rng.randint(1, 9), rng.choice((2, 3, 4, 5, 6, 8, 10))
    after_one = Fraction(start * (100 + percent), 100)
    interest = after_one * percent / 100
    return Draw(
        f"{dollars(100 * start)} earn {percent}% interest a year, which stays in the account. "
        "How many dollars of interest does the second year bring?",
        interest,
        ("In the second year the interest of the first year earns interest too.",
         f"After one year there are {dollars(int(after_one * 100))}. Take {percent}% of that."),
        f"{percent}% of {dollars(int(after_one * 100))} is {dollars(int(interest * 100))}.",
        misses={after_one - start: "That is the first year. The second starts with more.",
                after_one + interest - start: "That is both years together.",
                after_one + interest: "That is the whole account after two years."},
        unit="dollars",
    )  # fmt: skip


ITEMS = (
    ("M.12.1", "conditional", _conditional, 0.0),
    ("M.12.1", "independent", _independent, 0.2),
    ("M.12.1", "two-in-a-row", _two_in_a_row, 0.3),
    ("M.12.2", "how-unusual", _z_score, 0.1),
    ("M.12.2", "normal", _normal_share, 0.3),
    ("M.12.2", "spread", _greater_spread, -0.4),
    ("M.12.3", "fair-sample", _fair_sample, -0.3),
    ("M.12.3", "what-it-proves", _what_it_proves, 0.3),
    ("M.12.3", "estimate", _estimate, -0.1),
    ("M.12.4", "compound", _compound, 0.2),
    ("M.12.4", "loan", _loan_cost, 0.0),
    ("M.12.4", "second-year", _second_year, 0.2),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 12."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
