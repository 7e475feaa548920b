import { z } from "zod";

/** Beyond it a limit limits nothing. */
const mostNanos = 4_000_000_000_000_000_000n;

/** The limit of a budget as it is written. */
export const LimitNanos = z.string().refine((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= mostNanos, {
  error: `whole nano-USD, at most ${mostNanos}`,
});
