// Outages, and faults of the next calls.

import * as api from "./api.js";
import { aside, button, element, list, setText } from "./dom.js";
import { act } from "./messages.js";
import { withdrawButton } from "./queue.js";
import * as words from "./words.js";

const rows = document.getElementById("outages");
const form = document.getElementById("next-calls");
const STREAM = "StartFaceLivenessSession";
// The phases of a stream, in the words of the server.
const LATE = { connect: "The 101", start: "The first events", end: "The DisconnectionEvent" };
const WORDS = { delay: LATE, other: { start: "Another code", end: "Another code at the end" } };
const FIRST = "ThrottlingException";

let scope = () => ({});
let codes = {};
let exceptions = [];

// operations: for each, the codes by the phases of a stream; others have the start only.
export function start(scopeOfThePage, operations, failures) {
  scope = scopeOfThePage;
  codes = operations;
  exceptions = failures;
  const { operation, code } = form.elements;
  operation.append(...Object.keys(operations).map((name) => element("option", {}, name)));
  const offer = () => code.replaceChildren(...options(operation.value, true));
  const offerFields = () => {
    for (const label of form.querySelectorAll("[data-for]")) {
      label.hidden = label.querySelector("input").disabled = !code.value.startsWith(`${label.dataset.for} `);
    }
  };
  operation.addEventListener("change", () => { offer(); offerFields(); });
  code.addEventListener("change", offerFields);
  offer();
  offerFields();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failNext(operation.value, code.value, Number(form.elements.times.value));
  });
}

export function update({ outages }) {
  const items = Object.keys(codes).map((name) => ({ name, ongoing: outages.filter((one) => one.operation === name) }));
  list(rows, items, ({ name }) => name, make, refresh);
}

// Forget the outages: the numbers that come now are those of another server.
export function forget() {
  for (const outages of rows.querySelectorAll(".ongoing")) outages.replaceChildren();
}

function make({ name }) {
  const choice = element("select", {}, ...options(name, false));
  const begin = button(["Start", aside(` outage of ${name}`)], () =>
    act(() => api.queue(scope(), [fault(name, choice.value, null)]), `${name} is out: ${choice.value.split(" ")[1]}.`));
  return element("li", {},
    element("span", { class: "operation" }, ...words.breakable(name)),
    element("ul", { class: "ongoing", "aria-label": `Outages of ${name}` }),
    element("div", { class: "buttons" },
      element("label", {}, aside(`Code for ${name}`), choice), begin));
}

function refresh(child, { ongoing }) {
  const outages = child.querySelector(".ongoing");
  outages.hidden = ongoing.length === 0;
  child.classList.toggle("out", ongoing.length > 0);
  list(outages, ongoing, ({ number }) => number, makeOutage, refreshOutage);
}

function refreshOutage(item, { raised, outcome }) {
  setText(item.querySelector("span"), `${outcome}, raised ${words.plural(raised, "time")}`);
}

function makeOutage(seed) {
  return element("li", {}, element("span"), " ", withdrawButton(seed));
}

// Return what can go wrong with calls of an operation, as <option>s. Those at the end of a stream are for single calls:
// an outage refuses streams.
function options(operation, single) {
  const { connect, start, end } = codes[operation];
  const groups = [["AWS answers with", start.filter((code) => !connect.includes(code)), "start"]];
  if (operation === STREAM) groups.push(["A cut after the 101", connect, "start"]);
  if (single && operation === STREAM) {
    groups.push(["At the end of the stream", end, "end"], ["No answer at all", connect, "connect"],
      ["A delayed phase", Object.keys(LATE), "delay"]);
  }
  if (operation !== STREAM) groups.push(["The network fails", exceptions, "exception"]);
  if (single && operation !== STREAM) groups.push(["The answer is lost", exceptions, "lost"]);
  if (single) groups.push(["A code that AWS does not have", operation === STREAM ? ["start", "end"] : ["start"], "other"]);
  return groups.map(([label, names, kind]) => element("optgroup", { label }, ...names.map((name) =>
    element("option", { value: `${kind} ${name}`, selected: name === FIRST && kind === "start" },
      WORDS[kind]?.[name] ?? name))));
}

function fault(operation, choice, times) {
  const [kind, name] = choice.split(" ");
  const of = { operation, times, optional: true };
  const { seconds, other, status } = form.elements;
  if (kind === "delay") return { delay: Number(seconds.value), when: name, ...of };
  if (kind === "other") return { error: other.value, http_status: Number(status.value), when: name, ...of };
  if (kind === "exception") return { exception: name, ...of };
  if (kind === "lost") return { exception: name, when: "end", ...of };
  return { error: name, when: kind, ...of };
}

function failNext(operation, choice, times) {
  const [kind, word] = choice.split(" ");
  const group = form.elements.code.selectedOptions[0].parentElement;
  // An error of the first group, an answer of AWS, needs no more words.
  const phase = group.previousElementSibling ? ` (${group.label.toLowerCase()})` : "";
  const { seconds, other } = form.elements;
  const late = `${LATE[word]}, ${seconds.value} s late,`;
  const name = { delay: late, other: other.value }[kind] ?? `${word}${phase}`;
  return act(() => api.queue(scope(), [fault(operation, choice, times)]),
    `${name} for the next ${words.plural(times, "call")} of ${operation}.`);
}
