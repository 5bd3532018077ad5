/** What the palette offers: nothing that the person's role would be refused. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Capability } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { toSearchable } from "../inventory/policy-filter.ts";
import { policiesQuery } from "../inventory/queries.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant, useTenantScope } from "../shell/tenant-context.ts";
import { useSwitchTenant } from "../shell/use-switch-tenant.ts";
import { toastDone } from "../shell/toasts.tsx";
import { setTheme } from "../theme.ts";
import type { PaletteGroup, PaletteItem } from "./palette-matches.ts";
import { keepViews, readViews, type SavedView, viewsOfTenant, withoutView, withView } from "./saved-views.ts";

/** From so many letters on policies are searched: fewer name none. */
const POLICY_LETTERS = 2;

const STARTS: readonly { type: string; title: string; capability: Capability }[] = [
  { type: "inventory.sync", title: "Sync inventory", capability: "inventory.sync" },
  { type: "evidence.snapshot", title: "Take a snapshot", capability: "evidence.create" },
];

/** Pages of the settings, which the navigation does not list. */
const FURTHER_PAGES: readonly { to: string; label: string; capability: Capability }[] = [
  { to: PAGES.roles, label: "Roles", capability: "members.read" },
  { to: PAGES.connection, label: "Connection", capability: "tenant.read" },
  { to: PAGES.permissions, label: "Permissions", capability: "tenant.read" },
];

export function usePaletteGroups(query: string, onKeys: () => void): PaletteGroup[] {
  const { me, tenant } = useTenantScope();
  const navigate = useNavigate();
  const { routesById } = useRouter();
  const start = useStartOperation(tenant);
  const policies = usePolicyItems(query);
  const switchTo = useSwitchTenant();
  const params = { slug: tenant.slug };
  const may = (capability: Capability) => tenant.capabilities.includes(capability);

  const listed = Object.values(routesById).flatMap(({ to, options }) => {
    const entry = options.staticData?.navigation;
    return entry === undefined ? [] : [{ to, label: entry.label, capability: entry.capability }];
  });
  return [
    {
      label: "Pages",
      items: [...listed, ...FURTHER_PAGES]
        .filter(({ capability }) => may(capability))
        .map(({ to, label }) => ({ id: to, title: label, run: () => void navigate({ to, params }) }))
        .concat({ id: PAGES.home, title: "All tenants", run: () => void navigate({ to: PAGES.home }) }),
    },
    {
      label: "Do",
      items: [
        ...STARTS.filter(({ capability }) => may(capability)).map(({ type, title }) => ({
          id: type,
          title,
          run: () => start.mutate({ type, input: {}, key: crypto.randomUUID() }),
        })),
        { id: "keys", title: "Show the keys", note: "?", run: onKeys },
        { id: "dark", title: "Dark theme", run: () => setTheme("dark") },
        { id: "light", title: "Light theme", run: () => setTheme("light") },
      ],
    },
    {
      label: "Tenants",
      items: me.tenants
        .filter(({ id }) => id !== tenant.id)
        .map((each) => ({ id: each.id, title: each.name, run: () => switchTo(each) })),
    },
    { label: "Policies", items: policies },
  ];
}

/** The inventory is read when somebody types for it, and kept for the page that lists it. */
function usePolicyItems(query: string): PaletteItem[] {
  const tenant = useTenant();
  const navigate = useNavigate();
  const enabled = useCan("inventory.read") && query.trim().length >= POLICY_LETTERS;
  const { items } = useWholeList(useInfiniteQuery({ ...policiesQuery(tenant), enabled }), toSearchable);
  if (!enabled) return [];
  return items
    .filter(({ policy }) => policy.removedAt === null)
    .map(({ policy: { id, name, familyLabel } }) => ({
      id,
      title: name,
      note: familyLabel,
      run: () => void navigate({ to: PAGES.policy, params: { slug: tenant.slug, policyId: id } }),
    }));
}

/** The saved views that match; the page as it is now can be saved under what is typed, or forgotten. */
export function useViewItems(query: string): PaletteItem[] {
  const { slug } = useTenant();
  const { history } = useRouter();
  const address = useLocation({ select: ({ pathname, searchStr }) => `${pathname}${searchStr}` });
  const [all] = useState(readViews);
  const name = query.trim().slice(0, 80);
  return useMemo(() => {
    const views = viewsOfTenant(all, slug);
    const item = (id: string, title: string, run: () => void): PaletteItem => ({ id: `view-${id}`, title, run });
    const open = ({ name: title, address: to }: SavedView) => item(to + title, title, () => history.push(to));
    const typed = name.toLowerCase();
    return [
      ...views.filter((view) => view.name.toLowerCase().includes(typed)).map(open),
      ...views
        .filter((view) => view.address === address)
        .map((view) =>
          item(`forget-${view.name}`, `Forget the view “${view.name}”`, () => keepViews(withoutView(all, view))),
        ),
      ...(name === "" || views.some((view) => view.name === name)
        ? []
        : [
            item("save", `Save this page as “${name}”`, () => {
              keepViews(withView(all, { name, slug, address }));
              toastDone(`Saved in this browser: ${name}`);
            }),
          ]),
    ];
  }, [all, slug, history, address, name]);
}
