#!/usr/bin/env bash
# Runs the long form of the stress tests and prints counts. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh

usage() {
  cat <<'USAGE'
Usage: tests/stress.sh [arguments for dotnet test]

Runs the long form of the tests with the native binary, on its own PostgreSQL servers:

  - upgrades from each gateway version to each newer one
  - upgrades in which Kong was killed after each of its migrations
  - the schema of each gateway version on each version of PostgreSQL
  - every remedy, pasted, those of PostgreSQL 16 and later too
  - objects that other roles create in the gateway's schema, with more argument types
  - 20 rounds of 50 concurrent runs of bootstrap, up and migrate
  - 200 kills at random instants
  - a bootstrap whose connection is cut at every message, in both directions
  - server restarts under load
  - messages that are delayed, dropped or cut, e.g. a slow ROLLBACK
  - 30 rounds of all commands at once, with and without PgBouncer
  - a runner that is stopped in its transaction for 72 seconds

Prints counts, and exits with 0 if no test failed. It takes about 20 minutes on two cores. The tests through PgBouncer are skipped if it is
not installed. The test of Ctrl-C is skipped if this script was started in the background.

MIGRATOR_TEST_BINARY        the native binary to test; by default one is published
MIGRATOR_TEST_PG_VERSIONS   a folder with other PostgreSQL versions to test, as ./test.sh downloads them
USAGE
}

case ${1-} in
  -h | --help) usage; exit 0 ;;
esac

require_dotnet
ensure_postgres
export MIGRATOR_TEST_PG_BIN=$POSTGRES_BIN
if [[ -z ${MIGRATOR_TEST_BINARY:-} ]]; then
  ensure_toolchain || fail "The native binary cannot be built here."
  publish_native
  export MIGRATOR_TEST_BINARY=$NATIVE_BINARY
fi

export MIGRATOR_STRESS=long
MIGRATOR_STRESS_REPORT=$(mktemp)
export MIGRATOR_STRESS_REPORT
status=0
dotnet build tests/Migrations.Tests --configuration Release -p:RunAnalyzers=false --tl:off -v quiet
dotnet build tests/Migrator.Tests --configuration Release -p:RunAnalyzers=false --tl:off -v quiet
dotnet test tests/Migrations.Tests --configuration Release --no-build "$@" || status=$?
# One test at a time, because each starts many processes.
dotnet test tests/Migrator.Tests --configuration Release --no-build "$@" \
  --filter 'FullyQualifiedName~Concurrency|FullyQualifiedName~Planted|FullyQualifiedName~RemedyTests' \
  -- NUnit.NumberOfTestWorkers=1 || status=$?
say
say "Counts:"
sort "$MIGRATOR_STRESS_REPORT"
rm -f "$MIGRATOR_STRESS_REPORT"
exit "$status"
