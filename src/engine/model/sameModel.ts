/**
 * Whether the name that an answer carries can stand for the model that was asked for: a router's prefix, a dated
 * snapshot, a tag or a file's path and ending make no other model of it.
 */
export function isSameModel(asked: string, answered: string): boolean {
  const [a, b] = [family(asked), family(answered)];
  return a === b || isVariant(a, b) || isVariant(b, a);
}

function family(name: string): string {
  return name
    .toLowerCase()
    .replace(/\\/gu, "/")
    .replace(/^.*\//u, "")
    .replace(/\.gguf$/u, "")
    .replace(/:(?:latest|free|beta|nitro|floor|online)$/u, "");
}

/** `gpt-4o` and `gpt-4o-2024-08-06`; not `gpt-4o` and `gpt-4o-mini`. */
function isVariant(name: string, longer: string): boolean {
  if (!longer.startsWith(name)) return false;
  const rest = longer.slice(name.length);
  return /^(?:[-@:](?:\d[\d.-]*|latest|preview|q\d\S*|instruct|chat))+$/u.test(rest);
}
