/** Device configuration profiles. Graph: deviceConfiguration and the types derived from it. */
import type { JsonObject } from "../../policies/json-value.ts";
import { isHidden } from "../oma-secrets.ts";
import { gapOf } from "../restore/gaps.ts";
import { bareTypeOf, objectsOf, textOf } from "../restore/document-members.ts";
import { block } from "../restore/rule.ts";
import {
  NAVIGATION_NAMES,
  NAVIGATION_REFERENCES,
  navigationsOf,
  navigationSteps,
  TURN_OF_TYPE,
  withBinds,
} from "../family-parts/profile-navigations.ts";
import { family } from "./family.ts";

/** Of update rings: what the service notes while updates are paused or rolled back. */
const RING_NOTES =
  /^(quality|feature)Updates(PauseStartDate|PauseExpiryDateTime|RollbackStartDateTime|WillBeRolledBack)$/;
/** Of update rings: when a person paused or rolled back, and until when, is not a setting that could be given. */
const RING_STATE = [/Pause(Start|Expiry)Date(Time)?$/, /RollbackStartDate(Time)?$/, /WillBeRolledBack$/];

export const deviceConfiguration = family({
  key: "deviceConfiguration",
  label: "Device configuration",
  path: "/deviceManagement/deviceConfigurations",

  // Encrypted OMA values stay the placeholders that Graph lists: reading them in clear would put secrets into the inventory.
  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    listQuery: "?$expand=assignments",
    navigations: navigationsOf,
  },

  meaning: {
    // Of an encrypted OMA value only asterisks are told; where the secret is kept is given anew with every write.
    serviceOwned: [
      "privacyAccessControls",
      "omaSettings.isEncrypted",
      "omaSettings.secretReferenceValueId",
      RING_NOTES,
    ],
    // What stands where on a screen, rules of which the first that fits is taken, servers, suffixes, certificates and start
    // pages in the order of use.
    ordered: [
      "homeScreenDockIcons",
      "homeScreenPages",
      "icons",
      "pages",
      "pages.apps",
      "onDemandRules",
      "dnsSuffixes",
      "dnsSearchDomains",
      "dnsSuffixSearchList",
      "secureDnsServers",
      "servers",
      "scepServerUrls",
      "silentCertificateAccessDetails",
      "edgeHomepageUrls",
    ],
  },

  inFiles: { type: "deviceConfiguration", folders: ["deviceconfiguration", "deviceconfigurations", "updatepolicies"] },

  references: NAVIGATION_REFERENCES,
  referenceKind: "deviceConfiguration",

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    turnOfType: TURN_OF_TYPE,
    createOnly: NAVIGATION_NAMES,
    body: withBinds,
    afterUpdate: navigationSteps,
    readOnly: ["privacyAccessControls", ...RING_STATE],
    notes: ({ wanted, target }) => {
      const key = target === null ? null : untoldKey(wanted);
      return key === null ? [] : [`Its ${key} is not told by Intune: it stays as the tenant has it.`];
    },
    blocked: ({ wanted, target }) => {
      const key = target === null ? untoldKey(wanted) : null;
      if (key !== null)
        return block(
          "encrypted_value",
          `Intune never tells the ${key} of this policy, so it cannot be created whole. Create it by hand with its key.`,
        );
      const hidden = objectsOf(wanted["omaSettings"]).find(
        (one) => isHidden(one) && gapOf(one["value"] ?? null) === null,
      );
      if (!hidden) return null;
      const named = textOf(hidden["displayName"]) ?? textOf(hidden["omaUri"]) ?? "an OMA setting";
      return block(
        "encrypted_value",
        `The value of "${named}" is encrypted in Intune and its plain text is not known here, so the policy cannot be written back whole.`,
      );
    },
  },
});

/** The name of the key that the policy is used with and that Intune takes and never tells; null for most. */
function untoldKey(document: JsonObject): string | null {
  const security = textOf(document["wiFiSecurityType"]) ?? textOf(document["wifiSecurityType"]) ?? "";
  if (/personal|^wep$|^wpa$/i.test(security) && isUntoldHere(document, "preSharedKey")) return "preSharedKey";
  const isByKey = bareTypeOf(document) === "iosikEv2VpnConfiguration" && isSharedSecret(document);
  return isByKey && isUntoldHere(document, "sharedSecret") ? "sharedSecret" : null;
}

function isSharedSecret(document: JsonObject): boolean {
  return [document["clientAuthenticationType"], document["authenticationMethod"]].includes("sharedSecret");
}

/** A document that people have written may have it. */
function isUntoldHere(document: JsonObject, name: string): boolean {
  const value = textOf(document[name]);
  return value === null || /^\*+$/.test(value);
}
