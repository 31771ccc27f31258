import type { HunkState, ReviewEvents, ReviewHost, ReviewState } from "../../src/protocol/reviewView";
import type { WireError } from "../../src/protocol/rpc";
import { createAnnouncer } from "../shared/announcer";
import { keepClearOfBar } from "../shared/barRoom";
import { patch } from "../shared/dom";
import { createRpcClient, RequestFailed, type EditorApi } from "../shared/rpcClient";
import { loadViewState } from "../shared/viewState";
import { createWords } from "../shared/words";
import { noDecisions } from "./decisions";
import { createReviewActions } from "./reviewActions";
import { reviewPage } from "./reviewPage";
import { initialArrangement, type ReviewArrangement, type ReviewPage } from "./reviewUi";
import { runCommand, runShortcut, shortcutOf } from "./shortcuts";

/** Width in px from which two columns of code fit. */
const splitWidth = 880;

export function startReviewApp(document: Document, api: EditorApi, window: Window): void {
  const root = document.getElementById("root") ?? document.body;
  const subject = document.body.dataset["subject"] ?? "";
  const view = loadViewState<ReviewArrangement>(api, subject, initialArrangement);
  const rpc = createRpcClient<ReviewHost, ReviewEvents>(api, window);
  const say = createAnnouncer(document);
  const watchBar = keepClearOfBar(document);
  const room = window.matchMedia(`(min-width: ${String(splitWidth)}px)`);
  let page: ReviewPage | null = null;

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        const { moreLines, fetchFile } = target.dataset;
        if (moreLines !== undefined) page?.actions.showMore(Number(moreLines));
        if (fetchFile !== undefined) page?.actions.fetchFile(Number(fetchFile));
      }
    },
    { rootMargin: "400px" },
  );

  function render(): void {
    if (page === null) return;
    patch(root, [reviewPage(page)]);
    watchBar();
    observer.disconnect();
    for (const element of root.querySelectorAll("[data-more-lines], [data-fetch-file]"))
      observer.observe(element);
  }
  function set(change: Partial<ReviewPage>): void {
    if (page === null) return;
    page = { ...page, ...change };
    render();
  }
  function fail(error: unknown): void {
    const wire: WireError =
      error instanceof RequestFailed ? error.wire : { code: "internal", message: String(error) };
    set({ error: wire, busy: null });
  }
  /** Decisions belong to one change; another change starts without any. */
  function decisionsFor(state: ReviewState): ReviewArrangement {
    const kept = view.value;
    if (state.kind === "closed" || kept.decisions.change_hash === state.change_hash) return kept;
    return { ...kept, decisions: noDecisions(state.change_hash), current: null, form: null };
  }
  function show(state: ReviewState): void {
    if (page === null || state.revision < page.state.revision) return;
    const before = page.state;
    const another =
      state.kind === "open" && !(before.kind === "open" && before.change_hash === state.change_hash);
    view.save(decisionsFor(state));
    set({
      state,
      arranged: view.value,
      ...(another ? { fetched: new Map(), shownLines: new Map(), problem: null } : {}),
    });
    if (another) say(page.words("newChangeSaid"));
  }
  async function start(): Promise<void> {
    const ready = await rpc.request("ready", {});
    document.documentElement.lang = ready.language;
    view.save(decisionsFor(ready.state));
    const fetched = new Map<number, readonly HunkState[]>();
    const first: Omit<ReviewPage, "actions"> = {
      state: ready.state,
      arranged: view.value,
      fetched,
      shownLines: new Map(),
      wide: room.matches,
      busy: null,
      error: null,
      problem: null,
      words: createWords(ready.labels),
    };
    const actions = createReviewActions({
      rpc,
      say,
      set,
      fail,
      page: () => page ?? { ...first, actions },
      arrange: (change) => {
        view.save({ ...view.value, ...change });
        set({ arranged: view.value });
      },
      focus: (id) => {
        const element = document.getElementById(id);
        element?.focus({ preventScroll: true });
        // A form comes into sight with its buttons, not with its field alone.
        (element?.closest(".form") ?? element)?.scrollIntoView({ block: "nearest" });
      },
      keepFetched: (file, hunks) => set({ fetched: new Map(page?.fetched).set(file, hunks) }),
    });
    page = { ...first, actions };
    render();
  }

  rpc.on("stateChanged", show);
  rpc.on("invoked", ({ command }) => {
    if (page === null) return;
    // Whoever asked was the editor; what is done next, a reason to write or a hunk to read, is on the page.
    window.focus();
    runCommand(command, page);
  });
  room.addEventListener("change", () => set({ wide: room.matches }));
  document.addEventListener("keydown", (event) => {
    const key = shortcutOf(event);
    if (key === null || page === null) return;
    event.preventDefault();
    runShortcut(key, page);
  });
  start().catch((error: unknown) => {
    patch(root, [error instanceof Error ? error.message : String(error)]);
  });
}
