// A page that takes the endpoint of its detector from its query, as docs/streaming.md shows it.
import { FaceLivenessDetectorCore } from "@aws-amplify/ui-react-liveness";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const { sessionId, moto } = Object.fromEntries(new URLSearchParams(location.search));
const config = {
  endpointOverride: moto,
  faceModelUrl: `${moto}/moto-api/rekognition/face-liveness/face-model/model.json`,
  binaryPath: "/tfjs/",
  credentialProvider: async () => ({ accessKeyId: "testing", secretAccessKey: "testing" }),
};

function App() {
  const [outcome, setOutcome] = useState(null);
  return outcome ? (
    <p data-testid="outcome">{outcome}</p>
  ) : (
    <FaceLivenessDetectorCore
      sessionId={sessionId}
      region="us-east-1"
      config={config}
      onAnalysisComplete={async () => setOutcome("Analysed")}
      onError={({ state }) => setOutcome(state)}
    />
  );
}

createRoot(document.getElementById("root")).render(<App />);
