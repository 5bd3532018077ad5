/** Tags of a tenant: short texts by which people group their tenants. They belong to the tenant, and all its members see them. */
import { z } from "zod";

/** Tags of one tenant. */
export const MAX_TAGS = 20;
/** Of a tag, in UTF-16 code units. */
export const MAX_TAG_LENGTH = 40;

/** A tag as it is kept: composed, without spaces at its ends or more than one in a row. Letters stay as they were written. */
export function normalTag(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
}

/** Equal for tags that count as the same: those that differ in case alone. */
export function tagKey(tag: string): string {
  return normalTag(tag).toLowerCase();
}

export const tagSchema = z
  .string()
  .overwrite(normalTag)
  .min(1)
  .max(MAX_TAG_LENGTH)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters");

export const tagsSchema = z
  .array(tagSchema)
  .max(MAX_TAGS)
  .refine((tags) => new Set(tags.map(tagKey)).size === tags.length, "names a tag twice")
  .meta({ description: "Short texts by which people group tenants. Upper and lower case are not told apart." });

/** Whether one of the tags is the one that is looked for. */
export function hasTag(tags: readonly string[], wanted: string): boolean {
  const key = tagKey(wanted);
  return tags.some((tag) => tagKey(tag) === key);
}

/** The tags of several tenants, each once, with how many have it. By their keys, in the order of their first appearance; written as there. */
export function tagsOfAll(tenants: readonly { tags: readonly string[] }[]): { tag: string; tenants: number }[] {
  const found = new Map<string, { tag: string; tenants: number }>();
  for (const { tags } of tenants) {
    for (const tag of tags) {
      const known = found.get(tagKey(tag));
      if (known === undefined) found.set(tagKey(tag), { tag, tenants: 1 });
      else known.tenants += 1;
    }
  }
  return [...found.values()];
}
