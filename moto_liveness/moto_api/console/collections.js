// The collections, and who is in them.

import * as api from "./api.js";
import { element, list, setText, show } from "./dom.js";

const MOST_NAMES = 100;
const rows = document.getElementById("collection-list");
const empty = document.getElementById("collections-empty");

// The number of the latest state: it grows with everything that happens.
let number = 0;
const asked = new WeakMap();

export function update(state) {
  number = state.number;
  empty.hidden = state.collections.length > 0;
  list(rows, state.collections, (one) => one.number, make, refresh);
}

function make(collection) {
  const card = element("details", {},
    element("summary", {},
      element("h3", {}, element("code", {}, collection.collection_id)), " ",
      element("span", { class: "when" })),
    element("p", { class: "body" }));
  card.addEventListener("toggle", () => showPeople(card, collection));
  return element("li", {}, card);
}

function refresh(child, collection) {
  const { face_count: faces, region, account_id: account } = collection;
  const count = faces === 1 ? "1 face" : `${faces} faces`;
  setText(child.querySelector(".when"), `${count} · ${region}, account ${account}`);
  showPeople(child.querySelector("details"), collection);
}

// Ask for the names while they can be seen, and only if something has happened since the last time.
async function showPeople(card, collection) {
  if (!card.open || asked.get(card) === number) return;
  asked.set(card, number);
  try {
    show(card.querySelector(".body"), await api.people(collection), sentence);
  } catch (failure) {
    if (!(failure instanceof api.ServerError)) throw failure;
    asked.delete(card); // it is deleted, and goes with the next state, or the server does not answer
  }
}

function sentence(people) {
  const more = people.length - MOST_NAMES;
  return [people.slice(0, MOST_NAMES).join(", ") || "nobody", more > 0 ? `, and ${more} more` : ""];
}
