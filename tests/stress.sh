#!/usr/bin/env bash
# The long form of the tests under stress, and its counts. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh

usage() {
  cat <<'USAGE'
Usage: tests/stress.sh [arguments for dotnet test]

Runs every upgrade from each version to each newer one, Kong killed after each of its migrations, the schema of each gateway version on each
version of PostgreSQL, and what others plant, by more types; then 50 x 20 concurrent bootstraps, ups and migrates, 200 kills at random
instants, a cut at every message of a bootstrap in both directions, server restarts under load, messages that are late, swallowed or cut (a
slow ROLLBACK among them), 30 rounds of all commands at once through PgBouncer, and a runner that is stopped in its transaction for 72
seconds: against the native binary, on PostgreSQL servers of its own. Prints counts; exits with 0 if nothing went wrong. It takes about 20
minutes on two cores. The tests behind PgBouncer are skipped where it is not installed, and that of Ctrl-C where this was started in the
background.

MIGRATOR_TEST_BINARY        a native binary instead of publishing one
MIGRATOR_TEST_PG_VERSIONS   a folder with other PostgreSQL versions to try too, as ./test.sh fetches them
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
# One test at a time: each brings its own crowd.
dotnet test tests/Migrator.Tests --configuration Release --no-build "$@" \
  --filter 'FullyQualifiedName~Concurrency|FullyQualifiedName~Planted' \
  -- NUnit.NumberOfTestWorkers=1 || status=$?
say
say "Counts:"
sort "$MIGRATOR_STRESS_REPORT"
rm -f "$MIGRATOR_STRESS_REPORT"
exit "$status"
