#!/usr/bin/env bash
# Makes every file of a release. See usage below.
set -euo pipefail
unset CDPATH
CALLED_FROM=$PWD
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=scripts/native.sh
. scripts/native.sh
# shellcheck source=scripts/notices.sh
. scripts/notices.sh
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

usage() {
  cat <<'USAGE'
Usage: scripts/release.sh VERSION DIR

Makes in DIR, which must be empty or absent, for x86-64 and arm64:

  migrator-VERSION-linux-x64.tar.gz, -linux-arm64.tar.gz   binary, man pages, completions
  migrator_VERSION_amd64.deb, _arm64.deb                   Debian, Ubuntu
  migrator-VERSION-1.x86_64.rpm, .aarch64.rpm              Red Hat, Amazon Linux, SUSE
  migrator.VERSION.nupkg, migrator.linux-*.VERSION.nupkg   dotnet tool install migrator
  migrator-VERSION.oci.tar                                 the image, see scripts/image.sh
  migrator-VERSION.cdx.json                                CycloneDX SBOM
  RELEASE_NOTES.md                                         from CHANGELOG.md
  SHA256SUMS                                               and SHA256SUMS.minisig, if MINISIGN_SECRET_KEY names a key's file

One commit makes the same files in any folder. As root on Debian it installs what it needs. MINISIGN_PASSWORD is the key's password.
SOURCE_URL is the address of the repository, which the image names. SOURCE_DATE_EPOCH and REVISION override what git says.
USAGE
}

main() {
  case ${1-} in
    -h | --help) usage; return ;;
  esac
  (($# == 2)) || fail "release.sh needs a version and a folder." "See scripts/release.sh --help"
  VERSION=$1
  OUT=$2
  [[ $OUT == /* ]] || OUT=$CALLED_FROM/$OUT
  require_version "$VERSION"
  mkdir -p "$OUT"
  [[ -z $(ls -A "$OUT") ]] || fail "'$OUT' is not empty." "Name another folder."
  [[ -z ${MINISIGN_SECRET_KEY:-} || -r $MINISIGN_SECRET_KEY ]] || fail "MINISIGN_SECRET_KEY: '$MINISIGN_SECRET_KEY' cannot be read."

  require_dotnet
  require_tools
  read_revision
  umask 022
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT

  local arch binary
  for arch in "${ARCHITECTURES[@]}"; do
    publish_release "$arch" "$VERSION" "$WORK/binaries/migrator-linux-$arch"
  done
  make_documents "$WORK/binaries/migrator-linux-$(machine_architecture)"
  say "Making the packages ..."
  for arch in "${ARCHITECTURES[@]}"; do
    binary=$WORK/binaries/migrator-linux-$arch
    make_tarball "$arch" "$binary"
    make_tree "$arch" "$binary"
    make_deb "$arch" "$binary"
    make_rpm "$arch" "$binary"
    make_tool "$arch" "$binary"
  done
  make_tool_pointer
  make_sbom
  scripts/image.sh "$VERSION" "$OUT" --binaries "$WORK/binaries"
  make_notes
  make_sums
  say "The release is in $OUT:"
  cat "$OUT/SHA256SUMS"
}

require_tools() {
  local packages=()
  command -v dpkg-deb >/dev/null || fail "Releases are made on Debian."
  command -v rpmbuild >/dev/null || packages+=(rpm)
  command -v readelf >/dev/null || packages+=(binutils)
  command -v jq >/dev/null || packages+=(jq)
  [[ -z ${MINISIGN_SECRET_KEY:-} ]] || command -v minisign >/dev/null || packages+=(minisign)
  ensure_packages ${packages[@]+"${packages[@]}"}
}

main "$@"
