"""Files that came with a message as addresses: fetched from the provider's hosts and from nowhere else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from channels.errors import MediaError
from channels.http import ProviderClient

MAX_BYTES = 10_000_000
_MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class FileHosts:
    """`base` is the provider's own address, asked with `headers`; `others` are hosts asked by https, without them."""

    base: str
    headers: Mapping[str, str]
    others: Collection[str] = ()

    def headers_for(self, url: str) -> Mapping[str, str]:
        """What goes along to this address. Raises MediaError for any host but the provider's, ValueError for none."""
        wanted, own = urlsplit(url), urlsplit(self.base)
        if (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc):
            return self.headers
        if wanted.scheme == "https" and wanted.netloc in self.others:
            return {}
        raise MediaError("forbidden", detail="address outside the provider's hosts")


async def fetch_file(client: ProviderClient, url: str, hosts: FileHosts) -> tuple[bytes, str]:
    """The bytes and the stated content type. Raises MediaError."""
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            found = await client.fetch(url, limit=MAX_BYTES, headers=hosts.headers_for(url))
            if found.location is None:
                return found.content, found.content_type
            url = urljoin(url, found.location)
    except ValueError as error:
        raise MediaError("forbidden", detail="not an address") from error
    raise MediaError("forbidden", detail="too many redirects")
