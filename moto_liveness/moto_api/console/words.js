// Values in words.

export function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

export function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

// A step as decode_step takes it.
function step({ status, error, confidence, polls, seconds, until }) {
  const parts = [error ?? status];
  if (confidence !== undefined && confidence !== null) parts.push(`${confidence} %`);
  if (polls) parts.push(`for ${plural(polls, "poll")}`);
  if (seconds) parts.push(`for ${seconds} s`);
  if (until) parts.push("until the stream");
  return parts.join(" ");
}

export function steps(all) {
  return all.map(step).join(", then ");
}

// A name from the server's Python, such as "just_below".
export function spaced(name) {
  return name.replaceAll("_", " ");
}

// A name of AWS, which may break between its words.
export function breakable(name) {
  return name.split(/(?=[A-Z])/u).flatMap((word) => [word, document.createElement("wbr")]);
}
