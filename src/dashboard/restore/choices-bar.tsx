import { Button } from "../components/button.tsx";
import { useNavigate } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { groupDigits } from "../../contract/progress.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { choicesText, previewWith, type ReferenceChoices } from "./reference-choices.ts";

interface ChoicesBarProps {
  plan: RestorePlan;
  choices: ReferenceChoices;
  onClear: () => void;
}

/** Choices make another plan: this one stays as it was reviewed. Nothing while there are none. */
export function ChoicesBar({ plan, choices, onClear }: ChoicesBarProps) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const start = useStartOperation(tenant);
  if (!useCan("restore.preview") || choices.size === 0) return null;
  const preview = () =>
    start.mutate(
      { type: "policy.restore-preview", input: previewWith(plan, choices), key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) =>
          void navigate({
            to: PAGES.backupSet,
            params: { slug: tenant.slug, setId: plan.backupSetId },
            search: { run: run.id },
          }),
      },
    );
  return (
    <div
      role="region"
      aria-label="Choices"
      className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-kumo-line bg-kumo-base px-4 py-3 md:-mx-8 md:px-8"
    >
      <p className="tabular">{groupDigits(choicesText(choices))}. This plan stays as it is.</p>
      <div className="flex gap-2">
        <Button onClick={onClear}>Discard</Button>
        <Button variant="primary" loading={start.isPending} onClick={preview}>
          Preview again
        </Button>
      </div>
    </div>
  );
}
