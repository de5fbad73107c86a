# awa with its default storage: claims by lane, receipts, batched completion.
set -euo pipefail
export CARGO_TARGET_DIR="$BENCH_HOME/target-peers" SQLX_OFFLINE=true
case "$1" in
  build) cd "$BENCH" && cargo build --release --quiet -p bench-awa ;;
  *) exec "$CARGO_TARGET_DIR/release/bench-awa" "$@" ;;
esac
