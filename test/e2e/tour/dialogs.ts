/**
 * Every dialog and menu of the console, with the way to it. `test/dashboard/tour.test.ts` compares the list with the sources: a new one
 * cannot be forgotten.
 */
import type { Page } from "playwright-core";
import type { TourState } from "./tour-state.ts";

export interface Opening {
  name: string;
  /** Files of src/dashboard that make it. */
  of: readonly string[];
  address: string;
  open: (page: Page) => Promise<void>;
}

/** Files that are the frame of dialogs and menus of others, and what a tour cannot bring about. */
export const NOT_OPENED: Readonly<Record<string, string>> = {
  "components/confirm-dialog.tsx": "a frame",
  "components/dialog-frame.tsx": "a frame",
  "platform/databases-page.tsx": "asked while a tenant moves, which takes a moment here; its dialog is the common one",
};

/** Presses the first control of the name. */
const press =
  (name: string | RegExp, role: "button" | "menuitem" | "checkbox" | "radio" = "button") =>
  async (page: Page): Promise<void> => {
    await page.getByRole(role, { name }).first().click();
  };

const inOrder =
  (...steps: ((page: Page) => Promise<void>)[]) =>
  async (page: Page): Promise<void> => {
    for (const step of steps) await step(page);
  };

const key = (name: string) => async (page: Page) => page.keyboard.press(name);

