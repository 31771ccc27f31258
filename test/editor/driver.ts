import { readFile, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** The near end of the test-only driver extension; see `driver/extension.cjs`. */
export class Driver {
  /** Where the extension writes its port once it runs. */
  readonly portFile: string;

  constructor(portFile: string) {
    this.portFile = portFile;
  }

  /** Makes the next `ready` wait for an extension host that starts after this. */
  async forget(): Promise<void> {
    await rm(this.portFile, { force: true });
  }

  /** Resolves when the extension host answers; throws after `timeoutMs`. */
  async ready(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while ((await this.#port()) === undefined) {
      if (performance.now() > deadline) throw new Error("The extension host did not start");
      await delay(50);
    }
  }

  async execute(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#send({ command, args });
  }

  async setSetting(setting: string, value: unknown): Promise<void> {
    await this.#send({ setting, value });
  }

  /** Resolves when extensions have heard whether the window is in front. */
  async heardFocus(focused: boolean): Promise<void> {
    await this.#send({ focused });
  }

  async #send(request: object): Promise<unknown> {
    const port = await this.#port();
    if (port === undefined) throw new Error("The extension host does not run");
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: "POST",
      body: JSON.stringify(request),
    });
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null)
      throw new Error("The driver answered without an object");
    if ("error" in answer) throw new Error(String(answer.error));
    return "value" in answer ? answer.value : undefined;
  }

  async #port(): Promise<string | undefined> {
    const text = await readFile(this.portFile, "utf8").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
      throw error;
    });
    return text === "" ? undefined : text;
  }
}
