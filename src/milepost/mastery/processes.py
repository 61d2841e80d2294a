"""Folding in several processes. A new process imports this first, so nothing here needs Django

before `begin` has made it ready.
"""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from typing import Any
from uuid import UUID


def fold_shares(
    *,
    district: UUID,
    shares: Sequence[Sequence[UUID]],
    processes: int,
    done: Callable[[int], None],
) -> None:
    """Fold the learners of each share, `processes` shares at a time; tell how many are done."""
    from django.db import connection

    # Never a fork: Polars' threads do not survive one.
    with ProcessPoolExecutor(
        min(processes, len(shares)), get_context("spawn"), begin, (connection.settings_dict,)
    ) as pool:
        futures = {pool.submit(fold_share, district, share): len(share) for share in shares}
        try:
            for future in as_completed(futures):
                future.result()
                done(futures[future])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def begin(database: dict[str, Any]) -> None:
    """Make a new process ready: on the database of its parent, and not to outlive it."""
    import django
    from django.db import connection

    parent = parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    django.setup()
    connection.settings_dict.update(database)


def fold_share(district: UUID, share: Sequence[UUID]) -> None:
    """Fold some learners in this process."""
    from milepost.mastery.commands import fold_learners

    fold_learners(district=district, learners=share)
