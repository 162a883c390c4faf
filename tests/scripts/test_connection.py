"""Behind a proxy that inspects TLS, the set-up says what to set."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import setup
from scripts.connection import SYSTEM_BUNDLES, advise, certificates

NPM = "npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error self-signed certificate in certificate chain\n"
PIP = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))"


@pytest.mark.parametrize("output", [NPM, PIP, "npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY"])
def test_a_certificate_that_is_not_trusted_is_told_with_what_to_set(output: str) -> None:
    advice = advise(output)
    assert "PIP_CERT" in advice
    assert "NODE_EXTRA_CA_CERTS" in advice
    assert "update-ca-certificates" in advice


@pytest.mark.parametrize("output", ["npm error code ENOTFOUND", "NewConnectionError: Failed to establish", "EAI_AGAIN"])
def test_no_way_out_is_told_with_what_to_set(output: str) -> None:
    assert "HTTPS_PROXY" in advise(output)


def test_another_failure_is_left_to_speak_for_itself() -> None:
    assert advise("error: command 'gcc' failed") == ""


def test_npm_trusts_what_pip_was_told_to_trust(tmp_path: Path) -> None:
    bundle = tmp_path / "town-ca.pem"
    bundle.touch()
    assert certificates({"PIP_CERT": str(bundle)}) == {"NODE_EXTRA_CA_CERTS": str(bundle)}
    assert certificates({"PIP_CERT": str(bundle), "NODE_EXTRA_CA_CERTS": "/mine.pem"}) == {}


def test_npm_trusts_what_the_machine_trusts() -> None:
    there = [path for path in SYSTEM_BUNDLES if Path(path).exists()]
    assert list(certificates({}).values()) == there[:1]


def test_a_step_that_fails_for_want_of_trust_ends_with_the_advice() -> None:
    failing = [sys.executable, "-c", f"import sys; print({NPM!r}); sys.exit(1)"]
    with pytest.raises(setup.SetupFailed, match="NODE_EXTRA_CA_CERTS"):
        setup.command(failing)


def test_the_set_up_needs_nothing_but_the_standard_library() -> None:
    bare = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(setup.ROOT)!r}); import scripts.setup",
    ]
    subprocess.run(bare, check=True, cwd="/")
