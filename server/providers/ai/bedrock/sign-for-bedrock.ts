import { AwsV4Signer } from "aws4fetch";
import type { Dialect } from "../../_wire/dialect.ts";

/** The region that an endpoint is of. Whatever is no endpoint of AWS counts as the default one. */
const regionOf = (host: string): string =>
  /^bedrock-runtime\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? "us-east-1";

/** Signature Version 4, over all that is sent. A session's token is signed, too. */
export const signForBedrock: NonNullable<Dialect["sign"]> = async (
  { method, host, path, query, headers, body, now },
  { accessKeyId = "", secretAccessKey = "", sessionToken = "" },
) => {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const session: Readonly<Record<string, string>> = sessionToken === "" ? {} : { "x-amz-security-token": sessionToken };
  const signer = new AwsV4Signer({
    method,
    url: `https://${host}${path}${query === "" ? "" : `?${query}`}`,
    headers: { "content-type": headers["content-type"] ?? "", ...session },
    body: new Uint8Array(body),
    accessKeyId,
    secretAccessKey,
    service: "bedrock",
    region: regionOf(host),
    datetime: stamp,
  });
  const signed = await signer.sign();
  return { authorization: signed.headers.get("authorization") ?? "", "x-amz-date": stamp, ...session };
};
