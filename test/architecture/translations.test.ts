import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { collectSentences, translationFaults } from "./sentences";
import { root } from "../start/paths.mjs";

test("AR-7 everything that is said to a person is said in Spanish as well, and nothing else is kept", () => {
  const files = ["src", "webview"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .map((file) => path.join(root, folder, String(file)))
      .filter((file) => file.endsWith(".ts")),
  );
  const bundle: Record<string, string> = JSON.parse(
    readFileSync(path.join(root, "media", "l10n", "bundle.l10n.es.json"), "utf8"),
  );
  expect(translationFaults(bundle, collectSentences(files))).toEqual([]);
});

test("AR-7 a missing, a superfluous and a torn translation are named", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "masterplan-sentences-"));
  const file = path.join(folder, "seed.ts");
  const table = 'const table = { later: "From a table" };';
  await writeFile(
    file,
    `translate("Run {0}", 1);\nvscode.l10n.t(yes ? "Yes" : "No");\n${table}\nthis.#translate("Torn {0}");\n`,
  );
  const bundle = { Yes: "Sí", "From a table": "De una tabla", "Torn {0}": "Roto {1}", Gone: "Ido" };
  expect(translationFaults(bundle, collectSentences([file]))).toEqual([
    `${file}:1: "Run {0}" has no translation`,
    `${file}:2: "No" has no translation`,
    '"Gone" is translated, but nothing says it',
    '"Torn {0}" is translated with other placeholders',
  ]);
  await rm(folder, { recursive: true });
});
