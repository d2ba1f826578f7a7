#!/usr/bin/env bash
# Makes the container image. See usage below.
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

usage() {
  cat <<'USAGE'
Usage: scripts/image.sh VERSION DIR [--arch ARCH]... [--binaries DIR]

Makes DIR/migrator-VERSION.oci.tar: an OCI archive with the image for linux/amd64 and linux/arm64. From one commit and the same Debian
packages it makes the same digest. As root on Debian it installs what it needs.

  --arch ARCH      only this architecture: amd64 or arm64
  --binaries DIR   the folder of binaries that are built already, migrator-linux-amd64 and migrator-linux-arm64

Load it:  podman load -i DIR/migrator-VERSION.oci.tar
Push it:  skopeo copy --all oci-archive:DIR/migrator-VERSION.oci.tar docker://REGISTRY/migrator:VERSION

SOURCE_URL is the address of the repository, which the image names. SOURCE_DATE_EPOCH and REVISION override what git says.
USAGE
}

# The packages and what the image has of them. The licences are in it too.
PACKAGES=(libc6 libssl3 ca-certificates)

main() {
  local version='' folder='' binaries='' architectures=() arch
  while (($#)); do
    case $1 in
      -h | --help) usage; return ;;
      --arch) architectures+=("${2:?--arch needs an architecture}"); shift ;;
      --binaries) binaries=$(absolute "${2:?--binaries needs a folder}"); shift ;;
      -*) fail "image.sh does not know '$1'." "See scripts/image.sh --help" ;;
      *)
        if [[ -z $version ]]; then version=$1; elif [[ -z $folder ]]; then folder=$(absolute "$1"); else fail "'$1' is too much."; fi
        ;;
    esac
    shift
  done
  [[ -n $version && -n $folder ]] || fail "image.sh needs a version and a folder." "See scripts/image.sh --help"
  require_version "$version"
  ((${#architectures[@]})) || architectures=("${ARCHITECTURES[@]}")

  require_dotnet
  require_tools
  read_revision
  WORK=$(mktemp -d)
  trap 'chmod -R u+rwX "$WORK"; rm -rf "$WORK"' EXIT
  umask 022
  mkdir "$WORK/context"
  cp docker/image/Containerfile "$WORK/context/"
  for arch in "${architectures[@]}"; do
    rid "$arch" >/dev/null
    if [[ -n $binaries ]]; then
      install -m 0555 "$binaries/migrator-linux-$arch" "$WORK/context/"
    else
      publish_release "$arch" "$version" "$WORK/context/migrator-linux-$arch"
      chmod 0555 "$WORK/context/migrator-linux-$arch"
    fi
    make_base "$arch" "$WORK/context/base-$arch"
  done
  make_notices "$WORK/NOTICES"
  for arch in "${architectures[@]}"; do
    install -D -m 0644 -t "$WORK/context/base-$arch/usr/share/doc/migrator" LICENSE "$WORK/NOTICES"
  done
  build "$version" "${architectures[@]}"
  mkdir -p "$folder"
  archive "$folder/migrator-$version.oci.tar"
  say "$folder/migrator-$version.oci.tar: $(index_digest)"
}

absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s\n' "$CALLED_FROM/$1" ;;
  esac
}

require_tools() {
  local packages=()
  command -v buildah >/dev/null || packages+=(buildah)
  command -v jq >/dev/null || packages+=(jq)
  if ! command -v dpkg-deb >/dev/null || ! command -v apt-get >/dev/null; then
    fail "The image is made from Debian packages, on Debian only."
  fi
  ensure_packages ${packages[@]+"${packages[@]}"}
}

# --- The files ----------------------------------------------------------------------------------------------------------------------

# make_base ARCH FOLDER: everything but the program.
make_base() {
  local arch=$1 root=$2 package deb unpacked=$WORK/unpacked-$1 triplet
  triplet=$(triplet "$arch")
  mkdir -p "$unpacked" "$WORK/debs-$arch"
  apt "$arch" "$WORK" update
  (cd "$WORK/debs-$arch" && apt "$arch" "$WORK" download "${PACKAGES[@]}")
  for package in "${PACKAGES[@]}"; do
    deb=$(printf '%s\n' "$WORK/debs-$arch/${package}"_*.deb)
    dpkg-deb --extract "$deb" "$unpacked"
    install -D -m 0644 "$unpacked/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
    # Where scanners look for the packages of an image without dpkg.
    mkdir -p "$root/var/lib/dpkg/status.d"
    dpkg-deb --field "$deb" >"$root/var/lib/dpkg/status.d/$package"
  done

  copy_library "$unpacked" "$root" "lib/$triplet" libc.so.6 libm.so.6 libnss_files.so.2 libnss_dns.so.2
  copy_library "$unpacked" "$root" "usr/lib/$triplet" libssl.so.3 libcrypto.so.3
  case $arch in
    amd64)
      copy_library "$unpacked" "$root" "lib/$triplet" ld-linux-x86-64.so.2
      mkdir -p "$root/lib64"
      ln -s "/lib/$triplet/ld-linux-x86-64.so.2" "$root/lib64/ld-linux-x86-64.so.2"
      ;;
    arm64)
      copy_library "$unpacked" "$root" "lib/$triplet" ld-linux-aarch64.so.1
      ln -s "$triplet/ld-linux-aarch64.so.1" "$root/lib/ld-linux-aarch64.so.1"
      ;;
  esac

  # The CA roots of the package. What this machine's administrator has added to /etc/ssl must not be in the image.
  mkdir -p "$root/etc/ssl/certs" "$root/usr/lib/ssl"
  (cd "$unpacked/usr/share/ca-certificates" && find . -name '*.crt' -print0 | LC_ALL=C sort -z | xargs -0 cat) \
    >"$root/etc/ssl/certs/ca-certificates.crt"
  ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# copy_library FROM TO FOLDER NAME...: copies files, without links.
