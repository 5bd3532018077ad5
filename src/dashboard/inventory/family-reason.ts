import type { FamilyState } from "../../contract/inventory.ts";

/** Whether a family was not read for want of a permission: the one cause that a person removes by granting something. */
export function isPermissionReason(reason: FamilyState["lastReason"]): boolean {
  return reason !== null && reason.code.includes("permission");
}
