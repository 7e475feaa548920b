import { lookup as systemLookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { EgressError } from "./egress-error.ts";
import { isGlobalAddress } from "./global-address.ts";

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });

/**
 * A lookup for sockets: one bad address among the answers refuses them all, and the socket connects to the very
 * addresses that were checked, so a name cannot change between the check and the connection.
 */
export const guardedLookup =
  (resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined || !addresses.every(({ address }) => isGlobalAddress(address))) {
          callback(new EgressError("address_refused", { sent: false }), "", 0);
        } else if (options.all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (cause: unknown) =>
        callback(new EgressError("name_unresolved", { sent: false, cause }), "", 0),
    );
  };
