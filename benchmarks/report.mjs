// node report.mjs RESULTS CHART TITLE: prints the table of a run of run.sh, in Markdown, and writes the chart, an SVG. A line of RESULTS
// has, separated by tabs: label, mode, counterpart, 'first' or 'second', wall-clock and CPU time in microseconds, peak memory in kB,
// round trips.

import { readFileSync, writeFileSync } from 'node:fs';

const [resultsFile, chartFile, title] = process.argv.slice(2);

const rows = read(resultsFile);
console.log(`${title}\n`);
const paired = rows.filter((row) => !row.mode.startsWith('tool: '));
const withTools = rows.filter((row) => row.mode.startsWith('tool: '));
if (paired.length > 0) {
  table(paired);
  writeFileSync(chartFile, chart(paired, title.replaceAll('**', '')));
}
if (withTools.length > 0) {
  console.log('');
  tools(withTools);
}

function read(file) {
  const pairs = new Map();
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const [label, mode, counterpart, side, wall, cpu, memory, flights] = line.split('\t');
    const key = `${label}\t${mode}\t${counterpart}`;
    if (!pairs.has(key)) {
      pairs.set(key, { label, mode, counterpart, first: [], second: [] });
    }
    pairs.get(key)[side].push({ wall: wall / 1000, cpu: cpu / 1000, memory: memory / 1024, flights: Number(flights) });
  }
  return [...pairs.values()];
}

function table(measured) {
  print([
    ['command', 'compared with', 'time, ms', 'the other, ms', 'ratio', 'ratio of minima', 'CPU, ms', 'peak MB', 'round trips'],
    ...measured.map((row) => [
      `\`${row.label}\`${row.mode ? `, ${row.mode}` : ''}`.replace('`nothing to do`', '`up`, nothing to do'),
      row.counterpart.replace(/psql (-c '.*')/, '`psql $1`'),
      time(row.first),
      time(row.second),
      ratio(row, median),
      ratio(row, least),
      both(row, (side) => median(side, 'cpu').toFixed(0)),
      both(row, (side) => Math.max(...side.map((run) => run.memory)).toFixed(1)),
      row.first.some((run) => run.flights > 0) ? both(row, (side) => median(side, 'flights').toFixed(0)) : '',
    ]),
  ]);
  console.log('\nTime: median (minimum). CPU time: median, peak memory: maximum, of migrator / of the other. Round trips: from '
    + 'connecting on, TCP and\nTLS included.');
}

function tools(measured) {
  print([
    ['tool', 'work', 'connection', 'time, ms', 'migrator, ms', 'ratio', 'CPU, ms', 'peak MB', 'round trips'],
    ...measured.map((row) => [
      row.counterpart, row.label, row.mode.slice('tool: '.length), time(row.second), time(row.first),
      (median(row.second, 'wall') / median(row.first, 'wall')).toFixed(1),
      median(row.second, 'cpu').toFixed(0), Math.max(...row.second.map((run) => run.memory)).toFixed(0),
      row.first.some((run) => run.flights > 0) ? `${median(row.second, 'flights')} / ${median(row.first, 'flights')}` : '',
    ]),
  ]);
}

function print([head, ...lines]) {
  const width = head.length;
  console.log(`| ${head.join(' | ')} |\n|${'---|'.repeat(width)}`);
  for (const line of lines) {
    console.log(`| ${line.join(' | ')} |`);
  }
}

function time(side) {
  return `${digits(median(side, 'wall'))} (${digits(least(side, 'wall'))})`;
}

function ratio(row, of) {
  return (of(row.first, 'wall') / of(row.second, 'wall')).toFixed(2);
}

function both(row, of) {
  return `${of(row.first)} / ${of(row.second)}`;
}

function digits(number) {
  return number.toFixed(number < 10 ? 1 : 0);
}

function median(side, name) {
  const sorted = side.map((run) => run[name]).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function least(side, name) {
  return Math.min(...side.map((run) => run[name]));
}

// Horizontal bars, one pair for each row, to a scale of its own for each command. The panel is opaque, so it looks the same on a dark page.
function chart(measured, caption) {
  const left = 250;
  const right = 90;
  const width = 880;
  const step = 44;
  const top = 66;
  const longest = new Map();
  for (const row of measured) {
    const most = Math.max(median(row.first, 'wall'), median(row.second, 'wall'));
    longest.set(row.label, Math.max(longest.get(row.label) ?? 0, most));
  }
  const height = top + measured.length * step + 46;
  const bar = (y, row, side, colour) => {
    const length = Math.max(2, (width - left - right) * median(row[side], 'wall') / longest.get(row.label));
    return `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="13" rx="2" fill="${colour}"/>`
      + `<text x="${(left + length + 6).toFixed(1)}" y="${y + 11}" class="v">${digits(median(row[side], 'wall'))} ms</text>`;
  };
  const lines = measured.map((row, at) => {
    const y = top + at * step;
    return `<text x="${left - 10}" y="${y + 12}" text-anchor="end">${escape(row.label)}</text>`
      + `<text x="${left - 10}" y="${y + 27}" text-anchor="end" class="m">${escape(row.mode || row.counterpart)}</text>`
      + bar(y, row, 'first', '#0969da') + bar(y + 15, row, 'second', '#8c959f');
  });
  const summary = measured.map((row) => `${row.label}${row.mode ? `, ${row.mode}` : ''}: ${digits(median(row.first, 'wall'))} ms, `
    + `${row.counterpart}: ${digits(median(row.second, 'wall'))} ms`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" `
    + `aria-labelledby="title desc">
<title id="title">migrator and psql: median wall-clock time</title>
<desc id="desc">${escape(summary)}</desc>
<!-- Made by benchmarks/run.sh. -->
<style>text{font:13px -apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}.m,.v{font-size:11px;fill:#59636e}</style>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff" stroke="#d1d9e0"/>
<text x="20" y="30" font-weight="600">Median wall-clock time; bars of one command have one scale</text>
<rect x="${left}" y="43" width="13" height="11" rx="2" fill="#0969da"/><text x="${left + 19}" y="53" class="v">migrator</text>
<rect x="${left + 90}" y="43" width="13" height="11" rx="2" fill="#8c959f"/><text x="${left + 109}" y="53" class="v">the same work `
    + `by psql; for --help and --version an empty program</text>
${lines.join('\n')}
<text x="20" y="${height - 16}" class="m">${escape(caption)}</text>
</svg>
`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
