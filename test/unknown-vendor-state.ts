/** A vendor has a state that Nexus does not know: in a suite that is a gap in a table of ours, and fails whatever met it. */
export class UnknownVendorState extends Error {
  readonly vendor: string;
  readonly providerStatus: string;

  constructor(vendor: string, providerStatus: string) {
    super(`${vendor} says ${providerStatus || "nothing"}, which no table of ours has`);
    this.name = "UnknownVendorState";
    this.vendor = vendor;
    this.providerStatus = providerStatus;
  }
}
