/** What a policy refers to, and what stands for it in the tenant; what is missing first, with a choice. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { type FormEvent, useId, useRef, useState } from "react";
import type { PlannedReference } from "../../contract/restore.ts";
import { RequestId } from "../components/request-id.tsx";
import { useCan } from "../shell/tenant-context.ts";
import { REFERENCE_WORDS, referenceText } from "./plan-words.ts";
import { choiceOf, choose, type ReferenceChoices } from "./reference-choices.ts";

interface ItemReferencesProps {
  references: readonly PlannedReference[];
  choices: ReferenceChoices;
  onChoose: (choices: ReferenceChoices) => void;
}

export function ItemReferences({ references, choices, onChoose }: ItemReferencesProps) {
  const id = useId();
  if (references.length === 0) return null;
  const missing = references.filter(({ state }) => state === "missing");
  const settled = references.filter(({ state }) => state !== "missing");
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 text-sm font-semibold">
        References
      </h3>
      <ul className="divide-y divide-kumo-line rounded-lg bg-kumo-base ring ring-kumo-line">
        {[...missing, ...settled].map((reference) => (
          <li key={`${reference.kind}/${reference.sourceId}`} className="px-3 py-2.5 sm:px-4">
            <p className="flex flex-wrap items-center gap-x-2">
              {reference.state === "missing" ? (
                <WarningIcon size={14} aria-hidden className="shrink-0 text-kumo-warning" />
              ) : null}
              <span className="font-medium">
                {REFERENCE_WORDS[reference.kind]}
                {reference.sourceName === null ? "" : ` “${reference.sourceName}”`}
              </span>
              <span className={reference.state === "missing" ? "text-kumo-warning" : "text-kumo-subtle"}>
                {referenceText(reference)}
              </span>
            </p>
            <p className="text-xs text-kumo-subtle">
              <RequestId id={reference.sourceId} what="id" />
            </p>
            {reference.state === "missing" ? (
              <Choice reference={reference} choices={choices} onChoose={onChoose} />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

type ChoiceProps = Omit<ItemReferencesProps, "references"> & { reference: PlannedReference };

/** Choosing replaces what was pressed: focus stays on what stands there then. */
function Choice({ reference, choices, onChoose }: ChoiceProps) {
  const place = useRef<HTMLDivElement>(null);
  const chosen = choiceOf(choices, reference);
  if (!useCan("restore.preview")) return null;
  const decide = (targetId: string | null | undefined) => {
    onChoose(choose(choices, reference, targetId));
    place.current?.focus();
  };
  return (
    <div ref={place} tabIndex={-1} role="group" aria-label="Your choice" className="mt-1.5 outline-none">
      {chosen === undefined ? (
        <ChoiceForm reference={reference} onDecide={decide} />
      ) : (
        <p className="flex flex-wrap items-center gap-2">
          {chosen.targetId === null ? (
            "To be left out."
          ) : (
            <span>
              To be replaced by <code className="font-mono text-xs break-all">{chosen.targetId}</code>.
            </span>
          )}
          <Button size="sm" onClick={() => decide(undefined)}>
            Undo
          </Button>
        </p>
      )}
    </div>
  );
}

interface ChoiceFormProps {
  reference: PlannedReference;
  onDecide: (targetId: string | null) => void;
}

function ChoiceForm({ reference, onDecide }: ChoiceFormProps) {
  const [targetId, setTargetId] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (targetId.trim() !== "") onDecide(targetId.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <div className="min-w-44 flex-1 sm:max-w-xs">
        <Input
          size="sm"
          aria-label={`Id in the tenant that stands for ${REFERENCE_WORDS[reference.kind]} ${reference.sourceName ?? reference.sourceId}`}
          placeholder="Id in the tenant"
          className="h-8 w-full !text-sm"
          value={targetId}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setTargetId(event.target.value)}
        />
      </div>
      <Button size="sm" type="submit" disabled={targetId.trim() === ""}>
        Use this
      </Button>
      <Button size="sm" type="button" onClick={() => onDecide(null)}>
        Leave it out
      </Button>
    </form>
  );
}
