import { findSentence } from "./sentenceShapes";

/** Sentence in, sentence in the person's language out; `{0}`, `{1}` stand for the arguments. */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;

/**
 * Builds a translator over a bundle in the editor's own l10n format (English sentence -> translation), so that the
 * editor and the command line read one file. A sentence that is missing stays English. A failure whose arguments are
 * filled in already is found by its shape; an argument that is a phrase of the bundle is translated with it.
 */
export function createTranslate(bundle: Readonly<Record<string, string>>): Translate {
  const find = findSentence(Object.keys(bundle));
  const own = (message: string): string | undefined =>
    Object.hasOwn(bundle, message) ? bundle[message] : undefined;
  return (message, ...args) => {
    const known = own(message);
    if (known !== undefined || args.length > 0) return filled(known ?? message, args);
    const found = find(message);
    if (found === null) return message;
    // Names and paths are single words, so only what has a space can be a phrase of ours.
    const inner = found.args.map((arg) => (arg.includes(" ") ? (own(arg) ?? arg) : arg));
    return filled(own(found.message) ?? found.message, inner);
  };
}

function filled(message: string, args: readonly (string | number)[]): string {
  return message.replace(/\{(\d+)\}/gu, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
