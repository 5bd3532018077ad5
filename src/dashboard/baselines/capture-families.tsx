/** The families to choose from, each with what is known of it. */
import { Button } from "../components/button.tsx";
import type { FamilyState } from "../../contract/inventory.ts";
import { counted } from "../components/digits.ts";

interface CaptureFamiliesProps {
  families: readonly FamilyState[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

export function CaptureFamilies({ families, chosen, onChange }: CaptureFamiliesProps) {
  const toggle = (key: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(key);
    else next.delete(key);
    onChange(next);
  };
  return (
    <fieldset className="min-w-0">
      <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
        <legend className="contents font-medium">Which</legend>
        <div className="flex gap-2">
          <Button type="button" size="sm" onClick={() => onChange(new Set(families.map(({ key }) => key)))}>
            Choose all
          </Button>
          <Button type="button" size="sm" onClick={() => onChange(new Set())}>
            Choose none
          </Button>
        </div>
      </div>
      <div className="max-h-64 overflow-y-auto rounded-md p-1 ring ring-kumo-line">
        {families.map((family) => (
          <label
            key={family.key}
            className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-kumo-tint"
          >
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-(--bar-fill)"
              checked={chosen.has(family.key)}
              onChange={(event) => toggle(family.key, event.target.checked)}
            />
            <span className="min-w-0 flex-1">{family.label}</span>
            <span className="text-xs whitespace-nowrap text-kumo-subtle tabular">
              {family.lastCompleteAt === null ? "Never read" : counted(family.policyCount, "policy", "policies")}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
