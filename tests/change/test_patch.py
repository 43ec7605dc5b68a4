from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.hunks import read_hunks
from reviewbot.change.patch import read_patch
from reviewbot.change.selection.select import skip_reason
from reviewbot.changeset import FileChange, LineKind
from reviewbot.errors import PatchError
from tests.change import applied, captured, texts
from tests.conftest import Repository

GIT = """\
diff --git a/f.py b/f.py
index 1234567..89abcde 100644
--- a/f.py
+++ b/f.py
@@ -1,3 +1,4 @@ def area(r):
 one
-two
+zwei
+drei
 four
"""
OTHER = """\
diff --git a/g.py b/g.py
new file mode 100644
index 0000000..89abcde
--- /dev/null
+++ b/g.py
@@ -0,0 +1 @@
+x
"""
DIFF_U = """\
diff -ru old/f.py new/f.py
--- old/f.py\t2026-11-21 10:00:00.000000000 +0000
+++ new/f.py\t2026-11-21 10:00:01.000000000 +0000
@@ -1 +1 @@
-x
+y
"""
MAIL = """\
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: tester <tester@localhost>
Date: Sat, 21 Nov 2026 10:00:00 +0000
Subject: [PATCH] a change

{prose}
---
 f.py | 3 ++-
 1 file changed, 2 insertions(+), 1 deletion(-)

{patch}--\x20
2.39.5

"""


def _one(text: str) -> FileChange:
    (file,) = read_patch(text)
    return file


def _summary(text: str) -> list[tuple[str, str, int, int]]:
    return [(file.path, file.status, file.added, file.removed) for file in read_patch(text)]


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_empty_text_has_no_files(text: str) -> None:
    assert read_patch(text) == ()


@pytest.mark.parametrize("text", ["hello\n", "print(1)\n", "@@ prose @@\n", "*** a\n--- b\n"])
def test_text_that_is_no_patch_is_refused(text: str) -> None:
    with pytest.raises(PatchError, match="no patch"):
        read_patch(text)


@pytest.mark.parametrize("before", ["", "prose\n", f"{GIT}prose\n"])
def test_a_hunk_without_a_file_is_refused(before: str) -> None:
    with pytest.raises(PatchError, match="belongs to no file"):
        read_patch(f"{before}@@ -1 +1 @@\n-a\n+b\n{OTHER}")


def test_a_patch_of_git() -> None:
    file = _one(GIT)
    assert (file.path, file.status, file.mode) == ("f.py", "M", "100644")
    assert (file.added, file.removed) == (2, 1)
    assert file.hunks[0].header == "def area(r):"


def test_several_files_in_one_patch() -> None:
    assert _summary(GIT + OTHER) == [("f.py", "M", 2, 1), ("g.py", "A", 1, 0)]


def test_a_deletion_is_told_from_the_null_name() -> None:
    text = "--- a/f.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    assert _summary(text) == [("f.py", "D", 0, 1)]


@pytest.mark.parametrize("lines", ["-x\n+evil()\n", "+evil()\n", "-x\n x\n", "-x\n+y\n x\n"])
@pytest.mark.parametrize(
    "header",
    [
        "diff --git a/f.py b/f.py\ndeleted file mode 100644\n--- a/f.py\n+++ /dev/null\n",
        "diff --git a/f.py b/f.py\ndeleted file mode 100644\n--- a/f.py\n+++ b/f.py\n",
        "diff --git i/f.py w/f.py\ndeleted file mode 100644\n--- i/f.py\n+++ /dev/null\n",
        "--- a/f.py\n+++ /dev/null\n",
    ],
)
def test_a_file_that_keeps_a_line_is_not_deleted(header: str, lines: str) -> None:
    old, new = (sum(line[0] in marks for line in lines.split("\n")[:-1]) for marks in ("- ", "+ "))
    file = _one(f"{header}@@ -1,{old} +1,{new} @@\n{lines}")
    assert (file.path, file.old_path, file.status) == ("f.py", "f.py", "M")
    assert (skip_reason(file), file.changed) == ("", lines.count("-") + lines.count("+"))


