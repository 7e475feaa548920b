import { setTimeout as sleep } from "node:timers/promises";
import type { FaultCall } from "../../sandbox/plan.ts";
import type { FaultName } from "../../sandbox/faults.ts";
import type { FaultRule } from "../../sandbox/script.ts";
import type { SharedFault } from "./campaign-fault.ts";
import type { Random } from "./seeded.ts";
import type { OracleVendor, VendorScript } from "./vendor-process.ts";

/** One way in which a vendor fails. */
interface VendorFault {
  readonly name: FaultName;
  readonly settings?: Omit<FaultCall, "name">;
  /** Changes nothing in an answer of one piece. */
  readonly streamed?: true;
  /** Only from those who document it; from all otherwise. */
  readonly from?: readonly [OracleVendor, ...OracleVendor[]];
}

const vendors = ["openai", "anthropic", "google"] as const;

/** Beyond the campaign's deadline of a call. */
const lateMs = 7_500;

/** Those that bill, though their answer never came or came too late, and those that do not. */
const vendorFaults: readonly VendorFault[] = [
  { name: "answer-late", settings: { delayMs: lateMs } },
  { name: "hang-before-headers" },
  { name: "hang-mid-body" },
  { name: "slow-drip", settings: { bytes: 1, everyMs: 40 } },
  { name: "cut-before-headers" },
  { name: "reset-before-headers" },
  { name: "cut-before-first-delta" },
  { name: "cut-mid-stream" },
  { name: "reset-mid-body" },
  { name: "cut-after-last-delta" },
  { name: "cut-after-usage" },
  { name: "end-early", streamed: true },
  { name: "error-mid-stream", streamed: true },
  { name: "truncated-json" },
  { name: "malformed-json" },
  { name: "too-large" },
  { name: "gzip-bomb", settings: { megabytes: 80 } },
  { name: "bare-502" },
  { name: "bare-504" },
  { name: "error-after-work" },
  { name: "usage-missing" },
  { name: "server-error", from: ["google"] },
  { name: "bad-request" },
  { name: "rate-limited" },
  { name: "overloaded", from: ["anthropic"] },
];

const inStreams: Readonly<Record<OracleVendor, Pick<FaultRule, "path" | "contains">>> = {
  openai: { contains: '"stream":true' },
  anthropic: { contains: '"stream":true' },
  google: { path: ":streamGenerateContent" },
};
/** One that does not fail just now, taken. */
const takeVendor = async (
  { busy }: VendorScript,
  from: readonly OracleVendor[],
  random: Random,
): Promise<OracleVendor> => {
  for (;;) {
    const [first, ...others] = from.filter((vendor) => !busy.has(vendor));
    if (first) {
      const vendor = random.pick([first, ...others]);
      busy.add(vendor);
      return vendor;
    }
    await sleep(50);
  }
};

/** Each as a fault of a campaign: made once, on the next request of its kind to a vendor that the seed picks. */
export const sharedVendorFaults: readonly SharedFault[] = vendorFaults.map(
  ({ name, settings, streamed, from = vendors }) => ({
    name: `vendor-${name}`,
    kind: "vendor",
    on: "vendor",
    make: async ({ vendors: oracle }, random) => {
      const vendor = await takeVendor(oracle, from, random);
      try {
        const after = await oracle.lastSeq();
        await oracle.script({ vendor, ...(streamed && inStreams[vendor]), times: 1, faults: [{ ...settings, name }] });
        for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
          const met = await oracle.met(vendor, name, after);
          if (met) return { effect: 1, measure: met.billed ? "requests billed" : "requests not billed" };
          await sleep(100);
        }
        return { effect: 0, measure: "requests" };
      } finally {
        oracle.busy.delete(vendor);
      }
    },
  }),
);

/** Such a share of all requests meets each fault. */
export const someRequestsMeet = (seed: number, share: number): readonly FaultRule[] =>
  vendorFaults.flatMap((fault, index) =>
    (fault.from ?? vendors).map((vendor): FaultRule => ({
      vendor,
      ...(fault.streamed && inStreams[vendor]),
      probability: share,
      seed: seed * 100 + index,
      faults: [{ ...fault.settings, name: fault.name }],
    })),
  );
