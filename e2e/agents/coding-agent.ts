/** What an agent is run against. */
export interface AgentRun {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly url: string;
  readonly credential: string;
  readonly model: string;
  /** By which of its ways it speaks to the gateway. */
  readonly over: string;
}

/** What became of an agent's task. */
export interface AgentVerdict {
  /** What did not hold. */
  readonly wrong: readonly string[];
  /** How many calls it must have made. */
  readonly calls: number;
}

/** A coding agent as its maker hands it out. */
export interface CodingAgent {
  readonly name: string;
  readonly runs: readonly { readonly over: string; readonly model: string }[];
  readonly check: (run: AgentRun) => Promise<AgentVerdict>;
}
