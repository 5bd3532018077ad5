/**
 * Who may ask which route: written here a second time, by hand. A route without a row does not compile, and a row that says something else than
 * the route's description fails. `people` stands where API tokens are refused, whatever they were made for.
 */
import type { Capability } from "../../src/contract/access.ts";
import type { routes } from "../../src/contract/routes/all.ts";

type Who = "everybody" | "known" | "people" | "platform people" | Capability | `people: ${Capability}`;

type Rows = { readonly [Noun in keyof typeof routes]: { readonly [Name in keyof (typeof routes)[Noun]]: Who } };

export const ROWS: Rows = {
  health: {
    check: "everybody",
    ready: "everybody",
  },
  signIn: {
    begin: "everybody",
    finish: "everybody",
    sessions: "people",
    endSession: "people",
    signOut: "people",
  },
  me: {
    show: "known",
    standings: "known",
    activeOperations: "known",
  },
  tenants: {
    list: "known",
    show: "tenant.read",
  },
  operations: {
    start: "operations.read",
    list: "operations.read",
    failures: "operations.read",
    matching: "operations.read",
    show: "operations.read",
    timeline: "operations.read",
    allUnits: "operations.read",
    units: "operations.read",
    cancel: "operations.cancel",
    pause: "operations.cancel",
    resume: "operations.cancel",
    retry: "operations.retry",
    proof: "operations.read",
    restoreResults: "operations.read",
    restoreApprovals: "operations.read",
  },
  activity: {
    list: "operations.read",
    live: "operations.read",
  },
  inventory: {
    policies: "inventory.read",
    policy: "inventory.read",
    versions: "inventory.read",
    content: "inventory.read",
    readable: "inventory.read",
    versionDiff: "inventory.read",
    settings: "inventory.read",
    backups: "backup.read",
    families: "inventory.read",
  },
  unreadablePolicies: {
    list: "inventory.read",
    acknowledge: "finding.accept",
    withdraw: "finding.accept",
  },
  backupSets: {
    list: "backup.read",
    create: "backup.write",
    show: "backup.read",
    change: "backup.write",
    archive: "backup.delete",
    items: "backup.read",
    item: "backup.read",
    references: "backup.read",
    diff: "backup.read",
    content: "backup.read",
    restorePlans: "backup.read",
  },
  restorePlans: {
    show: "backup.read",
    items: "backup.read",
    item: "backup.read",
  },
  evidence: {
    snapshots: "evidence.read",
    snapshot: "evidence.read",
    items: "evidence.read",
    item: "evidence.read",
    verification: "evidence.read",
  },
  reviewPacks: {
    list: "review-pack.read",
    options: "review-pack.read",
    show: "review-pack.read",
    download: "review-pack.download",
  },
  offboarding: {
    show: "tenant.read",
    request: "people: tenant.close",
    withdraw: "people: tenant.close",
    list: "platform people",
    proof: "platform people",
    requestByPlatform: "platform people",
    withdrawByPlatform: "platform people",
  },
  tenantMoves: {
    shards: "platform people",
    list: "platform people",
    show: "platform people",
    begin: "platform people",
    abandon: "platform people",
  },
  tenantExports: {
    list: "tenant.export",
    show: "tenant.export",
    download: "tenant.export",
  },
  baselines: {
    list: "baseline.read",
    show: "baseline.read",
    policies: "baseline.read",
    drift: "baseline.read",
  },
  comparisons: {
    list: "baseline.read",
    show: "baseline.read",
    findings: "baseline.read",
  },
  findings: {
    list: "baseline.read",
    show: "baseline.read",
    remedy: "backup.read",
    acceptMany: "finding.accept",
    accept: "finding.accept",
    reopen: "finding.accept",
  },
  members: {
    list: "members.read",
    changeRole: "members.manage",
    remove: "members.manage",
  },
  invitations: {
    list: "members.manage",
    create: "members.manage",
    withdraw: "members.manage",
  },
  joining: {
    preview: "people",
    accept: "people",
  },
  roles: {
    list: "members.read",
    create: "members.manage",
    change: "members.manage",
    delete: "members.manage",
  },
  apiTokens: {
    list: "people: tenant.read",
    create: "people",
    revoke: "people: tenant.read",
  },
  platform: {
    liftApprovals: "platform people",
    setUp: "people",
    tenants: "platform people",
    measured: "platform people",
    people: "platform people",
    disablePerson: "platform people",
    enablePerson: "platform people",
    log: "platform people",
    createTenant: "platform people",
  },
  auditEvents: {
    list: "audit.read",
    head: "audit.read",
    exportCsv: "audit.read",
    exportLines: "audit.read",
  },
  notifications: {
    list: "tenant.read",
    markSeen: "tenant.read",
  },
  approvals: {
    list: "tenant.read",
    show: "tenant.read",
    approve: "people: tenant.read",
    reject: "people: tenant.read",
    withdraw: "people: tenant.read",
    settings: "tenant.read",
    changeSettings: "members.manage",
  },
  backupStanding: { show: "backup.read" },
  settings: {
    show: "tenant.read",
    change: "settings.manage",
  },
  schedules: {
    list: "operations.read",
    times: "operations.read",
    show: "operations.read",
    occurrences: "operations.read",
    create: "people: schedules.manage",
    change: "people: schedules.manage",
    pause: "people: schedules.manage",
    resume: "people: schedules.manage",
    run: "people: schedules.manage",
    remove: "people: schedules.manage",
  },
  retention: {
    show: "tenant.read",
    preview: "settings.manage",
    change: "people: settings.manage",
  },
  legalHolds: {
    list: "tenant.read",
    place: "people: legal-hold.manage",
    lift: "people: legal-hold.manage",
  },
  connections: {
    show: "tenant.read",
    connect: "connection.manage",
    renew: "connection.manage",
    disconnect: "connection.manage",
    startConsent: "connection.manage",
  },
  consents: {
    finish: "people",
  },
  permissions: {
    show: "inventory.read",
    check: "inventory.sync",
  },
  reference: {
    document: "known",
    page: "known",
  },
};
