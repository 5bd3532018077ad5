import { describe, expect, it } from "vitest";
import { readCertificate } from "../../src/secrets/certificate.ts";
import { CERTIFICATE, CURVE, FAR_CERTIFICATE, OTHER_CERTIFICATE } from "../support/certificates.ts";

/** As openssl tells them. */
const THUMBPRINT = "v21YS1NoQOE1ML_-2WVZQlVbtruy2TUo8hsGtP2ZyoA";
const ENDS_AT = "2043-05-03T13:25:38.000Z";
const FAR_ENDS_AT = "2081-08-31T13:24:26.000Z";

const armor = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----`;

describe("a certificate and its key", () => {
  it("are read: what Microsoft knows the certificate by, and when it ends", async () => {
    const reading = await readCertificate(CERTIFICATE);
    expect(reading).toEqual({ kind: "read", facts: { thumbprint: THUMBPRINT, endsAt: Date.parse(ENDS_AT) } });
  });

  it("are read with other line ends, and with a time after 2049", async () => {
    const windows = { ...CERTIFICATE, certificate: CERTIFICATE.certificate.replaceAll("\n", "\r\n") };
    expect((await readCertificate(windows)).kind).toBe("read");
    const far = await readCertificate({ ...CERTIFICATE, certificate: FAR_CERTIFICATE });
    expect(far).toMatchObject({ facts: { endsAt: Date.parse(FAR_ENDS_AT) } });
  });

  it.each([
    ["PKCS#1", armor("RSA PRIVATE KEY"), "openssl pkcs8 -topk8 -nocrypt"],
    ["encrypted", armor("ENCRYPTED PRIVATE KEY"), "openssl pkcs8 -in key.pem"],
    ["a PFX file in base64", "MIIJ4QIBAzCCCacGCSqGSIb3DQEHAaCCCZgEggmU", "openssl pkcs12"],
    ["of an elliptic curve, in its old form", armor("EC PRIVATE KEY"), "takes RSA"],
    ["of an elliptic curve", CURVE.privateKey, "no RSA key"],
    ["cut off", CERTIFICATE.privateKey.slice(0, 400), "no RSA key"],
    ["no key", armor("PRIVATE KEY"), "no RSA key"],
  ])("are refused when the key is %s, with what helps", async (_what, privateKey, message) => {
    const reading = await readCertificate({ ...CERTIFICATE, privateKey });
    expect(reading).toMatchObject({ kind: "refused", field: "privateKey", message: expect.stringContaining(message) });
  });

  it.each([
    ["another's", OTHER_CERTIFICATE.certificate, "another private key"],
    ["of an elliptic curve", CURVE.certificate, "no certificate of an RSA key"],
    ["no certificate", armor("CERTIFICATE"), "openssl x509 -inform der"],
    ["missing", "hello", "openssl x509 -inform der"],
    ["cut off", CERTIFICATE.certificate.slice(0, 500), "openssl x509 -inform der"],
  ])("are refused when the certificate is %s", async (_what, certificate, message) => {
    const reading = await readCertificate({ ...CERTIFICATE, certificate });
    expect(reading).toMatchObject({ kind: "refused", field: "certificate", message: expect.stringContaining(message) });
  });
});
