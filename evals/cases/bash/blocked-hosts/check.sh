set -eu
mkdir bin
real="$(command -v grep)"
printf '#!/bin/sh\necho x >> "%s"\nexec %s "$@"\n' "$PWD/calls" "$real" > bin/grep
chmod +x bin/grep
printf '192.0.2.7\n\nbad.example' > list
for n in $(seq 60); do echo "192.0.2.$n GET /"; done > log
printf 'bad.example GET /x' >> log
: > calls
PATH="$PWD/bin:$PATH" bash blocked.sh list log > out 2> err
[ "$(cat out)" = "$(printf '192.0.2.7 GET /\nbad.example GET /x')" ]
[ "$(cat err)" = "2 of 61 requests" ]
[ "$(wc -l < calls)" -lt 5 ]
