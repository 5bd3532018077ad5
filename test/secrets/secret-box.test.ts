import { describe, expect, it } from "vitest";
import {
  connectionSecretContext,
  isSecretsKey,
  openSecret,
  sealSecret,
  SecretUnreadableError,
} from "../../src/secrets/secret-box.ts";

const key = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");

describe("the secret box", () => {
  it.each(["", "s3cret", "пароль 密码 🔑", "x".repeat(10_000)])("opens what it has sealed (%#)", async (secret) => {
    const secretsKey = key();
    const sealed = await sealSecret(secretsKey, secret, "a");
    expect(sealed).toMatch(/^v1\.[A-Za-z0-9+/]+=*$/);
    expect(await openSecret(secretsKey, sealed, "a")).toBe(secret);
  });

  it("seals the same secret differently each time", async () => {
    const secretsKey = key();
    expect(await sealSecret(secretsKey, "s", "a")).not.toBe(await sealSecret(secretsKey, "s", "a"));
  });

  it("does not open with another key, or in another place than it was sealed for", async () => {
    const secretsKey = key();
    const sealed = await sealSecret(secretsKey, "s3cret", connectionSecretContext("tenant-a"));
    await expect(openSecret(key(), sealed, connectionSecretContext("tenant-a"))).rejects.toThrow(SecretUnreadableError);
    await expect(openSecret(secretsKey, sealed, connectionSecretContext("tenant-b"))).rejects.toThrow(
      SecretUnreadableError,
    );
  });

  it("does not open when any character was changed, nor what it has not made", async () => {
    const secretsKey = key();
    let sealed = "";
    // The last letter of base64 may hold spare bits: an "A" there could be changed without changing a byte.
    while (!sealed.endsWith("A==")) sealed = await sealSecret(secretsKey, "s3cret", "a");
    for (let at = "v1.".length; at < sealed.length; at += 1) {
      const other = sealed[at] === "A" ? "B" : "A";
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      await expect(openSecret(secretsKey, changed, "a")).rejects.toThrow(SecretUnreadableError);
    }
    for (const foreign of ["", "v1.", "v2.AAAA", "v1.****", "plain text"]) {
      await expect(openSecret(secretsKey, foreign, "a")).rejects.toThrow(SecretUnreadableError);
    }
  });

  it("takes 32 bytes in base64 for a key and nothing else", () => {
    expect(isSecretsKey(key())).toBe(true);
    for (const text of ["", "short", btoa("x".repeat(31)), btoa("x".repeat(33)), "?".repeat(44)])
      expect(isSecretsKey(text)).toBe(false);
  });
});
