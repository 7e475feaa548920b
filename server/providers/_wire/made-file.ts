import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { WireResponse } from "../../contracts/vendor-call.ts";
import { failure } from "./vendor-failure.ts";

interface MadeFile {
  readonly url: string;
  /** Hosts of the vendor's own, at which it keeps what it made. */
  readonly hosts: RegExp;
}

const elsewhere = () =>
  failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });

/**
 * What a vendor made, from where it says that it is: at a host of its own, or where it is itself. It is asked for without
 * the credential.
 */
export const fetchMadeFile = async (
  { url, hosts }: MadeFile,
  { baseUrl, download }: Pick<ProviderIo, "baseUrl" | "download">,
): Promise<WireResponse> => {
  const place = URL.parse(url);
  const known = place !== null && (place.origin === new URL(baseUrl).origin || hosts.test(place.hostname));
  if (!known) throw elsewhere();
  // It is made, and billed: that it cannot be fetched leaves nothing undone at the vendor.
  const response = await download(url).catch(() => undefined);
  if (response?.status === 200) return response;
  throw elsewhere();
};
