#!/usr/bin/env bash
# Writes scripts/startup.order: the functions of the native binary that ordinary runs call. The compiler puts them next to each other,
# so that a run loads fewer pages of the binary (docs/decisions/0010-order-of-functions.md). A name that no longer exists has no effect, and
# a missing one costs a page; run this again after an update of .NET or Npgsql, or when benchmarks/run.sh shows that memory has grown.
#
#   scripts/startup-order.sh
#
# Needs valgrind, binutils and openssl, and Linux on x86_64. It starts a PostgreSQL server of its own.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=benchmarks/server.sh
. benchmarks/server.sh

BINARY=artifacts/order/out/migrator

main() {
  local program
  for program in valgrind strip nm openssl; do
    command -v "$program" >/dev/null || fail "There is no '$program' on the PATH." "Install valgrind, binutils and openssl."
  done
  require_dotnet
  ensure_postgres
  ensure_toolchain || fail "The native binary cannot be built here."
  FOLDER=$(mktemp -d)
  trap stop EXIT
  build
  start_server -c fsync=off

  trace --version
  trace --help
  write_conf "$FOLDER/scram.conf" scram "$PORT" tls
  write_conf "$FOLDER/iam.conf" iam "$PORT" tls
  renew iam
  trace bootstrap -c "$FOLDER/iam.conf" --iam-spread 0
  trace up -c "$FOLDER/iam.conf" --iam-spread 0
  renew scram
  run "$BINARY" bootstrap --gateway-version 2.8 -c "$FOLDER/scram.conf"
  trace list -c "$FOLDER/scram.conf"
  trace up -c "$FOLDER/scram.conf"
  trace finish -c "$FOLDER/scram.conf"
  trace up -c "$FOLDER/scram.conf"
  write_names
}

stop() {
  stop_server
  rm -rf "$FOLDER"
}

# A binary with the names of its functions. Valgrind cannot read the rest of what a debugger needs.
build() {
  say "Building the binary."
  run dotnet publish src/Migrator --configuration Release --tl:off -p:RunAnalyzers=false -p:NativeDebugSymbols=true \
    -p:StripSymbols=false --artifacts-path artifacts/order --output artifacts/order/out
  strip --strip-debug "$BINARY"
}

# trace ARGUMENT...: runs the binary in valgrind, which writes down every function that is called. Each step takes 30 times as long as
# usual, so no time limit may end it.
trace() {
  say "Tracing: migrator ${*/#"$FOLDER"/...}"
  AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY AWS_REGION=eu-central-1 \
    KONG_PG_TIMEOUT=100000 run valgrind --tool=callgrind --callgrind-out-file="$FOLDER/trace.%p" "$BINARY" "$@"
}

# run COMMAND ARGUMENT...: list ends with 5 if migrations are new, which is no failure here.
run() {
  local status=0
  "$@" >"$FOLDER/log" 2>&1 </dev/null || status=$?
  ((status == 0 || status == 5)) || { tail -n 15 "$FOLDER/log" >&2; fail "'$1' failed with $status; what it said is above."; }
}

# Only functions of the binary's managed code: the compiler knows no others. Sorted, so that little changes
# from one time to the next.
write_names() {
  local file=scripts/startup.order names=$FOLDER/names
  sed -nE "s/^c?fn=\([0-9]+\) ([^']*).*/\1/p" "$FOLDER"/trace.* | LC_ALL=C sort -u >"$FOLDER/called"
  nm "$BINARY" | awk 'tolower($2) == "t" { print $3 }' | LC_ALL=C sort -u >"$FOLDER/known"
  LC_ALL=C comm -12 "$FOLDER/called" "$FOLDER/known" | sed '/^_Z/d' >"$names"
  (($(wc -l <"$names") > 1000)) || fail "Valgrind named only $(wc -l <"$names") functions of the binary." "Is it another version?"
  cp "$names" "$file"
  say "$file: $(wc -l <"$file") functions."
}

main "$@"
