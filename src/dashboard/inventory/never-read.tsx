import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { useUnreadable } from "./use-unreadable.ts";

/** Policies that are in the tenant and not in the list, because no sync could read them yet. Renders nothing where there are none. */
export function NeverRead() {
  const tenant = useTenant();
  const never = useUnreadable().filter(({ lastSeenAt }) => lastSeenAt === null);
  if (never.length === 0) return null;
  return (
    <p className="text-xs text-kumo-subtle">
      {never.length === 1 ? "1 policy of the tenant was" : `${never.length} policies of the tenant were`} never read.{" "}
      <TextLink to={PAGES.inventory} params={{ slug: tenant.slug }} search={{ view: "families" }}>
        See the families
      </TextLink>
    </p>
  );
}
