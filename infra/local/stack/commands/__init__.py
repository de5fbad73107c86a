"""The commands of `python -m stack`, one a file."""
