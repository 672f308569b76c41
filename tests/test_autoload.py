"""The import hook. Every test is a process of its own, because this one has imported everything."""

from __future__ import annotations

import importlib
import sys
import textwrap
import traceback
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from moto_liveness import FaceLiveness, FaceLivenessServer, autoload
from moto_liveness.core import failures
from moto_liveness.server import command
from tests.conftest import needs_flask

USES_BOTO3 = """
import boto3

def test_the_operations_are_there():
    from moto import mock_aws

    with mock_aws():
        rekognition = boto3.client("rekognition", "us-east-1")
        assert rekognition.create_face_liveness_session()["SessionId"]
"""

IMPORTED_AT_IMPORT_TIME = """
import boto3

rekognition = boto3.client("rekognition", "us-east-1")
"""

USES_A_CLIENT_MADE_AT_IMPORT_TIME = """
import code_under_test
from moto import mock_aws

@mock_aws
def test_the_client_is_intercepted():
    assert code_under_test.rekognition.create_face_liveness_session()["SessionId"]
"""

IMPORTS_NOTHING = """
import sys

def test_nothing_was_imported():
    assert sorted({"moto", "boto3", "botocore", "requests", "werkzeug"} & set(sys.modules)) == []
    assert sorted(name for name in sys.modules if name.startswith("moto_liveness")) == [
        "moto_liveness",
        "moto_liveness.autoload",
        "moto_liveness.pytest_plugin",
    ]
"""

WITHOUT_THE_PLUGIN = """
import sys

def test_the_plugin_is_gone(request):
    assert "moto_liveness" not in sys.modules
    assert not request.config.pluginmanager.has_plugin("moto_liveness")
"""


def outcomes(pytester: pytest.Pytester, test: str, *arguments: str) -> dict[str, int]:
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-W", "error", *arguments).parseoutcomes()


