# shellcheck shell=bash
# Writes the notices that the licences of the compiled-in libraries ask for. Source this file after native.sh.

# make_notices FILE: the libraries of the binary with versions and licences, then the texts of the licences. Their packages must be in
# NuGet's folder, where every build leaves them.
make_notices() {
  local id version packages nuspec runtime lock=src/Migrator/packages.lock.json
  packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
  runtime=$(jq -r '.dependencies["net10.0/linux-x64"]["Microsoft.DotNet.ILCompiler"].resolved' "$lock")
  runtime=${packages%/}/microsoft.netcore.app.runtime.nativeaot.linux-x64/$runtime
  [[ -e $runtime/LICENSE.TXT ]] || fail "NuGet's folder has no '$runtime'." "Build the binary first."
  {
    printf 'migrator has the Apache License 2.0 (LICENSE). Compiled into it are these libraries, and the .NET runtime:\n\n'
    while read -r id version; do
      nuspec=${packages%/}/${id,,}/$version/${id,,}.nuspec
      [[ -e $nuspec ]] || fail "NuGet's folder has no '$nuspec'." "Build the binary first."
      if ! grep -q '<developmentDependency>true' "$nuspec"; then
        printf '%s %s (%s): %s\n' "$id" "$version" "$(licence "$nuspec")" "$(holder "$nuspec")"
      fi
    done < <(jq -r '.dependencies["net10.0"] | to_entries[] | select(.value.type != "Project")
      | select(.key | test("ILCompiler|ILLink") | not) | "\(.key) \(.value.resolved)"' "$lock" | LC_ALL=C sort)
    printf 'LuaJIT %s (MIT): Mike Pall, and Lua.org, PUC-Rio\n' "$(debian_version libluajit-5.1-dev)"
    printf 'PCRE2 %s (BSD-3-Clause): University of Cambridge\n' "$(debian_version libpcre2-dev)"
    heading 'Apache-2.0'
    cat LICENSE
    heading 'PostgreSQL (Npgsql)'
    cat scripts/licences/PostgreSQL.txt
    heading 'LuaJIT'
    cat /usr/share/doc/libluajit-5.1-dev/copyright
    heading 'PCRE2'
    cat /usr/share/doc/libpcre2-dev/copyright
    heading 'MIT (.NET and its libraries)'
    cat "$runtime/LICENSE.TXT"
    heading 'Notices of the .NET runtime'
    cat "$runtime/THIRD-PARTY-NOTICES.TXT"
  } | sed 's/\r$//' >"$1"
}

# debian_version PACKAGE: prints the version of a package that a binary was built with.
debian_version() {
  dpkg-query --show --showformat '${Version}' "$1" || fail "The package $1 is not installed." "Build the binary first."
}

heading() {
  printf '\n--- %s ---\n\n' "$1"
}

licence() {
  sed -nE 's/.*<license type="expression">([^<]*)<.*/\1/p' "$1" | grep . || fail "'$1' names no licence." "Add it to scripts/notices.sh."
}

# holder FILE: the copyright line of a package, or its authors.
holder() {
  { sed -nE 's/.*<copyright>([^<]*)<.*/\1/p' "$1"; sed -nE 's/.*<authors>([^<]*)<.*/\1/p' "$1"; } | head -n 1
}
