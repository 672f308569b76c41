// The form for an outcome: of the next person, of everyone, or of a session.

import { base64, photo, ServerError } from "./api.js";
import { element, setText } from "./dom.js";

const template = document.getElementById("outcome-form");
const FINISHED = ["SUCCEEDED", "FAILED"];
// AWS's own number, which "drawn" images need not repeat: the server has four drawings.
const DRAWN = 4;

// Return a form. actions: a label, and a function that takes the steps, for each button. The first button is the one
// that Enter presses. person() is whom the pictures show, "" for nobody in particular.
export function outcomeForm(codes, actions, person) {
  const form = template.content.cloneNode(true).querySelector("form");
  form.elements.code.append(...codes.map((code) => element("option", {}, code)));
  const buttons = actions.map(({ label }) => element("button", {}, label));
  form.querySelector(".buttons").append(...buttons);
  form.addEventListener("change", () => arrange(form));
  form.elements.confidence.addEventListener("input", () => arrange(form));
  form.elements.status.addEventListener("change", () => suggest(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = Math.max(buttons.indexOf(event.submitter), 0);
    actions[pressed].run(() => steps(form.elements, person()));
  });
  arrange(form);
  return form;
}

// A check that failed has no confidence and no images unless somebody says so.
function suggest({ elements }) {
  const failed = elements.status.value === "FAILED";
  elements.confidence.value = failed ? "" : "97.3";
  elements.reference.value = failed ? "none" : "yes";
  elements.audit.value = failed ? "0" : String(DRAWN);
  arrange(elements.status.form);
}

function arrange(form) {
  const { status, reference, confidence, file, stream, created } = form.elements;
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(status.value);
  }
  const percent = Number(confidence.value);
  const isRatio = percent > 0 && percent <= 1;
  setText(form.querySelector(".ratio"), isRatio ? `${confidence.value} is ${confidence.value} percent: is it a ratio?` : "");
  confidence.required = status.value === "SUCCEEDED";
  confidence.disabled = !FINISHED.includes(status.value);
  file.closest("label").hidden = !(FINISHED.includes(status.value) && reference.value === "file");
  file.required = !file.closest("label").hidden;
  for (const field of [created, form.elements["created-unit"]]) field.disabled = stream.checked;
}

async function steps(fields, person) {
  const before = [];
  if (fields.stream.checked) before.push({ status: "CREATED", until: "stream" });
  else before.push(...wait("CREATED", fields.created, fields["created-unit"]));
  before.push(...wait("IN_PROGRESS", fields.progress, fields["progress-unit"]));
  return [...before, await ending(fields, person)];
}

function wait(status, amount, unit) {
  return Number(amount.value) ? [{ status, [unit.value]: Number(amount.value) }] : [];
}

async function ending(fields, person) {
  const status = fields.status.value;
  if (status === "error") return { error: fields.code.value };
  if (!FINISHED.includes(status)) return { status };
  const step = { status };
  if (fields.confidence.value !== "") step.confidence = Number(fields.confidence.value);
  return { ...step, ...(await images(fields, person, status === "SUCCEEDED")) };
}

// Return the images of a step. The server's own drawings are the default of SUCCEEDED, so they are left out.
async function images(fields, person, drawn) {
  const found = {};
  const audits = Number(fields.audit.value);
  if (fields.reference.value === "file") found.reference_image = await chosen(fields.file);
  else if (fields.reference.value === "none") found.reference_image = null;
  else if (!drawn || person) found.reference_image = await photo(person || "somebody");
  if (audits !== DRAWN || !drawn || person) {
    const picture = audits ? (found.reference_image ?? (await photo(person || "somebody"))) : null;
    found.audit_images = Array(audits).fill(picture);
  }
  if (!drawn && !audits) delete found.audit_images;
  return found;
}

async function chosen(input) {
  const [file] = input.files;
  if (!file) throw new ServerError("Choose a JPEG, or another reference image.");
  return base64(file);
}
