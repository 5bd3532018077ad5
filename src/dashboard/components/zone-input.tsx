/** A time zone, as IANA names it; the browser suggests those that it knows. */
import { useId } from "react";
import { Input } from "./input.tsx";

export function ZoneInput({ value, onChange }: { value: string; onChange: (timeZone: string) => void }) {
  const zones = useId();
  return (
    <>
      <Input
        label="Time zone"
        value={value}
        list={zones}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
    </>
  );
}
