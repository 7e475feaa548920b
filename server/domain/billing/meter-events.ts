import { z } from "zod";

/** Where a charge on its way to a meter is. */
export const MeterEventState = z
  .enum(["waiting", "sent", "refused", "unclear"])
  .describe(
    "refused: Stripe will not take it as it is; unclear: it may have been counted, and so long ago that Stripe may not recognize it any more",
  );
export type MeterEventState = z.infer<typeof MeterEventState>;
