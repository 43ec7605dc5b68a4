#!/usr/bin/env bash
# Tags what is on the main branch as a release.
set -euo pipefail

readonly REMOTE="${REMOTE:-origin}"

read_version() {
  local file="$1" version
  version="$(sed -n 's/^version *= *"\([0-9][0-9.]*\)"$/\1/p' "$file")"
  if [[ -z "$version" ]]; then
    echo "no version in $file" >&2
    return 1
  fi
  printf '%s\n' "$version"
}

tag() {
  git tag --annotate "$1" --message "Release $1"
  git push "$REMOTE" "$1"
}

main() {
  version="$(read_version "$1")"
  tag "v$version"
  echo "tagged v$version"
}

main "$@"
