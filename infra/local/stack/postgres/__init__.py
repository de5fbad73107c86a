"""Postgres: its binaries, a cluster of our own or a server that is there, the databases in it, and a pooler before it."""