@pytest.mark.parametrize("lines", ["-x\n+y\n", " x\n+y\n", "-x\n"])
@pytest.mark.parametrize("header", ["new file mode 100644\n--- /dev/null\n", "--- /dev/null\n"])
def test_a_file_that_had_a_line_is_not_new(header: str, lines: str) -> None:
    counts = f"@@ -1 +{lines.count('y')},{lines.count('y') + lines.count(' ')} @@"
    file = _one(f"diff --git a/f.go b/f.go\n{header}+++ b/f.go\n{counts}\n{lines}")
    assert (file.path, file.old_path, file.status) == ("f.go", "f.go", "M")


@pytest.mark.parametrize("names", [("uv.lock", "evil.py"), ("evil.py", "uv.lock")])
@pytest.mark.parametrize("null", ["+++ /dev/null", "--- /dev/null"])
def test_a_file_that_is_neither_deleted_nor_new_hides_behind_neither_name(
    names: tuple[str, str], null: str
) -> None:
    old, new = names
    header = ["--- /dev/null", f"+++ b/{new}"] if null[0] == "-" else [f"--- a/{old}", null]
    lines = [f"diff --git a/{old} b/{new}", *header, "@@ -1 +1 @@", "-x", "+evil()", ""]
    file = _one("\n".join(lines))
    assert (file.status, file.path, skip_reason(file)) == ("R", new, "")


def test_a_file_whose_every_line_is_removed_stays_deleted() -> None:
    text = "diff --git a/f.py b/f.py\ndeleted file mode 100644\n--- a/f.py\n+++ /dev/null\n"
    for hunk in ("", "@@ -1,2 +0,0 @@\n-x\n-y\n"):
        assert (_one(text + hunk).status, skip_reason(_one(text + hunk))) == ("D", "deleted")


def test_diff_u_with_times() -> None:
    assert _summary(DIFF_U) == [("new/f.py", "M", 1, 1)]


def test_several_files_of_diff_u() -> None:
    text = DIFF_U + DIFF_U.replace("f.py", "g.py")
    assert [file.path for file in read_patch(text)] == ["new/f.py", "new/g.py"]


def test_files_of_diff_u_without_lines_between() -> None:
    text = "--- f\n+++ f\n@@ -1 +1 @@\n-x\n+y\n--- g\n+++ g\n@@ -1 +1 @@\n-x\n+y\n"
    assert [file.path for file in read_patch(text)] == ["f", "g"]


def test_a_file_that_diff_r_only_names_is_listed_and_says_nothing_about_the_one_above_it() -> None:
    text = DIFF_U + "Binary files old/a.png and new/a.png differ\nOnly in new/sub: g.py\n"
    files = read_patch(text + DIFF_U.replace("f.py", "h.py"))
    assert {file.path: (file.binary, file.changed) for file in files} == {
        "new/f.py": (False, 2),
        "new/h.py": (False, 2),
        "new/a.png": (True, 0),
        "new/sub/g.py": (False, 0),
    }


@pytest.mark.parametrize("line", ["Only in emergencies: run", "Binary files a and b differ"])
def test_prose_that_sounds_like_diff_r_names_no_file(line: str) -> None:
    assert read_patch(MAIL.format(prose=line, patch=GIT)) == read_patch(GIT)


SVN = """\
Index: f.py
===================================================================
--- f.py\t(revision 5)
+++ f.py\t(working copy)
@@ -1 +1 @@
-x
+y
Index: dir/g.py
===================================================================
--- dir/g.py\t(nonexistent)
+++ dir/g.py\t(working copy)
@@ -0,0 +1 @@
+x
"""


def test_a_patch_of_subversion() -> None:
    assert [(file.path, file.changed) for file in read_patch(SVN)] == [("f.py", 2), ("dir/g.py", 1)]


