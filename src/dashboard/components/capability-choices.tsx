import { CAPABILITIES, type Capability } from "../../contract/access.ts";
import { CAPABILITY_WORDS } from "../../contract/roles.ts";
import { TickChoice } from "./tick-choice.tsx";

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
        return (
          <TickChoice
            key={capability}
            label={CAPABILITY_WORDS[capability]}
            checked={isFixed || chosen.includes(capability)}
            disabled={isFixed}
            onChange={(on) => toggle(capability, on)}
            description={<code className="font-mono">{capability}</code>}
          />
        );
      })}
    </fieldset>
  );
}
