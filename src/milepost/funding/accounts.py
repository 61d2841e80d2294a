"""Account codes of the NCES handbook: fund, function, object and program.

Source: Allison, *Financial Accounting for Local and State School Systems: 2014 Edition*, NCES
2015-347, chapter 6. Codes are strings whose first digits say the most: function 2213 is a part of
2210, which is a part of 2200.
"""

import re
from dataclasses import dataclass

_DIGITS = {"fund": (1, 4), "function": (4, 4), "object": (3, 4), "program": (3, 4)}


@dataclass(frozen=True, order=True)
class Account:
    """Where a line stands in the books."""

    fund: str
    function: str
    object: str
    program: str

    def __post_init__(self) -> None:
        for part, (least, most) in _DIGITS.items():
            code = getattr(self, part)
            if not re.fullmatch(rf"[0-9]{{{least},{most}}}", code):
                raise ValueError(
                    f"{part} {code!r} is no NCES code: {least} to {most} digits are expected"
                )


def within(code: str, group: str) -> bool:
    """Return whether a code belongs to a group: 2213 to 2200, 2210 and 2213; 113 to 100.

    Zeros at the end of a group stand for anything below it.
    """
    return code.startswith(group.rstrip("0") or group[:1])
