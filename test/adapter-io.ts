import type { VendorIo, WireResponse } from "../server/contracts/vendor-call.ts";
import { fillPath } from "../server/contracts/wire-path.ts";
import { noDownload } from "./no-download.ts";

/** What stands for an operation of ours, and for its key. */
export const operationId = "01a20028-f85c-706b-b97e-0071d41bb937";
export const providerKey = "k".repeat(43);

/** Our adapter at an address, sent by the platform's own client. */
export const adapterIo = (baseUrl: string, credential: Readonly<Record<string, string>>): VendorIo => ({
  credential,
  baseUrl,
  operationId,
  download: noDownload,
  signal: new AbortController().signal,
  connect: () => Promise.reject(new Error("this vendor speaks HTTP")),
  send: async ({ method, path, values = {}, headers, body }): Promise<WireResponse> => {
    const response = await fetch(baseUrl + (fillPath(path, values) ?? ""), {
      method,
      headers,
      ...(body === undefined || body === "" ? {} : { body: String(body) }),
    });
    const whole = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (async function* () {
        yield whole;
      })(),
    };
  },
});
