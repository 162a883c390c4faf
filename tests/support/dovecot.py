"""A real mail server on this machine: Dovecot in the foreground, with data of its own that outlive a restart."""

import getpass
import grp
import os
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import accepts_connections, folder_for_nobody, free_port, running
from tests.support.requirements import missing

PASSWORD = "pw-of-the-box"

_PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin") or ""
_CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0 secs
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_fsync = never
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@city.test
}}
"""


@dataclass
class Dovecot:
    """`imap`, `lmtp` and, where it encrypts, `imaps` are its ports; any name signs in with PASSWORD and
    has a box of its own.
    """

    folder: Path
    imap: int = field(default_factory=free_port)
    lmtp: int = field(default_factory=free_port)
    imaps: int = 0

    def __post_init__(self) -> None:
        is_root = os.geteuid() == 0
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        internal, login, inner = ("dovecot", "dovenull", "dovecot") if is_root else (me, me, group)
        mail_user, mail_group = ("nobody", "nogroup") if is_root else (me, group)
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        if is_root:
            shutil.chown(self.folder / "mail", mail_user, mail_group)
        self._settings = self.folder / "dovecot.conf"
        self._settings.write_text(
            _CONFIGURATION.format(
                folder=self.folder,
                internal=internal,
                login=login,
                group=inner,
                mail_user=mail_user,
                mail_group=mail_group,
                password=PASSWORD,
                imap=self.imap,
                lmtp=self.lmtp,
                imaps=self.imaps,
                tls=self._encryption(),
            )
        )

    @property
    def certificate(self) -> Path:
        """Its own signature under its certificate, which nobody trusts who does not trust this file."""
        return self.folder / "cert.pem"

    def _encryption(self) -> str:
        if not self.imaps:
            return "ssl = no"
        key = self.folder / "key.pem"
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        made = ["-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(["openssl", "req", "-x509", *made, *names], check=True, capture_output=True)
        return f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{key}"

    def url(self, name: str, password: str = PASSWORD) -> str:
        """The address of somebody's box."""
        return f"imap://{name.replace('@', '%40')}:{password}@127.0.0.1:{self.imap}"

    def put(self, to: str, *mails: bytes, sender: str = "sender@example.org") -> None:
        """Delivers mails into a box; `sender` is the one of the envelope."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            for mail in mails:
                line.sendmail(sender, [to], mail)

    def number_anew(self, name: str) -> None:
        """Gives a box's mails new numbers, as a server does whose box was restored."""
        for known in (self.folder / "mail" / name / "Maildir").glob("dovecot*"):
            known.unlink()

    @contextmanager
    def serving(self) -> Iterator["subprocess.Popen[bytes]"]:
        """While open it answers; ended and opened again it has the same mails."""
        command = [_PROGRAM, "-F", "-c", str(self._settings)]
        with running(
            command,
            log=self.folder / "output.log",
            ready=lambda: accepts_connections(self.imap) and accepts_connections(self.lmtp),
            ending=signal.SIGTERM,
        ) as process:
            yield process


@contextmanager
def dovecot(*, encrypts: bool = False) -> Iterator[Dovecot]:
    """A server that is not started yet."""
    if not _PROGRAM:
        missing("dovecot", "apt-get install dovecot-imapd dovecot-lmtpd")
    with folder_for_nobody("dc-") as folder:
        yield Dovecot(folder, imaps=free_port() if encrypts else 0)
