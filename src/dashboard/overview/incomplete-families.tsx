/** What keeps the inventory from being whole, grouped by what a person would do about it. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { type FamilyState, PARTLY_READ } from "../../contract/inventory.ts";
import { TextLink } from "../components/text-link.tsx";
import { isPermissionReason } from "../inventory/family-reason.ts";
import { familiesQuery } from "../inventory/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";

/** Renders nothing while everything that was attempted was read. */
export function IncompleteFamilies() {
  const tenant = useTenant();
  const { data } = useQuery(familiesQuery(tenant));
  // The facts below say when it could not be read.
  if (data === undefined) return null;
  const failed = data.items.filter((family) => family.lastOutcome === "failed");
  const partly = failed.filter(({ lastReason }) => lastReason?.code === PARTLY_READ);
  const unread = failed.filter(({ lastReason }) => lastReason?.code !== PARTLY_READ);
  return (
    <>
      {unread.length === 0 ? null : <UnreadFamilies failed={unread} />}
      {partly.length === 0 ? null : <PartlyReadFamilies families={partly} />}
    </>
  );
}

function PartlyReadFamilies({ families }: { families: readonly FamilyState[] }) {
  const tenant = useTenant();
  return (
    <section aria-labelledby="partly-read" className="rounded-lg bg-kumo-warning-tint p-4 ring ring-kumo-warning/40">
      <h2 id="partly-read" className="flex items-center gap-2 font-semibold">
        <WarningIcon size={18} aria-hidden className="text-kumo-warning" />
        Some policies could not be read
      </h2>
      <p className="mt-1 text-kumo-subtle">
        They are shown as last known, and all others of their families are up to date.{" "}
        <TextLink to={PAGES.inventory} params={{ slug: tenant.slug }} search={{ view: "families" }}>
          See why, or acknowledge it
        </TextLink>
      </p>
      <ul className="mt-3 flex flex-col gap-2">
        {families.map(({ key, label, lastReason }) => (
          <li key={key} className="[overflow-wrap:anywhere]">
            <p>{lastReason?.message}</p>
            <p className="text-xs text-kumo-subtle">{label}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function UnreadFamilies({ failed }: { failed: readonly FamilyState[] }) {
  const { slug } = useTenant();
  return (
    <section aria-labelledby="attention" className="rounded-lg bg-kumo-warning-tint p-4 ring ring-kumo-warning/40">
      <h2 id="attention" className="flex items-center gap-2 font-semibold">
        <WarningIcon size={18} aria-hidden className="text-kumo-warning" />
        {failed.length === 1
          ? "1 policy family could not be read"
          : `${failed.length} policy families could not be read`}
      </h2>
      <p className="mt-1 text-kumo-subtle">
        Their policies are shown as last read; nothing was marked as removed. Fix the cause, then sync again.
      </p>
      <ul className="mt-3 flex flex-col gap-2">
        {groupByReason(failed).map((group) => (
          <li key={group.key}>
            <p>
              {group.permission === null ? (
                group.message
              ) : (
                <>
                  Missing permission <code className="font-mono text-xs break-all">{group.permission}</code>: grant it
                  to the app registration and give admin consent.{" "}
                  <TextLink to={PAGES.permissions} params={{ slug }}>
                    Check permissions
                  </TextLink>
                </>
              )}
            </p>
            <p className="text-xs text-kumo-subtle">{group.labels.join(", ")}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ReasonGroup {
  key: string;
  permission: string | null;
  message: string;
  labels: string[];
}

function groupByReason(families: readonly FamilyState[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>();
  for (const family of families) {
    const permission = isPermissionReason(family.lastReason) ? family.readPermission : null;
    const message = family.lastReason?.message ?? "The reason was not recorded.";
    const key = permission ?? message;
    const group = groups.get(key) ?? { key, permission, message, labels: [] };
    group.labels.push(family.label);
    groups.set(key, group);
  }
  return [...groups.values()];
}
