import type { LineRange } from "./lineRange";

/**
 * Myers' O(ND) difference of two sequences of ids below `idCount`, in linear space: the middle of a shortest path is
 * found from both ends, then both halves are solved. Ids that only one side has are set aside first. When a half
 * costs more than the bound, the path that got furthest is taken, so that rewritten files stay cheap.
 */
export function diffIds(before: Int32Array, after: Int32Array, idCount: number): LineRange[] {
  const removed = new Uint8Array(before.length);
  const added = new Uint8Array(after.length);
  const left = keepShared(before, presence(after, idCount), removed);
  const right = keepShared(after, presence(before, idCount), added);
  new MiddleSnake(left, right, removed, added).solve(0, left.ids.length, 0, right.ids.length);
  slideDown(before, removed, added);
  slideDown(after, added, removed);
  return toRanges(removed, added);
}

interface Shared {
  readonly ids: Int32Array;
  /** Index in the whole sequence. */
  readonly at: Int32Array;
}

function presence(ids: Int32Array, idCount: number): Uint8Array {
  const seen = new Uint8Array(idCount);
  for (const id of ids) seen[id] = 1;
  return seen;
}

function keepShared(ids: Int32Array, other: Uint8Array, changed: Uint8Array): Shared {
  const kept = new Int32Array(ids.length);
  const at = new Int32Array(ids.length);
  let count = 0;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    if (other[id] === 1) {
      kept[count] = id;
      at[count++] = index;
    } else changed[index] = 1;
  }
  return { ids: kept.subarray(0, count), at: at.subarray(0, count) };
}

class MiddleSnake {
  readonly #left: Shared;
  readonly #right: Shared;
  readonly #removed: Uint8Array;
  readonly #added: Uint8Array;
  /** Furthest x per diagonal, from the start and from the end. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #origin: number;
  readonly #bound: number;

  constructor(left: Shared, right: Shared, removed: Uint8Array, added: Uint8Array) {
    this.#left = left;
    this.#right = right;
    this.#removed = removed;
    this.#added = added;
    const size = left.ids.length + right.ids.length + 3;
    this.#forward = new Int32Array(size);
    this.#backward = new Int32Array(size);
    this.#origin = right.ids.length + 1;
    this.#bound = Math.max(256, Math.ceil(Math.sqrt(size)));
  }

  /** Marks what differs between the two half-open ranges. The smaller half recurses, the larger one loops. */
  solve(leftStart: number, leftEnd: number, rightStart: number, rightEnd: number): void {
    const a = this.#left.ids;
    const b = this.#right.ids;
    let [x0, x1, y0, y1] = [leftStart, leftEnd, rightStart, rightEnd];
    for (;;) {
      while (x0 < x1 && y0 < y1 && a[x0] === b[y0]) {
        x0++;
        y0++;
      }
      while (x0 < x1 && y0 < y1 && a[x1 - 1] === b[y1 - 1]) {
        x1--;
        y1--;
      }
      if (x0 === x1 || y0 === y1) {
        for (; x0 < x1; x0++) this.#removed[this.#left.at[x0] ?? 0] = 1;
        for (; y0 < y1; y0++) this.#added[this.#right.at[y0] ?? 0] = 1;
        return;
      }
      const [x, y] = this.#split(x0, x1, y0, y1);
      if (x - x0 + (y - y0) < x1 - x + (y1 - y)) {
        this.solve(x0, x, y0, y);
        [x0, y0] = [x, y];
      } else {
        this.solve(x, x1, y, y1);
        [x1, y1] = [x, y];
      }
    }
  }

  /** A point on a shortest (or, past the bound, a good) path that is neither corner of a non-trivial box. */
  #split(x0: number, x1: number, y0: number, y1: number): readonly [number, number] {
    const a = this.#left.ids;
    const b = this.#right.ids;
    const forward = this.#forward;
    const backward = this.#backward;
    const origin = this.#origin;
    const start = x0 - y0;
    const end = x1 - y1;
    const lowest = x0 - y1;
    const highest = x1 - y0;
    const odd = ((start - end) & 1) !== 0;
    let [forwardLow, forwardHigh, backwardLow, backwardHigh] = [start, start, end, end];
    forward[origin + start] = x0;
    backward[origin + end] = x1;

