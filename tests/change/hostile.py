"""Settings, attributes and variables that could bend git, and a repository to try them in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.scope import commit, staged
from reviewbot.changeset import FileChange
from tests.conftest import Repository

LINES = "".join(f"line {number}\n" for number in range(1, 13))

# What to do, with what: `config`, `global` and `environ` take KEY=VALUE, `run` a git command.
Step = tuple[str, str]


def _settings(where: str, *pairs: str) -> dict[str, tuple[Step, ...]]:
    return {f"{where} {pair}": ((where, pair),) for pair in pairs}


def _driver(*pairs: str) -> dict[str, tuple[Step, ...]]:
    """A diff driver, named by an attribute that the file of the user's own repository holds."""
    attribute = ("info", "*.py diff=driver filter=driver")
    return {
        f"driver {pair}": (attribute, ("config", pair.replace("x.", "driver.", 1)))
        for pair in pairs
    }


CASES: dict[str, tuple[Step, ...]] = {
    **_settings(
        "config",
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.srcPrefix=evil/",
        "diff.dstPrefix=evil/",
        "diff.relative=true",
        "diff.external={program}",
        "diff.orderFile={order}",
        "diff.renames=false",
        "diff.renames=copies",
        "diff.renameLimit=1",
        "diff.submodule=log",
        "diff.submodule=diff",
        "diff.ignoreSubmodules=all",
        "submodule.sub/module.ignore=all",
        "diff.context=0",
        "diff.interHunkContext=50",
        "diff.algorithm=patience",
        "diff.algorithm=histogram",
        "diff.algorithm=minimal",
        "diff.indentHeuristic=false",
        "diff.suppressBlankEmpty=true",
        "diff.wordRegex=.",
        "diff.wsErrorHighlight=all",
        "diff.colorMoved=zebra",
        "diff.dirstat=lines",
        "diff.statGraphWidth=3",
        "color.ui=always",
        "color.diff=always",
        "core.quotePath=true",
        "core.abbrev=4",
        "core.pager={program}",
        "pager.diff-index={program}",
        "core.fsmonitor={program}",
        "core.hooksPath={hooks}",
        "core.sshCommand={program}",
        "core.bigFileThreshold=1",
        "core.attributesFile={attributes}",
        "core.worktree=/nonexistent",
        "core.worktree=/",
        "core.bare=true",
        "core.fileMode=false",
        "core.symlinks=false",
        "core.autocrlf=true",
        "core.safecrlf=true",
        "core.eol=crlf",
        "core.whitespace=-trailing-space,tab-in-indent",
        "core.commentChar=@",
        "core.ignoreCase=true",
        "core.precomposeUnicode=true",
        "core.untrackedCache=true",
        "core.splitIndex=true",
        "core.sparseCheckout=true",
        "core.commitGraph=false",
        "index.sparse=true",
        "index.version=4",
        "feature.manyFiles=true",
        "extensions.worktreeConfig=true",
        "submodule.recurse=true",
        "log.showSignature=true",
        "i18n.logOutputEncoding=utf-16",
        "alias.diff-index=!{program}",
    ),
    **_settings(
        "global",
        "diff.external={program}",
        "diff.noprefix=true",
        "diff.renameLimit=1",
        "diff.suppressBlankEmpty=true",
        "color.ui=always",
        "core.fsmonitor={program}",
        "core.bigFileThreshold=1",
        "core.attributesFile={attributes}",
    ),
    **_settings(
        "environ",
        "GIT_EXTERNAL_DIFF={program}",
        "GIT_DIFF_OPTS=--unified=0",
        "GIT_PAGER={program}",
        "GIT_SSH_COMMAND={program}",
        "GIT_ASKPASS={program}",
        "GIT_TRACE=1",
        "GIT_TRACE2=1",
        "GIT_TRACE2_EVENT=1",
        "GIT_TRACE_SETUP=1",
        "GIT_LITERAL_PATHSPECS=1",
        "GIT_GLOB_PATHSPECS=1",
        "GIT_NOGLOB_PATHSPECS=1",
        "GIT_ICASE_PATHSPECS=1",
        "GIT_ATTR_SOURCE=HEAD",
        "GIT_CONFIG_PARAMETERS='core.bigFileThreshold=1'",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES=/nonexistent",
        "GIT_INDEX_VERSION=4",
        "GIT_NAMESPACE=evil",
        "GIT_PREFIX=sub/",
        "LC_ALL=de_DE.UTF-8",
        "LANGUAGE=de",
    ),
    **_driver(
        "diff.x.command={program}",
        "diff.x.textconv={program}",
        "diff.x.binary=true",
        "diff.x.wordRegex=.",
        "diff.x.algorithm=patience",
        "filter.x.clean={program}",
        "filter.x.smudge={program}",
        "filter.x.process={program}",
    ),
    "configured hook": (
        ("config", "hook.x.command={program}"),
        ("config", "hook.x.event=post-index-change"),
    ),
    "attribute -diff": (("info", "*.py -diff"),),
    "attribute binary": (("info", "*.py binary"),),
    "attribute -text": (("info", "* -text -merge"),),
    "attribute text": (("info", "* text=auto eol=crlf"),),
    "attribute ident": (("info", "* ident"),),
    "attribute encoding": (("info", "*.py working-tree-encoding=UTF-16"),),
    "attribute marker": (("info", "* conflict-marker-size=1 whitespace=tab-in-indent"),),
    "attributes in the tree": (("write", ".gitattributes=* -diff"),),
    "attributes below": (("write", "sub/.gitattributes=* binary"),),
    "submodule in the tree": (
        ("write", '.gitmodules=[submodule "m"]\npath = sub/module\nurl = x\nignore = all'),
    ),
    "split index": (("run", "update-index --split-index"),),
    "index version": (("run", "update-index --index-version 4"),),
    "untracked cache": (("run", "update-index --force-untracked-cache"),),
    "skip-worktree": (("run", "update-index --skip-worktree z.py"),),
    "assume-unchanged": (("run", "update-index --assume-unchanged z.py"),),
    "monitored": (("config", "core.fsmonitor={program}"), ("run", "update-index --fsmonitor")),
    "sparse index": (("run", "sparse-checkout set --cone --sparse-index sub"),),
    "replaced blob": (("run", "replace :z.py HEAD:z.py"),),
    "replaced commit": (("run", "replace HEAD HEAD~2"),),
    "grafts": (("grafts", "HEAD HEAD~2"),),
    "commit graph": (("run", "commit-graph write --reachable"),),
    "stale times": (("touch", "z.py"),),
}


