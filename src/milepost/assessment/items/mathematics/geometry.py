"""Mathematics of grade 10."""

from fractions import Fraction
from random import Random

from milepost.assessment.items.core import Bank, Draw
from milepost.assessment.items.mathematics.wording import frac, num, someone, wrong

TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29))
PAIRS = (
    ("corresponding angles", True, "Corresponding angles lie in the same corner, so are equal."),
    ("alternate interior angles", True, "They form a Z between the lines, so they are equal."),
    ("same-side interior angles", False, "They lie between the lines on one side: 180° together."),
    ("vertical angles", True, "Vertical angles lie across the crossing, so they are equal."),
    ("a linear pair", False, "A linear pair makes a straight line: 180° together."),
)
"""Two angles where a line crosses two parallel lines, whether they are equal, and why."""


def _triangle_angle(rng: Random) -> Draw:
    if rng.random() < 0.5:
        a, b = rng.sample(range(25, 85), 2)
        return Draw(
            f"Two angles of a triangle measure {a}° and {b}°. How many degrees is the third?",
            180 - a - b,
            ("What do the three angles of every triangle make together?",
             f"{a} + {b} = {a + b}. What is missing to 180?"),
            f"180 − {a + b} = {180 - a - b}.",
            misses={a + b: "That is the two together, or the exterior angle at the third corner.",
                    360 - a - b: "A triangle has 180°, not 360°."},
            unit="degrees",
        )  # fmt: skip
    top = rng.choice([d for d in range(20, 141, 2) if d != 60])
    return Draw(
        f"A triangle has two equal sides. The angle between them measures {top}°. "
        "How many degrees is each of the other two angles?",
        (180 - top) // 2,
        ("In a triangle with two equal sides, the angles opposite them are equal.",
         f"The two share 180 − {top} = {180 - top} degrees."),
        f"{180 - top} ÷ 2 = {(180 - top) // 2}.",
        misses={180 - top: "That is both together. They are equal, so share it.",
                top: "The equal angles lie opposite the equal sides, not between them."},
        unit="degrees",
    )  # fmt: skip


def _parallel_lines(rng: Random) -> Draw:
    name, equal, why = rng.choice(PAIRS)
    size = rng.choice([d for d in range(35, 146) if d != 90])
    answer = size if equal else 180 - size
    return Draw(
        f"A line crosses two parallel lines. Two of the angles are {name}. One of them measures "
        f"{size}°. How many degrees is the other?",
        answer,
        ("Sketch the lines and mark the two angles. Do they look equal?", why),
        f"{why} So it measures {answer}°.",
        misses={180 - answer: why},
        unit="degrees",
    )


def _solve_for_angle(rng: Random) -> Draw:
    x = rng.randint(8, 20)
    a, b = rng.sample((2, 3, 4), 2)
    c = 180 - (a + b) * x
    return Draw(
        f"The angles of a triangle measure {a}x°, {b}x° and {c}°. What is x?",
        x,
        ("Write an equation: the three angles together.", f"{a}x + {b}x + {c} = 180"),
        f"{a + b}x = {180 - c}, so x = {x}.",
        misses={a * x: "That is one of the angles. We ask for x.",
                b * x: "That is one of the angles. We ask for x.",
                180 - c: f"That is {a + b}x. Divide."},
        label="x =",
    )  # fmt: skip


def _similar_side(rng: Random) -> Draw:
    a, b = rng.sample(range(3, 13), 2)
    factor = rng.choice((Fraction(3, 2), Fraction(5, 2), Fraction(2), Fraction(3), Fraction(4)))
    big_a, big_b = a * factor, b * factor
    return Draw(
        f"Triangles ABC and DEF are similar, with A matching D, B matching E and C matching F. "
        f"AB = {a} cm, BC = {b} cm and DE = {num(big_a)} cm. How many centimeters is EF?",
        big_b,
        ("Which sides match? Find the factor from one triangle to the other.",
         f"From AB to DE the factor is {num(big_a)} ÷ {a} = {num(factor)}. BC matches EF."),
        f"{b} × {num(factor)} = {num(big_b)}.",
        misses={b + big_a - a: "You added the difference. Similar figures keep by multiplying.",
                b / factor: "Turn it around: DEF is the larger triangle."},
        unit="cm",
    )  # fmt: skip


