import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { FrameLocator, Locator, Page } from "playwright-core";
import type { Driver } from "./driver";
import { output } from "../start/paths.mjs";

const themes = {
  light: { setting: "Light Modern", shape: "vs" },
  dark: { setting: "Dark Modern", shape: "vs-dark" },
  "high contrast": { setting: "Default High Contrast", shape: "hc-black" },
  "high contrast light": { setting: "Default High Contrast Light", shape: "hc-light" },
} as const;

/** The four kinds of color theme that an editor may show. */
export type ThemeKind = keyof typeof themes;

/** A running editor, as a person in front of it sees it. Everything waits for what it asks for to be visible. */
export class Workbench {
  readonly page: Page;
  /** The folder that is open; undefined for a window without one. */
  readonly workspace: string | undefined;
  /** Where this editor and the product in it keep their files; removed by `close`. */
  readonly profile: string;
  readonly #shutDown: () => Promise<void>;
  readonly #serverLog: () => string;
  readonly #driver: Driver;

  constructor(parts: {
    page: Page;
    workspace: string | undefined;
    profile: string;
    driver: Driver;
    serverLog: () => string;
    shutDown: () => Promise<void>;
  }) {
    this.page = parts.page;
    this.workspace = parts.workspace;
    this.profile = parts.profile;
    this.#driver = parts.driver;
    this.#serverLog = parts.serverLog;
    this.#shutDown = parts.shutDown;
  }

  /** What the editor's server printed so far, extension host included. */
  serverLog(): string {
    return this.#serverLog();
  }

