set -eu
mkdir up bin
printf '#!/bin/sh\ncp -- "$1" "$4"\n' > bin/fake
chmod +x bin/fake
echo one > 'up/a b.png'
echo two > "up/x'; touch pwned; echo '.png"
CONVERT="$PWD/bin/fake" bash thumbnails.sh up small
[ "$(cat 'small/a b.jpg')" = one ]
[ ! -e pwned ]
[ "$(cat "small/x'; touch pwned; echo '.jpg")" = two ]
