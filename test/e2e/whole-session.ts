/** All that a tenant's data goes through in a day: synced, backed up, restored, recorded as evidence, packed, exported. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { Control } from "../support/simulator-server.ts";
import { restoreClient } from "../support/restore-client.ts";

export interface SessionOf {
  url: string;
  slug: string;
  headers: Record<string, string>;
  simulated: { control: Control; tenant: string };
  /** Where what it downloads is put. */
  folder: string;
}

/** A policy whose key Intune encrypts, and tells to those who may restore it. */
export function wifiPolicy(name: string, key: string): Record<string, unknown> {
  return {
    "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
    displayName: name,
    omaSettings: [
      {
        "@odata.type": "#microsoft.graph.omaSettingString",
        displayName: "Key",
        omaUri: "./Vendor/MSFT/WiFi/Profile/Guests/WlanXml",
        value: key,
      },
    ],
  };
}

/** Ends when the policy of the name is in a set, was deleted, and has been restored with its key. */
export async function wholeSession({ url, slug, headers, simulated, folder }: SessionOf, name: string): Promise<void> {
  const { control, tenant } = simulated;
  const api = restoreClient(url, slug, headers);
  const backupSetId = await api.backedUp("Before the change");
  const [policy] = (await control.policies(tenant)).filter((listed) => listed.name === name);
  await control.deletePolicy(tenant, "deviceConfiguration", policy?.id ?? "");
  const { plan } = await api.preview({ backupSetId, mode: "update", assignments: true });
  const restored = await api.finished("policy.restore", api.approved(plan));
  expect(restored).toMatchObject({ outcome: "succeeded", summaryCounts: { created: 1, failed: 0 } });
  await api.finished("inventory.sync", {});
  await api.finished("baseline.capture", { name: "After the restore" });
  await api.finished("evidence.snapshot", {});
  const packed = await api.finished("review-pack.generate", {});
  const files = {
    "pack.zip": `review-packs/${packed.result?.id}/download`,
    "audit.csv": "audit-events/export.csv",
    "audit.jsonl": "audit-events/export.jsonl",
    "backup-set.json": `backup-sets/${backupSetId}/items`,
    "connection.json": "connection",
    "activity.json": "activity",
  };
  for (const [file, address] of Object.entries(files)) {
    const response = await fetch(`${url}/api/tenants/${slug}/${address}`, { headers });
    expect(response.status, address).toBe(200);
    writeFileSync(path.join(folder, file), new Uint8Array(await response.arrayBuffer()));
  }
}
