import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { planLabels } from "../../../src/protocol/planLabels";
import { reviewLabels } from "../../../src/protocol/reviewLabels";
import { root } from "../../start/paths.mjs";

test("WV-15 every sentence of both pages is there in Spanish, with the same places for arguments", () => {
  const bundle: Record<string, string> = JSON.parse(
    readFileSync(path.join(root, "media", "l10n", "bundle.l10n.es.json"), "utf8"),
  );
  const places = (text: string): string => (text.match(/\{\d\}/gu) ?? []).sort().join("");
  const sentences = new Set<string>([...Object.values(planLabels), ...Object.values(reviewLabels)]);
  const faults = [...sentences].filter(
    (text) => places(bundle[text] ?? "-") !== places(text) || bundle[text] === undefined,
  );
  expect(faults).toEqual([]);
});
