"""What is measured of whom."""

from .peer import Peer
from .phases import Bench
from .server import Server

NAMES = ["ours", "awa", "apalis", "pg-boss", "graphile-worker", "procrastinate", "celery-pg"]
# Metric, batch, settings of the worker, verb that enqueues, tasks: what only the engine is asked.
OWN_DRAINS = [
    ("drain_10", {"BATCH_SIZE": "10"}, "enqueue-bulk", 10000),
    ("drain_1", {"BATCH_SIZE": "1"}, "enqueue-bulk", 2000),
    ("retry", {"BATCH_SIZE": "1000", "FAIL_FIRST": "1"}, "enqueue-bulk", 20000),
    ("retry_10", {"BATCH_SIZE": "10", "FAIL_FIRST": "1"}, "enqueue-bulk", 4000),
    ("member", {"BATCH_SIZE": "1000", "CONCURRENCY": "1"}, "enqueue-group", 20000),
    ("member_10", {"BATCH_SIZE": "10"}, "enqueue-group", 4000),
]


def measure(peer: Peer, server: Server, patience: float, quick: bool):
    """A result for each metric of a peer."""

    def tasks(name: str, default: int) -> int:
        n = peer.settings.get(name, default)
        return n // 2 if quick else n

    settings = peer.settings.get("drain")
    bench = Bench(peer, server, patience)
    single = tasks("single_n", 2000)
    yield {"metric": "enqueue_single", **bench.enqueue("enqueue-one", single)}
    bench = Bench(peer, server, patience)
    bulk = tasks("bulk_n", 50000)
    yield {"metric": "enqueue_bulk", **bench.enqueue("enqueue-bulk", bulk)}
    if "drain_n" in peer.settings:
        bench = Bench(peer, server, patience)
        bulk = tasks("drain_n", 0)
        peer.call("enqueue-bulk", bulk)
    yield {"metric": "drain", **bench.drain(bulk, settings)}
    if peer.name == "ours":
        yield from own(peer, server, patience, quick)
    bench = Bench(peer, server, patience)
    yield {"metric": "latency", **bench.latency(tasks("latency_n", 200))}


def own(peer: Peer, server: Server, patience: float, quick: bool):
    """Other batches, retries and members of a group."""
    for metric, extra, verb, n in OWN_DRAINS:
        n = n // 2 if quick else n
        bench = Bench(peer, server, patience)
        peer.call(verb, n)
        yield {"metric": metric, **bench.drain(n + (verb == "enqueue-group"), extra)}
