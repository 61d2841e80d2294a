"""Whether bank, blueprint and enemies allow a test at all; asked before anybody starts."""

import numpy as np

from milepost.measurement.adaptive.tables import IN_AREA, IN_SET, Tables


def check(tables: Tables, names: tuple[str, ...], length: int) -> None:
    """Raise ValueError, naming the area at fault, where no test of `length` items can be made.

    The answer is exact: a test exists if and only if nothing is raised.
    """
    fewest, offered = tables.area["least"], tables.area["supply"] + tables.shared.sum(axis=1)
    for name, least, count in zip(names, fewest, offered, strict=True):
        if least > count:
            raise ValueError(
                f"blueprint asks {least} items or more of {name!r}, and the bank offers {count} "
                "(enemies counted once); lower the fewest or add items"
            )
    if fewest.sum() > length:
        raise ValueError(
            f"blueprint asks {fewest.sum()} items or more in all, and length is {length}; "
            "lower the fewest or lengthen the test"
        )
    most = np.minimum(tables.area["most"], offered).sum()
    if most < length:
        raise ValueError(
            f"blueprint and bank allow {most} items at most (enemies counted once), and length is "
            f"{length}; raise the most, add items or shorten the test"
        )
    if not _completes(tables, length):
        raise ValueError(
            f"blueprint cannot be met in {length} items once no two enemies come together: areas "
            "compete for the same enemy sets; loosen limits or part the enemies"
        )


def _completes(tables: Tables, length: int) -> bool:
    from milepost.measurement.adaptive.blueprint_kernels import NOBODY, complete

    done = np.zeros(len(tables.area), IN_AREA)
    done["own"] = tables.area["supply"]
    sets = np.zeros(tables.shared.shape[1], IN_SET)
    sets["owner"] = NOBODY
    return complete(tables.area, tables.shared, done, sets, length)
