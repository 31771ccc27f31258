import type { EditorApi } from "./rpcClient";

/**
 * What the person arranged on a page: folded parts, drafts, decisions not sent yet. The editor keeps it while the page
 * is hidden and after a reload; `subject` tells the host what to show again. Never plan content.
 */
export interface ViewState<T> {
  readonly value: T;
  save(value: T): void;
}

export function loadViewState<T extends object>(api: EditorApi, subject: string, initial: T): ViewState<T> {
  const saved = api.getState() as
    { readonly subject?: string; readonly view?: Partial<T> } | null | undefined;
  let value: T = saved?.subject === subject ? { ...initial, ...saved.view } : initial;
  const save = (next: T): void => {
    value = next;
    api.setState({ subject, view: next });
  };
  save(value);
  return {
    get value() {
      return value;
    },
    save,
  };
}
