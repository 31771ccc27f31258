import type { ClaimedTask } from "../../plan/plan";

export type StepState = ClaimedTask["state"];

/** What the marks around a step say about it, and what is left of its text. */
export interface StepMarks {
  readonly text: string;
  /** Null: not begun. Undefined: no mark said anything. */
  readonly state: StepState | null | undefined;
  readonly at?: string;
  readonly note?: string;
  readonly optional: boolean;
}

const symbols: Readonly<Record<string, StepState | null>> = {
  "": null,
  " ": null,
  _: null,
  x: "done",
  X: "done",
  "✅": "done",
  "✔": "done",
  "✓": "done",
  "☑": "done",
  "🟢": "done",
  "~": "partial",
  "/": "partial",
  "-": "skipped",
  "🔄": "in_progress",
  "🚧": "in_progress",
  "⏳": "in_progress",
  "🟡": "in_progress",
  ">": "in_progress",
  "❌": "failed",
  "✗": "failed",
  "🔴": "failed",
  "!": "blocked",
  "🚫": "blocked",
  "⛔": "blocked",
  "⏸": "blocked",
  "⏭": "skipped",
  "📋": null,
  "⬜": null,
  "☐": null,
  "🔲": null,
};
const boxSymbols = String.raw`[ xX~/>!✅✔✓☑🟢🔄🚧⏳🟡❌✗🔴🚫⛔⏸⏭⬜🔲_-]`;
const box = new RegExp(`^\\[(${boxSymbols}?)\\uFE0F?\\](\\*?)(?:\\s+|$)`, "u");
const emoji = "✅✔✓☑🟢🔄🚧⏳🟡❌🔴🚫⛔⏸⏭📋⬜";

const words: readonly (readonly [RegExp, StepState | null])[] = [
  [
    /^(?:not started|pending|pendiente|todo|to do|planned|planning|proposed|draft|open|offen|ausstehend|pendente|ready|por hacer|à faire)\b/u,
    null,
  ],
  [
    /^(?:in[ _-]?progress|en progreso|en curso|em andamento|in arbeit|in bearbeitung|wip|started|ongoing|doing|active|working|en cours|in corso|in review|review)\b/u,
    "in_progress",
  ],
  [/^(?:partial|parcial|partly|teilweise)/u, "partial"],
  [
    /^(?:completed?|completad[ao]s?|complet[ao]|complété|done|hecho|hecha|fertig|erledigt|abgeschlossen|finished|finalizad[ao]|terminad[ao]|implemented|implementad[ao]|shipped|released|merged|closed|concluíd[ao]|feito|terminé|fatto|completato|validated|pass(?:ed)?|готово|выполнено|сделано|завершено|完成|已完成|完了|済|مكتمل|完)/u,
    "done",
  ],
  [/^(?:blocked|bloquead[ao]|blockiert|on hold|waiting|paused|bloqué)\b/u, "blocked"],
  [
    /^(?:skipped|omitid[ao]|cancell?ed|cancelad[ao]|deferred|diferid[ao]|aplazad[ao]|postponed|dropped|obsolete|superseded|won'?t do|n\/a)\b/u,
    "skipped",
  ],
  [/^(?:failed?|fallid[ao]|falló|fehlgeschlagen|broken|échoué)\b/u, "failed"],
];

/** What a status word or sentence says; undefined when it is none, null when the work has not begun. */
export function stateOfWords(text: string): StepState | null | undefined {
  // "PASS / FAIL / BLOCKED" is a choice that nobody has made yet.
  if (/\S\s*[/|]\s*\S/u.test(text) && text.split(/[/|]/u).filter((part) => isStateWord(part)).length > 1)
    return undefined;
  const clean = text.toLowerCase().replace(/^[^\p{L}]+/u, "");
  const word = words.find(([pattern]) => pattern.test(clean));
  if (word !== undefined) return word[1];
  const symbol = String.fromCodePoint(text.trim().codePointAt(0) ?? 0x20);
  return emoji.includes(symbol) ? symbols[symbol] : undefined;
}

function isStateWord(text: string): boolean {
  const clean = text.toLowerCase().replace(/^[^\p{L}]+/u, "");
  return words.some(([pattern]) => pattern.test(clean));
}

/** Meanings that a legend in the document gives to box symbols. */
export type BoxLegend = ReadonlyMap<string, StepState | null>;

/** Reads lines such as "`[~]` = deferred" or "- [-] skipped". Only symbols without a fixed meaning can be given one. */
export function readLegend(source: string): BoxLegend {
  const legend = new Map<string, StepState | null>();
  for (const match of source.matchAll(
    /\[([~/>!-])\]`?\**\s*(?:=|:|->|→|–|—|means|significa)\s*\**([^\n|,;`]{2,40})/gu,
  )) {
    const state = stateOfWords(match[2] ?? "");
    if (match[1] !== undefined && state !== undefined) legend.set(match[1], state);
  }
  return legend;
}

