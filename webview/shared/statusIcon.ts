import { h, type VNode } from "./dom";
import { icon, spinner } from "./elements";

/** One shape per state, so that nothing hangs on color alone. */
const shapes: Readonly<Record<string, { readonly icon: string; readonly tone: string }>> = {
  pending: { icon: "circle-large-outline", tone: "quiet" },
  claimed: { icon: "circle-large-filled", tone: "quiet" },
  queued: { icon: "circle-large-outline", tone: "quiet" },
  in_progress: { icon: "sync", tone: "active" },
  running: { icon: "sync", tone: "active" },
  ready_for_test: { icon: "beaker", tone: "active" },
  tested: { icon: "beaker", tone: "good" },
  in_review: { icon: "eye", tone: "attention" },
  waiting: { icon: "bell-dot", tone: "attention" },
  done: { icon: "pass", tone: "good" },
  completed: { icon: "pass", tone: "good" },
  approved: { icon: "verified", tone: "good" },
  draft: { icon: "edit", tone: "quiet" },
  failed: { icon: "error", tone: "bad" },
  rejected: { icon: "circle-slash", tone: "bad" },
  blocked: { icon: "circle-slash", tone: "attention" },
  paused: { icon: "debug-pause", tone: "attention" },
  skipped: { icon: "debug-step-over", tone: "quiet" },
  cancelled: { icon: "close", tone: "quiet" },
};

export function statusIcon(status: string): VNode {
  const shape = shapes[status] ?? { icon: "circle-large-outline", tone: "quiet" };
  if (shape.icon === "sync") return h("span", { class: "status active" }, spinner());
  return h("span", { class: `status ${shape.tone}` }, icon(shape.icon));
}

export function tone(status: string): string {
  return shapes[status]?.tone ?? "quiet";
}
