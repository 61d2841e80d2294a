"""The numbers that the ability filter runs on: one set for every district and every log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType

# How much one piece of evidence of a kind tells, against one practice response. A scored task, a
# judgement or a portfolio sums up many small acts; these are our own starting values, to be
# replaced by reliabilities learned from a district's data.
KIND_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "practice": 1.0,
        "quiz": 1.0,
        "task": 3.0,
        "judgement": 3.0,
        "portfolio": 4.0,
        "outside": 2.0,
    }
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the filter assumes before it sees anything. Variances are in logits squared.

    The defaults are rounded from a search on the training learners of three real logs of
    practice (school mathematics, college statics, statistics), which `bench/mastery/tune_filter.py`
    repeats; it says which were set by judgement instead. They are one set for every log.

    Raises ValueError, naming the parameter, when a value is not finite or outside its range.
    """

    ability_variance: float = 1.0
    """How far learners differ overall."""
    competency_variance: float = 0.5
    """How far one learner's level in a competency strays from the learner's overall ability."""
    ability_drift: float = 0.001
    """Growth of the overall ability's variance with each row."""
    competency_drift: float = 0.005
    """Growth of the level's variance with each row in the competency: learning is change."""
    gain: float = 1.0
    """Rise of the level, in logits, from the first row in the competency to the second."""
    gain_power: float = 1.5
    """How fast later rows teach less: row n adds gain / n ** gain_power."""
    forgetting_rate: float = 0.01
    """Share of the lost uncertainty that comes back with each day away, compounding."""
    fading: float = 1.2
    """Fall of the level in days away, in logits for each unit of its variance: what rests on much
    evidence is forgotten less."""
    fading_days: float = 0.25
    """Days away after which 63 % of that fall has come."""
    hint_factor: float = 0.5
    """What each hint leaves of a score: two hints on a right answer count as 0.25."""
    form_pull: float = 1.4
    """How far form moves the logit of a predicted chance."""
    form_memory: float = 0.75
    """What each further row leaves of form."""
    difficulty_mean: float = -0.7
    """Difficulty of a competency nobody has tried (about two thirds of answers are right)."""
    difficulty_variance: float = 4.0
    """How far competencies differ in difficulty."""
    item_variance: float = 1.1
    """How far items differ in difficulty within a competency."""
    kind_weights: Mapping[str, float] = field(default_factory=lambda: dict(KIND_WEIGHTS))
    """Information in one piece of evidence, by its kind, against one practice response."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.name == "kind_weights":
                continue
            value = getattr(self, one.name)
            low, high = _RANGES.get(one.name, (0.0, 1e6))
            if not low <= value <= high:
                raise ValueError(f"{one.name} is {value}; it must be from {low} to {high}")
        for kind, weight in self.kind_weights.items():
            if not 0.0 <= weight <= 1e6:
                raise ValueError(f"kind_weights[{kind!r}] is {weight}; it must be 0 or more")

    @property
    def level_variance(self) -> float:
        """Variance of a level before any evidence; forgetting leads back to it, never beyond."""
        return self.ability_variance + self.competency_variance

    def as_dict(self) -> dict[str, object]:
        """Return the parameters as plain data for JSON."""
        return asdict(self)


_RANGES = {
    "ability_variance": (1e-6, 1e6),
    "competency_variance": (1e-6, 1e6),
    "gain": (-10.0, 10.0),
    "fading_days": (1e-6, 1e6),
    "form_memory": (0.0, 1.0),
    "forgetting_rate": (0.0, 100.0),
    "hint_factor": (0.0, 1.0),
    "difficulty_mean": (-10.0, 10.0),
    "difficulty_variance": (1e-6, 1e6),
    "item_variance": (1e-6, 1e6),
}
