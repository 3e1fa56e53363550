#!/usr/bin/env bash
# What the gateway adds to a request that it passes through: a model server asked directly and through the gateway,
# in turns, with one connection and with 64. Prints the median of each over the rounds and the differences.
#
#   benchmarks/gateway-overhead/run.sh [rounds=7] [seconds=3]
#
# Needs wrk and the .NET SDK. Ports 29188 (model server) and 29080 to 29083 (gateway) must be free. The figures mean something only
# on a machine that does nothing else.
set -euo pipefail

rounds=${1:-7}
seconds=${2:-3}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

start() { # project, then its arguments
  local project=$1
  shift
  (cd "$root/src/$project" && exec dotnet "bin/Release/net10.0/$project.dll" "$@") >"$work/$project.log" 2>&1 &
  pids+=($!)
}

await() {
  for _ in $(seq 100); do
    curl -sf -o /dev/null "$1" && return
    sleep 0.1
  done
  echo "Nothing answers at $1." >&2
  cat "$work"/*.log >&2
  exit 1
}

for project in GenAI.ModelServer GenAI.Gateway; do
  dotnet build "$root/src/$project" -c Release -v q --nologo
done

start GenAI.ModelServer --model flux-1-dev --dialect comfyui --urls http://127.0.0.1:29188 --folder "$work/model"
export FLUX_URL=http://127.0.0.1:29188
export GENAI_PORT_GATEWAY=29080 GENAI_PORT_FLUX=29081 GENAI_PORT_SD35=29082 GENAI_PORT_COMFYUI=29083
start GenAI.Gateway

direct=http://127.0.0.1:29188/queue
gateway=http://127.0.0.1:29081/queue
await "$direct"
await "$gateway"

measure() { # url, connections -> microseconds of the median request, requests per second
  wrk -t"$(($2 < 2 ? 1 : 2))" -c"$2" -d"${seconds}s" --latency "$1" | awk '
    $1 == "50%" { value = $2; scale = 1
                  if (value ~ /ms$/) scale = 1000; else if (value !~ /us$/) scale = 1000000
                  sub(/[a-z]+$/, "", value); micros = value * scale }
    $1 == "Requests/sec:" { rate = $2 }
    /Non-2xx/ { print "Some answers were errors." > "/dev/stderr"; exit 1 }
    END { print micros, rate }'
}

measure "$direct" 8 >/dev/null
measure "$gateway" 8 >/dev/null

for connections in 1 64; do
  for _ in $(seq "$rounds"); do
    for name in direct gateway; do
      echo "$connections $name $(measure "${!name}" "$connections")"
    done
  done
done >"$work/results"

median() { # connections, name, column
  awk -v c="$1" -v n="$2" -v k="$3" '$1 == c && $2 == n { print $k }' "$work/results" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

echo "medians of $rounds rounds of $seconds s; load average $(cut -d' ' -f1-3 /proc/loadavg)"
for connections in 1 64; do
  d=$(median "$connections" direct 3)
  g=$(median "$connections" gateway 3)
  dr=$(median "$connections" direct 4)
  gr=$(median "$connections" gateway 4)
  awk -v c="$connections" -v d="$d" -v g="$g" -v dr="$dr" -v gr="$gr" 'BEGIN {
    printf "%2d connections: direct %.0f us, gateway %.0f us, added %.0f us; %.0f and %.0f requests/s, ratio %.2f\n", c, d, g, g - d, dr, gr, gr / dr }'
done