def test_a_mail_with_a_signature() -> None:
    assert _summary(MAIL.format(prose="why", patch=GIT)) == [("f.py", "M", 2, 1)]


@pytest.mark.parametrize(
    "prose",
    [
        "Binary files are no longer read.",
        "GIT binary patch",
        "index 1234567..89abcde 120000",
        "deleted file mode 120000",
        "rename to g.lock",
        "--- a/evil",
        "+++ b/evil",
    ],
)
@pytest.mark.parametrize("first", [GIT, "diff --git a/f b/g\nrename from f\nrename to g\n"])
def test_the_prose_of_the_next_mail_says_nothing_about_the_file_above_it(
    prose: str, first: str
) -> None:
    text = MAIL.format(prose="first", patch=first) + MAIL.format(prose=prose, patch=OTHER)
    assert read_patch(text) == (*read_patch(first), *read_patch(OTHER))


@pytest.mark.parametrize(
    "signature", ["-- \n2.39.5\n\n", "--\n2.39.5\n", "-- ", "-- \n", "-- \nme\n"]
)
def test_a_signature_is_no_line_of_the_hunk_above_it(signature: str) -> None:
    assert read_patch(GIT + signature) == read_patch(GIT)
    assert read_patch((GIT + signature).replace("\n", "\r\n")) == read_patch(GIT)


@pytest.mark.parametrize("below", ["+evil()\n", "-less\n", " same\n", "@@ -9 +9 @@\n", OTHER])
def test_a_removed_line_that_looks_like_a_signature_is_not_lost(below: str) -> None:
    with pytest.raises(PatchError, match="longer than its header says"):
        read_patch(f"{GIT}-- \n{below}")


@pytest.mark.parametrize("text", [GIT, GIT + OTHER, DIFF_U, SVN, MAIL.format(prose="", patch=GIT)])
def test_a_patch_whose_every_line_end_was_rewritten(text: str) -> None:
    assert read_patch(text.replace("\n", "\r\n")) == read_patch(text)


def test_a_byte_order_mark_does_not_hide_the_first_file() -> None:
    text = "diff --git a/old b/new\nrename from old\nrename to new\n" + GIT
    assert read_patch("\ufeff" + text) == read_patch(text)


def test_crlf_patch_text() -> None:
    rename = "diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n"
    mode = "diff --git a/m b/m\nold mode 100644\nnew mode 100755\n"
    empty = "diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n"
    text = (GIT + OTHER + rename + mode + empty).replace("\n", "\r\n")
    assert _summary(text) == [
        ("f.py", "M", 2, 1),
        ("g.py", "A", 1, 0),
        ("new", "R", 0, 0),
        ("m", "M", 0, 0),
        ("e", "A", 0, 0),
    ]
    assert read_patch(text)[0].mode == "100644"


def test_a_crlf_file_in_a_patch_of_git_keeps_its_line_ends() -> None:
    text = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\r\n-two\r\n+zwei\r\n"
    assert texts(_one(text), LineKind.ADDED) == ["zwei\r"]


@pytest.mark.parametrize("blank", ["", "\r"])
def test_an_empty_context_line_whose_blank_was_stripped(blank: str) -> None:
    text = f"--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-a\n+b\n{blank}\n c\n"
    assert [line.text.strip() for line in _one(text).hunks[0].lines] == ["a", "b", "", "c"]


