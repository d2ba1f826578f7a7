#!/usr/bin/env node
// Compresses the schemas of a gateway for the program: node scripts/embed-schemas.mjs 3.9.3.json
// The file holds {"version": ..., "entities": {name: schema}, "plugins": {name: schema}}, see CONTRIBUTING.md.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const source = process.argv[2];
const json = JSON.stringify(JSON.parse(readFileSync(source, "utf8")));
const target = new URL(`../src/Migrator/Advice/Data/${basename(source)}.br`, import.meta.url);
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
writeFileSync(target, brotliCompressSync(Buffer.from(json), options));
