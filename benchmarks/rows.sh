#!/usr/bin/env bash
# Upgrades a database of Kong 2.8 with many rows to 3.9. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=benchmarks/server.sh
. benchmarks/server.sh
# shellcheck source=benchmarks/programs.sh
. benchmarks/programs.sh

usage() {
  cat <<'USAGE'
Usage: benchmarks/rows.sh [--rows N]...

Fills the tables routes, plugins and targets of Kong 2.8 with N rows each (100000 if not given), of every kind that migrations rewrite, and
runs advise, up and finish to 3.9, over TLS. For each run it prints time, peak memory, written WAL, dead rows, the longest silence on
stderr, how long the longest transaction with an ACCESS EXCLUSIVE lock on one of these tables took, how long 'plan --count' had predicted,
and how long a reader of that table waited at most.
With --rows given more than once, each is a run of its own, and the last column compares the time of a row with that of the first run.

MIGRATOR_BINARY       a migrator to measure; without it the native binary is published from this clone
MIGRATOR_TEST_PG_BIN  names the folder of PostgreSQL's programs, where they are in an unusual place

A million rows need 6 GB below TMPDIR.
USAGE
}

TABLES=(routes plugins targets)
ROWS=()
declare -A PER_ROW=()

main() {
  while (($#)); do
    case $1 in
      -h | --help) usage; return ;;
      --rows)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "--rows needs a number, not '${2-}'." "See benchmarks/rows.sh --help"
        ROWS+=("$2")
        shift
        ;;
      *) fail "rows.sh does not know '$1'." "See benchmarks/rows.sh --help" ;;
    esac
    shift
  done
  ((${#ROWS[@]})) || ROWS=(100000)

  FOLDER=$(mktemp -d)
  READERS=()
  trap stop EXIT
  require_programs
  build_programs
  start_server -c max_wal_size=4GB -c shared_buffers=256MB
  write_conf "$FOLDER/kong.conf" scram "$PORT" tls

  say "$(nproc) processors, $(postgres_version) on the same machine, fsync on, a \
load of $(cut -d ' ' -f 1 /proc/loadavg) at the start."
  say
  say '| rows of each | command | time, s | peak MB | WAL, MB | dead rows | ACCESS EXCLUSIVE, s |'\
' predicted, s | reader waited, s | silence, s | per row |'
  say '|---|---|---|---|---|---|---|---|---|---|---|'
  local rows
  for rows in "${ROWS[@]}"; do
    renew scram
    "$BINARY" bootstrap -q --gateway-version 2.8 -c "$FOLDER/kong.conf" >"$FOLDER/log" 2>&1 || fail "$(tail -n 3 "$FOLDER/log")"
    fill "$rows"
    measure advise "$rows"
    measure up "$rows"
    measure finish "$rows"
  done
}

stop() {
  stop_readers
  stop_server
  rm -rf "$FOLDER"
}

# Of the plugins a third is of those that nothing rewrites, as most of a real gateway's are. Half of the routes have a regular expression,
# and a hundredth of the targets are older duplicates, which finish deletes.
fill() {
  sql scram -v rows="$1" -f benchmarks/rows.sql >"$FOLDER/log" 2>&1 || fail "The rows could not be written: $(tail -n 3 "$FOLDER/log")"
}

# measure COMMAND ROWS
measure() {
  local before figures planned=${1/advise/up}
  "$BINARY" plan "$planned" --count --json -q -c "$FOLDER/kong.conf" >"$FOLDER/plan.json" 2>"$FOLDER/log"
  before=$(dead_rows)
  printf '%s\n' "$(sql scram -At -c 'SELECT pg_current_wal_lsn()')" >"$FOLDER/lsn"
  start_readers
  rm -f "$FOLDER/figures"
  "$MEASURE" "$FOLDER/figures" "$1" "$BINARY" "$1" --log-format json -c "$FOLDER/kong.conf" \
    || fail "migrator $1: $(tail -n 2 "$FOLDER/figures.stderr" | cut -c 1-500)"
  stop_readers
  figures=$(node benchmarks/rows.mjs "$FOLDER")
  local time peak exclusive predicted silence per_row
  IFS=$'\t' read -r time peak exclusive predicted silence <<<"$figures"
  per_row=$(awk -v time="$time" -v rows="$2" 'BEGIN { print time / rows }')
  PER_ROW[$1]=${PER_ROW[$1]:-$per_row}
  say "| $2 | $1 | $time | $peak | $(sql scram -At -c "SELECT round((pg_current_wal_lsn() - '$(<"$FOLDER/lsn")') / 1048576.0)") |\
 $(($(dead_rows) - before)) | $exclusive | $predicted | $(longest_read) | $silence |\
 $(awk -v now="$per_row" -v first="${PER_ROW[$1]}" 'BEGIN { printf "%.2f", now / first }') |"
}

# Rows that were updated or deleted: each left a dead one behind. Statistics arrive when a session ends.
dead_rows() {
  sleep 1
  sql scram -At -c "SELECT sum(n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname IN ('routes', 'plugins', 'targets')"
}

# A session for each table reads a row of it every 20 ms, and prints the time of each read.
start_readers() {
  local table
  READERS=()
  for table in "${TABLES[@]}"; do
    printf '\\timing on\nSELECT count(*) FROM (SELECT FROM %s LIMIT 1) AS one \\watch 0.02\n' "$table" >"$FOLDER/reader.$table.sql"
    # Not through the function sql: its process is to be ended.
    "$POSTGRES_BIN/psql" -X -q -h "$FOLDER/data" -p "$PORT" -U postgres scram -f "$FOLDER/reader.$table.sql" \
      >"$FOLDER/reader.$table.times" 2>&1 &
    READERS+=("$!")
  done
}

stop_readers() {
  local reader
  for reader in "${READERS[@]}"; do
    kill "$reader" 2>/dev/null || true
    wait "$reader" 2>/dev/null || true
  done
  READERS=()
}

longest_read() {
  cat "$FOLDER"/reader.*.times | awk '/^Time: / && $2 > most { most = $2 } END { printf "%.2f", most / 1000 }'
}

main "$@"
