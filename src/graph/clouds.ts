/**
 * Where Microsoft Graph and its login are, by cloud. Tokens of one cloud are worth nothing in another.
 * Source: Microsoft's "National cloud deployments" for Graph.
 */
export interface CloudEndpoints {
  /** Origin of the token endpoint, without a trailing slash. */
  loginUrl: string;
  /** Origin of Graph, without a trailing slash; `{graphUrl}/.default` is the scope to ask for. */
  graphUrl: string;
}

export const CLOUDS = {
  global: { loginUrl: "https://login.microsoftonline.com", graphUrl: "https://graph.microsoft.com" },
  usGov: { loginUrl: "https://login.microsoftonline.us", graphUrl: "https://graph.microsoft.us" },
  usGovDod: { loginUrl: "https://login.microsoftonline.us", graphUrl: "https://dod-graph.microsoft.us" },
  china: { loginUrl: "https://login.chinacloudapi.cn", graphUrl: "https://microsoftgraph.chinacloudapi.cn" },
} as const satisfies Record<string, CloudEndpoints>;

/** The cloud of a simulator on the same machine. */
export const LOCAL_CLOUD = "local";

export interface CloudSettings {
  localMode: boolean;
  localGraphUrl: string | null;
}

/** A stored cloud's endpoints; null for an unknown one, and for "local" outside local mode or without an address. */
export function resolveCloud(cloud: string, settings: CloudSettings): CloudEndpoints | null {
  if (cloud === LOCAL_CLOUD) {
    if (!settings.localMode || settings.localGraphUrl === null) return null;
    const url = settings.localGraphUrl.replace(/\/+$/, "");
    return { loginUrl: url, graphUrl: url };
  }
  return isCloud(cloud) ? CLOUDS[cloud] : null;
}

function isCloud(cloud: string): cloud is keyof typeof CLOUDS {
  return Object.hasOwn(CLOUDS, cloud);
}
