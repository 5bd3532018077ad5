/** Makes an API token: a form, and then the token, which is shown once. */
import { Button } from "../components/button.tsx";
import { CloseButton } from "../components/close-button.tsx";
import { Input } from "../components/input.tsx";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useState } from "react";
import { MAX_TOKEN_DAYS, newApiTokenSchema } from "../../contract/api-tokens.ts";
import { FOR_TOKENS, IN_EACH_ROLE } from "../../contract/roles.ts";
import { CapabilityChoices } from "../components/capability-choices.tsx";
import { useTried } from "../components/use-tried.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { ShownOnce } from "../components/shown-once.tsx";
import { useTenantScope } from "../shell/tenant-context.ts";
import { useCreateToken } from "./queries.ts";

const FIRST_DAYS = 90;

export function NewTokenDialog() {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="New API token"
      description={
        <p>
          A program that has it acts in your name. At each use it may do what you choose here and what your role allows
          then.
        </p>
      }
      trigger={
        <Button variant="primary" icon={PlusIcon}>
          New token
        </Button>
      }
    >
      <TokenForm />
    </FormDialog>
  );
}

function TokenForm() {
  const { me, tenant } = useTenantScope();
  const [name, setName] = useState("");
  const [days, setDays] = useState(String(FIRST_DAYS));
  const [tenantIds, setTenantIds] = useState<readonly string[]>([tenant.id]);
  const [capabilities, setCapabilities] = useState([...IN_EACH_ROLE]);
  const create = useCreateToken(tenant);
  const parsed = newApiTokenSchema.safeParse({
    name,
    tenantIds,
    capabilities,
    expiresInDays: Number(days),
  });
  const { setTried, isWrong } = useTried(parsed);
  if (create.data !== undefined) {
    return (
      <ShownOnce what="token" secret={create.data.token} done={<CloseButton>Done</CloseButton>}>
        The token is shown now and never again. Send it as <code className="font-mono">Authorization: Bearer …</code>,
        and keep it where the program keeps its secrets.
      </ShownOnce>
    );
  }
  const submit = () => {
    setTried();
    if (parsed.success) create.mutate(parsed.data);
  };
  const chosen = me.tenants.filter(({ id }) => tenantIds.includes(id));
  const possible = FOR_TOKENS.filter((each) => chosen.every((one) => one.capabilities.includes(each)));
  return (
    <DialogForm action="Create the token" pending={create.isPending} error={create.error} onSubmit={submit}>
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        description="What uses it: Nightly sync."
        {...(isWrong("name") ? { error: "Enter a name." } : {})}
      />
      <Input
        label="Good for (days)"
        type="number"
        inputMode="numeric"
        min={1}
        max={MAX_TOKEN_DAYS}
        value={days}
        onChange={(event) => setDays(event.target.value)}
        {...(isWrong("expiresInDays") ? { error: `Enter a whole number from 1 to ${MAX_TOKEN_DAYS}.` } : {})}
      />
      {me.tenants.length < 2 ? null : (
        <fieldset className="min-w-0">
          <legend className="mb-1 font-medium">Tenants</legend>
          {me.tenants.map((each) => (
            <label
              key={each.id}
              aria-label={each.name}
              className="flex cursor-pointer items-start gap-2.5 rounded-md px-2 py-1 hover:bg-kumo-tint"
            >
              <input
                type="checkbox"
                checked={tenantIds.includes(each.id)}
                onChange={({ target: { checked } }) =>
                  setTenantIds(checked ? [...tenantIds, each.id] : tenantIds.filter((id) => id !== each.id))
                }
                className="mt-0.5 size-4 shrink-0 accent-(--bar-fill)"
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">{each.name}</span>
            </label>
          ))}
          {isWrong("tenantIds") ? <p className="text-kumo-danger">Choose a tenant.</p> : null}
        </fieldset>
      )}
      <CapabilityChoices
        legend="What it may do"
        among={possible}
        always={IN_EACH_ROLE}
        chosen={capabilities}
        onChange={setCapabilities}
      />
    </DialogForm>
  );
}
