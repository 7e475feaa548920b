import { AwsV4Signer } from "aws4fetch";
import type { SignRequest } from "../../../contracts/sign-request.ts";

/** The region that an endpoint is of: `email.eu-central-1.amazonaws.com`. Whatever is no endpoint of AWS counts as the default one. */
const regionOf = (host: string): string => /^email\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? "us-east-1";

/** Signature Version 4, over all that is sent. */
export const signForSes =
  ({ accessKeyId = "", secretAccessKey = "" }: Readonly<Record<string, string>>): SignRequest =>
  async ({ method, host, path, headers, body, now }) => {
    const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
    const signer = new AwsV4Signer({
      method,
      url: `https://${host}${path}`,
      headers: { "content-type": headers["content-type"] ?? "" },
      body: new Uint8Array(body),
      accessKeyId,
      secretAccessKey,
      service: "ses",
      region: regionOf(host),
      datetime: stamp,
    });
    const signed = await signer.sign();
    const authorization = signed.headers.get("authorization") ?? "";
    return { authorization, "x-amz-date": stamp };
  };
