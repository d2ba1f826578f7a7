#!/usr/bin/env bash
# Measures the native binary as whole processes, compared with psql on the same server. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh

usage() {
  cat <<'USAGE'
Usage: benchmarks/run.sh [RUNS]

Starts its own PostgreSQL server, runs each command RUNS times (default 20), and prints the median wall-clock time and the peak memory.
For comparison, psql executes a pg_dump of the same schema in one transaction. No figure is checked against a limit. When you quote figures,
name the machine.
USAGE
}

case ${1-20} in
  -h | --help) usage; exit 0 ;;
  *[!0-9]* | '') fail "RUNS is a number, not '$1'." "See benchmarks/run.sh --help" ;;
esac

RUNS=${1-20}
FOLDER=$(mktemp -d)
USER_OF_SERVER=$(server_user)
PORT=

main() {
  require_dotnet
  ensure_postgres
  ensure_toolchain || fail "The native binary cannot be built here."
  [[ -x /usr/bin/time ]] || fail "There is no /usr/bin/time." "Install it:  $(install_command time time time gnu-time)"
  publish_native
  trap stop EXIT
  start

  sql postgres -c 'CREATE DATABASE kong' -c 'CREATE DATABASE dumped'
  printf 'pg_host = 127.0.0.1\npg_port = %s\npg_user = kong\npg_database = kong\n' "$PORT" >"$FOLDER/kong.conf"
  "$NATIVE_BINARY" bootstrap -q -c "$FOLDER/kong.conf" >/dev/null
  "$POSTGRES_BIN/pg_dump" -h 127.0.0.1 -p "$PORT" -U kong kong >"$FOLDER/dump.sql"

  say "$(nproc) processors, $("$POSTGRES_BIN/postgres" --version), $RUNS runs each; median (least to most)"
  say
  printf '%-44s %-26s %s\n' '' 'wall ms' 'peak MB'
  measure 'migrator --version' '' "$NATIVE_BINARY" --version
  measure 'migrator up, nothing to do' '' "$NATIVE_BINARY" up -q -c "$FOLDER/kong.conf"
  measure 'migrator list' '' "$NATIVE_BINARY" list -q -c "$FOLDER/kong.conf"
  measure 'psql SELECT 1' '' "$POSTGRES_BIN/psql" -X -h 127.0.0.1 -p "$PORT" -U kong kong -c 'SELECT 1'
  measure 'migrator bootstrap' renew_kong "$NATIVE_BINARY" bootstrap -q -c "$FOLDER/kong.conf"
  measure 'psql, a dump of the same database' renew_dumped "$POSTGRES_BIN/psql" -X -q -1 \
    -h 127.0.0.1 -p "$PORT" -U kong dumped -f "$FOLDER/dump.sql"
  measure 'migrator up, 2.8 to 3.9' make_old "$NATIVE_BINARY" up -q -c "$FOLDER/kong.conf"
  measure 'migrator finish after it' make_upgraded "$NATIVE_BINARY" finish -q -c "$FOLDER/kong.conf"
}

# measure NAME PREPARE COMMAND...: PREPARE, unless it is empty, runs before each run and is not measured.
measure() {
  local name=$1 prepare=$2 run
  shift 2
  : >"$FOLDER/times"
  for ((run = 0; run <= RUNS; run++)); do
    ${prepare:+"$prepare"} >/dev/null 2>&1
    local began=$EPOCHREALTIME
    /usr/bin/time -a -o "$FOLDER/figures" -f '%M' "$@" >/dev/null
    local ended=$EPOCHREALTIME
    # The first run fills caches and is not counted.
    if ((run)); then
      printf '%s %s\n' "$((${ended/[.,]/} - ${began/[.,]/}))" "$(tail -n 1 "$FOLDER/figures")" >>"$FOLDER/times"
    fi
  done
  sort -n "$FOLDER/times" | awk -v name="$name" '
    { wall[NR] = $1 / 1000; if ($2 > peak) peak = $2 }
    END { printf "%-44s %-26s %.0f\n", name, sprintf("%.0f (%.0f to %.0f)", wall[int((NR + 1) / 2)], wall[1], wall[NR]), peak / 1024 }'
}

renew_kong() { renew kong; }
renew_dumped() { renew dumped; }
make_old() {
  renew kong
  "$NATIVE_BINARY" bootstrap -q --gateway-version 2.8 -c "$FOLDER/kong.conf"
}
make_upgraded() {
  make_old
  "$NATIVE_BINARY" up -q -c "$FOLDER/kong.conf"
}

renew() {
  sql postgres -c "DROP DATABASE $1" -c "CREATE DATABASE $1"
}

sql() {
  local database=$1
  shift
  "$POSTGRES_BIN/psql" -X -q -h 127.0.0.1 -p "$PORT" -U kong "$database" "$@"
}

start() {
  chmod 755 "$FOLDER"
  mkdir "$FOLDER/data"
  if is_root; then
    chown "$USER_OF_SERVER" "$FOLDER/data"
  fi
  as_user "$USER_OF_SERVER" "$POSTGRES_BIN/initdb" -D "$FOLDER/data" -U kong --auth=trust --locale=C --encoding=UTF8 >"$FOLDER/log"
  PORT=$((20000 + RANDOM % 20000))
  as_user "$USER_OF_SERVER" "$POSTGRES_BIN/pg_ctl" -D "$FOLDER/data" -w -l "$FOLDER/data/server.log" \
    -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start >"$FOLDER/log" </dev/null \
    || fail "PostgreSQL did not start on port $PORT." "Run this again."
}

stop() {
  as_user "$USER_OF_SERVER" "$POSTGRES_BIN/pg_ctl" -D "$FOLDER/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$FOLDER"
}

main
