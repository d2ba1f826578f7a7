# shellcheck shell=bash
# Makes the packages of a release from the binaries. Source this file after native.sh. The functions use VERSION, WORK (a temporary folder),
# OUT (the folder of the release) and what read_revision sets. Every file depends on its content and SOURCE_DATE_EPOCH only.

SUMMARY='The migrations runner for Kong Gateway on PostgreSQL and Amazon RDS'

# The SBOM tool's version. Another version may write another file.
CYCLONEDX_VERSION=6.3.1

# The version as dpkg and rpm compare it: 0.2.0~rc.1 is older than 0.2.0.
system_version() {
  printf '%s\n' "${VERSION/-/\~}"
}

# The oldest glibc that has what a binary uses.
glibc_version() {
  readelf --version-info --wide "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1
}

# same_times FOLDER: gives all files the time of the commit.
same_times() {
  find "$1" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
}

# make_documents BINARY: man pages, completions and texts, in $WORK/documents.
make_documents() {
  local shell page to=$WORK/documents
  mkdir -p "$to/man" "$to/completions"
  for page in docs/man/*.1; do
    sed -e "s/@VERSION@/$VERSION/; s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)/" "$page" >"$to/man/${page##*/}"
  done
  for shell in bash zsh fish; do
    "$1" completion "$shell" >"$to/completions/migrator.$shell"
  done
  cp LICENSE README.md CHANGELOG.md "$to/"
  make_notices "$to/NOTICES"
}

# make_tarball ARCH BINARY
make_tarball() {
  local name
  name=migrator-$VERSION-$(rid "$1")
  mkdir -p "$WORK/tar/$name"
  cp -R "$WORK/documents/." "$WORK/tar/$name/"
  install -m 0755 "$2" "$WORK/tar/$name/migrator"
  tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" \
    -C "$WORK/tar" -cf - "$name" | gzip -n9 >"$OUT/$name.tar.gz"
}

# make_tree ARCH BINARY: the files of .deb and .rpm, in $WORK/tree-ARCH.
make_tree() {
  local to=$WORK/tree-$1 page
  install -D -m 0755 "$2" "$to/usr/bin/migrator"
  for page in "$WORK"/documents/man/*.1; do
    install -D -m 0644 "$page" "$to/usr/share/man/man1/${page##*/}"
    gzip -n9 "$to/usr/share/man/man1/${page##*/}"
  done
  install -D -m 0644 "$WORK/documents/completions/migrator.bash" "$to/usr/share/bash-completion/completions/migrator"
  install -D -m 0644 "$WORK/documents/completions/migrator.zsh" "$to/usr/share/zsh/site-functions/_migrator"
  install -D -m 0644 "$WORK/documents/completions/migrator.fish" "$to/usr/share/fish/vendor_completions.d/migrator.fish"
  install -D -m 0644 CHANGELOG.md "$to/usr/share/doc/migrator/CHANGELOG.md"
  install -D -m 0644 LICENSE "$to/usr/share/doc/migrator/copyright"
  install -D -m 0644 "$WORK/documents/NOTICES" "$to/usr/share/doc/migrator/NOTICES"
  same_times "$to"
}

# make_deb ARCH BINARY
make_deb() {
  local tree=$WORK/tree-$1 size
  size=$(du -sk --apparent-size "$tree" | cut -f 1)
  mkdir -p "$tree/DEBIAN"
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: migrator
Version: $(system_version)
Architecture: $1
Maintainer: The migrator authors <noreply@migrator.invalid>
Installed-Size: $size
Depends: libc6 (>= $(glibc_version "$2")), libssl3 | libssl3t64 | libssl1.1
Recommends: ca-certificates
Section: database
Priority: optional
Description: migrations runner for Kong Gateway
 $SUMMARY.
 It reads the gateway's kong.conf, logs in to RDS with IAM tokens, and keeps
 Kong's own ledger.
CONTROL
  same_times "$tree"
  dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$tree" "$OUT/migrator_$(system_version)_$1.deb" >/dev/null
  rm -rf "$tree/DEBIAN"
}

