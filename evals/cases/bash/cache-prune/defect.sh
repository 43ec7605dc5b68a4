#!/usr/bin/env bash
# Frees the disk of a build machine.
set -eo pipefail

KEEP_PERCENT="${KEEP_PERCENT:-20}"

free_percent() {
  local used
  used="$(df --output=pcent "$1" | tail -n 1 | tr -dc '0-9')"
  echo $((100 - used))
}

prune() {
  local part
  for part in builds downloads; do
    rm -rf -- "$CACHE_DIR/$part"
    echo "removed $part"
  done
}

main() {
  if (($(free_percent /) >= KEEP_PERCENT)); then
    echo "enough room"
    return 0
  fi
  prune
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  main "$@"
fi
