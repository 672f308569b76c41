// The next person, and everyone from now on.

import * as api from "./api.js";
import { aside, button, element, setText, show } from "./dom.js";
import { act, complain, goesWell } from "./messages.js";
import { outcomeForm } from "./outcome.js";
import { belongTogether } from "./queue.js";
import * as words from "./words.js";

const threshold = document.getElementById("threshold");
const person = document.getElementById("person");
const found = document.getElementById("scenarios");
const standing = document.getElementById("default");
const undo = document.getElementById("undo-default");

const TITLES = { accepted: "Accepted", turned_away: "Turned away" };
const RESULTS = "GetFaceLivenessSessionResults";

let scope = () => ({});
// The outages that belong to the outcome of everyone.
let beside = [];

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
  showScenarios();
}

export function update({ default: steps, outages }) {
  const faults = outages.filter(({ number }) => beside.includes(number)).map(({ error }) => error);
  const pending = steps === null || (steps.length === 1 && steps[0].status === "CREATED");
  setText(standing, [steps ? words.steps(steps) : "CREATED", ...faults].join(", with "));
  undo.hidden = pending && faults.length === 0;
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
  const asked = [threshold.value, person.value.trim()];
  try {
    const lists = await api.scenarios(...asked);
    if (threshold.value !== asked[0] || person.value.trim() !== asked[1]) return; // a later answer is on its way
    show(found, lists, () => Object.entries(TITLES).flatMap(([key, title]) => group(title, lists[key])));
    goesWell("scenarios");
  } catch (failure) {
    if (!(failure instanceof api.ServerError)) throw failure;
    complain(failure.message, "scenarios");
  }
}

function group(title, scenarios) {
  return [element("h3", {}, title), element("ul", { class: "scenarios" }, ...scenarios.map(row))];
}

function row(scenario) {
  const name = words.spaced(scenario.name);
  return element("li", {},
    element("details", {},
      element("summary", {}, name),
      element("p", {}, `${scenario.description} ${scenario.advice}`)),
    element("div", { class: "buttons" },
      button(["Queue", aside(` ${name}`)], () =>
        act(() => queueScenario(scenario), `Queued for the next person: ${name}.`)),
      button(["Everyone", aside(` ${name}`)], () =>
        act(() => everyoneScenario(scenario), `Everyone from now on: ${name}.`))));
}

async function queueScenario({ name }) {
  const of = { threshold: Number(threshold.value), person: person.value.trim() || null };
  belongTogether(await api.queue(scope(), [{ scenario: name, ...of, optional: true }]));
}

function everyoneScenario({ steps, errors, exceptions }) {
  const fault = { operation: RESULTS, times: null, optional: true };
  return everyone(steps, [
    ...errors.map((error) => ({ error, ...fault })),
    ...exceptions.map((exception) => ({ exception, ...fault })),
  ]);
}
