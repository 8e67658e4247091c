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
  counter [--seconds 15] [--keys 48] [--callers 4] [--heap 512m] [--backend ignite|s3|mirror]
          [--failure-detection-ms 3000]
      Three JVMs that keep what they store in a temporary directory or a bucket, callers that increment counters, kill -9 of the JVM
      that owns the hot counter, its return, a stop of the whole cluster and a start from what is stored. Ends with one line, and
      with status 0 only if no acknowledged increment is lost.
      --seconds N   how long the callers run, 3 to 3600
      --keys N      counters, 2 to 10000; one of them is hot and gets most increments
      --callers N   callers in each of the three nodes, 1 to 256
      --heap SIZE   largest heap of each node
      --backend B   where counters are stored: ignite, a persistent cache of the cluster; s3, the bucket the environment
                    names, or one of a server in the driver's process; mirror, the first mirrored to the second
      --failure-detection-ms N  how long a silent node is waited for, 500 to 60000; raise it on a very busy machine

  migration [--seconds 15] [--keys 48] [--callers 4] [--heap 512m] [--failure-detection-ms 3000]
      The same cluster moves its counters from ignite to s3 while they take increments, with a kill -9 on the way, and then
      starts with the bucket alone. Status 0 only if nothing is lost and the stores do not differ at the end.

--no-build   uses what was built before
Environment: JAVA_HOME, a JDK 17 or later. For s3: DURABLE_S3_BUCKET, and unless it is a bucket of AWS and the SDK finds
credentials, DURABLE_S3_ENDPOINT, DURABLE_S3_REGION, DURABLE_S3_ACCESS_KEY, DURABLE_S3_SECRET_KEY, DURABLE_S3_PATH_STYLE.
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
  migration) main=io.durableserver.examples.counter.MigrationScenario; shift ;;
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
exec "$java" -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$module/target/classes:$module/target/lib/*" "$main" \
  --jvm-options "$root/ignite-plugin/jvm.opts" "${options[@]+"${options[@]}"}"