def _area_scale(rng: Random) -> Draw:
    factor, area = rng.randint(2, 6), rng.randint(3, 25)
    what = rng.choice(("photo", "floor plan", "flag", "sticker"))
    return Draw(
        f"A {what} covers {area} square inches. It is enlarged so that every length becomes "
        f"{factor} times as long. How many square inches does it cover then?",
        area * factor**2,
        ("Both the length and the width grow.",
         f"The area grows by {factor} × {factor} = {factor**2}."),
        f"{area} × {factor**2} = {area * factor**2}.",
        misses={area * factor: "That is right for a length. An area grows in two directions.",
                area * factor**3: "That is how a volume grows."},
        unit="square inches",
    )  # fmt: skip


def _shadow(rng: Random) -> Draw:
    person, ratio = rng.choice((4, 5, 6)), rng.choice((2, 3, 4, 5))
    shadow = rng.choice((2, 3, 8, 9))
    what = rng.choice(("A tree", "A flagpole", "A school building"))
    return Draw(
        f"{someone(rng)} is {person} feet tall and casts a shadow of {shadow} feet. {what} casts a "
        f"shadow of {shadow * ratio} feet at the same moment. How many feet tall is it?",
        person * ratio,
        ("Sun, height and shadow make similar triangles.",
         f"The shadow is {ratio} times as long, so the height is too."),
        f"{person} × {ratio} = {person * ratio}.",
        misses={person + shadow * (ratio - 1): "Heights and shadows keep their ratio, not their "
                "difference.",
                shadow * ratio: "That is the shadow."},
        unit="feet",
    )  # fmt: skip


def _which_ratio(rng: Random) -> Draw:
    a, b, c = rng.choice(TRIPLES)
    if rng.random() < 0.5:
        a, b = b, a
    name, top, bottom = rng.choice((("sine", a, c), ("cosine", b, c), ("tangent", a, b)))
    rule = {"sine": "opposite over hypotenuse", "cosine": "adjacent over hypotenuse",
            "tangent": "opposite over adjacent"}[name]  # fmt: skip
    return Draw(
        f"In a right triangle the leg opposite angle A is {a}, the leg adjacent to A is {b} and "
        f"the hypotenuse is {c}. What is the {name} of A? Write a fraction.",
        Fraction(top, bottom),
        ("Each of the three names stands for a quotient of two sides, seen from the angle.",
         f"The {name} is {rule}."),
        f"The {name} is {rule}: {top}/{bottom}.",
        misses={Fraction(a + b - top, bottom): "Opposite and adjacent have changed places.",
                Fraction(bottom, top): "Turn the fraction over."},
    )  # fmt: skip


def _find_side(rng: Random) -> Draw:
    side = rng.randint(4, 30)
    who = rng.choice(("A ramp", "A zip line", "A slide", "A rope"))
    known, asked, answer, worked = rng.choice((
        (2 * side, "rises 30° from the ground. How many feet higher is its upper end", side,
         f"sin 30° = 1/2, so the height is {2 * side} ÷ 2 = {side}."),
        (2 * side, "makes an angle of 60° with the ground. How many feet of ground lie below it",
         side, f"cos 60° = 1/2, so it is {2 * side} ÷ 2 = {side}."),
    ))  # fmt: skip
    return Draw(
        f"{who} is {known} feet long, runs straight and {asked}?",
        answer,
        ("The length is the hypotenuse. Is the side you want opposite or adjacent to the angle?",
         f"{worked.split(',')[0]}. Multiply it by {known}."),
        worked,
        misses={known * 2: "A leg is shorter than the hypotenuse.",
                known: "That is the hypotenuse."},
        unit="feet",
    )  # fmt: skip


def _choose_ratio(rng: Random) -> Draw:
    known, wanted, name = rng.choice((
        ("hypotenuse", "side opposite the angle", "sine"),
        ("hypotenuse", "side adjacent to the angle", "cosine"),
        ("side adjacent to the angle", "side opposite the angle", "tangent"),
        ("side opposite the angle", "side adjacent to the angle", "tangent"),
        ("side opposite the angle", "hypotenuse", "sine"),
        ("side adjacent to the angle", "hypotenuse", "cosine"),
    ))  # fmt: skip
    angle = rng.choice((25, 28, 33, 40, 52, 65))
    joins = {"sine": "The sine joins the opposite side and the hypotenuse.",
             "cosine": "The cosine joins the adjacent side and the hypotenuse.",
             "tangent": "The tangent joins the opposite and the adjacent side."}  # fmt: skip
    return Draw(
        f"In a right triangle one acute angle is {angle}°. You know the {known} and want the "
        f"{wanted}. Which do you use?",
        name,
        ("Name the two sides: the one you know and the one you want.", "SOH, CAH, TOA."),
        joins[name],
        choices=wrong(name, [
            *joins.items(),
            ("Pythagorean theorem alone", "You know one side only, so you need the angle."),
        ]),
    )  # fmt: skip


