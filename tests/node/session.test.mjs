// The AWS SDK for JavaScript, unmodified, against a running moto_liveness_server.
import assert from "node:assert/strict";
import test from "node:test";
import {
  CreateFaceLivenessSessionCommand,
  GetFaceLivenessSessionResultsCommand,
  RekognitionClient,
  SessionNotFoundException,
  ThrottlingException,
} from "@aws-sdk/client-rekognition";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

const endpoint = process.env.SERVER;
const config = { endpoint, region: "us-east-1", credentials: { accessKeyId: "testing", secretAccessKey: "testing" } };
const rekognition = new RekognitionClient(config);
const s3 = new S3Client({ ...config, forcePathStyle: true });

const seed = async (...results) => {
  const url = `${endpoint}/moto-api/static/rekognition/face-liveness-results`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ results }) });
  assert.equal(response.status, 201);
};
const create = async (input = {}) => (await rekognition.send(new CreateFaceLivenessSessionCommand(input))).SessionId;
const results = (SessionId) => rekognition.send(new GetFaceLivenessSessionResultsCommand({ SessionId }));

test("a session is polled until it has succeeded, and its image is read", async () => {
  await seed([{ status: "CREATED" }, { status: "IN_PROGRESS", polls: 2 }, { status: "SUCCEEDED", confidence: 97.3 }]);
  const sessionId = await create({ Settings: { AuditImagesLimit: 2 } });

  const statuses = [];
  let answer;
  do {
    answer = await results(sessionId);
    statuses.push(answer.Status);
  } while (answer.Status !== "SUCCEEDED");

  assert.deepEqual(statuses, ["CREATED", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]);
  assert.equal(answer.Confidence, 97.3);
  assert.deepEqual([...answer.ReferenceImage.Bytes.slice(0, 3)], [0xff, 0xd8, 0xff]);
  assert.equal(answer.AuditImages.length, 2);
  assert.deepEqual(answer.Challenge, { Type: "FaceMovementAndLightChallenge", Version: "2.0.0" });
});

test("an unknown session is caught by its class", async () => {
  await assert.rejects(results("11111111-2222-3333-4444-555555555555"), SessionNotFoundException);
});

test("throttling survives the retries of the client, once", async () => {
  await seed({ error: "ThrottlingException" });
  const sessionId = await create();

  await assert.rejects(results(sessionId), ThrottlingException);
  assert.equal((await results(sessionId)).Status, "CREATED");
});

test("images in S3 are read back", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "images" }));
  await seed({ status: "SUCCEEDED", confidence: 97.3 });
  const sessionId = await create({ Settings: { OutputConfig: { S3Bucket: "images", S3KeyPrefix: "audit" } } });

  const { S3Object } = (await results(sessionId)).ReferenceImage;
  const stored = await s3.send(new GetObjectCommand({ Bucket: S3Object.Bucket, Key: S3Object.Name }));

  assert.equal(S3Object.Name, `audit/${sessionId}/reference.jpg`);
  assert.equal(stored.ContentType, "image/jpeg");
  assert.deepEqual([...(await stored.Body.transformToByteArray()).slice(0, 3)], [0xff, 0xd8, 0xff]);
});
