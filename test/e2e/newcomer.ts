/** What an administrator does in a new deployment, from an empty tenant to a restore that a colleague has approved. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { CONSENT, ENTRA } from "../support/identity-provider.ts";
import { restoreClient } from "../support/restore-client.ts";
import type { Control } from "../support/simulator-server.ts";

/** Microsoft's permission that nobody has granted yet, and the family that needs it. */
const LACKING = { permission: "DeviceManagementScripts.Read.All", family: "PowerShell scripts" };
const CHANGED = "Kiosk of the lobby";

/** A new Microsoft tenant whose administrator has granted all permissions but one. */
export async function newMicrosoftTenant(control: Control): Promise<void> {
  await control.createTenant(ENTRA.tenantId, { policies: 0 });
  await control.configure(ENTRA.tenantId, { clientSecret: CONSENT.clientSecret });
  await control.removePermissions(ENTRA.tenantId, LACKING.permission);
}

/** Connects the tenant whose connection the page shows, and tests the connection. `look` is called with each step in sight. */
export async function connectByConsent(page: Page, look: () => Promise<void> = async () => {}): Promise<void> {
  await page.getByText("Not connected", { exact: true }).waitFor();
  await look();
  await page.getByRole("button", { name: "Connect the tenant" }).click();
  await look();
  expect(await page.getByRole("radio", { name: /^By consent/ }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("DeviceManagementConfiguration.Read.All").waitFor();
  await look();
  await page.getByRole("button", { name: "Go to Microsoft" }).click();

  await page.getByLabel("Your tenant's id").fill(ENTRA.tenantId);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("link", { name: "Anna Admin", exact: true }).click();
  await page.getByText(/^The tenant is connected/).waitFor();
  await page.getByText("Consent to this deployment's application", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText(`Cannot be read: ${LACKING.family}`).waitFor();
  expect(await page.getByText(LACKING.permission, { exact: true }).count()).toBeGreaterThan(0);
}

/** The headers by which the product knows the person of the page. */
export async function headersOf(page: Page): Promise<Record<string, string>> {
  const { origin } = new URL(page.url());
  const cookies = await page.context().cookies(origin);
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "), origin };
}

/** Invites a person as an owner, and gives the link. */
export async function invitationOf(owner: Page): Promise<string> {
  await owner.getByRole("link", { name: "Members", exact: true }).click();
  await owner.getByRole("button", { name: "Invite a person" }).click();
  await owner.getByRole("radio", { name: /^Owner/ }).check();
  await owner.getByRole("button", { name: "Create the link" }).click();
  const link = (await owner.getByText(/\/join#/).textContent()) ?? "";
  await owner.getByRole("button", { name: "Done" }).click();
  return link;
}

/** After the permission has been granted: the connection's page says so, and a sync reads every family. */
export async function grantAndSync(owner: Page, control: Control, slug: string): Promise<void> {
  const { origin } = new URL(owner.url());
  await control.grantPermissions(ENTRA.tenantId, LACKING.permission, "DeviceManagementScripts.ReadWrite.All");
  await control.addPolicy(ENTRA.tenantId, "deviceConfiguration", {
    "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
    displayName: CHANGED,
    screenCaptureBlocked: true,
  });
  await owner.goto(`${origin}/t/${slug}/settings/connection`);
  // An answer of the last ten seconds is given again.
  await expect
    .poll(
      async () => {
        await owner.getByRole("button", { name: "Test the connection" }).click();
        return owner.getByText("All policy families can be read.").isVisible();
      },
      { interval: 2_000, timeout: 60_000 },
    )
    .toBe(true);
  await owner.getByRole("link", { name: "Overview", exact: true }).click();
  await owner.getByRole("button", { name: "Sync inventory" }).click();
  const { length } = FAMILY_KEYS;
  const finished = owner.getByText(`${length} of ${length} policy families: ${length} succeeded`).first();
  await finished.waitFor({ timeout: 120_000 });
}

/** A policy is lost, its restore asked for by one person and approved by the other; it is there again. */
export async function restoreApproved(owner: Page, colleague: Page, control: Control, slug: string): Promise<void> {
  const { origin } = new URL(owner.url());
  await owner.getByRole("link", { name: "Settings", exact: true }).click();
  await owner.getByRole("checkbox", { name: "Restores", exact: true }).check();
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await owner.getByText("Approvals saved").waitFor();

  const api = restoreClient(origin, slug, await headersOf(owner));
  const backupSetId = await api.backedUp("Before the accident");
  const [policy] = await control.policies(ENTRA.tenantId, "deviceConfiguration");
  await control.deletePolicy(ENTRA.tenantId, "deviceConfiguration", policy?.id ?? "");
  const { plan } = await api.preview({ backupSetId, mode: "update", assignments: true });
  await owner.goto(origin + pageAddress(PAGES.restorePlan, { slug, planId: plan.id }));
  await owner.getByRole("button", { name: "Ask for approval" }).click();
  const dialog = owner.getByRole("alertdialog");
  await dialog.getByRole("textbox", { name: "Why" }).fill("It was deleted by mistake");
  await dialog.getByRole("button", { name: "Ask for approval" }).click();
  await dialog.getByText("Your request waits for another person's approval").waitFor();
  expect(await control.policies(ENTRA.tenantId, "deviceConfiguration")).toEqual([]);

  await colleague.goto(origin + pageAddress(PAGES.approvals, { slug }));
  const request = colleague.getByRole("article", { name: "Restore from Before the accident" });
  await request.getByText("It was deleted by mistake").waitFor();
  await request.getByRole("button", { name: "Approve", exact: true }).click();
  await colleague.getByRole("alertdialog").getByRole("button", { name: "Approve", exact: true }).click();
  await request.getByRole("link", { name: "View the operation" }).click();
  await colleague
    .getByText(/1 created/)
    .first()
    .waitFor({ timeout: 120_000 });
  const restored = await control.policies(ENTRA.tenantId, "deviceConfiguration");
  expect(restored.map(({ name }) => name)).toEqual([CHANGED]);
}
