import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { UserCircleIcon } from "@phosphor-icons/react/UserCircle";
import { setTheme, type ThemeChoice, useTheme } from "../theme.ts";
import { signOut } from "./sign-out.ts";
import { useTenantScope } from "./tenant-context.ts";

const THEMES: readonly { choice: ThemeChoice; label: string }[] = [
  { choice: "system", label: "System theme" },
  { choice: "light", label: "Light theme" },
  { choice: "dark", label: "Dark theme" },
];

/** Who one is here, and how the console looks. */
export function PersonMenu({ compact = false }: { compact?: boolean }) {
  const { me, tenant } = useTenantScope();
  const theme = useTheme();
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
                <span className="block truncate text-xs text-kumo-subtle capitalize">{tenant.role}</span>
                <span className="sr-only">Account and theme</span>
              </span>
            </button>
          )
        }
      />
      <DropdownMenu.Content align={compact ? "end" : "start"} className="min-w-52">
        <DropdownMenu.Group>
          <DropdownMenu.Label>{me.user.email || me.user.name}</DropdownMenu.Label>
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
