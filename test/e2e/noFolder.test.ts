import { afterEach, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { welcome, welcomeSays } from "./pages";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-no-folder");
  await workbench?.close();
  workbench = undefined;
});

test("without a folder the view offers to open one, or the sample", async () => {
  workbench = await openWorkbench({ workspace: "none" });
  await workbench.openViewContainer("MasterPlan");
  await welcomeSays(workbench, /Open a folder to plan work in it/u, ["Open Folder"]);
  await welcome(workbench).getByText("Open the sample plan").waitFor();
  await welcome(workbench).getByRole("button", { name: "Open Folder" }).click();
  await workbench.page.locator(".quick-input-widget input[type=text]").first().waitFor();
});
