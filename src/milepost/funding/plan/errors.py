"""What is said when a plan cannot be."""


class PlanError(ValueError):
    """What is wrong with a plan, where in words, and what to do."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what