export function allOpenings({ pages, empty, failed, waitingRun, waitingPortfolio }: TourState): Opening[] {
  const backupSets = pages.backupSets;
  return [
    { name: "palette", of: ["palette/palette.tsx"], address: pages.overview, open: key("Control+k") },
    { name: "keys", of: ["palette/key-table.tsx"], address: pages.overview, open: key("?") },
    { name: "tenants", of: ["palette/tenant-search.tsx"], address: pages.overview, open: press(/^Switch tenant/) },
    { name: "person", of: ["shell/person-menu.tsx"], address: pages.overview, open: press(/Account and theme/) },
    { name: "activity", of: ["runs/activity-popup.tsx"], address: pages.overview, open: press(/^Activity/) },
    {
      name: "start-over-tenants",
      of: ["portfolio/start-dialog.tsx"],
      address: pages.portfolioRuns,
      open: press("Start in all tenants"),
    },
    {
      name: "new-schedule-over-tenants",
      of: ["portfolio/portfolio-schedule-form.tsx"],
      address: pages.portfolioSchedules,
      open: press("New schedule"),
    },
    {
      name: "change-schedule-over-tenants",
      of: ["portfolio/portfolio-schedule-form.tsx"],
      address: pages.portfolioSchedule,
      open: press("Change"),
    },
    {
      name: "pause-schedule-over-tenants",
      of: ["schedules/pause-dialog.tsx"],
      address: pages.portfolioSchedule,
      open: press("Pause"),
    },
    {
      name: "remove-schedule-over-tenants",
      of: ["portfolio/portfolio-schedules-page.tsx"],
      address: pages.portfolioSchedule,
      open: press("Remove"),
    },
    {
      name: "cancel-over-tenants",
      of: ["portfolio/portfolio-run-page.tsx"],
      address: waitingPortfolio,
      open: press("Cancel operation"),
    },
    {
      name: "new-schedule",
      of: ["schedules/schedule-form.tsx"],
      address: pages.schedules,
      open: press("New schedule"),
    },
    { name: "change-schedule", of: ["schedules/schedule-form.tsx"], address: pages.schedule, open: press("Change") },
    { name: "pause-schedule", of: ["schedules/pause-dialog.tsx"], address: pages.schedule, open: press("Pause") },
    { name: "remove-schedule", of: ["schedules/schedule-page.tsx"], address: pages.schedule, open: press("Remove") },
    { name: "new-set", of: ["backups/set-form-dialog.tsx"], address: backupSets, open: press("New backup set") },
    { name: "import-files", of: ["backups/import-dialog.tsx"], address: backupSets, open: press("Import files") },
    { name: "set-menu", of: ["backups/set-menu.tsx"], address: backupSets, open: press(/^Actions for/) },
    {
      name: "rename-set",
      of: ["backups/set-form-dialog.tsx"],
      address: backupSets,
      open: inOrder(press(/^Actions for/), press("Rename", "menuitem")),
    },
    {
      name: "delete-set",
      of: ["backups/ask-for-action.tsx"],
      address: backupSets,
      open: inOrder(press(/^Actions for/), press("Delete for good", "menuitem")),
    },
    { name: "restore", of: ["restore/restore-dialog.tsx"], address: pages.backupSet, open: press("Restore to tenant") },
    {
      name: "approve-restore",
      of: ["restore/approve-action.tsx"],
      address: pages.restorePlan,
      open: press("Approve and restore"),
    },
    {
      name: "capture",
      of: ["baselines/capture-dialog.tsx"],
      address: pages.baselines,
      open: press("Capture baseline"),
    },
    {
      name: "follow-standard",
      of: ["standards/follow-dialog.tsx"],
      address: pages.standards,
      open: inOrder(press("Follow a standard"), async (page) => {
        await page.getByRole("combobox", { name: "Tenant that keeps it" }).selectOption({ index: 1 });
      }),
    },
    {
      name: "new-standard",
      of: ["standards/standard-form-dialog.tsx"],
      address: pages.standards,
      open: press("New standard"),
    },
    {
      name: "new-version",
      of: ["standards/new-version-dialog.tsx"],
      address: pages.standard,
      open: press("New version"),
    },
    {
      name: "retire-standard",
      of: ["standards/standard-page.tsx"],
      address: pages.standard,
      open: press("Take out of use"),
    },
    {
      name: "deploy-in-all",
      of: ["standards/followers.tsx"],
      address: pages.standard,
      open: press("Prepare deployment in all"),
    },
    {
      name: "deploy-standard",
      of: ["standards/deploy-dialog.tsx"],
      address: pages.followedStandard,
      open: press("Prepare deployment"),
    },
    {
      name: "update-standard",
      of: ["standards/followed-standard-page.tsx"],
      address: pages.followedStandard,
      open: press(/^Update to version/),
    },
    {
      name: "stop-following",
      of: ["standards/followed-standard-page.tsx"],
      address: pages.followedStandard,
      open: press("Stop following"),
    },
    {
      name: "policy-of-standard",
      of: ["standards/followed-policies.tsx"],
      address: pages.followedStandard,
      open: press(/^Actions for/),
    },
    {
      name: "values-of-tenant",
      of: ["standards/values-section.tsx"],
      address: pages.followedStandard,
      open: press("Change the values of this tenant"),
    },
    {
      name: "change-for-tenant",
      of: ["standards/overlay-section.tsx"],
      address: pages.followedStandard,
      open: press("Add a change"),
    },
    { name: "accept", of: ["findings/accept-dialog.tsx"], address: pages.finding, open: press("Accept") },
    {
      name: "accept-many",
      of: ["findings/accept-many.tsx"],
      address: pages.findings,
      open: inOrder(press("Select all listed", "checkbox"), press(/^Accept \d/)),
    },
    {
      name: "remedy",
      of: ["findings/finding-remedy.tsx"],
      address: pages.finding,
      open: press(/^Restore from/),
    },
    {
      name: "acknowledge",
      of: ["inventory/acknowledgment.tsx"],
      address: failed["unread-policy"] ?? "",
      open: press("Acknowledge"),
    },
    { name: "invite", of: ["members/invite-dialog.tsx"], address: pages.members, open: press("Invite a person") },
    {
      name: "member-menu",
      of: ["members/member-list.tsx"],
      address: pages.members,
      open: press(/^Actions for Oksana/),
    },
    {
      name: "change-role",
      of: ["members/change-role-dialog.tsx"],
      address: pages.members,
      open: inOrder(press(/^Actions for Oksana/), press("Change role", "menuitem")),
    },
    {
      name: "remove-member",
      of: ["members/member-list.tsx"],
      address: pages.members,
      open: inOrder(press(/^Actions for Oksana/), press(/^Remove from/, "menuitem")),
    },
    {
      name: "only-owner",
      of: ["members/member-list.tsx"],
      address: empty.members ?? "",
      open: inOrder(press(/^Actions for Olivia/), press("Change role", "menuitem")),
    },
    {
      name: "withdraw-invitation",
      of: ["members/invitation-list.tsx"],
      address: pages.members,
      open: press(/^Withdraw/),
    },
    { name: "new-token", of: ["api-tokens/new-token-dialog.tsx"], address: pages.apiTokens, open: press("New token") },
    { name: "revoke", of: ["api-tokens/api-tokens-page.tsx"], address: pages.apiTokens, open: press(/^Revoke/) },
    { name: "new-channel", of: ["news/channel-dialog.tsx"], address: pages.news, open: press("New channel") },
    {
      name: "change-channel",
      of: ["news/channel-dialog.tsx"],
      address: pages.news,
      open: press("Change Ticket system"),
    },
    {
      name: "new-secret",
      of: ["news/channel-list.tsx"],
      address: pages.news,
      open: press("New secret of Ticket system"),
    },
    { name: "remove-channel", of: ["news/channel-list.tsx"], address: pages.news, open: press("Remove Ticket system") },
    { name: "new-rule", of: ["news/rule-dialog.tsx"], address: pages.news, open: press("New rule") },
    {
      name: "new-rule-over-tenants",
      of: ["news/rule-dialog.tsx"],
      address: pages.ownNews,
      open: inOrder(press("New rule"), press("Some of them", "radio")),
    },
    { name: "remove-rule", of: ["news/rule-list.tsx"], address: pages.news, open: press("Remove What needs a person") },
    { name: "show-message", of: ["news/message-list.tsx"], address: pages.news, open: press(/^Show:/) },
    { name: "new-role", of: ["roles/role-dialog.tsx"], address: pages.roles, open: press("New role") },
    { name: "change-own-role", of: ["roles/role-dialog.tsx"], address: pages.roles, open: press(/^Change Auditor/) },
    { name: "delete-role", of: ["roles/roles-page.tsx"], address: pages.roles, open: press(/^Delete Auditor/) },
    {
      name: "place-hold",
      of: ["retention/legal-hold-dialogs.tsx"],
      address: pages.legalHolds,
      open: press("Place a hold"),
    },
    { name: "lift-hold", of: ["retention/legal-hold-dialogs.tsx"], address: pages.legalHolds, open: press(/^Lift/) },
    {
      name: "close-tenant",
      of: ["closing/close-tenant.tsx"],
      address: pages.settings,
      open: press("Close this tenant"),
    },
    {
      name: "close-any-tenant",
      of: ["closing/close-tenant-dialog.tsx"],
      address: pages.platformTenants,
      open: press(/^Close Contoso/),
    },
    {
      name: "connect",
      of: ["connection/connect-wizard.tsx"],
      address: empty.connection ?? "",
      open: press("Connect the tenant"),
    },
    { name: "renew", of: ["connection/renew-dialog.tsx"], address: pages.connection, open: press("Renew") },
    {
      name: "disconnect",
      of: ["connection/connection-section.tsx"],
      address: pages.connection,
      open: press("Disconnect"),
    },
    {
      name: "new-tenant",
      of: ["platform/new-tenant-dialog.tsx"],
      address: pages.platformTenants,
      open: press("New tenant"),
    },
    {
      name: "move-tenant",
      of: ["platform/move-tenant-dialog.tsx"],
      address: pages.platformDatabases,
      open: press("Move a tenant"),
    },
    { name: "disable", of: ["platform/people-page.tsx"], address: pages.platformPeople, open: press(/^Disable/) },
    { name: "approve", of: ["approvals/decision-buttons.tsx"], address: pages.approvals, open: press("Approve") },
    { name: "reject", of: ["approvals/decision-buttons.tsx"], address: pages.approvals, open: press("Reject") },
    {
      name: "new-pack",
      of: ["review-packs/new-pack-dialog.tsx"],
      address: pages.reviewPacks,
      open: press("New review pack"),
    },
    { name: "cancel-run", of: ["runs/run-actions.tsx"], address: waitingRun, open: press("Cancel run") },
    {
      name: "cancel-matching",
      of: ["runs/matching-actions.tsx"],
      address: pages.operations,
      open: press(/^Cancel all/),
    },
  ];
}
