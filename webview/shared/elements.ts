import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeLink,
  vsCodeProgressRing,
  vsCodeTextArea,
} from "@vscode/webview-ui-toolkit";
import { h, type Child, type VNode } from "./dom";

/*
 * The only file that knows the component library, so that another one can take its place. The library is no longer
 * maintained upstream; pages use what is exported here and native elements.
 */

export function registerElements(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeLink(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
  );
}

export interface ButtonProps {
  readonly key?: string;
  readonly id?: string;
  readonly label: string;
  readonly look?: "primary" | "secondary" | "outline" | "icon";
  readonly icon?: string;
  /** Shown after the label, smaller: the key that does the same. */
  readonly shortcut?: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** Heard after the label, never seen. */
  readonly context?: string;
  readonly onClick: () => void;
}

export function button(props: ButtonProps): VNode {
  const look = props.look ?? "secondary";
  return h(
    "vscode-button",
    {
      key: props.key,
      id: props.id,
      class: `button ${look}`,
      appearance: look === "outline" ? "secondary" : look,
      "aria-label": look === "icon" ? props.label : undefined,
      "aria-pressed": props.pressed,
      "aria-expanded": props.expanded,
      title: look === "icon" ? props.label : undefined,
      set: { disabled: props.disabled === true || props.busy === true },
      on: { click: props.onClick },
    },
    props.busy === true ? h("span", { slot: "start", class: "button-busy" }, spinner()) : null,
    props.icon !== undefined && props.busy !== true && look !== "icon" ? icon(props.icon, "start") : null,
    look === "icon" ? icon(props.icon ?? "circle-small") : props.label,
    props.context === undefined ? null : h("span", { class: "sr-only" }, `, ${props.context}`),
    props.shortcut === undefined ? null : h("kbd", { "aria-hidden": true }, props.shortcut),
  );
}

export interface TextAreaProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  readonly onInput: (value: string) => void;
  /** Control or command with Enter. */
  readonly onSubmit?: () => void;
  readonly onEscape?: () => void;
}

export function textArea(props: TextAreaProps): VNode {
  const onKey = (event: Event): void => {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    if (key === "Enter" && (ctrlKey || metaKey)) props.onSubmit?.();
    else if (key === "Escape") props.onEscape?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return h(
    "vscode-text-area",
    {
      key: props.id,
      id: props.id,
      class: "text-area",
      resize: "vertical",
      rows: props.rows ?? 3,
      set: { value: props.value },
      on: {
        input: (event) => props.onInput((event.target as HTMLTextAreaElement).value),
        keydown: onKey,
      },
    },
    props.label,
  );
}

export interface CheckboxProps {
  readonly key: string;
  readonly label: Child;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function checkbox(props: CheckboxProps): VNode {
  return h(
    "vscode-checkbox",
    {
      key: props.key,
      set: { checked: props.checked },
      on: { change: (event) => props.onChange((event.target as HTMLInputElement).checked) },
    },
    props.label,
  );
}

export function badge(text: string): VNode {
  return h("vscode-badge", {}, text);
}

/** A link that stays in the page or asks the host; never an address. */
export function link(props: {
  readonly key?: string;
  readonly label: string;
  readonly onClick: () => void;
}): VNode {
  return h(
    "button",
    { key: props.key, class: "link", type: "button", on: { click: props.onClick } },
    props.label,
  );
}

/** Turns while something runs; stands still for people who asked for less motion. */
export function spinner(): VNode {
  return h(
    "span",
    { class: "spinner", "aria-hidden": true },
    h("vscode-progress-ring", { class: "spinner-ring" }),
    h("span", { class: "spinner-still codicon codicon-sync" }),
  );
}

/** An icon beside its text; the text carries the meaning. */
export function icon(name: string, slot?: string): VNode {
  return h("span", { class: `codicon codicon-${name}`, slot, "aria-hidden": true });
}
