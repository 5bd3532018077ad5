import { Button } from "../components/button.tsx";
import { CaretUpDownIcon } from "@phosphor-icons/react/CaretUpDown";
import { useNavigate } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { Menu } from "../components/menu.tsx";
import { useTenantScope } from "./tenant-context.ts";

/** Names the tenant one is in, and leads to the others. Typing a name's first letters finds it. */
export function TenantSwitcher() {
  const { me, tenant } = useTenantScope();
  const navigate = useNavigate();
  return (
    <Menu
      align="start"
      className="max-h-96 min-w-56 overflow-y-auto"
      trigger={
        <Button variant="ghost" size="sm" className="min-w-0 !text-sm">
          <span className="sr-only">Switch tenant, now</span>
          <span className="truncate font-medium">{tenant.name}</span>
          <CaretUpDownIcon size={14} aria-hidden className="shrink-0 text-kumo-subtle" />
        </Button>
      }
      groups={[
        {
          label: me.tenantsUnread === 0 ? "Your tenants" : "Your tenants, as far as their databases answer",
          items: me.tenants.map((each) => ({
            key: each.id,
            label: each.name,
            selected: each.id === tenant.id,
            onSelect: () => void navigate({ to: PAGES.overview, params: { slug: each.slug } }),
          })),
        },
      ]}
    />
  );
}
