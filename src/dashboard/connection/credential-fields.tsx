/** The fields of a credential. What was entered is never shown again. */
import { Input } from "../components/input.tsx";
import { useId } from "react";
import type { NewCredential } from "../../contract/connections.ts";

export interface EnteredCredential {
  secret: string;
  /** A day, as the browser's field has it; empty when unknown. */
  endsOn: string;
  privateKey: string;
  certificate: string;
}

export const NOTHING_ENTERED: EnteredCredential = { secret: "", endsOn: "", privateKey: "", certificate: "" };

/** What was entered as the API takes it; null while something is missing. */
export function credentialOf(kind: NewCredential["kind"], entered: EnteredCredential): NewCredential | null {
  const { secret, endsOn, privateKey, certificate } = entered;
  if (kind === "certificate") {
    return privateKey.trim() === "" || certificate.trim() === "" ? null : { kind, privateKey, certificate };
  }
  if (secret.trim() === "") return null;
  // Of the day that Microsoft Entra shows, its beginning is the safe side.
  return { kind, secret, endsAt: endsOn === "" ? null : `${endsOn}T00:00:00.000Z` };
}

interface CredentialFieldsProps {
  kind: NewCredential["kind"];
  value: EnteredCredential;
  onChange: (value: EnteredCredential) => void;
}

export function CredentialFields({ kind, value, onChange }: CredentialFieldsProps) {
  if (kind === "secret") {
    return (
      <>
        <Input
          label="Client secret"
          type="password"
          autoComplete="off"
          description="The secret's value, which Microsoft Entra shows once; not its id."
          value={value.secret}
          onChange={(event) => onChange({ ...value, secret: event.target.value })}
        />
        <Input
          label="Secret ends on"
          type="date"
          description="As Microsoft Entra shows it. You are warned from 30 days before. Leave it empty if you do not know."
          value={value.endsOn}
          onChange={(event) => onChange({ ...value, endsOn: event.target.value })}
        />
      </>
    );
  }
  return (
    <>
      <PemField
        label="Private key (PEM, PKCS#8)"
        hint="Begins with -----BEGIN PRIVATE KEY-----. From PKCS#1: openssl pkcs8 -topk8 -nocrypt -in key.pem"
        value={value.privateKey}
        onChange={(privateKey) => onChange({ ...value, privateKey })}
      />
      <PemField
        label="Certificate (PEM)"
        hint="The one that is uploaded to the application in Microsoft Entra. Its end is read from it."
        value={value.certificate}
        onChange={(certificate) => onChange({ ...value, certificate })}
      />
    </>
  );
}

function PemField(props: { label: string; hint: string; value: string; onChange: (text: string) => void }) {
  const { label, hint, value, onChange } = props;
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <textarea
        id={id}
        aria-describedby={`${id}-hint`}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-full rounded-md bg-kumo-base px-3 py-2 font-mono text-xs text-kumo-default ring ring-kumo-line"
      />
      <p id={`${id}-hint`} className="mt-1 text-xs text-kumo-subtle [overflow-wrap:anywhere]">
        {hint}
      </p>
    </div>
  );
}
