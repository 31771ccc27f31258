import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { collectErrorSentences, errorSentenceFaults } from "./errorSentences";
import { collectSentences, translationFaults } from "./sentences";
import { root } from "../start/paths.mjs";

function sourcesOf(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .map((file) => path.join(root, folder, String(file)))
      .filter((file) => file.endsWith(".ts")),
  );
}

const spanish: Record<string, string> = JSON.parse(
  readFileSync(path.join(root, "media", "l10n", "bundle.l10n.es.json"), "utf8"),
);

test("AR-7 everything that is said to a person is said in Spanish as well, and nothing else is kept", () => {
  expect(translationFaults(spanish, collectSentences(sourcesOf("src", "webview")))).toEqual([]);
});

test("AR-14 every failure is said in Spanish, with its arguments filled in", () => {
  const said = collectErrorSentences(sourcesOf("src"));
  expect(said.sentences.length).toBeGreaterThan(500);
  expect(errorSentenceFaults(spanish, said)).toEqual([]);
});

test("AR-14 a failure without Spanish, one that is not found again and one that cannot be followed are named", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "masterplan-failures-"));
  const file = path.join(folder, "seed.ts");
  const lines = [
    'throw new MasterPlanError("internal", `The file ${name} is gone`, { hint: "Look again" });',
    "function refuse(what: string) { return new MasterPlanError(code, what); }",
    'refuse(isFolder ? "The folder is gone" : "The link is gone");',
    'const fault = { pointer, code: "plan.path", message: `It is ${path} now` };',
    'throw new MasterPlanError("internal", table.words);',
    'throw new MasterPlanError("internal", translate("Said already"));',
    "throw new MasterPlanError(error.code, error.message);",
  ];
  await writeFile(file, lines.join("\n"));
  const bundle = {
    "Look again": "Mire otra vez",
    "The folder is gone": "Falta la carpeta",
    "It is {0} now": "{0}",
    "It is X{0} now": "Otra {0}",
  };
  expect(errorSentenceFaults(bundle, collectErrorSentences([file]))).toEqual([
    `${file}:1: "The file {0} is gone" has no translation`,
    `${file}:3: "The link is gone" has no translation`,
    `${file}:4: "It is {0} now" is not found again once its arguments are filled in`,
    `${file}:5: what table.words says cannot be told`,
  ]);
  await rm(folder, { recursive: true });
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
