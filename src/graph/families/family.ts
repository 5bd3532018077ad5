/**
 * What a policy family says of itself. Each family is one file of this folder, named after its key, and one line of
 * `graph/families.ts`; nothing else in `src/` names it (decisions/092-a-family-is-one-file.md).
 *
 * A family's file reads from the top as a page: where its policies live, how they are read, what their documents mean, what they
 * refer to, and how they are restored. What it does not mention is as usual: the defaults are in `family()` and in `rule()`.
 * Sources: Microsoft Graph's reference and metadata, by the resource type that each file names
 * (https://learn.microsoft.com/graph/api/overview), and docs/design/graph.md.
 */
import type { ReferenceKind } from "../../contract/restore.ts";
import type { JsonObject, JsonValue } from "../../policies/json-value.ts";
import { rule, type RestoreRule, type RestoreRuleOptions } from "../restore/rule.ts";

/** Microsoft Graph has two: what is only in `beta` may change without notice. */
export type GraphVersion = "v1.0" | "beta";

/** Application permissions that reading needs, one each. */
export type ReadPermission =
  | "DeviceManagementConfiguration.Read.All"
  | "DeviceManagementScripts.Read.All"
  | "DeviceManagementApps.Read.All"
  | "DeviceManagementServiceConfig.Read.All"
  | "DeviceManagementRBAC.Read.All"
  | "Policy.Read.All"
  | "Policy.Read.DeviceConfiguration"
  | "Agreement.Read.All"
  | "Group.Read.All"
  | "CloudPC.Read.All";

/**
 * An object of which a tenant has one, at the family's path itself: a family of one. It is changed, never made and never deleted. Graph
 * gives some of them neither an id nor a name, so both are said here; the id is the same in all tenants.
 */
export interface SingleObject {
  id: string;
  name: string;
}

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

export const ASSIGNMENTS: ChildCollection = { property: "assignments", path: "/assignments", query: "", children: [] };

/** Settings of the settings catalog and of what is built like it. */
export const SETTINGS: ChildCollection = { property: "settings", path: "/settings", query: "", children: [] };

/** A property that leads from a policy to other objects, which Graph tells only when it is asked for it. */
export interface Navigation {
  name: string;
  isMany: boolean;
}

/** How the whole document of each policy is read. */
export interface ReadingRule {
  permission: ReadPermission;
  /**
   * Each of them is enough instead, as Microsoft's map of permissions has it (devx-content 6cbd6bb, 2026-08-07). That `X.ReadWrite.All` opens
   * what `X.Read.All` does holds everywhere and is not said here.
   */
  otherPermissions: readonly string[];
  /** Microsoft documents the reading for people who are signed in, and not for applications. Some tenants let applications in all the same. */
  isForPeopleAlone: boolean;
  /** Query of the list, and of a reading by id where the list tells all; with its "?"; empty for none. */
  listQuery: string;
  /** Parameters of the list alone, where it holds more than the family: without "?" and "&"; empty for none. */
  listFilter: string;
  /**
   * `list`: the list already tells all of a policy. `byId`: lists leave content out, so each is read by its id.
   * `typedSet`: likewise, in the collection that its `@odata.type` names.
   */
  source: "list" | "byId" | "typedSet";
  /** Query of a reading by id, with its "?"; empty for none. */
  byIdQuery: string;
  /** Collection paths by `@odata.type`, for `typedSet`. A type without one is kept as the list tells it. */
  typedSets: Readonly<Record<string, string>>;
  /** Types that the list mixes in and that belong to another family. */
  excludedTypes: readonly string[];
  /** Whether the list mixes in something that is no policy of the tenant's. */
  isForeign: (document: JsonObject) => boolean;
  /** Collections that are read beside each policy. */
  children: readonly ChildCollection[];
  /** What a policy of the family refers to by navigation: in its document as `{ "id": … }`, or a list of those. */
  navigations: (document: JsonObject) => readonly Navigation[];
  /** Objects below each policy that Graph tells only by a path of their own; null in the document where there is none. */
  parts: readonly string[];
  /** The property that tells a policy's id. */
  idProperty: "id" | "tenantId";
}

/** Where to see what a policy is for. `fixed`: all of the family are for one platform. */
export type PlatformRule =
  | { kind: "fixed"; platform: string }
  | { kind: "property"; property: string }
  | { kind: "odataType" }
  | { kind: "none" };

export const WINDOWS: PlatformRule = { kind: "fixed", platform: "windows" };
export const MAC_OS: PlatformRule = { kind: "fixed", platform: "macOS" };
export const NO_PLATFORM: PlatformRule = { kind: "none" };

/** What a change of the family's policies puts at risk. The severity of findings is decided by it. */
export type Risk =
  /** Who may sign in, and what they have to show. */
  | "access"
  /** Who gets in, what a device has to be, and how its data is kept. */
  | "security"
  /** What runs on devices, mostly as the system. */
  | "code"
  /** What administrators may do. */
  | "privileges";

/**
 * What in a document is the policy, and what the service keeps for itself. Paths are dotted, from the document's root, without the
 * steps into lists: `apps.version` is the `version` of each of the apps.
 */
