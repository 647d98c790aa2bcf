#!/bin/sh
# Usage: run_java_partitions.sh WORK_FOLDER <keys >partitions
# Fetches kafka-clients with Maven (once) and runs JavaPartitions.java. Fails when it cannot.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
if ! ls "$1"/libs/kafka-clients-*.jar >/dev/null 2>&1; then
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1/libs" >&2
fi
exec java -cp "$1/libs/*" "$here/JavaPartitions.java"
