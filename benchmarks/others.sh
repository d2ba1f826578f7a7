# shellcheck shell=bash
# shellcheck disable=SC2153 # FOLDER and others are run.sh's.
# Other migration tools, on the same work: everything that bootstrap creates as one script, and the run after it that finds nothing to do.
# They record the script in a table of their own. Sourced by run.sh.

DBMATE=$BUILT/dbmate/node_modules/@dbmate/linux-x64/bin/dbmate

measure_others() {
  local tool
  make_script
  for tool in dbmate grate DbUp FluentMigrator; do
    if ! "get_$tool" >"$FOLDER/$tool.log" 2>&1; then
      say "  left out: $tool, as it could not be fetched or built: $(tail -n 1 "$FOLDER/$tool.log")" >&2
    elif ! { try_tool "$tool" "$PORT" plain && try_tool "$tool" "$SLOW_PORT" tls; } >"$FOLDER/$tool.log" 2>&1; then
      say "  left out: $tool, as it could not run the script: $(tail -n 1 "$FOLDER/$tool.log")" >&2
    else
      measure_tool "$tool" 'plain, SCRAM' "$PORT" plain
      measure_tool "$tool" 'TLS, SCRAM' "$PORT" tls
      measure_tool "$tool" "TLS, SCRAM, $DELAY ms" "$SLOW_PORT" tls
    fi
  done
  say "  left out: goose, golang-migrate and Flyway, which neither npm nor NuGet have" >&2
}

# A dump of the database without commands of psql and without settings of the session, which would hide the tools' own tables.
make_script() {
  mkdir -p "$FOLDER/scripts/up"
  "$POSTGRES_BIN/pg_dump" -h "$FOLDER/data" -p "$PORT" -U postgres --inserts --no-owner --no-privileges current \
    | sed -E "/^\\\\/d; /^SET [a-z_]+ = .*;\$/d; /^SELECT pg_catalog.set_config/d" >"$FOLDER/scripts/up/0001_bootstrap.sql"
  mkdir "$FOLDER/dbmate"
  {
    printf -- '-- migrate:up\n'
    cat "$FOLDER/scripts/up/0001_bootstrap.sql"
    printf -- '-- migrate:down\n'
  } >"$FOLDER/dbmate/0001_bootstrap.sql"
}

# try_tool TOOL PORT plain|tls
try_tool() {
  renew scram && "command_$1" "$2" "$3" && "${COMMAND[@]}"
}

# measure_tool TOOL MODE PORT plain|tls. NAME is the name to print, and command_TOOL sets COMMAND, how it is run.
measure_tool() {
  local tool=$1 mode=$2 port=$3 tls=$4 conf=$FOLDER/kong.conf
  write_conf "$conf" scram "$port" "$tls"
  "command_$tool" "$port" "$tls"
  pair 'bootstrap' "tool: $mode" "$NAME" 'renew scram' "$BINARY" bootstrap -q -c "$conf" -- "${COMMAND[@]}"
  # The script has migrator's ledger too, so that migrator has nothing to do either.
  renew scram
  "${COMMAND[@]}" >"$FOLDER/log" 2>&1 || fail "$NAME: $(tail -n 3 "$FOLDER/log")"
  pair 'nothing to do' "tool: $mode" "$NAME" '' "$BINARY" up -q -c "$conf" -- "${COMMAND[@]}"
}

get_dbmate() {
  [[ $(uname -m) == x86_64 ]] || { printf 'only for x86-64\n'; return 1; }
  [[ -x $DBMATE ]] || npm install --prefix "$BUILT/dbmate" --no-audit --no-fund '@dbmate/linux-x64@2.36.0' </dev/null || return 1
  NAME="dbmate 2.36.0"
}

command_dbmate() {
  local tls='sslmode=disable'
  [[ $2 != tls ]] || tls="sslmode=verify-full&sslrootcert=$FOLDER/ca.pem"
  COMMAND=("$DBMATE" --url "postgres://kong:$PASSWORD@localhost:$1/scram?$tls" --migrations-dir "$FOLDER/dbmate" --no-dump-schema migrate)
}

get_grate() {
  [[ -x $BUILT/grate/grate ]] || dotnet tool install grate --version 2.2.0 --tool-path "$BUILT/grate" </dev/null || return 1
  NAME="grate 2.2.0"
}

command_grate() {
  COMMAND=("$BUILT/grate/grate" "--connectionstring=$(npgsql_address "$@")" "--sqlfilesdirectory=$FOLDER/scripts"
    --databasetype=postgresql --createdatabase=false --transaction --silent)
}

get_DbUp() {
  build_tool DbUp dbup-postgresql 7.0.1 || return 1
  NAME="DbUp 7.0.1"
}

command_DbUp() {
  COMMAND=("$BUILT/DbUp/out/DbUp" "$(npgsql_address "$@")" "$FOLDER/scripts/up")
}

get_FluentMigrator() {
  build_tool FluentMigrator FluentMigrator.Runner.Postgres 8.0.1 || return 1
  NAME="FluentMigrator 8.0.1"
}

command_FluentMigrator() {
  COMMAND=("$BUILT/FluentMigrator/out/FluentMigratorAsItComes" "$(npgsql_address "$@")" "$FOLDER/scripts/up/0001_bootstrap.sql")
}

# npgsql_address PORT plain|tls
npgsql_address() {
  local tls='SSL Mode=Disable'
  [[ $2 != tls ]] || tls="SSL Mode=VerifyFull;Root Certificate=$FOLDER/ca.pem"
  printf 'Host=localhost;Port=%s;Username=kong;Password=%s;Database=scram;GSS Encryption Mode=Disable;%s' "$1" "$PASSWORD" "$tls"
}

# build_tool NAME PACKAGE VERSION: publishes benchmarks/others/NAME.cs, for the runtime that is installed.
build_tool() {
  local folder=$BUILT/$1 assembly=$1
  [[ $1 != FluentMigrator ]] || assembly=FluentMigratorAsItComes
  mkdir -p "$folder"
  cp "benchmarks/others/$1.cs" "$folder/Program.cs"
  cat >"$folder/$assembly.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="$2" Version="$3" />
$( [[ $1 != FluentMigrator ]] || printf '    <PackageReference Include="Npgsql" Version="10.0.3" />\n' )
  </ItemGroup>
</Project>
PROJECT
  build_project "$folder"
}
