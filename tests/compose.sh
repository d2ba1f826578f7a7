#!/usr/bin/env bash
# Runs docker/compose.yaml with podman. See usage below.
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/prerequisites.sh
. scripts/prerequisites.sh
# shellcheck source=scripts/native.sh
. scripts/native.sh

usage() {
  cat <<'USAGE'
Usage: tests/compose.sh IMAGE

Runs docker/compose.yaml for real, as root on Debian, with the image in the OCI archive IMAGE. The images of PostgreSQL, Kong and Alpine are
stand-ins from Debian packages, so that no registry is needed: PostgreSQL is a real server with TLS, and Kong's stand-in logs in over
verified TLS and reads Kong's tables.
USAGE
}

MIRROR=http://deb.debian.org/debian

main() {
  case ${1-} in
    -h | --help) usage; return ;;
  esac
  [[ $# -eq 1 && -f $1 ]] || fail "compose.sh needs the file of the image." "See tests/compose.sh --help"
  require_tools
  WORK=$(mktemp -d)
  trap clean_up EXIT
  export CONTAINERS_CONF=$WORK/containers.conf
  cat >"$CONTAINERS_CONF" <<'CONF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_backend = "netavark"
[engine]
runtime = "runc"
CONF

  own_podman load --quiet --input "$1" >/dev/null
  own_podman tag "$(own_podman images --format '{{.Repository}}:{{.Tag}}' | grep '/migrator:')" docker.io/library/migrator:latest
  make_stand_ins
  own_podman system service --time 0 "unix://$WORK/podman.sock" 2>"$WORK/service.log" &
  SERVICE=$!
  until [[ -S $WORK/podman.sock ]]; do
    kill -0 "$SERVICE" || fail "podman's service did not start." "$(tail -n 3 "$WORK/service.log")"
    sleep 0.1
  done

  export DOCKER_HOST=unix://$WORK/podman.sock COMPOSE_PROJECT_NAME=migrator
  compose up --no-build --detach >"$WORK/up.log" 2>&1 || { cat "$WORK/up.log"; fail "'docker-compose up' failed."; }
  ended migrator 'The database is up to date.'
  ended kong "Kong's stand-in read"
}

compose() {
  timeout 300 docker-compose --ansi never --file docker/compose.yaml "$@" </dev/null
}

# ended SERVICE WORDS: fails unless the container of a service ends with 0 within a minute, with these words in its log.
ended() {
  local name=migrator_$1_1 code
  code=$(timeout 60 podman --root "$WORK/root" --runroot "$WORK/run" --storage-driver vfs wait "$name") || code=timeout
  own_podman logs "$name" >"$WORK/$1.log" 2>&1 || true
  if [[ $code != 0 ]] || ! grep -F "$2" "$WORK/$1.log"; then
    cat "$WORK/$1.log"
    fail "$name ended with $code, without '$2'."
  fi
}

require_tools() {
  local packages=() program
  for program in podman runc buildah docker-compose debootstrap; do
    command -v "$program" >/dev/null || packages+=("$program")
  done
  [[ -x /usr/lib/podman/netavark ]] || packages+=(netavark)
  [[ -x /usr/lib/podman/aardvark-dns ]] || packages+=(aardvark-dns)
  command -v iptables >/dev/null || packages+=(iptables)
  ensure_packages ${packages[@]+"${packages[@]}"}
}

own_podman() {
  podman --root "$WORK/root" --runroot "$WORK/run" --storage-driver vfs "$@"
}

clean_up() {
  local status=$?
  trap - EXIT
  if [[ -n ${SERVICE:-} ]]; then
    compose down --volumes >/dev/null 2>&1 || true
    kill "$SERVICE" 2>/dev/null || true
    wait "$SERVICE" 2>/dev/null || true
  fi
  own_podman rm --all --force --time 0 >/dev/null 2>&1 || true
  own_podman rmi --all --force >/dev/null 2>&1 || true
  rm -rf "$WORK"
  exit "$status"
}

# make_stand_ins: one Debian with PostgreSQL, and three images of it that differ in one script.
make_stand_ins() {
  local root=$WORK/debian
  say "Making the stand-ins ..."
  debootstrap --variant=minbase --include=postgresql,openssl bookworm "$root" "$MIRROR" >"$WORK/debootstrap.log" 2>&1 \
    || { tail -n 5 "$WORK/debootstrap.log"; fail "debootstrap failed; what it said is above."; }
  rm -rf "$root"/var/cache/apt/* "$root"/usr/share/{doc,man,locale}
  chroot "$root" usermod --uid 999 postgres
  chroot "$root" groupmod --gid 999 postgres 2>/dev/null || true

  # The image of PostgreSQL, as far as compose.yaml relies on it: it makes the database of its variables, then runs its arguments.
  script "$root/usr/local/bin/postgres-entrypoint" <<'SCRIPT'
#!/bin/bash
set -euo pipefail
export PATH=$PATH:$(echo /usr/lib/postgresql/*/bin) PGDATA=/var/lib/postgresql/data
as() { setpriv --reuid 999 --regid 999 --clear-groups "$@"; }
install -d -o 999 -g 999 -m 700 "$PGDATA"
echo "$POSTGRES_PASSWORD" >/tmp/password
as initdb --username "$POSTGRES_USER" --pwfile /tmp/password --auth-host scram-sha-256 --auth-local trust >/dev/null
as pg_ctl --wait --options '-c listen_addresses= -c unix_socket_directories=/tmp' start >/dev/null
as createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
as pg_ctl --wait stop >/dev/null
echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
exec setpriv --reuid 999 --regid 999 --clear-groups "$@" -c 'listen_addresses=*' -c unix_socket_directories=/tmp
SCRIPT
  script "$root/usr/local/bin/kong-entrypoint" <<'SCRIPT'
#!/bin/bash
set -euo pipefail
[[ $KONG_PG_SSL == on && $KONG_PG_SSL_VERIFY == on ]]
export PGSSLMODE=verify-full PGSSLROOTCERT=$KONG_LUA_SSL_TRUSTED_CERTIFICATE PGPASSWORD=$KONG_PG_PASSWORD
count=$(psql -X -A -t -h "$KONG_PG_HOST" -U "$KONG_PG_USER" "$KONG_PG_DATABASE" -c 'SELECT count(*) FROM schema_meta, workspaces')
echo "Kong's stand-in read $count rows"
((count > 0))
SCRIPT
  script "$root/usr/local/bin/apk" <<'SCRIPT'
#!/bin/sh
command -v openssl
SCRIPT
  own_podman import --quiet "$(tar_of "$root")" debian >/dev/null
  rm -rf "$root" "$WORK/debian.tar"
  stand_in alpine:3.22
  stand_in postgres:17 'ENTRYPOINT ["/usr/local/bin/postgres-entrypoint"]'
  stand_in kong:3.9 'ENTRYPOINT ["/usr/local/bin/kong-entrypoint"]'
}

script() {
  cat >"$1"
  chmod 755 "$1"
}

tar_of() {
  tar -C "$1" -cf "$WORK/debian.tar" .
  printf '%s\n' "$WORK/debian.tar"
}

# stand_in IMAGE [INSTRUCTION]
stand_in() {
  printf 'FROM localhost/debian\n%s\n' "${2-}" >"$WORK/Containerfile"
  own_podman build --quiet --isolation chroot --tag "docker.io/library/$1" --file "$WORK/Containerfile" "$WORK" >/dev/null
}

main "$@"
