import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResourceLocks } from "../../../src/engine/run/resourceLocks";

const live = () => new AbortController().signal;

describe("ResourceLocks", () => {
  it("RL-1 gives a name to one holder at a time, in the order of asking", async () => {
    const locks = new ResourceLocks();
    const order: string[] = [];
    const first = await locks.acquire(["test"], live());
    const later = ["a", "b"].map((name) =>
      locks.withLocks(["test"], live(), async () => void order.push(name)),
    );
    expect(locks.held()).toEqual(["test"]);
    expect(order).toEqual([]);
    first();
    await Promise.all(later);
    expect(order).toEqual(["a", "b"]);
    expect(locks.held()).toEqual([]);
  });

  it("RL-2 lets others pass that want different names, but never past one that waits for the same", async () => {
    const locks = new ResourceLocks();
    const order: string[] = [];
    const held = await locks.acquire(["a"], live());
    const both = locks.withLocks(["a", "b"], live(), async () => void order.push("both"));
    const other = locks.withLocks(["c"], live(), async () => void order.push("c"));
    const after = locks.withLocks(["b"], live(), async () => void order.push("b"));
    await other;
    expect(order).toEqual(["c"]);
    held();
    await Promise.all([both, after]);
    expect(order).toEqual(["c", "both", "b"]);
  });

  it("RL-3 a cancelled wait takes nothing and holds up nobody", async () => {
    const locks = new ResourceLocks();
    const held = await locks.acquire(["a"], live());
    const abort = new AbortController();
    const waiting = locks.acquire(["a", "b"], abort.signal);
    const behind = locks.acquire(["b"], live());
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    (await behind)();
    held();
    expect(locks.held()).toEqual([]);
    await expect(locks.acquire(["a"], abort.signal)).rejects.toMatchObject({ code: "cancelled" });
  });

  it("RL-4 gives names back when the work fails, and only once", async () => {
    const locks = new ResourceLocks();
    await expect(
      locks.withLocks(["a", "a"], live(), async () => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");
    const release = await locks.acquire(["a"], live());
    release();
    const next = await locks.acquire(["a"], live());
    release();
    expect(locks.held()).toEqual(["a"]);
    next();
  });

  it("RL-5 never has two holders of a name and never deadlocks", async () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 20 }), async (wishes) => {
        const locks = new ResourceLocks();
        const inUse = new Set<string>();
        await Promise.all(
          wishes.map((wish) =>
            locks.withLocks(wish, live(), async () => {
              for (const name of wish) expect(inUse.has(name)).toBe(false);
              for (const name of wish) inUse.add(name);
              await Promise.resolve();
              for (const name of wish) inUse.delete(name);
            }),
          ),
        );
        expect(locks.held()).toEqual([]);
      }),
    );
  });
});
