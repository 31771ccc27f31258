import { MasterPlanError } from "../../core/errors";
import { reviewCommands as pageCommands } from "../../protocol/reviewCommands";
import type { HostContext } from "../hostContext";
import { reviewViewType } from "../pages/reviewPanel";
import type { CommandTable } from "./commandTable";

/** Commands on the hunk in hand: what the keys of the review page do, for the palette and for keys of one's own. */
export function reviewCommands(context: HostContext): Partial<CommandTable> {
  const entries = pageCommands.map((command) => [
    command,
    async (): Promise<void> => {
      if ((await context.pages()).invoke(reviewViewType, command)) return;
      throw new MasterPlanError("review.notOpen", "No review is in front", {
        hint: "Open the change of a task that is in review",
      });
    },
  ]);
  return Object.fromEntries(entries) as Partial<CommandTable>;
}
