import type * as vscode from "vscode";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import { isRunId, type RunId } from "../../core/ids";
import type { FileChange } from "../../core/change/changeSet";
import type { ReviewParams, ReviewView } from "../../engine/personDecisions";
import type { PublicEvent } from "../../engine/publicEvent";
import { reviewLabels } from "../../protocol/reviewLabels";
import { reviewParams, type HunkNote, type ReviewHost, type ReviewState } from "../../protocol/reviewView";
import { openChangeDiff, openFileDiff } from "./diffDocuments";
import { openPlanPanel } from "./planPanel";
import { fileHunks, reviewState } from "./reviewState";
import { SnapshotLoop } from "./snapshotLoop";
import { translateLabels } from "./translateLabels";
import type { Page, PageConnection, PageDefinition, WebviewHost } from "./webviewHost";

export const reviewViewType = "masterplan.review";

/** Opens the review of a task's open change, or brings it to the front. Shows that nothing is open where that is so. */
export function openReviewPanel(
  host: WebviewHost,
  run: RunId,
  task: string,
  restored?: vscode.WebviewPanel,
): void {
  host.open(reviewPage(host, run, task), restored);
}

/** The change that a restored page belongs to; null when its state is not one of ours. */
export function reviewOfSubject(subject: string): { readonly run: RunId; readonly task: string } | null {
  const [run = "", ...rest] = subject.split(" ");
  const task = rest.join(" ");
  return isRunId(run) && task !== "" ? { run, task } : null;
}

function reviewPage(host: WebviewHost, run: RunId, task: string): PageDefinition<ReviewHost> {
  return {
    viewType: reviewViewType,
    bundle: "review",
    subject: `${run} ${task}`,
    title: host.options.translate("Review {0}", task),
    params: reviewParams,
    connect: (connection) => new ReviewPanel(host, run, task, connection),
  };
}

class ReviewPanel implements Page<ReviewHost> {
  readonly handlers: ReviewHost;
  readonly invoke = (command: string): void => this.#connection.post("invoked", { command });
  readonly #host: WebviewHost;
  readonly #run: RunId;
  readonly #task: string;
  readonly #connection: PageConnection;
  readonly #loop: SnapshotLoop;
  readonly #subscription: { dispose(): void };
  #revision = 0;
  #last: ReviewView | null = null;

  constructor(host: WebviewHost, run: RunId, task: string, connection: PageConnection) {
    this.#host = host;
    this.#run = run;
    this.#task = task;
    this.#connection = connection;
    const { clock, masterPlan } = host.options;
    this.#loop = new SnapshotLoop({ make: () => this.#post(), clock, pauseMs: 100 });
    this.#subscription = masterPlan.onEvent((event) => this.#onEvent(event));
    this.handlers = this.#createHandlers();
  }

  setSeen(seen: boolean): void {
    this.#loop.setSeen(seen);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#loop.dispose();
  }

