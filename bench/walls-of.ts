/** What one call, with its hold and its end, costs. */
export interface MeasuredCosts {
  /** Processor time of the gateway: `npm run bench -- chat` measures it. */
  readonly gatewayMicros: number;
  /** Processor time of the ledger's sessions, in full batches. */
  readonly databaseMicros: number;
  /** A commit that waits for the disk, with the way there. */
  readonly commitMicros: number;
  /** Processor time of the one session that adds calls up. */
  readonly rollupMicros: number;
  readonly walBytes: number;
  readonly diskBytes: number;
}

const batch = 256;
/** Of the processors, so that a burst finds room. */
const used = 0.7;
/** The busiest hour of a day to its mean. */
const peak = 3;
const day = 86_400;
const billion = 1e9;
/** Of a disk that is no bottleneck elsewhere, bytes a second. */
const logRate = 500e6;

const count = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Each cost on a line. */
export const costsOf = (costs: MeasuredCosts): readonly string[] => [
  `a call costs ${count(costs.gatewayMicros)} µs of the gateway (BENCH_GATEWAY_MICROS), ${count(costs.databaseMicros)} µs of PostgreSQL, ${count(costs.walBytes)} bytes of log, ${count(costs.diskBytes)} bytes of disk and ${costs.rollupMicros.toFixed(1)} µs of the worker that adds up; a commit takes ${count(costs.commitMicros)} µs`,
  "",
];

/** Calls a second that each part carries, of a host with so many cores that everything runs on, or of one primary. */
export const limitsOf = (costs: MeasuredCosts, cores: number): Readonly<Record<string, number>> => {
  const processor = (cores * used * 1e6) / (costs.gatewayMicros + costs.databaseMicros);
  return {
    processors: processor,
    // Batches of one organization follow each other: they lock the same row.
    "one organization": 1e6 / (costs.databaseMicros + costs.commitMicros / batch),
    "adding up": 1e6 / costs.rollupMicros,
    log: logRate / costs.walBytes,
  };
};

/** A table of 2, 8 and 64 cores, and what a billion calls a day need. */
export const wallsOf = (costs: MeasuredCosts): readonly string[] => {
  const lines = ["cores  calls/s at most  a day (peak is 3× the mean)  wall              one organization's calls/s"];
  for (const cores of [2, 8, 64]) {
    const { "one organization": one = 0, ...shared } = limitsOf(costs, cores);
    const [[wall, most] = ["", 0]] = Object.entries(shared).toSorted(([, a], [, b]) => a - b);
    lines.push(
      `${String(cores).padStart(5)}  ${count(most).padStart(15)}  ${count((most / peak) * day).padStart(27)}  ${wall.padEnd(16)}  ${count(Math.min(one, most)).padStart(26)}`,
    );
  }
  const mean = billion / day;
  const { processors: _, "one organization": one = 0, ...ofPrimary } = limitsOf(costs, 1);
  const primary = Math.min(...Object.values(ofPrimary), (64 * used * 1e6) / costs.databaseMicros);
  lines.push(
    "",
    `a billion calls a day are ${count(mean)} a second, ${count(mean * peak)} at the peak:`,
    `  ${Math.ceil((mean * peak * costs.gatewayMicros) / 1e6 / used)} cores of gateways and ${Math.ceil((mean * peak * costs.databaseMicros) / 1e6 / used)} of PostgreSQL, at 70 %`,
    `  ${Math.ceil((mean * peak) / primary)} primaries of 64 cores (each carries ${count(primary)} a second), or one organization on each at most ${count(one)} a second`,
    `  ${(costs.diskBytes * billion) / 1e12 < 1 ? `${count((costs.diskBytes * billion) / 1e9)} GB` : `${((costs.diskBytes * billion) / 1e12).toFixed(1)} TB`} of ledger and ${((costs.walBytes * billion) / 1e12).toFixed(1)} TB of log a day`,
    "",
  );
  return lines;
};
