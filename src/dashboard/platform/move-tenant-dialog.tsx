import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tenantMoveRoutes } from "../../contract/routes/tenant-moves.ts";
import { newTenantMoveSchema, type Shard } from "../../contract/tenant-moves.ts";
import { call } from "../api/client.ts";
import { Choices } from "../components/choices.tsx";
import { counted } from "../components/digits.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useTried } from "../components/use-tried.ts";
import { toastDone } from "../shell/toasts.tsx";

/** Where there is one database, there is nowhere to move to. */
export function MoveTenantDialog({ shards }: { shards: readonly Shard[] }) {
  const [open, setOpen] = useState(false);
  if (shards.length < 2) return null;
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="Move a tenant"
      description={
        <p>
          For twenty minutes at least it takes no new operations. While its records are copied, nothing of it can be
          changed; it can be read all the time.
        </p>
      }
      trigger={<Button variant="primary">Move a tenant</Button>}
    >
      <MoveForm shards={shards} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function MoveForm({ shards, onDone }: { shards: readonly Shard[]; onDone: () => void }) {
  const [tenantId, setTenantId] = useState("");
  const [shard, setShard] = useState(shards.at(-1)?.name ?? "");
  const [reason, setReason] = useState("");
  const parsed = newTenantMoveSchema.safeParse({ shard, reason });
  const { setTried, isWrong } = useTried(parsed);
  const queryClient = useQueryClient();
  const begin = useMutation({
    mutationFn: (body: { shard: string; reason: string }) =>
      call(tenantMoveRoutes.begin, { params: { tenantId: tenantId.trim() }, body }),
    onSuccess: ({ tenant }) => {
      toastDone(`The move of ${tenant.name} has begun`);
      onDone();
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["platform"] }),
  });
  const submit = () => {
    setTried();
    if (parsed.success && tenantId.trim() !== "") begin.mutate(parsed.data);
  };
  return (
    <DialogForm
      action="Begin the move"
      disabled={tenantId.trim() === ""}
      pending={begin.isPending}
      error={begin.error}
      onSubmit={submit}
    >
      <Input
        label="Address of the tenant"
        value={tenantId}
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTenantId(event.target.value)}
        description="As the page of tenants shows it below the name."
      />
      <Choices
        legend="Move it to"
        options={shards.map(({ name, tenants }) => ({
          value: name,
          label: name,
          description: counted(tenants, "tenant", "tenants"),
        }))}
        value={shard}
        onChange={setShard}
      />
      <Input
        label="Reason"
        value={reason}
        maxLength={500}
        autoComplete="off"
        onChange={(event) => setReason(event.target.value)}
        description="The platform's log tells it."
        {...(isWrong("reason") ? { error: "Say why." } : {})}
      />
    </DialogForm>
  );
}