def test_a_last_line_without_a_newline() -> None:
    mark = "\\ No newline at end of file\n"
    file = _one(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n{mark}+b\n{mark}")
    assert [(line.text, line.ends_bare) for line in file.hunks[0].lines] == [
        ("a", True),
        ("b", True),
    ]


def test_the_mark_of_a_bare_line_is_read_in_any_language() -> None:
    german = "\\ Kein Zeilenumbruch am Dateiende.\n"
    file = _one(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n{german}+b\n{german}")
    assert [line.ends_bare for line in file.hunks[0].lines] == [True, True]


def test_a_mark_of_a_bare_line_before_any_line_is_refused() -> None:
    with pytest.raises(PatchError, match="bare line"):
        read_patch(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n{BARE}-a\n+b\n")


def test_a_patch_that_itself_ends_without_a_newline() -> None:
    assert _summary(GIT.rstrip("\n")) == [("f.py", "M", 2, 1)]


def test_removed_and_added_lines_that_look_like_headers() -> None:
    file = _one("--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- a/x\n+++ b/x\n--- 2\n+++ 2\n")
    assert texts(file, LineKind.REMOVED) == ["-- a/x", "-- 2"]
    assert texts(file, LineKind.ADDED) == ["++ b/x", "++ 2"]


COMBINED = """\
diff --cc f.py
index 1,2..3
--- a/f.py
+++ b/f.py
@@@ -1,1 -1,1 +1,1 @@@
--a
 -b
++c
"""


@pytest.mark.parametrize("text", [COMBINED, COMBINED.replace("--cc", "--combined"), GIT + COMBINED])
def test_a_combined_diff_is_refused(text: str) -> None:
    with pytest.raises(PatchError, match="combined diff") as caught:
        read_patch(text)
    assert "git diff HEAD^1 HEAD" in caught.value.remedy


@pytest.mark.parametrize("marks", ["@@@", "@@@@", "@@@@@"])
@pytest.mark.parametrize("before", ["", "prose\n", GIT, DIFF_U, MAIL.format(prose="", patch=GIT)])
def test_the_hunk_of_a_combined_diff_is_refused_anywhere(before: str, marks: str) -> None:
    with pytest.raises(PatchError, match="combined diff"):
        read_patch(f"{before}{marks} -1,1 -1,1 +1,1 {marks}\n++c\n{OTHER}")


CONTEXT = """\
*** old/f.py\t2026-11-21 10:00:00
--- new/f.py\t2026-11-21 10:00:01
***************
*** 1 ****
! x
--- 1 ----
! y
"""
NORMAL = """\
diff -r old/f.py new/f.py
1c1
< x
---
> y
"""


@pytest.mark.parametrize("text", [CONTEXT, NORMAL, CONTEXT.replace("\n", "\r\n")])
@pytest.mark.parametrize("before", ["", "prose\n", GIT, DIFF_U])
def test_a_diff_that_is_not_a_unified_one_is_refused(before: str, text: str) -> None:
    for after in ("", OTHER):
        with pytest.raises(PatchError, match="not a unified one") as caught:
            read_patch(before + text + after)
        assert "diff -u" in caught.value.remedy


def test_a_row_of_stars_in_a_mail_is_prose() -> None:
    text = MAIL.format(prose=f"{'*' * 20}\n*** a\n{'*' * 20}\n1c1", patch=GIT)
    assert read_patch(text) == read_patch(GIT)


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_hunk_cut_short_is_refused(cut: int) -> None:
    text = "".join(GIT.splitlines(keepends=True)[:-cut])
    with pytest.raises(PatchError, match="cut short"):
        read_patch(text)
    with pytest.raises(PatchError, match="cut short"):
        read_patch(text + OTHER)


@pytest.mark.parametrize(
    "extra", ["+more", "-less", " same", "--- x", "-- x", "+++ x", "+", "--- "]
)
def test_a_hunk_longer_than_its_header_is_refused(extra: str) -> None:
    for after in ("", OTHER, " x\n"):
        with pytest.raises(PatchError, match="longer than its header says"):
            read_patch(GIT + extra + "\n" + after)


@pytest.mark.parametrize("header", ["@@ -1,3 @@", "@@ -a +b @@", "@@ @@"])
def test_a_broken_hunk_header_is_refused(header: str) -> None:
    with pytest.raises(PatchError, match="no hunk header"):
        read_patch(GIT.replace("@@ -1,3 +1,4 @@ def area(r):", header))


@pytest.mark.parametrize(
    "text", [GIT.replace("@@ -1,3 +1,4 @@ def", "@@ secret"), f"{GIT}@@ secret\n@@ secret @@\n"]
)
def test_what_is_refused_is_not_quoted(text: str) -> None:
    with pytest.raises(PatchError, match=r"line \d+ of the patch is no hunk header$") as caught:
        read_patch(text)
    assert "secret" not in f"{caught.value}{caught.value.remedy}"


@pytest.mark.parametrize("text", ["@@ -1 +1 @@\nsecret\n+b\n", "secret\n@@ -1 +1 @@\n-a\n+b\n"])
def test_lines_that_cannot_be_read_are_not_quoted(text: str) -> None:
    with pytest.raises(PatchError, match=r"the patch of f\.py") as caught:
        read_hunks(text, "f.py")
    assert "secret" not in str(caught.value)


def test_hunks_that_disagree_with_their_header_are_refused() -> None:
    for text in ("@@ -1 +1 @@\n-a\n+b\n+c\n", "@@ -1,2 +1 @@\n-a\n+b\n", "-a\n+b\n"):
        with pytest.raises(PatchError, match=r"the patch of f\.py"):
            read_hunks(text, "f.py")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("diff --git a/with space.py b/with space.py", "with space.py"),
        ('diff --git "a/t\\303\\244b\\there" "b/t\\303\\244b\\there"', "täb\there"),
        ('diff --git "a/q\\"uote" "b/q\\"uote"', 'q"uote'),
        ("diff --git a/x b/x b/x b/x", "x b/x"),
        ("diff --git noprefix.py noprefix.py", "noprefix.py"),
        ("diff --git i/f.py w/f.py", "f.py"),
        ("diff --git c/f.py i/f.py", "f.py"),
        ("diff --git i/f.py i/f.py", "i/f.py"),
    ],
)
def test_the_name_of_a_file_without_lines(line: str, path: str) -> None:
    file = _one(f"{line}\nold mode 100644\nnew mode 100755\n")
    assert (file.path, file.old_path) == (path, path)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("x", "y z", ("x", "y z")),
        ('"t\\303\\244st"', "plain", ("täst", "plain")),
        ("plain", '"t\\303\\244st"', ("plain", "täst")),
        ("a/f", "b/f", ("a/f", "b/f")),
    ],
)
def test_a_rename_without_an_edit_keeps_both_names(
    old: str, new: str, names: tuple[str, str]
) -> None:
    quoted = [
        f'"{mark}/{name[1:]}' if name[0] == '"' else f"{mark}/{name}"
        for mark, name in (("a", old), ("b", new))
    ]
    text = f"diff --git {quoted[0]} {quoted[1]}\nrename from {old}\nrename to {new}\n"
    file = _one(text)
    assert (file.status, file.old_path, file.path) == ("R", *names)