# make_rpm ARCH BINARY
make_rpm() {
  local cpu tree=$WORK/tree-$1 top=$WORK/rpm-$1
  cpu=$([[ $1 == amd64 ]] && printf 'x86_64' || printf 'aarch64')
  mkdir -p "$top"
  cat >"$top/migrator.spec" <<SPEC
Name: migrator
Version: $(system_version)
Release: 1
Summary: $SUMMARY
License: Apache-2.0
Requires: glibc >= $(glibc_version "$2"), openssl-libs
Recommends: ca-certificates
AutoReqProv: no

%description
$SUMMARY.
It reads the gateway's kong.conf, logs in to RDS with IAM tokens, and keeps
Kong's own ledger.

%files
%attr(0755, root, root) /usr/bin/migrator
/usr/share/man/man1/*.1.gz
/usr/share/bash-completion/completions/migrator
/usr/share/zsh/site-functions/_migrator
/usr/share/fish/vendor_completions.d/migrator.fish
%license /usr/share/doc/migrator/copyright
%license /usr/share/doc/migrator/NOTICES
%doc /usr/share/doc/migrator/CHANGELOG.md
SPEC
  # The files are copied in %install's place; nothing may strip or compress them again.
  mkdir -p "$top/root"
  cp -a "$tree/." "$top/root/"
  rpmbuild -bb --quiet --target "$cpu" --buildroot "$top/root" --define "_topdir $top" --define '_buildhost migrator' \
    --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' --define '__os_install_post %{nil}' \
    --define '_build_id_links none' --define '_binary_payload w6.xzdio' --define '_docdir /usr/share/doc' \
    --define 'debug_package %{nil}' --define '__spec_install_pre true' "$top/migrator.spec" >"$WORK/rpm.log" 2>&1 \
    || { tail -n 20 "$WORK/rpm.log" >&2; fail "rpmbuild failed; what it said is above."; }
  cp "$top/RPMS/$cpu/"*.rpm "$OUT/"
}

# --- .NET tool ----------------------------------------------------------------------------------------------------------------------

# make_tool_pointer: the package that 'dotnet tool install migrator' asks for; it names the package of each platform.
make_tool_pointer() {
  local folder=$WORK/tool arch
  mkdir -p "$folder/tools/any/any"
  {
    printf '<?xml version="1.0" encoding="utf-8"?>\n<DotNetCliTool Version="2">\n  <Commands>\n    <Command Name="migrator" />\n'
    printf '  </Commands>\n  <RuntimeIdentifierPackages>\n'
    for arch in "${ARCHITECTURES[@]}"; do
      printf '    <RuntimeIdentifierPackage RuntimeIdentifier="%s" Id="migrator.%s" />\n' "$(rid "$arch")" "$(rid "$arch")"
    done
    printf '  </RuntimeIdentifierPackages>\n</DotNetCliTool>\n'
  } >"$folder/tools/any/any/DotnetToolSettings.xml"
  pack_tool "$folder" migrator DotnetTool
}

# make_tool ARCH BINARY: the package of a platform.
make_tool() {
  local folder=$WORK/tool-$1 rid
  rid=$(rid "$1")
  install -D -m 0755 "$2" "$folder/tools/any/$rid/migrator"
  cat >"$folder/tools/any/$rid/DotnetToolSettings.xml" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<DotNetCliTool Version="2">
  <Commands>
    <Command Name="migrator" EntryPoint="migrator" Runner="executable" />
  </Commands>
</DotNetCliTool>
XML
  pack_tool "$folder" "migrator.$rid" DotnetToolRidPackage
}

# pack_tool FOLDER ID TYPE: packs a folder with a project of its own, outside the repository, whose build files do not concern it.
pack_tool() {
  local folder=$1 repository=''
  [[ $SOURCE_URL == unknown ]] || repository=" url=\"$SOURCE_URL\""
  cp README.md "$folder/"
  # NuGet takes a target without a dot for a folder.
  cp LICENSE "$folder/LICENSE.txt"
  cp "$WORK/documents/NOTICES" "$folder/NOTICES.txt"
  cat >"$folder/tool.nuspec" <<XML
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>$2</id>
    <version>$VERSION</version>
    <authors>The migrator authors</authors>
    <description>$SUMMARY.</description>
    <license type="expression">Apache-2.0</license>
    <readme>README.md</readme>
    <packageTypes><packageType name="$3" /></packageTypes>
    <repository type="git"$repository commit="$REVISION" />
  </metadata>
  <files>
    <file src="README.md" target="" />
    <file src="LICENSE.txt" target="" />
    <file src="NOTICES.txt" target="" />
    <file src="tools/**" target="tools" />
  </files>
</package>
XML
  cat >"$folder/tool.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <NuspecFile>tool.nuspec</NuspecFile>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <NoPackageAnalysis>true</NoPackageAnalysis>
  </PropertyGroup>
</Project>
XML
  same_times "$folder"
  dotnet pack "$folder/tool.csproj" --output "$OUT" --tl:off -p:NoBuild=true -p:Deterministic=true >"$WORK/pack.log" 2>&1 </dev/null \
    || { tail -n 20 "$WORK/pack.log" >&2; fail "'dotnet pack' failed; what it said is above."; }
}

# --- Lists --------------------------------------------------------------------------------------------------------------------------

# make_sbom: the libraries of the binary, as CycloneDX, without what only builds it.
make_sbom() {
  local runtime
  [[ -x $WORK/sbom/dotnet-CycloneDX ]] \
    || dotnet tool install CycloneDX --version "$CYCLONEDX_VERSION" --tool-path "$WORK/sbom" >"$WORK/sbom.log" 2>&1 </dev/null \
    || { tail -n 5 "$WORK/sbom.log" >&2; fail "The SBOM tool could not be installed; what it said is above."; }
  ArtifactsPath=$WORK/artifacts "$WORK/sbom/dotnet-CycloneDX" src/Migrator/Migrator.csproj --output "$WORK" --filename sbom.json \
    --output-format Json --no-serial-number --exclude-dev --set-name migrator --set-version "$VERSION" --spec-version 1.6 \
    >"$WORK/sbom.log" 2>&1 </dev/null || { tail -n 20 "$WORK/sbom.log" >&2; fail "The SBOM could not be made; what it said is above."; }

  # The runtime, LuaJIT and PCRE2 are in the binary too; the tool knows packages of NuGet only.
  runtime=$(jq -r '.dependencies["net10.0/linux-x64"]["Microsoft.DotNet.ILCompiler"].resolved' src/Migrator/packages.lock.json)
  [[ $(jq '.components | length' "$WORK/sbom.json") -ge 10 ]] || fail "The SBOM has hardly any component."
  jq --arg time "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" --arg runtime "$runtime" \
    --arg luajit "$(debian_version libluajit-5.1-dev)" --arg pcre2 "$(debian_version libpcre2-dev)" \
    '.metadata.timestamp = $time
     | .components += [{type: "library", name: "LuaJIT", version: $luajit, licenses: [{license: {id: "MIT"}}],
         purl: "pkg:deb/debian/luajit@\($luajit)"},
       {type: "library", name: "PCRE2", version: $pcre2, licenses: [{license: {id: "BSD-3-Clause"}}],
         purl: "pkg:deb/debian/pcre2@\($pcre2)"},
       {type: "framework", name: "Microsoft.NETCore.App", version: $runtime, licenses: [{license: {id: "MIT"}}],
       purl: "pkg:nuget/Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64@\($runtime)"}]' \
    "$WORK/sbom.json" >"$OUT/migrator-$VERSION.cdx.json"
}

# make_notes: the version's part of the CHANGELOG, or what is unreleased, without its title.
make_notes() {
  local part
  for part in "[$VERSION]" '[Unreleased]'; do
    awk -v title="## $part" 'index($0, title) == 1 {inside = 1; next} /^## / {inside = 0} inside' CHANGELOG.md >"$OUT/RELEASE_NOTES.md"
    if grep -q '[^[:space:]]' "$OUT/RELEASE_NOTES.md"; then
      return
    fi
  done
  fail "CHANGELOG.md has no section for $VERSION, and none for what is unreleased."
}

# make_sums: SHA256SUMS of every file, and its signature if MINISIGN_SECRET_KEY names a key.
make_sums() {
  (cd "$OUT" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' -printf '%f\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
  if [[ -n ${MINISIGN_SECRET_KEY:-} ]]; then
    minisign -S -s "$MINISIGN_SECRET_KEY" -m "$OUT/SHA256SUMS" -t "migrator $VERSION" <<<"${MINISIGN_PASSWORD-}" >/dev/null \
      || fail "minisign could not sign SHA256SUMS."
  fi
}
