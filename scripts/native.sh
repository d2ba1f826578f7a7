# shellcheck shell=bash
# Builds the native binaries of a release. Source this file after prerequisites.sh.

# The architectures, as Debian and OCI name them.
ARCHITECTURES=(amd64 arm64)

# rid ARCH: prints the .NET name of the platform.
rid() {
  case $1 in
    amd64) printf 'linux-x64\n' ;;
    arm64) printf 'linux-arm64\n' ;;
    *) fail "There is no binary for the architecture '$1'." "Architectures: ${ARCHITECTURES[*]}" ;;
  esac
}

# triplet ARCH: prints the name of the folders of an architecture.
triplet() {
  case $1 in
    amd64) printf 'x86_64-linux-gnu\n' ;;
    arm64) printf 'aarch64-linux-gnu\n' ;;
  esac
}

machine_architecture() {
  case $(uname -sm) in
    'Linux x86_64') printf 'amd64\n' ;;
    'Linux aarch64') printf 'arm64\n' ;;
    *) fail "Releases are built on Linux, on x86_64 or aarch64, not on $(uname -sm)." ;;
  esac
}

# require_version TEXT: a version as of a tag, without the v.
require_version() {
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "'$1' is not a version." "Example: 0.2.0 or 0.2.0-rc.1"
}

# Sets and exports what every file of a release takes from the commit: REVISION, SOURCE_DATE_EPOCH (seconds) and SOURCE_URL (the address of
# the repository). The address is not that of git's remote, because every clone must make the same files.
read_revision() {
  REVISION=${REVISION:-$(git rev-parse HEAD 2>/dev/null || printf 'unknown\n')}
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || printf '0\n')}
  SOURCE_URL=${SOURCE_URL:-unknown}
  export REVISION SOURCE_DATE_EPOCH SOURCE_URL
}

# ensure_linker ARCH: finds or installs what links a binary. It is always clang with lld, which link for other architectures too, and make
# the same file on every machine.
ensure_linker() {
  local packages=()
  command -v clang >/dev/null || packages+=(clang)
  command -v ld.lld >/dev/null || packages+=(lld)
  if [[ $1 == "$(machine_architecture)" ]]; then
    [[ -e /usr/include/zlib.h ]] || packages+=(zlib1g-dev)
    [[ -e /usr/lib/$(triplet "$1")/libluajit-5.1.a ]] || packages+=(libluajit-5.1-dev)
    [[ -e /usr/lib/$(triplet "$1")/libpcre2-8.a ]] || packages+=(libpcre2-dev)
  elif [[ $1 == arm64 ]]; then
    command -v aarch64-linux-gnu-gcc >/dev/null || packages+=(gcc-aarch64-linux-gnu)
    [[ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ]] || packages+=(libc6-dev-arm64-cross)
  else
    fail "A binary for $1 cannot be built on $(machine_architecture)." "Build it on a machine of its own architecture."
  fi
  ensure_packages ${packages[@]+"${packages[@]}"}
}

# ensure_packages [PACKAGE...]: installs Debian packages.
ensure_packages() {
  (($#)) || return 0
  can_install || fail "Missing packages: $*" "Install them:  sudo apt-get install $*"
  apt_install "$@" || fail "apt-get could not install $*; what it said is above."
}

# apt ARCH FOLDER ARGUMENTS...: apt-get with lists and a cache of its own in a folder, so that the machine's architectures and packages stay
# as they are.
apt() {
  local state=$2/apt-$1
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  : >"$state/status"
  apt-get -qq -o APT::Architecture="$1" -o APT::Architectures::="$1" -o Dir::State="$state" -o Dir::State::lists="$state/lists" \
    -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root "${@:3}" </dev/null
}

# fetch_libraries ARCH FOLDER: the libraries of another architecture that are linked into the binary.
fetch_libraries() {
  local deb
  apt "$1" "$2" update
  (cd "$2" && apt "$1" "$2" download libluajit-5.1-dev libpcre2-dev)
  for deb in "$2"/*.deb; do
    dpkg-deb --extract "$deb" "$2"
  done
}

objcopy_name() {
  case $1 in
    "$(machine_architecture)") printf 'objcopy\n' ;;
    *) printf 'aarch64-linux-gnu-objcopy\n' ;;
  esac
}

# publish_release ARCH VERSION FILE: builds the binary of an architecture. Paths of this machine do not get into it.
publish_release() {
  local arch=$1 version=$2 file=$3 work log libraries=()
  ensure_linker "$arch"
  work=$(mktemp -d)
  log=$work/publish.log
  say "Building the binary for $arch ..."
  if [[ $arch != "$(machine_architecture)" ]]; then
    mkdir "$work/libraries"
    fetch_libraries "$arch" "$work/libraries"
    libraries=(-p:LibraryFolder="$work/libraries/usr/lib/$(triplet "$arch")")
  fi
  if ! dotnet publish src/Migrator --configuration Release --runtime "$(rid "$arch")" --tl:off --output "$work/out" \
    -p:ArtifactsPath="$work/artifacts" -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true \
    -p:PathMap="$work=/_%2C$PWD=/_" -p:DebugType=none -p:MinVerVersionOverride="$version" -p:SourceRevisionId="$REVISION" \
    -p:CppCompilerAndLinker=clang -p:LinkerFlavor=lld -p:ObjCopyName="$(objcopy_name "$arch")" \
    ${libraries[@]+"${libraries[@]}"} >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -rf "$work"
    fail "The binary for $arch could not be built; the last lines of the log are above."
  fi
  install -D --mode 0755 "$work/out/migrator" "$file"
  rm -rf "$work"
}
