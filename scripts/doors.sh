#!/usr/bin/env bash
# Draws the projects of src and what each refers to, from the project files, into docs/architecture.md.
#
#   scripts/doors.sh           writes the picture
#   scripts/doors.sh --check   fails if the picture is not up to date
set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

PAGE=docs/architecture.md

picture() {
  local file name
  printf '```mermaid\nflowchart TD\n'
  for file in src/*/*.csproj; do
    name=$(basename "$file" .csproj)
    printf '  %s["%s<br/><small>%s</small>"]\n' "$name" "$name" "$(sed -n 's|.*<Description>\(.*\)</Description>.*|\1|p' "$file")"
    sed -n "s|.*<ProjectReference Include=\"../\([A-Za-z]*\)/.*|  $name --> \1|p" "$file"
  done
  printf '```\n'
}

drawn=$(awk -v picture="$(picture)" '
  /<!-- end of the picture -->/ { inside = 0 }
  !inside { print }
  /<!-- picture: scripts\/doors.sh -->/ { inside = 1; print picture }' "$PAGE")
if [[ ${1-} == --check ]]; then
  diff -u "$PAGE" <(printf '%s\n' "$drawn") || { echo "The picture in $PAGE is old. Run: scripts/doors.sh" >&2; exit 1; }
else
  printf '%s\n' "$drawn" >"$PAGE"
fi
