/**
 * Device configurations refer to others (certificates, networks) by navigation properties, which Graph tells
 * and takes apart from the policy (decisions/119-navigations-in-documents.md). Source: Microsoft's published types; test/simulator compares.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import type { Navigation, ReferencePlace } from "../families/family.ts";
import { bareTypeOf, objectsOf } from "../restore/document-members.ts";
import { gapOf, mark } from "../restore/gaps.ts";
import type { UpdatedSubject } from "../restore/rule.ts";
import { POLICY_ID, type RestoreStep } from "../restore/restore-step.ts";

/** By the bare type of the policy. */
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration: ["derivedCredentialSettings"],
  androidDeviceOwnerEnterpriseWiFiConfiguration: [
    "derivedCredentialSettings",
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
    "rootCertificatesForServerValidation",
  ],
  androidDeviceOwnerImportedPFXCertificateProfile: ["rootCertificate"],
  androidDeviceOwnerPkcsCertificateProfile: ["rootCertificate"],
  androidDeviceOwnerScepCertificateProfile: ["rootCertificate"],
  androidDeviceOwnerVpnConfiguration: ["derivedCredentialSettings", "identityCertificate"],
  androidEasEmailProfileConfiguration: ["identityCertificate", "smimeSigningCertificate"],
  androidEnterpriseWiFiConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
  ],
  androidForWorkEnterpriseWiFiConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
  ],
  androidForWorkGmailEasConfiguration: ["identityCertificate"],
  androidForWorkImportedPFXCertificateProfile: ["rootCertificate"],
  androidForWorkNineWorkEasConfiguration: ["identityCertificate"],
  androidForWorkPkcsCertificateProfile: ["rootCertificate"],
  androidForWorkScepCertificateProfile: ["rootCertificate"],
  androidForWorkVpnConfiguration: ["identityCertificate"],
  androidImportedPFXCertificateProfile: ["rootCertificate"],
  androidPkcsCertificateProfile: ["rootCertificate"],
  androidScepCertificateProfile: ["rootCertificate"],
  androidVpnConfiguration: ["identityCertificate"],
  androidWorkProfileEnterpriseWiFiConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
  ],
  androidWorkProfileGmailEasConfiguration: ["identityCertificate"],
  androidWorkProfileNineWorkEasConfiguration: ["identityCertificate"],
  androidWorkProfilePkcsCertificateProfile: ["rootCertificate"],
  androidWorkProfileScepCertificateProfile: ["rootCertificate"],
  androidWorkProfileVpnConfiguration: ["identityCertificate"],
  aospDeviceOwnerEnterpriseWiFiConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
  ],
  aospDeviceOwnerPkcsCertificateProfile: ["rootCertificate"],
  aospDeviceOwnerScepCertificateProfile: ["rootCertificate"],
  iosDerivedCredentialAuthenticationConfiguration: ["derivedCredentialSettings"],
  iosDeviceFeaturesConfiguration: [
    "identityCertificateForClientAuthentication",
    "singleSignOnExtensionPkinitCertificate",
  ],
  iosEasEmailProfileConfiguration: [
    "derivedCredentialSettings",
    "identityCertificate",
    "smimeEncryptionCertificate",
    "smimeSigningCertificate",
  ],
  iosEnterpriseWiFiConfiguration: [
    "derivedCredentialSettings",
    "identityCertificateForClientAuthentication",
    "rootCertificatesForServerValidation",
  ],
  iosScepCertificateProfile: ["rootCertificate"],
  iosVpnConfiguration: ["derivedCredentialSettings", "identityCertificate"],
  iosWiredNetworkConfiguration: ["identityCertificateForClientAuthentication", "rootCertificateForServerValidation"],
  iosikEv2VpnConfiguration: ["derivedCredentialSettings", "identityCertificate"],
  macOSDeviceFeaturesConfiguration: ["singleSignOnExtensionPkinitCertificate"],
  macOSEnterpriseWiFiConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForServerValidation",
    "rootCertificatesForServerValidation",
  ],
  macOSScepCertificateProfile: ["rootCertificate"],
  macOSVpnConfiguration: ["identityCertificate"],
  macOSWiredNetworkConfiguration: ["identityCertificateForClientAuthentication", "rootCertificateForServerValidation"],
  windows10VpnConfiguration: ["identityCertificate"],
  windows81SCEPCertificateProfile: ["rootCertificate"],
  windowsDomainJoinConfiguration: ["networkAccessConfigurations"],
  windowsPhone81SCEPCertificateProfile: ["rootCertificate"],
  windowsPhone81VpnConfiguration: ["identityCertificate"],
  windowsWifiEnterpriseEAPConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForClientValidation",
    "rootCertificatesForServerValidation",
  ],
  windowsWiredNetworkConfiguration: [
    "identityCertificateForClientAuthentication",
    "rootCertificateForClientValidation",
    "rootCertificatesForServerValidation",
    "secondaryIdentityCertificateForClientAuthentication",
    "secondaryRootCertificateForClientValidation",
  ],
  windowsZtdnsConfiguration: ["rootCertificatesForClientValidation", "rootCertificatesForServerValidation"],
};

