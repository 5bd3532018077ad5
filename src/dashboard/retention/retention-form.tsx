/** The rules, a row for each kind; then what they would remove, and only then the button that saves them. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { type FormEvent, useState } from "react";
import {
  RETENTION_KEYS,
  RETENTION_KINDS,
  type RetentionKey,
  type RetentionKind,
  type RetentionPreview,
  type RetentionRules,
} from "../../contract/retention.ts";
import { Section } from "../components/page.tsx";
import { ErrorState } from "../components/states.tsx";
import { useCan } from "../shell/tenant-context.ts";
import { useRetentionPreview, useSaveRetention } from "./queries.ts";
import { RetentionPreviewSection } from "./retention-preview.tsx";
import { choicesOf, faultOf, isChanged, keptText, type RuleChoice, rulesOf } from "./rule-words.ts";

export function RetentionForm({ rules }: { rules: RetentionRules }) {
  const allowed = useCan("settings.manage");
  const [choices, setChoices] = useState(() => choicesOf(rules));
  const preview = useRetentionPreview();
  const save = useSaveRetention();
  const entered = rulesOf(choices);
  const change = (kind: RetentionKey, choice: RuleChoice) => {
    setChoices({ ...choices, [kind]: choice });
    // What was shown is not what would be saved any more.
    preview.reset();
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.reset();
    if (entered !== null) preview.mutate(entered);
  };
  const store = (shown: RetentionPreview) =>
    save.mutate(shown, {
      // Most of all: more is due than was shown. Then it is counted anew, and the person looks again.
      onError: () => preview.mutate(shown.rules),
    });
  return (
    <>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Section title="How long records are kept" id="retention-rules" flush>
          <ul className="divide-y divide-kumo-line">
            {RETENTION_KEYS.map((kind) => {
              const choice = choices[kind];
              return choice === undefined ? null : (
                <KindRow
                  key={kind}
                  kind={kind}
                  choice={choice}
                  disabled={!allowed}
                  onChange={(next) => change(kind, next)}
                />
              );
            })}
          </ul>
        </Section>
        {allowed ? (
          <div className="flex flex-wrap items-center gap-3">
            <Button
              type="submit"
              variant="primary"
              loading={preview.isPending}
              disabled={entered === null || !isChanged(rules, entered)}
            >
              Preview
            </Button>
            <p className="text-kumo-subtle">Shows what would be removed. Nothing changes until you save.</p>
          </div>
        ) : (
          <p className="text-kumo-subtle">An owner or a manager of this tenant can change this.</p>
        )}
      </form>
      {preview.error === null ? null : <ErrorState error={preview.error} />}
      {preview.data === undefined ? null : (
        <RetentionPreviewSection
          rules={rules}
          preview={preview.data}
          saving={save.isPending}
          error={save.error}
          onSave={() => store(preview.data)}
        />
      )}
    </>
  );
}

interface KindRowProps {
  kind: RetentionKey;
  choice: RuleChoice;
  disabled: boolean;
  onChange: (choice: RuleChoice) => void;
}

function KindRow({ kind, choice, disabled, onChange }: KindRowProps) {
  const { label, removes, from, stays, standard, lowest, highest, forever }: RetentionKind = RETENTION_KINDS[kind];
  const fault = faultOf(kind, choice);
  return (
    <li className="grid gap-x-8 gap-y-3 px-4 py-4 md:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="min-w-0">
        <h3 className="font-medium">{label}</h3>
        <p className="max-w-prose text-kumo-subtle">{removes}</p>
        <p className="text-xs text-kumo-subtle">
          Counted from {from}. Standard: {keptText(standard).toLowerCase()}.
        </p>
        {stays.length === 0 ? null : (
          <details className="mt-1">
            <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">
              What stays however old it is<span className="sr-only">: {label}</span>
            </summary>
            <ul className="mt-1 list-disc pl-5 text-xs">
              {stays.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <div className="flex flex-col gap-2">
        <Input
          label={
            <>
              Days<span className="sr-only"> to keep: {label}</span>
            </>
          }
          type="number"
          inputMode="numeric"
          min={lowest}
          max={highest}
          value={choice.forever ? "" : choice.days}
          disabled={disabled || choice.forever}
          onChange={(event) => onChange({ ...choice, days: event.target.value })}
          {...(fault === null ? {} : { error: fault })}
        />
        {forever ? (
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={choice.forever}
              disabled={disabled}
              aria-label={`Keep for ever: ${label}`}
              onChange={(event) => onChange({ ...choice, forever: event.target.checked })}
              className="size-4 shrink-0 accent-(--bar-fill)"
            />
            Keep for ever
          </label>
        ) : null}
      </div>
    </li>
  );
}
