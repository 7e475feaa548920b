export { createRealtimeDoor } from "./realtime-door.ts";
