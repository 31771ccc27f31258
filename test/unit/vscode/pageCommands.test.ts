import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { TaskReport } from "../../../src/engine/runReports";
import { planParams } from "../../../src/protocol/planParams";
import { reviewCommands } from "../../../src/protocol/reviewCommands";
import { reviewParams } from "../../../src/protocol/reviewView";
import type { CommandId } from "../../../src/vscode/commands/commandIds";
import { offersOf } from "../../../src/vscode/sidebar/taskFlags";
import { keyOfCommand, shortcuts } from "../../../webview/review/shortcuts";
import { root } from "../../start/paths.mjs";
import { aTask } from "../../support/builders";

interface Contributed {
  readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  readonly menus: {
    readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    readonly "view/item/context": readonly { readonly command: string; readonly when: string }[];
  };
}

const { contributes } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  readonly contributes: Contributed;
};

/** What each page may ask of the host, and the command that does the same from the palette. */
const commandOf: Readonly<Record<string, CommandId | null>> = {
  "plan approve run=true": "approveAndRunPlan",
  "plan approve run=false": "approvePlan",
  "plan startRun": "runPlan",
  "plan reject": "rejectPlan",
  "plan requestChanges": "requestChanges",
  "plan editAsDocument": "editPlan",
  "plan control action=pause": "pauseRun",
  "plan control action=resume": "resumeRun",
  "plan control action=cancel": "cancelRun",
  "plan task action=retry": "retryTask",
  "plan task action=skip": "skipTask",
  "plan task action=done": "taskDone",
  "plan gate go=true": "gateGo",
  "plan gate go=false": "gateNoGo",
  "plan openWaiting": "openWaiting",
  "plan openTask": "showTask",
  "plan showOutput": "showOutput",
  "plan finishBranch how=merge": "finishBranch",
  "plan finishBranch how=squash": "finishBranch",
  "plan finishBranch how=keep": "finishBranch",
  "plan finishBranch how=drop": "finishBranch",
  "review accept": "acceptTask",
  "review sendBack": "sendBackTask",
  "review openFile": "openHunk",
  "review openAll": "openChanges",
  "review openPlan": "openPlan",
  // How a page fills itself: nobody asks for it by hand.
  "plan ready": null,
  "plan phaseRows": null,
  "plan history": null,
  "review ready": null,
  "review fileHunks": null,
};

/** The actions of a page by its schemas: a method, or each value of the one choice it takes. */
function actionsOf(page: string, params: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(params).flatMap(([method, schema]) => {
    const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, object>> };
    const choices = Object.entries(properties).flatMap(([name, rule]) => {
      if ("enum" in rule && Array.isArray(rule.enum)) return rule.enum.map((one) => `${name}=${String(one)}`);
      return "type" in rule && rule.type === "boolean" ? [`${name}=true`, `${name}=false`] : [];
    });
    return choices.length === 0
      ? [`${page} ${method}`]
      : choices.map((choice) => `${page} ${method} ${choice}`);
  });
}

/** When the palette offers a command; undefined when it always does. */
function offeredWhen(command: string): string | undefined {
  const shown = contributes.menus.commandPalette.find((item) => item.command === command);
  return shown?.when ?? contributes.commands.find((one) => one.command === command)?.enablement;
}

describe("WV-36 whatever a page offers, the palette offers too, and only when it is possible", () => {
  test("every request of a page has its command", () => {
    const actions = [...actionsOf("plan", planParams), ...actionsOf("review", reviewParams)];
    expect(Object.keys(commandOf).sort()).toEqual(actions.sort());
  });

  test("every key of the review page has its command", () => {
    const keys = reviewCommands.flatMap((one) => (one === "sendReview" ? [] : [keyOfCommand[one]]));
    expect(new Set([...keys, "?"])).toEqual(new Set(shortcuts));
  });

  const commands = [...Object.values(commandOf).filter((one) => one !== null), ...reviewCommands];
  test.each([...new Set(commands)])("%s", (id) => {
    const command = `masterplan.${id}`;
    expect(contributes.commands.map((one) => one.command)).toContain(command);
    expect(offeredWhen(command)).toMatch(/masterplan\.|activeWebviewPanelId/u);
  });

  test("a task's action in the tree is in the palette while any task offers it", () => {
    for (const { command, when } of contributes.menus["view/item/context"]) {
      const flag = /viewItem =~ \/\\b(\w+)\\b\//u.exec(when)?.[1] ?? "";
      const offered = offeredWhen(command) ?? "";
      // Offered for the whole plan as well.
      if (["masterplan.showTask", "masterplan.showOutput", "masterplan.editPlan"].includes(command)) continue;
      // The change of a task that is in review is one of the changes to look at.
      const wanted = command === "masterplan.reviewTask" ? "review" : flag;
      expect(offered, command).toMatch(/^masterplan\.offers =~ /u);
      expect(offered.replaceAll("\\b", " ").match(/\w+/gu), command).toContain(wanted);
    }
  });
});

test("WV-36 what the palette may offer follows from the plan in hand", () => {
  const report = (status: TaskReport["status"], more: Partial<TaskReport> = {}): TaskReport =>
    ({ status, attempts: 1, evidence: [], commit: null, ...more }) as unknown as TaskReport;
  const tasks = [
    { spec: aTask("T-1"), report: report("failed") },
    { spec: aTask("T-2"), report: report("done", { commit: "abc" }) },
  ];
  const waiting = [{ kind: "gate", plan: "p", run: "r", text: "?" }] as never;
  expect(offersOf({ run: "r_1", waiting: [] }, tasks)).toBe("landed;retry;skip;task");
  expect(offersOf({ run: "r_1", waiting }, [])).toBe("gate");
  // Whoever works by hand signs off; a fix has a folder of its own to open.
  const byHand = (more: Partial<TaskReport>) => [
    { spec: aTask("T-3"), report: report("in_progress", { by_hand: true, ...more }) },
  ];
  expect(offersOf({ run: "r_1", waiting: [] }, byHand({}))).toBe("manual;skip;task");
  expect(offersOf({ run: "r_1", waiting: [] }, byHand({ worktree: "/w" }))).toBe("fix;manual;skip;task");
  expect(offersOf({ run: null, waiting: [] }, tasks)).toBe("");
});
