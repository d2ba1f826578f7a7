#!/usr/bin/env bash
# Runs migrator in its image, locked as a pod in a restricted namespace is, with the arguments and the variables that it is given. The
# configuration file and the files that it names are mounted. PODMAN_STORAGE is the folder of podman's storage, IMAGE the name of the image.
set -euo pipefail

options=(run --rm --interactive --network host --user 65532:65532 --read-only --cap-drop ALL --security-opt no-new-privileges --memory 32m)
while IFS= read -r name; do
  case $name in
    PATH | HOME | PWD | OLDPWD | SHLVL | _ | DOTNET_ROOT | PODMAN_* | IMAGE | CONTAINERS_CONF) ;;
    *) options+=(--env "$name") ;;
  esac
done < <(compgen -e)

# mount FILE: a file that only its owner can read is made readable, as the files of a volume are.
mount() {
  chmod a+r "$1"
  options+=(--volume "$1:$1:ro")
}

for argument; do
  if [[ $argument == /* && -f $argument ]]; then
    mount "$argument"
    while IFS= read -r file; do
      mount "$file"
    done < <(sed -nE 's/^lua_ssl_trusted_certificate = (\/.*)$/\1/p' "$argument")
  fi
done

export CONTAINERS_CONF=$PODMAN_STORAGE/containers.conf
exec podman --root "$PODMAN_STORAGE/root" --runroot "$PODMAN_STORAGE/run" --storage-driver vfs "${options[@]}" "$IMAGE" "$@"
