#!/usr/bin/env bash
# Starts one real Apache Kafka broker on loopback for tests, from Maven Central
# jars; needs Java 17 and, the first time, Maven. Not for production.
#
# usage: up.sh [-d DATA] [-p PORT] [-m HEAP_MB]
#   DATA     the broker's folder; default $EARSHOT_CACHE/kafka/data
#   PORT     0 takes a free port, kept over restarts; default 0
#   HEAP_MB  heap limit of the broker; default 512
# Prints the broker's address on stdout, everything else on stderr. A broker
# that already runs on DATA is left alone and its address printed.
set -euo pipefail

version=4.4.0
scala=2.13
log4j=2.25.5
here=$(cd "$(dirname "$0")" && pwd)
cache=${EARSHOT_CACHE:-$(cd "$here/../.." && pwd)/.cache}
libs=$cache/kafka/libs-$version
data=$cache/kafka/data
port=0
heap=512
while getopts d:p:m: option; do
  case $option in
    d) data=$OPTARG ;;
    p) port=$OPTARG ;;
    m) heap=$OPTARG ;;
    *) exit 2 ;;
  esac
done

say() { echo "kafka: $*" >&2; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# A process id may have been given to another program since it was written.
ours() { [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "kafka.Kafka $data/server.properties"; }

command -v java >/dev/null || { say "java is missing: install a JRE, version 17 or later"; exit 1; }
mkdir -p "$data"
data=$(cd "$data" && pwd)
exec 9>"$data/.lock"
flock 9

if [ -s "$data/broker.pid" ] && ours "$(cat "$data/broker.pid")" && answers "$(cat "$data/broker.port")"; then
  say "already running as process $(cat "$data/broker.pid")"
  echo "127.0.0.1:$(cat "$data/broker.port")"
  exit 0
fi

fetch_jars() {
  command -v mvn >/dev/null || { say "mvn is missing: install Maven to fetch the broker once"; exit 1; }
  say "fetching Apache Kafka $version with Maven (about 45 MB)"
  local work
  work=$(mktemp -d)
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_$scala</artifactId><version>$version</version>
      <exclusions><exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion></exclusions>
    </dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>$log4j</version></dependency>
  </dependencies>
</project>
POM
  rm -rf "$libs.part"
  mvn -B -q -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$libs.part" >&2
  rm -rf "$libs" "$work"
  mv "$libs.part" "$libs"
}
mkdir -p "$cache/kafka"
(
  flock 8
  [ -d "$libs" ] || fetch_jars
) 8>"$cache/kafka/.libs.lock"

[ "$port" = 0 ] && [ -s "$data/broker.port" ] && port=$(cat "$data/broker.port")
[ "$port" = 0 ] && port=$(free_port)
controller=$(free_port)
cat >"$data/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$data/logs
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
PROPERTIES
cat >"$data/log4j2.yaml" <<'LOG4J'
Configuration:
  Appenders: { Console: { name: out, target: SYSTEM_ERR, PatternLayout: { pattern: "%d %p %m (%c)%n" } } }
  Loggers: { Root: { level: WARN, AppenderRef: { ref: out } }, Logger: [ { name: kafka.server, level: INFO } ] }
LOG4J
options=("-Xmx${heap}m" -Xms64m -XX:+UseG1GC -Djava.awt.headless=true "-Dlog4j2.configurationFile=file:$data/log4j2.yaml" "-Dkafka.logs.dir=$data")

if [ ! -f "$data/logs/meta.properties" ]; then
  id=$(java "${options[@]}" -cp "$libs/*" kafka.tools.StorageTool random-uuid 2>/dev/null | tail -n 1)
  java "${options[@]}" -cp "$libs/*" kafka.tools.StorageTool format -t "$id" -c "$data/server.properties" >"$data/format.out" 2>&1 ||
    { cat "$data/format.out" >&2; exit 1; }
fi

setsid nohup java "${options[@]}" -cp "$libs/*" kafka.Kafka "$data/server.properties" >"$data/broker.out" 2>&1 9>&- </dev/null &
pid=$!
echo "$pid" >"$data/broker.pid"
echo "$port" >"$data/broker.port"
for _ in $(seq 1200); do
  kill -0 "$pid" 2>/dev/null || { say "the broker ended:"; tail -n 30 "$data/broker.out" >&2; exit 1; }
  if grep -q 'Kafka Server started' "$data/broker.out" && answers "$port"; then
    say "ready, process $pid"
    echo "127.0.0.1:$port"
    exit 0
  fi
  sleep 0.05
done
say "not ready after 60 s:"
tail -n 30 "$data/broker.out" >&2
kill -KILL "$pid" 2>/dev/null || true
exit 1
