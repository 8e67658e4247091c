#!/usr/bin/env bash
# Runs an example: bash examples-java/run.sh counter [options]. Builds what it needs first.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
module="$root/examples-java"
built="$module/target/run.stamp"

usage() {
  cat <<'USAGE'
usage: bash examples-java/run.sh EXAMPLE [--no-build] [options of the example]

examples:
  counter [--seconds 15] [--keys 48] [--callers 4] [--heap 512m] [--backend ignite] [--failure-detection-ms 3000]
      Three JVMs with Ignite persistence in a temporary directory, callers that increment counters, kill -9 of the JVM
      that owns the hot counter, its return, a stop of the whole cluster and a start from disk. Ends with one line, and
      with status 0 only if no acknowledged increment is lost.
      --seconds N   how long the callers run, 3 to 3600
      --keys N      counters, 2 to 10000; one of them is hot and gets most increments
      --callers N   callers in each of the three nodes, 1 to 256
      --heap SIZE   largest heap of each node
      --backend B   where counters are stored: ignite
      --failure-detection-ms N  how long a silent node is waited for, 500 to 60000; raise it on a very busy machine

--no-build   uses what was built before
Environment: JAVA_HOME, a JDK 17 or later.
USAGE
}

# Whether a source is newer than the last build.
out_of_date() {
  [[ ! -e "$built" ]] && return 0
  [[ -n "$(cd "$root" && find pom.xml sdk ignite-plugin backends examples-java -newer "$built" \
    -not -path '*/target/*' \( -name pom.xml -o -path '*/src/main/*' -type f \) -print -quit)" ]]
}

build() {
  echo "building, this takes a while the first time" >&2
  (cd "$root" && mvn -q -B -pl examples-java -am package -Dmaven.test.skip=true) >&2
  touch "$built"
}

example="${1:-}"
case "$example" in
  -h | --help) usage; exit 0 ;;
  counter) main=io.durableserver.examples.counter.CounterScenario; shift ;;
  "") usage >&2; exit 2 ;;
  *) echo "unknown example $example" >&2; usage >&2; exit 2 ;;
esac

build=yes
options=()
for option in "$@"; do
  case "$option" in
    -h | --help) usage; exit 0 ;;
    --no-build) build=no ;;
    *) options+=("$option") ;;
  esac
done

java=java
if [[ -n "${JAVA_HOME:-}" ]]; then
  java="$JAVA_HOME/bin/java"
fi
if [[ $build == yes ]] && out_of_date; then
  build
elif [[ ! -d "$module/target/classes" || ! -d "$module/target/lib" ]]; then
  echo "nothing is built yet: run without --no-build" >&2
  exit 2
fi

# exec: signals reach the driver, which ends the nodes.
exec "$java" -Xmx128m -cp "$module/target/classes:$module/target/lib/*" "$main" \
  --jvm-options "$root/ignite-plugin/jvm.opts" "${options[@]+"${options[@]}"}"
