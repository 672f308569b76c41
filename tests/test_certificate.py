"""The certificate for localhost: made once a user, and kept."""

from __future__ import annotations

import datetime
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from time_machine import travel

from moto_liveness.server.certificate import Certificate, Tls, localhost_certificate


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "moto-liveness"


def test_it_names_localhost_and_its_addresses() -> None:
    certificate = x509.load_pem_x509_certificate(localhost_certificate().certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_it_is_made_once_and_kept(cache: Path) -> None:
    first, second = localhost_certificate(), localhost_certificate()

    assert first == second
    assert [path.name for path in cache.iterdir()] == [first.certificate.parent.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_reads_the_key() -> None:
    key = localhost_certificate().key

    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_it_is_made_anew_when_it_expires(cache: Path) -> None:
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    old = cache / f"localhost-{yesterday.date().isoformat()}"
    old.mkdir(parents=True)

    assert localhost_certificate().certificate.parent != old


def test_a_damaged_one_is_made_anew() -> None:
    first = localhost_certificate()
    first.key.unlink()

    assert localhost_certificate().key.is_file()


def test_it_is_valid_today_even_if_a_test_has_moved_the_clock() -> None:
    with travel("2031-01-01 12:00Z"):
        certificate = x509.load_pem_x509_certificate(localhost_certificate().certificate.read_bytes())

    assert certificate.not_valid_before_utc < datetime.datetime.now(datetime.timezone.utc)


def test_of_several_workers_the_first_wins(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = localhost_certificate()
    data = first.certificate.read_bytes()
    monkeypatch.setattr("moto_liveness.server.certificate._kept", lambda *_: None)

    assert localhost_certificate() == first
    assert first.certificate.read_bytes() == data


def test_it_is_in_a_temporary_folder_where_the_cache_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert localhost_certificate().certificate.is_file()


def test_the_temporary_folder_with_the_key_goes_when_the_process_ends(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "temporary").mkdir()
    script = "from moto_liveness.server.certificate import localhost_certificate as made; print(made().key.is_file())"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "a file"), "TMPDIR": str(tmp_path / "temporary")}

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"
    assert [*(tmp_path / "temporary").iterdir()] == []


def test_a_user_without_a_home_has_it_in_a_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_home() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert localhost_certificate().certificate.is_file()


def test_ones_own_certificate_wins() -> None:
    own = Certificate(Path("mine.pem"), Path("mine.key"))

    assert Tls(own).certificate == own
