import type { CallActor, CallContext } from "./call-context.ts";

/** A person at the installation itself: at its command line, or at its first start. No API surface can make one; the import rules ensure it. */
export interface OperatorActor {
  readonly kind: "operator";
  /** The user of the operating system, or what acts in the operators' name. */
  readonly name: string;
}

/** Everybody who can change something. */
export type Actor = CallActor | OperatorActor;

/** In place of a call where an operator acts, who may do what the command line offers, for every organization. */
export interface OperatorContext {
  readonly actor: OperatorActor;
}

/** The same for what belongs to one organization. */
export interface OrganizationOperatorContext extends OperatorContext {
  readonly organizationId: string;
}

export const operatorNamed = (name: string): OperatorContext => ({ actor: { kind: "operator", name } });

export const isOperator = <C extends OperatorContext>(ctx: CallContext | C): ctx is C => ctx.actor.kind === "operator";
