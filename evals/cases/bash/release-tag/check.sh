set -eu
export LOG="$PWD/log"
mkdir bin
cat > bin/git <<'END'
#!/bin/sh
echo "$@" >> "$LOG"
[ "$1" != rev-parse ]
END
chmod +x bin/git
export PATH="$PWD/bin:$PATH"
printf 'name = "x"\nversion = "1.4.2"\n' > project.toml
[ "$(bash tag-release.sh)" = "tagged v1.4.2" ]
grep -qx 'push origin v1.4.2' log
: > log
echo 'name = "x"' > empty.toml
if bash tag-release.sh empty.toml; then exit 1; fi
[ ! -s log ]
