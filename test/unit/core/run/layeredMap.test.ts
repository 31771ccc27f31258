import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LayeredMap } from "../../../../src/core/run/layeredMap";

const keys = fc.integer({ min: 0, max: 60 });
const writes = fc.array(fc.tuple(keys, fc.integer()), { maxLength: 90 });

/** What every way of looking at a map says. */
function seen(map: ReadonlyMap<number, number>): unknown {
  const visited: [number, number][] = [];
  map.forEach((value, key) => visited.push([key, value]));
  return {
    size: map.size,
    entries: [...map.entries()],
    itself: [...map],
    keys: [...map.keys()],
    values: [...map.values()],
    visited,
    got: Array.from({ length: 61 }, (_, key) => [map.has(key), map.get(key)]),
  };
}

describe("LayeredMap", () => {
  it("says what a map says after the same writes, through any number of copies", () => {
    fc.assert(
      fc.property(writes, fc.array(writes, { maxLength: 8 }), (first, later) => {
        const plain = new Map(first);
        let layered = LayeredMap.copyOf(new Map(first));
        for (const more of later) {
          layered = LayeredMap.copyOf(layered);
          for (const [key, value] of more) {
            plain.set(key, value);
            layered.set(key, value);
          }
          expect(seen(layered)).toEqual(seen(plain));
        }
      }),
    );
  });

  it("leaves every earlier copy as it was", () => {
    fc.assert(
      fc.property(writes, fc.array(writes, { minLength: 1, maxLength: 8 }), (first, later) => {
        let layered = LayeredMap.copyOf(new Map(first));
        const before: { readonly map: LayeredMap<number, number>; readonly said: unknown }[] = [];
        for (const more of later) {
          before.push({ map: layered, said: seen(layered) });
          layered = LayeredMap.copyOf(layered);
          for (const [key, value] of more) layered.set(key, value);
        }
        for (const { map, said } of before) expect(seen(map)).toEqual(said);
      }),
    );
  });

  it("is compared by what it holds", () => {
    const one = LayeredMap.copyOf(LayeredMap.copyOf(new Map([[1, "a"]])).set(2, "b"));
    expect(one).toEqual(
      LayeredMap.copyOf(
        new Map([
          [1, "a"],
          [2, "b"],
        ]),
      ),
    );
    expect(one).not.toEqual(LayeredMap.copyOf(new Map([[1, "a"]])));
  });
});
