// node rows.mjs FOLDER: prints, separated by tabs, the time of the run in seconds, its peak memory in MB, the time of the longest
// transaction with an ACCESS EXCLUSIVE lock on routes, plugins or targets, the time that plan.json predicts for it, and the longest silence
// on stderr. FOLDER has plan.json, figures and figures.stderr, the log in JSON.

import { readFileSync } from 'node:fs';

const folder = process.argv[2];
const tables = new Set(['routes', 'plugins', 'targets']);

const [, wall, , memory] = readFileSync(`${folder}/figures`, 'utf8').trim().split('\t');
const plan = JSON.parse(readFileSync(`${folder}/plan.json`, 'utf8'));
const log = readFileSync(`${folder}/figures.stderr`, 'utf8').split('\n').filter((line) => line)
  .map((line) => JSON.parse(line));

const exclusive = new Set(plan.transactions.flat()
  .filter((step) => step.locks.some((lock) => tables.has(lock.table) && lock.reads_wait))
  .map((step) => `${step.subsystem}/${step.migration}`));
const longest = log.filter((line) => line.event === 'step_done' && exclusive.has(`${line.subsystem}/${line.migration}`))
  .reduce((most, line) => (line.duration_ms > most.duration_ms ? line : most), { duration_ms: 0 });
const predicted = plan.transactions.flat()
  .find((step) => step.subsystem === longest.subsystem && step.migration === longest.migration)?.predicted_ms;
const times = log.map((line) => Date.parse(line.time));
const silence = times.length < 2 ? wall / 1000 : Math.max(...times.slice(1).map((time, at) => time - times[at]));

console.log([
  (wall / 1e6).toFixed(1),
  Math.round(memory / 1024),
  `${(longest.duration_ms / 1000).toFixed(2)}${longest.migration ? ` (${longest.subsystem}/${longest.migration.slice(0, 3)})` : ''}`,
  predicted ? (predicted / 1000).toFixed(2) : '-',
  (silence / 1000).toFixed(1),
].join('\t'));
