"""Files that are a secret as a whole, told by their paths."""

from __future__ import annotations

import re

# Keys and key stores are named so by OpenSSH, OpenSSL and the JDK's keytool; the credential files
# by the tool that reads them. `.npmrc` is not here: most are settings, and a token in one is found
# by its form.
_KEY_FILE = r"""(?xi)(?:^|/)(?:
      \.env(?:\.(?!(?:example|sample|template|dist|defaults?|schema|vault)$)[\w.-]+)?
    | [\w.-]+\.env
    | (?:[\w.-]+[_.-])?id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?
    | ssh_host_\w+_key
    | [^/]+\.(?:pem|key|p12|pfx|p8|jks|jceks|keystore|bks|ppk|kdbx|asc\.key)
    | [._]netrc | \.?pgpass(?:\.conf)? | \.htpasswd | \.pypirc | \.git-credentials | \.my\.cnf
    | \.aws/credentials | \.docker/config\.json | \.kube/config | kubeconfig | \.dockercfg
    | application_default_credentials\.json | service[_-]account[\w.-]*\.json
    | client_secrets?[\w.-]*\.json | credentials\.tfrc\.json | \.terraformrc
    | master\.key | \.vault-token | \.s3cfg | \.boto
    )$"""
# Samples to be filled in, and the public halves.
_NO_KEY = (
    r"(?i)(?:example|sample|template|dist)\.env$|(?:^|[._/-])(?:pub|public|cert|chain|fullchain|ca)"
    r"(?:[._-][\w.-]*)?\.(?:pem|key)$|cacert\.pem$"
)


def is_key_file(path: str) -> bool:
    """
    >>> is_key_file("deploy/.env.production"), is_key_file(".env.example")
    (True, False)
    """
    return re.search(_KEY_FILE, path) is not None and re.search(_NO_KEY, path) is None
