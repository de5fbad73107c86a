"""Drives the engine and its peers through the same phases on one Postgres."""
