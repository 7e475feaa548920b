import type { DoorReply } from "./door-request.ts";
import type { OpenDoor } from "./dispatch.ts";

/** One thing readiness depends on. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves with a short note, or throws with the reason. */
  readonly check: () => Promise<string>;
}

const json = (status: number, body: unknown): DoorReply => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});

/** The process lives and its event loop turns. */
export const liveness: OpenDoor = () => json(200, { status: "ok" });

const checkTimeoutMs = 2_000;

const withTimeout = (work: Promise<string>): Promise<string> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("timeout")), checkTimeoutMs).unref();
    }),
  ]);

/** Reasons stay short and hold no address: readiness is asked without a credential. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.message === "timeout" ? "no answer in time" : "not available";

/** Anyone may ask: those who ask at the same time share one answer, so that asking costs the database nothing more. */
const oneAtATime = (answer: () => Promise<DoorReply>): OpenDoor => {
  let pending: Promise<DoorReply> | undefined;
  return () =>
    (pending ??= answer().finally(() => {
      pending = undefined;
    }));
};

/** Whether calls can be taken: one line for each dependency; 503 while draining or while any of them fails. */
export const readiness = (checks: readonly ReadinessCheck[], isDraining: () => boolean): OpenDoor =>
  oneAtATime(async () => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          return [name, { ok: true, note: await withTimeout(check()) }] as const;
        } catch (error) {
          return [name, { ok: false, note: reasonOf(error) }] as const;
        }
      }),
    );
    const draining = isDraining();
    const ready = !draining && results.every(([, { ok }]) => ok);
    return json(ready ? 200 : 503, {
      status: draining ? "draining" : ready ? "ready" : "not ready",
      checks: Object.fromEntries(results),
    });
  });
