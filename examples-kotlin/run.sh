#!/usr/bin/env bash
# Runs an example in Kotlin: bash examples-kotlin/run.sh match|cart [options]. Builds what it needs first.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
module="$root/examples-kotlin"
built="$module/target/run.stamp"

usage() {
  cat <<'USAGE'
usage: bash examples-kotlin/run.sh match|cart [--heap 512m] [--failure-detection-ms 3000] [--no-build]

  match  Three JVMs host a match: its node is killed in mid-match and after the final whistle, and a player does not answer.
  cart   Two JVMs serve carts over HTTP: errors and their statuses, a slow payment, a client that hangs up, and both
         nodes killed between what was put into a cart and its checkout.

Each ends with one line that says what was checked, and with status 0 only if all of it is as it must be.

  --heap SIZE               largest heap of each node
  --failure-detection-ms N  how long a silent node is waited for, 500 to 60000; raise it on a very busy machine
  --no-build                uses what was built before
Environment: JAVA_HOME, a JDK 17 or later.
USAGE
}

main=
build=yes
options=()
for word in "$@"; do
  case "$word" in
    -h | --help) usage; exit 0 ;;
    --no-build) build=no ;;
    match) main=io.durableserver.examples.match.MatchScenario ;;
    cart) main=io.durableserver.examples.cart.CartScenario ;;
    *) options+=("$word") ;;
  esac
done
if [[ -z "$main" ]]; then
  usage >&2
  exit 2
fi

# Whether a source is newer than the last build.
out_of_date() {
  [[ ! -e "$built" ]] && return 0
  [[ -n "$(cd "$root" && find pom.xml sdk ignite-plugin backends examples-kotlin -newer "$built" \
    -not -path '*/target/*' \( -name pom.xml -o -path '*/src/main/*' -type f \) -print -quit)" ]]
}

if [[ $build == yes ]] && out_of_date; then
  echo "building, this takes a while the first time" >&2
  (cd "$root" && mvn -q -B -pl examples-kotlin -am package -Dmaven.test.skip=true) >&2
  touch "$built"
elif [[ ! -d "$module/target/classes" || ! -d "$module/target/lib" ]]; then
  echo "nothing is built yet: run without --no-build" >&2
  exit 2
fi

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
# exec: signals reach the driver, which ends the nodes.
exec "$java" -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$module/target/classes:$module/target/lib/*" "$main" \
  --jvm-options "$root/ignite-plugin/jvm.opts" "${options[@]+"${options[@]}"}"
