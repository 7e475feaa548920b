import {
  createKeepResponse,
  noteRunning,
  type KeepResponse,
  type ResponsesDeps,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { BackgroundRun } from "./background-run.ts";
import type { KeptDoorDeps } from "./kept-door-deps.ts";

const beatMs = 1_000;
const most = 100;

/** The answers that this process works on without their callers. It says once a second that it does. */
export class BackgroundRuns {
  readonly #deps: ResponsesDeps;
  readonly #runs = new Map<string, BackgroundRun>();
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(deps: ResponsesDeps) {
    this.#deps = deps;
  }

  /** Refuses where the process has as many as it can hold. */
  requireRoom(): void {
    if (this.#runs.size < most) return;
    throw new NexusError("OVERLOADED", {
      message: `This process works on ${most} answers in the background already.`,
      retryAfterMs: 2_000,
    });
  }

  get(responseId: string): BackgroundRun | undefined {
    return this.#runs.get(responseId);
  }

  add(run: BackgroundRun): void {
    this.#runs.set(run.responseId, run);
    this.#timer ??= setInterval(() => void this.beat(), beatMs).unref();
  }

  remove(run: BackgroundRun): void {
    this.#runs.delete(run.responseId);
    if (this.#runs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends those whose end was asked for elsewhere, and those that nobody knows any more. */
  async beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      const runs = [...this.#runs.values()];
      const going = await noteRunning(
        this.#deps,
        runs.map(({ responseId }) => responseId),
      );
      await Promise.all(runs.map((run) => (going.has(run.responseId) ? run.keep() : run.cancel())));
    } catch (error) {
      this.#deps.log.warn({ err: error }, "not noted that answers in the background run");
    } finally {
      this.#beating = false;
    }
  }
}

/** Nobody waits: a model may take longer, and think in silence for ten minutes. */
const patientGateway = (gateway: Gateway, timeoutMs: number): Gateway => ({
  ...gateway,
  callTimeoutMs: Math.max(timeoutMs, gateway.callTimeoutMs),
  silenceMs: 600_000,
});

/** A door with the answers that go on behind it. */
export interface RunningDoor extends KeptDoorDeps {
  /** For calls that nobody waits for. */
  readonly background: Gateway;
  readonly runs: BackgroundRuns;
  readonly keepResponse: KeepResponse;
}

/** A door whose answers may go on without their callers, for so long at most. */
export const openRunningDoor = (door: KeptDoorDeps, timeoutMs: number, runs: BackgroundRuns): RunningDoor => ({
  ...door,
  background: patientGateway(door.gateway, timeoutMs),
  runs,
  keepResponse: createKeepResponse(door.deps),
});
