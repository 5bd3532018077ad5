/** What to do about a family that nothing can be said of, by the code of the reason. Pure. */

const SYNC = "Sync the inventory, then compare again.";

/** `readPermission` is what the family needs to be read, where the catalogue knows it. */
export function unknownAdvice(code: string, readPermission: string | null): string {
  if (code.includes("permission")) {
    return `Once ${readPermission ?? "the missing permission"} is granted: sync the inventory, then compare again.`;
  }
  switch (code) {
    case "never_read":
    case "stale":
      return SYNC;
    case "not_in_baseline":
      return "Sync the inventory, then capture a new baseline and compare with that.";
    case "family_not_offered":
      return "Nothing can be done here. A baseline that is captured now leaves the family out.";
    case "content_unavailable":
      return `${SYNC} If the content still cannot be read, capture a new baseline.`;
    default:
      return `When the cause is gone: sync the inventory, then compare again.`;
  }
}
