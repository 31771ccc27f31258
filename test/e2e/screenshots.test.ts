import path from "node:path";
import { afterAll, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { ThemeKind, Workbench } from "../editor/workbench";
import { output } from "../start/paths.mjs";
import { rejectByMouse } from "./pages";

const themes = [
  "light",
  "dark",
  "high contrast",
  "high contrast light",
] as const satisfies readonly ThemeKind[];
/** Editor area, beside the activity bar. */
const widths = [300, 1000] as const;
const activityBar = 56;

let workbench: Workbench | undefined;

afterAll(() => workbench?.close());

// Pictures for people to look at; they prove nothing by themselves, so they are made on demand only.
test.runIf(process.env["MASTERPLAN_SCREENSHOTS"] === "1")(
  "pictures of tree, plan page and review page in every theme and width",
  async () => {
    workbench = await openWorkbench({ workspace: "none", width: 1280, height: 900 });
    const { page } = workbench;
    await workbench.openViewContainer("MasterPlan");
    await page.getByText("Open the sample plan").first().click();
    const plan = workbench.webview();
    await plan.getByRole("button", { name: "Approve v1 and run" }).waitFor();
    await workbench.execute("notifications.clearAll");
    await pictures(workbench, "plan");
    await plan.getByRole("button", { name: "Approve v1 and run" }).click();
    await workbench.treeItem(/^Review T-01/u).click({ timeout: 90_000 });
    const review = workbench.webview();
    await review.getByText("attempt 1 of 3").waitFor();
    await pictures(workbench, "review");
    await treePictures(workbench);
    await review.getByRole("button", { name: /^Accept\W+hunk 1 of/u }).click();
    await rejectByMouse(review, 2, "An unknown priority must be refused");
    await pictures(workbench, "decided");
    await review.getByRole("button", { name: /^Send back/u }).click();
    await review.getByText("attempt 2 of 3").waitFor({ timeout: 90_000 });
    await review.getByRole("button", { name: /^Accept all/u }).click();
    await workbench.treeItem(/^T-02 .*, in review/u).waitFor({ timeout: 90_000 });
    await workbench.runCommand("MasterPlan: Open Plan Page");
    await pictures(workbench, "run");
  },
  900_000,
);

async function pictures(window: Workbench, name: string): Promise<void> {
  for (const theme of themes) {
    await window.setTheme(theme);
    const shade = theme.replaceAll(" ", "-");
    await window.setWidth(1280, 900);
    await iconsDrawn(window);
    await window.screenshot(`editor/${name}-${shade}-whole`);
    await window.execute("workbench.action.closeSidebar");
    for (const width of widths) {
      await window.setWidth(width + activityBar, 900);
      await iconsDrawn(window);
      await window.screenshot(`editor/${name}-${shade}-${String(width)}`);
    }
    await window.setWidth(1280, 900);
    await window.execute("masterplan.plan.focus");
  }
}

/** The tree in a sidebar as wide as the pages are. */
async function treePictures(window: Workbench): Promise<void> {
  await window.setWidth(1400, 900);
  for (const width of [...widths].reverse()) {
    await dragSidebar(window, width);
    for (const theme of themes) {
      await window.setTheme(theme);
      const file = path.join(output, "editor", `tree-${theme.replaceAll(" ", "-")}-${String(width)}.png`);
      await window.page.locator(".part.sidebar").screenshot({ path: file });
    }
  }
  await window.setWidth(1280, 900);
}

async function dragSidebar({ page }: Workbench, width: number): Promise<void> {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (box === null) throw new Error("The sidebar is not shown");
  await page.mouse.move(box.x + box.width, 450);
  await page.mouse.down();
  await page.mouse.move(box.x + width, 450, { steps: 8 });
  await page.mouse.up();
  await page.mouse.move(1390, 890);
}

/** The icon font of a page arrives after its text. */
async function iconsDrawn(window: Workbench): Promise<void> {
  await window
    .webview()
    .locator("body")
    .evaluate(async () => {
      await document.fonts.load("16px codicon");
    });
}
