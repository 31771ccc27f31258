/** Hours that a text names, such as `1-2 hours`, `30 min`, `2 días`; a day counts 8, a week 40. Null when it names none. */
export function readHours(text: string): { readonly min: number; readonly max: number } | null {
  const match =
    /(\d+(?:[.,]\d+)?)\s*(?:(?:-|–|to|a|bis)\s*(\d+(?:[.,]\d+)?)\s*)?(min(?:ute|uto)?s?|minuten|h(?:ours?|oras?|rs?)?|stunden?|heures?|ore|ساعات|ساعة|час\p{L}*|小时|時間|d(?:ays?|ías?|ias?)?|tage?n?|jours?|giorni|天|日|weeks?|semanas?|wochen?|недел\p{L}*|周|週)(?![\p{L}])/iu.exec(
      text,
    );
  if (match === null) return null;
  const unit = hoursOf((match[3] ?? "").toLowerCase());
  const low = Number((match[1] ?? "0").replace(",", ".")) * unit;
  const high = match[2] === undefined ? low : Number(match[2].replace(",", ".")) * unit;
  return { min: Math.min(low, high), max: Math.max(low, high) };
}

function hoursOf(unit: string): number {
  if (unit.startsWith("min")) return 1 / 60;
  if (/^(?:d|tag|jour|giorn|天|日)/u.test(unit)) return 8;
  if (/^(?:w|sem|недел|周|週)/u.test(unit)) return 40;
  return 1;
}
