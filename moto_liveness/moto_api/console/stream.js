// What a client streamed: the video, the colors, the oval.

import { videoUrl } from "./api.js";
import { drawing, element, show } from "./dom.js";

export function streamParts() {
  return element("div", { class: "stream" },
    element("h4", {}, "Stream"), element("div", { class: "video" }), element("div", { class: "shown" }),
    element("dl", {}));
}

// Each part is drawn again only when it has changed, so a video goes on playing.
export function showStream(node, session) {
  const { stream, session_id: id } = session;
  show(node.querySelector(".video"), { id, size: stream.recording ? null : stream.size }, video);
  show(node.querySelector(".shown"), { colors: stream.colors, faces: faces(stream), width: stream.width,
    height: stream.height }, pictures);
  show(node.querySelector("dl"), facts(stream), (all) => Object.entries(all).flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, value)]));
}

function video({ id, size }) {
  if (size === null) return [element("p", {}, "The client is sending its video.")];
  if (size === 0) return [element("p", {}, "The client sent no video.")];
  return [element("video", { controls: true, preload: "metadata", playsinline: true, src: videoUrl(id),
    "aria-label": `The video that was streamed to session ${id}` })];
}

function pictures({ colors, faces: found, width, height }) {
  return [
    ...(colors.length ? [element("h5", {}, "Colors"), element("ol", { class: "colors" }, ...colors.map(swatch))] : []),
    ...(found.length ? [element("h5", {}, "Face and oval"), frame(found, width, height)] : []),
  ];
}

function swatch(rgb) {
  const text = `rgb(${rgb.map(Number).join(", ")})`;
  return element("li", {},
    drawing("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" }, drawing("rect", { width: 1, height: 1, fill: text })),
    element("span", {}, text));
}

// The boxes of the information events, the latest of each kind: the face as it was first seen, and the oval, whose box
// Amplify's component sends as TargetFace.
function faces({ information }) {
  const challenges = information.flatMap((event) => Object.values(event.Challenge ?? {})).filter(Boolean);
  return ["InitialFace", "TargetFace"].flatMap((name) => {
    const box = challenges.map((challenge) => challenge[name]?.BoundingBox).filter(Boolean).at(-1);
    return box ? [{ name, box }] : [];
  });
}

function frame(found, width, height) {
  const shapes = found.map(({ name, box }) => (name === "TargetFace" ? oval : face)(box, width, height));
  const label = found.map(({ name, box }) => `${name === "TargetFace" ? "The oval" : "The face at the start"}: ${spot(box)}`);
  return element("figure", { class: "frame" },
    drawing("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${label.join(". ")}.` },
      drawing("rect", { class: "edge", width, height }), ...shapes),
    element("figcaption", {}, ...label.map((line) => element("div", {}, line))));
}

function oval({ Left, Top, Width, Height }, width, height) {
  return drawing("ellipse", { class: "oval", cx: (Left + Width / 2) * width, cy: (Top + Height / 2) * height,
    rx: (Width / 2) * width, ry: (Height / 2) * height });
}

function face({ Left, Top, Width, Height }, width, height) {
  return drawing("rect", { class: "face", x: Left * width, y: Top * height, width: Width * width,
    height: Height * height });
}

function spot({ Left, Top, Width, Height }) {
  const percent = (ratio) => `${Math.round(ratio * 100)} %`;
  return `${percent(Width)} × ${percent(Height)}, from ${percent(Left)} left and ${percent(Top)} down`;
}

function facts(stream) {
  const known = {
    Challenge: `${stream.challenge.type} ${stream.challenge.version}`,
    Video: `${stream.width} × ${stream.height}, ${stream.size.toLocaleString("en")} bytes in ${stream.chunks} chunks`,
    Took: stream.seconds === null ? null : `${stream.seconds.toFixed(1)} s`,
    "Close code": stream.close_code,
    Error: stream.error,
    "User agent": stream.user_agent,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null).map(([name, value]) =>
    [name, String(value)]));
}
