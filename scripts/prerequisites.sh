# shellcheck shell=bash
# Finds or installs what quickstart.sh, test.sh and .ci/run need: the .NET SDK, a PostgreSQL server, a C toolchain. Source this file.
# It installs packages only as root on a machine with apt-get. Otherwise it prints what to install.

# The path of the program that publish_native builds.
NATIVE_BINARY=$PWD/artifacts/publish/Migrator/release/migrator
export DOTNET_NOLOGO=1 NATIVE_BINARY

say() {
  printf '%s\n' "$*"
}

# fail WHAT [REMEDY...]: prints one line that says what happened and lines that say what to do, and exits with 1.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  if (($#)); then
    printf '  %s\n' "$@" >&2
  fi
  exit 1
}

is_root() {
  [[ $(id -u) -eq 0 ]]
}

can_install() {
  is_root && command -v apt-get >/dev/null
}

# apt_install PACKAGE...: if it fails, prints the last lines of apt-get's output and returns 1.
apt_install() {
  local log
  log=$(mktemp)
  say "Installing $* with apt-get ..."
  if ! apt_quietly install "$@" >"$log" 2>&1; then
    # A new image has no package lists, and an old one has outdated lists.
    if ! { apt_quietly update && apt_quietly install "$@"; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      return 1
    fi
  fi
  rm -f "$log"
}

apt_quietly() {
  DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=120 -o APT::Install-Recommends=false "$@" </dev/null
}

# install_command APT DNF APK BREW: prints the command that installs a package on this machine, for messages. Arguments: package names.
install_command() {
  if command -v apt-get >/dev/null; then
    printf 'sudo apt-get install %s' "$1"
  elif command -v dnf >/dev/null; then
    printf 'sudo dnf install %s' "$2"
  elif command -v apk >/dev/null; then
    printf 'sudo apk add %s' "$3"
  elif command -v brew >/dev/null; then
    printf 'brew install %s' "$4"
  else
    printf "%s, with this machine's package manager" "$1"
  fi
}

# --- .NET ---------------------------------------------------------------------------------------------------------------------------

require_dotnet() {
  local folder said
  if ! command -v dotnet >/dev/null; then
    folder=${DOTNET_ROOT:-${HOME:-}/.dotnet}
    [[ -x $folder/dotnet ]] || fail "There is no 'dotnet' on the PATH." \
      "Install the .NET SDK 10.0 (https://dotnet.microsoft.com/download), or put the folder it is in on the PATH."
    PATH=$folder:$PATH
    export PATH
  fi
  said=$(dotnet --version 2>&1) || fail "The .NET SDK that global.json asks for is not installed. 'dotnet --version' says:" \
    "$said" "Install the .NET SDK 10.0: https://dotnet.microsoft.com/download"

  # Programs that are not native find the runtime through DOTNET_ROOT if it is not in the default location.
  folder=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
  if [[ -z ${DOTNET_ROOT:-} && -d $folder/host/fxr ]]; then
    export DOTNET_ROOT=$folder
  fi
}

# --- PostgreSQL ---------------------------------------------------------------------------------------------------------------------

# Sets POSTGRES_BIN to MIGRATOR_TEST_PG_BIN if that is set, otherwise to the newest server in the folders of Debian, Red Hat and Homebrew,
# otherwise to the server in PATH. The tests search the same folders (PostgresBinaries.cs).
find_postgres() {
  local folder
  POSTGRES_BIN=
  while IFS= read -r folder; do
    if [[ -x $folder/initdb && -x $folder/pg_ctl && -x $folder/postgres ]]; then
      # shellcheck disable=SC2034 # used by scripts that source this file
      POSTGRES_BIN=$folder
      return 0
    fi
  done < <(postgres_folders)
  return 1
}

postgres_folders() {
  local program
  if [[ -n ${MIGRATOR_TEST_PG_BIN:-} ]]; then
    printf '%s\n' "$MIGRATOR_TEST_PG_BIN"
    return
  fi
  printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
  printf '%s\n' /usr/pgsql-*/bin | sort -rV
  printf '%s\n' /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin | sort -rV
  if program=$(command -v initdb); then
    dirname -- "$(readlink -f -- "$program")"
  fi
}

# Finds or installs a PostgreSQL server. If neither is possible, exits with an error.
ensure_postgres() {
  local command
  if find_postgres; then
    return
  fi
  if [[ -n ${MIGRATOR_TEST_PG_BIN:-} ]]; then
    fail "MIGRATOR_TEST_PG_BIN is '$MIGRATOR_TEST_PG_BIN', but initdb, pg_ctl and postgres are not there." \
      "Name the folder that has them (Debian: /usr/lib/postgresql/VERSION/bin), or unset it to have one found."
  fi
  command=$(install_command postgresql postgresql-server postgresql postgresql@17)
  if ! can_install; then
    fail "There is no PostgreSQL server on this machine (no initdb, pg_ctl and postgres)." \
      "Install one:  $command" \
      "Or, where one is in an unusual place, name its folder:  export MIGRATOR_TEST_PG_BIN=/path/to/bin" \
      "Then run this again. (As root on Debian or Ubuntu this script installs it.)"
  fi
  if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
    # Only the programs are needed. Without this setting, Debian also creates and starts a server on port 5432.
    apt_install postgresql-common \
      || fail "apt-get could not install postgresql-common; what it said is above." "Install PostgreSQL:  $command"
    sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  fi
  apt_install postgresql || fail "apt-get could not install PostgreSQL; what it said is above." "Install it yourself:  $command"
  find_postgres || fail "apt-get installed PostgreSQL, but initdb, pg_ctl and postgres are not where they should be." \
    "Name the folder that has them:  export MIGRATOR_TEST_PG_BIN=/path/to/bin"
}

# Finds or installs PgBouncer and Pgpool-II, which some tests need. If neither is possible, prints how to install them; those tests are
# skipped.
ensure_pooler() {
  ensure_one_pooler pgbouncer pgbouncer "$(install_command pgbouncer pgbouncer pgbouncer pgbouncer)"
  ensure_one_pooler pgpool pgpool2 "$(install_command pgpool2 pgpool-II pgpool pgpool-ii)"
}

# ensure_one_pooler PROGRAM PACKAGE COMMAND: COMMAND installs it by hand.
ensure_one_pooler() {
  if ! PATH=$PATH:/usr/sbin command -v "$1" >/dev/null; then
    if ! can_install || ! apt_install "$2"; then
      say "Tests behind $1 are skipped. To run them:  $3"
    elif command -v systemctl >/dev/null; then
      # Only the program is needed, not the service that Debian starts.
      systemctl disable --now "$2" >/dev/null 2>&1 || true
    fi
  fi
}

# Prints the user who runs the server: PostgreSQL refuses to run as root.
server_user() {
  if ! is_root; then
    id -un
  elif id postgres >/dev/null 2>&1; then
    printf 'postgres\n'
  else
    printf 'nobody\n'
  fi
}

# forget_settings [VARIABLE...]: unsets the variables of the gateway and of migrator except the named ones, so that the settings of the
# caller lead nothing to another database.
forget_settings() {
  local name
  for name in $(compgen -e KONG_ || true) $(compgen -e MIGRATOR_ || true); do
    [[ " $* " == *" $name "* ]] || unset "$name"
  done
}

# as_user USER COMMAND...: runs a command as a user, in a folder that every user can enter, without exported variables of libpq.
as_user() {
  local user=$1
  shift
  (
    cd /
    unset PGDATA PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE PGOPTIONS PGSSLMODE PGPASSWORD
    if [[ $user == "$(id -un)" ]]; then
      exec "$@"
    fi
    command -v setpriv >/dev/null \
      || fail "Root needs 'setpriv' to run PostgreSQL as '$user'." "Install util-linux, or run this as an ordinary user."
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
  )
}

# --- The native binary --------------------------------------------------------------------------------------------------------------

# Whether LuaJIT and PCRE2 are here, which the program loads when it is not native. Their names without a version come with the headers.
has_libraries() {
  local known
  known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || return 1
  [[ $known == *'libluajit-5.1.so '* && $known == *'libpcre2-8.so '* ]]
}

# Finds or installs LuaJIT and PCRE2. If neither is possible, prints how to install them.
ensure_libraries() {
  if has_libraries || { can_install && apt_install libluajit-5.1-dev libpcre2-dev; }; then
    return 0
  fi
  say "LuaJIT and PCRE2 are not here, with which migrator judges rows and numbers. To have them:"
  say "  $(install_command 'libluajit-5.1-dev libpcre2-dev' 'luajit-devel pcre2-devel' 'luajit-dev pcre2-dev' 'luajit pcre2')"
}

# Whether the compiler that 'dotnet publish' would use can build a program with zlib and the libraries in it. It builds one to find out.
has_toolchain() {
  local compiler folder status=0
  compiler=$(command -v clang || command -v gcc) || return 1
  folder=$(mktemp -d)
  printf '#include <zlib.h>\nint main(void) { return zlibVersion() == 0; }\n' >"$folder/probe.c"
  "$compiler" "$folder/probe.c" -lz -l:libluajit-5.1.a -l:libpcre2-8.a -lm -o "$folder/probe" 2>/dev/null || status=1
  rm -rf "$folder"
  return "$status"
}

# Finds or installs a C toolchain. If neither is possible, prints how to install one and returns 1.
ensure_toolchain() {
  if has_toolchain; then
    return 0
  fi
  if can_install && apt_install clang zlib1g-dev libluajit-5.1-dev libpcre2-dev && has_toolchain; then
    return 0
  fi
  say "There is no C toolchain here, which a native binary needs. To have it:"
  say "  $(install_command 'clang zlib1g-dev libluajit-5.1-dev libpcre2-dev' 'clang zlib-devel luajit-devel pcre2-static' \
    'clang build-base zlib-dev luajit-dev pcre2-dev' 'llvm luajit pcre2')"
  return 1
}

# Builds the native binary: about a minute the first time, seconds if nothing has changed. The analyzers are left out: 'dotnet build' runs
# them. The output goes to a file, because dotnet's build servers keep running and would keep a pipe open.
publish_native() {
  mkdir -p artifacts
  if ! dotnet publish src/Migrator --configuration Release -p:RunAnalyzers=false --tl:off >artifacts/publish.log 2>&1 </dev/null; then
    tail -n 30 artifacts/publish.log >&2
    fail "'dotnet publish src/Migrator' failed; its last lines are above, all of them in artifacts/publish.log."
  fi
}
