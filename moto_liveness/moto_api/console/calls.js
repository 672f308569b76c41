// Calls in their order. Polls that got the same answer one after the other are one line.

import { element, list, setText, show } from "./dom.js";
import * as words from "./words.js";

const VERBS = {
  CreateFaceLivenessSession: "Create",
  GetFaceLivenessSessionResults: "Poll",
  StartFaceLivenessSession: "Stream",
};

export function showCalls(container, calls) {
  list(container, grouped(calls), ({ first }) => first.number, make, refresh);
}

function grouped(calls) {
  const groups = [];
  for (const call of calls) {
    const group = groups.at(-1);
    if (group && alike(group.last, call)) {
      group.last = call;
      group.count += 1;
    } else {
      groups.push({ first: call, last: call, count: 1 });
    }
  }
  return groups;
}

function alike(one, other) {
  return ["operation", "status", "confidence", "error", "message", "note"].every((key) => one[key] === other[key]);
}

function make({ first }) {
  return element("li", { class: first.error ? "failed" : null },
    element("details", {},
      element("summary", {}, element("time", { datetime: first.at }), " ", element("span", { class: "answer" })),
      element("dl", {})));
}

function refresh(child, { first, last, count }) {
  const until = words.clock(last.at) === words.clock(first.at) ? "" : ` to ${words.clock(last.at)}`;
  setText(child.querySelector("time"), `${words.clock(first.at)}${until}`);
  const verb = VERBS[first.operation] ?? first.operation;
  setText(child.querySelector(".answer"), `${verb}${count > 1 ? ` ×${count}` : ""} → ${answer(first)}`);
  show(child.querySelector("dl"), last, facts);
}

export function answer({ operation, status, confidence, error, note }) {
  if (error) return error;
  if (!status) return operation === "CreateFaceLivenessSession" ? "a session" : note ?? "answered";
  return confidence === null ? status : `${status}, ${confidence} %`;
}

function facts(call) {
  const known = {
    Operation: call.operation,
    Request: JSON.stringify(call.params, null, 2),
    Status: call.status,
    Confidence: call.confidence === null ? null : `${call.confidence} %`,
    Error: call.error,
    Message: call.message,
    Note: call.note,
    People: call.people.length ? call.people.map((names) => names?.join(", ") ?? "not said").join("; ") : null,
    Place: `${call.region}, account ${call.account_id}`,
  };
  return Object.entries(known).filter(([, value]) => value !== null && value !== "").flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, shown(name, value))]);
}

function shown(name, value) {
  if (name === "Operation") return element("span", { class: "operation" }, ...words.breakable(value));
  return element(name === "Request" ? "pre" : "span", {}, value);
}
