/** The columns of the CSV of each list. Times are as the API tells them, in UTC. */
import type { Member } from "../../contract/access.ts";
import type { BackupSet } from "../../contract/backup-sets.ts";
import type { Baseline, Finding } from "../../contract/baselines.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import type { Policy } from "../../contract/inventory.ts";
import type { Run } from "../../contract/runs.ts";
import type { FileColumn } from "./list-file.ts";

export const POLICY_FILE: readonly FileColumn<Policy>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Family", value: ({ familyLabel }) => familyLabel },
  { title: "Platform", value: ({ platform }) => platform },
  { title: "Description", value: ({ description }) => description },
  { title: "Assignments", value: ({ assignmentCount }) => assignmentCount },
  { title: "Version", value: ({ versionNumber }) => versionNumber },
  { title: "Last changed", value: ({ lastModifiedAt }) => lastModifiedAt },
  { title: "First seen", value: ({ firstSeenAt }) => firstSeenAt },
  { title: "Last seen", value: ({ lastSeenAt }) => lastSeenAt },
  { title: "Removed", value: ({ removedAt }) => removedAt },
  { title: "SHA-256", value: ({ contentHash }) => contentHash },
  { title: "Id in Microsoft Graph", value: ({ graphId }) => graphId },
  { title: "Id", value: ({ id }) => id },
];

export const OPERATION_FILE: readonly FileColumn<Run>[] = [
  { title: "Operation", value: ({ label }) => label },
  { title: "Status", value: ({ status }) => status },
  { title: "Outcome", value: ({ outcome }) => outcome },
  { title: "Progress", value: ({ progress }) => progress.text },
  { title: "Failure", value: ({ failure }) => failure?.message ?? null },
  { title: "Started by", value: ({ initiator }) => initiator?.name ?? null },
  { title: "Created", value: ({ createdAt }) => createdAt },
  { title: "Completed", value: ({ completedAt }) => completedAt },
  { title: "Type", value: ({ type }) => type },
  { title: "Id", value: ({ id }) => id },
];

export const FINDING_FILE: readonly FileColumn<Finding>[] = [
  { title: "Severity", value: ({ severity }) => severity },
  { title: "Name", value: ({ name }) => name },
  { title: "Family", value: ({ familyLabel }) => familyLabel },
  { title: "Difference", value: ({ kind }) => kind },
  { title: "What is so", value: ({ message }) => message },
  { title: "Status", value: ({ status }) => status },
  { title: "Baseline", value: ({ baseline }) => baseline.name },
  { title: "Id", value: ({ id }) => id },
];

export const BACKUP_SET_FILE: readonly FileColumn<BackupSet>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Description", value: ({ description }) => description },
  { title: "State", value: ({ state }) => state },
  { title: "Policies", value: ({ policyCount }) => policyCount },
  { title: "Newest item", value: ({ lastCapturedAt }) => lastCapturedAt },
  { title: "Id", value: ({ id }) => id },
];

export const BASELINE_FILE: readonly FileColumn<Baseline>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Status", value: ({ status }) => status },
  { title: "Made by", value: ({ initiator }) => initiator?.name ?? null },
  { title: "Created", value: ({ createdAt }) => createdAt },
  { title: "Last compared", value: ({ latestComparison }) => latestComparison?.sealedAt ?? null },
  { title: "Id", value: ({ id }) => id },
];

export const SNAPSHOT_FILE: readonly FileColumn<EvidenceSnapshot>[] = [
  { title: "Taken", value: ({ takenAt }) => takenAt },
  { title: "Status", value: ({ status }) => status },
  { title: "Items", value: ({ itemCount }) => itemCount },
  { title: "Exceptions", value: ({ exceptionCount }) => exceptionCount },
  { title: "Root", value: ({ merkleRoot }) => merkleRoot },
  { title: "Taken by", value: ({ initiator }) => initiator?.name ?? null },
  { title: "Id", value: ({ id }) => id },
];

export const MEMBER_FILE: readonly FileColumn<Member>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Address", value: ({ email }) => email },
  { title: "Role", value: ({ roleName }) => roleName },
  { title: "Disabled", value: ({ disabled }) => disabled },
  { title: "Member since", value: ({ since }) => since },
  { title: "Invited by", value: ({ invitedBy }) => invitedBy?.name ?? null },
  { title: "Id", value: ({ userId }) => userId },
];
