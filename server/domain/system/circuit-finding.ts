import { bad, none, type Diagnosis } from "./diagnosis.ts";

/** A circuit that is open, or waits for its probe. */
export interface CircuitFacts {
  readonly vendor: string;
  /** Empty: of the whole vendor. */
  readonly model: string;
  /** Empty: of every credential. */
  readonly credential: string;
  readonly reason: string;
  readonly retrySeconds: number;
}

/** What an operator has to do; what recovers by itself is not listed. */
const todos: Readonly<Record<string, string>> = {
  credential: "Store a new key: the vendor refuses this one. A new version is tried at once.",
  account: "Add credit at the vendor: the account behind this key has none left.",
  access: "Give the key access to the model at the vendor, or take the model off the allow-lists.",
};

/** Why a circuit is open. */
export const circuitWords: Readonly<Record<string, string>> = {
  credential: "key refused",
  account: "out of credit or quota",
  access: "no access to the model",
  rate: "limit reached",
  errors: "too many calls fail",
  unreachable: "does not answer",
};

/** A circuit that is open, in words. */
export const circuitFinding = ({ vendor, model, credential, reason, retrySeconds }: CircuitFacts): Diagnosis => {
  const name = `circuit ${[vendor, model].filter((part) => part !== "").join("/")}`;
  const when = retrySeconds === 0 ? "the next call tries it again" : `tried again in ${retrySeconds} s`;
  const note = `${circuitWords[reason] ?? reason}${credential === "" ? "" : ` (${credential})`}; ${when}`;
  const todo = todos[reason];
  return todo === undefined ? none(name, note) : bad(name, note, todo);
};
