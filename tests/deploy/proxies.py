"""The reverse proxies of `deploy/`, really run: the shipped files, with names, ports and certificate of the test."""

import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.processes import accepts_connections, free_port, running
from tests.support.requirements import missing

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
SHIPPED_NAME = "guichet.montlieu.example"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: the town's public address, and what makes a browser trust its certificate."""

    url: str
    trust: ssl.SSLContext
    log: Path

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, verify=self.trust, timeout=30)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost: its file and its key's."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-nodes"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *subject]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    """Writes nginx's files; gives the command."""
    certificate, key = make_certificate(folder)
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r"listen (\[::\]:)?80;", f"listen 127.0.0.1:{free_port()};", site, count=1)
    site = re.sub(r"\n *listen \[::\]:\S+( ssl http2)?;", "", site)
    site = site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    site = site.replace("server 127.0.0.1:8000 ", f"server 127.0.0.1:{upstream} ").replace(SHIPPED_NAME, "localhost")
    site = re.sub(r"/etc/letsencrypt/live/localhost/fullchain.pem", str(certificate), site)
    site = re.sub(r"/etc/letsencrypt/live/localhost/privkey.pem", str(key), site)
    (folder / "site.conf").write_text(site.replace("/var/log/nginx/guichet.log", str(folder / "access.log")))
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user}\nworker_processes 1;\npid {folder / 'pid'};\nerror_log stderr warn;\nevents {{}}\n"
        f"http {{\n{temporary}include {folder / 'site.conf'};\n}}\n"
    )
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    """Writes Caddy's file; gives the command."""
    certificate, key = make_certificate(folder)
    site = (DEPLOY / "Caddyfile").read_text()
    site = site.replace(f"{SHIPPED_NAME} {{", f"https://localhost:{port} {{\n\ttls {certificate} {key}", 1)
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    site = site.replace("/var/log/caddy/guichet.log", str(folder / "access.log"))
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


PROXIES: dict[str, Callable[[Path, int, int], list[str]]] = {"nginx": nginx, "caddy": caddy}
PACKAGES = {"nginx": "nginx-light", "caddy": "caddy"}


@contextmanager
def running_proxy(kind: str, folder: Path, *, port: int, upstream: int) -> Iterator[Proxy]:
    """The proxy in front of the process that listens on `upstream`; skips where it is not installed."""
    for program, package in ((kind, PACKAGES[kind]), ("openssl", "openssl")):
        if shutil.which(program) is None:
            missing(program, f"install the package {package} to run these tests")
    folder.mkdir()
    command = PROXIES[kind](folder, port, upstream)
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    with running(
        command,
        log=folder / "proxy.log",
        ready=lambda: accepts_connections(port),
        ending=signal.SIGTERM,
        environment=environment,
        folder=folder,
    ):
        yield Proxy(f"https://localhost:{port}", trust, folder / "access.log")