def _distance(rng: Random) -> Draw:
    a, b, c = rng.choice(TRIPLES[:4])
    if rng.random() < 0.5:
        a, b = b, a
    x, y = rng.randint(-6, 6), rng.randint(-6, 6)
    return Draw(
        f"How far is it from ({num(x)}, {num(y)}) to ({num(x + a)}, {num(y + b)})?",
        c,
        ("Draw a right triangle between the points: across, then up.",
         f"Across {a}, up {b}. Use the Pythagorean theorem."),
        f"√({a}² + {b}²) = √{a * a + b * b} = {c}.",
        misses={a + b: "That is the way along the two legs.",
                a * a + b * b: "Take the square root."},
        unit="units",
    )  # fmt: skip


def _slope_of_another(rng: Random) -> Draw:
    top, bottom = rng.choice([(t, b) for t in range(-7, 8) for b in (1, 2, 3, 4, 5)
                              if t and t not in (-b, b)])  # fmt: skip
    slope = Fraction(top, bottom)
    parallel = rng.random() < 0.3
    answer = slope if parallel else -1 / slope
    word = "parallel" if parallel else "perpendicular"
    return Draw(
        f"A line has slope {frac(slope)}. What is the slope of a line {word} to it?",
        answer,
        ("Parallel lines rise alike. Perpendicular lines meet at a square corner: what happens "
         "to rise and run?",
         "It stays the same." if parallel else "Turn the fraction over and change the sign."),
        f"It is {frac(answer)}.",
        misses={-slope: "Changing the sign alone mirrors the line.",
                1 / slope: "Turned over; now think about the sign.",
                (-1 / slope if parallel else slope): f"Which is asked: {word} or the other?"},
    )  # fmt: skip


def _midpoint(rng: Random) -> Draw:
    x, y = rng.sample([n for n in range(-7, 8) if n], 2)
    dx, dy = rng.sample(range(1, 7), 2)

    def point(a: int, b: int) -> str:
        return f"({num(a)}, {num(b)})"

    right = point(x, y)
    return Draw(
        f"What is the midpoint between {point(x - dx, y - dy)} and {point(x + dx, y + dy)}?",
        right,
        ("The midpoint is halfway across and halfway up.",
         "Take the mean of the two x-coordinates, then of the two y-coordinates."),
        f"The mean of the x is {num(x)} and of the y is {num(y)}: {right}.",
        choices=wrong(right, [
            (point(dx, dy), "That is half the way. Start from one of the points."),
            (point(2 * x, 2 * y), "You added the coordinates. Take half."),
            (point(y, x), "x comes first, then y."),
            (point(x, y + dy), "Take the mean of the y-coordinates too."),
            (point(x - dx, y), "Take the mean of the x-coordinates too."),
        ]),
    )  # fmt: skip


ITEMS = (
    ("M.10.1", "triangle", _triangle_angle, -0.3),
    ("M.10.1", "parallel-lines", _parallel_lines, 0.1),
    ("M.10.1", "solve", _solve_for_angle, 0.3),
    ("M.10.2", "side", _similar_side, 0.0),
    ("M.10.2", "area", _area_scale, 0.4),
    ("M.10.2", "shadow", _shadow, -0.1),
    ("M.10.3", "ratio", _which_ratio, -0.1),
    ("M.10.3", "which", _choose_ratio, 0.1),
    ("M.10.3", "side", _find_side, 0.3),
    ("M.10.4", "distance", _distance, 0.0),
    ("M.10.4", "slope", _slope_of_another, 0.3),
    ("M.10.4", "midpoint", _midpoint, -0.1),
)


def add_to(bank: Bank) -> None:
    """Add the items of grade 10."""
    for code, name, make, difficulty in ITEMS:
        bank.add(code, name, make, difficulty)
