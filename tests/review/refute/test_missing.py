from __future__ import annotations

import pytest

from tests.review.refute import added, judged

GUARDED = """\
def f(user, other):
    if user is None:
        return 0
    a = user.name
    if other is not None:
        b = other.name
    c = other.name
    if user is None:
        log()
    d = user.name
"""
LEFT = "if (!user) {\n  return;\n}\nuser = next();\nuse(user.name);\n"
ELSE = "if (user != null) {\n  a();\n} else {\n  use(user.name);\n}\n"
AWAITED = "async def f():\n    x = await g()\n"
BOUND = "def f(a):\n    if a is None:\n        return\n    {}\n        h(a.b)\n"
GO = "package a\nfunc f() {\n\tfile, err := os.Open(n)\n\tdefer file.Close()\n\tread(file)\n}\n"
GO_ONE_PATH = GO.replace("\tdefer file.Close()\n", "\tif err != nil {\n\t\tfile.Close()\n\t}\n")
JAVA = "class A {\n  void f() {\n    lock.lock();\n    run();\n    lock.unlock();\n  }\n}\n"
C = "int f(struct user *user) {\n  if (user == NULL) {\n    return 0;\n  }\n  return user->n;\n}\n"


@pytest.mark.parametrize(
    ("path", "text", "quote", "message", "outcome"),
    [
        ("a.py", GUARDED, "    a = user.name", "Missing null check for `user`.", "present"),
        ("a.py", GUARDED, "        b = other.name", "`other` is not checked for None.", "present"),
        ("a.py", GUARDED, "    c = other.name", "`other` is not checked for None.", None),
        ("a.py", GUARDED, "    a = user.name", "`other` is not checked for None.", None),
        ("a.py", GUARDED, "    a = user.name", "`user` の None チェックがありません。", "present"),
        ("a.py", GUARDED, "    a = user.name", "`user` 没有进行空值检查。", "present"),
        ("a.py", GUARDED, "    a = user.name",
         "`user` is not checked for None when the cache is cold.", None),
        ("a.js", LEFT, "use(user.name);", "`user` is not checked for null.", None),
        ("a.js", LEFT.replace("user = next();\n", ""), "use(user.name);",
         "`user` is not checked for null.", "present"),
        ("a.js", ELSE, "  use(user.name);", "`user` is not checked for null.", None),
        ("a.js", LEFT.replace("user = next();\n", "").replace("!user", "user === undefined"),
         "use(user.name);", "`user` is not checked for null.", None),
        ("a.c", C, "  return user->n;", "Missing NULL check for `user`.", "present"),
        ("a.py", "async def f():\n    x = await g()\n", "    x = await g()", "Missing `await`.",
         "present"),
        ("a.py", "async def f():\n    x = await g(h())\n", "    x = await g(h())",
         "Missing `await`.", None),
        ("a.py", AWAITED, "    x = await g()", "Missing `await` on the second call.", None),
        ("a.py", AWAITED, "    x = await g()", "`h` is called without `await`.", None),
        ("a.py", AWAITED, "    x = await g()", "Missing `await` in `h()`.", None),
        ("a.py", BOUND.format("for a in b:"), "        h(a.b)", "Missing null check for `a`.",
         None),
        ("a.py", BOUND.format("with g() as a:"), "        h(a.b)", "Missing null check for `a`.",
         None),
        ("a.py", BOUND.format("if a.c:"), "        h(a.b)", "Missing null check for `a`.",
         "present"),
        ("a.py", "async def f():\n    x = await g(h())\n", "    x = await g(h())",
         "Missing `await` before `h()`.", None),
        ("a.ts", "async function f() {\n  const x = await g();\n}\n", "  const x = await g();",
         "`g` is called without `await`.", "present"),
        ("a.py", "with open(a) as f:\n    x = g(open(b))\n", "    x = g(open(b))",
         "The file is never closed.", None),
        ("a.py", "with open(a) as f:\n    pass\n", "with open(a) as f:",
         "`f` is not closed.", "present"),
        ("a.py", "with open(a) as f:\n    pass\n", "with open(a) as f:",
         "`g` is not closed.", None),
        ("a.go", GO, "\tfile, err := os.Open(n)", "`file` is never closed.", "present"),
        ("a.go", GO_ONE_PATH, "\tfile, err := os.Open(n)", "`file` is never closed.", None),
        ("A.java", JAVA, "    lock.lock();", "`lock.unlock()` is never called.", "present"),
        ("A.java", JAVA, "    lock.lock();",
         "`lock.unlock()` is not called when run() throws.", None),
        ("A.java", JAVA, "    lock.unlock();", "`lock.unlock()` is never called.", None),
        ("A.java", JAVA, "    lock.lock();", "`lock.close()` is never called.", None),
    ],
)  # fmt: skip
def test_what_stands_there_is_not_missing(
    path: str, text: str, quote: str, message: str, outcome: str | None
) -> None:
    assert judged(added(path, text), quote, message) == outcome
