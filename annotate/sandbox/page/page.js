// The page: releases arrive as events, and are shown on the chart and in the list.
// Whatever a release says is written as text, never as markup.

import { draw, format, timeShown } from "/chart.js";

const at = (id) => document.getElementById(id);
const svg = document.querySelector("#chart svg");
/** Oldest first. Each has its row and its marker. */
let releases = [];
/** Where the markers are. */
let places = [];
let selected = null;
let known = false;
let drawing = false;

const events = new EventSource("/api/sandbox/events");
events.addEventListener("open", () => connection("live", "Live"));
events.addEventListener("error", () => connection("lost", "Reconnecting"));
events.addEventListener("reset", () => {
  releases = [];
  selected = null;
});
events.addEventListener("message", ({ data }) => {
  const release = received(JSON.parse(data));
  releases.push(release);
  if (known) announce(release);
  drawSoon();
});

at("search").addEventListener("input", drawSoon);
at("range").addEventListener("change", drawSoon);
new ResizeObserver(drawSoon).observe(at("chart"));
at("markers").addEventListener("keydown", moveBetweenMarkers);
at("chart").addEventListener("pointermove", (event) => {
  const release = pointedAt(event);
  if (release) showTip(release);
  else hideTip();
});
at("chart").addEventListener("pointerleave", hideTip);
at("chart").addEventListener("click", (event) => {
  const release = pointedAt(event);
  if (!release) return;
  select(selected === release ? null : release);
  release.row.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
});
document.addEventListener("keydown", ({ key }) => key === "Escape" && hideTip());
at("example").textContent = example();
drawSoon();

function connection(state, text) {
  at("connection").dataset.state = state;
  at("connection").textContent = text;
  // What is there when the page opens is no news.
  setTimeout(() => { known = true; }, 500);
}

/** The release as the API answered it, with its times in milliseconds and its own elements. */
function received(fields) {
  const release = {
    ...fields,
    number: Number(fields.id.replace(/\D/g, "")),
    start: milliseconds(fields.release_start),
    end: fields.release_end ? milliseconds(fields.release_end) : null,
  };
  const { title, version, description, platforms, params } = release;
  const words = [title, version, description, params.created_by, ...(platforms ?? [])];
  release.text = words.join("\n").toLowerCase();
  release.marker = markerOf(release);
  release.row = rowOf(release);
  return release;
}

function milliseconds(time) {
  return Date.parse(`${time.replace(" ", "T")}Z`);
}

function announce(release) {
  at("news").textContent = `New release: ${release.title}`;
  release.row.classList.add("new");
  release.marker.classList.add("new");
}

/** Draw once, however many releases arrive before the next frame. */
function drawSoon() {
  if (!drawing) requestAnimationFrame(drawNow);
  drawing = true;
}

function drawNow() {
  drawing = false;
  releases.sort((one, other) => one.start - other.start || one.number - other.number);
  const words = at("search").value.trim().toLowerCase().split(/\s+/);
  const found = releases.filter(({ text }) => words.every((word) => text.includes(word)));
  showList(found);
  showChart(found);
}

function showList(found) {
  const all = releases.length;
  at("count").textContent = found.length === all ? all : `${found.length} of ${all}`;
  at("list").replaceChildren(...found.map(({ row }) => row).reverse());
  at("nothing").hidden = found.length > 0 || releases.length === 0;
  at("empty").hidden = releases.length > 0;
}

function showChart(found) {
  const onCharts = releases.filter(({ chart_visibility }) => chart_visibility);
  const shown = timeShown(onCharts, Number(document.querySelector("#range :checked").value));
  const visible = found.filter((one) => one.chart_visibility && one.start >= shown.from);
  const focused = document.activeElement;
  places = draw(svg, visible, shown, selected);
  for (const { release, x, y } of places) {
    release.marker.style.left = `${x}px`;
    release.marker.style.top = `${y}px`;
  }
  const markers = places.map(({ release }) => release.marker);
  at("markers").replaceChildren(...markers);
  if (markers.includes(focused)) focused.focus();
  const reachable = markers.find((marker) => marker.tabIndex === 0) ?? markers.at(-1);
  if (reachable) makeReachable(reachable);
}

