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
Usage: ./test.sh [--no-native] [arguments for dotnet test]

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

native=yes
arguments=()
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --no-native) native=no ;;
    --) arguments+=("$@"); break ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

require_dotnet
ensure_postgres
export MIGRATOR_TEST_PG_BIN=$POSTGRES_BIN
if [[ -z ${MIGRATOR_TEST_PG_VERSIONS:-} ]]; then
  fetch_postgres_versions
fi

if [[ $native == no ]]; then
  unset MIGRATOR_TEST_BINARY
elif [[ -n ${MIGRATOR_TEST_BINARY:-} ]]; then
  [[ $MIGRATOR_TEST_BINARY == /* && -f $MIGRATOR_TEST_BINARY && -x $MIGRATOR_TEST_BINARY ]] \
    || fail "MIGRATOR_TEST_BINARY is '$MIGRATOR_TEST_BINARY', which is not the absolute path of a program." "Correct it, or unset it to have one published."
elif ensure_toolchain; then
  say "Publishing the native binary (a minute or two the first time) ..."
  publish_native
  export MIGRATOR_TEST_BINARY=$NATIVE_BINARY
else
  say "Tests of the built program run the plain build. (--no-native says so without asking.)"
fi

say "Testing ${MIGRATOR_TEST_BINARY:-the plain build} with PostgreSQL in $MIGRATOR_TEST_PG_BIN"
exec dotnet test migrator.sln ${arguments[@]+"${arguments[@]}"}
