// @ts-check
// Runs test/extension/**/*.test.ts inside the desktop editor, where it can be downloaded (a hosted CI, a laptop).
// `--version 1.101.0`, `--version stable` or `--version insiders`; stable unless told otherwise.
import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runTests } from "@vscode/test-electron";
import { bundleExtensionTests } from "./bundleExtensionTests.mjs";
import { createProfile } from "./profile.mjs";
import { createSample } from "../sample/createSample.mjs";
import { root } from "../start/paths.mjs";

const { values } = parseArgs({ options: { version: { type: "string", default: "stable" } } });
let passed = 0;
let failed = 0;

for (const session of await bundleExtensionTests()) {
  const profile = await createProfile();
  const workspace = await createSample(path.join(profile.folder, "todo"));
  const extensions = path.join(profile.folder, "extensions");
  await mkdir(extensions);
  await cp(
    path.join(root, "test", "editor", "fakeLanguageModel"),
    path.join(extensions, "test.fakelanguagemodel-0.0.1"),
    { recursive: true },
  );
  const folders = ["--user-data-dir", path.join(profile.folder, "user"), "--extensions-dir", extensions];
  const trust = session.trust ? ["--disable-workspace-trust"] : [];
  try {
    await runTests({
      version: values.version,
      extensionDevelopmentPath: root,
      extensionTestsPath: session.testsPath,
      extensionTestsEnv: profile.env,
      launchArgs: [
        workspace,
        ...folders,
        ...trust,
        "--skip-welcome",
        "--skip-release-notes",
        "--disable-gpu",
      ],
    });
  } catch (error) {
    // A failing test ends the editor with an exit code; the results below tell which.
    console.error(`${session.name}: ${error instanceof Error ? error.message : String(error)}`);
    if (!existsSync(session.resultFile)) failed += 1;
  }
  if (existsSync(session.resultFile)) {
    /** @type {import("./extensionTestEntry").HostTestResult[]} */
    const results = JSON.parse(await readFile(session.resultFile, "utf8"));
    for (const { title, outcome, error } of results) {
      console.log(`  ${outcome.padEnd(7)} ${title}${error === undefined ? "" : `\n${error}`}`);
      if (outcome === "passed") passed += 1;
      if (outcome === "failed") failed += 1;
    }
  }
  await profile.remove();
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