@pytest.mark.parametrize(
    "arguments", [(), ("--import-mode=importlib",), ("-p", "xdist", "-n", "2")], ids=["", "importlib", "xdist"]
)
def test_a_run_without_boto3_imports_neither_moto_nor_boto3(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    # Hypothesis and other plugins that happen to be installed may import anything: this is about our plugin only.
    pytester.makepyfile(IMPORTS_NOTHING)
    pytester._monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    result = pytester.runpytest_subprocess("-p", "moto_liveness", *arguments)

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("arguments", [(), ("--import-mode=importlib",)], ids=["", "importlib"])
def test_mock_aws_has_the_operations_with_no_import_in_user_code(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    assert outcomes(pytester, USES_BOTO3, *arguments) == {"passed": 1}


@pytest.mark.parametrize("arguments", [(), ("--import-mode=importlib",)], ids=["", "importlib"])
def test_a_client_made_at_import_time_before_moto_is_intercepted(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    pytester.makepyfile(code_under_test=IMPORTED_AT_IMPORT_TIME)
    pytester.syspathinsert()

    assert outcomes(pytester, USES_A_CLIENT_MADE_AT_IMPORT_TIME, *arguments) == {"passed": 1}


IMPORTS_BOTO3_ONLY = """
import sys
import boto3

def test_moto_was_not_imported():
    boto3.client("rekognition", "us-east-1")
    assert "moto" not in sys.modules
"""


def test_a_run_that_imports_boto3_and_never_moto_does_not_pay_for_moto(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(IMPORTS_BOTO3_ONLY)
    pytester._monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    result = pytester.runpytest_subprocess("-p", "moto_liveness")

    result.assert_outcomes(passed=1)


def test_xdist_workers_have_the_operations_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(code_under_test=IMPORTED_AT_IMPORT_TIME)
    pytester.makepyfile(test_one=USES_A_CLIENT_MADE_AT_IMPORT_TIME, test_two=USES_BOTO3)

    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "2")

    result.assert_outcomes(passed=2)


def test_no_moto_liveness_switches_the_plugin_off(pytester: pytest.Pytester) -> None:
    assert outcomes(pytester, WITHOUT_THE_PLUGIN, "-p", "no:moto_liveness") == {"passed": 1}


def test_without_the_plugin_the_operations_are_gone(pytester: pytest.Pytester) -> None:
    assert outcomes(pytester, USES_BOTO3, "-p", "no:moto_liveness") == {"failed": 1}


def test_with_autoload_disabled_the_plugin_is_gone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    assert outcomes(pytester, WITHOUT_THE_PLUGIN) == {"passed": 1}


def test_with_autoload_disabled_p_moto_liveness_brings_it_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    assert outcomes(pytester, USES_BOTO3, "-p", "moto_liveness") == {"passed": 1}


def script(pytester: pytest.Pytester, code: str) -> str:
    """Run a plain script and return what it printed."""
    result = pytester.runpython_c(textwrap.dedent(code))
    assert result.ret == 0, result.stderr.str()
    return result.stdout.str().strip()


CREATE_AND_PRINT = """
    with moto.mock_aws():
        print(len(boto3.client("rekognition", "us-east-1").create_face_liveness_session()["SessionId"]))
"""


@pytest.mark.parametrize(
    "imports",
    [
        "import moto_liveness, moto, boto3",
        "import moto, moto_liveness, boto3",
        "import boto3, moto, moto_liveness",
        "import boto3, moto_liveness, moto",
        "import moto, boto3, moto.rekognition.responses, moto_liveness",
        "from moto_liveness import FaceLiveness; import boto3, moto",
    ],
)
def test_a_plain_script_needs_the_import_in_any_order(pytester: pytest.Pytester, imports: str) -> None:
    assert script(pytester, f"    {imports}\n{CREATE_AND_PRINT}") == "36"


def test_an_import_inside_a_running_mock_is_not_too_late(pytester: pytest.Pytester) -> None:
    printed = script(
        pytester,
        """
        import boto3, moto

        with moto.mock_aws():
            client = boto3.client("rekognition", "us-east-1")
            client.start_face_search(CollectionId="c", Video={"S3Object": {"Bucket": "bucket", "Name": "n"}})
            import moto_liveness
            print(len(client.create_face_liveness_session()["SessionId"]))
        """,
    )

    assert printed == "36"


COUNTED = """
    import moto_liveness, boto3, botocore.session
    early = boto3.client("rekognition", "us-east-1")
    early_session = boto3.Session()
    from moto_liveness import FaceLiveness
    late = boto3.client("rekognition", "us-east-1")
    with FaceLiveness() as face_liveness:
        for client in (early, early_session.client("rekognition", "us-east-1"), late, boto3.client("rekognition")):
            client.create_face_liveness_session()
        print(len(face_liveness.calls), len(face_liveness.sessions))
"""


def test_each_call_is_answered_once_whenever_its_client_was_made(pytester: pytest.Pytester) -> None:
    assert script(pytester, COUNTED) == "4 4"


def test_a_client_that_was_made_early_is_left_alone_until_moto_is_there(pytester: pytest.Pytester) -> None:
    printed = script(
        pytester,
        """
        import moto_liveness, boto3, botocore.config, botocore.exceptions
        config = botocore.config.Config(retries={"max_attempts": 0})
        rekognition = boto3.client("rekognition", "us-east-1", endpoint_url="http://127.0.0.1:1", config=config)
        try:
            rekognition.create_face_liveness_session()
        except botocore.exceptions.EndpointConnectionError as error:
            print(type(error).__name__)
        """,
    )

    assert printed == "EndpointConnectionError"


def test_an_early_request_goes_to_moto_as_soon_as_moto_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "moto.core.models")
    before = autoload._hand_over_to_moto(event_name="before-send", request="a request")
    models = types.SimpleNamespace(botocore_stubber=lambda event_name, request: (event_name, request))
    monkeypatch.setitem(sys.modules, "moto.core.models", models)

    assert before is None
    assert autoload._hand_over_to_moto(event_name="before-send", request="a request") == ("before-send", "a request")


def test_a_list_of_handlers_without_ours_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = [("before-send", print)]
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", handlers)

    autoload._remove_handler()

    assert handlers == [("before-send", print)]


def test_sixteen_threads_may_race_for_the_import(pytester: pytest.Pytester) -> None:
    # Only these two: threads that race for the inner modules of moto break it with or without a plugin.
    printed = script(
        pytester,
        """
        import sys, threading
        import moto_liveness

        barrier, errors = threading.Barrier(16), []

        def race(number):
            barrier.wait()
            try:
                for name in ["boto3", "moto", "csv", "wave", "colorsys"][number % 3:]:
                    exec(f"import {name}")
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=race, args=(number,)) for number in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        from moto.moto_api._internal import urls
        from moto.rekognition.responses import RekognitionResponse
        waiting = [finder for finder in sys.meta_path if type(finder).__module__ == "moto_liveness.autoload"]
        print(errors, waiting, hasattr(RekognitionResponse, "create_face_liveness_session"))
        """,
    )

    assert printed == "[] [] True"


def test_a_module_is_afterwards_as_if_the_finder_had_never_been_there(pytester: pytest.Pytester) -> None:
    printed = script(
        pytester,
        """
        import moto_liveness, boto3, inspect, importlib.resources
        print(type(boto3.__loader__).__name__, type(boto3.__spec__.loader).__name__, bool(inspect.getsource(boto3)))
        """,
    )

    assert printed == "SourceFileLoader SourceFileLoader True"


def test_a_package_that_is_imported_twice_still_waits_for_moto(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        script="""
        import sys
        import moto_liveness
        for name in [name for name in sys.modules if name.startswith("moto_liveness")]:
            del sys.modules[name]
        import moto_liveness
        import boto3
        from moto import mock_aws
        with mock_aws():
            print(boto3.client("rekognition", "us-east-1").create_face_liveness_session()["SessionId"])
        """
    )

    assert len(pytester.runpython("script.py").outlines) == 1


def test_the_package_knows_its_names_and_no_others(pytester: pytest.Pytester) -> None:
    import moto_liveness

    for name in moto_liveness.__all__:
        found = getattr(moto_liveness, name)
        # An alias of several types has no name of its own.
        assert name.endswith("Source") or found.__name__.removeprefix("moto_liveness.") == name
    with pytest.raises(
        AttributeError, match=r"^module 'moto_liveness' has no attribute 'Suceeded'. Did you mean 'Succeeded'\?$"
    ):
        moto_liveness.Suceeded  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match=r"^module 'moto_liveness' has no attribute 'queue'$"):
        moto_liveness.queue  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match=r"^module 'moto_liveness' has no attribute 'Suceeded'. Did you mean "):
        from moto_liveness import Suceeded  # type: ignore[attr-defined]  # noqa: F401
    with pytest.raises(ImportError, match=r"^cannot import name 'queue' from 'moto_liveness'"):
        from moto_liveness import queue  # type: ignore[attr-defined]  # noqa: F401
    assert not hasattr(moto_liveness, "Suceeded")