@dataclass(frozen=True)
class Hostile:
    """A repository with much staged, and the files that the cases name."""

    repository: Repository
    places: dict[str, Path]
    monkeypatch: pytest.MonkeyPatch

    @property
    def ran(self) -> bool:
        return self.places["witness"].exists()

    def seen(self) -> list[list[FileChange]]:
        """What is captured: staged, staged from a subfolder, and a commit."""
        git, below = Git(self.repository.path), Git(self.repository.path / "sub")
        scopes = ((git, staged(git)), (below, staged(below)), (git, commit(git, "HEAD")))
        return [list(capture(door, scope).files) for door, scope in scopes]

    def set_up(self, case: str) -> None:
        for kind, text in CASES[case]:
            self._take(kind, text.format(**self.places))
        self.places["witness"].unlink(missing_ok=True)

    def _take(self, kind: str, text: str) -> None:
        key, _, value = text.partition("=")
        match kind:
            case "config":
                self.repository.git("config", key, value)
            case "global":
                self.monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(self.places["global"]))
                self.repository.git("config", "--global", key, value)
            case "environ":
                self.monkeypatch.setenv(key, value)
            case "run":
                self.repository.git(*text.split())
            case "grafts":
                ids = self.repository.git("rev-parse", *text.split()).replace("\n", " ")
                self.repository.write(".git/info/grafts", f"{ids}\n")
            case "touch":
                os.utime(self.repository.path / text, (1, 1))
            case _:
                name = ".git/info/attributes" if kind == "info" else key
                self.repository.write(name, f"{text if kind == 'info' else value}\n")


# Names, blanks and repetitions that the settings above can take hold of.
FIRST: dict[str, str | bytes] = {
    "sub/a.py": f"def area(r):\n{LINES}",
    "z.py": f"\n{LINES}\n\n{LINES}",
    "moved.py": f"{LINES}x\n",
    "edited.py": f"{LINES}x\ny\n",
    "copied.py": f"{LINES}copied\n",
    "gone.py": "gone\n",
    "blank.py": "a\n\nb\n",
    "apart/a.py": "apart\n",
    "crlf.py": b"a\r\nb\r\n",
    "order.py": "a\nz\nc\nz\nz\ny\n",
    "indent.py": "# one\ndef a():\n    pass\n\n\n# one\ndef c():\n    pass\n",
    "logo.bin": b"\0a",
}
SECOND: dict[str, str | bytes] = {
    "sub/b.py": f"{LINES}b\n",
    "z.py": f"\n{LINES}\n\n{LINES}end\n",
}
STAGED: dict[str, str | bytes] = {
    "sub/a.py": f"def area(r):\n{LINES.replace('line 9', 'IX')}",
    "z.py": f"\n{LINES}\n\n{LINES.replace('line 5', '')}".replace("1\n", "I\n", 1),
    "größe.py": FIRST["moved.py"],
    "sub/edited.py": f"{LINES}x\nY\n",
    "copy.py": FIRST["copied.py"],
    "copied.py": f"{LINES}copied\nmore\n",
    "blank.py": "a\n\nC\n",
    "apart/a.py": "apart\nand staged\n",
    "crlf.py": b"a\r\nc\r\n",
    "order.py": "x\ny\nz\nb\nc\nc\n",
    "indent.py": "# one\ndef a():\n    pass\n" + "\n\n# one\ndef c():\n    pass\n" * 2,
    "logo.bin": b"\0b",
    "blanks.py": "x = 1  \n \ty\n",
}


def _stage(repository: Repository, files: dict[str, str | bytes], *gone: str) -> None:
    for name, content in files.items():
        repository.write(name, content)
    for name in gone:
        (repository.path / name).unlink()
    repository.git("add", "--all")


def much_changed(repository: Repository) -> None:
    _stage(repository, FIRST)
    one = repository.commit("one")
    _stage(repository, SECOND)
    repository.commit("two")
    _stage(repository, {"sub/bb.py": SECOND["sub/b.py"], "blank.py": "a\n\nB\n"}, "sub/b.py")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{one},sub/module")
    three = repository.commit("three")
    _stage(repository, STAGED, "moved.py", "edited.py", "gone.py")
    repository.git("update-index", "--chmod=+x", "blank.py")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{three},sub/module")
