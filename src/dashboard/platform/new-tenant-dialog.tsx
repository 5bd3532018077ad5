import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { newTenantSchema } from "../../contract/access.ts";
import { pageAddress, PAGES } from "../../contract/console-addresses.ts";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { call } from "../api/client.ts";
import { useTried } from "../components/use-tried.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { meQuery } from "../shell/queries.ts";
import { tenantsQuery } from "./queries.ts";
import { slugOf } from "./slug.ts";

export function NewTenantDialog() {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="New tenant"
      description={<p>You become its first owner. Connect it to Microsoft Graph, or invite an owner who does.</p>}
      trigger={
        <Button variant="primary" icon={PlusIcon}>
          New tenant
        </Button>
      }
    >
      <TenantForm />
    </FormDialog>
  );
}

function TenantForm() {
  const [name, setName] = useState("");
  const [ownSlug, setOwnSlug] = useState<string | null>(null);
  const slug = ownSlug ?? slugOf(name);
  const parsed = newTenantSchema.safeParse({ name, slug });
  const { setTried, isWrong } = useTried(parsed);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (tenant: { slug: string; name: string }) =>
      call(platformRoutes.createTenant, { params: {}, body: tenant }),
    onSuccess: async (made) => {
      void queryClient.invalidateQueries({ queryKey: tenantsQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: PAGES.overview, params: { slug: made.slug } });
    },
  });
  const submit = () => {
    setTried();
    if (parsed.success) create.mutate(parsed.data);
  };
  return (
    <DialogForm action="Create tenant" pending={create.isPending} error={create.error} onSubmit={submit}>
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        {...(isWrong("name") ? { error: "Enter a name." } : {})}
      />
      <Input
        label="Address"
        value={slug}
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setOwnSlug(event.target.value)}
        description={`Its pages are at ${location.origin}${pageAddress(PAGES.overview, { slug: slug || "wingtip" })}. The address stays as it is.`}
        {...(isWrong("slug") ? { error: "Use small letters, digits and single hyphens between them." } : {})}
      />
    </DialogForm>
  );
}
