import { z } from "zod";

const text = z.string().nullable();
const nanos = z.string().describe("Nano-USD, a decimal string; negative where it takes back what was booked before");
const moment = z.iso.datetime().describe("UTC, with microseconds");

/** One entry of the ledger, as programs that copy it elsewhere read it. */
export const ExportedEntry = z.object({
  position: z.string().describe("Unique, growing and never changed: exports are ordered by it, and go on after it"),
  operationId: z.string().describe("The operation that it books; several entries may name the same"),
  kind: z
    .enum(["cost", "overrun", "release", "adjust_up", "adjust_down", "rerate_up", "rerate_down"])
    .describe(
      "`cost` and `overrun` book what a call cost, `release` that it cost nothing; `adjust_down` takes back what was booked before, and `adjust_up` books it anew, when a better source corrects it",
    ),
  n: z.int().describe("Which entry of that kind of its operation, from 0"),
  bookedAt: moment,
  organization: z.string().describe("Id of the organization whose budgets it counts against"),
  app: text.describe("Id of the app that called; null where none is named"),
  user: text.describe("Id of the person for whom it was called; null where it was for none"),
  key: text.describe("Id of the API key or service token; null where a person's token was used"),
  customer: text.describe("The app's own id of the customer whose wallet paid; null where none did"),
  operation: z.string().describe("What was called, as `family.verb`, such as `ai.generateText`"),
  vendor: z.string().describe("Id of the vendor, as it was booked"),
  model: text.describe("The vendor's model id, as it was booked; null where no model is asked for"),
  tier: text.describe("Whose credential paid: `byok`, `org_override` or `platform_default`; null where none was used"),
  source: z.string().describe("Where the numbers come from; `none` where nothing was used"),
  calls: z
    .int()
    .describe("1 where it counts a call, -1 where it takes one back, else 0: their sum is the number of calls"),
  failed: z.int().describe("The same for calls that ended without effect"),
  inputUnits: z.int().describe("Units of all input classes together"),
  outputUnits: z.int().describe("Units of all output classes together"),
  costNanos: nanos,
  overrunNanos: nanos,
  createdAt: moment.describe("When the call was reserved; UTC, with microseconds"),
  status: z.int().nullable().describe("HTTP status of the call's answer, as far as is known now"),
  errorCode: text.describe("Code of the call's error, as far as is known now; null where it succeeded"),
  latencyMs: z.int().nullable().describe("Milliseconds until the answer, as far as is known now"),
  requestId: text.describe("Nexus' id of the request"),
  vendorRequestId: text.describe("The vendor's id of the request, as far as is known now"),
});
export type ExportedEntry = z.infer<typeof ExportedEntry>;

/** What the entries of an export add up to. */
export interface EntryTotals {
  readonly rows: number;
  readonly calls: number;
  readonly failed: number;
  readonly inputUnits: string;
  readonly outputUnits: string;
  readonly costNanos: string;
  readonly overrunNanos: string;
}
