# apalis with apalis-postgres: LISTEN/NOTIFY, batch fetch, batched results.
set -euo pipefail
export CARGO_TARGET_DIR="$BENCH_HOME/target-peers" SQLX_OFFLINE=true
case "$1" in
  build) cd "$BENCH" && cargo build --release --quiet -p bench-apalis ;;
  *) exec "$CARGO_TARGET_DIR/release/bench-apalis" "$@" ;;
esac
