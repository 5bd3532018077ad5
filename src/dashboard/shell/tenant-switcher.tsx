import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { CaretUpDownIcon } from "@phosphor-icons/react/CaretUpDown";
import { useNavigate } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { useTenantScope } from "./tenant-context.ts";

/** Names the tenant one is in, and leads to the others. Typing a name's first letters finds it. */
export function TenantSwitcher() {
  const { me, tenant } = useTenantScope();
  const navigate = useNavigate();
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button variant="ghost" size="sm" className="min-w-0 !text-sm">
            <span className="sr-only">Switch tenant, now</span>
            <span className="truncate font-medium">{tenant.name}</span>
            <CaretUpDownIcon size={14} aria-hidden className="shrink-0 text-kumo-subtle" />
          </Button>
        }
      />
      <DropdownMenu.Content align="start" className="max-h-96 min-w-56 overflow-y-auto">
        <DropdownMenu.Group>
          <DropdownMenu.Label>
            {me.tenantsUnread === 0 ? "Your tenants" : "Your tenants, as far as their databases answer"}
          </DropdownMenu.Label>
          {me.tenants.map((each) => (
            <DropdownMenu.Item
              key={each.id}
              selected={each.id === tenant.id}
              onClick={() => void navigate({ to: PAGES.overview, params: { slug: each.slug } })}
            >
              {each.name}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Group>
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
