import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { PaymentAttribution } from "../../../contracts/payments/payment-act.ts";

/** The keys under which Stripe's objects say in their metadata what of ours made them. */
export const operationKey = "nexus_operation_id";
export const organizationKey = "nexus_organization_id";
export const appKey = "nexus_app_id";
/** On what is changed later: the operation that changed it last, by which its outcome is found out. */
export const changeKey = "nexus_changed_by";
const referenceKey = "nexus_reference";

interface Marked {
  readonly attribution: PaymentAttribution;
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export const metadataFor = (
  { attribution, reference, metadata }: Marked,
  { operationId }: ActIdentity,
): Record<string, string> => ({
  ...metadata,
  [operationKey]: operationId,
  [organizationKey]: attribution.organizationId,
  ...(attribution.appId === undefined ? {} : { [appKey]: attribution.appId }),
  ...(reference === undefined ? {} : { [referenceKey]: reference }),
});
