import { createHash, createHmac, timingSafeEqual } from "node:crypto";

// AWS Signature Version 4, as a service checks it. Rules by their pages in the IAM User Guide:
// [create]  docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// [trouble] …/reference_sigv-troubleshooting.html

/** A request as it came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, exactly as they were sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Who may sign, for what, and the time by which it is judged. */
export interface SigningScope {
  readonly secretOf: (accessKeyId: string) => string | undefined;
  readonly region: string;
  readonly service: string;
  /** Ms since the epoch. */
  readonly now: number;
}

/** Why a request is refused: the error's name and its message, as services give them. */
export interface SignatureRefusal {
  readonly type:
    | "MissingAuthenticationTokenException"
    | "IncompleteSignatureException"
    | "UnrecognizedClientException"
    | "InvalidSignatureException";
  readonly message: string;
}

const algorithm = "AWS4-HMAC-SHA256";
/** [create]: "In most cases, a request must reach AWS within five minutes of the time stamp in the request." */
const windowMs = 5 * 60_000;

const sha256 = (data: Uint8Array | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Uint8Array | string, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** [create] UriEncode: all but the unreserved characters of RFC 3986, in upper-case hexadecimals. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** [create]: the path is encoded once more than it was sent, by every service but S3. */
const canonicalPath = (path: string): string => path.split("/").map(encoded).join("/");

/** [create]: names and values are encoded, then sorted by name; a parameter without a value has an empty one. */
const canonicalQuery = (query: string): string =>
  query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return `${encoded(decodeURIComponent(name))}=${encoded(decodeURIComponent(value.join("=")))}`;
    })
    .toSorted()
    .join("&");

/** [create]: values without blanks around them, and with single ones between words. */
const canonicalValue = (value: string | readonly string[]): string =>
  (typeof value === "string" ? [value] : value).map((one) => one.trim().replace(/ +/g, " ")).join(",");

/** `20150830T123600Z` as ms since the epoch. */
const timeOf = (stamp: string): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
};

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/(\d{8})\/([^/\s,]+)\/([^/\s,]+)\/aws4_request, ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})$/;

/** Checks the signature of a request; undefined where it is good. */
export const verifySignature = (
  { method, target, headers, body }: SignedRequest,
  { secretOf, region, service, now }: SigningScope,
): SignatureRefusal | undefined => {
  const invalid = (message: string): SignatureRefusal => ({ type: "InvalidSignatureException", message });
  const incomplete = (message: string): SignatureRefusal => ({ type: "IncompleteSignatureException", message });
  const { authorization } = headers;
  if (typeof authorization !== "string")
    return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
  const [, accessKeyId = "", date = "", signedRegion, signedService, names = "", signature = ""] =
    authorizationPattern.exec(authorization) ?? [];
  if (accessKeyId === "") return incomplete("Authorization header is not of the form that the algorithm names.");
  const secret = secretOf(accessKeyId);
  if (secret === undefined)
    return { type: "UnrecognizedClientException", message: "The security token included in the request is invalid." };

  // [trouble] Credential scope: day, Region and service are the request's own.
  if (signedRegion !== region) return invalid(`Credential should be scoped to a valid region, not '${signedRegion}'.`);
  if (signedService !== service) return invalid(`Credential should be scoped to correct service: '${service}'.`);
  const stamp = headers["x-amz-date"];
  if (typeof stamp !== "string" || Number.isNaN(timeOf(stamp))) return incomplete("X-Amz-Date is missing or no date.");
  if (!stamp.startsWith(date)) return invalid("Date in Credential scope does not match YYYYMMDD from X-Amz-Date.");
  // [trouble] Expired signatures.
  if (timeOf(stamp) < now - windowMs) return invalid(`Signature expired: ${stamp} is now earlier than allowed.`);
  if (timeOf(stamp) > now + windowMs) return invalid(`Signature not yet current: ${stamp} is still later than now.`);

  // [create] SignedHeaders: sorted, in lower case; `host` and every `x-amz-*` of the request among them.
  const signed = names.split(";");
  if (signed.join(";") !== [...new Set(signed)].toSorted().join(";"))
    return incomplete("SignedHeaders are not sorted.");
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = needed.find((name) => !signed.includes(name));
  if (unsigned !== undefined) return invalid(`'${unsigned}' must be a signed header.`);
  const absent = signed.find((name) => headers[name] === undefined);
  if (absent !== undefined) return invalid(`'${absent}' is signed and was not sent.`);
  const { "x-amz-content-sha256": told } = headers;
  if (told !== undefined && told !== sha256(body)) return invalid("X-Amz-Content-SHA256 is not that of the body.");

  const at = target.indexOf("?");
  const canonicalRequest = [
    method,
    canonicalPath(at === -1 ? target : target.slice(0, at)),
    canonicalQuery(at === -1 ? "" : target.slice(at + 1)),
    ...signed.map((name) => `${name}:${canonicalValue(headers[name] ?? "")}`),
    "",
    signed.join(";"),
    sha256(body),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [algorithm, stamp, scope, sha256(canonicalRequest)].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  const expected = hmac(key, toSign);
  return timingSafeEqual(expected, Buffer.from(signature, "hex"))
    ? undefined
    : invalid("The request signature we calculated does not match the signature you provided.");
};