    for (let cost = 1; ; cost++) {
      if (forwardLow > lowest) forward[origin + --forwardLow - 1] = -1;
      else forwardLow++;
      if (forwardHigh < highest) forward[origin + ++forwardHigh + 1] = -1;
      else forwardHigh--;
      for (let k = forwardHigh; k >= forwardLow; k -= 2) {
        const below = forward[origin + k - 1] ?? -1;
        const above = forward[origin + k + 1] ?? -1;
        let x = below >= above ? below + 1 : above;
        let y = x - k;
        while (x < x1 && y < y1 && a[x] === b[y]) {
          x++;
          y++;
        }
        forward[origin + k] = x;
        if (odd && k >= backwardLow && k <= backwardHigh && (backward[origin + k] ?? 0) <= x) return [x, y];
      }

      if (backwardLow > lowest) backward[origin + --backwardLow - 1] = unreached;
      else backwardLow++;
      if (backwardHigh < highest) backward[origin + ++backwardHigh + 1] = unreached;
      else backwardHigh--;
      for (let k = backwardHigh; k >= backwardLow; k -= 2) {
        const below = backward[origin + k - 1] ?? unreached;
        const above = backward[origin + k + 1] ?? unreached;
        let x = below < above ? below : above - 1;
        let y = x - k;
        while (x > x0 && y > y0 && a[x - 1] === b[y - 1]) {
          x--;
          y--;
        }
        backward[origin + k] = x;
        if (!odd && k >= forwardLow && k <= forwardHigh && x <= (forward[origin + k] ?? 0)) return [x, y];
      }

      if (cost >= this.#bound) {
        const reach = this.#furthest(forwardLow, forwardHigh, backwardLow, backwardHigh, { x0, x1, y0, y1 });
        if (reach !== null) return reach;
      }
    }
  }

  /** Past the bound: the end of whichever search covered more of the box. */
  #furthest(
    forwardLow: number,
    forwardHigh: number,
    backwardLow: number,
    backwardHigh: number,
    box: Box,
  ): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    let covered = 0;
    for (let k = forwardHigh; k >= forwardLow; k -= 2) {
      const x = Math.min(this.#forward[this.#origin + k] ?? -1, box.x1);
      const y = x - k;
      if (x < box.x0 || y < box.y0 || y > box.y1) continue;
      if (x - box.x0 + (y - box.y0) > covered) {
        covered = x - box.x0 + (y - box.y0);
        best = [x, y];
      }
    }
    for (let k = backwardHigh; k >= backwardLow; k -= 2) {
      const x = Math.max(this.#backward[this.#origin + k] ?? unreached, box.x0);
      const y = x - k;
      if (x > box.x1 || y < box.y0 || y > box.y1) continue;
      if (box.x1 - x + (box.y1 - y) > covered) {
        covered = box.x1 - x + (box.y1 - y);
        best = [x, y];
      }
    }
    return best;
  }
}

interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

const unreached = 0x3fffffff;

/**
 * A run of changed lines whose first line repeats right after it can sit one line further down with the same meaning.
 * The lowest place reads best (a whole function, not the tail of one and the head of the next), as long as it does
 * not move past a change on the other side.
 */
function slideDown(ids: Int32Array, changed: Uint8Array, otherChanged: Uint8Array): void {
  let other = 0;
  let index = 0;
  while (index < ids.length) {
    if (changed[index] === 0) {
      while (otherChanged[other] === 1) other++;
      index++;
      other++;
      continue;
    }
    let start = index;
    while (index < ids.length && changed[index] === 1) index++;
    if (otherChanged[other] === 1) continue;
    while (index < ids.length && ids[start] === ids[index] && otherChanged[other] !== 1) {
      changed[start++] = 0;
      changed[index++] = 1;
      other++;
      while (index < ids.length && changed[index] === 1) index++;
    }
  }
}

function toRanges(removed: Uint8Array, added: Uint8Array): LineRange[] {
  const ranges: LineRange[] = [];
  let before = 0;
  let after = 0;
  while (before < removed.length || after < added.length) {
    if (removed[before] !== 1 && added[after] !== 1) {
      before++;
      after++;
      continue;
    }
    const range = { before, after };
    while (removed[before] === 1) before++;
    while (added[after] === 1) after++;
    ranges.push({ ...range, beforeLength: before - range.before, afterLength: after - range.after });
  }
  return ranges;
}
