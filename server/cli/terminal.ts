import type { Operator } from "./open-operator.ts";

/** What a command is given of the world around it. */
export interface Terminal {
  /** One line, or several, on standard output. */
  readonly say: (text: string) => void;
  /** Text as it is; resolves when whoever reads it has taken it. */
  readonly write: (text: string) => Promise<void>;
  /** Opens what commands stand on, and closes it whatever happens. */
  readonly withOperator: (work: (operator: Operator) => Promise<unknown>) => Promise<void>;
  /** The exit code where the command itself found something wrong. */
  readonly failWith: (exitCode: number) => void;
  /** Ends a command that would go on for ever. */
  readonly signal: AbortSignal;
}
