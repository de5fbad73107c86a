# The engine: bench/ours, with a socket in place of SQS.
set -euo pipefail
export CARGO_TARGET_DIR="$BENCH_HOME/target"
case "$1" in
  build) cd "$BENCH/ours" && cargo build --release --quiet ;;
  *) exec "$CARGO_TARGET_DIR/release/bench-ours" "$@" ;;
esac
