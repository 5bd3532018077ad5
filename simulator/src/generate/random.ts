/** A seeded source of choices: the same seed makes the same tenant, policy by policy, in whatever order they are made. */

function hash(text: string): number {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return value;
}

export class Random {
  #state: number;

  constructor(seed: string) {
    this.#state = hash(seed);
  }

  /** In [0, 1). Mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Throws on an empty list: there is nothing to pick. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** Up to `count` different items. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0)
      taken.push(...left.splice(Math.floor(this.next() * left.length), 1));
    return taken;
  }

  guid(): string {
    const hex = Array.from({ length: 32 }, () => this.between(0, 15).toString(16)).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** A moment between two dates, in ISO 8601 with Graph's seven digits now and then. */
  date(from: string, to: string): string {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const iso = new Date(start + Math.floor(this.next() * (end - start))).toISOString();
    return this.chance(0.5) ? iso.replace("Z", `${this.between(1000, 9999)}Z`) : iso.replace(/\.\d+Z/, "Z");
  }
}

/** The id of the n-th thing of a kind in a tenant. */
export function stableGuid(seed: string, kind: string, n: number): string {
  return new Random(`${seed}/${kind}/${n}/id`).guid();
}

export function bool(random: Random): boolean {
  return random.chance(0.5);
}
