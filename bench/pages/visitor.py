"""Somebody who is signed in to the console of one process of `api`."""

import base64
import gzip
import statistics
import time
from urllib.parse import urlencode, urlsplit

from functions.process import Function
from functions.world import DATABASE, World, event
from growth.backends import Backends

WARM, TIMES = 3, 15


class Visitor:
    """Asks as a gateway does for a browser."""

    def __init__(self, process: Function, world: World, token: str) -> None:
        self.process, self.world, self.cookies = process, world, []
        self.backends = Backends(world.watching, DATABASE, "tasks_api")
        signed_in = self.send("sign-in", urlencode({"token": token}))[0]
        if signed_in["statusCode"] != 303:
            raise RuntimeError(f"nobody is signed in: {signed_in}")
        self.cookies = [cookie.split(";")[0] for cookie in signed_in["cookies"]]

    def send(self, address: str, form: str | None = None) -> tuple[dict, float]:
        """Asks for a page, or sends a form; the answer, and how many milliseconds the function took."""
        url, one = urlsplit(f"/console/{address}"), event("api-health")
        method = "GET" if form is None else "POST"
        one |= {"rawPath": url.path, "rawQueryString": url.query, "cookies": self.cookies, "body": form or ""}
        one["headers"] |= {"sec-fetch-site": "same-origin", "accept-encoding": "gzip"}
        if form is not None:
            one["headers"]["content-type"] = "application/x-www-form-urlencoded"
        one["requestContext"]["timeEpoch"] = int(time.time() * 1000)
        one["requestContext"]["http"] |= {"method": method, "path": url.path}
        return self.process.invoke(one)

    def page(self, name: str, address: str) -> dict:
        """What a page costs: medians of time, exact numbers of statements, bytes as they are sent and as they are read."""
        for _ in range(WARM):
            answer = self.send(address)[0]
            if answer["statusCode"] != 200:
                raise RuntimeError(f"{address}: {answer}")
        sent = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        packed = answer["headers"].get("content-encoding") == "gzip"
        self.world.reset()
        cpu, postgres_cpu = self.process.cpu_ms(), self.backends.cpu()
        times = [self.send(address)[1] for _ in range(TIMES)]
        cpu, postgres_cpu = self.process.cpu_ms() - cpu, (self.backends.cpu() - postgres_cpu) / 1000
        statements, _ = self.world.statements()
        return {
            "page": name,
            "ms": statistics.median(times),
            "slowest_ms": max(times),
            "statements": statements / TIMES,
            "cpu_ms": cpu / TIMES,
            "postgres_cpu_ms": postgres_cpu / TIMES,
            "sent_kb": len(sent) / 1000,
            "html_kb": len(gzip.decompress(sent) if packed else sent) / 1000,
        }
