import { doubts } from "../../../server/contracts/doubt.ts";
import type { JudgedOperation } from "../evidence.ts";
import { isHeld, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

/** I-1: each request at the vendor found its operation committed, and each has a row. */
export const operationBeforeEffect = ({ sightings, requests, rows }: Dossier): Finding => {
  const finding = new Finding("I-1", "no vendor effect without an operation committed before its first byte");
  const looked = new Set(sightings.map(({ operationId }) => operationId));
  for (const { operationId, visible } of sightings)
    finding.check(visible !== false, () => `${operationId} was not visible when the vendor received it`);
  for (const { operationId, seq } of requests) {
    finding.check(operationId !== null && rows.has(operationId), () => `vendor request ${seq} has no operation`);
    finding.check(operationId !== null && looked.has(operationId), () => `nobody looked for vendor request ${seq}`);
  }
  return finding;
};

const isDoubt = (word: string): boolean => doubts.some((doubt) => doubt === word);

/** I-2: each operation ends once, and what its row says of the end is true. */
export const oneEndEach = (dossier: Dossier) => {
  const { operations, answers, billed, seen, entriesOf, disturbances } = dossier;
  const finding = new Finding(
    "I-2",
    "each operation ends once: settled, released with proof, or uncertain and explained",
  );
  const endings = new Map(answers.map((answer) => [answer.seq, answer]));
  const paused = disturbances.some(({ kind }) => kind !== "kill");
  let [late, unexplained] = [0, 0];
  /** The vendor told its numbers in full, in an answer that went out to its end. */
  const told = ({ operationId }: JudgedOperation): boolean =>
    (seen.get(operationId) ?? []).some(
      ({ seq, reported }) => reported !== null && endings.get(seq)?.usageSent === true,
    );
  for (const row of operations) {
    const { operationId, state, source, doubt, processAlive } = row;
    if (state === "late") late += 1;
    finding.check(state !== "open" && state !== "late", () => `${operationId} is ${state}`);
    if (state === "released")
      finding.check(!billed.has(operationId), () => `${operationId} was released, but the vendor bills it`);
    const ends = (entriesOf.get(operationId) ?? []).filter(({ kind }) => kind === "cost" || kind === "release");
    const wanted = isHeld(row) ? 0 : 1;
    finding.check(
      ends.length === wanted,
      () => `${operationId} is ${state} and has ${ends.length} ends in the entries`,
    );
    if (doubt !== null) {
      finding.check(isDoubt(doubt), () => `${operationId} is in doubt for no known reason: ${doubt}`);
      const lost = doubt !== "process_lost" || !processAlive || paused;
      finding.check(lost, () => `${operationId} says that its process was lost, which lives`);
    }
    if (state === "uncertain") finding.check(doubt !== null, () => `${operationId} is uncertain and does not say why`);
    if (state !== "uncertain" && source !== "estimated") continue;
    // Doubt needs a reason: its process died, the vendor never told its numbers in full, or they were lost on the way.
    if (
      !finding.check(
        !processAlive || paused || !told(row),
        () => `${operationId} is ${state}/${source} though its process lives and the vendor told its numbers`,
      )
    )
      unexplained += 1;
    const heard = !processAlive || paused || seen.has(operationId);
    if (!finding.check(heard, () => `${operationId} is ${state}/${source}, but the vendor never heard of it`))
      unexplained += 1;
  }
  return { finding, late, unexplained };
};
