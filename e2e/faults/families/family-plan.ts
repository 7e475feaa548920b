import { killPoints, type KillPoint } from "../act/acting-family.ts";
import { createRandom } from "../seeded.ts";
import { familyOperations, type FamilyOperation, type FamilyVendor } from "./family-vendor.ts";

/** What one caller wants done, and what goes wrong meanwhile: the same for the same seed. */
export interface FamilyPlan {
  readonly n: number;
  /** The caller's idempotency key; it names the run. */
  readonly key: string;
  readonly operation: FamilyOperation;
  /** Whose fault it is to meet. */
  readonly vendor: string;
  readonly fault: string | undefined;
  /** Named by the caller; undefined where Nexus may choose, and go on to another one. */
  readonly provider: string | undefined;
  /** What meets the first, second… request of this run, by vendor. */
  readonly faults: Readonly<Record<string, readonly (string | undefined)[]>>;
  readonly kill: KillPoint | undefined;
  readonly leavesAfterMs: number | undefined;
  /** Runs of one group share a business reference, or refund one payment. */
  readonly group: string;
  readonly delivery: "at_most_once" | "at_least_once";
  readonly amount: number;
  /** Called with a key whose budget fits little. */
  readonly poor: boolean;
}

const shares = {
  repeat: 0.2,
  elsewhere: 0.3,
  kill: 0.05,
  leave: 0.04,
  chosen: 0.4,
  leastOnce: 0.4,
  poor: 0.04,
} as const;
const mostFaults = 4;
/** Three refunds want a payment that has money for two of them. */
const refundsOfPayment = 3;
/** Of so many payments the last two want one reference. */
const creationsOfGroup = 5;
/** What is captured of a payment that is refunded, in cents. */
export const capturedCents = 10_000;

/** Something that is to be shown: one fault, or none, of one operation at one vendor. */
export interface FamilyCell {
  readonly operation: FamilyOperation;
  readonly vendor: string;
  readonly fault: string | undefined;
}

export const nameOfCell = ({ operation, vendor, fault }: FamilyCell): string =>
  `${operation} ${vendor} ${fault ?? "-"}`;

/** Every fault of every operation at every vendor, and each once without one. */
export const cellsOf = (vendors: readonly FamilyVendor[]): readonly FamilyCell[] =>
  familyOperations.flatMap((operation) =>
    vendors
      .filter(({ operations }) => operations.includes(operation))
      .flatMap(({ id, faults }) =>
        [undefined, ...Object.keys(faults)].map((fault) => ({ operation, vendor: id, fault })),
      ),
  );

const groupOf = (
  { seed, vendor, operation, key }: { readonly seed: number } & Pick<FamilyPlan, "vendor" | "operation" | "key">,
  count: number,
): string => {
  if (operation === "payments.refund.create") return `${seed}-${vendor}-refund-${Math.floor(count / refundsOfPayment)}`;
  const isCreation = operation === "payments.checkout.create" || operation === "payments.order.create";
  const isShared = isCreation && count % creationsOfGroup >= creationsOfGroup - 2;
  return isShared ? `${seed}-${vendor}-create-${Math.floor(count / creationsOfGroup)}` : key;
};

/** The runs of a campaign: all cells, in an order of the seed, again and again. */
export const planFamilies = (seed: number, runs: number, vendors: readonly FamilyVendor[]): readonly FamilyPlan[] => {
  const cells = cellsOf(vendors);
  const shuffle = createRandom(seed ^ 0xce11);
  const order: FamilyCell[] = [];
  while (order.length < runs) {
    const round = [...cells];
    for (let at = round.length - 1; at > 0; at -= 1) {
      const other = shuffle.between(0, at);
      [round[at], round[other]] = [round[other] as FamilyCell, round[at] as FamilyCell];
    }
    order.push(...round);
  }
  const counts = new Map<string, number>();
  return order.slice(0, runs).map(({ operation, vendor, fault }, at): FamilyPlan => {
    const n = at + 1;
    const random = createRandom(seed * 100_003 + n);
    const isPayment = operation !== "email.send";
    const kind = operation === "payments.order.create" ? "payments.checkout.create" : operation;
    const place = `${kind} ${vendor}`;
    const count = counts.get(place) ?? 0;
    counts.set(place, count + 1);
    const able = vendors.filter(({ operations }) => operations.includes(operation));
    const pinned = operation === "payments.order.capture" || operation === "payments.refund.create";
    const key = `key-${seed}-${String(n).padStart(6, "0")}`;
    const faults = Object.fromEntries(
      able.map(({ id, faults: known }) => {
        const names = Object.keys(known);
        const any = (share: number): string | undefined =>
          random.next() < share ? names[random.between(0, names.length - 1)] : undefined;
        const later = Array.from({ length: mostFaults - 1 }, () => any(shares.repeat));
        return [id, [id === vendor ? fault : any(shares.elsewhere), ...later]] as const;
      }),
    );
    return {
      n,
      key,
      operation,
      vendor,
      fault,
      provider: pinned || random.next() >= shares.chosen ? vendor : undefined,
      faults,
      kill: random.next() < shares.kill ? killPoints[n % killPoints.length] : undefined,
      leavesAfterMs: random.next() < shares.leave ? random.between(1, 60) : undefined,
      group: groupOf({ seed, vendor, operation, key }, count),
      delivery: random.next() < shares.leastOnce ? "at_least_once" : "at_most_once",
      amount: operation === "payments.refund.create" ? random.between(3_400, 4_900) : random.between(100, 90_000),
      poor: !isPayment && random.next() < shares.poor,
    };
  });
};

/** Runs that have nothing else in their way than the fault of their cell, which so meets their first request. */
export const planCells = (seed: number, name: string, cells: readonly FamilyCell[]): readonly FamilyPlan[] =>
  cells.map((cell, at): FamilyPlan => {
    const key = `key-${seed}-${name}-${at}`;
    return {
      n: 0,
      key,
      ...cell,
      provider: cell.vendor,
      faults: { [cell.vendor]: [cell.fault] },
      kill: undefined,
      leavesAfterMs: undefined,
      group: key,
      delivery: at % 2 === 0 ? "at_most_once" : "at_least_once",
      amount: 4_000 + at,
      poor: false,
    };
  });

/** Of a payment of a hundred, six such refunds are all that fit. */
const crowdRefundCents = 1_500;

/** So many checkouts for one reference, and so many refunds of one payment, to be asked for all at once. */
export const crowdOf = (seed: number, size: number, vendor: string): readonly FamilyPlan[] =>
  (["payments.checkout.create", "payments.refund.create"] as const).flatMap((operation) =>
    planCells(
      seed,
      `crowd-${operation === "payments.refund.create" ? "refunds" : "checkouts"}`,
      Array.from({ length: size }, () => ({ operation, vendor, fault: undefined })),
    ).map((plan) => ({ ...plan, group: `${seed}-crowd-${operation}`, amount: crowdRefundCents })),
  );
