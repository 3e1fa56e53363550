#!/usr/bin/env bash
# What the gateway adds to a request that it passes through, beside nginx and HAProxy on the same machine.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: benchmarks/gateway-overhead/run.sh [rounds=7] [seconds=3]

Asks one origin (nginx, serving from memory) directly, through nginx, through HAProxy and through the gateway: a small JSON with 64
connections, an image of 1 MiB with 8, and a small JSON with one. Each round measures all four in turn, beginning with another one, for
so many seconds each. Printed are medians over the rounds, of ratios that were taken within a round, so that a load on the machine that
comes and goes falls on both sides.

Needs nginx, haproxy, wrk, curl and the .NET SDK. Listens on the loopback interface only, ports 29080 to 29083, 29180, 29181 and 29188.
The figures mean something only on a machine that does nothing else.
TEXT
}

fail() {
  echo "$*" >&2
  exit 1
}

case ${1:-} in -h | --help) usage; exit ;; esac
rounds=${1:-7}
seconds=${2:-3}
for value in "$rounds" "$seconds"; do
  [[ $value =~ ^[1-9][0-9]*$ ]] || fail "'$value' is not a number of rounds or seconds; expected a whole number from 1 (see --help)."
done
PATH=$PATH:/usr/sbin
for tool in nginx haproxy wrk curl dotnet; do
  command -v "$tool" >/dev/null || fail "$tool is not installed; needed are nginx, haproxy, wrk, curl and the .NET SDK (see --help)."
done

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
chmod 755 "$work" # nginx's workers run as another user when root starts it
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

start() { # name, then the command
  local name=$1
  shift
  (cd "$work" && exec "$@") >"$work/$name.log" 2>&1 &
  pids+=($!)
}

await() { # name, url
  for _ in $(seq 150); do
    kill -0 "${pids[-1]}" 2>/dev/null || break
    curl -sf -o /dev/null "$2" && return
    sleep 0.1
  done
  cat "$work/$1.log" >&2
  fail "$1 does not answer at $2; its log is above. Is another process listening there?"
}

dotnet build "$root/src/GenAI.Gateway" -c Release -v q --nologo
head -c 1048576 /dev/urandom >"$work/image.png"

declare -A url=([direct]=http://127.0.0.1:29188 [nginx]=http://127.0.0.1:29180 [haproxy]=http://127.0.0.1:29181 [gateway]=http://127.0.0.1:29081)
targets=(direct nginx haproxy gateway)
start origin nginx -p "$work" -e stderr -c "$here/origin.conf"
await origin "${url[direct]}/image.png"
start nginx nginx -p "$work" -e stderr -c "$here/nginx.conf"
await nginx "${url[nginx]}/queue"
start haproxy haproxy -db -f "$here/haproxy.cfg"
await haproxy "${url[haproxy]}/queue"
start gateway env FLUX_URL="${url[direct]}" GENAI_PORT_GATEWAY=29080 GENAI_PORT_FLUX=29081 GENAI_PORT_SD35=29082 GENAI_PORT_COMFYUI=29083 \
  dotnet "$root/src/GenAI.Gateway/bin/Release/net10.0/GenAI.Gateway.dll"
await gateway "${url[gateway]}/queue"

measure() { # url, connections -> microseconds of the median request, requests per second
  wrk -t"$(($2 < 2 ? 1 : 2))" -c"$2" -d"${seconds}s" --latency "$1" >"$work/wrk"
  ! grep -q Non-2xx "$work/wrk" || fail "Some answers of $1 were errors: $(grep Non-2xx "$work/wrk")"
  awk '$1 == "50%" { value = $2; scale = value ~ /us$/ ? 1 : value ~ /ms$/ ? 1000 : 1000000
                     sub(/[a-z]+$/, "", value); micros = value * scale }
       $1 == "Requests/sec:" { print micros, $2 }' "$work/wrk"
}

cases=("queue 64 small JSON, 64 connections" "image.png 8 image of 1 MiB, 8 connections" "queue 1 small JSON, one connection")
for target in "${targets[@]}"; do # the gateway's code is compiled in earnest only after some thousand requests
  for case in "${cases[@]}"; do
    read -r path connections _ <<<"$case"
    measure "${url[$target]}/$path" "$connections" >/dev/null
  done
done

for round in $(seq "$rounds"); do
  for index in "${!cases[@]}"; do
    read -r path connections _ <<<"${cases[index]}"
    for turn in "${!targets[@]}"; do
      target=${targets[(turn + round) % ${#targets[@]}]}
      echo "$index $target $round $(measure "${url[$target]}/$path" "$connections")"
    done
  done
done >"$work/results"

echo "Medians of $rounds rounds of $seconds s each, $(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg)"
for index in "${!cases[@]}"; do
  echo
  read -r _ _ title <<<"${cases[index]}"
  awk -v index_="$index" -v title="$title" -v targets="${targets[*]}" -v rounds="$rounds" -f "$here/summary.awk" "$work/results"
done
