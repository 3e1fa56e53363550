#!/usr/bin/env bash
# What the gateway adds to a request that it passes through, beside nginx and HAProxy on the same machine.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: benchmarks/gateway-overhead/run.sh [rounds=7] [seconds=3]

Asks one origin (nginx) directly, through nginx, through HAProxy and through the gateway, with keys, metrics and sampled tracing on:
a small JSON with 64 connections, an image of 1 MiB with 64, a small JSON with one, and with 64 an answer that takes the origin 50 ms.
Each round measures all four in turn, beginning with another one, for so many seconds each. Printed are medians over the rounds, of
ratios that were taken within a round, so that a load on the machine that comes and goes falls on both sides; the processor time that
the proxy spent on a request, which such a load hardly touches; and which bars are met. 7 rounds of 3 s take about seven minutes.

Needs nginx with the echo module (Debian: nginx-light libnginx-mod-http-echo), haproxy, wrk, curl and the .NET SDK. Listens on the
loopback interface only, ports 29080 to 29083, 29180, 29181 and 29188. The figures mean something only on a machine that does nothing else.
BUILD=no measures what has been built before; KEEP=folder keeps the raw results and the logs there.
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
echo_module=/usr/lib/nginx/modules/ngx_http_echo_module.so
[[ -f $echo_module ]] || fail "nginx has no echo module at $echo_module; install libnginx-mod-http-echo (see --help)."

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
chmod 755 "$work" # nginx's workers run as another user when root starts it
declare -A pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [[ -n ${KEEP:-} ]]; then mkdir -p "$KEEP" && cp "$work"/*.log "$work"/results "$KEEP" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

start() { # name, then the command
  local name=$1
  shift
  (cd "$work" && exec "$@") >"$work/$name.log" 2>&1 &
  pids[$name]=$!
}

await() { # name, url
  for _ in $(seq 300); do
    kill -0 "${pids[$1]}" 2>/dev/null || break
    curl -sf -o /dev/null -H "$credentials" "$2" && return
    sleep 0.1
  done
  cat "$work/$1.log" >&2
  fail "$1 does not answer at $2; its log is above. Is another process listening there?"
}

cpu() { # name -> processor time of the process and its children so far, in clock ticks
  cat /proc/"${pids[$1]}"/stat $(sed 's:\([0-9]\+\):/proc/\1/stat:g' "/proc/${pids[$1]}/task/${pids[$1]}/children") 2>/dev/null |
    sed 's/^.*) //' | awk '{ ticks += $12 + $13 } END { print ticks + 0 }'
}

[[ ${BUILD:-yes} == no ]] || dotnet build "$root/src/GenAI.Gateway" -c Release -v q --nologo
head -c 1048576 /dev/urandom >"$work/image.png"
{ echo "load_module $echo_module;"; cat "$here/origin.conf"; } >"$work/origin.conf"
credentials='X-None: 1'

declare -A url=([direct]=http://127.0.0.1:29188 [nginx]=http://127.0.0.1:29180 [haproxy]=http://127.0.0.1:29181 [gateway]=http://127.0.0.1:29081)
targets=(direct nginx haproxy gateway)
start direct nginx -p "$work" -e stderr -c "$work/origin.conf"
await direct "${url[direct]}/image.png"
start nginx nginx -p "$work" -e stderr -c "$here/nginx.conf"
await nginx "${url[nginx]}/small.json"
start haproxy haproxy -db -f "$here/haproxy.cfg"
await haproxy "${url[haproxy]}/small.json"
# One request in a hundred is traced; the origin takes the traces and forgets them. Metrics are there for Prometheus to ask for.
start gateway env FLUX_URL="${url[direct]}" GENAI_PORT_GATEWAY=29080 GENAI_PORT_FLUX=29081 GENAI_PORT_SD35=29082 GENAI_PORT_COMFYUI=29083 \
  API_AUTH_ENABLED=true METRICS_ENABLED=true GenAI__Gateway__Jobs__Folder="$work/jobs" \
  OTEL_EXPORTER_OTLP_ENDPOINT="${url[direct]}" OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none \
  OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=0.01 \
  dotnet "$root/src/GenAI.Gateway/bin/Release/net10.0/GenAI.Gateway.dll"
for _ in $(seq 300); do [[ -s $work/jobs/first-admin-key ]] && break; sleep 0.1; done
[[ -s $work/jobs/first-admin-key ]] || { cat "$work/gateway.log" >&2; fail "The gateway made no first admin key within 30 s; its log is above."; }
credentials="Authorization: Bearer $(<"$work/jobs/first-admin-key")"
await gateway "${url[gateway]}/small.json"
[[ $(curl -s -o /dev/null -w '%{http_code}' "${url[gateway]}/small.json") == 401 ]] || fail "The gateway answers without a key, so keys are not measured."

measure() { # name, path, connections -> microseconds of the median request, requests per second, processor microseconds per request
  local before after
  before=$(cpu "$1")
  wrk -t"$(($3 < 2 ? 1 : 2))" -c"$3" -d"${seconds}s" -H "$credentials" --timeout 20s --latency "${url[$1]}/$2" >"$work/wrk"
  after=$(cpu "$1")
  ! grep -qE 'Non-2xx|Socket errors' "$work/wrk" || fail "Some answers of ${url[$1]}/$2 were errors: $(grep -E 'Non-2xx|Socket errors' "$work/wrk")"
  awk -v micros="$(((after - before) * 1000000 / $(getconf CLK_TCK)))" \
    '$1 == "50%" { value = $2; scale = value ~ /us$/ ? 1 : value ~ /ms$/ ? 1000 : 1000000; sub(/[a-z]+$/, "", value); median = value * scale }
     $2 == "requests" && $3 == "in" { requests = $1 }
     $1 == "Requests/sec:" { print median, $2, micros / requests }' "$work/wrk"
}

# path, connections, title
cases=(
  "small.json 64 small JSON, 64 connections"
  "image.png 64 image of 1 MiB, 64 connections"
  "small.json 1 small JSON, one connection"
  "slow.json 64 answer after 50 ms, 64 connections"
)
# The gateway's code is compiled in earnest only after some ten thousand requests, beside the requests: it must be through with that.
for _ in $(seq 5); do measure gateway small.json 64 >/dev/null; done
for target in "${targets[@]}"; do
  for case in "${cases[@]}"; do
    read -r path connections _ <<<"$case"
    measure "$target" "$path" "$connections" >/dev/null
  done
done

for round in $(seq "$rounds"); do
  for index in "${!cases[@]}"; do
    read -r path connections _ <<<"${cases[index]}"
    for turn in "${!targets[@]}"; do
      target=${targets[(turn + round) % ${#targets[@]}]}
      figures=$(measure "$target" "$path" "$connections") # on its own, so that a failure ends the run
      echo "$index $target $round $figures"
    done
  done
done >"$work/results"

echo "Medians of $rounds rounds of $seconds s each, $(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg)"
for index in "${!cases[@]}"; do
  read -r _ _ title <<<"${cases[index]}"
  awk -v index_="$index" -v title="$title" -v targets="${targets[*]}" -v rounds="$rounds" -f "$here/summary.awk" "$work/results"
done
