"""What stands between the set-up and the places it fetches from: certificates, proxies, no network at all.

Only the standard library may be used here: it runs before anything is installed.
"""

import re
from collections.abc import Mapping
from pathlib import Path

SYSTEM_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
"""Where Debian and Red Hat keep the certificates that an administrator of the machine trusts."""

_FOR_PYTHON = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
_UNTRUSTED = re.compile(
    r"SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY)|CERT_UNTRUSTED|CERT(?:IFICATE)?_VERIFY_FAILED"
    r"|certificate verify failed|self[- ]signed certificate",
    re.IGNORECASE,
)
_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ProxyError|NewConnectionError|ConnectTimeout"
    r"|Temporary failure in name resolution|Network is unreachable|Could not resolve host"
    r"|No matching distribution found",
)
_TRUST = """\
Something between this machine and the package servers signs with a certificate that is not trusted here: an inspecting
proxy, most likely. Ask for its certificate (a .crt or .pem file), then either
  sudo cp town-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates
or, without being root,
  export PIP_CERT=/path/to/town-ca.pem NODE_EXTRA_CA_CERTS=/path/to/town-ca.pem
and run `make setup` again."""
_REACH = """\
The package servers cannot be reached from here. Behind a proxy, say which:
  export HTTPS_PROXY=http://proxy.town.example:3128 HTTP_PROXY=http://proxy.town.example:3128
With mirrors of your own: PIP_INDEX_URL for pip, NPM_CONFIG_REGISTRY for npm. Then run `make setup` again.
For a machine without any network, see "Without a network" in docs/operations.md."""


def advise(output: str) -> str:
    """What to set, when a program failed for want of a connection; nothing for any other failure."""
    if _UNTRUSTED.search(output):
        return _TRUST
    return _REACH if _UNREACHABLE.search(output) else ""


def certificates(environment: Mapping[str, str]) -> dict[str, str]:
    """What makes npm trust what pip, and the machine, trust: it knows neither unless told."""
    if environment.get("NODE_EXTRA_CA_CERTS"):
        return {}
    given = [environment[name] for name in _FOR_PYTHON if environment.get(name)]
    found = next((path for path in (*given, *SYSTEM_BUNDLES) if Path(path).is_file()), None)
    return {"NODE_EXTRA_CA_CERTS": found} if found else {}
