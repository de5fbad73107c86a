"""The suites of tests that run against a stack of their own, one a file."""
