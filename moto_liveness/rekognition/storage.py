"""The images in S3, if the request has an OutputConfig.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_LivenessOutputConfig.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from moto_liveness import _compat
from moto_liveness.core.images import Image
from moto_liveness.core.scope import Scope
from moto_liveness.core.steps import Finished
from moto_liveness.rekognition.exceptions import invalid_parameter

#: The S3Object of each image, by the name of the image.
Objects: TypeAlias = Mapping[str, Mapping[str, str]]

#: The name of the reference image; as those of the audit images it has no ".jpg".
REFERENCE = "reference"


def images_of(step: Finished, limit: int) -> Iterator[tuple[str, Image]]:
    """Yield the images that a session returns, each with its name in S3."""
    if step.reference_image is not None:
        yield REFERENCE, step.reference_image
    for number, image in enumerate((step.audit_images or ())[:limit]):
        yield f"audit-{number}", image


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

    def write(self, session_id: str, images: Iterable[tuple[str, Image]]) -> Objects:
        """Write the images under their names, and return the S3Object of each. If one fails, none is left."""
        images = list(images)
        if not images:
            return {}
        self.check()
        encryption = {}
        if self.kms_key_id:
            arn = key_arn(self.kms_key_id, self.account_id, self.region_name)
            encryption = {"encryption": "aws:kms", "kms_key_id": arn}
        written: dict[str, Mapping[str, str]] = {}
        try:
            for name, image in images:
                written[name] = self._put(f"{self.prefix}{session_id}/{name}.jpg", image, encryption)
        except BaseException:
            for location in written.values():
                self._s3.delete_object(self.bucket, location["Name"], version_id=location.get("Version"))
            raise
        return written

    def _put(self, key_name: str, image: Image, encryption: Mapping[str, str]) -> dict[str, str]:
        key = self._s3.put_object(bucket_name=self.bucket, key_name=key_name, value=image.data, **encryption)
        key.set_metadata({"Content-Type": "image/jpeg"})
        location = {"Bucket": self.bucket, "Name": key_name}
        return location if key.version_id in (None, "null") else {**location, "Version": key.version_id}

    @property
    def _s3(self) -> Any:
        return _compat.s3_backend(self.account_id, self.partition)


def key_arn(key_id: str, account_id: str, region_name: str) -> str:
    """Return the ARN of a KMS key, or the key as it was named if moto does not know it.

    moto's own services accept unknown keys too: code under test has fixed ARNs that moto cannot make. Raises
    InvalidParameterException for a key that moto knows and that is not enabled.
    """
    key = _compat.kms_key(account_id, region_name, key_id)
    if key is None:
        return key_id
    if key.key_state != "Enabled":
        raise invalid_parameter(f"KMS key '{key_id}' is {key.key_state}, but must be Enabled.")
    return str(key.arn)


def output_of(
    kms_key_id: str | None, config: Mapping[str, str] | None, account_id: str, region_name: str, partition: str
) -> Output | None:
    """Return where the images of a session go: to the bucket of an OutputConfig; None if into the answer."""
    if config is None:
        return None
    prefix = config.get("S3KeyPrefix", "")
    return Output(
        account_id=account_id,
        region_name=region_name,
        partition=partition,
        bucket=config["S3Bucket"],
        prefix=prefix if prefix.endswith("/") or not prefix else f"{prefix}/",
        kms_key_id=kms_key_id,
    )


def check(output: Output | None, kms_key_id: str | None, place: Scope) -> None:
    """Raise InvalidParameterException if the images cannot go there, or not with this key."""
    if kms_key_id is not None:
        key_arn(kms_key_id, str(place.account_id), str(place.region_name))
    if output is not None:
        output.check()
