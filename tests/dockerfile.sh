#!/usr/bin/env bash
# Builds docker/Dockerfile without Docker. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=scripts/native.sh
. scripts/native.sh

usage() {
  cat <<'USAGE'
Usage: tests/dockerfile.sh

Builds docker/Dockerfile for linux/amd64 and linux/arm64 with buildah, as root on Debian. Its base images have stand-ins, so that no
registry is needed: Debian with this machine's .NET SDK, and an empty image. Prints what the binaries are.
USAGE
}

MIRROR=http://deb.debian.org/debian

main() {
  case ${1-} in
    -h | --help) usage; return ;;
  esac
  local packages=() program arch
  require_dotnet
  for program in buildah debootstrap file; do
    command -v "$program" >/dev/null || packages+=("$program")
  done
  ensure_packages ${packages[@]+"${packages[@]}"}
  WORK=$(mktemp -d)
  trap clean_up EXIT
  make_sdk
  printf 'FROM scratch\n' >"$WORK/Containerfile"
  own_buildah bud --quiet --tag localhost/base --file "$WORK/Containerfile" "$WORK" >/dev/null

  sed -e 's#mcr.microsoft.com/dotnet/sdk:[^ ]*#localhost/sdk#; s#mcr.microsoft.com/dotnet/runtime-deps:[^ ]*#localhost/base#' \
    docker/Dockerfile >"$WORK/Dockerfile"
  [[ $(grep -c localhost "$WORK/Dockerfile") == 2 ]] || fail "docker/Dockerfile does not have the two base images that have stand-ins."
  for arch in amd64 arm64; do
    build "$arch"
  done
}

# build ARCH: builds the image, and checks that its binary is for that architecture.
build() {
  local arch=$1 machine container folder said
  machine=$(machine_architecture)
  say "Building docker/Dockerfile for $arch ..."
  own_buildah bud --isolation chroot --ignorefile .dockerignore --platform "linux/$arch" --build-arg VERSION=0.0.0 \
    --build-arg BUILDARCH="$machine" --build-arg TARGETARCH="$arch" --build-arg BUILDPLATFORM="linux/$machine" \
    --tag "localhost/migrator-$arch" --file "$WORK/Dockerfile" . >"$WORK/build.log" 2>&1 </dev/null \
    || { tail -n 30 "$WORK/build.log"; fail "docker/Dockerfile could not be built for $arch; what buildah said is above."; }
  container=$(own_buildah from "localhost/migrator-$arch")
  folder=$(own_buildah mount "$container")
  said=$(file --brief "$folder/usr/local/bin/migrator")
  own_buildah rm "$container" >/dev/null
  case $arch-$said in
    amd64-*x86-64*stripped* | arm64-*aarch64*stripped*) say "$arch: $said" ;;
    *) fail "The binary of the image for $arch is: $said" ;;
  esac
}

# make_sdk: Debian with this machine's .NET SDK, and the certificates that this machine trusts.
make_sdk() {
  local root=$WORK/debian
  say "Making the stand-in for the SDK's image ..."
  debootstrap --variant=minbase --include=libstdc++6,libssl3,zlib1g,ca-certificates bookworm "$root" "$MIRROR" >"$WORK/log" 2>&1 \
    || { tail -n 5 "$WORK/log"; fail "debootstrap failed; what it said is above."; }
  cp -R "$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")" "$root/usr/share/dotnet"
  ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  tar -C "$root" -cf "$WORK/debian.tar" .
  rm -rf "$root"
  cat >"$WORK/Containerfile" <<'FILE'
FROM scratch
ADD debian.tar /
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_CERT_REVOCATION_MODE=offline
FILE
  own_buildah bud --quiet --tag localhost/sdk --file "$WORK/Containerfile" "$WORK" >/dev/null
  rm "$WORK/debian.tar"
}

own_buildah() {
  buildah --root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs "$@"
}

clean_up() {
  local status=$?
  trap - EXIT
  rm -rf "$WORK"
  exit "$status"
}

main "$@"
