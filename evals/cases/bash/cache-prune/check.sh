rm() { echo "$*" >> removed; }
source ./prune-cache.sh
CACHE_DIR=/tmp/cache prune > out
[ "$(cat removed)" = "$(printf -- '-rf -- /tmp/cache/builds\n-rf -- /tmp/cache/downloads')" ] || exit 1
: > removed
unset CACHE_DIR
(prune) && exit 1
[ ! -s removed ]
