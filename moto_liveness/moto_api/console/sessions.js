// The sessions, newest first.

import * as api from "./api.js";
import { showCalls } from "./calls.js";
import { button, copyable, element, list, setText, show } from "./dom.js";
import { act, say } from "./messages.js";
import { outcomeForm } from "./outcome.js";
import { showStream, streamParts } from "./stream.js";
import * as words from "./words.js";

const LIFE = 180;
const FINISHED = ["SUCCEEDED", "FAILED"];
const cards = document.getElementById("session-list");
const empty = document.getElementById("sessions-empty");
const threshold = document.getElementById("threshold");
const stray = document.getElementById("stray");
const strayCalls = document.getElementById("stray-calls");

let codes = [];
let person = () => "";
// The latest state of each session that is shown, and how often the page itself set its outcome.
let shown = new Map();
const outcomes = new Map();
let statuses = null;

export function start(codesOfPolls, personInThePictures, scope) {
  codes = codesOfPolls;
  document.getElementById("try").addEventListener("click", () =>
    act(() => api.tryOne(scope()), "A session was created and polled."));
  document.getElementById("endpoint").replaceChildren(
    element("dt", {}, "Endpoint"), element("dd", {}, copyable(api.ENDPOINT, "the endpoint")),
    element("dt", {}, "Environment"),
    element("dd", {}, copyable(`AWS_ENDPOINT_URL_REKOGNITION=${api.ENDPOINT}`, "the environment variable")));
  person = personInThePictures;
}

// Forget what was told: the sessions that come now are those of another place.
export function forget() {
  statuses = null;
}

export function update({ sessions, calls }, now) {
  const bySession = grouped(calls, new Set(sessions.map(({ session_id: id }) => id)));
  const newest = sessions.toReversed().map((session) => ({ session, calls: bySession.get(session.session_id) ?? [] }));
  shown = new Map(newest.map((item) => [item.session.session_id, item]));
  empty.hidden = newest.length > 0;
  list(cards, newest, ({ session }) => session.session_id, make, refresh);
  const others = bySession.get(null) ?? [];
  stray.hidden = others.length === 0;
  showCalls(strayCalls, others);
  count(now);
  tell(sessions);
}

// Move the countdowns.
export function count(now) {
  for (const [id, { session }] of shown) {
    const left = Math.max(0, LIFE - (now - Date.parse(session.created_at)) / 1000);
    const text = session.status === "EXPIRED" || left <= 0 ? "over" : `${words.minutes(Math.min(left, LIFE))} left`;
    setText(document.getElementById(`left-${id}`), text);
  }
}

// Return the calls of each session; those of no session, and of one that is not here, are under null.
function grouped(calls, known) {
  const found = new Map();
  for (const call of calls) {
    const id = known.has(call.session_id) ? call.session_id : null;
    if (!found.has(id)) found.set(id, []);
    found.get(id).push(call);
  }
  return found;
}

// Tell screen readers what has changed since the last time, in one sentence.
function tell(sessions) {
  const before = statuses;
  statuses = new Map(sessions.map(({ session_id: id, status }) => [id, status]));
  if (before === null) return;
  const changed = sessions.filter(({ session_id: id, status }) => before.get(id) !== status);
  if (changed.length > 2) say(`${changed.length} sessions changed.`);
  else if (changed.length) say(changed.map((one) => `Session ${short(one)}: ${statusOf(one)}.`).join(" "));
}

const short = ({ session_id: id }) => id.slice(0, 8);
const statusOf = ({ status }) => status ?? "an error";

function make({ session }) {
  const id = session.session_id;
  const card = element("details", { open: cards.childElementCount === 0 || statuses !== null },
    element("summary", {},
      element("h3", {}, element("span", { class: "status" }), " ", element("code", {}, id), " ",
        element("span", { class: "seeded" })),
      element("span", { class: "when" }, words.clock(session.created_at), " · ",
        element("span", { id: `left-${id}`, class: "left", role: "timer" }))),
    element("div", { class: "body" }));
  card.addEventListener("toggle", () => refreshBody(card, shown.get(id)));
  return element("li", {}, card);
}

