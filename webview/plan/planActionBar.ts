import { h, type Child, type VNode } from "../shared/dom";
import { button, textArea } from "../shared/elements";
import type { PlanForm, PlanPage } from "./planUi";

/** What a person may do with the page as it stands; stays in sight at the lower edge. */
export function planActionBar(page: PlanPage): Child {
  const { state, words } = page;
  const children = barContent(page);
  if (children === null) return null;
  return h(
    "footer",
    { key: "bar", class: "action-bar", "aria-label": words("planFor") },
    ...children,
    h(
      "span",
      { class: "hash quiet", title: `${words("hash")} ${state.hash}` },
      h("span", { class: "sr-only" }, words("hash"), " "),
      h("code", {}, `sha ${shortHash(state.hash)}`),
    ),
  );
}

function shortHash(hash: string): string {
  return hash.replace(/^sha256:/u, "").slice(0, 12);
}

function barContent(page: PlanPage): Child[] | null {
  const { state, arranged } = page;
  switch (arranged.form) {
    case "changes":
      return state.mode === "approval" ? [changesForm(page)] : approvalButtons(page);
    case "reject":
      return state.mode === "approval" ? [rejectForm(page)] : approvalButtons(page);
    case "cancelRun":
      return state.run === null
        ? approvalButtons(page)
        : [confirmation(page, "cancelRunConfirm", "cancelRunYes")];
    case "drop":
      return state.run === null ? approvalButtons(page) : [confirmation(page, "dropConfirm", "dropYes")];
    case null:
      return approvalButtons(page);
  }
}

function approvalButtons(page: PlanPage): Child[] | null {
  const { state, words, actions, busy } = page;
  const open = (form: PlanForm): void => actions.arrange({ form });
  if (state.mode === "approval") {
    return [
      button({
        id: "approve-and-run",
        label: words("approveAndRun", state.version),
        look: "primary",
        icon: "play",
        busy: busy === "approve",
        onClick: () => actions.approve(true),
      }),
      button({ label: words("approveOnly"), disabled: busy !== null, onClick: () => actions.approve(false) }),
      button({
        id: "request-changes",
        label: words("requestChanges"),
        disabled: busy !== null,
        onClick: () => open("changes"),
      }),
      button({ label: words("editDocument"), disabled: busy !== null, onClick: actions.editAsDocument }),
      button({
        id: "reject",
        label: words("reject"),
        disabled: busy !== null,
        onClick: () => open("reject"),
      }),
    ];
  }
  if (state.mode === "approved") {
    return [
      button({
        label: words("startRun", state.version),
        look: "primary",
        icon: "play",
        busy: busy === "startRun",
        onClick: actions.startRun,
      }),
      button({ label: words("editDocument"), disabled: busy !== null, onClick: actions.editAsDocument }),
    ];
  }
  if (state.mode === "run") return runButtons(page);
  return [button({ label: words("editDocument"), disabled: busy !== null, onClick: actions.editAsDocument })];
}

function runButtons(page: PlanPage): Child[] | null {
  const { state, words, actions, busy } = page;
  const status = state.run?.status;
  if (status === undefined || status === "completed") return null;
  if (status === "failed" || status === "cancelled") {
    return [
      button({
        label: words("runAgain"),
        icon: "play",
        busy: busy === "startRun",
        onClick: actions.startRun,
      }),
      button({ label: words("editDocument"), disabled: busy !== null, onClick: actions.editAsDocument }),
    ];
  }
  return [
    status === "paused"
      ? button({
          label: words("resume"),
          look: "primary",
          icon: "debug-continue",
          busy: busy === "control",
          onClick: () => actions.control("resume"),
        })
      : button({
          label: words("pause"),
          icon: "debug-pause",
          busy: busy === "control",
          onClick: () => actions.control("pause"),
        }),
    button({
      id: "cancel-run",
      label: words("cancelRun"),
      disabled: busy !== null,
      onClick: () => actions.arrange({ form: "cancelRun" }),
    }),
  ];
}

function changesForm({ words, arranged, actions, busy }: PlanPage): VNode {
  const close = (): void => actions.arrange({ form: null });
  const comments = Object.entries(arranged.comments).filter(([, text]) => text.trim() !== "");
  return h(
    "div",
    { key: "changes", class: "form" },
    textArea({
      id: "changes-text",
      label: words("changesLabel"),
      value: arranged.drafts.changes,
      onInput: (changes) => actions.arrange({ drafts: { ...arranged.drafts, changes } }),
      onSubmit: actions.requestChanges,
      onEscape: close,
    }),
    comments.length === 0
      ? null
      : h(
          "ul",
          { class: "plain" },
          ...comments.map(([task, text]) =>
            h("li", { key: task }, h("span", { class: "id" }, task), " ", text),
          ),
        ),
    h(
      "div",
      { class: "buttons" },
      button({
        label: words("changesSend"),
        look: "primary",
        busy: busy === "requestChanges",
        disabled: arranged.drafts.changes.trim() === "" && comments.length === 0,
        onClick: actions.requestChanges,
      }),
      button({ label: words("cancel"), onClick: close }),
    ),
  );
}

function rejectForm({ words, arranged, actions, busy }: PlanPage): VNode {
  const close = (): void => actions.arrange({ form: null });
  return h(
    "div",
    { key: "reject", class: "form" },
    textArea({
      id: "reject-text",
      label: words("rejectLabel"),
      rows: 2,
      value: arranged.drafts.reject,
      onInput: (reject) => actions.arrange({ drafts: { ...arranged.drafts, reject } }),
      onSubmit: actions.reject,
      onEscape: close,
    }),
    h(
      "div",
      { class: "buttons" },
      button({
        label: words("rejectSend"),
        look: "primary",
        busy: busy === "reject",
        onClick: actions.reject,
      }),
      button({ label: words("cancel"), onClick: close }),
    ),
  );
}

function confirmation(
  { words, actions, busy }: PlanPage,
  question: "cancelRunConfirm" | "dropConfirm",
  yes: "cancelRunYes" | "dropYes",
): VNode {
  const go = (): void => (yes === "dropYes" ? actions.finishBranch("drop") : actions.control("cancel"));
  return h(
    "div",
    { key: question, class: "form", role: "group", "aria-labelledby": "confirm-text" },
    h("p", { id: "confirm-text" }, words(question)),
    h(
      "div",
      { class: "buttons" },
      button({ id: "confirm-yes", label: words(yes), look: "primary", busy: busy !== null, onClick: go }),
      button({
        label: yes === "dropYes" ? words("cancel") : words("keepRunning"),
        onClick: () => actions.arrange({ form: null }),
      }),
    ),
  );
}
