"""The reading of a mail: bytes in, `ReadMail` out. Pure; no bytes raise."""

from channels.email.reading.mail import Address, Attachment, ReadMail
from channels.email.reading.problems import Problem
from channels.email.reading.reader import read_mail

__all__ = ["Address", "Attachment", "Problem", "ReadMail", "read_mail"]