  #onEvent(event: PublicEvent): void {
    if (event.run !== this.#run) return;
    const settles = event.type.startsWith("run.") && event.type !== "run.waiting";
    if (settles || (event["task"] === this.#task && shaping.includes(event.type))) this.#loop.request();
  }

  async #snapshot(): Promise<ReviewState> {
    this.#revision += 1;
    const { masterPlan, translate } = this.#host.options;
    const closed = (text: string): ReviewState => {
      const title = this.#last?.title ?? "";
      this.#last = null;
      return { kind: "closed", revision: this.#revision, run: this.#run, task: this.#task, title, text };
    };
    const { tasks } = await masterPlan.status({ id: this.#run });
    const status = tasks.find(({ task_id }) => task_id === this.#task)?.status ?? "pending";
    // A change is there before its checks have run; until they have, there is nothing to decide.
    if (working.includes(status))
      return closed(translate("The task is being worked on; its change will appear here"));
    if (status !== "in_review") return closed("");
    try {
      this.#last = await masterPlan.changeSet({ run: this.#run, task: this.#task });
      this.#connection.setTitle(translate("Review {0}", `${this.#task} ${this.#last.title}`));
      return reviewState(this.#last, this.#revision);
    } catch (error) {
      if (!isMasterPlanError(error, "review.notOpen")) throw error;
      return closed("");
    }
  }

  async #post(): Promise<void> {
    try {
      this.#connection.post("stateChanged", await this.#snapshot());
    } catch (error) {
      const { code, message } = this.#host.options.describe(error);
      this.#host.options.logger.log("warn", "Review page not updated", { code, message });
    }
  }

  /** The change that the page shows; refused when the page saw another one. */
  #current(hash: string): ReviewView {
    if (this.#last?.change.hash === hash) return this.#last;
    const { translate } = this.#host.options;
    throw new MasterPlanError(
      "review.staleChange",
      translate("This change is not the one that waits for review"),
      {
        hint: translate("Look at the new change, then decide"),
      },
    );
  }

  #file(hash: string, index: number): FileChange {
    const file = this.#current(hash).change.files[index];
    if (file !== undefined) return file;
    throw new MasterPlanError("review.badHunk", `The change has no file ${index}`);
  }

  #createHandlers(): ReviewHost {
    const { masterPlan, language, translate } = this.#host.options;
    const target = { run: this.#run, task: this.#task };
    const review = async (
      params: Omit<ReviewParams, "run" | "task">,
    ): Promise<{ readonly commit: string | null }> => {
      const { commit } = await masterPlan.review({ ...target, ...params });
      this.#loop.request();
      return { commit };
    };
    return {
      ready: async () => ({
        language,
        labels: translateLabels(reviewLabels, translate),
        state: await this.#snapshot(),
      }),
      fileHunks: async ({ change_hash, file }) => {
        await Promise.resolve();
        return { hunks: fileHunks(this.#current(change_hash).change, file) };
      },
      accept: async ({ change_hash, hunks, protected_files, waivers, comments }) => {
        const { change } = this.#current(change_hash);
        const reason = noteText(change.files, comments);
        return review({
          decision: "accept",
          change_hash,
          hunks,
          protected_files: protected_files.map((index) => this.#file(change_hash, index).path),
          waivers,
          ...(reason === "" ? {} : { reason }),
        });
      },
      sendBack: async ({ change_hash, keep_hunks, reasons, comments, note }) => {
        const { change } = this.#current(change_hash);
        const parts = [noteText(change.files, reasons), noteText(change.files, comments), note];
        const reason = parts.filter((part) => part !== "").join("\n");
        await review({ decision: "reject", change_hash, hunks: keep_hunks, reason });
        return {};
      },
      openFile: async ({ change_hash, file, line }) => {
        await openFileDiff({
          ...target,
          change_hash,
          path: this.#file(change_hash, file).path,
          line,
          translate,
        });
        return {};
      },
      openAll: async ({ change_hash }) => {
        const { change, title } = this.#current(change_hash);
        await openChangeDiff({ ...target, change, title });
        return {};
      },
      openPlan: async () => {
        const status = await masterPlan.status({ id: this.#run });
        await openPlanPanel(this.#host, status.plan);
        return {};
      },
    };
  }
}

const working: readonly string[] = ["in_progress", "ready_for_test", "tested"];

const shaping: readonly string[] = [
  "task.status",
  "change.proposed",
  "review.requested",
  "review.decided",
  "commit.created",
];

/** What a person wrote, with the place it is about, in the words the next attempt reads. */
function noteText(files: readonly FileChange[], notes: readonly HunkNote[]): string {
  return notes
    .map(({ hunk, text }) => {
      const file = files.find(({ hunks }) => hunks.some(({ number }) => number === hunk));
      return file === undefined ? text : `${file.path}, hunk ${hunk}: ${text}`;
    })
    .join("\n");
}
