#!/usr/bin/env bash
# Builds and runs the consumer project with the artifacts of the last `mvn verify` or `mvn package`, on JDK 17 and on the newest other JDK that
# is installed, with Jackson's module for Kotlin and without it. What it installs is in a repository of its own.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
work="$here/target"
repository="$work/repository"

version="$(sed -nE 's#^  <version>(.*)</version>#\1#p' "$root/pom.xml")"
# Of Kotlin and of the plugins, as properties.
mapfile -t versions < <(sed -nE 's#^ *<((maven-[a-z]+-plugin|kotlin)\.version)>(.*)</.*#-D\1=\3#p' "$root/pom.xml")

# Puts an artifact of the build where `mvn install` does.
install() { # MODULE ARTIFACT jar|pom
  local to="$repository/io/durableserver/$2/$version" jar="$root/$1/target/$2-$version.jar" pom="$root/$1/pom.xml"
  [[ -e "$root/$1/target/.flattened-pom.xml" ]] && pom="$root/$1/target/.flattened-pom.xml"
  mkdir -p "$to"
  cp "$pom" "$to/$2-$version.pom"
  [[ $3 == pom ]] && return
  if [[ ! -e "$jar" ]]; then
    echo "$jar is not built yet: mvn -B package" >&2
    exit 2
  fi
  cp "$jar" "$to/"
}

consumer_maven() { # JAVA_HOME, arguments of Maven
  JAVA_HOME="$1" mvn -B -q -f "$here/pom.xml" -s "$here/settings.xml" -Dmaven.repo.local="$repository" \
    -Dfetched="file://${FETCHED:-$HOME/.m2/repository}" -Ddurableserver.version="$version" \
    "${versions[@]}" compile "${@:2}"
}

# Prints what the consumer says, and its status.
consume() { # JAVA_HOME
  local node="$work/node" status=0
  rm -rf "$node"
  "$1/bin/java" "@$root/ignite-plugin/jvm.opts" -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "$work/classes:$(cat "$work/classpath")" consumer.VisitsKt "$node" 2> "$work/log" || status=$?
  echo "status: $status"
}

expect() { # WHAT, what it said, a line that it must have said...
  local said="$2" line
  for line in "${@:3}"; do
    if ! grep -qE "^$line" <<< "$said"; then
      printf 'consumer %s: expected a line like "%s", got:\n%s\nLog: %s\n' "$1" "$line" "$said" "$work/log" >&2
      exit 1
    fi
  done
  echo "consumer $1: ok"
}

rm -rf "$repository/io/durableserver"
install . durableserver-parent pom
install sdk/bom durableserver-bom pom
install sdk/api durableserver-api jar
install sdk/runtime durableserver-runtime jar
install sdk/kotlin durableserver-kotlin jar
install ignite-plugin durableserver-ignite-plugin jar
install ignite-plugin/kotlin durableserver-ignite-kotlin jar
install backends/ignite-kv durableserver-backend-ignite-kv jar

java_home="$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')"
for home in "${JAVA_HOME:-$java_home}" $("$root/.ci/newest-jdk"); do
  name="$("$home/bin/java" -version 2>&1 | head -1)"
  rm -rf "$work/classes"
  consumer_maven "$home"
  expect "with Jackson's module on $name" "$(consume "$home")" \
    'first visit: number 1, after nobody$' 'second visit: number 2, after ann$' 'status: 0$'
  consumer_maven "$home" -Pwithout-jackson-module
  expect "without it on $name" "$(consume "$home")" \
    'refused: \[INVALID_TYPE\].*class of Kotlin.*jackson-module-kotlin' 'status: 3$'
done
