/** Sentence in, sentence in the person's language out; `{0}`, `{1}` stand for the arguments. */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;

/**
 * Builds a translator over a bundle in the editor's own l10n format (English sentence -> translation), so that the
 * editor and the command line read one file. A sentence that is missing stays English.
 */
export function createTranslate(bundle: Readonly<Record<string, string>>): Translate {
  return (message, ...args) =>
    (bundle[message] ?? message).replace(/\{(\d+)\}/gu, (whole, index: string) => {
      const value = args[Number(index)];
      return value === undefined ? whole : String(value);
    });
}
