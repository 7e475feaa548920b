import type { CampaignFault } from "./campaign-fault.ts";
import { gatewayFaults } from "./gateway-faults.ts";
import { hostFaults } from "./hosts/host-faults.ts";
import { gatewayLineFaults, sharedLineFaults } from "./line-faults.ts";
import { postgresFaults } from "./postgres-faults.ts";
import { sharedVendorFaults } from "./vendor-faults.ts";

/** Every fault that a campaign can make. What callers do of themselves, leaving and repeating, is in the load. */
export const campaignFaults: readonly CampaignFault[] = [
  ...gatewayFaults,
  ...gatewayLineFaults,
  ...postgresFaults,
  ...sharedLineFaults,
  ...sharedVendorFaults,
];

/** Those of a list of names, or `all`; `hosts` are those of a network of hosts, which take one. */
export const chooseFaults = (names: string): readonly CampaignFault[] => {
  if (names === "all") return campaignFaults;
  if (names === "hosts") return hostFaults;
  return names.split(",").map((name) => {
    const all = [...campaignFaults, ...hostFaults];
    const found = all.find((fault) => fault.name === name.trim());
    if (!found) throw new Error(`no fault is called ${name}; there are ${all.map((fault) => fault.name).join(", ")}`);
    return found;
  });
};
