// A sign-up in Node: the reference image of a live check is compared with a document in S3, as it came.
import {
  CompareFacesCommand, CreateFaceLivenessSessionCommand, GetFaceLivenessSessionResultsCommand, RekognitionClient,
} from "@aws-sdk/client-rekognition";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const endpoint = process.env.SERVER;
const options = { endpoint, region: "us-east-1", credentials: { accessKeyId: "testing", secretAccessKey: "testing" } };
const photo = async (...people) => {
  const answer = await fetch(`${endpoint}/moto-api/static/rekognition/photos`, {
    method: "POST", body: JSON.stringify({ people }),
  });
  return new Uint8Array(await answer.arrayBuffer());
};
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

const s3 = new S3Client({ ...options, forcePathStyle: true });
await s3.send(new CreateBucketCommand({ Bucket: "documents" }));
await s3.send(new PutObjectCommand({ Bucket: "documents", Key: "alice.jpg", Body: await photo("alice") }));

const rekognition = new RekognitionClient(options);
for (const person of ["alice", "mallory"]) {
  const steps = [{ status: "SUCCEEDED", confidence: 97.3, reference_image: base64(await photo(person)) }];
  await fetch(`${endpoint}/moto-api/static/rekognition/face-liveness-results`, {
    method: "POST", body: JSON.stringify({ results: [steps] }),
  });
  const { SessionId } = await rekognition.send(new CreateFaceLivenessSessionCommand({}));
  const { ReferenceImage } = await rekognition.send(new GetFaceLivenessSessionResultsCommand({ SessionId }));
  const { FaceMatches } = await rekognition.send(new CompareFacesCommand({
    SourceImage: { Bytes: ReferenceImage.Bytes },
    TargetImage: { S3Object: { Bucket: "documents", Name: "alice.jpg" } },
  }));
  console.log(person, FaceMatches.map(({ Similarity }) => Similarity).join());
}
