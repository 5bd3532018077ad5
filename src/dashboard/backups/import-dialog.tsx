/** Asks for a folder or an archive, shows what was found in it, and imports it as a backup set. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { MAX_UPLOAD_BYTES, type PolicyUpload, uploadNameSchema } from "../../contract/policy-files.ts";
import { policyFileRoutes } from "../../contract/routes/policy-files.ts";
import { callUpload } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { Button } from "../components/button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input } from "../components/input.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { type Choice, chosenArchive, chosenFolder, refusalOf, setNameOf } from "./chosen-files.ts";
import { FoundFiles } from "./found-files.tsx";

interface ImportDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The import is being started. */
  importing: boolean;
  onImport: (input: { uploadId: string; name: string }) => void;
}

export function ImportDialog({ open, onOpenChange, importing, onImport }: ImportDialogProps) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Import files"
      description="Policies that IntuneManagement, Microsoft Graph or the Intune portal has exported become a backup set. Nothing is changed in the tenant."
    >
      <ImportForm importing={importing} onImport={onImport} />
    </FormDialog>
  );
}

/** 25 MB over a slow line. */
const UPLOAD_LIMIT = { answerMs: 300_000, wholeMs: 30_000 };

function ImportForm({ importing, onImport }: Pick<ImportDialogProps, "importing" | "onImport">) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  const [upload, setUpload] = useState<PolicyUpload | null>(null);
  const [name, setName] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (choice: Choice): Promise<void> => {
    const { signal } = leaving.current;
    setSending(true);
    try {
      const body =
        choice.kind === "archive"
          ? choice.archive
          : await (await import("./zip-folder.ts")).zipFolder(choice.files, signal);
      if (body.size > MAX_UPLOAD_BYTES) {
        setRefusal("The files are too large together, even packed. Choose a folder within it.");
        return;
      }
      const found = await callUpload(policyFileRoutes.upload, {
        params: { tenantId: tenant.slug },
        query: { name: uploadNameSchema.safeParse(choice.name).data ?? "Files" },
        body,
        signal,
        limit: UPLOAD_LIMIT,
      });
      queryClient.setQueryData([...queryKeys.records(tenant), "policy-files", found.id], found);
      setUpload(found);
      setName(setNameOf(choice));
    } catch (reason) {
      if (!signal.aborted) setError(reason);
    } finally {
      setSending(false);
    }
  };
  const choose = (choice: Choice | null) => {
    if (choice === null) return;
    setUpload(null);
    setError(null);
    const reason = refusalOf(choice);
    setRefusal(reason);
    if (reason === null) void send(choice);
  };
  const nothing = upload?.policyCount === 0;
  return (
    <DialogForm
      action="Import"
      disabled={upload === null || nothing || name.trim() === ""}
      pending={importing}
      error={error}
      onSubmit={() => {
        if (upload !== null) onImport({ uploadId: upload.id, name: name.trim() });
      }}
    >
      <div className="flex flex-wrap gap-2">
        <Chooser label="Choose a folder" folder onChoose={(files) => choose(chosenFolder(files))} busy={sending} />
        <Chooser
          label="Choose a ZIP archive"
          onChoose={([file]) => choose(file === undefined ? null : chosenArchive(file))}
          busy={sending}
        />
      </div>
      <div role="status" className="empty:hidden">
        {sending ? <p className="text-kumo-subtle">Looking into the files…</p> : null}
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
