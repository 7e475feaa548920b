import type { z } from "zod";

/** The families of metered operations. */
export type FamilyName = "ai" | "email" | "payments";

/** `read`: an answer worth asking for elsewhere; `act`: mail leaves, money moves, a job starts. */
export type OperationEffect = "read" | "act";

/** `serviceId.resource:action`. */
export type Permission = `srv_nexus.${string}:${string}`;

/** The declaration of a metered operation: what can be asked, what comes back, who may ask. */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** `family.verb` */
  readonly id: string;
  readonly family: FamilyName;
  readonly effect: OperationEffect;
  readonly permission: Permission;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
}

/** What can be offered now: after an unknown outcome an `act` must not be sent elsewhere, which the call path cannot yet keep. */
type Offered<I extends z.ZodType, O extends z.ZodType> = Operation<I, O> & { readonly effect: "read" };

/** Declares an operation; refuses an effect that the call path cannot carry out safely. */
export const defineOperation = <I extends z.ZodType, O extends z.ZodType>(
  operation: Offered<I, O>,
): Operation<I, O> => {
  const { id, effect }: { readonly id: string; readonly effect: string } = operation;
  if (effect !== "read") throw new Error(`${id}: an operation of effect ${effect} cannot be offered yet`);
  return operation;
};
