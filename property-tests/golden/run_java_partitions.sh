#!/bin/sh
# Usage: run_java_partitions.sh WORK_FOLDER <keys >partitions
# Fetches kafka-clients with Maven (once) and runs JavaPartitions.java. Fails when it cannot.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)  # Maven takes a relative folder as one beside its pom.xml
if ! ls "$folder"/libs/kafka-clients-*.jar >/dev/null 2>&1; then
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/libs" >&2
fi
exec java -cp "$folder/libs/*" "$here/JavaPartitions.java"
