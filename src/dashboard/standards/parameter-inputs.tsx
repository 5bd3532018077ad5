/** A field for each value that a tenant gives to a standard. */
import type { Parameter, ParameterValue } from "../../contract/standards.ts";
import { Input } from "../components/input.tsx";
import { TYPE_WORDS, valueOf, valueText } from "./standard-words.ts";

/** What was entered, by the parameters' keys. */
export type EnteredValues = Readonly<Record<string, string>>;

/** What the tenant has given so far, as its fields show it. */
export function enteredOf(values: Readonly<Record<string, ParameterValue>>): EnteredValues {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** The values that were entered: a field that is empty gives none, so that the default holds. */
export function valuesOf(
  version: { parameters: readonly Parameter[] } | undefined,
  entered: EnteredValues,
): { values: Record<string, ParameterValue>; missing: string[] } {
  const values: Record<string, ParameterValue> = {};
  const missing: string[] = [];
  if (version === undefined) return { values, missing };
  for (const { key, type, default: usual } of version.parameters) {
    const value = valueOf(type, entered[key] ?? "");
    if (value !== null) values[key] = value;
    else if (usual === null) missing.push(key);
  }
  return { values, missing };
}

interface ParameterInputsProps {
  parameters: readonly Parameter[];
  entered: EnteredValues;
  onChange: (entered: EnteredValues) => void;
  /** Why a value is not taken. */
  faultOf: (key: string) => string | undefined;
}

export function ParameterInputs({ parameters, entered, onChange, faultOf }: ParameterInputsProps) {
  return (
    <>
      {parameters.map((parameter) => {
        const { key, type } = parameter;
        const set = (text: string) => onChange({ ...entered, [key]: text });
        const fault = faultOf(key);
        return type === "boolean" ? (
          <BooleanInput key={key} parameter={parameter} text={entered[key] ?? ""} onChange={set} fault={fault} />
        ) : (
          <Input
            key={key}
            label={parameter.label}
            value={entered[key] ?? ""}
            maxLength={2_000}
            autoComplete="off"
            spellCheck={false}
            inputMode={type === "number" ? "decimal" : undefined}
            onChange={(event) => set(event.target.value)}
            description={hintOf(parameter)}
            error={fault}
          />
        );
      })}
    </>
  );
}

function hintOf({ type, default: usual }: Parameter): string {
  return usual === null
    ? `${TYPE_WORDS[type]}. This tenant has to give one.`
    : `${TYPE_WORDS[type]}. Where it is empty, ${valueText(usual)} holds.`;
}

interface BooleanInputProps {
  parameter: Parameter;
  text: string;
  onChange: (text: string) => void;
  fault: string | undefined;
}

function BooleanInput({ parameter: { key, label, default: usual }, text, onChange, fault }: BooleanInputProps) {
  return (
    <div className="grid gap-2">
      <label htmlFor={`parameter-${key}`} className="text-base font-medium">
        {label}
      </label>
      <select
        id={`parameter-${key}`}
        value={text}
        onChange={({ target }) => onChange(target.value)}
        className="h-9 rounded-lg bg-kumo-control px-3 text-base text-kumo-default ring ring-kumo-line"
      >
        <option value="">{usual === null ? "Choose" : `The default: ${valueText(usual)}`}</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
      {fault === undefined ? null : <p className="text-sm text-kumo-danger">{fault}</p>}
    </div>
  );
}
