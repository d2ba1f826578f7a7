// Draws the recording of scripts/demo.sh as an animated SVG, on standard output:
//   node scripts/demo.mjs COLUMNS FILE
// The text and the colours are those of the recording. The time is not: each command is typed, and each line of a run takes a moment.
import { readFileSync } from "node:fs";

const [columns, file] = process.argv.slice(2);
const width = Number(columns);
const rows = 27;
const cell = 8.4;
const line = 19;
const margin = 16;
const bar = 34;
const colours = { 31: "r", 32: "g", 33: "y", 36: "b" };

// Seconds.
const typing = 0.045;
const beforeOutput = 0.4;
const ofStep = 0.22;
const afterOutput = { plan: 3.5, other: 2 };
const atEnd = 6;

// --- From the recording to lines ---------------------------------------------------------------------------------------------------

/** The lines of a terminal: a status line that is erased leaves nothing behind. */
function screen(text) {
  const plain = text.replace(/\x1b\[\?1[hl]|\x1b[=>]/g, "").replaceAll("\r\n", "\n");
  return plain.split("\n").map((whole) => whole.slice(whole.lastIndexOf("\r") + 1).replace(/^\x1b\[K/, ""));
}

/** A line as pieces of one colour, cut at the width of the terminal. */
function pieces(text) {
  const result = [[]];
  let style = "";
  let column = 0;
  for (const part of text.split(/(\x1b\[[0-9;]*m)/)) {
    const codes = /^\x1b\[([0-9;]*)m$/.exec(part);
    if (codes) {
      const names = codes[1].split(";").map((code) => (code === "1" ? "w" : (colours[code] ?? "")));
      style = names.filter(Boolean).join(" ");
      continue;
    }
    for (const character of part) {
      if (column === width) {
        result.push([]);
        column = 0;
      }
      const last = result.at(-1).at(-1);
      if (last?.style === style) {
        last.text += character;
      } else {
        result.at(-1).push({ style, text: character });
      }
      column++;
    }
  }
  return result;
}

const blocks = readFileSync(file, "utf8").split(/\n*^@@ /m).slice(1).map((block) => {
  const [command, ...output] = block.split("\n");
  return { command: command.replace(/^\$ /, ""), output: screen(output.join("\n").replace(/\s*$/, "")).flatMap(pieces) };
});

// --- When each line appears ---------------------------------------------------------------------------------------------------------

const lines = [];
let now = 0.5;
for (const { command, output } of blocks) {
  lines.push({ at: now, command, typed: now + 0.6, done: now + 0.6 + command.length * typing });
  now = lines.at(-1).done + beforeOutput;
  const isComment = command.startsWith("#");
  for (const [number, text] of output.entries()) {
    const isEmpty = text.length === 0;
    // What a run does comes one by one; an answer at once.
    if (number > 0 && !isEmpty && /^ {2}\S+\/\S+.*: (up phase )?done/.test(text.map((piece) => piece.text).join(""))) {
      now += ofStep;
    }
    lines.push({ at: now, text });
  }
  if (!isComment) {
    lines.push({ at: now, text: [] });
    now += command.includes(" plan ") ? afterOutput.plan : afterOutput.other;
  }
}
lines.pop();
const total = now + atEnd;
const percent = (time) => `${((100 * time) / total).toFixed(2).replace(/\.?0+$/, "")}%`;

// --- The picture --------------------------------------------------------------------------------------------------------------------

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const number = (value) => String(Math.round(value * 100) / 100);
const y = (row) => number(row * line + 14);

const styles = [];
const keyframes = new Map();

/** The class of what is hidden before a time. */
function from(time) {
  const at = percent(time);
  if (!keyframes.has(at)) {
    keyframes.set(at, `f${keyframes.size}`);
    const name = keyframes.get(at);
    styles.push(`@keyframes ${name}{0%{visibility:hidden}${at}{visibility:visible}}.${name}{animation-name:${name}}`);
  }
  return keyframes.get(at);
}

const body = lines.map(({ at, command, typed, done, text }, row) => {
  if (command === undefined) {
    const length = text.reduce((sum, piece) => sum + piece.text.length, 0);
    const spans = text.map((piece) => (piece.style ? `<tspan class="${piece.style}">${escape(piece.text)}</tspan>` : escape(piece.text)));
    return length === 0 ? "" : `<text class="${from(at)}" y="${y(row)}" textLength="${number(length * cell)}">${spans.join("")}</text>`;
  }
  // A cover in the colour of the background moves to the right, with the cursor at its left edge.
  const cover = `c${row}`;
  const way = number(command.length * cell);
  styles.push(`@keyframes ${cover}{0%{visibility:hidden}${percent(at)}{visibility:visible}`
    + `${percent(typed)}{visibility:visible;transform:none;animation-timing-function:steps(${command.length})}`
    + `${percent(done)},to{visibility:hidden;transform:translateX(${way}px)}}.${cover}{animation-name:${cover}}`);
  const kind = command.startsWith("#") ? "d" : "w";
  const start = number(2 * cell);
  return `<text class="${from(at)}" y="${y(row)}" textLength="${number((command.length + 2) * cell)}"><tspan class="g">$ </tspan>`
    + `<tspan class="${kind}">${escape(command)}</tspan></text><g class="h ${cover}"><path class="k" `
    + `d="M${start} ${row * line - 1}h${width * cell}v${line}h-${width * cell}z"/>`
    + `<path class="u" d="M${start} ${row * line}h8v17h-8z"/></g>`;
}).filter(Boolean);

// The window scrolls when a line below its last row appears.
const scrolls = [];
for (const [row, { at }] of lines.entries()) {
  if (row >= rows) {
    const last = scrolls.at(-1);
    if (last && percent(last.at) === percent(at)) {
      last.row = row;
    } else {
      scrolls.push({ at, row });
    }
  }
}
const offset = (row) => `transform:translateY(-${(row - rows + 1) * line}px)`;
styles.push(`@keyframes s{0%{transform:none}${scrolls.map(({ at, row }) => `${percent(at)}{${offset(row)}}`).join("")}}`);

const [w, h] = [number(width * cell + 2 * margin), rows * line + bar + margin];
const commands = blocks.map((block) => block.command).filter((command) => !command.startsWith("#"));
const size = `viewBox="0 0 ${w} ${h}" width="${w}" height="${h}"`;
console.log(`<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">
<title id="title">A terminal: migrator upgrades a database of Kong 3.4 to 3.9</title>
<desc id="desc">${escape(commands.join("; "))}. Each ends with what it did; the last says that the schema is what its ledger says.</desc>
<!-- Made by scripts/demo.sh from a real run. -->
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:#c9d1d9;white-space:pre}
.w{fill:#f0f6fc;font-weight:600}.g{fill:#7ee787}.y{fill:#f2cc60}.r{fill:#ff7b72}.b{fill:#79c0ff}.d{fill:#9198a1}
.k{fill:#0d1117}.u{fill:#c9d1d9}.h{visibility:hidden}.s{${offset(lines.length - 1)}}
.s,.s *{animation-duration:${number(total)}s;animation-timing-function:step-end;animation-iteration-count:infinite}.s{animation-name:s}
${styles.join("\n")}
@media (prefers-reduced-motion:reduce){.s,.s *{animation:none}}
</style>
<clipPath id="screen"><path d="M1 ${bar}h${w - 2}v${h - bar - 6}h-${w - 2}z"/></clipPath>
<rect x=".5" y=".5" width="${w - 1}" height="${h - 1}" rx="8" fill="#0d1117" stroke="#3d444d"/>
<g fill="#3d444d"><circle cx="20" cy="18" r="5.5"/><circle cx="38" cy="18" r="5.5"/><circle cx="56" cy="18" r="5.5"/></g>
<g clip-path="url(#screen)"><g transform="translate(${margin} ${bar})"><g class="s" xml:space="preserve">
${body.join("\n")}
</g></g></g>
</svg>`);
