"""How a container reaches a server that listens on 127.0.0.1 of its host, as Postgres here does."""

import socket
import threading
from contextlib import contextmanager

import docker

# The name by which containers know their host; SAM is told with `--add-host`, Docker Desktop knows it.
HOST = "host.docker.internal"


@contextmanager
def door(engine: docker.DockerClient, port: int):
    """Yields the port at which containers reach `port` of this machine, and the options of `sam local` that make `HOST` known.
    On Linux a relay on the bridge's own address, which no other machine reaches; Docker Desktop needs none."""
    if "Docker Desktop" in engine.info().get("OperatingSystem", ""):
        yield port, []
        return
    gateway = bridge_address(engine)
    with socket.create_server((gateway, 0)) as listener:
        threading.Thread(target=accept, args=(listener, port), daemon=True).start()
        yield listener.getsockname()[1], ["--add-host", f"{HOST}:{gateway}"]


def bridge_address(engine: docker.DockerClient) -> str:
    """The host's address on the default bridge, which is the first of its network where Docker names none."""
    config = engine.networks.get("bridge").attrs["IPAM"]["Config"][0]
    return config.get("Gateway") or config["Subnet"].split("/")[0].rsplit(".", 1)[0] + ".1"


def accept(listener: socket.socket, port: int) -> None:
    """Passes every connection on, until the listener is closed."""
    while True:
        try:
            outside, _ = listener.accept()
        except OSError:
            return
        inside = socket.create_connection(("127.0.0.1", port))
        for pair in ((outside, inside), (inside, outside)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Passes bytes on; the end of the source is the end of the sink."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()
