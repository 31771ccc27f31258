import type { CommonLabel } from "../../src/protocol/commonLabels";
import type { WireError } from "../../src/protocol/rpc";
import { h, type Child } from "./dom";
import { button, icon } from "./elements";
import type { Words } from "./words";

/** Says what failed and what to do next; stays until it is closed or the next attempt. */
export function errorBox(error: WireError | null, words: Words<CommonLabel>, onClose: () => void): Child {
  if (error === null) return null;
  return h(
    "div",
    { key: "error", class: "error-box", role: "alert" },
    icon("error"),
    h(
      "div",
      { class: "grow" },
      h("p", {}, error.message === "" ? words("failed") : error.message),
      error.hint === undefined ? null : h("p", { class: "quiet" }, error.hint),
    ),
    button({ label: words("close"), look: "icon", icon: "close", onClick: onClose }),
  );
}
