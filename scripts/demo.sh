#!/usr/bin/env bash
# Makes docs/demo.svg from a real run. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh

COLUMNS_SHOWN=100

usage() {
  cat <<'USAGE'
Usage: scripts/demo.sh [--conf FILE] [OUTPUT]

Upgrades a database of Kong 3.4 to 3.9 in a terminal, records what migrator prints, and draws it as an animated SVG: docs/demo.svg, or
OUTPUT. The server is a temporary PostgreSQL, removed at the end. Needs Node.js, script (util-linux) and PostgreSQL's programs.

  --conf FILE   use the empty database of this kong.conf instead
  --help        show this

MIGRATOR_BINARY       a migrator to use; without it the native binary is published from this clone
MIGRATOR_TEST_PG_BIN  names the folder of PostgreSQL's programs, where they are in an unusual place
USAGE
}

main() {
  local given='' output=docs/demo.svg
  while (($#)); do
    case $1 in
      -h | --help) usage; return ;;
      --conf)
        [[ -f ${2-} ]] || fail "--conf needs a file." "See scripts/demo.sh --help"
        given=$(realpath -- "$2")
        shift
        ;;
      -*) fail "demo.sh does not know '$1'." "See scripts/demo.sh --help" ;;
      *) output=$1 ;;
    esac
    shift
  done
  output=$(realpath -- "$output")
  for program in node script; do
    command -v "$program" >/dev/null || fail "There is no '$program' on the PATH, which draws or records the run."
  done
  ensure_postgres
  find_binary
  WORK=$(mktemp -d)
  DATA=
  trap clean_up EXIT
  mkdir "$WORK/bin" "$WORK/run"
  ln -s "$BINARY" "$WORK/bin/migrator"
  PATH=$WORK/bin:$PATH

  # The settings are those of the demonstration alone.
  forget_settings MIGRATOR_TEST_PG_BIN
  unset NO_COLOR
  if [[ -n $given ]]; then
    cp "$given" "$WORK/run/kong.conf"
  else
    start_server
  fi
  record
  node scripts/demo.mjs "$COLUMNS_SHOWN" "$WORK/recording" >"$output"
  say "Wrote $output, $(stat -c %s "$output") bytes."
}

find_binary() {
  BINARY=${MIGRATOR_BINARY:-}
  if [[ -z $BINARY ]]; then
    require_dotnet
    ensure_toolchain || fail "The native binary cannot be built here." "Name a migrator in MIGRATOR_BINARY."
    publish_native
    BINARY=$NATIVE_BINARY
  fi
  BINARY=$(realpath -- "$BINARY")
  [[ -x $BINARY ]] || fail "$BINARY is not a program."
}

start_server() {
  local user
  user=$(server_user)
  DATA=$(mktemp -d "${TMPDIR:-/tmp}/migrator-demo.XXXXXX")
  if is_root; then
    chown "$user" "$DATA"
  fi
  PORT=$((20000 + RANDOM % 10000))
  as_user "$user" "$POSTGRES_BIN/initdb" -D "$DATA/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >"$WORK/log"
  as_user "$user" "$POSTGRES_BIN/pg_ctl" -D "$DATA/data" -w -t 60 -l "$DATA/server.log" \
    -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" start >>"$WORK/log" </dev/null \
    || fail "PostgreSQL did not start." "Run this again: port $PORT may have been taken."
  query postgres -c 'CREATE ROLE kong LOGIN' -c 'CREATE DATABASE kong OWNER kong'
  printf 'pg_host = 127.0.0.1\npg_port = %s\n' "$PORT" >"$WORK/run/kong.conf"
}

query() {
  "$POSTGRES_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PORT" -U postgres -d "$@"
}

# A database of 3.4 with plugins whose rows an upgrade rewrites. Then each command, in a terminal of this width.
record() {
  (cd "$WORK/run" && migrator bootstrap --gateway-version 3.4 --quiet -c kong.conf >/dev/null) \
    || fail "The database is not an empty one, or cannot be reached."
  if [[ -n $DATA ]]; then
    query kong <<'SQL'
INSERT INTO services (id, name, protocol, host, port, ws_id)
  SELECT md5('s' || n)::uuid, 'service-' || n, 'http', 'service-' || n || '.internal', 80, id FROM workspaces, generate_series(1, 24) AS n;
INSERT INTO plugins (id, name, service_id, config, enabled, ws_id)
  SELECT md5('p' || n)::uuid, 'rate-limiting', md5('s' || n)::uuid, '{"minute": 60, "policy": "redis", "redis_host": "redis.internal",
         "redis_port": 6379, "redis_timeout": 2000, "redis_database": 0}', true, id FROM workspaces, generate_series(1, 24) AS n;
SQL
  fi
  run 0 migrator plan up --count -c kong.conf
  run 0 migrator up -c kong.conf
  comment '# now roll out Kong 3.9, node by node'
  run 4 migrator list -c kong.conf
  run 0 migrator finish -c kong.conf
  run 0 migrator verify -c kong.conf

  # The temporary server has another port each time.
  sed -i "s/127\.0\.0\.1:${PORT:-5432}/127.0.0.1:5432/" "$WORK/recording"
}

# run CODE COMMAND...: records a command, which must end with CODE.
run() {
  local wanted=$1 status=0
  shift
  printf '\n@@ $ %s\n' "$*" >>"$WORK/recording"
  (cd "$WORK/run" && TERM=xterm script --quiet --return --command "stty cols $COLUMNS_SHOWN rows 40; $*" /dev/null </dev/null) \
    >>"$WORK/recording" || status=$?
  ((status == wanted)) || fail "'$*' ended with $status instead of $wanted."
}

comment() {
  printf '\n@@ $ %s\n' "$*" >>"$WORK/recording"
}

clean_up() {
  local status=$?
  trap - EXIT
  if [[ -n $DATA ]]; then
    as_user "$(server_user)" "$POSTGRES_BIN/pg_ctl" -D "$DATA/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$DATA"
  fi
  rm -rf "$WORK"
  exit "$status"
}

main "$@"
