// A page that checks that a person sits in front of the camera. Its backend is ../backend.py.
import "@aws-amplify/ui-react/styles.css";
import { FaceLivenessDetector } from "@aws-amplify/ui-react-liveness";
import { Amplify } from "aws-amplify";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const POLL_MS = 250;

const ask = async (path, options) => {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

const { region, identityPoolId } = await ask("/api/config");
Amplify.configure({ Auth: { Cognito: { identityPoolId, allowGuestAccess: true } } });

// A page that leaves the start screen out has to warn of the flashing colors itself.
const disableStartScreen = new URLSearchParams(location.search).has("no-start-screen");

// When each thing happened, for tests and benchmarks: performance.getEntriesByType("mark").
const mark = (name) => performance.mark(name);

const verdictOn = async (sessionId) => {
  for (;;) {
    const { verdict } = await ask(`/api/sessions/${sessionId}`);
    if (verdict !== "Pending") return verdict;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

function App() {
  const [sessionId, setSessionId] = useState(null);
  const [outcome, setOutcome] = useState("");

  // Called by a click, never by an effect: in development React's StrictMode runs an effect twice, and an effect that
  // creates the session would create two of them.
  const start = async () => {
    setOutcome("");
    try {
      setSessionId((await ask("/api/sessions", { method: "POST" })).sessionId);
    } catch (error) {
      setOutcome(error.message);
    }
  };

  // Takes the component off the page, which it needs: after a cancellation it would start again with the same session.
  const end = (text) => {
    setSessionId(null);
    setOutcome(text);
  };

  if (sessionId === null) {
    return (
      <>
        <p role="status" data-testid="outcome">
          {outcome}
        </p>
        <button type="button" onClick={start}>
          Verify me
        </button>
      </>
    );
  }
  return (
    <div onClickCapture={() => mark("click")}>
      <FaceLivenessDetector
        sessionId={sessionId}
        region={region}
        disableStartScreen={disableStartScreen}
        onAnalysisComplete={async () => {
          mark("onAnalysisComplete");
          end(await verdictOn(sessionId)); // what is thrown here comes back in onError
        }}
        onUserCancel={() => {
          mark("onUserCancel");
          end("Cancelled");
        }}
        onError={({ state, error }) => {
          mark("onError");
          // An exception that the service sent is not an Error: its text is in Message.
          end(`${state}: ${error?.message ?? error?.Message ?? "no message"}`);
        }}
      />
    </div>
  );
}

createRoot(document.getElementById("root")).render(<App />);
