import { lookup as systemLookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { callbackify, promisify } from "node:util";
import { EgressError } from "./egress-error.ts";
import { isGlobalAddress } from "./global-address.ts";

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const lookupAll = promisify(systemLookup);

export const systemResolve: Resolve = (hostname) => lookupAll(hostname, { all: true });

/** The addresses of a name, all of them public: one bad address among the answers refuses them all. */
const checkedAddresses = async (resolve: Resolve, hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
  let addresses: readonly LookupAddress[];
  try {
    addresses = await resolve(hostname);
  } catch (cause) {
    throw new EgressError("name_unresolved", { sent: false, cause });
  }
  const [first, ...others] = addresses;
  if (first === undefined || !addresses.every(({ address }) => isGlobalAddress(address))) {
    throw new EgressError("address_refused", { sent: false });
  }
  return [first, ...others];
};

/**
 * A lookup for sockets, which connect to the very addresses that were checked, so that a name cannot change between
 * the check and the connection.
 */
export const guardedLookup = (resolve: Resolve): LookupFunction => {
  const checked = callbackify(checkedAddresses);
  return (hostname, options, callback) => {
    checked(resolve, hostname, (error, addresses) => {
      if (error !== null) callback(error, "", 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
};
