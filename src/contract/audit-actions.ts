/** What can stand in an audit log, with the words that the console shows. An event of an earlier version may have another action. */

export const AUDIT_ACTIONS = {
  "operation.start": "started an operation",
  "operation.retry": "retried an operation",
  "operation.cancel": "canceled an operation",
  "operation.pause": "paused an operation",
  "operation.resume": "resumed an operation",
  "policy.restore": "restored a policy",
  "backup-set.create": "made a backup set",
  "backup-set.change": "changed a backup set",
  "backup-set.archive": "archived a backup set",
  "backup-set.restore": "brought a backup set back into service",
  "backup-set.force-delete": "deleted a backup set for good",
  "backup-item.download": "downloaded a backed up policy",
  "review-pack.download": "downloaded a review pack",
  "tenant-export.download": "downloaded an export of everything",
  "audit-log.download": "downloaded the audit log",
  "finding.accept": "accepted a finding",
  "finding.reopen": "reopened a finding",
  "policy.acknowledge-unreadable": "acknowledged a policy that cannot be read",
  "policy.withdraw-acknowledgment": "took an acknowledgment back",
  "settings.change": "changed the settings",
  "approval.request": "asked for an approval",
  "approval.approve": "approved a request",
  "approval.reject": "rejected a request",
  "approval.withdraw": "withdrew a request for an approval",
  "approval.expire": "let a request for an approval expire",
  "approval.fail": "could not carry out an approved request",
  "approval-settings.change": "changed what needs an approval",
  "approval-settings.lift": "lifted the approvals of a tenant that has too few owners",
  "retention.change": "changed how long records are kept",
  "retention.remove": "removed records whose time was over",
  "legal-hold.place": "placed a legal hold",
  "legal-hold.lift": "lifted a legal hold",
  "connection.connect": "connected the tenant to Microsoft Graph",
  "connection.replace": "replaced the connection to Microsoft Graph",
  "connection.renew": "renewed the credential of the connection",
  "connection.disconnect": "disconnected the tenant from Microsoft Graph",
  "permissions.check": "checked the permissions",
  "member.invite": "invited a person",
  "member.withdraw-invitation": "withdrew an invitation",
  "member.join": "joined",
  "member.change-role": "changed a member's role",
  "member.remove": "removed a member",
  "token.create": "made an API token",
  "token.revoke": "revoked an API token",
  "session.begin": "signed in",
  "session.end": "signed out",
  "session.refuse": "was not let in",
  "person.disable": "disabled a person",
  "person.enable": "let a person in again",
  "platform.set-up": "became the first administrator",
  "role.create": "made a role",
  "role.change": "changed a role",
  "role.delete": "deleted a role",
  "tenant.create": "made the tenant",
  "tenant.close": "asked for the tenant's deletion",
  "tenant.keep": "withdrew the tenant's deletion",
  "tenant.delete-begin": "began to delete a tenant",
  "tenant.delete": "deleted a tenant",
  "tenant.delete-incomplete": "could not delete all of a tenant",
  "tenant.move-begin": "began to move the tenant to another database",
  "tenant.move": "moved the tenant to another database",
  "tenant.move-abandon": "gave up moving the tenant to another database",
  "request.refuse": "was refused",
} as const satisfies Record<string, string>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** An action in words; the action itself where there are none. */
export function auditActionWords(action: string): string {
  return isAuditAction(action) ? AUDIT_ACTIONS[action] : action;
}

/** Whether this version of the product knows the action. */
export function isAuditAction(action: string): action is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, action);
}
