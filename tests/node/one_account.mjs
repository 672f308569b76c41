// One face, one account, in Node: who is indexed is found, pages are followed, and the face goes with the account.
// All nine operations are in it: this SDK parses their answers itself.
import {
  CreateCollectionCommand, DeleteCollectionCommand, DeleteFacesCommand, DescribeCollectionCommand, IndexFacesCommand,
  paginateListCollections, paginateListFaces, RekognitionClient, SearchFacesByImageCommand, SearchFacesCommand,
} from "@aws-sdk/client-rekognition";

const endpoint = process.env.SERVER;
const photo = async (...people) => {
  const answer = await fetch(`${endpoint}/moto-api/static/rekognition/photos`, {
    method: "POST", body: JSON.stringify({ people }),
  });
  return { Bytes: new Uint8Array(await answer.arrayBuffer()) };
};
const client = new RekognitionClient({
  endpoint, region: "us-east-1", credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
});
const users = { CollectionId: "users" };

await client.send(new CreateCollectionCommand(users));
const indexed = { ...users, Image: await photo("alice"), ExternalImageId: "user-1" };
const { FaceRecords: [{ Face: alice }] } = await client.send(new IndexFacesCommand(indexed));
for (const person of ["alice", "mallory"]) {
  const { FaceMatches } = await client.send(new SearchFacesByImageCommand({ ...users, Image: await photo(person) }));
  const found = FaceMatches.flatMap(({ Face, Similarity }) => [Face.ExternalImageId, Similarity]);
  console.log([person, ...found].join(" "));
}

const { FaceMatches: others } = await client.send(new SearchFacesCommand({ ...users, FaceId: alice.FaceId }));
const { FaceCount, CreationTimestamp } = await client.send(new DescribeCollectionCommand(users));
console.log(`${others.length} others, ${FaceCount} face since ${CreationTimestamp instanceof Date}`);

const faces = [];
for await (const page of paginateListFaces({ client, pageSize: 1 }, users)) faces.push(...page.Faces);
console.log(`${faces.length} face`);
await client.send(new DeleteFacesCommand({ ...users, FaceIds: faces.map(({ FaceId }) => FaceId) }));
for await (const page of paginateListCollections({ client, pageSize: 1 }, {})) console.log(page.CollectionIds.join());
await client.send(new DeleteCollectionCommand(users));
try {
  await client.send(new DescribeCollectionCommand(users));
} catch (error) {
  console.log(error.name);
}
