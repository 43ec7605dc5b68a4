import tempfile
from pathlib import Path

from theme_files import ThemeFileError, ThemeFiles

base = Path(tempfile.mkdtemp())
for folder in ("acme/css", "acme-private"):
    (base / folder).mkdir(parents=True)
(base / "acme/css/shop.css").write_bytes(b"body{}")
(base / "acme-private/stripe.json").write_bytes(b"secret")
theme = ThemeFiles(base / "acme")
assert theme.read("css/shop.css") == b"body{}"
assert theme.names() == ["css/shop.css"]
for name in ("../acme-private/stripe.json", "/etc/hosts.json", "../x.css"):
    try:
        theme.read(name)
    except ThemeFileError:
        continue
    raise AssertionError(name)