def test_a_misspelt_name_gets_one_suggestion() -> None:
    import moto_liveness

    with pytest.raises(AttributeError) as of_the_package:
        moto_liveness.Suceeded  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError) as of_a_handle:
        moto_liveness.FaceLiveness().enqueue  # type: ignore[attr-defined]  # noqa: B018
    errors = [of_the_package.value, of_a_handle.value]

    assert [traceback.format_exception_only(error) for error in errors] == [
        ["AttributeError: module 'moto_liveness' has no attribute 'Suceeded'. Did you mean 'Succeeded'?\n"],
        ["AttributeError: FaceLiveness has no attribute 'enqueue'. Did you mean 'queue'?\n"],
    ]
    # With an object Python 3.12 adds a suggestion.
    assert [error.obj for error in errors] == [None, None]


# The finder itself, on a module that nothing else knows.


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A module on the path that the finder waits for, and the list of what happened."""
    happened: list[str] = []
    (tmp_path / "watched.py").write_text("import sys\nassert __spec__.loader is __loader__\n")
    monkeypatch.syspath_prepend(tmp_path)
    others = [finder for finder in sys.meta_path if not isinstance(finder, autoload._Finder)]
    monkeypatch.setattr(sys, "meta_path", others)
    monkeypatch.delitem(sys.modules, "watched", raising=False)
    monkeypatch.setattr(autoload, "_ACTIONS", {"watched": lambda: happened.append("watched")})
    return happened


def finders() -> list[object]:
    return [finder for finder in sys.meta_path if isinstance(finder, autoload._Finder)]


def test_the_action_runs_behind_the_module_and_the_finder_leaves(watched: list[str]) -> None:
    autoload.watch()
    before = (list(watched), len(finders()))

    module = importlib.import_module("watched")

    assert (before, watched, finders()) == (([], 1), ["watched"], [])
    assert type(module.__loader__).__name__ == "SourceFileLoader" or hasattr(module.__loader__, "exec_module")


def test_a_module_that_is_there_already_is_acted_on_at_once(
    watched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watched", types.ModuleType("watched"))

    autoload.watch()

    assert (watched, finders()) == (["watched"], [])


def test_a_module_that_does_not_exist_is_still_not_found(watched: list[str], tmp_path: Path) -> None:
    (tmp_path / "watched.py").unlink()
    importlib.invalidate_caches()
    autoload.watch()

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("watched")

    assert (watched, len(finders())) == ([], 1)


def test_a_module_that_fails_is_waited_for_again(watched: list[str], tmp_path: Path) -> None:
    (tmp_path / "watched.py").write_text("1 / 0")
    importlib.invalidate_caches()
    autoload.watch()
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("watched")
    (tmp_path / "watched.py").write_text("value = 'mended, and of another length'")
    importlib.invalidate_caches()

    importlib.import_module("watched")

    assert watched == ["watched"]


def test_a_list_that_another_thread_walks_stays_whole(watched: list[str]) -> None:
    autoload.watch()
    walked = sys.meta_path
    before = list(walked)

    importlib.import_module("watched")

    assert walked == before


# An action that fails.


@pytest.fixture
def failing(watched: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A module on the path after whose import an action fails."""
    monkeypatch.setattr(autoload, "_ACTIONS", {"watched": lambda: int("never")})
    monkeypatch.setattr(failures, "_FAILURES", [])


