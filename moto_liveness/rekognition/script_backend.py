"""The script of the running mock, in a backend so that moto resets it like any other state."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.models import DEFAULT_ACCOUNT_ID

from moto_liveness.core.scope import Scope
from moto_liveness.core.script import Script


class ScriptBackend(BaseBackend):
    """Holds the script of the running mock."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.script = Script()
        #: The backends of regions that Rekognition does not have, by their places.
        self.nowhere: OrderedDict[Scope, Any] = OrderedDict()

    def reset(self) -> None:
        """Forget everything except which seeds are lost by it."""
        self.script.lose()
        super().reset()


script_backends = BackendDict(ScriptBackend, "rekognition", use_boto3_regions=False, additional_regions=["aws"])


def current_backend() -> ScriptBackend:
    """Return the backend of the running mock: one for all accounts and regions."""
    return script_backends[DEFAULT_ACCOUNT_ID]["aws"]


def current_script() -> Script:
    """Return the script of the running mock."""
    return current_backend().script
