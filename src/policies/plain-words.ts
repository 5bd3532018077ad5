/** Names that a machine gave, in words. Pure. */

/** Words that are written in one way only. */
const SPELLINGS: Readonly<Record<string, string>> = {
  api: "API",
  aad: "AAD",
  csp: "CSP",
  dns: "DNS",
  dma: "DMA",
  html: "HTML",
  http: "HTTP",
  https: "HTTPS",
  id: "ID",
  ids: "IDs",
  ios: "iOS",
  macos: "macOS",
  ip: "IP",
  mam: "MAM",
  mdm: "MDM",
  nfc: "NFC",
  oma: "OMA",
  os: "OS",
  pin: "PIN",
  sha: "SHA",
  sim: "SIM",
  smb: "SMB",
  sso: "SSO",
  tpm: "TPM",
  ui: "UI",
  uri: "URI",
  url: "URL",
  urls: "URLs",
  usb: "USB",
  vpn: "VPN",
  wifi: "Wi-Fi",
  windows: "Windows",
  android: "Android",
  xml: "XML",
  json: "JSON",
  microsoft: "Microsoft",
  bluetooth: "Bluetooth",
  defender: "Defender",
  edge: "Edge",
  intune: "Intune",
};
/** Compounds that the capitals inside them take apart. */
const COMPOUNDS: readonly (readonly [RegExp, string])[] = [
  [/\bbit locker\b/gi, "BitLocker"],
  [/\bi os\b/gi, "iOS"],
  [/\bi cloud\b/gi, "iCloud"],
  [/\bi tunes\b/gi, "iTunes"],
  [/\bmac os\b/gi, "macOS"],
  [/\bsmart screen\b/gi, "SmartScreen"],
  [/\bone drive\b/gi, "OneDrive"],
  [/\bapp locker\b/gi, "AppLocker"],
  [/\bpower shell\b/gi, "PowerShell"],
  [/\bair drop\b/gi, "AirDrop"],
];

/** "passwordRequiredType" is "Password required type". What has no word in it stays as it is. */
export function wordsOf(name: string): string {
  const parts = name
    .replace(/[_.-]+/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .trim()
    .split(/\s+/)
    .map((part) => {
      const lower = part.toLowerCase();
      return Object.hasOwn(SPELLINGS, lower) ? (SPELLINGS[lower] ?? part) : /^[A-Z]{2,}\d*$/.test(part) ? part : lower;
    });
  const text = COMPOUNDS.reduce((sofar, [pattern, spelling]) => sofar.replace(pattern, spelling), parts.join(" "));
  if (text === "") return name;
  // "iOS" and its like begin small by their spelling.
  return /^[a-z]+[A-Z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Words for a value that Graph writes as one of a list of names ("notConfigured"); null for any other text. */
export function wordsOfChoice(value: string): string | null {
  return /^[a-z][a-z0-9]*([A-Z][a-z0-9]+)+$/.test(value) ? wordsOf(value) : null;
}
