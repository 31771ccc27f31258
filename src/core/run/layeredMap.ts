/** A layer of changes no longer than this is carried over from copy to copy, whatever lies under it. */
const shortLayer = 32;

/**
 * A map that is cheap to copy: copies share what lies under their own latest changes. Reducing an event copies the run,
 * and copying 10,000 tasks for the one that moved was most of what a commit cost. Values are never `undefined`; the
 * order is that of first insertion.
 */
export class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  /** Shared with other copies and never written again. */
  readonly #under: ReadonlyMap<K, V>;
  readonly #over: Map<K, V>;
  /** Keys that only the upper layer has. */
  #added = 0;

  private constructor(under: ReadonlyMap<K, V>, over: Map<K, V>, added: number) {
    this.#under = under;
    this.#over = over;
    this.#added = added;
  }

  /** A copy that may be written to. `map` must not be written to afterwards. */
  static copyOf<K, V>(map: ReadonlyMap<K, V>): LayeredMap<K, V> {
    if (!(map instanceof LayeredMap)) return new LayeredMap<K, V>(map, new Map(), 0);
    const layered = map as LayeredMap<K, V>;
    const over = layered.#over;
    if (over.size <= Math.max(shortLayer, Math.sqrt(layered.#under.size)))
      return new LayeredMap<K, V>(layered.#under, new Map(over), layered.#added);
    // Written as one layer from time to time, so that neither copying nor looking up grows with the run's history.
    return new LayeredMap<K, V>(new Map<K, V>(layered), new Map(), 0);
  }

  get size(): number {
    return this.#under.size + this.#added;
  }

  get(key: K): V | undefined {
    return this.#over.get(key) ?? this.#under.get(key);
  }

  has(key: K): boolean {
    return this.#over.has(key) || this.#under.has(key);
  }

  set(key: K, value: V): this {
    if (!this.has(key)) this.#added += 1;
    this.#over.set(key, value);
    return this;
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }

  *entries(): Generator<[K, V], undefined> {
    for (const [key, value] of this.#under) yield [key, this.#over.get(key) ?? value];
    for (const [key, value] of this.#over) if (!this.#under.has(key)) yield [key, value];
  }

  *keys(): Generator<K, undefined> {
    yield* this.#under.keys();
    for (const key of this.#over.keys()) if (!this.#under.has(key)) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const [key, value] of this.#under) yield this.#over.get(key) ?? value;
    for (const [key, value] of this.#over) if (!this.#under.has(key)) yield value;
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries();
  }
}
