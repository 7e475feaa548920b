import type { Readiness } from "../platform/readiness.ts";
import type { OpenDoor } from "./dispatch.ts";
import type { DoorReply } from "./door-request.ts";

const json = (status: number, body: unknown): DoorReply => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});

/** The process lives and its event loop turns. */
export const liveness: OpenDoor = () => json(200, { status: "ok" });

/** Whether calls can be taken: one line for each dependency; 503 while draining or while any of them fails. */
export const readinessDoor =
  ({ look }: Readiness, isDraining: () => boolean): OpenDoor =>
  async () => {
    const { ready, checks } = await look();
    if (isDraining()) return json(503, { status: "draining", checks });
    return json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", checks });
  };