function refresh(child, item) {
  const status = child.querySelector(".status");
  const { outcome, seeded, confidence } = item.session;
  const succeeded = item.session.status === "SUCCEEDED";
  const ahead = isAhead(item);
  const percent = succeeded ? `, ${confidence} %` : "";
  setText(status, `${statusOf(item.session)}${percent}${ahead ? ", not reported yet" : ""}`);
  status.classList.toggle("ahead", ahead);
  status.dataset.status = statusOf(item.session);
  // SUCCEEDED is no pass: a spoof is SUCCEEDED too, with a low confidence.
  status.classList.toggle("below", succeeded && confidence < Number(threshold.value));
  const origin = child.querySelector(".seeded");
  setText(origin, outcome ?? (seeded ? "set by hand" : "without a seed"));
  origin.classList.toggle("unseeded", !seeded);
  refreshBody(child.querySelector("details"), item);
}

// The body of a card is made when it is opened for the first time, and kept up to date while it is open.
function refreshBody(card, item) {
  if (!card.open || item === undefined) return;
  const body = card.querySelector(".body");
  if (!body.childElementCount) body.append(...parts(item.session));
  const { session, calls } = item;
  show(body.querySelector(".facts"), facts(session), (all) => all.flatMap(([name, value]) =>
    [element("dt", { class: "operation" }, ...words.breakable(name)),
      element("dd", {}, name === "Id" ? copyable(value, "the id") : value)]));
  showCalls(body.querySelector(".calls"), calls);
  const { session_id: id, images, status } = session;
  show(body.querySelector(".images"), { id, images, status, set: outcomes.get(id) ?? 0 }, figures);
  body.querySelector(".setting").hidden = !canBeSet(session);
  const place = body.querySelector(".stream-place");
  if (session.stream && !place.childElementCount) place.append(streamParts());
  if (session.stream) showStream(place, session);
}

// Whether the application has yet to see how the session ended: it has not polled, or its polls got errors. The page may
// have too few of the calls to tell, because an answer has the latest only.
function isAhead({ session: { status, poll_count: count }, calls }) {
  const polls = calls.filter(({ operation }) => operation === "GetFaceLivenessSessionResults");
  return FINISHED.includes(status) && polls.length >= count &&
    !polls.some((poll) => poll.status === status && !poll.error);
}

// What was reported as finished can only expire.
function canBeSet({ status, poll_count: polls }) {
  return status !== "EXPIRED" && !(FINISHED.includes(status) && polls > 0);
}

function parts(session) {
  const setting = element("details", { class: "setting" }, element("summary", {}, "Set outcome now"));
  setting.addEventListener("toggle", () => {
    if (setting.open && setting.childElementCount === 1) setting.append(settingForm(session));
  });
  return [
    element("dl", { class: "facts" }),
    element("h4", {}, "Calls"),
    element("ol", { class: "calls" }),
    element("div", { class: "images" }),
    element("div", { class: "stream-place" }),
    setting,
    element("div", { class: "buttons" },
      element("a", { href: api.sessionUrl(session.session_id) }, "As JSON"),
      button("As a test", (event) => act(async () => {
        const code = await api.test(session.session_id);
        event.target.replaceWith(copyable(code, "the test", "pre"));
      }, "The test is shown."))),
  ];
}

function settingForm(session) {
  const id = session.session_id;
  const set = (steps) => act(async () => {
    await api.setOutcome(id, await steps());
    outcomes.set(id, (outcomes.get(id) ?? 0) + 1);
  }, `The outcome of session ${short(session)} is set.`);
  return outcomeForm(codes, [{ label: "Set outcome", run: set }], person);
}

function facts({ session_id: id, region, account_id: account, poll_count: polls, waits_for_stream: waits, audit_images_limit: limit }) {
  return [
    ["Id", id],
    ["Place", `${region}, account ${account}`],
    ["Polls", String(polls)],
    ["AuditImagesLimit", String(limit)],
    ...(waits ? [["Waits", "for the stream"]] : []),
  ];
}

function figures({ id, images }) {
  return images.map((name) => {
    const url = api.imageUrl(id, name);
    const canvas = element("canvas", { role: "img", "aria-label": `Image ${name} of session ${id}` });
    const caption = element("figcaption", {}, name);
    draw(canvas, caption, url);
    return element("figure", {}, element("a", { href: url }, canvas), caption);
  });
}

// Not as an <img>: a page gets the same picture again for a URL that it has shown before, whatever the outcome is now.
async function draw(canvas, caption, url) {
  try {
    const bitmap = await createImageBitmap(await api.image(url));
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
  } catch {
    caption.append(", which is not a picture");
  }
}