export interface MeaningRule {
  /** The property that people know a policy by. */
  nameProperty: "name" | "displayName" | "profileName" | "tenantId";
  platform: PlatformRule;
  /** Where the document says to whom a policy is given: a difference there is one of assignments, not of content. */
  assignmentsProperty: "assignments" | "roleAssignments";
  /** Set by the service, besides what it sets in all families (`policy-meaning.ts`): exact paths, or patterns of paths. */
  serviceOwned: readonly (string | RegExp)[];
  /** Ends of the paths of lists whose order means something. All other lists are sets. */
  ordered: readonly string[];
  /** Ends of the paths of lists whose elements have ids that mean something: the group or the method that an element is about. */
  identified: readonly string[];
  /** Whether a member's value is the family's own spelling of "none": a default that Graph fills in, a control that is switched off. */
  saysNothing: (path: string, value: JsonValue, owner: JsonObject) => boolean;
  /** A member's value in the one spelling that it is compared in. */
  spelled: (path: string, value: JsonValue) => JsonValue;
  risks: readonly Risk[];
}

/**
 * Where ids of other things stand in the family's documents, besides the places that all families share (`restore/references.ts`).
 * A place is the members from the document's root, "*" for each entry of a list; or any object of a type, at any depth, whose
 * `member` is the id. Of the object that holds the id, `where` says whether the place is of the kind there at all (absent: always), and
 * `narrows` whether the reference limits the policy there (an exclusion, a filter, a demand): one that a person leaves out is told of.
 */
export type ReferencePlace =
  | {
      kind: ReferenceKind;
      path: readonly string[];
      where?: (holder: JsonObject) => boolean;
      narrows?: (holder: JsonObject) => boolean;
    }
  | { kind: ReferenceKind; odataType: string; member: string };

/** How files that other tools have written tell that a policy is of the family (docs/importing.md). */
export interface FileRule {
  /** The resource type of its policies, or the one that theirs derive from: without `#microsoft.graph.`. */
  type: string;
  /** Other addresses that tools read it at, below the version, with their leading slash. */
  otherPaths: readonly string[];
  /** Folders in which tools keep its policies alone: letters and digits in small letters, without what stands between them. */
  folders: readonly string[];
  /** Whether a document that tells neither type nor address, in a folder that tells nothing, is one of the family's. */
  looksLike: (document: JsonObject) => boolean;
  /** What templates call a member, and what Graph calls it. */
  otherNames: Readonly<Record<string, string>>;
  /** Members that templates leave to who makes the policy, with what is taken in their place, and the sentence that says so. */
  assumed: Readonly<Record<string, { value: JsonValue; notice: string }>>;
}

/** Where the list of a family's policies begins, below the version. */
export function listPath({ path, reading }: Family): string {
  const { listQuery, listFilter } = reading;
  return path + listQuery + (listFilter === "" ? "" : `${listQuery === "" ? "?" : "&"}${listFilter}`);
}

export interface Family<Key extends string = string> {
  /** Stable: stored with each policy, part of the API. */
  key: Key;
  /** As people read it. */
  label: string;
  /** The version of Graph in which the family is read and written. v1.0 hides types and properties, so a family that takes it says why. */
  version: GraphVersion;
  /** The collection, below the version, with its leading slash. New policies are posted to it, or to their typed set. */
  path: string;
  /** Null for a collection. */
  single: SingleObject | null;
  reading: ReadingRule;
  meaning: MeaningRule;
  inFiles: FileRule;
  references: readonly ReferencePlace[];
  /** The kind of reference that names policies of this family; null when no family refers to them. */
  referenceKind: ReferenceKind | null;
  /**
   * Ids are small numbers, which a tenant that was built anew gives anew: tag 1 is another tag there. An id counts together with the
   * name alone.
   */
  idsAreReused: boolean;
  restore: RestoreRule;
}

interface FamilyOptions<Key extends string> {
  key: Key;
  label: string;
  version?: GraphVersion;
  path: string;
  single?: SingleObject;
  reading: Pick<ReadingRule, "permission"> & Partial<ReadingRule>;
  meaning?: Partial<MeaningRule>;
  inFiles: Pick<FileRule, "type"> & Partial<FileRule>;
  references?: readonly ReferencePlace[];
  referenceKind?: ReferenceKind;
  idsAreReused?: boolean;
  restore: RestoreRuleOptions;
}

/** A family with the usual: beta, all content in the list, named by `displayName`, platform by `@odata.type`, no references. */
export function family<Key extends string>(options: FamilyOptions<Key>): Family<Key> {
  return {
    version: "beta",
    single: null,
    references: [],
    referenceKind: null,
    idsAreReused: false,
    ...options,
    reading: {
      otherPermissions: [],
      isForPeopleAlone: false,
      listQuery: "",
      listFilter: "",
      source: "list",
      byIdQuery: "",
      typedSets: {},
      excludedTypes: [],
      isForeign: () => false,
      children: [],
      navigations: () => [],
      parts: [],
      idProperty: "id",
      ...options.reading,
    },
    meaning: {
      nameProperty: "displayName",
      platform: { kind: "odataType" },
      assignmentsProperty: "assignments",
      serviceOwned: [],
      ordered: [],
      identified: [],
      saysNothing: () => false,
      spelled: (_path, value) => value,
      risks: [],
      ...options.meaning,
    },
    inFiles: { otherPaths: [], folders: [], looksLike: () => false, otherNames: {}, assumed: {}, ...options.inFiles },
    restore: rule(options.restore),
  };
}

/** Whether policies of the family are assigned to people or devices. */
export function isAssigned({ restore }: Family): boolean {
  return restore.assign.kind !== "none";
}
