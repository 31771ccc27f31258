import * as vscode from "vscode";

/** The moving line on top of a view, there as long as something works. */
export class ViewProgress {
  readonly #viewId: string;
  #finish: (() => void) | null = null;

  constructor(viewId: string) {
    this.#viewId = viewId;
  }

  show(working: boolean): void {
    if (!working) {
      this.#finish?.();
      this.#finish = null;
      return;
    }
    if (this.#finish !== null) return;
    const done = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    void vscode.window.withProgress({ location: { viewId: this.#viewId } }, () => done);
  }
}
