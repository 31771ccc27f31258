import { nodeTests } from "./nodeTests";

/** A small JavaScript project whose tests and lint run with node alone. */
export const cart = "export const total = (items) => items.reduce((sum, item) => sum + item, 0);\n";
export const cartTest =
  "import test from 'node:test';\nimport assert from 'node:assert';\nimport { total } from '../src/cart.js';\ntest('adds', () => assert.equal(total([1, 2]), 3));\ntest('empty', () => assert.equal(total([]), 0));\n";
const manifest = JSON.stringify({ type: "module", scripts: { test: nodeTests, lint: "node lint.mjs" } });
export const lint =
  "import { readFileSync } from 'node:fs';\nif (readFileSync('src/cart.js', 'utf8').includes('var ')) { console.log('src/cart.js:1:1: error no var'); process.exit(1); }\n";
export const shopFiles = {
  "package.json": manifest,
  "package-lock.json": "{}",
  "src/cart.js": cart,
  "test/cart.test.js": cartTest,
  "lint.mjs": lint,
};
