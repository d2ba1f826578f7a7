#!/usr/bin/env bash
# Measures the native binary as whole processes, in pairs with psql, on the same server with the same settings. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=benchmarks/server.sh
. benchmarks/server.sh
# shellcheck source=benchmarks/programs.sh
. benchmarks/programs.sh
# shellcheck source=benchmarks/others.sh
. benchmarks/others.sh

usage() {
  cat <<'USAGE'
Usage: benchmarks/run.sh [--pairs N] [--only PART]... [--rows N]... [--chart FILE]

Starts its own PostgreSQL server with TLS, runs each command and its counterpart alternately, and prints a table in Markdown: median and
minimum of the wall-clock time, the ratio of the medians and of the minima, CPU time, peak memory, round trips. No figure is checked
against a limit. When you quote figures, name the machine; the first line of the output does.

TLS is verify-full with a root of its own. Through a proxy, a round trip takes 20 ms more. For the IAM token the server has no means to
check it (pg_hba.conf: trust): the token is signed with the keys of AWS's documentation and sent over TLS, and AWS is not called.

  --pairs N     how many pairs are counted; 15 if not given. One more, which fills caches, comes first
  --only PART   nothing, bootstrap, upgrade, start or others; all if not given; may be repeated
  --rows N      afterwards runs benchmarks/rows.sh with N rows in each table; may be repeated
  --chart FILE  where the chart goes; benchmarks/chart.svg if not given

MIGRATOR_BINARY       a migrator to measure; without it the native binary is published from this clone
MIGRATOR_TEST_PG_BIN  names the folder of PostgreSQL's programs, where they are in an unusual place

Needs a C compiler, Node.js 18 and openssl. The other tools are fetched from npm and NuGet; one that cannot be fetched is left out.
USAGE
}

PAIRS=15
PARTS=()
ROWS=()
CHART=benchmarks/chart.svg
DELAY=20

