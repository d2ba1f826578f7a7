#!/usr/bin/env bash
# From a clone to a migrated database in one command. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh

HOME_FOLDER=$(pwd -P)/.quickstart
CONF=$HOME_FOLDER/kong.conf
PASSWORDS=$HOME_FOLDER/pgpass

usage() {
  cat <<'USAGE'
Usage: ./quickstart.sh [--build | --remove | --help]

Starts a throwaway PostgreSQL server on a free port of 127.0.0.1, and makes Kong Gateway's tables with migrator: with the installed one, if
there is one, else it builds this clone, for which it needs the .NET SDK 10. As root on Debian or Ubuntu it installs PostgreSQL and a C
toolchain where they are missing. Everything it makes is in .quickstart/ and artifacts/. Run it again and it continues with the same server.

  --build    build this clone, even if a migrator is installed
  --remove   stop the server and delete .quickstart/
  --help     show this

MIGRATOR_BINARY       a migrator to use instead of the one on the PATH
MIGRATOR_TEST_PG_BIN  names the folder of PostgreSQL's programs, where they are in an unusual place.
USAGE
}

main() {
  local builds=
  (($# <= 1)) || fail "quickstart.sh takes one option at most." "See ./quickstart.sh --help"
  case "${1-}" in
    '') ;;
    --build) builds=yes ;;
    --remove) remove; return ;;
    -h | --help) usage; return ;;
    *) fail "quickstart.sh does not know '$1'." "See ./quickstart.sh --help" ;;
  esac
  trap 'printf "error: quickstart.sh stopped at its line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

  ensure_postgres
  require_own_folder
  if [[ -n $builds ]] || ! find_installed; then
    require_dotnet
    build
  fi
  start_server
  migrate
  say_what_next
}

# --- The program --------------------------------------------------------------------------------------------------------------------

# Finds a migrator that was downloaded and installed. Sets the same as build.
find_installed() {
  MIGRATOR_SHOWN=${MIGRATOR_BINARY:-$(type -P migrator || true)}
  [[ -n $MIGRATOR_SHOWN ]] || return 1
  [[ -x $MIGRATOR_SHOWN && ! -d $MIGRATOR_SHOWN ]] || fail "MIGRATOR_BINARY is '$MIGRATOR_SHOWN', which is not a program." \
    "Correct it, or unset it to have one built."
  MIGRATOR=("$MIGRATOR_SHOWN")
  say "Using $MIGRATOR_SHOWN, $("${MIGRATOR[@]}" --version | head -n 1). To build this clone instead:  ./quickstart.sh --build"
}

# Sets MIGRATOR, the words that run the program, and MIGRATOR_SHOWN, the same for people.
build() {
  if ensure_toolchain; then
    say "Building the native binary (a minute or two the first time) ..."
    publish_native
    MIGRATOR=("$NATIVE_BINARY")
  else
    say "Building without it: the same program, slower to start."
    ensure_libraries
    mkdir -p artifacts
    if ! dotnet build src/Migrator --tl:off >artifacts/build.log 2>&1 </dev/null; then
      tail -n 30 artifacts/build.log >&2
      fail "'dotnet build src/Migrator' failed; its last lines are above, all of them in artifacts/build.log."
    fi
    MIGRATOR=(dotnet "$PWD/artifacts/bin/Migrator/debug/migrator.dll")
  fi
  MIGRATOR_SHOWN="${MIGRATOR[*]}"
  MIGRATOR_SHOWN=${MIGRATOR_SHOWN//"$PWD/"/}
}

migrate() {
  local status=0

  # A KONG_PG_HOST that somebody has exported overrides kong.conf, and would send bootstrap to another database.
  local name
  for name in $(compgen -e KONG_ || true); do
    say "Ignoring \$$name: this is about the throwaway server."
    unset "$name"
  done

  shown bootstrap
  shown list || status=$?
  shown status
  case $status in
    0) ;;
    3 | 4 | 5) fail "'migrator list' ended with $status: the database of an earlier quickstart is not up to date." \
      "Run '$MIGRATOR_SHOWN up -c .quickstart/kong.conf' and 'finish', or './quickstart.sh --remove' and start again." ;;
    *) fail "'migrator list' ended with $status." ;;
  esac
}

shown() {
  say
  say "\$ $MIGRATOR_SHOWN $1 -c .quickstart/kong.conf"
  "${MIGRATOR[@]}" "$1" -c "$CONF"
}

say_what_next() {
  local psql=psql
  command -v psql >/dev/null || psql=$POSTGRES_BIN/psql
  say
  say "The tables are there. Look at them, from this folder:"
  say "  PGPASSFILE=.quickstart/pgpass $psql -h 127.0.0.1 -p $PORT -U kong kong -c 'TABLE schema_meta'"
  say "  $MIGRATOR_SHOWN --help"
  say "Remove the server and its data:"
  say "  ./quickstart.sh --remove"
}

