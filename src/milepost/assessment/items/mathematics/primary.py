"""Mathematics of kindergarten and grade 1. Short sentences; symbols stand in for pictures."""

from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    someone,
    two_people,
    wrong,
)

THINGS = ("apple", "shell", "button", "sticker", "marble", "acorn", "crayon", "block")
SHAPES = {
    "triangle": ("3 straight sides and 3 corners", "A triangle has three sides."),
    "square": ("4 sides, all as long as each other, and 4 square corners", "A square has 4 sides."),
    "hexagon": ("6 straight sides and 6 corners", "A hexagon has six sides, like a honey cell."),
    "circle": ("one round edge and no corners", "A circle is round, with no corners."),
    "rectangle": ("2 long sides, 2 short sides and 4 square corners", "Rectangles have 4 sides."),
}
SIDES = {"triangle": 3, "square": 4, "rectangle": 4, "pentagon": 5, "hexagon": 6}


def _next_number(rng: Random) -> Draw:
    step = rng.choice((1, 1, 10))
    start = rng.randint(8, 96) if step == 1 else 10 * rng.randint(1, 6)
    shown = [start + step * place for place in range(3)]
    answer = shown[-1] + step
    return Draw(
        f"We count by {'ones' if step == 1 else 'tens'}: {', '.join(map(str, shown))}. "
        "What number comes next?",
        answer,
        ("Say the numbers out loud. What do you hear change?", f"Go on from {shown[-1]}."),
        f"After {shown[-1]} we say {answer}.",
        misses={shown[-1]: "That is the last number we said. Go one step on."},
    )


def _how_many(rng: Random) -> Draw:
    number = rng.randint(6, 20)
    sign, name = rng.choice((("★", "stars"), ("●", "dots"), ("♥", "hearts"), ("▲", "triangles")))
    rows = [sign * min(5, number - at) for at in range(0, number, 5)]
    drawing = "\n".join(" ".join(row) for row in rows)
    near = "Very close. Touch each one as you count it, and count it only once."
    return Draw(
        f"How many {name} are there?\n{drawing}",
        number,
        (f"Touch the {name} one at a time as you count.", "Every full row has five. Count on."),
        f"Counting every one gives {number}.",
        misses={number - 1: near, number + 1: near},
    )


def _who_has_more(rng: Random) -> Draw:
    first, second = two_people(rng)
    thing = rng.choice(THINGS)
    a, b = rng.sample(range(1, 11), 2)
    word = rng.choice(("more", "fewer"))
    answer, other = (first, second) if (a > b) == (word == "more") else (second, first)
    return Draw(
        f"{first} has {count(a, thing)}. {second} has {count(b, thing)}. Who has {word}?",
        answer,
        ("Match them one to one. Who has some left over?", f"Count up: is {a} before {b}?"),
        f"{max(a, b)} is more than {min(a, b)}, so {answer} has {word}.",
        choices=(
            Choice(other, f"Look at the word again: we ask who has {word}."),
            Choice("They have the same", f"{a} and {b} are not the same number."),
            Choice("Nobody has any", "Both of them have some. Read the numbers again."),
        ),
    )


def _greatest(rng: Random) -> Draw:
    numbers = rng.sample(range(11), 4)
    most = rng.random() < 0.5
    answer = max(numbers) if most else min(numbers)
    word = "greatest" if most else "least"
    why = f"There is a number here that is {'more' if most else 'less'} than that."
    return Draw(
        f"Which number is the {word}: {', '.join(map(str, numbers))}?",
        answer,
        (
            "Think of the numbers in a line, in the order in which we count.",
            f"Which one do you say {'last' if most else 'first'} when you count?",
        ),
        f"When we count, we say {answer} {'last' if most else 'first'}, so it is the {word}.",
        choices=wrong(str(answer), [(str(n), why) for n in numbers]),
    )


def _put_together(rng: Random) -> Draw:
    a = rng.randint(1, 8)
    b = rng.randint(1, 10 - a)
    who, thing = someone(rng), rng.choice(THINGS)
    return Draw(
        f"{who} has {count(a, thing)} and finds {b} more. How many {thing}s are there now?",
        a + b,
        ("Use your fingers: show the first group, then the new ones.", f"Start at {a}; count on."),
        f"{a} and {b} make {a + b}.",
        misses={abs(a - b): "You took away. Finding more makes the group bigger."},
    )


def _take_away(rng: Random) -> Draw:
    a = rng.randint(3, 10)
    b = rng.randint(1, a - 1)
    who, thing = someone(rng), rng.choice(THINGS)
    return Draw(
        f"{who} has {count(a, thing)} and gives {b} away. How many {thing}s are left?",
        a - b,
        ("Show them all with your fingers. Then fold some down.", f"Start at {a}; count back."),
        f"{a} take away {b} leaves {a - b}.",
        misses={a + b: "You put them together. Giving away makes the group smaller."},
    )