copy_library() {
  local from=$1 to=$2 folder=$3 name
  for name in "${@:4}"; do
    install -D -m 0755 "$from/$folder/$name" "$to/$folder/$name"
  done
}

# --- The image ----------------------------------------------------------------------------------------------------------------------

# buildah with its own storage: images of this machine stay as they are.
own_buildah() {
  buildah --root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs "$@"
}

# build VERSION ARCH...: makes the index $WORK/oci. One architecture after the other: built at once, they share the image of their first
# step, and it would be that of whichever came first.
build() {
  local version=$1 arch
  for arch in "${@:2}"; do
    own_buildah bud --isolation chroot --format oci --layers --identity-label=false --timestamp "$SOURCE_DATE_EPOCH" \
      --platform "linux/$arch" \
      --label org.opencontainers.image.title=migrator \
      --label 'org.opencontainers.image.description=The migrations runner for Kong Gateway on PostgreSQL and Amazon RDS' \
      --label org.opencontainers.image.licenses=Apache-2.0 \
      --label org.opencontainers.image.version="$version" \
      --label org.opencontainers.image.revision="$REVISION" \
      --label org.opencontainers.image.source="$SOURCE_URL" \
      --label org.opencontainers.image.created="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
      --manifest image --file "$WORK/context/Containerfile" "$WORK/context" >"$WORK/build.log" 2>&1 \
      || { tail -n 20 "$WORK/build.log" >&2; fail "buildah could not make the image; what it said is above."; }
  done
  own_buildah manifest push --quiet --all --format oci image "oci:$WORK/oci:migrator:$version" >/dev/null 2>"$WORK/build.log" \
    || { tail -n 20 "$WORK/build.log" >&2; fail "buildah could not write the image; what it said is above."; }
}

index_digest() {
  jq -r '.manifests[0].digest' "$WORK/oci/index.json"
}

# archive FILE: writes $WORK/oci as a tar file that depends on its content only.
archive() {
  tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" \
    -C "$WORK/oci" -cf "$1" .
}

main "$@"
