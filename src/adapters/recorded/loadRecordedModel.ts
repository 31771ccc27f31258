import { readFile } from "node:fs/promises";
import { MasterPlanError } from "../../core/errors";
import type { LanguageModel } from "../../ports/languageModel";
import { RecordedModel } from "./recordedModel";
import { parseRecording, type Recording } from "./recording";

export const recordedLabel = "Recorded sample story";

/** A model over a recording file; the file is read at the first call. Rejects with `model.noRecording`. */
export function loadRecordedModel(file: string): LanguageModel {
  let recording: Promise<Recording> | null = null;
  return new RecordedModel(recordedLabel, () => (recording ??= readRecording(file)));
}

async function readRecording(file: string): Promise<Recording> {
  const hint = "Choose a model, or use the template planner, which needs none";
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new MasterPlanError("model.noRecording", `The recording ${file} cannot be read`, {
      cause: error,
      hint,
    });
  }
  const parsed = parseRecording(value);
  if (parsed.ok) return parsed.value;
  const place = parsed.error.map((fault) => `${fault.pointer}: ${fault.message}`)[0] ?? "";
  throw new MasterPlanError("model.noRecording", `The recording ${file} is wrong at ${place}`, { hint });
}
