/** Characters 0x80 to 0xff of the two encodings in which UTF-8 is most often read by mistake. */
const windows1252 =
  "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ" +
  "\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
const macRoman =
  "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø" +
  "¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const tables = [windows1252, macRoman].map(
  (table) => new Map(Array.from(table).map((char, i) => [char, (i + 0x80).toString(16)] as const)),
);

/**
 * Undoes UTF-8 that was read as Windows-1252 or Mac Roman, also more than once, word by word. Text that is no such
 * accident comes back as it is.
 */
export function repairText(text: string): string {
  return text.replaceAll(/[^\s\p{ASCII}][^ \t\r\n]*/gu, (word) => {
    let repaired = word;
    for (let round = 0; round < 3; round += 1) {
      const next = tables.map((table) => decodeOnce(repaired, table)).find((result) => result !== undefined);
      if (next === undefined) break;
      repaired = next;
    }
    return repaired;
  });
}

/** Nothing unless every run of high characters decodes as UTF-8 to something shorter. */
function decodeOnce(word: string, table: ReadonlyMap<string, string>): string | undefined {
  let escaped = "";
  let high = 0;
  for (const char of word) {
    const byte = table.get(char);
    if (byte !== undefined) {
      escaped += `%${byte}`;
      high += 1;
    } else if (char.charCodeAt(0) < 0x80) escaped += encodeURIComponent(char);
    else return undefined;
  }
  if (high < 2) return undefined;
  try {
    return decodeURIComponent(escaped);
  } catch {
    // Not UTF-8: the characters are meant as they stand.
    return undefined;
  }
}
