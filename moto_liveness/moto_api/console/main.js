// The console: asks for the state about once a second while somebody looks, and lets each section show its part.

import * as api from "./api.js";
import * as collections from "./collections.js";
import * as faults from "./faults.js";
import { afterEachAction, act, complain, goesWell } from "./messages.js";
import * as next from "./next.js";
import * as queue from "./queue.js";
import * as sessions from "./sessions.js";

const SECOND = 1000;
const MOST_CALLS = 1000;
const RESULTS = "GetFaceLivenessSessionResults";

const fields = document.getElementById("scope").elements;
const scope = () => ({ account: fields.account.value.trim(), region: fields.region.value.trim() });

let calls = [];
// How far the server's clock is ahead of this one, which tests may have moved, in milliseconds.
let ahead = 0;
let asked = 0;
let timer = null;

// The number of the latest state.
let latest = 0;
let life = null;

const now = () => Date.now() + ahead;

async function refresh() {
  clearTimeout(timer);
  asked += 1;
  const mine = asked;
  try {
    const state = await api.state(scope());
    if (mine !== asked) return; // a later one is on its way
    show(state);
    goesWell("state");
  } catch (failure) {
    if (!(failure instanceof api.ServerError)) throw failure;
    if (mine === asked) complain(failure.message, "state");
  } finally {
    if (mine === asked && !document.hidden) timer = setTimeout(refresh, SECOND);
  }
}

function show(state) {
  if (state.number < latest || state.life !== (life ?? state.life)) forget();
  latest = state.number;
  life = state.life;
  follow(state.date);
  calls = merged(calls, state.calls);
  queue.update(state);
  faults.update(state);
  next.update(state);
  collections.update(state);
  sessions.update({ ...state, calls }, now());
}

// A server that was started again counts from the beginning: its numbers are those of other calls and seeds.
function forget() {
  calls = [];
  queue.forget();
  faults.forget();
  next.forget();
}

// The header Date has whole seconds, so an answer says between which two moments the server is.
function follow(date) {
  if (Number.isNaN(date)) return;
  const least = date - Date.now();
  if (ahead < least || ahead >= least + SECOND) ahead = least + SECOND / 2;
}

// An answer has the latest calls only. Keep those from before it, unless the answer has all that there are.
function merged(known, latest) {
  if (latest.length < api.LIMIT) return latest;
  return [...known.filter(({ number }) => number < latest[0].number), ...latest].slice(-MOST_CALLS);
}

function startReset() {
  const dialog = document.getElementById("confirm-reset");
  document.getElementById("ask-reset").addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "reset") act(api.reset, "Face Liveness was reset.");
    dialog.returnValue = "";
  });
}

function start() {
  afterEachAction(refresh);
  document.getElementById("scope").addEventListener("change", () => {
    calls = [];
    sessions.forget();
    refresh();
  });
  document.getElementById("scope").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  setInterval(() => document.hidden || sessions.count(now()), SECOND);
  startReset();
  prepare();
}

// Fill the choices, which the server's own document has, then begin to follow the state.
async function prepare() {
  try {
    fillChoices((await api.openapi()).components.schemas);
    goesWell("start");
    await refresh();
  } catch (failure) {
    if (!(failure instanceof api.ServerError)) throw failure;
    complain(failure.message, "start");
    setTimeout(prepare, SECOND);
  }
}

function fillChoices({ ErrorCode, ExceptionSeed }) {
  const operations = ErrorCode["x-operations"];
  const codes = operations[RESULTS].start;
  faults.start(scope, operations, ExceptionSeed.properties.exception.enum);
  sessions.start(codes, () => document.getElementById("person").value.trim(), scope);
  next.start(scope, codes);
}

start();
