# graphile-worker; node itself comes from npm, because it needs Node 22.
set -euo pipefail
case "$1" in
  build)
    mkdir -p "$BENCH_HOME/node" && cp "$BENCH/peers/node/package.json" "$BENCH_HOME/node/"
    cd "$BENCH_HOME/node" && npm install --no-audit --no-fund --silent
    ;;
  *) exec "$BENCH_HOME/node/node_modules/node/bin/node" "$BENCH/peers/graphile-worker/peer.mjs" "$@" ;;
esac
