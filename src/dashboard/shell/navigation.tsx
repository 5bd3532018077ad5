/** The tenant's pages: a column at the side, or on a small screen a row that scrolls. */
import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { BookmarkSimpleIcon } from "@phosphor-icons/react/BookmarkSimple";
import { FingerprintIcon } from "@phosphor-icons/react/Fingerprint";
import { GearSixIcon } from "@phosphor-icons/react/GearSix";
import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import { HouseIcon } from "@phosphor-icons/react/House";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { PackageIcon } from "@phosphor-icons/react/Package";
import { StackIcon } from "@phosphor-icons/react/Stack";
import { UsersIcon } from "@phosphor-icons/react/Users";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useCan, useTenant } from "./tenant-context.ts";

const PAGES = [
  { to: "/t/$slug", label: "Overview", icon: HouseIcon, exact: true, capability: "tenant.read" },
  { to: "/t/$slug/inventory", label: "Inventory", icon: StackIcon, exact: false, capability: "inventory.read" },
  { to: "/t/$slug/backup-sets", label: "Backups", icon: ArchiveIcon, exact: false, capability: "backup.read" },
  { to: "/t/$slug/findings", label: "Findings", icon: GitDiffIcon, exact: false, capability: "baseline.read" },
  { to: "/t/$slug/baselines", label: "Baselines", icon: BookmarkSimpleIcon, exact: false, capability: "baseline.read" },
  { to: "/t/$slug/evidence", label: "Evidence", icon: FingerprintIcon, exact: false, capability: "evidence.read" },
  {
    to: "/t/$slug/review-packs",
    label: "Review packs",
    icon: PackageIcon,
    exact: false,
    capability: "review-pack.read",
  },
  { to: "/t/$slug/operations", label: "Operations", icon: ListChecksIcon, exact: false, capability: "operations.read" },
  { to: "/t/$slug/members", label: "Members", icon: UsersIcon, exact: false, capability: "members.read" },
  { to: "/t/$slug/audit", label: "Audit log", icon: ClockCounterClockwiseIcon, exact: false, capability: "audit.read" },
  { to: "/t/$slug/settings", label: "Settings", icon: GearSixIcon, exact: false, capability: "tenant.read" },
] as const;

export function Navigation() {
  const row = useRef<HTMLDivElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  // On a small screen the current page's entry may lie beyond the edge.
  useEffect(() => {
    row.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <div ref={row} className="overflow-x-auto border-b border-kumo-line md:border-0">
      <ul className="flex gap-1 px-3 py-1.5 md:flex-col md:px-2">
        {PAGES.map((page) => (
          <NavigationItem key={page.to} page={page} />
        ))}
      </ul>
    </div>
  );
}

function NavigationItem({ page }: { page: (typeof PAGES)[number] }) {
  const tenant = useTenant();
  if (!useCan(page.capability)) return null;
  const Icon = page.icon;
  return (
    <li>
      <Link
        to={page.to}
        params={{ slug: tenant.slug }}
        activeOptions={{ exact: page.exact, includeSearch: false }}
        className="flex h-8 items-center gap-2 rounded-md px-2.5 whitespace-nowrap text-kumo-subtle hover:bg-kumo-tint hover:text-kumo-default"
        activeProps={{ className: "bg-kumo-tint font-medium !text-kumo-default" }}
      >
        <Icon size={16} aria-hidden />
        {page.label}
      </Link>
    </li>
  );
}