parse() {
  while (($#)); do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --pairs | --rows)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number, not '${2-}'." "See benchmarks/run.sh --help"
        if [[ $1 == --pairs ]]; then PAIRS=$2; else ROWS+=(--rows "$2"); fi
        shift
        ;;
      --only)
        [[ ${2-} =~ ^(nothing|bootstrap|upgrade|start|others)$ ]] || fail "There is no part '${2-}'." "See benchmarks/run.sh --help"
        PARTS+=("$2")
        shift
        ;;
      --chart)
        [[ -n ${2-} ]] || fail "--chart needs a file." "See benchmarks/run.sh --help"
        CHART=$2
        shift
        ;;
      *) fail "run.sh does not know '$1'." "See benchmarks/run.sh --help" ;;
    esac
    shift
  done
  ((${#PARTS[@]})) || PARTS=(nothing bootstrap upgrade start others)
}

main() {
  local load part
  parse "$@"
  read -r load _ </proc/loadavg
  FOLDER=$(mktemp -d)
  trap stop EXIT
  require_programs
  build_programs
  start_server -c shared_buffers=128MB
  start_proxy
  make_templates

  for part in "${PARTS[@]}"; do
    "measure_$part"
  done
  node benchmarks/report.mjs "$FOLDER/results" "$CHART" "$(title "$load")"
  if ((${#ROWS[@]})); then
    say
    stop_server
    MIGRATOR_BINARY=$BINARY benchmarks/rows.sh "${ROWS[@]}"
  fi
}

title() {
  local busy=''
  # Before the first run, nothing else should have run for a minute.
  awk -v load="$1" 'BEGIN { exit !(load > 0.5) }' && busy=" **The machine was busy: a load of $1 at the start.**"
  printf '%s processors (%s), %s on the same machine, %s, %s pairs.%s' "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(postgres_version)" \
    "$(LC_ALL=C date -u '+%-d %B %Y')" "$PAIRS" "$busy"
}

stop() {
  [[ -z ${PROXY-} ]] || kill "$PROXY" 2>/dev/null || true
  stop_server
  rm -rf "$FOLDER"
}

# One round trip through this port takes DELAY ms more.
start_proxy() {
  SLOW_PORT=$((PORT + 1))
  node benchmarks/proxy.mjs "$SLOW_PORT" "$PORT" "$DELAY" "$FOLDER/flights" >"$FOLDER/proxy.log" 2>&1 &
  PROXY=$!
}

# Databases to copy: bootstrapped for 2.8, upgraded from there, and bootstrapped for today's version.
make_templates() {
  local kind
  write_conf "$FOLDER/make.conf" scram "$PORT" plain
  renew scram
  migrator bootstrap --gateway-version 2.8 -c "$FOLDER/make.conf" >"$FOLDER/log"
  migrator plan up --sql -c "$FOLDER/make.conf" >"$FOLDER/up.psql"
  renew old scram
  migrator up -c "$FOLDER/make.conf" >"$FOLDER/log"
  migrator plan finish --sql -c "$FOLDER/make.conf" >"$FOLDER/finish.psql"
  renew upgraded scram
  renew scram
  migrator plan bootstrap --sql -c "$FOLDER/make.conf" >"$FOLDER/bootstrap.psql"
  migrator bootstrap -c "$FOLDER/make.conf" >"$FOLDER/log"
  renew current scram
  for kind in bootstrap up finish; do
    one_message "$FOLDER/$kind.psql" >"$FOLDER/$kind.sql"
  done
}

# Prints a script of 'plan --sql' with "\;" between the statements, which makes psql send all of them in one message. The only commands of
# psql, which keep the ledger in a variable, become a setting.
one_message() {
  sed -E "/^\\\\|^--|^$/d; s/^SELECT (current_setting\('migrator.ledger', true\)) AS migrator_ledger \\\\gset$/\
SELECT set_config('benchmark.ledger', \1, false);/; s/:'migrator_ledger'/current_setting('benchmark.ledger')/" "$1" | awk '
    { line = $0; isQuoted = (isQuoted + gsub(/\$[a-z_]*\$/, "", line)) % 2 }
    !isQuoted && /;$/ { sub(/;$/, "\\;") }
    { print }
    END { print "SELECT 1;" }'
}

# migrator ARGUMENT...: prints what it answers.
migrator() {
  "$BINARY" "$@" -q 2>"$FOLDER/migrator.log" || fail "migrator $1: $(tail -n 3 "$FOLDER/migrator.log")"
}

# --- What is measured ---------------------------------------------------------------------------------------------------------------

measure_nothing() {
  local database
  for database in "${DATABASES[@]}"; do
    renew "$database" current
  done
  pair_with_psql 'nothing to do' 'plain' trust '' '' up
  pair_with_psql 'nothing to do' 'plain, SCRAM' scram '' '' up
  pair_with_psql 'nothing to do' 'TLS, SCRAM' scram '' '' up
  pair_with_psql 'nothing to do' 'TLS, IAM token' iam '' '' up --iam-spread 0 \
    --iam-endpoint kongdb.c1abcdefghij.eu-central-1.rds.amazonaws.com:5432
  pair_with_psql 'nothing to do' "plain, $DELAY ms" trust '' '' up
  pair_with_psql 'nothing to do' "TLS, SCRAM, $DELAY ms" scram '' '' up
}

measure_bootstrap() {
  measure_with_script bootstrap bootstrap template0 bootstrap
}

measure_upgrade() {
  measure_with_script 'up, 2.8 to 3.9' up old up
  measure_with_script 'finish, 2.8 to 3.9' finish upgraded finish
}

# measure_with_script LABEL SCRIPT TEMPLATE COMMAND...
measure_with_script() {
  local label=$1 script=$FOLDER/$2.sql template=$3
  shift 3
  pair_with_psql "$label" 'plain' trust "$template" "$script" "$@"
  pair_with_psql "$label" 'TLS, SCRAM' scram "$template" "$script" "$@"
  pair_with_psql "$label" "TLS, SCRAM, $DELAY ms" scram "$template" "$script" "$@"
}

measure_start() {
  build_empty || fail "The empty program could not be built."
  pair '--help' '' 'an empty NativeAOT program' '' "$BINARY" --help -- "$EMPTY"
  pair '--version' '' 'an empty NativeAOT program' '' "$BINARY" --version -- "$EMPTY"
}

# pair_with_psql LABEL MODE DATABASE TEMPLATE SCRIPT ARGUMENT...: psql executes the file SCRIPT, or 'select 1' if it is empty; ARGUMENTs are
# migrator's. The database is a new copy of TEMPLATE before each run, unless TEMPLATE is empty.
pair_with_psql() {
  local label=$1 mode=$2 database=$3 template=$4 script=$5 port=$PORT tls=plain
  local counterpart="psql -c 'select 1'" prepare='' work=(-c 'select 1')
  shift 5
  [[ $mode != *' ms' ]] || port=$SLOW_PORT
  [[ $mode != TLS* ]] || tls=tls
  if [[ -n $script ]]; then
    counterpart='psql, the same SQL as one message'
    work=(-o /dev/null -f "$script")
  fi
  [[ -z $template ]] || prepare="renew $database $template"
  write_conf "$FOLDER/kong.conf" "$database" "$port" "$tls"
  pair "$label" "$mode" "$counterpart" "$prepare" "$BINARY" "$@" -q -c "$FOLDER/kong.conf" -- \
    "$POSTGRES_BIN/psql" -X -q -v ON_ERROR_STOP=1 "$(psql_address "$database" "$port" "$tls")" "${work[@]}"
}

# pair LABEL MODE COUNTERPART PREPARE COMMAND... -- OTHER_COMMAND...: runs both alternately. PREPARE, if it is not empty, comes before each.
pair() {
  local label=$1 mode=$2 counterpart=$3 prepare=$4 run side first=() second=()
  shift 4
  while [[ $1 != -- ]]; do
    first+=("$1")
    shift
  done
  # shellcheck disable=SC2034 # used by its name
  second=("${@:2}")
  for ((run = 0; run <= PAIRS; run++)); do
    for side in first second; do
      local -n command=$side
      # shellcheck disable=SC2086 # words
      [[ -z $prepare ]] || $prepare
      : >"$FOLDER/flights"
      "$MEASURE" "$FOLDER/figures" "$label"$'\t'"$mode"$'\t'"$counterpart"$'\t'"$side" "${command[@]}" \
        || fail "$label: ${command[*]:0:2} failed: $(head -c 500 "$FOLDER/figures.stderr")"
      # The proxy writes a line for each connection when both sides have closed; other tools open several.
      [[ $mode != *' ms' ]] || until [[ -s $FOLDER/flights ]]; do
        kill -0 "$PROXY" || fail "The proxy has ended: $(tail -n 1 "$FOLDER/proxy.log")"
        sleep 0.01
      done
      [[ $mode != 'tool: '*' ms' ]] || sleep 0.3
      # The first run fills caches.
      if ((run)); then
        printf '%s\t%s\n' "$(tail -n 1 "$FOLDER/figures")" "$(awk '{ sum += $1 } END { print sum }' "$FOLDER/flights")" >>"$FOLDER/results"
      fi
    done
  done
  say "  measured: $label (${mode/#tool:/$counterpart,})" >&2
}

export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY AWS_REGION=eu-central-1
main "$@"
