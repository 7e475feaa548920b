import { readFileSync } from "node:fs";

/** Ticks of the kernel's clock in a second, as Linux tells them to every program. */
const ticksPerSecond = 100;

/** Of all children that have ended, and of theirs. */
const ofEndedChildren = () => {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15)
    .map(Number);
  return (user + system) / ticksPerSecond;
};

let counted = 0;

/**
 * Processor seconds of the children that have ended since this was last asked, with everything they waited for; asked at
 * each end it is that child's. Undefined where the system does not tell.
 */
export const cpuSecondsSince = () => {
  try {
    const all = ofEndedChildren();
    const since = all - counted;
    counted = all;
    return since;
  } catch {
    return undefined;
  }
};