def _make_ten(rng: Random) -> Draw:
    a = rng.randint(1, 9)
    boxes = " ".join("●" * a + "○" * (10 - a))
    return Draw(
        f"The ten frame shows {count(a, 'full dot')} and some empty ones.\n{boxes}\n"
        f"How many more make 10, if you have {a}?",
        10 - a,
        ("Look for the empty dots.", "Count only the empty dots, one at a time."),
        f"{a} and {10 - a} make 10.",
        misses={a: "That is how many you have. How many are still missing?"},
    )


def _name_shape(rng: Random) -> Draw:
    answer = rng.choice(list(SHAPES))
    others = [(name, why) for name, (_, why) in SHAPES.items()]
    rng.shuffle(others)
    return Draw(
        f"I am a flat shape. I have {SHAPES[answer][0]}. What shape am I?",
        answer,
        ("Draw me in the air with your finger.", "Think of a sign, a tile or a wheel you know."),
        f"A {answer} has {SHAPES[answer][0]}.",
        # A square is a special rectangle, so the two never stand against each other.
        choices=wrong(answer, [o for o in others if {o[0], answer} != {"square", "rectangle"}]),
    )


def _count_sides(rng: Random) -> Draw:
    shape, sides = rng.choice(list(SIDES.items()))
    number = rng.randint(1, 2)
    return Draw(
        f"You build {count(number, shape)} with sticks. Each side is one stick, "
        "and no stick is shared. How many sticks do you need?",
        number * sides,
        ("Draw the shape and mark every side as you count.", f"One {shape} needs {sides} sticks."),
        f"{count(number, shape)}: {number * sides} sticks, because each has {sides} sides.",
        misses={sides: f"That is enough for one {shape}. Look how many you build."},
    )


def _add_past_ten(rng: Random) -> Draw:
    a = rng.randint(6, 9)
    b = rng.randint(11 - a, 9)
    need = 10 - a
    return Draw(
        f"{a} + {b} = ?",
        a + b,
        ("First make a ten. Then add what is left.", f"Give {need} to {a}. Then {b - need} stay."),
        f"{a} + {need} = 10, and 10 + {b - need} = {a + b}.",
        misses={a + b - 1: "One too few. When you count on, begin with the next number."},
    )


def _subtract_past_ten(rng: Random) -> Draw:
    b = rng.randint(3, 9)
    a = rng.randint(11, 9 + b)
    return Draw(
        f"{a} − {b} = ?",
        a - b,
        ("Take away in two steps, and stop at ten on the way.", f"Think: {b} and what make {a}?"),
        f"{b} + {a - b} = {a}, so {a} − {b} = {a - b}.",
        misses={a - b + 1: "One too many. Count each step back once.", a + b: "You added."},
    )


def _change_unknown(rng: Random) -> Draw:
    had, got = rng.randint(3, 9), rng.randint(3, 9)
    who, thing = someone(rng), rng.choice(THINGS)
    return Draw(
        f"{who} had {count(had, thing)}. Then {who} got some more. Now there are "
        f"{had + got}. How many {thing}s did {who} get?",
        got,
        ("Tell the story: a start, a change, an end. Which one is missing?",
         f"{had} + ? = {had + got}"),
        f"{had} + {got} = {had + got}, so {who} got {got}.",
        misses={2 * had + got: f"You added. The {had + got} already has all of them in it."},
    )  # fmt: skip


def _compare_story(rng: Random) -> Draw:
    small, gap = rng.randint(3, 9), rng.randint(2, 9)
    first, second = two_people(rng)
    thing = rng.choice(THINGS)
    return Draw(
        f"{first} has {count(small + gap, thing)}. {second} has {count(small, thing)}. "
        f"How many more does {first} have?",
        gap,
        ("Line the two groups up. How many have no partner?",
         f"Count up from {small} to {small + gap}."),
        f"{small + gap} − {small} = {gap}.",
        misses={2 * small + gap: "You put both together. We ask how many more one of them has."},
    )  # fmt: skip


def _tens_and_ones(rng: Random) -> Draw:
    tens, ones = rng.sample(range(1, 10), 2)
    parts = [count(tens, "ten"), count(ones, "one")]
    rng.shuffle(parts)
    return Draw(
        f"What number has {parts[0]} and {parts[1]}?",
        10 * tens + ones,
        ("Tens come first when we write a number.", f"Count the tens: {10 * tens}. Now the ones."),
        f"{count(tens, 'ten')} make {10 * tens}; with {count(ones, 'one')}: {10 * tens + ones}.",
        misses={10 * ones + tens: "Check which digit stands for tens.",
                tens + ones: "A ten is worth ten ones, not one."},
    )  # fmt: skip


