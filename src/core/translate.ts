import { findSentence, type FoundSentence } from "./sentenceShapes";

/** Sentence in, sentence in the person's language out; `{0}`, `{1}` stand for the arguments. */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;

/** Longer texts are what a program printed or a person wrote, and not put together by us; nor are deeper ones. */
const maxLength = 1000;
const maxDepth = 4;

/** Between what failed and why, several failures in one, and a failure and its next step. */
const joints = [": ", "; ", ". "];

/** What stands in the place of a status in a sentence about a run, task, plan, phase or dependency. */
const statusPlace = /^(?:The )?(?:run|task|plan|phase|dependency)\b.*?\bis \{(\d)\}/iu;

/**
 * Builds a translator over a bundle in the editor's own l10n format (English sentence -> translation), so that the
 * editor and the command line read one file. A sentence that is missing stays English. A failure whose arguments are
 * filled in already is found by its shape; what is a sentence or phrase of the bundle within it is translated as well.
 */
export function createTranslate(bundle: Readonly<Record<string, string>>): Translate {
  const find = findSentence(Object.keys(bundle));
  const own = (message: string): string | undefined =>
    Object.hasOwn(bundle, message) ? bundle[message] : undefined;

  /** The translation of a finished sentence; null when neither it nor a part of it is known. */
  const finished = (sentence: string, depth: number): string | null => {
    const known = own(sentence);
    if (known !== undefined || depth === maxDepth || sentence.length > maxLength) return known ?? null;
    const found = find(sentence);
    if (found === null) return inParts(sentence, depth + 1);
    return fillSentence(own(found.message) ?? found.message, inner(found, depth + 1));
  };
  const inner = ({ message, args }: FoundSentence, depth: number): readonly string[] => {
    const status = statusPlace.exec(message)?.[1];
    return args.map((arg, index) => {
      if (String(index) === status) return own(arg.replaceAll("_", " ")) ?? arg;
      // Names and paths are single words, so only what has a space can be a phrase of ours.
      return arg.includes(" ") ? (finished(arg, depth) ?? arg) : arg;
    });
  };
  const inParts = (sentence: string, depth: number): string | null => {
    for (const joint of joints) {
      const at = sentence.indexOf(joint);
      if (at < 0) continue;
      const [first, rest] = [sentence.slice(0, at), sentence.slice(at + joint.length)];
      const before = finished(first, depth);
      const after = finished(rest, depth);
      if (before !== null || after !== null) return (before ?? first) + joint + (after ?? rest);
    }
    return null;
  };
  return (message, ...args) =>
    args.length > 0 ? fillSentence(own(message) ?? message, args) : (finished(message, 0) ?? message);
}

/** Puts the arguments into their places in a sentence. */
export function fillSentence(message: string, args: readonly (string | number)[]): string {
  return message.replace(/\{(\d+)\}/gu, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