  /** Runs a command as a person does: F1, its whole title with category ("MasterPlan: New Plan"), Enter. */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input[type=text]").first();
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({
      has: this.page.locator(".label-name", { hasText: new RegExp(`^${RegExp.escape(title)}$`, "u") }),
    });
    for (let tries = 0; tries < 10; tries += 1) {
      // A page that is just being loaded swallows the key.
      if (!(await input.isVisible())) {
        await this.page.keyboard.press("F1");
        await input.waitFor({ timeout: 3000 }).catch(() => this.page.mouse.move(0, 0));
        continue;
      }
      await input.fill(`>${title}`);
      if (await clicked(row.first())) return;
      // The palette lists what was possible when it opened.
      await this.page.keyboard.press("Escape");
    }
    throw new Error(`The palette does not offer ${title}`);
  }

  /** Whether the palette offers a command by its whole title at this moment. */
  async offers(title: string): Promise<boolean> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input[type=text]").first().fill(`>${title}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row .label-name");
    await rows.first().waitFor();
    const titles = await rows.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return titles.includes(title);
  }

  /** Types into the open input box or quick pick and confirms. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input[type=text]").first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Names a file in the editor's own file dialog, which first fills in the folder it begins with. */
  async chooseFile(file: string): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    const input = this.page.locator(".quick-input-widget input[type=text]").first();
    await input.fill(file);
    const name = this.page.locator(".quick-input-list .monaco-list-row", { hasText: path.basename(file) });
    await name.first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Names a file that is not there yet in the editor's own dialog for saving. */
  async saveAs(file: string): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    const input = this.page.locator(".quick-input-widget input[type=text]").first();
    await input.fill(file);
    // The dialog swallows the key while it looks into the folder.
    for (let tries = 1; await input.isVisible(); tries += 1) {
      await this.page.keyboard.press("Enter");
      const gone = input.waitFor({ state: "hidden", timeout: tries < 10 ? 2000 : 30_000 });
      await gone.catch((error: unknown) => {
        if (tries === 10) throw error;
      });
    }
  }

  /** Chooses the row of the open quick pick whose label contains `label`. */
  async pick(label: string | RegExp): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first().click();
  }

  /** Runs a command by its title and chooses from the list it shows; a page that is just opening may close the list. */
  async runAndPick(title: string, label: string | RegExp): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first();
    for (let tries = 1; ; tries += 1) {
      await this.runCommand(title);
      try {
        await row.click({ timeout: tries < 4 ? 5000 : 30_000 });
        return;
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  }

  /** Opens a view container by the name its icon in the activity bar has; leaves it open when it is. */
  async openViewContainer(name: string): Promise<void> {
    const tab = this.page.getByRole("tab", { name: new RegExp(`^${RegExp.escape(name)}`, "u") }).first();
    await tab.waitFor();
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
  }

  /** A row of a tree view by its accessible name. */
  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole("treeitem", { name }).first();
  }

  /** Right-clicks a tree row and chooses an entry of its menu. */
  async treeMenu(name: string | RegExp, entry: string): Promise<void> {
    const item = this.page.getByRole("menuitem", { name: entry }).first();
    // A page that is just opening takes the focus, and with it the menu.
    for (let tries = 1; ; tries += 1) {
      await this.treeItem(name).click({ button: "right" });
      try {
        await item.hover({ timeout: tries < 4 ? 5000 : 30_000 });
        break;
      } catch (error) {
        if (tries === 4) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
    // It takes no click in the first moments after it opened; a key it takes at once.
    await this.page.keyboard.press("Enter");
  }

  /** An action shown on the row itself, by its title. */
  async treeAction(name: string | RegExp, action: string): Promise<void> {
    const button = this.treeItem(name).getByRole("button", { name: action }).first();
    // Rows move and are drawn anew while a run goes on, away from under the pointer: then hover again.
    for (let tries = 0; tries < 20; tries += 1) {
      await this.treeItem(name).hover();
      if (await clicked(button)) return;
      await this.page.mouse.move(0, 0);
    }
    await button.click();
  }

  /** The content of the webview that is in front; `nth` where several are visible. */
  webview(nth = 0): FrameLocator {
    return this.page.frameLocator(".webview.ready >> nth=" + String(nth)).frameLocator("#active-frame");
  }

  /** Closes the editor that lies over the others, such as the settings. */
  async closeModalEditor(): Promise<void> {
    const modal = this.page.locator(".monaco-modal-editor-block");
    // It hears the key only once the focus is in it.
    for (let tries = 1; ; tries += 1) {
      await this.page.keyboard.press("Escape");
      try {
        await modal.waitFor({ state: "hidden", timeout: 3000 });
        return;
      } catch (error) {
        if (tries === 10) throw error;
        await modal.click({ position: { x: 2, y: 2 }, timeout: 1000 }).catch(() => undefined);
      }
    }
  }

  /** A notification whose text matches. */
  notification(text: string | RegExp): Locator {
    return this.page
      .locator(".notification-toast, .notifications-center .monaco-list-row")
      .filter({ hasText: text })
      .first();
  }

  /** The modal dialog in front. */
  dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  /** Changes one of the person's settings while the editor runs. */
  async setSetting(name: string, value: unknown): Promise<void> {
    await this.#driver.setSetting(name, value);
  }

  /**
   * Runs a command by its id with arguments, as any other extension could, and gives its result as JSON carries it.
   * For commands that people reach through the palette prefer `runCommand`.
   */
  async execute(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#driver.execute(command, ...args);
  }

  /** Switches the color theme and waits until the window shows it. */
  async setTheme(kind: ThemeKind): Promise<void> {
    await this.setSetting("workbench.colorTheme", themes[kind].setting);
    await this.page.locator(`.monaco-workbench.${themes[kind].shape}`).first().waitFor();
  }

  async setWidth(width: number, height = 800): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /**
   * Puts the window behind others, or in front again, as the editor sees it. The browser of a test always says that its
   * pages are in front, so the page's own answer is replaced.
   */
  async setInFront(inFront: boolean): Promise<void> {
    await this.page.evaluate((focused) => {
      document.hasFocus = () => focused;
      // Whoever had the focus before, the editor asks again after this.
      document.dispatchEvent(new Event("visibilitychange"));
    }, inFront);
    await this.#driver.heardFocus(inFront);
  }

  /** Writes `test/output/<name>.png` and gives its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(output, `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Reloads the window, as the command of that name does, and waits until the editor is usable again. */
  async reload(): Promise<void> {
    // A browser window keeps which editors are open by writing them down every five seconds, not on its way out.
    await setTimeout(7000);
    await this.#driver.forget();
    await this.page.reload();
    await this.ready();
  }

  /** Resolves when the window is drawn and its extension host runs. */
  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.activitybar").waitFor({ timeout: 60_000 });
    await this.#driver.ready(60_000);
  }

  async close(): Promise<void> {
    await this.#shutDown();
  }
}

async function clicked(button: Locator): Promise<boolean> {
  return button.click({ timeout: 1500 }).then(
    () => true,
    () => false,
  );
}
