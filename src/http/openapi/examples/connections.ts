import type { Connections } from "../../../contract/connections.ts";
import type { connectionRoutes, consentRoutes } from "../../../contract/routes/connections.ts";
import type { ExamplesOf } from "./example.ts";

const CONNECTIONS: Connections = {
  connections: [
    {
      purpose: "read",
      kind: "secret",
      cloud: "global",
      microsoftTenantId: "6e0b7a3f-0d0b-4b0e-9f55-1f2a3b4c5d6e",
      clientId: "5d0a5c1e-8f0b-4c8e-9f0e-2a7a3f1d6b42",
      credentialEndsAt: "2027-05-28T00:00:00.000Z",
      certificateThumbprint: null,
      connectedAt: "2026-11-28T09:12:40.000Z",
    },
  ],
  presets: [
    {
      purpose: "read",
      permissions: [
        { permission: "DeviceManagementScripts.Read.All", neededFor: ["PowerShell scripts", "Remediations"] },
      ],
    },
    {
      purpose: "write",
      permissions: [
        { permission: "DeviceManagementScripts.ReadWrite.All", neededFor: ["PowerShell scripts", "Remediations"] },
      ],
    },
  ],
  consent: [{ purpose: "read", cloud: "global", clientId: "0b8f6f0e-5f0c-4a55-9a04-7d1f6c1a2b3c" }],
};

export const connectionExamples: ExamplesOf<typeof connectionRoutes> = {
  show: { answer: CONNECTIONS },
  connect: {
    bodies: {
      "Connect by a client secret": {
        purpose: "read",
        cloud: "global",
        microsoftTenantId: "6e0b7a3f-0d0b-4b0e-9f55-1f2a3b4c5d6e",
        clientId: "5d0a5c1e-8f0b-4c8e-9f0e-2a7a3f1d6b42",
        credential: { kind: "secret", secret: "the secret's value", endsAt: "2027-05-28T00:00:00.000Z" },
      },
    },
    answer: CONNECTIONS,
  },
  renew: {
    bodies: {
      "Give another secret": {
        purpose: "read",
        credential: { kind: "secret", secret: "the new secret's value", endsAt: "2028-05-28T00:00:00.000Z" },
      },
    },
    answer: CONNECTIONS,
  },
  disconnect: {
    bodies: { Disconnect: { purpose: "read" } },
    answer: { ...CONNECTIONS, connections: [] },
  },
  startConsent: {
    bodies: { "Consent to reading": { purpose: "read" } },
    answer: {
      continueAt:
        "https://login.microsoftonline.com/organizations/v2.0/adminconsent?client_id=0b8f6f0e-5f0c-4a55-9a04-7d1f6c1a2b3c",
      expiresAt: "2026-11-28T09:22:40.000Z",
    },
  },
};

export const consentExamples: ExamplesOf<typeof consentRoutes> = { finish: {} };
