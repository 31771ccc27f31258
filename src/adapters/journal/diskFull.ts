const fullCodes: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Whether the disk refused to take more, which leaves what it has taken as sound as before. */
export function isFull(error: unknown): boolean {
  return fullCodes.has(codeOf(error));
}

/** The operating system's name for a failure; empty when it has none. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}
