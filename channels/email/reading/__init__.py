"""The reading of a mail: bytes in, `ReadMail` out. Pure; no bytes raise."""

from channels.email.reading.kinds import Automatic
from channels.email.reading.mail import Address, Attachment, Bounce, FailedRecipient, ReadMail
from channels.email.reading.mime.problems import Problem
from channels.email.reading.reader import read_mail

__all__ = ["Address", "Attachment", "Automatic", "Bounce", "FailedRecipient", "Problem", "ReadMail", "read_mail"]
