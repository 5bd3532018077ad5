/** The values that a version asks of each tenant, as rows of a form. */
import {
  PARAMETER_TYPES,
  parameterSchema,
  type Parameter,
  parameterTypeSchema,
  type StandardVersion,
} from "../../contract/standards.ts";
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { faultOf } from "./field-faults.ts";
import { keyFor, placeText, TYPE_WORDS, valueOf } from "./standard-words.ts";

export interface ParameterDraft {
  /** Of the row, for as long as the form is open. */
  row: string;
  key: string;
  /** A version before has it: its key stays, so that tenants keep their values. */
  kept: boolean;
  label: string;
  type: Parameter["type"];
  default: string;
  /** What it replaces; undefined where it replaces values at places, which the API has named. */
  text: string | undefined;
  places: Parameter["places"];
}

/** Of the version before: the next one mostly asks for the same. */
export function draftsOf(version: Pick<StandardVersion, "parameters"> | undefined): ParameterDraft[] {
  if (version === undefined) return [];
  return version.parameters.map(draftOf);
}

function draftOf(parameter: Parameter): ParameterDraft {
  const { key, label, type, default: usual, text, places } = parameter;
  return {
    row: key,
    key,
    kept: true,
    label,
    type,
    default: usual === null ? "" : String(usual),
    text: places === undefined ? (text ?? "") : undefined,
    places,
  };
}

/** The parameter as it was entered, for the schema to judge. */
export function parameterOf({ key, label, type, default: usual, text, places }: ParameterDraft): unknown {
  return {
    key,
    label,
    type,
    default: valueOf(type, usual),
    ...(text === undefined ? {} : { text }),
    ...(places === undefined ? {} : { places }),
  };
}

interface ParameterRowsProps {
  drafts: readonly ParameterDraft[];
  onChange: (drafts: readonly ParameterDraft[]) => void;
  /** Whether the person has tried to send the form. */
  tried: boolean;
  /** Why the server refused; null without a refusal. */
  error: unknown;
}

export function ParameterRows({ drafts, onChange, tried, error }: ParameterRowsProps) {
  const add = () =>
    onChange([
      ...drafts,
      {
        row: crypto.randomUUID(),
        key: keyFor(
          "",
          drafts.map(({ key }) => key),
        ),
        kept: false,
        label: "",
        type: "text",
        default: "",
        text: "",
        places: undefined,
      },
    ]);
  const put = (at: number, change: Partial<ParameterDraft>) =>
    onChange(drafts.map((draft, index) => (index === at ? { ...draft, ...change } : draft)));
  const relabel = (at: number, label: string) => {
    const others = drafts.filter((_, index) => index !== at).map(({ key }) => key);
    put(at, { label, ...(drafts[at]?.kept === true ? {} : { key: keyFor(label, others) }) });
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1 font-medium">Values of each tenant</legend>
      <p className="text-xs text-kumo-subtle">
        What differs from tenant to tenant: the address of an intranet, the domain of the mail. Each replaces a text
        wherever it stands in the standard’s policies.
      </p>
      {drafts.map((draft, at) => (
        <ParameterRow
          key={draft.row}
          draft={draft}
          tried={tried}
          faultOf={(field) => faultOf(error, `parameters.${at}.${field}`)}
          onLabel={(label) => relabel(at, label)}
          onChange={(change) => put(at, change)}
          onRemove={() => onChange(drafts.toSpliced(at, 1))}
        />
      ))}
      <Button size="sm" onClick={add}>
        Add a value
      </Button>
    </fieldset>
  );
}

interface ParameterRowProps {
  draft: ParameterDraft;
  tried: boolean;
  faultOf: (field: string) => string | undefined;
  onLabel: (label: string) => void;
  onChange: (change: Partial<ParameterDraft>) => void;
  onRemove: () => void;
}

function ParameterRow({ draft, tried, faultOf: saidOf, onLabel, onChange, onRemove }: ParameterRowProps) {
  const issues = tried ? parameterSchema.safeParse(parameterOf(draft)).error?.issues : undefined;
  const isWrong = (field: string) => issues?.some(({ path }) => path[0] === field) ?? false;
  const named = draft.label.trim() === "" ? "this value" : draft.label.trim();
  return (
    <div role="group" aria-label={named} className="flex flex-col gap-2 rounded-lg p-3 ring ring-kumo-line">
      <Input
        label="Label"
        value={draft.label}
        maxLength={120}
        autoComplete="off"
        onChange={(event) => onLabel(event.target.value)}
        description={
          <>
            Its key: <code>{draft.key}</code>
          </>
        }
        error={isWrong("label") ? "Enter a label." : undefined}
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <SelectFilter
          label={`Type of ${named}`}
          value={draft.type}
          options={PARAMETER_TYPES.map((value) => ({ value, label: TYPE_WORDS[value] }))}
          onChange={(value) => {
            const type = parameterTypeSchema.safeParse(value).data;
            if (type !== undefined) onChange({ type, default: "" });
          }}
        />
        <Button size="sm" aria-label={`Remove ${named}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
      {draft.text === undefined ? (
        <p className="text-xs text-kumo-subtle">It {placeText(draft)} that the API has named.</p>
      ) : (
        <Input
          label="Replaces the text"
          value={draft.text}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ text: event.target.value })}
          error={
            isWrong("text") ? "Enter three characters at least: it is replaced wherever it stands." : saidOf("text")
          }
        />
      )}
      {draft.type === "boolean" ? (
        <SelectFilter
          label={`Default of ${named}`}
          value={draft.default}
          options={[
            { value: "", label: "No default: each tenant chooses" },
            { value: "true", label: "Yes by default" },
            { value: "false", label: "No by default" },
          ]}
          onChange={(value) => onChange({ default: value })}
        />
      ) : (
        <Input
          label="Default"
          required={false}
          value={draft.default}
          maxLength={2_000}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ default: event.target.value })}
          description="Where it is empty, each tenant has to give a value."
          error={saidOf("default")}
        />
      )}
    </div>
  );
}
