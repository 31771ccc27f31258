export type FaultKind =
  "EIO" | "ENOSPC" | "EROFS" | "EACCES" | "EMFILE" | "short" | "torn" | "failed-fsync" | "crash";

/** Which call fails, and how. Calls are counted from 1 in the order they are made. */
export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
  readonly forever: boolean;
}

/** An error as the platform gives it. */
export function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
