"""Rules for what gitleaks has no rule for, or asks more entropy of than a weak password has.

Each names the document that says how the secret is written.
"""

from __future__ import annotations

from typing import Final

from reviewbot.change.secrets.rules import Allowlist, Rule

# What documentation calls a password, as the whole of it.
_WORD = (
    r"(?i)^(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|key|api_?key|user(?:name)?|"
    r"change[-_]?(?:me|it)|(?:my|your|the|some)[-_]?(?:pass(?:word|wd)?|secret|token)|"
    r"x-oauth-basic|x-token-auth|…)\d?$"
)
# A value that stands for a secret: a variable, a template's field, a word of documentation.
_STAND_INS = Allowlist(
    regexes=(
        r"^[$%<{@#&(\[\\]",
        r"\$\{|\{\{|\$\(|%\(|#\{|\[secret\]|<\w",
        r"\x00",
        r"^(.)\1*$",
        r"(?i)^(?:none|null|nil|true|false|undefined|string|str|bytes|env|optional)\b",
        _WORD,
        r"(?i)example|sample|dummy|placeholder|change[-_. ]?(?:me|it)|replace|redact|"
        r"(?:^|[-_ <])(?:your|my|the|some|foo|bar|fake|todo|tbd|insert|enter|mock|invalid|wrong)"
        r"(?:[-_ >]|$)|x{3,}|\*{3,}|\.\.\.|…",
        r"(?i)^(?:os\.|process\.|env\.|config\.|settings\.|self\.|this\.|var\.|secrets\.|vault:|"
        r"ref\+|arn:|projects/|file:|https?:|/)",
    ),
)
_NO_DIGIT = Allowlist(regexes=(r"^[A-Za-z_./:-]+$",))
# What a name of words only is given is nearly always another name.
_NAME = Allowlist(regexes=(r"^[A-Za-z_][\w.]*$", r"^[0-9.,_-]+$"))
_NAMES = (
    r"(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credential)s?"
)
_PASSWORDS = r"(?:password|passwd|passphrase|pwd|(?<![A-Za-z])pass)"

_PREFIXES: Final = (
    "akia", "asia", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "xox", "sk-",
    "k_live_", "npm_", "sg.", "hf_", "pypi-", "aiza", "eyj",
    "ya29.", "dckr_pat_", "gsk_", "xai-", "cio", "dp.",
)  # fmt: skip

