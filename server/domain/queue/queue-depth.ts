import type { Deps } from "../../platform/deps.ts";
import { selectQueueDepth, type QueueDepth } from "./store.ts";

/** What waits in the queue now. */
export const queueDepth = ({ db }: Pick<Deps, "db">): Promise<QueueDepth> => selectQueueDepth(db.pool);
