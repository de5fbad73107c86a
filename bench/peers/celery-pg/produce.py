"""produce.py schema | enqueue-one N | enqueue-bulk N | probe N"""

import sys

from app import app, benchlib, noop

verb, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0

if verb == "schema":
    # Both sets of tables appear on first use.
    with app.connection_for_write() as connection:
        connection.default_channel.queue_declare("celery")
    app.backend.store_result("warm", None, "SUCCESS")
    app.backend.forget("warm")
elif verb == "probe":
    benchlib.probe(lambda i: noop.delay(**benchlib.payload(i)), n)
else:
    with app.producer_or_acquire() as producer:
        producer.connection.ensure_connection()
        if verb == "enqueue-one":
            benchlib.timed(lambda: [noop.delay(**benchlib.payload(i)) for i in range(n)], n)
        else:  # Celery has no bulk publish; its best is one producer held for the whole loop.
            ids = range(benchlib.BULK0, benchlib.BULK0 + n)
            benchlib.timed(
                lambda: [noop.apply_async(kwargs=benchlib.payload(i), producer=producer) for i in ids], n, batch=1
            )
