/**
 * The title that a plan is listed under: its own name, and a number where another plan of the workspace is listed under
 * that name already, so that two are never taken for each other. Titles are compared as people read them.
 */
export function planTitle(name: string, taken: readonly string[]): string {
  const others = new Set(taken.map(asRead));
  if (!others.has(asRead(name))) return name;
  let number = 2;
  while (others.has(asRead(`${name} (${String(number)})`))) number += 1;
  return `${name} (${String(number)})`;
}

function asRead(title: string): string {
  return title.normalize("NFKC").replace(/\s+/gu, " ").trim().toLowerCase();
}