SUPPLEMENTS: Final = (
    # The prefixes as their issuers publish them; gitleaks wants randomness too, and the exact
    # length, which a token that a test made up or a formatter broke need not have.
    # What looks ahead or takes in its own prefix is bounded, or a long line takes its square.
    Rule(
        id="issued-token",
        title="Found a token by its issuer's prefix",
        regex=r"""(?x)(?<![A-Za-z0-9])(
              (?:AKIA|ASIA)[A-Z0-9]{16}\b             # AWS access key id
            | gh[opsur]_[A-Za-z0-9]{36,}\b            # GitHub
            | github_pat_[A-Za-z0-9_]{22,}\b
            | glpat-[A-Za-z0-9_\-]{20,}               # GitLab personal access token
            | xox[abeoprs]-[A-Za-z0-9-]{10,}          # Slack
            | sk-(?=[A-Za-z_\-]{0,200}[0-9])[A-Za-z0-9_\-]{20,}   # OpenAI and compatible
            | [rs]k_live_[A-Za-z0-9]{16,}             # Stripe
            | npm_[A-Za-z0-9]{36}\b                   # npm
            | SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}   # SendGrid
            | hf_[A-Za-z0-9]{30,}\b                   # Hugging Face
            | pypi-[A-Za-z0-9_\-]{50,}
            | AIza[A-Za-z0-9_\-]{35}\b                # Google API key
            | ya29\.[A-Za-z0-9_\-]{20,}              # Google OAuth
            | dckr_pat_[A-Za-z0-9_\-]{20,}           # Docker Hub
            | gsk_[A-Za-z0-9]{40,}\b                 # Groq
            | xai-[A-Za-z0-9]{60,}\b                 # xAI
            | cio[A-Za-z0-9]{32}\b                   # crates.io
            | dp\.(?:ct|st|sa|scim|audit)\.(?:[a-z0-9_\-]{2,35}\.)?[A-Za-z0-9]{40,44}\b   # Doppler
            | (?<!-)eyJ[A-Za-z0-9_\-]{10,}+\.eyJ[A-Za-z0-9_\-]{10,}+\.[A-Za-z0-9_\-]{10,}   # JWT
            )""",
        keywords=_PREFIXES,
    ),
    # The first part of a token that is broken over two string literals.
    Rule(
        id="issued-token-part",
        title="Found a part of a token by its issuer's prefix",
        regex=r"(?<![A-Za-z0-9])((?:(?:gh[opsur]|github_pat|npm|hf|gsk|dckr_pat|[rs]k_live)_|"
        r"(?:glpat|sk|pypi|xai)-|AIza|ya29\.)[A-Za-z0-9]{16,128})(?=\\?[\"'`])",
        keywords=_PREFIXES,
        entropy=3.0,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # RFC 3986, 3.2.1: userinfo as `user:password`, deprecated there for this reason.
    Rule(
        id="url-password",
        title="Found a password in an address",
        regex=r"(?<=://)[^\s/:@'\"]*:([^\s/@'\"]+)(?=@)",
        keywords=("://",),
        allowlists=(Allowlist(regexes=(*_STAND_INS.regexes[:3], r"^[*.x]+$", _WORD)),),
    ),
    # RFC 6750, 2.1 (Bearer) and RFC 7617 (Basic); `Token` is what DRF and GitHub take.
    Rule(
        id="authorization-header",
        title="Found the credentials of an Authorization header",
        regex=r"(?i)\b(?:bearer|(?<=[:\"'=,\s])(?:basic|token))\s+([A-Za-z0-9._~+/-]{12,}=*)",
        keywords=("bearer ", "basic ", "token "),
        entropy=2.5,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # curl's manual: `-u user:password`, and a key in a header that each service names its own way.
    Rule(
        id="curl-user",
        title="Found a password given to curl",
        regex=r"(?<=\s)(?:-u|--user)(?:=|\s{1,5})[\"']?[^\s:\"'$<]{1,64}:([^\s\"']{3,128})",
        keywords=("curl", "--user"),
        allowlists=(_STAND_INS,),
    ),
    Rule(
        id="header-key",
        title="Found a key in a header",
        regex=r"(?i)[\"'](?:x-(?:[a-z]{1,20}-)?)?(?:api-?)?(?:key|token):\s{0,5}"
        r"([\w=~@.+/-]{8,256})[\"']",
        keywords=("key:", "token:"),
        entropy=2.5,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # RFC 6750, 2.3 (access_token in a URL); `sig` signs Azure's shared access URLs.
    Rule(
        id="url-query-secret",
        title="Found a secret in the query of an address",
        regex=r"(?i)[?&;](?:amp;)?(?:(?:access|auth|refresh|id)_?token|token|api_?key|client_?secret|"
        r"secret|password|passwd|pwd|sig|signature|x-amz-signature)=([^\s&#\"'<>`,;)]{8,})",
        keywords=(
            "token=",
            "key=",
            "secret=",
            "password=",
            "passwd=",
            "pwd=",
            "sig=",
            "signature=",
        ),
        entropy=2.0,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # Microsoft's ADO.NET, ODBC and Azure Storage connection strings: `key=value;key=value`.
    Rule(
        id="connection-string",
        title="Found a password in a connection string",
        regex=r"(?i);\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*([^\s;\"'&]{4,})|"
        r"(?<![\w.])(?:password|pwd|accountkey|sharedaccesskey)=([^\s;\"'&]{4,})(?=;[\w\s]+=)",
        keywords=("password", "pwd", "accountkey", "sharedaccesskey"),
        allowlists=(_STAND_INS,),
    ),
    # docs.discord.com, Webhook Resource: the address is the credential.
    Rule(
        id="discord-webhook",
        title="Found the address of a Discord webhook",
        regex=r"(?i)discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(\d{16,20}/[\w-]{60,72})",
        keywords=("/webhooks/",),
    ),
    # Names as in the denylist of detect-secrets' keyword detector; the value is a whole string
    # literal without a blank.
    Rule(
        id="quoted-password",
        title="Found a password in the code",
        regex=rf"(?i)(?<![\w.-])[\w.-]{{0,40}}{_PASSWORDS}(?:\\?[\"'\]]){{0,2}}\s*(?::=|=>|[!=]?={{1,2}}|:"
        r"|:\s*\w+\s*=)\s*[bBrRuU]{0,2}\\?[\"'`]([^\s\"'`,;:)][^\s\"'`]{4,63}?)\\?[\"'`]",
        keywords=("pass", "pwd"),
        entropy=1.5,
        allowlists=(_STAND_INS, Allowlist(regexes=(r"^[A-Za-z_./:-]+$", r"^[./\[#]"))),
    ),
    # An element's text, and .NET's `<add key="…Password" value="…">`.
    Rule(
        id="xml-password",
        title="Found a password in XML",
        regex=rf"(?i)<(?:\w+:)?\w{{0,40}}{_PASSWORDS}>([^\s<>]{{5,64}})</|"
        rf"(?:key|name)=\"[\w.:-]{{0,40}}{_PASSWORDS}\"\s+value=\"([^\s\"]{{5,64}})\"",
        keywords=("pass", "pwd"),
        entropy=1.5,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # POSIX 8.1: the environment's names are upper case; shell, Docker's ENV and .env write them so.
    Rule(
        id="environment-secret",
        title="Found a secret given to an environment variable",
        regex=r"(?<![\w.$-])(?:[A-Z][A-Z0-9_]*_)?(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|SECRET_KEY|"
        r"ACCESS_KEY|PASSPHRASE)(?:=|(?<=\w) (?=\S+$))([^\s\"'`;,)&]{6,})",
        keywords=(
            "password",
            "passwd",
            "pwd",
            "secret",
            "token",
            "api",
            "access_key",
            "passphrase",
        ),
        entropy=2.0,
        allowlists=(_STAND_INS, _NO_DIGIT),
    ),
    # `name: value` or `name = value` to the end of the line, as YAML, INI and properties have it.
    Rule(
        id="configured-password",
        title="Found a password in a configuration",
        regex=rf"(?i)(?<![\w.-])[\w.-]{{0,40}}?{_PASSWORDS}(?:\\?[\"'])?[ \t]*[:=][ \t]*"
        r"([^\s\"'`()\[\]{}<>$,;|]{6,64})[ \t\r]*(?:\Z|#)",
        keywords=("pass", "pwd"),
        entropy=2.0,
        allowlists=(_STAND_INS, _NO_DIGIT, _NAME),
    ),
    Rule(
        id="configured-secret",
        title="Found a secret in a configuration",
        regex=rf"(?i)(?<![\w.-])[\w.-]{{0,40}}?{_NAMES}(?:\\?[\"'])?[ \t]*[:=][ \t]*(?:\\?[\"'])?"
        r"([^\s\"'`()\[\]{}<>$,;|&]{6,64})[\"']?[ \t\r]*(?:\Z|#)",
        keywords=("password", "passwd", "passphrase", "secret", "token", "key", "credential"),
        entropy=2.0,
        path=r"(?i)(?:\.(?:ya?ml|properties|ini|conf|cfg|toml|tfvars)|(?:^|/)\.env[\w.]*)$",
        allowlists=(_STAND_INS, _NO_DIGIT, Allowlist(regexes=(r"^[0-9.,_-]+$",))),
    ),
)