function markerOf(release) {
  const marker = element("button", "marker");
  marker.type = "button";
  marker.tabIndex = -1;
  const label = `${release.title}, version ${release.version}, ${day(release.start)}`;
  marker.setAttribute("aria-label", label);
  marker.setAttribute("aria-pressed", "false");
  marker.setAttribute("aria-describedby", "tip");
  marker.addEventListener("focus", () => showTip(release));
  marker.addEventListener("blur", hideTip);
  return marker;
}

function rowOf(release) {
  const row = element("li");
  const details = element("details");
  const summary = element("summary");
  const heading = element("span", "heading");
  heading.append(element("bdi", "title", release.title), element("bdi", "version", release.version));
  if (!release.chart_visibility) heading.append(element("span", "off", "not on charts"));
  const time = element("time", "quiet", day(release.start));
  time.dateTime = new Date(release.start).toISOString();
  summary.append(heading, time);
  details.append(summary, description(release), facts(release));
  details.addEventListener("toggle", () => {
    if (details.open) select(release);
    else if (selected === release) select(null);
  });
  row.append(details);
  row.addEventListener("pointerenter", () => release.marker.classList.add("pointed"));
  row.addEventListener("pointerleave", () => release.marker.classList.remove("pointed"));
  return row;
}

function description(release) {
  const given = release.description;
  return element("p", given ? "description" : "description quiet", given || "No description.");
}

function facts(release, { short = false } = {}) {
  const list = element("dl");
  const shown = [
    ["Version", release.version],
    ["Start", release.release_start],
    ["End", release.release_end ?? "none"],
    ["Platforms", release.platforms?.join(", ") || "none"],
    ["Created by", release.params.created_by || "nobody"],
    ["ID", release.id],
  ].slice(0, short ? 4 : 6);
  for (const [name, value] of shown) {
    const pair = element("div");
    pair.append(element("dt", "", name), element("dd", "", value));
    list.append(pair);
  }
  return list;
}

/** Select a release, or none: its row is open, and its marker and line stand out. */
function select(release) {
  if (selected === release) return;
  const before = selected;
  selected = release;
  for (const one of [before, release].filter(Boolean)) {
    one.row.firstChild.open = one === release;
    one.marker.setAttribute("aria-pressed", String(one === release));
  }
  drawSoon();
}

/** The release whose marker, or else whose line, is under the pointer. */
function pointedAt({ target, clientX }) {
  const x = clientX - at("chart").getBoundingClientRect().left;
  const far = (place) => Math.abs(place.x - x);
  const onMarker = places.find(({ release }) => release.marker === target);
  const nearest = places.reduce((best, one) => (best && far(best) <= far(one) ? best : one), null);
  return (onMarker ?? (nearest && far(nearest) < 8 ? nearest : null))?.release;
}

function showTip(release) {
  hideTip();
  release.marker.classList.add("pointed");
  const tip = at("tip");
  tip.replaceChildren(element("bdi", "title", release.title), facts(release, { short: true }));
  if (release.description) tip.append(element("p", "description", release.description));
  tip.hidden = false;
  const room = at("chart").clientWidth - tip.offsetWidth;
  const left = release.marker.offsetLeft + 20;
  const onTheLeft = Math.min(room, left - tip.offsetWidth - 16);
  tip.style.left = `${Math.max(0, left <= room ? left : onTheLeft)}px`;
  tip.style.top = `${release.marker.offsetTop + 26}px`;
}

function hideTip() {
  for (const { marker } of releases) marker.classList.remove("pointed");
  at("tip").hidden = true;
}

function moveBetweenMarkers(event) {
  const markers = [...at("markers").children];
  const index = markers.indexOf(document.activeElement);
  const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: markers.length - 1 };
  const next = steps[event.key];
  if (next === undefined || !markers[next]) return;
  event.preventDefault();
  makeReachable(markers[next]);
  markers[next].focus();
}

/** Of all markers, the tabulator key reaches one; arrow keys reach the others. */
function makeReachable(marker) {
  for (const { marker: other } of releases) other.tabIndex = -1;
  marker.tabIndex = 0;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function day(time) {
  return format(time, { day: "numeric", month: "short", year: "numeric" });
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function example() {
  const now = new Date().toISOString().slice(0, 19).replace("T", " ");
  return [
    `curl --user key:secret ${location.origin}/api/2/release`,
    "--data version=1.2.3 --data 'title=Timers and guests'",
    `--data 'release_start=${now}'`,
  ].join(" \\\n    ");
}
