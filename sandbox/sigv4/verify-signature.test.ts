import { describe, expect, it } from "vitest";
import { verifySignature, type SignedRequest, type SigningScope } from "./verify-signature.ts";

// The worked example of AWS's documentation on Signature Version 4: IAM's ListUsers on 30 August 2015.
const request: SignedRequest = {
  method: "GET",
  target: "/?Action=ListUsers&Version=2010-05-08",
  headers: {
    host: "iam.amazonaws.com",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "x-amz-date": "20150830T123600Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  },
  body: new Uint8Array(),
};
const scope: SigningScope = {
  secretOf: (id) => (id === "AKIDEXAMPLE" ? "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" : undefined),
  region: "us-east-1",
  service: "iam",
  now: Date.parse("2015-08-30T12:36:00Z"),
};
const changed = (headers: Record<string, string | undefined>, more: Partial<SignedRequest> = {}): SignedRequest => ({
  ...request,
  ...more,
  headers: { ...request.headers, ...headers },
});
const { authorization = "" } = request.headers as Record<string, string>;

describe("a signature of version 4", () => {
  it("is good for the documentation's own example", () => {
    expect(verifySignature(request, scope)).toBeUndefined();
  });

  it.each([
    ["another body", changed({}, { body: Buffer.from("x") })],
    ["another path", changed({}, { target: "/other?Action=ListUsers&Version=2010-05-08" })],
    ["another query", changed({}, { target: "/?Action=ListRoles&Version=2010-05-08" })],
    ["another method", changed({}, { method: "POST" })],
    ["another host", changed({ host: "iam.example.com" })],
    ["another value of a signed header", changed({ "content-type": "text/plain" })],
    ["a signed header that was not sent", changed({ "content-type": undefined })],
    ["an x-amz header that was not signed", changed({ "x-amz-security-token": "t" })],
    ["another day", changed({ authorization: authorization.replace("/20150830/", "/20150831/") })],
    ["another region", changed({ authorization: authorization.replace("us-east-1", "eu-west-1") })],
    ["another service", changed({ authorization: authorization.replace("/iam/", "/sts/") })],
    ["another signature", changed({ authorization: authorization.replace(/d7$/, "d8") })],
  ])("is refused for %s", (_, one) => {
    expect(verifySignature(one, scope)).toMatchObject({ type: "InvalidSignatureException" });
  });

  it("is refused more than five minutes from its time stamp, on either side", () => {
    for (const minutes of [-6, 6])
      expect(verifySignature(request, { ...scope, now: scope.now + minutes * 60_000 })).toMatchObject({
        type: "InvalidSignatureException",
      });
    expect(verifySignature(request, { ...scope, now: scope.now + 4 * 60_000 })).toBeUndefined();
  });

  it("must be there, be whole, and be of a known key", () => {
    expect(verifySignature(changed({ authorization: undefined }), scope)?.type).toBe(
      "MissingAuthenticationTokenException",
    );
    for (const broken of [
      authorization.slice(0, -1),
      "Bearer x",
      authorization.replace("content-type;host", "host;content-type"),
    ])
      expect(verifySignature(changed({ authorization: broken }), scope)?.type).toBe("IncompleteSignatureException");
    expect(verifySignature(changed({ "x-amz-date": "yesterday" }), scope)?.type).toBe("IncompleteSignatureException");
    expect(verifySignature(request, { ...scope, secretOf: () => undefined })?.type).toBe("UnrecognizedClientException");
  });
});