# --- The server ---------------------------------------------------------------------------------------------------------------------

# Sets SERVER_USER, DATA, and TEMPORARY where the data is in a temporary folder. Whoever made the data folder runs the server.
locate_data() {
  local folder='' owner=''
  SERVER_USER=$(server_user)
  TEMPORARY=
  DATA=$HOME_FOLDER/data
  if [[ -s $HOME_FOLDER/temporary-folder ]]; then
    { read -r folder && read -r owner; } <"$HOME_FOLDER/temporary-folder" || true
  fi
  # In a copy of this clone, the folder is the original's. After a move, it is still ours.
  if [[ $folder == */migrator-quickstart.?????? && ($owner == "$HOME_FOLDER" || ! -e $owner) ]]; then
    TEMPORARY=$folder
    DATA=$TEMPORARY/data
  fi
  if is_root && [[ -d $DATA ]]; then
    SERVER_USER=$(find "$DATA" -maxdepth 0 -printf '%u')
  fi
}

require_own_folder() {
  mkdir -p "$HOME_FOLDER"
  if [[ ! -O $HOME_FOLDER ]] && ! is_root; then
    fail ".quickstart/ belongs to another user." "Remove it as that user (./quickstart.sh --remove), or use a clone of your own."
  fi
  # The server's user passes through; the passwords in it are for the owner alone.
  chmod 711 "$HOME_FOLDER"
}

# Waits for a quickstart.sh that still runs, or for an initdb that it has left: the programs that it starts from here on, except the
# server, keep the lock.
take_turns() {
  command -v flock >/dev/null || return 0
  exec 8>"$HOME_FOLDER/lock"
  flock -w 120 8 || fail "Another quickstart.sh is at work in this clone." "Wait for it, or end it, and run this again."
}

start_server() {
  take_turns
  locate_data
  if [[ ! -s $DATA/PG_VERSION ]]; then
    make_data
  fi
  if is_running; then
    wait_until_ready
    PORT=$(sed -n 4p "$DATA/postmaster.pid")
    say "PostgreSQL is running already: 127.0.0.1:$PORT, data in $DATA"
  else
    start_on_free_port
    say "PostgreSQL is running: 127.0.0.1:$PORT, data in $DATA"
  fi
  write_conf
  make_database
}

# A data folder that its user can reach: in the clone if that can be, else in the folder for temporary files.
# It gets its name when it is complete, so that one that an interrupted run has left is made anew.
make_data() {
  rm -rf "$DATA" "$HOME_FOLDER/data.new" ${TEMPORARY:+"$TEMPORARY"} "$HOME_FOLDER/temporary-folder"
  DATA=$HOME_FOLDER/data
  if ! as_user "$SERVER_USER" test -x "$HOME_FOLDER"; then
    TEMPORARY=$(mktemp -d "${TMPDIR:-/tmp}/migrator-quickstart.XXXXXX")
    printf '%s\n' "$TEMPORARY" "$HOME_FOLDER" >"$HOME_FOLDER/temporary-folder"
    chmod 711 "$TEMPORARY"
    DATA=$TEMPORARY/data
    say "The user '$SERVER_USER', who runs the server, cannot enter this clone: its data goes to $TEMPORARY."
  fi

  # A password for each, though only this machine can connect: a superuser without one would lend everybody here the server's user.
  (
    umask 077
    printf '127.0.0.1:*:*:postgres:%s\n127.0.0.1:*:*:kong:%s\n' "$(random)" "$(random)" >"$PASSWORDS"
    password_of postgres >"$HOME_FOLDER/superuser"
  )
  mkdir "$DATA.new"
  mv "$HOME_FOLDER/superuser" "$DATA.password"
  if is_root; then
    chown "$SERVER_USER" "$DATA.new" "$DATA.password"
  fi
  chmod 700 "$DATA.new"
  if ! as_user "$SERVER_USER" "$POSTGRES_BIN/initdb" -D "$DATA.new" -U postgres --auth=scram-sha-256 --pwfile="$DATA.password" \
    --encoding=UTF8 --locale=C --no-sync >"$HOME_FOLDER/initdb.log" 2>&1; then
    cat "$HOME_FOLDER/initdb.log" >&2
    fail "initdb could not make a data folder; what it said is above." "Run './quickstart.sh --remove' and try again."
  fi
  rm -f "$DATA.password"
  mv "$DATA.new" "$DATA"
}

