import type { OpenReview, ReviewEvents, ReviewHost } from "../../src/protocol/reviewView";
import type { RpcClient } from "../shared/rpcClient";
import {
  acceptParams,
  allHunks,
  decide,
  decisionOf,
  noDecisions,
  sendBackParams,
  tally,
  undoLast,
  type Decisions,
} from "./decisions";
import { linesAtOnce } from "./diffTable";
import type { ReviewActions, ReviewArrangement, ReviewPage } from "./reviewUi";

interface Wiring {
  readonly rpc: RpcClient<ReviewHost, ReviewEvents>;
  readonly say: (text: string) => void;
  readonly arrange: (change: Partial<ReviewArrangement>) => void;
  readonly set: (change: Partial<ReviewPage>) => void;
  readonly fail: (error: unknown) => void;
  readonly page: () => ReviewPage;
  /** Moves the focus, and the page with it, to an element. */
  readonly focus: (id: string) => void;
  readonly keepFetched: (
    file: number,
    hunks: ReviewPage["fetched"] extends ReadonlyMap<number, infer H> ? H : never,
  ) => void;
}

export function createReviewActions(wiring: Wiring): ReviewActions {
  const { rpc, say, set, fail } = wiring;
  const decisions = (): Decisions => wiring.page().arranged.decisions;
  const review = (): OpenReview | null => {
    const { state } = wiring.page();
    return state.kind === "open" ? state : null;
  };
  const arrange = (change: Partial<ReviewArrangement>): void => {
    wiring.arrange(change);
    if (wiring.page().problem !== null) set({ problem: null });
  };
  const during = (
    name: NonNullable<ReviewPage["busy"]>,
    work: (open: OpenReview) => Promise<unknown>,
  ): void => {
    const open = review();
    if (open === null || wiring.page().busy !== null) return;
    set({ busy: name, error: null, problem: null });
    work(open).then(() => set({ busy: null }), fail);
  };
  const goTo = (hunk: number): void => {
    arrange({ current: hunk });
    wiring.focus(`hunk-${String(hunk)}`);
  };
  /** After a decision the next hunk without one is in hand; the last one stays. */
  const goOn = (from: number): void => {
    const open = review();
    if (open === null) return;
    const numbers = allHunks(open);
    const isOpen = (number: number): boolean => decisionOf(decisions(), number).state === "open";
    const next = numbers.find((number) => number > from && isOpen(number)) ?? numbers.find(isOpen) ?? from;
    goTo(next);
  };
  const stop = (problem: string, focus?: string): void => {
    set({ problem });
    if (focus !== undefined) wiring.focus(focus);
  };

  return {
    arrange,
    setNote: (note) => arrange({ decisions: { ...decisions(), note } }),
    setWaiver: (check, on) => {
      const rest = decisions().waivers.filter((item) => item !== check);
      arrange({ decisions: { ...decisions(), waivers: on ? [...rest, check] : rest } });
    },
    select: (hunk) => {
      if (wiring.page().arranged.current === hunk) return;
      arrange({ current: hunk });
    },
    goTo,
    step: (direction) => {
      const open = review();
      if (open === null) return;
      const numbers = allHunks(open);
      const { current } = wiring.page().arranged;
      const at = current === null ? (direction === 1 ? -1 : numbers.length) : numbers.indexOf(current);
      const next = numbers[Math.min(numbers.length - 1, Math.max(0, at + direction))];
      if (next !== undefined) goTo(next);
    },
    accept: (hunk) => {
      arrange({ decisions: decide(decisions(), hunk, { state: "accepted", reason: "" }), form: null });
      say(wiring.page().words("acceptedSaid", hunk));
      goOn(hunk);
    },
    openForm: (kind, hunk) => {
      const { reason, comment } = decisionOf(decisions(), hunk);
      arrange({ current: hunk, form: { kind, hunk, text: kind === "reason" ? reason : comment } });
      wiring.focus("note-text");
    },
    saveForm: () => {
      const { form } = wiring.page().arranged;
      if (form === null) return;
      const { words } = wiring.page();
      const text = form.text.trim();
      if (form.kind === "reason" && text === "") {
        stop(words("reasonMissing"), "note-text");
        return;
      }
      const change =
        form.kind === "reason" ? { state: "rejected" as const, reason: text } : { comment: text };
      arrange({ decisions: decide(decisions(), form.hunk, change), form: null });
      if (form.kind === "reason") {
        say(words("rejectedSaid", form.hunk));
        goOn(form.hunk);
      } else goTo(form.hunk);
    },
    closeForm: () => {
      const { form } = wiring.page().arranged;
      arrange({ form: null });
      if (form !== null) goTo(form.hunk);
    },
    undo: () => {
      const { decisions: rest, hunk } = undoLast(decisions());
      if (hunk === null) return;
      arrange({ decisions: rest, form: null });
      const { words } = wiring.page();
      const { state } = decisionOf(rest, hunk);
      say(
        words(state === "open" ? "undoneSaid" : state === "accepted" ? "acceptedSaid" : "rejectedSaid", hunk),
      );
      goTo(hunk);
    },
    openInEditor: (hunk) =>
      during("open", (open) => {
        const file = open.files.findIndex((item) => item.hunk_numbers.includes(hunk));
        const known = open.files[file]?.hunks ?? wiring.page().fetched.get(file);
        const line = Math.max(1, known?.find((item) => item.number === hunk)?.after_start ?? 1);
        return rpc.request("openFile", { change_hash: open.change_hash, file, line });
      }),
    openFile: (file) =>
      during("open", (open) => rpc.request("openFile", { change_hash: open.change_hash, file, line: 1 })),
    openAll: () => during("open", (open) => rpc.request("openAll", { change_hash: open.change_hash })),
    openPlan: () => {
      rpc.request("openPlan", {}).catch(fail);
    },
    acceptHunks: (hunks) => {
      const open = review();
      if (open === null) return;
      const { words } = wiring.page();
      const missing = open.needs_waiver.filter((check) => !decisions().waivers.includes(check));
      if (missing.length > 0) {
        stop(words("waiversMissing"), "waivers");
        return;
      }
      if (hunks.length === 0 && open.files.length > 0) {
        stop(words("acceptNone"));
        return;
      }
      during("accept", async () => {
        await rpc.request("accept", acceptParams(open, decisions(), hunks));
        say(words("landedSaid"));
        wiring.arrange({ decisions: noDecisions(open.change_hash), form: null });
      });
    },
    sendBack: () => {
      const open = review();
      if (open === null) return;
      const { words } = wiring.page();
      const rejected = tally(open, decisions()).rejected;
      if (rejected.length === 0 && decisions().note.trim() === "") {
        stop(words("sendBackMissing"));
        return;
      }
      during("sendBack", async () => {
        await rpc.request("sendBack", sendBackParams(open, decisions()));
        say(words("sentBackSaid"));
        wiring.arrange({ decisions: noDecisions(open.change_hash), form: null });
      });
    },
    showMore: (hunk) => {
      const { shownLines } = wiring.page();
      set({ shownLines: new Map(shownLines).set(hunk, (shownLines.get(hunk) ?? linesAtOnce) + linesAtOnce) });
    },
    fetchFile: (file) => {
      const open = review();
      if (open === null || wiring.page().fetched.has(file)) return;
      rpc
        .request("fileHunks", { change_hash: open.change_hash, file })
        .then(({ hunks }) => wiring.keepFetched(file, hunks), fail);
    },
    dismissError: () => set({ error: null }),
  };
}
