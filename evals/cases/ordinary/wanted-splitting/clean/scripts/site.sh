#!/usr/bin/env bash
# Builds the site and puts it on the test server.
set -euo pipefail

readonly OPTIONS=(--archive --delete --exclude=.git)
readonly TARGET="${SITE_TARGET:?set SITE_TARGET to a folder of the test server}"

build() {
  # In a subshell, so that the caller stays where it is even when make fails.
  (
    cd site
    make html
  )
}

upload() {
  rsync "${OPTIONS[@]}" "$@" site/out/ "$TARGET/"
}

main() {
  build
  upload "$@"
}

main "$@"