start_on_free_port() {
  local attempt
  refuse_foreign_server
  PORT=$(sed -n 's/^pg_port = //p' "$CONF" 2>/dev/null || true)
  for attempt in 1 2 3 4 5; do
    if [[ -z $PORT ]] || is_taken "$PORT"; then
      PORT=$(free_port)
    fi
    # The port may have been taken a moment ago, so the server itself has the last word. pg_ctl passes paths to a shell, which would
    # expand a dollar sign in them: so it gets none.
    # shellcheck disable=SC2016 # for the shell that runs it
    if as_user "$SERVER_USER" sh -c 'cd -- "$1" && PGDATA=$1 exec "$2" -w -t 60 -l server.log -o "$3" start' sh \
      "$DATA" "$POSTGRES_BIN/pg_ctl" "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" \
      >"$HOME_FOLDER/start.log" 2>&1 </dev/null 8>&-; then
      return
    fi
    is_taken "$PORT" || break
    PORT=
  done
  tail -n 15 "$HOME_FOLDER/start.log" "$DATA/server.log" >&2 || true
  fail "PostgreSQL did not start (attempt $attempt); what it said is above." \
    "If its data was made by another version of PostgreSQL: './quickstart.sh --remove', and run this again."
}

is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
  local port=$((20000 + RANDOM % 10000))
  while is_taken "$port"; do
    port=$((port + 1))
  done
  printf '%s\n' "$port"
}

# The second line of postmaster.pid is the folder it belongs to, which is another one in a copy of this clone.
is_running() {
  [[ $(sed -n 2p "$DATA/postmaster.pid" 2>/dev/null) == "$DATA" ]] \
    && as_user "$SERVER_USER" "$POSTGRES_BIN/pg_ctl" -D "$DATA" status >/dev/null 2>&1
}

# The last line of postmaster.pid says whether the server takes connections; one that has just been started does not.
wait_until_ready() {
  local _
  for _ in {1..600}; do
    [[ $(sed -n 8p "$DATA/postmaster.pid" 2>/dev/null) == ready* ]] && return
    sleep 0.1
  done
  fail "The server in $DATA does not take connections after 60 s; its log is $DATA/server.log." \
    "Run './quickstart.sh --remove' and start again."
}

refuse_foreign_server() {
  local process folder
  if [[ ! -s $DATA/postmaster.pid ]]; then
    return
  fi
  process=$(sed -n 1p "$DATA/postmaster.pid")
  folder=$(sed -n 2p "$DATA/postmaster.pid")
  if [[ $folder != "$DATA" ]] && ps -p "$process" >/dev/null 2>&1; then
    fail "This clone was copied or moved while its server ran: process $process, for $folder." \
      "Copied: run './quickstart.sh --remove' in the original. Moved: end the server (kill $process). Then run this again."
  fi
}

write_conf() {
  # In the clone and of no use elsewhere, but a password all the same.
  (
    umask 077
    cat >"$CONF" <<CONF
# Written by quickstart.sh at every run, for its throwaway server.
database = postgres
pg_host = 127.0.0.1
pg_port = $PORT
pg_user = kong
pg_password = $(password_of kong)
pg_database = kong
CONF
  )
}

# The gateway's user owns its database and is no superuser, as it should be in earnest.
make_database() {
  local psql=$POSTGRES_BIN/psql
  [[ -x $psql ]] || psql=$(command -v psql) \
    || fail "There is no psql, PostgreSQL's client." "Install it:  $(install_command postgresql-client postgresql postgresql-client libpq)"
  env -u PGOPTIONS -u PGSERVICE -u PGHOSTADDR -u PGSSLMODE PGPASSFILE="$PASSWORDS" "$psql" -X -q -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$PORT" -U postgres -d postgres <<SQL
SELECT 'CREATE ROLE kong LOGIN PASSWORD ''$(password_of kong)''' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kong') \gexec
SELECT 'CREATE DATABASE kong OWNER kong' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kong') \gexec
SQL
}

random() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

password_of() {
  sed -n "s/^127.0.0.1:\*:\*:$1://p" "$PASSWORDS"
}

# --- The end ------------------------------------------------------------------------------------------------------------------------

remove() {
  if [[ ! -d $HOME_FOLDER ]]; then
    say "There is nothing to remove: no .quickstart/ in this clone."
    return
  fi
  if [[ ! -O $HOME_FOLDER ]] && ! is_root; then
    fail ".quickstart/ belongs to another user." "Run './quickstart.sh --remove' as that user, or as root."
  fi
  take_turns
  locate_data
  if [[ -s $DATA/postmaster.pid ]]; then
    refuse_foreign_server
    find_postgres || fail "The server cannot be stopped: PostgreSQL's programs are not found any more." \
      "Name their folder in MIGRATOR_TEST_PG_BIN, or end process $(sed -n 1p "$DATA/postmaster.pid") and run this again."
    if is_running; then
      as_user "$SERVER_USER" "$POSTGRES_BIN/pg_ctl" -D "$DATA" -m fast -w stop >/dev/null || fail "The server did not stop." \
        "End process $(sed -n 1p "$DATA/postmaster.pid") and run this again."
      say "Stopped the server."
    fi
  fi
  if [[ -n $TEMPORARY && -d $TEMPORARY ]]; then
    rm -rf "$TEMPORARY"
    say "Deleted $TEMPORARY."
  fi
  rm -rf "$HOME_FOLDER"
  say "Deleted .quickstart/. What was built stays in artifacts/."
}

main "$@"
