"""The images in S3, if the request has an OutputConfig.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_LivenessOutputConfig.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto_liveness import _compat
from moto_liveness.core.images import Image
from moto_liveness.rekognition.exceptions import invalid_parameter


@dataclass(frozen=True)
class Output:
    """Where the images of one session go."""

    account_id: str
    region_name: str
    partition: str
    bucket: str
    prefix: str
    kms_key_id: str | None

    def check(self) -> None:
        """Raise InvalidParameterException if the bucket belongs to another account or region."""
        bucket = self._s3.buckets.get(self.bucket)
        if bucket is None:
            raise invalid_parameter(f"S3 bucket '{self.bucket}' does not exist in account {self.account_id}.")
        if bucket.region_name != self.region_name:
            raise invalid_parameter(
                f"S3 bucket '{self.bucket}' is in {bucket.region_name}, but must be in the region of the session, "
                f"{self.region_name}."
            )

    def write(self, session_id: str, images: Iterable[tuple[str, Image]]) -> dict[str, dict[str, str]]:
        """Write the images under their names, and return the S3Object of each."""
        images = list(images)
        if not images:
            return {}
        self.check()
        encryption = {}
        if self.kms_key_id:
            encryption = {
                "encryption": "aws:kms",
                "kms_key_id": key_arn(self.kms_key_id, self.account_id, self.region_name),
            }
        return {name: self._put(f"{self.prefix}{session_id}/{name}.jpg", image, encryption) for name, image in images}

    def _put(self, key_name: str, image: Image, encryption: Mapping[str, str]) -> dict[str, str]:
        key = self._s3.put_object(bucket_name=self.bucket, key_name=key_name, value=image.data, **encryption)
        key.set_metadata({"Content-Type": "image/jpeg"})
        location = {"Bucket": self.bucket, "Name": key_name}
        return location if key.version_id in (None, "null") else {**location, "Version": key.version_id}

    @property
    def _s3(self) -> Any:
        return _compat.s3_backend(self.account_id, self.partition)


def key_arn(key_id: str, account_id: str, region_name: str) -> str:
    """Return the ARN of an enabled KMS key. Raise InvalidParameterException if there is none."""
    key = _compat.kms_key(account_id, region_name, key_id)
    if key is None:
        raise invalid_parameter(f"KMS key '{key_id}' does not exist in account {account_id}, {region_name}.")
    if key.key_state != "Enabled":
        raise invalid_parameter(f"KMS key '{key_id}' is {key.key_state}, but must be Enabled.")
    return str(key.arn)


def output_of(
    kms_key_id: str | None, config: Mapping[str, str] | None, account_id: str, region_name: str, partition: str
) -> Output | None:
    """Return where the images of a session go: to the bucket of an OutputConfig, or None for into the answer.

    Raises InvalidParameterException if they cannot go there.
    """
    if kms_key_id is not None:
        key_arn(kms_key_id, account_id, region_name)
    if config is None:
        return None
    prefix = config.get("S3KeyPrefix", "")
    output = Output(
        account_id=account_id,
        region_name=region_name,
        partition=partition,
        bucket=config["S3Bucket"],
        prefix=prefix if prefix.endswith("/") or not prefix else f"{prefix}/",
        kms_key_id=kms_key_id,
    )
    output.check()
    return output
