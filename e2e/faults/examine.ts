import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvidence } from "./evidence.ts";
import { judge } from "./judge.ts";
import type { Mutation } from "./mutations.ts";
import type { OwnPostgres } from "./own-postgres.ts";
import { plants } from "./plants.ts";
import { runShortCampaign } from "./short-campaign.ts";
import { leastDemand, type Demand } from "./verdicts/enough.ts";
import type { InvariantVerdict } from "./verdicts/finding.ts";

/** What the judge made of one thing it was examined with. */
export interface ExamResult {
  readonly name: string;
  /** It said what it must: of a sound run, that it is sound. */
  readonly noticed: boolean;
  readonly by: string;
  readonly seconds: number;
}

interface Deps {
  readonly postgres: OwnPostgres;
  readonly dataDir: string;
  readonly seed: number;
}

/** A short run without kills shows less. */
const demandOf = (kills: number): Demand => ({
  ...leastDemand,
  callers: 6,
  kills,
  ...(kills > 0 ? {} : { repeats: 0, replays: 0 }),
});

const failures = (verdicts: readonly InvariantVerdict[]): readonly InvariantVerdict[] =>
  verdicts.filter(({ passed }) => !passed);

const describe = (verdicts: readonly InvariantVerdict[]): string =>
  failures(verdicts)
    .map(({ invariant, violations, examples }) => `${invariant} (${violations}: ${examples[0] ?? ""})`)
    .join("; ");

const secondsSince = (began: number): number => (Date.now() - began) / 1_000;

/** The product as it is, with its gateways killed: must pass. */
export const examineSound = async (
  deps: Deps,
  kills: number,
): Promise<{ readonly evidence: RunEvidence; readonly finding: ExamResult }> => {
  const began = Date.now();
  const evidence = await runShortCampaign({
    ...deps,
    name: `sound_${kills}`,
    calls: 300,
    until: ["answered", "replayed", "UNAUTHENTICATED", "BUDGET_EXCEEDED", "OUTCOME_UNKNOWN", "broken:left"],
    kills,
  });
  const { passed, verdicts } = judge(evidence, demandOf(kills));
  const name = `a sound run, ${kills} kills`;
  return {
    evidence,
    finding: { name, noticed: passed, by: passed ? "sound" : describe(verdicts), seconds: secondsSince(began) },
  };
};

/** Whether all the verdicts that must fail have failed. */
const noticedBy = (
  verdicts: readonly InvariantVerdict[],
  wanted: readonly string[],
): Pick<ExamResult, "noticed" | "by"> => {
  const failed = failures(verdicts).map(({ invariant }) => invariant);
  const missing = wanted.filter((invariant) => !failed.includes(invariant));
  return {
    noticed: missing.length === 0,
    by: missing.length === 0 ? failed.join(", ") : `not by ${missing.join(", ")}`,
  };
};

/** Each lie, told in the evidence of a sound run. */
export const examinePlants = (sound: RunEvidence): readonly ExamResult[] =>
  plants.map((plant): ExamResult => {
    const began = Date.now();
    const { verdicts } = judge(plant.apply(sound), demandOf(1));
    return { name: plant.name, ...noticedBy(verdicts, plant.noticedBy), seconds: secondsSince(began) };
  });

/** Every gateway has said that it runs the broken text; one that has not would examine nothing. */
const requireMutated = async (logDir: string, { source }: Mutation): Promise<void> => {
  if (!source) return;
  for (const file of await readdir(logDir)) {
    if (!file.startsWith("gateway-")) continue;
    if (!(await readFile(join(logDir, file), "utf8")).includes(`mutated ${source.file}`))
      throw new Error(`${file}: ${source.file} was never loaded`);
  }
};

/** A run of a product that was broken on purpose. */
export const examineMutation = async (deps: Deps, mutation: Mutation): Promise<ExamResult> => {
  const began = Date.now();
  const { name, source, routine, overbills } = mutation;
  const kills = mutation.needsKills ? 4 : 0;
  const files = name.replaceAll(/\W+/g, "_");
  const evidence = await runShortCampaign({
    ...deps,
    name: files,
    calls: kills > 0 ? 200 : 120,
    kills,
    source,
    routine,
    overbills,
  });
  await requireMutated(join(deps.dataDir, files, "logs"), mutation);
  const { verdicts } = judge(evidence, demandOf(kills));
  return { name, ...noticedBy(verdicts, mutation.noticedBy), seconds: secondsSince(began) };
};
