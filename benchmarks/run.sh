#!/usr/bin/env bash
# Runs one benchmark suite: bash benchmarks/run.sh local|remote|durable|memory|s3|backfill [--quick]
# or breaks clusters of real processes: bash benchmarks/run.sh faults|recovery [--quick] [--runs N] [--only WORD...]
# or plants faults and prints who finds them: bash benchmarks/run.sh mutants [--list] [--only ID...]
# From any directory and a fresh clone; builds what it needs. JAVA_HOME chooses the JDK (17 or later).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

main=io.durableserver.benchmarks.Main

case "${1:-}" in
  local | remote | durable | memory | s3 | backfill) ;;
  mutants)
    main=io.durableserver.benchmarks.mutants.Mutants
    shift
    ;;
  faults | recovery) main=io.durableserver.benchmarks.faults.Faults ;;
  *)
    echo "Usage: bash benchmarks/run.sh local|remote|durable|memory|s3|backfill [--quick]" >&2
    echo "   or: bash benchmarks/run.sh faults|recovery [--quick] [--runs N] [--only WORD...]" >&2
    echo "   or: bash benchmarks/run.sh mutants [--list] [--seeds N] [--limit SECONDS] [--no-tests] [--only ID...]" >&2
    exit 2
    ;;
esac

# BENCH_SKIP_BUILD=1 runs what the last build left, as when several suites run in a row.
if [[ -z "${BENCH_SKIP_BUILD:-}" ]]; then
  mvn -B -q -f "$root/pom.xml" -pl benchmarks -am package -DskipTests
fi
exec "$java" "@$root/ignite-plugin/jvm.opts" -Xmx1g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  "-Dbench.root=$root" -cp "$root/benchmarks/target/classes:$root/benchmarks/target/lib/*" \
  "$main" "$@"