def _compare_two_digits(rng: Random) -> Draw:
    low, high = sorted(rng.sample(range(1, 10), 2))
    small, large = 10 * low + high, 10 * high + low
    flipped = rng.random() < 0.5
    right = f"{large} > {small}" if flipped else f"{small} < {large}"
    return Draw(
        f"Look at {small} and {large}. Which sentence is true?",
        right,
        ("Compare the tens first.", f"{large} has {count(high, 'ten')}. {small} has {low}."),
        f"{count(high, 'ten')} beat {count(low, 'ten')}, so {right}.",
        choices=(
            Choice(f"{small} > {large}", "The sign opens to the greater number. Look at the tens."),
            Choice(f"{large} < {small}", "The sign points to the smaller number. Check the tens."),
            Choice(f"{small} = {large}", "The same digits in another place make another number."),
        ),
    )


def _read_clock(rng: Random) -> Draw:
    hour = rng.choice([h for h in range(1, 12) if h not in (5, 6)])
    if rng.random() < 0.5:
        hands = f"The short hand is halfway between {hour} and {hour + 1}. The long hand is on 6."
        answer, minutes = f"{hour}:30", "The long hand on 6 means half past."
        mistakes = [
            (f"{hour + 1}:30", f"The short hand has not reached {hour + 1} yet."),
            (f"{hour}:06", "The long hand on 6 means 30 minutes, not 6."),
            ("6:" + f"{5 * hour:02}", "The short hand tells the hour. It is not the one on 6."),
        ]
    else:
        hands = f"The short hand is on {hour}. The long hand is on 12."
        answer, minutes = f"{hour}:00", "The long hand on 12 means o'clock."
        mistakes = [
            (f"12:{5 * hour:02}", "The short hand tells the hour. It is not the one on 12."),
            (f"{hour}:12", "The long hand on 12 means no minutes past."),
            (f"{hour}:30", "It would be half past if the long hand were on 6."),
        ]
    return Draw(
        f"{hands} What time is it?",
        answer,
        ("The short hand tells the hour. The long hand tells the minutes.", minutes),
        f"{minutes} The hour is {hour}, so it is {answer}.",
        choices=wrong(answer, mistakes),
    )


def _half_hour_later(rng: Random) -> Draw:
    hour = rng.randint(1, 11)
    half = rng.random() < 0.5
    start = f"{hour}:30" if half else f"{hour}:00"
    answer = f"{hour + 1}:00" if half else f"{hour}:30"
    what = rng.choice(("Recess", "The bus ride", "Art class", "Story time", "Lunch"))
    late = f"{hour + 1}:30" if half else f"{hour + 1}:00"
    return Draw(
        f"{what} starts at {start} and lasts half an hour. When does it end?",
        answer,
        ("In half an hour the long hand goes halfway around.", "Half an hour is 30 minutes."),
        f"Half an hour after {start} it is {answer}.",
        choices=wrong(answer, [
            (late, "That is a whole hour later."),
            (start, "That is when it starts."),
            (f"{hour}:00" if half else f"{hour}:05", "Half an hour is 30 minutes later."),
        ]),
    )  # fmt: skip


ITEMS = (
    ("M.K.1", "next-number", _next_number, 0.2),
    ("M.K.1", "how-many", _how_many, -0.4),
    ("M.K.2", "who-has-more", _who_has_more, -0.3),
    ("M.K.2", "greatest", _greatest, 0.2),
    ("M.K.3", "put-together", _put_together, -0.4),
    ("M.K.3", "take-away", _take_away, 0.0),
    ("M.K.3", "make-ten", _make_ten, 0.3),
    ("M.K.4", "name-shape", _name_shape, -0.3),
    ("M.K.4", "count-sides", _count_sides, 0.4),
    ("M.1.1", "add-past-ten", _add_past_ten, -0.3),
    ("M.1.1", "subtract-past-ten", _subtract_past_ten, 0.4),
    ("M.1.2", "change-unknown", _change_unknown, 0.1),
    ("M.1.2", "compare-story", _compare_story, 0.3),
    ("M.1.3", "tens-and-ones", _tens_and_ones, -0.2),
    ("M.1.3", "compare", _compare_two_digits, 0.2),
    ("M.1.4", "read-clock", _read_clock, 0.0),
    ("M.1.4", "half-hour-later", _half_hour_later, 0.4),
)


def add_to(bank: Bank) -> None:
    """Add the items of kindergarten and grade 1."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
