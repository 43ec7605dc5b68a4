from pathlib import Path

import grants
from grants import User, may

table = Path(grants.__file__).with_name("roles.json")
table.write_text('{"clerk": ["read"]}', encoding="utf-8")
assert may(User("ann", "clerk", frozenset({"delete"})), "delete")
assert may(User("bob", "clerk"), "read")
assert not may(User("bob", "clerk"), "delete")
