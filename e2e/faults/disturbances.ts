import { openRequestLog } from "../../sandbox/request-log.ts";

/** What was done to a run, and when: a broken connection or a doubt is explained by nothing else. */
export interface Disturbance {
  readonly type: "disturbance";
  /** `kill` and `pause` befall one gateway; the others all of them. */
  readonly kind: "kill" | "pause" | "postgres" | "vendor" | "network" | "disk" | "clock";
  /** Address of the gateway it befell, or what exactly was done. */
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** Notes, durably, what is done to a run. */
export interface DisturbanceLog {
  /** The disturbance lasts as long as the work. */
  readonly during: <T>(kind: Disturbance["kind"], target: string, work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export const openDisturbances = (file: string): DisturbanceLog => {
  const log = openRequestLog(file, true);
  return {
    during: async (kind, target, work) => {
      const from = new Date().toISOString();
      try {
        return await work();
      } finally {
        const line: Disturbance = { type: "disturbance", kind, target, from, to: new Date().toISOString() };
        await log.append(line);
      }
    },
    close: log.close,
  };
};
