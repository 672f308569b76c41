"""Service: the images in S3, where the request has an OutputConfig.

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
        """Raise InvalidParameterException if the bucket is not the caller's or lies in another region."""
        bucket = self._s3.buckets.get(self.bucket)
        if bucket is None:
            raise invalid_parameter(f"S3 bucket '{self.bucket}' does not exist in account {self.account_id}.")
        if bucket.region_name != self.region_name:
            raise invalid_parameter(
                f"S3 bucket '{self.bucket}' is in {bucket.region_name}, but must be in the region of the session, "
                f"{self.region_name}."
            )

    def write(self, session_id: str, images: Iterable[tuple[str, Image]]) -> dict[str, dict[str, str]]:
        """Write the images, each under its name, and return the S3Object of each name."""
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
    """Return the ARN of an enabled KMS key; raise InvalidParameterException if there is none."""
    key = _compat.kms_key(account_id, region_name, key_id)
    if key is None:
        raise invalid_parameter(f"KMS key '{key_id}' does not exist in account {account_id}, {region_name}.")
    if key.key_state != "Enabled":
        raise invalid_parameter(f"KMS key '{key_id}' is {key.key_state}, but must be Enabled.")
    return str(key.arn)


def output_of(params: Mapping[str, Any], account_id: str, region_name: str, partition: str) -> Output | None:
    """Return where a request wants its images, None for raw bytes.

    Raises InvalidParameterException if they cannot go there.
    """
    key_id = params.get("KmsKeyId")
    if key_id is not None:
        key_arn(key_id, account_id, region_name)
    config = params.get("Settings", {}).get("OutputConfig")
    if config is None:
        return None
    prefix = config.get("S3KeyPrefix", "")
    output = Output(
        account_id=account_id,
        region_name=region_name,
        partition=partition,
        bucket=config["S3Bucket"],
        prefix=prefix if prefix.endswith("/") or not prefix else f"{prefix}/",
        kms_key_id=key_id,
    )
    output.check()
    return output
