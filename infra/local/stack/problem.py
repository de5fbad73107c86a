"""What went wrong, for the one who typed the command."""


class Problem(Exception):
    """A failure whose text is a whole sentence that says what to do; the command prints it and exits with 2."""

    def __init__(self, sentence: str, final: bool = False):
        super().__init__(sentence)
        self.final = final
