#!/usr/bin/env bash
# Runs every test. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=scripts/postgres-versions.sh
. scripts/postgres-versions.sh

usage() {
  cat <<'USAGE'
Usage: ./test.sh [--no-native] [arguments for dotnet test] [-- settings for the test run]

Publishes the native binary and runs every test, those of the built program against that binary. The tests start PostgreSQL servers of
their own and remove them. Needs the .NET SDK 10 and PostgreSQL's programs; as root on Debian or Ubuntu it installs what is missing.

  --no-native   do not publish: tests of the built program run the plain build
  --help        show this

  ./test.sh --filter FullyQualifiedName~Ledger
  ./test.sh --no-native --logger trx

MIGRATOR_TEST_PG_BIN     the folder of PostgreSQL's programs, where they are in an unusual place
MIGRATOR_TEST_PG_VERSIONS  a folder with other versions of PostgreSQL, as postgres-13/native/bin ... (else they are fetched with npm)
MIGRATOR_TEST_BINARY     a native binary to test instead of publishing one
USAGE
}

# Prints where the data of the servers goes: in memory, if there is plenty. On some file systems, copying databases takes most of the time.
folder_of_servers() {
  local megabytes
  if [[ -z ${TMPDIR:-} && -w /dev/shm && $(stat --file-system --format %T /dev/shm 2>/dev/null) == tmpfs ]]; then
    megabytes=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
    if ((megabytes > 8000 && $(df --output=avail -B1M /dev/shm | tail -n 1) > 4000)); then
      printf '/dev/shm\n'
      return
    fi
  fi
  printf '%s\n' "${TMPDIR:-/tmp}"
}

clean_up() {
  local status=$? file pid
  trap - EXIT
  if [[ -n $fetching ]]; then
    kill -- "-$fetching" 2>/dev/null || true
  fi
  for file in "$MIGRATOR_TEST_FOLDER"/*/data/postmaster.pid; do
    if [[ -f $file ]] && read -r pid <"$file"; then
      kill -QUIT "$pid" 2>/dev/null || true
      for _ in {1..50}; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
      done
    fi
  done
  rm -rf "$MIGRATOR_TEST_FOLDER"
  exit "$status"
}

native=yes
arguments=() settings=()
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --no-native) native=no ;;
    --) shift; settings=("$@"); break ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

require_dotnet
ensure_postgres
ensure_libraries
ensure_pooler
export MIGRATOR_TEST_PG_BIN=$POSTGRES_BIN

# The servers of the tests are in here. They live on when the tests are interrupted, so they are stopped and removed from here as well.
MIGRATOR_TEST_FOLDER=$(mktemp -d "$(folder_of_servers)/migrator-tests-XXXXXX")
chmod 755 "$MIGRATOR_TEST_FOLDER"
export MIGRATOR_TEST_FOLDER
fetching=
trap clean_up EXIT

# Downloading takes the network's time, publishing the processors'.
if [[ -z ${MIGRATOR_TEST_PG_VERSIONS:-} ]]; then
  set -m
  fetch_postgres_versions >"$MIGRATOR_TEST_FOLDER/versions.log" 2>&1 &
  fetching=$!
  set +m
fi

if [[ $native == no ]]; then
  unset MIGRATOR_TEST_BINARY
elif [[ -n ${MIGRATOR_TEST_BINARY:-} ]]; then
  [[ $MIGRATOR_TEST_BINARY == /* && -f $MIGRATOR_TEST_BINARY && -x $MIGRATOR_TEST_BINARY ]] \
    || fail "MIGRATOR_TEST_BINARY is '$MIGRATOR_TEST_BINARY', which is not the absolute path of a program." \
      "Correct it, or unset it to have one published."
elif ensure_toolchain; then
  say "Publishing the native binary (a minute or two the first time) ..."
  publish_native
  export MIGRATOR_TEST_BINARY=$NATIVE_BINARY
else
  say "Tests of the built program run the plain build. (--no-native says so without asking.)"
fi

if [[ -n $fetching ]]; then
  wait "$fetching" || true
  fetching=
  cat "$MIGRATOR_TEST_FOLDER/versions.log"
  find_postgres_versions
fi

say "Testing ${MIGRATOR_TEST_BINARY:-the plain build} with PostgreSQL in $MIGRATOR_TEST_PG_BIN"
# In the configuration that was published, so that nothing is compiled twice; the analyzers are for those who write the code, and 'dotnet
# build' runs them. Half of the tests wait for something most of the time, so there are twice as many at once as processors.
workers=$((2 * $(getconf _NPROCESSORS_ONLN)))
dotnet test migrator.sln --configuration Release -p:RunAnalyzers=false ${arguments[@]+"${arguments[@]}"} \
  -- "NUnit.NumberOfTestWorkers=$workers" ${settings[@]+"${settings[@]}"}
