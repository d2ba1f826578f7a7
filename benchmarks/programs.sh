# shellcheck shell=bash
# The programs that benchmarks need: found, or built into artifacts/benchmarks. Source this file after scripts/prerequisites.sh.

BUILT=$PWD/artifacts/benchmarks
MEASURE=$BUILT/measure
# shellcheck disable=SC2034 # used by scripts that source this file
EMPTY=$BUILT/empty/out/empty

require_programs() {
  local program
  for program in node openssl; do
    command -v "$program" >/dev/null || fail "There is no '$program' on the PATH." "Install Node.js 18 or newer, and OpenSSL."
  done
  require_dotnet
  ensure_postgres
  ensure_toolchain || fail "The programs cannot be built here."
}

# Sets BINARY. The others take seconds if they have been built before.
build_programs() {
  local compiler
  compiler=$(command -v clang || command -v gcc)
  mkdir -p "$BUILT"
  # Projects below this folder are not this repository's.
  printf '<Project />\n' | tee "$BUILT/Directory.Build.props" "$BUILT/Directory.Packages.props" >"$BUILT/Directory.Build.targets"
  "$compiler" -O2 -Wall -o "$MEASURE" benchmarks/measure.c
  find_binary
}

find_binary() {
  BINARY=${MIGRATOR_BINARY:-}
  if [[ -z $BINARY ]]; then
    ensure_toolchain || fail "The native binary cannot be built here."
    publish_native
    BINARY=$NATIVE_BINARY
  fi
  [[ -x $BINARY ]] || fail "There is no migrator at $BINARY."
}

# The smallest program of the same kind, to compare --help and --version with.
build_empty() {
  mkdir -p "$BUILT/empty"
  cat >"$BUILT/empty/empty.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <PublishAot>true</PublishAot>
    <InvariantGlobalization>true</InvariantGlobalization>
    <OptimizationPreference>Size</OptimizationPreference>
    <EventSourceSupport>false</EventSourceSupport>
    <ConcurrentGarbageCollection>false</ConcurrentGarbageCollection>
  </PropertyGroup>
</Project>
PROJECT
  printf 'return 0;\n' >"$BUILT/empty/Program.cs"
  build_project "$BUILT/empty"
}

# build_project FOLDER: publishes the project in FOLDER to FOLDER/out.
build_project() {
  dotnet publish "$1" --configuration Release --output "$1/out" --tl:off >"$1/publish.log" 2>&1 </dev/null \
    || { tail -n 15 "$1/publish.log" >&2; return 1; }
}
