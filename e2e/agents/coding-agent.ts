/** What an agent is run against. */
export interface AgentRun {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly url: string;
  readonly credential: string;
  readonly model: string;
  readonly webSocket: boolean;
}

/** A coding agent as its maker hands it out. */
export interface CodingAgent {
  readonly name: string;
  /** What did not hold, and how many calls it must have made. */
  readonly check: (run: AgentRun) => Promise<{ readonly wrong: readonly string[]; readonly calls: number }>;
}