FAILED = (
    "moto-liveness failed when watched was imported: ValueError(\"invalid literal for int() with base 10: 'never'\"). "
    "The traceback of that error leads to the code to fix; if that is moto-liveness, report it."
)


@pytest.mark.parametrize(
    "enter",
    [
        FaceLiveness,
        pytest.param(FaceLivenessServer().__enter__, marks=needs_flask),
        pytest.param(lambda: command.run_server([]), marks=needs_flask),
    ],
)
def test_an_action_that_fails_is_raised_where_a_test_uses_the_package(
    failing: None, enter: Callable[[], object]
) -> None:
    autoload.watch()

    importlib.import_module("watched")

    with pytest.raises(RuntimeError) as raised:
        enter()
    assert str(raised.value) == FAILED
    assert isinstance(raised.value.__cause__, ValueError)


def test_the_first_of_several_failures_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "_FAILURES", [])
    first, second = ValueError(1), ValueError(2)

    failures.remember("moto.core.models", first)
    failures.remember("moto.rekognition.responses", second)

    with pytest.raises(RuntimeError) as raised:
        failures.check()
    assert raised.value.__cause__ is first


def test_an_import_goes_on_even_if_its_failure_cannot_be_remembered(
    failing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("moto_liveness.core.failures")
    monkeypatch.setitem(sys.modules, "moto_liveness.core.failures", None)  # type: ignore[arg-type]
    autoload.watch()

    assert importlib.import_module("watched").__name__ == "watched"


BREAKS_THE_OPERATIONS = """
import sys

sys.modules["moto_liveness.rekognition.responses"] = None
"""

USES_MOTO_ALONE = """
import boto3
from moto import mock_aws

def test_plain_moto_works():
    with mock_aws():
        boto3.client("rekognition", "us-east-1").start_face_search(
            CollectionId="c", Video={"S3Object": {"Bucket": "bucket", "Name": "n"}}
        )
"""

USES_THE_FIXTURE = """
def test_the_fixture_raises(face_liveness):
    pass
"""


def test_a_failure_breaks_no_test_of_plain_moto_and_the_fixture_shows_its_cause(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(BREAKS_THE_OPERATIONS)
    pytester.makepyfile(test_one=USES_MOTO_ALONE, test_two=USES_THE_FIXTURE)

    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:xdist", "-p", "no:randomly")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "E  *ModuleNotFoundError: import of moto_liveness.rekognition.responses halted; None in sys.modules*",
            "The above exception was the direct cause of the following exception:",
            "E  *RuntimeError: moto-liveness failed when moto.rekognition.responses was imported: ModuleNotFound*",
        ]
    )


def test_an_attribute_error_inside_the_package_is_not_taken_for_a_missing_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto_liveness.core.images", types.ModuleType("broken"))

    with pytest.raises(ImportError) as error:
        from moto_liveness import Image  # noqa: F401

    assert str(error.value) == (
        "moto_liveness.Image cannot be imported: module 'broken' has no attribute 'Image'. The traceback of "
        "that error leads to the code to fix; if that is moto-liveness, report it."
    )
    assert repr(error.value.__cause__) == "AttributeError(\"module 'broken' has no attribute 'Image'\")"
