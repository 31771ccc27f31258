import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";

let workbench: Workbench | undefined;

afterEach(async () => {
  await workbench?.close();
  workbench = undefined;
});

test("a fresh window shows MasterPlan in the activity bar, and asks for nothing", async () => {
  workbench = await openWorkbench();
  await workbench.openViewContainer("MasterPlan");
  await workbench.page.getByRole("button", { name: "New Plan" }).first().waitFor();
  // A command that is answered proves that the host part was loaded and started.
  await workbench.execute("masterplan.refresh");
  expect(await workbench.notification(/MasterPlan/u).count()).toBe(0);
});
