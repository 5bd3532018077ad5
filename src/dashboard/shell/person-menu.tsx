import { Button } from "../components/button.tsx";
import { UserCircleIcon } from "@phosphor-icons/react/UserCircle";
import { Menu, type MenuItem } from "../components/menu.tsx";
import { setTheme, type ThemeChoice, useTheme } from "../theme.ts";
import { signOut } from "./sign-out.ts";
import { useNavigate } from "@tanstack/react-router";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";

const THEMES: readonly { choice: ThemeChoice; label: string }[] = [
  { choice: "system", label: "System theme" },
  { choice: "light", label: "Light theme" },
  { choice: "dark", label: "Dark theme" },
];

interface PersonMenuProps {
  me: Me;
  /** The person's role in the tenant that is shown; null outside of tenants. */
  roleName?: string | null;
  compact?: boolean;
}

/** Who one is here, and how the console looks. */
export function PersonMenu({ me, roleName = null, compact = false }: PersonMenuProps) {
  const theme = useTheme();
  const navigate = useNavigate();
  return (
    <Menu
      align={compact ? "end" : "start"}
      className="min-w-52"
      trigger={
        compact ? (
          <Button variant="ghost" size="sm" shape="square" icon={UserCircleIcon} aria-label="Account and theme" />
        ) : (
          <button
            type="button"
            className="flex w-full cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-kumo-tint"
          >
            <UserCircleIcon size={20} aria-hidden className="shrink-0 text-kumo-subtle" />
            <span className="min-w-0 leading-tight">
              <span className="block truncate font-medium">{me.user.name}</span>
              {roleName === null ? null : <span className="block truncate text-xs text-kumo-subtle">{roleName}</span>}
              <span className="sr-only">Account and theme</span>
            </span>
          </button>
        )
      }
      groups={[
        {
          label: me.user.email || me.user.name,
          items: [
            { label: "Your account", onSelect: () => void navigate({ to: PAGES.account }) },
            ...(me.platformAdministrator
              ? [{ label: "Platform", onSelect: () => void navigate({ to: PAGES.platformTenants }) }]
              : []),
          ],
        },
        {
          items: THEMES.map(({ choice, label }) => ({
            label,
            selected: theme === choice,
            onSelect: () => setTheme(choice),
          })),
        },
        ...(me.identity === "local" ? [] : [{ items: signOuts(me) }]),
      ]}
    />
  );
}

function signOuts({ identity }: Me): MenuItem[] {
  const here: MenuItem = { label: "Sign out", onSelect: () => void signOut(false) };
  return identity === "entra" ? [here, { label: "Sign out everywhere", onSelect: () => void signOut(true) }] : [here];
}
