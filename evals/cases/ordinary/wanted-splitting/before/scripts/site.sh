#!/usr/bin/env bash
# Builds the site and puts it on the test server.
set -euo pipefail

OPTIONS="--archive --delete --exclude=.git"
readonly TARGET="${SITE_TARGET:?set SITE_TARGET to a folder of the test server}"

build() {
  cd site
  make html
  cd ..
}

upload() {
  # shellcheck disable=SC2086 # the options are words
  rsync $OPTIONS site/out/ "$TARGET/"
}

main() {
  build
  upload
}

main "$@"
