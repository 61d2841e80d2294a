"""Mathematics of grades 2 and 3."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Choice, Draw
from milepost.assessment.items.mathematics.wording import (
    count,
    dollars,
    someone,
    two_people,
    wrong,
)

COINS = {"quarter": 25, "dime": 10, "nickel": 5, "penny": 1}
PETS = ("dogs", "cats", "fish", "rabbits", "birds")
FRUIT = ("apples", "pears", "plums", "grapes", "melons")
PARTS = {2: "halves", 3: "thirds", 4: "fourths", 6: "sixths", 8: "eighths"}


def _digit_value(rng: Random) -> Draw:
    digits = rng.sample(range(1, 10), 3)
    number = 100 * digits[0] + 10 * digits[1] + digits[2]
    at = rng.randrange(2)
    place, worth = (("hundreds", 100), ("tens", 10))[at]
    digit = digits[at]
    return Draw(
        f"In the number {number}, how much is the digit {digit} worth?",
        digit * worth,
        ("Which place does the digit stand in: hundreds, tens or ones?",
         f"It stands in the {place} place."),
        f"The {digit} stands for {count(digit, place[:-1])}: that is {digit * worth}.",
        misses={digit: "That is the digit. Its place makes it worth more.",
                digit * 1000 // worth: "Check whether it stands for hundreds or for tens."},
    )  # fmt: skip


def _build_number(rng: Random) -> Draw:
    hundreds, tens, ones = rng.randint(1, 9), rng.choice((0, *range(1, 10))), rng.randint(1, 9)
    parts = [count(hundreds, "hundred"), count(ones, "one"), *([count(tens, "ten")] * (tens > 0))]
    rng.shuffle(parts)
    answer = 100 * hundreds + 10 * tens + ones
    bare = int("".join(part.split()[0] for part in parts))
    return Draw(
        f"Write the number that is made of {', '.join(parts)}.",
        answer,
        ("Write hundreds first, then tens, then ones. An empty place gets a zero.",
         f"Add the parts: {100 * hundreds}, {10 * tens} and {ones}."),
        f"{100 * hundreds} + {10 * tens} + {ones} = {answer}.",
        misses={bare: "You wrote the digits in the order you read them. Sort them by place.",
                10 * hundreds + ones: "There are no tens. Keep their place with a zero."},
    )  # fmt: skip


def _add_carrying(rng: Random) -> Draw:
    ones = rng.randint(3, 9)
    more = rng.randint(11 - ones, 9)
    tens = rng.randint(1, 6)
    others = rng.randint(1, 8 - tens)
    a, b = 10 * tens + ones, 10 * others + more
    return Draw(
        f"{a} + {b} = ?",
        a + b,
        ("Add the ones. Do they make another ten?",
         f"{10 * tens} + {10 * others} and {ones} + {more}: now put these together."),
        f"{10 * (tens + others)} + {ones + more} = {a + b}.",
        misses={a + b - 10: "The ones made a new ten. Add it to the tens."},
    )  # fmt: skip


def _subtract_regrouping(rng: Random) -> Draw:
    ones = rng.randint(0, 7)
    less = rng.randint(ones + 1, 9)
    tens = rng.randint(3, 9)
    others = rng.randint(1, tens - 2)
    a, b = 10 * tens + ones, 10 * others + less
    return Draw(
        f"{a} − {b} = ?",
        a - b,
        ("There are not enough ones. Open up a ten, or count up from the smaller number.",
         f"First take away {10 * others}, then take away {less}."),
        f"{a} − {10 * others} = {a - 10 * others}; {a - 10 * others} − {less} = {a - b}.",
        misses={a - b + 10: "When you open a ten, one ten fewer is left.",
                10 * (tens - others) + less - ones: "Do not turn the ones around: take the lower "
                "number's ones from the upper one's."},
    )  # fmt: skip


def _two_steps(rng: Random) -> Draw:
    start, went, came = rng.randint(40, 60), rng.randint(11, 29), rng.randint(12, 35)
    place, thing = rng.choice(
        (("A bus", "people"), ("The parking lot", "cars"), ("The pond", "ducks"))
    )
    return Draw(
        f"{place} has {start} {thing}. Then {went} leave and {came} come. "
        f"How many {thing} are there now?",
        start - went + came,
        ("Take one step at a time: what happens first?",
         f"After the first step there are {start - went}."),
        f"{start} − {went} = {start - went}, and {start - went} + {came} = {start - went + came}.",
        misses={start - went: "That is the first step. Something else happens then.",
                start + went + came: "Some leave, so take them away first."},
    )  # fmt: skip


def _ruler(rng: Random) -> Draw:
    start, length = rng.randint(1, 6), rng.randint(3, 9)
    thing = rng.choice(("pencil", "ribbon", "leaf", "paper clip chain", "toy car"))
    return Draw(
        f"A {thing} lies along a ruler. One end is at {start} inches and the other end is at "
        f"{start + length} inches. How many inches long is it?",
        length,
        ("It does not start at zero. Count the spaces between the ends.",
         f"How far is it from {start} to {start + length}?"),
        f"{start + length} − {start} = {length}, so it is {length} inches long.",
        misses={start + length: "That is where it ends. Look where it starts.",
                length + 1: "Count the spaces, not the marks."},
        unit="inches",
    )  # fmt: skip


def _length_difference(rng: Random) -> Draw:
    short, gap = rng.randint(18, 55), rng.randint(6, 35)
    first, second = two_people(rng)
    unit = rng.choice(("centimeters", "inches", "feet"))
    return Draw(
        f"{first}'s jump rope is {short + gap} {unit} long. {second}'s is {short} {unit} long. "
        f"How many {unit} longer is {first}'s rope?",
        gap,
        ("Lay the ropes side by side. Which part sticks out?", f"{short} + ? = {short + gap}"),
        f"{short + gap} − {short} = {gap}.",
        misses={2 * short + gap: "You put the ropes end to end. We ask for the difference."},
        unit=unit,
    )


def _count_coins(rng: Random) -> Draw:
    kinds = sorted(rng.sample(list(COINS), 3), key=lambda kind: -COINS[kind])
    numbers = [rng.randint(1, 3) for _ in kinds]
    cents = sum(n * COINS[kind] for n, kind in zip(numbers, kinds, strict=True))
    named = [count(n, k, "pennies" if k == "penny" else "")
             for n, k in zip(numbers, kinds, strict=True)]  # fmt: skip
    first = numbers[0] * COINS[kinds[0]]
    return Draw(
        f"{someone(rng)} has {named[0]}, {named[1]} and {named[2]}. How many cents is that?",
        cents,
        ("A quarter is twenty-five cents, a dime ten, a nickel five and a penny one.",
         f"Begin with the coins of greatest value: {named[0]}, {first} cents. Count on."),
        " + ".join(f"{n} × {COINS[k]}" for n, k in zip(numbers, kinds, strict=True))
        + f" = {cents} cents.",
        misses={sum(numbers): "That is the number of coins. Each coin has its own value."},
        unit="cents",
    )  # fmt: skip


def _change(rng: Random) -> Draw:
    price = rng.randint(6, 18)
    paid = rng.choice((20, 25, 30))
    thing = rng.choice(("a book", "a kite", "a puzzle", "a plant", "a ball"))
    return Draw(
        f"{someone(rng)} buys {thing} for {dollars(100 * price)} and pays with "
        f"{dollars(100 * paid)}. How many dollars come back?",
        paid - price,
        ("What is left after paying?", f"Count up from {price} to {paid}."),
        f"{paid} − {price} = {paid - price}.",
        misses={paid + price: "You added. The change is what is left over."},
        unit="dollars",
    )


def _picture_graph(rng: Random) -> Draw:
    labels = rng.sample(rng.choice((PETS, FRUIT)), 3)
    each = rng.choice((1, 2, 5))
    signs = rng.sample(range(1, 8), 3)
    rows = "\n".join(f"{k}: {' '.join('★' * n)}" for k, n in zip(labels, signs, strict=True))
    high, low = (0, 1) if signs[0] > signs[1] else (1, 0)
    gap = signs[high] - signs[low]
    return Draw(
        f"We asked what everyone likes best. Each ★ stands for {count(each, 'vote')}.\n{rows}\n"
        f"How many more votes did {labels[high]} get than {labels[low]}?",
        gap * each,
        ("Compare the two rows star by star. Then look what a star stands for.",
         f"One row has {count(gap, 'star')} more. Each stands for {count(each, 'vote')}."),
        f"{signs[high]} stars and {signs[low]}: {gap} more, and {gap} × {each} = {gap * each}.",
        misses={gap: f"That counts stars. Each star stands for {each} votes.",
                signs[high] * each: f"Those are all votes for {labels[high]}. How many more?"},
    )  # fmt: skip


def _bar_graph_total(rng: Random) -> Draw:
    labels = rng.sample(rng.choice((PETS, FRUIT)), 3)
    heights = rng.sample(range(2, 13), 3)
    bars = ", ".join(f"{k} {n}" for k, n in zip(labels, heights, strict=True))
    return Draw(
        f"The bars of a graph reach these heights: {bars}. How many votes are there in all?",
        sum(heights),
        ("Each bar tells the votes of one kind. We want all of them.",
         f"{heights[0]} + {heights[1]} = {heights[0] + heights[1]}. Now add the last bar."),
        f"{' + '.join(map(str, heights))} = {sum(heights)}.",
        misses={max(heights): "That is the tallest bar alone. Put all bars together."},
    )  # fmt: skip


def _equal_groups(rng: Random) -> Draw:
    groups, size = rng.randint(3, 9), rng.randint(3, 10)
    box, thing = rng.choice(
        (("bags", "apples"), ("boxes", "crayons"), ("tables", "chairs"), ("vases", "flowers"))
    )
    return Draw(
        f"There are {groups} {box} with {size} {thing} each. How many {thing} is that in all?",
        groups * size,
        ("Every group is the same size. Which operation counts equal groups?",
         f"Count by {size}s, {groups} times; or start from {size} × 2 = {2 * size}."),
        f"{groups} × {size} = {groups * size}.",
        misses={groups + size: f"You added. There are {groups} groups of {size}.",
                groups * size - size: "One group is missing.",
                groups * size + size: "That is one group too many."},
    )  # fmt: skip


def _fact_from_a_fact(rng: Random) -> Draw:
    a, b = rng.randint(4, 9), rng.randint(6, 9)
    return Draw(
        f"You know that {a} × 5 = {5 * a}. Use it to find {a} × {b}.",
        a * b,
        ("Break the second number into five and some more.",
         f"{b} is 5 and {b - 5}. So find {a} × {b - 5}, and put the two parts together."),
        f"{a} × {b} = {5 * a} + {a * (b - 5)} = {a * b}.",
        misses={5 * a + b - 5: f"You added {b - 5} once. Add {b - 5} groups of {a}.",
                a * (b - 5): "That is the second part alone. Put both parts together."},
    )  # fmt: skip


def _share(rng: Random) -> Draw:
    friends, each = rng.randint(3, 9), rng.randint(3, 10)
    thing = rng.choice(("stickers", "grapes", "cards", "crackers", "beads"))
    total = friends * each
    return Draw(
        f"{friends} friends share {total} {thing} equally. How many does each friend get?",
        each,
        ("Sharing equally is dividing. Think of the times table that helps.",
         f"{friends} × ? = {total}"),
        f"{friends} × {each} = {total}, so {total} ÷ {friends} = {each}.",
        misses={total - friends: "You subtracted. Each friend gets an equal share.",
                total * friends: "You multiplied. A share is smaller than the whole."},
    )  # fmt: skip


def _how_many_groups(rng: Random) -> Draw:
    groups, size = rng.randint(3, 9), rng.randint(3, 9)
    total = groups * size
    return Draw(
        f"A baker packs {total} rolls, {size} in each bag. How many bags does it take?",
        groups,
        ("How many equal groups can you make?", f"? × {size} = {total}"),
        f"{groups} × {size} = {total}, so it takes {count(groups, 'bag')}.",
        misses={total - size: "That packs one bag only. Go on until none is left."},
        unit="bags",
    )


def _fraction_of_a_shape(rng: Random) -> Draw:
    parts = rng.choice((3, 4, 6, 8))
    taken = rng.choice([n for n in range(1, parts) if 2 * n != parts])
    food = rng.choice(("pizza", "pan of cornbread", "granola bar", "sandwich"))
    who = someone(rng)
    right = f"{taken}/{parts}"
    return Draw(
        f"A {food} is cut into {parts} equal parts. {who} eats {taken} of them. "
        f"What fraction of the {food} does {who} eat?",
        right,
        ("The bottom number names the equal parts of the whole.",
         f"{PARTS[parts].capitalize()} go below; the parts eaten go on top."),
        f"{taken} of {parts} equal parts is {right}.",
        choices=wrong(right, [
            (f"{parts - taken}/{parts}", "That is the part which is left over."),
            (f"{taken}/{parts - taken}", "You compared eaten with left. Use all parts below."),
            (f"{parts}/{taken}", "The number of all parts goes at the bottom."),
            (f"1/{parts}", "That is one part only."),
            (f"{taken + 1}/{parts}", "Count the eaten parts again."),
        ]),
    )  # fmt: skip


def _number_line(rng: Random) -> Draw:
    parts = rng.choice((3, 4, 6, 8))
    jumps = rng.choice([n for n in range(2, 2 * parts) if n % parts])
    return Draw(
        f"On a number line, the space from 0 to 1 is split into {parts} equal jumps, and the same "
        f"goes for the space from 1 to 2. You start at 0 and make {count(jumps, 'jump')}. "
        "At what fraction do you land?",
        Fraction(jumps, parts),
        ("How long is one jump, as a fraction?", f"One jump is 1/{parts}. You make {jumps}."),
        f"{jumps} jumps of 1/{parts} land at {jumps}/{parts}.",
        misses={jumps: "You counted jumps. Each jump is shorter than one whole.",
                Fraction(parts, jumps): "Turn it over: the parts of one whole go below."},
    )  # fmt: skip


def _area(rng: Random) -> Draw:
    wide, long = sorted(rng.sample(range(3, 11), 2))
    what = rng.choice(("garden bed", "rug", "poster", "sandbox", "tabletop"))
    return Draw(
        f"A {what} is a rectangle, {long} feet long and {wide} feet wide. "
        "How many square feet does it cover?",
        long * wide,
        ("Think of rows of square tiles. How many rows, and how many in each?",
         f"{wide} rows of {long} squares."),
        f"{long} × {wide} = {long * wide} square feet.",
        misses={2 * (long + wide): "That is the distance around. Area counts the squares inside.",
                long + wide: "You added the sides. Count rows of squares."},
        unit="square feet",
    )  # fmt: skip


def _perimeter(rng: Random) -> Draw:
    wide, long = sorted(rng.sample(range(3, 13), 2))
    what = rng.choice(("a fence around a yard", "a border around a bulletin board",
                       "a ribbon around a quilt", "a rope around a play area"))  # fmt: skip
    return Draw(
        f"You need {what}. It is a rectangle, {long} feet long and {wide} feet wide. "
        "How many feet is it all the way around?",
        2 * (long + wide),
        ("Walk around it in your mind. How many sides do you pass?",
         f"Two sides are {long} feet long and two are {wide} feet long."),
        f"{long} + {wide} + {long} + {wide} = {2 * (long + wide)} feet.",
        misses={long * wide: "That is the area inside. We want the distance around.",
                long + wide: "That is two sides. A rectangle has four."},
        unit="feet",
    )  # fmt: skip


def _area_or_perimeter(rng: Random) -> Draw:
    area = ("paint a wall", "lay tiles on a floor", "plant grass in a yard", "cover a desk")
    around = ("put a fence around a field", "tape the edge of a card", "frame a photo")
    is_area = rng.random() < 0.5
    job = rng.choice(area if is_area else around)
    right = "The area, in square units" if is_area else "The perimeter, in units of length"
    mixed_up = (
        Choice("The perimeter, in units of length", "That is the edge. The job fills the inside.")
        if is_area
        else Choice("The area, in square units", "That is the inside. The job goes along the edge.")
    )
    return Draw(
        f"You want to {job}. What do you have to find to know how much you need?",
        right,
        ("Does the job follow the edge, or does it fill the inside?",
         f"To {job}, you work {'on the inside' if is_area else 'along the edge'}."),
        f"{right}: you work {'on the inside' if is_area else 'along the edge'}.",
        choices=(
            mixed_up,
            Choice("The length of one side", "One side alone does not tell how large it is."),
            Choice("The number of corners", "Every rectangle has four corners, large or small."),
        ),
    )  # fmt: skip


ITEMS = (
    ("M.2.1", "digit-value", _digit_value, -0.2),
    ("M.2.1", "build-number", _build_number, 0.2),
    ("M.2.2", "add", _add_carrying, -0.4),
    ("M.2.2", "subtract", _subtract_regrouping, 0.3),
    ("M.2.2", "two-steps", _two_steps, 0.5),
    ("M.2.3", "ruler", _ruler, 0.3),
    ("M.2.3", "difference", _length_difference, -0.1),
    ("M.2.4", "coins", _count_coins, 0.2),
    ("M.2.4", "change", _change, 0.0),
    ("M.2.5", "picture-graph", _picture_graph, 0.3),
    ("M.2.5", "total", _bar_graph_total, -0.3),
    ("M.3.1", "equal-groups", _equal_groups, -0.3),
    ("M.3.1", "fact-from-a-fact", _fact_from_a_fact, 0.4),
    ("M.3.2", "share", _share, -0.2),
    ("M.3.2", "groups", _how_many_groups, 0.1),
    ("M.3.3", "equal-parts", _fraction_of_a_shape, -0.4),
    ("M.3.3", "number-line", _number_line, 0.4),
    ("M.3.4", "area", _area, -0.1),
    ("M.3.4", "perimeter", _perimeter, 0.1),
    ("M.3.4", "which-one", _area_or_perimeter, 0.2),
)


def add_to(bank: Bank) -> None:
    """Add the items of grades 2 and 3."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
