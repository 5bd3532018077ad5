import type { followingRoutes, standardRoutes } from "../../../contract/routes/standards.ts";
import type {
  FollowedPolicy,
  Following,
  Standard,
  StandardPolicy,
  StandardVersion,
} from "../../../contract/standards.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const VERSION: StandardVersion = {
  number: 1,
  source: { kind: "baseline", id: IDS.baseline, name: "Known good" },
  policyCount: 2,
  names: false,
  assignments: false,
  parameters: [
    {
      key: "homepage",
      label: "Address of the homepage",
      type: "text",
      default: "https://intranet.contoso.example",
      text: "https://intranet.contoso.example",
    },
  ],
  note: "The first",
  contentRoot: "9b3a33c6e98cbf85b66fac3f599a551c6a48b4673ff796f91185d4ae43af3171",
  createdAt: "2026-11-28T01:59:00.120Z",
  createdBy: OWNER,
};

const STANDARD: Standard = {
  id: IDS.standard,
  name: "House standard",
  description: "What every tenant has",
  retired: false,
  version: { number: 1, policyCount: 2, createdAt: VERSION.createdAt },
  createdAt: "2026-11-28T01:59:00.010Z",
  createdBy: OWNER,
};
const SHOWN = { ...STANDARD, versions: [VERSION] };

const POLICY: StandardPolicy = {
  key: "p_4be2c07d9a3f6518",
  family: "settingsCatalog",
  familyLabel: "Settings catalog policies",
  name: "Edge",
  platform: "windows",
  odataType: null,
  contentHash: "4ed8a33c6e98cbf85b66fac3f599a551c6a48b4673ff796f91185d4ae43af317",
};

const { createdBy: _createdBy, source: _source, ...TOLD_VERSION } = VERSION;
const FOLLOWING: Following = {
  id: IDS.following,
  standard: {
    id: IDS.standard,
    name: "House standard",
    home: { id: "tenant-contoso", slug: IDS.standardHome, name: IDS.tenantName },
    newestVersion: 1,
  },
  version: TOLD_VERSION,
  parameters: { homepage: "https://start.contoso.example" },
  skipped: [],
  overlays: [],
  mapping: [],
  followedAt: "2026-11-28T01:59:01.400Z",
  followedBy: OWNER,
  matchedAt: null,
  latestComparison: null,
  findingsNow: null,
};

const { contentHash: _contentHash, ...TOLD_POLICY } = POLICY;
const FOLLOWED_POLICY: FollowedPolicy = { ...TOLD_POLICY, skipped: false, match: null };

const standard = { standardId: IDS.standard };
const version = { ...standard, number: "1" };
const following = { followingId: IDS.following };

export const standardExamples: ExamplesOf<typeof standardRoutes> = {
  list: { answer: onePage(STANDARD) },
  create: {
    bodies: { "For all tenants": { name: "House standard", description: "What every tenant has" } },
    answer: { ...STANDARD, version: null, versions: [] },
  },
  show: { params: standard, answer: SHOWN },
  change: {
    params: standard,
    bodies: { "Another description": { description: "What every tenant has" } },
    answer: SHOWN,
  },
  addVersion: {
    params: standard,
    bodies: {
      "Of a baseline, with a value that each tenant gives": {
        source: { kind: "baseline", id: IDS.baseline },
        parameters: VERSION.parameters,
        note: "The first",
      },
    },
    answer: SHOWN,
  },
  policies: { params: version, answer: onePage(POLICY) },
  tenants: {
    params: standard,
    answer: {
      items: [{ tenant: { id: "tenant-contoso", slug: IDS.standardHome, name: IDS.tenantName }, following: FOLLOWING }],
      nextCursor: null,
      tenantsUnread: 0,
    },
  },
};

export const followingExamples: ExamplesOf<typeof followingRoutes> = {
  list: { answer: onePage(FOLLOWING) },
  follow: {
    bodies: {
      "The newest version": {
        standard: { tenant: IDS.standardHome, id: IDS.standard },
        parameters: { homepage: "https://start.contoso.example" },
      },
    },
    answer: FOLLOWING,
  },
  show: { params: following, answer: FOLLOWING },
  change: {
    params: following,
    bodies: { "Another value": { parameters: { homepage: "https://start.contoso.example" } } },
    answer: FOLLOWING,
  },
  stop: { params: following, bodies: { "From now on": {} }, answer: { done: true } },
  policies: { params: following, answer: onePage(FOLLOWED_POLICY) },
};
