"""OpenStack Swift with its S3 API in one process: `python swift.py FOLDER PORT`. See `s3.py`.

A real object store that is run with data in public clouds, here with one replica on one folder: the proxy (S3
API, signatures, checksums) and the account, container and object servers behind it, each at its own port.
"""
# ruff: noqa: E402 - eventlet must patch the standard library before anything imports it

import eventlet

eventlet.monkey_patch()

import sys
from pathlib import Path

from eventlet import wsgi
from swift.common.ring import RingBuilder
from swift.common.utils import set_swift_dir
from swift.common.wsgi import SwiftHttpProtocol, loadapp

_COMMON = "[swift-hash]\nswift_hash_path_suffix = s\nswift_hash_path_prefix = p\n"
_BACKEND = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
[app:main]
use = egg:swift#{kind}
fallocate_reserve = 0
"""
_PROXY = """[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
"""


def _ring(folder: Path, name: str, port: int) -> None:
    path = folder / f"{name}.ring.gz"
    builder = RingBuilder(4, 1, 0)
    place = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "disk", "weight": 1.0}
    builder.add_dev({**place, "replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance()
    builder.get_ring().save(str(path))


def main(folder: Path, port: int) -> None:
    """Serve until killed; what was stored in the folder before is there again."""
    (folder / "devices" / "disk").mkdir(parents=True, exist_ok=True)
    (folder / "swift.conf").write_text(_COMMON)
    set_swift_dir(str(folder))
    listening = eventlet.listen(("127.0.0.1", port), reuse_port=False)
    threads = []
    for kind in ("account", "container", "object"):
        socket = eventlet.listen(("127.0.0.1", 0))
        _ring(folder, kind, socket.getsockname()[1])
        conf = folder / f"{kind}.conf"
        conf.write_text(_BACKEND.format(folder=folder, kind=kind))
        threads.append(_serve(socket, conf))
    (folder / "proxy.conf").write_text(_PROXY.format(folder=folder))
    threads.append(_serve(listening, folder / "proxy.conf"))
    for thread in threads:
        thread.wait()


def _serve(socket: object, conf: Path) -> eventlet.greenthread.GreenThread:
    return eventlet.spawn(
        wsgi.server, socket, loadapp(str(conf)), protocol=SwiftHttpProtocol, log_output=False
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
