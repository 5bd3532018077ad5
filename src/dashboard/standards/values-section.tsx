/** The values that the tenant gives to a followed standard. */
import { useState } from "react";
import type { Following, Parameter } from "../../contract/standards.ts";
import { Button } from "../components/button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Section } from "../components/page.tsx";
import { Fact } from "../components/plain-fact.tsx";
import { useCan } from "../shell/tenant-context.ts";
import { faultOf } from "./field-faults.ts";
import { ParameterInputs } from "./parameter-inputs.tsx";
import { useChangeFollowing } from "./queries.ts";
import { enteredOf, valuesOf, valueText } from "./standard-words.ts";

export function ValuesSection({ following }: { following: Following }) {
  const mayChange = useCan("baseline.capture");
  const { version, parameters: given } = following;
  const parameters = version?.parameters;
  return (
    <Section
      title="Values of this tenant"
      id="standard-values"
      actions={
        mayChange && parameters !== undefined && parameters.length > 0 ? (
          <ValuesDialog following={following} parameters={parameters} />
        ) : null
      }
    >
      {parameters === undefined ? (
        <p className="text-kumo-subtle" data-unknown>
          Which values it asks for is not known, since its version cannot be read.
        </p>
      ) : parameters.length === 0 ? (
        <p className="text-kumo-subtle">This version asks for none.</p>
      ) : (
        <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
          {parameters.map((parameter) => {
            const value = Object.hasOwn(given, parameter.key) ? given[parameter.key] : undefined;
            return (
              <Fact key={parameter.key} term={parameter.label}>
                {value !== undefined ? (
                  valueText(value)
                ) : parameter.default === null ? (
                  <span className="text-kumo-warning">A value is needed</span>
                ) : (
                  <>
                    {valueText(parameter.default)} <span className="text-xs text-kumo-subtle">(the default)</span>
                  </>
                )}
              </Fact>
            );
          })}
        </dl>
      )}
    </Section>
  );
}

interface ValuesProps {
  following: Following;
  parameters: readonly Parameter[];
}

function ValuesDialog(props: ValuesProps) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="Values of this tenant"
      description="The next comparison and the next deployment go by them. Nothing is written to the tenant by this."
      trigger={
        <Button size="sm" aria-label="Change the values of this tenant">
          Change
        </Button>
      }
    >
      <ValuesForm {...props} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function ValuesForm({ following, parameters, onDone }: ValuesProps & { onDone: () => void }) {
  const [entered, setEntered] = useState(() => enteredOf(following.parameters));
  const [tried, setTried] = useState(false);
  const change = useChangeFollowing(following.id);
  const { values, missing } = valuesOf({ parameters }, entered);
  const submit = () => {
    setTried(true);
    if (missing.length === 0) change.mutate({ parameters: values }, { onSuccess: onDone });
  };
  return (
    <DialogForm action="Save" pending={change.isPending} error={change.error} onSubmit={submit}>
      <ParameterInputs
        parameters={parameters}
        entered={entered}
        onChange={setEntered}
        faultOf={(key) =>
          tried && missing.includes(key) ? "Enter a value." : faultOf(change.error, `parameters.${key}`)
        }
      />
    </DialogForm>
  );
}
