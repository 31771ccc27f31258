/** Sees a model that goes in circles: the same call again although nothing has changed since. */
export class AgentGuard {
  readonly #seen = new Map<string, number>();

  /** How often this very call was made since the files last changed, this time included. */
  count(name: string, args: string): number {
    const key = `${name}\n${args}`;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    return count;
  }

  /** The files are others now, so the same call may tell something new. */
  filesChanged(): void {
    this.#seen.clear();
  }
}

/** From this repetition on a call is not carried out but answered with advice. */
export const adviseAt = 3;
/** At this one the attempt ends. */
export const stopAt = 6;
