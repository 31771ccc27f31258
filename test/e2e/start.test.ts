import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../editor/browserPage.mjs";
import { nodeBinary, root, toolEnvironment } from "../start/paths.mjs";

let started: ChildProcess | undefined;
let browser: Browser | undefined;

afterEach(async () => {
  await browser?.close();
  started?.kill("SIGKILL");
  browser = undefined;
  started = undefined;
});

test("`npm start` prints an address behind which the editor shows the sample plan, lets nobody else in, and ends on Ctrl+C", async () => {
  const script = path.join(root, "test", "start", "start.mjs");
  const program = spawn(nodeBinary(), [script, "--carried", "--no-open"], {
    cwd: root,
    env: toolEnvironment(),
  });
  started = program;
  const ended = new Promise<number | null>((resolve) => program.once("exit", resolve));
  let output = "";
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const [, found] = /runs in VS Code at: {2}(\S+)/u.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    program.stdout.on("data", read);
    program.stderr.on("data", read);
    program.once("exit", (code) => {
      reject(new Error(`ended with exit code ${String(code)}:\n${output}`));
    });
  });

  const stranger = await fetch(new URL("/", address), { redirect: "manual" });
  expect(stranger.status).toBe(403);

  browser = await launchBrowser();
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  await page
    .getByRole("tab", { name: /^MasterPlan/u })
    .first()
    .click();
  await page
    .getByRole("treeitem", { name: /^T-01 .*, pending/u })
    .first()
    .waitFor();
  await browser.close();

  program.kill("SIGINT");
  expect(await ended).toBe(0);
});
