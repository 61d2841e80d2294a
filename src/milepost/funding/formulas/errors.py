"""What is said when a formula, its parameters or its input cannot be used."""


class FormulaError(ValueError):
    """What is wrong, and where: a file and line, or an entity and column."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what
