"""The local stack: Postgres, an AWS emulator with the deployed template, a demo endpoint, and the job that they run."""
