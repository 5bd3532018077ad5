/** Ids that examples share, so that they tell of one tenant and its things. A test puts the ids of real things in their place. */
export const IDS = {
  tenant: "contoso",
  /** Of an evidence snapshot that has ended. */
  run: "run_2d9eaa4a-790a-4842-876f-e130d831222a",
  /** Of an inventory sync that was started just now. */
  activeRun: "run_0aedf239-038d-4031-bd7f-40834a30a7d5",
  /** Of a run with a unit that failed. */
  failedRun: "run_8cb8f98f-dcfa-45d7-a4b3-f51a0611dee2",
  /** Of a restore of the plan. */
  restoreRun: "run_c32e15b4-0a9d-47e6-b1f8-3d2c5e7a9b33",
  portfolioRun: "prun_1b8e4f70-5c2d-4a96-8e3b-9d0c7f6a5b42",
  portfolioSchedule: "psch_6f1d2c3b-4a59-4e8f-9b0a-1c2d3e4f5a6b",
  ownNotification: "notice_prun_1b8e4f70-5c2d-4a96-8e3b-9d0c7f6a5b42",
  policy: "c2V0dGluZ3NDYXRhbG9nOjIyMTI3ZjUyLTY2ZmEtNDliMS1iYWQzLTk3OGYxZWE1OGJhYQ",
  /** Of a policy that could not be read. */
  unreadablePolicy: "c2V0dGluZ3NDYXRhbG9nOjdkMWMxYTNlLTVhMGUtNGU1Yi05ZDU3LTJmNmExYzBiOGU0NA",
  backupSet: "set_6604d1c6-3d08-4b17-90b5-6614a4ecc3d1",
  backupItem: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11-1",
  archivedSet: "set_6d9a9303-848d-42a4-ad91-b31bfbf2def5",
  policyUpload: "upload_4f0b7c92-1d63-4e8a-b5a7-9c3e2d1f0a86",
  plan: "rpl_2176c6e0-4b7f-4d21-9c3a-6e5f8d0b1a22",
  planHash: "c351276d1db8c384109c0832950e6ab386e91b581069f6f0f811d6a971052f53",
  baseline: "bsl_0fc893e3-1fef-43aa-b350-01f4e93142c0",
  comparison: "cmp_fcbb8e6d-b85f-450b-b286-9f4c8ad539a7",
  /** The slug of the tenant that keeps a standard. */
  standardHome: "contoso-house",
  standard: "std_1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9",
  following: "flw_2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
  finding: "fnd_68ae0583f670374e498b519e2552251d",
  snapshot: "evs_2d9eaa4a-790a-4842-876f-e130d831222a",
  evidenceItem: "cG9saWN5L2ZpbHRlcnMvY2ZmMjY1MzAtMzdlYi00MTZlLTgxODYtMzZjOTMzOGYyZjZm",
  offboarding: "offboarding_3c9a2f10-7b4e-4d21-8c65-1f0e9d8b7a66",
  tenantMove: "move_6f2d8b40-9c1e-4a37-b5d8-2e7f0a1c3b94",
  tenantName: "Contoso of the tale",
  tenantExport: "export_9c1d7e55-6a0b-4c33-8f21-0d4b6a8c2e10",
  pack: "pack_be0b253d-fe02-4da2-a727-858552548c03",
  notification: "notification_run_be0b253d-fe02-4da2-a727-858552548c03",
  member: "user-operator",
  role: "role_1f3c5b7d-2e4a-4c6b-8d9f-0a1b2c3d4e5f",
  apiToken: "k3v7qm2xw5ta6hbz",
  session: "7d4f2b1a-9c3e-4f5d-8a6b-1c2d3e4f5a6b",
  /** Of a preview of retention: the moment and the name of what was shown. */
  previewAt: "2026-11-28T01:58:56.462Z",
  previewHash: "41c0a7be5d9f23e86c1b04d7fa3925e86b7d0c9f12a8e34d56b7c8f90a1e2d3c",
  approval: "approval_2b7c9d1e-3f4a-4b5c-8d6e-7f8091a2b3c4",
  approvalHash: "5e1f6a1d0c3b2a4958677685940312f1e0d9c8b7a6f5e4d3c2b1a09f8e7d6c5b",
  schedule: "sch_0f7c2d64-8b1e-4a59-9d3c-5e6f7a8b9c01",
  newsChannel: "chn_3d5e7f90-1a2b-4c3d-8e4f-5a6b7c8d9e0f",
  newsRule: "nrl_6a7b8c9d-0e1f-4a2b-9c3d-4e5f6a7b8c9d",
  newsMessage: "msg_9f8e7d6c5b4a39281706f5e4d3c2b1a0",
  ownNewsChannel: "chn_0b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e",
  ownNewsRule: "nrl_1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
  ownNewsMessage: "msg_00112233445566778899aabbccddeeff",
  hold: "hold_5e0b7a94-3f1c-4d28-9b6a-7c8d1e2f3a40",
  invitation: "invitation_4b6d2f0a-8c1e-4f3a-9d57-0e2b4c6a8d10",
  invitationSecret: "q9Zk3T0bqkq1x7Jr0d8mYw5s2nVv6uAeLh4cPfGtRiE",
  /** Of the finding's differences. */
  changesHash: "e195a6d971355f045617eed6eb1daa525a78ae61e64afd138631706c16d8b38e",
} as const;

export type ExampleIds = Readonly<Record<keyof typeof IDS, string>>;
