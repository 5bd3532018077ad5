/** R2 in memory, as far as comparisons, previews and restores use it. `watch` sees each call before it is made, and may throw. */
import { createHash } from "node:crypto";

export type Watch = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export class MemoryBucket {
  readonly #objects = new Map<string, Uint8Array>();

  /** The same objects, each of whose calls goes through `watch`. */
  through(watch: Watch): R2Bucket {
    const objects = this.#objects;
    const told = (key: string, bytes: Uint8Array) => ({
      key,
      size: bytes.byteLength,
      arrayBuffer: async () => bytes.slice().buffer,
      text: async () => new TextDecoder().decode(bytes),
      json: async (): Promise<unknown> => JSON.parse(new TextDecoder().decode(bytes)),
    });
    const bucket = {
      get: (key: string) =>
        watch(`get ${key}`, async () => {
          const bytes = objects.get(key);
          return bytes === undefined ? null : told(key, bytes);
        }),
      put: (key: string, value: string | Uint8Array, options: { sha256?: string } = {}) =>
        watch(`put ${key}`, async () => {
          const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value.slice();
          if (options.sha256 !== undefined && createHash("sha256").update(bytes).digest("hex") !== options.sha256)
            throw new Error("The object is not of this hash");
          objects.set(key, bytes);
          return told(key, bytes);
        }),
      list: ({ prefix = "", limit = 1_000 }: { prefix?: string; limit?: number } = {}) =>
        watch(`list ${prefix}`, async () => ({
          objects: [...objects]
            .filter(([key]) => key.startsWith(prefix))
            .slice(0, limit)
            .map(([key, bytes]) => told(key, bytes)),
        })),
      delete: (keys: string | string[]) =>
        watch("delete", async () => {
          for (const key of [keys].flat()) objects.delete(key);
        }),
    };
    // The one cast: what is simulated uses these methods of R2 and no other.
    return bucket as unknown as R2Bucket;
  }
}