def test_a_quoted_name_with_a_hunk() -> None:
    text = '--- "a/t\\303\\244st\\t.py"\n+++ "b/t\\303\\244st\\t.py"\n@@ -1 +1 @@\n-x\n+y\n'
    assert _one(text).path == "täst\t.py"


def test_an_escape_that_git_never_writes_stands_for_itself() -> None:
    assert _one('diff --git "a/\\日" "b/\\日"\nold mode 100644\nnew mode 100755\n').path == "日"


@pytest.mark.parametrize("verb", ["rename", "copy"])
@pytest.mark.parametrize("prefixes", [("", ""), ("a/", "b/"), ("i/", "w/")])
def test_a_move_with_an_edit_and_any_prefix(verb: str, prefixes: tuple[str, str]) -> None:
    old, new = (f"{prefix}{name}" for prefix, name in zip(prefixes, ("a/x", "b/y"), strict=True))
    text = (
        f"diff --git {old} {new}\nsimilarity index 90%\n{verb} from a/x\n{verb} to b/y\n"
        f"index 1234567..89abcde 100644\n--- {old}\n+++ {new}\n@@ -1 +1 @@\n-x\n+y\n"
    )
    file = _one(text)
    assert (file.status, file.old_path, file.path) == (verb[0].upper(), "a/x", "b/y")


