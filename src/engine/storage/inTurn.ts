/** Runs tasks one after another, in the order in which they were asked for, however each of them ends. */
export type InTurn = <T>(task: () => Promise<T>) => Promise<T>;

export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    // Whoever asked hears of a failure; the one after it has nothing to do with it.
    last = next.catch(() => undefined);
    return next;
  };
}
