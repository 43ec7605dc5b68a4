"""What a file's path tells: written by a package manager, made by a tool, or somebody else's.

Only names that a tool prescribes stand here. Folders like `dist/`, `deps/` or `build/` hold
people's own code in too many repositories; `.reviewbotignore` is the place for those.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate

# Written by package managers, hashes and versions mostly: nobody reviews them by reading.
LOCK_FILES = frozenset(
    {
        ".terraform.lock.hcl",
        "Berksfile.lock",
        "buf.lock",
        "buildscript-gradle.lockfile",
        "bun.lock",
        "bun.lockb",
        "cabal.project.freeze",
        "Cargo.lock",
        "Cartfile.resolved",
        "Chart.lock",
        "composer.lock",
        "conan.lock",
        "conda-lock.yml",
        "deno.lock",
        "devbox.lock",
        "dub.selections.json",
        "dvc.lock",
        "esy.lock",
        "flake.lock",
        "Gemfile.lock",
        "gems.locked",
        "glide.lock",
        "go.sum",
        "go.work.sum",
        "Gopkg.lock",
        "gradle.lockfile",
        "helmfile.lock",
        "lake-manifest.json",
        "maven_install.json",
        "mise.lock",
        "mix.lock",
        "MODULE.bazel.lock",
        "nimble.lock",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "Package.resolved",
        "packages.lock.json",
        "packrat.lock",
        "paket.lock",
        "pdm.lock",
        "Pipfile.lock",
        "pixi.lock",
        "pnpm-lock.yaml",
        "Podfile.lock",
        "poetry.lock",
        "pubspec.lock",
        "pylock.toml",
        "rebar.lock",
        "renv.lock",
        "requirements.lock",
        "shard.lock",
        "spago.lock",
        "stack.yaml.lock",
        "uv.lock",
        "yarn.lock",
    }
)

# The names that tools give to what they write; compared in lower case.
GENERATED_NAMES = (
    # Protocol buffers
    *("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*.pb.go", "*.pb.gw.go", "*.pb.cc", "*.pb.h"),
    *("*.pb.swift", "*.pbobjc.h", "*.pbobjc.m", "*_pb.js", "*_pb.d.ts", "*_pb.rb"),
    # Dart's build_runner
    *("*.g.dart", "*.freezed.dart", "*.gr.dart", "*.mocks.dart"),
    *("*.pb.dart", "*.pbenum.dart", "*.pbjson.dart", "*.pbserver.dart"),
    # .NET designers, source generators, SpecFlow; Delphi's type libraries; Zephir
    *("*.designer.cs", "*.designer.vb", "*.g.cs", "*.g.i.cs", "*.feature.cs", "*_tlb.pas"),
    *("*.zep.c", "*.zep.h", "*.zep.php"),
    # Kubernetes' code generators
    "zz_generated.*.go",
    # Bundles, source maps, Yarn's Plug'n'Play loader, test snapshots
    *("*.min.js", "*.min.mjs", "*.min.css", "*.js.map", "*.mjs.map", "*.cjs.map", "*.css.map"),
    *(".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", "*.snap"),
    # Our own, by the name that the docs give it
    ".reviewbot-baseline.json",
)
_GENERATED = re.compile("|".join(translate(name) for name in GENERATED_NAMES))
_GENERATED_FOLDERS = frozenset({"__generated__", "__snapshots__"})

# Other people's trees wherever they stand. A folder named `vendor` is one only at the top, or
# where Go and Bundler fill it: deeper down it is often the code about one's suppliers.
_VENDORED = re.compile(
    r"""(?: ^ | (?<=/) )
    (?: node_modules | bower_components | jspm_packages | (?:third|3rd)[-_]?party
      | Pods | Carthage/(?:Build|Checkouts) | \.yarn/(?:cache|plugins|releases|sdks|unplugged)
      | Godeps/_workspace | vendor/(?:bundle|cache|(?:[a-z0-9-]+\.)+[a-z]+) | (?<![^/]/)vendor
    )/""",
    re.VERBOSE,
)


def is_lock_file(path: str) -> bool:
    return _last(path) in LOCK_FILES


def generated_name(path: str) -> str:
    """The pattern or folder by which the file is a tool's work; empty if there is none.

    >>> generated_name("api/user_pb2.py")
    '*_pb2.py'
    """
    name = _last(path).lower()
    if _GENERATED.match(name):
        return next(pattern for pattern in GENERATED_NAMES if fnmatchcase(name, pattern))
    folders = path.split("/")[:-1]
    return next((f"{folder}/" for folder in folders if folder in _GENERATED_FOLDERS), "")


def vendored_folder(path: str) -> str:
    """The folder by which the file is other people's code; empty if there is none.

    >>> vendored_folder("libs/third_party/zlib/inflate.c")
    'third_party/'
    """
    match = _VENDORED.search(path)
    return match.group() if match else ""


def _last(path: str) -> str:
    return path.rpartition("/")[2]
