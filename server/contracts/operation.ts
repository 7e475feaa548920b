import type { z } from "zod";

/** The families of metered operations. */
export type FamilyName = "ai" | "email" | "payments";

/** `read`: an answer worth asking for elsewhere; `act`: mail leaves, money moves, a job starts. */
export type OperationEffect = "read" | "act";

/** `serviceId.resource:action`. */
export type NexusPermission = `srv_nexus.${string}:${string}`;

/** The declaration of a metered operation: what can be asked, what comes back, who may ask. */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** `family.verb` */
  readonly id: string;
  readonly family: FamilyName;
  readonly effect: OperationEffect;
  readonly permission: NexusPermission;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
}

/** An operation of one effect: what only reads takes another path to its vendor than what acts. */
export type OperationOf<E extends OperationEffect> = Operation & { readonly effect: E };

/** Declares an operation; its effect stays known to the compiler. */
export const defineOperation = <const O extends Operation>(operation: O): O => operation;
