"""Where things are, and what every peer is told in its environment."""

import os
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
HOME = ROOT / ".local" / "bench"
DATABASE = "bench"
EXECUTIONS = HOME / "executions.log"
RESULTS = HOME / "results.jsonl"
CHART = HOME / "performance.svg"


def environment(port: int, programs: Path) -> dict:
    """What a peer's run.sh finds: its database, where it may install itself, the file that a task writes its line into."""
    return os.environ | {
        "BENCH": str(BENCH),
        "BENCH_HOME": str(HOME),
        "BENCH_EXEC_FILE": str(EXECUTIONS),
        "BENCH_PGHOST": "127.0.0.1",
        "BENCH_PGPORT": str(port),
        "BENCH_DB": DATABASE,
        "DATABASE_URL": f"postgresql://bench@127.0.0.1:{port}/{DATABASE}",
        "PGBIN": str(programs),
    }
