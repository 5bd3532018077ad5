/** Settings-catalog settings: choice, simple, collection and group instances with ids in the style of the catalog. */
import type { Doc } from "../json.ts";
import type { Random } from "./random.ts";

const AREAS: Record<string, readonly string[]> = {
  device_vendor_msft_policy_config_defender: [
    "allowarchivescanning",
    "allowbehaviormonitoring",
    "allowcloudprotection",
    "allowemailscanning",
    "allowfullscanonmappednetworkdrives",
    "allowioavprotection",
    "allowrealtimemonitoring",
    "cloudblocklevel",
    "puaprotection",
    "signatureupdateinterval",
    "avgcpuloadfactor",
    "excludedextensions",
    "excludedpaths",
    "enablenetworkprotection",
  ],
  device_vendor_msft_bitlocker: [
    "requiredeviceencryption",
    "allowwarningforotherdiskencryption",
    "configurerecoverypasswordrotation",
    "systemdrivesrequirestartupauthentication",
    "fixeddrivesrecoveryoptions",
    "systemdrivesencryptiontype",
    "removabledrivesrequireencryption",
  ],
  device_vendor_msft_policy_config_devicelock: [
    "mindevicepasswordlength",
    "maxinactivitytimedevicelock",
    "devicepasswordenabled",
    "alphanumericdevicepasswordrequired",
    "maxdevicepasswordfailedattempts",
    "devicepasswordhistory",
  ],
  device_vendor_msft_policy_config_update: [
    "allowmuupdateservice",
    "deferqualityupdatesperiodindays",
    "configuredeadlineforfeatureupdates",
    "activehoursstart",
    "activehoursend",
    "pausefeatureupdates",
  ],
  "device_vendor_msft_policy_config_microsoft_edgev98~policy~microsoft_edge": [
    "homepagelocation",
    "smartscreenenabled",
    "passwordmanagerenabled",
    "extensioninstallblocklist",
    "defaultsearchproviderenabled",
    "autofillcreditcardenabled",
    "urlallowlist",
  ],
  device_vendor_msft_policy_config_privacy: [
    "letappsaccesslocation",
    "letappsaccessmicrophone",
    "disableadvertisingid",
    "publishuseractivities",
    "letappsaccesscamera",
  ],
  device_vendor_msft_laps_policies: [
    "backupdirectory",
    "passwordagedays",
    "passwordcomplexity",
    "passwordlength",
    "administratoraccountname",
    "postauthenticationactions",
  ],
  vendor_msft_firewall_mdmstore: [
    "domainprofile_enablefirewall",
    "privateprofile_enablefirewall",
    "publicprofile_enablefirewall",
    "publicprofile_allowlocalpolicymerge",
    "global_enablepacketqueue",
  ],
  "user_vendor_msft_policy_config_office16v2~policy~l_microsoftofficesystem": [
    "l_disableallactivex",
    "l_vbawarningspolicy",
    "l_blockmacroexecutionfrominternet",
    "l_signatureline",
  ],
  "com.apple.applicationaccess": [
    "allowcamera",
    "allowairdrop",
    "allowcloudbackup",
    "forceencryptedbackup",
    "allowscreenshot",
  ],
};
const AREA_NAMES = Object.keys(AREAS);
const GRAPH = "#microsoft.graph.deviceManagementConfiguration";

/** Most policies are small, some reach the catalog's usual maximum. */
export function settingCount(random: Random, n: number): number {
  const fixed = [31, 1, 120][n];
  return fixed ?? 1 + Math.floor(random.next() ** 3 * 120);
}

export function makeSettings(random: Random, count: number): Doc[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    settingInstance: instance(random, definitionId(random, index), 0),
  }));
}

function definitionId(random: Random, index: number): string {
  const area = random.pick(AREA_NAMES);
  const name = random.pick(AREAS[area] ?? []);
  return index < 40 ? `${area}_${name}` : `${area}_${name}_${index}`;
}

function instance(random: Random, id: string, depth: number): Doc {
  const base = {
    settingDefinitionId: id,
    settingInstanceTemplateReference: random.chance(0.1) ? { settingInstanceTemplateId: random.guid() } : null,
  };
  const kind = random.next();
  if (kind < 0.55 || depth > 1) {
    const children = depth === 0 && random.chance(0.12) ? [instance(random, `${id}_options`, depth + 1)] : [];
    return {
      "@odata.type": `${GRAPH}ChoiceSettingInstance`,
      ...base,
      choiceSettingValue: { settingValueTemplateReference: null, value: `${id}_${random.between(0, 3)}`, children },
    };
  }
  if (kind < 0.8)
    return { "@odata.type": `${GRAPH}SimpleSettingInstance`, ...base, simpleSettingValue: simpleValue(random) };
  if (kind < 0.92) {
    return {
      "@odata.type": `${GRAPH}SimpleSettingCollectionInstance`,
      ...base,
      simpleSettingCollectionValue: Array.from({ length: random.between(1, 5) }, () => ({
        "@odata.type": `${GRAPH}StringSettingValue`,
        settingValueTemplateReference: null,
        value: random.pick(STRINGS),
      })),
    };
  }
  const groups = Array.from({ length: random.between(1, 2) }, () => ({
    settingValueTemplateReference: null,
    children: ["key", "value"].map((suffix) => instance(random, `${id}_${suffix}`, depth + 2)),
  }));
  return { "@odata.type": `${GRAPH}GroupSettingCollectionInstance`, ...base, groupSettingCollectionValue: groups };
}

const STRINGS = [
  "https://intranet.contoso.example/start",
  "C:\\Program Files\\Werkzeug\\",
  "*.contoso.example",
  "%ProgramData%\\Größe",
  "東京",
  "PT15M",
  "{{serialnumber}}",
  "exe;dll;ps1",
];

function simpleValue(random: Random): Doc {
  if (random.chance(0.5))
    return {
      "@odata.type": `${GRAPH}IntegerSettingValue`,
      settingValueTemplateReference: null,
      value: random.between(0, 999),
    };
  if (random.chance(0.004))
    return {
      "@odata.type": `${GRAPH}SecretSettingValue`,
      settingValueTemplateReference: null,
      value: random.guid(),
      valueState: "encryptedValueToken",
    };
  return {
    "@odata.type": `${GRAPH}StringSettingValue`,
    settingValueTemplateReference: null,
    value: random.pick(STRINGS),
  };
}

export function linuxSettings(random: Random): Doc[] {
  const ids = [
    "linux_deviceencryption_required",
    "linux_passwordpolicy_minimumlength",
    "linux_passwordpolicy_minimumdigits",
    "linux_distribution_alloweddistros",
  ];
  return random.sample(ids, random.between(1, 4)).map((id, index) => ({
    id: String(index),
    settingInstance: id.startsWith("linux_password")
      ? {
          "@odata.type": `${GRAPH}SimpleSettingInstance`,
          settingDefinitionId: id,
          simpleSettingValue: { "@odata.type": `${GRAPH}IntegerSettingValue`, value: random.between(1, 14) },
        }
      : {
          "@odata.type": `${GRAPH}ChoiceSettingInstance`,
          settingDefinitionId: id,
          choiceSettingValue: { value: `${id}_true`, children: [] },
        },
  }));
}
