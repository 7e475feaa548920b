export { cancelQueued, moveQueued } from "./change-queued.ts";
export { queueDepth } from "./queue-depth.ts";
