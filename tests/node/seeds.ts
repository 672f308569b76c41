// What a typed client of the OpenAPI document takes, and what it refuses: each @ts-expect-error is an error if the line
// below it compiles. The test makes face-liveness.ts and api.d.ts as docs/how-to/typescript.md says.
import { mock, queue, setOutcome, state } from "./face-liveness.js";

// Good ones.
queue({ status: "SUCCEEDED", confidence: 97.3 });
queue({ status: "SUCCEEDED", confidence: 97.3, reference_image: null, audit_images: ["aGk="] });
queue({ status: "SUCCEEDED", confidence: 50, feedback: ["EYES_CLOSED_DETECTED", ["FACE_NOT_ALIGNED", "Look up"]] });
queue({ status: "FAILED", challenge: { type: "FaceMovementChallenge", version: "1.0.0" } });
queue([{ status: "CREATED", until: "stream" }, { status: "IN_PROGRESS", polls: 2 }, { status: "EXPIRED" }]);
queue({ steps: { error: "SessionNotFoundException" }, optional: true });
queue({ error: "ThrottlingException", times: null }, { error: "InternalFailure" });
queue({ error: "StreamIdleTimeout", operation: "StartFaceLivenessSession", when: "end" });
queue({ error: "AnythingElse", http_status: 418 });
queue({ exception: "ReadTimeoutError" }, { scenario: "spoof", threshold: 95 });
mock.PUT("/moto-api/rekognition/face-liveness/default", { body: { steps: { status: "CREATED", until: "stream" } } });
setOutcome("11111111-2222-3333-4444-555555555555", { status: "SUCCEEDED", confidence: 3.1 });
state().then(({ calls, sessions }) => [calls[0]?.session_id, sessions[0]?.stream?.size]);

// Bad ones.
// @ts-expect-error
queue({ status: "SUCCEDED", confidence: 97.3 });
// @ts-expect-error
queue({ status: "SUCCEEDED" });
// @ts-expect-error
queue({ status: "SUCCEEDED", confidence: "97.3" });
// @ts-expect-error
queue({ status: "SUCCEEDED", confidence: 97.3, polls: 2 });
// @ts-expect-error
queue({ status: "CREATED", until: "streams" });
// @ts-expect-error
queue({ status: "EXPIRED", polls: 2 });
// @ts-expect-error
queue({ status: "FAILED", audit_image: [] });
// @ts-expect-error
queue({ status: "SUCCEEDED", confidence: 50, feedback: ["EYES_CLOSED"] });
// @ts-expect-error
queue({ status: "FAILED", feedback: ["EYES_CLOSED_DETECTED"] });
// @ts-expect-error
queue({ steps: [{ status: "FAILED", challenge: { type: "FaceMovement", version: "1.0.0" } }] });
// @ts-expect-error
queue({ error: "ThrotlingException" });
// @ts-expect-error
queue({ error: "ThrottlingException", operation: "GetFaceLivenessSessionResult" });
// @ts-expect-error
queue({ error: "ThrottlingException", times: "2" });
// @ts-expect-error
queue({ error: "ThrottlingException", when: "middle" });
// @ts-expect-error
queue({ exception: "ConnectTimeout" });
// @ts-expect-error
queue({ scenario: "spoofed" });
// @ts-expect-error
mock.POST("/moto-api/static/rekognition/face-liveness-results", { body: { result: [{ status: "FAILED" }] } });
// @ts-expect-error
mock.POST("/moto-api/static/rekognition/face-liveness-results", {});
// @ts-expect-error
mock.PUT("/moto-api/rekognition/face-liveness/sessions/{session_id}", { body: { steps: { status: "FAILED" } } });
// @ts-expect-error
mock.GET("/moto-api/rekognition/liveness");
