/** What the catalogue says of a policy family. Source of all entries: Microsoft Graph's reference and metadata. */
import type { GraphVersion } from "../client.ts";

/** Application permissions that reading needs, one each. */
export type ReadPermission =
  | "DeviceManagementConfiguration.Read.All"
  | "DeviceManagementScripts.Read.All"
  | "DeviceManagementApps.Read.All"
  | "DeviceManagementServiceConfig.Read.All"
  | "DeviceManagementRBAC.Read.All"
  | "Policy.Read.All"
  | "Agreement.Read.All";

/** A collection below a policy, merged into its document under `property`. */
export interface ChildCollection {
  property: string;
  /** Below the policy's own path: "/settings". */
  path: string;
  /** With its "?"; empty for none. */
  query: string;
  /** Collections below each of the children, found by the child's id. */
  children: readonly ChildCollection[];
}

/** How a policy's whole document comes about. */
export interface ContentRule {
  /**
   * `list`: the list already tells all of a policy. `byId`: lists leave content out, so each is read by its id.
   * `typedSet`: likewise, in the collection that its `@odata.type` names.
   */
  source: "list" | "byId" | "typedSet";
  /** With its "?", for the reading by id; empty for none. */
  byIdQuery: string;
  /** Collection paths by `@odata.type`, for `typedSet`. A type without one is kept as the list tells it. */
  typedSets: Readonly<Record<string, string>>;
  /** Types that the list mixes in and that are another family's. */
  excludedTypes: readonly string[];
  children: readonly ChildCollection[];
}

/** Where to see what a policy is for. `fixed`: all of the family are for one platform. */
export type PlatformRule =
  | { kind: "fixed"; platform: string }
  | { kind: "property"; property: string }
  | { kind: "odataType" }
  | { kind: "none" };

export interface Family {
  key: string;
  label: string;
  version: GraphVersion;
  /** Below the version, with its leading slash. */
  path: string;
  /** With its "?"; empty for none. */
  listQuery: string;
  content: ContentRule;
  /** The property that people know a policy by. */
  nameProperty: "name" | "displayName";
  platform: PlatformRule;
  readPermission: ReadPermission;
  /** Where the document holds its assignments; null for a family that is not assigned. */
  assignmentsProperty: "assignments" | null;
}

const PLAIN_CONTENT: ContentRule = { source: "list", byIdQuery: "", typedSets: {}, excludedTypes: [], children: [] };

export const ASSIGNMENTS: ChildCollection = { property: "assignments", path: "/assignments", query: "", children: [] };

type FamilyOptions<Key extends string> = Pick<Family, "label" | "path" | "readPermission"> &
  Partial<Omit<Family, "key" | "content">> & { key: Key; content?: Partial<ContentRule> };

/** An entry with the usual: v1.0, named by `displayName`, platform by `@odata.type`, assigned, all content in the list. */
export function family<Key extends string>(options: FamilyOptions<Key>): Family & { key: Key } {
  return {
    version: "v1.0",
    listQuery: "",
    nameProperty: "displayName",
    platform: { kind: "odataType" },
    assignmentsProperty: "assignments",
    ...options,
    content: { ...PLAIN_CONTENT, ...options.content },
  };
}
