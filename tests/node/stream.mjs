// StartFaceLivenessSession with the AWS SDK for JavaScript, unmodified. Reads a plan as JSON from stdin, streams to all
// of its sessions at once, and prints as JSON what the SDK showed of each.
//
// endpoint: where to stream to
// resultsEndpoint: where to ask for the results
// transport: "http" or "websocket"
// sessions: their ids
// chunks: the sizes of the chunks of video, in bytes
// end: "video" for an empty chunk, which is how Amplify ends its video, "input", "failure" of the input, or "destroy" for
// a client that is destroyed
import { createHash, randomBytes } from "node:crypto";
import { json } from "node:stream/consumers";
import { GetFaceLivenessSessionResultsCommand, RekognitionClient } from "@aws-sdk/client-rekognition";
import * as streaming from "@aws-sdk/client-rekognitionstreaming";
import { WebSocketFetchHandler } from "@aws-sdk/middleware-websocket";
import { WebSocket } from "ws";

globalThis.WebSocket ??= WebSocket; // Node 20 has none

const plan = await json(process.stdin);
const overWebSocket = plan.transport === "websocket";
const config = { region: "us-east-1", credentials: { accessKeyId: "testing", secretAccessKey: "testing" } };
const rekognition = new RekognitionClient({ ...config, endpoint: plan.resultsEndpoint });
const client = new streaming.RekognitionStreamingClient({
  ...config,
  endpoint: plan.endpoint,
  ...(overWebSocket && { requestHandler: new WebSocketFetchHandler({ connectionTimeout: 10_000 }) }),
});

const LIGHT = "FaceMovementAndLightChallenge";
const NOON = 1772366400000;
const ChallengeId = "a1b2c3d4-0000-4000-8000-0123456789ab";
const BoundingBox = { Width: 0.2, Height: 0.4, Left: 0.4, Top: 0.3 };
const information = (members) => ({
  ClientSessionInformationEvent: { Challenge: { [LIGHT]: { ChallengeId, ...members } } },
});
const video = (VideoChunk) => ({ VideoEvent: { VideoChunk, TimestampMillis: NOON } });

async function* input(told, over, hash) {
  // Over HTTP the request leaves with the first event. Over a WebSocket Amplify lets the service speak first.
  if (overWebSocket) await Promise.race([told, over]);
  const InitialFace = { BoundingBox, InitialFaceDetectedTimestamp: NOON };
  yield information({ VideoStartTimestamp: NOON, InitialFace });
  const colors = (await Promise.race([told, over])) ?? [];
  for (const [SequenceNumber, CurrentColor] of colors.entries()) {
    yield information({ ColorDisplayed: { CurrentColor, SequenceNumber, CurrentColorStartTimestamp: NOON } });
  }
  for (const size of plan.chunks) {
    const chunk = randomBytes(size);
    hash.update(chunk);
    yield video(chunk);
  }
  if (plan.end === "failure") throw new Error("the camera is gone");
  if (plan.end === "destroy") {
    client.destroy();
    await over;
  }
  const TargetFace = {
    BoundingBox,
    FaceDetectedInTargetPositionStartTimestamp: NOON,
    FaceDetectedInTargetPositionEndTimestamp: NOON,
  };
  yield information({ VideoEndTimestamp: NOON + 2000, TargetFace });
  if (plan.end === "video") {
    yield video(new Uint8Array());
    await over;
  }
}

function signal() {
  let set;
  const promise = new Promise((resolve) => (set = resolve));
  return [promise, set];
}

async function stream(SessionId) {
  const [told, tell] = signal();
  const [over, end] = signal();
  const hash = createHash("sha256");
  const shown = { events: [], answered: null, colors: [], statuses: [], error: null };
  const command = new streaming.StartFaceLivenessSessionCommand({
    SessionId,
    VideoWidth: "640",
    VideoHeight: "480",
    ChallengeVersions: `${LIGHT}_2.0.0,FaceMovementChallenge_1.0.0`,
    LivenessRequestStream: input(told, over, hash),
  });
  try {
    const answer = await client.send(command);
    shown.answered = answer.SessionId;
    for await (const event of answer.LivenessResponseStream) {
      const [[name, content]] = Object.entries(event);
      shown.events.push(name);
      if (name === "ServerSessionInformationEvent") {
        const { ColorSequences } = content.SessionInformation.Challenge[LIGHT];
        const colors = ColorSequences.map(({ FreshnessColor }) => FreshnessColor);
        shown.colors = colors.map(({ RGB }) => RGB);
        tell(colors);
      } else if (name === "DisconnectionEvent") {
        const results = await rekognition.send(new GetFaceLivenessSessionResultsCommand({ SessionId }));
        shown.statuses.push(results.Status);
      }
    }
  } catch (error) {
    const { name, message, $metadata } = error;
    const modeled = name in streaming && error instanceof streaming[name];
    shown.error = { name, message, modeled, status: $metadata?.httpStatusCode ?? null };
  }
  end();
  return { ...shown, sha256: hash.digest("hex") };
}

const shown = await Promise.all(plan.sessions.map(stream));
console.log(JSON.stringify(shown));
client.destroy();
