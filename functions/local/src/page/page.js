// Draws what /api/world tells and sends what a person does to /api/act.
// It must never put text of the API into the page as markup, and never take away what somebody is typing.
"use strict";

const POLL_MS = 2000;
const RESULT_MS = 12000;
const SILENT = "The local run does not answer. Is it still running? This page keeps asking.";

// The word, the sign and the tone of each state, and what it means when the API gives no reason of its own.
const STATES = {
  "in-step": ["In step", "✓", "good", "Nothing is left to do, as far as the sync has heard."],
  due: ["Due", "↻", "wait", "Something is still to be done. The next sweep takes it up."],
  opening: ["Opening", "…", "wait", "The ticket is being created."],
  new: ["New", "+", "info", "The sync has not heard of it yet. The next sweep finds it."],
  unrouted: ["No route", "–", "neutral", "No route opens a ticket for this case."],
  stuck: ["Stuck", "!", "bad", "It was tried often enough and now waits for somebody to look."],
  unreachable: ["Unreachable", "!", "bad", "One of the two sides does not answer."],
};
const SEVERITY_TONE = { CRITICAL: "bad", HIGH: "bad", MEDIUM: "wait", LOW: "info", NOTE: "neutral" };
const PRIORITY_TONE = { Highest: "bad", High: "bad", Medium: "wait", Low: "info", Lowest: "neutral" };
const CATEGORY_TONE = { new: "neutral", indeterminate: "info", done: "good" };

const byId = (id) => document.getElementById(id);
const listOf = (value) => (Array.isArray(value) ? value : []);
const memories = new WeakMap();
let now = Date.now();
let sweepEvery = 0;
let drawnOnce = false;
let timer = 0;
let latest = 0;
let resultTimer = 0;

// ---- Small steps on the document. They write only what differs, so that selections and focus survive.

function text(node, value) {
  const words = value === null || value === undefined ? "" : String(value);
  if (node.textContent !== words) node.textContent = words;
}

function show(node, wanted) {
  if (node.hidden === Boolean(wanted)) node.hidden = !wanted;
}

function tone(node, words, name) {
  const changed = node.textContent !== "" && node.textContent !== words;
  text(node, words);
  show(node, words);
  if (node.dataset.tone !== name) node.dataset.tone = name;
  if (changed && drawnOnce) freshen(node);
}

function freshen(node) {
  node.classList.add("fresh");
  node.addEventListener("animationend", () => node.classList.remove("fresh"), { once: true });
}

function stamp(id) {
  const node = byId(id).content.firstElementChild.cloneNode(true);
  const parts = {};
  for (const part of node.querySelectorAll("[data-part]")) parts[part.dataset.part] = part;
  return { node, parts };
}

// A simulated address leads nowhere, so only addresses on this machine become links.
function address(node, label, url) {
  text(node, label);
  const parsed = url && URL.canParse(url) ? new URL(url) : null;
  const here = parsed && parsed.protocol.startsWith("http") && parsed.hostname === location.hostname;
  if (!here) node.removeAttribute("href");
  else if (node.getAttribute("href") !== url) node.setAttribute("href", url);
}

// A choice that a person has touched stays theirs until it is sent.
function choose(select, value) {
  const known = [...select.options].some((option) => option.value === value);
  if (known && !select.dataset.touched && document.activeElement !== select) select.value = value;
}

