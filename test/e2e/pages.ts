import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { expect } from "vitest";
import type { Workbench } from "../editor/workbench";
import { nodeBinary, root } from "../start/paths.mjs";

/** Rejects one hunk of the review page in front by mouse. */
export async function rejectByMouse(page: FrameLocator, hunk: number, reason: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^Reject\\W+hunk ${String(hunk)} of`, "u") }).click();
  await page.locator("#note-text textarea").fill(reason);
  await page.getByRole("button", { name: "Reject hunk" }).click();
  await page.locator(`#hunk-${String(hunk)} .decision.rejected`).waitFor();
}

/** Rejects one hunk of the review page in front with the keyboard alone. */
export async function rejectByKeyboard(
  workbench: Workbench,
  page: FrameLocator,
  hunk: number,
  reason: string,
): Promise<void> {
  await page.locator(`#hunk-${String(hunk)}`).focus();
  await workbench.page.keyboard.press("r");
  await page.locator("#note-text textarea:focus").waitFor();
  await workbench.page.keyboard.type(reason);
  await workbench.page.keyboard.press("Control+Enter");
  await page.locator(`#hunk-${String(hunk)} .decision.rejected`).waitFor();
}

/** What the command line prints on the same workspace, for the same person as the editor's. */
export function runCli(
  workbench: Pick<Workbench, "profile">,
  workspace: string,
  ...args: readonly string[]
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const sub = (name: string): string => path.join(workbench.profile, name);
  const { status, stdout, stderr } = spawnSync(
    nodeBinary(),
    [path.join(root, "dist", "cli.js"), ...args, "--workspace", workspace],
    {
      cwd: workspace,
      encoding: "utf8",
      env: {
        ...process.env,
        XDG_DATA_HOME: sub("data"),
        XDG_STATE_HOME: sub("state"),
        XDG_CONFIG_HOME: sub("config"),
        XDG_CACHE_HOME: sub("cache"),
        XDG_RUNTIME_DIR: sub("run"),
        APPDATA: sub("appdata"),
        LOCALAPPDATA: sub("localappdata"),
      },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" });
}

/** Goes through the three boxes of an endpoint: address, key, model. */
export async function chooseEndpoint(window: Workbench, baseUrl: string, secret: string): Promise<void> {
  await window.pick("OpenAI or compatible...");
  for (const [step, answer] of [baseUrl, secret, "scripted"].entries()) {
    await window.page
      .locator(".quick-input-title")
      .filter({ hasText: `(${String(step + 1)}/3)` })
      .waitFor();
    await window.page.locator(".quick-input-widget .quick-input-box input").fill(answer);
    await window.page.keyboard.press("Enter");
  }
  await window.page.locator(".quick-input-title").filter({ hasText: "(3/3)" }).waitFor({ state: "hidden" });
}

/** What the empty plan view says. */
export function welcome(window: Workbench): Locator {
  return window.page.locator(".part.sidebar .welcome-view-content:visible");
}

/** Waits until the empty plan view says a sentence, and compares the buttons that it offers. */
export async function welcomeSays(
  window: Workbench,
  sentence: RegExp,
  buttons: readonly string[],
): Promise<void> {
  await welcome(window).getByText(sentence).first().waitFor();
  const shown = welcome(window).locator("a.monaco-button:visible");
  await shown.first().waitFor();
  expect(await shown.allInnerTexts()).toEqual(buttons);
}

/** A plan document of one milestone with these tasks, in the published form. */
export function planDocument(name: string, tasks: readonly object[]): object {
  return {
    schema_version: 1,
    project_name: name,
    user_request_original: name,
    phases: [{ phase_id: "1", name: "Steps", milestones: [{ milestone_id: "1.1", name: "All", tasks }] }],
  };
}

/** Writes a plan document beside the workspace and names it in the dialog that is open or about to open. */
export async function chooseDocument(window: Workbench, plan: object): Promise<void> {
  const file = path.join(window.profile, "chosen.masterplan.json");
  writeFileSync(file, JSON.stringify(plan));
  await window.chooseFile(file);
}
