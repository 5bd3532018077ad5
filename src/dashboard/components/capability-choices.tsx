import { CAPABILITIES, type Capability } from "../../contract/access.ts";
import { CAPABILITY_WORDS } from "../../contract/roles.ts";

interface CapabilityChoicesProps {
  legend: string;
  /** Those that can be chosen. */
  among: readonly Capability[];
  /** Those that are always chosen. */
  always?: readonly Capability[];
  chosen: readonly Capability[];
  onChange: (chosen: Capability[]) => void;
}

/** Capabilities to choose from, each with its words: the browser's own checkboxes. */
export function CapabilityChoices({ legend, among, always = [], chosen, onChange }: CapabilityChoicesProps) {
  const toggle = (capability: Capability, on: boolean) =>
    onChange(CAPABILITIES.filter((each) => (each === capability ? on : chosen.includes(each))));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">{legend}</legend>
      {CAPABILITIES.filter((each) => among.includes(each)).map((capability) => {
        const isFixed = always.includes(capability);
        const words = CAPABILITY_WORDS[capability];
        return (
          <label
            key={capability}
            aria-label={words}
            className={`flex items-start gap-2.5 rounded-md px-2 py-1 ${isFixed ? "opacity-70" : "cursor-pointer hover:bg-kumo-tint"}`}
          >
            <input
              type="checkbox"
              checked={isFixed || chosen.includes(capability)}
              disabled={isFixed}
              onChange={(event) => toggle(capability, event.target.checked)}
              className="mt-0.5 size-4 shrink-0 accent-(--bar-fill)"
            />
            <span className="min-w-0">
              <span className="block">{words}</span>
              <code className="block font-mono text-xs text-kumo-subtle">{capability}</code>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
