# Celery with PostgreSQL as broker and result backend, as the predecessor has it.
set -euo pipefail
cd "$BENCH/peers/celery-pg"
py="$BENCH_HOME/celery-pg/bin/python"
export PYTHONDONTWRITEBYTECODE=1
export BENCH_PROBE_GAP_S=0.02,1.02  # the transport polls once a second
export BROKER_URL="sqla+$DATABASE_URL" CELERY_RESULT_BACKEND="db+$DATABASE_URL"
case "$1" in
  build)
    [ -x "$py" ] || python3 -m venv "$BENCH_HOME/celery-pg"
    "$py" -m pip install --quiet --disable-pip-version-check -r requirements.txt
    ;;
  worker) exec "$py" -m celery -A app worker --loglevel=WARNING --pool=prefork --concurrency=2 \
    --prefetch-multiplier=64 --without-gossip --without-mingle --without-heartbeat ;;
  *) exec "$py" produce.py "$@" ;;
esac