const date = String.raw`\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?|\d{1,2}:\d{2}(?:Z|[+-]\d{2}:?\d{2})`;
const leadingDate = new RegExp(
  `^(?:\\((${date})\\)|\\[(${date})\\]|(${date})(?=\\s*[-–—:]\\s|\\s))\\s*(?:[-–—:]\\s*)?`,
  "u",
);
const trailingDate = new RegExp(
  `\\s*[([](?:(?:completed|done|hecho|on|el)?[:\\s]*)(${date})[)\\]]\\s*$`,
  "iu",
);

/** Takes a time stamp in front of a text off it. */
export function takeDate(text: string): { readonly text: string; readonly at?: string } {
  const match = leadingDate.exec(text);
  const at = match?.[1] ?? match?.[2] ?? match?.[3];
  return match === null || at === undefined ? { text } : { text: text.slice(match[0].length), at };
}

/**
 * Reads the marks of a step: box, time stamp, state word or code in front, emoji and words behind, strike-through.
 * `checked` is what the parser already found in a box that it took off; `legend` explains the box symbols.
 */
export function readStepMarks(
  raw: string,
  checked: boolean | null | undefined,
  legend: BoxLegend,
): StepMarks {
  let text = raw.trim();
  let state: StepState | null | undefined =
    checked === null || checked === undefined ? undefined : checked ? "done" : null;
  let optional = false;
  // The parser leaves the box in the text where no word follows it.
  const boxed = box.exec(text);
  if (boxed !== null) {
    const symbol = boxed[1] ?? "";
    if (state === undefined) state = legend.get(symbol) ?? symbols[symbol] ?? null;
    optional = boxed[2] === "*";
    text = text.slice(boxed[0].length);
  }
  const stamped = takeDate(text);
  text = stamped.text;
  let at = stamped.at;
  const said = takeStateWords(text);
  text = said.text;
  if (said.state !== undefined && (state === undefined || state === null || said.state !== "done")) {
    state = state === "done" && said.state === null ? state : said.state;
  }
  const last = trailingDate.exec(text);
  if (last !== null && at === undefined) {
    at = last[1];
    text = text.slice(0, last.index);
  }
  const struck = /^~~([\s\S]+)~~\.?$/u.exec(text.trim());
  if (struck !== null) {
    text = struck[1] ?? text;
    state = state === undefined || state === "done" ? "done" : "skipped";
  }
  const split =
    /\((?:completed|done|hecho|completado)\s*:\s*([^;)]*);\s*(?:remaining|pending|falta|pendiente|restante)\s*:\s*([^)]*)\)/iu.exec(
      text,
    );
  if (split !== null && state !== "done") state = "partial";
  const note = split === null ? said.note : split[0].slice(1, -1);
  return {
    text: text.trim(),
    state,
    optional: optional || /\((?:optional|opcional)\)/iu.test(text),
    ...(at === undefined ? {} : { at }),
    ...(note === undefined ? {} : { note }),
  };
}

interface SaidState {
  readonly text: string;
  readonly state: StepState | null | undefined;
  readonly note?: string;
}

const codeWord = /^[`*[]{1,3}([A-Z][A-Z _-]{2,20})[`*\]]{1,3}[:\s]+/u;
const boldWord = /\s*\*{0,2}\[([A-Z][A-Z _-]{3,20})\]\*{0,2}\s*$/u;
const bracketWord =
  /\s*[([]((?:COMPLETED?|DONE|DEFERRED|BLOCKED|SKIPPED|CANCELLED|FAILED|PARTIAL|WIP|IN PROGRESS)\b[^)\]]*)[)\]]\s*$/u;
const trailingEmoji = new RegExp(`\\s*([${emoji}])\\uFE0F?\\s*(\\([^)]*\\))?\\s*$`, "u");
const leadingEmoji = new RegExp(`^([${emoji}])\\uFE0F?\\s+`, "u");

function takeStateWords(text: string): SaidState {
  const code = codeWord.exec(text);
  const inFront = code === null ? undefined : stateOfWords((code[1] ?? "").replaceAll("_", " "));
  if (code !== null && inFront !== undefined) return { text: text.slice(code[0].length), state: inFront };
  const first = leadingEmoji.exec(text);
  if (first !== null) return { text: text.slice(first[0].length), state: symbols[first[1] ?? ""] };
  for (const pattern of [bracketWord, boldWord]) {
    const match = pattern.exec(text);
    const state = match === null ? undefined : stateOfWords((match[1] ?? "").replaceAll("_", " "));
    if (match !== null && state !== undefined) {
      return { text: text.slice(0, match.index), state, note: (match[1] ?? "").trim() };
    }
  }
  const end = trailingEmoji.exec(text);
  if (end === null) return { text, state: undefined };
  const note = end[2]?.slice(1, -1);
  return {
    text: text.slice(0, end.index),
    state: symbols[end[1] ?? ""],
    ...(note === undefined ? {} : { note }),
  };
}
