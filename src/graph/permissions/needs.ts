/**
 * What the product needs to be granted: for each family, to read and to write it, and for what it reads besides. The facts of a family are
 * in its file; here is what they come to. Pure.
 */
import type { RelatedReading } from "../../contract/permissions.ts";
import { CHANGE_LOGS, placeOf } from "../change-log/logs.ts";
import type { Family, GraphVersion } from "../families/family.ts";

/** One thing to be granted: a permission, or any of those that open the same. */
export interface Need {
  permission: string;
  others: readonly string[];
}

export interface FamilyNeeds {
  reading: Need;
  /** All of them, beside those to read: a restore reads what it replaces. */
  writing: readonly Need[];
}

export function needsOf({ reading, restore }: Family): FamilyNeeds {
  return {
    reading: { permission: reading.permission, others: reading.otherPermissions },
    writing: [
      { permission: restore.permission, others: restore.otherPermissions },
      ...restore.alsoNeeds.map((permission) => ({ permission, others: [] })),
    ],
  };
}

/** Something that is read beside the families. */
export interface RelatedPlace extends RelatedReading {
  version: GraphVersion;
  /** Below the version, with its leading slash. */
  path: string;
  need: Need;
}

/** Where a restore learns what became of its requests for Multi Admin Approval. */
export const APPROVAL_REQUESTS = {
  version: "beta",
  path: "/deviceManagement/operationApprovalRequests",
  permission: "DeviceManagementConfiguration.Read.All",
} as const;

/** Where things that are no policies are read, for their names: all in one version, the one that has templates. */
export const THINGS = {
  version: "beta",
  groups: "/groups",
  users: "/users",
  servicePrincipals: "/servicePrincipals",
  directoryRoles: "/roleManagement/directory/roleDefinitions",
  templates: "/deviceManagement/templates",
} as const;

const RELATED: readonly RelatedPlace[] = [
  {
    key: "groups",
    label: "Groups",
    usedFor:
      "Names of the groups that policies are assigned to; without them a restore cannot tell whether a group exists.",
    version: THINGS.version,
    path: THINGS.groups,
    // Only ids and names are read, so that those which show no more are enough.
    need: {
      permission: "Group.Read.All",
      others: ["GroupMember.Read.All", "Group.ReadBasic.All", "Directory.Read.All"],
    },
  },
  {
    key: "users",
    label: "Users",
    usedFor: "Whether the people exist whom conditional access policies name.",
    version: THINGS.version,
    path: THINGS.users,
    need: { permission: "User.Read.All", others: ["User.ReadBasic.All", "Directory.Read.All"] },
  },
  {
    key: "applications",
    label: "Applications",
    usedFor: "Names of the applications that conditional access policies are about.",
    version: THINGS.version,
    path: THINGS.servicePrincipals,
    need: { permission: "Application.Read.All", others: ["Directory.Read.All"] },
  },
  {
    key: "directoryRoles",
    label: "Directory roles",
    usedFor: "Names of the Entra roles that conditional access policies are about.",
    version: THINGS.version,
    path: THINGS.directoryRoles,
    need: {
      permission: "RoleManagement.Read.Directory",
      others: ["RoleManagement.Read.All", "Directory.Read.All"],
    },
  },
  ...CHANGE_LOGS.map((log): RelatedPlace => {
    const { label, path, permission, otherPermissions } = placeOf(log);
    return {
      key: `${log}ChangeLog`,
      label,
      usedFor: "Who changed a policy, when, and with which application.",
      version: "beta",
      path,
      need: { permission, others: otherPermissions },
    };
  }),
  {
    key: "approvalRequests",
    label: "Multi Admin Approval requests",
    usedFor: "Whether another administrator has approved a change, so that a restore goes on by itself.",
    version: APPROVAL_REQUESTS.version,
    path: APPROVAL_REQUESTS.path,
    need: { permission: APPROVAL_REQUESTS.permission, others: ["DeviceManagementRBAC.Read.All"] },
  },
];

export function relatedPlaces(): readonly RelatedPlace[] {
  return RELATED;
}

/** Whether what is granted is enough for a need. */
export function isMet({ permission, others }: Need, granted: ReadonlySet<string>): boolean {
  return [permission, ...others].some((name) => granted.has(name) || granted.has(writingTwin(name)));
}

/** `X.ReadWrite.All` opens all that `X.Read.All` does. */
export function writingTwin(permission: string): string {
  return permission.replace(".Read.", ".ReadWrite.");
}
