/** Asks for a folder or an archive, shows what was found in it, and imports it as a backup set. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { MAX_UPLOAD_BYTES, type PolicyUpload, uploadNameSchema } from "../../contract/policy-files.ts";
import { policyFileRoutes } from "../../contract/routes/policy-files.ts";
import { callUpload } from "../api/client.ts";
import { Button } from "../components/button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input } from "../components/input.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { type Choice, chosenArchive, chosenFolder, refusalOf, setNameOf } from "./chosen-files.ts";
import { FoundFiles } from "./found-files.tsx";

interface ImportDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ImportDialog({ open, onOpenChange }: ImportDialogProps) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Import files"
      description="Policies that IntuneManagement, Microsoft Graph or the Intune portal has exported become a backup set. Nothing is changed in the tenant."
    >
      <ImportForm onClose={() => onOpenChange(false)} />
    </FormDialog>
  );
}

/** 25 MB over a slow line. */
const UPLOAD_LIMIT = { answerMs: 300_000, wholeMs: 30_000 };

function ImportForm({ onClose }: { onClose: () => void }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const start = useStartOperation(tenant);
  const [upload, setUpload] = useState<PolicyUpload | null>(null);
  const [name, setName] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const send = useMutation({
    mutationFn: async (choice: Choice) => {
      const { signal } = leaving.current;
      const body =
        choice.kind === "archive"
          ? choice.archive
          : await (await import("./zip-folder.ts")).zipFolder(choice.files, signal);
      if (body.size > MAX_UPLOAD_BYTES) throw new TooLarge();
      return callUpload(policyFileRoutes.upload, {
        params: { tenantId: tenant.slug },
        query: { name: uploadNameSchema.safeParse(choice.name).data ?? "Files" },
        body,
        signal,
        limit: UPLOAD_LIMIT,
      });
    },
    onSuccess: (found, choice) => {
      setUpload(found);
      setName(setNameOf(choice));
    },
    onError: (error) => {
      if (error instanceof TooLarge)
        setRefusal("The files are too large together, even packed. Choose a folder within it.");
    },
  });
  const choose = (choice: Choice | null) => {
    if (choice === null) return;
    setUpload(null);
    send.reset();
    const reason = refusalOf(choice);
    setRefusal(reason);
    if (reason === null) send.mutate(choice);
  };
  const submit = () => {
    if (upload === null) return;
    const input = { uploadId: upload.id, name: name.trim() };
    start.mutate(
      { type: "backup-set.import", input, key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) => {
          onClose();
          void navigate({ to: PAGES.run, params: { slug: tenant.slug, runId: run.id } });
        },
      },
    );
  };
  const nothing = upload?.policyCount === 0;
  return (
    <DialogForm
      action="Import"
      disabled={upload === null || nothing || name.trim() === ""}
      pending={start.isPending}
      error={send.error instanceof TooLarge ? null : send.error}
      onSubmit={submit}
    >
      <div className="flex flex-wrap gap-2">
        <Chooser
          label="Choose a folder"
          folder
          onChoose={(files) => choose(chosenFolder(files))}
          busy={send.isPending}
        />
        <Chooser
          label="Choose a ZIP archive"
          onChoose={([file]) => choose(file === undefined ? null : chosenArchive(file))}
          busy={send.isPending}
        />
      </div>
      <div role="status" className="empty:hidden">
        {send.isPending ? <p className="text-kumo-subtle">Looking into the files…</p> : null}
        {upload === null ? null : <FoundFiles upload={upload} />}
      </div>
      {refusal === null ? null : (
        <p role="alert" className="rounded-md bg-kumo-danger-tint px-3 py-2 text-kumo-danger">
          {refusal}
        </p>
      )}
      {upload === null || nothing ? null : (
        <Input
          label="Name of the backup set"
          value={name}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      )}
    </DialogForm>
  );
}

class TooLarge extends Error {}

interface ChooserProps {
  label: string;
  folder?: boolean;
  busy: boolean;
  onChoose: (files: File[]) => void;
}

/** A button that opens the browser's own dialog. */
function Chooser({ label, folder = false, busy, onChoose }: ChooserProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <>
      <Button disabled={busy} onClick={() => field.current?.click()}>
        {label}
      </Button>
      <input
        ref={field}
        id={id}
        type="file"
        hidden
        aria-label={label}
        {...(folder ? { webkitdirectory: "", multiple: true } : { accept: ".zip,application/zip" })}
        onChange={(event) => {
          const { files } = event.target;
          if (files !== null) onChoose([...files]);
          // The same files can be chosen again.
          event.target.value = "";
        }}
      />
    </>
  );
}
