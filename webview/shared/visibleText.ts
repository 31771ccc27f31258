/**
 * Paths and arguments decide what is allowed, so that nothing in them may be invisible or turn the reading direction:
 * control and format characters are shown as their code.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** One argument of a command as it is shown: quoted where its edges or content would not be plain to see. */
export function visibleArgument(argument: string): string {
  if (argument !== "" && !/[\s"'\\\p{Cc}\p{Cf}]/u.test(argument)) return argument;
  return `"${visibleText(argument.replace(/["\\]/gu, "\\$&"))}"`;
}
