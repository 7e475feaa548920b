import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { PaymentAttribution } from "../../../contracts/payments/payment-act.ts";
import type { MadeFor } from "../../../contracts/payments/vendor-objects.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";

const operation = "nexus_operation_id";
const organization = "nexus_organization_id";
const app = "nexus_app_id";

interface Marked {
  readonly attribution: PaymentAttribution;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What is written onto a vendor's object, where it keeps names with values: who it is made for, and by which operation. */
export const objectMarks = (
  { attribution, metadata }: Marked,
  { operationId }: Pick<ActIdentity, "operationId">,
): Record<string, string> => ({
  ...metadata,
  [operation]: operationId,
  [organization]: attribution.organizationId,
  ...(attribution.appId === undefined ? {} : { [app]: attribution.appId }),
});

/** What is written onto a change of an object, to find it by. */
export const changeMark = ({ operationId }: Pick<ActIdentity, "operationId">): Record<string, string> => ({
  [operation]: operationId,
});

/** The operation that is written onto an object; undefined where it was made beside Nexus. */
export const markedOperation = (marks: JsonRecord | undefined): string | undefined => wordAt(marks, operation);

/** Who an object was made for; null where it was made beside Nexus. */
export const markedFor = (marks: JsonRecord | undefined): MadeFor | null => {
  const organizationId = wordAt(marks, organization);
  return organizationId === undefined ? null : { organizationId, appId: wordAt(marks, app) ?? null };
};
