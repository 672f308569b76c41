// What is queued, in order, each with a button that withdraws it.

import * as api from "./api.js";
import { aside, button, element, list, setText } from "./dom.js";
import { act } from "./messages.js";
import * as words from "./words.js";

const queued = document.getElementById("queued");
const empty = document.getElementById("queue-empty");
const summary = document.getElementById("queue-summary");
const more = element("p", { hidden: true });
queued.after(more);

export function update({ unused_seeds: seeds, unused_seed_count: count, outages }) {
  more.hidden = count <= seeds.length;
  setText(more, `and ${count - seeds.length} more`);
  present = new Set([...seeds, ...outages].map(({ number }) => number));
  const lasting = new Set(outages.map(({ number }) => number));
  const waiting = seeds.filter(({ number }) => !lasting.has(number));
  empty.hidden = waiting.length > 0;
  list(queued, waiting, ({ number }) => number, make, refresh);
  // In sight, wherever the page is scrolled to.
  const [first] = waiting;
  const others = count > 1 ? `, and ${count - 1} more` : "";
  summary.parentElement.hidden = !first;
  setText(summary, first ? `Queue: ${first.outcome}${others}` : "");
}

function make(seed) {
  return element("li", { class: "seed" },
    element("div", {}, element("strong", { class: "outcome" }), " ", element("small", { class: "raised" }), where(seed)),
    withdrawButton(seed));
}

function refresh(child, { outcome, raised }) {
  setText(child.querySelector(".outcome"), outcome);
  setText(child.querySelector(".raised"), raised ? `raised ${words.plural(raised, "time")}` : "");
}

function where({ region, account_id: account }) {
  const places = [region, account && `account ${account}`].filter(Boolean);
  return places.length ? element("small", {}, ` for ${places.join(", ")}`) : null;
}

export function withdrawButton(seed) {
  const name = seed.scenario ? words.spaced(seed.scenario) : seed.outcome;
  return button(["Withdraw", aside(` ${name}`)], () => act(() => withdraw(seed.number), `Withdrawn: ${name}.`));
}

// The seeds of each scenario that this page has queued.
const together = new Map();
let present = new Set();

export function belongTogether(numbers) {
  for (const number of numbers) together.set(number, numbers);
}

// Forget the seeds: the numbers that come now are those of another server.
export function forget() {
  together.clear();
  queued.replaceChildren();
}

// Withdraw a seed, and those of its scenario that are still there.
async function withdraw(number) {
  const others = (together.get(number) ?? []).filter((other) => other !== number && present.has(other));
  for (const each of [number, ...others]) await api.withdraw(each);
}
