import { describe, expect, it } from "vitest";
import { isPublicAddress, judgeAddress } from "../../src/news/safe-address.ts";
import { judgeForm, judgeReceiver } from "../../src/operations/news-deliver/judge-receiver.ts";

const SURROUNDINGS = { ownHosts: ["atlas.example.com"], loopback: false };

describe("an address that a tenant enters", () => {
  it.each([
    "https://hooks.example.com/path?sig=1",
    "https://HOOKS.example.com/",
    "https://bücher.example/hook",
    "https://hooks.example.com:443/path",
  ])("%s may be called", (text) => {
    expect(judgeAddress(text, SURROUNDINGS)).toMatchObject({ kind: "allowed" });
  });

  it.each([
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "hooks.example.com/path",
    "https:hooks.example.com",
    "https://",
    "https://user@hooks.example.com/",
    "https://user:word@hooks.example.com/",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com./",
    "https://hooks/",
    "https://localhost/",
    "https://printer.local/",
    "https://a.localhost/",
    "https://x.internal/",
    "https://x.home.arpa/",
    "https://metadata.google.internal/",
    "https://metadata.goog/",
    "https://atlas.example.com/api",
    "https://www.atlas.example.com/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://①②⑦.0.0.1/",
    "https://93.184.215.14/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[2606:4700:4700::1111]/",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.exam\tple.com/",
    "https://hooks.example.com/\npath",
    "javascript:alert(1)",
    "file:///etc/passwd",
  ])("%j is refused", (text) => {
    expect(judgeAddress(text, SURROUNDINGS)).toMatchObject({ kind: "refused" });
  });

  it("may be of this machine in local mode alone", () => {
    for (const text of ["http://127.0.0.1:8000/hook", "http://localhost:1/", "http://[::1]:2/"]) {
      expect(judgeAddress(text, { ...SURROUNDINGS, loopback: true })).toMatchObject({ kind: "allowed", name: null });
      expect(judgeAddress(text, SURROUNDINGS)).toMatchObject({ kind: "refused" });
    }
    expect(judgeAddress("http://10.0.0.1/", { ...SURROUNDINGS, loopback: true })).toMatchObject({ kind: "refused" });
  });
});

describe("an address of a network", () => {
  it.each(["93.184.215.14", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::200e"])(
    "%s is public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "fe80::1%eth0",
    "1.2.3",
    "999.1.1.1",
    "hooks.example.com",
    "",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

/** A resolver that answers as it is told. */
function resolver(answers: Readonly<Record<"A" | "AAAA", object>>) {
  return (url: string) => {
    const type = new URL(url).searchParams.get("type") === "A" ? "A" : "AAAA";
    return Promise.resolve(Response.json(answers[type]));
  };
}
const records = (type: number, ...data: string[]) => ({
  Status: 0,
  Answer: data.map((each) => ({ type, data: each })),
});
const DEPLOYED = { TENANTATLAS_ORIGIN: "https://atlas.example.com" };

describe("a receiver's name", () => {
  const judge = (answers: Readonly<Record<"A" | "AAAA", object>>) =>
    judgeReceiver(DEPLOYED, "webhook", "https://hooks.example.com/", resolver(answers));

  it("may be called when each of its addresses is public", async () => {
    const A = {
      Status: 0,
      Answer: [
        { type: 5, data: "edge.example.net." },
        { type: 1, data: "93.184.215.14" },
      ],
    };
    expect(await judge({ A, AAAA: records(28, "2606:4700::1") })).toMatchObject({ kind: "allowed" });
    expect(await judge({ A, AAAA: { Status: 0 } })).toMatchObject({ kind: "allowed" });
  });

  it("is refused when one is not, or there is none", async () => {
    const fine = records(1, "93.184.215.14");
    expect(await judge({ A: records(1, "93.184.215.14", "10.0.0.1"), AAAA: { Status: 0 } })).toMatchObject({
      kind: "refused",
    });
    expect(await judge({ A: fine, AAAA: records(28, "fd00::1") })).toMatchObject({ kind: "refused" });
    expect(await judge({ A: { Status: 3 }, AAAA: { Status: 3 } })).toMatchObject({ kind: "refused" });
    expect(await judge({ A: { Status: 2 }, AAAA: { Status: 2 } })).toMatchObject({ kind: "unknown" });
    expect(await judge({ A: fine, AAAA: { error: "no" } })).toMatchObject({ kind: "unknown" });
  });

  it("is not that of a retired connector of Teams, nor of another service than Slack's", () => {
    const form = (kind: "teams" | "slack", text: string) => judgeForm(DEPLOYED, kind, text);
    const retired = form("teams", "https://contoso.webhook.office.com/webhookb2/x");
    expect(retired).toMatchObject({ kind: "refused" });
    expect("message" in retired && retired.message).toMatch(/Office 365 connector.*retired/);
    expect(form("teams", "https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y")).toMatchObject({
      kind: "allowed",
    });
    expect(form("slack", "https://hooks.slack.com/services/T/B/x")).toMatchObject({ kind: "allowed" });
    expect(form("slack", "https://hooks.slack.com.example.com/services/T/B/x")).toMatchObject({ kind: "refused" });
  });
});
