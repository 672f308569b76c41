// The routes. They are found from where this file is, so any scheme, host and base path will do.

const STATE = new URL("../../face-liveness", import.meta.url).href;
const STATIC = new URL("../../../static/rekognition/", import.meta.url).href;

// How many sessions and calls an answer has at most.
export const LIMIT = 50;

export class ServerError extends Error {}

// Return where the region and account of the page narrow a request to; both are empty for any.
function narrowed(scope) {
  return Object.fromEntries(Object.entries({ account_id: scope.account, region: scope.region }).filter(([, v]) => v));
}

async function send(method, url, body, headers = {}) {
  const options = { method, cache: "no-store", headers };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { ...headers, "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new ServerError("The server does not answer. The page resumes as soon as it does.");
  }
  if (!response.ok) throw new ServerError(await sentence(response));
  return response;
}

// Return what the server says, without the number of the result: a person sees one, not a list.
async function sentence(response) {
  try {
    return String((await response.json()).message).replace(/^results\[\d+\]: /, "");
  } catch {
    return `The server answered with HTTP status ${response.status}.`;
  }
}

async function get(url, query = {}) {
  return read(await send("GET", `${url}?${new URLSearchParams(query)}`));
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new ServerError("The server answered with something that is not JSON.");
  }
}

// The server does not log requests with this header.
const UPDATE = { "X-Moto-Liveness-Console": "update" };

// Return the state, and when the server says that it is.
export async function state(scope) {
  const url = `${STATE}?${new URLSearchParams({ limit: LIMIT, ...narrowed(scope) })}`;
  const response = await send("GET", url, undefined, UPDATE);
  return { ...(await read(response)), date: Date.parse(response.headers.get("Date") ?? "") };
}

// Return the names of the people in a collection.
export async function people({ collection_id: id, account_id: account, region }) {
  const url = `${STATE}/collections/${encodeURIComponent(id)}?${new URLSearchParams(narrowed({ account, region }))}`;
  return (await read(await send("GET", url, undefined, UPDATE))).people;
}

export const scenarios = (threshold, person) =>
  get(`${STATE}/scenarios`, { threshold, ...(person ? { person } : {}) });

export const openapi = () => get(`${STATE}/openapi.json`);

export async function queue(scope, results) {
  const response = await send("POST", `${STATIC}face-liveness-results`, { results, ...narrowed(scope) });
  return (await read(response)).seeds;
}

export const setDefault = (scope, steps) => send("PUT", `${STATE}/default`, { steps, ...narrowed(scope) });

export const withdraw = (number) => send("DELETE", `${STATE}/seeds/${number}`, {});

export const setOutcome = (sessionId, steps) => send("PUT", `${STATE}/sessions/${sessionId}`, { steps });

// Forget everything about Face Liveness, and nothing else in moto.
export const reset = () => send("DELETE", `${STATE}?since=0`);

// Return a picture of somebody, as base64.
export async function photo(person) {
  return base64(await (await send("POST", `${STATIC}photos`, { people: [person] })).blob());
}

export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => reject(new ServerError("The file cannot be read.")));
    reader.readAsDataURL(blob);
  });
}

// The root of the server, for clients of AWS.
export const ENDPOINT = new URL("../../../../", import.meta.url).href.replace(/\/$/u, "");

// Call an operation as a client of AWS does, with a signature of nobody.
async function call(operation, scope, body) {
  const region = scope.region || "us-east-1";
  const account = scope.account ? { "x-moto-account-id": scope.account } : {};
  const response = await fetch(`${ENDPOINT}/`, { method: "POST", body: JSON.stringify(body), headers: {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": `RekognitionService.${operation}`,
    Authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/rekognition/aws4_request, ` +
      "SignedHeaders=host, Signature=0",
    ...account,
  } });
  const answer = await response.json();
  if (!response.ok) throw new ServerError(`${operation}: ${answer.message ?? answer.__type}`);
  return answer;
}

// Create a session and poll it, as an application does.
export async function tryOne(scope) {
  const { SessionId } = await call("CreateFaceLivenessSession", scope, {});
  return call("GetFaceLivenessSessionResults", scope, { SessionId });
}

export const sessionUrl = (sessionId) => `${STATE}/sessions/${sessionId}`;

export const image = async (url) => (await send("GET", url)).blob();

export const imageUrl = (sessionId, name) => `${STATE}/sessions/${sessionId}/images/${name}`;
export const test = async (sessionId) => (await send("GET", `${STATE}/sessions/${sessionId}/test`)).text();
export const videoUrl = (sessionId) => `${STATE}/sessions/${sessionId}/video`;
