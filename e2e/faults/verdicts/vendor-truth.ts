import { cameBack, isExact, isHeld, isOverbilled, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

/** I-4: what the vendor bills is booked, to the nano where it told its numbers. */
export const vendorTruth = ({ operations, rows, billed, owed }: Dossier) => {
  const finding = new Finding("I-4", "what the vendor bills is what the ledger booked");
  let [missing, wrongCost] = [0, 0];
  for (const operationId of billed.keys()) {
    const row = rows.get(operationId);
    const present = row !== undefined && ["settled", "uncertain", "late"].includes(row.state);
    if (!finding.check(present, () => `${operationId} is billed, but its row is ${row?.state ?? "not there"}`))
      missing += 1;
    if (!row || !isExact(row)) continue;
    const cost = owed(operationId);
    if (!finding.check(row.cost === cost, () => `${operationId} cost ${cost}, booked ${row.cost}`)) wrongCost += 1;
  }
  for (const row of operations) {
    if (row.state !== "settled" || !isExact(row)) continue;
    if (
      !finding.check(
        billed.has(row.operationId),
        () => `${row.operationId} is booked at the vendor's numbers, which bills nothing`,
      )
    )
      wrongCost += 1;
  }
  return { finding, missing, wrongCost };
};

/** Rows whose numbers never came: never below the vendor's bill, never above what could have been asked for. */
export const estimatesHold = (dossier: Dossier, factor: number, leastForFactor: number) => {
  const { operations, owed, billed, mostOf, entriesOf } = dossier;
  const finding = new Finding(
    "estimates",
    `what is estimated or in doubt is never below the vendor's bill, and in all at most ${factor} times as much`,
  );
  let [vendor, booked, bookedForBilled, count, wrong] = [0n, 0n, 0n, 0, 0];
  const fair = (holds: boolean, otherwise: () => string): void => {
    if (!finding.check(holds, otherwise)) wrong += 1;
  };
  for (const row of operations) {
    const { operationId, held, cost, doubt, source, state } = row;
    const most = mostOf(row);
    if (isHeld(row) || source === "estimated")
      finding.check(held <= most, () => `${operationId} holds ${held}, at most ${most} could be asked for`);
    // Nobody can guess what a vendor bills that was told to bill too much.
    const floor = isOverbilled(dossier, operationId) ? 0n : owed(operationId);
    if (isHeld(row))
      fair(held >= floor, () => `${operationId} is ${state}, holds ${held}, and the vendor bills ${owed(operationId)}`);
    if (state !== "settled" || isExact(row)) continue;
    const [amount, bill] = [cost ?? 0n, owed(operationId)];
    fair(amount >= floor && amount > 0n, () => `${operationId} is estimated at ${amount}, the vendor bills ${bill}`);
    fair(
      amount <= (held > bill ? held : bill),
      () => `${operationId} is estimated at ${amount}, held ${held}, billed ${bill}`,
    );
    const corrected = (entriesOf.get(operationId) ?? []).some(({ kind }) => kind.startsWith("adjust_"));
    // Doubt that policy ends, ends at the bound: less was never anybody's word. A process that came back counted itself.
    if (doubt !== null && source === "estimated" && !corrected && !cameBack(row))
      fair(amount >= held, () => `${operationId} was in doubt (${doubt}) and is booked at ${amount} of ${held} held`);
    vendor += bill;
    booked += amount;
    if (!billed.has(operationId) || floor === 0n) continue;
    count += 1;
    bookedForBilled += amount;
  }
  // Few rows say nothing of the whole: the shortest answer may cost a hundredth of its bound.
  if (count >= leastForFactor)
    finding.check(
      bookedForBilled <= vendor * BigInt(factor),
      () => `${bookedForBilled} are estimated for ${vendor} that the vendor bills`,
    );
  return { finding, vendor, booked, wrong };
};
