// The next person, and everyone from now on.

import * as api from "./api.js";
import { aside, button, element, list, setText } from "./dom.js";
import { act, complain, goesWell } from "./messages.js";
import { outcomeForm } from "./outcome.js";
import { belongTogether } from "./queue.js";
import * as words from "./words.js";

const threshold = document.getElementById("threshold");
const person = document.getElementById("person");
const found = document.getElementById("scenarios");
const standing = document.getElementById("default");
const undo = document.getElementById("undo-default");
const paste = document.getElementById("paste");

const TITLES = { accepted: "Accepted", turned_away: "Turned away" };
const RESULTS = "GetFaceLivenessSessionResults";

let scope = () => ({});
// The outages that belong to the outcome of everyone.
let beside = [];
// How often the scenarios were asked for.
let asked = 0;

export function start(scopeOfThePage, codes) {
  scope = scopeOfThePage;
  for (const field of [threshold, person]) field.addEventListener("change", showScenarios);
  undo.addEventListener("click", async () => {
    await act(() => everyone([{ status: "CREATED" }], []), "Everyone else stays CREATED.");
    if (undo.hidden) document.getElementById("next-title").focus(); // the button had the focus
  });
  const form = outcomeForm(codes, [
    { label: "Queue for the next person", run: (steps) => act(() => next(steps), "Queued for the next person.") },
    { label: "Everyone from now on", run: (steps) => act(() => all(steps), "Set for everyone from now on.") },
  ], () => person.value.trim());
  document.getElementById("own-outcome").append(form);
  paste.addEventListener("submit", (event) => {
    event.preventDefault();
    act(() => api.queue(scope(), [{ response: paste.elements.response.value, optional: true }]),
      "Queued for the next person: the response.");
  });
  showScenarios();
}

export function update({ default: steps, outages }) {
  const faults = outages.filter(({ number }) => beside.includes(number)).map(({ error }) => error);
  const pending = steps === null || (steps.length === 1 && steps[0].status === "CREATED");
  setText(standing, [steps ? words.steps(steps) : "CREATED", ...faults].join(", with "));
  undo.hidden = pending && faults.length === 0;
}

// Forget the outages that belong to the outcome of everyone: the numbers that come now are those of another server.
export function forget() {
  beside = [];
}

async function next(steps) {
  await api.queue(scope(), [{ steps: await steps(), optional: true }]);
}

async function all(steps) {
  await everyone(await steps(), []);
}

// Set the outcome of everyone, with the faults of a scenario beside it, and end those of the one before.
async function everyone(steps, faults) {
  await api.setDefault(scope(), steps);
  const before = beside;
  beside = faults.length ? await api.queue(scope(), faults) : [];
  for (const number of before) await api.withdraw(number).catch(ignoreGone);
}

function ignoreGone(failure) {
  if (!(failure instanceof api.ServerError)) throw failure;
}

async function showScenarios() {
  asked += 1;
  const mine = asked;
  try {
    const lists = await api.scenarios(threshold.value, person.value.trim());
    if (mine !== asked) return; // a later answer is on its way
    list(found, Object.entries(lists), ([kind]) => kind, makeGroup, refreshGroup);
    goesWell("scenarios");
  } catch (failure) {
    if (!(failure instanceof api.ServerError)) throw failure;
    complain(failure.message, "scenarios");
  }
}

function makeGroup([kind]) {
  return element("div", {}, element("h3", {}, TITLES[kind]), element("ul", { class: "scenarios" }));
}

// Rows stay when the threshold changes: a click that changes it by leaving its field then still meets its button.
function refreshGroup(group, [, scenarios]) {
  list(group.querySelector("ul"), scenarios, ({ name }) => name, makeRow, refreshRow);
}

function makeRow({ name }) {
  const spaced = words.spaced(name);
  return element("li", {},
    element("details", {}, element("summary", {}, spaced, " ", element("small", { class: "everybody" })), element("p", {})),
    element("div", { class: "buttons" },
      button(["Queue", aside(` ${spaced}`)], () =>
        act(() => queueScenario(name), `Queued for the next person: ${spaced}.`)),
      button(["Everyone", aside(` ${spaced}`)], () =>
        act(() => everyoneScenario(name), `Everyone from now on: ${spaced}.`))));
}

function refreshRow(row, { description, advice, errors, exceptions }) {
  setText(row.querySelector(".everybody"), errors.length + exceptions.length ? "its fault affects every session" : "");
  setText(row.querySelector("p"), `${description} ${advice}`);
}

async function queueScenario(name) {
  const of = { threshold: Number(threshold.value), person: person.value.trim() || null };
  belongTogether(await api.queue(scope(), [{ scenario: name, ...of, optional: true }]));
}

// Asks for the scenario anew: what the page shows may be that of an earlier threshold.
async function everyoneScenario(name) {
  const lists = await api.scenarios(threshold.value, person.value.trim());
  const scenario = Object.values(lists).flat().find((each) => each.name === name);
  if (!scenario) throw new api.ServerError(`The scenario "${words.spaced(name)}" needs a person in the pictures.`);
  const fault = { operation: RESULTS, times: null, optional: true };
  await everyone(scenario.steps, [
    ...scenario.errors.map((error) => ({ error, ...fault })),
    ...scenario.exceptions.map((exception) => ({ exception, ...fault })),
  ]);
}
