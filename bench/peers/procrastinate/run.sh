# Procrastinate: PostgreSQL only, LISTEN/NOTIFY, psycopg 3.
set -euo pipefail
cd "$BENCH/peers/procrastinate"
py="$BENCH_HOME/procrastinate/bin/python"
case "$1" in
  build)
    [ -x "$py" ] || python3 -m venv "$BENCH_HOME/procrastinate"
    "$py" -m pip install --quiet --disable-pip-version-check -r requirements.txt
    ;;
  worker) exec "$py" -B worker.py ;;
  *) exec "$py" -B produce.py "$@" ;;
esac
