#!/usr/bin/env bash
# Makes small pictures of all that was uploaded.
set -euo pipefail

readonly SIZE="${THUMBNAIL_SIZE:-200x200}"
readonly CONVERT="${CONVERT:-convert}"
readonly SECONDS_EACH=30

thumbnail_name() {
  local picture="$1" target="$2"
  printf '%s/%s.jpg' "$target" "$(basename "${picture%.*}")"
}

make_thumbnail() {
  local picture="$1" target="$2" small
  small="$(thumbnail_name "$picture" "$target")"
  if [[ -e "$small" && ! "$picture" -nt "$small" ]]; then
    return 0
  fi
  "$CONVERT" "$picture" -thumbnail "$SIZE" "$small"
}

main() {
  local uploads="$1" target="$2" picture
  mkdir -p -- "$target"
  for picture in "$uploads"/*.png; do
    [[ -f "$picture" ]] || continue
    make_thumbnail "$picture" "$target"
  done
}

main "$@"
