import { openHostNetwork, whyNoHosts, type HostNetwork } from "./host-network.ts";

/** Hosts `gateway-1` and on, and `database`; undefined, and a line that says why, where this machine does not allow it. */
export const openHosts = async (gateways: number, print: (line: object) => void): Promise<HostNetwork | undefined> => {
  if (!Number.isInteger(gateways) || gateways < 1 || gateways > 8)
    throw new Error("--hosts is a number of gateways from 1 to 8");
  const why = await whyNoHosts();
  if (why !== undefined) {
    print({ skipped: "hosts", why });
    return undefined;
  }
  return openHostNetwork(["database", ...Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`)]);
};
