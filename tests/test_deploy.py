"""The unit and the container file start what there is, and what they start behaves as they expect."""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
import yaml

from aggregator import cli

ROOT = pathlib.Path(__file__).parents[1]
COMPOSE_FILE = ROOT / "deploy/compose.yaml"
UNIT_FILE = ROOT / "deploy/aggregator.service"
CONTAINERFILE = (ROOT / "deploy/Containerfile").read_text("utf-8").replace("\\\n", " ")
COMMANDS: dict[str, Any] = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
PATIENCE = 30  # seconds after which something that was waited for will not come


def unit() -> configparser.SectionProxy:
    """What the unit says of the service; a key that stands there twice is an error."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(UNIT_FILE.read_text("utf-8"))
    return parser["Service"]


def instruction(name: str) -> str:
    """The arguments of the last such line of the container file."""
    return re.findall(rf"(?m)^{name}\s+(.*)$", CONTAINERFILE)[-1]


def commands() -> dict[str, list[str]]:
    """What starts the daemon, by the file that says so, without the program's own path."""
    return {"unit": shlex.split(unit()["ExecStart"])[1:], "container": json.loads(instruction("CMD"))[1:]}


@contextlib.contextmanager
def daemon(words: list[str], folder: pathlib.Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The daemon as one of the files starts it, its places moved into a folder; a paused source, so it asks nobody."""
    feeds = folder / "feeds.yaml"
    feeds.write_text('settings: {listen: "off"}\nsources: [{url: "https://feeds.invalid/", paused: true}]\n', "utf-8")
    moved = {"/etc/aggregator": str(folder), "/var/lib/aggregator": str(folder), "0.0.0.0:8080": "127.0.0.1:0"}
    for old, new in moved.items():
        words = [word.replace(old, new) for word in words]
    command = [sys.executable, "-m", "aggregator", *words]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **environment})
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("words", commands().values(), ids=commands())
def test_the_command_is_understood(words: list[str]) -> None:
    """Our own reading of the command line takes it, and it names feeds.yaml, data and output."""
    asked = COMMANDS[words[0]].make_context(words[0], words[1:]).params
    assert words[0] == "run"
    assert all(asked[name].is_absolute() for name in ("config", "data", "output"))


def test_the_unit_keeps_state_where_it_may_write() -> None:
    """The file system is closed but for the state directory, where the store and the outputs are."""
    service = unit()
    asked = COMMANDS["run"].make_context("run", shlex.split(service["ExecStart"])[2:]).params
    home = pathlib.PurePath("/var/lib", service["StateDirectory"])
    assert service["ProtectSystem"] == "strict"
    assert service["DynamicUser"] == "yes"
    assert asked["data"].is_relative_to(home)
    assert asked["output"].is_relative_to(home)


def test_the_unit_does_not_try_a_bad_feeds_yaml_again() -> None:
    """It would fail as before; the exit code is that of usage."""
    assert unit()["Restart"] == "on-failure"
    assert unit()["RestartPreventExitStatus"] == str(cli.USAGE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_understands_the_unit() -> None:
    """Every directive is one that systemd knows; that our program is not installed in /opt is all it may miss."""
    done = subprocess.run(["systemd-analyze", "verify", str(UNIT_FILE)], capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in done.stderr.splitlines() if UNIT_FILE.name in line and "is not executable" not in line] == []


def test_the_unit_is_told_all_it_waits_for(tmp_path: pathlib.Path) -> None:
    """Readiness, signs of life, reloads with the signal it sends, and the end: exit 0."""
    service = unit()
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) > 0
    reload_signal = re.fullmatch(r"/bin/kill -(\w+) \$MAINPID", service["ExecReload"])
    assert reload_signal
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(PATIENCE)

        def wait(*wanted: str) -> None:
            for state in wanted:
                while state not in supervisor.recv(4096).decode().splitlines():
                    pass

        with daemon(commands()["unit"], tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as running:
            wait("READY=1", "WATCHDOG=1", "WATCHDOG=1")
            running.send_signal(signal.Signals[f"SIG{reload_signal[1]}"])
            wait("RELOADING=1", "READY=1", "WATCHDOG=1")
            running.terminate()
            wait("STOPPING=1")
            assert running.wait(PATIENCE) == 0
    assert (tmp_path / "output" / "all.atom.xml").exists()


def test_the_container_is_healthy_while_the_daemon_works(tmp_path: pathlib.Path) -> None:
    """Its health check passes against its command, and fails once that has ended."""
    check = json.loads(instruction("HEALTHCHECK").partition("CMD")[2])

    def healthy(port: int) -> bool:
        words = [word.replace(":8080/", f":{port}/") for word in check[1:]]
        return subprocess.run([sys.executable, *words], capture_output=True, check=False, timeout=PATIENCE).returncode == 0

    with daemon(commands()["container"], tmp_path) as running:
        assert running.stderr is not None
        serving = next(event for line in running.stderr if "serving" in (event := json.loads(line)["event"]))
        port = int(serving.rstrip("/").rpartition(":")[2])
        assert healthy(port)
        running.send_signal(signal.Signals[instruction("STOPSIGNAL")])
        assert running.wait(PATIENCE) == 0
    assert not healthy(port)


def test_the_container_is_built_from_what_there_is() -> None:
    """Each file it copies exists, and those are all that an installation needs; it does not run as root."""
    copied = {name for line in re.findall(r"(?m)^COPY (.*)$", CONTAINERFILE) for name in shlex.split(line)[:-1]}
    assert all((ROOT / name).exists() for name in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    assert needed | set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied
    assert instruction("USER") not in ("root", "0")
    assert COMMANDS["run"].make_context("run", commands()["container"][1:]).params["data"].is_relative_to(instruction("VOLUME"))


def test_a_cluster_in_containers() -> None:
    """A database, one program that publishes and two workers, whose command is one that there is; the image can do both."""
    written = yaml.safe_load((ROOT / "deploy/compose.cluster.yaml").read_text("utf-8"))
    services = written["services"]
    assert set(services) == {"database", "run", "worker"}
    assert services["worker"]["deploy"]["replicas"] == 2
    asked = COMMANDS["worker"].make_context("worker", services["worker"]["command"][2:]).params
    assert asked["config"].is_relative_to(services["worker"]["volumes"][0].split(":")[1])
    assert "'.[cluster]'" in (ROOT / "deploy/Containerfile").read_text("utf-8")


def test_compose_starts_the_container_as_it_is_made() -> None:
    """It builds our container file, mounts what its command names, passes its port, and gives it the time it takes to stop."""
    written = yaml.safe_load(COMPOSE_FILE.read_text("utf-8"))
    service = written["services"]["aggregator"]
    context = (COMPOSE_FILE.parent / service["build"]["context"]).resolve()
    assert (context / service["build"]["dockerfile"]).read_text("utf-8").startswith("# docker build")
    mounts = {mount.split(":")[1]: mount for mount in service["volumes"]}
    asked = COMMANDS["run"].make_context("run", commands()["container"][1:]).params
    for name, mount in (("config", "/etc/aggregator"), ("data", "/var/lib/aggregator"), ("output", "/var/lib/aggregator")):
        assert asked[name].is_relative_to(mount)
        assert mount in mounts
    assert mounts["/var/lib/aggregator"].split(":")[0] in written["volumes"]
    assert mounts["/etc/aggregator"].endswith(":ro")
    assert asked["listen"].rpartition(":")[2] == service["ports"][0].rpartition(":")[2] == instruction("EXPOSE")
    assert int(service["stop_grace_period"].removesuffix("s")) > 8


def test_the_dashboard_shows_what_there_is() -> None:
    """Every metric that it asks for is one of ours, and every one of ours is on it; panels do not lie on each other."""
    dashboard = json.loads((ROOT / "deploy/grafana.json").read_text("utf-8"))
    asked = {
        name.removesuffix("_bucket")
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"aggregator_\w+", target["expr"])
    }
    running = (ROOT / "docs/running.md").read_text("utf-8")
    assert asked == set(re.findall(r"(?m)^\| `(aggregator_\w+)` \|", running))
    cells = [
        (x, y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_nginx_passes_on_what_is_served() -> None:
    """The sample has a place for everything that needs one of its own, and keeps to itself what is not for readers."""
    conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    places = dict(re.findall(r"location ([^{]+?) \{([^}]*)\}", conf))
    assert set(places) == {"/", "= /live", "/websub/", "~ ^/(metrics|readyz|healthz)$"}
    assert all("proxy_pass http://127.0.0.1:8080;" in said for said in places.values())
    assert "proxy_buffering off;" in places["= /live"]
    assert "deny all;" in places["~ ^/(metrics|readyz|healthz)$"]
    assert conf.count("{") == conf.count("}")
