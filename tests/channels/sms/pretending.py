"""A provider of text messages as the tests of the channel play it."""

import json

from channels.sms.adapter import SmsConfig
from tests.channels import recordings
from tests.support.stub_provider import Answer

ACCOUNT = "AC00000000000000000000000000000001"
TOKENS = ("primary-token", "secondary-token")


def config(api_base: str) -> SmsConfig:
    return SmsConfig(
        channel_id="sms",
        account_sid=ACCOUNT,
        auth_tokens=TOKENS,
        number="+33199980100",
        public_url="https://guichet.test",
        api_base=api_base,
        timeout=0.4,
        media_hosts=("cdn.test",),
    )


def accepted(sid: str = "SM1", status: str = "queued") -> Answer:
    return Answer(201, json.dumps({"sid": sid, "status": status}).encode())


MESSAGE = recordings.outgoing("sms")[0].message
