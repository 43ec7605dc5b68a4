#!/usr/bin/env bash
# Reports which visitors of an access log are on the block list.
set -euo pipefail

usage() {
  echo "usage: blocked.sh BLOCKLIST ACCESS_LOG" >&2
  exit 2
}

# Print the lines of the log whose host is blocked, and how many of how many they are.
report() {
  local list="$1" log="$2"
  local line host lines=0 hits=0
  while IFS= read -r line || [[ -n "$line" ]]; do
    lines=$((lines + 1))
    host="${line%% *}"
    if grep -qxF -- "$host" "$list"; then
      hits=$((hits + 1))
      printf '%s\n' "$line"
    fi
  done < "$log"
  echo "$hits of $lines requests" >&2
}

main() {
  [[ $# -eq 2 ]] || usage
  report "$1" "$2"
}

main "$@"
