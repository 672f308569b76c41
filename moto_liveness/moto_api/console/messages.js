// What the page says about itself: errors, and news for everyone, screen readers included.

import { button, element, setText, show } from "./dom.js";
import { ServerError } from "./api.js";

const error = document.getElementById("error");
const news = document.getElementById("news");

export function say(text) {
  setText(news, text);
}

let complaint = { text: "", about: null };
// What had the focus when the error came. It gets it back from the button that goes away with the error.
let before = null;

// Show an error until it is dismissed, or until what it is about goes well.
export function complain(text, about) {
  complaint = { text, about };
  if (!error.contains(document.activeElement)) before = document.activeElement;
  show(error, text, () => [element("p", {}, text), button("Dismiss", dismiss)]);
}

export function goesWell(about) {
  if (complaint.text && complaint.about === about) dismiss();
}

function dismiss() {
  const focused = error.contains(document.activeElement);
  complaint = { text: "", about: null };
  show(error, "", () => []);
  if (focused) before.focus();
}

let refresh = async () => {};

export function afterEachAction(run) {
  refresh = run;
}

// Run what the person asked for, then refresh. Show what the server says against it. The news of the action before goes
// first: it is not that of an action which fails, and screen readers tell the same news again only after a change.
export async function act(run, done) {
  say("");
  try {
    await run();
  } catch (failure) {
    if (!(failure instanceof ServerError)) throw failure;
    complain(failure.message, "action");
    return false;
  }
  goesWell("action");
  await refresh();
  say(done);
  return true;
}