function ago(at) {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  if (Number.isNaN(seconds)) return "";
  if (seconds < 60) return seconds < 5 ? "just now" : `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(at).toLocaleDateString();
}

function when(node, at, words) {
  text(node, words);
  if (node.dateTime === at) return;
  node.dateTime = at;
  node.title = new Date(at).toLocaleString();
}

// Draws a list by key: what stays is updated where it stands, what is in use is kept although it left the list.
function keyed(parent, items, keyOf, make) {
  if (!memories.has(parent)) memories.set(parent, new Map());
  const known = memories.get(parent);
  const seen = new Set(items.map(keyOf));
  const kept = new Set();
  for (const [key, entry] of known) {
    if (seen.has(key)) continue;
    if (entry.inUse?.()) {
      kept.add(entry.node);
    } else {
      entry.node.remove();
      known.delete(key);
    }
  }
  let place = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    let entry = known.get(key);
    if (!entry) {
      entry = make(item);
      known.set(key, entry);
      if (drawnOnce) freshen(entry.node);
    }
    entry.update(item);
    while (place && kept.has(place)) place = place.nextSibling;
    if (entry.node === place) place = place.nextSibling;
    else parent.insertBefore(entry.node, place);
  }
}

// ---- Drawing.

function makeComment() {
  const { node, parts } = stamp("comment-item");
  const field = parts.editor.elements.text;
  const toggle = (open) => {
    if (open) field.value = parts.text.textContent;
    show(parts.editor, open);
    show(parts.tools, !open);
    (open ? field : parts.edit).focus();
  };
  parts.edit.addEventListener("click", () => toggle(true));
  parts.cancel.addEventListener("click", () => toggle(false));
  parts.editor.addEventListener("sent", () => toggle(false));
  const update = (comment) => {
    node.dataset.comment = comment.id;
    node.classList.toggle("ours", Boolean(comment.ours));
    show(parts.deleted, false);
    text(parts.author, comment.author);
    show(parts.ours, comment.ours);
    show(parts.internal, comment.internal);
    when(parts.at, comment.at, ago(comment.at));
    text(parts.text, comment.text);
    parts.edit.setAttribute("aria-label", `Edit the comment by ${comment.author}`);
    parts.remove.setAttribute("aria-label", `Delete the comment by ${comment.author}`);
  };
  const inUse = () => {
    if (parts.editor.hidden) return false;
    show(parts.deleted, true);
    return true;
  };
  return { node, update, inUse };
}

function makeEvent() {
  const { node, parts } = stamp("event-item");
  const update = (event) => {
    when(parts.at, event.at, new Date(event.at).toLocaleTimeString());
    text(parts.who, event.who);
    show(parts.who, event.who);
    node.dataset.who = String(event.who || "").toLowerCase();
    text(parts.words, event.words);
  };
  return { node, update };
}

// Events have no identity of their own: equal ones are told apart by how many came before.
function drawEvents(parent, events) {
  const counts = new Map();
  const items = events.map((event) => {
    const base = `${event.at}|${event.who}|${event.words}`;
    const count = (counts.get(base) || 0) + 1;
    counts.set(base, count);
    return { ...event, mark: `${base}|${count}` };
  });
  keyed(parent, items.reverse(), (event) => event.mark, makeEvent);
}

function drawContrast(parts, one) {
  const open = one.status !== "closed";
  const reason = one.close_reason ? `, ${String(one.close_reason).toLowerCase().replaceAll("_", " ")}` : "";
  text(parts.kind, one.kind === "issue" ? "Issue" : "Incident");
  address(parts.number, one.number, one.url);
  text(parts.name, one.name);
  tone(parts.severity, one.severity || "", SEVERITY_TONE[one.severity] || "neutral");
  tone(parts.score, one.score ? `score ${one.score}` : "", "neutral");
  tone(parts.status, open ? "open" : `closed${reason}`, open ? "info" : "good");
  show(parts.close, open);
  show(parts.reopen, !open);
  choose(parts.severityChoice, one.severity);
  text(parts.contrastAs, `Comment as ${byId("person-contrast").value || "yourself"}`);
  keyed(parts.contrastComments, listOf(one.comments), (comment) => comment.id, makeComment);
}

function drawLink(parts, one) {
  const [word, glyph, name, meaning] = STATES[one.state] || [one.state, "?", "neutral", ""];
  tone(parts.stateWord, word, name);
  text(parts.glyph, glyph);
  parts.link.dataset.tone = name;
  text(parts.why, one.why || meaning);
}

function drawJira(parts, ticket) {
  show(parts.absent, !ticket);
  show(parts.present, ticket);
  if (!ticket) return;
  const there = !ticket.gone;
  const resolution = ticket.resolution && ticket.resolution !== ticket.status ? `, ${ticket.resolution}` : "";
  address(parts.key, ticket.key, ticket.url);
  text(parts.summary, ticket.summary);
  tone(parts.priority, ticket.priority || "", PRIORITY_TONE[ticket.priority] || "neutral");
  tone(parts.ticketStatus, `${ticket.status}${resolution}`, CATEGORY_TONE[ticket.category] || "neutral");
  show(parts.gone, !there);
  for (const part of [parts.statusChoice, parts.jiraWrite, parts.jiraMore]) show(part, there);
  for (const button of parts.statusChoice.elements) button.setAttribute("aria-pressed", String(button.value === ticket.status));
  text(parts.description, ticket.description || "No description.");
  const mark = ticket.link && (ticket.link.resolved ? "marked resolved" : "not marked resolved");
  text(parts.linkBack, ticket.link ? `Link to Contrast: ${ticket.link.title}, ${mark}` : "No link to Contrast yet.");
  const labels = listOf(ticket.labels);
  text(parts.labels, labels.length ? `Labels: ${labels.join(", ")}` : "");
  show(parts.labels, labels.length);
  choose(parts.priorityChoice, ticket.priority);
  choose(parts.projectChoice, ticket.project === "PAY" ? "SEC" : "PAY");
  text(parts.jiraAs, `Comment as ${byId("person-jira").value || "yourself"}`);
  keyed(parts.jiraComments, listOf(ticket.comments), (comment) => comment.id, makeComment);
}

function makeCase() {
  const { node, parts } = stamp("case-card");
  const update = (one) => {
    node.dataset.case = one.case;
    node.setAttribute("aria-label", `${one.number}: ${one.name}`);
    drawContrast(parts, one);
    drawLink(parts, one);
    drawJira(parts, one.ticket);
    const history = listOf(one.history);
    show(parts.past, history.length);
    text(parts.historyTitle, `History (${history.length})`);
    drawEvents(parts.history, history);
  };
  const inUse = () => [...node.querySelectorAll("textarea")].some((field) => field.value !== "" && field.getClientRects().length);
  return { node, update, inUse };
}

function drawPeople(select, names) {
  const wanted = listOf(names);
  if ([...select.options].map((option) => option.value).join("\n") === wanted.join("\n")) return;
  const before = select.value;
  select.replaceChildren(...wanted.map((name) => new Option(name, name)));
  if (wanted.includes(before)) select.value = before;
}

function drawDelivery() {
  const means = {
    delivered: "Each change you make is announced to the sync by one webhook.",
    doubled: "Each webhook arrives twice, and still nothing may appear twice.",
    lost: `No webhook arrives: only the next sweep${sweepEvery ? `, at most ${sweepEvery} s away,` : ""} can find the change.`,
  };
  const choice = delivery();
  byId("delivery").dataset.choice = choice;
  text(byId("delivery-means"), means[choice]);
}

function drawWorld(told) {
  now = new Date(told.now).getTime() || Date.now();
  sweepEvery = told.sweep_every_s || 0;
  drawPeople(byId("person-contrast"), told.people?.contrast);
  drawPeople(byId("person-jira"), told.people?.jira);
  drawDelivery();
  text(byId("sweep-every"), sweepEvery ? `By itself every ${sweepEvery} s.` : "");
  text(byId("sweep-last"), told.last_sweep ? `Last one ${ago(told.last_sweep.at)}: ${told.last_sweep.words}` : "No sweep yet.");
  text(byId("calls"), `Calls so far: ${told.calls?.contrast || 0} to Contrast, ${told.calls?.jira || 0} to Jira.`);
  const cases = listOf(told.cases);
  show(byId("loading"), false);
  show(byId("empty"), cases.length === 0);
  keyed(byId("list"), cases, (one) => one.case, makeCase);
  const events = listOf(told.timeline);
  show(byId("timeline-empty"), events.length === 0);
  drawEvents(byId("events"), events);
}

// When what had the focus is gone or hidden, the focus goes to the nearest place around it instead of to the top.
function drawKeepingFocus(told) {
  const held = document.activeElement;
  const home = held && held.closest("[tabindex='-1']");
  const visible = (node) => node && node.isConnected && node.getClientRects().length > 0;
  drawWorld(told);
  drawnOnce = true;
  if (!held || held === document.body || (document.activeElement === held && visible(held))) return;
  const target = visible(held) ? held : visible(home) ? home : byId("cases");
  target.focus({ preventScroll: true });
}

// ---- Asking and acting.

async function ask(path, init) {
  const answer = await fetch(path, { cache: "no-store", ...init }).catch(() => null);
  if (!answer) throw new Error(SILENT);
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(body?.title || `The local run answered with error ${answer.status}.`);
  if (body === null) throw new Error("The local run answered with something that this page cannot read.");
  return body;
}

function send(path, body) {
  const headers = { "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(60000) });
}

// A later turn overtakes an earlier one, so that an old answer never replaces a newer picture.
async function refresh() {
  clearTimeout(timer);
  const turn = ++latest;
  let trouble = "";
  try {
    const told = await ask("/api/world", { signal: AbortSignal.timeout(10000) });
    if (turn === latest) drawKeepingFocus(told);
  } catch (fault) {
    trouble = fault instanceof TypeError ? "This page could not draw what the local run told it." : fault.message;
  }
  if (turn !== latest) return;
  text(byId("trouble"), trouble);
  show(byId("trouble"), trouble);
  if (!document.hidden) timer = setTimeout(refresh, POLL_MS);
}

function tell(good, words) {
  clearTimeout(resultTimer);
  byId("result").dataset.tone = good ? "good" : "bad";
  text(byId("result-tone"), good ? "Done." : "That did not work.");
  text(byId("result-words"), words);
  show(byId("result"), true);
  // Emptied first, so that the same words twice are also read out twice.
  text(byId("say"), "");
  setTimeout(() => text(byId("say"), `${byId("result-tone").textContent} ${words}`), 50);
  if (good) resultTimer = setTimeout(() => show(byId("result"), false), RESULT_MS);
}

function delivery() {
  return document.querySelector("input[name=delivery]:checked").value;
}

function actOf(form, submitter) {
  const side = form.closest("[data-side]");
  const name = side ? side.dataset.side : "contrast";
  const internal = form.elements.internal?.checked ? "internal-" : "";
  const body = { act: side ? `${name}-${internal}${form.dataset.act}` : form.dataset.act };
  body.person = byId(`person-${name}`).value;
  body.delivery = delivery();
  // What is absent stays undefined, and JSON leaves it out.
  body.case = form.closest("[data-case]")?.dataset.case;
  body.comment = form.closest("[data-comment]")?.dataset.comment;
  body.text = form.elements.text?.value;
  body.value = submitter?.name === "value" ? submitter.value : form.querySelector("select[name=value]")?.value;
  return body;
}

async function perform(form, submitter) {
  const body = form.id === "sweep" ? {} : actOf(form, submitter);
  const answer = await send(form.id === "sweep" ? "/sweep" : "/api/act", body);
  const calls = typeof answer.calls === "number" ? ` Calls: ${answer.calls}.` : "";
  tell(true, `${answer.words || ""}${calls}`.trim());
  const field = form.elements.text;
  if (field && field.value === body.text) field.value = "";
  for (const select of form.querySelectorAll("select")) delete select.dataset.touched;
  form.dispatchEvent(new Event("sent"));
}

async function submitted(event) {
  event.preventDefault();
  const form = event.target;
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  await perform(form, event.submitter).catch((fault) => tell(false, fault.message));
  form.removeAttribute("aria-busy");
  refresh();
}

document.addEventListener("submit", submitted);
document.addEventListener("keydown", (event) => {
  const writing = event.target instanceof HTMLTextAreaElement;
  if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});
document.addEventListener("change", (event) => {
  if (event.target.name === "delivery") drawDelivery();
  else if (event.target.matches(".more select")) event.target.dataset.touched = "yes";
  else if (event.target.id.startsWith("person-")) refresh();
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) refresh();
});
byId("result-close").addEventListener("click", () => show(byId("result"), false));
refresh();