/** Those that lead to many; all others lead to one. */
const MANY: ReadonlySet<string> = new Set([
  "networkAccessConfigurations",
  "rootCertificatesForClientValidation",
  "rootCertificatesForServerValidation",
]);
/** Leads to no policy of a family: how devices get credentials from a card is a setting of the tenant. */
const TO_CREDENTIALS = "derivedCredentialSettings";

export const NAVIGATION_NAMES: readonly string[] = [...new Set(Object.values(OF_TYPE).flat())];

export function navigationsOf(document: JsonObject): readonly Navigation[] {
  const type = bareTypeOf(document);
  const names = Object.hasOwn(OF_TYPE, type) ? (OF_TYPE[type] ?? []) : [];
  return names.map((name) => ({ name, isMany: MANY.has(name) }));
}

/** Where their ids stand in documents. */
export const NAVIGATION_REFERENCES: readonly ReferencePlace[] = NAVIGATION_NAMES.filter(
  (name) => name !== TO_CREDENTIALS,
).map((name) => ({ kind: "deviceConfiguration", path: MANY.has(name) ? [name, "*", "id"] : [name, "id"] }));

/** Trusted roots and all that refers to nothing come first, then what refers to roots, then networks, then what refers to networks. */
export const TURN_OF_TYPE: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(OF_TYPE).map(([type, names]) => [`#microsoft.graph.${type}`, turnOf(names)]),
);

function turnOf(names: readonly string[]): number {
  if (names.includes("networkAccessConfigurations")) return 3;
  return names.every((name) => name === "rootCertificate") ? 1 : 2;
}

/** A body that creates binds to the things by their addresses; Graph takes them in no other form. */
export function withBinds(body: JsonObject, graphUrl: string): JsonObject {
  const members = Object.entries(body).flatMap(([name, value]): [string, JsonValue][] => {
    if (!NAVIGATION_NAMES.includes(name)) return [[name, value]];
    const addresses = (Array.isArray(value) ? value : [value]).flatMap((thing) =>
      isJsonObject(thing) ? [addressOf(name, thing["id"] ?? null, graphUrl)] : [],
    );
    const [first] = addresses;
    if (first === undefined) return [];
    return [[`${name}@odata.bind`, MANY.has(name) ? addresses : first]];
  });
  return Object.fromEntries(members);
}

/** Later, each reference is set or taken away by itself: a PATCH that carries one is refused whole. */
export function navigationSteps({ collection, wanted, target, differs, graphUrl }: UpdatedSubject): RestoreStep[] {
  return navigationsOf(wanted).flatMap(({ name, isMany }): RestoreStep[] => {
    const value = wanted[name];
    if (value === undefined || !differs(name)) return [];
    const path = `${collection}/${POLICY_ID}/microsoft.graph.${bareTypeOf(wanted)}/${name}`;
    // A reference is there once however often it is added, and stays away however often it is taken.
    const step = (method: "POST" | "PUT" | "DELETE", what: string, at: string, id: JsonValue | null): RestoreStep => ({
      name: what,
      method,
      path: at,
      body: id === null ? null : { "@odata.id": addressOf(name, id, graphUrl) },
      effect: { kind: "sets", property: name },
    });
    if (!isMany) {
      const id = isJsonObject(value) ? (value["id"] ?? null) : null;
      return [
        id === null ? step("DELETE", `remove ${name}`, `${path}/$ref`, null) : step("PUT", name, `${path}/$ref`, id),
      ];
    }
    const ids = objectsOf(value).flatMap(({ id }) => (id === undefined ? [] : [id]));
    const present = objectsOf(target[name]).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    const added = ids.filter((id) => typeof id !== "string" || !present.includes(id));
    return [
      ...added.map((id, index) => step("POST", `${name} ${index + 1}`, `${path}/$ref`, id)),
      ...present
        .filter((id) => !ids.includes(id))
        .map((id) => step("DELETE", `remove ${name} ${id}`, `${path}/${encodeURIComponent(id)}/$ref`, null)),
    ];
  });
}

function addressOf(name: string, id: JsonValue, graphUrl: string): JsonValue {
  const collection = name === TO_CREDENTIALS ? "derivedCredentials" : "deviceConfigurations";
  const within = (text: string) => `${graphUrl}/beta/deviceManagement/${collection}('${text}')`;
  const gap = gapOf(id);
  if (gap?.kind === "restoredId") return mark({ ...gap, within: within("{id}") });
  return typeof id === "string" ? within(id) : id;
}
