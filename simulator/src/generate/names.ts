/** Policy names as one finds them: conventions half followed, several languages, copies of copies. */
import type { Random } from "./random.ts";

const PREFIXES = ["WIN", "Win - ", "[PROD] ", "iOS/iPadOS – ", "MDM_", "GLOBAL | ", "DE-", "APAC ", "TEST - ", "z_", "", "", "", "2026 "];
const RINGS = ["", "", "", " - Pilot", " - Broad", " (v2)", " v1.3", " – Kopie", " - Copy", " OLD", " DO NOT DELETE", " – Ring 2", " ✅"];

/** Names that recur in a tenant whatever the family. */
export const COMMON_NAMES = ["Baseline", "Test", "Windows Baseline", "Security Baseline", "Default", "Neue Richtlinie", "基本ポリシー"];

const TOPICS: Record<string, readonly string[]> = {
  settingsCatalog: ["BitLocker", "Defender Antivirus", "Microsoft Edge", "OneDrive", "Windows Hello", "Firewall", "LAPS", "Attack Surface Reduction", "Datenschutz & Telemetrie", "Geräteeinschränkungen", "デバイス制限", "تشفير القرص", "Πολιτική κωδικών", "Energieoptionen", "Credential Guard", "Office – Makros sperren", "セキュリティ設定", "Start Menu", "Zeitzone Österreich"],
  deviceConfiguration: ["Windows Update Ring", "Wi-Fi Büro München", "VPN Always On", "Root Certificate", "Device Restrictions", "Kiosk Empfang", "Wi-Fi 東京", "Custom OMA-URI", "شبكة المكتب", "Endpoint Protection", "Delivery Optimization", "Πιστοποιητικό ρίζας", "E-Mail-Profil", "Shared iPad"],
  compliance: ["Compliance", "Konformität Windows 11", "コンプライアンス", "Mindestversion iOS", "Συμμόρφωση Android", "Compliance strict", "الامتثال"],
  complianceLinux: ["Linux Compliance", "Ubuntu 24.04", "Linux – Verschlüsselung"],
  adminTemplates: ["Office-Einstellungen", "ADMX Edge", "OneDrive KFM", "管理用テンプレート", "Excel Trust Center", "ADMX Windows"],
  powershellScripts: ["Set-TimeZone", "Remove Bloatware", "Netzlaufwerke verbinden", "Register-Printer", "プロキシ設定", "Enable-WinRM", "Ταπετσαρία"],
  shellScripts: ["Install Rosetta", "Dock einrichten", "Set hostname", "ログ収集", "Uninstall Zoom"],
  customAttributes: ["Battery Cycle Count", "FileVault Status", "Letzter Neustart", "XProtect Version"],
  remediations: ["Restart stopped Office C2R svc", "Disk space < 5 GB", "Zertifikate abgelaufen", "Stale Group Policies", "時刻同期", "Toast: Neustart nötig", "Teams cache"],
  complianceScripts: ["BIOS Version", "Secure Boot Check", "Antivirenstatus"],
  autopilot: ["Autopilot User-driven", "Autopilot Self-Deploying Kiosk", "Autopilot – Werk 3", "Autopilot Hybrid", "オートパイロット"],
  enrollment: ["Enrollment Status Page", "Geräte-Limit", "Personal devices blocked", "Windows Hello for Business", "登録制限"],
  apps: ["Company Portal", "Microsoft 365 Apps", "7-Zip", "Adobe Acrobat Reader", "SAP GUI 8.0", "Google Chrome", "Citrix Workspace", "LINE WORKS", "Slack", "Zoom Workplace", "WhatsApp Business", "Buchhaltung Österreich", "Visual Studio Code", "VLC", "Microsoft Edge", "تطبيق الموارد البشرية"],
  appProtection: ["MAM iOS", "MAM Android", "App-Schutz BYOD", "アプリ保護", "Edge for Windows MAM"],
  appConfigApps: ["Outlook Konfiguration", "Edge managed favorites", "Teams Shared Device"],
  appConfigDevices: ["Outlook iOS", "Defender for Endpoint", "Gmail 設定", "Managed Google Play – Chrome"],
  conditionalAccess: ["CA001: Require MFA for admins", "CA002: Block legacy authentication", "CA003: Require compliant device", "CA004: Gäste – MFA", "CA005: Block by location", "CA006: 管理者の多要素認証", "CA007: Sign-in risk", "CA008: App-Schutz erzwingen", "CA009: Phishing-resistant MFA", "CA010: Session 8 h"],
  namedLocations: ["Headquarters", "Trusted IPs Wien", "Blocked Countries", "東京オフィス", "Γραφείο Αθήνας", "VPN Egress"],
  authStrengths: ["FIDO2 only", "Passkey + TAP", "Zertifikat (Smartcard)"],
  termsOfUse: ["Nutzungsbedingungen", "Terms of Use – Guests", "利用規約", "شروط الاستخدام"],
  scopeTags: ["Germany", "Österreich", "Japan", "Kiosk", "Subsidiary A", "Retail", "الخليج"],
  filters: ["Corporate Windows 11", "Personal iOS", "Surface-Geräte", "Virtual Machines", "Android dedicated", "macOS Apple silicon", "東京のデバイス"],
  roles: ["Helpdesk Level 1", "Regionale Administratoren", "Read-only Auditor", "ヘルプデスク", "App Packager"],
  notifications: ["Non-compliance first warning", "Gerät nicht konform", "準拠していません", "Final warning"],
  reusableSettings: ["Allowed USB devices", "Firewall – Office ranges", "Zugelassene Drucker"],
  featureUpdates: ["Windows 11 25H2", "Windows 11 24H2 hold", "Feature Update – Ring 1"],
  qualityUpdates: ["Expedite 2026-09", "Notfall-Patch", "Expedite OOB"],
  driverUpdates: ["Drivers Surface", "Treiber automatisch", "Lenovo manual approval"],
};

export function makeName(random: Random, family: string, n: number): string {
  // The first ones of the large families are duplicates on purpose, so that every tenant has some.
  if (family === "settingsCatalog" && n < 2) return "Windows Baseline";
  if (family === "deviceConfiguration" && n === 0) return "Windows Baseline";
  if (random.chance(0.06)) return random.pick(COMMON_NAMES);
  return `${random.pick(PREFIXES)}${random.pick(TOPICS[family] ?? COMMON_NAMES)}${random.pick(RINGS)}`;
}

const DESCRIPTIONS = ["", "", "Managed by the endpoint team. Change request required.", "Gilt für alle Geräte außer Kiosk.\nAnsprechpartner: Client-Team", "承認なしに変更しないこと。", "Created during the 2024 migration; review yearly.", "لا تغيّر هذه السياسة", "Δοκιμαστική πολιτική", "See KB0012345 🔒"];

export function makeDescription(random: Random): string {
  return random.pick(DESCRIPTIONS);
}
