// The chart: a curve that is made up, and a line with a marker for each release.

const SVG = "http://www.w3.org/2000/svg";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PADDING = { left: 46, right: 20, bottom: 30 };
// Markers that would lie on each other are drawn in lanes.
const LANES = 3;
const LANE_HEIGHT = 22;
const FIRST_LANE = 16;
const MARKER_WIDTH = 20;
const TOP = FIRST_LANE + LANES * LANE_HEIGHT;
const STEPS = [
  ...[HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR],
  ...[DAY, 2 * DAY, 7 * DAY, 14 * DAY],
  ...[1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400].map((months) => months * 30.44 * DAY),
];

/** The time that is shown, in milliseconds: around the releases, or the days before the newest. */
export function timeShown(releases, days) {
  const starts = releases.map((release) => release.start);
  const ends = releases.map((release) => release.end ?? release.start);
  const last = Math.max(...ends, ...(releases.length ? [] : [Date.now()]));
  const first = days ? last - days * DAY : Math.min(...starts, last);
  const room = last > first ? Math.max((last - first) * 0.05, HOUR) : 5 * DAY;
  return { from: first - (days ? 0 : room), to: last + room };
}

/** Draw the curve, the axes and the lines. Return where the marker of each release belongs. */
export function draw(svg, releases, shown, selected) {
  const { width, height } = svg.getBoundingClientRect();
  const right = width - PADDING.right;
  const bottom = height - PADDING.bottom;
  const x = (time) =>
    PADDING.left + ((time - shown.from) / (shown.to - shown.from)) * (right - PADDING.left);
  const y = (users) => bottom - (users / 100) * (bottom - TOP);

  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren();
  for (const users of [0, 25, 50, 75, 100]) {
    add(svg, "path", { class: "grid", d: `M${PADDING.left} ${y(users)}H${right}` });
    const place = { class: "tick end", x: PADDING.left - 10, y: y(users) + 4 };
    add(svg, "text", place, users ? `${users}k` : "0");
  }
  for (const { time, label } of ticks(shown, (right - PADDING.left) / 64)) {
    add(svg, "text", { class: "tick middle", x: x(time), y: height - 8 }, label);
  }

  const points = Array.from({ length: 161 }, (_, index) => {
    const time = shown.from + (index / 160) * (shown.to - shown.from);
    return `${x(time).toFixed(1)} ${y(activeUsers(time, shown)).toFixed(1)}`;
  });
  const area = `M${x(shown.from)} ${bottom}L${points.join("L")}V${bottom}Z`;
  add(svg, "path", { class: "area", d: area });
  add(svg, "path", { class: "curve", d: `M${points.join("L")}` });

  // Years of releases are a shade with small dots.
  svg.parentNode.classList.toggle("dense", releases.length > (right - PADDING.left) / 8);
  const lanes = Array(LANES).fill(-Infinity);
  const places = releases.map((release) => {
    const at = x(release.start);
    let lane = lanes.findIndex((taken) => at - taken >= MARKER_WIDTH);
    lane = lane < 0 ? lanes.indexOf(Math.min(...lanes)) : lane;
    lanes[lane] = at;
    const top = FIRST_LANE + lane * LANE_HEIGHT;
    const state = release === selected ? " selected" : "";
    if (release.end > release.start) {
      const length = Math.max(1, Math.min(x(release.end), right) - at);
      add(svg, "rect", { class: `span${state}`, x: at, y: top, width: length, height: bottom - top });
    }
    add(svg, "path", { class: `line${state}`, d: `M${at} ${top}V${bottom}` });
    return { release, x: at, y: top };
  });
  for (const { release, x: at, y: top } of places) {
    const text = release.version.slice(0, 24);
    const room = MARKER_WIDTH + text.length * 8;
    const free = (from, to) => places.every((one) => one.y !== top || one.x <= from || one.x >= to);
    if (at + room < width && free(at, at + room)) {
      add(svg, "text", { class: "name", x: at + 15, y: top + 4 }, text);
    } else if (at - room > 0 && free(at - room - 40, at)) {
      add(svg, "text", { class: "name end", x: at - 15, y: top + 4 }, text);
    }
  }
  return places;
}

function add(svg, name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  svg.append(element);
}

/** Round times with labels, about as many as there is room for. */
function ticks({ from, to }, room) {
  const step = STEPS.find((one) => (to - from) / one <= room) ?? STEPS.at(-1);
  const found = [];
  if (step < 28 * DAY) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      const midnight = time % DAY === 0;
      found.push({ time, label: format(time, midnight ? { day: "numeric", month: "short" } : clock) });
    }
    return found;
  }
  const months = Math.round(step / (30.44 * DAY));
  const first = new Date(from);
  let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth() + 1) / months) * months;
  for (;;) {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    if (date > to) return found;
    const label = date.getUTCMonth() === 0 ? { year: "numeric" } : { month: "short" };
    found.push({ time: +date, label: format(date, label) });
    month += months;
  }
}

/** Write a time in English, in UTC. */
export function format(time, options) {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(time);
}

/** Made-up users, in thousands: growth, weeks and some noise, the same at each look. */
function activeUsers(time, { from, to }) {
  const days = time / DAY;
  const span = (to - from) / DAY;
  const growth = 42 + (34 * (time - from)) / (to - from);
  const weeks = span < 400 ? 6 * Math.sin((days * 2 * Math.PI) / 7) : 0;
  const wave = (parts, height) => height * Math.sin((days / span) * parts + parts);
  return growth + weeks + wave(9, 5) + wave(23, 3) + wave(61, 1.5);
}
