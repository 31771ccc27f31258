import { keptBrowser } from "./browserPage.mjs";
import { Driver } from "./driver";
import { createProfile } from "./profile.mjs";
import { quietSettings } from "./quietSettings.mjs";
import { Workbench } from "./workbench";
import { createSample } from "../sample/createSample.mjs";
import { installEditor } from "../start/editorInstall.mjs";
import { startEditorServer, workbenchAddress } from "../start/editorServer.mjs";
import { root } from "../start/paths.mjs";
import path from "node:path";

export interface WorkbenchOptions {
  /** Folder or `.code-workspace` file to open; a fresh copy of the sample workspace unless told otherwise, "none" for a window without a folder. */
  readonly workspace?: string;
  /** Fixed where a second window on the same profile must find the state of the first. */
  readonly port?: number;
  /** A profile of an earlier window, to start the editor again on; it is kept by whoever made it. */
  readonly profile?: Awaited<ReturnType<typeof createProfile>>;
  /** False to meet Restricted Mode. */
  readonly trust?: boolean;
  /** Display language of the extension, such as "es"; the editor's own words stay English. */
  readonly locale?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folders of further extensions that only the test needs. */
  readonly extensions?: readonly string[];
  /** Laid over the environment of the editor and its extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly width?: number;
  readonly height?: number;
  readonly editor?: "current" | "lowest";
  /** The extension under development; this repository's unless told otherwise. */
  readonly extension?: string;
}

/** A test-only extension that serves the model `fakelm/fake-1`; see its `fakelm.script` command. */
export const fakeLanguageModel = path.join(root, "test", "editor", "fakeLanguageModel");

/** Opens the real editor with the built extension on a folder, in a fresh profile. Always `close` it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const profile = options.profile ?? (await createProfile());
  const workspace =
    options.workspace === "none"
      ? undefined
      : (options.workspace ?? (await createSample(path.join(profile.folder, "todo"))));
  const driver = new Driver(path.join(profile.folder, "driver-port"));
  await driver.forget();
  const server = await startEditorServer({
    editor: await installEditor(options.editor ?? "current", (line) => console.error(line)),
    profile: profile.folder,
    trust: options.trust ?? true,
    settings: { ...quietSettings, ...options.settings },
    extensions: [
      options.extension ?? root,
      path.join(root, "test", "editor", "driver"),
      ...(options.extensions ?? []),
    ],
    env: { ...profile.env, MASTERPLAN_TEST_DRIVER: driver.portFile, ...options.env },
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
  });
  const browser = await keptBrowser();
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    locale: options.locale ?? "en-US",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.origin });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const workbench = new Workbench({
    page,
    workspace,
    profile: profile.folder,
    driver,
    serverLog: () => server.log(),
    shutDown: async () => {
      await context.close();
      await server.stop();
      if (options.profile === undefined) await profile.remove();
    },
  });
  try {
    await page.goto(workbenchAddress(server, workspace));
    await workbench.ready();
  } catch (error) {
    await workbench.screenshot(`failed-to-open-${String(server.port)}`);
    await workbench.close();
    throw error;
  }
  return workbench;
}