BINARY = """\
diff --git a/p b/p
index 1234567..89abcde 100644
GIT binary patch
literal 12
TcmZQzWMXDvWn<^yW#nVz1ONd40)7Ag

delta 5
McmZSJ00031009610RR91

"""
BARE = "\\ No newline at end of file\n"


def test_a_link_and_a_binary_file_in_a_patch_are_skipped_as_such() -> None:
    link = OTHER.replace("100644", "120000") + BARE
    files = read_patch(link + BINARY + GIT)
    assert [skip_reason(file) for file in files] == ["symbolic link", "binary", ""]
    assert files[2] == _one(GIT)


def test_a_submodule_in_a_patch_is_skipped_as_such() -> None:
    hunk = f"-Subproject commit {'1' * 40}\n+Subproject commit {'2' * 40}-dirty\n"
    text = f"diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n{hunk}"
    assert skip_reason(_one(text)) == "submodule"


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_a_header_cannot_pass_code_off_as_a_link_or_a_submodule(mode: str) -> None:
    for text in (GIT.replace("100644", mode), OTHER.replace("100644", mode)):
        file = _one(text)
        assert (skip_reason(file), file.changed > 0) == ("", True)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--no-prefix",),
        ("--src-prefix=i/", "--dst-prefix=w/"),
        ("--unified=0",),
        ("--function-context",),
        ("--full-index", "--binary"),
    ],
)
def test_what_git_writes_is_read_as_what_git_counts(
    repository: Repository, options: tuple[str, ...]
) -> None:
    old = "".join(f"{number}\n" for number in range(40))
    for name in ("f.py", "a b.py", "old.py", "gone.py", 'q".py'):
        repository.stage(name, old)
    repository.stage("x.bin", b"\0")
    repository.commit()
    repository.stage("f.py", old.replace("5\n", "V\n"))
    repository.stage("a b.py", old + "end")
    repository.stage('q".py', "-- \n++ \n")
    repository.stage("x.bin", b"\0\1")
    repository.stage("empty.py", "")
    repository.git("rm", "--quiet", "gone.py")
    repository.git("mv", "old.py", "new.py")
    repository.stage("new.py", old.replace("7\n", "VII\n"))
    text = repository.git("diff", "--cached", "--no-color", *options) + "\n"
    want = captured(repository)
    assert {
        file.path: (file.old_path, file.status, file.added, file.removed, file.binary)
        for file in read_patch(text)
    } == {
        file.path: (file.old_path, file.status, file.added, file.removed, file.binary)
        for file in want.values()
    }


_LINES = st.lists(st.sampled_from(["", "a", "b", "-- c", "++ d", "@@ -1 +1 @@", "\r", "\x0c"]))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(old=_LINES, new=_LINES, ends=st.sampled_from(["", "\n"]))
def test_reading_a_patch_agrees_with_capture(
    repository: Repository, old: list[str], new: list[str], ends: str
) -> None:
    before, after = ("\n".join(lines) + ends for lines in (old, new))
    repository.stage("f.py", before)
    repository.commit()
    repository.stage("f.py", after)
    done = subprocess.run(
        ["git", "diff", "--cached", "--no-color"],
        cwd=repository.path,
        capture_output=True,
        check=True,
    )
    files = read_patch(done.stdout.decode())
    want = tuple(captured(repository).values())
    assert [file.hunks for file in files] == [file.hunks for file in want]
    if files:
        assert applied(before.encode(), files[0]) == after.encode()


_PIECES = ["@@ -1 +1 @@", "\n", "-", "+", " ", "a", "--- x\n+++ y\n", "\\", "\r", "-- "]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES)).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        files = read_patch(text)
    except PatchError:
        return
    marked = [line for file in files for hunk in file.hunks for line in hunk.lines]
    assert len(marked) <= text.count("\n") + 1
