import type { CampaignFault } from "./campaign-fault.ts";
import { gatewayFaults } from "./gateway-faults.ts";
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

/** Those of a list of names, or `all`. */
export const chooseFaults = (names: string): readonly CampaignFault[] => {
  if (names === "all") return campaignFaults;
  return names.split(",").map((name) => {
    const found = campaignFaults.find((fault) => fault.name === name.trim());
    if (!found)
      throw new Error(`no fault is called ${name}; there are ${campaignFaults.map((fault) => fault.name).join(", ")}`);
    return found;
  });
};
