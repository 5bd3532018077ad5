import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { UserCircleIcon } from "@phosphor-icons/react/UserCircle";
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
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
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
      />
      <DropdownMenu.Content align={compact ? "end" : "start"} className="min-w-52">
        <DropdownMenu.Group>
          <DropdownMenu.Label>{me.user.email || me.user.name}</DropdownMenu.Label>
          <DropdownMenu.Item onClick={() => void navigate({ to: PAGES.account })}>Your account</DropdownMenu.Item>
          {me.platformAdministrator ? (
            <DropdownMenu.Item onClick={() => void navigate({ to: PAGES.platformTenants })}>Platform</DropdownMenu.Item>
          ) : null}
        </DropdownMenu.Group>
        <DropdownMenu.Group>
          <DropdownMenu.Separator />
          {THEMES.map(({ choice, label: name }) => (
            <DropdownMenu.Item key={choice} selected={theme === choice} onClick={() => setTheme(choice)}>
              {name}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Group>
        {me.identity === "local" ? null : (
          <DropdownMenu.Group>
            <DropdownMenu.Separator />
            <DropdownMenu.Item onClick={() => void signOut(false)}>Sign out</DropdownMenu.Item>
            {me.identity === "entra" ? (
              <DropdownMenu.Item onClick={() => void signOut(true)}>Sign out everywhere</DropdownMenu.Item>
            ) : null}
          </DropdownMenu.Group>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
