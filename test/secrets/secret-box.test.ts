import { describe, expect, it } from "vitest";
import {
  backupItemSecretContext,
  connectionSecretContext,
  isSecretsKey,
  type KeyRing,
  openSecret,
  SEALED_PREFIX_LETTERS,
  sealedPrefix,
  sealSecret,
  SecretUnreadableError,
} from "../../src/secrets/secret-box.ts";

const key = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
const ringOf = (current: string, ...previous: string[]): KeyRing => ({ current, previous });

/** Sealed by the version before key ids: key of 32 bytes 7, context `backup-item:t:i`, text "kept since then". */
const OF_VERSION_1 = {
  key: Buffer.alloc(32, 7).toString("base64"),
  sealed: "v1.hRONT1ici8D8Y/uiko1srI3Z4lls+YXiR9dSCpOdwLIWgK2g9I6GV4L18g==",
};

describe("the secret box", () => {
  it.each(["", "s3cret", "пароль 密码 🔑", "x".repeat(10_000)])("opens what it has sealed (%#)", async (secret) => {
    const ring = ringOf(key());
    const sealed = await sealSecret(ring, secret, ["a"]);
    expect(sealed).toMatch(/^v2\.[\w-]{12}\.[A-Za-z0-9+/]+=*$/);
    expect(await openSecret(ring, sealed, ["a"])).toBe(secret);
  });

  it("seals the same secret differently each time", async () => {
    const ring = ringOf(key());
    expect(await sealSecret(ring, "s", ["a"])).not.toBe(await sealSecret(ring, "s", ["a"]));
  });

  it("does not open with another key, or in another place than it was sealed for", async () => {
    const ring = ringOf(key());
    const sealed = await sealSecret(ring, "s3cret", connectionSecretContext("tenant-a"));
    for (const [other, context] of [
      [ringOf(key()), connectionSecretContext("tenant-a")],
      [ring, connectionSecretContext("tenant-b")],
      [ring, connectionSecretContext("tenant-a", "write")],
    ] as const) {
      await expect(openSecret(other, sealed, context)).rejects.toThrow(SecretUnreadableError);
    }
  });

  it("tells contexts apart whose parts are the same letters", async () => {
    const ring = ringOf(key());
    const sealed = await sealSecret(ring, "s", backupItemSecretContext("a:b", "c"));
    await expect(openSecret(ring, sealed, backupItemSecretContext("a", "b:c"))).rejects.toThrow(SecretUnreadableError);
    expect(await openSecret(ring, sealed, backupItemSecretContext("a:b", "c"))).toBe("s");
  });

  it("does not open when any character was changed, nor what it has not made", async () => {
    const ring = ringOf(key());
    let sealed = "";
    // The last letter of base64 may hold spare bits: an "A" there could be changed without changing a byte.
    while (!sealed.endsWith("A==")) sealed = await sealSecret(ring, "s3cret", ["a"]);
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === "A" ? "B" : "A";
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      await expect(openSecret(ring, changed, ["a"])).rejects.toThrow(SecretUnreadableError);
    }
    for (const foreign of ["", "v1.", "v2.AAAA", "v1.****", `${await sealedPrefix(ring.current)}****`, "plain text"]) {
      await expect(openSecret(ring, foreign, ["a"])).rejects.toThrow(SecretUnreadableError);
    }
  });

  it("opens what an earlier key of the ring has sealed, and seals with the current one", async () => {
    const [before, now] = [key(), key()];
    const sealed = await sealSecret(ringOf(before), "s", ["a"]);
    const ring = ringOf(now, key(), before);
    expect(await openSecret(ring, sealed, ["a"])).toBe("s");
    const anew = await sealSecret(ring, "s", ["a"]);
    expect(anew.slice(0, SEALED_PREFIX_LETTERS)).toBe(await sealedPrefix(now));
    expect(await openSecret(ringOf(now), anew, ["a"])).toBe("s");
    await expect(openSecret(ringOf(now), sealed, ["a"])).rejects.toThrow(/is not in the ring/);
  });

  it("opens what was sealed before keys had ids, with any key of the ring", async () => {
    const context = backupItemSecretContext("t", "i");
    for (const ring of [ringOf(OF_VERSION_1.key), ringOf(key(), key(), OF_VERSION_1.key)]) {
      expect(await openSecret(ring, OF_VERSION_1.sealed, context)).toBe("kept since then");
    }
    await expect(openSecret(ringOf(key()), OF_VERSION_1.sealed, context)).rejects.toThrow(SecretUnreadableError);
  });

  it("takes 32 bytes in base64 for a key and nothing else", () => {
    expect(isSecretsKey(key())).toBe(true);
    for (const text of ["", "short", btoa("x".repeat(31)), btoa("x".repeat(33)), "?".repeat(44)])
      expect(isSecretsKey(text)).toBe(false);
  });
});
