import type { LandRequest } from "../../src/ports/git";

/** A landing of text files with all three trailers; null deletes. */
export function landRequest(
  branch: string,
  tip: string | null,
  files: Readonly<Record<string, string | null>>,
  more: Partial<LandRequest> = {},
): LandRequest {
  const encoder = new TextEncoder();
  return {
    branch,
    target: "branch",
    files: Object.entries(files).map(([path, text]) => ({
      path,
      content: text === null ? null : encoder.encode(text),
      mode: "100644",
    })),
    message: "Change things\n\nMasterPlan-Run: r_1\nMasterPlan-Task: task-1\nMasterPlan-Attempt: t_1\n",
    unsaved: [],
    expected_tip: tip,
    ...more,
  };
}
