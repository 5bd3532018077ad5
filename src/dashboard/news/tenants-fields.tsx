/** Which tenants a rule over tenants tells of: all of the person, also those to come, or some. */
import { useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import type { RuleTenants } from "../../contract/news.ts";
import { Choices } from "../components/choices.tsx";
import { counted } from "../components/digits.ts";
import { Input } from "../components/input.tsx";
import { Check } from "./check.tsx";

interface TenantsFieldsProps {
  value: RuleTenants;
  onChange: (value: RuleTenants) => void;
  among: readonly Tenant[];
  wrong: boolean;
}

/** So many are listed without a search. */
const SEARCHED_FROM = 12;

export function TenantsFields({ value, onChange, among, wrong }: TenantsFieldsProps) {
  const [text, setText] = useState("");
  const chosen = value.kind === "list" ? value.tenants : [];
  const known = new Set(among.map(({ id }) => id));
  const others = chosen.filter((id) => !known.has(id)).length;
  const shown = among.filter(({ name, slug }) =>
    `${name} ${slug}`.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()),
  );
  return (
    <>
      <Choices
        legend="Which tenants"
        value={value.kind}
        onChange={(kind) => onChange(kind === "all" ? { kind } : { kind, tenants: [] })}
        options={[
          { value: "all", label: "All your tenants", description: "Also those that you get later." },
          { value: "list", label: "Some of them" },
        ]}
      />
      {value.kind === "all" ? null : (
        <fieldset className="min-w-0">
          <legend className="mb-1 font-medium">{counted(chosen.length, "tenant is", "tenants are")} chosen</legend>
          {among.length < SEARCHED_FROM ? null : (
            <Input
              label="Find a tenant"
              required={false}
              value={text}
              autoComplete="off"
              onChange={(event) => setText(event.target.value)}
            />
          )}
          <div className="max-h-56 overflow-y-auto">
            {shown.map(({ id, name }) => (
              <Check
                key={id}
                label={name}
                checked={chosen.includes(id)}
                onChange={(checked) =>
                  onChange({ kind: "list", tenants: checked ? [...chosen, id] : chosen.filter((each) => each !== id) })
                }
              />
            ))}
          </div>
          {others === 0 ? null : (
            <p className="text-kumo-subtle">
              {counted(others, "chosen tenant is", "chosen tenants are")} not among those that are known to be yours
              now.
            </p>
          )}
          {wrong ? <p className="text-kumo-danger">Choose a tenant.</p> : null}
        </fieldset>
      )}
    </>
  );
}
