import type { Operation, TRPCProcedureOptions } from "@trpc/client";

const contextKey = "customerId";

/**
 * Options of a metered call that a customer of the calling app pays for from its wallet. A wallet without room for it
 * refuses it as `WALLET_EMPTY` before anything is sent.
 *
 * @example
 * await nexus.ai.generateText.mutate(input, withCustomer(user.id));
 */
export const withCustomer = (customerId: string, options: TRPCProcedureOptions = {}): TRPCProcedureOptions => ({
  ...options,
  context: { ...options.context, [contextKey]: customerId },
});

export const payingCustomer = ({ context }: Pick<Operation, "context">): string | undefined => {
  const customerId = context[contextKey];
  return typeof customerId === "string" ? customerId : undefined;
};
