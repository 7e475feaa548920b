export { isWithinReach, Reach, reachOf, withinReach, type UsageReader } from "./reach.ts";
