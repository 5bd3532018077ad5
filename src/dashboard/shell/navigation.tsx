/** The tenant's pages: a column at the side, or on a small screen a row that scrolls. */
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { type ComponentType, useEffect, useRef } from "react";
import type { Capability } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { useCan, useTenant } from "./tenant-context.ts";

/** A page's entry in the navigation. People without the capability do not see it. */
export interface NavigationEntry {
  label: string;
  icon: ComponentType<{ size: number; "aria-hidden": true }>;
  capability: Capability;
  /** How much there waits for the person. */
  count?: ComponentType;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** Set on the pages that the navigation lists, in the order of the router. */
    navigation?: NavigationEntry;
  }
}

export function Navigation() {
  const row = useRef<HTMLDivElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  const { routesById } = useRouter();
  // On a small screen the current page's entry may lie beyond the edge.
  useEffect(() => {
    row.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <div ref={row} className="overflow-x-auto border-b border-kumo-line md:border-0">
      <ul className="flex gap-1 px-3 py-1.5 md:flex-col md:px-2">
        {Object.values(routesById).map(({ id, to, options }) => {
          const entry = options.staticData?.navigation;
          return entry === undefined ? null : <NavigationItem key={id} to={to} entry={entry} />;
        })}
      </ul>
    </div>
  );
}

function NavigationItem({
  to,
  entry: { label, icon: Icon, capability, count: Count },
}: {
  to: string;
  entry: NavigationEntry;
}) {
  const tenant = useTenant();
  if (!useCan(capability)) return null;
  return (
    <li>
      <Link
        to={to}
        params={{ slug: tenant.slug }}
        // Every address of the tenant begins with the overview's.
        activeOptions={{ exact: to === PAGES.overview, includeSearch: false }}
        className="flex h-8 items-center gap-2 rounded-md px-2.5 whitespace-nowrap text-kumo-subtle hover:bg-kumo-tint hover:text-kumo-default"
        activeProps={{ className: "bg-kumo-tint font-medium !text-kumo-default" }}
      >
        <Icon size={16} aria-hidden />
        {label}
        {Count === undefined ? null : <Count />}
      </Link>
    </li>
  );
}
