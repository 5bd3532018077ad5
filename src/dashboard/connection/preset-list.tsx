import type { ConnectionPurpose, Connections } from "../../contract/connections.ts";
import { CopyButton } from "../components/copy-button.tsx";

/** The least permissions for a purpose, with what each is for. */
export function PresetList({ purpose, presets }: { purpose: ConnectionPurpose; presets: Connections["presets"] }) {
  const permissions = presets.find((each) => each.purpose === purpose)?.permissions;
  if (permissions === undefined) return null;
  return (
    <div className="flex flex-col gap-2">
      <ul
        tabIndex={0}
        aria-label={purpose === "read" ? "Permissions to read" : "Permissions to restore"}
        className="max-h-64 divide-y divide-kumo-line overflow-y-auto border-y border-kumo-line"
      >
        {permissions.map(({ permission, neededFor }) => (
          <li key={permission} className="py-1.5">
            <code className="font-mono text-sm font-medium break-all">{permission}</code>
            <p className="text-xs text-kumo-subtle">{neededFor.join(", ")}</p>
          </li>
        ))}
      </ul>
      <div>
        <CopyButton text={permissions.map(({ permission }) => permission).join("\n")}>Copy the names</CopyButton>
      </div>
    </div>
  );
}
