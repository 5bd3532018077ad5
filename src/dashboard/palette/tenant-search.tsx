/** The dialog of the tenant switcher: the person's tenants by name. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { useTenantScope } from "../shell/tenant-context.ts";
import { useSwitchTenant } from "../shell/use-switch-tenant.ts";
import { CommandList } from "./command-list.tsx";
import { matchingGroups } from "./palette-matches.ts";

/** More than a person scrolls through: what is not among them is found by typing. */
const MOST_SHOWN = 100;

export function TenantSearch({ onClose }: { onClose: () => void }) {
  const { me, tenant } = useTenantScope();
  const [query, setQuery] = useState("");
  const navigate = useNavigate();
  const switchTo = useSwitchTenant();
  const known = me.tenantsUnread === 0;
  const groups = [
    {
      label: known ? "Your tenants" : "Your tenants, as far as their databases answer",
      items: me.tenants.map((each) => ({
        id: each.id,
        title: each.name,
        note: each.id === tenant.id ? "You are here" : each.slug,
        run: () => switchTo(each),
      })),
    },
    {
      label: "Over all",
      items: [{ id: "/", title: "All tenants", note: "How each stands", run: () => void navigate({ to: PAGES.home }) }],
    },
  ];
  return (
    <CommandList
      label="Switch tenant"
      placeholder="Name of a tenant"
      query={query}
      onQuery={setQuery}
      groups={matchingGroups(groups, query, MOST_SHOWN)}
      empty={known ? "No tenant of that name." : "No tenant of that name, as far as databases answer."}
      onClose={onClose}
    />
  );
}
