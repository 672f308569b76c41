// Elements. Text goes into the page as text only, whoever wrote it.

const SVG = "http://www.w3.org/2000/svg";

// Return an element with attributes and children. An attribute that is null or false is left out.
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function drawing(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// label: a text, or a list of texts and elements.
export function button(label, run, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, ...[label].flat());
  node.addEventListener("click", run);
  return node;
}

// A text with a button that copies it. A keyboard can scroll a <pre>.
export function copyable(text, name, tag = "code") {
  const copy = button(["Copy", aside(` ${name}`)], async () => {
    await navigator.clipboard.writeText(text);
    copy.firstChild.textContent = "Copied";
  });
  return element("span", { class: "copyable" }, element(tag, { tabindex: tag === "pre" ? 0 : null }, text), " ", copy);
}

// A word that only screen readers need, because the place says it to everyone else.
export function aside(words) {
  return element("span", { class: "spoken" }, words);
}

// A percentage stays on one line.
export function setText(node, text) {
  const whole = text.replaceAll(" %", "\u00a0%");
  if (node.textContent !== whole) node.textContent = whole;
}

const shown = new WeakMap();

// Replace the children of a node by those that draw(value) returns, if the value is another one than before.
export function show(node, value, draw) {
  const key = JSON.stringify(value) ?? "undefined";
  if (shown.get(node) === key) return;
  shown.set(node, key);
  node.replaceChildren(...draw(value));
}

const keys = new WeakMap();

// Make the children of a list those of the items: make(item) returns a new child, update(child, item) brings one up to
// date. A child that stays is never moved unless the order has changed, so it keeps the focus and goes on playing.
export function list(container, items, keyOf, make, update = () => {}) {
  const children = new Map([...container.children].map((child) => [keys.get(child), child]));
  const wanted = new Set(items.map((item) => keyOf(item)));
  for (const [key, child] of children) {
    if (!wanted.has(key)) remove(child);
  }
  let place = container.firstElementChild;
  for (const item of items) {
    let child = children.get(keyOf(item));
    if (child === undefined) {
      child = make(item);
      keys.set(child, keyOf(item));
    }
    if (child === place) place = place.nextElementSibling;
    else container.insertBefore(child, place);
    update(child, item);
  }
}

// Remove a node. If it has the focus, that goes on to its neighbour or to the heading of the section.
function remove(node) {
  if (node.contains(document.activeElement)) {
    const neighbour = node.nextElementSibling ?? node.previousElementSibling;
    const section = node.closest("section");
    (neighbour?.querySelector("button, summary") ?? section.querySelector("h2")).focus();
  }
  node.remove();
}
