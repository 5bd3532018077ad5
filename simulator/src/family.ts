/** What a policy family is, and the application permissions that guard the families. */
export type GraphVersion = "v1.0" | "beta";
export type ServiceArea = "intune" | "entra";

/** Permissions of one area: any one of the list is enough. */
export interface Permissions {
  read: readonly string[];
  write: readonly string[];
}

export interface Family {
  key: string;
  /** Path below the version, without a leading slash. */
  path: string;
  area: ServiceArea;
  permissions: Permissions;
  /** `@odata.type` values (without the leading #) that a policy of the family may have. The first is the default. */
  types: readonly string[];
  /** Polymorphic families need `@odata.type` on create and always show it. */
  polymorphic: boolean;
  nameProperty: "displayName" | "name" | "profileName" | "tenantId";
  /** The id of the tenant's one object, which stands at `path` itself; null for a collection. */
  single: string | null;
  /** Whether readings tell the id: those of some single objects do not. */
  showsId: boolean;
  /** The property that is the id. */
  idProperty: "id" | "tenantId";
  /** Whether who creates a policy chooses its id. */
  choosesId: boolean;
  pageSize: number;
  /** Properties that only GET by id answers. */
  byIdOnly: readonly string[];
  /** Sub-resources, which `$expand` may inline when listed in `expand`. */
  parts: readonly string[];
  expand: readonly string[];
  /** Among `parts`, what every reading shows. */
  inline: readonly string[];
  /** Objects below a policy that only their own path answers, with the status that says there is none. */
  apart: Readonly<Record<string, 204 | 404>>;
  /** `/{id}/assignments` answers 400: assignments are read by `/{id}?$expand=assignments` alone. */
  assignmentsByExpandOnly: boolean;
  /** The methods that update a policy. */
  updates: readonly ("PATCH" | "PUT")[];
  /** The body key of POST /{id}/assign; null when the family is not assigned that way. */
  assignKey: string | null;
  /** Written by the service: refused in a write body, besides those refused everywhere. */
  readOnly: readonly (string | RegExp)[];
  /** Taken in a write body without effect: an action of their own sets them. */
  ignored: readonly string[];
  /** May be given on create and never changed. */
  immutable: readonly string[];
  /** Must be in a create body. */
  required: readonly string[];
}

function twins(name: string): Permissions {
  return { read: [`${name}.Read.All`, `${name}.ReadWrite.All`], write: [`${name}.ReadWrite.All`] };
}
/** Where Microsoft's map of permissions (devx-content 6cbd6bb, 2026-08-07) has several for one path, the first is the one that errors name. */
function either(first: Permissions, ...others: Permissions[]): Permissions {
  return {
    read: [first, ...others].flatMap(({ read }) => read),
    write: [first, ...others].flatMap(({ write }) => write),
  };
}
export const CONFIGURATION = twins("DeviceManagementConfiguration");
export const SCRIPTS = twins("DeviceManagementScripts");
export const APPS = twins("DeviceManagementApps");
export const SERVICE_CONFIG = twins("DeviceManagementServiceConfig");
export const ENROLLMENT = either(SERVICE_CONFIG, CONFIGURATION);
export const RBAC = either(twins("DeviceManagementRBAC"), CONFIGURATION);
export const DEVICE_CATEGORIES = either(CONFIGURATION, twins("DeviceManagementManagedDevices"));
export const AGREEMENT = twins("Agreement");
/** Opens much of the directory. */
const DIRECTORY = "Directory.Read.All";
export const GROUPS: Permissions = {
  read: [...twins("Group").read, DIRECTORY],
  write: twins("Group").write,
};
export const APPLICATION: Permissions = { read: ["Application.Read.All", DIRECTORY], write: [] };
export const USERS: Permissions = { read: ["User.Read.All", DIRECTORY], write: [] };
/** Granted to no simulated tenant until a test does so: many real ones lack it. */
export const DIRECTORY_ROLES: Permissions = {
  read: ["RoleManagement.Read.Directory", "RoleManagement.Read.All", DIRECTORY],
  write: [],
};
export const AUDIT_LOG: Permissions = { read: ["AuditLog.Read.All", DIRECTORY], write: [] };
export const CLOUD_PC = twins("CloudPC");
export const POLICY: Permissions = {
  read: ["Policy.Read.All"],
  write: ["Policy.ReadWrite.ConditionalAccess"],
};
export const AUTHENTICATION_STRENGTH: Permissions = {
  read: [
    "Policy.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.ConditionalAccess",
  ],
  write: ["Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.AuthenticationMethod"],
};
/** The map does not have `Policy.Read.All` here, which the design notes take for enough. */
export const AUTHENTICATION_CONTEXT: Permissions = {
  read: [
    "Policy.Read.All",
    "Policy.Read.ConditionalAccess",
    "Policy.ReadWrite.ConditionalAccess",
    "AuthenticationContext.Read.All",
    "AuthenticationContext.ReadWrite.All",
  ],
  write: ["Policy.ReadWrite.ConditionalAccess", "AuthenticationContext.ReadWrite.All"],
};

/** Of a policy of the directory, which all share one permission to read. */
export function directoryPolicy(name: string): Permissions {
  return { read: ["Policy.Read.All", `Policy.ReadWrite.${name}`], write: [`Policy.ReadWrite.${name}`] };
}
export const AUTHENTICATION_METHOD = directoryPolicy("AuthenticationMethod");
export const AUTHORIZATION = directoryPolicy("Authorization");
export const SECURITY_DEFAULTS = directoryPolicy("SecurityDefaults");
export const CONSENT_REQUEST = directoryPolicy("ConsentRequest");
export const CROSS_TENANT_ACCESS = directoryPolicy("CrossTenantAccess");
/** The one that `Policy.Read.All` does not open. */
export const DEVICE_REGISTRATION: Permissions = {
  read: ["Policy.Read.DeviceConfiguration", "Policy.ReadWrite.DeviceConfiguration"],
  write: ["Policy.ReadWrite.DeviceConfiguration"],
};

/**
 * What an app registration of a simulated tenant may do until the control endpoint takes something away. Permissions that open what
 * another of them opens already are not among them.
 */
export const ALL_PERMISSIONS: readonly string[] = [
  ...new Set(
    [
      CONFIGURATION,
      SCRIPTS,
      APPS,
      SERVICE_CONFIG,
      RBAC,
      AGREEMENT,
      twins("Group"),
      CLOUD_PC,
      POLICY,
      AUTHENTICATION_METHOD,
      AUTHORIZATION,
      SECURITY_DEFAULTS,
      CONSENT_REQUEST,
      CROSS_TENANT_ACCESS,
      DEVICE_REGISTRATION,
      { read: ["AuditLog.Read.All", "Application.Read.All", "User.Read.All"], write: [] },
    ].flatMap((p) => [...p.read, ...p.write]),
  ),
];

/** `#microsoft.graph.x`, `microsoft.graph.x` or `x` to `x`. */
export function bareType(type: string): string {
  return type.replace(/^#/, "").replace(/^microsoft\.graph\./, "");
}
