// One face, one account, in Node: who is indexed is found, pages are followed, and the face goes with the account.
import {
  CreateCollectionCommand, DeleteFacesCommand, DescribeCollectionCommand, IndexFacesCommand, paginateListFaces,
  RekognitionClient, SearchFacesByImageCommand,
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
await client.send(new IndexFacesCommand({ ...users, Image: await photo("alice"), ExternalImageId: "user-1" }));
for (const person of ["alice", "mallory"]) {
  const { FaceMatches } = await client.send(new SearchFacesByImageCommand({ ...users, Image: await photo(person) }));
  const found = FaceMatches.flatMap(({ Face, Similarity }) => [Face.ExternalImageId, Similarity]);
  console.log([person, ...found].join(" "));
}

const faces = [];
for await (const page of paginateListFaces({ client, pageSize: 1 }, users)) faces.push(...page.Faces);
console.log(`${faces.length} face`);
await client.send(new DeleteFacesCommand({ ...users, FaceIds: faces.map(({ FaceId }) => FaceId) }));
try {
  await client.send(new DescribeCollectionCommand({ CollectionId: "nobody" }));
} catch (error) {
  console.log(error.name);
}
