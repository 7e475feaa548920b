import { z } from "zod";

const nanos = z.string().regex(/^\d{1,19}$/, { error: "whole nano-USD" });

/** What a service tells of somebody who asks for more budget, and of what was decided. */
export const ToldRequest = z.strictObject({
  id: z.uuid().describe("Of the request or of the decision: told again, it is the same one"),
  organizationId: z.string().min(1).max(100),
  userId: z.string().min(1).max(100).describe("Who asks"),
  state: z.enum(["open", "granted", "declined"]).describe("open: the administrators are mailed; else whoever asked is"),
  limitBeforeNanos: nanos.describe("The limit when it was asked for; nano-USD"),
  limitWantedNanos: nanos.describe("The limit that is asked for; nano-USD"),
  grantedNanos: nanos.nullable().describe("Of a grant: the limit that holds until then; else null"),
  grantedUntil: z.iso
    .datetime({ offset: true })
    .nullable()
    .describe("Of a grant: when the budget's own limit holds again; else null"),
});
export type ToldRequest = z.infer<typeof ToldRequest>;
