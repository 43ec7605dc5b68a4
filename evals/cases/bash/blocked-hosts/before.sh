#!/usr/bin/env bash
# Reports which visitors of an access log are on the block list.
set -euo pipefail

usage() {
  echo "usage: blocked.sh BLOCKLIST ACCESS_LOG" >&2
  exit 2
}

# Print the lines of the log whose host is blocked.
report() {
  local list="$1" log="$2"
  grep -F -f "$list" "$log"
}

main() {
  [[ $# -eq 2 ]] || usage
  report "$1" "$2"
}

main "$@"
