/** A field for each value that a tenant gives to a standard. */
import type { Parameter } from "../../contract/standards.ts";
import { Input } from "../components/input.tsx";
import { type EnteredValues, TYPE_WORDS, valueText } from "./standard-words.ts";

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
