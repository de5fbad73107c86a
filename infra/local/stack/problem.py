"""What went wrong, for the one who typed the command."""


class Problem(Exception):
    """A failure whose text is a whole sentence that says what to do; the command prints it and exits with 2."""
